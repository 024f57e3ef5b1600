"""Reading the fields of a plain record, which any program may have written: a value of another kind is never an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import cast

from reader.review.cells import LATEST
from reader.review.model import NO_RIVALS, NOTHING


def text(record: Mapping[str, object], name: str) -> str:
    """Return a field as text, "" when it is missing."""
    value = record.get(name, "")
    return value if isinstance(value, str) else str(value)


def number(record: Mapping[str, object], name: str) -> int:
    """Return a field as a whole number, 0 when it is missing or none."""
    value = record.get(name, 0)
    return value if isinstance(value, int) else 0


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts, empty when it is no list."""
    return tuple(str(item) for item in cast("list[object]", value)) if isinstance(value, list) else ()


def mapping(value: object) -> Mapping[str, object]:
    """Return a mapping, empty when it is none."""
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else NOTHING


def mappings(value: object) -> Iterable[Mapping[str, object]]:
    """Return the mappings of a list, empty when it is no list."""
    return (mapping(item) for item in cast("list[object]", value)) if isinstance(value, list) else ()


def rivals(value: object) -> Mapping[str, tuple[object, ...]]:
    """Return the other values of a record's cells, by cell, without those that nobody wrote by hand."""
    found = {
        cell: tuple(cast("list[object]", values))
        for cell, values in mapping(value).items()
        if isinstance(values, list) and cell not in LATEST
    }
    return MappingProxyType(found) if found else NO_RIVALS


def unknown(record: Mapping[str, object], known: frozenset[str]) -> Mapping[str, object]:
    """Return the fields that are not among those known, to be kept as they came."""
    rest = {name: value for name, value in record.items() if name not in known}
    return MappingProxyType(rest) if rest else NOTHING
