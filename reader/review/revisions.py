"""Compare two wordings word by word, and two editions sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span

_WORD: Final = lazy_pattern(r"\w+(?:[.,'’\-]\w+)*|[^\w\s]")
_MOST_CANDIDATES: Final = 50
"""How many old sentences are compared with a new one; this bounds the time for a text that was rewritten."""
_MIN_SIMILARITY: Final = 0.5
"""The share of common words from which a new sentence is a revision of an old one."""

Words = frozenset[str]
"""The words of a sentence."""


class DiffPiece(NamedTuple):
    """A piece of a wording with the space after it.

    `is_changed`: the other wording differs here; `is_detail`: it differs in a number or a name.
    """

    text: str
    is_changed: bool = False
    is_detail: bool = False


class SentenceChange(NamedTuple):
    """A changed sentence: its range in the old text (None: it was added) and in the new one (None: it was removed)."""

    old: Span | None
    new: Span | None


def diff_words(old: str, new: str) -> tuple[tuple[DiffPiece, ...], tuple[DiffPiece, ...]]:
    """Return the pieces of two wordings; joined, they are the wordings again."""
    from reader.review.word_diff import find_equal_blocks

    before, after = _word_ranges(old), _word_ranges(new)
    blocks = find_equal_blocks([old[w.start : w.end] for w in before], [new[w.start : w.end] for w in after])
    equal = ([(b.old, b.old_end) for b in blocks], [(b.new, b.new_end) for b in blocks])
    return tuple(_iterate_pieces(old, before, equal[0])), tuple(_iterate_pieces(new, after, equal[1]))


def diff_sentences(old: Article, new: Article) -> tuple[SentenceChange, ...]:
    """Return the sentences that changed between two editions, in the order of the new text.

    Differences in white space alone do not count. A removed sentence comes where it was.
    """
    from reader.review.word_diff import find_equal_blocks

    before, after = old.sentences.all(), new.sentences.all()
    sides = [old.text[s.start : s.end].split() for s in before], [new.text[s.start : s.end].split() for s in after]
    old_start = new_start = 0
    changes: list[SentenceChange] = []
    for block in (*find_equal_blocks(*([" ".join(words) for words in side] for side in sides)), None):
        old_end, new_end = (len(before), len(after)) if block is None else (block.old, block.new)
        pairs = _pair_sentences(
            [frozenset(words) for words in sides[0][old_start:old_end]],
            [frozenset(words) for words in sides[1][new_start:new_end]],
        )
        changes.extend(
            SentenceChange(None if o is None else before[old_start + o], None if n is None else after[new_start + n])
            for o, n in pairs
        )
        if block is not None:
            old_start, new_start = block.old_end, block.new_end
    return tuple(changes)


def matching_sentences(old: Article, new: Article, changes: Sequence[SentenceChange]) -> tuple[tuple[Span, Span], ...]:
    """Return the sentences of the old text that remain, changed or not, with their counterparts in the new one.

    `changes` are those that `diff_sentences` returned.
    """
    removed, added = {one.old for one in changes}, {one.new for one in changes}
    before, after = ([s for s in text.sentences.all() if s not in out] for text, out in ((old, removed), (new, added)))
    changed = [(one.old, one.new) for one in changes if one.old is not None and one.new is not None]
    return tuple(sorted([*zip(before, after, strict=True), *changed], key=lambda pair: pair[1].start))


def _pair_sentences(old: Sequence[Words], new: Sequence[Words]) -> Iterator[tuple[int | None, int | None]]:
    """Yield the numbers of old and new sentences that correspond, in order; None for one without a counterpart."""
    next_old = 0
    for place, words in enumerate(new):
        match = next(
            (n for n in range(next_old, min(len(old), next_old + _MOST_CANDIDATES)) if _is_similar(old[n], words)), None
        )
        if match is None:
            yield None, place
            continue
        yield from ((removed, None) for removed in range(next_old, match))
        yield match, place
        next_old = match + 1
    yield from ((removed, None) for removed in range(next_old, len(old)))


def _is_similar(one: Words, other: Words) -> bool:
    """Whether enough of the words are in both. Only sets of like sizes are compared word by word, which bounds the time."""
    least = _MIN_SIMILARITY * max(len(one), len(other))
    return min(len(one), len(other)) >= least and len(one & other) >= least


def _word_ranges(text: str) -> list[Span]:
    return [Span(*word.span()) for word in _WORD.finditer(text)]


def _iterate_pieces(text: str, words: Sequence[Span], equal: Sequence[tuple[int, int]]) -> Iterator[DiffPiece]:
    """Yield the pieces of a text whose words in these ranges are unchanged."""
    place = start = 0
    for first, end in (*equal, (len(words), len(words))):
        for low, high, changed in ((place, first, True), (first, end, False)):
            if low == high:
                continue
            until = words[high].start if high < len(words) else len(text)
            inside = [text[w.start : w.end] for w in words[low:high]]
            yield DiffPiece(
                text[start:until], changed, changed and any(_is_detail(word, low + n) for n, word in enumerate(inside))
            )
            start = until
        place = end
    if start < len(text):
        yield DiffPiece(text[start:])


def _is_detail(word: str, place: int) -> bool:
    """Whether a word is a number or a name: it starts with a capital and is not the first of its sentence."""
    return any(character.isdigit() for character in word) or (place > 0 and word[:1].isupper())
