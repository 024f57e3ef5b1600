"""Define and expand the macros of a document. They are replaced by their text, never run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from reader.formats.budget import current_budget
from reader.formats.latex.arguments import argument_at, group_at, is_group, optional_at, plain_characters, skip_space
from reader.formats.latex.tokens import TexToken
from reader.formats.progress import checkpoint

DEFINES: Final = (
    "newcommand",
    "providecommand",
    "renewcommand",
    "def",
    "DeclareRobustCommand",
    "NewDocumentCommand",
    "RenewDocumentCommand",
)
"""The commands that define a macro."""


class Macro(NamedTuple):
    """A macro: the number of its arguments, the first one's default, and the tokens of its text.

    `uses` says how often the text takes each argument, after the number of its other tokens.
    """

    arguments: int
    default: Sequence[TexToken] | None
    body: Sequence[TexToken]
    uses: Sequence[int]


def define_macro(command: str, tokens: Sequence[TexToken], place: int) -> tuple[str, Macro | None, int]:
    r"""Return the name and the macro that a command such as \newcommand or \def defines, and the place after it.

    `place` is that of the name. There is no macro where its text is missing.
    """
    place = skip_space(tokens, place)
    if place < len(tokens) and tokens[place].kind == "word":
        name, place = tokens[place].name, place + 1
    else:
        inside, place = argument_at(tokens, place)
        name = inside[0].name if len(inside) == 1 else ""
    if command.endswith("DocumentCommand"):
        signature, place = argument_at(tokens, place)
        count, default = _read_signature(signature)
        body, end = argument_at(tokens, place)
        return name, _make_macro(count, default, body) if end > place else None, end
    number, place = optional_at(tokens, place)
    default, place = optional_at(tokens, place)
    digit = plain_characters(number)
    count = int(digit) if len(digit) == 1 and digit in "123456789" else 0
    while place < len(tokens) and tokens[place].kind == "param":
        count, place = count + 1, place + 1
    if not is_group(tokens, place):
        return name, None, place
    body, place = group_at(tokens, skip_space(tokens, place))
    return name, _make_macro(count, default, body), place


def _make_macro(count: int, default: Sequence[TexToken] | None, body: Sequence[TexToken]) -> Macro:
    uses = [0] * 10
    for token in body:
        uses[_parameter(token)] += 1
    return Macro(count, default, body, uses)


def _parameter(token: TexToken) -> int:
    """Return the number of the argument that a token of a macro's text stands for, 0 for any other token."""
    return int(token.name[1:]) if token.kind == "param" else 0


def _read_signature(tokens: Sequence[TexToken]) -> tuple[int, Sequence[TexToken] | None]:
    """Return the number of arguments, and the default of the first one, of a signature of xparse, such as "O{x} m"."""
    letters = "".join(token.name for token in tokens if token.kind == "text").split("#")[0]
    first = letters.lstrip()[:1]
    default = group_at(tokens, 1)[0] if first == "O" and is_group(tokens, 1) else () if first == "o" else None
    return min(letters.count("m") + (default is not None), 9), default


def expand_macro(macro: Macro, tokens: Sequence[TexToken], place: int, room: int) -> tuple[Sequence[TexToken], int]:
    """Return what a macro stands for, and the place after its arguments, which begin at `place`.

    It is nothing, and a notice says so, if it has more than `room` tokens: they are counted before there are any.
    """
    checkpoint()
    arguments: list[Sequence[TexToken]] = []
    if macro.default is not None:
        given, place = optional_at(tokens, place)
        arguments.append(macro.default if given is None else given)
    while len(arguments) < macro.arguments:
        inside, place = argument_at(tokens, place)
        arguments.append(inside)
    size = macro.uses[0] + sum(len(inside) * uses for inside, uses in zip(arguments, macro.uses[1:], strict=False))
    if size > room:
        current_budget().omit("What some macros stand for was not read, as it is too long.")
        return (), place
    expanded: list[TexToken] = []
    for token in macro.body:
        number = _parameter(token)
        expanded += arguments[number - 1] if 0 < number <= len(arguments) else () if number else (token,)
    return expanded, place
