"""Read notes that Zotero made of annotations and exported as Markdown or HTML. Each names the annotation that it quotes.

The links are `zotero://open-pdf/…?page=4&annotation=KEY`; the key is the identity of the annotation, the item that of its file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.formats.html.tree import Node, html_tree, release_tree
from reader.formats.progress import checkpoint
from reader.imports.annotation import ImportedAnnotation, ImportedDocument, LeftOut, Selection
from reader.imports.source import ImportSource

_KEY = lazy_pattern(r"zotero://open(?:-pdf)?/[^\s)\"']*?items/(\w+)[^\s)\"']*?[?&](?:amp;)?annotation=(\w+)")
_LINK = lazy_pattern(r"\[((?:[^\[\]\\]|\\.)*)\]\((zotero://[^\s)]*)\)")
_ESCAPED = lazy_pattern(r"\\([\\`*_{}\[\]()#+.!<>~|^$&=-])")
_BREAK = lazy_pattern(r"\n[ \t]*\n")
_MARK = lazy_pattern(r"</?(?:mark|span)\b[^<>]*>")
_PAIRS: Final = {"“": "”", '"': '"', "«": "»", "„": "“", "‘": "’"}
_BLOCKS: Final = frozenset(["p", "li", "blockquote", "div"])
_MARKED: Final = frozenset(["highlight", "underline"])
_SIDES: Final = " \t\n()"
_OTHER: Final = LeftOut("paragraph of a note that quotes nothing", "paragraphs of notes that quote nothing")


class _Quotation(NamedTuple):
    """A paragraph of a note: the item and the key of the annotation, its quote, and what was written after it."""

    item: str
    key: str
    quote: str
    comment: str


def is_like_zotero_note(head: str) -> bool:
    """Whether a beginning of a file has a link to an annotation in Zotero."""
    return _KEY.search(head) is not None


def read_zotero_note(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the quotations of a note. Raises ReaderError if it has none."""
    is_page = source.first_sign() == "<"
    quotations = list(_read_page(source.read(), selection) if is_page else _read_markdown(source.read_text(), selection))
    if not quotations:
        raise ReaderError("it quotes no annotation", "In Zotero, make a note of the annotations, and export that")
    for one in quotations:
        document = ImportedDocument(address=f"zotero://select/library/items/{one.item}")
        number = selection.number_of(document, one.quote)
        if number is not None:
            yield ImportedAnnotation(one.key, number, one.quote, note=one.comment)


def _strip_quotes(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and text[-1] == _PAIRS.get(text[0]) else text


# ------------------------------------------------------------------ Markdown


def _read_markdown(text: str, selection: Selection) -> Iterator[_Quotation]:
    for paragraph in _BREAK.split(text.replace("\r\n", "\n")):
        checkpoint()
        links = list(_LINK.finditer(_MARK.sub("", paragraph)))
        marked = next((link for link in links if _KEY.match(link[2])), None)
        if marked is None:
            selection.omit(_OTHER, bool(paragraph.strip(" \n#>*-")) and not paragraph.startswith("#"))
            continue
        yield _to_quotation(_MARK.sub("", paragraph), links, marked)


def _to_quotation(paragraph: str, links: list[re.Match[str]], marked: re.Match[str]) -> _Quotation:
    key = _KEY.match(marked[2])
    words = _unescape_markdown(marked[1])
    before = _unescape_markdown(paragraph[: links[0].start()]).rstrip(_SIDES).lstrip("> -*\t\n")
    # New versions make the quote itself the link, older ones put it before the links.
    quote = words if words[:1] in _PAIRS or not before else before
    comment = _unescape_markdown(paragraph[links[-1].end() :]).strip(_SIDES)
    return _Quotation(key[1] if key else "", key[2] if key else "", _strip_quotes(quote), comment)


def _unescape_markdown(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


# ------------------------------------------------------------------ HTML


def _read_page(data: bytes, selection: Selection) -> Iterator[_Quotation]:
    tree = html_tree(data)
    links = [(link, key) for link in tree.all_with_tag(("a",)) if (key := _KEY.match(link.get("href")))]
    blocks: dict[Node, tuple[Node, re.Match[str]]] = {}
    for link, key in links:
        block = next((node for node in link.ancestors() if node.tag in _BLOCKS), tree)
        blocks.setdefault(block, (link, key))
    for block, (link, key) in blocks.items():
        checkpoint()
        yield _Quotation(key[1], key[2], *find_quotation(block, link))
    others = (node for node in tree.all_with_tag(("p", "li")) if node not in blocks)
    selection.omit(_OTHER, sum(node.has_text() and not any(node.contains(block) for block in blocks) for node in others))
    release_tree(tree)


def find_quotation(block: Node, link: Node, inner: frozenset[Node] = frozenset()) -> tuple[str, str]:
    """Return what a paragraph of a note quotes, and what was written beside it.

    `link` leads to the annotation, or is the quote itself. Elements in `inner` are paragraphs of their own.
    """
    around = (link, *(node for node in link.ancestors() if block.contains(node)))
    marked = next((node for node in around if node.classes & _MARKED), None)
    if marked is None and link.text()[:1] in _PAIRS:
        marked = link
    cited = (node for node in block.descendants() if "citation" in node.classes or node.get("href").startswith("zotero:"))
    citations = frozenset(node for node in cited if marked is None or not marked.contains(node))
    words = block.text(citations | inner)
    quote = marked.text() if marked is not None else words[: words.find(_PAIRS.get(words[:1], " "), 1) + 1]
    return _strip_quotes(quote), words.replace(quote, "", 1).strip(_SIDES)
