"""The JSON Schema by which an editor completes and checks a playbook while it is being written."""

from typing import Any

from bot.playbook_files.shapes import adapter


def editor_schema() -> dict[str, Any]:
    """Return the schema, with the short forms that the loader makes whole."""
    schema = adapter().json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Muster playbook, schema 1"
    checklist = schema["$defs"]["Checklist"]
    checklist["required"] = [key for key in checklist["required"] if key != "type"]
    _or_bare_text(schema["properties"]["steps"])
    _or_bare_text(checklist["properties"]["items"])
    return schema


def _or_bare_text(listed: dict[str, Any]) -> None:
    """Let an entry of the list be one line of text."""
    listed["items"] = {"anyOf": [{"type": "string", "minLength": 1}, listed["items"]]}
