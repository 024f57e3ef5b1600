"""Pick a reference by its label or by words of its entry; the likeliest are offered first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.widget import Widget

from reader.tui.dialogs.dialog import PickDialog
from reader.tui.panes.card import byline, short_title
from reader.tui.question import Draft
from reader.tui.styled_line import Part, StyledLine, clip, line, spread, width_of
from reader.tui.widgets.prompt_bar import LineField

if TYPE_CHECKING:
    from reader.article.model import Reference

REFERENCE_OFFERS = 8
"""Most references in the list."""


class ReferenceOffer(NamedTuple):
    """Reference that can be picked, and the reason to pick it."""

    reference: Reference
    why: str


def match_references(offers: Sequence[ReferenceOffer], text: str) -> list[ReferenceOffer]:
    """Return the offers that match a text: its label first, then labels that begin so, then entries with all its words.

    Equally good offers keep their order.
    """
    words = text.casefold().replace("[", " ").replace("]", " ").split()
    if not words:
        return list(offers[:REFERENCE_OFFERS])

    def rank(offer: ReferenceOffer) -> int:
        reference = offer.reference
        label = reference.label.casefold()
        if [label] == words:
            return 0
        if len(words) == 1 and label.startswith(words[0]):
            return 1
        entry = " ".join((label, *reference.authors, reference.year, reference.title, reference.text, reference.url)).casefold()
        return 2 if all(word in entry for word in words) else 9

    return sorted((offer for offer in offers if rank(offer) < 9), key=rank)[:REFERENCE_OFFERS]


class ReferenceScreen(PickDialog[None]):
    """Dialog that calls `take` with the id of the picked reference, then closes. `draft` holds the words typed before."""

    def __init__(self, offers: Sequence[ReferenceOffer], take: Callable[[str], None], draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._offers = offers
        self._take = take
        self._matches: list[ReferenceOffer] = []

    def body(self) -> Sequence[Widget]:
        """Return field and list."""
        return LineField(
            self._draft.text(""), placeholder="number or words of the reference to link", select_on_focus=False
        ), self.lines

    def keep_draft(self) -> None:
        """Keep the typed words as a draft."""
        self._draft.keep(self.query_one(LineField).value, "")

    def search(self, words: str) -> None:
        """Find the references that match the words in the field."""
        self._matches = match_references(self._offers, words)

    def draw(self) -> None:
        """Show list and keys."""
        super().draw()
        self.show_keys(("↑↓", "choose"), ("Enter", "links to it"), ("Esc", "cancels"))

    def rows(self) -> list[StyledLine]:
        """Return a line for each reference."""
        width = max(20, self.size.width - 2)
        return [self._row(number, offer, width) for number, offer in enumerate(self._matches)]

    def empty_line(self) -> StyledLine:
        """Return the line for no match."""
        return line((" No reference matches", "fault"))

    def _row(self, number: int, offer: ReferenceOffer, width: int) -> StyledLine:
        current, target = number == self.index, f"offer:{number}"
        lead = Part(" ▸ " if current else "   ", "yours b")
        label = Part(f"[{offer.reference.label}] ", "cite b" if current else "cite", target)
        why = line((offer.why, "hint", target))
        room = width - width_of((*line(lead, label), *why)) - 3
        title, by = clip(short_title(offer.reference), room), f"  {byline(offer.reference, 40)}"
        by = by if cell_len(title) + cell_len(by) <= room else ""
        left = line(lead, label, (title, "text b" if current else "text", target), (by, "secondary", target))
        return spread(left, why, width)

    def pick(self, number: int) -> None:
        """Take a reference, then close: the next question must be open before the next key arrives."""
        if number < len(self._matches):
            self._draft.drop()
            self._take(self._matches[number].reference.id)
            self.dismiss()
