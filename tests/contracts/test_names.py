"""Names: modules are nouns, and a public name means one thing in all packages."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.contracts.outlines import HOUSE, find_modules, outline

NOUNS_IN_ING = {
    "anchoring",
    "fetching",
    "finding",
    "heading",
    "loading",
    "matching",
    "ranking",
    "reading",
    "scoring",
    "wording",
}
"""Words that end as a participle does and are nouns of the field all the same."""
PARTICIPLES = {"said", "told", "found", "taken", "known", "given", "kept", "held", "lost", "shown", "written", "drawn", "gone"}
"""Irregular forms; the regular ones end in "ed"."""
GIVEN_NAMES = {"feed", "__missing__", "stored"}
"""A verb, a method that Python names, and a word that reads as a declaration: `note: str = stored("")`."""
IN_EVERY_MODULE = {"__all__", "COMMANDS", "T"}


def paths() -> list[Path]:
    """Return the path of each module from the top of the project."""
    return [path.relative_to(HOUSE.parent) for path in find_modules()]


def modules() -> Iterator[tuple[str, list[ast.stmt]]]:
    """Yield each module's path and its statements."""
    for path in paths():
        yield path.as_posix(), outline(HOUSE.parent / path).body


def top_level_names(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that a module defines: functions, classes, constants."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name))


def is_participle(word: str) -> bool:
    """Whether a name's last word reads as a participle."""
    return word in PARTICIPLES or word.endswith("ed") or (word.endswith("ing") and word not in NOUNS_IN_ING)


def test_modules_and_packages_are_named_by_nouns() -> None:
    parts = {path.with_suffix("") for path in paths()}
    assert sorted(str(path) for path in parts if any(is_participle(part.split("_")[-1]) for part in path.parts)) == []


def test_a_public_name_is_defined_in_one_module() -> None:
    places: dict[str, set[str]] = defaultdict(set)
    for path, body in modules():
        for name in top_level_names(body):
            if not name.startswith("_") and name not in IN_EVERY_MODULE:
                places[name].add(path)
    assert {name: sorted(paths) for name, paths in places.items() if len(paths) > 1} == {}


def test_functions_are_not_named_by_a_participle_alone() -> None:
    names = [
        f"{path}: {node.name}"
        for path, body in modules()
        for scope in [body, *(node.body for node in body if isinstance(node, ast.ClassDef))]
        for node in scope
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and is_participle(node.name.strip("_"))
        and "_" not in node.name.strip("_")
        and not is_message_handler(node)
    ]
    assert [name for name in names if name.rpartition(": ")[2] not in GIVEN_NAMES] == []


def is_message_handler(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether Textual calls a method for a message, whose name is the participle."""
    return any(isinstance(item, ast.Call) and ast.unparse(item.func) == "on" for item in function.decorator_list)
