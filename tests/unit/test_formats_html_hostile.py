"""HTML pages that are broken or made to hurt: an article as far as it goes, or an error for people."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.formats import parse_article
from tests.hypothesis_profiles import examples
from tests.unit.article_contents import block_texts
from tests.unit.html_shapes import SHAPES, page
from tests.unit.mutations import check_any, mutate
from tests.unit.news_pages import PAGES

FILLER = "The keeper rowed out to the lamp every evening for sixty years, and nobody thanked him for it, or asked him why."


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 10_000 + FILLER,
        "<b><i>" * 5_000 + FILLER,
        "<ul><li>" * 5_000 + "deep",
        "<blockquote>" * 3_000 + "deep",
        "<table><tr><td>" * 2_000 + "deep",
        "<p>" + "<a href='#n1'>[1]</a>" * 2_000 + "</p><ol><li id=n1>Note</ol>",
        "".join(f"<p><a href='#n{n}'>{n}</a></p><p id=n{n}>note <a href='#n{n + 1}'>^</a></p>" for n in range(1_000)),
        "<table><tr><td colspan=99999999999>a<td rowspan=99999>b</table>" + "<table><tr>" + "<td>x" * 3_000,
        "<p>" + "&" * 50_000 + "</p>",
        "<p " + "a='1' " * 20_000 + ">x</p>",
        "<p>" + "<" * 20_000,
        "<sup>" * 10_000 + "1",
        "<li>" * 10_000 + "x",
        "<h1>" + "lamp " * 50_000,
        "<!--" * 20_000 + "x",
        "<p>" + FILLER + "</p>" + "<select><option>x" * 5_000,
        "<p>x</p>" + "<div class='share'><p>Share</p></div>" * 5_000,
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_hostile_page_is_read_as_far_as_it_goes(body: str) -> None:
    check_any(lambda: parse_article(f"<!DOCTYPE html><html><body><h1>Lamp</h1>{body}".encode(), "lamp.html"))


def test_entities_and_other_files_are_not_looked_for(tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<p>SECRET</p>", encoding="utf-8")
    address = secret.as_uri()
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{address}">]><html><head><link rel="import" href="{address}"></head><body>'
        f"<p>a &x; b</p>"
        f'<object data="{address}"></object><iframe src="{address}"></iframe><embed src="{address}"><p>End.</p></body></html>'
    )
    article = parse_article(page.encode(), "lamp.html")
    assert "SECRET" not in article.text
    assert block_texts(article)[-1] == "End."


DOCUMENTS = [*(page(shape) for shape in SHAPES.values()), *(news.html for news in PAGES.values())]


@settings(max_examples=examples(200))
@given(st.data())
def test_a_broken_page_is_an_article_or_an_error_for_people(data: st.DataObject) -> None:
    broken = data.draw(st.sampled_from(DOCUMENTS).map(str.encode).flatmap(mutate))
    check_any(lambda: parse_article(broken, "lamp.html"))


PIECES = [
    *(
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<ul><li>",
        "</ul>",
        "<ol>",
        "<li id=n1>",
        "<table><tr><td>",
        "<td>",
        "<tr>",
        "</table>",
    ),
    *(
        "<sup>",
        "</sup>",
        "<a href='#n1'>1</a>",
        "<a href='#r1' id=b1>[2]</a>",
        "<a href='https://a.example/x'>out</a>",
        "<a id=r1>",
    ),
    *("<h2>References</h2>", "<h1>", "</h1>", "<blockquote>", "<pre>", "</pre>", "<br>", "<hr>", "<img alt='A lamp'>", "<nav>"),
    *("<d-cite key=a>", "<d-footnote>", "</d-footnote>", "<span class=ltx_note>", "<dl><dt>", "<dd>", "<math>", "<footer>"),
    *("[1] ", "Lee, A. (2001). Title. ", FILLER, "\u202e", "\x00", "&#0;", "😀", " ", "\n", "<!--", "<![CDATA[", "</body>"),
]


@settings(max_examples=examples(300))
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join))
def test_any_pile_of_elements_has_exact_ranges(body: str) -> None:
    check_any(lambda: parse_article(f"<!DOCTYPE html><html><body>{body}".encode("utf-8", "replace"), "lamp.html"))
