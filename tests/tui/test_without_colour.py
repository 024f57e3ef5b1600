"""Nothing is told by colour alone: with NO_COLOR, what is chosen, marked, found or current differs by sign or attribute."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from reader.tui.theme import TERMINAL_TITLE, look_by_title
from tests.tui.sources import CLOSEST, WINTER, read_source, supply
from tests.tui.test_library_screen import two_articles
from tests.tui.texts import BUSES
from tests.tui.user import User, reading


class Emphasis(NamedTuple):
    """What tells a text from others without colour: attributes, and the sign that stands before it in its row."""

    bold: bool
    italic: bool
    underline: bool
    reverse: bool
    sign: str


SIGNS = "▌▸▹❝◆●■▲★♦◉▼━✓◐↑✗≠?○◇◌!·"
"""The signs that tell what they stand before."""


def emphasis(user: User, text: str, nth: int = 0) -> Emphasis:
    """Return how a text on the screen is emphasized; it must have no colour at all."""
    x, y = user.cell(text, nth)
    strip = user.app.screen._compositor.render_strips()[y]
    at = 0
    for segment in strip:
        at += segment.cell_length
        if at > x and segment.style is not None:
            style = segment.style
            assert all(colour is None or colour.is_default for colour in (style.color, style.bgcolor)), style
            before = "".join(character for character in user.lines[y][: user.lines[y].index(text)][-4:] if character in SIGNS)
            return Emphasis(bool(style.bold), bool(style.italic), bool(style.underline), bool(style.reverse), before)
    raise AssertionError(f"{text!r} has no style")


async def assert_told(user: User, keys: Sequence[str], chosen: tuple[str, int], other: tuple[str, int]) -> None:
    """Press keys, and assert that one text differs from another by more than colour."""
    await user.press(*keys)
    assert emphasis(user, *chosen) != emphasis(user, *other), f"{chosen} looks like {other}\n{user.picture}"


READING = {
    "the current sentence": ((), ("Ostrel began", 0), ("Three studies", 0)),
    "a claim": (("j", "h", "j", "j"), ("412,000", 0), ("Most drivers", 0)),
    "a claim that is current": (("j", "h", "k", "h", "j"), ("412,000", 0), ("Ostrel began", 0)),
    "nothing to check": (("j", "x", "j", "j"), ("2021", 0), ("Most drivers", 0)),
    "the current tab": ((), ("References", 0), ("Claims", 0)),
    "the entry in hand": (("tab",), ("[1] The first", 0), ("[2] Who drives", 0)),
    "entries the sentence rests on": (("j",), ("[1] The first", 0), ("[2] Who drives", 0)),
    "a finding in hand": (("A", "j"), ("points nowhere", 0), ("never cited", 0)),
    "a heading in hand": (("g", "h", "j"), ("What it costs", 1), ("Night buses in Ostrel", 2)),
    "a hit": (("/", "d", "o", "g", "s", "enter"), ("dogs", 0), ("counted the", 0)),
    "the markers of a reference": (("j", "r"), ("[1][2]", 0), ("[2].", 0)),
    "a selection": (("v", "e"), ("Ostrel began", 0), ("to run", 0)),
    "a label to jump to": ((",",), ("strel began", 0), ("Ostrel T", 0)),
    "the tab of the help": (("?",), ("Text", 0), ("Card", 0)),
    "the row of the palette": ((":",), ("Go to the next sentence", 0), ("Go to the previous sentence", 0)),
    "the format of an export": (("E",), ("Markdown", 0), ("HTML report", 0)),
}


@pytest.mark.parametrize("case", READING)
async def test_an_article_needs_no_colour(own_library: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    keys, chosen, other = READING[case]
    async with reading(BUSES, own_library) as user:
        if case == "a finding in hand":
            await user.audited()
        await assert_told(user, keys, chosen, other)


async def test_a_source_needs_no_colour(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        assert "▸" in user.picture, "the passage in hand"
        await user.press("e")
        assert "❝" in user.picture, "what is kept as evidence"
        assert emphasis(user, CLOSEST[:20]) != emphasis(user, "Drivers slept badly")
        await user.press("1")
        assert "✓" in user.picture


def test_a_link_is_told_from_plain_text_in_the_colours_of_the_terminal() -> None:
    look = look_by_title(TERMINAL_TITLE)
    assert look.style("page", "text", "link").italic


async def test_the_library_needs_no_colour(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await two_articles(own_library)
    monkeypatch.setenv("NO_COLOR", "1")
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await assert_told(user, (), ("The long count", 0), ("Night buses in Ostrel", 0))
        await assert_told(user, (), ("opened", 0), ("decided", 0))
        await user.type("ostrel")
        assert emphasis(user, "Ostrel").underline
