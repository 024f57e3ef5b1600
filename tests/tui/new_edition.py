"""An article whose text changed after three claims on it were marked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.tui.files_kept import keep_files, put_back
from tests.tui.texts import HEADING, REFERENCES, article
from tests.tui.user import NARROW, WIDE, User, reading

BEGINNING = "Ostrel began to run buses through the night in the spring of 2021."
CARRIED = "The first winter brought 412,000 passengers, twice what the council had planned for [1]."
CARRIES = "The first winter brought 389,000 passengers, twice what the council had planned for [1]."
DOGS = "Nobody had counted the dogs that travelled without a ticket."
CATS = "The town began to count cats in the spring."
COSTS = "A night bus costs the town 91 cents a kilometre [3]."
MAYOR = "That is less than a street lamp, the mayor likes to say."

OLD = article(
    ((HEADING, "Night buses in Ostrel"), f"{BEGINNING} {CARRIED} {DOGS}", (HEADING, "What it costs"), f"{COSTS} {MAYOR}"),
    REFERENCES,
    source="buses.txt",
)
NEW = article(
    ((HEADING, "Night buses in Ostrel"), f"{BEGINNING} {CARRIES}", (HEADING, "What it costs"), f"{CATS} {COSTS} {MAYOR}"),
    REFERENCES,
    source="buses.txt",
)
"""The same article later: a number is another one, a sentence is gone, one is new."""

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


async def mark_old_edition(folder: Path) -> None:
    """Mark three claims on the old text: one that will stay, one whose number will change, one that will be gone."""
    if not put_back("three claims", folder):
        await _mark(folder)
        keep_files("three claims", folder)


async def _mark(folder: Path) -> None:
    async with reading(OLD, folder) as user:
        await user.press("h", "j", "h", "1", "j", "h", "a")
        await user.type("ask the vet")
        await user.press("ctrl+s", "t")
        await user.type("dogs")
        await user.press("enter", "g", "g")
        await user.saved()


@asynccontextmanager
async def open_new_edition(folder: Path, size: tuple[int, int] = WIDE) -> AsyncIterator[User]:
    """Open the new text of the article that was marked."""
    await mark_old_edition(folder)
    async with reading(NEW, folder, size) as user:
        yield user
