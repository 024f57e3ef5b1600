"""What is told of a team: who is in it, how far this library has sent and read, and what is wrong."""

from __future__ import annotations

from typing import NamedTuple


class Membership(NamedTuple):
    """A library's place in a team. Kept beside the library, without secrets.

    `place` is where the team keeps its objects, as `parse_place` reads it; `team` its id, `title` how it is shown; `member` the
    name in keys, `name` how the member is shown; `check` the public value of the team's key, "" for a team without one; `desks`
    those that this library follows.
    """

    place: str
    team: str
    title: str
    member: str
    name: str
    check: str = ""
    desks: tuple[str, ...] = ()

    @property
    def is_encrypted(self) -> bool:
        """Whether the team has a key."""
        return bool(self.check)


class TeamState(NamedTuple):
    """How the work with the team goes, for the footer.

    `unsent` counts the changes that are on this device alone. `offline_since` is the time (ISO 8601) since which the store has
    not answered, "" while it does; `silence` says why, and what to do. `problem` says what else keeps changes from coming or
    going, and what to do; "" for nothing. `waiting` counts changes of others that wait for earlier ones, `bad` the objects that
    were set aside.
    """

    unsent: int = 0
    offline_since: str = ""
    problem: str = ""
    waiting: int = 0
    bad: int = 0
    silence: str = ""

    @property
    def trouble(self) -> str:
        """What keeps changes from coming or going, the silence of the store too; "" for nothing."""
        return self.problem or (self.offline_since and (self.silence or "The place does not answer"))


class SharedState(NamedTuple):
    """How an article stands: `unsent` changes of this device, `waiting` ones of others, `missing` texts that have not come."""

    article: str
    desks: tuple[str, ...]
    with_sources: bool
    unsent: int
    waiting: int
    missing: int


class TeamMember(NamedTuple):
    """A member: the name in keys, how they are shown, since when (ISO 8601)."""

    member: str
    name: str
    since: str


class Activity(NamedTuple):
    """The last change of a member in an article, by its id, and when the store got it (ISO 8601)."""

    article: str
    member: str
    at: str


class BadKey(NamedTuple):
    """The key of an object that was set aside, why, and when (ISO 8601)."""

    key: str
    reason: str
    at: str


class TeamStatus(NamedTuple):
    """All that is known of the team without asking the store, whose `members` are those of its last answer.

    `notices` are what a person should know that keeps nothing from going on. `sent_at` is when something was sent last,
    `received_at` when the store was last read (ISO 8601, "" for never).
    """

    membership: Membership
    state: TeamState
    articles: tuple[SharedState, ...]
    members: tuple[TeamMember, ...]
    bad: tuple[BadKey, ...]
    notices: tuple[str, ...]
    sent_at: str = ""
    received_at: str = ""


class SyncResult(NamedTuple):
    """What one pass did: lines sent and applied, and the requests that it took."""

    sent: int = 0
    applied: int = 0
    requests: int = 0
