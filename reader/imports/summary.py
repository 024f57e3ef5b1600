"""Say in words what an import takes in, what it could not place, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from reader.imports.own_review import ReviewPart
from reader.imports.plan import ImportPlan
from reader.printable import plural, shorten_words
from reader.review.model import LONG_TAG, Annotation, Assignment, Bookmark, Dismissal, Tag

_NAMES: Final[Mapping[type, tuple[str, str]]] = {
    Annotation: ("annotation", "annotations"),
    Assignment: ("assignment", "assignments"),
    Bookmark: ("bookmark", "bookmarks"),
    Dismissal: ("dismissed finding", "dismissed findings"),
    Tag: ("definition of a tag", "definitions of tags"),
}
_MOST_QUOTES: Final = 10


def describe_plan(plan: ImportPlan, *, is_done: bool, most: int = _MOST_QUOTES) -> list[str]:
    """Return the lines of the report on an import, as people read them; the first says what comes in.

    Of each list, `most` entries are named, and the others counted.
    """
    start = "Imported" if is_done else "Would import"
    first = f"{start} {describe_items(plan.items)}" if plan.items else "Nothing new"
    lines = [f"{first} from {plan.file.name} ({plan.file.format.title})"]
    lines += (f"  {line}" for line in _details(plan, most))
    return lines


def describe_items(items: Iterable[Annotation | ReviewPart]) -> str:
    """Return how many items of each kind come in: "12 annotations, 2 bookmarks and 1 definition of a tag"."""
    counts = Counter(map(type, items))
    parts = [plural(counts[kind], *names) for kind, names in _NAMES.items() if counts[kind]]
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _details(plan: ImportPlan, most: int) -> Iterator[str]:
    content = plan.file.content
    for document, reason in islice(zip(content.documents, content.reasons, strict=False), most):
        yield f"of “{shorten_words(document.title or document.address)}”: {reason}"
    if plan.judged:
        yield f"{plural(plan.judged, 'claim')} with a verdict"
    if plan.present:
        yield f"{plural(plan.present, 'annotation')} already here, left unchanged"
    if plan.unsure:
        yield f"{plural(len(plan.unsure), 'quote')} with changed words or an uncertain place, to be checked:"
        yield from _quotes(plan.unsure, most)
    if plan.lost:
        yield f"{plural(len(plan.lost), 'quote')} not found in the article; kept without a place:"
        yield from _quotes(plan.lost, most)
    if plan.ambiguous:
        yield f"{plural(len(plan.ambiguous), 'quote')} that the article has several times; kept without a place:"
        yield from _quotes(plan.ambiguous, most)
    if plan.whole:
        yield f"{plural(len(plan.whole), 'note')} without a quote, kept on the title"
    for what, number in plan.words.items():
        yield f"{what} became a tag ({number:,})"
    if plan.long_tags:
        yield f"{plural(plan.long_tags, 'tag')} with {LONG_TAG}, kept in the note"
    yield from _omissions(plan)


def _omissions(plan: ImportPlan) -> Iterator[str]:
    if plan.wordless:
        yield f"left out: {plural(plan.wordless, 'note')} without a quote"
    if plan.blank:
        yield f"left out: {plural(plan.blank, 'mark')} without any words"
    content = plan.file.content
    if content.others:
        where = plural(content.other_documents, "other document")
        yield f"left out: {plural(content.others, 'annotation')} about {where}"
    for what, number in plan.omissions.items():
        yield f"left out: {plural(number, what.one, what.several)}"


def _quotes(annotations: Sequence[Annotation], most: int) -> Iterator[str]:
    for annotation in annotations[:most]:
        yield f"  “{shorten_words(annotation.selector.exact)}”"
    if len(annotations) > most:
        yield f"  and {len(annotations) - most:,} more"
