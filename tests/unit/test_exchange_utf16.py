"""Offsets in code points and in UTF-16 units name the same places."""

from hypothesis import given
from hypothesis import strategies as st

from reader.exchange.offsets import Utf16Offsets
from tests.hypothesis_profiles import CHARACTERS

TEXT = "# River levels 🌊\r\n\r\nThe e\u0301 rose 👩‍👩‍👧 31 cm.".replace("\r\n", "\n")


def test_a_span_after_an_emoji_is_one_unit_further() -> None:
    offsets = Utf16Offsets(TEXT)
    start = TEXT.index("The")
    assert offsets.to_units(start) == start + 1
    units = TEXT.encode("utf-16-le")
    for quote in ("e\u0301", "👩‍👩‍👧", "31 cm."):
        start, end = TEXT.index(quote), TEXT.index(quote) + len(quote)
        assert units[2 * offsets.to_units(start) : 2 * offsets.to_units(end)].decode("utf-16-le") == quote


@given(st.text(CHARACTERS, max_size=30) | st.text("a🌊\ud83c\udf0a\u0301\n", max_size=30))
def test_every_offset_counts_the_units_before_it(text: str) -> None:
    offsets = Utf16Offsets(text)
    for offset in range(len(text) + 1):
        assert offsets.to_units(offset) == len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2
