"""`reader annotate`: add an annotation to a quote of an article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

import click

from reader.article.lazy_pattern import lazy_pattern
from reader.article.quotes import find_quote, nearest_sentences
from reader.cli.context import (
    CommandFunction,
    article_argument,
    cli_context,
    complete_tag,
    library_option,
    resolve_article,
    resolve_reference,
)
from reader.errors import ReaderError, UsageError
from reader.printable import plural
from reader.review.codebook import Codebook
from reader.review.completeness import review_counts
from reader.review.declaration import join_texts
from reader.review.model import LONG_TAG, Evidence, Judgement, clean_tag_name, is_long_tag, is_readable
from reader.review.pairs import claim_text
from reader.review.scale import DECISIONS, PROBLEMS, UNAVAILABLE
from reader.review.selector import make_selector
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.model import Reference
    from reader.article.ranges import Span
    from reader.library import Library
    from reader.review.model import Annotation
    from reader.review.scale import Scale
    from reader.review.session import ReviewSession

_CONTEXT: Final = 30
_MOST_PLACES: Final = 9
_WORDS: Final = lazy_pattern(r"\w+")


class JudgementOptions(TypedDict):
    """The values of `judgement_options`."""

    verdicts: tuple[str, ...]
    evidence: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    decision: str | None
    fix: str


def judgement_options(function: CommandFunction) -> CommandFunction:
    """Give a command the options that judge a claim."""
    options = (
        click.option(
            "--verdict",
            "verdicts",
            multiple=True,
            metavar="REF=ID",
            help="The verdict on a reference: REF is its label, ID a verdict of your scale, such as supports or contradicts, or"
            f" {UNAVAILABLE}. Can be repeated.",
        ),
        click.option(
            "--evidence",
            multiple=True,
            nargs=2,
            metavar="REF QUOTE",
            help="A passage of the source that `reader source add` attached to a reference. Can be repeated.",
        ),
        click.option(
            "--problem",
            "problems",
            multiple=True,
            metavar="REF=ID",
            help=f"A problem with a reference: {', '.join(PROBLEMS)}. Can be repeated.",
        ),
        click.option("--decision", type=click.Choice(list(DECISIONS)), help="What the author should do."),
        click.option("--fix", default="", metavar="TEXT", help="How to do it: the new wording, or what to add."),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command(
    "annotate", epilog="Example: `reader annotate article.md --quote 'rose by 4%' --tag economy --verdict 2=overstated`"
)
@article_argument
@click.option("--quote", required=True, help="The words to annotate, as they stand in the article; white space may differ.")
@click.option("--occurrence", type=click.IntRange(min=1), metavar="N", help="Which one, if the quote occurs several times.")
@click.option("--kind", type=click.Choice(ANNOTATION_KINDS), default=CLAIM, show_default=True, help="Its kind.")
@click.option(
    "--tag",
    "tags",
    multiple=True,
    shell_complete=complete_tag,
    help="A tag, by name or synonym; nests with /. Can be repeated.",
)
@click.option("--note", default="", help="A note.")
@judgement_options
@library_option
@click.pass_context
def annotate_command(
    context: click.Context,
    name: str,
    quote: str,
    occurrence: int | None,
    kind: str,
    tags: tuple[str, ...],
    note: str,
    **options: Unpack[JudgementOptions],
) -> None:
    """Add an annotation to an article, and print its id once it is saved.

    Words that have an annotation of this kind get no second one: that gets the tags, the verdicts and the decision too, and the
    note below its own.
    """
    call = cli_context(context)
    names = _tag_names(tags)
    with call.library() as library:
        article = resolve_article(name, library)
        names = tuple(map(Codebook(tuple(library.codebook())).resolve, names))
        judgements = _parse_judgements(library, article, kind, options, call.settings.scale)
        span = _find_place(article, quote, "the article", occurrence)
        session, entry = library.session(article, call.settings.creator, call.settings.scale)
        session.listen(lambda change: library.save(entry.id, change))
        decision = options["decision"] or ""
        annotation = _find_twin(session, span, kind)
        if annotation is None:
            annotation = session.add(span, kind, names, note, judgements, decision=decision, fix=options["fix"])
        else:
            _add_to(session, annotation, names, note, judgements)
            if decision:
                # Without a new one, what the person wrote of how to do it stays.
                fix = options["fix"] or (annotation.fix if annotation.decision == decision else "")
                session.decide(annotation, decision, fix)
        call.look_up_health(session)
        library.save_counts(entry.id, review_counts(session.index, date.today().year), call.settings.scale)
    click.echo(annotation.id)


def _find_twin(session: ReviewSession, span: Span, kind: str) -> Annotation | None:
    """Return the annotation of this kind on the same words, whatever signs and markers stand around them; None without one."""
    index = session.index
    words = _words_of(index.article, span)
    places = ((one, index.place(one)) for one in index.annotations_on(span) if one.kind == kind)
    return next((one for one, place in places if place is not None and _words_of(index.article, place) == words), None)


def _words_of(article: Article, span: Span) -> list[str]:
    text = claim_text(article, span)
    return _WORDS.findall(text) or [text]


def _add_to(
    session: ReviewSession, annotation: Annotation, tags: Sequence[str], note: str, judgements: Sequence[Judgement]
) -> None:
    """Add tags, a note and judgements to an annotation. What it has stays, but for a verdict that is given anew."""
    session.set_tags(annotation, (*annotation.tags, *tags))
    session.set_note(annotation, join_texts((annotation.note, note)))
    for judgement in judgements:
        reference = judgement.reference
        if judgement.verdict:
            session.judge(annotation, reference, judgement.verdict)
        for evidence in judgement.evidence:
            session.keep_evidence(annotation, reference, evidence)
        if judgement.problems:
            before = next((one.problems for one in annotation.judgements if one.reference == reference), ())
            session.set_problems(annotation, reference, (*before, *judgement.problems))


def _tag_names(texts: Sequence[str]) -> tuple[str, ...]:
    names = tuple(map(clean_tag_name, texts))
    if any(map(is_long_tag, names)):
        raise UsageError(f"A tag cannot have {LONG_TAG}", "Give a shorter name, and put the text into --note")
    if "" in names:
        raise UsageError(f'"{texts[names.index("")]}" cannot be the name of a tag', "Example: economy/prices")
    return names


def _parse_judgements(
    library: Library, article: Article, kind: str, options: JudgementOptions, scale: Scale
) -> list[Judgement]:
    """Return the judgements that the options give.

    Raises UsageError for an unknown reference, verdict or problem, with those that exist; ReaderError for a quote that does not
    occur exactly once in a source.
    """
    if any(options.values()) and kind != CLAIM:
        raise UsageError(f"Only a claim can be judged, not an annotation of the kind {kind}")
    if options["fix"] and not options["decision"]:
        raise UsageError("--fix needs --decision, which says what to do", f"The decisions are {', '.join(DECISIONS)}")
    judgements: dict[str, Judgement] = {}
    verdict_ids = (*(verdict.id for verdict in scale.verdicts), UNAVAILABLE)
    for reference, verdict in _parse_pairs(article, options["verdicts"], "verdict", verdict_ids):
        if reference in judgements:
            raise UsageError(f'The reference "{article.label_of(reference)}" has two verdicts', "Give it only one")
        judgements[reference] = Judgement(reference, verdict)
    for reference, problem in _parse_pairs(article, options["problems"], "problem", tuple(PROBLEMS)):
        judgement = judgements.get(reference, Judgement(reference, ""))
        judgements[reference] = replace(judgement, problems=tuple(dict.fromkeys((*judgement.problems, problem))))
    for label, quote in options["evidence"]:
        reference = resolve_reference(article, label)
        judgement = judgements.get(reference.id, Judgement(reference.id, ""))
        evidence = _find_evidence(library, article, reference, quote)
        judgements[reference.id] = replace(judgement, evidence=tuple(dict.fromkeys((*judgement.evidence, evidence))))
    return list(judgements.values())


def _parse_pairs(article: Article, options: Sequence[str], noun: str, allowed: Sequence[str]) -> list[tuple[str, str]]:
    """Return the reference id and the value of each REF=ID option."""
    pairs: list[tuple[str, str]] = []
    for option in options:
        label, sign, value = option.rpartition("=")
        if not sign or value not in allowed:
            raise UsageError(f'"{option}" is not REF=ID with a known {noun}', f"The {noun}s are {', '.join(allowed)}")
        pairs.append((resolve_reference(article, label).id, value))
    return pairs


def _find_evidence(library: Library, article: Article, reference: Reference, quote: str) -> Evidence:
    """Return a passage of a reference's source as evidence. Raises ReaderError unless it occurs exactly once."""
    from reader.formats import restore_article
    from reader.formats.article_cache import open_document

    source = library.peek(article)[0].sources.source(reference.id)
    text = source.text if source is not None else None
    if text is None:
        raise ReaderError(f"[{reference.label}] has no source", "`reader source add` attaches one")
    if text.description and not is_readable(source):
        what = f"Nothing of what was said in the source of [{reference.label}] is written down"
        raise ReaderError(what, "`reader source describe` with --said does that")
    if not is_readable(source):
        raise ReaderError(f"The source of [{reference.label}] contains no text", "`reader source add` attaches another one")
    parse = partial(open_document, library.document(text), text.file_name)
    read = restore_article(parse, text.digest, partial(library.text, text))
    return Evidence(text.digest, make_selector(read.text, _find_place(read, quote, f"the source of [{reference.label}]")))


def _find_place(article: Article, quote: str, where: str, occurrence: int | None = None) -> Span:
    """Return the place of a quote. Raises ReaderError, with the candidates, unless exactly one place is meant."""
    places = find_quote(article, quote)
    if not places:
        near = "".join(f"\n  “{_one_line(article.text[s.start : s.end])}”" for s in nearest_sentences(article, quote))
        raise ReaderError(f"The quote does not occur in {where}: “{quote}”", f"The closest sentences are{near}" if near else "")
    if occurrence is not None and occurrence > len(places):
        raise ReaderError(f"The quote occurs only {plural(len(places), 'time')} in {where}", "Choose a smaller --occurrence")
    if occurrence is None and len(places) > 1:
        lines = "".join(f"\n  {n}: {_show_in_context(article, place)}" for n, place in enumerate(places[:_MOST_PLACES], 1))
        more = f"\n  and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
        todo = "Choose with --occurrence N" if where == "the article" else "Quote more of the passage"
        raise ReaderError(f"The quote occurs {len(places)} times in {where}: “{quote}”", f"{todo}{lines}{more}")
    return places[(occurrence or 1) - 1]


def _show_in_context(article: Article, place: Span) -> str:
    before = article.text[max(0, place.start - _CONTEXT) : place.start]
    after = article.text[place.end : place.end + _CONTEXT]
    return _one_line(f"…{before}»{article.text[place.start : place.end]}«{after}…")


def _one_line(text: str) -> str:
    return " ".join(text.split())
