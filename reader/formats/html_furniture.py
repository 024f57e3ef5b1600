"""What a page itself calls furniture: navigation, share bars, comments, notices; told by tags, roles, classes and ids.

The words are those that themes and publishing systems use in English, whatever the language of the page.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from reader.article.lazy import lazy
from reader.formats.html_tree import HEADINGS, SPACED, Node


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar", "dialog", "alertdialog", "alert", "tablist"}
)
FURNITURE_TAGS: Final = frozenset({"nav", "footer", "dialog", "menu", "form", "button"})
_WORDS: Final = _listed("""
    ad addthis addtoany ads adv advert advertisement advertisements advertising adverts affiliate affiliates ambox banner
    breadcrumb breadcrumbs catlinks categories colophon comment commentlist comments consent cookie cookies copyright cta disqus
    donate donation dropdown editsection follow footer gdpr keywords login masthead menu modal nav navbar navbox navigation
    newsletter newsletters noprint outbrain overlay pager pagination paywall popup printfooter promo promos promoted promotion
    recirc recirculation recommend recommendation recommendations recommended register related replies respond share
    sharedaddy shares sharing sidebar signup skip skiplink social sponsor sponsored sponsors submenu subscribe subscription
    taboola tagcloud tags teaser teasers toast toc toolbar topbar topics trending vote widget widgets
""")
"""Words of a name that are those of furniture."""
_CERTAIN: Final = _listed("""
    comments commentlist disqus respond cookie cookies gdpr consent outbrain taboola footer sidebar recirc related modal popup
""")
"""Those that are furniture even where it is most of the page."""
_PAIRS: Final = _listed("""
    read-more read-next read-also more-stories more-news more-articles more-posts more-from more-on most-read most-popular
    most-viewed up-next latest-news latest-stories latest-posts latest-articles sr-only visually-hidden screen-reader author-bio
    author-box author-card author-profile about-author site-header hidden-print print-hide d-print back-top jump-link
    sign-up inline-link buy-box
""")
"""Two words next to each other that are those of furniture."""
_BUTTONS: Final = _listed("button buttons btn")
_STANDFIRSTS: Final = _listed("""
    subtitle standfirst deck dek subheadline subheading subhead tagline lede lead intro introduction summary excerpt
    chapo chapeau vorspann entradilla sommario ingress
""")
"""Words of a name for what stands between a title and its text, and introduces it: here newsrooms keep their own language."""
_NAMING: Final = ("class", *(f"data-{name}" for name in ("testid", "test-id", "component", "component-name", "module", "qa")))
_LONGEST_LABEL: Final = 3
_TABLE_PARTS: Final = frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "caption"})
_SECTION_LEVELS: Final = frozenset(f"level{number}" for number in range(1, 7))
"""Classes of the sections that pandoc makes, whose ids are those of their headings."""
_NAME: Final = lazy(r"[^\W_]+")
_HUMP: Final = lazy(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}(?![a-z])")
_COMMENTS: Final = lazy(
    r"(?:comments?|replies|disqus|respond)(?:[-_](?:area|list|section|threads?|wrapper|container|content))?"
)
"""What is called just so holds what readers said, which may be far more than the article."""
_SHARE_OF_PROSE: Final = 0.4
_CERTAIN_SHARE: Final = 0.8
_LIKE_COMMENTS: Final = lazy("comment|replies|disqus|respond", re.IGNORECASE)
COMMENTS_SHARE: Final = 0.97
_LONGEST_TOOL: Final = 16


def share_allowed(node: Node) -> float:
    """Return how much of the prose of a page an element may hold and still be furniture; 0 for one that isn't called so."""
    if node.tag in _TABLE_PARTS or "note" in node.roles or (node.tag == "footer" and _is_quoted(node)):
        return 0
    if node.tag in FURNITURE_TAGS or node.roles & _ROLES:
        return _SHARE_OF_PROSE
    if is_called_comments(node):
        return COMMENTS_SHARE
    own_id = "" if _has_id_of_heading(node) else node.get("id")
    words = _words_of(" ".join((own_id, *(node.attrs[name] for name in _NAMING if name in node.attrs))))
    if not _CERTAIN.isdisjoint(words):
        return _CERTAIN_SHARE
    label = _words_of(node.get("aria-label")) if node.tag in SPACED else []
    if len(label) <= _LONGEST_LABEL:
        words = [*words, "", *label]
    named = not _WORDS.isdisjoint(words) or any(f"{a}-{b}" in _PAIRS for a, b in pairwise(words))
    return _SHARE_OF_PROSE if named else 0


def is_called_button(node: Node) -> bool:
    """Whether an element is called a button, whatever tag it has."""
    return "class" in node.attrs and not _BUTTONS.isdisjoint(_words_of(node.get("class")))


def is_called_standfirst(node: Node) -> bool:
    """Whether an element is called what introduces the text below its title."""
    return "class" in node.attrs and not _STANDFIRSTS.isdisjoint(_words_of(node.get("class")))


def is_called_comments(node: Node) -> bool:
    """Whether an element is called what readers said, in no other word than that."""
    if not _LIKE_COMMENTS.search(f"{node.get('class')} {node.get('id')}"):
        return False
    own_id = "" if _has_id_of_heading(node) else node.get("id")
    return any(map(_COMMENTS.fullmatch, (*node.classes, own_id.casefold())))


def _has_id_of_heading(node: Node) -> bool:
    """Whether the id of an element was made from the words of a heading: "related-work" names no furniture then."""
    if node.tag in HEADINGS or not _SECTION_LEVELS.isdisjoint(node.classes):
        return True
    words = _NAME.findall(node.get("id").casefold())
    first = next(node.nodes(), None)
    return len(words) > 1 and first is not None and first.tag in HEADINGS and _NAME.findall(first.text().casefold()) == words


def _is_quoted(node: Node) -> bool:
    """Whether an element belongs to a quotation, whose footer says whose words they are."""
    return any(around.tag == "blockquote" for around in node.around())


def is_tool(node: Node, line: str) -> bool:
    """Whether an element within a line, such as "[edit]" in a heading, is there to be clicked."""
    return node.tag not in SPACED and len(node.text()) < min(len(line), _LONGEST_TOOL) and share_allowed(node) > 0


def _words_of(name: str) -> list[str]:
    """Return the words of a name, those of "relatedPosts" too, in lower case."""
    words: list[str] = []
    for word in _NAME.findall(name):
        words += map(str.casefold, [word] if word.islower() else [word, *_HUMP.findall(word)])
    return words
