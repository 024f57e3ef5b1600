"""The lines of the team screen, and what the footers say of sending."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rich.cells import set_cell_size

from reader.printable import plural
from reader.tui.panes.bars import KeyLabel, key_line
from reader.tui.styled_line import Part, StyledLine, clip, fold, line, spread, width_of

if TYPE_CHECKING:
    from reader.team.overview import DeskRow, MemberRow, SharedRow, TeamOverview
    from reader.team.state import BadKey, TeamState, TeamStatus

ARTICLES_TAB: Final = "articles"
MEMBERS_TAB: Final = "members"
DESKS_TAB: Final = "desks"
BAD_TAB: Final = "bad"
TEAM_TABS: Final = {ARTICLES_TAB: "Articles", MEMBERS_TAB: "Members", DESKS_TAB: "Desks", BAD_TAB: "Set aside"}
"""The tabs of the screen, in their order, and their titles."""
_MOST_NOTICES: Final = 3
OFFLINE: Final = "Everything is saved here, and is sent once it answers"
_ROOMY: Final = 100
"""The columns from which on desks and people of an article have columns of their own."""
_NARROW: Final = 60
"""The columns under which a row has one thing beside its name."""
_DESKS, _PEOPLE, _UNSENT, _NAME = 18, 20, 12, 22
"""The cells of columns."""

# ------------------------------------------------------------------ header and tabs


def team_header(overview: TeamOverview | None, words: str, width: int) -> StyledLine:
    """Return the first line: who this is and where, and what is left to send."""
    left = line(" ", ("Team", "b"))
    if overview is not None:
        membership = overview.status.membership
        left += line("   ", membership.title or membership.member, (f"  {membership.place}", "secondary"))
    return spread(left, line((f"{words} ", "text")), width)


def team_tabs(overview: TeamOverview) -> list[tuple[str, str, str]]:
    """Return the tabs with their counts, "–" for zero, for `tab_lines`; what was set aside only if there is any."""
    counts = {
        ARTICLES_TAB: len(overview.articles),
        MEMBERS_TAB: len(overview.members),
        DESKS_TAB: len(overview.desks),
        BAD_TAB: len(overview.bad),
    }
    return [(tab, TEAM_TABS[tab], f"{count:,}" if count else "–") for tab, count in counts.items() if count or tab != BAD_TAB]


# ------------------------------------------------------------------ rows


def shared_heads(width: int) -> StyledLine:
    """Return what stands over the columns of the shared articles."""
    right = line((_cell("at work" if width >= _NARROW else "", _PEOPLE), "secondary"), (" " * (_UNSENT + 1), "text"))
    if width >= _ROOMY:
        right = (*line((_cell("desks", _DESKS), "secondary"), "  "), *right)
    return spread(line("     ", ("article", "secondary")), right, width)


def shared_line(row: SharedRow, width: int, *, is_current: bool) -> StyledLine:
    """Return a shared article: title, desks, who works on it, and what is left to send."""
    people, unsent = ", ".join(row.people), f"{row.unsent} to send" if row.unsent else ""
    words = unsent or ("not here yet" if row.missing or not row.title else "with sources" if row.with_sources else "")
    right = line((f"{_cell(people, _PEOPLE)}", "text"), (f"{words:>{_UNSENT}} ", "secondary"))
    if width < _NARROW:
        right = line((f"{clip(people or words, width // 3)} ", "text" if people else "secondary"))
    if width >= _ROOMY:
        right = (*line((_cell(", ".join(row.desks), _DESKS), "secondary"), "  "), *right)
    return _row_line(row.title or row.article, right, width, is_current=is_current)


def member_line(row: MemberRow, now: datetime, width: int, *, is_current: bool) -> StyledLine:
    """Return a member: name, the article they changed last, when that was, and what is assigned to them."""
    at = moment_words(row.at, now) if row.at is not None else ""
    assigned = f"{row.assigned} assigned" if row.assigned else ""
    right = line((f"{assigned:>12}" if width >= _NARROW else "", "text"), (f"{at:>7} ", "secondary"))
    name = f"{row.name} ({row.member})" if row.name != row.member else row.name
    you = "  you" if row.is_you else ""
    size = max(_NAME, width // 4)
    name = clip(name, size - len(you))
    room = max(0, width - 5 - size - width_of(right) - 2)
    title = clip(row.title or ("–" if not row.article else row.article), room)
    blanks = " " * max(1, size - width_of(line(name)) - len(you))
    middle = line((you, "secondary"), blanks, (title, "text" if row.article else "hint"))
    return _row_line(name, right, width, middle=middle, is_current=is_current)


def desk_line(row: DeskRow, width: int, *, is_current: bool) -> StyledLine:
    """Return a desk: whether it is followed, its name, and how many articles are on it."""
    right = line((f"{plural(row.articles, 'article')} ", "secondary"))
    sign, words = ("■", "  followed") if row.is_followed else ("□", "  not followed")
    return _row_line(f"{sign} {row.name}", right, width, middle=line((words, "secondary")), is_current=is_current)


def bad_line(row: BadKey, width: int, *, is_current: bool) -> StyledLine:
    """Return an object that was set aside: what is wrong with it, and its key."""
    right = line((f"{clip(row.key, width // 2)} ", "secondary"))
    return _row_line(f"! {row.reason}", right, width, is_current=is_current)


def _cell(text: str, size: int) -> str:
    return set_cell_size(clip(text, size), size)


def _row_line(words: str, right: StyledLine, width: int, *, middle: StyledLine = (), is_current: bool) -> StyledLine:
    bar = ("▌" if is_current else " ", "yours")
    return spread(line(" ", bar, "   ", (words, "text b" if is_current else "text"), *middle), right, width)


def moment_words(at: datetime, now: datetime) -> str:
    """Return a time for people: the clock of today, else the date."""
    local = at.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else f"{local.day} {local:%b}"


# ------------------------------------------------------------------ other lines


def empty_tab_lines(tab: str, label: KeyLabel) -> list[StyledLine]:
    """Return what a tab without rows says, with the key that changes that."""
    words, action, verb = {
        ARTICLES_TAB: ("No article is shared yet", "library-share", "shares the one in hand in the library"),
        MEMBERS_TAB: ("No member has said who they are yet", "team-sync", "asks again"),
        DESKS_TAB: ("No desk yet", "team-follow", "follows one by its name"),
        BAD_TAB: ("Nothing was set aside", "team-sync", "asks again"),
    }[tab]
    return [line("     ", (words, "secondary")), (Part("     "), *key_line(label, (action, verb)))]


def outsider_lines(label: KeyLabel, width: int) -> list[StyledLine]:
    """Return what the screen says in a library that belongs to no team: what a team is, and how to begin."""
    words = (
        "A team shares articles with their claims, verdicts and notes through a place that it has: a bucket (s3://, az://, "
        "gs://) or a shared folder. Only what you share leaves this library. It works offline too, and sends later."
    )
    keys = key_line(label, ("team-join", "joins a team"), ("team-create", "makes a new one"))
    text = [line("     ", (row, "text")) for row in fold(words, min(width - 10, 78), 8)]
    return [*text, (), (Part("     "), *keys)]


def state_lines(status: TeamStatus, now: datetime, width: int) -> list[StyledLine]:
    """Return what keeps changes from coming or going, and what else a person should know; else when they last did."""
    state = status.state
    words = state.problem
    if not words and state.offline_since:
        since = f"The place has not answered since {_clock(state.offline_since, now)}"
        words = ". ".join(filter(None, (since, state.silence, OFFLINE)))
    if not words and not status.notices:
        sent, received = (_clock(at, now) if at else "never" for at in (status.sent_at, status.received_at))
        return [line(" ", ("sent ", "secondary"), sent, ("   received ", "secondary"), received)]
    texts = [list(fold(text, width - 5, 4)) for text in (words, *status.notices[:_MOST_NOTICES]) if text]
    return [line(" ", ("! " if not number else "  ", "fault"), row) for rows in texts for number, row in enumerate(rows)]


def send_words(state: TeamState, now: datetime) -> tuple[str, ...]:
    """Return what is left to send, as footers say it beside "saved": the longest way first."""
    to_send = f"{state.unsent:,} to send"
    if state.offline_since:
        rest = f", {to_send}" if state.unsent else ""
        return f"offline since {_clock(state.offline_since, now)}{rest}", f"offline{rest}"
    if state.problem:
        return (f"{to_send} !" if state.unsent else "team !",)
    return (to_send if state.unsent else "sent",)


def _clock(at: str, now: datetime) -> str:
    try:
        return moment_words(datetime.fromisoformat(at), now)
    except ValueError:
        return "a while ago"
