"""Choosing a reference: by its label, or by words of its entry; the likeliest are offered before anything is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from reader.article.model import Reference
from reader.tui.panes.card import byline, short_title
from reader.tui.styled_line import Part, StyledLine, clip, line, spread, width_of
from reader.tui.widgets.painted import Painted
from reader.tui.widgets.prompt_bar import LineField

REFERENCE_OFFERS = 8
"""How many references are offered at once."""


class ReferenceOffer(NamedTuple):
    """A reference that can be chosen, and what there is to say for it."""

    reference: Reference
    why: str


def match_references(offers: Sequence[ReferenceOffer], typed: str) -> list[ReferenceOffer]:
    """Return what `typed` may mean: first the reference with that label, then those whose label begins so.

    Then those whose label, authors, year, title, text or address hold all its words. Offers that are equally likely keep their
    order.
    """
    words = typed.casefold().replace("[", " ").replace("]", " ").split()
    if not words:
        return list(offers[:REFERENCE_OFFERS])

    def rank(offer: ReferenceOffer) -> int:
        one = offer.reference
        label = one.label.casefold()
        if [label] == words:
            return 0
        if len(words) == 1 and label.startswith(words[0]):
            return 1
        entry = " ".join((label, *one.authors, one.year, one.title, one.text, one.url)).casefold()
        return 2 if all(word in entry for word in words) else 9

    return sorted((offer for offer in offers if rank(offer) < 9), key=rank)[:REFERENCE_OFFERS]


class _Words(Painted):
    """The list of references, and the hint under it."""

    UNDER = ("card", "text")
    WHOLE_LINES = True


class ReferenceScreen(ModalScreen[None]):
    """Tells `take` the id of the reference that was chosen, then closes."""

    DEFAULT_CSS = """
    ReferenceScreen { align: center bottom; background: transparent; }
    ReferenceScreen > Vertical {
        width: 1fr; height: auto; background: $panel; border-top: solid $hairline; padding: 0 1;
    }
    ReferenceScreen Input { border: none; height: 1; padding: 0 1; background: $panel; }
    ReferenceScreen Input:focus { border: none; }
    #reference-list, #reference-hint { height: 1; background: $panel; }
    """

    def __init__(self, offers: Sequence[ReferenceOffer], take: Callable[[str], None]) -> None:
        super().__init__()
        self._offers = offers
        self._take = take
        self._shown: list[ReferenceOffer] = []
        self._index = 0

    def compose(self) -> ComposeResult:
        """Lay out field, list and hint."""
        with Vertical():
            yield LineField(placeholder="link to: number, or words of the entry", select_on_focus=False)
            yield _Words(id="reference-list")
            yield _Words(id="reference-hint")

    def on_mount(self) -> None:
        """Offer the likeliest."""
        self._offer("")
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        """Fit everything to the width."""
        self._draw()

    def _offer(self, typed: str) -> None:
        self._shown = match_references(self._offers, typed)
        self._index = 0
        self._draw()

    def _draw(self) -> None:
        width = max(20, self.size.width - 2)
        rows = [self._row(number, offer, width) for number, offer in enumerate(self._shown)]
        if not rows:
            rows.append(line((" no reference has this", "fault")))
        words = self.query_one("#reference-list", _Words)
        words.styles.height = len(rows)
        words.show(rows)
        keys = (("↑↓", " choose   "), ("Enter", " links it   "), ("Esc", " leaves"))
        hint = line(*(part for key, does in keys for part in ((key, "yours b"), (does, "secondary"))))
        self.query_one("#reference-hint", _Words).show([hint])

    def _row(self, number: int, offer: ReferenceOffer, width: int) -> StyledLine:
        current, target = number == self._index, f"offer:{number}"
        lead = Part(" ▸ " if current else "   ", "yours b")
        label = Part(f"[{offer.reference.label}] ", "cite b" if current else "cite", target)
        why = line((offer.why, "hint", target))
        room = width - width_of((*line(lead, label), *why)) - 3
        title, by = clip(short_title(offer.reference), room), f"  {byline(offer.reference, 40)}"
        by = by if cell_len(title) + cell_len(by) <= room else ""
        named = line(lead, label, (title, "text b" if current else "text", target), (by, "secondary", target))
        return spread(named, why, width)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._offer(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._choose(self._index)

    @on(Painted.Clicked)
    def _clicked(self, event: Painted.Clicked) -> None:
        self._choose(int(event.target.partition(":")[2]))

    def _choose(self, number: int) -> None:
        if number < len(self._shown):
            # Before this screen closes: what is asked next must be there when the next key comes.
            self._take(self._shown[number].reference.id)
            self.dismiss(None)

    def on_key(self, event: events.Key) -> None:
        """Leave, or step through the list."""
        if event.key == "escape":
            event.stop()
            self.dismiss(None)
        elif event.key in ("down", "up"):
            event.stop()
            self._index = (self._index + (1 if event.key == "down" else -1)) % max(1, len(self._shown))
            self._draw()
