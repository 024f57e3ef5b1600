"""Import Jupyter notebooks: their cells of text as Markdown, those of code and what they printed as code.

The format is that of nbformat 3 and 4 (https://nbformat.readthedocs.io). Nothing in a notebook is run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, cast

from reader.article.article import Article
from reader.errors import NoTextError, ReaderError
from reader.formats.budget import current_budget, fitted_article
from reader.formats.builder import replace_surrogates
from reader.formats.detection import BROKEN_FILE_HINT, decode, document_name, normalize_line_ends
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
_WIDGET: Final = re.compile(rb'"application/[\w.+-]{0,80}json":\s{0,9}[\[{]')
"""The beginning of the values of a chart or a widget, which are not read either."""
_BRACKET: Final = re.compile(rb'(?:[^"\[\]{}]++|%b|\[[^"\[\]{}]*+\])*+([\[\]{}])' % _STRING, re.DOTALL)
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_CLOSERS: Final = {"[": "]", "{": "}"}
_MAX_DEPTH: Final = 200
"""The most lists and objects within one another of JSON that has to be cut."""
_CHECK_EVERY: Final = 5000
_ESCAPE: Final = re.compile(r"\x1b\[[0-9;]{0,40}m")
_HEADING_LEVELS: Final = range(1, 7)


def notebook_article(data: bytes, source: str) -> Article:
    """Return the article of a notebook. Raises ReaderError if it is broken or has no text."""
    what, budget = document_name(source), current_budget()
    data = _without_widgets(_SHOWN.sub(rb'\1""', data))
    beginning = budget.fit_bytes(data, budget.limits.json_size)
    try:
        notebook = _read_fitted_json(decode(beginning), is_cut=len(beginning) < len(data))
    except (ValueError, RecursionError) as error:
        raise ReaderError(f"{what} is a notebook that cannot be read: it is not whole JSON", BROKEN_FILE_HINT) from error
    parts = budget.fit_parts(_parts(_fields_of(notebook)))
    if not any(part.strip() for part in parts):
        raise NoTextError(f"{what} is a notebook without text", "Open another one")
    # JSON may escape half a pair.
    text = normalize_line_ends(replace_surrogates("\n\n".join(parts)))
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


# ------------------------------------------------------------------ JSON


def _without_widgets(data: bytes) -> bytes:
    """Return a notebook without the values of its charts and widgets; one without an end stays."""
    parts, end = list[bytes](), 0
    while (widget := _WIDGET.search(data, end)) and (after := _value_end(data, widget.end())):
        parts += (data[end : widget.end() - 1], b'""')
        end = after
    return b"".join((*parts, data[end:])) if parts else data


def _value_end(data: bytes, start: int) -> int:
    """Return the place after the list or object that is open at a place, 0 if it does not end."""
    depth, steps = 1, 0
    while depth and (bracket := _BRACKET.match(data, start)):
        steps += 1
        if steps % _CHECK_EVERY == 0:
            checkpoint()
        depth += 1 if bracket[1] in b"[{" else -1
        start = bracket.end()
    return 0 if depth else start


def _read_fitted_json(text: str, *, is_cut: bool = False) -> object:
    """Return the value of JSON, or of its beginning if the rest is beyond the budget or, as `is_cut` says, not there.

    What is beyond the budget counts as omitted. Raises ValueError or RecursionError for what is not JSON.
    """
    budget = current_budget()
    limit = budget.limits.json_values
    # Signs in strings count here too, so there are no more values than that.
    if is_cut or text.count('"') // 2 + sum(map(text.count, "[{,")) > limit:
        end, closers = _find_end(text, limit, is_cut=is_cut)
        budget.omitted_size += len(text) - end
        text = text[:end] + closers
    checkpoint()
    return json.loads(text)


def _find_end(text: str, limit: int, *, is_cut: bool) -> tuple[int, str]:
    """Return where the values that the limit permits end, and the signs that close what is open there."""
    opened: list[str] = []
    end, open_at_end = 0, ""
    count = 0
    for number, token in enumerate(_TOKEN.finditer(text)):
        if number % _CHECK_EVERY == 0:
            checkpoint()
        sign = token[0][0]
        if sign in "]}":
            del opened[-1:]
            continue
        if sign in _CLOSERS:
            opened.append(sign)
            if len(opened) > _MAX_DEPTH:
                raise ValueError("nested too deep")
        elif sign == ",":
            end, open_at_end = token.start(), "".join(opened)
        count += 1
        if count > limit:
            break
    else:
        if not is_cut:
            return len(text), ""
    return end, "".join(_CLOSERS[sign] for sign in reversed(open_at_end))


def _text_of(value: object) -> str:
    """Return a text, which nbformat may keep as a list of lines."""
    return value if isinstance(value, str) else "".join(line for line in _items_of(value) if isinstance(line, str))


def _items_of(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _fields_of(value: object) -> Mapping[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
