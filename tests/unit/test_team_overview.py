"""The team at a glance: who works on what, and how it is said in the footer and on the screen, in any width."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from reader.team.overview import TeamFacts, TeamOverview, people_at_work, team_overview
from reader.team.state import Activity, BadKey, Membership, SharedState, TeamMember, TeamState, TeamStatus
from reader.team.sync_state import SyncState
from reader.tui.panes.team import (
    bad_line,
    desk_line,
    member_line,
    send_words,
    shared_heads,
    shared_line,
    state_lines,
    team_header,
    team_tabs,
)
from reader.tui.styled_line import StyledLine, width_of

NOW = datetime(2026, 3, 4, 14, 20, tzinfo=UTC)
AGO = "2026-03-04T14:05:00+00:00"
MEMBERS = (TeamMember("ana", "Ana Brandt", AGO), TeamMember("ben", "ben", AGO), TeamMember("cy", "cy", AGO))
STATUS = TeamStatus(
    Membership("s3://newsroom/claims", "t", "Fact desk", "ana", "Ana Brandt", desks=("science",)),
    TeamState(unsent=12, bad=1),
    (
        SharedState("salt", ("science", "local"), True, 0, 0, 0),
        SharedState("buses", (), False, 12, 0, 0),
        SharedState("far", ("science",), False, 0, 0, 2),
    ),
    MEMBERS,
    (BadKey("a/3f/3f00/log/cy-9/x.jsonl.zst", "it is too large", AGO),),
    (),
)
FACTS = TeamFacts(
    titles={"salt": "Salt on the road, salt in the well", "buses": "The night bus nobody counted"},
    assigned={"salt": ("ben",), "buses": ("cy", "ana")},
    activity=(
        Activity("salt", "ana", (NOW - timedelta(minutes=2)).isoformat()),
        Activity("salt", "cy", (NOW - timedelta(minutes=9)).isoformat()),
        Activity("buses", "cy", (NOW - timedelta(days=2)).isoformat()),
        Activity("buses", "ben", (NOW - timedelta(hours=3)).isoformat()),
    ),
)


def overview() -> TeamOverview:
    return team_overview(STATUS, FACTS, NOW)


def text(parts: StyledLine) -> str:
    return "".join(part.text for part in parts)


def test_who_works_on_an_article_changed_it_within_the_hour_or_has_it_assigned() -> None:
    assert people_at_work(FACTS, NOW) == {"salt": ("ana", "cy", "ben"), "buses": ("cy", "ana")}
    assert people_at_work(FACTS, NOW + timedelta(days=1), except_for="ana") == {"salt": ("ben",), "buses": ("cy",)}


def test_an_overview_has_articles_by_title_and_members_by_their_last_change() -> None:
    team = overview()
    assert [(row.article, row.people, row.unsent) for row in team.articles] == [
        ("salt", ("cy", "ben"), 0),
        ("buses", ("cy",), 12),
        ("far", (), 0),
    ]
    assert [(row.name, row.title[:4], row.assigned, row.is_you) for row in team.members] == [
        ("Ana Brandt", "Salt", 1, True),
        ("cy", "Salt", 1, False),
        ("ben", "The ", 1, False),
    ]
    assert [tuple(row) for row in team.desks] == [("local", 1, False), ("science", 2, True)]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (TeamState(), ("sent",)),
        (TeamState(unsent=12), ("12 to send",)),
        (TeamState(unsent=1200, offline_since=AGO), ("offline since 14:05, 1,200 to send", "offline, 1,200 to send")),
        (TeamState(offline_since="2026-03-02T09:00:00+00:00"), ("offline since 2 Mar", "offline")),
        (TeamState(offline_since="?"), ("offline since a while ago", "offline")),
        (TeamState(unsent=3, problem="The store is full"), ("3 to send !",)),
        (TeamState(problem="The store is full"), ("team !",)),
    ],
)
def test_the_footer_says_what_is_left_to_send(state: TeamState, words: tuple[str, ...]) -> None:
    assert send_words(state, NOW) == words


def test_what_is_in_the_way_is_said_with_what_becomes_of_the_work() -> None:
    (row,) = state_lines(STATUS._replace(sent_at=AGO), NOW, 80)
    assert text(row) == " sent 14:05   received never"
    assert "has not answered since 14:05. Everything is saved here" in " ".join(
        map(text, state_lines(STATUS._replace(state=TeamState(offline_since=AGO)), NOW, 200))
    )
    silent = STATUS._replace(state=TeamState(offline_since=AGO, silence="The team's folder is not there. Connect its drive"))
    assert text(state_lines(silent, NOW, 200)[0]) == (
        " ! The place has not answered since 14:05. The team's folder is not there. Connect its drive. "
        "Everything is saved here, and is sent once it answers"
    )
    full = STATUS._replace(state=TeamState(problem="The store is full. Ask who looks after it"), notices=("A backup is back",))
    assert list(map(text, state_lines(full, NOW, 80))) == [
        " ! The store is full. Ask who looks after it",
        " ! A backup is back",
    ]


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 120, 200])
def test_the_rows_say_what_they_are_for_and_fit_every_width(width: int) -> None:
    team = overview()
    rows = [team_header(team, "12 to send", width)]
    rows += [shared_line(row, width, is_current=row.article == "salt") for row in team.articles]
    rows += [member_line(row, NOW, width, is_current=row.is_you) for row in team.members]
    rows += [desk_line(row, width, is_current=row.is_followed) for row in team.desks]
    rows += [bad_line(row, width, is_current=True) for row in team.bad]
    assert max(map(width_of, rows)) <= width, "\n".join(map(text, rows))
    if width >= 80:
        words = "\n".join(map(text, rows))
        for said in ("Fact desk", "Salt on the road", "cy, ben", "12 to send", "not here yet", "you", "■ science  followed"):
            assert said in words, said
    assert all(cell_len(title) < 20 for _, title, _ in team_tabs(team))


@pytest.mark.parametrize("width", [60, 80, 100, 120, 200])
def test_the_heads_of_shared_articles_stand_over_their_columns(width: int) -> None:
    heads = text(shared_heads(width))
    row = next(text(shared_line(row, width, is_current=True)) for row in overview().articles if row.article == "salt")
    assert heads.index("article") == row.index("Salt")
    assert heads.index("at work") == row.index("cy, ben")
    assert ("desks" in heads) == ("science" in row)
    assert width < 100 or heads.index("desks") == row.index("science")


def test_the_last_change_of_each_member_is_remembered_and_never_goes_back(tmp_path: Path) -> None:
    state = SyncState(tmp_path / "team.sqlite")
    state.add_activity("s1", {"ana": "2026-03-04T14:05:00+00:00", "ben": "2026-03-04T14:00:00+00:00"})
    state.add_activity("s1", {"ana": "2026-03-04T13:00:00+00:00", "ben": "2026-03-04T15:00:00+00:00"})
    assert sorted(state.activity()) == [("s1", "ana", "2026-03-04T14:05:00+00:00"), ("s1", "ben", "2026-03-04T15:00:00+00:00")]
    state.close()
