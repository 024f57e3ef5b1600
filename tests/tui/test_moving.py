"""Moving by sentence, paragraph, page and claim; bookmarks; back and forward."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.tui.layout import Layout
from reader.tui.widgets import article_view
from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, reading

FIRST = "Ostrel began to run buses"


def shows_cursor(user: User) -> bool:
    """Whether some line of the terminal has the bar of the current sentence and its first words."""
    words = user.sentence[:12]
    return any("▌" in row and words in row for row in user.lines)


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
async def test_the_cursor_goes_by_sentence_and_passes_over_headings(own_library: Path, down: str, up: str) -> None:
    async with reading(BUSES, own_library) as user:
        assert user.sentence.startswith(FIRST)
        await user.press(down)
        assert user.sentence.startswith("The first winter")
        await user.press(down, down, down, down)
        assert user.sentence.startswith("A night bus costs")
        await user.press(up)
        assert user.sentence.startswith("Most drivers")


async def test_the_ends_of_the_article_are_said(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("k")
        assert "This is the first sentence" in user.footer
        await user.press("G", "j")
        assert "This is the last sentence" in user.footer
        await user.press("k")
        assert "last sentence" not in user.footer


@pytest.mark.parametrize(("down", "up"), [("}", "{"), ("alt+down", "alt+up"), ("ctrl+down", "ctrl+up")])
async def test_the_cursor_goes_by_paragraph(own_library: Path, down: str, up: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(down)
        assert user.sentence.startswith("Three studies")
        await user.press(down, "j")
        assert user.sentence.startswith("That is less")
        await user.press(up)
        assert user.sentence.startswith("A night bus"), "back goes to the start of the paragraph first"
        await user.press(up, up)
        assert user.sentence.startswith(FIRST)
        await user.press(up)
        assert "first paragraph" in user.footer


async def test_a_paragraph_that_is_set_aside_is_passed_over(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "}", "}")
        assert user.sentence.startswith("The sign at the stop")


@pytest.mark.parametrize(
    ("size", "down", "up"),
    [(NARROW, "space", "pageup"), (WIDE, "pagedown", "pageup"), (NARROW, "ctrl+d", "ctrl+u"), (WIDE, "ctrl+d", "ctrl+u")],
)
async def test_pages_move_text_and_cursor_and_come_back(own_library: Path, size: tuple[int, int], down: str, up: str) -> None:
    async with reading(LONG, own_library, size) as user:
        seen = [user.sentence]
        for _ in range(3):
            await user.press(down)
            seen.append(user.sentence)
            assert shows_cursor(user)
        assert len(set(seen)) == 4, "each page moves the cursor on"
        top = user.screen.view.scroll_offset.y
        assert top > 20
        for _ in range(3):
            await user.press(up)
            assert shows_cursor(user)
        assert user.screen.view.scroll_offset.y == 0


async def test_no_line_of_the_text_is_skipped_by_paging(own_library: Path) -> None:
    async with reading(LONG, own_library, NARROW) as user:
        numbers: list[int] = []
        for _ in range(60):
            view = user.screen.view
            height = view.scrollable_content_region.height
            numbers.extend(range(view.scroll_offset.y, min(view.scroll_offset.y + height, len(view.lines))))
            before = view.scroll_offset.y
            await user.press("space")
            if view.scroll_offset.y == before:
                break
        assert set(numbers) == set(range(len(user.screen.view.lines)))


async def test_paging_on_reaches_the_last_sentence(own_library: Path) -> None:
    async with reading(LONG, own_library, NARROW) as user:
        await user.press("G")
        last = user.sentence
        await user.press("g", "g", *["space"] * 30)
        assert user.sentence == last


@pytest.mark.parametrize(("top", "end"), [(("g", "g"), ("G",)), (("home",), ("end",))])
async def test_top_and_end(own_library: Path, top: tuple[str, ...], end: tuple[str, ...]) -> None:
    async with reading(LONG, own_library) as user:
        await user.press(*end)
        assert user.sentence == "A third sentence closes paragraph 40."
        assert shows_cursor(user)
        await user.press(*top)
        assert user.sentence.startswith("Paragraph 1 opens")
        assert "The long count" in user.lines[2], "the title is in view again"


async def test_keys_reach_the_text_that_the_first_frame_did_not_wrap(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_view, "FIRST_LINES", 40)
    monkeypatch.setattr(article_view, "REST_DELAY", 3600)
    async with reading(LONG, own_library, NARROW, wait=False) as user:
        view = user.screen.view
        assert not view.lines.is_complete
        assert 100 < view.virtual_size.height != len(Layout(LONG, view.lines.width)), "the scroll bar is estimated"
        user.send("G")
        await user.settle()
        assert shows_cursor(user)
        assert user.sentence.startswith("A third sentence closes paragraph 40")
        assert view.virtual_size.height == len(view.lines)
        assert view.scroll_offset.y == view.max_scroll_y > 0
    async with reading(LONG, own_library, NARROW, wait=False) as user:
        user.send("/", *"closes", "enter", "N")
        await user.settle()
        assert user.sentence.startswith("A third sentence closes paragraph 40")
        assert shows_cursor(user)
        await user.until(lambda: user.desk.session is not None)
        await user.press("q")
        await user.left()
    async with reading(LONG, own_library, NARROW) as user:
        assert shows_cursor(user), "the saved place lies beyond the first lines"
        assert user.sentence.startswith("A third sentence closes paragraph 40")
        await user.press("g", "g")
        assert user.screen.view.scroll_offset.y == 0


async def test_the_rest_of_the_text_is_wrapped_after_the_first_frame(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_view, "FIRST_LINES", 40)
    async with reading(LONG, own_library) as user:
        view = user.screen.view
        await user.until(lambda: view.lines.is_complete)
        assert view.virtual_size.height == len(view.lines)


async def test_the_cursor_stays_in_view_wherever_it_goes(own_library: Path) -> None:
    async with reading(LONG, own_library, NARROW) as user:
        for key in "jjjjjjjjjjjjjjjjjjjjkkkkkkkkkkkkkkkkkkkkkk":
            await user.press(key)
            assert shows_cursor(user)


@pytest.mark.parametrize(("on", "back"), [("]", "["), ("f9", "f8")])
async def test_claims_are_stepped_through_and_the_ends_are_said(own_library: Path, on: str, back: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(on)
        assert "No claims yet" in user.footer
        await user.press("h", "}", "h", "}", "h", "g", "g")
        assert user.quotes == [user.sentence, *user.quotes[1:]]
        await user.press(on)
        assert user.sentence.startswith("Three studies")
        await user.press(on)
        assert user.sentence.startswith("A night bus")
        await user.press(on)
        assert "last claim" in user.footer
        await user.press(back, back)
        assert user.sentence.startswith(FIRST)
        await user.press(back)
        assert "first claim" in user.footer


async def test_from_between_claims_the_next_is_the_one_after_the_cursor(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "}", "}", "h", "{", "]")
        assert user.sentence.startswith("A night bus")
        await user.press("{", "[")
        assert user.sentence.startswith(FIRST)


async def test_two_claims_in_one_sentence_are_two_steps(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "e", "enter", "v", "w", "o", "w", "e", "enter")
        assert user.quotes == ["Ostrel", "began"]
        await user.press("j", "[")
        assert user.annotation.selector.exact == "began"
        await user.press("[")
        assert user.annotation.selector.exact == "Ostrel"
        assert user.sentence.startswith(FIRST)


async def test_bookmarks_lead_back_to_their_sentence(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("}", "}", "m", "a")
        assert "Bookmark a set" in user.footer
        place = user.sentence
        await user.press("G", "m", "z", "'", "a")
        assert user.sentence == place
        assert shows_cursor(user)
        await user.press("'", "z")
        assert user.sentence == "A third sentence closes paragraph 40."


async def test_a_bookmark_that_is_not_set_is_said_with_those_that_are(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("'", "q")
        assert "No bookmark q" in user.footer
        await user.press("m", "b", "'", "q")
        assert "there is b" in user.footer


async def test_back_and_forward_retrace_the_jumps(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        start = user.sentence
        await user.press("ctrl+o")
        assert "No place to go back to" in user.footer
        await user.press("G")
        end = user.sentence
        await user.press("ctrl+o")
        assert user.sentence == start
        await user.press("g", "o")
        assert user.sentence == end
        await user.press("backspace")
        assert user.sentence == start
        await user.press("alt+right")
        assert user.sentence == end
        await user.press("g", "o")
        assert "No place to go forward to" in user.footer


async def test_steps_are_not_jumps(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("j", "j", "}", "space", "ctrl+o")
        assert "No place to go back to" in user.footer


async def test_a_sentence_counts_once_it_is_decided_not_when_the_cursor_was_on_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "j", "k", "k")
        assert "0 of 13 sentences decided" in user.header
        await user.press("h", "j", "x", "j", "z")
        assert "3 of 13 sentences decided" in user.header
        await user.press("u")
        assert "2 of 13 sentences decided" in user.header
