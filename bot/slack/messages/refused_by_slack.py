"""Why Slack will never do something, and what to do about it, by Slack's own word."""

_SETTINGS = (
    "Slack's settings do not let Muster do this; ask a workspace admin to allow it, then press "
    "Retry."
)
_READ_ONLY = (
    "Slack's settings let only some people write in that channel; ask a workspace admin to let "
    "Muster, then press Retry."
)
_ACCESS = (
    "Slack does not accept the app any more; whoever runs Muster installs it anew and sets "
    "SLACK_BOT_TOKEN. Then press Retry."
)
_SCOPE = (
    "the app lacks a permission; whoever runs Muster reinstalls it from the manifest "
    "(`muster manifest`). Then press Retry."
)
_ORGANISATION = (
    "Slack's organisation does not let the app work here; ask an admin of the organisation to "
    "allow it, then press Retry."
)
_ARCHIVED = (
    "the channel is archived; unarchive it, or make a new room with `room new`. Then press Retry."
)
_PERSON = (
    "Slack knows no such account here, or it is switched off; reach the person in another way, or "
    "choose somebody else."
)
_MUTED = "apps cannot write to that person; reach them in another way."
_FULL = "the channel takes no more of these; remove one, then press Retry."

OF_THE_APP = {
    "access_denied": _ORGANISATION,
    "accesslimited": _ORGANISATION,
    "ekm_access_denied": _ORGANISATION,
    "enterprise_is_restricted": _ORGANISATION,
    "missing_scope": _SCOPE,
    "no_permission": _SCOPE,
    "not_allowed_token_type": _ACCESS,
    "org_login_required": _ORGANISATION,
    "restricted_action": _SETTINGS,
    "team_access_not_granted": _ORGANISATION,
    "two_factor_setup_required": _ORGANISATION,
}
"""What is wrong with the app as a whole: whoever waits for anything should know."""

OF_THE_THING = {
    "cannot_create_channel": "Slack's settings do not let Muster make channels; ask a workspace "
    "admin to allow it, then press Retry.",
    "cannot_dm_bot": _MUTED,
    "cannot_reply_to_message": "Slack takes no replies to that message.",
    "cant_invite": "Muster may not invite anybody there; invite them by hand.",
    "channel_not_found": "the channel is gone or Muster cannot see it; invite Muster to it, or "
    "make a new room with `room new`. Then press Retry.",
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,
    "message_limit_exceeded": "the workspace has reached its limit of messages; ask a workspace "
    "admin, then press Retry.",
    "messages_tab_disabled": _MUTED,
    "method_not_supported_for_channel_type": "Slack cannot do this in a channel of that kind.",
    "no_access": _SETTINGS,
    "not_in_channel": "Muster is not in the channel; invite it, then press Retry.",
    "restricted_action_non_threadable_channel": _READ_ONLY,
    "restricted_action_read_only_channel": _READ_ONLY,
    "restricted_action_thread_locked": _READ_ONLY,
    "restricted_action_thread_only_channel": _READ_ONLY,
    "too_many_bookmarks": _FULL,
    "too_many_pins": _FULL,
    "user_disabled": _PERSON,
    "user_is_restricted": _SETTINGS,
    "user_not_found": _PERSON,
    "user_not_visible": _PERSON,
    "users_not_found": _PERSON,
}
"""What is wrong with one channel, message or person."""


def why(label: str, method: str, error: str) -> str:
    """Return a sentence about what could not be done: why, and what helps."""
    reason = OF_THE_APP.get(error) or OF_THE_THING.get(error)
    if reason is None:
        reason = f"Slack answered `{error}` to {method}. Press Retry to try it once more."
    return f"{label[0].upper()}{label[1:]}: {reason}"
