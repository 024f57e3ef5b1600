"""Import annotations that were made elsewhere: one module per format, each a function that yields annotations of a stream.

`IMPORT_FORMATS` is the only list of formats. `open_import` recognizes a file, `read_annotations` reads what it has about an
article, `plan_import` says what of it comes into a review, and `ReviewSession.add_all` takes it in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.files import expand_path
from reader.formats import without_collection
from reader.formats.progress import Cancelled
from reader.formats.xml import Package
from reader.imports.annotation import ImportedAnnotation, ImportedFile, ImportFormat, Selection
from reader.imports.brat import is_like_brat, read_brat
from reader.imports.doccano import is_like_doccano, read_doccano
from reader.imports.hypothesis import is_like_hypothesis, read_hypothesis
from reader.imports.json_lines import is_like_own_lines, read_own_lines
from reader.imports.koreader import is_like_koreader, read_koreader
from reader.imports.label_studio import is_like_label_studio, read_label_studio
from reader.imports.matches import DocumentFinder
from reader.imports.prodigy import is_like_prodigy, read_prodigy
from reader.imports.readwise import is_like_readwise, read_readwise
from reader.imports.refi_qda import is_like_refi_qda, read_refi_qda
from reader.imports.selection import select_annotations
from reader.imports.source import ImportSource
from reader.imports.web_annotation import is_like_web_annotation, read_web_annotations
from reader.imports.zotero import is_like_zotero_note, read_zotero_note
from reader.sources.places.bibliography import bibliography_suffix
from reader.sources.places.catalogue import ZOTERO_DATABASE

if TYPE_CHECKING:
    from reader.article.article import Article

__all__ = [
    "IMPORT_FORMATS",
    "ImportFile",
    "ImportFormat",
    "ImportSource",
    "ReadFile",
    "ReferenceListError",
    "open_import",
    "open_import_file",
    "read_annotations",
]

_HEAD: Final = 65_536
"""The number of bytes, and of characters after long texts are cut, by which a format is recognized."""
_LONGER_HEADS: Final = (1 << 18, 1 << 20, 1 << 22, 1 << 24)
"""The numbers of bytes that are tried where a long text stands before what tells the format."""
_ARCHIVE: Final = b"PK\x03\x04"
_DATABASE: Final = b"SQLite format 3\0"
_LONG: Final = 120
_BLANK: Final = b" \t\r\n\xef\xbb\xbf"
_JSON_TEXT = lazy_pattern(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\Z)')


def _is_like_zotero(head: str) -> bool:
    return head.startswith(_DATABASE.decode()) or is_like_zotero_note(head)


def _read_zotero(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    # Zotero may write its database meanwhile: that is no fault, as a copy is read then.
    fresh = source if source.path is None else ImportSource(source.path)
    if fresh.head(len(_DATABASE)) != _DATABASE:
        return read_zotero_note(source, selection)
    from reader.imports.zotero_database import read_zotero_database  # loads SQLite

    if source.path is None:
        raise ReaderError("a database is read where it lies, with its journals", "Name the file zotero.sqlite")
    return read_zotero_database(source.path, selection)


_ROWS: Final = (
    ImportFormat(
        *("jsonl", "JSON Lines", is_like_own_lines, read_own_lines),
        carries="all of a review, also what single readers judged, bookmarks, assignments, dismissed findings and new tags",
        cannot_carry=(
            "of a review of another text: bookmarks, assignments of sentences, passages set aside, what single readers judged",
            "the texts of sources, what others recorded about them, and the language that a person set",
            "what other devices wrote at the same time (`conflicts`)",
        ),
    ),
    ImportFormat(
        *("hypothesis", "Hypothesis", is_like_hypothesis, read_hypothesis),
        carries="quote, place, tags, comment and replies, author and times; verdicts from our own export",
        cannot_carry=("notes on a whole page", "groups and permissions", "which reference a verdict is about, if several"),
    ),
    ImportFormat(
        *("web-annotation", "W3C Web Annotation", is_like_web_annotation, read_web_annotations),
        carries="quote, place, kind, tags, comment, fix, author and times; verdicts with the work that they are about",
        cannot_carry=("targets other than a passage of text", "evidence, which it does not tie to a text that is kept"),
    ),
    ImportFormat(
        *("doccano", "doccano", is_like_doccano, read_doccano),
        carries="ranges with labels; relations to a range called reference, as verdicts",
        cannot_carry=("labels and comments of whole texts", "other relations", "who marked what, and when"),
    ),
    ImportFormat(
        *("prodigy", "Prodigy", is_like_prodigy, read_prodigy),
        carries="spans of accepted tasks with labels; tags, notes, verdicts, decisions and fixes from our own export",
        cannot_carry=(
            "what was rejected or ignored",
            "labels of whole texts",
            "relations but those to a reference",
            "evidence",
        ),
    ),
    ImportFormat(
        *("label-studio", "Label Studio", is_like_label_studio, read_label_studio),
        carries="regions with labels, choices and written words; relations to a reference, as verdicts; person and times",
        cannot_carry=(
            "predictions and cancelled work",
            "choices about whole texts, and regions of pictures and recordings",
            "places in pages and dialogues: a quote that occurs twice is kept without one",
            "other relations",
        ),
    ),
    ImportFormat(
        *("brat", "brat standoff", is_like_brat, read_brat),
        carries="ranges with types, attributes and notes; with the .txt beside it, relations to a reference, as verdicts",
        cannot_carry=("parts of events, equivalences and normalizations", "other relations", "gaps within a range"),
    ),
    ImportFormat(
        *("refi-qda", "REFI-QDA project", is_like_refi_qda, read_refi_qda),
        carries="coded selections of texts: codes, descriptions, notes, person, time; links to a reference, as verdicts",
        cannot_carry=(
            "sources without a text in the project, codings of whole ones, and areas of pages without their words",
            "cases, variables, sets, graphs",
            "other links",
        ),
    ),
    ImportFormat(
        *("readwise", "Readwise CSV", is_like_readwise, read_readwise),
        carries="quote, note with its tags, tags and time, of the book or page with the article's title or address",
        cannot_carry=("places: a quote that occurs twice is kept without one", "colours and headings", "highlights of images"),
    ),
    ImportFormat(
        *("koreader", "KOReader", is_like_koreader, read_koreader),
        carries="quote, note and time, from its JSON or from the side-car file beside a book",
        cannot_carry=("places: a quote that occurs twice is kept without one", "bookmarks", "colours and chapters"),
    ),
    ImportFormat(
        *("zotero", "Zotero", _is_like_zotero, _read_zotero),
        carries=(
            "from `zotero.sqlite`: quote, comment, page, colour, tags, person and time of each annotation, and the notes of the"
            " item; from a note that was made of annotations, in Markdown or HTML: quote and comment"
        ),
        cannot_carry=("places: a quote that occurs twice is kept without one", "pictures and drawings", "formatting of notes"),
    ),
)

IMPORT_FORMATS: Final[Mapping[str, ImportFormat]] = MappingProxyType({row.name: row for row in _ROWS})
"""The formats that can be imported, by name, in the order in which a file is compared with them."""


class ReferenceListError(ReaderError):
    """A file that lists references: what takes the sources of an article in (`reader.sources`) reads it."""


class ImportFile(NamedTuple):
    """A file that was recognized: the name that people know it by, its format, and what reads it."""

    name: str
    format: ImportFormat
    source: ImportSource


class ReadFile(NamedTuple):
    """A file with the name that people know it by, its format, and what was read of it."""

    name: str
    format: ImportFormat
    content: ImportedFile


def open_import(name: str, source: ImportSource, kind: str = "") -> ImportFile:
    """Return a file to import in the format called `kind`, or in the one that its beginning is of.

    Raises ReaderError if it cannot be read or is of no format that can be imported.
    """
    return ImportFile(name, IMPORT_FORMATS[kind] if kind else _recognize(name, source), source)


def open_import_file(name: str, kind: str = "") -> ImportFile:
    """Return the file at a path that a person wrote, with the .txt beside an .ann, which it is about.

    Of a data folder of Zotero, it is the database. Raises ReaderError as `open_import`.
    """
    path = expand_path(name)
    if (path / ZOTERO_DATABASE).is_file():
        path = path / ZOTERO_DATABASE
    beside = path.with_suffix(".txt") if path.suffix == ".ann" else None
    text = ImportSource(beside).read() if beside is not None and beside.is_file() else None
    return open_import(path.name, ImportSource(path, text), kind)


def read_annotations(file: ImportFile, article: Article, article_id: str) -> ReadFile:
    """Read all of a file, and return what it has about an article, whose id in the library is `article_id`, "" for none.

    What is about other articles is not kept. Raises ReaderError, with the name of the file and the place in it, when it is of
    another format, damaged or cut: then nothing of it was read.
    """
    try:
        with without_collection():
            content = select_annotations(file.format.read, file.source, DocumentFinder(article, article_id))
    except Cancelled:
        raise
    except ReaderError as error:
        raise ReaderError(
            f"{file.name} cannot be read as {file.format.title}: {error.what}", error.hint or "Nothing was imported"
        ) from error
    return ReadFile(file.name, file.format, content)


def _recognize(name: str, source: ImportSource) -> ImportFormat:
    """Return the format of a file by its beginning."""
    head = source.head(_HEAD)
    if len(head) < _HEAD and not head.strip(_BLANK):
        raise ReaderError(f"{name} is empty", "Choose another file")
    if head.startswith(_ARCHIVE):
        with source.open() as file:
            names = "\n".join(("PK", *Package(file, name).names, ""))
        if row := next((row for row in _ROWS if row.is_like(names)), None):
            return row
    for size in (_HEAD, *_LONGER_HEADS):
        text = _shorten(source.head(size))
        row = next((row for row in _ROWS if row.is_like(text)), None)
        if row is not None:
            return row
    if bibliography_suffix(_shorten(head)) or name.lower().endswith((".bib", ".ris")):
        hint = "`reader import FILE` takes the files that it names, which lie beside FILE"
        raise ReferenceListError(f"{name} lists references, not annotations", hint)
    titles = ", ".join(row.title for row in _ROWS)
    raise ReaderError(
        f"{name} is of no format that can be imported", f"Those are {titles}; `reader import --format NAME` forces one"
    )


def _shorten(data: bytes) -> str:
    """Return the beginning of what bytes say, with long texts of JSON cut: what tells the format stands between them."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = data.decode(encoding, "replace").lstrip()
    if not text.startswith(("{", "[")):
        return text[:_HEAD]
    parts, at, length = list[str](), 0, 0
    for match in _JSON_TEXT.finditer(text):
        part = text[at : match.start()] + (match[0] if len(match[0]) < _LONG else f'{match[0][:_LONG]}"')
        parts.append(part)
        at, length = match.end(), length + len(part)
        if length >= _HEAD:
            break
    return ("".join(parts) + text[at : at + _HEAD])[:_HEAD]
