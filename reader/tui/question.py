"""Questions of the prompt, and drafts: texts that were typed into a field and not kept, which it offers again the next time."""

from __future__ import annotations

from collections.abc import Callable
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


class Question(NamedTuple):
    """Question of the prompt: a label, the first value of the field, a hint to its right, and callbacks.

    `on_submit` gets the text on Enter and returns a complaint to keep asking, or None. `on_change` gets the text after every
    change, `on_step` 1 for the down key and -1 for the up key. `on_leave` is called on Escape. `on_paste` gets a pasted text
    and returns True to keep it out of the field. `select_value` selects `value`, so that typing replaces it. With a `draft`,
    what was typed is offered again after Escape. In a question for a `path`, Tab completes it. With
    `keeps_draft`, the asker drops the draft once the answer was of use. `verb` says what Enter does with the answer.
    """

    label: str
    on_submit: Callable[[str], str | None]
    value: str = ""
    hint: str = ""
    on_change: Callable[[str], None] | None = None
    on_step: Callable[[int], None] | None = None
    on_leave: Callable[[], None] | None = None
    on_paste: Callable[[str], bool] | None = None
    select_value: bool = False
    draft: Draft | None = None
    path: bool = False
    keeps_draft: bool = False
    verb: str = ""
