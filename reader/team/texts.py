"""Send and fetch the texts and documents of shared articles: each once, named by its digest, checked when it comes.

Any member may write a text, so one that is not what its name says may stand in its place. Whoever has the right one finds that
out and puts it beside, under the same name and their own.
"""

from __future__ import annotations

import contextlib
from itertools import islice
from typing import Final

from reader.errors import ReaderError
from reader.library.folder import Folder
from reader.library.shared_articles import SharedArticle
from reader.library.snapshots import Snapshots
from reader.review.model import SourceText
from reader.team.layout import text_key
from reader.team.link import TeamLink
from reader.team.segments import TEXT_LIMITS, BadObject, pack_text, unpack_text
from reader.team.stores.object_store import AlreadyThere, Missing, TooLarge

_FIRST_PAUSE: Final = 20.0
_LAST_PAUSE: Final = 600.0
_MAX_COPIES: Final = 20
"""The copies of a text that are looked at beside a wrong one."""


class Texts:
    """The texts of the shared articles of one library, and when those that were missing are asked for again."""

    def __init__(self, link: TeamLink) -> None:
        self._link = link
        self._kept = Snapshots(Folder(link.library.folder).snapshots)
        self._here: set[str] = set()
        self._missing: dict[str, tuple[float, float]] = {}
        """By digest, when it was asked for, and how long to wait then. Both in seconds; a clock may be put back."""

    def send(self, article: SharedArticle) -> None:
        """Put the texts of an article that the team lacks. Raises StoreError."""
        state = self._link.state
        for digest in sorted(self._link.shared_articles.digests(article.id)):
            if not state.has_text(digest):
                try:
                    data = self._link.library.document(SourceText(digest))
                except ReaderError:
                    continue  # it has not come yet, or it was never kept: then whoever has it sends it
                self._put(digest, data)
                state.add_text(digest)

    def _put(self, digest: str, data: bytes) -> None:
        link = self._link
        key = text_key(link.cipher.name(digest))
        try:
            link.store.put_new(key, pack_text(data, key, link.cipher))
        except AlreadyThere:
            if self._read(key, digest) is None:
                copy = f"{key}-{link.member}"
                with contextlib.suppress(AlreadyThere):
                    link.store.put_new(copy, pack_text(data, copy, link.cipher))

    def find_missing(self, article: SharedArticle) -> tuple[str, ...]:
        """Return the digests of the texts of an article that are not here."""
        digests = sorted(self._link.shared_articles.digests(article.id, also_of_sources=True) - self._here)
        self._here.update(digest for digest in digests if self._kept.is_kept(digest))
        return tuple(digest for digest in digests if digest not in self._here)

    def fetch(self, article: SharedArticle, now: float) -> int:
        """Fetch the texts of an article that are not here, and keep them; return how many came. Raises StoreError."""
        count = 0
        for digest in self.find_missing(article):
            asked, pause = self._missing.get(digest, (0.0, _FIRST_PAUSE / 2))
            if abs(now - asked) < pause:
                continue
            data = self._find(digest)
            if data is None:
                self._missing[digest] = now, min(2 * pause, _LAST_PAUSE)
                continue
            self._link.library.keep_document(data)
            self._link.state.add_text(digest)
            self._missing.pop(digest, None)
            self._here.add(digest)
            count += 1
        return count

    def _find(self, digest: str) -> bytes | None:
        key = text_key(self._link.cipher.name(digest))
        data = self._read(key, digest)
        if data is None:
            copies = self._link.store.list_after(key.rpartition("/")[0], key)
            for entry in islice(copies, _MAX_COPIES):
                if not entry.key.startswith(f"{key}-"):
                    break
                if (data := self._read(entry.key, digest)) is not None:
                    break
        return data

    def _read(self, key: str, digest: str) -> bytes | None:
        """Return a text, None if it is missing or another."""
        try:
            data = self._link.store.get(key, TEXT_LIMITS.stored)
            return unpack_text(key, digest, data, self._link.cipher)
        except (Missing, TooLarge, BadObject):
            return None
