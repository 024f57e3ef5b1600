"""Find assertions without a citation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from reader.article.article import Article
from reader.article.audit.finding import CITES_NOTHING, Finding, excerpt, with_keys
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind
from reader.article.passages.words import UNSPACED_SCRIPTS
from reader.article.prose import ends_as_sentence, is_fragment
from reader.article.ranges import Span, block_at, merge_ranges, within

_MIN_ASSERTION_WORDS = 4
_MIN_ITEM_WORDS = 6
"""The fewest words of an item that asserts something without a mark at its end."""
_MAX_SENTENCES = 10
"""The most sentences without a citation that are listed one by one when there are no claims."""
_WORD = lazy_pattern(rf"[{UNSPACED_SCRIPTS}]|[^\W\d_{UNSPACED_SCRIPTS}]{{2,}}")
_NO_ASSERTION_ENDS = ("?", ":", "？", "：", "؟")
_MIN_ROW_SEPARATORS = 2
"""The fewest semicolons in an item that is the row of a table."""
_LEGEND = lazy_pattern(r"\([A-Z](?: ?[-–,] ?[A-Z])*\) |<[a-z]")
"""Match the beginning of a legend, "(A–C) Loss of …", and a tag of HTML."""
_NUMBER = lazy_pattern(r"\d")
_DATE = lazy_pattern(
    r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|\b(?:January|February|March|April|June|July|August|September|October|November|December"
    r"|century|decade|Jahrhundert|siècle|siglo)\b"
)
_NAME = lazy_pattern(r"(?<=[\w,;] )[^\W\d_a-zß-öø-ÿ][^\W\d_]+")
_COMPARISON = lazy_pattern(
    r"\b(?:than|more|less|fewer|most|least|best|worst|only|first|last|half|twice|double[ds]?|tripled?|all|none|always|never|average"
    r"|increas\w+|decreas\w+|r[io]se[ns]?|fell|per ?cent|mehr|weniger|meisten|plus|moins|más|menos)\b"
    r"|\b(?!other|after|under|over|never|ever|rather|whether|either|neither|together)\w{3,}(?:i?est|ier)\b|%",
    re.IGNORECASE,
)
_QUOTE = lazy_pattern(r"[\"“”„«»「『]")


def is_assertion(article: Article, sentence: Span) -> bool:
    """Whether a sentence asserts something.

    Questions, headings, bylines, captions, legends, rows and formulas do not; neither do lines that do not end as a sentence,
    except for items of some length.
    """
    text = article.text[sentence.start : sentence.end]
    words = sum(1 for _ in _WORD.finditer(text))
    if words < _MIN_ASSERTION_WORDS or text.rstrip("\"'”’»」』)]").endswith(_NO_ASSERTION_ENDS) or _LEGEND.match(text):
        return False
    kind = article.blocks[block_at(article.blocks, sentence.start)].kind
    if kind is BlockKind.TABLE or is_fragment(article, sentence):
        return False
    is_long_item = kind is BlockKind.ITEM and words >= _MIN_ITEM_WORDS and text.count(";") < _MIN_ROW_SEPARATORS
    return is_long_item or ends_as_sentence(article, sentence)


def is_uncited(article: Article, sentence: Span) -> bool:
    """Whether no marker in the sentence points to a reference."""
    return not any(citation.references for citation in within(article.citations, sentence.start, sentence.end))


def find_uncited(article: Article, sentences: Iterable[Span]) -> Iterator[Finding]:
    """Yield a finding for each of some sentences that asserts something and has no marker."""
    for sentence in sentences:
        if not within(article.citations, sentence.start, sentence.end) and is_assertion(article, sentence):
            text = article.text[sentence.start : sentence.end]
            yield Finding(CITES_NOTHING, sentence, "", f"Cites nothing: {excerpt(text)}")


def sort_by_need(article: Article, findings: Iterable[Finding]) -> list[Finding]:
    """Return findings about sentences, those first that call most for a source; lines without an end like a sentence last."""

    def need(finding: Finding) -> tuple[bool, int]:
        sentence = finding.where or Span(0, 0)
        return not ends_as_sentence(article, sentence), -source_need(article.text[sentence.start : sentence.end])

    return sorted(findings, key=need)


def select_uncited(article: Article, findings: Sequence[Finding], dismissed: Collection[str]) -> Iterator[Finding]:
    """Yield the first ten findings that nobody dismissed, one that counts the others, and the dismissed ones, all with keys.

    `findings` have no keys yet: these are only made as far as they are needed. `dismissed` are the keys of dismissed findings.
    """
    dismissed_findings: list[Finding] = []
    shown = 0
    for finding in with_keys(findings, article):
        if finding.key in dismissed:
            dismissed_findings.append(finding)
        elif shown < _MAX_SENTENCES:
            shown += 1
            yield finding
        if shown == _MAX_SENTENCES and len(dismissed_findings) == len(dismissed):
            break
    rest = len(findings) - shown - len(dismissed_findings)
    if rest > 0:
        more = "1 more sentence cites nothing" if rest == 1 else f"{rest:,} more sentences cite nothing"
        yield from with_keys([Finding(CITES_NOTHING, None, "", f"{more}. Mark claims to list only theirs.")], article)
    yield from dismissed_findings


def source_need(text: str) -> int:
    """Return how much a sentence calls for a source: two points for a number, one for a date, name, comparison or quote."""
    signs = (_DATE, _NAME, _COMPARISON, _QUOTE)
    return 2 * bool(_NUMBER.search(text)) + sum(pattern.search(text) is not None for pattern in signs)


def overlapping_sentences(article: Article, claims: Sequence[Span]) -> Iterator[Span]:
    """Yield the sentences that overlap a claim, in order."""
    last = -1
    for span in merge_ranges(claims):
        sentence = article.sentences.at(span.start)
        while sentence is not None and sentence.start < span.end:
            if sentence.overlaps(span) and sentence.start > last:
                last = sentence.start
                yield sentence
            sentence = article.sentences.after(sentence)
