"""`reader check` and `reader audit`: what does not add up, for scripts and for people."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reader.cli.context import (
    article_argument,
    cli_context,
    complete_article,
    language_option,
    library_option,
    network_option,
    read_input,
    resolve_article,
)
from reader.cli.crash import crash_error, system_error
from reader.cli.output import json_option, print_json, print_table
from reader.cli.progress import show_count
from reader.errors import ReaderError, UsageError
from reader.printable import plural, printable_line
from reader.review.rules import COMPLETE_CODES, FAULT_CODES, RULES, SETTLED_CODES, Rule

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.file_places import FilePlaces
    from reader.cli.context import CliContext
    from reader.exchange.check import CheckedArticle, CheckFailure, CheckResult
    from reader.exchange.report import Report
    from reader.library import Library
    from reader.review.model import Dismissal

# ------------------------------------------------------------------ reader check

_REQUIREMENTS: Final = {"no-findings": FAULT_CODES, "settled": SETTLED_CODES, "complete": COMPLETE_CODES}


class _CheckCommand(click.Command):
    """A command whose help lists the codes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the codes, then the example."""
        with formatter.section("Codes"):
            formatter.write_dl([(f"{rule.code} {rule.level}", rule.summary) for rule in RULES.values()])
        super().format_epilog(ctx, formatter)


def _parse_prefixes(context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> frozenset[str]:
    """Return the codes that begin with one of the comma-separated prefixes. Raises UsageError for a prefix of none."""
    codes: set[str] = set()
    for prefix in (part.strip().upper() for value in values for part in value.split(",")):
        matches = {code for code in RULES if prefix and code.startswith(prefix)}
        if not matches:
            groups = ", ".join(dict.fromkeys(code[:3] for code in RULES))
            raise UsageError(
                f'No code begins with "{prefix}"', f"The groups are {groups}; `reader check --help` lists the codes"
            )
        codes |= matches
    return frozenset(codes)


def _explain(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    """Print the rules whose code begins with a prefix, and end the command."""
    if value is not None:
        codes = _parse_prefixes(context, parameter, [value])
        click.echo("\n\n".join(_describe_rule(RULES[code]) for code in sorted(codes)))
        context.exit()


@click.command(
    "check",
    cls=_CheckCommand,
    epilog="Examples: `reader check essays/*.docx`, `reader check thesis.md --require complete`, "
    "`reader check paper.md --format sarif --output paper.sarif`",
)
@click.argument("names", metavar="ARTICLE...", nargs=-1, required=True, shell_complete=complete_article)
@click.option(
    "--require",
    "requirements",
    multiple=True,
    type=click.Choice(list(_REQUIREMENTS)),
    help="What must hold: no findings (the default), pairs that are settled, or a complete review. Can be repeated.",
)
@click.option(
    "--select",
    "selected",
    multiple=True,
    metavar="CODES",
    callback=_parse_prefixes,
    help="Check these codes instead of the default ones: codes or their beginnings, with commas between.",
)
@click.option("--ignore", "ignored", multiple=True, metavar="CODES", callback=_parse_prefixes, help="Leave these codes out.")
@click.option(
    "--format", "kind", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True, help="The format."
)
@click.option("--no-reasons", is_flag=True, help="Leave out of SARIF why people dismissed findings.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a new file.")
@click.option("--force", is_flag=True, help="Let --output replace an existing file.")
@click.option(
    "--explain", metavar="CODES", is_eager=True, expose_value=False, callback=_explain, help="Explain codes with examples."
)
@language_option
@network_option
@library_option
@click.pass_context
def check_command(
    context: click.Context,
    names: tuple[str, ...],
    requirements: tuple[str, ...],
    selected: frozenset[str],
    ignored: frozenset[str],
    kind: str,
    no_reasons: bool,
    output: Path | None,
    force: bool,
) -> None:
    """Check articles, one by one, and list what is found by code and place.

    ARTICLE is a file, "-" for standard input, an address, or the id or title of an article in the library. Without --require
    and --select, the codes CR0 to CR3 are checked, and of CR6 all but the notes: what the audit finds, apart from sentences
    that cite nothing and sources that carry much. --require and --select add up. The library is read for annotations, sources
    and dismissed findings, and never written.

    The exit code is 0 if nothing was found, 1 if something was, 2 if an article could not be checked. Dismissed findings do not
    count.
    """
    if force and output is None:
        raise UsageError("--force needs --output FILE")
    if no_reasons and kind != "sarif":
        raise UsageError("--no-reasons needs --format sarif")
    required = frozenset[str]().union(*(_REQUIREMENTS[name] for name in requirements))
    codes = (required | selected or FAULT_CODES) - ignored
    if not codes:
        raise UsageError("--ignore leaves no code to check", "Ignore fewer codes, or --select others")
    names = _unique_names(names)
    tally = _Tally()
    is_shown = output is None and sys.stdout.isatty()
    try:
        with show_count("Checking", 0 if is_shown else len(names)) as show:
            checks = tally.count(_check_articles(cli_context(context), names, codes, output), show)
            _write(_render(kind, checks, tally, reasons=not no_reasons), output, force, is_text=kind == "text")
    except BrokenPipeError:
        raise  # the program that reads the output has ended
    except Exception as error:  # exit code 1 would say that something was found
        expected = error if isinstance(error, ReaderError) else system_error(error) or crash_error(error)
        raise UsageError(expected.what, expected.hint) from error
    if output is not None:
        click.echo(tally.summary(), err=True)
    for line in tally.messages:
        click.echo(f"reader: {printable_line(line)}", err=True)
    context.exit(tally.exit_code)


def _unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return each name once, and each file by the first of its names."""
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(os.path.abspath(name) if os.path.lexists(name) else name, name)
    return tuple(unique.values())


def _check_articles(
    call: CliContext, names: Iterable[str], codes: frozenset[str], output: Path | None
) -> Iterator[CheckedArticle | CheckFailure]:
    """Yield the check of each article. Raises UsageError if the output would replace one of them."""
    from reader.exchange.batch import is_same_file
    from reader.exchange.check import CheckFailure, check_report

    library = _open_unchanged(call)
    for name in names:
        source = name
        try:
            check = check_report(_report_on(call, name, library), codes)
            source = check.article.source
        except Exception as error:  # the other articles are still checked
            expected = error if isinstance(error, ReaderError) else crash_error(error)
            check = CheckFailure(name, expected.what, expected.hint)
        if output is not None and is_same_file(output, source):
            raise UsageError(f"{output} is the file of the article {name}; nothing was written", "Choose another --output")
        yield check


def _open_unchanged(call: CliContext) -> Library | None:
    """Open the library for reading, None if there is none yet: only closing or changing it would write to its folder."""
    from reader.library import Library

    folder = call.settings.library
    if not folder.is_dir():
        return None
    library = Library(folder)
    for warning in library.warnings():
        click.echo(f"reader: {printable_line(warning)}", err=True)
    return library


def _report_on(call: CliContext, name: str, library: Library | None) -> Report:
    from reader.exchange.report import build_report
    from reader.review.model import now
    from reader.review.session import ReviewSession

    if library is None:
        session = ReviewSession(read_input(name, private=call.private), "", scale=call.settings.scale)
    else:
        session, _ = library.peek(resolve_article(name, library, private=call.private), call.settings.scale)
    call.set_language(session)
    call.look_up_health(session)
    return build_report(session, now())


class _Tally:
    """The counts of a check."""

    def __init__(self) -> None:
        self.articles = 0
        self.articles_with_results = 0
        self.results = 0
        self.dismissed = 0
        self.failures = 0
        self.messages: list[str] = []

    def count(
        self, checks: Iterable[CheckedArticle | CheckFailure], show: Callable[[int], None]
    ) -> Iterator[CheckedArticle | CheckFailure]:
        """Count checks as they pass, and keep what to tell about articles; `show` gets the number of those that are done."""
        from reader.exchange.check import CheckFailure

        for done, check in enumerate(checks, 1):
            show(done)
            if isinstance(check, CheckFailure):
                self.failures += 1
                self.messages.append(f"{check.name}: {check.what}{f' ({check.hint})' if check.hint else ''}")
            else:
                self.messages += (f"{check.name}: {notice}" for notice in check.article.notices)
                self.articles += 1
                self.articles_with_results += bool(check.active_results)
                self.results += len(check.active_results)
                self.dismissed += len(check.results) - len(check.active_results)
            yield check

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return 2 if self.failures else 1 if self.results else 0

    def summary(self) -> str:
        """Return the counts in a line: "3 findings in 2 of 40 articles. 1 dismissed."."""
        articles = plural(self.articles, "article")
        found = f"{plural(self.results, 'finding')} in {self.articles_with_results:,} of {articles}."
        parts = (
            *((found if self.results else f"No findings in {articles}.",) if self.articles else ()),
            *((f"{self.dismissed:,} dismissed.",) if self.dismissed else ()),
            *((f"{plural(self.failures, 'article')} could not be checked.",) if self.failures else ()),
        )
        return " ".join(parts)


# ------------------------------------------------------------------ output


def _render(kind: str, checks: Iterable[CheckedArticle | CheckFailure], tally: _Tally, *, reasons: bool) -> Iterator[bytes]:
    if kind == "text":
        return _text_lines(checks, tally)
    if kind == "json":
        return _json_lines(checks, tally)
    from reader.exchange.sarif import write_sarif_log

    return write_sarif_log(checks, reasons=reasons, exit_code=lambda: tally.exit_code, folder=Path.cwd())


def _text_lines(checks: Iterable[CheckedArticle | CheckFailure], tally: _Tally) -> Iterator[bytes]:
    """Yield a line for each result, as compilers write it; results without a place are at the beginning of the file."""
    from reader.article.file_places import FilePlaces
    from reader.exchange.check import CheckFailure

    for check in checks:
        if isinstance(check, CheckFailure):
            continue
        places = FilePlaces(check.article.text)
        for result in check.active_results:
            region = places.region(result.where) if result.where else None
            line, column = (region.start_line, region.start_column) if region else (1, 1)
            text = f"{check.name}:{line}:{column}: {result.rule.code} {result.message}"
            yield f"{printable_line(text)}\n".encode("utf-8", "replace")
    yield f"{tally.summary()}\n".encode()


def _json_lines(checks: Iterable[CheckedArticle | CheckFailure], tally: _Tally) -> Iterator[bytes]:
    """Yield an object with `articles`, `failures` and `exit_code`, in ASCII; an article is one line."""
    import json

    from reader.article.file_places import FilePlaces
    from reader.exchange.check import CheckFailure

    failures: list[object] = []
    yield b'{"articles": ['
    separator = ""
    for check in checks:
        if isinstance(check, CheckFailure):
            failures.append({"article": check.name, "message": check.what, "hint": check.hint})
            continue
        article, places = check.article, FilePlaces(check.article.text)
        record = {
            "article": check.name,
            "title": article.title,
            "format": article.format,
            "dismissed": len(check.results) - len(check.active_results),
            "results": [_result_record(article, places, result) for result in check.active_results],
        }
        yield f"{separator}\n{json.dumps(record)}".encode()
        separator = ","
    yield f'\n],\n"failures": {json.dumps(failures)},\n"exit_code": {tally.exit_code}}}\n'.encode()


def _write(parts: Iterable[bytes], output: Path | None, force: bool, *, is_text: bool) -> None:
    if output is not None:
        from reader.exchange.save import save_export

        save_export(output, parts, force)
        return
    if is_text:
        for part in parts:
            click.echo(part.decode("utf-8"), nl=False)
        return
    # As bytes: SARIF is UTF-8 in every locale.
    sys.stdout.buffer.writelines(parts)
    sys.stdout.buffer.flush()


def _result_record(article: Article, places: FilePlaces, result: CheckResult) -> dict[str, object]:
    """Return a result as JSON values: offsets in the article's text, lines and columns from 1."""
    where = result.where
    region = places.region(where) if where else None
    return {
        "code": result.rule.code,
        "name": result.rule.name,
        "level": result.rule.level,
        "kind": result.rule.kind,
        "start": where.start if where else None,
        "end": where.end if where else None,
        "line": region.start_line if region else None,
        "column": region.start_column if region else None,
        "end_line": region.end_line if region else None,
        "end_column": region.end_column if region else None,
        "reference": result.reference or None,
        "label": article.label_of(result.reference) or None,
        "text": result.message,
        "also": [{"start": place.start, "end": place.end} for place in result.also],
        "key": result.key,
    }


def _describe_rule(rule: Rule) -> str:
    """Return a rule with its examples, as plain text."""
    lines = [f"{rule.code} {rule.name} ({rule.level})", rule.summary, f"To mend: {rule.mend}"]
    for title, example in (("Example", rule.failing), ("Mended", rule.mended)):
        lines += ["", f"{title}:", "", *(f"    {line}".rstrip() for line in example.lines())]
    return "\n".join(lines)


# ------------------------------------------------------------------ reader audit


@click.command("audit", epilog="Example: `reader audit draft.md --all` also lists what was dismissed.")
@article_argument
@json_option
@click.option(
    "--strict",
    is_flag=True,
    help="End with exit code 1 when there is a finding that is not dismissed, apart from sentences that cite nothing.",
)
@click.option("--all", "everything", is_flag=True, help="Also list dismissed findings.")
@language_option
@library_option
@click.pass_context
def audit_command(context: click.Context, name: str, as_json: bool, strict: bool, everything: bool) -> None:
    """List what does not add up between an article and its references, and between a review and its sources.

    References that are never cited, and the sentences they would fit; citations that point nowhere, that fit several
    references, or whose name or year differs from the reference; references that repeat another one, have no link, or say
    "(n.d.)" although they contain a date; malformed DOIs and addresses; years in the future; sentences that cite nothing, at
    most ten of them without claims. Of the sources in the library: retractions and corrections, records that do not exist or
    differ, addresses that lead nowhere, quotations that are not in the source, numbers that differ by unit or scale, passages
    and sources that carry much.

    Claims in the library are taken into account. Dismissed findings are left out; JSON includes them, with the reason. Its
    offsets are code points of the article's text, as those of `parse --json`. For scripts, `reader check` lists the same
    findings of many articles by code.
    """
    from reader.article.file_places import FilePlaces
    from reader.exchange.check import finding_result

    call = cli_context(context)
    with call.library() as library:
        report = _report_on(call, name, library)
    article, places = report.article, FilePlaces(report.article.text)
    results = [finding_result(row) for row in report.findings]
    active = [result for result in results if result.dismissal is None]
    dismissed = [result for result in results if result.dismissal is not None]
    row = partial(_audit_row, article, places)
    if as_json:
        print_json([_result_record(article, places, one) | {"dismissed": _dismissal_record(one.dismissal)} for one in results])
    elif everything and results:
        rows = [(*row(one), _dismissal_text(one.dismissal)) for one in (*active, *dismissed)]
        print_table(("finding", "line", "reference", "what", "dismissed"), rows)
    elif active:
        print_table(("finding", "line", "reference", "what"), [row(one) for one in active])
    else:
        click.echo("No findings.")
    if dismissed and not everything and not as_json:
        click.echo(f"{len(dismissed)} dismissed: --all lists {'them' if len(dismissed) > 1 else 'it'}.")
    if strict and any(result.rule.code in FAULT_CODES for result in active):
        context.exit(1)


def _audit_row(article: Article, places: FilePlaces, result: CheckResult) -> tuple[str, ...]:
    line = str(places.region(result.where).start_line) if result.where else ""
    return result.rule.kind, line, article.label_of(result.reference), result.message


def _dismissal_record(dismissal: Dismissal | None) -> dict[str, str] | None:
    return {"reason": dismissal.reason, "by": dismissal.by, "at": dismissal.at} if dismissal else None


def _dismissal_text(dismissal: Dismissal | None) -> str:
    return "" if dismissal is None else dismissal.reason or "yes"
