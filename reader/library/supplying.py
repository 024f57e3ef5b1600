"""Keeping what a person supplied as the text behind a reference, whatever article that reference is of."""

from __future__ import annotations

from reader.article.model import Article
from reader.library.articles import original_of, resolved
from reader.library.library import Library
from reader.review.extent import extent_of
from reader.review.model import now
from reader.review.supply import EMPTY, PASTED, SourceText


def keep_source(library: Library, article: Article | None, data: bytes, origin: str) -> SourceText:
    """Queue what was supplied to be kept, and return what there is to say of it for `ReviewSession.attach_source`.

    `article` is what was read of `data`, None when there is no text in it; `origin` the path or address it came from, "" for
    what was pasted.
    """
    named = resolved(origin) if origin else PASTED
    if article is None:
        return SourceText(library.keep_document(data), origin=named, extent=EMPTY, at=now())
    library.keep(article)
    return SourceText(article.digest, original_of(article), article.title, article.format, named, extent_of(article), now())
