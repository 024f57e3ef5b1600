"""Texts in one line, in which any white space becomes one space, and what at the start of a line is a label."""

from __future__ import annotations

import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reader.article.labels import single_spaced
from reader.formats import parse_article
from tests.hypothesis_profiles import CHARACTERS


@given(st.text(CHARACTERS))
@example("  two  spaces ")
@example(" one space ")
def test_white_space_becomes_single_spaces(text: str) -> None:
    assert single_spaced(text) == " ".join(text.split())


def test_each_kind_of_white_space_is_known() -> None:
    spaces = [char for char in map(chr, range(sys.maxunicode + 1)) if char.isspace()]
    texts = [form.format(char) for form in ("{}", "a{}b", "a{}", "{}b", "a{} b") for char in spaces]
    assert [single_spaced(text) for text in texts] == [" ".join(text.split()) for text in texts]


@pytest.mark.parametrize("ending", ["md", "txt"])
@pytest.mark.parametrize("label", ["{}. ", "[{}] "])
@pytest.mark.parametrize(
    "edition",
    [
        "2. Auflage, Kiel 1990.",
        "2. Ed. Kiel 1990.",
        "2. erw. und verb. Aufl. Kiel, 1990.",
        "3. edition, Oslo 1990.",
        "2. Band. Kiel 1990.",
    ],
)
def test_the_number_of_an_edition_at_the_start_of_a_line_is_no_label(edition: str, label: str, ending: str) -> None:
    names = ("Berg", "Lee", "Holm", "Roe")
    entries = "\n".join(
        f"{label.format(n)}{name}, A.: Lamps of the pier and what became of them.\n{edition}" for n, name in enumerate(names, 1)
    )
    body = " ".join(f"It is lit, says {name} [{n}]." for n, name in enumerate(names, 1))
    title = "## References" if ending == "md" else "References"
    article = parse_article(f"{body}\n\n{title}\n\n{entries}\n".encode(), f"lamps.{ending}")
    assert [article.reference_by_id[name].text.split(",")[0] for c in article.citations for name in c.references] == [*names]


@pytest.mark.parametrize(
    "entry",
    [
        "Ed, B. Lamps of Oslo. 1990.",
        "Band, L. Lamps of Oslo. 1990.",
        "Roe, B. ed. Lamps. Oslo, 1990.",
        "Edison, T. Lamps. 1990.",
    ],
)
def test_an_author_whose_name_is_a_word_of_editions_has_a_label(entry: str) -> None:
    text = f"It is lit [1] and out [2].\n\nReferences\n\n1. Lee, A. Piers. Oslo, 1988.\n2. {entry}\n"
    article = parse_article(text.encode(), "lamps.txt")
    assert [reference.label for reference in article.references] == ["1", "2"]
