"""What stands between the sentences of a text is no passage: titles, bylines, captions, credits, navigation, works."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.passages.ranking import PassageIndex
from reader.article.prose import is_fragment, prose_sentences
from reader.errors import ReaderError
from reader.formats import parse_article
from tests.hypothesis_profiles import CHARACTERS
from tests.unit import jats_files

PROSE = "The tide mill of Orle ground 640 sacks in its last year, and then its wheel was sold."
CLAIM = "The tide mill of Orle ground 640 sacks"


def read(text: str, name: str = "source.txt") -> Article:
    return parse_article(text.encode("utf-8"), name)


def passages(article: Article) -> list[str]:
    return [article.text[slice(*span)] for span in prose_sentences(article)]


@pytest.mark.parametrize(
    "aside",
    [
        "The tide mill of Orle and its sacks",
        "By Ada Quill",
        "By Ada Quill, mill correspondent of Orle | 3 May 2021 | 4 min read",
        "By Ada Quill and Tom van Ree.",
        "Ada Quill, Tom Ree, Ida Moss\nMill Institute of Orle",
        "Photo: the tide mill of Orle, by Ada Quill.",
        "Figure 3. The tide mill of Orle. Each sack is drawn.",
        "Abb. 2: Die Mühle von Orle.",
        "Updated on Monday 5 March 2021, 10:00 GMT | 4 min read",
        "Stand: 5. März 2021, 10.30 Uhr",
        "© 2021 Mill Trust of Orle. The mill of Orle is printed with its leave.",
        "FILE PHOTO: The tide mill of Orle ground 640 sacks. Its wheel is seen from the quay.",
        "The tide mill of Orle ground 640 sacks. (Image credit: Ada Quill)",
    ],
)
def test_a_line_that_asserts_nothing_is_no_passage(aside: str) -> None:
    article = read(f"{aside}\n\n{PROSE}\n\nIt was sold to a farmer of the next valley, who used it as a fence.")
    assert passages(article)[0] == PROSE
    assert len(passages(article)) == 2


@pytest.mark.parametrize(
    "kept",
    [
        "By March the mill had ground them all.",
        "By Ada Quill's count the mill ground 640 sacks.",
        "Updated rules for 12 mills were sent to Orle.",
        "Stand by the mill on 5 March and you hear nothing.",
        "Its wheel, a witness told the court in the autumn of that year, had been sold by the widow of the last miller before"
        " the town could say a word about what it meant to",
        "640 sacks were ground [1].",
        "In its last year the mill ground\n\n- 640 sacks of rye\n- 30 sacks of oats",
        "Table 4. Sacks by year\n1911     620\n1912     640",
        "ในปีสุดท้าย โรงสีบดข้าวหกร้อยกระสอบ " * 4,
    ],
)
def test_what_may_assert_something_stays(kept: str) -> None:
    article = read(
        f"Mills\n\n{PROSE}\n\n{kept}\n\nIt was sold to a farmer, who used it as a fence.\n\n[1] Ree, T. (1950). Mills."
    )
    assert passages(article)[1] in kept
    assert len(passages(article)) == len(article.sentences)


@pytest.mark.parametrize(
    "aside",
    [
        "The tide mill of Orle is seen from the quay. (Ada Quill/Orle Press)",
        "The tide mill of Orle is seen from the quay. (Ada Quill for The Orle Gazette)",
        "Written by Ada Quill. 7 min read",
    ],
)
def test_a_caption_or_byline_within_the_text_is_no_passage(aside: str) -> None:
    sold = "It was sold to a farmer of the next valley, who used it as a fence."
    page = f"<article><h1>Mills</h1><p>{PROSE}</p><p>{aside}</p><p>{sold}</p></article>"
    assert passages(read(page, "source.html")) == [PROSE, sold]


def test_what_the_document_calls_a_caption_is_no_passage() -> None:
    caption = "The tide mill of Orle was still turning when the painter came through in 1911."
    sold = "It was sold to a farmer of the next valley, who used it as a fence."
    figure = f"<figure><img src=a.png><figcaption><p>{caption}</p></figcaption></figure>"
    page = read(f"<article><h1>Mills</h1><p>{PROSE}</p>{figure}<p>{sold}</p></article>", "a.html")
    paper = jats_files.read(f"<p>{PROSE}</p><fig><caption><p>{caption}</p></caption></fig><p>{sold}</p>")
    for article in (page, paper):
        assert caption in article.text
        assert passages(article) == [PROSE, sold]


def test_links_in_a_row_and_works_are_no_passages() -> None:
    page = f"""<main><ul><li><a href="/a">The tide mill of Orle</a></li><li><a href="/b">Sacks</a></li></ul>
    <p>{PROSE}</p><p>It was sold to a farmer of the next valley, who used it as a fence.</p></main>"""
    assert passages(read(page, "page.html"))[0] == PROSE
    works = (
        f"# Mills\n\n{PROSE}\n\n"
        + "## Sources\n\nThe tide mill of Orle. Quill, 1950.\n\nSacks of Orle. Ree, 1960.\n\n## Later\n\nIt burnt.\n"
    )
    article = replace(read(works, "mills.md"), references=())
    assert passages(article) == [PROSE, "It burnt."]
    told = replace(read(works.replace(", 1950", "").replace(", 1960", ""), "mills.md"), references=())
    assert len(passages(told)) > 2


def test_a_text_that_marks_no_sentences_keeps_all_its_lines() -> None:
    article = read("the mill ground sacks\n\nits wheel was sold\n\nnobody knows to whom")
    assert prose_sentences(article) == tuple(article.sentences.all())


def test_a_passage_with_the_figure_of_the_claim_comes_first() -> None:
    told = (
        "The tide mill of Orle ground sacks, and the tide mill of Orle was loved for the sacks that it ground.",
        "In the last year 640 were counted.",
        "Nobody counted those of 1912.",
    )
    assert [passage.index for passage in PassageIndex(told).rank(f"{CLAIM} in 1912.")] == [1, 0, 2]
    fewer = ("The mill of Orle ground its sacks.", "The mill ground 64 of them.", "It has 64 steps, like a mill.")
    assert next(passage.index for passage in PassageIndex(fewer).rank("The mill of Orle ground 64 sacks.")) == 1


@given(st.text(CHARACTERS))
def test_any_text_has_prose_among_its_sentences(text: str) -> None:
    with suppress(ReaderError):
        article = read(text)
        assert set(prose_sentences(article)) <= set(article.sentences.all())
        assert all(is_fragment(article, sentence) in (True, False) for sentence in article.sentences.all())
