"""Many sources at once: a place is looked through, sure matches are attached after one look, likely ones one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.article import Article
from reader.review.model import SourceText
from reader.review.vocabulary import FULL_TEXT
from tests.tui.texts import article
from tests.tui.user import NARROW, WIDE, User, reading
from tests.unit.zotero_library import ZoteroLibrary

TOPICS = (
    "Ferry timetables in winter storms", "The price of salt on northern roads", "Counting herons from a moving train",
    "Street lamps and the sleep of cities", "A short history of harbour pilots", "Bread queues in the year of the flood",
    "How tram drivers learn to listen", "Rents above the tannery quarter", "School bells and the length of lessons",
    "The last telegraph office of the coast", "Wells and wages in a mining town", "Night markets after the curfew",
    "What the lighthouse keepers wrote down", "Bicycles on the cathedral square", "The cost of painting a bridge",
    "Letters that the post never carried", "Winter wheat under the railway", "Clocks that the parish could not agree on",
    "Snow fences and the price of hay", "The swimming lessons of the fire brigade",
)  # fmt: skip
AUTHORS = ("Lindqvist, A.", "Okafor, B.", "Tanaka, C.", "Ferrero, D.")


def listing(count: int) -> Article:
    """Return an article with so many references."""
    references = [(AUTHORS[n % len(AUTHORS)], str(2001 + n), title) for n, title in enumerate(TOPICS[:count])]
    body = " ".join(f"Much is known of this [{n + 1}]." for n in range(count))
    return article((body,), references, title="Sources by the dozen")


def write_source(folder: Path, number: int, name: str = "", *, author: str = "", year: str = "") -> Path:
    """Write the text behind a reference of `listing`, counted from 0, as a file of this name; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"paper-{number + 1:02}.html")
    person, when = author or AUTHORS[number % len(AUTHORS)], year or str(2001 + number)
    words = " ".join(f"Sentence {n} of paper {number + 1} tells what was seen on day {n}." for n in range(160))
    head = f'<title>{TOPICS[number]}</title><meta name="author" content="{person}"><meta name="date" content="{when}-03-01">'
    path.write_text(
        f"<html><head>{head}</head><body><h1>{TOPICS[number]}</h1><p>{person} {when}</p><p>{words}</p></body></html>"
    )
    return path


def attached(user: User) -> list[str]:
    """Return the labels of the references that have a text."""
    shelf = user.session.sources
    return [
        one.label for one in user.screen.article.references if (source := shelf.source(one.id)) is not None and source.current
    ]


async def look_through(user: User, place: Path) -> None:
    """Name a place, and wait until its files are listed."""
    await user.press("g", "a")
    await user.paste(str(place))
    await user.press("enter")
    await user.until(lambda: user.over == "MatchScreen" and ("to attach" in user.header or "No file" in user.footer))
    await user.settle()


@pytest.mark.slow
async def test_twenty_sources_take_a_path_and_two_keys(
    tmp_path: Path, own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        write_source(tmp_path / "papers", number)
    monkeypatch.chdir(tmp_path)
    keys = ("g", "a", *"pap", "tab", "enter", "enter")
    async with reading(listing(20), own_library) as user:
        await user.press(*keys[:-1])
        await user.until(lambda: "20 to attach" in user.header)
        assert attached(user) == []
        await user.press(keys[-1])
        await user.until(lambda: "20 sources attached · u takes it back" in user.footer)
        assert user.over == "ReadingScreen"
        assert len(attached(user)) == 20
        assert len(keys) <= 10, "half a key press for each source"
        await user.press("u")
        assert attached(user) == []
        await user.press("ctrl+r")
        assert len(attached(user)) == 20


async def test_keys_that_are_typed_ahead_do_what_slow_ones_do(tmp_path: Path, own_library: Path) -> None:
    write_source(tmp_path / "papers", 0)
    write_source(tmp_path / "papers", 1)
    async with reading(listing(2), own_library) as user:
        user.send("g", "a", *str(tmp_path / "papers"), "enter", "j", "x", "enter")
        await user.until(lambda: "1 source attached" in user.footer)
        assert attached(user) == ["1"]


async def test_likely_matches_are_taken_or_left_out_one_by_one(tmp_path: Path, own_library: Path) -> None:
    folder = tmp_path / "papers"
    write_source(folder, 0)
    for number in (1, 2, 3):
        write_source(folder, number, year="1990")
    async with reading(listing(5), own_library) as user:
        await look_through(user, folder)
        assert "1 sure" in user.header
        assert "3 likely" in user.header
        assert "1 to attach" in user.header
        await user.press("]", "a")
        assert "2 to attach" in user.header
        await user.press("x", "a", "]")
        assert "3 to attach" in user.header
        assert "No likely match is left to decide" in user.footer
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen")
        assert attached(user) == ["1", "2", "4"]


async def test_a_sure_match_can_be_left_out_and_taken_again(tmp_path: Path, own_library: Path) -> None:
    write_source(tmp_path / "papers", 0)
    async with reading(listing(2), own_library) as user:
        await look_through(user, tmp_path / "papers")
        await user.press("x")
        assert "left out" in user.picture
        await user.press("enter")
        assert "Nothing to attach" in user.footer
        await user.press("a", "enter")
        await user.until(lambda: user.over == "ReadingScreen")
        assert attached(user) == ["1"]


async def test_of_two_files_for_one_reference_the_one_that_was_taken_last_counts(tmp_path: Path, own_library: Path) -> None:
    write_source(tmp_path / "papers", 0, "first.html", year="1990")
    write_source(tmp_path / "papers", 0, "second.html", year="1991")
    async with reading(listing(2), own_library) as user:
        await look_through(user, tmp_path / "papers")
        assert "2 likely" in user.header
        await user.press("a", "a")
        assert "[1] gets this file, not" in user.footer
        assert "1 to attach" in user.header
        await user.press("enter")
        await user.until(lambda: user.over == "ReadingScreen")
        source = user.session.sources.source("1")
        assert source is not None
        assert source.text is not None
        assert source.text.origin.endswith("second.html")


async def test_what_was_read_until_it_was_stopped_is_attached_and_counted(tmp_path: Path, own_library: Path) -> None:
    for number in range(12):
        write_source(tmp_path / "papers", number)
    async with reading(listing(12), own_library) as user:
        await look_through(user, tmp_path / "papers")
        user.send("enter", "escape")
        await user.until(lambda: user.over == "ReadingScreen" and "attached" in user.footer)
        count = len(attached(user))
        assert f"{count} sources attached" in user.footer or f"{count} source attached" in user.footer


async def test_files_that_fit_nothing_or_cannot_be_read_are_listed_with_the_reason(tmp_path: Path, own_library: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "diary.txt").write_text("Nothing about any of that happened today, and nothing will tomorrow.")
    (folder / "empty.txt").write_text("")
    (folder / "gone.pdf").symlink_to(folder / "nowhere.pdf")
    async with reading(listing(2), own_library) as user:
        await look_through(user, folder)
        assert "1 without a match" in user.header
        assert "2 not read" in user.header
        await user.press("a")
        assert "No reference fits this file" in user.footer
        await user.press("G")
        assert "gone.pdf" in user.picture
        await user.press("escape")
        assert user.over == "ReadingScreen"
        assert attached(user) == []


@pytest.mark.slow
async def test_a_reference_that_has_a_source_keeps_it(tmp_path: Path, own_library: Path) -> None:
    write_source(tmp_path / "papers", 0)
    async with reading(listing(2), own_library) as user:
        for _ in range(2):
            await look_through(user, tmp_path / "papers")
            await user.press("enter")
            await user.settle()
            if user.over == "MatchScreen" and "has a source" in user.picture:
                break
            await user.until(lambda: user.over == "ReadingScreen")
        assert "Nothing to attach" in user.footer
        assert attached(user) == ["1"]


async def test_a_reference_that_got_a_source_meanwhile_keeps_it_and_the_message_says_so(
    tmp_path: Path, own_library: Path
) -> None:
    write_source(tmp_path / "papers", 0)
    write_source(tmp_path / "papers", 1)
    async with reading(listing(2), own_library) as user:
        session, references = user.session, user.screen.article.references
        await look_through(user, tmp_path / "papers")
        source = session.attach_source(references[0].id, SourceText("0" * 64, extent=FULL_TEXT))
        await user.press("enter")
        await user.until(lambda: "1 source attached, 1 not: the reference got another text meanwhile" in user.footer)
        assert session.sources.source(references[0].id) == source
        assert attached(user) == ["1", "2"]


@pytest.mark.slow
async def test_escape_leaves_everything_as_it_was(tmp_path: Path, own_library: Path) -> None:
    write_source(tmp_path / "papers", 0)
    async with reading(listing(2), own_library) as user:
        user.send("g", "a", *str(tmp_path / "papers"), "enter", "escape")
        await user.until(lambda: user.app.type_ahead.is_empty and user.over == "ReadingScreen" and not user.screen.is_asking)
        assert attached(user) == []
        await look_through(user, tmp_path / "papers")
        await user.press("q")
        assert user.over == "ReadingScreen"
        assert attached(user) == []


async def test_a_place_that_is_none_is_named_and_the_path_offered_again(tmp_path: Path, own_library: Path) -> None:
    async with reading(listing(2), own_library) as user:
        await user.press("g", "a")
        await user.paste(str(tmp_path / "nowhere"))
        user.send("enter", "enter", "j")
        await user.until(lambda: "is neither a folder" in user.footer)
        assert user.over == "ReadingScreen"
        await user.press("g", "a")
        assert user.field.value == str(tmp_path / "nowhere")


async def test_a_folder_where_one_source_is_asked_for_is_looked_through(tmp_path: Path, own_library: Path) -> None:
    write_source(tmp_path / "papers", 0)
    async with reading(listing(2), own_library) as user:
        await user.press("g", "s")
        await user.paste(str(tmp_path / "papers"))
        await user.press("enter")
        await user.until(lambda: "1 to attach" in user.header)


async def test_the_library_of_zotero_is_offered_where_zotero_makes_it(
    tmp_path: Path, own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    zotero = ZoteroLibrary(tmp_path / "Zotero")
    text = write_source(tmp_path, 0).read_text()
    zotero.attach(zotero.add_item({"title": TOPICS[0], "citationKey": "lind2001"}), "storage:scan.html", data=text)
    async with reading(listing(2), own_library) as user:
        await user.press("g", "a", "enter")
        await user.until(lambda: "1 to attach" in user.header)
        assert "lind2001" in user.picture


@pytest.mark.slow
async def test_help_and_palette_know_the_screen(tmp_path: Path, own_library: Path) -> None:
    write_source(tmp_path / "papers", 0)
    async with reading(listing(2), own_library) as user:
        await look_through(user, tmp_path / "papers")
        await user.press("?")
        assert "Sources from a place" in user.picture
        await user.press("escape", ":")
        await user.type("leave the file")
        await user.press("enter")
        assert "left out" in user.picture


async def test_a_zotero_library_is_a_place_and_the_mouse_can_do_it(tmp_path: Path, own_library: Path) -> None:
    zotero = ZoteroLibrary(tmp_path / "Zotero")
    people = [("author", "A.", "Lindqvist")]
    text = write_source(tmp_path, 0).read_text()
    zotero.attach(zotero.add_item({"title": TOPICS[0], "date": "2001"}, people), "storage:scan.html", data=text)
    async with reading(listing(2), own_library) as user:
        await look_through(user, zotero.folder)
        await user.click("Enter")
        await user.until(lambda: user.over == "ReadingScreen")
        assert attached(user) == ["1"]


@pytest.mark.parametrize("size", [(40, 12), NARROW, WIDE, (200, 50)])
async def test_all_is_there_at_every_size(tmp_path: Path, own_library: Path, size: tuple[int, int]) -> None:
    for number in range(4):
        write_source(tmp_path / "papers", number, year="" if number else "1980")
    async with reading(listing(6), own_library, size) as user:
        await look_through(user, tmp_path / "papers")
        assert "3 to attach" in user.header
        assert "Enter" in user.footer or size[0] < 80
        await user.press("G", "k", "k")
        assert "▌" in user.picture
        assert all(len(row) <= size[0] for row in user.lines)
