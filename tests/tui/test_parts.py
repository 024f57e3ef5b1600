"""Pieces of lines: cut, folded and spread to a width in cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reader.printable import terminal_line
from reader.tui.styled_line import Part, clip, clip_line, fold, line, part_at, segments_of, spread, width_of
from reader.tui.theme import look_by_title

PIECES = st.sampled_from(["夜", "e\u0301", "👩‍🚒", "\x1b", "\u202e", "\n", "\t", " ", "a", "-", "🇩🇪", "\u200b", "word"])
TEXTS = st.lists(st.one_of(PIECES, st.characters()), max_size=30).map("".join)
WIDTHS = st.integers(0, 60)


@given(TEXTS, WIDTHS)
def test_a_clipped_text_is_never_too_wide_and_whole_when_it_fits(text: str, width: int) -> None:
    clipped = clip(text, width)
    assert cell_len(clipped) <= width
    if cell_len(terminal_line(text)) <= width:
        assert clipped == terminal_line(text)
    elif width > 0:
        assert clipped.endswith("…")


@given(st.lists(TEXTS, max_size=4), WIDTHS)
def test_a_clipped_line_is_never_too_wide(texts: list[str], width: int) -> None:
    assert width_of(clip_line(line(*texts), width)) <= width


@given(st.lists(TEXTS, max_size=3), st.text(st.sampled_from("abc "), max_size=12), st.integers(16, 80))
def test_a_spread_line_has_exactly_the_width_and_its_right_end_whole(texts: list[str], right: str, width: int) -> None:
    made = spread(line(*texts), (Part(right),), width)
    assert width_of(made) == width
    assert "".join(part.text for part in made).endswith(right)


@given(TEXTS, st.integers(2, 40), st.integers(1, 6))
def test_a_folded_text_keeps_to_width_and_number_of_lines(text: str, width: int, most: int) -> None:
    folded = list(fold(text, width, most))
    assert len(folded) <= most
    assert all(cell_len(row) <= max(2, width) for row in folded)


@given(st.lists(st.sampled_from(["one", "two", "three"]), max_size=20), st.integers(5, 30))
def test_folding_loses_no_word_when_there_is_room(words: list[str], width: int) -> None:
    assert " ".join(fold(" ".join(words), width, 100)).split() == words


def test_folding_keeps_the_line_breaks_and_tells_that_there_is_more() -> None:
    assert list(fold("one\n\ntwo", 20, 5)) == ["one", "", "two"]
    assert list(fold("one two three four", 7, 2)) == ["one two", "three…"]


@given(st.lists(TEXTS, max_size=4), st.integers(1, 60))
def test_a_painted_line_has_exactly_its_width(texts: list[str], width: int) -> None:
    text = "".join(segment.text for segment in segments_of(line(*texts), width, look_by_title("dark"), "page"))
    assert cell_len(text) == width


def test_a_click_finds_the_part_that_is_drawn_there() -> None:
    parts = line(("夜間", "text", "a"), ("bc", "text", "b"))
    assert [getattr(part_at(parts, cell), "target", None) for cell in range(7)] == ["a", "a", "a", "a", "b", "b", None]


@given(TEXTS)
def test_a_line_holds_nothing_that_a_terminal_obeys(text: str) -> None:
    for part in line(text):
        assert all(ord(character) >= 32 and not 0x7F <= ord(character) < 0xA0 for character in part.text)
