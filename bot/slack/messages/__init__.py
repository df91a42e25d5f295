"""What the bot says: pure functions from a state or an event to Block Kit."""
