"""Hash functions that Python brings along, as its own module `random` uses them: `hashlib` loads OpenSSL.

That takes two megabytes of memory and a few milliseconds, but hashes in an eighth of the time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Final, Protocol, Self
from uuid import UUID

_LARGE: Final = 5 << 18
"""The bytes from which on OpenSSL is loaded for their digest: it saves more time from there on than loading it takes."""
_OPENSSL: Final = "_hashlib"
"""The module of Python that holds OpenSSL."""
_SHA256: Final = "_sha256" if sys.version_info < (3, 12) else "_sha2"
_SHA1: Final = "_sha1"
_BLAKE2: Final = "_blake2"


class Digest(Protocol):
    """A digest of bytes, to which more may be added."""

    def update(self, data: bytes | bytearray, /) -> None:
        """Add bytes."""
        ...

    def digest(self) -> bytes:
        """Return the digest of all bytes so far."""
        ...

    def hexdigest(self) -> str:
        """Return the digest in hexadecimal."""
        ...

    def copy(self) -> Self:
        """Return a copy, to which other bytes may be added."""
        ...


def sha256(data: bytes = b"", *, size: int = 0) -> Digest:
    """Return the SHA-256 of bytes; `size` says about how many there will be in all, if more are to be added."""
    is_fast = max(size, len(data)) >= _LARGE or _OPENSSL in sys.modules
    return _function("hashlib" if is_fast else _SHA256, "sha256")(data)


def blake2b(data: bytes = b"", *, digest_size: int) -> Digest:
    """Return the BLAKE2b digest of bytes."""
    return _function(_BLAKE2, "blake2b")(data, digest_size=digest_size)


def blake2s(data: bytes = b"", *, digest_size: int) -> Digest:
    """Return the BLAKE2s digest of bytes."""
    return _function(_BLAKE2, "blake2s")(data, digest_size=digest_size)


def name_id(namespace: UUID, name: str) -> UUID:
    """Return the id (UUID version 5, RFC 9562) that a name has in a namespace."""
    digest: Digest = _function(_SHA1, "sha1")(namespace.bytes + name.encode())
    return UUID(bytes=digest.digest()[:16], version=5)


@cache
def _function(module: str, name: str) -> Callable[..., Any]:
    try:
        return getattr(import_module(module), name)
    except (ImportError, AttributeError):  # this Python was built without it
        return getattr(import_module("hashlib"), name)
