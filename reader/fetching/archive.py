"""Ask a web archive for a copy of a page as it was at a time: Memento, https://www.rfc-editor.org/rfc/rfc7089."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final, NamedTuple
from urllib.parse import urljoin

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.fetching.web import FetchedPage, check_status

_SERVICE_STATUS: Final = frozenset({404, 410})
"""What an archive answers that has no copy."""
_REPLAY: Final = lazy_pattern(r"(/\d{14})(/https?:/)")
"""The place in the address of a copy in a Wayback Machine where `id_` asks for the bytes as they were, without a banner."""
_PARAMETER: Final = lazy_pattern(r'\s*;\s*([\w!#$&+.^`|~*-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
_TARGET: Final = lazy_pattern(r"[\s,]*<([^<>]*)>")
_MAX_HEADER_LENGTH: Final = 20_000
_YEAR_ZERO: Final = 1990
"""The year before which there was no web."""


class NoCopy(ReaderError):
    """The lack of a copy in a web archive."""


class HeaderLink(NamedTuple):
    """A link of a Link header (RFC 8288): its target, and its parameters by their names in lower case."""

    target: str
    parameters: Mapping[str, str]

    @property
    def relations(self) -> tuple[str, ...]:
        """The types of relation, in lower case."""
        return tuple(self.parameters.get("rel", "").casefold().split())


class ArchivedPage(NamedTuple):
    """A copy in a web archive: the page, the time of the copy in UTC, and the address that it is a copy of, "" if unknown."""

    page: FetchedPage
    archived_at: str
    original: str


def parse_link_header(value: str) -> Iterator[HeaderLink]:
    """Yield the links of a Link header. A target may hold commas and semicolons; what is no link ends the header."""
    value, position = value[:_MAX_HEADER_LENGTH], 0
    while match := _TARGET.match(value, position):
        position, parameters = match.end(), dict[str, str]()
        while parameter := _PARAMETER.match(value, position):
            text = re.sub(r"\\(.)", r"\1", parameter[2]) if parameter[2] is not None else parameter[3] or ""
            parameters.setdefault(parameter[1].casefold(), text)  # the first counts: RFC 8288, 3.3
            position = parameter.end()
        yield HeaderLink(match[1].strip(), parameters)


def find_copy(
    service: str, address: str, time: datetime | None, fetch: Callable[[str, Mapping[str, str]], FetchedPage]
) -> ArchivedPage:
    """Return the copy of an address that is nearest to a time, the latest without one.

    `service` is the address of a TimeGate, to which that of the page is appended. `fetch` returns the answer of an address,
    redirects followed, whatever its status. Raises NoCopy if there is none, ReaderError if the archive cannot be asked.
    """
    headers = {"Accept-Datetime": format_datetime(time.astimezone(UTC), usegmt=True)} if time is not None else {}
    gate = service if service.endswith(("/", "=", "?")) else f"{service}/"
    answer = fetch(f"{gate}{address}", headers)
    if answer.status in _SERVICE_STATUS:
        raise NoCopy("the archive has no copy")
    check_status(answer)
    archived_at = memento_time(answer)
    if archived_at is None:
        raise NoCopy("the archive has no copy")
    raw_address = _REPLAY.sub(r"\1id_\2", answer.address, count=1)
    if raw_address != answer.address:
        raw = fetch(raw_address, {})
        raw_time = memento_time(raw)
        if raw.status == answer.status and raw_time is not None:
            answer, archived_at = raw, raw_time
    return ArchivedPage(answer, archived_at.strftime("%Y-%m-%dT%H:%M:%SZ"), _original_address(answer))


def memento_time(page: FetchedPage) -> datetime | None:
    """Return the time of the copy that an answer is, in UTC; None if it says of no time that can be, and so is none."""
    time = parse_http_date(page.headers.get("memento-datetime", ""))
    return time if time is not None and time.year >= _YEAR_ZERO and time <= datetime.now(UTC) else None


def parse_http_date(text: str) -> datetime | None:
    """Return the time that a header gives, in UTC; None for what is no time."""
    try:
        time = parsedate_to_datetime(text.strip()[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _original_address(page: FetchedPage) -> str:
    links = parse_link_header(page.headers.get("link", ""))
    target = next((link.target for link in links if "original" in link.relations), "")
    try:
        return urljoin(page.address, target) if target else ""
    except ValueError:
        return ""
