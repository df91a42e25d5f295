"""Short forms made whole: a playbook may be a name and a few lines, and still has ids and types."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields

from bot.domain.steps import Checklist

LONGEST_ID = 40
CHECKLIST_KEYS = frozenset(field.name for field in fields(Checklist)) | Checklist.LATER


def slug(text: str, joint: str) -> str:
    """Return the text in lower-case ASCII letters and digits, its words joined; may be empty."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_only.casefold())
    short = ""
    for word in words:
        longer = f"{short}{joint}{word}" if short else word
        if len(longer) > LONGEST_ID:
            break
        short = longer
    return short or "".join(words)[:LONGEST_ID]


def complete(playbook: Mapping[str, object], stem: str) -> dict[str, object]:
    """Return the playbook with what its author left out. `stem`: the file's name without ending."""
    whole = dict(playbook)
    whole.setdefault("id", slug(stem, "-") or "playbook")
    if isinstance(steps := whole.get("steps"), list):
        whole["steps"] = _with_ids([_step(step) for step in steps], "step")
    return whole


def _step(step: object) -> object:
    """A bare text is a thing to do; so is a step without a type that reads like a checklist."""
    if isinstance(step, str):
        return {"type": "checklist", "name": step}
    if not isinstance(step, dict):
        return step
    whole = dict(step)
    if "type" not in whole and whole.keys() <= CHECKLIST_KEYS:
        whole["type"] = "checklist"
    if whole.get("type") == "checklist" and isinstance(items := whole.get("items"), list):
        written = [{"text": item} if isinstance(item, str) else item for item in items]
        whole["items"] = _with_ids(written, "item")
    return whole


def _with_ids(parts: list[object], kind: str) -> list[object]:
    """Give each part without an id one that is made of its words and stands only once."""
    taken = {part["id"] for part in parts if isinstance(part, dict) and _is_text(part.get("id"))}
    whole: list[object] = []
    for number, part in enumerate(parts, start=1):
        if not isinstance(part, dict) or "id" in part:
            whole.append(part)
            continue
        words = next(
            (part[k] for k in ("name", "title", "text", "to") if _is_text(part.get(k))), ""
        )
        wanted = slug(words, "_")
        if not wanted[:1].isalpha():
            wanted = f"{kind}_{wanted or number}"
        unique, again = wanted, 1
        while unique in taken:
            again += 1
            unique = f"{wanted}_{again}"
        taken.add(unique)
        whole.append({**part, "id": unique})
    return whole


def _is_text(value: object) -> bool:
    return isinstance(value, str)
