"""Fill a template in a process of its own: the program that `reader.exchange.template` starts and limits.

Standard input has one JSON object: `template`, its text; `escape`, whether HTML is escaped in what stands for a value; and
`values`. Standard output has the text. If the template is wrong, the program ends with the code `FAILED`, and standard error
has the line, a blank and the reason.
"""

from __future__ import annotations

import io
import json
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TextIO

from jinja2 import DictLoader, StrictUndefined, TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reader.exchange.escape import csv_cell, markdown_line, org_line
from reader.printable import printable_line

FAILED: Final = 3
_NAME: Final = "template"
_FILTERS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {"csv": csv_cell, "line": printable_line, "markdown": markdown_line, "org": org_line}
)
"""The filters beside those of Jinja: a text as a cell of CSV, as one plain line, as a line of Markdown, as a line of Org."""


def run_template() -> None:
    """Fill the template of standard input."""
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="\n")
    complaint = fill_template(json.load(sys.stdin.buffer), out)
    if complaint:
        print(complaint, file=sys.stderr)
        sys.exit(FAILED)
    out.flush()


def fill_template(call: Mapping[str, Any], out: TextIO) -> str:
    """Write the text that a template makes of its values; return the line and the reason of a mistake in it, "" for none."""
    environment = ImmutableSandboxedEnvironment(
        loader=DictLoader({_NAME: call["template"]}),
        autoescape=call["escape"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({name: partial(_filter_value, made) for name, made in _FILTERS.items()})  # pyright: ignore[reportUnknownMemberType]  # Jinja does not type filters
    try:
        out.writelines(environment.get_template(_NAME).generate(call["values"]))
    except Exception as error:  # whatever the template does is told to its writer
        return f"{_line_of(error)} {_reason_of(error)}"
    return ""


def _filter_value(escape: Callable[[str], str], value: object) -> str:
    """Return any value through a filter of texts: a number as its digits, none as no text."""
    return "" if value is None else escape(str(value))


def _line_of(error: Exception) -> int:
    """Return the line of the template where an error arose, 0 if it is not known."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 0 for frame in reversed(frames) if frame.filename == f"<{_NAME}>"), 0)


def _reason_of(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "it needs too much memory"
    if isinstance(error, RecursionError):
        return "it goes on within itself without end"
    if isinstance(error, TemplateNotFound):
        return f"a template sees no other file, such as {error.name}"
    if isinstance(error, TemplateError):
        return error.message or type(error).__name__
    return str(error) or type(error).__name__
