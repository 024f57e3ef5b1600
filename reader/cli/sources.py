"""`reader source`: attach, remove, list and fetch sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from reader.cli.context import cli_context, library_option, network_option, read_stdin, resolve_article, resolve_reference
from reader.cli.history import local_time
from reader.cli.progress import show_progress
from reader.errors import ReaderError, UsageError
from reader.formats.source_input import read_source
from reader.formats.web import RateLimiter
from reader.printable import plural, printable_line
from reader.review.index import FetchableReference, has_source_text, source_address
from reader.review.model import ABSTRACT, EMPTY, FETCH_FAILED, FULL_TEXT, PASTED_TEXT, SourceText

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.model import Reference
    from reader.cli.context import CliContext
    from reader.formats.source_input import SourceInput
    from reader.library import Library
    from reader.review.model import SourceText
    from reader.review.session import ReviewSession


# ------------------------------------------------------------------ Putting texts behind references from the command line, and


class ArticleSources:
    """The sources of one article, whose changes go to the library. `article` is put there with the first of them."""

    def __init__(self, library: Library, article: Article, call: CliContext) -> None:
        self._library = library
        self._article = article
        self._creator = call.settings.creator
        self._opened: ReviewSession | None = None

    def current_review(self) -> ReviewSession:
        """Return the review as it is, for reading."""
        return self._opened or self._library.peek(self._article)[0]

    def editable_review(self) -> ReviewSession:
        """Return the review, to change it."""
        if self._opened is None:
            self._opened = self._library.review(self._article, self._creator)
        return self._opened

    def attach(self, references: Sequence[str], source_input: SourceInput, extent: str = "", done: str = "") -> str:
        """Put what came behind references, and return what a person is told; `extent` as in `SourceText`, "": as it looks."""
        from reader.library.library import keep_source

        review, first = self.editable_review(), references[0]
        before = review.sources.source(first)
        text = keep_source(self._library, source_input.article, source_input.data, source_input.origin)
        if extent and text.extent != EMPTY:
            text = replace(text, extent=extent)
        source = review.attach_source(first, text)
        for other in references[1:]:
            review.share_source(other, source)
        done = done or ("replaced" if before is not None and before.current else "attached")
        return self._result_text(references, done, text, source_input.article.text if source_input.article is not None else "")

    def reuse_text(self, reference: str, extent: str) -> str:
        """Put the text behind a reference that another article has of it, or set the extent of its own text.

        Returns what a person is told. Raises ReaderError when there is neither.
        """
        known = self.current_review().sources
        offered, own = known.reusable_source(reference), known.source(reference)
        source = offered or own
        text = source.text if source is not None else None
        label = f"[{self._article.label_of(reference)}]"
        if source is None or text is None:
            raise ReaderError(
                f"no other article has a text of {label}", "name a file or an address, or - for what comes through a pipe"
            )
        if offered is None and not extent:
            raise ReaderError(f"{label} has a text: “{text.title}”", "name a file or an address to put in its place")
        if extent and text.extent == EMPTY:
            raise ReaderError(f"there is no text in what stands behind {label}")
        read = "" if text.extent == EMPTY else self._library.text(text)
        if offered is not None:
            self.editable_review().share_source(reference, source)
        if extent and extent != text.extent:
            self.editable_review().set_extent(source, extent)
        return self._result_text([reference], "attached, as another article has it" if offered else "set", text, read)

    def remove(self, reference: str) -> str:
        """Take the text away from a reference, and return what a person is told. Raises ReaderError when it has none."""
        source, label = self.current_review().sources.source(reference), f"[{self._article.label_of(reference)}]"
        if source is None:
            raise ReaderError(f"{label} has no text to remove", "`reader source list` shows which have one")
        self.editable_review().detach_source(reference)
        title = f"“{source.text.title}”" if source.text is not None and source.text.title else "its text"
        return printable_line(f"{label}: {title} removed; `reader undo` brings it back")

    def record_failure(self, references: Sequence[str], address: str, error: ReaderError) -> ReaderError:
        """Note that the source of references could not be reached, and return the error with what else can be done."""
        for reference in references:
            self.editable_review().record_fetch_failure(reference, address, error.what)
        offered = self.current_review().sources.reusable_source(references[0])
        if offered is None or offered.text is None:
            return error
        hint = f"another article has “{offered.text.title}”: `reader source add` without a file takes it"
        return ReaderError(error.what, f"{error.hint}; {hint}" if error.hint else hint)

    def labels(self, references: Sequence[str]) -> str:
        """Return what people call references: "[2]", "[2][5]"."""
        return "".join(f"[{self._article.label_of(reference)}]" for reference in references)

    def _result_text(self, references: Sequence[str], done: str, text: SourceText, read: str) -> str:
        words = len(read.split())
        state = self.editable_review().sources.state(references[0])
        parts = (
            f"“{text.title}”" if text.title else "",
            plural(words, "word") if read else "",
            state,
            text.origin if text.origin == PASTED_TEXT else f"from {text.origin}",
        )
        return printable_line(f"{self.labels(references)} {done}: {', '.join(part for part in parts if part)}")


# ------------------------------------------------------------------ What `reader source list` tells of a reference


def evidence_counts(review: ReviewSession) -> Mapping[str, int]:
    """Return how many pieces of evidence were taken for each reference, by its id."""
    judgements = (judgement for a in (*review.index.annotations(), *review.index.orphans()) for judgement in a.judgements)
    counts: Counter[str] = Counter()
    for judgement in judgements:
        counts[judgement.reference] += len(judgement.evidence)
    return counts


def source_record(review: ReviewSession, reference: Reference, evidence: int) -> dict[str, object]:
    """Return what there is to say of the source of a reference, as plain values; times are in UTC.

    `evidence` counts the pieces of evidence taken for it.
    """
    source, offered = review.sources.source(reference.id), review.sources.reusable_source(reference.id)
    text = source.text if source is not None else None
    return {
        "reference": reference.id,
        "label": reference.label,
        "title": reference.title or reference.text,
        "address": source_address(reference) or None,
        "state": review.sources.state(reference.id),
        "text": None if text is None else _text_record(text),
        "older": 0 if source is None else sum(one is not text for one in source.texts),
        "tried": None
        if source is None or not source.trouble
        else {"address": source.tried, "at": source.tried_at, "why": source.trouble},
        "evidence": evidence,
        "offered": None if offered is None or offered.text is None else _text_record(offered.text),
    }


def _text_record(text: SourceText) -> dict[str, object]:
    return {
        "title": text.title,
        "format": text.format,
        "from": text.origin,
        "at": text.at,
        "by": text.by,
        "digest": text.digest,
    }


def source_row(review: ReviewSession, reference: Reference, evidence: int) -> tuple[str, ...]:
    """Return the same as a row for people: label, title, state, from where, when, pieces of evidence, what else to know."""
    source, offered = review.sources.source(reference.id), review.sources.reusable_source(reference.id)
    text = source.text if source is not None else None
    # The address stands in a column of its own.
    notes = [source.trouble.removeprefix(f"{source.tried} ") if source is not None else ""]
    if offered is not None and offered.text is not None:
        notes.append(f"another article has “{offered.text.title}”")
    origin, at = (text.origin, text.at) if text is not None else ("", "")
    if source is not None and source.state == FETCH_FAILED:
        origin, at = source.tried, source.tried_at
    return (
        f"[{reference.label}]",
        reference.title or reference.text,
        review.sources.state(reference.id),
        origin,
        local_time(at),
        str(evidence or ""),
        "; ".join(note for note in notes if note),
    )


# ------------------------------------------------------------------ Fetching the sources of an article one after the other,


class FetchRun:
    """One run: how many were `fetched`, how many `failed`, whether it was `stopped` before its end."""

    def __init__(self, supplies: ArticleSources, *, private: bool) -> None:
        self._supplies = supplies
        self._private = private
        self.fetched_count = 0
        self.failed_count = 0
        self.was_stopped = False

    def run(self, wanted: Sequence[FetchableReference]) -> None:
        """Fetch these addresses. Ctrl+C ends it; what came before that is kept."""
        turns = RateLimiter()
        try:
            for number, one in enumerate(wanted, 1):
                # Two addresses may be one source to the library: then the first has served both.
                if not all(has_source_text(self._supplies.current_review().index, reference) for reference in one.references):
                    turns.wait(one.address)
                    self._fetch(one, f"fetching {number} of {len(wanted)} · {_host_of(one.address)}")
        except KeyboardInterrupt:
            self.was_stopped = True

    def _fetch(self, one: FetchableReference, what: str) -> None:
        try:
            with show_progress(what):
                come = read_source(one.address, private=self._private)
        except ReaderError as error:
            told = self._supplies.record_failure(one.references, one.address, error)
            self.failed_count += 1
            click.echo(printable_line(f"{self._supplies.labels(one.references)} not reached: {told}"), err=True)
        else:
            click.echo(self._supplies.attach(one.references, come, done="fetched"))
            self.fetched_count += 1

    @property
    def summary(self) -> str:
        """What a person is told in the end."""
        failed = f", {self.failed_count} could not be reached" if self.failed_count else ""
        return f"{'stopped: ' if self.was_stopped else ''}{self.fetched_count} fetched{failed}"


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


# ------------------------------------------------------------------ the texts behind the references of an article, attached,


@click.group(epilog="Example: `reader source add article.md 2 report.pdf` puts a file behind the reference [2].")
def source() -> None:
    """Attach, list and fetch the texts behind an article's references. The library keeps them."""


@source.command("add", epilog="Example: `curl … | reader source add article.md 2 -` takes what comes through a pipe.")
@click.argument("name", metavar="ARTICLE")
@click.argument("named", metavar="REFERENCE")
@click.argument("supply", metavar="[FILE]", default="")
@click.option("--only-abstract", "extent", flag_value=ABSTRACT, help="It is only an abstract.")
@click.option("--whole", "extent", flag_value=FULL_TEXT, help="It is the whole text, though it looks like an abstract.")
@network_option
@library_option
@click.pass_context
def add(context: click.Context, name: str, named: str, supply: str, extent: str | None) -> None:
    """Put a text behind a reference. One that it had stays under the evidence that was taken from it.

    REFERENCE is its label, as `2` or `[2]`, or its id. FILE is a file, an address, which is fetched, or "-" for a pipe. Without
    FILE the text is taken that another article has of the same source; where the reference has one, only its extent is set.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    call = cli_context(context)
    if name == supply == "-":
        raise UsageError("one pipe cannot hold both the article and the source", "name a file for one of them")
    with call.library() as library:
        article = resolve_article(name, library, private=call.private)
        reference = resolve_reference(article, named)
        supplies = ArticleSources(library, article, call)
        if not supply:
            said = supplies.reuse_text(reference.id, extent or "")
        else:
            try:
                come = _read_supply(supply, private=call.private)
            except ReaderError as error:
                raise _supply_error(supplies, reference, supply, error) from error
            said = supplies.attach([reference.id], come, extent or "")
    click.echo(said)


@source.command("remove", epilog="Example: `reader source remove article.md 2` when it is the text of something else.")
@click.argument("name", metavar="ARTICLE")
@click.argument("named", metavar="REFERENCE")
@library_option
@click.pass_context
def remove(context: click.Context, name: str, named: str) -> None:
    """Take the text away from a reference. The library keeps it, and what was kept of it as evidence stays.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library; REFERENCE is its label or its id.
    """
    call = cli_context(context)
    with call.library() as library:
        article = resolve_article(name, library)
        said = ArticleSources(library, article, call).remove(resolve_reference(article, named).id)
    click.echo(said)


@source.command(
    "list",
    short_help="List the references and their texts.",
    epilog="Example: `reader source list article.md --json | jq '.[] | select(.text == null)'`",
)
@click.argument("name", metavar="ARTICLE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@library_option
@click.pass_context
def list_sources(context: click.Context, name: str, as_json: bool) -> None:
    """List the references of an article: whether their texts are there, from where, since when, how often they are quoted.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    with cli_context(context).library() as library:
        article = resolve_article(name, library)
        review, _ = library.peek(article)
    evidence = evidence_counts(review)
    if as_json:
        from reader.cli.output import print_json

        print_json([source_record(review, reference, evidence.get(reference.id, 0)) for reference in article.references])
    elif article.references:
        from reader.cli.output import print_table

        head = ("reference", "title", "state", "from", "when", "evidence", "note")
        print_table(head, [source_row(review, reference, evidence.get(reference.id, 0)) for reference in article.references])
    else:
        click.echo("The article lists no references.")


@source.command(
    "fetch",
    short_help="Fetch the texts that are missing.",
    epilog="Example: `reader source fetch article.md` fetches all, with `2 5` behind it those two.",
)
@click.argument("name", metavar="ARTICLE")
@click.argument("named", metavar="[REFERENCE]...", nargs=-1)
@network_option
@library_option
@click.pass_context
def fetch(context: click.Context, name: str, named: tuple[str, ...]) -> None:
    """Fetch the texts of the references that name an address or a DOI and have none yet, one after the other.

    Ctrl+C stops; what has come by then is kept. Ends with exit code 1 when one could not be reached.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    from reader.review.index import fetchable_references

    call = cli_context(context)
    with call.library() as library:
        article = resolve_article(name, library, private=call.private)
        supplies = ArticleSources(library, article, call)
        wanted = fetchable_references(supplies.current_review().index, _chosen_references(article, named) or article.references)
        fetching = FetchRun(supplies, private=call.private)
        fetching.run(wanted)
    click.echo(fetching.summary if wanted else _nothing_to_fetch(named))
    if fetching.was_stopped:
        raise click.Abort
    if fetching.failed_count:
        context.exit(1)


# ---------------------------------------------------------------------- inside


def _read_supply(supply: str, *, private: bool) -> SourceInput:
    from reader.cli.progress import show_progress
    from reader.formats.source_input import read_pipe, read_source

    if supply == "-":
        return read_pipe(read_stdin(supply) or b"")
    with show_progress(f"reading {supply}"):
        return read_source(supply, private=private)


def _supply_error(supplies: ArticleSources, reference: Reference, supply: str, error: ReaderError) -> ReaderError:
    """Return the error to end with. That an address could not be reached is noted; that there is no such file is not."""
    from reader.formats import is_address

    return supplies.record_failure([reference.id], supply, error) if is_address(supply) else error


def _chosen_references(article: Article, named: Sequence[str]) -> list[Reference]:
    """Return the references that a person named. Raises ReaderError for one that says nowhere where its source is."""
    from reader.review.index import source_address

    references = list(dict.fromkeys(resolve_reference(article, one) for one in named))
    for reference in references:
        if not source_address(reference):
            what = f"[{reference.label}] names no address and no DOI"
            raise ReaderError(what, "`reader source add` puts a file behind it")
    return references


def _nothing_to_fetch(named: Sequence[str]) -> str:
    if named:
        return "Nothing to fetch: there is a text already; `reader source add` puts another in its place."
    return "Nothing to fetch: no reference without a text names an address or a DOI."
