"""Import EPUB books."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from reader.article.article import Article
from reader.article.model import About, NoiseReason
from reader.errors import NoTextError, ReaderError
from reader.formats.detection import BROKEN_FILE_HINT, document_name
from reader.formats.html.boilerplate import MainContent
from reader.formats.html.citations import find_notes
from reader.formats.html.converter import convert_tree
from reader.formats.html.entries import ENTRY_ROLES
from reader.formats.html.page_builder import PageBuilder
from reader.formats.html.tree import HEADING_TAGS, Node, html_tree, join_files
from reader.formats.linked_references import with_linked_references
from reader.formats.progress import report
from reader.formats.xml import Package, attribute, children, element_name, element_text, find_element, resolve_member

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ The package: documents in reading order, and metadata

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_FONT_OBFUSCATION: Final = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
"""The methods of font obfuscation, which does not encrypt the text."""
_PAGE_SUFFIXES: Final = (".xhtml", ".html", ".htm", ".xml")
_UNLOCK_HINT: Final = "It opens only in the shop's own program: get a copy without DRM"
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_UNKNOWN_DATE: Final = "0101-01-01"  # Calibre's value for an unknown date
_MAX_FIELD_LENGTH: Final = 300
_MAX_AUTHORS: Final = 20


class BookPage(NamedTuple):
    """A document of a book. `is_linear`: it belongs to the reading order."""

    path: str
    is_linear: bool = True


class Book(NamedTuple):
    """The content of a package document. `roles` maps "member" or "member#id" to roles such as "toc" or "cover"."""

    pages: tuple[BookPage, ...]
    roles: Mapping[str, str]
    title: str = ""
    language: str = ""
    about: About = About()


class _ManifestItem(NamedTuple):
    path: str
    is_page: bool
    roles: str


def read_package(package: Package, what: str) -> Book:
    """Read the package document of a book. `what` is the book's name in messages.

    Raises ReaderError if the book has no text or is encrypted.
    """
    path = _package_document(package)
    root = package.xml(path) if path else None
    items = dict(_manifest(package, path, root))
    pages = _spine(root, items) or tuple(BookPage(item.path) for item in items.values() if item.is_page)
    pages = pages or tuple(BookPage(name) for name in package.names if name.casefold().endswith(_PAGE_SUFFIXES[:-1]))
    if not pages:
        raise ReaderError(f"{what} is an EPUB book without documents", BROKEN_FILE_HINT)
    if not _encrypted_members(package).isdisjoint(page.path for page in pages):
        raise ReaderError(f"{what} is an EPUB book with copy protection (DRM)", _UNLOCK_HINT)
    roles = {item.path: item.roles for item in items.values() if item.roles}
    roles |= _guide(path, root)
    return Book(pages, roles, *_read_metadata(find_element(root, "metadata")))


def _package_document(package: Package) -> str:
    container = package.xml(_CONTAINER)
    rootfile = find_element(container, "rootfiles", "rootfile")
    path = resolve_member("", attribute(rootfile, "full-path"))[0] if rootfile is not None else ""
    return path if path in package else next((name for name in package.names if name.casefold().endswith(".opf")), "")


def _manifest(package: Package, path: str, root: Element | None) -> Iterator[tuple[str, _ManifestItem]]:
    """Yield the ids and members in the package document, without missing members."""
    manifest = find_element(root, "manifest")
    for item in children(manifest, "item") if manifest is not None else ():
        member = resolve_member(path, attribute(item, "href"))[0]
        if member in package:
            kind = attribute(item, "media-type").casefold()
            is_page = "html" in kind or "oeb1-document" in kind or (not kind and member.casefold().endswith(_PAGE_SUFFIXES))
            roles = "toc" if "nav" in attribute(item, "properties").split() else ""
            yield attribute(item, "id"), _ManifestItem(member, is_page, roles)


def _spine(root: Element | None, items: Mapping[str, _ManifestItem]) -> tuple[BookPage, ...]:
    """Return the documents of the spine without repetitions, with non-linear ones last."""
    spine = find_element(root, "spine")
    pages: dict[str, BookPage] = {}
    for itemref in children(spine, "itemref") if spine is not None else ():
        item = items.get(attribute(itemref, "idref"))
        if item is not None and item.is_page:
            pages.setdefault(item.path, BookPage(item.path, attribute(itemref, "linear").casefold() != "no"))
    return tuple(sorted(pages.values(), key=lambda page: not page.is_linear))


def _guide(path: str, root: Element | None) -> dict[str, str]:
    guide = find_element(root, "guide")
    roles: dict[str, str] = {}
    for reference in children(guide, "reference") if guide is not None else ():
        member, fragment = resolve_member(path, attribute(reference, "href"))
        roles[f"{member}#{fragment}" if fragment else member] = attribute(reference, "type").casefold()
    return roles


def _encrypted_members(package: Package) -> frozenset[str]:
    """Return the encrypted members: https://www.w3.org/TR/epub-33/#sec-container-metainf-encryption.xml."""
    root = package.xml(_ENCRYPTION)
    members: set[str] = set()
    for data in root.iter() if root is not None else ():
        if element_name(data) == "EncryptedData":
            method, reference = find_element(data, "EncryptionMethod"), find_element(data, "CipherData", "CipherReference")
            if reference is not None and (method is None or attribute(method, "Algorithm") not in _FONT_OBFUSCATION):
                members.add(unquote(attribute(reference, "URI")))
    return frozenset(members)


def _read_metadata(metadata: Element | None) -> tuple[str, str, About]:
    elements: dict[str, list[Element]] = {}
    # In OPF 1, the Dublin Core elements have an additional parent.
    for element in metadata.iter() if metadata is not None else ():
        if element_text(element):
            elements.setdefault(element_name(element).casefold(), []).append(element)

    def all_of(name: str) -> list[str]:
        return [element_text(element)[:_MAX_FIELD_LENGTH] for element in elements.get(name, ())]

    title = _main_title(elements.get("title", ()), elements.get("meta", ()))
    language = next((text for text in all_of("language") if language_tag(text)), "")
    byline = ", ".join(dict.fromkeys(all_of("creator")[:_MAX_AUTHORS]))
    about = About(byline=byline, date=_publication_date(elements.get("date", ())), site=next(iter(all_of("publisher")), ""))
    return title, language, about


def language_tag(text: str) -> str:
    """Return `text` if it is a language tag, else "". Some programs write "C"."""
    return text if _LANGUAGE.fullmatch(text) else ""


def _main_title(titles: Sequence[Element], metas: Sequence[Element]) -> str:
    """Return the title marked as the main one, else the first with a letter or digit."""
    main_ids = {
        attribute(meta, "refines").removeprefix("#")
        for meta in metas
        if attribute(meta, "property") == "title-type" and element_text(meta) == "main"
    }
    ordered = sorted(titles, key=lambda title: attribute(title, "id") not in main_ids)
    return next((text for title in ordered if any(map(str.isalnum, text := element_text(title)[:_MAX_FIELD_LENGTH]))), "")


def _publication_date(dates: Sequence[Element]) -> str:
    """Return the publication date without the time, else another date except that of a modification."""
    events = ((attribute(date, "event").casefold(), element_text(date)[:10]) for date in dates)
    candidates = [(event != "publication", text) for event, text in events if event != "modification" and text != _UNKNOWN_DATE]
    return min(candidates, key=lambda pair: pair[0])[1] if candidates else ""


# ------------------------------------------------------------------ The content of a book

_NO_TEXT_ROLES: Final = frozenset(
    {
        *("toc", "toc-brief", "landmarks", "page-list", "loi", "lot", "loa", "lov", "index", "cover", "colophon", "imprint"),
        *("copyright-page", "halftitlepage", "other-credits"),
        *("doc-toc", "doc-pagelist", "doc-index", "doc-cover", "doc-colophon"),
    }
)
_NOTE_LIST_ROLES: Final = frozenset({"footnotes", "endnotes", "rearnotes", "notes", "doc-endnotes", "bibliography"})
_TITLE_ROLES: Final = frozenset({"title", "subtitle", "fulltitle", "covertitle"})
_MAX_HEADING_DISTANCE: Final = 2
_MIN_CONTENTS_LINKS: Final = 3
_MIN_LINK_SHARE: Final = 0.5
_MAX_ASIDE_SHARE: Final = 0.4
"""The largest share of a book's text that one part outside it may hold. Some books call their only document a cover."""


def prepare_tree(root: Node, book: Book) -> None:
    """Add the package's roles to the elements, and show notes that are hidden until clicked.

    Call this before `find_notes`, since links in a table of contents are not markers.
    """
    roles = {place: role for place, role in book.roles.items() if role in _NO_TEXT_ROLES}
    for document in root.child_nodes():
        _add_role(document, roles.get(document.id, ""))
        for node in document.descendants() if roles else ():
            _add_role(node, roles.get(f"{document.id}#{node.id.removeprefix(f'{document.id}#')}", ""))
    for node in root.descendants():
        if node.roles & (ENTRY_ROLES | _NOTE_LIST_ROLES):
            node.show()
        if node.tag == "p" and node.roles & _TITLE_ROLES:
            _make_heading(node)
    for number, document in enumerate(root.child_nodes()):
        if _is_contents(document):
            _add_role(document, "toc")
        elif not number and not document.text():
            _add_role(document, "cover")


def find_book_content(root: Node, book: Book, entries: Collection[Node]) -> MainContent:
    """Return the parts of a book to set aside. `entries` are the elements of its references and notes."""
    orders = sorted(entry.order for entry in entries)
    non_linear = {page.path for page in book.pages if not page.is_linear}
    max_length = _MAX_ASIDE_SHARE * len(root.text())
    return MainContent(dict.fromkeys(_find_aside(root, orders, non_linear, max_length), NoiseReason.CHROME), set(), ())


def _find_aside(top: Node, entries: Sequence[int], non_linear: Collection[str], max_length: float) -> Iterator[Node]:
    """Yield the outermost elements without entries that are not text because of their role or because they are not linear."""
    for node in top.child_nodes():
        is_candidate = node.tag == "nav" or not node.roles.isdisjoint(_NO_TEXT_ROLES) or node.id in non_linear
        if (
            is_candidate
            and bisect_left(entries, node.order) == bisect_right(entries, node.last_order)
            and len(node.text()) <= max_length
        ):
            yield node
        else:
            yield from _find_aside(node, entries, non_linear, max_length)


def _is_contents(document: Node) -> bool:
    local_links = {f"#{node.id}" for node in (document, *document.descendants())}
    links = [
        node.text()
        for node in document.descendants()
        if node.tag == "a" and (href := node.get("href")).startswith("#") and href not in local_links
    ]
    return len(links) >= _MIN_CONTENTS_LINKS and sum(map(len, links)) > _MIN_LINK_SHARE * len(document.text())


def _make_heading(node: Node) -> None:
    """Turn a paragraph with the role of a title into a heading of the same level as the heading just before it."""
    kids = node.parent.children[max(0, node.index - _MAX_HEADING_DISTANCE) : node.index] if node.parent is not None else []
    previous_tag = next((kid.tag for kid in reversed(kids) if isinstance(kid, Node)), "")
    _add_role(node, "heading")
    node.attrs.setdefault("aria-level", previous_tag[1:] if previous_tag in HEADING_TAGS else "2")


def _add_role(node: Node, role: str) -> None:
    if role:
        node.attrs["role"] = f"{node.get('role')} {role}".strip()


# ------------------------------------------------------------------ The importer


def epub_article(data: bytes, source: str) -> Article:
    """Read an EPUB book. Raises ReaderError if it is broken, locked or without text."""
    what = document_name(source)
    package = Package(data, what)
    book = read_package(package, what)
    root = join_files(_read_documents(package, book))
    prepare_tree(root, book)
    notes = find_notes(root)
    builder = PageBuilder()
    builder.about, builder.title = book.about, book.title
    languages = (node.get("xml:lang") or node.get("lang") for node in root.descendants() if node.tag == "html")
    builder.language = book.language or language_tag(next(filter(None, languages), ""))
    # A book has no page furniture around its text, so only elements and roles are set aside.
    parts, chapters = find_book_content(root, book, notes.entries.keys()), list(root.child_nodes())
    with builder.as_content():
        for number, chapter in enumerate(chapters, 1):
            report("chapter", number, len(chapters))
            convert_tree(chapter, builder, notes, parts)
    if not builder.size:
        raise NoTextError(f"{what} is an EPUB book without text", "Text recognition (OCR) can turn pictures of pages into text")
    article = builder.article("epub", source, from_text=notes.are_remarks)
    return article if article.references else with_linked_references(article)


def _read_documents(package: Package, book: Book) -> Iterator[tuple[str, Node]]:
    for number, page in enumerate(book.pages, 1):
        report("file", number, len(book.pages))
        yield page.path, html_tree(package.read(page.path))
