"""Every kind of damage to a library's files, and what has become of the library when it is opened after it.

It must either be refused, with a reason and with every byte left as it is, or open with all that is still anywhere on the disk.
"""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.faults.patient import Patient, contents
from benchmarks.faults.verifier import LIBRARY, plain_notes, product_notes
from reader.errors import ReaderError
from reader.library import LibraryDB
from reader.library.backups import unpack

REFUSED: Final = "refused"
OPENED: Final = "opened"

_OLD: Final = 1_700_000_000

Missing = Callable[[Patient], set[str]]


def _nothing(_: Patient) -> set[str]:
    return set()


def _only_journal(patient: Patient) -> set[str]:
    return set(patient.only_journal)


def _first(patient: Patient) -> set[str]:
    return {patient.only_journal[0]}


def _last(patient: Patient) -> set[str]:
    return {patient.only_journal[-1]}


def _middle(patient: Patient) -> set[str]:
    return {patient.only_journal[1], patient.only_journal[2]}


def _second(patient: Patient) -> set[str]:
    return {list(patient.notes)[1]}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of damage: its name, what it does, what must come of it, and which annotations are not shown any more.

    `aside`: the damaged file must be in the backups once it was overwritten, for what is not shown may have been meant to go.
    """

    name: str
    harm: Callable[[Patient], object]
    outcome: str
    missing: Missing = _nothing
    aside: bool = False


def _cut(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


def _cut_at_line(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"\n", 0, int(len(data) * share)) + 1])


def _change(path: Path, old: bytes, new: bytes, count: int = 1) -> None:
    data = path.read_bytes()
    assert old in data, f"{old!r} is not in {path}"
    path.write_bytes(data.replace(old, new, count))


def _put(path: Path, at: float, garbage: bytes) -> None:
    data = path.read_bytes()
    place = int(len(data) * at)
    path.write_bytes(data[:place] + garbage + data[place + len(garbage) :])


def _lines(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def _become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _conflict(data: bytes) -> bytes:
    first, rest = data.split(b"\n", 1)
    return b"\n".join((first, b"<<<<<<< HEAD", rest[:200], b"=======", rest[:200], b">>>>>>> theirs", rest))


def _noise(size: int) -> bytes:
    return bytes((7 * number * number + 13) % 251 for number in range(size))


LIBRARY_KINDS: Final = (
    Kind("file empty", lambda p: p.library.write_bytes(b""), REFUSED),
    Kind("file blank", lambda p: p.library.write_bytes(b" \n\n"), REFUSED),
    Kind("file zeros", lambda p: p.library.write_bytes(bytes(p.library.stat().st_size)), REFUSED),
    Kind("file zeros at the end", lambda p: _put(p.library, 0.9, bytes(500)), REFUSED),
    Kind("file cut in the middle", lambda p: _cut(p.library, 0.5), REFUSED),
    Kind("file cut at a line", lambda p: _cut_at_line(p.library, 0.5), REFUSED),
    Kind("file without its last bytes", lambda p: p.library.write_bytes(p.library.read_bytes()[:-4]), REFUSED),
    Kind("file with garbage inside", lambda p: _put(p.library, 0.3, _noise(64)), REFUSED),
    Kind("file all garbage", lambda p: p.library.write_bytes(_noise(5000)), REFUSED),
    Kind("file twice", lambda p: p.library.write_bytes(p.library.read_bytes() * 2), REFUSED),
    Kind("file with a conflict of git", lambda p: p.library.write_bytes(_conflict(p.library.read_bytes())), REFUSED),
    Kind("file null", lambda p: p.library.write_bytes(b"null"), REFUSED),
    Kind("file a list", lambda p: p.library.write_bytes(b"[]"), REFUSED),
    Kind("file a number", lambda p: p.library.write_bytes(b"7"), REFUSED),
    Kind("file without tables", lambda p: p.library.write_bytes(b"{}"), REFUSED),
    Kind("file foreign", lambda p: p.library.write_bytes(b'{"_default": {"1": {"a": 1}}}'), REFUSED),
    Kind("file foreign, other JSON", lambda p: p.library.write_bytes(b'{"version": 3, "files": ["a"]}'), REFUSED),
    Kind("file half written by TinyDB", lambda p: p.library.write_bytes(p.plain[: len(p.plain) // 2]), REFUSED),
    Kind("file deleted", lambda p: p.library.unlink(), REFUSED),
    Kind("file and journal deleted", lambda p: (p.library.unlink(), p.journal.unlink()), REFUSED),
    Kind("file a folder", lambda p: _become_folder(p.library), REFUSED),
    Kind("greater number seen", lambda p: _more_seen(p), REFUSED),
    Kind("file older", lambda p: p.library.write_bytes(p.older), OPENED),
    Kind("file rewritten by TinyDB", lambda p: p.library.write_bytes(p.plain), OPENED),
    Kind("file with other line ends", lambda p: _change(p.library, b"\n", b"\r\n", -1), OPENED),
    Kind("file with a mark at its start", lambda p: p.library.write_bytes(b"\xef\xbb\xbf" + p.library.read_bytes()), OPENED),
    Kind("line twice in the file", lambda p: _lines(p.library, lambda ls: [*ls[:3], ls[2], *ls[3:]]), OPENED),
    Kind("line missing in the file", lambda p: _lines(p.library, lambda ls: [*ls[:3], *ls[4:]]), OPENED, _second, aside=True),
    Kind(
        "flipped letter in a note", lambda p: _change(p.library, b"person 2 the", b"person 2 thf"), OPENED, _second, aside=True
    ),
    Kind(
        "flipped byte in a record's versions",
        lambda p: _change(p.library, b'"_versions":{"dots', b'"_versions":{"dkts'),
        OPENED,
    ),
)
"""What can happen to the library's file."""

JOURNAL_KINDS: Final = (
    Kind("journal empty", lambda p: p.journal.write_bytes(b""), OPENED, _only_journal),
    Kind("journal zeros", lambda p: p.journal.write_bytes(bytes(p.journal.stat().st_size)), OPENED, _only_journal),
    Kind("journal deleted", lambda p: p.journal.unlink(), OPENED, _only_journal),
    Kind("journal null", lambda p: p.journal.write_bytes(b"null\n"), OPENED, _only_journal),
    Kind("journal a list", lambda p: p.journal.write_bytes(b"[]\n[1]\n"), OPENED, _only_journal),
    Kind("journal foreign", lambda p: p.journal.write_bytes(b'{"level": "info"}\n' * 9), OPENED, _only_journal),
    Kind("journal all garbage", lambda p: p.journal.write_bytes(_noise(3000)), OPENED, _only_journal),
    Kind("journal older", lambda p: p.journal.write_bytes(p.older_journal), OPENED, _only_journal),
    Kind("journal's last line torn", lambda p: p.journal.write_bytes(p.journal.read_bytes()[:-20]), OPENED, _last),
    Kind("journal's last line torn and ended", lambda p: _torn_and_ended(p.journal), OPENED, _last),
    Kind("garbage after the journal's end", lambda p: p.journal.write_bytes(p.journal.read_bytes() + _noise(99)), OPENED),
    Kind("zeros after the journal's end", lambda p: p.journal.write_bytes(p.journal.read_bytes() + bytes(4096)), OPENED),
    Kind("journal's head broken", lambda p: _put(p.journal, 0, b"X"), OPENED),
    Kind("journal's head missing", lambda p: _lines(p.journal, lambda ls: ls[1:]), OPENED),
    Kind("journal's first lines missing", lambda p: _lines(p.journal, lambda ls: ls[-3:]), OPENED, _first),
    Kind("journal without lines in the middle", lambda p: _lines(p.journal, lambda ls: [*ls[:-3], ls[-1]]), OPENED, _middle),
    Kind("flipped byte in a journal's line", lambda p: _lines(p.journal, _flip_third_last), OPENED, _middle),
    Kind("flipped line end in the journal", lambda p: _lines(p.journal, _join_last_three), OPENED, _middle),
    Kind(
        "garbage in the journal's middle",
        lambda p: _lines(p.journal, lambda ls: [*ls[:-2], _noise(50) + b"\n", *ls[-2:]]),
        OPENED,
    ),
    Kind("line twice in the journal", lambda p: _lines(p.journal, lambda ls: [*ls[:-2], ls[-3], *ls[-2:]]), OPENED),
    Kind("journal twice", lambda p: p.journal.write_bytes(p.journal.read_bytes() * 2), OPENED),
    Kind("journal with other line ends", lambda p: _change(p.journal, b"\n", b"\r\n", -1), OPENED, _only_journal),
    Kind("journal a folder", lambda p: _become_folder(p.journal), REFUSED),
)
"""What can happen to the journal. Whatever only a destroyed part of it held is gone."""

OTHER_KINDS: Final = (
    Kind("finished journal deleted", lambda p: p.finished.unlink(), OPENED),
    Kind("finished journal empty", lambda p: p.finished.write_bytes(b""), OPENED),
    Kind("finished journal zeros", lambda p: p.finished.write_bytes(bytes(3000)), OPENED),
    Kind("finished journal broken", lambda p: _put(p.finished, 0.5, _noise(60)), OPENED),
    Kind("finished journal a folder", lambda p: _become_folder(p.finished), OPENED),
    Kind("file older, finished journal broken", lambda p: (_older(p), _put(p.finished, 0.001, _noise(60))), OPENED),
    Kind("file older, journal's head broken", lambda p: (_older(p), _put(p.journal, 0, b"X")), OPENED),
    Kind("history a file", lambda p: _history_a_file(p), REFUSED),
    Kind("file left over from a checkpoint", lambda p: (p.folder / ".library.json.new").write_bytes(b"{"), OPENED),
    Kind("file left over from a journal", lambda p: p.journal.with_name(f".{p.journal.name}.new").write_bytes(b"{"), OPENED),
)
"""What can happen beside them."""

KINDS: Final = (*LIBRARY_KINDS, *JOURNAL_KINDS, *OTHER_KINDS)
"""Every kind."""


def _more_seen(patient: Patient) -> None:
    data = patient.library.read_bytes()
    head, mark, foot = data.rpartition(b'"seen":{')
    patient.library.write_bytes(head + mark + re.sub(rb":([0-9])", rb":9\1", foot, count=1))


def _torn_and_ended(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20] + b"\n")


def _flip_third_last(lines: list[bytes]) -> list[bytes]:
    line = lines[-3]
    middle = len(line) // 2
    return [*lines[:-3], line[:middle] + bytes([line[middle] ^ 1]) + line[middle + 1 :], *lines[-2:]]


def _join_last_three(lines: list[bytes]) -> list[bytes]:
    return [*lines[:-3], lines[-3][:-1] + b"\v" + lines[-2], lines[-1]]


def _older(patient: Patient) -> None:
    patient.library.write_bytes(patient.older)


def _history_a_file(patient: Patient) -> None:
    patient.finished.unlink()
    (patient.folder / "history").rmdir()
    (patient.folder / "history").write_bytes(b"a note")


@dataclass(slots=True)
class Examined:
    """What came of a kind of damage: REFUSED with `reason`, or OPENED; how many annotations are shown; all that is `wrong`."""

    outcome: str
    reason: str = ""
    shown: int = 0
    wrong: list[str] = field(default_factory=list)


def examine(patient: Patient, kind: Kind) -> Examined:
    """Damage the patient and look at what comes of it: opened, changed and killed, opened again, closed."""
    patient.heal()
    kind.harm(patient)
    long_ago(patient.folder)
    before = contents(patient.folder)
    try:
        with_it = shown_in(patient.folder)
    except ReaderError as error:
        examined = Examined(REFUSED, str(error))
        _look_at_refusal(examined, error, before, patient)
        return examined
    except Exception:
        return Examined("crashed", wrong=[traceback.format_exc()])
    examined = Examined(OPENED, shown=len(with_it))
    expected = {key: note for key, note in patient.notes.items() if key not in kind.missing(patient)}
    _compare(examined, "after opening", with_it, expected)
    try:
        expected[_change_and_leave(patient.folder)] = "one more"
        _compare(examined, "after a change and a kill", shown_in(patient.folder), expected)
        _compare(examined, "after closing", product_notes(patient.folder), expected)
        _compare(examined, "in plain TinyDB", plain_notes(patient.folder), expected)
        if kind.aside and before[LIBRARY] not in (b"".join(unpack(one)) for one in (patient.folder / "backups").iterdir()):
            examined.wrong.append("the file as it was is not in the backups")
    except Exception:
        examined.wrong.append(traceback.format_exc())
    return examined


def long_ago(folder: Path) -> None:
    """Let the damage be old: a file that was written a moment ago is looked at again before it is called damaged."""
    for path in folder.rglob("*"):
        os.utime(path, (_OLD, _OLD))


def shown_in(folder: Path) -> dict[str, str]:
    """Return the notes that the library in a folder shows, by annotation. Raises ReaderError when it is refused."""
    db = LibraryDB(folder)
    return {str(record.get("id")): str(record.get("note")) for record in db.table("annotations").all()}


def _change_and_leave(folder: Path) -> str:
    record_id = "00000000-0000-7000-8000-000000000001"
    LibraryDB(folder).table("annotations").insert({"id": record_id, "note": "one more"})
    return record_id


def _compare(examined: Examined, when: str, shown: dict[str, str], expected: dict[str, str]) -> None:
    missing = [key for key in expected if key not in shown]
    if missing:
        examined.wrong.append(f"{when} {len(missing)} of {len(expected)} are missing: {missing}")
    other = [key for key in expected if key in shown and shown[key] != expected[key]]
    if other:
        examined.wrong.append(f"{when} {len(other)} are not what they were: {other}")


def _look_at_refusal(examined: Examined, error: ReaderError, before: dict[str, bytes], patient: Patient) -> None:
    if contents(patient.folder) != before:
        examined.wrong.append("it was refused, and yet something was written")
    if not any(word in str(error) for word in ("reader repair", "reader doctor")):
        examined.wrong.append(f"the refusal does not say what to do: {error}")
