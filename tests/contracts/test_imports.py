"""Who imports whom: by what stands in the modules, and by what a process has loaded."""

import ast
import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.contracts.outlines import HOUSE, find_modules, outline
from tests.unit.review_strategies import TEXT

COMMON = {"reader", "databases", "digests", "errors", "printable", "files", "programs", "settings"}
MAY = {
    "settings": {"review", "settings"},
    "article": {"article"},
    "formats": {"article", "formats"},
    "fetching": {"article", "formats", "review", "fetching"},
    "review": {"article", "review"},
    "library": {"article", "review", "library"},
    "exchange": {"article", "formats", "review", "exchange"},
    "imports": {"article", "formats", "review", "exchange", "sources", "imports"},
    "search": {"article", "formats", "review", "library", "search"},
    "sources": {"article", "formats", "review", "library", "sources"},
    "registries": {"article", "formats", "fetching", "review", "sources", "registries"},
    "team": {"article", "review", "library", "team"},
    "web": {"web"},
    "cli": {
        *("article", "formats", "fetching", "review", "library", "exchange", "search", "sources", "registries", "team", "web"),
        *("imports", "cli"),
    },
    "tui": {
        "article",
        "formats",
        "fetching",
        "review",
        "library",
        "exchange",
        "imports",
        "search",
        "sources",
        "registries",
        "team",
        "tui",
    },
}
ONLY_IN = {
    "tinydb": "library",
    "textual": "tui",
    "click": "cli",
    "sentencex": "article",
    "rapidfuzz": "review",
    "sqlite3": ", search, sources, registries, team",  # and `databases` in the hall
    "obstore": "team",
    "keyring": "team",
    "zstandard": "team",
    "cryptography": "team",
    "aiohttp": "web",
    "textual_serve": "web",
}
DOORS = {
    ("cli", "open.py", "reader.tui.app"),
    ("cli", "open.py", "reader.tui.program"),
    ("cli", "settings.py", "reader.tui.keymap"),
}
"""Where a room reaches another that it else may not: the command that opens the screen, and the check of a person's keys."""


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the full names of the modules that a module imports, at its top or inside a function."""
    names: list[str] = []
    for node in outline(path).imports:
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        else:
            assert node.level == 0, f"{path} imports relatively"
            names.append(node.module or "")
    return tuple(names)


def modules() -> list[tuple[str, Path]]:
    """Return the modules with their room, "" for those of the hall."""
    found = [(path.relative_to(HOUSE).parts, path) for path in find_modules()]
    return [(parts[0] if len(parts) > 1 else "", path) for parts, path in found]


def test_every_room_is_known() -> None:
    assert {room for room, _ in modules()} - {""} == MAY.keys()


@pytest.mark.parametrize("room", MAY)
def test_a_room_imports_only_those_it_may(room: str) -> None:
    for _, path in (module for module in modules() if module[0] == room):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "reader" and (room, path.name, name) not in DOORS:
                assert (parts[1] if len(parts) > 1 else "reader") in MAY[room] | COMMON, f"{path} imports {name}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_in_its_own_room_only(library: str) -> None:
    users = {room for room, path in modules() if library in {name.split(".")[0] for name in imports(path)}}
    assert users <= {*ONLY_IN[library].split(", ")}


def test_what_is_read_and_what_is_said_of_it_need_no_library_at_import() -> None:
    for room, path in modules():
        if room in ("article", "review"):
            body = outline(path).body
            top = [n.module or "" for n in body if isinstance(n, ast.ImportFrom)]
            top += [alias.name for n in body if isinstance(n, ast.Import) for alias in n.names]
            assert {name.split(".")[0] for name in top} <= {"reader", *sys.stdlib_module_names}, path


WATCHED = ("textual", "rich", "tinydb", "sentencex", "rapidfuzz", "markdown_it", "chardet", "reader.tui")
PROGRAM = """
import json, sys
from reader.cli import run
for command in json.loads(sys.argv[1]):
    if code := run(command):
        sys.exit(code)
    sys.stdout.flush()
    print("loaded", *sys.modules, file=sys.stderr)
"""


def loaded(*commands: Sequence[object]) -> list[set[str]]:
    """Return which of the watched modules one process has loaded after each of the commands that it runs."""
    words = json.dumps([[str(word) for word in command] for command in commands])
    done = subprocess.run([sys.executable, "-c", PROGRAM, words], capture_output=True, text=True, check=True)
    told = [line.split() for line in done.stderr.splitlines() if line.startswith("loaded ")]
    assert len(told) == len(commands)
    return [{*names} & {*WATCHED} for names in told]


def test_no_command_but_the_screen_s_loads_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "ferry.txt"
    path.write_text(TEXT, encoding="utf-8")
    *reading, history, told, undo, redo, doctor, repair, purge = loaded(
        *(["--help"], ["--version"], ["export", "--help"], ["list", "--json"]),
        *(["annotate", path, "--quote", "Nobody believed it"], ["search", "ferry"], ["show", path]),
        *(["export", path, "--format", "markdown"], ["check", path, "--select", "CR306"], ["list"], ["audit", path]),
        *(["history"], ["history", path, "--json"], ["undo"], ["redo"], ["doctor"], ["repair"], ["purge", "--yes"]),
    )
    *helps, tables, annotate, search, show, export, check, listed, audit = reading
    assert helps == [set()] * 3
    assert tables <= {"tinydb"}
    assert annotate | search | show | export | check <= {"tinydb", "sentencex"}
    assert listed | audit <= {"tinydb", "sentencex", "rich"}
    assert not {"textual", "reader.tui", "markdown_it"} & (history | told | undo | redo | doctor | repair | purge)
