"""An article that comes through a pipe, and places where there is no terminal to draw on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from benchmarks.terminal import environment
from tests.pty.desk import CTRL_Q, ESCAPE, READER, SAMPLES, SECONDS, PtyDesk, assert_restored, mark, text_of, wait_until_read
from tests.unit.docxs import docx

ARTICLE = SAMPLES / "urban-trees.txt"


def test_the_keyboard_works_when_the_article_comes_through_a_pipe(desk: PtyDesk) -> None:
    terminal = desk.run(["sh", "-c", 'cat "$0" | "$@"', str(ARTICLE), *READER, "-"])
    wait_until_read(terminal)
    mark(terminal)
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0
    assert_restored(terminal)
    assert len(desk.annotations()) == 1


def test_a_dumb_terminal_is_refused_in_words(desk: PtyDesk) -> None:
    terminal = desk.open(ARTICLE, {"TERM": "dumb"})
    assert terminal.wait_end(SECONDS) == 1
    assert "\x1b" not in text_of(terminal)
    assert "dumb terminal" in text_of(terminal)
    assert "reader show" in text_of(terminal)


def test_no_word_document_is_written_to_the_screen(desk: PtyDesk, tmp_path: Path) -> None:
    draft = tmp_path / "draft.docx"
    draft.write_bytes(docx("<w:p><w:r><w:t>The gauge rose 31 cm in May.</w:t></w:r></w:p>"))
    terminal = desk.run([*READER, "export", str(draft), "--format", "docx"])
    assert terminal.wait_end(SECONDS) == 2
    assert "--output FILE.docx" in text_of(terminal)
    assert "word/document.xml" not in text_of(terminal)


@pytest.mark.parametrize("source", ["file", "pipe"])
def test_without_a_terminal_it_refuses_in_words(desk: PtyDesk, source: str) -> None:
    done = subprocess.run(
        [*READER, "open", str(ARTICLE) if source == "file" else "-"],
        input=ARTICLE.read_bytes(),
        capture_output=True,
        env=environment(desk.environment),
        start_new_session=True,
        timeout=SECONDS,
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"\x1b" not in done.stderr
    assert b"needs a terminal" in done.stderr
    assert b"reader show" in done.stderr


def test_a_text_that_the_terminal_pastes_is_added_after_enter(desk: PtyDesk) -> None:
    terminal = desk.run([*READER])
    terminal.wait_for("no articles yet", SECONDS)
    rows = "\r".join(
        f"The ferry carried {number} people [1], and \x1b[31mnobody\x1b[0m counted\0 them." for number in range(400)
    )
    terminal.send(f"\x1b[200~The ferry counts again\r\r{rows}\x1b[201~")
    terminal.wait_for("Add this text?", SECONDS)
    terminal.send("\r")
    wait_until_read(terminal)
    assert "The ferry counts again" in terminal.display.lines[0]
    terminal.send("q")
    assert terminal.wait_end(SECONDS) == 0
    assert_restored(terminal)


def test_a_paste_that_is_too_large_is_refused_by_its_size_and_keys_go_on(desk: PtyDesk) -> None:
    terminal = desk.run([*READER], env={"CLAIM_READER_MAX_SIZE": "1"})
    terminal.wait_for("no articles yet", SECONDS)
    terminal.send("\x1b[200~" + "The ferry carried many people, and nobody counted them.\r" * 60_000 + "\x1b[201~")
    terminal.wait_for("The pasted text is larger than 1 MB", SECONDS)
    terminal.send("\x1b")
    terminal.wait_for("Nothing was added", SECONDS)


def test_keys_go_on_after_a_paste_whose_end_is_lost(desk: PtyDesk) -> None:
    terminal = desk.run([*READER])
    terminal.wait_for("no articles yet", SECONDS)
    terminal.send("\x1b[200~The ferry counts again\r\rIt carried 41,000 people.\rq\r")
    terminal.wait_for("Add this text?", SECONDS)
    terminal.send(ESCAPE)
    terminal.wait_for("Nothing was added", SECONDS)
    terminal.send(CTRL_Q)
    assert terminal.wait_end(SECONDS) == 0
    assert_restored(terminal)
