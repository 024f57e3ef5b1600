"""How far two readers agree: counts, Cohen's kappa and Krippendorff's alpha, each with an interval, or the reason for none.

Kappa is that of J. Cohen, "A coefficient of agreement for nominal scales", 1960; its interval uses the large-sample standard
error of J. Fleiss, J. Cohen and B. Everitt, "Large sample standard errors of kappa and weighted kappa", 1969. Alpha is that of
K. Krippendorff, "Computing Krippendorff's alpha-reliability", 2011, for nominal data; its interval is the middle of the alphas
of samples that are drawn from the units with replacement; of many units, of smaller samples (P. Bickel, F. Götze and W. van
Zwet, "Resampling fewer than n observations", 1997).
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from reader.printable import plural

MIN_UNITS: Final = 10
"""The units from which a coefficient is given: below them, one more judgement changes it by more than it says."""
_DEVIATIONS: Final = 1.959964
"""The standard deviations to each side of the mean within which 95 % of a normal distribution lie."""
_SAMPLES: Final = 1000
_SAMPLE_SIZE: Final = 1000
"""The most units of a sample: ten times as many would take ten times as long and say the same."""
_TAIL: Final = 0.025


class Estimate(NamedTuple):
    """A coefficient and its interval of 95 %."""

    value: float
    low: float
    high: float


class CategoryAgreement(NamedTuple):
    """How often both readers chose a category, and how often each of them did."""

    category: str
    both: int
    first: int
    second: int

    @property
    def share(self) -> float:
        """The share of their choices of this category in which the other one made it too, 0 to 1."""
        return 2 * self.both / (self.first + self.second)


class Agreement(NamedTuple):
    """The agreement of two readers on `units` that both judged, of which they judged `alike` in the same way.

    `pairs` counts the units by what the first and the second reader chose. `kappa` and `alpha` are None when they would
    mislead: `refusal` then says why.
    """

    units: int
    alike: int
    pairs: Mapping[tuple[str, str], int]
    kappa: Estimate | None
    alpha: Estimate | None
    refusal: str = ""

    @property
    def categories(self) -> list[CategoryAgreement]:
        """The agreement on each category that a reader chose, the most chosen first."""
        first, second = _marginals(self.pairs)
        names = sorted({*first, *second}, key=lambda name: (-first[name] - second[name], name))
        return [CategoryAgreement(name, self.pairs.get((name, name), 0), first[name], second[name]) for name in names]

    @property
    def most_apart(self) -> tuple[tuple[str, str], int] | None:
        """What the two chose most often instead of the same, in either order and sorted, and how often; None if never."""
        apart = Counter[tuple[str, str]]()
        for (a, b), count in self.pairs.items():
            if a != b:
                apart[min(a, b), max(a, b)] += count
        return min(apart.items(), key=lambda item: (-item[1], item[0])) if apart else None


def measure_agreement(units: Iterable[tuple[str, str]], noun: str = "pair") -> Agreement:
    """Return the agreement on units that two readers judged: what the first and the second chose, in any order.

    `noun` is the word for a unit in the reason for giving no coefficient.
    """
    pairs = Counter(units)
    total, alike = pairs.total(), sum(count for (a, b), count in pairs.items() if a == b)
    refusal = _refuse(pairs, noun)
    if refusal:
        return Agreement(total, alike, pairs, None, None, refusal)
    return Agreement(total, alike, pairs, cohen_kappa(pairs), krippendorff_alpha(pairs))


def _refuse(pairs: Counter[tuple[str, str]], noun: str) -> str:
    """Return why a coefficient of these units would mislead, "" if it does not."""
    first, second = _marginals(pairs)
    if pairs.total() < MIN_UNITS:
        return f"both judged {plural(pairs.total(), noun)}, and below {MIN_UNITS} a coefficient says nothing"
    if len({*first, *second}) < 2:
        return "both chose the same for all, so that agreement by chance cannot be told from more"
    return ""


# ------------------------------------------------------------------ coefficients


def cohen_kappa(pairs: Mapping[tuple[str, str], int]) -> Estimate:
    """Return Cohen's kappa of counts by the choices of two readers.

    Raises ValueError unless there are at least two categories, as it is not defined then.
    """
    total = sum(pairs.values())
    first, second = _marginals(pairs)
    names = {*first, *second}
    if len(names) < 2:
        raise ValueError("Kappa needs two categories")
    observed = sum(pairs.get((name, name), 0) for name in names) / total
    expected = sum(first[name] * second[name] for name in names) / total**2
    kappa = (observed - expected) / (1 - expected)
    alike = sum(
        pairs.get((name, name), 0) / total * (1 - (first[name] + second[name]) / total * (1 - kappa)) ** 2 for name in names
    )
    apart = (1 - kappa) ** 2 * sum(
        count / total * ((second[a] + first[b]) / total) ** 2 for (a, b), count in pairs.items() if a != b
    )
    variance = (alike + apart - (kappa - expected * (1 - kappa)) ** 2) / (total * (1 - expected) ** 2)
    return _interval(kappa, math.sqrt(max(0.0, variance)))


def krippendorff_alpha(pairs: Mapping[tuple[str, str], int]) -> Estimate:
    """Return Krippendorff's alpha, for nominal data, of counts by the choices of two readers; the same counts give the same.

    Raises ValueError unless there are at least two categories, as it is not defined then.
    """
    alpha = _alpha(pairs)
    if alpha is None:
        raise ValueError("Alpha needs two categories")
    draw = random.Random(0)  # the seed makes the interval the same each time
    cells, counts = list(pairs), list(pairs.values())
    size = min(sum(counts), _SAMPLE_SIZE)
    samples = (Counter(draw.choices(cells, counts, k=size)) for _ in range(_SAMPLES))
    # A sample of one category has no alpha. It shows no disagreement, as two readers who always agree.
    values = sorted(1.0 if value is None else value for value in map(_alpha, samples))
    # Samples that are smaller than the whole scatter more, by the root of how much smaller they are.
    narrowing = math.sqrt(size / sum(counts))
    low, high = (alpha + (values[at] - alpha) * narrowing for at in (int(_TAIL * _SAMPLES), -1 - int(_TAIL * _SAMPLES)))
    return Estimate(alpha, low, high)


def _alpha(pairs: Mapping[tuple[str, str], int]) -> float | None:
    first, second = _marginals(pairs)
    totals = first + second
    values = totals.total()
    chance = values**2 - sum(count**2 for count in totals.values())
    if not chance:
        return None
    apart = sum(count for (a, b), count in pairs.items() if a != b)
    return 1 - (values - 1) * 2 * apart / chance


def _marginals(pairs: Mapping[tuple[str, str], int]) -> tuple[Counter[str], Counter[str]]:
    first, second = Counter[str](), Counter[str]()
    for (a, b), count in pairs.items():
        first[a] += count
        second[b] += count
    return first, second


def _interval(value: float, error: float) -> Estimate:
    return Estimate(value, max(-1.0, value - _DEVIATIONS * error), min(1.0, value + _DEVIATIONS * error))
