"""The command line: parses arguments, calls the other packages, prints. Imports stay light until a command needs more."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from reader.errors import INTERRUPTED, ReaderError, UsageError

__all__ = ["main", "run"]


def main() -> None:
    """Run the command `reader` and end the process with its exit code."""
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before there is another way to hear of it
        code = INTERRUPTED
    _drop_unwritten_output()
    sys.exit(code)


def _drop_unwritten_output() -> None:
    """Leave nothing to write to a terminal that is closed, or to a full disk: Python would end with an exit code of its own."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def run(arguments: Sequence[str]) -> int:
    """Run `reader` with these arguments and return its exit code: 0, 1 for a failure, 2 for wrong usage, 130 for Ctrl+C.

    Each failure prints one or two lines on standard error; an unexpected one also writes its traceback to a file.
    """
    from reader.cli.interrupts import end_on_interrupt

    with end_on_interrupt():
        import click

        from reader.cli.crash import crash_error, system_error
        from reader.cli.group import COMPLETION_VARIABLE, reader_command
    try:
        _open_missing_streams()
        _accept_any_text()
        if COMPLETION_VARIABLE in os.environ:
            from reader.cli.completion import prepare_completion

            prepare_completion()
        code = reader_command.main(list(arguments), prog_name="reader", standalone_mode=False)
        sys.stdout.flush()
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
        return _print_error(system_error(error) or crash_error(error))
    return code if isinstance(code, int) else 0


def _open_missing_streams() -> None:
    """Put nothing in place of standard streams that the caller closed, before a file of the library takes their number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def _accept_any_text() -> None:
    """Print "?" for characters that the encoding of the output lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _print_error(error: ReaderError) -> int:
    import click

    from reader.printable import printable, printable_line

    with suppress(OSError):  # the terminal may be closed
        click.echo(f"reader: {printable_line(error.what)}", err=True)
        if error.hint:
            click.echo(f"hint: {printable(error.hint)}", err=True)
    return error.exit_code
