"""PyYAML's loader, except that a text in brackets may hold a question mark, as in YAML 1.2."""

import yaml


class Loader(yaml.SafeLoader):
    """Takes {name: Is it up?, id: a}, in which PyYAML sees the mark of another key."""

    _in_text = False

    def peek(self, index: int = 0) -> str:
        """Return the next character, to whoever looks for the end of a text without its `?`."""
        character = str(super().peek(index))
        return "_" if self._in_text and character == "?" else character

    def scan_plain(self) -> yaml.ScalarToken:
        """Return a text that has no quotes."""
        self._in_text = True
        try:
            return super().scan_plain()
        finally:
            self._in_text = False
