"""The app behind a widget or screen, as what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.dom import DOMNode

if TYPE_CHECKING:
    from reader.tui.app import ReaderApp


def app_of(node: DOMNode) -> ReaderApp:
    """Return the app that a node is in; Textual itself knows it only as some `App`."""
    return cast("ReaderApp", node.app)  # pyright: ignore[reportUnknownMemberType]  # `App` has no type argument there
