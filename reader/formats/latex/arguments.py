"""Find the arguments of commands among tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reader.formats.latex.tokens import TexToken

_UNIT: Final = r"[-+]?[ ]?(?:\d+(?:[.,]\d+)?|[.,]\d+)[ ]?(?:pt|em|ex|cm|mm|in|bp|pc|sp|dd|fil+|mu)\b"
_LENGTH: Final = re.compile(rf"[ ]?=?[ ]?{_UNIT}(?:[ ](?:plus|minus)[ ]{_UNIT})*[ ]?")
_OPTIONS: Final = re.compile(r"[^=\n]{0,60}=.*|[-+]?[\d.]+\S{0,20}|", re.DOTALL)
"""Settings, numbers and lengths, which are not printed."""
_RULES: Final = frozenset({"hline", "toprule", "midrule", "bottomrule"})
_REPEATED: Final = frozenset({"endfirsthead", "endhead", "endfoot", "endlastfoot"})
_MAX_DECLARATION: Final = 100
"""The most tokens of a declaration: one whose braces are never closed would be the rest of the document."""
_MAX_OPTIONAL: Final = 150
"""The most tokens of an optional argument."""


def declaration_at(tokens: Sequence[TexToken], place: int) -> Sequence[TexToken]:
    """Return the tokens in which the arguments of a declaration stand that begins at a place: some of what follows."""
    return tokens[place : place + _MAX_DECLARATION]


def skip_space(tokens: Sequence[TexToken], place: int) -> int:
    """Return the first place from here on that is no white space."""
    while place < len(tokens) and tokens[place].kind == "text" and tokens[place].name.isspace():
        place += 1
    return place


def is_group(tokens: Sequence[TexToken], place: int) -> bool:
    """Whether a group opens here, after white space."""
    place = skip_space(tokens, place)
    return place < len(tokens) and tokens[place].kind == "{"


def group_at(tokens: Sequence[TexToken], place: int) -> tuple[Sequence[TexToken], int]:
    """Return the tokens inside the group that opens at a place, and the place after it. A group without end is the rest."""
    depth = 0
    for end in range(place, len(tokens)):
        depth += (tokens[end].kind == "{") - (tokens[end].kind == "}")
        if depth == 0:
            return tokens[place + 1 : end], end + 1
    return tokens[place + 1 :], len(tokens)


def argument_at(tokens: Sequence[TexToken], place: int) -> tuple[Sequence[TexToken], int]:
    """Return the tokens of an argument, after optional ones, and the place after it; nothing where there is none."""
    _, start = optional_at(tokens, place)
    if is_group(tokens, start):
        return group_at(tokens, skip_space(tokens, start))
    return (), place


def skip_arguments(name: str, count: int, tokens: Sequence[TexToken], place: int) -> int:
    """Return the place after the arguments of a command, by its name, that are no text."""
    if name in ("cmidrule", "cline") and place < len(tokens) and tokens[place].name.startswith("("):
        place += 1  # where the line is shortened, such as "(lr)"
    for _ in range(count):
        place = _skip_argument(tokens, place)
    return optional_at(tokens, place)[1] if name == "newtheorem" else place


def _skip_argument(tokens: Sequence[TexToken], place: int) -> int:
    """Return the place after an argument and the optional ones before it; a command alone may be an argument too."""
    _, start = optional_at(tokens, place)
    start = skip_space(tokens, start)
    if start < len(tokens) and tokens[start].kind == "word":
        return start + 1
    return argument_at(tokens, place)[1]


def skip_options(tokens: Sequence[TexToken], place: int) -> int:
    """Return the place after the options of a command that is not known. Other text in brackets is prose."""
    while (found := optional_at(tokens, place))[0] is not None:
        inside, end = found
        is_followed = end < len(tokens) and tokens[end].kind in ("{", "[")
        if not is_followed and not _OPTIONS.fullmatch(plain_characters(inside)):
            break
        place = end
    return place


def skip_length(tokens: Sequence[TexToken], place: int) -> tuple[str, int]:
    """Return the text after a length that stands without braces, such as "2pt plus 1fil", and the place after its token."""
    if place >= len(tokens) or tokens[place].kind != "text":
        return "", place
    match = _LENGTH.match(tokens[place].name)
    return (tokens[place].name[match.end() :], place + 1) if match else ("", place)


def optional_at(tokens: Sequence[TexToken], place: int) -> tuple[Sequence[TexToken] | None, int]:
    """Return the tokens of an optional argument in brackets and the place after it; None and the same place without one."""
    start = skip_space(tokens, place)
    if start >= len(tokens) or tokens[start].kind != "[":
        return None, place
    depth = 0
    for end in range(start + 1, min(start + _MAX_OPTIONAL, len(tokens))):
        kind = tokens[end].kind
        if kind == "]" and depth == 0:
            return tokens[start + 1 : end], end + 1
        if kind == "par":
            break
        depth += (kind == "{") - (kind == "}")
    return None, place


def is_german(tokens: Sequence[TexToken]) -> bool:
    """Whether a preamble makes German the language of the document: it is the last one that babel is given."""
    for place, token in enumerate(tokens):
        if token.kind == "word" and token.name == "usepackage":
            declared = declaration_at(tokens, place + 1)
            options, after = optional_at(declared, 0)
            if plain_characters(argument_at(declared, after)[0]) == "babel":
                return plain_characters(options).rpartition(",")[2].strip() in ("german", "ngerman", "austrian", "naustrian")
    return False


def table_cells(tokens: Sequence[TexToken]) -> tuple[list[list[Sequence[TexToken]]], int]:
    """Return the rows of a table, each with the tokens of its cells, and how many of them stand above its second rule."""
    rows: list[list[Sequence[TexToken]]] = []
    cells: list[Sequence[TexToken]] = []
    start = depth = rules = heads = heads_end = 0
    for place, token in enumerate((*tokens, TexToken("sign", "\\", 0, 0))):
        depth += (token.kind in ("{", "begin")) - (token.kind in ("}", "end"))
        if token.kind == "word" and token.name in _RULES:
            rules += 1
            heads = len(rows) if rules == 2 and not heads else heads
        if token.kind == "word" and token.name in _REPEATED and depth <= 0:
            # Longtables repeat their heads, the second of which is that of further pages; their feet come before the rows.
            rows, cells = (rows if token.name == "endfirsthead" or not heads_end else rows[:heads_end]), []
            heads_end, start = len(rows), place + 1
        is_outside = depth <= 0 or place == len(tokens)  # at its end, whatever is still open belongs to the last cell
        if is_outside and (token.kind == "&" or (token.kind == "sign" and token.name == "\\")):
            cells.append(tokens[start:place])
            start = place + 1
            if token.kind == "sign":
                rows.append(cells)
                cells = []
    return rows, heads


def environment_end(tokens: Sequence[TexToken], place: int, name: str) -> int:
    """Return the place of the end of an environment, or of the last token."""
    depth = 0
    for end in range(place, len(tokens)):
        if tokens[end].name == name and tokens[end].kind in ("begin", "end"):
            depth += 1 if tokens[end].kind == "begin" else -1
            if depth < 0:
                return end
    return len(tokens)


def plain_characters(tokens: Sequence[TexToken] | None) -> str:
    """Return the characters of tokens, such as those of an address or a key."""
    return "".join(
        " " if token.kind in ("~", "par") else token.name for token in tokens or () if token.kind not in "{}"
    ).strip()
