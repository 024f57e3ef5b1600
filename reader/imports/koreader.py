"""Read the highlights of KOReader: the JSON that it exports, and the side-car file beside a book (`metadata.epub.lua`).

A side-car is parsed, never run. Its `annotations` are those of KOReader since 2024.04, `bookmarks` and, by pages, `highlight`
those before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, cast

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.formats.progress import checkpoint
from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    LeftOut,
    Selection,
    to_stored_time,
)
from reader.imports.source import ImportSource
from reader.imports.text_input import JsonFields, clean_text, read_items, to_objects

_BOOKMARK: Final = LeftOut("bookmark", "bookmarks")
_MOST_LEVELS: Final = 50
_CUT_HINT: Final = "The file may be cut: copy it again. Nothing was imported"
_TOKEN = lazy_pattern(r'\s+|--[^\n]*|("(?:[^"\\]|\\[\s\S])*"|-?\d[\w.+-]*|\w+|[\[\]{}=,;])')
_ESCAPE = lazy_pattern(r"\\(\d{1,3}|[\s\S])")
_WORDS: Final[dict[str, object]] = {"true": True, "false": False, "nil": None}
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def is_like_koreader(head: str) -> bool:
    """Whether a beginning of a file is that of an export of KOReader or of a side-car."""
    if head.startswith("{"):
        return '"entries"' in head and ('"number_of_pages"' in head or '"drawer"' in head or '"created_on"' in head)
    return "return {" in head[:400] and any(f'["{name}' in head for name in ("annotations", "bookmarks", "highlight", "doc_"))


def read_koreader(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the highlights of a file. Raises ReaderError for a file of another shape."""
    for book, entries in _read_books(source):
        for entry in entries:
            checkpoint()
            if not entry.quote:
                selection.omit(_BOOKMARK)
            elif (number := selection.number_of(book, entry.quote)) is not None:
                yield entry._replace(document=number)


def _read_books(source: ImportSource) -> Iterator[tuple[ImportedDocument, Iterator[ImportedAnnotation]]]:
    if source.first_sign() == "{":
        items = read_items(source, ("documents",))
        for book in to_objects(items, "book"):
            yield _read_book(book)
        if not items.is_list:
            yield _read_book(JsonFields(items.fields, "the file"))
        return
    table = JsonFields(_parse_lua(source.read_text()), "the table")
    about = table.object("doc_props").text("title") or table.object("stats").text("title")
    entries = _values(table, "annotations")
    if entries:
        yield ImportedDocument(about), map(_annotation, entries)
    else:
        bookmarks = [_old_bookmark(entry) for entry in _values(table, "bookmarks")]
        known = {(bookmark.created, bookmark.quote) for bookmark in bookmarks}
        pages = (JsonFields(page, "highlight") for page in table.object("highlight").fields.values())
        entries = [JsonFields(entry, "highlight") for page in pages for entry in page.fields.values()]
        highlights = (_annotation(entry)._replace(quote=entry.text("text")) for entry in entries)
        others = (highlight for highlight in highlights if (highlight.created, highlight.quote) not in known)
        yield ImportedDocument(about), iter((*bookmarks, *others))


def _read_book(book: JsonFields) -> tuple[ImportedDocument, Iterator[ImportedAnnotation]]:
    return ImportedDocument(book.text("title")), map(_entry, book.objects("entries"))


def _entry(entry: JsonFields) -> ImportedAnnotation:
    """Return an entry of the exported JSON. Its time, in seconds, and its page tell it from all others."""
    time, page = entry.fields.get("time"), entry.fields.get("page")
    quote = entry.text("text") if entry.text("sort") != "bookmark" else ""
    return ImportedAnnotation(f"{time} {page}", quote=quote, note=entry.text("note"), created=to_stored_time(time))


def _annotation(entry: JsonFields) -> ImportedAnnotation:
    created, updated = entry.text("datetime"), entry.text("datetime_updated")
    return ImportedAnnotation(
        f"{created} {entry.fields.get('pos0') or entry.fields.get('page')}",
        quote=entry.text("text") if entry.fields.get("drawer") else "",
        note=entry.text("note"),
        created=to_stored_time(created),
        updated=to_stored_time(updated),
    )


def _old_bookmark(entry: JsonFields) -> ImportedAnnotation:
    """Return a highlight as KOReader kept it before 2024: its quote is `notes`, its note `text`, unless that was made up.

    What it makes up has page, quote and time, in the language of its screens.
    """
    created, quote, note = entry.text("datetime"), entry.text("notes"), entry.text("text")
    is_made_up = note.startswith("Page ") or (bool(quote) and quote in note and note.endswith(created))
    return ImportedAnnotation(
        f"{created} {entry.fields.get('pos0') or entry.fields.get('page')}",
        quote=quote if entry.fields.get("highlighted") is True else "",
        note="" if is_made_up else note,
        created=to_stored_time(created),
    )


def _values(table: JsonFields, name: str) -> list[JsonFields]:
    return [JsonFields(value, name) for value in table.object(name).fields.values()]


# ------------------------------------------------------------------ tables of Lua


def _parse_lua(text: str) -> dict[str, object]:
    """Return the table that a file returns, with its keys as texts. Raises ReaderError, with the line, for any other Lua."""
    tokens = _tokens(text)
    if [next(tokens, None) for _ in range(2)] != ["return", "{"]:
        raise ReaderError("it does not return a table")
    root: dict[str, object] = {}
    levels, key = [root], ""
    for token in tokens:
        table = levels[-1]
        if token == "[":
            key = str(_to_value(next(tokens, "")))
            if [next(tokens, None) for _ in range(2)] != ["]", "="]:
                raise ReaderError(f"the key “{key[:40]}” has no value", _CUT_HINT)
        elif token == "}":
            levels.pop()
            if not levels:
                return root
        elif token not in (",", ";"):
            value: object = {} if token == "{" else _to_value(token)
            table[key or str(len(table) + 1)] = value
            key = ""
            if token == "{":
                if len(levels) == _MOST_LEVELS:
                    raise ReaderError("its tables are nested too deeply")
                levels.append(cast("dict[str, object]", value))
    raise ReaderError("it ends within a table", _CUT_HINT)


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ReaderError(f"line {text.count(chr(10), 0, at) + 1:,} is no table of Lua", _CUT_HINT)
        at = match.end()
        if match[1]:
            yield match[1]


def _to_value(token: str) -> object:
    """Return what a token stands for: a text, a number, true, false or nil."""
    if token.startswith('"'):
        return clean_text(_ESCAPE.sub(_unescape, token[1:-1]))
    if token in _WORDS:
        return _WORDS[token]
    try:
        return float(token) if "." in token or "e" in token else int(token)
    except ValueError:
        raise ReaderError(f"“{token[:40]}” is no value in a table of Lua", _CUT_HINT) from None


def _unescape(match: re.Match[str]) -> str:
    sign = match[1]
    return chr(int(sign)) if sign.isdecimal() else _ESCAPES.get(sign, sign)
