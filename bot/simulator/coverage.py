"""Which of Slack's methods are answered here, and which are refused on purpose, and why.

The one list of them (contract §1.5–§1.13): the document and the tests are held to it, and whoever
calls a refused method is told what Slack would tell a bot.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """The error that a bot gets, and the reason for those who read the document."""

    error: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """The methods of one table of the contract."""

    section: str
    about: str
    done: tuple[str, ...]
    refused: dict[str, Refusal] = field(default_factory=dict)


USER_TOKEN = "only people's tokens may, never a bot's"
NOT_FOR_BOTS = Refusal(error="not_allowed_token_type", why=USER_TOKEN)
NO_WORKFLOWS = Refusal(
    error="function_execution_not_found", why="no workflows run here, so there is no such execution"
)


def _methods(names: str) -> tuple[str, ...]:
    """`family: one two` lines, as full names."""
    found: list[str] = []
    for line in names.strip().splitlines():
        family, _, methods = line.strip().partition(": ")
        found.extend(f"{family}.{method}" for method in methods.split())
    return tuple(found)


FAMILIES = (
    Family(
        section="§1.5, §7.2",
        about="the app itself, the workspace, installing",
        done=_methods(
            """
            api: test
            auth: test revoke
            apps: connections.open uninstall
            team: info
            bots: info
            oauth: v2.access v2.exchange
            emoji: list
            """
        ),
    ),
    Family(
        section="§1.6",
        about="channels and what was said in them",
        done=_methods(
            """
            conversations: create rename invite kick join leave archive unarchive setTopic
            conversations: setPurpose info list members history replies open close mark
            """
        ),
    ),
    Family(
        section="§1.7",
        about="messages, at once and later",
        done=_methods(
            """
            chat: postMessage update delete postEphemeral scheduleMessage deleteScheduledMessage
            chat: scheduledMessages.list getPermalink meMessage unfurl
            """
        ),
    ),
    Family(
        section="§1.8", about="modals and homes", done=_methods("views: open push update publish")
    ),
    Family(
        section="§1.9",
        about="reactions, pins, bookmarks",
        done=_methods(
            """
            reactions: add remove get list
            pins: add remove list
            bookmarks: add edit remove list
            """
        ),
    ),
    Family(
        section="§1.10",
        about="people and groups of people",
        done=_methods(
            """
            users: info list lookupByEmail conversations getPresence profile.get
            dnd: info teamInfo
            usergroups: list create update enable disable users.list users.update
            """
        ),
    ),
    Family(
        section="§1.11",
        about="files",
        done=_methods("files: getUploadURLExternal completeUploadExternal info list delete"),
        refused={
            "files.upload": Refusal(error="method_deprecated", why="retired; upload in three steps")
        },
    ),
    Family(
        section="§1.12",
        about="canvases",
        done=_methods(
            """
            canvases: create edit delete sections.lookup access.set access.delete
            conversations: canvases.create
            """
        ),
    ),
    Family(
        section="§1.13",
        about="search, reminders, workflow steps",
        done=_methods("assistant: search.context"),
        refused={
            **dict.fromkeys(_methods("search: messages files all"), NOT_FOR_BOTS),
            **dict.fromkeys(_methods("reminders: add complete delete info list"), NOT_FOR_BOTS),
            **dict.fromkeys(_methods("functions: completeSuccess completeError"), NO_WORKFLOWS),
        },
    ),
)
REFUSED = {name: why for family in FAMILIES for name, why in family.refused.items()}


def as_table() -> str:
    """The list as people read it, in Markdown."""
    rows = ["| | answered | refused, and why |", "|---|---|---|"]
    for family in FAMILIES:
        done = " ".join(f"`{name}`" for name in family.done)
        reasons: dict[Refusal, list[str]] = {}
        for name, refusal in family.refused.items():
            reasons.setdefault(refusal, []).append(f"`{name}`")
        refused = "; ".join(
            f"{' '.join(names)}: `{refusal.error}`, {refusal.why}"
            for refusal, names in reasons.items()
        )
        rows.append(f"| {family.about} | {done} | {refused} |")
    return "\n".join(rows)
