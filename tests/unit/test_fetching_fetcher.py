"""Sources from servers on the loopback that misbehave: redirects, robots, false pages, landing pages, waits, budgets."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest

from reader.errors import ReaderError
from reader.fetching.allowance import FetchBudget
from reader.fetching.fetcher import FetchOptions, FetchTarget, SourceFetcher
from reader.fetching.outcomes import BudgetSpent, RobotsForbidden, SoftNotFound
from reader.fetching.robots import MAX_ROBOTS_SIZE, ROBOTS_NAME, parse_rules
from reader.fetching.web import FetchLimits
from reader.formats.progress import Cancelled, report_to
from reader.formats.source_input import SourceInput
from tests.unit.pdfs import Sheet, pdf
from tests.unit.web_server import Page, Pages, Reply, redirect, serve

TEXT = b"The locks of Brandal\n\nIn 1931 there were 212 barges in the locks. The keeper wrote down each of them.\n"
LIMITS = FetchLimits(size=2_000_000, seconds=20.0, timeout=httpx.Timeout(5.0), private=True)
OPTIONS = FetchOptions(LIMITS, pause=0.0)
IMPATIENT = replace(OPTIONS, limits=replace(LIMITS, timeout=httpx.Timeout(0.3)))
SHEET = Sheet()
SHEET.paragraph(72, 100, "In 1931 there were 212 barges in the locks of Brandal.")
DOCUMENT = pdf(SHEET)


def page(title: str, body: str = "", head: str = "") -> bytes:
    """Return a page of HTML."""
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}</body></html>".encode()


ABSTRACT = "<p>Abstract. We counted the barges in the locks of Brandal from the books of their keepers.</p>"


@pytest.fixture
def site() -> Iterator[Pages]:
    with serve({}) as running:
        yield running


Fetch = Callable[..., SourceInput]


@pytest.fixture
def fetch(site: Pages) -> Fetch:
    """Serve pages by their paths and fetch one of them, the first unless a path says otherwise."""

    def call(pages: dict[str, Page], path: str = "", options: FetchOptions = OPTIONS, title: str = "") -> SourceInput:
        site.pages.update(pages)
        return SourceFetcher(options).fetch(FetchTarget(f"{site.address}{path or next(iter(pages))}", title))

    return call


# ---------------------------------------------------------------------- redirects


def test_a_source_says_where_redirects_led_to(site: Pages, fetch: Fetch) -> None:
    source = fetch({"/short": redirect("/moved", 301), "/moved": redirect("/locks.txt", 308), "/locks.txt": TEXT})
    assert (source.origin, source.requested) == (f"{site.address}/locks.txt", f"{site.address}/short")
    assert source.data == TEXT
    assert fetch({"/locks.txt#top": b""}, "/locks.txt#top").requested == "", "a fragment is no redirect"


@pytest.mark.parametrize("pages", [{"/round": redirect("/again"), "/again": redirect("/round")}, {"/self": redirect("/self")}])
def test_redirects_in_a_circle_end(fetch: Fetch, pages: dict[str, Page]) -> None:
    with pytest.raises(ReaderError, match="redirects too often"):
        fetch(pages)


# ---------------------------------------------------------------------- robots.txt

CLOSED = b"User-agent: *\nDisallow: /private/\n"


def test_what_robots_txt_forbids_is_not_asked_for(site: Pages, fetch: Fetch) -> None:
    with pytest.raises(RobotsForbidden, match="forbids programs to fetch") as forbidden:
        fetch({"/private/locks.txt": TEXT, "/robots.txt": CLOSED})
    assert "browser" in forbidden.value.hint
    assert site.asked == ["/robots.txt"]
    assert fetch({"/locks.txt": TEXT}).data == TEXT


def test_a_redirect_to_what_is_forbidden_is_not_followed(site: Pages, fetch: Fetch) -> None:
    with pytest.raises(RobotsForbidden):
        fetch({"/open": redirect("/private/locks.txt"), "/private/locks.txt": TEXT, "/robots.txt": CLOSED})
    assert "/private/locks.txt" not in site.asked


def test_a_page_that_a_person_asks_for_alone_is_fetched_as_by_a_browser(site: Pages, fetch: Fetch) -> None:
    alone = replace(OPTIONS, obeys_robots=False)
    assert fetch({"/private/locks.txt": TEXT, "/robots.txt": CLOSED}, options=alone).data == TEXT
    assert site.asked == ["/private/locks.txt"]


@pytest.mark.parametrize(
    "rules",
    [
        b"User-agent: claim-reader\nAllow: /\n\nUser-agent: *\nDisallow: /\n",
        b"User-agent: *\nDisallow: /\nAllow: /locks.txt\n",
        b"User-agent: barge-reader\nuser agent lockbot # x\nDisallow: /\n\nUSER-AGENT: CLAIM-READER\nAllow: /\n"
        b"User-agent: x\nDisallow: /\n",
        b"User-agent: *\nDisallow: /*.pdf$\n",
        page("All our pages", "<p>User-agent: *</p>\nUser-agent: *\nDisallow: /\n"),
        b"\xff\xfe\x00\x01 no rules at all",
        Reply(status=404),
        Reply(b"no", status=403),
        redirect("/robots.txt"),
        redirect("/elsewhere"),
    ],
    ids=["by name", "longest rule", "others by name", "wildcard", "HTML", "garbage", "missing", "denied", "circle", "gone"],
)
def test_what_robots_txt_does_not_forbid_is_fetched(fetch: Fetch, rules: Page) -> None:
    assert fetch({"/locks.txt": TEXT, "/robots.txt": rules, "/elsewhere": Reply(status=404)}).data == TEXT


@pytest.mark.parametrize(
    "rules",
    [
        b"User-agent: lock\nUser-agent: Claim-Reader\nUser-agent: lockbot\nDisallow: /locks\n\nUser-agent: *\nAllow: /\n",
        b"user agent claim*\nuseragent: lockbot\n\nSitemap: /map.xml\nDisallow: /locks\n",
        b"User-agent: lockbot\nAllow: /\n\nUser-agent: lockbot\nUser-agent: * # all\nDisallow: /\n",
    ],
    ids=["among others", "generous", "everybody"],
)
def test_what_robots_txt_forbids_in_a_group_of_several_programs_is_not_fetched(fetch: Fetch, rules: bytes) -> None:
    with pytest.raises(RobotsForbidden):
        fetch({"/locks.txt": TEXT, "/robots.txt": rules})


def test_rules_for_programs_whose_names_are_within_ours_are_not_kept_for_each_of_them() -> None:
    name = ROBOTS_NAME
    others = "".join(f"User-agent: {name[first:last]}\n" for first in range(1, 12) for last in range(first + 1, 13))
    rules = parse_rules(f"{others}{''.join(f'Disallow: /{number:x}{chr(10)}' for number in range(60_000))}".encode())
    assert rules is not None
    assert rules.can_fetch("https://a.example/a", name)


@pytest.mark.parametrize("rules", [Reply(b"oh", 500), Reply(b"slow down", 429), None], ids=["error", "busy", "silent"])
def test_a_site_that_does_not_say_what_it_forbids_is_left_alone(site: Pages, fetch: Fetch, rules: Page) -> None:
    with pytest.raises(ReaderError, match="so nothing was fetched there"):
        fetch({"/locks.txt": TEXT, "/robots.txt": rules}, options=IMPATIENT)
    assert set(site.asked) == {"/robots.txt"}


def test_of_a_huge_robots_txt_the_beginning_counts(fetch: Fetch) -> None:
    padding = b"# barges\n" * (MAX_ROBOTS_SIZE // 9)
    huge = CLOSED + padding + b"Disallow: /locks.txt\n" + padding
    assert fetch({"/locks.txt": TEXT, "/robots.txt": huge}).data == TEXT
    with pytest.raises(RobotsForbidden):
        fetch({"/private/locks.txt": TEXT})


def test_the_rules_of_a_site_are_asked_for_once(site: Pages) -> None:
    site.pages |= {"/one": TEXT, "/two": TEXT, "/robots.txt": b""}
    fetcher = SourceFetcher(OPTIONS)
    for path in ("/one", "/two", "/one"):
        fetcher.fetch(FetchTarget(f"{site.address}{path}"))
    assert site.asked == ["/robots.txt", "/one", "/two", "/one"]


# ---------------------------------------------------------------------- pages that are no source


def test_a_redirect_to_the_home_page_is_no_source(fetch: Fetch) -> None:
    home = page("The port of Brandal", f"<p>{'Welcome to the port. ' * 200}</p>")
    with pytest.raises(SoftNotFound, match="the home page of the site"):
        fetch({"/reports/1931": redirect("/"), "/": home})
    assert b"port" in fetch({"/": home}, "/").data, "a reference may name the home page itself"


def test_the_home_page_for_every_address_is_no_source(site: Pages, fetch: Fetch) -> None:
    home = page("The port of Brandal", f"<p>{'Ships come and go, and so do we, every day of the year. ' * 20}</p>")
    with pytest.raises(SoftNotFound, match="shows the home page of its site"):
        fetch({"/reports/1931": home, "*": home}, title="Registers kept by lock keepers")
    canonical = home.replace(b"</title>", f'</title><link rel="canonical" href="{site.address}/">'.encode())
    with pytest.raises(SoftNotFound, match="shows the home page of its site"):
        fetch({"/reports/1932": canonical, "*": canonical})


def test_a_page_without_the_words_of_the_title_is_a_source_if_it_is_not_the_home_page(fetch: Fetch) -> None:
    report = page(
        "Registre des éclusiers", "<p>En 1931, 212 péniches ont passé les écluses. Le gardien les a toutes notées.</p>"
    )
    home = page(
        "Le port de Brandal", "<p>Bienvenue au port de Brandal. Nos bureaux sont ouverts de neuf à dix-sept heures.</p>"
    )
    assert fetch({"/1931": report, "/": home}, title="Registers kept by lock keepers").data == report


LOGIN_FORM = '<form><input name="user"><input type="password" name="p"><button>Sign in</button></form>'


def test_a_login_page_is_no_source(fetch: Fetch) -> None:
    login = page("Sign in | The archive of Brandal", f"<p>Members read everything.</p>{LOGIN_FORM}")
    with pytest.raises(SoftNotFound, match="looks like a login page") as refused:
        fetch({"/reports/1931": redirect("/login?next=/reports/1931"), "/login?next=/reports/1931": login})
    assert "Open it in a browser" in refused.value.hint


def test_an_article_on_a_site_with_a_login_is_a_source(fetch: Fetch) -> None:
    report = page("The locks of Brandal", f"{LOGIN_FORM}<p>In 1931 there were 212 barges in the locks.</p>")
    assert fetch({"/reports/1931": report}).data == report


def test_a_page_that_asks_for_consent_is_no_source(fetch: Fetch) -> None:
    consent = page("Before you continue", f"<p>{'We and our partners store cookies. ' * 30}</p><button>Accept all</button>")
    with pytest.raises(SoftNotFound, match="a page that asks for consent"):
        fetch({"/reports/1931": redirect("/consent?back=1931"), "/consent?back=1931": consent})


def test_a_page_that_says_not_found_is_no_source(fetch: Fetch) -> None:
    with pytest.raises(SoftNotFound, match="says “not found”"):
        fetch({"/reports/1931": page("Page not found — Brandal", "<p>Try the search.</p>")})


# ---------------------------------------------------------------------- landing pages


def landing(links: str, body: str = ABSTRACT) -> bytes:
    return page("The locks of Brandal", body, links)


def test_the_pdf_that_a_landing_page_names_is_the_source(site: Pages, fetch: Fetch) -> None:
    pages: dict[str, Page] = {
        "/doi": redirect("/articles/7/"),
        "/articles/7/": landing('<meta name="citation_pdf_url" content="../7.pdf">'),
        "/articles/7.pdf": redirect("/files/7"),
        "/files/7": Reply(DOCUMENT, headers={"Content-Type": "text/html"}),
    }
    source = fetch(pages)
    assert (source.data, source.is_abstract, source.note) == (DOCUMENT, False, "")
    assert (source.origin, source.requested) == (f"{site.address}/files/7", f"{site.address}/doi")
    assert source.landing == f"{site.address}/articles/7/"


def test_an_alternate_link_names_a_pdf_too(site: Pages, fetch: Fetch) -> None:
    page = landing('<link rel="alternate" type="application/pdf" href="/7.pdf">')
    source = fetch({"/7": page, "/7.pdf": DOCUMENT})
    assert (source.data, source.landing, source.requested) == (DOCUMENT, f"{site.address}/7", f"{site.address}/7")


META = '<meta name="citation_pdf_url" content="{}">'


@pytest.mark.parametrize(
    ("link", "pages", "why"),
    [
        (
            "/7.pdf",
            {"/7.pdf": Reply(landing(META.format("/8.pdf")), headers={"Content-Type": "application/pdf"})},
            "is not a PDF",
        ),
        ("/7.pdf", {"/7.pdf": redirect("/7")}, "is not a PDF"),
        ("/7.pdf", {}, "answered 404"),
        ("/7.pdf", {"/7.pdf": DOCUMENT, "/robots.txt": b"User-agent: *\nDisallow: /*.pdf\n"}, "forbids programs"),
        ("http://other.example/7.pdf", {}, "is on another site"),
        ("file:///etc/passwd", {}, ""),
        ("http://[::1", {}, "is on another site"),
    ],
    ids=["lies", "back to the page", "gone", "forbidden", "other site", "file", "no address"],
)
def test_a_landing_page_without_its_pdf_is_an_abstract(
    site: Pages, fetch: Fetch, link: str, pages: dict[str, Page], why: str
) -> None:
    page = landing(META.format(link))
    source = fetch({"/7": page, **pages})
    assert (source.data, source.landing) == (page, "")
    assert (source.is_abstract, why in source.note) == (bool(why), True)
    assert "/8.pdf" not in site.asked, "one hop, no further"


def test_a_page_with_the_whole_text_is_the_source_itself(site: Pages, fetch: Fetch) -> None:
    whole = landing(META.format("/7.pdf"), f"<p>{'In 1931 there were 212 barges in the locks of Brandal. ' * 200}</p>")
    source = fetch({"/7": whole, "/7.pdf": DOCUMENT})
    assert (source.data, source.is_abstract) == (whole, False)
    assert "/7.pdf" not in site.asked


def test_a_scan_behind_a_landing_page_has_no_text(fetch: Fetch) -> None:
    scan = pdf(Sheet())
    source = fetch({"/7": landing(META.format("/7.pdf")), "/7.pdf": scan})
    assert (source.article, source.data) == (None, scan)


# ---------------------------------------------------------------------- private networks


def test_no_hop_leads_into_a_private_network(site: Pages, fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server stands for a public one; 127.0.0.2 is as private as the loopback is."""
    monkeypatch.setattr("reader.fetching.connections.is_public", lambda address: str(address) == "127.0.0.1")
    guarded = replace(OPTIONS, limits=replace(LIMITS, private=False))
    hidden = f"http://127.0.0.2:{site.address.rpartition(':')[2]}/locks.txt"
    for pages in ({"/moved": redirect(hidden)}, {"/robots.txt": redirect(hidden), "/locks.txt": TEXT}):
        with pytest.raises(ReaderError, match=r"127\.0\.0\.2 is in a private network"):
            fetch(pages, options=guarded, path=[*pages][-1])
    site.pages["/robots.txt"] = b""
    monkeypatch.setattr("reader.fetching.fetcher.is_same_site", lambda *_: True)
    source = fetch({"/7": landing(META.format(hidden))}, options=guarded)
    assert (source.is_abstract, "private network" in source.note) == (True, True)
    archived = replace(guarded, archive=f"{site.address}/gate/")
    with pytest.raises(ReaderError, match="the archive could not be asked: 127"):
        fetch({"/gone": Reply(status=404), f"/gate/{site.address}/gone": redirect(hidden)}, options=archived)


# ---------------------------------------------------------------------- come back later


def test_a_server_that_asks_to_come_back_is_asked_again(site: Pages) -> None:
    answers = iter([Reply(b"busy", 429, {"Retry-After": "0"}), Reply(b"busy", 503, {"Retry-After": PAST}), Reply(TEXT)])

    class Changing(dict[str, Page]):
        def get(self, key: str, default: Page = None) -> Page:  # pyright: ignore[reportIncompatibleMethodOverride]  # narrower
            return next(answers) if key == "/locks.txt" else Reply(status=404)

    site.pages = Changing()
    source = SourceFetcher(OPTIONS).fetch(FetchTarget(f"{site.address}/locks.txt"))
    assert source.data == TEXT
    assert site.asked.count("/locks.txt") == 3


PAST = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize(
    ("wait", "said", "times"),
    [
        ("0", "answered 429", 3),
        (PAST, "answered 429", 3),
        ("86400000", "asks to come back in 1,000 days", 1),
        ("9" * 400, "asks to come back in", 1),
        ("Fri, 31 Dec 2100 23:59:59 GMT", "asks to come back in", 1),
        ("soon", "answered 429", 1),
        ("-5", "answered 429", 1),
    ],
)
def test_a_server_that_is_always_busy_is_given_up(site: Pages, fetch: Fetch, wait: str, said: str, times: int) -> None:
    with pytest.raises(ReaderError, match=said):
        fetch({"/locks.txt": Reply(b"busy", 429, {"Retry-After": wait})})
    assert site.asked.count("/locks.txt") == times


def test_a_wait_is_ended_at_once_by_who_stops_it(site: Pages) -> None:
    site.pages |= {"/locks.txt": Reply(b"busy", 429, {"Retry-After": "50"})}
    stopped = threading.Event()
    outcome: list[Exception] = []

    def fetch() -> None:
        try:
            with report_to(lambda _: None, lambda: "/locks.txt" in site.asked and stopped.is_set()):
                SourceFetcher(OPTIONS).fetch(FetchTarget(f"{site.address}/locks.txt"))
        except ReaderError as error:
            outcome.append(error)

    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    stopped.set()
    thread.join(30)
    assert [type(error) for error in outcome] == [Cancelled]
    assert site.asked.count("/locks.txt") == 1


# ---------------------------------------------------------------------- hosts that hang, and budgets


def test_a_host_that_hangs_is_given_up(fetch: Fetch) -> None:
    with pytest.raises(ReaderError, match="does not answer"):
        fetch({"/locks.txt": None}, options=IMPATIENT)


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (FetchBudget(requests=2), "requests of one run are spent: 2"),
        (FetchBudget(host_requests=2), r"requests to 127\.0\.0\.1:\d+ in one run are spent: 2"),
        (FetchBudget(size=120), "bytes of one run are spent"),
        (FetchBudget(host_size=120), "bytes from 127"),
        (FetchBudget(seconds=0.0), "time of one run is over"),
    ],
)
def test_a_run_ends_with_its_budget(site: Pages, budget: FetchBudget, said: str) -> None:
    site.pages |= {"/one": TEXT, "/two": TEXT}
    fetcher = SourceFetcher(replace(OPTIONS, budget=budget))
    outcomes = list[Exception]()
    for path in ("/one", "/two"):
        try:
            fetcher.fetch(FetchTarget(f"{site.address}{path}"))
        except BudgetSpent as error:
            outcomes.append(error)
    assert re.search(said, outcomes[-1].args[0])
