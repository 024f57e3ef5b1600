"""`reader serve` in Chromium: open an article, mark, tag, note, export; what is half typed when the tab is closed stays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Browser, Page
from tests.processes.served import served

ARTICLE = """# The Tram and the Tide

The night tram carried 4,100 people in its first month [1]. It stops at the harbour wall.

## References

1. Night Lines. (2025). The first month. https://lines.example/first
"""
DEADLINE = 20.0


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "tram.md").write_text(ARTICLE, encoding="utf-8")
    with served(tmp_path, "tram.md") as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Give the page of a browser that has opened the address, once the article is on the screen."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, accept_downloads=True)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None)
    page.goto(address)
    page.wait_for_selector("body.-first-byte")
    yield page
    context.close()
    assert problems == []


def test_an_article_is_marked_tagged_and_exported_and_what_is_half_typed_outlasts_the_tab(
    page: Page, own_library: Path
) -> None:
    press = page.keyboard.press
    for key in ("j", "h", "t"):
        press(key)
    page.keyboard.type("harbour")
    press("Enter")
    press("Escape")
    press("E")
    with page.expect_download() as download:
        press("Enter")
    exported = Path(download.value.path()).read_text(encoding="utf-8")
    assert download.value.suggested_filename == "tram-claims.md"
    assert "It stops at the harbour wall." in exported
    assert "#harbour" in exported

    press("a")
    page.keyboard.type("ask the office")
    page.close()
    assert is_kept("ask the office", own_library)


def is_kept(text: str, library: Path) -> bool:
    """Wait until the files of this person in a library hold a text."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        if any(text in file.read_text(encoding="utf-8") for file in library.glob("personal-*.json")):
            return True
        time.sleep(0.05)
    return False


def test_the_server_ends_while_a_tab_is_open(browser: Browser, own_library: Path, tmp_path: Path) -> None:
    (tmp_path / "tram.md").write_text(ARTICLE, encoding="utf-8")
    page = browser.new_context().new_page()
    with served(tmp_path, "tram.md") as address:
        page.goto(address)
        page.wait_for_selector("body.-first-byte")
    page.wait_for_selector("body.-closed")
    page.context.close()
