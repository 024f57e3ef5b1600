"""How long sixty sources take to fetch, beside the time of one: hosts answer beside each other, each in its turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import perf_counter
from typing import Final

from benchmarks.programs import Workshop
from benchmarks.report import Report, median
from reader.fetching.fetcher import FetchOptions, FetchTarget
from reader.fetching.run import FetchRun
from reader.fetching.web import FetchLimits
from reader.formats.source_input import SourceInput

SOURCES: Final = 60
HOSTS: Final = 12
ANSWER_SECONDS: Final = 0.3
"""How long a host takes to answer."""
MAX_TIMES: Final = 6.0
"""How many times the time of one source all may take. A host has five, with a pause of a second after each request."""
_PAGE: Final = b"<!doctype html><title>A town</title><h1>A town</h1>" + b"<p>The survey counted boats in the harbour.</p>" * 200


class _Host(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer after a while: with a page, or that there is no robots.txt."""
        time.sleep(ANSWER_SECONDS)  # the time that a distant host takes is what is measured
        is_page = self.path != "/robots.txt"
        self.send_response(200 if is_page else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(_PAGE) if is_page else 0))
        self.end_headers()
        self.wfile.write(_PAGE if is_page else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Write no log."""


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Fetch one source, then sixty of twelve hosts, and print how many times the time of one they took."""
    alone, together = list[float](), list[float]()
    for turn in range(1 if quick else 3):
        report.doing(f"fetches, turn {turn}")
        with ExitStack() as stack:
            hosts = [stack.enter_context(_serve()) for _ in range(HOSTS)]
            alone.append(_fetch([f"{hosts[0]}/a"]))
            together.append(_fetch([f"{hosts[number % HOSTS]}/{number}" for number in range(SOURCES)]))
    one, all_of_them = median(alone), median(together)
    ratio = all_of_them / one
    row = (f"{SOURCES} sources of {HOSTS} hosts", f"{all_of_them:.1f}", f"{ratio:.1f}")
    head = ("what", "wall s", "× one", "budget")
    report.table("Fetches", head, ((*row, report.verdict(ratio, MAX_TIMES, f"{MAX_TIMES}×")),), f"One source: {one:.1f} s.")


def _fetch(addresses: list[str]) -> float:
    """Fetch addresses and return the seconds it took."""
    outcomes = list[SourceInput | Exception]()
    options = FetchOptions(FetchLimits(private=True))
    start = perf_counter()
    FetchRun([FetchTarget(address) for address in addresses], options).run(lambda _, outcome: outcomes.append(outcome))
    seconds = perf_counter() - start
    assert len(outcomes) == len(addresses)
    assert all(isinstance(outcome, SourceInput) for outcome in outcomes), outcomes
    return seconds


@contextmanager
def _serve() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
