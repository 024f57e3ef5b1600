"""Files to import are read in pieces: what is read is the same, whatever the pieces, and a bad file says where it is bad."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import ReaderError
from reader.files import MAX_SIZE_VARIABLE
from reader.formats.progress import Cancelled, ProgressReport, report_to
from reader.formats.xml import Package
from reader.imports import ImportSource, open_import
from reader.imports.text_input import read_items, read_lines
from reader.review.session import ReviewSession
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.review_strategies import TEXT, article
from tests.unit.test_cli import Call, call, ferry, piped
from tests.unit.test_imports import BELIEVED, exported, hypothesis, planned, read, target
from tests.unit.test_imports_programs import project, selection
from tests.unit.test_imports_round_trip import whole_review

__all__ = ["call", "ferry"]  # fixtures

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(CHARACTERS, max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(CHARACTERS, max_size=4), inner, max_size=3),
    max_leaves=8,
)


class Pieces(ImportSource):
    """A file that comes in pieces of a few bytes."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._data, self._size = data, size

    def blocks(self) -> Iterator[bytes]:
        return (self._data[start : start + self._size] for start in range(0, len(self._data), self._size))


@pytest.fixture
def small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a window hold a single sign at first, so that every item lies over the ends of several."""
    monkeypatch.setattr("reader.imports.text_input._WINDOW", 1)
    monkeypatch.setattr("reader.imports.text_input._SMALL", 0)


def test_a_number_may_lie_over_the_end_of_a_window() -> None:
    for text in ("1.5", "-12.25e-3", "10000"):
        data = f"[{text}, {text}]".encode()
        for size in range(1, len(data)):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("reader.imports.text_input._WINDOW", 1)
                patch.setattr("reader.imports.text_input._SMALL", 0)
                assert list(read_items(Pieces(data, size))) == [float(text)] * 2


@given(items=st.lists(values, max_size=4), size=st.integers(4, 9), indent=st.sampled_from((None, 1)), kind=st.integers(0, 3))
@pytest.mark.usefixtures("small_window")
def test_items_of_a_list_are_those_that_the_json_module_reads(
    items: list[Any], size: int, indent: int | None, kind: int
) -> None:
    whole: object = [items, {"n": 12, "rows": items, "z": items}, {"first": {"rows": items}, "n": 3}, {"a": items}][kind]
    encoding = ("utf-8", "utf-8-sig", "utf-16")[size % 3]
    data = json.dumps(whole, indent=indent, ensure_ascii=size % 2 == 0).encode(encoding, "surrogatepass")
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return  # a lone surrogate that is not escaped is no text
    found = read_items(Pieces(data, size), ("rows",), "first")
    assert list(found) == ([] if kind == 3 else items)
    assert found.fields == [{}, {"n": 12, "z": items}, {"n": 3}, {"a": items}][kind]
    assert found.is_list is (kind < 3)


@pytest.mark.usefixtures("small_window")
def test_json_that_is_cut_or_wrong_anywhere_is_no_json() -> None:
    data = json.dumps({"n": 1.5, "rows": [{"a": "x\u00e9"}, {"b": [True, None]}], "m": "y"}, indent=1).encode()
    for end in range(1, len(data)):
        with pytest.raises(ReaderError, match=r"ends within|is no JSON"):
            list(read_items(Pieces(data[:end], 4), ("rows",)))
    for wrong in (b"[1 2]", b'{"rows": [1,]}', b'{"a" 1}', b"[1]]", b"{1: 2}", b"nul"):
        with pytest.raises(ReaderError, match="line 1, column"):
            list(read_items(Pieces(wrong, 4), ("rows",)))
    with pytest.raises(ReaderError, match="line 3, column 2 is no JSON"):
        list(read_items(Pieces(b"[1,\n2,\n }]", 4)))


@given(text=st.text(CHARACTERS, max_size=40), size=st.integers(1, 7))
def test_lines_are_those_of_the_whole_text(text: str, size: int) -> None:
    encoded = text.encode("utf-8", "replace")
    assert list(read_lines(Pieces(encoded, size))) == encoded.decode().removeprefix("\ufeff").split("\n")


def test_a_line_or_an_item_that_is_too_large_for_the_memory_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MAX_SIZE_VARIABLE, "1")
    rows = [{**BELIEVED, "id": f"a{number}", "text": "x" * 100_000} for number in range(20)]
    assert len(planned(ReviewSession(article(), "ferry"), hypothesis(*rows)).annotations) == 20, "all of it is larger"
    rows.append({**BELIEVED, "text": "x" * 3_000_000})
    with pytest.raises(ReaderError, match="what begins in line 1 is larger than 1 MB") as error:
        planned(ReviewSession(article(), "ferry"), hypothesis(*rows))
    assert MAX_SIZE_VARIABLE in error.value.hint
    line = exported(whole_review(), "jsonl").splitlines()[0]
    with pytest.raises(ReaderError, match="line 2 is larger than 1 MB"):
        planned(ReviewSession(article(), "ferry"), line + b"\n{" + b" " * 2_000_000 + b"}")


def test_of_the_export_of_a_library_only_the_article_is_kept() -> None:
    session = whole_review()
    session.add(article().sentences.all()[1], note="who says so?")
    mine = exported(session, "jsonl")
    name, edition = (json.dumps(word).encode() for word in ("the-article", article().digest))
    others = [mine.replace(name, b'"other-%d"' % number).replace(edition, b'"%064x"' % number) for number in range(3)]
    others = [other.replace(b"passengers twice", b"passengers %d times" % number) for number, other in enumerate(others)]
    file = read(session, ImportSource(b"".join((others[0], others[1], mine, others[2]))))
    assert ([one.note for one in file.content.annotations], len(file.content.parts)) == (["who says so?"], 4)
    assert (file.content.others, file.content.other_documents) == (3, 3)


# ------------------------------------------------------------------ progress and cancelling


def large_file(folder: Path) -> Path:
    """Write a file of more than one block, with many annotations of the ferry."""
    rows = [{**BELIEVED, "id": f"a{number}", "text": "who? " * 40} for number in range(2_000)]
    path = folder / "notes.json"
    path.write_text(hypothesis(*rows, {"id": "z", "target": target("41,000 people")}))
    return path


def test_progress_counts_the_bytes_of_the_file_and_then_the_annotations(tmp_path: Path) -> None:
    path, steps = large_file(tmp_path), list[ProgressReport]()
    with report_to(steps.append):
        planned(ReviewSession(article(), "ferry"), path)
    read_bytes = [step for step in steps if step.unit == "byte"]
    assert read_bytes[-1][:3] == ("byte", path.stat().st_size, path.stat().st_size)
    assert steps[-1].unit == "annotation"


def test_a_reading_that_is_stopped_ends_at_its_next_block(tmp_path: Path) -> None:
    path, steps = large_file(tmp_path), list[ProgressReport]()
    with report_to(steps.append, lambda: len(steps) > 1), pytest.raises(Cancelled):
        planned(ReviewSession(article(), "ferry"), path)
    assert len(steps) == 2


def test_ctrl_c_takes_nothing_in(call: Call, ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(unit: str, done: int, of: int = 0) -> None:
        raise KeyboardInterrupt

    path = large_file(tmp_path)
    monkeypatch.setattr("reader.imports.source.report", interrupted)
    answer = call("import", path, "--article", ferry)
    assert (answer.code, answer.out) == (130, "")
    assert call("list", "--json").out == "[]\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a file whose first byte cannot be read")
def test_a_file_on_a_failing_disk_is_said_to_be_unreadable(call: Call, ferry: Path) -> None:
    answer = call("import", "/proc/self/mem", "--article", ferry)
    assert (answer.code, answer.err.splitlines()[0]) == (1, "reader: Cannot read /proc/self/mem: Input/output error")
    with open("/proc/self/mem", "rb") as unreadable, pytest.raises(ReaderError, match="the book cannot be unpacked"):
        Package(unreadable, "the book")


def test_a_file_that_changes_between_two_readings_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text(hypothesis(BELIEVED))
    source = ImportSource(path)
    assert source.first_sign() == "{"
    path.write_text(hypothesis(BELIEVED, BELIEVED))
    assert open_import("notes.json", source).format.name == "hypothesis", "what it is can still be told"
    with pytest.raises(ReaderError, match="it changed while it was read"):
        read(ReviewSession(article(), "ferry"), source)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of temporary files, which is empty, where documents may have a megabyte."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv(MAX_SIZE_VARIABLE, "1")
    return folder


def test_standard_input_comes_in_and_leaves_no_file(
    call: Call, ferry: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "z", "text": "buzz " * 250, "target": target("Bees")}
    rows = [{**row, "uri": f"https://{number}.example/"} for number in range(1_000)]
    data = hypothesis(*rows, {**BELIEVED, "uri": "https://ferry.example/"}).encode()
    assert len(data) > 1_000_000
    piped(monkeypatch, io.BytesIO(data))
    answer = call("import", "-", "--article", ferry)
    assert answer.out.startswith("Imported 1 annotation from Standard input (Hypothesis)\n"), answer.err
    assert "1,000 annotations about 1,000 other documents" in answer.out
    assert list(temporary.iterdir()) == []


def test_standard_input_that_never_ends_is_refused_before_it_fills_the_disk(
    call: Call, ferry: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open("/dev/zero", "rb") as endless:
        piped(monkeypatch, endless)
        answer = call("import", "-", "--article", ferry)
    assert (answer.code, "Standard input holds more than 20.0 MB, or never ends" in answer.err) == (1, True)
    assert list(temporary.iterdir()) == []


# ------------------------------------------------------------------ projects


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("</Sources>", "</Source>", "its markup is cut or damaged in line"),
        ("</Project>", "", "its markup is cut or damaged in line"),
        ("Ferries", f"{'<a>' * 300}{'</a>' * 300}", "its markup is cut or damaged in line"),
        ("<Sources>", "<Sources> & \x01", ""),
        ('encoding="utf-8"', 'encoding="utf-16"', ""),
        ('name="Money"', 'name="&#xD800;Money"', ""),
        ('name="Money"', f'name="{"x" * (1 << 20)}&#55296;Money"', ""),
    ],
)
def test_a_project_with_damaged_markup_takes_nothing_in(old: str, new: str, told: str) -> None:
    content = zipfile.ZipFile(io.BytesIO(project(selection("Nobody believed it", utf16=False)))).read("project.qde").decode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("project.qde", content.replace(f'name="{old}"', f'name="x">{new}<a b="', 1).replace(old, new, 1))
        archive.writestr("sources/s1.txt", TEXT)
    session = ReviewSession(article(), "ferry")
    if told:
        with pytest.raises(ReaderError, match=told):
            planned(session, file.getvalue())
    else:
        assert [mark.selector.exact for mark in planned(session, file.getvalue()).annotations] == ["Nobody believed it"]


def test_a_project_larger_than_a_document_may_be_is_read_to_its_end() -> None:
    """More signs of markup than the budget of a document has: all after them was left out in silence."""
    whole = project(selection("Nobody believed it", utf16=False))
    content = zipfile.ZipFile(io.BytesIO(whole)).read("project.qde").decode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("project.qde", content.replace("<Sources>", f'<Sources><PDFSource name="{"=" * 1_900_000}"/>'))
        archive.writestr("sources/s1.txt", TEXT)
    plan = planned(ReviewSession(article(), "ferry"), file.getvalue())
    assert [mark.selector.exact for mark in plan.annotations] == ["Nobody believed it"]
