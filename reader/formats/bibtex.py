"""Parse BibTeX and BibLaTeX files, with nested braces, quotes and `@string` abbreviations.

The syntax is defined in Patashnik, "BibTeXing" (1988), and in chapter 2 of the BibLaTeX manual. Everything outside entries is
ignored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from reader.article.model import Reference
from reader.article.reference_parser import find_doi, find_url

_ENTRY: Final = re.compile(r"@\s*(\w+)\s*([{(])")
_FIELD: Final = re.compile(r"\s*(?:,\s*)?([\w:.+/-]+)\s*=\s*")
_WORD: Final = re.compile(r"[^\s,#{}\"()]+")
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


def parse_entries(text: str) -> tuple[BibtexEntry, ...]:
    """Return the entries of a BibTeX file; of several with one key the first."""
    entries: dict[str, BibtexEntry] = {}
    for kind, entry in _entries(text):
        if kind not in _SPECIAL_ENTRIES and entry.key:
            entries.setdefault(entry.key, entry)
    return tuple(entries.values())


def _entries(text: str) -> Iterator[tuple[str, BibtexEntry]]:
    """Yield the type of each entry, and the entry."""
    strings: dict[str, str] = {}
    position = 0
    while match := _ENTRY.search(text, position):
        kind, closing = match[1].lower(), ")" if match[2] == "(" else "}"
        position = match.end()
        if kind == "comment":
            continue
        key = ""
        if kind not in _SPECIAL_ENTRIES:
            key_match = re.compile(rf"\s*([^\s,{re.escape(closing)}]+)\s*").match(text, position)
            if key_match is None:
                continue
            key, position = key_match[1], key_match.end()
        fields: dict[str, str] = {}
        while field := _FIELD.match(text, position):
            value, position = _read_value(text, field.end(), strings)
            fields.setdefault(field[1].lower(), value)
        if kind == "string":
            strings.update(fields)
        yield kind, BibtexEntry(key, fields, is_cut=text.find(closing, position) < 0)


def _read_value(text: str, position: int, strings: Mapping[str, str]) -> tuple[str, int]:
    """Return the value at `position`, with its "#" concatenations, and the offset after it."""
    parts: list[str] = []
    while position < len(text):
        if text[position] in '{"':
            end = _find_closing(text, position)
            parts.append(text[position + 1 : end])
            position = end + 1
        elif word := _WORD.match(text, position):
            parts.append(strings.get(word[0].lower(), word[0]))
            position = word.end()
        else:
            break
        concatenation = re.compile(r"\s*#\s*").match(text, position)
        if concatenation is None:
            break
        position = concatenation.end()
    return "".join(parts)[:_MAX_VALUE_LENGTH], position


def _find_closing(text: str, position: int) -> int:
    """Return the offset at which the brace or quote at `position` closes, or the end of a broken file."""
    is_quote, depth = text[position] == '"', 0
    place = position + 1
    while place < len(text):
        sign = text[place]
        if sign == "\\":
            place += 1
        elif sign == "{":
            depth += 1
        elif sign == "}":
            if depth == 0:
                return place
            depth -= 1
        elif sign == '"' and is_quote and depth == 0:
            return place
        place += 1
    return place


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
