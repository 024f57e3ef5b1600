"""The text as it was annotated, beside the text as it is now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import rmtree

import pytest

from tests.tui.changed import BEGINNING, CARRIES, CATS, COSTS, DOGS, MAYOR, NEW, OLD, SIZES, mark_the_old, reopened
from tests.tui.hand import WIDE, Hand, reading
from tests.tui.texts import HEADING, REFERENCES, article


@asynccontextmanager
async def as_it_was(folder: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[Hand]:
    """Open the new text on the claim that changed, and look at the old text from there."""
    async with reopened(folder, size) as hand:
        await hand.press("F", "D")
        await hand.until(lambda: hand.over == "EditionScreen")
        await hand.settle()
        yield hand


@SIZES
async def test_the_text_as_it_was_is_shown_on_the_same_sentence(own_library: Path, size: tuple[int, int]) -> None:
    async with as_it_was(own_library, size) as hand:
        assert "As it was on 20" in hand.header
        assert "edition 1 of 2 · read-only" in hand.header
        assert "2 changed, 1 new" in hand.header
        assert DOGS[:20] in hand.picture
        assert CATS[:20] not in hand.picture
        below = "\n".join(hand.lines[-6:])
        assert "was   The first winter brought 412,000" in below
        assert "now   The first winter brought 389,000" in below


async def test_what_changed_is_marked_and_stepped_through(own_library: Path) -> None:
    async with as_it_was(own_library) as hand:
        assert [line.strip()[0] for line in hand.lines[1:-6] if line.strip()[:1] in ("~", "−")] == ["~", "−"]
        for words, underlined in (("412,000", True), ("dogs", True), ("spring of 2021", False)):
            assert bool(hand.app.screen.get_style_at(*hand.cell(words)).underline) is underlined, words
        await hand.press("]")
        assert "This sentence was removed" in hand.picture
        await hand.press("]")
        assert "This is the last change" in hand.footer
        await hand.press("[", "k")
        assert "This sentence did not change" in hand.picture


@SIZES
async def test_the_current_text_is_shown_too_with_the_same_changes_marked(own_library: Path, size: tuple[int, int]) -> None:
    async with as_it_was(own_library, size) as hand:
        await hand.press("tab")
        assert "As it is now · since edition 1 of 2 · read-only" in hand.header
        assert DOGS[:20] not in hand.picture
        assert [line.strip()[0] for line in hand.lines[1:-6] if line.strip()[:1] in ("~", "+")] == ["~", "+"]
        assert "now   The first winter brought 389,000" in "\n".join(hand.lines[-6:])
        await hand.press("]")
        assert "This sentence is new" in hand.picture
        await hand.press("tab", "tab", "escape")
        assert hand.over == "ReadingScreen"
        assert hand.sentence == CARRIES


async def test_each_of_several_editions_can_be_compared(own_library: Path) -> None:
    between = article(
        ((HEADING, "Night buses in Ostrel"), f"{BEGINNING} {CARRIES} {DOGS}", f"{COSTS} {MAYOR}"),
        REFERENCES,
        source="buses.txt",
    )
    await mark_the_old(own_library)
    async with reading(between, own_library) as hand:
        await hand.saved()
    async with reading(NEW, own_library) as hand:
        await hand.press("j", "D")
        await hand.until(lambda: "edition 1 of 3" in hand.header)
        assert "412,000" in hand.picture
        await hand.press("left")
        assert "No older edition" in hand.footer
        await hand.press("right")
        await hand.until(lambda: "edition 2 of 3" in hand.header)
        assert "412,000" not in hand.picture
        assert DOGS[:20] in hand.picture
        await hand.press("right")
        assert "No newer edition" in hand.footer
        await hand.press("h")
        await hand.until(lambda: "edition 1 of 3" in hand.header)
        await hand.press("escape")
        assert hand.sentence == CARRIES


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [(("escape",), CARRIES), (("D",), CARRIES), (("]", "j", "D"), COSTS), (("]", "q"), CARRIES), (("k", "escape"), BEGINNING)],
)
async def test_the_way_back_leads_to_what_the_sentence_is_now(own_library: Path, keys: tuple[str, ...], sentence: str) -> None:
    async with as_it_was(own_library) as hand:
        await hand.press(*keys)
        assert hand.over == "ReadingScreen"
        assert hand.sentence == sentence


async def test_the_old_text_is_read_only(own_library: Path) -> None:
    async with as_it_was(own_library) as hand:
        before = [*hand.session.index.annotations(), *hand.session.index.orphans()]
        await hand.press("x")
        assert "x: this text is read-only; D goes back" in hand.footer
        await hand.press("?")
        assert "In the text as you annotated it" in hand.picture
        await hand.press("escape", "escape")
        assert [*hand.session.index.annotations(), *hand.session.index.orphans()] == before


async def test_a_text_that_was_not_kept_is_told(own_library: Path) -> None:
    await mark_the_old(own_library)
    rmtree(own_library / "snapshots")
    async with reading(NEW, own_library) as hand:
        await hand.press("D")
        await hand.until(lambda: "Opening" not in hand.footer)
        assert hand.over == "ReadingScreen"
        assert "The library has no text" in hand.footer


async def test_an_article_with_one_text_has_none_before(own_library: Path) -> None:
    async with reading(OLD, own_library) as hand:
        await hand.press("D")
        assert "The text has not changed since it was first opened" in hand.footer
