"""The text as it was annotated, beside the text as it is now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import rmtree

import pytest

from tests.tui.new_edition import (
    BEGINNING,
    CARRIES,
    CATS,
    COSTS,
    DOGS,
    MAYOR,
    NEW,
    OLD,
    SIZES,
    mark_old_edition,
    open_new_edition,
)
from tests.tui.texts import HEADING, REFERENCES, article
from tests.tui.user import WIDE, User, reading


@asynccontextmanager
async def as_it_was(folder: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[User]:
    """Open the new text on the claim that changed, and look at the old text from there."""
    async with open_new_edition(folder, size) as user:
        await user.press("F", "D")
        await user.until(lambda: user.over == "EditionScreen")
        await user.settle()
        yield user


@SIZES
async def test_the_text_as_it_was_is_shown_on_the_same_sentence(own_library: Path, size: tuple[int, int]) -> None:
    async with as_it_was(own_library, size) as user:
        assert "As it was on 20" in user.header
        assert "edition 1 of 2 · read-only" in user.header
        assert "2 changed, 1 new" in user.header
        assert DOGS[:20] in user.picture
        assert CATS[:20] not in user.picture
        below = "\n".join(user.lines[-6:])
        assert "was   The first winter brought 412,000" in below
        assert "now   The first winter brought 389,000" in below


async def test_what_changed_is_marked_and_stepped_through(own_library: Path) -> None:
    async with as_it_was(own_library) as user:
        assert [line.strip()[0] for line in user.lines[1:-6] if line.strip()[:1] in ("~", "−")] == ["~", "−"]
        for words, underlined in (("412,000", True), ("dogs", True), ("spring of", False)):
            assert bool(user.app.screen.get_style_at(*user.cell(words)).underline) is underlined, words
        await user.press("]")
        assert "This sentence was removed" in user.picture
        await user.press("]")
        assert "This is the last change" in user.footer
        await user.press("[", "k")
        assert "This sentence did not change" in user.picture


@SIZES
async def test_the_current_text_is_shown_too_with_the_same_changes_marked(own_library: Path, size: tuple[int, int]) -> None:
    async with as_it_was(own_library, size) as user:
        assert "Tab other text" in user.footer
        await user.press("tab")
        assert "As it is now · since edition 1 of 2 · read-only" in user.header
        assert DOGS[:20] not in user.picture
        assert [line.strip()[0] for line in user.lines[1:-6] if line.strip()[:1] in ("~", "+")] == ["~", "+"]
        assert "now   The first winter brought 389,000" in "\n".join(user.lines[-6:])
        await user.press("]")
        assert "This sentence is new" in user.picture
        await user.press("tab", "tab", "escape")
        assert user.over == "ReadingScreen"
        assert user.sentence == CARRIES


async def test_each_of_several_editions_can_be_compared(own_library: Path) -> None:
    between = article(
        ((HEADING, "Night buses in Ostrel"), f"{BEGINNING} {CARRIES} {DOGS}", f"{COSTS} {MAYOR}"),
        REFERENCES,
        source="buses.txt",
    )
    await mark_old_edition(own_library)
    async with reading(between, own_library) as user:
        await user.saved()
    async with reading(NEW, own_library) as user:
        await user.press("j", "D")
        await user.until(lambda: "edition 1 of 3" in user.header)
        assert "412,000" in user.picture
        await user.press("left")
        assert "This is the oldest edition" in user.footer
        await user.press("right")
        await user.until(lambda: "edition 2 of 3" in user.header)
        assert "412,000" not in user.picture
        assert DOGS[:20] in user.picture
        await user.press("right")
        assert "This is the newest edition" in user.footer
        await user.press("h")
        await user.until(lambda: "edition 1 of 3" in user.header)
        await user.press("escape")
        assert user.sentence == CARRIES


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [(("escape",), CARRIES), (("D",), CARRIES), (("]", "j", "D"), COSTS), (("]", "q"), CARRIES), (("k", "escape"), BEGINNING)],
)
async def test_the_way_back_leads_to_what_the_sentence_is_now(own_library: Path, keys: tuple[str, ...], sentence: str) -> None:
    async with as_it_was(own_library) as user:
        await user.press(*keys)
        assert user.over == "ReadingScreen"
        assert user.sentence == sentence


async def test_the_old_text_is_read_only(own_library: Path) -> None:
    async with as_it_was(own_library) as user:
        before = [*user.session.index.annotations(), *user.session.index.orphans()]
        await user.press("x")
        assert "x: this text is read-only; D goes back" in user.footer
        await user.press("?")
        assert "Next or previous change" in user.picture
        await user.press("escape", "escape")
        assert [*user.session.index.annotations(), *user.session.index.orphans()] == before


async def test_a_text_that_was_not_kept_is_told(own_library: Path) -> None:
    await mark_old_edition(own_library)
    rmtree(own_library / "snapshots")
    async with reading(NEW, own_library) as user:
        await user.press("D")
        await user.until(lambda: "Opening" not in user.footer)
        assert user.over == "ReadingScreen"
        assert "The library has no text" in user.footer


async def test_an_article_with_one_text_has_none_before(own_library: Path) -> None:
    async with reading(OLD, own_library) as user:
        await user.press("D")
        assert "The text has not changed since it was first opened" in user.footer
