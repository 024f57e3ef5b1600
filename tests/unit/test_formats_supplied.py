"""What a person supplies as the text behind a reference: a file, a page, a text that was pasted or piped."""

from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.fetching import read_source
from reader.formats.progress import Cancelled, ProgressReport, report_to
from reader.formats.source_input import SourceInput, read_paste, read_pipe
from tests.unit.pdfs import Sheet, pdf
from tests.unit.web_server import serve

LEDGER = "The ledger of Island Lines\n\nIn May 20,500 people went out, and 20,500 came back.\n"
SCAN = pdf(Sheet(operators=["q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q"]))
HTML = b"<!doctype html><title>The gate</title><h1>The gate</h1><p>It turned 20,500 times in May, says the office.</p>"


def title(come: SourceInput) -> str:
    assert come.article is not None
    return come.article.title


@pytest.mark.parametrize(
    ("name", "data", "form", "called"),
    [
        ("ledger.txt", LEDGER.encode(), "plain", "The ledger of Island Lines"),
        ("ledger.md", b"# The ledger\n\nIn *May* 20,500.\n", "markdown", "The ledger"),
        ("gate.html", HTML, "html", "The gate"),
    ],
)
def test_a_file_of_any_format_is_read_and_its_bytes_stay(
    tmp_path: Path, name: str, data: bytes, form: str, called: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    come = read_source(str(path))
    assert come.article is not None
    assert (come.article.format, title(come)) == (form, called)
    assert (come.data, come.origin) == (data, str(path))


def test_a_scan_has_no_article_and_is_no_error_but_says_how_it_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(SCAN)
    for supplied, origin in ((read_source(str(path)), str(path)), (read_pipe(SCAN), "")):
        assert supplied == SourceInput(None, SCAN, origin, note=supplied.note)
        assert supplied.note.endswith("; then attach it again")


@pytest.mark.parametrize(
    ("data", "what"),
    [(b"", "is empty"), (b"PK\x03\x04" + bytes(40), "a zip archive"), (SCAN[:200], "cannot be read as PDF")],
    ids=["empty", "an archive", "half a PDF"],
)
def test_what_cannot_be_read_is_an_error(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "odd.pdf"
    path.write_bytes(data)
    with pytest.raises(ReaderError, match=what):
        read_source(str(path))
    with pytest.raises(ReaderError, match="File not found"):
        read_source(str(tmp_path / "gone.txt"))


def test_what_was_pasted_comes_from_nowhere() -> None:
    come = read_paste(LEDGER)
    assert (title(come), come.data, come.origin) == ("The ledger of Island Lines", LEDGER.encode(), "")
    assert read_paste("half a sign: \ud83d").data == b"half a sign: ?"
    for nothing in ("", " \n\t\n"):
        with pytest.raises(ReaderError, match="is empty"):
            read_paste(nothing)


def test_what_was_piped_may_be_a_document() -> None:
    assert title(read_pipe(HTML)) == "The gate"
    assert read_pipe("Die Fähre\n\nSie ist voll.".encode("latin-1")).origin == ""
    with pytest.raises(ReaderError, match="is empty"):
        read_pipe(b"")


def test_a_page_is_fetched_and_says_where_it_came_from_in_the_end() -> None:
    with serve({"/ledger.txt": LEDGER.encode(), "/scan.pdf": SCAN}) as site:
        come = read_source(f"{site.address}/ledger.txt", private=True)
        assert (title(come), come.data, come.origin) == (
            "The ledger of Island Lines",
            LEDGER.encode(),
            f"{site.address}/ledger.txt",
        )
        assert read_source(f"{site.address}/scan.pdf", private=True) == SourceInput(None, SCAN, f"{site.address}/scan.pdf")
        with pytest.raises(ReaderError, match="answered 404"):
            read_source(f"{site.address}/gone.txt", private=True)


def test_ones_own_network_is_not_asked_unless_allowed() -> None:
    with serve({"/ledger.txt": LEDGER.encode()}) as site:
        with pytest.raises(ReaderError, match="in a private network"):
            read_source(f"{site.address}/ledger.txt")
        assert site.asked == []


def test_who_listens_is_told_how_far_a_fetch_is_and_can_stop_it() -> None:
    steps: list[ProgressReport] = []

    long = LEDGER.encode() * 10_000
    with serve({"/long.txt": long}) as site, report_to(steps.append, lambda: len(steps) == 2), pytest.raises(Cancelled):
        read_source(f"{site.address}/long.txt", private=True)
    assert {(step.unit, step.total) for step in steps} == {("byte", len(long))}
    assert 0 < steps[0].done < steps[1].done < len(long)


def test_a_pasted_text_that_names_itself_nowhere_has_no_title() -> None:
    plain = read_paste("In May 20,500 people went out. In June nobody did.")
    titled = read_paste("The ledger of Island Lines\n\nIn May 20,500 people went out.")
    assert plain.article is not None
    assert titled.article is not None
    assert (plain.article.title, titled.article.title) == ("", "The ledger of Island Lines")
