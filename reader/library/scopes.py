"""Tell what of a record belongs to a shared article, and give that part dots of its own.

A team sees some articles of a library and not the others, so a counter over the whole library says nothing to it. Therefore
the public cells of a shared article have dots of a scope: `<counter>.<replica>~<scope>`. What has another dot is private: it is
never sent, and nothing that comes in touches it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from reader.digests import sha256
from reader.library.tables import ARTICLES, SOURCES
from reader.library.versions import (
    EXISTS_CELL,
    Dot,
    Versions,
    context_of,
    replica_in,
    scope_in,
    scoped_replica,
    to_stored,
    versions_of,
)
from reader.review.cells import Record, is_among
from reader.review.codec import as_mapping

_SCOPE_LENGTH: Final = 16
_ADDRESS: Final = "address"
_PUBLIC_FIELDS: Final = frozenset(
    [
        *("id", "title", "format", "digest", "original", "byline", "site", "date"),
        *("editions", "dismissed", "attached", "corrected", "assigned", _ADDRESS),
    ]
)
"""The fields of an article's record that belong to everybody who works on it. `source` is not one of them, as it may be a path
on one device; an address stands in `address` too."""


def scope_of(team: str, article_id: str) -> str:
    """Return the scope of an article in a team, in 16 hexadecimal digits."""
    return sha256(f"claim-reader scope\0{team}\0{article_id}".encode()).hexdigest()[:_SCOPE_LENGTH]


def is_public_cell(table: str, cell: str) -> bool:
    """Whether a cell, other than EXISTS_CELL, belongs to everybody who works on a shared article."""
    return table != ARTICLES or cell.partition("/")[0] in _PUBLIC_FIELDS


def restamp_record(table: str, stored: Record, dot: Dot, scopes: Collection[str], earlier: Record | None) -> Record:
    """Return a stored record whose public cells have dots of these scopes; what lacked one gets it by a change with this `dot`.

    Concurrent values stay concurrent, by the dots before that; `count_rivals` says how many are needed. `earlier` is the record
    before the change: one of private cells only leaves the public part as it was there.
    """
    versions = versions_of(stored)
    if versions is None:
        return stored
    before = (versions_of(earlier) if earlier is not None else None) or {}
    for cell in versions.keys() - {EXISTS_CELL}:
        if is_public_cell(table, cell):
            versions[cell] = _restamp_values(versions[cell], dot, scopes)
    if table == ARTICLES and _ADDRESS not in versions:
        addresses = [value for _, value in sorted(versions.get("source", {}).items()) if _is_address(value)]
        if addresses:
            versions[_ADDRESS] = _restamp_values({dot: addresses[-1]}, dot, scopes)
    exists: dict[Dot, object] = {}
    if table == ARTICLES:
        exists.update((one, None) for one in versions[EXISTS_CELL] if not scope_in(one.replica))
    for scope in scopes:
        known: dict[Dot, object] = {one: None for one in versions[EXISTS_CELL] if scope_in(one.replica) == scope}
        if not known:
            known.update((one, None) for one in before.get(EXISTS_CELL, ()) if scope_in(one.replica) == scope)
        is_written = not known or _scoped_dots(before, scope) != _scoped_dots(versions, scope)
        exists |= {Dot(dot.counter, scoped_replica(dot.replica, scope)): None} if is_written else known
    return to_stored({**versions, EXISTS_CELL: exists}, context_of(stored))


def _restamp_values(values: dict[Dot, object], dot: Dot, scopes: Collection[str]) -> dict[Dot, object]:
    latest_first = sorted(values.items(), reverse=True, key=lambda item: item[0])
    result = {one: value for one, value in values.items() if scope_in(one.replica) in scopes}
    for scope in scopes:
        own = [value for one, value in latest_first if scope_in(one.replica) == scope]
        missing: list[object] = []
        for one, value in latest_first:
            if scope_in(one.replica) != scope and not is_among(value, (*own, *missing)):
                missing.append(value)
        replica = scoped_replica(dot.replica, scope)
        result.update((Dot(dot.counter - back, replica), value) for back, value in enumerate(missing))
    return result


def _is_address(value: object) -> bool:
    """Whether the place that an article came from is an address that others can open."""
    return isinstance(value, str) and "://" in value and not value.startswith("file:")


def count_rivals(stored: Record | None) -> int:
    """Return the largest number of values that a cell of a stored record has."""
    versions = versions_of(stored) if stored is not None else None
    return max(map(len, versions.values()), default=0) if versions else 0


def has_strangers(table: str, stored: Record, scopes: Collection[str]) -> bool:
    """Whether public cells of a stored record have dots that are not of these scopes: what they replaced shows in no dot."""
    versions = (versions_of(stored) or {}).items()
    return any(
        scope_in(one.replica) not in scopes for cell, values in versions if is_public_cell(table, cell) for one in values
    )


def _scoped_dots(versions: Versions, scope: str) -> dict[str, frozenset[Dot]]:
    """Return the dots of a scope by cell, without cells that have none."""
    dots = {c: frozenset(one for one in versions[c] if scope_in(one.replica) == scope) for c in versions.keys() - {EXISTS_CELL}}
    return {cell: own for cell, own in dots.items() if own}


def is_public_change(before: Record | None, after: Record | None, scope: str) -> bool:
    """Whether the public parts of two states of a record differ: in their cells, or as one of them is not there."""
    sides = [None if side is None else _scoped_dots(versions_of(side) or {}, scope) for side in (before, after)]
    return (sides[0] or None) != (sides[1] or None)


def public_part(table: str, stored: Record | None, scope: str) -> Record | None:
    """Return the public part of a stored record of a shared article, None where there is none.

    The place of a file that a source was read from is not a part of it, only the name of the file.
    """
    versions = versions_of(stored) if stored is not None else None
    part: Versions = {}
    for cell, values in (versions or {}).items():
        own = {one: value for one, value in values.items() if scope_in(one.replica) == scope}
        if own and (cell == EXISTS_CELL or is_public_cell(table, cell)):
            part[cell] = {one: _without_folder(value) for one, value in own.items()} if table == SOURCES else own
    return to_stored(part) if EXISTS_CELL in part else None


def _without_folder(value: object) -> object:
    """Return what a cell says of a text, with the name of the file in place of its path."""
    origin = as_mapping(value).get("origin")
    if not isinstance(origin, str) or _is_address(origin):
        return value
    return {**as_mapping(value), "origin": re.split(r"[/\\]", origin)[-1]}


def with_own_values(theirs: Record, mine: Record | None) -> Record:
    """Return a record from outside with the values that are here by the same dots: they say more of where a text is."""
    other, own = versions_of(theirs), versions_of(mine) if mine is not None else None
    if other is None or own is None:
        return theirs
    return to_stored(
        {cell: {one: own.get(cell, {}).get(one, v) for one, v in values.items()} for cell, values in other.items()}
    )


def follow_scope(before: Record | None, after: Record, scope: str) -> Record:
    """Return a record of several shared articles after a change in one of them, with what it replaced gone from the others too.

    The next change here gives the new values dots of the other articles.
    """
    old, new = versions_of(before) if before is not None else None, versions_of(after)
    if old is None or new is None:
        return after
    for cell, values in new.items():
        own = [value for one, value in values.items() if scope_in(one.replica) == scope]
        replaced = [v for one, v in old.get(cell, {}).items() if scope_in(one.replica) == scope and not is_among(v, own)]
        if own and cell != EXISTS_CELL:
            new[cell] = {one: v for one, v in values.items() if scope_in(one.replica) == scope or not is_among(v, replaced)}
    return to_stored(new, context_of(after))


def rename_scope(stored: Record, old: str, new: str) -> Record:
    """Return a stored record with the dots of one scope in place of those of another."""
    versions = versions_of(stored)
    if old == new or versions is None:
        return stored
    return to_stored({cell: {rename_dot(one, old, new): v for one, v in values.items()} for cell, values in versions.items()})


def rename_dot(dot: Dot, old: str, new: str) -> Dot:
    """Return a dot of one scope as that of another; any other as it is."""
    return Dot(dot.counter, scoped_replica(replica_in(dot.replica), new)) if scope_in(dot.replica) == old else dot
