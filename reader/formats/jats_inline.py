"""The words of JATS: an element with text in it becomes runs, its markers know the entries they name.

Elements and their meaning: ANSI/NISO Z39.96-2021, and NLM's Journal Publishing DTD before it, which has the same words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.model import StyleKind
from reader.formats.elements import attribute, local, words
from reader.formats.joining import Keys, joined_markers
from reader.formats.mathml import math_text, tex_text
from reader.formats.runs import BREAK, Run

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

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
