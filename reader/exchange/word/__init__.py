"""The writer's own Word document with the review as its comments. The door is `write_word`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.exchange.export_format import ExportOptions
from reader.exchange.report import Report

__all__ = ["comment_lines", "write_word"]


def write_word(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the document that a report is about, or `options.into`, with a comment for each fix, verdict and note.

    Only the text, the comments and the two lists of the package's parts change; all other parts keep their bytes. Raises
    ReaderError if there is no Word document, or one that cannot be written in.
    """
    from reader.exchange.word.writer import add_comments  # with the importer, which no other format needs

    for report in reports:
        yield add_comments(report, options)


def comment_lines(document: bytes) -> list[str]:
    """Return the comments of a document that `write_word` yielded, a line each: who wrote it and what."""
    from reader.exchange.word.comments import list_comments

    return [f"{author}: {' · '.join(paragraphs)}" for author, _, paragraphs in list_comments(document)]
