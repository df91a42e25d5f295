"""A plain model of a channel: what is in it, and the error with which Slack refuses the rest."""

from dataclasses import dataclass, field

BOT, ANN = "U0BOT", "U0ANN"


@dataclass
class Said:
    """What the model knows of a message."""

    ts: str
    parent: str | None = None
    broadcast: bool = False
    deleted: bool = False
    reactions: set[str] = field(default_factory=set)


@dataclass
class Room:
    """What the model knows of a channel, in which Ann always is; no error is an empty text."""

    id: str
    name: str
    private: bool
    archived: bool = False
    said: list[Said] = field(default_factory=list)
    pins: set[str] = field(default_factory=set)
    members: list[str] = field(default_factory=lambda: [BOT])

    # -- who is in it --------------------------------------------------------------------

    def comes(self, user: str) -> None:
        self.members += [] if user in self.members else [user]

    def goes(self, user: str) -> None:
        self.members = [each for each in self.members if each != user]

    # -- what is in it -------------------------------------------------------------------

    def which(self, number: int) -> Said | None:
        return self.said[number % len(self.said)] if self.said else None

    def replies(self, ts: str) -> list[Said]:
        return [each for each in self.said if each.parent == ts and not each.deleted]

    def shown(self) -> list[str]:
        """What history shows, the newest first: a deleted parent with replies is a tombstone."""
        found = [
            each.ts
            for each in self.said
            if (each.parent is None or each.broadcast)
            and (not each.deleted or self.replies(each.ts))
        ]
        return sorted(found, reverse=True)

    # -- what is refused -----------------------------------------------------------------

    def to_see(self) -> str:
        """A private channel does not exist for who is not in it."""
        return "channel_not_found" if self.private and BOT not in self.members else ""

    def to_enter(self) -> str:
        """What only members may."""
        return self.to_see() or ("" if BOT in self.members else "not_in_channel")

    def to_speak(self) -> str:
        """What anybody may who sees it, as long as it is open."""
        return self.to_see() or ("is_archived" if self.archived else "")

    def to_join(self) -> str:
        private = "method_not_supported_for_channel_type" if self.private else ""
        return self.to_see() or private or self.to_speak()

    def to_archive(self) -> str:
        return self.to_see() or ("already_archived" if self.archived else self.to_enter())

    def to_unarchive(self) -> str:
        """Never: archiving ejected the app."""
        return self.to_see() or ("not_in_channel" if self.archived else "not_archived")

    def to_share(self) -> str:
        denied = "posting_to_channel_denied" if self.archived else ""
        return self.to_see() or denied or self.to_enter()

    def to_touch(self, what: str, said: Said) -> str:
        """What is done to a message."""
        gone = "message_not_found" if said.deleted else ""
        match what:
            case "update":
                return self.to_see() or gone or ("is_inactive" if self.archived else "")
            case "delete":
                return self.to_see() or gone
            case "react":
                known = "already_reacted" if "eyes" in said.reactions else ""
                return self.to_speak() or gone or known
            case "unreact":
                none = "" if "eyes" in said.reactions else "no_reaction"
                return self.to_see() or gone or none
            case "pin":
                known = "already_pinned" if said.ts in self.pins else ""
                return self.to_enter() or gone or known
            case "unpin":
                none = "" if said.ts in self.pins else "no_pin"
                return self.to_enter() or gone or none
            case _:
                raise AssertionError(what)

    def touched(self, what: str, said: Said) -> None:
        """What it comes to when nothing stands in the way."""
        match what:
            case "delete":
                said.deleted = True
                self.pins.discard(said.ts)
            case "react":
                said.reactions.add("eyes")
            case "unreact":
                said.reactions.discard("eyes")
            case "pin":
                self.pins.add(said.ts)
            case "unpin":
                self.pins.discard(said.ts)
            case _:
                assert what == "update"
