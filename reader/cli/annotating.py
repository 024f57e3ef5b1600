"""`reader annotate`: an annotation from a script, placed by its quote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from reader.cli.call import find_article, library_option, the_call
from reader.errors import ReaderError, UsageError
from reader.review.model import CLAIM, KINDS, Judgement
from reader.review.scale import DEFAULT_SCALE, UNAVAILABLE

if TYPE_CHECKING:
    from reader.article.model import Article, Span

VERDICTS: Final = (*(verdict.id for verdict in DEFAULT_SCALE.verdicts), UNAVAILABLE)
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
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    metavar="REF=ID",
    help=f"The verdict on a reference, named by its label. May be given several times. ID is one of {', '.join(VERDICTS)}.",
)
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
    verdicts: tuple[str, ...],
) -> None:
    """Add an annotation to an article and print its id, once it is saved.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    from reader.library import progress_of

    call = the_call(context)
    named = _tag_names(tags)
    with call.library() as library:
        article = find_article(name, library)
        judgements = _judgements(article, verdicts, kind)
        span = _place(article, quote, occurrence)
        session, entry = library.session(article, call.settings.creator)
        session.listen(lambda change: library.save(entry.id, change))
        annotation = session.add(span, kind, named, note, judgements)
        library.save_place(entry.id, entry.place, progress_of(session, entry.place))
    click.echo(annotation.id)


def _tag_names(typed: Sequence[str]) -> tuple[str, ...]:
    from reader.review.names import tag_name

    names = tuple(map(tag_name, typed))
    if "" in names:
        raise UsageError(f'"{typed[names.index("")]}" is no name for a tag')
    return names


def _judgements(article: Article, verdicts: Sequence[str], kind: str) -> list[Judgement]:
    """Return what `--verdict REF=ID` says. Raises UsageError, with what is allowed, for a reference or verdict that is none."""
    if verdicts and kind != CLAIM:
        raise UsageError(f"only a claim has verdicts, not {kind}")
    judged: dict[str, Judgement] = {}
    for given in verdicts:
        label, sign, verdict = given.rpartition("=")
        if not sign or verdict not in VERDICTS:
            raise UsageError(f'"{given}" is not REF=ID with a known verdict', f"verdicts are {', '.join(VERDICTS)}")
        reference = _reference(article, label.strip().strip("[]"))
        if reference in judged:
            raise UsageError(f'the reference "{label}" is judged twice')
        judged[reference] = Judgement(reference, verdict)
    return list(judged.values())


def _reference(article: Article, named: str) -> str:
    if named in article.reference_by_id:
        return named
    meant = [reference.id for reference in article.references if reference.label.casefold() == named.casefold()]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UsageError(f'several references are called "{named}"', f"name one by its id: {', '.join(meant)}")
    there = ", ".join(reference.label for reference in article.references)
    raise UsageError(f'no reference is called "{named}"', f"there are: {there}" if there else "the article lists no references")


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
