"""Encode the lines of an article as segments, its records as folds, texts as objects; decode what others wrote with care.

Each is compressed by Zstandard (RFC 8878), then sealed. A segment is lines of a journal as `library.journal` writes them. A
fold is a line with the version vector that it covers and the number of its records, then a line for each record.

An object is read in the order of what is cheap to check: its size, its hash, its seal, its size when unpacked, its lines, their
values. Whatever is wrong with it is a BadObject, and memory stays within a small multiple of the limits.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, cast

from reader.library.journal import DamagedEntry, JournalEntry, parse_lines
from reader.library.shared_articles import Fold
from reader.library.versions import VersionVector, encode_json
from reader.review.cells import Record
from reader.team.encryption import Cipher, SealError, UnknownSecret
from reader.team.layout import FoldName, SegmentName, object_hash, stem_of

SEGMENT_FORMAT: Final = 1
"""The version of segments and folds that this program writes."""


class ObjectLimits(NamedTuple):
    """What an object may be at most: bytes as stored, bytes unpacked, lines, and bytes of a line."""

    stored: int
    unpacked: int
    lines: int
    line: int


SEGMENT_BYTES: Final = 64 << 10
"""The size of the lines of a segment, in bytes before they are packed, above which the next one begins."""
SEGMENT_LIMITS: Final = ObjectLimits(4 << 20, 16 << 20, 10_000, 8 << 20)
FOLD_LIMITS: Final = ObjectLimits(32 << 20, 128 << 20, 400_000, 8 << 20)
TEXT_LIMITS: Final = ObjectLimits(128 << 20, 256 << 20, 1, 256 << 20)
NOTE_LIMIT: Final = 1 << 16
"""The largest size in bytes of what a member says of themselves, of an article or of the team."""

_MAX_LINES: Final = 2_000
_WINDOW: Final = 8 << 20
_LEVEL: Final = 6
_BLOCK: Final = 1 << 20
_MAX_DEPTH: Final = 40
_MAX_COUNTER: Final = 1 << 53
_MAX_INTEGER: Final = 1 << 62
_MAX_REPLICAS: Final = 20_000


class BadObject(Exception):
    """An object that is not what its key says, with the reason."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key
        self.reason = reason


class UnreadableObject(BadObject):
    """An object that was sealed with a secret that is not here yet. Nothing is wrong with it."""


# ------------------------------------------------------------------ encode


def pack_segment(lines: Iterable[JournalEntry], stem: str, cipher: Cipher) -> bytes:
    """Return the bytes of a segment."""
    return cipher.seal(_compress(b"".join(line.encode() for line in lines)), stem)


def pack_fold(fold: Fold, stem: str, cipher: Cipher) -> bytes:
    """Return the bytes of a fold."""
    head = {"fold": SEGMENT_FORMAT, "vector": dict(sorted(fold.vector.counters.items())), "records": len(fold.records)}
    lines = (encode_json(value) for value in (head, *([*record] for record in fold.records)))
    return cipher.seal(_compress("".join(f"{line}\n" for line in lines).encode("ascii")), stem)


def pack_text(data: bytes, key: str, cipher: Cipher) -> bytes:
    """Return the bytes of a text or document."""
    return cipher.seal(_compress(data), key)


def pack_note(fields: Record, key: str, cipher: Cipher) -> bytes:
    """Return the bytes of a small object of JSON."""
    return cipher.seal(encode_json(fields).encode("ascii"), key)


def divide_lines(lines: Iterable[JournalEntry]) -> Iterator[Sequence[JournalEntry]]:
    """Yield lines as they go into segments: of one replica each, in their order."""
    segment: list[JournalEntry] = []
    size = 0
    for line in lines:
        length = len(line.encode())
        if segment and (
            line.dot.replica != segment[0].dot.replica or size + length > SEGMENT_BYTES or len(segment) == _MAX_LINES
        ):
            yield segment
            segment, size = [], 0
        segment.append(line)
        size += length
    if segment:
        yield segment


def fits(lines: Sequence[JournalEntry]) -> bool:
    """Whether a segment may hold these lines."""
    sizes = [len(line.encode()) for line in lines]
    limits = SEGMENT_LIMITS
    return len(sizes) <= limits.lines and max(sizes, default=0) <= limits.line and sum(sizes) <= limits.unpacked


# ------------------------------------------------------------------ decode


def unpack_segment(key: str, name: SegmentName, scope: str, data: bytes, cipher: Cipher) -> tuple[JournalEntry, ...]:
    """Return the lines of a segment, whose key was read as `name`. Raises BadObject."""
    body = _open_object(key, name.hash, data, cipher, SEGMENT_LIMITS)
    if not body.endswith(b"\n"):
        raise BadObject(key, "its last line is not whole")
    _check_lines(key, body, SEGMENT_LIMITS)
    entries = list(_read_entries(key, body))
    replica, counters = f"{name.replica}~{scope}", [entry.dot.counter for entry in entries]
    if any(entry.dot.replica != replica for entry in entries):
        raise BadObject(key, "it holds lines of another replica or article")
    if [counters[0], counters[-1]] != [name.first, name.last] or counters != sorted(set(counters)):
        raise BadObject(key, "its lines are not those that its name says")
    return tuple(entries)


def unpack_fold(key: str, name: FoldName, data: bytes, cipher: Cipher) -> Fold:
    """Return a fold, whose key was read as `name`. Raises BadObject."""
    body = _open_object(key, name.hash, data, cipher, FOLD_LIMITS)
    _check_lines(key, body, FOLD_LIMITS)
    first, *rest = body.splitlines()
    head = _read_value(key, first)
    if not isinstance(head, dict):
        raise BadObject(key, "it does not begin with what it covers")
    fields = cast("Record", head)
    if fields.get("fold") != SEGMENT_FORMAT:
        raise BadObject(key, "it has a format that this version does not read")
    if fields.get("records") != len(rest):
        raise BadObject(key, "it does not hold as many records as it says")
    return Fold(_read_vector(key, fields.get("vector")), tuple(_read_record(key, line) for line in rest))


def unpack_text(key: str, digest: str, data: bytes, cipher: Cipher) -> bytes:
    """Return a text or document after checking its digest. Raises BadObject."""
    content = _decompress(key, _unseal(key, key, data, cipher), TEXT_LIMITS.unpacked)
    if hashlib.sha256(content).hexdigest() != digest:
        raise BadObject(key, "its content is not the text of this name")
    return content


def unpack_note(key: str, data: bytes, cipher: Cipher) -> Record:
    """Return the fields of a small object of JSON. Raises BadObject."""
    value = _read_value(key, _unseal(key, key, data, cipher))
    if not isinstance(value, dict):
        raise BadObject(key, "it is not a JSON object")
    return cast("Record", value)


# ------------------------------------------------------------------ bytes


def _compress(data: bytes) -> bytes:
    import zstandard

    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress(data)


def _open_object(key: str, expected_hash: str, data: bytes, cipher: Cipher, limits: ObjectLimits) -> bytes:
    if len(data) > limits.stored:
        raise BadObject(key, "it is too large")
    if object_hash(data) != expected_hash:
        raise BadObject(key, "its bytes are not those of its name")
    return _decompress(key, _unseal(key, stem_of(key), data, cipher), limits.unpacked)


def _unseal(key: str, stem: str, data: bytes, cipher: Cipher) -> bytes:
    try:
        return cipher.open(data, stem)
    except UnknownSecret as error:
        raise UnreadableObject(key, str(error)) from None
    except SealError as error:
        raise BadObject(key, str(error)) from None


def _decompress(key: str, data: bytes, limit: int) -> bytes:
    """Unpack a frame that says how large its content is, which is at most `limit` bytes."""
    import zstandard

    try:
        size = zstandard.get_frame_parameters(data).content_size
        if size in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR):
            raise BadObject(key, "it does not say how large it is unpacked")
        if size > limit:
            raise BadObject(key, "unpacked, it is larger than anything that a team sends")
        parts, left = list[bytes](), size + 1
        with zstandard.ZstdDecompressor(max_window_size=_WINDOW).stream_reader(data) as unpacked:
            while left > 0 and (part := unpacked.read(min(left, _BLOCK))):
                parts.append(part)
                left -= len(part)
    except (zstandard.ZstdError, MemoryError) as error:
        raise BadObject(key, f"it cannot be unpacked: {error}") from None
    if left != 1:
        raise BadObject(key, "it is not as large unpacked as it says")
    return b"".join(parts)


# ------------------------------------------------------------------ values


def _check_lines(key: str, body: bytes, limits: ObjectLimits) -> None:
    count, start = body.count(b"\n"), 0
    if not 0 < count <= limits.lines:
        raise BadObject(key, "it has too many lines" if count else "it is empty")
    while start < len(body):
        end = body.find(b"\n", start)
        end = len(body) if end < 0 else end
        if end - start > limits.line:
            raise BadObject(key, "it has a line that is too long")
        start = end + 1


def _read_entries(key: str, body: bytes) -> Iterator[JournalEntry]:
    try:
        lines = parse_lines(body).lines
        for line in lines:
            if not isinstance(line, JournalEntry):
                reason = "a line is damaged" if isinstance(line, DamagedEntry) else "it holds the beginning of a journal"
                raise BadObject(key, reason)
            entry = line._replace(operations=tuple(line.operations))  # a long line is decoded only now
            _check_entry(key, entry)
            yield entry
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise BadObject(key, "a line cannot be read") from None


def _check_entry(key: str, entry: JournalEntry) -> None:
    for number, least in ((entry.dot.counter, 1), (entry.previous, 0)):
        if type(number) is not int or not least <= number < _MAX_COUNTER:
            raise BadObject(key, "a line has a number that no library writes")
    for vector in (entry.context, entry.merge_vector):
        if vector is not None:
            _check_counters(key, vector.counters)
    for table, record_id, before, after in entry.operations:
        sides = [side for side in (before, after) if side is not None]
        if type(table) is not str or type(record_id) is not str or not all(type(side) is dict for side in sides):
            raise BadObject(key, "a line holds what is no change")
        for side in sides:
            _check_value(key, side)


def _read_vector(key: str, value: object) -> VersionVector:
    if not isinstance(value, dict):
        raise BadObject(key, "it does not say what it covers")
    counters = cast("dict[str, int]", value)
    _check_counters(key, counters)
    return VersionVector(counters)


def _check_counters(key: str, counters: dict[str, int]) -> None:
    if len(counters) > _MAX_REPLICAS or not all(
        type(counter) is int and 0 < counter < _MAX_COUNTER and len(replica) <= 64 for replica, counter in counters.items()
    ):
        raise BadObject(key, "it names changes that no library has made")


def _read_record(key: str, line: bytes) -> tuple[str, str, Record]:
    value = _read_value(key, line)
    parts = cast("list[object]", value) if isinstance(value, list) else []
    if len(parts) != 3 or not (isinstance(parts[0], str) and isinstance(parts[1], str) and isinstance(parts[2], dict)):
        raise BadObject(key, "a line holds what is no record")
    return parts[0], parts[1], cast("Record", parts[2])


def _read_value(key: str, data: bytes) -> object:
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        raise BadObject(key, "it is not JSON that can be read") from None
    _check_value(key, value)
    return value


def _check_value(key: str, value: object) -> None:
    """Raise BadObject for a value that is nested deeper, or has larger numbers, than other code could bear."""
    level: list[object] = [value]
    for _ in range(_MAX_DEPTH):
        inner: list[object] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(cast("dict[str, object]", one).values())
            elif isinstance(one, list):
                inner.extend(cast("list[object]", one))
            elif (isinstance(one, int) and abs(one) > _MAX_INTEGER) or (isinstance(one, float) and not math.isfinite(one)):
                raise BadObject(key, "it holds a number that no library writes")
        if not inner:
            return
        level = inner
    raise BadObject(key, "it is nested too deeply")
