"""What is worked out of a source for a claim, and what is taken for a text, without a screen."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import pytest

from reader.formats import parse_article, short_name
from reader.formats.pasted_text import is_pasted_text
from reader.formats.source_input import read_paste
from reader.library import Library
from reader.library.source_texts import keep_source
from reader.review.model import SourceText
from reader.tui.cues import ReadSource, ReadSources
from reader.tui.reading.fetch_jobs import FetchJob

MARKED = """# Of herons

A **grey heron** stands by the [weir](https://example.org/weir). It waits for *frogs*, as herons do.

Nobody knows how long. The heron does not tell.
"""


def source(text: str, name: str = "herons.md") -> ReadSource:
    article = parse_article(text.encode(), name)
    return ReadSource(SourceText(article.digest), article)


def test_a_passage_is_a_sentence_with_those_beside_it_and_without_markup() -> None:
    read = source(MARKED)
    best = read.passages("The grey heron of the weir")[0]
    assert "".join(words for words, _ in best.words) == "A grey heron stands by the weir."
    assert [words for words, shared in best.words if shared] == ["grey", "heron", "weir"]
    assert (best.before, best.after) == ("", "It waits for frogs, as herons do.")
    assert read.article.text[best.span.start : best.span.end].startswith("A **grey heron**")
    for shared in best.shared:
        assert read.article.text[shared.start : shared.end] in ("grey", "heron", "weir")


def test_a_text_that_was_read_before_is_neither_unpacked_nor_cut_into_sentences_again(own_library: Path) -> None:
    library, data = Library.open(own_library), MARKED.encode()
    text = keep_source(library, parse_article(data, "herons.md"), data, "herons.md")
    assert library.close(9)
    first = ReadSources().read(Library.open(own_library), text)
    assert first.passages("The grey heron of the weir")
    rmtree(own_library / "snapshots")
    again = ReadSources().read(Library.open(own_library), text).article
    assert again == first.article
    assert again.sentences.to_columns() == first.article.sentences.to_columns() != ((), (), b"")


def test_passages_are_not_more_than_can_be_looked_at_and_none_without_a_word_in_common() -> None:
    read = source(" ".join(f"Heron number {n} stands here." for n in range(60)), "-")
    assert len(read.passages("A heron")) == 10
    assert read.passages("Nothing whatever") == ()


def test_what_a_claim_says_and_the_source_does_not_is_told_by_its_words() -> None:
    read = source(MARKED)
    assert [detail.text for detail in read.find_details("The heron stood there in 1987.").missing] == ["in 1987"]
    assert read.find_details("A grey heron stands by the weir.").missing == ()


@pytest.mark.parametrize(
    ("pasted_text", "is_one"),
    [
        ("two\nlines", True),
        ("two\rlines", True),
        ("word " * 80, True),
        ("/home/ana/a paper.pdf\n", False),
        ("https://example.org/page", False),
        ("\n\n", False),
        ("", False),
    ],
)
def test_several_lines_or_many_characters_are_a_text_not_a_name(pasted_text: str, is_one: bool) -> None:
    assert is_pasted_text(pasted_text) is is_one


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("https://example.org/a/b?c", "example.org"),
        ("/home/ana/paper.pdf", "paper.pdf"),
        ("http://[broken", "http://[broken"),
        ("https://", "https://"),
    ],
)
def test_what_is_brought_has_a_short_name(name: str, short: str) -> None:
    assert short_name(name) == short
    assert FetchJob(("1",), name).short_name == short


def test_what_is_pasted_is_called_so() -> None:
    assert FetchJob(("1",), pasted_text="a text").short_name == "the pasted text"
    assert read_paste("a text").origin == ""
