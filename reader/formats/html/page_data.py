"""Find the text of an article in the data of a page that a script would show, such as Next.js' `__NEXT_DATA__`.

Sites name and nest their data as they like. The article is where the prose is: one string, or a list of paragraphs, in the
innermost value that holds nearly all of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape, unescape
from typing import Final, cast

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.html.flight_data import flight_markup, flight_rows
from reader.formats.html.tree import Node

_ASSIGNMENT: Final = lazy_pattern(
    r"\s*(?:(?:var|let|const)\s+|(?:window|self|globalThis)[.\[])[\w$.\"'\]]{1,80}\s*=\s*(?=[{\[])"
)
_TAG: Final = lazy_pattern(r"</?[a-zA-Z][a-zA-Z0-9]*\b[^<>]{0,400}>")
_SENTENCE: Final = lazy_pattern(r"[.!?…][\"'”’»)]*(?:\s|<|$)|[。！？]")
_HEADING_KIND: Final = lazy_pattern(r"h[1-6]|heading(?:[-_]?(?:[1-6]|one|two|three|four|five|six))?|header|sub-?heading")
_BLOCK_KINDS: Final = frozenset({"p", "paragraph", "block", "list-item", "listitem", "li", "blockquote", "quote", "html"})
_KIND_NAMES: Final = ("type", "_type", "nodeType", "style", "tag", "kind", "name")
_TEXT_NAMES: Final = ("html", "text", "value", "content", "children", "body", "paragraph", "markdown")
_TITLE_NAMES: Final = frozenset({"title", "headline", "slug", "permalink"})
_MIN_PROSE: Final = 80
_MIN_WORDS: Final = 8
_MIN_SHARE: Final = 0.8
_MAX_LENGTH: Final = 5_000_000


def data_body(root: Node) -> str:
    """Return the text with most prose in the data of a page as HTML, or ""."""
    scripts = [(node, "".join(kid for kid in node.children if isinstance(kid, str))) for node in root.all_with_tag(("script",))]
    rows = flight_rows(text for _, text in scripts)
    markup = flight_markup(rows)
    values = [value for node, text in scripts for value in _values(node, text)]
    if 2 * _text_length(markup) < _streamed_prose(rows):  # most of what is streamed are no elements but data of components
        values += rows.values()
    return max((markup, *map(_body, values)), key=_text_length)


def _streamed_prose(rows: Mapping[str, object]) -> int:
    try:
        return sum(_measure(value, {}) for value in rows.values() if not isinstance(value, str))
    except RecursionError:
        return 0


def _text_length(body: str) -> int:
    return len(_TAG.sub("", body))


def _values(script: Node, text: str) -> Iterator[object]:
    """Yield the value that a script is, or that it assigns to a variable."""
    kind = script.get("type").casefold()
    if not _MIN_PROSE < len(text) <= _MAX_LENGTH or "ld+json" in kind:
        return
    start = 0
    if "json" not in kind:
        assignment = _ASSIGNMENT.match(text)
        if assignment is None:
            return
        start = assignment.end()
    try:
        yield json.JSONDecoder().raw_decode(text[start:].lstrip())[0]
    except (ValueError, RecursionError):
        return


def _body(value: object) -> str:
    try:
        place = _innermost(value)
        if sum(map(_is_page, _items(place))) > 1:
            return ""
        return "".join(dict.fromkeys(_paragraphs(place)))
    except RecursionError:
        return ""


def _items(value: object) -> list[object]:
    """Return the items of a list, none of another value."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _is_page(value: object) -> bool:
    """Whether a value describes a page of its own, as in lists of articles."""
    return isinstance(value, dict) and not _TITLE_NAMES.isdisjoint(cast("dict[str, object]", value))


def _is_part(value: object) -> bool:
    """Whether a value is of a named kind, as the parts of an article are."""
    return isinstance(value, dict) and bool(_kinds(cast("dict[str, object]", value))) and not _is_page(cast("object", value))


def _innermost(value: object) -> object:
    """Return the innermost value that holds nearly all the prose."""
    sizes: dict[int, int] = {}
    total = _measure(value, sizes)
    while total and sum(map(_is_part, _items(value))) <= 1:
        inner = next((kid for kid in _kids(value) if _size(kid, sizes) >= _MIN_SHARE * total), None)
        if inner is None:
            break
        value = inner
    return value


def _kids(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from cast("dict[str, object]", value).values()
    else:
        yield from _items(value)


def _measure(value: object, sizes: dict[int, int]) -> int:
    """Return the length of the prose in a value. Note that of its lists and objects by their identities."""
    if isinstance(value, str):
        return _prose_size(value)
    size = sum(_measure(kid, sizes) for kid in _kids(value))
    sizes[id(value)] = size
    return size


def _size(value: object, sizes: Mapping[int, int]) -> int:
    return _prose_size(value) if isinstance(value, str) else sizes.get(id(value), 0)


def _prose_size(text: str) -> int:
    is_prose = len(text) >= _MIN_PROSE and text.count(" ") >= _MIN_WORDS and _SENTENCE.search(text) is not None
    return len(text) if is_prose and not text.lstrip().startswith(("{", "[", "http")) else 0


def _paragraphs(value: object) -> Iterator[str]:
    """Yield the paragraphs and headings of a value as HTML."""
    if isinstance(value, str):
        yield from _markup(value)
    elif isinstance(value, list):
        items = cast("list[object]", value)
        runs = [_run(item) for item in items]
        texts = [run for run in runs if run is not None]
        if len(texts) == len(runs) and not all(_SENTENCE.search(text) for text in texts):
            yield from _markup("".join(texts))
        else:
            for item in items:
                yield from _paragraphs(item)
    elif isinstance(value, dict):
        item = cast("dict[str, object]", value)
        text = next((item[name] for name in _TEXT_NAMES if item.get(name)), "")
        parts = list(_paragraphs(text))
        is_heading = any(map(_HEADING_KIND.fullmatch, _kinds(item)))
        if is_heading and len(parts) == 1 and parts[0].startswith("<p>"):
            parts = [f"<h2>{parts[0].removeprefix('<p>').removesuffix('</p>')}</h2>"]
        yield from parts or (part for kid in item.values() if not isinstance(kid, str) for part in _paragraphs(kid))


def _kinds(item: Mapping[str, object]) -> list[str]:
    kinds = (item.get(name) for name in _KIND_NAMES)
    return [kind.casefold() for kind in kinds if isinstance(kind, str)]


def _run(value: object) -> str | None:
    """Return the text of a value that can be a piece of a paragraph, else None."""
    if not isinstance(value, dict):
        return None
    item = cast("dict[str, object]", value)
    if any(kind in _BLOCK_KINDS or _HEADING_KIND.fullmatch(kind) for kind in _kinds(item)):
        return None
    text = item.get("text", item.get("value"))
    return text if isinstance(text, str) and not any(isinstance(item.get(name), list) for name in _TEXT_NAMES) else None


def _markup(text: str) -> Iterator[str]:
    if _TAG.search(text):
        yield text if text.lstrip().startswith("<") else f"<p>{text}</p>"
    else:
        yield from (f"<p>{escape(unescape(line.strip()))}</p>" for line in text.splitlines() if line.strip())
