"""`reader source`: the texts behind the references of an article, attached, removed, listed and fetched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from reader.cli.call import find_article, library_option, network_option, piped, the_call
from reader.cli.naming import find_reference
from reader.errors import ReaderError, UsageError
from reader.review.supply import ABSTRACT, FULL

if TYPE_CHECKING:
    from reader.article.model import Article, Reference
    from reader.cli.supplying import Supplies
    from reader.formats.supplied import Supplied


@click.group(epilog="Example: `reader source add article.md 2 report.pdf` puts a file behind the reference [2].")
def source() -> None:
    """Attach, list and fetch the texts behind an article's references. The library keeps them."""


@source.command("add", epilog="Example: `curl … | reader source add article.md 2 -` takes what comes through a pipe.")
@click.argument("name", metavar="ARTICLE")
@click.argument("named", metavar="REFERENCE")
@click.argument("supply", metavar="[FILE]", default="")
@click.option("--only-abstract", "extent", flag_value=ABSTRACT, help="It is only an abstract.")
@click.option("--whole", "extent", flag_value=FULL, help="It is the whole text, though it looks like an abstract.")
@network_option
@library_option
@click.pass_context
def add(context: click.Context, name: str, named: str, supply: str, extent: str | None) -> None:
    """Put a text behind a reference. One that it had stays under the evidence that was taken from it.

    REFERENCE is its label, as `2` or `[2]`, or its id. FILE is a file, an address, which is fetched, or "-" for a pipe. Without
    FILE the text is taken that another article has of the same source; where the reference has one, only its extent is set.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library.
    """
    from reader.cli.supplying import Supplies

    call = the_call(context)
    if name == supply == "-":
        raise UsageError("one pipe cannot hold both the article and the source", "name a file for one of them")
    with call.library() as library:
        article = find_article(name, library, private=call.private)
        reference = find_reference(article, named)
        supplies = Supplies(library, article, call)
        if not supply:
            said = supplies.take(reference.id, extent or "")
        else:
            try:
                come = _read(supply, private=call.private)
            except ReaderError as error:
                raise _failed(supplies, reference, supply, error) from error
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
    from reader.cli.supplying import Supplies

    call = the_call(context)
    with call.library() as library:
        article = find_article(name, library)
        said = Supplies(library, article, call).remove(find_reference(article, named).id)
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
    from reader.cli.source_list import quoted, record_of, row_of

    with the_call(context).library() as library:
        article = find_article(name, library)
        review, _ = library.peek(article)
    evidence = quoted(review)
    if as_json:
        from reader.cli.printing import print_json

        print_json([record_of(review, reference, evidence.get(reference.id, 0)) for reference in article.references])
    elif article.references:
        from reader.cli.printing import print_table

        head = ("reference", "title", "state", "from", "when", "evidence", "note")
        print_table(head, [row_of(review, reference, evidence.get(reference.id, 0)) for reference in article.references])
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
    from reader.cli.source_fetch import Fetching
    from reader.cli.supplying import Supplies
    from reader.review.unsupplied import unsupplied

    call = the_call(context)
    with call.library() as library:
        article = find_article(name, library, private=call.private)
        supplies = Supplies(library, article, call)
        wanted = unsupplied(supplies.known(), _asked_for(article, named) or article.references)
        fetching = Fetching(supplies, private=call.private)
        fetching.run(wanted)
    click.echo(fetching.said if wanted else _nothing(named))
    if fetching.stopped:
        raise click.Abort
    if fetching.failed:
        context.exit(1)


# ---------------------------------------------------------------------- inside


def _read(supply: str, *, private: bool) -> Supplied:
    from reader.cli.watching import watched
    from reader.formats.supplied import of_pipe, supplied

    if supply == "-":
        return of_pipe(piped(supply) or b"")
    with watched(f"reading {supply}"):
        return supplied(supply, private=private)


def _failed(supplies: Supplies, reference: Reference, supply: str, error: ReaderError) -> ReaderError:
    """Return the error to end with. That an address could not be reached is noted; that there is no such file is not."""
    from reader.formats import is_address

    return supplies.fail([reference.id], supply, error) if is_address(supply) else error


def _asked_for(article: Article, named: Sequence[str]) -> list[Reference]:
    """Return the references that a person named. Raises ReaderError for one that says nowhere where its source is."""
    from reader.review.unsupplied import address_of

    references = list(dict.fromkeys(find_reference(article, one) for one in named))
    for reference in references:
        if not address_of(reference):
            what = f"[{reference.label}] names no address and no DOI"
            raise ReaderError(what, "`reader source add` puts a file behind it")
    return references


def _nothing(named: Sequence[str]) -> str:
    if named:
        return "Nothing to fetch: there is a text already; `reader source add` puts another in its place."
    return "Nothing to fetch: no reference without a text names an address or a DOI."
