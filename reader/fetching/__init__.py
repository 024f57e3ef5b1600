"""Fetch pages and documents from the web, on request only.

The functions here are the door: they import the network libraries when they are called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reader.errors import NoTextError
from reader.formats import is_address
from reader.formats.open_request import OpenRequest
from reader.formats.source_input import SourceInput, read_source_file

if TYPE_CHECKING:
    from reader.article.article import Article


def page_request(address: str, *, private: bool) -> OpenRequest:
    """Return a request for the page at an address. `private` permits an address in a private network."""

    def read() -> Article:
        from reader.fetching.web import FetchLimits, read_page

        return read_page(address, FetchLimits(private=private))

    return OpenRequest(address, read)


def read_source(name: str, *, private: bool = False) -> SourceInput:
    """Read a file or web page. `private` permits an address in a private network.

    Raises ReaderError if the source cannot be fetched or read, but not if it contains no text. A fetch reports its progress.
    """
    if not is_address(name):
        return read_source_file(name)
    from reader.fetching.web import FetchLimits, fetch_page, page_article

    page = fetch_page(name, FetchLimits(private=private))
    try:
        article = page_article(page)
    except NoTextError:
        article = None
    return SourceInput(article, page.data, page.address)
