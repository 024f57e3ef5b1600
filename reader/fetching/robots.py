"""Obey the robots.txt of each host (RFC 9309), which is asked for once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlunsplit

from reader.errors import ReaderError
from reader.fetching.addresses import split_address
from reader.fetching.connections import PrivateAddress
from reader.fetching.outcomes import BudgetSpent, RobotsForbidden
from reader.fetching.turns import hold_lock
from reader.fetching.web import FetchedPage, TooManyRedirects
from reader.formats.progress import Cancelled

if TYPE_CHECKING:
    from protego import Protego

ROBOTS_NAME: Final = "claim-reader"
"""The name by which a robots.txt speaks of this program: the product token of its user agent."""
MAX_ROBOTS_SIZE: Final = 512_000
"""The most bytes of a robots.txt that are read. RFC 9309, 2.5, asks for 500 KiB at least."""
_AGENT: Final = re.compile(r"\s*user[\s-]*agent[\s:]*", re.IGNORECASE)
_OTHER_NAME: Final = "others"
MAX_ROBOTS_REDIRECTS: Final = 5
_TOO_MANY_REQUESTS: Final = 429


class _Site:
    """A site, and the rules of its robots.txt once they were asked for; `failure` is why they could not be read, or ""."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_known = False
        self.rules: Protego | None = None
        self.failure = ""


class RobotsRules:
    """The rules of all sites that are visited by the threads of one run.

    `fetch` returns the answer of an address whatever its status, and raises ReaderError if there is none.
    """

    def __init__(self, fetch: Callable[[str], FetchedPage]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._sites: dict[str, _Site] = {}

    def check(self, address: str) -> None:
        """Raise RobotsForbidden for an address that its site forbids, ReaderError if the site does not say what it forbids."""
        parts = split_address(address)
        home = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2].casefold(), "", "", ""))
        with self._lock:
            site = self._sites.setdefault(home, _Site())
        with hold_lock(site.lock):
            if not site.is_known:
                self._read_rules(site, f"{home}/robots.txt")
        if site.failure:
            raise ReaderError(site.failure, "Try again later, or open it in a browser, save it there and open the file")
        if site.rules is not None and not site.rules.can_fetch(address, ROBOTS_NAME):
            raise RobotsForbidden(
                f"The robots.txt of {parts.hostname} forbids programs to fetch {address}",
                "Open it in a browser, save it there and open the file",
            )

    def _read_rules(self, site: _Site, address: str) -> None:
        """Read the rules of a site: none where it has no such file, all forbidden where it cannot be asked (2.3.1)."""
        try:
            answer = self._fetch(address)
        except (Cancelled, BudgetSpent, PrivateAddress):
            raise
        except TooManyRedirects:
            pass
        except ReaderError as error:
            site.failure = f"{error.what}, so nothing was fetched there"
        else:
            if answer.status == _TOO_MANY_REQUESTS or answer.status >= 500:
                site.failure = f"{address} answered {answer.status}, so nothing was fetched there"
            elif answer.status < 300:
                site.rules = parse_rules(answer.data)
        site.is_known = True


def parse_rules(data: bytes) -> Protego | None:
    """Return the rules in a robots.txt, None for a page that a server gives in its place."""
    from protego import Protego

    text = data.decode("utf-8-sig", "replace")
    if len(data) >= MAX_ROBOTS_SIZE:
        text = text[: text.rfind("\n") + 1]  # the last line may be cut
    if text.lstrip().startswith("<"):
        return None
    return Protego.parse("\n".join(map(_unite_others, text.splitlines())))


def _unite_others(line: str) -> str:
    """Return a line of a robots.txt with one name for all other programs: each name of a group costs as much as its rules."""
    if (agent := _AGENT.match(line)) is None:
        return line
    name = line[agent.end() :].partition("#")[0].strip().lower().replace("*", "")
    return line if ROBOTS_NAME.startswith(name) else f"User-agent: {_OTHER_NAME}"
