"""Split text into comparable words, stems and word beginnings."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.names import PLAIN_LETTERS
from reader.article.ranges import Span

# ------------------------------------------------------------------ scripts and combining characters

UNSPACED_SCRIPTS: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words, for a character class: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
COMBINING_CATEGORIES: Final = ("Mn", "Mc", "Me", "Cf")
"""Categories of characters that belong to the letter before: accents, vowel signs, soft hyphens, zero-width characters."""

# ------------------------------------------------------------------ stems and prefixes

ROOT_LENGTH: Final = 2
"""How many letters a word and its stem have in common at least, as in "flies" and "fly"."""
PREFIX_LENGTH: Final = 5
"""How many letters identify related words in most European languages (McNamee and Mayfield, "Character n-gram tokenization for
European language text retrieval", 2004)."""
_MIN_STEMMED_LENGTH: Final = 4
_MIN_STEM_LENGTH: Final = 3
_ENDING: Final = lazy_pattern(
    r"(?<=....)(?:ern|en|er|em|es|os|as|is|[aeios])$|(?<=....)(?:ами|ями|ого|его|ому|ему|ыми|ими|[аеиоуыюя][имх]?|ь)$"
)
_FULL_ES: Final = ("sses", "shes", "ches", "xes", "zes")
_VOWELS: Final = frozenset("aeiouy")
_DOUBLED: Final = frozenset("bdfgmnprt")


def stem(word: str, language: str) -> str:
    """Return the stem of a folded word: by rules for English, else without an ending that is common to many languages."""
    if len(word) < _MIN_STEMMED_LENGTH or not word.isalpha():
        return word
    return _english_stem(word) if language == "en" and word.isascii() else _ENDING.sub("", word)


def term_prefix(word: str) -> str:
    """Return the first letters of a word; all of a short word and of a number."""
    return word[:PREFIX_LENGTH] if word.isalpha() else word


def _english_stem(word: str) -> str:
    """Return the stem by steps 1a to 1c and 5a of Porter ("An algorithm for suffix stripping", 1980), without -ly."""
    word = _strip_tense(_strip_plural(word))
    if word.endswith("ly") and len(word) > _MIN_STEMMED_LENGTH + 1:
        word = word[:-2]
    if len(word) >= _MIN_STEMMED_LENGTH:
        word = word.removesuffix("e")
    return f"{word[:-1]}i" if word.endswith("y") and len(word) >= _MIN_STEMMED_LENGTH else word


def _strip_plural(word: str) -> str:
    if not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > _MIN_STEMMED_LENGTH:
        return f"{word[:-3]}y"
    if word.endswith(_FULL_ES):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


def _strip_tense(word: str) -> str:
    if word.endswith("eed"):
        return word
    for ending in ("ing", "ed"):
        shorter = word.removesuffix(ending)
        if _MIN_STEM_LENGTH <= len(shorter) < len(word) and not _VOWELS.isdisjoint(shorter):
            is_doubled = len(shorter) > _MIN_STEM_LENGTH and shorter[-1] == shorter[-2] and shorter[-1] in _DOUBLED
            return shorter[:-1] if is_doubled else shorter
    return word


# ------------------------------------------------------------------ terms

MAX_CLAIM_LENGTH: Final = 5000
"""How many characters of a claim are compared with a source: a longer text is not one assertion, and would take time."""
_MARKS: Final = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    "\u06df-\u06e8\u06ea-\u06ed\u0900-\u0963\u0971-\u0df3\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    "\u00ad\u200b-\u200f\u2060\ufeff"
)
"""Characters inside words that need not be letters: accents, vowel signs of Hebrew, Arabic and the scripts of India, soft
hyphens, zero-width characters."""
_PLAIN_LETTERS: Final = str.maketrans(PLAIN_LETTERS)
_INVISIBLE: Final = ("Cf", "Zs", "Cc")
_LETTER: Final = rf"[^\W_{UNSPACED_SCRIPTS}]"
_WORD: Final = lazy_pattern(
    r"\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d+)?(?:(?:st|nd|rd|th)\b)?"
    rf"|[{UNSPACED_SCRIPTS}][{UNSPACED_SCRIPTS}{_MARKS}]*"
    rf"|(?!\d){_LETTER}+(?:(?:\u00ad\s+(?={_LETTER})|[{_MARKS}]){_LETTER}*)*"
)
"""Match a number, a run of a script without spaces, or a word, also one that a soft hyphen breaks at a line end."""
_HIRAGANA: Final = lazy_pattern("[\u3040-\u309f]{2}")
"""Match two Hiragana letters, which are mostly endings and particles."""
_UNSPACED_START: Final = lazy_pattern(f"[{UNSPACED_SCRIPTS}]")
_YEAR: Final = r"(?:1[5-9]|20)\d\d[a-z]?"
_CITATION: Final = lazy_pattern(
    r"\[\d{1,3}(?:[,;–-][ ]?\d{1,3})*\]"
    rf"|\b[^\W\d_a-z][\w'’-]{{1,30}} et al\.?,? \({_YEAR}\)"
    r"|[(\[](?=[^()\[\]\d]{0,80}[^\W\d_a-z])[^()\[\]\d]{2,80}"
    rf"(?:, ?|\bet al\.?,? ?|(?:&|\band\b)[^()\[\]\d]{{2,30}} |(?={_YEAR};))\(?{_YEAR}\b(?:[,;:&–][^()\[\]]{{0,400}})?[)\]]"
)
"""Match a number in brackets, or names and a year. A year alone may be part of the claim, as in "the film (2007)"."""
_GROUPING: Final = lazy_pattern(r"[.,'’\u00a0\u202f](?=\d{3}(?!\d))")
_ORDINAL: Final = "dhnrst"


class Term(NamedTuple):
    """A folded word and its range in the text."""

    text: str
    span: Span


def shorten_claim(claim: str) -> str:
    """Return a claim; of a very long one, as many whole words from its beginning as are compared."""
    return claim if len(claim) <= MAX_CLAIM_LENGTH else claim[:MAX_CLAIM_LENGTH].rpartition(" ")[0] or claim[:MAX_CLAIM_LENGTH]


def extract_terms(text: str) -> Iterator[Term]:
    """Yield the terms of a text in the order of their starts. In scripts without spaces they overlap."""
    for match in _WORD.finditer(blank_citations(text)):
        start = match.start()
        for word, span in fold_terms(match.group()):
            yield Term(word, Span(start + span.start, start + span.end))


def raw_terms(text: str) -> list[str]:
    """Return the terms of a text as written, for `fold_terms`: a source repeats most words, and each is folded only once."""
    return _WORD.findall(blank_citations(text))


def fold_terms(raw: str) -> tuple[Term, ...]:
    """Return the terms in a raw one, with their ranges in it; none for a single letter, as in an initial or "it's"."""
    if raw[0].isdecimal():
        return (Term(_fold_number(raw), Span(0, len(raw))),)
    if _UNSPACED_START.match(raw):
        return tuple(word for word in _character_bigrams(raw) if word.text and not _HIRAGANA.fullmatch(word.text))
    word = fold_word(raw)
    return (Term(word, Span(0, len(raw))),) if len(word) > 1 else ()


def fold_word(raw: str) -> str:
    """Return letters without case and accents, by NFKD and case folding (Unicode Standard Annex 15 and chapter 3.13).

    Letters that Unicode does not decompose, such as "ø", become those that names are folded to.
    """
    if raw.isascii():
        return raw.lower()
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", raw.translate(_PLAIN_LETTERS)).casefold())
    return "".join(c for c in letters if not unicodedata.combining(c) and unicodedata.category(c) not in _INVISIBLE)


def blank_citations(text: str) -> str:
    """Replace citations such as "[3]" or "(Lee, 2020)" by as many blanks."""
    if "[" not in text and "(" not in text:
        return text
    return _CITATION.sub(lambda match: " " * len(match.group()), text)


def _fold_number(raw: str) -> str:
    plain = _GROUPING.sub("", raw.rstrip(_ORDINAL)).replace(",", ".")
    return plain if plain.isascii() else "".join(str(unicodedata.decimal(c, c)) for c in plain)


def _character_bigrams(run: str) -> Iterator[Term]:
    """Yield each two adjacent letters of a run, or its only letter. Marks belong to the letter before them."""
    plain = fold_word(run)
    if len(run) > 1 and run.isalpha() and len(plain) == len(run):
        yield from (Term(plain[at : at + 2], Span(at, at + 2)) for at in range(len(run) - 1))
        return
    starts = [at for at, letter in enumerate(run) if not at or unicodedata.category(letter) not in COMBINING_CATEGORIES]
    letters = [Span(*ends) for ends in pairwise([*starts, len(run)])]
    for first, last in pairwise(letters) if len(letters) > 1 else [(letters[0], letters[0])]:
        yield Term(fold_word(run[first.start : last.end]), Span(first.start, last.end))
