"""The terminal changes its size while an article is read."""

from __future__ import annotations

import re

from benchmarks.terminal import Terminal
from reader.formats import read_article
from reader.tui.terminal import MOST_CELLS
from tests.pty.desk import DOWN, SAMPLES, SECONDS, PtyDesk, text_of

ARTICLE = SAMPLES / "river-report.md"
STEPS = 25
"""Sentences down from the first: some pages into the report."""


def test_the_current_sentence_stays_in_view(desk: PtyDesk) -> None:
    article = read_article(str(ARTICLE))
    sentence = article.sentences.all()[STEPS]
    words = {word for word in article.text[sentence.start : sentence.end].split() if word.isalpha()}
    terminal = desk.read(ARTICLE)
    terminal.send(DOWN * STEPS)
    _wait_for_words(terminal, words, 120)
    for columns, rows in ((80, 24), (200, 50), (40, 12), (120, 36)):
        terminal.resize(columns, rows)
        _wait_for_words(terminal, words, columns)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0


def test_a_window_larger_than_any_screen_is_used_in_part(desk: PtyDesk) -> None:
    terminal = desk.open(SAMPLES / "harbour-heat-pump.txt", columns=40, rows=MOST_CELLS + 200)
    terminal.wait(lambda: "saved ✓" in text_of(terminal), "the footer", SECONDS)
    terminal.send(f"\x1b[48;{MOST_CELLS + 400};200;0;0t")  # as a terminal tells it among the keys
    terminal.wait(lambda: re.search(r"\x1b\[\d+;1\d\dH", text_of(terminal)) is not None, "the list at the side", SECONDS)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0
    rows = {int(row) for row in re.findall(r"\x1b\[(\d+);\d+H", text_of(terminal))}
    assert max(rows) == MOST_CELLS


def _wait_for_words(terminal: Terminal, words: set[str], columns: int) -> None:
    """Wait until the lines with the cursor's bar hold these words, and the footer is at the bottom."""

    def there() -> bool:
        lines = terminal.display.lines
        bars = [line for line in lines if "▌" in line[: columns // 2]]
        return words <= set(" ".join(bars).split()) and "saved ✓" in lines[-1]

    terminal.wait(there, f"the words {sorted(words)} at {columns} columns", SECONDS)
