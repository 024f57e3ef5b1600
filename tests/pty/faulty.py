"""The command `reader` with faults in it: the key for help raises what no one expects, that for colours begins endless work."""

from __future__ import annotations

from threading import Event
from typing import Final, NoReturn

from reader.cli import main
from reader.programs import run_program
from reader.tui.reading.commands import load_commands
from reader.tui.reading.context import ReadingContext

ENDLESS: Final = ("sh", "-c", 'echo $$ > "$HOME/child"; exec sleep 3600')
"""A program that writes its number into a file and does not end."""


def _fail(context: ReadingContext, key: str) -> NoReturn:
    raise RuntimeError("an egg was in the works")


def _wait_for_ever() -> None:
    run_program(ENDLESS, seconds=3600, most=1)
    Event().wait()


def _work_for_ever(context: ReadingContext, key: str) -> None:
    context.run_worker(_wait_for_ever, thread=True, group="details")
    context.say("It works for ever")


if __name__ == "__main__":
    load_commands()["help"] = _fail
    load_commands()["theme"] = _work_for_ever
    main()
