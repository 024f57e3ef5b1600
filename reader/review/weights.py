"""What the signals of `scoring` weigh. Written by `benchmarks/fit_anchoring.py --write`; not by hand."""

from __future__ import annotations

from typing import Final

ALONE: Final = (-13.598, (1.745, 3.463, 2.371, 3.453, 1.798, 0.225, 5.495, 0.000, 0.000, 0.000))
"""Bias and weights, in the order of `Signals`, of a selector without the text it was made on."""
ALIGNED: Final = (-9.359, (2.703, 1.675, 0.857, 1.176, 0.790, 0.170, 2.768, 3.233, 0.476, -3.340))
"""The same when that text is known."""
