"""Small files, and what breaks and inflates them at random."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

_MAX_SIZE: Final = 300_000
"""The largest part of a file, in bytes."""
_CHANGES: Final = (1, 1, 1, 2, 3, 6)
"""The numbers of changes to a file, each as likely."""
_TOKEN: Final = re.compile(rb'"[^"\n]{0,80}"|[\w.+-]+')


class Seed(NamedTuple):
    """A file by its parts, what makes it of them, and words of its format's syntax.

    `name` is its path in the folder in which it is tried.
    """

    name: str
    parts: Mapping[str, bytes]
    words: tuple[bytes, ...]
    build: Callable[[Mapping[str, bytes]], bytes]


def seed(name: str, text: str | bytes, words: str) -> Seed:
    """Return a file of a single part."""
    return Seed(name, {name: text.encode() if isinstance(text, str) else text}, _split(words), _only_part)


def package(name: str, parts: Mapping[str, str | bytes], words: str) -> Seed:
    """Return a file that is a zip package of its parts."""
    encoded = {part: text.encode() if isinstance(text, str) else text for part, text in parts.items()}
    return Seed(name, encoded, _split(words), _zip_parts)


def unzip(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip package."""
    with zipfile.ZipFile(io.BytesIO(data)) as members:
        return {name: members.read(name) for name in members.namelist()}


def _split(words: str) -> tuple[bytes, ...]:
    return tuple(word.encode() for word in words.split(" "))


def _only_part(parts: Mapping[str, bytes]) -> bytes:
    return next(iter(parts.values()))


def _zip_parts(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as members:
        for name, data in parts.items():
            members.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return file.getvalue()


def mutate_file(seed: Seed, chance: random.Random) -> bytes:
    """Return a file with changes in one of its parts or, rarely, in the bytes of the whole."""
    parts = dict(seed.parts)
    name = chance.choice(list(parts))
    parts[name] = _mutate(parts[name], seed.words, chance)
    data = seed.build(parts)
    return _mutate(data, seed.words, chance) if seed.build is not _only_part and chance.random() < 0.1 else data


def _mutate(data: bytes, words: Sequence[bytes], chance: random.Random) -> bytes:
    for _ in range(chance.choice(_CHANGES)):
        start, end = sorted(chance.choices(range(len(data) + 1), k=2))
        if chance.random() < 0.7:
            end = min(end, start + 60)
        piece = data[start:end]
        match chance.randrange(9):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:start] + _noise(chance) + data[start:]
            case 2:
                data = data[:start] + chance.choice(words) + data[start:]
            case 3:
                place = chance.randint(0, len(data))
                data = data[:place] + piece + data[place:]
            case 4:
                data = data[:start] + _repeat(piece, chance) + data[end:]
            case 5:
                run = b"".join(chance.choices(words, k=chance.randint(1, 4)))
                data = data[:start] + _repeat(run, chance) + data[start:]
            case 6:
                noise = _noise(chance)
                data = data[:start] + noise + data[start + len(noise) :]
            case 7:
                data = _exchange_token(data, start, words, chance)
            case _:
                data = data[:start] + piece[::-1] + data[end:]
        data = data[:_MAX_SIZE]
    return data


def _noise(chance: random.Random) -> bytes:
    return bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))


def _exchange_token(data: bytes, start: int, words: Sequence[bytes], chance: random.Random) -> bytes:
    """Put another name, number or quoted text in the place of the next one, which leaves the syntax of most formats sound."""
    token = _TOKEN.search(data, start)
    other = _TOKEN.search(data, chance.randint(0, len(data)))
    if token is None:
        return data
    value = other[0] if other is not None and chance.random() < 0.7 else chance.choice(words)
    return data[: token.start()] + value + data[token.end() :]


def _repeat(piece: bytes, chance: random.Random) -> bytes:
    return piece * min(2 ** chance.randint(1, 16), _MAX_SIZE // max(1, len(piece)))
