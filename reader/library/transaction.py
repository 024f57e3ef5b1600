"""What is wanted of the records, and what came about otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from reader.review.cells import Record
from reader.review.model import new_id


class RecordEdit(NamedTuple):
    """A record as whoever changes it knows it, and as they want it. None before: it is made; None after: it is removed."""

    table: str
    id: str
    before: Record | None
    after: Record | None


@dataclass(frozen=True, slots=True)
class Transaction:
    """A change that is wanted. `label` is what a person calls it, "" when nobody would take it back."""

    edits: tuple[RecordEdit, ...]
    label: str = ""
    article: str = ""
    by: str = ""
    id: str = field(default_factory=new_id)
    undoes: str = ""
    redoes: str = ""


class Divergence(NamedTuple):
    """A plain record before and after something that was not asked for here."""

    table: str
    id: str
    before: Record | None
    after: Record | None
