"""Headings and citations to jump to, the list of contents, and what is done with the reference at hand."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind, Reference
from tests.tui.texts import BUSES, HEADING, article
from tests.tui.user import NARROW, WIDE, reading

CHAPTERS = article(
    (
        (HEADING, "A town by the sea"),
        (HEADING, "How it began"),
        "A harbour was dug in 1702 [1]. Ships came.",
        *(f"Line {n} of the old story tells nothing new." for n in range(40)),
        (HEADING, "Who paid"),
        "The Crown paid for it [2]. It took the customs for thirty years.",
        (HEADING, "References"),
    ),
    (("Holt", "1988", "Harbours"), ("Ames", "1991", "Customs")),
)


async def test_the_cursor_goes_from_heading_to_heading(own_library: Path) -> None:
    async with reading(CHAPTERS, own_library) as user:
        await user.press(")")
        assert user.sentence.startswith("The Crown paid")
        assert any("Who paid" in row for row in user.lines)
        await user.press("j", "(")
        assert user.sentence.startswith("The Crown paid"), "first to the heading of this section"
        await user.press("(")
        assert user.sentence.startswith("A harbour")
        assert any("A town by the sea" in row for row in user.lines[:5]), "of two headings in a row, the first"
        await user.press("(")
        assert "No heading above" in user.footer
        await user.press(")", "ctrl+o")
        assert user.sentence.startswith("A harbour"), "a jump can be taken back"


LONG_END = article(
    (
        (HEADING, "Results"),
        *(f"Line {n} of the old story tells nothing new." for n in range(60)),
        (HEADING, "Tables"),
        *((BlockKind.CODE, f"row {n}") for n in range(60)),
        (HEADING, "Remarks"),
        "The last word is about the tables.",
        (HEADING, "References"),
    ),
    tuple(("Holt", "1988", f"Harbours {n}") for n in range(30)),
)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_jump_to_a_heading_leaves_the_cursor_in_sight(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(LONG_END, own_library, size) as user:
        await user.press("G", ")")
        assert "No sentences below “References”" in user.footer
        assert "the last word" in user.picture.casefold()
        assert "Harbours 1" in user.picture
        await user.press("g", "g", ")")
        assert user.sentence.startswith("The last word")
        assert "▌ The last word" in user.picture, "below a long table"
        await user.press("(", "(")
        assert user.sentence.startswith("Line 0")
        assert "▌ Line 0" in user.picture


async def test_a_step_beyond_the_last_sentence_shows_the_cursor_again(own_library: Path) -> None:
    async with reading(LONG_END, own_library) as user:
        await user.press("G", "pagedown", "pagedown")
        assert "▌" not in user.picture.replace("▌ [", ""), "the references are read"
        await user.press("j")
        assert "This is the last sentence" in user.footer
        assert "▌ The last word" in user.picture


async def test_a_heading_without_sentences_is_shown_with_the_last_one_above(own_library: Path) -> None:
    async with reading(CHAPTERS, own_library) as user:
        await user.press(")", ")")
        assert "No sentences below “References”" in user.footer
        assert user.sentence.startswith("It took the customs")
        assert any("[2] Ames" in row for row in user.lines)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_contents_lead_to_a_section(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(CHAPTERS, own_library, size=size) as user:
        await user.press("h", "g", "h")
        assert "Contents" in user.picture
        assert any("How it began" in row and "1 claim" in row for row in user.lines)
        assert "filter" not in user.footer, "it is about the claims"
        await user.press("j", "enter")
        assert user.sentence.startswith("The Crown paid")
        await user.press("g", "h", "g", "h")
        assert user.desk.tab == "references"


async def test_the_contents_begin_at_the_section_of_the_cursor(own_library: Path) -> None:
    async with reading(CHAPTERS, own_library) as user:
        await user.press("G", "g", "h")
        assert user.screen.list.index == 2
        await user.press("right")
        assert user.desk.tab == "references"


async def test_an_article_without_headings_says_so(own_library: Path) -> None:
    async with reading(article(("Nothing but a line.",)), own_library) as user:
        await user.press("g", "h")
        assert "no headings" in user.footer


async def test_the_cursor_goes_from_citation_to_citation(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(">")
        assert user.sentence.startswith("The first winter")
        await user.press(">")
        assert user.sentence.startswith("Three studies")
        await user.press("<")
        assert user.sentence.startswith("The first winter")
        await user.press("<")
        assert "No citation above" in user.footer


async def test_the_citations_of_the_reference_at_hand_are_gone_through(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(">", "*")
        assert user.sentence.startswith("Three studies")
        await user.press("*")
        assert user.sentence.startswith("The first winter"), "after the last comes the first"
        await user.press("#")
        assert user.sentence.startswith("Three studies")
        await user.press("c", "*")
        assert user.sentence.startswith("Most drivers"), "the next citation of the reference that the card shows"


async def test_sentences_that_rest_on_nothing_are_found(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(";")
        assert user.sentence.startswith("Nobody had counted")
        await user.press("x", "k", ";", ";")
        assert user.sentence.startswith("The sign at the stop")
        await user.press("G", ";")
        assert "No sentence without a citation below" in user.footer


async def test_a_sentence_is_marked_and_the_next_one_is_current(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("H")
        assert user.quotes[0].startswith("Ostrel began")
        assert user.sentence.startswith("The first winter")
        assert "tags it" not in user.footer, "that key would act on the next sentence now"
        assert "u takes it back" in user.footer
        await user.press("k", "H")
        assert len(user.quotes) == 1, "what is marked stays marked"
        assert user.sentence.startswith("The first winter")


# ------------------------------------------------------------------ what leaves the program


async def test_a_link_is_opened_in_the_browser_only_after_it_was_shown(
    own_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f"#!{sys.executable}\nimport sys\nopen({str(opened)!r}, 'a').write(sys.argv[1])\n", encoding="utf-8")
    browser.chmod(0o700)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    address = "https://example.org/a?b=$(touch%20x)&c='d'"
    linked = BUSES.references[0]._replace(url=address)
    text = article(("The buses run at night [1].",), (("Ostrel", "2022", "Buses"),))
    async with reading(_with_reference(text, linked), own_library) as user:
        await user.press("g", "x")
        assert address in user.picture
        await user.press("escape")
        assert not opened.exists()
        await user.press("g", "x", "enter")
        assert "Opened in the browser" in user.footer
        while not (opened.exists() and opened.read_text()):
            await asyncio.sleep(0)
        assert opened.read_text() == address


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "ftp://example.org/x", ""])
async def test_only_web_addresses_are_opened(own_library: Path, address: str) -> None:
    text = article(("The buses run at night [1].",), (("Ostrel", "2022", "Buses"),))
    async with reading(_with_reference(text, text.references[0]._replace(url=address)), own_library) as user:
        await user.press("g", "x")
        assert "has no web address" in user.footer


async def test_a_reference_is_copied(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(">", "Y")
        await user.until(lambda: "[1] sent to the terminal's clipboard" in user.footer)
        assert user.app.clipboard == "Ostrel Transport. The first winter of the night buses. 2022."


def _with_reference(text: Article, reference: Reference) -> Article:
    """Return an article whose only reference is another one, in the same place."""
    old = text.references[0]
    return replace(text, references=(reference._replace(id=old.id, label=old.label, start=old.start, end=old.end),))
