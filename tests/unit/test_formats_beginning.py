"""The beginning of a long text, which is shown before the text is parsed: it looks then as it does afterwards."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.article.model import StyleKind
from reader.formats import parse_article, read_beginning

PARAGRAPH = "The lock *at Borm* leaks [1], and **nobody** has `the key`. See [the plan](https://example.org/plan) of 1962."
PLAIN = "The lock at Borm leaks [1], and nobody has the key to the house of the keeper, who left in spring."
REFERENCES = "## References\n\n1. Lee, A. (2004). On locks.\n"


def long_text(*first: str, last: str = REFERENCES, paragraph: str = PARAGRAPH) -> str:
    """Return a text of some 90,000 code points with these blocks at its beginning, and others at its end."""
    return "\n\n".join((*first, *(f"{paragraph} {number}." for number in range(700)), last)) + "\n"


def shown(article: Article, end: int) -> tuple[object, ...]:
    """Return what of an article decides how its text looks before an offset: blocks, styles, and what is hidden."""
    spans = (article.blocks, article.styles, article.noise)
    return tuple([one for one in ranges if one.end <= end] for ranges in spans)


@pytest.mark.parametrize(
    "first",
    [
        ("# The lock at Borm",),
        ("---\ntitle: The lock\nlang: en\n---", "# The lock at Borm"),
        ("# Locks", "- one\n- two\n\n  more of it", "> said the keeper", "| a | b |\n| - | - |\n| 1 | 2 |"),
        ("The lock\n========", "```\ncode\n\nmore [1]\n```", "<!-- a remark\n\nof two parts -->", "[a]: https://example.org"),
        ("# Notes", "A remark.[^1]", "[^1]: It is old.", "Text with [a label][a].", "[a]: https://example.org"),
    ],
)
def test_it_looks_as_in_the_parsed_article(first: tuple[str, ...]) -> None:
    data = long_text(*first).encode()
    beginning = read_beginning(data, "lock.md")
    assert beginning is not None
    article, end = parse_article(data, "lock.md"), beginning.blocks[-1].end
    assert 9_000 < end < 16_000
    assert beginning.text == article.text
    assert shown(beginning, end) == shown(article, end)
    assert any(style.kind is StyleKind.MARKUP for style in beginning.styles)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (("See [the plan][p] of it.",), "[p]: https://example.org/plan"),
        (("See [p] of it.",), "> [p]: https://example.org/plan"),
        (("# Locks", "Read more:", "The sluice at Arl", "The bridge at Cask"), ""),
        (("# Locks", "Share this article"), ""),
        (("# Locks", "Locks of the county", PARAGRAPH, "Locks of the county"), ""),
        (("# Locks", "17"), ""),
        (("It leaks. citeturn0search3",), ""),
        (("---\ntitle: The lock",), "---"),
    ],
)
def test_there_is_none_where_the_rest_may_change_how_it_looks(first: tuple[str, ...], last: str) -> None:
    assert read_beginning(long_text(*first, last=last).encode(), "lock.md") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [(PARAGRAPH, "short.md"), (PARAGRAPH, "short.txt"), (long_text(), "lock.rst"), (PARAGRAPH * 900, "one.md")],
)
def test_only_long_texts_in_markdown_and_plain_text_have_one(text: str, name: str) -> None:
    assert read_beginning(text.encode(), name) is None


@pytest.mark.parametrize(
    "first",
    [
        ("The lock at Borm",),
        (
            "The lock at Borm",
            "By Ada Lee",
            PLAIN,
            "The keeper",
            f"{PLAIN} He left.",
            "See www.borm.example and https://arl.example.",
        ),
        ("It opened in 1962.", "- one\n- two\n\n  more of it", "* * *", "A line\nof short\nlines"),
    ],
)
def test_plain_text_looks_as_in_the_parsed_article(first: tuple[str, ...]) -> None:
    data = long_text(
        *first, paragraph=PLAIN, last="References\n\n1. Lee, A. (2004). On locks. https://doi.org/10.5555/lock.1\n"
    ).encode()
    beginning = read_beginning(data, "lock.txt")
    assert beginning is not None
    article, end = parse_article(data, "lock.txt"), beginning.blocks[-1].end
    assert 9_000 < end < 16_000
    assert beginning.text == article.text
    assert shown(beginning, end) == shown(article, end)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (("The lock at Borm", "Share this article"), ""),
        (("The lock at Borm", "1. Lee, A. (2004). On locks."), ""),
        (("The lock at Borm", "Sources", "Lee, A. (2004). On locks."), ""),
        (("The lock at Borm",), "The title\n========="),
        (("The lock at Borm",), "Sign in\n\nSport\n\nWeather\n\nMore news"),
        (("The lock at Borm",), "\fpage 2"),
    ],
)
def test_plain_text_has_none_where_the_rest_may_change_how_it_looks(first: tuple[str, ...], last: str) -> None:
    assert read_beginning(long_text(*first, paragraph=PLAIN, last=last).encode(), "lock.txt") is None
