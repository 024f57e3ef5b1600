"""The widths of lines and side pane, the terminal's cursor, and a screen on which nothing moves by itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from textual.geometry import Offset

from reader.article.ranges import Span
from tests.tui.test_library_screen import two_articles
from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, reading


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty settings file, which the program writes choices into."""
    file = tmp_path / "settings.toml"
    file.touch()
    monkeypatch.setenv("CLAIM_READER_SETTINGS", str(file))
    return file


async def test_lines_get_longer_and_shorter_and_the_place_stays(own_library: Path, settings_file: Path) -> None:
    async with reading(LONG, own_library, (200, 50)) as user:
        await user.press("pagedown", "pagedown")
        sentence, top = user.sentence, user.screen.view.top
        await user.press("g", ">")
        assert user.screen.view.text_column()[1] == 68
        assert "Lines of 68 cells" in user.footer
        assert tomllib.loads(settings_file.read_text())["line_width"] == 68
        await user.press("g", "<", "g", "<")
        assert user.screen.view.text_column()[1] == 60
        assert user.sentence == sentence
        assert user.screen.view.is_in_view(Span(top, top + 1)), "what began the screen is still in view"
        assert user.screen.view.is_in_view(user.screen.view.cursor)
        for _ in range(5):
            await user.press("g", "<")
        await user.press("g", "<")
        assert "at least 40" in user.footer


async def test_the_side_pane_takes_room_from_the_text_but_never_all(own_library: Path, settings_file: Path) -> None:
    async with reading(BUSES, own_library, WIDE) as user:
        side = user.screen.query_one("#side")
        before = side.outer_size.width
        await user.press("g", "]")
        assert side.outer_size.width == before + 4
        assert tomllib.loads(settings_file.read_text())["side_width"] == before + 4
        for _ in range(12):
            await user.press("g", "]")
        assert "no room for a wider side pane" in user.footer
        assert user.screen.view.text_column()[1] >= 40
        await user.pilot.resize_terminal(*NARROW)
        await user.settle()
        assert side.outer_size.width == NARROW[0], "a drawer as wide as the window"
        await user.press("g", "[")
        assert "no room for the side pane" in user.footer


async def test_lines_cannot_be_longer_than_the_window(own_library: Path, settings_file: Path) -> None:
    async with reading(BUSES, own_library, WIDE) as user:
        await user.press("g", ">", "g", ">")
        assert "no room for longer lines" in user.footer


def at_cursor(user: User, cells: int = 12) -> str:
    """Return what the screen shows from the terminal's cursor on."""
    x, y = user.app.cursor_position
    return user.lines[y][x : x + cells]


@pytest.mark.slow
async def test_the_terminal_s_cursor_is_where_the_person_is(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(BUSES, own_library, others={"terminal_cursor": True}) as user:
        await user.press("g", "g")
        assert at_cursor(user) == "Ostrel began"
        await user.press("j")
        assert at_cursor(user).startswith("The first")
        await user.press("tab", "j")
        x, y = user.app.cursor_position
        assert x == user.screen.list.region.x
        assert "[2] Who drives" in user.lines[y]
        await user.press("escape", "/")
        await user.type("dogs")
        x, y = user.app.cursor_position
        assert user.lines[y][:x].rstrip().endswith("dogs"), "in a field, where the next letter goes"
        await user.press("escape", "g", "l")
        await user.until(lambda: "2 articles" in user.header)
        await user.press("tab", "j")
        assert "▌" in at_cursor(user), "on the row in hand"


async def test_without_the_setting_the_cursor_stays_where_fields_put_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "j")
        assert user.app.cursor_position == Offset(0, 0)


async def test_nothing_moves_by_itself_with_reduced_motion(own_library: Path) -> None:
    async with reading(BUSES, own_library, others={"reduced_motion": True}) as user:
        assert user.app.animation_level == "none"
        await user.press("/")
        assert not user.field.cursor_blink
