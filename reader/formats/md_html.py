"""HTML inside Markdown: which lines are a block of it, and what in a text is plainly a tag."""

from __future__ import annotations

import re
from typing import NamedTuple

from reader.article.lazy import lazy

_BLOCK_NAMES = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|"
    "figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|nav|noframes|ol|optgroup|"
    "option|p|param|picture|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul"
)
_INLINE_NAMES = (
    "a|abbr|acronym|audio|b|bdi|bdo|big|br|button|cite|code|data|del|dfn|em|font|i|img|input|ins|kbd|label|mark|math|meta|object|picture|q|"
    "ruby|rp|rt|s|samp|small|source|span|strike|strong|style|script|sub|sup|svg|time|tt|u|var|video|wbr"
)
_ENDED = lazy(
    r"<(?:(?P<verbatim>pre|script|style|textarea)(?=[\s>]|$)|(?P<comment>!--)|(?P<process>\?)|(?P<cdata>!\[CDATA\[)|(?P<declared>![A-Z]))",
    re.IGNORECASE,
)
_UNTIL_BLANK = lazy(rf"</?(?:{_BLOCK_NAMES})(?=[\s>/]|$)", re.IGNORECASE)
_ALONE = lazy(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>[ \t]*$")
_TAG = lazy(rf"</?({_BLOCK_NAMES}|{_INLINE_NAMES})(?:\s[^<>]*|/)?>", re.IGNORECASE)
_ENDS = {"comment": "-->", "process": "?>", "cdata": "]]>", "declared": ">"}


class HtmlBlock(NamedTuple):
    """How a block of HTML ends: with the line that has `end` in it, or at a blank line (""). `shown`: it has text."""

    end: str
    shown: bool


def html_block_at(text: str, start: int, end: int, *, in_paragraph: bool) -> HtmlBlock | None:
    """Return what kind of HTML block begins at `start` of a line that ends at `end`, or None."""
    if ended := _ENDED.match(text, start, end):
        kind = ended.lastgroup or ""
        if kind == "verbatim":
            name = ended["verbatim"].casefold()
            return HtmlBlock(f"</{name}>", name in ("pre", "textarea"))
        return HtmlBlock(_ENDS[kind], shown=False)
    if _UNTIL_BLANK.match(text, start, end) or (not in_paragraph and _ALONE.match(text, start, end)):
        return HtmlBlock("", shown=True)
    return None


def tag_at(text: str, start: int, end: int) -> re.Match[str] | None:
    """Return the match of an HTML tag at `start`, with its name as group 1; None for what only looks like one, as `<T>`."""
    return _TAG.match(text, start, end)
