"""Read PDF files with PDFium in a separate process, and write the pages to standard output.

This module is a program that `reader.formats.pdf.pages` starts. It limits its time and memory, since a malicious file can crash
PDFium or exhaust both. It imports nothing from this project, so that it starts fast. Standard input has one file after the
other, each preceded by its size, the number of the first page to read and the number of the page to stop at, eight bytes each.

Standard output has `marshal` values, each preceded by its size in eight bytes: (number of pages, metadata), or PDFium's error
number; then (width, height, fonts, texts, boxes, looks, links, is_legible) for each page, or None for an unreadable page.
Texts, boxes and looks are the columns of `RunTable` in `run_table`, links have the fields of `PdfLink` in `pages`. x grows to
the right, y downwards. A page is not legible if most of its characters are of no known letter; it has no runs then.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import marshal
import math
import re
import struct
import sys
import time
from array import array
from collections.abc import Iterator
from typing import Any, Final

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

import pypdfium2_raw  # pyright: ignore[reportMissingTypeStubs]  # no stubs

raw: Any = pypdfium2_raw  # only some of its functions are typed

FontFields = tuple[float, bool, bool, bool, int]
RunFields = tuple[str, float, float, float, float, float, int, bool]
LinkFields = tuple[float, float, float, float, str, int, float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top; y grows upwards."""
PageFields = tuple[float, float, list[FontFields], bytes, bytes, bytes, list[LinkFields], bool]

_METADATA_KEYS: Final = ("Title", "Author", "Subject", "Keywords", "doi", "WPS-ARTICLEDOI")
_FIXED_FLAG: Final = 1
_ITALIC_FLAG: Final = 64
_BOLD_FLAG: Final = 1 << 18
_BOLD_NAME: Final = re.compile(r"bold|black|heavy|semib|demi|-medi|cmbx|cmb10|sfbx|[.,-]b$", re.IGNORECASE)
_ITALIC_NAME: Final = re.compile(r"ital|obli|cmti|cmsl|cmmi|sfti|[.,-]i$|-it$|-bi$", re.IGNORECASE)
_FIXED_NAME: Final = re.compile(r"courier|mono|cmtt|sftt|consol|typewriter|menlo", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?:https?|ftp|mailto):", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\s\0\x02\ufffe]*[\x02\ufffe]|[^\s\0\x02\ufffe]+")
_REPLACEMENTS: Final = str.maketrans(
    {
        **{"\ufffe": "-", "\x02": "-"},  # PDFium's hyphens at the end of a line
        **{"\ufffd": "", "\ufffb": "", "\ufeff": "", "\u200b": "", "\xad": "-"},
        **{"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"},
    }
)
_UNKNOWN: Final = re.compile("[\\0\\x01\\x03-\\x08\\x0e-\\x1f\\x7f-\\x9f\\ue000-\\uf8ff\\ufffd]")
"""Characters without a letter: a font did not say which one it is, or used a number of its own."""
_MIN_UNKNOWN: Final = 20
_RIGHT_TO_LEFT: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_unpack_box: Final = struct.Struct("4f").unpack_from


def _skip_type_checks(function: Any) -> Any:
    """Return a function of PDFium that does not check the types of its arguments, which takes longer than most calls."""
    function.argtypes = None
    return function


_object_of: Final = _skip_type_checks(raw.FPDFText_GetTextObject)
_object_of.restype = ctypes.c_void_p  # an address, used only as an identity
_loose_box_of: Final = _skip_type_checks(raw.FPDFText_GetLooseCharBox)
_origin_of: Final = _skip_type_checks(raw.FPDFText_GetCharOrigin)
_matrix_of: Final = _skip_type_checks(raw.FPDFText_GetMatrix)
_font_size_of: Final = _skip_type_checks(raw.FPDFText_GetFontSize)
_font_of: Final = _skip_type_checks(raw.FPDFTextObj_GetFont)
_font_of.restype = ctypes.c_void_p
_clip_of: Final = _skip_type_checks(raw.FPDFPageObj_GetClipPath)
_clip_of.restype = ctypes.c_void_p
_clip_count_of: Final = _skip_type_checks(raw.FPDFClipPath_CountPaths)
_point_count_of: Final = _skip_type_checks(raw.FPDFClipPath_CountPathSegments)
_segment_of: Final = _skip_type_checks(raw.FPDFClipPath_GetPathSegment)
_segment_of.restype = ctypes.c_void_p
_point_of: Final = _skip_type_checks(raw.FPDFPathSegment_GetPoint)

_MAX_LINKS: Final = 2_000
_MAX_CHARACTERS: Final = 300_000
_MAX_LINE_LENGTH: Final = 500
_MAX_FONT_SIZE: Final = 2_000
_MAX_FONTS: Final = 30_000
_MAX_PLACE: Final = 10_000_000
_MAX_CLIPS: Final = 8
_MAX_CLIP_POINTS: Final = 16
_MEMORY_LIMIT: Final = 500_000_000
"""The bytes of memory for a file, in addition to its size."""
_MANY_OBJECTS: Final = 50_000
"""The objects at which to look for garbage. A page leaves hardly any, and to look more often takes a twentieth of the time."""
_PAGE_SECONDS: Final = 20
_FILE_SECONDS: Final = 200
"""The seconds of CPU time for a page and for a file. A full page takes about 0.01."""


def run_worker() -> None:
    """Read files from standard input until it ends."""
    config = raw.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=None, m_pIsolate=None, m_v8EmbedderSlot=0)
    raw.FPDF_InitLibraryWithConfig(config)
    gc.set_threshold(_MANY_OBJECTS)
    while request := sys.stdin.buffer.read(24):
        size, first, end = (int.from_bytes(request[start : start + 8], "big") for start in (0, 8, 16))
        _read_file(sys.stdin.buffer.read(size), first, end)


def _read_file(data: bytes, first: int, end: int) -> None:
    _limit_memory(_MEMORY_LIMIT + len(data))
    deadline = time.process_time() + _FILE_SECONDS
    _limit_time(deadline)
    document = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        _write_message(raw.FPDF_GetLastError())
        return
    count: int = raw.FPDF_GetPageCount(document)
    _write_message((count, _metadata(document)))
    for number in range(first, min(end, count)):
        _limit_time(deadline)
        _write_message(_read_page(document, number))
    raw.FPDF_CloseDocument(document)


def _write_message(value: object) -> None:
    message = marshal.dumps(value)  # pyright: ignore[reportArgumentType]  # tuples, lists and plain values
    sys.stdout.buffer.write(len(message).to_bytes(8, "big") + message)
    sys.stdout.buffer.flush()


def _limit_memory(size: int) -> None:
    """Limit the memory of this process, in bytes. The system ends it beyond the limit, without a core dump."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _set_limit(resource.RLIMIT_AS, size)


def _limit_time(deadline: float) -> None:
    """Limit CPU time from now on to a page's share, and at most to `deadline`, the end of the file's share."""
    if resource is not None:
        _set_limit(resource.RLIMIT_CPU, int(min(time.process_time() + _PAGE_SECONDS, deadline)) + 1)


def _set_limit(kind: int, limit: int) -> None:
    if resource is None:
        return
    with contextlib.suppress(OSError, ValueError):  # macOS does not accept every limit
        _, highest = resource.getrlimit(kind)
        resource.setrlimit(kind, (limit if highest == resource.RLIM_INFINITY else min(limit, highest), highest))


def _metadata(document: Any) -> dict[str, str]:
    metadata: dict[str, str] = {}
    for key in _METADATA_KEYS:
        size: int = raw.FPDF_GetMetaText(document, key.encode(), None, 0)
        buffer = ctypes.create_string_buffer(size)
        raw.FPDF_GetMetaText(document, key.encode(), buffer, size)
        metadata[key] = buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")
    units = (ctypes.c_ushort * 32)()
    size = raw.FPDFCatalog_GetLanguage(document, units, ctypes.sizeof(units))
    metadata["Language"] = bytes(units)[: size - 2].decode("utf-16-le", "replace") if 2 < size <= ctypes.sizeof(units) else ""
    return {name: " ".join(value.replace("\0", "").split()) for name, value in metadata.items()}


def _read_page(document: Any, number: int) -> PageFields | None:
    page = raw.FPDF_LoadPage(document, number)
    if not page:
        return None
    try:
        box = raw.FS_RECTF()
        text = raw.FPDFText_LoadPage(page)
        if not text or not raw.FPDF_GetPageBoundingBox(page, box):
            return None
        characters = _PageReader(text, box.left, box.top)
        width, height = box.right - box.left, box.top - box.bottom
        runs = [run for run in characters.runs() if -1 <= run[1] <= width and -1 <= run[2] <= height and run[4] >= 0 <= run[3]]
        raw.FPDFText_ClosePage(text)
        links = list(_read_links(document, page, box.left, box.top))
        columns = _to_columns(runs if characters.is_legible else [])
        return width, height, characters.fonts, *columns, links, characters.is_legible
    finally:
        raw.FPDF_ClosePage(page)


def _to_columns(runs: list[RunFields]) -> tuple[bytes, bytes, bytes]:
    """Return the texts, boxes and looks of runs, as columns of `RunTable`."""
    if not runs:
        return b"", b"", b""
    texts, *sides, fonts, glued = zip(*runs, strict=True)
    boxes = b"".join([array("f", side).tobytes() for side in sides])
    looks = array("H", [2 * font + is_glued for font, is_glued in zip(fonts, glued, strict=True)])
    return "\n".join(texts).encode("utf-8", "surrogatepass"), boxes, looks.tobytes()


def _read_links(document: Any, page: Any, left: float, top: float) -> Iterator[LinkFields]:
    place, link, rect = ctypes.c_int(0), raw.FPDF_LINK(), raw.FS_RECTF()
    for _ in range(_MAX_LINKS):
        if not raw.FPDFLink_Enumerate(page, place, link):
            return
        if raw.FPDFLink_GetAnnotRect(link, rect):
            address, page_number, x, y = _link_target(document, link)
            if address or page_number >= 0:
                low, high = sorted((rect.bottom, rect.top))
                yield rect.left - left, top - high, rect.right - left, top - low, address, page_number, x, y


def _link_target(document: Any, link: Any) -> tuple[str, int, float, float]:
    """Return the target of a link: an address, or a page number with x and y."""
    action = raw.FPDFLink_GetAction(link)
    if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI:
        buffer = ctypes.create_string_buffer(raw.FPDFAction_GetURIPath(document, action, None, 0) + 1)
        raw.FPDFAction_GetURIPath(document, action, buffer, len(buffer) - 1)
        address = buffer.value.decode("utf-8", "replace")
        return address if _ADDRESS.match(address) else "", -1, -1.0, -1.0
    place = raw.FPDFLink_GetDest(document, link)
    if not place and action:
        place = raw.FPDFAction_GetDest(document, action)
    if not place:
        return "", -1, -1.0, -1.0
    has_x, has_y, has_zoom = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    x, y, zoom = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    number: int = raw.FPDFDest_GetDestPageIndex(document, place)
    has_place = raw.FPDFDest_GetLocationInPage(place, has_x, has_y, has_zoom, x, y, zoom) and has_y.value
    size = raw.FS_SIZEF()
    if not has_place or not raw.FPDF_GetPageSizeByIndexF(document, number, size):
        return "", number, -1.0, -1.0
    return "", number, x.value if has_x.value else -1.0, max(0.0, size.height - y.value)


class _PageReader:
    """Reader of the characters of a page. `left` and `top` are its origin in PDF coordinates, where y grows upwards.

    `is_legible`: most of the characters that `runs` has read are known.
    """

    def __init__(self, page: Any, left: float, top: float) -> None:
        self._page, self._left, self._top = page, left, top
        self.fonts: list[FontFields] = []
        self.is_legible = True
        self._font_indexes: dict[FontFields, int] = {}
        self._fonts: dict[int, int] = {}
        self._font_styles: dict[int, tuple[bool, bool, bool]] = {}
        self._box = bytearray(16)
        self._baselines: dict[int, tuple[float, float]] = {}
        self._clip: Box | None = None
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._into_box = ctypes.byref(ctypes.c_char.from_buffer(self._box))
        self._matrix = raw.FS_MATRIX()
        self._into_x, self._into_y, self._into_matrix = map(ctypes.byref, (self._x, self._y, self._matrix))
        self._point_x, self._point_y = ctypes.c_float(), ctypes.c_float()
        self._into_point_x, self._into_point_y = ctypes.byref(self._point_x), ctypes.byref(self._point_y)

    def runs(self) -> Iterator[RunFields]:
        """Yield the runs in the order of the page content.

        A text object has one font and one line, and its characters follow each other unless text runs to the left. So the
        first and last characters of a word determine its position, and often those of a line its object.
        """
        text, end = self._read_text(), -1
        unknown = len(_UNKNOWN.findall(text))
        self.is_legible = unknown < _MIN_UNKNOWN or 2 * unknown <= len(text) - text.count(" ")
        can_look_ahead = not _RIGHT_TO_LEFT.search(text)
        key = object_end = line_end = 0
        for word in _WORD.finditer(text):
            first, last = word.span()
            is_whole = last <= object_end
            if not is_whole:
                previous_key, key = key, self._object_at(first)
                if first >= line_end:
                    line_end = text.find("\r", last)
                    line_end = line_end if line_end > 0 else len(text)
                    self._clip = self._read_clip(key)
                is_whole = last - first == 1 or self._object_at(last - 1) == key
                if is_whole and can_look_ahead and key and key == previous_key:
                    is_short = last < line_end <= last + _MAX_LINE_LENGTH
                    object_end = line_end if is_short and self._object_at(line_end - 1) == key else last
            if is_whole and (run := self._read_run(text, first, last, key, first == end)):
                if self._clip is None or self._is_shown(run, first):
                    yield run
            else:
                yield from (part for part in self._split_word(text, first, last, first == end) if self._is_shown(part, first))
            end = last

    def _split_word(self, text: str, start: int, end: int, glued: bool) -> Iterator[RunFields]:
        """Yield the parts of a word that spans several objects, or single characters of a part that is out of order."""
        objects = [self._object_at(place) for place in range(start, end)]
        begin = start
        for place in range(start + 1, end + 1):
            key = objects[begin - start]
            if place == end or objects[place - start] != key:
                if run := self._read_run(text, begin, place, key, glued):
                    yield run
                else:
                    yield from filter(None, (self._read_run(text, one, one + 1, key, glued) for one in range(begin, place)))
                begin, glued = place, True

    def _read_run(self, text: str, start: int, end: int, key: int, glued: bool) -> RunFields | None:
        """Return characters of one object as a run, or None if the last one is not after the first or has no position."""
        characters = text[start:end]
        if not characters.isascii() or "\x02" in characters:
            characters = characters.translate(_REPLACEMENTS).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
        page, box, into_box = self._page, self._box, self._into_box
        if not characters or not _loose_box_of(page, start, into_box):
            return None
        left, top, right, bottom = _unpack_box(box)
        font = self._fonts.get(key)
        if font is None:
            font = self._font_index(start, key)
        turn = self.fonts[font][4]
        known = self._baselines.get(key)
        base = known[1] if known and not turn and known[0] == bottom else self._baseline_at(start, key, turn, bottom)
        if end - start > 1:
            _loose_box_of(page, end - 1, into_box)
            last = last_left, last_top, last_right, last_bottom = _unpack_box(box)
            if not _can_end_run(turn, (left, top, right, bottom), last):
                return None
            left = last_left if last_left < left else left  # calls of `min` and `max` take longer
            top = last_top if last_top > top else top
            right = last_right if last_right > right else right
            bottom = last_bottom if last_bottom < bottom else bottom
        if not abs(left + top + right + bottom + base) < _MAX_PLACE:
            return None
        return characters, left - self._left, self._top - top, right - self._left, self._top - bottom, base, font, glued

    def _read_clip(self, key: int) -> Box | None:
        """Return the box outside which an object is not shown, if there is one.

        A figure can be a whole page of another file, of which such a box shows a part.
        """
        clip = ctypes.c_void_p(_clip_of(ctypes.c_void_p(key)) if key else None)
        boxes = [box for index in range(min(_clip_count_of(clip), _MAX_CLIPS)) if (box := self._read_path(clip, index))]
        if not boxes:
            return None
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        return max(lefts), max(bottoms), min(rights), min(tops)

    def _read_path(self, clip: ctypes.c_void_p, index: int) -> Box | None:
        """Return the box around a path of a clip, or None for a path of many points."""
        count = _point_count_of(clip, index)
        if not 0 < count <= _MAX_CLIP_POINTS:
            return None
        xs, ys = list[float](), list[float]()
        for place in range(count):
            _point_of(ctypes.c_void_p(_segment_of(clip, index, place)), self._into_point_x, self._into_point_y)
            xs.append(self._point_x.value)
            ys.append(self._point_y.value)
        return min(xs), min(ys), max(xs), max(ys)

    def _is_shown(self, run: RunFields, place: int) -> bool:
        """Whether the middle of a run is inside the clip of its line, or inside that of its own object, at `place`."""
        x, y = self._left + (run[1] + run[3]) / 2, self._top - (run[2] + run[4]) / 2
        return _is_inside(self._clip, x, y) or _is_inside(self._read_clip(self._object_at(place)), x, y)

    def _baseline_at(self, place: int, key: int, turn: int, bottom: float) -> float:
        """Return the baseline of a character, and keep it for those of its object whose boxes have the same `bottom`."""
        _origin_of(self._page, place, self._into_x, self._into_y)
        base = self._x.value - self._left if turn in (1, 3) else self._top - self._y.value
        if turn == 0 and key:
            self._baselines[key] = bottom, base
        return base

    def _read_text(self) -> str:
        """Return the characters of the page, one for each of PDFium's characters."""
        count = min(raw.FPDFText_CountChars(self._page), _MAX_CHARACTERS)
        if count <= 0:
            return ""
        buffer = (ctypes.c_ushort * (count + 1))()
        raw.FPDFText_GetText(self._page, 0, count, buffer)
        text = bytes(buffer)[:-2].decode("utf-16-le", "surrogatepass")
        if len(text) == count and "\0" not in text:
            return text
        # PDFium leaves out characters without text, which shifts the offsets, so read them one by one.
        codes = (raw.FPDFText_GetUnicode(self._page, place) for place in range(count))
        return "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)

    def _object_at(self, place: int) -> int:
        """Return the address of a character's object, or 0 for a character that PDFium adds."""
        return _object_of(self._page, place) or 0

    def _font_index(self, place: int, key: int) -> int:
        """Return the index of an object's font, and keep it for its other characters."""
        font = self._read_font(place, key)
        if font not in self._font_indexes and len(self.fonts) < _MAX_FONTS:
            self._font_indexes[font] = len(self.fonts)
            self.fonts.append(font)
        index = self._fonts[key] = self._font_indexes.get(font, 0)
        return index

    def _read_font(self, place: int, key: int) -> FontFields:
        if not _matrix_of(self._page, place, self._into_matrix):
            return 0.0, False, False, False, 0
        matrix = self._matrix
        size = ctypes.c_float(_font_size_of(self._page, place) * math.hypot(matrix.c, matrix.d)).value
        if not 0 < size < _MAX_FONT_SIZE:
            size = 0.0
        return size, *self._read_style(key), _direction_of(matrix.a, matrix.b)

    def _read_style(self, key: int) -> tuple[bool, bool, bool]:
        """Whether the font of an object is bold, italic and monospace."""
        address = _font_of(ctypes.c_void_p(key)) if key else None
        if not address:
            return False, False, False
        if address not in self._font_styles:
            font, buffer = ctypes.cast(address, raw.FPDF_FONT), ctypes.create_string_buffer(128)
            raw.FPDFFont_GetBaseFontName(font, buffer, len(buffer))
            name, flags = buffer.value.decode("latin-1"), raw.FPDFFont_GetFlags(font)
            self._font_styles[address] = (
                bool(flags & _BOLD_FLAG or _BOLD_NAME.search(name)),
                bool(flags & _ITALIC_FLAG or _ITALIC_NAME.search(name)),
                bool(flags & _FIXED_FLAG or _FIXED_NAME.search(name)),
            )
        return self._font_styles[address]


def _is_inside(box: Box | None, x: float, y: float) -> bool:
    return box is None or (box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _can_end_run(turn: int, first: tuple[float, ...], last: tuple[float, ...]) -> bool:
    """Whether a character box (left, top, right, bottom; y up) can end a run that begins with `first`."""
    if turn in (1, 3):
        return last[0] < first[2] and first[0] < last[2]
    return last[3] < first[1] and first[3] < last[1] and (turn != 0 or last[2] >= first[0])


def _direction_of(a: float, b: float) -> int:
    """Return the direction of a vector, as in `Font.direction` of `pages`, ignoring deviations of a few degrees."""
    if abs(b) <= 0.1 * abs(a):
        return 0 if a > 0 else 2
    if abs(a) <= 0.1 * abs(b):
        return 1 if b > 0 else 3
    return -1


if __name__ == "__main__":
    run_worker()
