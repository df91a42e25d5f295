"""A pretend Slack workspace that speaks Slack's public protocols over real HTTP and WebSocket."""

from bot.simulator.simulator import Simulator

__all__ = ["Simulator"]
