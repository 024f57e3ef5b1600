"""Sources in the library's folder: what cares for it knows them, and other windows and devices receive them."""

import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tinydb import TinyDB

from reader.article.article import Article
from reader.cli import run
from reader.library import Library, LibraryDB, SaveState
from reader.library.care.doctor import HEALTHY, PROBLEM, examine_library
from reader.library.care.purge import find_unused, remove_unused
from reader.library.folder import Folder
from reader.library.snapshots import find_digests
from reader.library.source_texts import keep_source
from reader.review.model import Edit, Evidence, Source
from reader.review.selector import make_selector
from reader.review.session import ReviewSession
from reader.review.vocabulary import EMPTY, NO_SOURCE, NO_TEXT, SUPPLIED
from tests.unit.review_strategies import article, where
from tests.unit.test_library import LONG, kept, opened, plain
from tests.unit.test_library_others import KEPT
from tests.unit.test_library_purge import aged, files, text_in

LEDGER = "The ledger of Island Lines\n\nIn May 20,500 people went out, and 20,500 came back.\n"
REVISED = "The ledger, revised\n\nIn May 20,400 people went out.\n"
PAGE = b"<!doctype html><title>The gate</title><h1>The gate</h1><p>It turned 20,500 times in May, says the office.</p>"
SCAN = b"%PDF the pixels of a page"


def attached(library: Library, session: ReviewSession, reference: str, read: Article | None, data: bytes = b"") -> Source:
    """Put a text behind a reference as the commands and the screen do."""
    return session.attach_source(reference, keep_source(library, read, data, "https://lines.example/ledger"))


def supplied(folder: Path) -> set[str]:
    """Make a library with every kind of source, and return the digests of what was kept for them."""
    library, session, _ = opened(folder)
    attached(library, session, "1", article(LEDGER))
    attached(library, session, "1", article(REVISED))
    page = article(PAGE.decode(), "gate.html")
    attached(library, session, "2", page)
    attached(library, session, "3", None, SCAN)
    session.detach_source("2")
    named = {one.digest for n in ("1", "3") if (source := session.sources.source(n)) for one in source.texts}
    (of_page,) = (text for text in [session.sources.source_with_text(page.digest)] if text)
    assert library.close(LONG)
    return named | {digest for one in of_page.texts for digest in (one.digest, one.original)}


def snapshots(folder: Path) -> set[str]:
    return {path.stem for path in (folder / "snapshots").rglob("*.z")}


def test_all_that_was_ever_supplied_is_kept_and_nothing_of_it_is_thrown_away(own_library: Path) -> None:
    named = supplied(own_library)
    assert len(named) == 5
    assert named < snapshots(own_library)
    unneeded = text_in(own_library, "Nobody knows this one.\n")
    aged((own_library / "snapshots").rglob("*.z"))
    before = files(own_library)
    assert remove_unused(Folder(own_library)).texts == (unneeded,)
    assert files(own_library) == before - {unneeded}
    # Not the history names them, the sources do.
    shutil.rmtree(own_library / "history", ignore_errors=True)
    for journal in own_library.glob("journal-*.jsonl"):
        journal.unlink()
    assert find_unused(Folder(own_library)).texts == ()


def test_a_source_is_read_back_as_it_was_supplied(own_library: Path) -> None:
    supplied(own_library)
    library, session, _ = opened(own_library)
    one, three = session.sources.source("1"), session.sources.source("3")
    assert one is not None
    assert three is not None
    assert three.text is not None
    assert [library.text(text) for text in one.texts] == [LEDGER, REVISED]
    assert (three.state, three.text.extent, library.document(three.text)) == (NO_TEXT, EMPTY, SCAN)
    page = session.sources.source_with_text(article(PAGE.decode(), "gate.html").digest)
    assert page is not None
    assert page.text is not None
    assert library.document(page.text) == PAGE
    assert library.close(LONG)


def test_sources_are_no_articles(own_library: Path) -> None:
    supplied(own_library)
    library = Library.open(own_library)
    assert [entry.title for entry in library.entries()] == [article().title]
    assert library.close(LONG)


# ---------------------------------------------------------------------- doctor, repair


def test_the_doctor_counts_them_and_says_whose_text_is_missing(own_library: Path) -> None:
    supplied(own_library)
    found = examine_library(own_library)
    assert {finding.state for finding in found} == {HEALTHY}
    assert any("1 article, 0 annotations, 0 tags, 3 sources" in finding.message for finding in found)
    digest = article(LEDGER).digest
    (own_library / "snapshots" / digest[:2] / f"{digest}.z").unlink()
    (wrong,) = (finding for finding in examine_library(own_library) if finding.state == PROBLEM)
    assert wrong.part == "snapshots"
    assert wrong.message == "the text of 1 source is missing: “The ledger of Island Lines”"
    assert "reader source add" in wrong.advice


def test_the_doctor_names_an_article_without_a_title_by_its_id(own_library: Path) -> None:
    with LibraryDB(own_library) as db:
        db.table("articles").insert({"id": "an-article", "digest": "0" * 64})
    (wrong,) = (finding for finding in examine_library(own_library) if finding.state == PROBLEM)
    assert wrong.message == "the text of 1 article is missing: “an-article”"


def test_the_doctor_tells_of_a_digest_that_is_no_text_and_of_a_backup_of_the_last_day(own_library: Path) -> None:
    supplied(own_library)
    with TinyDB(own_library / "library.json", ensure_ascii=True) as db:
        (record, *_) = db.table("sources")
        db.table("sources").update({"texts": [{**record["texts"][0], "digest": {"a": 1}}]}, doc_ids=[record.doc_id])
    (backup, *_) = (own_library / "backups").iterdir()
    backup.rename(backup.with_name("library-99991231T235959Z.json.gz"))
    command = [sys.executable, "-m", "reader", "doctor", "--library", str(own_library)]
    answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env={**os.environ, "TZ": "XXX-14"})
    assert "the text of 1 source is missing" in answer.stdout
    assert "up to 9999-12-31" in answer.stdout


def test_the_missing_text_is_there_again_once_it_is_supplied_anew(own_library: Path, tmp_path: Path) -> None:
    supplied(own_library)
    digest = article(REVISED).digest
    (own_library / "snapshots" / digest[:2] / f"{digest}.z").unlink()
    path, ferry = tmp_path / "revised.txt", tmp_path / "ferry.txt"
    path.write_text(REVISED, encoding="utf-8")
    ferry.write_text(article().text, encoding="utf-8")
    assert run(["doctor"]) == 1
    assert run(["source", "add", str(ferry), "1", str(path)]) == 0
    assert run(["doctor"]) == 0


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_damaged_file_gives_back_the_sources_that_stand_in_it_whole(own_library: Path, size: int) -> None:
    supplied(own_library)
    before = sorted(plain(own_library, "sources"), key=str)
    shutil.rmtree(own_library / "history", ignore_errors=True)
    shutil.rmtree(own_library / "backups", ignore_errors=True)
    for journal in own_library.glob("journal-*.jsonl"):
        journal.unlink()
    file = own_library / "library.json"
    data = file.read_bytes()
    # The name of the table, and where it begins, can no longer be read.
    file.write_bytes(data.replace(b'"sources"', b'"' + b"?" * size))
    assert run(["repair", "--yes"]) == 0
    assert sorted(kept_plain(own_library), key=str) == before


def kept_plain(folder: Path) -> list[dict[str, object]]:
    return [{name: value for name, value in record.items() if name != "_versions"} for record in kept(folder, "sources")]


# ---------------------------------------------------------------------- merging, other windows


def test_merging_brings_the_sources_and_their_texts(own_library: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    named = supplied(elsewhere)
    library, session, _ = opened(own_library)
    assert session.sources.state("1") == NO_SOURCE
    assert library.flush(LONG)
    assert library.merge(elsewhere, "ana").added == 3
    assert library.close(LONG)
    assert named <= snapshots(own_library)
    library, session, _ = opened(own_library)
    assert [session.sources.state(n) for n in "123"] == [SUPPLIED, NO_SOURCE, NO_TEXT]
    assert library.undo() is not None
    assert library.close(LONG)
    library, session, _ = opened(own_library)
    assert session.sources.state("1") == NO_SOURCE
    assert library.close(LONG)


def test_a_conflict_copy_brings_what_was_attached_on_another_device(own_library: Path, tmp_path: Path) -> None:
    library, session, _ = opened(own_library)
    attached(library, session, "1", article(LEDGER))
    assert library.close(LONG)
    other = tmp_path / "other device"
    shutil.copytree(own_library, other)
    for folder, reference, text in ((own_library, "2", REVISED), (other, "3", PAGE.decode())):
        library, session, _ = opened(folder)
        attached(library, session, reference, article(text))
        assert library.close(LONG)
    copy = own_library / "library (conflicted copy).json"
    shutil.copy(other / "library.json", copy)
    library = Library.open(own_library)
    assert library.conflict_copies() == (copy,)
    library.merge(copy, "ana")
    assert library.close(LONG)
    library, session, _ = opened(own_library)
    assert [session.sources.state(n) for n in "123"] == [SUPPLIED] * 3
    assert library.close(LONG)


def test_two_who_put_another_text_behind_one_reference_lose_none_of_them(own_library: Path, tmp_path: Path) -> None:
    library, session, _ = opened(own_library)
    attached(library, session, "1", article(LEDGER))
    assert library.close(LONG)
    other = tmp_path / "other device"
    shutil.copytree(own_library, other)
    for folder, text in ((own_library, REVISED), (other, PAGE.decode())):
        library, session, _ = opened(folder)
        attached(library, session, "1", article(text))
        assert library.close(LONG)
    library = Library.open(own_library)
    library.merge(other, "ana")
    assert library.close(LONG)
    library, session, _ = opened(own_library)
    source = session.sources.source("1")
    assert source is not None
    assert {text.digest for text in source.texts} == {article(text).digest for text in (LEDGER, REVISED, PAGE.decode())}
    assert source.text is not None
    assert library.close(LONG)


def test_another_window_receives_them(own_library: Path) -> None:
    here, session, entry = opened(own_library)
    assert here.flush(LONG)
    heard: list[Edit] = []
    arrived = threading.Event()

    def listen(article_id: str, edits: tuple[Edit, ...]) -> None:
        if article_id == entry.id:
            heard.extend(edits)
            arrived.set()

    here.on_remote_change = listen
    here.watch()
    there, other, _ = opened(own_library)
    made = attached(there, other, "1", article(LEDGER))
    assert there.close(LONG)
    assert arrived.wait(LONG)
    session.receive(heard)
    assert session.sources.source("1") == made
    assert made.text is not None
    assert here.text(made.text) == LEDGER
    assert here.close(LONG)


# ---------------------------------------------------------------------- the text before the change, other forms, other places


def test_what_names_a_text_is_not_saved_before_the_text_is(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    assert library.flush(LONG)
    snapshots_folder = own_library / "snapshots"
    away = snapshots_folder.rename(own_library / "away")
    snapshots_folder.write_bytes(b"in the way")
    attached(library, session, "1", article(LEDGER))
    assert not library.flush(LONG)
    assert kept(own_library, "sources") == []
    snapshots_folder.unlink()
    away.rename(snapshots_folder)
    assert library.flush(LONG)
    assert [record["current"] for record in kept(own_library, "sources")] == [article(LEDGER).digest]
    assert article(LEDGER).digest in snapshots(own_library)
    assert library.close(LONG)


def test_an_article_is_not_saved_before_its_text_and_document_are(own_library: Path) -> None:
    library = Library.open(own_library)
    named_texts: list[set[str]] = []

    def note_missing_texts(state: SaveState) -> None:
        if state.kind == "saved":
            lines = b"".join(path.read_bytes() for path in own_library.glob("journal-*.jsonl"))
            named_texts.append(find_digests(lines) - snapshots(own_library))

    library.on_save_state = note_missing_texts
    # While the digest of a large document is calculated, the writer has the time to save what is queued.
    library.session(replace(article(), original=bytes(1 << 26)), "ana")
    assert library.close(LONG)
    assert named_texts
    assert set().union(*named_texts) == set()


def test_a_text_stays_for_its_evidence_when_its_source_is_gone(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    claim = session.mark(where(session.index.article, "The port office counted 20,500"))
    read = article(LEDGER)
    attached(library, session, "2", read)
    session.undo()
    session.keep_evidence(claim, "2", Evidence(read.digest, make_selector(read.text, where(read, "20,500 people"))))
    assert library.close(LONG)
    assert kept(own_library, "sources") == []
    # A journal has a change that is older than the evidence: the file alone must be enough.
    shutil.rmtree(own_library / "history", ignore_errors=True)
    for journal in own_library.glob("journal-*.jsonl"):
        journal.unlink()
    aged((own_library / "snapshots").rglob("*.z"))
    assert remove_unused(Folder(own_library)).texts == ()
    assert read.digest in snapshots(own_library)


def test_a_text_stays_for_the_undo_that_would_bring_its_source_back(own_library: Path) -> None:
    library, session, _ = opened(own_library)
    attached(library, session, "1", article(LEDGER))
    session.undo()
    assert library.close(LONG)
    aged((own_library / "snapshots").rglob("*.z"))
    assert remove_unused(Folder(own_library)).texts == ()
    library, session, _ = opened(own_library)
    assert session.redo() is not None
    source = session.sources.source("1")
    assert source is not None
    assert source.text is not None
    assert library.text(source.text) == LEDGER
    assert library.close(LONG)


def test_going_on_elsewhere_takes_the_texts_along(own_library: Path, tmp_path: Path) -> None:
    library, session, _ = opened(own_library)
    # At some of the moves the text is just being written.
    for number in range(8):
        attached(library, session, "1", article(f"{LEDGER}{number}\n"))
        library.move_to(tmp_path / f"place {number}")
    assert library.close(LONG)
    shutil.rmtree(own_library)
    for number in range(7):
        shutil.rmtree(tmp_path / f"place {number}")
    library, session, _ = opened(tmp_path / "place 7")
    source = session.sources.source("1")
    assert source is not None
    assert [library.text(text) for text in source.texts] == [f"{LEDGER}{number}\n" for number in range(8)]
    assert library.close(LONG)


def test_a_library_of_the_first_form_takes_sources_evidence_and_findings(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(KEPT / "schema-1", folder)
    library = Library.open(folder)
    (entry,) = library.entries()
    session, entry = library.session(article(library.text(entry)), "ana")
    session.listen(lambda change: library.save(entry.id, change))
    reference, read = session.index.article.references[0].id, article(LEDGER)
    attached(library, session, reference, read)
    claim = session.index.claims()[0]
    passage = Evidence(read.digest, make_selector(read.text, where(read, "20,500 people")))
    claim = session.keep_evidence(session.decide(claim, "add-source", "the ledger"), reference, passage)
    session.dismiss_finding("never-cited:9", "never-cited", "[9] is never cited", "an appendix")
    assert library.close(LONG)
    (stored,) = plain(folder, "sources")
    assert (stored["current"], plain(folder, "meta")[0]["schema"]) == (read.digest, 2)
    library = Library.open(folder)
    again, _ = library.session(session.index.article, "ana")
    assert (again.index.get(claim.id), dict(again.index.dismissals())) == (
        session.index.get(claim.id),
        dict(session.index.dismissals()),
    )
    assert again.sources.source(reference) == session.sources.source(reference)
    assert library.close(LONG)
