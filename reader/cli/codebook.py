"""`reader codebook`: the tags of the library, their definitions and uses; changes of them everywhere; files of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reader.cli.context import cli_context, complete_tag, library_option, read_stdin
from reader.cli.output import json_option, print_json, print_table
from reader.errors import ReaderError, UsageError
from reader.printable import plural, printable_line

if TYPE_CHECKING:
    from reader.library.codebook_changes import CodebookEditor
    from reader.review.codebook import Codebook, CodebookPlan, CodebookRow

_FORMATS: Final = ("qdc", "csv")
_ARROW: Final = "→"
_MOST_LINES: Final = 20
"""The most names that are listed of a change before it is made."""

_tag_argument = click.argument("name", metavar="TAG", shell_complete=complete_tag)
_dry_option = click.option("--dry-run", is_flag=True, help="Only say what would change.")
_format_option = click.option(
    "--format", "kind", type=click.Choice(_FORMATS), help="The format. Default: that of the ending of FILE."
)


@click.group(
    "codebook",
    invoke_without_command=True,
    epilog="Example: `reader codebook --json | jq -r '.[] | select(.faults != []).name'` names the tags that need work.",
)
@json_option
@library_option
@click.pass_context
def codebook_command(context: click.Context, as_json: bool) -> None:
    """List the tags of the library with their definitions and uses, or change them everywhere with one of the commands.

    "uses" counts the annotations that bear a tag, "nested" those that bear it or a tag nested in it, "articles" the articles
    that bear it themselves. Each change is one step that `reader undo` takes back.
    """
    if context.invoked_subcommand is not None:
        return
    codebook = _open_codebook(context)
    faults: dict[str, list[str]] = {}
    for fault in codebook.faults():
        faults.setdefault(fault.name, []).append(fault.text)
    rows = codebook.rows()
    if as_json:
        print_json([_row_record(row, faults.get(row.tag.name, [])) for row in rows])
    elif rows:
        head = ("key", "tag", "uses", "nested", "articles", "definition")
        print_table(head, [_row_cells(codebook, row, faults.get(row.tag.name, [])) for row in rows])
    else:
        click.echo("The codebook has no tags yet. `reader codebook define TAG TEXT` makes one.")


def _open_codebook(context: click.Context) -> Codebook:
    from reader.library.codebook_changes import CodebookEditor

    with cli_context(context).library() as library:
        return CodebookEditor(library).codebook()


def _row_cells(codebook: Codebook, row: CodebookRow, faults: list[str]) -> tuple[str, ...]:
    tag = row.tag
    sign = f"{tag.symbol} " if tag.symbol else ""
    nested = str(row.nested_uses) if codebook.names_within(tag.name) else ""
    definition = "; ".join(filter(None, (" ".join(tag.definition.split()), *(f"! {text}" for text in faults))))
    articles = str(row.own_articles) if row.own_articles else ""
    return tag.digit, f"{'  ' * row.depth}{sign}{tag.name}", str(row.uses), nested, articles, definition


def _row_record(row: CodebookRow, faults: list[str]) -> dict[str, object]:
    tag = row.tag
    return {
        "name": tag.name,
        "definition": tag.definition,
        "colour": tag.colour,
        "symbol": tag.symbol,
        "key": tag.digit,
        "synonyms": list(tag.synonyms),
        "created": tag.created_at,
        "creator": tag.creator,
        "uses": row.uses,
        "nested_uses": row.nested_uses,
        "own_articles": row.own_articles,
        "has_record": row.has_record,
        "faults": faults,
    }


# ------------------------------------------------------------------ changes


def _change(context: click.Context, plan_change: Callable[[Codebook], CodebookPlan], *, dry_run: bool = False) -> None:
    """Plan a change, make it unless `dry_run`, and say what it does. Raises ReaderError when it cannot be made."""
    from reader.library.codebook_changes import CodebookEditor

    call = cli_context(context)
    with call.library() as library:
        editor = CodebookEditor(library, call.settings.creator)
        plan = plan_change(editor.codebook())
        _apply(editor, plan, dry_run=dry_run)
    _print_plan(plan, dry_run=dry_run)


def _apply(editor: CodebookEditor, plan: CodebookPlan, *, dry_run: bool) -> None:
    if plan.problem:
        raise ReaderError(plan.problem, "`reader codebook` lists the tags")
    if not dry_run:
        editor.apply(plan)


def _print_plan(plan: CodebookPlan, *, dry_run: bool) -> None:
    is_empty = not plan.edits and not plan.uses and not plan.articles
    start = "Nothing changes: " if is_empty else "Would " if dry_run else "Done: "
    click.echo(f"{start}{printable_line(plan.label)}")
    names = list(plan.renames.items())
    for old, new in names[:_MOST_LINES] if len(names) > 1 else ():
        click.echo(printable_line(f"  #{old} {_ARROW} " + ("taken off" if new is None else f"#{new}")))
    if len(names) > _MOST_LINES:
        click.echo(f"  and {len(names) - _MOST_LINES:,} more")
    if plan.articles:
        both = f"; {plan.both:,} of them bore both, and count once" if plan.both else ""
        click.echo(f"  {plural(plan.uses, 'annotation')} in {plural(plan.articles, 'article')}{both}")
    for effect in plan.effects:
        click.echo(f"  {printable_line(effect)}")


@codebook_command.command(
    "rename", short_help="Rename a tag everywhere.", epilog="Example: `reader codebook rename percentages numbers/per-cent`"
)
@_tag_argument
@click.argument("new", metavar="NAME")
@click.option("--keep-synonym", is_flag=True, help="Let the old name stand for the tag when it is typed.")
@_dry_option
@library_option
@click.pass_context
def rename_tag_command(context: click.Context, name: str, new: str, keep_synonym: bool, dry_run: bool) -> None:
    """Rename a tag everywhere, and with it those nested in it."""
    _change(context, lambda book: book.rename(book.resolve(name), new, keep_synonym=keep_synonym), dry_run=dry_run)


@codebook_command.command(
    "merge",
    short_help="Merge a tag into another one.",
    epilog="Example: `reader codebook merge percentages numbers/per-cent --dry-run`",
)
@_tag_argument
@click.argument("into", metavar="INTO", shell_complete=complete_tag)
@click.option("--take-definition", is_flag=True, help="Let INTO have the definition of TAG instead of its own.")
@click.option("--drop-name", is_flag=True, help="Do not let the old name stand for INTO when it is typed.")
@_dry_option
@library_option
@click.pass_context
def merge_tags_command(
    context: click.Context, name: str, into: str, take_definition: bool, drop_name: bool, dry_run: bool
) -> None:
    """Merge the tag TAG into INTO: what bore TAG bears INTO then. Tags nested in TAG move along."""

    def plan_merge(book: Codebook) -> CodebookPlan:
        one, target = book.resolve(name), book.resolve(into)
        return book.merge(one, target, definition_of=one if take_definition else "", keep_synonym=not drop_name)

    _change(context, plan_merge, dry_run=dry_run)


@codebook_command.command(
    "move", short_help="Nest a tag in another one.", epilog="Example: `reader codebook move wells water` makes it water/wells."
)
@_tag_argument
@click.argument("under", metavar="[UNDER]", default="", shell_complete=complete_tag)
@_dry_option
@library_option
@click.pass_context
def move_tag_command(context: click.Context, name: str, under: str, dry_run: bool) -> None:
    """Nest a tag, with those nested in it, in the tag UNDER; without UNDER, in none."""
    _change(context, lambda book: book.move(book.resolve(name), book.resolve(under) if under else ""), dry_run=dry_run)


@codebook_command.command(
    "delete", short_help="Delete a tag everywhere.", epilog="Example: `reader codebook delete drafts --with-nested --dry-run`"
)
@_tag_argument
@click.option("--with-nested", is_flag=True, help="Delete the tags nested in it too.")
@_dry_option
@library_option
@click.pass_context
def delete_tag_command(context: click.Context, name: str, with_nested: bool, dry_run: bool) -> None:
    """Delete a tag, and take it off all annotations and articles, which stay. Tags nested in it stay too."""
    _change(context, lambda book: book.delete(book.resolve(name), with_nested=with_nested), dry_run=dry_run)


@codebook_command.command(
    "define",
    short_help="Define a tag, or add one.",
    epilog="Example: `reader codebook define numbers/per-cent 'A share in per cent.'`",
)
@_tag_argument
@click.argument("text", metavar="TEXT")
@_dry_option
@library_option
@click.pass_context
def define_tag_command(context: click.Context, name: str, text: str, dry_run: bool) -> None:
    """Define a tag; a new one is added. An empty TEXT takes the definition away."""
    by = cli_context(context).settings.creator

    def plan_definition(book: Codebook) -> CodebookPlan:
        target = book.resolve(name)
        return book.define(target, text) if book.row(target) is not None else book.add(name, text, by)

    _change(context, plan_definition, dry_run=dry_run)


# ------------------------------------------------------------------ files


@codebook_command.command(
    "export",
    short_help="Write the codebook to a file.",
    epilog="Example: `reader codebook export team.qdc` for NVivo, MAXQDA, ATLAS.ti, QualCoder and others.",
)
@click.argument("file", metavar="FILE")
@_format_option
@click.option("--force", is_flag=True, help="Replace an existing file.")
@library_option
@click.pass_context
def export_codebook_command(context: click.Context, file: str, kind: str | None, force: bool) -> None:
    """Write the codebook to FILE, or with "-" to standard output: REFI-QDA's codebook (.qdc), or CSV.

    CSV has all of a tag but who made it and when. What .qdc cannot carry is said.
    """
    from reader.exchange.codebook_file import describe_codebook_losses, write_codebook
    from reader.exchange.save import save_export

    kind = _choose_format(kind, file)
    codebook = _open_codebook(context)
    if not codebook.rows():
        raise ReaderError("The codebook has no tags to write", "Tag something, or `reader codebook define TAG TEXT`")
    data = write_codebook(codebook, kind)
    if file == "-":
        # As bytes: the file is UTF-8 in every locale.
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        save_export(Path(file), data, force)
        click.echo(f"{printable_line(file)}: {plural(len(codebook.rows()), 'tag')}", err=True)
    if losses := describe_codebook_losses(codebook, kind):
        click.echo(f"Left out: {', '.join(losses)}; CSV carries them", err=True)


@codebook_command.command(
    "import", short_help="Take over the tags in a file.", epilog="Example: `reader codebook import team.qdc --dry-run`"
)
@click.argument("file", metavar="FILE")
@_format_option
@_dry_option
@library_option
@click.pass_context
def import_codebook_command(context: click.Context, file: str, kind: str | None, dry_run: bool) -> None:
    """Add the tags in FILE, or with "-" in standard input, to the codebook, and take over the definitions; delete none.

    From CSV, the colours, symbols, keys and synonyms of tags that are there already are taken over too; the columns are name,
    definition, colour, symbol, key and synonyms, of which only name is needed. What cannot be taken over is said.
    """
    from reader.exchange.codebook_file import read_codebook

    kind = _choose_format(kind, file)
    content = read_codebook(_read_bytes(file), kind)
    by, label = cli_context(context).settings.creator, f"import {'standard input' if file == '-' else Path(file).name}"
    for remark in content.remarks:
        click.echo(f"reader: {printable_line(remark)}", err=True)
    _change(context, lambda book: book.update(label, content.tags, by, has_looks=content.has_looks), dry_run=dry_run)


def _choose_format(kind: str | None, file: str) -> str:
    """Return the format of a file. Raises UsageError when neither the option nor its ending says it."""
    kind = kind or next((one for one in _FORMATS if file.casefold().endswith(f".{one}")), None)
    if kind is None:
        raise UsageError("No format", "Use --format qdc or csv, or a FILE with that ending")
    return kind


def _read_bytes(file: str) -> bytes:
    from reader.files import read_document

    try:
        data = read_stdin(file)
        return read_document(file) if data is None else data
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ReaderError(f"Cannot read {file}: {reason}", "Choose another file") from error
