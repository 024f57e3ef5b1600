"""Decide which signs of boilerplate to believe on a page.

A sign is a tag, a role or a word in the name of an element. Publishers use the same words for the article itself: "paywall" for
its paragraphs, "widget" for every part of the page, "sidebar-right" for a wrapper of it all. So a sign that would hide much of
the prose, or the title, is not credible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Set
from typing import Final

from reader.formats.html.element_names import (
    BOILERPLATE_TAGS,
    COMMENTS,
    NAMING_ATTRIBUTES,
    TEASER_WORDS,
    WORDS_APART,
    boilerplate_signs,
)
from reader.formats.html.link_density import Sums
from reader.formats.html.tree import BLOCK_TAGS, Node, in_order, outermost

_MAX_SHARE: Final = 0.4
_MAX_SHARE_APART: Final = 0.8
_MAX_SHARE_TOGETHER: Final = 0.5
_MAX_DROPPED: Final = 8

_BLOCK_TAGS: Final = BLOCK_TAGS - BOILERPLATE_TAGS

Signs = Mapping[Node, frozenset[str]]


def find_signs(root: Node, title_order: int) -> Signs:
    """Return the signs of boilerplate by element, in order, except around the title, whose position is `title_order` or 0."""
    signs: dict[Node, frozenset[str]] = {}
    groups = [nodes for names, nodes in root.nodes.by_attributes.items() if not NAMING_ATTRIBUTES.isdisjoint(names)]
    named = [node for nodes in groups for node in nodes if node.tag in _BLOCK_TAGS]
    for node in in_order(root.all_with_tag(BOILERPLATE_TAGS), named):
        if not node.order < title_order <= node.last_order and (own := boilerplate_signs(node)):
            signs[node] = own
    return signs


def credible_signs(signs: Signs, prose: Sums, root: Node, article: Node, max_comments_share: float) -> set[str]:
    """Return the signs that hide little of the prose, alone and together.

    Only the prose of `article`, an element that holds much of the article, counts, as there may be more around it. Comment
    sections and the like may be longer still, so all other signs are judged by the rest.
    """
    held = _prose_by_sign(signs, prose, root)
    apart = {sign for sign in held if sign in WORDS_APART and held[sign] <= _MAX_SHARE_APART * prose.within(root)}
    if held[COMMENTS] <= max_comments_share * prose.within(root):
        apart.add(COMMENTS)
    held = _prose_by_sign(signs, prose, article)
    apart = {sign for sign in apart if sign == COMMENTS or held[sign] <= _MAX_SHARE_APART * prose.within(article)}
    total = prose.within(article) - _prose_under(signs, apart, prose, article)
    others = {sign for sign, size in held.items() if sign not in WORDS_APART and size <= _MAX_SHARE * total} - {COMMENTS}
    for _ in range(_MAX_DROPPED):
        if _prose_under(signs, others, prose, article) <= _MAX_SHARE_TOGETHER * total:
            return apart | others
        others.remove(max(others, key=held.__getitem__))
    return apart


def has_credible_sign(node: Node, own: frozenset[str], credible: Set[str], prose: Sums, linked: Sums) -> bool:
    """Whether a sign of an element is credible. Prose without links is no teaser, whatever it is called."""
    if not own.isdisjoint(TEASER_WORDS) and prose.within(node) and not linked.within(node):
        own -= TEASER_WORDS
    return not own.isdisjoint(credible)


def _prose_by_sign(signs: Signs, prose: Sums, article: Node) -> Counter[str]:
    """Return the length of the prose of the article under each sign."""
    held: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for node, own in signs.items():
        for sign in own:
            if node.order > ends[sign]:
                ends[sign] = node.last_order
                held[sign] += _prose_of(article, node, prose)
    return held


def _prose_under(signs: Signs, some: Collection[str], prose: Sums, article: Node) -> int:
    """Return the length of the prose of the article under any of some signs."""
    nodes = outermost(node for node, own in signs.items() if not own.isdisjoint(some))
    return sum(_prose_of(article, node, prose) for node in nodes)


def _prose_of(article: Node, node: Node, prose: Sums) -> int:
    """Return the length of the prose that is in an article and in another element."""
    if article.contains(node):
        return prose.within(node)
    return prose.within(article) if node.contains(article) else 0
