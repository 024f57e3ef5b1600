"""The library in numbers, on its screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.cli import run
from tests.tui.user import NARROW, WIDE, reading

TEXT = "# Ferry\n\nIt carried 41,000 people [1]. It sails at noon.\n\n## References\n\n1. Port. (2025). Tides of May.\n"


@pytest.mark.parametrize("size", [WIDE, NARROW, (40, 12)])
async def test_the_screen_shows_what_was_done_and_goes_back(
    own_library: Path, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ferry.md").write_text(TEXT, encoding="utf-8")
    assert run(["annotate", "ferry.md", "--quote", "It carried", "--verdict", "1=overstated"]) == 0
    async with reading(None, own_library, size) as user:
        await user.until(lambda: "Ferry" in user.picture)
        await user.press("tab", "g", "s")
        await user.until(lambda: user.over == "StatisticsScreen" and "judgements" in user.picture)
        assert "↑ overstated" in user.picture
        if size != (40, 12):
            assert "1 of 2 sentences decided" in user.header
            assert "1 marked  1 judged" in user.picture
            assert "Tides of May" in user.picture
        await user.press("j", "k", "escape")
        await user.until(lambda: user.over == "LibraryScreen")


async def test_a_library_without_articles_says_so_instead_of_failing(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "open a sample" in user.picture)
        await user.press("tab", "g", "s")
        await user.until(lambda: "None yet" in user.picture)
        assert "0 of 0 articles complete" in user.header
