"""`reader parse`: what is recognised in a document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from reader.cli.context import cli_context, network_option, read_input
from reader.cli.output import print_json, print_table
from reader.printable import plural

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.model import Noise
    from reader.article.ranges import Span


@click.command("parse", epilog="Example: `reader parse page.html --json | jq .references`")
@click.argument("name", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON instead of a summary.")
@network_option
@click.pass_context
def parse_command(context: click.Context, name: str, as_json: bool) -> None:
    """Show what is recognised in a document: blocks, references, citations, noise.

    FILE is a file, an address, or "-" for standard input. In JSON, `text` is the text as the reading screen shows it, without
    noise, and positions are half-open ranges of its code points.
    """
    article = read_input(name, private=cli_context(context).private)
    if as_json:
        print_json(article_record(article))
        return
    rows = (
        ("title", article.title),
        ("format", article.format),
        ("code points", str(len(article.text))),
        ("blocks", str(len(article.blocks))),
        ("references", f"{len(article.references)}, {len(article.cited_ids)} of them cited"),
        ("citations", str(len(article.citations))),
        ("noise", plural(len(article.noise), "passage")),
    )
    print_table(("what", "found"), rows)


def article_record(article: Article) -> dict[str, object]:
    """Return an article as JSON values, with positions in the text without noise."""
    text = _VisibleText(article)
    return {
        "title": article.title,
        "format": article.format,
        "language": article.language,
        "about": {name: value for name, value in article.about._asdict().items() if value},
        "text": text.text,
        "blocks": [
            {"start": start, "end": end, "kind": block.kind.value, "level": block.level}
            for block in article.blocks
            if (start := text.place(block.start)) < (end := text.place(block.end))
        ],
        "references": [
            {
                "id": reference.id,
                "label": reference.label,
                "text": reference.text,
                "authors": list(reference.authors),
                "year": reference.year,
                "title": reference.title,
                "doi": reference.doi,
                "url": reference.url,
                "remark": reference.remark,
            }
            for reference in article.references
        ],
        "citations": [
            {
                "start": start,
                "end": end,
                "refs": list(citation.references),
                "missing": list(citation.missing),
                "ambiguous": list(citation.ambiguous),
                "kind": citation.kind,
            }
            for citation in article.citations
            if (start := text.place(citation.start)) < (end := text.place(citation.end))
        ],
        "noise": [
            {"at": text.place(noise.start), "reason": noise.reason.value, "text": article.text[noise.start : noise.end]}
            for noise in article.noise
        ],
    }


class _VisibleText:
    """The text without noise. `place` converts offsets of the whole text."""

    def __init__(self, article: Article) -> None:
        parts: list[str] = []
        start = cut_length = 0
        self._starts: list[int] = []
        self._cuts: list[tuple[Span, int]] = []
        for cut in _noise_spans(article.noise):
            parts.append(article.text[start : cut.start])
            self._starts.append(cut.start)
            self._cuts.append((cut, cut_length))
            start = cut.end
            cut_length += cut.end - cut.start
        self.text = "".join([*parts, article.text[start:]])

    def place(self, offset: int) -> int:
        """Return the offset in the visible text; an offset inside noise becomes the place where the noise was cut out."""
        before = bisect_right(self._starts, offset) - 1
        if before < 0:
            return offset
        cut, cut_length = self._cuts[before]
        return offset - cut_length - (min(offset, cut.end) - cut.start)


def _noise_spans(noise: Iterable[Noise]) -> Iterable[Span]:
    from reader.article.ranges import Span, merge_ranges

    return merge_ranges([Span(piece.start, piece.end) for piece in noise])
