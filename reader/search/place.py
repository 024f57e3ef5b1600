"""Where the index of a library lies: in the cache folder of this person, which no sync tool sees."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

_APPLICATION: Final = "claim-reader"


def index_path(place: str) -> Path:
    """Return the file of the index of a library; `place` is that of its folder (`Folder.place`)."""
    from platformdirs import user_cache_path

    return user_cache_path(_APPLICATION, appauthor=False) / "search" / f"{place}.sqlite"


def remove_index(place: str) -> None:
    """Remove the index of a library, if there is one and nothing prevents that."""
    from reader.databases import remove_database  # it loads SQLite

    with contextlib.suppress(OSError):
        remove_database(index_path(place))
