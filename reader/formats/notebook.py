"""Import Jupyter notebooks: their cells of text as Markdown, those of code and what they printed as code.

The format is that of nbformat 3 and 4 (https://nbformat.readthedocs.io). Nothing in a notebook is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

from reader.article.article import Article
from reader.errors import NoTextError, ReaderError
from reader.formats.budget import current_budget, fitted_article
from reader.formats.detection import BROKEN_FILE_HINT, decode, document_name, normalize_line_ends
from reader.formats.fitted_json import read_fitted_json
from reader.formats.markdown.importer import markdown_article
from reader.formats.progress import checkpoint

_FENCE: Final = re.compile(r"`{3,}")
_WORD: Final = re.compile(r"[\w+#.-]{1,40}")
_STRING: Final = rb'"(?:[^"\\]++|\\.)*+"'
_SHOWN: Final = re.compile(
    rb'("(?:(?:image|audio|video)/[\w.+-]{1,80}|text/html|application/javascript)":\s{0,9})'
    rb"(?:%b|\[\s*+(?:%b[\s,]*+)*+\])" % (_STRING, _STRING),
    re.DOTALL,
)
"""A picture or page that a cell shows, as a text or its lines: it may be most of a notebook, and is not read."""
_ESCAPE: Final = re.compile(r"\x1b\[[0-9;]{0,40}m")
_HEADING_LEVELS: Final = range(1, 7)


def notebook_article(data: bytes, source: str) -> Article:
    """Return the article of a notebook. Raises ReaderError if it is broken or has no text."""
    what, budget = document_name(source), current_budget()
    data = _SHOWN.sub(rb'\1""', data)
    beginning = budget.fit_bytes(data, budget.limits.json_size)
    try:
        notebook = read_fitted_json(decode(beginning), is_cut=len(beginning) < len(data))
    except (ValueError, RecursionError) as error:
        raise ReaderError(f"{what} is a notebook that cannot be read: it is not whole JSON", BROKEN_FILE_HINT) from error
    parts = budget.fit_parts(_parts(_fields_of(notebook)))
    if not any(part.strip() for part in parts):
        raise NoTextError(f"{what} is a notebook without text", "Open another one")
    text = normalize_line_ends("\n\n".join(parts))
    article = fitted_article(text, budget, lambda fitted: markdown_article(fitted, source))
    return replace(article, format="notebook")


def _parts(notebook: Mapping[str, object]) -> Iterator[str]:
    """Yield the parts of a notebook as Markdown."""
    metadata = _fields_of(notebook.get("metadata"))
    info = _fields_of(metadata.get("language_info")) or _fields_of(metadata.get("kernelspec"))
    language = _text_of(info.get("name") if "version" in info else info.get("language") or info.get("name"))
    language = language if _WORD.fullmatch(language) else ""
    sheets = [_fields_of(sheet) for sheet in _items_of(notebook.get("worksheets"))] or [notebook]
    for cell in (_fields_of(cell) for sheet in sheets for cell in _items_of(sheet.get("cells"))):
        checkpoint()
        kind, text = _text_of(cell.get("cell_type")), _text_of(cell.get("source", cell.get("input")))
        if kind == "heading":
            level = cell.get("level")
            yield f"{'#' * (level if isinstance(level, int) and level in _HEADING_LEVELS else 1)} {' '.join(text.split())}"
        elif kind == "code":
            yield from (_code(text, language) for text in (text,) if text.strip())
            yield from (_code(output, "") for output in _outputs(cell) if output.strip())
        elif text.strip():
            yield text


def _outputs(cell: Mapping[str, object]) -> Iterator[str]:
    """Yield the texts that a cell of code printed or returned, without the colours of a terminal."""
    for output in map(_fields_of, _items_of(cell.get("outputs"))):
        data = _fields_of(output.get("data"))
        yield _ESCAPE.sub("", _text_of(data.get("text/plain", output.get("text"))))


def _code(text: str, language: str) -> str:
    """Return code in Markdown, between fences that are longer than any in it."""
    longest = max((len(run[0]) for run in _FENCE.finditer(text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _text_of(value: object) -> str:
    """Return a text, which nbformat may keep as a list of lines."""
    return value if isinstance(value, str) else "".join(line for line in _items_of(value) if isinstance(line, str))


def _items_of(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _fields_of(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
