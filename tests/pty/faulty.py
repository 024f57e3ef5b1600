"""The command `reader` with a fault in it: the key for help raises what no one expects."""

from __future__ import annotations

from typing import NoReturn

from reader.cli import main
from reader.tui.reading.commands import load_commands
from reader.tui.reading.context import ReadingContext


def _fail(context: ReadingContext, key: str) -> NoReturn:
    raise RuntimeError("an egg was in the works")


if __name__ == "__main__":
    load_commands()["help"] = _fail
    main()
