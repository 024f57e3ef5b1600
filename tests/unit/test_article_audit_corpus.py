"""The audit over real documents: no false alarms, and what fits a reference whose markers were taken away."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.audit.finding import (
    BROKEN_LINK,
    FINDING_KINDS,
    FUTURE_YEAR,
    HAS_A_DATE,
    LISTED_TWICE,
    MALFORMED_DOI,
    OTHER_NAME,
    OTHER_YEAR,
    SHARED_DOI,
    WOULD_FIT,
)
from reader.article.ranges import block_at
from reader.formats import read_article

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "bench" / "references" / "corpus"
SHAPES = ("jats", "text-num", "text-sup", "text-hard", "wiki-text", "md-fn", "rst")
STRICT = (OTHER_NAME, OTHER_YEAR, MALFORMED_DOI, BROKEN_LINK, FUTURE_YEAR, HAS_A_DATE, SHARED_DOI)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.exists(), reason="the benchmark documents are not beside this checkout"),
]


@cache
def articles() -> tuple[Article, ...]:
    paths = sorted(path for shape in SHAPES for path in (CORPUS / shape).iterdir() if not path.name.endswith(".truth.json"))
    return tuple(read_article(str(path)) for path in paths if path.suffix != ".bib")


def test_published_articles_have_few_faults() -> None:
    counts: Counter[str] = Counter()
    for article in articles():
        found = audit_findings(article, year=2026)
        assert len({finding.key for finding in found}) == len(found)
        counts.update(finding.kind for finding in found)
    assert len(articles()) > 40
    assert counts.keys() <= FINDING_KINDS.keys()
    assert sum(counts[kind] for kind in STRICT) <= 4
    assert counts[LISTED_TWICE] <= 6
    assert counts[WOULD_FIT] <= 8


def without_markers(article: Article) -> Iterator[tuple[Article, set[int]]]:
    """Yield the article without the markers of one of its references, and the blocks that they stood in, a few times."""
    counts = Counter(name for citation in article.citations for name in citation.references)
    some = [reference.id for reference in article.references if 1 <= counts[reference.id] <= 4 and not reference.remark]
    for name in random.Random(len(article.text)).sample(some, min(4, len(some))):
        alone = [citation for citation in article.citations if citation.references == (name,)]
        text = article.text
        for citation in alone:
            text = text[: citation.start] + " " * (citation.end - citation.start) + text[citation.end :]
        kept = (
            c._replace(references=tuple(other for other in c.references if other != name))
            for c in article.citations
            if c not in alone
        )
        blocks = {block_at(article.blocks, citation.start) for citation in alone}
        yield replace(article, text=text, citations=tuple(kept)), blocks


def test_a_reference_whose_markers_were_taken_away_fits_where_they_stood() -> None:
    told = right = 0
    for article in articles():
        before = {finding.key for finding in audit_findings(article) if finding.kind == WOULD_FIT}
        for changed, blocks in without_markers(article):
            for finding in audit_findings(changed, year=2026):
                if finding.kind == WOULD_FIT and finding.key not in before and finding.where is not None and blocks:
                    told += 1
                    right += block_at(changed.blocks, finding.where.start) in blocks
    assert told >= 10
    assert right / told >= 0.6
