"""The team of a library at a glance: who works on what, what is shared, and the desks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.errors import ReaderError
from reader.review.assignments import person_key
from reader.team.assignment import assignees_of
from reader.team.state import Activity, BadKey, TeamMember, TeamStatus

if TYPE_CHECKING:
    from reader.library.library import Library
    from reader.team.team import Team

RECENT: Final = timedelta(hours=1)
"""How long after their last change somebody counts as working on an article."""

_NO_MEMBERS: Final = "`reader team sync` reads who they are"


class MemberRow(NamedTuple):
    """A member: the name in keys, how they are shown, the article they changed last and when.

    `article` is its id, "" for a member of whom nothing is known here; `assigned` counts the articles assigned to them.
    """

    member: str
    name: str
    is_you: bool
    article: str = ""
    title: str = ""
    at: datetime | None = None
    assigned: int = 0


class DeskRow(NamedTuple):
    """A desk: its name, how many articles are on it as far as is known here, and whether this library follows it."""

    name: str
    articles: int
    is_followed: bool


class SharedRow(NamedTuple):
    """A shared article: its desks, who works on it, as they are shown, what is left to send, and the texts that have not come.

    An article without a `title` is followed, and is not here yet.
    """

    article: str
    title: str
    desks: tuple[str, ...]
    with_sources: bool
    people: tuple[str, ...]
    unsent: int
    missing: int


class TeamOverview(NamedTuple):
    """The team, in the order in which it is shown."""

    status: TeamStatus
    members: tuple[MemberRow, ...]
    desks: tuple[DeskRow, ...]
    articles: tuple[SharedRow, ...]

    @property
    def unsent(self) -> int:
        """The changes that are on this device alone."""
        return sum(row.unsent for row in self.articles)

    @property
    def bad(self) -> tuple[BadKey, ...]:
        """The objects that were set aside."""
        return self.status.bad


class TeamFacts(NamedTuple):
    """What is known beside the state of the team: titles and assignees by article, and the last changes.

    Assignees are members by their names in keys, others as they are written.
    """

    titles: Mapping[str, str]
    assigned: Mapping[str, tuple[str, ...]]
    activity: tuple[Activity, ...] = ()


def team_overview(status: TeamStatus, facts: TeamFacts, now: datetime) -> TeamOverview:
    """Return the overview of a team: articles by title, members by the time of their last change, desks by name."""
    names = {one.member: one.name for one in status.members}
    you = status.membership.member
    people = people_at_work(facts, now, except_for=you)
    articles = [
        SharedRow(
            one.article,
            facts.titles.get(one.article, ""),
            one.desks,
            one.with_sources,
            tuple(names.get(member, member) for member in people.get(one.article, ())),
            one.unsent,
            one.missing,
        )
        for one in status.articles
    ]
    latest = {one.member: one for one in sorted(facts.activity, key=_time_of)}
    members = [
        MemberRow(
            one.member,
            one.name,
            one.member == you,
            last.article if (last := latest.get(one.member)) is not None else "",
            facts.titles.get(last.article, "") if last is not None else "",
            _time_of(last) if last is not None else None,
            sum(one.member in members for members in facts.assigned.values()),
        )
        for one in status.members
    ]
    followed = status.membership.desks
    counts = Counter(desk for one in status.articles for desk in one.desks)
    desks = [DeskRow(name, counts[name], name in followed) for name in sorted({*counts, *followed})]
    members.sort(key=lambda row: row.at.timestamp() if row.at is not None else 0.0, reverse=True)
    articles.sort(key=lambda row: (row.title.casefold() or "\U0010ffff", row.article))
    return TeamOverview(status, tuple(members), tuple(desks), tuple(articles))


def people_at_work(facts: TeamFacts, now: datetime, *, except_for: str = "") -> dict[str, tuple[str, ...]]:
    """Return by article the members who changed it within `RECENT`, the latest first, then those whom it is assigned to."""
    recent = sorted((one for one in facts.activity if now - _time_of(one) < RECENT), key=_time_of, reverse=True)
    people: dict[str, dict[str, None]] = {}
    assigned = ((article, member) for article, members in facts.assigned.items() for member in members)
    for article, member in (*((one.article, one.member) for one in recent), *assigned):
        if member != except_for:
            people.setdefault(article, {})[member] = None
    return {article: tuple(members) for article, members in people.items()}


def _time_of(activity: Activity) -> datetime:
    return datetime.fromisoformat(activity.at)


def read_overview(library: Library, team: Team, now: datetime) -> TeamOverview:
    """Return the overview of a library's team, without asking the store. Raises ReaderError when the library cannot be read."""
    status = team.status()
    titles = {entry.id: entry.shown_title for entry in library.summaries(with_removed=True)}
    assigned = _assigned_members(library, [one.article for one in status.articles], _member_keys(status.members))
    return team_overview(status, TeamFacts(titles, assigned, team.activity()), now)


def read_people(library: Library, team: Team, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return who works on each shared article, as they are shown, without the person at this device. Raises as above."""
    members = team.members()
    names, keys = {one.member: one.name for one in members}, _member_keys(members)
    shared = [one.id for one in library.shared_articles.articles()]
    facts = TeamFacts({}, _assigned_members(library, shared, keys), team.activity())
    people = people_at_work(facts, now, except_for=team.membership.member)
    return {article: tuple(names.get(member, member) for member in people.get(article, ())) for article in shared}


def _member_keys(members: Iterable[TeamMember]) -> dict[str, str]:
    """Return the names in keys by all that members are called."""
    return {person_key(name): one.member for one in members for name in (one.name, one.member)}


def _assigned_members(library: Library, ids: Iterable[str], keys: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return by article whom it is assigned to: members by their names in keys, others as they are written."""
    assigned = assignees_of(library, ids).items()
    return {article: tuple(keys.get(person_key(name), name) for name in names) for article, names in assigned}


def find_member(status: TeamStatus, name: str) -> str:
    """Return how the member with a name is shown, which is a name in keys or a shown one in any case.

    Raises ReaderError when there is none, with those that there are.
    """
    key = person_key(name)
    found = next((one.name for one in status.members if key in (person_key(one.name), one.member)), "")
    if not found:
        names = ", ".join(one.member for one in status.members)
        raise ReaderError(f"No member of the team is called {name!r}", f"The members are {names}" if names else _NO_MEMBERS)
    return found
