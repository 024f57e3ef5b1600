"""The list of retractions: what is taken in, what it says of the works of an article, and what happens to a broken one."""

import json
import os
import sqlite3
import time
from pathlib import Path

import pytest

from reader.article.model import About
from reader.formats import read_article
from reader.library import Library
from reader.registries.lookup import KnownHealth, index_of, look_up_health, publication_date
from reader.review.health import (
    AFTER_ARTICLE,
    BEFORE_ARTICLE,
    BY_DOI,
    BY_PUBMED,
    BY_TITLE,
    CONCERN,
    CORRECTION,
    REINSTATEMENT,
    RETRACTION,
    RetractionNotice,
    SourceHealth,
)
from reader.settings import load_settings
from tests.unit.retraction_lists import COLUMNS, retraction_list, row
from tests.unit.test_cli import Call, call
from tests.unit.web_server import serve

__all__ = ["call"]  # a fixture

ROWS = (
    row(
        "Gauges on the upper river",
        "https://doi.org/10.1234/GAUGE",
        "8/7/2026 0:00",
        Reason="+Error in Data;+Notice - Limited;",
    ),
    row("Basin levels", "10.1234/basin", "6/30/2025 0:00", "Reinstatement", OriginalPaperPubMedID="12345678"),
    row("Basin levels", "10.1234/basin", "1/2/2025 0:00", OriginalPaperPubMedID="12345678", RetractionDOI="10.1234/notice.2"),
    row("Tables of floods in the delta", date="2025-03-04", nature="Expression of Concern", Author="D Fourth;E Fifth"),
    row("Maps of drought", "10.1234/drought", "soon", "Correction"),
    row("A ledger of rain", "10.48550/arXiv.2101.00001", "25/12/2024"),
    row("", date=""),
)
ENTRIES = (
    "[1] Writer, A. (2024). Gauges on the upper river. doi:10.1234/gauge",
    "[2] Third, C. (2020). Basin levels. Journal of Basins, 3. PMID: 12345678",
    "[3] Fourth, D. (2019). Tables of floods in the delta. Journal of Floods, 1, 2-9.",
    "[4] Sixth, F. (2018). Maps of drought. https://doi.org/10.1234/DROUGHT.",
    "[5] Seventh, G. (2021). A ledger of rain. arXiv:2101.00001v2",
    "[6] Eighth, H. (2019). Tables of floods in the delta. Journal of Nothing, 1, 2-9.",
    "[7] Ninth, I. (2019). Nothing to see. doi:10.1234/nothing",
)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "rivers.txt"
    claims = "\n\n".join(f"Sentence {n} says that the river rose [{n}]." for n in range(1, len(ENTRIES) + 1))
    path.write_text(f"Rivers\n\n{claims}\n\nReferences\n\n" + "\n".join(ENTRIES) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "retraction_watch.csv"
    path.write_text(retraction_list(ROWS), encoding="utf-8")
    return path


def notices_of(article: Path, library: Path) -> dict[str, tuple[RetractionNotice, ...]]:
    known = KnownHealth(read_article(str(article)), library, load_settings())
    assert known.complaint == ""
    return dict(known.notices)


def test_works_are_found_by_doi_pubmed_id_arxiv_id_and_only_likely_by_title(
    call: Call, article: Path, listed: Path, own_library: Path
) -> None:
    assert call("retractions", "update", listed).code == 0
    found = notices_of(article, own_library)
    assert {name: [(n.nature, n.date, n.found_by, n.is_sure) for n in notices] for name, notices in found.items()} == {
        "1": [(RETRACTION, "2026-08-07", BY_DOI, True)],
        "2": [(RETRACTION, "2025-01-02", BY_PUBMED, True), (REINSTATEMENT, "2025-06-30", BY_PUBMED, True)],
        "3": [(CONCERN, "2025-03-04", BY_TITLE, False)],
        "4": [(CORRECTION, "", BY_DOI, True)],
        "5": [(RETRACTION, "25/12/2024", BY_DOI, True)],
    }
    assert found["1"][0].reasons == ("Error in Data", "Notice - Limited")
    assert found["2"][0].doi == "10.1234/notice.2"


def test_a_review_hears_that_a_reinstatement_ended_a_retraction(
    call: Call, article: Path, listed: Path, own_library: Path
) -> None:
    call("retractions", "update", listed)
    with Library.open(own_library) as library:
        session, _ = library.peek(read_article(str(article)))
    heard = list[frozenset[str]]()
    session.health.listen(heard.append)
    assert look_up_health(session, own_library, load_settings()) == ""
    assert heard == [frozenset("12345")]
    assert session.health.of("2").retraction is None
    assert session.health.of("1").retraction is not None
    assert session.health.list_date


def test_the_list_of_sources_names_what_is_retracted(call: Call, article: Path, listed: Path) -> None:
    call("retractions", "update", listed)
    first, second, third = call("source", "list", article).out.splitlines()[1:4]
    assert "Retracted on 2026-08-07" in first
    assert "etracted" not in second, "it was reinstated"
    assert "concern" not in third, "it is only likely to be that work"
    marks = [record["marks"] for record in json.loads(call("source", "list", article, "--json").out)]
    assert marks[:3] == [["retracted", "missing"], ["missing"], ["missing"]]


def test_a_list_of_articles_counts_what_is_retracted_by_each_new_list(call: Call, article: Path, listed: Path) -> None:
    def findings() -> int:
        assert call("stats").code == 0  # it counts too, without the list of retractions
        (record,) = json.loads(call("list", "--json").out)
        assert json.loads(call("list", "--json").out) == [record]
        return record["findings"]

    call("annotate", article, "--quote", "Sentence 1 says", "--kind", "later")
    call("undo")  # so that no screen has counted it
    before = findings()
    call("retractions", "update", listed)
    assert findings() > before
    listed.write_text(retraction_list([row("Other", "10.1234/other", "1/2/2022", "Retraction")]), encoding="utf-8")
    call("retractions", "update", listed)
    assert findings() == before


@pytest.mark.parametrize(
    ("notices", "is_retracted"),
    [
        ((("1/2/2022", "Retraction"), ("1/2/2023", "Reinstatement")), False),
        ((("1/2/2023", "Reinstatement"), ("1/2/2022", "Retraction"), ("1/2/2024", "Retracted and replaced")), True),
        ((("1/2/2022", "Retraction"), ("soon", "Reinstatement")), False),
        ((("2022-05-05", "Retraction"), ("2022", "Reinstated")), False),
        ((("2022-05-05", "Retraction"), ("2020-01-01", "Retraction"), ("2022", "Reinstatement")), True),
        ((("2022-05-05", "Retraction"), ("2021-05-05", "Reinstatement")), True),
        ((("1/2/2023", "Reinstatement"), ("1/2/2023", "Retraction")), False),
    ],
)
def test_a_reinstatement_ends_the_retraction_before_it(
    call: Call, article: Path, tmp_path: Path, own_library: Path, notices: tuple[tuple[str, str], ...], is_retracted: bool
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(retraction_list(row("Gauges", "10.1234/gauge", *notice) for notice in notices), encoding="utf-8")
    call("retractions", "update", path)
    health = SourceHealth(notices_of(article, own_library)["1"])
    assert (health.retraction is not None) is is_retracted
    assert len(health.notices) == len(notices)


@pytest.mark.parametrize(
    ("date", "timing"),
    [("2026-08-08", BEFORE_ARTICLE), ("2026-08-06", AFTER_ARTICLE), ("2025", AFTER_ARTICLE), ("2026-08", ""), ("", "")],
)
def test_a_notice_is_told_from_one_that_came_after_the_article(
    call: Call, tmp_path: Path, listed: Path, own_library: Path, date: str, timing: str
) -> None:
    head = f'<meta property="article:published_time" content="{date}">' if date else ""
    page = tmp_path / "rivers.html"
    body = "<h1>Rivers</h1><p>The upper river has gauges [1].</p><h2>References</h2><ol><li>" + ENTRIES[0][4:] + "</li></ol>"
    page.write_text(f"<html><head><title>Rivers</title>{head}</head><body><article>{body}</article></body></html>")
    call("retractions", "update", listed)
    assert read_article(str(page)).about.date == date
    ((notice,),) = notices_of(page, own_library).values()
    assert notice.timing == timing


def test_dates_of_articles_are_read_only_where_they_have_one_reading() -> None:
    dates = {
        "5 March 2024": "2024-03-05",
        "2024-03-05T10:00:00Z": "2024-03-05",
        "March 2024": "2024-03",
        "03/05/2024": "2024",
        "2023-24": "2023",
        "between 2019 and 2021": "",
        "": "",
    }
    assert {date: publication_date(About(date=date)) for date in dates} == dates


def test_status_counts_what_was_taken_in_and_says_from_where(call: Call, listed: Path, own_library: Path) -> None:
    assert "There is no list" in call("retractions", "status").out
    assert call("retractions", "status", "--json").out.strip() == "null"
    answer = call("retractions", "update", listed)
    assert answer.out.splitlines()[0].startswith("6 notices in the list of 20")
    status = json.loads(call("retractions", "status", "--json").out)
    assert (status["name"], len(status["digest"])) == ("retraction_watch.csv", 64)
    assert status["counts"] == {"notices": 6, "without_work": 1, "unreadable_dates": 2, "broken": 0, "uneven": 0}
    assert call("doctor").out.splitlines()[-1] == "Everything is in order."


@pytest.mark.parametrize(
    ("encoding", "delimiter", "broken"),
    [("utf-8", ",", 0), ("utf-8-sig", ",", 0), ("utf-16", "\t", 0), ("latin-1", ";", 1)],
)
def test_lists_are_read_in_the_encodings_and_with_the_delimiters_that_they_come_in(
    call: Call, tmp_path: Path, encoding: str, delimiter: str, broken: int
) -> None:
    path = tmp_path / "list.csv"
    rows = [row("Flüsse im Winter", "10.1234/fluesse"), row("Rivers", "10.1234/rivers")]
    path.write_bytes(retraction_list(rows, delimiter=delimiter).encode(encoding))
    assert call("retractions", "update", path).code == 0
    counts = json.loads(call("retractions", "status", "--json").out)["counts"]
    assert (counts["notices"], counts["broken"]) == (2, broken)


def test_rows_that_a_missing_quotation_mark_joins_are_counted(call: Call, tmp_path: Path) -> None:
    first, second, third = (retraction_list([row(f"Title {n}", f"10.1234/{n}")]).splitlines()[1] for n in range(3))
    path = tmp_path / "list.csv"
    joined = [first.replace("Title", '"Title'), second, third.replace("Title", '"Title"')]
    path.write_text("\n".join([retraction_list([]).strip(), *joined, first, "1,cut off"]), encoding="utf-8")
    assert "2 rows with cells missing or too many" in call("retractions", "update", path).out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "none of the columns"),
        ("<!DOCTYPE html><title>Sign in</title>", "is no list of retractions"),
        (
            retraction_list(ROWS, tuple(name.replace("RetractionNature", "Kind") for name in COLUMNS)),
            "lacks the column RetractionNature",
        ),
        (retraction_list([]), "holds no notice"),
        (retraction_list(ROWS) + '1,"' + "x" * 200_000, "is no complete CSV"),
        (retraction_list(ROWS[:1]) + '1,"Open\r\n' + retraction_list(ROWS), "has a quotation mark in the row of line 3 that"),
        ('"' + "x" * 200_000, "is no list of retractions"),
        ("PK\x03\x04" + retraction_list(ROWS), "is packed"),
    ],
)
def test_what_is_no_list_is_refused_and_the_list_before_stays(
    call: Call, tmp_path: Path, listed: Path, own_library: Path, text: str, message: str
) -> None:
    call("retractions", "update", listed)
    before = index_of(own_library).read_bytes()
    other = tmp_path / "other.csv"
    other.write_text(text, encoding="utf-8")
    answer = call("retractions", "update", other)
    assert answer.code == 1
    assert message in answer.err
    assert index_of(own_library).read_bytes() == before
    assert [path.name for path in own_library.glob("*.new")] + [path.name for path in own_library.glob(".*.new")] == []


def test_an_update_removes_what_one_that_was_killed_has_left(call: Call, listed: Path, own_library: Path) -> None:
    call("retractions", "update", listed)
    old, new = (own_library / f".retractions.sqlite-{number}.new" for number in (1, 2))
    for path, age in ((old, 7200), (new, 0)):
        path.write_bytes(b"half")
        os.utime(path, (time.time() - age, time.time() - age))
    call("retractions", "update", listed)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_broken_index_is_told_and_ignored_and_an_update_mends_it(
    call: Call, article: Path, listed: Path, own_library: Path
) -> None:
    call("retractions", "update", listed)
    index = index_of(own_library)
    index.write_bytes(b"\0" * 5000)
    answer = call("audit", article)
    assert answer.code == 0
    assert "is damaged, and is ignored" in answer.err
    assert "`reader retractions update` makes it anew" in answer.err
    assert call("retractions", "status").code == 1
    assert call("retractions", "update", listed).code == 0
    assert call("audit", article).err == ""
    with sqlite3.connect(index) as connection:
        connection.execute("UPDATE facts SET value = '0' WHERE name = 'version'")
    connection.close()
    assert "is of another version" in call("check", article).err


def test_a_list_is_fetched_only_from_an_address_that_may_be_asked(call: Call, listed: Path) -> None:
    with serve({"/list.csv": listed.read_bytes()}) as site:
        refused = call("retractions", "update", f"{site.address}/list.csv")
        assert (refused.code, site.asked) == (1, [])
        assert "in a private network" in refused.err
        assert call("retractions", "update", f"{site.address}/list.csv", "--allow-private").code == 0
    status = json.loads(call("retractions", "status", "--json").out)
    assert status["name"] == f"{site.address}/list.csv"
