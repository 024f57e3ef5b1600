"""Complete the path of a file that is half typed into a field."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final, NamedTuple

MOST_NAMES: Final = 10_000
"""Most names of a folder that are compared."""
_PATH_STARTS: Final = ("/", "./", "../", "~", ".\\", "..\\")


class PathCompletion(NamedTuple):
    """A path as far as it is certain, and the names that it may go on with, sorted; a folder's name ends in a separator."""

    text: str
    names: tuple[str, ...]


def is_path_start(text: str) -> bool:
    """Whether a text begins like a path, not like words to search for."""
    return text.startswith(_PATH_STARTS) or (os.sep in text and "://" not in text) or text[1:3] in (":\\", ":/")


def complete_path(text: str) -> PathCompletion:
    """Complete a path by what is in its folder. A text that nothing goes on with stays as it is, without names.

    Hidden files are offered only after a dot. "~" stays as it is typed.
    """
    folder, typed = os.path.split(text)
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            names = sorted(
                entry.name + (os.sep if entry.is_dir() else "")
                for entry, _ in zip(entries, range(MOST_NAMES), strict=False)
                if entry.name.startswith(typed) and (typed or not entry.name.startswith("."))
            )
    except (OSError, ValueError):  # no such folder, or no name of a file: too long, a NUL in it
        return PathCompletion(text, ())
    if not names:
        return PathCompletion(text, ())
    return PathCompletion(text[: len(text) - len(typed)] + _common_start(names), tuple(names))


def _common_start(names: Sequence[str]) -> str:
    """Return the letters with which all of the sorted names begin."""
    first, last = names[0], names[-1]
    return first[: next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))]
