"""No imports go in a circle, and inside the terminal they point down."""

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.contracts.outlines import HOUSE, find_modules, outline

LAYERS = (
    {
        "action",
        "reading_actions",
        "actions",
        "path_completion",
        "question",
        "theme",
        "textual_looks",
        "layout",
        "background",
        "terminal",
        "browser",
        "clipboard",
    },
    {"styled_line", "keymap", "cues"},
    {"panes", "services", "shared_library", "index_follower", "team_follower"},
    {"widgets"},
    {"text_state", "text_context", "text_screen", "editions", "dialogs", "matches", "jump_mode"},
    {"reading"},
    {"source"},
    {
        "library",
        "codebook",
        "export_screen",
        "search_screen",
        "disagreements_screen",
        "settings_screen",
        "type_ahead",
        "app",
        "program",
    },
)
"""The modules and packages of the terminal, lowest first. Each may import those of its own layer and of those below."""


@cache
def import_graph(house: Path = HOUSE) -> dict[str, set[str]]:
    """Return for each module those it imports: at its top, inside a function or under TYPE_CHECKING."""
    paths = {".".join((house.name, *path.relative_to(house).with_suffix("").parts)): path for path in find_modules(house)}
    modules = {name.removesuffix(".__init__"): path for name, path in paths.items()}
    graph: dict[str, set[str]] = {}
    for module, path in modules.items():
        names = set[str]()
        for node in outline(path).imports:
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            else:
                within = [f"{node.module}.{alias.name}" for alias in node.names]
                names.update(name if name in modules else node.module or "" for name in within)
        graph[module] = (names & modules.keys()) - {module}
    return graph


def layer_of(module: str) -> int:
    """Return the number of the layer that a module of the terminal belongs to."""
    part = module.split(".")[2]
    return next(number for number, parts in enumerate(LAYERS) if part in parts)


def find_circle(graph: dict[str, set[str]]) -> str:
    """Return a circle of imports as one line, "" when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return " imports ".join(reversed(error.args[1]))
    return ""


def imports_upwards(graph: dict[str, set[str]]) -> list[str]:
    """Return the imports of the terminal that point up."""
    terminal = {module for module in graph if module.startswith("reader.tui.")}
    return sorted(
        f"{module} imports {other}"
        for module in terminal
        for other in graph[module] & terminal
        if layer_of(other) > layer_of(module)
    )


def test_no_imports_go_in_a_circle() -> None:
    assert find_circle(import_graph()) == ""


def test_the_imports_of_the_terminal_point_down() -> None:
    assert imports_upwards(import_graph()) == []


@pytest.mark.parametrize("statement", ["from reader.b import b", "def f():\n    import reader.b", "from reader import b"])
def test_a_circle_is_found_wherever_the_import_stands(tmp_path: Path, statement: str) -> None:
    house = tmp_path / "reader"
    house.mkdir()
    (house / "__init__.py").write_text("")
    (house / "a.py").write_text(statement)
    (house / "b.py").write_text("if TYPE_CHECKING:\n    from reader.a import a")
    assert find_circle(import_graph(house)) in (
        "reader.a imports reader.b imports reader.a",
        "reader.b imports reader.a imports reader.b",
    )


def test_an_import_that_points_up_is_found() -> None:
    graph = {"reader.tui.panes.card": {"reader.tui.reading.screen"}, "reader.tui.reading.screen": {"reader.tui.panes.card"}}
    assert imports_upwards(graph) == ["reader.tui.panes.card imports reader.tui.reading.screen"]
