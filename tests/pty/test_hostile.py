"""An article that is full of control sequences reaches the terminal as text, and as nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty.desk import CTRL_Q, PAGE_DOWN, SAMPLES, SECONDS, SEQUENCE, PtyDesk, mark, text_of, wait_until_read

HOSTILE = SAMPLES / "hostile.txt"
HARMLESS = SAMPLES / "harbour-heat-pump.txt"
_MOVING = re.compile(r"\x1b\[[0-9;:]*[mHABCDGd]")
_DIRECTION = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return all that is written while the article is read."""
    return _session(tmp_path_factory.mktemp("hostile"), HOSTILE)


def test_nothing_in_the_article_is_obeyed(written: str, tmp_path: Path) -> None:
    sent = set(SEQUENCE.findall(written))
    usual = set(SEQUENCE.findall(_session(tmp_path, HARMLESS)))
    # What the program does anyway, moves and colours may occur; every other sequence came from the article.
    assert {found for found in sent - usual if not _MOVING.fullmatch(found)} == set()
    carried = set(SEQUENCE.findall(HOSTILE.read_bytes().decode("utf-8"))) - usual
    assert len(carried) > 20
    assert carried & sent == set()


def test_no_control_character_reaches_the_terminal(written: str) -> None:
    rest = SEQUENCE.sub("", written)
    assert "what a page of text can do to a terminal" in rest
    assert set(_controls(rest)) == set()


def _controls(text: str) -> Iterator[str]:
    for character in set(text):
        if (unicodedata.category(character) == "Cc" and character not in "\r\n") or character in _DIRECTION:
            yield f"U+{ord(character):04X}"


def _session(home: Path, article: Path) -> str:
    """Page through an article and its lists, leave, and return all that was written."""
    desk = PtyDesk(home)
    terminal = desk.read(article)
    before = ""
    while before != (now := str(terminal.display)):
        before = now
        terminal.send(PAGE_DOWN)
        terminal.quiet(0.15)
    for key in ("gg", "h", "r", "gc", "gr", "A", CTRL_Q):
        terminal.send(key)
        terminal.quiet(0.05)
    assert terminal.wait_end(SECONDS) == 0
    desk.close()
    return text_of(terminal)


def test_bytes_that_are_no_text_do_not_end_the_keys(desk: PtyDesk) -> None:
    terminal = desk.open(SAMPLES / "urban-trees.txt")
    wait_until_read(terminal)
    terminal.send(b"\xff\xe9")
    mark(terminal)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0
    assert len(desk.annotations()) == 1
