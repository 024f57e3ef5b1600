"""The findings of the audit: their kinds, wording and keys."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.model import Reference
from reader.article.ranges import Span, within
from reader.article.reference_identity import plain_words, reference_identity, short_digest

NEVER_CITED: Final = "never-cited"
WOULD_FIT: Final = "fits"
POINTS_NOWHERE: Final = "points-nowhere"
AMBIGUOUS: Final = "ambiguous"
OTHER_YEAR: Final = "other-year"
OTHER_NAME: Final = "other-name"
LISTED_TWICE: Final = "listed-twice"
SHARED_DOI: Final = "shared-doi"
MALFORMED_DOI: Final = "malformed-doi"
BROKEN_LINK: Final = "broken-link"
NO_LINK: Final = "no-link"
NO_LINK_ANYWHERE: Final = "no-links"
HAS_A_DATE: Final = "has-a-date"
FUTURE_YEAR: Final = "future-year"
CITES_NOTHING: Final = "cites-nothing"
NOTHING_RECOGNISED: Final = "nothing-recognised"
MARKERS_UNKNOWN: Final = "markers-unknown"
RETRACTED: Final = "retracted"
MAY_BE_RETRACTED: Final = "may-be-retracted"
CORRECTED: Final = "corrected"
RECORD_MISSING: Final = "no-such-record"
RECORD_DIFFERS: Final = "record-differs"
LEADS_NOWHERE: Final = "leads-nowhere"
QUOTE_NOT_FOUND: Final = "quote-not-found"
NUMBER_DIFFERS: Final = "number-differs"
PASSAGE_OVERUSED: Final = "passage-overused"
SOURCE_CARRIES_MOST: Final = "source-carries-most"


class Kind(NamedTuple):
    """The wording of a kind of finding: `title` for one of them, `group` for several."""

    title: str
    group: str


FINDING_KINDS: Final[dict[str, Kind]] = {
    NOTHING_RECOGNISED: Kind("nothing recognised", "Nothing recognised"),
    RETRACTED: Kind("retracted", "Retracted sources"),
    MAY_BE_RETRACTED: Kind("may be retracted", "Sources with the title of a retracted work"),
    CORRECTED: Kind("corrected", "Sources with a correction or an expression of concern"),
    RECORD_MISSING: Kind("no such record", "References that no registry has"),
    RECORD_DIFFERS: Kind("record differs", "References that differ from the record of a registry"),
    LEADS_NOWHERE: Kind("leads nowhere", "Addresses that lead nowhere"),
    QUOTE_NOT_FOUND: Kind("quotation not in source", "Quotations that are not in the source"),
    MARKERS_UNKNOWN: Kind("markers not recognised", "Lists whose markers were not recognised"),
    POINTS_NOWHERE: Kind("points nowhere", "Markers that point nowhere"),
    AMBIGUOUS: Kind("is ambiguous", "Markers that fit several references"),
    OTHER_NAME: Kind("different name", "Names that differ from the reference"),
    OTHER_YEAR: Kind("different year", "Years that differ from the reference"),
    NEVER_CITED: Kind("never cited", "References that are never cited"),
    WOULD_FIT: Kind("would fit", "References that would fit sentences without a citation"),
    LISTED_TWICE: Kind("listed twice", "References that are listed twice"),
    SHARED_DOI: Kind("shared DOI", "Different references with the same DOI"),
    MALFORMED_DOI: Kind("malformed DOI", "Malformed DOIs"),
    BROKEN_LINK: Kind("malformed address", "Malformed addresses"),
    FUTURE_YEAR: Kind("future year", "Years in the future"),
    HAS_A_DATE: Kind("has a date", "References called undated that have a date"),
    NO_LINK: Kind("no link", "References without a link"),
    NO_LINK_ANYWHERE: Kind("no links at all", "Reference lists without any link"),
    NUMBER_DIFFERS: Kind("number differs", "Numbers that differ from the source by unit or scale"),
    PASSAGE_OVERUSED: Kind("passage used often", "Passages that carry many claims"),
    SOURCE_CARRIES_MOST: Kind("carries most claims", "Sources that carry most claims"),
    CITES_NOTHING: Kind("cites nothing", "Sentences without a citation"),
}
"""The wording of every kind by its id, in display order."""
_REMARKS: Final = frozenset((PASSAGE_OVERUSED, SOURCE_CARRIES_MOST, CITES_NOTHING))
"""The kinds of findings that may be as they should."""

_MAX_EXCERPT_LENGTH = 70
_MAX_KEY_LENGTH = 2_000
"""The most characters of a sentence that are in a key themselves. One of thousands of markers has as many keys."""


class Finding(NamedTuple):
    """A mismatch between an article and its references.

    `kind` is a constant of this module; its spelling never changes. `where` is None for a finding about the whole article, or
    about a reference outside the text. `reference` is the id of a reference, or "". `text` is the message. `also` are the other
    ranges that the finding concerns, in the order of the text.

    `key` identifies the finding in its article, even after renumbering or edits elsewhere. Dismissals are stored by key.
    """

    kind: str
    where: Span | None
    reference: str
    text: str
    key: str = ""
    also: tuple[Span, ...] = ()

    @property
    def is_fault(self) -> bool:
        """Whether something is wrong; a sentence that cites nothing, or a source that carries much, may be right."""
        return self.kind not in _REMARKS


def with_keys(findings: Iterable[Finding], article: Article) -> Iterator[Finding]:
    """Yield the findings with their keys. Repeated keys get "~2", "~3".

    The key of a finding about a reference is made from the source. The key of a finding about a sentence or marker is made from
    the words of the sentence, without markers since renumbering changes them, and the position in it. A finding about both uses
    both. A suggested reference uses the source alone, since the sentences depend on the claims.
    """
    counts: dict[str, int] = {}
    sentences: dict[Span, _SentenceWords] = {}
    for finding in findings:
        reference = article.reference_by_id.get(finding.reference)
        source = reference_identity(reference) if reference is not None else ""
        in_list = reference is not None and finding.where == reference.span
        words = (
            ""
            if finding.where is None or in_list or finding.kind == WOULD_FIT
            else _key_words(article, finding.where, sentences)
        )
        key = short_digest(f"{finding.kind}\n{source}\n{words}")
        count = counts[key] = counts.get(key, 0) + 1
        yield finding._replace(key=key if count == 1 else f"{key}~{count}")


class _SentenceWords(NamedTuple):
    """The words of a sentence without its markers, and the offset of each in the text."""

    words: str
    starts: tuple[int, ...]


def _key_words(article: Article, where: Span, sentences: dict[Span, _SentenceWords]) -> str:
    """Return what the key of a finding says of its place. `sentences` keeps the words of those that have findings."""
    sentence = article.sentences.at(where.start)
    if sentence is None or not sentence.overlaps(where):
        return plain_words(article.text[where.start : where.end])
    if sentence not in sentences:
        sentences[sentence] = _sentence_words(article, sentence)
    words, starts = sentences[sentence]
    return words if where == sentence else f"{words}\n{bisect_left(starts, where.start)}"


def _sentence_words(article: Article, sentence: Span) -> _SentenceWords:
    parts: list[Span] = []
    start = sentence.start
    for citation in within(article.citations, sentence.start, sentence.end):
        parts.append(Span(start, citation.start))
        start = max(start, citation.end)
    parts.append(Span(start, sentence.end))
    words = plain_words("".join(article.text[part.start : part.end] for part in parts))
    return _SentenceWords(
        words if len(words) <= _MAX_KEY_LENGTH else short_digest(words),
        tuple(_word_starts(article.text, (offset for part in parts for offset in range(*part)))),
    )


def _word_starts(text: str, offsets: Iterable[int]) -> Iterator[int]:
    """Yield the offset of each word of `plain_words`, for which a letter may be folded to several signs."""
    is_inside = False
    for offset in offsets:
        for sign in text[offset].casefold():
            is_word = sign.isalnum() or sign == "_"
            if is_word and not is_inside:
                yield offset
            is_inside = is_word


def message_label(reference: Reference) -> str:
    """Name a reference in a message: "[3]" if it has a number, else its label."""
    return f"[{reference.label}]" if reference.label.isdecimal() else reference.label


def excerpt(text: str) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_EXCERPT_LENGTH else line[: _MAX_EXCERPT_LENGTH - 1].rstrip() + "…"
