"""What changed between two wordings, word by word, and between two editions, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span

_WORD: Final = lazy_pattern(r"\w+(?:[.,'’\-]\w+)*|[^\w\s]")
_AHEAD: Final = 50
"""How many old sentences are compared with a new one: in a text that was written anew, nobody waits for all of them."""
_ALIKE: Final = 0.5
"""The share of their words that an old and a new sentence have in common at least, when one came of the other."""


class DiffPiece(NamedTuple):
    """A piece of a wording, the space behind it included.

    `changed`: the other wording has something else there; `detail`: so it has of a number or a name.
    """

    text: str
    is_changed: bool = False
    is_detail: bool = False


class SentenceChange(NamedTuple):
    """A sentence that changed: its range in the old text and in the new one. None: it was added, or taken out."""

    old: Span | None
    new: Span | None


def diff_words(old: str, new: str) -> tuple[tuple[DiffPiece, ...], tuple[DiffPiece, ...]]:
    """Return two wordings in pieces that join to them again."""
    from reader.review.word_diff import find_equal_blocks

    before, after = _words(old), _words(new)
    blocks = find_equal_blocks([old[w.start : w.end] for w in before], [new[w.start : w.end] for w in after])
    stayed = ([(b.old, b.old_end) for b in blocks], [(b.new, b.new_end) for b in blocks])
    return tuple(_pieces(old, before, stayed[0])), tuple(_pieces(new, after, stayed[1]))


def diff_sentences(old: Article, new: Article) -> tuple[SentenceChange, ...]:
    """Return the sentences that changed from one edition to another, in the order of the new text.

    A sentence whose words are the same but for spaces did not change. What was taken out stands where it was.
    """
    from reader.review.word_diff import find_equal_blocks

    before, after = old.sentences.all(), new.sentences.all()
    sides = [old.text[s.start : s.end].split() for s in before], [new.text[s.start : s.end].split() for s in after]
    here = there = 0
    found: list[SentenceChange] = []
    for block in (*find_equal_blocks(*([" ".join(words) for words in side] for side in sides)), None):
        end, until = (len(before), len(after)) if block is None else (block.old, block.new)
        pairs = _paired(sides[0][here:end], sides[1][there:until])
        found.extend(
            SentenceChange(None if o is None else before[here + o], None if n is None else after[there + n]) for o, n in pairs
        )
        if block is not None:
            here, there = block.old_end, block.new_end
    return tuple(found)


def matching_sentences(old: Article, new: Article, found: Sequence[SentenceChange]) -> tuple[tuple[Span, Span], ...]:
    """Return the sentences of an old text that are still there, changed or not, each with what it is now, in the new order.

    `found` is what `revised` found.
    """
    gone, made = {one.old for one in found}, {one.new for one in found}
    before, after = ([s for s in text.sentences.all() if s not in out] for text, out in ((old, gone), (new, made)))
    changed = [(one.old, one.new) for one in found if one.old is not None and one.new is not None]
    return tuple(sorted([*zip(before, after, strict=True), *changed], key=lambda pair: pair[1].start))


def _paired(old: Sequence[list[str]], new: Sequence[list[str]]) -> Iterator[tuple[int | None, int | None]]:
    """Yield which of some old sentences became which new ones, in order, by their numbers; None for what has no other."""
    taken = 0
    for place, words in enumerate(new):
        match = next((n for n in range(taken, min(len(old), taken + _AHEAD)) if _alike(old[n], words)), None)
        if match is None:
            yield None, place
            continue
        yield from ((gone, None) for gone in range(taken, match))
        yield match, place
        taken = match + 1
    yield from ((gone, None) for gone in range(taken, len(old)))


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    common = len({*one} & {*other})
    return common >= _ALIKE * max(len({*one}), len({*other}))


def _words(text: str) -> list[Span]:
    return [Span(*word.span()) for word in _WORD.finditer(text)]


def _pieces(text: str, words: Sequence[Span], stayed: Sequence[tuple[int, int]]) -> Iterator[DiffPiece]:
    """Yield the pieces of a text in which the words of these ranges stayed."""
    place = start = 0
    for first, end in (*stayed, (len(words), len(words))):
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
    """Whether a word is a number, or a name: it begins with a capital, though no sentence begins with it."""
    return any(character.isdigit() for character in word) or (place > 0 and word[:1].isupper())
