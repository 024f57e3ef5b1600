"""Choosing a tag: type ahead, digits pick while nothing is typed, "/" nests, a new name makes a new tag."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from reader.review.model import clean_tag_name
from reader.tui.styled_line import Part, StyledLine, line
from reader.tui.widgets.painted import Painted
from reader.tui.widgets.prompt_bar import LineField

TAG_OFFERS = 8
"""How many tags are offered at once."""


def match_tags(names: Sequence[str], typed: str) -> list[str]:
    """Return the known tags that `typed` may mean: those that begin with it, then with a part that does, then that hold it."""
    wanted = clean_tag_name(typed).casefold()
    if not wanted:
        return list(names[:TAG_OFFERS])

    def rank(name: str) -> int:
        folded = name.casefold()
        if folded == wanted:
            return 0
        if folded.startswith(wanted):
            return 1
        if any(part.startswith(wanted) for part in folded.split("/")):
            return 2
        return 3 if wanted in folded else 9

    return sorted((name for name in names if rank(name) < 9), key=rank)[:TAG_OFFERS]


class _Field(LineField):
    """The field; while it is empty, digits pick from the list instead of being typed."""

    class Picked(Message):
        """A digit picked from the list."""

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


class _Words(Painted):
    """The list of tags, and the hint under it."""

    UNDER = ("card", "text")
    WHOLE_LINES = True


class TagScreen(ModalScreen[str]):
    """Gives back the name of the tag that was chosen or made; `part` is how a known tag is shown."""

    DEFAULT_CSS = """
    TagScreen { align: center bottom; background: transparent; }
    TagScreen > Vertical {
        width: 1fr; height: auto; background: $panel; border-top: solid $hairline; padding: 0 1;
    }
    TagScreen Input { border: none; height: 1; padding: 0 1; background: $panel; }
    TagScreen Input:focus { border: none; }
    #tag-list, #tag-hint { height: 1; background: $panel; }
    """

    def __init__(self, names: Sequence[str], on_it: Sequence[str], part: Callable[[str], Part]) -> None:
        super().__init__()
        self._part = part
        self._names = names
        self._on_it = on_it
        self._choices: list[str] = []
        self._new = ""
        self._index = 0

    def compose(self) -> ComposeResult:
        """Lay out field, list and hint."""
        with Vertical():
            yield _Field(placeholder="tag", select_on_focus=False)
            yield _Words(id="tag-list")
            yield _Words(id="tag-hint")

    def on_mount(self) -> None:
        """Offer the tags used last."""
        self._offer("")
        self.query_one(Input).focus()

    def _offer(self, typed: str) -> None:
        self._choices = match_tags(self._names, typed)
        name = clean_tag_name(typed)
        self._new = name if name and name not in self._choices else ""
        self._index = 0
        self._draw()

    def _draw(self) -> None:
        typed = self.query_one(Input).value
        rows: list[StyledLine] = []
        choices: list[str] = [*self._choices, *([self._new] if self._new else [])]
        for number, name in enumerate(choices):
            current = number == self._index and bool(typed)
            lead = Part(f" {number + 1} " if not typed else " ▸ " if current else "   ", "yours b")
            said = "  on it: chosen again takes it off" if name in self._on_it else "  new tag" if name == self._new else ""
            tag = Part(f"# {name}", "tag") if name == self._new else self._part(name)
            roles = f"{tag.roles} b" if current else tag.roles
            rows.append(line(lead, (tag.text, roles, f"tag:{number}"), (said, "hint")))
        if not rows:
            rows.append(line((" no tags yet: type a name, Enter makes it; a/b nests", "hint")))
        words = self.query_one("#tag-list", _Words)
        words.styles.height = len(rows)
        words.show(rows)
        pick = ("1–9", "yours b") if not typed else ("↑↓", "yours b")
        hint = line(
            pick,
            (" pick   ", "secondary"),
            ("Tab", "yours b"),
            (" completes   ", "secondary"),
            ("Enter", "yours b"),
            (" takes it   ", "secondary"),
            ("Esc", "yours b"),
            (" leaves", "secondary"),
        )
        self.query_one("#tag-hint", _Words).show([hint])

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._offer(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._pick(self._index if self.query_one(Input).value else -1)

    @on(Painted.Clicked)
    def _clicked(self, event: Painted.Clicked) -> None:
        self._pick(int(event.target.partition(":")[2]))

    @on(_Field.Picked)
    def _picked(self, event: _Field.Picked) -> None:
        if event.number < len(self._choices):
            self._pick(event.number)

    def _pick(self, number: int) -> None:
        rows = (*self._choices, *([self._new] if self._new else []))
        self.dismiss(rows[number] if 0 <= number < len(rows) else "")

    def on_key(self, event: events.Key) -> None:
        """Leave, step through the list, complete."""
        if event.key == "escape":
            event.stop()
            self.dismiss("")
        elif event.key in ("down", "up"):
            event.stop()
            rows = len(self._choices) + bool(self._new)
            self._index = (self._index + (1 if event.key == "down" else -1)) % max(1, rows)
            self._draw()
        elif event.key == "tab":
            event.stop()
            if self._choices:
                field = self.query_one(Input)
                field.value = self._choices[min(self._index, len(self._choices) - 1)]
                field.cursor_position = len(field.value)
