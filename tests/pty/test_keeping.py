"""What was marked is in the library's file, however the program ends."""

from __future__ import annotations

import signal

import pytest
from tinydb import TinyDB

from tests.pty.desk import DOWN, SAMPLES, SECONDS, PtyDesk, assert_restored, mark

ARTICLE = SAMPLES / "urban-trees.txt"


def test_a_claim_marked_before_leaving_is_read_by_plain_tinydb(desk: PtyDesk) -> None:
    terminal = desk.read(ARTICLE)
    terminal.send(f"{DOWN}{DOWN}hq")
    assert terminal.wait_end(SECONDS) == 0
    (quote,) = desk.quotes()
    assert quote in ARTICLE.read_text(encoding="utf-8")
    assert desk.annotations()[0]["kind"] == "claim"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_what_was_said_to_be_saved_outlives_a_signal_and_can_be_undone_tomorrow(desk: PtyDesk, number: signal.Signals) -> None:
    terminal = desk.read(ARTICLE)
    mark(terminal)
    terminal.signal(number)
    assert terminal.wait_end(SECONDS) != 0
    (quote,) = desk.quotes()
    again = desk.read(ARTICLE)
    again.wait(lambda: "1 claim " in again.display.lines[0], "the claim in the header", SECONDS)
    again.send("u")
    again.wait(lambda: "Undone: mark claim" in again.display.lines[-1], "an answer", SECONDS)
    again.send("u")
    again.wait(lambda: "Nothing to undo" in again.display.lines[-1], "an answer", SECONDS)
    again.send("\x12q")
    assert again.wait_end(SECONDS) == 0
    with TinyDB(desk.library / "library.json") as plain:
        assert [record["selector"]["exact"] for record in plain.table("annotations")] == [quote]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_note_that_is_half_typed_when_the_terminal_closes_is_offered_again(desk: PtyDesk, number: signal.Signals) -> None:
    terminal = desk.read(ARTICLE)
    mark(terminal)
    terminal.send("awho counted")
    terminal.wait(lambda: any("who counted" in row for row in terminal.display.lines), "the note", SECONDS)
    terminal.signal(number)
    assert terminal.wait_end(SECONDS) != 0
    again = desk.read(ARTICLE)
    again.send("a")
    again.wait(lambda: any("Typed before and not kept" in row for row in again.display.lines), "the draft", SECONDS)
    again.send("\r")
    again.wait(lambda: "saved ✓" in again.display.lines[-1], "the note to be saved", SECONDS)
    again.send("q")
    assert again.wait_end(SECONDS) == 0
    assert desk.annotations()[0]["note"] == "who counted"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_to_end_gives_the_terminal_back_and_is_told_by_the_exit_code(desk: PtyDesk, number: signal.Signals) -> None:
    terminal = desk.read(ARTICLE)
    terminal.signal(number)
    assert terminal.wait_end(SECONDS) == 128 + number
    assert_restored(terminal)
