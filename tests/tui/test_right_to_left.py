"""An article in Arabic: its lines begin at the right edge, and keys, marks and mouse act on the words that are there."""

from __future__ import annotations

from pathlib import Path
from unicodedata import bidirectional

import pytest

from reader.article.model import BlockKind
from tests.tui.texts import article, place
from tests.tui.user import NARROW, WIDE, User, reading

FIRST = "دخل القطار الجديد محطة المدينة في ربيع عام 2021 بعد تأخير طويل لم يشرحه أحد."
SECOND = "قال المجلس إن عدد الركاب بلغ 4200 راكب في الأسبوع الأول [1]."
THIRD = "ثم عاد الهدوء إلى الرصيف."
QUOTED = "لم نر زحاما كهذا من قبل."
ENGLISH = "The station keeps its name."
TRAINS = article(
    ((BlockKind.HEADING, "القطار الجديد"), f"{FIRST} {SECOND} {THIRD}", (BlockKind.QUOTE, QUOTED), ENGLISH),
    [("Hala Darwish", "2021", "عدد الركاب")],
).with_language("ar")


def right_edge(user: User) -> int:
    """Return the column after the text, in cells of the screen."""
    view = user.screen.view
    left, width = view.text_column()
    return view.region.x + left + width


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_its_lines_begin_at_the_right_edge_and_others_at_the_left(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(TRAINS, own_library, size) as user:
        edge = right_edge(user)
        left, _ = user.screen.view.text_column()
        rows = [row[:edge] for row in user.lines[1:]]
        for words in ("القطار الجديد", "دخل القطار", THIRD):
            row = next(row for row in rows if words in row)
            assert len(row) == edge
            assert not row.endswith(" "), row
        assert any(row.endswith(f"{QUOTED} │") for row in rows), "the bar of a quotation is before it too"
        assert any(row[left:].startswith(ENGLISH) for row in rows)


def is_parted(row: str, at: int) -> bool:
    """Whether a strong character from left to right stands between the text before a column and what comes after it."""
    kinds = [bidirectional(sign) for sign in row]
    before = max((n for n, kind in enumerate(kinds[:at]) if kind == "AL"), default=at)
    after = next((n for n in range(at, len(kinds)) if kinds[n] in ("AL", "EN", "AN")), len(kinds))
    return "L" in kinds[before:after]


async def test_a_terminal_that_orders_whole_rows_leaves_each_pane_and_number_in_its_place(own_library: Path) -> None:
    async with reading(TRAINS, own_library) as user:
        await user.press("j", "h")
        edge = right_edge(user)
        arabic = [row for row in user.lines[1:] if "AL" in map(bidirectional, row[:edge])]
        assert sum("AL" in map(bidirectional, row[edge:]) for row in arabic) > 0, "two panes have such text in one row"
        assert all(is_parted(row, edge) for row in arabic)
        assert all(bidirectional(next(filter(is_strong, row))) == "L" for row in arabic), (
            "where the first one gives the direction"
        )
        assert is_parted(user.header, user.header.index("1"))


def is_strong(sign: str) -> bool:
    """Whether a sign is a strong character, or a number."""
    return bidirectional(sign) in ("L", "R", "AL", "EN", "AN")


async def test_the_cursor_follows_the_sentences_and_a_mark_has_their_words(own_library: Path) -> None:
    async with reading(TRAINS, own_library) as user:
        await user.press("j")
        assert user.sentence == SECOND
        barred = [row for row in user.lines if "▌" in row]
        assert any(words in row for row in barred for words in ("قال المجلس", "4200"))
        await user.press("h")
        assert user.quotes == [SECOND]
        selector = user.annotation.selector
        assert (selector.start, selector.end) == place(TRAINS, SECOND)
        _, y = user.cell("قال")
        assert "○" in user.lines[y][: user.screen.view.text_column()[0]]


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_a_click_hits_the_sentence_and_the_word_under_it(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(TRAINS, own_library, size) as user:
        for words, sentence in (("4200", SECOND), ("الرصيف", THIRD), ("دخل", FIRST), ("زحاما", QUOTED)):
            for into in (0, len(words) - 1):
                await user.click(words, into=into)
                assert user.sentence == sentence
                await user.click(words, into=into, times=2)
                assert user.selected == words
                await user.press("escape")


async def test_a_drag_selects_what_lies_between(own_library: Path) -> None:
    async with reading(TRAINS, own_library) as user:
        x, y = user.cell("عاد الهدوء")
        await user.drag((x, y), (x + len("عاد الهدوء") - 1, y))
        assert user.selected == "عاد الهدوء"
        await user.press("h")
        assert user.quotes == ["عاد الهدوء"]


async def test_a_click_before_the_lines_stays_in_their_paragraph(own_library: Path) -> None:
    async with reading(TRAINS, own_library) as user:
        _, y = user.cell(THIRD)
        await user.click_at((user.screen.view.text_column()[0], y))
        assert user.sentence in (SECOND, THIRD)
