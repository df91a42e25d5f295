"""The one way in (dispatcher) and the one way out (courier)."""
