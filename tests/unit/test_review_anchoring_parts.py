"""What anchoring is made of: folded letters that know their offsets, and words that two texts share."""

import unicodedata
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.review.anchoring.alignment import align_texts
from reader.review.anchoring.candidates import find_candidates, to_query
from reader.review.model import Selector
from reader.review.normalize import fold_letter, normalize
from reader.review.word_diff import find_equal_blocks
from tests.hypothesis_profiles import CHARACTERS
from tests.unit.text_changes import ARTICLE, wrapped

texts = st.text(
    st.sampled_from("aBc1 .-\n\u00e9e\u0301\ufb01\u00df\u0130\u00ad\u200b\u2014*_[](&;\u6f22\u5b57\uac00\U0001f9ca")
) | st.text(CHARACTERS)
words = st.lists(st.sampled_from("abcdef"), max_size=30)


@given(texts)
def test_each_letter_knows_the_character_that_it_came_from(text: str) -> None:
    folded = normalize(text)
    assert len(folded.offsets) == len(folded.letters) == folded.word_starts[-1]
    assert all(letter in fold_letter(text[at]) for letter, at in zip(folded.letters, folded.offsets, strict=True))
    assert all(first <= second for first, second in pairwise(folded.offsets))
    assert all(first < second for first, second in pairwise(folded.word_starts))
    assert "".join(folded.words) == folded.letters


@given(texts, st.integers(0, 30), st.integers(1, 30))
def test_the_way_to_letters_and_back_stays_inside_the_range(text: str, start: int, length: int) -> None:
    folded, span = normalize(text), Span(start, start + length)
    letters = folded.to_letters(span)
    if letters.start < letters.end:
        assert span.contains(folded.to_span(letters))


@given(st.text(st.characters(categories=["L", "N", "Zs", "Po"], exclude_characters="&[]")))
def test_letters_and_digits_are_all_there(text: str) -> None:
    assert normalize(text).letters == "".join(
        fold_letter(c) for c in text if c.isalnum() or unicodedata.category(c) in ("Mn", "Mc")
    )


def test_what_is_not_the_sentence_does_not_count() -> None:
    said = normalize("The \u201cfjord\u201d caf\u00e9 - open again, 5 m\u00b2").letters
    assert normalize("the 'FJORD'   cafe\u0301\n\u2014 **open** again; 5 m2").letters == said
    assert normalize("The fj\u00adord ca\u200bf\u00e9 op-\n   en a\ufeffgain 5 m\u00b2").letters == said
    assert normalize("[The fjord](https://sea.example/a1) caf\u00e9[12] open&nbsp;again 5 m\u00b2").letters == said
    assert normalize("o\ufb03ce stra\u00dfe").letters == normalize("OFFICE STRASSE").letters
    assert normalize(unicodedata.normalize("NFD", "\uac15\uc544\uc9c0")).letters == normalize("\uac15\uc544\uc9c0").letters
    assert normalize("\u200b \u2014 *** \U0001f9ca").letters == ""


def test_words_are_those_of_the_script() -> None:
    assert normalize("It\u2019s an exam-\nple, e\u0301te\u0301").words == ["it", "s", "an", "example", "ete"]
    assert normalize("\u51ac\u306e\u6e2f").words == ["\u51ac", "\u306e", "\u6e2f"]
    assert normalize("1990-\n2000").words == ["1990", "2000"]


@given(words, words)
def test_blocks_are_equal_words_in_the_order_of_both_texts(old: list[str], new: list[str]) -> None:
    blocks = find_equal_blocks(old, new)
    assert all(old[b.old : b.old_end] == new[b.new : b.new_end] and b.length > 0 for b in blocks)
    assert all(first.old_end <= second.old and first.new_end <= second.new for first, second in pairwise(blocks))
    assert not any(first.old_end == second.old and first.new_end == second.new for first, second in pairwise(blocks))


@given(words, st.integers(0, 30))
def test_words_put_in_are_the_only_difference(text: list[str], place: int) -> None:
    new = [*text[:place], "x", "y", *text[place:]]
    assert sum(block.length for block in find_equal_blocks(text, new)) == len(text)


@given(words, words)
def test_an_alignment_says_the_same_from_both_sides(old: list[str], new: list[str]) -> None:
    alignment = align_texts(normalize(" ".join(old)), normalize(" ".join(new)))
    there = {word: match for word, match in enumerate(alignment.to_new) if match >= 0}
    assert there == {match: word for word, match in enumerate(alignment.to_old) if match >= 0}
    assert all(old[word] == new[match] for word, match in there.items())


def test_a_passage_that_moved_is_known() -> None:
    first, second, third = "one two three four five", "six seven eight nine ten", "red green blue black white grey pink gold"
    alignment = align_texts(normalize(f"{first} {second} {third}"), normalize(f"{third} {first} new {second}"))
    assert list(alignment.to_new) == [*range(8, 13), *range(14, 19), *range(8)]


def test_wrapping_changes_no_letter() -> None:
    assert wrapped(ARTICLE, 31).count("-\n") == 3
    assert normalize(wrapped(ARTICLE, 31)).words == normalize(ARTICLE).words


def test_a_quote_that_is_longer_than_the_text_is_aligned_with_it_once() -> None:
    places = list(find_candidates(to_query(Selector("Seen by night. " + 20 * ARTICLE)), normalize(ARTICLE)))
    assert len(places) == 1
