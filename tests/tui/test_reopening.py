"""It reopens where it was left, and a window of another size keeps the place."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, personal, reading, stored


async def test_cursor_scroll_tab_and_filter_come_back(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("h", *["}"] * 12, "j", "h", "g", "c", "escape", "f")
        await user.type("open")
        await user.press("enter", "q")
        left = (user.sentence, user.screen.view.top, user.desk.tab, user.desk.filter.text)
        assert left[1] > 0
    async with reading(LONG, own_library) as user:
        back = (user.sentence, user.screen.view.top, user.desk.tab, user.desk.filter.text)
        assert back == left
        assert "filter open" in user.header
        assert len(user.quotes) == 2


async def test_annotations_bookmarks_and_judgements_come_back(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "3", "a")
        await user.type("check")
        await user.press("enter", "m", "k", "q")
    async with reading(BUSES, own_library) as user:
        assert user.verdicts() == {"1": "overstated"}
        assert user.annotation.note == "check"
        await user.press("G", "'", "k")
        assert user.sentence.startswith("The first winter")


async def test_it_comes_back_in_a_window_of_another_width(own_library: Path) -> None:
    async with reading(LONG, own_library, WIDE) as user:
        await user.press(*["}"] * 20, "q")
        left = user.sentence
    async with reading(LONG, own_library, NARROW) as user:
        assert user.sentence == left
        assert any("▌" in row and left[:12] in row for row in user.lines)


async def test_the_place_is_on_the_disk_apart_from_the_articles_record(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("}", "}", "q")
        assert user.desk.sentence is not None
        cursor = user.desk.sentence.start
    (record,) = stored(own_library, "articles")
    assert personal(own_library, record["id"])["reading"]["cursor"] == cursor
    assert "reading" not in record
    assert (record["progress"]["sentences"], record["progress"]["undecided"]) == (120, 120)


async def test_a_cursor_that_moved_before_the_library_was_open_is_not_pulled_back(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press(*["}"] * 20, "q")
    async with reading(LONG, own_library, wait=False) as user:
        user.send("j")
        await user.until(lambda: user.desk.session is not None and user.desk.sentence_count >= 0)
        await user.settle()
        assert user.sentence.startswith(("It goes on with a figure of 37 ", "It goes on with a figure of 777 ")), (
            "one on from the top, or one on from where it was left"
        )


@pytest.mark.parametrize(
    "sizes", [((80, 24),), ((200, 50),), ((109, 30), (110, 30)), ((40, 12), (120, 36)), ((20, 6), (120, 36))]
)
async def test_a_resize_keeps_the_sentence_in_view(own_library: Path, sizes: tuple[tuple[int, int], ...]) -> None:
    async with reading(LONG, own_library) as user:
        await user.press(*["}"] * 20)
        before = user.sentence
        for size in sizes:
            await user.pilot.resize_terminal(*size)
            await user.settle()
            assert user.sentence == before
            assert any("▌" in row and before[:8] in row for row in user.lines), user.picture


async def test_there_and_back_the_scroll_is_where_it_was(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press(*["}"] * 20)
        top = user.screen.view.top
        await user.pilot.resize_terminal(112, 36)
        await user.settle()
        await user.pilot.resize_terminal(*WIDE)
        await user.settle()
        assert abs(user.screen.view.lines.line_of(top) - user.screen.view.scroll_offset.y) <= 2


async def test_what_is_open_survives_a_resize(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h", "o")
        await user.pilot.resize_terminal(80, 24)
        await user.settle()
        assert user.screen.key_context == "card"
        assert "Who drives at night?" in user.picture
        await user.press("escape", "v", "w")
        await user.pilot.resize_terminal(120, 36)
        await user.settle()
        assert user.selected == "Three s"
        await user.press("escape", "tab")
        await user.pilot.resize_terminal(80, 24)
        await user.settle()
        assert user.screen.key_context in ("list", "text")
        assert _shows(user)


def _shows(user: User) -> bool:
    """Whether the pane that has the keys is the one that is shown."""
    listed = any("References" in row for row in user.lines)
    return listed if user.screen.key_context == "list" else any("Three studies" in row for row in user.lines)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (3, 2), (10, 3), (20, 5), (300, 100)])
async def test_no_size_breaks_it(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        for keys in ("jh1", "?", "", "t", "", "a", "", "/", "", "o", "", "jj"):
            await user.press(*keys)
            if not keys:
                await user.press("escape")
        assert user.app.is_running
        assert all(cell_len(row) <= size[0] for row in user.lines)


async def test_two_windows_on_one_article_lose_nothing_of_each_other(own_library: Path) -> None:
    async with reading(BUSES, own_library) as first, reading(BUSES, own_library) as second:
        await first.press("h")
        await second.press("j", "h", "2")
        await first.press("}", "h")
        await first.saved()
        await second.saved()
    quotes = {record["selector"]["exact"].split()[0] for record in stored(own_library, "annotations")}
    assert quotes == {"Ostrel", "The", "Three"}


async def test_how_far_reading_went_is_shown_and_gone_to_after_a_jump(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("j", "j", "pagedown")
        read = user.sentence
        assert "┆" not in user.picture, "the cursor is there"
        await user.press("G", "k")
        assert user.sentence != read
        await user.press("g", "i")
        assert user.sentence == read
        await user.press("g", "i")
        assert "read up to here" in user.footer
        await user.press("{", "{")
        assert "┆" in user.picture
        await user.press("G", "q")
        await user.left()
    async with reading(LONG, own_library) as user:
        assert user.sentence.startswith("A third sentence closes paragraph 40")
        await user.press("g", "i")
        assert user.sentence == read, "also the next time"
        await user.press("j")
        assert user.desk.furthest > 0
        await user.press("k", "g", "i")
        assert user.sentence != read, "reading went on"
