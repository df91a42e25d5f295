"""Muster: a self-hosted Slack bot that carries an incident from its declaration to its review."""
