"""References that name the same source twice, and different ones that bear the same DOI.

What is told apart on purpose stays apart: other numbers (volumes, pages, years), other addresses, other DOIs. Footnotes repeat
their sources by custom, and notes those of a bibliography, so neither is compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

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

Key = Callable[[Reference], str]


def doubles(references: Sequence[Reference]) -> Iterator[Finding]:
    """Yield one finding for every reference that repeats one before it, or has its DOI though it is another."""
    listed = [reference for reference in references if not reference.remark and not reference.id.startswith("^")]
    found: dict[str, Finding] = {}
    for key, compare in ((_doi, _same_doi), (_address, _same_address), (_title, _same_title), (_numbers, _same_text)):
        for first, second in _pairs(listed, key):
            if second.id not in found and (finding := compare(first, second)):
                found[second.id] = finding
    yield from found.values()


def _pairs(references: Sequence[Reference], key: Key) -> Iterator[tuple[Reference, Reference]]:
    """Yield the pairs with the same key, each reference with those before it, the first of them first."""
    groups: defaultdict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        if name := key(reference):
            group = groups[f"{reference.label.isdecimal()}\n{name}"]
            yield from ((before, reference) for before in group)
            group.append(reference)


def _doi(reference: Reference) -> str:
    return reference.doi


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


def _numbers(reference: Reference) -> str:
    """Return the numbers of an entry: only entries with the same can be the same. "" for one that has too few words."""
    bare = _NO_WORDS.sub(" ", reference.text)
    numbers = _NUMBER.findall(bare)
    return " ".join(numbers) if numbers and len(_words(reference)) >= _FEWEST_WORDS else ""


def _words(reference: Reference) -> frozenset[str]:
    return frozenset(plain_words(_NO_WORDS.sub(" ", reference.text)).split())


def _same_doi(first: Reference, second: Reference) -> Finding:
    if _alike(first, second):
        return _twice(first, second, "they have the same DOI")
    text = f"{called(second)} has the DOI of {called(first)}, {first.doi}, but is called otherwise: {excerpt(_name(second))}"
    return _finding(SHARED_DOI, first, second, text)


def _same_address(first: Reference, second: Reference) -> Finding | None:
    if first.doi != second.doi and first.doi and second.doi:
        return None
    alike = _alike(first, second) and _same_pages(first, second)
    return _twice(first, second, "they have the same address") if alike else None


def _same_title(first: Reference, second: Reference) -> Finding | None:
    apart = _differ(first.doi, second.doi) or _differ(_address(first), _address(second))
    return None if apart or not _same_pages(first, second) else _twice(first, second, "author, year and title are the same")


def _same_text(first: Reference, second: Reference) -> Finding | None:
    if _differ(first.doi, second.doi) or _differ(_address(first), _address(second)):
        return None
    alike = _share(_words(first), _words(second)) >= _ALIKE and _share(_titled(first), _titled(second)) >= _ALIKE
    return _twice(first, second, "they say nearly the same") if alike else None


def _alike(first: Reference, second: Reference) -> bool:
    """Whether most words of one title stand in the other entry: what the two are about is the same."""
    one, two = _titled(first), _titled(second)
    return len(one & _words(second)) >= len(one) * _SHARE_OF_TITLE or len(two & _words(first)) >= len(two) * _SHARE_OF_TITLE


def _same_pages(first: Reference, second: Reference) -> bool:
    """Whether two entries have the same numbers, or one of them no more than a part of the other's."""
    one, two = (frozenset(_NUMBER.findall(_NO_WORDS.sub(" ", r.text))) for r in (first, second))
    return one <= two or two <= one


def _differ(one: str, two: str) -> bool:
    return bool(one and two) and one != two


def _titled(reference: Reference) -> frozenset[str]:
    return frozenset(plain_words(_name(reference)).split())


def _name(reference: Reference) -> str:
    return reference.title or reference.text


def _share(one: frozenset[str], two: frozenset[str]) -> float:
    """Return how much of the words of both is common to both, from 0 to 1."""
    together = len(one | two)
    return len(one & two) / together if together else 1.0


def _twice(first: Reference, second: Reference, why: str) -> Finding:
    return _finding(LISTED_TWICE, first, second, f"{called(second)} repeats {called(first)}: {why}.")


def _finding(kind: str, first: Reference, second: Reference, text: str) -> Finding:
    return Finding(kind, second.span, second.id, text, also=(first.span,) if first.span else ())
