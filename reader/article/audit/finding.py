"""What a finding of the audit is: its kinds, their words, and the key that tells it from all others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.model import Reference
from reader.article.ranges import Span, within
from reader.article.reference_identity import plain_words, reference_identity, short_digest

NEVER_CITED: Final = "never-cited"
WOULD_FIT: Final = "fits"
POINTS_NOWHERE: Final = "points-nowhere"
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


class Kind(NamedTuple):
    """The words for a kind of findings: `title` beside one of them, `group` above several."""

    title: str
    group: str


FINDING_KINDS: Final[dict[str, Kind]] = {
    NOTHING_RECOGNISED: Kind("nothing recognised", "Nothing recognised"),
    POINTS_NOWHERE: Kind("points nowhere", "Markers that point nowhere"),
    OTHER_NAME: Kind("another name", "Names in the text unlike those of the entry"),
    OTHER_YEAR: Kind("another year", "Years in the text unlike that of the entry"),
    NEVER_CITED: Kind("never cited", "References that are never cited"),
    WOULD_FIT: Kind("would fit", "References that would fit sentences without a citation"),
    LISTED_TWICE: Kind("listed twice", "References that repeat another one"),
    SHARED_DOI: Kind("one DOI for two", "Different references with the same DOI"),
    MALFORMED_DOI: Kind("DOI malformed", "DOIs that are none"),
    BROKEN_LINK: Kind("link broken", "Addresses that are none"),
    FUTURE_YEAR: Kind("year to come", "Years that are still to come"),
    HAS_A_DATE: Kind("has a date", "References called undated though a date stands in them"),
    NO_LINK: Kind("no link", "References without a link"),
    NO_LINK_ANYWHERE: Kind("no links at all", "A list without any link"),
    CITES_NOTHING: Kind("cites nothing", "Sentences that cite nothing"),
}
"""The words for every kind, by its id, in the order in which groups are shown."""

_MAX_EXCERPT_LENGTH = 70


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit between an article and its references.

    `kind` is one of the constants of this module and never changes its spelling. `where` is the place in the article's text,
    None for a finding about the article as a whole or a reference that doesn't stand in it. `reference` is the id of the
    reference it is about, or "". `text` tells a person what was found, and why. `also` are the other places it is about, in
    the order of the text.

    `key` tells it from all others of its article, and stays the same when the text is changed elsewhere and the list is
    renumbered: what a person dismissed is known by it.
    """

    kind: str
    where: Span | None
    reference: str
    text: str
    key: str = ""
    also: tuple[Span, ...] = ()


def with_keys(found: Iterable[Finding], article: Article) -> tuple[Finding, ...]:
    """Return the findings with their keys; of several with the same one, the later ones count on: "~2", "~3".

    A finding about a reference is known by the source; one about a sentence or a marker by the words of its sentence, without
    the markers, as a list that is renumbered changes these, and by the place among them; one about both by both. Only that a
    reference would fit sentences is known by the source alone: which sentences they are changes with the claims.
    """
    seen: dict[str, int] = {}
    done: list[Finding] = []
    for finding in found:
        reference = article.reference_by_id.get(finding.reference)
        source = reference_identity(reference) if reference is not None else ""
        in_list = reference is not None and finding.where == reference.span
        words = "" if finding.where is None or in_list or finding.kind == WOULD_FIT else _key_words(article, finding.where)
        key = short_digest(f"{finding.kind}\n{source}\n{words}")
        count = seen[key] = seen.get(key, 0) + 1
        done.append(replace(finding, key=key if count == 1 else f"{key}~{count}"))
    return tuple(done)


def _key_words(article: Article, where: Span) -> str:
    sentence = article.sentences.at(where.start)
    if sentence is None or not sentence.overlaps(where):
        return plain_words(article.text[where.start : where.end])
    words = plain_words(_text_without_markers(article, sentence))
    if where == sentence:
        return words
    return f"{words}\n{len(plain_words(_text_without_markers(article, Span(sentence.start, where.start))).split())}"


def _text_without_markers(article: Article, span: Span) -> str:
    """Return the text of a range with its citation markers left out."""
    parts: list[str] = []
    start = span.start
    for citation in within(article.citations, span.start, span.end):
        parts.append(article.text[start : citation.start])
        start = max(start, citation.end)
    return "".join([*parts, article.text[start : span.end]])


def message_label(reference: Reference) -> str:
    """Return what a reference is called in a sentence: "[3]" where it has a number, else its label."""
    return f"[{reference.label}]" if reference.label.isdecimal() else reference.label


def excerpt(text: str) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _MAX_EXCERPT_LENGTH else line[: _MAX_EXCERPT_LENGTH - 1].rstrip() + "…"
