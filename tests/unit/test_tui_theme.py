"""Every colour that says something is legible on every ground that it is drawn on."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.theme import BUILTIN_THEMES

from reader.review.vocabulary import TAG_COLOURS
from reader.settings.schema import TEXTUAL_THEMES
from reader.tui.theme import LOOK_TITLES, TERMINAL_TITLE, Look, look_by_title

TRUE_COLOUR = [title for title in (*LOOK_TITLES, *TEXTUAL_THEMES) if title != TERMINAL_TITLE]
LEAST = 4.5
"""The contrast that WCAG 2.2 asks of text, success criterion 1.4.3."""
WORDS = (
    *("text", "secondary", "hint", "quote", "yours", "cite", "good", "partly", "bad", "unsure", "open", "fault", "tag"),
    *(f"tag-{colour}" for colour in TAG_COLOURS),
)
"""The roles of words and signs in panes; "off" is for what may be missed, "hairline" for lines."""
GROUNDS = ("page", "chrome", "card", "field", "sentence")
ON_RAISED = tuple(role for role in WORDS if role not in ("secondary", "hint"))
IN_TEXT = ("text", "quote", "code", "cite", "not-claim", "noise")
MARKED = ("text", "quote", "code", "cite")
"""What may be marked: neither noise nor what is no claim."""
TINTS = ("mark", "current-mark", "evidence", "cited", "passage", "current-passage")
OVER_ALL = ("hit", "current-hit", "current-cited", "selection")
"""The tints that bring the colour of the words with them."""

PAIRS = [
    *((ground, role) for ground in GROUNDS for role in WORDS),
    *(("raised", role) for role in ON_RAISED),
    *((ground, role) for ground in ("page", "sentence") for role in IN_TEXT),
    *((tint, role) for tint in TINTS for role in MARKED),
    *((role, tint) for tint in OVER_ALL for role in IN_TEXT),
    ("chip", "text"),
]


def luminance(style: Style, *, is_ground: bool) -> float:
    """Return the relative luminance of a style's colour or ground, as WCAG defines it."""
    colour = style.bgcolor if is_ground else style.color
    assert colour is not None
    parts = [value / 255 for value in colour.get_truecolor()]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(look: Look, *roles: str) -> float:
    """Return the contrast of the words that are drawn with some roles."""
    style = look.style(*roles)
    dark, light = sorted((luminance(style, is_ground=False), luminance(style, is_ground=True)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("title", TRUE_COLOUR)
def test_every_role_is_legible_on_the_grounds_it_is_drawn_on(title: str) -> None:
    look = look_by_title(title)
    poor = {pair: round(contrast(look, *pair), 2) for pair in PAIRS if contrast(look, *pair) < LEAST}
    assert poor == {}


@pytest.mark.parametrize("title", TRUE_COLOUR)
def test_what_may_be_missed_is_fainter_than_what_says_something(title: str) -> None:
    look = look_by_title(title)
    assert contrast(look, "page", "off") < contrast(look, "page", "secondary") < contrast(look, "page", "text")


def test_no_list_row_and_no_cursor_of_a_list_is_amber() -> None:
    for title in TRUE_COLOUR:
        look = look_by_title(title)
        grounds = {look.style("mark").bgcolor, look.style("current-mark").bgcolor}
        assert look.style("sentence").bgcolor not in grounds
        assert look.theme.variables["block-cursor-background"] == getattr(look.style("sentence").bgcolor, "name", "")


def test_every_theme_of_textual_can_be_chosen_but_those_in_the_colours_of_the_terminal() -> None:
    assert set(TEXTUAL_THEMES) == {name for name, theme in BUILTIN_THEMES.items() if not theme.ansi}


@pytest.mark.parametrize("title", TEXTUAL_THEMES)
def test_the_roles_of_a_theme_of_textual_can_be_told_apart(title: str) -> None:
    look = look_by_title(title)
    assert look.title == title
    colours = [look.style(role).color for role in ("text", "yours", "cite", "good", "bad", "secondary", "off")]
    assert len(set(colours)) == len(colours)
    tints = [look.style(role).bgcolor for role in ("page", "card", "mark", "current-mark", "cited", "hit", "selection")]
    assert len(set(tints)) == len(tints)
