"""Find author-year citations: "(Smith & Lee, 2020; Doe 2019a)", "Smith et al. (2007, 2014)", "according to Doe, 2019a"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Citation, Reference
from reader.article.ranges import Ranges
from reader.article.reference_identity import strip_accents
from reader.article.references import surname

_YEAR = r"(?:(?:1[5-9]|20)\d\d|n\. ?d\.|in press|forthcoming)"
_UNDATED = "n.d."
_BRACKET_GROUP = lazy_pattern(rf"[(\[]([^()\[\]]{{0,400}}?(?<!\w){_YEAR}[^()\[\]]{{0,400}})[)\]]")
_YEARS = (
    rf"(?<!\w){_YEAR}[a-z]?(?!\w)"
    rf"(?:(?:(?:\s?[,/&]|\s(?:and|und|et|y)(?=\s))\s?(?:{_YEAR}[a-z]?|[a-z](?!\. ?\d))|[–-][a-z])(?!\w))*"
)
_NAMES_AND_YEARS = lazy_pattern(rf"(?P<names>.*?)[,\s(]*(?P<years>{_YEARS})", re.DOTALL)
_IN_TEXT = lazy_pattern(rf"[ \n](?=[12nif])(?P<years>{_YEARS})")
_SINGLE_YEAR = lazy_pattern(rf"({_YEAR})?([a-z])?")
_CAPITAL = "A-ZÀ-ÖØ-ÞĀ-Ž"
_NAME = rf"(?:(?:van|von|der|den|de|del|della|di|da|dos|la|le|ten|ter|el|al|bin) )*[{_CAPITAL}][\w'’\-]+"
_NAMES_AT_END = lazy_pattern(
    rf"(?<![\w'’\-]){_NAME}(?:(?:,? (?:and|&|und|et|y) |, | |/){_NAME})*"
    r"(?:,? (?:et al\.?|and (?:colleagues|others|co-?workers)))?"
    r"(?:['’]s?| \[[^\[\]]{1,20}\])?[\s,]{0,3}$"
)
_POSSESSIVE = lazy_pattern(r"(?:['’]s?| \[[^\[\]]*\])?[\s,]*$")
_FIRST_NAME_END = lazy_pattern(r",? et al|,? (?:and|&|und|et|y) |, |/")
_CERTAIN_NAMES = lazy_pattern(rf"{_NAME}(?:,? et al\.?|,? (?:and|&) {_NAME})$")
_NO_NAMES = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Autumn|Fall|Winter|"
    "Figure|Fig|Table|Chapter|Section|Part|Volume|Since|Until|From|Before|After|In|Of|And|The|Early|Late|Updated|Published"
)
_LONE_NAME_AND_YEAR = lazy_pattern(rf"(?!(?:{_NO_NAMES})\b){_NAME}, {_YEAR}[a-z]?")
_NAME_LEAD = lazy_pattern(r"(?:(?:see|cf|e\.g|i\.e|also|for example)\b[.,]*\s*)+", re.IGNORECASE)
_NAMES_WITH_YEAR = lazy_pattern(r"[^\W\d_][^\d()\[\]]{0,79}")
_MIN_CITATIONS = 3
_MAX_NAMES_LENGTH = 120
_MAX_NAME_WORDS = 5
_MAX_LEAD_LENGTH = 20
"""The longest lead-in that is still part of a bracketed citation: "(see, for example, Doe 2019)"."""
_MAX_REMARK_LENGTH = 32
"""The longest remark that is still part of a bracketed citation: "(Doe 2019, for a survey)"."""


def author_year_citations(text: str, references: Sequence[Reference]) -> list[Citation]:
    """Return the citations in `text` that name authors and years, in order.

    Authors and a year without a reference are reported as missing only if they are clearly a citation, as in "Smith et al.,
    2020". A single name, as in "(Brandt, 2018)", also requires that other author-year citations are resolved.
    """
    index = _AuthorYearIndex(references)
    citations: list[Citation] = []
    for match in _BRACKET_GROUP.finditer(text) if index else ():
        parts = list(_group_parts(text, match, index))
        if parts:
            ids = dict.fromkeys(name for part in parts for name in part.ids)
            missing = dict.fromkeys(name for part in parts for name in part.missing)
            start, end = parts[0].start, parts[-1].end
            before, after = start - match.start(), match.end() - end
            if before <= _MAX_LEAD_LENGTH and after <= _MAX_REMARK_LENGTH:
                start, end = min(start, match.start()), match.end()
            citations.append(Citation(start, end, tuple(ids), tuple(missing), "author-year"))
    if index:
        citations = sorted(
            [*citations, *_find_unbracketed(text, index, Ranges(citations))], key=lambda citation: citation.start
        )
    is_in_use = sum(len(citation.references) > 0 for citation in citations) >= _MIN_CITATIONS
    return [
        c for c in citations if is_in_use or c.references or not _LONE_NAME_AND_YEAR.fullmatch(text, c.start + 1, c.end - 1)
    ]


def find_author_years(marker: str) -> list[str]:
    """Split a marker into names with a year: "(see Lee 2020, 2021; Doe 2019, p. 4)" gives "Lee 2020", "Lee 2021", "Doe 2019".

    Return an empty list if the marker contains other text.
    """
    calls: list[str] = []
    names = ""
    for part in marker.strip("()[] ").split(";"):
        for match in _each_names_and_years(part):
            names = _NAME_LEAD.sub("", " ".join(match["names"].split()), count=1).strip(" ,(–-") or names
            if not _NAMES_WITH_YEAR.fullmatch(names):
                return []
            calls += (f"{names} {year}" for year in _each_year(match["years"]))
    return calls


class _GroupPart(NamedTuple):
    """Names and years between two semicolons: their range, the ids of their references, and labels without a reference."""

    start: int
    end: int
    ids: list[str]
    missing: list[str]


def _group_parts(text: str, group: re.Match[str], index: _AuthorYearIndex) -> Iterator[_GroupPart]:
    """Yield the parts of a bracket. Bare years belong to the names before them, inside the bracket or in front of it."""
    offset = group.start(1)
    last_names = ""
    for place, part in enumerate(group[1].split(";")):
        for match in _each_names_and_years(part):
            names = _NAMES_AT_END.search(match["names"])
            start = offset + (match.start() + names.start() if names else match.start("years"))
            if own_names := match["names"].strip(" ,\n"):
                last_names = " ".join(own_names.split())
            elif not last_names and not place:
                start, last_names = _find_names_before(text, group.start(), index, match["years"])
            ids, missing = index.look_up(last_names, match["years"])
            if not ids and names is not None:
                names_start, names_in_front = _find_names_before(
                    text, offset + match.start() + names.end(), index, match["years"]
                )
                if names_in_front:
                    start, (ids, missing) = names_start, index.look_up(names_in_front, match["years"])
            if not ids and _LONE_NAME_AND_YEAR.fullmatch(group[1]):
                missing = [" ".join(group[1].replace(",", " ").split())]
            if ids or missing:
                yield _GroupPart(start, offset + match.end("years"), ids, missing)
        offset += len(part) + 1


def _each_names_and_years(part: str) -> Iterator[re.Match[str]]:
    match = _NAMES_AND_YEARS.match(part)
    while match is not None:
        yield match
        match = _NAMES_AND_YEARS.match(part, match.end())


def _find_names_before(text: str, end: int, index: _AuthorYearIndex, years: str) -> tuple[int, str]:
    """Return the start of the names that end at `end`, and as many of them as match a reference of these years.

    Return `end` and "" if no names match.
    """
    window = text[max(0, end - _MAX_NAMES_LENGTH) : end]
    match = _NAMES_AT_END.search(window)
    if match is not None:
        names = _POSSESSIVE.sub("", match[0])
        for word in re.finditer(rf"(?<![\w'’\-]){_NAME}", names):
            candidate = " ".join(names[word.start() :].split())
            if index.look_up(candidate, years)[0]:
                return end - len(window) + match.start() + word.start(), candidate
    return end, ""


def _find_unbracketed(text: str, index: _AuthorYearIndex, bracketed: Ranges) -> Iterator[Citation]:
    """Yield citations without brackets of their own, "Doe, 2019a", if a reference has these names and years."""
    for match in _IN_TEXT.finditer(text):
        if not bracketed.contains(match.start("years")) and index.has_year(match["years"]):
            start, names = _find_names_before(text, match.start(), index, match["years"])
            if names and not bracketed.contains(start):
                yield Citation(start, match.end(), tuple(index.look_up(names, match["years"])[0]), (), "author-year")


class _AuthorYearIndex:
    """Index of references by the first author's family name (or the organisation) and the year, with and without its letter."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self._ids: defaultdict[tuple[str, str], list[Reference]] = defaultdict(list)
        self._lettered: set[str] = set()
        for reference in references:
            if reference.authors:
                years = _reference_years(reference)
                if len(years) > 1:
                    self._lettered.add(reference.id)
                for key in _author_keys(reference.authors[0]):
                    for year in years:
                        self._ids[key, year].append(reference)
        self._years = {year for _, year in self._ids}

    def __bool__(self) -> bool:
        return bool(self._ids)

    def has_year(self, years: str) -> bool:
        """Whether any reference has one of these years."""
        return any(year in self._years for year in _each_year(years))

    def look_up(self, names: str, years: str) -> tuple[list[str], list[str]]:
        """Return the ids for names and years such as "Smith & Lee", "2007, 2014", and the labels without a reference."""
        ids: list[str] = []
        missing: list[str] = []
        for year in _each_year(years):
            year_ids = self._find_year(names, year)
            ids += year_ids
            if not year_ids and _CERTAIN_NAMES.search(names):
                missing.append(f"{names} {year}")
        return ids, missing

    def _find_year(self, names: str, year: str) -> list[str]:
        """Return the ids for one year. A letter that no entry has is ignored: the list may have lost it."""
        ids = self._find_exact_year(names, year)
        if not ids and year[-1:].isalpha():
            return [name for name in self._find_exact_year(names, year[:-1]) if name not in self._lettered]
        return ids

    def _find_exact_year(self, names: str, year: str) -> list[str]:
        if full_matches := self._ids.get((_fold_name(names), year)):
            return [full_matches[0].id]
        words = _FIRST_NAME_END.split(names, maxsplit=1)[0].split()
        others = _fold_name(names[len(" ".join(words)) :])
        for count in range(min(len(words), _MAX_NAME_WORDS), 0, -1):
            hits = self._ids.get((_fold_name(" ".join(words[-count:])), year), [])
            if hits:
                matching_ids = [r.id for r in hits if _has_coauthors(r, others)]
                return matching_ids or [r.id for r in hits[:1]]
        return []


def _has_coauthors(reference: Reference, others: str) -> bool:
    """Whether the names after the first one in a marker match the reference's other authors."""
    count = len(reference.authors)
    if "et al" in others:
        return count > 1
    return count > 1 and _fold_name(surname(reference.authors[1])) in others if others.strip(" ,") else count < 2 or not others


def _author_keys(author: str) -> set[str]:
    """Return the names a marker may use for an author: family name, full name, last word, initials of an organisation."""
    words = author.split()
    keys = {_fold_name(surname(author)), _fold_name(author)}
    if "," not in author and words:
        keys.add(_fold_name(words[-1]))
    capitals = "".join(word[0] for word in words if word[0].isupper())
    if len(capitals) > 2 and "," not in author:
        keys.add(_fold_name(capitals))
    return keys


def _reference_years(reference: Reference) -> set[str]:
    """Return the year with and without its letter, or "n.d." if the entry has none."""
    if not reference.year:
        return {_UNDATED}
    letter = re.search(rf"\b{reference.year}([a-z])\b", reference.text)
    return {reference.year, reference.year + letter[1]} if letter else {reference.year}


def _each_year(years: str) -> Iterator[str]:
    """Yield 2007, 2014 for "2007, 2014", and 2019a, 2019b for "2019a,b"."""
    last = ""
    for match in _SINGLE_YEAR.finditer(years):
        if match[1]:
            last = match[1] if match[1].isdecimal() else _UNDATED
        if match[0] and last:
            yield last + (match[2] or "")


def _fold_name(name: str) -> str:
    return " ".join(strip_accents(name).casefold().replace("’", "'").split())
