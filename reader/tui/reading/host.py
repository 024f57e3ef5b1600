"""What the reading screen's helpers may use of it: its link to the library and its source manager."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from reader.tui.text_context import PairContext

if TYPE_CHECKING:
    from textual.message import Message
    from textual.timer import Timer

    from reader.tui.cues import ReadSource, SourcePair
    from reader.tui.reading.state import ReadingState


class ReadingHost(PairContext, Protocol):
    """The reading screen as its helpers see it."""

    @property
    def state(self) -> ReadingState:
        """What is current on the article."""
        ...

    def post_message(self, message: Message) -> bool:
        """Post a message to the screen, from any thread."""
        ...

    def run_worker(self, work: Callable[[], None], *, thread: bool, group: str, exclusive: bool = False) -> object:
        """Run a function on a thread; with `exclusive`, cancel others of its group."""

    def set_timer(self, delay: float, callback: Callable[[], object]) -> Timer:
        """Call a function after a delay in seconds."""
        ...

    def set_interval(self, interval: float, callback: Callable[[], object]) -> Timer:
        """Call a function at intervals, in seconds."""
        ...

    def show_save_status(self) -> None:
        """Show the state of saving and the message."""

    def show_source(self, pair: SourcePair, source: ReadSource) -> None:
        """Show a source over the screen, or in place of the source there, unless the person went elsewhere."""

    def report(self, text: str, tone: str) -> None:
        """Show a message on the source over the screen, else on the screen itself."""
