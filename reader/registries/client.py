"""Ask registries: each at its own pace, with patience for one that is busy, and with what was answered before."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import quote, urlsplit

from reader.errors import ReaderError
from reader.fetching.connections import is_public
from reader.formats.progress import Cancelled, checkpoint
from reader.registries.answers import Answer, AnswerCache
from reader.registries.services import OPENALEX, REGISTRIES, RegistryQuestion, UnreadableAnswer

if TYPE_CHECKING:
    from reader.fetching.web import FetchedPage
    from reader.registries.registered_work import RegisteredWork
    from reader.settings import Settings

_MAX_ANSWER: Final = 3_000_000
_MAX_SECONDS: Final = 30.0
_TRIES: Final = 3
_LONGEST_WAIT: Final = 60.0
"""The seconds that a registry may ask to be left alone; for more, it is asked another time."""
_FAILURES: Final = 3
"""The failures in a row after which a registry is not asked again in this run."""
_BUSY: Final = (429, 500, 502, 503, 504)
_MAIL_ADDRESS: Final = re.compile(r"[^\s@<>(),;:]+@[^\s@<>(),;:]+\.[^\s@<>(),;:]+")
_INTERVAL: Final = re.compile(r"(\d{1,5}) ?s?")
_POLL_SECONDS: Final = 0.1
_FAULTS: Final = {
    "does not answer": "does not answer",
    "takes too long": "takes too long",
    "is larger than": "sent more than a record",
    "in a private network": "is in a private network, which needs --allow-private",
}
"""What the failure of a fetch says of a registry."""


class NotAnswered(Exception):
    """A question that has no answer: the registry that was asked, and the reason. Nothing is known of the work."""

    def __init__(self, registry: str, reason: str) -> None:
        super().__init__(reason)
        self.registry = registry


class NotKept(Exception):
    """A question that no registry was asked yet."""


class RegistryOptions(NamedTuple):
    """How registries are asked: their addresses by name, a mail address for them ("" for none), the key for OpenAlex.

    `private` permits addresses in a private network; one that a setting names by its number or as "localhost" is permitted.
    """

    addresses: Mapping[str, str]
    contact: str = ""
    openalex_key: str = ""
    private: bool = False


def registry_options(settings: Settings, *, private: bool = False) -> RegistryOptions:
    """Return how the settings say that registries are asked. Raises ReaderError for one that cannot be used."""
    addresses = {name: str(getattr(settings, registry.setting)).rstrip("/") for name, registry in REGISTRIES.items()}
    for name, address in addresses.items():
        if not address.startswith(("https://", "http://")) or not _host_of(address):
            raise ReaderError(
                f'The setting {REGISTRIES[name].setting} is "{address}", which is no address',
                "An address begins with https:// or http://",
            )
    if settings.registry_contact and not _MAIL_ADDRESS.fullmatch(settings.registry_contact):
        raise ReaderError(f'The setting registry_contact is "{settings.registry_contact}", which is no mail address')
    return RegistryOptions(addresses, settings.registry_contact, settings.openalex_key, private)


def pause(seconds: float) -> None:
    """Wait. Raises as `checkpoint` does."""
    end = time.monotonic() + seconds
    while (rest := end - time.monotonic()) > 0:
        checkpoint()
        time.sleep(min(rest, _POLL_SECONDS))


class _Turn:
    """When a registry may be asked again, and how often it failed in a row."""

    def __init__(self, seconds: float) -> None:
        self.pause = seconds
        self.next_at = 0.0
        self.failures = 0
        self.reason = ""


class RegistryClient:
    """Ask registries. Use it on one thread; within a run, one that fails again and again is not asked any more."""

    def __init__(self, options: RegistryOptions, cache: AnswerCache) -> None:
        self.has_openalex = bool(options.openalex_key)
        self._options = options
        self._cache = cache
        self._turns = {
            name: _Turn(registry.polite_pause if options.contact else registry.pause) for name, registry in REGISTRIES.items()
        }

    def ask(self, question: RegistryQuestion) -> Answer:
        """Return the answer to a question, from the cache if it is fresh.

        Raises NotAnswered if there is none, Cancelled if the run was stopped.
        """
        base, today = self._options.addresses[question.registry], date.today()
        kept = self._cache.get(base, question.path)
        if kept is not None and kept.is_fresh(today):
            return kept
        turn = self._turns[question.registry]
        if turn.reason:
            raise NotAnswered(question.registry, turn.reason)
        try:
            answer = Answer(self._read(question, self._fetch(question, turn)), today.isoformat())
        except NotAnswered as error:
            turn.failures += 1
            if turn.failures >= _FAILURES:
                turn.reason = turn.reason or f"{error}, and was not asked again"
            raise
        turn.failures = 0
        self._cache.put(base, question.path, answer)
        return answer

    def _fetch(self, question: RegistryQuestion, turn: _Turn) -> FetchedPage:
        """Return the answer of a registry with its status, after waiting for one that is busy. Raises NotAnswered."""
        status = 0
        for number in range(_TRIES):
            pause(max(0.0, turn.next_at - time.monotonic()))
            start = time.monotonic()
            turn.next_at = start + turn.pause
            page = self._fetch_once(question)
            turn.pause = _allowed_pause(page.headers, turn.pause)
            turn.next_at = start + turn.pause
            if page.status not in _BUSY:
                return page
            status, delay = page.status, _retry_delay(page.headers, number)
            if delay > _LONGEST_WAIT:
                turn.reason = f"{question.registry} asks to be left alone for {delay / 60:.0f} minutes"
                raise NotAnswered(question.registry, turn.reason)
            turn.next_at = max(turn.next_at, time.monotonic() + delay)
        what = "had too many requests" if status == 429 else f"answered {status}"
        raise NotAnswered(question.registry, f"{question.registry} {what}")

    def _fetch_once(self, question: RegistryQuestion) -> FetchedPage:
        """Return the answer of a registry with its status. Raises NotAnswered, without the address, which may hold a key."""
        from reader.fetching.web import USER_AGENT, FetchLimits, fetch_answer

        base, key = self._options.addresses[question.registry], self._options.openalex_key
        address = f"{base}{question.path}"
        if question.registry == OPENALEX:
            address = f"{address}{'&' if '?' in address else '?'}api_key={quote(key)}"
        contact = f" mailto:{self._options.contact}" if self._options.contact else ""
        headers = {"User-Agent": f"{USER_AGENT}{contact}", "Accept": "application/json, application/atom+xml;q=0.9"}
        limits = FetchLimits(size=_MAX_ANSWER, seconds=_MAX_SECONDS, private=self._options.private or is_own_network(base))
        try:
            return fetch_answer(address, limits, headers)
        except Cancelled:
            raise
        except ReaderError as error:
            fault = next((fault for text, fault in _FAULTS.items() if text in error.what), "cannot be reached")
            raise NotAnswered(question.registry, f"{question.registry} {fault}") from error

    def _read(self, question: RegistryQuestion, page: FetchedPage) -> tuple[RegisteredWork, ...]:
        """Return the works in an answer. Raises NotAnswered for what is none."""
        is_page = page.headers.get("content-type", "").startswith("text/html")
        if page.status not in (200, 404) or is_page:
            what = "sent a web page instead of a record" if is_page else f"answered {page.status}"
            raise NotAnswered(question.registry, f"{question.registry} {what}")
        try:
            return question.read(page.data)
        except UnreadableAnswer as error:
            if page.status == 404 and question.knows_404:
                return ()
            raise NotAnswered(question.registry, f"the answer of {question.registry} cannot be read: {error}") from error


class KeptAnswers:
    """What registries answered before, for who may not ask them."""

    def __init__(self, options: RegistryOptions, cache: AnswerCache) -> None:
        self.has_openalex = bool(options.openalex_key)
        self._options = options
        self._cache = cache

    def ask(self, question: RegistryQuestion) -> Answer:
        """Return the kept answer to a question, however old. Raises NotKept if there is none."""
        answer = self._cache.get(self._options.addresses[question.registry], question.path)
        if answer is None:
            raise NotKept
        return answer


def is_own_network(address: str) -> bool:
    """Whether an address names, by its number or as "localhost", a host that is not on the internet."""
    host = _host_of(address)
    try:
        return not is_public(ipaddress.ip_address(host))
    except ValueError:
        return host == "localhost"


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _allowed_pause(headers: Mapping[str, str], seconds: float) -> float:
    """Return the seconds between two questions that the headers of an answer permit, else those of before."""
    limit, interval = headers.get("x-rate-limit-limit", ""), _INTERVAL.fullmatch(headers.get("x-rate-limit-interval", ""))
    if interval is None or not (limit.isascii() and limit.isdecimal() and 0 < len(limit) < 7 and int(limit)):
        return seconds
    return min(max(seconds, int(interval[1]) / int(limit)), _LONGEST_WAIT)


def _retry_delay(headers: Mapping[str, str], tries: int) -> float:
    """Return the seconds to wait for a busy registry: those that it asks for, else twice as many each time."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 9:
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return float(2**tries)
