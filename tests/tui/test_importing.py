"""Importing annotations on the reading screen: the question, the report before anything comes in, undo, and a bad file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.test_library_actions import listed
from tests.tui.test_library_screen import two_articles
from tests.tui.test_matches import TOPICS, attached, listing, write_source
from tests.tui.texts import BUSES, article
from tests.tui.user import NARROW, User, reading
from tests.unit.zotero_library import ZoteroLibrary


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write_notes(*quotes: str) -> None:
    """Write an export of Hypothesis with a note on each quote."""
    rows = [
        {
            "id": f"a{number}",
            "user": "acct:mila@x",
            "uri": "https://buses.example/",
            "text": "who says so?",
            "tags": ["doubt"],
            "target": [{"selector": [{"type": "TextQuoteSelector", "exact": quote}]}],
        }
        for number, quote in enumerate(quotes)
    ]
    Path("notes.json").write_text(json.dumps({"rows": rows}), encoding="utf-8")


def quote_of(user: User) -> str:
    """Return the current sentence."""
    sentence = user.desk.current_sentence()
    return user.session.index.article.text[sentence.start : sentence.end]


@pytest.mark.parametrize("key", ["I", pytest.param("ctrl+l", marks=pytest.mark.slow)])
async def test_a_file_is_looked_at_then_taken_in_and_undone_as_one(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j")
        quote = quote_of(user)
        write_notes(quote, "The bridge to the moon was closed")
        await user.press(key)
        await user.type("notes.json")
        await user.press("enter")
        await user.until(lambda: "Would import 2 annotations" in user.picture)
        assert "1 quote not found in the article" in user.picture
        assert user.session.index.annotations() == ()
        await user.press("enter")
        await user.until(lambda: "2 annotations imported from notes.json" in user.footer)
        (mark,) = user.session.index.annotations()
        assert (mark.selector.exact, mark.note, mark.tags, mark.creator) == (quote, "who says so?", ("doubt",), "mila")
        await user.saved()
        await user.press("u")
        assert user.session.index.annotations() == user.session.index.orphans() == ()


async def test_keys_typed_at_once_take_in_what_slow_ones_do(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("j")
        write_notes(quote_of(user))
        user.send("I", *"notes.json", "enter", "j", "enter")
        await user.until(lambda: "1 annotation imported" in user.footer)
        assert user.over == "ReadingScreen"
        await user.saved()
        user.send("I", *"notes.json", "enter", "enter")
        await user.until(lambda: "Nothing new from notes.json" in user.picture)
        await user.press("escape")
        assert len(user.session.index.annotations()) == 1


async def test_escape_leaves_a_large_file_and_takes_nothing_in(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        write_notes(*([quote_of(user)] * 3_000))
        user.send("I", *"notes.json", "enter", "escape")
        await user.until(lambda: user.over == "ReadingScreen" and "import from" not in user.picture)
        await user.press("I")
        await user.until(lambda: "notes.json" in user.picture)
        assert user.session.index.annotations() == ()


async def test_a_file_that_cannot_be_read_says_why_and_keeps_the_name(own_library: Path) -> None:
    Path("notes.json").write_text("My own words.", encoding="utf-8")
    async with reading(BUSES, own_library) as user:
        user.send("I", *"notes.json", "enter")
        await user.until(lambda: "of no format that can be imported" in user.picture)
        await user.press("enter")
        assert user.over == "ImportScreen"
        await user.press("escape", "I")
        assert "notes.json" in user.picture


async def test_the_data_folder_of_zotero_is_read_and_the_report_says_which_item_it_took(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j")
        zotero, article = ZoteroLibrary(Path("Zotero")), user.session.index.article
        zotero.annotate(zotero.attach(zotero.add_item({"title": article.title}), "storage:a.pdf"), quote_of(user), "who?")
        user.send("I", *"Zotero", "enter")
        await user.until(lambda: "Would import 1 annotation" in user.picture)
        assert "same title" in user.picture
        user.send("enter")
        await user.until(lambda: "1 annotation imported from zotero.sqlite" in user.footer)
        assert [mark.note for mark in user.session.index.annotations()] == ["who?"]
        await user.saved()


async def test_a_long_report_scrolls_by_keys_and_enter_takes_it_in_from_anywhere(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("j")
        write_notes(quote_of(user), *(f"The bridge to moon number {n} was closed" for n in range(40)))
        user.send("I", *"notes.json", "enter")
        await user.until(lambda: "lines 1–" in user.picture)
        assert "40 quotes not found" in user.picture
        assert "number 39" not in user.picture
        for key, first in (("j", 2), ("down", 3), ("k", 2), ("up", 1), ("up", 1), ("pagedown", 16), ("pageup", 1)):
            await user.press(key)
            assert f"lines {first}–" in user.picture, key
        for last, top in (("G", "g"), ("end", "home")):
            await user.press(last)
            assert "number 39" in user.picture
            assert "Would import 41 annotations" in user.picture
            await user.press(top)
            assert "lines 1–" in user.picture
        user.send("G", "enter")
        await user.until(lambda: "41 annotations imported" in user.footer)
        await user.saved()


@pytest.mark.parametrize("is_fast", [False, True])
async def test_a_bibliography_shows_what_its_files_match_and_enter_attaches_them(own_library: Path, is_fast: bool) -> None:
    for number in range(2):
        write_source(Path(), number)
    entry = "@article{{k{n}, title={{{t}}}, file={{paper-{n:02}.html}}}}\n"
    text = "".join(entry.format(n=number + 1, t=TOPICS[number]) for number in range(2))
    Path("refs.bib").write_text(text, encoding="utf-8")
    async with reading(listing(3), own_library) as user:
        user.send("I", *"refs.bib", "enter", *(["enter"] if is_fast else []))
        if not is_fast:
            await user.until(lambda: "2 to attach" in user.header)
            assert attached(user) == []
            user.send("enter")
        await user.until(lambda: "2 sources attached" in user.footer)
        assert (user.over, attached(user)) == ("ReadingScreen", ["1", "2"])
        await user.saved()


async def test_a_bibliography_is_not_looked_through_where_nothing_is_listed(own_library: Path) -> None:
    Path("refs.ris").write_text("TY  - BOOK\nER  - \n", encoding="utf-8")
    async with reading(article(("Nothing is cited here.",), ()), own_library) as user:
        user.send("I", *"refs.ris", "enter")
        await user.until(lambda: "This article lists no references" in user.footer)
        assert user.over == "ReadingScreen"


async def test_the_library_opens_the_article_in_hand_for_an_import(own_library: Path) -> None:
    await two_articles(own_library)
    async with reading(None, own_library) as user:
        await listed(user)
        await user.press("down", "ctrl+o")
        await user.until(lambda: user.over == "ReadingScreen" and "import from" in user.picture)
        assert "Night buses in Ostrel" in user.header
