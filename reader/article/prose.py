"""Tell sentences that assert something from titles, bylines, captions, credits, navigation and lists of works.

Such lines repeat the words of a claim, and say nothing about it. A wrong exclusion hides evidence, so a line of unknown purpose
is prose if it ends as a sentence does, or is long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import WORDED, Block, BlockKind, StyleKind, entry_ranges
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
    r"(?:[|·•–—-]?\s*\d+[ -]min(?:ute)?s? read\W*)?"
)
_CAPTION = lazy_pattern(
    r"[*_\s]*(?:Fig(?:ure|\.)?|Table|Tab\.|Chart|Map|Plate|Abb(?:ildung|\.)|Tabelle|Figura|Tabla|Tableau)\s?[A-Z]?\d[\d.\-]*[a-z]?"
    r"\s?[.:|–—-]",
    re.IGNORECASE,
)
_CREDIT = lazy_pattern(
    r"[*_(\s]*(?:(?:file |stock |handout )?photo(?:graph)?s?|images?|pictures?|illustrations?|credits?|foto|bild|crédit"
    r"|fotografía)(?: (?:by|credits?|courtesy of))?\s?[:/©]",
    re.IGNORECASE,
)
_CREDIT_IN_PARENTHESES = lazy_pattern(
    rf"\({_NAME}(?: {_NAME}){{1,3}}(?: ?/ ?| for (?:the |The )?| via ){_NAME}(?: (?:{_NAME}|of|de|&)){{0,5}}\)\.?"
)
"""Match the credit at the end of a caption, "(Ada Reyes/Harbour Press)" or "(Ada Reyes for The Harbour Press)"."""
_DATELINE = lazy_pattern(
    r"[*_\s]*(?:(?:first |last )?(?:published|updated|posted|modified)|veröffentlicht|aktualisiert|stand|publié|mis à jour"
    r"|publicado|actualizado)\b(?=\D{0,20}\d)",
    re.IGNORECASE,
)
_DATE_WORDS = frozenset(
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "mär",
        "mai",
        "okt",
        "dez",
        "mon",
        "tue",
        "wed",
        "thu",
        "fri",
        "sat",
        "sun",
        "on",
        "at",
        "am",
        "pm",
        "um",
        "uhr",
        "utc",
        "gmt",
        "est",
        "edt",
        "pst",
        "pdt",
        "bst",
        "cet",
        "min",
        "rea",
        "the",
    ]
)
"""The first three letters of the words of a dateline, "Updated on Monday 3 May 2021, 10:00 GMT | 4 min read"."""
_NOTICE = lazy_pattern(
    r"[*_\s]*(?:©|\(c\) \d|copyright\b|all rights reserved|(?:received|accepted):? \d|e-?mail:|key ?words?:|citation:|doi:"
    r"|issn\b|correspond(?:ence|ing author)[^.:]{0,40}:|(?:how to )?cite this (?:article|work)|click here|read (?:more|also)\b"
    r"|sign up\b|subscribe\b)",
    re.IGNORECASE,
)
_RUN_IN_HEADING = lazy_pattern(r"\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+[^\W\d_a-z]\w*(?:\s\w+){0,3}\.")
_WORK = lazy_pattern(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|https?://|www\.|doi")
_LETTERS = lazy_pattern(r"[^\W\d_]+")
_REST_OF_LINK = lazy_pattern(r"(?:\](?:\([^\s()]*\)|\[[^\]\n]*\])|>)?[\s)\]]*")
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
    return prose if is_marked else tuple(sentences)


def is_fragment(article: Article, sentence: Span) -> bool:
    """Whether a sentence is a notice or credit, or belongs to a title, byline, caption or row of links."""
    if _NOTICE.match(article.text, *sentence) or _CREDIT.match(article.text, *sentence):
        return True
    return _is_fragment_block(article, block_at(article.blocks, sentence.start))


def ends_as_sentence(article: Article, sentence: Span) -> bool:
    """Whether a sentence ends with a mark, apart from citations after it, or its script has no such marks."""
    end = sentence.end
    for citation in reversed(within(article.citations, sentence.start, sentence.end)):
        if citation.kind not in WORDED and _REST_OF_LINK.fullmatch(article.text, citation.end, end):
            end = citation.start - (2 if article.text.endswith(("([", "(<"), 0, citation.start) else 0)
    is_marked = _SENTENCE_END.search(article.text, max(sentence.start, end - 20), end) is not None
    return is_marked or _SCRIPT_WITHOUT_STOPS.search(article.text, *sentence) is not None


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
    if block.is_caption:
        return True
    text = article.text[block.start : block.end]
    if _BYLINE.fullmatch(text) or _is_dateline(text) or _NOTICE.match(text) or _is_caption_with_credit(article, index):
        return True
    if _CAPTION.match(text):
        return not _COLUMNS.search(text)
    words = text.split(maxsplit=_MAX_FRAGMENT_WORDS)
    if len(words) > _MAX_FRAGMENT_WORDS:
        return False
    if any(ends_as_sentence(article, sentence) for sentence in article.sentences.in_block(index)):
        return False
    if block.kind is BlockKind.ITEM:
        is_label = len(words) <= _MAX_LABEL_WORDS and not any(char.isdecimal() for char in text[block.indent :])
        return is_label or _is_linked(article, block)
    introduces_items = index + 1 < len(article.blocks) and article.blocks[index + 1].kind is BlockKind.ITEM
    return not introduces_items and not _COLUMNS.search(text)


def _is_dateline(text: str) -> bool:
    start = _DATELINE.match(text)
    return start is not None and all(word[:3].casefold() in _DATE_WORDS for word in _LETTERS.findall(text, start.end()))


def _is_caption_with_credit(article: Article, index: int) -> bool:
    """Whether a block is a caption: its first or last sentence credits a picture."""
    sentences = article.sentences.in_block(index)
    if sentences and _CREDIT_IN_PARENTHESES.fullmatch(article.text, *sentences[-1]):
        return True
    return any(_CREDIT.match(article.text, *sentence) for sentence in (*sentences[:1], *sentences[-1:]))


def _is_linked(article: Article, block: Block) -> bool:
    """Whether nearly all of a block is the text of links, as in a row of navigation."""
    links = (style for style in within(article.styles, block.start, block.end) if style.kind is StyleKind.LINK)
    length = sum(span.end - span.start for span in merge_ranges(Span(style.start, style.end) for style in links))
    return length >= _MIN_LINKED_SHARE * (block.end - block.start - block.indent)
