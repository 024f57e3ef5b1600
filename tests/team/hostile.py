"""A member who has rights and means harm: garbage, huge objects, bombs, forged names, lines that nobody made.

What is written are objects as a program of somebody's own could write them, under names that the others look at.
"""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import zstandard

from reader.library.journal import encode_line
from reader.team.encryption import NullCipher
from reader.team.layout import (
    ChangeMarker,
    claim_key,
    fold_stem,
    logs_prefix,
    marker_key,
    segment_in,
    segment_stem,
    text_key,
    whole_key,
)
from reader.team.membership import introduce
from reader.team.segments import BadObject, unpack_segment
from reader.team.stores import ObjectStore, StoreError

MEMBER = "mallory"
REPLICA = "bad0bad0bad0bad0"
_HUGE = 5 << 20
_BOMB = 1 << 30


class Hostile:
    """Writes harmful objects about one article. `tried` counts them by kind, `refused` those that the store did not take."""

    def __init__(self, store: ObjectStore, scope: str, article: str, desk: str, seed: int) -> None:
        self.tried: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._store, self._scope, self._article, self._desk = store, scope, article, desk
        self._chance = Random(seed)
        self._counter = 0
        with contextlib.suppress(StoreError):
            introduce(store, MEMBER, "Mallory \x1b[31m<b>", NullCipher())
            store.put_new(claim_key(MEMBER, REPLICA), b"{}")

    def strike(self) -> None:
        """Write one object of each kind."""
        for kind, key, data in self._objects():
            self.tried[kind] += 1
            try:
                self._store.put_new(key, data)
            except StoreError:
                self.refused[kind] += 1

    def _objects(self) -> Iterator[tuple[str, str, bytes]]:
        chance = self._chance
        yield "garbage", *self._segment(chance.randbytes(500))
        yield "garbage, another hash", f"{self._stem()}-{'0' * 16}.jsonl.zst", chance.randbytes(50)
        yield "huge", *self._segment(chance.randbytes(_HUGE))
        yield "bomb", *self._segment(_bomb())
        yield "not compressed", *self._segment(b'{"n": 1}\n')
        yield "no journal", *self._lines(b"{}\n", b"[]\n", b"null\n")
        yield "nested deeply", *self._lines(b"[" * 100_000 + b"\n")
        for name, fields, operations in self._bad_lines():
            number = self._counter + 1
            known = {
                "n": number,
                "replica": f"{REPLICA}~{self._scope}",
                "previous": number - 1,
                "id": "x",
                "at": "",
                "label": "x",
            }
            line = {**known, "article": self._article, "by": "x", "knew": {}, **fields, "operations": operations}
            yield name, *self._lines(encode_line(line))
        yield from self._altered_lines()
        yield from self._forgeries()
        yield from self._folds()
        yield "wrong text", text_key("0" * 64), _pack(b"not the text of this name")
        far = datetime(2099, 1, 1, tzinfo=UTC)
        yield "marker of the future", marker_key(self._desk, ChangeMarker(far, MEMBER, REPLICA, 1, self._scope)), b""
        unknown = f"{chance.randrange(16**16):016x}"
        yield "marker of nothing", marker_key(self._desk, ChangeMarker(datetime.now(UTC), MEMBER, REPLICA, 1, unknown)), b""
        yield "strange key", f"{logs_prefix(self._scope)}/{MEMBER}-{REPLICA}/strange~{chance.randrange(10**6)}", b"x"

    def _bad_lines(self) -> Iterator[tuple[str, dict[str, object], list[object]]]:
        """Yield what is wrong with lines that no program of ours writes: fields and operations."""
        replica = f"{REPLICA}~{self._scope}"
        yield "another article", {}, [["articles", "0000", None, {"id": "0000", "title": "x"}]]
        yield "another table", {}, [["tags", "x", None, {"id": "x", "name": "x"}]]
        yield "the table of shared articles", {}, [["shared", self._article, None, {"team": "x"}]]
        yield "huge counter", {"n": 2**61, "knew": {replica: 2**61}}, []
        yield "wrong types", {}, [["annotations", 7, [], {"id": {}}]]
        yield "not a number", {"n": "one"}, []
        yield "no versions", {}, [["annotations", "x", None, {"id": "x", "article": self._article, "note": "without dots"}]]
        yield "no article any more", {}, [["articles", self._article, {"id": self._article}, None]]

    def _altered_lines(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield lines of somebody else with other notes in them, as the hostile member's own."""
        for key in self._others()[:1]:
            name = segment_in(key)
            if name is None:
                continue
            with contextlib.suppress(StoreError, BadObject):
                lines = unpack_segment(key, name, self._scope, self._store.get(key, _HUGE), NullCipher())
                fields = json.loads(lines[0].encode())
                del fields["sum"]
                fields["n"], fields["replica"] = self._counter + 1, f"{REPLICA}~{self._scope}"
                fields["previous"] = 0
                yield "the dots of another", *self._lines(encode_line(fields))

    def _forgeries(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield objects under the names of others: the next segments of their logs, and logs of their replicas."""
        logs = [one for entry in self._others() if (one := segment_in(entry)) is not None and one.member != MEMBER]
        for one in self._chance.sample(logs, min(2, len(logs))):
            stem = segment_stem(self._scope, one.member, one.replica, one.last + 1, one.last + 5)
            data = _pack(b"{}\n")
            yield "in the log of another", whole_key(stem, data), data
            stem = segment_stem(self._scope, MEMBER, one.replica, 1, one.last + 100)
            yield "the replica of another", whole_key(stem, data), data

    def _others(self) -> list[str]:
        with contextlib.suppress(StoreError):
            return [entry.key for entry in self._store.list_after(logs_prefix(self._scope))]
        return []

    def _folds(self) -> Iterator[tuple[str, str, bytes]]:
        logs = [one for entry in self._others() if (one := segment_in(entry)) is not None and one.member != MEMBER]
        vector = {f"{one.replica}~{self._scope}": one.last + 1_000 for one in logs} or {"a~b": 1}
        for name, head in (
            ("fold that hides lines", {"fold": 1, "vector": vector, "records": 0}),
            ("fold of another format", {"fold": 99, "vector": {}, "records": 0}),
            (
                "fold with a huge vector",
                {"fold": 1, "vector": {f"{n:x}~{self._scope}": 2**50 for n in range(50)}, "records": 0},
            ),
        ):
            for is_gap in (False, True):
                total = 10**15 + self._chance.randrange(10**9)
                data = _pack(json.dumps(head).encode() + b"\n")
                yield name, whole_key(fold_stem(self._scope, MEMBER, total), data, is_gap=is_gap), data
        yield "garbage as a fold", whole_key(fold_stem(self._scope, MEMBER, 10**15), b"x"), b"x"

    def _stem(self) -> str:
        self._counter += 1
        return segment_stem(self._scope, MEMBER, REPLICA, self._counter, self._counter)

    def _segment(self, data: bytes) -> tuple[str, bytes]:
        return whole_key(self._stem(), data), data

    def _lines(self, *lines: bytes) -> tuple[str, bytes]:
        return self._segment(_pack(b"".join(lines)))


def _pack(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(data)


def _bomb() -> bytes:
    """Return a small frame that unpacks to a gigabyte of zeros, made without holding it."""
    packer = zstandard.ZstdCompressor(level=1).compressobj(size=_BOMB)
    block = bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(_BOMB >> 20)]
    return b"".join([*parts, packer.flush()])
