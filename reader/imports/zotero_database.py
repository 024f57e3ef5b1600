"""Read the annotations and notes in the database of Zotero: those of PDFs, EPUBs and saved pages, and the notes of items.

Each item with annotations or notes is a document of the file. A note that was made of annotations repeats them, and what else
it says is kept. Whatever quotes nothing (a note, a remark on a page) is about the whole work.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast
from urllib.parse import unquote

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.formats.html.tree import HEADING_TAGS, Node, html_tree, release_tree
from reader.formats.progress import report
from reader.imports.annotation import ImportedAnnotation, ImportedDocument, Selection, to_stored_time
from reader.imports.zotero import find_quotation
from reader.review.vocabulary import NOT_CLAIM
from reader.sources.identifiers import join_identifiers, make_identifiers
from reader.sources.places.foreign_database import ForeignDatabase, Values, open_foreign, raw_value, text_value
from reader.sources.places.zotero import find_attachment, zotero_base_folder
from reader.sources.places.zotero_catalogue import ZoteroAttachment, ZoteroCatalogue, read_zotero_catalogue

_COLOURS: Final = {
    "#ff6666": "red",
    "#5fb236": "green",
    "#2ea8e5": "blue",
    "#a28ae5": "purple",
    "#e56eee": "magenta",
    "#f19837": "orange",
    "#aaaaaa": "gray",
}
"""The names that Zotero has for its colours."""
_USUAL_COLOUR: Final = "#ffd400"
"""The yellow of an annotation for which nobody chose a colour: it says nothing."""
_LINK = lazy_pattern(r"zotero://open[^\s\"']*[?&]annotation=(\w+)")
_PARAGRAPHS: Final = (*("p", "li", "blockquote", "div", "td", "th", "pre", "body", "html"), *sorted(HEADING_TAGS))
_STEP: Final = 50
_ALONE: Final = ImportedDocument("a note of its own", is_one_of_many=True)
"""What a note that belongs to no item is about."""
_QUOTING: Final = ("annotationKey", "annotation=")
"""What the page of a note that quotes annotations has."""


class _Mark(NamedTuple):
    """An annotation of the database, with the id of the item that it belongs to."""

    owner: object
    key: str
    quote: str
    comment: str
    page: str
    colour: str
    author: str
    tags: tuple[str, ...]
    created: object
    updated: object

    def to_annotation(self, number: int) -> ImportedAnnotation:
        """Return it as an annotation of the document with this number."""
        colour = f"colour/{_COLOURS.get(self.colour, self.colour)}" if self.colour not in ("", _USUAL_COLOUR) else ""
        page = f"p. {self.page}" if self.page else ""
        return ImportedAnnotation(
            self.key,
            number,
            self.quote,
            labels=() if self.quote else (NOT_CLAIM,),
            tags=tuple(filter(None, (*self.tags, colour))),
            note="\n\n".join(filter(None, (self.comment, page))) if self.quote or self.comment else "",
            author=self.author,
            created=_to_time(self.created),
            updated=_to_time(self.updated),
            is_about_whole=bool(self.comment) and not self.quote,
        )


class _Note(NamedTuple):
    """A note of the database, with the id of the item that it belongs to, its own if it stands alone."""

    owner: object
    key: str
    page: str
    author: str
    tags: tuple[str, ...]
    created: str
    updated: str


class _Paragraph(NamedTuple):
    """A paragraph of a note; with the key and the quote of an annotation, `text` is what was written beside these."""

    text: str
    key: str = ""
    quote: str = ""
    is_heading: bool = False


def read_zotero_database(path: Path, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the annotations and notes of a database, those in the trash and in feeds left out.

    Raises ReaderError if it is no database of Zotero, is damaged, or cannot be read while Zotero writes it.
    """
    with open_foreign(path, "Zotero") as database:
        if not (database.columns("items") and database.columns("itemAttachments")):
            raise ReaderError("it is a database of another program", "Name the file zotero.sqlite, or the folder that holds it")
        catalogue = read_zotero_catalogue(database)
        marks, notes = _read_marks(database, catalogue), _read_notes(database, catalogue)
    documents = _Documents(path.parent, catalogue)
    for mark in marks:
        number = selection.number_of(documents.of(mark.owner), mark.quote)
        if number is not None:
            yield mark.to_annotation(number)
    by_key = {mark.key: mark for mark in marks}
    for count, note in enumerate(notes):
        if count % _STEP == 0:
            report("note", count, len(notes))
        yield from _annotations_of(note, by_key, documents, selection)


# ------------------------------------------------------------------ the database


def _read_marks(database: ForeignDatabase, catalogue: ZoteroCatalogue) -> list[_Mark]:
    """Return the annotations in their order. Before Zotero 6 there were none."""
    columns = database.columns("itemAnnotations")
    if not {"itemID", "parentItemID", "text", "comment"} <= columns:
        return []
    attachments = {attachment.id: attachment for attachment in catalogue.attachments}
    tags, authors = _read_tags(database, "itemAnnotations"), _read_authors(database)
    optional = ("color", "pageLabel", "authorName")
    fields = ", ".join(f"n.{name}" if name in columns else "NULL" for name in optional)
    order = "n.parentItemID, n.sortIndex" if "sortIndex" in columns else "n.parentItemID"
    rows = database.rows(
        f"SELECT n.itemID, n.parentItemID, i.key, n.text, n.comment, {fields}, {_times(database)}"
        f" FROM itemAnnotations n JOIN items i USING (itemID) ORDER BY {order}, n.itemID"
    )
    marks = list[_Mark]()
    for item, parent, key, text, comment, colour, page, author, created, updated in rows:
        attachment = attachments.get(parent)
        if attachment is None or item in catalogue.hidden or catalogue.is_hidden(attachment):
            continue
        marks.append(
            _Mark(
                attachment.owner,
                text_value(key),
                raw_value(text).strip(),
                raw_value(comment).strip(),
                text_value(page),
                text_value(colour).casefold(),
                text_value(author) or authors.get(item, ""),
                tags.get(item, ()),
                created,
                updated,
            )
        )
    return marks


def _read_notes(database: ForeignDatabase, catalogue: ZoteroCatalogue) -> list[_Note]:
    if not {"itemID", "parentItemID", "note"} <= database.columns("itemNotes"):
        return []
    attachments = {attachment.id: attachment for attachment in catalogue.attachments}
    tags, authors = _read_tags(database, "itemNotes"), _read_authors(database)
    rows: Sequence[Values] = database.rows(
        f"SELECT n.itemID, n.parentItemID, i.key, n.note, {_times(database)}"
        " FROM itemNotes n JOIN items i USING (itemID) ORDER BY n.itemID"
    )
    notes = list[_Note]()
    for item, parent, key, page, created, updated in rows:
        attachment = attachments.get(parent if parent is not None else item)
        owner = attachment.owner if attachment is not None else item if parent is None else parent
        if catalogue.hidden.isdisjoint((item, parent, owner)) and raw_value(page).strip():
            author, times = authors.get(item, ""), (_to_time(created), _to_time(updated))
            notes.append(_Note(owner, text_value(key), raw_value(page), author, tags.get(item, ()), *times))
    return notes


def _times(database: ForeignDatabase) -> str:
    """Return the columns of a query that hold when an item was added and changed."""
    columns = database.columns("items")
    return ", ".join(f"i.{name}" if name in columns else "NULL" for name in ("dateAdded", "dateModified"))


def _to_time(value: object) -> str:
    return to_stored_time(raw_value(value))


def _read_tags(database: ForeignDatabase, table: str) -> Mapping[object, tuple[str, ...]]:
    """Return the tags of the items in a table, by id."""
    if not ({"itemID", "tagID"} <= database.columns("itemTags") and {"tagID", "name"} <= database.columns("tags")):
        return {}
    tags: defaultdict[object, list[str]] = defaultdict(list)
    for item, name in database.rows(
        "SELECT t.itemID, g.name FROM itemTags t JOIN tags g USING (tagID)"
        f" WHERE t.itemID IN (SELECT itemID FROM {table}) ORDER BY t.itemID, g.name"
    ):
        tags[item].append(text_value(name))
    return {item: tuple(names) for item, names in tags.items()}


def _read_authors(database: ForeignDatabase) -> Mapping[object, str]:
    """Return who made the items of groups, by id."""
    has_people = {"userID", "name"} <= database.columns("users")
    if not (has_people and {"itemID", "createdByUserID"} <= database.columns("groupItems")):
        return {}
    rows = database.rows("SELECT g.itemID, u.name FROM groupItems g JOIN users u ON u.userID = g.createdByUserID")
    return {item: text_value(name) for item, name in rows}


class _Documents:
    """The documents that items are, with what identifies them and the files that they have."""

    def __init__(self, folder: Path, catalogue: ZoteroCatalogue) -> None:
        self._folder = folder
        self._base = zotero_base_folder(folder, Path.home())
        self._catalogue = catalogue
        self._attachments: defaultdict[object, list[ZoteroAttachment]] = defaultdict(list)
        for attachment in catalogue.attachments:
            self._attachments[attachment.owner].append(attachment)
        self._made: dict[object, ImportedDocument] = {}

    def of(self, owner: object) -> ImportedDocument:
        """Return the document that an item is, made when it is asked for: that looks for its files."""
        if owner not in self._made:
            self._made[owner] = self._make(owner) if owner in self._catalogue.items else _ALONE
        return self._made[owner]

    def _make(self, owner: object) -> ImportedDocument:
        items, record, attachments = self._catalogue.items, self._catalogue.record(owner), self._attachments[owner]
        ids = (owner, *(attachment.id for attachment in attachments))
        addresses = [items[one].fields.get("url", "") for one in ids if one in items]
        found = (find_attachment(self._folder, self._base, one) for one in attachments if one.has_file)
        return ImportedDocument(
            record.title,
            addresses[0],
            identifiers=join_identifiers((record.identifiers, *(make_identifiers(address=one) for one in addresses if one))),
            files=tuple(os.path.realpath(file) for file in found if isinstance(file, Path)),
            is_one_of_many=True,
        )


# ------------------------------------------------------------------ notes


def _annotations_of(
    note: _Note, marks: Mapping[str, _Mark], documents: _Documents, selection: Selection
) -> Iterator[ImportedAnnotation]:
    """Yield what a note says beyond the annotations that it quotes: remarks beside a quote, and the rest as one."""
    mine = selection.number_of(documents.of(note.owner))
    if mine is None and not any(sign in note.page for sign in _QUOTING):
        selection.number_of(documents.of(note.owner), "")
        return
    whole = ImportedAnnotation(
        note.key, tags=note.tags, author=note.author, created=note.created, updated=note.updated, labels=(NOT_CLAIM,)
    )
    rest = list[str]()
    has_quotes = has_text = False
    for paragraph in _paragraphs(note.page):
        if not paragraph.key:
            rest.append(paragraph.text)
            has_text = has_text or not paragraph.is_heading
            continue
        has_quotes = True
        mark = marks.get(paragraph.key)
        if mark is not None and _one_line(paragraph.text) in _one_line(mark.comment):
            continue
        number = selection.number_of(documents.of(note.owner if mark is None else mark.owner), paragraph.quote)
        if number is not None:
            yield whole._replace(
                id=paragraph.key if mark is None else f"{note.key}-{paragraph.key}",
                document=number,
                quote=paragraph.quote,
                note=paragraph.text,
                labels=() if paragraph.quote else (NOT_CLAIM,),
                is_about_whole=not paragraph.quote,
            )
    if has_text or (rest and not has_quotes):
        number = selection.number_of(documents.of(note.owner), "")
        if number is not None:
            yield whole._replace(document=number, note="\n".join(rest), is_about_whole=True)


def _paragraphs(page: str) -> Iterator[_Paragraph]:
    """Yield the paragraphs of a note that have text, in order."""
    tree = html_tree(page.encode("utf-8", "replace"))
    marked = {node: key for node in tree.all_with_attribute(("data-annotation", "href")) if (key := _annotation_key(node))}
    blocks = dict.fromkeys([tree, *tree.all_with_tag(_PARAGRAPHS)])
    inner: defaultdict[Node, list[Node]] = defaultdict(list)
    quoted: dict[Node, Node] = {}
    for block in blocks:
        if (around := _block_around(block, blocks)) is not None:
            inner[around].append(block)
    for node in marked:
        if (around := _block_around(node, blocks)) is not None:
            quoted.setdefault(around, node)
    for block in blocks:
        node, others = quoted.get(block), frozenset(inner[block])
        if node is not None:
            quote, comment = find_quotation(block, node, others)
            yield _Paragraph(comment, marked[node], quote)
        elif text := block.text(others):
            yield _Paragraph(text, is_heading=block.tag in HEADING_TAGS)
    release_tree(tree)


def _block_around(node: Node, blocks: Mapping[Node, object]) -> Node | None:
    return next((around for around in node.ancestors() if around in blocks), None)


def _annotation_key(node: Node) -> str:
    """Return the key of the annotation that an element of a note quotes, "" for none."""
    data = node.get("data-annotation")
    if not data:
        link = _LINK.match(node.get("href"))
        return link[1] if link is not None else ""
    try:
        told: object = json.loads(unquote(data))
    except (ValueError, RecursionError):
        return ""
    key = cast("dict[str, object]", told).get("annotationKey") if isinstance(told, dict) else None
    return key if isinstance(key, str) else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
