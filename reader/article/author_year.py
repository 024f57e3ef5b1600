"""Find author-year citations: "(Smith & Lee, 2020; Doe 2019a)", "Smith et al. (2007, 2014)", "according to Doe, 2019a"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from reader.article.citation_words import JOINS, LEADS, OTHERS, UNSPACED, UNSPACED_JOINS, UNSPACED_OTHERS
from reader.article.language import recognize_language
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Citation, Reference
from reader.article.names import fold_name, name_spellings, name_stem, surname
from reader.article.ranges import Ranges
from reader.article.reference_parser import CAPITAL
from reader.article.references import year_letter

_YEAR = r"(?:(?:1[5-9]|20)\d\d|n\. ?d\.|o\. ?J\.|s\. ?[df]\.|б\. ?г\.|in press|forthcoming)"
_UNDATED = "n.d."
_AND_OTHERS = "et al."
_WORD_SIGN = rf"[^\W{UNSPACED}]"
"""A letter or digit that cannot stand next to a year. Chinese and Japanese write a year without a space: "田中2019年"."""
_BRACKET_GROUP = lazy_pattern(rf"[(\[]([^()\[\]]{{0,400}}?(?=[12nosбif])(?<!{_WORD_SIGN}){_YEAR}[^()\[\]]{{0,400}})[)\]]")
_YEARS = (
    rf"(?=[12nosбif])(?<!{_WORD_SIGN}){_YEAR}[a-z]?(?!{_WORD_SIGN})"
    rf"(?:(?:(?:\s?[,/&]|\s(?:{JOINS})(?=\s))\s?(?:{_YEAR}[a-z]?|[a-z](?!\. ?\d))|[–-][a-z])(?!{_WORD_SIGN}))*"
)
_YEARS_AFTER_NAMES = lazy_pattern(_YEARS)
_IN_TEXT = lazy_pattern(rf"[ \n](?=[12nif])(?P<years>{_YEARS})")
_LOST_NAMES = lazy_pattern(rf"\s*,\s*{_YEAR}")
"""Match a year whose authors were lost in a copy, as in "( , 2018)"."""
_SINGLE_YEAR = lazy_pattern(rf"({_YEAR})?([a-z])?")
_WORD = lazy_pattern(r"[^\W\d_]+")
_IN_NAME = r"\w'’ʼ‐‑\-\u0300-\u036f\u064b-\u065f"
_PARTICLE = (
    r"(?:[Vv]an|[Vv]on|[Dd]er|[Dd]en|[Dd]e|[Dd]el|[Dd]ella|[Dd]i|[Dd]a|[Dd]os|[Ll]a|[Ll]e|[Tt]en|[Tt]er|[Ee]l|[Aa]l|bin|['’]t)"
)
_SMALL_PARTICLE = r"(?:van|von|der|den|de|del|della|di|da|dos|la|le|ten|ter|el|al|bin|['’]t)"
_CASED_NAME = rf"(?:{_PARTICLE} )*(?:[dDlL]['’])?[{CAPITAL}][{_IN_NAME}]+"
_PLAIN_NAME = rf"(?:{_SMALL_PARTICLE} )*(?:[dl]['’])?[{CAPITAL}][{_IN_NAME}]+"
"""A name whose particles are in small letters: among several names, one like "Van" is a name of its own.

Were it both, as in "Van Der Berg", each would double the ways to match a row of names.
"""
_UNCASED_NAME = rf"[\u05d0-\u05ea\u0620-\u064a\u0671-\u06d3][{_IN_NAME}]+"
"""A word in Hebrew or Arabic, which have no capitals: any word may be a name."""
_NAME = f"(?:{_CASED_NAME}|{_UNCASED_NAME})"
_AND_IN_ARABIC = r" و(?=[\u0620-\u064a])"
_NAMES_AT_END = lazy_pattern(
    rf"(?<![{_IN_NAME}])(?:{_PLAIN_NAME}(?:(?:,? (?:{JOINS}) |, | | ?/ ?){_PLAIN_NAME})*"
    rf"|{_UNCASED_NAME}(?:(?:, |{_AND_IN_ARABIC}){_UNCASED_NAME})*)"
    rf"(?:,? {OTHERS})?(?:['’]s?| \[[^\[\]]{{1,20}}\])?[\s,]{{0,3}}$"
)
_POSSESSIVE = lazy_pattern(r"(?:['’]s?| \[[^\[\]]*\])?[\s,]*$")
_MORE_NAMES = lazy_pattern(rf",? {OTHERS}")
_NAME_END = lazy_pattern(rf",? (?:{OTHERS}|(?:{JOINS}) )|, | ?/ ?|{_AND_IN_ARABIC}")
_CERTAIN_NAMES = lazy_pattern(rf"{_NAME}(?:,? {OTHERS}|,? (?:and|&) {_NAME})$")
_NO_NAMES = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Autumn|Fall|Winter|"
    "Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Sommer|Herbst|Figure|Fig|Table|Chapter|Section|Part|Volume|Since|Until|"
    "From|Before|After|In|Of|And|The|Early|Late|Updated|Published|Abbildung|Abb|Tabelle|Tab|Kapitel|Stand|Figura|Tabla|Tableau|"
    "Рис|Табл|Глава|Москва"
)
_LONE_NAME_AND_YEAR = lazy_pattern(rf"(?!(?:{_NO_NAMES})\b){_NAME}, {_YEAR}[a-z]?")
_NAME_LEAD = lazy_pattern(rf"(?:(?:{LEADS}|also\b|i\.e\.)[,:]*\s*)+", re.IGNORECASE)
_NAMES_WITH_YEAR = lazy_pattern(r"[^\W\d_][^\d()\[\]]{0,79}")
_UNSPACED_NAMES_AT_END = lazy_pattern(rf"[{UNSPACED}][{UNSPACED}{UNSPACED_JOINS},& ]{{0,29}}$")
_UNSPACED_NAMES = lazy_pattern(rf"(?P<names>[{UNSPACED}].*?)(?P<others>\s?(?:{UNSPACED_OTHERS}))?[\s,]*$")
_UNSPACED_JOIN = lazy_pattern(rf"\s?(?:[,&{UNSPACED_JOINS}]|および)\s?")
_TWO_NAMES = lazy_pattern(rf"(?!{_PARTICLE} )([{CAPITAL}][{_IN_NAME}]{{2,}}) [{CAPITAL}][{_IN_NAME}]{{2,}},")
_IDEOGRAPH = lazy_pattern("[\u3400-\u9fff]")
_MAX_PERSON_LENGTH = 5
"""The longest name without spaces that begins with a family name of up to three letters. A longer one is an organisation's."""
_RECOGNIZED_LENGTH = 4000
_MIN_CITATIONS = 3
_MAX_NAMES_LENGTH = 120
_MAX_NAME_WORDS = 5
_MIN_INITIALS = 3
"""The fewest initials that stand for an organisation: "MoS" is the Ministry of Schools."""
_MAX_NAMESAKES = 26
"""The most works of one year that a marker may mean: as many as there are letters to tell them apart."""
_MAX_ENTRY_LENGTH = 3000
_MAX_DISTANCE = 200
"""How many code points from a year without authors the words before it may be that name one."""
_MAX_LEAD_LENGTH = 20
"""The longest lead-in that is still part of a bracketed citation: "(see, for example, Doe 2019)"."""
_MAX_REMARK_LENGTH = 32
"""The longest remark that is still part of a bracketed citation: "(Doe 2019, for a survey)"."""


def author_year_citations(text: str, references: Sequence[Reference]) -> list[Citation]:
    """Return the citations in `text` that name authors and years, in order.

    Authors and a year without a reference are reported as missing only if they are clearly a citation, as in "Smith et al.,
    2020". A single name, as in "(Brandt, 2018)", or none, as in "( , 2018)", also requires that other author-year citations are
    resolved.
    """
    index = _AuthorYearIndex(references, recognize_language(text[:_RECOGNIZED_LENGTH]).language)
    citations: list[Citation] = []
    for match in _BRACKET_GROUP.finditer(text) if index else ():
        parts = list(_group_parts(text, match, index))
        if parts:
            matches = _join_matches(part.matches for part in parts)
            start, end = parts[0].start, parts[-1].end
            before, after = start - match.start(), match.end() - end
            if before <= _MAX_LEAD_LENGTH and after <= _MAX_REMARK_LENGTH:
                start, end = min(start, match.start()), match.end()
            citations.append(matches.citation(start, end))
    if index:
        citations = sorted(
            [*citations, *_find_unbracketed(text, index, Ranges(citations))], key=lambda citation: citation.start
        )
    is_in_use = sum(bool(c.references or c.ambiguous) for c in citations) >= _MIN_CITATIONS
    doubtful = (_LONE_NAME_AND_YEAR, _LOST_NAMES)
    return [
        c
        for c in citations
        if is_in_use or c.references or c.ambiguous or not any(p.fullmatch(text, c.start + 1, c.end - 1) for p in doubtful)
    ]


def find_author_years(marker: str) -> list[str]:
    """Split a marker into names with a year: "(see Lee 2020, 2021; Doe 2019, p. 4)" gives "Lee 2020", "Lee 2021", "Doe 2019".

    Return an empty list if the marker contains other text.
    """
    calls: list[str] = []
    names = ""
    for part in marker.strip("()[] ").split(";"):
        for match in _each_names_and_years(part):
            names = _NAME_LEAD.sub("", " ".join(match.names.split()), count=1).strip(" ,(–-") or names
            if not _NAMES_WITH_YEAR.fullmatch(names):
                return []
            calls += (f"{names} {year}{letter}" for year, letter in _each_year(match.years))
    return calls


class _Matches(NamedTuple):
    """What names and years match: ids of references, labels without a reference, and ids of which only one is meant."""

    references: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()

    @property
    def has_references(self) -> bool:
        """Whether any reference matches."""
        return bool(self.references or self.ambiguous)

    def citation(self, start: int, end: int) -> Citation:
        """Return the citation of a marker that matches these."""
        return Citation(start, end, self.references, self.missing, "author-year", self.ambiguous)


def _join_matches(parts: Iterable[_Matches]) -> _Matches:
    """Join matches; each reference and label occurs once."""
    joined = tuple(tuple(dict.fromkeys(chain.from_iterable(field))) for field in zip(*parts, strict=True))
    return _Matches(*joined)


class _GroupPart(NamedTuple):
    """Names and years between two semicolons: their range, and what they match."""

    start: int
    end: int
    matches: _Matches


def _group_parts(text: str, group: re.Match[str], index: _AuthorYearIndex) -> Iterator[_GroupPart]:
    """Yield the parts of a bracket. Bare years belong to the names before them, inside the bracket or in front of it.

    Semicolons may also separate the authors of one work: "(Lee; Doe, 2019; Ek, 2020)".
    """
    offset = group.start(1)
    last_names = ""
    authors: list[str] = []
    for place, part in enumerate(group[1].split(";")):
        own_authors, authors = authors, []
        if len(part) < _MAX_NAMES_LENGTH and not _YEARS_AFTER_NAMES.search(part):
            authors = [*own_authors[-_MAX_NAME_WORDS:], part.strip()]
        for match in _each_names_and_years(part):
            is_nameless = not match.start and _LOST_NAMES.match(part) is not None
            if is_nameless and place:
                last_names = ""
            if own_authors:
                joined = index.look_up(", ".join((*own_authors, match.names.strip(" ,\n"))), match.years)
                if joined.has_references:
                    start = group.start(1) + group[1].index(own_authors[0])
                    yield _GroupPart(start, offset + match.end, joined)
                    own_authors = []
                    continue
            names = _NAMES_AT_END.search(match.names)
            start = offset + (match.start + names.start() if names else match.end - len(match.years))
            if own_names := match.names.strip(" ,\n"):
                last_names = " ".join(own_names.split())
            elif not last_names and not place:
                start, last_names = _find_names_before(text, group.start(), index, match.years)
            matches = index.look_up(last_names, match.years)
            if not matches.has_references and names is not None:
                names_start, names_in_front = _find_names_before(text, offset + match.start + names.end(), index, match.years)
                if names_in_front:
                    start, matches = names_start, index.look_up(names_in_front, match.years)
            if not matches.has_references and is_nameless:
                matches = index.look_up_nameless(match.years, _words_before(text, start))
            if not matches.has_references and _LONE_NAME_AND_YEAR.fullmatch(group[1]):
                matches = _Matches(missing=(" ".join(group[1].replace(",", " ").split()),))
            if any(matches):
                yield _GroupPart(start, offset + match.end, matches)
        offset += len(part) + 1


class _NamesAndYears(NamedTuple):
    """Names, which may be empty, and the years after them: the range of both in a part of a marker."""

    start: int
    end: int
    names: str
    years: str


def _each_names_and_years(part: str) -> Iterator[_NamesAndYears]:
    start = 0
    for match in _YEARS_AFTER_NAMES.finditer(part):
        end = match.start()
        while end > start and (part[end - 1] in ",(" or part[end - 1].isspace()):
            end -= 1
        yield _NamesAndYears(start, match.end(), part[start:end], match[0])
        start = match.end()


def _words_before(text: str, end: int) -> frozenset[str]:
    return frozenset(_WORD.findall(fold_name(text[max(0, end - _MAX_DISTANCE) : end])))


def _find_names_before(text: str, end: int, index: _AuthorYearIndex, years: str) -> tuple[int, str]:
    """Return the start of the names that end at `end`, and as many of them as match a reference of these years.

    Return `end` and "" if no names match.
    """
    window = text[max(0, end - _MAX_NAMES_LENGTH) : end]
    for start in _unspaced_name_starts(window):
        if index.look_up(window[start:], years).has_references:
            return end - len(window) + start, window[start:].strip()
    match = _NAMES_AT_END.search(window)
    if match is not None:
        names = _POSSESSIVE.sub("", match[0])
        for word in re.finditer(rf"(?<![{_IN_NAME}]){_NAME}", names):
            candidate = " ".join(names[word.start() :].split())
            if index.look_up(candidate, years).has_references:
                return end - len(window) + match.start() + word.start(), candidate
    return end, ""


def _unspaced_name_starts(window: str) -> Iterator[int]:
    """Yield where names in Chinese, Japanese or Korean at the end of a window may begin, the earliest first."""
    run = None if window.isascii() else _UNSPACED_NAMES_AT_END.search(window)
    if run is not None:
        yield from (start for start in range(run.start(), run.end()) if window[start] not in ",& ")


def _find_unbracketed(text: str, index: _AuthorYearIndex, bracketed: Ranges) -> Iterator[Citation]:
    """Yield citations without brackets of their own, "Doe, 2019a", if a reference has these names and years."""
    for match in _IN_TEXT.finditer(text):
        if not bracketed.contains(match.start("years")) and index.has_year(match["years"]):
            start, names = _find_names_before(text, match.start(), index, match["years"])
            if names and not bracketed.contains(start):
                matches = index.look_up(names, match["years"])._replace(missing=())
                yield matches.citation(start, match.end())


class _AuthorYearIndex:
    """Index of references by the first author's family name (or the organisation) and the year, with and without its letter."""

    def __init__(self, references: Sequence[Reference], language: str = "") -> None:
        """`language` is that of the text, whose names may be declined."""
        self._by_name: defaultdict[tuple[str, str], list[Reference]] = defaultdict(list)
        self._by_stem: defaultdict[tuple[str, str], list[Reference]] = defaultdict(list)
        self._by_year: defaultdict[str, list[Reference]] = defaultdict(list)
        self._language = language
        for reference in references:
            year = reference.year or _UNDATED
            self._by_year[year].append(reference)
            if not reference.authors:
                continue
            author = reference.authors[0]
            spellings = name_spellings(surname(author))
            for key in spellings | _other_author_keys(author):
                _add_namesake(self._by_name[key, year], reference)
            for stem in {self._stem(name) for name in spellings} | set(_first_of_two_names(author)):
                _add_namesake(self._by_stem[stem, year], reference)
        self._years = {year for _, year in self._by_name}

    def _stem(self, name: str) -> str:
        """Return a folded family name without the ending of its case and without "van" or "de" before it."""
        return name_stem(name.rpartition(" ")[2], self._language)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def has_year(self, years: str) -> bool:
        """Whether any reference has one of these years."""
        return any(year in self._years for year, _ in _each_year(years))

    def look_up(self, names: str, years: str) -> _Matches:
        """Return what names and years such as "Smith & Lee", "2007, 2014" match."""
        return _join_matches(self._look_up_year(names, year, letter) for year, letter in _each_year(years))

    def look_up_nameless(self, years: str, words: Collection[str]) -> _Matches:
        """Return what years match whose authors are not known. Of several works, those whose author is among `words` count."""
        return _join_matches(self._look_up_nameless_year(year, letter, words) for year, letter in _each_year(years))

    def _look_up_nameless_year(self, year: str, letter: str, words: Collection[str]) -> _Matches:
        fits = self._by_year.get(year, [])
        fits = _with_letter(fits, letter) if len(fits) <= _MAX_NAMESAKES else []
        named = [r for r in fits if r.authors and not name_spellings(surname(r.authors[0])).isdisjoint(words)]
        ids = tuple(reference.id for reference in named or fits)
        if not ids:
            return _Matches(missing=(f"{year}{letter}",))
        return _Matches(ids) if len(ids) == 1 else _Matches(ambiguous=ids)

    def _look_up_year(self, names: str, year: str, letter: str) -> _Matches:
        ids = tuple(reference.id for reference in _with_letter(self._find_names(names, year), letter))
        if not ids:
            return _Matches(missing=(f"{names} {year}{letter}",) if _CERTAIN_NAMES.search(names) else ())
        return _Matches(ids) if len(ids) == 1 else _Matches(ambiguous=ids)

    def _find_names(self, names: str, year: str) -> list[Reference]:
        """Return the references of a year whose authors fit names such as "Smith & Lee" best."""
        if same_name := self._by_name.get((fold_name(names), year)):
            return _best_fits(same_name, ())
        if not names.isascii() and _UNSPACED_NAMES_AT_END.search(names):
            return self._find_unspaced_names(names, year)
        first, *others = [part for part in _NAME_END.split(names) if part.strip()] or [""]
        further = [fold_name(name) for name in others] + [_AND_OTHERS] * bool(_MORE_NAMES.search(names))
        words = first.split()
        for count in range(min(len(words), _MAX_NAME_WORDS), 0, -1):
            if hits := self._by_name.get((fold_name(" ".join(words[-count:])), year)):
                return _best_fits(hits, further) or _best_fits(hits, self._further_stems(further))
        if words and (stem := self._stem(fold_name(words[-1]))) and (hits := self._by_stem.get((stem, year))):
            return _best_fits(hits, self._further_stems(further))
        return []

    def _further_stems(self, names: Iterable[str]) -> list[str]:
        return [name if name == _AND_OTHERS else self._stem(name) for name in names]

    def _find_unspaced_names(self, names: str, year: str) -> list[Reference]:
        """Return the references of a year whose authors fit the end of words such as "据田中・山田ほか"."""
        for start in _unspaced_name_starts(names):
            match = _UNSPACED_NAMES.match(names, start)
            if match is None:
                continue
            first, *others = _UNSPACED_JOIN.split(match["names"])
            is_in_word = len(first) == 1 and start > 0 and _IDEOGRAPH.match(names[start - 1])
            if not is_in_word and (hits := self._by_name.get((fold_name(first), year))):
                return _best_fits(hits, [fold_name(name) for name in others] + [_AND_OTHERS] * bool(match["others"]))
        return []


def _add_namesake(namesakes: list[Reference], reference: Reference) -> None:
    if len(namesakes) < _MAX_NAMESAKES:
        namesakes.append(reference)


def _with_letter(references: list[Reference], letter: str) -> list[Reference]:
    """Return the references with a letter after their year. If the list gives no letters, count them off in its order."""
    if not letter:
        return references
    letters = [year_letter(reference.year, reference.text) for reference in references]
    if letter in letters:
        return [references[letters.index(letter)]]
    if len(references) > 1 and not any(letters):
        place = ord(letter) - ord("a")
        return references[place : place + 1]
    return [reference for reference, own_letter in zip(references, letters, strict=True) if not own_letter]


def _best_fits(references: Sequence[Reference], others: Sequence[str]) -> list[Reference]:
    """Return the references whose authors fit the further names of a marker best, and none if all of them exclude it.

    Entries with the same text count once.
    """
    fits = [_coauthor_fit(reference, others) for reference in references]
    best = max(fits)
    by_text: dict[str, Reference] = {}
    for reference, fit in zip(references, fits, strict=True):
        if fit == best > 0:
            by_text.setdefault(reference.text, reference)
    return list(by_text.values())


def _coauthor_fit(reference: Reference, others: Sequence[str]) -> int:
    """Rate how the authors of a reference fit the names after the first one in a marker: 0 is impossible, 3 certain."""
    count = len(reference.authors)
    names = [name for name in others if name != _AND_OTHERS]
    if not others:
        return 3 if count == 1 else 2
    if not names:
        return min(count, 3)
    further = reference.authors[1 : len(names) + 1]
    if len(further) == len(names) and all(n in name_spellings(surname(a)) for a, n in zip(further, names, strict=True)):
        return 3 if (count > len(names) + 1) == (len(others) > len(names)) else 2
    entry = fold_name(reference.text[:_MAX_ENTRY_LENGTH])
    return 1 if all(name in entry for name in names) else 0


def _other_author_keys(author: str) -> set[str]:
    """Return what a marker may use in place of an author's family name: full name, last word, initials of an organisation.

    Names without spaces may begin with a family name of one to three letters.
    """
    words = author.split()
    keys = {fold_name(author)}
    if _UNSPACED_NAMES_AT_END.fullmatch(author):
        joined = "".join(words)
        keys.update(map(fold_name, (joined, *words)))
        keys.update(fold_name(joined[:length]) for length in (1, 2, 3) if length < len(joined) <= _MAX_PERSON_LENGTH)
    elif "," not in author and words:
        keys.add(fold_name(words[-1]))
        initials = ("".join(word[0] for word in words), "".join(word[0] for word in words if word[0].isupper()))
        keys.update(fold_name(letters) for letters in initials if len(letters) >= _MIN_INITIALS)
    return keys


def _first_of_two_names(author: str) -> tuple[str, ...]:
    """Return the first family name in "Pérez Gil, M.", by which Spanish texts cite it."""
    match = _TWO_NAMES.match(author)
    return (fold_name(match[1]),) if match else ()


def _each_year(years: str) -> Iterator[tuple[str, str]]:
    """Yield 2007 and 2014 for "2007, 2014", each with no letter, and 2019 with a and b for "2019a,b"."""
    last = ""
    for match in _SINGLE_YEAR.finditer(years):
        if match[1]:
            last = match[1] if match[1].isdecimal() else _UNDATED
        if match[0] and last:
            yield last, match[2] or ""
