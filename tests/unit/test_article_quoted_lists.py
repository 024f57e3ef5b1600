"""A quote and the text around it may each have a list with the same labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.model import visible_text
from reader.formats import parse_article

QUOTED = (
    "The Wend rose by two metres in one night [1]. Nobody had warned the lower farms [2].",
    "Sources",
    "[1] Hollis, M. (2011). Floods of the Wend. Mill Press.",
    "[2] Tarn, P. (2014). How farms are warned. Farm Journal, 3, 12–19.",
)
REPLY = (
    "But they were told by telephone [2], and the ice was thin that year [1].",
    "Sources",
    "[1] Brandt, K. (2019). Ice on mountain lakes. Alpine Letters, 7, 40–52.",
    "[2] Osei, A. (2020). Telephone trees. Safety Review, 2, 5–9.",
)
HEAD = b"From: Ada <ada@wend.example>\nTo: Ben <ben@wend.example>\nSubject: Re: the flood\nMIME-Version: 1.0\n"


def read(text: str, name: str) -> Article:
    return parse_article(text.encode(), name)


def markdown(*parts: str, depth: int = 0) -> str:
    return "\n".join(f"{'> ' * depth}{line}".rstrip() for part in parts for line in (part, "")) + "\n"


def html(*parts: str, depth: int = 0) -> str:
    words = "\n".join(f"<p>{part}</p>" for part in parts)
    return "<blockquote>" * depth + words + "</blockquote>" * depth


def page(*parts: str) -> str:
    return f"<html><head><title>The flood</title></head><body><h1>The flood</h1>{''.join(parts)}</body></html>"


def links(article: Article) -> list[tuple[str, str]]:
    """Return each marker with the label and the first author of what it cites, "?" for nothing."""
    works = article.reference_by_id
    return [
        (
            article.text[citation.start : citation.end],
            " ".join(f"{works[name].label} {works[name].authors[0].split(',')[0]}" for name in citation.references) or "?",
        )
        for citation in article.citations
    ]


OWN = [("[2]", "2 Osei"), ("[1]", "1 Brandt")]
THEIRS = [("[1]", "> 1 Hollis"), ("[2]", "> 2 Tarn")]


@pytest.mark.parametrize("is_first", [True, False], ids=["reply first", "quote first"])
def test_a_quote_and_a_reply_cite_their_own_lists(is_first: bool) -> None:
    for texts, name in (
        ([markdown(*REPLY), markdown(*QUOTED, depth=1)], "a.md"),
        ([markdown(*REPLY), markdown(*QUOTED, depth=1)], "a.txt"),
        ([html(*REPLY), html(*QUOTED, depth=1)], "a.html"),
    ):
        parts = texts if is_first else texts[::-1]
        article = read(page(*parts) if name == "a.html" else "\n".join(parts), name)
        assert links(article) == (OWN + THEIRS if is_first else THEIRS + OWN), name


def test_an_html_mail_has_the_lists_of_each_message() -> None:
    body = page(html(*REPLY), html(*QUOTED, depth=1))
    mail = HEAD + b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + body.encode()
    assert links(parse_article(mail, "a.eml")) == OWN + THEIRS


def test_numbered_items_and_headings_in_a_blockquote_belong_to_it() -> None:
    def chapter(words: str, *entries: str) -> str:
        return f"<p>{words}</p><h2>References</h2><ol>{''.join(f'<li>{entry[4:]}</li>' for entry in entries)}</ol>"

    article = read(page(f"<blockquote>{chapter(QUOTED[0], *QUOTED[2:])}</blockquote>", chapter(REPLY[0], *REPLY[2:])), "a.html")
    assert links(article) == THEIRS + OWN


def test_a_quote_in_a_quote_has_a_list_of_its_own() -> None:
    oldest = ("The dam was full in March [1].", "Sources", "[1] Quist, L. (2009). Dams of the north. Water Books.")
    for article in (
        read("\n".join([markdown(*REPLY), markdown(*QUOTED, depth=1), markdown(*oldest, depth=2)]), "a.md"),
        read("\n".join([markdown(*REPLY), markdown(*QUOTED, depth=1), markdown(*oldest, depth=2)]), "a.txt"),
        read(page(html(*REPLY), f"<blockquote>{html(*QUOTED)}{html(*oldest, depth=1)}</blockquote>"), "a.html"),
    ):
        assert links(article) == [*OWN, *THEIRS, ("[1]", "> > 1 Quist")]


def test_the_parts_of_a_quote_between_which_a_reply_stands_share_a_list() -> None:
    first, second = (f"{sentence}." for sentence in QUOTED[0].rstrip(".").split(". "))
    parts = [markdown(first, depth=1), markdown("I know [2]."), markdown(second, *QUOTED[1:], depth=1), markdown(*REPLY)]
    assert links(read("\n".join(parts), "a.md")) == [THEIRS[0], ("[2]", "2 Osei"), THEIRS[1], *OWN]


def test_a_quote_without_a_list_cites_that_of_the_text() -> None:
    article = read(markdown(QUOTED[0], depth=1) + "\n" + markdown(*REPLY), "a.md")
    assert links(article) == [("[1]", "1 Brandt"), ("[2]", "2 Osei"), *OWN]


def test_a_reply_without_a_list_cites_that_of_the_quote() -> None:
    article = read(markdown(REPLY[0]) + "\n" + markdown(*QUOTED, depth=1), "a.md")
    assert links(article) == [("[2]", "2 Tarn"), ("[1]", "1 Hollis"), ("[1]", "1 Hollis"), ("[2]", "2 Tarn")]


def test_a_reply_cites_the_quoted_list_that_its_own_goes_on_but_no_other() -> None:
    asks = "Was it so in the hills, too [3]? I doubt it [2]."
    more = "[3] Wray, D. (2021). Hill farms. Farm Journal, 9, 2–8."
    article = read(markdown(asks, "Sources", more) + "\n" + markdown(*QUOTED, depth=1), "a.md")
    assert links(article)[:2] == [("[3]", "3 Wray"), ("[2]", "2 Tarn")]
    article = read(markdown(asks, *REPLY[1:]) + "\n" + markdown(*QUOTED, more, depth=1), "a.md")
    assert links(article)[:2] == [("[3]", "?"), ("[2]", "2 Osei")]


def test_a_list_of_one_entry_is_kept_beside_a_longer_one_in_a_quote() -> None:
    article = read(markdown("It was [1].", REPLY[2]) + "\n" + markdown(*QUOTED, depth=1), "a.md")
    assert links(article) == [("[1]", "1 Brandt"), *THEIRS]


def test_footnotes_of_a_quote_are_its_own() -> None:
    quote = "> It rose [^a].\n>\n> [^a]: Hollis, M. (2011). Floods of the Wend. Mill Press.\n"
    article = read(f"It froze [^a].\n\n[^a]: Brandt, K. (2019). Ice on lakes. Alpine Letters.\n\n{quote}", "a.md")
    assert [article.reference_by_id[name].authors[0] for c in article.citations for name in c.references] == [
        "Brandt, K.",
        "Hollis, M.",
    ]


MAIL = """\
Ben wrote on 3 May:
> The Wend rose by two metres in one
> night [1]. Nobody had warned the lower farms [2].
>> The dam was full in March [1].
>> Sources:
>> [1] Quist, L. (2009). Dams of the
>> north. Water Books.
> Sources:
> [1] Hollis, M. (2011). Floods of the Wend. Mill Press.
> [2] Tarn, P. (2014). How farms are warned. Farm Journal, 3, 12–19.
But they were told by telephone [2], and the ice was thin that year [1].

Sources:
[1] Brandt, K. (2019). Ice on mountain lakes. Alpine Letters, 7, 40–52.
[2] Osei, A. (2020). Telephone trees. Safety Review, 2, 5–9.
"""


@pytest.mark.parametrize("name", ["a.txt", "a.eml"])
def test_a_plain_mail_has_the_lists_of_each_message(name: str) -> None:
    head = HEAD + b"Date: Fri, 3 May 2024 10:00:00 +0000\nContent-Type: text/plain; charset=utf-8\n\n"
    article = parse_article((head if name == "a.eml" else b"") + MAIL.encode(), name)
    assert links(article) == [*THEIRS, ("[1]", "> > 1 Quist"), *OWN]
    assert article.references[0].text == "Quist, L. (2009). Dams of the north. Water Books."
    first = article.sentences.at(article.text.index("metres"))
    assert first is not None
    assert visible_text(article.text, article.styles, first) == "The Wend rose by two metres in one\nnight [1]."


def test_the_entries_of_a_quoted_list_need_no_blank_lines_in_markdown() -> None:
    text = (
        MAIL.replace("that year [1].\n", "that year [1].\n\n")
        .replace("12–19.\n", "12–19.\n\n")
        .replace("[2].\n>>", "[2].\n>\n>>")
    )
    article = read(text.replace("Books.\n>", "Books.\n>\n>"), "a.md")
    assert links(article) == [*THEIRS, ("[1]", "> > 1 Quist"), *OWN]


@pytest.mark.parametrize(
    "text",
    [
        "The share of the lower farms was\n> 5 % in that year.\n",
        ">>> print(1)\n1\n>>> print(2)\n2\n",
        "It began so.\n>From then on it rained.\n",
    ],
)
def test_a_sign_that_begins_no_quote_is_text(text: str) -> None:
    article = read(text, "a.txt")
    assert all(not block.quote_depth for block in article.blocks)
    assert not article.markup


@given(st.text(st.sampled_from("> \n[1]a.\t"), max_size=60))
def test_any_lines_of_quotes_are_blocks_in_order(text: str) -> None:
    text = f"Ada wrote:\n{text}"
    article = read(text, "a.txt")
    edges = [edge for block in article.blocks for edge in (block.start, block.end)]
    assert edges == sorted(edges)
    shown = "".join(text[block.start : block.end] for block in article.blocks)
    assert [sign for sign in shown if sign not in "> \n\t"] == [sign for sign in text if sign not in "> \n\t"]
