"""Find the entries of a list of references by what the text links to: bookmarks in its paragraphs, or bibliography marks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from reader.article.model import Reference
from reader.article.reference_lists import is_reference_heading
from reader.formats.odt.styles import OdtStyles
from reader.formats.runs import EntryKeys
from reader.formats.xml import attribute, element_name, element_text, find_elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_BOOKMARKS: Final = frozenset({"bookmark", "bookmark-start", "reference-mark", "reference-mark-start"})
_DIGITS: Final = "0123456789"
_ENTRY_END: Final = re.compile(r"[\]:]|\s")
"""Where the name ends that an entry of the index begins with, as in "[Lee2001]: Lee" and "Lee2001: Lee"."""


def link_target(link: Element) -> str:
    """Return the name of the bookmark that a link leads to, or ""."""
    address = attribute(link, "href")
    return unquote(address[1:]).partition("|")[0] if address.startswith("#") else ""


class BookmarkedEntries:
    """The entries of a document, each named for the builder. `keys` has their names in order."""

    def __init__(self, body: Element, styles: OdtStyles) -> None:
        """Find the entries.

        An entry is under a heading for references and has a bookmark with the name of a linked one except for the number, which
        may differ as the entry is never cited, or only by a range like "2–4".
        """
        targets = {link_target(link) for link in find_elements(body, "a")} - {""}
        families = {name.rstrip(_DIGITS) for name in targets}
        self._names: dict[Element, str] = {}
        self._by_bookmark: dict[str, str] = {}
        for paragraph, bookmarks in _paragraphs_under_references(body, styles).items() if targets else ():
            if any(name.rstrip(_DIGITS) in families for name in bookmarks):
                name = f"entry {len(self._names)}"
                self._names[paragraph] = name
                self._by_bookmark |= dict.fromkeys(bookmarks, name)
        self._labels: dict[Element, str] = {}
        self._by_mark, self.works = self._read_marks(body)
        self.keys = EntryKeys.from_entries([(name, "") for name in (*self._names.values(), *self.works)])

    def _read_marks(self, body: Element) -> tuple[dict[str, str], dict[str, Reference]]:
        """Return the names of what bibliography marks are of, by their identifiers, and the works that are in no index.

        Entries in brackets, "[Lee2001]: Lee", have no names, as the text says which they are; "Lee2001: Lee" does not.
        """
        marks = {attribute(mark, "identifier"): mark for mark in find_elements(body, "bibliography-mark")}
        indexes = [*find_elements(body, "index-body")] if marks else []
        listed = {
            _ENTRY_END.split(element_text(paragraph), 1)[0]: paragraph
            for index in indexes
            for paragraph in find_elements(index, "p")
        }
        names: dict[str, str] = {}
        works: dict[str, Reference] = {}
        for number, (identifier, mark) in enumerate(marks.items()):
            name, shown = f"mark {number}", element_text(mark).strip("[]") or identifier
            if (paragraph := listed.get(shown)) is not None:
                self._labels[paragraph] = shown
                names[identifier] = self._names.setdefault(paragraph, name)
            elif f"[{shown}" not in listed:
                names[identifier], works[name] = name, _marked_work(shown, mark)
        return names, works

    def marked_name(self, mark: Element) -> str:
        """Return the name of the entry or work that a bibliography mark is of, or ""."""
        return self._by_mark.get(attribute(mark, "identifier"), "")

    def label_of(self, paragraph: Element) -> str:
        """Return the label of an entry in the index of bibliography marks, "" for other paragraphs."""
        return self._labels.get(paragraph, "")

    def name_of(self, paragraph: Element) -> str:
        """Return the name of an entry, or "" for other paragraphs."""
        return self._names.get(paragraph, "")

    def linked_name(self, link: Element) -> str:
        """Return the name of the entry that a link leads to, or ""."""
        return self._by_bookmark.get(link_target(link), "")


def _marked_work(label: str, mark: Element) -> Reference:
    """Return the work that a bibliography mark describes."""
    author, year, title, url, doi = (attribute(mark, name) for name in ("author", "year", "title", "url", "doi"))
    place = attribute(mark, "journal") or attribute(mark, "booktitle") or attribute(mark, "publisher")
    head = f"{author} ({year})" if author and year else author or year
    text = ". ".join(part.rstrip(".") for part in (head, title, place, url) if part)
    authors = tuple(name.strip() for name in author.split(";") if name.strip())
    return Reference(label, label, f"{text}.", authors=authors, year=year, title=title, doi=doi, url=url)


def _paragraphs_under_references(body: Element, styles: OdtStyles) -> Mapping[Element, frozenset[str]]:
    """Return the paragraphs under headings for references, with their bookmarks, those before each included."""
    paragraphs: dict[Element, frozenset[str]] = {}
    is_announced = False
    earlier: list[str] = []
    current: list[str] | None = None
    last: Element | None = None
    for element in body.iter():
        name = element_name(element)
        if name in _BOOKMARKS:
            (earlier if current is None else current).append(attribute(element, "name"))
        elif name in ("p", "h"):
            if last is not None and current is not None:
                paragraphs[last] = frozenset(current)
            text = element_text(element)
            if name == "h" or styles.kind_of(attribute(element, "style-name")) == "title" or is_reference_heading(text):
                is_announced, last, current = is_reference_heading(text), None, None
            elif text and is_announced:
                last, current, earlier = element, earlier, []
    if last is not None and current is not None:
        paragraphs[last] = frozenset(current)
    return paragraphs
