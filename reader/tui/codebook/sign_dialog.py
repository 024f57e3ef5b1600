"""Choose the sign of a tag: one of eight symbols, one of five colours, and the digit that picks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from textual import events, on

from reader.review.vocabulary import TAG_COLOURS, TAG_SYMBOLS
from reader.tui.dialogs.dialog import Dialog
from reader.tui.styled_line import Part, StyledLine, clip_line, line, spread
from reader.tui.widgets.styled_lines import StyledLines

_LABEL_CELLS: Final = 8
_DIGITS: Final = "123456789"


class TagSign(NamedTuple):
    """The sign of a tag: its symbol, the name of its colour, and its digit, "" for none."""

    symbol: str
    colour: str
    digit: str


class SignScreen(Dialog[TagSign]):
    """Dialog that returns the chosen sign of the tag `name`, None if it was cancelled.

    `holders` maps each digit to the tag that has it; `preview` is told every choice, so that the tree shows it.
    """

    AUTO_FOCUS = ""

    def __init__(self, name: str, sign: TagSign, holders: Mapping[str, str], preview: Callable[[TagSign], None]) -> None:
        super().__init__()
        self._name = name
        self._sign = sign
        self._holders = holders
        self._preview = preview

    def on_resize(self) -> None:
        """Draw the choices at the new width."""
        self._draw()

    def _draw(self) -> None:
        width, sign = max(10, self.size.width - 2), self._sign
        role = f"tag-{sign.colour}"
        shown = line((f"{sign.symbol} ", role), (self._name, f"{role} b"))
        key = line((" key ", "secondary"), (sign.digit or "none", "b"))
        symbols = (self._cell("symbol", symbol, symbol, role, sign.symbol) for symbol in TAG_SYMBOLS)
        colours = (self._cell("colour", colour, colour, f"tag-{colour}", sign.colour) for colour in TAG_COLOURS)
        digits = (self._cell("digit", digit, digit, "text", sign.digit) for digit in _DIGITS)
        rows = [
            spread(shown, key, width),
            self._row("sign", symbols),
            self._row("colour", colours),
            self._row("key", (*digits, self._cell("digit", "", "none", "text", sign.digit))),
            self._holder_line(),
        ]
        self.lines.fill([clip_line(row, width) for row in rows])
        self.show_keys(
            ("←→", "sign"), ("↑↓", "colour"), ("1–9", "key"), ("0", "no key"), ("Enter", "keeps it"), ("Esc", "cancels")
        )

    def _row(self, label: str, cells: Iterable[Part]) -> StyledLine:
        return (Part(label.ljust(_LABEL_CELLS), "secondary"), *cells)

    def _cell(self, kind: str, value: str, label: str, role: str, chosen: str) -> Part:
        """Return a choice; the chosen one is set off by more than its colour."""
        roles = f"chip b {role}" if value == chosen else role
        return Part(f" {label} ", roles, f"{kind}:{value}")

    def _holder_line(self) -> StyledLine:
        """Return which tag loses its digit to this one."""
        holder = self._holders.get(self._sign.digit, "")
        if not holder or holder == self._name:
            return ()
        words = (f"{self._sign.digit} is the key of ", "secondary"), (holder, "text"), (", which loses it", "fault")
        return line(" " * _LABEL_CELLS, *words)

    def on_key(self, event: events.Key) -> None:
        """Choose, keep or cancel."""
        event.stop()
        sign = self._sign
        if event.key == "escape":
            self.dismiss(None)
        elif event.key == "enter":
            self.dismiss(sign)
        elif event.key in ("right", "l", "left", "h"):
            self._choose(sign._replace(symbol=_next_of(TAG_SYMBOLS, sign.symbol, 1 if event.key in ("right", "l") else -1)))
        elif event.key in ("down", "j", "up", "k"):
            self._choose(sign._replace(colour=_next_of(TAG_COLOURS, sign.colour, 1 if event.key in ("down", "j") else -1)))
        elif event.character and event.character in "0123456789":
            self._choose(sign._replace(digit=event.character.strip("0")))

    @on(StyledLines.Clicked)
    def _handle_click(self, event: StyledLines.Clicked) -> None:
        event.stop()
        kind, _, value = event.target.partition(":")
        self._choose(self._sign._replace(**{kind: value}))

    def _choose(self, sign: TagSign) -> None:
        self._sign = sign
        self._preview(sign)
        self._draw()


def _next_of(choices: str | tuple[str, ...], current: str, step: int) -> str:
    """Return the choice after the current one, or before it; the first if the current one is none of them."""
    return choices[(choices.index(current) + step) % len(choices)] if current in choices else choices[0]
