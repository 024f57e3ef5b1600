"""Where the links of a Word document lead to: addresses, and paragraphs that are entries of a bibliography or notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.reference_lists import announces_references
from reader.formats.docx_styles import Styles
from reader.formats.elements import attribute, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LONGEST_MARKER: Final = 8
_DIGITS: Final = "0123456789"


class Links(NamedTuple):
    """The addresses of a part of the package by the ids that its links name."""

    addresses: Mapping[str, str]

    def of(self, hyperlink: Element) -> str:
        """Return where a link leads to: an address, or "#" and the name of a bookmark; "" when nowhere."""
        anchor = attribute(hyperlink, "anchor")
        address = self.addresses.get(attribute(hyperlink, "id"), "")
        return address or (f"#{anchor}" if anchor else "")


def address_in(instruction: str) -> str:
    r"""Return where the field `HYPERLINK "address" \l "bookmark"` leads to, as `Links.of` does; "" for other fields."""
    parts = _arguments(instruction)
    if parts[:1] == ["REF"] and "\\h" in parts and len(parts) > 1:
        return f"#{parts[1]}"
    if parts[:1] != ["HYPERLINK"]:
        return ""
    address = bookmark = ""
    place = 1
    while place < len(parts):
        if parts[place] == "\\l":
            bookmark = parts[place + 1] if place + 1 < len(parts) else ""
            place += 1
        elif parts[place] in ("\\o", "\\t"):
            place += 1
        elif not parts[place].startswith("\\") and not address:
            address = parts[place]
        place += 1
    return address or (f"#{bookmark}" if bookmark else "")


def _arguments(instruction: str) -> list[str]:
    parts: list[str] = []
    for number, piece in enumerate(instruction.split('"')):
        parts += [piece] if number % 2 else piece.split()
    return parts[:1] and [parts[0].upper(), *parts[1:]]


def entry_names(body: Element, styles: Styles) -> dict[Element, frozenset[str]]:
    """Return the paragraphs that are entries and the bookmarks that stand at them.

    An entry is a paragraph of a style for bibliographies; one that the text links to, under a heading that announces references
    or with a short link back at its beginning; and, under such a heading, one whose bookmark differs from theirs in its number
    only: it is never cited, or only by a range such as "2–4".
    """
    paragraphs = [element for element in body.iter() if local(element) == "p"]
    linked = set(_linked(body))
    families = {name.rstrip(_DIGITS) for name in linked}
    found: dict[Element, frozenset[str]] = {}
    is_announced = False
    for paragraph, bookmarks in _bookmarks(body, paragraphs):
        kind = styles.kind(paragraph).name
        text = "".join(element.text or "" for element in paragraph.iter() if local(element) == "t").strip()
        if kind in ("heading", "title") or announces_references(text):
            is_announced = announces_references(text)
        elif text and kind != "contents":
            is_listed = is_announced and any(name.rstrip(_DIGITS) in families for name in bookmarks)
            is_linked = not bookmarks.isdisjoint(linked) and _leads_back(paragraph)
            if is_listed or is_linked or kind == "bibliography":
                found[paragraph] = bookmarks
    return found


def _linked(body: Element) -> Iterator[str]:
    for element in body.iter():
        if local(element) == "hyperlink":
            yield attribute(element, "anchor")
        elif local(element) in ("instrText", "fldSimple"):
            target = address_in((element.text or "") if local(element) == "instrText" else attribute(element, "instr"))
            yield target.removeprefix("#")


def _bookmarks(body: Element, paragraphs: list[Element]) -> Iterator[tuple[Element, frozenset[str]]]:
    """Yield the paragraphs with the bookmarks in them, and those that stand before them, between two paragraphs."""
    inside = {mark for paragraph in paragraphs for mark in paragraph.iter() if local(mark) == "bookmarkStart"}
    before: list[str] = []
    for element in body.iter():
        if local(element) == "bookmarkStart" and element not in inside:
            before.append(attribute(element, "name"))
        elif local(element) == "p":
            own = [attribute(mark, "name") for mark in element.iter() if local(mark) == "bookmarkStart"]
            yield element, frozenset((*before, *own))
            before = []


def _leads_back(paragraph: Element) -> bool:
    """Whether the first words of a paragraph are a short link to another place of the document: that of its marker."""
    for element in paragraph:
        text = "".join(one.text or "" for one in element.iter() if local(one) == "t")
        if local(element) == "hyperlink" and attribute(element, "anchor"):
            return 0 < len(text.strip()) <= _LONGEST_MARKER
        if text.strip():
            return False
    return False
