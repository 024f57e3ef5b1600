"""How an article comes in: one door for every format, bytes to `Article`."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from reader.article.lazy import lazy
from reader.article.model import Article
from reader.errors import ReaderError

_MARKDOWN_NAMES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd"})
_MARKDOWN_SIGNS = (
    lazy(r"^#{1,6} \S", re.MULTILINE),
    lazy(r"\]\(https?://"),
    lazy(r"^```", re.MULTILINE),
    lazy(r"^\[\^[^\]\s]+\]: ", re.MULTILINE),
    lazy(r"\*\*\w[^*\n]*\*\*"),
    lazy(r"^\|(?: ?:?-+:? ?\|)+$", re.MULTILINE),
)
_LOOKED_AT = 100_000
_PIPE = "-"


def read_article(path: str, *, stdin: bytes | None = None) -> Article:
    """Read the file at `path`, or what came through a pipe (`path` "-", the bytes in `stdin`).

    Raises ReaderError when there is no such file, when it may not be read, and when there is no text in it.
    """
    if path == _PIPE:
        return parse(stdin or b"", _PIPE)
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    return parse(data, path)


def parse(data: bytes, source: str) -> Article:
    """Read `data`, which came from `source`: a path, whose name tells the format, or "-".

    Raises ReaderError when it is empty or no text. Everything that is text becomes an article, whatever is in it.
    """
    from reader.formats.decoding import decode
    from reader.formats.refusals import refuse_binary

    refuse_binary(data, "the input" if source == _PIPE else source)
    text = decode(data)
    if _is_markdown(text, source):
        from reader.formats.markdown import markdown_article

        return markdown_article(text, source)
    from reader.formats.plain import plain_article

    return plain_article(text, source)


def _is_markdown(text: str, source: str) -> bool:
    """Whether the name says so; where it says nothing, as of a pipe, whether there are two kinds of Markdown's signs."""
    suffix = PurePath(source).suffix.casefold()
    if suffix:
        return suffix in _MARKDOWN_NAMES
    beginning = text[:_LOOKED_AT]
    return sum(sign.search(beginning) is not None for sign in _MARKDOWN_SIGNS) > 1


def _unreadable(path: str, error: OSError | ValueError) -> ReaderError:
    """Say in a person's words why a file could not be read."""
    match error:
        case FileNotFoundError():
            return ReaderError(f"there is no file {path}", "check the name and the folder")
        case IsADirectoryError():
            return ReaderError(f"{path} is a folder", "name a file in it")
        case PermissionError():
            return ReaderError(f"{path} may not be read", "its permissions don't let you")
        case OSError():
            return ReaderError(f"{path} can't be read: {error.strerror or error}")
        case _:
            return ReaderError(f"{path!r} is no name of a file", "check the name and the folder")
