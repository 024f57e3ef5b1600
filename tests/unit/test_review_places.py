"""Where annotations stand in a text that changed: what keeps its place, what a person should look at, what they decide."""

import json
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.ranges import Span
from reader.article.reference_identity import reference_identities
from reader.library import Library
from reader.review.model import Annotation, Judgement
from reader.review.placement import BY_HAND, PLACE_UNSURE, WORDS_CHANGED
from reader.review.records import annotation_from_record, annotation_to_record
from reader.review.session import ReviewSession
from tests.unit.making import article

OLD = (
    "The night bus\n\nThe council ran the night bus for two winters. It carried 4,300 people in the first of them [1]. "
    "The drivers asked for a second bus. Nobody counted those who walked home. The mayor called it a success.\n"
)
NEW = (
    "The night bus\n\nAn earlier version of this text was shorter. The council ran the night bus for two winters. It carried "
    "4,900 people in the first of them [1]. The mayor called it a success. Nobody counted those who walked home.\n"
)


def session_on(text: str, annotations: tuple[Annotation, ...] = (), *old: Article) -> ReviewSession:
    return ReviewSession(article(text), "the-article", annotations, creator="ana", text_of={a.digest: a.text for a in old}.get)


def marked(session: ReviewSession, quote: str, **fields: object) -> Annotation:
    start = session.article.text.index(quote)
    return session.add(Span(start, start + len(quote)), **fields)  # pyright: ignore[reportArgumentType]  # as the tests give them


@pytest.fixture
def old() -> ReviewSession:
    session = session_on(OLD)
    marked(session, "The council ran the night bus for two winters.", note="kept")
    judged = (Judgement("1", "supports"),)
    marked(session, "It carried 4,300 people in the first of them [1].", note="changed", judgements=judged)
    marked(session, "The drivers asked for a second bus.", note="gone")
    marked(session, "Nobody counted those who walked home.", note="moved")
    return session


@pytest.fixture
def new(old: ReviewSession) -> ReviewSession:
    return session_on(NEW, old.annotations(), old.article)


def by_note(session: ReviewSession, note: str) -> Annotation:
    return next(a for a in (*session.annotations(), *session.orphans()) if a.note == note)


def shown(session: ReviewSession, annotation: Annotation) -> str:
    place = session.place(annotation)
    return "" if place is None else session.article.text[place.start : place.end]


def test_what_stands_elsewhere_is_kept_what_changed_is_to_be_checked_and_what_is_gone_is_lost(new: ReviewSession) -> None:
    counted = new.placement_counts()
    assert counted is not None
    assert counted.summary == "2 kept, 1 to check, 1 lost its place"
    assert shown(new, by_note(new, "kept")) == "The council ran the night bus for two winters."
    assert shown(new, by_note(new, "moved")) == "Nobody counted those who walked home."
    assert shown(new, by_note(new, "changed")) == "It carried 4,900 people in the first of them [1]."
    assert [(a.note, new.placement(a).check_reason) for a in new.annotations_to_check()] == [("changed", WORDS_CHANGED)]
    assert [a.note for a in new.orphans()] == ["gone"]


def test_neither_selector_nor_edition_follows_the_text(old: ReviewSession, new: ReviewSession) -> None:
    assert {a.id: (a.selector, a.edition) for a in (*new.annotations(), *new.orphans())} == {
        a.id: (a.selector, a.edition) for a in old.annotations()
    }


def test_in_its_own_text_nothing_is_counted(old: ReviewSession) -> None:
    assert old.placement_counts() is None
    assert session_on(OLD, old.annotations()).placement_counts() is None


def test_a_verdict_on_other_words_is_stale_until_the_place_is_confirmed(new: ReviewSession) -> None:
    claim = by_note(new, "changed")
    assert new.is_stale(claim)
    assert not new.is_stale(by_note(new, "kept"))
    new.confirm_places([claim])
    claim = by_note(new, "changed")
    assert not new.is_stale(claim)
    assert new.annotations_to_check() == ()
    decided = claim.places[new.article.digest]
    assert new.article.text[decided.start : decided.end] == shown(new, claim)
    assert (decided.by, decided.method != BY_HAND, 0 < decided.confidence <= 1) == ("ana", True, True)
    again = session_on(NEW, (*new.annotations(), *new.orphans()), session_on(OLD).article)
    assert again.annotations_to_check() == ()
    assert not again.is_stale(claim)


def test_all_places_are_confirmed_in_one_change_that_can_be_undone(new: ReviewSession) -> None:
    before = {a.id: a.places for a in new.annotations()}
    new.confirm_places([*new.annotations(), *new.orphans()])
    assert all(new.article.digest in a.places for a in new.annotations())
    counted = new.placement_counts()
    assert counted is not None
    assert counted.summary == "1 lost its place"
    undone = new.undo()
    assert undone is not None
    assert undone.label == "confirm 3 places"
    assert {a.id: a.places for a in new.annotations()} == before
    assert [a.note for a in new.annotations_to_check()] == ["changed"]


def test_an_orphan_is_attached_by_hand_and_its_quote_stays(new: ReviewSession) -> None:
    lost = by_note(new, "gone")
    start = new.article.text.index("The mayor called it a success.")
    attached = new.set_place(lost, Span(start, start + 30))
    assert attached.selector == lost.selector
    assert shown(new, attached) == "The mayor called it a success."
    assert new.placement(attached).method == BY_HAND
    assert new.orphans() == ()
    new.undo()
    assert [a.note for a in new.orphans()] == ["gone"]
    new.redo()
    assert shown(new, by_note(new, "gone")) == "The mayor called it a success."


def test_the_likeliest_place_of_an_orphan_is_offered_and_not_taken(old: ReviewSession) -> None:
    session = session_on(
        "The night bus\n\nPeople waited. The drivers wanted another bus soon. Quite another text.\n", old.annotations()
    )
    lost = by_note(session, "gone")
    guess = session.guess_place(lost)
    assert guess is not None
    assert session.article.text[guess.start : guess.end] == "The drivers wanted another bus soon."
    assert session.place(lost) is None
    assert session_on("Flowers grow by the river in May.").guess_place(lost) is None


def test_a_verdict_given_on_the_new_words_is_not_stale(new: ReviewSession) -> None:
    claim = new.judge(by_note(new, "changed"), "1", "contradicts")
    assert not new.is_stale(claim)
    assert [a.note for a in new.annotations_to_check()] == ["changed"]


def test_moving_the_bounds_of_what_was_made_on_another_text_moves_its_place_only(new: ReviewSession) -> None:
    claim = by_note(new, "changed")
    start = new.article.text.index("4,900 people")
    moved = new.set_bounds(claim, Span(start, start + 12))
    assert (moved.selector, moved.edition) == (claim.selector, claim.edition)
    assert shown(new, moved) == "4,900 people"


def test_a_place_out_of_the_text_is_none(new: ReviewSession) -> None:
    record = annotation_to_record(by_note(new, "kept"))
    record["places"] = {new.article.digest: {"start": 5, "end": 99_999, "later": "kept"}}
    annotation = annotation_from_record(record)
    assert annotation_to_record(annotation)["places"] == {
        new.article.digest: {
            "start": 5, "end": 99_999, "method": "", "confidence": 0.0, "by": "", "at": "", "later": "kept",
        }
    }  # fmt: skip
    again = session_on(NEW, (annotation,), session_on(OLD).article)
    assert shown(again, annotation) == "The council ran the night bus for two winters."


def test_without_the_old_text_the_selector_has_to_do(old: ReviewSession) -> None:
    session = session_on(NEW, old.annotations())
    assert shown(session, by_note(session, "kept")) == "The council ran the night bus for two winters."
    assert [a.note for a in session.orphans()] == ["gone"]
    assert {session.placement(a).check_reason for a in session.annotations_to_check()} <= {WORDS_CHANGED, PLACE_UNSURE}


def test_the_library_gives_the_text_that_annotations_were_made_on(own_library: Path) -> None:
    library = Library.open(own_library)
    first, entry = library.session(article(OLD, "night.txt"), "ana")
    first.listen(lambda change: library.save(entry.id, change))
    marked(first, "It carried 4,300 people in the first of them [1].", note="changed")
    assert library.close(30)
    library = Library.open(own_library)
    changed = article(NEW, "night.txt")
    session, again = library.session(changed, "ben")
    session.listen(lambda change: library.save(again.id, change))
    counted = session.placement_counts()
    assert counted is not None
    assert (again.id, counted.summary) == (entry.id, "1 to check")
    session.confirm_places(session.annotations_to_check())
    assert library.close(30)
    (record,) = json.loads((own_library / "library.json").read_text())["annotations"].values()
    assert record["places"][changed.digest]["by"] == "ben"
    assert record["selector"]["exact"] == "It carried 4,300 people in the first of them [1]."


def test_a_verdict_is_stale_when_its_reference_names_another_source_now() -> None:
    entries = ("[1] Rask, A. (2020). The tower. Vik Press.", "[2] Moe, B. (2021). The keeper. Vik Press.")
    first = article("The tower is old [2]. The keeper left [1].\n\nReferences\n\n" + "\n".join(entries))
    session = ReviewSession(first, "the-article", creator="ana")
    claim = session.judge(marked(session, "The tower is old [2]."), "2", "supports")
    other = session.judge(marked(session, "The keeper left [1]."), "1", "supports")
    kept = {"text_of": {first.digest: first.text}.get, "named": {first.digest: reference_identities(first)}}
    assert not session.is_stale(claim)
    added = "[2] Lie, C. (2019). The stair. Vik Press."
    renumbered = [entries[0], added, entries[1].replace("[2]", "[3]")]
    text = "The tower is old [3]. The keeper left [1].\n\nReferences\n\n" + "\n".join(renumbered)
    again = ReviewSession(article(text), "the-article", session.annotations(), creator="ben", **kept)
    assert again.has_other_source(claim, claim.judgements[0])
    assert (again.is_stale(claim), again.is_stale(other)) == (True, False)
    judged = again.judge(claim, "2", "contradicts")
    assert not again.is_stale(judged)
