"""Attaching the texts behind references: asked for, pasted, read from files, fetched from a server, offered, replaced."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from reader.review.vocabulary import FETCH_FAILED, NO_SOURCE, NO_TEXT, PASTED_TEXT, SUPPLIED
from tests.tui.hand import NARROW, WIDE, Hand, reading
from tests.tui.serving import asked, release, serving
from tests.tui.sources import CLOSEST, LATER_WINTER, WINTER, linked, looked, sentence, supply
from tests.tui.texts import BUSES, HEADING, article
from tests.unit.pdfs import Sheet, pdf

PAGE = """<!doctype html><html><head><title>The accounts of Ostrel</title></head><body><article><h1>The accounts of Ostrel</h1>
<p>A night bus costs the town more than the accounts of the depots say, and nobody has told the council of it yet.</p>
<p>Two depots are missing from the table. The clerk who left them out has moved to another town by the sea.</p>
</article></body></html>"""


async def paste(hand: Hand, text: str) -> None:
    """Paste a text, as a terminal delivers it in one piece."""
    event = events.Paste(text)
    event.set_sender(hand.app)
    hand.app.post_message(event)
    await hand.settle()


async def ask(hand: Hand, *keys: str) -> None:
    """Mark the claim on [1], and ask for its source."""
    await hand.press("j", "h", *(keys or ("s",)))
    assert hand.screen.is_asking, hand.picture


async def opened(hand: Hand) -> None:
    """Wait until the source is shown with its passages."""
    await hand.until(lambda: looked(hand))
    await hand.settle()


# ---------------------------------------------------------------------- asked for


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_file_is_attached_and_read(own_library: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "winter.txt"
    path.write_text(WINTER, encoding="utf-8")
    async with reading(linked(r1="https://example.org/winter"), own_library, size) as hand:
        await ask(hand)
        assert "source of [1]" in hand.footer
        assert hand.field.value == "https://example.org/winter"
        assert "Enter fetches it" in hand.footer
        await hand.type(str(path))
        assert hand.field.value == str(path), "what is typed takes the place of the address"
        await hand.press("enter")
        await opened(hand)
        assert "[1] A season on the road   winter.txt" in hand.header
        assert sentence(hand) == CLOSEST
        await hand.press("escape")
        if size == WIDE:
            assert "▤ supplied" in hand.list
        source = hand.session.sources.source("1")
        assert source is not None
        assert source.text is not None
        assert source.text.origin == str(path)


async def test_a_pasted_text_is_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await ask(hand)
        await paste(hand, WINTER.replace("\n", "\r"))
        await opened(hand)
        assert sentence(hand) == CLOSEST
        source = hand.session.sources.source("1")
        assert source is not None
        assert source.text is not None
        assert source.text.origin == PASTED_TEXT
        await hand.press("escape")
        assert not hand.screen.is_asking


async def test_a_pasted_name_goes_into_the_field(own_library: Path) -> None:
    async with reading(linked(r1="https://example.org/winter"), own_library) as hand:
        await ask(hand)
        await paste(hand, "/home/ana/winter.pdf\n")
        assert hand.field.value == "/home/ana/winter.pdf"
        await hand.press("escape", "/")
        await paste(hand, "two\nlines")
        assert hand.field.value == "two", "no other question takes a text"


async def test_what_cannot_be_had_is_told_and_leaves_no_trace(own_library: Path, tmp_path: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await ask(hand)
        await hand.press("enter")
        assert "a file, an address, or a pasted text" in hand.footer
        await hand.type(str(tmp_path / "none.txt"))
        await hand.press("enter")
        await hand.until(lambda: "File not found" in hand.footer)
        assert hand.session.sources.state("1") == NO_SOURCE
        assert hand.over == "ReadingScreen"


async def test_a_scan_has_no_text_in_it(own_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(Sheet()))
    async with reading(BUSES, own_library) as hand:
        await ask(hand)
        await hand.type(str(path))
        await hand.press("enter")
        await hand.until(lambda: "it contains no text" in hand.footer)
        assert hand.session.sources.state("1") == NO_TEXT
        assert "▢ no text" in hand.list
        await hand.press("s")
        assert hand.screen.is_asking
        assert "it contains no text" in hand.footer


async def test_a_sentence_that_cites_nothing_has_no_source(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("s")
        assert "This sentence cites nothing: gr shows all references" in hand.footer
        await hand.press("g", "r", "end", "s")
        assert "source of [4]" in hand.footer
        await hand.press("escape")
        assert hand.app.is_running


async def test_a_source_of_another_article_is_offered(own_library: Path) -> None:
    other = article(
        ((HEADING, "Trams in Ostrel"), "The trams lost a tenth of their passengers [1]."),
        (("Ostrel Transport", "2022", "The first winter of the night buses"),),
    )
    supply(own_library, WINTER, article=other)
    async with reading(BUSES, own_library) as hand:
        await ask(hand)
        assert hand.field.value == ""
        assert "Enter takes “A season on the road”, which another article has" in hand.footer
        await hand.press("enter")
        await opened(hand)
        assert sentence(hand) == CLOSEST
        assert hand.session.sources.state("1") == SUPPLIED


async def test_a_source_is_replaced(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as hand:
        await ask(hand, "g", "s")
        await paste(hand, LATER_WINTER)
        await opened(hand)
        assert "391,000" in hand.picture
        await hand.press("escape", "u")
        assert "Undone: replace the source of [1]" in hand.footer
        await hand.press("s")
        await opened(hand)
        assert "389,000" in hand.picture


# ---------------------------------------------------------------------- fetched


async def test_an_address_is_fetched_when_enter_asks_for_it(own_library: Path) -> None:
    with serving(PAGE) as address:
        async with reading(linked(r1=f"{address}/accounts"), own_library, private=True) as hand:
            await ask(hand)
            assert asked() == [], "nothing is fetched unasked"
            await hand.press("enter")
            await opened(hand)
            assert "The accounts of Ostrel   127.0.0.1" in hand.header
            assert asked() == ["/accounts"]


async def test_an_address_that_does_not_answer_is_noted(own_library: Path) -> None:
    with serving(PAGE) as address:
        async with reading(linked(r1=f"{address}/gone"), own_library, private=True) as hand:
            await ask(hand)
            await hand.press("enter")
            await hand.until(lambda: "answered 404" in hand.footer)
            assert hand.session.sources.state("1") == FETCH_FAILED
            assert "! not reached" in hand.list
            await hand.press("o")
            assert "could not be reached on 20" in hand.card


async def test_fetching_is_stopped(own_library: Path) -> None:
    with serving(PAGE) as address:
        async with reading(linked(r1=f"{address}/slow"), own_library, private=True) as hand:
            await ask(hand)
            await hand.press("enter")
            await hand.until(lambda: "fetching 127.0.0.1" in hand.footer and "Esc stops" in hand.footer)
            await hand.press("j")
            assert hand.sentence == "Nobody had counted the dogs.", "the keys are free meanwhile"
            await hand.press("g", "f")
            assert "A source is still being fetched: Esc stops that" in hand.footer
            await hand.press("escape")
            assert "Stopped: 0 sources fetched" in hand.footer
            release()
            assert hand.session.sources.state("1") == NO_SOURCE


async def test_all_missing_sources_are_fetched_each_address_once(own_library: Path) -> None:
    with serving(PAGE) as address:
        links = {"r1": f"{address}/one", "r2": f"{address}/one#part", "r3": f"{address}/gone", "r4": f"{address}/four"}
        supply(own_library, WINTER, "4", linked(**links))
        async with reading(linked(**links), own_library, private=True) as hand:
            await hand.press("g", "f")
            await hand.until(lambda: "1 source fetched, 1 could not be reached: [3]" in hand.footer)
            assert asked() == ["/one", "/gone"]
            states = [hand.session.sources.state(reference) for reference in "1234"]
            assert states == [SUPPLIED, SUPPLIED, FETCH_FAILED, SUPPLIED]
            assert hand.session.sources.source("1") == hand.session.sources.source("2")
            assert hand.over == "ReadingScreen"


async def test_with_nothing_to_fetch_that_is_said(own_library: Path) -> None:
    async with reading(BUSES, own_library) as hand:
        await hand.press("g", "f")
        assert "Nothing to fetch" in hand.footer
