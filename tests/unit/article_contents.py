"""What tests look at in an article: the words of its blocks, of what was set aside, of its markers and looks."""

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind


def visible_blocks(article: Article) -> list[tuple[str, BlockKind, int]]:
    """Return each block's words, kind and level."""
    return [(article.text[b.start : b.end], b.kind, b.level) for b in article.blocks]


def block_texts(article: Article, *kinds: BlockKind) -> list[str]:
    """Return the words of the blocks, of some kinds only if any are named."""
    return [article.text[b.start : b.end] for b in article.blocks if not kinds or b.kind in kinds]


def noise_texts(article: Article) -> list[str]:
    """Return what was set aside."""
    return [article.text[noise.start : noise.end] for noise in article.noise]


def marker_readings(article: Article) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Return each marker with the references that it names and the labels that it names in vain."""
    return [(article.text[c.start : c.end], c.references, c.missing) for c in article.citations]


def styled_texts(article: Article) -> set[tuple[str, StyleKind]]:
    """Return what looks otherwise than the text around it, and how."""
    return {(article.text[s.start : s.end], s.kind) for s in article.styles}
