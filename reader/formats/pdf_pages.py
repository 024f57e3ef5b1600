"""The pages of a PDF as runs of characters with their places and fonts. The only module that talks to PDFium.

PDFium keeps one state for the whole process, so only one thread at a time may be inside it. It opens what is broken as far as
it can, never touches the network, and runs no scripts here.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]  # it has none
import pypdfium2.raw  # pyright: ignore[reportMissingTypeStubs]  # as above

from reader.article.lazy import lazy
from reader.errors import ReaderError

raw: Any = pypdfium2.raw  # not all of its functions have types that can be told
_LOCK: Final = threading.RLock()
_FIXED: Final = 1
_ITALIC: Final = 64
_FORCED_BOLD: Final = 1 << 18
_BOLD_NAME = lazy(r"bold|black|heavy|semib|demi|-medi|cmbx|cmb10|sfbx|[.,-]b$", re.IGNORECASE)
_ITALIC_NAME = lazy(r"ital|obli|cmti|cmsl|cmmi|sfti|[.,-]i$|-it$|-bi$", re.IGNORECASE)
_FIXED_NAME = lazy(r"courier|mono|cmtt|sftt|consol|typewriter|menlo", re.IGNORECASE)
_WORD = lazy(r"[^\s\0\x02\ufffe]*[\x02\ufffe]|[^\s\0\x02\ufffe]+")
_CLEAN: Final = str.maketrans(
    {
        **{"\ufffe": "-", "\x02": "-"},  # how PDFium writes a hyphen at a line's end
        **{"\ufffd": "", "\ufffb": "", "\ufeff": "", "\u200b": "", "\xad": "-"},
        **{"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"},
    }
)
_MOST_LINKS: Final = 2_000
_MOST_CHARACTERS: Final = 2_000_000
_LARGEST_FONT: Final = 2_000


class Font(NamedTuple):
    """How characters look. `turn` is where they run to: 0 right, 1 up, 2 left, 3 down, -1 askew."""

    size: float
    bold: bool = False
    italic: bool = False
    fixed: bool = False
    turn: int = 0


class Run(NamedTuple):
    """Characters without white space between them, in one font. x leads right, y down; `base` is the y they stand on.

    `glued`: not even white space stands between it and the run before.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    font: Font
    glued: bool = False


class Link(NamedTuple):
    """A part of a page that leads to an address, or to a place in the document: a page's number, x and y.

    They are -1 where the link doesn't say.
    """

    left: float
    top: float
    right: float
    bottom: float
    address: str = ""
    page: int = -1
    x: float = -1.0
    y: float = -1.0


class Page(NamedTuple):
    """What is on a page, in the order of its content. `askew` is what runs in another direction than the rest."""

    number: int
    width: float
    height: float
    runs: list[Run]
    links: list[Link]
    askew: list[Run]


class Pages:
    """An open PDF. `what` is what messages call it; `count` is how many pages it has.

    Raises ReaderError when it can't be opened: no PDF, broken, locked with a password, without pages.
    """

    def __init__(self, data: bytes, what: str) -> None:
        with _LOCK:
            try:
                self._document: Any = pypdfium2.PdfDocument(data)
            except pypdfium2.PdfiumError as error:
                code: int | None = getattr(error, "err_code", None)
                raise _unopened(what, code) from error
            self.count = len(self._document)
            if not self.count:
                self._document.close()
                raise ReaderError(f"{what} has no pages", "it is broken or was cut short: get it again")

    def close(self) -> None:
        """Close the document."""
        with _LOCK:
            self._document.close()

    def metadata(self) -> dict[str, str]:
        """Return what the document says of itself: Title, Author, CreationDate and the like, and its Language."""
        with _LOCK:
            said: dict[str, str] = self._document.get_metadata_dict(skip_empty=True)
            room = (ctypes.c_ushort * 32)()
            size: int = raw.FPDFCatalog_GetLanguage(self._document.raw, room, ctypes.sizeof(room))
        if 2 < size <= ctypes.sizeof(room):
            said["Language"] = bytes(room)[: size - 2].decode("utf-16-le", "replace")
        return {name: " ".join(value.replace("\0", "").split()) for name, value in said.items()}

    def page(self, number: int) -> Page:
        """Return a page by its number, from 0; one that can't be read is empty."""
        with _LOCK:
            try:
                page = self._document[number]
            except pypdfium2.PdfiumError:
                return Page(number, 0, 0, [], [], [])
            try:
                return _upright(self._read(number, page))
            except pypdfium2.PdfiumError:
                return Page(number, 0, 0, [], [], [])
            finally:
                page.close()

    def _read(self, number: int, page: Any) -> Page:
        left, bottom, right, top = page.get_bbox()
        text = page.get_textpage()
        try:
            runs = list(_Characters(text.raw, left, top).runs())
        finally:
            text.close()
        width, height = right - left, top - bottom
        shown = [run for run in runs if -1 <= run.left <= width and -1 <= run.top <= height and run.bottom >= 0 <= run.right]
        return Page(number, width, height, shown, list(self._links(page.raw, left, top)), [])

    def _links(self, page: Any, left: float, top: float) -> Iterator[Link]:
        place, link, rect = ctypes.c_int(0), raw.FPDF_LINK(), raw.FS_RECTF()
        for _ in range(_MOST_LINKS):
            if not raw.FPDFLink_Enumerate(page, place, link):
                return
            if raw.FPDFLink_GetAnnotRect(link, rect):
                address, leads_to, x, y = self._target(link)
                if address or leads_to >= 0:
                    low, high = sorted((rect.bottom, rect.top))
                    yield Link(rect.left - left, top - high, rect.right - left, top - low, address, leads_to, x, y)

    def _target(self, link: Any) -> tuple[str, int, float, float]:
        """Return where a link leads: an address, or a page's number, x and y."""
        document = self._document.raw
        action = raw.FPDFLink_GetAction(link)
        if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI:
            room = ctypes.create_string_buffer(raw.FPDFAction_GetURIPath(document, action, None, 0) + 1)
            raw.FPDFAction_GetURIPath(document, action, room, len(room) - 1)
            return room.value.decode("utf-8", "replace"), -1, -1.0, -1.0
        place = raw.FPDFLink_GetDest(document, link)
        if not place and action:
            place = raw.FPDFAction_GetDest(document, action)
        if not place:
            return "", -1, -1.0, -1.0
        has_x, has_y, has_zoom = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
        x, y, zoom = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
        number: int = raw.FPDFDest_GetDestPageIndex(document, place)
        known = raw.FPDFDest_GetLocationInPage(place, has_x, has_y, has_zoom, x, y, zoom) and has_y.value
        size = raw.FS_SIZEF()
        if not known or not raw.FPDF_GetPageSizeByIndexF(document, number, size):
            return "", number, -1.0, -1.0
        return "", number, x.value if has_x.value else -1.0, max(0.0, size.height - y.value)


class _Characters:
    """The characters of a page. `left` and `top` are where the page begins in its own places, whose y leads up."""

    def __init__(self, page: Any, left: float, top: float) -> None:
        self._page, self._left, self._top = page, left, top
        self._fonts: dict[int, Font] = {}
        self._looks: dict[int, tuple[bool, bool, bool]] = {}
        self._box = raw.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()

    def runs(self) -> Iterator[Run]:
        """Yield the runs in the order of the page's content.

        An object of text has one font and stands on one line, so that its first and its last character tell where it is.
        """
        text, end = self._text(), -1
        for word in _WORD.finditer(text):
            first, last = word.start(), word.end()
            key = self._object(first)
            whole = last - first == 1 or self._object(last - 1) == key
            if whole and (run := self._run(text, first, last, key, first == end)):
                yield run
            else:
                yield from self._pieces(text, first, last, first == end)
            end = last

    def _pieces(self, text: str, start: int, end: int, glued: bool) -> Iterator[Run]:
        """Yield a word that is made of several objects piece by piece, one that is not laid out in order by characters."""
        objects = [self._object(place) for place in range(start, end)]
        begin = start
        for place in range(start + 1, end + 1):
            key = objects[begin - start]
            if place == end or objects[place - start] != key:
                if run := self._run(text, begin, place, key, glued):
                    yield run
                else:
                    yield from filter(None, (self._run(text, one, one + 1, key, glued) for one in range(begin, place)))
                begin, glued = place, True

    def _run(self, text: str, start: int, end: int, key: int, glued: bool) -> Run | None:
        """Return characters of the object `key` as a run; None when the last one doesn't stand behind the first one."""
        shown = text[start:end].translate(_CLEAN)
        font = self._font(start, key)
        box = self._box
        if not shown or not raw.FPDFText_GetLooseCharBox(self._page, start, box):
            return None
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        if end - start > 1:
            raw.FPDFText_GetLooseCharBox(self._page, end - 1, box)
            if not _follows(font.turn, (left, top, right, bottom), (box.left, box.top, box.right, box.bottom)):
                return None
            left, top = min(left, box.left), max(top, box.top)
            right, bottom = max(right, box.right), min(bottom, box.bottom)
        raw.FPDFText_GetCharOrigin(self._page, start, self._x, self._y)
        base = self._x.value - self._left if font.turn in (1, 3) else self._top - self._y.value
        if not math.isfinite(left + top + right + bottom + base):
            return None
        if not shown.isascii():
            shown = shown.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        return Run(shown, left - self._left, self._top - top, right - self._left, self._top - bottom, base, font, glued)

    def _text(self) -> str:
        """Return the page's characters, one for each of PDFium's."""
        count = min(raw.FPDFText_CountChars(self._page), _MOST_CHARACTERS)
        if count <= 0:
            return ""
        room = (ctypes.c_ushort * (count + 1))()
        raw.FPDFText_GetText(self._page, 0, count, room)
        text = bytes(room)[:-2].decode("utf-16-le", "surrogatepass")
        if len(text) == count and "\0" not in text:
            return text
        # Characters that PDFium has no text for are left out of its text, so that the places in it are others.
        codes = (raw.FPDFText_GetUnicode(self._page, place) for place in range(count))
        return "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)

    def _object(self, place: int) -> int:
        found = raw.FPDFText_GetTextObject(self._page, place)
        return ctypes.addressof(found.contents) if found else 0

    def _font(self, place: int, key: int) -> Font:
        font = self._fonts.get(key)
        if font is None:
            font = self._fonts[key] = self._font_of(place)
        return font

    def _font_of(self, place: int) -> Font:
        matrix = raw.FS_MATRIX()
        if not raw.FPDFText_GetMatrix(self._page, place, matrix):
            return Font(0.0)
        size = raw.FPDFText_GetFontSize(self._page, place) * math.hypot(matrix.c, matrix.d)
        if not 0 < size < _LARGEST_FONT:
            size = 0.0
        return Font(size, *self._look(place), _turn(matrix.a, matrix.b))

    def _look(self, place: int) -> tuple[bool, bool, bool]:
        """Return whether the font of a character is bold, italic, of one width for all."""
        found = raw.FPDFText_GetTextObject(self._page, place)
        font = raw.FPDFTextObj_GetFont(found) if found else None
        if not font:
            return False, False, False
        key = ctypes.addressof(font.contents)
        if key not in self._looks:
            room = ctypes.create_string_buffer(128)
            raw.FPDFFont_GetBaseFontName(font, room, len(room))
            name, flags = room.value.decode("latin-1"), raw.FPDFFont_GetFlags(font)
            self._looks[key] = (
                bool(flags & _FORCED_BOLD or _BOLD_NAME.search(name)),
                bool(flags & _ITALIC or _ITALIC_NAME.search(name)),
                bool(flags & _FIXED or _FIXED_NAME.search(name)),
            )
        return self._looks[key]


def _follows(turn: int, first: tuple[float, ...], last: tuple[float, ...]) -> bool:
    """Whether a character with the box `last` (left, top, right, bottom; y up) can end a run that `first` begins."""
    if turn in (1, 3):
        return last[0] < first[2] and first[0] < last[2]
    return last[3] < first[1] and first[3] < last[1] and (turn != 0 or last[2] >= first[0])


def _turn(a: float, b: float) -> int:
    """Return the direction that (a, b) points in; one more than a few degrees off is askew."""
    if abs(b) <= 0.1 * abs(a):
        return 0 if a > 0 else 2
    if abs(a) <= 0.1 * abs(b):
        return 1 if b > 0 else 3
    return -1


def _upright(page: Page) -> Page:
    """Return the page turned so that most of its characters run to the right, what doesn't apart."""
    count: Counter[int] = Counter()
    for run in page.runs:
        count[run.font.turn] += len(run.text)
    if not count or set(count) == {0}:
        return page
    turn = max(range(4), key=lambda turn: count[turn])
    runs = [run for run in page.runs if run.font.turn == turn]
    askew = [run for run in page.runs if run.font.turn != turn]
    if not turn:
        return page._replace(runs=runs, askew=askew)
    width, height = (page.height, page.width) if turn in (1, 3) else (page.width, page.height)

    def turned(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        if turn == 1:
            return page.height - bottom, left, page.height - top, right
        if turn == 2:
            return page.width - right, page.height - bottom, page.width - left, page.height - top
        return top, page.width - right, bottom, page.width - left

    made: list[Run] = []
    for run in runs:
        left, top, right, bottom = turned(run.left, run.top, run.right, run.bottom)
        base = run.base if turn == 1 else page.height - run.base if turn == 2 else page.width - run.base
        made.append(Run(run.text, left, top, right, bottom, base, run.font._replace(turn=0), run.glued))
    links = [Link(*turned(*link[:4]), *link[4:]) for link in page.links]
    return Page(page.number, width, height, made, links, askew)


def _unopened(what: str, code: int | None) -> ReaderError:
    if code == raw.FPDF_ERR_PASSWORD:
        return ReaderError(f"{what} is locked with a password", "save a copy without one, for example with qpdf --decrypt")
    if code == raw.FPDF_ERR_SECURITY:
        return ReaderError(f"{what} is locked in a way that can't be read", "save a copy that isn't locked")
    return ReaderError(f"{what} can't be read as PDF", "it is broken or was cut short: get it again")
