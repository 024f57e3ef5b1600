"""Tables for a terminal, and what stands high, low or in a formula as plain text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.model import Block, BlockKind, Style, StyleKind
from reader.formats.builder import Builder, EntryMarker
from reader.formats.formulas import math_text, tex_text
from reader.formats.runs import subscript, superscript
from reader.formats.table_cells import read_tables
from reader.formats.text_table import Cell, draw_table, render_table
from tests.hypothesis_profiles import CHARACTERS


def cells(*rows: str) -> list[list[Cell]]:
    return [[Cell(text.strip()) for text in row.split("|")] for row in rows]


def test_columns_are_aligned_and_numbers_end_below_each_other() -> None:
    text = draw_table(cells("Port|Ships", "Vik|7", "Sandvik|1,204"), heads=1).text
    assert text.split("\n") == [
        "Port     Ships",
        "───────  ─────",
        "Vik          7",
        "Sandvik  1,204",
    ]


def test_a_long_cell_goes_on_in_the_next_line_of_its_row() -> None:
    long = (
        "The lamp was lit every evening by the keeper, who lived below it with a dog and two goats, until it went out for good"
    )
    text = draw_table(cells("Year|What", f"1850|{long}", "1851|Nothing"), heads=1).text
    lines = text.split("\n")
    assert max(map(len, lines)) <= 66
    assert lines[2].startswith("1850  The lamp")
    assert lines[3].startswith("      ")
    assert " ".join(" ".join(lines[2:-1]).split()) == f"1850 {long}"


def test_more_columns_than_fit_stand_below_each_other_behind_the_first_one() -> None:
    wide = "|".join(f"column{number}" for number in range(20))
    text = draw_table(cells(wide, wide)).text
    bands = text.split("\n\n")
    assert len(bands) > 1
    assert all(band.startswith("column0  ") for band in bands)
    assert all(len(line) <= 66 for line in text.split("\n"))
    assert all(f"column{number}" in text for number in range(20))


def test_a_marker_keeps_its_place_and_is_not_parted() -> None:
    cell = Cell("seen by Rask and Vik (2004) once", (EntryMarker(8, 27, ("rask",), "note"),))
    builder = Builder()
    render_table(builder, [[Cell("a"), Cell("what anybody said of it, at length")], [Cell("b"), cell]], heads=1)
    with builder.entry("rask", "1"):
        builder.begin()
        builder.text("Rask and Vik 2004.")
    article = builder.article("html", "a.html")
    citation = article.citations[0]
    assert article.text[citation.start : citation.end] == "Rask and Vik (2004)"
    assert article.blocks[0].kind is BlockKind.TABLE


def test_a_marker_in_the_first_column_is_cited_once_however_many_bands_there_are() -> None:
    row = [Cell("a [1]", (EntryMarker(2, 5, ("one",), "note"),)), *(Cell(f"word{number} or more") for number in range(20))]
    marks = draw_table([row]).markers
    assert len(marks) == 1


def test_empty_rows_and_columns_are_left_out() -> None:
    text = draw_table(cells("a||b", "||", "c||d")).text
    assert text == "a  b\nc  d"
    assert draw_table([]) == Cell()
    assert draw_table(cells("|", "|")) == Cell()


def test_wide_characters_take_their_two_cells() -> None:
    text = draw_table(cells("港|x", "ab|y")).text
    assert text == "港  x\nab  y"


@given(st.lists(st.lists(st.text(CHARACTERS, max_size=90), max_size=9), max_size=6), st.integers(0, 3))
def test_any_cells_can_be_drawn(rows: list[list[str]], heads: int) -> None:
    def cell(text: str) -> Cell:
        mark = (EntryMarker(0, len(text), ("n",), "note"),) if text.strip() == text != "" else ()
        return Cell(text, mark, (Style(0, len(text), StyleKind.LINK, "a:"), Style(len(text) // 2, len(text), StyleKind.STRONG)))

    text, marks, styles = draw_table([[cell(text) for text in row] for row in rows], heads)
    assert all(0 <= part.start < part.end <= len(text) for part in (*marks, *styles))
    builder = Builder()
    render_table(builder, [[cell(text) for text in row] for row in rows], heads)
    article = builder.article("html", "-")
    assert article.text.count("\n") >= text.rstrip().count("\n")
    assert all(0 <= style.start < style.end <= len(article.text) for style in article.styles)


@pytest.mark.parametrize("heads", [0, 1])
def test_the_cells_of_a_drawn_table_are_read_back(heads: int) -> None:
    rows = cells("名前 | Count | Cafe\u0301", "東京 都 | 12 | a b", "é | 7 |", "| 3 | e\u0301")
    drawn = draw_table(rows, heads).text
    (table,) = read_tables(f"Before\n\n{drawn}", Block(8, 8 + len(drawn), BlockKind.TABLE))
    read = [[drawn[cell.start - 8 : cell.end - 8] if cell else "" for cell in row] for row in table.rows]
    assert (table.heads, read) == (heads, [[cell.text for cell in row] for row in rows])


def test_what_is_drawn_in_a_cell_is_drawn_in_each_of_its_lines() -> None:
    long = "a report on the lamps of the whole coast and what they weigh, with drawings of each of them by hand"
    words = "the lamps of the whole coast and what they weigh, with drawings"
    start = long.index(words)
    cell = Cell(long, (), (Style(start, start + len(words), StyleKind.LINK, "https://a.example/"),))
    builder = Builder()
    render_table(builder, [[Cell("Year"), Cell("What")], [Cell("1850"), cell]], 1)
    article = builder.article("html", "a.html")
    linked = [article.text[style.start : style.end] for style in article.styles]
    assert len(linked) > 1
    assert " ".join(linked) == words
    assert {style.target for style in article.styles} == {"https://a.example/"}


@pytest.mark.parametrize(
    ("text", "before", "shown"),
    [
        ("6", "10", "⁶"),
        ("−2", "s", "⁻²"),
        ("2+", "Ca", "²⁺"),
        ("th", "4", "th"),
        ("n+1", "x", "ⁿ⁺¹"),
        ("Q", "x", "^Q"),
        ("the end", "x", "ᵗʰᵉ ᵉⁿᵈ"),
        ("1 + Q", "x", "^(1 + Q)"),
        ("®", "Foo", "®"),
        (" 2 ", "x", " ² "),
        ("", "", ""),
        (", ", "2", ", "),
    ],
)
def test_what_stands_high_does_not_glue_to_the_word(text: str, before: str, shown: str) -> None:
    assert superscript(text, before) == shown


@pytest.mark.parametrize(("text", "shown"), [("2", "₂"), ("max", "ₘₐₓ"), ("D", "_D"), ("i,j", "ᵢ,ⱼ"), ("a b D", "_(a b D)")])
def test_what_stands_low_does_not_glue_to_the_word(text: str, shown: str) -> None:
    assert subscript(text) == shown


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<math><msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mn>1</mn></math>", "x² + 1"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>n</mi></mfrac></math>", "(a + b)/n"),
        ("<math><msub><mi>k</mi><mi>B</mi></msub><mi>T</mi></math>", "k_B T"),
        ("<math><msqrt><mi>x</mi></msqrt></math>", "√x"),
        ("<math><munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>i</mi></math>", "∑ᵢⁿi"),
        ("<math><mfenced><mi>a</mi><mi>b</mi></mfenced></math>", "(a, b)"),
        ("<math><mi>ln</mi><mi>x</mi><mo>=</mo><mtext>so it is</mtext></math>", "ln x = so it is"),
        ("<math><semantics><mi>x</mi><annotation>X</annotation></semantics></math>", "x"),
        ("<math><mtable><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable></math>", "a; b"),
        ("<oMath><f><fPr/><num><r><t>1</t></r></num><den><r><t>2</t></r></den></f></oMath>", "1/2"),
        ("<oMath><sSup><e><r><t>x</t></r></e><sup><r><t>2</t></r></sup></sSup></oMath>", "x²"),
        ('<oMath><d><dPr><begChr val="["/><endChr val="]"/></dPr><e><r><t>x</t></r></e></d></oMath>', "[x]"),
        (
            '<oMath><nary><naryPr><chr val="∑"/></naryPr><sub><t>i</t></sub><sup><t>n</t></sup><e><t>i</t></e></nary></oMath>',
            "∑ᵢⁿ i",
        ),
        ("<math><msup/><mfrac/><msqrt/></math>", "/√"),
    ],
)
def test_a_formula_is_a_line_of_text(markup: str, shown: str) -> None:
    assert math_text(ElementTree.fromstring(markup)) == shown


def test_tex_comes_without_the_document_around_it() -> None:
    packed = r"\documentclass{minimal}\begin{document}$$e = mc^2$$\end{document}"
    assert tex_text(packed) == "e = mc^2"
    assert tex_text("$x$") == "x"
