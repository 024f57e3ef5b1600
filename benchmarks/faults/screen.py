"""The whole program on a terminal, ended while a person types, and commands that are killed: what they called saved stays."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Literal

from benchmarks.faults.ledger import note_of
from benchmarks.faults.verifier import plain_notes
from benchmarks.faults.writers import LARGE, the_article
from benchmarks.terminal import Terminal
from reader.article.ranges import Span
from reader.library import Library, LibraryDB
from reader.library.folder import Lock

READER: Final = (sys.executable, "-m", "reader")

_CLAIMS: Final = re.compile(r"(\d+) claims?\b")
_SECONDS: Final = 30.0
_QUIET: Final = 0.3
_KEYS: Final = "hj"
_LONGEST: Final = 1.2


@dataclass(frozen=True, slots=True)
class Typed:
    """What came of one life of the program: claims called saved, claims in the library, faults, seconds to leave."""

    saved: int
    there: int
    wrong: tuple[str, ...] = ()
    seconds: float = 0.0


End = Literal["kill", "close", "close unheard", "close locked", "terminate", "terminate blocked", "terminate locked"]
"""How a life ends: by kill -9, a closed terminal (with its SIGHUP, or without), or SIGTERM (while output is taken, or not).

Some end while another program keeps the lock of the library: then what was marked is there too, though it was not called saved.
"""
CLOSINGS: Final[tuple[End, ...]] = (
    "close",
    "close unheard",
    "close locked",
    "terminate",
    "terminate blocked",
    "terminate locked",
)
"""The ends after which the program closes its library and leaves within `LEAVING_SECONDS`."""
LEAVING_SECONDS: Final = 2.0

_WITHOUT_HANGUP: Final = (
    "import os, signal, sys; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP]); os.execv(sys.executable, sys.argv[1:])"
)
"""Runs a program that never gets a SIGHUP: it can only see that its terminal fails."""


def type_and_end(home: Path, article: Path, seed: int, end: End = "kill", template: Path | None = None) -> Typed:
    """Mark sentence after sentence of an article that is new, end the program at any moment, and look what is in the library.

    The article must be longer than a person gets in a second. The library is a copy of a `template`, which has no annotations
    without notes.
    """
    chance = Random(seed)
    library = home / "library"
    if template is not None:
        shutil.copytree(template, library)
    env = {"HOME": str(home), "CLAIM_READER_LIBRARY": str(library)}
    wrapper = (sys.executable, "-c", _WITHOUT_HANGUP) if end == "close unheard" else ()
    saved = 0
    with Terminal([*wrapper, *READER, "open", str(article)], env=env) as terminal:
        terminal.wait(lambda: _CLAIMS.search(terminal.display.lines[0]) is not None, "the claims in the header", _SECONDS)
        stop = time.monotonic() + chance.uniform(0, _LONGEST)
        while time.monotonic() < stop:
            for _ in range(chance.choice((1, 1, 2, 5))):
                terminal.send(_KEYS)
            if chance.random() < 0.7:
                terminal.quiet(_QUIET)
                saved = max(saved, _called_saved(terminal))
        terminal.quiet(chance.choice((0, 0.001, 0.01)))
        with ExitStack() as stack:
            if end.endswith("locked"):
                stack.enter_context(Lock(library / "library.lock").hold(_SECONDS))
                terminal.send(_KEYS)
                terminal.quiet(_QUIET)
                saved = max(saved, _count_claims(terminal))
            seconds = _end(terminal, end, chance)
    there = _quotes(library)
    text = article.read_text(encoding="utf-8")
    wrong = [f"seed {seed}: {saved} were called saved, {len(there)} are there"] if len(there) < saved else []
    wrong.extend(f"seed {seed}: {quote!r} does not stand in the article" for quote in there if quote not in text)
    if end in CLOSINGS and seconds > LEAVING_SECONDS:
        wrong.append(f"seed {seed}: {end}: it left after {seconds:.1f} s")
    return Typed(saved, len(there), tuple(wrong), seconds)


def _end(terminal: Terminal, end: End, chance: Random) -> float:
    """End the program and return the seconds until it has left."""
    if end == "terminate blocked":
        terminal.block_output()
    for _ in range(chance.randrange(60)):
        terminal.send(_KEYS)
        if chance.random() < 0.5:
            terminal.pump(0.01)
    begun = time.monotonic()
    if end.startswith("close"):
        terminal.hang_up()
    else:
        terminal.signal(signal.SIGKILL if end == "kill" else signal.SIGTERM)
    terminal.wait_process(_SECONDS)
    return time.monotonic() - begun


def _called_saved(terminal: Terminal) -> int:
    """Return how many claims the screen counts, if it says that all is saved."""
    return _count_claims(terminal) if "saved ✓" in terminal.display.lines[-1] else 0


def _count_claims(terminal: Terminal) -> int:
    found = _CLAIMS.search(terminal.display.lines[0])
    return int(found[1]) if found is not None else 0


def _quotes(library: Path) -> list[str]:
    Library.open(library).close()  # what was kept beside it comes in
    with LibraryDB(library) as db:
        quotes = [str(record["selector"]["exact"]) for record in db.table("annotations").all() if not record["note"]]
    marked = sum(not note for note in plain_notes(library).values())
    if marked != len(quotes):
        raise AssertionError(f"plain TinyDB shows {marked} annotations, the library {len(quotes)}")
    return quotes


def write_large_library(folder: Path, size: int = 50_000_000) -> Path:
    """Write a library whose file has `size` bytes, nearly all of them notes on one article, and return its folder."""
    with Library.open(folder) as library:
        session = library.review(the_article(), "somebody")
        for number in range(size // (2 * LARGE)):  # many of their characters take six bytes in the file
            session.add(Span(number, 900), note=note_of("somebody", number, LARGE))
            library.flush(_SECONDS)
    return folder


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
