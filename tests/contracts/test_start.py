"""What is loaded before the first frame: little, as everybody waits for it."""

import subprocess
import sys
from pathlib import Path

from tests.unit.review_strategies import TEXT

AT_MOST = 65
"""How many modules and packages of ours the first frame may need. Raise it only for what that frame shows or writes."""
AFTER_THE_FRAME = (
    "reader.article.audit",
    "reader.article.passages",
    "reader.exchange",
    "reader.formats.web",
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
    "reader.tui.reading.commands",
    "reader.tui.source",
)
PROGRAM = """
import sys
from pathlib import Path
from reader.formats import read_article
from reader.settings import load_settings
from reader.tui.app import ReaderApp
from reader.tui.reading.screen import ReadingScreen

class FirstFrame(ReadingScreen):
    def on_mount(self):
        self.call_after_refresh(self.end)

    def end(self):
        loaded.extend(name for name in sys.modules if name.split(".")[0] == "reader")
        self.app.exit()

loaded, settings = [], load_settings()
article = read_article(sys.argv[1])
app = ReaderApp(article, Path(sys.argv[2]), settings)
app.get_default_screen = lambda: FirstFrame(article, settings.scale)
app.run(headless=True)
print(*loaded)
"""


def test_the_first_frame_needs_few_modules_and_nothing_that_changes_a_review(tmp_path: Path, own_library: Path) -> None:
    path = tmp_path / "ferry.txt"
    path.write_text(TEXT, encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, str(path), str(own_library)]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "reader.tui.widgets.article_view" in loaded
    assert [name for name in loaded if name.startswith(AFTER_THE_FRAME)] == []
    assert len(loaded) <= AT_MOST, sorted(loaded)
