"""Work beside the screen: done on a thread that ends with the program, its outcome brought back to the screen's own loop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

from textual.message import Message

from reader.errors import ReaderError

T = TypeVar("T")

Post = Callable[[Message], object]
"""Posts a message to a screen, from any thread."""


class Brought(Message):
    """What a thread brought; `take` is what the screen that it is posted to does with it."""

    def __init__(self, take: Callable[[], None]) -> None:
        super().__init__()
        self.take = take


def beside(post: Post, work: Callable[[], T], take: Callable[[T | Exception], None]) -> None:
    """Do `work` on a thread, and have the screen behind `post` call `take` with what it returned or raised."""

    def run() -> None:
        try:
            outcome: T | Exception = work()
        except Exception as failed:
            # Also what nobody expected: the screen must be told, or it would wait for ever.
            outcome = failed
        bring(post, partial(take, outcome))

    start(run, "beside")


def start(run: Callable[[], None], name: str) -> None:
    """Run a function on a thread that the program does not wait for when it ends."""
    threading.Thread(target=run, name=name, daemon=True).start()


def bring(post: Post, take: Callable[[], None]) -> None:
    """Have the screen behind `post` call `take`; nothing when the program ended meanwhile."""
    with suppress(RuntimeError):
        post(Brought(take))


def said_of(error: Exception, name: str) -> str:
    """Return what to say of an error while `name` was read, in one line."""
    if isinstance(error, ReaderError):
        return str(error)
    return f"{name} cannot be read: an error of Claim Reader itself ({type(error).__name__})"
