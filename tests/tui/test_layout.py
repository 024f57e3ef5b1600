"""How an article is cut into lines: nothing lost, nothing twice, nothing too wide; cells and offsets lead to each other."""

from __future__ import annotations

from collections import Counter
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from reader.article.article import Article
from reader.article.model import Block, BlockKind, Style, StyleKind
from reader.article.ranges import Span
from reader.formats import parse_article
from reader.printable import printable_line, terminal_line
from reader.tui.layout import _ODD, TAB, Layout, cells, graphemes, hidden_blocks, indent_of, runs_right_to_left, wrap
from tests.hypothesis_profiles import examples
from tests.tui.texts import BUSES, LONG

VERBATIM = (BlockKind.CODE, BlockKind.TABLE)
UNMOVED = (*VERBATIM, BlockKind.RULE)
WORDS = ["a", "word", "longer-word/with–cuts", "x" * 90, "1", ".", ",", "“", "-", "—", "|"]
WIDE = ["夜", "間バス", "👩‍🚒", "🇩🇪", "👍🏽", "❤\ufe0f", "\u3000"]
ODD = ["e\u0301", "\u0301", "\x1b", "\x00", "\u202e", "\u200b", "\u200d", "\u00ad", "\u00a0"]
BLANK = ["\t", " ", " ", " ", "  ", "\n", "\n  ", "\n\t"]
RIGHT_TO_LEFT = ["\u0642\u0637\u0627\u0631", "\u05e8\u05db\u05d1\u05ea", "\u0645\u064e", "\u2067", "\u2069"]
PIECES = [*WORDS, *WIDE, *ODD, *BLANK, *RIGHT_TO_LEFT]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=30).map("".join).filter(str.strip)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Make an article of blocks of all kinds, with markup here and there."""
    text, blocks, styles = "", [], []
    for words in draw(st.lists(TEXTS, min_size=1, max_size=4)):
        text += "\n\n" if text else ""
        kind = draw(st.sampled_from(list(BlockKind)))
        words = words if kind is BlockKind.CODE else words.strip()
        start = len(text)
        text += words
        blocks.append(Block(start, len(text), kind, draw(st.integers(0, 3)), draw(st.integers(0, 4))))
        at = start
        while at < len(text) and draw(st.booleans()):
            first = draw(st.integers(at, len(text) - 1))
            last = draw(st.integers(first + 1, min(len(text), first + 4)))
            styles.append(Style(first, last, StyleKind.MARKUP))
            at = last
    return Article(text, "title", tuple(blocks), styles=tuple(styles))


def shown(layout: Layout, line: int) -> str:
    """Return what is drawn of a line, as the view draws it."""
    block = layout.article.blocks[layout.blocks[line]] if layout.blocks[line] >= 0 else None
    text = "".join(layout.pad(span.start) + layout.article.text[span.start : span.end] for span in layout.visible(line))
    return terminal_line(text.replace("\t", " " * TAB) if block is not None and block.kind in VERBATIM else text)


def widths(low: int = 12) -> st.SearchStrategy[int]:
    """Draw a width in cells."""
    return st.integers(low, 90)


@given(articles(), widths(1), st.integers(1, 12), st.data())
def test_lines_that_are_wrapped_later_are_the_same(article: Article, width: int, first_lines: int, data: st.DataObject) -> None:
    whole = Layout(article, width)
    late = Layout(article, width, first_lines=first_lines)
    assert len(late.starts) >= min(first_lines, len(whole))
    start = data.draw(st.integers(0, len(article.text)))
    span = Span(start, data.draw(st.integers(start, len(article.text))))
    assert late.lines_of(span) == whole.lines_of(span)
    late = Layout(article, width, first_lines=first_lines)
    line = data.draw(st.integers(0, len(whole)))
    assert late.block_of(line) == whole.block_of(line)
    assert len(late) == len(whole) == late.height
    assert (late.starts, late.ends, late.blocks) == (whole.starts, whole.ends, whole.blocks)


@given(articles(), widths(1), st.data())
def test_every_visible_character_is_on_exactly_one_line_of_its_block(article: Article, width: int, data: st.DataObject) -> None:
    hidden = data.draw(st.frozensets(st.integers(0, len(article.blocks) - 1)))
    layout = Layout(article, width, hidden)
    marked = {offset for style in article.styles for offset in range(style.start, style.end)}
    found: Counter[int] = Counter()
    for line in range(len(layout)):
        for span in layout.visible(line):
            found.update(range(span.start, span.end))
            block = article.blocks[layout.blocks[line]]
            assert block.start <= span.start
            assert span.end <= block.end
    for index, block in enumerate(article.blocks):
        blank = blanks(article.text[block.start : block.end], block.start)
        for offset in range(block.start, block.end):
            if index in hidden or offset in marked:
                assert found[offset] == 0, (index, offset)
            elif offset not in blank:
                assert found[offset] == 1, (index, offset, article.text[offset])


@pytest.mark.parametrize("width", [1, 20])
@pytest.mark.parametrize(("text", "start", "end"), [("aaaa  e\u0301", 5, 7), ("aaaa *\u0301b", 5, 6), (" *\u093fa", 1, 2)])
def test_an_accent_after_hidden_markup_is_drawn(text: str, start: int, end: int, width: int) -> None:
    styles = (Style(start, end, StyleKind.MARKUP),)
    layout = Layout(Article(text, "title", (Block(0, len(text), BlockKind.HEADING, 1),), styles=styles), width)
    drawn = [offset for line in range(len(layout)) for span in layout.visible(line) for offset in range(*span)]
    assert drawn.count(end) == 1


@pytest.mark.parametrize("source", ["# aaaa *\u0301b*", "# aaaa `\u0301b`"])
def test_an_accent_after_markup_of_a_heading_is_drawn(source: str) -> None:
    article = parse_article(source.encode(), "a.md")
    for width in (1, 20):
        layout = Layout(article, width)
        drawn = [offset for line in range(len(layout)) for span in layout.visible(line) for offset in range(*span)]
        assert drawn.count(source.index("\u0301")) == 1


@pytest.mark.parametrize(
    "rows",
    [[" " * 20_000, *["a"] * 20_000], ["|a" * 10_000, "|-|", *["|a|"] * 20_000], ["|b", "-" * 100_000 + "x", *["c"] * 20_000]],
)
def test_a_table_with_one_long_row_and_many_short_ones_is_laid_out(rows: list[str]) -> None:
    text = "\n".join([f"a{rows[0]}b", *rows[1:]])
    assert len(Layout(Article(text, "title", (Block(0, len(text), BlockKind.TABLE),)), 80)) > 20_000


def blanks(text: str, start: int) -> set[int]:
    """Return the offsets of white space, what is joined on to it, and what is never drawn, in a text that begins at `start`."""
    joined = {start + at for begin, end, _ in graphemes(text) if text[begin].isspace() for at in range(begin, end)}
    return joined | {start + at for at, character in enumerate(text) if character.isspace() or not terminal_line(character)}


@given(articles(), widths())
def test_no_line_is_wider_than_the_width(article: Article, width: int) -> None:
    layout = Layout(article, width)
    for line in range(len(layout)):
        if layout.blocks[line] < 0 or article.blocks[layout.blocks[line]].kind is BlockKind.RULE:
            continue
        used = layout.indent(line) + cell_len(shown(layout, line))
        assert used <= width or len(graphemes(shown(layout, line))) == 1, shown(layout, line)


@given(articles(), widths())
def test_lines_are_in_the_order_of_the_text(article: Article, width: int) -> None:
    layout = Layout(article, width)
    assert list(layout.starts) == sorted(layout.starts)
    for line in range(len(layout)):
        assert layout.starts[line] <= layout.ends[line]
    assert layout.blocks[0] == layout.blocks[len(layout) - 1] == -1


def cell_of(layout: Layout, line: int, offset: int) -> int:
    """Return the cell at which `offset` is drawn: the indent, and what is drawn before it on the line."""
    block = layout.article.blocks[layout.blocks[line]]
    tab = TAB if block.kind in (BlockKind.CODE, BlockKind.TABLE) else 1
    before = "".join(
        layout.pad(s.start) + layout.article.text[s.start : min(s.end, max(s.start, offset))]
        for s in layout.visible(line)
        if s.start <= offset
    )
    return layout.indent(line) + cells(before) + before.count("\t") * (tab - 1)


@given(articles(), widths())
def test_a_cell_leads_to_the_character_drawn_there_and_back(article: Article, width: int) -> None:
    layout = Layout(article, width)
    for line in range(len(layout)):
        for span in layout.visible(line):
            for begin, _, wide in graphemes(article.text[span.start : span.end]):
                offset = span.start + begin
                if wide > 0:
                    cell = cell_of(layout, line, offset)
                    assert layout.offset_at(line, cell) == offset, (line, offset, cell)


@given(articles(), widths(), st.data())
def test_an_offset_leads_to_the_line_that_shows_it(article: Article, width: int, data: st.DataObject) -> None:
    layout = Layout(article, width)
    block = data.draw(st.sampled_from(article.blocks))
    offset = data.draw(st.integers(block.start, block.end - 1))
    visible = [line for line in range(len(layout)) if any(s.start <= offset < s.end for s in layout.visible(line))]
    if visible and not article.text[offset].isspace():
        assert layout.line_of(offset) == visible[0]
        assert list(layout.lines_of(Span(offset, offset + 1))) == visible


@given(articles(), widths())
@settings(max_examples=examples(60))
def test_beyond_a_lines_end_is_its_end(article: Article, width: int) -> None:
    layout = Layout(article, width)
    for line in range(len(layout)):
        assert layout.offset_at(line, 10_000) == layout.ends[line]


@given(TEXTS)
def test_cells_are_what_the_terminal_is_sent(text: str) -> None:
    assert cells(text) == cell_len(terminal_line(text))


def test_each_character_of_the_fast_path_takes_one_cell_and_is_printable() -> None:
    """The table of one-cell characters, against rich, for all of the plane it speaks of."""
    wrong = [
        f"U+{code:04X}"
        for code in range(0x3000)
        if _ODD.match(chr(code)) is None
        and (cell_len(printable_line(chr(code))) != 1 or category(printable_line(chr(code))) in ("Cc", "Cf", "Mn", "Me"))
    ]
    assert wrong == []


def test_characters_of_the_fast_path_stay_one_cell_beside_each_other() -> None:
    """No two of them join into one that is drawn in other than two cells."""
    fast = [chr(code) for code in range(0x3000) if _ODD.match(chr(code)) is None]
    text = "".join(printable_line(character) for character in fast)
    assert cell_len(text) == len(fast)
    assert all(cell_len(f"e{character}") == 2 for character in map(printable_line, fast))


@given(articles(), widths(20))
def test_a_paragraph_from_right_to_left_begins_at_the_right_edge(article: Article, width: int) -> None:
    layout = Layout(article, width)
    for line in range(len(layout)):
        block = article.blocks[layout.blocks[line]] if layout.blocks[line] >= 0 else None
        mirrored = block is not None and block.kind not in UNMOVED and runs_right_to_left(article.text[block.start : block.end])
        assert layout.is_right_to_left(line) == mirrored
        if block is not None and mirrored:
            begins = layout.blocks[line - 1] != layout.blocks[line]
            right = layout.indent(line) + cell_len(shown(layout, line)) + indent_of(block)[not begins]
            assert right == width or layout.indent(line) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("A train", False),
        ("“夜間”", False),
        ("\u0642\u0637\u0627\u0631 train", True),
        ("12. – [3] \u05e8\u05db\u05d1\u05ea", True),
        ("train \u05e8\u05db\u05d1\u05ea", False),
        ("\u2066train\u2069 \u05e8\u05db\u05d1\u05ea", True),
        ("\u2069\u2068\u2067train\u2069 \u05e8", False),
        ("١٢ – 3 \u0660", False),
    ],
)
def test_the_first_strong_character_outside_of_isolates_gives_the_direction(text: str, expected: bool) -> None:
    assert runs_right_to_left(text) is expected


def test_words_are_cut_at_blanks_hyphens_and_dashes_and_else_anywhere() -> None:
    def lines(text: str, width: int) -> list[str]:
        return [text[start:end] for start, end in wrap(text, width)]

    assert lines("one two three", 7) == ["one two", "three"]
    assert lines("one  two", 4) == ["one", "two"]
    assert lines("well-known fact", 6) == ["well-", "known", "fact"]
    assert lines("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert lines("", 4) == []
    assert lines("夜間バス", 4) == ["夜間", "バス"]


def test_paragraphs_are_parted_by_a_blank_line_and_close_items_are_not() -> None:
    layout = Layout(BUSES, 70)
    blank = [line for line in range(len(layout)) if layout.blocks[line] < 0]
    entries = [n for n, block in enumerate(BUSES.blocks) if block.kind is BlockKind.ITEM]
    assert len(blank) == len(BUSES.blocks) + 1 or len(blank) == len(BUSES.blocks) + 1 - (len(entries) - 1)


def test_hidden_blocks_are_those_within_the_ranges() -> None:
    spans = [Span(noise.start, noise.end) for noise in BUSES.noise]
    assert hidden_blocks(BUSES, spans) == frozenset({5})
    assert hidden_blocks(BUSES, []) == frozenset()


@pytest.mark.parametrize("width", [20, 60, 72])
def test_a_long_article_has_every_word_once(width: int) -> None:
    layout = Layout(LONG, width)
    words = " ".join(shown(layout, line) for line in range(len(layout))).split()
    assert words == LONG.text.split()
