"""Keys in any order in the queue, the source screen and the menus: a digit judges what is shown, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from reader.review.model import Annotation, Change
from reader.review.session import ReviewSession
from reader.tui.action import CARD, LETTER, LIST, QUOTE, REVIEW, SELECT, SOURCE, TEXT
from reader.tui.actions import ACTIONS
from reader.tui.reading.screen import ReadingScreen
from reader.tui.source.screen import SourceScreen
from reader.tui.text_screen import TextScreen
from tests.tui.sources import HERONS, WINTER, supply
from tests.tui.texts import BUSES
from tests.tui.user import TICK, User, Window, elsewhere, reading, stored

SIZES = [(80, 24), (120, 36), (60, 15)]
AWAY = ("library", "quit", "source-quit", "export", "save-as", "fetch-sources", "check-records", "palette")
"""What leads out of the review, or writes where the tests have no business."""
KEYS = {
    context: [
        keys.split(" ")
        for action in ACTIONS
        if context in action.contexts and action.id not in AWAY
        for keys in (*action.keys, *action.plain)
        if LETTER not in keys
    ]
    for context in (TEXT, CARD, LIST, REVIEW, SOURCE, QUOTE, SELECT)
}
LEADING = [[key] for key in "RRsss1122347ewi+-nhuAOU]c"]
"""Keys that lead deeper in: pressed more often than others."""
ON_MENUS = [*"0123456789ax#", "enter", "enter", "escape", "down", "up"]

Pair = tuple[str, str]


def source_screen(user: User) -> Pair | None:
    """Return the pair that is shown to the person: its claim and its reference."""
    top = user.app.screen
    if isinstance(top, SourceScreen):
        return top.pair.claim, top.pair.reference.id
    desk = user.desk
    return (desk.annotation.id, desk.current_reference()) if desk.annotation is not None else None


def judged(change: Change) -> Iterator[Pair]:
    """Yield the pairs whose verdicts a change gave, changed, or took away."""
    for edit in change.edits:
        before, after = edit.before, edit.after
        if isinstance(after, Annotation) and isinstance(before, Annotation):
            references = {judgement.reference for judgement in (*before.judgements, *after.judgements)}
            yield from ((after.id, r) for r in references if before.verdict_on(r) != after.verdict_on(r))


def keys_for(user: User, chance: random.Random) -> list[str]:
    """Return what to press next: mostly what acts where one is."""
    top = user.app.screen
    if not isinstance(top, TextScreen) or top.is_typing:
        return [chance.choice(ON_MENUS)]
    if chance.random() < 0.45:
        return chance.choice(LEADING)
    return chance.choice(KEYS.get(top.key_context, KEYS[TEXT]))


def meddle(window: Window, chance: random.Random) -> None:
    """Do something in the other window."""
    session = window.session
    claims = [claim for claim in session.index.claims() if session.index.place(claim) is not None]
    if not claims:
        return
    claim, kind = chance.choice(claims), chance.random()
    rests_on = session.index.status(claim).rests_on
    if kind < 0.2:
        session.remove([claim])
    elif rests_on and kind < 0.5:
        session.unlink(claim, chance.choice(rests_on), "")
    elif rests_on:
        session.judge(claim, chance.choice(rests_on), chance.choice(["supports", "contradicts"]))


@pytest.mark.parametrize(
    ("seed", "alone"), [(0, False), *(pytest.param(seed, seed % 2 == 1, marks=pytest.mark.slow) for seed in range(1, 8))]
)
async def test_a_digit_judges_the_pair_shown_whatever_was_pressed_before(own_library: Path, seed: int, alone: bool) -> None:
    chance = random.Random(seed)
    for reference, text in (("1", WINTER), ("2", HERONS)):
        supply(own_library, text, reference)
    told: list[Change] = []
    known: ReviewSession | None = None
    with ExitStack() as stack:
        async with reading(BUSES, own_library, chance.choice(SIZES)) as user:
            await user.press("j", "h", "}", "h", "j", "h")
            await user.saved()
            window = None if alone else stack.enter_context(elsewhere(BUSES, own_library))
            for _ in range(120):
                if known is not user.session:
                    known = user.session
                    known.listen(told.append)
                if chance.random() < 0.03:
                    await user.pilot.resize_terminal(*chance.choice(SIZES))
                    await user.settle()
                deep = isinstance(user.app.screen, SourceScreen)
                if window is not None and chance.random() < (0.5 if deep else 0.1):
                    meddle(window, chance)
                    window.save()
                    await user.pilot.pause(TICK)
                where, acts = user.app.screen, keys_for(user, chance)
                pair = source_screen(user) if isinstance(where, TextScreen) and not where.is_typing else None
                told.clear()
                await user.press(*acts)
                await user.until(lambda: not user.app.keys_must_wait())
                assert user.app.is_running, (where, acts, user.app.crash)
                if pair is not None and acts[0] in "12345670" and len(acts) == 1:
                    assert {one for change in told for one in judged(change)} <= {pair}
            for _ in range(8):
                await user.press("escape")
            assert isinstance(user.app.screen, ReadingScreen), "Escape leads back to the text"
            assert user.screen.key_context in (TEXT, LIST)
            held = {
                one.id: {j.reference: j.verdict for j in one.judgements if j.verdict} for one in user.session.index.claims()
            }
            await user.saved()
    if alone:
        records = {record["id"]: record for record in stored(own_library, "annotations")}
        assert {id: {j["reference"]: j["verdict"] for j in records[id]["judgements"] if j["verdict"]} for id in held} == held
