"""Phrases that are looked for in a text: the short ones, and those that are longer than what a regular expression looks for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.quotes import find_quote
from reader.article.ranges import find_hits
from reader.formats import parse_article

PIECES = st.sampled_from(["a", "A", "b", "ab", "İ", "i", "ı", "s", "ſ", "Σ", "ς", "é", "ﬅ", "😀", " ", "  ", "\n", "\u3000\t "])
UNITS = st.lists(PIECES, min_size=1, max_size=3).map("".join)


def find_plainly(text: str, phrase: str, flags: int) -> list[tuple[int, int]]:
    """Return the occurrences of a phrase by the one regular expression that says what an occurrence is."""
    pattern = r"\s+".join(map(re.escape, phrase.split()))
    return [match.span() for match in re.finditer(pattern, text, flags)] if pattern else []


@pytest.mark.parametrize("flags", [re.IGNORECASE, re.NOFLAG])
@given(unit=UNITS, other=UNITS, end=UNITS, counts=st.tuples(st.integers(0, 70), st.integers(0, 200), st.integers(0, 200)))
def test_a_phrase_of_any_length_is_found_where_its_words_are(
    flags: int, unit: str, other: str, end: str, counts: tuple[int, int, int]
) -> None:
    phrase = unit * counts[0] + end
    text = other.join((unit.swapcase() * counts[1], phrase, "\n\n", f"{unit * counts[2]}{end.upper()}", phrase * 3))
    found = find_hits(text, phrase) if flags else find_quote(Article(text, "", ()), phrase)
    assert list(found) == find_plainly(text, phrase, flags)


def test_each_letter_of_a_long_phrase_is_found_in_its_other_forms() -> None:
    letters = [letter for letter in map(chr, range(0x1F000)) if letter.lower() != letter or letter.upper() != letter]
    forms = "".join(form if len(form := letter.upper().lower()) == 1 else letter for letter in letters)
    phrase, text = "".join(letters), "\n".join([forms] * 12)
    assert list(find_hits(text, phrase)) == find_plainly(text, phrase, re.IGNORECASE)
    assert len(find_hits(text, phrase)) == 12


def test_a_long_quotation_is_found_without_its_markup() -> None:
    words = "the ferry carried wool and salt over the sound in every year of the long war, as the harbour book says"
    text = "".join(f"On page {page} we read that {words.replace('wool', '*wool*')}.\n\n" for page in range(12))
    article = parse_article(text.encode(), "a.md")
    assert [article.text[slice(*place)].replace("*", "") for place in find_quote(article, words)] == [words] * 12
