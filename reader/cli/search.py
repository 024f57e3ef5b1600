"""`reader search`: what a library holds on some words, tags, verdicts or people."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import click

from reader.cli.context import cli_context, library_option
from reader.cli.output import json_option, print_json
from reader.errors import UsageError
from reader.printable import plural, printable_line

if TYPE_CHECKING:
    from reader.review.query import QueryProblem
    from reader.search.index import SearchIndex
    from reader.search.results import Hit, HitGroup, SearchResults

_WAIT_SECONDS: Final = 5.0
"""How long to wait for another program that builds the index."""
_WAIT_PAUSE: Final = 0.05
_ALL_HITS: Final = 1_000_000
_KIND_WIDTH: Final = 10
_MOST_SHOWN: Final = 66
"""The letters of a query that is wrong; `_MOST_BEFORE` of them stand before what is wrong in it."""
_MOST_BEFORE: Final = 30


@click.command("search", epilog="Example: `reader search 'chloride \"ring road\" -draft #water verdict:overstated'`")
@click.argument("words", metavar="QUERY", nargs=-1)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="The most articles and sources.")
@click.option("--hits", type=click.IntRange(min=0), default=3, show_default=True, help="The most hits of each; 0 for all.")
@click.option("--rebuild", is_flag=True, help="First remove the index and make it anew.")
@json_option
@library_option
@click.pass_context
def search_command(context: click.Context, words: tuple[str, ...], limit: int, hits: int, rebuild: bool, as_json: bool) -> None:
    """Search texts, claims, notes, evidence, references, sources and tags of the library.

    QUERY: words (also beginnings), "whole words in a row", #tag or tag:, [3] or ref:, is:open, verdict:, kind:, by:, article:,
    before:, after: and on: with 2024, 2024-05 or 2024-05-31. All must match; "-" negates. Put it in quotes of your shell.

    The index that is searched lies in your cache folder, and may be removed at any time.
    """
    from reader.search.index import SearchIndex
    from reader.search.plan import parse_search

    call = cli_context(context)
    text = " ".join(words)
    if not text.strip() and not rebuild:
        raise UsageError("There is nothing to search for", "See `reader search --help`")
    query = parse_search(text, call.settings.scale)
    if query.problem is not None:
        raise _query_error(text, query.problem)
    with call.library() as library:
        index = SearchIndex(library, call.settings.scale)
        if rebuild:
            index.remove()
        _build(index)
        results = index.search(text, groups=limit, hits=hits or _ALL_HITS)
        index.close()
    if results.state.remark:
        click.echo(f"reader: {results.state.remark}", err=True)
    if as_json:
        print_json(_results_record(results))
        return
    if text.strip():
        for line in _result_lines(results, is_styled=sys.stdout.isatty()):
            click.echo(line)


def _build(index: SearchIndex) -> None:
    """Bring the index up to date; if another program is at it, wait for that a while."""
    from reader.cli.progress import show_steps

    deadline = time.monotonic() + _WAIT_SECONDS
    with show_steps("Indexing") as show:
        while not index.update(show) and time.monotonic() < deadline:
            time.sleep(_WAIT_PAUSE)  # another program builds it, and there is no event to wait for


def _query_error(text: str, problem: QueryProblem) -> UsageError:
    """Return the error for a query that cannot be read, with the place under the query: under a part of a long one."""
    first = max(0, min(problem.start - _MOST_BEFORE, len(text) - _MOST_SHOWN))
    last = first + _MOST_SHOWN
    before, after = "…" * (first > 0), "…" * (last < len(text))
    indent, length = len(before) + problem.start - first, min(problem.end, last) - problem.start
    return UsageError(problem.message, f"{before}{printable_line(text[first:last])}{after}\n      {' ' * indent}{'^' * length}")


def _result_lines(results: SearchResults, *, is_styled: bool) -> Iterator[str]:
    if not results.hit_count:
        yield "Nothing found."
        return
    for group in results.groups:
        title, name = printable_line(group.title), group.owner.id[:8] if group.owner.kind == "article" else group.owner.kind
        heading = click.style(title, bold=True) if is_styled else title
        yield f"{heading}  {plural(group.hit_count, 'hit')}  {name}"
        for hit in group.hits:
            label = f"[{hit.document.label}] " if hit.document.label else ""
            yield f"  {hit.document.kind:<{_KIND_WIDTH}} {printable_line(label)}{_mark_places(hit, is_styled=is_styled)}"
        if group.hit_count > len(group.hits):
            yield f"  {'':<{_KIND_WIDTH}} … {group.hit_count - len(group.hits):,} more"
        yield ""
    rest = results.group_count - len(results.groups)
    noun = plural(results.group_count, "article or source", "articles and sources")
    yield f"{plural(results.hit_count, 'hit')} in {noun}{f', {rest:,} of them not shown' if rest else ''}."


def _mark_places(hit: Hit, *, is_styled: bool) -> str:
    """Return the words of a hit, those that were found in bold on a terminal."""
    text = printable_line(hit.excerpt)
    if not is_styled:
        return text
    pieces: list[str] = []
    end = 0
    for place in hit.places:
        pieces += (text[end : place.start], click.style(text[place.start : place.end], bold=True, underline=True))
        end = place.end
    return "".join((*pieces, text[end:]))


def _results_record(results: SearchResults) -> dict[str, object]:
    return {
        "query": results.query.text,
        "hits": results.hit_count,
        "groups": results.group_count,
        "kinds": dict(results.kinds),
        "complete": results.state.is_complete,
        "results": [_group_record(group) for group in results.groups],
    }


def _group_record(group: HitGroup) -> dict[str, object]:
    """Return the hits of an article or source. `start` and `end` count in its text; they are null where there is no place."""
    return {
        "in": group.owner.kind,
        "id": group.owner.id,
        "title": group.title,
        "hits": group.hit_count,
        "found": [
            {
                "kind": hit.document.kind,
                "id": hit.document.item or None,
                "label": hit.document.label or None,
                "start": hit.document.start if hit.document.start >= 0 else None,
                "end": hit.document.end if hit.document.end >= 0 else None,
                "text": hit.document.text,
                "at": hit.document.at or None,
                "state": hit.document.sign or None,
            }
            for hit in group.hits
        ],
    }
