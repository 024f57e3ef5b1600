"""Declare for a field of a dataclass how it is stored, its label in undo messages, and how its values are combined."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

Combine = Callable[[Sequence[Any]], Any]
"""Combines several values into one; the first takes precedence."""
EMPTY_MAPPING: Final[Mapping[str, Any]] = MappingProxyType({})
_OPTIONS: Final = "stored"
_GAP: Final = "\n\n"


class FieldOptions(NamedTuple):
    """The declaration of a field; `stored` explains the options. `is_key` marks the key of an entry, which its record omits."""

    label: str = ""
    combine: Combine | None = None
    stored_as: str = ""
    omit_empty: bool = False
    is_stored: bool = True
    is_key: bool = False


def stored(
    default: Any, *, label: str = "", combine: Combine | None = None, stored_as: str = "", omit_empty: bool = False
) -> Any:
    """Declare a field that has a default.

    `label` names the field in undo messages; `combine` makes one value of several when annotations are joined (without it, the
    first is kept); `stored_as` is the key in the record if it is not the name; `omit_empty` leaves empty values out of it.
    """
    return _field(default, FieldOptions(label, combine, stored_as, omit_empty))


def not_stored(default: Any) -> Any:
    """Declare a field that has a default and is not in the record."""
    return _field(default, FieldOptions(is_stored=False))


def options(*, label: str = "", stored_as: str = "") -> Mapping[str, Any]:
    """Return the metadata of a field without a default, for `dataclasses.field`."""
    return {_OPTIONS: FieldOptions(label, stored_as=stored_as)}


KEY: Final[Mapping[str, Any]] = {_OPTIONS: FieldOptions(is_stored=False, is_key=True)}
"""The metadata of the key field of an entry, which the record of the entry does not repeat."""


def options_of(one: Field[Any]) -> FieldOptions:
    """Return the declaration of a field."""
    return one.metadata.get(_OPTIONS, FieldOptions())


def _field(default: Any, field_options: FieldOptions) -> Any:
    metadata = {_OPTIONS: field_options}
    if isinstance(default, Mapping):  # a mapping cannot be hashed
        return field(default_factory=lambda: EMPTY_MAPPING, hash=False, metadata=metadata)
    return field(default=default, metadata=metadata)


# ------------------------------------------------------------------ ways to combine values


def first_value(values: Sequence[Any]) -> Any:
    """Return the first value that is not empty, or the first of all."""
    return next((value for value in values if value), values[0])


def union(values: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """Return the elements of all values, each once."""
    return tuple(dict.fromkeys(element for value in values for element in value))


def merge_mappings(values: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the entries of all mappings; of several with the same key, the first."""
    return {key: value for mapping in reversed(values) for key, value in mapping.items()} or EMPTY_MAPPING


def join_texts(values: Sequence[str]) -> str:
    """Return the texts separated by blank lines, each once."""
    whole = ""
    for text in values:
        if text and f"{_GAP}{text}{_GAP}" not in f"{_GAP}{whole}{_GAP}":
            whole = f"{whole}{_GAP}{text}" if whole else text
    return whole
