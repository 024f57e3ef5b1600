"""Markdown that cites by keys, and the BibTeX file beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.formats import parse_article, read_article
from reader.formats.bibtex import read_bibtex
from tests.unit.article_contents import marker_readings

BIB = r"""
@comment{kept by hand}
@string{hj = "Holm Journal of Tides"}
@article{adler2020,
  author = {Adler, Bea and M{\"u}ller, Jos\'{e} and others},
  title = "The {Holm} Barrage: Ten Years",
  journal = hj # { (B)},
  year = 2020, volume = 3, pages = {1--9},
  doi = {10.5555/HOLM.2020},
}
@online{port,
  author = {{Port of Holm}},
  title = {Tide tables},
  date = {2019-05-02},
  url = {https://holm.example/tides},
}
@book(never, title = {Never cited}, year = {1999})
"""


def beside(folder: Path, text: str, bib: str | None = BIB) -> Article:
    """Read a Markdown file with a bibliography of the same name beside it."""
    (folder / "tides.md").write_text(text, encoding="utf-8")
    if bib is not None:
        (folder / "tides.bib").write_text(bib, encoding="utf-8")
    return read_article(str(folder / "tides.md"))


def test_bibtex_entries_become_references() -> None:
    adler, port, never = read_bibtex(BIB)
    assert (adler.id, adler.authors, adler.year) == ("adler2020", ("Adler, Bea", "Müller, José"), "2020")
    assert (adler.title, adler.doi.lower()) == ("The Holm Barrage: Ten Years", "10.5555/holm.2020")
    assert "Holm Journal of Tides (B) 3 1–9" in adler.text
    assert (port.authors, port.year, port.url) == (("Port of Holm",), "2019", "https://holm.example/tides")
    assert (never.label, never.title) == ("never", "Never cited")


@given(st.text(st.sampled_from('@{}",=# \\ab\n1(')), st.integers(0, 400))
def test_any_bibtex_is_read_to_its_end(noise: str, cut: int) -> None:
    for text in (noise, BIB[:cut] + noise + BIB[cut:]):
        assert all(reference.id for reference in read_bibtex(text))


@pytest.mark.parametrize(
    ("written", "pointed_at"),
    [
        ("[@adler2020]", ("adler2020",)),
        ("[see @adler2020, pp. 3-4; also @port]", ("adler2020", "port")),
        ("[-@port]", ("port",)),
        ("[@{port}]", ("port",)),
    ],
)
def test_keys_in_brackets_are_markers(tmp_path: Path, written: str, pointed_at: tuple[str, ...]) -> None:
    article = beside(tmp_path, f"# Tides\n\nThe barrage holds {written}.\n")
    assert marker_readings(article) == [(written, pointed_at, ())]
    assert [r.id for r in article.references] == ["adler2020", "port", "never"]


def test_a_bare_key_of_the_bibliography_is_a_marker_and_an_address_or_a_name_is_none(tmp_path: Path) -> None:
    article = beside(tmp_path, "# Tides\n\nAs @adler2020 says. Write to ana@port.example or @holm. `@port` is code.\n")
    assert marker_readings(article) == [("@adler2020", ("adler2020",), ())]


def test_a_key_that_the_bibliography_lacks_points_nowhere(tmp_path: Path) -> None:
    assert marker_readings(beside(tmp_path, "# Tides\n\nIt holds [@lost; @port].\n")) == [
        ("[@lost; @port]", ("port",), ("lost",))
    ]


def test_figures_that_are_referred_to_by_keys_are_no_sources(tmp_path: Path) -> None:
    assert marker_readings(beside(tmp_path, "# Tides\n\nIt holds [@fig:barrage] and [@port].\n")) == [
        ("[@port]", ("port",), ())
    ]


def test_the_front_matter_names_the_bibliography(tmp_path: Path) -> None:
    (tmp_path / "all.bib").write_text(BIB, encoding="utf-8")
    article = beside(tmp_path, "---\ntitle: Tides\nbibliography: all.bib\n---\n\nIt holds [@port].\n", bib=None)
    assert marker_readings(article) == [("[@port]", ("port",), ())]


def test_without_a_bibliography_a_key_is_its_own_reference() -> None:
    text = (
        "# Tides\n\nIt holds [@doi:10.5555/holm.1; @url:https://holm.example/a] and more [@tag:adler].\n\n"
        "[@tag:adler]: doi:10.5555/holm.2\n"
    )
    article = parse_article(text.encode(), "tides.md")
    assert [(r.id, r.doi, r.url) for r in article.references] == [
        ("doi:10.5555/holm.1", "10.5555/holm.1", ""),
        ("url:https://holm.example/a", "", "https://holm.example/a"),
        ("tag:adler", "10.5555/holm.2", ""),
    ]
    assert [c.references for c in article.citations] == [("doi:10.5555/holm.1", "url:https://holm.example/a"), ("tag:adler",)]


def test_a_bibliography_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret.bib").write_text(BIB, encoding="utf-8")
    article = beside(inner, "---\nbibliography: ../secret.bib\n---\n\nIt holds [@port].\n", bib=None)
    assert [r.year for r in article.references] == [""]


def test_a_colon_behind_a_citation_makes_no_definition_of_it() -> None:
    text = "Adler writes [@adler2020]: the sea rose.\n[@port]: so says the port, or [@tag:it].\n\n[@tag:it]: doi:10.5555/it\n"
    article = parse_article(text.encode(), "tides.md")
    assert [ids for _, ids, _ in marker_readings(article)] == [("adler2020",), ("tag:it",)]
    assert article.reference_by_id["tag:it"].doi == "10.5555/it"
