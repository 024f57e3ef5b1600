"""Parse BibTeX and BibLaTeX files, with nested braces, quotes and `@string` abbreviations.

The syntax is defined in Patashnik, "BibTeXing" (1988), and in chapter 2 of the BibLaTeX manual. Everything outside entries is
ignored. Entries are read one after the other, as many as the budget permits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from reader.article.model import Reference
from reader.article.reference_parser import find_doi, find_url
from reader.formats.budget import Budget, current_budget
from reader.formats.progress import checkpoint

_ENTRY: Final = re.compile(r"@\s*(\w+)\s*([{(])")
_KEYS: Final = {closing: re.compile(rf"\s*([^\s,{closing}]+)\s*") for closing in "})"}
"""The key of an entry, by the sign that closes the entry."""
_FIELD: Final = re.compile(r"\s*(?:,\s*)?([\w:.+/-]+)\s*=\s*")
_WORD: Final = re.compile(r"[^\s,#{}\"()]+")
_CONCATENATION: Final = re.compile(r"\s*#\s*")
_DELIMITER: Final = re.compile(r"\\.|[{}\"]", re.DOTALL)
"""What may close a value, and signs behind a backslash, which cannot."""
_AND: Final = re.compile(r"(?<!\s)\s+and\s+", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_COMMAND: Final = re.compile(r"\\(?:url|href|texttt|textit|textbf|emph|textsc|mbox|textrm|text|mathrm)\b\s*")
_ACCENT: Final = re.compile(r"\\(?:([`'^\"~=.])\s*|([uvHcdbkr])(?=[\s{])\s*)(?:\{\s*(\\?[A-Za-z])\s*\}|(\\[ij]\b\s*|[A-Za-z]))")
_LETTER: Final = re.compile(r"\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j|textendash|textemdash|textquoteright)\b\s*(?:\{\})?")
_LETTERS: Final = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "i": "i", "j": "j", "textendash": "–", "textemdash": "—", "textquoteright": "’",
}  # fmt: skip
_COMBINING: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307", "u": "\u0306",
    "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323", "b": "\u0331", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
_SIGN: Final = re.compile(r"\\text(backslash|braceleft|braceright|asciitilde|asciicircum)\b\s*(?:\{\})?")
_SIGNS: Final = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
_SPECIAL_ENTRIES: Final = frozenset({"comment", "preamble", "string"})
_CONTAINERS: Final = ("journal", "journaltitle", "booktitle", "publisher", "school", "institution", "howpublished", "note")
_MAX_VALUE_LENGTH: Final = 20_000
_CHECK_EVERY: Final = 10_000
_MAX_FIELDS: Final = 1_000
"""The most fields of an entry that count."""


class BibtexEntry(NamedTuple):
    """An entry of a BibTeX file. `fields` holds the values by their names in lower case, with the TeX in them.

    `is_cut`: the file ends within it.
    """

    key: str
    fields: Mapping[str, str]
    is_cut: bool = False

    def plain(self, name: str) -> str:
        """Return the value of a field without TeX, "" if the entry lacks it."""
        return _plain_value(self.fields.get(name, ""))

    def to_reference(self) -> Reference:
        """Return the entry as a reference outside the text. Its id and label are the key."""
        return _entry_reference(self.key, {name: _plain_value(value) for name, value in self.fields.items()})


def read_bibtex(text: str) -> tuple[Reference, ...]:
    """Return the entries of a BibTeX file as references outside the text."""
    return tuple(entry.to_reference() for entry in parse_entries(text))


def parse_entries(text: str, budget: Budget | None = None) -> Iterator[BibtexEntry]:
    """Yield the entries of a BibTeX file; of several with one key the first.

    There are as many as a budget permits (None: that of the running import), which names what it leaves out.
    """
    keys: set[str] = set()
    for kind, entry in _entries(text, budget or current_budget()):
        if kind not in _SPECIAL_ENTRIES and entry.key not in keys:
            keys.add(entry.key)
            yield entry


def _entries(text: str, budget: Budget) -> Iterator[tuple[str, BibtexEntry]]:
    """Yield the type of each entry, and the entry."""
    strings = _Abbreviations(budget)
    last = {closing: text.rfind(closing) for closing in _KEYS}
    position = 0
    while match := _ENTRY.search(text, position):
        checkpoint()
        kind, closing = match[1].lower(), ")" if match[2] == "(" else "}"
        position = match.end()
        if kind == "comment":
            continue
        key = ""
        if kind not in _SPECIAL_ENTRIES:
            key_match = _KEYS[closing].match(text, position)
            if key_match is None:
                continue
            key, position = key_match[1], key_match.end()
        fields: dict[str, str] = {}
        while field := _FIELD.match(text, position):
            value, position = _read_value(text, field.end(), strings)
            if len(fields) < _MAX_FIELDS:
                fields.setdefault(field[1].lower(), value)
        if kind == "string":
            strings.define(fields)
        if strings.is_spent or not budget.take("entries", 1):
            budget.omit("The bibliography was not read to its end, as it is too large.")
            return
        yield kind, BibtexEntry(key, fields, is_cut=last[closing] < position)


class _Abbreviations:
    """What the abbreviations of a file stand for, within a budget: they could make a small file a very long one."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._texts: dict[str, str] = {}
        self.is_spent = False

    def define(self, texts: Mapping[str, str]) -> None:
        """Take abbreviations, each of which counts as an entry."""
        self.is_spent = self.is_spent or self._budget.take("entries", len(texts)) < len(texts)
        self._texts.update(texts)

    def expand(self, word: str, room: int) -> str:
        """Return what a word stands for, at most `room` characters of it."""
        text = self._texts.get(word.lower())
        if text is None:
            return word[:room]
        granted = self._budget.take("abbreviated", length := min(len(text), room))
        self.is_spent = self.is_spent or granted < length
        return text[:granted]


def _read_value(text: str, position: int, strings: _Abbreviations) -> tuple[str, int]:
    """Return the beginning of the value at `position`, with its "#" concatenations, and the offset after all of it."""
    parts: list[str] = []
    room = _MAX_VALUE_LENGTH
    while position < len(text):
        if text[position] in '{"':
            end = _find_closing(text, position)
            part = text[position + 1 : min(end, position + 1 + room)]
            position = end + 1
        elif word := _WORD.match(text, position):
            part = strings.expand(word[0], room)
            position = word.end()
        else:
            break
        if part:
            parts.append(part)
            room -= len(part)
        concatenation = _CONCATENATION.match(text, position)
        if concatenation is None:
            break
        checkpoint()
        position = concatenation.end()
    return "".join(parts), position


def _find_closing(text: str, position: int) -> int:
    """Return the offset at which the brace or quote at `position` closes, or the end of a broken file."""
    is_quote, depth = text[position] == '"', 0
    for number, match in enumerate(_DELIMITER.finditer(text, position + 1), 1):
        if number % _CHECK_EVERY == 0:
            checkpoint()
        sign = match[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            if depth == 0:
                return match.start()
            depth -= 1
        elif sign == '"' and is_quote and depth == 0:
            return match.start()
    return len(text)


def _plain_value(value: str) -> str:
    """Return a value without TeX: with accented letters and single spaces, without commands and grouping braces."""
    parts = _SIGN.split(value)  # names of signs are between the texts
    parts[::2] = map(_without_tex, parts[::2])
    parts[1::2] = (_SIGNS[name] for name in parts[1::2])
    return " ".join("".join(parts).split())


def with_letters(source: str) -> str:
    r"""Return TeX with the letters for its commands of accents and letters, such as "ö" for `\"{o}`."""
    return _LETTER.sub(lambda match: _LETTERS[match[1]], _ACCENT.sub(_combine_accent, source))


def _without_tex(value: str) -> str:
    value = with_letters(value)
    value = _COMMAND.sub("", value)
    value = value.replace("---", "—").replace("--", "–")  # while braces keep hyphens apart
    value = re.sub(r"\\([&%$#_{}])", r"\1", value)
    value = re.sub(r"(?<!\\)[{}]", "", value).replace("\\", "")
    return value.replace("~", " ")


def _combine_accent(match: re.Match[str]) -> str:
    letter = (match[3] or match[4]).strip().removeprefix("\\")
    return unicodedata.normalize("NFC", letter + _COMBINING[match[1] or match[2]])


def _entry_reference(key: str, fields: Mapping[str, str]) -> Reference:
    authors = tuple(map(_author_name, _AND.split(fields.get("author") or fields.get("editor") or ""))) if fields else ()
    authors = tuple(author for author in authors if author and author.lower() != "others")
    year_match = _YEAR.search(fields.get("year") or fields.get("date") or "")
    year, title = year_match[1] if year_match else "", fields.get("title", "")
    links = " ".join(fields.get(name, "") for name in ("doi", "url", "howpublished", "eprint", "note"))
    doi, url = find_doi(links), find_url(links)
    container = next((fields[name] for name in _CONTAINERS if fields.get(name) and "://" not in fields[name]), "")
    volume = " ".join(fields[name] for name in ("volume", "pages") if fields.get(name))
    parts = (
        ", ".join(authors), f"({year})" if year else "", title, " ".join(part for part in (container, volume) if part),
        f"https://doi.org/{doi}" if doi else url,
    )  # fmt: skip
    text = ". ".join(part.rstrip(".") for part in parts if part) or key
    return Reference(key, key, text, authors=authors, year=year, title=title, doi=doi, url=url)


def _author_name(name: str) -> str:
    """Return a name as written, "Lee, Anna" or "Anna Lee", without a trailing comma."""
    return name.strip().strip(",").strip()
