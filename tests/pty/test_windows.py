"""Several programs on one library, each in a terminal of its own; and one whose disk takes no more."""

from __future__ import annotations

import signal
import subprocess
import sys

from benchmarks.terminal import Terminal, environment
from tests.pty.desk import DOWN, READER, SAMPLES, SECONDS, PtyDesk, after_the_screen, claims, mark, wait_until_read

ARTICLE = SAMPLES / "urban-trees.txt"
QUOTE = "The first confusion is between the temperature of the air and the heat that a person feels."
MANY = 12
"""More claims than the full disk has room for."""


def footer(terminal: Terminal) -> str:
    """Return the last line."""
    return terminal.display.lines[-1]


def words(terminal: Terminal) -> str:
    """Return all words on the screen, a blank between them."""
    return " ".join(" ".join(terminal.display.lines).split())


def test_two_windows_show_each_others_claims_and_outlive_each_other(desk: PtyDesk) -> None:
    first, second = desk.read(ARTICLE), desk.read(ARTICLE)
    mark(first)
    second.wait(lambda: "Another window: 1 claim marked" in footer(second), "the claim of the first window", SECONDS)
    second.send(DOWN)
    mark(second)
    first.wait(lambda: claims(first) == 2, "the claim of the second window", SECONDS)
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
    terminal.wait(lambda: claims(terminal) == 1, "the claim of the script", SECONDS)
    terminal.send("]")
    terminal.wait(lambda: "by a script" in words(terminal), "the note of the script", SECONDS)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0


def test_a_disk_that_takes_no_more_is_told_and_everything_is_saved_elsewhere(desk: PtyDesk) -> None:
    command = [sys.executable, "-m", "tests.pty.full_disk", "open", str(ARTICLE)]
    terminal = desk.run(command, columns=80, rows=24)
    terminal.wait(lambda: "saved ✓" in footer(terminal) and "/" in terminal.display.lines[0], "the article", SECONDS)
    terminal.send(f"h{DOWN}" * MANY)
    terminal.wait(lambda: claims(terminal) == MANY, "the claims", SECONDS)
    told = ("Not saved: ", "No space left", "W saves everything elsewhere")
    terminal.wait(lambda: all(words_of in words(terminal) for words_of in told), "why nothing is saved any more", SECONDS)
    terminal.send("q")
    terminal.wait(lambda: "Not everything is saved" in words(terminal), "a question", SECONDS)
    terminal.send("s")
    terminal.wait(lambda: "Save everything in another folder" in words(terminal), "a question", SECONDS)
    other = desk.home / "elsewhere"
    terminal.send(f"{other}\r")
    terminal.wait(lambda: "Saved in" in words(terminal), "where it is saved", SECONDS)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0
    assert f"`reader --library {other}` opens it" in after_the_screen(terminal)
    desk.library = other
    assert len(desk.annotations()) == MANY
    again = desk.read(ARTICLE)
    assert claims(again) == MANY
    wait_until_read(again)
