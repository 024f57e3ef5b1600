"""The works that references name: what CSL-JSON, BibTeX, RIS and a formatted bibliography write of each.

Only what an entry says for certain becomes a field. The entry itself goes along, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from reader.article.model import Reference
from reader.article.names import name_without_initials, strip_accents
from reader.article.reference_identity import plain_words, reference_identity, short_digest
from reader.exchange.report import Report
from reader.printable import printable_line

_INITIALS: Final = re.compile(r"(?:[^\W\d_a-z]\.?[ \-‐‑]?){1,4}")
_GIVEN_NAMES: Final = re.compile(r"[^\W\d_a-z][\w'’.\-‐‑]*(?: [^\W\d_a-z][\w'’.\-‐‑]*){0,3}")
_NO_GIVEN_NAME: Final = re.compile(r"(?:Jr|Sr|Inc|Ltd|LLC|Corp|Co|plc|PLC|GmbH|AG|SA|Office|Division|Department)\b")
_ORGANISATION: Final = re.compile(r"&|\b(?:of|for|on|the|and|für|pour|para|et|und)\b", re.IGNORECASE)
_NOT_IN_KEY: Final = re.compile(r"[^a-z0-9]+")
_RESOLVER: Final = re.compile(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)
_WEB: Final = re.compile(r"(?:(?:https?|ftp)://|www\.)[^\s<>\x00-\x20\x7f-\x9f]+", re.IGNORECASE)
_SITE: Final = re.compile(r"(?:[a-z]+://)?(?:www\.)?([^/?#\s:]*)", re.IGNORECASE)
_AND: Final = re.compile(r"^(?:and|und|et|y|&) ")
_MAX_LABEL: Final = 3
"""The most digits that are a label rather than a title."""
_EDITORS: Final = re.compile(r"^\((?:eds?|hrsg|dirs?)\.?\)[\s.,:]*", re.IGNORECASE)
"""Match what stands between editors and a title."""
_MAX_NAME_WORDS: Final = 16
"""The most words of a name: a remark may begin with more that were taken for one."""
_MAX_KEY_WORDS: Final = 3
_MAX_KEY_NAME: Final = 24
_KEY_DIGITS: Final = 6


class Author(NamedTuple):
    """An author. `given` is "" for an organisation, and for a name whose parts the entry does not tell apart."""

    family: str
    given: str = ""

    @property
    def sorted_name(self) -> str:
        """The name as lists of references have it: "Lee, Anna"."""
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True, slots=True)
class Work:
    """A work, with its fields as single lines of printable text; those that are not known are empty.

    `key` is unique among the works of an export, and the same in every export of the same entry: ASCII letters in lower case,
    digits and a hyphen. `year` has four digits. `entries` are the references that name the work, with their labels, and `text`
    is the first of them without.
    """

    key: str
    authors: tuple[Author, ...] = ()
    year: str = ""
    title: str = ""
    doi: str = ""
    url: str = ""
    entries: tuple[str, ...] = ()
    text: str = ""

    @property
    def is_web_page(self) -> bool:
        """Whether all that is known of the kind of work is that it has a web address."""
        return bool(self.url and not self.doi)

    @property
    def address(self) -> str:
        """The address of the work: that of its DOI if it has one, else its own; "" for none."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url


def collect_works(reports: Iterable[Report]) -> tuple[Work, ...]:
    """Return the works that the references of articles name; of a filtered report, only those that its claims rest on."""
    return works_of(row.entry for report in reports for row in report.reference_choice)


def works_of(references: Iterable[Reference]) -> tuple[Work, ...]:
    """Return the works that references name, in the order of their first references.

    References to the same work are merged; the first that has a field gives it. Notes without author, year, DOI and address
    are left out, as they name no source.
    """
    works: dict[str, Work] = {}
    keys: set[str] = set()
    for entry in references:
        if _is_sourceless_note(entry):
            continue
        identity, work = _identify(entry), _read_work(entry)
        if identity in works:
            works[identity] = _merge(works[identity], work)
            continue
        stem = _key_stem(work)
        key = next(k for digits in (_KEY_DIGITS, None) if (k := f"{stem}-{identity[:digits]}") not in keys)
        keys.add(key)
        works[identity] = replace(work, key=key)
    return tuple(works.values())


def count_sourceless_notes(report: Report) -> int:
    """Return the number of references that `collect_works` leaves out."""
    return sum(_is_sourceless_note(listed.entry) for listed in report.references)


def _is_sourceless_note(entry: Reference) -> bool:
    return entry.remark and not _names(entry)


def _names(entry: Reference) -> tuple[str, ...]:
    """Return the names of the authors of an entry, without the "and" before the last."""
    names = (_AND.sub("", _line(author), count=1) for author in entry.authors)
    return tuple(name for name in names if 0 < len(name.split()) <= _MAX_NAME_WORDS)


def _identify(entry: Reference) -> str:
    """Return the identity of a work. Without a DOI and an address, equal titles of other authors or years are other works."""
    identity = reference_identity(entry)
    return identity if entry.doi or entry.url else short_digest("\n".join((identity, entry.year, *entry.authors)))


def _read_work(entry: Reference) -> Work:
    url = entry.url if _WEB.fullmatch(entry.url) and not (entry.doi and _RESOLVER.match(entry.url)) else ""
    label, text = f"[{_line(entry.label)}] " if entry.label else "", _line(entry.text)
    return Work(
        key="",
        authors=_split_names(_names(entry)),
        year=entry.year if re.fullmatch(r"[0-9]{4}", entry.year) else "",
        title="" if _is_label(entry.title) else _EDITORS.sub("", _line(entry.title), count=1),
        doi=_line(entry.doi),
        url=_line(url),
        entries=(f"{label}{text}",),
        text=text,
    )


def _is_label(title: str) -> bool:
    words = plain_words(title)
    return not words or (words.isdecimal() and len(words) <= _MAX_LABEL)


def _merge(first: Work, other: Work) -> Work:
    return replace(
        first,
        authors=first.authors or other.authors,
        year=first.year or other.year,
        title=first.title or other.title,
        doi=first.doi or other.doi,
        url=first.url or other.url,
        entries=tuple(dict.fromkeys((*first.entries, *other.entries))),
    )


def _split_names(names: tuple[str, ...]) -> tuple[Author, ...]:
    """Return authors whose names are split where that is certain.

    Initials without stops are certain only if each of several names ends with some: "Lee AB, Doe C", but not "Amnesty UK".
    """
    are_initials_last = len(names) > 1 and all("," in name or name_without_initials(name) != name for name in names)
    return tuple(_split_name(name, are_initials_last) for name in names)


def _split_name(name: str, are_initials_last: bool) -> Author:
    if _ORGANISATION.search(name):
        return Author(name)
    if "," in name:
        family, given = (part.strip() for part in name.split(",", 1))
        is_person = family and _GIVEN_NAMES.fullmatch(given) and not _NO_GIVEN_NAME.match(given)
        return Author(family, given) if is_person else Author(name)
    family = name_without_initials(name)
    if name.endswith(family):
        given = name[: len(name) - len(family)].strip()
        return Author(family, given)
    initials = name[len(family) :].strip()
    is_certain = _INITIALS.fullmatch(initials) and (are_initials_last or "." in initials)
    return Author(family, initials) if is_certain else Author(name)


def _key_stem(work: Work) -> str:
    """Return what people recognise in a key: the first author, title or site, in up to three words, and the year."""
    name = work.authors[0].family.partition(",")[0] if work.authors else work.title or _site(work.url)
    words = "".join(strip_accents(plain_words(name)).casefold().split()[:_MAX_KEY_WORDS])
    stem = _NOT_IN_KEY.sub("", words)[:_MAX_KEY_NAME]
    return f"{stem if stem[:1].isalpha() else f'work{stem}'}{work.year}"


def _site(url: str) -> str:
    match = _SITE.match(url)
    return match[1] if match else ""


def _line(text: str) -> str:
    return printable_line(" ".join(text.split()))
