"""Page noise: shown and hidden, set aside by hand and taken back, here and in another window."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.ranges import Span
from reader.formats import parse_article
from tests.tui.texts import BUSES, LONG, article, place
from tests.tui.user import NARROW, WIDE, reading
from tests.tui.user import elsewhere as in_another_window

NOISE = "a tapir is born in the zoo"
WEIR = article(
    ("The weir", "It was built in 1911. Nobody repaired it.", "Subscribe to our letter.", "Twice the river went over it."),
    noise=(2,),
)


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_list_of_what_to_do_says_how_much_is_set_aside(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(WEIR, own_library, size) as user:
        await user.press("O")
        await user.audited()
        assert "1 passage set aside  gn shows it" in user.list
        assert "aside" not in user.header
        await user.press("g", "n")
        assert "1 passage shown  gn hides it" in user.list
        await user.click("1 passage shown")
        assert "1 passage set aside" in user.list


async def test_a_paragraph_is_set_aside_and_brought_back_by_name(own_library: Path) -> None:
    async with reading(WEIR, own_library) as user:
        await user.press("j")
        assert user.sentence == "It was built in 1911."
        await user.press("X")
        assert "set aside 2 sentences as noise" in user.footer
        assert "u takes it back" in user.footer
        assert "built in 1911" not in user.picture
        assert user.sentence == "Twice the river went over it."
        await user.until(lambda: "2 sentences" in user.header)
        await user.press("u")
        assert "Undone: set aside 2 sentences as noise" in user.footer
        assert user.sentence == "It was built in 1911."
        await user.until(lambda: "4 sentences" in user.header)
        await user.press("ctrl+r")
        assert "Redone: set aside 2 sentences as noise" in user.footer
        assert "built in 1911" not in user.picture


async def test_what_the_program_set_aside_is_taken_back_by_the_same_key(own_library: Path) -> None:
    async with reading(WEIR, own_library) as user:
        await user.press("g", "n", "j", "j", "j")
        assert user.sentence == "Subscribe to our letter."
        assert "Noise: read also" in user.card
        await user.press("X")
        assert "1 sentence back from the noise" in user.footer
        assert "Not marked yet" in user.card
        await user.until(lambda: "5 sentences" in user.header)
        await user.press("X")
        assert "set aside 1 sentence as noise" in user.footer
        await user.press("g", "n")
        assert "Subscribe" not in user.picture
        assert user.sentence == "Twice the river went over it."


async def test_a_selection_over_several_paragraphs_is_set_aside_from_select_mode(own_library: Path) -> None:
    async with reading(WEIR, own_library) as user:
        await user.press("j", "v", "j", "j", "j", "X")
        assert "set aside 3 sentences as noise" in user.footer
        assert user.selected is None
        assert user.screen.key_context == "text"
        assert user.sentence == "The weir"
        await user.press("u")
        assert user.sentence == "It was built in 1911."


async def test_everything_can_be_set_aside_and_had_back(own_library: Path) -> None:
    async with reading(WEIR, own_library) as user:
        user.screen.view.select(Span(0, len(WEIR.text)))
        await user.press("X")
        assert "Nothing to mark in this article" in user.card
        await user.press("j")
        assert "no sentences" in user.footer
        await user.press("g", "n", "X", "g", "n")
        assert user.sentence == "The weir"
        await user.press("u", "u")
        assert "Twice the river" in user.picture


async def test_what_was_set_aside_stays_so_the_next_time(own_library: Path) -> None:
    async with reading(WEIR, own_library) as user:
        await user.press("j", "X", "q")
    async with reading(WEIR, own_library) as user:
        assert "built in 1911" not in user.picture
        assert "2 sentences" in user.header
        await user.press("u")
        assert user.sentence == "It was built in 1911."


async def test_claims_on_what_is_set_aside_stay_and_their_text_is_shown_when_one_goes_there(own_library: Path) -> None:
    async with reading(WEIR, own_library) as user:
        await user.press("j", "h", "X")
        assert "1 claim on it stays" in user.footer
        assert "built in 1911" not in user.picture
        await user.press("[")
        assert user.sentence == "It was built in 1911."
        assert "built in 1911" in user.picture


async def test_noise_does_not_count_as_decided(own_library: Path) -> None:
    async with reading(WEIR, own_library) as user:
        await user.press("g", "n", "x", "j", "x", "j", "x", "j", "x", "j", "x")
        assert "4 of 4 sentences decided" in user.header


async def test_what_another_window_sets_aside_goes_at_once(own_library: Path) -> None:
    async with reading(WEIR, own_library) as user:
        await user.press("j")
        with in_another_window(WEIR, own_library) as other:
            other.session.set_aside(place(WEIR, "It was built"))
        await user.until(lambda: "1 passage set aside as noise" in user.footer)
        assert "built in 1911" not in user.picture
        assert user.sentence == "Twice the river went over it."


async def test_the_place_stays_when_noise_is_shown(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "}")
        before = user.sentence
        await user.press("g", "n")
        assert NOISE in user.picture
        assert user.sentence == before


async def test_where_nothing_is_set_aside_the_key_says_what_would(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("g", "n")
        assert "Nothing is set aside" in user.footer
        assert "X sets a paragraph aside" in user.footer


async def test_debris_within_a_sentence_is_seen_only_while_noise_is_shown(own_library: Path) -> None:
    answer = parse_article(b"The weir [cite: 3] was built in 1911 [cite: 4].\n\nNobody repaired it.\n", "weir.md")
    async with reading(answer, own_library) as user:
        await user.press("O")
        assert "2 passages set aside" in user.list
        await user.press("O")
        assert "The weir was built in 1911." in user.picture
        await user.press("g", "n")
        assert "(debris of a chat)" in user.footer
        assert "The weir [cite: 3] was built in 1911 [cite: 4]." in user.picture
        await user.press("g", "n")
        assert "The weir was built in 1911." in user.picture
