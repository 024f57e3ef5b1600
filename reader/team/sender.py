"""Send what this device has changed in a shared article: texts, then lines in segments, then what tells others of it.

What was sent is noted last. A program that is killed before that puts the same bytes under the same keys once more, or lines
once more in another segment, which changes nothing for those who have them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reader.library.journal import JournalEntry
from reader.library.shared_articles import LinesLost, SharedArticle
from reader.team.desks import describe_article, mark_change
from reader.team.folds import write_fold
from reader.team.layout import MAX_COUNTER, segment_stem, whole_key
from reader.team.link import TeamLink
from reader.team.membership import claim_note, claim_replica
from reader.team.segments import SEGMENT_BYTES, divide_lines, fits, pack_segment
from reader.team.stores.object_store import AlreadyThere
from reader.team.texts import Texts


class Unsent(NamedTuple):
    """What waits to be sent of an article: lines, and their bytes; `is_lost` if a fold has to take the place of some."""

    lines: int
    size: int
    is_lost: bool = False


def count_unsent(link: TeamLink, article: SharedArticle) -> Unsent:
    """Count what waits to be sent of an article."""
    lines = size = 0
    try:
        for line in link.shared_articles.unsent(article.id, link.state.sent_counters(article.scope)):
            lines += 1
            size += len(line.encode()) if size < SEGMENT_BYTES else 0
    except LinesLost:
        return Unsent(lines + 1, SEGMENT_BYTES, is_lost=True)
    return Unsent(lines, size)


def send_article(link: TeamLink, article: SharedArticle, texts: Texts, now: float) -> int:
    """Send what waits of an article, and return the number of lines. Raises ReaderError, StoreError among them."""
    try:
        lines = list(link.shared_articles.unsent(article.id, link.state.sent_counters(article.scope)))
    except LinesLost:
        return _send_fold(link, article, texts, now)
    if not lines:
        return 0
    describe_article(link, article, now)
    texts.send(article)
    for segment in divide_lines(lines):
        if not fits(segment):
            return _send_fold(link, article, texts, now)
        _send_segment(link, article, segment, now)
    if _is_beyond_team(link, article, lines):
        write_fold(link, article, is_gap=True)
    return len(lines)


def _send_segment(link: TeamLink, article: SharedArticle, segment: Sequence[JournalEntry], now: float) -> None:
    first, last = segment[0], segment[-1]
    replica = first.dot.replica.partition("~")[0]
    _claim(link, replica)
    stem = segment_stem(link.name_of(article), link.member, replica, first.dot.counter, last.dot.counter)
    data = pack_segment(segment, stem, link.cipher)
    key = whole_key(stem, data)
    with contextlib.suppress(AlreadyThere):
        link.store.put_new(key, data)
    mark_change(link, article, replica, last.dot.counter, now)
    link.state.add_own_segment(article.scope, key)
    link.state.add_covered(article.scope, [(last.dot.replica, last.dot.counter)])
    link.state.add_sent(article.scope, [(replica, last.dot.counter)])


def _claim(link: TeamLink, replica: str) -> None:
    note = claim_note(replica)
    if not link.state.note(note):
        claim_replica(link.store, link.member, replica, link.cipher)
        link.state.set_note(note, "put")


def _send_fold(link: TeamLink, article: SharedArticle, texts: Texts, now: float) -> int:
    """Send the state of an article in place of lines that are lost, or that are too large for a segment."""
    describe_article(link, article, now)
    texts.send(article)
    counters = write_fold(link, article, is_gap=True).counters
    link.state.add_sent(article.scope, ((replica.partition("~")[0], counter) for replica, counter in counters.items()))
    mark_change(link, article, "0", min(sum(counters.values()), MAX_COUNTER), now)
    return 1


def _is_beyond_team(link: TeamLink, article: SharedArticle, lines: Iterable[JournalEntry]) -> bool:
    """Whether lines build on changes that came another way than through the team, which others would wait for in vain."""
    covered = link.state.covered_counters(article.scope)
    needed = (item for line in lines if line.context is not None for item in line.context.counters.items())
    return any(counter > covered.get(replica, 0) for replica, counter in needed)
