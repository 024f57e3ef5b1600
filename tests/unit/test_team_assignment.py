"""Articles are assigned as a whole or split, and that is saved like other work."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.formats import parse_article
from reader.library import Library
from reader.review.scale import DEFAULT_SCALE
from reader.team.assignment import Assigner, assignees_of
from tests.tui.texts import BUSES


def open_assigner(library: Library) -> tuple[Assigner, str]:
    _, entry = library.session(BUSES, "ana")
    assert library.flush(30)
    return Assigner(library, "ana", DEFAULT_SCALE, parse_article), entry.id


def test_an_article_is_assigned_as_a_whole_once_and_taken_back(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        assigner, article = open_assigner(library)
        assert len(assigner.assign(article, ["Ben"])) == 1
        assert assigner.assign(article, ["ben"]) == ()
        assert assignees_of(library, [article, "gone"]) == {article: ("Ben",)}
        assert len(assigner.unassign(article, ["BEN"])) == 1
        assert assigner.unassign(article) == ()
        assert assignees_of(library, [article]) == {}


@pytest.mark.parametrize("overlap", [1, 2])
def test_open_sentences_are_split_evenly_and_survive_another_opening(tmp_path: Path, overlap: int) -> None:
    with Library.open(tmp_path) as library:
        assigner, article = open_assigner(library)
        assigner.assign(article, ["Ben", "Cy"], overlap=overlap)
    with Library.open(tmp_path) as library:
        assert assignees_of(library, [article]) == {article: ("Ben", "Cy")}
        session, _ = library.peek(BUSES, article_id=article)
        counts = {len(session.index.assigned_to(sentence)) for sentence in BUSES.sentences.all()}
        assert counts == {overlap}


def test_who_cannot_be_given_anything_is_told_why(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        assigner, article = open_assigner(library)
        with pytest.raises(ReaderError, match="2 readers, and there are 1"):
            assigner.assign(article, ["Ben"], overlap=2)
        with pytest.raises(ReaderError, match="no article"):
            assigner.assign("gone", ["Ben"])
