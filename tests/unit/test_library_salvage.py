"""What can be read in damaged bytes: every record and every change that stands in them whole."""

import contextlib
import json
import tracemalloc
from collections.abc import Generator
from typing import Any, cast
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import ReaderError
from reader.library.byte_source import MemoryBytes
from reader.library.care.salvage import mend_digest, salvage_entries, salvage_library
from reader.library.foreign_file import parse_library
from reader.library.journal import JournalEntry, Operation
from reader.library.record_tables import RecordTables
from reader.library.versions import Dot, VersionVector, encode_json, plain_dots, stamp_record
from tests.hypothesis_profiles import examples
from tests.unit.review_strategies import texts, values

Content = dict[str, dict[str, dict[str, Any]]]


def numbered(records: dict[str, list[dict[str, Any]]], first: int) -> Content:
    """Return tables of records, no two of which have one key."""
    keys = iter(range(first, first + 100))
    return {table: {str(next(keys)): record for record in listed} for table, listed in records.items()}


def has_no_number_for_a_name(value: object) -> bool:
    """Whether no field is named by a number, at any depth: nobody does that, and such fields look like a table."""
    if isinstance(value, dict):
        named = cast("dict[str, object]", value)
        return all(not name.isdigit() and has_no_number_for_a_name(part) for name, part in named.items())
    return not isinstance(value, list) or all(map(has_no_number_for_a_name, cast("list[object]", value)))


fields = st.dictionaries(texts, values, max_size=3).filter(has_no_number_for_a_name)
tables = st.builds(
    numbered,
    st.dictionaries(
        st.sampled_from(["annotations", "articles", "tags", "theirs", 'a "b": {']),
        st.lists(fields, min_size=1, max_size=5),
        min_size=1,
    ),
    st.sampled_from([1, 95, 10**38]),
)


pieces = st.sampled_from([30, 300, 1 << 17])
"""The sizes in bytes of the pieces in which a file is read: large files take many."""


@contextlib.contextmanager
def small_pieces(size: int) -> Generator[None]:
    """Read files in pieces of this size, and write what is collected to a temporary file if it is more than one."""
    with contextlib.ExitStack() as stack:
        for name in ("byte_source._CHUNK", "byte_source._SPOOL_MEMORY", "json_window._CHUNK"):
            stack.enter_context(mock.patch(f"reader.library.{name}", size))
        yield


def encoded(content: Content) -> bytes:
    """Return a library's file that holds these records."""
    stored = {t: {key: stamp_record(record, Dot(7, "r")) for key, record in rs.items()} for t, rs in content.items()}
    return b"".join(RecordTables(stored).encode("r", VersionVector({"r": 7})))


def damaged_somewhere(data: bytes, kind: str, start: int, end: int, junk: bytes) -> bytes:
    """Return the bytes with a part of them damaged."""
    if kind == "cut":
        return data[:start]
    if kind == "taken out":
        return data[:start] + data[end:]
    if kind == "flip":
        return data[:start] + bytes([data[start] ^ (1 << end % 8)]) + data[start + 1 :]
    return data[:start] + (bytes(end - start) if kind == "zeros" else junk) + data[end:]


def salvaged(data: bytes, piece: int = 1 << 17) -> list[tuple[str, str, Any]]:
    """Return the tables, keys and contents of the records that can be read in damaged bytes, which are read in such pieces."""
    with small_pieces(piece):
        salvage = salvage_library(MemoryBytes(data))
    sound = [(name, key, record) for name, table in salvage.sound.tables().items() for key, record in table.items()]
    return sorted([*sound, *((one.table, one.key, one.record) for one in salvage.records)], key=str)


@settings(max_examples=examples(300))
@given(tables, st.sampled_from(["cut", "taken out", "flip", "zeros", "garbage"]), st.data(), st.binary(max_size=60), pieces)
@pytest.mark.slow
def test_every_record_whose_line_is_whole_comes_back(
    content: Content, kind: str, data: st.DataObject, junk: bytes, piece: int
) -> None:
    file = encoded(content)
    start = data.draw(st.integers(0, len(file) - 1))
    end = data.draw(st.integers(start, min(len(file), start + 400)))
    damaged = damaged_somewhere(file, kind, start, end, junk)
    back = [(table, key, json.dumps(record)) for table, key, record in salvaged(damaged, piece)]
    table, sure = "", True
    left = [line.removesuffix(b",") for line in damaged.split(b"\n")]
    for line in (line.removesuffix(b",") for line in file.split(b"\n")):
        if line.endswith(b": {"):
            table, sure = json.loads(line[:-3]), line in left
        elif line.startswith(b'"') and table != "meta":
            if line in left:
                key, record = line[1 : line.index(b'": ')].decode(), line[line.index(b'": ') + 3 :]
                where = [where for where, named, value in back if (named, value) == (key, json.dumps(json.loads(record)))]
                assert where, line
                assert not sure or table in where
            else:
                sure = False


def test_a_record_with_any_damaged_bit_is_not_taken_for_a_sound_one() -> None:
    record = encode_json(stamp_record({"id": "x", "note": "the tide"}, Dot(1, "a"))).encode()
    assert plain_dots(record) == {Dot(1, "a")}
    for bit in range(8 * len(record)):
        damaged = bytearray(record)
        damaged[bit // 8] ^= 1 << bit % 8
        assert not plain_dots(bytes(damaged)), bytes(damaged)


@settings(max_examples=examples(200))
@given(tables, st.floats(0, 1), pieces)
@pytest.mark.slow
def test_every_whole_record_of_a_file_in_one_line_that_is_cut_comes_back(content: Content, at: float, piece: int) -> None:
    text, ends = "{", dict[tuple[str, str, str], int]()
    for table, records in content.items():
        text += f"{json.dumps(table)}: {{"
        for key, record in records.items():
            text += f"{json.dumps(key)}: {json.dumps(record)}"
            ends[table, key, json.dumps(record)] = len(text)
            text += ", "
        text = text.removesuffix(", ") + "}, "
    assert json.loads(text.removesuffix(", ") + "}") == content
    cut = int(len(text) * at)
    found = [(table, key, json.dumps(record)) for table, key, record in salvaged(text[:cut].encode(), piece)]
    assert sorted(found) == sorted(record for record, end in ends.items() if end <= cut)


def test_records_beside_a_damaged_sign_or_key_are_read_for_themselves() -> None:
    one_line = b'{"theirs": {"1": {"n": 1} , "2": {"n": 2}, "3": {"n": 3}}}'
    swallowing = one_line.replace(b"} ,", b"  ,")
    assert [(table, key) for table, key, _ in salvaged(one_line)] == [("theirs", "1"), ("theirs", "2"), ("theirs", "3")]
    assert [(key, record) for _, key, record in salvaged(swallowing)] == [("2", {"n": 2}), ("3", {"n": 3})]
    assert salvage_library(MemoryBytes(swallowing)).torn_keys == ["1"]
    record = {"id": "x", "selector": {}, "kind": "claim"}
    file = encoded({"annotations": {"1234": {"id": "y", "n": 1}, "5678": record}})
    for damaged in (file.replace(b'"5678"', b'"56\0008"'), file.replace(b'"5678": ', b'"5678"; ')):
        found = [(table, key, record["id"]) for table, key, record in salvaged(damaged)]
        assert found == [("annotations", "", "x"), ("annotations", "1234", "y")]


def test_a_table_whose_name_is_damaged_is_the_one_that_is_missing() -> None:
    file = encoded({"annotations": {"1": {"id": "x", "n": 1}}, "tags": {"2": {"id": "y"}}, "theirs": {"3": {"n": 3}}})
    for name in (b"theirs", b"annotations"):
        found = salvaged(file.replace(b'"%s": {' % name, b'"thEirs": {') + b"?")
        # Of three tables in the file the articles are missing too: only what a record looks like tells then.
        assert sorted(table for table, _, _ in found if table != "thEirs") == (
            ["annotations", "tags"] if name == b"theirs" else ["tags", "theirs"]
        )
    full = encoded({**{t: {"1": {"id": t}} for t in ("annotations", "articles", "tags")}, "theirs": {"3": {"n": 3}}})
    found = salvaged(full.replace(b'"theirs": {', b'"thEirs": {') + b"?")
    assert sorted(table for table, _, _ in found) == ["annotations", "articles", "tags", "theirs"]
    others = json.dumps({**json.loads(file), "more": {"7": {"n": 7}}})[:-2].encode()
    assert sorted(table for table, _, _ in salvaged(others)) == ["annotations", "more", "tags", "theirs"]


@given(tables, st.integers(1, 7), st.binary(max_size=8))
@pytest.mark.slow
def test_damage_behind_the_digest_is_no_loss(content: Content, cut: int, junk: bytes) -> None:
    file = encoded(content)
    mended = mend_digest(MemoryBytes(file[:-cut] + junk))
    assert mended is not None
    assert mended.read(0, mended.size) == file
    assert mend_digest(MemoryBytes(file[: len(file) // 2])) is None


@settings(max_examples=examples(200))
@given(tables, st.sampled_from([None, 2]), st.booleans(), pieces)
@pytest.mark.slow
def test_a_file_in_any_layout_is_read_in_pieces(content: Content, indent: int | None, is_sorted: bool, piece: int) -> None:
    file = json.loads(encoded(content))
    text = json.dumps(file if is_sorted else {t: dict(reversed(rs.items())) for t, rs in file.items()}, indent=indent)
    with small_pieces(piece):
        records, meta = parse_library(MemoryBytes(text.encode()), "library.json")
    del file["meta"]
    assert {table: dict(rows) for table, rows in records.tables().items()} == {
        "annotations": {},
        "articles": {},
        "tags": {},
    } | file
    assert meta.vector.counters == {"r": 7}
    for cut in range(1, len(text), max(1, len(text) // 9)):
        with small_pieces(piece), pytest.raises(ReaderError, match="damaged"):
            parse_library(MemoryBytes(text[:-cut].encode()), "library.json")


def test_a_library_with_a_damaged_key_is_refused() -> None:
    file = encoded({"annotations": {"1234": {"id": "y", "n": 1}, "5678": {"id": "z", "n": 2}}})
    with pytest.raises(ReaderError, match=r"is damaged: the key '56:8'"):
        parse_library(MemoryBytes(file.replace(b'"5678"', b'"56:8"')), "library.json")


def test_a_library_whose_table_has_a_damaged_name_is_refused() -> None:
    file = encoded({"annotations": {"1": {"id": "x"}}, "articles": {"2": {"id": "y"}}, "tags": {"3": {"id": "z"}}})
    for name in (b"annotations", b"articles", b"tags"):
        with pytest.raises(ReaderError, match="is missing"):
            parse_library(MemoryBytes(file.replace(b'"%s": {' % name, b'"%s!": {' % name)), "library.json")


lines = st.lists(st.dictionaries(texts, values, max_size=3), min_size=1, max_size=5)


@settings(max_examples=examples(200))
@given(lines, st.data(), st.binary(max_size=30))
def test_every_change_that_stands_whole_in_a_damaged_log_comes_back(
    records: list[dict[str, Any]], data: st.DataObject, junk: bytes
) -> None:
    made = [
        JournalEntry(Dot(n, "r"), n - 1, f"id{n}", "2026-01-15T10:00:00.000Z", "x", (Operation("theirs", "1", None, record),))
        for n, record in enumerate(records, 1)
    ]
    log = b"".join(line.encode() for line in made)
    start = data.draw(st.integers(0, len(log)))
    end = data.draw(st.integers(start, min(len(log), start + 60)))
    damaged = log[:start] + junk + log[end:]
    whole = [line for line in made if line.encode()[:-1] in damaged]
    assert [line.dot for line in salvage_entries(damaged)] == [line.dot for line in whole]


def test_thousands_of_changes_in_one_line_come_back_but_the_damaged_ones() -> None:
    record: dict[str, Any] = {"n": {"n": 1, "sum": "00000000"}}
    made = [
        JournalEntry(Dot(n, "r"), n - 1, f"id{n}", "2026-01-15T10:00:00.000Z", "x", (Operation("theirs", "1", None, record),))
        for n in range(1, 2001)
    ]
    lines = [line.encode()[:-1] for line in made]
    damaged = b"".join(line.replace(b'"id', b'"iD') if number % 3 else line for number, line in enumerate(lines))
    assert [line.dot for line in salvage_entries(damaged + b"\n")] == [line.dot for line in made[::3]]


def test_a_text_without_an_end_takes_little_memory() -> None:
    data = b'{"theirs": {"1": {"n": 1}, "2": {"text": "' + b"x" * (1 << 18)
    tracemalloc.start()
    assert salvaged(data) == [("theirs", "1", {"n": 1})]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * len(data)
