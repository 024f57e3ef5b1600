"""Undo beside others: it takes back just what its change did. What another window did meanwhile stays, or undo says why not."""

import contextlib
import tempfile
from collections import deque
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.library import Library
from reader.review.cells import RecordCells, changed_cells, is_user_written, to_cells
from reader.review.completeness import Completeness
from reader.review.model import Annotation, Bookmark, Change, Edit, Evidence, SourceText, Tag
from reader.review.records import item_from_record, item_to_record
from reader.review.scale import DECISIONS, PROBLEMS
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.undo import UndoConflict
from reader.review.vocabulary import ABSTRACT, FULL_TEXT
from tests.hypothesis_profiles import examples
from tests.unit.review_strategies import article, review
from tests.unit.test_library import LONG, opened
from tests.unit.test_library_merging_properties import MEMORY
from tests.unit.test_review_session import BOOKMARK, Step, take

ARTICLE = article()
COUNTS = count(1)
SHARED = (BOOKMARK, 13, 14, 15)
"""What is done to what no annotation owns: a bookmark, a source, a finding."""
SOURCES: set[str] = set()
"""The ids of all sources that were ever made here."""
Shown = dict[tuple[str, str], RecordCells]
"""What a review says, by the kind and the id of each item: its cells, but for what the program notes by itself."""

acts = st.tuples(st.integers(0, 15), st.integers(0, 60), st.integers(1, 40), st.sampled_from("ab"))
turns = st.tuples(st.integers(0, 1), st.sampled_from(["do", "do", "do", "undo", "redo"]), acts)


def shown(session: ReviewSession) -> Shown:
    there = [
        *session.index.annotations(),
        *session.index.orphans(),
        *session.index.tags(),
        *session.index.bookmarks(),
        *session.index.dismissals().values(),
    ]
    there += (item for number in "123" if (item := session.sources.attachment(number)))
    there += (item for source_id in sorted(SOURCES) if (item := session.sources.source_by_id(source_id)))
    return {key_of(Edit(item, None)): cells(item) for item in there}


def cells(item: Any) -> RecordCells:
    # What other cells stand in comes and goes with them.
    found = {} if item is None else to_cells(item_to_record(item))
    return {cell: value for cell, value in found.items() if is_user_written(cell) and value not in ({}, [])}


def key_of(edit: Edit) -> tuple[str, str]:
    return type(edit.item).__name__, edit.item.key


def act(session: ReviewSession, step: Step) -> None:
    """Do one thing with what is there now."""
    work(session, list(session.index.annotations()), step)


def work(session: ReviewSession, held: list[Annotation], step: Step) -> None:
    """Do one thing with annotations, with a source, or with a finding."""
    what, start, length, letter = step
    reference = str(length % 3 + 1)
    if what < 8 or (what < 13 and not held):
        take(session, held, (what % 8, *step[1:]))
    elif what < 13:
        judge(session, held[start % len(held)], step)
    elif what == 13 and length % 4:
        SOURCES.add(session.attach_source(reference, SourceText(letter * 64, title=letter)).id)
    elif what == 13:
        session.detach_source(reference)
    elif what == 14 and length % 3:
        SOURCES.add(session.record_fetch_failure(reference, "https://lines.example", letter * length).id)
    elif what == 14:
        source = session.sources.source_with_text(letter * 64)
        if source is not None:
            session.set_extent(source, ABSTRACT if length % 2 else FULL_TEXT)
    elif length % 3:
        session.dismiss_finding(letter, "never-cited", "it is never cited", letter * length)
    else:
        session.restore_finding(letter)


def judge(session: ReviewSession, one: Annotation, step: Step) -> None:
    """Say something of a pair, or of what the author should do."""
    what, start, length, letter = step
    reference = str(length % 3 + 1)
    known = one.judgement_on(reference)
    if what == 8:
        session.keep_evidence(one, reference, Evidence(letter * 64, make_selector(ARTICLE.text, Span(start, start + length))))
    elif what == 9 and known is not None and known.evidence:
        session.drop_evidence(one, reference, known.evidence[start % len(known.evidence)])
    elif what == 10:
        session.set_problems(one, reference, list(PROBLEMS)[start % 3 : start % 3 + length % 3])
    elif what == 11 and length % 4 == 0:
        session.clear_link(one, reference)
    elif what == 11:
        (session.link if length % 2 else session.unlink)(one, reference, letter)
    elif what == 12:
        session.decide(one, list(DECISIONS)[start % 4] if length % 3 else "", letter * (length % 3))


def expected(now: Shown, change: Change) -> Shown | None:
    """Return what must be shown once a change is taken back, None when something that it did was changed since."""
    after = dict(now)
    for edit in (edit for edit in change.edits if not isinstance(edit.item, Tag)):
        key, was, did = key_of(edit), cells(edit.before), cells(edit.after)
        there = now.get(key)
        if edit.before is None:
            if there is not None and changed_cells(there, did):
                return None
            after.pop(key, None)
        elif edit.after is None:
            after.setdefault(key, was)
        elif there is None:
            return None
        else:
            back = dict(there)
            for cell in changed_cells(was, did):
                if changed_cells(only(there, cell), only(did, cell)) and changed_cells(only(there, cell), only(was, cell)):
                    return None
                back.pop(cell, None)
                back |= only(was, cell)
            after[key] = back
    return after


def only(values: RecordCells, cell: str) -> RecordCells:
    return {cell: values[cell]} if cell in values else {}


class Pair:
    """Two windows on one review, each of which hears at once what the other does."""

    def __init__(self) -> None:
        self.windows = review(ARTICLE), review(ARTICLE)
        self.told: list[Change] = []
        for here, there in (self.windows, self.windows[::-1]):
            here.listen(lambda change, there=there: self.heard(there, change))

    def heard(self, window: ReviewSession, change: Change) -> None:
        self.told.append(change)
        window.receive(change.edits)

    def shown(self) -> Shown:
        """Return what both show, but the codebook: where each has made a tag of one name, either stands for it."""
        one, other = map(shown, self.windows)
        assert one == other
        return {key: values for key, values in one.items() if key[0] != "Tag"}


@settings(max_examples=examples(150), derandomize=True)
@given(st.lists(turns, max_size=25))
def test_an_undo_takes_back_what_its_change_did_and_leaves_what_the_other_window_did(done: list[tuple[int, str, Step]]) -> None:
    pair = Pair()
    changes: tuple[list[Change], list[Change]] = ([], [])
    for who, what, step in done:
        window, before = pair.windows[who], pair.shown()
        pair.told.clear()
        if what == "do":
            act(window, step)
            changes[who].extend(pair.told)
        elif what == "undo" and changes[who]:
            wanted = expected(before, changes[who][-1])
            if wanted == before and any(isinstance(edit.item, Tag) for edit in changes[who][-1].edits):
                # Of such a change the tag in the codebook may be left to take back, or nothing.
                with contextlib.suppress(UndoConflict):
                    window.undo()
                assert pair.shown() == before
            elif wanted is None or wanted == before:
                with pytest.raises(UndoConflict):
                    window.undo()
                assert pair.shown() == before
            else:
                undone = window.undo()
                assert undone is not None
                assert undone.id == changes[who][-1].id
                assert pair.shown() == wanted
                assert window.redo() is not None
                assert pair.shown() == before
                window.undo()
            changes[who].pop()
        elif what == "redo":
            try:
                again = window.redo()
            except UndoConflict:
                assert pair.shown() == before
            else:
                changes[who].extend([again] if again is not None else [])


@settings(derandomize=True)
@given(st.lists(turns, max_size=20))
def test_one_window_that_undoes_all_it_did_leaves_all_that_the_other_did(done: list[tuple[int, str, Step]]) -> None:
    """Each works on annotations of its own: then nothing stands in the way."""
    pair, alone = Pair(), review(ARTICLE)
    own: tuple[set[str], set[str]] = (set(), set())
    alone_too: list[Change] = []
    for who, _, step in done:
        window = pair.windows[who]
        pair.told.clear()
        held = [a for a in window.index.annotations() if a.id in own[who]]
        work(window, held, (step[0] if step[0] not in SHARED else 0, *step[1:]))
        own[who].update(key_of(e)[1] for c in pair.told for e in c.edits)
        alone_too.extend(pair.told if who else [])
    for change in alone_too:
        alone.receive(change.edits)
    while pair.windows[0].undo():
        pass
    assert pair.shown() == {key: value for key, value in shown(alone).items() if key[0] != "Tag"}


# ---------------------------------------------------------------------- through the library


def where_library() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(dir=MEMORY)


def two_windows(folder: Path) -> "tuple[Window, Window]":
    """Open a library twice."""
    one = Window(folder)
    one.listen()
    return one, Window(folder)


class Window:
    """A program with the library open: what it hears it takes in between two key presses, as a screen does."""

    def __init__(self, folder: Path) -> None:
        self.library, self.session, self.entry = opened(folder)
        self.waiting: deque[tuple[Edit, ...]] = deque()
        self.library.on_remote_change = lambda _, edits: self.waiting.append(edits)

    def listen(self) -> None:
        """Bring all that was done to the disk, and hear what others did."""
        self.library.save_counts(self.entry.id, Completeness(sentences=next(COUNTS)))
        assert self.library.flush(LONG)
        self.hear()

    def hear(self) -> None:
        """Take in what was heard."""
        while self.waiting:
            self.session.receive(self.waiting.popleft())

    def close(self) -> None:
        assert self.library.close(LONG)


def kept(folder: Path) -> Shown:
    library = Library.open(folder)
    session, _ = library.peek(ARTICLE)
    return shown(session)


@settings(max_examples=examples(12), derandomize=True)
@given(st.lists(st.lists(acts, max_size=4), max_size=4))
def test_all_that_was_ever_done_can_be_taken_back_and_done_again(sessions: list[list[Step]]) -> None:
    with where_library() as place:
        for steps in sessions:
            window = Window(Path(place))
            for step in steps:
                if step[0] != BOOKMARK:
                    act(window.session, step)
            window.close()
        before = kept(Path(place))
        window, back = Window(Path(place)), list[str]()
        back.extend(change.label for change in iter(window.session.undo, None))
        assert shown(window.session) == {}
        window.close()
        assert kept(Path(place)) == {}
        library = Library.open(Path(place))
        assert [line.label.removeprefix("undo: ") for line in iter(library.redo, None)] == back[::-1]
        assert library.close(LONG)
        assert kept(Path(place)) == before


@settings(max_examples=examples(15), derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["do", "do", "undo", "redo", "listen"]), acts), max_size=16))
def test_two_windows_and_the_library_come_to_the_same(done: list[tuple[int, str, Step]]) -> None:
    with where_library() as place:
        windows = two_windows(Path(place))
        for start in (0, 50):
            windows[0].session.add(Span(start, start + 20), note="first")
        for window in windows:
            window.listen()
        for who, what, step in done:
            window = windows[who]
            window.hear()
            if what == "do":
                act(window.session, step)
            elif what == "listen":
                window.listen()
            else:
                try:
                    getattr(window.session, what)()
                except UndoConflict:
                    continue
        for window in (*windows, *windows, *windows):
            window.listen()
        assert shown(windows[0].session) == shown(windows[1].session)
        for window in windows:
            window.close()
        assert kept(Path(place)) == shown(windows[0].session)


def test_what_was_written_in_a_window_that_had_not_heard_stays_beside_an_undo(own_library: Path) -> None:
    one, other = two_windows(own_library)
    claim = one.session.add(Span(0, 9), note="first")
    one.listen()
    other.listen()
    one.session.set_note(claim, "second")
    one.listen()
    other.session.set_note(claim, "of the other")
    one.session.undo()
    for window in (other, one, other):
        window.listen()
    for window in (one, other):
        (now,) = window.session.index.annotations()
        assert "of the other" in (now.note, *now.conflicts.get("note", ()))
        window.close()


def test_what_another_window_removed_is_not_undone_into_being(own_library: Path) -> None:
    one, other = two_windows(own_library)
    claim = one.session.mark(Span(0, 9))
    one.session.set_note(claim, "n")
    one.listen()
    other.listen()
    other.session.remove([claim])
    other.listen()
    one.listen()
    with pytest.raises(UndoConflict, match="removed since"):
        one.session.undo()
    assert one.session.index.annotations() == ()
    one.close()
    other.close()
    library = Library.open(own_library)
    assert [line.label for line in iter(library.undo, None)] == ["remove", "note", "mark claim"]
    assert library.close(LONG)
    assert kept(own_library) == {}


def test_what_was_changed_here_meanwhile_stays_when_others_are_heard() -> None:
    session = review(ARTICLE)
    claim = session.mark(Span(0, 9))
    noted = session.set_note(claim, "mine")
    session.receive([Edit(claim, None)])
    assert session.index.annotations() == (noted,)
    session.set_bookmark("a", 7)
    session.receive([Edit(None, Bookmark("a", 3))])
    assert session.index.bookmarks() == (Bookmark("a", 7),)
    session.receive([Edit(noted, None), Edit(Bookmark("a", 7), None)])
    assert (session.index.annotations(), session.index.bookmarks()) == ((), ())


def test_the_other_versions_of_a_note_are_those_heard_last() -> None:
    session = review(ARTICLE)
    claim = session.add(Span(0, 9), note="mine")
    one, two = ({**item_to_record(claim), "_rivals": {"note": [text]}} for text in ("one", "two"))
    session.receive([Edit(claim, item_from_record(claim, one))])
    session.receive([Edit(claim, item_from_record(claim, two))])
    assert [dict(a.conflicts) for a in session.index.annotations()] == [{"note": ("two",)}]
    (both,) = session.index.annotations()
    session.set_note(both, "chosen")
    session.receive([Edit(both, item_from_record(claim, {**two, "kind": "later"}))])
    assert [(a.note, a.kind, dict(a.conflicts)) for a in session.index.annotations()] == [("chosen", "later", {})]


def test_what_another_window_took_away_does_not_come_back_by_undo_and_redo() -> None:
    pair = Pair()
    claim = pair.windows[0].mark(Span(0, 9))
    pair.windows[1].remove([claim])
    with pytest.raises(UndoConflict, match="others have already done so"):
        pair.windows[0].undo()
    assert pair.windows[0].redo() is None
    assert pair.shown() == {}
