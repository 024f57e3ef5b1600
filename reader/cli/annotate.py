"""`reader annotate`: add an annotation by its quote."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypedDict, TypeVar, Unpack

import click

from reader.article.quotes import find_quote, nearest_sentences
from reader.cli.context import cli_context, library_option, resolve_article, resolve_reference
from reader.errors import ReaderError, UsageError
from reader.review.model import ANNOTATION_KINDS, CLAIM, Evidence, Judgement
from reader.review.scale import DECISIONS, PROBLEMS, UNAVAILABLE

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.model import Reference
    from reader.article.ranges import Span
    from reader.library import Library
    from reader.review.model import SourceText
    from reader.review.scale import Scale


# ------------------------------------------------------------------ verdicts, evidence and problems of its pairs, and what to

F = TypeVar("F", bound=Callable[..., object])


class JudgementOptions(TypedDict):
    """The options of `judging_options`, as a command gets them."""

    verdicts: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    decision: str | None
    fix: str


def judgement_options(function: F) -> F:
    """Give a command the options that say something of a claim."""
    ids = f"ID is one of your scale, such as supports or contradicts, or {UNAVAILABLE}."
    options = (
        click.option(
            "--verdict",
            "verdicts",
            multiple=True,
            metavar="REF=ID",
            help=f"The verdict on a reference, named by its label. May be given several times. {ids}",
        ),
        click.option(
            "--evidence",
            multiple=True,
            nargs=2,
            metavar="REF QUOTE",
            help="A passage of the source that `reader source add` put behind a reference. May be given several times.",
        ),
        click.option(
            "--problem",
            "problems",
            multiple=True,
            metavar="REF=ID",
            help=f"What is wrong with what a reference is cited for: {', '.join(PROBLEMS)}. May be given several times.",
        ),
        click.option("--decision", type=click.Choice(list(DECISIONS)), help="What the author should do."),
        click.option("--fix", default="", metavar="TEXT", help="How: the new wording, or what to add."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def judgements_from_options(
    library: Library, article: Article, kind: str, advice: JudgementOptions, scale: Scale
) -> list[Judgement]:
    """Return what these options say of each pair.

    Raises UsageError, with what is allowed, for a reference, verdict or problem that is none; ReaderError for a quote that does
    not stand in a source.
    """
    if any(advice.values()) and kind != CLAIM:
        raise UsageError(f"only a claim has verdicts, and what goes with them, not {kind}")
    if advice["fix"] and not advice["decision"]:
        raise UsageError("--fix says how to do what --decision says", f"decisions are {', '.join(DECISIONS)}")
    by_reference: dict[str, Judgement] = {}
    verdict_ids = (*(verdict.id for verdict in scale.verdicts), UNAVAILABLE)
    for reference, verdict in _split_options(article, advice["verdicts"], "verdict", verdict_ids):
        if reference in by_reference:
            raise UsageError(f'the reference "{article.reference_by_id[reference].label}" is judged twice')
        by_reference[reference] = Judgement(reference, verdict)
    for reference, problem in _split_options(article, advice["problems"], "problem", tuple(PROBLEMS)):
        pair = by_reference.get(reference, Judgement(reference, ""))
        by_reference[reference] = replace(pair, problems=tuple(dict.fromkeys((*pair.problems, problem))))
    for named, quote in advice["evidence"]:
        reference = resolve_reference(article, named)
        pair = by_reference.get(reference.id, Judgement(reference.id, ""))
        passage = _find_evidence(library, article, reference, quote)
        by_reference[reference.id] = replace(pair, evidence=tuple(dict.fromkeys((*pair.evidence, passage))))
    return list(by_reference.values())


def _split_options(article: Article, options: Sequence[str], what: str, allowed: Sequence[str]) -> list[tuple[str, str]]:
    """Return what REF=ID options say, each with the id of its reference."""
    pairs: list[tuple[str, str]] = []
    for one in options:
        label, sign, value = one.rpartition("=")
        if not sign or value not in allowed:
            raise UsageError(f'"{one}" is not REF=ID with a known {what}', f"{what}s are {', '.join(allowed)}")
        pairs.append((resolve_reference(article, label).id, value))
    return pairs


def _find_evidence(library: Library, article: Article, reference: Reference, quote: str) -> Evidence:
    """Return a passage of the source of a reference. Raises ReaderError unless it stands there once."""
    from reader.review.model import is_readable
    from reader.review.selector import make_selector

    source = library.peek(article)[0].sources.source(reference.id)
    text = source.text if source is not None else None
    if text is None or not is_readable(source):
        why = "no text" if text is None else "only a document without text"
        raise ReaderError(f"there is {why} behind [{reference.label}]", "`reader source add` puts one there")
    read = _source_article(library, text)
    places = find_quote(read, quote)
    if len(places) == 1:
        return Evidence(text.digest, make_selector(read.text, places[0]))
    if places:
        what = f"the quote stands in the source of [{reference.label}] {len(places)} times: “{quote}”"
        raise ReaderError(what, "quote more of the passage")
    near = "".join(f"\n  “{' '.join(read.text[s.start : s.end].split())}”" for s in nearest_sentences(read, quote))
    what = f"the quote does not stand in the source of [{reference.label}]: “{quote}”"
    raise ReaderError(what, f"the nearest are{near}" if near else "")


def _source_article(library: Library, text: SourceText) -> Article:
    """Return the text of a source as evidence refers to it, whatever this version would read in its document."""
    from reader.formats import parse_article
    from reader.formats.plain import plain_article
    from reader.review.model import PASTED_TEXT

    read = parse_article(library.document(text), "-" if text.origin == PASTED_TEXT else text.origin)
    return read if read.digest == text.digest else plain_article(library.text(text), "-")


# ------------------------------------------------------------------ an annotation from a script, placed by its quote

_CONTEXT: Final = 30
_MOST_PLACES: Final = 9


@click.command(epilog="Example: `reader annotate article.md --quote 'rose by 4%' --tag economy --verdict 2=overstated`")
@click.argument("name", metavar="ARTICLE")
@click.option(
    "--quote", required=True, help="The words to annotate, as they stand in the article; any white space fits any other."
)
@click.option(
    "--occurrence", type=click.IntRange(min=1), metavar="N", help="Which one, when the quote stands there several times."
)
@click.option("--kind", type=click.Choice(ANNOTATION_KINDS), default=CLAIM, show_default=True, help="What the annotation is.")
@click.option("--tag", "tags", multiple=True, help="A tag; may nest with /. May be given several times.")
@click.option("--note", default="", help="A note.")
@judgement_options
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
    **advice: Unpack[JudgementOptions],
) -> None:
    """Add an annotation to an article and print its id, once it is saved.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    from reader.library import progress_of

    call = cli_context(context)
    tag_names = _tag_names(tags)
    with call.library() as library:
        article = resolve_article(name, library)
        pairs = judgements_from_options(library, article, kind, advice, call.settings.scale)
        span = _choose_place(article, quote, occurrence)
        session, entry = library.session(article, call.settings.creator, call.settings.scale)
        session.listen(lambda change: library.save(entry.id, change))
        decision = advice["decision"] or ""
        annotation = session.add(span, kind, tag_names, note, pairs, decision=decision, fix=advice["fix"])
        library.save_position(entry.id, entry.position, progress_of(session, entry.position))
    click.echo(annotation.id)


def _tag_names(typed: Sequence[str]) -> tuple[str, ...]:
    from reader.review.model import clean_tag_name

    names = tuple(map(clean_tag_name, typed))
    if "" in names:
        raise UsageError(f'"{typed[names.index("")]}" is no name for a tag')
    return names


def _choose_place(article: Article, quote: str, occurrence: int | None) -> Span:
    """Return where the quote stands. Raises ReaderError, with the candidates in context, unless exactly one place is meant."""
    places = find_quote(article, quote)
    if not places:
        near = "".join(f"\n  “{_one_line(article.text[s.start : s.end])}”" for s in nearest_sentences(article, quote))
        raise ReaderError(f"the quote does not stand in the article: “{quote}”", f"the nearest are{near}" if near else "")
    if occurrence is not None and occurrence > len(places):
        raise ReaderError(f"the quote stands in the article {len(places)} times, there is no occurrence {occurrence}")
    if occurrence is None and len(places) > 1:
        shown = "".join(f"\n  {n}: {_show_in_context(article, place)}" for n, place in enumerate(places[:_MOST_PLACES], 1))
        more = f"\n  and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
        raise ReaderError(f"the quote stands in the article {len(places)} times", f"choose with --occurrence N{shown}{more}")
    return places[(occurrence or 1) - 1]


def _show_in_context(article: Article, place: Span) -> str:
    before = article.text[max(0, place.start - _CONTEXT) : place.start]
    after = article.text[place.end : place.end + _CONTEXT]
    return _one_line(f"…{before}»{article.text[place.start : place.end]}«{after}…")


def _one_line(text: str) -> str:
    return " ".join(text.split())
