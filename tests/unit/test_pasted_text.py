"""What people paste, what a clipboard holds as HTML, and the programs that are asked for it."""

from __future__ import annotations

import sys

import pytest

from reader.errors import ReaderError
from reader.formats import parse_article
from reader.formats.pasted_text import clipboard_page, pasted_bytes
from reader.programs import run_program

PART = "<p>It carried <a href='https://example.org/may'>41,000 people</a> – in May.</p>"
WINDOWS = (
    f"Version:0.9\r\nStartHTML:0000000141\r\nEndHTML:0000000300\r\nSourceURL:https://example.org/ferry\r\n<html><body>{PART}"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("html", [PART, f"<meta charset='utf-8'>{PART}", WINDOWS])
def test_html_of_a_clipboard_is_a_page(html: str, encoding: str) -> None:
    article = parse_article(clipboard_page(html.encode(encoding)), "-")
    assert article.format == "html"
    assert article.text.strip() == "It carried 41,000 people – in May."
    assert [reference.url for reference in article.references] == ["https://example.org/may"]
    assert article.about.address == ("https://example.org/ferry" if html is WINDOWS else "")


@pytest.mark.parametrize("html", [b"", b"<div><span style='color: red'># Ferry</span></div>", b"<pre>It sails.</pre>"])
def test_html_that_only_colours_a_text_is_no_page(html: bytes) -> None:
    assert clipboard_page(html) == b""


def test_an_address_with_markup_in_it_is_not_taken() -> None:
    page = clipboard_page(b'Version:0.9\nSourceURL:https://example.org/"><script>x</script>\n<p>It sails.</p>')
    assert parse_article(page, "-").about.address == ""


def test_line_ends_of_terminals_and_half_characters_are_text() -> None:
    assert pasted_bytes("One.\rTwo.\r\nThree \ud800.") == b"One.\nTwo.\nThree ?."


def test_a_program_gets_its_input_and_gives_output_and_complaint() -> None:
    program = "import sys; sys.stderr.write('odd\\n'); sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1]); sys.exit(3)"
    result = run_program([sys.executable, "-c", program], seconds=60, most=10_000_000, data=b"ab" * 400_000)
    assert result == (3, b"ba" * 400_000, "odd")


def test_a_program_that_is_missing_silent_or_wordy_is_named() -> None:
    with pytest.raises(ReaderError, match="no-such-program cannot be started"):
        run_program(["no-such-program"], seconds=1, most=10)
    with pytest.raises(ReaderError, match="did not answer within 0 seconds"):
        run_program([sys.executable, "-c", "import time; time.sleep(1000)"], seconds=0.1, most=10)
    with pytest.raises(ReaderError, match="which is too much"):
        run_program([sys.executable, "-c", "while True: print('word')"], seconds=60, most=1_000_000)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process so")
def test_a_program_gets_no_more_memory_than_it_may_have() -> None:
    result = run_program([sys.executable, "-c", "x = bytes(10**9)"], seconds=60, most=10, memory=400_000_000)
    assert result.code
    assert "Traceback" in result.complaint
