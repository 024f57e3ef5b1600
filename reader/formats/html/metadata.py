"""What a page says of itself: title, byline, date, site, address, language.

Read from the `meta` elements of Open Graph (https://ogp.me), of Highwire Press (as Google Scholar's "Inclusion Guidelines for
Webmasters" describe them) and of Dublin Core, from JSON-LD of https://schema.org, and from elements that HTML has for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, cast
from urllib.parse import urljoin

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import About
from reader.formats.html.tree import Node

_TITLES: Final = ("citation_title", "og:title", "dc.title", "twitter:title")
_AUTHORS: Final = ("citation_author", "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_DATES: Final = (
    *("article:published_time", "citation_publication_date", "citation_date", "citation_online_date", "datepublished"),
    *("dc.date.issued", "dc.date", "dcterms.date", "dcterms.created", "pubdate", "publishdate", "parsely-pub-date", "date"),
)
_SITES: Final = ("og:site_name", "citation_journal_title", "application-name", "dc.publisher", "al:android:app_name")
_ARTICLES: Final = ("article", "posting", "report", "webpage", "claimreview")
_SITE_BEHIND: Final = lazy_pattern(r"\s+[|•·—–»:-]\s+(?:(?![|•·—–»]).){1,60}$")
_BY: Final = lazy_pattern(r"(?:by|von|par|por|di|door)\s+", re.IGNORECASE)
_ADDRESS: Final = lazy_pattern(r"https?://", re.IGNORECASE)
_LONGEST: Final = 300
_LONGEST_DATA: Final = 500_000
_MOST_AUTHORS: Final = 20
_MOST_ITEMS: Final = 2000


class PageAbout(NamedTuple):
    """What a page says of itself. `titles` are its names for itself, the surest first; `language` is "" where it says none."""

    about: About
    titles: tuple[str, ...]
    language: str


def read_metadata(root: Node) -> PageAbout:
    """Return what a page says of itself."""
    metas = dict[str, list[str]]()
    title = language = canonical = ""
    for node in root.inside():
        if node.tag == "meta":
            name = (node.get("property") or node.get("name") or node.get("itemprop") or node.get("http-equiv")).casefold()
            metas.setdefault(name, []).append(_line(node.get("content")))
        elif node.tag == "link" and node.get("rel").casefold() == "canonical":
            canonical = canonical or node.get("href")
        elif node.tag == "title" and not title:
            title = _line("".join(kid for kid in node.kids if isinstance(kid, str)))
        elif node.tag == "html":
            language = language or node.get("lang") or node.get("xml:lang")
    data = _Data(root)
    said = _Said(metas)
    authors = [author for author in said.all(_AUTHORS) if not _ADDRESS.match(author)] or data.authors or _marked_authors(root)
    address = next(filter(_ADDRESS.match, (canonical, said.first(("og:url",)), data.url)), "")
    names = list(dict.fromkeys(_BY.sub("", author, count=1) for author in authors[:_MOST_AUTHORS]))
    about = About(
        byline=_line(("; " if any("," in name for name in names) else ", ").join(names)),
        date=said.first(_DATES) or data.date or _marked_date(root),
        site=said.first(_SITES) or data.site,
        address=address,
    )
    titles = [said.first(_TITLES), data.title, _SITE_BEHIND.sub("", title), title]
    language = language or said.first(("content-language", "og:locale", "dc.language"))
    return PageAbout(about, tuple(dict.fromkeys(filter(None, titles))), language.replace("_", "-").strip()[:35])


def base_of(root: Node, address: str) -> str:
    """Return the address that the links of a page are seen from; `address` is the page's own, "" where it isn't known."""
    for node in root.inside():
        if node.tag == "base" and node.get("href"):
            try:
                return urljoin(address, node.get("href"))
            except ValueError:
                break
    return address


class _Said:
    """The contents of the meta elements, by their names."""

    def __init__(self, metas: Mapping[str, list[str]]) -> None:
        self._metas = metas

    def first(self, names: tuple[str, ...]) -> str:
        """Return the first content under one of the names."""
        return next(iter(self.all(names)), "")

    def all(self, names: tuple[str, ...]) -> list[str]:
        """Return the contents under the first of the names that has any."""
        for name in names:
            if found := [content for content in self._metas.get(name, ()) if content]:
                return found
        return []


class _Data:
    """What JSON-LD says of the article of a page."""

    def __init__(self, root: Node) -> None:
        self.title = self.date = self.site = self.url = ""
        self.authors: list[str] = []
        for node in root.inside():
            if node.tag == "script" and node.get("type").casefold() in ("application/ld+json", "text/json"):
                self._take("".join(kid for kid in node.kids if isinstance(kid, str)))

    def _take(self, text: str) -> None:
        if len(text) > _LONGEST_DATA:
            return
        try:
            value = cast("object", json.loads(text))
        except (ValueError, RecursionError):
            return
        for item in _items(value):
            kind = str(item.get("@type", "")).casefold()
            is_article = any(name in kind for name in _ARTICLES) or "authors" in item
            if is_article and not self.title:
                self.title = _line(item.get("headline") or item.get("title") or item.get("name"))
                self.date = _line(item.get("datePublished") or item.get("dateCreated"))
                self.url = _line(item.get("url") or item.get("mainEntityOfPage"))
                self.authors = list(_names(item.get("author") or item.get("authors")))
                self.site = next(_names(item.get("publisher")), "")


def _items(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the objects in a JSON value, the outer ones first."""
    queue = [value]
    for count, item in enumerate(queue):
        if count > _MOST_ITEMS:
            return
        if isinstance(item, list):
            queue.extend(cast("list[object]", item))
        elif isinstance(item, dict):
            mapping = cast("dict[str, object]", item)
            yield mapping
            queue.extend(mapping.values())


def _names(value: object) -> Iterator[str]:
    """Yield the names of a person, of an organisation, or of several."""
    for one in cast("list[object]", value) if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            mapping = cast("dict[str, object]", one)
            one = mapping.get("name") or mapping.get("author")
        if isinstance(one, str) and (name := _line(one)) and not _ADDRESS.match(name):
            yield name


def _line(value: object) -> str:
    return " ".join(value.split())[:_LONGEST] if isinstance(value, str) else ""


def _marked_authors(root: Node) -> list[str]:
    found = (
        node.text()
        for node in root.inside()
        if node.get("rel").casefold() == "author" or node.get("itemprop").casefold() == "author" or "p-author" in node.classes
    )
    return [name for name in dict.fromkeys(found) if name and len(name) <= _LONGEST][:1] or _bylines(root)


def _bylines(root: Node) -> list[str]:
    for node in root.inside():
        if node.classes & {"byline", "by-line", "author-name", "article-byline"}:
            link = next((inner.text() for inner in node.inside() if inner.tag == "a" and inner.text()), "")
            if name := link or node.text():
                return [name] if len(name) <= _LONGEST else []
    return []


def _marked_date(root: Node) -> str:
    for node in root.inside():
        if node.tag == "time" and node.get("datetime"):
            return _line(node.get("datetime"))
        if node.get("itemprop").casefold() == "datepublished":
            return _line(node.get("content") or node.text())
    return ""
