"""What reading the files of desks costs: CPU time and memory, beside the library of each format getting the plain text.

The libraries are the extra `baselines`; rows without theirs are left out.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.pdf import Usage, measure_module
from benchmarks.programs import Workshop
from benchmarks.report import Report, median
from benchmarks.texts import article_text

SIZES: Final = (250_000, 1_000_000)
"""The sizes of the texts in bytes."""
TIMES: Final = 3.5
"""How many times the CPU time of the baseline reading a document may take."""
FLAT: Final = 60
"""How many MB of memory four times the text may take more for each MB of it."""
_BASELINE: Final = "benchmarks.desk_baselines"
_READER: Final = "reader"
_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns"


class Kind(NamedTuple):
    """A format: how its files end, its library, what makes a document of paragraphs, and its budget."""

    suffix: str
    library: str
    make: Callable[[list[str]], bytes]
    budget: float | None = TIMES


# ------------------------------------------------------------------ Documents


def _make_odt(paragraphs: list[str]) -> bytes:
    body = "".join(f"<text:p>{escape(paragraph)}</text:p>" for paragraph in paragraphs)
    names = f'xmlns:office="{_NAMESPACE}:office:1.0" xmlns:text="{_NAMESPACE}:text:1.0"'
    whole = f"<office:body><office:text>{body}</office:text></office:body>"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        package.writestr("content.xml", f"<office:document-content {names}>{whole}</office:document-content>")
        package.writestr("META-INF/manifest.xml", _manifest())
    return packed.getvalue()


def _manifest() -> str:
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    entries = entry.format("/", "application/vnd.oasis.opendocument.text") + entry.format("content.xml", "text/xml")
    return f'<manifest:manifest xmlns:manifest="{_NAMESPACE}:manifest:1.0">{entries}</manifest:manifest>'


def _make_rtf(paragraphs: list[str]) -> bytes:
    body = "".join(f"\\pard {''.join(map(_rtf_character, paragraph))}\\par\n" for paragraph in paragraphs)
    return f"{{\\rtf1\\ansi\\ansicpg1252\\uc1 {body}}}".encode("ascii")


def _rtf_character(character: str) -> str:
    if character in "\\{}":
        return f"\\{character}"
    units = character.encode("utf-16-le")
    codes = (int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2))
    return character if character.isascii() else "".join(f"\\u{code}?" for code in codes)


def _make_latex(paragraphs: list[str]) -> bytes:
    escaped = (paragraph.replace("&", "\\&").replace("%", "\\%").replace("_", "\\_") for paragraph in paragraphs)
    return ("\\documentclass{article}\\begin{document}\n" + "\n\n".join(escaped) + "\n\\end{document}\n").encode()


def _make_mail(paragraphs: list[str]) -> bytes:
    message = EmailMessage()
    message["From"], message["Date"] = "Ines Okoro <ines@desk.example>", "Sat, 28 Nov 2026 08:00:00 +0000"
    message.set_content("\n\n".join(paragraphs) + "\n", cte="base64")
    return message.as_bytes()


def _make_notebook(paragraphs: list[str]) -> bytes:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": [paragraph]} for paragraph in paragraphs]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


KINDS: Final = {
    "ODT": Kind("odt", "odf", _make_odt),
    "RTF": Kind("rtf", "striprtf", _make_rtf),
    "LaTeX": Kind("tex", "pylatexenc", _make_latex),
    "mail": Kind("eml", "email", _make_mail, None),
    "notebook": Kind("ipynb", "nbformat", _make_notebook, None),
}
"""The kinds by name. A mail and a notebook are decoded by their libraries, no more: what is in them is read by us alone."""


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Read documents of two lengths with both programs in turn, and print the medians."""
    rows: list[tuple[str, ...]] = []
    for name, kind in KINDS.items():
        if find_spec(kind.library) is None:
            report.console.print(f"\n{name}: left out, it needs the extra `baselines`")
            continue
        peaks: list[float] = []
        for size in SIZES:
            path = workshop.folder / f"{size}.{kind.suffix}"
            path.write_bytes(kind.make(article_text(size, markdown=False).split("\n\n")))
            report.doing(f"{name}, {size / 1e6:g} MB")
            rows.append((*_row(report, name, kind, path, 1 if quick else 3, peaks), f"{size / 1e6:g} MB"))
        growth = (peaks[1] - peaks[0]) / (SIZES[1] - SIZES[0]) * 1e6
        rows[-1] = (*rows[-1][:-2], report.verdict(growth, FLAT, f"{FLAT}"), rows[-1][-1])
    head = ("", "library, CPU ms", "reader, CPU ms", "× library", "budget", "library MB", "reader MB", "MB for each", "text")
    report.table("What files on desks cost", head, rows, "Both start Python. The library gets the plain text alone.")


def _row(report: Report, name: str, kind: Kind, path: Path, turns: int, peaks: list[float]) -> tuple[str, ...]:
    usages: dict[str, list[Usage]] = {_BASELINE: [], _READER: []}
    for _ in range(turns):
        usages[_BASELINE].append(measure_module(_BASELINE, name, str(path)))
        usages[_READER].append(measure_module(_READER, "parse", "--json", str(path)))
    library, ours = (Usage(*map(median, zip(*usages[module], strict=True))) for module in usages)
    peaks.append(ours.memory)
    ratio = ours.cpu / library.cpu
    figures = (f"{1000 * library.cpu:.0f}", f"{1000 * ours.cpu:.0f}", f"{ratio:.2f}", report.times(ratio, kind.budget))
    return (name, *figures, f"{library.memory:.0f}", f"{ours.memory:.0f}", "")
