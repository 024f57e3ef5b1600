"""Plain text: which lines are one block, the title and headings, links; and the web paste that everything began with."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.audit.finding import NEVER_CITED
from reader.article.model import BlockKind, NoiseReason
from reader.formats import parse_article, read_article

PASTE = Path(__file__).resolve().parents[3] / "shared" / "inputs" / "digital-rights-web-paste.txt"
PROSE = "The mill at Tarn stands on a rock above the weir, and its wheel has not turned since the great flood of that year."


def read(text: str) -> Article:
    return parse_article(text.encode("utf-8"), "plain.txt")


def blocks(text: str) -> list[tuple[str, str]]:
    article = read(text)
    return [(block.kind.value, article.text[block.start : block.end]) for block in article.blocks]


def test_a_hard_wrapped_paragraph_is_one_block() -> None:
    text = (
        "The mill at Tarn stands on a rock above the weir, and its\nwheel has not turned since the "
        "flood. The miller, whose\nname was Ode, left for\nthe coast.\n"
    )
    assert blocks(text) == [("paragraph", text.strip())]


def test_lines_that_are_not_wrapped_are_paragraphs() -> None:
    text = f"{PROSE} {PROSE}\n{PROSE}\n{PROSE} {PROSE}\n"
    assert [kind for kind, _ in blocks(text)] == ["paragraph"] * 3


def test_blank_lines_of_any_white_space_end_a_block() -> None:
    assert [content for _, content in blocks("one is here.\n \t \ntwo is here.\n\n\n\nthree is here.")] == [
        "one is here.",
        "two is here.",
        "three is here.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- one thing\n- another thing", ["- one thing", "- another thing"]),
        ("Two things:\n• one\n• another", ["Two things:", "• one", "• another"]),
        ("Steps:\n1. Go in.\n2. Come out\nagain.\n3. Rest.", ["Steps:", "1. Go in.", "2. Come out\nagain.", "3. Rest."]),
        ("a) first of them\nand more\n", ["a) first of them\nand more"]),
    ],
)
def test_list_items_are_blocks_of_their_own(text: str, expected: list[str]) -> None:
    assert [content for _, content in blocks(text)] == expected


def test_a_number_at_the_beginning_of_a_wrapped_line_is_no_item() -> None:
    text = (
        "The wheel of the mill at Tarn stopped in the night of March\n12. Nobody knows why, but it may "
        "have been the ice that in\n1. degree of frost had grown between the paddles of it."
    )
    assert len(blocks(text)) == 1


def test_an_item_knows_the_width_of_its_marker() -> None:
    assert [(b.kind, b.indent) for b in read("- one thing\n- two things\n\n10. ten things here\n").blocks] == [
        *((BlockKind.ITEM, 2), (BlockKind.ITEM, 2), (BlockKind.ITEM, 4))
    ]


def test_the_first_line_that_looks_like_a_title_is_one() -> None:
    article = read(f"Skip to content\n\nThe mill at Tarn, and\nwhy it stopped\n\n{PROSE}\n")
    assert article.title == "The mill at Tarn, and why it stopped"
    assert [b.level for b in article.blocks if b.kind is BlockKind.HEADING] == [1]


def test_an_article_without_a_title_is_called_by_its_file() -> None:
    assert parse_article(f"{PROSE}\n\n{PROSE}".encode(), "some/where/mill.txt").title == "mill"
    assert parse_article(PROSE.encode(), "-").title == "Untitled text"


def test_short_lines_before_prose_are_headings() -> None:
    text = (
        f"The mill\n\n{PROSE}\n\nThe flood of 1911\n\n{PROSE}\n\n2. The miller\n\n{PROSE}\n\nHe said "
        f"so.\n\n{PROSE}\n\nBy Anna Ode\n\n{PROSE}\n\nnot this\n\n{PROSE}"
    )
    assert [content for kind, content in blocks(text) if kind == "heading"] == [
        "The mill",
        "The flood of 1911",
        "2. The miller",
    ]


@pytest.mark.parametrize("marker", ["[5]", "[2][5]", " [5, 6]", "5", "5,6", "⁵"])
def test_a_short_sentence_with_a_marker_is_no_heading(marker: str) -> None:
    assert blocks(f"The mill\n\nThe wheel has not turned since.{marker}\n\n{PROSE}\n")[1][0] == "paragraph"


def test_underlined_lines_are_headings_and_signs_are_rules() -> None:
    text = f"The mill\n========\n\n{PROSE}\n\nThe flood\n---------\n{PROSE}\n"
    assert [kind for kind, _ in blocks(text)] == ["heading", "rule", "paragraph", "heading", "rule", "paragraph"]
    assert [kind for kind, _ in blocks(f"{PROSE}\n\n* * *\n\n{PROSE}")] == ["paragraph", "rule", "paragraph"]


def test_addresses_are_links_without_the_punctuation_around_them() -> None:
    article = read(
        "See https://tarn.example/mill_(old), www.tarn.example. And (http://tarn.example/a?b=c); not http:// or x://y or www."
    )
    links = {article.text[style.start : style.end]: style.target for style in article.styles}
    assert links == {
        "https://tarn.example/mill_(old)": "https://tarn.example/mill_(old)",
        "www.tarn.example": "https://www.tarn.example",
        "http://tarn.example/a?b=c": "http://tarn.example/a?b=c",
    }


def test_nothing_in_plain_text_is_taken_for_markup() -> None:
    text = (
        "The **mill** [/b] <b>of</b> `Tarn`\n\n# is *not* a heading mark, \x1b[31mnor\x1b[0m "
        "\u202eis\u202c [@click=app.quit]this[/].\n"
    )
    article = read(text)
    assert article.text == text
    assert article.styles == ()
    assert article.title == "The **mill** [/b] <b>of</b> `Tarn`"


@pytest.mark.skipif(not PASTE.exists(), reason="the paste of the project's inputs is not beside this checkout")
def test_the_web_paste() -> None:
    article = read_article(str(PASTE))
    text = article.text
    assert article.title.startswith("Technology's")
    assert article.title in text.splitlines()
    assert 22 <= len(article.sentences) <= 25
    assert [reference.id for reference in article.references] == ["1", "2", "3", "4"]
    assert [reference.year for reference in article.references] == [""] * 4
    assert {reference.authors for reference in article.references} == {("Amnesty International",)}
    assert all(reference.url.startswith("https://www.amnesty.org/") for reference in article.references)
    assert [c.references for c in article.citations] == [("1",), ("1",), ("4",), ("3",), ("1",), ("3",), ("4",)]
    assert [f.reference for f in audit_findings(article) if f.kind == NEVER_CITED] == ["2"]
    aside = [(noise.reason, text[noise.start : noise.end]) for noise in article.noise]
    assert (NoiseReason.CHROME, "Skip to content") in aside
    assert (NoiseReason.DUPLICATE, article.title) in aside
    assert [line for reason, line in aside if reason is NoiseReason.READ_ALSO][:2] == ["Read also:", "Latest"]
    assert aside[-1][1].endswith("program for the..."), "the last teaser"
    last = article.sentences.all()[-1]
    assert last.start > article.references[-1].end, "the text that goes on after the list is read"
    assert text[last.start : last.end].endswith("digital environments.")


@pytest.mark.parametrize("line", ["-- ", "--"])
def test_the_signature_of_a_mail_is_set_aside(line: str) -> None:
    article = read(f"Dear all,\n\n{PROSE}\n\n{PROSE[:60]}.\n\n{line}\nOde Miller\nThe Mill, 1 Weir Road\n")
    aside = " ".join(article.text[noise.start : noise.end] for noise in article.noise)
    assert "Ode Miller" in aside
    assert "Weir Road" in aside
    assert "the wheel" not in aside
    body = read(f"Dear all,\n\n{line}\n{PROSE} {PROSE}\n\n{PROSE[:60]}. {PROSE} {PROSE}\n")
    assert not body.noise
