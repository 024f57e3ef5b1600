"""Read the text of a page from the data that Next.js streams to its script: `self.__next_f.push([1, "…"])`.

The pieces make up the stream of React's package `react-server-dom-webpack`: rows such as `5:["$","p",null,{"children":"…"}]`,
which are elements as JSON, and `7:T1f,…`, which is text of so many bytes in hexadecimal. `"$7"` and `"$L5"` stand for rows.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Final, cast

from reader.article.lazy_pattern import lazy_pattern

_PUSH: Final = lazy_pattern(r"\s*self\.__next_f\.push\(\s*(?=\[)")
_ROW: Final = re.compile(rb"\n*([0-9a-f]+):(?:T([0-9a-f]{1,8}),)?")
_REFERENCE: Final = lazy_pattern(r"\$[L@]?([0-9a-f]+)")
_TAG: Final = lazy_pattern(r"[a-z][a-z0-9]{0,20}")
_HIDDEN_TAGS: Final = frozenset({"script", "style", "meta", "link", "title", "template", "noscript", "svg", "iframe"})
_VOID_TAGS: Final = frozenset({"br", "hr", "img", "input", "wbr"})
_ATTRIBUTES: Final = {"className": "class", "id": "id", "role": "role", "href": "href", "src": "src", "alt": "alt"}
_MAX_LENGTH: Final = 5_000_000
"""The most bytes of a stream, and the most code points of texts that are filled in: one text can be named many times."""


def flight_rows(scripts: Iterable[str]) -> Mapping[str, object]:
    """Return the rows that some scripts stream to the page by name: texts, and values of JSON in which texts are filled in."""
    data = "".join(_pieces(scripts)).encode("utf-8", "replace")
    rows = dict(_rows(data)) if len(data) <= _MAX_LENGTH else {}
    texts = _Texts(rows)
    try:
        return {name: value if isinstance(value, str) else texts.fill_in(value) for name, value in rows.items()}
    except RecursionError:
        return {}


def flight_markup(rows: Mapping[str, object]) -> str:
    """Return the elements in some rows as HTML, or ""."""
    try:
        return _Elements(rows).markup()
    except RecursionError:
        return ""


def _pieces(scripts: Iterable[str]) -> Iterator[str]:
    for script in scripts:
        if match := _PUSH.match(script):
            try:
                value = cast("object", json.JSONDecoder().raw_decode(script, match.end())[0])
            except (ValueError, RecursionError):
                continue
            parts = _items(value)
            if len(parts) > 1 and parts[0] == 1 and isinstance(parts[1], str):
                yield parts[1]


def _rows(data: bytes) -> Iterator[tuple[str, object]]:
    """Yield the names and values of the rows that are text or JSON."""
    place = 0
    while match := _ROW.match(data, place):
        place, name = match.end(), match[1].decode()
        if match[2]:
            end = place + int(match[2], 16)
            yield name, data[place:end].decode("utf-8", "replace")
        else:
            end = data.find(b"\n", place)
            end = end if end >= 0 else len(data)
            with contextlib.suppress(ValueError, RecursionError):
                yield name, json.loads(data[place:end])
        place = end


class _Texts:
    """The rows that are text, to be filled in where strings stand for them, up to a limit for all together."""

    def __init__(self, rows: Mapping[str, object]) -> None:
        self._rows = rows
        self._room = _MAX_LENGTH

    def fill_in(self, value: object) -> object:
        """Return a value with the texts that its strings stand for."""
        if isinstance(value, str) and (match := _REFERENCE.fullmatch(value)):
            text = self._rows.get(match[1])
            if not isinstance(text, str) or len(text) > self._room:
                return value
            self._room -= len(text)
            return text
        if isinstance(value, list):
            return [self.fill_in(item) for item in cast("list[object]", value)]
        if isinstance(value, dict):
            return {name: self.fill_in(item) for name, item in cast("dict[str, object]", value).items()}
        return value


def _items(value: object) -> list[object]:
    """Return the items of a list, none of another value."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _fields(value: object) -> dict[str, object]:
    """Return the fields of an object, none of another value."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


class _Elements:
    """The elements in some rows. A row is written once, where another one first stands for it."""

    def __init__(self, rows: Mapping[str, object]) -> None:
        self._rows = rows
        self._written: set[str] = set()
        self._parts: list[str] = []

    def markup(self) -> str:
        """Return the elements as HTML."""
        for name in self._rows:
            self._row(name)
        return "".join(self._parts)

    def _row(self, name: str) -> None:
        if name not in self._written:
            self._written.add(name)
            self._inside(self._rows.get(name))

    def _inside(self, value: object) -> None:
        """Write the elements inside a value. Its strings are no text but data."""
        items = _items(value)
        if len(items) > 3 and items[0] == "$":
            self._element(items[1], _fields(items[3]))
            return
        for item in items or _fields(value).values():
            self._inside(item)

    def _element(self, tag: object, fields: Mapping[str, object]) -> None:
        is_element = isinstance(tag, str) and _TAG.fullmatch(tag) is not None
        if is_element and tag in _HIDDEN_TAGS:
            return
        if is_element:
            attributes = [(_ATTRIBUTES[name], value) for name, value in fields.items() if name in _ATTRIBUTES]
            words = (f' {name}="{escape(value)}"' for name, value in attributes if isinstance(value, str))
            self._parts.append(f"<{tag}{''.join(words)}>")
        inner = _fields(fields.get("dangerouslySetInnerHTML")).get("__html")
        if isinstance(inner, str):
            self._parts.append(inner)
        else:
            self._kids(fields.get("children"))
        if not is_element:  # a component, whose own elements are not known
            for name, value in fields.items():
                if name != "children":
                    self._inside(value)
        elif tag not in _VOID_TAGS:
            self._parts.append(f"</{tag}>")

    def _kids(self, value: object) -> None:
        if isinstance(value, str):
            if match := _REFERENCE.fullmatch(value):
                self._row(match[1])
            elif not value.startswith("$") or value.startswith("$$"):
                self._parts.append(escape(value.removeprefix("$")))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self._parts.append(str(value))
        elif (items := _items(value))[:1] == ["$"]:
            self._inside(value)
        else:
            for item in items:
                self._kids(item)
