"""Everything open in one list: each thing once, in its order, and gone once it is decided."""

from reader.article.audit.audit import audit_findings
from reader.review.coverage import UNDECIDED, Coverage
from reader.review.index import Editions, ReviewItems
from reader.review.session import ReviewSession
from reader.review.todo import (
    LOST_ANNOTATION,
    OPEN_PAIR,
    PLACE_TO_CHECK,
    TODO_KINDS,
    UNCITED_CLAIM,
    TodoItem,
    todo_items,
)
from reader.review.vocabulary import LATER, NOT_CLAIM
from tests.unit.review_strategies import TEXT, article, review, where


def listed(session: ReviewSession) -> tuple[TodoItem, ...]:
    claims = tuple(place for claim in session.index.claims() if (place := session.index.place(claim)))
    return todo_items(session.index, audit_findings(session.index.article, claims), Coverage(session.index))


def test_each_kind_has_its_place_in_the_list() -> None:
    session = review()
    session.mark(where(session.index.article, "“Nobody believed it,” says"))
    session.mark(where(session.index.article, "The port office counted"), LATER)
    kinds = [item.kind for item in listed(session)]
    assert sorted(kinds, key=TODO_KINDS.index) == kinds
    assert [kinds.count(kind) for kind in (OPEN_PAIR, LATER, UNDECIDED)] == [
        2,
        1,
        len(session.index.article.sentences.all()) - 2,
    ]
    assert [(item.reference, item.why) for item in listed(session) if item.kind == OPEN_PAIR] == [
        ("1", "no verdict yet"),
        ("2", "no verdict yet"),
    ]


def test_what_is_decided_is_gone_and_comes_back_when_that_is_undone() -> None:
    session = review()
    claim = session.mark(where(session.index.article, "“Nobody believed it,” says"))
    session.judge(session.judge(claim, "1", "supports"), "2", "unclear")
    uncited = session.mark(where(session.index.article, "The café next to it opened in spring"))
    for sentence in session.index.article.sentences.all():
        if not session.index.annotations_on(sentence):
            session.mark(sentence, NOT_CLAIM)
    for item in listed(session):
        if item.finding is not None:
            session.dismiss_finding(item.finding.key, item.finding.kind, item.finding.text, "known")
    assert [(item.kind, item.annotation) for item in listed(session)] == [(UNCITED_CLAIM, uncited)]
    session.undo()
    assert [item.kind for item in listed(session)] == [UNCITED_CLAIM, UNDECIDED]


def test_a_changed_text_puts_lost_and_changed_places_first() -> None:
    before = review()
    changed = before.mark(where(before.index.article, "The island's ferry carried 41,000 people in May"))
    lost = before.mark(where(before.index.article, "Its owner pays *no* rent_at_all"))
    text = TEXT.replace("41,000 people", "14,000 people").replace(
        " Its owner pays *no* rent_at_all, and =SUM(A1:A9) is what", ""
    )
    new = article(text.replace("the invoice says [3].", ""))
    session = ReviewSession(
        new,
        "the-article",
        ReviewItems(before.index.annotations()),
        editions=Editions({before.index.article.digest: before.index.article.text}.get),
    )
    first, second, *_ = listed(session)
    assert (first.kind, first.annotation, first.place) == (LOST_ANNOTATION, lost, None)
    assert (second.kind, second.annotation) == (PLACE_TO_CHECK, changed)


def test_that_a_sentence_cites_nothing_is_told_of_claims_only() -> None:
    session = review()
    assert not any(item.why == "rests on nothing" for item in listed(session))
    session.mark(where(session.index.article, "The café next to it opened in spring"))
    assert [item.why for item in listed(session)].count("rests on nothing") == 1
