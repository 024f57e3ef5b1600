"""The anchors of a page, the links to them, and the names of people on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from urllib.parse import quote

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.exchange.escape import is_web_address
from reader.exchange.html.element import Content, element
from reader.exchange.identity import People
from reader.exchange.report import Report, ReportItem, ReportPair, UnlinkedReference

_NUMBER: Final = lazy_pattern(r"\d+")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Links:
    """The anchors of claims and references by their ids, and the names of people as the page gives them."""

    def __init__(self, report: Report) -> None:
        """Give every reference and annotation of a report its anchor, and every person a name."""
        self._references = {row.entry.id: (number, row.entry) for number, row in enumerate(report.references, 1)}
        annotations = (*report.items, *report.orphans)
        self._anchors = {i.annotation.id: str(i.number or f"x{nth}") for nth, i in enumerate(annotations, 1)}
        self._labels: dict[tuple[str, str], Content] = {}
        self._people = People()
        self._people.add_report(report)

    @property
    def people(self) -> tuple[str, ...]:
        """The people of the review, in the order in which they appear."""
        return self._people.names

    def name_of(self, person: str) -> str:
        """Return the name of a person on the page, "" for nobody."""
        return self._people.name_of(person)

    def anchor_of(self, item: ReportItem) -> str:
        """Return what the anchors of an annotation end with: its place is "c" and this, its note "n" and this."""
        return self._anchors[item.annotation.id]

    def claim(self, item: ReportItem) -> Content:
        """Link to an annotation: to its place in the text, to its note if it has none; only its name if it was filtered out."""
        words = f"claim {item.number}" if item.number else "annotation"
        if item.annotation.id not in self._anchors:
            return words
        return element("a", words, href=f"#{'c' if item.has_place else 'n'}{self.anchor_of(item)}")

    def reference_anchor(self, reference: str) -> str | None:
        """Return the address of an entry of the reference list in the page, None if the article does not have it."""
        row = self._references.get(reference)
        return f"#r{row[0]}" if row else None

    def reference_numbers(self, reference: str) -> Sequence[str]:
        """Return the numbers that a marker may name a reference by: those in its label and its year."""
        row = self._references.get(reference)
        return _NUMBER.findall(f"{row[1].label} {row[1].year}") if row else ()

    def reference(self, reference: str) -> Content:
        """Link to an entry of the reference list by its label."""
        row = self._references.get(reference)
        return element("a", element("bdi", f"[{row[1].label}]"), class_="cite", href=f"#r{row[0]}") if row else ()

    def label(self, pair: ReportPair | UnlinkedReference) -> Content:
        """Return the label of a reference in brackets, as a link to its entry if there is one."""
        key = (pair.reference, pair.label)
        if key not in self._labels:
            label, anchor = element("bdi", f"[{pair.label}]"), self.reference_anchor(pair.reference)
            link = element("a", label, class_="cite", href=anchor) if anchor else (label, " (no longer in the article)")
            self._labels[key] = link
        return self._labels[key]


def outside_link(address: str, words: str = "") -> Content:
    """Return a link to a web address, or its words alone if the address is not safe to follow."""
    text = element("bdi", words or address)
    return element("a", text, href=address, rel="noopener noreferrer") if is_web_address(address) else text


def entry_text(entry: Reference) -> Content:
    """Return an entry with its address and DOI as links; one that the text lacks is appended."""
    before, address, after = entry.text.partition(entry.url) if entry.url else (entry.text, "", "")
    yield element("bdi", before, outside_link(address) if address else "", after)
    if entry.url and not address:
        yield [" ", outside_link(entry.url)]
    if entry.doi and entry.doi not in entry.url:
        yield [" ", outside_link(f"https://doi.org/{quote(entry.doi, safe='/:;().-_')}", f"doi:{entry.doi}")]


def day_of(at: str) -> str:
    """Return the day of a time as people write it, "15 January 2026"; "" if it is not a time."""
    try:
        day = date.fromisoformat(at[:10])
    except ValueError:
        return ""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
