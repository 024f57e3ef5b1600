"""The log of a library: every change as one line of JSON, the newest last, in files that only grow at their end.

A line is one change, whole or not there: its last field is a sum over all before it. The first line of a file says whose it is.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, cast

from reader.library.versions import Dot, Seen
from reader.review.cells import Record

UNDO: Final = "undo: "
REDO: Final = "redo: "
"""How the labels of changes begin that take another back, or do it again."""
FORM: Final = 1
"""The form of the lines that this version writes."""

_encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
_SUM: Final = b',"sum":"'
_TAIL: Final = len(_SUM) + 8 + 3


class Operation(NamedTuple):
    """One stored record before and after. None before: it was made; None after: it was removed."""

    table: str
    id: str
    before: Record | None
    after: Record | None


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `previous` is the number of the replica's change before it; `id` is what `undoes` and `redoes` name.

    `label` is what a person calls it, "" for what nobody takes back (where reading stopped); `saw` is what a merge brought in.
    `knew` is what its writer knew of other replicas, as far as that has grown since the replica's last change: whoever knows
    less waits before taking it, as another device's files come in any order.
    """

    dot: Dot
    previous: int
    id: str
    at: str
    label: str
    operations: tuple[Operation, ...]
    article: str = ""
    by: str = ""
    undoes: str = ""
    redoes: str = ""
    saw: Seen | None = None
    knew: Seen | None = None

    def encode(self) -> bytes:
        """Return the line, its end included."""
        fields: Record = {"n": self.dot.number, "replica": self.dot.replica, "previous": self.previous, "id": self.id}
        fields |= {"at": self.at, "label": self.label, "article": self.article, "by": self.by}
        fields |= {"undoes": self.undoes} if self.undoes else {}
        fields |= {"redoes": self.redoes} if self.redoes else {}
        fields |= {"saw": self.saw.numbers} if self.saw is not None else {}
        fields |= {"knew": self.knew.numbers} if self.knew is not None else {}
        fields["operations"] = [list(operation) for operation in self.operations]
        return sealed(fields)


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a log file: the replica that makes these changes, in which folder, the number of the file, and when."""

    replica: str
    folder: str
    file: int
    at: str

    def encode(self) -> bytes:
        """Return the line, its end included."""
        return sealed({"log": FORM, "replica": self.replica, "folder": self.folder, "file": self.file, "at": self.at})


class Broken(NamedTuple):
    """A line that is not what was written."""

    number: int
    data: bytes


class Scanned(NamedTuple):
    """What a piece of a log holds: its lines in order, and how many bytes of it are whole lines."""

    lines: tuple[Line | Head | Broken, ...]
    size: int


def sealed(fields: Mapping[str, object]) -> bytes:
    """Return a line of JSON that ends in the sum over what stands before it."""
    body = _encode(fields)[:-1].encode("ascii")
    return body + _SUM + b'%08x"}\n' % zlib.crc32(body)


def scan(data: bytes, first: int = 1) -> Scanned:
    """Return the lines in `data`, whose first is number `first` of its file. A last line without an end is not there yet."""
    size = data.rfind(b"\n") + 1
    lines = data[:size].split(b"\n")[:-1]
    return Scanned(tuple(_parsed(number, line) for number, line in enumerate(lines, first)), size)


def changes(data: bytes) -> Iterator[Line]:
    """Yield the changes in the bytes of a log file, the oldest first; what is broken is left out."""
    return (line for line in scan(data).lines if isinstance(line, Line))


def _parsed(number: int, line: bytes) -> Line | Head | Broken:
    body, mark = line[: -_TAIL + 1], line[-_TAIL + 1 :]
    if mark != _SUM + b'%08x"}' % zlib.crc32(body):
        return Broken(number, line)
    try:
        fields = cast("Record", json.loads(body + b"}"))
        return _head(fields) if "log" in fields else _line(fields)
    except (ValueError, KeyError, TypeError):
        return Broken(number, line)


def _head(fields: Record) -> Head:
    return Head(str(fields["replica"]), str(fields["folder"]), cast("int", fields["file"]), str(fields["at"]))


def _line(fields: Record) -> Line:
    operations = cast("list[tuple[str, str, Record | None, Record | None]]", fields["operations"])
    return Line(
        dot=Dot(cast("int", fields["n"]), str(fields["replica"])),
        previous=cast("int", fields["previous"]),
        id=str(fields["id"]),
        at=str(fields["at"]),
        label=str(fields["label"]),
        operations=tuple(Operation(*operation) for operation in operations),
        article=str(fields.get("article", "")),
        by=str(fields.get("by", "")),
        undoes=str(fields.get("undoes", "")),
        redoes=str(fields.get("redoes", "")),
        saw=Seen.read(fields["saw"]) if "saw" in fields else None,
        knew=Seen.read(fields["knew"]) if "knew" in fields else None,
    )
