"""Selecting by keys and by mouse, also where a character is more than one code point or more than one cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.texts import BUSES, article
from tests.tui.user import NARROW, WIDE, User, reading

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
    async with reading(BUSES, own_library) as user:
        for keys, selected in MOTIONS.items():
            await user.press("v", *keys)
            assert user.selected == selected, keys
            assert user.screen.key_context == "select"
            await user.press("escape")


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
    async with reading(BUSES, own_library) as user:
        for plain, vim in PLAIN:
            await user.press("v", *plain)
            by_plain = user.selected
            await user.press("escape", "v", *vim)
            assert user.selected == by_plain, vim
            await user.press("escape")


async def test_down_takes_whole_sentences_in_one_by_one(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "j", "j")
        assert user.selected is not None
        assert user.selected.startswith(FIRST)
        assert user.selected.endswith("planned for [1].")


async def test_the_other_end_moves_after_o(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "$", "o", "w", "w")
        assert user.selected == FIRST.removeprefix("Ostrel began ")


async def test_the_selection_can_be_drawn_back_over_its_start(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "v", "b", "b")
        assert user.selected == "of 2021. T"


async def test_shift_arrows_begin_and_go_on_with_a_selection(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("shift+right")
        assert user.selected == "O"
        await user.press("shift+right", "shift+right")
        assert user.selected == "Ost"
        await user.press("escape", "shift+down")
        assert user.selected == FIRST
        await user.press("shift+down")
        assert user.selected is not None
        assert user.selected.endswith("planned for [1].")


@pytest.mark.parametrize("keys", [("shift+down", "shift+down", "shift+up"), ("v", "j", "j", "k")])
async def test_a_sentence_too_many_is_given_back_whole(own_library: Path, keys: tuple[str, ...]) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*keys)
        assert user.selected == FIRST


@pytest.mark.parametrize("leave", ["escape", "v"])
async def test_leaving_marks_nothing(own_library: Path, leave: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "w", "w", leave)
        assert user.selected is None
        assert user.screen.key_context == "text"
        assert user.quotes == []


async def test_the_footer_says_what_keys_do_while_selecting(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v")
        assert "mark it" in user.footer
        assert "other end" in user.footer
        await user.press("escape")
        assert "mark it" not in user.footer


async def odd_sentence(user: User, words: str) -> None:
    """Go to the sentence that begins with `words` and start to select."""
    while not user.sentence.startswith(words):
        before = user.sentence
        await user.press("j")
        assert user.sentence != before, f"no sentence begins with {words!r}"
    await user.press("v")


async def test_an_emoji_of_several_code_points_is_one_step(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await odd_sentence(user, "A driver")
        await user.press(*"lllllllll")
        assert user.selected == "A driver 👩‍🚒"
        await user.press("l")
        assert user.selected == "A driver 👩‍🚒 "
        await user.press("h", "h")
        assert user.selected == "A driver "


async def test_a_combining_mark_stays_with_its_letter(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await odd_sentence(user, "A driver")
        await user.press(*"eeeee")
        assert user.selected == "A driver 👩‍🚒 waved at the cafe\u0301"
        await user.press("h")
        assert user.selected == "A driver 👩‍🚒 waved at the caf"


async def test_wide_characters_are_selected_one_by_one(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await odd_sentence(user, "The sign")
        await user.press(*"wwwwww", "l")
        assert user.selected == "The sign at the stop reads 夜間"
        await user.press("e")
        assert user.selected == "The sign at the stop reads 夜間バス乗り場"


async def test_words_of_a_script_without_capitals_are_words(own_library: Path) -> None:
    text = article(("Title here", "Ночной автобус идёт до вокзала. Η πόλη κοιμάται τη νύχτα."))
    async with reading(text, own_library) as user:
        await user.press("j", "v", "e", "e")
        assert user.selected == "Ночной автобус"


# ---------------------------------------------------------------------- the mouse


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_drag_selects_from_character_to_character(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        x, y = user.cell("buses through")
        await user.drag((x, y), (x + len("buses through") - 1, y))
        assert user.selected == "buses through"


async def test_a_drag_backwards_selects_the_same(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        x, y = user.cell("buses through")
        await user.drag((x + len("buses through") - 1, y), (x, y))
        assert user.selected == "buses through"


async def test_a_drag_takes_whole_words_and_the_footer_says_what_marks_them(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h")
        x, y = user.cell("winter brought 412,000")
        await user.drag((x + 3, y), (x + len("winter brought 4"), y))
        assert user.selected == "winter brought 412,000"
        assert user.sentence.startswith("The first winter"), "the card is about what was selected"
        assert "h mark" in user.footer
        assert "Shift+←→ character" in user.footer
        assert "unmark" not in user.footer
        await user.press("shift+left", "shift+left")
        assert user.selected == "winter brought 412,0"
        await user.press("escape", "b")
        assert "Nothing is marked here" in user.footer


async def test_b_after_a_drag_moves_its_end_by_characters(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        x, y = user.cell("uses throu")
        await user.drag((x, y), (x + len("uses throu") - 1, y))
        await user.press("b", "h")
        assert user.selected == "buses throug"
        assert "mark it" in user.footer
        await user.drag((x, y), (x, y + 1))
        selected = user.selected
        assert selected is not None
        assert selected.startswith("buses through")
        await user.press("h")
        assert user.selected == selected[:-1], "the keys go on from what the mouse selected last"
        await user.press("enter")
        assert user.quotes == [selected[:-1]]


async def test_a_drag_in_the_review_goes_back_to_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "R")
        x, y = user.cell("Nobody had counted")
        await user.drag((x + 1, y), (x + len("Nobody had c"), y))
        await user.press("x")
        assert user.selected is None
        assert "Nobody had counted" in user.quotes


async def test_a_drag_over_lines_takes_what_lies_between_and_never_the_other_pane(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        x, y = user.cell("Ostrel began")
        await user.drag((x, y), (user.app.size.width - 2, y + 1))
        assert user.selected is not None
        assert user.selected.startswith("Ostrel began")
        assert user.selected in BUSES.text
        assert "Three studies" not in user.selected


async def test_after_a_drag_into_the_other_pane_a_click_is_a_click(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        x, y = user.cell("Ostrel began")
        await user.drag((x, y), (user.app.size.width - 2, y))
        await user.click("Three studies")
        assert user.sentence.startswith("Three studies")
        assert user.selected is None


async def test_a_drag_over_wide_characters_takes_whole_ones(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        x, y = user.cell("夜間バス")
        await user.drag((x + 1, y), (x + 4, y))
        assert user.selected == "夜間バ"


async def test_a_double_click_selects_a_word_and_a_third_the_sentence(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click("passengers", into=3, times=2)
        assert user.selected == "passengers"
        await user.press("escape")
        await user.click("passengers", into=3, times=3)
        assert user.selected == "The first winter brought 412,000 passengers, twice what the council had planned for [1]."


async def test_a_double_click_takes_an_accent_with_its_word(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click("cafe", times=2)
        assert user.selected == "cafe\u0301"


async def test_a_click_moves_the_cursor_and_drops_the_selection(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "w", "w")
        await user.click("Three studies")
        assert user.selected is None
        assert user.sentence.startswith("Three studies")
        assert user.screen.key_context == "text"


async def test_keys_go_on_with_what_the_mouse_selected(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click("began", times=2)
        await user.press("v", "e")
        assert user.selected == "began to"
