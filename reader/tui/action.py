"""An action: one thing that a person can do, by which keys, and where. The rows of the registry are made of it.

A key is written as it arrives: a printable character as itself, any other by its name ("ctrl+d", "pagedown"). Keys pressed one
after the other are parted by a blank ("g g"). `LETTER` stands for any letter, which the action is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LETTER: Final = "<letter>"

TEXT: Final = "text"
SELECT: Final = "select"
BOUNDS: Final = "bounds"
ATTACH: Final = "attach"
EDITION: Final = "edition"
CARD: Final = "card"
LIST: Final = "list"
REVIEW: Final = "review"
SOURCE: Final = "source"
QUOTE: Final = "quote"
LIBRARY: Final = "library"
ARRIVING: Final = "arriving"
READING: Final = (TEXT, CARD, LIST)
"""The contexts of the reading screen that are not in the middle of something."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `keys` are for the vim hand, `plain` for the other; both always work. `where` names the contexts in which they act.
    `palette` tells whether the palette lists it: not what only makes sense in the middle of something else.
    """

    id: str
    title: str
    help: str
    group: str
    keys: tuple[str, ...]
    plain: tuple[str, ...]
    where: tuple[str, ...]
    palette: bool = True


Row = tuple[str, str, str, str, str]
"""Id, title, help, keys and plain keys; several keys are parted by ", "."""


def group(group: str, where: tuple[str, ...], *rows: Row, palette: bool = True) -> tuple[Action, ...]:
    """Return the actions of rows that share a group, the contexts they act in, and whether the palette lists them."""
    return tuple(
        Action(id, title, help, group, _keys(keys), _keys(plain), where, palette) for id, title, help, keys, plain in rows
    )


def _keys(keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys.split(", ") if key)
