"""Read XML and zipped XML packages safely."""

from __future__ import annotations

import io
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast
from urllib.parse import unquote, urlsplit

from lxml import etree  # pyright: ignore[reportMissingTypeStubs, reportAttributeAccessIssue, reportUnknownVariableType]  # no stubs

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.formats.budget import current_budget
from reader.formats.detection import BROKEN_FILE_HINT, DIRECTORY_ENTRY, MAX_MEMBERS
from reader.formats.markup import recode_blocks, recode_markup
from reader.formats.progress import checkpoint, report

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ Elements


def element_name(element: Element) -> str:
    """Return an element's name without its namespace, or "" for an undeclared entity."""
    tag = cast("object", element.tag)  # comments and entities have functions as tags in lxml
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> list[Element]:
    """Return the children that have one of these names."""
    return [] if element is None else [child for child in element if element_name(child) in names]


def find_element(element: Element | None, *path: str) -> Element | None:
    """Return the first element at the end of a path of names, or None."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if element_name(child) == name), None)
    return element


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute by its name without namespace, or "": "href" also finds "xlink:href"."""
    for key, value in () if element is None else element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def find_elements(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield an element and its descendants that have one of these names, in document order."""
    return (part for part in (() if element is None else element.iter()) if element_name(part) in names)


def outermost_elements(element: Element, *names: str) -> Iterator[Element]:
    """Yield the descendants that have one of these names, in document order, without those inside one another."""
    for child in element:
        if element_name(child) in names:
            yield child
        else:
            yield from outermost_elements(child, *names)


def element_text(element: Element | None, *path: str) -> str:
    """Return the text of the element at the end of a path of names, in one line, or ""."""
    element = find_element(element, *path)
    return "" if element is None else " ".join("".join(element.itertext()).split())


# ------------------------------------------------------------------ Zip packages (EPUB and DOCX)

_MAX_MEMBER_SIZE: Final = 64 << 20
_MAX_TOTAL_SIZE: Final = 256 << 20
_MAX_RATIO: Final = 200  # text compresses to a third or a tenth; a higher ratio is a zip bomb
_SMALL_SIZE: Final = 4 << 20  # smaller members may have any ratio
_CHUNK_SIZE: Final = 1 << 20
_BOMB_HINT: Final = "It may be a zip bomb and was not read"
_ENCRYPTED: Final = 0x1
_ZIP_ERRORS: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError)
"""The errors of zipfile for a broken package. NotImplementedError means an unknown compression."""


_PARSER_OPTIONS: Final = {
    "resolve_entities": "internal",
    **{"no_network": True, "load_dtd": False, "remove_comments": True, "remove_pis": True},
}
_WRONG_ENCODING = lazy_pattern(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]{0,99}\bencoding=["'](?i:utf-?(?:16|32))""")
"""A declaration of UTF-16 that is itself written in bytes, as some programs leave it."""
_FATAL: Final = frozenset(
    ["ERR_DOCUMENT_EMPTY", "ERR_GT_REQUIRED", "ERR_RESOURCE_LIMIT", "ERR_TAG_NAME_MISMATCH", "ERR_TAG_NOT_FINISHED"]
)
"""The errors of libxml2 after which elements are missing or stand elsewhere."""
_DEPTH_ERROR: Final = "Excessive depth"
"""The beginning of libxml2's message about an element that is nested too deep."""


class Package:
    """The members of a zip package. `what` is the package's name in messages, such as "book.epub" or "The input"."""

    def __init__(self, data: bytes | BinaryIO, what: str) -> None:
        """Open a package: its bytes, or a file, of which only what is read is in memory.

        Raises ReaderError if it is broken or has too many members.
        """
        self._what = what
        self._read = 0
        self._file = io.BytesIO(data) if isinstance(data, bytes) else data
        try:
            if _count_entries(self._file) > MAX_MEMBERS:
                raise ReaderError(
                    f"{what} has more than {MAX_MEMBERS:,} parts", "No document needs that many, so it is not read"
                )
            self._zip = zipfile.ZipFile(self._file)
        except _ZIP_ERRORS as error:
            raise ReaderError(f"{what} cannot be unpacked", BROKEN_FILE_HINT) from error
        # Some programs write backslashes.
        infos_by_name = ((info.filename.replace("\\", "/"), info) for info in self._zip.infolist())
        self._members = {_normalize_member(name): info for name, info in infos_by_name if name and not name.endswith("/")}

    def __contains__(self, name: str) -> bool:
        return name in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the members in package order, without folders."""
        return tuple(self._members)

    def read(self, name: str) -> bytes:
        """Return the bytes of a member.

        Raises ReaderError if the member is missing, encrypted, broken or too large.
        """
        info = self._member(name)
        try:
            with self._zip.open(info) as member:
                return self._read_bounded(member, info.compress_size)
        except (*_ZIP_ERRORS, RuntimeError) as error:
            raise ReaderError(f"{self._what} cannot be unpacked: {name} is damaged", BROKEN_FILE_HINT) from error

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a member of any size in blocks, and report how many were read. Raises ReaderError as `read`."""
        info, done = self._member(name), 0
        try:
            with self._zip.open(info) as member:
                while block := member.read(_CHUNK_SIZE):
                    done += len(block)
                    if done > _SMALL_SIZE and done > info.compress_size * _MAX_RATIO:
                        raise ReaderError(f"{self._what} unpacks to far more than a document needs", _BOMB_HINT)
                    report("byte", done, info.file_size)
                    yield block
        except (*_ZIP_ERRORS, RuntimeError) as error:
            raise ReaderError(f"{self._what} cannot be unpacked: {name} is damaged", BROKEN_FILE_HINT) from error

    def _member(self, name: str) -> zipfile.ZipInfo:
        info = self._members.get(name)
        if info is None:
            raise ReaderError(f"{self._what} has no part {name}", BROKEN_FILE_HINT)
        if info.flag_bits & _ENCRYPTED:
            raise ReaderError(f"{self._what} is locked with a password", "Remove the password in the program it was made with")
        return info

    def find(self, name: str) -> bytes | None:
        """Return the bytes of a member, or None if it is missing. Raises ReaderError as `read` does."""
        return self.read(name) if name in self._members else None

    def xml(self, name: str) -> Element | None:
        """Return the root of an XML member, or None if it is missing or not XML. Raises ReaderError as `read` does."""
        data = self.find(name)
        return None if data is None else read_xml(data)

    def with_members(self, changes: Mapping[str, bytes]) -> bytes:
        """Return the package with these members in place of those of the same names, or added.

        All others keep their bytes, packed as they are, and their places. Raises ReaderError if they lie over one another.
        """
        packed = io.BytesIO()
        infos = self._zip.infolist()
        places = sorted({info.header_offset for info in infos})
        if len(places) < len(infos):
            raise ReaderError(f"{self._what} cannot be packed again: its parts lie over one another", BROKEN_FILE_HINT)
        ends = dict(pairwise((*places, self._zip.start_dir)))
        changed_infos = {id(info): name for name, info in self._members.items() if name in changes}
        with zipfile.ZipFile(packed, "w") as target:
            for info in infos:
                if (name := changed_infos.get(id(info))) is not None:
                    target.writestr(_new_info(info.filename), changes[name])
                    continue
                copied = copy(info)
                copied.header_offset = packed.tell()
                self._file.seek(info.header_offset)
                packed.write(self._file.read(ends[info.header_offset] - info.header_offset))
                # The directory is written from these, as for members that the module itself has written.
                target.filelist.append(copied)
                target.NameToInfo[copied.filename] = copied
                target.start_dir = packed.tell()
            for name in changes:
                if name not in self._members:
                    target.writestr(_new_info(name), changes[name])
        return packed.getvalue()

    def _read_bounded(self, member: Any, compressed_size: int) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while piece := member.read(_CHUNK_SIZE):
            pieces.append(piece)
            size += len(piece)
            self._read += len(piece)
            is_bomb = size > _SMALL_SIZE and size > compressed_size * _MAX_RATIO
            if is_bomb or size > _MAX_MEMBER_SIZE or self._read > _MAX_TOTAL_SIZE:
                raise ReaderError(f"{self._what} unpacks to far more than a document needs", _BOMB_HINT)
        return b"".join(pieces)


def _new_info(name: str) -> zipfile.ZipInfo:
    """Return the directory entry of a new member, without the time and the system of this machine."""
    info = zipfile.ZipInfo(name)
    info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
    return info


def _count_entries(file: BinaryIO) -> int:
    """Return how many members the directory of a package may have, before a module makes an object of each."""
    count, rest = 0, b""
    while block := file.read(_CHUNK_SIZE):
        block = rest + block
        count += block.count(DIRECTORY_ENTRY)
        rest = block[1 - len(DIRECTORY_ENTRY) :]
    return count


def read_xml(data: bytes) -> Element | None:
    """Return the root element of XML, recovering from errors where possible, or None.

    Comments and processing instructions are dropped, external entities are never loaded, and nesting deeper than 255 elements
    is cut off. The elements are lxml's, with the types of the standard library.
    """
    library = cast("Any", etree)
    parser = library.XMLParser(encoding="utf-8", recover=True, **_PARSER_OPTIONS)
    try:
        root = library.parse(_MarkupFile(recode_markup(data, "xml")), parser).getroot()
    except (library.XMLSyntaxError, ValueError):
        return None
    current_budget().has_omitted_depth |= any(_DEPTH_ERROR in entry.message for entry in parser.error_log)
    return root


def stream_elements(blocks: Iterable[bytes], depth: int) -> Iterator[tuple[str, Element]]:
    """Yield the elements at a depth below the root, each with the name of its ancestor below the root.

    An element is there until the next one is asked for. Faults within a text are recovered from, as in `read_xml`. Raises
    ReaderError if the markup is cut or damaged, nested too deeply, or has a text of more than 10 million characters.
    """
    library = cast("Any", etree)
    pieces = recode_blocks(blocks)
    first = next(pieces, b"")
    encoding = "utf-8" if _WRONG_ENCODING.match(first) else None
    file = _BlockFile(chain((first,), pieces))
    elements = library.iterparse(file, events=("start", "end"), recover=True, encoding=encoding, **_PARSER_OPTIONS)
    path: list[str] = []
    try:
        for event, element in elements:
            if event == "start":
                path.append(element_name(element))
                continue
            path.pop()
            if len(path) == depth:
                yield path[1], element
                element.clear()
                while element.getprevious() is not None:
                    element.getparent().remove(element.getprevious())
    except library.XMLSyntaxError as error:
        raise ReaderError("its markup is damaged", BROKEN_FILE_HINT) from error
    fault = next((entry for entry in elements.error_log if entry.type_name in _FATAL), None)
    if fault is not None:
        raise ReaderError(f"its markup is cut or damaged in line {fault.line:,}: {fault.message}", BROKEN_FILE_HINT)


class _BlockFile:
    """A binary file of blocks, of which each reading returns the next one."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)

    def read(self, size: int) -> bytes:
        """Return the next block."""
        return next(self._blocks, b"")


class _MarkupFile:
    """A binary file with a checkpoint before each part."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most `size`."""
        checkpoint()
        start, self._position = self._position, self._position + size
        return self._data[start : self._position]


def resolve_member(base: str, address: str) -> tuple[str, str]:
    """Resolve `address`, as written in the member `base`, to a member and a fragment.

    The member is "" if the address leads out of the package. A fragment alone leads to `base` itself.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return "", ""
    if parts.scheme or parts.netloc:
        return "", ""
    fragment = unquote(parts.fragment)
    if not parts.path:
        return base, fragment
    path = posixpath.normpath(posixpath.join(posixpath.dirname("/" + base), unquote(parts.path)))
    is_outside = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(parts.path))).startswith("..")
    return ("" if is_outside else path.lstrip("/")), fragment


def _normalize_member(name: str) -> str:
    """Strip the "./" or "/" that some programs write before a member's name."""
    return posixpath.normpath(name).lstrip("/")
