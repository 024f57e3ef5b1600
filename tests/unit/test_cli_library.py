"""The commands that care for a library, as a person or a script calls them."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tinydb import TinyDB

from reader.library import Library
from reader.library.article_changes import ArticleEditor
from reader.library.folder import Lock
from reader.library.journal import JournalEntry, JournalHeader, Operation
from reader.library.versions import Dot, stamp_record
from tests.unit.review_strategies import TEXT
from tests.unit.test_cli import Answer, Call, call, ferry
from tests.unit.test_library import kept, plain
from tests.unit.test_library_repair import everything

__all__ = ["call", "ferry"]  # fixtures

COMMANDS = ("diff", "doctor", "editions", "history", "merge", "purge", "redo", "repair", "undo")


def annotated(call: Call, ferry: Path, *notes: str) -> list[str]:
    """Annotate the ferry, and return the ids."""
    quotes = ("Nobody believed it", "counted 20,500", "SWIMMING", "pays *no* rent_at_all")
    answers = [
        call("annotate", ferry, "--quote", quote, "--note", note, "--tag", "t")
        for quote, note in zip(quotes, notes, strict=False)
    ]
    return [answer.out.strip() for answer in answers]


def rows(answer: Answer) -> list[list[str]]:
    """Return the rows of a table without its head, cell by cell."""
    return [re.split(r"\s{2,}", line.strip()) for line in answer.out.splitlines()[1:]]


def test_help_stands_on_each_with_an_example(call: Call) -> None:
    for command in COMMANDS:
        answer = call(command, "--help")
        assert (answer.code, answer.err) == (0, "")
        assert "Example" in answer.out
        assert "--library DIR" in answer.out
        assert f"\n  {command} " in call("-h").out


# ---------------------------------------------------------------------- history, undo, redo


def test_a_list_without_archived_articles_says_that_there_are_some(call: Call, ferry: Path, own_library: Path) -> None:
    annotated(call, ferry, "kept")
    with Library.open(own_library) as library:
        ArticleEditor(library).archive([entry.id for entry in library.summaries()])
    answer = call("list")
    assert "no articles yet" not in answer.out
    assert "--archived" in answer.out
    assert len(rows(call("list", "--archived"))) == 1
    assert "has no removed articles" in call("list", "--removed").out


def test_a_list_counts_a_review_once_until_it_changes(call: Call, ferry: Path, own_library: Path, tmp_path: Path) -> None:
    annotated(call, ferry, "stays", "undone", "undone too")
    assert call("undo").code == 0
    first, texts, away = call("list"), own_library / "snapshots", tmp_path / "away"
    texts.rename(away)  # whoever counts again cannot read the text
    assert call("list").out == first.out
    (counts,) = (tmp_path / "cache" / "claim-reader" / "counts").iterdir()
    damage = b'["half of a lin\n\xff\n[]\n{}\n["a"]\n["a","b",1]\n'
    counts.write_bytes(damage + counts.read_bytes().replace(b",0", b",null") + counts.read_bytes())
    assert call("list").out == first.out
    assert call("undo").code == 0
    assert "text cannot be read" in call("list").out
    away.rename(texts)
    assert json.loads(call("list", "--json").out)[0]["claims"] == 1
    call("purge", "--yes")
    assert not counts.exists()


def test_a_list_counts_a_review_with_sources_each_time(call: Call, ferry: Path, own_library: Path, tmp_path: Path) -> None:
    annotated(call, ferry, "stays")
    ledger = tmp_path / "ledger.txt"
    ledger.write_text("The port office counted 19,000 passengers.", encoding="utf-8")
    assert call("source", "add", ferry, "1", ledger).code == 0
    annotated(call, ferry, "stays", "undone")
    assert call("undo").code == 0
    assert json.loads(call("list", "--json").out)[0]["claims"] == 1
    (own_library / "snapshots").rename(tmp_path / "away")
    assert "text cannot be read" in call("list").out


def test_several_files_are_added_and_one_that_cannot_be_read_is_named(
    call: Call, ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"# Piped\n\nA text from a pipe.\n")))
    other = tmp_path / "other.md"
    other.write_text("# Salt\n\nLorries spread salt.\n", encoding="utf-8")
    answer = call("add", ferry, tmp_path / "missing.md", other, "-", other)
    assert answer.code == 1
    added = [line.split("  ")[1] for line in answer.out.splitlines()]
    assert added == ["The ferry that counts its passengers twice 🚢", "Salt", "# Piped"]
    assert answer.err.startswith(f"reader: {tmp_path / 'missing.md'}: File not found")
    assert len(json.loads(call("list", "--json").out)) == 3
    alone = call("add", tmp_path / "missing.md")
    assert (alone.code, alone.out) == (1, "")


def test_adding_says_what_of_a_document_was_not_read(call: Call, tmp_path: Path) -> None:
    many = tmp_path / "links.md"
    many.write_text("# Ice\n\n" + "".join(f"It froze, says https://a.example/{number}.\n\n" for number in range(2_001)))
    answer = call("add", many)
    assert answer.code == 0
    assert "1 linked address, beyond the first 2,000, did not become references." in answer.err


def test_history_tells_what_was_done_the_latest_first(call: Call, ferry: Path, tmp_path: Path) -> None:
    assert call("history").out == "Nothing has been changed yet.\n"
    other = tmp_path / "other.txt"
    other.write_text("The harbour\n\nIt froze in March.\n", encoding="utf-8")
    annotated(call, ferry, "one", "two")
    call("annotate", other, "--quote", "froze in March")
    assert call("undo").code == 0
    told = json.loads(call("history", "--json", "-n", "9" * 20).out)
    assert [change["title"] for change in told] == ["The harbour"] * 2 + [TEXT.splitlines()[0]] * 2
    assert [(change["what"].startswith("undo: "), change["undone"]) for change in told] == [
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert [change["annotations"] for change in told] == [1] * 4
    ages = [datetime.now(UTC) - datetime.fromisoformat(change["at"]) for change in told]
    assert ages == sorted(ages)
    table = rows(call("history"))
    moment = datetime.fromisoformat(told[0]["at"]).astimezone().strftime("%Y-%m-%d %H:%M")
    assert table[0][0] == moment
    assert [row[-1] for row in table] == ["1", "undone", "1", "1"]
    assert len(json.loads(call("history", ferry, "--json").out)) == 2
    assert len(json.loads(call("history", "the harbour", "--json", "-n", 1).out)) == 1
    assert len(rows(call("history", "-n", 3))) == 3
    assert call("history", "-n", 0).code == 2
    assert call("history", "no such article").code == 1


def test_the_last_change_is_taken_back_and_done_again(call: Call, ferry: Path, own_library: Path) -> None:
    first, second = annotated(call, ferry, "one", "two")
    before = everything(own_library)
    would = call("undo", "--dry-run")
    assert would.out.startswith("Would undo: ")
    assert everything(own_library) == before
    undone = call("undo")
    assert (undone.code, undone.err) == (0, "")
    assert undone.out == f"Undone: {would.out.removeprefix('Would undo: ')}"
    assert undone.out.rstrip().endswith(f"on “{TEXT.splitlines()[0]}”")
    assert [record["id"] for record in plain(own_library, "annotations")] == [first]
    again = call("redo", ferry, "--dry-run")
    assert again.out == f"Would redo: {would.out.removeprefix('Would undo: ')}"
    assert call("redo", ferry).out == f"Redone: {would.out.removeprefix('Would undo: ')}"
    assert {record["id"] for record in plain(own_library, "annotations")} == {first, second}
    assert [call("undo").code, call("undo").code] == [0, 0]
    nothing = call("undo")
    assert (nothing.code, nothing.out) == (1, "")
    assert "nothing to undo" in nothing.err
    assert call("redo", "--dry-run").code == 0
    assert [call("redo").code for _ in range(3)] == [0, 0, 1]
    assert call("undo", "no such article").code == 1


def test_undo_may_be_of_one_article(call: Call, ferry: Path, tmp_path: Path, own_library: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("The harbour\n\nIt froze in March.\n", encoding="utf-8")
    annotated(call, ferry, "one")
    call("annotate", other, "--quote", "froze in March", "--note", "two")
    assert call("undo", ferry).code == 0
    assert [record["note"] for record in plain(own_library, "annotations")] == ["two"]
    unknown = tmp_path / "unknown.txt"
    unknown.write_text("Unknown\n\nNobody opened it.\n", encoding="utf-8")
    answer = call("undo", unknown)
    assert (answer.code, "is not in the library" in answer.err) == (1, True)


def test_what_somebody_worked_on_since_is_not_undone(call: Call, ferry: Path, own_library: Path) -> None:
    annotated(call, ferry, "one")
    with TinyDB(own_library / "library.json") as db:
        db.table("annotations").update({"note": "mine"})
    answer = call("undo")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("reader: Not undone: ")
    assert "reader history" in answer.err
    assert [record["note"] for record in plain(own_library, "annotations")] == ["mine"]


# ---------------------------------------------------------------------- merge


def two_versions(call: Call, ferry: Path, own_library: Path) -> Path:
    """Make a library and a conflict copy of it that both went on, and return the copy."""
    annotated(call, ferry, "one")
    elsewhere = own_library.with_name("elsewhere")
    shutil.copytree(own_library, elsewhere)
    call("--library", elsewhere, "annotate", ferry, "--quote", "counted 20,500", "--note", "theirs")
    call("annotate", ferry, "--quote", "SWIMMING", "--note", "ours")
    copy = own_library / "library.sync-conflict-20260115-101500-ABCDEFG.json"
    shutil.copy(elsewhere / "library.json", copy)
    return copy


def test_a_conflict_copy_is_merged_and_put_away(call: Call, ferry: Path, own_library: Path) -> None:
    copy = two_versions(call, ferry, own_library)
    before = everything(own_library)
    assert call("doctor").code == 1
    would = call("merge", copy, "--dry-run")
    assert (would.code, would.out.startswith(f"Would merge {copy.name}: 1 added")) == (0, True)
    assert everything(own_library) == before
    merged = call("merge", copy)
    assert (merged.code, merged.out) == (0, would.out.replace("Would merge", "Merged"))
    assert {record["note"] for record in plain(own_library, "annotations")} == {"one", "ours", "theirs"}
    assert (copy.exists(), (own_library / "backups" / copy.name).exists()) == (False, True)
    assert call("doctor").code == 0
    assert call("undo").out == f"Undone: merge {copy.name}\n"
    assert {record["note"] for record in plain(own_library, "annotations")} == {"one", "ours"}


def test_a_folder_and_a_file_are_merged_and_stay(call: Call, ferry: Path, own_library: Path, tmp_path: Path) -> None:
    two_versions(call, ferry, own_library).unlink()
    theirs = everything(tmp_path / "elsewhere")
    assert "1 added" in call("merge", tmp_path / "elsewhere").out
    again = call("merge", tmp_path / "elsewhere" / "library.json")
    assert (again.code, again.out) == (0, "Nothing new in library.json\n")
    assert everything(tmp_path / "elsewhere") == theirs
    (tmp_path / "elsewhere" / "unsaved-0.json").write_text("{}")
    assert call("merge", tmp_path / "elsewhere").out.startswith("Nothing new in elsewhere; it has changes that are not written")
    assert {record["note"] for record in plain(own_library, "annotations")} == {"one", "ours", "theirs"}


@pytest.mark.slow
def test_what_cannot_be_merged_is_said_and_changes_nothing(call: Call, ferry: Path, own_library: Path, tmp_path: Path) -> None:
    annotated(call, ferry, "one")
    before = everything(own_library)
    damaged, foreign = tmp_path / "damaged.json", tmp_path / "foreign.json"
    damaged.write_bytes((own_library / "library.json").read_bytes()[:-200])
    foreign.write_text('{"_default": {"1": {"name": "milk"}}}')
    for path in (damaged, foreign, tmp_path, tmp_path / "missing.json", ferry):
        answer = call("merge", path)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.startswith("reader: ")
    assert everything(own_library) == before
    assert call("merge").code == 2


# ---------------------------------------------------------------------- doctor


def findings(call: Call) -> dict[str, set[str]]:
    """Return the parts that are not fine, by their state."""
    told = json.loads(call("doctor", "--json").out)
    assert told["well"] == ("wrong" not in {f["state"] for f in told["findings"]})
    assert all(f["todo"] for f in told["findings"] if f["state"] != "fine")
    states: dict[str, set[str]] = {}
    for finding in told["findings"]:
        if finding["state"] != "fine":
            states.setdefault(finding["state"], set()).add(finding["part"])
    return states


def test_where_no_library_is_yet_all_is_well_and_none_is_made(call: Call, own_library: Path) -> None:
    assert call("doctor").code == 0
    assert call("repair").code == 1
    assert not own_library.exists()
    own_library.mkdir()
    assert [call("doctor").code, call("repair", "--yes").code] == [0, 0]
    assert not (own_library / "library.json").exists()
    shutil.rmtree(own_library)
    own_library.write_text("")
    assert call("doctor").code == 1


def test_a_library_in_order_is_well(call: Call, ferry: Path, own_library: Path) -> None:
    annotated(call, ferry, "one", "two")
    before = everything(own_library)
    answer = call("doctor")
    assert (answer.code, answer.err) == (0, "")
    assert "1 article, 2 annotations, 1 tag" in answer.out
    assert answer.out.endswith("Everything is in order.\n")
    assert findings(call) == {}
    assert everything(own_library) == before


def no_text(folder: Path) -> None:
    next((folder / "snapshots").rglob("*.z")).unlink()


def a_copy(folder: Path) -> None:
    shutil.copy(folder / "library.json", folder / "library (Ana's conflicted copy 2026-01-15).json")


def a_rest(folder: Path) -> None:
    (folder / ".library.json.new").write_bytes(b"{")
    os.utime(folder / ".library.json.new", (1.6e9, 1.6e9))


def a_future_backup(folder: Path) -> None:
    backup = next((folder / "backups").iterdir())
    backup.rename(backup.with_name("library-20990101T000000Z.json.gz"))


def a_journal_that_waits(folder: Path) -> None:
    operation = Operation("theirs", "1", None, stamp_record({"n": 1}, Dot(90, "other")))
    line = JournalEntry(Dot(90, "other"), 80, "id", "2026-01-15T10:00:00.000Z", "x", (operation,))
    (folder / "journal-another0.jsonl").write_bytes(JournalHeader("other", "another:1:/there", 0, "").encode() + line.encode())


FOUND: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "an article's text is missing": (no_text, "wrong", "snapshots"),
    "a conflict copy": (a_copy, "wrong", "conflict copy"),
    "the rest of a killed program": (a_rest, "note", "temporary files"),
    "a clock that was wrong": (a_future_backup, "note", "clock"),
    "changes that wait for others": (a_journal_that_waits, "wrong", "journals"),
    "damaged files put aside": (lambda folder: (folder / "damaged").mkdir(), "note", "damaged files"),
}


@pytest.mark.parametrize("name", FOUND)
def test_what_is_not_in_order_is_found_and_nothing_is_changed(call: Call, ferry: Path, own_library: Path, name: str) -> None:
    damage, state, part = FOUND[name]
    annotated(call, ferry, "one", "two")
    damage(own_library)
    before = everything(own_library)
    assert findings(call) == {state: {part}}
    assert call("doctor").code == (1 if state == "wrong" else 0)
    assert everything(own_library) == before


@pytest.mark.slow
def test_a_lock_that_is_held_is_told(call: Call, ferry: Path, own_library: Path) -> None:
    annotated(call, ferry, "one")
    with Lock(own_library / "library.lock").hold(0):
        assert findings(call) == {"wrong": {"locks"}}
    assert findings(call) == {}


def test_changes_that_may_be_on_their_way_are_waited_for_also_by_a_repair(call: Call, ferry: Path, own_library: Path) -> None:
    annotated(call, ferry, "one")
    a_journal_that_waits(own_library)
    (journal,) = (path for path in own_library.glob("journal-*.jsonl") if "another" not in path.name)
    journal.write_bytes(journal.read_bytes()[1:])
    assert call("repair", "--yes").code == 0
    assert findings(call) == {"wrong": {"journals"}, "note": {"damaged files"}}
    operation = Operation("theirs", "2", None, stamp_record({"n": 2}, Dot(80, "other")))
    missing = JournalEntry(Dot(80, "other"), 0, "before", "2026-01-15T10:00:00.000Z", "x", (operation,))
    head, waiting = (own_library / "journal-another0.jsonl").read_bytes().splitlines(keepends=True)
    (own_library / "journal-another0.jsonl").write_bytes(head + missing.encode() + waiting)
    assert findings(call) == {"note": {"damaged files"}}
    assert {record["n"] for record in kept(own_library, "theirs")} == {1, 2}


def test_nothing_in_a_library_commands_the_terminal(call: Call, tmp_path: Path, own_library: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_text("A \x1b]0;title\x07 story\n\nIt \u202ewas\x9b31m red [1].\n\n[1] Cite\x1b[5m this. 2024.\n")
    call("annotate", path, "--quote", "red", "--note", "a\x1b[0m", "--tag", "t\x1b[1m")
    copy = own_library / "library (conflicted copy \x1b[2J).json"
    shutil.copy(own_library / "library.json", copy)
    outputs = [call("history"), call("history", "--json"), call("undo", "--dry-run"), call("merge", copy, "--dry-run")]
    outputs += [call("undo"), call("redo", "--dry-run"), call("redo"), call("doctor"), call("doctor", "--json")]
    (own_library / "library.json").unlink()
    outputs += [call("repair"), call("repair", "--json"), call("repair", "--yes"), call("history", "a\x1b[2J")]
    for answer in outputs:
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*answer.out, *answer.err}
    assert [answer.code for answer in outputs] == [0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "command",
    [
        ["history"],
        *(
            pytest.param(command, marks=pytest.mark.slow)
            for command in (["doctor"], ["doctor", "--json"], ["repair"], ["purge"], ["undo", "--dry-run"])
        ),
    ],
)
def test_a_reader_that_is_gone_is_no_failure_to_tell(call: Call, ferry: Path, command: list[str]) -> None:
    annotated(call, ferry, "one")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as output:
        called = [sys.executable, "-m", "reader", *command]
        done = subprocess.run(called, stdout=output, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b""


def test_a_text_that_changed_is_a_new_edition_and_the_same_text_is_none(call: Call, ferry: Path) -> None:
    annotated(call, ferry, "on the first")
    call("add", ferry)
    first = ferry.read_text(encoding="utf-8")
    ferry.write_text(first + "\nThe island wrote this later.\n", encoding="utf-8")
    annotated(call, ferry, "on the second", "too")
    told = json.loads(call("editions", ferry, "--json").out)
    # The first words are marked already: what is said of them goes to the annotation on the first edition.
    assert [(edition["format"], edition["annotations"], edition["latest"]) for edition in told] == [
        ("plain", 1, False),
        ("plain", 1, True),
    ]
    ferry.write_text(first, encoding="utf-8")
    call("add", ferry)
    again = json.loads(call("editions", ferry, "--json").out)
    assert [(edition["digest"], edition["latest"]) for edition in again] == [
        (told[0]["digest"], True),
        (told[1]["digest"], False),
    ]
    assert rows(call("editions", ferry))[0][-2:] == ["1", "latest"]


def test_what_changed_is_shown_sentence_by_sentence(call: Call, ferry: Path) -> None:
    annotated(call, ferry, "first")
    assert call("diff", ferry).out == "The text has not changed since it was first opened.\n"
    first = ferry.read_text(encoding="utf-8")
    edited = first.replace("20,500", "21,000").replace(" The café next to it opened in spring.", "", 1)
    ferry.write_text(edited, encoding="utf-8")
    said = call("diff", ferry).out
    assert said.splitlines()[0].endswith("sentences: 1 changed, 0 added, 1 removed.")
    assert "- The port office counted 20,500 [2].\n+ The port office counted 21,000 [2].\n" in said
    assert "\n- The café next to it opened in spring.\n" in said
    call("add", ferry)
    told = json.loads(call("diff", ferry, "--json").out)
    assert told[0] == {"old": "The port office counted 20,500 [2].", "new": "The port office counted 21,000 [2]."}
    back = json.loads(call("diff", ferry, "--old", "2", "--new", "1", "--json").out)
    assert [(one["new"], one["old"]) for one in back] == [(one["old"], one["new"]) for one in told]
    refused = call("diff", ferry, "--old", "7")
    assert (refused.code, "no edition 7" in refused.err) == (1, True)
