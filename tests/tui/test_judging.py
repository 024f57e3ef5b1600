"""A verdict for every pair of claim and reference; stepping through the pairs; the open card."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, reading, stored

VERDICTS = [
    ("1", "supports"),
    ("2", "partly-supports"),
    ("3", "overstated"),
    ("4", "does-not-support"),
    ("5", "contradicts"),
    ("6", "unclear"),
    ("7", "unavailable"),
]


async def test_a_digit_gives_its_verdict_and_it_is_saved(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h")
        for digit, verdict in VERDICTS:
            await user.press(digit)
            assert user.verdicts() == {"1": verdict}
        await user.press("4")
        await user.saved()
    (record,) = stored(own_library, "annotations")
    (judgement,) = record["judgements"]
    assert (judgement["reference"], judgement["verdict"], judgement["by"]) == ("1", "does-not-support", "tester")
    assert judgement["at"].endswith("Z")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_one_verdict_never_closes_a_claim_that_rests_on_three(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("}", "h")
        assert "0 of 3 settled" in user.card
        assert "3 open" in user.header
        await user.press("1")
        assert user.verdicts() == {"1": "supports"}
        assert "1 of 3 settled" in user.card
        assert "2 open" in user.header
        await user.press("4", "6")
        assert user.verdicts() == {"1": "supports", "2": "does-not-support", "3": "unclear"}
        assert "3 of 3 settled" in user.card
        assert "open" not in user.header


async def test_an_unavailable_source_settles_its_pair(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "7")
        assert "1 of 1 settled" in user.card
        assert "open" not in user.header
        assert "source unavailable" in user.footer


async def test_zero_clears_the_verdict_shown(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "5", "0")
        assert user.verdicts() == {}
        await user.press("0")
        assert "no verdict to clear" in user.footer


async def test_a_second_verdict_replaces_the_first(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "5", "1")
        assert user.verdicts() == {"1": "supports"}


async def test_after_a_verdict_the_next_open_pair_is_shown_and_named(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h", "1")
        assert "now [2]" in user.footer
        assert user.desk.current_reference() == "2"
        assert "▸[2]" in user.card


async def test_c_and_capital_c_step_through_the_pairs(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h")
        shown = [user.desk.current_reference()]
        for key in ("c", "c", "c", "C", "C"):
            await user.press(key)
            shown.append(user.desk.current_reference())
            assert f"▸[{shown[-1]}]" in user.card
        assert shown == ["1", "2", "3", "1", "3", "2"]
        await user.press("3")
        assert user.verdicts() == {"2": "overstated"}, "the digit judges the pair shown"


async def test_tab_steps_through_the_pairs_in_the_open_card(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h", "o")
        assert user.screen.key_context == "card"
        await user.press("tab")
        assert user.desk.current_reference() == "2"
        await user.press("down")
        assert user.desk.current_reference() == "3"
        await user.press("shift+tab")
        assert user.desk.current_reference() == "2"
        await user.press("4")
        assert user.verdicts() == {"2": "does-not-support"}


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_open_card_shows_all_and_closes_by_o_and_by_escape(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("}", "h", "o")
        for words in ("Three studies agree", "The first winter", "Who drives at night?", "Accounts of the depots"):
            assert words in user.picture
        for _, verdict in VERDICTS[:6]:
            assert verdict.replace("-", " ") in user.picture
        await user.press("o")
        assert user.screen.key_context == "text"
        await user.press("o", "escape")
        assert user.screen.key_context == "text"


async def test_a_claim_that_cites_nothing_says_why_it_takes_no_verdict(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "1")
        assert user.verdicts() == {}
        assert "rests on nothing" in user.footer


async def test_an_unmarked_sentence_takes_no_verdict_and_says_how_to_mark_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "1")
        assert user.quotes == []
        assert "Nothing is marked here yet; h marks this sentence" in user.footer


async def test_what_is_no_claim_takes_no_verdict_and_says_so(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "x", "1")
        assert user.verdicts() == {}
        assert "h marks it as" in user.footer


@pytest.mark.parametrize("key", ["c", "C"])
async def test_where_there_is_one_pair_or_none_stepping_says_so(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(key)
        assert "rests on no reference" in user.footer
        await user.press("j", key)
        assert "one reference only" in user.footer


async def test_the_gutter_shows_the_worst_verdict_once_all_pairs_are_judged(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h", "1", "5")
        row = next(row for row in user.lines if "Three studies" in row)
        assert "○" in row[:10]
        await user.press("2")
        row = next(row for row in user.lines if "Three studies" in row)
        assert "≠" in row[:10]


async def test_a_click_on_the_card_chooses_the_pair_and_gives_the_verdict(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h")
        await user.click("Accounts of the depots")
        assert user.desk.current_reference() == "3"
        x, y = user.cell("1 ✓")
        await user.click_at((x, y))
        assert user.verdicts() == {"3": "supports"}


async def test_the_verdict_counts_on_the_reference_in_the_list(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "1")
        assert "✓ 1" in user.list
        assert "1 claim" in user.list


async def test_the_open_card_cuts_no_word_of_its_legend(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "o")
        assert "7 ∅ unavailable" in user.picture
