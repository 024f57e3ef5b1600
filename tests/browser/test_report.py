"""The HTML report as people and their tools meet it: in Chromium, by keyboard, on a phone, on paper, and by two validators."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from reader.exchange import FORMATS, ExportOptions, Report
from tests.browser.conftest import Browser, Page, tool
from tests.unit.golden_review import report
from tests.unit.test_exchange_html import lists_and_tables, many_claims
from tests.unit.test_exchange_html_safety import review_with

HOSTILE = (
    '"><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2"> \u202eevil\u202c javascript:alert(1)'
    ' https://x.example/" onmouseover="window.hacked=3 ]]> --> </style></title> שלום עולם مرحبا'
)
DESKTOP, PHONE = (1280, 900), (390, 844)
REPORTS = {"golden": report, "many": many_claims, "lists": lists_and_tables, "hostile": lambda: review_with(HOSTILE)}
IGNORED = "Text run is not in Unicode Normalization Form C.*|Inline (style|script) violates Content Security Policy.*"
"""What the Nu validator says of the article's own words, which stay as they are, and of hashes, which it does not compute."""


def write_page(made: Report, folder: Path) -> Path:
    path = folder / "report.html"
    path.write_bytes(b"".join(FORMATS["html"].write([made], ExportOptions())))
    return path


@contextmanager
def open_page(browser: Browser, path: Path, size: tuple[int, int], colours: Any = "light") -> Iterator[Page]:
    """Open a page; it fails if the page asks for anything, complains, or opens a dialog."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=colours)
    page = context.new_page()
    faults: list[str] = []

    def refuse(dialog: Any) -> None:
        faults.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: faults.append(request.url) if request.url != path.as_uri() else None)
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", refuse)
    page.goto(path.as_uri())
    yield page
    context.close()
    assert faults == []


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_runs_and_nothing_is_wider_than_the_window(browser: Browser, tmp_path: Path, name: str) -> None:
    path = write_page(REPORTS[name](), tmp_path)
    for size in (DESKTOP, PHONE):
        with open_page(browser, path, size) as page:
            assert page.evaluate("window.hacked") is None
            assert page.locator("script").count() == 1
            assert page.locator("img, iframe, object, embed, base, link").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
            assert page.locator("h1").is_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", REPORTS)
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, name: str, colours: str) -> None:
    axe, path = tool("axe-core/axe.min.js").read_text(encoding="utf-8"), write_page(REPORTS[name](), tmp_path)
    for size in (DESKTOP, PHONE):
        with open_page(browser, path, size, colours) as page:
            page.evaluate(axe)
            violations = page.evaluate("axe.run().then(found => found.violations.map(v => `${v.id}: ${v.nodes[0].html}`))")
            assert violations == []


@pytest.mark.parametrize("name", REPORTS)
def test_the_nu_validator_finds_nothing(tmp_path: Path, name: str) -> None:
    jar, path = tool("vnu-jar/build/dist/vnu.jar"), write_page(REPORTS[name](), tmp_path)
    try:
        done = subprocess.run(
            ["java", "-jar", str(jar), "--filterpattern", IGNORED, str(path)], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("Java is not installed")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_a_keyboard_reaches_the_claims_and_the_table(browser: Browser, tmp_path: Path) -> None:
    path = write_page(many_claims(), tmp_path)
    focused = "document.activeElement.textContent"
    with open_page(browser, path, DESKTOP) as page:
        page.keyboard.press("Tab")
        assert page.evaluate(focused) == "To the article"
        page.keyboard.press("Enter")
        assert page.evaluate("location.hash") == "#text"
        page.locator("#claims input").first.focus()
        page.keyboard.type("district 277")
        rows = page.locator("#claims tbody tr")
        assert rows.filter(visible=True).count() == 1
    with open_page(browser, path, PHONE) as page:
        sign = page.locator("button[popovertarget]").filter(visible=True).first
        sign.focus()
        page.keyboard.press("Enter")
        note = page.locator(":popover-open")
        assert note.count() == 1
        assert "The count is of May" in note.inner_text()
        page.keyboard.press("Escape")
        assert note.count() == 0
        assert sign.evaluate("button => button === document.activeElement")


def test_a_printed_report_has_the_article_and_every_claim(browser: Browser, tmp_path: Path) -> None:
    with open_page(browser, write_page(many_claims(), tmp_path), DESKTOP, "dark") as page:
        printed = page.pdf(format="A4")
    pdf = pypdfium2.PdfDocument(printed)
    text = " ".join("".join(sheet.get_textpage().get_text_range() for sheet in pdf).split())
    assert len(pdf) > 10
    assert text.count("The count is of May") >= 300
    assert "References of the article" in text
