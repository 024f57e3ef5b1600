"""The footer: keys, messages and the state of saving share a line; and the words that are the same everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.tui.panes.bars import SaveStatus, footer_lines, panel_key_lines, prompt_hint, undo_message
from reader.tui.styled_line import StyledLine, width_of

HINTS = tuple(
    (key, word, word) for key, word in (("h", "mark"), ("x", "not a claim"), ("z", "later"), (":", "more"), ("?", "help"))
)


def text_of(parts: StyledLine) -> str:
    return "".join(part.text for part in parts)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_message_takes_the_place_of_the_state_of_saving_and_of_the_last_keys(width: int) -> None:
    (footer,) = footer_lines(HINTS, SaveStatus(), width, "Claim marked · u takes it back")
    assert text_of(footer).startswith(" h mark")
    assert text_of(footer).endswith("Claim marked · u takes it back ")
    assert "saved" not in text_of(footer)
    assert width_of(footer) == width


def test_without_a_message_help_is_always_there_and_all_is_saved() -> None:
    (footer,) = footer_lines(HINTS, SaveStatus(), 44)
    assert text_of(footer).split() == ["h", "mark", ":", "more", "?", "help", "saved", "✓"]


def test_a_failed_save_is_said_beside_any_message() -> None:
    (footer,) = footer_lines(HINTS, SaveStatus("failed", "the disk is full"), 80, "Not found")
    assert text_of(footer).endswith("Not found   not saved ✗ ")


def test_a_long_message_stands_above_the_keys_and_is_whole() -> None:
    message = "The text changed: " + "one annotation lost its place, " * 3
    *above, footer = footer_lines(HINTS, SaveStatus(), 80, message)
    assert " ".join(text_of(parts).strip() for parts in above) == message.strip()
    assert text_of(footer).startswith(" h mark  x not a claim")
    assert text_of(footer).endswith("saved ✓ ")


@given(st.text("ab c", max_size=300), st.integers(20, 200), st.sampled_from(["saved", "saving", "failed"]))
def test_the_first_key_is_always_there_and_nothing_is_wider_than_the_window(message: str, width: int, kind: str) -> None:
    lines = footer_lines(HINTS, SaveStatus(kind), width, message)
    assert all(width_of(parts) <= width for parts in lines)
    assert text_of(lines[-1]).startswith(" h mark") or width < 44


def test_every_panel_and_prompt_words_its_keys_alike() -> None:
    assert [text_of(keys) for keys in panel_key_lines((("Enter", "keeps it"), ("Esc", "cancels")), 80)] == [
        "Enter keeps it   Esc cancels"
    ]
    assert text_of(prompt_hint("3 found", "hint", "goes there", 60)) == " 3 found  Enter goes there  Esc cancels "
    assert text_of(prompt_hint("", "hint", "renames it", 60)) == " Enter renames it  Esc cancels "
    assert text_of(prompt_hint("3 found", "hint", "goes there", 12)) == " 3 found ", "the keys give way first"
    assert prompt_hint("3 found", "hint", "goes there", 2) == ()


def test_a_key_that_takes_back_is_worded_alike() -> None:
    assert undo_message("Removed", {"undo": "u"}.__getitem__) == "Removed · u takes it back"
