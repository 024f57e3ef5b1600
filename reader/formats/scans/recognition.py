"""Recognise the text on pictures of pages with Tesseract, which a person installs beside this program.

Tesseract (Apache License 2.0, kept by its community, in every distribution) reads one page at a time, drawn by our own PDFium:
so there is progress, and nothing on the disk. ocrmypdf (MPL 2.0) would add a dozen packages and Ghostscript, and call the same
Tesseract.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from lxml import etree  # pyright: ignore[reportMissingTypeStubs, reportAttributeAccessIssue, reportUnknownVariableType]  # no stubs

from reader.article.article import Article
from reader.article.language import DEFAULT_LANGUAGE, language_title, primary_language
from reader.errors import ReaderError, ScanError
from reader.formats.article_cache import open_document
from reader.formats.detection import PDF, SCAN, detect_container, document_name
from reader.formats.progress import Cancelled, checkpoint, report
from reader.formats.scans import page_picture
from reader.formats.scans.recognized_text import RecognizedPage, RecognizedText, Word, keep_recognition, load_recognition
from reader.programs import ProgramResult, find_program, run_program

_etree: Any = etree  # pyright: ignore[reportUnknownVariableType]  # no stubs
PROGRAM: Final = "tesseract"
_LANGUAGES: Final[Mapping[str, str]] = {
    "ar": "ara", "be": "bel", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng",
    "es": "spa", "fa": "fas", "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun", "hy": "hye", "id": "ind",
    "it": "ita", "ja": "jpn", "ka": "kat", "ko": "kor", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron",
    "ru": "rus", "sr": "srp", "sv": "swe", "th": "tha", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie", "zh": "chi_sim",
}  # fmt: skip
"""What Tesseract calls the languages of articles."""
_MOST_PAGES: Final = 500
_MOST_SECONDS: Final = 3600.0
"""Limits of one document. Pages beyond them are named as not read."""
_PAGE_SECONDS: Final = 120.0
_MEMORY: Final = 4_000_000_000
_MOST_OUTPUT: Final = 50_000_000
_POINTS: Final = 72 / 300
"""Points to a pixel."""
_CAPITAL_HEIGHT: Final = 0.72
_SMALL_HEIGHT: Final = 0.7
"""The usual height of capitals, as a share of the size of the letters, and that of small letters as a share of the capitals."""
_ASCENDERS: Final = frozenset("bdfhkl")
_LINES: Final = frozenset({"ocr_line", "ocr_header", "ocr_caption", "ocr_textfloat"})
_INSTALL: Final = (
    ("apt-get", "sudo apt install tesseract-ocr", "sudo apt install tesseract-ocr-{}"),
    ("dnf", "sudo dnf install tesseract", "sudo dnf install tesseract-langpack-{}"),
    ("pacman", "sudo pacman -S tesseract tesseract-data-eng", "sudo pacman -S tesseract-data-{}"),
    ("zypper", "sudo zypper install tesseract-ocr", "sudo zypper install tesseract-ocr-traineddata-{}"),
    ("apk", "sudo apk add tesseract-ocr", "sudo apk add tesseract-ocr-data-{}"),
    ("brew", "brew install tesseract", "brew install tesseract-lang"),
    ("winget", "winget install UB-Mannheim.TesseractOCR", "winget install UB-Mannheim.TesseractOCR"),
)
"""Programs that install, and their commands for Tesseract and for one of its languages."""


def has_recognition() -> bool:
    """Whether Tesseract is installed."""
    return bool(find_program(PROGRAM))


def install_command(language: str = "") -> str:
    """Return the command that installs Tesseract here, or one of its languages."""
    code = _LANGUAGES.get(language, language)
    for program, command, pack in _INSTALL:
        if find_program(program):
            return pack.format(code.replace("_", "-")) if language else command
    return f"install Tesseract{f' with its language {code}' if language else ''}"


def recognition_languages() -> list[str]:
    """Return the codes of the installed languages that are known here. Raises ReaderError if Tesseract is missing or fails."""
    result = run_program([_require_program(), "--list-langs"], seconds=20, most=_MOST_OUTPUT)
    if result.code:
        raise _failure(result)
    installed = {*result.output.decode("utf-8", "replace").split()}
    return [code for code, name in _LANGUAGES.items() if name in installed]


def recognize_document(data: bytes, source: str, language: str = "") -> RecognizedText:
    """Recognise the text of a scanned PDF or a picture, and keep it; what was done before in this language is not done again.

    `language` is a code of ISO 639-1, "" for English or else the first that is installed. Reports the pages, and can be stopped
    at any moment. Raises ReaderError when Tesseract or the language is missing, or no page has letters.
    """
    what = document_name(source)
    kept = load_recognition(data)
    if kept is not None and language in ("", kept.language):
        return kept
    installed = recognition_languages()
    code = primary_language(language) if language else DEFAULT_LANGUAGE
    if code not in installed:
        if language or not installed:
            name = language_title(code)
            raise ReaderError(f"Tesseract cannot read {name}: the language is not installed", f"Run {install_command(code)}")
        code = installed[0]
    version = (
        run_program([_require_program(), "--version"], seconds=20, most=_MOST_OUTPUT)
        .output.decode("utf-8", "replace")
        .split("\n")[0]
    )
    text = _recognize_pages(data, what, code, version.strip() or PROGRAM)
    keep_recognition(data, text)
    return text


def open_scan(data: bytes, source: str, language: str = "") -> Article:
    """Return the article of a document, as `open_document` does; the text of a scan is recognised first, if it was not before.

    Raises ReaderError as `open_document` and `recognize_document` do.
    """
    try:
        article = open_document(data, source)
    except ScanError:
        article = None
    if article is not None and (article.format != SCAN or not language):
        return article
    recognize_document(data, source, language)
    return open_document(data, source)


def _require_program() -> str:
    """Return the path of Tesseract. Raises ReaderError if it is not installed."""
    program = find_program(PROGRAM)
    if not program:
        raise ReaderError("Tesseract, which recognises text, is not installed", f"Run {install_command()}")
    return program


def _recognize_pages(data: bytes, what: str, language: str, version: str) -> RecognizedText:
    is_pdf = detect_container(data) == PDF
    count = _count_pages(data, what) if is_pdf else 1
    end = time.monotonic() + _MOST_SECONDS
    pages: list[RecognizedPage] = []
    unread: list[int] = []
    failure: ReaderError | None = None
    for number in range(count):
        report("page", number + 1, count)
        if number >= _MOST_PAGES or time.monotonic() > end:
            unread += range(number, count)
            break
        try:
            picture = _draw_page(data, number) if is_pdf else data
            pages += read_hocr(_run_tesseract(picture, _LANGUAGES[language]))
        except Cancelled:
            raise
        except ReaderError as error:
            failure = error
            unread.append(number)
            pages.append(RecognizedPage(0, ()))
    text = RecognizedText(version, language, pages, unread)
    if text.word_count:
        return text
    if failure is not None:
        raise failure
    raise ReaderError(f"No letters were recognised in {what}", f"Is it in {language_title(language)}? --language names another")


def _count_pages(data: bytes, what: str) -> int:
    from reader.formats.pdf.pages import PdfDocument

    document = PdfDocument(data, what, 0)
    document.close()
    return document.count


def _draw_page(data: bytes, number: int) -> bytes:
    """Return a page of a PDF as a picture. Raises ReaderError."""
    result = run_program(
        [sys.executable, "-S", "-P", str(Path(page_picture.__file__)), str(number)],
        seconds=_PAGE_SECONDS,
        most=_MOST_OUTPUT,
        data=data,
        memory=_MEMORY,
        look=checkpoint,
        environment={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    if result.code:
        raise ReaderError(f"Page {number + 1:,} cannot be drawn")
    return result.output


def _run_tesseract(picture: bytes, language: str) -> bytes:
    """Return what Tesseract reads on a picture, as hOCR. Raises ReaderError."""
    result = run_program(
        [_require_program(), "-", "-", "-l", language, "--dpi", "300", "hocr"],
        seconds=_PAGE_SECONDS,
        most=_MOST_OUTPUT,
        data=picture,
        memory=_MEMORY,
        look=checkpoint,
        environment={"OMP_THREAD_LIMIT": "1"},
    )
    if result.code:
        raise _failure(result)
    return result.output


def _failure(result: ProgramResult) -> ReaderError:
    return ReaderError(f"Tesseract failed: {result.complaint or f'exit code {result.code}'}")


# ------------------------------------------------------------------ hOCR


_NUMBERS: Final = re.compile(r"(bbox|baseline|x_wconf)((?: -?\d+(?:\.\d+)?)+)")


def read_hocr(data: bytes) -> list[RecognizedPage]:
    """Return the pages of a document in hOCR, as described in "hOCR: OCR Workflow and Output embedded in HTML" (1.2)."""
    parser = _etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = _etree.fromstring(data, parser)
    except _etree.XMLSyntaxError:
        return []
    if root is None:
        return []
    return [_read_page(element) for element in root.iter() if element.get("class") == "ocr_page"]


def _read_page(page: Any) -> RecognizedPage:
    words: list[Word] = []
    for line in page.iter():
        if line.get("class") in _LINES:
            words += _read_line(line)
    box = _numbers_of(page).get("bbox", (0, 0, 0, 0))
    return RecognizedPage((box[3] - box[1]) * _POINTS, words)


def _read_line(line: Any) -> list[Word]:
    values = _numbers_of(line)
    left, _, _, bottom = values.get("bbox", (0.0, 0.0, 0.0, 0.0))
    slope, offset = values.get("baseline", (0.0, 0.0))
    rows: list[tuple[str, Sequence[float], float, int]] = []
    for element in line.iter():
        text = "".join("".join(element.itertext()).split()) if element.get("class") == "ocrx_word" else ""
        numbers = _numbers_of(element) if text else {}
        if "bbox" in numbers:
            box = numbers["bbox"]
            rows.append((text, box, bottom + offset + slope * (box[0] - left), int(numbers.get("x_wconf", (0.0,))[0])))
    size = _letter_size(rows)
    return [
        Word._make((text, *(round(value * _POINTS, 2) for value in (*box, base, size)), confidence))
        for text, box, base, confidence in rows
    ]


def _letter_size(rows: Sequence[tuple[str, Sequence[float], float, int]]) -> float:
    """Return the size of the letters of a line in pixels, by the height of its capitals, which is the surest measure."""
    heights = [(base - box[1], any(_is_tall(char) for char in text)) for text, box, base, _ in rows]
    tall = [height for height, is_tall in heights if is_tall] or [height / _SMALL_HEIGHT for height, _ in heights]
    return max(1.0, median(tall) / _CAPITAL_HEIGHT) if tall else 1.0


def _is_tall(char: str) -> bool:
    return char in _ASCENDERS or (char.isalnum() and not char.islower())


def _numbers_of(element: Any) -> dict[str, Sequence[float]]:
    """Return the numbers in the title of an element, by their names, where there are as many as the name has."""
    sizes = {"bbox": 4, "baseline": 2, "x_wconf": 1}
    found = {name: tuple(map(float, numbers.split())) for name, numbers in _NUMBERS.findall(element.get("title") or "")}
    return {name: numbers for name, numbers in found.items() if len(numbers) == sizes[name]}
