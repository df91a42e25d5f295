"""Pages, health and metrics over HTTP."""
