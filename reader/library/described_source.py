"""Keep the described sources of a library: what was said in them is their text."""

from __future__ import annotations

import json

from reader.library.library import Library
from reader.review.codec import to_record
from reader.review.description import SourceDescription
from reader.review.model import Source, SourceText, now
from reader.review.vocabulary import EMPTY, OWN_RECORD, RECORD


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
