"""Citations by keys, as Distill's articles have them, and the bibliography the keys are those of.

The form is that of https://github.com/distillpub/template: `<d-cite key="lee2020,doe2019">` (in its first version `dt-cite`),
with the bibliography in BibTeX, in a script of the page or in a file beside it. The list of references, which a script writes
in the browser, is put at the page's end, so that it is read like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from reader.article.model import Reference
from reader.formats.bibtex import references_of
from reader.formats.html_tree import Node, numbered
from reader.formats.md_pandoc import bibliography_of

KEYED: Final = frozenset({"d-cite", "dt-cite"})
PREFIX: Final = "ref-"
"""What pandoc puts before a key to make the id of its entry."""
_BIBLIOGRAPHIES: Final = ("bibliography", "bibtex")


def keys_of(node: Node) -> tuple[str, ...]:
    """Return the keys that an element cites, () for one that cites none."""
    if node.tag in KEYED:
        return tuple(dict.fromkeys((node.get("key") or node.get("bibtex-key")).replace(",", " ").split()))
    return tuple(f"{PREFIX}{key}" for key in dict.fromkeys(node.get("data-cites").split()))


def add_bibliography(root: Node, source: str) -> dict[str, Reference]:
    """Put the list of references at the end of a page that cites by keys, and return the references by their keys.

    What is cited comes first, in the order of the citations; the list is numbered so. Nothing is added where no key is cited.
    """
    cited = dict.fromkeys(key for node in root.inside() if node.tag in KEYED for key in keys_of(node))
    if not cited:
        return {}
    known = {reference.id: reference for reference in _bibliography(root, source)}
    first = [known[key] for key in cited if key in known]
    listed = [*first, *(reference for key, reference in known.items() if key not in cited)]
    if listed:
        add_list(root, "references", "References", ((reference.id, [reference.text]) for reference in listed))
    return {reference.id: reference for reference in listed}


def add_list(root: Node, name: str, title: str, entries: Iterable[tuple[str, list[Node | str]]]) -> None:
    """Put a list at the end of a page, which says that it is one of references or notes: `entries` are ids and contents."""
    section = Node("section", {"class": name}, root)
    heading, listed = Node("h2", None, section), Node("ol", None, section)
    heading.kids, section.kids = [title], [heading, listed]
    for key, kids in entries:
        entry = Node("li", {"id": key}, listed)
        entry.kids = kids
        for kid in entry.nodes():
            kid.parent = entry
        listed.kids.append(entry)
    root.kids.append(section)
    numbered(root)


def _bibliography(root: Node, source: str) -> Iterable[Reference]:
    for node in root.inside():
        kind = node.get("type").casefold()
        if node.tag == "script" and (
            kind.endswith(_BIBLIOGRAPHIES) or (node.parent is not None and node.parent.tag == "d-bibliography")
        ):
            yield from references_of("".join(kid for kid in node.kids if isinstance(kid, str)))
    yield from bibliography_of("", source) or ()
