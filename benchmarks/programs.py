"""What is measured: a program on an article, our own with a library of so many claims."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.libraries import make_library
from benchmarks.terminal import Terminal
from benchmarks.texts import SIZES, write_article

READER: Final = "reader"
BARE: Final = "bare"
VIEWER: Final = "viewer"
CLAIMS: Final = (0, 500, 2000)


@dataclass(frozen=True, slots=True)
class Program:
    """One thing to measure: `name` is READER, BARE or VIEWER, `size` a name of SIZES. The rest is for READER only.

    `is_parsed`: the article is not in the cache of parsed articles, as when it is opened for the first time.
    """

    name: str
    size: str
    claims: int = 0
    markdown: bool = True
    is_parsed: bool = False

    @property
    def label(self) -> tuple[str, str, str, str]:
        """The program, the size, the format and the claims as cells of a table."""
        names = {
            READER: "reader, first time" if self.is_parsed else "reader",
            BARE: "bare Static + Footer",
            VIEWER: "MarkdownViewer",
        }
        claims = f"{self.claims:,}" if self.name == READER else ""
        return names[self.name], self.size, "Markdown" if self.markdown else "plain", claims


class Workshop:
    """A folder with the articles and libraries that were needed so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._settings = folder / "settings.toml"
        self._settings.write_text("", encoding="utf-8")
        self._copies = 0
        self._kept: set[Path] = set()

    @contextmanager
    def run(self, program: Program) -> Iterator[Terminal]:
        """Run a program for a block, our own on a fresh copy of its library, with a cache where the article is kept or not."""
        article = write_article(self.folder, SIZES[program.size], program.markdown)
        if program.name != READER:
            command = [sys.executable, "-m", "benchmarks.baselines", program.name, str(article)]
            with Terminal(command) as terminal:
                yield terminal
            return
        library = self._fresh_library(program, article)
        if not program.is_parsed:
            self._keep(article)
        with self._reader(article, library, (library if program.is_parsed else self.folder) / "cache") as terminal:
            yield terminal
        shutil.rmtree(library)

    def _reader(self, article: Path, library: Path, cache: Path) -> Terminal:
        command = [sys.executable, "-m", "reader", "open", str(article), "--library", str(library)]
        return Terminal(command, env={"CLAIM_READER_SETTINGS": str(self._settings), "XDG_CACHE_HOME": str(cache)})

    def _keep(self, article: Path) -> None:
        """Open an article once, until it is kept in the cache of parsed articles."""
        if article in self._kept:
            return
        cache = self.folder / "cache"
        with self._reader(article, self.folder / f"{article.name}-kept", cache) as terminal:
            terminal.wait(lambda: len([*cache.rglob("[0-9a-f]" * 64)]) > len(self._kept), "the article in the cache")
        self._kept.add(article)

    def _fresh_library(self, program: Program, article: Path) -> Path:
        made = self.folder / f"{article.name}-{program.claims}"
        if not made.exists():
            make_library(made, article, program.claims)
        self._copies += 1
        return Path(shutil.copytree(made, self.folder / f"copy-{self._copies}"))


@contextmanager
def workshop() -> Iterator[Workshop]:
    """Open a workshop that is cleared away afterwards."""
    with tempfile.TemporaryDirectory(prefix="claim-reader-bench-") as folder:
        yield Workshop(Path(folder))


def readers(quick: bool) -> list[Program]:
    """Return our own program at every size, with every number of claims, in both formats; a part of that for a quick run."""
    sizes = list(SIZES)[:2] if quick else list(SIZES)
    claims = CLAIMS[::2] if quick else CLAIMS
    formats = (True,) if quick else (True, False)
    return [Program(READER, size, number, markdown) for markdown in formats for size in sizes for number in claims]
