"""The terminal changes its size while an article is read."""

from __future__ import annotations

from benchmarks.terminal import Terminal
from reader.formats import read_article
from tests.pty.desk import DOWN, SAMPLES, SECONDS, PtyDesk

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


def _wait_for_words(terminal: Terminal, words: set[str], columns: int) -> None:
    """Wait until the lines with the cursor's bar hold these words, and the footer is at the bottom."""

    def there() -> bool:
        lines = terminal.display.lines
        bars = [line for line in lines if "▌" in line[: columns // 2]]
        return words <= set(" ".join(bars).split()) and "saved ✓" in lines[-1]

    terminal.wait(there, f"the words {sorted(words)} at {columns} columns", SECONDS)
