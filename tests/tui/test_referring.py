"""Peeking at references, going to them and back; from a reference to the sentences that lean on it; the audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, reading


def lit(user: User) -> set[str]:
    """Return the labels of the references that the list lights up as those of this sentence."""
    return {row.split("[")[1].split("]")[0] for row in user.list.splitlines() if row.startswith("▌")}


async def test_the_references_of_the_sentence_light_up_as_the_cursor_moves(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        assert lit(user) == set()
        await user.press("j")
        assert lit(user) == {"1"}
        await user.press("j", "j")
        assert lit(user) == {"1", "2", "3"}
        assert "rests on" in user.card


async def test_a_reference_that_is_never_cited_says_so(own_library: Path) -> None:
    async with reading(BUSES, own_library, (120, 50)) as user:
        await user.until(lambda: user.desk.is_audited)
        rows = user.list.splitlines()
        at = next(n for n, row in enumerate(rows) if "Taxis after dark" in row)
        assert "never cited" in rows[at + 2]
        assert user.list.count("never cited") == 1


@pytest.mark.parametrize(("size", "key"), [(NARROW, "r"), (WIDE, "f4")])
async def test_peeking_again_shows_the_next_reference_and_after_the_last_none(
    own_library: Path, size: tuple[int, int], key: str
) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press("}")
        shown: list[bool] = []
        for words in ("Ostrel Transport. (2022)", "Who drives at night?", "Town of Ostrel. (2023)"):
            await user.press(key)
            shown.append(words in user.card)
        assert shown == [True, True, True]
        await user.press(key)
        assert "Town of Ostrel. (2023)" not in user.card
        assert "Not marked yet" in user.card


async def test_a_digit_judges_the_reference_that_is_peeked(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "h", "r", "r", "4")
        assert user.verdicts() == {"2": "does-not-support"}


async def test_escape_closes_the_peek_and_moving_on_does_too(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "r", "escape")
        assert "Not marked yet" in user.card
        await user.press("r", "j")
        assert "Not marked yet" in user.card


async def test_a_sentence_without_a_marker_has_nothing_to_peek(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("r")
        assert "cites nothing" in user.footer


async def test_a_marker_that_points_nowhere_is_said_on_the_card(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "}", "j", "j")
        assert "[9]" in user.card
        assert "points nowhere" in user.card


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_entry_is_gone_to_and_come_back_from(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(LONG, own_library, size) as user:
        await user.press("j")
        before = user.sentence
        assert not any("[1] Counter. (2020)" in row for row in user.lines)
        await user.press("g", "d")
        assert any("[1] Counter. (2020)" in row for row in user.lines)
        await user.press("ctrl+o")
        assert user.sentence == before
        assert any("Paragraph 1 opens" in row for row in user.lines)


async def test_enter_on_a_peeked_reference_goes_to_its_entry_and_backspace_comes_back(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("j", "r", "enter")
        assert any("[1] Counter. (2020)" in row for row in user.lines)
        assert user.quotes == []
        await user.press("backspace")
        assert any("Paragraph 1 opens" in row for row in user.lines)


async def test_where_nothing_is_cited_there_is_no_entry_to_go_to(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", "d")
        assert "cites nothing" in user.footer


@pytest.mark.parametrize("step", ["enter", "n"])
async def test_from_a_reference_its_citations_are_stepped_through_and_round(own_library: Path, step: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", "r", "j", step)
        assert user.screen.key_context == "text", "where the cursor goes, the keys go"
        found = [user.sentence]
        for _ in range(3):
            await user.press("n")
            found.append(user.sentence)
        assert [words.split()[0] for words in found] == ["Three", "Most", "A", "Three"]
        assert "1 of 3 · n goes to the next" in user.footer
        await user.press("h")
        assert user.quotes == [found[-1]]


async def test_capital_n_steps_back_through_the_citations(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", "r", "j", "n", "n", "N")
        assert user.sentence.startswith("Three studies")


async def test_a_reference_never_cited_says_so_on_enter(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", "r", "G", "enter")
        assert "No marker of [4] was found" in user.footer


async def test_coming_back_after_citations_leads_to_where_they_were_left_from(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        start = user.sentence
        await user.press("g", "r", "j", "enter", "ctrl+o")
        assert user.sentence == start


async def test_enter_on_a_claim_of_the_list_goes_to_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", "}", "h", "g", "c", "home", "enter")
        assert user.sentence.startswith("Ostrel began")
        assert user.screen.key_context == "text"


async def test_the_audit_lists_what_does_not_fit_and_leads_there(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("A")
        await user.audited()
        assert user.desk.tab == "audit"
        assert "[9] points nowhere" in " ".join(finding.text for finding in user.desk.findings)
        at = next(n for n, finding in enumerate(user.desk.findings) if "[9]" in finding.text)
        await user.press("home", *["j"] * at)
        assert "[9] points nowhere" in user.list
        await user.press("enter")
        assert user.sentence.startswith("The figure leaves out")


async def test_a_tab_is_shown_by_its_key(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        for keys, tab in {("A",): "audit", ("g", "r"): "references", ("f6",): "audit", ("g", "c"): "claims"}.items():
            await user.press(*keys)
            assert user.desk.tab == tab
            assert user.screen.key_context == "list"


async def test_the_tabs_are_stepped_through_by_arrows(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("tab")
        tabs = [user.desk.tab]
        for key in ("right", "right", "right", "right", "left"):
            await user.press(key)
            tabs.append(user.desk.tab)
        assert tabs == ["references", "claims", "audit", "open", "references", "open"]


async def test_the_other_pane_opens_on_the_entry_of_the_sentence(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "j", "tab")
        assert user.screen.list.index == 1
        await user.press("tab")
        assert user.screen.key_context == "text"


async def test_in_a_narrow_window_the_whole_side_pane_takes_the_place_of_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        assert not any("References" in row for row in user.lines)
        await user.press("tab")
        assert any("References" in row and "Claims" in row for row in user.lines)
        assert "Who drives at night?" in user.picture
        assert not any("Ostrel began to run" in row for row in user.lines)
        await user.press("escape")
        assert any("Ostrel began to run" in row for row in user.lines)
        assert not any("References" in row and "Claims" in row for row in user.lines)


async def test_in_a_narrow_window_the_drawer_shows_what_the_sentence_rests_on(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("}")
        for words in ("The first winter", "Who drives at night?", "Accounts of the depots"):
            assert words in user.card


async def test_in_a_narrow_window_enter_on_a_reference_shows_the_citation_in_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("tab", "home", "j", "enter")
        assert user.sentence.startswith("Three studies")
        assert any("Three studies" in row for row in user.lines)
        await user.press("n")
        assert user.sentence.startswith("Most drivers")


# ---------------------------------------------------------------------- the mouse


async def test_a_click_on_a_marker_shows_its_reference(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click("[2][3]", into=1)
        assert user.sentence.startswith("Three studies")
        assert "Who drives at night?" in user.card
        assert "Brandt" in user.card


async def test_a_click_on_a_reference_of_the_list_goes_to_its_next_citation(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click("Who drives at night?")
        assert user.screen.list.index == 1
        assert user.sentence.startswith("Three studies")
        x, y = user.cell("Brandt, Ito")
        await user.click_at((x, y))
        assert user.sentence.startswith("Most drivers")


async def test_a_click_on_a_tab_shows_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click("Claims")
        assert user.desk.tab == "claims"
        await user.click("Audit")
        assert user.desk.tab == "audit"


async def test_a_click_on_a_claim_of_the_list_goes_to_it(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "}", "h", "g", "g", "g", "c", "escape")
        x, y = user.cell("A night bus costs", 1)
        await user.click_at((x, y))
        assert user.sentence.startswith("A night bus")


async def test_the_wheel_scrolls_the_text_and_leaves_the_cursor(own_library: Path) -> None:
    from textual import events

    async with reading(LONG, own_library) as user:
        view = user.screen.view
        before = user.sentence
        for _ in range(3):
            view.post_message(events.MouseScrollDown(view, 10, 10, 0, 0, 0, False, False, False, 10, 10, None))
        await user.settle()
        assert view.scroll_offset.y > 0
        assert user.sentence == before
