"""The simulator's own interface over HTTP: what went over the wire, and trouble on order."""
