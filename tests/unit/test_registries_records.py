"""Checks of records: what registries answer, and what is said of it; never more than they said."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from reader.article.ranges import Span
from reader.article.references import parse_footnote
from reader.registries.answers import AnswerCache
from reader.registries.cited_work import CitedWork
from reader.registries.client import KeptAnswers, RegistryClient, registry_options
from reader.registries.record_check import RecordChecker
from reader.review.health import (
    BY_TITLE,
    DIFFERS,
    MATCHES,
    NO_SUCH_RECORD,
    NOT_ASKED,
    NOT_FOUND,
    FieldDifference,
    RecordCheck,
)
from reader.settings import load_settings
from tests.unit.registry_server import RegistryServer, Reply, crossref_work, feed, serve_registries

ENTRY = "Lee, A. (2020). Gauges on the upper river. Journal of Rivers, 3, 1-9. doi:10.1234/gauge"
TITLE = "Gauges on the upper river"
PORTAL = Reply(200, b"<!DOCTYPE html><title>Sign in</title>", "text/html; charset=utf-8")


@pytest.fixture
def registries() -> Iterator[RegistryServer]:
    with serve_registries() as running:
        yield running


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let no registry be waited for, and return the seconds that it would have been."""
    seconds: list[float] = []
    monkeypatch.setattr("reader.registries.client.pause", lambda one: seconds.append(round(one)))
    return seconds


class Desk:
    """A person who checks entries."""

    def __init__(self, registries: RegistryServer, folder: Path) -> None:
        self.registries = registries
        self.folder = folder
        self.client = self.new_client()

    def new_client(self, **others: str) -> RegistryClient:
        settings = self.folder / "registries.toml"
        self.registries.write_settings(settings, **others)
        options = registry_options(load_settings(settings))
        self.client = RegistryClient(options, AnswerCache(self.folder / "answers.sqlite"))
        return self.client

    def recall(self, entry: str) -> RecordCheck:
        """Return the check that rests on what is kept on the disk."""
        options = registry_options(load_settings(self.folder / "registries.toml"))
        kept = KeptAnswers(options, AnswerCache(self.folder / "answers.sqlite"))
        return RecordChecker(CitedWork(parse_footnote(entry, Span(0, len(entry)), 0, "1")), kept.ask).check()

    def check(self, entry: str) -> RecordCheck:
        reference = parse_footnote(entry, Span(0, len(entry)), 0, "1")
        return RecordChecker(CitedWork(reference), self.client.ask, has_openalex=self.client.has_openalex).check()


@pytest.fixture
def desk(registries: RegistryServer, tmp_path: Path, waits: list[float]) -> Desk:
    return Desk(registries, tmp_path)


# ------------------------------------------------------------------ what matches


@pytest.mark.parametrize(
    ("entry", "registered"),
    [
        (ENTRY, {"title": TITLE}),
        (ENTRY, {"title": "GAUGES on the <i>upper</i> River"}),
        (ENTRY, {"title": TITLE, "subtitle": ["A survey of ten years"]}),
        (ENTRY, {"title": f"{TITLE}: A survey of ten years"}),
        (ENTRY, {"title": f"RETRACTED: {TITLE}"}),
        (ENTRY.replace("river.", "river: a survey."), {"title": TITLE}),
        (ENTRY, {"title": TITLE, "authors": ("Lee, Anna B.", "Doe, John", "Ray, Kim")}),
        (ENTRY, {"title": TITLE, "authors": ()}),
        (ENTRY.replace("Lee, A.", "Müller, A., & Sørensen, B."), {"title": TITLE, "authors": ("Mueller, Anna", "Sorensen, B")}),
        (ENTRY.replace("Lee, A.", "van der Berg, A."), {"title": TITLE, "authors": ("Berg, A. van der",)}),
        (ENTRY.replace("Lee, A.", "García Márquez, G."), {"title": TITLE, "authors": ("García Márquez, Gabriel",)}),
        (ENTRY, {"title": TITLE, "authors": (), "editor": [{"family": "Lee", "given": "Anna"}]}),
        (ENTRY, {"title": TITLE, "year": 2021, "published-online": {"date-parts": [[2020, 11, 2]]}}),
        (ENTRY, {"title": "Über die Pegel", "original-title": [TITLE]}),
        (ENTRY.replace(TITLE, "Gauges: a survey"), {"title": "Gauges"}),
        (ENTRY.replace("(2020)", "(1953/2020)"), {"title": TITLE, "year": 2020}),
        (f"{ENTRY} (Original work published 1953)", {"title": TITLE, "year": 1953}),
        (ENTRY.replace(TITLE, "Gauges"), {"title": "Gauges: A survey"}),
        (ENTRY.replace("Lee, A.", "IHO"), {"title": TITLE, "authors": ("International Hydrographic Organization",)}),
        (ENTRY.replace("Lee, A.", "World Weather Office."), {"title": TITLE, "authors": ("WWO",)}),
    ],
)
def test_spellings_of_one_work_match(desk: Desk, entry: str, registered: dict[str, object]) -> None:
    desk.registries.crossref("10.1234/gauge", **registered)  # pyright: ignore[reportArgumentType]  # fields of one work
    check = desk.check(entry)
    assert (check.outcome, check.differences, check.remarks) == (MATCHES, (), ())
    assert (check.registry, check.identifier, check.date) == ("Crossref", "10.1234/gauge", date.today().isoformat())


@pytest.mark.parametrize(
    ("entry", "registered", "remark"),
    [
        (ENTRY, {"title": TITLE, "year": 2021}, "2020 here and 2021 there"),
        (ENTRY, {"title": "Gauges on the uper river"}, "spelled differently"),
        (ENTRY.replace(TITLE, "Five gauges in grey rivers"), {"title": "5 gauges in gray rivers"}, "spelled differently"),
        (
            ENTRY.replace(TITLE, "Salt & β-rays in web sites"),
            {"title": "Salt and beta rays in websites"},
            "spelled differently",
        ),
        (ENTRY, {"title": "Показатели верхней реки"}, "in another script"),
        (ENTRY, {"title": TITLE, "authors": ("Ли, Анна",)}, "in another script"),
        (
            ENTRY.replace("Lee, A.", "Dostoyevsky, F."),
            {"title": TITLE, "authors": ("Dostoevsky, Fyodor",)},
            "spelled differently",
        ),
        (
            ENTRY.replace("Lee, A.", "Lee, A., Doe, J., & Nobody, N."),
            {"title": TITLE, "authors": ("Lee, Anna", "Doe, J")},
            "not among the registered authors: Nobody, N.",
        ),
    ],
)
def test_what_is_no_difference_is_a_remark(desk: Desk, entry: str, registered: dict[str, object], remark: str) -> None:
    desk.registries.crossref("10.1234/gauge", **registered)  # pyright: ignore[reportArgumentType]  # fields of one work
    check = desk.check(entry)
    assert (check.outcome, check.differences) == (MATCHES, ())
    assert remark in " ".join(check.remarks)


@pytest.mark.parametrize(
    ("registered", "differences"),
    [
        ({"title": TITLE, "year": 2016}, [FieldDifference("year", "2020", "2016")]),
        ({"title": TITLE, "authors": ("Ray, Kim",)}, [FieldDifference("authors", "Lee, A.", "Ray, Kim")]),
        ({"title": "Cells in winter"}, [FieldDifference("title", TITLE, "Cells in winter")]),
        ({"title": "Gauges on the upper river 2"}, []),
        ({"title": f"Correction to: {TITLE}"}, [FieldDifference("title", TITLE, f"Correction to: {TITLE}")]),
        ({"title": f"{TITLE}: Reply"}, [FieldDifference("title", TITLE, f"{TITLE}: Reply")]),
        ({"title": "No gauges on the upper river"}, [FieldDifference("title", TITLE, "No gauges on the upper river")]),
        ({"title": "A of the a"}, [FieldDifference("title", TITLE, "A of the a")]),
        ({"title": "Gauges on the lower river"}, [FieldDifference("title", TITLE, "Gauges on the lower river")]),
        ({"title": "Gauges at the upper river, II"}, [FieldDifference("title", TITLE, "Gauges at the upper river, II")]),
        ({"title": "Gauges on 9 upper rivers"}, [FieldDifference("title", TITLE, "Gauges on 9 upper rivers")]),
        (
            {"title": "Cells in winter", "authors": ("Ray, Kim", "Doe, J", "Fox, A", "Elk, B"), "year": 1999},
            [
                FieldDifference("title", TITLE, "Cells in winter"),
                FieldDifference("year", "2020", "1999"),
                FieldDifference("authors", "Lee, A.", "Ray, Kim; Doe, J; Fox, A and 1 more"),
            ],
        ),
    ],
)  # fmt: skip
def test_differences_name_the_field_as_cited_and_as_registered(
    desk: Desk, registered: dict[str, object], differences: list[FieldDifference]
) -> None:
    desk.registries.crossref("10.1234/gauge", **registered)  # pyright: ignore[reportArgumentType]  # fields of one work
    check = desk.check(ENTRY)
    assert list(check.differences) == differences
    assert check.outcome == (DIFFERS if differences else MATCHES)


# ------------------------------------------------------------------ who is asked


def test_only_doi_org_says_that_a_doi_does_not_exist(desk: Desk) -> None:
    check = desk.check(ENTRY)
    assert (check.outcome, check.registry, check.identifier) == (NO_SUCH_RECORD, "doi.org", "10.1234/gauge")
    assert desk.registries.asked[:2] == ["/crossref/works/10.1234/gauge", "/doi/api/handles/10.1234/gauge"]


@pytest.mark.parametrize(
    "doi", ["10.1016/j. jgauge.2020.05.001", "10.1016/j.jgau- ge.2020.05", "10.1002/sic17:15/16<16::A>3.0;2-2"]
)
def test_a_doi_that_may_be_cut_off_is_not_called_missing(desk: Desk, doi: str) -> None:
    check = desk.check(ENTRY.replace("10.1234/gauge", doi))
    assert (check.outcome, "may be cut off" in check.reason) == (NOT_ASKED, True)


@pytest.mark.parametrize(
    "end", ["", ".", ". Accessed 3 May 2020.", "; PMID: 12345678", " (accessed 2020-05-03)", ", accessed 2020"]
)
def test_a_doi_with_other_words_behind_it_is_whole(desk: Desk, end: str) -> None:
    assert desk.check(f"{ENTRY}{end}").outcome == NO_SUCH_RECORD


def test_what_was_said_of_a_doi_is_known_though_no_search_was_answered(desk: Desk) -> None:
    desk.registries.reply("/crossref/works", PORTAL)
    assert desk.check(ENTRY).outcome == NO_SUCH_RECORD
    assert desk.recall(ENTRY).outcome == NO_SUCH_RECORD


def test_a_doi_of_another_agency_is_found_there(desk: Desk) -> None:
    desk.registries.reply("/doi/api/handles/10.1234/gauge", {"responseCode": 1, "handle": "10.1234/GAUGE", "values": []})
    attributes = {
        "doi": "10.1234/gauge",
        "titles": [{"title": TITLE}, {"title": "With tables", "titleType": "Subtitle"}],
        "creators": [{"name": "Lee, Anna", "familyName": "Lee", "givenName": "Anna"}],
        "publicationYear": 2020,
    }
    desk.registries.reply("/datacite/dois/10.1234/gauge", {"data": {"id": "10.1234/gauge", "attributes": attributes}})
    check = desk.check(ENTRY)
    assert (check.outcome, check.registry, check.title) == (MATCHES, "DataCite", TITLE)


def test_a_doi_that_exists_but_is_described_nowhere_is_neither_missing_nor_right(desk: Desk) -> None:
    desk.registries.reply("/doi/api/handles/10.1234/gauge", {"responseCode": 1, "handle": "10.1234/gauge"})
    check = desk.check(ENTRY)
    assert (check.outcome, check.registry) == (NOT_ASKED, "doi.org")
    assert "no registry that was asked describes its work" in check.reason


def test_openalex_is_asked_only_with_a_key_which_no_message_shows(desk: Desk) -> None:
    desk.registries.reply("/doi/api/handles/10.1234/gauge", {"responseCode": 1, "handle": "10.1234/gauge"})
    work = {
        "id": "https://openalex.org/W1",
        "doi": "https://doi.org/10.1234/gauge",
        "display_name": TITLE,
        "publication_year": 2020,
        "authorships": [{"author": {"display_name": "Anna Lee"}}],
    }
    desk.registries.reply("/openalex/works/doi:10.1234/gauge", Reply(403, b"{}"), work)
    assert desk.check(ENTRY).outcome == NOT_ASKED
    assert not any("openalex" in path for path in desk.registries.asked)
    desk.new_client(openalex_key="top-secret")
    refused = desk.check(ENTRY)
    assert (refused.outcome, refused.registry) == (NOT_ASKED, "OpenAlex")
    assert "top-secret" not in repr(refused)
    found = desk.check(ENTRY)
    assert (found.outcome, found.registry) == (MATCHES, "OpenAlex")
    assert desk.registries.asked[-1].endswith("api_key=top-secret")


def test_arxiv_answers_for_its_preprints(desk: Desk) -> None:
    entry = "Lee, A. (2021). Gauges on the upper river. arXiv:2101.00001v2"
    path = "/arxiv/api/query"
    desk.registries.reply(path, Reply(200, feed(("2101.00001", TITLE, "Anna Lee", "2021-01-01")), "application/atom+xml"))
    check = desk.check(entry)
    assert (check.outcome, check.registry, check.address) == (MATCHES, "arXiv", "https://arxiv.org/abs/2101.00001")
    desk.registries.replies.clear()
    missing = desk.check(entry.replace("00001", "00002"))
    assert (missing.outcome, missing.registry, missing.identifier) == (NO_SUCH_RECORD, "arXiv", "2101.00002")
    handle = "10.48550/arxiv.2101.00003"
    desk.registries.reply(f"/doi/api/handles/{handle}", {"responseCode": 1, "handle": handle})
    silent = desk.check(entry.replace("00001", "00003"))
    assert (silent.outcome, silent.reason) == (NOT_ASKED, "arXiv sent an empty list, but the DOI of the paper exists")


@pytest.mark.parametrize(
    "body",
    [
        b"Rate exceeded.",
        b"",
        feed()[:-20],
        feed().replace(b">0<", b">1<"),
        feed(("x", "Error", "", "")).replace(b"/abs/", b"/api/errors#"),
        feed(("2101.00009", "Cells in winter", "Kim Ray", "2021-01-01")),
    ],
)
@pytest.mark.parametrize("status", [200, 404])
def test_what_arxiv_sends_instead_of_an_answer_is_no_word_about_a_preprint(desk: Desk, body: bytes, status: int) -> None:
    desk.registries.reply("/arxiv/api/query", Reply(status, body, "application/atom+xml"))
    assert desk.check("Lee, A. (2021). Gauges on the upper river. arXiv:2101.00001").outcome == NOT_ASKED


def test_a_book_is_found_by_its_isbn_and_one_that_is_not_is_searched_for(desk: Desk) -> None:
    entry = "Lee, A. (2020). Rivers of the north. Example Press. ISBN 978-0-306-40615-7"
    book = {
        "title": "Rivers of the north",
        "authors": [{"name": "Anna Lee"}],
        "publish_date": "March 2020",
        "url": "https://x.example/b",
    }
    desk.registries.reply("/open_library/api/books", {"ISBN:9780306406157": book})
    check = desk.check(entry)
    assert (check.outcome, check.registry, check.identifier) == (MATCHES, "Open Library", "9780306406157")
    desk.registries.replies.clear()
    unknown = desk.check(entry.replace("978-0-306-40615-7", "978-3-16-148410-0"))
    assert unknown.outcome == NOT_FOUND
    assert "no book with the ISBN 9783161484100" in unknown.remarks[-1]


# ------------------------------------------------------------------ searches


def test_an_entry_without_identifier_is_searched_for(desk: Desk) -> None:
    items = [crossref_work("10.1234/other", "Gauges", (), 2020), crossref_work("10.1234/gauge", TITLE, ("Lee, Anna",), 2021)]
    desk.registries.reply("/crossref/works", {"message": {"items": items}})
    check = desk.check(ENTRY.partition(" doi:")[0])
    assert (check.outcome, check.found_by, check.identifier) == (MATCHES, BY_TITLE, "10.1234/gauge")
    assert "Lee 2020" in desk.registries.asked[0].replace("+", " ")


def test_a_search_calls_nothing_missing_and_no_other_work_the_same(desk: Desk) -> None:
    items = [crossref_work("10.1234/gauge", TITLE, ("Ray, Kim",), 2011)]
    desk.registries.reply("/crossref/works", {"message": {"items": items}})
    check = desk.check(ENTRY.partition(" doi:")[0])
    assert (check.outcome, check.registry) == (NOT_FOUND, "Crossref, Open Library")
    assert check.remarks == ("Crossref has a work with this title by Ray, Kim (2011): https://doi.org/10.1234/gauge",)


def test_a_wrong_doi_names_the_work_that_has_the_title(desk: Desk) -> None:
    desk.registries.reply(
        "/crossref/works", {"message": {"items": [crossref_work("10.1234/true", TITLE, ("Lee, Anna",), 2020)]}}
    )
    check = desk.check(ENTRY)
    assert check.outcome == NO_SUCH_RECORD
    assert check.remarks == ("Crossref has a work with this title as 10.1234/true: https://doi.org/10.1234/true",)


def test_an_entry_that_names_nothing_to_ask_for_is_not_asked_for(desk: Desk) -> None:
    check = desk.check("Minutes, p. 3.")
    assert (check.outcome, check.registry) == (NOT_ASKED, "")
    assert desk.registries.asked == []


# ------------------------------------------------------------------ answers that are none

WRONG = (
    PORTAL,
    PORTAL._replace(status=404),
    Reply(200, b""),
    Reply(200, b"{"),
    Reply(200, b"[" * 100_000),
    Reply(200, b'{"message": ' + b'"x' + b"x" * 3_100_000 + b'"}'),
    Reply(200, b"[]"),
    Reply(200, b'{"message": []}'),
    Reply(200, b'{"message": {"title": "a text", "author": 3, "issued": [], "DOI": {}}}'),
    Reply(200, b'{"message": null, "responseCode": "100", "handle": "10.1234/gauge"}'),
    Reply(403, b"{}"),
    Reply(500, b"oops"),
)


@pytest.mark.parametrize("reply", WRONG, ids=range(len(WRONG)))
def test_an_answer_that_is_none_is_no_word_about_a_work(desk: Desk, reply: Reply) -> None:
    for path in ("crossref/works", "doi/api/handles", "datacite/dois"):
        desk.registries.reply(f"/{path}/10.1234/gauge", reply)
    check = desk.check(ENTRY)
    assert (check.outcome, check.differences) == (NOT_ASKED, ())
    assert check.reason
    desk.registries.crossref("10.1234/gauge", TITLE)
    desk.new_client()
    assert desk.check(ENTRY).outcome == MATCHES


def test_a_record_of_another_work_is_no_difference(desk: Desk) -> None:
    work = crossref_work("10.1234/other", "Cells in winter", ("Ray, Kim",), 1999)
    desk.registries.reply("/crossref/works/10.1234/gauge", {"message": work})
    check = desk.check(ENTRY)
    assert (check.outcome, check.reason) == (NOT_ASKED, "Crossref answered about another work, 10.1234/other")
    desk.new_client()
    desk.registries.crossref("10.1234/gaugf", TITLE)
    desk.registries.replies["/crossref/works/10.1234/gauge2"] = desk.registries.replies["/crossref/works/10.1234/gaugf"]
    check = desk.check(ENTRY.replace("10.1234/gauge", "10.1234/gauge2"))
    assert (check.outcome, check.remarks) == (MATCHES, ("registered as 10.1234/gaugf now",))


def test_a_busy_registry_is_asked_again_when_it_says(desk: Desk, waits: list[float]) -> None:
    desk.registries.crossref("10.1234/gauge", TITLE)
    (good,) = desk.registries.replies["/crossref/works/10.1234/gauge"]
    busy = Reply(429, b"", headers=(("Retry-After", "7"),))
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=21), usegmt=True)
    desk.registries.reply("/crossref/works/10.1234/gauge", busy, Reply(503, b"", headers=(("Retry-After", until),)), good)
    assert desk.check(ENTRY).outcome == MATCHES
    assert [wait for wait in waits if wait] in ([7, 20], [7, 21])


def test_a_registry_that_is_busy_for_long_or_fails_again_and_again_is_left_alone(desk: Desk) -> None:
    for number in range(9):
        desk.registries.reply(f"/crossref/works/10.1234/gauge{number}", Reply(429, b"", headers=(("Retry-After", "3600"),)))
        handle = {"responseCode": 1, "handle": f"10.1234/gauge{number}"}
        desk.registries.reply(f"/doi/api/handles/10.1234/gauge{number}", handle)
    checks = [desk.check(ENTRY.replace("gauge", f"gauge{number}")) for number in range(9)]
    assert {check.reason for check in checks} == {"Crossref asks to be left alone for 60 minutes"}
    assert sum("crossref" in path for path in desk.registries.asked) == 1


def test_a_registry_that_cannot_be_reached_is_not_waited_for_again_and_again(desk: Desk) -> None:
    desk.new_client(crossref_address="http://127.0.0.1:1")
    checks = [desk.check(ENTRY.replace("gauge", f"gauge{number}")) for number in range(5)]
    # doi.org answers all the same, and its word counts.
    assert {(check.outcome, check.registry) for check in checks} == {(NO_SUCH_RECORD, "doi.org")}


def test_headers_slow_the_questions_down(desk: Desk, waits: list[float]) -> None:
    headers = (("X-Rate-Limit-Limit", "1"), ("X-Rate-Limit-Interval", "5s"))
    for number in range(3):
        work = crossref_work(f"10.1234/g{number}", TITLE, ("Lee, Anna",), 2020)
        desk.registries.reply(
            f"/crossref/works/10.1234/g{number}", Reply(200, json.dumps({"message": work}).encode(), headers=headers)
        )
        assert desk.check(ENTRY.replace("gauge", f"g{number}")).outcome == MATCHES
    assert [wait for wait in waits if wait] == [5, 5]


# ------------------------------------------------------------------ what is kept, and what is told


def test_answers_are_kept_for_a_month(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.registries.crossref("10.1234/gauge", TITLE)
    first = desk.check(ENTRY)
    desk.new_client()
    assert desk.check(ENTRY) == first
    assert len(desk.registries.asked) == 1

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date.fromordinal(date.today().toordinal() + 31)

    monkeypatch.setattr("reader.registries.client.date", Later)
    desk.check(ENTRY)
    assert len(desk.registries.asked) == 2


def test_a_damaged_file_of_answers_is_made_anew(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").write_bytes(b"\1" * 9000)
    desk.registries.crossref("10.1234/gauge", TITLE)
    assert desk.check(ENTRY).outcome == MATCHES
    desk.new_client()
    assert desk.check(ENTRY).outcome == MATCHES
    assert len(desk.registries.asked) == 1


def test_a_mail_address_is_sent_only_if_the_person_has_set_one_for_that(desk: Desk) -> None:
    desk.check(ENTRY)
    assert not any("mailto" in agent or "@" in agent for agent in desk.registries.agents)
    desk.new_client(registry_contact="ana@example.org")
    desk.check(ENTRY.replace("gauge", "other"))
    assert desk.registries.agents[-1].endswith("mailto:ana@example.org")
