"""The tutorial and the first minute of the README, typed on the sample: each step does what the pages say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reader.tui.reading.screen import ReadingScreen
from tests.tui.sources import is_searched
from tests.tui.user import reading

PROJECT = Path(__file__).parents[2]
PAGES = (PROJECT / "docs" / "tutorial.md", PROJECT / "README.md")


@pytest.mark.slow
async def test_the_first_article(own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    typed: set[str] = set()

    async with reading(None, own_library) as user:

        async def press(*keys: str) -> None:
            typed.update(keys)
            await user.press(*keys)

        await user.until(lambda: "open a sample" in user.picture)
        await press("enter")
        await user.until(lambda: isinstance(user.app.screen, ReadingScreen) and user.desk.session is not None)
        await user.until(lambda: user.desk.sentence_count >= 0)

        while "[1]" not in user.sentence:
            await press("j")
        first = user.sentence
        for _ in range(3):
            await press("h", "j")
        await press("x", "j", "z")
        assert "5 of 37 sentences decided" in user.header

        while user.sentence != first:
            await press("k")
        await press("s")
        await user.until(lambda: is_searched(user))
        await press("]", "[", "e", "1")
        await user.settle()
        assert list(user.verdicts().values()) == ["supports"]

        await press("t", *"heat", "enter")
        assert user.annotation.tags == ("heat",)
        await press("a", *"why", "enter")
        assert user.annotation.note == "why"
        await press("u", "c")
        assert user.annotation.note == ""
        await press("R")
        assert "open" in user.picture
        await press("escape", "A")
        await user.audited()
        assert "never cited" in user.list
        await press("O")
        assert "sentences" in user.list

        await press("E", "h", "enter")
        await user.until(lambda: any(tmp_path.glob("*.html")))
        await user.settle()
        await user.saved()

    named = {key.lower() for page in PAGES for key in re.findall(r"`(\S|Enter)`", page.read_text(encoding="utf-8"))}
    assert named - {key.lower() for key in typed} <= {"↓", "?", ":", *"234567iq"}
