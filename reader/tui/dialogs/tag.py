"""Pick a tag or make a new one; digits pick while the field is empty, "/" nests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from reader.review.model import clean_tag_name
from reader.tui.dialogs.dialog import PickDialog
from reader.tui.question import Draft
from reader.tui.styled_line import Part, StyledLine, line
from reader.tui.widgets.prompt_bar import LineField

TAG_OFFERS = 8
"""Most tags in the list."""


def match_tags(names: Sequence[str], words: str) -> list[str]:
    """Return the tags that match a text: tags that begin with it, then tags with such a part, then tags that contain it."""
    text = clean_tag_name(words).casefold()
    if not text:
        return list(names[:TAG_OFFERS])

    def rank(name: str) -> int:
        folded = name.casefold()
        if folded == text:
            return 0
        if folded.startswith(text):
            return 1
        if any(part.startswith(text) for part in folded.split("/")):
            return 2
        return 3 if text in folded else 9

    return sorted((name for name in names if rank(name) < 9), key=rank)[:TAG_OFFERS]


class _Field(LineField):
    """Field in which digits pick from the list as long as it is empty."""

    class Picked(Message):
        """A digit picked an entry of the list."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    async def _on_key(self, event: events.Key) -> None:
        if not self.value and event.character and event.character in "123456789":
            event.stop()
            event.prevent_default()
            self.post_message(self.Picked(int(event.character) - 1))
            return
        await super()._on_key(event)


class TagScreen(PickDialog[str]):
    """Dialog that returns the name of the picked or new tag.

    `part` renders an existing tag, `draft` is a name typed before, `bearer` the word for what has the `current` tags.
    """

    def __init__(
        self, names: Sequence[str], current: Sequence[str], part: Callable[[str], Part], draft: Draft, bearer: str = "claim"
    ) -> None:
        super().__init__()
        self._bearer = bearer
        self._draft = draft
        self._part = part
        self._names = names
        self._current = current
        self._choices: list[str] = []
        self._new = ""
        self._words = ""

    def body(self) -> Sequence[Widget]:
        """Return field and list."""
        return _Field(self._draft.text(""), placeholder="tag", select_on_focus=False), self.lines

    def keep_draft(self) -> None:
        """Keep the typed name as a draft."""
        self._draft.keep(self._words, "")

    def search(self, words: str) -> None:
        """Find the tags that match the words in the field; a new name comes last."""
        matches, name = match_tags(self._names, words), clean_tag_name(words)
        self._words = words
        self._new = name if name and name not in matches else ""
        self._choices = [*matches, *([self._new] if self._new else [])]

    def draw(self) -> None:
        """Show list and keys."""
        super().draw()
        pick = "1–9" if not self._words else "↑↓"
        choose = ((pick, "pick"), ("Tab", "complete")) if self._choices else ()
        self.show_keys(*choose, ("Enter", "pick"), ("Esc", "cancel"))

    def rows(self) -> list[StyledLine]:
        """Return a line for each tag."""
        rows: list[StyledLine] = []
        for number, name in enumerate(self._choices):
            current = number == self.index and bool(self._words)
            lead = Part(f" {number + 1} " if not self._words else " ▸ " if current else "   ", "yours b")
            state = f"  on the {self._bearer}: pick again to remove" if name in self._current else ""
            state = "  new tag" if name == self._new and not state else state
            tag = Part(f"# {name}", "tag") if name == self._new else self._part(name)
            roles = f"{tag.roles} b" if current else tag.roles
            rows.append(line(lead, (tag.text, roles, f"tag:{number}"), (state, "hint")))
        return rows

    def empty_line(self) -> StyledLine:
        """Return how to make the first tag."""
        return line((" No tags yet: type a name and press Enter; a/b nests", "hint"))

    @on(_Field.Picked)
    def _handle_digit(self, event: _Field.Picked) -> None:
        if event.number < len(self._choices):
            self.pick(event.number)

    def pick(self, number: int) -> None:
        """Close and return the tag with this number."""
        self._draft.drop()
        self.dismiss(self._choices[number])

    def submit(self) -> None:
        """Pick the current entry, or nothing if the field is empty."""
        self._draft.drop()
        self.dismiss(self._choices[self.index] if self._words else "")

    def on_key(self, event: events.Key) -> None:
        """Complete the name on Tab; the base class handles the other keys."""
        matches = self._choices[: len(self._choices) - bool(self._new)]
        if event.key == "tab":
            event.stop()
        if event.key == "tab" and matches:
            field = self.query_one(Input)
            field.value = matches[min(self.index, len(matches) - 1)]
            field.cursor_position = len(field.value)
