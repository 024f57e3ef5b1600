"""The review queue: one open pair after the other, in context; skipped, gone back to, undone, filtered, taken up again."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.model import BlockKind
from reader.settings import Settings
from reader.tui.app import ReaderApp
from tests.tui.texts import BUSES, HEADING, LONG, REFERENCES, article, place
from tests.tui.user import NARROW, WIDE, User, elsewhere, personal, reading, stored

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
WINTER = "The first winter brought 412,000 passengers"
STUDIES = "Three studies agree"
DRIVERS = "Most drivers who were asked"
PAIRS = [(WINTER, "1"), (STUDIES, "1"), (STUDIES, "2"), (STUDIES, "3"), (DRIVERS, "2")]
MARKS = ("j", "h", "}", "h", "j", "h")
"""The keys that mark the three claims whose pairs these are."""


def pair(user: User) -> tuple[str, str]:
    """Return the pair that the queue shows: how its claim begins, and the reference."""
    queue = user.desk.queue
    assert queue is not None
    claim = queue.claim
    assert claim is not None, user.picture
    return next(words for words, _ in PAIRS if claim.selector.exact.startswith(words)), queue.reference


def verdicts(user: User) -> dict[tuple[str, str], str]:
    """Return all verdicts that were given, by pair."""
    return {
        (words, judgement.reference): judgement.verdict
        for claim in user.session.index.claims()
        for words in (WINTER, STUDIES, DRIVERS)
        if claim.selector.exact.startswith(words)
        for judgement in claim.judgements
    }


@SIZES
async def test_a_digit_judges_the_pair_shown_and_shows_the_next(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press(*MARKS, "R")
        seen: list[tuple[str, str]] = []
        for number, digit in enumerate("12345", 1):
            assert user.screen.key_context == "review"
            assert f"Pair {number} of 5 · no verdict yet" in user.card
            assert pair(user)[0] in user.sentence, "the text stands at the claim"
            assert any("▌" in row for row in user.lines)
            seen.append(pair(user))
            await user.press(digit)
            assert "u takes it back" in user.footer
        assert seen == PAIRS
        assert list(verdicts(user).values()) == ["supports", "partly-supports", "overstated", "does-not-support", "contradicts"]
        assert "No pairs left" in user.picture


@SIZES
async def test_it_shows_what_there_is_to_know_of_the_pair(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press(*MARKS, "k", "4", "R")
        while pair(user) != (STUDIES, "2"):
            await user.press("n")
        for words in ("Three studies agree that the buses", "Who drives at night?", "Brandt", "2023", "source: not supplied"):
            assert words in user.card
        assert "✗ does not support" in user.card, "the verdict on another source of the claim"
        for label in ("supports", "partly supports", "overstated", "contradicts", "unclear", "unavailable"):
            assert label in user.card
        assert "1/5 pairs" in user.header.replace(" of ", "/")
        assert "3/13 sentences" in user.header.replace(" of ", "/")


async def test_mark_verdict_and_next_are_three_keys_in_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j")
        await user.press("h", "1", "j")
        assert verdicts(user) == {(WINTER, "1"): "supports"}
        assert user.sentence.startswith("Nobody had counted")


@pytest.mark.parametrize("key", ["n", *(pytest.param(key, marks=pytest.mark.slow) for key in ("space", "right"))])
async def test_a_skipped_pair_comes_again_after_all_others(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", key)
        order = [pair(user)]
        for _ in range(4):
            await user.press("6")
            order.append(pair(user))
        assert order == [*PAIRS[1:], PAIRS[0]]
        await user.press(key)
        assert "This is the only pair left" in user.footer


@pytest.mark.parametrize("key", ["N", pytest.param("left", marks=pytest.mark.slow)])
async def test_back_shows_the_pair_before_judged_or_not(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "f5", "1", "n", key)
        assert pair(user) == PAIRS[1]
        await user.press(key)
        assert pair(user) == PAIRS[0]
        assert "given ✓ supports" in user.card
        await user.press("5")
        assert verdicts(user) == {PAIRS[0]: "contradicts"}
        assert pair(user) == PAIRS[2], "the one skipped waits till the end"
        await user.press(key, key, key, key)
        assert "There is no pair before this one" in user.footer


@SIZES
async def test_undo_goes_back_to_the_pair_and_redo_too(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press(*MARKS, "R", "1", "4", "u")
        assert pair(user) == PAIRS[1]
        assert "Undone: verdict on [1]" in user.footer
        assert user.sentence.startswith(STUDIES)
        assert verdicts(user) == {PAIRS[0]: "supports"}
        await user.press("u")
        assert pair(user) == PAIRS[0]
        assert "Pair 1 of 5" in user.card
        await user.press("ctrl+r")
        assert pair(user) == PAIRS[0]
        assert "given ✓ supports" in user.card
        await user.press("n")
        assert pair(user) == PAIRS[1]


async def test_undoing_a_mark_takes_its_pairs_out_of_the_queue(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", "n", "n", "n", "n")
        assert pair(user) == (DRIVERS, "2")
        await user.press("u")
        assert user.screen.key_context == "review"
        assert pair(user)[0] != DRIVERS
        assert "of 4" in user.card
        await user.press("ctrl+r")
        assert pair(user) == (DRIVERS, "2")


async def test_unavailable_settles_the_pair_and_is_counted_beside_the_rest(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", "7", "1", "1", "1", "1")
        assert "5 of 5 pairs" in user.header
        await user.until(lambda: "1 unavailable" in user.picture)
        await user.press("N", "0")
        assert "4 of 5 pairs" in user.header


@SIZES
async def test_it_is_taken_up_again_tomorrow_where_it_was_left(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press(*MARKS, "R", "n", "1", "q")
    (record,) = stored(own_library, "articles")
    place = personal(own_library, record["id"])["reading"]
    assert place["pair"][1] == "2"
    assert [skipped[1] for skipped in place["skipped"]] == ["1"]
    async with reading(BUSES, own_library, size) as user:
        assert user.screen.key_context == "text", "it is taken up when asked for"
        await user.press("R")
        assert pair(user) == (STUDIES, "2")
        assert "Pair 1 of 4" in user.card
        await user.press("1", "1", "1")
        assert pair(user) == PAIRS[0], "what was skipped yesterday comes last"


async def test_escape_and_r_lead_back_to_the_text_at_that_claim(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        for key in ("escape", "R"):
            await user.press("g", "g", *(MARKS if key == "escape" else ()), "R", "n")
            words, reference = pair(user)
            await user.press(key)
            assert user.desk.current_reference() == reference
            assert user.screen.key_context == "text"
            assert user.sentence.startswith(words)
            assert user.annotation.selector.exact.startswith(words)
            assert "References" in user.picture
        await user.press("ctrl+o")
        assert not user.sentence.startswith(words), "the queue was a jump"


async def test_a_filter_lets_some_pairs_through_while_it_is_typed(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", "f")
        await user.type("[2]")
        assert "2 left" in user.picture
        await user.press("enter")
        assert "filter [2]" in user.header
        assert pair(user) == (STUDIES, "2")
        assert "Pair 1 of 2" in user.card
        await user.press("1", "1")
        assert "No pair passes the filter" in user.card
        await user.press("f", "backspace", "backspace", "backspace", "enter")
        assert pair(user) == PAIRS[0]


async def test_a_filter_that_is_left_without_an_answer_changes_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", "n", "f")
        await user.type("is:stale")
        await user.press("escape")
        assert "filter" not in user.header
        assert "of 5" in user.card
        assert pair(user) == PAIRS[1]


async def test_a_note_and_a_tag_go_to_the_claim_of_the_pair(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", "n", "a")
        await user.type("which studies?")
        await user.press("ctrl+s", "t")
        await user.type("taxis")
        await user.press("enter")
        assert pair(user) == PAIRS[1]
        assert "note which studies?" in user.card
        assert "taxis" in user.card
        assert [a.note for a in user.session.index.claims() if a.note] == ["which studies?"]


async def test_without_pairs_it_says_what_is_left_and_leads_there(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("x", "R")
        assert "No pairs left" in user.picture
        await user.until(lambda: "12 sentences undecided" in user.picture)
        for key in ("1", "7", "n", "a"):
            await user.press(key)
            assert "No pairs left" in user.footer
        await user.press("U")
        assert user.screen.key_context == "text"
        assert user.sentence.startswith(WINTER)


SHORT = article(((HEADING, "Trams"), "Trams ran until 1958 [1]. Nobody minded."), REFERENCES[:1])


@SIZES
async def test_a_review_is_complete_when_all_is_decided(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(SHORT, own_library, size) as user:
        await user.press("h", "R", "1")
        await user.until(lambda: "1 sentence undecided" in user.picture)
        assert "Every pair is judged" not in user.picture
        await user.press("U", "x", "R")
        assert "Every pair is judged, every sentence decided" in user.picture
        await user.press("u")
        assert "1 sentence undecided" in user.picture


async def test_the_next_undecided_sentence_is_gone_to_from_the_text_and_round(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        assert "0 of 13 sentences" in user.header
        await user.press("h", "j", "j", "x", "k", "U")
        assert "2 of 13 sentences" in user.header
        assert user.sentence.startswith(STUDIES)
        await user.press("G", "U")
        assert user.sentence.startswith(WINTER)
        assert "From the top" in user.footer


async def test_the_next_undecided_sentence_is_gone_to_before_the_sentences_are_counted(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.tui.reading.library_link.COUNT_DELAY", 3600.0)
    async with reading(BUSES, own_library, wait=False) as user:
        await user.until(lambda: user.desk.session is not None)
        await user.settle()
        assert "of 13 sentences" not in user.header
        await user.press("h", "U")
        assert user.sentence.startswith(WINTER)
        await user.press("A")
        await user.audited()
        assert "1 of 13 sentences" in user.header


async def test_in_the_queue_only_what_stands_on_the_pair_is_changed(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", "1")
        before = user.quotes
        await user.press("h")
        assert user.quotes == before
        assert "Esc goes back" in user.footer


async def test_a_verdict_from_another_window_leaves_the_queue_at_its_pair(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", "n")
        await user.saved()
        with elsewhere(BUSES, own_library) as other:
            other.session.judge(other.on(DRIVERS), "2", "supports")
            await user.until(lambda: (DRIVERS, "2") in verdicts(user))
            assert pair(user) == PAIRS[1]
            other.session.remove([other.on(STUDIES)])
        await user.until(lambda: len(user.quotes) == 2)
        await user.settle()
        await user.press("n")
        assert pair(user) == PAIRS[0], "the one that was skipped is all that is left"


async def test_a_click_on_the_legend_judges_and_a_click_in_the_text_leads_there(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R")
        await user.click("2 ◐ partly")
        assert verdicts(user) == {PAIRS[0]: "partly-supports"}
        assert pair(user) == PAIRS[1]
        await user.click("Nobody had counted")
        assert user.screen.key_context == "text"
        assert user.sentence.startswith("Nobody had counted")


async def test_a_claim_outside_the_sentences_is_judged_as_what_it_is(own_library: Path) -> None:
    shown = article(((HEADING, "Ostrel pays 91 cents [3]"), "It pays the drivers too [1]."), REFERENCES)
    async with reading(shown, own_library) as user:
        user.session.mark(place(shown, "Ostrel pays 91 cents [3]"))
        user.session.mark(place(shown, "It pays the drivers too [1]."))
        await user.press("R", "4", "1")
        given = {claim.selector.exact[:5]: claim.judgements[0] for claim in user.session.index.claims()}
        assert {words: (j.reference, j.verdict) for words, j in given.items()} == {
            "Ostre": ("3", "does-not-support"),
            "It pa": ("1", "supports"),
        }


async def test_nothing_in_a_claim_or_an_entry_reaches_the_terminal_as_more_than_text(own_library: Path) -> None:
    evil = "\x1b[31m[b]red[/b]\x07 ‮desrever"
    hostile = article(
        ((HEADING, "Hostile"), (BlockKind.PARAGRAPH, f"It says {evil} so [1].")), ((f"{evil} & Co", "2020", evil),)
    )
    for size in (WIDE, NARROW):
        async with reading(hostile, own_library, size) as user:
            await user.press(*([] if user.quotes else ["h"]), "R")
            assert "[b]red[/b]" in user.picture
            assert not any(sign in user.picture for sign in ("\x1b", "\x07", "\u202e"))


@pytest.mark.parametrize("size", [(20, 5), (40, 10), (200, 50), (110, 12)])
async def test_no_size_breaks_it(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press(*MARKS, "R", "1", "n", "j", "k", "N", "f", "escape", "7", "u", "?", "escape", "U")
        assert user.app.is_running
        assert verdicts(user)[PAIRS[0]] == "supports"


async def test_the_queue_waits_for_the_library(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "q")
    app = ReaderApp(BUSES, own_library, Settings(library=own_library, creator="tester"))
    try:
        async with app.run_test(size=WIDE) as pilot:
            user = User(app, pilot)
            user.send("R", "1")
            await user.until(lambda: user.desk.session is not None and verdicts(user))
            assert len(verdicts(user)) == 1
    finally:
        app.close_library()


async def test_two_sources_that_contradict_each_other_bring_the_third_forward(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", "n", "1")
        assert pair(user) == (STUDIES, "2")
        assert "no verdict yet" in user.card
        await user.press("5")
        assert pair(user) == (STUDIES, "3")
        assert "its sources disagree" in user.card
        assert "[1] ✓ supports" in user.card
        assert "[2] ≠ contradicts" in user.card


async def test_the_palette_offers_what_acts_in_the_queue(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(*MARKS, "R", ":")
        await user.type("mark or unmark")
        assert user.picture.index("Not now") < user.picture.index("Mark or unmark  in the text only")
        await user.press("enter")
        assert user.over == "PaletteScreen", "that would take the claim of the pair away"
        await user.press("escape", "escape")
        assert user.screen.key_context == "text", "one level back after the other: the palette, then the queue"


async def test_the_claim_of_the_pair_is_in_view_after_a_list_that_hid_the_text(own_library: Path) -> None:
    with elsewhere(LONG, own_library) as window:
        window.mark("It goes on with a figure of 74 that a source is named for [1].")
    async with reading(LONG, own_library, NARROW) as user:
        await user.press("G", "O", "R")
        assert user.screen.view.is_in_view(user.screen.view.cursor)
        assert user.sentence.startswith("It goes on with a figure of 74")


async def test_a_finding_of_a_list_that_hides_the_text_is_in_view_after_enter(own_library: Path) -> None:
    async with reading(LONG, own_library, NARROW) as user:
        await user.audited()
        await user.press("G", "A", "enter")
        await user.settle()
        assert user.desk.findings[0].where is not None
        assert user.screen.view.is_in_view(user.desk.findings[0].where)
