"""Changes of the codebook of a library: everywhere at once, undone as one step, and nothing that others did is lost."""

import shutil
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.formats.plain import plain_article
from reader.library import Library
from reader.library.article_changes import ArticleEditor
from reader.library.codebook_changes import CodebookEditor
from reader.library.tinydb_api import LibraryDB
from reader.review.cells import Record
from reader.review.codebook import Codebook
from reader.review.codec import as_list
from reader.review.model import Edit
from reader.review.session import ReviewSession
from reader.review.undo import UndoConflict
from tests.hypothesis_profiles import examples
from tests.unit.test_library import LONG, plain
from tests.unit.test_library_article_changes import FERRY, WELLS

TEXTS = {article.digest: article for article in (FERRY, WELLS)}


def review(library: Library, article_id: str) -> ReviewSession:
    """Return the review of an article, which saves its changes."""
    return library.review(TEXTS[library.entry(article_id).digest], "Ann")


def tagged(library: Library) -> tuple[str, str]:
    """Put two articles into a library, the second archived, whose claims and which themselves bear tags; return their ids."""
    ids: list[str] = []
    for article in (FERRY, WELLS):
        session, entry = library.session(article, "Ann")
        session.listen(lambda change, article_id=entry.id: library.save(article_id, change))
        session.set_tags(session.mark(Span(0, 9)), ["water/wells", "doubt"])
        session.judge(session.set_tags(session.mark(Span(10, 15)), ["water"]), "1", "supported")
        ids.append(entry.id)
    ArticleEditor(library).tag(ids[1:], ["water"])
    ArticleEditor(library).archive(ids[1:])
    assert library.flush(LONG)
    return ids[0], ids[1]


def state(library: Library) -> tuple[Codebook, list[Record], list[tuple[str, ...]]]:
    """Return all that a change of the codebook can change; the tags of a record in the order of their names."""
    assert library.flush(LONG)
    editor = CodebookEditor(library)
    marks = library.annotation_records(summary.id for summary in library.summaries(with_removed=True))
    sorted_marks: list[Record] = [{**mark, "tags": sorted(map(str, as_list(mark["tags"])))} for mark in marks]
    return editor.codebook(), sorted_marks, [summary.own_tags for summary in library.summaries(with_removed=True)]


def tags_on(library: Library, article_id: str) -> list[tuple[str, ...]]:
    return [annotation.tags for annotation in review(library, article_id).index.annotations()]


def test_a_rename_reaches_everything_and_is_undone_and_redone_as_one_step(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ids = tagged(library)
        before = state(library)
        editor = CodebookEditor(library, "Ann")
        plan = editor.codebook().rename("water", "sea")
        assert (plan.uses, plan.articles) == (4, 2)
        assert editor.apply(plan) == "rename #water to #sea"
        after = state(library)
        assert after[0] == before[0].after(plan)
        assert tags_on(library, ids[1]) == [("doubt", "sea/wells"), ("sea",)]
        assert {summary.own_tags for summary in library.summaries()} == {(), ("sea",)}
    with Library.open(own_library) as library:
        editor = CodebookEditor(library, "Ann")
        assert editor.undo() == "rename #water to #sea"
        assert state(library) == before
        assert editor.redo() == "rename #water to #sea"
        assert state(library) == after
        assert editor.redo() == ""
    assert {name for mark in plain(own_library, "annotations") for name in mark["tags"]} == {"doubt", "sea", "sea/wells"}


@pytest.mark.parametrize("kind", ["merge", "delete", "delete all", "define", "add"])
def test_every_plan_does_what_it_says_and_its_undo_takes_all_of_it_back(own_library: Path, kind: str) -> None:
    with Library.open(own_library) as library:
        tagged(library)
        before, editor = state(library), CodebookEditor(library, "Ann")
        codebook = editor.codebook()
        plan = {
            "merge": codebook.merge("water/wells", "doubt"),
            "delete": codebook.delete("water"),
            "delete all": codebook.delete("water", with_nested=True),
            "define": codebook.define("doubt", "Nobody knows."),
            "add": codebook.add("energy", "made, moved, used"),
        }[kind]
        assert editor.apply(plan) == plan.label
        assert state(library)[0] == before[0].after(plan)
        assert editor.undo() == plan.label
        assert state(library) == before


def test_an_open_review_sees_the_change_and_its_own_undo_stays_sound(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ferry, _ = tagged(library)
        session = review(library, ferry)
        library.on_remote_change = lambda article, edits: receive(session, article, edits)
        editor = CodebookEditor(library, "Ann")
        first = session.index.annotations()[0]
        session.set_tags(first, (*first.tags, "late"))
        editor.apply(editor.codebook().rename("water", "sea"))
        assert {tag.name for tag in session.index.tags()} == {"sea", "sea/wells", "doubt", "late"}
        assert set(session.index.annotations()[0].tags) == {"sea/wells", "doubt", "late"}
        session.undo()
        assert set(session.index.annotations()[0].tags) == {"sea/wells", "doubt"}
        editor.undo()
        assert set(session.index.annotations()[0].tags) == {"water/wells", "doubt"}
        assert session.index.tag_by_name("sea") is None
        assert library.flush(LONG)
        assert {annotation.tags for annotation in session.index.annotations()} == set(tags_on(library, ferry))


def receive(session: ReviewSession, article_id: str, edits: tuple[Edit, ...]) -> None:
    if article_id in ("", session.article_id):
        session.receive(edits)


def test_an_undo_leaves_what_was_done_since(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ferry, wells = tagged(library)
        editor = CodebookEditor(library, "Ann")
        editor.apply(editor.codebook().rename("water", "sea"))
        session = review(library, ferry)
        first, second = session.index.annotations()
        session.set_tags(first, ("doubt",))
        session.set_note(second, "after the rename")
        session.set_tags(session.mark(Span(20, 25)), ["sea"])
        ArticleEditor(library).tag([wells], ["new"])
        other = review(library, wells)
        other.remove(other.index.annotations()[:1])
        assert editor.undo() == "rename #water to #sea"
        assert tags_on(library, ferry) == [("doubt",), ("water",), ("sea",)], "what was taken off stays off; what came stays"
        assert review(library, ferry).index.annotations()[1].note == "after the rename"
        assert tags_on(library, wells) == [("water",)]
        assert {summary.own_tags for summary in library.summaries()} == {(), ("new", "water")}


def test_what_another_window_changed_in_between_is_never_lost(own_library: Path) -> None:
    with Library.open(own_library) as mine, Library.open(own_library) as theirs:
        ferry, _ = tagged(mine)
        plan = CodebookEditor(mine).codebook().rename("water", "sea")
        other = CodebookEditor(theirs, "Bea")
        other.apply(other.codebook().define("water", "what is in it"))
        assert theirs.flush(LONG)
        with pytest.raises(ReaderError, match="#water was changed meanwhile"):
            CodebookEditor(mine).apply(plan)
        editor = CodebookEditor(mine)
        session = review(theirs, ferry)
        session.set_tags(session.mark(Span(20, 25)), ["water"])
        assert theirs.flush(LONG)
        editor.apply(editor.codebook().rename("water", "sea"))
        assert [tag.definition for tag in mine.codebook() if tag.name == "sea"] == ["what is in it"]
        assert tags_on(mine, ferry)[-1] == ("sea",), "also what was tagged meanwhile"
        assert mine.flush(LONG)
        other.apply(other.codebook().define("sea", "salt"))
        assert theirs.flush(LONG)
        assert editor.undo() == "define #sea", "the last change of the codebook, in whatever window"
        assert editor.undo() == "rename #water to #sea"
        assert [tag.definition for tag in mine.codebook() if tag.name == "water"] == ["what is in it"]


def test_a_change_is_not_undone_when_its_tag_was_changed_since(own_library: Path) -> None:
    with Library.open(own_library) as library:
        tagged(library)
        editor = CodebookEditor(library)
        editor.apply(editor.codebook().add("energy", "made, moved, used"))
        assert library.flush(LONG)
        tags = {tag.name: tag for tag in library.codebook()}
        with LibraryDB(own_library) as database:
            database.table("tags").update({"definition": "salted"}, doc_ids=[uuid.UUID(tags["energy"].id).int])
        with pytest.raises(UndoConflict):
            editor.undo()
        assert [tag.definition for tag in library.codebook() if tag.name == "energy"] == ["salted"]


def test_the_card_of_a_tag_counts_verdicts_and_shows_its_last_claims(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ferry, wells = tagged(library)
        ArticleEditor(library).rename(wells, "Wells")
        details = CodebookEditor(library).details("water")
        assert details is not None
        assert (details.row.uses, details.row.nested_uses, details.row.own_articles) == (2, 4, 1)
        assert (details.verdicts, details.unjudged) == ({"supported": 2}, 0)
        assert [(mark.article, mark.title, mark.quote, mark.verdicts) for mark in details.last] == [
            (wells, "Wells", "e wel", ("supported",)),
            (ferry, "The ferry counts again", "count", ("supported",)),
        ]
        assert CodebookEditor(library).details("fire") is None
        ArticleEditor(library).remove([wells])
        details = CodebookEditor(library).details("water")
        assert details is not None
        assert (details.row.uses, details.row.own_articles, len(details.last)) == (1, 0, 1)


def test_a_tag_of_an_old_library_keeps_all_that_it_says(own_library: Path) -> None:
    article = plain_article("One sentence.\n", "one.txt")
    with Library.open(own_library) as library:
        session = library.review(article, "Ann")
        session.set_tags(session.mark(Span(0, 3)), ["old"])
    (record,) = plain(own_library, "tags")
    assert record.keys() - {"_v"} == {"id", "name", "definition", "colour", "symbol", "created", "creator"}


def test_a_field_of_a_later_version_outlives_every_change(own_library: Path) -> None:
    with Library.open(own_library) as library:
        tagged(library)
    with LibraryDB(own_library) as database:
        database.table("tags").update({"weight": 3})
    with Library.open(own_library) as library:
        editor = CodebookEditor(library, "Ann")
        for change in (lambda book: book.define("water", "what is in it"), lambda book: book.rename("water", "sea")):
            editor.apply(change(editor.codebook()))
        editor.apply(editor.codebook().merge("doubt", "sea"))
    assert {record["name"]: record.get("weight") for record in plain(own_library, "tags")} == {"sea": 3, "sea/wells": 3}


def test_two_devices_that_define_one_tag_keep_both_definitions_until_a_person_chooses(
    own_library: Path, tmp_path: Path
) -> None:
    with Library.open(own_library) as library:
        tagged(library)
    shutil.copytree(own_library, tmp_path / "other")
    for folder, definition in ((own_library, "mine"), (tmp_path / "other", "yours")):
        with Library.open(folder) as library:
            editor = CodebookEditor(library)
            editor.apply(editor.codebook().define("doubt", definition))
    with Library.open(own_library) as library:
        library.merge(tmp_path / "other", "Ann")
        editor = CodebookEditor(library, "Ann")
        tag = editor.codebook().tag("doubt")
        assert tag is not None
        assert {tag.definition, *tag.conflicts["definition"]} == {"mine", "yours"}
        assert any(fault.name == "doubt" for fault in editor.codebook().faults())
        editor.apply(editor.codebook().define("doubt", "ours"))
        assert library.flush(LONG)
        tag = editor.codebook().tag("doubt")
        assert tag is not None
        assert (tag.definition, dict(tag.conflicts)) == ("ours", {})


@pytest.fixture(scope="module")
def busy_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a library with many combinations of tags, of which each example gets a copy."""
    article = plain_article("A sentence of the article. " * 12, "busy.txt")
    folder = tmp_path_factory.mktemp("busy") / "library"
    with Library.open(folder) as library:
        session = library.review(article, "Ann")
        for number, names in enumerate(("a", "a/b", "a a/b", "c", "a c", "a/b c/d", "c/d", "e a")):
            session.set_tags(session.mark(Span(27 * number, 27 * number + 26)), names.split())
        ArticleEditor(library).tag([session.article_id], ["a", "e"])
        assert library.flush(LONG)
    return folder


@settings(max_examples=examples(60))
@given(st.lists(st.tuples(st.sampled_from(("rename", "move", "merge", "delete", "define")), st.data()), min_size=1, max_size=3))
@pytest.mark.slow
def test_changes_do_what_their_plans_say_and_undone_leave_all_as_it_was(
    busy_library: Path, steps: list[tuple[str, st.DataObject]]
) -> None:
    with TemporaryDirectory() as folder, Library.open(shutil.copytree(busy_library, Path(folder) / "library")) as library:
        editor = CodebookEditor(library, "Ann")
        states = [state(library)]
        for kind, data in steps:
            codebook = editor.codebook()
            names = st.sampled_from([row.tag.name for row in codebook.rows()])
            one, other = data.draw(names), data.draw(names)
            plan = {
                "rename": codebook.rename(one, "new/name"),
                "move": codebook.move(one, other),
                "merge": codebook.merge(one, other),
                "delete": codebook.delete(one, with_nested=data.draw(st.booleans())),
                "define": codebook.define(one, "what it is"),
            }[kind]
            if not plan.problem and editor.apply(plan):
                states.append(state(library))
                assert states[-1][0] == codebook.after(plan)
            if not editor.codebook().rows():
                break
        for former in reversed(states[:-1]):
            editor.undo()
            assert state(library) == former
