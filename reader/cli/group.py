"""The command `reader` itself: its own options, its commands, and what a bare file name means."""

from __future__ import annotations

import click

from reader import __version__
from reader.cli.annotating import annotate
from reader.cli.auditing import audit
from reader.cli.call import library_option
from reader.cli.exporting import export
from reader.cli.listing import list_articles
from reader.cli.opening import open_article, open_screen
from reader.cli.showing import show


class _FileOrCommand(click.Group):
    """A group that takes a first word which is no command for a file to open."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of the first word; `open`, with the word itself, when there is none of that name."""
        word = args[0]
        if word in self.commands or (word.startswith("-") and word != "-"):
            return super().resolve_command(ctx, args)
        return "open", open_article, args


@click.group(
    cls=_FileOrCommand,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    subcommand_metavar="[FILE | COMMAND ...]",
    epilog="Examples: `reader article.md` opens an article, `curl … | reader -` one from a pipe, `reader` your library.",
)
@library_option
@click.version_option(__version__, "-V", "--version", prog_name="reader", message="%(prog)s %(version)s")
@click.pass_context
def group(context: click.Context) -> None:
    """Read an article beside its references: mark its claims, judge what they rest on, tag, note, export.

    With FILE ("-" for a pipe), open it on the reading screen; without, open the library. A file that is called like a
    command is opened by `reader open FILE`.
    """
    if context.invoked_subcommand is None:
        open_screen(context, None)


for _command in (open_article, list_articles, show, annotate, export, audit):
    group.add_command(_command)
