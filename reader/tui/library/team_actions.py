"""What a person does with the team: share, follow, assign, send and receive, join and leave. All of it waits on a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from reader.printable import plural
from reader.tui.background import WorkQueue, error_message
from reader.tui.question import Question

if TYPE_CHECKING:
    from textual.message import Message

    from reader.article.article import Article
    from reader.team.overview import TeamOverview
    from reader.tui.services import AppServices

T = TypeVar("T")


class TeamHost(Protocol):
    """The screen of the library or of the team as these actions see it."""

    @property
    def services(self) -> AppServices:
        """The app."""
        ...

    @property
    def is_current(self) -> bool:
        """Whether no other screen lies over it."""
        ...

    def post_message(self, message: Message) -> bool:
        """Post a message to the screen, from any thread."""
        ...

    def say(self, text: str, tone: str = "text") -> None:
        """Show a message in the footer."""

    def ask(self, question: Question) -> None:
        """Ask for a line of text in place of the footer."""

    def load(self) -> None:
        """Read again what the screen shows."""


class TeamActions:
    """The actions of one screen on the team, done one after the other. Keys wait while it `is_waiting` to ask something."""

    def __init__(self, host: TeamHost) -> None:
        self.is_waiting = False
        self._host = host
        self._work = WorkQueue(host.post_message)
        self._is_reading = False

    def read(self, take: Callable[[TeamOverview | Exception | None], None]) -> None:
        """Read what is known of the team on the thread; None without a team."""
        library = self._host.services.library
        self._work.run(lambda: library.team.overview(), take)

    def read_people(self, take: Callable[[Mapping[str, Sequence[str]] | None], None]) -> None:
        """Read who works on each shared article, unless that is under way. What fails is told elsewhere."""
        library = self._host.services.library
        if not library.has_team or self._is_reading:
            return
        self._is_reading = True

        def take_outcome(outcome: Mapping[str, Sequence[str]] | Exception | None) -> None:
            self._is_reading = False
            if not isinstance(outcome, Exception):
                take(outcome)

        self._work.run(lambda: library.team.people(), take_outcome)

    # ------------------------------------------------------------------ sharing

    def share(self, ids: Sequence[str]) -> None:
        """Ask how to share articles, and share them; those that are all shared already are shared no longer."""
        if not ids:
            self._host.say("No article is listed", "fault")
            return

        def take(overview: TeamOverview | None) -> None:
            if overview is None:
                self._say_no_team()
                return
            shared = {row.article for row in overview.articles}
            if shared.issuperset(ids):
                self.unshare(ids)
            else:
                self._ask_how(ids, [row.name for row in overview.desks])

        self._read_then(take)

    def _ask_how(self, ids: Sequence[str], desks: Sequence[str]) -> None:
        from reader.tui.dialogs.choice import Choice, ChoiceScreen

        names = desks[:7]
        chosen = set[str]()

        def choices() -> list[Choice]:
            options = ["with their sources" if len(ids) > 1 else "with its sources", *(f"on the desk {name}" for name in names)]
            options.append("on another desk …")
            return [Choice(str(n), words, str(n) in chosen) for n, words in enumerate(options, 1)]

        def take(key: str) -> bool:
            chosen.symmetric_difference_update({key})
            return True

        def finish(is_kept: bool | None) -> None:
            if not is_kept:
                return
            on = [name for n, name in enumerate(names, 2) if str(n) in chosen]
            with_sources = "1" in chosen
            if str(len(names) + 2) in chosen:
                self._ask_for_desk(lambda name: self._share(ids, [*on, name], with_sources=with_sources))
            else:
                self._share(ids, on, with_sources=with_sources)

        what = "this article" if len(ids) == 1 else plural(len(ids), "article")
        verb = "shares it" if len(ids) == 1 else "shares them"
        title = f"Share {what} with the team: text, claims, verdicts, notes"
        self._host.services.push_screen(ChoiceScreen(title, choices, take, several=True, verb=verb), finish)

    def _share(self, ids: Sequence[str], desks: Sequence[str], *, with_sources: bool) -> None:
        library = self._host.services.library
        on = f" on {', '.join(desks)}" if desks else ""
        self._run(
            lambda: library.team.share(ids, desks, with_sources=with_sources),
            f"Shared {plural(len(ids), 'article')}{on}{' with sources' if with_sources else ''}",
        )

    def unshare(self, ids: Sequence[str]) -> None:
        """Stop sharing articles, after a question: what was sent stays with the team."""
        from reader.tui.dialogs.choice import ConfirmScreen

        library = self._host.services.library

        def take(answer: str | None) -> None:
            if answer:
                self._run(lambda: library.team.unshare(ids), f"No longer shared: {plural(len(ids), 'article')}")

        what = "this article" if len(ids) == 1 else plural(len(ids), "article")
        why = "What was sent stays with the team, and everything stays in this library"
        self._host.services.push_screen(ConfirmScreen(f"Stop sharing {what}?", why, (("y", "stops", "stop"),)), take)

    # ------------------------------------------------------------------ desks, assignments

    def follow(self, desk: str) -> None:
        """Follow a desk, or no longer if it is followed; ask for its name if none is given."""
        if desk:
            self._follow(desk)
        else:
            self._ask_for_desk(self._follow)

    def _follow(self, desk: str) -> None:
        library = self._host.services.library
        self._run(
            lambda: library.team.toggle_desk(desk),
            "",
            lambda is_followed: f"{'Following' if is_followed else 'No longer following'} {desk}",
        )

    def _ask_for_desk(self, take: Callable[[str], None]) -> None:
        from reader.team.layout import check_desk

        def submit(text: str) -> str | None:
            from reader.errors import ReaderError

            try:
                name = check_desk(text.strip())
            except ReaderError as error:
                return str(error)
            take(name)
            return None

        self._host.ask(Question("desk", submit, hint="a to z, 0 to 9, _ and -", verb="takes it"))

    def assign(self, ids: Sequence[str]) -> None:
        """Choose a member, and assign articles to them as a whole; again: take them back."""
        ids = list(filter(None, ids))
        if not ids:
            self._host.say("No article in hand", "fault")
            return

        def take(overview: TeamOverview | None) -> None:
            if overview is None:
                self._say_no_team()
            else:
                self._ask_whom(ids, sorted(row.name for row in overview.members))

        self._read_then(take)

    def _ask_whom(self, ids: Sequence[str], names: Sequence[str]) -> None:
        library, creator = self._host.services.library, self._host.services.settings.creator

        def submit(text: str) -> str | None:
            name = next((one for one in names if one.casefold() == text.strip().casefold()), "")
            if not name:
                return f"The members are {', '.join(names)}"
            self._run(
                lambda: library.team.toggle_assignment(ids, name, creator),
                "",
                lambda is_assigned: f"{'Assigned to' if is_assigned else 'Taken from'} {name}: {plural(len(ids), 'article')}",
            )
            return None

        first = names[0] if names else ""
        hint = ", ".join(names)
        self._host.ask(Question("assign to", submit, first, hint, select_value=True, verb="assigns"))

    # ------------------------------------------------------------------ the team itself

    def sync(self) -> None:
        """Send and receive now."""
        library = self._host.services.library
        self._host.say("Sending and receiving …", "hint")
        self._run(
            lambda: library.team.sync(), "", lambda result: f"Sent {plural(result.sent, 'change')}, received {result.applied:,}"
        )

    def join(self) -> None:
        """Ask for the place of a team and a name, and join it."""
        self._ask_for_place("join", self._join)

    def _join(self, place: str, member: str, *, takes_over: bool = False) -> None:
        from reader.team.membership import NameTaken

        services = self._host.services

        def take(outcome: Exception | None) -> None:
            if isinstance(outcome, NameTaken):
                self._ask_who_it_is(place, member)
            elif outcome is not None:
                self._host.say(error_message(outcome, "The team"), "bad")
            else:
                self._host.say(f"In the team at {place} as {member}", "good")
            self._host.load()

        name = services.settings.public_name
        self._work.run(lambda: services.library.team.join(place, member, name, takes_over=takes_over), take)

    def _ask_who_it_is(self, place: str, member: str) -> None:
        from reader.tui.dialogs.choice import ConfirmScreen

        def take(answer: str | None) -> None:
            if answer:
                self._join(place, member, takes_over=True)
            else:
                self._host.say(f"Not joined: {member} is taken", "fault")

        why = (
            "Somebody has joined under that name. If it was you, this library joins as one more device of yours; "
            "else take another name"
        )
        choices = (("y", "it is me", "join"),)
        self._host.services.push_screen(ConfirmScreen(f"Is the member {member} you?", why, choices), take)

    def create(self) -> None:
        """Ask for a place and a name, and make a team there."""
        services = self._host.services
        name = services.settings.public_name

        def create(place: str, member: str) -> None:
            self._run(lambda: services.library.team.create(place, member, name), f"In the team at {place} as {member}")

        self._ask_for_place("make", create)

    def _ask_for_place(self, word: str, run: Callable[[str, str], None]) -> None:
        def take_place(place: str) -> str | None:
            if not place.strip():
                return "s3://bucket/prefix, az://, gs:// or a folder"

            def take_member(member: str) -> str | None:
                from reader.errors import ReaderError
                from reader.team.layout import check_member

                try:
                    name = check_member(member.strip())
                except ReaderError as error:
                    return str(error)
                run(place.strip(), name)
                return None

            hint = "your name in the team: a to z, 0 to 9, _"
            self._host.ask(Question("as", take_member, hint=hint, verb=f"{word}s the team"))
            return None

        hint = "s3://bucket/prefix, az://, gs:// or a folder"
        self._host.ask(Question("place", take_place, hint=hint, path=True, verb="goes on"))

    def leave(self) -> None:
        """Leave the team after a question, which says how many changes were not sent."""
        from reader.tui.dialogs.choice import ConfirmScreen

        library = self._host.services.library

        def take_overview(overview: TeamOverview | None) -> None:
            if overview is None:
                return
            unsent = overview.status.state.unsent
            why = "The articles stay in this library, and what was sent stays with the team"
            if unsent:
                why = f"{plural(unsent, 'change')} {'was' if unsent == 1 else 'were'} not sent, and will not be. {why}"

            def take(answer: str | None) -> None:
                if answer:
                    self._run(lambda: library.team.leave(), "No longer in the team")

            self._host.services.push_screen(ConfirmScreen("Leave the team?", why, (("y", "leaves it", "leave"),)), take)

        self._read_then(take_overview)

    def open(self, article_id: str) -> None:
        """Open an article."""
        from reader.formats.article_cache import open_document

        services = self._host.services

        def read() -> Article:
            library = services.open_library()
            entry = library.entry(article_id)
            return open_document(library.latest_document(entry), entry.source)

        def take(outcome: Article | Exception) -> None:
            if isinstance(outcome, Exception):
                self._host.say(error_message(outcome, "The article"), "bad")
            elif self._host.is_current:
                services.show_article(outcome)

        self._work.run(read, take)

    # ------------------------------------------------------------------ work on the thread

    def _say_no_team(self) -> None:
        key = self._host.services.keymap.field_label("library-team")
        self._host.say(f"This library is in no team · {key} joins one or makes one", "fault")

    def _read_then(self, take: Callable[[TeamOverview | None], None]) -> None:
        def take_outcome(outcome: TeamOverview | Exception | None) -> None:
            self.is_waiting = False
            if isinstance(outcome, Exception):
                self._host.say(error_message(outcome, "The team"), "bad")
            elif self._host.is_current:
                take(outcome)
            self._host.services.take_waiting_keys()

        self.is_waiting = True
        self.read(take_outcome)

    def _run(self, work: Callable[[], T], done: str, words: Callable[[T], str] | None = None) -> None:
        def take(outcome: T | Exception) -> None:
            if isinstance(outcome, Exception):
                self._host.say(error_message(outcome, "The team"), "bad")
            else:
                self._host.say(words(outcome) if words is not None else done, "good")
            self._host.load()

        self._work.run(work, take)
