"""Keys, clicks and sizes in any order: nothing crashes, nothing strands the person, the disk holds what the session holds."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.review.vocabulary import NOISE_KINDS
from reader.settings import Settings
from reader.tui.action import LETTER
from reader.tui.actions import ACTIONS
from tests.tui.texts import BUSES, HEADING, LONG, article
from tests.tui.user import User, reading, stored

LEAVE = ("q", "ctrl+q")
STEPS = [step for action in ACTIONS for keys in (*action.keys, *action.plain) for step in keys.split(" ")]
KEYS = [step for step in STEPS if step not in (LETTER, *LEAVE)] + [*"abc[/]", "escape", "escape", "escape", "enter"]
SIZES = [(80, 24), (120, 36), (60, 15), (30, 8)]
NOWHERE = {name: "http://127.0.0.1:1" for name in Settings._fields if name.endswith("_address")}
"""Registries that nobody reaches, as the keys that ask them may be among those that are pressed."""
ARTICLES = {
    "buses": BUSES,
    "long": LONG,
    "empty": Article("", "", ()),
    "headings only": article(((HEADING, "Only a heading"),)),
    "odd": article(("夜間バスは走る。とても寒い。", "👩‍🚒🇩🇪 e\u0301\u0301 \x1b[2J \u202e", "שלום עולם. זה טקסט ארוך.")),
}


async def act(user: User, chance: random.Random) -> None:
    """Do something: press a key most of the time, else click, drag, or resize."""
    kind = chance.random()
    width, height = user.app.size
    spot = (chance.randrange(width), chance.randrange(height))
    if kind < 0.86:
        await user.press(chance.choice(KEYS))
    elif kind < 0.94:
        await user.click_at(spot, times=chance.choice([1, 2, 3]))
    elif kind < 0.97:
        await user.drag(spot, (chance.randrange(width), chance.randrange(height)))
    else:
        await user.pilot.resize_terminal(*chance.choice(SIZES))
        await user.settle()


@pytest.mark.slow
@pytest.mark.parametrize("name", ARTICLES)
async def test_no_order_of_keys_clicks_and_sizes_crashes_strands_or_loses(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    chance = random.Random(name)
    async with reading(ARTICLES[name], own_library, others=NOWHERE) as user:
        for _ in range(50):
            await act(user, chance)
            if not user.app.is_running:
                break
        held = {annotation.id: annotation.kind for annotation in user.session.index.annotations()}
        if user.app.is_running:
            await user.press(*["escape"] * 6)
            if user.app.is_running and user.over == "ReadingScreen":
                await user.press("?")
                assert user.over == "HelpScreen", "after enough Escape the keys are those of the text again"
    records = stored(user.app.new_folder or own_library, "annotations")
    assert {record["id"]: record["kind"] for record in records if record["kind"] not in NOISE_KINDS} == held
