"""What the rules of a run refuse; `playbook …` in a sentence is the command to type."""

from bot.domain.refusals import NotFound, NotNow, Refused


class NoSuchPlaybook(NotFound):
    """There is no such playbook; `playbook list` shows them all."""


class NoSuchPath(NotFound):
    """There is no such step in this playbook; `playbook status` lists them with their numbers."""


class NoRun(NotFound):
    """No playbook is running here; `playbook list` shows those that fit."""


class WhichRun(Refused):
    """Several playbooks are running; put the name of one before the step."""


class AlreadyRunning(NotNow):
    """This playbook is already running here; `playbook status` shows how far it is."""


class RunOver(NotNow):
    """This playbook is finished; `playbook start` begins it anew."""


class AlreadySettled(NotNow):
    """That is already done or skipped; `playbook status` shows what is next."""


class NotOpenYet(NotNow):
    """Its turn has not come; finish the open step first, or skip it with a reason."""


class RequiredOpen(NotNow):
    """Required items of this step are open; finish them, or skip them with a reason."""


class NoteNeeded(Refused):
    """This item needs a note as evidence: say in a few words what you saw or did."""


class LinkNeeded(Refused):
    """This item needs a link as evidence: add one that starts with https://."""


class NotALink(Refused):
    """A link starts with https:// or http:// and holds no spaces."""


class ReasonNeeded(Refused):
    """Skipping needs a reason: say in a few words why it does not apply."""
