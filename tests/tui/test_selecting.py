"""Selecting by keys and by mouse, also where a character is more than one code point or more than one cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import NARROW, WIDE, Hand, reading
from tests.tui.texts import BUSES, article

FIRST = "Ostrel began to run buses through the night in the spring of 2021."


MOTIONS = {
    "": "O",
    "l": "Os",
    "lll": "Ostr",
    "lllh": "Ost",
    "w": "Ostrel b",
    "e": "Ostrel",
    "ee": "Ostrel began",
    "eeb": "Ostrel b",
    "wwb": "Ostrel b",
    "$": FIRST,
    "$0": "O",
    "j": FIRST,
    "jk": "O",
}


async def test_each_motion_moves_the_end_of_the_selection(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        for keys, selected in MOTIONS.items():
            await hand.press("v", *keys)
            assert hand.selected == selected, keys
            assert hand.screen.key_context == "select"
            await hand.press("escape")


PLAIN = [
    (("right", "right", "left"), "llh"),
    (("shift+right", "shift+right", "shift+left"), "llh"),
    (("ctrl+right", "ctrl+right", "ctrl+left"), "wwb"),
    (("end",), "$"),
    (("end", "home"), "$0"),
    (("down", "down"), "jj"),
    (("down", "down", "up"), "jjk"),
    (("end", "tab", "ctrl+right"), "$ow"),
]


async def test_the_plain_keys_select_as_the_vim_keys_do(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        for plain, vim in PLAIN:
            await hand.press("v", *plain)
            by_plain = hand.selected
            await hand.press("escape", "v", *vim)
            assert hand.selected == by_plain, vim
            await hand.press("escape")


async def test_down_takes_whole_sentences_in_one_by_one(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "j", "j")
        assert hand.selected is not None
        assert hand.selected.startswith(FIRST)
        assert hand.selected.endswith("planned for [1].")


async def test_the_other_end_moves_after_o(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "$", "o", "w", "w")
        assert hand.selected == FIRST.removeprefix("Ostrel began ")


async def test_the_selection_can_be_drawn_back_over_its_start(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "v", "b", "b")
        assert hand.selected == "of 2021. T"


async def test_shift_arrows_begin_and_go_on_with_a_selection(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("shift+right")
        assert hand.selected == "O"
        await hand.press("shift+right", "shift+right")
        assert hand.selected == "Ost"
        await hand.press("escape", "shift+down")
        assert hand.selected == FIRST
        await hand.press("shift+down")
        assert hand.selected is not None
        assert hand.selected.endswith("planned for [1].")


@pytest.mark.parametrize("keys", [("shift+down", "shift+down", "shift+up"), ("v", "j", "j", "k")])
async def test_a_sentence_too_many_is_given_back_whole(own_library: Path, keys: tuple[str, ...]) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(*keys)
        assert hand.selected == FIRST


@pytest.mark.parametrize("leave", ["escape", "v"])
async def test_leaving_marks_nothing(own_library: Path, leave: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "w", "w", leave)
        assert hand.selected is None
        assert hand.screen.key_context == "text"
        assert hand.quotes == []


async def test_the_footer_says_what_keys_do_while_selecting(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v")
        assert "mark it" in hand.footer
        assert "other end" in hand.footer
        await hand.press("escape")
        assert "mark it" not in hand.footer


async def odd_sentence(hand: Hand, words: str) -> None:
    """Go to the sentence that begins with `words` and start to select."""
    while not hand.sentence.startswith(words):
        before = hand.sentence
        await hand.press("j")
        assert hand.sentence != before, f"no sentence begins with {words!r}"
    await hand.press("v")


async def test_an_emoji_of_several_code_points_is_one_step(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await odd_sentence(hand, "A driver")
        await hand.press(*"lllllllll")
        assert hand.selected == "A driver 👩‍🚒"
        await hand.press("l")
        assert hand.selected == "A driver 👩‍🚒 "
        await hand.press("h", "h")
        assert hand.selected == "A driver "


async def test_a_combining_mark_stays_with_its_letter(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await odd_sentence(hand, "A driver")
        await hand.press(*"eeeee")
        assert hand.selected == "A driver 👩‍🚒 waved at the cafe\u0301"
        await hand.press("h")
        assert hand.selected == "A driver 👩‍🚒 waved at the caf"


async def test_wide_characters_are_selected_one_by_one(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await odd_sentence(hand, "The sign")
        await hand.press(*"wwwwww", "l")
        assert hand.selected == "The sign at the stop reads 夜間"
        await hand.press("e")
        assert hand.selected == "The sign at the stop reads 夜間バス乗り場"


async def test_words_of_a_script_without_capitals_are_words(own_library: Path) -> None:
    text = article(("Title here", "Ночной автобус идёт до вокзала. Η πόλη κοιμάται τη νύχτα."))
    async with reading(text, own_library) as hand:
        await hand.press("j", "v", "e", "e")
        assert hand.selected == "Ночной автобус"


# ---------------------------------------------------------------------- the mouse


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_drag_selects_from_character_to_character(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        x, y = hand.cell("buses through")
        await hand.drag((x, y), (x + len("buses through") - 1, y))
        assert hand.selected == "buses through"


async def test_a_drag_backwards_selects_the_same(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        x, y = hand.cell("buses through")
        await hand.drag((x + len("buses through") - 1, y), (x, y))
        assert hand.selected == "buses through"


async def test_a_drag_takes_whole_words_and_the_footer_says_what_marks_them(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        x, y = hand.cell("winter brought 412,000")
        await hand.drag((x + 3, y), (x + len("winter brought 4"), y))
        assert hand.selected == "winter brought 412,000"
        assert hand.sentence.startswith("The first winter"), "the card is about what was selected"
        assert "h mark" in hand.footer
        assert "unmark" not in hand.footer
        await hand.press("shift+left", "shift+left")
        assert hand.selected == "winter brought 412,0"
        await hand.press("escape", "b")
        assert "Nothing is marked here" in hand.footer


async def test_b_after_a_drag_moves_its_end_by_characters(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        x, y = hand.cell("uses throu")
        await hand.drag((x, y), (x + len("uses throu") - 1, y))
        await hand.press("b", "h")
        assert hand.selected == "buses throug"
        assert "mark it" in hand.footer
        await hand.drag((x, y), (x, y + 1))
        selected = hand.selected
        assert selected is not None
        assert selected.startswith("buses through")
        await hand.press("h")
        assert hand.selected == selected[:-1], "the keys go on from what the mouse selected last"
        await hand.press("enter")
        assert hand.quotes == [selected[:-1]]


async def test_a_drag_in_the_review_goes_back_to_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "R")
        x, y = hand.cell("Nobody had counted")
        await hand.drag((x + 1, y), (x + len("Nobody had c"), y))
        await hand.press("x")
        assert hand.selected is None
        assert "Nobody had counted" in hand.quotes


async def test_a_drag_over_lines_takes_what_lies_between_and_never_the_other_pane(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        x, y = hand.cell("Ostrel began")
        await hand.drag((x, y), (hand.app.size.width - 2, y + 1))
        assert hand.selected is not None
        assert hand.selected.startswith("Ostrel began")
        assert hand.selected in BUSES.text
        assert "Three studies" not in hand.selected


async def test_after_a_drag_into_the_other_pane_a_click_is_a_click(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        x, y = hand.cell("Ostrel began")
        await hand.drag((x, y), (hand.app.size.width - 2, y))
        await hand.click("Three studies")
        assert hand.sentence.startswith("Three studies")
        assert hand.selected is None


async def test_a_drag_over_wide_characters_takes_whole_ones(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        x, y = hand.cell("夜間バス")
        await hand.drag((x + 1, y), (x + 4, y))
        assert hand.selected == "夜間バ"


async def test_a_double_click_selects_a_word_and_a_third_the_sentence(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.click("passengers", into=3, times=2)
        assert hand.selected == "passengers"
        await hand.press("escape")
        await hand.click("passengers", into=3, times=3)
        assert hand.selected == "The first winter brought 412,000 passengers, twice what the council had planned for [1]."


async def test_a_double_click_takes_an_accent_with_its_word(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.click("cafe", times=2)
        assert hand.selected == "cafe\u0301"


async def test_a_click_moves_the_cursor_and_drops_the_selection(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "w", "w")
        await hand.click("Three studies")
        assert hand.selected is None
        assert hand.sentence.startswith("Three studies")
        assert hand.screen.key_context == "text"


async def test_keys_go_on_with_what_the_mouse_selected(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.click("began", times=2)
        await hand.press("v", "e")
        assert hand.selected == "began to"
