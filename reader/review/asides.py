"""What a person says of page noise: more is set aside, or what was set aside is the article after all.

Both are annotations, of kinds of their own, on whole blocks. So they are undone, merged and find their place as all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from reader.article.model import Article, Block, Noise, NoiseReason, Span
from reader.article.places import block_at

ASIDE: Final = "aside"
"""The kind of an annotation that sets its range aside."""
BODY: Final = "body"
"""The kind of an annotation that says that its range is the article, though it was taken for noise."""
MARGINS: Final = frozenset([ASIDE, BODY])


def blocks_at(article: Article, span: Span) -> Sequence[Block]:
    """Return the blocks that a range touches, at least the one nearest to it."""
    if not article.blocks:
        return ()
    first, last = block_at(article.blocks, span.start), block_at(article.blocks, max(span.start, span.end - 1))
    return article.blocks[first : last + 1]


def is_aside(article: Article, block: Block) -> bool:
    """Whether a block is set aside."""
    return any(noise.start <= block.start and block.end <= noise.end for noise in article.noise)


def with_marks(article: Article, marks: Iterable[tuple[str, Span]]) -> Article:
    """Return the article with what the person's marks, by kind and range, make of its noise."""
    by_hand = list(marks)
    body = [span for kind, span in by_hand if kind == BODY]
    noise = [n for n in article.noise if not any(span.overlaps(Span(n.start, n.end)) for span in body)]
    known = {n.start for n in noise}
    noise += (Noise(s.start, s.end, NoiseReason.BY_HAND) for kind, s in by_hand if kind == ASIDE and s.start not in known)
    return replace(article, noise=tuple(sorted(noise)))
