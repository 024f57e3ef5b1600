"""Each kind of finding beside what is nearly one: a false alarm is as much a fault as a silence."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.audit.finding import (
    AMBIGUOUS,
    BROKEN_LINK,
    FUTURE_YEAR,
    HAS_A_DATE,
    LISTED_TWICE,
    MALFORMED_DOI,
    NO_LINK,
    NO_LINK_ANYWHERE,
    OTHER_NAME,
    OTHER_YEAR,
    POINTS_NOWHERE,
    SHARED_DOI,
    WOULD_FIT,
    Finding,
)
from reader.formats import parse_article

FERNS = "Ames, D. (1999). Ferns of the northern cliffs. https://a.example/ferns"
MOSS = "Bell, E. (1998). Moss on slate roofs: a count. https://a.example/moss"
OAKS = "Cole, F., & Dunn, G. (2003). Oaks that were moved. Tree Letters, 4, 1–9. https://doi.org/10.5555/tl.4"
PEAT = "Eade, H., Finch, I., & Gale, J. (2011). Peat and rain. Bog Notes, 2, 30–41. https://doi.org/10.5555/bn.2"

ENDINGS = [first + second for first in "bcdfghklmn" for second in "aeiouybcdfg"]


def article(*entries: str, body: str = "", heading: str = "") -> Article:
    """Return an article that cites each of the entries in a sentence of its own, behind `body`."""
    cited = " ".join(f"Something else is said here [{number}]." for number in range(1, len(entries) + 1))
    listed = "\n\n".join(f"[{number}] {entry}" for number, entry in enumerate(entries, 1))
    return parse_article(f"A walk\n\n{body or 'A word before.'}\n\n{cited}\n\n{heading}{listed}\n".encode(), "walk.txt")


def of(kind: str, read: Article) -> list[Finding]:
    """Return the findings of a kind in the year 2026."""
    return [finding for finding in audit_findings(read, year=2026) if finding.kind == kind]


ENTRIES = [
    (MALFORMED_DOI, "Ito, K. (2001). Reeds. doi:10.12/reeds", True),
    (MALFORMED_DOI, "Ito, K. (2001). Reeds. https://doi.org/1.5555/reeds", True),
    (MALFORMED_DOI, "Ito, K. (2001). Reeds. doi: 10.5555", True),
    (MALFORMED_DOI, "Ito, K. (2001). Reeds. doi:10.5555/reeds.7", False),
    (MALFORMED_DOI, "Ito, K. (2001). Reeds. DOI: https://doi.org/10.5555/reeds.7.", False),
    (MALFORMED_DOI, "Ito, K. (2001). Reeds. https://doi.org/gfxyz9", False),
    (MALFORMED_DOI, "Ito, K. (2001). Reeds (no DOI, 2001 copies). https://a.example/reeds", False),
    (BROKEN_LINK, "Ito, K. (2001). Reeds. http://https://a.example/reeds", True),
    (BROKEN_LINK, "Ito, K. (2001). Reeds. https:/a.example/reeds", True),
    (BROKEN_LINK, "Ito, K. (2001). Reeds. https//a.example/reeds", True),
    (BROKEN_LINK, "Ito, K. (2001). Reeds. https:///reeds", True),
    (BROKEN_LINK, "Ito, K. (2001). Reeds. https://a..example/reeds", True),
    (BROKEN_LINK, "Ito, K. (2001). Reeds, HTTP/2 and rain. https://a.example/reeds,_wet//x", False),
    (BROKEN_LINK, "Ito, K. (2001). Reeds. https://web.archive.example/2020/https://a.example/reeds", False),
    (BROKEN_LINK, "Ito, K. (2001). Reeds. http://localhost:80/reeds", False),
    (HAS_A_DATE, "Reed Club. (n.d.). Reeds. https://a.example/2023/05/reeds", True),
    (HAS_A_DATE, "Reed Club. (n.d.). Reeds. https://a.example/news-2023-05-07.html", True),
    (HAS_A_DATE, "Reed Club. (n.d.). Reeds. https://a.example/files/2021/reeds", True),
    (HAS_A_DATE, "Reed Club. (n.d.). Reeds. Published 3 May 2021. https://a.example/reeds", True),
    (HAS_A_DATE, "Reed Club, n.d. Reeds. May 3rd, 2021. https://a.example/reeds", True),
    (HAS_A_DATE, "Reed Club. (n.d.). Reeds. Retrieved 3 May 2021, from https://a.example/reeds", False),
    (HAS_A_DATE, "Reed Club. (n.d.). The flood of 3 May 2021. https://a.example/flood", False),
    (HAS_A_DATE, "Reed Club. (n.d.). Reeds in 2021. https://a.example/files/2021/reeds", False),
    (HAS_A_DATE, "Reed Club. (n.d.). Reeds. https://a.example/20230507/reeds", False),
    (HAS_A_DATE, "Reed Club. (n.d.). Reeds. https://a.example/2099/05/reeds", False),
    (HAS_A_DATE, "Reed Club. (2019). Reeds. https://a.example/2023/05/reeds", False),
    (FUTURE_YEAR, "Ito, K. (2062). Reeds. https://a.example/reeds", True),
    (FUTURE_YEAR, "Ito, K. 2062. Reeds in the rain. https://a.example/reeds", True),
    (FUTURE_YEAR, "Ito, K. (2026). Reeds. https://a.example/reeds", False),
    (FUTURE_YEAR, "Ito, K. (2027, in press). Reeds. https://a.example/reeds", False),
    (FUTURE_YEAR, "Reed Club. Reeds in 2050. https://a.example/reeds", False),
    (FUTURE_YEAR, "Ito, K. (2001). Reeds. Reed Letters, pp. 2062. https://a.example/reeds", False),
]


@pytest.mark.parametrize(("kind", "entry", "found"), ENTRIES)
def test_what_an_entry_says_by_itself(kind: str, entry: str, found: bool) -> None:
    read = article(FERNS, entry, MOSS)
    assert [(finding.reference, finding.where) for finding in of(kind, read)] == (
        [("2", read.references[1].span)] if found else []
    )


PAIRS = [
    (LISTED_TWICE, OAKS, "F. Cole and G. Dunn, Oaks that were moved (2003), doi:10.5555/TL.4"),
    (LISTED_TWICE, MOSS, "Bell, E. Moss on slate roofs: a count. Retrieved from http://www.a.example/moss/"),
    (
        LISTED_TWICE,
        "Ito, K. (2001). Reeds of the lower fen. Fen Press.",
        "Ito, Ken (2001). Reeds of the lower fen. Wet: Fen Press.",
    ),
    (
        LISTED_TWICE,
        "The fen board: minutes of 4 May 1998, on reeds and the rain",
        "The fen board, minutes of 4 May 1998 on reeds and the rain.",
    ),
    (SHARED_DOI, OAKS, "Eade, H. (2011). Rain on peat. Bog Notes, 2, 30–41. https://doi.org/10.5555/tl.4"),
    ("", MOSS, "Hale, L. (2004). Slate. https://a.example/"),
    ("", "Hart, M. (2004). Slate and roofs. https://a.example/", "Hale, L. (2005). A house of slate. https://a.example"),
    ("", "Ito, K. (2001). Reeds of the lower fen. Fen Press.", "Ito, K. (2002). Reeds of the lower fen. Fen Press."),
    (
        "",
        "Ito, K. (2001). Reeds of the fen, vol. 1. Fen Press, Wet.",
        "Ito, K. (2001). Reeds of the fen, vol. 2. Fen Press, Wet.",
    ),
    (
        "",
        "Ito, K. (2001). Reeds of the lower fen. Fen Press, p. 4.",
        "Ito, K. (2001). Reeds of the lower fen. Fen Press, p. 90.",
    ),
    (
        "",
        "Ito, K. (2001). Reeds of the lower fen. https://a.example/first",
        "Ito, K. (2001). Reeds of the lower fen. https://a.example/other",
    ),
    (
        "",
        "Fen Book of 1911, 11th ed.: “Reed”. Wet University Press, by many hands.",
        "Fen Book of 1911, 11th ed.: “Rain”. Wet University Press, by many hands.",
    ),
]


@pytest.mark.parametrize(("kind", "first", "second"), PAIRS)
def test_two_entries_that_may_be_the_same(kind: str, first: str, second: str) -> None:
    read = article(FERNS, first, second)
    found = [finding for finding in audit_findings(read) if finding.kind in (LISTED_TWICE, SHARED_DOI)]
    assert [(finding.kind, finding.reference) for finding in found] == ([(kind, "3")] if kind else [])
    assert [finding.also for finding in found] == ([(read.references[1].span,)] if kind else [])


def test_an_entry_without_link_is_told_where_most_have_one() -> None:
    bare = "Ito, K. (2001). Reeds of the fen. Fen Press."
    linked = [f"Lamb, M. ({year}). Rain of {year}. https://a.example/{year}" for year in range(1990, 1995)]
    assert [finding.reference for finding in of(NO_LINK, article(*linked, bare))] == ["6"]
    assert of(NO_LINK, article(*linked, f"{bare} ISBN 978-3-16-148410-0")) == []
    assert of(NO_LINK, article(*linked, bare, bare.replace("fen", "lake"), bare.replace("fen", "sea"))) == []
    assert of(NO_LINK, article(*linked[:3], bare)) == []


def test_a_list_without_links_is_one_finding() -> None:
    bare = [f"Lamb, M. ({year}). Rain in the hills, season by season. Fen Press." for year in range(1990, 1996)]
    (found,) = of(NO_LINK_ANYWHERE, article(*bare))
    assert found.text == "None of the 6 references has a DOI or an address."
    assert of(NO_LINK, article(*bare)) == []
    assert of(NO_LINK_ANYWHERE, article(*bare, MOSS)) == []


BESIDE = [
    (OTHER_NAME, "It was Grimm et al. [2] who saw it."),
    (OTHER_NAME, "Grimm et al. (1998) [2] saw it."),
    (OTHER_NAME, "As Cole (2003) [2] says, it was so."),
    (OTHER_NAME, "Cole and Dunn (2003) [2] saw it."),
    (OTHER_YEAR, "Bell (1995) [2] saw it."),
    (OTHER_YEAR, "Bell's 1995 study [2] saw it."),
    (OTHER_YEAR, "It was in a 1995 report by Bell [2]."),
    (OTHER_YEAR, "Eade et al. (2010) [4] saw it."),
    ("", "Bell et al. [2] saw it."),
    ("", "Bell (1998) [2] saw it."),
    ("", "Bélł (1998) [2] saw it."),
    ("", "Belle et al. [2] saw it."),
    ("", "Grimm et al. [2, 3] saw it."),
    ("", "Grimm told us so. Later it was seen [2]."),
    ("", "In London (2003) [2] it was seen."),
    ("", "In the rain of 1995 [2] it was seen."),
    ("", "Cole likes moss as much as anybody [2]."),
    ("", "Slate and Moss [2] is a fine book."),
    ("", "Dunn and Cole (2003) [3] saw it."),
]


@pytest.mark.parametrize(("kind", "body"), BESIDE)
def test_names_and_years_beside_a_number(kind: str, body: str) -> None:
    read = article(FERNS, MOSS, OAKS, PEAT, body=body)
    found = [finding for finding in audit_findings(read) if finding.kind in (OTHER_NAME, OTHER_YEAR)]
    assert [finding.kind for finding in found] == ([kind] if kind else [])
    for finding in found:
        assert finding.where is not None
        assert read.text[finding.where.end :].startswith((" [2]", "[2]", " [4]", "[4]"))
        assert finding.reference in ("2", "4")


def test_where_the_names_disagree_with_most_numbers_it_is_the_numbers_that_were_misread() -> None:
    wrong = " ".join(f"{name} et al. [{number}] saw it." for name, number in (("Grimm", 1), ("Horn", 2), ("Jung", 3)))
    assert of(OTHER_NAME, article(FERNS, MOSS, OAKS, PEAT, body=wrong)) == []


YEARS = [
    ((OTHER_YEAR,), "Others disagree (Cole & Dunn, 2004)."),
    ((OTHER_YEAR,), "Others disagree (Kerr et al., 2014)."),
    ((POINTS_NOWHERE,), "Others disagree (Eade et al., 2014)."),
    ((POINTS_NOWHERE,), "Others disagree (Cole & Kerr, 2004)."),
    ((FUTURE_YEAR, POINTS_NOWHERE), "Others disagree (Lund & Moor, 2041)."),
    ((), "Others disagree (Cole & Dunn, 2003)."),
]


@pytest.mark.parametrize(("kinds", "body"), YEARS)
def test_a_year_in_a_marker_that_no_reference_has(kinds: tuple[str, ...], body: str) -> None:
    kerr = "Kerr, N., & Lund, O. (2013). Rain. Bog Notes, 4, 1–9. https://doi.org/10.5555/bn.4"
    cited = (
        "Ferns are old (Ames, 1999). Moss is older (Bell, 1998). So is peat (Eade et al., 2011). Oaks move (Cole & Dunn, 2003)."
    )
    listed = "\n\n".join((FERNS, MOSS, OAKS, PEAT, kerr))
    read = parse_article(f"A walk\n\n{cited} {body}\n\nReferences\n\n{listed}\n".encode(), "walk.txt")
    found = [f for f in audit_findings(read, year=2026) if f.kind in (OTHER_YEAR, POINTS_NOWHERE, FUTURE_YEAR)]
    assert sorted(finding.kind for finding in found) == [*kinds]
    if kinds == (OTHER_YEAR,):
        assert read.reference_by_id[found[0].reference].year in ("2003", "2013")


HERONS = "Pike, Q. (2008). Night herons in the harbour of Ostrel. https://a.example/birds/night-herons-ostrel"
WANTED = [
    (1, "The night herons of the harbour have bred there since the war. They sleep by day."),
    (2, "Night herons breed in the harbour. Nobody has disturbed the night herons of the harbour since."),
    (1, "The harbour has few herons at high tide, and Ostrel likes it so."),
    (1, "Pike knows the herons of the harbour best."),
    (0, "The night herons have bred there since the war [1]."),
    (0, "The night herons have bred there since the war. They sleep by day."),
    (0, "Do the night herons breed in the harbour?"),
    (0, "The harbour is full of boats. The night is dark and full of noise."),
    (0, "A heron is a large bird that stands still most of the time."),
    (0, "Herons sleep in the harbour by day.\n\nEvery hour of the night a boat comes in."),
]


@pytest.mark.parametrize(("count", "body"), WANTED)
def test_a_reference_that_is_never_cited_may_fit_what_rests_on_nothing(count: int, body: str) -> None:
    cited = "Ferns are old [1]. Moss on roofs is older than these [2]. Peat is oldest [3]."
    listed = "\n\n".join(f"[{number}] {entry}" for number, entry in enumerate((FERNS, MOSS, PEAT, HERONS), 1))
    read = parse_article(f"A walk\n\n{body}\n\n{cited}\n\n{listed}\n".encode(), "walk.txt")
    found = of(WOULD_FIT, read)
    assert [(finding.reference, 1 + len(finding.also)) for finding in found] == ([("4", count)] if count else [])
    if found and found[0].where is not None:
        assert "eron" in read.text[found[0].where.start : found[0].where.end]


def test_words_that_the_whole_article_is_about_fit_nothing() -> None:
    many = " ".join(f"The night herons of year {year} were few and shy." for year in range(1990, 2000))
    read = parse_article(f"A walk\n\n{many}\n\nFerns are old [1].\n\n[1] {FERNS}\n\n[2] {HERONS}\n".encode(), "walk.txt")
    assert of(WOULD_FIT, read) == []


@pytest.mark.slow
def test_a_repeated_entry_is_found_among_many_with_the_same_numbers() -> None:
    """Long lists by year have hundreds of entries that only their words tell apart; the last still repeats the first."""
    names = [f"{first}{second}" for first in "BDFGKLMNPRSTVWZ" for second in ("abel", "irke", "oste", "unde") for _ in range(6)]
    entries = [
        f"{name} {number:b}x, A. Tracks of {name} {number:b}x in snow and mud, 2019." for number, name in enumerate(names)
    ]
    (found,) = of(LISTED_TWICE, article(*entries, entries[0].replace("mud,", "mud;")))
    assert (found.reference, found.text.split(":")[0]) == ("361", "[361] repeats [1]")


def test_where_hundreds_of_names_disagree_nothing_is_said_of_any() -> None:
    right = " ".join("So did Ames et al. [1] for a while." for _ in range(700))
    wrong = " ".join(f"So did {name}{end} et al. [1] for a while." for name in ("Quor", "Zuts", "Wimp") for end in ENDINGS)
    assert len(of(OTHER_NAME, article(FERNS, body=right + " So did Quor et al. [1] for a while."))) == 1
    assert of(OTHER_NAME, article(FERNS, body=f"{right} {wrong}")) == []


def test_a_marker_that_fits_several_works_of_one_name_and_year_is_one_finding() -> None:
    entries = (
        "Bell, E. (1998). Moss on slate roofs: a count. Moss Notes, 1, 1–9.",
        "Bell, E. (1998). Moss on thatch. Moss Notes, 1, 10–19.",
        "Cole, F. (2003). Oaks that were moved. Tree Letters, 4, 1–9.",
        "Dunn, G. (2005). Elms. Tree Letters, 6, 1–9.",
    )
    listed = "\n\n".join(entries)
    body = "Moss grows (Bell, 1998). Oaks walk (Cole, 2003). Elms die (Dunn, 2005)."
    read = parse_article(f"A walk\n\n{body}\n\nReferences\n\n{listed}\n".encode(), "walk.txt")
    (finding,) = of(AMBIGUOUS, read)
    assert finding.text == "(Bell, 1998) fits 2 references: “Moss on slate roofs: a count” and “Moss on thatch”."
    assert finding.where is not None
    assert read.text[slice(*finding.where)] == "(Bell, 1998)"
    assert [read.text[slice(*span)] for span in finding.also] == list(entries[:2])
    assert finding.is_fault
    lettered = read.text.replace("(1998). Moss on slate", "(1998a). Moss on slate").replace(
        "(1998). Moss on th", "(1998b). Moss on th"
    )
    assert of(AMBIGUOUS, parse_article(lettered.replace("Bell, 1998)", "Bell, 1998b)").encode(), "walk.txt")) == []
