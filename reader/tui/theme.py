"""The looks: the style of every role in each theme, blended once for each set of roles.

A role gives a foreground, a background, or attributes; roles are laid over each other in the order given. In the true-colour
looks depth is made by close shades and a mark is a tint; with 16 colours or none, bold, underline, dim and reverse carry the
same order of emphasis.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from reader.review.vocabulary import TAG_COLOURS
from reader.settings.schema import PRESET_THEMES, TEXTUAL_THEMES


class Look:
    """One set of styles. `styles` maps a role to its style; unknown roles change nothing."""

    def __init__(self, name: str, title: str, styles: Mapping[str, Style], theme: Theme) -> None:
        self.name = name
        self.title = title
        self.styles = styles
        self.theme = theme
        self._blended: dict[tuple[str, ...], Style] = {}

    def style(self, *roles: str) -> Style:
        """Return the style of roles laid over each other, the last on top."""
        blended = self._blended.get(roles)
        if blended is None:
            blended = Style.combine([Style.null(), *(self.styles[role] for role in roles if role in self.styles)])
            self._blended[roles] = blended
        return blended


def _attribute_styles() -> dict[str, Style]:
    return {
        "heading": Style(bold=True),
        "strong": Style(bold=True),
        "emphasis": Style(italic=True),
        "strike": Style(strike=True),
        "link": Style(underline=True),
        "current-cite": Style(bold=True),
        "b": Style(bold=True),
        "u": Style(underline=True),
        "changed": Style(underline=True),
        "comment": Style(underline=True),
        "finding": Style(underline=True),
        "current-finding": Style(bold=True, underline=True),
        "shared": Style(bold=True),
    }


def _true_colour_look(name: str, title: str, dark: bool, c: Mapping[str, str]) -> Look:
    """Return a true-colour look from named colours."""
    fg = {
        "text": c["text"], "secondary": c["grey"], "hint": c["grey"], "off": c["faint"], "quote": c["soft"], "code": c["soft"],
        "yours": c["amber"], "cite": c["blue"], "good": c["green"], "partly": c["orange"], "bad": c["red"], "unsure": c["soft"],
        "open": c["amber"], "fault": c["orange"], "tag": c["violet"], "hairline": c["line"],
        **{f"tag-{colour}": c[colour] for colour in TAG_COLOURS},
    }  # fmt: skip
    bg = {
        "page": c["page"], "chrome": c["chrome"], "card": c["card"], "field": c["field"], "raised": c["raised"],
        "sentence": c["sentence"], "mark": c["mark"],
        "current-mark": c["mark2"], "cited": c["cited"], "passage": c["passage"], "current-passage": c["passage2"],
        "evidence": c["mark2"], "chip": c["passage2"],
    }  # fmt: skip
    styles = {
        **_attribute_styles(),
        **{role: Style(color=colour) for role, colour in fg.items()},
        **{role: Style(bgcolor=colour) for role, colour in bg.items()},
        "not-claim": Style(color=c["grey"]),
        "later": Style(italic=True),
        "jump": Style(color=c["amber"], bgcolor=c["raised"], bold=True),
        "noise": Style(color=c["grey"], italic=True),
        # Over whatever is there: the other colours of a text are not legible on these.
        "hit": Style(color=c["text"], bgcolor=c["hit"], bold=True, underline=True),
        "current-hit": Style(color=c["text"], bgcolor=c["hit2"], bold=True, underline=True),
        "current-cited": Style(color=c["text"], bgcolor=c["hit2"]),
        "selection": Style(color=c["text"], bgcolor=c["select"]),
    }
    theme = Theme(
        name=name,
        primary=c["amber"],
        secondary=c["blue"],
        accent=c["amber"],
        foreground=c["text"],
        background=c["page"],
        surface=c["chrome"],
        panel=c["card"],
        success=c["green"],
        warning=c["orange"],
        error=c["red"],
        dark=dark,
        variables={
            "hairline": c["line"],
            "field": c["field"],
            "raised": c["raised"],
            "veil": c["veil"],
            "soft": c["soft"],
            "scrollbar": c["line"],
            "scrollbar-hover": c["faint"],
            "scrollbar-active": c["grey"],
            "scrollbar-background": c["page"],
            "scrollbar-background-hover": c["page"],
            "scrollbar-background-active": c["page"],
            "input-selection-background": c["select"],
            "block-cursor-background": c["sentence"],
            "block-cursor-foreground": c["text"],
            "block-cursor-text-style": "none",
        },
    )
    return Look(name, title, styles, theme)


_DARK: Final = {
        "page": "#14161a", "chrome": "#191c22", "card": "#20242c", "field": "#252931", "raised": "#2b303a", "veil": "#0c0d10",
        "line": "#2b303a", "sentence": "#232833", "text": "#d5d8de",
        "soft": "#b4bac6", "grey": "#8a919e", "faint": "#626a78", "amber": "#e8b65a", "blue": "#7fb4e8", "green": "#8cc38a",
        "orange": "#e0a45e", "red": "#e5777b", "violet": "#b79de6",
        "teal": "#6fc2b4", "rose": "#e39bb4", "lime": "#b3c46a", "sky": "#8fb6ee",
        "mark": "#3a3220", "mark2": "#4e411d", "hit": "#1f4650",
        "hit2": "#28616e", "select": "#31507a", "cited": "#1e3450",
        "passage": "#252b3a", "passage2": "#33405c",
    }  # fmt: skip
_LIGHT: Final = {
        "page": "#fbfaf7", "chrome": "#f1efea", "card": "#e7e4dc", "field": "#eae7e0", "raised": "#dedad1", "veil": "#fbfaf7",
        "line": "#d5d1c7", "sentence": "#e9ecf3", "text": "#24272d",
        "soft": "#454a54", "grey": "#585e68", "faint": "#7d8490", "amber": "#7d5100", "blue": "#1b5fa8", "green": "#286a2c",
        "orange": "#8f4908", "red": "#b3262d", "violet": "#6b3fb0",
        "teal": "#0b6b60", "rose": "#a52c5c", "lime": "#526600", "sky": "#2557a7",
        "mark": "#faecc8", "mark2": "#f3d88f", "hit": "#cdebf0",
        "hit2": "#8fd3de", "select": "#bcd6f5", "cited": "#d9e8f8",
        "passage": "#e6eaf4", "passage2": "#d2dbee",
    }  # fmt: skip
_CONTRAST: Final = {
        "page": "#000000", "chrome": "#000000", "card": "#1c1c1c", "field": "#1c1c1c", "raised": "#303030", "veil": "#000000",
        "line": "#8a8a8a", "sentence": "#303030", "text": "#ffffff",
        "soft": "#ffffff", "grey": "#d0d0d0", "faint": "#b0b0b0", "amber": "#ffd75f", "blue": "#87d7ff", "green": "#87ff87",
        "orange": "#ffaf5f", "red": "#ff8787", "violet": "#d7afff",
        "teal": "#5fffd7", "rose": "#ffafd7", "lime": "#d7ff5f", "sky": "#87afff",
        "mark": "#4a3c00", "mark2": "#665400", "hit": "#005f5f",
        "hit2": "#007a7a", "select": "#005faf", "cited": "#00406f",
        "passage": "#262640", "passage2": "#40407a",
    }  # fmt: skip


def _terminal_look() -> Look:
    """Return the look in the terminal's own sixteen colours, which also works without any colour."""
    colour = {
        "yours": "yellow", "cite": "cyan", "good": "green", "partly": "yellow", "bad": "red",
        "open": "yellow", "fault": "yellow",
        "tag": "magenta", "tag-violet": "magenta", "tag-teal": "cyan", "tag-rose": "red", "tag-lime": "green",
        "tag-sky": "blue",
    }  # fmt: skip
    styles = {
        **_attribute_styles(),
        **{role: Style(color=name) for role, name in colour.items()},
        **dict.fromkeys(("secondary", "hint", "off", "hairline", "not-claim"), Style(dim=True)),
        "noise": Style(dim=True, italic=True),
        "later": Style(italic=True),
        **dict.fromkeys(("page", "chrome", "card", "field", "raised"), Style(color="default", bgcolor="default")),
        "sentence": Style(bold=True),
        "mark": Style(underline=True),
        "current-mark": Style(underline=True, bold=True),
        "evidence": Style(underline=True),
        "hit": Style(reverse=True),
        "chip": Style(reverse=True),
        "jump": Style(reverse=True, bold=True),
        "current-hit": Style(reverse=True, bold=True, underline=True),
        "selection": Style(reverse=True),
        "cited": Style(reverse=True),
        "current-cited": Style(reverse=True, bold=True, underline=True),
        "link": Style(italic=True),
    }
    own = {
        "hairline": "ansi_bright_black",
        "field": "ansi_default",
        "raised": "ansi_default",
        "veil": "ansi_default",
        "soft": "ansi_default",
        "scrollbar": "ansi_bright_black",
        "scrollbar-background": "ansi_default",
    }
    base = BUILTIN_THEMES["ansi-dark"]
    theme = replace(base, name="reader-terminal", accent="ansi_yellow", variables={**base.variables, **own})
    return Look("reader-terminal", TERMINAL_TITLE, styles, theme)


def _textual_look(title: str) -> Look:
    """Return the look of a theme of Textual."""
    from reader.tui.textual_looks import theme_colours

    theme = BUILTIN_THEMES[title]
    tags = {colour: (_DARK if theme.dark else _LIGHT)[colour] for colour in TAG_COLOURS}
    return _true_colour_look(f"reader-{title}", title, theme.dark, theme_colours(theme, tags))


LOOK_TITLES: Final = PRESET_THEMES
"""The looks as people call them, in the order in which one follows the other."""
TERMINAL_TITLE: Final = LOOK_TITLES[-1]


@cache
def look_by_title(title: str) -> Look:
    """Return the look that people call `title`, the dark one for a title that is none. Made when it is asked for."""
    if title == TERMINAL_TITLE:
        return _terminal_look()
    if title == "light":
        return _true_colour_look("reader-light", title, False, _LIGHT)
    if title == "high contrast":
        return _true_colour_look("reader-contrast", title, True, _CONTRAST)
    if title in TEXTUAL_THEMES and title in BUILTIN_THEMES:
        return _textual_look(title)
    return _true_colour_look("reader-dark", "dark", True, _DARK)
