"""Real documents of every format: whatever is understood of them, all ranges are right and sentences lose nothing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind
from reader.article.sentences import BODY_KINDS
from reader.cli.parse import article_record
from reader.formats import read_article

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "bench" / "references" / "corpus"
DOCUMENTS = sorted(path for path in CORPUS.glob("*/*") if not path.name.endswith((".truth.json", ".bib")))
EVERYDAY = {path.parent: path for path in reversed(DOCUMENTS)}
"""One document of each folder: the others are left to the full tier."""


def check(article: Article) -> None:
    """Check what holds for every article."""
    text = article.text
    for first, second in pairwise(article.blocks):
        assert first.start < first.end <= second.start
    for block in article.blocks:
        assert text[block.start : block.end].strip() == text[block.start : block.end].strip(" \t\n") != ""
    for piece in (*article.noise, *article.citations):
        assert 0 <= piece.start < piece.end <= len(text)
    assert all(0 <= style.start <= style.end <= len(text) for style in article.styles)
    for citation in article.citations:
        assert all(name in article.reference_by_id for name in citation.references)
        assert citation.references or citation.missing or citation.ambiguous
    for reference in article.references:
        assert reference.span is None or 0 <= reference.start < reference.end <= len(text)
    assert len(article.reference_by_id) == len(article.references)


def check_sentences(article: Article) -> None:
    """Check that the sentences of each block and what is between them are the block: white space, in tables also rules."""
    for index, block in enumerate(article.blocks):
        if block.kind not in BODY_KINDS:
            assert article.sentences.in_block(index) == ()
            continue
        between = " \n|:+=-─━│┼" if block.kind is BlockKind.TABLE else None
        at = block.start
        for sentence in article.sentences.in_block(index):
            assert at <= sentence.start < sentence.end <= block.end
            assert not article.text[at : sentence.start].strip(between)
            assert article.text[sentence.start : sentence.end].strip() == article.text[sentence.start : sentence.end]
            at = sentence.end
        assert not article.text[at : block.end].strip(between)


@pytest.mark.skipif(not DOCUMENTS, reason="needs ../shared")
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            id=f"{path.parent.name}/{path.name}",
            marks=[] if path in EVERYDAY.values() else pytest.mark.slow,
        )
        for path in DOCUMENTS or [CORPUS / "none"]
    ],
)
def test_a_real_document_is_understood_with_exact_ranges(path: Path) -> None:
    article = read_article(str(path))
    check(article)
    check_sentences(article)
    record = article_record(article)
    assert len(str(record["shown"])) == len(article.text) - sum(noise.end - noise.start for noise in article.aside)


@pytest.mark.parametrize("path", sorted(Path(__file__).parents[2].glob("sample_articles/*.*")), ids=lambda path: path.name)
def test_a_sample_is_understood_with_exact_ranges(path: Path) -> None:
    article = read_article(str(path))
    check(article)
    check_sentences(article)
