"""Filter annotations by words that must all match, in the grammar of `review/query.py`.

`#tag` (and the tags nested in it), `[3]` (rests on that reference), `source:missing` and the other marks of
`review/source_marks.py` (rests on a reference whose source has it), a status (open, judged, uncited), a kind (claim,
not-claim, later), the id of a verdict, `note` (has one), `by:ada` (made or judged by a person with these letters in the
name), `assigned:me`, `assigned:nobody` and `assigned:ada` (in a sentence that a person was given to check); after a change of
the text `is:check` (place or verdict to check), and of those `is:changed`, `is:unsure`, `is:lost`, `is:stale`; any other word
is searched in the quote, the note and the tags. "-" negates. "is:" may stand before a status, a kind, a verdict and `note`
too. `before:`, `after:` and `on:` take the day of the last change; `article:` letters of the title.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.printable import plural
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM, LATER, PLACE_UNSURE, SENTENCE_CHANGED, WORDS_CHANGED

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.review.index import AnnotationIndex
    from reader.review.model import Annotation
    from reader.review.query import Query, QueryNames, QueryTerm
    from reader.review.scale import Scale

AnnotationTest = Callable[["AnnotationIndex", "Annotation"], bool]
STATUS_NAMES = ("open", "judged", "uncited")
CHECK_FILTER = "is:check"
"""The filter for annotations that a person should check because the text changed."""
_PLACEMENT_TESTS: dict[str, AnnotationTest] = {
    "check": lambda index, a: bool(index.placement(a).check_reason) or index.place(a) is None or index.is_stale(a),
    "changed": lambda index, a: index.placement(a).check_reason in (WORDS_CHANGED, SENTENCE_CHANGED),
    "unsure": lambda index, a: index.placement(a).check_reason == PLACE_UNSURE,
    "lost": lambda index, a: index.place(a) is None,
    "stale": lambda index, a: index.is_stale(a),
}
"""The tests that need "is:" before them: their words are too common."""
_NOTE = "note"
_EVIDENCE = "evidence"
STATES = (*STATUS_NAMES, _NOTE, *_PLACEMENT_TESTS)
"""The states of an annotation, as they stand after `is:`."""


class Filter(NamedTuple):
    """A filter of annotations with the `text` that a person typed. `kinds` are the kinds of annotation that match.

    `complaint` names the first unknown word and the words that exist, "" if all are known. Unknown words match everything.
    `public_text` is the text without names of people, for an export. `source_marks` are the marks that a source must have, each
    with True if it must not have it.
    """

    text: str
    kinds: frozenset[str]
    tests: tuple[AnnotationTest, ...]
    complaint: str = ""
    public_text: str = ""
    source_marks: tuple[tuple[str, bool], ...] = ()

    def matches_source(self, marks: Collection[str]) -> bool:
        """Whether a source with these marks has what the filter says of sources."""
        return all((mark in marks) != is_negated for mark, is_negated in self.source_marks)

    def matches(self, index: AnnotationIndex, annotation: Annotation) -> bool:
        """Whether an annotation of this review matches."""
        return annotation.kind not in ANNOTATION_KINDS or (
            annotation.kind in self.kinds and all(test(index, annotation) for test in self.tests)
        )

    def select(self, index: AnnotationIndex) -> tuple[Annotation, ...]:
        """Return the matching annotations by place, orphans last."""
        everything = index.annotations() + index.orphans()
        if not self.tests:
            others = frozenset(ANNOTATION_KINDS) - self.kinds
            if not index.has_any(others):
                return everything
            return tuple([a for a in everything if a.kind not in others])  # a list is made in half the time of a generator
        return tuple(a for a in everything if self.matches(index, a))


def parse_filter(text: str, scale: Scale) -> Filter:
    """Parse a filter. Without a kind, it matches claims and "later"; with an `is:` test, every kind."""
    if not text.strip():
        return Filter(text, frozenset((CLAIM, LATER)), ())
    from reader.review.query import parse_query  # not for the first frame, which has no filter

    return build_filter(parse_query(text, filter_names(scale)))


def filter_names(scale: Scale, other_states: Iterable[str] = ()) -> QueryNames:
    """Return the names that a filter knows; `other_states` are those that its caller tests."""
    from reader.review.query import QueryNames
    from reader.review.vocabulary import SOURCE_MARKS

    names = QueryNames.of_scale(scale, (*STATES, *other_states), (*ANNOTATION_KINDS, _EVIDENCE))
    bare = frozenset((*STATUS_NAMES, _NOTE, *ANNOTATION_KINDS, *names.verdict_ids))
    return names._replace(bare=bare, sources=(*SOURCE_MARKS,))


def build_filter(query: Query, terms: Iterable[QueryTerm] | None = None) -> Filter:
    """Return the filter for a query, or for some of its terms."""
    chosen = query.terms if terms is None else tuple(terms)
    usual = ANNOTATION_KINDS if any(t.field == "is" and t.value in _PLACEMENT_TESTS for t in chosen) else (CLAIM, LATER)
    named = [term for term in chosen if term.field == "kind" and term.value in ANNOTATION_KINDS]
    kinds = frozenset(term.value for term in named if not term.is_negated) or frozenset(usual)
    kinds -= {term.value for term in named if term.is_negated}
    tests = tuple(_term_test(term) for term in chosen if term not in named)
    marks = tuple((term.value, term.is_negated) for term in chosen if term.field == "source")
    return Filter(query.text, kinds, tests, query.problem.message if query.problem else "", query.public_text, marks)


def annotation_states(index: AnnotationIndex, annotation: Annotation) -> tuple[str, ...]:
    """Return those of STATES that an annotation of this review has."""
    return tuple(state for state, test in _STATE_TESTS if test(index, annotation))


class Criteria(NamedTuple):
    """What annotations must have: one value of each field that is not empty.

    `tags` include those nested in them, `verdicts` are ids, `references` labels or ids, `people` letters of their names,
    `sources` names of SOURCE_MARKS.
    """

    tags: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def to_filter(self) -> Filter:
        """Return the filter for these criteria. Its text leaves out the names of people."""
        tags = tuple(tag.removeprefix("#") for tag in self.tags)
        references = tuple(reference.removeprefix("[").removesuffix("]") for reference in self.references)
        groups = (
            [_tag_test(tag.casefold()) for tag in tags],
            [_verdict_test(verdict) for verdict in self.verdicts],
            [_state_test(status) for status in self.statuses],
            [_reference_test(reference.casefold()) for reference in references],
            [_person_test(name.casefold()) for name in self.people],
            [_source_test(mark) for mark in self.sources],
        )
        words = (self.kinds, tuple(f"#{tag}" for tag in tags), self.verdicts, self.statuses, self.sources)
        by = (f"the work of {plural(len(self.people), 'person', 'people')}",) if self.people else ()
        text = ", ".join(
            (*(" or ".join(group) for group in (*words, tuple(f"[{label}]" for label in references)) if group), *by)
        )
        return Filter(
            text, frozenset(self.kinds or ANNOTATION_KINDS), tuple(_any_test(tests) for tests in groups if tests), "", text
        )


def _any_test(tests: Sequence[AnnotationTest]) -> AnnotationTest:
    return lambda index, annotation: any(test(index, annotation) for test in tests)


# ------------------------------------------------------------------ the test of one term


def _term_test(term: QueryTerm) -> AnnotationTest:
    """Return the test of a term."""
    test = _positive_test(term)
    return (lambda index, annotation: not test(index, annotation)) if term.is_negated else test


def _positive_test(term: QueryTerm) -> AnnotationTest:
    from reader.review.query import DATE_FIELDS, moments_of

    folded = term.letters
    match term.field:
        case "tag":
            return _tag_test(folded)
        case "ref":
            return _reference_test(folded)
        case "is":
            return _state_test(folded)
        case "kind":
            return lambda _, a: any(judgement.evidence for judgement in a.judgements)
        case "verdict":
            return _verdict_test(term.value)
        case "source":
            return _source_test(term.value)
        case "by":
            return _person_test(folded)
        case "assigned":
            return _assigned_test(folded)
        case "article":
            return lambda index, _: folded in index.article.title.casefold()
        case field if field in DATE_FIELDS:
            first, after = moments_of(term)
            return lambda _, a: first <= a.updated_at and (not after or a.updated_at < after)
        case _:
            return lambda _, a: folded in " ".join((a.selector.exact, a.note, *a.tags)).casefold()


def _tag_test(name: str) -> AnnotationTest:
    return lambda _, a: any(t == name or t.startswith(name + "/") for t in map(str.casefold, a.tags))


def _reference_test(name: str) -> AnnotationTest:
    def test(index: AnnotationIndex, annotation: Annotation) -> bool:
        return any(is_called(index.article, reference, name) for reference in index.status(annotation).rests_on)

    return test


def _source_test(mark: str) -> AnnotationTest:
    return lambda index, a: any(mark in index.sources.marks(reference) for reference in index.status(a).rests_on)


def is_called(article: Article, reference: str, name: str) -> bool:
    """Whether the reference with this id has a name that a query may use; `name` is casefolded."""
    from reader.review.query import reference_names

    entry = article.reference_by_id.get(reference)
    return name == reference.casefold() or (entry is not None and name in reference_names(entry))


def _state_test(state: str) -> AnnotationTest:
    if state in STATUS_NAMES:
        return lambda index, a: a.kind == CLAIM and index.status(a).name == state
    return _PLACEMENT_TESTS.get(state, lambda _, a: bool(a.note))


_STATE_TESTS: Final = tuple((state, _state_test(state)) for state in STATES)


def _verdict_test(verdict: str) -> AnnotationTest:
    return lambda _, a: any(j.verdict == verdict for j in a.judgements)


def _person_test(letters: str) -> AnnotationTest:
    return lambda _, a: any(letters in name.casefold() for name in (a.creator, *(j.by for j in a.judgements)))


def _assigned_test(word: str) -> AnnotationTest:
    """Return the test whether any sentence of an annotation was given to a person; one without a place is in none."""

    def test(index: AnnotationIndex, annotation: Annotation) -> bool:
        place = index.place(annotation)
        return place is not None and index.assignments.matches(place, word)

    return test
