"""Texts that were set for printed pages, such as RFCs, as files and within HTML pages."""

from __future__ import annotations

import html

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind
from reader.formats import parse_article

FOOTER = "Marsh                      Informational                      [Page {}]"
HEADER = "RFC 9911                Exchanging Tide Tables                March 2019"
FIRST_PAGE = """\
Network Working Group                                          T. Marsh
Request for Comments: 9911                             Tarn Observatory

              A Protocol for Exchanging Tide Tables

Table of Contents

   1.  Introduction  . . . . . . . . . . . . . . . . . . . . . . . .   1
   2.  References  . . . . . . . . . . . . . . . . . . . . . . . . .   2

1.  Introduction

   Tide tables are computed from the constants of a harbour [Darrow98].
   The constants change slowly, so that a table computed in January is
   still right in June, but dredging changes them at once [RFC9801].  A
   harbour that dredges therefore has to send a new table to all of its
"""
SECOND_PAGE = """\
   neighbours, which most of them do by letter and some of them do not
   do at all.

1.1.  Messages

   A message begins with a header, whose layout is shown in Figure 1, and
   which a receiver that does not know the version drops:

    0                   1                   2
    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
   |    Version    |     Kind      |  Length  |
   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

                   Figure 1: Header of a Message

   o  Gauge: an instrument that writes down the height of the water
      every six minutes.

   The three harbours were visited in 2015, and none of them had lost a
   message in the four years before.  Letters were lost more often than
   messages, above all in winter, when the boats stay in harbour.

2.  References

   [Darrow98] Darrow, G., "On the Constants of Harbours", Journal of
              Tides 12, pp. 3-19, 1998.

   [RFC9801]  Marsh, T. and A. Weir, "Dredging and Its Announcement",
              RFC 9801, May 2018.
"""
MANUAL = """\
LAMP(1)                     User Commands                     LAMP(1)

NAME
       lamp - light the lamp of a pier from a distance of some miles

DESCRIPTION
       lamp asks the keeper of a pier to light the lamp there.  It waits
       until the keeper has answered, or until an hour has gone, and it
       tells what it was told.

       Lamps are lit in the colour that the harbour has set, unless
       another colour is given.  Nobody has found out what happens when
       two people ask for two colours at the same time, although it has
       been tried.

OPTIONS
       The colours that the harbour has are told by the keeper when the
       lamp is lit for the first time.
"""
PROGRAM = """\
# You may do with this file what you like, as long as nobody is harmed by
# what you do with it, and as long as the lamps of the pier are lit.
def light(lamp):
    for colour in lamp.colours:
        if colour.is_set():
            lamp.ask(colour)
    return lamp
"""


def pages(form_feed: str = "\f") -> str:
    first, second = FOOTER.format(1), FOOTER.format(2)
    return f"{FIRST_PAGE}\n\n\n{first}\n{form_feed}\n{HEADER}\n\n\n{SECOND_PAGE}\n\n\n{second}\n"


def page(body: str) -> str:
    return f'<html lang="en"><head><title>RFC 9911: Tide Tables</title></head><body>{body}</body></html>'


def one_element() -> str:
    return page(f"<pre>{html.escape(pages(''))}</pre>")


def element_for_each_page() -> str:
    """Return a page as converters of RFCs write it: links to sections, grey headers, menus and a footer."""
    second = html.escape(SECOND_PAGE).replace(
        "2.  References", '<span class="h2"><a href="#section-2">2</a>.  References</span>'
    )
    return page(
        '<div class="noprint">[<a href="/html/">Search</a>] [<a href="/rfc/rfc9911.txt">txt</a>|<a href="/pdf/1">pdf</a>]</div>'
        f'<pre class="newpage">{html.escape(FIRST_PAGE)}\n<span class="grey">{FOOTER.format(1)}</span></pre><hr>'
        f'<pre class="newpage"><span class="grey">{HEADER}</span>\n\n{second}\n\n'
        f'<span class="grey">{FOOTER.format(2)}</span></pre>'
        '<footer><small>Made by a converter, see <a href="https://tools.example.org/">its page</a></small></footer>'
    )


def words(article: Article, kind: BlockKind) -> list[str]:
    return [" ".join(article.text[b.start : b.end].split()) for b in article.blocks if b.kind is kind]


@pytest.mark.parametrize(
    ("document", "name"),
    [(pages(), "rfc.txt"), (one_element(), "rfc.html"), (element_for_each_page(), "rfc.html")],
    ids=["text", "one element", "element for each page"],
)
def test_a_paged_text_is_read_by_its_layout(document: str, name: str) -> None:
    article = parse_article(document.encode(), name)
    assert words(article, BlockKind.HEADING) == [
        "A Protocol for Exchanging Tide Tables",
        "1. Introduction",
        "1.1. Messages",
        "2. References",
    ]
    assert [b.level for b in article.blocks if b.kind is BlockKind.HEADING] == [1, 2, 3, 2]
    assert [reference.label for reference in article.references] == ["Darrow98", "RFC9801"]
    assert [(article.text[c.start : c.end], len(c.references)) for c in article.citations] == [
        ("[Darrow98]", 1),
        ("[RFC9801]", 1),
    ]
    drawing = next(code for code in words(article, BlockKind.CODE) if "Version" in code)
    assert drawing.startswith("0 1 2 0 1 2 3")
    assert [article.text[b.start : b.end] for b in article.blocks if b.is_caption] == ["Figure 1: Header of a Message"]
    assert any(item.startswith("o Gauge") for item in words(article, BlockKind.ITEM))
    aside = " ".join(article.text[noise.start : noise.end] for noise in article.aside)
    assert HEADER in aside
    assert FOOTER.format(1) in aside
    assert FOOTER.format(2) in aside
    assert "Table of Contents" in aside


def test_a_paragraph_goes_on_after_a_page_break() -> None:
    article = parse_article(pages().encode(), "rfc.txt")
    assert article.text == pages()
    sentence = next(s for s in article.sentences.all() if article.text.startswith("A\n   harbour", s.start))
    assert article.text[sentence.start : sentence.end].endswith("do at all.")
    assert FOOTER.format(1) in article.text[article.debris[0].start : article.debris[0].end]


def test_headings_of_a_manual_page_stand_in_the_margin() -> None:
    article = parse_article(page(f"<h1>lamp(1)</h1><pre>{MANUAL}</pre><a href='/'>Index</a>").encode(), "lamp.html")
    assert words(article, BlockKind.HEADING) == ["lamp(1)", "NAME", "DESCRIPTION", "OPTIONS"]
    assert "lamp - light the lamp of a pier from a distance of some miles" in words(article, BlockKind.PARAGRAPH)


def test_code_and_listings_beside_prose_stay_code() -> None:
    code = parse_article(page(f"<h1>lamp.py</h1><pre>{PROGRAM * 4}</pre>").encode(), "lamp.html")
    assert [block.kind for block in code.blocks] == [BlockKind.HEADING, BlockKind.CODE]
    prose = "".join(
        f"<p>Lamp {i} of the piers is lit at dusk by a keeper who has walked there since the year {1960 + i}.</p>"
        for i in range(9)
    )
    manual = parse_article(page(f"<h1>Lamps</h1>{prose}<pre>{MANUAL}</pre>").encode(), "lamp.html")
    assert [block.kind for block in manual.blocks][-1] is BlockKind.CODE
