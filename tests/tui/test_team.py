"""A team in the program: what colleagues do appears by itself, and the footer says what is left to send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.events import AppFocus

from reader.article.article import Article
from reader.errors import ReaderError
from reader.library import Library
from reader.review.scale import DEFAULT_SCALE
from reader.team import belongs_to_team
from reader.team.team import Team
from reader.tui.panes.bars import SaveStatus
from reader.tui.team_follower import TeamFollower
from tests.tui.test_library_screen import two_articles
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, Window, elsewhere, reading

WINTER = "The first winter brought 412,000 passengers"
DESK = "transport"


@pytest.fixture(autouse=True)
def shorten_team_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send at once, and look at the article on the screen all the time."""
    for pause in ("SEND_SECONDS", "SCREEN_SECONDS", "QUIET_SCREEN_SECONDS", "DESK_SECONDS"):
        monkeypatch.setattr(f"reader.team.engine.{pause}", 0.05)
    for pause in ("engine._FIRST_PAUSE", "receiver._CLAIMS_SECONDS"):
        monkeypatch.setattr(f"reader.team.{pause}", 0.05)


class Colleague:
    """Ben: a member of the team with a library of his own, and no screen."""

    def __init__(self, folder: Path, place: Path) -> None:
        self._folder = folder
        self._place = place

    def join(self) -> None:
        """Join the team and follow the desk."""
        with Library.open(self._folder) as library:
            team = Team.join(library, str(self._place), "ben", name="Ben")
            team.follow(DESK)
            team.close()
        self.sync()

    def sync(self) -> None:
        """Send and receive everything."""
        with Library.open(self._folder) as library:
            team = Team.of(library)
            assert team is not None
            team.sync_once()
            assert not team.state.problem
            assert not team.state.offline_since
            team.close()

    @contextmanager
    def at_work(self, article: Article) -> Iterator[Window]:
        """Let him work on an article, and send what he did."""
        with elsewhere(article, self._folder, "Ben") as window:
            yield window
        self.sync()

    def quotes(self, article: Article) -> list[str]:
        """Return what is marked in his library."""
        with Library.open(self._folder) as library:
            session, _ = library.peek(article)
            return [annotation.selector.exact for annotation in session.index.annotations()]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


@pytest.fixture
def ben(own_library: Path, place: Path, tmp_path: Path) -> Colleague:
    """Return a colleague; this library has made the team, and shared the buses on a desk that he follows."""
    with Library.open(own_library) as library:
        _, entry = library.session(BUSES, "tester")
        assert library.flush(30)
        team = Team.create(library, str(place), "ana", title="Fact desk", name="tester")
        team.share(entry.id, [DESK])
        team.sync_once()
        team.close()
    colleague = Colleague(tmp_path / "ben", place)
    colleague.join()
    return colleague


async def sent(user: User) -> None:
    """Wait until all is saved and sent."""
    await user.until(lambda: user.app.save_status == SaveStatus(send_words=("sent",)))


async def test_what_a_colleague_marks_appears_in_the_open_article_with_his_name(own_library: Path, ben: Colleague) -> None:
    async with reading(BUSES, own_library) as user:
        await sent(user)
        with ben.at_work(BUSES) as window:
            window.mark(WINTER)
        await user.until(lambda: user.quotes == [WINTER])
        await user.until(lambda: "ben: 1 claim marked" in user.footer)
        await user.press("j")
        assert "ben:" not in user.footer, "it goes with the next key"


async def test_what_is_marked_here_is_sent_and_the_footer_says_how_far(own_library: Path, ben: Colleague, place: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await sent(user)
        hidden = place.rename(place.with_name("gone"))
        await user.press("j", "h", "k")
        await user.until(lambda: "saved · offline since" in user.footer and "1 to send" in user.footer)
        await user.press("G")
        assert "saved · offline since" in user.footer, "it stays, and nothing waits for it"
        hidden.rename(place)
        user.app.post_message(AppFocus())
        await user.until(lambda: "saved · sent" in user.footer)
    ben.sync()
    assert len(ben.quotes(BUSES)) == 1


async def test_what_waits_is_sent_when_the_program_ends(
    own_library: Path, ben: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.team.engine.SEND_SECONDS", 3600.0)
    monkeypatch.setattr("reader.team.team.CLOSE_SECONDS", 60.0)
    async with reading(BUSES, own_library) as user:
        await sent(user)
        await user.press("j", "h", "k")
        await user.until(lambda: "saved · 1 to send" in user.footer)
        await user.press("q")
        await user.left()
    ben.sync()
    assert len(ben.quotes(BUSES)) == 1


async def test_a_note_that_is_being_written_is_not_disturbed(own_library: Path, ben: Colleague) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h")
        await sent(user)
        ben.sync()
        await user.press("a")
        await user.type("who counted?")
        with ben.at_work(BUSES) as window:
            window.session.set_note(window.on(user.quotes[0]), "the drivers did")
            window.mark("Nobody had counted the dogs.")
        await user.until(lambda: len(user.quotes) == 2)
        assert "who counted?" in user.picture
        await user.press("ctrl+s")
        await user.until(lambda: "who counted?" in user.annotation.note)


def test_a_key_that_is_typed_before_the_work_with_the_team_has_begun_finds_the_team(own_library: Path, ben: Colleague) -> None:
    with Library.open(own_library) as library:
        follower = TeamFollower(library, DEFAULT_SCALE, lambda message: None, lambda article_id, edits: None)
        overview = follower.overview()
        assert overview is not None
        assert overview.status.membership.title == "Fact desk"
        assert follower.close() == 0


def test_nothing_waits_for_a_place_that_does_not_answer(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("obstore", reason="a team needs claim-reader[team]")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    problems: list[ReaderError] = []

    def join(follower: TeamFollower, port: int) -> None:
        try:
            follower.join(f"s3://newsroom/place?endpoint=http://127.0.0.1:{port}", "ana", "Ana", takes_over=False)
        except ReaderError as error:
            problems.append(error)

    with Library.open(own_library) as library, socket.create_server(("127.0.0.1", 0)) as hole, ThreadPoolExecutor() as pool:
        follower = TeamFollower(library, DEFAULT_SCALE, lambda message: None, lambda article_id, edits: None)
        joined = pool.submit(join, follower, hole.getsockname()[1])
        with hole.accept()[0]:
            assert pool.submit(follower.take_changers, "a").result(5) == ()
            assert pool.submit(follower.close).result(5) == 0
            assert not joined.done()
        hole.close()
        joined.result(60)
    assert problems


def test_a_team_that_is_joined_too_late_does_not_begin(own_library: Path, ben: Colleague, tmp_path: Path, place: Path) -> None:
    with Library.open(tmp_path / "cy") as library:
        follower = TeamFollower(library, DEFAULT_SCALE, lambda message: None, lambda article_id, edits: None)
        assert follower.close() == 0
        follower.join(str(place), "cy", "Cy", takes_over=False)
        assert not follower.is_member
        assert belongs_to_team(library.folder)


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.slow
async def test_the_list_says_who_works_on_what(own_library: Path, ben: Colleague, size: tuple[int, int]) -> None:
    await two_articles(own_library)
    with ben.at_work(BUSES) as window:
        window.mark(WINTER)
    async with reading(None, own_library, size) as user:
        await user.until(lambda: any("Night buses" in row and "Ben" in row for row in user.lines))
        assert ("team" in user.picture) == (size == WIDE)
        assert not any("The long count" in row and "shared" in row for row in user.lines)
        await user.type("is:shared")
        await user.until(lambda: "The long count" not in user.picture and "Night buses" in user.picture)


@pytest.mark.slow
async def test_articles_are_shared_from_the_list_and_again_no_longer(own_library: Path, ben: Colleague) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "saved · sent" in user.footer and "2 articles" in user.header)
        user.send("f9", "2", "enter")
        await user.until(lambda: f"Shared 1 article on {DESK}" in user.footer)
        await user.until(lambda: any("The long count" in row and "shared" in row for row in user.lines))
        await sent(user)
        await user.press("f9")
        await user.until(lambda: "Stop sharing this article?" in user.picture)
        await user.press("y")
        await user.until(lambda: "No longer shared: 1 article" in user.footer)
        await user.until(lambda: not any("The long count" in row and "shared" in row for row in user.lines))


async def test_the_team_screen_shows_members_and_desks_and_assigns(own_library: Path, ben: Colleague) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "saved · sent" in user.footer)
        await user.press("f4")
        await user.until(lambda: "Fact desk" in user.header and "Night buses" in user.picture)
        await user.press("f5")
        await user.until(lambda: "Sent 0 changes, received 0" in user.footer)
        await user.press("f3")
        await user.until(lambda: "assign to" in user.picture)
        await user.type("ben")
        await user.press("enter")
        await user.until(lambda: "Assigned to Ben: 1 article" in user.footer)
        await user.press("tab")
        await user.until(lambda: any("Ben" in row and "1 assigned" in row for row in user.lines))
        assert any("tester" in row and "you" in row for row in user.lines)
        await user.press("tab")
        assert any(f"□ {DESK}  not followed" in row and "1 article" in row for row in user.lines)
        assert "assign" not in user.footer, "no article is in hand"
        await user.press("f3")
        assert "Assign needs a shared article in hand" in user.footer
        await user.press("f")
        await user.until(lambda: any(f"■ {DESK}  followed" in row for row in user.lines))
        await sent(user)
        await user.press("escape")
        await user.until(lambda: any("Night buses" in row and "Ben" in row for row in user.lines))


@pytest.mark.slow
async def test_who_is_in_no_team_sees_nothing_of_it_until_they_join_one(
    own_library: Path, ben: Colleague, place: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "cy"
    await two_articles(mine)
    async with reading(None, mine) as user:
        await user.until(lambda: "2 articles" in user.header)
        assert "saved ✓" in user.footer
        assert "team" not in user.picture
        await user.press("f9")
        await user.until(lambda: "is in no team" in user.footer)
        await user.press("f4")
        await user.until(lambda: "joins a team" in user.picture)
        await user.press("J")
        await user.paste(str(place))
        await user.press("enter")
        await user.until(lambda: "your name in the team" in user.picture)
        await user.type("ben")
        await user.press("enter")
        await user.until(lambda: "Is the member ben you?" in user.picture)
        await user.press("escape")
        await user.until(lambda: "ben is taken" in user.footer)
        user.send("J", *str(place), "enter", "c", "y", "enter")
        await user.until(lambda: "Fact desk" in user.header)
        await sent(user)
        await user.press("L")
        await user.until(lambda: "Leave the team?" in user.picture)
        await user.press("y")
        await user.until(lambda: "joins a team" in user.picture and not user.app.save_status.send_words)
    assert not belongs_to_team(mine)


async def test_a_place_that_another_team_took_is_told_and_work_goes_on(own_library: Path, ben: Colleague, place: Path) -> None:
    (place / "team.json").unlink()
    async with reading(BUSES, own_library) as user:
        await user.until(lambda: "Team: There is no team at this place" in user.footer)
        await user.press("j", "h", "k")
        await user.until(lambda: "saved · 1 to send !" in user.footer)
        await user.saved()
