"""The bot under load for minutes: `make soak` prints what docs/performance.md holds."""
