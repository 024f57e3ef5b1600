"""What a query looks for in the index: words, facets, people, articles and moments, each as the index stores it.

A facet is a property of a document, such as a tag or a verdict, stored as one word made of a digest: no text from outside can
be taken for syntax, and one lookup answers words and facets together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from reader.review.filter import STATES
from reader.review.model import tag_levels
from reader.review.query import (
    ARTICLE,
    DATE_FIELDS,
    KIND,
    PERSON,
    REFERENCE,
    STATE,
    TAG,
    VERDICT,
    Query,
    QueryNames,
    QueryProblem,
    QueryTerm,
    moments_of,
    parse_query,
)
from reader.review.scale import Scale
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM, NOT_CLAIM
from reader.search.words import SearchWord, split_pairs

EVIDENCE: Final = "evidence"
NOTE: Final = "note"
REFERENCE_ENTRY: Final = "reference"
PARAGRAPH: Final = "text"
SOURCE_TEXT: Final = "source"
TAG_ENTRY: Final = "tag"
DOCUMENT_KINDS: Final = (CLAIM, EVIDENCE, NOTE, REFERENCE_ENTRY, PARAGRAPH, SOURCE_TEXT, TAG_ENTRY)
"""The kinds of what is found, in the order in which an article's hits are shown. A claim stands for every annotation here."""
_ALL: Final = "all"
_MOST_TERMS: Final = 100
_MOST_LETTERS: Final = 1_000
"""The length of the longest query: a phrase is compared with the text from each word on, by SQLite too."""


@lru_cache(4096)
def facet(field: str, value: str = "") -> str:
    """Return the word that stands for a property of a document."""
    return hashlib.blake2b(f"{field}:{value}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


EVERYTHING: Final = facet(_ALL)
"""The facet that every document has."""


def tag_facets(tags: Iterable[str]) -> Iterator[str]:
    """Yield the facets of tags and of the tags that they are nested in."""
    for tag in tags:
        parts = tag_levels(tag.casefold())
        yield from (facet(TAG, "/".join(parts[: depth + 1])) for depth in range(len(parts)))


class SearchPlan(NamedTuple):
    """What documents must have and must not have.

    Each of `people` and `titles` is letters and whether they must be missing; each of `moments` is a half-open range, with ""
    for no bound, and whether it must be missed.
    """

    words: tuple[SearchWord, ...] = ()
    excluded_words: tuple[SearchWord, ...] = ()
    facets: tuple[tuple[str, ...], ...] = ()
    excluded_facets: tuple[str, ...] = ()
    people: tuple[tuple[str, bool], ...] = ()
    titles: tuple[tuple[str, bool], ...] = ()
    moments: tuple[tuple[str, str, bool], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is looked for."""
        return self == SearchPlan(excluded_facets=self.excluded_facets)

    def to_match(self, people: Iterable[tuple[str, bool]] = ()) -> str:
        """Return the full-text query for FTS5. `people` are facets of persons, each with whether it must be missing.

        Every word is quoted, so that none of it is syntax.
        """
        positive = [*map(_match_word, self.words), *map(any_facet, self.facets)] or [any_facet((EVERYTHING,))]
        positive += [person for person, is_missing in people if not is_missing]
        negative = [*map(_match_word, self.excluded_words), *(any_facet((one,)) for one in self.excluded_facets)]
        negative += [person for person, is_missing in people if is_missing]
        match = " AND ".join(f"({part})" for part in positive)
        return match if not negative else f"({match}) NOT ({' OR '.join(f'({part})' for part in negative)})"


def search_names(scale: Scale) -> QueryNames:
    """Return the names that a search knows. A state needs "is:", since all words are looked for in texts."""
    kinds = (*ANNOTATION_KINDS, *(kind for kind in DOCUMENT_KINDS if kind not in ANNOTATION_KINDS))
    return QueryNames.of_scale(scale, STATES, kinds)


def parse_search(text: str, scale: Scale) -> Query:
    """Parse a query for the search over everything."""
    query = parse_query(text, search_names(scale))
    end = len(text.rstrip())
    if len(query.terms) > _MOST_TERMS:
        return query._replace(problem=QueryProblem(f"More than {_MOST_TERMS} words", query.terms[_MOST_TERMS].start, end))
    if query.problem is None and end > _MOST_LETTERS:
        return query._replace(problem=QueryProblem(f"More than {_MOST_LETTERS:,} letters", _MOST_LETTERS, end))
    return query


def plan_search(query: Query) -> SearchPlan:
    """Return what a query looks for. Without a kind, sentences that are no claim are found as text only."""
    words = [(SearchWord(term.value, term.is_phrase), term.is_negated) for term in query.select("")]
    words = [(word, is_negated) for word, is_negated in words if word.has_letters]
    kinds = query.select(KIND)
    groups: list[tuple[str, ...]] = [
        (_facet_of(term),) for term in query.select(TAG, REFERENCE, STATE, VERDICT) if not term.is_negated
    ]
    if wanted := tuple(_facet_of(term) for term in kinds if not term.is_negated):
        groups.append(wanted)
    excluded = [_facet_of(term) for term in query.select(TAG, REFERENCE, STATE, VERDICT, KIND) if term.is_negated]
    if not wanted:
        excluded.append(facet(KIND, NOT_CLAIM))
    return SearchPlan(
        tuple(word for word, is_negated in words if not is_negated),
        tuple(word for word, is_negated in words if is_negated),
        tuple(groups),
        tuple(excluded),
        tuple((term.letters, term.is_negated) for term in query.select(PERSON)),
        tuple((term.letters, term.is_negated) for term in query.select(ARTICLE)),
        tuple((*moments_of(term), term.is_negated) for term in query.select(*DATE_FIELDS)),
    )


def _facet_of(term: QueryTerm) -> str:
    return facet(term.field, term.value if term.field in (VERDICT, KIND) else term.letters)


def any_facet(facets: Iterable[str]) -> str:
    """Return the FTS5 query for documents that have one of these facets; none of them matches nothing."""
    return " OR ".join(f"facets : {_quote(one)}" for one in (*facets,) or (facet("", "nobody"),))


def _match_word(word: SearchWord) -> str:
    """Return the FTS5 query for a word. Pairs end with the beginning of one, so that they need not end a run of characters."""
    is_whole = word.is_phrase and not word.is_paired
    return f"words : {_quote(split_pairs(word.text))}{'' if is_whole else ' *'}"


def _quote(text: str) -> str:
    """Return a text as a string of FTS5, where a quote is doubled and NUL would end the query."""
    return '"' + text.replace('"', '""').replace("\0", " ") + '"'
