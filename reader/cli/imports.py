"""`reader import`: take annotations that were made elsewhere into the review of an article."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import click

from reader.cli.context import CliContext, cli_context, complete_article, library_option, open_stdin, resolve_article
from reader.cli.progress import show_progress
from reader.errors import ReaderError, UsageError
from reader.files import max_document_size
from reader.formats.budget import format_size
from reader.imports import (
    IMPORT_FORMATS,
    ImportFile,
    ImportSource,
    ReferenceListError,
    open_import,
    open_import_file,
    read_annotations,
)
from reader.printable import printable_line
from reader.review.completeness import review_counts
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.imports import ReadFile
    from reader.imports.plan import ImportPlan
    from reader.library import Library


_SQLITE: Final = b"SQLite format 3\0"
_LARGEST_STDIN: Final = 20
"""Standard input may be this many times the size that a document may have."""
_PIECE: Final = 1 << 20


@click.command("import", epilog="Example: `reader import annotations.json --article essay.md --dry-run`")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option(
    "--article",
    "name",
    required=True,
    metavar="ARTICLE",
    shell_complete=complete_article,
    help="The article: a file, an address, or the id or title of one in the library.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(IMPORT_FORMATS)),
    help="The format of FILE. Default: it is recognized by its content.",
)
@click.option(
    "--kind",
    "mark_kind",
    type=click.Choice(ANNOTATION_KINDS),
    default=CLAIM,
    show_default=True,
    help="The kind of annotations for which FILE has none.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would come in.")
@library_option
@click.pass_context
def import_command(context: click.Context, file: str, name: str, kind: str | None, mark_kind: str, dry_run: bool) -> None:
    """Take the annotations in FILE, or with "-" in standard input, into the review of an article.

    Places are found anew where the text differs. What came in before is left as it is, so importing twice adds nothing. All of
    it is one step that `reader undo` takes back.

    Of a bibliography (BibTeX, RIS, CSL-JSON), the files that its entries name become the sources of the references that they
    surely are, as with `reader source add --from FILE --yes`.
    """
    from reader.imports.plan import plan_import
    from reader.imports.summary import describe_plan

    if file == name == "-":
        raise UsageError("FILE and ARTICLE cannot both be standard input", "Save one of them to a file")
    call = cli_context(context)
    source = _open(context, file, kind or "")
    if source is None:
        context.exit(_take_references(call, file, name, dry_run=dry_run))
    with call.library() as library, show_progress(f"Importing {source.name}"):
        article = resolve_article(name, library)
        session, entry = library.peek(article, call.settings.scale)
        read = read_annotations(source, session.index.article, session.article_id)
        # An article becomes a part of the library only when something comes in: a plan raises what speaks against it.
        plan = plan_import(session, read, mark_kind) if dry_run or entry is None else None
        article_id = session.article_id
        if plan is None or not dry_run:
            plan, article_id = _take_in(call, library, article, read, mark_kind)
        notes = tuple(_notes_on(library, article_id)) if plan.items else ()
    for line in (*describe_plan(plan, is_done=not dry_run), *notes):
        click.echo(printable_line(line))


def _notes_on(library: Library, article_id: str) -> Iterator[str]:
    """Yield what a person should know of where annotations come in: an article that is put away, or that others have too."""
    summary = next((one for one in library.summaries(with_removed=True) if one.id == article_id), None)
    if summary is None:
        return
    if summary.is_archived:
        yield f"“{summary.shown_title}” is archived: `reader list --archived` lists it"
    if any(one.id == summary.id for one in library.shared_articles.articles()):
        yield f"“{summary.shown_title}” is shared with a team: the next `reader team sync` or an open window sends this"


def _open(context: click.Context, file: str, kind: str) -> ImportFile | None:
    """Recognize the file or standard input; return None for a file that lists references."""
    if file == "-":
        recognized = open_import("Standard input", ImportSource(context.with_resource(_save_stdin())), kind)
        if recognized.source.head(len(_SQLITE)) == _SQLITE:
            raise ReaderError("A database cannot come from standard input: its newest data lie beside it", "Name its file")
        return recognized
    try:
        return open_import_file(file, kind)
    except ReferenceListError:
        return None


@contextmanager
def _save_stdin() -> Generator[Path]:
    """Keep standard input in a file until the context ends: it may be large, and has to be read twice."""
    with TemporaryDirectory(prefix="claim-reader-") as folder:
        path = Path(folder) / "input"
        limit = _LARGEST_STDIN * max_document_size()
        with open_stdin() as stream, path.open("xb") as file:
            while piece := stream.read(_PIECE):
                if file.tell() + len(piece) > limit:
                    raise ReaderError(
                        f"Standard input holds more than {format_size(limit)}, or never ends",
                        "Save it to a file and name the file: that has no limit",
                    )
                file.write(piece)
        yield path


def _take_references(call: CliContext, file: str, name: str, *, dry_run: bool) -> int:
    """Attach the files that a bibliography names to the references of an article, and return the exit code."""
    from reader.cli.source_intake import IntakeOptions, attach_from_place
    from reader.cli.sources import ArticleSources

    with call.library() as library:
        article = resolve_article(name, library)
        sources = ArticleSources(library, article, call)
        return attach_from_place(sources, library, article, file, IntakeOptions(yes=True, dry_run=dry_run))


def _take_in(call: CliContext, library: Library, article: Article, file: ReadFile, kind: str) -> tuple[ImportPlan, str]:
    """Plan an import into the review of an article in the library, make it, and return it with the article's id."""
    from reader.imports.plan import plan_import

    session, entry = library.session(article, call.settings.creator, call.settings.scale)
    plan = plan_import(session, file, kind)
    if plan.items:
        session.listen(lambda change: library.save(entry.id, change))
        session.add_all(plan.items, f"import {file.name}")
        call.look_up_health(session)
        library.save_counts(entry.id, review_counts(session.index, date.today().year), call.settings.scale)
    return plan, entry.id
