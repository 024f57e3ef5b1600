"""Damage of every kind, and its repair: what is still anywhere in the folder is there again, and nothing is thrown away."""

import contextlib
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reader.cli import run
from reader.errors import ReaderError
from reader.library import Library
from reader.library.care.inspection import entries_in_order, inspect_journals
from reader.library.care.repair import apply_repair
from reader.library.folder import Folder
from reader.library.journal import JournalEntry, read_entries
from reader.library.versions import Dot
from tests.unit.library_damage import (
    DAMAGE,
    FILE,
    REMOVED,
    Damage,
    changed,
    garbage,
    in_the_line,
    library,
    made,
    notes,
    the_backup,
    the_file,
    the_history,
    the_journal,
    truth,
    without,
)
from tests.unit.review_strategies import article
from tests.unit.test_library import LONG, kept, opened, plain

__all__ = ["library", "made", "truth"]  # fixtures


@pytest.mark.slow
def test_the_library_that_is_damaged_here_is_what_it_should_be(library: Path, truth: set[str]) -> None:
    assert [len(list(library.glob(name))) for name in ("backups/*", "history/*", "journal-*", "snapshots/*/*")] == [1] * 4
    assert (len(plain(library, "annotations")), len(truth)) == (19, 28)
    assert not REMOVED & truth
    assert {"edited in 10", "edited in 20"} <= truth


def everything(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder but its locks."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_line_that_stands_twice_alike_is_no_damage(library: Path, truth: set[str]) -> None:
    lines = the_file(library).read_bytes().split(b"\n")
    number = next(number for number, line in enumerate(lines) if b'"note":"' in line and line.endswith(b","))
    the_file(library).write_bytes(b"\n".join((*lines[:number], lines[number], *lines[number:])))
    assert run(["doctor"]) == 0
    assert set(notes(kept(library, "annotations")).values()) == truth


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_is_still_anywhere_is_there_again(
    library: Path, truth: set[str], damage: Damage, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(library)
    damage.do(library)
    damaged = everything(library)
    assert run(["doctor"]) == 1
    assert run(["repair"]) == 0
    assert everything(library) == damaged
    would = capsys.readouterr().out
    assert "reader repair --yes" in would
    assert run(["repair", "--yes"]) == 0
    after = everything(library)
    assert [name for name, data in damaged.items() if before.get(name) != data and data not in after.values()] == []
    capsys.readouterr()
    assert run(["doctor"]) == damage.lingers, capsys.readouterr().out
    now = set(notes(kept(library, "annotations")).values())
    assert truth - now <= {*damage.lost}
    assert now - truth <= {*damage.back}
    assert truth <= now or "Not saved: " in would or "Note: " in would
    assert "note 5" not in now or "Note: " in would
    assert set(notes(plain(library, "annotations")).values()) == now
    review, _ = Library.open(library).peek(article())
    assert len(review.index.annotations()) == len(now)
    assert not any(annotation.conflicts for annotation in review.index.annotations())


@pytest.mark.parametrize("damage", FILE.values(), ids=FILE.keys())
def test_every_record_that_only_the_damaged_file_has_is_in_its_table_again(
    library: Path, damage: Callable[[Path], None]
) -> None:
    without(the_history, the_journal, the_backup)(library)
    records = {line.removesuffix(b",") for line in the_file(library).read_bytes().split(b"\n") if line.startswith(b'"')}
    damage(library)
    left = the_file(library).read_bytes().split(b"\n") if the_file(library).is_file() else []
    still = [json.loads(b"{" + line + b"}") for line in records & {line.removesuffix(b",") for line in left} if b'"id"' in line]
    assert run(["repair", "--yes"]) == 0
    for record in (record for named in still for record in named.values()):
        table = "annotations" if "note" in record else "tags" if "symbol" in record else "articles"
        del record["_versions"]
        assert record in plain(library, table)


# ---------------------------------------------------------------------- and it goes on


def logged(folder: Path) -> list[JournalEntry]:
    """Return all changes in the logs of a folder."""
    paths = [*folder.glob("journal-*.jsonl"), *(folder / "history").glob("*.jsonl")]
    return [line for path in paths for line in read_entries(path.read_bytes())]


@pytest.mark.parametrize("name", ["file: missing", "journal: a line", "journal: its head", "journal: line ends"])
def test_after_a_repair_the_program_goes_on_and_no_number_is_used_twice(library: Path, name: str) -> None:
    damaged_first = {line.dot for line in logged(library)}
    DAMAGE[name].do(library)
    readable = {line.dot for line in logged(library)}
    assert run(["repair", "--yes"]) == 0
    assert run(["repair"]) == 0
    assert readable <= {line.dot for line in logged(library)}
    again, review, _ = opened(library)
    claim = review.add(review.index.article.sentences.all()[0], note="after")
    assert again.close(LONG)
    assert "after" in notes(plain(library, "annotations")).values()
    new = {line.dot for line in logged(library)} - damaged_first
    assert {dot.replica for dot in new}.isdisjoint({dot.replica for dot in damaged_first})
    again, review, entry = opened(library)
    assert review.undo()
    assert again.close(LONG)
    assert claim.id not in notes(plain(library, "annotations"))
    assert run(["undo"]) == 0  # what was done before the damage
    assert len(list(Library.open(library).history(entry.id))) > 10


def test_a_library_in_order_is_left_as_it_is(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = everything(library)
    assert [run(["doctor"]), run(["repair"]), run(["repair", "--yes"])] == [0, 0, 0]
    assert "There is nothing to repair." in capsys.readouterr().out
    assert everything(library) == before


def test_a_window_that_is_open_while_the_library_is_repaired_goes_on(own_library: Path) -> None:
    library, review, _ = opened(own_library)
    spans = review.index.article.sentences.all()
    review.add(spans[0], note="before")
    assert library.flush(LONG)
    changed(the_file(own_library), lambda data: data[: len(data) // 2])
    assert run(["repair", "--yes"]) == 0
    review.add(spans[1], note="after")
    assert library.close(LONG)
    assert sorted(notes(plain(own_library, "annotations")).values()) == ["after", "before"]


@pytest.mark.slow
def test_a_repair_that_fails_anywhere_can_be_done_again(
    made: Path, truth: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = ("open", "write", "replace", "link", "unlink", "mkdir", "fsync")
    number, done = 0, False
    while not done:
        number += 1
        folder = tmp_path / str(number)
        shutil.copytree(made, folder)
        DAMAGE["half of the file and of the history"].do(folder)
        left = [number]

        def failing(real: Callable[..., Any], left: list[int] = left) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                left[0] -= 1
                if left[0] == -1:
                    raise OSError(28, "No space left on device")
                return real(*arguments, **options)

            return call

        with monkeypatch.context() as patched:
            for name in calls:
                patched.setattr(os, name, failing(getattr(os, name)))
            with contextlib.suppress(ReaderError):
                apply_repair(Folder(folder))
        apply_repair(Folder(folder))
        assert truth - set(notes(kept(folder, "annotations")).values()) <= {"note 17"}
        shutil.rmtree(folder)
        done = left[0] >= 0
    assert number > 20


def test_a_conflict_copy_is_joined_when_the_file_is_lost(library: Path, truth: set[str]) -> None:
    the_file(library).rename(library / "library.sync-conflict-20260115-101500-ABCDEFG.json")
    without(the_history, the_backup)(library)
    assert run(["repair", "--yes"]) == 0
    assert set(notes(kept(library, "annotations")).values()) == truth


def test_a_damaged_file_of_an_older_form_is_repaired(own_library: Path) -> None:
    shutil.copytree(Path(__file__).parents[1] / "kept" / "schema-1", own_library)
    whole = {record["id"]: record for record in plain(own_library, "annotations")}
    changed(the_file(own_library), in_the_line(b"energy/heat", lambda line: line[:-9]))
    assert run(["doctor"]) == 1
    assert run(["repair", "--yes"]) == 0
    now = {record["id"]: record for record in plain(own_library, "annotations")}
    assert len(now) == len(whole) - 1
    assert all(whole[key] == record for key, record in now.items())
    assert len(plain(own_library, "articles")) == 1


def test_a_file_of_a_newer_form_is_left_alone(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newer = {"meta": {"1": {"schema": 99}}, "annotations": {"1": {"id": "x"}}}
    the_file(library).write_text(json.dumps(newer))
    before = everything(library)
    assert [run(["doctor"]), run(["repair"]), run(["repair", "--yes"])] == [1, 1, 1]
    assert "Update Claim Reader" in capsys.readouterr().err
    assert everything(library) == before


def test_a_record_of_which_nothing_else_is_left_is_taken_as_it_is_and_named(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without(the_history, the_journal, the_backup)(library)
    changed(the_file(library), lambda data: data.replace(b"note 3", b"nose 3").replace(b'"seen":{', b'"seem":{'))
    assert run(["repair", "--yes"]) == 0
    assert "is damaged and stands nowhere else" in capsys.readouterr().out
    assert "nose 3" in notes(plain(library, "annotations")).values()


def test_where_each_record_comes_from_is_told(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(the_file(library), in_the_line(b'"note 3"', garbage))
    the_history(library).unlink()
    assert run(["repair", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    ids = {note: key for key, note in notes(kept(library, "annotations") if run(["repair", "--yes"]) == 0 else []).items()}
    sources = {record["id"]: record["from"] for record in told["records"]}
    assert sources[ids["note 2"]] == "library.json"
    assert sources[ids["note 3"]].startswith("backups/library-")
    assert sources[ids["note 24"]] == "journals and history"
    assert (told["done"], told["rewrites"], told["aside"]) == (False, True, None)


def test_changes_come_in_the_order_of_their_dots_from_whatever_files(tmp_path: Path) -> None:
    folder, chance = Folder.create(tmp_path / "library"), random.Random(5)
    folder.history.mkdir()
    for _ in range(40):
        entries = [JournalEntry(Dot(n, chance.choice("ab")), n - 1, f"id{n}", "", "x", ()) for n in range(1, 13)]
        shares = [[entry for entry in entries if chance.random() < 0.4] for _ in range(4)]
        chance.shuffle(shares[0])
        for number, share in enumerate(shares):
            (folder.history / f"{number}.jsonl").write_bytes(b"".join(entry.encode() for entry in share))
        found = [entry.dot for entry in entries_in_order(inspect_journals(folder))]
        assert found == sorted(entry.dot for share in shares for entry in share)
