"""The tokens that chat programs leave in place of sources."""

from __future__ import annotations

import pytest

from reader.article.article import Article
from reader.article.model import NoiseReason
from reader.article.ranges import Span
from reader.formats import parse_article
from reader.review.pairs import claim_text

FIRST, SECOND = "The lock at Arle was built in 1874.", "Barges of forty tonnes still use it."


def read(text: str, name: str = "lock.md") -> Article:
    return parse_article(text.encode(), name)


def shown(article: Article) -> list[str]:
    """Return the sentences without what is hidden in them."""
    return [claim_text(article, sentence) for sentence in article.sentences.all()]


def cite(*places: str) -> str:
    return "\ue200cite" + "".join(f"\ue202{place}" for place in places) + "\ue201"


@pytest.mark.parametrize("name", ["lock.md", "lock.txt"])
@pytest.mark.parametrize(
    "token",
    [
        ":contentReference[oaicite:0]{index=0}",
        ":contentReference\\[oaicite:12\\]{index=12}",
        ":contentReference[oaicite:0]{index=0} :contentReference[oaicite:1]{index=1}",
        "[oaicite:3]",
        cite("turn0search3", "turn12view1"),
        "\ue200filecite\ue202turn0file0\ue202L10-L24\ue201",
        '\ue200image_group\ue202{"query":["lock gates at night"],"num_per_query":1}\ue201',
        "citeturn0search3turn12view1",
        "cite turn0search3 turn0news4",
        "【turn0search3】",
        "(turn0search3, turn0search5)",
        "【12†source】",
        "【4:0†survey of locks.pdf】【12†L3-L9】",
        "[cite: 1, 2, 7]",
        "[cite_start]",
        "【507416795845449†L142-L160】",
        "【F:locks/arle.md†L18-L59】",
        "\\[span\\_133\\](start\\_span)\\[span\\_133\\](end\\_span)",
        '[](grok_render_citation_card_json={"cardIds":["51e5c5"]})',
        "[citation:3][citation:5]",
        "[web:12]",
        '<grok:render card_id="5f0a" type="render_inline_citation"><argument name="citation_id">3</argument></grok:render>',
        '<cite index="2-1">',
    ],
)
def test_a_token_without_a_source_is_set_aside(token: str, name: str) -> None:
    article = read(f"# Locks\n\n{FIRST} {token} {SECOND}\n\n{SECOND[:-1]} {token}.\n", name)
    assert shown(article) == [FIRST, SECOND, SECOND]
    assert {part.reason for part in article.debris} == {NoiseReason.DEBRIS}
    assert not article.citations


@pytest.mark.parametrize("token", ["【1†source】", "【1†L3-L9】", "[cite: 1]", "[citation:1]", "[Source 1]", "[Sources: 1]"])
def test_a_token_whose_number_is_in_a_list_is_a_citation(token: str) -> None:
    article = read(f"# Locks\n\n{FIRST} {token}\n\n## Sources\n\n1. [Locks and weirs](https://locks.example/arle)\n")
    assert [citation.references for citation in article.citations] == [("1",)]
    assert not article.debris


def test_the_words_of_a_token_that_names_a_thing_stay() -> None:
    article = read(
        '\ue200entity\ue202["people","Ida Moss","engineer"]\ue201 built it \ue200url\ue202here\ue202https://a.example\ue201.'
    )
    assert shown(article) == ["Ida Moss built it here."]


def test_a_paragraph_of_tokens_is_set_aside_as_a_whole_and_code_never() -> None:
    article = read(
        f"# On tokens\n\nThe program writes `{cite('turn0search3')}`, e.g.\n\n    [cite: 1]\n\n- {cite('turn0search3')}\n"
    )
    assert [article.text[part.start : part.end].strip("- ") for part in article.noise] == [cite("turn0search3")]
    assert not article.debris


def test_references_and_title_have_no_tokens() -> None:
    article = read(
        f"# Locks {cite('turn0view1')}\n\n{FIRST} [1]\n\n## Sources\n\n[1] Moss: Locks. 2019. {cite('turn0view1')}\n"
    )
    assert article.title == "Locks"
    assert article.references[0].text == "Moss: Locks. 2019."


def test_debris_is_hidden_until_noise_is_shown() -> None:
    article = read(f"{FIRST} [web:3]\n\n{SECOND}\n")
    text = " [web:3]"
    open_article = article.with_noise_included()
    assert [article.text[slice(*span)] for span in article.markup] == [text]
    assert not open_article.markup
    assert [*open_article.with_noise(article.noise).markup] == [Span(len(FIRST), len(FIRST) + len(text))]


def test_debris_at_the_beginning_of_a_link_leaves_the_link() -> None:
    article = read(f"{FIRST} [oai_citation:1‡www.locks.example](https://www.locks.example/arle) {SECOND}")
    assert [article.sentences.at(citation.start) for citation in article.citations] == [article.sentences.all()[0]]
    assert [reference.url for reference in article.references] == ["https://www.locks.example/arle"]
    assert claim_text(article, article.sentences.all()[1]) == SECOND


def test_no_marks_are_left_over_where_a_token_or_marker_was() -> None:
    article = read("It lifted 14 million,[cite: 2], and cost 9, [citation:3]. Of a, b, and c, all went.")
    assert shown(article) == ["It lifted 14 million, and cost 9.", "Of a, b, and c, all went."]
