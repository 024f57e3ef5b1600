"""Take web addresses apart. What is no address has no parts: pages name all sorts of things."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urlsplit

from reader.article.lazy_pattern import lazy_pattern

_MAX_SECOND_LEVEL: Final = 3
"""The length up to which a label before the last may be one under which anybody registers names, such as "co" in "co.uk"."""
_ROOT: Final = lazy_pattern(r"(?:/(?:[a-z]{2}(?:[-_][a-zA-Z]{2})?|home|index|default|main|start)(?:\.\w{2,5})?){0,2}/?")


def split_address(address: str) -> SplitResult:
    """Return the parts of an address, empty ones for what is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def host_of(address: str) -> str:
    """Return the host of an address with its port, in lower case; "" if it is no address."""
    return split_address(address).netloc.rpartition("@")[2].casefold()


def is_root(address: str) -> bool:
    """Whether an address is that of the home page of its site, also in one of several languages."""
    parts = split_address(address)
    return not parts.query and _ROOT.fullmatch(parts.path) is not None


def is_same_site(address: str, other: str) -> bool:
    """Whether two addresses are of one site: one host is the other or lies below it, or they share all but the first label."""
    first, second = ((split_address(one).hostname or "").removeprefix("www.") for one in (address, other))
    if not first or not second:
        return False
    if first == second or first.endswith(f".{second}") or second.endswith(f".{first}"):
        return True
    shared, label = first.partition(".")[2], second.partition(".")[2]
    owner, _, end = shared.partition(".")
    return shared == label and bool(end) and len(owner) > _MAX_SECOND_LEVEL and not end.isdigit()
