"""Import annotations that were made elsewhere: one module per format, each a pure function from bytes to an `ImportedFile`.

`IMPORT_FORMATS` is the only list of formats. `read_annotations` reads a file, `plan_import` says what of it comes into a
review, and `ReviewSession.add_all` takes it in.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.files import expand_path, read_document
from reader.formats import without_collection
from reader.formats.xml import Package
from reader.imports.annotation import ImportedFile, ImportFormat, ImportSource
from reader.imports.brat import is_like_brat, read_brat
from reader.imports.doccano import is_like_doccano, read_doccano
from reader.imports.hypothesis import is_like_hypothesis, read_hypothesis
from reader.imports.json_lines import is_like_json_lines, read_json_lines
from reader.imports.koreader import is_like_koreader, read_koreader
from reader.imports.label_studio import is_like_label_studio, read_label_studio
from reader.imports.prodigy import is_like_prodigy, read_prodigy
from reader.imports.readwise import is_like_readwise, read_readwise
from reader.imports.refi_qda import is_like_refi_qda, read_refi_qda
from reader.imports.web_annotation import is_like_web_annotation, read_web_annotations
from reader.imports.zotero import is_like_zotero_note, read_zotero_note

__all__ = [
    "IMPORT_FORMATS",
    "ImportFormat",
    "ImportSource",
    "ReadFile",
    "ReferenceListError",
    "read_annotations",
    "read_import_file",
]

_HEAD: Final = 65_536
"""The number of bytes, and of characters after long texts are cut, by which a format is recognized."""
_ARCHIVE: Final = b"PK\x03\x04"
_LONG: Final = 120
_BLANK: Final = b" \t\r\n\xef\xbb\xbf"
_JSON_TEXT = lazy_pattern(r'"(?:[^"\\]|\\.)*+(?:"|\Z)')
_BIBLIOGRAPHY = lazy_pattern(r'\s*@\w+\s*\{|TY  - |\[\s*\{[^{}\[\]]*"(?:issued|DOI|container-title|author)"\s*:')
"""The beginnings of BibTeX, RIS and CSL-JSON, which `reader source add --from` reads."""

_ROWS: Final = (
    ImportFormat(
        *("jsonl", "JSON Lines", is_like_json_lines, read_json_lines),
        carries="annotations with place, kind, tags, note, verdicts, evidence, links, decision and fix",
        cannot_carry=(
            "bookmarks, assignments, dismissed findings and passages set aside",
            "judgements of single readers, and how they were settled",
            "definitions of tags: `reader codebook export` and `reader codebook import` carry them",
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
        cannot_carry=("tasks that were rejected or ignored", "relations but those to a reference", "evidence"),
    ),
    ImportFormat(
        *("label-studio", "Label Studio", is_like_label_studio, read_label_studio),
        carries="regions with labels, choices and written words; relations to a reference, as verdicts; person and times",
        cannot_carry=("predictions and cancelled work", "choices about whole texts", "other relations"),
    ),
    ImportFormat(
        *("brat", "brat standoff", is_like_brat, read_brat),
        carries="ranges with types, attributes and notes; with the .txt beside it, relations to a reference, as verdicts",
        cannot_carry=("events, equivalences and normalizations", "other relations", "gaps within a range"),
    ),
    ImportFormat(
        *("refi-qda", "REFI-QDA project", is_like_refi_qda, read_refi_qda),
        carries="coded selections of texts: codes, descriptions, notes, person, time; links to a reference, as verdicts",
        cannot_carry=("sources that are no text, and codings of whole ones", "cases, variables, sets, graphs", "other links"),
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
        *("zotero", "Zotero note", is_like_zotero_note, read_zotero_note),
        carries="quote and comment of each annotation, from a note that was made of them, in Markdown or HTML",
        cannot_carry=(
            "places: a quote that occurs twice is kept without one",
            "colours, pages, images, tags, persons and times",
        ),
    ),
)

IMPORT_FORMATS: Final[Mapping[str, ImportFormat]] = MappingProxyType({row.name: row for row in _ROWS})
"""The formats that can be imported, by name, in the order in which a file is compared with them."""


class ReferenceListError(ReaderError):
    """A file that lists references: it belongs to the sources of an article."""


class ReadFile(NamedTuple):
    """A file with the name that people know it by, its format, and what was read of it."""

    name: str
    format: ImportFormat
    content: ImportedFile


def read_annotations(name: str, source: ImportSource, kind: str = "") -> ReadFile:
    """Read a file in the format called `kind`, or in the one that its content is of.

    Raises ReaderError, with the name of the file and the place in it, when it is of another format, damaged or cut: then
    nothing of it was read.
    """
    row = IMPORT_FORMATS[kind] if kind else _recognize(name, source.data)
    try:
        with without_collection():
            return ReadFile(name, row, row.read(source))
    except ReaderError as error:
        raise ReaderError(
            f"{name} cannot be read as {row.title}: {error.what}", error.hint or "Nothing was imported"
        ) from error


def read_import_file(name: str, kind: str = "") -> ReadFile:
    """Read the file at a path that a person wrote, with the .txt beside an .ann, which it is about.

    Raises ReaderError as `read_annotations`, and when the file cannot be read.
    """
    path = expand_path(name)
    beside = path.with_suffix(".txt")
    text = _read_bytes(beside) if path.suffix == ".ann" and beside.is_file() else None
    return read_annotations(path.name, ImportSource(_read_bytes(path), text), kind)


def _read_bytes(path: Path) -> bytes:
    try:
        return read_document(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = "Name a file in it, or zip a folder of brat" if path.is_dir() else "Choose another file"
        raise ReaderError(f"Cannot read {path}: {reason}", hint) from error


def _recognize(name: str, data: bytes) -> ImportFormat:
    """Return the format of a file by its beginning, or by all of it where a long text stands before what tells the format."""
    if not data.strip(_BLANK):
        raise ReaderError(f"{name} is empty", "Choose another file")
    if data.startswith(_ARCHIVE):
        names = "\n".join(("PK", *Package(data, name).names, ""))
        if row := next((row for row in _ROWS if row.is_like(names)), None):
            return row
    for size in (_HEAD, len(data)):
        head = _shorten(data[:size])
        row = next((row for row in _ROWS if row.is_like(head)), None)
        if row is not None:
            return row
    if _BIBLIOGRAPHY.match(_shorten(data[:_HEAD])):
        raise ReferenceListError(
            f"{name} lists references, not annotations", "`reader source add ARTICLE --from FILE` attaches their files"
        )
    titles = ", ".join(row.title for row in _ROWS)
    raise ReaderError(f"{name} is of no format that can be imported", f"Those are {titles}; --format NAME forces one")


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
