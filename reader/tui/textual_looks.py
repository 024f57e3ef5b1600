"""The colours of a theme of Textual, as the roles of this program need them: legible, and every role another colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from textual.color import Color
from textual.theme import Theme

_LEGIBLE: Final = 4.55
"""The contrast of words that the theme must give; WCAG 2.2 asks for 4.5."""
_CLEAR: Final = 6.0
"""The contrast of words of the text, which have to be legible on tints too."""
_APART: Final = 70.0
"""The distance in RGB from which on two colours are taken for two."""
_GREYS: Final = {"chrome": 0.03, "card": 0.07, "field": 0.09, "sentence": 0.08, "raised": 0.12, "line": 0.18, "faint": 0.42}
"""How much of the colour of the text is in the greys between page and text."""
_WHITE, _BLACK = Color(255, 255, 255), Color(0, 0, 0)


def luminance_of(colour: Color) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast_of(colour: Color, ground: Color) -> float:
    """Return the contrast of a colour on a ground, from 1 to 21."""
    dark, light = sorted((luminance_of(colour), luminance_of(ground)))
    return (light + 0.05) / (dark + 0.05)


def theme_colours(theme: Theme, tags: Mapping[str, str]) -> dict[str, str]:
    """Return the colours of a theme by the names that the looks use. `tags` are colours of tags to start from."""
    system = theme.to_color_system().generate()
    end = _WHITE if theme.dark else _BLACK
    names = ("background", "success", "warning", "error", "accent", "primary", "secondary")
    named = {name: Color.parse(system[name]) for name in names}
    page = named["background"]
    text = _legible(Color.parse(theme.foreground) if theme.foreground else end, (page,), 9.0, end)
    c = {name: page.blend(text, share) for name, share in _GREYS.items()}
    grounds = (page, *(c[name] for name in ("chrome", "card", "field", "sentence", "raised")))
    c |= {"page": page, "text": text, "veil": page.blend(_BLACK, 0.4) if theme.dark else page}
    c["soft"] = _legible(page.blend(text, 0.8), grounds, _CLEAR, end)
    c["grey"] = _legible(page.blend(text, 0.6), grounds[:-1], _LEGIBLE, end)
    amber = _first_apart((named["accent"], named["primary"], named["warning"]), (named["error"], named["success"]))
    blue = _first_apart((named["secondary"], named["primary"], named["accent"]), (amber, named["success"], text))
    c["amber"] = _legible(amber, grounds, _LEGIBLE, end)
    c["blue"] = _legible(blue, grounds, _CLEAR, end)
    for name, role in (("green", "success"), ("orange", "warning"), ("red", "error")):
        c[name] = _legible(named[role], grounds, _LEGIBLE, end)
    c |= {name: _legible(Color.parse(colour), grounds, _LEGIBLE, end) for name, colour in tags.items()}
    words = (c["text"], c["soft"], c["blue"])
    tints = {"mark": (amber, 0.2), "mark2": (amber, 0.34), "hit": (blue, 0.3), "hit2": (blue, 0.42), "select": (blue, 0.5),
             "cited": (blue, 0.2), "passage": (text, 0.1), "passage2": (text, 0.2)}  # fmt: skip
    c |= {name: _tint(page, colour, share, words) for name, (colour, share) in tints.items()}
    return {name: colour.hex6.lower() for name, colour in c.items()}


def _legible(colour: Color, grounds: Iterable[Color], least: float, end: Color) -> Color:
    """Return a colour with at least this contrast on all grounds: the colour itself, or one nearer to `end`."""
    grounds = tuple(grounds)
    for step in range(21):
        nearer = colour.blend(end, step / 20)
        if all(contrast_of(nearer, ground) >= least for ground in grounds):
            return nearer
    return end


def _tint(page: Color, colour: Color, share: float, words: Sequence[Color]) -> Color:
    """Return a page with as much of a colour, at most `share`, as leaves the words on it legible."""
    while share > 0.02:
        ground = page.blend(colour, share)
        if all(contrast_of(word, ground) >= _LEGIBLE for word in words):
            return ground
        share *= 0.9
    return page


def _first_apart(candidates: Sequence[Color], others: Sequence[Color]) -> Color:
    """Return the first colour that nobody takes for one of the others; the first of all if there is none."""
    return next((one for one in candidates if all(_distance(one, other) >= _APART for other in others)), candidates[0])


def _distance(one: Color, other: Color) -> float:
    return sum((a - b) ** 2 for a, b in zip(one.rgb, other.rgb, strict=True)) ** 0.5
