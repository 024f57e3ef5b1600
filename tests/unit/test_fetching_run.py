"""Many sources at once: hosts beside each other, one request at a time to each, progress, and an end at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler

import pytest

from reader.fetching.fetcher import FetchTarget
from reader.fetching.outcomes import FetchTally
from reader.fetching.run import FetchRun, target_of
from reader.fetching.turns import HostTurns
from reader.formats import parse_article
from reader.formats.source_input import SourceInput
from reader.review.index import FetchableReference
from tests.unit.test_fetching_fetcher import OPTIONS, TEXT
from tests.unit.web_server import Page, Pages, Reply, serve


class Meeting(Pages):
    """A host whose pages wait until every host is being asked, and which counts the requests that it has at the same time."""

    barrier: threading.Barrier
    at_once = 0
    most_at_once = 0
    count_lock = threading.Lock()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        with self.count_lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        if to.path == "/0":
            self.barrier.wait(60)
        with self.count_lock:
            self.at_once -= 1
        super().answer(to)


@pytest.fixture
def hosts() -> Iterator[list[Meeting]]:
    """Three hosts, of three pages each."""
    barrier = threading.Barrier(3)
    with ExitStack() as stack:
        sites = [stack.enter_context(serve({f"/{n}": TEXT for n in range(3)}, Meeting)) for _ in range(3)]
        for site in sites:
            site.barrier = barrier
        yield sites


def run(addresses: Sequence[str]) -> dict[int, SourceInput | Exception]:
    outcomes = dict[int, SourceInput | Exception]()
    FetchRun([FetchTarget(address) for address in addresses], OPTIONS).run(outcomes.__setitem__)
    return outcomes


def test_hosts_are_asked_beside_each_other_and_each_in_turn(hosts: list[Meeting]) -> None:
    """No page of one host comes before a page of each has been asked for."""
    outcomes = run([f"{site.address}/{n}" for site in hosts for n in range(3)])
    assert all(isinstance(outcome, SourceInput) for outcome in outcomes.values())
    assert sorted(outcomes) == list(range(9))
    assert [site.most_at_once for site in hosts] == [1, 1, 1]
    assert [site.asked.count("/robots.txt") for site in hosts] == [1, 1, 1]


def test_one_failure_is_one_outcome() -> None:
    pages: dict[str, Page] = {"/one": TEXT, "/two": Reply(status=500), "/robots.txt": b"User-agent: *\nDisallow: /four\n"}
    with serve(pages) as site:
        outcomes = run([f"{site.address}/{name}" for name in ("one", "two", "three", "four")])
    tally = FetchTally()
    for outcome in outcomes.values():
        tally.note(outcome)
    assert tally.summary == "1 source fetched, 2 could not be reached, 1 forbidden by robots.txt"
    assert (tally.fetched_count, tally.missing_count, tally.total) == (1, 3, 4)


def test_a_run_is_stopped_at_once_and_says_how_far_it_is() -> None:
    with serve({"/one": TEXT, "/silent": None, "/robots.txt": b""}) as site:
        taken: list[int] = []
        fetching = FetchRun([FetchTarget(f"{site.address}/{name}") for name in ("one", "silent")], OPTIONS)
        thread = threading.Thread(target=fetching.run, args=(lambda index, _: taken.append(index),), daemon=True)
        thread.start()
        assert site.waiting.wait(60)
        assert fetching.progress.endswith("of 2 done · 127.0.0.1")
        fetching.stop()
        thread.join(30)
        assert not thread.is_alive()
        assert 1 not in taken


def test_the_next_request_to_a_host_waits_for_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, slept = [100.0], list[str]()
    monkeypatch.setattr("reader.fetching.turns.time.monotonic", lambda: clock[0])

    def sleep(seconds: float) -> None:
        slept.append("")
        clock[0] += seconds

    monkeypatch.setattr("reader.fetching.turns.time.sleep", sleep)
    turns, starts = HostTurns(2.0), list[float]()
    for address in ("https://a.example/1", "https://b.example/1", "https://A.example/2", "https://a.example:8443/1"):
        with turns.turn(address):
            starts.append(round(clock[0], 3))
    turns.postpone("https://b.example/", 50.0)
    with turns.turn("https://b.example/2"):
        starts.append(round(clock[0], 3))
    assert starts == [100.0, 100.0, 102.0, 102.0, 152.0]
    assert slept


def test_a_target_has_the_title_of_its_reference_and_the_time_of_the_citation() -> None:
    entry = "[1] Keeper, A. (2019). Registers of locks. https://port.example/r. Accessed 3 March 2024."
    article = parse_article(f"A text\n\nIt cites [1].\n\nReferences\n\n{entry}\n".encode(), "text.txt")
    target = target_of(article, FetchableReference("https://port.example/r", ("1",)))
    assert (target.address, target.title) == ("https://port.example/r", article.references[0].title)
    assert target.cited_at is not None
    assert target.cited_at.date().isoformat() == "2024-03-03"
