"""A day at a desk, by keyboard alone: twelve articles come in, are put in order, searched, read, judged and handed on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from reader.tui.widgets.item_list import ItemList
from tests.tui.sources import is_searched
from tests.tui.test_search_screen import settled
from tests.tui.user import WIDE, User, reading

SALT: Final = """# Salt in the well

Lorries spread twelve tonnes of salt last winter [1]. Chloride in the wells had doubled by the thaw [1].
The brewery moved its pump in June [2]. Nobody has asked the dairy.

## References

1. Hartmann, K. (2021). Wells of the ring road. https://wells.example/ring
2. Ito, M. (2022). A pump on the move. https://pumps.example/move
"""
PASSAGE: Final = "The lorries spread nine tonnes of salt last winter."
SOURCE: Final = f"Wells of the ring road\n\n{PASSAGE}\n\nChloride in the wells had doubled by the thaw.\n"
IN_THE_BOX: Final = {
    "bridge": "How long a bridge lasts",
    "buses": "The night bus nobody counted",
    "cheese": "The cheese that failed its passport",
    "ferry": "The ferry counts again",
    "forest": "A forest in straight lines",
    "heat": "Cheap heat and dear pipes",
    "roofs": "Ten thousand roofs",
    "tram": "Notes on a vanished tram",
}
OTHERS: Final = ("Salt in the well", "A library lends needles", "Speed cameras", "Minutes of the harbour board", "Pipes")
PASTED: Final = "Minutes of the harbour board\n\nThe board met for an hour. It chose a new clerk.\n"


def titles(user: User) -> list[str]:
    """Return the titles of the rows on the screen, from above."""
    rows = user.app.screen.query_one(ItemList)
    known = (*IN_THE_BOX.values(), *OTHERS)
    lines = [rows.render_line(y).text for y in range(rows.size.height)]
    return [title for row in lines for title in known if f" {title}  " in row]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay out the files of the day in a folder, which is the current one, and return it."""
    box = tmp_path / "the box"
    box.mkdir()
    for name, title in IN_THE_BOX.items():
        (box / f"{name}.md").write_text(
            f"# {title}\n\nA short text about the {name}. It has two sentences.\n", encoding="utf-8"
        )
    (tmp_path / "salt.md").write_text(SALT, encoding="utf-8")
    (tmp_path / "needles.md").write_text("# A library lends needles\n\nIt lends looms too.\n", encoding="utf-8")
    (tmp_path / "cameras.txt").write_text("Speed cameras\n\nThey move the accidents, some say.\n", encoding="utf-8")
    (tmp_path / "wells.txt").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def listed(user: User, count: str) -> None:
    """Wait until the library is listed and every article is counted."""
    await user.until(lambda: user.over == "LibraryScreen" and f" {count}" in user.header and "Opening" not in user.footer)
    await user.settle()


async def told(user: User, words: str) -> None:
    """Wait until the footer tells something, and all is on the disk."""
    await user.until(lambda: words in user.footer)
    await user.saved()


async def opened(user: User) -> None:
    """Wait until an article is open for review."""
    await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None and user.desk.sentence_count >= 0)
    await user.settle()


async def take_in(user: User) -> None:
    """Bring twelve articles in: a folder, two paths, a path that opens, a text that is pasted."""
    await user.until(lambda: "no articles yet" in user.header)
    await user.type("./the box")
    await user.press("enter")
    await told(user, "Added 8 articles")
    await user.type("./needles.md ./cameras.txt")
    await user.press("enter")
    await told(user, "Added 2 articles")
    await user.paste(PASTED, "enter")
    await opened(user)
    await user.press("g", "l")
    await listed(user, "11 articles")
    await user.type("./sal")
    await user.press("tab", "enter")
    await opened(user)
    assert user.header.startswith(" Salt in the well")
    await user.press("g", "l")
    await listed(user, "12 articles")


async def put_in_order(user: User) -> None:
    """Tag two articles, rename one, archive two, remove one and bring it back, sort all, filter."""
    await user.press("f6", "1", "escape")
    assert titles(user)[:3] == ["A forest in straight lines", "A library lends needles", "Cheap heat and dear pipes"]
    await user.press("tab", "g", "g", "j", "j", "e")
    await user.type("Pipes")
    await user.press("enter")
    await told(user, "Renamed “Cheap heat and dear pipes” to “Pipes”")
    await user.press("/")
    await user.type("salt")
    await user.press("tab", "t")
    await user.type("water")
    await user.press("enter")
    await told(user, "Tagged “Salt in the well” #water")
    await user.press("/", "escape")
    await user.type("ferry")
    await user.press("tab", "t")
    await user.type("wat")
    await user.press("enter")
    await told(user, "Tagged “The ferry counts again” #water")
    await user.press("/", "escape", "tab", "g", "g", "space", "space", "z")
    await told(user, "Archived 2 articles")
    await listed(user, "10 articles")
    await user.press("g", "g", "d", "d")
    await told(user, "Removed ")
    await listed(user, "9 articles")
    await user.press("u")
    await told(user, "Undone: remove ")
    await listed(user, "10 articles")
    await user.press("/")
    await user.type("#water")
    assert titles(user) == ["Salt in the well", "The ferry counts again"]
    await user.press("escape")


async def search(user: User) -> None:
    """Find a word in the texts, and go to the article."""
    await user.press("ctrl+f")
    await settled(user, "chloride")
    assert "1 hit in 1 article" in user.header
    await user.press("enter")
    await opened(user)
    assert user.sentence.startswith("Chloride in the wells")


async def judge(user: User) -> None:
    """Mark three claims, keep evidence for one, and judge all their pairs in the queue."""
    await user.press("k", "h", "j", "h", "j", "h")
    assert len(user.quotes) == 3, user.quotes
    await user.press("k", "k", "s")
    await user.type("wells.txt")
    await user.press("enter")
    await user.until(lambda: is_searched(user))
    await user.settle()
    await user.press("e", "escape")
    await user.press("3")
    assert "↑ overstated  ❝ 1" in user.picture
    assert [one.selector.exact for one in user.annotation.judgements[0].evidence] == [PASSAGE]
    await user.press("R")
    assert "Wells of the ring road" in user.picture
    await user.press("7", "7")
    assert "No pairs left" in user.picture
    await user.press("escape")
    await user.saved()


async def hand_on(user: User) -> None:
    """Export the two articles on water."""
    await user.press("g", "l")
    await listed(user, "10 articles")
    await user.type("#water")
    await user.press("insert", "insert", "ctrl+e")
    await user.until(lambda: user.over == "ExportScreen")
    await user.press("m", "enter")
    await told(user, "Exported")


async def check_all_is_as_it_was_left(user: User) -> None:
    """Look at the order, the names, the tags and the archive, then at the article that was judged."""
    assert "title ▴" in user.picture
    assert titles(user) == [
        "How long a bridge lasts",
        "Minutes of the harbour board",
        "Notes on a vanished tram",
        "Pipes",
        "Salt in the well",
        "Speed cameras",
        "Ten thousand roofs",
        "The cheese that failed its passport",
        "The ferry counts again",
        "The night bus nobody counted",
    ]
    await user.type("is:archived")
    assert titles(user) == ["A forest in straight lines", "A library lends needles"]
    assert "2 archived articles" in user.header
    await user.press("escape")
    await user.type("#water ferry")
    assert titles(user) == ["The ferry counts again"]
    await user.press("escape")
    await user.type("salt")
    await user.press("enter")
    await opened(user)
    assert len(user.quotes) == 3
    assert user.session.index.tally.open_pairs == 0
    assert user.sentence.startswith("The brewery moved its pump"), "where the queue ended"


@pytest.mark.slow
async def test_a_day_at_a_desk(own_library: Path, desk: Path) -> None:
    async with reading(None, own_library, WIDE) as user:
        await take_in(user)
        await put_in_order(user)
        await search(user)
        await judge(user)
        await hand_on(user)
        await user.press("escape", "ctrl+q")
        await user.left()
    async with reading(None, own_library, WIDE) as user:
        await listed(user, "10 articles   2 archived   3 claims")
        await check_all_is_as_it_was_left(user)
    (folder,) = desk.glob("library-export*")
    exported = {path.stem: path.read_text("utf-8") for path in folder.iterdir()}
    assert set(exported) == {"salt-in-the-well", "the-ferry-counts-again"}
    assert "overstated" in exported["salt-in-the-well"]
