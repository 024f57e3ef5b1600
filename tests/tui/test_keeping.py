"""Noise, copying, exporting, colours, help, the palette, leaving; and that a key that cannot act says why."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.hand import NARROW, WIDE, Hand, reading, stored
from tests.tui.texts import BUSES, LONG, article

NOISE = "a tapir is born in the zoo"


async def test_noise_is_hidden_until_its_key_and_the_place_stays(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("}", "}")
        before = hand.sentence
        assert NOISE not in hand.picture
        await hand.press("g", "n")
        assert NOISE in hand.picture
        assert "read also" in hand.footer
        assert hand.sentence == before
        await hand.press("g", "n")
        assert NOISE not in hand.picture
        assert hand.sentence == before


async def test_an_article_without_noise_says_so(own_library: Path) -> None:
    async with reading(LONG, own_library) as hand:
        await hand.press("g", "n")
        assert "Nothing is set aside" in hand.footer


@pytest.mark.parametrize("key", ["y", "ctrl+c"])
async def test_the_sentence_is_sent_to_the_clipboard_and_ends_nothing(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(key)
        assert hand.app.clipboard == hand.sentence
        assert "clipboard" in hand.footer
        assert hand.app.is_running


async def test_a_selection_is_sent_as_it_stands(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("v", "e", "e", "y")
        assert hand.app.clipboard == "Ostrel began"


# ---------------------------------------------------------------------- export


async def exported(hand: Hand, name: str, key: str = "E") -> None:
    """Export to a file of this name."""
    await hand.press(key, "ctrl+u")
    await hand.type(name)
    await hand.press("enter")


@pytest.mark.parametrize(("key", "ending"), [("E", "md"), ("ctrl+e", "csv")])
async def test_claims_and_verdicts_are_written_to_the_named_file(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, ending: str
) -> None:
    monkeypatch.chdir(tmp_path)
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "4")
        await exported(hand, f"out.{ending}", key)
        assert f"Exported to out.{ending}" in hand.footer
        assert hand.screen.key_context == "text"
    written = (tmp_path / f"out.{ending}").read_text(encoding="utf-8")
    assert "412,000 passengers" in written
    assert "does not support" in written or "does-not-support" in written


async def test_json_lines_hold_one_claim_a_line(own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h", "4", "}", "h")
        await exported(hand, "out.jsonl")
    rows = [json.loads(row) for row in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert "412,000 passengers" in json.dumps(rows[0])
    assert len(rows) == 2


async def test_a_file_that_exists_is_replaced_only_when_asked_twice(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "mine.md"
    target.write_text("keep me", encoding="utf-8")
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await exported(hand, "mine.md")
        assert target.read_text(encoding="utf-8") == "keep me"
        assert "Enter again replaces it" in hand.footer
        await hand.press("escape")
        assert target.read_text(encoding="utf-8") == "keep me"
        await exported(hand, "mine.md")
        assert target.read_text(encoding="utf-8") == "keep me", "a question that was left is asked again"
        await hand.press("enter")
        assert "Ostrel began" in target.read_text(encoding="utf-8")


async def test_the_yes_to_one_file_is_no_yes_to_another(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("keep me", encoding="utf-8")
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await exported(hand, "a.md")
        await hand.press("ctrl+u")
        await hand.type("b.md")
        await hand.press("enter")
        assert "Enter again replaces it" in hand.footer
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == (tmp_path / "b.md").read_text(encoding="utf-8") == "keep me"


@pytest.mark.parametrize(
    ("name", "why"), [("", "must end in .md"), ("out.txt", "must end in .md"), ("no/such/folder/x.md", "folder")]
)
async def test_a_name_that_cannot_be_says_why_and_asks_on(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    async with reading(BUSES, own_library) as hand:
        await hand.press("h")
        await exported(hand, name)
        assert why in hand.footer
        assert hand.field.value == name


async def test_the_offered_name_comes_from_the_article(own_library: Path) -> None:
    text = article(("Title", "A sentence that is long enough."), source="/some/where/ferry.md")
    async with reading(text, own_library) as hand:
        await hand.press("E")
        assert hand.field.value == "ferry-claims.md"


# ---------------------------------------------------------------------- help, palette, colours


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_help_shows_the_keys_and_leaves(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        for key, leave in (("?", "escape"), ("f1", "q"), ("?", "?"), ("f1", "f1")):
            await hand.press(key)
            assert hand.over == "HelpScreen"
            assert "Go to the next sentence" in hand.picture
            await hand.press(leave)
            assert hand.over == "ReadingScreen"
        await hand.press("j")
        assert hand.sentence.startswith("The first winter")


async def test_help_opened_in_a_list_begins_with_the_keys_of_lists(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as hand:
        await hand.press("tab", "?")
        assert "In the lists on the side" in hand.picture
        at = hand.picture.index("Go to the next entry")
        assert at < hand.picture.index("Show the next tab")
        assert "Go down a page" not in hand.picture[:at], "those that act in the text too come after them"


async def test_help_scrolls_to_its_end_by_keys(own_library: Path) -> None:
    async with reading(BUSES, own_library, NARROW) as hand:
        await hand.press("?")
        assert "While an article is opened" not in hand.picture
        await hand.press(*["space"] * 20)
        assert "While an article is opened" in hand.picture


async def test_help_says_what_acts_here_first(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("tab", "?")
        headings = [row.strip() for row in hand.lines if "In the " in row]
        assert "In the lists" in headings[0]


@pytest.mark.parametrize("key", [":", "ctrl+p"])
async def test_the_palette_finds_an_action_by_name_and_does_it(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press(key)
        await hand.type("not a cl")
        await hand.until(lambda: "Nothing to check in this sentence" in hand.picture)
        await hand.press("enter")
        await hand.until(lambda: hand.over == "ReadingScreen" and hand.quotes)
        assert hand.annotation.kind == "not-claim"


async def test_the_palette_shows_every_action_with_its_key(own_library: Path) -> None:
    async with reading(BUSES, own_library, (100, 240)) as hand:
        await hand.press(":")
        await hand.until(lambda: "Next sentence" in hand.picture and "Quit" in hand.picture)
        for action in hand.app.keymap.actions:
            if action.in_palette and "library" not in action.contexts:
                assert action.title in hand.picture, action.id
                assert hand.app.keymap.label(action.id) in hand.picture


async def test_every_palette_action_can_be_run_without_an_error(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("j", "h")
        for action in hand.app.keymap.actions:
            if not action.in_palette or "library" in action.contexts or action.id in ("quit", "library"):
                continue
            hand.screen.do(action.id)
            await hand.settle()
            while hand.over != "ReadingScreen" or hand.screen.prompt.is_asking:
                await hand.press("escape")
            await hand.press("escape", "escape")
            assert hand.app.is_running, action.id


async def test_a_bookmark_from_the_palette_asks_for_its_letter(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        hand.screen.do("set-bookmark")
        await hand.settle()
        await hand.press("k", "enter")
        assert [bookmark.name for bookmark in hand.session.index.bookmarks()] == ["k"]


async def test_the_themes_go_round_and_paint_the_text_anew(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        x, y = hand.cell("Nobody")
        colours: list[object] = []
        for _ in range(4):
            colours.append(hand.app.screen.get_style_at(x, y).color)
            await hand.press("g", "t")
            assert "Colours:" in hand.footer
        assert hand.app.screen.get_style_at(x, y).color == colours[0]
        assert len(set(map(str, colours))) == 4


# ---------------------------------------------------------------------- leaving


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_quit_saves_and_ends(own_library: Path, key: str) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("h", key)
        await hand.left()
        assert hand.app.return_code in (0, None)
    assert len(stored(own_library, "annotations")) == 1


async def test_escape_goes_one_level_back_at_a_time(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("/")
        await hand.type("council")
        await hand.press("enter", "h", "o", "r", "escape")
        assert hand.screen.key_context == "card", "first the peek"
        await hand.press("escape")
        assert hand.screen.key_context == "text", "then the card"
        assert hand.desk.hits.spans
        await hand.press("escape")
        assert not hand.desk.hits.spans, "then the hits"
        await hand.press("escape", "escape")
        assert hand.app.is_running
        assert len(hand.quotes) == 1


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
    "gx": "gx",
    "m!": "m!",
}


async def test_a_key_that_cannot_act_says_why(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        for keys, why in REASONS.items():
            await hand.press(*keys)
            assert why in hand.footer, keys
            assert hand.quotes == []
        for key, why in {"ctrl+r": "Nothing to redo", "ctrl+o": "No place to go back to"}.items():
            await hand.press(key)
            assert why in hand.footer, key


async def test_a_key_for_the_text_says_so_in_the_list(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        for key in "1tab":
            await hand.press("g", "r", key)
            assert "text" in hand.footer, key
            assert hand.over == "ReadingScreen"
            assert hand.quotes == []


@pytest.mark.parametrize("size", [NARROW])
async def test_every_key_of_the_text_says_or_changes_something(own_library: Path, size: tuple[int, int]) -> None:
    """On an article with nothing marked, no key of the registry is silently dropped."""
    async with reading(LONG, own_library, size) as hand:
        keymap = hand.app.keymap
        for action in keymap.actions:
            if "text" not in action.contexts or action.id in ("quit", "library", "escape", "help", "palette"):
                continue
            for keys in (*action.keys, *action.plain):
                await hand.press("g", "g", "}", "}", "j")
                letter = "a" if action.id == "set-bookmark" else "b"
                before = (hand.picture, hand.over)
                await hand.press(*(letter if step == "<letter>" else step for step in keys.split(" ")))
                assert (hand.picture, hand.over) != before, f"{action.id} by {keys} did nothing anyone could see"
                while hand.over != "ReadingScreen" or hand.screen.prompt.is_asking:
                    await hand.press("escape")
                await hand.press("escape", "escape", "escape")


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_half_typed_sequence_shows_all_that_may_follow(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as hand:
        for key in "gdm'":
            await hand.press(key)
            assert hand.footer.lstrip().startswith(f"{key} …")
            for follow, _ in hand.app.keymap.find("text", (key,)).follow:
                assert f" {follow.replace('<letter>', 'a–z')} " in hand.footer
            await hand.press("escape")
            assert f"{key} …" not in hand.footer
            assert hand.sentence.startswith("Ostrel began"), "Escape ends the sequence and nothing else"


async def test_a_footer_hint_can_be_clicked(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.click(" mark ", into=2)
        assert len(hand.quotes) == 1
        await hand.press("j")
        x, y = hand.cell("undo")
        await hand.click_at((x, y))
        assert hand.quotes == []


async def test_a_click_on_what_is_no_hint_does_nothing(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        for cell in ((117, 35), (100, 35), (3, 0), (40, 0)):
            await hand.click_at(cell)
            assert hand.quotes == []
            assert not hand.screen.view.noise_shown
            assert hand.desk.tab == "references"
