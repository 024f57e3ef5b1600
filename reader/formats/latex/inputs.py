r"""The files that a LaTeX document consists of: what it takes in by `\input`, and the bibliographies that it names."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from reader.formats.budget import current_budget
from reader.formats.companions import read_companion
from reader.formats.detection import decode, normalize_line_ends
from reader.formats.progress import checkpoint
from reader.printable import printable_line, shorten_words

_INPUT: Final = re.compile(r"(?<!\\)%[^\n]*|\\(?:input|include|subfile)\b[ \t]*(?:\{([^{}\n]{1,300})\}|([^\s{}\\]{1,300}))")
_MAX_LENGTH: Final = 20_000_000
"""The length of a document from which on it takes in no more files."""
_MAX_INPUTS: Final = 1_000
"""The most names of files that a document takes in, whether they are there or not."""
_MAX_NAMED: Final = 20
"""The most missing files that are named."""


def join_inputs(source_text: str, path: str) -> tuple[str, list[str]]:
    r"""Return a source with the files that it takes in by `\input`, and notices of those that were not found.

    Only `.tex` files in the document's own folder are opened, links resolved first, each once: one may name itself.
    """
    folder = None if path == "-" or "://" in path else Path(os.path.realpath(path)).parent
    missing: dict[str, None] = {}
    parts: list[str] = []
    opened = {os.path.realpath(path)}
    names: set[str] = set()
    pending = [(source_text, 0)]
    length = len(source_text)
    while pending:
        checkpoint()
        text, position = pending.pop()
        match = next((m for m in _INPUT.finditer(text, position) if m[1] or m[2]), None)
        if match is None:
            parts.append(text[position:])
            continue
        parts.append(text[position : match.start()])
        pending.append((text, match.end()))
        name = (match[1] or match[2]).strip()
        if name in names:
            continue
        if length >= _MAX_LENGTH or len(names) == _MAX_INPUTS:
            current_budget().omit("More files that belong to the document were not read, as it is too large.")
            continue
        names.add(name)
        target = _path_inside(folder, name, ".tex")
        if target is not None and str(target) in opened:
            continue
        content = _read_inside(target)
        if content is None:
            missing[shorten_words(printable_line(name))] = None
        else:
            opened.add(str(target))
            length += len(content)
            pending.append((content, 0))
    notices = [f"The file {name} was not read: only .tex files in the folder of the document are." for name in missing]
    if (more := len(notices) - _MAX_NAMED) > 0:
        notices[_MAX_NAMED:] = [f"{more} more files were not read."]
    return "".join(parts), notices


def companion_text(path: str, name: str, suffix: str) -> str | None:
    """Return the text of a file in the document's own folder, None if there is none, "" for one that is too large."""
    if path == "-" or "://" in path:
        return None
    return _read_inside(_path_inside(Path(os.path.realpath(path)).parent, name, suffix))


def _read_inside(target: Path | None) -> str | None:
    if target is None:
        return None
    try:
        data = read_companion(target)
    except OSError:
        return None
    return "" if data is None else normalize_line_ends(decode(data))


def _path_inside(folder: Path | None, name: str, suffix: str) -> Path | None:
    """Return the real path of a file that a document names, None if that is not in its folder."""
    if folder is None or "\0" in name:
        return None
    target = Path(os.path.realpath(folder / (name if name.endswith(suffix) else name + suffix)))
    return target if target.is_relative_to(folder) else None
