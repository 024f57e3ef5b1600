"""What a team needs of the store that holds its objects: five verbs, and the errors that they raise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from reader.errors import ReaderError

MAX_KEY: Final = 600
"""The longest key, in characters. S3 takes 1,024 with the prefix of the team, and folders of Windows have less."""

_NAME: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?<!\.)")
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_MAX_NAME: Final = 200


class StoreError(ReaderError):
    """A store failed. What it says holds no key, token or signature."""


class Missing(StoreError):
    """There is no object with this key."""


class AlreadyThere(StoreError):
    """There is an object with this key already. It was not changed."""


class NotAllowed(StoreError):
    """The store knows the person by no key that it accepts, or that person may not do this."""


class Unreachable(StoreError):
    """The store did not answer in time, or not as it should: it may when it is asked again."""


class StoreFull(StoreError):
    """The store, or the share of this person, has no room left."""


class TooLarge(StoreError):
    """An object is larger than what the caller takes. No more of it was read than that."""


class BadPlace(StoreError):
    """A place that cannot be understood, or that does not exist."""


class Entry(NamedTuple):
    """An object in a listing: its key, its size in bytes, and when the store says that it was written."""

    key: str
    size: int
    modified: datetime


class ObjectStore(Protocol):
    """A store of immutable objects, usable from any thread. Every verb may be repeated.

    Keys are relative to the place of the team: a key is one or more names joined by "/" (`is_name`). Every verb raises a
    `StoreError` within the time limit of the store.
    """

    def put_new(self, key: str, data: bytes) -> None:
        """Store a whole object, durably. Raises AlreadyThere, and changes nothing, if there is one of this key.

        If the answer is lost, the object may be there or not: put it again. Of two who put a key at the same moment both may
        succeed, as at Ceph 18 in a bucket with versions: so correctness rests on this alone, that a key always gets the same
        bytes.
        """
        ...

    def get(self, key: str, limit: int) -> bytes:
        """Return an object. Raises Missing; TooLarge as soon as it proves to have more than `limit` bytes."""
        ...

    def list_after(self, prefix: str, after: str = "") -> Iterator[Entry]:
        """Yield the objects below the folder `prefix` ("": all) with a key greater than `after`, in the order of their keys.

        What others have stored under names that are no keys is left out.

        `after` is a whole key; keys are compared by code points. A folder is whole names: "a/b" holds "a/b/c", neither "a/bc"
        nor "a/b".
        """
        ...

    def list_children(self, prefix: str) -> tuple[str, ...]:
        """Return the names of the objects and folders directly below the folder `prefix` ("": the top), sorted."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object. That it is not there is no error."""
        ...


def is_name(text: str) -> bool:
    """Whether a text can be a name in a key: portable to every store, also to a folder on Windows.

    Names are 1 to 200 of letters and digits of ASCII and ". _ ~ -", do not begin or end with a full stop, and are none of the
    names that Windows keeps for devices ("con", "nul.json"). Names that differ by case alone are one name in some folders.
    """
    return len(text) <= _MAX_NAME and _NAME.fullmatch(text) is not None and _DEVICE.fullmatch(text) is None


def is_key(text: str) -> bool:
    """Whether a text can be the key of an object in every store."""
    return len(text) <= MAX_KEY and all(is_name(name) for name in text.split("/"))


def check_key(key: str) -> str:
    """Return a key that every store takes. Raises ValueError for another."""
    if not is_key(key):
        raise ValueError(f"no key of an object: {key!r}")
    return key
