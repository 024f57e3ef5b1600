"""Set noise by hand: set blocks aside, or take blocks back that were classified as noise.

Both are annotations of special kinds on whole blocks, so they are undone, merged and anchored like all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from reader.article.article import Article
from reader.article.model import Block, Noise, NoiseReason
from reader.article.ranges import Ranges, Span, block_at, merge_ranges
from reader.review.model import Annotation, Edit
from reader.review.vocabulary import ASIDE_KIND, BODY_KIND


def blocks_at(article: Article, span: Span) -> Sequence[Block]:
    """Return the blocks that a range touches, at least the one nearest to it."""
    if not article.blocks:
        return ()
    first, last = block_at(article.blocks, span.start), block_at(article.blocks, max(span.start, span.end - 1))
    return article.blocks[first : last + 1]


def is_aside(article: Article, block: Block) -> bool:
    """Whether a block is set aside."""
    return any(noise.start <= block.start and block.end <= noise.end for noise in article.noise)


def noise_edits(
    article: Article,
    span: Span,
    marks: Sequence[tuple[Annotation, Span]],
    make: Callable[[Span, str], Annotation],
    *,
    aside: bool,
) -> tuple[str, list[Edit]]:
    """Return the label and the edits that set the blocks of a range aside or take them back; both are empty for no change.

    `marks` are the present annotations of noise with their places; `make` creates one for a range and a kind.
    """
    blocks = [block for block in blocks_at(article, span) if is_aside(article, block) != aside]
    edits: list[Edit] = []
    for block in blocks:
        old = [Edit(mark, None) for mark, place in marks if place.overlaps(block.span)]
        edits.extend(old or [Edit(None, make(block.span, ASIDE_KIND if aside else BODY_KIND))])
    what = _count_blocks(article, blocks)
    return (f"set aside {what} as noise" if aside else f"{what} back from the noise") if blocks else "", edits


def _count_blocks(article: Article, blocks: Sequence[Block]) -> str:
    """Count blocks in words: by their sentences, or as passages if they have none."""
    starts = {block.start: index for index, block in enumerate(article.blocks)}
    sentences = sum(len(article.sentences.in_block(starts[block.start])) for block in blocks)
    count, noun = (sentences, "sentence") if sentences else (len(blocks), "passage")
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def apply_manual_noise(article: Article, marks: Iterable[tuple[str, Span]]) -> Article:
    """Return the article with its noise changed by a person's marks, given by kind and range."""
    by_hand = list(marks)
    body = Ranges(merge_ranges(span for kind, span in by_hand if kind == BODY_KIND))
    noise = [part for part in article.noise if not body.overlaps(part)]
    starts = {n.start for n in noise}
    noise += (Noise(s.start, s.end, NoiseReason.BY_HAND) for kind, s in by_hand if kind == ASIDE_KIND and s.start not in starts)
    return article.with_noise(tuple(sorted(noise)))
