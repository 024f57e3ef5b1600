"""`reader team`: two people, each with a library, share an article through a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.test_cli import Answer, Call, call, ferry

__all__ = ["call", "ferry"]  # fixtures

TITLE = "The ferry that counts its passengers twice 🚢"
CLAIM = "ferry carried 41,000 people in May"


class Person:
    """A member at the command line, with a library and a name of their own."""

    def __init__(self, folder: Path, name: str, call: Call, settings: Path) -> None:
        self.folder = folder
        self.name = name
        self._call = call
        self._settings = settings

    def run(self, *words: object) -> Answer:
        """Run `reader` as this person."""
        self._settings.write_text(f'creator = "{self.name}"\n', encoding="utf-8")
        return self._call(*words, "--library", self.folder)

    def done(self, *words: object) -> str:
        """Run a command that succeeds, and return what it prints."""
        answer = self.run(*words)
        assert answer.code == 0, answer
        return answer.out

    def read(self, *words: object) -> dict[str, object]:
        """Return the JSON that a command prints."""
        return json.loads(self.done(*words, "--json"))


@pytest.fixture
def member(call: Call, tmp_path: Path) -> Callable[[str], Person]:
    return lambda name: Person(tmp_path / name, name, call, tmp_path / "settings.toml")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "shared place"


@pytest.fixture
def team(member: Callable[[str], Person], place: Path, ferry: Path) -> tuple[Person, Person]:
    """Ana, who has made the team and shares an article on a desk, and Ben, who has joined and follows it."""
    ana, ben = member("Ana"), member("Ben")
    ana.done("add", ferry)
    place.mkdir()
    ana.done("team", "create", place, "--as", "ana", "--title", "Fact desk")
    ben.done("team", "join", place, "--as", "ben")
    return ana, ben


def test_an_article_with_its_claims_goes_from_one_library_to_the_other(team: tuple[Person, Person], ferry: Path) -> None:
    ana, ben = team
    ana.done("annotate", ferry, "--quote", CLAIM)
    assert ana.done("team", "share", ferry, "--desk", "harbour").startswith("Shared: ")
    assert ana.read("team", "status")["unsent"] != 0
    assert ana.done("team", "sync").startswith("Sent ")
    assert ana.read("team", "status")["unsent"] == 0
    assert "Following harbour" in ben.done("team", "follow", "harbour")
    ben.done("team", "sync")
    assert CLAIM in ben.done("show", TITLE, "--claims")
    status = ben.read("team", "status")
    assert [(one["desks"], one["people"]) for one in status["articles"]] == [(["harbour"], ["Ana"])]  # pyright: ignore  # JSON has no types
    assert status["desks"] == [{"name": "harbour", "articles": 1, "followed": True}]


def test_who_checks_what_is_assigned_by_name_and_seen_by_the_other(team: tuple[Person, Person], ferry: Path) -> None:
    ana, ben = team
    ana.done("team", "share", ferry, "--desk", "harbour")
    ana.done("team", "sync")
    assert ana.run("team", "assign", ferry, "--to", "nobody-known").err.startswith("reader: No member of the team is called")
    assert "Assigned to Ben" in ana.done("team", "assign", ferry, "--to", "ben")
    assert "Nothing to change" in ana.done("team", "assign", ferry, "--to", "Ben")
    ana.done("team", "sync")
    ben.done("team", "follow", "harbour")
    ben.done("team", "sync")
    rows = {one["member"]: one["assigned"] for one in ben.read("team", "status")["members"]}  # pyright: ignore  # JSON has no types
    assert rows == {"ana": 0, "ben": 1}
    assert "Assigned to nobody" in ben.done("team", "assign", TITLE, "--to", "nobody")


def test_leaving_with_changes_that_were_not_sent_is_refused_until_one_insists(team: tuple[Person, Person], ferry: Path) -> None:
    ana, _ = team
    ana.done("team", "share", ferry)
    refusal = ana.run("team", "leave")
    assert (refusal.code, "not sent" in refusal.err, "--anyway" in refusal.err) == (1, True, True)
    assert "Left the team" in ana.done("team", "leave", "--anyway")
    assert "ferry" in ana.done("list")
    assert "is in no team" in ana.run("team", "status").err


def test_what_is_no_longer_shared_stays_on_both_sides(team: tuple[Person, Person], ferry: Path) -> None:
    ana, ben = team
    ana.done("team", "share", ferry, "--desk", "harbour")
    assert "has not got" in ana.run("team", "unshare", ferry).err
    ana.done("team", "sync")
    ben.done("team", "follow", "harbour")
    ben.done("team", "sync")
    assert "No longer shared" in ana.done("team", "unshare", ferry)
    assert ana.read("team", "status")["articles"] == []
    assert TITLE in ben.done("list")
    assert "No longer following" in ben.done("team", "unfollow", "harbour")
    assert "is not followed" in ben.run("team", "unfollow", "harbour").err


def test_sync_says_that_the_place_does_not_answer_and_keeps_everything(
    team: tuple[Person, Person], ferry: Path, place: Path
) -> None:
    ana, _ = team
    ana.done("team", "share", ferry)
    hidden = place.rename(place.with_name("elsewhere"))
    failure = ana.run("team", "sync")
    assert (failure.code, "Everything is saved here" in failure.err) == (1, True)
    answer = ana.run("team", "sync", "--json")
    assert (answer.code, bool(json.loads(answer.out)["problem"])) == (1, True)
    hidden.rename(place)
    assert ana.done("team", "sync").startswith("Sent ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("status",), "is in no team"),
        (("sync",), "is in no team"),
        (("share", "x"), "is in no team"),
        (("create", "ftp://x", "--as", "ana"), "ftp://"),
        (("create", "s3://key:secret@bucket/x", "--as", "ana"), "holds no name, key or port"),
        (("join", "nowhere", "--as", "ana"), ""),
        (("join", ".", "--as", "Ana B"), "no name of a member"),
        (("policy",), "Name who has rights"),
        (("policy", "--member", "Ana", "--place", "s3://b3b/x"), "no name of a member"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = call("team", *words)
    assert answer.code in (1, 2)
    assert answer.err.startswith("reader: ")
    assert told in answer.err
    assert "secret" not in answer.err + answer.out


def test_a_name_that_is_taken_is_only_taken_over_when_that_is_said(
    team: tuple[Person, Person], member: Callable[[str], Person], place: Path
) -> None:
    cy = member("Cy")
    refusal = cy.run("team", "join", place, "--as", "ben")
    assert (refusal.code, "--another-device" in refusal.err) == (1, True)
    assert "Joined" in cy.done("team", "join", place, "--as", "ben", "--another-device")
    assert "is in the team" in cy.run("team", "join", place, "--as", "cy").err


def test_the_policy_goes_to_standard_output_and_what_to_do_beside_it(call: Call) -> None:
    words = (
        "team",
        "policy",
        "--place",
        "s3://newsroom/claims?endpoint=https://s3.example.org",
        "--member",
        "ana",
        "--reader",
        "chief=boss",
    )
    answer = call(*words)
    assert answer.code == 0
    assert {one["Effect"] for one in json.loads(answer.out)["Statement"]} == {"Allow", "Deny"}
    assert "user/boss" in answer.out
    assert answer.err.startswith("To do:")
    assert set(json.loads(call(*words, "--json").out)) == {"policy", "steps", "gaps"}
    folder = call("team", "policy", "--place", "/srv/team", "--member", "ana")
    assert "Members are trusted" in folder.out


def test_the_name_of_the_account_goes_to_no_team_unless_it_was_chosen(
    call: Call, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "account-name")
    place.mkdir()
    answer = call("team", "create", place, "--as", "ana", "--library", tmp_path / "library")
    assert answer.code == 0, answer
    assert "account-name, your account" in answer.out
    assert all(b"account-name" not in path.read_bytes() for path in place.rglob("*") if path.is_file())
