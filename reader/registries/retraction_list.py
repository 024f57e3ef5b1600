"""Read a list of retractions: the CSV that Crossref publishes as the data of Retraction Watch.

Its documentation: https://www.crossref.org/documentation/retrieve-metadata/retraction-watch/. Its encoding is meant as UTF-8,
with broken bytes in it; dates are in US order, in some copies in ISO 8601; "0" and "unavailable" stand for no identifier.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.formats.progress import report
from reader.review.health import CONCERN, CORRECTION, NOTICE_NATURES, REINSTATEMENT, RETRACTION
from reader.sources.identifiers import clean_doi

_NEEDED: Final = ("Title", "RetractionDate", "RetractionDOI", "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature")
_FURTHER: Final = ("RetractionPubMedID", "OriginalPaperDate", "Author", "Reason")
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS: Final = ",;\t"
_US_DATE: Final = lazy_pattern(r"(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")
_ISO_DATE: Final = lazy_pattern(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)")
_NO_IDENTIFIER: Final = frozenset(["", "0", "unavailable", "n/a", "none"])
_HINT: Final = "Take retraction_watch.csv as Crossref publishes it; the documentation names its address"
_ROWS_OF_A_REPORT: Final = 1000
_PACKED: Final = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")
"""How packed files begin."""
_LAST_LINE: Final = "\x1fend of the list\x1f"
"""A line after the list that is a row of its own only if every quotation mark before it was closed."""


class RetractionRow(NamedTuple):
    """A notice of the list, and the work that it is about. Unknown values are empty.

    `doi` and `pubmed` are those of the work, `year` is the year of the work, `authors` and `reasons` are joined by ";".
    """

    doi: str
    pubmed: str
    title: str
    authors: str
    year: str
    nature: str
    date: str
    notice_doi: str
    notice_pubmed: str
    reasons: str


class ListCounts(NamedTuple):
    """What was counted in a list: its notices, rows about no work, dates that are none, rows with broken characters.

    `uneven` rows have more or fewer cells than there are columns, or hold another row, as where a quotation mark is missing.
    """

    notices: int = 0
    without_work: int = 0
    unreadable_dates: int = 0
    broken: int = 0
    uneven: int = 0


class RetractionList:
    """The rows of a list of retractions. Iterate over it once; `counts` holds what was counted until then."""

    def __init__(self, data: bytes, name: str) -> None:
        """Read the header of the list in `data`; `name` is that of its file. Raises ReaderError if a column is missing."""
        self.counts = ListCounts()
        self._name = name
        if data.startswith(_PACKED):
            raise ReaderError(f"{name} is packed", "Unpack it first")
        encoding = next((codec for mark, codec in _BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
        self._text = io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace", newline="")
        head = self._text.readline()
        self._delimiter = max(_DELIMITERS, key=head.count)
        try:
            cells = next(csv.reader([head or "?"], delimiter=self._delimiter))
        except csv.Error:  # a cell without end
            cells = [""]
        self._width = len(cells)
        self._columns = self._find_columns(cells)

    def __iter__(self) -> Iterator[RetractionRow]:
        """Yield the notices about a work. Raises ReaderError for a file that is no CSV."""
        places = [self._columns.get(name.casefold(), -1) for name in (*_NEEDED, *_FURTHER)]
        notices = without_work = unreadable_dates = broken = uneven = 0
        reader = csv.reader(chain(self._text, [_LAST_LINE]), delimiter=self._delimiter)
        try:
            line = 2
            for number, cells in enumerate(reader, 2):
                if not any(cells) or cells == [_LAST_LINE]:
                    continue
                if cells[-1].endswith(_LAST_LINE):
                    raise ReaderError(
                        f"{self._name} has a quotation mark in the row of line {line:,} that nothing closes", _HINT
                    )
                line = reader.line_num + 2
                if number % _ROWS_OF_A_REPORT == 0:
                    report("row", number)
                uneven += self._is_uneven(cells)
                row, is_date = _read_row([cells[place].strip() if 0 <= place < len(cells) else "" for place in places])
                if not (row.doi or row.pubmed or row.title):
                    without_work += 1
                    continue
                notices += 1
                unreadable_dates += not is_date
                broken += "\ufffd" in row.title or "\ufffd" in row.authors
                yield row
        except (csv.Error, UnicodeError) as error:
            raise ReaderError(f"{self._name} is no complete CSV near line {reader.line_num + 1:,}: {error}", _HINT) from error
        finally:
            self.counts = ListCounts(notices, without_work, unreadable_dates, broken, uneven)

    def _is_uneven(self, cells: Sequence[str]) -> bool:
        """Whether a row has another number of cells than the header, or one of them holds a row of its own."""
        # The header of the published list ends with a comma, rows need not.
        if not self._width - 1 <= len(cells) <= self._width:
            return True
        return any("\n" in cell and cell.count(self._delimiter) >= self._width - 2 for cell in cells)

    def _find_columns(self, head: Sequence[str]) -> Mapping[str, int]:
        """Return the places of the columns by their names in lower case. Raises ReaderError if one is missing."""
        columns = {name.strip().casefold(): place for place, name in reversed(list(enumerate(head)))}
        missing = [name for name in _NEEDED if name.casefold() not in columns]
        if len(missing) == len(_NEEDED):
            raise ReaderError(f"{self._name} is no list of retractions: it has none of the columns {', '.join(_NEEDED)}", _HINT)
        if missing:
            raise ReaderError(f"{self._name} lacks the column {', '.join(missing)}", _HINT)
        return columns


def _read_row(cells: Sequence[str]) -> tuple[RetractionRow, bool]:
    """Return a row of the cells of all columns, and whether its date is a date or missing."""
    title, date, notice_doi, doi, pubmed, nature, notice_pubmed, paper_date, authors, reason = cells
    iso_date = to_iso_date(date)
    row = RetractionRow(
        doi=_read_doi(doi),
        pubmed=_read_pubmed(pubmed),
        title=title,
        authors=authors,
        year=to_iso_date(paper_date)[:4],
        nature=_read_nature(nature),
        date=iso_date or date,
        notice_doi=_read_doi(notice_doi),
        notice_pubmed=_read_pubmed(notice_pubmed),
        reasons=reason,
    )
    return row, bool(iso_date) or not date


def to_iso_date(text: str) -> str:
    """Return a date of the list as "2026-08-07" or "2026-08", "" if it is none that is surely read."""
    us = _US_DATE.match(text)
    if us is not None:
        month, day, year = map(int, us.groups())
        return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""
    iso = _ISO_DATE.match(text)
    if iso is None or not 1 <= int(iso[2]) <= 12 or not 1 <= int(iso[3] or 1) <= 31:
        return ""
    return iso[0]


def _read_doi(cell: str) -> str:
    start = cell.find("10.")
    return clean_doi(cell[start:]) if start >= 0 and "/" in cell else ""


def _read_pubmed(cell: str) -> str:
    digits = cell.removesuffix(".0")  # as spreadsheets write a number
    return "" if cell.casefold() in _NO_IDENTIFIER or not (digits.isascii() and digits.isdecimal()) else digits.lstrip("0")


def _read_nature(cell: str) -> str:
    """Return one of NOTICE_NATURES, or the word of the list."""
    nature = cell.casefold()
    if nature in NOTICE_NATURES:
        return nature
    if nature in ("corrigendum", "erratum"):
        return CORRECTION
    signs = (("reinstat", REINSTATEMENT), ("retract", RETRACTION), ("concern", CONCERN))
    return next((known for sign, known in signs if sign in nature), nature)
