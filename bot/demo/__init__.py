"""The demo: a pretend Slack workspace, the bot and its pages in one process, and nothing kept."""
