"""`reader source`: attach, remove, list and fetch the sources of an article."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reader.cli.context import (
    article_argument,
    cli_context,
    library_option,
    network_option,
    read_stdin,
    resolve_article,
    resolve_reference,
)
from reader.cli.history import local_time
from reader.cli.output import json_option, print_json, print_table
from reader.cli.progress import show_count, show_progress
from reader.cli.record_check import check_records_command
from reader.cli.source_description import describe_source_command
from reader.errors import ReaderError, UsageError
from reader.fetching import read_source, with_route
from reader.fetching.outcomes import BudgetSpent, FetchTally
from reader.formats import is_address
from reader.formats.source_input import SourceInput, read_pipe
from reader.printable import plural, printable_line
from reader.review.index import fetchable_references, has_source_text, source_address
from reader.review.vocabulary import ABSTRACT, EMPTY, FETCH_FAILED, FULL_TEXT

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.model import Reference
    from reader.cli.context import CliContext
    from reader.library import Library
    from reader.review.index import FetchableReference
    from reader.review.model import SourceText
    from reader.review.session import ReviewSession


class ArticleSources:
    """The sources of one article. Changes go to the library; the first one adds the article to it."""

    def __init__(self, library: Library, article: Article, call: CliContext) -> None:
        self._library = library
        self._article = article
        self._creator = call.settings.creator
        self._review: ReviewSession | None = None

    def current_review(self) -> ReviewSession:
        """Return the review, for reading only."""
        return self._review or self._library.peek(self._article)[0]

    def editable_review(self) -> ReviewSession:
        """Return the review, with changes saved to the library."""
        if self._review is None:
            self._review = self._library.review(self._article, self._creator)
        return self._review

    def attach(self, references: Sequence[str], source_input: SourceInput, extent: str = "", verb: str = "") -> str:
        """Attach a source to references and return a message. Without an `extent` (of `SourceText`), it is detected."""
        from reader.library.source_texts import keep_source

        review, first = self.editable_review(), references[0]
        before = review.sources.source(first)
        text = keep_source(self._library, source_input.article, source_input.data, source_input.origin)
        text = with_route(text, source_input)
        if extent and text.extent != EMPTY:
            text = replace(text, extent=extent)
        source = review.attach_source(first, text)
        for other in references[1:]:
            review.share_source(other, source)
        verb = verb or ("replaced" if before is not None and before.current else "attached")
        words = source_input.article.text if source_input.article is not None else ""
        result = self._result_text(references, verb, text, words)
        return printable_line(f"{result}; {source_input.note}") if source_input.note else result

    def reuse_text(self, reference: str, extent: str) -> str:
        """Attach the text that another article has of a reference, or set the extent of its own text; return a message.

        Raises ReaderError when there is neither.
        """
        shelf = self.current_review().sources
        reusable, own = shelf.reusable_source(reference), shelf.source(reference)
        source = reusable or own
        text = source.text if source is not None else None
        label = self._label(reference)
        if source is None or text is None:
            raise ReaderError(f"No other article has a text of {label}", "Name a file, an address, or - for standard input")
        if reusable is None and not extent:
            raise ReaderError(f"{label} already has a text: “{text.title}”", "Name a file or an address to replace it")
        if extent and text.description:
            raise ReaderError(f"{label} is described: only a document has an extent", "`reader source add` attaches one")
        if extent and text.extent == EMPTY:
            raise ReaderError(f"The source of {label} contains no text", "Name a file or an address to replace it")
        words = "" if text.extent == EMPTY else self._library.text(text)
        if reusable is not None:
            self.editable_review().share_source(reference, source)
        if extent and extent != text.extent:
            self.editable_review().set_extent(source, extent)
        return self._result_text([reference], "attached from another article" if reusable else "updated", text, words)

    def remove(self, reference: str) -> str:
        """Detach the source of a reference and return a message. Raises ReaderError when it has none."""
        source, label = self.current_review().sources.source(reference), self._label(reference)
        if source is None:
            raise ReaderError(f"{label} has no source to remove", "`reader source list` shows which references have one")
        self.editable_review().detach_source(reference)
        title = f"“{source.text.title}”" if source.text is not None and source.text.title else "its text"
        return printable_line(f"{label}: {title} removed; `reader undo` brings it back")

    def record_failure(self, references: Sequence[str], address: str, error: ReaderError) -> ReaderError:
        """Record that a source could not be reached; return the error, with a hint if another article has the text."""
        for reference in references:
            self.editable_review().record_fetch_failure(reference, address, error.what)
        reusable = self.current_review().sources.reusable_source(references[0])
        if reusable is None or reusable.text is None:
            return error
        hint = f"Another article has “{reusable.text.title}”: `reader source add` without a file attaches it"
        return ReaderError(error.what, f"{error.hint}. {hint}" if error.hint else hint)

    def labels(self, references: Sequence[str]) -> str:
        """Return the labels of references: "[2]", "[2][5]"."""
        return "".join(map(self._label, references))

    def _label(self, reference: str) -> str:
        return f"[{self._article.label_of(reference)}]"

    def _result_text(self, references: Sequence[str], verb: str, text: SourceText, words: str) -> str:
        parts = (
            f"“{text.title}”" if text.title else "",
            plural(len(words.split()), "word") if words else "",
            self.editable_review().sources.state(references[0]),
            text.route,
        )
        return printable_line(f"{self.labels(references)} {verb}: {', '.join(part for part in parts if part)}")


def evidence_counts(review: ReviewSession) -> Mapping[str, int]:
    """Count the pieces of evidence for each reference, by its id."""
    counts: Counter[str] = Counter()
    for annotation in (*review.index.annotations(), *review.index.orphans()):
        for judgement in annotation.judgements:
            counts[judgement.reference] += len(judgement.evidence)
    return counts


def source_record(review: ReviewSession, reference: Reference, evidence: int) -> dict[str, object]:
    """Return the source of a reference as JSON values; times are in UTC, `evidence` is the number of its pieces of evidence."""
    from reader.review.source_marks import source_marks

    source, reusable = review.sources.source(reference.id), review.sources.reusable_source(reference.id)
    text = source.text if source is not None else None
    has_failed = source is not None and source.failure
    return {
        "reference": reference.id,
        "label": reference.label,
        "title": reference.title or reference.text,
        "address": source_address(reference) or None,
        "state": review.sources.state(reference.id),
        "marks": list(source_marks(source, review.health.of(reference.id))),
        "text": None if text is None else _text_record(text),
        "older": 0 if source is None else sum(one is not text for one in source.texts),
        "tried": {"address": source.failed_address, "at": source.failed_at, "why": source.failure}
        if source and has_failed
        else None,
        "evidence": evidence,
        "offered": None if reusable is None or reusable.text is None else _text_record(reusable.text),
    }


def _text_record(text: SourceText) -> dict[str, object]:
    return {
        "title": text.title,
        "format": text.format,
        "from": text.origin,
        "description": _description_record(text),
        "at": text.at,
        "by": text.by,
        "digest": text.digest,
        "requested": text.requested or None,
        "landing": text.landing or None,
        "archived": text.archived_at or None,
    }


def _description_record(text: SourceText) -> dict[str, object] | None:
    """Return the description of a source that is no text; `said` is whether there is a record of what was said."""
    about = text.description
    if not about:
        return None
    said = text.extent != EMPTY
    return {"kind": about.kind, "who": about.who, "when": about.when, "kept": about.kept, "said": said}


def source_row(review: ReviewSession, reference: Reference, evidence: int) -> tuple[str, ...]:
    """Return the source of a reference as a table row: label, title, state, origin, time, count of evidence, note."""
    from reader.exchange.wording import describe_faults

    source, reusable = review.sources.source(reference.id), review.sources.reusable_source(reference.id)
    text = source.text if source is not None else None
    notes = [describe_faults(review.health.of(reference.id))]
    # The address has a column of its own.
    notes.append(source.failure.removeprefix(f"{source.failed_address} ") if source is not None else "")
    if reusable is not None and reusable.text is not None:
        notes.append(f"another article has “{reusable.text.title}”")
    if text is not None:
        notes.append(text.copy_words)
    origin, at = (text.route if text.description else text.origin, text.at) if text is not None else ("", "")
    if source is not None and source.state == FETCH_FAILED:
        origin, at = source.failed_address, source.failed_at
    return (
        f"[{reference.label}]",
        reference.title or reference.text,
        review.sources.state(reference.id),
        origin,
        local_time(at),
        str(evidence or ""),
        "; ".join(note for note in notes if note),
    )


class SourceFetch:
    """Fetch the sources of an article, and count the results. Whatever arrives is attached at once."""

    def __init__(self, sources: ArticleSources, article: Article, call: CliContext) -> None:
        self._sources = sources
        self._article = article
        self._call = call
        self.tally = FetchTally()
        self.was_stopped = False

    def run(self, targets: Sequence[FetchableReference]) -> None:
        """Fetch these addresses, until Ctrl+C. Whatever arrived before that is kept."""
        from reader.fetching.fetcher import FetchOptions
        from reader.fetching.run import FetchRun, target_of
        from reader.fetching.web import FetchLimits

        call, waiting = self._call, list[tuple[str, bool]]()
        options = FetchOptions(FetchLimits(private=call.private), archive=call.settings.archive)
        run = FetchRun([target_of(self._article, target) for target in targets], options)
        try:
            with show_count("Fetching sources", len(targets)) as show:

                def take(index: int, outcome: SourceInput | Exception) -> None:
                    self.tally.note(outcome)
                    words, is_error = self._take(targets[index], outcome)
                    show(self.tally.total)
                    if sys.stderr.isatty():
                        waiting.append((words, is_error))  # until the bar is gone, with which they would be mixed up
                    else:
                        click.echo(words, err=is_error)

                run.run(take)
        except KeyboardInterrupt:
            self.was_stopped = True
        for words, is_error in waiting:
            click.echo(words, err=is_error)

    def _take(self, target: FetchableReference, outcome: SourceInput | Exception) -> tuple[str, bool]:
        """Attach the source of a target, or record why there is none; return what to say, and whether it is an error."""
        labels = self._sources.labels(target.references)
        if isinstance(outcome, SourceInput):
            # The library may know two addresses as one source: then the first fetch has served both.
            if all(has_source_text(self._sources.current_review().index, reference) for reference in target.references):
                return f"{labels} fetched: another address gave the same source", False
            return self._sources.attach(target.references, outcome, verb="fetched"), False
        if not isinstance(outcome, ReaderError):
            raise outcome
        if isinstance(outcome, BudgetSpent):
            return printable_line(f"{labels} left for the next time: {outcome}"), True
        failure = self._sources.record_failure(target.references, target.address, outcome)
        return printable_line(f"{labels} not reached: {failure}"), True


@click.group("source", epilog="Example: `reader source add article.md 2 report.pdf` attaches a file to the reference [2].")
def source_command() -> None:
    """Attach, list and fetch the sources of an article: the texts behind its references. The library keeps them."""


source_command.add_command(check_records_command)
source_command.add_command(describe_source_command)


@source_command.command(
    "add",
    short_help="Attach a text to a reference, or the files of a folder to all.",
    epilog="Examples: `curl … | reader source add article.md 2 -` reads the source from a pipe, `reader source add article.md "
    "--from ~/papers` takes a whole folder.",
)
@article_argument
@click.argument("label", metavar="[REFERENCE]", default="")
@click.argument("file", metavar="[FILE]", default="")
@click.option("--only-abstract", "extent", flag_value=ABSTRACT, help="It is only an abstract.")
@click.option("--whole", "extent", flag_value=FULL_TEXT, help="It is the full text, although it looks like an abstract.")
@click.option(
    "--from",
    "place",
    metavar="PLACE",
    type=click.Path(),
    help="Match the files of a place to all references: a folder with those in it, a zip file, the data folder of Zotero, the "
    "library of calibre, a .bib, .ris or .json file that names files, or another article of the library.",
)
@click.option("--yes", is_flag=True, help="With --from: attach the sure ones without a question, and no other.")
@click.option("--dry-run", is_flag=True, help="With --from: only say what fits.")
@click.option("--json", "as_json", is_flag=True, help="With --from: print JSON, and ask nothing.")
@network_option
@library_option
@click.pass_context
def add_source_command(
    context: click.Context,
    name: str,
    label: str,
    file: str,
    extent: str | None,
    place: str | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Attach a text to a reference. A text it had before is kept for the evidence taken from it.

    REFERENCE is a label, such as `2` or `[2]`, or an id. FILE is a file, an address to fetch, or "-" for standard input.
    Without FILE, the text that another article has of the same source is attached; if the reference has a text already, only
    --whole or --only-abstract is set.

    With --from, each file of a place is compared with the references by identifiers, title, authors and year. Sure matches
    are attached after one question, likely ones are asked about one by one, all as one change. In a pipe, nothing is attached
    without --yes: the exit code is then 1 if there are sure matches.
    """
    from reader.cli.source_intake import IntakeOptions, attach_from_place

    call = cli_context(context)
    options = IntakeOptions(yes, dry_run, as_json)
    options.check((label, file, extent or ""), has_place=place is not None)
    if name == file == "-":
        raise UsageError("Standard input cannot be both the article and the source", "Name a file for one of them")
    with call.library() as library:
        article = resolve_article(name, library, private=call.private)
        sources = ArticleSources(library, article, call)
        if place is not None:
            code, message = attach_from_place(sources, library, article, place, options), ""
        else:
            code, message = 0, _attach_file(sources, resolve_reference(article, label).id, file, extent or "", call)
    if message:
        click.echo(message)
    context.exit(code)  # only here: raised in the block, it would hide that something could not be saved


def _attach_file(sources: ArticleSources, reference: str, file: str, extent: str, call: CliContext) -> str:
    """Attach a file, or without one the text that another article has of the reference; return a message."""
    if not file:
        return sources.reuse_text(reference, extent)
    try:
        source_input = _read_file(file, call)
    except ReaderError as error:
        # An address that could not be reached is recorded, a missing file is not.
        raise sources.record_failure([reference], file, error) if is_address(file) else error from error
    return sources.attach([reference], source_input, extent)


@source_command.command("remove", epilog="Example: `reader source remove article.md 2` when it is the wrong text.")
@article_argument
@click.argument("label", metavar="REFERENCE")
@library_option
@click.pass_context
def remove_source_command(context: click.Context, name: str, label: str) -> None:
    """Detach the text of a reference. The library keeps the text, and evidence taken from it stays.

    REFERENCE is a label or an id.
    """
    call = cli_context(context)
    with call.library() as library:
        article = resolve_article(name, library)
        message = ArticleSources(library, article, call).remove(resolve_reference(article, label).id)
    click.echo(message)


@source_command.command(
    "list",
    short_help="List the references and their sources.",
    epilog="Example: `reader source list article.md --json | jq '.[] | select(.text == null)'`",
)
@article_argument
@json_option
@library_option
@click.pass_context
def list_sources_command(context: click.Context, name: str, as_json: bool) -> None:
    """List the references of an article and their sources: state, origin, date, and number of pieces of evidence.

    The note says what is known against the work, such as a retraction, and why a text is missing.
    """
    call = cli_context(context)
    with call.library() as library:
        article = resolve_article(name, library)
        review, _ = library.peek(article)
    call.look_up_health(review)
    counts = evidence_counts(review)
    rows = [(review, reference, counts.get(reference.id, 0)) for reference in article.references]
    if as_json:
        print_json([source_record(*row) for row in rows])
    elif rows:
        head = ("reference", "title", "state", "from", "when", "evidence", "note")
        print_table(head, [source_row(*row) for row in rows])
    else:
        click.echo("The article lists no references.")


@source_command.command(
    "fetch",
    short_help="Fetch the missing sources.",
    epilog="Example: `reader source fetch article.md` fetches all of them, `reader source fetch article.md 2 5` these two.",
)
@article_argument
@click.argument("labels", metavar="[REFERENCE]...", nargs=-1)
@network_option
@library_option
@click.pass_context
def fetch_sources_command(context: click.Context, name: str, labels: tuple[str, ...]) -> None:
    """Fetch the sources of the references that have an address or a DOI but no text yet.

    Each host gets one request at a time, with a pause, and none that its robots.txt forbids. What a site does not give is asked
    of the web archive of the settings. Ctrl+C stops; what has arrived by then is kept, and the next call goes on with the rest.
    Ends with exit code 1 when a source could not be reached.
    """
    call = cli_context(context)
    with call.library() as library:
        article = resolve_article(name, library, private=call.private)
        sources = ArticleSources(library, article, call)
        targets = fetchable_references(
            sources.current_review().index, _chosen_references(article, labels) or article.references
        )
        fetch = SourceFetch(sources, article, call)
        if targets:
            fetch.run(targets)
    summary = f"{'Stopped: ' if fetch.was_stopped else ''}{fetch.tally.summary}"
    click.echo(summary if targets else _nothing_to_fetch(labels))
    if fetch.was_stopped:
        raise click.Abort
    if fetch.tally.missing_count:
        context.exit(1)


def _read_file(file: str, call: CliContext) -> SourceInput:
    if file == "-":
        return read_pipe(read_stdin(file) or b"")
    with show_progress(f"Reading {file}"):
        return read_source(file, private=call.private, archive=call.settings.archive)


def _chosen_references(article: Article, labels: Sequence[str]) -> list[Reference]:
    """Return the references with these labels. Raises ReaderError for one without an address or a DOI."""
    references = list(dict.fromkeys(resolve_reference(article, label) for label in labels))
    for reference in references:
        if not source_address(reference):
            what = f"[{reference.label}] has neither an address nor a DOI"
            raise ReaderError(what, "`reader source add` attaches a file to it")
    return references


def _nothing_to_fetch(labels: Sequence[str]) -> str:
    if labels:
        return "Nothing to fetch: the text is there already. `reader source add` replaces it."
    return "Nothing to fetch: no reference without a text has an address or a DOI."
