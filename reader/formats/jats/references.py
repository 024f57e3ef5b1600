"""Read JATS inline markup and reference lists."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.model import Reference, StyleKind
from reader.article.reference_parser import doi_of
from reader.formats.formulas import math_text, tex_text
from reader.formats.runs import BREAK, Keys, Run, joined_markers
from reader.formats.xml import attribute, children, first, local, words

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


# ------------------------------------------------------------------ an element with text in it becomes runs, its markers know

Look = tuple[tuple[StyleKind, str], ...]

_LOOKS: Final = {
    "italic": StyleKind.EMPHASIS,
    "bold": StyleKind.STRONG,
    "monospace": StyleKind.CODE,
    "strike": StyleKind.STRIKE,
}
_LEVELS: Final = {"sup": 1, "sub": -1}
_LINKS: Final = frozenset({"ext-link", "uri", "email", "self-uri", "inline-supplementary-material"})
_UNSEEN: Final = frozenset(
    {
        "object-id",
        "index-term",
        "index-term-range-end",
        "alt-text",
        "long-desc",
        "graphic",
        "inline-graphic",
        "media",
        "private-char",
    }
)
_LINES: Final = frozenset({"p", "list-item", "title", "disp-formula", "def-item", "verse-line", "list", "fn"})
"""What begins a new line where it stands in a cell or another place that is no block of its own."""


class Names(NamedTuple):
    """What markers may name: the keys of the entries, and the ids of all elements that are no entries.

    `authors` tells of a note that is about authors who they are.
    """

    keys: Keys
    others: Collection[str] = ()
    authors: Mapping[str, str] = MappingProxyType({})


def runs_of(element: Element, names: Names) -> list[Run]:
    """Return what an element says as runs; its markers joined."""
    return joined_markers(list(raw_runs(element, names)), names.keys)


def raw_runs(element: Element, names: Names, look: Look = (), level: int = 0) -> Iterator[Run]:
    """Yield what stands in an element, piece by piece."""
    if element.text:
        yield Run(element.text, look, level)
    for child in element:
        yield from child_runs(child, names, look, level)
        if child.tail:
            yield Run(child.tail, look, level)


def child_runs(child: Element, names: Names, look: Look = (), level: int = 0) -> Iterator[Run]:
    """Yield what one element in a text says; unknown elements say what stands in them."""
    name = local(child)
    if name == "xref":
        yield from _marker(child, names, look, level)
    elif name == "break":
        yield Run(BREAK)
    elif name in ("math", "tex-math", "alternatives", "inline-formula"):
        yield Run(formula(child), look, level)
    elif name in _UNSEEN:
        return
    elif not name:
        yield Run(child.text or "", look, level)
    else:
        if name in _LOOKS:
            look = (*look, (_LOOKS[name], ""))
        elif name in _LINKS and (target := _target(child)):
            look = (*look, (StyleKind.LINK, target))
        if name in _LINES:
            yield Run(BREAK)
        yield from raw_runs(child, names, look, level or _LEVELS.get(name, 0))


def _marker(xref: Element, names: Names, look: Look, level: int) -> Iterator[Run]:
    """Yield a marker that names entries, or what stands in one that names a figure, a section, a note of a table."""
    targets = attribute(xref, "rid").split()
    known = tuple(target for target in targets if target in names.keys.places)
    nowhere = attribute(xref, "ref-type") == "bibr" and not any(target in names.others for target in targets)
    inside = list(raw_runs(xref, names, look, level))
    if not known and not nowhere:
        yield from inside
        return
    text = "".join(run.text for run in inside if run.text != BREAK)
    if not text.strip():
        labels = {name: label for label, name in names.keys.labels.items()}
        text = ", ".join(labels[name] for name in known if name in labels)
        level = 1
    raised = level or next((run.level for run in inside), 0)
    if text:
        yield Run(text, look, raised, known or tuple(targets) or (text.strip(),))


def _target(element: Element) -> str:
    """Return where a link leads to: its href, else the address that is its text."""
    target = attribute(element, "href").strip() or words(element)
    if local(element) == "email" and "@" in target and ":" not in target:
        return f"mailto:{target}"
    if attribute(element, "ext-link-type") == "doi" and target.startswith("10."):
        return f"https://doi.org/{target}"
    return target if ":" in target and " " not in target else ""


def formula(element: Element) -> str:
    """Return a formula as text: of several ways of writing it, the one that says most in a terminal."""
    if local(element) == "math":
        return math_text(element)
    if local(element) == "tex-math":
        return tex_text(words(element))
    found = list(element.iter())
    for wanted in ("math", "tex-math", "textual-form"):
        for one in found:
            if local(one) == wanted and one is not element:
                return formula(one) if wanted != "textual-form" else words(one)
    return words(element)


# ------------------------------------------------------------------ what each citation says in its fields, and how it reads

CITATIONS: Final = ("mixed-citation", "element-citation", "nlm-citation", "citation", "product", "related-object")
_NAMES: Final = frozenset({"name", "string-name", "collab", "anonymous", "etal"})
_TITLES: Final = ("article-title", "chapter-title", "data-title", "part-title", "trans-title")
_IDS: Final = frozenset({"pub-id", "object-id", "elocation-id"})
_ID_WORDS: Final = {"doi": "doi: ", "pmid": "PMID: ", "pmcid": "PMCID: ", "arxiv": "arXiv: "}
_FORMATTING: Final = frozenset(
    {"italic", "bold", "sup", "sub", "sc", "underline", "monospace", "styled-content", "named-content"}
)
_OPEN: Final = tuple("([{“‘\"'/–-—")
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d")
_LETTER: Final = re.compile(r"\w")


def citation_runs(citation: Element, names: Names) -> list[Run]:
    """Return what a citation says, written out where it has only fields."""
    return list(_mixed(citation, names)) if _is_mixed(citation) else list(_written_out(citation, names))


def label_of(ref: Element) -> str:
    """Return what the list calls an entry: "12" of "[12]." and "12."; "" where it has no label."""
    label = first(ref, "label")
    if label is None:
        label = next((found for one in children(ref, *CITATIONS) if (found := first(one, "label")) is not None), None)
    return words(label).strip("[]().: ")


def links_of(ref: Element) -> list[str]:
    """Return the addresses in an entry, in order."""
    targets = (attribute(element, "href") for element in ref.iter() if local(element) in ("ext-link", "uri", "pub-id"))
    return [target.strip() for target in targets if ":" in target]


def known_of(ref: Element) -> Reference | None:
    """Return what an entry says in fields, None where it has none. An entry of several citations is known by its first."""
    citation = next((element for element in ref.iter() if local(element) in CITATIONS), None)
    if citation is None:
        return None
    year = _YEAR.search(_field(citation, "year"))
    doi = ""
    for element in citation.iter():
        if local(element) in _IDS | {"ext-link", "uri"}:
            doi = doi or doi_of(words(element)) or doi_of(attribute(element, "href"))
    url = next(
        (words(element) for element in citation.iter() if local(element) in ("uri", "ext-link") and "://" in words(element)), ""
    )
    title = next((found for name in _TITLES if (found := _field(citation, name))), "") or _field(citation, "source")
    authors = tuple(_author(name) for name in _people(citation, "author") if local(name) != "etal")
    return Reference("", "", "", authors=authors, year=year[0] if year else "", title=title, doi=doi, url=url)


def _field(citation: Element, name: str) -> str:
    return next((words(element).rstrip(".,") for element in citation.iter() if local(element) == name), "")


def _people(citation: Element, kind: str) -> list[Element]:
    """Return the names of the authors or editors: of the group of that kind, else those that stand in no group."""
    groups = children(citation, "person-group")
    found = [name for group in groups if attribute(group, "person-group-type") in ("", kind) for name in group]
    if kind == "author" and not groups:
        found = list(citation)
    return [name for name in found if local(name) in _NAMES]


def _author(name: Element) -> str:
    """Return "Surname, Given" or an organisation's name."""
    family, given = words(first(name, "surname")), words(first(name, "given-names"))
    return f"{family}, {given}" if family and given else family or words(name)


def _is_mixed(citation: Element) -> bool:
    """Whether words or signs stand between the fields, and not just the white space of the file."""
    between = [citation.text or "", *(child.tail or "" for child in citation)]
    return any(map(str.strip, between)) or not list(citation)


# ---------------------------------------------------------------------- as it stands


def _mixed(element: Element, names: Names, look: Look = ()) -> Iterator[Run]:
    """Yield a citation as it stands. Where two fields touch, the file forgot what belongs between them."""
    said = element.text or ""
    yield Run(said, look)
    follows: Element | None = None
    for child in element:
        if local(child) != "label":
            inside = list(_field_runs(child, names, look, said))
            shown = "".join(run.text for run in inside)
            if follows is not None and shown.strip():
                yield Run(_gap(follows, child, said, shown), look)
            yield from inside
            said, follows = shown or said, child
        tail = child.tail or ""
        if tail.strip():
            yield Run(tail, look)
            said, follows = tail, None


def _field_runs(child: Element, names: Names, look: Look, before: str) -> Iterator[Run]:
    name = local(child)
    if name in ("person-group", "name", "string-name"):
        yield from _mixed(child, names, look)
    elif name == "etal":
        yield Run(words(child) or "et al.", look)
    elif name in _IDS:
        lead = _ID_WORDS.get(attribute(child, "pub-id-type"), "")
        is_said = not lead or before.rstrip().lower().endswith((lead.strip().lower(), lead.strip(": ").lower(), ".org/"))
        yield Run(("" if is_said else lead) + words(child), look)
    elif name == "source":
        yield from raw_runs(child, names, (*look, (StyleKind.EMPHASIS, "")))
    else:
        yield from child_runs(child, names, look)


def _gap(follows: Element, child: Element, said: str, shown: str) -> str:
    """Return what belongs between a field and the one before it when nothing stands there but white space."""
    if local(child) in _NAMES and local(follows) in _NAMES:
        return "" if said.endswith((" ", "\n")) else " " if said.endswith((",", ";", "&")) else ", "
    is_touching = not (follows.tail or said[-1:].isspace())
    if is_touching and (local(child) in _FORMATTING or local(follows) in _FORMATTING):
        return ""
    return "" if said.endswith(_OPEN) or (is_touching and not _LETTER.match(shown)) else " "


# ---------------------------------------------------------------------- written out


def _written_out(citation: Element, names: Names) -> Iterator[Run]:
    """Yield a citation of fields as an entry reads, and behind it what else it says."""
    done: set[str] = {"person-group", "label", "year", "month", "day", *_NAMES}
    authors = _listed(_people(citation, "author"))
    editors = [] if authors and not children(citation, "person-group") else _people(citation, "editor")
    if not authors:
        authors, editors = _listed(editors) + (", eds" if editors else ""), []
    year = _all(citation, "year")
    head = f"{authors} ({year})" if authors and year else authors or (f"({year})" if year else "")
    yield Run(head)
    ends = head and "."
    for name in _TITLES:
        done.add(name)
        for title in children(citation, name):
            yield Run(_stop(ends))
            yield from raw_runs(title, names)
            ends = words(title)
    if editors:
        yield Run(f"{_stop(ends)}In: {_listed(editors)}, eds")
        ends = "eds"
    for source in children(citation, "source"):
        yield Run(_stop(ends))
        yield from raw_runs(source, names, ((StyleKind.EMPHASIS, ""),))
        ends = words(source)
    done |= {"source", "volume", "issue", "fpage", "lpage", "publisher-loc", "publisher-name"}
    yield Run(f"{_place(citation)}." if ends or _place(citation) else "")
    for child in citation:
        if local(child) not in done and (said := list(_field_runs(child, names, (), ""))):
            yield Run(" ")
            yield from said


def _place(citation: Element) -> str:
    """Return where in its source the work stands, and who published it: " 12(3): 4–10. London: Press"."""
    issue, pages = _all(citation, "issue"), "–".join(filter(None, (_all(citation, "fpage"), _all(citation, "lpage"))))
    volume = _all(citation, "volume") + (f"({issue})" if issue else "")
    place = ": ".join(filter(None, (volume, pages)))
    publisher = ": ".join(filter(None, (_all(citation, "publisher-loc"), _all(citation, "publisher-name"))))
    return (f" {place}" if place else "") + (f". {publisher}" if publisher else "")


def _all(citation: Element, name: str) -> str:
    return ", ".join(filter(None, map(words, children(citation, name))))


def _stop(text: str) -> str:
    """Return what divides a field from the one that ended with `text`."""
    return "" if not text else " " if text.endswith((".", "?", "!")) else ". "


def _listed(people: Sequence[Element]) -> str:
    return ", ".join(_written(people))


def _written(people: Iterable[Element]) -> Iterator[str]:
    """Yield names as lists write them: "Adams JB"."""
    for name in people:
        if local(name) == "etal":
            yield "et al."
        elif local(name) == "collab":
            # A group may list its members in itself: they are not what the work goes by.
            yield " ".join((name.text or "").split()) or words(name)
        else:
            parts = (words(first(name, part)) for part in ("surname", "given-names", "suffix"))
            yield " ".join(filter(None, parts)) or words(name)
