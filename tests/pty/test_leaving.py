"""Starting on an article, and leaving: by both keys, and by a fault of the program's own."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time

import pytest

from benchmarks.faults.screen import LEAVING_SECONDS
from reader.library.folder import Lock
from tests.pty.desk import (
    CTRL_Q,
    READER,
    SAMPLES,
    SECONDS,
    PtyDesk,
    after_the_screen,
    assert_restored,
    end_from_outside,
    mark,
    text_of,
    wait_until_read,
)

ARTICLE = SAMPLES / "harbour-heat-pump.txt"


@pytest.mark.parametrize("key", ["q", CTRL_Q], ids=["q", "ctrl+q"])
def test_it_shows_the_article_and_leaves_the_terminal_as_it_was(desk: PtyDesk, key: str) -> None:
    terminal = desk.open(ARTICLE)
    terminal.wait_for("The old ice works on Quay Street used to keep herring cold.", SECONDS)
    terminal.send(key)
    assert terminal.wait_end(SECONDS) == 0
    assert_restored(terminal)
    assert after_the_screen(terminal) == ""


def test_a_key_pressed_before_the_library_is_open_counts(desk: PtyDesk) -> None:
    terminal = desk.open(ARTICLE)
    terminal.wait(lambda: "\x1b[?1049h" in text_of(terminal), "the screen", SECONDS)
    terminal.send("hq")
    assert terminal.wait_end(SECONDS) == 0
    assert len(desk.annotations()) == 1


def test_a_fault_of_its_own_ends_it_in_order(desk: PtyDesk) -> None:
    terminal = desk.run([sys.executable, "-m", "tests.pty.faulty", "open", str(ARTICLE)])
    wait_until_read(terminal)
    mark(terminal)
    terminal.send("?")
    assert terminal.wait_end(SECONDS) == 1
    assert_restored(terminal)
    said = after_the_screen(terminal)
    assert "an egg was in the works" in said
    assert "Traceback" not in text_of(terminal)
    assert len(said.splitlines()) <= 4
    assert len(desk.annotations()) == 1
    reports = [path for path in desk.home.rglob("crash-*.txt") if "Traceback" in path.read_text(encoding="utf-8")]
    assert len(reports) == 1


@pytest.mark.parametrize("end", ["signal", "hangup"])
def test_an_end_from_outside_waits_for_no_thread_that_still_reads(desk: PtyDesk, end: str) -> None:
    terminal = desk.run([sys.executable, "-m", "tests.pty.faulty", "open", str(ARTICLE)])
    wait_until_read(terminal)
    mark(terminal)
    terminal.send("gt")
    terminal.wait_for("It works for ever", SECONDS)
    number = desk.home / "child"
    terminal.wait(lambda: number.exists() and number.read_text().endswith("\n"), "the program that it runs", SECONDS)
    end_from_outside(terminal, end, SECONDS)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)
    assert len(desk.annotations()) == 1


@pytest.mark.parametrize("end", ["signal", "hangup"])
def test_an_end_from_outside_reaches_the_list_of_articles(desk: PtyDesk, end: str) -> None:
    terminal = desk.run(READER)
    terminal.wait_for("no articles yet", SECONDS)
    terminal.send("a filter that is being typed")
    end_from_outside(terminal, end, LEAVING_SECONDS)


def test_nothing_waits_for_a_team_at_a_place_that_does_not_answer(desk: PtyDesk) -> None:
    pytest.importorskip("obstore", reason="a team needs claim-reader[team]")
    keys = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}
    with socket.create_server(("127.0.0.1", 0)) as hole:
        terminal = desk.run([*READER, "open", str(ARTICLE)], keys)
        wait_until_read(terminal)
        terminal.send("gl")
        terminal.wait_for("1 article", SECONDS)
        terminal.send("\x1bOS")
        terminal.wait_for("joins a team", SECONDS)
        terminal.send(f"Js3://newsroom/place?endpoint=http://127.0.0.1:{hole.getsockname()[1]}\rana\r")
        with hole.accept()[0]:
            start = time.monotonic()
            terminal.send(CTRL_Q)
            assert terminal.wait_end(SECONDS) == 0
            assert time.monotonic() - start < SECONDS / 2
    assert_restored(terminal)


def test_a_signal_ends_it_at_once_while_it_closes_the_library(desk: PtyDesk) -> None:
    terminal = desk.read(ARTICLE)
    with Lock(desk.library / "checkpoint.lock").hold(SECONDS):
        mark(terminal)
        terminal.send("q")
        terminal.wait(lambda: "\x1b[?1049l" in text_of(terminal), "the end of the screen", SECONDS)
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_end(SECONDS) == 128 + signal.SIGTERM
    assert_restored(terminal)
    assert len(desk.annotations()) == 1
