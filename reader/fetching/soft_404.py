"""Tell pages that stand where a source was, although the server says that all is well: a home page, a login, "not found".

To call an article such a page would be worse than to keep such a page. So each rule needs a page with few words, and a phrase
that stands alone in a title or two signs that are independent of each other. After Bar-Yossef and others, "Sic transit gloria
telae" (2004), a page that is suspected of being a home page is compared with the one at the root of its site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.fetching.addresses import is_root, split_address
from reader.fetching.page_phrases import (
    AGREE,
    CONSENT,
    CONSENT_BEGINNINGS,
    CONSENT_PLACES,
    FOR_SALE,
    LOGIN,
    LOGIN_PLACES,
    ROBOT_CHECK,
    has_phrase,
    says_not_found,
    spell,
)
from reader.fetching.page_signs import PageSigns

_FEW_WORDS: Final = 150
"""The most words of a page without an article."""
_CONSENT_WORDS: Final = 400
"""The most words of a page that asks for consent: such pages name their partners and purposes."""
_SCRIPT_WORDS: Final = 60
_MIN_COMMON_SHARE: Final = 0.9
"""The share of its words that a page has in common with the home page of its site if it is that page."""
_MAX_SMALL_WORD: Final = 3
"""The length of the words that any two texts share."""
_RESOLVERS: Final = frozenset({"doi.org", "dx.doi.org", "hdl.handle.net"})
_TITLE_BORDER: Final = lazy_pattern(r"\s[|•·—–»:-]+\s|[|:…]")
_SCRIPT_VERBS: Final = frozenset(
    {
        *("enable", "enabled", "activate", "requires", "required", "needs", "disabled", "turn", "aktivieren", "aktiviert"),
        *(
            "deaktiviert",
            "activer",
            "activé",
            "désactivé",
            "activar",
            "activado",
            "habilitar",
            "habilite",
            "abilitare",
            "включите",
        ),
    }
)
_WORD: Final = lazy_pattern(r"\w+")


def find_soft_404(requested: str, final: str, signs: PageSigns, text: str, word_count: int, cited_title: str = "") -> str:
    """Return what a page looks like that is no article, such as "a login page"; "" for any other.

    `requested` is the address that was asked for, `final` the one that answered. `text` is that of the page, `word_count` the
    number of words in its body. `cited_title` is that of the source, "" if unknown: words of it are no sign.
    """
    own_words = f" {spell(cited_title)} "
    spelled = {spell(part) for title in signs.titles for part in (title, *_TITLE_BORDER.split(title))}
    parts = {part for part in spelled if f" {part} " not in own_words and not signs.is_record}
    few = word_count <= _FEW_WORDS
    was_moved = requested.partition("#")[0] != final.partition("#")[0]
    if few and says_not_found(parts, spell(signs.heading)):
        return "a page that says “not found”"
    if few and (has_phrase(parts, FOR_SALE) or f"{spell(split_address(final).hostname or '')} is for sale" in parts):
        return "a page that sells the address"
    if few and has_phrase(parts, ROBOT_CHECK):
        return "a check for robots"
    if few and signs.has_password + has_phrase(parts, LOGIN) + (was_moved and _is_at(final, LOGIN_PLACES)) > 1:
        return "a login page"
    asks_consent = has_phrase(parts, CONSENT) or any(part.startswith(CONSENT_BEGINNINGS) for part in parts)
    has_button = not AGREE.isdisjoint(map(spell, signs.buttons))
    if word_count <= _CONSENT_WORDS and has_button + asks_consent + (was_moved and _is_at(final, CONSENT_PLACES)) > 1:
        return "a page that asks for consent"
    if word_count <= _SCRIPT_WORDS and _asks_for_scripts(text):
        return "a page that only a script fills"
    if was_moved and not is_root(requested) and is_root(final) and _leads_home(requested, final):
        return "the home page of the site"
    return ""


def _asks_for_scripts(text: str) -> bool:
    words = set(_WORD.findall(text.casefold()))
    return "javascript" in words and not words.isdisjoint(_SCRIPT_VERBS)


def _leads_home(requested: str, final: str) -> bool:
    """Whether the root of a site is that of the site that was asked: the same host, or one above it."""
    host, home = ((split_address(one).hostname or "").removeprefix("www.") for one in (requested, final))
    return host in _RESOLVERS or host == home or host.endswith(f".{home}")


def _is_at(address: str, places: Collection[str]) -> bool:
    """Whether a label of the host or a part of the path is one of these places."""
    parts = split_address(address)
    names = (*(parts.hostname or "").split("."), *(part.partition(".")[0] for part in parts.path.split("/")))
    return any(spell(name) in places for name in names)


def is_suspect(requested: str, signs: PageSigns, title: str, text: str) -> bool:
    """Whether a page may be the home page of its site: it says so itself, or has no word of the title of the source."""
    if is_root(requested):
        return False
    if signs.home and is_root(signs.home):
        return True
    words = {word for word in _WORD.findall(title.casefold()) if len(word) > _MAX_SMALL_WORD}
    return bool(words) and words.isdisjoint(_WORD.findall(text.casefold()))


def is_same_page(text: str, other: str) -> bool:
    """Whether two pages have nearly the same words."""
    first, second = (Counter(_WORD.findall(one.casefold())) for one in (text, other))
    longer = max(first.total(), second.total())
    return longer > 0 and (first & second).total() >= _MIN_COMMON_SHARE * longer
