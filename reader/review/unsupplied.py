"""Which references of an article have no text behind them though they say where one is: what there is to fetch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, urldefrag

from reader.article.model import Reference
from reader.review.said import Said

_RESOLVER = "https://doi.org/"


class Unsupplied(NamedTuple):
    """An address to fetch, and the ids of the references that name it, in the order of the list."""

    address: str
    references: tuple[str, ...]


def address_of(reference: Reference) -> str:
    """Return where the source of a reference can be asked for: the page it names, else where its DOI leads; "" for neither."""
    url = reference.url.casefold()
    if url.startswith(("http://", "https://")):
        return reference.url
    if url.startswith("www."):
        return f"https://{reference.url}"
    return _RESOLVER + quote(reference.doi, safe="/:;(),@", errors="replace") if reference.doi else ""


def unsupplied(review: Said, references: Iterable[Reference]) -> tuple[Unsupplied, ...]:
    """Return what there is to fetch for those of these references that have no text yet, each address once."""
    named: dict[str, Unsupplied] = {}
    for reference in references:
        address = address_of(reference)
        if address and not has_text(review, reference.id):
            page = urldefrag(address).url
            known = named.get(page, Unsupplied(address, ()))
            named[page] = known._replace(references=(*known.references, reference.id))
    return tuple(named.values())


def has_text(review: Said, reference: str) -> bool:
    """Whether something was supplied for the reference with this id, if only a scan or an abstract."""
    source = review.shelf.source(reference)
    return source is not None and source.text is not None
