"""Read notes that Zotero made of annotations and exported as Markdown or HTML. Each names the annotation that it quotes.

The links are `zotero://open-pdf/…?page=4&annotation=KEY`; the key is the identity of the annotation, the item that of its file.
HTML has them only when asked for, and early annotations have no key: then the quote is the identity.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from html import unescape
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.formats.html.tree import Node, NodeRanges, html_tree, release_tree
from reader.formats.progress import checkpoint
from reader.imports.annotation import ImportedAnnotation, ImportedDocument, LeftOut, Selection
from reader.imports.source import CUT_HINT, ImportSource

_KEY = lazy_pattern(r"zotero://open(?:-pdf)?/[^\s)\"'?]*?items/(\w+)(?:[^\s)\"']*?[?&](?:amp;)?annotation=(\w+))?")
_PAGE = lazy_pattern(r"class=\"zotero-note[s\"]")
"""What Zotero puts around notes that it exports as HTML."""
_LINK = lazy_pattern(r"\\.|\[((?:[^\[\]\\]|\\.)*)\]\((zotero://[^\s)]{0,1000})\)")
"""Match a link, or an escaped sign, which begins none and has no groups. No address is as long as a link that never ends."""
_ESCAPED = lazy_pattern(r"\\([\\`*_{}\[\]()#+.!<>~|^$&=-])")
_ANCHOR = lazy_pattern(r'<a\b(?>[^<>]*?href="(zotero://[^"<>\s]*)")[^<>]*>([^<>]*)</a>')
_BRACKET = lazy_pattern(r"[\[\]\\]")
_BREAK = lazy_pattern(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*+]|\d{1,4}[.)])[ \t])")
"""What parts paragraphs: a blank line, or the sign of an item of a list."""
_SIGN = lazy_pattern(r"[>\s]*(?:(?:[-*+]|\d{1,4}[.)])\s+)?[>\s]*")
"""How a paragraph of a quote or a list begins."""
_MARK = lazy_pattern(r"</?(?:mark|span)\b[^<>]*>")
_PAIRS: Final = {"“": "”", '"': '"', "«": "»", "„": "“", "‘": "’"}
_BEGIN: Final = b"<html"
_END: Final = b"</html"
_HEAD: Final = 1_000
"""The bytes at both ends of a page in which its tags are looked for."""
_BLOCKS: Final = frozenset(["p", "li", "blockquote", "div"])
_MARKED: Final = frozenset(["highlight", "underline"])
_SIDES: Final = " \t\n()"
_FURTHER: Final = LeftOut("further quotation in a paragraph", "further quotations in a paragraph")
_OTHER: Final = LeftOut("paragraph of a note that quotes nothing", "paragraphs of notes that quote nothing")


class _Quotation(NamedTuple):
    """A paragraph of a note: the item and the key of the annotation, its quote, and what was written after it."""

    item: str
    key: str
    quote: str
    comment: str


def is_like_zotero_note(head: str) -> bool:
    """Whether a beginning of a file has a link to an annotation in Zotero, or is a page of notes."""
    return _KEY.search(head) is not None or _PAGE.search(head) is not None


def read_zotero_note(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the quotations of a note. Raises ReaderError if it has none."""
    is_page = source.first_sign() == "<"
    quotations = list(_read_page(_read_whole(source), selection) if is_page else _read_markdown(source.read_text(), selection))
    if not quotations:
        raise ReaderError("it quotes no annotation", "In Zotero, make a note of the annotations, and export that")
    for one in quotations:
        document = ImportedDocument(address=f"zotero://select/library/items/{one.item}" if one.item else "")
        number = selection.number_of(document, one.quote)
        if number is not None:
            yield ImportedAnnotation(one.key, number, one.quote, note=one.comment)


def _read_whole(source: ImportSource) -> bytes:
    """Return a page. Raises ReaderError if it was cut: it lacks the end of the element that it begins with."""
    data = source.read()
    if _BEGIN in data[:_HEAD].lower() and _END not in data[-_HEAD:].lower():
        raise ReaderError("it ends before “</html>”", CUT_HINT)
    return data


def _strip_quotes(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if len(text) > 1 and text[-1] == _PAIRS.get(text[0]) else text


# ------------------------------------------------------------------ Markdown


def _read_markdown(text: str, selection: Selection) -> Iterator[_Quotation]:
    for part in _BREAK.split(text.replace("\r\n", "\n")):
        checkpoint()
        paragraph = _ANCHOR.sub(_to_link, part)
        links = [link for link in _LINK.finditer(_MARK.sub("", paragraph)) if link[2]]
        marked = next((link for link in links if _KEY.match(link[2])), None)
        if marked is None:
            selection.omit(_OTHER, bool(paragraph.strip(" \n#>*-")) and not paragraph.startswith("#"))
            continue
        selection.omit(_FURTHER, sum(_KEY.match(link[2]) is not None for link in links) - 1)
        yield _to_quotation(_MARK.sub("", paragraph), links, marked)


def _to_link(anchor: re.Match[str]) -> str:
    """Return a link of HTML, which Better Notes leaves in Markdown, as one of Markdown."""
    words = _BRACKET.sub(r"\\\g<0>", unescape(anchor[2]))
    return f"[{words}]({unescape(anchor[1])})"


def _to_quotation(paragraph: str, links: list[re.Match[str]], marked: re.Match[str]) -> _Quotation:
    key = _KEY.match(marked[2])
    words = _unescape_markdown(marked[1])
    before = _unescape_markdown(paragraph[: links[0].start()]).rstrip(_SIDES)
    before = _SIGN.sub("", before, count=1)
    # New versions make the quote itself the link, older ones put it before the links.
    quote = words if words[:1] in _PAIRS or not before else before
    comment = _unescape_markdown(paragraph[links[-1].end() :]).strip(_SIDES)
    return _Quotation(key[1] if key else "", (key[2] or "") if key else "", _strip_quotes(quote), comment)


def _unescape_markdown(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)


# ------------------------------------------------------------------ HTML


def _read_page(data: bytes, selection: Selection) -> Iterator[_Quotation]:
    tree = html_tree(data)
    links: dict[Node, list[tuple[Node, re.Match[str]]]] = {}
    marks: dict[Node, list[Node]] = {}
    for link in tree.all_with_tag(("a",)):
        if key := _KEY.match(link.get("href")):
            links.setdefault(_block_of(link, tree), []).append((link, key))
    for node in tree.descendants():
        if node.classes & _MARKED:
            marks.setdefault(_block_of(node, tree), []).append(node)
    for block in dict.fromkeys((*links, *marks)):
        checkpoint()
        keys, nodes = links.get(block, []), marks.get(block, [])
        if len(nodes) > 1:
            yield from _read_several(block, nodes, keys)
            continue
        link, key = keys[0] if keys else (nodes[0], None)
        selection.omit(_FURTHER, max(0, len(keys) - 1))
        yield _Quotation(key[1] if key else "", (key[2] or "") if key else "", *find_quotation(block, link))
    orders = sorted(block.order for block in {*links, *marks})
    others = (node for node in tree.all_with_tag(("p", "li")) if node.has_text())
    selection.omit(_OTHER, sum(bisect_left(orders, node.order) == bisect_right(orders, node.last_order) for node in others))
    release_tree(tree)


def _block_of(node: Node, tree: Node) -> Node:
    """Return the paragraph that an element stands in."""
    return next((one for one in node.ancestors() if one.tag in _BLOCKS), tree)


def _read_several(block: Node, nodes: list[Node], links: list[tuple[Node, re.Match[str]]]) -> Iterator[_Quotation]:
    """Yield the quotations of one paragraph, each with the words up to the next."""
    keys = [key for _, key in links] if len(links) == len(nodes) else [None] * len(nodes)
    cited = (node for node in block.descendants() if "citation" in node.classes or node.get("href").startswith("zotero:"))
    marks = NodeRanges(nodes)
    words = block.text(frozenset(node for node in cited if not marks.contains(node)))
    quotes = [node.text() for node in nodes]
    at = 0
    for quote, key, following in zip(quotes, keys, (*quotes[1:], None), strict=True):
        # Once a quote is not where it should be, what follows is not looked for in all of the words again.
        start = words.find(quote, at) if at >= 0 else -1
        at = start + len(quote) if start >= 0 else -1
        end = len(words) if following is None or at < 0 else words.find(following, at)
        comment = words[at:end].strip(_SIDES) if 0 <= at <= end else ""
        yield _Quotation(key[1] if key else "", (key[2] or "") if key else "", _strip_quotes(quote), comment)


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
