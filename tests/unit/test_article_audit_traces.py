"""Which references are never cited: those of a list whose markers are known, and of which the text has no trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.audit.claims import source_need
from reader.article.audit.finding import CITES_NOTHING, MARKERS_UNKNOWN, NEVER_CITED, WOULD_FIT, Finding
from reader.article.model import Reference
from reader.formats import parse_article

AUTHORS = ("Ames", "Bell", "Cole", "Dunn", "Eade", "Finn", "Gale", "Hume", "Iden", "Jory")
TITLES = ("kilns", "looms", "weirs", "mills", "locks", "barns", "quays", "forges", "dairies", "presses")


def entries(count: int) -> str:
    lines = (
        f"{name}, A. (19{60 + n}). The {title} of Orle. Press."
        for n, (name, title) in enumerate(zip(AUTHORS, TITLES, strict=True))
    )
    return "\n\n".join(f"[{number}] {line}" for number, line in enumerate(list(lines)[:count], 1))


def numbered(body: str, count: int = 8) -> Article:
    return parse_article(f"The works of Orle and its kilns\n\n{body}\n\nReferences\n\n{entries(count)}\n".encode(), "orle.txt")


def of(kind: str, article: Article) -> list[Finding]:
    return [finding for finding in audit_findings(article, year=2026) if finding.kind == kind]


def never_cited(article: Article) -> list[str]:
    return [finding.reference for finding in of(NEVER_CITED, article)]


def cite(numbers: Sequence[int]) -> str:
    return " ".join(f"People of the valley still talk about {'a' * n} and the like [{n}]." for n in numbers)


def unread(article: Article, reference_id: str) -> Article:
    """Return the article as if the markers of a reference had not been recognised."""
    return replace(article, citations=tuple(c for c in article.citations if reference_id not in c.references))


def test_a_list_whose_markers_were_not_recognised_is_one_finding() -> None:
    article = numbered(f"{cite([1, 2, 3])} In 1911 the weir of Orle was mended.")
    (finding,) = of(MARKERS_UNKNOWN, article)
    assert (finding.where, finding.is_fault) == (None, True)
    assert "5 of the 8" in finding.text
    assert of(CITES_NOTHING, article) == [], "a sentence may cite in the style that was not recognised"
    assert never_cited(article) == []
    assert never_cited(numbered(cite([1, 2, 4, 5, 6, 8]))) == ["3", "7"]


def test_a_second_list_that_nothing_cites_says_nothing_of_its_entries() -> None:
    article = numbered(cite(range(1, 9)))
    more = tuple(
        Reference(f"{name} 1999", f"{name} 1999", f"{name}, A. (1999). Orle.", authors=(f"{name}, A.",), year="1999")
        for name in AUTHORS
    )
    for count in (1, 6):
        read = replace(article, references=(*article.references, *more[:count]))
        assert never_cited(read) == []
        assert len(of(MARKERS_UNKNOWN, read)) == (count >= 4)


@pytest.mark.parametrize(
    "marker",
    [
        *(
            "[7, 3]",
            "[2–4]",
            "[3, p. 8]",
            "Kiln[3]",
            "[see 3]",
            "[2 and 3]",
            "[2 to 4]",
            "[2] to [4]",
            "[2]…[4]",
            "**kiln**.³",
            "kiln^3",
        ),
        *("kiln.<sup>3</sup>", "(see refs 2 and 3)", "as reference 3 shows", "(Ref. 3)", "from references 2 to 4", "in note 3"),
        *("at https://weirs.example/3", "in 10.5555/weirs.3"),
    ],
)
def test_what_may_be_a_marker_is_a_trace(marker: str) -> None:
    article = numbered(f"{cite([1, 2, 4, 5, 6, 7, 8])} The weirs are gone, {marker}, and so are the fish.")
    places = {"doi": "10.5555/weirs.3", "url": "https://www.weirs.example/3/"}
    article = replace(article, references=tuple(r._replace(**places) if r.id == "3" else r for r in article.references))
    assert never_cited(article) == never_cited(unread(article, "3")) == []


@pytest.mark.parametrize(
    "other", ["[2, p. 3]", "[2, figs. 3–5]", "[n 3]", "in figure 3", "on 3 km3 of land", "of 3.5 m", "(3)", "in 1963", "(Cole)"]
)
def test_other_numbers_are_no_trace(other: str) -> None:
    assert never_cited(numbered(f"{cite([1, 2, 4, 5, 6, 7, 8])} The weirs are gone {other}.")) == ["3"]


def test_a_number_in_a_column_of_sources_is_a_trace() -> None:
    body = cite([1, 2, 4, 5, 6, 7, 8])
    for head, ids in (("Source", []), ("Height", ["3"])):
        table = f"| Weir | {head} |\n| --- | --- |\n| Orle | 3 |\n| Marn | 12 |"
        text = f"# Works\n\n{body}\n\n{table}\n\n## References\n\n{entries(8)}\n"
        assert never_cited(parse_article(text.encode(), "orle.md")) == ids, head


@pytest.mark.parametrize(
    ("more", "uncited"),
    [
        ("", ["Eade", "Finn"]),
        *(
            (more, ["Finn"])
            for more in (
                "So do locks, as Eade wrote in the spring of 1964.",
                "So do locks, says the 1964 survey by Eade.",
                "So do locks; see Eade’s 1964 paper.",
                "So do locks (Eade, ch. 3).",
                "So do locks ( , 1964).",
                "So do locks (and , 1964).",
            )
        ),
        ("So do locks, says the council (1964).", ["Finn"]),
        ("So do locks, say Moss and Reed (1964).", ["Eade", "Finn"]),
        ("So do locks, as Eade said in 1970.", ["Eade", "Finn"]),
        ("So do locks (Ames, 1960; Dunn, 1963). Some stood in 1964 (most of them wood).", ["Eade", "Finn"]),
    ],
)
def test_a_name_or_an_empty_place_for_one_beside_the_year_is_a_trace(more: str, uncited: list[str]) -> None:
    listed = "\n\n".join(line.partition("] ")[2] for line in entries(6).split("\n\n"))
    cited = "Kilns smoke (Ames, 1960). Looms rattle (Bell, 1961). Weirs roar (Cole, 1962). Mills turn (Dunn, 1963)."
    article = parse_article(f"Orle\n\n{cited} {more}\n\nReferences\n\n{listed}\n".encode(), "orle.txt")
    assert [article.reference_by_id[name].authors[0].split(",")[0] for name in never_cited(article)] == uncited


@pytest.mark.parametrize("note", ["{name} 196{n}, p. 4.", "{name}, A. (196{n}). The {title} of Orle. Press. Page 4."])
def test_a_bibliography_is_cited_by_the_notes_that_name_its_entries(note: str) -> None:
    notes = "\n\n".join(f"[{n + 1}] " + note.format(name=AUTHORS[n], n=n, title=TITLES[n]) for n in range(5))
    listed = "\n\n".join(line.partition("] ")[2] for line in entries(6).split("\n\n"))
    text = f"Orle\n\n{cite(range(1, 6))}\n\nNotes\n\n{notes}\n\nBibliography\n\n{listed}\n"
    article = parse_article(text.encode(), "orle.txt")
    assert len(article.references) == 11
    assert of(MARKERS_UNKNOWN, article) == []
    assert [article.reference_by_id[name].authors for name in never_cited(article)] == [("Finn, A.",)]


def test_the_initials_of_an_organisation_are_a_trace() -> None:
    article = numbered(cite(range(1, 9)))
    board = Reference(
        "Board 2001", "Board 2001", "River Board of Orle (2001). Water.", authors=("River Board of Orle",), year="2001"
    )
    cited = Reference("Ames 1999", "Ames 1999", "Ames, A. (1999). Kilns.", authors=("Ames, A.",), year="1999")
    citations = (article.citations[0]._replace(references=("Ames 1999",)), *article.citations[1:])
    for text, told in ((article.text, ["Board 2001"]), (article.text.replace("The works of Orle", "RBO made in 2001 "), [])):
        read = replace(article, text=text, citations=citations, references=(*article.references, cited, board))
        assert [name for name in never_cited(read) if name != "1"] == told


def test_headings_and_other_editions_of_a_work_are_not_never_cited() -> None:
    article = numbered(cite([1, 2, 4, 5, 6, 7, 8]))
    third = article.reference_by_id["3"]
    for change in (
        {"text": "November, 1994", "authors": (), "year": "1994", "title": ""},
        {"text": "Kell, A. (2020). The works of Orle and its kilns. Orle Press.", "authors": ("Kell, A.",), "year": "2020"},
        {"text": "External links[edit]", "authors": (), "year": "", "title": ""},
        {"text": "Discussion", "authors": (), "year": "", "title": ""},
        {"text": "responsible for weirs, 2001.", "label": "responsible for"},
        {"doi": "10.5555/Orle.1"},
        {"url": "https://doi.org/10.5555/orle.1"},
    ):
        references = (r._replace(doi="10.5555/orle.1") if r.id == "1" else r for r in article.references)
        read = replace(article, references=tuple(third._replace(**change) if r.id == "3" else r for r in references))
        assert never_cited(read) == []
    assert never_cited(article) == ["3"]


def test_a_run_that_one_marker_may_cite_is_not_never_cited() -> None:
    assert never_cited(numbered(cite([1, 2, 6, 7, 8]))) == []
    assert never_cited(numbered(cite([1, 2, 5, 6, 7, 8]))) == ["3", "4"]
    assert never_cited(numbered(cite([7, 2, 6, 1, 8]))) == ["3", "4", "5"]


def test_the_marker_of_a_list_in_order_stood_between_its_neighbours() -> None:
    before = "The weirs were built by monks, and they fell long ago."
    here = "Of the weirs nothing is left but two posts."
    article = numbered(
        f"{before} {cite([1, 2])} Nobody goes there. {here} {cite([4, 5, 6, 7, 8])} The weirs are missed by all."
    )
    (finding,) = of(WOULD_FIT, article)
    assert finding.where is not None
    assert (finding.reference, article.text[slice(*finding.where)], finding.also) == ("3", here, ())
    assert "“weirs”" in finding.text


def test_a_sentence_that_names_the_author_is_the_first_candidate() -> None:
    named = "Cole counted them in the year of the flood."
    article = numbered(f"The weirs of Orle were many, and so were the weirs of Marn. {cite([8, 2, 5, 4, 1, 6, 7])} {named}")
    (finding,) = of(WOULD_FIT, article)
    assert finding.where is not None
    assert article.text[slice(*finding.where)] == named
    assert len(finding.also) <= 2


def test_without_claims_the_sentences_that_call_for_a_source_come_first() -> None:
    plain = " ".join(f"The path went on and on, past one more {thing}." for thing in ("gate", "hedge", "pond", "shed") * 3)
    article = numbered(f"{cite(range(1, 9))} {plain} In 1911 the mill ground 640 sacks. “It was loud,” said Ida Moss of it.")
    found = of(CITES_NOTHING, article)
    texts = [article.text[slice(*finding.where)] for finding in found if finding.where]
    assert texts[:2] == ["In 1911 the mill ground 640 sacks.", "“It was loud,” said Ida Moss of it."]
    assert len(texts) == 10
    assert (found[-1].where, found[-1].text[:29]) == (None, "4 more sentences cite nothing")
    every = article.sentences.all()
    assert len(of(CITES_NOTHING, article)) == 11
    assert sum(finding.kind == CITES_NOTHING for finding in audit_findings(article, every)) == 14


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("The mill stood by the river.", "The mill had 12 floors."),
        ("The mill stood by the river.", "The mill burnt in March."),
        ("The mill stood by the river.", "It was built by Ida Moss."),
        ("The mill stood by the river.", "It was the oldest of them."),
        ("The mill stood by the river.", "It was called “the drum”."),
        ("It was built by Ida Moss.", "It had 12 floors."),
        ("It had 12 floors.", "It had 12 floors, more than any other."),
    ],
)
def test_what_makes_a_sentence_call_for_a_source(less: str, more: str) -> None:
    assert source_need(less) < source_need(more)


def test_bylines_assert_nothing() -> None:
    article = numbered(f"By Ada Quill and Tom van Ree of Orle\n\n{cite(range(1, 9))}")
    assert of(CITES_NOTHING, article) == []


@pytest.mark.parametrize(
    ("line", "is_listed"),
    [
        ("The mill of Orle ground 640 sacks in 1911.", True),
        ("“It ground 640 sacks in 1911.”", True),
        ("该磨坊在1911年磨了640袋面粉。", True),
        ("该磨坊在1911年磨了640袋面粉吗？", False),
        ("- The mill of Orle ground 640 sacks in its last year", True),
        ("- Mill: Orle; Sacks: 640; Year: 1911; Owner: Ida Moss of Marn", False),
        ("- 640 sacks of rye", False),
        ("(A, B) Sacks ground in 1911 by the mill of Orle.", False),
        ("By Ada Quill · 5 March 1911", False),
        ("Updated 5 March 1911", False),
        ("Credit: Mill Trust of Orle, 1911.", False),
        ("© 1911 Mill Trust of Orle.", False),
        ("The mill of Orle in 1911", False),
        ("Did the mill of Orle grind 640 sacks in 1911?", False),
        ("f(x) = 640 (x + 1911) / y.", False),
    ],
)
def test_what_cites_nothing_asserts_something(line: str, is_listed: bool) -> None:
    text = f"# Mills\n\n{cite(range(1, 9))}\n\n{line}\n\n## References\n\n{entries(8)}\n"
    found = of(CITES_NOTHING, parse_article(text.encode(), "orle.md"))
    assert len(found) == is_listed
