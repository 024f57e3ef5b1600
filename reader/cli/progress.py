"""Show the progress of a download or of many articles on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reader.article.article import Article
from reader.formats.progress import report_to
from reader.printable import printable_line

if TYPE_CHECKING:
    from reader.formats.progress import ProgressReport


@contextmanager
def show_progress(title: str) -> Generator[None]:
    """Show the progress of an import on one line while a block runs, if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[far]}"))
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        task = progress.add_task(printable_line(title), total=None, far="")

        def show(step: ProgressReport) -> None:
            progress.update(task, completed=step.done, total=step.total or None, far=step.summary)

        with report_to(show):
            yield


@contextmanager
def show_count(title: str, total: int) -> Generator[Callable[[int], None]]:
    """Show how many of several things are done while a block runs, if standard error is a terminal.

    The block calls the function that it gets with the number that is done.
    """
    if total < 2 or not sys.stderr.isatty():
        yield lambda done: None
        return
    with show_steps(title) as show:
        yield lambda done: show(done, total)


@contextmanager
def show_steps(title: str) -> Generator[Callable[[int, int], None]]:
    """Show how many of several steps are done while a block runs, if standard error is a terminal.

    The block calls the function that it gets with the number that is done and the number of all.
    """
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
    ) as progress:
        task = progress.add_task(title, total=None, visible=False)
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=total > 1)


def fetch_with_progress(address: str, *, private: bool, ocr: str | None = None) -> Article:
    """Fetch a page and return its article, with `ocr` as `read_input` has it; Ctrl+C cancels.

    Raises ReaderError when it cannot be fetched or read.
    """
    from reader.fetching.web import FetchLimits, read_page

    with show_progress(f"Fetching {address}"):
        return read_page(address, FetchLimits(private=private), ocr)
