"""Quotes in a text that changed: found where they went, on whole words, or called orphans; with the old text and without."""

from __future__ import annotations

import unicodedata
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.review.anchoring.resolver import MIN_PROBABILITY, Method, QuoteResolver, anchor_quote
from reader.review.model import Selector
from reader.review.selector import PhraseIndex, make_selector
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.text_changes import ARTICLE, PARAGRAPHS, SENTENCES, fragments, without, wrapped

known = pytest.mark.parametrize("with_old", [True, False], ids=["old text", "selector"])
sentences = st.sampled_from(SENTENCES)
few_letters = st.text("ab ", max_size=40)


def quoted(new: str, quote: str, with_old: bool, old: str = ARTICLE, number: int = 0) -> str | None:
    """Return what the annotation of a quote, the `number`-th of its kind in the old text, stands on in the new one."""
    at = -1
    for _ in range(number + 1):
        at = old.index(quote, at + 1)
    found = anchor_quote(new, make_selector(old, Span(at, at + len(quote))), old if with_old else None)
    return None if found is None else new[slice(*found.place)]


@given(few_letters, st.integers(0, 40), st.integers(1, 40), st.booleans())
def test_in_the_same_text_a_quote_is_at_the_same_place(text: str, start: int, length: int, with_old: bool) -> None:
    span = Span(start, min(len(text), start + length))
    if span.start < span.end:
        assert anchor_quote(text, make_selector(text, span), text if with_old else None) == (span, Method.SAME, 1.0)


@given(few_letters, few_letters, st.integers(0, 40), st.integers(1, 40), st.booleans())
def test_whatever_changed_a_place_is_inside_the_text_and_its_confidence_a_share(
    old: str, new: str, start: int, length: int, with_old: bool
) -> None:
    span = Span(start, min(len(old), start + length))
    if span.start < span.end:
        found = anchor_quote(new, make_selector(old, span), old if with_old else None)
        assert found is None or (
            0 <= found.place.start < found.place.end <= len(new) and MIN_PROBABILITY <= found.confidence <= 1
        )


@given(fragments, fragments, st.integers(0, 200), st.integers(1, 60), st.booleans())
def test_any_quote_of_any_text_gets_an_answer_in_any_other(old: str, new: str, start: int, length: int, with_old: bool) -> None:
    span = Span(start, min(len(old), start + length))
    if span.start < span.end:
        found = anchor_quote(new, make_selector(old, span), old if with_old else None)
        assert found is None or 0 <= found.place.start < found.place.end <= len(new)


def test_a_quote_inside_the_target_of_a_link_gets_an_answer() -> None:
    old = "Rust is taught from [a book](https://example.org/books/rust/en/edition-2024/chapters.html) in two schools."
    new = "The book at https://example.org/books/rust/ is used in two schools."
    assert quoted(new, "example.org/books/rust", with_old=True, old=old) in (None, "example.org/books/rust")


@given(st.lists(st.sampled_from(("ab", "a" * 40, "b" * 33, "ab" * 25, "\n")), max_size=30).map("".join), st.data())
def test_a_phrase_is_looked_up_as_a_scan_would_find_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    phrase = text[start : start + data.draw(st.integers(1, 150))] + data.draw(st.sampled_from(("", "a", "b")))
    if phrase:
        places = [place for place in range(len(text)) if text.startswith(phrase, place)]
        found = PhraseIndex(text).find(phrase)
        assert len(found) == min(2, len(places))
        assert set(found) <= set(places)


@given(sentences, st.text(CHARACTERS, max_size=80), st.booleans())
def test_text_put_before_shifts_a_place_by_its_length(sentence: str, before: str, with_old: bool) -> None:
    start = ARTICLE.index(sentence)
    found = anchor_quote(
        before + ARTICLE, make_selector(ARTICLE, Span(start, start + len(sentence))), ARTICLE if with_old else None
    )
    assert found is not None
    assert found.place == Span(start + len(before), start + len(before) + len(sentence))


@known
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_that_was_deleted_is_an_orphan(sentence: str, with_old: bool) -> None:
    assert quoted(without(ARTICLE, sentence), sentence, with_old) is None


@known
@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_a_paragraph_that_moved_is_found(paragraph: str, with_old: bool) -> None:
    new = f"{paragraph}\n\n{without(ARTICLE, paragraph)}"
    assert quoted(new, paragraph, with_old) == paragraph


@given(sentences, st.data(), st.booleans())
def test_where_a_word_was_exchanged_the_sentence_is_found_whole(sentence: str, data: st.DataObject, with_old: bool) -> None:
    words = sentence.split(" ")
    number = data.draw(st.integers(1, len(words) - 2))
    edited = " ".join([*words[:number], "altogether", *words[number + 1 :]])
    assert quoted(ARTICLE.replace(sentence, edited), sentence, with_old) == edited


@given(sentences, st.data(), st.booleans())
def test_where_letters_are_lost_the_place_still_begins_and_ends_with_whole_words(
    sentence: str, data: st.DataObject, with_old: bool
) -> None:
    lost = data.draw(st.sets(st.integers(0, len(sentence) - 1), min_size=1, max_size=3))
    edited = "".join(letter for number, letter in enumerate(sentence) if number not in lost)
    new = ARTICLE.replace(sentence, edited)
    start = ARTICLE.index(sentence)
    found = anchor_quote(new, make_selector(ARTICLE, Span(start, start + len(sentence))), ARTICLE if with_old else None)
    assert found is not None
    assert not new[found.place.start - 1].isalnum()
    assert not new[found.place.end].isalnum()


SHAPES = {
    "a number corrected": ("12 kilometres", "15 kilometres", SENTENCES[10], SENTENCES[10].replace("12", "15")),
    "a name corrected": ("Ingrid Solheim", "Ingrid Solberg", SENTENCES[2], SENTENCES[2].replace("heim", "berg")),
    "words put in": (
        "tugs broke",
        "tugs and a trawler broke",
        SENTENCES[1],
        SENTENCES[1].replace("tugs", "tugs and a trawler"),
    ),
    "words put in before": ("Two of the", "On Friday two of the", SENTENCES[7], f"On Friday two{SENTENCES[7][3:]}"),
    "words put in after": ("shift home.", "shift home for good.", SENTENCES[7], SENTENCES[7].replace("home", "home for good")),
    "capitals": (SENTENCES[5], SENTENCES[5].upper(), SENTENCES[5], SENTENCES[5].upper()),
    "another apostrophe": ("pilots'", "pilots\u2019", SENTENCES[3], SENTENCES[3].replace("'", "\u2019")),
    "emphasis": ("a warm wind", "a **warm _wind_**", "a warm wind from the south", "a **warm _wind_** from the south"),
    "a link": (
        "town archive",
        "[town archive](https://archive.example/1)",
        "Old logbooks in the town",
        "Old logbooks in the [town archive](https://archive.example/1)",
    ),
    "a note's number": ("by radio until", "by radio[4] until", "taught by radio until", "taught by radio[4] until"),
    "soft hyphens": (
        "Meteorologists",
        "Mete\u00adoro\u00adlogists",
        "Meteorologists blame",
        "Mete\u00adoro\u00adlogists blame",
    ),
    "no space": ("Fish prices doubled", "Fish pricesdoubled", "Fish prices doubled within", "Fish pricesdoubled within"),
    "two sentences made one": (
        "plateau. Satellite",
        "plateau, while satellite",
        SENTENCES[9],
        SENTENCES[9].replace(".", ","),
    ),
    "one sentence made two": (
        "will not pay for cargo that was late",
        "will not pay. This holds for cargo that was late",
        SENTENCES[12],
        "Insurance firms will not pay. This holds for cargo that was late because of ice.",
    ),
}


@known
@pytest.mark.parametrize("shape", SHAPES)
def test_a_quote_is_found_in_each_shape_of_change(shape: str, with_old: bool) -> None:
    before, after, quote, wanted = SHAPES[shape]
    assert before in ARTICLE
    assert quoted(ARTICLE.replace(before, after, 1), quote, with_old) == wanted


BORDERS = {
    "after a link with a longer address": (
        "The town keeps [a log of that winter](https://archive.example/1). Nobody had read it.",
        "The town keeps [a diary of that winter](https://archive.example/items/27?year=1893&leaf=4). Nobody had read it.",
        "The town keeps [a log of that winter](https://archive.example/1).",
        "The town keeps [a diary of that winter](https://archive.example/items/27?year=1893&leaf=4).",
    ),
    "after a link that is new": (
        "Skating was allowed again by the harbour master. The ferry did not run.",
        "Skating was allowed again by [the harbour master](https://port.example/notes_(ice)). The ferry did not run.",
        "Skating was allowed again by the harbour master.",
        "Skating was allowed again by [the harbour master](https://port.example/notes_(ice)).",
    ),
    "all of a link that is new": (
        "In March the pilots' guild met in the town hall to vote.",
        "In March [the pilots' guild](https://guild.example/) met in the town hall to vote.",
        "the pilots' guild",
        "[the pilots' guild](https://guild.example/)",
    ),
    "the words of a link alone": (
        "In March [the pilots' guild](https://guild.example/) met in the town hall.",
        "In April [the pilots' guild](https://guild.example/members) met in the town hall.",
        "the pilots' guild",
        "the pilots' guild",
    ),
    "after a title": (
        "The prize for the best snow sculpture went to the baker. The jury was unanimous.",
        "The prize for the best snow sculpture went to Mrs. Olsen of Kirk Street. The jury was unanimous.",
        "The prize for the best snow sculpture went to the baker.",
        "The prize for the best snow sculpture went to Mrs. Olsen of Kirk Street.",
    ),
    "after the query of an address": (
        "The daily figures are at https://ice.example/thickness and come from two buoys.",
        "The daily figures are at https://ice.example/thickness?station=4&unit=cm and come from two buoys.",
        "The daily figures are at https://ice.example/thickness",
        "The daily figures are at https://ice.example/thickness?station=4&unit=cm",
    ),
    "after a word with which the next sentence begins": (
        "The keeper said that the hut needs paint. [The plans](https://p.example/?rev=7) show stairs. Visitors came.",
        "The keeper said that Mrs. Moe and J. Lind would paint the hut. [The plans](https://p.example/?rev=9) show stairs.",
        "The keeper said that the hut needs paint.",
        "The keeper said that Mrs. Moe and J. Lind would paint the hut.",
    ),
    "after more notes": (
        "The bay froze over on the 4th of January [1]. It stayed so for a month.",
        "The whole bay froze over on the 4th of January [1][2]. It stayed so for a month.",
        "The bay froze over on the 4th of January [1].",
        "The whole bay froze over on the 4th of January [1][2].",
    ),
}


@known
@pytest.mark.parametrize("border", BORDERS)
def test_a_place_does_not_end_inside_a_link_an_address_or_an_abbreviation(border: str, with_old: bool) -> None:
    old, new, quote, wanted = BORDERS[border]
    assert quoted(f"An update.\n\n{ARTICLE}\n{new}\n", quote, with_old, old=f"{ARTICLE}\n{old}\n") == wanted


@known
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_hard_wrapped_paste_and_its_markdown_have_the_same_sentences(sentence: str, with_old: bool) -> None:
    pasted = wrapped(ARTICLE, 33)
    back = quoted(pasted, sentence, with_old)
    assert back is not None
    assert back.replace("-\n", "").replace("\n", " ") == sentence
    assert quoted(f"# {ARTICLE}".replace("\n\nBy ", "\n\n> By "), back, with_old, pasted) == sentence


@known
def test_ligatures_and_accents_in_two_forms_are_the_same(with_old: bool) -> None:
    old = "The \ufb01rst \ufb02oe of the winter drifted past Malm\u00f6 caf\u00e9s. Nobody had seen one since May."
    new = unicodedata.normalize("NFD", old.replace("\ufb01", "fi").replace("\ufb02", "fl"))
    assert quoted(
        f"Weather\n\n{new}", "The \ufb01rst \ufb02oe of the winter drifted past Malm\u00f6 caf\u00e9", with_old, old
    ) == ("The first floe of the winter drifted past Malmo\u0308 cafe\u0301")


@known
@pytest.mark.parametrize("number", range(3))
def test_of_a_sentence_that_is_repeated_each_is_told_by_its_context(number: int, with_old: bool) -> None:
    days = ("Monday was calm.", "Tuesday brought snow.", "Thursday nothing moved at all.")
    old = " ".join(f"{day} The ferry did not sail." for day in days)
    new = f"Log of the week. {old}".replace("brought snow", "brought some snow")
    at = [place for place in range(len(old)) if old.startswith("The ferry", place)][number]
    found = anchor_quote(new, make_selector(old, Span(at, at + 23)), old if with_old else None)
    assert found is not None
    assert new[: found.place.start].endswith((days[0], "Tuesday brought some snow.", days[2])[number] + " ")


def test_a_look_alike_that_is_somebody_else_s_is_not_taken() -> None:
    old = "\n\n".join(
        f"The port of {name} handled {count} tonnes of salt in spring." for name, count in (("Ord", 61), ("Lune", 48))
    )
    ord_sentence, lune_sentence = old.split("\n\n")
    assert quoted(without(old, ord_sentence), ord_sentence, True, old) is None
    assert quoted(without(old, ord_sentence), lune_sentence, True, old) == lune_sentence


def test_a_word_that_was_exchanged_is_an_orphan_though_it_stands_elsewhere() -> None:
    old = "The old pier was closed in March. A new pier will open in autumn, the town said."
    new = old.replace("A new pier", "A new quay")
    assert quoted(new, "pier", True, old, number=1) is None
    assert quoted(new, "pier", True, old, number=0) == "pier"


def test_how_a_place_was_found_is_told() -> None:
    sentence = SENTENCES[4]
    start = ARTICLE.index(sentence)
    selector = make_selector(ARTICLE, Span(start, start + len(sentence)))
    edited = ARTICLE.replace("400 litres", "four hundred litres")
    found = [
        anchor_quote(ARTICLE, selector),
        anchor_quote(f"New. {ARTICLE}", selector),
        anchor_quote(edited, selector, ARTICLE),
        anchor_quote(edited, selector),
    ]
    assert [place and place.method for place in found] == [Method.SAME, Method.UNIQUE, Method.ALIGNED, Method.LIKELY]
    assert selector == make_selector(ARTICLE, Span(start, start + len(sentence)))


def test_many_selectors_share_what_was_learnt_of_their_texts() -> None:
    new = wrapped(ARTICLE, 40).replace("31 years", "30 years")
    anchors = QuoteResolver(new, ARTICLE)
    places = [anchors.find(make_selector(ARTICLE, Span(at, at + len(s)))) for s in SENTENCES for at in [ARTICLE.index(s)]]
    spans = [found.place for found in places if found]
    assert len(spans) == len(SENTENCES)
    assert not any(first.overlaps(second) for first, second in combinations(spans, 2))


def test_a_selector_that_is_not_of_the_old_text_is_looked_for_without_it() -> None:
    selector = Selector("warm wind from the south", "By Sunday a ", " had opened", 3, 27)
    found = anchor_quote(ARTICLE, selector, "Another text altogether.")
    assert found is not None
    assert ARTICLE[slice(*found.place)] == selector.exact


MANY = 250_000


@pytest.mark.parametrize(
    ("new", "quote", "old"),
    [
        ("", "", ""),
        ("", "x", "x"),
        ("x", "y", "y"),
        (" \n ", "word", "a word"),
        ("\u2014 \u2026", "\u2014", "a \u2014 b"),
        ("a" * MANY, "b" + "a" * 50, "b" + "a" * MANY),
        (" " * MANY, "two words.", "two words." + " " * MANY),
        ("." * MANY, "two words.", "two words." + "." * MANY),
        ("]( [1 &#1 a-\n" * (MANY // 12), "two words.", "two words. ](" * 1000),
        ("\u200b\u0301" * (MANY // 2), "two words.", "two words.\u200b"),
        ("a " * (MANY // 20), "b c d", "b c d " + "a " * (MANY // 20)),
    ],
    ids=[
        "nothing",
        "no text",
        "one letter",
        "no letters",
        "marks",
        "long word",
        "spaces",
        "stops",
        "marks of all kinds",
        "joiners",
        "a a a",
    ],
)
def test_hostile_texts_end_in_orphans(new: str, quote: str, old: str) -> None:
    selector = make_selector(old, Span(old.index(quote), old.index(quote) + len(quote)))
    assert anchor_quote(new, selector, old) is None
    assert anchor_quote(new, selector) is None


def test_hostile_selectors_end_without_an_error() -> None:
    for selector in (Selector("Diesel", start=-5, end=-9), Selector("Diesel was", "x" * MANY, "\ud800", 10**12, 3)):
        found = anchor_quote(ARTICLE, selector, ARTICLE[5:])
        assert found is None or ARTICLE[slice(*found.place)].startswith("Diesel")
