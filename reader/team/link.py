"""Hold together what sending and receiving need: the library, the store, the cipher, the member, the state of this device."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from reader.library.library import Library
from reader.library.shared_articles import SharedArticle, SharedArticles
from reader.team.encryption import Cipher
from reader.team.segments import NOTE_LIMIT, BadObject, UnreadableObject, unpack_note
from reader.team.state import BadKey, Membership
from reader.team.stores import Entry, ObjectStore
from reader.team.stores.object_store import Missing, TooLarge, Unreachable
from reader.team.sync_state import SyncState


@dataclass(frozen=True, slots=True)
class TeamLink:
    """A library, the team it is in, and the store of that team. Times are seconds since 1970, as `time.time` has them."""

    library: Library
    membership: Membership
    store: ObjectStore
    cipher: Cipher
    state: SyncState
    unreadable: set[str] = field(default_factory=set[str])
    """The keys of objects that were sealed with a secret that is not here: they are read once the newest key is."""

    @property
    def shared_articles(self) -> SharedArticles:
        """The shared articles of the library."""
        return self.library.shared_articles

    @property
    def member(self) -> str:
        """The member whose library this is, by the name in keys."""
        return self.membership.member

    def articles(self) -> tuple[SharedArticle, ...]:
        """Return the articles that are shared with this team."""
        return tuple(article for article in self.shared_articles.articles() if article.team == self.membership.team)

    def name_of(self, article: SharedArticle) -> str:
        """Return the name under which an article is stored."""
        return self.cipher.name(article.scope)

    def fetch(self, entry: Entry, limit: int) -> bytes:
        """Return a whole object of a listing. Raises BadObject for one that is too large, and StoreError.

        One of another size than the listing says was cut on its way: that is no fault of its writer.
        """
        if entry.size > limit:
            raise BadObject(entry.key, "it is too large")
        try:
            data = self.store.get(entry.key, limit)
        except TooLarge:
            raise BadObject(entry.key, "it is too large") from None
        if len(data) != entry.size:
            raise Unreachable(f"{entry.key} did not come whole")
        return data

    def read_note(self, key: str) -> dict[str, object]:
        """Return a small object of JSON, empty if it is missing or bad. Raises StoreError."""
        try:
            return unpack_note(key, self.store.get(key, NOTE_LIMIT), self.cipher)
        except UnreadableObject:
            self.unreadable.add(key)
            return {}
        except (BadObject, Missing, TooLarge):
            return {}

    def set_aside(self, scope: str, bad: BadObject, now: float) -> None:
        """Set an object aside, which then is not fetched again; one that is sealed with a newer key only until that is here."""
        if isinstance(bad, UnreadableObject):
            self.unreadable.add(bad.key)
            return
        self.state.set_aside(scope, BadKey(bad.key, bad.reason, to_time(now)))


def to_time(now: float) -> str:
    """Return a moment as ISO 8601."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
