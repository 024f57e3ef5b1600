"""The search over everything on the screen: hits as one types, filters as chips, the card, going there and coming back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.formats.source_input import read_paste
from reader.library.source_texts import keep_source
from reader.tui.panes.search import marked_lines
from reader.tui.search_screen import SearchScreen
from reader.tui.source.screen import SourceScreen
from reader.tui.styled_line import width_of
from tests.tui.files_kept import keep_files, put_back
from tests.tui.sources import CARRIED, CLOSEST, WINTER
from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, elsewhere, reading


def prepare(folder: Path) -> None:
    """Leave two articles in the library: the long count, and the buses with a judged claim, a note, and a source."""
    if not put_back("search", folder):
        _make(folder)
        keep_files("search", folder)


def _make(folder: Path) -> None:
    with elsewhere(LONG, folder):
        pass
    with elsewhere(BUSES, folder, "Ada") as window:
        claim = window.mark(CARRIED)
        claim = window.session.set_tags(claim, ["winter"])
        claim = window.session.set_note(claim, "Who counted the passengers?")
        window.session.judge(claim, "1", "overstated")
        pasted = read_paste(WINTER)
        window.session.attach_source("1", keep_source(window.library, pasted.article, pasted.data, ""))


async def search(user: User, text: str = "") -> SearchScreen:
    """Open the search, type, and wait until the hits are shown."""
    await user.press("g", "/")
    return await settled(user, text)


async def settled(user: User, text: str = "") -> SearchScreen:
    await user.until(lambda: user.over == "SearchScreen")
    await user.type(text)
    screen = user.app.screen
    assert isinstance(screen, SearchScreen)
    await user.until(lambda: screen.is_settled)
    await user.settle()
    return screen


@pytest.mark.parametrize("size", [WIDE, NARROW, (60, 18), (20, 6)])
async def test_hits_are_shown_in_context_as_one_types(own_library: Path, size: tuple[int, int]) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library, size) as user:
        await search(user, "passengers")
        if size[0] < 60:
            return
        assert "Search in everything" in user.header
        assert "412,000" in user.picture
        assert "claim" in user.picture
        if size == WIDE:
            assert "4 hits in 2 places" in user.header
            assert "↑ overstated" in user.picture
            assert "In the article" in user.picture
        await user.type(" zebra")
        await settled(user)
        assert "Nothing found" in user.picture
        assert "0 hits" in user.header


@given(st.text("ab 夜", max_size=90), st.integers(8, 40), st.integers(1, 4))
def test_a_hit_is_seen_wherever_it_stands_in_its_text(before: str, width: int, most: int) -> None:
    text = f"{before} flood and more words after it, which go on for some lines"
    start = len(before) + 1
    rows = list(marked_lines(text, [Span(start, start + 5)], width, most))
    assert len(rows) <= most
    assert all(width_of(row) <= width for row in rows)
    assert "".join(part.text for row in rows for part in row if "hit" in part.roles) == "flood"


async def test_a_complete_filter_is_a_chip_and_backspace_takes_it_off(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        screen = await search(user, "verdict:overstated #winter count")
        assert " verdict ↑ overstated  " in user.lines[1]
        assert " tag winter  " in user.lines[1]
        assert user.field.value == "count"
        assert screen.query_text == "verdict:overstated #winter count"
        assert "1 hit in 1 article" in user.header
        assert "Who counted the passengers?" in user.picture
        await user.press("home", "backspace")
        await settled(user)
        assert screen.query_text == "verdict:overstated count"
        await user.press("backspace", "backspace")
        await settled(user)
        assert screen.query_text == "count"
        assert "overstated" not in user.lines[1]


async def test_a_query_that_cannot_be_read_is_shown_with_what_is_wrong(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        await search(user, "passengers colour:red")
        assert "No filter “colour:red”; there are tag: ref:" in user.picture
        assert "412,000" not in user.picture


@pytest.mark.slow
async def test_enter_goes_to_the_claim_in_the_article_that_is_open(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        assert user.sentence != CARRIED
        await search(user, "who counted")
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen")
        assert user.sentence == CARRIED
        assert user.annotation.note == "Who counted the passengers?"
        await search(user)
        assert user.field.value == "who counted", "the search is as it was left"
        await user.press("ctrl+u")
        await settled(user, "passengers")
        await user.press("down", "enter")
        await user.until(lambda: user.over == "ReadingScreen")
        await search(user)
        assert "2 of 4" in user.picture, "at the same hit"
        await user.press("escape")
        assert user.over == "ReadingScreen"


async def test_enter_opens_another_article_at_the_hit_and_escape_returns(own_library: Path) -> None:
    prepare(own_library)
    async with reading(LONG, own_library) as user:
        await search(user, "kind:claim passengers")
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)
        assert user.sentence == CARRIED
        await user.press("ctrl+o")
        await settled(user)
        assert "1 hit in 1 article" in user.header
        await user.press("escape")
        assert user.screen.article.title == LONG.title


async def test_a_claim_marked_as_soon_as_a_hit_is_there_stays(own_library: Path) -> None:
    prepare(own_library)
    async with reading(LONG, own_library) as user:
        await search(user, "three studies")
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)
        session = user.session
        await user.press("h")
        await user.audited()
        assert user.session is session, "the review was opened once"
        assert len(user.quotes) == 2


async def test_only_the_pairs_found_are_reviewed_article_by_article(own_library: Path) -> None:
    prepare(own_library)
    with elsewhere(LONG, own_library) as window:
        window.mark("It goes on with a figure of 74 that a source is named for [1].")
        window.mark("It goes on with a figure of 111 that a source is named for [1].")
    async with reading(BUSES, own_library) as user:
        await search(user, "kind:claim figure 74")
        await user.press("f5")
        await user.until(lambda: user.over == "ReadingScreen" and user.desk.active_queue is not None)
        await user.settle()
        assert "filter pairs found" in user.header
        assert user.sentence.startswith("It goes on with a figure of 74 ")
        await user.press("7")
        assert "No pair that the search found is left" in user.picture
        await user.saved()
        await user.press("escape", "escape")
        await settled(user)
        await user.press("f5")
        await user.until(lambda: "No pair of these hits is open" in user.footer)


async def test_a_filter_is_chosen_by_its_digit(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        await search(user, "count")
        await user.press("f7", "2")
        assert user.field.value == "count verdict:"
        await settled(user, "overstated ")
        assert " verdict ↑ overstated  " in user.lines[1]


async def test_enter_on_a_hit_in_a_source_opens_it_there(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        await search(user, "kind:source drivers slept")
        await user.press("enter")
        await user.until(lambda: user.over == "SourceScreen")
        screen = user.app.screen
        assert isinstance(screen, SourceScreen)
        sentence = screen.state.current_sentence()
        assert screen.article.text[sentence.start : sentence.end] == "Drivers slept badly."


async def test_tab_goes_to_the_next_kind_and_right_shows_all_hits_of_an_article(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        screen = await search(user, "the")
        more = "more in this article"
        assert more in user.picture
        await user.press("down", "right")
        await user.until(lambda: user.picture.count(more) < 2)
        await user.press("tab")
        await settled(user)
        assert "claim" in user.picture
        await user.press("pagedown", "pageup", "shift+tab")
        await settled(user)
        assert screen.query_text == "the"


async def test_what_another_window_changes_is_found_without_asking(own_library: Path) -> None:
    prepare(own_library)
    async with reading(LONG, own_library) as user:
        await search(user, "quetzal")
        assert "Nothing found" in user.picture
        with elsewhere(BUSES, own_library) as window:
            window.session.set_note(window.on(CARRIED), "Quetzalcoatl was here")
            window.save()
            await user.until(lambda: "Quetzalcoatl" in user.picture)


async def test_enter_on_a_tag_shows_what_has_it(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        screen = await search(user, "kind:tag wint")
        await user.press("enter")
        await settled(user)
        assert screen.query_text == "kind:tag #winter"


async def test_from_the_review_queue_a_hit_leads_to_the_text(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        await user.press("j", "j", "j", "h", "R")
        assert user.desk.active_queue is not None
        await search(user, "who counted")
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen")
        assert user.desk.active_queue is None
        assert user.sentence == CARRIED


async def test_what_is_removed_last_is_gone_from_the_index_when_the_program_has_ended(
    own_library: Path, tmp_path: Path
) -> None:
    prepare(own_library)
    folder = tmp_path / "cache" / "claim-reader" / "search"
    async with reading(BUSES, own_library) as user:
        await search(user, "who counted")
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen")
        assert any(b"Who counted" in path.read_bytes() for path in folder.iterdir())
        await user.press("d", "d")
    assert not any(b"Who counted" in path.read_bytes() for path in folder.iterdir())


async def test_help_says_what_the_keys_of_the_search_do(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await search(user)
        assert "a tag; not a word" in user.picture, "before anything is typed, it says how to search"
        await user.press("f1")
        assert "Search" in user.picture
        await user.press("escape")
        assert user.over == "SearchScreen"


async def test_the_library_has_the_search_too(own_library: Path) -> None:
    prepare(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.press("ctrl+f")
        await settled(user, CLOSEST.split()[-1])
        await user.press("escape")
        await user.until(lambda: user.over == "LibraryScreen")


async def test_no_hit_is_markup_or_moves_the_cursor(own_library: Path) -> None:
    hostile = replace(BUSES, title="[b]Bus[/b] \x1b[31m")
    with elsewhere(hostile, own_library) as window:
        window.session.set_note(window.mark(CARRIED), "zebra [/] [link] \x1b]0;x\x07 ‮ drawkcab")
    async with reading(BUSES, own_library) as user:
        await search(user, "zebra")
        assert "zebra [/] [link] ␛]0;x␇" in user.picture
        assert "\x1b" not in user.picture
