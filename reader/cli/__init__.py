"""The command line: parses arguments, calls the other packages, prints. Imports stay light until a command needs more."""

from __future__ import annotations

import io
import os
import platform
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from platformdirs import user_log_path

from reader import __version__
from reader.cli.group import reader_command
from reader.errors import ReaderError, UsageError

__all__ = ["main", "reader_command", "run"]

INTERRUPTED = 130


def write_crash_report(error: Exception) -> Path:
    """Write the traceback and the versions, but nothing of the article, to a new file; return its path. Raises OSError."""
    folder = user_log_path("claim-reader", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    system = f"claim-reader {__version__}, Python {sys.version}, {platform.platform()}"
    path.write_text(f"{system}\n\n{''.join(traceback.format_exception(error))}", encoding="utf-8", errors="replace")
    return path


def main() -> None:
    """Run the command `reader` and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run `reader` with these arguments and return its exit code: 0, 1 for a failure, 2 for wrong usage, 130 for Ctrl+C.

    Each failure prints one or two lines on standard error; an unexpected one also writes its traceback to a file.
    """
    _accept_any_text()
    try:
        code = reader_command.main(list(arguments), prog_name="reader", standalone_mode=False)
    except ReaderError as error:
        return _print_error(error)
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        return _print_error(UsageError(error.format_message(), f"See `{context.command_path if context else 'reader'} --help`"))
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except SystemExit as end:
        # Click exits this way, without a message, when the program that reads its output has ended.
        return end.code if isinstance(end.code, int) else 1
    except Exception as error:
        return _print_error(_crash_error(error))
    return code if isinstance(code, int) else 0


def _accept_any_text() -> None:
    """Print "?" for characters that the encoding of the output lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _print_error(error: ReaderError) -> int:
    from reader.printable import printable, printable_line

    click.echo(f"reader: {printable_line(error.what)}", err=True)
    if error.hint:
        click.echo(f"hint: {printable(error.hint)}", err=True)
    return error.exit_code


def _crash_error(error: Exception) -> ReaderError:
    what = f"Unexpected error: {type(error).__name__}: {error}"
    try:
        return ReaderError(what, f"The details are in {write_crash_report(error)}")
    except OSError:
        return ReaderError(what, "The details could not be written to a file")
