"""Read the relationships of a Word package: which parts and addresses a part refers to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reader.formats.xml import Package, element_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def relationships_name(part: str) -> str:
    """Return the name of the part with the relationships of a part, after the Open Packaging Conventions."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relationships(package: Package, part: str) -> Iterator[Element]:
    """Yield the relationships of a part."""
    root = package.xml(relationships_name(part))
    if root is not None:
        yield from (element for element in root if element_name(element) == "Relationship")


def related_parts(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and name of the package parts that a part refers to."""
    for element in relationships(package, part):
        if element.get("TargetMode") != "External":
            target = element.get("Target", "")
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
            yield posixpath.basename(element.get("Type", "")), path


def external_addresses(package: Package, part: str) -> dict[str, str]:
    """Return the addresses outside the package that a part refers to, by relationship id."""
    addresses = (element for element in relationships(package, part) if element.get("TargetMode") == "External")
    return {element.get("Id", ""): element.get("Target", "") for element in addresses}
