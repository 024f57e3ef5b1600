"""The screen of the settings: it and the file agree, whatever happens to either."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from reader.settings import load_settings
from reader.tui.settings_screen import SettingsScreen
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, reading

KEYS = ("[",)
"""The keys from the first group to the keys."""
LOOK = ("tab", "tab")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def values(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def screen(user: User) -> SettingsScreen:
    assert isinstance(user.app.screen, SettingsScreen)
    return user.app.screen


async def settings(user: User, *keys: str) -> None:
    """Open the settings and press keys there."""
    await user.press("g", ",", *keys)
    await written(user)


async def written(user: User) -> None:
    """Wait until every change is in the file, or refused."""
    await user.until(lambda: screen(user).is_settled)
    await user.settle()


def current_row(user: User) -> str:
    return next(line for line in user.lines if line.startswith(" ▌"))


async def test_a_switch_is_in_the_file_and_acts_at_once(own_library: Path, path: Path) -> None:
    path.write_text("# mine\nline_width = 70 # wide\n")
    async with reading(BUSES, own_library) as user:
        await settings(user, "tab", "enter")
        assert "Marking goes on · saved ✓" in user.footer
        assert "on" in current_row(user)
        assert path.read_text("utf-8") == "# mine\nline_width = 70 # wide\nmark_goes_on = true\n"
        await user.press("escape", "h")
        assert user.desk.sentence is not None
        assert user.desk.sentence.start > 0
        await settings(user, "tab", "delete")
        assert path.read_text("utf-8") == "# mine\nline_width = 70 # wide\n"


async def test_colours_are_seen_before_they_are_kept_and_escape_brings_the_old_ones_back(own_library: Path, path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await settings(user, *LOOK, "enter", *"jjjj")
        assert user.app.look.title == "nord"
        assert path.read_text("utf-8") == ""
        await user.press("escape")
        assert user.app.look.title == "dark"
        await user.press("right", "enter")
        await written(user)
        assert (user.app.look.title, values(path)) == ("light", {"theme": "light"})
        await user.press("delete")
        await written(user)
        assert (user.app.look.title, values(path)) == ("dark", {})


async def test_a_terminal_without_colours_says_that_they_do_not_show(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with reading(BUSES, own_library) as user:
        await settings(user, *LOOK, "enter", "j")
        assert "keeps its own colours" in user.footer
        assert user.app.look.title == "terminal colours"


@pytest.mark.slow
async def test_a_key_that_another_action_has_is_named_and_not_saved(own_library: Path, path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await settings(user, *KEYS)
        await user.press("/", "ctrl+u", *"later", "enter", "enter", "t")
        assert "t is “Tag”" in user.footer
        assert values(path) == {}
        await user.press("enter", "Q")
        await written(user)
        assert values(path) == {"keys": {"later": ["Q"]}}
        await user.press("enter", "escape")
        assert "Not changed" in user.footer
        await user.press("enter", "g", "Q")
        await written(user)
        assert values(path) == {"keys": {"later": ["g Q"]}}
        await user.press("escape", "g", "Q")
        assert user.annotation.kind == "later"
        await settings(user, *KEYS, "/", *"later", "enter", "delete")
        assert values(path) == {}


async def test_numbers_are_typed_and_checked(own_library: Path, path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await settings(user, "tab", "j", "enter", *"500", "enter")
        assert "40 to 120" in user.picture
        await user.press("ctrl+u", *"80", "enter")
        await written(user)
        await user.press("right", "right")
        await written(user)
        assert values(path) == {"line_width": 82}


async def test_a_narrower_line_is_drawn_when_one_comes_back(own_library: Path) -> None:
    async with reading(BUSES, own_library, others={"side_width": 50}) as user:
        assert user.screen.view.text_column()[1] > 45
        await settings(user, "tab", "j", "enter", *"45", "enter")
        await written(user)
        await user.press("escape")
        assert user.screen.view.text_column()[1] == 45


async def test_a_style_is_typed_with_its_path_completed(
    own_library: Path, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "harbour.csl").write_text("<style/>")
    async with reading(BUSES, own_library) as user:
        await settings(user, "j", "j", "enter", *"harbo", "x", "enter")
        assert "There is no such file" in user.picture
        await user.press("backspace", "tab", "enter")
        await written(user)
        assert values(path) == {"citation_style": "harbour.csl"}
        assert user.app.settings.citation_style == Path("harbour.csl")


async def test_a_name_acts_at_the_next_start_and_that_is_said(own_library: Path, path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await settings(user, "enter", *"Ana", "enter")
        await user.until(lambda: "at the next start" in user.footer)
        assert (values(path), user.app.settings.creator) == ({"creator": "Ana"}, "tester")


async def test_a_file_with_a_mistake_is_shown_with_its_line_and_never_overwritten(own_library: Path, path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        path.write_text("blind = true\ntheme = \n")
        await settings(user, "tab", "enter")
        assert "line 2: The file is not valid TOML" in user.picture
        assert "reader settings --edit" in user.picture
        assert "Not changed" in user.footer
        assert path.read_text("utf-8") == "blind = true\ntheme = \n"


async def test_a_value_with_a_mistake_is_shown_in_its_row_and_can_be_replaced(own_library: Path, path: Path) -> None:
    path.write_text('theme = "drakula"\n')
    async with reading(BUSES, own_library, NARROW) as user:
        await settings(user, *LOOK)
        assert "! Colours" in current_row(user)
        assert "line 1" in user.picture
        await user.press("enter", "j", "enter")
        await written(user)
        assert values(path) == {"theme": "light"}
        assert "!" not in current_row(user)


async def test_what_is_not_saved_is_not_called_so(own_library: Path, path: Path) -> None:
    path.write_text("blind = false\n")
    path.chmod(0o444)
    async with reading(BUSES, own_library) as user:
        await settings(user, "tab", "enter")
        assert "Not saved" in user.picture
        assert "read-only" in user.picture
        assert "off" in current_row(user)
        assert not user.app.settings.mark_goes_on


async def test_what_an_editor_changed_meanwhile_is_kept(own_library: Path, path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await settings(user, "tab")
        path.write_text("# by hand\nblind = true\n")
        await user.press("enter")
        await written(user)
        assert path.read_text("utf-8") == "# by hand\nblind = true\nmark_goes_on = true\n"
        assert user.app.settings.blind


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.slow
async def test_every_value_that_the_arrows_reach_reads_back(own_library: Path, path: Path, size: tuple[int, int]) -> None:
    path.write_text("# mine\n\n[columns] # of the library\naudit = 0\n")
    async with reading(BUSES, own_library, size) as user:
        await settings(user)
        for _ in range(4):
            rows = [row for row in screen(user)._rows if row.choices and row.name != "theme"]
            for row in rows:
                for key in ("right", "right", "left"):
                    while not any(line.startswith(" ▌") and row.label in line for line in user.lines):
                        await user.press("down")
                    await user.press(key)
                await written(user)
                assert load_settings(path).complaint == ""
            await user.press("home", "tab")
        text = path.read_text("utf-8")
        assert text.startswith("# mine\n")
        assert "[columns] # of the library\n" in text
        assert load_settings(path).mark_goes_on
        assert load_settings(path).columns["site"] == 0


async def test_the_library_shows_its_columns_at_once(own_library: Path, path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        await user.saved()
        await user.press("g", "l")
        await user.until(lambda: "1 article" in user.header)
        assert "audit" in user.picture
        await user.press("tab")
        await settings(user, *LOOK, *["down"] * 7, "right")
        assert values(path) == {"columns": {"audit": 0}}
        await user.press("escape")
        assert user.over == "LibraryScreen"
        assert "audit" not in "\n".join(user.lines[:8])


async def test_the_plain_preset_acts_at_once(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await settings(user, *KEYS, "enter", "down", "enter")
        await user.press("escape", "h")
        assert user.quotes == []
        await user.press("insert")
        assert len(user.quotes) == 1


async def test_an_empty_address_of_the_archive_asks_none(own_library: Path, path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await settings(user, "[", "[", "enter")
        assert user.field.value == "https://web.archive.org/web/"
        await user.press("ctrl+u", "enter")
        await written(user)
        assert values(path) == {"archive": ""}
        assert "none" in current_row(user)
        await user.press("delete")
        await written(user)
        assert values(path) == {}
