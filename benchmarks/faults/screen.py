"""The whole program on a terminal, killed while a person types, and commands that are killed: what they called saved stays."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.faults.verifier import plain_notes
from benchmarks.terminal import Terminal
from reader.library import LibraryDB

READER: Final = (sys.executable, "-m", "reader")

_CLAIMS: Final = re.compile(r"(\d+) claims?\b")
_SECONDS: Final = 30.0
_QUIET: Final = 0.04
_KEYS: Final = "hj"
_LONGEST: Final = 1.2


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of one life of the program: the claims that it called saved, those that are there, and all that is wrong."""

    saved: int
    there: int
    wrong: tuple[str, ...] = ()


def type_and_kill(home: Path, article: Path, seed: int) -> Typed:
    """Mark sentence after sentence of an article that is new, kill the program at any moment, and look what is in the library.

    The article must be longer than a person gets in a second.
    """
    chance = Random(seed)
    library = home / "library"
    env = {"HOME": str(home), "CLAIM_READER_LIBRARY": str(library)}
    saved = 0
    with Terminal([*READER, "open", str(article)], env=env) as terminal:
        terminal.wait(lambda: _CLAIMS.search(terminal.display.lines[0]) is not None, "the claims in the header", _SECONDS)
        end = time.monotonic() + chance.uniform(0, _LONGEST)
        while time.monotonic() < end:
            for _ in range(chance.choice((1, 1, 2, 5))):
                terminal.send(_KEYS)
            if chance.random() < 0.7:
                terminal.quiet(_QUIET)
                saved = max(saved, _called_saved(terminal))
        terminal.quiet(chance.choice((0, 0.001, 0.01)))
        terminal.signal(signal.SIGKILL)
        terminal.wait_end(_SECONDS)
    there = _quotes(library)
    text = article.read_text(encoding="utf-8")
    wrong = [f"seed {seed}: {saved} were called saved, {len(there)} are there"] if len(there) < saved else []
    wrong.extend(f"seed {seed}: {quote!r} does not stand in the article" for quote in there if quote not in text)
    return Typed(saved, len(there), tuple(wrong))


def _called_saved(terminal: Terminal) -> int:
    """Return how many claims the screen counts, if it says that all is saved."""
    lines = terminal.display.lines
    found = _CLAIMS.search(lines[0])
    return int(found[1]) if found is not None and "saved ✓" in lines[-1] else 0


def _quotes(library: Path) -> list[str]:
    with LibraryDB(library) as db:
        quotes = [str(record["selector"]["exact"]) for record in db.table("annotations").all()]
    if len(plain_notes(library)) != len(quotes):
        raise AssertionError(f"plain TinyDB shows {len(plain_notes(library))} annotations, the library {len(quotes)}")
    return quotes


def annotate_and_kill(library: Path, article: Path, quotes: list[str], seed: int) -> tuple[list[str], list[str]]:
    """Run `reader annotate` for each quote and kill it at any moment; return the ids it printed and all that is wrong."""
    chance = Random(seed)
    printed: list[str] = []
    wrong: list[str] = []
    for quote in quotes:
        command = [*READER, "annotate", str(article), "--quote", quote, "--note", quote, "--library", str(library)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            process.wait(chance.uniform(0.1, 0.9))
        except subprocess.TimeoutExpired:
            process.kill()
        told, said = process.communicate()
        printed.extend(line for line in told.split("\n")[:-1] if line)
        if process.returncode not in (0, -9):
            wrong.append(f"seed {seed}: annotate ended with {process.returncode}: {said}")
    with LibraryDB(library) as db:
        there = {str(record["id"]): str(record["note"]) for record in db.table("annotations").all()}
    wrong.extend(
        f"seed {seed}: {printed_id} was printed, and is not there" for printed_id in printed if printed_id not in there
    )
    wrong.extend(f"seed {seed}: a note is torn: {note!r}" for note in there.values() if note not in quotes)
    return printed, wrong
