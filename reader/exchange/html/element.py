"""Build HTML from elements. Text becomes text: only a literal of the code can be a tag, and every value is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from reader.printable import printable, printable_line

TagName = Literal[
    "a",
    "b",
    "bdi",
    "blockquote",
    "body",
    "button",
    "caption",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "input",
    "label",
    "li",
    "main",
    "mark",
    "meta",
    "nav",
    "ol",
    "option",
    "output",
    "p",
    "pre",
    "rect",
    "s",
    "script",
    "section",
    "select",
    "span",
    "strong",
    "style",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
]
"""The tags that a page can have; the type checker refuses any other, and so a tag that comes from a text."""

_VOID: Final = frozenset(("hr", "input", "meta"))
_LINES: Final = frozenset(
    (
        *("body", "caption", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head"),
        *(
            "header",
            "hr",
            "html",
            "li",
            "main",
            "meta",
            "nav",
            "ol",
            "p",
            "pre",
            "script",
            "section",
            "style",
            "table",
            "tbody",
        ),
        *("td", "th", "thead", "title", "tr", "ul"),
    )
)
"""The tags that end a line of the file."""
_NONCHARACTER: Final = re.compile(
    f"[\ufdd0-\ufdef{''.join(chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))}]"
)
_MOST_PIECES: Final = 16
"""The most pieces that are joined before they are handed over."""


class Html(str):
    """HTML that is written as it is: what elements make, and the style sheet and the script of this package.

    Whatever is made of it, such as a part of it or a longer text, is text again and is escaped.
    """

    __slots__ = ()


class LazyElement(NamedTuple):
    """An element whose children are computed while the page is written. `end` is the end tag."""

    start: str
    end: str
    children: tuple[Content, ...]


Content: TypeAlias = "str | Html | LazyElement | Iterable[Content]"


def element(tag: TagName, *children: Content, **attributes: str | int | None) -> Html | LazyElement:
    """Return an element, as HTML if all that it holds is there.

    A trailing underscore of an attribute's name is dropped, any other is a hyphen: `class_`, `aria_label`. An attribute that is
    None is left out.
    """
    start, end = _start_tag(tag, *attributes.items()) if attributes else _PLAIN_TAGS[tag], _END_TAGS[tag]
    if len(children) == 1 and isinstance(only := children[0], str):
        return Html(f"{start}{only if isinstance(only, Html) else escape_text(only)}{end}")
    parts = [start]
    for child in children:
        if isinstance(child, Html):
            parts.append(child)
        elif isinstance(child, str):
            parts.append(escape_text(child))
        elif child != ():
            return LazyElement(start, end, children)
    parts.append(end)
    return Html("".join(parts))


def render(*contents: Content) -> Iterator[str]:
    """Yield the HTML of contents in pieces. No text can exhaust a stack, as there is no recursion."""
    pieces: list[str] = []
    levels: list[tuple[Iterator[Content], str]] = [(iter(contents), "")]
    while levels:
        children, end = levels[-1]
        for child in children:
            if isinstance(child, Html):
                pieces.append(child)
            elif isinstance(child, str):
                pieces.append(escape_text(child))
            elif isinstance(child, LazyElement):
                pieces.append(child.start)
                levels.append((iter(child.children), child.end))
                break
            else:
                levels.append((iter(child), ""))
                break
        else:
            levels.pop()
            pieces.append(end)
        if len(pieces) > _MOST_PIECES:
            yield "".join(pieces)
            pieces.clear()
    yield "".join(pieces)


def escape_text(text: str) -> str:
    """Return a text as HTML, also for a value in double quotes, with signs for characters of control and direction."""
    if not text.isprintable():  # no noncharacter is, and to look for each of them is slow
        text = _NONCHARACTER.sub("\ufffd", printable(text))
    # Four replacements are quicker than one pattern, as most texts have none of the signs.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@lru_cache(maxsize=2048)  # most of the start tags of a page are a few, such as those of the signs
def _start_tag(tag: TagName, *attributes: tuple[str, str | int | None]) -> str:
    written = [f"<{tag}"]
    for name, value in attributes:
        if value is not None:
            text = escape_text(printable_line(value)) if isinstance(value, str) else value
            written.append(f' {_attribute_name(name)}="{text}"')
    written.append(f">{_line_end(tag)}" if tag in _VOID else ">")
    return "".join(written)


@cache
def _attribute_name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _line_end(tag: str) -> str:
    return "\n" if tag in _LINES else ""


_END_TAGS: Final[dict[str, str]] = {tag: "" if tag in _VOID else f"</{tag}>{_line_end(tag)}" for tag in get_args(TagName)}
_PLAIN_TAGS: Final[dict[str, str]] = {tag: _start_tag(tag) for tag in get_args(TagName)}
