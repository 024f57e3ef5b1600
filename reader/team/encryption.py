"""Seal what a team keeps, so that whoever holds the store alone can read neither contents nor names.

A team with a key seals every object with ChaCha20-Poly1305 (RFC 8439), and names articles, texts and desks by HMAC-SHA-256: the
plain digest of a text would tell everybody who has the text that this team reads it. What stays visible: members, times, sizes,
and how often an article changes.

The key of a team is one or more secrets. When somebody leaves, a new one is added: the newest seals, all of them open, and the
oldest names, so that everything keeps its name. It comes from the environment or from the keyring of the system, never from a
file of ours.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
from typing import Final, Protocol

from reader.errors import ReaderError

KEY_VARIABLE: Final = "CLAIM_READER_TEAM_KEY"
"""The variable of the environment with the key of the team."""

_SERVICE: Final = "claim-reader team"
_SECRET_BYTES: Final = 32
_MAGIC: Final = b"CRS1"
_ID_BYTES: Final = 8
_NONCE_BYTES: Final = 12
_NAME_DIGITS: Final = 16
_MAX_SECRETS: Final = 64


class SealError(Exception):
    """Bytes that none of the team's secrets has sealed for this name."""


class UnknownSecret(SealError):
    """Bytes that were sealed with a secret that is not here: one that was added to the team's key since."""


class Cipher(Protocol):
    """What seals the objects of a team, and names them. `stem` is the part of a key that an object is bound to."""

    @property
    def check(self) -> str:
        """The public value by which a key is recognized as that of a team, "" for a team without a key."""
        ...

    @property
    def newest(self) -> str:
        """The public value of the secret that seals, "" for a team without a key."""
        ...

    def seal(self, data: bytes, stem: str) -> bytes:
        """Return the bytes to store. The same data under the same stem always gives the same bytes."""
        ...

    def open(self, data: bytes, stem: str) -> bytes:
        """Return what was sealed. Raises SealError for anything else."""
        ...

    def name(self, text: str) -> str:
        """Return the name under which what `text` names is stored: of a digest another one, else 16 digits."""
        ...


class NullCipher:
    """The cipher of a team without a key: bytes and names stay as they are."""

    check = newest = ""

    def seal(self, data: bytes, stem: str) -> bytes:
        """Return the bytes as they are."""
        return data

    def open(self, data: bytes, stem: str) -> bytes:
        """Return the bytes as they are."""
        return data

    def name(self, text: str) -> str:
        """Return the name as it is."""
        return text


class TeamCipher:
    """The cipher of a team with a key, given as text. Shows nothing of the key."""

    def __init__(self, key: str) -> None:
        """Read a key. Raises ReaderError, which does not repeat it, if it is none."""
        values = [_decode_secret(part) for part in key.split(",")]
        if len(values) > _MAX_SECRETS:
            raise ReaderError(f"The key of the team has more than {_MAX_SECRETS} parts", "Copy it again from another member")
        self._seals = {_derive(value, b"id")[:_ID_BYTES]: _derive(value, b"seal") for value in values}
        self._newest = _derive(values[-1], b"id")[:_ID_BYTES]
        self.newest = self._newest.hex()
        self._nonce_key = _derive(values[-1], b"nonce")
        self._name_key = _derive(values[0], b"name")
        self.check = _derive(values[0], b"check").hex()[:_NAME_DIGITS]

    def seal(self, data: bytes, stem: str) -> bytes:
        """Return the bytes to store.

        The nonce is a keyed hash of name and content. So a put that is repeated after a crash gives the same bytes, and two
        different objects have the same nonce only by a collision of 96 bits.
        """
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        about = stem.encode()
        nonce = hmac.digest(self._nonce_key, len(about).to_bytes(4, "big") + about + data, "sha256")[:_NONCE_BYTES]
        return _MAGIC + self._newest + nonce + ChaCha20Poly1305(self._seals[self._newest]).encrypt(nonce, data, about)

    def open(self, data: bytes, stem: str) -> bytes:
        """Return what was sealed. Raises SealError for anything else."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        start = len(_MAGIC) + _ID_BYTES
        seal = self._seals.get(data[len(_MAGIC) : start])
        if data[: len(_MAGIC)] != _MAGIC:
            raise SealError("not sealed with the team's key")
        if seal is None:
            raise UnknownSecret("sealed with a newer key of the team")
        nonce, body = data[start : start + _NONCE_BYTES], data[start + _NONCE_BYTES :]
        try:
            return ChaCha20Poly1305(seal).decrypt(nonce, body, stem.encode())
        except (InvalidTag, ValueError):
            raise SealError("changed after it was sealed, or put under another name") from None

    def name(self, text: str) -> str:
        """Return the keyed hash of a name: of a digest all of it, else 16 digits."""
        name = hmac.digest(self._name_key, text.encode(), "sha256").hex()
        return name if len(text) == len(name) else name[:_NAME_DIGITS]


def new_team_key(old: str = "") -> str:
    """Return a key for a new team, or `old` with a new secret that seals from now on."""
    secret = base64.urlsafe_b64encode(secrets.token_bytes(_SECRET_BYTES)).decode().rstrip("=")
    return f"{old},{secret}" if old else secret


def find_key(team: str) -> str:
    """Return the key of a team from the environment, else from the keyring of the system, "" if neither has it."""
    if key := os.environ.get(KEY_VARIABLE, "").strip():
        return key
    with contextlib.suppress(Exception):  # a keyring may raise anything, and a system may have none
        import keyring

        return keyring.get_password(_SERVICE, team) or ""
    return ""


def keep_key(team: str, key: str) -> bool:
    """Keep the key of a team in the keyring of the system; return whether it is there now."""
    with contextlib.suppress(Exception):  # as in `find_key`
        import keyring

        keyring.set_password(_SERVICE, team, key)
        return keyring.get_password(_SERVICE, team) == key
    return False


def cipher_for(team: str, check: str) -> Cipher:
    """Return the cipher of a team by its public value. Raises ReaderError if the team has a key that is not here."""
    if not check:
        return NullCipher()
    key = find_key(team)
    if not key:
        what = "This team is encrypted, and its key is not here"
        raise ReaderError(what, f"Set {KEY_VARIABLE} to the key that another member has")
    cipher = TeamCipher(key)
    if cipher.check != check:
        raise ReaderError("The key that is here is that of another team", f"Set {KEY_VARIABLE} to the key of this team")
    return cipher


def _decode_secret(text: str) -> bytes:
    text = text.strip()
    try:
        secret = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != _SECRET_BYTES:
        raise ReaderError("The key of the team is not whole", "Copy it again from another member; it is not repeated here")
    return secret


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return hmac.digest(secret, b"claim-reader team " + purpose, hashlib.sha256)
