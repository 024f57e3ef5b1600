"""PDF files that are locked, scanned, broken or made to hurt."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings

from reader.errors import ReaderError
from reader.formats import parse_article
from reader.formats.budget import Limits
from reader.formats.progress import Cancelled, ProgressReport, report_to
from tests.hypothesis_profiles import examples
from tests.unit.mutations import check_any, mutate
from tests.unit.pdfs import Sheet, assembled, pdf
from tests.unit.test_formats_pdf import BOOKS, FROZE, LIT, RASK, read, said, sheet

NONE = "(" + "x" * 32 + ")"
SCAN = Sheet(operators=["q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q"])
PLAIN = pdf(sheet(LIT))


def locked(name: str) -> bytes:
    ids = "/ID [(a) (a)]"
    return pdf(sheet(LIT), trailer=f"/Encrypt <</Filter /{name} /V 1 /R 2 /P -4 /O {NONE} /U {NONE}>> {ids}")


def typed(text: str) -> Sheet:
    """Return a page with a paragraph in the monospace font."""
    page = Sheet()
    page.paragraph(60, 100, text, font="fixed")
    return page


def private(*sheets: Sheet) -> bytes:
    """Return a PDF whose monospace font names numbers of its own instead of letters."""
    own = "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <20> <7e> <e020> endbfrange"
    place = 4 + 2 * len(sheets)
    data = pdf(*sheets).replace(b"/Courier", f"/Courier /ToUnicode {place} 0 R".encode())
    return data.replace(b"xref\n", f"{place} 0 obj <</Length {len(own)}>> stream\n{own}\nendstream endobj\nxref\n".encode(), 1)


@pytest.mark.parametrize(
    ("data", "what", "hint"),
    [
        (locked("Standard"), "locked with a password", "Save a copy without a password"),
        (locked("Odd"), "a lock that cannot be opened", "Save a copy"),
        (pdf(SCAN, SCAN), "contains only pictures", "--ocr`"),
        (pdf(Sheet()), "contains only pictures", "--ocr`"),
        (private(typed(LIT)), "does not say which letters it shows", "--ocr`"),
        (pdf(), "has no pages", "get it again"),
        (PLAIN[: len(PLAIN) // 2], "cannot be read as PDF", "get it again"),
        (PLAIN[:12], "cannot be read as PDF", "get it again"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "cannot be read as PDF", "get it again"),
    ],
    ids=["locked", "locked oddly", "scan", "empty", "own letters", "no pages", "half", "head", "noise"],
)
def test_what_can_not_be_read_is_told(data: bytes, what: str, hint: str) -> None:
    with pytest.raises(ReaderError) as caught:
        parse_article(data, "lamp.pdf")
    assert what in caught.value.what
    assert hint in caught.value.hint


def test_a_page_that_was_scanned_among_others_is_passed_over() -> None:
    assert said(read(sheet(LIT), SCAN, sheet(BOOKS))) == [LIT, BOOKS]


def test_a_file_without_its_table_of_places_is_read_all_the_same() -> None:
    assert said(parse_article(PLAIN.replace(b"startxref", b"startxxxx").replace(b" 00000 n", b" 00000 x"), "lamp.pdf")) == [LIT]


def nested(shown: str, *forms: tuple[str, str]) -> bytes:
    """Return a file of three pages, of which the second one shows a form; each form has content and resources."""
    places = [11 + place for place in range(len(forms))]
    objects = [
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Count 3 /Kids [3 0 R 4 0 R 5 0 R]>>",
        *(f"<</Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents {n} 0 R /Resources 10 0 R>>" for n in (6, 7, 8)),
        *(f"<</Length {len(content)}>> stream\n{content}\nendstream" for content in (_lit("One"), shown, _lit("Three"))),
        "<<>>",
        "<</Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>>> /XObject <</X 11 0 R>>>>",
        *(
            f"<</Type /XObject /Subtype /Form /BBox [0 0 400 300] /Resources {more} /Length {len(content)}>> stream\n"
            f"{content}\nendstream"
            for content, more in forms
        ),
    ]
    assert len(objects) == places[-1]
    return assembled(objects)


def _lit(word: str) -> str:
    return f"BT /F 12 Tf 20 200 Td ({word} lamp was lit.) Tj ET"


@pytest.mark.slow
def test_a_page_that_takes_all_memory_is_left_out_and_the_others_are_read() -> None:
    twice_itself = ("/X Do /X Do", "<</XObject <</X 11 0 R>>>>")
    assert said(parse_article(nested("/X Do", twice_itself), "lamp.pdf")) == [
        "One lamp was lit.",
        "Three lamp was lit.",
        "[1 page was not read: page 2.]",
    ]


def test_pages_for_which_no_time_is_left_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now, clock = [0], time.monotonic
    monkeypatch.setattr("reader.formats.progress.time.monotonic", lambda: clock() + now[0])
    data = pdf(*(sheet(text) for text in (LIT, RASK, FROZE)))

    def pass_time(report: ProgressReport) -> None:
        now[0] += 2700 if report.unit == "page" else 0

    with report_to(pass_time):
        article = parse_article(data, "lamp.pdf", Limits(seconds=6000))
    assert article.notices == ("1 page was not read: page 3.",)
    assert RASK in article.text


def test_forms_in_forms_are_read() -> None:
    inner = (_lit("Two"), "10 0 R")
    assert said(parse_article(nested("/X Do", ("/X Do", "<</XObject <</X 12 0 R>>>>"), inner), "lamp.pdf")) == [
        "One lamp was lit.",
        "Two lamp was lit.",
        "Three lamp was lit.",
    ]


def test_pages_in_letters_of_their_own_are_named_instead_of_shown() -> None:
    data = private(sheet(LIT), typed(LIT), typed(LIT))
    assert parse_article(data, "lamp.pdf").notices == (
        "2 pages have no legible text, between page 2 and page 3; the fonts do not say which letters they show. "
        "Recognise the text anew, for example with ocrmypdf --force-ocr.",
    )


def test_a_document_that_is_mostly_scanned_says_how_much() -> None:
    assert not parse_article(pdf(sheet(LIT), sheet(LIT), SCAN, SCAN), "lamp.pdf").notices
    assert parse_article(pdf(sheet(LIT), SCAN, SCAN), "lamp.pdf").notices == (
        "2 of 3 pages have no text, like scans, between page 2 and page 3. "
        "Make the file searchable first, for example with ocrmypdf.",
    )


def put(*operators: str) -> bytes:
    return pdf(Sheet(operators=list(operators)))


BOMB = zlib.compress(bytes(100_000_000), 1).decode("latin-1")


@pytest.mark.parametrize(
    "data",
    [
        assembled(["<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Count 9 /Kids [2 0 R 2 0 R]>>"]),
        PLAIN.replace(b"/Count 1", b"/Count 99999999"),
        PLAIN.replace(b"/Count 1", b"/Count -3"),
        put(*["BT /plain 10 Tf 1 0 0 1 100 400 Tm (word) Tj ET"] * 5000),
        put(*(f"BT /plain 10 Tf 1 0 0 1 {n % 500} {n * 7 % 800} Tm (w{n}) Tj ET" for n in range(10_000))),
        put(*(f"BT /plain {10 ** (n % 9)} Tf 1 0 0 1 {n} {n} Tm (word) Tj ET" for n in range(500))),
        put("BT /plain 10 Tf 1 0 0 1 10 800 Tm (lamp) Tj ET", "BT /plain 0.001 Tf 9 0 0 9 1e30 -1e30 Tm (word) Tj ET"),
        put("BT /plain 10 Tf 99999999999999999999999999 0 0 1 1 1 Tm (x) Tj ET", "BT /plain 10 Tf 0 0 0 0 1 1 Tm (y) Tj ET"),
        put("BT /plain 8 Tf 1 0 0 1 10 800 Tm (" + "a" * 300_000 + ") Tj ET"),
        put("BT /plain 8 Tf 1 0 0 1 10 800 Tm 9 TL " + "(lamp and oil and wick) ' " * 10_000 + "ET"),
        put("q " * 100_000, _lit("One").replace("/F", "/plain")),
        pdf(Sheet(operators=["BT /plain 9 Tf 9 9 Td (lamp) Tj ET"], annotations=["<</Subtype /Link /Rect [0 0 9 9]>>"] * 9000)),
        pdf(*[Sheet(operators=["BT /plain 9 Tf 9 9 Td (lamp) Tj ET"])] * 500),
        put(*(f"BT /plain 5 Tf 1 0 0 1 {50 + n % 20 * 25} {750 - n // 20 * 7} Tm ({n}) Tj ET" for n in range(2000))),
        assembled(
            [
                "<</Type /Catalog /Pages 2 0 R>>",
                "<</Type /Pages /Count 1 /Kids [3 0 R]>>",
                "<</Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R>>",
                f"<</Length {len(BOMB)} /Filter /FlateDecode>> stream\n{BOMB}\nendstream",
            ]
        ),
        put("BT /plain 12 Tf 60 700 Td (\\033[31mred\\033]0;x\\007 [/b] [@click=app.quit]) Tj ET"),
    ],
    ids=[
        *("pages in themselves", "many pages claimed", "less than none", "one place", "scattered", "sizes", "far off", "flat"),
        *("one word", "long", "states", "links", "pages", "numbers", "bomb", "escapes"),
    ],
)
def test_a_hostile_file_is_read_as_far_as_it_goes(data: bytes) -> None:
    check_any(lambda: parse_article(data, "lamp.pdf"))


@pytest.mark.slow
def test_reading_can_be_stopped_between_two_pages_and_another_file_be_read() -> None:
    steps: list[ProgressReport] = []

    with report_to(steps.append, lambda: bool(steps) and steps[-1].done == 3), pytest.raises(Cancelled):
        read(*(sheet(f"Page {number}. {LIT}") for number in range(9)))
    counted = [(step.unit, step.done, step.total) for step in steps if not step.preview]
    assert counted == [("page", number, 9) for number in (1, 2, 3)]
    assert [step.preview.split(".")[0] for step in steps if step.preview] == ["Page 0", "Page 1"]
    assert said(read(sheet(LIT))) == [LIT]


def endless_page(depth: int = 12) -> bytes:
    """Return a file whose page draws a form that draws another one twelve times, and so on: PDFium never comes to its end."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        "<</Length 5>>stream\n/X Do\nendstream",
    ]
    for number in range(6, 6 + depth):
        form = f"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {number} 0 R>>>>/Length 72"
        objects.append(f"<<{form}>>stream\n{'/X Do ' * 12}\nendstream")
    objects.append("<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 5>>stream\n0 0 m\nendstream")
    return assembled(objects)


def test_reading_is_stopped_while_one_page_takes_for_ever() -> None:
    questions: list[str] = []

    def is_stopped() -> bool:
        questions.append(threading.current_thread().name)
        return len(questions) > 4

    with report_to(lambda _: None, is_stopped), pytest.raises(Cancelled):
        parse_article(endless_page(), "lamp.pdf")
    assert "pdf watch" in questions, "the importer itself waits for the page"
    assert said(read(sheet(LIT))) == [LIT]


def test_words_without_an_end_cost_no_more_than_their_length() -> None:
    page = sheet(LIT, BOOKS)
    page.put(60, 500, f"Lamps {'a' * 60_000}")
    page.put(60, 512, "and their oil")
    page.put(60, 524, "at night")
    page.put(60, 560, "Figure 1. The lamps of the pier.")
    assert LIT in read(page).text


NOTED = sheet(f"It was lit^1^ (Rask, 1999). {LIT}", f"The well-\nknown lamp. {BOOKS}")
NOTED.paragraph(60, 700, f"^1^ {RASK}", size=7)
NOTED.link(60, 100, 200, "https://lamps.example/")
NOTED.link(60, 112, 200, (0, 700))


@settings(max_examples=examples(150))
@given(mutate(pdf(NOTED, sheet(FROZE), said={"Title": "Lamps"})))
def test_a_broken_file_is_an_article_or_an_error_for_people(data: bytes) -> None:
    check_any(lambda: parse_article(data, "lamp.pdf"))


def test_a_module_of_the_script_that_reads_a_file_is_not_taken_for_the_worker(tmp_path: Path) -> None:
    (tmp_path / "worker.py").write_text("raise SystemExit(3)\n")
    (tmp_path / "lamp.pdf").write_bytes(PLAIN)
    script = tmp_path / "script.py"
    script.write_text("from reader.formats import read_article\nprint(read_article('lamp.pdf').text)\n")
    run = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout.startswith(LIT[:40]), run.stderr
