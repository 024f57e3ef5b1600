"""The runs of characters of a page, and a table of them that takes a tenth of their memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple


class Font(NamedTuple):
    """The look of characters. `direction` is 0 for text that runs right, 1 up, 2 left, 3 down, -1 at another angle."""

    size: float
    bold: bool = False
    italic: bool = False
    monospace: bool = False
    direction: int = 0


class PdfRun(NamedTuple):
    """Characters of one font without white space between them. x grows to the right, y downwards.

    `is_glued`: there is no white space before the run either.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    font: Font
    is_glued: bool = False


_tuple: Any = tuple  # whose `__new__` has an incomplete type
_new_run: Final[Callable[[Iterable[object]], PdfRun]] = partial(_tuple.__new__, PdfRun)
"""Make a run of its fields, in a third of the time of a call of its class."""


class RunColumns(NamedTuple):
    """The fields of the runs of a page, each as a column."""

    texts: list[str]
    lefts: array[float]
    tops: array[float]
    rights: array[float]
    bottoms: array[float]
    baselines: array[float]
    fonts: list[Font]
    glued: list[bool]

    def runs_at(self, places: Sequence[int]) -> list[PdfRun]:
        """Return the runs at some places."""
        columns = ([column[place] for place in places] for column in self)
        return list(map(_new_run, zip(*columns, strict=True)))


@dataclass(frozen=True, slots=True)
class RunTable:
    """The runs of a page as columns.

    `texts` has their characters in UTF-8, one run a line. `boxes` has the left sides of all runs, then the tops, right sides,
    bottoms and baselines, as floats of four bytes. `looks` has two bytes for each run: the index of its font, doubled, plus 1
    if it is glued.
    """

    fonts: tuple[Font, ...]
    texts: bytes
    boxes: bytes
    looks: bytes

    @classmethod
    def of(cls, runs: Sequence[PdfRun]) -> RunTable:
        """Return the table of the runs of a page, which have at most 32,767 fonts."""
        if not runs:
            return NO_RUNS
        texts, *numbers, fonts, _ = zip(*runs, strict=True)
        boxes = b"".join([array("f", column).tobytes() for column in numbers])
        indexes = {font: place for place, font in enumerate(dict.fromkeys(fonts))}
        looks = array("H", [2 * indexes[run.font] + run.is_glued for run in runs])
        return cls(tuple(indexes), "\n".join(texts).encode("utf-8", "surrogatepass"), boxes, looks.tobytes())

    @property
    def count(self) -> int:
        """The number of runs."""
        return len(self.looks) // array("H").itemsize

    def runs(self) -> list[PdfRun]:
        """Return the runs."""
        return list(map(_new_run, zip(*self.columns(), strict=True)))

    def columns(self) -> RunColumns:
        """Return the fields of the runs."""
        boxes, looks, count = array("f", self.boxes), array("H", self.looks), self.count
        lefts, tops, rights, bottoms, baselines = (boxes[place * count : (place + 1) * count] for place in range(5))
        fonts = [font for font in self.fonts for _ in range(2)]
        glued = [False, True] * len(self.fonts)
        words = self.texts.decode("utf-8", "surrogatepass").split("\n") if count else []
        faces, gaps = list(map(fonts.__getitem__, looks)), list(map(glued.__getitem__, looks))
        return RunColumns(words, lefts, tops, rights, bottoms, baselines, faces, gaps)


NO_RUNS: Final = RunTable((), b"", b"", b"")
