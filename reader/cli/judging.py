"""What `reader annotate` says of a claim beside its quote: verdicts, evidence and problems of its pairs, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click

from reader.cli.naming import find_reference
from reader.errors import ReaderError, UsageError
from reader.review.advice import DECISIONS, PROBLEMS
from reader.review.model import CLAIM, Evidence, Judgement
from reader.review.scale import UNAVAILABLE

if TYPE_CHECKING:
    from reader.article.model import Article, Reference
    from reader.library import Library
    from reader.review.scale import Scale
    from reader.review.supply import SourceText

F = TypeVar("F", bound=Callable[..., object])


class Advice(TypedDict):
    """The options of `judging_options`, as a command gets them."""

    verdicts: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    decision: str | None
    fix: str


def judging_options(function: F) -> F:
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


def judgements(library: Library, article: Article, kind: str, advice: Advice, scale: Scale) -> list[Judgement]:
    """Return what these options say of each pair.

    Raises UsageError, with what is allowed, for a reference, verdict or problem that is none; ReaderError for a quote that does
    not stand in a source.
    """
    if any(advice.values()) and kind != CLAIM:
        raise UsageError(f"only a claim has verdicts, and what goes with them, not {kind}")
    if advice["fix"] and not advice["decision"]:
        raise UsageError("--fix says how to do what --decision says", f"decisions are {', '.join(DECISIONS)}")
    said: dict[str, Judgement] = {}
    known = (*(verdict.id for verdict in scale.verdicts), UNAVAILABLE)
    for reference, verdict in _pairs(article, advice["verdicts"], "verdict", known):
        if reference in said:
            raise UsageError(f'the reference "{article.reference_by_id[reference].label}" is judged twice')
        said[reference] = Judgement(reference, verdict)
    for reference, problem in _pairs(article, advice["problems"], "problem", tuple(PROBLEMS)):
        pair = said.get(reference, Judgement(reference, ""))
        said[reference] = replace(pair, problems=tuple(dict.fromkeys((*pair.problems, problem))))
    for named, quote in advice["evidence"]:
        reference = find_reference(article, named)
        pair = said.get(reference.id, Judgement(reference.id, ""))
        passage = _passage(library, article, reference, quote)
        said[reference.id] = replace(pair, evidence=tuple(dict.fromkeys((*pair.evidence, passage))))
    return list(said.values())


def _pairs(article: Article, given: Sequence[str], what: str, known: Sequence[str]) -> list[tuple[str, str]]:
    """Return what REF=ID options say, each with the id of its reference."""
    pairs: list[tuple[str, str]] = []
    for one in given:
        label, sign, named = one.rpartition("=")
        if not sign or named not in known:
            raise UsageError(f'"{one}" is not REF=ID with a known {what}', f"{what}s are {', '.join(known)}")
        pairs.append((find_reference(article, label).id, named))
    return pairs


def _passage(library: Library, article: Article, reference: Reference, quote: str) -> Evidence:
    """Return a passage of the source of a reference. Raises ReaderError unless it stands there once."""
    from reader.cli.quotes import find_quote, nearest_sentences
    from reader.review.selecting import select
    from reader.review.supply import is_readable

    source = library.peek(article)[0].shelf.source(reference.id)
    text = source.text if source is not None else None
    if text is None or not is_readable(source):
        why = "no text" if text is None else "only a document without text"
        raise ReaderError(f"there is {why} behind [{reference.label}]", "`reader source add` puts one there")
    read = _read(library, text)
    places = find_quote(read, quote)
    if len(places) == 1:
        return Evidence(text.digest, select(read.text, places[0]))
    if places:
        what = f"the quote stands in the source of [{reference.label}] {len(places)} times: “{quote}”"
        raise ReaderError(what, "quote more of the passage")
    near = "".join(f"\n  “{' '.join(read.text[s.start : s.end].split())}”" for s in nearest_sentences(read, quote))
    what = f"the quote does not stand in the source of [{reference.label}]: “{quote}”"
    raise ReaderError(what, f"the nearest are{near}" if near else "")


def _read(library: Library, text: SourceText) -> Article:
    """Return the text of a source as evidence refers to it, whatever this version would read in its document."""
    from reader.formats import parse
    from reader.formats.plain import plain_article
    from reader.review.supply import PASTED

    read = parse(library.document(text), "-" if text.origin == PASTED else text.origin)
    return read if read.digest == text.digest else plain_article(library.text(text), "-")
