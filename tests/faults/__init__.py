"""Tests that nothing is lost, in small numbers: `python -m benchmarks faults` does the same at length."""
