"""Who imports whom: by what stands in the modules, and by what a process has loaded."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.unit.review_strategies import TEXT

HOUSE = Path(__file__).parents[2] / "reader"
COMMON = {"reader", "errors", "printable", "files", "settings"}
MAY = {
    "article": {"article"},
    "formats": {"article", "formats"},
    "review": {"article", "review"},
    "library": {"article", "review", "library"},
    "exchange": {"article", "formats", "review", "exchange"},
    "search": {"article", "formats", "review", "library", "search"},
    "cli": {"article", "formats", "review", "library", "exchange", "search", "cli"},
    "tui": {"article", "formats", "review", "library", "exchange", "search", "tui"},
}
ONLY_IN = {
    "tinydb": "library",
    "textual": "tui",
    "click": "cli",
    "sentencex": "article",
    "rapidfuzz": "review",
    "sqlite3": "search",
}
DOORS = {("cli", "open.py", "reader.tui.app")}
"""The one place where a room reaches another that it else may not: the command that opens the screen."""


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the full names of the modules that a module imports, at its top or inside a function."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.append(node.module or "")
    return tuple(names)


def modules() -> list[tuple[str, Path]]:
    """Return the modules with their room, "" for those of the hall."""
    found = [(path.relative_to(HOUSE).parts, path) for path in sorted(HOUSE.rglob("*.py"))]
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
    assert users <= {ONLY_IN[library]}


def test_what_is_read_and_what_is_said_of_it_need_no_library_at_import() -> None:
    for room, path in modules():
        if room in ("article", "review"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            top = [n.module or "" for n in tree.body if isinstance(n, ast.ImportFrom)]
            top += [alias.name for n in tree.body if isinstance(n, ast.Import) for alias in n.names]
            assert {name.split(".")[0] for name in top} <= {"reader", *sys.stdlib_module_names}, path


WATCHED = ("textual", "rich", "tinydb", "sentencex", "rapidfuzz", "markdown_it", "chardet", "reader.tui")
PROGRAM = """
import sys
from reader.cli import run
code = run(sys.argv[1:])
sys.stdout.flush()
print(*(name for name in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def loaded(*arguments: object) -> set[str]:
    """Return which of the watched modules a command loads."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=True)
    return {*done.stderr.split()} & {*WATCHED}


def test_no_command_but_the_screen_s_loads_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "ferry.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert loaded("--help") == loaded("--version") == loaded("export", "--help") == set()
    assert loaded("annotate", path, "--quote", "Nobody believed it") <= {"tinydb", "sentencex"}
    assert loaded("show", path) <= {"tinydb", "sentencex"}
    assert loaded("export", path, "--format", "markdown") <= {"tinydb", "sentencex"}
    assert loaded("list", "--json") <= {"tinydb"}
    assert loaded("list") <= {"tinydb", "rich"}
    assert loaded("audit", path) <= {"tinydb", "sentencex", "rich"}
    assert loaded("check", path, "--select", "CR306") <= {"tinydb", "sentencex"}
