"""`reader annotate`: an annotation from a script, placed by its quote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Unpack

import click

from reader.cli.call import find_article, library_option, the_call
from reader.cli.judging import Advice, judgements, judging_options
from reader.errors import ReaderError, UsageError
from reader.review.model import CLAIM, KINDS

if TYPE_CHECKING:
    from reader.article.model import Article, Span

_AROUND: Final = 30
_SHOWN: Final = 9


@click.command(epilog="Example: `reader annotate article.md --quote 'rose by 4%' --tag economy --verdict 2=overstated`")
@click.argument("name", metavar="ARTICLE")
@click.option(
    "--quote", required=True, help="The words to annotate, as they stand in the article; any white space fits any other."
)
@click.option(
    "--occurrence", type=click.IntRange(min=1), metavar="N", help="Which one, when the quote stands there several times."
)
@click.option("--kind", type=click.Choice(KINDS), default=CLAIM, show_default=True, help="What the annotation is.")
@click.option("--tag", "tags", multiple=True, help="A tag; may nest with /. May be given several times.")
@click.option("--note", default="", help="A note.")
@judging_options
@library_option
@click.pass_context
def annotate(
    context: click.Context,
    name: str,
    quote: str,
    occurrence: int | None,
    kind: str,
    tags: tuple[str, ...],
    note: str,
    **advice: Unpack[Advice],
) -> None:
    """Add an annotation to an article and print its id, once it is saved.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    from reader.library import progress_of

    call = the_call(context)
    named = _tag_names(tags)
    with call.library() as library:
        article = find_article(name, library)
        pairs = judgements(library, article, kind, advice, call.settings.scale)
        span = _place(article, quote, occurrence)
        session, entry = library.session(article, call.settings.creator, call.settings.scale)
        session.listen(lambda change: library.save(entry.id, change))
        decision = advice["decision"] or ""
        annotation = session.add(span, kind, named, note, pairs, decision=decision, fix=advice["fix"])
        library.save_place(entry.id, entry.place, progress_of(session, entry.place))
    click.echo(annotation.id)


def _tag_names(typed: Sequence[str]) -> tuple[str, ...]:
    from reader.review.names import tag_name

    names = tuple(map(tag_name, typed))
    if "" in names:
        raise UsageError(f'"{typed[names.index("")]}" is no name for a tag')
    return names


def _place(article: Article, quote: str, occurrence: int | None) -> Span:
    """Return where the quote stands. Raises ReaderError, with the candidates in context, unless exactly one place is meant."""
    from reader.cli.quotes import find_quote, nearest_sentences

    places = find_quote(article, quote)
    if not places:
        near = "".join(f"\n  “{_one_line(article.text[s.start : s.end])}”" for s in nearest_sentences(article, quote))
        raise ReaderError(f"the quote does not stand in the article: “{quote}”", f"the nearest are{near}" if near else "")
    if occurrence is not None and occurrence > len(places):
        raise ReaderError(f"the quote stands in the article {len(places)} times, there is no occurrence {occurrence}")
    if occurrence is None and len(places) > 1:
        shown = "".join(f"\n  {n}: {_in_context(article, place)}" for n, place in enumerate(places[:_SHOWN], 1))
        more = f"\n  and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        raise ReaderError(f"the quote stands in the article {len(places)} times", f"choose with --occurrence N{shown}{more}")
    return places[(occurrence or 1) - 1]


def _in_context(article: Article, place: Span) -> str:
    before = article.text[max(0, place.start - _AROUND) : place.start]
    after = article.text[place.end : place.end + _AROUND]
    return _one_line(f"…{before}»{article.text[place.start : place.end]}«{after}…")


def _one_line(text: str) -> str:
    return " ".join(text.split())
