"""What a search returns: hits with their words, grouped by article or source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from reader.article.ranges import Span
from reader.printable import plural
from reader.review.query import Query
from reader.search.database import SOURCE_OWNER, Owner, StoredDocument
from reader.search.words import SearchWord, find_words


class Hit(NamedTuple):
    """A document that was found: the words to show, and the places in them that the query named."""

    document: StoredDocument
    excerpt: str
    places: tuple[Span, ...] = ()


class HitGroup(NamedTuple):
    """The hits in one article or source: the first of them, and how many there are."""

    owner: Owner
    hits: tuple[Hit, ...]
    hit_count: int

    @property
    def title(self) -> str:
        """The title to show."""
        return self.owner.title or ("Untitled source" if self.owner.kind == SOURCE_OWNER else "Untitled")


class Destination(NamedTuple):
    """Where a hit leads: an article, and there an annotation, else a range of its text, else a source at an offset.

    `reference` is the identity of the reference that the source stands behind; `words` are searched within the range. With
    `claims`, the ids of annotations, it leads to the review of their pairs.
    """

    article: str
    annotation: str = ""
    span: Span | None = None
    reference: str = ""
    words: tuple[SearchWord, ...] = ()
    claims: frozenset[str] = frozenset()

    def locate(self, text: str) -> Span | None:
        """Return the first of the words within the range of a text, else the range; None if the text has no such range."""
        span = self.span
        if span is None or span.start < 0 or span.end > len(text):
            return None
        places = find_words(text[span.start : span.end], self.words)
        return Span(span.start + places[0].start, span.start + places[0].end) if places else span


class HitDetail(NamedTuple):
    """What the card of a hit shows: its claim with evidence and notes, if it belongs to one, and the paragraph around it."""

    claim: StoredDocument | None = None
    parts: tuple[StoredDocument, ...] = ()
    paragraph: StoredDocument | None = None
    destination: Destination | None = None
    words: tuple[SearchWord, ...] = ()


class IndexState(NamedTuple):
    """How far the index is: articles in it, articles in the library, whether it holds all changes, whether it needs a scan.

    `unread` counts the articles and sources of which the kept text is missing or damaged: nothing in it is found.
    """

    indexed: int = 0
    articles: int = 0
    is_complete: bool = False
    is_slow: bool = False
    unread: int = 0

    @property
    def remark(self) -> str:
        """What a person must know about hits from this index, "" for nothing."""
        is_partial = self.indexed < self.articles
        rest = (
            f"{self.indexed:,} of {self.articles:,} articles are indexed"
            if is_partial
            else "The last changes are being indexed"
        )
        parts = (
            "" if self.is_complete else rest,
            f"{plural(self.unread, 'text is', 'texts are')} missing in the library, and not searched" if self.unread else "",
            "This Python has no FTS5, so every search reads everything" if self.is_slow else "",
        )
        return " · ".join(filter(None, parts))


class SearchResults(NamedTuple):
    """What a query found. `kinds` counts all hits by kind; `groups` are the first ones, the best first.

    `hit_count` is the number of hits of the kind that was asked for, `group_count` that of their articles and sources.
    """

    query: Query
    groups: tuple[HitGroup, ...] = ()
    kinds: Mapping[str, int] = {}
    hit_count: int = 0
    group_count: int = 0
    milliseconds: float = 0.0
    state: IndexState = IndexState()
