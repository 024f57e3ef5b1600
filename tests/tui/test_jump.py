"""Jump mode: letters over everything in view, and what a label does is what a click there does."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from reader.tui.jump_mode import LETTERS, make_labels
from reader.tui.widgets.article_view import ArticleView
from tests.tui.sources import WINTER, read_source, sentence, source_screen, supply
from tests.tui.test_library_screen import two_articles
from tests.tui.test_search_screen import prepare, search
from tests.tui.texts import BUSES, LONG
from tests.tui.user import NARROW, WIDE, User, reading


def is_label(style: Style, label: Style) -> bool:
    """Whether a segment has the style of labels, which without colour is that of nothing else on these screens."""
    return bool(style.reverse) if label.reverse else style.bgcolor == label.bgcolor


def labels(user: User) -> dict[tuple[int, int], str]:
    """Return the labels on the screen by the cells (column, row) where they begin."""
    style, found = user.app.look.style("jump"), dict[tuple[int, int], str]()
    for y, strip in enumerate(user.app.screen._compositor.render_strips()):
        x = 0
        for segment in strip:
            if segment.style is not None and is_label(segment.style, style):
                found[x, y] = segment.text
            x += segment.cell_length
    return found


async def jump(user: User, text: str, nth: int = 0, key: str = ",") -> None:
    """Jump to where a text is drawn."""
    cell = user.cell(text, nth)
    await user.press(key)
    await user.press(*labels(user)[cell])
    assert not labels(user)


@given(st.integers(0, len(LETTERS) ** 2 + 9))
def test_no_label_begins_another(count: int) -> None:
    made = sorted(make_labels(count))
    assert len(made) == min(count, len(LETTERS) ** 2)
    assert not any(other.startswith(label) for label, other in pairwise(made))
    assert all(len(label) == 1 for label in made) == (count <= len(LETTERS))


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_a_sentence_a_marker_a_row_and_a_tab_are_jumped_to(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(BUSES, own_library, size) as user:
        await jump(user, "Nobody had counted")
        assert user.sentence == "Nobody had counted the dogs."
        await jump(user, "[2][3]")
        assert user.sentence.startswith("Three studies")
        assert user.desk.peeked_reference == "2", "as a click on the marker does"
        if size == WIDE:
            await jump(user, "Claims")
            assert user.desk.tab == "claims"
            await jump(user, "References")
            x, y = user.cell("[3] Accounts of the depots")
            await user.press(",")
            await user.press(*labels(user)[x - 1, y])
            assert user.sentence.startswith(("Three studies", "A night bus"))
            assert user.desk.hits.label == "citations of [3]"


async def test_typing_narrows_backspace_takes_back_and_escape_leaves(own_library: Path) -> None:
    async with reading(LONG, own_library, (200, 50)) as user:
        text = user.app.screen.query_one(ArticleView)
        await user.until(lambda: text.lines.is_complete)  # until then, the length of the scroll bar is a guess
        await user.settle()
        before = user.lines[:-1]
        await user.press("f10")
        assert "a–z go to the label" in user.footer
        pair = next(label for label in labels(user).values() if len(label) == 2)
        await user.press(pair[0])
        assert {label[0] for label in labels(user).values()} == {pair[0]}
        await user.press("7")
        assert not labels(user), "a key that no label has leaves"
        assert user.lines[:-1] == before
        await user.press(",", pair[0], "backspace")
        assert {label[0] for label in labels(user).values()} > {pair[0]}
        await user.press("escape")
        assert not labels(user)
        assert user.lines[:-1] == before
        await user.press("j")
        assert user.sentence.startswith("It goes on")


async def test_keys_typed_at_once_are_a_label_and_an_action(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(",")
        x, y = user.cell("hree studies")
        label = labels(user)[x - 1, y]
        await user.press("escape")
        user.send(",", *label, "h")
        await user.settle()
        assert user.quotes == ["Three studies agree that the buses replaced taxis rather than trams [1][2][3]."]


async def test_a_click_or_a_new_size_ends_the_mode(own_library: Path) -> None:
    async with reading(BUSES, own_library) as user:
        await user.press(",")
        await user.click("What it costs")
        assert not labels(user)
        await user.press(",")
        await user.pilot.resize_terminal(*NARROW)
        await user.settle()
        assert not labels(user)


async def test_without_colour_a_label_is_reversed(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with reading(BUSES, own_library) as user:
        await user.press(",")
        assert user.app.look.style("jump").reverse
        assert len(labels(user)) > 10


async def test_a_source_is_jumped_in(own_library: Path) -> None:
    supply(own_library, WINTER)
    async with reading(BUSES, own_library) as user:
        await read_source(user)
        await user.press("g", "g")
        await user.press(",")
        passage = next(cell for cell in labels(user) if cell[0] > 70)
        await user.press(*labels(user)[passage])
        assert source_screen(user).passage_index == 0
        assert sentence(user)


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_an_article_of_the_library_is_opened_by_its_label(own_library: Path, size: tuple[int, int]) -> None:
    await two_articles(own_library)
    async with reading(None, own_library, size) as user:
        await user.until(lambda: "2 articles" in user.header)
        row = user.cell("Night buses in Ostrel")[1]
        await user.press("f10")
        await user.press(*next(label for (_, y), label in labels(user).items() if y == row))
        await user.until(lambda: user.over == "ReadingScreen")
        assert "Night buses" in user.header


async def test_hits_and_kinds_of_the_search_are_jumped_to(own_library: Path) -> None:
    prepare(own_library)
    async with reading(BUSES, own_library) as user:
        screen = await search(user, "passengers")
        await jump(user, "Notes", key="f10")
        await user.until(lambda: screen.is_settled)
        assert "Who counted the passengers?" in user.picture
        await jump(user, "All", key="f10")
        await user.until(lambda: screen.is_settled)
        await user.press("f10")
        hit = max(cell for cell in labels(user) if cell[0] == 1)
        await user.press(*labels(user)[hit])
        assert user.over == "SearchScreen", "a click takes a hit in hand, and a second one opens it"
        await user.until(lambda: screen.is_settled)
        await user.press("f10")
        await user.press(*labels(user)[max(cell for cell in labels(user) if cell[0] == 1)])
        await user.until(lambda: user.over != "SearchScreen")
