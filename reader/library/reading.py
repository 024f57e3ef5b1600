"""Reading a library's file, as patiently as a file wants that somebody may just be writing."""

from __future__ import annotations

import hashlib
import time
from functools import cached_property
from pathlib import Path
from typing import Final

from reader.errors import ReaderError
from reader.files import read_at, signature_of
from reader.library.lines import Lines, whole
from reader.library.meta import Meta

_LOOKS: Final = 4
_PAUSE: Final = 0.15
_FRESH: Final = 3.0


class Found:
    """A library's file: what it says of itself, whether it is `whole` just as a library wrote it, its signature.

    Its records are made when they are asked for: who knows them all already need not wait for that.
    """

    def __init__(self, path: Path) -> None:
        """Read the file. Raises OSError, or ReaderError when it is damaged or no library."""
        self._data, self.signature = read_at(path)
        meta = whole(self._data)
        self.whole = meta is not None
        if meta is None:
            self.lines, meta = Lines.parse(self._data, str(path))
        self.meta: Meta = meta

    @cached_property
    def lines(self) -> Lines:
        """The records."""
        return Lines.decode(self._data)

    @property
    def digest(self) -> str:
        """The digest of the file."""
        return hashlib.sha256(self._data).hexdigest()


def read_library(path: Path) -> Found | None:
    """Return what a library's file holds, None when it is not there.

    Raises ReaderError when it is damaged, foreign or unreadable. A damaged file that was written a moment ago is looked at
    again: another program may be writing it in place.
    """
    looks = 0
    while True:
        looks += 1
        try:
            return Found(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            what = f"{path} cannot be read: {error.strerror or error}"
            raise ReaderError(
                what, "`reader doctor` looks at what is wrong, `reader repair` shows what can be saved"
            ) from error
        except ReaderError:
            if looks == _LOOKS or not _written_just_now(path):
                raise
            time.sleep(_PAUSE)


def _written_just_now(path: Path) -> bool:
    signature = signature_of(path)
    return signature is not None and abs(time.time() - signature[3] / 1e9) < _FRESH
