"""Fetch pages and documents from the web, on request only.

The functions here are the door: they import the network libraries when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.formats import is_address
from reader.formats.open_request import OpenRequest
from reader.formats.source_input import SourceInput, read_source_file

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.fetching.web import FetchedPage
    from reader.review.model import SourceText


def page_request(address: str, *, private: bool) -> OpenRequest:
    """Return a request for the page at an address. `private` permits an address in a private network.

    A page that turns out to be a scan is not fetched again for its recognition.
    """
    pages: list[FetchedPage] = []

    def read(ocr: str | None = None) -> Article:
        from reader.fetching.web import FetchLimits, fetch_page, page_article

        if not pages:
            pages.append(fetch_page(address, FetchLimits(private=private)))
        return page_article(pages[0], ocr)

    return OpenRequest(address, read, recognize=read)


def read_source(name: str, *, private: bool = False, archive: str = "") -> SourceInput:
    """Read a file or web page. `private` permits an address in a private network.

    What an address does not give is asked of `archive`, the address of a TimeGate, "" for none. A fetch reports its progress.
    Raises ReaderError if the source cannot be fetched or read, but not if a document contains no text.
    """
    if not is_address(name):
        return read_source_file(name)
    from reader.fetching.fetcher import FetchOptions, FetchTarget, SourceFetcher
    from reader.fetching.web import FetchLimits

    # A person asks for one page, as in a browser: what robots.txt forbids is meant for programs that find their own way.
    options = FetchOptions(FetchLimits(private=private), archive=archive, obeys_robots=False)
    return SourceFetcher(options).fetch(FetchTarget(name))


def with_route(text: SourceText, source: SourceInput) -> SourceText:
    """Return the description of a source's text with how it came from the web."""
    from dataclasses import replace

    from reader.review.vocabulary import ABSTRACT, FULL_TEXT

    extent = ABSTRACT if source.is_abstract and text.extent == FULL_TEXT else text.extent
    route = {"requested": source.requested, "landing": source.landing, "archived_at": source.archived_at}
    return replace(text, extent=extent, **route)
