"""The library in numbers, on its screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.cli import run
from tests.tui.sources import WINTER, read_source, supply
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, reading

TEXT = "# Ferry\n\nIt carried 41,000 people [1]. It sails at noon.\n\n## References\n\n1. Port. (2025). Tides of May.\n"


@pytest.mark.parametrize("size", [WIDE, NARROW, (40, 12)])
async def test_the_screen_shows_what_was_done_and_goes_back(
    own_library: Path, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ferry.md").write_text(TEXT, encoding="utf-8")
    assert run(["annotate", "ferry.md", "--quote", "It carried", "--verdict", "1=overstated"]) == 0
    async with reading(None, own_library, size) as user:
        await user.until(lambda: "Ferry" in user.picture)
        await user.press("tab", "g", "s")
        await user.until(lambda: user.over == "StatisticsScreen" and "judgements" in user.picture)
        assert "↑ overstated" in user.picture
        if size != (40, 12):
            assert "1 of 2 sentences decided" in user.header
            assert "1 marked  1 judged" in user.picture
            assert "Tides of May" in user.picture
        await user.press("j", "k", "escape")
        await user.until(lambda: user.over == "LibraryScreen")


async def test_a_library_without_articles_says_so_instead_of_failing(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "open a sample" in user.picture)
        await user.press("tab", "g", "s")
        await user.until(lambda: "None yet" in user.picture)
        assert "0 of 0 articles complete" in user.header


@pytest.mark.slow
async def test_an_article_in_hand_and_its_source_lead_to_the_numbers_too(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await choose(user, "numbers", "StatisticsScreen")
        await user.press("escape")
        assert user.over == "ReadingScreen"
        await read_source(user)
        await choose(user, "numbers", "StatisticsScreen")
        await user.press("escape")
        assert user.over == "SourceScreen"
        await choose(user, "settings", "SettingsScreen")
        await user.press("escape", "g", "b")
        await user.until(lambda: user.over == "CodebookScreen")
        await user.press("escape", "escape")
        assert user.over == "ReadingScreen"


@pytest.mark.slow
async def test_the_search_leads_to_the_other_screens_and_keeps_what_was_typed(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", "/")
        await user.type("pass")
        for words, screen in (("numbers", "StatisticsScreen"), ("settings", "SettingsScreen"), ("tags", "CodebookScreen")):
            await choose(user, words, screen)
            await user.press("escape")
            await user.until(lambda: user.over == "SearchScreen" and "pass" in user.picture)


async def choose(user: User, words: str, screen: str) -> None:
    """Choose an action in the palette that leads to a screen."""
    await user.press("ctrl+p")
    await user.type(words)
    await user.press("enter")
    await user.until(lambda: user.over == screen)
