"""`reader export` and `reader report`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from reader.cli.context import (
    CliContext,
    CommandFunction,
    article_argument,
    cli_context,
    complete_article,
    complete_tag,
    language_option,
    library_option,
    resolve_article,
)
from reader.cli.output import print_path
from reader.cli.progress import show_count
from reader.errors import ReaderError, UsageError
from reader.exchange import (
    FORMATS,
    ExportFormat,
    ExportOptions,
    Report,
    build_report,
    describe_losses,
    format_for,
    list_suffixes,
)
from reader.exchange.batch import ExportArticle, ExportJob, file_stem
from reader.exchange.export_format import OPTION_ROWS, OptionRow
from reader.files import read_document
from reader.printable import plural, printable_line
from reader.review.filter import STATUS_NAMES, Criteria, Filter
from reader.review.model import now
from reader.review.scale import UNAVAILABLE
from reader.review.vocabulary import ANNOTATION_KINDS, SOURCE_MARKS
from reader.settings import Settings

if TYPE_CHECKING:
    from reader.library import Library

# ------------------------------------------------------------------ options

_FILTERS: Final = (
    click.option(
        "--tag",
        "tags",
        multiple=True,
        shell_complete=complete_tag,
        metavar="TAG",
        help="Only annotations with this tag or one nested in it.",
    ),
    click.option("--verdict", "verdicts", multiple=True, metavar="VERDICT", help="Only claims with this verdict, by its id."),
    click.option("--kind", "kinds", multiple=True, type=click.Choice(ANNOTATION_KINDS), help="Only this kind of annotation."),
    click.option("--status", "statuses", multiple=True, type=click.Choice(STATUS_NAMES), help="Only claims of this status."),
    click.option("--reference", "references", multiple=True, metavar="LABEL", help="Only claims that rest on this reference."),
    click.option(
        "--source",
        "sources",
        multiple=True,
        type=click.Choice(list(SOURCE_MARKS)),
        help="Only claims that rest on a reference whose source is this.",
    ),
    click.option("--person", "people", multiple=True, metavar="NAME", help="Only what a person of this name made or judged."),
)
"""The options for the fields of `Criteria`."""


def _format_option(row: OptionRow) -> Any:
    names = ", ".join(one.name for one in FORMATS.values() if row.name in one.options)
    what = f"{row.help} For {names}."
    if not row.metavar:
        return click.option(row.flag, row.name, is_flag=True, default=None, help=what)
    kind = click.Path(exists=True, dir_okay=False, path_type=Path) if row.is_file else str
    return click.option(row.flag, row.name, type=kind, metavar=row.metavar, help=what)


def _add_options(options: Iterable[Any], function: CommandFunction) -> CommandFunction:
    """Give a command several options, in their order."""
    return reduce(lambda inner, option: option(inner), reversed(tuple(options)), function)


_format_choice = click.Choice(list(FORMATS))
_force_option = click.option("--force", is_flag=True, help="Let --output replace existing files.")
_filter_options = partial(_add_options, _FILTERS)
_format_options = partial(_add_options, map(_format_option, OPTION_ROWS))


def _take_criteria(choices: Mapping[str, Any]) -> Criteria:
    return Criteria(*(choices[name] for name in Criteria._fields))


def _take_options(choices: Mapping[str, Any], export_format: ExportFormat, settings: Settings) -> ExportOptions:
    """Return the options of a format, with the content of the files they name; the settings give those that were not chosen.

    Raises UsageError for one that the format does not read, ReaderError for a file that cannot be read.
    """
    values: dict[str, Any] = {}
    if "style" in export_format.options and settings.citation_style is not None and choices["style"] is None:
        values["style"] = _read_file(settings.citation_style)
    for row in OPTION_ROWS:
        value = choices[row.name]
        if value is None:
            continue
        if row.name not in export_format.options:
            names = " or ".join(one.name for one in FORMATS.values() if row.name in one.options)
            raise UsageError(f"The format {export_format.name} has no option {row.flag}", f"It is for {names}")
        values[row.name] = _read_file(value) if row.is_file else value
    return ExportOptions(**values)


def _read_file(path: Path) -> bytes:
    try:
        return read_document(path)
    except OSError as error:
        raise ReaderError(f"Cannot read {path}: {error.strerror or error}", "Choose another file") from error


# ------------------------------------------------------------------ reader export


@click.command(
    "export",
    epilog="Examples: `reader export article.md --output claims.csv`, "
    "`reader export --all --format html --verdict contradicts --output reports`",
)
@click.argument("names", metavar="[ARTICLE]...", nargs=-1, shell_complete=complete_article)
@click.option("--format", "kind", type=_format_choice, help="The format. Default: that of the ending of --output.")
@click.option("--output", type=click.Path(path_type=Path), metavar="PATH", help="Write to a new file, or to files in a folder.")
@_force_option
@click.option("--all", "everything", is_flag=True, help="Export all articles of the library.")
@_filter_options
@_format_options
@click.option(
    "--template",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Fill a template of your own, of Jinja, in place of a format.",
)
@click.option("--explain", type=_format_choice, metavar="FORMAT", help="Print what a format carries and what gets lost in it.")
@language_option
@library_option
@click.pass_context
def export_command(
    context: click.Context,
    names: tuple[str, ...],
    kind: str | None,
    output: Path | None,
    force: bool,
    everything: bool,
    template: Path | None,
    explain: str | None,
    **choices: Any,
) -> None:
    """Export reviews: claims with their places, tags, notes and verdicts, and the references.

    ARTICLE is a file, "-" for standard input, or the id or title of an article in the library. The output is UTF-8. Several
    articles go into one file; formats that hold a single article write a file for each into the folder --output. A filter may
    be repeated: an annotation needs one value of each filter. Claims keep their numbers, and counts stay those of the review.
    """
    if explain is not None:
        _explain(FORMATS[explain])
        return
    _check_usage(names, output, force=force, everything=everything)
    export_format = _choose_format(kind, output) if template is None else _read_template(template, kind)
    call = cli_context(context)
    options = _take_options(choices, export_format, call.settings)
    _check_targets(output, {**choices, "template": template})
    is_folder = export_format.is_single and (everything or len(names) > 1)
    if is_folder and output is None:
        raise UsageError(f"A file in the format {export_format.name} holds one article", "--output DIR writes several files")
    if output is None and export_format.is_binary and sys.stdout.isatty():
        raise UsageError(f"{export_format.title} are no text to show", f"--output FILE{export_format.suffix} writes them")
    annotation_filter = _criteria_filter(call, _take_criteria(choices))
    with call.library() as library:
        articles = list(_list_articles(call, library, names, everything=everything))
        if output is not None and output.is_dir() and not is_folder:
            raise UsageError(f"{output} is a folder", f"Name a file in it: --output {output / 'review'}{export_format.suffix}")
        with show_count("Exporting", len(articles)) as show:
            job = ExportJob(export_format, options, articles, annotation_filter, show)
            _run(job, output, is_folder=is_folder, force=force)
    _print_summary(job, output)
    if job.failures:
        context.exit(1)


def _check_usage(names: Sequence[str], output: Path | None, *, force: bool, everything: bool) -> None:
    if everything and names:
        raise UsageError("--all exports the whole library; leave out the articles, or --all")
    if not everything and not names:
        raise UsageError(
            "No article to export", "Name an article, or use --all for the whole library; see `reader export --help`"
        )
    if force and output is None:
        raise UsageError("--force needs --output PATH")


def _check_targets(output: Path | None, choices: Mapping[str, Any]) -> None:
    """Raise UsageError if the output would replace a file that an option names."""
    files = [(row.flag, choices[row.name]) for row in OPTION_ROWS if row.is_file]
    for flag, path in (*files, ("--template", choices["template"])):
        if output is not None and path is not None and output.exists() and output.samefile(path):
            raise UsageError(f"--output and {flag} name the same file", "That file is only read: choose another --output")


def _choose_format(kind: str | None, output: Path | None) -> ExportFormat:
    if kind is not None:
        return FORMATS[kind]
    chosen = format_for(output) if output is not None else None
    if chosen is None:
        raise UsageError("No format", f"Use --format {'|'.join(FORMATS)}, or --output with the ending {list_suffixes()}")
    return chosen


def _read_template(path: Path, kind: str | None) -> ExportFormat:
    if kind is not None:
        raise UsageError("--template and --format exclude each other", "A template is a format of its own: leave out --format")
    from reader.exchange.template import template_format

    return template_format(path.name, _read_file(path))


def _run(job: ExportJob, output: Path | None, *, is_folder: bool, force: bool) -> None:
    if output is None:
        # As bytes: an export is UTF-8 with the line ends of its format in every locale.
        sys.stdout.buffer.writelines(job.write())
        sys.stdout.buffer.flush()
    elif is_folder:
        for _ in job.save_each(output, force=force):
            pass
    else:
        job.save(output, force=force)


def _print_summary(job: ExportJob, output: Path | None) -> None:
    """Print on standard error what was written, what was lost and what could not be read."""
    if output is not None:
        of_all = f"{job.annotation_count:,} of " if job.annotation_count != job.whole_count else ""
        articles = f" of {plural(job.article_count, 'article')}" if job.article_count != 1 else ""
        click.echo(f"{printable_line(str(output))}: {of_all}{plural(job.whole_count, 'annotation')}{articles}", err=True)
    losses = describe_losses(job.losses)
    if losses:
        click.echo(f"Left out: {', '.join(losses)}", err=True)
    for notice in job.notices:
        click.echo(printable_line(notice), err=True)
    for name, error in job.failures:
        click.echo(f"reader: {printable_line(name)} was left out: {printable_line(error.what)}", err=True)


def _explain(export_format: ExportFormat) -> None:
    click.echo(f"{export_format.title}: --format {export_format.name}, {export_format.suffix}, {export_format.media_type}")
    click.echo("A file holds one article." if export_format.is_single else "A file holds any number of articles.")
    if export_format.carries:
        click.echo(f"Carries: {export_format.carries}.")
    click.echo(f"Cannot carry: {'; '.join(loss.text for loss in export_format.cannot_carry) or 'nothing'}.")
    if export_format.remark:
        click.echo(export_format.remark)
    for row in OPTION_ROWS:
        if row.name in export_format.options:
            click.echo(f"{f'{row.flag} {row.metavar}'.strip()}: {row.help}")


# ------------------------------------------------------------------ articles and filters


def _list_articles(call: CliContext, library: Library, names: Iterable[str], *, everything: bool) -> Iterable[ExportArticle]:
    """Yield the articles to export. One that the library does not have fails only when it is loaded."""
    load = partial(_load_report, call, library)
    if everything:
        for entry in library.summaries():
            yield ExportArticle(entry.shown_title, entry.shown_title, entry.id, partial(load, entry.id))
        return
    for name in dict.fromkeys(names):
        title, article_id = Path(name).stem, ""
        if name != "-" and not os.path.lexists(name):
            try:
                entry = library.find(name)
            except ReaderError:
                pass  # `load` raises it again, to be named among the articles that were left out
            else:
                title, article_id = entry.name or entry.title, entry.id
        yield ExportArticle(name, title, article_id, partial(load, name))


def _load_report(call: CliContext, library: Library, name: str, annotation_filter: Filter | None) -> Report:
    article = resolve_article(name, library)
    session, _ = library.peek(article, call.settings.scale)
    call.set_language(session)
    call.look_up_health(session)
    return build_report(session, now(), call.settings.public_names, annotation_filter)


def _criteria_filter(call: CliContext, criteria: Criteria) -> Filter | None:
    """Return the filter for criteria, None if there are none. Raises UsageError for a verdict that the scale lacks."""
    ids = [*(verdict.id for verdict in call.settings.scale.verdicts), UNAVAILABLE]
    unknown = next((verdict for verdict in criteria.verdicts if verdict not in ids), None)
    if unknown is not None:
        raise UsageError(f'There is no verdict "{unknown}"', f"The verdicts are {', '.join(ids)}")
    return criteria.to_filter() if any(criteria) else None


# ------------------------------------------------------------------ reader report


@click.command("report", epilog="Example: `reader report article.md --open` shows the report in your browser.")
@article_argument
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a new file.")
@_force_option
@click.option("--open", "show", is_flag=True, help="Open the report in your browser.")
@_filter_options
@language_option
@library_option
@click.pass_context
def report_command(context: click.Context, name: str, output: Path | None, force: bool, show: bool, **choices: Any) -> None:
    """Write the review of an article as one web page to hand over, and print the name of its file.

    The page needs no network and no other file. It holds neither paths nor the name of your account; to have your name on it,
    set `creator` in the settings. Without --output the file is a new one in the folder of your caches, which only you can read.
    """
    if force and output is None:
        raise UsageError("--force needs --output FILE")
    call = cli_context(context)
    annotation_filter = _criteria_filter(call, _take_criteria(choices))
    with call.library() as library:
        report = _load_report(call, library, name, annotation_filter)
    path = _new_report_path(report.article.title) if output is None else output

    def load(_: Filter | None) -> Report:
        return report

    job = ExportJob(FORMATS["html"], ExportOptions(), [ExportArticle(name, "", "", load)])
    job.save(path, force=force)
    _print_summary(job, path)
    print_path(path)
    if show:
        import webbrowser

        if not webbrowser.open(path.resolve().as_uri()):
            raise ReaderError(
                f"No browser could be opened to show {path}", "Open the file yourself; the variable BROWSER names one"
            )


def _new_report_path(title: str) -> Path:
    """Return an unused path for a report in a folder of the caches that only its owner can read. Raises ReaderError."""
    from platformdirs import user_cache_path

    from reader.files import free_path

    folder = user_cache_path("claim-reader", appauthor=False) / "reports"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        what = f"Cannot create the folder {folder}: {error.strerror or error}"
        raise ReaderError(what, "Choose a file with --output FILE") from error
    return free_path(folder / f"{file_stem(title)}.html")
