"""Throwing away: only what nothing names any more goes, and nothing of it before it was said."""

import os
import shutil
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from reader.article.ranges import Span
from reader.cli import run
from reader.errors import ReaderError
from reader.library import Library
from reader.library.care.purge import find_unused, remove_unused
from reader.library.folder import Folder
from reader.library.snapshots import Snapshots
from reader.review.model import Evidence, Judgement, Selector
from tests.unit.review_strategies import TEXT, article
from tests.unit.test_library import LONG, kept, opened

WEEK = 7 * 86_400.0


def aged(paths: Iterable[Path], seconds: float = WEEK) -> None:
    """Make files look as if they had been written long ago."""
    for path in paths:
        os.utime(path, (time.time() - seconds, time.time() - seconds))


def text_in(folder: Path, text: str) -> Path:
    """Keep a text, and return where it lies."""
    read = article(text)
    Snapshots(folder / "snapshots").keep(read.digest, read.text.encode())
    return folder / "snapshots" / read.digest[:2] / f"{read.digest}.z"


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


def test_only_texts_that_nothing_names_go(own_library: Path, tmp_path: Path) -> None:
    library, session, entry = opened(own_library, source=str(tmp_path / "ferry.txt"))
    source = article("The source\n\nIt says so.\n")
    evidence = Evidence(source.digest, Selector("It says so."))
    session.add(Span(0, 9), judgements=[Judgement("1", "supports", (evidence,))])
    # The text of the first edition is named by the annotation, that of the second by the history only.
    library.session(article(TEXT.replace("May", "June"), str(tmp_path / "ferry.txt")), "ana")
    _, now = library.session(article(TEXT.replace("May", "July"), str(tmp_path / "ferry.txt")), "ana")
    assert now.id == entry.id
    assert library.close(LONG)
    needed = files(own_library) | {text_in(own_library, source.text)}
    unneeded, young = text_in(own_library, "Nobody knows this one.\n"), text_in(own_library, "Just written.\n")
    copied = text_in(own_library, "In another device's version.\n")
    copy = own_library / "library (conflicted copy).json"
    copy.write_text(f'{{"articles": {{"1": {{"id": "x", "digest": "{copied.stem}"}}}}}}')
    aged((own_library / "snapshots").rglob("*.z"))
    aged([young], 60)
    found = find_unused(Folder(own_library))
    assert found.files == (unneeded,)
    assert remove_unused(Folder(own_library)) == found
    assert files(own_library) == needed | {young, copied, copy}
    assert find_unused(Folder(own_library)).files == ()


def test_what_a_killed_program_left_goes_once_it_is_old(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    session.mark(Span(0, 9))
    assert library.close(LONG)
    before = files(own_library)
    shelf = next(path for path in (own_library / "snapshots").iterdir())
    (own_library / "history").mkdir()
    left = [own_library / ".library.json.new", own_library / "backups" / ".x.json.gz.new", shelf / "0.new"]
    left += [own_library / ".journal-x.jsonl.new", own_library / "history" / ".1.jsonl.new"]
    others = [own_library / "notes.new", own_library / ".hidden", own_library / "backups" / "mine.txt"]
    for path in (*left, *others):
        path.write_bytes(b"x")
    assert find_unused(Folder(own_library)).files == ()
    aged([*left, *others])
    assert {*remove_unused(Folder(own_library)).files} == {*left}
    assert files(own_library) == before | {*others}


def with_history(folder: Path) -> Path:
    """Make a library with a finished journal, and return that."""
    library, session, _ = opened(folder.with_name("elsewhere"))
    session.add(Span(0, 9), note="first")
    assert library.close(LONG)
    folder.with_name("elsewhere").rename(folder)
    library, session, _ = opened(folder)
    session.add(Span(10, 19), note="second")
    assert library.close(LONG)
    (finished,) = (folder / "history").iterdir()
    return finished


def test_old_history_goes_only_when_it_is_asked_for(own_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    finished = with_history(own_library)
    before = files(own_library)
    assert find_unused(Folder(own_library)).history == ()
    assert find_unused(Folder(own_library), timedelta(days=1)).history == ()
    assert run(["purge", "--history-older-than", "0"]) == 0
    assert "reach back to 20" in capsys.readouterr().out
    assert run(["purge", "--history-older-than", "9" * 20, "--yes"]) == 0
    assert files(own_library) == before
    assert run(["purge", "--history-older-than", "0", "--yes"]) == 0
    assert files(own_library) == before - {finished}
    library = Library.open(own_library)
    undone = library.undo()
    assert undone is not None
    assert [record["note"] for record in kept(own_library, "annotations")] == ["first"]
    assert all(line is undone or line.undoes == undone.id or not line.undoes for line in library.history())
    assert library.close(LONG)


def test_history_that_the_file_does_not_cover_stays(own_library: Path, tmp_path: Path) -> None:
    with_history(own_library)
    older = tmp_path / "older"
    library, session, _ = opened(older)
    session.mark(Span(0, 3))
    assert library.close(LONG)
    shutil.copy(older / "library.json", own_library / "library.json")
    assert find_unused(Folder(own_library), timedelta(0)).history == ()
    # Now that all of it is taken in, and written to the file:
    assert len(kept(own_library, "annotations")) == 3
    assert len(find_unused(Folder(own_library), timedelta(0)).history) >= 1


@pytest.mark.parametrize("name", ["library.json", "journal-*.jsonl"])
def test_nothing_goes_while_the_library_is_damaged(own_library: Path, name: str) -> None:
    with_history(own_library)
    text_in(own_library, "Nobody knows this one.\n")
    aged((own_library / "snapshots").rglob("*.z"))
    (path,) = own_library.glob(name)
    path.write_bytes(b"?" + path.read_bytes()[1:])
    aged([path])
    before = files(own_library)
    with pytest.raises(ReaderError, match="damaged") as refused:
        remove_unused(Folder(own_library), timedelta(0))
    assert "reader repair" in refused.value.hint
    assert run(["purge", "--yes"]) == 1
    assert files(own_library) == before


def test_what_would_go_is_said_first(own_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["purge", "--yes"]) == 0
    assert "There is nothing to delete." in capsys.readouterr().out
    library, session, _ = opened(own_library)
    session.mark(Span(0, 9))
    assert library.close(LONG)
    text = text_in(own_library, "Nobody knows this one.\n")
    aged([text])
    size = text.stat().st_size
    assert run(["purge"]) == 0
    said = capsys.readouterr().out
    assert str(text.relative_to(own_library)) in said
    assert f"Would delete {size} bytes" in said
    assert "Nothing was changed" in said
    assert text.exists()
    assert run(["purge", "--yes"]) == 0
    assert f"Deleted {size} bytes" in capsys.readouterr().out
    assert not text.exists()
    assert run(["purge", "--history-older-than", "-1"]) == 2
