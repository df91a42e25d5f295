"""The check of a whole playbook, made of the domain's own dataclasses."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.domain.playbook import Playbook
from bot.yaml_files.shapes import model


@cache
def adapter() -> TypeAdapter[Any]:
    """Return the check of a whole playbook; made when the first file is read."""
    return TypeAdapter(model(Playbook))
