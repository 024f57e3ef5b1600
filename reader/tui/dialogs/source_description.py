"""Describe a source that is no text: what it is, who, when, where it is kept, and what was said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, TextArea

from reader.printable import printable, printable_line
from reader.review.description import INTERVIEW, SOURCE_KINDS, SourceDescription, clean_line, match_kind
from reader.tui.dialogs.dialog import Dialog, DialogLines
from reader.tui.dialogs.note import NoteField
from reader.tui.question import Draft
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, line
from reader.tui.widgets.prompt_bar import LineField
from reader.tui.widgets.styled_lines import StyledLines

_LABEL_CELLS: Final = 6
_FIELDS: Final = (
    ("kind", "what", ""),
    ("who", "who", "who spoke or wrote"),
    ("when", "when", "a date, as you would spell it"),
    ("kept", "kept", "where it is kept: a shelf mark, a file name, an archive"),
)
"""The id, the label and the hint of each field of one line."""
_SAID: Final = "quotes or a summary, as far as you want to search and quote it"


class DescribedSource(NamedTuple):
    """What a person wrote in the form: the description, and what was said, "" for nothing."""

    description: SourceDescription
    said: str


class DescriptionScreen(Dialog[DescribedSource]):
    """Dialog that returns what was written about a source, None if it was cancelled.

    `title` says which source it is; `old` is what was written about it before. `draft` is what was typed and not kept: it has
    the answer too, until the caller drops it.
    """

    DEFAULT_CSS = """
    DescriptionScreen Horizontal { height: 1; }
    DescriptionScreen .field-label { width: 6; }
    DescriptionScreen LineField { width: 1fr; }
    DescriptionScreen #said-row { height: 5; }
    DescriptionScreen TextArea { height: 5; width: 1fr; border: none; background: $surface; padding: 0 1; }
    DescriptionScreen TextArea:focus { border: none; }
    DescriptionScreen LineField:focus { background: $surface; }
    DescriptionScreen LineField > .input--placeholder { text-style: italic; }
    DescriptionScreen TextArea > .text-area--placeholder { text-style: italic; }
    """

    def __init__(self, title: str, old: DescribedSource, draft: Draft) -> None:
        super().__init__()
        self._title = " ".join(title.split())
        self._old = old
        self._draft = draft
        self._has_draft = draft.exists
        self._complaint = ""
        self._kinds = DialogLines()
        about = old.description
        saved = (about.kind or INTERVIEW, about.who, about.when, about.kept, printable(old.said))
        self._saved = json.dumps([*map(printable_line, saved[:-1]), saved[-1]], ensure_ascii=False)
        *self._first_values, self._first_said = json.loads(draft.text(self._saved))

    def body(self) -> Sequence[Widget]:
        """Return title, fields and the kinds there are."""
        rows: list[Widget] = [self.lines]
        for (name, label, hint), value in zip(_FIELDS, self._first_values, strict=True):
            rows.append(_FieldRow(label, LineField(value, placeholder=hint, select_on_focus=name == "kind", id=name)))
            if name == "kind":
                rows.append(self._kinds)
        said = NoteField(
            self._first_said, soft_wrap=True, show_line_numbers=False, tab_behavior="focus", placeholder=_SAID, id="said"
        )
        return (*rows, _FieldRow("said", said, id="said-row"))

    def on_mount(self) -> None:
        """Begin with the kind of a new source, with what was said in one that is described already."""
        if self._old.description:
            area = self.query_one(NoteField)
            area.move_cursor(area.document.end)
            area.focus()
        else:
            self.query_one("#kind", LineField).focus()

    def on_resize(self) -> None:
        """Fit title, kinds and keys to the width."""
        self._draw()

    def _draw(self) -> None:
        width = max(10, self.size.width - 2)
        before = "Typed before and not kept · " if self._has_draft else ""
        self.lines.fill([line((clip(f"{before}{self._title}", width), "secondary"))])
        self._kinds.fill([clip_line(self._kind_line(), width)])
        if isinstance(self.focused, NoteField):
            self.show_keys(("Enter", "keeps it"), ("Ctrl+J", "begins a line"), ("Tab", "next field"), ("Esc", "cancels"))
        else:
            self.show_keys(("Enter ↑↓", "next field"), ("Ctrl+S", "keeps it"), ("Esc", "cancels"))

    def _kind_line(self) -> StyledLine:
        """Return the kinds there are, or what is wrong with the one that was typed."""
        lead = Part(" " * (_LABEL_CELLS + 1))
        if self._complaint:
            return line(lead, (self._complaint, "fault"))
        chosen = match_kind(self._value("kind"))
        kinds = [Part(f"{kind} ", "chip b" if kind == chosen else "hint", f"kind:{kind}") for kind in SOURCE_KINDS]
        return line(lead, *kinds)

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", LineField).value

    def on_descendant_focus(self) -> None:
        """Show the keys of the field that has the cursor now."""
        self._draw()

    @on(Input.Changed, "#kind")
    def _handle_kind(self) -> None:
        self._complaint = ""
        self._draw()

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        what, _, kind = event.target.partition(":")
        if what == "kind":
            self.query_one("#kind", LineField).value = kind

    @on(Input.Submitted)
    def _handle_enter(self) -> None:
        self.focus_next()

    def on_key(self, event: events.Key) -> None:
        """Go from field to field, keep what is written on Ctrl+S and F2, or cancel."""
        in_text = isinstance(self.focused, NoteField)
        if event.key == "escape":
            event.stop()
            self.keep_draft()
            self.dismiss(None)
        elif event.key in ("ctrl+s", "f2"):
            event.stop()
            self._submit()
        elif event.key == "tab" or (event.key == "down" and not in_text):
            event.stop()
            self.focus_next()
        elif event.key == "shift+tab" or (event.key == "up" and not in_text):
            event.stop()
            self.focus_previous()

    @on(TextArea.Changed)
    def _handle_change(self) -> None:
        self.drop_refusal()

    @on(NoteField.Submitted)
    def _submit(self) -> None:
        kind = match_kind(self._value("kind"))
        old = self._old.description
        if not kind and self._value("kind") != printable_line(old.kind):
            self._complaint = "No such kind: type the first letters of one, such as int for interview"
            self.query_one("#kind", LineField).focus()
            self._draw()
            return
        self.keep_draft()
        fields = {name: clean_line(self._value(name)) for name in ("who", "when", "kept")}
        said = self.query_one(NoteField).text
        kept = self._old.said if said == printable(self._old.said) else said
        self.dismiss(DescribedSource(replace(old, kind=kind or old.kind, **fields), kept))

    def keep_draft(self) -> None:
        """Keep what is typed as a draft."""
        typed = [*(self._value(name) for name, _, _ in _FIELDS), self.query_one(NoteField).text]
        self._draft.keep(json.dumps(typed, ensure_ascii=False), self._saved)


class _FieldRow(Horizontal):
    """A field with its label before it."""

    def __init__(self, label: str, field: Widget, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = DialogLines(classes="field-label")
        self._words = label
        self._field = field

    def compose(self) -> ComposeResult:
        """Lay out label and field."""
        yield self._label
        yield self._field

    def on_mount(self) -> None:
        """Show the label."""
        self._label.fill([line((self._words, "secondary"))])
