"""reStructuredText: read by docutils into its tree of nodes (https://docutils.sourceforge.io/docs/ref/doctree.html).

Nothing outside the text is looked at: no file is included, nothing raw is passed through. What docutils does not know, such as
the roles and directives of Sphinx, is shown as the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, cast

from docutils.core import publish_doctree  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType]  # no stubs
from docutils.parsers.rst import Parser  # pyright: ignore[reportMissingTypeStubs]  # docutils has no stubs

from reader.article.model import About, Article, BlockKind
from reader.formats.building import Builder
from reader.formats.plain import plain_article
from reader.formats.rst_body import Body, Node, child_named
from reader.formats.rst_unknown import know_all

_SETTINGS: Final[dict[str, Any]] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "_disable_config": True,
    "syntax_highlight": "none",
    "sectnum_xform": False,
    "toc_backlinks": False,
    "language_code": "en",
}
_HEADER_FIELD: Final = re.compile(r"([A-Z][A-Za-z-]{1,30}): ?(.*)")
_LONGEST_LINE: Final = 10_000
_LONGEST: Final = 2_000_000
"""What is longer would take docutils more than a few seconds: it is shown as the text that it is."""
_SIGNS: Final = "*`_|"
_TABLE_SIGNS: Final = ("+", "|", "=")
_MOST_WORK: Final = 100_000_000
_MOST_FAULTS: Final = 1_000
_WARNING: Final = 2
_DATES: Final = ("created", "date")
_ADDRESS: Final = re.compile(r"\s*<[^<>\s]+@[^<>\s]+>")


class _Parser(Parser):
    """docutils' parser, which gives up on a text with very many faults: it is none, and each fault takes its time."""

    def parse(self, inputstring: str, document: Any) -> None:
        """Read a text into a document; raises ValueError when it gives up."""
        faults = 0

        def count(message: Any) -> None:
            nonlocal faults
            faults += message["level"] >= _WARNING
            if faults > _MOST_FAULTS:
                raise ValueError("this is no reStructuredText")

        document.reporter.attach_observer(count)
        super().parse(inputstring, document)  # pyright: ignore[reportUnknownMemberType]  # docutils has no stubs


def rst_article(text: str, source: str) -> Article:
    """Read reStructuredText. A text that docutils can't read, as it nests without end, is shown as plain text."""
    header, rest = _header(text)
    if not _is_bearable(text):
        return plain_article(text, source)
    try:
        know_all(rest)
        document = cast("Node", publish_doctree(rest, parser=_Parser(), settings_overrides=dict(_SETTINGS)))
        builder = Builder()
        _about(builder, document, header)
        _head(builder, document, header)
        Body(builder, document).blocks(document.children, 1)
        return builder.article("rst", source) if builder.size else plain_article(text, source)
    except Exception:
        # docutils has no bound for what nests and raises what it comes upon; the text itself can always be read.
        return plain_article(text, source)


def _is_bearable(text: str) -> bool:
    """Whether docutils reads a text in a few seconds: it copies the rest of a paragraph at every sign in it."""
    if len(text) > _LONGEST or max(map(len, text.split("\n"))) > _LONGEST_LINE:
        return False
    long = (part for part in text.split("\n\n") if len(part) > _LONGEST_LINE and not part.lstrip().startswith(_TABLE_SIGNS))
    return all(len(part) * sum(map(part.count, _SIGNS)) <= _MOST_WORK for part in long)


def _header(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return the fields of a header as of a mail, "Title: …", that some documents begin with, and the text behind it."""
    head, _, rest = text.lstrip("\n").partition("\n\n")
    fields: list[tuple[str, str]] = []
    for line in head.split("\n"):
        match = _HEADER_FIELD.fullmatch(line)
        if match:
            fields.append((match[1], match[2].strip()))
        elif fields and line[:1].isspace():
            fields[-1] = fields[-1][0], f"{fields[-1][1]} {line.strip()}".strip()
        else:
            return [], text
    return (fields, rest) if len(fields) > 1 else ([], text)


def _head(builder: Builder, document: Node, header: Iterable[tuple[str, str]]) -> None:
    """Add the header's title and its other fields, one a line."""
    title = next((value for name, value in header if name == "Title"), "")
    if title:
        builder.begin(BlockKind.HEADING, 1)
        builder.text(title)
    for name, value in header:
        if value and value != title:
            builder.begin(BlockKind.ITEM, 1)
            builder.text(f"{name}: {value}")
    builder.end()


def _about(builder: Builder, document: Node, header: Iterable[tuple[str, str]]) -> None:
    """Take what the document says of itself from its header and its bibliographic fields."""
    said: dict[str, str] = {}
    for name, value in (*((name.casefold(), value) for name, value in header), *_fields(document)):
        said.setdefault(name, " ".join(value.split()))
    byline = next((said[name] for name in ("author", "authors") if name in said), "")
    date = next((said[name] for name in _DATES if name in said), "")
    builder.about = About(byline=_ADDRESS.sub("", byline).rstrip(","), date=date)


def _fields(document: Node) -> Iterator[tuple[str, str]]:
    info = child_named(document, "docinfo")
    for node in info.children if info is not None else ():
        if node.tagname == "authors":
            yield "authors", ", ".join(author.astext() for author in node.children)
        elif node.tagname == "field":
            yield node.children[0].astext().casefold(), node.children[1].astext()
        else:
            yield node.tagname, node.astext()
