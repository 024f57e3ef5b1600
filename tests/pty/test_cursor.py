"""The terminal's own cursor, which screen readers and magnifiers follow."""

from __future__ import annotations

from pathlib import Path

from tests.pty.desk import CTRL_Q, DOWN, SAMPLES, PtyDesk, assert_restored, wait_until_read


def test_the_cursor_stands_visible_on_the_current_sentence(desk: PtyDesk, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text("terminal_cursor = true\n")
    terminal = desk.open(SAMPLES / "quiet-hours.md", {"CLAIM_READER_SETTINGS": str(settings)})
    wait_until_read(terminal)
    rows = set[int]()
    for _ in range(6):
        cursor = terminal.display.screen.cursor
        assert not cursor.hidden
        row = terminal.display.lines[cursor.y]
        assert row[cursor.x - 2] == "▌" or "▌" in row[: cursor.x], "beside the bar of the current sentence"
        rows.add(cursor.y)
        before = (cursor.x, cursor.y)
        terminal.send(DOWN)
        terminal.wait(
            lambda before=before: (terminal.display.screen.cursor.x, terminal.display.screen.cursor.y) != before, "a move"
        )
        terminal.quiet(0.3)
    assert len(rows) > 2
    terminal.send(CTRL_Q)
    terminal.wait_end()
    assert_restored(terminal)


def test_without_the_setting_the_cursor_is_hidden(desk: PtyDesk) -> None:
    terminal = desk.read(SAMPLES / "quiet-hours.md")
    assert terminal.display.cursor_hidden
