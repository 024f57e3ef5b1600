"""What the command palette finds, in which order, and what it marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.tui.action import READING, Situation
from reader.tui.keymap import KeyMap
from reader.tui.panes.palette_lines import NOT_NOW, USED_LAST, PaletteRow, match_text, palette_entries, palette_rows

ENTRIES = palette_entries(KeyMap(), READING, Situation())


def ids(rows: list[PaletteRow]) -> list[str]:
    return [row.entry.action.id for row in rows if row.entry is not None]


@pytest.mark.parametrize(
    ("query", "text", "quality", "letters"),
    [
        ("ref", "Show the reference", 3, "ref"),
        ("ere", "Show the reference", 2, "ere"),
        ("show ref", "Show the reference", 3, "Showref"),
        ("ref", "Review what a filter finds", 1, "Ref"),
        ("sd", "Show the old text", 0, ""),
        ("", "Show the reference", 3, ""),
    ],
)
def test_letters_match_words_then_parts_then_beginnings(query: str, text: str, quality: int, letters: str) -> None:
    match = match_text(query, text)
    assert (match.quality if match else 0) == quality
    assert "".join(text[at] for at in sorted(match.letters if match else ())) == letters


@given(st.text("abc ", max_size=12), st.text("abc ", max_size=40))
def test_what_matches_is_in_the_text_letter_by_letter(query: str, text: str) -> None:
    match = match_text(query, text)
    if match is not None and match.quality == 1:
        assert "".join(text[at] for at in sorted(match.letters)) == "".join(query.split())
    assert (match is not None) >= (query.strip() in text)


def test_what_was_used_last_comes_first_and_only_once() -> None:
    rows, best, _ = palette_rows(ENTRIES, "", ["export", "noise"])
    assert rows[0].heading == USED_LAST
    assert ids(rows)[:2] == ["export", "noise"]
    assert ids(rows).count("export") == 1
    assert rows[best].entry is not None
    assert ids([rows[best]]) == ["export"]


def test_the_best_match_is_in_hand_wherever_its_group_stands() -> None:
    rows, best, count = palette_rows(ENTRIES, "undo", [])
    assert ids([rows[best]]) == ["redo"], "there is nothing to undo"
    assert count >= 2
    rows, best, _ = palette_rows(ENTRIES, "gh", [])
    assert ids([rows[best]]) == ["contents"], "by its key"


def test_what_cannot_act_now_comes_last_with_what_it_needs() -> None:
    rows, _, _ = palette_rows(ENTRIES, "tag", [])
    at = [row.heading for row in rows].index(NOT_NOW)
    (tag,) = [n for n, row in enumerate(rows) if row.entry is not None and row.entry.action.id == "tag"]
    assert at < tag
    assert rows[tag].note == "needs a mark"
    rows, _, _ = palette_rows(ENTRIES, "sort", [])
    (elsewhere,) = [row for row in rows if row.entry is not None and row.entry.action.id == "library-sort"]
    assert elsewhere.note == "in the library only"


def test_nothing_that_matches_is_left_out() -> None:
    rows, _, count = palette_rows(ENTRIES, "e", [])
    assert len(ids(rows)) == count
    assert palette_rows(ENTRIES, "zzzz", [])[1:] == (-1, 0)
