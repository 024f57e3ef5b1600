"""Filter annotations by words that must all match.

`#tag` (and the tags nested in it), `[3]` (rests on that reference), a status (open, judged, uncited), a kind (claim, not-claim,
later), the id of a verdict, `note` (has one), `by:ada` (made or judged by a person with these letters in the name); after a
change of the text `is:check` (place or verdict to check), and of those `is:changed`, `is:unsure`, `is:lost`, `is:stale`; any
other word is searched in the quote, the note and the tags. "-" negates. "is:" may stand before a status, a kind, a verdict and
`note` too. Any other word of the form `name:value` is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from reader.printable import plural
from reader.review.scale import UNAVAILABLE, Scale
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM, LATER, NOT_CLAIM, PLACE_UNSURE, SENTENCE_CHANGED, WORDS_CHANGED

if TYPE_CHECKING:
    from reader.review.index import AnnotationIndex
    from reader.review.model import Annotation

AnnotationTest = Callable[["AnnotationIndex", "Annotation"], bool]
STATUS_NAMES = ("open", "judged", "uncited")
CHECK_FILTER = "is:check"
"""The filter for annotations that a person should check because the text changed."""
_PLACEMENT_TESTS: dict[str, AnnotationTest] = {
    CHECK_FILTER: lambda index, a: bool(index.placement(a).check_reason) or index.place(a) is None or index.is_stale(a),
    "is:changed": lambda index, a: index.placement(a).check_reason in (WORDS_CHANGED, SENTENCE_CHANGED),
    "is:unsure": lambda index, a: index.placement(a).check_reason == PLACE_UNSURE,
    "is:lost": lambda index, a: index.place(a) is None,
    "is:stale": lambda index, a: index.is_stale(a),
}


_BY = "by:"


class Filter(NamedTuple):
    """A filter of annotations with the `text` that a person typed. `kinds` are the kinds of annotation that match.

    `complaint` names the first unknown word and the words that exist, "" if all are known. Unknown words match everything.
    """

    text: str
    kinds: frozenset[str]
    tests: tuple[AnnotationTest, ...]
    complaint: str = ""

    @property
    def public_text(self) -> str:
        """The text without names of people, for an export."""
        return " ".join("by:…" if word.casefold().lstrip("-").startswith(_BY) else word for word in self.text.split())

    def matches(self, index: AnnotationIndex, annotation: Annotation) -> bool:
        """Whether an annotation of this review matches."""
        return annotation.kind not in ANNOTATION_KINDS or (
            annotation.kind in self.kinds and all(test(index, annotation) for test in self.tests)
        )

    def select(self, index: AnnotationIndex) -> tuple[Annotation, ...]:
        """Return the matching annotations by place, orphans last."""
        everything = (*index.annotations(), *index.orphans())
        if not self.tests:
            return tuple(a for a in everything if a.kind in self.kinds or a.kind not in ANNOTATION_KINDS)
        return tuple(a for a in everything if self.matches(index, a))


def parse_filter(text: str, scale: Scale, other_names: Iterable[str] = ()) -> Filter:
    """Parse a filter. Without a kind, it matches claims and "later"; with an `is:` test, every kind.

    `other_names` are names that the caller knows besides, for the complaint about an unknown word.
    """
    names = (*STATUS_NAMES, *ANNOTATION_KINDS, *(verdict.id for verdict in scale.verdicts), UNAVAILABLE, "note")
    words, unknown = _split_words(text, names, _PLACEMENT_TESTS)
    usual = ANNOTATION_KINDS if any(word.casefold() in _PLACEMENT_TESTS for word in words) else (CLAIM, LATER)
    kinds = frozenset(word for word in words if word in ANNOTATION_KINDS) or frozenset(usual)
    if "-" + LATER in words:
        kinds -= {LATER}
    skip = {*ANNOTATION_KINDS, "-" + LATER, "-" + NOT_CLAIM}
    tests = tuple(_annotation_test(word, scale) for word in words if word not in skip)
    return Filter(text, kinds, tests, _complaint(unknown, (*names, *other_names)) if unknown else "")


def _split_words(text: str, names: Collection[str], tests: Collection[str]) -> tuple[list[str], str]:
    """Split a filter into words without the "is:" of a known name, and return its first unknown word or "".

    `tests` are the words with an "is:" that stay as they are.
    """
    words: list[str] = []
    unknown = ""
    for word in text.split():
        sign = "-" if word.startswith("-") and len(word) > 1 else ""
        folded = word[len(sign) :].casefold()
        prefix, colon, value = folded.partition(":")
        if prefix == "by" and value:
            words.append(word)
        elif prefix == "is" and value in names:
            words.append(sign + value)
        elif colon and folded not in tests and (prefix == "is" or (prefix.isalpha() and value and not value.startswith("//"))):
            unknown = unknown or word
        else:
            words.append(word)
    return words, unknown


def _complaint(unknown: str, names: Iterable[str]) -> str:
    values = " ".join(dict.fromkeys((*names, *(test.removeprefix("is:") for test in _PLACEMENT_TESTS))))
    return f"No filter “{unknown}”; after is: {values}"


class Criteria(NamedTuple):
    """What annotations must have: one value of each field that is not empty.

    `tags` include those nested in them, `verdicts` are ids, `references` labels or ids, `people` letters of their names.
    """

    tags: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    def to_filter(self, scale: Scale) -> Filter:
        """Return the filter for these criteria. Its text leaves out the names of people."""
        groups = (
            tuple(f"#{tag.removeprefix('#')}" for tag in self.tags),
            self.verdicts,
            self.statuses,
            tuple(f"[{reference.removeprefix('[').removesuffix(']')}]" for reference in self.references),
        )
        tests = [_any_test([_annotation_test(word, scale) for word in group]) for group in groups if group]
        if self.people:
            tests.append(_any_test([_person_test(name.casefold()) for name in self.people]))
        by = (f"the work of {plural(len(self.people), 'person', 'people')}",) if self.people else ()
        text = ", ".join((*(" or ".join(group) for group in (self.kinds, *groups) if group), *by))
        return Filter(text, frozenset(self.kinds or ANNOTATION_KINDS), tuple(tests))


def _any_test(tests: Sequence[AnnotationTest]) -> AnnotationTest:
    return lambda index, annotation: any(test(index, annotation) for test in tests)


def _reference_test(name: str) -> AnnotationTest:
    return lambda index, a: any(name in (r, index.article.label_of(r)) for r in index.status(a).rests_on)


def _person_test(letters: str) -> AnnotationTest:
    return lambda _, a: any(letters in name.casefold() for name in (a.creator, *(j.by for j in a.judgements)))


def _annotation_test(word: str, scale: Scale) -> AnnotationTest:
    if word.startswith("-") and len(word) > 1:
        inner = _annotation_test(word[1:], scale)
        return lambda index, annotation: not inner(index, annotation)
    folded = word.casefold()
    if word.startswith("#") and len(word) > 1:
        name = folded[1:]
        return lambda _, a: any(t == name or t.startswith(name + "/") for t in map(str.casefold, a.tags))
    if word.startswith("[") and word.endswith("]") and len(word) > 2:
        return _reference_test(word[1:-1])
    if folded.startswith(_BY) and len(word) > len(_BY):
        return _person_test(folded.removeprefix(_BY))
    if folded in _PLACEMENT_TESTS:
        return _PLACEMENT_TESTS[folded]
    if folded in STATUS_NAMES:
        return lambda index, a: a.kind == CLAIM and index.status(a).name == folded
    if folded in {verdict.id for verdict in scale.verdicts} or folded == UNAVAILABLE:
        return lambda _, a: any(j.verdict == folded for j in a.judgements)
    if folded == "note":
        return lambda _, a: bool(a.note)
    return lambda _, a: folded in " ".join((a.selector.exact, a.note, *a.tags)).casefold()
