r"""Read quantities, such as `\SI{10}{\kilo\meter}` and `\qtyrange{1}{2}{\percent}` (package siunitx)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reader.formats.latex.arguments import argument_at, plain_characters
from reader.formats.latex.tokens import TexToken

_QUANTITIES: Final = {
    **{"num": (1, False), "numproduct": (1, False), "ang": (1, False), "si": (0, True), "unit": (0, True)},
    **{"SI": (1, True), "qty": (1, True), "numrange": (2, False), "SIrange": (2, True), "qtyrange": (2, True)},
    **{"numlist": (1, False), "SIlist": (1, True), "qtylist": (1, True)},
}
"""Commands of quantities: how many numbers they take, and whether a unit follows."""
_PREFIXES: Final = {
    **{"quecto": "q", "ronto": "r", "yocto": "y", "zepto": "z", "atto": "a", "femto": "f", "pico": "p", "nano": "n"},
    **{"micro": "µ", "milli": "m", "centi": "c", "deci": "d", "deca": "da", "deka": "da", "hecto": "h", "kilo": "k"},
    **{"mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E", "zetta": "Z", "yotta": "Y", "kibi": "Ki", "mebi": "Mi"},
}
_UNITS: Final = {
    **{"meter": "m", "metre": "m", "gram": "g", "second": "s", "ampere": "A", "kelvin": "K", "mole": "mol", "candela": "cd"},
    **{"hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C", "volt": "V", "farad": "F"},
    **{"ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H", "lumen": "lm", "lux": "lx", "becquerel": "Bq"},
    **{"gray": "Gy", "sievert": "Sv", "celsius": "°C", "degreeCelsius": "°C", "degree": "°", "arcminute": "′", "day": "d"},
    **{
        "arcsecond": "″",
        "percent": "%",
        "minute": "min",
        "hour": "h",
        "hectare": "ha",
        "liter": "L",
        "litre": "l",
        "tonne": "t",
    },
    **{"electronvolt": "eV", "eV": "eV", "dalton": "Da", "bel": "B", "decibel": "dB", "dB": "dB", "byte": "B", "bit": "bit"},
    **{"radian": "rad", "steradian": "sr", "astronomicalunit": "au", "angstrom": "Å", "angstroem": "Å", "um": "µm", "us": "µs"},
    **{"uL": "µL", "ul": "µl", "kWh": "kWh"},
}
_POWERS: Final = {"squared": "²", "cubed": "³"}
_RAISED_BEFORE: Final = {"square": "²", "cubic": "³"}
_TENS: Final = re.compile(r"[eE]([-+]?\d+)$")


def is_quantity(name: str) -> bool:
    """Whether a command stands for a number, a unit, or both."""
    return name in _QUANTITIES


def read_quantity(name: str, tokens: Sequence[TexToken], place: int) -> tuple[str, int]:
    """Return the quantity whose arguments begin at a place, and the place after them."""
    count, has_unit = _QUANTITIES[name]
    numbers: list[str] = []
    for _ in range(count):
        inside, place = argument_at(tokens, place)
        numbers.append(_number(plain_characters(inside)))
    unit = ""
    if has_unit:
        inside, place = argument_at(tokens, place)
        unit = _unit(inside)
    text = "–".join(numbers)
    if name == "ang":
        text = "".join(f"{part}{sign}" for part, sign in zip(text.split(";"), "°′″", strict=False) if part)
    text = text.replace(";", ", ")
    return (f"{text}{'' if unit[:1] in ('°', '′', '″') and unit[1:] != 'C' else ' '}{unit}".strip(), place)


def _number(text: str) -> str:
    return _TENS.sub(r" × 10^\1", text.strip()).removeprefix(" × ")


def _unit(tokens: Sequence[TexToken]) -> str:
    """Return a unit as it is printed, such as "km/s²"; unknown parts by their names."""
    parts: list[str] = []
    joint = prefix = power = ""
    for token in tokens:
        if token.kind != "word":
            parts.append(
                "" if token.kind in "{}" else "·" if token.name == "." else token.name.replace(".", "·").replace("~", " ")
            )
        elif token.name == "per":
            joint = "/"
        elif token.name in _RAISED_BEFORE:
            power = _RAISED_BEFORE[token.name]
        elif token.name in _POWERS:
            parts.append(_POWERS[token.name])
        elif token.name in _PREFIXES:
            prefix = _PREFIXES[token.name]
        else:
            before = joint or ("·" if parts else "")
            parts.append(f"{before}{prefix}{_UNITS.get(token.name, token.name)}{power}")
            joint = prefix = power = ""
    return "".join(parts).strip()
