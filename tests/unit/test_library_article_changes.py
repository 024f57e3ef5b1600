"""Changes of the list of articles: each is one change that is saved, merged and undone; nothing of a review is lost by it."""

import shutil
from pathlib import Path

import pytest

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.formats.plain import plain_article
from reader.library import Library
from reader.library.article_changes import ArticleEditor
from reader.review.completeness import review_counts
from reader.review.reading_position import ReadingPosition
from reader.review.session import ReviewSession
from tests.unit.test_library import LONG, plain

FERRY = plain_article("The ferry counts again\n\nThe ferry carried 41,000 people in May. Nobody believed it.\n", "ferry.txt")
WELLS = plain_article("Salt in the wells\n\nChloride has doubled since 2009. The office denies it.\n", "wells.txt")


def reviewed(library: Library) -> tuple[str, str]:
    """Put two articles with a claim each into a library; return their ids."""
    ids: list[str] = []
    for article in (FERRY, WELLS):
        session, entry = library.session(article, "Ann")
        session.listen(lambda change, article_id=entry.id: library.save(article_id, change))
        session.set_note(session.set_tags(session.mark(Span(0, 9)), ["claimed"]), "why?")
        ids.append(entry.id)
    assert library.flush(LONG)
    return ids[0], ids[1]


def titles(library: Library) -> set[str]:
    return {entry.shown_title for entry in library.summaries()}


def review(library: Library, article_id: str) -> ReviewSession:
    article = {FERRY.digest: FERRY, WELLS.digest: WELLS}[library.entry(article_id).digest]
    return library.peek(article)[0]


def test_a_name_stands_in_place_of_the_title_which_stays(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ferry, _ = reviewed(library)
        assert ArticleEditor(library).rename(ferry, " Boats ") == "rename “The ferry counts again” to “Boats”"
        assert titles(library) == {"Boats", "Salt in the wells"}
        assert library.find("boats").id == library.find("the ferry counts again").id == ferry
    (record,) = (record for record in plain(own_library, "articles") if record["id"] == ferry)
    assert (record["name"], record["title"]) == ("Boats", "The ferry counts again")
    with Library.open(own_library) as library:
        library.session(FERRY, "Ann")
        assert library.entry(ferry).name == "Boats", "opening it again keeps the name"
        assert ArticleEditor(library).rename(ferry, "") == "give “Boats” its own title"
        assert titles(library) == {"The ferry counts again", "Salt in the wells"}


def test_tags_of_articles_are_of_the_one_codebook(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ids = reviewed(library)
        editor = ArticleEditor(library)
        assert editor.tag(ids, ["#water works", "claimed"]) == "tag 2 articles #water-works #claimed"
        assert [tag.name for tag in library.codebook()] == ["claimed", "water-works"]
        assert {entry.own_tags for entry in library.summaries()} == {("claimed", "water-works")}
        assert editor.tag(ids[:1], remove=["claimed"]) == "untag “The ferry counts again” -#claimed"
        assert editor.tag(ids[:1], remove=["claimed"]) == "", "it has no such tag any more"
    with Library.open(own_library) as library:
        (ferry,) = (entry for entry in library.summaries() if entry.id == ids[0])
        assert (ferry.own_tags, ferry.tags) == (("water-works",), ("claimed",))


def test_a_removed_article_comes_back_with_all_of_its_annotations(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ids = reviewed(library)
        assert ArticleEditor(library).remove(ids) == "remove 2 articles"
        assert titles(library) == set()
        with pytest.raises(ReaderError):
            library.find("Salt in the wells")
    with Library.open(own_library) as library:
        assert ArticleEditor(library).undo() == "remove 2 articles"
        assert titles(library) == {"The ferry counts again", "Salt in the wells"}
        assert [one.note for one in review(library, ids[1]).index.annotations()] == ["why?"]
        assert ArticleEditor(library).redo() == "remove 2 articles"
        assert titles(library) == set()
        library.session(FERRY, "Ann")
        assert titles(library) == {"The ferry counts again"}, "to open its file brings it back"


def test_deleted_articles_take_their_annotations_along_and_undo_brings_both_back(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ids = reviewed(library)
        editor = ArticleEditor(library)
        assert editor.count_deletion(ids).summary() == "2 articles, 2 claims, 2 notes"
        assert editor.delete(ids[:1]) == "delete “The ferry counts again”"
        assert [entry.id for entry in library.overview()[0]] == [ids[1]], "before the disk has it"
    assert len(plain(own_library, "annotations")) == len(plain(own_library, "articles")) == 1
    with Library.open(own_library) as library:
        ArticleEditor(library).undo()
        assert [one.note for one in review(library, ids[0]).index.annotations()] == ["why?"]


def test_undo_of_the_list_leaves_reviews_alone_and_the_other_way_round(own_library: Path) -> None:
    with Library.open(own_library) as library:
        ferry, _ = reviewed(library)
        ArticleEditor(library).archive([ferry])
        session = library.review(FERRY)
        session.set_note(session.index.annotations()[0], "later")
        assert library.flush(LONG)
        assert ArticleEditor(library).undo() == "archive “The ferry counts again”"
        assert ArticleEditor(library).undo() == "", "what was done in a review is not a change of the list"
        assert [one.note for one in review(library, ferry).index.annotations()] == ["later"]
        session.undo()
        session.undo()
        assert library.flush(LONG)
        assert ArticleEditor(library).redo() == "archive “The ferry counts again”"
        assert {entry.is_archived for entry in library.summaries()} == {True, False}


def test_two_windows_change_one_article_at_once_and_both_changes_stay(own_library: Path) -> None:
    with Library.open(own_library) as one, Library.open(own_library) as two:
        ferry, _ = reviewed(one)
        two.summaries()
        ArticleEditor(one).rename(ferry, "Boats")
        ArticleEditor(one).tag([ferry], ["north"])
        ArticleEditor(two).tag([ferry], ["south"])
        ArticleEditor(two).archive([ferry])
    with Library.open(own_library) as library:
        (entry,) = (entry for entry in library.summaries() if entry.id == ferry)
        assert (entry.name, entry.own_tags, entry.is_archived) == ("Boats", ("north", "south"), True)


def test_what_a_document_says_of_itself_is_in_the_list(own_library: Path) -> None:
    from reader.formats import parse_article

    meta = '<meta name="author" content="Ilka Tornby"><meta property="og:site_name" content="Lowfield Herald">'
    page = f"<html><head><title>Wells</title>{meta}</head><body><p>Chloride has doubled since 2009.</p></body></html>"
    with Library.open(own_library) as library:
        library.session(parse_article(page.encode(), "wells.html"), "Ann")
    with Library.open(own_library) as library:
        (entry,) = library.summaries()
        assert (entry.byline, entry.site) == ("Ilka Tornby", "Lowfield Herald")


def test_an_article_that_is_annotated_while_another_window_deletes_it_stays_with_the_annotation(own_library: Path) -> None:
    with Library.open(own_library) as reading, Library.open(own_library) as listing:
        ferry, _ = reviewed(reading)
        session, _ = reading.session(FERRY, "Ann")
        session.listen(lambda change: reading.save(ferry, change))
        assert ArticleEditor(listing).delete([ferry]) == "delete “The ferry counts again”"
        assert listing.flush(LONG)
        session.set_note(session.mark(Span(24, 33)), "the mate counted twice")
        assert reading.flush(LONG)
        for library in (reading, listing):
            assert titles(library) == {"The ferry counts again", "Salt in the wells"}
        assert "the mate counted twice" in {note.note for note in review(listing, ferry).index.annotations()}
        ArticleEditor(listing).undo()
        assert {note.note for note in review(listing, ferry).index.annotations()} == {"why?", "the mate counted twice"}


def test_a_deletion_spares_an_article_that_another_window_annotated_meanwhile(own_library: Path) -> None:
    with Library.open(own_library) as reading, Library.open(own_library) as listing:
        ferry, _ = reviewed(reading)
        editor = ArticleEditor(listing)
        editor.delete([ferry])
        editor.undo()
        session = reading.review(FERRY, "Ann")
        session.set_note(session.mark(Span(24, 33)), "the mate counted twice")
        assert reading.flush(LONG)
        assert editor.redo() == "delete “The ferry counts again”"
        assert titles(reading) == titles(listing) == {"The ferry counts again", "Salt in the wells"}
        assert [note.note for note in review(listing, ferry).index.annotations()] == ["the mate counted twice"]


@pytest.mark.parametrize("is_merge", [False, True])
def test_what_another_device_annotated_before_it_knew_of_a_deletion_is_listed(own_library: Path, *, is_merge: bool) -> None:
    with Library.open(own_library) as library:
        ferry, _ = reviewed(library)
    there = own_library.with_name("another device")
    shutil.copytree(own_library, there)
    with Library.open(own_library) as library:
        ArticleEditor(library).delete([ferry])
    with Library.open(there) as library:
        session = library.review(FERRY, "Ben")
        session.set_note(session.mark(Span(24, 33)), "the mate counted twice")
        assert library.flush(LONG)
        if not is_merge:
            (journal,) = there.glob("journal-*.jsonl")
            shutil.copy(journal, own_library / "journal-device02.jsonl")
    with Library.open(own_library) as library:
        if is_merge:
            library.merge(there, "Ann")
        else:
            library.session(WELLS, "Ann")
            assert library.flush(LONG)
        assert titles(library) == {"The ferry counts again", "Salt in the wells"}
        assert "the mate counted twice" in {note.note for note in review(library, ferry).index.annotations()}


def test_leaving_an_article_that_another_window_deleted_does_not_bring_it_back(own_library: Path) -> None:
    with Library.open(own_library) as reading, Library.open(own_library) as listing:
        ferry, _ = reviewed(reading)
        counts = review_counts(review(reading, ferry).index, 2026)
        ArticleEditor(listing).delete([ferry])
        assert listing.flush(LONG)
        reading.save_position(ferry, ReadingPosition(3))
        reading.save_counts(ferry, counts)
        assert reading.flush(LONG)
        assert titles(reading) == titles(listing) == {"Salt in the wells"}
