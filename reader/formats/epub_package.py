"""What the package document of an EPUB says: the documents to read, in order, and the book's title, authors, date, language.

The forms are those of EPUB 3.3 and of OPF 2.0.1, which older books have. Where the package document is broken or missing, the
book is the documents that are there, in the order of the package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from reader.article.model import About
from reader.errors import ReaderError
from reader.formats.elements import attribute, children, first, local, words
from reader.formats.packages import Package, member_at
from reader.formats.refusals import AGAIN

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_FONTS_ONLY: Final = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
"""How fonts are made useless outside of their book, which is no lock on the text."""
_PAGES: Final = (".xhtml", ".html", ".htm", ".xml")
_UNLOCK: Final = "it opens only in the program of the shop it came from: get a copy without the lock"
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_UNKNOWN_DATE: Final = "0101-01-01"  # what Calibre writes for a date that it doesn't know
_LONGEST: Final = 300
_MOST_AUTHORS: Final = 20


class Page(NamedTuple):
    """A document of a book: the member it is, and whether it is read in its turn, or only where something leads to it."""

    path: str
    is_linear: bool = True


class Book(NamedTuple):
    """What a package says. `roles` tells what places are, such as "toc" or "cover", by the member or "member#id"."""

    pages: tuple[Page, ...]
    roles: Mapping[str, str]
    title: str = ""
    language: str = ""
    about: About = About()


class _Item(NamedTuple):
    path: str
    is_page: bool
    roles: str


def book_of(package: Package, what: str) -> Book:
    """Return what a package says of its book; `what` is what messages call it.

    Raises ReaderError when there is nothing to read in it, or when what there is is encrypted.
    """
    path = _package_document(package)
    root = package.xml(path) if path else None
    items = dict(_manifest(package, path, root))
    pages = _spine(root, items) or tuple(Page(item.path) for item in items.values() if item.is_page)
    pages = pages or tuple(Page(name) for name in package.names if name.casefold().endswith(_PAGES[:-1]))
    if not pages:
        raise ReaderError(f"there is no text in the EPUB book {what}", AGAIN)
    if not _encrypted(package).isdisjoint(page.path for page in pages):
        raise ReaderError(f"{what} is an EPUB book that is locked (DRM)", _UNLOCK)
    roles = {item.path: item.roles for item in items.values() if item.roles}
    roles |= _guide(path, root)
    return Book(pages, roles, *_said(first(root, "metadata")))


def _package_document(package: Package) -> str:
    """Return the member that is the package document, "" when there is none."""
    container = package.xml(_CONTAINER)
    rootfile = first(container, "rootfiles", "rootfile")
    path = member_at("", attribute(rootfile, "full-path"))[0] if rootfile is not None else ""
    return path if path in package else next((name for name in package.names if name.casefold().endswith(".opf")), "")


def _manifest(package: Package, path: str, root: Element | None) -> Iterator[tuple[str, _Item]]:
    """Yield the members that the package document lists, by their ids there; what is not in the package is not there."""
    manifest = first(root, "manifest")
    for item in children(manifest, "item") if manifest is not None else ():
        member = member_at(path, attribute(item, "href"))[0]
        if member in package:
            kind = attribute(item, "media-type").casefold()
            is_page = "html" in kind or "oeb1-document" in kind or (not kind and member.casefold().endswith(_PAGES))
            roles = "toc" if "nav" in attribute(item, "properties").split() else ""
            yield attribute(item, "id"), _Item(member, is_page, roles)


def _spine(root: Element | None, items: Mapping[str, _Item]) -> tuple[Page, ...]:
    """Return the documents of the spine, each once, those out of its line at the end."""
    spine = first(root, "spine")
    pages: dict[str, Page] = {}
    for itemref in children(spine, "itemref") if spine is not None else ():
        item = items.get(attribute(itemref, "idref"))
        if item is not None and item.is_page:
            pages.setdefault(item.path, Page(item.path, attribute(itemref, "linear").casefold() != "no"))
    return tuple(sorted(pages.values(), key=lambda page: not page.is_linear))


def _guide(path: str, root: Element | None) -> dict[str, str]:
    """Return what the guide of an older book says of places."""
    guide = first(root, "guide")
    roles: dict[str, str] = {}
    for reference in children(guide, "reference") if guide is not None else ():
        member, fragment = member_at(path, attribute(reference, "href"))
        roles[f"{member}#{fragment}" if fragment else member] = attribute(reference, "type").casefold()
    return roles


def _encrypted(package: Package) -> frozenset[str]:
    """Return the members that can't be read without a key: https://www.w3.org/TR/epub-33/#sec-container-metainf-encryption.xml."""
    root = package.xml(_ENCRYPTION)
    found: set[str] = set()
    for data in root.iter() if root is not None else ():
        if local(data) == "EncryptedData":
            method, reference = first(data, "EncryptionMethod"), first(data, "CipherData", "CipherReference")
            if reference is not None and (method is None or attribute(method, "Algorithm") not in _FONTS_ONLY):
                found.add(unquote(attribute(reference, "URI")))
    return frozenset(found)


# ---------------------------------------------------------------------- what it says of itself


def _said(metadata: Element | None) -> tuple[str, str, About]:
    """Return the title, the language and the rest of what the metadata says."""
    said: dict[str, list[Element]] = {}
    # In OPF 1 the elements of Dublin Core stand in one of their own.
    for element in metadata.iter() if metadata is not None else ():
        if words(element):
            said.setdefault(local(element).casefold(), []).append(element)

    def all_of(name: str) -> list[str]:
        return [words(element)[:_LONGEST] for element in said.get(name, ())]

    title = _main(said.get("title", ()), said.get("meta", ()))
    language = next((text for text in all_of("language") if language_in(text)), "")
    byline = ", ".join(dict.fromkeys(all_of("creator")[:_MOST_AUTHORS]))
    about = About(byline=byline, date=_date(said.get("date", ())), site=next(iter(all_of("publisher")), ""))
    return title, language, about


def language_in(text: str) -> str:
    """Return the language that a text is the tag of, "" when it is none, such as the "C" of programs that know no better."""
    return text if _LANGUAGE.fullmatch(text) else ""


def _main(titles: Sequence[Element], metas: Sequence[Element]) -> str:
    """Return the title that is called the main one, else the first that has a letter or a number in it."""
    called = {
        attribute(meta, "refines").removeprefix("#")
        for meta in metas
        if attribute(meta, "property") == "title-type" and words(meta) == "main"
    }
    ordered = sorted(titles, key=lambda title: attribute(title, "id") not in called)
    return next((text for title in ordered if any(map(str.isalnum, text := words(title)[:_LONGEST]))), "")


def _date(dates: Sequence[Element]) -> str:
    """Return the date of publication, as far as days go, before any other but that of a change."""
    events = ((attribute(date, "event").casefold(), words(date)[:10]) for date in dates)
    found = [(event != "publication", text) for event, text in events if event != "modification" and text != _UNKNOWN_DATE]
    return min(found, key=lambda pair: pair[0])[1] if found else ""
