"""How a review leaves: one module a format, each a pure function from a report to text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reader.exchange.csv_table import write_csv
from reader.exchange.jsonl import write_jsonl
from reader.exchange.markdown import write_markdown
from reader.exchange.report import Report, build_report

__all__ = ["EXPORTERS", "SUFFIXES", "Report", "build_report"]

EXPORTERS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {"markdown": write_markdown, "jsonl": write_jsonl, "csv": write_csv}
)
"""The formats by the names that people give them."""

SUFFIXES: Mapping[str, str] = MappingProxyType({"markdown": ".md", "jsonl": ".jsonl", "csv": ".csv"})
"""What the name of a file in each format ends with."""
