"""Moving by sentence, paragraph, page and claim; bookmarks; back and forward."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.hand import NARROW, WIDE, reading
from tests.tui.texts import BUSES, LONG

FIRST = "Ostrel began to run buses"


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
async def test_the_cursor_goes_by_sentence(own_library: Path, down: str, up: str) -> None:
    async with reading(BUSES, own_library) as hand:
        assert hand.sentence.startswith(FIRST)
        await hand.press(down)
        assert hand.sentence.startswith("The first winter")
        await hand.press(down, down)
        assert hand.sentence.startswith("Three studies")
        await hand.press(up)
        assert hand.sentence == "Nobody had counted the dogs."
