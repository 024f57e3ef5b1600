"""How an article comes in: one door for every format, bytes to `Article`."""

from __future__ import annotations

from pathlib import Path, PurePath

from reader.article.model import Article
from reader.errors import ReaderError

_MARKDOWN_NAMES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx"})


def read_article(path: str, *, stdin: bytes | None = None) -> Article:
    """Read the file at `path`, or what came through a pipe (`path` "-", the bytes in `stdin`).

    Raises ReaderError when there is nothing that can be read as text.
    """
    if path == "-":
        return parse(stdin or b"", "-")
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ReaderError(f"can't read {path}: {error.strerror}") from error
    return parse(data, path)


def parse(data: bytes, source: str) -> Article:
    """Read `data`, which came from `source` (a path, whose name helps to tell the format, or "-")."""
    from reader.formats.decoding import decode

    text = decode(data)
    if PurePath(source).suffix.casefold() in _MARKDOWN_NAMES:
        from reader.formats.markdown import markdown_article

        return markdown_article(text, source)
    from reader.formats.plain import plain_article

    return plain_article(text, source)
