"""The language that a person sets: kept with the article, undone, followed by the sentences, named in the exports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tinydb import TinyDB

from reader.article.language import LANGUAGE_NAMES, find_language
from reader.formats import parse_article
from reader.library import Library
from reader.library.counts import count_article
from reader.review.session import ReviewSession
from tests.unit.test_cli import Call, call, ferry

__all__ = ["call", "ferry"]  # fixtures

TEXT = "Er fuhr am 3. März ab."
TRAIN = parse_article(TEXT.encode(), "train.txt").with_language("en")


def sentences(session: ReviewSession) -> list[str]:
    """Return the sentences of the article that is reviewed."""
    return [TEXT[span.start : span.end] for span in session.index.article.sentences.all()]


@pytest.mark.parametrize(
    ("name", "code"),
    [("de", "de"), ("DE", "de"), ("pt-BR", "pt"), ("nb", "no"), ("German", "de"), (" russian ", "ru"), ("xx", ""), ("", "")],
)
def test_languages_are_found_by_code_tag_or_name(name: str, code: str) -> None:
    assert find_language(name) == code


def test_sentences_and_noise_by_hand_follow_the_language_and_undo() -> None:
    session = ReviewSession(TRAIN, "an-article")
    assert sentences(session) == ["Er fuhr am 3.", "März ab."]
    session.set_language("de")
    session.set_language("de")
    assert sentences(session) == [TEXT]
    assert session.index.recognized_language == "en"
    session.set_aside(TRAIN.blocks[0].span)
    assert session.index.article.language == "de"
    session.set_aside(TRAIN.blocks[0].span, aside=False)
    assert sentences(session) == [TEXT]
    labels = [change.label for _ in range(3) if (change := session.undo())]
    assert labels[-1] == "language: German"
    assert sentences(session) == ["Er fuhr am 3.", "März ab."]
    session.redo()
    session.set_language("")
    assert session.index.article.language == "en"
    assert session.index.article.digest == TRAIN.digest


def test_it_is_kept_with_the_article_and_merged_from_another_device(tmp_path: Path) -> None:
    with Library.open(tmp_path / "one") as library:
        library.review(TRAIN, "Ana").set_language("de")
    with Library.open(tmp_path / "two") as library:
        library.review(TRAIN, "Ben").set_language("nl")
    with Library.open(tmp_path / "one") as library:
        session, _ = library.peek(TRAIN)
        assert session.index.article.language == "de"
        library.merge(tmp_path / "two", "Ana")
    with Library.open(tmp_path / "one") as library:
        session = library.review(TRAIN, "Ana")
        chosen = session.index.article.language
        assert chosen in ("de", "nl")
        session.set_language(chosen)
    with Library.open(tmp_path / "one") as library:
        correction = library.peek(TRAIN)[0].index.correction("language")
        assert correction is not None
        assert (correction.value, correction.others) == (chosen, ())


@pytest.mark.parametrize("value", ["qq", 7, None, {"a": 1}])
def test_a_language_that_another_program_wrote_badly_is_ignored(tmp_path: Path, value: object) -> None:
    with Library.open(tmp_path) as library:
        library.review(TRAIN).set_language("de")
    with TinyDB(tmp_path / "library.json") as file:
        table = file.table("articles")
        (record,) = table.all()
        table.update({"corrected": {"language": {"value": value}}}, doc_ids=[record.doc_id])
    with Library.open(tmp_path) as library:
        session, _ = library.peek(TRAIN)
        assert session.index.article.language == "en"


def test_the_counts_that_the_list_keeps_depend_on_it(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        review = library.review(TRAIN)
        (entry,) = library.summaries()
        before = count_article(library, entry, lambda *_: TRAIN)
        library.save_counts(entry.id, before)
        assert library.overview()[1][entry.id].sentences == 2
        review.set_language("de")
        assert entry.id not in library.overview()[1]
        assert count_article(library, entry, lambda *_: TRAIN).sentences == 1
    with Library.open(tmp_path) as library:
        assert entry.id not in library.overview()[1]


# ---------------------------------------------------------------------- the command line


@pytest.mark.parametrize("command", ["add", "audit", "check", "export", "open", "parse", "report", "show"])
def test_a_wrong_language_is_an_error_that_names_the_right_ones(call: Call, ferry: Path, command: str) -> None:
    answer = call(command, ferry, "--language", "klingon")
    assert answer.code == 2
    assert all(f"{code} {name}" in answer.err for code, name in LANGUAGE_NAMES.items())


def test_the_option_is_kept_by_add_and_only_for_one_call_elsewhere(call: Call, ferry: Path) -> None:
    def languages(*options: str) -> tuple[str, str]:
        exported = call("export", ferry, "--format", "jsonl", *options).out.splitlines()
        shown = call("show", ferry, *options).out
        return json.loads(exported[0])["language"], next(line for line in shown.splitlines() if line.startswith("Language"))

    assert json.loads(call("parse", ferry, "--json", "--language", "sv").out)["language"] == "sv"
    assert "Swedish" in call("parse", ferry, "--language", "Swedish").out
    assert languages("--language", "sv") == ("sv", "Language: Swedish")
    assert languages() == ("en", "Language: English")
    assert call("add", ferry, "--language", "sv").code == 0
    assert languages() == ("sv", "Language: Swedish")
    assert languages("--language", "auto") == ("en", "Language: English")
    assert "language: Swedish" in call("history").out
    assert call("undo", ferry).code == 0
    assert languages() == ("en", "Language: English")


def test_a_comparison_of_editions_cuts_sentences_by_the_language_that_was_set(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "see.txt"
    path.write_text("The lamp was lit on the 3. März and burned.\n")
    assert call("add", path, "--language", "de").code == 0
    path.write_text("The lamp was lit on the 4. März and burned.\n")
    assert call("add", path).code == 0
    changes = json.loads(call("diff", path, "--json").out)
    assert changes == [
        {"old": "The lamp was lit on the 3. März and burned.", "new": "The lamp was lit on the 4. März and burned."}
    ]
