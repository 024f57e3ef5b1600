"""Noise, copying, colours, help, the palette, leaving; and that a key that cannot act says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reader.settings import load_settings
from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, reading, stored

NOISE = "a tapir is born in the zoo"


async def test_noise_is_hidden_until_its_key_and_the_place_stays(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("}", "}")
        before = user.sentence
        assert NOISE not in user.picture
        await user.press("g", "n")
        assert NOISE in user.picture
        assert "read also" in user.footer
        assert user.sentence == before
        await user.press("g", "n")
        assert NOISE not in user.picture
        assert user.sentence == before


async def test_an_article_without_noise_says_so(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("g", "n")
        assert "Nothing is set aside" in user.footer


@pytest.mark.parametrize("key", ["y", "ctrl+c"])
async def test_the_sentence_is_sent_to_the_clipboard_and_ends_nothing(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(key)
        assert user.app.clipboard == user.sentence
        assert "clipboard" in user.footer
        assert user.app.is_running


async def test_a_selection_is_sent_as_it_stands(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("v", "e", "e", "y")
        assert user.app.clipboard == "Ostrel began"


# ---------------------------------------------------------------------- help, palette, colours


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.slow
async def test_help_shows_the_keys_and_leaves(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        for key, leave in (("?", "escape"), ("f1", "enter"), ("?", "?"), ("f1", "f1")):
            await user.press(key)
            assert user.over == "HelpScreen"
            assert "ext or previous sentence" in user.picture
            await user.press(leave)
            assert user.over == "ReadingScreen"
        await user.press("j")
        assert user.sentence.startswith("The first winter")


async def test_help_opened_in_a_list_shows_the_keys_of_lists(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("tab", "?")
        at = user.picture.index("Go to the next or previous entry")
        assert at < user.picture.index("Show the next tab")
        assert "Go down a page" not in user.picture[:at], "those that act in the text too come after them"


async def test_help_goes_from_place_to_place_and_scrolls(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as user:
        await user.press("?")
        assert "Quit; everything is saved" not in user.picture
        await user.press(*["pagedown"] * 20)
        assert "Quit; everything is saved" in user.picture
        await user.press("tab")
        assert "Show the claim's next reference" in user.picture or "claim's next or previous reference" in user.picture
        await user.press("shift+tab", "shift+tab")
        assert "Stop opening, and quit" in user.picture, "before the first place comes the last"


@pytest.mark.slow
async def test_help_finds_an_action_by_key_or_words(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("?", "g", "h")
        assert "List the headings" in user.picture
        assert "Peek" not in user.picture
        await user.press("backspace", "backspace")
        await user.type("keep passage")
        assert "Keep the current passage as evidence" in user.picture
        await user.type("zzz")
        assert "No action has this key" in user.picture
        await user.press("escape")
        assert user.over == "ReadingScreen"


@pytest.mark.parametrize("key", [":", pytest.param("ctrl+p", marks=pytest.mark.slow)])
async def test_the_palette_finds_an_action_by_name_and_does_it(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(key)
        await user.type("not a cl")
        await user.until(lambda: "Nothing to check in this sentence" in user.picture)
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen" and user.quotes)
        assert user.annotation.kind == "not-claim"


@pytest.mark.slow
async def test_the_palette_shows_every_action_with_its_keys_by_group(own_library: Path) -> None:
    async with reading(BUSES, own_library, (100, 240)) as user:
        await user.press(":")
        assert user.over == "PaletteScreen"
        for action in user.app.keymap.actions:
            if action.in_palette and set(action.contexts).intersection(user.screen.palette_contexts):
                assert any(
                    re.split("[;:]", action.help)[0][:24] in row and user.app.keymap.label(action.id) in row
                    for row in user.lines
                ), action.id
        rows = [row.strip().removesuffix("keys").removesuffix("letters    ").strip() for row in user.lines]
        assert rows.index("Move") < rows.index("Mark") < rows.index("Judge") < rows.index("Find") < rows.index("Not now")


@pytest.mark.slow
async def test_the_palette_begins_with_what_was_used_last(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        for query in ("not a claim", "hide page noise"):
            await user.press(":")
            await user.type(query)
            await user.press("enter")
        await user.press(":")
        rows = [" ".join(row.split()) for row in user.lines]
        at = next(n for n, row in enumerate(rows) if "Used last" in row)
        assert "Show or hide page noise" in rows[at + 1]
        assert "Nothing to check in this sentence" in rows[at + 2]
        await user.type("nothing to ch")
        assert user.picture.count("Nothing to check") == 1, "it is not listed in its group too"


async def test_the_palette_lists_last_what_cannot_act_now_and_says_where_it_can(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(":")
        await user.type("passage")
        picture = user.picture[user.picture.index("Not now") :]
        assert "Keep the current passage as evidence" in picture
        assert "in the queue only" in picture
        await user.press("up", "enter")
        assert user.over == "PaletteScreen", "it stays, and says where the command acts"
        assert "in a source only" in user.lines[-4]
        await user.press("escape")
        assert user.quotes == []


@pytest.mark.parametrize(("size", "has_both"), [(WIDE, True), ((60, 18), False)])
async def test_the_palette_gives_up_the_column_of_other_keys_first(
    own_library: Path, size: tuple[int, int], has_both: bool
) -> None:
    async with reading(BUSES, own_library, size) as user:
        await user.press(":")
        await user.type("bookmark this")
        assert ("letters" in user.picture) is has_both
        assert "m a–z" in user.picture
        assert all(len(row) <= size[0] for row in user.lines)


async def test_a_click_in_the_palette_does_it_too(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(":")
        await user.type("nothing to check")
        await user.click("Nothing to check")
        assert user.annotation.kind == "not-claim"


@pytest.mark.slow
async def test_every_palette_action_can_be_run_without_an_error(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("j", "h")
        for action in user.app.keymap.actions:
            if (
                not action.in_palette
                or not {"text", "card", "list", "review"}.intersection(action.contexts)
                or action.id in ("quit", "library", "search-everything")
            ):
                continue
            user.screen.do(action.id)
            await user.settle()
            while user.over != "ReadingScreen" or user.screen.prompt.is_asking:
                await user.press("escape")
            await user.press("escape", "escape")
            assert user.app.is_running, action.id


async def test_a_bookmark_from_the_palette_asks_for_its_letter(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        user.screen.do("set-bookmark")
        await user.settle()
        await user.press("k", "enter")
        assert [bookmark.name for bookmark in user.session.index.bookmarks()] == ["k"]


async def test_the_themes_go_round_and_paint_the_text_anew(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        x, y = user.cell("Nobody")
        colours: list[object] = []
        for _ in range(4):
            colours.append(user.app.screen.get_style_at(x, y).color)
            await user.press("g", "t")
            assert "Colours:" in user.footer
        assert user.app.screen.get_style_at(x, y).color == colours[0]
        assert len(set(map(str, colours))) == 4
        await user.press("g", "t", "q")
    assert load_settings().theme == "light", "what a person chooses stays"


# ---------------------------------------------------------------------- leaving


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quit_saves_and_ends(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("h", key)
        await user.left()
        assert user.app.return_code in (0, None)
    assert len(stored(own_library, "annotations")) == 1


async def test_escape_goes_one_level_back_at_a_time(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("/")
        await user.type("council")
        await user.press("enter", "h", "o", "r", "escape")
        assert user.screen.key_context == "card", "first the peek"
        await user.press("escape")
        assert user.screen.key_context == "text", "then the card"
        assert user.desk.hits.spans
        await user.press("escape")
        assert not user.desk.hits.spans, "then the hits"
        await user.press("escape", "escape")
        assert user.app.is_running
        assert len(user.quotes) == 1


# ---------------------------------------------------------------------- what cannot be done, and what may follow


REASONS = {
    "t": "Nothing is marked here yet; h marks this sentence",
    "a": "Nothing is marked here yet; h marks this sentence",
    "3": "Nothing is marked here yet; h marks this sentence",
    "7": "Nothing is marked here yet",
    "0": "Nothing is marked here yet",
    "b": "Nothing is marked here yet",
    "S": "Nothing is marked here yet",
    "J": "Nothing is marked here yet",
    "dd": "Nothing is marked here yet",
    "r": "This sentence cites nothing",
    "c": "rests on no reference",
    "n": "No search yet",
    "N": "No search yet",
    "u": "Nothing to undo",
    "]": "No claims yet: h marks a sentence as one",
    "go": "No place to go forward to",
    "gx": "This sentence cites nothing",
    "gz": "gz",
    "m!": "m!",
}


async def test_a_key_that_cannot_act_says_why(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        for keys, why in REASONS.items():
            await user.press(*keys)
            assert why in user.footer, keys
            assert user.quotes == []
        for key, why in {"ctrl+r": "Nothing to redo", "ctrl+o": "No place to go back to"}.items():
            await user.press(key)
            assert why in user.footer, key


async def test_a_key_for_the_text_says_so_in_the_list(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        for key in "1tab":
            await user.press("g", "r", key)
            assert "text" in user.footer, key
            assert user.over == "ReadingScreen"
            assert user.quotes == []


@pytest.mark.slow
@pytest.mark.parametrize("size", [NARROW])
async def test_every_key_of_the_text_says_or_changes_something(own_library: Path, size: tuple[int, int]) -> None:
    """On an article with nothing marked, no key of the registry is silently dropped."""
    async with reading(LONG, own_library, size) as user:
        keymap, home = user.app.keymap, ""
        for action in keymap.actions:
            if "text" not in action.contexts or action.id in ("quit", "library", "escape", "help", "palette"):
                continue
            for keys in (*action.keys, *action.plain):
                if user.sentence != home or user.screen.has_list_focus:
                    await user.press("g", "g", "}", "}", "j")
                home = home or user.sentence
                letter = "a" if action.id == "set-bookmark" else "b"
                before = (user.picture, user.over)
                await user.press(*(letter if step == "<letter>" else step for step in keys.split(" ")))
                assert (user.picture, user.over) != before, f"{action.id} by {keys} did nothing anyone could see"
                while user.over != "ReadingScreen" or user.screen.prompt.is_asking:
                    await user.press("escape")
                await user.press("escape")
                while user.screen.key_context != "text":
                    await user.press("escape")


async def test_a_message_too_long_for_the_footer_is_folded_above_it(own_library: Path) -> None:
    async with reading(BUSES, own_library, (40, 12)) as user:
        await user.saved()
        await user.press("t")
        assert "Nothing is marked here yet; h marks this sentence" in user.footer
        await user.until(lambda: "saved ✓" in user.footer)
        await user.press("j")
        assert "Nothing is marked" not in user.picture


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_half_typed_sequence_shows_all_that_may_follow(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        for key in "gdm'":
            await user.press(key)
            assert user.footer.lstrip().startswith(f"{key} …")
            for follow, action in user.app.keymap.find("text", (key,)).follow:
                assert f" {follow.replace('<letter>', 'a–z')} {action.title.lower()}" in user.footer
            await user.press("escape")
            assert f"{key} …" not in user.footer
            assert user.sentence.startswith("Ostrel began"), "Escape ends the sequence and nothing else"


async def test_a_footer_hint_can_be_clicked(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.click(" mark ", into=2)
        assert len(user.quotes) == 1
        await user.press("j")
        x, y = user.cell("undo")
        await user.click_at((x, y))
        assert user.quotes == []


async def test_a_click_on_what_is_no_hint_does_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        for cell in ((117, 35), (100, 35), (3, 0), (40, 0)):
            await user.click_at(cell)
            assert user.quotes == []
            assert not user.screen.view.noise_shown
            assert user.desk.tab == "references"
