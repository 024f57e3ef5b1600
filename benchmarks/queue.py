"""How fast the review queue opens and follows a verdict, and how fast it is known what is said of every sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from benchmarks.programs import Workshop
from benchmarks.report import Report, cpu_ms, median
from reader.article.article import Article
from reader.article.model import Block, BlockKind, Citation, Reference
from reader.review.coverage import Coverage
from reader.review.queue import build_queue
from reader.review.scale import UNAVAILABLE
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM, WORDS_CHANGED

PAIRS: Final = 5000
SENTENCES: Final = 5000
REFERENCES: Final = 200
EACH: Final = 2
"""How many references a claim rests on."""
OPEN_TIMES: Final = 10.0
"""How many times the time of its baseline the queue may take: it has an order, and reasons."""
COVERAGE_TIMES: Final = 0.05
"""The share of the time of its baseline in which it must be known what is said of every sentence."""
TIMES: Final = 15
_VERDICTS: Final = ("supports", "contradicts", "partly-supports", UNAVAILABLE, "", "")


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Time the queue and the coverage of one review, in this process, and print the table."""
    report.doing("the review queue")
    session = _review(SENTENCES, PAIRS // EACH)
    times = 5 if quick else TIMES
    queue, naive = _ms(times, lambda: build_queue(session.index)), _ms(times, lambda: _without_order(session))
    covered, walked = _ms(times, lambda: Coverage(session.index)), _ms(3, lambda: _one_by_one(session))
    report.table(
        "The review queue and the sentences",
        ("", "ms", "baseline ms", "ratio", "budget"),
        (
            (
                f"queue of {session.index.tally.pairs} pairs",
                f"{queue:.1f}",
                f"{naive:.1f}",
                f"{queue / naive:.2f}",
                report.times(queue / naive, OPEN_TIMES),
            ),
            (
                f"state of {len(session.index.article.sentences)} sentences",
                f"{covered:.1f}",
                f"{walked:.1f}",
                f"{covered / walked:.3f}",
                report.times(covered / walked, COVERAGE_TIMES),
            ),
        ),
        "Medians. Baselines: open or stale pairs in the order of the text, without a reason; each sentence compared with each "
        "annotation (every tenth sentence, times ten).",
    )


def _ms(times: int, what: Callable[[], object]) -> float:
    return median(cpu_ms(what) for _ in range(times))


def _without_order(session: ReviewSession) -> list[tuple[str, str]]:
    """Return the pairs that a plain loop over claims and references finds."""
    found: list[tuple[str, str]] = []
    for claim in session.index.claims():
        changed = session.index.placement(claim).check_reason == WORDS_CHANGED
        found.extend((claim.id, r) for r in session.index.status(claim).rests_on if changed or session.index.is_open(claim, r))
    return found


def _one_by_one(session: ReviewSession) -> int:
    """Return how many sentences nothing overlaps, each compared with every annotation."""
    places = [place for a in session.index.annotations() if (place := session.index.place(a)) is not None]
    return 10 * sum(
        not any(place.overlaps(sentence) for place in places) for sentence in session.index.article.sentences.all()[::10]
    )


def _review(sentences: int, claims: int) -> ReviewSession:
    """Return a review of an article of so many sentences with so many claims, verdicts of all kinds on some of their pairs."""
    article = _article(sentences)
    session = ReviewSession(article, "queue", creator="benchmark")
    spans = article.sentences.all()
    for number in range(claims):
        claim = session.mark(spans[number * len(spans) // claims], CLAIM)
        for place, reference in enumerate(session.index.status(claim).rests_on):
            verdict = _VERDICTS[(number + place) % len(_VERDICTS)]
            if verdict:
                claim = session.judge(claim, reference, verdict)
    for number in range(0, sentences, 7):
        session.mark(spans[number], ANNOTATION_KINDS[1 + number % 2])
    return session


def _article(sentences: int) -> Article:
    """Return an article whose every sentence has a marker that names EACH references; five sentences a paragraph."""
    text, blocks, citations = "", list[Block](), list[Citation]()
    for first in range(0, sentences, 5):
        start = len(text)
        for number in range(first, min(first + 5, sentences)):
            named = tuple(str((number * EACH + one) % REFERENCES + 1) for one in range(EACH))
            text += f"Mill number {number} sold a part of its harvest "
            marker = f"[{', '.join(named)}]"
            citations.append(Citation(len(text), len(text) + len(marker), named))
            text += marker + ". "
        text = text.rstrip()
        blocks.append(Block(start, len(text), BlockKind.PARAGRAPH))
        text += "\n\n"
    references = tuple(Reference(str(n), str(n), f"Entry {n}", title=f"Entry {n}") for n in range(1, REFERENCES + 1))
    return Article(text, "Mills", tuple(blocks), citations=tuple(citations), references=references)
