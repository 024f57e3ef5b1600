"""The modules of the package as the contracts look at them: what each imports and defines. All are parsed once."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

HOUSE: Final = Path(__file__).parents[2] / "reader"


class Outline(NamedTuple):
    """A module without the insides of its functions."""

    body: list[ast.stmt]
    """Its statements. Functions, also those of classes, have no body."""
    imports: tuple[ast.Import | ast.ImportFrom, ...]
    """The imports at its top, inside functions and under TYPE_CHECKING."""


def find_modules(house: Path = HOUSE) -> list[Path]:
    """Return the modules of a package, by name."""
    return sorted(house.rglob("*.py"))


@cache
def outline(path: Path) -> Outline:
    """Return the outline of a module. It is kept, and therefore without the insides of functions: those take 200 MB."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports: list[ast.Import | ast.ImportFrom] = []
    blocks: list[ast.AST] = [tree]
    for block in blocks:
        inside = [
            statement
            for field in ("body", "handlers", "orelse", "finalbody", "cases")
            for statement in getattr(block, field, ())
        ]
        imports += (statement for statement in inside if isinstance(statement, ast.Import | ast.ImportFrom))
        blocks += (statement for statement in inside if isinstance(statement, ast.stmt | ast.excepthandler | ast.match_case))
        if isinstance(block, ast.FunctionDef | ast.AsyncFunctionDef):
            block.body = []
    return Outline(tree.body, tuple(imports))
