"""Taking a library to another place, when the one it is in cannot be written any more."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from reader.errors import ReaderError
from reader.files import make_folder, read_at, sync_folder, write_new
from reader.library.folder import Folder
from reader.library.log import changes
from reader.library.store import Store


def copy_to(store: Store, path: Path) -> Folder:
    """Write all of a store into the folder `path`, which is made, and return that.

    Its texts and its history come along as far as they can be read. Raises ReaderError when there is a library already, or it
    cannot be written.
    """
    try:
        make_folder(path)
        place = Folder(path)
        if place.signature() is not None or place.journals() or any(place.finished()):
            raise ReaderError(f"there is a library in {path} already", "choose an empty folder, or a new one")
        with store.guard:
            for source, target in _beside(store.folder, place):
                with contextlib.suppress(OSError):
                    make_folder(target.parent)
                    write_new(target, read_at(source)[0])
                    sync_folder(target.parent)
            write_new(place.library, store.lines.encode("", store.seen))
        sync_folder(place.path)
    except OSError as error:
        raise ReaderError(f"{path} cannot be written: {error.strerror or error}") from error
    return place


def _beside(here: Folder, there: Folder) -> list[tuple[Path, Path]]:
    """Return what is copied beside the library's file, from where to where."""
    pairs = [(finished.path, there.history / finished.path.name) for finished in here.finished()]
    for journal in here.journals():
        with contextlib.suppress(OSError):
            lines = list(changes(read_at(journal)[0]))
            if lines:
                pairs.append((journal, there.finish(lines[0].dot.number, lines[-1].dot.number, lines[0].dot.replica)))
    for folder, _, names in os.walk(here.snapshots):
        pairs.extend((Path(folder, n), there.snapshots / Path(folder).relative_to(here.snapshots) / n) for n in names)
    return pairs
