"""Whatever happened to the files: refused with every byte as it was, or opened with all that is still on the disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.faults.damage import KINDS, OPENED, REFUSED, Kind, examine, long_ago, shown_in
from benchmarks.faults.patient import Patient, contents
from reader.errors import ReaderError
from tests.hypothesis_profiles import examples

SHORT = 5000
"""The most bytes of a line that random damage is done to: the others are a large note and nothing else."""


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_damage_is_refused_or_loses_nothing_that_is_still_there(patient: Patient, kind: Kind) -> None:
    examined = examine(patient, kind)
    assert examined.wrong == []
    assert examined.outcome == kind.outcome, examined.reason


def flipped(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << size % 7]) + data[at + 1 :]


def zeroed(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + bytes(size) + data[at + size :]


def taken_out(data: bytes, at: int, size: int) -> bytes:
    return data[:at] + data[at + size :]


def doubled(data: bytes, at: int, size: int) -> bytes:
    return data[: at + size] + data[at:]


damages = st.sampled_from([flipped, zeroed, taken_out, doubled])


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damages, st.floats(0, 0.999), st.integers(1, 60))
def test_damage_anywhere_in_the_journal_touches_only_the_lines_it_hits(
    patient: Patient, damage: Callable[[bytes, int, int], bytes], where: float, size: int
) -> None:
    patient.heal()
    data = patient.journal.read_bytes()
    at = int(len(data) * where)
    patient.journal.write_bytes(damage(data, at, size))
    # A line that is whole tells of no damage but that of the line's end before it.
    hit = data[data.rfind(b"\n", 0, at) + 1 : data.find(b"\n", min(at + size, len(data) - 1)) + 1 or None]
    shown = shown_in(patient.folder)
    missing = [key for key in patient.only_journal if shown.get(key) != patient.notes[key]]
    assert [key for key in missing if key.encode() not in hit] == []
    assert [key for key in patient.notes if key not in patient.only_journal and shown.get(key) != patient.notes[key]] == []


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damages, st.integers(0, 10**9), st.floats(0, 0.999), st.integers(1, 60))
def test_damage_anywhere_in_the_file_is_refused_or_touches_only_the_records_it_hits(
    patient: Patient, damage: Callable[[bytes, int, int], bytes], line: int, where: float, size: int
) -> None:
    patient.heal()
    data = patient.library.read_bytes()
    short = [number for number, text in enumerate(data.split(b"\n")) if 0 < len(text) < SHORT]
    number = short[line % len(short)]
    start = sum(len(text) + 1 for text in data.split(b"\n")[:number])
    end = data.index(b"\n", start)
    at = start + int((end - start) * where)
    patient.library.write_bytes(damage(data, at, size))
    long_ago(patient.folder)
    before = contents(patient.folder)
    refusal = None
    try:
        shown = shown_in(patient.folder)
    except ReaderError as error:
        refusal, shown = error, patient.notes
    assert refusal is None or ("reader repair" in str(refusal) and contents(patient.folder) == before)
    hit = data[start : data.find(b"\n", min(at + size, len(data) - 1)) + 1]
    assert [k for k, note in patient.notes.items() if shown.get(k) != note and k.encode() not in hit] == []


def without_rights(command: list[str]) -> list[str]:
    """Return a command that is subject to the rights of files, also when root runs the tests."""
    if os.geteuid() != 0:
        return command
    if not shutil.which("setpriv"):
        pytest.skip("root reads everything, and there is no setpriv to change that")
    fewer = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={fewer}", f"--inh-caps={fewer}", *command]


@pytest.mark.parametrize("what", ["library", "journal", "finished", "folder"])
def test_what_may_not_be_read_is_refused_on_the_command_line(patient: Patient, what: str) -> None:
    patient.heal()
    if what == "finished":
        patient.library.write_bytes(patient.older)
    before = contents(patient.folder)
    path: Path = getattr(patient, what)
    path.chmod(0o300 if what == "folder" else 0)
    try:
        command = [sys.executable, "-m", "reader", "list", "--json", "--library", str(patient.folder)]
        done = subprocess.run(without_rights(command), capture_output=True, text=True, check=False)
    finally:
        path.chmod(0o700)
    assert done.returncode in (1, 2), done.stdout
    assert "Permission denied" in done.stderr or "is not readable" in done.stderr
    assert "should not" not in done.stderr
    assert contents(patient.folder) == before


def test_both_outcomes_are_among_the_kinds() -> None:
    assert {kind.outcome for kind in KINDS} == {REFUSED, OPENED}
    assert len(KINDS) >= 60
