"""Where annotations stand in a text that changed: what keeps its place, what a person should look at, what they decide."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.ranges import Span
from reader.article.reference_identity import reference_identities
from reader.library import Library
from reader.review.codec import from_record, to_record
from reader.review.completeness import count_review
from reader.review.index import Editions, ReviewItems
from reader.review.model import Annotation, Judgement
from reader.review.placement import BY_HAND
from reader.review.session import ReviewSession
from reader.review.vocabulary import PLACE_UNSURE, SENTENCE_CHANGED, WORDS_CHANGED
from tests.unit.review_strategies import article
from tests.unit.text_changes import fragments

OLD = (
    "The night bus\n\nThe council ran the night bus for two winters. It carried 4,300 people in the first of them [1]. "
    "The drivers asked for a second bus. Nobody counted those who walked home. The mayor called it a success.\n"
)
NEW = (
    "The night bus\n\nAn earlier version of this text was shorter. The council ran the night bus for two winters. It carried "
    "4,900 people in the first of them [1]. The mayor called it a success. Nobody counted those who walked home.\n"
)


def session_on(text: str, annotations: tuple[Annotation, ...] = (), *old: Article) -> ReviewSession:
    return ReviewSession(
        article(text),
        "the-article",
        ReviewItems(annotations),
        creator="ana",
        editions=Editions({a.digest: a.text for a in old}.get),
    )


def marked(session: ReviewSession, quote: str, **fields: object) -> Annotation:
    start = session.index.article.text.index(quote)
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
    return session_on(NEW, old.index.annotations(), old.index.article)


def by_note(session: ReviewSession, note: str) -> Annotation:
    return next(a for a in (*session.index.annotations(), *session.index.orphans()) if a.note == note)


def shown(session: ReviewSession, annotation: Annotation) -> str:
    place = session.index.place(annotation)
    return "" if place is None else session.index.article.text[place.start : place.end]


def test_what_stands_elsewhere_is_kept_what_changed_is_to_be_checked_and_what_is_gone_is_lost(new: ReviewSession) -> None:
    counted = new.index.placement_counts()
    assert counted is not None
    assert counted.summary == "2 kept, 1 to check, 1 lost its place"
    assert shown(new, by_note(new, "kept")) == "The council ran the night bus for two winters."
    assert shown(new, by_note(new, "moved")) == "Nobody counted those who walked home."
    assert shown(new, by_note(new, "changed")) == "It carried 4,900 people in the first of them [1]."
    assert [(a.note, new.index.placement(a).check_reason) for a in new.index.annotations_to_check()] == [
        ("changed", WORDS_CHANGED)
    ]
    assert [a.note for a in new.index.orphans()] == ["gone"]


def test_neither_selector_nor_edition_follows_the_text(old: ReviewSession, new: ReviewSession) -> None:
    assert {a.id: (a.selector, a.edition) for a in (*new.index.annotations(), *new.index.orphans())} == {
        a.id: (a.selector, a.edition) for a in old.index.annotations()
    }


def test_in_its_own_text_nothing_is_counted(old: ReviewSession) -> None:
    assert old.index.placement_counts() is None
    assert session_on(OLD, old.index.annotations()).index.placement_counts() is None


def test_a_confirmed_place_does_not_vouch_for_a_verdict_on_other_words(new: ReviewSession) -> None:
    claim = by_note(new, "changed")
    assert new.index.is_stale(claim)
    assert not new.index.is_stale(by_note(new, "kept"))
    new.confirm_places([claim])
    claim = by_note(new, "changed")
    assert new.index.is_stale(claim)
    assert count_review(new.index).stale_verdicts == 1
    assert new.index.annotations_to_check() == ()
    decided = claim.places[new.index.article.digest]
    assert new.index.article.text[decided.start : decided.end] == shown(new, claim)
    assert (decided.by, decided.method != BY_HAND, 0 < decided.confidence <= 1) == ("ana", True, True)
    again = session_on(NEW, (*new.index.annotations(), *new.index.orphans()), session_on(OLD).index.article)
    assert again.index.annotations_to_check() == ()
    assert again.index.is_stale(claim)


@pytest.mark.parametrize("again", [False, True], ids=["kept", "given again"])
def test_a_verdict_is_kept_for_the_new_words_by_an_act_of_its_own_that_can_be_undone(new: ReviewSession, again: bool) -> None:
    claim = by_note(new, "changed")
    kept = new.judge(claim, "1", "supports") if again else new.keep_verdict(claim, "1")
    assert not new.index.is_stale(kept)
    assert kept.verdict_on("1") == "supports"
    assert [a.note for a in new.index.annotations_to_check()] == ["changed"], "its place is still to be confirmed"
    assert new.undo() is not None
    assert new.index.is_stale(by_note(new, "changed"))


def test_a_verdict_that_was_kept_is_compared_with_the_words_it_was_kept_for(new: ReviewSession) -> None:
    new.keep_verdict(by_note(new, "changed"), "1")
    third = NEW.replace("for two winters", "for two long winters")
    items = (*new.index.annotations(), *new.index.orphans())
    after = session_on(third, items, article(OLD), new.index.article)
    assert not after.index.is_stale(by_note(after, "changed"))
    after = session_on(third.replace("4,900", "9,400"), items, article(OLD), new.index.article)
    assert after.index.is_stale(by_note(after, "changed"))


def test_splitting_and_joining_in_the_new_text_do_not_vouch_for_verdicts_on_the_old_one(new: ReviewSession) -> None:
    claim = by_note(new, "changed")
    start = new.index.article.text.index("in the first")
    left, right = new.split(claim, start)
    assert new.index.is_stale(left)
    whole = new.join([left, right])
    assert new.index.is_stale(whole)
    assert not new.index.is_stale(new.keep_verdict(whole, "1"))


PHRASE = "approved the new timetable"


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("The board of Vesterhavn approved the new timetable.", "The board of Osthavn approved the new timetable."),
        ("In 2019 it approved the new timetable for 12 lines.", "In 2019 it approved the new timetable for 14 lines."),
        ("The board approved the new timetable for six lines.", "The board approved the new timetable for seven lines."),
        ("The board approved the new timetable.", "The board, it turned out, had not approved the new timetable."),
        ("The mayor says they approved the new timetable.", "The mayor doesn't say they approved the new timetable."),
        ("Ana Lind approved the new timetable.", "Nobody approved the new timetable."),
    ],
)
def test_a_phrase_whose_sentence_has_other_details_is_to_be_checked(then: str, now: str) -> None:
    before, after = changed_around(then, now)
    (claim,) = after.index.annotations()
    assert shown(after, claim) == PHRASE
    assert after.index.placement(claim).check_reason == SENTENCE_CHANGED
    assert after.index.is_stale(claim)
    passages = after.index.passages_since(claim, before.index.article.digest)
    assert [passage and passage.sentence for passage in passages] == [then, now]
    after.confirm_places([claim])
    assert after.index.annotations_to_check() == ()
    assert after.index.is_stale(claim)
    assert not after.index.is_stale(after.keep_verdict(claim, "1"))


@pytest.mark.parametrize(
    ("then", "now"),
    [
        (
            "In 2019 it approved the new timetable for 1,200 buses.",
            "In 2019 it\napproved the new timetable for 1 200 buses [1].",
        ),
        (
            "The board of Vesterhavn approved the new timetable.",
            "The board of [Vesterhavn](https://town.example/2) **approved the new timetable**.",
        ),
        ("THE BOARD OF VESTERHAVN approved the new timetable.", "The board of Vesterhavn approved the new timetable."),
        ("The board quickly approved the new timetable.", "Meanwhile the old board approved the new timetable with joy."),
    ],
)
def test_a_phrase_whose_sentence_has_the_same_details_keeps_its_place(then: str, now: str) -> None:
    _, after = changed_around(then, now)
    (claim,) = after.index.annotations()
    assert after.index.placement(claim).check_reason in ("", PLACE_UNSURE)
    assert not after.index.is_stale(claim)


def test_the_sentence_before_a_note_is_not_part_of_a_phrase_s_sentence() -> None:
    _, after = changed_around(
        "In 2019 it opened.[4] It approved the new timetable.", "In 2020 it opened.[4] It approved the new timetable."
    )
    (claim,) = after.index.annotations()
    assert after.index.placement(claim).check_reason == ""


@given(fragments, fragments, st.integers(0, 200), st.integers(1, 60))
def test_no_annotation_on_any_text_keeps_any_other_text_from_being_opened(old: str, new: str, start: int, length: int) -> None:
    before = session_on(f"A title\n\n{old}")
    text = before.index.article.text
    span = Span(min(start, len(text) - 1), min(start + length, len(text)))
    if span.start < span.end:
        before.judge(before.mark(span), "1", "supports")
        after = session_on(f"A title\n\n{new}", before.index.annotations(), before.index.article)
        (annotation,) = (*after.index.annotations(), *after.index.orphans())
        place = after.index.place(annotation) or after.index.guess_place(annotation)
        assert place is None or 0 <= place.start < place.end <= len(after.index.article.text)
        assert not after.index.is_stale(annotation) or place is not None


def changed_around(then: str, now: str) -> tuple[ReviewSession, ReviewSession]:
    """Return the review of an article with a judged phrase, and that of the same article with another sentence around it."""
    frame = "Timetables of 1998\n\nNobody in Ostrel had expected 300 pages. {} The second half of it is for 2020.\n"
    before = session_on(frame.format(then))
    before.judge(marked(before, PHRASE), "1", "supports")
    before.link(before.index.annotations()[0], "1")
    return before, session_on(frame.format(now), before.index.annotations(), before.index.article)


def test_all_places_are_confirmed_in_one_change_that_can_be_undone(new: ReviewSession) -> None:
    before = {a.id: a.places for a in new.index.annotations()}
    new.confirm_places([*new.index.annotations(), *new.index.orphans()])
    assert all(new.index.article.digest in a.places for a in new.index.annotations())
    counted = new.index.placement_counts()
    assert counted is not None
    assert counted.summary == "1 lost its place"
    undone = new.undo()
    assert undone is not None
    assert undone.label == "confirm 3 places"
    assert {a.id: a.places for a in new.index.annotations()} == before
    assert [a.note for a in new.index.annotations_to_check()] == ["changed"]


def test_an_orphan_is_attached_by_hand_and_its_quote_stays(new: ReviewSession) -> None:
    lost = by_note(new, "gone")
    start = new.index.article.text.index("The mayor called it a success.")
    attached = new.set_place(lost, Span(start, start + 30))
    assert attached.selector == lost.selector
    assert shown(new, attached) == "The mayor called it a success."
    assert new.index.placement(attached).method == BY_HAND
    assert new.index.orphans() == ()
    new.undo()
    assert [a.note for a in new.index.orphans()] == ["gone"]
    new.redo()
    assert shown(new, by_note(new, "gone")) == "The mayor called it a success."


def test_an_orphan_is_offered_a_place_only_if_it_is_likely_and_never_given_it(old: ReviewSession) -> None:
    text = "The night bus\n\nPeople waited. In May the drivers asked for a second vehicle. Quite another text.\n"
    session = session_on(text, old.index.annotations())
    lost = by_note(session, "gone")
    guess = session.index.guess_place(lost)
    assert guess is not None
    assert session.index.article.text[guess.start : guess.end] == "In May the drivers asked for a second vehicle."
    assert session.index.place(lost) is None
    assert session_on("Flowers grow by the river in May.").index.guess_place(lost) is None


def test_for_a_sentence_that_was_deleted_no_other_sentence_is_offered(new: ReviewSession) -> None:
    assert new.index.guess_place(by_note(new, "gone")) is None


def test_a_verdict_given_on_the_new_words_is_not_stale(new: ReviewSession) -> None:
    claim = new.judge(by_note(new, "changed"), "1", "contradicts")
    assert not new.index.is_stale(claim)
    assert [a.note for a in new.index.annotations_to_check()] == ["changed"]


def test_moving_the_bounds_of_what_was_made_on_another_text_moves_its_place_only(new: ReviewSession) -> None:
    claim = by_note(new, "changed")
    start = new.index.article.text.index("4,900 people")
    moved = new.set_bounds(claim, Span(start, start + 12))
    assert (moved.selector, moved.edition) == (claim.selector, claim.edition)
    assert shown(new, moved) == "4,900 people"


def test_a_place_out_of_the_text_is_none(new: ReviewSession) -> None:
    record = to_record(by_note(new, "kept"))
    record["places"] = {new.index.article.digest: {"start": 5, "end": 99_999, "later": "kept"}}
    annotation = from_record(Annotation, record)
    assert to_record(annotation)["places"] == {
        new.index.article.digest: {
            "start": 5, "end": 99_999, "method": "", "confidence": 0.0, "by": "", "at": "", "later": "kept",
        }
    }  # fmt: skip
    again = session_on(NEW, (annotation,), session_on(OLD).index.article)
    assert shown(again, annotation) == "The council ran the night bus for two winters."


def test_without_the_old_text_the_selector_has_to_do(old: ReviewSession) -> None:
    session = session_on(NEW, old.index.annotations())
    assert shown(session, by_note(session, "kept")) == "The council ran the night bus for two winters."
    assert [a.note for a in session.index.orphans()] == ["gone"]
    assert {session.index.placement(a).check_reason for a in session.index.annotations_to_check()} <= {
        WORDS_CHANGED,
        PLACE_UNSURE,
    }


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
    counted = session.index.placement_counts()
    assert counted is not None
    assert (again.id, counted.summary) == (entry.id, "1 to check")
    session.confirm_places(session.index.annotations_to_check())
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
    editions = Editions({first.digest: first.text}.get, {first.digest: reference_identities(first)})
    assert not session.index.is_stale(claim)
    added = "[2] Lie, C. (2019). The stair. Vik Press."
    renumbered = [entries[0], added, entries[1].replace("[2]", "[3]")]
    text = "The tower is old [3]. The keeper left [1].\n\nReferences\n\n" + "\n".join(renumbered)
    again = ReviewSession(
        article(text), "the-article", ReviewItems(session.index.annotations()), creator="ben", editions=editions
    )
    assert again.index.has_other_source(claim, claim.judgements[0])
    assert (again.index.is_stale(claim), again.index.is_stale(other)) == (True, False)
    judged = again.judge(claim, "2", "contradicts")
    assert not again.index.is_stale(judged)
