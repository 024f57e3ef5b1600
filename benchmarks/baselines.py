"""The two programs that ours is measured beside: `python -m benchmarks.baselines bare|viewer FILE`.

`bare` is the least that shows some of the text, a Textual app with a Static and a Footer; `viewer` is Textual's MarkdownViewer.
"""

from __future__ import annotations

import sys
from pathlib import Path

from textual.app import App, ComposeResult

SCREENFUL = 2000
"""The characters that `bare` shows at once."""


def bare(text: str) -> App[None]:
    """Return an app that shows one screenful of `text`; page down shows the next one, the down key does nothing."""
    from textual.widgets import Footer, Static

    class Bare(App[None]):
        BINDINGS = [("down", "nothing", "Nothing"), ("pagedown", "next", "Next"), ("ctrl+q", "quit", "Quit")]  # noqa: RUF012  # as Textual wants it

        def compose(self) -> ComposeResult:
            self.at = 0
            self.static = Static(text[:SCREENFUL], markup=False)
            yield self.static
            yield Footer()

        def action_nothing(self) -> None:
            pass

        def action_next(self) -> None:
            self.at += SCREENFUL
            self.static.update(text[self.at : self.at + SCREENFUL])

    return Bare()


def viewer(text: str) -> App[None]:
    """Return an app that shows `text` as Markdown, without a table of contents."""
    from textual.widgets import MarkdownViewer

    class Viewer(App[None]):
        def compose(self) -> ComposeResult:
            yield MarkdownViewer(text, show_table_of_contents=False)

        def on_mount(self) -> None:
            self.query_one(MarkdownViewer).focus()

    return Viewer()


def main() -> None:
    """Run one of the two on a file."""
    text = Path(sys.argv[2]).read_text(encoding="utf-8")
    {"bare": bare, "viewer": viewer}[sys.argv[1]](text).run()


if __name__ == "__main__":
    main()
