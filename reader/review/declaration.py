"""Declare the classes of values, and for a field how it is stored, its label in undo messages, and how values are combined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar, dataclass_transform

_KindT = TypeVar("_KindT")

Combine = Callable[[Sequence[Any]], Any]
"""Combines several values into one; the first takes precedence."""
EMPTY_MAPPING: Final[Mapping[str, Any]] = MappingProxyType({})
_OPTIONS: Final = "stored"
_GAP: Final = "\n\n"


# ------------------------------------------------------------------ classes


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen_value(kind: type[_KindT]) -> type[_KindT]:
    """Make a class a dataclass with slots that is frozen, compared and hashed by its fields.

    `dataclass` alone would compile six functions for each, which takes half a millisecond a class at every start.
    """
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(kind)
    own = fields(made)
    names = tuple(one.name for one in own)
    setters, every_name = tuple(getattr(made, name).__set__ for name in names), frozenset(names)
    compared = attrgetter(*(one.name for one in own if one.compare))
    hashed = attrgetter(*(one.name for one in own if (one.compare if one.hash is None else one.hash)))

    def initialize(self: object, /, *values: object, **named: object) -> None:
        further: Iterable[object] = ()
        if not values and named.keys() == every_name:  # as `dataclasses.replace` has it
            further = map(named.__getitem__, names)
        elif named or len(values) != len(setters):
            if len(values) > len(setters):
                raise TypeError(f"{kind.__name__} takes {len(setters)} values, not {len(values)}")
            further = _further_values(kind, own[len(values) :], named)
        for set_field, value in zip(setters, chain(values, further), strict=True):
            set_field(self, value)

    def is_equal(self: object, other: object) -> bool:
        return compared(self) == compared(other) if other.__class__ is made else NotImplemented

    def represent(self: object) -> str:
        return f"{kind.__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def reduce(self: object) -> tuple[object, ...]:
        return made, tuple([getattr(self, name) for name in names])

    made.__init__, made.__eq__, made.__hash__ = initialize, is_equal, lambda self: hash(hashed(self))  # pyright: ignore[reportUnknownLambdaType]
    made.__reduce__ = reduce  # to copy and pickle it: nothing may set the fields of a new one afterwards
    made.__repr__, made.__setattr__, made.__delattr__ = represent, _refuse_change, _refuse_change
    return made


def _further_values(kind: type[Any], others: Iterable[Field[Any]], named: dict[str, object]) -> Iterator[object]:
    """Yield the values of fields that were given by name or have a default. Raises TypeError as a call of a function does."""
    for one in others:
        if one.name in named:
            yield named.pop(one.name)
        elif one.default is not MISSING:
            yield one.default
        elif one.default_factory is not MISSING:
            yield one.default_factory()
        else:
            raise TypeError(f"{kind.__name__} needs a value for {one.name!r}")
    if named:
        raise TypeError(f"{kind.__name__} has no place for {', '.join(map(repr, named))}")


def _refuse_change(self: object, name: str, *_: object) -> None:
    raise FrozenInstanceError(f"{self.__class__.__name__} is frozen: {name!r} cannot be changed")


# ------------------------------------------------------------------ fields


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
    parts, paragraphs = list[str](), set[str]()
    for text in dict.fromkeys(filter(None, values)):
        own = {part.strip("\n") for part in text.split(_GAP)} - {""}
        # Only a text whose paragraphs are all there already can be a part of the whole, which takes long to search.
        is_there = own <= paragraphs and (own == {text} or f"{_GAP}{text}{_GAP}" in f"{_GAP}{_GAP.join(parts)}{_GAP}")
        if not is_there:
            parts.append(text)
            paragraphs |= own
    return _GAP.join(parts)
