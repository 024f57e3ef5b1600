"""Culling rests on private names of Textual: they are as expected, and a version without them composes in its own way."""

import sys
from collections.abc import Callable

import pytest
from textual._compositor import Compositor, CompositorUpdate

from reader.tui.text_screen import TextScreen
from reader.tui.widgets.compositor import CullingCompositor

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
