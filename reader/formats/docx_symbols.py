"""Word's symbols: characters of the fonts Symbol and Wingdings, which have codes of their own, as Unicode characters."""

from __future__ import annotations

from typing import Final

_GREEK: Final = dict(zip("abgdezhqiklmnxoprstufcyw", "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_CAPITALS: Final = dict(zip("ABGDEZHQIKLMNXOPRSTUFCYW", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True))
_SYMBOL: Final = {
    **{ord(letter): greek for letter, greek in (*_GREEK.items(), *_CAPITALS.items())},
    **{0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±"},
    **{0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈"},
    **{0xBC: "…", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCE: "∈", 0xCF: "∉", 0xD1: "∇", 0xD2: "®", 0xD3: "©"},
    **{0xD4: "™", 0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫"},
}
_WINGDINGS: Final = {0xFC: "✓", 0xFB: "✗", 0xA8: "□", 0xFE: "☑", 0xD8: "➢", 0xA7: "▪", 0xE0: "→", 0x4A: "☺", 0x6F: "□"}
_PRIVATE: Final = 0xF000


def symbol(font: str, code: str) -> str:
    """Return the character that a font has at a hexadecimal code; "" for one that nobody could read."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    place = number - _PRIVATE if number >= _PRIVATE else number
    known = _WINGDINGS if "dings" in font.casefold() else _SYMBOL
    if place in known:
        return known[place]
    return chr(place) if 0x20 <= place < 0x7F else chr(number) if 0xA0 <= number < 0xD800 else "�"
