"""The text that was recognised on the pages of a document, kept in the person's cache folder under the document's digest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple, cast

from reader.article.language import language_title
from reader.files import make_folder, replace
from reader.formats.article_cache import recognition_file
from reader.formats.pdf.pages import PdfPage
from reader.formats.pdf.run_table import NO_RUNS, Font, PdfRun, RunTable
from reader.printable import plural

_VERSION: Final = 1
_UNCERTAIN: Final = 60
"""The confidence, of 100, below which a word is called uncertain."""
_SAME_SIZE: Final = 0.12
"""How far the letters of a line may differ from the usual size and count as that: the size of a line is measured, not known."""


class Word(NamedTuple):
    """A recognised word: its box, baseline and size of letters in points (y downwards), and its confidence, of 100."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    confidence: int


class RecognizedPage(NamedTuple):
    """The words of a page, in lines from top to bottom, and the page's height in points."""

    height: float
    words: Sequence[Word]


class RecognizedText(NamedTuple):
    """The pages of a document, those that could not be read without words, and how they were read.

    `by` names the program with its version, `language` is the code of the language that it was told. `unread` holds the numbers
    of the pages, from 0, that were not read.
    """

    by: str
    language: str
    pages: Sequence[RecognizedPage]
    unread: Sequence[int] = ()

    @property
    def word_count(self) -> int:
        """The number of words on all pages."""
        return sum(len(page.words) for page in self.pages)

    @property
    def notice(self) -> str:
        """What people must know about the text."""
        uncertain = sum(word.confidence < _UNCERTAIN for page in self.pages for word in page.words)
        words = f"; {uncertain:,} of {plural(self.word_count, 'word')} are uncertain" if uncertain else ""
        return (
            f"Recognised text, by {self.by} in {language_title(self.language)}: check what you quote against the page{words}."
        )

    def to_pages(self) -> list[PdfPage]:
        """Return the pages as those of a PDF with text."""
        sizes = sorted(word.size for page in self.pages for word in page.words)
        usual = sizes[len(sizes) // 2] if sizes else 1.0
        return [
            PdfPage(page.height, RunTable.of([_run(word, usual) for word in page.words]), [], NO_RUNS) for page in self.pages
        ]


def _run(word: Word, usual: float) -> PdfRun:
    """Return a word as a run of characters, in one of a few sizes."""
    ratio = word.size / usual
    size = usual if abs(ratio - 1) < _SAME_SIZE else usual * round(10 * ratio) / 10
    return PdfRun(*word[:6], Font(round(max(size, 1.0), 2)))


# ------------------------------------------------------------------ the cache


def load_recognition(data: bytes) -> RecognizedText | None:
    """Return the text that was recognised in a document, None if none was or the file is damaged."""
    try:
        record: Any = json.loads(recognition_file(hashlib.sha256(data).hexdigest()).read_bytes())
        if record["version"] != _VERSION:
            return None
        pages = [RecognizedPage(float(height), [_read_word(word) for word in words]) for height, words in record["pages"]]
        return RecognizedText(str(record["by"]), str(record["language"]), pages, [int(number) for number in record["unread"]])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _read_word(fields: Sequence[Any]) -> Word:
    text, *numbers, confidence = fields
    left, top, right, bottom, baseline, size = map(float, numbers)
    return Word(str(text), left, top, right, bottom, baseline, size, int(confidence))


def keep_recognition(data: bytes, text: RecognizedText) -> None:
    """Keep the text of a document. Failures are ignored: it is only recognised again then."""
    path = recognition_file(hashlib.sha256(data).hexdigest())
    content = json.dumps(cast("object", {"version": _VERSION, **text._asdict()}), ensure_ascii=False)
    temporary = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        make_folder(path.parent)
        path.parent.chmod(0o700)
        try:
            temporary.write_text(content, encoding="utf-8", errors="replace")
            replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
