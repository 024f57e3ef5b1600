"""Scans for tests: pages without text, pictures of pages, and a stand-in for Tesseract, which is a program of its own."""

from __future__ import annotations

import stat
import struct
import sys
import zlib
from pathlib import Path

from reader.formats.scans import page_picture
from reader.programs import run_program
from tests.unit.pdfs import Sheet, pdf

SCAN = pdf(Sheet(), Sheet())
"""A PDF of two pages without a letter."""
TITLE = "The ferry counts again"
LINES = (
    (TITLE, 60),
    ("It carried 41,000 people in May, as the harbour office says [1].", 40),
    ("References", 56),
    ("[1] Harbour Office (2024). Ferry counts, monthly table.", 40),
)


def hocr(uncertain: str = "41,000") -> str:
    """Return a page of hOCR with the lines, in which one word is uncertain."""
    rows: list[str] = []
    top = 200
    for text, size in LINES:
        left, words = 300, list[str]()
        for word in text.split():
            right = left + len(word) * size // 2
            sure = 41 if word == uncertain else 96
            words.append(
                f"<span class='ocrx_word' title='bbox {left} {top} {right} {top + size - 8}; x_wconf {sure}'>{word}</span>"
            )
            left = right + size // 2
        title = f"bbox 300 {top} {left} {top + size}; baseline 0 -8; x_size {size}; x_descenders 8"
        rows.append(f"<span class='ocr_line' title='{title}'>{''.join(words)}</span>")
        top += 4 * size
    page = f"<div class='ocr_page' title='image; bbox 0 0 2480 3508'>{''.join(rows)}</div>"
    return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{page}</body></html>'


def write_tesseract(folder: Path, before: str = "") -> Path:
    """Write a stand-in for Tesseract that reads the same page on every picture; return the file in which it counts its pages.

    `before` is what it does first for each page, in the language of the shell.
    """
    folder.mkdir(exist_ok=True)
    count, page, program = folder / "pages", folder / "page.hocr", folder / "tesseract"
    page.write_text(hocr(), encoding="utf-8")
    program.write_text(
        '#!/bin/sh\ncase "$1" in\n'
        '--list-langs) printf "List of languages (2):\\ndeu\\neng\\nosd\\n";;\n'
        '--version) printf "tesseract 5.9\\n leptonica\\n";;\n'
        f'*) echo "$4" >> "{count}"; {before or ":"}\ncat > /dev/null; exec cat "{page}";;\nesac\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return count


def picture_of_text() -> bytes:
    """Return a PNG picture of a page with the lines, as a scanner would make it."""
    sheet = Sheet()
    for place, (text, size) in enumerate(LINES):
        sheet.put(60, 80 + 60 * place, text, size=size * 0.3)
    drawn = run_program(
        [sys.executable, str(Path(page_picture.__file__)), "0"], seconds=100, most=50_000_000, data=pdf(sheet)
    ).output
    head, _, pixels = drawn.partition(b"\n")
    width, height = map(int, head.split()[1:3])
    rows = b"".join(b"\0" + pixels[start : start + width] for start in range(0, width * height, width))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    )
    chunks = (len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big") for kind, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
