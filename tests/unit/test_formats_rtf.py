"""RTF: what LibreOffice and pandoc wrote, and hand-made documents for encodings, and for what is rare or hostile."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.errors import ReaderError
from reader.formats import parse_article, read_article

DOCUMENTS = Path(__file__).parents[1] / "documents"


def read(body: str, head: str = "") -> Article:
    return parse_article(rf"{{\rtf1\ansi {head}{body}}}".encode("latin-1"), "draft.rtf")


def texts(article: Article, kind: BlockKind | None = None) -> list[str]:
    blocks = (block for block in article.blocks if kind is None or block.kind is kind)
    return [article.text[block.start : block.end] for block in blocks]


@pytest.mark.parametrize("name", ["lamps.rtf", "lamps-pandoc.rtf"])
def test_a_document_of_a_real_program_is_read_whole(name: str) -> None:
    article = read_article(str(DOCUMENTS / name))
    assert (article.format, texts(article)[0]) == ("rtf", "The lamps of the north pier")
    assert texts(article, BlockKind.HEADING)[-4:] == ["What was counted", "What it rests on", "References", "Notes"]
    assert "10² candelas, and no H₂O reached" in article.text
    assert "1987  214" in article.text
    assert {"2. then the south pier,", "b. from the land,", "• Nobody counted by day."} <= set(texts(article))
    listed = [(reference.label, reference.url) for reference in article.references]
    assert listed == [("1", "https://a.example/lights"), ("2", ""), ("1", "https://town.example/budget"), ("2", "")]
    notes, entries = article.references[2:], article.references[:2]
    assert [citation.references for citation in article.citations] == [(entry.id,) for entry in (*notes, *entries)]
    styled = {(style.kind, article.text[style.start : style.end]) for style in article.styles}
    assert {(StyleKind.STRONG, "all night"), (StyleKind.EMPHASIS, "4 %"), (StyleKind.LINK, "survey of the ports")} <= styled


def test_the_properties_of_a_document_of_a_real_program() -> None:
    article = read_article(str(DOCUMENTS / "lamps.rtf"))
    assert (article.title, article.about.byline) == ("The lamps of the north pier", "Ana Lüders")
    assert texts(article, BlockKind.CODE) == ["lamps = north + south\n    print(lamps)"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"n\'e9 \endash  \ldblquote a\rdblquote\~b\_c\-d \{e\}", "né – “a” b‑cd {e}"),
        (r"\u8211? \u-10179?\u-8704? \uc0\u233\uc2\u233ab c", "– \U0001f600 éé c"),
        (r"{\f1 \'cf\'f0\'e8} {\f2 \'93\'fa\'96\'7b}", "При 日本"),
        (r"a{\v hidden}b{\*\unknown c}d{\pict 00ff}e{\*\annotation f}g", "abdeg"),
        (r"a{\upr{b}{\*\ud{\u233?}}}c", "aéc"),
        (r"a\bin5 {{{}}b\line c\tab d", "ab\nc d"),
        ("a\\\nb\\par c", "a\n\nb\n\nc"),
        (r"x{\super 2} H{\sub 2}O", "x² H₂O"),
        (r"a {\deleted\revauthdel1 gone}{\revised b}\column c", "a b\n\nc"),
        (r"x {\mmath{\*\moMath{\mr a}{\mr =b}}} y", "x a=b y"),
    ],
)
def test_characters_are_read_as_the_program_shows_them(body: str, text: str) -> None:
    fonts = r"{\fonttbl{\f0 Times;}{\f1\fcharset204 Times Cyr;}{\f2\fcharset128 Mincho;}}"
    assert read(body, fonts).text == text


def test_links_headings_and_quotations_by_the_names_of_styles() -> None:
    styles = r"{\stylesheet{Normal;}{\s1 heading 1;}{\s2 Quote;}{\*\cs3 Hyperlink;}}"
    link = r'{\field{\*\fldinst {HYPERLINK "https://a.example/b" }}{\fldrslt {\b here}}}'
    inner = r'{\field{\*\fldinst HYPERLINK \\l "mark"}{\fldrslt there}}'
    article = read(rf"\pard\s1\b Lamps\par\pard\plain See {link} and {inner}.\par\pard\s2 All night.\par", styles)
    kinds = [(block.kind, article.text[block.start : block.end]) for block in article.blocks]
    assert kinds == [("heading", "Lamps"), ("paragraph", "See here and there."), ("quote", "All night.")]
    assert [(style.kind, style.target) for style in article.styles] == [("link", "https://a.example/b"), ("strong", "")]


def test_a_table_and_notes_within_one_paragraph() -> None:
    rows = r"\trowd\trhdr\pard\intbl year\cell lamps\cell\row\trowd\intbl 1987\cell{\b 214}\cell\row"
    article = read(rows + r"\pard After{\footnote\pard One.\par Two.}, again{\*\footnote Three.}.\par")
    assert texts(article)[1:] == ["After[1], again[2].", "Notes", "[1] One.", "Two.", "[2] Three."]
    assert texts(article)[0].split() == ["year", "lamps", "────", "─────", "1987", "214"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (rb"{\rtf1 }", "without any text"),
        (rb"{\rtf1{\pict 00}", "without any text"),
        (rb"{\rtf1 " + b"{" * 5000 + b"a", "nested too deep"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_clearly(data: bytes, message: str) -> None:
    with pytest.raises(ReaderError, match=message):
        parse_article(data, "draft.rtf")


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1 a}}}}}b",
        b"{\\rtf1 a\\bin99999999999 b",
        b"{\\rtf1 a\\u99999999999999 b\\uc999999999 \\u233 c",
        b"{\\rtf1\\ansicpg99999 a\\'ff\\'zz\\",
        b"{\\rtf1 a{\\footnote b{\\footnote c{\\footnote d",
        b"{\\rtf1 a\\ilvl-5\\outlinelevel-7\\s-1{\\listtext -}b\\par",
        b"{\\rtf1 \\cell\\row\\trowd\\cell a\\row",
    ],
)
def test_broken_rtf_keeps_its_text(data: bytes) -> None:
    assert parse_article(data, "draft.rtf").text.lstrip("• ").startswith("a")


@pytest.mark.parametrize(
    ("instruction", "address"),
    [
        (r'HYPERLINK "https://a.example/x y" \\o "Tip"', "https://a.example/x y"),
        (r'HYPERLINK \\o "Tip" "https://a.example/x"', "https://a.example/x"),
        (r'HYPERLINK "https://a.example/x" \\l "part"', "https://a.example/x#part"),
        (r"HYPERLINK https://a.example/x", "https://a.example/x"),
        (r'HYPERLINK \\l "part"', ""),
    ],
)
def test_the_address_of_a_field_is_read_whole(instruction: str, address: str) -> None:
    article = read(rf"{{\field{{\*\fldinst {instruction}}}{{\fldrslt the survey}}}} of the ports\par")
    assert [style.target for style in article.styles if style.kind is StyleKind.LINK] == ([address] if address else [])


def test_a_star_within_a_group_leaves_nothing_out_and_a_row_may_lack_its_end() -> None:
    assert read(r"{\b0\*\cs7 The lamp burns.}\par{\*\other Not this.}").text == "The lamp burns."
    assert read(r"Lamps.\par\intbl north\cell south\cell").text == "Lamps.\n\nnorth  south"
