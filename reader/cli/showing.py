"""`reader show`: an article and its review as plain text."""

from __future__ import annotations

import click

from reader.cli.call import find_article, library_option, the_call


@click.command(epilog="Example: `reader show article.md | less`")
@click.argument("name", metavar="ARTICLE")
@library_option
@click.pass_context
def show(context: click.Context, name: str) -> None:
    """Print an article, its annotations and its references as plain text.

    ARTICLE is a file, "-" for a pipe, or an id or title of the library. Claims are told in words after their paragraph.
    """
    from reader.exchange.gathering import report_of
    from reader.exchange.linear import to_linear
    from reader.review.model import now

    call = the_call(context)
    with call.library() as library:
        article = find_article(name, library)
        session, _ = library.peek(article, call.settings.scale)
    click.echo(to_linear(report_of(session.article, session, now())), nl=False)
