"""The command `reader` itself: its own options, its commands, and what a bare file name means."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from reader import __version__
from reader.cli.context import library_option, network_option

_COMMANDS: Final = {
    "add": ("reader.cli.articles", "add", "Keep an article in the library."),
    "annotate": ("reader.cli.annotate", "annotate", "Add an annotation by its quote."),
    "audit": ("reader.cli.review", "audit", "List what does not fit with the references."),
    "diff": ("reader.cli.diff", "diff", "Show how an article has changed."),
    "doctor": ("reader.cli.care", "doctor", "Look the library over; change nothing."),
    "editions": ("reader.cli.articles", "editions", "List the texts an article was opened with."),
    "export": ("reader.cli.review", "export", "Write the review as Markdown, CSV or JSON Lines."),
    "history": ("reader.cli.history", "history", "List what was done, the latest first."),
    "list": ("reader.cli.articles", "list_articles", "List the articles of the library."),
    "merge": ("reader.cli.care", "merge", "Take another library into this one."),
    "open": ("reader.cli.open", "open_article", "Open an article on the reading screen."),
    "parse": ("reader.cli.parse", "parse", "Show what was understood of a document."),
    "purge": ("reader.cli.care", "purge", "Remove what is needed no more."),
    "redo": ("reader.cli.history", "redo", "Do again what was undone last."),
    "repair": ("reader.cli.care", "repair", "Make the best of a damaged library."),
    "show": ("reader.cli.articles", "show", "Print article and annotations as plain text."),
    "source": ("reader.cli.sources", "source", "Attach, list and fetch what references rest on."),
    "undo": ("reader.cli.history", "undo", "Take the last change back."),
}


class _Reader(click.Group):
    """Commands that are imported when they are called; a first word that is none of them is a file to open."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        module, name, _ = _COMMANDS[cmd_name]
        return getattr(import_module(module), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(command, about) for command, (_, _, about) in _COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of the first word; `open`, with the word itself, when there is none of that name."""
        word = args[0]
        if word in _COMMANDS or (word.startswith("-") and word != "-"):
            return super().resolve_command(ctx, args)
        return "open", self.get_command(ctx, "open"), args


@click.group(
    cls=_Reader,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    subcommand_metavar="[FILE | COMMAND ...]",
    epilog="Examples: `reader article.md` opens an article, `curl … | reader -` one from a pipe, `reader` your library.",
)
@library_option
@network_option
@click.version_option(__version__, "-V", "--version", prog_name="reader", message="%(prog)s %(version)s")
@click.pass_context
def group(context: click.Context) -> None:
    """Read an article beside its references: mark its claims, judge what they rest on, tag, note, export.

    With FILE ("-" for a pipe), open it on the reading screen; without, open the library. A file that is called like a
    command is opened by `reader open FILE`.
    """
    if context.invoked_subcommand is None:
        from reader.cli.open import open_screen

        open_screen(context, None)
