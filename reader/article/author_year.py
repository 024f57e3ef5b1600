"""Markers that name authors and years: "(Smith & Lee, 2020; Doe 2019a)", "Smith et al. (2007, 2014)"."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from reader.article.lazy import lazy
from reader.article.model import Citation, Reference
from reader.article.references import surname

_YEAR = r"(?:(?:1[5-9]|20)\d\d|n\. ?d\.)"
_UNDATED = "n.d."
_GROUP = lazy(rf"[(\[]([^()\[\]]{{0,400}}?(?<!\w){_YEAR}[^()\[\]]{{0,400}})[)\]]")
_PART = lazy(
    rf"^(?P<names>.*?)[,\s(]*(?<!\w)(?P<years>{_YEAR}[a-z]?(?!\w)(?:\s?[,/&]\s?(?:{_YEAR}[a-z]?|[a-z])(?!\w))*)", re.DOTALL
)
_EACH_YEAR = lazy(rf"({_YEAR})?([a-z])?")
_CAPITAL = "A-ZÀ-ÖØ-ÞĀ-Ž"
_NAME = rf"(?:(?:van|von|der|den|de|del|della|di|da|dos|la|le|ten|ter|el|al|bin) )*[{_CAPITAL}][\w'’\-]+"
_NAMES_AT_END = lazy(
    rf"(?<![\w'’\-]){_NAME}(?:(?:,? (?:and|&|und|et|y) |, | ){_NAME})*"
    r"(?:,? (?:et al\.?|and (?:colleagues|others|co-?workers)))?"
    r"(?:['’]s?)?[\s,]{0,3}$"
)
_POSSESSIVE = lazy(r"(?:['’]s?)?[\s,]*$")
_FIRST = lazy(r",? et al|,? (?:and|&|und|et|y) |, ")
_SURE = lazy(rf"{_NAME}(?:,? et al\.?|,? (?:and|&) {_NAME})$")
_NO_NAMES = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Autumn|Fall|Winter|"
    "Figure|Fig|Table|Chapter|Section|Part|Volume|Since|Until|From|Before|After|In|Of|And|The|Early|Late|Updated|Published"
)
_ALONE = lazy(rf"(?!(?:{_NO_NAMES})\b){_NAME}, {_YEAR}[a-z]?")
_FEWEST = 3
_WINDOW = 120
_MOST_WORDS = 5
_LONGEST_REMARK = 32  # what may stand beside the names in a bracket that is a marker as a whole


def author_year_citations(text: str, references: Sequence[Reference]) -> list[Citation]:
    """Return the markers of `text` that name authors and years, in order.

    Authors and a year that no reference has are told as missing only when they can be nothing else: "Smith et al., 2020"; and
    "(Brandt, 2018)" where others of that form have their references.
    """
    index = _Index(references)
    found: list[Citation] = []
    for match in _GROUP.finditer(text) if index else ():
        parts = list(_parts(text, match, index))
        if parts:
            ids = dict.fromkeys(name for part in parts for name in part.ids)
            missing = dict.fromkeys(name for part in parts for name in part.missing)
            start, end = parts[0].start, parts[-1].end
            if start < match.start() or match.end() - match.start() - (end - start) <= _LONGEST_REMARK:
                start, end = min(start, match.start()), match.end()
            found.append(Citation(start, end, tuple(ids), tuple(missing), "author-year"))
    in_use = sum(len(citation.references) > 0 for citation in found) >= _FEWEST
    return [c for c in found if in_use or c.references or not _ALONE.fullmatch(text, c.start + 1, c.end - 1)]


class _Part(NamedTuple):
    """Names and years between two semicolons: their range, the references they mean, and what no reference has."""

    start: int
    end: int
    ids: list[str]
    missing: list[str]


def _parts(text: str, group: re.Match[str], index: _Index) -> Iterator[_Part]:
    """Yield what the brackets of `group` name; bare years belong to the names in front of the bracket."""
    begin = group.start(1)
    for place, part in enumerate(group[1].split(";")):
        read = _PART.match(part)
        if read is not None:
            names = _NAMES_AT_END.search(read["names"])
            start = begin + (names.start() if names else read.start("years"))
            called = read["names"]
            if not called.strip() and place == 0:
                start, called = _narrative(text, group.start(), index, read["years"])
            ids, missing = index.look_up(" ".join(called.split()), read["years"])
            if not ids and _ALONE.fullmatch(group[1]):
                missing = [" ".join(group[1].replace(",", " ").split())]
            if ids or missing:
                yield _Part(start, begin + read.end("years"), ids, missing)
        begin += len(part) + 1


def _narrative(text: str, bracket: int, index: _Index, years: str) -> tuple[int, str]:
    """Return where the names in front of a bracket begin, and the names; the bracket's place and "" without any."""
    window = text[max(0, bracket - _WINDOW) : bracket]
    found = _NAMES_AT_END.search(window)
    if found is not None:
        names = _POSSESSIVE.sub("", found[0])
        for word in re.finditer(rf"(?<![\w'’\-]){_NAME}", names):
            if index.look_up(names[word.start() :], years)[0]:
                return bracket - len(window) + found.start() + word.start(), names[word.start() :]
    return bracket, ""


class _Index:
    """References by the family name of the first author (or the organisation) and the year, with and without its letter."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self._ids: defaultdict[tuple[str, str], list[Reference]] = defaultdict(list)
        for reference in references:
            if reference.authors:
                for key in _keys(reference.authors[0]):
                    for year in _years_of(reference):
                        self._ids[key, year].append(reference)

    def __bool__(self) -> bool:
        return bool(self._ids)

    def look_up(self, names: str, years: str) -> tuple[list[str], list[str]]:
        """Return the ids that "Smith & Lee", "2007, 2014" stand for, and what should be there and isn't."""
        found: list[str] = []
        missing: list[str] = []
        for year in _each_year(years):
            ids = self._one(names, year)
            found += ids
            if not ids and _SURE.search(names):
                missing.append(f"{names} {year}")
        return found, missing

    def _one(self, names: str, year: str) -> list[str]:
        if whole := self._ids.get((_folded(names), year)):
            return [whole[0].id]
        words = _FIRST.split(names, maxsplit=1)[0].split()
        others = _folded(names[len(" ".join(words)) :])
        for count in range(min(len(words), _MOST_WORDS), 0, -1):
            hits = self._ids.get((_folded(" ".join(words[-count:])), year), [])
            if hits:
                fitting = [r.id for r in hits if _fits(r, others)]
                return fitting or [r.id for r in hits[:1]]
        return []


def _fits(reference: Reference, others: str) -> bool:
    """Whether the names after the first one in a marker are this reference's."""
    count = len(reference.authors)
    if "et al" in others:
        return count > 1
    return count > 1 and _folded(surname(reference.authors[1])) in others if others.strip(" ,") else count < 2 or not others


def _keys(author: str) -> set[str]:
    """Return what a marker may call an author by: the family name, all of it, its last word, an organisation's initials."""
    words = author.split()
    keys = {_folded(surname(author)), _folded(author)}
    if "," not in author and words:
        keys.add(_folded(words[-1]))
    capitals = "".join(word[0] for word in words if word[0].isupper())
    if len(capitals) > 2 and "," not in author:
        keys.add(_folded(capitals))
    return keys


def _years_of(reference: Reference) -> set[str]:
    """Return the year as a marker may give it: with and without its letter; "n.d." where the entry has none."""
    if not reference.year:
        return {_UNDATED}
    letter = re.search(rf"\b{reference.year}([a-z])\b", reference.text)
    return {reference.year, reference.year + letter[1]} if letter else {reference.year}


def _each_year(years: str) -> Iterator[str]:
    """Yield 2007, 2014 of "2007, 2014", and 2019a, 2019b of "2019a,b"."""
    last = ""
    for match in _EACH_YEAR.finditer(years):
        if match[1]:
            last = match[1].replace(" ", "")
        if match[0] and last:
            yield last + (match[2] or "")


def _folded(name: str) -> str:
    if not name.isascii():
        name = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    return " ".join(name.casefold().replace("’", "'").split())
