"""What a team keeps, as bytes: it comes back as it was, and nothing that a hostile member can write is taken for it."""

from __future__ import annotations

import json
import resource
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reader.errors import ReaderError, UsageError
from reader.library.journal import JournalEntry, Operation
from reader.library.shared_articles import Fold
from reader.library.versions import Dot, VersionVector, stamp_record
from reader.team import encryption, layout
from reader.team.encryption import Cipher, NullCipher, TeamCipher, cipher_for, new_team_key
from reader.team.segments import (
    SEGMENT_BYTES,
    SEGMENT_LIMITS,
    BadObject,
    divide_lines,
    fits,
    pack_fold,
    pack_note,
    pack_segment,
    pack_text,
    unpack_fold,
    unpack_note,
    unpack_segment,
    unpack_text,
)
from tests.hypothesis_profiles import CHARACTERS

zstandard = pytest.importorskip("zstandard", reason="a team needs claim-reader[team]")

SCOPE = "0123456789abcdef"
REPLICA = f"a1b2c3d4~{SCOPE}"
KEY = new_team_key()
CIPHERS = (NullCipher(), TeamCipher(KEY))
STEM = layout.segment_stem(SCOPE, "ana", "a1b2c3d4", 3, 5)


def line(counter: int, note: str = "", previous: int = 0) -> JournalEntry:
    """Return a line that changes the note of an annotation."""
    dot = Dot(counter, REPLICA)
    record = stamp_record({"id": "x", "article": "the-article", "note": note}, dot)
    operations = (Operation("annotations", "x", None, record),)
    return JournalEntry(dot, previous, f"id-{counter}", "2026-11-02T10:00:00Z", "note", operations, "the-article")


def segment_key(data: bytes, stem: str = STEM) -> str:
    return layout.whole_key(stem, data)


def unpack(data: bytes, cipher: Cipher = CIPHERS[0], key: str = "") -> tuple[JournalEntry, ...]:
    key = key or segment_key(data)
    name = layout.segment_in(key)
    assert name is not None
    return unpack_segment(key, name, SCOPE, data, cipher)


def packed(body: bytes, **how: int) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(body)


LINES = (line(3, "a"), line(5, "b", 3))
notes = st.text(CHARACTERS, max_size=40)


@given(st.lists(notes, min_size=1, max_size=5), st.sampled_from(CIPHERS))
def test_lines_come_back_as_they_were(texts: list[str], cipher: Cipher) -> None:
    lines = tuple(line(number, note, number - 1) for number, note in enumerate(texts, 1))
    stem = layout.segment_stem(SCOPE, "ana", "a1b2c3d4", 1, len(texts))
    data = pack_segment(lines, stem, cipher)
    assert unpack(data, cipher, segment_key(data, stem)) == lines
    assert data == pack_segment(lines, stem, cipher)  # so that a put after a crash is the same


@given(st.dictionaries(st.text("abc~", min_size=1, max_size=8), st.integers(1, 2**47), max_size=3), notes)
def test_a_fold_comes_back_as_it_was(counters: dict[str, int], note: str) -> None:
    record = stamp_record({"id": "x", "note": note}, Dot(1, REPLICA))
    fold = Fold(VersionVector(counters), (("annotations", "x", record),))
    for cipher in CIPHERS:
        stem = layout.fold_stem(SCOPE, "ana", 7)
        data = pack_fold(fold, stem, cipher)
        key = layout.whole_key(stem, data, is_gap=True)
        name = layout.fold_in(key)
        assert name is not None
        assert name.is_gap
        vector, records = unpack_fold(key, name, data, cipher)
        assert vector.counters == counters
        assert records == fold.records


@pytest.mark.parametrize("cipher", CIPHERS)
@given(where=st.integers(0), to=st.integers(0, 255))
def test_a_changed_byte_is_noticed_wherever_it_stands(cipher: Cipher, where: int, to: int) -> None:
    data = pack_segment(LINES, STEM, cipher)
    place = where % len(data)
    damaged = data[:place] + bytes([to]) + data[place + 1 :]
    if damaged != data:
        with pytest.raises(BadObject):
            unpack(damaged, cipher, segment_key(data))
        if not isinstance(cipher, NullCipher):
            with pytest.raises(BadObject):  # also where the name is made to fit
                unpack(damaged, cipher)


@pytest.mark.parametrize("cipher", CIPHERS)
def test_a_cut_object_is_noticed_wherever_it_ends(cipher: Cipher) -> None:
    data = pack_segment(LINES, STEM, cipher)
    for size in range(len(data)):
        with pytest.raises(BadObject):
            unpack(data[:size], cipher)


@given(st.binary(max_size=300), st.booleans())
@example(b"", False)
@example(b"[" * 100_000, True)
@example(b'{"n":1}\n', True)
def test_garbage_is_a_bad_object(data: bytes, is_packed: bool) -> None:
    for body in (data, data + b"\n"):
        with pytest.raises(BadObject):
            unpack(packed(body) if is_packed else body)


HOSTILE = {
    "deep": {"deep": json.loads("[" * 60 + "]" * 60)},
    "huge number": {"number": 2**80},
    "endless": {"number": float("inf")},
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_values_that_other_code_could_not_bear_are_refused(value: dict[str, object]) -> None:
    operation = Operation("annotations", "x", None, value)
    with pytest.raises(BadObject):
        unpack(pack_segment([LINES[0], LINES[1]._replace(operations=(operation,))], STEM, CIPHERS[0]))


@pytest.mark.parametrize(
    "change",
    [
        {"dot": Dot(5, f"other~{SCOPE}")},
        {"dot": Dot(5, "a1b2c3d4~fedcba9876543210")},
        {"dot": Dot(4, REPLICA)},
        {"dot": Dot(2**60, REPLICA)},
        {"previous": -1},
        {"previous": "3"},
        {"context": VersionVector({"b~x": 2**60})},
        {"operations": (Operation("annotations", "x", None, []),)},  # type: ignore[arg-type]  # a hostile value
    ],
    ids=", ".join,
)
def test_lines_that_the_key_does_not_name_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadObject):
        unpack(pack_segment([LINES[0], LINES[1]._replace(**change)], STEM, CIPHERS[0]))  # type: ignore[arg-type]  # a hostile value


def test_lines_out_of_order_and_too_many_are_refused() -> None:
    for lines in ([LINES[1], LINES[0]], [LINES[0], LINES[0], LINES[1]]):
        with pytest.raises(BadObject):
            unpack(pack_segment(lines, STEM, CIPHERS[0]))
    many = packed(LINES[0].encode() + b"\n" * (SEGMENT_LIMITS.lines + 1) + LINES[1].encode())
    with pytest.raises(BadObject, match="too many lines"):
        unpack(many)


def frames_of_zeros(size: int, *, says_size: bool) -> bytes:
    """Return a few kilobytes that unpack to so many zeros."""
    packer = zstandard.ZstdCompressor(level=3).compressobj(size=size if says_size else -1)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


@pytest.mark.parametrize("says_size", [True, False])
def test_a_bomb_is_refused_before_it_takes_memory(says_size: bool) -> None:
    data = frames_of_zeros(1 << 29, says_size=says_size)
    assert len(data) < 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadObject):
        unpack(data)
    with pytest.raises(BadObject):
        unpack_text("t/00/0", "0" * 64, data, CIPHERS[0])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10  # in kilobytes


def test_a_frame_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(packed(b"x" * 300 + b"\n"))
    assert zstandard.get_frame_parameters(bytes(data)).content_size == 301
    data[5] = 44  # 300 where 301 come: the size stands in two bytes after the magic number and the descriptor
    with pytest.raises(BadObject):
        unpack(bytes(data))


def test_a_huge_line_is_refused() -> None:
    with pytest.raises(BadObject, match="too long"):
        unpack(packed(b" " * (SEGMENT_LIMITS.line + 1) + b"\n"))
    assert not fits([line(1, "x" * SEGMENT_LIMITS.line)])


def test_an_object_put_under_another_name_is_noticed() -> None:
    cipher = CIPHERS[1]
    data = pack_segment(LINES, STEM, cipher)
    with pytest.raises(BadObject, match="under another name"):
        unpack(data, cipher, segment_key(data, STEM.replace("ana", "bob")))


def test_a_text_is_checked_by_its_digest() -> None:
    digest = "64ec88ca00b268e5ba1a35678a1b5316d212f4f366b2477232534a8aeca37f3c"
    for cipher in CIPHERS:
        data = pack_text(b"Hello world", "t/64/x", cipher)
        assert unpack_text("t/64/x", digest, data, cipher) == b"Hello world"
        with pytest.raises(BadObject):
            unpack_text("t/64/x", digest.replace("6", "7"), data, cipher)


def test_a_note_is_an_object() -> None:
    for cipher in CIPHERS:
        assert unpack_note("k", pack_note({"name": "Ana"}, "k", cipher), cipher) == {"name": "Ana"}
        with pytest.raises(BadObject):
            unpack_note("k", cipher.seal(b"[1]", "k"), cipher)


@given(st.lists(st.integers(1, 40_000), max_size=8))
def test_lines_go_into_segments_in_their_order(sizes: list[int]) -> None:
    lines = [line(number, "x" * size) for number, size in enumerate(sizes, 1)]
    segments = list(divide_lines(lines))
    assert [one for segment in segments for one in segment] == lines
    for segment in segments:
        assert len(segment) == 1 or sum(len(one.encode()) for one in segment) <= SEGMENT_BYTES


# ------------------------------------------------------------------ keys


def test_a_new_secret_seals_and_all_open_and_names_stay() -> None:
    old, new = TeamCipher(KEY), TeamCipher(new_team_key(KEY))
    assert new.open(old.seal(b"before", "k"), "k") == b"before"
    assert (new.name(SCOPE), new.name("paris"), new.check) == (old.name(SCOPE), old.name("paris"), old.check)
    with pytest.raises(encryption.SealError, match="newer key"):
        old.open(new.seal(b"after", "k"), "k")


def test_names_tell_nothing_and_fit_their_places() -> None:
    cipher = TeamCipher(KEY)
    for text in (SCOPE, "f" * 64, "paris"):
        assert cipher.name(text) != text
        assert len(cipher.name(text)) == (64 if len(text) == 64 else 16)
    assert KEY not in repr(cipher) + repr(vars(cipher))


@pytest.mark.parametrize("key", ["short", "ä" * 43, "!" * 43, ",", f"{KEY},", f"{KEY} x"], ids=len)
def test_a_key_that_is_none_is_not_repeated(key: str) -> None:
    with pytest.raises(ReaderError) as caught:
        TeamCipher(key)
    assert key == "," or key not in str(caught.value)


def test_an_encrypted_team_needs_its_own_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(encryption.KEY_VARIABLE, raising=False)
    with pytest.raises(ReaderError, match=encryption.KEY_VARIABLE):
        cipher_for("team", TeamCipher(KEY).check)
    monkeypatch.setenv(encryption.KEY_VARIABLE, new_team_key())
    with pytest.raises(ReaderError, match="another team"):
        cipher_for("team", TeamCipher(KEY).check)
    monkeypatch.setenv(encryption.KEY_VARIABLE, KEY)
    assert cipher_for("team", TeamCipher(KEY).check).check == TeamCipher(KEY).check


# ------------------------------------------------------------------ names


def test_keys_are_read_as_they_are_made() -> None:
    minute = datetime(2026, 11, 2, 10, 5, tzinfo=UTC)
    marker = layout.ChangeMarker(minute, "ana", "a1b2c3d4", 7, SCOPE)
    assert layout.marker_in(layout.marker_key("paris", marker)) == marker
    placing = layout.Placing(2, False, "ana")
    assert layout.placing_in(layout.placing_key("paris", SCOPE, placing)) == (SCOPE, placing)
    assert layout.segment_in(f"{STEM}-{SCOPE}.jsonl.zst") == layout.SegmentName("ana", "a1b2c3d4", 3, 5, SCOPE)
    assert layout.claim_in(layout.claim_key("ana", "a1b2c3d4")) == ("ana", "a1b2c3d4")
    assert layout.member_in(layout.member_key("ana")) == "ana"
    assert layout.member_in(layout.claim_key("ana", "a1b2c3d4")) == ""
    assert layout.stem_of(f"{STEM}-{SCOPE}.jsonl.zst") == STEM


@given(st.text("a0/-~._onfd9Z", max_size=60))
def test_no_other_name_is_taken_for_a_key(text: str) -> None:
    for read in (layout.segment_in, layout.fold_in, layout.marker_in, layout.placing_in, layout.claim_in):
        assert read(text) is None
    assert layout.member_in(text) in ("", text)


@pytest.mark.parametrize("name", ["", "Ana", "a-b", "a" * 33, "con", "a/b", "ä"])
def test_a_name_that_cannot_stand_in_a_key_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        layout.check_member(name)
    with pytest.raises(UsageError):
        layout.check_desk(name.replace("a-b", "-b").replace("a" * 33, "a" * 49))
