"""Drafts: texts that were typed into a field and not kept. The field offers its draft again the next time."""

from __future__ import annotations

from typing import NamedTuple


class Draft(NamedTuple):
    """The draft of one field: `texts` holds the drafts of an article by their keys, of which `key` is this field's."""

    texts: dict[str, str]
    key: str

    def text(self, saved: str) -> str:
        """Return the draft, or the text that the field starts with if there is none."""
        return self.texts.get(self.key, saved)

    @property
    def exists(self) -> bool:
        """Whether there is a draft."""
        return self.key in self.texts

    def keep(self, text: str, saved: str) -> None:
        """Keep what is typed as a draft, unless it is what the field started with."""
        self.drop()
        if text != saved:
            self.texts[self.key] = text

    def drop(self) -> None:
        """Forget the draft."""
        self.texts.pop(self.key, None)
