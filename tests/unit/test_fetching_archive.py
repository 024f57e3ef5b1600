"""Copies in a web archive on the loopback: found by date, raw, or none; and what a text says of when it cited a source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.model import Reference
from reader.errors import ReaderError
from reader.fetching.archive import parse_link_header
from reader.fetching.citing_time import citing_time
from reader.fetching.fetcher import FetchTarget, SourceFetcher
from reader.fetching.outcomes import RobotsForbidden
from reader.formats import parse_article
from reader.formats.source_input import SourceInput
from tests.unit.test_fetching_fetcher import LOGIN_FORM, META, OPTIONS, TEXT, landing, page
from tests.unit.web_server import Page, Pages, Reply, redirect, serve

COPY = b"The locks of Brandal, as they were\n\nIn 1931 there were 209 barges in the locks.\n"
MEMENTO = {"Memento-Datetime": "Fri, 01 Mar 2024 10:20:30 GMT"}
DATE = "2024-03-01T10:20:30Z"
GONE = "/reports/1931;a=1,2?x=y"
MISSING = Reply(status=404)


@pytest.fixture
def site() -> Iterator[Pages]:
    with serve({}) as running:
        yield running


def ask(site: Pages, copies: Mapping[str, Page], page: Page = MISSING, cited_at: datetime | None = None) -> SourceInput:
    """Fetch a page of a site that is its own archive, at /gate/; `copies` are the pages there."""
    site.pages |= {GONE: page, **copies}
    options = replace(OPTIONS, archive=f"{site.address}/gate")  # as people write it, without the last slash
    return SourceFetcher(options).fetch(FetchTarget(f"{site.address}{GONE}", cited_at=cited_at))


def gate(site: Pages) -> str:
    """Return the path at which the archive is asked for the page."""
    return f"/gate/{site.address}{GONE}"


def test_a_copy_is_found_by_its_time_gate(site: Pages) -> None:
    links = (
        f'<{site.address}{GONE}>; rel="original", <{site.address}/map/;x,y>; rel="timemap"; type="application/link-format", '
        '<http://a.example/;rel="x">; rel="first memento"; datetime="Thu, 01 Jan 2004 00:00:00 GMT"'
    )
    copies = {gate(site): redirect("/copy/1"), "/copy/1": Reply(COPY, headers={**MEMENTO, "Link": links})}
    source = ask(site, copies, cited_at=datetime(2024, 3, 3, 12, tzinfo=UTC))
    assert (source.data, source.archived_at) == (COPY, DATE)
    assert (source.origin, source.requested) == (f"{site.address}/copy/1", f"{site.address}{GONE}")
    assert site.headers[gate(site)]["Accept-Datetime"] == "Sun, 03 Mar 2024 12:00:00 GMT"


def test_without_a_date_the_latest_copy_is_asked_for(site: Pages) -> None:
    source = ask(site, {gate(site): Reply(COPY, headers=MEMENTO)})
    assert (source.data, source.archived_at) == (COPY, DATE), "a time gate may be the memento itself"
    assert "Accept-Datetime" not in site.headers[gate(site)]


def test_a_copy_is_read_without_the_banner_of_the_archive(site: Pages) -> None:
    plain, raw = f"/web/20240301102030/{site.address}{GONE}", f"/web/20240301102030id_/{site.address}{GONE}"
    copies: dict[str, Page] = {gate(site): redirect(plain), plain: Reply(b"BANNER " + COPY, headers=MEMENTO)}
    assert ask(site, {**copies, raw: Reply(COPY, headers=MEMENTO)}).data == COPY
    assert ask(site, {**copies, raw: Reply(COPY)}).data == b"BANNER " + COPY, "the raw one does not say when it was made"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Reply(status=404), "the archive has no copy"),
        (Reply(COPY), "the archive has no copy"),
        (page("Welcome to the archive", "<p>We keep what others lose.</p>"), "the archive has no copy"),
        (Reply(COPY, headers={"Memento-Datetime": "once upon a time"}), "the archive has no copy"),
        (Reply(COPY, headers={"Memento-Datetime": "Fri, 01 Mar 2124 10:20:30 GMT"}), "the archive has no copy"),
        (Reply(b"%PDF-1.7 and no more", headers=MEMENTO), "the archive could not be asked"),
        (Reply(b"no", 500), "the archive could not be asked"),
        (Reply(b"no", 429, {"Retry-After": "7200"}), "the archive could not be asked.*come back in 2 hours"),
        (redirect("file:///etc/passwd"), "the archive could not be asked"),
        (redirect("/again"), "the archive could not be asked"),
        (Reply(page("Sign in", LOGIN_FORM), headers=MEMENTO), "its copy in the archive looks like a login page"),
        (Reply(page("Page not found"), headers=MEMENTO), "its copy in the archive looks like a page that says"),
    ],
    ids=["404", "no-date", "home-page", "no-time", "to-come", "garbage", "error", "busy", "file", "circle", "login", "missing"],
)
def test_an_archive_without_a_copy_leaves_the_failure_as_it_was(site: Pages, answer: Page, said: str) -> None:
    with pytest.raises(ReaderError, match=rf"answered 404 Not Found; .*{said}"):
        ask(site, {gate(site): answer, "/again": redirect("/again")})


def test_a_false_page_is_looked_for_in_the_archive(site: Pages) -> None:
    source = ask(site, {gate(site): Reply(COPY, headers=MEMENTO)}, page("Seite nicht gefunden"))
    assert (source.data, source.archived_at) == (COPY, DATE)


def test_a_landing_page_in_the_archive_is_an_abstract(site: Pages) -> None:
    source = ask(site, {gate(site): Reply(landing(META.format("/7.pdf")), headers=MEMENTO)})
    assert (source.is_abstract, source.archived_at) == (True, DATE)


def test_an_archive_is_not_asked_for_what_is_there_or_forbidden(site: Pages) -> None:
    assert ask(site, {gate(site): Reply(COPY, headers=MEMENTO)}, TEXT).archived_at == ""
    with pytest.raises(RobotsForbidden):
        ask(site, {"/robots.txt": b"User-agent: *\nDisallow: /reports/\n"})
    assert gate(site) not in site.asked


def test_an_archive_learns_nothing_of_private_addresses(site: Pages) -> None:
    public = replace(OPTIONS, archive="http://1.1.1.1:9/")
    site.pages[GONE] = MISSING
    with pytest.raises(ReaderError, match=r"answered 404 Not Found\. Check the address"):
        SourceFetcher(public).fetch(FetchTarget(f"{site.address}{GONE}"))
    own = replace(OPTIONS, archive=f"{site.address}/gate/")
    with pytest.raises(ReaderError, match=r"answered 404 Not Found\. Check the address"):
        SourceFetcher(own).fetch(FetchTarget(f"{site.address}{GONE}".replace("//", "//ana:secret@")))
    assert not [path for path in site.asked if path.startswith("/gate")]


@pytest.mark.parametrize("host", ["wiki.corp.", "printer.local", "intranet", "box.home.arpa", "wiki.port。corp"])
def test_an_archive_learns_no_name_of_an_inner_network_even_while_that_is_not_reached(host: str) -> None:
    with pytest.raises(ReaderError, match=r"^((?!archive).)*$"):
        SourceFetcher(replace(OPTIONS, archive="http://archive.invalid/")).fetch(FetchTarget(f"http://{host}:9/secret"))


@given(st.text(max_size=200))
def test_any_link_header_is_read(value: str) -> None:
    assert all(link.relations == () or "rel" in link.parameters for link in parse_link_header(value))


def test_links_are_read_whole() -> None:
    first, second = parse_link_header('<https://a.example/;x,y>;rel="original";Title="a, \\"b\\"; c" , <b>; rel=timemap; rel=x')
    assert (first.target, first.parameters) == ("https://a.example/;x,y", {"rel": "original", "title": 'a, "b"; c'})
    assert (second.target, second.relations) == ("b", ("timemap",))


@pytest.mark.parametrize(
    ("entry", "date"),
    [
        ("Keeper (1931). Accessed 3 March 2024.", "2024-03-03"),
        ("Keeper (1931). Retrieved March 3, 2024, from https://port.example", "2024-03-03"),
        ("Keeper (2019), abgerufen am 3. März 2024", "2024-03-03"),
        ("Keeper, consulté le 12 janvier 2021", "2021-01-12"),
        ("Keeper. (accessed 2024-03-05)", "2024-03-05"),
        ("Keeper. 2019. Published 4 May 2019.", "2022-06-01"),
        ("Accessed 31 February 2024", "2022-06-01"),
        ("Accessed 3 March 2190", "2022-06-01"),
    ],
)
def test_a_reference_says_when_its_source_was_looked_at(entry: str, date: str) -> None:
    article = parse_article(b"A text\n\nIt cites a source.\n", "text.txt")
    article = replace(article, about=article.about._replace(date="2022-06-01T08:00:00Z"))
    time = citing_time(article, Reference("1", "1", entry))
    assert time is not None
    assert time.date().isoformat() == date
    undated = replace(article, about=article.about._replace(date=""))
    assert (citing_time(undated, Reference("1", "1", "Keeper (1931)")) is None) is True
