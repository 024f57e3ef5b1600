"""Cut LaTeX into tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.formats.bibtex import with_letters
from reader.formats.progress import checkpoint

VERBATIM: Final = frozenset({"verbatim", "verbatim*", "Verbatim", "lstlisting", "minted", "alltt", "BVerbatim", "LVerbatim"})
MATH: Final = frozenset(
    {"equation", "equation*", "align", "align*", "alignat", "alignat*", "gather", "gather*", "multline", "multline*"}
    | {"displaymath", "eqnarray", "eqnarray*", "math", "flalign", "flalign*", "split", "dmath", "dmath*"}
)
SKIPPED: Final = frozenset(
    {"comment", "tikzpicture", "pgfpicture", "filecontents", "filecontents*", "picture", "asy", "axis", "CJKfilecontents"}
)
_RAW: Final = VERBATIM | MATH | SKIPPED
"""Environments whose content is taken as it stands."""
_TOKEN: Final = re.compile(
    r"(?P<comment>%[^\n]*(?:\n[ \t]*)?)|\\begin[ \t]*\{(?P<begin>[A-Za-z*@]{1,40})\}|\\end[ \t]*\{(?P<end>[A-Za-z*@]{1,40})\}"
    r"|\\(?:verb\*?|lstinline[ \t]*(?:\[[^\[\]\n]{0,200}\])?)(?P<verb>[^A-Za-z*\s{\[])|\\(?P<false>iffalse)(?![A-Za-z@])"
    r"|\\(?P<address>url|nolinkurl|path|href)[ \t]*\{|\\(?P<open>[\[(])"
    r"|\\(?P<break>\\)\*?(?:\[[ \t]*[-+0-9.\\][^\[\]\n]{0,40}\])?"
    r"|\\(?P<word>[A-Za-z@]+\*?)[ \t]*(?:\n(?![ \t]*\n)[ \t]*)?|\\(?P<sign>[^A-Za-z])"
    r"|(?P<par>\n[ \t]*\n\s*)|(?P<math>\$\$?)|(?P<brace>[{}\[\]&~])|(?P<param>\#[1-9])|(?P<text>[^\\%\n$&{}\[\]~\#]+|\n|.)",
    re.DOTALL,
)
_ADDRESS_PART: Final = re.compile(
    r"\\(?:textasciitilde\b[ ]?(?:\{\})?|~(?:\{\})?|(?P<sign>[%#&_{}$\\]))|(?P<brace>[{}])|[^\\{}\n]+|\n(?![ \t]*\n)|\\"
)
_BLANK_LINE: Final = re.compile(r"\n\s*")
_CONDITION: Final = re.compile(r"\\(if(?!f(?![A-Za-z@])|thenelse|defined)[A-Za-z@]*|else|fi)(?![A-Za-z@])")
_VERB_END: Final = re.compile(r"[^\n]{0,2000}")
_CLOSES: Final = {close: re.compile(rf"(?<!\\){re.escape(close)}|\n[ \t]*\n") for close in ("$", "$$", "\\]", "\\)")}
"""Where a formula ends, by the sign that should end it."""
_CHECK_EVERY: Final = 5000
MAX_TOKENS: Final = 1_500_000
"""The most tokens of a document, each of which takes 0.2 KB."""


class TexToken(NamedTuple):
    r"""A token: its kind, its name or text, and its half-open range in the source.

    Kinds: "text", "par", "word" (`\name`), "sign" (`\%`), "math", "display", "raw" (an environment as it stands: `name` is its
    name, a line end and its content), "begin", "end", "verb", "param", and "{", "}", "[", "]", "&", "~".
    """

    kind: str
    name: str
    start: int
    end: int


def read_tex_tokens(source: str) -> Iterator[TexToken]:
    """Yield the tokens of a source without its comments."""
    position, count = 0, 0
    while match := _TOKEN.match(source, position):
        start, position = match.span()
        count += 1
        if count % _CHECK_EVERY == 0:
            checkpoint()
        kind = match.lastgroup or "text"
        if kind == "comment":
            # A comment takes its line end with it, so a blank line after it is all that ends the paragraph.
            if match[0].rstrip(" \t").endswith("\n") and (blank := _BLANK_LINE.match(source, position)):
                position = blank.end()
                yield TexToken("par", blank[0], start, position)
            continue
        if kind == "false":
            position = _condition_end(source, position)
            continue
        if kind == "begin" and match["begin"] in _RAW:
            end = source.find(f"\\end{{{match['begin']}}}", position)
            content_end = end if end >= 0 else len(source)
            yield TexToken("raw", f"{match['begin']}\n{source[position:content_end]}", start, content_end)
            position = content_end + len(f"\\end{{{match['begin']}}}") if end >= 0 else len(source)
        elif kind == "verb":
            end = _VERB_END.match(source, position)
            text = end[0].partition(match["verb"])[0] if end else ""
            yield TexToken("verb", text, start, position + len(text))
            position += len(text) + 1
        elif kind == "address":
            address, end = _read_address(source, position)
            yield TexToken("word", match["address"], start, position - 1)
            yield TexToken("{", "{", position - 1, position)
            yield TexToken("text", address, position, end)
            yield TexToken("}", "}", end, position := min(end + 1, len(source)))
        elif kind == "break":
            yield TexToken("sign", "\\", start, position)
        elif kind in ("math", "open"):
            close = match[0] if kind == "math" else {"\\[": "\\]", "\\(": "\\)"}[match[0]]
            end = _find_close(source, close, position)
            yield TexToken("display" if close in ("$$", "\\]") else "math", source[position:end], start, end)
            position = min(end + len(close), len(source))
        elif kind == "brace":
            yield TexToken(match[0], match[0], start, position)
        else:
            yield TexToken(kind, match[kind], start, position)


def _read_address(source: str, start: int) -> tuple[str, int]:
    """Return the address that begins at a place, and where it ends. "%", "~" and "#" stand for themselves in it."""
    parts: list[str] = []
    depth, position = 0, start
    while match := _ADDRESS_PART.match(source, position):
        depth += (match["brace"] == "{") - (match["brace"] == "}")
        if depth < 0:
            break
        position = match.end()
        parts.append(match["sign"] or match["brace"] or ("~" if len(match[0]) > 1 and match[0][0] == "\\" else match[0]))
    return "".join("".join(parts).split()), position


def _condition_end(source: str, position: int) -> int:
    r"""Return the place after the part that `\iffalse` leaves out."""
    depth = 0
    for match in _CONDITION.finditer(source, position):
        if depth == 0 and not match[1].startswith("if"):
            return match.end()
        depth += 1 if match[1].startswith("if") else -(match[1] == "fi")
    return len(source)


def _find_close(source: str, close: str, start: int) -> int:
    """Return where a formula ends: at its sign, or at the end of the paragraph if that is missing."""
    match = _CLOSES[close].search(source, start)
    return match.start() if match else len(source)


_LABEL: Final = re.compile(r"\\label\s*\{([^{}\n]{1,200})\}")


def plain_formula(source: str) -> str:
    """Return the source of a formula without its label, in one line."""
    return " ".join(_LABEL.sub("", source).replace("\\nonumber", "").replace("\\notag", "").split())


def prepare(source: str) -> str:
    """Return a source with letters for its accents."""
    return with_letters(source)
