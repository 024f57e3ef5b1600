"""What one does with articles in the library: sort, filter, rename, tag, archive, remove, delete, and take it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.library import Library
from reader.library.article_changes import ArticleEditor
from reader.library.counts import review_overview
from reader.registries.lookup import health_state
from tests.tui.test_library_screen import titles, two_articles
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, reading, stored

BOTH = ["The long count", "Night buses in Ostrel"]


async def listed(user: User, count: int = 2) -> None:
    """Wait until the library is listed."""
    await user.until(lambda: f" {count} article" in user.header and "Opening" not in user.footer)


async def told(user: User, words: str) -> None:
    """Wait until the footer tells something, and all is on the disk."""
    await user.until(lambda: words in user.footer)
    await user.saved()


async def test_a_column_sorts_by_key_and_click_and_turns(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("f6")
        await user.press("1")
        assert titles(user) == ["Night buses in Ostrel", "The long count"]
        assert "title ▴" in user.picture
        await user.click("title ▴")
        assert titles(user) == BOTH
        await user.click("claims")
        assert titles(user) == ["Night buses in Ostrel", "The long count"]
        assert "claims▾" in user.picture
        await user.click("claims▾")
        await user.press("ctrl+q")
        await user.left()
    async with reading(None, own_library) as user:
        await listed(user)
        assert "claims▴" in user.picture, "the order stays as it was left"
        assert titles(user) == BOTH


async def test_a_filter_that_cannot_be_read_is_named_and_hides_nothing(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.type("is:opne")
        assert "No filter “is:opne”" in user.footer
        assert titles(user) == BOTH


async def test_a_tag_that_has_no_column_is_shown_as_a_hit(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library, NARROW) as user:
        await listed(user)
        await user.type("wint")
        assert "Night buses in Ostrel  ◆ winter" in user.picture


@pytest.mark.slow
async def test_an_article_is_renamed_and_keeps_its_own_title(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("f2")
        await user.type("Sums")
        await user.press("enter")
        await told(user, "Renamed “The long count” to “Sums”")
        await user.until(lambda: "▌   Sums" in user.picture)
        await user.press("ctrl+z")
        await told(user, "Undone: rename")
        await user.until(lambda: titles(user) == BOTH)
        await user.press("ctrl+y")
        await told(user, "Redone: rename")
        await user.until(lambda: "▌   Sums" in user.picture)
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.screen.state.session)
        await user.settle()
        assert user.header.startswith(" Sums")
        await user.press("E", "m")
        await user.until(lambda: "# Sums" in user.picture)
    assert {record.get("name", "") for record in stored(own_library, "articles")} == {"Sums", ""}


@pytest.mark.slow
async def test_marked_articles_are_tagged_in_one_change(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("tab", "space", "space")
        assert "2 marked" in user.header
        await user.press("t")
        await user.type("water")
        await user.press("enter")
        await told(user, "Tagged 2 articles #water")
        await user.until(lambda: user.picture.count("● water") == 3)  # both rows, and the preview
        await user.press("t")
        assert "on the article: pick again to remove" in user.picture
        await user.press("escape", "u")
        await told(user, "Undone")
        await user.until(lambda: "water" not in user.picture.replace("#water", ""))
        assert "u undoes" not in user.footer
    assert [record.get("tags", []) for record in stored(own_library, "articles")] == [[], []]


@pytest.mark.slow
async def test_keys_typed_ahead_act_on_what_those_before_them_changed(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        user.send("tab", "t", *"water", "enter", "t", *"wat", "enter", "e", *"Counted", "enter", "z", "d", "d")
        await told(user, "Removed “Night buses in Ostrel”")
    records = {record["title"]: record for record in stored(own_library, "articles")}
    first, second = records["The long count"], records["Night buses in Ostrel"]
    assert (first.get("tags", []), first["name"], first["archived"]) == ([], "Counted", True)
    assert second["removed"] is True


async def test_an_archived_article_is_counted_and_listed_when_asked_for(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("tab", "z")
        await told(user, "Archived “The long count”")
        await user.until(lambda: titles(user) == ["Night buses in Ostrel"])
        assert "1 archived" in user.header
        await user.press("Z")
        assert titles(user) == ["The long count"]
        assert "1 archived article" in user.header
        await user.press("z")
        await told(user, "Took out of the archive “The long count”")
        await user.until(lambda: titles(user) == [])
        assert "as a path" not in user.picture, "Enter would not open a filter"
        await user.press("Z")
        assert titles(user) == BOTH


async def test_a_removed_article_comes_back_with_its_annotations(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("down", "delete")
        await told(user, "Removed “Night buses in Ostrel”")
        await user.until(lambda: titles(user) == ["The long count"])
        await user.press("ctrl+z")
        await user.until(lambda: titles(user) == BOTH)
        await user.press("down", "enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.screen.state.session)
        assert len(user.quotes) == 1


@pytest.mark.slow
async def test_deleting_says_what_it_deletes_and_asks(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("tab", "j", "D")
        assert "Only removed articles can be deleted: dd removes them first" in user.footer
        await user.press("d", "d")
        await told(user, "Removed “Night buses in Ostrel”")
        await user.until(lambda: titles(user) == ["The long count"])
        await user.press("X", "D")
        await user.until(lambda: "Delete “Night buses in Ostrel” for good?" in user.picture)
        assert "1 article, 1 claim" in user.picture
        await user.press("n")
        assert user.over == "LibraryScreen"
        await user.press("D")
        await user.until(lambda: user.over == "ConfirmScreen")
        await user.press("y")
        await told(user, "Deleted “Night buses in Ostrel”")
    assert stored(own_library, "annotations") == []
    async with reading(None, own_library) as user:
        await listed(user, 1)
        await user.press("ctrl+z")
        await told(user, "Undone: delete")
    assert len(stored(own_library, "annotations")) == 1


async def test_the_change_of_another_window_appears(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        with Library.open(own_library) as library:
            ArticleEditor(library, "Ben").rename(library.find("The long count").id, "Sums")
        await user.until(lambda: "▌   Sums" in user.picture)


async def test_a_dialog_that_closes_reads_again_only_what_others_changed(
    own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause in ("_POLL_SECONDS", "_MAX_POLL_SECONDS"):  # or the writer would see it before
        monkeypatch.setattr(f"reader.library.writer.{pause}", 3600.0)
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        library, settings = user.app.library.get(), user.app.settings

        def overview() -> object:
            return review_overview(library, settings.scale, health_state(library.folder, settings))

        before = overview()
        await user.press("f6", "1")
        await user.until(lambda: all(worker.is_finished for worker in user.app.workers))
        assert overview() is before
        with Library.open(own_library) as other:
            ArticleEditor(other, "Ben").rename(other.find("The long count").id, "Sums")
        await user.press("f6", "escape")
        await user.until(lambda: "▌   Sums" in user.picture)
        assert overview() is not before


async def test_review_goes_to_the_open_pairs_at_once(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("down", "f5")
        await user.until(lambda: user.over == "ReadingScreen" and user.screen.key_context == "review")
        assert "Night buses in Ostrel" in user.header


async def test_the_preview_tells_the_last_verdict_and_what_is_open(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h", "1", "j", "j", "h")
        await user.saved()
    async with reading(None, own_library, WIDE) as user:
        await listed(user, 1)
        await user.until(lambda: "Last verdicts" in user.picture)
        assert "✓ supports" in user.picture
        assert "to judge" in user.picture
        assert "not decided yet" in user.picture
    async with reading(None, own_library, (200, 50)) as user:
        await listed(user, 1)
        await user.until(lambda: "Last verdicts" in user.picture)
        verdict = next(row for row in user.lines if "✓ supports" in row)
        assert not verdict.rstrip().endswith("…"), "the time beside the list is whole"


async def test_a_new_title_is_that_of_the_open_article_at_once(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", "l")
        await listed(user, 1)
        await user.press("f2")
        await user.type("Buses at night")
        await user.press("enter")
        await told(user, "Renamed")
        await user.until(lambda: user.session.title == "Buses at night")
        await user.press("escape")
        assert user.over == "ReadingScreen"
        assert user.header.strip().startswith("Buses at night")


async def test_the_first_enter_opens_a_sample_with_its_sources(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await user.until(lambda: "open a sample" in user.picture)
        words = " ".join(user.picture.split())
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.screen.state.session)
        article, sources = user.screen.article, user.session.sources
        assert f"{len(article.sentences)} sentences, {len(article.references)} references, sources" in words
        assert [reference.id for reference in article.references if sources.source(reference.id)] == ["1", "2", "3", "4", "6"]


@pytest.mark.parametrize("size", [(60, 18), NARROW, WIDE])
async def test_no_word_of_the_first_start_is_cut(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(None, own_library, size) as user:
        await user.until(lambda: "An address is fetched when opened." in " ".join(user.picture.split()))
        assert "…" not in user.picture


@pytest.mark.slow
async def test_palette_and_help_work_in_the_library(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("ctrl+p")
        await user.until(lambda: user.over == "PaletteScreen")
        await user.type("archive")
        await user.until(lambda: "Archive the marked articles" in user.picture)
        await user.press("escape")
        await user.press("tab", "?")
        assert "Archive" in user.picture
        assert "Library" in user.picture


async def test_the_marked_articles_alone_are_exported(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("insert", "ctrl+e")
        await user.until(lambda: user.over == "ExportScreen")
        assert "Night buses" not in user.picture


FAULTY = (
    "# {0}\n\nSalt was spread [1]. Nobody knows why [7].\n\n## References\n\n1. Ito, M. (2022). Salt. https://s.example/{0}\n"
)


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.slow
async def test_what_a_check_of_the_marked_articles_finds_can_be_walked_into(
    own_library: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    for name in ("salt", "sand"):
        (tmp_path / f"{name}.md").write_text(FAULTY.format(name), encoding="utf-8")
    await two_articles(own_library)
    async with reading(None, own_library, size) as user:
        await listed(user)
        await user.type(f"{tmp_path / 'salt.md'} {tmp_path / 'sand.md'}")
        await user.press("enter")
        await listed(user, 4)
        await told(user, "Added 2 articles")
        (tmp_path / "sand.md").write_text(FAULTY.format("sand").replace("why", "why, or when"), encoding="utf-8")
        await user.press("tab", "g", "g", "space", "space", "c")
        await user.until(lambda: user.over == "CheckScreen")
        assert "2 findings in 2 of 2 articles" in user.header
        assert "CR" in user.picture
        assert "▌   sand · line 3" in user.picture, "the last that was added is the first of the list"
        await user.press("j")
        assert "▌   salt · line 3" in user.picture
        await user.press("{", "enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)
        await user.settle()
        assert user.sentence == "Nobody knows why, or when [7]."
        await user.press("escape", "escape")
        assert user.over == "CheckScreen"
        assert "▌   sand · line 3" in user.picture
        await user.press("escape")
        await listed(user, 4)


@pytest.mark.slow
async def test_a_check_that_finds_nothing_says_so(own_library: Path, tmp_path: Path) -> None:
    for name in ("salt", "sand"):
        (tmp_path / f"{name}.md").write_text(FAULTY.format(name).replace("[7]", "[1]"), encoding="utf-8")
    async with reading(None, own_library) as user:
        await user.until(lambda: "no articles yet" in user.header)
        await user.type(f"{tmp_path / 'salt.md'} {tmp_path / 'sand.md'}")
        await user.press("enter")
        await told(user, "Added 2 articles")
        await user.press("insert", "insert", "f7")
        await user.until(lambda: "Checked 2 articles · no findings" in user.footer)
