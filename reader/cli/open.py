"""`reader`, `reader FILE` and `reader open FILE`: the only commands that load the screen."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from reader.cli.context import (
    cli_context,
    is_new_address,
    language_option,
    library_option,
    network_option,
    ocr_option,
    read_stdin,
)
from reader.cli.interrupts import end_on_interrupt
from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.formats.open_request import OpenRequest


@click.command("open", epilog="Example: `reader open list` opens a file that has the name of a command.")
@click.argument("name", metavar="FILE")
@language_option
@ocr_option
@network_option
@library_option
@click.pass_context
def open_command(context: click.Context, name: str) -> None:
    """Open an article on the reading screen.

    FILE is a file, an address, "-" for standard input, or the id or title of an article in the library.
    """
    open_screen(context, name)


def open_screen(context: click.Context, name: str | None) -> None:
    """Run the screen on an article, or on the library for None, and end the command with its exit code.

    A text is parsed before the screen starts, or if it is long only its beginning; anything that takes longer is parsed while
    the screen is up. Raises ReaderError when the article cannot be read, or when there is no terminal.
    """
    # Garbage collection would take a tenth of the time to the first text, and start-up leaves no garbage. The reading screen
    # turns the collector on again once the review is open.
    gc.disable()
    call = cli_context(context)
    call.tolerant = True
    article = None if name is None else _read_article(context, name)
    if not _is_served():
        _require_terminal(name)
        _require_keyboard()
    with end_on_interrupt():
        from reader.tui.app import ReaderApp
        from reader.tui.program import run_app

    app = ReaderApp(article, call.settings.library, call.settings, private=call.private, language=call.language)
    del article  # a request holds the document, and is over once that is read
    code = run_app(app)
    if app.is_hurried:
        # What can be saved is. Python would wait for threads that still read, and nobody is there to see what they find.
        atexit._run_exitfuncs()  # pyright: ignore[reportPrivateUsage]  # they end the programs that still run for threads
        with suppress(OSError):  # the terminal may be closed
            sys.stderr.flush()
        os._exit(code)
    context.exit(code)


def _read_article(context: click.Context, name: str) -> Article | OpenRequest:
    from reader.formats import read_bytes

    call = cli_context(context)
    if name == "-" or os.path.lexists(name):
        return _parse_or_defer(read_bytes(name, stdin=read_stdin(name)), name, call.recognition_language)
    with call.library() as library:
        if is_new_address(name, library):
            from reader.fetching import page_request

            return _with_recognition(page_request(name, private=call.private), call.recognition_language)
        try:
            entry = library.find(name)
        except ReaderError as error:
            close = _close_commands(context, name)
            raise ReaderError(error.what, f"Did you mean {close}?" if close else error.hint) from error
        return _parse_or_defer(library.latest_document(entry), entry.source, call.recognition_language)


def _parse_or_defer(data: bytes, source: str, ocr: str | None) -> Article | OpenRequest:
    from reader.formats import is_quick, read_beginning
    from reader.formats.article_cache import load_article, parse_document

    article = load_article(data, source)
    if article is not None and not ocr:
        return article
    is_text = is_quick(data, source)
    beginning = read_beginning(data, source) if is_text else None
    if is_text and beginning is None:
        return parse_document(data, source)
    from reader.formats.open_request import OpenRequest

    def recognize(language: str) -> Article:
        from reader.formats.scans.recognition import open_scan

        return open_scan(data, source, language)

    read = partial(parse_document, data, source, None if beginning is None else beginning.file)
    request = OpenRequest(source, read, beginning, recognize)
    return _with_recognition(request, ocr)


def _with_recognition(request: OpenRequest, ocr: str | None) -> OpenRequest:
    return request if ocr is None else request.with_recognition(ocr)


def _close_commands(context: click.Context, name: str) -> str:
    from difflib import get_close_matches

    root = context.find_root()
    names = root.command.list_commands(root) if isinstance(root.command, click.Group) else []
    return " or ".join(f"`reader {command}`" for command in get_close_matches(name, names))


def _is_served() -> bool:
    """Whether `reader serve` carries the screen and the keys to and from a browser."""
    return os.environ.get("TEXTUAL_DRIVER", "").startswith("textual.drivers.web_driver:")


def _require_terminal(name: str | None) -> None:
    instead = f"`reader show {name}` prints the article" if name else "`reader list` lists the articles of the library"
    if not (sys.stdout.isatty() and sys.stderr.isatty()):
        raise ReaderError("The reading screen needs a terminal, but the output is redirected", instead)
    if os.environ.get("TERM") == "dumb":
        raise ReaderError("The reading screen needs more than a dumb terminal (TERM=dumb)", instead)


def _require_keyboard() -> None:
    """Make the terminal standard input again when that was a pipe: the screen reads its keys there."""
    if sys.stdin.isatty():
        return
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        what = "The reading screen needs a keyboard, but there is no terminal to read keys from"
        raise ReaderError(what, "Start it in a terminal") from error
    os.dup2(terminal, 0)
    os.close(terminal)
