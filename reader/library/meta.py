"""What a library's file says of itself, in its table `meta`, and whether that is to be believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from reader.library.versions import Seen, sum_of
from reader.review.cells import Record

SCHEMA: Final = 2
"""The form of the records that this version writes. It takes in older forms, and opens newer ones for reading only."""

META: Final = "meta"


@dataclass(frozen=True, slots=True)
class Meta:
    """What a library file says of itself; `sound`: that is what was written.

    `schema` of its records, `replica` that wrote it, the dots it has `seen`, the names of its `tables`.
    """

    schema: int
    replica: str
    seen: Seen
    tables: tuple[str, ...] = ()
    sound: bool = True


def meta_of(tables: object) -> Meta | None:
    """Return what a library file's content says of itself, or None when it is none of ours."""
    if not isinstance(tables, dict):
        return None
    named = cast("dict[str, object]", tables)
    for table in named.values():
        if not isinstance(table, dict) or not all(isinstance(r, dict) for r in cast("dict[str, object]", table).values()):
            return None
    for record in cast("dict[str, object]", named.get(META, {})).values():
        fields = cast("Record", record) if isinstance(record, dict) else {}
        schema = fields.get("schema")
        if isinstance(schema, int):
            tables_named = fields.get("tables")
            names = cast("list[object]", tables_named) if isinstance(tables_named, list) else []
            return Meta(
                schema,
                str(fields.get("replica") or ""),
                Seen.read(fields.get("seen")),
                tuple(map(str, names)),
                sound=schema > SCHEMA or fields.get("sum") in (None, meta_sum(fields)),
            )
    return None


def meta_sum(fields: Mapping[str, object]) -> str:
    """Return the sum of what decides which changes are taken in: it must not be believed when it is damaged."""
    return sum_of({name: fields.get(name) for name in ("schema", "replica", "seen", "tables")})
