"""Read what the tags, roles and names of elements suggest: boilerplate, comments, buttons, standfirsts."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.html.tree import BLOCK_TAGS, HEADING_TAGS, Node, split_words


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BOILERPLATE_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar", "dialog", "alertdialog", "alert", "tablist"}
)
BOILERPLATE_TAGS: Final = frozenset({"nav", "footer", "dialog", "menu", "form", "button"})
_BOILERPLATE_WORDS: Final = _word_set("""
    ad addthis addtoany ads adv advert advertisement advertisements advertising adverts affiliate affiliates ambox banner
    breadcrumb breadcrumbs catlinks categories colophon comment commentlist comments consent cookie cookies copyright cta disqus
    donate donation dropdown editsection follow footer gdpr keywords login masthead menu modal nav navbar navbox navigation
    newsletter newsletters noprint outbrain overlay pager pagination paywall popup printfooter promo promos promoted promotion
    recirc recirculation recommend recommendation recommendations recommended register related replies respond share
    sharedaddy shares sharing sidebar signup skip skiplink social sponsor sponsored sponsors submenu subscribe subscription
    taboola tagcloud tags teaser teasers toast toc toolbar topbar topics trending vote votecell widget widgets
    postprofile userinfo usercard
""")
"""Words in class names and ids of boilerplate."""
WORDS_APART: Final = _word_set("""
    comments comment commentlist replies disqus respond cookie cookies gdpr consent footer related modal popup outbrain
    taboola
""")
"""Words in names of what may be longer than the article: comments, notices about cookies, footers, links to other stories."""
TEASER_WORDS: Final = _word_set("""
    teaser teasers promo promos recirc recommend recommendation recommendations recommended related topics trending
""")
"""Words in names of links to other stories."""
_WORD_PAIRS: Final = _word_set("""
    read-more read-next read-also more-stories more-news more-articles more-posts more-from more-on most-read most-popular
    most-viewed up-next latest-news latest-stories latest-posts latest-articles sr-only visually-hidden screen-reader author-bio
    author-box author-card author-profile about-author site-header hidden-print print-hide d-print back-top jump-link
    sign-up inline-link buy-box user-card user-info user-details user-signature post-signature message-signature message-user
    post-buttons post-menu post-controls post-likes message-actionbar crawler-post
""")
"""Pairs of adjacent words in names of boilerplate."""
_BUTTON_WORDS: Final = _word_set("button buttons btn")
_STANDFIRST_WORDS: Final = _word_set("""
    subtitle standfirst deck dek subheadline subheading subhead tagline lede lead intro introduction summary excerpt
    chapo chapeau vorspann entradilla sommario ingress
""")
"""Words in names of standfirsts, in the languages of newsrooms."""
_NAME_ATTRIBUTES: Final = (
    "class",
    *(f"data-{name}" for name in ("testid", "test-id", "component", "component-name", "module", "qa")),
)
NAMING_ATTRIBUTES: Final = frozenset({"id", "role", "epub:type", "aria-label", *_NAME_ATTRIBUTES})
"""The attributes of which one may say what an element is."""
_OTHER_NAMING_ATTRIBUTES: Final = NAMING_ATTRIBUTES - {"class"}
_NO_SIGNS: Final = frozenset[str]()
_MAX_LABEL_WORDS: Final = 3
_TABLE_PARTS: Final = frozenset({"tbody", "thead", "tfoot", "tr", "td", "th", "caption"})
_SECTION_LEVELS: Final = frozenset(f"level{number}" for number in range(1, 7))
"""Classes of the sections that pandoc generates, whose ids come from their headings."""
_NAME_WORD: Final = lazy_pattern(r"[^\W_]+")
_CAMEL_CASE_WORD: Final = lazy_pattern(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}(?![a-z])")
_COMMENTS_NAME: Final = lazy_pattern(
    r"(?:(?:post|article|entry|story|user|reader|facebook|fb)[-_])?(?:comments?|replies|disqus|respond)"
    r"(?:[-_](?:area|block|body|box|container|content|feed|group|list|section|threads?|wrap|wrapper))?"
)
"""The exact names of comment sections, which may be far longer than the article."""
_LIKE_COMMENTS: Final = lazy_pattern("comment|replies|disqus|respond", re.IGNORECASE)
COMMENTS: Final = "(comments)"
"""The sign of a comment section."""
_QUALIFIERS: Final = frozenset({"has", "with", "without", "no"})
"""Words before the name of something that an element has or lacks, such as "has-paywall"."""
_MAX_TOOL_LENGTH: Final = 16
_MAX_NAMES: Final = 4096


def boilerplate_signs(node: Node) -> frozenset[str]:
    """Return what suggests that an element is boilerplate: tag, roles, words of its names, or `COMMENTS`."""
    tag, attrs = node.tag, node.attrs
    is_named = bool(attrs) and not NAMING_ATTRIBUTES.isdisjoint(attrs)
    if (not is_named and tag not in BOILERPLATE_TAGS) or tag in _TABLE_PARTS:
        return _NO_SIGNS
    if tag == "footer" and _is_in_quote(node):
        return _NO_SIGNS
    if is_named and _OTHER_NAMING_ATTRIBUTES.isdisjoint(attrs):
        signs = _signs_in_class(attrs["class"])
        return signs | {tag} if tag in BOILERPLATE_TAGS and COMMENTS not in signs else signs
    roles = node.roles
    if "note" in roles:
        return _NO_SIGNS
    if is_named and is_called_comments(node):
        return frozenset({COMMENTS})
    signs = _NO_SIGNS
    if is_named:
        names = " ".join([attrs[name] for name in _NAME_ATTRIBUTES if name in attrs])
        label = attrs.get("aria-label", "") if tag in BLOCK_TAGS else ""
        signs = _signs_in_names(names, label) if names or label else _NO_SIGNS
        if "id" in attrs and (signs_in_id := _signs_in_names(attrs["id"], "")) and not _has_heading_id(node):
            signs |= signs_in_id
    if tag in BOILERPLATE_TAGS:
        signs |= {tag}
    return signs | (roles & _BOILERPLATE_ROLES) if roles else signs


@lru_cache(_MAX_NAMES)
def _signs_in_class(name: str) -> frozenset[str]:
    """Return the signs of an element that has no other name than its class."""
    if _is_like_comments(name) and any(map(_COMMENTS_NAME.fullmatch, split_words(name))):
        return frozenset({COMMENTS})
    return _signs_in_names(name, "")


@lru_cache(_MAX_NAMES)
def _signs_in_names(names: str, label: str) -> frozenset[str]:
    """Return the words and pairs of words in the names of an element, and in its label if that is short."""
    words, label_words = _name_words(names), _name_words(label)
    if len(label_words) <= _MAX_LABEL_WORDS:
        words = [*words, "", *label_words]
    signs = {word for before, word in pairwise(["", *words]) if word in _BOILERPLATE_WORDS and before not in _QUALIFIERS}
    return frozenset(signs.union(pair for pair in map("-".join, pairwise(words)) if pair in _WORD_PAIRS))


def is_called_button(node: Node) -> bool:
    """Whether an element has a class for buttons."""
    return "class" in node.attrs and not _BUTTON_WORDS.isdisjoint(_class_words(node.attrs["class"]))


def is_called_standfirst(node: Node) -> bool:
    """Whether an element has a class for standfirsts."""
    return "class" in node.attrs and not _STANDFIRST_WORDS.isdisjoint(_class_words(node.attrs["class"]))


def is_called_comments(node: Node) -> bool:
    """Whether the exact name of an element is one for comment sections."""
    attrs = node.attrs
    if not (("class" in attrs and _is_like_comments(attrs["class"])) or ("id" in attrs and _LIKE_COMMENTS.search(attrs["id"]))):
        return False
    own_id = "" if _has_heading_id(node) else node.get("id")
    return any(map(_COMMENTS_NAME.fullmatch, (*node.classes, own_id.casefold())))


@lru_cache(_MAX_NAMES)
def _is_like_comments(name: str) -> bool:
    return _LIKE_COMMENTS.search(name) is not None


@lru_cache(_MAX_NAMES)
def _class_words(name: str) -> frozenset[str]:
    return frozenset(_name_words(name))


def _has_heading_id(node: Node) -> bool:
    """Whether an element's id repeats its heading, so that words in it such as "related" do not suggest boilerplate."""
    if node.tag in HEADING_TAGS or not _SECTION_LEVELS.isdisjoint(node.classes):
        return True
    words = _NAME_WORD.findall(node.get("id").casefold())
    first = next(node.child_nodes(), None)
    return (
        len(words) > 1
        and first is not None
        and first.tag in HEADING_TAGS
        and _NAME_WORD.findall(first.text().casefold()) == words
    )


def _is_in_quote(node: Node) -> bool:
    """Whether an element is inside a quotation, whose footer is its attribution."""
    return any(ancestor.tag == "blockquote" for ancestor in node.ancestors())


def is_tool(node: Node, line: str) -> bool:
    """Whether an inline element, such as "[edit]" in a heading, is a control."""
    return node.tag not in BLOCK_TAGS and len(node.text()) < min(len(line), _MAX_TOOL_LENGTH) and bool(boilerplate_signs(node))


def _name_words(name: str) -> list[str]:
    """Split a name into words in lower case, including the parts of camel case."""
    words: list[str] = []
    for word in _NAME_WORD.findall(name):
        words += map(str.casefold, [word] if word.islower() else [word, *_CAMEL_CASE_WORD.findall(word)])
    return words
