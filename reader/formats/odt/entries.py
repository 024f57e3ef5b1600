"""Find the entries of a list of references by what the text links to: bookmarks in its paragraphs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from reader.article.reference_lists import is_reference_heading
from reader.formats.odt.styles import OdtStyles
from reader.formats.runs import EntryKeys
from reader.formats.xml import attribute, element_name, element_text, find_elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_BOOKMARKS: Final = frozenset({"bookmark", "bookmark-start", "reference-mark", "reference-mark-start"})
_DIGITS: Final = "0123456789"


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
        self.keys = EntryKeys.from_entries([(name, "") for name in self._names.values()])

    def name_of(self, paragraph: Element) -> str:
        """Return the name of an entry, or "" for other paragraphs."""
        return self._names.get(paragraph, "")

    def linked_name(self, link: Element) -> str:
        """Return the name of the entry that a link leads to, or ""."""
        return self._by_bookmark.get(link_target(link), "")


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
