"""Several programs on one library, each in a terminal of its own; and one whose disk takes no more."""

from __future__ import annotations

import shlex
import signal
import subprocess

from benchmarks.terminal import Terminal, environment
from tests.pty.desk import DOWN, READER, SAMPLES, SECONDS, PtyDesk, after_the_screen, mark, wait_until_read

ARTICLE = SAMPLES / "urban-trees.txt"
QUOTE = "The first confusion is between the temperature of the air and the heat that a person feels."
BLOCKS = 40
"""How large a file may get, in blocks of 512 bytes: enough for some claims, not for many."""


def footer(terminal: Terminal) -> str:
    """Return the last line."""
    return terminal.display.lines[-1]


def words(terminal: Terminal) -> str:
    """Return all words on the screen, a blank between them."""
    return " ".join(" ".join(terminal.display.lines).split())


def test_two_windows_show_each_others_claims_and_outlive_each_other(desk: PtyDesk) -> None:
    first, second = desk.read(ARTICLE), desk.read(ARTICLE)
    mark(first)
    second.wait(lambda: "another window: 1 claim marked" in footer(second), "the claim of the first window", SECONDS)
    second.send(DOWN)
    mark(second)
    first.wait(lambda: "2 claims" in first.display.lines[0], "the claim of the second window", SECONDS)
    first.signal(signal.SIGKILL)
    assert first.wait_end(SECONDS) != 0
    second.send(DOWN)
    mark(second)
    second.send("q")
    assert second.wait_end(SECONDS) == 0
    assert len(desk.annotations()) == 3


def test_what_a_script_annotates_appears_while_the_article_is_read(desk: PtyDesk) -> None:
    terminal = desk.read(ARTICLE)
    terminal.send("a")
    command = [*READER, "annotate", str(ARTICLE), "--quote", QUOTE, "--note", "by a script", "--tag", "heat"]
    subprocess.run(command, check=True, env=environment(desk.environment), capture_output=True, timeout=SECONDS)
    terminal.wait(lambda: "1 claim" in terminal.display.lines[0], "the claim of the script", SECONDS)
    terminal.send("]")
    terminal.wait(lambda: "by a script" in words(terminal), "the note of the script", SECONDS)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0


def test_a_disk_that_takes_no_more_is_told_and_everything_is_saved_elsewhere(desk: PtyDesk) -> None:
    reader = shlex.join([*READER, "open", str(ARTICLE)])
    no_modules = {"PYTHONDONTWRITEBYTECODE": "1"}  # or Python would keep compiled modules that the limit has cut short
    terminal = desk.run(["sh", "-c", f"ulimit -f {BLOCKS}; exec {reader}"], no_modules, columns=80, rows=24)
    terminal.wait(lambda: "saved ✓" in footer(terminal) and "/" in terminal.display.lines[0], "the article", SECONDS)
    for number in range(1, 31):
        terminal.send(f"h{DOWN}")
        terminal.wait(lambda marked=number: f"{marked} claim" in terminal.display.lines[0], "a claim", SECONDS)
    terminal.wait(lambda: "not saved: " in words(terminal), "that it is not saved", SECONDS)
    assert "File too large" in words(terminal)
    assert "W saves all elsewhere" in words(terminal)
    terminal.send("q")
    terminal.wait(lambda: "not everything is saved" in words(terminal), "a question", SECONDS)
    terminal.send("s")
    terminal.wait(lambda: "Save everything in another folder" in words(terminal), "a question", SECONDS)
    other = desk.home / "elsewhere"
    terminal.send(f"{other}\r")
    terminal.wait(lambda: "saved in" in footer(terminal), "where it is saved", SECONDS)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0
    assert f"`reader --library {other}` opens it" in after_the_screen(terminal)
    desk.library = other
    assert len(desk.annotations()) == 30
    again = desk.read(ARTICLE)
    assert "30 claims" in again.display.lines[0]
    wait_until_read(again)
