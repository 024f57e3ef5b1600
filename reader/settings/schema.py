"""Every setting: its name, what it may be, its default, what it does. The file, its checks, the screen and the docs rest on it.

A setting is a field of `Settings`, which has its default, and a row of `SETTINGS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from reader.review.scale import DEFAULT_SCALE, SCALE_PRESETS, Scale

SettingKind = Literal["text", "path", "flag", "number", "choice", "keys", "verdicts", "widths"]
"""What a setting holds; "keys", "verdicts" and "widths" are tables of the file."""

SettingValue = str | int | bool
"""A value of a setting that is no table, as the file has it."""

_NO_KEYS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})
_NO_WIDTHS: Final[Mapping[str, int]] = MappingProxyType({})


class Settings(NamedTuple):
    """The settings of a person. Each field is described by the row of `SETTINGS` with its name.

    `keys` maps action ids to the keys that replace their own; the registry of actions checks both. `columns` maps columns of
    the library to widths in cells, 0 for one that is hidden. `scale` has the verdicts of the settings "scale" and "verdicts".
    `creator` is the name of the account unless `has_chosen_name`. `side_width` is 0 as the screen has room. `complaint` says in
    one line what is wrong in the file and does not keep the program from starting.
    """

    library: Path
    theme: str = "dark"
    creator: str = ""
    keys: Mapping[str, tuple[str, ...]] = _NO_KEYS
    keys_preset: str = "vim"
    scale: Scale = DEFAULT_SCALE
    blind: bool = False
    independent: bool = False
    has_chosen_name: bool = False
    citation_style: Path | None = None
    columns: Mapping[str, int] = _NO_WIDTHS
    mark_goes_on: bool = False
    line_width: int = 64
    side_width: int = 0
    reduced_motion: bool = False
    terminal_cursor: bool = False
    archive: str = "https://web.archive.org/web/"
    registry_contact: str = ""
    openalex_key: str = ""
    crossref_address: str = "https://api.crossref.org"
    datacite_address: str = "https://api.datacite.org"
    openalex_address: str = "https://api.openalex.org"
    arxiv_address: str = "https://export.arxiv.org"
    open_library_address: str = "https://openlibrary.org"
    doi_address: str = "https://doi.org"
    complaint: str = ""

    @property
    def public_names(self) -> tuple[str, ...]:
        """The names that may stand in what is handed over: `creator`, if the person chose it."""
        return (self.creator,) if self.has_chosen_name else ()

    @property
    def public_name(self) -> str:
        """The name that the person chose, "" for none."""
        return self.creator if self.has_chosen_name else ""


class Setting(NamedTuple):
    """One setting: its `name` in the file, its `title` and `description` for people, its `group` on the screen.

    `choices` are the texts that a choice may be, `least` and `most` the bounds of a number. `unset` says what holds without the
    setting, where `default` does not. A mistake in a setting that `is_vital` keeps the program from starting: without it, notes
    would go elsewhere, or mean something else. `at_start` settings act when the program starts. An empty text is a value of a
    setting that `can_be_empty`; on the screen, it brings back the default of others.
    """

    name: str
    kind: SettingKind
    group: str
    title: str
    description: str
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    unset: str = ""
    is_vital: bool = False
    at_start: bool = False
    can_be_empty: bool = False

    @property
    def is_table(self) -> bool:
        """Whether the setting is a table of the file, or several."""
        return self.kind in ("keys", "verdicts", "widths")

    @property
    def default(self) -> SettingValue:
        """The value without the setting, as the file would have it; "" where `unset` says what holds."""
        if self.kind == "choice" and self.name == "scale":
            return self.choices[0]
        value = Settings._field_defaults.get(self.name)
        return value if isinstance(value, str | int) else ""

    @property
    def allowed_values(self) -> str:
        """What the setting may be, in words."""
        if self.kind == "choice":
            return f"one of {', '.join(_quote(choice) for choice in self.choices)}"
        if self.kind == "number":
            return f"a whole number from {self.least} to {self.most}, without quotes"
        return _ALLOWED[self.kind]


_ALLOWED: Final[Mapping[SettingKind, str]] = {
    "text": "a text in quotes",
    "path": "a text in quotes; ~ is your home",
    "flag": "true or false, without quotes",
    "keys": "a table of action ids, each with a key or a list of keys",
    "verdicts": "one to six tables, each a verdict",
    "widths": "a table of columns, each with its width in cells, or 0 to hide it",
}

KEY_PRESETS: Final = ("vim", "plain")
"""The presets of keys, the usual one first."""

COLUMN_WIDTHS: Final[Mapping[str, tuple[int, int]]] = {
    "site": (6, 40), "opened": (9, 12), "decided": (5, 12), "meter": (3, 30), "claims": (6, 9), "open": (4, 9),
    "audit": (5, 9), "tags": (6, 40), "team": (6, 30),
}  # fmt: skip
"""The columns of the library that may be hidden, each with its least and its greatest width in cells."""

PRESET_THEMES: Final = ("dark", "light", "high contrast", "terminal colours")
"""The themes of this program."""
TEXTUAL_THEMES: Final = (
    "nord", "gruvbox", "catppuccin-mocha", "catppuccin-latte", "catppuccin-frappe", "catppuccin-macchiato", "dracula",
    "tokyo-night", "monokai", "flexoki", "solarized-light", "solarized-dark", "rose-pine", "rose-pine-moon", "rose-pine-dawn",
    "atom-one-dark", "atom-one-light", "textual-dark", "textual-light",
)  # fmt: skip
"""The themes of Textual, apart from those in the terminal's own colours, which "terminal colours" has."""

# fmt: off
SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("creator", "text", "You and your work", "Your name", "The name that your annotations carry",
        unset="the name of your account, which no export shows", is_vital=True, at_start=True),
    Setting("library", "path", "You and your work", "Library", "The folder that your annotations are kept in",
        unset="the folder of your system for application data", is_vital=True, at_start=True),
    Setting("citation_style", "path", "You and your work", "Citation style",
        "The style (a .csl file) of references that you copy or export; needs the extra `citations`",
        unset="author, title and year"),
    Setting("blind", "flag", "You and your work", "Blind",
        "Hide the passages of a source until you have given a verdict", is_vital=True),
    Setting("independent", "flag", "You and your work", "Independent",
        "Hide what other readers judged, until you settle what you judged differently", is_vital=True, at_start=True),
    Setting("mark_goes_on", "flag", "Reading", "Marking goes on",
        "Go to the next sentence after marking one, as `H` does"),
    Setting("line_width", "number", "Reading", "Width of a line", "The cells of a line of the text, where the screen has room",
        least=40, most=120),
    Setting("side_width", "number", "Reading", "Width of the side pane",
        "The cells of the side pane, where the screen has room",
        least=24, most=80, unset="as the screen has room"),
    Setting("reduced_motion", "flag", "Reading", "Reduced motion", "Nothing moves that you did not move, and no cursor blinks",
        at_start=True),
    Setting("terminal_cursor", "flag", "Reading", "The terminal's cursor",
        "Put the terminal's cursor on the current sentence or entry, where screen readers and magnifiers look", at_start=True),
    Setting("theme", "choice", "Look", "Colours", "The colours of the screen", PRESET_THEMES + TEXTUAL_THEMES),
    Setting("columns", "widths", "Look", "Columns of the library",
        "The widths of columns in cells; 0 hides one. Without a width, a column fits the screen", unset="as they fit"),
    Setting("scale", "choice", "Verdicts", "Scale", "The verdicts that you give", tuple(SCALE_PRESETS),
        is_vital=True, at_start=True),
    Setting("verdicts", "verdicts", "Verdicts", "Your own verdicts", "Verdicts in place of those of the scale",
        unset="those of the scale", is_vital=True, at_start=True),
    Setting("archive", "text", "The web", "Web archive",
        "The address of a Memento TimeGate, which is asked for copies of sources whose sites give none; empty for none",
        can_be_empty=True),
    Setting("registry_contact", "text", "The web", "Your mail address, for registries",
        "Sent with each question to a registry, some of which then answer sooner; without it, none is sent", unset="none"),
    Setting("openalex_key", "text", "The web", "Key for OpenAlex",
        "OpenAlex is asked only with a key, which it gives for free", unset="OpenAlex is not asked"),
    Setting("crossref_address", "text", "The web", "Crossref", "The address of Crossref, for DOIs and titles"),
    Setting("datacite_address", "text", "The web", "DataCite", "The address of DataCite, for DOIs"),
    Setting("openalex_address", "text", "The web", "OpenAlex", "The address of OpenAlex, for DOIs and titles"),
    Setting("arxiv_address", "text", "The web", "arXiv", "The address of arXiv, for its preprints"),
    Setting("open_library_address", "text", "The web", "Open Library", "The address of Open Library, for books"),
    Setting("doi_address", "text", "The web", "doi.org", "The address that says whether a DOI exists at all"),
    Setting("keys_preset", "choice", "Keys", "Preset",
        "With \"plain\", no letter acts: only Enter, arrows, F keys, digits and Ctrl; the palette (Ctrl+P) has everything else",
        KEY_PRESETS),
    Setting("keys", "keys", "Keys", "Your own keys", "Keys for actions, in place of the usual ones",
        unset="the usual ones"),
)
# fmt: on

SETTING_GROUPS: Final = tuple(dict.fromkeys(setting.group for setting in SETTINGS))
"""The groups of settings, in the order of the screen."""
SETTING_BY_NAME: Final[Mapping[str, Setting]] = {setting.name: setting for setting in SETTINGS}


def _quote(text: str) -> str:
    return f'"{text}"'
