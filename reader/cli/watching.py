"""A line on standard error that says how far a fetch is, while somebody looks at it."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from reader.formats.telling import listening
from reader.printable import printable_line

if TYPE_CHECKING:
    from reader.formats.telling import Step

_KB: Final = 1000


@contextmanager
def watched(what: str) -> Generator[None]:
    """Show how far reading is, for a block, in a line that begins with `what`; nothing where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[far]}"))
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        task = progress.add_task(printable_line(what), total=None, far="")

        def told(step: Step) -> bool:
            progress.update(task, completed=step.done, total=step.of or None, far=_said(step))
            return True

        with listening(told):
            yield


def _said(step: Step) -> str:
    unit, size = ("KB", _KB) if step.unit == "byte" else (step.unit, 1)
    of = f" of {step.of // size}" if step.of else ""
    return f"{step.done // size}{of} {unit}"
