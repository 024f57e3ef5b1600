"""Who checks what: given by sentences, split evenly, undone, merged, carried into another edition, found by a filter."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.library import Library
from reader.review.coverage import Coverage
from reader.review.filter import parse_filter
from reader.review.index import Editions, ReviewItems
from reader.review.queue import build_queue, parse_queue_filter
from reader.review.scale import DEFAULT_SCALE
from reader.review.session import ReviewSession
from reader.review.work_split import OpenSentence, open_sentences, reader_coverage, split_work
from reader.search.plan import parse_search
from tests.unit.review_strategies import article, review, where

SENTENCES = [f"Boat {number} left the pier at dawn with {number} crates of salt." for number in range(1, 11)]
HARBOUR = article("\n".join(f"{first} {second}\n" for first, second in zip(SENTENCES[::2], SENTENCES[1::2], strict=True)))


def harbour(text: str | None = None, creator: str = "Ana") -> ReviewSession:
    """Return a review of an article about ten boats, or of another text."""
    return ReviewSession(HARBOUR if text is None else article(text), "the-article", creator=creator)


def readers_of(session: ReviewSession) -> list[str]:
    """Return who has each sentence, in the order of the text."""
    return ["+".join(session.index.assigned_to(span)) for span in session.index.article.sentences.all()]


def split(session: ReviewSession, *readers: str, overlap: int = 1, **loads: int) -> None:
    """Split what is open, and assign it."""
    sentences = open_sentences(session.index, Coverage(session.index))
    session.assign(split_work(sentences, readers, overlap=overlap, loads=loads))


def test_ranges_become_whole_sentences_and_undo_takes_them_back() -> None:
    session = harbour()
    session.assign({"Ben": [where(HARBOUR, "2 left"), where(HARBOUR, "Boat 4")], "ana": [where(HARBOUR, "Boat 4")]})
    assert readers_of(session) == ["", "Ben", "", "Ben+ana", "", "", "", "", "", ""]
    boats = HARBOUR.sentences.all()
    assert [session.index.is_mine(span) for span in boats[:4]] == [False, False, False, True]
    session.assign({"ben ": [boats[1]], "Cleo": []})
    assert readers_of(session)[:3] == ["Cleo", "Ben+Cleo", "Cleo"]
    session.unassign("BEN", [boats[3]])
    assert readers_of(session)[:4] == ["Cleo", "Ben+Cleo", "Cleo", "Cleo+ana"]
    session.unassign(spans=[boats[0]])
    assert readers_of(session)[:2] == ["", "Ben+Cleo"]
    labels = [change.label for _ in range(4) if (change := session.undo())]
    assert labels == ["unassign from everybody", "unassign from BEN", "assign to ben  and Cleo", "assign to Ben and ana"]
    assert not session.index.assignments
    session.redo()
    session.unassign()
    assert readers_of(session) == [""] * 10


def test_a_split_gives_even_runs_and_a_second_one_moves_only_what_nobody_has() -> None:
    session = harbour()
    split(session, "Ana", "Ben", "Cleo")
    first = readers_of(session)
    assert first == ["Ana"] * 4 + ["Ben"] * 3 + ["Cleo"] * 3
    split(session, "Ana", "Ben", "Cleo", "Dan")
    assert readers_of(session) == first
    session.unassign("Ben")
    split(session, "Ana", "Cleo", "Dan")
    assert readers_of(session) == ["Ana"] * 4 + ["Dan"] * 3 + ["Cleo"] * 3


def test_a_split_counts_what_readers_have_elsewhere_and_only_what_is_open() -> None:
    session = harbour()
    session.mark(where(HARBOUR, SENTENCES[0]), "not-claim")
    session.mark(where(HARBOUR, SENTENCES[1]), "later")
    split(session, "Ana", "Ben", Ana=5)
    assert readers_of(session) == [""] + ["Ben"] * 7 + ["Ana"] * 2


def test_two_readers_for_each_sentence_are_two_people() -> None:
    session = harbour()
    split(session, "Ana", "Ben", "Cleo", overlap=2)
    given_to = readers_of(session)
    assert all(len(names.split("+")) == 2 for names in given_to)
    assert sorted("+".join(given_to).split("+").count(name) for name in ("Ana", "Ben", "Cleo")) == [6, 7, 7]
    with pytest.raises(ReaderError, match="2 readers, and there are 1"):
        split_work((), ["Ana", "ana"], overlap=2)


NAMES = "abcdefg"


@given(
    st.lists(st.tuples(st.integers(1, 9), st.frozensets(st.sampled_from("abxy"), max_size=3)), max_size=30),
    st.integers(1, len(NAMES)),
    st.integers(1, 3),
    st.dictionaries(st.sampled_from(NAMES), st.integers(0, 40)),
)
def test_a_split_gives_each_sentence_the_readers_it_lacks(
    open_ones: list[tuple[int, frozenset[str]]], count: int, overlap: int, loads: dict[str, int]
) -> None:
    names = NAMES[: max(count, overlap)]
    sentences = [OpenSentence(Span(nth * 10, nth * 10 + 9), weight, holders) for nth, (weight, holders) in enumerate(open_ones)]
    work = split_work(sentences, names, overlap=overlap, loads=loads)
    for one in sentences:
        readers = [name for name, spans in work.items() if one.span in spans]
        assert len(readers) == max(0, overlap - len(one.holders))
        assert not one.holders & set(readers)
    again = [
        one._replace(holders=one.holders | {name for name, spans in work.items() if one.span in spans}) for one in sentences
    ]
    assert split_work(again, names, overlap=overlap, loads=loads) == {}
    assert split_work(sentences, names, overlap=overlap, loads=loads) == work


@given(st.lists(st.integers(1, 9), max_size=40), st.integers(2, len(NAMES)), st.integers(1, 2))
def test_a_split_is_level(weights: list[int], count: int, overlap: int) -> None:
    sentences = [OpenSentence(Span(nth * 10, nth * 10 + 9), weight) for nth, weight in enumerate(weights)]
    work = split_work(sentences, NAMES[:count], overlap=overlap)
    weight_of = {one.span: one.weight for one in sentences}
    loads = [sum(weight_of[span] for span in work.get(name, ())) for name in NAMES[:count]]
    assert max(loads) - min(loads) <= 2 * max(weights, default=0)
    ones = split_work([one._replace(weight=1) for one in sentences], NAMES[:count], overlap=overlap)
    counts = [len(ones.get(name, ())) for name in NAMES[:count]]
    assert max(counts) - min(counts) <= 1


def test_what_two_people_assign_at_the_same_time_both_stands(tmp_path: Path) -> None:
    boats = HARBOUR.sentences.all()
    with Library.open(tmp_path / "one") as library:
        library.review(HARBOUR, "Ana").assign({"Ana": boats[:2]})
    with Library.open(tmp_path / "two") as library:
        library.review(HARBOUR, "Ben").assign({"Ben": boats[1:3]})
    with Library.open(tmp_path / "one") as library:
        library.merge(tmp_path / "two", "Ana")
    with Library.open(tmp_path / "one") as library:
        session = library.review(HARBOUR, "Ana")
        assert readers_of(session)[:4] == ["Ana", "Ana+Ben", "Ben", ""]
        assert session.undo() is not None
        assert readers_of(session)[:4] == ["", "Ben", "Ben", ""]


def test_an_assignment_follows_its_lines_into_another_edition() -> None:
    boats, lines = HARBOUR.sentences.all(), HARBOUR.text.split("\n\n")
    session = harbour()
    session.assign({"Ana": boats[:4], "Ben": boats[4:6], "Cleo": boats[8:]})
    new = article("\n\n".join(["A storm came that week.", lines[1], lines[3], lines[0], lines[4].replace("salt", "pepper")]))
    items, texts = ReviewItems(assignments=session.index.assignments.items.values()), {HARBOUR.digest: HARBOUR.text}
    edition = ReviewSession(new, "the-article", items, creator="Ana", editions=Editions(texts.get))
    assert readers_of(edition) == ["", "Ana", "Ana", "", "", "Ana", "Ana", "Cleo", "Cleo"]
    assert [item.reader for item in edition.index.assignments.list_lost()] == ["Ben"]
    assert [(row.reader, row.sentences, row.lost) for row in reader_coverage(edition.index, Coverage(edition.index))] == [
        ("Ana", 4, 0),
        ("Ben", 0, 1),
        ("Cleo", 2, 0),
        ("", 3, 0),
    ]
    edition.unassign("Ana", [new.sentences.all()[1]])
    assert readers_of(edition) == ["", "", "Ana", "", "", "Ana", "Ana", "Cleo", "Cleo"]
    without_old_text = ReviewSession(new, "the-article", items)
    assert readers_of(without_old_text) == [""] * 9
    assert len(without_old_text.index.assignments.list_lost()) == 3


def test_each_reader_has_what_is_open_for_them() -> None:
    session, boats = harbour(), HARBOUR.sentences.all()
    session.assign({"Ana": boats[:4], "Ben": boats[3:5]})
    session.mark(boats[0], "not-claim")
    session.mark(boats[3], "not-claim")
    session.mark(boats[4], "later")
    rows = {row.reader: row for row in reader_coverage(session.index, Coverage(session.index))}
    assert {name: (row.sentences, row.open_sentences) for name, row in rows.items()} == {
        "Ana": (4, 2),
        "Ben": (2, 2),
        "": (5, 5),
    }
    assert rows["Ana"].open_words == 2 * rows["Ana"].words // 4 == 24


def test_a_claim_is_open_until_its_pairs_are_judged() -> None:
    session = review()
    claim = session.mark(where(session.index.article, "The port office counted"))
    session.assign({"ana": [where(session.index.article, "The port office counted")]})

    def open_count() -> int:
        return reader_coverage(session.index, Coverage(session.index))[0].open_sentences

    assert open_count() == 1
    session.judge(claim, "2", "supports")
    assert open_count() == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("assigned:me", ["1"]),
        ("assigned:Ben", ["2"]),
        ("assigned:nobody", ["3"]),
        ("-assigned:nobody", ["1", "2"]),
        ("assigned:n -assigned:me", ["2"]),
        ("assigned:zoe", []),
    ],
)
def test_a_filter_finds_what_a_person_has(text: str, found: list[str]) -> None:
    session, boats = harbour(), HARBOUR.sentences.all()
    session.assign({"Ana": boats[:1], "Ben": boats[1:2]})
    for nth in range(3):
        session.link(session.mark(boats[nth]), f"{nth + 1}")
    chosen = parse_filter(text, DEFAULT_SCALE)
    assert not chosen.complaint
    assert [HARBOUR.text[a.selector.start + 5] for a in chosen.select(session.index)] == found
    queue = build_queue(session.index, queue_filter=parse_queue_filter(text, DEFAULT_SCALE))
    assert [pair.reference for pair in queue] == found


def test_names_stay_out_of_an_exported_filter_and_the_search_knows_no_assignments() -> None:
    assert parse_filter("assigned:Ben salt assigned:me", DEFAULT_SCALE).public_text == "assigned:… salt assigned:me"
    assert parse_filter("assigned:", DEFAULT_SCALE).complaint
    problem = parse_search("assigned:me", DEFAULT_SCALE).problem
    assert problem is not None
    assert "No filter" in problem.message


def test_what_another_program_wrote_badly_is_shown_as_far_as_it_can_be(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.review(HARBOUR, "Ana").assign({"Ana": HARBOUR.sentences.all()[:1]})
    with TinyDB(tmp_path / "library.json") as file:
        table = file.table("articles")
        (record,) = table.all()
        bad = {"a": 7, "b": {"reader": 3, "edition": HARBOUR.digest, "start": -9, "end": 2**70}, "c": {"edition": "x"}}
        table.update({"assigned": record["assigned"] | bad}, doc_ids=[record.doc_id])
    with Library.open(tmp_path) as library:
        session = library.review(HARBOUR, "Ana")
        assert "Ana" in session.index.assigned_to(HARBOUR.sentences.all()[0])
        session.unassign()
        assert not session.index.assignments
