"""The team of the app's library: lets changes come and go while the program is open, and does what the screens ask of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from textual.message import Message

from reader.errors import ReaderError
from reader.printable import plural
from reader.team.assignment import Assigner, assignees_of
from reader.team.overview import TeamOverview, read_overview, read_people
from reader.team.team import Team, UnsentChanges
from reader.tui.background import start_thread
from reader.tui.panes.team import send_words

if TYPE_CHECKING:
    from reader.library.library import Library
    from reader.review.model import Edit
    from reader.review.scale import Scale
    from reader.team.state import SyncResult, TeamState

T = TypeVar("T")


class TeamChanged(Message):
    """The state of sending changed, or what is known of the team; `problem` is one that has just begun, else ""."""

    def __init__(self, problem: str = "") -> None:
        super().__init__()
        self.problem = problem


class TeamFollower:
    """Owns the team of an open library. Methods that wait for the disk or the store are called on threads.

    `send_words` says what is left to send, as footers do; it is empty in a library without a team.
    """

    def __init__(
        self,
        library: Library,
        scale: Scale,
        post: Callable[[Message], object],
        tell_edits: Callable[[str, tuple[Edit, ...]], None],
    ) -> None:
        """`tell_edits` gets what is changed here in an article, for the reviews of it that are open."""
        self.send_words: tuple[str, ...] = ()
        self._library = library
        self._scale = scale
        self._post = post
        self._tell_edits = tell_edits
        self._team: Team | None = None
        # One waits for the disk and the network: only threads take it. The other guards what is below, and waits for nothing.
        self._entering = threading.Lock()
        self._guard = threading.Lock()
        self._is_closed = False
        self._shown = ""
        self._problem = ""
        self._changers: dict[str, dict[str, None]] = {}

    @property
    def is_member(self) -> bool:
        """Whether the library is in a team."""
        return self._team is not None

    # ------------------------------------------------------------------ beginning and ending

    def start(self) -> None:
        """Let changes come and go, if the library is in a team. Raises ReaderError if that cannot be read."""
        with self._entering:
            if self._team is None and (team := Team.of(self._library)) is not None:
                self._take(team)

    def _take(self, team: Team) -> None:
        team.on_state = self._note_state
        team.on_arrival = self._note_arrival
        with self._guard:
            is_closed = self._is_closed
            self._team = None if is_closed else team
        if is_closed:
            _close(team)
        else:
            team.show(self._shown)
            team.start()

    def close(self) -> int:
        """Send what waits, for a moment, and end; return how many changes then wait for the next time.

        A team that is being joined or made is not waited for.
        """
        with self._guard:
            self._is_closed = True
        return self._end()

    def _end(self) -> int:
        with self._guard:
            team, self._team = self._team, None
        return 0 if team is None else _close(team)

    def show(self, article_id: str) -> None:
        """Say which article is on the screen, "" for none. Returns at once."""
        self._shown = article_id
        if self._team is not None:
            start_thread(self._show_latest, "team")

    def _show_latest(self) -> None:
        with suppress(ReaderError):
            if (team := self._team) is not None:
                team.show(self._shown)

    def wake(self) -> None:
        """Look at once for what others did: a person came back to the window. Returns at once."""
        if (team := self._team) is not None:
            start_thread(team.wake, "team")

    # ------------------------------------------------------------------ what happens

    def _note_state(self, state: TeamState) -> None:
        words = send_words(state, datetime.now().astimezone())
        is_new = state.problem not in ("", self._problem)
        self.send_words, self._problem = words, state.problem
        self._send(TeamChanged(state.problem if is_new else ""))

    def _note_arrival(self, article_id: str, members: Sequence[str]) -> None:
        with self._guard:
            self._changers.setdefault(article_id, {}).update(dict.fromkeys(members))

    def take_changers(self, article_id: str) -> tuple[str, ...]:
        """Return the members of whom changes of an article have come since this was asked last."""
        with self._guard:
            return tuple(self._changers.pop(article_id, ()))

    def _send(self, message: Message) -> None:
        with suppress(RuntimeError):  # the program has ended
            self._post(message)

    # ------------------------------------------------------------------ what screens ask for

    def overview(self) -> TeamOverview | None:
        """Return what is known of the team, None without one. Raises ReaderError."""
        team = self._find_team()
        return None if team is None else read_overview(self._library, team, datetime.now().astimezone())

    def people(self) -> dict[str, tuple[str, ...]] | None:
        """Return who works on each shared article, None without a team. Raises ReaderError."""
        team = self._team
        return None if team is None else read_people(self._library, team, datetime.now().astimezone())

    def share(self, ids: Sequence[str], desks: Sequence[str], *, with_sources: bool) -> None:
        """Share articles. Raises ReaderError."""
        for article_id in ids:
            self._open_team().share(article_id, desks, with_sources=with_sources)

    def unshare(self, ids: Sequence[str]) -> None:
        """Share articles no longer. Raises ReaderError, also for one of which the team has not got everything."""
        for article_id in ids:
            try:
                self._open_team().unshare(article_id)
            except UnsentChanges as error:
                what = f"The team has not got {plural(error.count, 'change')} of it"
                raise ReaderError(what, "Send them first, on the screen of the team") from error

    def toggle_desk(self, desk: str) -> bool:
        """Follow a desk, or no longer if it is followed; return whether it is followed now. Raises ReaderError."""
        team = self._open_team()
        is_followed = desk in team.membership.desks
        (team.unfollow if is_followed else team.follow)(desk)
        return not is_followed

    def toggle_assignment(self, ids: Sequence[str], name: str, by: str) -> bool:
        """Assign articles to a member, or take them back if they have all; return whether they have them now."""
        from reader.formats.article_cache import open_document
        from reader.review.assignments import person_key

        assigner = Assigner(self._library, by, self._scale, open_document)
        names = assignees_of(self._library, ids)
        is_assigned = all(person_key(name) in map(person_key, names.get(article_id, ())) for article_id in ids)
        for article_id in ids:
            edits: tuple[Edit, ...]
            edits = assigner.unassign(article_id, [name]) if is_assigned else assigner.assign(article_id, [name])
            self._tell_edits(article_id, edits)
        return not is_assigned

    def sync(self) -> SyncResult:
        """Send and receive everything now. Raises ReaderError, also for what kept anything from coming or going."""
        team = self._open_team()
        result = team.sync_once()
        if team.state.trouble:
            raise ReaderError(team.state.trouble, "Everything is saved here")
        return result

    def join(self, place: str, member: str, name: str, *, takes_over: bool) -> None:
        """Join the team at a place. Raises ReaderError, NameTaken among them unless it `takes_over` a name."""
        with self._entering:
            self._take(Team.join(self._library, place, member, name=name, takes_over=takes_over))

    def create(self, place: str, member: str, name: str) -> None:
        """Make a team at a place, and join it. Raises ReaderError."""
        with self._entering:
            self._take(Team.create(self._library, place, member, name=name))

    def leave(self) -> None:
        """Leave the team with what was not sent, after the person was told. Raises ReaderError."""
        self._open_team().leave(without_unsent=True)
        self.send_words = ()
        self._end()
        self._send(TeamChanged())

    def _find_team(self) -> Team | None:
        """Return the team also to a key that is typed before the work with it has begun. Raises ReaderError."""
        self.start()
        return self._team

    def _open_team(self) -> Team:
        if (team := self._find_team()) is None:
            raise ReaderError("This library is in no team", "Join one first")
        return team


def _close(team: Team) -> int:
    """Send what waits, for a moment, and end the work of a team; return how many changes wait then."""
    team.on_state = team.on_arrival = None
    return team.close()
