"""Read the metadata of a page: title, byline, date, site, address, language.

The sources are `meta` elements of Open Graph (https://ogp.me), of Highwire Press (as described in Google Scholar's "Inclusion
Guidelines for Webmasters") and of Dublin Core, JSON-LD of https://schema.org, and elements of HTML itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final, NamedTuple, cast
from urllib.parse import urljoin

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import About
from reader.formats.html.tree import Node, in_order

_METADATA_TAGS: Final = frozenset({"meta", "link", "title", "html"})
_TITLE_NAMES: Final = ("citation_title", "og:title", "dc.title", "twitter:title")
_AUTHOR_NAMES: Final = ("citation_author", "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_DATE_NAMES: Final = (
    *("article:published_time", "citation_publication_date", "citation_date", "citation_online_date", "datepublished"),
    *("dc.date.issued", "dc.date", "dcterms.date", "dcterms.created", "pubdate", "publishdate", "parsely-pub-date", "date"),
)
_SITE_NAMES: Final = ("og:site_name", "citation_journal_title", "application-name", "dc.publisher", "al:android:app_name")
_ARTICLE_TYPES: Final = ("article", "posting", "report", "webpage", "claimreview")
_SITE_SUFFIX: Final = lazy_pattern(r"\s+[|•·—–»:-]\s+(?:(?![|•·—–»]).){1,60}$")
_BYLINE_PREFIX: Final = lazy_pattern(r"(?:by|von|par|por|di|door)\s+", re.IGNORECASE)
_ADDRESS: Final = lazy_pattern(r"https?://", re.IGNORECASE)
_MAX_ESCAPES: Final = 3
_AUTHOR_CLASSES: Final = frozenset({"p-author"})
_BYLINE_CLASSES: Final = frozenset({"byline", "by-line", "author-name", "article-byline"})
_MAX_FIELD_LENGTH: Final = 300
_MAX_JSON_LENGTH: Final = 500_000
_MAX_AUTHORS: Final = 20
_MAX_JSON_ITEMS: Final = 2000


class PageMetadata(NamedTuple):
    """The metadata of a page.

    `titles` are its possible titles, the most reliable first; `language` may be "", and so may `body`, the text of the article.
    """

    about: About
    titles: tuple[str, ...]
    language: str
    body: str


def read_metadata(root: Node) -> PageMetadata:
    """Return the metadata of a page."""
    metas = dict[str, list[str]]()
    title = language = canonical = ""
    for node in root.all_with_tag(_METADATA_TAGS):
        if node.tag == "meta":
            name = (node.get("property") or node.get("name") or node.get("itemprop") or node.get("http-equiv")).casefold()
            metas.setdefault(name, []).append(_one_line(node.get("content")))
        elif node.tag == "link":
            canonical = canonical or (node.get("href") if node.get("rel").casefold() == "canonical" else "")
        elif node.tag == "title":
            title = title or _one_line("".join(kid for kid in node.children if isinstance(kid, str)))
        else:
            language = language or node.get("lang") or node.get("xml:lang")
    data = _JsonLd(root)
    tags = _MetaTags(metas)
    authors = (
        [author for author in tags.all(_AUTHOR_NAMES) if not _ADDRESS.match(author)] or data.authors or _find_authors(root)
    )
    address = next(filter(_ADDRESS.match, (canonical, tags.first(("og:url",)), data.url)), "")
    names = list(dict.fromkeys(_BYLINE_PREFIX.sub("", author, count=1) for author in authors[:_MAX_AUTHORS]))
    about = About(
        byline=_one_line(("; " if any("," in name for name in names) else ", ").join(names)),
        date=tags.first(_DATE_NAMES) or data.date or _find_date(root),
        site=tags.first(_SITE_NAMES) or data.site,
        address=address,
    )
    # Some programs escape titles twice, and some pages call each of their articles by the name of the site.
    titles = [unescape(words) for words in (tags.first(_TITLE_NAMES), data.title, _SITE_SUFFIX.sub("", title), title)]
    site = title_letters(about.site)
    titles = [words for words in titles if title_letters(words) != site] if site else titles
    language = language or tags.first(("content-language", "og:locale", "dc.language"))
    return PageMetadata(about, tuple(dict.fromkeys(filter(None, titles))), language.replace("_", "-").strip()[:35], data.body)


def title_letters(title: str) -> str:
    """Return the letters and digits of a title in lower case, since pages and their metadata use different signs.

    They may be escaped once more than the page shows, which may itself show an escape: "Why &amp;amp; is written".
    """
    for _ in range(_MAX_ESCAPES if "&" in title else 0):
        title = unescape(title)
    return "".join(filter(str.isalnum, title.casefold()))


def base_address(root: Node, address: str) -> str:
    """Return the base address of relative links, by HTTPS if nothing says how. `address` is the address of the page, or ""."""
    for node in root.all_with_tag(("base",)):
        if href := node.get("href").strip():
            try:
                return urljoin(address or "https:", href) if href.startswith("//") else urljoin(address, href)
            except ValueError:
                break
    return address


class _MetaTags:
    """The contents of the meta elements by name."""

    def __init__(self, metas: Mapping[str, list[str]]) -> None:
        self._metas = metas

    def first(self, names: tuple[str, ...]) -> str:
        """Return the first content under any of the names, or ""."""
        return next(iter(self.all(names)), "")

    def all(self, names: tuple[str, ...]) -> list[str]:
        """Return the contents under the first name that has any."""
        for name in names:
            if contents := [content for content in self._metas.get(name, ()) if content]:
                return contents
        return []


class _JsonLd:
    """The article data in JSON-LD."""

    def __init__(self, root: Node) -> None:
        self.title = self.date = self.site = self.url = self.body = ""
        self.authors: list[str] = []
        for node in root.all_with_tag(("script",)):
            if node.get("type").casefold() in ("application/ld+json", "text/json"):
                self._read_json("".join(kid for kid in node.children if isinstance(kid, str)))

    def _read_json(self, text: str) -> None:
        if len(text) > _MAX_JSON_LENGTH:
            return
        try:
            value = cast("object", json.loads(text))
        except (ValueError, RecursionError):
            return
        for item in _json_objects(value):
            kind = str(item.get("@type", "")).casefold()
            body = item.get("articleBody")
            if isinstance(body, str) and len(body) > len(self.body):
                self.body = body
            is_article = any(name in kind for name in _ARTICLE_TYPES) or "authors" in item
            if is_article and not self.title:
                self.title = _one_line(item.get("headline") or item.get("title") or item.get("name"))
                self.date = _one_line(item.get("datePublished") or item.get("dateCreated"))
                self.url = _one_line(item.get("url") or item.get("mainEntityOfPage"))
                self.authors = list(_json_names(item.get("author") or item.get("authors")))
                self.site = next(_json_names(item.get("publisher")), "")


def _json_objects(value: object) -> Iterator[Mapping[str, object]]:
    queue = [value]
    for count, item in enumerate(queue):
        if count > _MAX_JSON_ITEMS:
            return
        if isinstance(item, list):
            queue.extend(cast("list[object]", item))
        elif isinstance(item, dict):
            mapping = cast("dict[str, object]", item)
            yield mapping
            queue.extend(mapping.values())


def _json_names(value: object) -> Iterator[str]:
    for item in cast("list[object]", value) if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            mapping = cast("dict[str, object]", item)
            item = mapping.get("name") or mapping.get("author")
        if isinstance(item, str) and (name := _one_line(item)) and not _ADDRESS.match(name):
            yield name


def _one_line(value: object) -> str:
    return " ".join(value.split())[:_MAX_FIELD_LENGTH] if isinstance(value, str) else ""


def _find_authors(root: Node) -> list[str]:
    named = [
        node
        for name in ("rel", "itemprop")
        for attributes, nodes in root.nodes.by_attributes.items()
        if name in attributes
        for node in nodes
        if node.attrs[name].casefold() == "author"
    ]
    nodes = in_order(named, root.all_with_word("class", _AUTHOR_CLASSES))
    names = (node.text() for node in nodes)
    return [name for name in dict.fromkeys(names) if name and len(name) <= _MAX_FIELD_LENGTH][:1] or _find_bylines(root)


def _find_bylines(root: Node) -> list[str]:
    for node in root.all_with_word("class", _BYLINE_CLASSES):
        link = next((inner.text() for inner in node.descendants() if inner.tag == "a" and inner.text()), "")
        if name := link or node.text():
            return [name] if len(name) <= _MAX_FIELD_LENGTH else []
    return []


def _find_date(root: Node) -> str:
    for node in root.all_with_attribute(("datetime", "itemprop")):
        if node.tag == "time" and node.get("datetime"):
            return _one_line(node.get("datetime"))
        if "itemprop" in node.attrs and node.get("itemprop").casefold() == "datepublished":
            return _one_line(node.get("content") or node.text())
    return ""
