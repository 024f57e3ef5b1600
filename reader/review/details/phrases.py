"""Find phrases of a claim of which a source has no word: "swimming pool" where it speaks of neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.passages.stop_words import STOP_WORDS
from reader.article.ranges import Span
from reader.review.details.lexicon import COMMON_WORDS, ORDINALS, SCALES, TENS, UNITS, Token, word_set
from reader.review.details.names import NameIndex

_MIN_WORDS: Final = 2
"""How many adjacent words a source has to lack: one alone is too often said in another way."""
_MIN_LETTERS: Final = 4
_INFLECTED: Final = lazy_pattern(r"(?:ed|ly)$")
"""Match the endings of verbs and adverbs, which are often said in another way."""
_VERBS: Final = word_set(
    """
    began begun become becomes becoming bought broke broken brought built came caught chose chosen come comes consists
    contains covers dealt done drawn drew driven drove eaten fallen fell felt flew flown follows forgot fought found frozen
    gave given gives goes gone grew grown heard held helps hidden holds hurt includes kept knew known laid leads leaves left
    lets lies lived lives lost made makes meant meets moves offers owns paid plays provides puts reads relies remains
    revolves risen rises rode rose runs said sang sank saves says seeks seems seen sees sells sends sent serves sets sewn
    shakes shows shut sings slept sold sought speaks spent spoke spoken spread stands starts stays stole stolen stood stuck
    swam sworn takes taken taught tells thought threw thrown told took turns understood uses wants wears went wins woke wore
    works worn writes written wrote
    """
)
"""Frequent verbs without such an ending, in forms that are not nouns as well."""
_GENERAL: Final = word_set(
    """
    act agreement amount area article aspect available based body book building business campaign career case centre center
    certain change character city club common community company content country course date days debut deal degree design
    different district edition effort episode event fact family feature field film firm following form format four game
    general good great greater group head history home hour house human idea important individual information interest issue
    item kind label language larger late later laws legal level life line list little local long longer main major match
    matter meeting member members method million minute modern money month more motion movie music name national nature
    number numerous office order organisation organization original other overall page paper part party people performance
    period person picture piece place plan play point popular population position possible post power present press price
    problem process product production program programme project property public purpose quarter quarters question race real
    reason record region relationship release report research result results review right role running same school season
    second section series service services show shows side significant similar single site situation size small smaller
    social society song sort source space special stage standard state statement station status stock store story street
    strong student study subject successful system task team television term terms text thing things third time times title
    total town track trade type unit upcoming upper usual value various version video view wall water website websites week
    wide wider widely widespread woman women word words work world year years young
    """
)
"""Words that fit nearly any subject: a source may say the same without them."""
_OTHERS: Final = (STOP_WORDS["en"], COMMON_WORDS, UNITS, TENS, ORDINALS, SCALES, _VERBS, _GENERAL)


def find_missing_phrases(folded: str, words: Sequence[Token], source_names: NameIndex) -> Iterator[Span]:
    """Yield the ranges of adjacent words of an English claim none of which an English source has in any form.

    `words` are those of the folded claim. Names, numbers, verbs and general words do not belong to a phrase.
    """
    run: list[Token] = []
    for word in words:
        joined = bool(run) and folded[run[-1].span.end : word.span.start] in (" ", "-")
        is_telling = word.surface.islower() and can_miss(word.text)
        if not joined or not is_telling:
            yield from _phrase(run, source_names)
            run = []
        if is_telling:
            run.append(word)
    yield from _phrase(run, source_names)


def _phrase(run: Sequence[Token], source_names: NameIndex) -> Iterator[Span]:
    """Yield the parts of a run of words that are missing."""
    start = 0
    for end in range(len(run) + 1):
        if end == len(run) or source_names.has_start(run[end].text):
            # At the end of a phrase, it is a verb more often than a noun.
            stop = end - 1 if end > start and run[end - 1].text.endswith("ing") else end
            if stop - start >= _MIN_WORDS:
                yield Span(run[start].span.start, run[stop - 1].span.end)
            start = end + 1


def can_miss(text: str) -> bool:
    """Whether a word in lower case is a noun or an adjective with a meaning of its own, as far as its form tells."""
    return (
        len(text) >= _MIN_LETTERS
        and text.isascii()
        and text.isalpha()
        and _INFLECTED.search(text) is None
        and not any(text in table for table in _OTHERS)
    )
