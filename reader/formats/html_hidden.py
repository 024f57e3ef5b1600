"""What a page hides by other means than its own elements: style sheets of its publishing system, scripts that show it later.

The classes are those that MediaWiki's templates and common themes hide for all readers:
https://en.wikipedia.org/wiki/MediaWiki:Common.css (coordinates in their other notation), the styles of Module:Citation/CS1
(what editors are told of an entry).
"""

from __future__ import annotations

from typing import Final

from reader.formats.html_tree import Node

_UNSEEN: Final = frozenset({"geo-nondefault", "geo-multi-punct", "geo-inline-hidden", "cs1-maint", "cs1-hidden-error"})
_COORDINATES: Final = frozenset({"geo", "geo-dms", "geo-dec"})
_PLACE_ON_TOP: Final = "coordinates"
"""The id of what MediaWiki's style moves to the top of the page, where the article says the same in its text."""
_LITTLE: Final = 200


def hide(root: Node) -> None:
    """Hide what style sheets hide that are not read here, and what they move away from where it stands a second time."""
    is_said = False
    for node in root.inside():
        classes = node.classes if "class" in node.attrs else ()
        if not _UNSEEN.isdisjoint(classes) or (is_said and node.id == _PLACE_ON_TOP):
            node.attrs["hidden"] = ""
        is_said = is_said or not _COORDINATES.isdisjoint(classes)


def uncover(root: Node) -> None:
    """Show what a page hides until a script shows it, if that is most of what it says, and hardly anything else is seen."""
    seen = len(root.text())
    if seen >= _LITTLE:
        return
    before = [(node, node.tag, dict(node.attrs)) for node in root.inside()]
    for node in root.inside():
        node.attrs.pop("hidden", None)
        node.attrs.pop("style", None)
        if node.tag == "noscript":
            node.tag = "div"
    if len(root.text()) <= 2 * seen:
        for node, tag, attrs in before:
            node.tag, node.attrs = tag, attrs
