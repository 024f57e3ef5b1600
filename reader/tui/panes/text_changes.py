"""Render the changes of the text under an annotation: old and new wording, how the place was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from reader.article.lazy_pattern import lazy_pattern
from reader.printable import terminal_line
from reader.review.vocabulary import PLACE_UNSURE, SENTENCE_CHANGED, SURE_CONFIDENCE, WORDS_CHANGED
from reader.tui.panes.bars import key_line
from reader.tui.panes.card_view import TextChange
from reader.tui.styled_line import Part, StyledLine, clip_line, line, width_of

if TYPE_CHECKING:
    from reader.review.model import Annotation
    from reader.review.placement import Placement
    from reader.review.revisions import DiffPiece
    from reader.review.session import ReviewSession
    from reader.tui.panes.card_view import CardView

_BLANKS: Final = lazy_pattern(r"\s+")
LEAD_CELLS: Final = 6
"""Cells of the word before a wording, with its padding."""
LOST_PLACE: Final = "lost its place"
CHECK_WORDS: Final = {WORDS_CHANGED: "words changed", SENTENCE_CHANGED: "sentence changed", PLACE_UNSURE: "place not sure"}
"""Reasons to check a place, as lists and the card show them."""
CHECK_SIGNS: Final = {WORDS_CHANGED: "~", SENTENCE_CHANGED: "≈", PLACE_UNSURE: "¿"}
"""Signs of the reasons to check a place, in gutter and list."""
_METHOD_NAMES: Final = {
    "same place": "found at the same place",
    "only place": "found by its words",
    "old text": "placed by comparing the texts",
    "likeliest place": "likeliest place",
}
"""Words for each anchoring method. A method of a later version is shown as its own name."""
_CHANGED: Final = "open changed"
_DETAIL: Final = "open current-finding"

StyledWords = tuple[str, str]
"""A piece of a wording and the roles it is drawn in."""


def text_change_of(session: ReviewSession, annotation: Annotation) -> TextChange:
    """Return the change of the text under an annotation of `session`, or since the first of its stale verdicts."""
    index = session.index
    placement, selector = index.placement(annotation), annotation.selector
    stale = {j.reference: j for j in annotation.judgements if index.is_stale_verdict(annotation, j)}
    reasons = {r: "stale: another source" if index.has_other_source(annotation, j) else "stale" for r, j in stale.items()}
    if placement.place is None:
        return TextChange(LOST_PLACE, selector.exact, "", "", reasons)
    since = {j.edition: change for j in stale.values() if (change := index.change_since_verdict(annotation, j))}
    reason, edition = placement.check_reason, annotation.edition
    if not reason and since:
        edition, reason = next(iter(since.items()))
    start, end = placement.place
    old, new = selector.exact, index.article.text[start:end]
    if reason == PLACE_UNSURE:
        new = index.article.text[max(0, start - len(selector.prefix)) : end + len(selector.suffix)]
        old = selector.prefix + old + selector.suffix
    elif reason:
        then, now = index.passages_since(annotation, edition or annotation.edition)
        if then is not None and now is not None:
            old, new = (then.sentence, now.sentence) if reason == SENTENCE_CHANGED else (then.words, now.words)
    is_decided = annotation.edition != index.article.digest and not index.is_foreign(annotation)
    method = "place confirmed" if is_decided else _placement_text(placement)
    return TextChange(CHECK_WORDS.get(reason, ""), old, new, method, reasons, bool(placement.check_reason), bool(since))


def _placement_text(placement: Placement) -> str:
    certainty = "sure" if placement.confidence >= SURE_CONFIDENCE else "not sure"
    return f"{_METHOD_NAMES.get(placement.method, placement.method)}, {certainty}"


def change_lines(check: TextChange | None, width: int, most: int) -> list[StyledLine]:
    """Return the old and the new wording in at most `most` lines, but at least one each; none if there is nothing to compare.

    Changed words are underlined; changed numbers and names are also reversed.
    """
    if check is None or not check.new or not check.reason:
        return []
    from reader.review.revisions import diff_words

    old, new = diff_words(check.old, check.new)
    return [
        *wording_lines("was", _roles(old), width, max(1, most // 2), _DETAIL, _CHANGED),
        *wording_lines("now", _roles(new), width, max(1, most // 2), _DETAIL, _CHANGED),
    ]


def placement_lines(view: CardView, width: int) -> list[StyledLine]:
    """Return how the place was found and the keys that decide on place and verdict, in one line if they fit, else in two."""
    check = view.check
    if check is None or not check.new or not check.reason:
        return []
    method = line((check.placement, "secondary"))
    deeds = (("confirm", "its place", check.needs_place), ("keep-verdict", "keeps the verdict", check.needs_verdict))
    keys = key_line(view.label, *((key, words) for key, words, is_due in deeds if is_due), ("attach", "moves it"))
    return [(*method, Part("  "), *keys)] if width_of(method) + 2 + width_of(keys) <= width else [method, keys]


def _roles(pieces: Iterable[DiffPiece]) -> list[StyledWords]:
    return [(piece.text, _DETAIL if piece.is_detail else _CHANGED if piece.is_changed else "text") for piece in pieces]


def wording_lines(
    lead: str, pieces: Sequence[StyledWords], width: int, most: int, *focus: str, indent: int = LEAD_CELLS
) -> list[StyledLine]:
    """Return a wording in at most `most` lines, the word `lead` before it in `indent` cells.

    A wording that is too long is cut around its first piece in one of the roles `focus`; earlier roles take precedence.
    """
    from reader.tui.layout import wrap

    text, marks = _join_pieces(pieces)
    room = max(2, width - indent)
    spans = list(wrap(text, room))
    if len(spans) > most:
        anchor = next((start for role in focus for start, _, mark_role in marks if mark_role == role), 0)
        if anchor > room * most // 2:
            begin = text.rfind(" ", 0, max(0, anchor - room // 4)) + 1
            text, marks = f"…{text[begin:]}", [(start + 1 - begin, end + 1 - begin, role) for start, end, role in marks]
            spans = list(wrap(text, room))
    lines: list[StyledLine] = []
    for number, (start, end) in enumerate(spans[:most]):
        parts = _slice_parts(text, start, end, marks)
        if number == most - 1 and len(spans) > most:
            parts = _end_with_ellipsis(parts, room)
        lines.append((Part(f"{'' if number else lead:{indent}}", "secondary"), *parts))
    return lines


def _end_with_ellipsis(parts: StyledLine, room: int) -> StyledLine:
    """Append "…" to a line, in place of its last letters if it is full."""
    if width_of(parts) + 2 <= room:
        return (*parts, Part(" …"))
    return clip_line((*parts[:-1], parts[-1]._replace(text=f"{parts[-1].text}……")), room)


def _join_pieces(pieces: Iterable[StyledWords]) -> tuple[str, list[tuple[int, int, str]]]:
    """Join pieces into one printable line; return it and the range and roles of each piece, without trailing blanks."""
    text, marks = "", list[tuple[int, int, str]]()
    for piece, role in pieces:
        words = terminal_line(_BLANKS.sub(" ", piece))
        marks.append((len(text), len(text) + len(words.rstrip()), role))
        text += words
    return text, marks


def _slice_parts(text: str, start: int, end: int, marks: Iterable[tuple[int, int, str]]) -> StyledLine:
    """Return a range of a text as the parts of a line."""
    parts: list[Part] = []
    at = start
    for first, last, role in marks:
        if last <= start or first >= end:
            continue
        parts.append(Part(text[at : max(at, first)]))
        at = max(at, first)
        parts.append(Part(text[at : min(last, end)], role))
        at = min(last, end)
    return tuple(part for part in (*parts, Part(text[at:end])) if part.text)
