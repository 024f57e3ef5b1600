"""Fetch the source behind a reference: its page, the document that the page names, or a copy in a web archive."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import urlunsplit

from reader.article.article import Article
from reader.errors import NoTextError, ReaderError
from reader.fetching.addresses import host_of, is_same_site, split_address
from reader.fetching.allowance import Allowance, FetchBudget
from reader.fetching.archive import ArchivedPage, NoCopy, find_copy, parse_http_date
from reader.fetching.connections import PrivateAddress, is_private_host
from reader.fetching.outcomes import BudgetSpent, RobotsForbidden, SoftNotFound
from reader.fetching.page_signs import PageSigns, count_body_words, read_signs
from reader.fetching.robots import MAX_ROBOTS_REDIRECTS, MAX_ROBOTS_SIZE, RobotsRules
from reader.fetching.soft_404 import find_soft_404, is_same_page, is_suspect
from reader.fetching.turns import HostTurns, hold_lock
from reader.fetching.web import FetchedPage, FetchLimits, Meter, check_status, fetch_answer, page_article
from reader.formats.detection import PDF, detect_container
from reader.formats.progress import Cancelled
from reader.formats.source_input import SourceInput

_FULL_TEXT_WORDS: Final = 1500
"""The number of words from which a page that names a document is the full text itself."""
_MAX_REPEATS: Final = 2
_WAIT_STATUS: Final = frozenset({429, 503})
"""What a server answers that asks to come back later."""
_ROBOTS_SECONDS: Final = 20.0
_MAX_DOCUMENTS: Final = 3
_OPEN_HINT: Final = "Open it in a browser, save the right page there and open the file"
_NO_HEADERS: Final[Mapping[str, str]] = {}
_DOTS: Final = str.maketrans("。．｡", "...")
"""The signs that a browser takes for dots in the name of a host: https://www.rfc-editor.org/rfc/rfc3490, 3.1."""
_INNER_DOMAINS: Final = frozenset(
    {"local", "localhost", "localdomain", "internal", "intranet", "lan", "home", "corp", "private"}
)
"""Top-level domains that the internet does not have: names in them are those of a company or a home."""


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How sources are fetched: within which limits and budget, with what pause between two requests to a host.

    `pause` is in seconds; None is REQUEST_PAUSE. `archive` is the address of a TimeGate, "" to ask none. A page that a person
    asks for alone is fetched as by a browser, which no robots.txt speaks of: `obeys_robots` is false then.
    """

    limits: FetchLimits = field(default_factory=FetchLimits)
    budget: FetchBudget = field(default_factory=FetchBudget)
    pause: float | None = None
    archive: str = ""
    obeys_robots: bool = True


class FetchTarget(NamedTuple):
    """A source to fetch: its address, its title if that is known, and the time at which it was cited, if that is known."""

    address: str
    title: str = ""
    cited_at: datetime | None = None


class _ReadPage(NamedTuple):
    """A page that was read: its article, None for a document without text, and its signs, None for what is not HTML."""

    page: FetchedPage
    article: Article | None
    signs: PageSigns | None

    @property
    def text(self) -> str:
        """The text of the page."""
        return self.article.text if self.article is not None else ""


class SourceFetcher:
    """A fetcher of sources for one run, which several threads may share."""

    def __init__(self, options: FetchOptions) -> None:
        self._options = options
        self._allowance = Allowance(options.budget)
        self._turns = HostTurns(options.pause)
        self._robots = RobotsRules(self._fetch_robots)
        self._reading = threading.Lock()
        self._homes_lock = threading.Lock()
        self._homes: dict[str, str] = {}

    def fetch(self, target: FetchTarget) -> SourceInput:
        """Fetch a source, or a copy of it from the archive where its own site has none.

        Raises ReaderError if there is neither: RobotsForbidden if its site forbids it, SoftNotFound for a page that is no
        source, BudgetSpent if the budget is, Cancelled if it was stopped.
        """
        try:
            return self._fetch_page(target)
        except (Cancelled, BudgetSpent, RobotsForbidden, PrivateAddress):
            raise
        except ReaderError as error:
            if not self._allowance.seconds_left:
                self._allowance.spend_request(host_of(target.address))  # says that the time is over
            return self._fetch_copy(target, error)

    # ------------------------------------------------------------------ the site itself

    def _fetch_page(self, target: FetchTarget) -> SourceInput:
        page = self._get(target.address)
        check_status(page)
        read = self._read(page)
        self._refuse_soft_404(target, read, page.address)
        source = SourceInput(read.article, page.data, page.address, requested=_if_other(target.address, page.address))
        return self._follow_document(source, read)

    def _follow_document(self, source: SourceInput, landing: _ReadPage) -> SourceInput:
        """Return the document that a landing page names, else the page as an abstract; other pages as they are."""
        signs, article, address = landing.signs, landing.article, landing.page.address
        if signs is None or article is None or not signs.documents or count_body_words(article) >= _FULL_TEXT_WORDS:
            return source
        reasons: list[str] = []
        for document in signs.documents[:_MAX_DOCUMENTS]:
            try:
                if not is_same_site(address, document):
                    raise ReaderError(f"{document}, which it names, is on another site")
                page = self._get(document)
                check_status(page)
                if detect_container(page.data) != PDF:
                    raise ReaderError(f"{document}, which it names, is not a PDF")
                read = self._read(page)
            except (Cancelled, BudgetSpent):
                raise
            except ReaderError as error:
                reasons.append(error.what)
            else:
                requested = source.requested or address
                return SourceInput(read.article, page.data, page.address, requested=requested, landing=address)
        return source._replace(is_abstract=True, note=reasons[0])

    def _read(self, page: FetchedPage) -> _ReadPage:
        """Read a page, one at a time, as that takes the processor."""
        with hold_lock(self._reading):
            try:
                article = page_article(page)
            except NoTextError:
                if not detect_container(page.data):
                    raise
                return _ReadPage(page, None, None)
            signs = read_signs(page.data, page.address) if article.format == "html" else None
            return _ReadPage(page, article, signs)

    def _refuse_soft_404(self, target: FetchTarget, read: _ReadPage, final: str) -> None:
        """Raise SoftNotFound for a page that is no source. `final` is the address that it has on its own site."""
        signs, article = read.signs, read.article
        if signs is None or article is None:
            return
        looks = find_soft_404(target.address, final, signs, article.text, count_body_words(article), target.title)
        if looks:
            raise SoftNotFound(f"{final} looks like {looks}, not like the source", _OPEN_HINT)
        if (
            read.page.address == final
            and is_suspect(target.address, signs, target.title, article.text)
            and is_same_page(article.text, self._home_text(final))
        ):
            raise SoftNotFound(f"{final} shows the home page of its site, not the source", _OPEN_HINT)

    def _home_text(self, address: str) -> str:
        """Return the text of the home page of a site, "" if it cannot be had. It is asked for once."""
        parts = split_address(address)
        home = urlunsplit((parts.scheme, parts.netloc, "/", "", ""))
        with self._homes_lock:
            known = self._homes.get(home)
        if known is None:
            try:
                page = self._get(home)
                check_status(page)
                known = self._read(page).text
            except (Cancelled, BudgetSpent):
                raise
            except ReaderError:
                known = ""
            with self._homes_lock:
                self._homes[home] = known
        return known

    # ------------------------------------------------------------------ the archive

    def _fetch_copy(self, target: FetchTarget, failure: ReaderError) -> SourceInput:
        """Return the copy of a source in the archive. Raises `failure`, with what the archive said, if there is none."""
        service, address = self._options.archive, target.address.partition("#")[0]
        if not service or not self._may_be_told(address, service):
            raise failure
        try:
            copy = find_copy(service, address, target.cited_at, self._ask_archive)
            read = self._read(copy.page)
            self._refuse_soft_404(target, read, copy.original or address)
        except (Cancelled, BudgetSpent):
            raise
        except NoCopy as error:
            raise _with_addition(failure, error.what) from error
        except SoftNotFound as error:
            raise _with_addition(failure, f"its copy in the archive {_looks_of(error)}") from error
        except ReaderError as error:
            raise _with_addition(failure, f"the archive could not be asked: {error.what}") from error
        return _archived_source(target.address, copy, read)

    def _may_be_told(self, address: str, service: str) -> bool:
        """Whether an archive may learn of an address: not of one in a private network, or with a password in it."""
        parts, gate = split_address(address), split_address(service).hostname or ""
        if "@" in parts.netloc or (_is_inner_name(parts.hostname or "") and not _is_plain_host(gate)):
            return False
        # An archive of the person's own network has an address there, or a name without a domain: nobody else is asked for it.
        return not is_private_host(parts.hostname or "") or (_is_plain_host(gate) and is_private_host(gate))

    def _ask_archive(self, address: str, headers: Mapping[str, str]) -> FetchedPage:
        # The person has set the service, which is made for programs to ask: robots.txt speaks of crawlers.
        return self._get(address, headers, is_service=True)

    # ------------------------------------------------------------------ requests

    def _get(self, address: str, headers: Mapping[str, str] = _NO_HEADERS, *, is_service: bool = False) -> FetchedPage:
        """Return the answer of an address whatever its status; wait and ask again where the server asks for that.

        Raises ReaderError if that takes too long.
        """
        visit = self._visit_as_asked if is_service or not self._options.obeys_robots else self._visit
        page = fetch_answer(address, self._limits(), headers, visit)
        for _ in range(_MAX_REPEATS):
            seconds = read_retry_after(page)
            if seconds is None:
                break
            if seconds > min(self._options.budget.wait, self._allowance.seconds_left):
                raise ReaderError(f"{page.address} asks to come back in {_in_words(seconds)}", "Try again later")
            self._turns.postpone(page.address, seconds)
            page = fetch_answer(address, self._limits(), headers, visit)
        return page

    def _limits(self) -> FetchLimits:
        limits = self._options.limits
        return replace(limits, seconds=min(limits.seconds, self._allowance.seconds_left))

    def _fetch_robots(self, address: str) -> FetchedPage:
        limits = self._limits()
        seconds = min(limits.seconds, _ROBOTS_SECONDS)
        limits = replace(limits, size=MAX_ROBOTS_SIZE, cut=True, redirects=MAX_ROBOTS_REDIRECTS, seconds=seconds)
        return fetch_answer(address, limits, visit=self._visit_as_asked)

    @contextmanager
    def _visit(self, address: str) -> Generator[Meter]:
        """Make a request that the robots.txt of its site permits, in the turn of its host and within the budget."""
        self._robots.check(address)
        with self._visit_as_asked(address) as meter:
            yield meter

    @contextmanager
    def _visit_as_asked(self, address: str) -> Generator[Meter]:
        host = host_of(address)
        with self._turns.turn(address):
            self._allowance.spend_request(host)
            yield lambda size: self._allowance.spend_size(host, size)


def read_retry_after(page: FetchedPage) -> float | None:
    """Return the seconds after which a server asks to come back (RFC 9110, 10.2.3); None if it does not say so."""
    value = page.headers.get("retry-after", "").strip()
    if page.status not in _WAIT_STATUS or not value:
        return None
    if value.isascii() and value.isdigit():
        return float(value[:_MAX_DIGITS])
    time = parse_http_date(value)
    return None if time is None else max(0.0, (time - datetime.now(UTC)).total_seconds())


_MAX_DIGITS: Final = 12
_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400


def _in_words(seconds: float) -> str:
    if seconds >= 2 * _DAY:
        return f"{seconds / _DAY:,.0f} days"
    if seconds >= 2 * _HOUR:
        return f"{seconds / _HOUR:.0f} hours"
    return f"{seconds / _MINUTE:.0f} minutes" if seconds >= 2 * _MINUTE else f"{seconds:.0f} seconds"


def _archived_source(requested: str, copy: ArchivedPage, read: _ReadPage) -> SourceInput:
    """Return a copy as a source. A landing page in an archive is an abstract; what it names is not looked for there."""
    is_abstract = (
        read.signs is not None
        and read.article is not None
        and bool(read.signs.documents)
        and count_body_words(read.article) < _FULL_TEXT_WORDS
    )
    page = copy.page
    return SourceInput(read.article, page.data, page.address, requested, "", copy.archived_at, is_abstract)


def _is_plain_host(host: str) -> bool:
    """Whether a host is an IP address or a name without a domain."""
    return "." not in host or host.replace(".", "").isdigit()


def _is_inner_name(host: str) -> bool:
    """Whether a host has a name that only a network of its own knows, whether it is reached now or not (RFC 6762, RFC 8375)."""
    name = host.translate(_DOTS).rstrip(".")
    return ("." not in name and ":" not in name) or name.rpartition(".")[2] in _INNER_DOMAINS or name.endswith(".home.arpa")


def _if_other(requested: str, final: str) -> str:
    return requested if requested.partition("#")[0] != final.partition("#")[0] else ""


def _with_addition(failure: ReaderError, addition: str) -> ReaderError:
    return type(failure)(f"{failure.what}; {addition}", failure.hint)


def _looks_of(error: SoftNotFound) -> str:
    return error.what.partition(" ")[2].removesuffix(", not like the source")
