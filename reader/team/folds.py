"""Write the state of an article as one object, a fold, and read it where lines would be too many, or are missing.

Anybody may write a fold, and a wrong one could hide lines: whoever joins it takes all that its vector covers for known. So it
may cover no more of another member's replica than that member has sent; it removes nothing that others wrote; and the lines of
others that it covers and that were not read are read after it, as what they say counts. A fold that fills a gap, of lines that
will never come, says so in its key, and everybody reads it; of the others only who is new reads the newest.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.library.shared_articles import Fold, RefusedLine, SharedArticle
from reader.library.versions import VersionVector, encode_json
from reader.team.layout import FoldName, fold_in, fold_stem, whole_key
from reader.team.link import TeamLink
from reader.team.segments import FOLD_LIMITS, BadObject, pack_fold, unpack_fold
from reader.team.stores import Entry
from reader.team.stores.object_store import AlreadyThere, Missing

MAX_SEGMENTS: Final = 64
"""The segments since the newest fold above which another one is written."""
_SPREAD: Final = 32
"""How many segments later the last member writes it, so that not all do at once."""


class FoldEntry(NamedTuple):
    """A fold in a listing."""

    entry: Entry
    name: FoldName


def folds_in(entries: Iterable[Entry]) -> list[FoldEntry]:
    """Return the folds of a listing, the one that covers most first."""
    folds = [FoldEntry(entry, name) for entry in entries if (name := fold_in(entry.key)) is not None]
    return sorted(folds, key=lambda fold: (fold.name.total, fold.name.hash), reverse=True)


def write_fold(link: TeamLink, article: SharedArticle, *, is_gap: bool) -> VersionVector:
    """Write the state of an article as it is here, and return what it covers. Raises ReaderError, StoreError among them."""
    fold = link.shared_articles.fold(article.id)
    stem = fold_stem(link.name_of(article), link.member, sum(fold.vector.counters.values()))
    data = pack_fold(fold, stem, link.cipher)
    if len(data) > FOLD_LIMITS.stored:
        raise ReaderError(f"The article {article.id} is too large for a team", "Share a part of it as an article of its own")
    key = whole_key(stem, data, is_gap=is_gap)
    with contextlib.suppress(AlreadyThere):
        link.store.put_new(key, data)
    link.state.add_fold(article.scope, key)
    link.state.add_covered(article.scope, fold.vector.counters.items())
    return fold.vector


def read_fold(
    link: TeamLink, article: SharedArticle, one: FoldEntry, sent: Mapping[str, int], owners: Mapping[str, str]
) -> bool:
    """Join a fold and return whether anything was new.

    `sent` says how far each scoped replica has sent, `owners` whose replica each is. Raises BadObject, and StoreError.
    """
    key, name = one.entry.key, one.name
    try:
        fold = unpack_fold(key, name, link.fetch(one.entry, FOLD_LIMITS.stored), link.cipher)
    except Missing:
        return False
    if not _is_credible(fold, name.member, article.scope, sent, owners):
        return False  # the listing may be behind: it is looked at again
    before = link.shared_articles.vector(article.id).counters
    try:
        is_new = link.shared_articles.join_fold(article.id, fold, owned_by(name.member, owners))
    except RefusedLine as error:
        raise BadObject(key, error.reason) from None
    if _hides(fold, name.member, article.scope, before, owners):
        earlier = read_unread(link, article)
        writer = name.member if earlier is None or earlier.writer == name.member else ""
        unread = UnreadLines(writer, dict(before) if earlier is None else earlier.known)
        link.state.set_note(unread_note(article), encode_json(unread))
    link.state.add_fold(article.scope, key)
    link.state.add_covered(article.scope, fold.vector.counters.items())
    return is_new


class UnreadLines(NamedTuple):
    """Lines that were not read, as a fold covers them: who wrote it, "" for several, and the counters of those known before."""

    writer: str
    known: dict[str, int]


def owned_by(member: str, owners: Mapping[str, str]) -> frozenset[str]:
    """Return the replicas of a member."""
    return frozenset(replica for replica, owner in owners.items() if owner == member)


def read_unread(link: TeamLink, article: SharedArticle) -> UnreadLines | None:
    """Return which lines of an article were not read, None for none."""
    noted = link.state.note(unread_note(article))
    return UnreadLines(*json.loads(noted)) if noted else None


def unread_note(article: SharedArticle) -> str:
    """Return the name of the note about lines that were not read, as a fold covers them."""
    return f"unread {article.scope}"


def _hides(fold: Fold, writer: str, scope: str, known: Mapping[str, int], owners: Mapping[str, str]) -> bool:
    """Whether a fold covers lines of others than its writer that are not known here."""
    return any(
        counter > known.get(replica, 0) and owners.get(replica.removesuffix(f"~{scope}"), writer) != writer
        for replica, counter in fold.vector.counters.items()
    )


def _is_credible(fold: Fold, writer: str, scope: str, sent: Mapping[str, int], owners: Mapping[str, str]) -> bool:
    """Whether a fold covers nothing that a member other than its writer could still send."""
    for replica, counter in fold.vector.counters.items():
        owner = owners.get(replica.removesuffix(f"~{scope}"), writer)
        if owner != writer and counter > sent.get(replica, 0):
            return False
    return True


def is_fold_due(link: TeamLink, article: SharedArticle, segments: int) -> bool:
    """Whether it is this member's turn to write a fold, with so many segments of an article since the newest one."""
    turn = sum(f"{link.member}{article.scope}".encode()) % _SPREAD
    return segments > MAX_SEGMENTS + turn
