"""Tables: their columns line up and fit where they can; what is too wide is wrapped, and no word is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reader.article.article import Article
from reader.article.model import Block, BlockKind, Style, StyleKind
from reader.printable import terminal_line
from reader.tui.layout import Layout

CELL = st.sampled_from(
    ["", "a", "1,024", "two words", "夜間", "`x`", "**b**", r"a \| b", "e\u0301", "a longer cell of words", "👩‍🚒"]
)
RULES = st.sampled_from(["-", "---", ":--", "--:", ":-:", "-" * 30])


def table(text: str) -> Article:
    """Return an article of one table; asterisks and backquotes are markup."""
    marks = tuple(Style(at, at + 1, StyleKind.MARKUP) for at, sign in enumerate(text) if sign in "*`")
    return Article(text, "", (Block(0, len(text), BlockKind.TABLE),), styles=marks)


def lines_of(article: Article, width: int, spare: int = 0) -> list[str]:
    """Return the lines as they are drawn."""
    layout = Layout(article, width, spare=spare)
    return [_line(layout, line) for line in range(len(layout)) if layout.blocks[line] >= 0]


def _line(layout: Layout, line: int) -> str:
    parts = (layout.pad(part.start) + layout.article.text[part.start : part.end] for part in layout.visible(line))
    return " " * layout.indent(line) + terminal_line("".join(parts))


@st.composite
def tables(draw: st.DrawFn) -> Article:
    """Make a table of Markdown's, its cells set with more or fewer blanks."""
    columns = draw(st.integers(1, 4))
    rows = draw(st.lists(st.lists(CELL, min_size=columns, max_size=columns), min_size=2, max_size=5))
    rule = draw(st.lists(RULES, min_size=columns, max_size=columns))
    blanks = st.sampled_from(["", " ", "    "])
    made = ["|".join(["", *(f"{draw(blanks)}{cell}{draw(blanks)}" for cell in row), ""]) for row in (rows[0], rule, *rows[1:])]
    return table("\n".join(made))


def edges(line: str) -> list[int]:
    """Return the cells at which the pipes that part columns stand."""
    return [cell_len(line[:at]) for at, sign in enumerate(line) if sign == "|" and line[at - 1 : at] != "\\"]


@given(tables())
def test_the_columns_of_a_markdown_table_that_fits_line_up(article: Article) -> None:
    lines = lines_of(article, 200)
    assert len(lines) == article.text.count("\n") + 1
    assert len({tuple(edges(line)) for line in lines}) == 1, "\n".join(lines)


@given(tables(), st.integers(12, 60))
def test_no_word_of_a_table_is_lost_at_any_width(article: Article, width: int) -> None:
    lines = lines_of(article, width)
    assert all(cell_len(line) <= width for line in lines)

    def signs(text: str) -> str:
        return "".join(sign for sign in text if sign.isalnum())

    assert signs("".join(lines)) == signs(article.text)


@given(tables(), st.integers(12, 90))
def test_what_is_drawn_in_a_table_leads_back_to_its_place(article: Article, width: int) -> None:
    layout = Layout(article, width)
    for line in range(len(layout)):
        for part in layout.visible(line):
            cell = layout.indent(line) + sum(
                cell_len(layout.pad(before.start) + terminal_line(article.text[before.start : before.end]))
                for before in layout.visible(line)
                if before.start < part.start
            )
            assert layout.offset_at(line, cell + len(layout.pad(part.start))) == part.start
            assert layout.offset_at(line, cell) == part.start, "what is drawn before it leads there too"


def test_a_table_is_lined_up_with_its_numbers_to_the_right() -> None:
    text = "| Route | Riders |\n|-|-:|\n| **N1** to the port | 4,120 |\n| N2 | 87 |"
    assert lines_of(table(text), 60) == [
        "| Route          | Riders |",
        "|----------------|-------:|",
        "| N1 to the port |  4,120 |",
        "| N2             |     87 |",
    ]


def test_a_markdown_table_that_is_too_wide_is_wrapped_at_its_words() -> None:
    text = f"| Route | What it is |\n|---|{'-' * 60}|\n| N1 | ten words of some length that go on and on and on |"
    assert lines_of(table(text), 40) == [
        "| Route | What it is |",
        "|---|-----------------------------------",
        "| N1 | ten words of some length that",
        "  go on and on and on |",
    ]


def test_the_gaps_of_a_table_get_narrower_before_anything_is_wrapped() -> None:
    text = "Year     Riders      Share\n────     ──────     ──────\n2024      4,120       12 %"
    assert lines_of(table(text), 60) == text.split("\n")
    assert lines_of(table(text), 20) == ["Year Riders  Share", "──── ────── ──────", "2024  4,120   12 %"]


def test_tables_and_code_use_the_room_beside_the_text() -> None:
    row = "x" * 30 + "  " + "y" * 30
    assert lines_of(table(row), 50) == ["x" * 30, "  " + "y" * 30]
    assert lines_of(table(row), 50, spare=12) == [row]
    code = Article("z" * 60, "", (Block(0, 60, BlockKind.CODE),))
    assert [len(line) for line in lines_of(code, 50)] == [50, 14]
    assert [len(line) for line in lines_of(code, 50, spare=12)] == [62]
