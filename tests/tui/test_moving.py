"""Moving by sentence, paragraph, page and claim; bookmarks; back and forward."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.tui.layout import Layout
from reader.tui.widgets import article_view
from tests.tui.hand import NARROW, WIDE, Hand, reading
from tests.tui.texts import BUSES, LONG

FIRST = "Ostrel began to run buses"


def shows_cursor(hand: Hand) -> bool:
    """Whether some line of the terminal has the bar of the current sentence and its first words."""
    words = hand.sentence[:12]
    return any("▌" in row and words in row for row in hand.lines)


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
async def test_the_cursor_goes_by_sentence_and_passes_over_headings(own_library: Path, down: str, up: str) -> None:
    async with reading(BUSES, own_library) as hand:
        assert hand.sentence.startswith(FIRST)
        await hand.press(down)
        assert hand.sentence.startswith("The first winter")
        await hand.press(down, down, down, down)
        assert hand.sentence.startswith("A night bus costs")
        await hand.press(up)
        assert hand.sentence.startswith("Most drivers")


async def test_the_ends_of_the_article_are_said(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("k")
        assert "This is the first sentence" in hand.footer
        await hand.press("G", "j")
        assert "This is the last sentence" in hand.footer
        await hand.press("k")
        assert "last sentence" not in hand.footer


@pytest.mark.parametrize(("down", "up"), [("}", "{"), ("alt+down", "alt+up"), ("ctrl+down", "ctrl+up")])
async def test_the_cursor_goes_by_paragraph(own_library: Path, down: str, up: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(down)
        assert hand.sentence.startswith("Three studies")
        await hand.press(down, "j")
        assert hand.sentence.startswith("That is less")
        await hand.press(up)
        assert hand.sentence.startswith("A night bus"), "back goes to the start of the paragraph first"
        await hand.press(up, up)
        assert hand.sentence.startswith(FIRST)
        await hand.press(up)
        assert "first paragraph" in hand.footer


async def test_a_paragraph_that_is_set_aside_is_passed_over(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("}", "}", "}")
        assert hand.sentence.startswith("The sign at the stop")


@pytest.mark.parametrize(
    ("size", "down", "up"),
    [(NARROW, "space", "pageup"), (WIDE, "pagedown", "pageup"), (NARROW, "ctrl+d", "ctrl+u"), (WIDE, "ctrl+d", "ctrl+u")],
)
async def test_pages_move_text_and_cursor_and_come_back(own_library: Path, size: tuple[int, int], down: str, up: str) -> None:
    async with reading(LONG, own_library, size) as hand:
        seen = [hand.sentence]
        for _ in range(3):
            await hand.press(down)
            seen.append(hand.sentence)
            assert shows_cursor(hand)
        assert len(set(seen)) == 4, "each page moves the cursor on"
        top = hand.screen.view.scroll_offset.y
        assert top > 20
        for _ in range(3):
            await hand.press(up)
            assert shows_cursor(hand)
        assert hand.screen.view.scroll_offset.y == 0


async def test_no_line_of_the_text_is_skipped_by_paging(own_library: Path) -> None:
    async with reading(LONG, own_library, NARROW) as hand:
        numbers: list[int] = []
        for _ in range(60):
            view = hand.screen.view
            height = view.scrollable_content_region.height
            numbers.extend(range(view.scroll_offset.y, min(view.scroll_offset.y + height, len(view.lines))))
            before = view.scroll_offset.y
            await hand.press("space")
            if view.scroll_offset.y == before:
                break
        assert set(numbers) == set(range(len(hand.screen.view.lines)))


async def test_paging_on_reaches_the_last_sentence(own_library: Path) -> None:
    async with reading(LONG, own_library, NARROW) as hand:
        await hand.press("G")
        last = hand.sentence
        await hand.press("g", "g", *["space"] * 30)
        assert hand.sentence == last


@pytest.mark.parametrize(("top", "end"), [(("g", "g"), ("G",)), (("home",), ("end",))])
async def test_top_and_end(own_library: Path, top: tuple[str, ...], end: tuple[str, ...]) -> None:
    async with reading(LONG, own_library) as hand:
        await hand.press(*end)
        assert hand.sentence == "A third sentence closes paragraph 40."
        assert shows_cursor(hand)
        await hand.press(*top)
        assert hand.sentence.startswith("Paragraph 1 opens")
        assert "The long count" in hand.lines[2], "the title is in view again"


async def test_keys_reach_the_text_that_the_first_frame_did_not_wrap(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_view, "FIRST_LINES", 40)
    monkeypatch.setattr(article_view, "REST_DELAY", 3600)
    async with reading(LONG, own_library, NARROW, wait=False) as hand:
        view = hand.screen.view
        assert not view.lines.is_complete
        assert 100 < view.virtual_size.height != len(Layout(LONG, view.lines.width)), "the scroll bar is estimated"
        hand.send("G")
        await hand.settle()
        assert shows_cursor(hand)
        assert hand.sentence.startswith("A third sentence closes paragraph 40")
        assert view.virtual_size.height == len(view.lines)
        assert view.scroll_offset.y == view.max_scroll_y > 0
    async with reading(LONG, own_library, NARROW, wait=False) as hand:
        hand.send("/", *"closes", "enter", "N")
        await hand.settle()
        assert hand.sentence.startswith("A third sentence closes paragraph 40")
        assert shows_cursor(hand)
        await hand.until(lambda: hand.desk.session is not None)
        await hand.press("q")
        await hand.left()
    async with reading(LONG, own_library, NARROW) as hand:
        assert shows_cursor(hand), "the saved place lies beyond the first lines"
        assert hand.sentence.startswith("A third sentence closes paragraph 40")
        await hand.press("g", "g")
        assert hand.screen.view.scroll_offset.y == 0


async def test_the_rest_of_the_text_is_wrapped_after_the_first_frame(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_view, "FIRST_LINES", 40)
    async with reading(LONG, own_library) as hand:
        view = hand.screen.view
        await hand.until(lambda: view.lines.is_complete)
        assert view.virtual_size.height == len(view.lines)


async def test_the_cursor_stays_in_view_wherever_it_goes(own_library: Path) -> None:
    async with reading(LONG, own_library, NARROW) as hand:
        for key in "jjjjjjjjjjjjjjjjjjjjkkkkkkkkkkkkkkkkkkkkkk":
            await hand.press(key)
            assert shows_cursor(hand)


@pytest.mark.parametrize(("on", "back"), [("]", "["), ("f9", "f8")])
async def test_claims_are_stepped_through_and_the_ends_are_said(own_library: Path, on: str, back: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(on)
        assert "No claims yet" in hand.footer
        await hand.press("h", "}", "h", "}", "h", "g", "g")
        assert hand.quotes == [hand.sentence, *hand.quotes[1:]]
        await hand.press(on)
        assert hand.sentence.startswith("Three studies")
        await hand.press(on)
        assert hand.sentence.startswith("A night bus")
        await hand.press(on)
        assert "last claim" in hand.footer
        await hand.press(back, back)
        assert hand.sentence.startswith(FIRST)
        await hand.press(back)
        assert "first claim" in hand.footer


async def test_from_between_claims_the_next_is_the_one_after_the_cursor(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", "}", "}", "h", "{", "]")
        assert hand.sentence.startswith("A night bus")
        await hand.press("{", "[")
        assert hand.sentence.startswith(FIRST)


async def test_two_claims_in_one_sentence_are_two_steps(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "e", "enter", "v", "w", "o", "w", "e", "enter")
        assert hand.quotes == ["Ostrel", "began"]
        await hand.press("j", "[")
        assert hand.annotation.selector.exact == "began"
        await hand.press("[")
        assert hand.annotation.selector.exact == "Ostrel"
        assert hand.sentence.startswith(FIRST)


async def test_bookmarks_lead_back_to_their_sentence(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        await hand.press("}", "}", "m", "a")
        assert "Bookmark a set" in hand.footer
        place = hand.sentence
        await hand.press("G", "m", "z", "'", "a")
        assert hand.sentence == place
        assert shows_cursor(hand)
        await hand.press("'", "z")
        assert hand.sentence == "A third sentence closes paragraph 40."


async def test_a_bookmark_that_is_not_set_is_said_with_those_that_are(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        await hand.press("'", "q")
        assert "No bookmark q" in hand.footer
        await hand.press("m", "b", "'", "q")
        assert "there is b" in hand.footer


async def test_back_and_forward_retrace_the_jumps(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        start = hand.sentence
        await hand.press("ctrl+o")
        assert "No place to go back to" in hand.footer
        await hand.press("G")
        end = hand.sentence
        await hand.press("ctrl+o")
        assert hand.sentence == start
        await hand.press("g", "o")
        assert hand.sentence == end
        await hand.press("backspace")
        assert hand.sentence == start
        await hand.press("alt+right")
        assert hand.sentence == end
        await hand.press("g", "o")
        assert "No place to go forward to" in hand.footer


async def test_steps_are_not_jumps(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        await hand.press("j", "j", "}", "space", "ctrl+o")
        assert "No place to go back to" in hand.footer


async def test_a_sentence_counts_once_it_is_decided_not_when_the_cursor_was_on_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "j", "k", "k")
        assert "0 of 13 sentences decided" in hand.header
        await hand.press("h", "j", "x", "j", "z")
        assert "3 of 13 sentences decided" in hand.header
        await hand.press("u")
        assert "2 of 13 sentences decided" in hand.header
