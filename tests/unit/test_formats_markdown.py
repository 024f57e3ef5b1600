"""Markdown against an oracle, markdown-it: kinds and lines of the blocks, and the text left when markup is hidden."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.formats import parse_article
from tests.hypothesis_profiles import examples

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "bench" / "references" / "corpus"
FILES = sorted([*CORPUS.glob("md-fn/*.md"), *CORPUS.glob("pandoc-md/*.md")])

ORACLE = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin).use(front_matter_plugin)
ORACLE.core.ruler.disable("footnote_tail")  # it moves the footnotes to the end and drops those never called

SAMPLE = """---
title: Skip
---

# One *two* ##

Setext `three`
==============

Four
----

Lines that
are one paragraph
> a quote
lazy line
> > deeper

- item
  goes on

  second paragraph
  1. nested
     - deeper

       > quote in a list
10) ten

```python
code [1]

more
```

    indented code

    more of it

| a | b |
|:--|--:|
| 1 | 2 |

a | b
--|--
1 | 2

***
<div>

html

</div>

<!-- a
comment -->

[^1]: A note
    that goes on

    - with a list

Text[^1] after \\
it.

[label]: https://x.example "Title"
"""

Shape = tuple[str, int, int, int]


def read(text: str) -> Article:
    return parse_article(text.encode("utf-8"), "a.md")


def oracle_shapes(text: str) -> tuple[list[Shape], list[tuple[int, int]]]:
    """Return kind, first line, line after the last, and level of the oracle's blocks; and the lines of its HTML blocks."""
    shapes: list[Shape] = []
    html: list[tuple[int, int]] = []
    containers: list[str] = []
    for token in ORACLE.parse(text):
        if token.type in ("blockquote_open", "list_item_open", "footnote_reference_open"):
            containers.append(token.type)
        elif token.type in ("blockquote_close", "list_item_close", "footnote_reference_close"):
            containers.pop()
        elif token.map is not None and token.type == "html_block":
            html.append((token.map[0], token.map[1]))
        elif token.map is not None:
            shapes += _shape(token, containers)
    return sorted(shape for shape in shapes if not any(first <= shape[1] < last for first, last in html)), html


def _shape(token: Token, containers: list[str]) -> Iterator[Shape]:
    assert token.map is not None
    first, last = token.map
    match token.type:
        case "heading_open":
            yield "heading", first, last - (token.markup in ("=", "-")), int(token.tag[1])
        case "paragraph_open" if not containers:
            yield "paragraph", first, last, 0
        case "paragraph_open" if containers[-1] == "blockquote_open":
            yield "quote", first, last, containers.count("blockquote_open")
        case "paragraph_open":
            yield "item", first, last, len(containers) - containers.count("blockquote_open")
        case "fence" | "code_block":
            lines = token.content.split("\n")
            full = [number for number, line in enumerate(lines) if line.strip()]
            first += token.type == "fence"
            if full:
                yield "code", first + full[0], first + full[-1] + 1, 0
        case "hr":
            yield "rule", first, last, 0
        case "table_open":
            yield "table", first, last, 0
        case "front_matter":
            yield "code", first, last, 0
        case _:
            pass


def our_shapes(article: Article, html: list[tuple[int, int]]) -> list[Shape]:
    starts = [0, *(place + 1 for place, sign in enumerate(article.text) if sign == "\n")]
    shapes: list[Shape] = []
    for block in article.blocks:
        first, last = bisect_right(starts, block.start) - 1, bisect_right(starts, block.end - 1)
        if not any(start <= first < end for start, end in html):
            shapes.append((block.kind.value, first, last, block.level))
    return sorted(shapes)


def without_first_lines(shapes: list[Shape]) -> list[tuple[str, int, int]]:
    """Leave out where blocks begin: ours begin at the marker of their item, which may stand a line above their text."""
    return sorted((kind, last, level) for kind, _, last, level in shapes)


def visible(article: Article) -> str:
    """Return the text without what is hidden, single-spaced."""
    parts: list[str] = []
    for block in article.blocks:
        place = block.start
        for style in article.styles:
            if style.kind is StyleKind.MARKUP and block.start <= style.start < block.end:
                parts.append(article.text[place : max(place, style.start)])
                place = max(place, style.end)
        parts += article.text[place : block.end], " "
    return "".join("".join(parts).split())


def oracle_visible(text: str) -> str:
    def walk(tokens: list[Token]) -> Iterator[str]:
        for token in tokens:
            if token.type in ("text", "code_inline", "text_special"):
                yield token.content
            elif token.type == "image":
                yield from walk(token.children or [])
            elif token.type == "footnote_ref":
                yield f"[^{token.meta['label']}]"

    inline = (token for token in ORACLE.parse(text) if token.type == "inline")
    return "".join("".join(part for token in inline for part in walk(token.children or [])).split())


def test_the_blocks_of_a_sample() -> None:
    expected, html = oracle_shapes(SAMPLE)
    assert our_shapes(read(SAMPLE), html) == expected
    assert len(expected) > 20


@pytest.mark.parametrize("path", FILES or [None], ids=lambda path: path.name if path else "none")
def test_the_blocks_of_real_documents(path: Path | None) -> None:
    if path is None:
        pytest.skip("the visible benchmark files are not beside this checkout")
    text = path.read_text(encoding="utf-8")
    expected, html = oracle_shapes(text)
    assert without_first_lines(our_shapes(read(text), html)) == without_first_lines(expected)


LINES = [
    "a",
    "b c",
    "# h",
    "## h ##",
    "> q",
    ">",
    "- a",
    "* x",
    "1. n",
    "2. b",
    "1) c",
    "    code",
    "  ind",
    "```",
    "~~~",
    "---",
    "===",
    "***",
]
LINES += [
    "",
    "",
    "",
    "\t- tab",
    "   c",
    "- - two",
    "> - q",
    "-",
    "1.",
    "+ p",
    "| a | b |",
    "  > r",
    "#",
    "10. t",
    "a  ",
    "\\> z",
]


@settings(max_examples=examples(300))
@given(st.lists(st.sampled_from(LINES), max_size=9).map("\n".join))
def test_blocks_of_any_lines(text: str) -> None:
    text = "x\n\n" + text
    expected, html = oracle_shapes(text)
    assert without_first_lines(our_shapes(read(text), html)) == without_first_lines(expected)


PIECES = [
    "a",
    "b c",
    " ",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "`",
    "``",
    "[",
    "]",
    "(p)",
    "](u)",
    '](<u v> "t")',
    "[x](https://q.example/s_t)",
]
PIECES += [
    "![i](j)",
    "\\*",
    "\\[",
    "<b>",
    "</b>",
    "<https://z.example>",
    "w_x",
    ".",
    "\n",
    "é",
    "“",
    "[r]",
    "[r][]",
    "[t][r]",
    "https://a.example/b_c_d ",
]


@settings(max_examples=examples(300))
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_hidden_is_what_the_oracle_leaves_out(text: str) -> None:
    lines = [line for line in f"z{text}z".split("\n") if line.strip() and line[0].isalpha()]
    text = " ".join(lines) + "\n\n[r]: https://ref.example\n"
    assume("][[" not in text)  # the oracle takes "[[r]]" for a label, CommonMark doesn't
    assume(not re.search(r"(?<!!)\[\]\(", text))  # a link without words shows its address, which the oracle leaves out
    assume("~~~" not in text)  # the oracle makes two runs of four tildes, GitHub takes more than two for text
    assert visible(read(text)) == oracle_visible(text)


@pytest.mark.parametrize(
    ("text", "styles"),
    [
        ("a *b* c", [("emphasis", "b")]),
        ("a **b *c* d** e", [("strong", "b *c* d"), ("emphasis", "c")]),
        ("a ***b*** c", [("emphasis", "**b**"), ("strong", "b")]),
        ("a ~~b~~ `c*d*`", [("strike", "b"), ("code", "c*d*")]),
        ("a snake_case_word and 2*3*4", [("emphasis", "3")]),
        ("a ``b ` c`` d", [("code", "b ` c")]),
        ("x^2^ and y<sup>3</sup>", [("superscript", "2"), ("superscript", "3")]),
        ("a <https://b.example> c", [("link", "https://b.example")]),
        ("see www.b.example/_x_y.", [("link", "www.b.example/_x_y")]),
        ("![*alt*](pic.png)", [("link", "*alt*"), ("emphasis", "alt")]),
        ("# *h*", [("emphasis", "h")]),
        ("| *a* | b |\n|---|---|\n", [("emphasis", "a")]),
    ],
)
def test_styles_have_exact_ranges(text: str, styles: list[tuple[str, str]]) -> None:
    article = read(text)
    shown = [style for style in article.styles if style.kind is not StyleKind.MARKUP]
    assert [(style.kind.value, article.text[style.start : style.end]) for style in shown] == styles


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("[a](https://b.example/c_(d))", "https://b.example/c_(d)"),
        ("[a](<b c> 'title')", "b c"),
        ("[a][L l]\n\n[l  l]: https://b.example", "https://b.example"),
        ("[l]\n\n[L]: <https://b.example> (title)", "https://b.example"),
        ("<me@b.example>", "mailto:me@b.example"),
        ("www.b.example", "https://www.b.example"),
    ],
)
def test_links_know_their_target(text: str, target: str) -> None:
    assert [style.target for style in read(text).styles if style.kind is StyleKind.LINK] == [target]


def test_what_only_looks_like_a_tag_is_shown() -> None:
    text = "A List<T> of <things> and a <b>bold</b> <!-- secret --> word.\n"
    assert visible(read(text)) == "AList<T>of<things>andaboldword."


@pytest.mark.parametrize("front", ['---\ntitle: "The mill"\n---\n', '+++\ntitle = "The mill"\n+++\n'])
def test_the_front_matter_is_no_prose(front: str) -> None:
    article = read(f"{front}\n# Sacks\n\nThe mill stood still.\n")
    assert article.title == "The mill"
    assert [article.text[slice(*span)] for span in article.sentences.all()] == ["The mill stood still."]


def test_the_heading_of_the_references_is_no_title() -> None:
    assert read("The mill stood still.[1]\n\n## Sources\n\n1. https://mill.example/still\n").title != "Sources"


def test_the_title_is_shown_without_markup() -> None:
    assert read("intro words\n\n## The *old* [mill](https://m.example) ##\n").title == "The old mill"


def test_entries_that_are_lines_of_one_paragraph_are_blocks() -> None:
    article = read("Mills [1] and weirs [2].\n\n[1] Ode, A. (1911). Mills.\n[2] Ode, B. (1912). Weirs.\n")
    assert [reference.label for reference in article.references] == ["1", "2"]
    assert len(article.blocks) == 3


def test_entries_that_are_numbers_within_one_paragraph_are_blocks() -> None:
    entries = "1\\. Mills, https://mills.example/2 2\\. notes on weirs.md 3\\. Vol. 5. Weirs, <https://weirs.example> 4\\. https://sand.example"
    for listed in (entries, entries.replace("\\", "")):
        article = read(f"Mills turn.1 Weirs hold.3 Nobody knows why.2\n\n#### **Quellenangaben**\n\n{listed}\n")
        assert [reference.label for reference in article.references] == ["1", "2", "3", "4"]
        assert [citation.references for citation in article.citations] == [("1",), ("3",), ("2",)]


def test_raised_numbers_in_formulas_are_markers() -> None:
    entries = "## References\n\n1. Mills, 1999.\n2. Weirs, 2001.\n"
    article = read(f"Mills turn.$^{{1}}$ They are old $^{{1,2}}$ and cover 9 km$^{{2}}$ or x$^2$.\n\n{entries}")
    cited = [(article.text[c.start : c.end].strip(), c.references) for c in article.citations]
    assert cited == [("$^{1}$", ("1",)), ("$^{1,2}$", ("1", "2"))]


@pytest.mark.parametrize("power", ["$^2$", "$^{2}$", "<sup>2</sup>", "²"])
def test_powers_of_units_and_functions_are_no_markers(power: str) -> None:
    entries = "## References\n\n1. Mills, 1999.\n2. Weirs, 2001.\n3. Ponds, 2003.\n"
    article = read(
        f"It covers 14 deg{power}, forty meters{power}, 9 m{power}, sin{power}. Mills¹ turn. They are old{power}.\n\n{entries}"
    )
    assert [citation.references for citation in article.citations] == [("1",), ("2",)]


def test_anchors_before_the_labels_of_a_list_without_a_heading() -> None:
    entries = "\n\n".join(f'<a name="r{n}"></a>[{n}] Ode, A. Mill {n}. https://mills.example/{n}' for n in (1, 2))
    article = read(f'Mills <a href="#r1">[1]</a> and weirs <a href="#r2">[2]</a> last.\n\n{entries}\n')
    assert [citation.references for citation in article.citations] == [("1",), ("2",)]


def test_descriptions_of_terms_are_items() -> None:
    article = read("Silt\n: Fine sand.\n: Also mud,\n  when wet.\n\nTwo\nlines\n: are no term.\n")
    items = [article.text[block.start : block.end] for block in article.blocks if block.kind is BlockKind.ITEM]
    assert items == [": Fine sand.", ": Also mud,\n  when wet."]


def test_a_note_within_the_text_is_its_own_marker() -> None:
    article = read("Sand costs money.^[Pell, M. (2015). *Sand* and money.] A `^[code]` is none.\n\n[^1]: Other.\n\nMore.[^1]\n")
    (note, other) = article.citations
    assert article.text[note.start : note.end] == "^[Pell, M. (2015). *Sand* and money.]"
    assert article.reference_by_id[note.references[0]].text == "Pell, M. (2015). Sand and money."
    assert article.reference_by_id[other.references[0]].text == "Other."


def test_containers_nest_only_so_deep() -> None:
    article = read(">" * 5000 + " a\n\n" + "".join("  " * depth + "- a\n" for depth in range(200)))
    assert max(block.level for block in article.blocks) < 50


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "\u2028", "\\", "**"])
def test_a_line_without_words_separates_two_entries(blank: str) -> None:
    text = f"# Rain\n\n## References\n\nLee, A. (2001). The log. Port Press.\n{blank}\nNoe, B. (2002). Sheep. Port Press.\n"
    assert [reference.year for reference in parse_article(text.encode(), "rain.md").references] == ["2001", "2002"]
