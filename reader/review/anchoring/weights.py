"""Hold the weights of the signals in `scoring`. Written by `benchmarks/fit_anchoring.py --write`, not by hand."""

from __future__ import annotations

from typing import Final

ALONE: Final = (-13.167, (1.768, 2.987, 2.308, 2.810, 1.706, 0.220, 4.784, 0.000, 0.000, 0.000))
"""Bias and weights, in the order of `Signals`, for a selector whose old text is unknown."""
ALIGNED: Final = (-8.844, (2.566, 1.442, 0.803, 0.948, 0.715, 0.178, 2.624, 3.225, 0.448, -3.263))
"""Bias and weights for a selector whose old text is known."""
