"""The library screen: what was opened, filtered as one types, opened again; a path opens a new article."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import NARROW, WIDE, Hand, reading
from tests.tui.texts import BUSES, LONG

FERRY = "The ferry counts again\n\nThe ferry carried 41,000 people in May. Nobody believed it at first.\n"


def titles(hand: Hand) -> list[str]:
    """Return the known titles on the screen, from above."""
    found = [(row.index(title), y, title) for y, row in enumerate(hand.lines) for title in TITLES if title in row]
    return [title for _, _, title in sorted(found, key=lambda f: f[1])]


TITLES = ("Night buses in Ostrel", "The long count", "The ferry counts again")


async def two_articles(folder: Path) -> None:
    """Open two articles, the buses first, so that the library knows them."""
    async with reading(BUSES, folder) as hand:
        await hand.press("j", "h", "t")
        await hand.type("winter")
        await hand.press("enter")
        await hand.press("q")
    async with reading(LONG, folder) as hand:
        await hand.press("q")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_articles_are_listed_the_latest_first_with_progress_and_tags(own_library: Path, size: tuple[int, int]) -> None:
    await two_articles(own_library)
    async with reading(None, own_library, size) as hand:
        await hand.until(lambda: "2 articles" in hand.header)
        assert titles(hand) == ["The long count", "Night buses in Ostrel"]
        row = next(row for row in hand.lines if "Night buses" in row)
        assert "1/13" in row
        assert "1 claim" in row
        assert "1 open" in row
        assert "#winter" in hand.picture


async def test_an_empty_library_says_what_to_do(own_library: Path) -> None:
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "No articles yet" in hand.picture)
        assert "path" in hand.picture


@pytest.mark.parametrize(("words", "left"), [("ostrel", ["Night buses in Ostrel"]), ("#winter", ["Night buses in Ostrel"])])
async def test_typing_filters_by_title_and_tag(own_library: Path, words: str, left: list[str]) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "2 articles" in hand.header)
        await hand.type(words)
        assert titles(hand) == left
        assert "1 of 2" in hand.header
        await hand.press("escape")
        assert len(titles(hand)) == 2


async def test_every_letter_and_digit_goes_into_the_field(own_library: Path) -> None:
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "No articles yet" in hand.picture)
        typed = "hjkqxzdgG1234567890?:/[]'"
        await hand.type(typed)
        assert hand.field.value == typed
        assert hand.over == "LibraryScreen"


async def test_enter_opens_the_article_that_is_chosen_where_it_was_left(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "2 articles" in hand.header)
        await hand.press("down", "enter")
        await hand.until(lambda: hand.over == "ReadingScreen" and hand.screen.state.session)
        assert "Night buses in Ostrel" in hand.header
        assert hand.sentence.startswith("The first winter")
        assert len(hand.quotes) == 1


async def test_a_path_opens_a_new_article(own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ferry.txt").write_text(FERRY, encoding="utf-8")
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "No articles yet" in hand.picture)
        await hand.type("ferry.txt")
        await hand.press("enter")
        await hand.until(lambda: hand.over == "ReadingScreen" and hand.screen.state.session)
        assert "The ferry counts again" in hand.header
        await hand.press("h", "g", "l")
        await hand.until(lambda: hand.over == "LibraryScreen" and "1 article" in hand.header)
        assert titles(hand) == ["The ferry counts again"]


@pytest.mark.parametrize(("name", "why"), [("no-such-file.txt", "File not found"), (".", "folder")])
async def test_a_path_that_cannot_be_read_says_why(own_library: Path, name: str, why: str) -> None:
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "No articles yet" in hand.picture)
        await hand.type(name)
        await hand.press("enter")
        await hand.until(lambda: why in hand.footer)
        assert hand.over == "LibraryScreen"
        assert hand.field.value == name


async def test_from_an_article_to_the_library_and_back(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(LONG, own_library) as hand:
        await hand.press("j", "h", "g", "l")
        await hand.until(lambda: hand.over == "LibraryScreen" and "2 articles" in hand.header)
        await hand.press("enter")
        await hand.until(lambda: hand.over == "ReadingScreen" and hand.screen.state.session)
        assert "The long count" in hand.header
        assert len(hand.quotes) == 1
        assert hand.sentence == hand.quotes[0]


async def test_a_click_opens_an_article(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "2 articles" in hand.header)
        await hand.click("Night buses in Ostrel")
        await hand.until(lambda: hand.over == "ReadingScreen" and hand.screen.state.session)
        assert "Night buses in Ostrel" in hand.header


async def test_after_a_click_beside_the_field_the_keys_still_go_into_it(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "2 articles" in hand.header)
        await hand.click_at((3, 30))
        await hand.click_at((3, 0))
        await hand.type("long")
        assert hand.field.value == "long"


async def test_the_library_is_left_by_its_key_and_not_by_an_escape_too_many(own_library: Path) -> None:
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "No articles yet" in hand.picture)
        await hand.press("escape")
        assert "Ctrl+Q quits" in hand.footer
        await hand.press("ctrl+q")
        await hand.left()


async def test_help_shows_the_keys_of_the_library_first(own_library: Path) -> None:
    async with reading(None, own_library) as hand:
        await hand.until(lambda: "No articles yet" in hand.picture)
        await hand.press("f1")
        assert hand.over == "HelpScreen"
        assert "In the library" in hand.picture
        await hand.press("escape")
        assert hand.over == "LibraryScreen"


async def test_escape_in_the_library_leads_back_to_the_article_it_was_opened_over(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        await hand.press("j", "g", "l")
        await hand.until(lambda: hand.over == "LibraryScreen" and "1 article" in hand.header)
        await hand.press("escape")
        assert hand.app.is_running
        assert hand.over == "ReadingScreen"
        await hand.press("j")
        assert hand.sentence.startswith("A third sentence")
