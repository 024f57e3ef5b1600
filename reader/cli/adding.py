"""`reader add`: an article into the library, without opening it."""

from __future__ import annotations

import click

from reader.cli.call import library_option, network_option, read_named, the_call
from reader.printable import printable_line


@click.command(epilog="Example: `reader add https://example.org/story` fetches a page and keeps it")
@click.argument("name", metavar="FILE")
@network_option
@library_option
@click.pass_context
def add(context: click.Context, name: str) -> None:
    """Read an article, keep it in the library and print its id. What is there already gets the text as it is now.

    FILE is a file, an address, or "-" for a pipe. An address is fetched anew each time.
    """
    call = the_call(context)
    article = read_named(name, private=call.private)
    with call.library() as library:
        _, entry = library.session(article, call.settings.creator)
    click.echo(f"{entry.id}  {printable_line(article.title)}")
