"""`reader serve`: the program in a browser on this machine."""

from __future__ import annotations

import os

import click

from reader.cli.context import cli_context, language_option, library_option, network_option
from reader.errors import ReaderError, UsageError

_PORT = 8765


@click.command("serve", epilog="Example: `reader serve --open` opens your library in a browser.")
@click.argument("name", metavar="[FILE]", required=False)
@click.option(
    "--port", type=click.IntRange(1, 65535), default=_PORT, show_default=True, help="The port of this machine to serve at."
)
@click.option("--open", "must_open", is_flag=True, help="Open the address in your browser.")
@language_option
@network_option
@library_option
@click.pass_context
def serve_command(context: click.Context, name: str | None, port: int, must_open: bool) -> None:
    """Use the program in a browser on this machine.

    Prints an address that holds a secret token: whoever has it can read and change your library. Only this machine is served;
    `ssh -L 8765:127.0.0.1:8765 HOST` brings another machine's here. FILE is a file, or the id or title of an article in the
    library; without it, the library opens. Ctrl+C ends it.
    """
    call = cli_context(context)
    try:
        from reader.web.server import BrowserServer
    except ModuleNotFoundError as error:
        raise ReaderError("`reader serve` needs the extra `web`", "Install it: `pipx install 'claim-reader[web]'`") from error
    arguments = ["--library", str(call.settings.library.absolute()), *(["--allow-private"] if call.private else [])]
    if name is not None:
        arguments += ["open", _name_of(context, name)]
        arguments += ["--language", call.language] if call.language else []

    def announce(address: str) -> None:
        click.echo(
            f"Open this address in a browser on this machine; it holds a secret token:\n\n  {address}\n\nCtrl+C ends it."
        )
        if must_open:
            import webbrowser

            webbrowser.open(address)

    BrowserServer(arguments, port, announce).run()


def _name_of(context: click.Context, name: str) -> str:
    """Return the name that each tab opens. Raises ReaderError if nothing has it."""
    if name == "-":
        raise UsageError("`reader serve` cannot read standard input", "Save the text in a file first")
    if os.path.lexists(name):
        return os.path.abspath(name)
    with cli_context(context).library() as library:
        return library.find(name).id
