"""Reference lists: which runs of entries are one, which aren't, and what can be read from an entry."""

from __future__ import annotations

import textwrap

import pytest

from reader.article.article import Article
from reader.article.model import Reference
from reader.article.names import surname
from reader.article.reference_parser import parse_fields
from reader.formats import parse_article


def read(text: str, name: str = "plain.txt") -> Article:
    return parse_article(text.encode("utf-8"), name)


def listed(text: str, name: str = "plain.txt") -> dict[str, str]:
    return {reference.id: reference.text for reference in read(text, name).references}


BODY = "Otters came back to the Sorn in 2004 [1]. They eat eels [2], mostly at night [1,2].\n\n"
ONE = "Pryor, E. (2006). Otters of the Sorn. River Notes, 3(1), 4–9."
TWO = "Quill, M. (2011). What otters eat. https://otters.example/diet"


@pytest.mark.parametrize(
    "entries",
    [
        f"[1] {ONE}\n\n[2] {TWO}",
        f"[1] {ONE}\n[2] {TWO}",
        f"1. {ONE}\n2. {TWO}",
        f"1) {ONE}\n2) {TWO}",
        f"(1) {ONE}\n(2) {TWO}",
        f"[1]: {ONE}\n[2]: {TWO}",
        f"[1]\t{ONE}\n\n[2]\t{TWO}",
        f"1: {ONE}\n2: {TWO}",
        f"1 - {ONE}\n2 - {TWO}",
        f"#1 {ONE}\n#2 {TWO}",
        f"［1］{ONE}\n［2］{TWO}",
        f"【1】 {ONE}\n【2】 {TWO}",
        f"1.\n{ONE}\n2.\n{TWO}",
        f"1\n\n{ONE}\n\n2\n\n{TWO}",
        f"References\n\n[1] {ONE}\n[2] {TWO}",
        f"7. Quellen\n\n1. {ONE}\n2. {TWO}",
        f"WORKS CITED:\n1. {ONE}\n2. {TWO}",
        f"¹ {ONE}\n² {TWO}",
        f"<sup>1</sup> {ONE}\n\n<sup>2</sup> {TWO}",
        "[1] Pryor, E. (2006). Otters of the Sorn. River\nNotes, 3(1), 4–9.\n[2] Quill, M. (2011). What otters\neat. https://otters.example/diet",
        "1. Pryor, E. (2006). Otters of the Sorn. River\n   Notes, 3(1), 4–9.\n2. Quill, M. (2011). What otters eat.\n   https://otters.example/diet",
    ],
)
def test_numbered_lists_with_and_without_a_heading(entries: str) -> None:
    assert listed(BODY + entries) == {"1": ONE, "2": TWO}
    assert listed(BODY + entries + "\n\nThe survey of the Sorn goes on, and so does this text.\n") == {"1": ONE, "2": TWO}


@pytest.mark.parametrize("author", ["Öztürk, E.", "Łukasz, E.", "van der Loo, E.", "de Vries, E.", "王伟"])
@pytest.mark.parametrize("label", ["2 ", "2.", "2:\t"])
@pytest.mark.parametrize(("name", "gap"), [("plain.txt", "\n"), ("plain.txt", "\n\n"), ("post.md", "\n\n")])
def test_notes_after_signs_are_references(name: str, gap: str) -> None:
    notes = gap.join((f"* {ONE}", f"† {TWO}", "‡ Rask (2012). Eels at night. Holm."))
    article = read(f"# Otters\n\nThey came back in 2004.* They eat eels.† At night, too‡ it seems.\n\n{notes}\n", name)
    assert [reference.label for reference in article.references] == ["*", "†", "‡"]
    assert [citation.references for citation in article.citations] == [("*",), ("†",), ("‡",)]


@pytest.mark.parametrize(
    "text",
    [
        "Rask Lind† and Mona Quill‡\n\n† Institute of Rivers, Sorn, 2019\n‡ Mill Lane 4, Holm, mona@otters.example\n",
        "Otto Rask (* 1900; † 1950) kept otters.*\n\n† 1950 in Holm.\n",
        f"Otters came back in 2004.\n\n† {ONE}\n",
    ],
)
def test_signs_of_authors_and_deaths_are_no_notes(text: str) -> None:
    assert not read(text).citations
