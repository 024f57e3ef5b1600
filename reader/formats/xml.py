"""Read XML and zipped XML packages safely."""

from __future__ import annotations

import io
import lzma
import posixpath
import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote, urlsplit

from lxml import etree  # pyright: ignore[reportMissingTypeStubs, reportAttributeAccessIssue, reportUnknownVariableType]  # no stubs

from reader.errors import ReaderError
from reader.formats.detection import BROKEN_FILE_HINT

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ JATS, DOCX


def element_name(element: Element) -> str:
    """Return an element's name without its namespace; "" for an entity that nobody declared."""
    tag = cast("object", element.tag)  # lxml has functions for tags of comments and entities
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> list[Element]:
    """Return the children with one of these names."""
    return [child for child in element if element_name(child) in names]


def find_element(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant that this path of names leads to, or None."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if element_name(child) == name), None)
    return element


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its name, whatever its namespace: "href" is written "xlink:href"."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def element_text(element: Element | None) -> str:
    """Return all the words of an element in one line, as they stand there."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


# ------------------------------------------------------------------ Reading documents that are zip packages, EPUB and DOCX,

_MAX_MEMBER_SIZE: Final = 64 << 20
_MAX_TOTAL_SIZE: Final = 256 << 20
_MAX_MEMBERS: Final = 50_000
_MAX_RATIO: Final = 200  # the text of a book packs to a third or a tenth; what packs to less than a two-hundredth is made to
_SMALL_SIZE: Final = 4 << 20  # below this size a member may be packed as well as it likes
_CHUNK_SIZE: Final = 1 << 20
_ENCRYPTED: Final = 0x1
_ZIP_ERRORS: Final = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, NotImplementedError)
"""What zipfile raises for a package that is broken, or (the last) packed in a way that it does not know."""


class Package:
    """The members of a zip package. `what` is what messages call it: "book.epub", "the input"."""

    def __init__(self, data: bytes, what: str) -> None:
        """Open the package; raises ReaderError when it is none, or has more members than any document."""
        self._what = what
        self._read = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS as error:
            raise ReaderError(f"{what} can't be unpacked", BROKEN_FILE_HINT) from error
        # Some packers write backslashes.
        named = ((info.filename.replace("\\", "/"), info) for info in self._zip.infolist())
        self._members = {_normalize_member(name): info for name, info in named if name and not name.endswith("/")}
        if len(self._members) > _MAX_MEMBERS:
            raise ReaderError(f"{what} has more than {_MAX_MEMBERS:,} parts", "no document needs so many: it is not read")

    def __contains__(self, name: str) -> bool:
        return name in self._members

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the members in the order of the package, folders apart."""
        return tuple(self._members)

    def read(self, name: str) -> bytes:
        """Return a member's bytes.

        Raises ReaderError when it isn't there, is encrypted or broken, or is larger than any document needs.
        """
        info = self._members.get(name)
        if info is None:
            raise ReaderError(f"{self._what} has no part {name}", BROKEN_FILE_HINT)
        if info.flag_bits & _ENCRYPTED:
            raise ReaderError(f"{self._what} is locked with a password", "unlock it first in the program it was made with")
        try:
            with self._zip.open(info) as member:
                return self._read_bounded(member, info.compress_size)
        except (*_ZIP_ERRORS, RuntimeError) as error:
            raise ReaderError(f"the part {name} of {self._what} can't be unpacked", BROKEN_FILE_HINT) from error

    def find(self, name: str) -> bytes | None:
        """Return a member's bytes, or None when the package has none of that name; raises ReaderError as `read` does."""
        return self.read(name) if name in self._members else None

    def xml(self, name: str) -> Element | None:
        """Return the root of a member that is XML, None when it isn't there or no XML at all; raises as `read` does."""
        data = self.find(name)
        return None if data is None else read_xml(data)

    def _read_bounded(self, member: Any, packed: int) -> bytes:
        """Return what is in an open member, piece by piece, so that nobody waits for, or holds, what is too large."""
        pieces: list[bytes] = []
        size = 0
        while piece := member.read(_CHUNK_SIZE):
            pieces.append(piece)
            size += len(piece)
            self._read += len(piece)
            bomb = size > _SMALL_SIZE and size > packed * _MAX_RATIO
            if bomb or size > _MAX_MEMBER_SIZE or self._read > _MAX_TOTAL_SIZE:
                raise ReaderError(f"{self._what} unpacks to far more than a document holds", "it is not read any further")
        return b"".join(pieces)


def read_xml(data: bytes) -> Element | None:
    """Return the root element of XML, as far as it can be read; None when nothing can.

    Comments and instructions are left out, external entities are never looked at, and what is nested deeper than 255 elements
    is cut off there. The elements are those of lxml, of which the standard library's interface is used.
    """
    parser = etree.XMLParser(  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # lxml has no stubs
        resolve_entities="internal", no_network=True, load_dtd=False, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # as above
    except (etree.XMLSyntaxError, ValueError):  # pyright: ignore[reportUnknownMemberType]  # as above
        return None
    return cast("Element | None", root)


def resolve_member(base: str, address: str) -> tuple[str, str]:
    """Return the member that `address`, written in the member `base`, leads to, and its fragment.

    The member is "" when the address leads out of the package: to another scheme or host, or above the package's root.
    An address that is nothing but a fragment leads to `base` itself.
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
    climbs = posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(parts.path))).startswith("..")
    return ("" if climbs else path.lstrip("/")), fragment


def _normalize_member(name: str) -> str:
    """Return a member's name as others refer to it: some packers write "./" or "/" in front."""
    return posixpath.normpath(name).lstrip("/")
