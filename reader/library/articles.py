"""Which article of the library is meant, and the record of a new one."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import Final

from reader import __version__
from reader.article.model import Article
from reader.errors import ReaderError
from reader.library.entries import (
    ArticleEntry,
    Edition,
    Progress,
    edition_to_record,
    editions_of,
    place_to_record,
    progress_to_record,
)
from reader.review.cells import Record
from reader.review.model import new_id, now
from reader.review.place import ReadingPlace
from reader.review.sources import sources_of

_EDITIONS: Final = uuid.UUID("5b0c1a52-6f0e-5d57-9a53-0e5f6f3f6c0d")


def resolved(source: str) -> str:
    """Return an article's source as the library keeps it: the absolute path, links followed; "-" and addresses as they are."""
    return source if source == "-" or "://" in source else os.path.realpath(os.path.expanduser(source))


def found(records: Iterable[Record], article: Article) -> Record | None:
    """Return the record of an article: the one of its text, else the one of its path; of several the one opened last."""
    source = resolved(article.source)
    latest = sorted(records, key=lambda r: str(r.get("opened")), reverse=True)
    same = [r for r in latest if r.get("digest") == article.digest]
    moved = [r for r in latest if r.get("source") == source and source != "-"]
    return next(iter(same + moved), None)


def original_of(article: Article) -> str:
    """Return the digest of the document that an article's text was built from, "" for a text."""
    return hashlib.sha256(article.original).hexdigest() if article.original else ""


def edition_made(article: Article) -> Edition:
    """Return the edition that an article is, read now by this version."""
    return Edition(
        article.digest, original_of(article), article.format, f"claim-reader {__version__}", now(), sources_of(article)
    )


def with_edition(record: Record, article: Article) -> list[object]:
    """Return the editions of an article's record, with that of the article if its text is new."""
    known = editions_of(record)
    wanted = () if any(edition.digest == article.digest for edition in known) else (edition_made(article),)
    return [edition_to_record(edition) for edition in (*known, *wanted)]


def opened_anew(record: Record, article: Article) -> Record:
    """Return the fields of an article's record that are others now that it was opened with this text."""
    fields: Record = {"digest": article.digest, "original": original_of(article), "title": article.title}
    fields |= {"format": article.format, "editions": with_edition(record, article)}
    if article.about.fetched:
        fields["fetched"] = article.about.fetched
    source = resolved(article.source)
    return fields if source == "-" else {**fields, "source": source}


def made(article: Article, source: str, taken: Container[str]) -> Record:
    """Return the record of an article that is new to the library; `taken` are the ids that others have."""
    # Named for its text, so that two processes that open one new article at once make one record of it.
    name = str(uuid.uuid5(_EDITIONS, article.digest))
    return {
        "id": new_id() if name in taken else name,
        "title": article.title,
        "source": source,
        "format": article.format,
        "digest": article.digest,
        "original": original_of(article),
        **({"fetched": article.about.fetched} if article.about.fetched else {}),
        "editions": [edition_to_record(edition_made(article))],
        "added": now(),
        "opened": "",
        "bookmarks": {},
        "reading": place_to_record(ReadingPlace()),
        "progress": progress_to_record(Progress()),
    }


def named(name: str, entries: Sequence[ArticleEntry], folder: Path) -> ArticleEntry:
    """Return the article that `name` means: an id or its beginning, a path, or a title in any case.

    Raises ReaderError, with the candidates, when it means none or several; `folder` is what it calls the library.
    """
    path = resolved(name)
    title = name.casefold().strip()
    for meant in (
        [e for e in entries if name == e.id],
        [e for e in entries if e.source == path and path != "-"][:1],
        [e for e in entries if e.title.casefold().strip() == title],
        [e for e in entries if len(name) >= 4 and e.id.startswith(name.lower())],
    ):
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise ReaderError(f'"{name}" means several articles', f"name one by its id: {_listed(meant)}")
    close = [e for e in entries if title and title in e.title.casefold()]
    raise ReaderError(
        f'no article "{name}" in the library {folder}, and no such file',
        f"did you mean {_listed(close)}?" if close else "`reader list` shows what there is",
    )


def _listed(entries: list[ArticleEntry]) -> str:
    return ", ".join(f'{entry.id} "{entry.title}"' for entry in entries[:5])
