"""Sentences: where they end and where they don't, and that they and the white space between them are their block."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.model import BlockKind, Citation
from reader.article.ranges import Span
from reader.article.sentences import split_sentences
from reader.formats import parse_article

PIECES = [
    "a",
    "B",
    "word ",
    "End. ",
    "Then ",
    "et al. ",
    "Fig. ",
    "No. 5 ",
    "[1]",
    "(Lee, 2020)",
    ".",
    "?",
    "! ",
    "…",
    ". . ",
    "“",
    "”",
    "(",
    ")",
]
PIECES += [
    "\n",
    " ",
    "\t",
    "\u00a0",
    "\u2028",
    "\U0001f600",
    "e\u0301",
    "句。",
    "\u202e",
    "\0",
    "- ",
    "1. ",
    "**",
    "`",
    "|",
    "é. É",
    "*x.* ",
    "<b>",
]
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def read(text: str, name: str = "plain.txt") -> Article:
    return parse_article(text.encode("utf-8"), name)


def sentences(text: str, name: str = "plain.txt") -> list[str]:
    article = read(text, name)
    return [article.text[start:end] for start, end in article.sentences.all()]


@pytest.mark.parametrize("ending", ["in May.", "in May [1].", "in “May.”", "under Theresa May."])
def test_may_is_a_whole_word_and_ends_a_sentence(ending: str) -> None:
    assert sentences(f"The boats ran {ending} Nobody counted them.") == [f"The boats ran {ending}", "Nobody counted them."]


@pytest.mark.parametrize(
    "whole",
    [
        "Wind was measured as Orbeck et al. described.",
        "See Fig. 2 and Eq. 4 for the details of it.",
        "The U.S. Government paid for the second dam.",
        "Ms. Varga and Dr. Oyelaran signed it together.",
        "It stands in vol. 3, pp. 12 and 14, of the annals.",
        "Some birds, e.g. Swifts and i.e. Apus apus, stayed.",
        "The bridge is older than\nSt. Anne's, said Mr.\nHolm.",
        "“Is it deep?” he asked the ferryman.",
        "He paid 3.50 for version 1.2.3 at www.tolls.example yesterday.",
    ],
)
def test_what_does_not_end_a_sentence(whole: str) -> None:
    assert sentences(f"{whole} Next comes another.") == [whole, "Next comes another."]


def test_what_ends_a_sentence() -> None:
    text = "Was it cold? No. It froze! (It does so every year.) Then the ice broke. “We left.” Five men stayed."
    expected = [
        "Was it cold?",
        "No.",
        "It froze!",
        "(It does so every year.)",
        "Then the ice broke.",
        "“We left.”",
        "Five men stayed.",
    ]
    assert sentences(text) == expected


NUMBERED = "\n\n[1] Lunde, A. (2019). Ice. Oslo.\n\n[2] Mork, B. (2020). Snow. Oslo."


def test_a_marker_behind_the_stop_belongs_to_the_sentence_before_it() -> None:
    text = "The ice was thick.[1] It held a horse [2]. Then it thawed. [1][2] Nobody saw it." + NUMBERED
    assert sentences(text) == ["The ice was thick.[1]", "It held a horse [2].", "Then it thawed. [1][2]", "Nobody saw it."]


def test_a_marker_that_begins_a_sentence_stays_with_it() -> None:
    text = "Thaw came late. [1] shows how late. As Lunde et al. [2] Found it, so it was." + NUMBERED
    assert sentences(text) == ["Thaw came late.", "[1] shows how late.", "As Lunde et al. [2] Found it, so it was."]


def test_names_with_a_year_begin_a_sentence() -> None:
    text = (
        "Lunde was there. Lunde (2019) saw ice. It was thick (Lunde, 2019). It "
        "broke.\n\nReferences\n\nLunde, A. (2019). Ice. Oslo."
    )
    assert sentences(text) == ["Lunde was there.", "Lunde (2019) saw ice.", "It was thick (Lunde, 2019).", "It broke."]


def test_markup_belongs_to_the_words_that_it_marks() -> None:
    sentences = [
        "It froze *long.*",
        "**Ice** lay on the bay.",
        '[The *log*](https://log.example/a "A log") says so.',
        "`a` froze.",
    ]
    article = parse_article(" ".join(sentences).encode(), "ice.md")
    assert [article.text[slice(*span)] for span in article.sentences.all()] == sentences


def test_hidden_markup_neither_makes_nor_hides_a_boundary() -> None:
    text = "**It froze.** Then *all* of it `a. B` thawed. See [the log.](https://log.example/a.B) Done."
    assert sentences(text, "a.md") == [
        "**It froze.**",
        "Then *all* of it `a. B` thawed.",
        "See [the log.](https://log.example/a.B)",
        "Done.",
    ]


def test_headings_code_rules_references_and_noise_hold_no_sentences() -> None:
    text = (
        "# On ice\n\nIt froze [^1].\n\n---\n\n    code. More code.\n\nSkip to content\n\n[^1]: A note. It has two sentences.\n"
    )
    assert sentences(text, "a.md") == ["It froze [^1]."]


def test_a_table_has_a_sentence_a_row_and_none_for_its_rule() -> None:
    assert sentences("| Lake | Ice. Thick |\n|---|---|\n| Mir | 3 cm |\n", "a.md") == [
        "| Lake | Ice. Thick |",
        "| Mir | 3 cm |",
    ]


def test_the_marker_of_an_item_is_no_sentence() -> None:
    assert sentences("1. Cut the ice. Lift it.\n2. Pack it.", "a.md") == ["1. Cut the ice.", "Lift it.", "2. Pack it."]


def test_at_after_and_before_walk_over_blocks() -> None:
    article = read("The First Winter\n\nIt froze hard. It lasted.\n\nThen it thawed.\n")
    first, second, third = article.sentences.all()
    walk = article.sentences
    assert walk.at(0) == first, "in front of the body: the next one"
    assert walk.at(first.start + 3) == first
    assert walk.at(first.end) == second, "between two: the one after"
    assert walk.at(len(article.text)) == third, "behind the last: the last"
    assert [walk.after(first), walk.after(second), walk.after(third)] == [second, third, None]
    assert [walk.before(third), walk.before(second), walk.before(first)] == [second, first, None]
    assert walk.after(Span(0, 2)) == first
    assert len(walk) == 3


def test_an_article_without_a_sentence_has_none_anywhere() -> None:
    article = read("```\ncode\n```\n", "a.md")
    assert article.sentences.at(3) is None
    assert article.sentences.after(Span(0, 1)) is None
    assert article.sentences.before(Span(4, 5)) is None
    assert len(article.sentences) == 0


@given(texts, st.sampled_from(["a.txt", "a.md"]))
def test_sentences_and_white_space_are_the_block(text: str, name: str) -> None:
    article = read("x" + text, name)
    for index, block in enumerate(article.blocks):
        spans = article.sentences.in_block(index)
        if block.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM):
            edges = [block.start, *(edge for span in spans for edge in span), block.end]
            assert edges == sorted(edges)
            gaps = [article.text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2)]
            assert not "".join(gaps).strip()
            assert all(article.text[start:end] == article.text[start:end].strip() != "" for start, end in spans)


@given(texts)
def test_a_marker_is_never_cut(text: str) -> None:
    article = read("x" + text + NUMBERED)
    for citation in article.citations:
        assert any(Span(*span).contains(citation.span) for span in article.sentences.all()) or not _in_body(article, citation)


def _in_body(article: Article, citation: Citation) -> bool:
    return any(article.blocks[i].start <= citation.start < article.blocks[i].end for i in article.sentences.body_blocks)


@given(texts, st.integers(0, 200))
def test_walking_visits_every_sentence_once(text: str, offset: int) -> None:
    walk = read("x" + text).sentences
    found = walk.at(offset)
    assert (found is None) == (len(walk) == 0)
    step, forward = walk.at(0), list[Span]()
    while step is not None:
        forward.append(step)
        step = walk.after(step)
    assert forward == list(walk.all())
    assert found is None or found in walk.all()


def test_a_block_without_blanks_or_stops_is_one_sentence_however_long() -> None:
    article = read("a" * 50_000 + " b" * 50_000)
    assert [*article.sentences.all()] == [Span(0, 150_000)]


@pytest.mark.parametrize("run", ["A." * 5000, "A.B " * 3000, "A. " * 3000], ids=["joined", "pairs", "spaced"])
def test_sentences_after_thousands_of_initials_are_found(run: str) -> None:
    article = read(f"It froze. {run} one. {'It thawed again. ' * 200}")
    assert [article.text[slice(*span)] for span in article.sentences.all()][-199:] == ["It thawed again."] * 199


def test_the_pure_function_needs_no_article() -> None:
    article = read("It froze. It thawed.")
    assert split_sentences(article.text, article.blocks[0], ()) == (Span(0, 9), Span(10, 20))


def test_sentences_of_a_block_that_is_asked_for_again_are_not_made_again() -> None:
    sentences = parse_article(b"A title\n\nOne. Two. Three.\n", "long.txt").sentences
    (block,) = sentences.body_blocks
    assert len(sentences.in_block(block)) == 3
    assert sentences.in_block(block) is sentences.in_block(block)  # each look would take time in proportion to the block
