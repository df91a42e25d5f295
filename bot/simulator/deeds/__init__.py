"""What can be done in the workspace, by the app or by a person, with the same events for both.

A deed changes the state, tells the feed of changes and lets Slack's event happen. It refuses with
`SlackError`; whether the doer may is asked before, by the API method or by the person's client.
"""
