"""Scans and pictures of pages: refused with the way out, and read once a person asks for it, once."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest

from reader.cli import main
from reader.errors import ReaderError, ScanError
from reader.formats import parse_article
from reader.formats.article_cache import open_document
from reader.formats.progress import Cancelled, report_to
from reader.formats.scans.recognition import open_scan, read_hocr, recognize_document
from reader.formats.scans.recognized_text import load_recognition
from tests.unit.scans import LINES, SCAN, TITLE, hocr, picture_of_text, write_tesseract
from tests.unit.test_cli import Call, call

__all__ = ["call", "main"]  # fixtures

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of programs, beside which there are only those of the shell; keep texts in the test's folder."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "cat", "sleep"):
        (folder / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


@pytest.mark.parametrize(("data", "what"), [(SCAN, "like a scan of 2 pages"), (PNG, "is a PNG picture")])
def test_without_tesseract_the_commands_are_named(programs: Path, data: bytes, what: str) -> None:
    (programs / "apt-get").symlink_to("/bin/true")
    with pytest.raises(ScanError, match=what) as refused:
        parse_article(data, "my page.pdf")
    assert refused.value.hint == ("To recognise its text, run `sudo apt install tesseract-ocr`, then `reader open FILE --ocr`")
    with pytest.raises(ReaderError, match="Tesseract, which recognises text, is not installed") as missing:
        open_scan(data, "page.pdf")
    assert missing.value.hint == "Run sudo apt install tesseract-ocr"


@pytest.mark.parametrize(("data", "pages"), [(SCAN, 2), (PNG, 1)])
def test_a_scan_is_read_once_and_says_so(programs: Path, data: bytes, pages: int) -> None:
    count = write_tesseract(programs)
    with pytest.raises(ScanError, match=r"like a scan|PNG") as refused:
        open_document(data, "page.pdf")
    assert refused.value.hint == "`reader open FILE --ocr` recognises its text"
    article = open_scan(data, "page.pdf")
    assert (article.title, article.format, article.language) == (TITLE, "scan", "en")
    assert [reference.text for reference in article.references][:1] == ["Harbour Office (2024). Ferry counts, monthly table."]
    words = pages * sum(len(text.split()) for text, _ in LINES)
    notice = f"check what you quote against the page; {pages} of {words} words are uncertain."
    assert article.notices == (f"Recognised text, by tesseract 5.9 in English: {notice}",)
    assert article.original == data
    assert open_document(data, "page.pdf").text == open_scan(data, "page.pdf", "en").text == article.text
    assert count.read_text().split() == ["eng"] * pages
    assert open_scan(data, "page.pdf", "de").notices[0].startswith("Recognised text, by tesseract 5.9 in German")
    assert count.read_text().split() == ["eng"] * pages + ["deu"] * pages


def test_the_command_line_reads_a_scan_when_asked(call: Call, programs: Path, tmp_path: Path) -> None:
    write_tesseract(programs)
    scan = tmp_path / "page.pdf"
    scan.write_bytes(SCAN)
    refused = call("add", scan)
    assert refused.code == 1
    assert "--ocr` recognises its text" in refused.err
    added = call("add", "--ocr", scan)
    assert added.code == 0
    assert TITLE in added.out
    assert "Recognised text, by tesseract 5.9" in call("parse", scan, "--language", "de", "--ocr").err
    assert "Recognised text" in call("show", scan).out
    assert "Tesseract reads scans in German, English" in call("doctor", "--json").out


def test_a_language_that_is_not_installed_is_named_with_its_command(programs: Path) -> None:
    write_tesseract(programs)
    (programs / "dnf").symlink_to("/bin/true")
    with pytest.raises(ReaderError, match="cannot read French: the language is not installed") as refused:
        recognize_document(SCAN, "page.pdf", "fr")
    assert refused.value.hint == "Run sudo dnf install tesseract-langpack-fra"


def test_a_page_that_cannot_be_read_is_named_and_the_others_are_there(programs: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    write_tesseract(programs, before=f'[ -e "{seen}" ] || {{ : > "{seen}"; echo "bad page" >&2; exit 1; }}')
    article = open_scan(SCAN, "page.pdf")
    assert TITLE in article.text
    assert "1 page was not read: page 1." in article.notices


@pytest.mark.parametrize(
    ("before", "why"), [("echo Out of memory >&2; exit 1", "Tesseract failed: Out of memory"), ("exit 0", "No letters were")]
)
def test_where_nothing_is_read_nothing_is_kept(programs: Path, before: str, why: str) -> None:
    write_tesseract(programs, before=before)
    with pytest.raises(ReaderError, match=why):
        open_scan(SCAN, "page.pdf")
    assert load_recognition(SCAN) is None


def test_what_is_stopped_leaves_no_program_behind(programs: Path, tmp_path: Path) -> None:
    process = tmp_path / "process"
    write_tesseract(programs, before=f'echo $$ > "{process}.new"; cat "{process}.new" > "{process}"; exec sleep 1000')
    stop = threading.Event()

    def is_stopped() -> bool:
        if process.exists() and process.read_text().strip():
            stop.set()
        return stop.is_set()

    with pytest.raises(Cancelled), report_to(lambda _: None, is_stopped):
        open_scan(SCAN, "page.pdf")
    with pytest.raises(ProcessLookupError):
        os.kill(int(process.read_text()), 0)
    assert load_recognition(SCAN) is None


def test_a_damaged_text_is_recognised_again(programs: Path, tmp_path: Path) -> None:
    count = write_tesseract(programs)
    open_scan(SCAN, "page.pdf")
    (kept,) = (tmp_path / "cache").rglob("recognised/*.json")
    kept.write_text(kept.read_text(encoding="utf-8")[:200], encoding="utf-8")
    with pytest.raises(ScanError):
        open_document(SCAN, "page.pdf")
    open_scan(SCAN, "page.pdf")
    assert len(count.read_text().split()) == 4


@pytest.mark.parametrize(
    "data",
    [b"", b"no markup", b"\0\xff", b"<html><div class='ocr_page'><span class='ocr_line' title='bbox 1 2'>"],
)
def test_broken_hocr_has_no_words(data: bytes) -> None:
    assert [word for page in read_hocr(data) for word in page.words] == []


def test_hocr_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("sesame")
    bomb = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    text = hocr().replace("<html", f"{bomb}<html", 1).replace("41,000", "&x;")
    assert "sesame" not in str(read_hocr(text.encode()))


@pytest.mark.skipif(not shutil.which("tesseract"), reason="Tesseract is not installed")
def test_tesseract_itself_reads_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    article = open_scan(picture_of_text(), "page.png", "en")
    assert article.title == TITLE
    assert "41,000 people" in article.text
    assert [reference.text for reference in article.references] == ["Harbour Office (2024). Ferry counts, monthly table."]


def test_a_scan_is_attached_with_its_recognised_text_and_keeps_it(call: Call, programs: Path, tmp_path: Path) -> None:
    write_tesseract(programs)
    article, scan = tmp_path / "story.txt", tmp_path / "counts.png"
    article.write_text(
        "The story\n\nIt carried many [1].\n\nReferences\n\n[1] Harbour Office (2024). Counts.\n", encoding="utf-8"
    )
    scan.write_bytes(PNG)
    hint = "`reader open FILE --ocr` recognises its text; then attach it again"
    assert call("source", "add", article, "1", scan).out.endswith(f"no text in it, from {scan}; {hint}\n")
    assert call("parse", scan, "--ocr").code == 0
    assert f"“{TITLE}”" in call("source", "add", article, "1", scan).out
    shutil.rmtree(tmp_path / "cache")
    quote = ("--quote", "It carried many", "--evidence", "1", "41,000 people in May")
    answer = call("annotate", article, *quote)
    assert (answer.code, answer.err) == (0, "")
