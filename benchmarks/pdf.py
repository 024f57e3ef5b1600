"""A long PDF: CPU time and memory of reading it, beside PDFium getting the text and the box of every character of its pages.

`python -m benchmarks.pdf FILE` is that baseline, by the plain bindings of pypdfium2.
"""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
from typing import Any, Final, NamedTuple

from benchmarks.programs import Workshop
from benchmarks.report import Report, median
from benchmarks.texts import article_text
from tests.unit.pdfs import Sheet, lines_of, pdf, width_of

SIZES: Final = (660_000, 1_980_000)
"""The sizes of the texts in bytes: 100 and 300 pages."""
TIMES: Final = 3.0
"""How many times the CPU time of the baseline reading a PDF may take."""
_BASELINE: Final = "benchmarks.pdf"
_READER: Final = "reader"
_FONT_SIZE: Final = 9.5
_STEP: Final = 11.5
_COLUMNS: Final = (50.0, 305.0)
_WIDTH: Final = 240.0
_TOP: Final = 70.0
_LINES: Final = 63
"""The lines of a column."""
_MARKER: Final = re.compile(r"\[(\d+)\]")
_ENTRY: Final = re.compile(r"(\d+)\. .+\(\d{4}\)")

_RUNNER: Final = """
import os, sys
child = os.fork()
if not child:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""
"""Runs Python and prints its exit code, CPU seconds and peak KB. It is small: a process counts what started it as its own."""


class Usage(NamedTuple):
    """The CPU seconds of a process and its children, and the peak memory of the process in MB."""

    cpu: float
    memory: float


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Read PDFs of two lengths with both programs in turn, and print the medians."""
    rows: list[tuple[str, ...]] = []
    for size in SIZES:
        data, pages = make_pdf(size)
        path = workshop.folder / f"{pages}-pages.pdf"
        path.write_bytes(data)
        usages: dict[str, list[Usage]] = {_BASELINE: [], _READER: []}
        for turn in range(2 if quick else 5):
            report.doing(f"PDF of {pages} pages, turn {turn}")
            for module, results in usages.items():
                results.append(measure_module(module, *(("parse", "--json") if module == _READER else ()), str(path)))
        ratio = median(ours.cpu / pdfium.cpu for ours, pdfium in zip(usages[_READER], usages[_BASELINE], strict=True))
        cpu = {module: 1000 * median(usage.cpu for usage in results) for module, results in usages.items()}
        memory = median(usage.memory for usage in usages[_READER])
        budget = report.times(ratio, TIMES)
        rows.append((f"{pages} pages", f"{cpu[_BASELINE]:.0f}", f"{cpu[_READER]:.0f}", f"{ratio:.2f}", budget, f"{memory:.0f}"))
    head = ("PDF", "PDFium, CPU ms", "reader, CPU ms", "× PDFium", "budget", "peak MB")
    report.table("A long PDF", head, rows, "Two columns, running heads, linked markers, a reference list. Both start Python.")


def make_pdf(size: int) -> tuple[bytes, int]:
    """Return an article of about `size` bytes as a PDF in two columns whose markers are links, and its number of pages."""
    text = article_text(size, markdown=False).encode("cp1252", "replace").decode("cp1252")
    lines = [line for paragraph in text.split("\n") for line in lines_of(paragraph, _WIDTH, _FONT_SIZE)]
    places = {match[1]: divmod(place, 2 * _LINES) for place, line in enumerate(lines) if (match := _ENTRY.match(line))}
    sheets: list[Sheet] = []
    for place, line in enumerate(lines):
        page, place_on_page = divmod(place, 2 * _LINES)
        if not place_on_page:
            sheets.append(Sheet())
            sheets[-1].put(_COLUMNS[0], 40, "The Journal of Towns", 8)
            sheets[-1].put(_COLUMNS[1], 40, f"{page + 1}", 8)
        column, row = divmod(place_on_page, _LINES)
        x, y = _COLUMNS[column], _TOP + row * _STEP
        sheets[-1].put(x, y, line, _FONT_SIZE)
        for marker in _MARKER.finditer(line):
            if marker[1] in places:
                target_page, target = places[marker[1]]
                left, right = (x + width_of(line[:end], _FONT_SIZE) for end in marker.span())
                sheets[-1].link(left, y, right, (target_page, _TOP + target % _LINES * _STEP - _FONT_SIZE))
    return pdf(*sheets), len(sheets)


def measure_module(module: str, *arguments: str) -> Usage:
    """Run a module of Python in a process of its own, and return what it used. Raises RuntimeError if it fails."""
    command = [sys.executable, "-c", _RUNNER, "-m", module, *arguments]
    status, cpu, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    if status != "0":
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with exit code {status}")
    return Usage(float(cpu), float(memory) / 1000)


def read_boxes(path: str) -> int:
    """Get the text and the box of every character of a PDF's pages, and return the number of characters."""
    import pypdfium2_raw  # pyright: ignore[reportMissingTypeStubs]  # no stubs

    raw: Any = pypdfium2_raw  # only some of its functions are typed
    raw.FPDF_InitLibrary()
    document = raw.FPDF_LoadDocument(path.encode(), None)
    edges = [ctypes.c_double() for _ in range(4)]
    total = 0
    for number in range(raw.FPDF_GetPageCount(document)):
        page = raw.FPDF_LoadPage(document, number)
        text = raw.FPDFText_LoadPage(page)
        count: int = raw.FPDFText_CountChars(text)
        buffer = (ctypes.c_ushort * (count + 1))()
        raw.FPDFText_GetText(text, 0, count, buffer)
        for place in range(count):
            raw.FPDFText_GetCharBox(text, place, *edges)
        total += count
        raw.FPDFText_ClosePage(text)
        raw.FPDF_ClosePage(page)
    return total


if __name__ == "__main__":
    print(read_boxes(sys.argv[1]))
