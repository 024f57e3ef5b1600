"""Page noise: shown and hidden, set aside by hand and taken back, here and in another window."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.ranges import Span
from tests.tui.hand import NARROW, WIDE, reading
from tests.tui.hand import elsewhere as in_another_window
from tests.tui.texts import BUSES, LONG, article, place

NOISE = "a tapir is born in the zoo"
WEIR = article(
    ("The weir", "It was built in 1911. Nobody repaired it.", "Subscribe to our letter.", "Twice the river went over it."),
    noise=(2,),
)


@pytest.mark.parametrize(
    ("size", "said", "shown"), [(NARROW, "1 aside", "1 shown"), (WIDE, "1 passage set aside", "1 passage shown")]
)
async def test_the_header_says_how_much_is_set_aside(own_library: Path, size: tuple[int, int], said: str, shown: str) -> None:
    async with reading(WEIR, own_library, size) as hand:
        assert said in hand.header
        await hand.press("g", "n")
        assert shown in hand.header
        await hand.click(shown)
        assert said in hand.header


async def test_a_paragraph_is_set_aside_and_brought_back_by_name(own_library: Path) -> None:
    async with reading(WEIR, own_library) as hand:
        await hand.press("j")
        assert hand.sentence == "It was built in 1911."
        await hand.press("X")
        assert "set aside 2 sentences as noise" in hand.footer
        assert "u undoes that" in hand.footer
        assert "built in 1911" not in hand.picture
        assert hand.sentence == "Twice the river went over it."
        await hand.until(lambda: "2 sentences" in hand.header)
        await hand.press("u")
        assert "Undone: set aside 2 sentences as noise" in hand.footer
        assert hand.sentence == "It was built in 1911."
        await hand.until(lambda: "4 sentences" in hand.header)
        await hand.press("ctrl+r")
        assert "Redone: set aside 2 sentences as noise" in hand.footer
        assert "built in 1911" not in hand.picture


async def test_what_the_program_set_aside_is_taken_back_by_the_same_key(own_library: Path) -> None:
    async with reading(WEIR, own_library) as hand:
        await hand.press("g", "n", "j", "j", "j")
        assert hand.sentence == "Subscribe to our letter."
        assert "Noise: read also" in hand.card
        await hand.press("X")
        assert "1 sentence back from the noise" in hand.footer
        assert "Not marked yet" in hand.card
        await hand.until(lambda: "5 sentences" in hand.header)
        await hand.press("X")
        assert "set aside 1 sentence as noise" in hand.footer
        await hand.press("g", "n")
        assert "Subscribe" not in hand.picture
        assert hand.sentence == "Twice the river went over it."


async def test_a_selection_over_several_paragraphs_is_set_aside_from_select_mode(own_library: Path) -> None:
    async with reading(WEIR, own_library) as hand:
        await hand.press("j", "v", "j", "j", "j", "X")
        assert "set aside 3 sentences as noise" in hand.footer
        assert hand.selected is None
        assert hand.screen.key_context == "text"
        assert hand.sentence == "The weir"
        await hand.press("u")
        assert hand.sentence == "It was built in 1911."


async def test_everything_can_be_set_aside_and_had_back(own_library: Path) -> None:
    async with reading(WEIR, own_library) as hand:
        hand.screen.view.select(Span(0, len(WEIR.text)))
        await hand.press("X")
        assert "Nothing to mark in this article" in hand.card
        await hand.press("j")
        assert "no sentences" in hand.footer
        await hand.press("g", "n", "X", "g", "n")
        assert hand.sentence == "The weir"
        await hand.press("u", "u")
        assert "Twice the river" in hand.picture


async def test_what_was_set_aside_stays_so_the_next_time(own_library: Path) -> None:
    async with reading(WEIR, own_library) as hand:
        await hand.press("j", "X", "q")
    async with reading(WEIR, own_library) as hand:
        assert "built in 1911" not in hand.picture
        assert "2 passages set aside" in hand.header
        assert "2 sentences" in hand.header
        await hand.press("u")
        assert hand.sentence == "It was built in 1911."


async def test_claims_on_what_is_set_aside_stay_and_their_text_is_shown_when_one_goes_there(own_library: Path) -> None:
    async with reading(WEIR, own_library) as hand:
        await hand.press("j", "h", "X")
        assert "1 claim on it stays" in hand.footer
        assert "built in 1911" not in hand.picture
        await hand.press("[")
        assert hand.sentence == "It was built in 1911."
        assert "built in 1911" in hand.picture


async def test_noise_does_not_count_as_decided(own_library: Path) -> None:
    async with reading(WEIR, own_library) as hand:
        await hand.press("g", "n", "x", "j", "x", "j", "x", "j", "x", "j", "x")
        assert "4 of 4 sentences decided" in hand.header


async def test_what_another_window_sets_aside_goes_at_once(own_library: Path) -> None:
    async with reading(WEIR, own_library) as hand:
        await hand.press("j")
        with in_another_window(WEIR, own_library) as other:
            other.session.set_aside(place(WEIR, "It was built"))
        await hand.until(lambda: "1 passage set aside as noise" in hand.footer)
        assert "built in 1911" not in hand.picture
        assert hand.sentence == "Twice the river went over it."


async def test_the_place_stays_when_noise_is_shown(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("}", "}")
        before = hand.sentence
        await hand.press("g", "n")
        assert NOISE in hand.picture
        assert hand.sentence == before


async def test_where_nothing_is_set_aside_the_key_says_what_would(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        await hand.press("g", "n")
        assert "Nothing is set aside" in hand.footer
        assert "X sets a paragraph aside" in hand.footer
