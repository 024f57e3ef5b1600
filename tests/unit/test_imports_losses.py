"""What comes back of a review that was written and read again: the table in `docs/importing.md` says it for each format.

`python -m tests.unit.test_imports_losses` writes the table anew.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, cast

import pytest

from reader.article.reference_identity import plain_words
from reader.exchange import FORMATS as EXPORT_FORMATS
from reader.imports import IMPORT_FORMATS
from reader.review.model import Annotation
from reader.review.scale import UNAVAILABLE, decision_title, problem_title
from reader.review.session import ReviewSession
from tests.unit.golden_review import review_everything
from tests.unit.review_strategies import article
from tests.unit.test_imports import exported, planned

TOOLS_PAGE: Final = Path(__file__).parents[2] / "docs" / "research-tools.md"
PAGE: Final = Path(__file__).parents[2] / "docs" / "importing.md"
BEGIN, END = "<!-- round trips: written by tests/unit/test_imports_losses.py -->\n", "<!-- end of round trips -->\n"
FORMATS: Final = (
    *("jsonl", "web-annotation", "hypothesis", "refi-qda", "prodigy", "label-studio", "doccano", "brat", "readwise"),
)
"""The formats that are written and read."""
KEPT, WORDS, LOST, PART = "kept", "in the note", "lost", "in part"
RANKS: Final = (LOST, PART, WORDS, f"{KEPT} or {WORDS}", KEPT)
OTHER_PERSON: Final = "zoe"
LOST_PLACE: Final = "an annotation without a place"
Aspect = Callable[[ReviewSession, Annotation], object]


def verdicts(_: ReviewSession, mark: Annotation) -> object:
    """Return the verdicts of an annotation, by the entries that they are about."""
    return {one.reference: one.verdict for one in mark.judgements if one.verdict not in ("", UNAVAILABLE)}


def lacking(_: ReviewSession, mark: Annotation) -> object:
    """Return the entries whose sources are unavailable."""
    return {one.reference for one in mark.judgements if one.verdict == UNAVAILABLE}


def reasons(_: ReviewSession, mark: Annotation) -> object:
    """Return what was said with the verdicts of an annotation."""
    return {one.reference: (one.note, one.problems) for one in mark.judgements if one.note or one.problems}


def evidence(_: ReviewSession, mark: Annotation) -> object:
    """Return the passages of sources of an annotation, by their entries."""
    return {one.reference: one.evidence for one in mark.judgements if one.evidence}


def links(_: ReviewSession, mark: Annotation) -> object:
    """Return what a person decided about the works that a claim rests on."""
    return {reference: link.rests for reference, link in mark.links.items()}


ASPECTS: Final[dict[str, Aspect]] = {
    "place": lambda session, mark: session.index.place(mark),
    LOST_PLACE: lambda session, mark: not session.index.place(mark) and mark.selector.exact,
    "kind": lambda _, mark: mark.kind,
    "tags": lambda _, mark: mark.tags,
    "note": lambda _, mark: mark.note.replace("\x00", "\ufffd"),
    "verdicts, each on its reference": verdicts,
    "that a source is unavailable": lacking,
    "reason and problems of a verdict": reasons,
    "passages of sources": evidence,
    "what a claim rests on, as a person decided it": links,
    "decision": lambda _, mark: mark.decision,
    "fix": lambda _, mark: mark.fix,
    "who": lambda _, mark: mark.creator,
    "when": lambda _, mark: mark.created_at,
}
"""What is said of an annotation, by the words of the table."""


def said_in_words(session: ReviewSession, mark: Annotation, name: str) -> list[str]:
    """Return the words that exports make of an aspect of an annotation."""
    scale = session.index.scale
    if name.startswith("reason"):
        return [word for one in mark.judgements for word in (one.note, *map(problem_title, one.problems)) if word]
    if name.startswith("verdicts"):
        return [scale.by_id(one.verdict).label for one in mark.judgements if one.verdict]
    if name == "passages of sources":
        return [passage.selector.exact for one in mark.judgements for passage in one.evidence][:1]
    if name.startswith("what a claim"):
        return [link.reason for link in mark.links.values() if link.reason]
    if name == "note":
        return [mark.note]
    return {"decision": [decision_title(mark.decision)], "fix": [mark.fix]}.get(name, [])


def come_back(format_name: str) -> tuple[ReviewSession, ReviewSession]:
    """Return the review of everything, and what comes of it into another library through a file of a format."""
    session = review_everything()
    other = ReviewSession(article(session.index.article.text), "elsewhere", creator=OTHER_PERSON)
    other.add_all(planned(other, exported(session, format_name), format_name).items, "import")
    return session, other


def pairs(session: ReviewSession, other: ReviewSession) -> Iterator[tuple[Annotation, Annotation | None]]:
    """Yield each annotation with the one that came of it, None if none did."""
    marks = {(mark.selector.exact, mark.kind): mark for mark in (*other.index.annotations(), *other.index.orphans())}
    for mark in (*session.index.annotations(), *session.index.orphans()):
        quote = mark.selector.exact
        yield mark, marks.get((quote, mark.kind)) or next((one for key, one in marks.items() if key[0] == quote), None)


def outcomes(session: ReviewSession, other: ReviewSession, name: str) -> Iterator[str]:
    """Yield what becomes of an aspect, each time that it is said of an annotation that comes back."""
    aspect = ASPECTS[name]
    for mark, twin in pairs(session, other):
        said, came = aspect(session, mark), None if twin is None else aspect(other, twin)
        if not said or (twin is None and name != LOST_PLACE):
            continue
        if isinstance(said, dict):
            parts = cast("dict[str, object]", said)
            found = cast("dict[str, object]", came or {})
            kept = [found.get(key) == value for key, value in parts.items()]
        elif name == "who":
            kept = [came not in ("", OTHER_PERSON)]
        elif name == "when":
            kept = [str(came)[:19] == str(said)[:19]]
        else:
            kept = [came == said]
        words = [plain_words(word) for word in said_in_words(session, mark, name)]
        note = "" if twin is None else plain_words(twin.note)
        is_said = bool(words) and all(word in note for word in words)
        yield from (KEPT if is_kept else WORDS if is_said else LOST for is_kept in kept)


def outcome(session: ReviewSession, other: ReviewSession, name: str) -> str:
    """Return what becomes of an aspect in all: one word if it is the same wherever it is said."""
    found = {*outcomes(session, other, name)}
    if len(found) < 2:
        return found.pop() if found else KEPT
    return f"{KEPT} or {WORDS}" if found == {KEPT, WORDS} else PART


def table() -> str:
    """Return the table of what comes back, for the page."""
    reviews = [come_back(name) for name in FORMATS]
    lines = [f"| | {' | '.join(IMPORT_FORMATS[name].title for name in FORMATS)} |", "| --- |" + " --- |" * len(FORMATS)]
    lines += (f"| {name} | {' | '.join(outcome(*review, name) for review in reviews)} |" for name in ASPECTS)
    return "\n".join(lines) + "\n"


def test_the_page_says_of_each_format_what_comes_back() -> None:
    written = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert written == table(), "`python -m tests.unit.test_imports_losses` writes it anew"


def test_each_format_that_is_written_and_read_is_in_the_table() -> None:
    assert {*FORMATS} == {*IMPORT_FORMATS} & {*EXPORT_FORMATS}


@pytest.mark.parametrize("format_name", FORMATS)
def test_what_came_through_a_file_once_comes_through_the_next_as_well(format_name: str) -> None:
    session, first = come_back(format_name)
    second = ReviewSession(first.index.article, "third", creator=OTHER_PERSON)
    data = exported(first, format_name)
    second.add_all(planned(second, data, format_name).items, "import")
    for name in ASPECTS:
        assert RANKS.index(outcome(first, second, name)) >= RANKS.index(outcome(session, first, name)), name
    assert len(second.index.annotations()) == len(first.index.annotations())
    assert planned(second, data, format_name).annotations == ()


TOOLS: Final = ("refi-qda", "brat", "conll", "uima-xmi", "doccano", "label-studio", "prodigy", "readwise")
"""The columns of the table in `docs/research-tools.md`."""
SAID: Final = {
    "the reason and the problems of a verdict": "counts tickets",
    "passages of sources": "kept on a device",
    "tags": "c++",
    "who and when": "T09:02:00|09:02:00",
    "an annotation whose place is lost": "was | closed",
    "verdicts of two readers that both stand, and conflicts": "Reviewer 2 differs",
}
"""Words of the review of everything that are in a file only if it has what a row of that table names."""


@pytest.mark.parametrize("row", SAID)
def test_the_page_of_the_tools_says_what_their_files_lack(row: str) -> None:
    lines = TOOLS_PAGE.read_text("utf-8").splitlines()
    (cells,) = ([cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith(f"| {row} |"))
    assert len(cells) == len(TOOLS) + 1
    session = review_everything()
    for name, cell in zip(TOOLS, cells[1:], strict=True):
        data = exported(session, name)
        contents = [data]
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                contents = [archive.read(member) for member in archive.namelist()]
        text = "\n".join(content.decode() for content in contents)
        assert any(words in text for words in SAID[row].split("|")) == (cell != LOST), (name, cell)


if __name__ == "__main__":
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{rest.partition(END)[2]}", encoding="utf-8")
