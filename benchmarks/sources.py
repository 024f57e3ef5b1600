"""A long source behind a claim: how long until its first words are shown, beside the same text opened as an article."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.programs import Workshop
from benchmarks.report import Report, median
from benchmarks.terminal import Terminal
from benchmarks.texts import FIRST_WORDS, article_text
from reader.article.ranges import Span
from reader.formats import parse_article, read_article
from reader.library import Library
from reader.library.source_texts import keep_source

SIZE: Final = 2_000_000
TIMES: Final = 1.2
"""How many times the CPU of the article the source may take to its first words."""
_CLAIM: Final = "The harbour board counted the number of empty houses in the first year"
_ARTICLE: Final = f"""A short article

{_CLAIM} [1]. Nobody had asked for it.

References

[1] Harbour Board. (1962). What the town counted. https://board.example/counted
"""


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Open the source from its claim, and the same text from the library, in turn, and print the medians."""
    turns = 3 if quick else 7
    folder = workshop.folder / "sources"
    article, library = _made(folder)
    opened: dict[str, list[tuple[float, float, float]]] = {"source": [], "article": []}
    for turn in range(turns):
        report.doing(f"sources, turn {turn}")
        for what, keys in (("source", ("s",)), ("article", ("gl", "counted", "\r"))):
            with _running(folder, article, library) as terminal:
                terminal.send("jk")  # loads the commands: neither opening is the first key
                terminal.settle()
                opened[what].append(_open(terminal, keys))
    first = {what: median(one[0] for one in figures) for what, figures in opened.items()}
    ratio = median(s[0] / a[0] for s, a in zip(opened["source"], opened["article"], strict=True))
    rows = [
        (
            f"2 MB as {'a source' if what == 'source' else 'an article'}",
            f"{first[what] * 1000:.0f}",
            f"{ratio:.2f}" if what == "source" else "1",
            report.verdict(ratio, TIMES, f"{TIMES}×") if what == "source" else "",
            f"{median(one[1] for one in figures) * 1000:.0f}",
            f"{median(one[2] for one in figures) * 1000:.0f}",
        )
        for what, figures in opened.items()
    ]
    head = ("opening", "CPU ms to the first words", "× article", "budget", "wall ms", "CPU ms until at rest")
    report.table("A long source", head, rows, "At rest: the passages are found, or the review is open.")


def _open(terminal: Terminal, keys: tuple[str, ...]) -> tuple[float, float, float]:
    """Type the keys, the last one alone, and return CPU and wall until the first words, and CPU until the program rests."""
    *before, last = keys
    for key in before:
        terminal.send(key)
        terminal.settle()
    start = terminal.cpu()
    terminal.send(last)
    cpu, wall = terminal.first(FIRST_WORDS)
    terminal.settle()
    return cpu - start, wall, terminal.cpu() - start


@contextmanager
def _running(folder: Path, article: Path, library: Path) -> Iterator[Terminal]:
    """Run the program on the short article, with a fresh copy of the library, until it has come to rest."""
    copy = Path(shutil.copytree(library, folder / "copy"))
    settings = folder / "settings.toml"
    settings.write_text("", encoding="utf-8")
    command = [sys.executable, "-m", "reader", "open", str(article), "--library", str(copy)]
    with Terminal(command, env={"CLAIM_READER_SETTINGS": str(settings)}) as terminal:
        terminal.wait_for("A short article")
        terminal.settle()
        yield terminal
    shutil.rmtree(copy)


def _made(folder: Path) -> tuple[Path, Path]:
    """Make the article, and a library with a claim on it, its source, and the same text as an article; return both paths."""
    folder.mkdir()
    article, long = folder / "short.txt", folder / "long.txt"
    article.write_text(_ARTICLE, encoding="utf-8")
    long.write_text(article_text(SIZE, markdown=False), encoding="utf-8")
    library = Library.open(folder / "library")
    library.session(read_article(str(long)), "benchmark")
    session, entry = library.session(read_article(str(article)), "benchmark")
    session.listen(lambda change: library.save(entry.id, change))
    start = session.index.article.text.index(_CLAIM)
    session.mark(Span(start, start + len(_CLAIM)))
    data = long.read_bytes()
    session.attach_source("1", keep_source(library, parse_article(data, "counted.txt"), data, str(long)))
    if not library.close(60):
        raise RuntimeError(f"the library in {folder} could not be saved")
    return article, folder / "library"
