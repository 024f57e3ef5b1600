"""Convert the values of a review to plain JSON records and back, as their fields declare it.

A value of another type reads as empty. A field that this version does not know is kept in `extra`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from operator import attrgetter
from sys import intern
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar, cast, get_args, get_origin, get_type_hints

from reader.review.cells import LATEST_WINS, Record
from reader.review.declaration import EMPTY_MAPPING, Combine, options_of

ValueT = TypeVar("ValueT")


def to_record(value: Any) -> Record:
    """Return a value as a record."""
    schema = _schema(value.__class__)
    record: Record = {**value.extra}
    for (key, omit_empty, write), content in zip(schema.writers, schema.contents(value), strict=True):
        if content or not omit_empty:
            record[key] = content if write is None else write(content)
    return record


def from_record(kind: type[ValueT], record: Mapping[str, object], key: str | None = None) -> ValueT:
    """Return the value of `kind` that a record holds. `key` is the key of an entry, which its record does not repeat."""
    schema = _schema(kind)
    values: list[Any] = [
        (value if type(value := record[stored_as]) is plain else read(value)) if stored_as in record else default
        for stored_as, default, plain, read in schema.readers
    ]
    if key is not None:
        values.insert(0, key)
    extra = EMPTY_MAPPING
    if not record.keys() <= schema.stored_keys:
        extra = MappingProxyType({name: value for name, value in record.items() if name not in schema.stored_keys})
    # Without `extra`, as a rule: Python 3.11 keeps 2,000 tuples of 20 values for later, such as those of annotations.
    return schema.make(*values, extra) if extra else schema.make(*values)


def field_labels(kind: type[Any]) -> Mapping[str, str]:
    """Return the labels of the fields of a kind of value, by their keys in its record."""
    field_options = ((field.name, options_of(field)) for field in fields(kind))
    return {options.stored_as or name: options.label for name, options in field_options if options.label}


def combinations(kind: type[Any]) -> Mapping[str, Combine]:
    """Return the functions that combine several values of a field into one, by the names of the fields."""
    functions = ((field.name, options_of(field).combine) for field in fields(kind))
    return {name: combine for name, combine in functions if combine is not None}


# ------------------------------------------------------------------ storage schemas


class _Reader(NamedTuple):
    """Reader of a field: the value for a missing key, the type of values to keep as they are, the conversion of all others."""

    key: str
    default: object
    plain: type[Any] | None
    read: Callable[[Any], object]


class _Writer(NamedTuple):
    key: str
    omit_empty: bool
    write: Callable[[Any], object] | None


class _Schema(NamedTuple):
    make: Callable[..., Any]
    readers: tuple[_Reader, ...]
    writers: tuple[_Writer, ...]
    contents: Callable[[Any], tuple[Any, ...]]
    stored_keys: frozenset[str]


@cache
def _schema(kind: type[Any]) -> _Schema:
    """Return the storage schema of a dataclass. It is cached, since each of ten thousand annotations needs it.

    The fields of the dataclass are its key, if it is an entry, then the stored fields, then `extra`.
    """
    types = get_type_hints(kind)
    readers, writers, names = list[_Reader](), list[_Writer](), list[str]()
    for name, options in ((field.name, options_of(field)) for field in fields(kind)):
        if options.is_stored:
            key = options.stored_as or name
            missing, plain, read, write = _conversion(types[name]) if name not in _SHARED else ("", None, _read_shared, None)
            names.append(name)
            readers.append(_Reader(key, missing if type(missing) is plain else read(missing), plain, read))
            writers.append(_Writer(key, options.omit_empty, write))
    return _Schema(kind, tuple(readers), tuple(writers), attrgetter(*names), frozenset(reader.key for reader in readers))


_Conversion = tuple[object, type[Any] | None, Callable[[Any], object], Callable[[Any], object] | None]
"""The last three fields of a `_Reader` for a type, and the function that writes its values (None: as they are)."""


def _conversion(hint: Any) -> _Conversion:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if is_dataclass(hint):
        return None, None, partial(_read_value, cast("type[Any]", hint)), to_record
    inner: Any = get_args(hint)[0 if get_origin(hint) is tuple else 1]
    if inner is str:
        return None, None, _read_texts, list
    if get_origin(hint) is tuple:
        return None, None, partial(_read_values, inner), _write_values
    if is_dataclass(inner):
        return None, None, partial(_read_mapping, cast("type[Any]", inner)), _write_mapping
    return None, None, _read_conflicts, _write_conflicts


_SCALARS: Final[Mapping[Any, _Conversion]] = {
    str: ("", str, str, None),
    int: (0, int, lambda value: value if isinstance(value, int) else 0, None),
    float: (0.0, float, lambda value: float(value) if isinstance(value, int) else 0.0, None),
    bool: (True, bool, lambda _: True, None),
}


_SHARED: Final = frozenset({"article", "edition", "creator", "kind", "by", "created_at", "updated_at"})
"""The texts that thousands of records have in common: each is kept in memory once."""


def _read_shared(value: object) -> str:
    return intern(str(value))


def _read_texts(value: object) -> tuple[str, ...]:
    return tuple(map(_read_shared, as_list(value)))


def _read_value(kind: type[Any], value: object) -> object:
    return from_record(kind, as_mapping(value))


def _read_values(kind: type[Any], value: object) -> tuple[object, ...]:
    return tuple(from_record(kind, as_mapping(element)) for element in as_list(value))


def _write_values(values: Iterable[object]) -> list[Record]:
    return [to_record(value) for value in values]


def _read_mapping(kind: type[Any], value: object) -> Mapping[str, object]:
    values = {key: from_record(kind, as_mapping(element)) for key, element in as_mapping(value).items()}
    return MappingProxyType(values) if values else EMPTY_MAPPING


def _write_mapping(values: Mapping[str, object]) -> Record:
    return {key: to_record(value) for key, value in values.items()}


def _read_conflicts(value: object) -> Mapping[str, tuple[object, ...]]:
    """Return the concurrent values of cells, without those of cells that the program writes by itself."""
    cells = {
        cell: tuple(cast("list[object]", values))
        for cell, values in as_mapping(value).items()
        if isinstance(values, list) and cell not in LATEST_WINS
    }
    return MappingProxyType(cells) if cells else EMPTY_MAPPING


def _write_conflicts(cells: Mapping[str, Iterable[object]]) -> Record:
    return {cell: list(values) for cell, values in cells.items()}


# ------------------------------------------------------------------ values of unknown type


def as_list(value: object) -> list[object]:
    """Return a list as it is, and an empty one for any other value."""
    return cast("list[object]", value) if isinstance(value, list) else []


def as_mapping(value: object) -> Mapping[str, object]:
    """Return a mapping as it is, and an empty one for any other value."""
    # A dictionary first, and nothing that is not there: to ask for an abstract class takes ten times as long.
    if isinstance(value, dict):
        return cast("Record", value)
    return EMPTY_MAPPING if value is None or not isinstance(value, Mapping) else cast("Mapping[str, object]", value)
