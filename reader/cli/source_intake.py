"""`reader source add --from`: match the files of a place to the references, ask, and attach what was confirmed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import click

from reader.cli.output import print_json, print_table
from reader.cli.progress import show_progress
from reader.errors import ReaderError, UsageError
from reader.printable import plural, printable_line
from reader.sources.candidate import FileRefusal
from reader.sources.front_cache import FrontCache
from reader.sources.intake import AttachResult, Survey, attach_matches, is_open_match, survey_place
from reader.sources.matches import Grade, Match, match_candidates

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library import Library
    from reader.review.session import ReviewSession
    from reader.sources.places import SourcePlace

_MOST_SHOWN: Final = 10
_HINT: Final = (
    "`reader source add … --from … --yes` attaches the sure ones, `reader source add ARTICLE REFERENCE FILE` any other"
)
_HINT_ON_LIKELY: Final = "`reader source add ARTICLE --from …`, at a terminal, asks about each likely one"


class EditableSources(Protocol):
    """The sources of an article in the library."""

    def current_review(self) -> ReviewSession:
        """Return the review, for reading only."""
        ...

    def editable_review(self) -> ReviewSession:
        """Return the review, with changes saved to the library."""
        ...


@dataclass(frozen=True)
class IntakeOptions:
    """How files are attached: `yes` attaches the sure ones without a question, `dry_run` none; `as_json` prints JSON."""

    yes: bool = False
    dry_run: bool = False
    as_json: bool = False

    def check(self, arguments: Sequence[str], *, has_place: bool) -> None:
        """Raise UsageError for arguments that do not go together."""
        if has_place and any(arguments):
            raise UsageError("--from takes the files of a place to all references", "Leave REFERENCE and FILE out")
        if not has_place and (self.yes or self.dry_run or self.as_json):
            raise UsageError("--yes, --dry-run and --json go with --from", "Name a place: --from FOLDER")
        if not has_place and not arguments[0]:
            raise UsageError("A reference or a place is missing", "Name a REFERENCE and a FILE, or --from PLACE")


def attach_from_place(sources: EditableSources, library: Library, article: Article, path: str, options: IntakeOptions) -> int:
    """Take the files of a place in and return the exit code. An article without references is not added to the library."""
    from reader.sources.places import open_place

    if not article.references:
        raise ReaderError("The article lists no references", "There is nothing that files could be attached to")
    place = open_place(path, library, article)
    try:
        return _SourceIntake(article, library, sources.current_review(), sources.editable_review, options).run(place)
    finally:
        place.close()


class _SourceIntake:
    """One run over a place for an article. `review` is for reading; `edit` returns it with changes saved to the library."""

    def __init__(
        self,
        article: Article,
        library: Library,
        review: ReviewSession,
        edit: Callable[[], ReviewSession],
        options: IntakeOptions,
    ) -> None:
        self._article = article
        self._library = library
        self._review = review
        self._edit = edit
        self._options = options

    def run(self, place: SourcePlace) -> int:
        """Take the files of a place in and return the exit code. Raises ReaderError when the place cannot be read.

        Nothing is called attached before it is saved. The code is 1 if there are sure matches that nobody confirmed.
        Raises click.Abort after Ctrl+C.
        """
        from reader.library.library import SAVE_SECONDS  # loads the library

        survey = self._survey(place)
        with show_progress("Matching"):
            matches = match_candidates(self._article.references, survey.candidates)
        attached, open_matches = list[Match](), list[Match]()
        for match in matches:
            if match.references:
                (open_matches if is_open_match(self._review, match) else attached).append(match)
        none = [match for match in matches if not match.references]
        sure = [match for match in open_matches if match.grade is Grade.SURE]
        likely = [match for match in open_matches if match.grade is Grade.LIKELY]
        options = self._options
        if not options.as_json and not survey.was_stopped:
            self._print_matches(survey, sure, likely, attached, none)
        chosen = [] if survey.was_stopped else self._choose(sure, likely)
        result = self._attach(place, chosen) if chosen else AttachResult((), ())
        if result.attached and not self._library.flush(SAVE_SECONDS):
            return 1  # the end of the library's block says why
        if options.as_json:
            print_json(self._to_json(place, survey, [*open_matches, *attached, *none], result))
        else:
            self._print_result(place, survey, result, len(sure) + len(likely))
            overtaken = 0 if result.was_stopped else len(chosen) - len(result.attached) - len(result.refusals)
            if overtaken:
                click.echo(f"{plural(overtaken, 'file')} of references that got another text meanwhile: they keep it.")
        if survey.was_stopped or result.was_stopped:
            raise click.Abort
        is_waiting = bool(sure) and not options.dry_run and not result.attached and not _is_asked(options)
        return 1 if is_waiting or result.refusals else 0

    def _survey(self, place: SourcePlace) -> Survey:
        cache = FrontCache()
        try:
            with show_progress(f"Looking into {place.name}"):
                return survey_place(place, cache)
        finally:
            cache.close()

    def _choose(self, sure: Sequence[Match], likely: Sequence[Match]) -> list[Match]:
        """Return the matches that are to be attached: those that the options or a person at the terminal confirm."""
        options = self._options
        if options.dry_run:
            return []
        if not _is_asked(options):
            return list(sure) if options.yes else []
        question = f"Attach {'this file' if len(sure) == 1 else f'these {len(sure)} files'}?"
        chosen = list(sure) if sure and click.confirm(question, default=False) else []
        return [*chosen, *self._ask_one_by_one(likely)]

    def _ask_one_by_one(self, likely: Sequence[Match]) -> Iterator[Match]:
        """Ask about each likely match. A reference that got a file is not asked about again; "q" ends the questions."""
        served: set[tuple[str, ...]] = set()
        for number, match in enumerate(likely, 1):
            if match.references in served:
                continue
            click.echo(f"\n{number} of {len(likely)}: {self._entry(match)}\n  {_file_names(match)}\n  {_reasons(match)}")
            answer = click.prompt("Attach it?", type=click.Choice(("y", "n", "q")), default="n")
            if answer == "q":
                return
            if answer == "y":
                served.add(match.references)
                yield match

    def _attach(self, place: SourcePlace, chosen: Sequence[Match]) -> AttachResult:
        with show_progress(f"Attaching {plural(len(chosen), 'file')}"):
            return attach_matches(self._edit(), self._library, place, chosen)

    # ------------------------------------------------------------------ words

    def _labels(self, match: Match) -> str:
        return "".join(f"[{self._article.label_of(reference)}]" for reference in match.references)

    def _entry(self, match: Match) -> str:
        reference = self._article.reference_by_id[match.references[0]]
        return printable_line(f"{self._labels(match)} {reference.title or reference.text}")

    def _print_matches(
        self, survey: Survey, sure: Sequence[Match], likely: Sequence[Match], attached: Sequence[Match], none: Sequence[Match]
    ) -> None:
        for title, matches in (("Sure", sure), ("Likely: confirm each", likely)):
            if matches:
                click.echo(f"{title}")
                print_table(
                    ("reference", "file", "why"), [(self._labels(one), _file_names(one), _reasons(one)) for one in matches]
                )
                click.echo()
        if attached:
            click.echo(f"{plural(len(attached), 'file')} of references that have a text already: they keep it.")
        if none:
            click.echo(f"{plural(len(none), 'file fits', 'files fit')} no reference: {_list_names(none)}")
        _print_refusals(survey.refusals)

    def _print_result(self, place: SourcePlace, survey: Survey, result: AttachResult, count: int) -> None:
        _print_refusals(result.refusals)
        if survey.was_stopped:
            done = len(survey.candidates) + len(survey.refusals)
            click.echo(f"Stopped after {done} of {plural(survey.file_count, 'file')}; the next run goes on from there.")
        elif result.attached or result.was_stopped:
            stopped = "Stopped: " if result.was_stopped else ""
            undo = "; `reader undo` takes them back" if result.attached else ""
            click.echo(f"{stopped}{plural(len(result.attached), 'source')} attached{undo}")
        elif not count:
            click.echo(
                "Nothing to attach." if survey.file_count or survey.refusals else f"{place.name} names no file to attach."
            )
        else:
            click.echo("Nothing was attached.")
            if not _is_asked(self._options) and not self._options.dry_run:
                click.echo(f"hint: {_HINT_ON_LIKELY if self._options.yes else _HINT}", err=True)

    def _to_json(self, place: SourcePlace, survey: Survey, matches: Iterable[Match], result: AttachResult) -> dict[str, object]:
        """Return the run as JSON values."""
        attached = {(match.references, match.candidate.digest) for match in result.attached}
        return {
            "place": place.name,
            "files": survey.file_count,
            "stopped": survey.was_stopped or result.was_stopped,
            "matches": [
                {
                    "references": list(match.references),
                    "labels": [self._article.label_of(reference) for reference in match.references],
                    "grade": match.grade.name.lower(),
                    "reasons": list(match.reasons),
                    "file": match.candidate.file.name,
                    "copies": [file.name for file in match.candidate.files[1:]],
                    "digest": match.candidate.digest,
                    "attached": (match.references, match.candidate.digest) in attached,
                    "had_text": bool(match.references) and not is_open_match(self._review, match),
                }
                for match in matches
            ],
            "refused": [{"file": one.name, "reason": one.reason} for one in (*survey.refusals, *result.refusals)],
        }


def _is_asked(options: IntakeOptions) -> bool:
    """Whether a person at the terminal is asked."""
    return not options.yes and not options.as_json and sys.stdin.isatty() and sys.stdout.isatty()


def _file_names(match: Match) -> str:
    """Return the name of a file, and those of the files with the same bytes."""
    first, *copies = dict.fromkeys(file.name for file in match.candidate.files)
    also = f" (also {', '.join(copies[:_MOST_SHOWN])}{' …' if len(copies) > _MOST_SHOWN else ''})" if copies else ""
    return printable_line(f"{first}{also}")


def _list_names(matches: Sequence[Match]) -> str:
    names = ", ".join(match.candidate.file.name for match in matches[:_MOST_SHOWN])
    more = f" and {len(matches) - _MOST_SHOWN} more" if len(matches) > _MOST_SHOWN else ""
    return printable_line(f"{names}{more}")


def _reasons(match: Match) -> str:
    return printable_line("; ".join(match.reasons))


def _print_refusals(refusals: Iterable[FileRefusal]) -> None:
    for one in refusals:
        reason = one.reason if one.name in one.reason else f"{one.name}: {one.reason}"
        click.echo(f"not read: {printable_line(reason)}", err=True)
