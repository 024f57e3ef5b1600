"""The command `reader` itself: its options, its commands, and what a bare file name means."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

from reader import __version__
from reader.cli.context import library_option, network_option
from reader.cli.interrupts import end_on_interrupt

COMPLETION_VARIABLE: Final = "_READER_COMPLETE"
"""The environment variable in which a shell asks for completions; click derives its name from the command's."""
_COMMANDS: Final = {
    "add": ("articles", "Add an article to the library."),
    "agreement": ("agreement", "Say how far two readers agree."),
    "annotate": ("annotate", "Annotate a quote."),
    "audit": ("check", "List what does not add up between text and references."),
    "check": ("check", "Check articles by code, for scripts."),
    "codebook": ("codebook", "List, define and change the tags."),
    "completion": ("completion", "Let Tab complete in your shell."),
    "diff": ("diff", "Show how an article has changed."),
    "doctor": ("care", "Check the library; change nothing."),
    "editions": ("articles", "List the editions of an article."),
    "export": ("export", "Export the reviews of articles."),
    "history": ("history", "List the changes, latest first."),
    "import": ("imports", "Import annotations from elsewhere."),
    "list": ("articles", "List the articles of the library."),
    "merge": ("care", "Merge another library into this one."),
    "open": ("open", "Open an article on the reading screen."),
    "parse": ("parse", "Show what is recognised in a document."),
    "purge": ("care", "Delete files that are no longer needed."),
    "redo": ("history", "Redo the last undone change."),
    "repair": ("care", "Repair a damaged library."),
    "report": ("export", "Write the review as one web page."),
    "retractions": ("retractions", "Take in a list of retracted works."),
    "search": ("search", "Search everything in the library."),
    "serve": ("serve", "Use the program in a browser."),
    "settings": ("settings", "List, check and edit the settings."),
    "show": ("articles", "Print an article and its review as plain text."),
    "source": ("sources", "Attach, list and fetch sources."),
    "stats": ("stats", "Show the reviews of the library in numbers."),
    "team": ("team", "Share articles with a team."),
    "undo": ("history", "Undo the last change."),
}
"""The module of each command, in which it is called `<name>_command`, and its line in the help."""


class _ReaderGroup(click.Group):
    """A group that imports a command when it is called, and takes any other first word for a file to open."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command with this name, or None."""
        if cmd_name not in _COMMANDS:
            return None
        module, _ = _COMMANDS[cmd_name]
        with end_on_interrupt():
            return getattr(import_module(f"reader.cli.{module}"), f"{cmd_name}_command")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(command, about) for command, (_, about) in _COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the first word names, or `open` with that word as its file."""
        word = args[0]
        if word in _COMMANDS or (word.startswith("-") and word != "-"):
            return super().resolve_command(ctx, args)
        return "open", self.get_command(ctx, "open"), args


@click.group(
    cls=_ReaderGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    subcommand_metavar="[FILE | COMMAND ...]",
    epilog="Examples: `reader article.md` opens an article, `curl … | reader -` one from a pipe, `reader` your library.",
)
@library_option
@network_option
@click.version_option(__version__, "-V", "--version", prog_name="reader", message="%(prog)s %(version)s")
@click.pass_context
def reader_command(context: click.Context) -> None:
    """Read an article beside its references: mark its claims, judge what they rest on, tag, add notes, export.

    FILE (or "-" for standard input) opens on the reading screen; without it, the library opens. To open a file that has the
    name of a command, use `reader open FILE`.
    """
    if context.invoked_subcommand is None:
        from reader.cli.open import open_screen

        open_screen(context, None)
