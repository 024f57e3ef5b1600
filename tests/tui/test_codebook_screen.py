"""The codebook on the screen: the tree, the card, and each change of a tag by keys, shown before it is made and taken back."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.widgets import Input

from reader.library import Library
from reader.library.codebook_changes import CodebookEditor
from reader.review.vocabulary import TAG_SYMBOLS
from reader.tui.codebook.screen import CodebookScreen
from tests.tui.codebook import at_codebook, codebook, counted, prepare
from tests.tui.sources import CARRIED
from tests.tui.texts import BUSES
from tests.tui.user import NARROW, WIDE, User, elsewhere, reading, stored


def names(user: User) -> list[str]:
    """Return the names in the tree from top to bottom, as they are shown."""
    rows = (row[7:75].split() for row in user.lines[4:-1])
    return [words[1] for words in rows if len(words) > 1 and words[0] in TAG_SYMBOLS]


def in_hand(user: User) -> str:
    """Return the name of the tag in hand."""
    screen = user.app.screen
    assert isinstance(screen, CodebookScreen)
    assert screen.tags.current is not None
    return screen.tags.current.tag.name


async def told(user: User, words: str) -> None:
    """Wait until the footer tells something, all is on the disk, and the codebook was read again."""
    await user.until(lambda: words in user.footer)
    await user.saved()
    await counted(user)


def tags_of_claims(user: User) -> list[tuple[str, ...]]:
    """Return the tags of the claims of the article that is open, by place."""
    return [claim.tags for claim in user.session.index.claims()]


@pytest.mark.parametrize("size", [(200, 50), WIDE, NARROW, (60, 18), (40, 12), (20, 6)])
async def test_all_tags_are_listed_at_any_size(own_library: Path, size: tuple[int, int]) -> None:
    async with at_codebook(own_library, size=size) as user:
        await user.press("j")
        await counted(user)
        if size[0] < 40:
            return
        assert "Codebook" in user.header
        assert "▌  3     " in user.picture
        assert "per-cent" in user.picture
        if size[0] >= 60:
            assert "4 tags" in user.header
            assert "4 uses" in user.header
        if size[1] >= 18:
            assert "a share of a hundred" in user.picture
        if size[0] >= 110:
            assert "! no definition" in user.picture
            assert "verdicts on its claims" in user.picture
            assert "Its last claims" in user.picture
            assert f"↑ {CARRIED[:20]}" in user.picture


async def test_uses_are_counted_with_nested_ones_and_shared_claims_once(own_library: Path) -> None:
    async with at_codebook(own_library) as user:
        rows = {words[1]: words for row in user.lines[4:-1] if len(words := row[7:75].split()) > 1}
        assert rows["numbers"][-2:] == ["–", "3"], "three claims bear a tag of the group"
        assert rows["per-cent"][-1] == "2"
        assert rows["water"][-1] == "–"


async def test_a_tag_is_renamed_in_its_row_with_what_is_nested_and_taken_back(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers") as user:
        await user.press("e")
        assert user.field.value == "numbers"
        await user.type("figures")
        assert "was numbers" in user.picture
        assert "becomes" in user.picture
        assert "2 go with it" in user.picture
        await user.press("enter")
        await told(user, "Rename #numbers to #figures")
        assert in_hand(user) == "figures"
        assert names(user) == ["figures", "per-cent", "percentages", "water"]
        await user.press("u")
        await told(user, "Undone: rename #numbers to #figures")
        assert names(user) == ["numbers", "per-cent", "percentages", "water"]
        await user.press("ctrl+y")
        await told(user, "Redone: rename")
        await user.press("escape")
        assert user.over == "ReadingScreen"
        assert tags_of_claims(user)[0] == ("figures/per-cent", "figures/percentages")


async def test_keys_typed_before_the_tags_are_there_wait_for_them(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        user.send("g", "b", "j", "n", *"rails", "enter", "escape")
        await user.until(lambda: user.over == "ReadingScreen" and any("rails" in tag.name for tag in user.session.index.tags()))
        await user.settle()
        assert "Another window" not in user.footer


async def test_no_thread_of_a_change_stays_and_keeps_the_screen_in_memory(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers") as user:
        await user.press("e")
        await user.type("figures")
        await user.press("enter")
        await told(user, "Rename")
        await user.press("escape")
        await user.until(lambda: all(thread.name != "work" for thread in threading.enumerate()))


async def test_the_reading_screen_shows_a_new_name_at_once(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        await user.press("j", "j", "g", "b")
        await counted(user)
        assert in_hand(user) == "numbers/per-cent", "the tag of the claim at the cursor"
        await user.press("e")
        await user.type("share")
        await user.press("enter")
        await told(user, "Rename")
        await user.press("q")
        assert "numbers/sh…" in user.card
        assert user.annotation.tags == ("numbers/share",)


async def test_a_merge_is_shown_before_it_is_made(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/percentages") as user:
        await user.press("M")
        assert "joins ■ per-cent" in user.picture or "joins ◆ per-cent" in user.picture or "joins" in user.picture
        assert any(row.startswith("▸") and "per-cent" in row for row in user.lines)
        assert "1 claim bears both and counts once" in user.picture
        assert "3 uses" in user.picture
        assert "kept as synonym" in user.picture
        assert "↑↓ join another" in user.footer
        await user.press("s")
        assert "dropped" in user.picture
        await user.press("s", "enter")
        await told(user, "Merge #numbers/percentages into #numbers/per-cent")
        assert in_hand(user) == "numbers/per-cent"
        assert "percentages" in user.picture, "as a synonym"
        assert names(user) == ["numbers", "per-cent", "water"]
        await user.press("ctrl+z")
        await told(user, "Undone: merge")
        assert names(user) == ["numbers", "per-cent", "percentages", "water"]
    assert sorted(len(record["tags"]) for record in stored(own_library, "annotations")) == [1, 1, 2]


async def test_tab_takes_the_other_definition_of_a_merge(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/per-cent") as user:
        await user.press("M", "k")
        assert "of numbers" in user.picture
        await user.press("tab")
        assert "of per-cent" in user.picture
        await user.press("enter")
        await told(user, "Merge")
    (numbers,) = (record for record in stored(own_library, "tags") if record["name"] == "numbers")
    assert numbers["definition"] == "a share of a hundred"


async def test_a_tag_moves_under_another_and_to_the_top(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/percentages") as user:
        await user.press("m", "end")
        assert "goes under" in user.picture
        assert "water/percentages" in user.picture
        await user.press("enter")
        await told(user, "Move #numbers/percentages under #water")
        assert in_hand(user) == "water/percentages"
        await user.press("m", "home")
        assert any(row.startswith("▸") and "the top, under no tag" in row for row in user.lines)
        await user.press("enter")
        await told(user, "Move #water/percentages to the top")
        assert in_hand(user) == "percentages"


async def test_a_deletion_says_what_it_takes_and_is_taken_back(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/per-cent") as user:
        await user.press("delete")
        assert "goes off 2 uses in 1 article" in user.picture
        assert "u takes all of it back" in user.picture
        await user.press("enter")
        await told(user, "Delete #numbers/per-cent · u takes it back")
        assert names(user) == ["numbers", "percentages", "water"]
        await user.press("u")
        await told(user, "Undone: delete")
        await user.press("escape")
        assert sorted(tags_of_claims(user)[0]) == ["numbers/per-cent", "numbers/percentages"]


async def test_a_group_is_deleted_with_what_is_nested_if_asked(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers") as user:
        await user.press("d", "d")
        assert "2 stay" in user.picture
        await user.press("tab")
        assert "2 go too" in user.picture
        await user.press("enter")
        await told(user, "Delete #numbers and 2 nested tags")
        assert names(user) == ["water"]


async def test_escape_leaves_everything_as_it_was(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/per-cent") as user:
        before = user.picture
        for keys in ("e x", "n x", "m j", "M j", "d d", "i x", "a x", "s right 1"):
            await user.press(*keys.split(), "escape")
            await counted(user)
            assert user.over == "CodebookScreen", keys
            await user.until(lambda: user.picture == before)
            await user.press("j")
            assert in_hand(user) == "numbers/percentages", "the keys are the tree's again"
            await user.press("k")


@pytest.mark.slow
async def test_letters_in_a_field_are_no_actions(own_library: Path) -> None:
    prepare(own_library)
    every = "jknemMisdduoq/"
    async with reading(BUSES, own_library) as user:
        screen = await codebook(user, "water")
        for key in ("e", "n"):
            await user.press(key, *every, "home", "end", "pageup", "delete")
            assert user.field.value == every
            assert in_hand(user) == "water"
            await user.press("escape")
        for key in ("i", "a", "/"):
            await user.press(key, *every)
            assert isinstance(screen.focused, Input)
            assert screen.focused.value == every
            await user.press("escape")
        await counted(user)
        assert names(user) == ["numbers", "per-cent", "percentages", "water"]


async def test_a_new_tag_is_written_where_it_will_stand(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/per-cent") as user:
        await user.press("insert")
        await user.type("rounded")
        assert "under numbers" in user.picture
        await user.press("tab")
        assert "under numbers/per-cent" in user.picture
        await user.press("tab")
        assert "at the top" in user.picture
        await user.press("tab", "enter")
        await told(user, "Add #numbers/rounded")
        assert in_hand(user) == "numbers/rounded"


async def test_a_name_that_is_taken_is_refused_and_says_what_to_do(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/per-cent") as user:
        await user.press("f2")
        await user.type("percentages")
        assert "#numbers/percentages exists already" in user.picture
        await user.press("enter")
        assert user.field.value == "percentages", "the name stays to be mended"
        await user.press("escape")
        assert names(user) == ["numbers", "per-cent", "percentages", "water"]


async def test_a_definition_and_synonyms_are_shown_as_they_are_written(own_library: Path) -> None:
    async with at_codebook(own_library, "water") as user:
        await user.press("i")
        await user.type("what is in it")
        assert user.picture.count("what is in it") == 3, "in the field, the row and the card"
        await user.press("enter")
        await told(user, "Define #water")
        await user.press("a")
        await user.type("sea, lake")
        await user.press("enter")
        await told(user, "water")
        assert "also typed  sea, lake" in user.picture
        assert "2 without a definition" not in user.header
    (water,) = (record for record in stored(own_library, "tags") if record["name"] == "water")
    assert (water["definition"], water["names"]) == ("what is in it", ["sea", "lake"])


async def test_sign_colour_and_key_are_chosen_with_a_preview(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        screen = await codebook(user, "water")
        await user.press("s", "3")
        assert "3 is the key of numbers/per-cent, which loses it" in user.picture
        await user.until(lambda: "▌  3  " in user.picture)
        await user.press("right", "down", "enter")
        await told(user, "Sign of #water")
        row = screen.codebook.row("water") if screen.codebook is not None else None
        assert row is not None
        assert row.tag.digit == "3"
        await user.press("u")
        await told(user, "Undone")
        assert screen.codebook is not None
        holder = screen.codebook.with_digit("3")
        assert holder is not None
        assert holder.name == "numbers/per-cent"


async def test_finding_looks_at_names_synonyms_and_definitions(own_library: Path) -> None:
    async with at_codebook(own_library) as user:
        await user.press("f7")
        await user.type("hundred")
        assert names(user) == ["numbers/per-cent"]
        assert "1 of 4 tags" in user.header
        await user.press("enter")
        assert "Esc show all" in user.footer
        await user.press("escape")
        assert names(user) == ["numbers", "per-cent", "percentages", "water"]
        await user.press("/")
        await user.type("zebra")
        assert "No tag has these words" in user.picture
        await user.press("escape", "escape")
        assert user.over == "ReadingScreen"


async def test_enter_shows_its_claims_in_the_search_and_escape_comes_back(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/percentages") as user:
        await user.press("enter")
        await user.until(lambda: user.over == "SearchScreen" and "3 hits" in user.header)
        assert "tag numbers/percentages" in user.picture
        await user.press("escape")
        await counted(user)
        assert in_hand(user) == "numbers/percentages"


async def test_what_another_window_tags_is_counted(own_library: Path) -> None:
    async with at_codebook(own_library, "water") as user:
        with elsewhere(BUSES, own_library) as window:
            sentence = list(window.session.index.article.sentences.all())[5]
            window.session.set_tags(window.session.mark(sentence), ["water"])
        await user.until(lambda: "5 uses" in user.header)
        await counted(user)
        assert in_hand(user) == "water"


async def test_a_plan_for_a_tag_that_another_window_deleted_is_left(own_library: Path) -> None:
    async with at_codebook(own_library, "water") as user:
        await user.press("M")
        with Library.open(own_library) as library:
            editor = CodebookEditor(library)
            editor.apply(editor.codebook().delete("water"))
        await user.until(lambda: "changed meanwhile" in user.footer)
        assert names(user) == ["numbers", "per-cent", "percentages"]


async def test_it_opens_from_the_library_and_goes_back_there(own_library: Path) -> None:
    prepare(own_library)
    async with reading(None, own_library) as user:
        await user.until(lambda: "2 articles" in user.header)
        await user.press("ctrl+t")
        await counted(user)
        await user.press("escape")
        assert user.over == "LibraryScreen"
        await user.press("tab", "g", "b")
        await counted(user)


async def test_it_opens_from_the_tag_dialog_which_then_offers_the_new_name(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        await user.press("j", "t")
        await user.type("percentages")
        await user.press("ctrl+t")
        await counted(user)
        assert in_hand(user) == "numbers/percentages"
        await user.press("e")
        await user.type("portion")
        await user.press("enter")
        await told(user, "Rename")
        await user.press("escape")
        assert user.over == "TagScreen"
        await user.press(*["backspace"] * 11)
        assert "numbers/portion" in user.picture
        assert "numbers/percentages" not in user.picture


async def test_an_empty_codebook_says_how_to_begin(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await codebook(user)
        assert "No tags yet; n adds one" in user.picture
        await user.press("n")
        await user.type("first")
        await user.press("enter")
        await told(user, "Add #first")
        assert names(user) == ["first"]


async def test_the_mouse_takes_a_tag_in_hand_and_aims(own_library: Path) -> None:
    async with at_codebook(own_library) as user:
        await user.click("percentages")
        await counted(user)
        assert in_hand(user) == "numbers/percentages"
        await user.click("merge with another")
        await user.click("water")
        assert any(row.startswith("▸") and "water" in row for row in user.lines)


async def test_signs_tell_the_states_without_colour(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/percentages", theme="terminal colours") as user:
        await user.press("M")
        cells = [(text, style) for strip in user.app.screen._compositor.render_strips() for text, style, *_ in strip if style]
        assert any("percentages" in text and style.strike for text, style in cells), "what leaves"
        assert any("per-cent" in text and style.underline for text, style in cells), "what it joins"
        assert all(style.color is None or style.color.is_default or style.color.number is not None for _, style in cells)


@pytest.mark.slow
async def test_the_codebook_is_written_to_a_file_and_taken_over_from_one(own_library: Path, tmp_path: Path) -> None:
    prepare(own_library)
    target = tmp_path / "tags.csv"
    async with reading(BUSES, own_library) as user:
        await codebook(user)
        await user.press("E", *["backspace"] * 12)
        await user.paste(str(target))
        await user.press("enter")
        await told(user, "Exported 4 tags to")
        table = target.read_text("utf-8")
        assert "numbers/per-cent,a share of a hundred" in table
        target.write_text(table + "roads,what is driven on,,,,\n", "utf-8")
        await user.press("ctrl+e", "enter")
        assert "Enter again replaces it" in user.picture
        await user.press("escape", "I", "enter")
        await user.until(lambda: user.over == "ConfirmScreen")
        assert "Import tags.csv: 1 new tag?" in user.picture
        await user.press("y")
        await told(user, "Import tags.csv · u takes it back")
        assert "roads" in names(user)
        await user.press("u")
        await told(user, "Undone: import tags.csv")
        assert "roads" not in names(user)
    assert target.read_text("utf-8").endswith("roads,what is driven on,,,,\n"), "nothing replaced it"


async def test_a_file_that_is_no_codebook_is_refused(own_library: Path, tmp_path: Path) -> None:
    prepare(own_library)
    (tmp_path / "broken.qdc").write_bytes(b"no XML")
    complaints = {
        "tags.txt": "must end in .csv or .qdc",
        "none.csv": "cannot be read",
        "broken.qdc": "This is no REFI-QDA codebook",
    }
    async with reading(BUSES, own_library) as user:
        for name, words in complaints.items():
            await codebook(user)
            await user.press("I", "ctrl+u")
            await user.paste(str(tmp_path / name), "enter")
            await user.until(lambda words=words: words in user.picture)
            assert user.over == "CodebookScreen"
            while user.over != "ReadingScreen":
                await user.press("escape")


async def test_what_a_tag_joins_is_found_by_words_or_by_a_label(own_library: Path) -> None:
    async with at_codebook(own_library, "numbers/percentages") as user:
        await user.press("M", "/")
        await user.type("wat")
        assert names(user) == ["numbers/percentages", "water"], "the tag in hand stays"
        assert "becomes ▲ water" in user.picture
        await user.press("enter", "escape")
        assert names(user) == ["numbers", "per-cent", "percentages", "water"]
        await user.press("M", "f10")
        label = next(row for row in user.lines if "water" in row[:75])[0]
        await user.press(label)
        assert "becomes ▲ water" in user.picture
        await user.press("enter")
        await told(user, "Merge #numbers/percentages into #water")
