"""The door to a team: making, joining and leaving it, what stands against that, and the thread that sends and receives."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.errors import ReaderError, UsageError
from reader.library import Library
from reader.library.folder import MEMBERSHIP_FILE
from reader.team import belongs_to_team
from reader.team.encryption import KEY_VARIABLE, new_team_key
from reader.team.layout import TEAM_KEY
from reader.team.membership import NameTaken
from reader.team.state import TeamState
from reader.team.team import Team, UnsentChanges
from tests.team.members import ARTICLE
from tests.unit.review_strategies import where


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    folder.mkdir()
    return folder


@pytest.fixture
def libraries(tmp_path: Path) -> Iterator[list[Library]]:
    opened = [Library.open(tmp_path / name) for name in ("ana", "bob")]
    yield opened
    for library in opened:
        library.close()


def add_article(library: Library) -> str:
    """Keep an article with a note in a library."""
    session = library.review(ARTICLE, "ana")
    session.set_note(session.mark(where(ARTICLE, "Sentence 7 counts")), "seven")
    assert library.flush(10)
    return library.entries()[0].id


def test_a_team_is_made_joined_and_left(place: Path, libraries: list[Library]) -> None:
    ana, bob = libraries
    assert not belongs_to_team(ana.folder)
    assert Team.of(ana) is None
    one = Team.create(ana, str(place), "ana", title="The newsroom", name="Ana Kovács")
    two = Team.join(bob, str(place), "bob")
    article_id = add_article(ana)
    one.share(article_id, ["pier"])
    two.follow("pier")
    for team in (one, two, one):
        team.sync_once()
    assert [member.name for member in one.status().members] == ["Ana Kovács", "bob"]
    assert [record["note"] for record in bob.annotation_records([article_id])] == ["seven"]
    assert bob.text(bob.entry(article_id)) == ARTICLE.text
    again = Team.of(bob)
    assert again is not None
    assert again.membership == two.membership
    assert again.membership.desks == ("pier",)
    two.leave()
    assert not belongs_to_team(bob.folder)
    assert list(bob.folder.glob("team*.sqlite*")) == []
    assert bob.shared_articles.articles() == ()
    assert [record["note"] for record in bob.annotation_records([article_id])] == ["seven"]


def test_what_stands_against_joining_is_said(place: Path, libraries: list[Library], tmp_path: Path) -> None:
    ana, bob = libraries
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ReaderError, match="no team at this place"):
        Team.join(ana, str(empty), "ana")
    Team.create(ana, str(place), "ana")
    with pytest.raises(ReaderError, match="a team at this place already"):
        Team.create(bob, str(place), "bob")
    with pytest.raises(ReaderError, match="is in the team"):
        Team.join(ana, str(place), "ana2")
    with pytest.raises(NameTaken, match="joined this team as ana"):
        Team.join(bob, str(place), "ana")
    with pytest.raises(UsageError, match="no name of a member"):
        Team.join(bob, str(place), "Ana")
    assert not belongs_to_team(bob.folder)
    assert Team.join(bob, str(place), "ana", takes_over=True).membership.member == "ana"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not that of a team"),
        ("[1]", "not that of a team"),
        ('{"format": 1}', "not that of a team"),
        ('{"format": 2, "id": "x"}', "newer version"),
        ("[" * 5000, "not that of a team"),
        (" " * 100_000, "not that of a team"),
    ],
)
def test_a_place_that_is_no_team_or_a_newer_one_is_refused(
    place: Path, libraries: list[Library], content: str, message: str
) -> None:
    (place / TEAM_KEY).write_text(content)
    with pytest.raises(ReaderError, match=message):
        Team.join(libraries[0], str(place), "ana")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "cannot be read"),
        ("{}", "does not say which team"),
        ('{"format": 9}', "newer version"),
        (json.dumps({"format": 1, "place": "x", "team": "y", "member": "Z Z"}), "no name of a member"),
    ],
)
def test_a_membership_that_cannot_be_read_is_told(libraries: list[Library], content: str, message: str) -> None:
    (libraries[0].folder / MEMBERSHIP_FILE).write_text(content)
    with pytest.raises(ReaderError, match=message):
        Team.of(libraries[0])


def test_a_membership_that_never_ends_is_not_waited_for(libraries: list[Library]) -> None:
    os.mkfifo(libraries[0].folder / MEMBERSHIP_FILE)
    with pytest.raises(ReaderError, match="Not a file but a pipe"):
        Team.of(libraries[0])


def test_an_encrypted_team_is_joined_with_its_key(
    place: Path, libraries: list[Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bob = libraries
    key = new_team_key()
    one = Team.create(ana, str(place), "ana", key=key)
    assert one.membership.is_encrypted
    with pytest.raises(ReaderError, match=KEY_VARIABLE):
        Team.join(bob, str(place), "bob")
    with pytest.raises(ReaderError, match="key of another team"):
        Team.join(bob, str(place), "bob", key=new_team_key())
    monkeypatch.setenv(KEY_VARIABLE, key)
    Team.join(bob, str(place), "bob")
    for path in (*ana.folder.rglob("*"), *bob.folder.rglob("*"), *place.rglob("*")):
        assert not path.is_file() or key.encode() not in path.read_bytes()


def test_a_new_part_of_the_key_keeps_out_who_has_the_old_one(
    place: Path, libraries: list[Library], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bob = libraries
    old = new_team_key()
    monkeypatch.setenv(KEY_VARIABLE, old)
    one = Team.create(ana, str(place), "ana", key=old)
    two = Team.join(bob, str(place), "bob")
    article_id = add_article(ana)
    one.share(article_id, ["pier"])
    two.follow("pier")
    new = one.renew_key()
    assert new.startswith(f"{old},")
    monkeypatch.setenv(KEY_VARIABLE, new)
    one.sync_once()
    two.sync_once()  # with the old key, which it took when it joined
    assert bob.entries() == ()
    assert "newer key" in two.state.problem
    assert two.status().bad == ()
    again = Team.of(bob)
    assert again is not None
    again.sync_once()
    assert [record["note"] for record in bob.annotation_records([article_id])] == ["seven"]


def test_leaving_with_unsent_changes_is_a_question(place: Path, libraries: list[Library]) -> None:
    ana, _ = libraries
    team = Team.create(ana, str(place), "ana")
    article_id = add_article(ana)
    team.share(article_id)
    with pytest.raises(UnsentChanges) as caught:
        team.leave()
    assert caught.value.count > 0
    with pytest.raises(UnsentChanges):
        team.unshare(article_id)
    team.unshare(article_id, without_unsent=True)
    assert ana.shared_articles.articles() == ()
    team.leave()
    assert not belongs_to_team(ana.folder)


def test_one_article_is_in_one_team(place: Path, libraries: list[Library], tmp_path: Path) -> None:
    ana, _ = libraries
    team = Team.create(ana, str(place), "ana")
    article_id = add_article(ana)
    ana.shared_articles.share(article_id, "another-team")
    with pytest.raises(ReaderError, match="shared with another team"):
        team.share(article_id)


def test_a_private_article_is_not_shared_by_following_a_desk(place: Path, libraries: list[Library]) -> None:
    ana, bob = libraries
    one, two = Team.create(ana, str(place), "ana"), Team.join(bob, str(place), "bob")
    article_id = add_article(ana)
    assert add_article(bob) == article_id
    one.share(article_id, ["pier"])
    one.sync_once()
    two.follow("pier")
    two.sync_once()
    assert bob.shared_articles.articles() == ()
    assert any("does not share it" in notice for notice in two.status().notices)
    assert two.state.problem == ""
    two.share(article_id, ["pier"])
    two.sync_once()
    one.sync_once()
    two.sync_once()
    assert two.status().notices == ()
    for library in libraries:
        assert sorted(str(record["note"]) for record in library.annotation_records([article_id])) == ["seven", "seven"]


def test_the_thread_sends_what_was_written_and_says_so(place: Path, libraries: list[Library]) -> None:
    ana, bob = libraries
    one, two = Team.create(ana, str(place), "ana"), Team.join(bob, str(place), "bob")
    article_id = add_article(ana)
    one.share(article_id, ["pier"])
    states: list[TeamState] = []
    sent = threading.Event()

    def note(state: TeamState) -> None:
        states.append(state)
        if state.unsent == 0:
            sent.set()

    one.on_state = note
    one.start()
    assert sent.wait(60), states
    assert one.close(30) == 0
    two.follow("pier")
    two.sync_once()
    assert [record["note"] for record in bob.annotation_records([article_id])] == ["seven"]


def test_what_was_just_saved_is_not_called_sent_before_it_is_counted(place: Path, libraries: list[Library]) -> None:
    ana, _ = libraries
    team = Team.create(ana, str(place), "ana")
    article_id = add_article(ana)
    team.share(article_id)
    team.sync_once()
    assert team.state == TeamState()
    states: list[TeamState] = []
    team.on_state = states.append
    assert add_article(ana) == article_id
    assert [state.unsent for state in states] == [1]
    team.sync_once()
    assert states[-1] == TeamState()


def test_leaving_the_program_sends_what_waits(place: Path, libraries: list[Library]) -> None:
    ana, bob = libraries
    one, two = Team.create(ana, str(place), "ana"), Team.join(bob, str(place), "bob")
    article_id = add_article(ana)
    one.share(article_id, ["pier"])
    one.sync_once()
    one.start()
    session = ana.review(ARTICLE, "ana")
    session.set_note(session.mark(where(ARTICLE, "Sentence 8 counts")), "eight")
    assert ana.flush(10)
    assert one.close(60) == 0
    two.follow("pier")
    two.sync_once()
    assert sorted(str(record["note"]) for record in bob.annotation_records([article_id])) == ["eight", "seven"]


def test_a_team_whose_store_is_gone_leaves_local_work_alone(place: Path, libraries: list[Library]) -> None:
    ana, _ = libraries
    team = Team.create(ana, str(place), "ana")
    article_id = add_article(ana)
    team.share(article_id)
    place.rename(place.with_name("elsewhere"))
    team.sync_once()
    assert team.state.offline_since
    assert team.state.unsent > 0
    assert add_article(ana) == article_id
    assert ana.is_saved
    place.with_name("elsewhere").rename(place)
    team.sync_once()
    assert team.state == TeamState()


def test_a_window_notices_that_another_one_has_left(place: Path, libraries: list[Library]) -> None:
    ana, _ = libraries
    team = Team.create(ana, str(place), "ana")
    other = Team.of(ana)
    assert other is not None
    other.follow("pier")
    team.sync_once()
    assert team.membership.desks == ("pier",)
    other.leave()
    with pytest.raises(ReaderError, match="has left the team"):
        team.sync_once()


def test_a_library_that_moves_stays_in_its_team(place: Path, libraries: list[Library], tmp_path: Path) -> None:
    ana, bob = libraries
    team, other = Team.create(ana, str(place), "ana"), Team.join(bob, str(place), "bob")
    article_id = add_article(ana)
    team.share(article_id, ["pier"])
    team.sync_once()
    ana.move_to(tmp_path / "elsewhere")
    moved = Team.of(ana)
    assert moved is not None
    moved.sync_once()
    assert moved.state == TeamState()
    other.follow("pier")
    other.sync_once()
    assert [record["note"] for record in bob.annotation_records([article_id])] == ["seven"]
