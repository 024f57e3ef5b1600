"""Setting blocks aside by hand, and taking back what was set aside."""

from __future__ import annotations

from reader.article.article import Article
from reader.article.model import NoiseReason
from reader.article.ranges import Span
from reader.formats import parse_article
from reader.review.session import ReviewSession

TEXT = "The lamp\n\nSubscribe now\n\nIt was lit in 1987. Nobody knows why.\n\nMore by this author: lamps.\n\nThe keeper left."


def session() -> ReviewSession:
    return ReviewSession(parse_article(TEXT.encode(), "lamp.txt"), "an-article")


def aside(article: Article) -> list[tuple[str, NoiseReason]]:
    return [(article.text[n.start : n.end], n.reason) for n in article.noise]


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


PROGRAM = [("Subscribe now", NoiseReason.CHROME)]
BOTH = [*PROGRAM, ("More by this author: lamps.", NoiseReason.BY_HAND)]


def test_a_block_that_is_set_aside_has_no_sentences_until_it_is_taken_back() -> None:
    review = session()
    before = len(review.index.article.sentences.all())
    assert aside(review.index.article) == PROGRAM
    review.set_aside(span("this author"))
    assert aside(review.index.article) == BOTH
    assert len(review.index.article.sentences.all()) == before - 1
    review.set_aside(span("lamps"), aside=False)
    assert aside(review.index.article) == PROGRAM


def test_what_the_program_set_aside_can_be_taken_back_and_set_aside_again() -> None:
    review = session()
    review.set_aside(span("Subscribe"), aside=False)
    assert aside(review.index.article) == []
    review.set_aside(span("Subscribe"))
    assert aside(review.index.article) == PROGRAM


def test_it_is_undone_and_done_again_by_name() -> None:
    review = session()
    review.set_aside(Span(0, len(TEXT)))
    everything = aside(review.index.article)
    assert len(everything) == 5
    undone = review.undo()
    assert undone is not None
    assert undone.label == "set aside 4 sentences as noise"
    assert aside(review.index.article) == PROGRAM
    review.redo()
    assert aside(review.index.article) == everything


def test_marks_of_noise_are_no_claims_and_count_nowhere() -> None:
    review = session()
    review.set_aside(span("this author"))
    assert (review.index.annotations(), review.index.claims(), review.index.orphans(), review.index.tally.claims) == (
        (),
        (),
        (),
        0,
    )


def test_a_block_is_set_aside_once() -> None:
    review = session()
    review.set_aside(span("this author"))
    review.set_aside(span("this author"))
    review.undo()
    assert aside(review.index.article) == PROGRAM
