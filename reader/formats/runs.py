"""Words and how they are drawn, as JATS, DOCX and reStructuredText have them: a list of runs that becomes a block or a cell."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from reader.article.model import StyleKind
from reader.formats.building import Builder
from reader.formats.grid import Cell
from reader.formats.scripts import lowered, raised

BREAK: Final = "\u2028"
"""The text of a run that breaks the line."""


class Run(NamedTuple):
    """Words in one look. `styles` are kinds and targets, `level` is 1 for superscript and -1 for subscript.

    `names` are the names of the entries that a marker points at; None for all that is no marker.
    """

    text: str
    styles: tuple[tuple[StyleKind, str], ...] = ()
    level: int = 0
    names: tuple[str, ...] | None = None


def write_runs(builder: Builder, runs: Iterable[Run], kind: str = "note") -> None:
    """Add runs to the builder's open block; `kind` tells how the markers in them were recognised."""
    for styles, group in groupby(_set(runs), key=lambda run: run.styles):
        with contextlib.ExitStack() as looks:
            for look, target in styles:
                looks.enter_context(builder.style(look, target))
            for run in group:
                if run.text == BREAK:
                    builder.new_line()
                elif run.names is not None:
                    builder.cite(run.text, run.names, kind)
                else:
                    builder.text(run.text)


def plain_text(runs: Iterable[Run]) -> str:
    """Return the words of runs in one line."""
    return " ".join("".join(run.text for run in _set(runs)).split())


def cell_of(runs: Iterable[Run], kind: str = "note") -> Cell:
    """Return what stands in a cell of a table, with its line breaks and its markers."""
    builder = Builder("\n")
    write_runs(builder, runs, kind)
    return Cell(builder.written.rstrip(), tuple(builder.marks), builder.styles)


def _set(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield the runs with superscripts and subscripts set in characters, those side by side as one."""
    before = ""
    for (level, is_marker), group in groupby(runs, key=lambda run: (run.level, run.names is not None)):
        members: Sequence[Run] = list(group)
        if is_marker:
            members = [run._replace(text=" ".join(run.text.split())) for run in members]
        elif level:
            text = "".join(run.text for run in members)
            members = [members[0]._replace(text=raised(text, before) if level > 0 else lowered(text))]
        for run in members:
            yield run
            before = run.text or before
