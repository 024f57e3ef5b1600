"""What a program wanted to write and what it was told is saved, line by line; and notes that show whether they are whole.

A writer prints `want N ID SUM` before it counts on a change (SUM "-" for a removal), and `kept N` once everything up to N was
acknowledged; `dropped N` when that change will not be tried again. So who reads these lines knows, wherever they stop, what
must be there and what may be there.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Final

GONE: Final = "-"
"""Stands for the sum of a note when its annotation was removed."""

_FILLER: Final = "the ferry of 1962 – «Ω» 🚢 "


def note_of(writer: str, number: int, size: int) -> str:
    """Return the note that a writer's change has: about `size` characters, with a sum over all of it at its start."""
    body = f"{writer} {number} " + _FILLER * (size // len(_FILLER))
    return f"{_crc(body)} {body}"


def is_whole(note: str) -> bool:
    """Whether a note is just as `note_of` made it."""
    given, _, body = note.partition(" ")
    return given == _crc(body)


def sum_of(note: str) -> str:
    """Return the sum that stands for a note in the lines."""
    return note.partition(" ")[0]


def _crc(text: str) -> str:
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


@dataclass(slots=True)
class Ledger:
    """The changes of any number of writers, each of its own annotations.

    `settled` is the sum of an annotation's note (or GONE) that was acknowledged last; `open` are the sums of what was wanted
    after that: it may be there or not. `texts` are the digests of the articles whose text was acknowledged with it.
    """

    settled: dict[str, str] = field(default_factory=dict)
    open: dict[str, set[str]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    acknowledged: int = 0
    _wanted: dict[int, tuple[str, str]] = field(default_factory=dict)

    def begin(self) -> None:
        """Begin with the lines of a writer that was started again: what the one before wanted last stays open."""
        self._wanted.clear()

    def take(self, lines: Iterable[str]) -> None:
        """Take in the lines of one writer, in order; lines of other kinds are passed over."""
        for line in lines:
            match line.split():
                case ["want", number, note_id, note_sum]:
                    self.open.setdefault(note_id, set()).add(note_sum)
                    self._wanted[int(number)] = (note_id, note_sum)
                case ["kept", number]:
                    self._settle(int(number))
                case ["dropped", number]:
                    self._wanted.pop(int(number), None)
                case ["begin"]:
                    self.begin()
                case ["text", digest]:
                    self.texts.add(digest)
                case _:
                    continue

    def _settle(self, last: int) -> None:
        for number in sorted(number for number in self._wanted if number <= last):
            note_id, note_sum = self._wanted.pop(number)
            self.settled[note_id] = note_sum
            self.open.pop(note_id, None)
            self.acknowledged += 1
        for note_id, note_sum in self._wanted.values():
            self.open.setdefault(note_id, set()).add(note_sum)

    def join(self, other: Ledger) -> None:
        """Take in the ledger of a writer that changes other annotations."""
        self.settled.update(other.settled)
        self.open.update(other.open)
        self.texts |= other.texts
        self.acknowledged += other.acknowledged

    def copy(self) -> Ledger:
        """Return what is known now, as a value of its own."""
        return deepcopy(self)

    def lost(self, notes: Mapping[str, str]) -> list[str]:
        """Return what is missing, one sentence each, when `notes` by annotation are what is there."""
        found: list[str] = []
        for note_id, note_sum in self.settled.items():
            there = sum_of(notes[note_id]) if note_id in notes else GONE
            if there != note_sum and there not in self.open.get(note_id, ()):
                found.append(f"{note_id} should be {note_sum}, and is {there}")
        return found
