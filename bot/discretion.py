"""Masks whatever looks like a secret in a text that is about to be logged or printed."""

import re

MASK = "[secret]"

_LOOKS = re.compile(
    r"x(?:ox[a-z]|app)(?:\.xox[a-z])?-[\w-]+"  # tokens of Slack
    r"|(?<=/commands/)\w[\w/-]+|(?<=/actions/)\w[\w/-]+"  # where answers are taken for a while
    r"|(?<=[?&]pass=)[\w.-]+"  # who may look at the pages
    r"|(?<=ticket=)[\w-]+"  # who may open a socket
    r"|(?<=://)[^/\s:@]*:[^\s@]+(?=@)"  # user and password of an address
)


def without_secrets(text: str) -> str:
    """Return a text in which everything that looks like a secret is masked."""
    return _LOOKS.sub(MASK, text)
