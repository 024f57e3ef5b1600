"""Drawing rests on private names of Textual: they are as expected, and a version without them draws in its own way."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import pytest
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.timer import Timer
from textual.widget import Widget

from reader.tui.text_screen import TextScreen
from reader.tui.widgets.compositor import CullingCompositor
from reader.tui.widgets.rows import repaint_cells
from reader.tui.widgets.styled_lines import StyledLines

OTHER_VERSIONS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "another name": lambda patch: patch.delattr(Compositor, "_regions_to_spans"),
    "another kind of update": lambda patch: patch.setattr(CompositorUpdate, "render_segments", lambda self: ""),
    "an argument more": lambda patch: patch.setattr(Compositor, "render_partial_update", lambda self, size: None),
    "another module": lambda patch: patch.setitem(sys.modules, "reader.tui.widgets.compositor", None),
}


def test_this_version_of_textual_composes_as_culling_expects() -> None:
    assert type(TextScreen()._compositor) is CullingCompositor


@pytest.mark.parametrize("version", OTHER_VERSIONS)
def test_another_version_of_textual_composes_in_its_own_way(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    OTHER_VERSIONS[version](monkeypatch)
    assert type(TextScreen()._compositor) is Compositor


def test_this_version_of_textual_takes_cells_to_repaint() -> None:
    assert isinstance(TextScreen()._dirty_widgets, set)
    assert isinstance(StyledLines()._repaint_regions, set)


def test_this_version_of_textual_skips_what_its_timers_are_too_late_for() -> None:
    assert Timer(TextScreen(), 1.0)._skip


def test_another_version_of_textual_is_asked_to_refresh() -> None:
    cells, refreshed = Region(1, 2, 3, 1), list[Region]()
    repaint_cells(cast("Widget", SimpleNamespace(is_mounted=True, screen=None, refresh=refreshed.append)), cells)
    assert refreshed == [cells]
