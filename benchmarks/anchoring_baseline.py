"""The rule of the Hypothesis client, by which most tools anchor today, for comparison.

The same position if the quote stands there; else where the quote matches best, with at most half of its letters wrong, and of
equal matches that with the best context and the nearest (`match-quote.ts` of the client, its weights). The search for the best
match is Myers' bit-vector algorithm (1999) as Hyyrö (2003) corrected it.
"""

from __future__ import annotations

from collections.abc import Iterator

from reader.article.ranges import Span
from reader.review.model import Selector


def client_rule(text: str, selector: Selector) -> Span | None:
    """Return where the client would put an annotation, or None when it would call it an orphan."""
    here = Span(selector.start, selector.end)
    if text[here.start : here.end] == selector.exact:
        return here
    matches = list(best_matches(text, selector.exact, min(256, len(selector.exact) // 2)))
    return max(matches, key=lambda match: _score(text, selector, *match), default=(None, 0))[0]


def _score(text: str, selector: Selector, place: Span, errors: int) -> float:
    prefix, suffix = selector.prefix, selector.suffix
    before = text[max(0, place.start - len(prefix)) : place.start]
    after = text[place.end : place.end + len(suffix)]
    quote = 1 - errors / len(selector.exact)
    near = 1 - abs(place.start - selector.start) / len(text)
    return 50 * quote + 20 * _alike(before, prefix) + 20 * _alike(after, suffix) + 2 * near


def _occurrences(text: str, pattern: str) -> Iterator[Span]:
    at = text.find(pattern) if pattern else -1
    while at >= 0:
        yield Span(at, at + len(pattern))
        at = text.find(pattern, at + 1)


def _alike(text: str, wanted: str) -> float:
    if not text or not wanted:
        return 0.0
    return 1 - next((errors for _, errors in best_matches(text, wanted, len(wanted))), len(wanted)) / len(wanted)


def best_matches(text: str, pattern: str, most: int) -> Iterator[tuple[Span, int]]:
    """Yield the matches of a pattern that have the fewest errors, at most `most`, with their number."""
    exact = list(_occurrences(text, pattern))
    if exact:
        yield from ((place, 0) for place in exact)
        return
    ends = list(_distances(text, pattern))
    fewest = min((errors for _, errors in ends), default=most + 1)
    if not pattern or fewest > most:
        return
    for end, errors in ends:
        if errors == fewest:
            window = text[max(0, end - len(pattern) - errors) : end][::-1]
            length = next((count for count, wrong in _distances(window, pattern[::-1]) if wrong <= errors), len(window))
            yield Span(end - length, end), errors


def _distances(text: str, pattern: str) -> Iterator[tuple[int, int]]:
    """Yield for each end in the text the fewest errors of a match of the pattern that ends there."""
    mask, high = (1 << len(pattern)) - 1, 1 << (len(pattern) - 1) if pattern else 0
    places: dict[str, int] = {}
    for number, character in enumerate(pattern):
        places[character] = places.get(character, 0) | 1 << number
    up, down, errors = mask, 0, len(pattern)
    for end, character in enumerate(text, 1):
        equal = places.get(character, 0)
        vertical = equal | down
        horizontal = (((equal & up) + up) ^ up) | equal
        more, fewer = down | (~(horizontal | up) & mask), up & horizontal
        errors += bool(more & high) - bool(fewer & high)
        more, fewer = more << 1 & mask, fewer << 1 & mask
        up, down = fewer | (~(vertical | more) & mask), more & vertical
        yield end, errors
