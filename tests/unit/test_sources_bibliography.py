"""Bibliographies as places of sources: the files that BibTeX, CSL-JSON and RIS name, with the entries they stand in."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import ReaderError
from reader.formats.bibtex import parse_entries
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord
from reader.sources.identifiers import Identifiers
from reader.sources.places import bibliography, open_place
from reader.sources.places.bibliography import read_linked_files
from tests.hypothesis_profiles import CHARACTERS

NAMES = ("a.pdf", "files/12/b.html", "c;d.pdf", "e:f.pdf", "g_h & i.pdf", "pdfs/j.pdf")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files of `NAMES`, and one beside it."""
    for name in NAMES:
        (tmp_path / "bib" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bib" / name).write_text(name)
    (tmp_path / "beside.pdf").write_text("beside")
    return tmp_path / "bib"


def found(path: Path, text: str) -> tuple[list[SourceFile], list[FileRefusal]]:
    """Write a bibliography; return its files and refusals."""
    path.write_text(text, encoding="utf-8")
    everything = list(open_place(str(path)).files())
    files = [one for one in everything if isinstance(one, SourceFile)]
    return files, [one for one in everything if isinstance(one, FileRefusal)]


def names_in(folder: Path, files: list[SourceFile]) -> list[str]:
    """Return the paths of files below a folder."""
    return [Path(file.origin).relative_to(folder).as_posix() for file in files]


# ------------------------------------------------------------------ BibTeX


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (":a.pdf:PDF", ["a.pdf"]),  # JabRef
        ("a.pdf:PDF", ["a.pdf"]),
        ("The paper:a.pdf:PDF;:files/12/b.html:URL", ["a.pdf", "files/12/b.html"]),
        ("Full Text:a.pdf:application/pdf;Snapshot:files/12/b.html:text/html", ["a.pdf", "files/12/b.html"]),  # Zotero
        ("a.pdf;files/12/b.html", ["a.pdf", "files/12/b.html"]),  # Better BibTeX
        ("a.pdf", ["a.pdf"]),
        (r"c\;d.pdf;e\:f.pdf", ["c;d.pdf", "e:f.pdf"]),
        (r":c\;d.pdf:PDF;:e\:f.pdf:PDF", ["c;d.pdf", "e:f.pdf"]),
        (r":g\_h \& i.pdf:PDF", ["g_h & i.pdf"]),
        ("./a.pdf; ;", ["a.pdf"]),
    ],
)
def test_the_files_of_an_entry(folder: Path, value: str, expected: list[str]) -> None:
    files, refusals = found(folder / "my.bib", f"@article{{key, title = {{One}}, file = {{{value}}}}}")
    assert names_in(folder, files) == expected
    assert not refusals


def test_absolute_paths_and_file_addresses_are_taken_as_they_are(folder: Path) -> None:
    beside = folder.parent / "beside.pdf"
    text = f"@book{{a, file = {{{beside}}}}}\n@book{{b, file = {{:{beside}:PDF}}}}\n@book{{c, file = {{{beside.as_uri()}}}}}"
    files, refusals = found(folder / "my.bib", text)
    assert [file.origin for file in files] == [str(beside)] * 3
    assert [file.record.key for file in files] == ["a", "b", "c"]
    assert not refusals


def test_what_leaves_the_folder_or_is_not_there_is_named(folder: Path) -> None:
    entries = {
        "out": "../beside.pdf",
        "gone": ":gone.pdf:PDF",
        "windows": r":C\:\\papers\\a.pdf:PDF",
        "far": "file://host/a.pdf",
    }
    text = "\n".join(f"@book{{{key}, file = {{{value}}}}}" for key, value in entries.items())
    files, refusals = found(folder / "my.bib", text)
    assert not files
    assert [one.name for one in refusals] == list(entries)
    for one, words in zip(refusals, ("leads out of", "is not there", "of another system", "another computer"), strict=True):
        assert words in one.reason


def test_a_folder_that_jabref_declares_holds_the_files(folder: Path) -> None:
    text = "@article{k, file = {:j.pdf:PDF}}\n@Comment{jabref-meta: fileDirectory:pdfs;}\n"
    assert names_in(folder, found(folder / "my.bib", text)[0]) == ["pdfs/j.pdf"]


def test_an_entry_says_what_it_is(folder: Path) -> None:
    text = r"""
    @article{lind2019, author = {Lind, Anna and Berg, Eva}, title = {{F}erries in {W}inter}, year = 2019,
      doi = {10.1234/Ferry}, eprint = {1905.01234}, archiveprefix = {arXiv}, pmid = {1234567}, isbn = {0-306-40615-2},
      file = {a.pdf}}
    """
    files, _ = found(folder / "my.bib", text)
    identifiers = Identifiers(("10.1234/ferry",), ("1905.01234",), ("1234567",), (), ("9780306406157",))
    assert files[0].record == WorkRecord("Ferries in Winter", ("Lind, Anna", "Berg, Eva"), "2019", identifiers, "lind2019")


@given(st.text(st.sampled_from("ab:;\\{}/. \n") | CHARACTERS))
def test_any_value_of_a_file_field_is_read_unless_a_brace_of_it_has_no_end(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bib"
    path.write_text(f"@article{{k, title = {{T}}, file = {{{value}}}}}", encoding="utf-8")
    files, refusal = list[SourceFile | FileRefusal](), ""
    try:
        files.extend(read_linked_files(path))
    except ReaderError as error:
        refusal = str(error)
    assert not refusal or "ends within the entry “k”" in refusal
    assert all(isinstance(one, (SourceFile, FileRefusal)) for one in files)


def test_the_fields_of_entries_keep_their_tex() -> None:
    (entry,) = parse_entries(r"@string{p = {{\o}}} @book{k, FILE = {a\_b.pdf}, title = p # {stfold}}")
    assert entry.fields["file"] == r"a\_b.pdf"
    assert entry.plain("title") == "østfold"
    assert entry.plain("file") == "a_b.pdf"


def test_entries_and_files_beyond_the_limits_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = f'@string{{a = "{"x" * 20_000}"}}' + "".join(f"@book{{k{number}, note = a}}" for number in range(501))
    _, refusals = found(folder / "my.bib", long)
    assert refusals == [FileRefusal("my.bib", "The bibliography was not read to its end, as it is too large.")]
    monkeypatch.setattr(bibliography, "_MAX_FILES", 2)
    files, refusals = found(folder / "my.bib", "@book{k, file = {a.pdf;pdfs/j.pdf;c\\;d.pdf}}")
    assert names_in(folder, files) == ["a.pdf", "pdfs/j.pdf"]
    assert [one.reason for one in refusals] == ["Its files after the first 2 were not looked for: export a part of it"]


# ------------------------------------------------------------------ CSL-JSON


@pytest.mark.parametrize("end", ["title={Ferr", "title={Ferries}, fi", "title={Ferries}, file={a.pdf}", 'title="Ferries'])
def test_a_bibliography_that_ends_within_an_entry_is_refused(folder: Path, end: str) -> None:
    whole = "@book{lee, file={a.pdf}}\n"
    with pytest.raises(ReaderError, match="ends within the entry “roe”"):
        found(folder / "refs.bib", f"{whole}@book{{roe, {end}")
    assert len(found(folder / "refs.bib", whole)[0]) == 1


def test_the_files_of_csl_json_in_each_way_that_exporters_write_them(folder: Path) -> None:
    items = [
        {
            "id": "lind2019",
            "title": "Ferries in winter",
            "author": [{"family": "Lind", "given": "Anna"}, {"literal": "Ferry Board"}],
            "issued": {"date-parts": [["2019", 5]]},
            "DOI": "10.1234/FERRY",
            "PMID": 1234567,
            "URL": "https://arxiv.org/abs/1905.01234",
            "file": "a.pdf",
        },
        {"id": 2, "attachments": [{"path": "files/12/b.html", "title": "Snapshot"}, {"url": "https://x.example"}, 7]},
        {"id": 3, "attachment": "a.pdf;files/12/b.html", "issued": {"raw": "May 2001"}},
        {"id": 4, "file": {"localPath": "pdfs/j.pdf"}},
        {"id": 5, "title": "Without a file"},
        "no item",
    ]
    for data in (items, {"items": items}):
        files, refusals = found(folder / "my.json", json.dumps(data))
        assert names_in(folder, files) == ["a.pdf", "files/12/b.html", "a.pdf", "files/12/b.html", "pdfs/j.pdf"]
        identifiers = Identifiers(("10.1234/ferry",), ("1905.01234",), ("1234567",))
        expected = WorkRecord("Ferries in winter", ("Lind, Anna", "Ferry Board"), "2019", identifiers, "lind2019")
        assert files[0].record == expected
        assert files[2].record.year == "2001"
        assert not refusals


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(JSON), JSON, st.sampled_from([None, 1]))
def test_items_are_decoded_one_by_one_as_in_the_whole_text(items: list[object], other: object, indent: int | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bibliography, "_MAX_ITEM", 1_000)
        patch.setattr(bibliography, "_PIECE", 50)
        for data in (items, {"items": items}, {"a": other, "items": items, "z": other}):
            assert list(bibliography._csl_items(json.dumps(data, indent=indent), Path("my.json"))) == items  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"id": 1}, {"id"', "Expecting"),
        ("[1] 2", "Extra data at character 5"),
        ('{"items": [1] 2', "Expecting , or }"),
        ('{"items": [1], 2', "Expecting a name"),
        ("[1}", "Expecting , or ]"),
        pytest.param(f"[[{'[],' * 2_000_000}[]]]", "Too long a value at character 2", marks=pytest.mark.slow),
        (f'["{"x" * 5_000_000}"]', "Too long a value at character 2"),
        (f"[{'9' * 5000}]", "number|digits"),
    ],
)
def test_a_list_that_is_no_json_or_has_a_huge_item_is_refused(folder: Path, text: str, reason: str) -> None:
    with pytest.raises(ReaderError, match=f"is not CSL-JSON: .*({reason})"):
        found(folder / "my.json", text)


def test_a_path_of_thousands_of_folders_is_not_followed(folder: Path) -> None:
    _, refusals = found(folder / "my.json", json.dumps([{"id": 1, "file": "a/" * 500_000}, {"id": 2, "file": "a/" * 2_000}]))
    assert [one.reason.rpartition(" is ")[2] for one in refusals] == ["too long for a file name", "not there"]


def test_fields_that_are_nested_as_deeply_as_can_be_decoded_are_passed_over(folder: Path) -> None:
    for depth in (100, 900):
        deep = "[" * depth + "]" * depth
        files, _ = found(folder / "my.json", f'[{{"id": 1, "issued": {deep}, "files": {deep}, "file": "a.pdf"}}]')
        assert names_in(folder, files) == ["a.pdf"]


@pytest.mark.parametrize("text", ["", "{", "{}", "[", "[1,", "[" * 100_000, '"text"', '{"items": 3}'])
def test_what_is_no_csl_json_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(ReaderError, match="is not CSL-JSON"):
        found(folder / "my.json", text)


# ------------------------------------------------------------------ RIS


def test_the_files_of_ris(folder: Path) -> None:
    text = "\ufeff" + "\r\n".join(
        (
            *("TY  - JOUR", "ID  - lind2019", "AU  - Lind, Anna", "AU  - Berg, Eva", "TI  - Ferries", "in winter"),
            *("PY  - 2019/05/01", "DO  - 10.1234/FERRY", "SN  - 978-0-306-40615-7", "UR  - https://arxiv.org/abs/1905.01234"),
            *("L1  - files/12/b.html", "L1  - https://x.example/a.pdf", "L2  - a.pdf;pdfs/j.pdf", "ER  - ", ""),
            *("TY  - BOOK", "T1  - Own store", "L1  - internal-pdf://123/a.pdf"),
            *("TY  - BOOK", "T1  - Local", f"UR  - {(folder / 'a.pdf').as_uri()}", "L4  - picture.png", "ER  -"),
        )
    )
    files, refusals = found(folder / "my.ris", text)
    assert names_in(folder, files) == ["files/12/b.html", "a.pdf", "pdfs/j.pdf", "a.pdf"]
    identifiers = Identifiers(("10.1234/ferry",), ("1905.01234",), (), (), ("9780306406157",))
    expected = WorkRecord("Ferries in winter", ("Lind, Anna", "Berg, Eva"), "2019", identifiers, "lind2019")
    assert files[0].record == expected
    assert [one.name for one in refusals] == ["Own store", "Local"]
    assert "EndNote" in refusals[0].reason


def test_ris_without_ends_and_with_very_long_values_is_read_in_one_pass(folder: Path) -> None:
    lines = ("TY  - JOUR", "TI  - Ferries", *["in winter"] * 200_000, *["L1  - lost.pdf"] * 1000)
    files, refusals = found(folder / "my.ris", "\n".join(lines))
    assert not files
    assert [one.name[:20] for one in refusals] == ["Ferries in winter in", "my.ris", "my.ris"]
    assert [one.reason for one in refusals[1:]] == [
        "Entries of more than 20,000 lines were not read to their end.",
        "Values of more than 20,000 characters were not read to their end.",
    ]


@given(st.text(st.sampled_from("a \r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"), max_size=30))
def test_lines_end_where_those_of_a_whole_text_do(text: str) -> None:
    piece = bibliography._PIECE  # pyright: ignore[reportPrivateUsage]
    bibliography._PIECE = 3  # pyright: ignore[reportPrivateUsage]
    try:
        assert list(bibliography._lines(text)) == [line for line in text.splitlines() if line.strip()]  # pyright: ignore[reportPrivateUsage]
    finally:
        bibliography._PIECE = piece  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [(".ris", "\n" * 600_000), (".json", f"[{'[],' * 25_000}[]]")],
    ids=["blank lines", "items"],
)
def test_entries_are_not_all_in_memory(suffix: str, text: str) -> None:
    tracemalloc.start()
    try:
        assert list(bibliography.linked_files(text, suffix, Path(f"refs{suffix}"))) == []
        assert tracemalloc.get_traced_memory()[1] < 1_500_000
    finally:
        tracemalloc.stop()


def test_a_folder_of_files_without_its_end_is_none(folder: Path) -> None:
    files, refusals = found(folder / "my.bib", "@comment{jabref-meta: fileDirectory:" * 5_000)
    assert (files, refusals) == ([], [])
