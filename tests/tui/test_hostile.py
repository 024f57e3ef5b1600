"""Nothing that an article, a tag, a note or a reference says is taken for markup, an action or a terminal's command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual import events

from reader.article.article import Article
from reader.article.ranges import Span
from reader.formats import read_article
from reader.review.model import Judgement
from reader.settings import Settings
from reader.tui.app import ReaderApp
from tests.tui.texts import article
from tests.tui.user import NARROW, WIDE, User, reading

SAMPLE = Path(__file__).parents[2] / "sample_articles" / "hostile.txt"

BITES = {
    "markup": "a [/b] [@click=app.quit]x[/] [bold red]y \\[w] [link=https://x.example]w[/link] {7*7} $primary :skull:",
    "escapes": "z \x1b[31mred\x1b[0m and \x1b]0;title\x07 and \x08\x9b31m with a few more words \x7f",
    "directions": "r \u202eevil\u202c \u2066q\u2069 \u200f",
}
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def bite(words: str) -> Article:
    """Return an article that has `words` in its title, its text, its references and its path."""
    return article(
        (f"Title {words}", f"A sentence says {words} and more [1]. Another one rests on it too [2].", f"The end says {words}."),
        ((f"Author {words}", "2020", f"Entry {words}"), ("Plain", "2021", "Plain")),
        title=f"Title {words}",
        source=f"/tmp/{words.replace('/', '_')}.txt".replace("\x00", ""),
    )


def look(user: User) -> str:
    """Look at the whole screen: nothing in it moves a cursor, turns the reading direction or hides an action. Return it."""
    for strip in user.app.screen._compositor.render_strips():
        assert not FORBIDDEN.search(strip.text), repr(strip.text)
        for segment in strip:
            meta = segment.style.meta if segment.style else {}
            assert "@click" not in meta, f"{segment.text!r} would do {meta['@click']!r}"
    assert user.app.is_running
    return user.picture


TOUR = (
    "j  r  escape  o  escape  g r  enter  g c  j  A  escape  t  escape  a  escape  / a  enter  f  escape  E  escape  ?  "
    "escape  : u  escape  g  escape  g n  g d  u  ctrl+r  y"
)
"""Keys that lead through every screen; two blanks part the places to look from."""


async def tour(user: User) -> None:
    """Go through every screen of the reading screen and look at each."""
    for keys in TOUR.split("  "):
        await user.press(*keys.split())
        look(user)
    while user.over != "ReadingScreen":
        await user.press("escape")


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("words", BITES.values(), ids=BITES)
@pytest.mark.slow
async def test_text_title_references_notes_and_tags_are_shown_and_never_obeyed(
    own_library: Path, words: str, size: tuple[int, int]
) -> None:
    async with reading(bite(words), own_library, size) as user:
        look(user)
        sentence = user.desk.current_sentence()
        user.session.add(
            sentence,
            tags=(words, f"{words}\nsecond line"),
            note=f"{words}\nand {words}",
            judgements=(Judgement("1", words), Judgement(words, "supports")),
        )
        user.session.add(Span(sentence.start, sentence.start + 10), kind=words)
        user.screen.show()
        await tour(user)
        await user.saved()
    async with reading(None, own_library, size) as user:
        await user.until(lambda: "1 article" in user.header)
        assert "Title" in look(user)
        await user.type("Title")
        look(user)
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen" or "no text" in user.footer)
        look(user)


@pytest.mark.parametrize("words", ["a [/b] b", "[@click=app.quit]x[/]", "[bold red]y"])
async def test_brackets_stand_on_the_screen_as_they_stand_in_the_text(own_library: Path, words: str) -> None:
    async with reading(bite(words), own_library) as user:
        assert f"A sentence says {words}" in user.picture
        assert f"Title {words}" in user.header
        assert f"Entry {words}" in user.list
        await user.press("h", "t")
        await user.type(words.replace(" ", ""))
        await user.press("enter")
        assert user.annotation.tags == (words.replace(" ", ""),)
        assert words.replace(" ", "")[:6] in user.card
        assert words.replace(" ", "") in user.footer
        await user.press("a")
        await user.type(words)
        assert words in user.picture
        await user.press("enter")
        assert words in user.card


async def test_a_click_on_a_click_action_is_a_click_on_text(own_library: Path) -> None:
    words = "[@click=app.quit]x[/]"
    async with reading(bite(words), own_library) as user:
        places = [user.cell("@click", nth) for nth in range(user.picture.count("@click"))]
        assert len(places) >= 5
        for place in places:
            await user.click_at(place)
            assert user.app.is_running


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_the_hostile_sample_can_be_read_from_end_to_end(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(read_article(str(SAMPLE)), own_library, size) as user:
        seen = {look(user)}
        for _ in range(120):
            await user.press("space", "h")
            seen.add(look(user))
            if "last" in user.footer or user.screen.view.scroll_offset.y >= user.screen.view.max_scroll_y:
                break
        assert len(seen) > 5
        await tour(user)


async def test_a_pasted_tag_with_line_breaks_is_one_name_in_one_line(own_library: Path) -> None:
    async with reading(bite("plain"), own_library) as user:
        await user.press("h", "t")
        user.app.post_message(events.Paste("one\ntwo\x1b[31m\u202e"))
        await user.settle()
        look(user)
        await user.press("enter")
        look(user)
        assert all("\n" not in tag and not FORBIDDEN.search(tag) for tag in user.annotation.tags)


async def test_a_pasted_note_keeps_its_lines_and_is_shown_safely(own_library: Path) -> None:
    async with reading(bite("plain"), own_library) as user:
        await user.press("h", "a")
        user.app.post_message(events.Paste("one [/b]\ntwo \x1b[31m\u202e[@click=app.quit]x[/]"))
        await user.settle()
        look(user)
        await user.press("enter")
        look(user)
        assert user.annotation.note.startswith("one [/b]\ntwo ")


async def test_a_pasted_search_filter_and_file_name_are_plain_text(own_library: Path) -> None:
    async with reading(bite("plain"), own_library) as user:
        for keys in ("/", "f", "E/"):
            await user.press(*keys)
            user.app.post_message(events.Paste("[/b] [@click=app.quit]x[/] \x1b[31m\u202e"))
            await user.settle()
            look(user)
            await user.press("enter")
            look(user)
            await user.press("escape")
            look(user)


async def test_a_hostile_message_of_the_library_is_only_shown(tmp_path: Path) -> None:
    folder = tmp_path / "[@click=app.quit]x[b"
    folder.write_text("a file where the folder should be", encoding="utf-8")
    app = ReaderApp(bite("plain"), folder, Settings(library=folder))
    async with app.run_test(size=WIDE) as pilot:
        user = User(app, pilot)
        await user.until(lambda: "Your library could not be opened" in user.notice)
        await user.press("h")
        assert "library" in look(user)
    app.close_library()
