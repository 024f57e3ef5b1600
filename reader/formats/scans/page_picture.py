"""Draw one page of a PDF with PDFium, and write it to standard output as a grey picture (PGM).

This module is a program: it gets the file on standard input and the number of the page, from 0, as its argument. It imports
nothing from this project, as a malicious file can crash PDFium. Whoever starts it limits its time and memory.
"""

from __future__ import annotations

import ctypes
import math
import sys
from typing import Any, Final

import pypdfium2_raw  # pyright: ignore[reportMissingTypeStubs]  # no stubs

_pdfium: Any = pypdfium2_raw  # only some of its functions are typed

_SCALE: Final = 300 / 72
"""Pixels to a point, for 300 to an inch, at which letters are recognised best."""
_MOST_PIXELS: Final = 25_000_000


def write_page(number: int) -> int:
    """Write the picture of a page, and return the exit code: 1 for a page that cannot be drawn."""
    data = sys.stdin.buffer.read()
    _pdfium.FPDF_InitLibraryWithConfig(
        _pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=None, m_pIsolate=None, m_v8EmbedderSlot=0)
    )
    document = _pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    page = _pdfium.FPDF_LoadPage(document, number) if document else None
    if not page:
        return 1
    points = max(1.0, _pdfium.FPDF_GetPageWidthF(page)), max(1.0, _pdfium.FPDF_GetPageHeightF(page))
    scale = min(_SCALE, math.sqrt(_MOST_PIXELS / points[0] / points[1]))
    width, height = (max(1, int(side * scale)) for side in points)
    bitmap = _pdfium.FPDFBitmap_CreateEx(width, height, _pdfium.FPDFBitmap_Gray, None, 0)
    if not bitmap:
        return 1
    _pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
    _pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, _pdfium.FPDF_ANNOT | _pdfium.FPDF_GRAYSCALE)
    stride, address = _pdfium.FPDFBitmap_GetStride(bitmap), _pdfium.FPDFBitmap_GetBuffer(bitmap)
    rows = ctypes.string_at(address, stride * height)
    sys.stdout.buffer.write(b"P5 %d %d 255\n" % (width, height))
    for start in range(0, stride * height, stride):
        sys.stdout.buffer.write(rows[start : start + width])
    return 0


if __name__ == "__main__":
    sys.exit(write_page(int(sys.argv[1])))
