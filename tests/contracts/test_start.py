"""What is loaded before the first frame, and until the review is open: little, as everybody waits for it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.review_strategies import TEXT

AT_MOST = 70
"""How many modules and packages of ours the first frame may need. Raise it only for what that frame shows or writes."""
AFTER_THE_FRAME = (
    "reader.article.audit",
    "reader.article.passages",
    "reader.exchange",
    "reader.fetching.web",
    "reader.library",
    "reader.review.anchoring",
    "reader.review.codec",
    "reader.review.details",
    "reader.review.index",
    "reader.review.model",
    "reader.review.placement",
    "reader.review.session",
    "reader.review.undo",
    "reader.review.word_diff",
    "reader.team",
    "reader.tui.reading.commands",
    "reader.tui.source",
)
AFTER_THE_OPENING = (
    "hashlib",
    "reader.article.audit.audit",
    "reader.article.audit.markers",
    "reader.article.passages",
    "reader.library.merge",
    "reader.registries.answers",
    "reader.review.details",
    "reader.review.query",
    "reader.review.queue",
    "reader.review.source_audit",
    "reader.search",
    "reader.team.",
    "reader.tui.dialogs",
    "reader.tui.reading.commands",
    "reader.tui.widgets.prompt_bar",
    "textual.widgets._text_area",
)
PROGRAM = """
import sys
from pathlib import Path
from reader.formats import read_article
from reader.settings import load_settings
from reader.tui.app import ReaderApp
from reader.tui.reading.screen import ReadingScreen
from reader.tui.terminal import EndRequested

def end():
    loaded.extend(name for name in sys.modules if name.split(".")[0] in ("hashlib", "reader", "textual"))
    app.exit()

class FirstFrame(ReadingScreen):
    def on_mount(self):
        self.call_after_refresh(end)

class Opened(ReadingScreen):
    def show(self):
        super().show()
        if self.state.session is not None:
            end()

class Closed(ReadingScreen):
    def on_mount(self):
        self.call_after_refresh(app.post_message, EndRequested(15))

loaded, settings = [], load_settings()
article = read_article(sys.argv[1])
app = ReaderApp(article, Path(sys.argv[2]), settings)
app.get_default_screen = lambda: globals()[sys.argv[3]](article, settings.scale)
app.run(headless=True)
print(*(loaded or [*sys.modules, app.return_code]))
"""


@pytest.fixture
def loaded_at(tmp_path: Path, own_library: Path) -> Callable[[str], list[str]]:
    def load(screen: str) -> list[str]:
        path = tmp_path / "ferry.txt"
        path.write_text(TEXT, encoding="utf-8")
        command = [sys.executable, "-c", PROGRAM, str(path), str(own_library), screen]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    return load


def test_the_first_frame_needs_few_modules_and_nothing_that_changes_a_review(loaded_at: Callable[[str], list[str]]) -> None:
    loaded = [name for name in loaded_at("FirstFrame") if name.startswith("reader")]
    assert "reader.tui.widgets.article_view" in loaded
    assert [name for name in loaded if name.startswith(AFTER_THE_FRAME)] == []
    assert len(loaded) <= AT_MOST, sorted(loaded)


def test_an_open_review_needs_neither_commands_nor_audit_until_a_key_is_pressed(loaded_at: Callable[[str], list[str]]) -> None:
    loaded = loaded_at("Opened")
    assert "reader.review.session" in loaded
    assert [name for name in loaded if name.startswith(AFTER_THE_OPENING)] == []


def test_an_end_that_is_asked_for_loads_nothing_as_it_would_wait_for_a_document_that_is_read(
    loaded_at: Callable[[str], list[str]],
) -> None:
    loaded = loaded_at("Closed")
    assert loaded[-1] == "143"
    assert [name for name in loaded if name.startswith("reader.tui.dialogs")] == []


def test_a_library_that_was_never_searched_loads_no_index() -> None:
    program = "import sys, reader.search.place; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "reader.search.place" in loaded
    assert {"sqlite3", "reader.search.index"}.isdisjoint(loaded)
