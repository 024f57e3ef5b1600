"""What the commands of the reading screen may use of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from reader.tui.reading.host import ReadingHost

if TYPE_CHECKING:
    from reader.article.ranges import Span
    from reader.review.model import Annotation
    from reader.tui.action import Situation
    from reader.tui.reading.library_link import LibraryLink
    from reader.tui.reading.sources import SourceManager
    from reader.tui.widgets.styled_lines import StyledLines


class ReadingContext(ReadingHost, Protocol):
    """The reading screen as its commands see it."""

    link: LibraryLink
    sources: SourceManager

    @property
    def situation(self) -> Situation:
        """The facts that decide which actions apply."""
        ...

    @property
    def has_list_focus(self) -> bool:
        """Whether the list in the side pane has the focus."""
        ...

    def do(self, action_id: str, key: str = "") -> None:
        """Perform another action."""

    def set_sentence(self, sentence: Span, *, is_jump: bool = False) -> None:
        """Make a sentence the current one; what a jump, or the queue, passed over was not read."""

    def select_annotation(self, annotation: Annotation) -> None:
        """Make an annotation on the current sentence the current one."""

    def repaint_annotations(self, *annotations: Annotation | None) -> None:
        """Repaint annotations if the first and the last differ: another one became current."""

    def end_pane(self) -> StyledLines:
        """Return the page at the end of the queue."""
        ...

    def set_tab(self, tab: str) -> None:
        """Show a tab of the side pane."""

    def show_noise(self, shown: bool) -> None:
        """Show the noise of the article, or hide it."""

    def protect_annotation(self, annotation: Annotation | None) -> None:
        """Let edits of other windows to an annotation wait while its note is being written; None ends that."""
