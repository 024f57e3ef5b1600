"""Attaching the texts behind references: asked for, pasted, read from files, fetched from a server, offered, replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.review.vocabulary import FETCH_FAILED, NO_SOURCE, NO_TEXT, ONLY_ABSTRACT, PASTED_TEXT, SUPPLIED
from tests.tui.page_server import release_page, requested_paths, serve_page
from tests.tui.sources import CLOSEST, LATER_WINTER, WINTER, is_searched, linked, sentence, supply
from tests.tui.texts import BUSES, HEADING, article
from tests.tui.user import NARROW, WIDE, User, reading
from tests.unit.pdfs import Sheet, pdf
from tests.unit.web_server import Reply, serve

PAGE = """<!doctype html><html><head><title>The accounts of Ostrel</title></head><body><article><h1>The accounts of Ostrel</h1>
<p>A night bus costs the town more than the accounts of the depots say, and nobody has told the council of it yet.</p>
<p>Two depots are missing from the table. The clerk who left them out has moved to another town by the sea.</p>
</article></body></html>"""


async def ask(user: User, *keys: str) -> None:
    """Mark the claim on [1], and ask for its source."""
    await user.press("j", "h", *(keys or ("s",)))
    assert user.screen.is_asking, user.picture


async def opened(user: User) -> None:
    """Wait until the source is shown with its passages."""
    await user.until(lambda: is_searched(user))
    await user.settle()


# ---------------------------------------------------------------------- asked for


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_file_is_attached_and_read(own_library: Path, tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "winter.txt"
    path.write_text(WINTER, encoding="utf-8")
    async with reading(linked(r1="https://example.org/winter"), own_library, size) as user:
        await ask(user)
        assert "source of [1]" in user.footer
        assert user.field.value == "https://example.org/winter"
        assert "Enter fetches it" in user.footer
        await user.paste(str(path))
        assert user.field.value == str(path), "what is typed takes the place of the address"
        await user.press("enter")
        await opened(user)
        assert "[1] A season on the road   winter.txt" in user.header
        assert sentence(user) == CLOSEST
        await user.press("escape")
        if size == WIDE:
            assert "▤ supplied" in user.list
        source = user.session.sources.source("1")
        assert source is not None
        assert source.text is not None
        assert source.text.origin == str(path)


async def test_a_pasted_text_is_the_text(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await ask(user)
        await user.paste(WINTER.replace("\n", "\r"))
        await opened(user)
        assert sentence(user) == CLOSEST
        source = user.session.sources.source("1")
        assert source is not None
        assert source.text is not None
        assert source.text.origin == PASTED_TEXT
        await user.press("escape")
        assert not user.screen.is_asking


async def test_a_pasted_name_goes_into_the_field(own_library: Path) -> None:
    async with reading(linked(r1="https://example.org/winter"), own_library) as user:
        await ask(user)
        await user.paste("/home/ana/winter.pdf\n")
        assert user.field.value == "/home/ana/winter.pdf"
        await user.press("escape", "/")
        await user.paste("two\nlines")
        assert user.field.value == "two lines", "no other question takes a text"


async def test_what_cannot_be_had_is_told_and_leaves_no_trace(own_library: Path, tmp_path: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await ask(user)
        await user.press("enter")
        assert "a file, an address, or a pasted text" in user.footer
        await user.paste(str(tmp_path / "none.txt"))
        await user.press("enter")
        await user.until(lambda: "File not found" in user.footer)
        await user.press("s")
        assert user.field.value.endswith("none.txt"), "a mistyped path can be mended"
        await user.press("escape")
        assert user.session.sources.state("1") == NO_SOURCE
        assert user.over == "ReadingScreen"


async def test_tab_completes_the_path_of_a_source_and_throws_nothing_away(own_library: Path, tmp_path: Path) -> None:
    (tmp_path / "winter report.txt").write_text("A report on the winter.", encoding="utf-8")
    async with reading(BUSES, own_library) as user:
        await ask(user)
        await user.paste(f"{tmp_path}/wint")
        await user.press("tab")
        assert user.field.value == f"{tmp_path}/winter report.txt"
        await user.type("x")
        await user.press("tab")
        assert user.field.value == f"{tmp_path}/winter report.txtx"
        assert "No file begins like this" in user.footer
        assert user.screen.is_asking


async def test_a_scan_has_no_text_in_it(own_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(Sheet()))
    async with reading(BUSES, own_library) as user:
        await ask(user)
        await user.paste(str(path))
        await user.press("enter")
        await user.until(lambda: "it contains no text. Open a scan in the library first" in user.footer)
        assert user.session.sources.state("1") == NO_TEXT
        assert "▢ no text" in user.list
        await user.press("s")
        assert user.screen.is_asking
        assert "it contains no text" in user.footer


async def test_a_sentence_that_cites_nothing_has_no_source(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("s")
        assert "This sentence cites nothing: gr shows all references" in user.footer
        await user.press("g", "r", "end", "s")
        assert "source of [4]" in user.footer
        await user.press("escape")
        assert user.app.is_running


async def test_a_source_of_another_article_is_offered(own_library: Path) -> None:
    other = article(
        ((HEADING, "Trams in Ostrel"), "The trams lost a tenth of their passengers [1]."),
        (("Ostrel Transport", "2022", "The first winter of the night buses"),),
    )
    supply(own_library, WINTER, article=other)
    async with reading(BUSES, own_library) as user:
        await ask(user)
        assert user.field.value == ""
        assert "Enter takes “A season on the road”, which another article has" in user.footer
        await user.press("enter")
        await opened(user)
        assert sentence(user) == CLOSEST
        assert user.session.sources.state("1") == SUPPLIED


async def test_a_source_is_replaced(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await ask(user, "g", "s")
        await user.paste(LATER_WINTER)
        await opened(user)
        assert "391,000" in user.picture
        await user.press("escape", "u")
        assert "Undone: replace the source of [1]" in user.footer
        await user.press("s")
        await opened(user)
        assert "389,000" in user.picture


# ---------------------------------------------------------------------- fetched


async def test_an_address_is_fetched_when_enter_asks_for_it(own_library: Path) -> None:
    with serve_page(PAGE) as address:
        async with reading(linked(r1=f"{address}/accounts"), own_library, private=True) as user:
            await ask(user)
            assert requested_paths() == [], "nothing is fetched unasked"
            await user.press("enter")
            await opened(user)
            assert "The accounts of Ostrel   127.0.0.1" in user.header
            assert requested_paths() == ["/accounts"]


async def test_an_address_that_does_not_answer_is_noted(own_library: Path) -> None:
    with serve_page(PAGE) as address:
        async with reading(linked(r1=f"{address}/gone"), own_library, private=True) as user:
            await ask(user)
            await user.press("enter")
            await user.until(lambda: "answered 404" in user.footer)
            assert user.session.sources.state("1") == FETCH_FAILED
            assert "! not reached" in user.list
            await user.press("o")
            assert "could not be reached on 20" in user.card


async def test_fetching_is_stopped(own_library: Path) -> None:
    with serve_page(PAGE) as address:
        async with reading(linked(r1=f"{address}/slow"), own_library, private=True) as user:
            await ask(user)
            await user.press("enter")
            await user.until(lambda: "fetching 127.0.0.1" in user.footer and "Esc stops" in user.footer)
            await user.press("j")
            assert user.sentence == "Nobody had counted the dogs.", "the keys are free meanwhile"
            await user.press("g", "f")
            assert "A source is still being fetched: Esc stops that" in user.footer
            await user.press("escape")
            assert "Stopped: 0 sources fetched" in user.footer
            release_page()
            assert user.session.sources.state("1") == NO_SOURCE


async def test_all_missing_sources_are_fetched_each_address_once(own_library: Path) -> None:
    with serve_page(PAGE) as address:
        links = {"r1": f"{address}/one", "r2": f"{address}/one#part", "r3": f"{address}/gone", "r4": f"{address}/four"}
        supply(own_library, WINTER, "4", linked(**links))
        async with reading(linked(**links), own_library, private=True) as user:
            await user.press("g", "f")
            await user.until(lambda: "1 source fetched, 1 could not be reached: [3]" in user.footer)
            assert sorted(requested_paths()) == ["/gone", "/one", "/robots.txt"], "the rules of a site are asked for once"
            states = [user.session.sources.state(reference) for reference in "1234"]
            assert states == [SUPPLIED, SUPPLIED, FETCH_FAILED, SUPPLIED]
            assert user.session.sources.source("1") == user.session.sources.source("2")
            assert user.over == "ReadingScreen"


COPY = Reply(PAGE.encode(), headers={"Memento-Datetime": "Fri, 01 Mar 2024 10:20:30 GMT"})
LANDING = PAGE.replace("</head>", '<meta name="citation_pdf_url" content="/missing.pdf"></head>').encode()
LOGIN = b'<!doctype html><title>Sign in</title><h1>Sign in</h1><form><input type="password"></form>'


async def test_a_run_says_what_each_source_is_and_is_one_step(own_library: Path) -> None:
    with serve({"/robots.txt": b"User-agent: *\nDisallow: /closed\n", "/two": LANDING, "/four": LOGIN}) as site:
        site.pages[f"/gate/{site.address}/one"] = COPY
        there = {f"r{n}": f"{site.address}/{name}" for n, name in enumerate(("one", "two", "closed", "four"), 1)}
        others = {"archive": f"{site.address}/gate/"}
        async with reading(linked(**there), own_library, private=True, others=others) as user:
            await user.press("j", "h", "g", "f")
            await user.until(lambda: "sources fetched" in user.footer)
            assert "2 sources fetched (1 archived copy, 1 only as an abstract)" in user.footer
            assert "1 could not be reached, 1 forbidden by robots.txt" in user.footer
            shelf = user.session.sources
            assert [shelf.state(reference) for reference in "1234"] == [SUPPLIED, ONLY_ABSTRACT, FETCH_FAILED, FETCH_FAILED]
            await user.press("o")
            assert "archived copy of 2024-03-01 of" in " ".join(user.card.split())
            await user.press("g", "r")
            assert "▤ archived" in user.list
            await user.press("u")
            assert "and 3 more" in user.footer
            assert {shelf.state(reference) for reference in "1234"} == {NO_SOURCE}


async def test_with_nothing_to_fetch_that_is_said(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press("g", "f")
        assert "Nothing to fetch" in user.footer


async def test_an_archived_copy_says_so_where_it_is_read(own_library: Path) -> None:
    with serve({}) as site:
        site.pages[f"/gate/{site.address}/one"] = COPY
        others = {"archive": f"{site.address}/gate/"}
        async with reading(linked(r1=f"{site.address}/one"), own_library, private=True, others=others) as user:
            await ask(user)
            await user.press("enter")
            await opened(user)
            assert "The accounts of Ostrel   archived copy of 2024-03-01 · 127.0.0.1" in user.header
            assert "/robots.txt" not in site.asked, "a person asks for one page as with a browser"
