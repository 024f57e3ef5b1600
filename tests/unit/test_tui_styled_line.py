"""Lines of the screen: what is cut of a text that is too long for its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reader.printable import terminal_line
from reader.tui.styled_line import clip, clip_left, clip_line, clip_middle, line, width_of
from tests.hypothesis_profiles import CHARACTERS

HUGE = 1_000_000
SIGNS = st.one_of(st.sampled_from("ab 中e\u0301\u05d0"), CHARACTERS)


@given(st.text(SIGNS, max_size=60), st.integers(0, 30))
def test_a_text_is_cut_only_where_it_is_too_long_and_fits_then(text: str, width: int) -> None:
    whole = terminal_line(text)
    for cut in (clip, clip_left, clip_middle):
        shown = cut(text, width)
        assert cell_len(shown) <= width
        assert (shown == whole) == (cell_len(whole) <= width)
    assert width_of(clip_line(line(text), width)) <= width


@pytest.mark.parametrize("sign", ["x", "中", "\U0001f600", "\u202e", "\u0301"], ids=ascii)
def test_of_a_huge_text_only_what_fits_is_looked_at(sign: str) -> None:
    text = f"a{sign * HUGE}b"
    assert clip(text, 20).startswith("a")
    assert clip(text, 20).endswith("…")
    assert clip_left(text, 20).startswith("…")
    assert clip_left(text, 20).endswith("b")
    assert (clip_middle(text, 20)[0], clip_middle(text, 20)[-1]) == ("a", "b")
    assert width_of(clip_line(line(text), 20)) <= 20
