"""Keep the documents and texts of sources in a library. Of a described source, what was said in it is its text."""

from __future__ import annotations

import json

from reader.article.article import Article
from reader.library.articles import original_of, resolve_source
from reader.library.library import Library
from reader.review.codec import to_record
from reader.review.description import SourceDescription
from reader.review.model import Source, SourceText, now
from reader.review.source_shelf import detect_extent
from reader.review.vocabulary import EMPTY, OWN_RECORD, PASTED_TEXT, RECORD


def keep_source(library: Library, article: Article | None, data: bytes, origin: str) -> SourceText:
    """Queue the document or text of a source, and return its description for `ReviewSession.attach_source`.

    `article` is the text that was read from `data`, None when it has no text. `origin` is the path or address it came from, ""
    for a pasted text.
    """
    place = resolve_source(origin) if origin else PASTED_TEXT
    if article is None:
        return SourceText(library.keep_document(data), origin=place, extent=EMPTY, at=now())
    library.keep_text(article)
    return SourceText(article.digest, original_of(article), article.title, article.format, place, detect_extent(article), now())


def keep_description(library: Library, description: SourceDescription, said: str) -> SourceText:
    """Queue what was said in a described source, and return its text for `ReviewSession.attach_source`.

    Where a person wrote nothing of that, the description itself is kept, so that the digest tells such sources apart.
    """
    words = "\n".join(said.splitlines()).strip()
    content = words or json.dumps(to_record(description), ensure_ascii=False, sort_keys=True)
    digest = library.keep_document(content.encode("utf-8", "surrogatepass"))
    return SourceText(
        digest,
        title=description.title,
        format="plain" if words else "",
        origin=OWN_RECORD,
        extent=RECORD if words else EMPTY,
        at=now(),
        description=description,
    )


def read_record(library: Library, source: Source | None) -> str:
    """Return what a person wrote down of what was said in a described source, "" if nothing.

    Raises ReaderError if it was not kept or is damaged.
    """
    text = source.text if source is not None else None
    return library.text(text) if text is not None and text.description and text.extent != EMPTY else ""
