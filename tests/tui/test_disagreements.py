"""Two readers of fifty pairs: their differences are settled by key, taken back, and counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.library import Library
from reader.review.disagreements import Comparison, compare_readers
from tests.tui.user import NARROW, WIDE, User, reading
from tests.unit.review_strategies import article, where

SENTENCES = [f"Boat {number} carried {number}0 people in June [1]." for number in range(1, 51)]
BOATS = article("The boats\n\n" + "\n\n".join(SENTENCES) + "\n\nReferences\n\n[1] Island Lines. (2024). Passengers by month.\n")
APART = {
    3: ("supports", "contradicts"),
    7: ("overstated", "partly-supports"),
    20: ("supports", "unclear"),
    41: ("unclear", "supports"),
}
MIRELA = {"creator": "Mirela"}


def judge(folder: Path, reader: str, number: int) -> None:
    """Mark every sentence as a reader and judge it, in a library of their own."""
    with Library.open(folder) as library:
        session, entry = library.session(BOATS, reader)
        session.listen(lambda change: library.save(entry.id, change))
        for index, sentence in enumerate(SENTENCES):
            verdict = APART[index][number] if index in APART else "supports"
            session.judge(session.mark(where(BOATS, sentence)), "1", verdict)


@pytest.fixture
def both(own_library: Path, tmp_path: Path) -> Path:
    """Return the folder of a library into which that of a second reader was merged."""
    judge(own_library, "Mirela", 0)
    judge(tmp_path / "jorun", "Jorun", 1)
    with Library.open(own_library) as library:
        library.merge(tmp_path / "jorun", "Mirela")
    return own_library


async def disagreements(user: User) -> None:
    """Go from the library to the disagreements, and wait until they are compared."""
    await user.until(lambda: " 1 article" in user.header and "Opening" not in user.footer)
    await user.press("tab", "g", "a")
    await user.until(lambda: user.over == "DisagreementsScreen" and "settled" in user.header)
    await user.settle()


def compared(folder: Path) -> Comparison:
    """Return what the library holds of both."""
    with Library.open(folder) as library:
        return compare_readers(library.peek(BOATS)[0].index, "Mirela", "Jorun")


@pytest.mark.slow
async def test_the_differences_of_fifty_pairs_are_settled_with_a_key_each(both: Path) -> None:
    async with reading(None, both, WIDE, others=MIRELA) as user:
        await disagreements(user)
        assert user.header.startswith(" Disagreements  with Jorun, 1 article")
        assert "0 of 4 settled" in user.header
        assert "46 of 50 pairs alike" in user.picture
        assert "Boat 4 carried" in user.lines[1], "the furthest apart comes first"
        assert user.picture.index("✓ supports") < user.picture.index("≠ contradicts"), "yours is on the left"
        await user.press("l")
        assert "Jorun's taken · u takes it back" in user.footer
        presses = ["l", "h", "b", "3"]
        await user.press(*presses[1:])
        assert "4 of 4 settled" in user.header
        assert len(presses) == len(APART), "one key for each difference of the fifty pairs, and none to go on"
        await user.saved()
    settled = {pair.first.annotation.selector.exact: pair for pair in compared(both).disagreements}
    results = [
        (pair.settlement.outcome, pair.settlement.reader, pair.settlement.by, pair.first.annotation.verdict_on("1"))
        for number in sorted(APART)
        if (pair := settled[SENTENCES[number]]).settlement is not None
    ]
    assert results[0] == ("taken", "Jorun", "Mirela", "contradicts")
    assert sorted(result[0] for result in results) == ["another", "both", "taken", "taken"]
    assert len(settled) == 4, "what each had said before is still there"


@pytest.mark.slow
async def test_undo_takes_back_what_was_settled_and_a_note_is_kept(both: Path) -> None:
    async with reading(None, both, WIDE, others=MIRELA) as user:
        await disagreements(user)
        await user.press("a")
        await user.type("Which June?")
        await user.press("enter")
        assert "0 of 4 settled" in user.header
        assert "Note kept" in user.footer
        await user.press("d")
        assert "To discuss" in user.footer
        await user.press("k", "k", "k", "l")
        assert "1 of 4 settled" in user.header
        await user.press("u")
        assert "0 of 4 settled" in user.header
        await user.press("u", "u", "u")
        assert "Nothing was settled here" in user.footer
        await user.saved()
    assert all(pair.latest_settlement is None for pair in compared(both).disagreements)


async def test_a_tiny_window_shows_both_verdicts_above_the_keys_that_take_them(both: Path) -> None:
    async with reading(None, both, (60, 18), others=MIRELA) as user:
        await disagreements(user)
        assert "✓ supports" in user.picture
        assert "≠ contradicts" in user.picture
        assert "take yours" in user.picture
        assert "take Jorun's" in user.picture


async def test_what_another_window_settles_is_settled_here(both: Path) -> None:
    async with reading(None, both, NARROW, others=MIRELA) as user:
        await disagreements(user)
        assert "0 of 4 settled · 46 of 50 alike" in user.picture
        with Library.open(both) as other:
            session, entry = other.session(BOATS, "Jorun")
            session.listen(lambda change: other.save(entry.id, change))
            session.settle(compare_readers(session.index, "Mirela", "Jorun").disagreements[0], "both")
        await user.until(lambda: "1 of 4 settled" in user.header)
        await user.press("j", "j", "j")
        assert "both stand" in user.picture
        assert "by Jorun" in user.picture


@pytest.mark.slow
async def test_the_claim_and_the_keys_are_a_key_away_and_escape_comes_back(both: Path) -> None:
    async with reading(None, both, WIDE, others=MIRELA) as user:
        await disagreements(user)
        await user.press("o")
        await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)
        await user.settle()
        assert user.sentence == SENTENCES[3]
        await user.press("escape")
        await user.until(lambda: user.over == "DisagreementsScreen")
        await user.press("?")
        await user.until(lambda: "in the disagreements" in user.picture)
        await user.press("escape", "escape")
        assert user.over == "LibraryScreen"


@pytest.mark.slow
async def test_keys_typed_at_once_do_what_they_do_one_by_one(both: Path) -> None:
    async with reading(None, both, WIDE, others=MIRELA) as user:
        await user.until(lambda: " 1 article" in user.header and "Opening" not in user.footer)
        await user.press("tab", "g", "a", "l", "h", "b", "3")
        await user.until(lambda: user.over == "DisagreementsScreen" and "4 of 4 settled" in user.header)
        await user.saved()
    verdicts = [pair.first.annotation.verdict_on("1") for pair in compared(both).disagreements]
    assert verdicts[0] == "contradicts"


@pytest.mark.slow
async def test_the_next_open_difference_comes_up_and_a_key_too_many_settles_no_other(both: Path) -> None:
    async with reading(None, both, WIDE, others=MIRELA) as user:
        await disagreements(user)
        await user.press("l", "l", "j", "b")
        assert "3 of 4 settled" in user.header
        assert "both stand" in user.lines[-12:][0] or "another verdict" in user.picture, "the skipped one is in hand"
        await user.press("l")
        assert "4 of 4 settled" in user.header
        last = user.lines[1]
        await user.press("l")
        assert user.lines[1] == last
        await user.saved()
    outcomes = [pair.settlement.outcome for pair in compared(both).disagreements if pair.settlement is not None]
    assert sorted(outcomes) == ["both", "taken", "taken", "taken"]


@pytest.mark.slow
async def test_undo_takes_back_what_was_settled_before_the_article_was_looked_at(both: Path) -> None:
    async with reading(None, both, WIDE, others=MIRELA) as user:
        await disagreements(user)
        first = user.lines[1]
        await user.press("l")
        await user.press("o")
        await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)
        await user.settle()
        await user.press("escape", "u")
        await user.until(lambda: user.over == "DisagreementsScreen" and "0 of 4 settled" in user.header)
        assert "Undone: settle [1]" in user.footer
        assert user.lines[1] == first, "what was taken back is in hand"
        await user.saved()
    assert all(pair.latest_settlement is None for pair in compared(both).disagreements)


async def test_an_open_article_leads_to_its_differences_and_takes_what_is_settled_there(both: Path) -> None:
    async with reading(BOATS, both, WIDE, others=MIRELA) as user:
        await user.press("g", "D", "l")
        await user.until(lambda: user.over == "DisagreementsScreen" and "1 of 4 settled" in user.header)
        await user.press("escape")
        await user.until(lambda: user.over == "ReadingScreen")
        claims = {claim.selector.exact: claim for claim in user.desk.session.index.claims()} if user.desk.session else {}
        assert SENTENCES[3] in claims
        await user.press("g", "D", "o")
        await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)
        await user.saved()


async def test_without_a_second_reader_it_says_so(own_library: Path) -> None:
    judge(own_library, "Mirela", 0)
    async with reading(None, own_library, WIDE, others=MIRELA) as user:
        await user.until(lambda: " 1 article" in user.header and "Opening" not in user.footer)
        await user.press("tab", "g", "a")
        await user.until(lambda: "Only “Mirela” has given verdicts here" in user.picture)
        assert "reader merge" in user.picture
        await user.press("l", "u", "escape")
        assert user.over == "LibraryScreen"
