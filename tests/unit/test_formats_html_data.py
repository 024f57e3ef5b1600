"""Pages that hold their text only in the data of a script, and pages of forums."""

from __future__ import annotations

import json

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind
from reader.formats import parse_article
from reader.formats.html.flight_data import flight_markup, flight_rows

SENTENCES = [
    "The lamps of the piers are lit at dusk by keepers who have walked there since the railway was closed, says the council.",
    "Nobody pays them & nobody has asked why they do it, although the harbour has been empty of boats since the pier is there.",
    "In winter the walk takes an hour and more. The oldest of the keepers has missed four evenings in all these years.",
    "A survey found that three boats out of ten are led in by the lamps, and that others would rather have them than not.",
]
NOTICE = "We use cookies to make this site work for you, and share what we learn with people who pay us. You may refuse them."
LINK = "<a href='https://council.example.org/lamps'>says the council</a>"
MARKUP = "".join(f"<p>{sentence.replace('&', '&amp;')}</p>" for sentence in SENTENCES).replace("says the council", LINK)
SHELL = '<div id="__next"><nav><a href="/">Home</a></nav><main><h1>The Lamps of the Piers</h1><div>Loading…</div></main></div>'


def read(
    data: object, *, script: str = '<script id="__NEXT_DATA__" type="application/json">{}</script>', body: str = SHELL
) -> Article:
    tag = script.replace("{}", json.dumps(data).replace("</", "<\\/"))
    page = f"<html lang='en'><head><title>The Lamps of the Piers</title></head><body>{body}{tag}</body></html>"
    return parse_article(page.encode(), "lamps.html")


def paragraphs(article: Article) -> list[str]:
    aside = {noise.start for noise in article.noise}
    return [article.text[b.start : b.end] for b in article.blocks if b.kind is BlockKind.PARAGRAPH and b.start not in aside]


def spans(sentence: str) -> list[dict[str, str]]:
    first, middle, last = sentence.partition(" the ")
    return [{"type": "text", "text": first}, {"type": "text", "text": middle}, {"type": "text", "text": last}]


@pytest.mark.parametrize(
    "content",
    [
        {"title": "The Lamps of the Piers", "slug": "lamps", "body": MARKUP, "excerpt": SENTENCES[0]},
        {"title": "The Lamps of the Piers", "content": "\n\n".join(SENTENCES)},
        {"story": [{"type": "text", "html": f"<p>{sentence.replace('&', '&amp;')}</p>"} for sentence in SENTENCES]},
        {"content": [{"_type": "block", "style": "normal", "children": spans(sentence)} for sentence in SENTENCES]},
        {"doc": {"type": "doc", "content": [{"type": "paragraph", "content": spans(sentence)} for sentence in SENTENCES]}},
        {"blocks": [{"type": "paragraph", "data": {"text": sentence}} for sentence in SENTENCES]},
        {"paragraphs": SENTENCES},
    ],
)
def test_text_that_is_only_in_data_is_read(content: object) -> None:
    article = read({"props": {"pageProps": {"article": content, "strings": {"cookies": NOTICE}}}, "page": "/[slug]"})
    assert [line for line in paragraphs(article) if line != "Loading…"] == SENTENCES
    assert article.title == "The Lamps of the Piers"


def test_data_that_a_script_assigns_is_read_with_its_links_and_headings() -> None:
    blocks = [{"type": "heading-two", "text": "Who lights them"}, {"type": "html", "html": MARKUP}]
    article = read({"article": {"blocks": blocks}}, script="<script>window.__INITIAL_STATE__ = {};</script>")
    assert "Who lights them" in [article.text[b.start : b.end] for b in article.blocks if b.kind is BlockKind.HEADING]
    assert [article.text[c.start : c.end] for c in article.citations] == ["says the council"]


def test_data_beside_shown_prose_and_lists_of_articles_are_not_read() -> None:
    shown = "".join(
        f"<p>In {year} the lamps of the outer pier were not lit, as nobody could walk there at dusk.</p>"
        for year in range(1960, 1980)
    )
    assert "survey found" not in read({"body": MARKUP}, body=f"<h1>The Lamps</h1>{shown}").text
    posts = [{"title": f"Post {i}", "body": f"<p>Post {i}.</p>{MARKUP}"} for i in range(3)]
    assert "survey found" not in read({"posts": posts}).text


@pytest.mark.parametrize("data", ["[" * 100_000, '{"a": ' * 50_000, '{"a": undefined}', "[1, 2", '"' + "word. " * 300])
def test_broken_data_is_left_alone(data: str) -> None:
    page = f'<html><body>{SHELL}<script id="__NEXT_DATA__" type="application/json">{data}</script></body></html>'
    assert "Loading…" in parse_article(page.encode(), "lamps.html").text


@pytest.mark.parametrize(
    ("card", "signature", "tools"),
    [
        ("postprofile", "post-signature", "post-buttons"),
        ("message-user", "message-signature", "message-actionBar"),
        ("user-info", "user-signature", "post-menu"),
        ("crawler-post-meta", "post-signature", "post-likes"),
    ],
)
def test_cards_signatures_and_tools_of_a_forum_are_set_aside(card: str, signature: str, tools: str) -> None:
    posts = "".join(
        f'<div class="post"><div class="{card}"><p>Ada</p><p>Posts: 1204</p></div><div class="text"><p>Post {number}: the lamp '
        "of the pier goes out when the wind comes from the sea, because the wick is too short.</p></div>"
        f'<div class="{tools}"><span>Quote</span> <span>Report</span></div>'
        f'<div class="{signature}">Keeper of the outer pier since 1968, and of its book.</div></div>'
        for number in range(4)
    )
    article = parse_article(f"<html><title>Lamps</title><body><h1>Lamps</h1>{posts}</body></html>".encode(), "t.html")
    aside = {noise.start for noise in article.noise}
    shown = [article.text[block.start : block.end][:7] for block in article.blocks if block.start not in aside]
    assert shown == ["Lamps", "Post 0:", "Post 1:", "Post 2:", "Post 3:"]


def stream(*rows: str) -> str:
    """Return the scripts that stream some rows to the page in pieces that end anywhere."""
    text = "\n".join(rows) + "\n"
    pieces = [text[place : place + 150] for place in range(0, len(text), 150)]
    tags = (f"<script>self.__next_f.push({json.dumps([1, piece])})</script>".replace("</p", "<\\/p") for piece in pieces)
    return "<script>(self.__next_f=self.__next_f||[]).push([0])</script>" + "".join(tags)


def element(tag: str, kids: object, **fields: object) -> list[object]:
    return ["$", tag, None, {**fields, "children": kids}]


def linked_sentence(sentence: str) -> list[object]:
    before, words, after = sentence.partition("says the council")
    return [before, element("a", words, href="https://council.example.org/lamps"), after] if words else [sentence]


STORY = [element("p", linked_sentence(sentence)) for sentence in SENTENCES]


@pytest.mark.parametrize(
    "rows",
    [
        ['1:I[7,["12"],"Page"]', f"0:{json.dumps({'f': [['children', element('main', STORY)]], 'm': '$undefined'})}"],
        [f'0:["$","$L1",null,{json.dumps({"children": "$L5"})}]', f"5:{json.dumps(element('article', STORY))}"],
        [f"0:{json.dumps(['$', '$L1', None, {'story': {'title': 'Lamps', 'body': '$7'}}])}", f"7:T{len(MARKUP):x},{MARKUP}"],
        [f"0:{json.dumps(['$', 'div', None, {'dangerouslySetInnerHTML': {'__html': '$7'}}])}", f"7:T{len(MARKUP):x},{MARKUP}"],
    ],
)
def test_text_that_is_only_streamed_to_a_script_is_read(rows: list[str]) -> None:
    page = f"<html lang='en'><head><title>The Lamps of the Piers</title></head><body>{SHELL}{stream(*rows)}</body></html>"
    article = parse_article(page.encode(), "lamps.html")
    assert [line for line in paragraphs(article) if line != "Loading…"] == SENTENCES
    assert [reference.url for reference in article.references] == ["https://council.example.org/lamps"]


@pytest.mark.parametrize("row", ["0:[", "0:T3", "7:Tffffffff,x", '0:["$","$L0",null,{"children":"$L0"}]', "0:" + "[" * 9000])
def test_a_damaged_stream_changes_nothing(row: str) -> None:
    page = f"<html><body>{SHELL}{stream(row)}</body></html>"
    assert parse_article(page.encode(), "lamps.html").text == parse_article(f"<html><body>{SHELL}".encode(), "a.html").text


def test_a_streamed_text_that_is_named_again_and_again_does_not_fill_the_memory() -> None:
    text = SENTENCES[0] * 500
    row = json.dumps(["$", "p", None, {"children": ["$7"] * 2_000}])
    rows = flight_rows([f"self.__next_f.push({json.dumps([1, f'7:T{len(text):x},{text}5:{row}'])})"])
    markup = flight_markup(rows)
    assert len(text) < len(markup) < 10_000_000 < 2_000 * len(text)
