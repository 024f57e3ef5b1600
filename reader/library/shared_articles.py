"""Share articles of a library with a team: what goes out of it, and what comes in.

The unit of sharing is the article. What belongs to it has dots of its own (`scopes`), so that a team sees all changes of a
replica in that article up to a counter, and none in others. The library's journal alone says what is saved; a team gets lines
of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.library.divergences import Divergence
from reader.library.journal import JournalEntry
from reader.library.journal_history import device_entries
from reader.library.record_tables import RecordChange, RecordTables, decode_record
from reader.library.scopes import restamp_record, scope_of
from reader.library.shared_lines import (
    ArticleJoin,
    Fold,
    LineEffects,
    RefusedLine,
    check_fold,
    check_line,
    fold_of,
    lines_of,
    part_ways,
    rename_vector,
)
from reader.library.shared_records import (
    SharedArticle,
    all_shared,
    begins_anew,
    find_shared,
    record_ids,
    scopes_of,
    shared_key,
    source_ids,
)
from reader.library.snapshots import find_digests
from reader.library.sorted_lines import record_part
from reader.library.store import Store
from reader.library.tables import ANNOTATIONS, ARTICLES, SHARED, SOURCES
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import Dot, VersionVector, dots_of, is_same_stored, plain_dots, replica_in, scope_in, to_plain
from reader.printable import plural
from reader.review.cells import Record
from reader.review.model import now

__all__ = ["Fold", "LinesLost", "Receipt", "RefusedLine", "SharedArticle", "SharedArticles"]


NO_MEMBERS: Final[Mapping[str, str]] = MappingProxyType({})
"""Nobody's replicas are known."""


class Receipt(NamedTuple):
    """How many lines were applied, without those that were here already, and the lines that wait for others."""

    applied: int
    waiting: tuple[JournalEntry, ...]


class LinesLost(ReaderError):
    """The history does not hold lines that are to go out: a fold has to take their place."""


class SharedArticles:
    """The articles of a library that are shared. Safe for several threads; changes are on the disk when a method returns.

    Every method that names an article that is not shared raises ReaderError, unless it says otherwise; and so does each that
    cannot read or write the library.
    """

    def __init__(self, store: Callable[[], Store], wake: Callable[[], None]) -> None:
        """Share articles of the store that the library uses at that time; `wake` is called when something was written."""
        self.on_change: Callable[[str], None] | None = None
        """Called on the writer thread with the id of a shared article that has new lines to go out."""
        self._store = store
        self._wake = wake
        self._suspects = set[str]()

    # ------------------------------------------------------------------ which articles

    def articles(self) -> tuple[SharedArticle, ...]:
        """Return the articles that are shared now."""
        with self._store().reading() as records:
            return tuple(shared for shared in all_shared(records) if not shared.has_ended)

    def has_ended(self, article_id: str) -> bool:
        """Whether an article was shared and is so no longer: somebody here has ended that, or deleted it."""
        with self._store().reading() as records:
            shared = find_shared(records, article_id)
            return shared is not None and shared.has_ended

    def share(self, article_id: str, team: str, desks: Iterable[str] = (), *, with_sources: bool = False) -> SharedArticle:
        """Share an article that is on the disk. Where it is shared with this team, set its desks and whether sources travel.

        Raises ReaderError for an article that is not here, or that is shared with another team.
        """
        store = self._store()
        with store.begin_write():
            if store.records.find_line(ARTICLES, article_id) is None:
                raise ReaderError(f"The library holds no article {article_id}", "`reader list` shows all articles")
            shared = self._begin(store, article_id, team, desks, with_sources=with_sources)
        self._wake()
        return shared

    def unshare(self, article_id: str) -> None:
        """Share an article no longer: what was sent stays with the team, and what is here stays here."""
        store = self._store()
        with store.begin_write():
            shared = _require(store, article_id)
            _set_shared(store, shared, shared.end(is_deleted=False))
        self._wake()

    def expect(self, article_id: str, team: str, desks: Iterable[str] = ()) -> SharedArticle:
        """Follow an article that others share and that is not here yet: it comes with a fold, or with lines.

        Raises ReaderError for one that is here and not shared: what is private is shared by nothing but `share`.
        """
        store = self._store()
        with store.begin_write():
            shared = find_shared(store.records, article_id)
            is_here = store.records.find_line(ARTICLES, article_id) is not None
            if is_here and (shared is None or shared.has_ended):
                title = to_plain(store.records.get(ARTICLES, article_id) or {}).get("title", article_id)
                raise ReaderError(
                    f"“{title}” is on a desk, and in this library too, which does not share it",
                    "Share it to work on it with the team: others then see what you have marked in it",
                )
            shared = self._begin(store, article_id, team, desks, with_sources=shared is not None and shared.with_sources)
        self._wake()
        return shared

    def _begin(self, store: Store, article_id: str, team: str, desks: Iterable[str], *, with_sources: bool) -> SharedArticle:
        old, scope = find_shared(store.records, article_id), scope_of(team, article_id)
        if old is not None and old.team != team and not old.has_ended:
            raise ReaderError(f"The article {article_id} is shared with another team", "End that first: reader team unshare")
        count = old.round if old is not None and old.scope == scope else 0
        shared = SharedArticle(article_id, team, scope, tuple(dict.fromkeys(desks)), with_sources, round=count)
        if old is None:
            while store.vector.part(shared.own_scope).counters and not _has_part(store.records, shared):
                # It was merged with another library, and deleted: what was seen of it is not here any more.
                shared = shared._replace(round=shared.round + 1)
        if shared.round and (old is None or old.has_ended):
            store.renew_replica()  # what this replica wrote in the article before is not here any more
        if shared != old:
            _set_shared(store, old, shared)
        return shared

    def restamp(self, article_id: str) -> bool:
        """Give scoped dots to what has none yet: after edits of other programs, or a merge. Return whether there was any."""
        store = self._store()
        with store.guard:
            shared = _require(store, article_id)
            if not _needs_stamp(store, shared):
                return False
        with store.begin_write():
            shared = _require(store, article_id)
            if store.records.find_line(ARTICLES, article_id) is None:
                _set_shared(store, shared, shared.end(is_deleted=True))  # another program deleted it
            else:
                store.commit([Transaction((), restamps=(shared,))])
        self._wake()
        return True

    # ------------------------------------------------------------------ what goes out

    def vector(self, article_id: str) -> VersionVector:
        """Return which changes of a shared article are known here, by scoped replica (`<replica>~<scope>`)."""
        store = self._store()
        with store.guard:
            shared = _require(store, article_id)
            return rename_vector(store.vector, shared.own_scope, shared.scope)

    def unsent(self, article_id: str, after: Mapping[str, int]) -> Iterator[JournalEntry]:
        """Yield the lines of this device as they go out, those beyond these counters, the oldest first.

        `after` has the counters of the lines sent before, by replica without its scope. The dot of a line is scoped; its
        `previous` is the counter of the replica's line before it in this article, 0 for none. Restamps the article first.

        Raises LinesLost where a fold has to take their place: what was sent is then the fold's vector.
        """
        self.restamp(article_id)
        store = self._store()
        with store.guard, store.folder.wrap_errors():
            store.catch_up()
            shared = _require(store, article_id)
            known = store.vector.part(shared.own_scope).counters
            ends = {replica_in(name): counter for name, counter in known.items() if counter > after.get(replica_in(name), 0)}
            starts = {replica: after.get(replica, 0) for replica in ends}
            entries = device_entries(store.folder, shared.scope, starts) if ends else {}
            lines: list[JournalEntry] = []
            for replica, own in entries.items():
                if own or replica in after:
                    lines.extend(_whole_lines(shared, own, starts[replica], ends[replica]))
        return iter(sorted(lines, key=lambda line: line.dot))

    def fold(self, article_id: str) -> Fold:
        """Return the public part of an article as it is now. Raises ReaderError for one whose record is not here."""
        self.restamp(article_id)
        store = self._store()
        with store.guard:
            store.catch_up()
            shared = _require(store, article_id)
            if store.records.find_line(ARTICLES, article_id) is None:
                raise ReaderError(f"The library does not hold the article {article_id} yet")
            return fold_of(store.records, store.vector, shared)

    def digests(self, article_id: str, *, also_of_sources: bool = False) -> frozenset[str]:
        """Return the digests of the texts and documents that travel with an article.

        Those of its sources are among them if they do, or `also_of_sources`: sources of others come to everybody.
        """
        store = self._store()
        with store.reading() as records:
            shared = _require(store, article_id)
            article = records.get(ARTICLES, article_id)
            keys = [
                (ARTICLES, article_id),
                *((SOURCES, key) for key in source_ids(article) if shared.with_sources or also_of_sources),
            ]
            lines = [line for key in keys if (line := records.line(*key)) is not None]
        return frozenset(digest for line in lines for digest in find_digests(line))

    # ------------------------------------------------------------------ what comes in

    def receive(self, article_id: str, lines: Iterable[JournalEntry], members: Mapping[str, str] = NO_MEMBERS) -> Receipt:
        """Apply lines of others, in any order, any number of times; those wait whose predecessors are not here.

        `members` are the names of those whose replicas these are, by replica: the history says who removed something.

        Raises RefusedLine, and then applies none of them.
        """
        store, received = self._store(), tuple(lines)
        with store.begin_write():
            shared = _require(store, article_id)
            join = ArticleJoin(store.records, store.vector, shared, store.find_tombstone)
            checked = [(line, check_line(line, shared)) for line in received]
            waiting = {line.dot: (original, line) for original, line in checked if line.dot not in join}
            known, count = len(waiting), 0
            while len(waiting) != count:
                count = len(waiting)
                for dot in sorted(waiting):  # what builds on another change has the higher counter
                    if join.is_ready(waiting[dot][1]):
                        join.join_line(waiting.pop(dot)[1])
            self._keep(store, shared, join, members)
        return Receipt(known - count, tuple(original for original, _ in waiting.values()))

    def join_fold(self, article_id: str, fold: Fold, own: Container[str] | None = None) -> bool:
        """Join the state of an article that somebody wrote; return whether it holds anything new. Raises RefusedLine.

        One that covers nothing new may still settle what became of a record that one removed while another changed it. With
        its writer's `own` replicas, it takes away nothing that others wrote but for a newer value: its writer may claim to know
        what it leaves out.
        """
        store = self._store()
        with store.begin_write():
            shared = _require(store, article_id)
            join = ArticleJoin(store.records, store.vector, shared, store.find_tombstone)
            join.join_fold(check_fold(fold, shared), own)
            is_new = bool(join.changes()) or not store.vector.covers(join.seen)
            if is_new:
                self._keep(store, shared, join, NO_MEMBERS)
        return is_new

    def compare_lines(self, article_id: str, lines: Iterable[JournalEntry], own: Container[str] = ()) -> bool:
        """Give back what a fold left out of lines that it covers, in any order; return whether there was any.

        What the `own` replicas of its writer alone wrote, that member may have removed. Lines that are refused, or not known
        here, count for nothing.
        """
        store, received = self._store(), tuple(lines)
        with store.begin_write():
            shared = _require(store, article_id)
            checked: list[JournalEntry] = []
            for line in received:
                with contextlib.suppress(RefusedLine):
                    checked.append(check_line(line, shared))
            vector = store.vector.part(shared.own_scope)
            effects = LineEffects(line for line in checked if line.dot in vector)
            changes: list[RecordChange] = []
            for table, record_id in effects.written:
                old = store.records.get(table, record_id)
                new = effects.amend((table, record_id), old, vector, own)
                article = [side.get("article") for side in (old, new) if side is not None and table == ANNOTATIONS]
                is_ours = all(one == article_id for one in article) and (new is not None or table == ANNOTATIONS)
                if is_ours and not (old is new or (old is not None and new is not None and is_same_stored(old, new))):
                    line = store.records.find_line(table, record_id)
                    changes.append(store.records.change_of(table, record_id, line, new))
            if changes:
                store.merge(changes, vector, is_sent=False)
        if changes:
            self._wake()
        return bool(changes)

    def renew_replica(self, article_id: str, lines: Iterable[JournalEntry]) -> bool:
        """Join lines that the team has of this device, and that this library does not know for its own.

        Where their numbers are those of other changes here, as after a machine was set back to an earlier state, both are kept:
        the own changes get the dots of a new replica, and go out with the next fold. Return whether that was so. Raises
        RefusedLine.
        """
        store, received = self._store(), tuple(lines)
        with store.begin_write():
            shared = _require(store, article_id)
            checked = [check_line(line, shared) for line in received]
            forks = _find_forks(store, shared, checked)
            if forks:
                parted = shared._replace(round=shared.round + 1)
                changes, vector = part_ways(store.records, store.vector, shared, parted, forks)
                store.merge(changes, vector, is_sent=False)
                store.renew_replica()
                _set_shared(store, shared, parted)
            self.receive(article_id, received)
        return bool(forks)

    def _keep(self, store: Store, shared: SharedArticle, join: ArticleJoin, members: Mapping[str, str]) -> None:
        """Write what was joined, and what is private of an article that is new here.

        Annotations that others removed get a change of their own, which `reader history` lists and `reader undo` takes back. It
        comes first, and says nothing of what was seen: after a kill in between, all of it is received again.
        """
        changes = join.changes()
        removals = [change for change in changes if change.after is None and change.table == ANNOTATIONS]
        if removals:
            names = {members.get(join.removers.get((change.table, change.id), ""), "") for change in removals} - {""}
            label = f"remove {plural(len(removals), 'annotation')}"
            store.merge(removals, VersionVector(), label, ", ".join(sorted(names)), is_sent=False)
            changes = [change for change in changes if change.after is not None or change.table != ANNOTATIONS]
        if join.seen.counters:
            store.merge(changes, join.seen, is_sent=False)
        record = store.records.get(ARTICLES, shared.id)
        if record is not None and "source" not in record:
            plain = to_plain(record)
            private: Record = {"source": plain.get("address", "-"), "added": now(), "bookmarks": {}}
            store.commit([Transaction((RecordEdit(ARTICLES, shared.id, plain, {**private, **plain}),))])
        if join.seen.counters:
            self._wake()

    # ------------------------------------------------------------------ on the writer thread

    def suspect(self, divergences: Iterable[Divergence]) -> None:
        """Note the articles that others changed: other programs know nothing of scoped dots."""
        for table, record_id, before, after in divergences:
            if table == ARTICLES:
                self._suspects.add(record_id)
            elif table == ANNOTATIONS:
                self._suspects.update(str(side.get("article")) for side in (before, after) if side is not None)
            elif table == SOURCES:
                self._suspects.update(shared.id for shared in self.articles() if shared.with_sources)

    def report(self) -> None:
        """Restamp the articles that other programs changed, and report those with new lines to `on_change`."""
        store = self._store()
        while self._suspects:
            article_id = self._suspects.pop()
            with contextlib.suppress(ReaderError):
                self.restamp(article_id)
        with store.guard:
            touched, store.touched_scopes = store.touched_scopes, set()
        if touched and self.on_change is not None:
            for shared in self.articles():
                if shared.own_scope in touched:
                    self.on_change(shared.id)


def _require(store: Store, article_id: str) -> SharedArticle:
    shared = find_shared(store.records, article_id)
    if shared is None or shared.has_ended:
        raise ReaderError(f"The article {article_id} is not shared", "`reader team share` shares it")
    return shared


def _find_forks(store: Store, shared: SharedArticle, lines: Iterable[JournalEntry]) -> dict[str, int]:
    """Return by replica the first counter of a line that this library has used for another change, or has not known of."""
    known = sorted((line for line in lines if line.dot in store.vector), key=lambda line: line.dot)
    with store.folder.wrap_errors():
        starts = dict.fromkeys((replica_in(line.dot.replica) for line in known), 0)
        entries = device_entries(store.folder, shared.scope, starts)
    forks: dict[str, int] = {}
    for line in known:
        own = (entry for entry in entries[replica_in(line.dot.replica)] if shared.own_scope in entry.scopes)
        later = next((entry for entry in own if entry.dot.counter >= line.dot.counter), None)
        if later is not None and _is_another(later, line, later.scopes[shared.own_scope]):
            forks.setdefault(line.dot.replica, line.dot.counter)
    return forks


def _is_another(entry: JournalEntry, line: JournalEntry, previous: int) -> bool:
    """Whether an own change with the number of a line is another one, or a later one was made without that line."""
    return entry.id != line.id if entry.dot.counter == line.dot.counter else previous < line.dot.counter


def _set_shared(store: Store, old: SharedArticle | None, new: SharedArticle) -> None:
    """Write how an article is shared; give its public part scoped dots where it begins to be."""
    edit = RecordEdit(SHARED, shared_key(new.id), None if old is None else old.record, new.record)
    store.commit([Transaction((edit,), restamps=() if new.has_ended else (new,))])


def _has_part(records: RecordTables, shared: SharedArticle) -> bool:
    """Whether the record of an article has dots of its scope."""
    line = records.find_line(ARTICLES, shared.id)
    return line is not None and any(scope_in(dot.replica) == shared.own_scope for dot in dots_of(decode_record(*line)))


def _needs_stamp(store: Store, shared: SharedArticle) -> bool:
    """Whether a record of an article has public cells without dots of its scope, or the article was deleted under it."""
    records = store.records
    keys = list(record_ids(records, shared))
    if (ARTICLES, shared.id) not in keys:
        return bool(store.vector.part(shared.own_scope).counters)
    for table, record_id in keys:
        line = records.find_line(table, record_id)
        if line is None:
            continue
        dots = plain_dots(record_part(*line)) if table == ANNOTATIONS else None
        if dots is not None and all(scope_in(dot.replica) == shared.own_scope for dot in dots):
            continue
        stored = decode_record(*line)
        scopes = scopes_of(records, table, stored)
        if scopes and not is_same_stored(stored, restamp_record(table, stored, Dot(1, ""), scopes, stored)):
            return True
    return False


def _whole_lines(shared: SharedArticle, entries: list[JournalEntry], start: int, end: int) -> list[JournalEntry]:
    """Return the lines of a replica's entries beyond one counter up to another. Raises LinesLost."""
    if any(begins_anew(*operation[:1], *operation[2:]) for entry in entries for operation in entry.operations):
        raise LinesLost(f"The article {shared.id} was shared anew, which only a fold of it can say")
    lines = list(lines_of(shared, entries))
    last = start
    for line in lines:
        if line.previous > last:
            break
        last = line.dot.counter
    if last != end:
        raise LinesLost(f"The history lacks changes of the article {shared.id} that are to go out")
    return lines
