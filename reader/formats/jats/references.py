"""Read JATS inline markup and reference lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.model import Reference, StyleKind
from reader.article.reference_parser import find_doi
from reader.formats.formulas import math_text, tex_text
from reader.formats.runs import LINE_BREAK, EntryKeys, RunStyles, StyledRun, join_markers
from reader.formats.xml import attribute, children, element_name, element_text, find_element, find_elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ Inline markup

_STYLE_ELEMENTS: Final = {
    **{"italic": StyleKind.EMPHASIS, "bold": StyleKind.STRONG, "monospace": StyleKind.CODE, "strike": StyleKind.STRIKE}
}
_SCRIPT_LEVELS: Final = {"sup": 1, "sub": -1}
_LINK_ELEMENTS: Final = frozenset({"ext-link", "uri", "email", "self-uri", "inline-supplementary-material"})
_HIDDEN_ELEMENTS: Final = frozenset(
    {
        *("object-id", "index-term", "index-term-range-end", "alt-text", "long-desc", "graphic", "inline-graphic", "media"),
        "private-char",
    }
)
_LINE_ELEMENTS: Final = frozenset({"p", "list-item", "title", "disp-formula", "def-item", "verse-line", "list", "fn"})
"""Elements that begin a new line inside a table cell or other inline content."""


class MarkerTargets(NamedTuple):
    """The elements that markers may refer to: the keys of the entries, and the ids of all other elements.

    `authors` are the names of the authors that a note concerns, by the id of the note. `hidden` are the entries whose ids stand
    for other elements here: a reply may number its own references as the article does.
    """

    keys: EntryKeys
    others: Collection[str] = ()
    authors: Mapping[str, str] = MappingProxyType({})
    hidden: Collection[str] = ()


def element_runs(element: Element, names: MarkerTargets) -> list[StyledRun]:
    """Return the text of an element as runs, with adjacent markers joined."""
    return join_markers(list(raw_runs(element, names)), names.keys)


def raw_runs(element: Element, names: MarkerTargets, look: RunStyles = (), level: int = 0) -> Iterator[StyledRun]:
    """Yield the runs of an element, one for each piece of text."""
    if element.text:
        yield StyledRun(element.text, look, level)
    for child in element:
        yield from child_runs(child, names, look, level)
        if child.tail:
            yield StyledRun(child.tail, look, level)


def child_runs(child: Element, names: MarkerTargets, look: RunStyles = (), level: int = 0) -> Iterator[StyledRun]:
    """Yield the runs of an inline element. Unknown elements yield the runs of their content."""
    name = element_name(child)
    if name == "xref":
        yield from _marker_runs(child, names, look, level)
    elif name == "break":
        yield StyledRun(LINE_BREAK)
    elif name in ("math", "tex-math", "alternatives", "inline-formula"):
        yield StyledRun(formula_text(child), look, level)
    elif name in _HIDDEN_ELEMENTS:
        return
    elif not name:
        yield StyledRun(child.text or "", look, level)
    else:
        if name in _STYLE_ELEMENTS:
            look = (*look, (_STYLE_ELEMENTS[name], ""))
        elif name in _LINK_ELEMENTS and (target := _link_target(child)):
            look = (*look, (StyleKind.LINK, target))
        if name in _LINE_ELEMENTS:
            yield StyledRun(LINE_BREAK)
        yield from raw_runs(child, names, look, level or _SCRIPT_LEVELS.get(name, 0))


def _marker_runs(xref: Element, names: MarkerTargets, look: RunStyles, level: int) -> Iterator[StyledRun]:
    """Yield a marker for entries, or the plain text of a reference to a figure, section or table note."""
    targets = attribute(xref, "rid").split()
    entries = tuple(target for target in targets if target in names.keys.places and target not in names.hidden)
    is_dangling = attribute(xref, "ref-type") == "bibr" and not any(
        target in names.others or target in names.hidden for target in targets
    )
    runs = list(raw_runs(xref, names, look, level))
    if not entries and not is_dangling:
        yield from runs
        return
    text = "".join(run.text for run in runs if run.text != LINE_BREAK)
    if not text.strip():
        labels = {name: label for label, name in names.keys.labels.items()}
        text = ", ".join(labels[name] for name in entries if name in labels)
        level = 1
    script_level = level or next((run.level for run in runs), 0)
    if text:
        yield StyledRun(text, look, script_level, entries or tuple(targets) or (text.strip(),))


def _link_target(element: Element) -> str:
    """Return the address of a link: its href, or its text if that is an address."""
    target = attribute(element, "href").strip() or element_text(element)
    if element_name(element) == "email" and "@" in target and ":" not in target:
        return f"mailto:{target}"
    if attribute(element, "ext-link-type") == "doi" and target.startswith("10."):
        return f"https://doi.org/{target}"
    return target if ":" in target and " " not in target else ""


def formula_text(element: Element) -> str:
    """Return a formula as text, from the most readable notation."""
    if element_name(element) == "math":
        return math_text(element)
    if element_name(element) == "tex-math":
        return tex_text(element_text(element))
    notations = (next(find_elements(element, name), None) for name in ("math", "tex-math", "textual-form"))
    notation = next((candidate for candidate in notations if candidate is not None and candidate is not element), None)
    return element_text(element) if notation is None else formula_text(notation)


# ------------------------------------------------------------------ References

CITATIONS: Final = ("mixed-citation", "element-citation", "nlm-citation", "citation", "product", "related-object")
_NAME_ELEMENTS: Final = frozenset({"name", "string-name", "collab", "anonymous", "etal"})
_TITLE_ELEMENTS: Final = ("article-title", "chapter-title", "data-title", "part-title", "trans-title")
_ID_ELEMENTS: Final = frozenset({"pub-id", "object-id", "elocation-id"})
_ID_PREFIXES: Final = {"doi": "doi: ", "pmid": "PMID: ", "pmcid": "PMCID: ", "arxiv": "arXiv: "}
_INLINE_ELEMENTS: Final = frozenset(
    {"italic", "bold", "sup", "sub", "sc", "underline", "monospace", "styled-content", "named-content"}
)
_OPENING_CHARACTERS: Final = tuple("([{“‘\"'/–-—")
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")
_LETTER: Final = re.compile(r"\w")
_WORD: Final = re.compile(r"[^\W_]+")
_MIN_SHARED_WORDS: Final = 0.8
_MAX_ALTERNATIVES: Final = 30


def citation_runs(citation: Element, names: MarkerTargets) -> list[StyledRun]:
    """Return the text of a citation. A citation of only fields is formatted."""
    return list(_mixed_citation(citation, names)) if _is_mixed(citation) else list(_field_citation(citation, names))


def entry_label(ref: Element) -> str:
    """Return the label of an entry without punctuation, or ""."""
    labels = (find_element(element, "label") for element in (ref, *children(ref, *CITATIONS)))
    return element_text(next((label for label in labels if label is not None), None)).strip("[]().: ")


def entry_links(ref: Element) -> list[str]:
    """Return the addresses in an entry, in order."""
    targets = (attribute(element, "href") for element in find_elements(ref, "ext-link", "uri", "pub-id"))
    return [target.strip() for target in targets if ":" in target]


def entry_citations(ref: Element) -> list[Element]:
    """Return the citations of an entry. Of one work that is given as printed and in fields, only the former is returned."""
    citations = list(find_elements(ref, *CITATIONS))
    if not 1 < len(citations) <= _MAX_ALTERNATIVES:
        return citations
    kept: list[Element] = []
    for citation in sorted(citations, key=lambda citation: not _is_mixed(citation)):
        if not any(_is_same_work(citation, other) for other in kept):
            kept.append(citation)
    return [citation for citation in citations if citation in kept]


def _is_same_work(fields: Element, printed: Element) -> bool:
    """Whether nearly all words of a citation in fields are those of a printed one."""
    if _is_mixed(fields) or not _is_mixed(printed):
        return False
    words = {word for part in fields.iter() for word in _WORD.findall((part.text or "").casefold())}
    printed_words = set(_WORD.findall(" ".join(printed.itertext()).casefold()))
    return len(words & printed_words) >= _MIN_SHARED_WORDS * len(words)


def read_reference(ref: Element) -> Reference | None:
    """Return the fields of an entry's first citation, or None if it has no citation."""
    shown = entry_citations(ref)
    if not shown:
        return None
    same = (other for other in find_elements(ref, *CITATIONS) if other not in shown and _is_same_work(other, shown[0]))
    citation = next(same, shown[0])
    year = _YEAR.search(_field_text(citation, "year"))
    ids = find_elements(citation, *_ID_ELEMENTS, "ext-link", "uri")
    dois = (find_doi(text) for element in ids for text in (element_text(element), attribute(element, "href")))
    doi = next(filter(None, dois), "")
    links = map(element_text, find_elements(citation, "uri", "ext-link"))
    url = next((link for link in links if "://" in link), "")
    titles = (_field_text(citation, name) for name in (*_TITLE_ELEMENTS, "source"))
    title = next(filter(None, titles), "")
    authors = tuple(_format_author(name) for name in _people(citation, "author") if element_name(name) != "etal")
    return Reference("", "", "", authors=authors, year=year[0] if year else "", title=title, doi=doi, url=url)


def _field_text(citation: Element, name: str) -> str:
    return next((element_text(element).rstrip(".,") for element in find_elements(citation, name)), "")


def _people(citation: Element, kind: str) -> list[Element]:
    """Return the authors or editors from the groups of that kind, else authors from the names outside groups."""
    groups = children(citation, "person-group")
    people = [name for group in groups if attribute(group, "person-group-type") in ("", kind) for name in group]
    if kind == "author" and not groups:
        people = list(citation)
    return [name for name in people if element_name(name) in _NAME_ELEMENTS]


def _format_author(name: Element) -> str:
    """Return "Surname, Given" or the name of an organisation."""
    family, given_names = element_text(name, "surname"), element_text(name, "given-names")
    return f"{family}, {given_names}" if family and given_names else family or element_text(name)


def _is_mixed(citation: Element) -> bool:
    """Whether a citation has text other than white space between its fields."""
    between = [citation.text or "", *(child.tail or "" for child in citation)]
    return any(map(str.strip, between)) or not list(citation)


# ------------------------------------------------------------------ Mixed citations


def _mixed_citation(element: Element, names: MarkerTargets, look: RunStyles = ()) -> Iterator[StyledRun]:
    """Yield a citation as written, with separators between fields that touch."""
    last_text = element.text or ""
    yield StyledRun(last_text, look)
    last_field: Element | None = None
    for child in element:
        if element_name(child) != "label":
            runs = list(_field_runs(child, names, look, last_text))
            field_text = "".join(run.text for run in runs)
            if last_field is not None and field_text.strip():
                yield StyledRun(_gap_between(last_field, child, last_text, field_text), look)
            yield from runs
            last_text, last_field = field_text or last_text, child
        tail = child.tail or ""
        if tail.strip():
            yield StyledRun(tail, look)
            last_text, last_field = tail, None


def _field_runs(child: Element, names: MarkerTargets, look: RunStyles, last_text: str) -> Iterator[StyledRun]:
    name = element_name(child)
    if name in ("person-group", "name", "string-name"):
        yield from _mixed_citation(child, names, look)
    elif name == "etal":
        yield StyledRun(element_text(child) or "et al.", look)
    elif name in _ID_ELEMENTS:
        lead = _ID_PREFIXES.get(attribute(child, "pub-id-type"), "")
        has_prefix = not lead or last_text.rstrip().lower().endswith((lead.strip().lower(), lead.strip(": ").lower(), ".org/"))
        yield StyledRun(("" if has_prefix else lead) + element_text(child), look)
    elif name == "source":
        yield from raw_runs(child, names, (*look, (StyleKind.EMPHASIS, "")))
    else:
        yield from child_runs(child, names, look)


def _gap_between(last_field: Element, child: Element, last_text: str, next_text: str) -> str:
    """Return the separator between two fields with only white space between them."""
    if element_name(child) in _NAME_ELEMENTS and element_name(last_field) in _NAME_ELEMENTS:
        return "" if last_text.endswith((" ", "\n")) else " " if last_text.endswith((",", ";", "&")) else ", "
    is_touching = not (last_field.tail or last_text[-1:].isspace())
    if is_touching and (element_name(child) in _INLINE_ELEMENTS or element_name(last_field) in _INLINE_ELEMENTS):
        return ""
    return "" if last_text.endswith(_OPENING_CHARACTERS) or (is_touching and not _LETTER.match(next_text)) else " "


# ------------------------------------------------------------------ Citations of only fields


def _field_citation(citation: Element, names: MarkerTargets) -> Iterator[StyledRun]:
    """Yield a citation formatted from its fields, followed by its remaining fields."""
    used_fields: set[str] = {"person-group", "label", "year", "month", "day", *_NAME_ELEMENTS}
    authors = _name_list(_people(citation, "author"))
    editors = [] if authors and not children(citation, "person-group") else _people(citation, "editor")
    if not authors:
        authors, editors = _name_list(editors) + (", eds" if editors else ""), []
    year = _field_texts(citation, "year")
    head = f"{authors} ({year})" if authors and year else authors or (f"({year})" if year else "")
    yield StyledRun(head)
    last_text = head and "."
    for name in _TITLE_ELEMENTS:
        used_fields.add(name)
        for title in children(citation, name):
            yield StyledRun(_separator_after(last_text))
            yield from raw_runs(title, names)
            last_text = element_text(title)
    if editors:
        yield StyledRun(f"{_separator_after(last_text)}In: {_name_list(editors)}, eds")
        last_text = "eds"
    for source in children(citation, "source"):
        yield StyledRun(_separator_after(last_text))
        yield from raw_runs(source, names, ((StyleKind.EMPHASIS, ""),))
        last_text = element_text(source)
    used_fields |= {"source", "volume", "issue", "fpage", "lpage", "publisher-loc", "publisher-name"}
    yield StyledRun(f"{_volume_and_pages(citation)}." if last_text or _volume_and_pages(citation) else "")
    for child in citation:
        if element_name(child) not in used_fields and (runs := list(_field_runs(child, names, (), ""))):
            yield StyledRun(" ")
            yield from runs


def _volume_and_pages(citation: Element) -> str:
    """Return volume, pages and publisher in the form " 12(3): 4–10. London: Press"."""
    issue, pages = (
        _field_texts(citation, "issue"),
        "–".join(filter(None, (_field_texts(citation, "fpage"), _field_texts(citation, "lpage")))),
    )
    volume = _field_texts(citation, "volume") + (f"({issue})" if issue else "")
    place = ": ".join(filter(None, (volume, pages)))
    publisher = ": ".join(filter(None, (_field_texts(citation, "publisher-loc"), _field_texts(citation, "publisher-name"))))
    return (f" {place}" if place else "") + (f". {publisher}" if publisher else "")


def _field_texts(citation: Element, name: str) -> str:
    return ", ".join(filter(None, map(element_text, children(citation, name))))


def _separator_after(text: str) -> str:
    """Return the separator after a field that ended with `text`."""
    return "" if not text else " " if text.endswith((".", "?", "!")) else ". "


def _name_list(people: Sequence[Element]) -> str:
    return ", ".join(_format_names(people))


def _format_names(people: Iterable[Element]) -> Iterator[str]:
    """Yield names in the form of reference lists: "Adams JB"."""
    for name in people:
        if element_name(name) == "etal":
            yield "et al."
        elif element_name(name) == "collab":
            # A group may contain its members, but only its name is the author.
            yield " ".join((name.text or "").split()) or element_text(name)
        else:
            parts = (element_text(name, part) for part in ("surname", "given-names", "suffix"))
            yield " ".join(filter(None, parts)) or element_text(name)
