"""Tell sentences that assert something from titles, bylines, captions, credits, navigation and lists of works.

Such lines repeat the words of a claim, and say nothing about it. A wrong exclusion hides evidence, so a line of unknown purpose
is prose if it ends as a sentence does, or is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind, StyleKind, entry_ranges
from reader.article.ranges import Ranges, Span, block_at, merge_ranges, within
from reader.article.reference_lists import is_reference_heading

_SENTENCE_END = lazy_pattern(r"[.!?:;…。！？।۔؟][\s\"'”’»›)\]）」』*_¹²³⁴⁵⁶⁷⁸⁹⁰]*$")
_SCRIPT_WITHOUT_STOPS = lazy_pattern("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese, Khmer: their sentences need no mark at the end."""
_NAME = r"[^\W\d_a-zß-öø-ÿ][\w.'’\-]*"
_BYLINE = lazy_pattern(
    r"[*_\s]*(?:(?:Words|Story|Text|Report(?:ed|ing)?|Written|Edited) )?(?:[Bb]y|BY|Von|VON|Par|Por|Di|Door)[: ]\s*"
    rf"{_NAME}(?: (?:{_NAME}|de|del|della|der|den|di|du|la|le|van|von))*"
    rf"(?:(?:,| and| und| et| y| e| en| &) {_NAME}(?: (?:{_NAME}|of|for|de|del|der|van|von))*)*[.*_\s]*"
)
_CAPTION = lazy_pattern(
    r"[*_\s]*(?:Fig(?:ure|\.)?|Table|Tab\.|Chart|Map|Plate|Abb(?:ildung|\.)|Tabelle|Figura|Tabla|Tableau)\s?[A-Z]?\d[\d.\-]*[a-z]?"
    r"\s?[.:|–—-]",
    re.IGNORECASE,
)
_CREDIT = lazy_pattern(
    r"[*_(\s]*(?:Photo(?:graph)?s?|Images?|Pictures?|Illustrations?|Credits?|Foto|Bild|Crédit|Fotografía)"
    r"(?: (?:by|credit))?\s?[:/©]",
    re.IGNORECASE,
)
_RUN_IN_HEADING = lazy_pattern(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+[^\W\d_a-z]\w*(?:\s\w+){0,3}\.")
_WORK = lazy_pattern(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|https?://|www\.|doi")
_COLUMNS = lazy_pattern(r"\S(?: {3,}|\t)\S")
_MAX_FRAGMENT_WORDS = 30
"""The most words of a line that is not prose although nothing but its missing end tells: a longer one may be a cut sentence."""
_MAX_LABEL_WORDS = 3
_MAX_FRAGMENT_LENGTH = 400
"""The most code points of a block that is no prose."""
_MIN_LINKED_SHARE = 0.8
_MIN_PROSE_SHARE = 1 / 3
"""The least share of a text's sentences, by length, that is prose: with less, the text does not mark its sentences."""


def prose_sentences(article: Article) -> tuple[Span, ...]:
    """Return the sentences of the body that can say what a claim says, in order; all of a text that marks no sentences."""
    sentences = article.sentences.all()
    prose = tuple(
        sentence
        for block in _prose_blocks(article)
        for sentence in article.sentences.in_block(block)
        if not _RUN_IN_HEADING.fullmatch(article.text, *sentence)
    )
    length = sum(sentence.end - sentence.start for sentence in prose)
    is_marked = length >= _MIN_PROSE_SHARE * sum(sentence.end - sentence.start for sentence in sentences)
    return prose if is_marked else sentences


def is_fragment(article: Article, sentence: Span) -> bool:
    """Whether a sentence belongs to a title, byline, caption, credit or row of links."""
    return _is_fragment_block(article, block_at(article.blocks, sentence.start))


def _prose_blocks(article: Article) -> Iterator[int]:
    """Yield the indices of the blocks of the body that are prose."""
    in_list = _unread_lists(article)
    for index in article.sentences.body_blocks:
        if not in_list.contains(article.blocks[index].start) and not _is_fragment_block(article, index):
            yield index


def _unread_lists(article: Article) -> Ranges:
    """Return the sections that are reference lists by heading and lines, but in which no entry was recognised."""
    headings = [block for block in article.blocks if block.kind is BlockKind.HEADING]
    ends = [*(heading.start for heading in headings[1:]), len(article.text)]
    entries = sorted(entry_ranges(article.references))
    return Ranges(
        Span(heading.end, end)
        for heading, end in zip(headings, ends, strict=False)
        if is_reference_heading(article.text[heading.start : heading.end])
        and not within(entries, heading.end, end)
        and _lists_works(article.text, within(article.blocks, heading.end, end))
    )


def _lists_works(text: str, blocks: Sequence[Block]) -> bool:
    """Whether most of some blocks give a year or an address."""
    return sum(_WORK.search(text, block.start, block.end) is not None for block in blocks) * 2 > len(blocks)


def _is_fragment_block(article: Article, index: int) -> bool:
    block = article.blocks[index]
    if block.kind is BlockKind.TABLE or block.end - block.start > _MAX_FRAGMENT_LENGTH:
        return False
    text = article.text[block.start : block.end]
    if _BYLINE.fullmatch(text) or _CREDIT.match(text):
        return True
    if _CAPTION.match(text):
        return not _COLUMNS.search(text)
    words = text.split(maxsplit=_MAX_FRAGMENT_WORDS)
    if len(words) > _MAX_FRAGMENT_WORDS or _SCRIPT_WITHOUT_STOPS.search(text) or _ends_as_sentence(article, index):
        return False
    if block.kind is BlockKind.ITEM:
        is_label = len(words) <= _MAX_LABEL_WORDS and not any(char.isdecimal() for char in text[block.indent :])
        return is_label or _is_linked(article, block)
    introduces_items = index + 1 < len(article.blocks) and article.blocks[index + 1].kind is BlockKind.ITEM
    return not introduces_items and not _COLUMNS.search(text)


def _ends_as_sentence(article: Article, index: int) -> bool:
    """Whether one of the sentences of a block ends with a mark, apart from citations after it."""
    for sentence in article.sentences.in_block(index):
        end = sentence.end
        for citation in reversed(within(article.citations, sentence.start, sentence.end)):
            if article.text[citation.end : end].strip(" )]") == "" and citation.kind != "link":
                end = citation.start
        if _SENTENCE_END.search(article.text, max(sentence.start, end - 20), end):
            return True
    return False


def _is_linked(article: Article, block: Block) -> bool:
    """Whether nearly all of a block is the text of links, as in a row of navigation."""
    links = (style for style in within(article.styles, block.start, block.end) if style.kind is StyleKind.LINK)
    length = sum(span.end - span.start for span in merge_ranges(Span(style.start, style.end) for style in links))
    return length >= _MIN_LINKED_SHARE * (block.end - block.start - block.indent)
