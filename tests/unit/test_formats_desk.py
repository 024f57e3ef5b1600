"""The files that people have on their desks, as the programs wrote them: what is read of them beside what they were made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.desk_formats import DESK, KINDS, read_truth, score_document, source_of
from reader.formats import read_article

DOCUMENTS = {path: source for path in sorted(DESK.iterdir()) if (source := source_of(path))}


def check(path: Path) -> None:
    score = score_document(read_article(str(path)), read_truth(DOCUMENTS[path]))
    assert score.links[0] == score.links[1]
    assert score.works[0] == score.works[1]
    assert score.kept[0] >= 0.98 * score.kept[1]


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.name.startswith("gardens")], ids=lambda path: path.name)
def test_the_addresses_that_words_link_to_are_references(path: Path) -> None:
    check(path)


@pytest.mark.slow
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_is_found(path: Path) -> None:
    check(path)


def test_there_is_a_document_of_every_kind() -> None:
    assert {ending for ending in KINDS if not any(path.name.endswith(ending) for path in DOCUMENTS)} == set()
