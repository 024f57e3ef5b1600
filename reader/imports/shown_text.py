"""Find quotes of a text as it is shown: other programs have neither the markup of a file nor its white space."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.article.reference_identity import plain_words
from reader.review.model import Selector
from reader.review.selector import PhraseIndex

_WORD = lazy_pattern(r"\S+")
_TELLING: Final = 40
"""The number of code points from which on a quote that occurs once is told by its own words."""
_AROUND: Final = 100


class ShownText:
    """The text of an article without hidden markup, with one blank for any white space. It is made once, in linear time."""

    def __init__(self, article: Article) -> None:
        """Join the visible parts of the article's text, and note where each word of them stands in it."""
        parts, self._part_starts, self._part_origins = list[str](), list[int](), list[int]()
        at = length = 0
        for hidden in (*article.markup, Span(len(article.text), len(article.text))):
            if hidden.start > at:
                parts.append(article.text[at : hidden.start])
                self._part_starts.append(length)
                self._part_origins.append(at)
                length += hidden.start - at
            at = max(at, hidden.end)
        words, self._starts, self._origins = list[str](), list[int](), list[int]()
        length = 0
        for match in _WORD.finditer("".join(parts)):
            words.append(match[0])
            self._starts.append(length)
            self._origins.append(match.start())
            length += len(match[0]) + 1
        self._text = " ".join(words)
        self._phrases = PhraseIndex(self._text)

    def find(self, selector: Selector) -> Span | None:
        """Return the range of a quote in the article's text if it occurs once, or once with its context; else None.

        A short quote that occurs once between other words than it had is not found: it may stand for something else.
        """
        quote = _one_line(selector.exact)
        start = self._find_only(quote)
        if start >= 0 and len(quote) < _TELLING and not self._has_neighbour(selector, start, start + len(quote)):
            return None
        if start < 0:
            context = _one_line(f"{selector.prefix}{selector.exact}{selector.suffix}")
            whole = self._find_only(context) if len(context) > len(quote) else -1
            start = -1 if whole < 0 else whole + len(_one_line(f"{selector.prefix}|")) - 1
            if start < 0 or not self._text.startswith(quote, start):
                return None
        return Span(self._origin(start), self._origin(start + len(quote) - 1) + 1)

    def has_several(self, quote: str) -> bool:
        """Whether a quote occurs more than once, its white space aside."""
        return len(self._phrases.find(_one_line(quote))) > 1

    def _has_neighbour(self, selector: Selector, start: int, end: int) -> bool:
        """Whether the word before a range or the one after it is that of the selector, which may have none."""
        before, after = plain_words(selector.prefix).split(), plain_words(selector.suffix).split()
        if not before and not after:
            return True
        here = plain_words(self._text[max(0, start - _AROUND) : start]).split()
        there = plain_words(self._text[end : end + _AROUND]).split()
        return (bool(before) and here[-1:] == before[-1:]) or (bool(after) and there[:1] == after[:1])

    def _find_only(self, phrase: str) -> int:
        """Return the offset of the only occurrence of a phrase in the shown text, -1 if there is none or another one."""
        places = self._phrases.find(phrase) if phrase else ()
        return places[0] if len(places) == 1 else -1

    def _origin(self, offset: int) -> int:
        word = bisect_right(self._starts, offset) - 1
        visible = self._origins[word] + offset - self._starts[word]
        part = bisect_right(self._part_starts, visible) - 1
        return self._part_origins[part] + visible - self._part_starts[part]


def _one_line(text: str) -> str:
    return " ".join(text.split())
