"""Commands on a library of 20,000 annotations: what needs one article reads little of the rest, and nothing holds all of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tinydb import TinyDB

from benchmarks import scale_libraries
from benchmarks.store_libraries import Stock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the bytes that a process reads")

SIZE = 20_000
ARTICLES = 200
COMMAND = """
import json, os, sys
from pathlib import Path
from benchmarks.processes import peak_memory
from reader.cli import run

code = run(sys.argv[1:])
read = int(Path("/proc/self/io").read_text().split()[1])
sys.stderr.write("\\n" + json.dumps([code, read, peak_memory(os.getpid()) * 1_000_000]))
"""
"""Runs a command of `reader`; writes its exit code, the bytes that it has read, and the most bytes of memory it has held."""


class Spent(NamedTuple):
    """What a command used: the bytes that it read, modules included, and the most memory in bytes."""

    read: int
    memory: float


@pytest.fixture(scope="module")
def stocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stock, Stock]]:
    """Give two libraries of the same articles, each with annotations of its own."""
    folder = tmp_path_factory.mktemp("stocks")
    both = Stock(folder / "one", SIZE, ARTICLES), Stock(folder / "two", SIZE, ARTICLES)
    for seed, stock in enumerate(both):
        stock.folder.mkdir()
        scale_libraries.write(stock, str(seed))
    yield both
    shutil.rmtree(folder)


def file_of(library: Path) -> Path:
    return library / "library.json"


def spend(library: Path, *words: object, code: int = 0) -> Spent:
    """Run a command on a library in a process of its own, and return what it used."""
    command = [sys.executable, "-c", COMMAND, *map(str, words), "--library", str(library)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    ended, read, memory = json.loads(done.stderr.splitlines()[-1])
    assert ended == code, done.stderr
    return Spent(read, memory)


def test_what_needs_one_article_or_the_list_reads_less_than_the_file(stocks: tuple[Stock, Stock], tmp_path: Path) -> None:
    stock, _ = stocks
    size = file_of(stock.library).stat().st_size
    assert spend(stock.library, "list").read > size, "there is no index yet"
    for words in (["list"], ["show", stock.first], ["export", stock.last, "--format", "csv"]):
        assert spend(stock.library, *words).read - spend(tmp_path / "none", "list").read < size / 4, words


def test_doctor_and_repair_read_the_file_in_pieces(stocks: tuple[Stock, Stock], tmp_path: Path) -> None:
    library = shutil.copytree(stocks[0].library, tmp_path / "library")
    size, least = file_of(library).stat().st_size, spend(tmp_path / "none", "list").memory
    # Most articles have no text here, which the doctor reports.
    assert spend(library, "doctor", code=1).memory - least < size
    with file_of(library).open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\0")
    assert spend(library, "repair", "--yes").memory - least < 1.5 * size, "its pieces, and what waits to be written"
    with TinyDB(file_of(library), access_mode="r") as plain:
        assert len(plain.table("annotations")) >= SIZE - 1


def test_a_merge_holds_less_than_the_records_that_it_adds(stocks: tuple[Stock, Stock], tmp_path: Path) -> None:
    library = shutil.copytree(stocks[0].library, tmp_path / "library")
    records = file_of(stocks[1].library).stat().st_size * 4  # their lines, decoded
    memory = spend(library, "merge", file_of(stocks[1].library)).memory - spend(tmp_path / "none", "list").memory
    assert memory < records
    with TinyDB(file_of(library), access_mode="r") as plain:
        assert len(plain.table("annotations")) == 2 * SIZE
