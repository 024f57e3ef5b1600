"""Build HTML from elements. Text becomes text: only a literal of the code can be a tag, and every value is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final, Literal, NamedTuple, TypeAlias

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


class Verbatim(NamedTuple):
    """The content of a style sheet or a script of this package, which HTML does not escape."""

    code: str


class Element(NamedTuple):
    """An element with its attributes by their names in HTML. The children may be computed while the page is written."""

    tag: TagName
    attributes: tuple[tuple[str, str | None], ...]
    children: Iterable[Content]


Content: TypeAlias = "str | Verbatim | Element | Iterable[Content]"


def element(tag: TagName, *children: Content, **attributes: str | int | None) -> Element:
    """Return an element.

    A trailing underscore of an attribute's name is dropped, any other is a hyphen: `class_`, `aria_label`. An attribute that is
    None is left out.
    """
    named = ((name.rstrip("_").replace("_", "-"), str(value)) for name, value in attributes.items() if value is not None)
    return Element(tag, tuple(named), children)


def render(*nodes: Content) -> Iterator[str]:
    """Yield the HTML of nodes in pieces. Its depth is that of the page, so that no text can exhaust a stack."""
    levels: list[tuple[Iterator[Content], str]] = [(iter(nodes), "")]
    while levels:
        children, end = levels[-1]
        for child in children:
            if isinstance(child, str):
                yield escape_text(child)
            elif isinstance(child, Verbatim):
                yield child.code
            elif isinstance(child, Element):
                yield f"<{child.tag}{''.join(map(_attribute, child.attributes))}>"
                line = "\n" if child.tag in _LINES else ""
                if child.tag in _VOID:
                    yield line
                else:
                    levels.append((iter(child.children), f"</{child.tag}>{line}"))
                    break
            else:
                levels.append((iter(child), ""))
                break
        else:
            levels.pop()
            yield end


def escape_text(text: str) -> str:
    """Return a text as HTML that shows it, with visible signs for characters that control a screen or reverse the direction."""
    return escape(_NONCHARACTER.sub("\ufffd", printable(text)), quote=False)


def _attribute(attribute: tuple[str, str | None]) -> str:
    name, value = attribute
    return f' {name}="{escape(_NONCHARACTER.sub(chr(0xFFFD), printable_line(value)))}"' if value else f' {name}=""'
