"""Read the units of numbers, and convert between units of the same dimension."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.stop_words import STOP_WORDS
from reader.article.ranges import Span

SHARE: Final = "share"
POINTS: Final = "points"
COUNT: Final = "count"
TEMPERATURE: Final = "temperature"
TIME: Final = "time"
_POUNDS: Final = {"mass", "GBP"}
"""What "pounds" may measure: they are read as weights."""
_DIFFERENCE_LIMIT: Final = 15.0
"""How many degrees may also be a difference between two temperatures, as in "warmer by 1.5 °C"."""
_FAHRENHEIT_ZERO: Final = 32.0


class Unit(NamedTuple):
    """A unit: its dimension, such as "length", and how many basic units of the dimension it is.

    The dimension of a currency is its code; that of counted things is COUNT, and `noun` is what is counted.
    """

    dimension: str
    factor: float = 1.0
    noun: str = ""

    def may_be(self, other: Unit | None) -> bool:
        """Whether numbers in this unit and in another may be the same amount. None is a number without a unit."""
        if other is None or self.dimension == other.dimension:
            return True
        return {self.dimension, other.dimension} == _POUNDS

    def convert(self, value: float, unit: Unit) -> tuple[float, ...]:
        """Return what a value in this unit is in another of the same dimension; a temperature may be a difference too."""
        converted = value * self.factor / unit.factor
        if self.dimension != TEMPERATURE or self == unit:
            return (converted,)
        to_celsius = unit.factor > self.factor
        absolute = (value - _FAHRENHEIT_ZERO) * self.factor if to_celsius else value / unit.factor + _FAHRENHEIT_ZERO
        return (absolute, converted) if abs(value) * self.factor <= _DIFFERENCE_LIMIT else (absolute,)


PERCENT: Final = Unit(SHARE)
CELSIUS: Final = Unit(TEMPERATURE)
FAHRENHEIT: Final = Unit(TEMPERATURE, 5 / 9)


def _units(dimension: str, factors: Mapping[str, float]) -> dict[str, Unit]:
    """Map words to units of a dimension; spellings of the same unit are joined by blanks."""
    return {word: Unit(dimension, factor) for words, factor in factors.items() for word in words.split()}


_UNITS: Final[Mapping[str, Unit]] = {
    **dict.fromkeys(("%", "percent", "pct", "prozent", "procent", "prosent"), PERCENT),
    **dict.fromkeys(("per cent", "pour cent", "por ciento", "por cento", "per cento"), PERCENT),
    **_units(SHARE, {"‰": 0.1}),
    **dict.fromkeys(("pp", "prozentpunkt", "prozentpunkte", "prozentpunkten", "procentpoint"), Unit(POINTS)),
    **dict.fromkeys(("percentage point", "percentage points", "percent points", "per cent points", "% points"), Unit(POINTS)),
    **dict.fromkeys(("points de", "puntos porcentuales", "punti percentuali", "pontos percentuais"), Unit(POINTS)),
    **dict.fromkeys(("basis point", "basis points", "bps"), Unit(POINTS, 0.01)),
    **dict.fromkeys(("°c", "° c", "celsius", "degrees c", "degrees celsius", "degrees centigrade", "grad celsius"), CELSIUS),
    **dict.fromkeys(("°f", "° f", "fahrenheit", "degrees f", "degrees fahrenheit", "grad fahrenheit"), FAHRENHEIT),
    **_units("length", {"mm millimetre millimetres millimeter millimeters": 0.001}),
    **_units("length", {"cm centimetre centimetres centimeter centimeters zentimeter": 0.01}),
    **_units("length", {"m metre metres meter meters metern metros metri": 1.0, "foot feet ft": 0.3048, "yard yards": 0.9144}),
    **_units("length", {"km kms kilometre kilometres kilometer kilometers kilometern kilometros chilometri": 1000.0}),
    **_units("length", {"inch inches zoll": 0.0254, "mile miles mi meilen millas miglia": 1609.344}),
    **_units(
        "mass", {"kg kgs kilogram kilograms kilogramme kilogrammes kilogramm kilo kilos": 1.0, "lb lbs pound pounds": 0.4536}
    ),
    **_units("mass", {"gram grams gramme grammes gramm": 0.001, "ton tons tonne tonnes tonnen toneladas tonnellate": 1000.0}),
    **_units("area", {"hectare hectares ha hektar hectareas ettari": 1.0, "acre acres": 0.4047}),
    **_units("volume", {"litre litres liter liters litern litros litri": 1.0, "gallon gallons": 3.785}),
    **_units("power", {"kw kilowatt kilowatts": 1.0, "mw megawatt megawatts": 1e3, "gw gigawatt gigawatts": 1e6}),
    **_units("speed", {"km/h kph kmh": 1.0, "mph": 1.609344}),
    **_units(
        TIME,
        {
            "seconds secs sekunden secondes segundos secondi": 1 / 3600,
            "minute minutes minuten minutos minuti mins": 1 / 60,
            "hour hours stunden heures horas ore hrs": 1.0,
        },
    ),
    **_units(TIME, {"day days tag tage tagen jour jours dia dias giorni": 24.0}),
    **_units(TIME, {"week weeks woche wochen semaine semaines semanas settimane": 168.0}),
    **_units(TIME, {"month months monat monate monaten mois meses mesi": 730.5}),
    **_units(TIME, {"year years jahr jahre jahren ans annees anos anni": 8766.0, "decade decades": 87660.0}),
    **_units(TIME, {"century centuries": 876600.0}),
    **dict.fromkeys(("$", "dollar", "dollars", "usd"), Unit("USD")),
    **dict.fromkeys(("€", "euro", "euros", "eur"), Unit("EUR")),
    **dict.fromkeys(("£", "gbp"), Unit("GBP")),
    **dict.fromkeys(("₹", "rupee", "rupees", "rs", "inr"), Unit("INR")),
    **dict.fromkeys(("yen", "jpy"), Unit("JPY")),
    **dict.fromkeys(("franken", "franc", "francs", "chf"), Unit("CHF")),
}
"""Units by their folded words. A ton is read as a tonne."""
_MEASURES_OF_SPACE: Final = frozenset(("square", "cubic", "sq", "cu", "nautical"))
"""Words that make another unit of the one behind them, which then is not compared."""
_BEHIND: Final = lazy_pattern(
    r"[\s-]{0,2}(?P<first>[%‰$€£₹]|°\s?[cf]\b|km/h\b|[^\W\d_]+\.?)(?:[\s-](?P<second>[^\W\d_]+)(?:\s(?P<third>points?\b))?)?",
    re.IGNORECASE,
)
_AHEAD: Final = lazy_pattern(r"(?:(?P<sign>[$€£₹])|\b(?P<code>usd|eur|gbp|inr|chf|jpy|rs)\b\.?)\s?$", re.IGNORECASE)
_AHEAD_REACH: Final = 5
_MAX_WORD: Final = 24
"""How many letters a unit or a counted thing has at most."""
_MIN_NOUN: Final = 3
_PLURALS: Final = frozenset(("people", "men", "women", "children"))
"""Words for counted things in the plural that do not end in -s. A word in the singular may belong to the next one."""


def read_unit(folded: str, span: Span, count: bool) -> tuple[Unit | None, Span]:
    """Return the unit of the number in a range of a folded text, and the range with the unit if that is behind the number.

    With `count`, a word behind the number that is no unit is what is counted.
    """
    start, end = span
    ahead = _AHEAD.search(folded[max(0, start - _AHEAD_REACH) : start])
    if ahead:
        return _UNITS[(ahead["sign"] or ahead["code"]).lower()], span
    behind = _BEHIND.match(folded, end, min(len(folded), end + 3 * _MAX_WORD))
    if behind is None:
        return None, span
    first, second = behind["first"].lower().removesuffix("."), (behind["second"] or "").lower()
    if first in _MEASURES_OF_SPACE:
        return None, span
    if behind["third"] and (unit := _UNITS.get(f"{first} {second} points")):
        return unit, Span(start, behind.end("third"))
    if second and (unit := _UNITS.get(f"{first} {second}")):
        return unit, Span(start, behind.end("second"))
    if unit := _UNITS.get(first):
        return unit, Span(start, behind.start("first") + len(first))
    is_plural = (
        behind["first"].islower() and first.isalpha() and (first in _PLURALS or (first[-1] == "s" and first[-2:] != "ss"))
    )
    is_noun = count and is_plural and len(first) >= _MIN_NOUN and first not in STOP_WORDS["en"]
    return (Unit(COUNT, noun=first) if is_noun else None), span
