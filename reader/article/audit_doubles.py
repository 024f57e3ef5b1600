"""References that name the same source twice, and different ones that bear the same DOI.

What is told apart on purpose stays apart: other numbers (volumes, pages, years), other addresses, other DOIs. Footnotes repeat
their sources by custom, and notes those of a bibliography, so neither is compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from reader.article.finding import LISTED_TWICE, SHARED_DOI, Finding, called, excerpt
from reader.article.identity import plain_words
from reader.article.lazy import lazy
from reader.article.model import Reference
from reader.article.references import surname

_NUMBER = lazy(r"\d+")
_ADDRESS = lazy(r"(?:https?://)?(?:www\.)?(.*)", re.IGNORECASE)
_NO_WORDS = lazy(r"(?:https?://|www\.|doi:|10\.\d{4,9}/)\S+", re.IGNORECASE)
_ALIKE = 0.85
_SHARE_OF_TITLE = 0.75
_FEWEST_WORDS = 6
_FEWEST_WORDS_OF_A_TITLE = 4
_MOST_COMPARED = 200
"""With how many of those before it, that it may repeat, an entry is compared: where there are more, the key tells little."""


class _Entry(NamedTuple):
    """A reference with what it is compared by, read once: DOI, address, title, words, those of its title, numbers."""

    reference: Reference
    doi: str
    address: str
    title: str
    words: frozenset[str]
    titled: frozenset[str]
    numbers: tuple[str, ...]

    @property
    def called_by_numbers(self) -> str:
        """The numbers of the entry: only entries with the same can be the same. "" for one that has too few words."""
        return " ".join(self.numbers) if len(self.words) >= _FEWEST_WORDS else ""


def doubles(references: Sequence[Reference]) -> Iterator[Finding]:
    """Yield one finding for every reference that repeats one before it, or has its DOI though it is another."""
    listed = [_entry(reference) for reference in references if not reference.remark and not reference.id.startswith("^")]
    found: dict[str, Finding] = {}
    ways: tuple[tuple[_Key, _Compare], ...] = (
        (lambda entry: entry.doi, _same_doi),
        (lambda entry: entry.address, _same_address),
        (lambda entry: entry.title, _same_title),
        (lambda entry: entry.called_by_numbers, _same_text),
    )
    for key, compare in ways:
        for first, second in _pairs(listed, key):
            name = second.reference.id
            if name not in found and (finding := compare(first, second)):
                found[name] = finding
    yield from found.values()


_Key = Callable[[_Entry], str]
_Compare = Callable[[_Entry, _Entry], Finding | None]


def _pairs(entries: Sequence[_Entry], key: _Key) -> Iterator[tuple[_Entry, _Entry]]:
    """Yield the pairs with the same key, each entry with the first of those before it, in order."""
    groups: defaultdict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        if name := key(entry):
            group = groups[f"{entry.reference.label.isdecimal()}\n{name}"]
            yield from ((before, entry) for before in group)
            if len(group) < _MOST_COMPARED:
                group.append(entry)


def _entry(reference: Reference) -> _Entry:
    bare = _NO_WORDS.sub(" ", reference.text)
    return _Entry(
        reference,
        reference.doi,
        _address(reference),
        _title(reference),
        frozenset(plain_words(bare).split()),
        frozenset(plain_words(_name(reference)).split()),
        tuple(_NUMBER.findall(bare)),
    )


def _address(reference: Reference) -> str:
    """Return an address as it is compared, "" for one that is only a host, as a home page may be the address of many things."""
    match = _ADDRESS.match(reference.url.strip())
    address = match[1].rstrip("/") if match else ""
    host, slash, path = address.partition("/")
    return f"{host.casefold()}/{path}" if slash and path else ""


def _title(reference: Reference) -> str:
    title = plain_words(reference.title)
    if len(title.split()) < _FEWEST_WORDS_OF_A_TITLE or not reference.authors or not reference.year:
        return ""
    if title not in plain_words(reference.text):
        return ""  # a short note, which was told by its importer what it stands for
    return f"{plain_words(surname(reference.authors[0]))}\n{reference.year}\n{title}"


def _name(reference: Reference) -> str:
    return reference.title or reference.text


def _same_doi(first: _Entry, second: _Entry) -> Finding:
    if _alike(first, second):
        return _twice(first, second, "they have the same DOI")
    one, two = first.reference, second.reference
    text = f"{called(two)} has the DOI of {called(one)}, {one.doi}, but is called otherwise: {excerpt(_name(two))}"
    return _finding(SHARED_DOI, first, second, text)


def _same_address(first: _Entry, second: _Entry) -> Finding | None:
    if _differ(first.doi, second.doi):
        return None
    alike = _alike(first, second) and _same_pages(first, second)
    return _twice(first, second, "they have the same address") if alike else None


def _same_title(first: _Entry, second: _Entry) -> Finding | None:
    apart = _differ(first.doi, second.doi) or _differ(first.address, second.address)
    return None if apart or not _same_pages(first, second) else _twice(first, second, "author, year and title are the same")


def _same_text(first: _Entry, second: _Entry) -> Finding | None:
    if _differ(first.doi, second.doi) or _differ(first.address, second.address):
        return None
    alike = _share(first.words, second.words) >= _ALIKE and _share(first.titled, second.titled) >= _ALIKE
    return _twice(first, second, "they say nearly the same") if alike else None


def _alike(first: _Entry, second: _Entry) -> bool:
    """Whether most words of one title stand in the other entry: what the two are about is the same."""
    one, two = first.titled, second.titled
    return len(one & second.words) >= len(one) * _SHARE_OF_TITLE or len(two & first.words) >= len(two) * _SHARE_OF_TITLE


def _same_pages(first: _Entry, second: _Entry) -> bool:
    """Whether two entries have the same numbers, or one of them no more than a part of the other's."""
    one, two = frozenset(first.numbers), frozenset(second.numbers)
    return one <= two or two <= one


def _differ(one: str, two: str) -> bool:
    return bool(one and two) and one != two


def _share(one: frozenset[str], two: frozenset[str]) -> float:
    """Return how much of the words of both is common to both, from 0 to 1."""
    together = len(one | two)
    return len(one & two) / together if together else 1.0


def _twice(first: _Entry, second: _Entry, why: str) -> Finding:
    return _finding(LISTED_TWICE, first, second, f"{called(second.reference)} repeats {called(first.reference)}: {why}.")


def _finding(kind: str, first: _Entry, second: _Entry, text: str) -> Finding:
    span = first.reference.span
    return Finding(kind, second.reference.span, second.reference.id, text, also=(span,) if span else ())
