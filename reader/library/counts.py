"""Count the reviews of articles for lists, and keep the counts in the person's cache folder.

An article has its counts in its own record once it was reviewed on a screen. What another program or an earlier version left
is counted by the list, which writes nothing to the library: without the cache it would count that each time.

A line of the cache names what was counted: the state of the review, the year, for which entries are judged, and what was known
about the works that articles cite. So it is never out of date, and the file may be removed at any time. The counts of a review
with attached sources depend on their texts too: they are not kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.files import Signature, make_folder, signature_of
from reader.library.folder import Folder
from reader.review.codec import as_list
from reader.review.completeness import Completeness, review_counts
from reader.review.model import EMPTY_MAPPING
from reader.review.scale import DEFAULT_SCALE, Scale

if TYPE_CHECKING:
    from reader.library.articles import ArticleEntry, ArticleSummary
    from reader.library.library import DocumentReader, Library, Overview
    from reader.review.session import ReviewSession

_MAX_SIZE: Final = 8_000_000
"""The bytes of a file beyond which it is begun anew: those of 50,000 reviews."""


def review_overview(library: Library, scale: Scale = DEFAULT_SCALE, known: str = "") -> Overview:
    """Return the `Library.overview`, with the counts in the cache; `known` is as for `count_article`."""
    return library.overview(scale, _kept_counts(counts_file(library.folder), _occasion(known)))


def count_article(
    library: Library,
    entry: ArticleEntry | ArticleSummary,
    read: DocumentReader,
    scale: Scale = DEFAULT_SCALE,
    look_up: Callable[[ReviewSession], object] | None = None,
    known: str = "",
) -> Completeness:
    """Count the review of an article as it is now; `read` parses its document. Raises ReaderError if that fails.

    `look_up` gives the review what is known about its sources; `known` names the state of that knowledge, "" for none.
    """
    occasion = _occasion(known)
    state = library.state_to_keep(entry, scale)
    session, _ = library.peek(read(library.document(entry), entry.source), scale)
    if look_up is not None:
        look_up(session)
    counts = review_counts(session.index, date.today().year)
    if state and state == library.state_to_keep(entry, scale):
        _keep(counts_file(library.folder), occasion, state, counts)
    return counts


def counts_file(library: Path) -> Path:
    """Return the file with the counts of the reviews of the library in a folder."""
    from platformdirs import user_cache_path

    return user_cache_path("claim-reader", appauthor=False) / "counts" / f"{Folder(library).place}.jsonl"


def clear_counts(library: Path) -> None:
    """Remove the counts of the reviews of the library in a folder, if nothing prevents that."""
    with suppress(OSError):
        counts_file(library).unlink(missing_ok=True)


def _occasion(known: str) -> str:
    """Return on what counts depend beside the state of the review."""
    return " ".join(filter(None, (str(date.today().year), known)))


def _kept_counts(path: Path, occasion: str) -> Mapping[str, Completeness]:
    """Return the counts in the cache of an occasion by the state of the review, none if it cannot be read."""
    with suppress(OSError):
        return _read_counts(path, occasion, signature_of(path))
    return EMPTY_MAPPING


@lru_cache(1)
def _read_counts(path: Path, occasion: str, signature: Signature | None) -> Mapping[str, Completeness]:
    """Read the counts of an occasion, without damaged lines; another file has another `signature`. Raises OSError."""
    counts: dict[str, Completeness] = {}
    for line in path.read_bytes().splitlines():
        with suppress(ValueError, RecursionError):
            own, state, *numbers = as_list(json.loads(line)) or (None, None)
            whole = [number for number in numbers if isinstance(number, int)]
            if own == occasion and isinstance(state, str) and len(whole) == len(numbers) == len(Completeness._fields):
                counts[state] = Completeness(*whole)
    return counts


def _keep(path: Path, occasion: str, state: str, counts: Completeness) -> None:
    """Add the counts of a review to the cache. Failures are ignored."""
    line = f"{json.dumps([occasion, state, *counts], separators=(',', ':'))}\n".encode()
    with suppress(OSError):
        make_folder(path.parent)
        path.parent.chmod(0o700)
        with path.open("ab") as file:
            if file.tell() > _MAX_SIZE:
                file.truncate(0)
            file.write(line)
