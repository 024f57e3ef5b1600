"""Import JATS (ANSI/NISO Z39.96) and its predecessor, NLM's Journal Publishing DTD."""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING, Final

from reader.article.article import Article
from reader.article.model import About, BlockKind, NoiseReason
from reader.article.reference_parser import find_doi
from reader.errors import ReaderError
from reader.formats.builder import Builder
from reader.formats.detection import BROKEN_FILE_HINT, document_name
from reader.formats.jats.converter import JatsConverter
from reader.formats.jats.references import MarkerTargets, entry_label
from reader.formats.runs import EntryKeys
from reader.formats.xml import attribute, children, element_name, element_text, find_element, find_elements, read_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ENTITY: Final = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&([A-Za-z][A-Za-z0-9]{1,31});", re.DOTALL)
_XML_ENTITIES: Final = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_ABSTRACT_TITLES: Final = {
    **dict.fromkeys(("toc", "summary", "short", "teaser", "precis"), "Summary"),
    **{"key-points": "Key points", "graphical": "Graphical abstract", "editor": "Editors' summary"},
    "plain-language-summary": "Plain-language summary",
}
_MAX_AUTHORS: Final = 20
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ONLINE_TYPES: Final = ("epub", "electronic", "epub-ppub", "pub")


def jats_article(data: bytes, source: str) -> Article:
    """Import a JATS document without its DTD and external entities.

    If the file is truncated, import the readable part. Raises ReaderError if it contains no article.
    """
    what = document_name(source)
    root = read_xml(replace_entities(data))
    article = next(find_elements(root, "article"), None)
    if article is None:
        raise ReaderError(f"{what} is not a readable article in JATS XML", BROKEN_FILE_HINT)
    builder = Builder()
    names = _marker_targets(article)
    meta = find_element(article, "front", "article-meta")
    builder.language = attribute(article, "lang") or ""
    builder.about = _read_metadata(article, meta)
    body = JatsConverter(builder, names)
    _write_front(builder, body, meta)
    for part in children(article, "body", "back", "floats-group", "floats-wrap"):
        body.write_parts(part)
    for part in children(article, "sub-article", "response"):
        with builder.aside(NoiseReason.CHROME):
            _write_sub_article(builder, part, names._replace(hidden={element.get("id", "") for element in part.iter()}))
    result = builder.article("jats", source)
    if not result.blocks:
        raise ReaderError(f"{what} contains no text: its XML has no words", BROKEN_FILE_HINT)
    return result


def replace_entities(data: bytes) -> bytes:
    """Replace the named characters of HTML and ISO ("&nbsp;", "&alpha;") with numbers, which need no DTD."""

    def to_numbers(match: re.Match[bytes]) -> bytes:
        name = match[1]
        characters = html5.get(name.decode("ascii") + ";") if name and name not in _XML_ENTITIES else None
        return b"".join(b"&#%d;" % ord(char) for char in characters) if characters else match[0]

    return _ENTITY.sub(to_numbers, data) if b"&" in data else data


def _marker_targets(article: Element) -> MarkerTargets:
    """Return the possible targets of markers: entries of reference lists, and notes with markers in the text.

    If two lists use the same ids, these stand for the entries of the first.
    """
    marker_ids = {rid for part in children(article, "front", "body", "back", "floats-group") for rid in _marker_ids(part)}
    entries: dict[str, str] = {}
    others: set[str] = set()
    sub_articles = {element for part in children(article, "sub-article", "response") for element in part.iter()}
    tables = {note for element in find_elements(article, "table-wrap") for note in element.iter()}
    for element in article.iter():
        name = element.get("id", "")
        is_note = element_name(element) == "fn" and name in marker_ids and element not in tables
        if name and element not in sub_articles and (element_name(element) == "ref" or is_note):
            entries.setdefault(name, entry_label(element))
        elif name:
            others.add(name)
    return MarkerTargets(EntryKeys.from_entries(list(entries.items())), others, _authors_by_note(article))


def _authors_by_note(article: Element) -> dict[str, str]:
    """Return the names of the authors that each note about authors concerns, by the id of the note."""
    names_by_note: dict[str, list[str]] = {}
    for contrib in (contrib for group in find_elements(article, "contrib-group") for contrib in children(group, "contrib")):
        name = _author_name(contrib)
        for xref in children(contrib, "xref") if name else ():
            if attribute(xref, "ref-type") == "fn":
                names_by_note.setdefault(attribute(xref, "rid"), []).append(name)
    return {rid: ", ".join(names) for rid, names in names_by_note.items()}


def _marker_ids(part: Element) -> set[str]:
    """Return the ids that markers refer to, except markers in the list of authors."""
    authors = {xref for group in find_elements(part, "contrib-group") for xref in group.iter()}
    xrefs = (xref for xref in find_elements(part, "xref") if xref not in authors)
    return {rid for element in xrefs for rid in attribute(element, "rid").split()}


def _write_front(builder: Builder, body: JatsConverter, meta: Element | None) -> None:
    """Write the title and the abstracts."""
    if meta is None:
        return
    group = find_element(meta, "title-group")
    if (title := find_element(group, "article-title")) is not None:
        builder.begin(BlockKind.HEADING, 1)
        body.write_text(title)
        if (subtitle := find_element(group, "subtitle")) is not None:
            builder.text(": ")
            body.write_text(subtitle)
        builder.end()
    for abstract in children(meta, "abstract", "trans-abstract"):
        body.write_section(abstract, 2, _ABSTRACT_TITLES.get(attribute(abstract, "abstract-type"), "Abstract"))


def _write_sub_article(builder: Builder, part: Element, names: MarkerTargets) -> None:
    """Write a decision letter, reply or translation that accompanies the article."""
    body = JatsConverter(builder, names, are_entries=False)
    front = find_element(part, "front-stub")
    title = find_element(
        front if front is not None else find_element(part, "front", "article-meta"), "title-group", "article-title"
    )
    if title is not None:
        builder.begin(BlockKind.HEADING, 1)
        body.write_text(title)
        builder.end()
    for section in children(part, "body", "back"):
        body.write_parts(section)


# ------------------------------------------------------------------ Metadata


def _read_metadata(article: Element, meta: Element | None) -> About:
    journal = find_element(article, "front", "journal-meta")
    title = find_element(journal, "journal-title-group", "journal-title")
    site = element_text(title if title is not None else find_element(journal, "journal-title"))
    if meta is None:
        return About(site=site)
    doi = find_doi(
        " ".join(
            element_text(article_id)
            for article_id in children(meta, "article-id")
            if attribute(article_id, "pub-id-type") == "doi"
        )
    )
    return About(byline=_byline(meta), date=_publication_date(meta), site=site, address=f"https://doi.org/{doi}" if doi else "")


def _byline(meta: Element) -> str:
    """Return the authors, or only the first ones if there are very many."""
    contribs = [
        contrib
        for group in children(meta, "contrib-group")
        for contrib in children(group, "contrib")
        if attribute(contrib, "contrib-type") in ("", "author")
    ]
    authors = [name for contrib in contribs if (name := _author_name(contrib))]
    more = " et al." if len(authors) > _MAX_AUTHORS else ""
    return ", ".join(authors[:_MAX_AUTHORS]) + more


def _author_name(contrib: Element) -> str:
    name = find_element(contrib, "name")
    if name is None:
        name = find_element(contrib, "name-alternatives", "name")
    if name is not None:
        parts = (element_text(name, part) for part in ("prefix", "given-names", "surname", "suffix"))
        return " ".join(filter(None, parts))
    group = find_element(contrib, "collab")
    return element_text(contrib, "string-name") or (
        "" if group is None else " ".join((group.text or "").split()) or element_text(group)
    )


def _publication_date(meta: Element) -> str:
    """Return the publication date, preferably online, as "2012-03-09", "2012-03" or "2012"."""
    dates = children(meta, "pub-date")
    dates.sort(key=lambda date: not {attribute(date, "pub-type"), attribute(date, "publication-format")} & {*_ONLINE_TYPES})
    return next((text for date in dates if (text := _format_date(date))), "")


def _format_date(date: Element) -> str:
    year, month, day = (element_text(date, part) for part in ("year", "month", "day"))
    if month[:3].casefold() in _MONTHS:
        month = str(_MONTHS.index(month[:3].casefold()) + 1)
    if not year or not month.isdecimal():
        return year
    return "-".join((year, month.zfill(2), day.zfill(2)) if day.isdecimal() else (year, month.zfill(2)))
