"""Any text becomes an article whose parts fit together; what is large or deep or odd costs no more than its length."""

from __future__ import annotations

import contextlib
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.model import Style, StyleKind
from reader.errors import ReaderError
from reader.formats import parse_article
from reader.formats.markdown.importer import markdown_article
from reader.formats.plain import plain_article
from tests.hypothesis_profiles import CHARACTERS, examples

DOCUMENTS: Final = Path(__file__).parent.parent / "documents"
"""Documents of the kinds that people have on their disks."""
PARTS = [
    "[1]",
    "[2]",
    "[^a]",
    "[^a]: note 2001",
    "[1] Lee, A. (2001). Title.",
    "1. Doe, B. 2002.",
    "References",
    "Read also:",
    "Skip to content",
]
PARTS += [
    "\n",
    "\n\n",
    "    ",
    "> ",
    "- ",
    "# ",
    "***",
    "**a**",
    "`",
    "```\n",
    "| a | b |\n|--|--|\n",
    "---\n",
    "===\n",
    "(Lee, 2001)",
    "https://a.example/b",
]
PARTS += [
    "The same line stands here twice",
    "The same line...",
    "¹",
    "^1^",
    "<sup>1</sup>",
    "[1](https://a.example)",
    "[1]: https://a.example\n",
    "word.1,2 ",
]
PARTS += [
    "\0",
    "\x1b[31m",
    "\u202e",
    "\u2028",
    "\x85",
    "\u00a0",
    "\U0001f600",
    "e\u0301",
    "\t",
    "a",
    "B. ",
    "?",
    "…",
    "【3†x】",
    "^ a b ",
    "\\[3\\]",
    "<!-- ",
    "-->",
]

built = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)
anything = st.one_of(built, st.text(CHARACTERS, max_size=120))


def check(article: Article) -> None:
    """Assert what every article promises."""
    text = article.text
    assert article.title
    for before, after in pairwise(article.blocks):
        assert before.end <= after.start, "blocks are sorted and disjoint"
    for block in article.blocks:
        assert 0 <= block.start < block.end <= len(text)
        assert 0 <= block.indent <= block.end - block.start
        assert text[block.end - 1].strip(), "a block has no white space at its end"
    for ranged in (*article.styles, *article.citations, *article.noise):
        assert 0 <= ranged.start <= ranged.end <= len(text)
    for items in (article.styles, article.citations, article.noise, article.references):
        assert [item.start for item in items] == sorted(item.start for item in items)
    for before, after in pairwise(article.citations):
        assert before.end <= after.start, "citations are disjoint"
    spans = {block.span for block in article.blocks}
    assert all((noise.start, noise.end) in spans for noise in article.noise), "noise is whole blocks"
    check_references(article)
    sentences = article.sentences.all()
    assert all(before.end <= after.start for before, after in pairwise(sentences))
    assert audit_findings(article) == audit_findings(article)


def check_references(article: Article) -> None:
    assert len(article.reference_by_id) == len(article.references), "ids are unique"
    for reference in article.references:
        assert reference.label
        assert reference.span is None or 0 <= reference.start < reference.end <= len(article.text)
        assert reference.text == " ".join(reference.text.split())
    for citation in article.citations:
        assert citation.references or citation.missing or citation.ambiguous
        assert set(citation.references) <= article.reference_by_id.keys()


@settings(max_examples=examples(300))
@given(anything)
def test_any_text_is_a_plain_article(text: str) -> None:
    article = plain_article(text, "a.txt")
    assert article.text == text
    assert {style.kind for style in article.styles} <= {StyleKind.LINK}
    check(article)


@settings(max_examples=examples(300))
@given(anything)
@example("\u2028\n[1] Lee, A. (2001). Title.")
@example("[1]^1^[1](https://a.example)")
def test_any_text_is_a_markdown_article(text: str) -> None:
    article = markdown_article(text, "a.md")
    assert article.text == text
    check(article)
    shown = [style for style in article.styles if style.kind in (StyleKind.EMPHASIS, StyleKind.STRONG, StyleKind.STRIKE)]
    assert all(nests(one, other) for one in shown for other in shown)


def nests(one: Style, other: Style) -> bool:
    """Whether one range holds the other, or they don't meet."""
    apart = one.end <= other.start or other.end <= one.start
    return apart or (one.start <= other.start and other.end <= one.end) or (other.start <= one.start and one.end <= other.end)


@given(built, built)
def test_reading_is_a_function_of_the_text(text: str, more: str) -> None:
    assert plain_article(text, "a") == plain_article(text, "a")
    assert markdown_article(text + more, "a") == markdown_article(text + more, "a")


SIZE = 30_000
LINES = 10_000
"""The size where each piece is lines of its own: these take ten times as long as the letters of one."""
REPEATED = [
    "[",
    "*",
    "1. ",
    ">",
    "> ",
    "(",
    "a ",
    "](",
    "![",
    "[a](b) ",
    "`",
    "``a`",
    "<",
    "<!--",
    "_a",
    "**a ",
    "- ",
    "- a\n",
    "\n",
    "a\n\n",
    "[1]\n",
]
REPEATED += [
    "[^1]: a\n",
    "(a 2000; ",
    "¹",
    "^1",
    "~",
    "\\",
    "|a|\n|-|\n",
    "#\n",
    "\t",
    "\0",
    "\u202e",
    "://",
    "http://a ",
    "www.",
    ". ",
    " a.) B",
    "“",
    "...\n",
]
REPEATED += [
    "A (2000) ",
    "References\n\n",
    "[1-",
    "【1",
    "a\n===\n",
    "\x0b",
    "x(1) ",
    "10.1000/",
    "http://a.b/(((",
    ")",
    "[1" + " " * 999,
    "Read also:\n\n",
    "😀. ",
]


@pytest.mark.parametrize("piece", REPEATED, ids=repr)
def test_what_repeats_without_end_is_read_all_the_same(piece: str) -> None:
    text = "x" + piece * ((LINES if "\n" in piece else SIZE) // len(piece))
    for article in (plain_article(text, "a.txt"), markdown_article(text, "a.md")):
        assert article.text == text
        assert len(article.sentences) >= 0


@pytest.mark.parametrize(
    "text",
    [
        "".join("  " * depth + "- a\n" for depth in range(400)),
        "".join(">" * depth + " a\n" for depth in range(400)),
        "".join("`" * length + " " for length in range(400)),
        "[a](" + " " * SIZE + "b",
        "# a" + " " * SIZE + "#b",
        "a | b\n- " + " " * SIZE + "x",
        "![" * 10_000 + "[ [a](b)" * 4_000,
        "References\n\n[1] " + "A B (2000). " * 1_000,
        "".join(f"[{number}]: http://a.example/{number}\n" for number in range(700)),
        "\fReport   x   2020Report   x   2020\fReport   x   2020\n"
        * 6
        + "   It grew in the harbour of nine towns and a village too.\n| a | b |\n"
        "The town counted nine boats in the harbour last year, they say.\n\n",
        "| a | b |\nReport   x   2020Report   x   2020\fa = b; c = d;\n[Page 3]\n\n"
        "   It grew in the harbour of nine towns and a village too.\n" * 4,
        f"A count.{'⁷' * 6_000}\n\nReferences\n\n1. Ada Bee (2000). Counts.\n",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_deep_or_long_is_read_all_the_same(text: str) -> None:
    check(plain_article(text, "a.txt"))
    check(markdown_article(text, "a.md"))


PARTS = "".join(f'--b\nContent-Type: text/plain; a="{";" * 80_000}\n\nIt shone.\n' for _ in range(15))
LEE = "References\n\nLee, A. (2001). A lamp of Brandal. Letters on Lamps, 3, 4-5.\n\n"
LISTED = f"The lamp was lit in 1931 [1].\n\n{LEE}"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lamp.rst", "Lamps\n=====\n\n:Author: Ada Lee " + "\n  ".join(["<" + "@" * 9_000] * 20) + "\n\nIt shone.\n"),
        ("lamp.rst", "\n\n".join(["See :ref:`a" + " " * 9_900 + "lamp` there."] * 60)),
        ("lamp.eml", f"From: a@b.example\nDate: today\nContent-Type: multipart/mixed; boundary=b\n\n{PARTS}--b--\n"),
        ("lamp.txt", f"{LISTED}Lamps{' ' * 500_000}of old\n\nBee, B. (2002). A lamp of Sorn. Letters on Lamps, 4, 5-6.\n"),
        ("lamp.html", f"<p>It shone as <img class='mwe-math' alt='{{\\displaystyle a{' ' * 300_000}b+}}c'> says.</p>"),
        ("lamp.html", f"<p>It shone. <img alt='{'aa_a' * 26} (b)' width=300 height=300></p>"),
        ("lamp.txt", f"Lit (Lee, 2001) by {'Van ' * 22}; 1999 was dark (Bee, 1999).\n\n{LEE}Bee, B. (1999). A lamp.\n"),
        ("lamp.txt", f"灯台は港にある[1]。\n\n参考文献\n\n[1] {'田中・' * 23}田中%灯台, 2001.\n[2] 山田 (1999). 灯台の本.\n"),
        (
            "lamp.txt",
            "It shone [1].\n\nReferences\n\n[1] " + "D'AA Bb; " * 22 + "% A lamp, 2001.\n[2] Bee, B. (1999). A lamp.\n",
        ),
        ("lamp.txt", "Usage:\n" + "    light the lamp\n" * 16 + "and keep it lit.\n\nIt shone.\n"),
        ("lamp.html", f"<p>It shone <sup>{'cf.' * 28}x <a href='#n'>1</a></sup>.</p><ol><li id=n>Lee, A. (2001). Lamps.</ol>"),
        ("lamp.md", f"It shone.({' ' * 500_000}x [a](https://a.example/b) long.\n\nAnd now. ([b](https://b.example/c))\n"),
        ("lamp.html", f"<p>It shone. <a href='https://lamps.example/?{'utm_' * 30_000}'>A lamp</a> And nobody saw it.</p>"),
    ],
    ids=[
        *("signs in an author", "spaces in a role", "parameters of a header", "spaces in a heading", "spaces in a formula"),
        *("parts of a file name", "names before a year", "names between dots"),
        *("names in capitals", "lines below a name", "signs around a marker", "spaces before links", "marks of a visit"),
    ],
)
def test_what_leads_nowhere_costs_no_more_than_its_length(name: str, text: str) -> None:
    with contextlib.suppress(ReaderError):
        assert len(parse_article(text.encode(), name).sentences) >= 0


@pytest.mark.slow
def test_a_document_that_was_cut_anywhere_is_read_or_refused_with_a_reason() -> None:
    paths = [path for path in sorted(DOCUMENTS.rglob("*")) if path.is_file() and path.suffix not in (".sh", ".py")]
    assert len({path.suffix for path in paths}) >= 8
    for path in paths:
        data = path.read_bytes()
        for part in range(1, 13):
            with contextlib.suppress(ReaderError):
                assert parse_article(data[: len(data) * part // 13], path.name).text
