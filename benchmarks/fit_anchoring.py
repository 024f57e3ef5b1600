"""`python -m benchmarks.fit_anchoring [--write]`: fit the weights of `anchoring/scoring.py`.

A conditional logit (McFadden, 1974): of the candidates of a case and "it is gone", one is right, and the weights make what is
right likely. Newton's method, with a ridge of 1 on all weights but the bias, in plain Python. Against overfitting, it is first
fitted on the cases of one half of the documents and judged on the other half, both ways; the weights that are written are those
of all cases.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp
from typing import Final, NamedTuple

from benchmarks.anchoring_cases import ROOT, THERE, Case, cases
from reader.review.anchoring.resolver import MIN_PROBABILITY, QuoteResolver, ScoredMatch, is_same_place
from reader.review.anchoring.scoring import Signals

RIDGE: Final = 1.0
WEIGHTS: Final = ROOT / "reader" / "review" / "anchoring" / "weights.py"


class Choice(NamedTuple):
    """A case with its candidates; none if it was certain, and then its verdict."""

    case: Case
    weighed: list[ScoredMatch]
    certain: str


def choices(all_cases: Iterable[Case], with_old: bool) -> list[Choice]:
    """Return the candidates of all cases, found as the program finds them, without a look at the weights there are."""
    found: list[Choice] = []
    texts, anchors = ("", ""), QuoteResolver("")
    for case in all_cases:
        if texts != (case.old, case.new):
            texts, anchors = (case.old, case.new), QuoteResolver(case.new, case.old if with_old else None)
        certain = anchors.find_certain(case.selector)
        verdict = case.verdict(certain.place) if certain else ""
        found.append(Choice(case, [] if certain else anchors.score_candidates(case.selector), verdict))
    return found


def fit(chosen: Iterable[Choice]) -> list[float]:
    """Return the bias and the weights that make the right candidates likeliest."""
    sets = [_set(choice) for choice in chosen if choice.weighed]
    size = 1 + len(Signals._fields)
    weights = [0.0] * size
    for _ in range(40):
        slope = [0.0, *(-RIDGE * weight for weight in weights[1:])]
        bend = [[(RIDGE if row else 1e-3) if row == column else 0.0 for column in range(size)] for row in range(size)]
        for rows, right in sets:
            _add(rows, right, weights, slope, bend)
        for row in range(size):
            for column in range(row):
                bend[column][row] = bend[row][column]
        step = _solved(bend, slope)
        length = max(map(abs, step))
        weights = [weight + part * min(1.0, 3 / length) for weight, part in zip(weights, step, strict=True)]
        if length < 1e-4:
            break
    return weights


def _set(choice: Choice) -> tuple[list[list[float]], list[bool]]:
    """Return the rows of a case's candidates, and which are right. If it is gone, what stands for it is left out."""
    rows: list[list[float]] = []
    right: list[bool] = []
    for candidate in choice.weighed:
        there = choice.case.overlap(candidate.place) >= THERE
        if there and choice.case.place is None:
            continue
        rows.append([1.0, *candidate.signals])
        right.append(there)
    return rows, right


def _chances(rows: list[list[float]], weights: Sequence[float]) -> list[float]:
    sums = [sum(weight * signal for weight, signal in zip(weights, row, strict=True)) for row in rows]
    highest = max(0.0, max(sums, default=0.0))
    powers = [exp(number - highest) for number in sums]
    whole = exp(-highest) + sum(powers)
    return [power / whole for power in powers]


def _add(
    rows: list[list[float]], right: list[bool], weights: Sequence[float], slope: list[float], bend: list[list[float]]
) -> None:
    """Add the first derivatives of a case's likelihood to `slope`, and the second, negative, to the lower half of `bend`."""
    size = len(slope)
    given = _chances(rows, weights)
    of_right = sum(chance for chance, is_right in zip(given, right, strict=True) if is_right)
    mean = [0.0] * size
    for row, chance, is_right in zip(rows, given, right, strict=True):
        wanted = chance / max(of_right, 1e-12) if is_right else 0.0
        for one in range(size):
            slope[one] += (wanted - chance) * row[one]
            mean[one] += chance * row[one]
            for other in range(one + 1):
                bend[one][other] += chance * row[one] * row[other]
    for one in range(size):
        for other in range(one + 1):
            bend[one][other] -= mean[one] * mean[other]


def _solved(matrix: list[list[float]], values: Sequence[float]) -> list[float]:
    """Return the solution of a system of equations (Gauss and Jordan, with pivots)."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    size = len(rows)
    for pivot in range(size):
        best = max(range(pivot, size), key=lambda row: abs(rows[row][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        for number, row in enumerate(rows):
            factor = row[pivot] / rows[pivot][pivot]
            if number != pivot and factor:
                rows[number] = [a - factor * b for a, b in zip(row, rows[pivot], strict=True)]
    return [rows[number][size] / rows[number][number] for number in range(size)]


def judge(choice: Choice, weights: Sequence[float]) -> str:
    """Return the verdict on the place that is chosen with some weights."""
    if choice.certain or not choice.weighed:
        return choice.certain or choice.case.verdict(None)
    given = _chances([[1.0, *candidate.signals] for candidate in choice.weighed], weights)
    best = choice.weighed[max(range(len(given)), key=given.__getitem__)].place
    sure = sum(chance for other, chance in zip(choice.weighed, given, strict=True) if is_same_place(other.place, best))
    return choice.case.verdict(best if sure >= MIN_PROBABILITY else None)


def _half(choice: Choice) -> int:
    return zlib.crc32(choice.case.document.encode()) % 2


def _said(judged: Iterable[tuple[Choice, Sequence[float]]]) -> str:
    pairs = [(choice.case.place is None, judge(choice, weights)) for choice, weights in judged]
    counts = Counter(verdict for _, verdict in pairs)
    gone = sum(is_gone for is_gone, _ in pairs)
    right, false = 100 * counts["correct"] / len(pairs), 100 * counts["false match"] / max(1, gone)
    return f"{right:.2f} % correct, {false:.2f} % false matches; {dict(counts)}"


def _constant(name: str, weights: Sequence[float], says: str) -> str:
    numbers = ", ".join(f"{weight:.3f}" for weight in weights[1:])
    return f'{name}: Final = ({weights[0]:.3f}, ({numbers}))\n"""{says}"""\n'


def main() -> None:
    """Fit, check, print and, with --write, keep the weights."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_anchoring", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights to reader/review/anchoring/weights.py")
    asked = parser.parse_args()
    constants: list[str] = []
    for name, with_old, says in (
        ("ALONE", False, "Bias and weights, in the order of `Signals`, for a selector whose old text is unknown."),
        ("ALIGNED", True, "Bias and weights for a selector whose old text is known."),
    ):
        chosen = choices(cases(), with_old)
        halves = [fit(choice for choice in chosen if _half(choice) == half) for half in (0, 1)]
        print(f"{name}: fitted on one half, judged on the other: {_said((c, halves[1 - _half(c)]) for c in chosen)}")
        weights = fit(chosen)
        print(f"{name}: fitted and judged on all: {_said((c, weights) for c in chosen)}")
        print("  ".join(f"{field} {weight:.2f}" for field, weight in zip(("bias", *Signals._fields), weights, strict=True)))
        constants.append(_constant(name, weights, says))
    head = '"""Hold the weights of the signals in `scoring`. Written by `benchmarks/fit_anchoring.py --write`, not by hand."""'
    module = f"{head}\n\nfrom __future__ import annotations\n\nfrom typing import Final\n\n{''.join(constants)}"
    if asked.write:
        WEIGHTS.write_text(module, encoding="utf-8")
    else:
        print(module)


if __name__ == "__main__":
    main()
