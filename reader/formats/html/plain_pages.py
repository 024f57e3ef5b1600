"""Read pages that only wrap a plain text: RFCs, archives of mailing lists, old memos."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind
from reader.formats.budget import current_budget
from reader.formats.html.converter import VERBATIM_TAGS, code_text
from reader.formats.html.element_names import boilerplate_signs
from reader.formats.html.link_density import PageRun
from reader.formats.html.tree import HEADING_TAGS, Node
from reader.formats.plain import plain_article

_BLANK_LINES: Final = lazy_pattern(r"\n[^\S\n]*\n")
_SENTENCE_END: Final = lazy_pattern(r"[.!?:][\"'”’)\]]*(?:\s|$)")
_WORD: Final = lazy_pattern(r"[\"'“(\[>]*\w[\w'’/-]*[\"'”)\],.;:?!]{0,4}")
_MIN_LENGTH: Final = 400
_MIN_PARAGRAPH: Final = 80
_MIN_WORD_SHARE: Final = 0.75
_CODE_LINE: Final = lazy_pattern(r"(?:[;{}\[]|\):|\*/)$|^(?:#|//|/\*|\$ |def |import |from \S+ import )")
_MIN_PROSE_SHARE: Final = 0.15
_MAX_CODE_SHARE: Final = 0.15
_MIN_PAGE_SHARE: Final = 0.5
_MAX_PROSE_OUTSIDE: Final = 0.1


def preformatted_article(root: Node, runs: Iterable[PageRun], source: str) -> Article | None:
    """Return the article of a page whose prose is all preformatted, or None for other pages. `runs` are those of the page.

    It has no metadata. The first heading outside the text is put above it.
    """
    if not root.all_with_tag(VERBATIM_TAGS):
        return None
    nodes = [node for node in _outermost_verbatim(root) if node.has_text()]
    text = "\n\n".join(code_text(node).strip("\n").rstrip() for node in nodes)
    if len(text) < _MIN_LENGTH or not _fits(text) or not _is_prose(text):
        return None
    length = len(" ".join(text.split()))
    if length < _MIN_PAGE_SHARE * len(root.text()) or _prose_outside(runs, nodes) > _MAX_PROSE_OUTSIDE * length:
        return None
    headings = (node for node in root.all_with_tag(HEADING_TAGS) if node.is_shown)
    heading = next((node for node in headings if node.has_text()), None)
    if heading is None or heading.order > nodes[0].order:
        return replace(plain_article(text, source), format="html")
    title = heading.text()
    article = plain_article(f"{title}\n\n{text}", source)
    blocks = (Block(0, len(title), BlockKind.HEADING, 1), *(block for block in article.blocks if block.start > len(title)))
    return replace(article, blocks=blocks, format="html")


def _outermost_verbatim(root: Node) -> Iterator[Node]:
    """Yield the visible preformatted elements that are not furniture."""
    end = 0
    for node in root.descendants():
        if node.order <= end:
            continue
        if not node.is_shown or boilerplate_signs(node):
            end = node.last_order
        elif node.tag in VERBATIM_TAGS:
            end = node.last_order
            yield node


def _fits(text: str) -> bool:
    """Whether nothing of the page has to be left out."""
    budget = current_budget()
    is_short = len(text) <= budget.limits.characters and text.count("\n") <= budget.limits.lines
    return is_short and not (budget.omitted_size or budget.omitted_length or budget.has_omitted_depth)


def _is_prose(text: str) -> bool:
    """Whether a fair part of the text are paragraphs of words with ends of sentences, and few of its lines are code."""
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    if sum(_CODE_LINE.search(line) is not None for line in lines) > _MAX_CODE_SHARE * len(lines):
        return False
    total = prose = 0
    for paragraph in _BLANK_LINES.split(text):
        words = paragraph.split()
        size = sum(map(len, words))
        total += size
        if size >= _MIN_PARAGRAPH and _SENTENCE_END.search(paragraph):
            is_plain = sum(_WORD.fullmatch(word) is not None for word in words) >= _MIN_WORD_SHARE * len(words)
            prose += size if is_plain else 0
    return prose >= _MIN_PROSE_SHARE * total


def _prose_outside(runs: Iterable[PageRun], nodes: Sequence[Node]) -> int:
    """Return the length of the visible prose outside some elements in order."""
    length = place = 0
    for run in runs:
        while place < len(nodes) and nodes[place].last_order < run.node.order:
            place += 1
        if run.is_prose and not (place < len(nodes) and nodes[place].contains(run.node)):
            length += run.size
    return length
