"""`reader codebook`: what it lists, changes, writes and reads, and that each change is one that `reader undo` takes back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from tests.unit.test_cli import Call, call, ferry, process
from tests.unit.test_library import plain

__all__ = ["call", "ferry"]  # fixtures


@pytest.fixture
def tagged(call: Call, ferry: Path) -> Call:
    """Return `call` with a library in which three claims bear tags."""
    for quote, tags in (
        ("Nobody believed it", ("doubt",)),
        ("opened in spring", ("doubt", "people/ana")),
        ("20,500", ("pct",)),
    ):
        options = [option for tag in tags for option in ("--tag", tag)]
        assert call("annotate", ferry, "--quote", quote, "--occurrence", "1", *options).code == 0
    return call


def listed(call: Call) -> dict[str, dict[str, object]]:
    return {record["name"]: record for record in json.loads(call("codebook", "--json").out)}


def test_the_list_shows_the_tree_with_uses_and_faults(tagged: Call) -> None:
    lines = [line.split() for line in tagged("codebook").out.splitlines()]
    assert lines[0] == ["key", "tag", "uses", "nested", "articles", "definition"]
    assert lines[1][1:] == ["doubt", "2", "!", "no", "definition"]
    records = listed(tagged)
    assert [(name, record["uses"], record["nested_uses"]) for name, record in records.items()] == [
        *[("doubt", 2, 2), ("pct", 1, 1), ("people", 0, 1), ("people/ana", 1, 1)]
    ]
    assert records["doubt"]["faults"] == ["no definition"]
    assert (records["people"]["has_record"], records["people"]["faults"]) == (False, [])


def test_changes_reach_all_annotations_and_are_undone_as_one(tagged: Call, own_library: Path) -> None:
    answer = tagged("codebook", "merge", "doubt", "#people / ana", "--dry-run")
    assert answer.out == (
        "Would merge #doubt into #people/ana\n  2 annotations in 1 article; 1 of them bore both, and count once\n"
    )
    assert listed(tagged)["doubt"]["uses"] == 2, "a dry run changes nothing"
    assert tagged("codebook", "merge", "doubt", "people/ana").out.startswith("Done: merge #doubt into #people/ana\n")
    assert sorted(str(mark["tags"]) for mark in plain(own_library, "annotations")) == [
        *["['pct']", "['people/ana']", "['people/ana']"]
    ]
    assert listed(tagged)["people/ana"]["synonyms"] == ["doubt"]
    assert tagged("undo").out == "Undone: merge #doubt into #people/ana\n"
    assert listed(tagged)["doubt"]["uses"] == 2
    assert tagged("codebook", "rename", "people", "witnesses").out == (
        "Done: rename #people to #witnesses\n  #people → #witnesses\n  #people/ana → #witnesses/ana\n"
        "  1 annotation in 1 article\n"
    )
    assert tagged("codebook", "move", "witnesses/ana").out.startswith("Done: move #witnesses/ana to the top\n")
    assert tagged("codebook", "delete", "ana").out == "Done: delete #ana\n  1 annotation in 1 article\n"
    assert listed(tagged).keys() == {"doubt", "pct"}
    assert "delete #ana" in tagged("history").out


def test_a_definition_makes_a_tag_and_a_synonym_stands_for_it(tagged: Call, ferry: Path) -> None:
    assert tagged("codebook", "define", "numbers/per cent", "A share.").out == "Done: add #numbers/per-cent\n"
    tagged("codebook", "merge", "pct", "numbers/per-cent")
    assert tagged("codebook", "define", "PCT", "A share or a rate.").out == "Done: define #numbers/per-cent\n"
    tagged("annotate", ferry, "--quote", "Nobody believed it", "--tag", "pct")
    assert listed(tagged)["numbers/per-cent"]["uses"] == 2
    assert "numbers/per-cent (pct): A share or a rate." in tagged("search", "pct", "kind:tag").out
    assert tagged("codebook", "define", "PCT", "A share or a rate.").out == "Nothing changes: define #numbers/per-cent\n"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["rename", "fire", "x"], 1, "There is no tag #fire"),
        (["rename", "pct", "doubt"], 1, "#doubt exists already: merge the two"),
        (["merge", "pct", "pct"], 1, "A tag cannot be merged with itself"),
        (["move", "pct", "fire"], 1, "There is no tag #fire"),
        (["export", "-"], 2, "--format"),
        (["export", "book.txt"], 2, "--format"),
        (["import", "missing.csv"], 1, "Cannot read missing.csv: No such file"),
        (["rename", "pct"], 2, "NAME"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(tagged: Call, words: list[str], code: int, told: str) -> None:
    before = listed(tagged)
    answer = tagged("codebook", *words)
    assert answer.code == code
    assert told in answer.err
    assert listed(tagged) == before


LONG = "A tag cannot have more than 500 characters or 20 levels"


@pytest.mark.parametrize("name", ["x" * 501, "/".join(["a"] * 21)])
def test_a_name_that_is_too_long_is_given_to_no_tag(tagged: Call, ferry: Path, name: str) -> None:
    answer = tagged("annotate", ferry, "--quote", "41,000", "--tag", name)
    assert (answer.code, LONG in answer.err) == (2, True)
    for command in (("define", name, "Far too long"), ("rename", "doubt", name), ("rename", "people", name[:-2])):
        answer = tagged("codebook", *command)
        assert (answer.code, LONG in answer.err) == (1, True), command
    assert list(listed(tagged)) == ["doubt", "pct", "people", "people/ana"]
    assert tagged("codebook", "rename", "doubt", name[:-2]).code == 0
    answer = tagged("codebook", "move", "people", name[:-2])
    assert (answer.code, LONG in answer.err) == (1, True)


def test_a_name_of_endless_levels_costs_no_more_than_its_length(tagged: Call, own_library: Path) -> None:
    name = "/".join(["a"] * 3_000)
    with TinyDB(own_library / "library.json") as db:
        db.table("annotations").update({"tags": [name]}, where("tags") == ["pct"])
        db.table("annotations").update({"tags": ["numbers"]}, where("tags") == ["doubt"])
    rows = json.loads(tagged("codebook", "--json").out)
    deep = [row["name"] for row in rows if row["name"].startswith("a")]
    assert (len(deep), max(deep, key=len)) == (20, name)
    for answer in (tagged("search", "is:open"), tagged("codebook", "move", name, "numbers")):
        assert answer.code == 0, answer.err
    assert f"numbers/{name[38:]}" in tagged("codebook", "--json").out


@pytest.mark.parametrize("kind", ["qdc", "csv"])
def test_a_file_of_one_library_is_the_codebook_of_another(tagged: Call, tmp_path: Path, kind: str) -> None:
    tagged("codebook", "define", "people/ana", "What Ana says, word for word.")
    file = tmp_path / f"book.{kind}"
    answer = tagged("codebook", "export", file)
    assert "4 tags" in answer.err
    assert ("Left out: 3 symbols" in answer.err) == (kind == "qdc")
    assert tagged("codebook", "export", file).code == 1, "an existing file stays"
    other = ("--library", tmp_path / "other")
    dry = tagged("codebook", "import", file, "--dry-run", *other)
    assert (dry.code, dry.out) == (0, f"Would import book.{kind}\n")
    assert tagged("codebook", *other).out.startswith("The codebook has no tags yet")
    tagged("codebook", "import", file, *other)
    names = [record["name"] for record in json.loads(tagged("codebook", "--json", *other).out)]
    assert names == ["doubt", "pct", "people", "people/ana"]
    again = tagged("codebook", "import", file, *other)
    assert again.out == f"Nothing changes: import book.{kind}\n"
    tagged("undo", *other)
    assert tagged("codebook", *other).out.startswith("The codebook has no tags yet")


@pytest.mark.slow
def test_the_real_command_writes_bytes_to_a_pipe_and_reads_them_from_one(
    tagged: Call, own_library: Path, tmp_path: Path
) -> None:
    environment = {"CLAIM_READER_LIBRARY": str(own_library), "LC_ALL": "C"}
    written = process("codebook", "export", "-", "--format", "csv", **environment)
    assert written.stdout.startswith(b"\xef\xbb\xbfname,definition,colour,symbol,key,synonyms\r\n")
    command = [sys.executable, "-m", "reader", "codebook", "import", "-", "--format", "csv", "--library", str(tmp_path / "new")]
    read = subprocess.run(command, input=written.stdout, capture_output=True, env={**os.environ, **environment}, check=False)
    assert (read.returncode, read.stderr) == (0, b"")
    assert read.stdout.decode("ascii", "replace").startswith("Done: import standard input")
