"""Set aside the debris of chat programs: tokens in place of the sources of a sentence.

A program that answers questions writes its citations as tokens, and its page draws a link instead of each. A copy of the answer
has the tokens, which lead nowhere: ":contentReference[oaicite:0]{index=0}", "citeturn0search3", "【4:1†notes.pdf】".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind, Noise, NoiseReason, Style, StyleKind
from reader.article.ranges import Ranges, Span, merge_ranges, within

_TURN: Final = r"turn\d{1,4}[a-z]{3,12}\d{1,4}"
_LINES: Final = r"L\d{1,6}(?:-L?\d{1,6})?"
_TOKEN: Final = lazy_pattern(
    # tokens between private characters: \ue200cite\ue202turn0search3\ue201
    r"\ue200(?P<name>[a-z_]{1,30})(?P<rest>[^\ue200\ue201\n]{0,4000})\ue201"
    # the same without them, on their own or in brackets
    rf"|(?:[\[(【]|\b)(?:(?:file)?cite[\s:|□\ufffd]{{0,2}})?{_TURN}(?:[\s,;|□\ufffd]{{0,2}}(?:{_LINES}|{_TURN})){{0,40}}"
    r"(?:[\])】]|\b)"
    r"|(?::contentReference)?\\?\[oaicite:\d{1,4}\\?\](?:\{index=\d{1,4}\})?"
    r"|oai_citation(?:_attribution)?:\d{1,4}‡"
    r"|:[A-Za-z-]{1,40}-citation\[[^\[\]\n]{0,80}\]\{[^{}\n]{0,400}\}"
    r"|\[cite_(?:start|end)\]"
    r"|\\?\[span\\?_\d{1,4}\\?\]\\?\((?:start|end)\\?_span\\?\)"
    r"|【(?:\d{5,20}|[A-Z]:[^【】†\n]{1,200})†[^【】\n]{0,120}】"
    r"|\[\]\(grok_[^()\n]{0,400}\)"
    r"|<(?:antml:)?cite index=[^<>\n]{1,100}>|</(?:antml:)?cite>"
    r"|<grok-card\b[^<>\n]{0,400}>(?:</grok-card>)?"
    r"|<grok:render\b[^<>\n]{0,400}>(?:[^<\n]{0,200}<(?:argument\b[^<>\n]{0,100}|/argument)>){0,9}[^<\n]{0,200}</grok:render>"
    # numbers of sources, which a list of sources may explain
    r"|(?P<number>【\d{1,4}(?::\d{1,4})?†[^【】\n]{0,120}】"
    r"|\[(?:cite|citation|web|page|attached_file):\s?\d{1,4}(?:[,\s-]{1,3}\d{1,4}){0,20}\])"
)
_SHOWN_WORDS: Final = lazy_pattern(r"[^\"\n]{0,80}\"[^\"\n]{0,80}\",\s?\"([^\"\n]{1,300})\"|\ue202([^\ue202\n]{1,300})\ue202")
"""Match the words that a page shows for a token: the name of an entity, `["people","Ada Reyes","poet"]`, or a link's title."""
_TOKENS_WITH_WORDS: Final = frozenset({"entity", "url"})
_BLANKS_BEFORE: Final = lazy_pattern(r"[ \t]+$")
_CLOSING: Final = lazy_pattern(r"\s|[.,;:!?)\]]|$")
_MAX_BLANKS: Final = 8


def with_debris_aside(article: Article) -> Article:
    """Return the article without the debris of a chat program in its text, citations, references and title.

    Of a token that stands around words of the text, only the markup is hidden.
    """
    noise = Ranges(article.noise)
    tokens = [token for token in _find_tokens(article) if not noise.contains(token.start())]
    if not tokens:
        return article
    markup: list[Span] = []
    debris: list[Span] = []
    for token in tokens:
        if (words := _shown_words(token)) is not None:
            markup += Span(token.start(), words.start), Span(words.end, token.end())
        else:
            debris.append(_with_blanks(article.text, token, debris[-1].end if debris else 0))
    whole = [block for block in article.blocks if _is_filled(article.text, block, within(debris, block.start, block.end))]
    whole_ranges, ranges = Ranges(whole), Ranges(debris)
    inside = [span for span in debris if not whole_ranges.contains(span.start)]
    styles = (*article.styles, *(Style(*span, StyleKind.MARKUP) for span in (*inside, *markup)))
    return replace(
        article,
        title=_without_tokens(article.title),
        noise=tuple(sorted((*article.noise, *(Noise(block.start, block.end, NoiseReason.DEBRIS) for block in whole)))),
        debris=tuple(sorted((*article.debris, *(Noise(*span, NoiseReason.DEBRIS) for span in inside)))),
        styles=tuple(sorted(styles, key=attrgetter("start"))),
        citations=tuple(citation for citation in article.citations if not ranges.contains(citation.end - 1)),
        references=tuple(reference._replace(text=_without_tokens(reference.text)) for reference in article.references),
    )


def _find_tokens(article: Article) -> Iterator[re.Match[str]]:
    """Yield the tokens outside code, apart from numbers of sources if the article has a list of them."""
    code = [block.span for block in article.blocks if block.kind is BlockKind.CODE]
    code += [Span(style.start, style.end) for style in article.styles if style.kind is StyleKind.CODE]
    code_ranges = Ranges(merge_ranges(code))
    tokens = [token for token in _TOKEN.finditer(article.text) if not code_ranges.contains(token.start())]
    resolved = {citation.start for citation in article.citations if citation.references}
    has_list = any(token["number"] and token.start() in resolved for token in tokens)
    return (token for token in tokens if not (has_list and token["number"]))


def _shown_words(token: re.Match[str]) -> Span | None:
    """Return the range of the words that a page shows for a token, or None."""
    words = _SHOWN_WORDS.search(token.string, *token.span("rest")) if token["name"] in _TOKENS_WITH_WORDS else None
    return Span(*words.span(1 if words[1] else 2)) if words is not None else None


def _with_blanks(text: str, token: re.Match[str], last: int) -> Span:
    """Return the range of a token with the blanks before it, unless they part two words. Begin no earlier than `last`."""
    start, end = token.span()
    blanks = _BLANKS_BEFORE.search(text, max(last, start - _MAX_BLANKS), start)
    return Span(blanks.start() if blanks and _CLOSING.match(text, end) else start, end)


def _is_filled(text: str, block: Block, spans: Sequence[Span]) -> bool:
    """Whether a block has no letter or digit besides its debris."""
    if not spans:
        return False
    edges = (block.start, *(edge for span in spans for edge in span), block.end)
    return not any(map(str.isalnum, "".join(text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))))


def _without_tokens(line: str) -> str:
    def words(token: re.Match[str]) -> str:
        span = _shown_words(token)
        return line[span.start : span.end] if span is not None else ""

    return " ".join(_TOKEN.sub(words, line).split()) if _TOKEN.search(line) else line
