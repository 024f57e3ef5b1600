"""Libraries that hold a number of claims on an article, made through the program's own interface."""

from __future__ import annotations

from pathlib import Path

from reader.article.article import Article
from reader.article.ranges import Span
from reader.formats import read_article
from reader.library import Library
from reader.review.pairs import claim_references
from reader.review.scale import DEFAULT_SCALE

_TAGS = ("figure", "money/cost", "quote", "to ask")


def make_library(folder: Path, article_path: Path, claims: int) -> Path:
    """Make a library with `claims` claims, spread evenly over the article, and return its folder.

    Every second claim has a tag, every third of those that cite something a verdict, every tenth a note.
    """
    article = read_article(str(article_path))
    library = Library.open(folder)
    session, entry = library.session(article, "benchmark")
    session.listen(lambda change: library.save(entry.id, change))
    verdicts = DEFAULT_SCALE.verdicts
    for number, span in enumerate(spans(article, claims)):
        tags = (_TAGS[number // 2 % len(_TAGS)],) if number % 2 else ()
        note = f"Asked for the source of number {number}." if number % 10 == 0 else ""
        claim = session.add(span, tags=tags, note=note)
        cited = claim_references(article, span)
        if number % 3 == 0 and cited:
            session.judge(claim, cited[0], verdicts[number % len(verdicts)].id)
    if not library.close(60):
        raise RuntimeError(f"the library in {folder} could not be saved")
    return folder


def spans(article: Article, count: int) -> list[Span]:
    """Return `count` ranges spread evenly over the body: whole sentences, and halves of them once those are used up."""
    sentences = article.sentences.all()
    whole = min(count, len(sentences))
    chosen = [sentences[number * len(sentences) // whole] for number in range(whole)]
    for number in range(count - whole):
        span = sentences[number % len(sentences)]
        half = (span.end - span.start) // 2
        chosen.append(Span(span.start, span.start + half) if number < len(sentences) else Span(span.start + half, span.end))
    return chosen
