"""What the terminal can show, and whether scans can be read, for `reader doctor`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from reader.article.language import language_title

_ORDERS_LETTERS: Final = ("KONSOLE_VERSION", "MLTERM")
_VTE_WITH_ORDER: Final = 5800
"""The version of VTE, as its variable says it, from which on it puts letters into the order of reading."""


class Ability(NamedTuple):
    """What a terminal can do in one respect, and what to do if that is too little; `is_enough` says whether it is."""

    part: str
    what: str
    todo: str = ""
    is_enough: bool = True


def abilities(environment: Mapping[str, str], encoding: str, size: tuple[int, int]) -> Iterator[Ability]:
    """Yield the abilities of a terminal by its environment variables, the encoding of its output and its size in cells."""
    if environment.get("TERM", "") in ("", "dumb"):
        yield Ability(
            "terminal", f"TERM is {environment.get('TERM', 'not set')}", "Start a terminal that can move its cursor", False
        )
        return
    yield Ability("colours", _colours(environment))
    if encoding.lower().replace("-", "") == "utf8":
        yield Ability("signs", "✓ ◐ ↑ ✗ ≠ ○ ◌ ◆ ▌ ━, as the encoding is UTF-8")
    else:
        yield Ability(
            "signs", f"the encoding is {encoding}: signs become ?", "Set a locale with UTF-8, such as LANG=C.UTF-8", False
        )
    columns, rows = size
    layout = "text and side pane" if columns >= 110 else "text with a drawer; Tab shows the side pane"
    todo = "Make the window larger" if columns < 60 or rows < 18 else ""
    yield Ability("size", f"{columns} × {rows}: {layout}", todo)
    yield Ability("right to left", _order(environment))


def recognition_ability() -> Ability:
    """Return whether the text of scans can be recognised here, and in which languages."""
    from reader.errors import ReaderError
    from reader.formats.scans.recognition import has_recognition, install_command, recognition_languages

    try:
        languages = recognition_languages()
    except ReaderError as error:
        if has_recognition():
            return Ability("text recognition", f"scans are not read: {error.what}")
        what = "scans are not read, as Tesseract is not installed"
        return Ability("text recognition", what, f"If you want it: {install_command()}")
    names = ", ".join(map(language_title, languages))
    return Ability("text recognition", f"Tesseract reads scans in {names}" if names else "Tesseract has no language of ours")


def _colours(environment: Mapping[str, str]) -> str:
    if environment.get("NO_COLOR"):
        return "none, as NO_COLOR is set: signs, bold, underline and reverse carry them"
    if environment.get("COLORTERM", "") in ("truecolor", "24bit"):
        return "all"
    if "256color" in environment.get("TERM", ""):
        return "256; COLORTERM=truecolor says that the terminal has all"
    return "16: signs, bold, underline and reverse carry what they lack"


def _order(environment: Mapping[str, str]) -> str:
    vte = environment.get("VTE_VERSION", "")
    is_ordering = (vte.isdecimal() and int(vte[:9]) >= _VTE_WITH_ORDER) or environment.get("TERM_PROGRAM") == "Apple_Terminal"
    if is_ordering or any(environment.get(name) for name in _ORDERS_LETTERS):
        return "the terminal puts letters into the order of reading"
    return "letters may stand in the order of the text, not of reading"
