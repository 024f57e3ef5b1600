"""DOCX, the documents of Word (ECMA-376, WordprocessingML): bytes to `Article`.

The text is what a reader of the document sees: results of fields, inserted words and not deleted ones, no comments. Footnotes
and endnotes are entries; so are the paragraphs of a bibliography, which the text may link to. Lists and markers that are mere
text are found by the parsers of text.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reader.article.model import About, Article, BlockKind
from reader.errors import NoText, ReaderError
from reader.formats.building import Builder
from reader.formats.docx_body import Body
from reader.formats.docx_links import Links, entry_names
from reader.formats.docx_styles import Numbering, Styles
from reader.formats.docx_words import Notes, Words
from reader.formats.elements import attribute, children, first, local, words
from reader.formats.packages import Package
from reader.formats.refusals import AGAIN

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MAIN: Final = "word/document.xml"
_HEADING: Final = "Notes"


def docx_article(data: bytes, source: str) -> Article:
    """Read a Word document. Raises ReaderError when it can't be unpacked, is locked, or has no text."""
    what = "the input" if source == "-" else source
    package = Package(data, what)
    main = next((target for kind, target in _targets(package, "") if kind == "officeDocument"), _MAIN)
    root = package.xml(main if main in package else _MAIN)
    body = first(root, "body")
    if body is None:
        raise ReaderError(f"{what} is a Word document (.docx) whose text can't be read", AGAIN)
    parts = dict(_targets(package, main))

    def part(kind: str) -> Element | None:
        return package.xml(parts.get(kind, f"word/{kind}.xml"))

    styles = Styles(part("styles"))
    footnotes, endnotes, settings = part("footnotes"), part("endnotes"), part("settings")
    notes = Notes(footnotes, endnotes, _endnote_format(body, settings))
    links = Links(_addresses(package, main))
    builder = Builder()
    writer = Body(builder, styles, Numbering(part("numbering"), styles), Words(styles, notes, links, entry_names(body, styles)))
    writer.blocks(body)
    _about(builder, package, styles, has_headings=writer.has_headings)
    _notes(builder, writer, notes, package, parts)
    made = builder.article("docx", source, typed=True)
    if not made.blocks:
        raise NoText(f"{what} is a Word document (.docx) without any text", "pictures in it are not read")
    return made


def _notes(builder: Builder, writer: Body, notes: Notes, package: Package, parts: dict[str, str]) -> None:
    """Add the notes that the text called, in the order of their numbers."""
    if notes.called:
        builder.begin(BlockKind.HEADING, 2)
        builder.text(_HEADING)
        builder.end()
    for kind in ("footnotes", "endnotes"):
        links = Links(_addresses(package, parts.get(kind, f"word/{kind}.xml")))
        for note in (one for one in notes.called if one.kind == kind):
            with builder.entry(note.name, note.label) as entry:
                entry.links = writer.note(note, links)


# ---------------------------------------------------------------------- relationships


def _relations(package: Package, part: str) -> Iterator[Element]:
    """Yield what a part is related to, as Open Packaging Conventions keep it: in "_rels/<name>.rels" beside it."""
    folder, name = posixpath.split(part)
    root = package.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
    if root is not None:
        yield from (element for element in root if local(element) == "Relationship")


def _targets(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds and names of the parts of the package that a part leads to."""
    for element in _relations(package, part):
        if element.get("TargetMode") != "External":
            target = element.get("Target", "")
            path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
            yield posixpath.basename(element.get("Type", "")), path


def _addresses(package: Package, part: str) -> dict[str, str]:
    """Return the addresses out of the package that a part leads to, by their ids."""
    found = (element for element in _relations(package, part) if element.get("TargetMode") == "External")
    return {element.get("Id", ""): element.get("Target", "") for element in found}


# ---------------------------------------------------------------------- what it says of itself


def _about(builder: Builder, package: Package, styles: Styles, *, has_headings: bool) -> None:
    """Tell the builder what the properties say; their title, which is often that of a template, only where no heading is."""
    core = package.xml("docProps/core.xml")
    said = {local(element): words(element) for element in core} if core is not None else {}
    date = said.get("modified") or said.get("created", "")
    builder.about = About(byline=said.get("creator", ""), date=date[:10])
    builder.language = said.get("language") or styles.language or "en"
    if not has_headings:
        builder.title = said.get("title", "")


def _endnote_format(body: Element, settings: Element | None) -> str:
    """Return how endnotes are numbered: as the last section or the settings say, else in small Roman numerals."""
    for holder in (*reversed(children(body, "sectPr")), settings):
        number = first(holder, "endnotePr", "numFmt")
        if number is not None:
            return attribute(number, "val")
    return "lowerRoman"
