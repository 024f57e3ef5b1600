"""The registry of actions and the keys: no clash, all reachable, a person's own keys judged before they bite."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.tui.action import LETTER, READING, key_label
from reader.tui.actions import ACTION_BY_ID, ACTIONS
from reader.tui.keymap import UNUSABLE_KEYS, KeyMap, KeyReader, find_key_mistakes
from reader.tui.reading.commands import load_commands
from tests.tui.texts import BUSES
from tests.tui.user import reading

KEYMAP = KeyMap()
COMMANDS = load_commands()


def test_the_registry_has_no_clash_and_no_action_twice() -> None:
    assert len(ACTION_BY_ID) == len(ACTIONS)
    assert KEYMAP.actions == ACTIONS, "making the map raised nothing"


def test_every_action_has_a_command_help_and_a_way_to_it() -> None:
    for action in ACTIONS:
        assert action.title, action.id
        assert action.help, action.id
        assert action.contexts, action.id
        assert action.id in COMMANDS or action.id.startswith(
            (
                "arriving-",
                "check-",
                "codebook-",
                "differences-",
                "edition-",
                "export-",
                "library-",
                "matches-",
                "search-",
                "settings-",
                "source-",
                "statistics-",
                "team-",
            )
        )
        assert action.keys or action.plain or action.in_palette, action.id


def test_every_command_is_an_action_of_the_registry() -> None:
    assert set(COMMANDS) <= set(ACTION_BY_ID)


def test_no_key_hangs_on_what_terminals_cannot_tell_apart() -> None:
    for action in ACTIONS:
        for keys in (*action.keys, *action.plain):
            for step in keys.split(" "):
                assert step not in UNUSABLE_KEYS, action.id
                assert "ctrl+shift" not in step, action.id


@pytest.mark.parametrize("preset", ["vim", "plain"])
def test_no_key_of_the_program_has_two_actions_in_one_context(preset: str) -> None:
    KeyMap(preset=preset).check()


def test_no_action_hangs_on_alt_alone() -> None:
    for action in ACTIONS:
        keys = (*action.keys, *action.plain)
        assert not keys or not all(key.startswith("alt+") for key in keys), action.id


def test_every_hint_of_the_footer_is_an_action_of_its_context() -> None:
    for action in ACTIONS:
        for hint in action.footer:
            assert set(hint.position) <= set(action.contexts), action.id


def test_no_two_hints_of_the_footer_are_at_one_place() -> None:
    places = [place for action in ACTIONS for hint in action.footer for place in hint.position.items()]
    assert len(places) == len(set(places))


@pytest.mark.parametrize(
    ("action", "keys", "plain"),
    [
        ("next-sentence", ("j",), ("down",)),
        ("next-paragraph", ("}",), ("alt+down", "ctrl+down")),
        ("page-down", ("space",), ("pagedown",)),
        ("top", ("g g",), ("home",)),
        ("end", ("G",), ("end",)),
        ("mark", ("h",), ("insert",)),
        ("note", ("a",), ("f2",)),
        ("tag", ("t",), ("f3",)),
        ("peek", ("r",), ("f4",)),
        ("audit", ("A",), ("f6",)),
        ("filter", ("f",), ("f7",)),
        ("next-claim", ("]",), ("f9",)),
        ("search", ("/",), ("ctrl+f",)),
        ("undo", ("u",), ("ctrl+z",)),
        ("redo", ("ctrl+r",), ("ctrl+y",)),
        ("remove", ("d d",), ("delete",)),
        ("export", ("E",), ("ctrl+e",)),
        ("palette", (":",), ("ctrl+p",)),
        ("help", ("?",), ("f1",)),
        ("quit", ("q",), ("ctrl+q",)),
    ],
)
def test_the_keys_are_those_of_the_product(action: str, keys: tuple[str, ...], plain: tuple[str, ...]) -> None:
    assert (ACTION_BY_ID[action].keys, ACTION_BY_ID[action].plain) == (keys, plain)


def test_a_key_of_ones_own_takes_the_place_of_all_the_actions_keys() -> None:
    keymap = KeyMap(overrides={"mark": ("Z", "f11")})
    assert keymap.find("text", ("h",)).action is None
    for key in ("Z", "f11"):
        action = keymap.find("text", (key,)).action
        assert action is not None
        assert action.id == "mark"
    assert keymap.label("mark") == "Z"


def test_a_clash_is_reported_with_both_actions() -> None:
    with pytest.raises(ReaderError) as caught:
        KeyMap(overrides={"tag": ("h",)})
    message = str(caught.value)
    for words in ("Mark or unmark", "(mark)", "Tag", "(tag)"):
        assert words in message


def test_a_sequence_that_begins_with_anothers_key_is_a_clash() -> None:
    with pytest.raises(ReaderError, match=r"(top|go-definition)"):
        KeyMap(overrides={"mark": ("g",)})


def test_one_key_may_do_two_things_in_two_contexts() -> None:
    assert KeyMap(overrides={"select-mark": ("t",)}).find("select", ("t",)).action is not None


def test_an_unknown_action_is_named() -> None:
    with pytest.raises(ReaderError, match="frobnicate"):
        KeyMap(overrides={"frobnicate": ("f",)})


@pytest.mark.parametrize("key", ["ctrl+i", "ctrl+m", "ctrl+h", "ctrl+[", "shift+enter", "ctrl+shift+a", "", "g  g"])
def test_a_key_that_cannot_be_used_is_refused_with_the_action(key: str) -> None:
    with pytest.raises(ReaderError, match="“Tag”"):
        KeyMap(overrides={"tag": (key,)})


def test_a_sequence_is_collected_and_says_what_may_follow() -> None:
    keys = KeyReader(KEYMAP)
    pressed = keys.press("text", "g")
    assert pressed.action is None
    assert keys.is_waiting
    assert {"g", "d", "r"} <= {key for key, _ in pressed.follow}
    pressed = keys.press("text", "g")
    assert pressed.action is ACTION_BY_ID["top"]
    assert not keys.is_waiting


def test_a_sequence_that_leads_nowhere_begins_anew() -> None:
    keys = KeyReader(KEYMAP)
    keys.press("text", "g")
    pressed = keys.press("text", "!")
    assert pressed.action is None
    assert pressed.typed == "g !"
    assert keys.press("text", "j").action is ACTION_BY_ID["next-sentence"]


def test_escape_ends_a_sequence_and_does_nothing_else() -> None:
    keys = KeyReader(KEYMAP)
    keys.press("text", "d")
    assert keys.press("text", "escape").action is None
    assert keys.press("text", "d").action is None, "the first d is forgotten"
    assert keys.press("text", "d").action is ACTION_BY_ID["remove"]


@pytest.mark.parametrize("letter", ["a", "Z", "7", "é"])
def test_a_letter_is_given_to_the_action(letter: str) -> None:
    pressed = KeyReader(KEYMAP).keymap.find("text", ("m", letter))
    assert pressed.action is ACTION_BY_ID["set-bookmark"]
    assert pressed.key == letter


@pytest.mark.parametrize("key", ["escape", "f1", "!", "enter"])
def test_no_letter_is_no_bookmark(key: str) -> None:
    assert KEYMAP.find("text", ("m", key)).action is None


LABELS = {
    "g g": "gg",
    "ctrl+d": "Ctrl+D",
    "alt+down": "Alt+↓",
    "f2": "F2",
    "space": "Space",
    "h": "h",
    "G": "G",
    "shift+tab": "Shift+Tab",
    f"m {LETTER}": "m a–z",
    "pagedown": "PgDn",
    "+": "+",
}


@pytest.mark.parametrize(("keys", "label"), LABELS.items())
def test_keys_are_written_as_people_write_them(keys: str, label: str) -> None:
    assert key_label(keys) == label


async def test_a_persons_own_key_works_and_is_shown_everywhere(own_library: Path) -> None:
    async with reading(BUSES, own_library, keys={"mark": ("Z",)}) as user:
        assert "Z mark" in user.footer
        assert "Z marks it as a claim" in user.card
        await user.press("h")
        assert user.quotes == []
        await user.press("Z")
        assert len(user.quotes) == 1
        await user.press("?", "Z")
        assert any("Mark the sentence" in row and " Z " in row for row in user.lines)


def test_the_plain_preset_leaves_no_letter_and_every_action_within_reach() -> None:
    keymap = KeyMap(preset="plain")
    for action in keymap.actions:
        keys = keymap.keys_of(action.id)
        assert not any(step.isalpha() and len(step) == 1 for key in keys for step in key.split(" ")), action.id
        assert keys or action.in_palette or action.id == "select-stop", "Escape stops selecting"
    for context in {context for action in keymap.actions for context in action.contexts}:
        assert all(key for key, _, _ in keymap.hints(context))
    assert [key for key, word, _ in keymap.hints("library") if word == "choose"] == ["↑↓"]


def test_keys_that_no_terminal_sends_are_refused_with_the_nearest_action() -> None:
    (error,) = find_key_mistakes({"tag": ("F2",)}, "vim")
    assert "A key is a character" in error.hint
    (error,) = find_key_mistakes({"tagg": ("b",)}, "vim")
    assert "Did you mean tag?" in error.hint


def test_every_action_with_a_faulty_key_is_found() -> None:
    mistakes = find_key_mistakes({"mark": ("t",), "note": ("f99",), "nothing": ("b",), "later": ("b", "ctrl+b")}, "vim")
    assert {mistake.action_id for mistake in mistakes} == {"mark", "note", "nothing", "later"}
    assert {mistake.holder.id for mistake in mistakes if mistake.holder} == {"tag", "bounds"}


def test_the_footer_names_both_keys_of_a_pair_in_the_plain_preset_too() -> None:
    hints = KeyMap(preset="plain").hints
    assert hints("codebook")[0][:2] == ("↑↓", "tag")
    assert ("PgDn PgUp", "article") in {hint[:2] for hint in hints("check")}
    assert KeyMap().hints("codebook")[0][:2] == ("j k", "tag")


async def test_in_the_plain_preset_letters_do_nothing_and_the_footer_names_plain_keys(own_library: Path) -> None:
    async with reading(BUSES, own_library, others={"keys_preset": "plain"}) as user:
        assert "Insert mark" in user.footer
        for letter in "hxzHRdO:gJ":
            await user.press(letter)
            assert user.screen.key_context == "text"
        assert user.quotes == []
        await user.press("enter", "down", "insert")
        assert len(user.quotes) == 2
        await user.press("ctrl+z")
        assert "Undone" in user.footer


async def test_keys_that_clash_are_named_on_the_first_screen_and_the_usual_ones_act(own_library: Path) -> None:
    async with reading(BUSES, own_library, keys={"mark": ("t",)}) as user:
        await user.until(lambda: "asked for by both" in user.footer)
        await user.press("h")
        assert len(user.quotes) == 1


async def test_reasons_name_a_persons_own_key(own_library: Path) -> None:
    async with reading(BUSES, own_library, keys={"mark": ("Z",)}) as user:
        await user.press("t")
        assert "Z marks this sentence" in user.footer


def test_the_reading_contexts_can_all_be_left_and_quit() -> None:
    for context in (*READING, "select", "bounds"):
        for key, wanted in (("escape", "escape"), ("ctrl+q", "quit")):
            action = KEYMAP.find(context, (key,)).action
            assert action is not None
            assert action.id == wanted
