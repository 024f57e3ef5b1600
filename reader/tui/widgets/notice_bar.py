"""NoticeBar: lines above the footer that stay until what they tell of is put right; away while all is well."""

from __future__ import annotations

from collections.abc import Sequence

from reader.tui.parts import Line
from reader.tui.widgets.painted import Painted


class NoticeBar(Painted):
    """As high as what it tells. It comes and goes seldom: the screen is laid out anew for it."""

    DEFAULT_CSS = """
    NoticeBar { display: none; height: 1; background: $panel; }
    """
    UNDER = ("card", "text")
    rows = 0
    """How many lines there are."""

    def tell(self, lines: Sequence[Line]) -> None:
        """Show lines, or go away when there are none."""
        if len(lines) != self.rows:
            self.rows = len(lines)
            self.styles.height = max(1, len(lines))
            self.display = bool(lines)
        self.show(lines)
