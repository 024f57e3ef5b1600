"""Tell how far a detail that a source lacks reaches: "from Porto Alegre", where the search finds "Porto" and "Alegre"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.stop_words import STOP_WORDS
from reader.article.ranges import Span
from reader.review.details import lexicon
from reader.review.details.names import NameIndex
from reader.review.details.phrases import can_miss

NUMBER: Final = "number"
DATE: Final = "date"
NAME: Final = "name"
WORD: Final = "word"
_JOINTS: Final = {
    NUMBER: lazy_pattern(r"[ -]"),
    DATE: lazy_pattern(r"[ -]|, "),
    NAME: lazy_pattern(r"[ '’-]"),
    WORD: lazy_pattern(r"[ -]"),
}
"""The separators between the parts of one detail, by its kind."""
_DATE_LEAD: Final = lazy_pattern(
    r"(?<![^\W_])(?:in|on|from|until|till|since|by|during|to|between|before|after|as\sof)\s(?:the\s|early\s|late\s)?$",
    re.IGNORECASE,
)
_DATE_AFTER: Final = lazy_pattern(rf",?\s(?:\d|{lexicon.alternatives(lexicon.MONTHS)}\b)", re.IGNORECASE)
_NAME_LEAD: Final = lazy_pattern(r"(?<![^\W_])(?:at|from|near|on|through|with)\s(?:the\s)?$", re.IGNORECASE)
"""Match the prepositions that belong to a name. What happens in a place, or by or for somebody, is often supported."""
_NAME_AFTER: Final = lazy_pattern(r"\s*(?:[.,;:!?)\]\"”]|$|(?:in|and|or|as|on|from|for|with|by|at|to|was|were|is|are|who)\b)")
"""Match what follows a name that does not belong to another word, as in "from Canadian sailors"."""
_CAPITALIZED: Final = lazy_pattern(r"[ -]([A-Z][^\W_]*+)(?!_|['’](?!s\b)[^\W_])\.?")
_POSSESSIVE: Final = lazy_pattern(r"['’]s?(?![^\W_])")
_NOUN: Final = lazy_pattern(r"[ -]([a-z]+)(?![^\W_])")
_GAP: Final = lazy_pattern(r"[ -]?(?:[^\W_]+[ -]){1,3}")
_WORD: Final = lazy_pattern(r"[^\W_]+")
_LEAD_REACH: Final = len(" between early ")

_Found = tuple[Span, str]


def whole_phrases(missing: Iterable[_Found], claim: str, names: NameIndex | None) -> Iterator[_Found]:
    """Yield the ranges in a claim of the phrases that missing details stand for, in order and apart, with their kinds.

    `missing` are in order. `names` are those of the source if it and the claim are in English: without them, only dates grow.
    """
    found = list(_merge_adjacent(missing, claim))
    grown: list[_Found] = []
    for at, (span, kind) in enumerate(found):
        most = found[at + 1][0].start if at + 1 < len(found) else len(claim)
        end = _whole_end(span, kind, claim, names, most) if names else span.end
        least = grown[-1][0].end if grown else 0
        grown.append((Span(_whole_start(Span(span.start, end), kind, claim, names, least), end), kind))
    if names:
        grown = list(_bridge(grown, claim, names))
    return _merge_adjacent(grown, claim)


def _merge_adjacent(missing: Iterable[_Found], claim: str) -> Iterator[_Found]:
    """Yield the details, with adjacent ones of the same kind merged."""
    last: _Found | None = None
    for span, kind in missing:
        if last and span.start < last[0].end:
            continue
        if last and last[1] == kind and (span.start == last[0].end or _JOINTS[kind].fullmatch(claim, last[0].end, span.start)):
            last = (Span(last[0].start, span.end), kind)
            continue
        if last:
            yield last
        last = (span, kind)
    if last:
        yield last


def _whole_start(span: Span, kind: str, claim: str, names: NameIndex | None, least: int) -> int:
    """Return where a date or a name begins with its preposition, from `least` on, unless a part of it is not lacking."""
    if kind == DATE:
        lead, after = _DATE_LEAD, not _DATE_AFTER.match(claim, span.end)
    elif kind == NAME and names:
        lead, after = _NAME_LEAD, _NAME_AFTER.match(claim, span.end)
    else:
        return span.start
    match = lead.search(claim, max(least, span.start - _LEAD_REACH), span.start) if after else None
    return match.start() if match else span.start


def _whole_end(span: Span, kind: str, claim: str, names: NameIndex, most: int) -> int:
    """Return where a name ends with the words that belong to it, up to `most`, and a number with the noun that it counts."""
    end = span.end
    if kind == NAME:
        while (match := _CAPITALIZED.match(claim, end, most)) and _is_empty(match[1], names):
            end = match.end() if len(match[1]) == 1 else match.end(1)
        possessive = _POSSESSIVE.match(claim, end, most)
        return possessive.end() if possessive else end
    if kind == NUMBER:
        match = _NOUN.match(claim, end, most)
        is_whole = match is not None and _NAME_AFTER.match(claim, match.end())
        if match and is_whole and can_miss(match[1]) and not names.has_start(match[1]):
            return match.end()
    return end


def _bridge(found: list[_Found], claim: str, names: NameIndex) -> Iterator[_Found]:
    """Yield details, names and words joined to those before them if the words between say nothing that the source has."""
    yield from found[:1]
    for (before, first), (span, second) in pairwise(found):
        if {first, second} <= {NAME, WORD} and _GAP.fullmatch(claim, before.end, span.start):
            words = list(_WORD.finditer(claim, before.end, span.start))
            if all(_is_empty(word[0], names) for word in words):
                yield Span(before.end if first == second else words[0].start(), span.end), second
                continue
        yield span, second


def _is_empty(word: str, names: NameIndex) -> bool:
    """Whether a word beside a missing one says nothing of its own that the source has, as "of" or the "Press" of a name."""
    folded = lexicon.fold_text(word)
    if folded.isupper() and len(folded) > 1:
        return False
    if folded[:1].isupper():
        return not names.stands_alone(folded.casefold())
    return folded in STOP_WORDS["en"] or not names.has_start(folded)
