"""The records that say which articles are shared, and to which of them a record of another table belongs."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from reader.digests import sha256
from reader.library.article_index import fields_of, id_of
from reader.library.record_tables import RecordChange, RecordTables, decode_line, decode_record, encode_record
from reader.library.scopes import count_rivals, is_public_change, restamp_record
from reader.library.sorted_lines import key_of
from reader.library.tables import ANNOTATIONS, ARTICLES, SHARED, SOURCES
from reader.library.versions import Dot, to_plain
from reader.review.cells import Record
from reader.review.codec import as_list, as_mapping

_ENDED = "ended"
_ROUND = "round"


class SharedArticle(NamedTuple):
    """An article that is shared with a team.

    `scope` names its dots, in 16 hexadecimal digits. It stands on these `desks`; its sources travel `with_sources` only.
    `has_ended` is set while it is shared no longer. `round` counts how often what is known of it here was given up: so an
    article that was deleted here and followed again is read as if nothing of it had been seen.
    """

    id: str
    team: str
    scope: str
    desks: tuple[str, ...] = ()
    with_sources: bool = False
    has_ended: bool = False
    round: int = 0

    @property
    def own_scope(self) -> str:
        """The scope of the dots in this library."""
        return f"{self.scope}~{self.round}" if self.round else self.scope

    @property
    def record(self) -> Record:
        """The record of this article in the table `shared`."""
        record: Record = {"id": shared_key(self.id), "article": self.id, "team": self.team, "scope": self.scope}
        record |= {"desks": list(self.desks), "with_sources": self.with_sources}
        return record | ({_ENDED: True} if self.has_ended else {}) | ({_ROUND: self.round} if self.round else {})

    def end(self, *, is_deleted: bool) -> SharedArticle:
        """Return this article as one that is shared no longer. What is known of one that `is_deleted` is given up."""
        return self._replace(has_ended=True, round=self.round + is_deleted)


def shared_key(article_id: str) -> str:
    """Return the key of the record of a shared article: a number, as TinyDB needs one."""
    return str(int.from_bytes(sha256(article_id.encode("utf-8", "surrogatepass")).digest()[:8], "big"))


def shared_article_from(record: Record) -> SharedArticle | None:
    """Read a record of the table `shared`; None for one that says nothing."""
    article_id, team, scope, count = (record.get(name) for name in ("article", "team", "scope", _ROUND))
    if not (isinstance(article_id, str) and isinstance(team, str) and isinstance(scope, str) and scope):
        return None
    return SharedArticle(
        article_id,
        team,
        scope,
        tuple(map(str, as_list(record.get("desks")))),
        with_sources=record.get("with_sources") is True,
        has_ended=record.get(_ENDED) is True,
        round=count if isinstance(count, int) else 0,
    )


def begins_anew(table: str, before: Record | None, after: Record | None) -> bool:
    """Whether a change of a record says that an article is shared again: nobody was told of what was removed meanwhile."""
    if table != SHARED or before is None or after is None:
        return False
    old, new = (shared_article_from(to_plain(side)) for side in (before, after))
    return old is not None and new is not None and not new.has_ended and (old.has_ended or old.own_scope != new.own_scope)


def all_shared(records: RecordTables) -> Iterator[SharedArticle]:
    """Yield the articles that are shared, or were."""
    for key, line in records.lines(SHARED):
        if (shared := shared_article_from(to_plain(decode_record(key, line)))) is not None:
            yield shared


def find_shared(records: RecordTables, article_id: str) -> SharedArticle | None:
    """Return how an article is shared, or was; None for one that never was."""
    record = records.get(SHARED, shared_key(article_id)) if records.has_table(SHARED) else None
    return None if record is None else shared_article_from(to_plain(record))


def scopes_of(records: RecordTables, table: str, record: Record | None) -> tuple[str, ...]:
    """Return the scopes of the shared articles to which a record belongs as it is; more than one only for a source."""
    if record is None or not records.has_table(SHARED):
        return ()
    if table == SOURCES:
        return tuple(sorted(one.own_scope for one in _articles_with_source(records, str(record.get("id")))))
    article_id = record.get("id" if table == ARTICLES else "article") if table in (ARTICLES, ANNOTATIONS) else None
    shared = find_shared(records, article_id) if isinstance(article_id, str) else None
    return () if shared is None or shared.has_ended else (shared.own_scope,)


def _articles_with_source(records: RecordTables, source_id: str) -> Iterator[SharedArticle]:
    for shared in all_shared(records):
        if shared.with_sources and not shared.has_ended and source_id in source_ids(records.get(ARTICLES, shared.id)):
            yield shared


def source_ids(article: Record | None) -> set[str]:
    """Return the ids of the sources that the record of an article names."""
    plain = to_plain(article or {})
    others = (value for values in as_mapping(plain.get("_rivals")).values() for value in as_list(values))
    entries = (*as_mapping(plain.get("attached")).values(), *others)
    return {source for entry in entries if isinstance(source := as_mapping(entry).get("source"), str)}


def record_ids(records: RecordTables, shared: SharedArticle) -> Iterator[tuple[str, str]]:
    """Yield the tables and ids of the records that belong to a shared article, its own first."""
    article = records.get(ARTICLES, shared.id)
    if article is not None:
        yield ARTICLES, shared.id
    for line in records.annotation_lines(shared.id):
        yield ANNOTATIONS, id_of(line) or key_of(line)
    if shared.with_sources:
        for source_id in sorted(source_ids(article)):
            if records.find_line(SOURCES, source_id) is not None:
                yield SOURCES, source_id


class StampedChanges(NamedTuple):
    """Changes of lines as one change with a dot writes them, and the scopes whose public part they change."""

    changes: Sequence[RecordChange]
    dot: Dot
    scopes: frozenset[str]


def stamp_changes(records: RecordTables, changes: Sequence[RecordChange], next_dot: Callable[[int], Dot]) -> StampedChanges:
    """Give scoped dots to what others wrote into records of shared articles, as part of the same change.

    `next_dot` returns the dot of that change, which leaves so many spare ones before it. An article that is deleted with it is
    shared no longer.
    """
    active = {shared.id: shared for shared in all_shared(records) if not shared.has_ended} if records.has_table(SHARED) else {}
    if not active:
        return StampedChanges(changes, next_dot(0), frozenset())
    has_sources = any(shared.with_sources for shared in active.values())
    sides: dict[int, tuple[Record | None, Record | None]] = {}
    for number, change in enumerate(changes):
        lines = [line for line in (change.before, change.after) if line is not None]
        if _may_be_about(change, lines, active, has_sources=has_sources):
            before, after = (None if line is None else decode_line(line) for line in (change.before, change.after))
            sides[number] = before, after
    dot = next_dot(max((count_rivals(after) for _, after in sides.values()), default=0))
    stamped, scopes, gone = list(changes), set[str](), set[str]()
    for number, (before, after) in sides.items():
        change = changes[number]
        own = scopes_of(records, change.table, after)
        if change.after is not None and after is not None and own:
            after = restamp_record(change.table, after, dot, own, after)
            stamped[number] = change._replace(after=encode_record(key_of(change.after), after))
        of_record = {*own, *scopes_of(records, change.table, before)}
        if change.table == ARTICLES and after is None:
            gone |= of_record
        scopes |= {scope for scope in of_record if is_public_change(before, after, scope)}
    return StampedChanges(stamped, dot, frozenset(scopes - gone))


def _may_be_about(change: RecordChange, lines: Iterable[bytes], active: Container[str], *, has_sources: bool) -> bool:
    if change.table == ANNOTATIONS:
        return any(fields_of(line).article in active for line in lines)
    return change.id in active if change.table == ARTICLES else change.table == SOURCES and has_sources
