"""Scan the inline markup of Markdown with exact ranges."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind, Style, StyleKind
from reader.article.reference_parser import trim_address
from reader.formats.markdown.blocks import Definitions, Leaf, definition_label, tag_at

# ------------------------------------------------------------------ Emphasis (CommonMark's delimiter runs)


@dataclass(slots=True)
class DelimiterRun:
    """A run of one sign that may open or close emphasis. `start` and `length` delimit the unused part."""

    sign: str
    start: int
    length: int
    can_open: bool
    can_close: bool
    full_length: int


def read_delimiters(text: str, start: int, end: int, first: int, last: int) -> DelimiterRun:
    """Return the run `text[start:end]` of the paragraph `text[first:last]`. Its neighbours decide if it can open or close."""
    before = text[start - 1] if start > first else " "
    after = text[end] if end < last else " "
    after_is_white, before_is_white = after.isspace(), before.isspace()
    after_is_sign, before_is_sign = not after.isalnum() and not after_is_white, not before.isalnum() and not before_is_white
    left = not after_is_white and (not after_is_sign or before_is_white or before_is_sign)
    right = not before_is_white and (not before_is_sign or after_is_white or after_is_sign)
    sign = text[start]
    if sign == "_":
        return DelimiterRun(
            sign, start, end - start, left and (not right or before_is_sign), right and (not left or after_is_sign), end - start
        )
    return DelimiterRun(sign, start, end - start, left, right, end - start)


def match_emphasis(runs: Sequence[DelimiterRun]) -> Iterator[Style]:
    """Match the runs (in order) and yield the resulting styles, including hidden signs."""
    openers: list[DelimiterRun] = []
    bottoms: dict[tuple[str, bool, int], int] = {}  # the lowest opener worth trying for each kind of closer
    for run in runs:
        while run.can_close and run.length:
            key = (run.sign, run.can_open, run.full_length % 3)
            place = _find_opener(openers, run, bottoms.get(key, 0))
            if place < 0:
                bottoms[key] = len(openers)
                break
            opener = openers[place]
            del openers[place + 1 :]
            length = _used_length(opener, run)
            opener.length -= length
            inner = opener.start + opener.length + length
            yield Style(inner - length, inner, StyleKind.MARKUP)
            yield Style(inner, run.start, _emphasis_kind(run.sign, length))
            yield Style(run.start, run.start + length, StyleKind.MARKUP)
            run.start += length
            run.length -= length
            if not opener.length:
                openers.pop()
        if run.can_open and run.length:
            openers.append(run)


def _find_opener(openers: Sequence[DelimiterRun], closer: DelimiterRun, bottom: int) -> int:
    """Return the index of the last matching opener from `bottom` on, or -1."""
    for place in range(len(openers) - 1, min(bottom, len(openers)) - 1, -1):
        opener = openers[place]
        if opener.sign != closer.sign:
            continue
        if closer.sign == "~":
            if opener.length == closer.length:
                return place
        elif (
            not (opener.can_close or closer.can_open)
            or (opener.full_length + closer.full_length) % 3
            or not (opener.full_length % 3 or closer.full_length % 3)
        ):
            return place
    return -1


def _used_length(opener: DelimiterRun, closer: DelimiterRun) -> int:
    if closer.sign == "~":
        return closer.length
    return 2 if opener.length > 1 and closer.length > 1 else 1


def _emphasis_kind(sign: str, length: int) -> StyleKind:
    if sign == "~":
        return StyleKind.STRIKE
    return StyleKind.STRONG if length == 2 else StyleKind.EMPHASIS


# ------------------------------------------------------------------ Inline markup

# Every alternative begins with a literal character, which makes the search much faster. A number in brackets, as most markers
# are, is one token: without an address it is never a link.
_TOKEN = lazy_pattern(r"\[\d+\](?![\[(])|\\[!-/:-@\[-`{-~\n]|``*|\*\**|__*|~~*|!\[|\[|\]|<|\^\d|://|www\.")
_TICKS = lazy_pattern(r"`+")
_TARGET = lazy_pattern(
    r"\(\s{0,9}(<[^<>\n]*>|[^\s()<]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s{1,9}(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s{0,9}\)"
)
_REFERENCE = lazy_pattern(r"\[((?:[^\[\]\\]|\\.){0,300})\]")
_AUTOLINK = lazy_pattern(r"<([A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~\-]{1,64}@[\w\-.]{1,255})>")
_BARE_ADDRESS = lazy_pattern(r"[^\s<>\"“”|\\`{}\[\]]+")
_SCHEME = lazy_pattern(r"(?:https?|ftp)$", re.IGNORECASE)
_HIDING_TAG = lazy_pattern(r"<(?:span|div|p)\s(?:[^<>]*?\s)?style=[\"'][^\"'<>]*?display:\s?none", re.IGNORECASE)
_HREF = lazy_pattern(r"\shref\s?=\s?(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_CARET_NUMBERS = lazy_pattern(r"\^(\d{1,3}(?:[,–-] ?\d{1,3})*)\^")
_MAX_LABEL_LENGTH = 300
_KINDS_WITHOUT_MARKUP = frozenset({BlockKind.CODE, BlockKind.RULE})


class Bracket(NamedTuple):
    """An open "[" or "![": its range, and the numbers of delimiter runs and styles before it."""

    start: int
    content: int
    run_count: int
    style_count: int

    @property
    def is_image(self) -> bool:
        """Whether the bracket is "!["."""
        return self.content - self.start == 2


def inline_styles(text: str, leaves: Sequence[Leaf], definitions: Definitions) -> list[Style]:
    """Return the styles of all leaves. `definitions` are those of links."""
    styles: list[Style] = []
    for leaf in leaves:
        if leaf.block.kind not in _KINDS_WITHOUT_MARKUP:
            tokens = _TOKEN.finditer(text, leaf.content, leaf.block.end)
            first = next(tokens, None)
            if first is not None:
                _Inline(text, leaf.content, leaf.block.end, definitions, styles).run(first.start())
    return styles


class _Inline:
    def __init__(self, text: str, start: int, end: int, definitions: Definitions, styles: list[Style]) -> None:
        self.text, self.start, self.end = text, start, end
        self.definitions, self.styles = definitions, styles
        self.runs: list[DelimiterRun] = []
        self.brackets: list[Bracket] = []
        self.inactive = 0  # The number of first brackets that only images may close, since links do not nest.
        self.anchor: tuple[int, str] | None = None  # the offset after an open <a>, and its address
        self.superscript_start = -1  # the offset after an open <sup>, or -1
        self.ticks: dict[int, list[int]] | None = None
        self.comments = True
        self.hidden_elements = True

    def run(self, first: int) -> None:
        """Add the styles of the block, whose first sign is at `first`."""
        next_start = first
        for token in _TOKEN.finditer(self.text, first, self.end):
            start, end = token.span()
            if start >= next_start:
                next_start = self._token(token[0], start, end)
        self.styles += match_emphasis(self.runs)

    def _token(self, sign: str, start: int, end: int) -> int:
        """Process one sign and return the offset at which to continue."""
        match sign[0]:
            case "[" | "!":
                if sign[-1] == "[":
                    self.brackets.append(Bracket(start, end, len(self.runs), len(self.styles)))
                return end
            case "*" | "_" | "~":
                if sign[0] != "~" or len(sign) <= 2:
                    self.runs.append(read_delimiters(self.text, start, end, self.start, self.end))
                return end
            case "\\":
                self._hide(start, start + 1)
                return end
            case "`":
                return self._code(start, end)
            case "]":
                return self._close_bracket(start)
            case "<":
                return self._tag(start)
            case "^":
                return self._carets(start)
            case _:
                return self._address(start, end)

    def _hide(self, start: int, end: int) -> None:
        if start < end:
            self.styles.append(Style(start, end, StyleKind.MARKUP))

    def _code(self, start: int, end: int) -> int:
        """Style a code span. Backticks without a matching run are text."""
        length = end - start
        if self.ticks is None:
            self.ticks = {}
            for match in _TICKS.finditer(self.text, start, self.end):
                self.ticks.setdefault(match.end() - match.start(), []).append(match.start())
        places = self.ticks.get(length, [])
        place = bisect_left(places, end)
        if place == len(places):
            return end
        closing = places[place]
        self._hide(start, end)
        self.styles.append(Style(end, closing, StyleKind.CODE))
        self._hide(closing, closing + length)
        return closing + length

    def _close_bracket(self, start: int) -> int:
        """Turn the last open bracket into a link or image if it has an address."""
        next_start = start + 1
        if not self.brackets:
            return next_start
        bracket = self.brackets.pop()
        is_inactive, self.inactive = len(self.brackets) < self.inactive, min(self.inactive, len(self.brackets))
        target = None if is_inactive and not bracket.is_image else self._target(bracket, start)
        if target is None:
            return next_start
        address, end = target
        if not bracket.is_image:
            self._drop_addresses(bracket)
        if bracket.content == start and not bracket.is_image and self.text.startswith(f"({address})", next_start):
            self._hide(bracket.start, start + 2)  # a link without words shows its address
            self.styles.append(Style(start + 2, end - 1, StyleKind.LINK, address))
            self._hide(end - 1, end)
            return end
        is_bare_number = self._inner(bracket, start).strip("^").isdecimal()  # its brackets are those of the marker
        if not is_bare_number:
            self._hide(bracket.start, bracket.content)
        self.styles.append(Style(bracket.content, start, StyleKind.LINK, address))
        self._hide(next_start if is_bare_number else start, end)
        self.styles += match_emphasis(self.runs[bracket.run_count :])
        del self.runs[bracket.run_count :]
        if not bracket.is_image:
            self.inactive = len(self.brackets)
        return end

    def _drop_addresses(self, bracket: Bracket) -> None:
        """Drop the links of bare addresses in the words of a link, which may have images."""
        styles = self.styles[bracket.style_count :]
        if any(style.kind is StyleKind.LINK for style in styles):
            self.styles[bracket.style_count :] = [
                style for style in styles if style.kind is not StyleKind.LINK or self.text.endswith("![", 0, style.start)
            ]

    def _target(self, bracket: Bracket, start: int) -> tuple[str, int] | None:
        """Return the address and end of the link with its "]" at `start`: "(address)", "[label]", or its text as a label."""
        if target := _TARGET.match(self.text, start + 1, self.end):
            return target[1].strip("<>"), target.end()
        if not self.definitions:
            return None
        reference = _REFERENCE.match(self.text, start + 1, self.end)
        label = definition_label((reference[1] if reference else "") or self._inner(bracket, start))
        is_marker = label.isdecimal() and (reference is None or self._inner(bracket, start).isdecimal())  # "[1]", "[1][2]"
        address = None if is_marker else self.definitions.address(label, start)
        return None if address is None else (address, reference.end() if reference else start + 1)

    def _inner(self, bracket: Bracket, end: int) -> str:
        """Return the text in a bracket that may be a label or a number, "" if it is too long for one: brackets nest."""
        return self.text[bracket.content : end] if end - bracket.content <= _MAX_LABEL_LENGTH else ""

    def _tag(self, start: int) -> int:
        text = self.text
        if autolink := _AUTOLINK.match(text, start, self.end):
            self._hide(start, start + 1)
            address = autolink[1]
            target = address if ":" in address else f"mailto:{address}"
            self.styles.append(Style(start + 1, autolink.end() - 1, StyleKind.LINK, target))
            self._hide(autolink.end() - 1, autolink.end())
            return autolink.end()
        if self.comments and text.startswith("<!--", start):
            closing = text.find("-->", start, self.end)
            self.comments = closing >= 0
            if self.comments:
                self._hide(start, closing + 3)
                return closing + 3
        tag = tag_at(text, start, self.end)
        if tag is None:
            return start + 1
        if self.hidden_elements and _HIDING_TAG.match(text, start, tag.end()):
            closing = text.find(f"</{tag[1]}>", tag.end(), self.end)
            self.hidden_elements = closing >= 0
            if self.hidden_elements:
                end = closing + len(tag[1]) + 3
                self._hide(start, end)
                return end
        self._hide(start, tag.end())
        if tag[1] in ("a", "A"):
            self._anchor(start, tag.end())
        if tag[1].casefold() == "sup":
            if text[start + 1] != "/":
                self.superscript_start = tag.end()
            elif 0 <= self.superscript_start < start:
                self.styles.append(Style(self.superscript_start, start, StyleKind.SUPERSCRIPT))
                self.superscript_start = -1
        return tag.end()

    def _anchor(self, start: int, end: int) -> None:
        """Open or close a link in HTML. Where the next one opens, the one before it ends at the latest."""
        if self.anchor is not None and self.anchor[0] < start:
            self.styles.append(Style(self.anchor[0], start, StyleKind.LINK, self.anchor[1]))
        address = _HREF.search(self.text, start, end)
        self.anchor = None
        if address:
            from html import unescape  # 1 ms, and few texts have links in HTML

            self.anchor = (end, unescape(address[1] or address[2]))

    def _carets(self, start: int) -> int:
        carets = _CARET_NUMBERS.match(self.text, start, self.end)
        if carets is None:
            return start + 1
        self._hide(start, start + 1)
        self.styles.append(Style(start + 1, carets.end() - 1, StyleKind.SUPERSCRIPT))
        self._hide(carets.end() - 1, carets.end())
        return carets.end()

    def _address(self, start: int, end: int) -> int:
        """Style a bare address: "https://…" from its colon, "www.…" from its start."""
        text = self.text
        begin = start
        if text[start] == ":":
            scheme = _SCHEME.search(text, max(self.start, start - 5), start)
            begin = scheme.start() if scheme else -1
        elif start > self.start and (text[start - 1].isalnum() or text[start - 1] in "/.@-_"):
            begin = -1
        bare = _BARE_ADDRESS.match(text, end, self.end) if begin >= 0 else None
        if bare is None:
            return end
        address = trim_address(text[begin : bare.end()])
        if len(address) <= end - begin:
            return end
        target = address if text[start] == ":" else f"https://{address}"
        self.styles.append(Style(begin, begin + len(address), StyleKind.LINK, target))
        return begin + len(address)
