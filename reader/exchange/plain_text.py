"""Plain text: an article and its review as lines for pipes, pagers and screen readers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from reader.article.article import Article
from reader.article.language import language_title
from reader.article.model import Block, BlockKind, Comment, entry_ranges, visible_text
from reader.article.ranges import Ranges, Span, merge_ranges
from reader.exchange.report import Report, ReportItem, ReportPair, ReportReference
from reader.exchange.wording import (
    decision_label,
    describe_counts,
    describe_faults,
    describe_judgement,
    describe_link,
    describe_source,
    describe_status,
    describe_use,
    pair_details,
    work_lines,
)
from reader.printable import plural, printable, printable_line
from reader.review.vocabulary import LATER, NOT_CLAIM

_PREFORMATTED = frozenset({BlockKind.CODE, BlockKind.TABLE})
_MAX_QUOTE_LENGTH = 80
_KIND_NAMES = {NOT_CLAIM: "Not a claim", LATER: "For later"}


def to_plain_text(report: Report, *, without_text: bool = False) -> str:
    """Return title, sentences with their numbers, and references in order, with comments and annotations after their blocks.

    Without the text, only the annotations follow the title, and of the references only those that they rest on. Noise is only
    counted. The text cannot control a terminal.
    """
    article = report.article
    if without_text:
        cited = {pair.reference for item in (*report.items, *report.orphans) for pair in item.pairs}
        described = ["\n".join(_annotation_lines(item, "")) for item in report.items]
        return _join_parts(report, described, [one for one in report.references if one.entry.id in cited])
    sentence_starts = [sentence.start for sentence in article.sentences.all()]
    blocks = _printed_blocks(article)
    starts = [block.start for block in blocks]
    items: dict[int, list[ReportItem]] = {}
    for item in report.items:
        items.setdefault(max(0, bisect_right(starts, item.selector.start) - 1), []).append(item)
    comments: dict[int, list[Comment]] = {}
    for comment in article.comments:
        comments.setdefault(max(0, bisect_right(starts, comment.start) - 1), []).append(comment)
    parts: list[str] = []
    for index, block in enumerate(blocks):
        parts += [
            _numbered_text(article, block, sentence_starts),
            *("\n".join(_comment_lines(comment, article, sentence_starts)) for comment in comments.pop(index, ())),
            *("\n".join(_annotation_lines(item)) for item in items.pop(index, ())),
        ]
    parts += ["\n".join(_annotation_lines(item)) for others in items.values() for item in others]
    return _join_parts(report, parts, report.references)


def _join_parts(report: Report, parts: list[str], references: Sequence[ReportReference]) -> str:
    parts = [_head_lines(report), *parts]
    if references:
        parts += ["References", "\n".join(map(_reference_line, references))]
    if report.orphans:
        parts += ["Annotations without a place in the text", *("\n".join(_annotation_lines(item)) for item in report.orphans)]
    parts += ["To do", "\n".join(work_lines(report))]
    return "\n\n".join(parts) + "\n"


def _head_lines(report: Report) -> str:
    article = report.article
    lines = [
        printable_line(article.title),
        f"Source: {'standard input' if article.source == '-' else printable_line(article.source)}",
        f"Language: {printable_line(language_title(article.language))}",
        describe_counts(report),
    ]
    if article.aside:
        lines.append(f"{plural(len(article.aside), 'passage')} set aside as noise.")
    return "\n".join(lines)


def _printed_blocks(article: Article) -> list[Block]:
    """Return the blocks without noise, rules, a repeated title, and the reference list with its heading."""
    noise, entries = Ranges(article.noise), Ranges(merge_ranges(entry_ranges(article.references)))
    blocks: list[Block] = []
    for block in article.blocks:
        if block.kind is BlockKind.RULE or noise.covers(block):
            continue
        if entries.overlaps(block):
            if blocks and blocks[-1].kind is BlockKind.HEADING:
                blocks.pop()
            continue
        blocks.append(block)
    if blocks and _block_text(article, blocks[0]) == printable_line(article.title):
        del blocks[0]
    return blocks


def _block_text(article: Article, block: Block) -> str:
    text = visible_text(article.text, article.styles, block.span)
    return printable(text) if block.kind in _PREFORMATTED else printable_line(" ".join(text.split()))


def _numbered_text(article: Article, block: Block, sentence_starts: Sequence[int]) -> str:
    """Return a block with each of its sentences on a line of its own, after the sentence's number in the article."""
    first, last = (bisect_left(sentence_starts, offset) for offset in block.span)
    if first == last or block.kind in _PREFORMATTED:
        return _block_text(article, block)
    edges = (block.start, *sentence_starts[first + 1 : last], block.end)
    texts = (visible_text(article.text, article.styles, Span(*edge)) for edge in pairwise(edges))
    return "\n".join(f"{number}. {_one_line(text)}" for number, text in enumerate(texts, first + 1))


def _comment_lines(comment: Comment, article: Article, sentence_starts: Sequence[int]) -> Iterator[str]:
    """Yield a comment of the document with the words that it is on, then its answers, each in one line."""
    sentence = article.sentences.at(comment.start)
    is_inside = sentence is not None and sentence.start <= comment.start
    place = f"sentence {bisect_right(sentence_starts, comment.start)}" if is_inside else ""
    words = _one_line(visible_text(article.text, article.styles, comment.span))
    words = words if len(words) <= _MAX_QUOTE_LENGTH else f"{words[: _MAX_QUOTE_LENGTH - 1].rstrip()}…"
    for number, message in enumerate(comment.messages):
        about = ("Answer",) if number else ("Comment", place, "resolved" if comment.is_resolved else "")
        author = ", ".join(filter(None, (_one_line(message.author), message.date[:10])))
        name = f"{', '.join(filter(None, about))}{f', by {author}' if author else ''}"
        yield f"    {name}{'' if number else f', on “{words}”'}: {_one_line(message.text)}"


def _annotation_lines(item: ReportItem, margin: str = "    ") -> Iterator[str]:
    return (margin + line for line in _describe_item(item))


def _describe_item(item: ReportItem) -> Iterator[str]:
    annotation = item.annotation
    place = f"sentence {item.sentence}" if item.sentence else ""
    kind = f"Claim {item.number}" if item.number else _KIND_NAMES.get(annotation.kind, printable_line(annotation.kind))
    name = ", ".join(part for part in (kind, place, describe_status(item)) if part)
    yield f"{name}: {_one_line(item.selector.exact)}"
    if item.check_reason:
        yield f"To check ({item.check_reason}). Original wording: {_one_line(item.original_quote)}"
    for pair in item.pairs:
        yield from _pair_lines(pair)
    for unlinked in item.unlinked:
        reason = f": {_one_line(unlinked.link.reason)}" if unlinked.link.reason else ""
        yield f"Does not rest on [{printable_line(unlinked.label)}], unlinked by hand{reason}"
    if annotation.decision:
        fix = f": {_one_line(annotation.fix)}" if annotation.fix else ""
        yield f"For the author: {_one_line(decision_label(item))}{fix}"
    if annotation.tags:
        yield f"Tags: {' '.join(f'#{printable_line(tag)}' for tag in annotation.tags)}"
    if annotation.note:
        yield f"Note: {_one_line(annotation.note)}"


def _pair_lines(pair: ReportPair) -> Iterator[str]:
    lost = "" if pair.entry else " (no longer in the article)"
    link = f" ({_one_line(describe_link(pair))})" if pair.link else ""
    yield f"Rests on [{printable_line(pair.label)}]{lost}{link}: {_one_line(describe_judgement(pair))}"
    yield from (f"    {title}: {_one_line(text)}" for title, text in pair_details(pair))


def _reference_line(reference: ReportReference) -> str:
    entry, use = reference.entry, f"{describe_use(reference)}; source: {describe_source(reference)}"
    faults = describe_faults(reference.health)
    return f"[{printable_line(entry.label)}] {printable_line(entry.text)} ({use})" + (
        f" ! {_one_line(faults)}" if faults else ""
    )


def _one_line(text: str) -> str:
    return printable_line(" ".join(text.split()))
