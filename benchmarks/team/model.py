"""A model of a busy hour of 10,000 people who work in one team, and of what they leave in the store in the end.

Desks are simulated one by one, since a change is seen by nobody but those who follow its desk; there are as many as the
people need. A person reads an article of a desk for a while, changes something in it now and then, pauses, reads the next
one; of the articles of a desk a few are in hand, the first far more often than the last. Everybody has the program open for
the whole hour, which no real hour has. What the program then does is the engine's: when it sends, looks at the screen's
article and at desks, how much goes into a segment, when a fold is due. These numbers are imported, and the sizes of segments,
folds and lists are measured on a library (`sizes`). A lag is the time from "saved" on one device to the change's arrival in
the library of another one: on the screen where that other person reads the same article, on the desk for everybody else who
follows it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final, NamedTuple

from benchmarks.team.sizes import ObjectSizes
from reader.team.engine import (
    DESK_SECONDS,
    QUIET_LOOKS,
    QUIET_SCREEN_SECONDS,
    SCREEN_SECONDS,
    SEND_SECONDS,
    WHOLE_SECONDS,
)
from reader.team.folds import MAX_SEGMENTS
from reader.team.receiver import KEYS_FOR_LIST, SMALL_ARTICLE
from reader.team.sender import SEGMENT_BYTES

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR
WORKING_HOURS: Final = 8
PAGE: Final = 1000
"""The keys that a store returns in one answer to a list."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed of people and prices. Prices are in dollars, those of requests for a thousand of them."""

    people: int = 10_000
    articles: int = 500_000
    annotations: int = 10_000_000
    desk_median: float = 12.0
    """The people on a desk: half of all desks have fewer. Sizes are log-normal, from 2 to `desk_most`."""
    desk_spread: float = 0.8
    desk_most: int = 150
    in_hand: int = 0
    """The articles of a desk that are in hand; 0 for half as many as it has people."""
    sessions: float = 2.0
    """How often a person starts the program in a working day of eight hours."""
    reading_minutes: float = 20.0
    pause_minutes: float = 10.0
    changes: float = 60.0
    """The changes that a person makes in an hour of reading."""
    lines: float = 1.6
    """The changes that an annotation has had in the end: made, judged, corrected."""
    latency: float = 0.15
    """The seconds that a request takes."""
    text_bytes: int = 60_000
    """The packed bytes of an article's text and document."""
    put_price: float = 0.005
    list_price: float = 0.005
    get_price: float = 0.0004
    traffic_price: float = 0.09
    """The price of a gigabyte that leaves the store."""
    storage_price: float = 0.023
    """The price of a gigabyte for a month."""
    seconds: float = HOUR
    """How long is simulated. The figures are those of an hour all the same; lists are longer at the end of one."""
    sample: int = 1_000
    """The people who are simulated; the others are like them."""
    seed: int = 21


class Segment(NamedTuple):
    """A segment of the model: when it was in the store, by whom, on which article, when its changes were saved."""

    at: float
    person: int
    article: int
    saved: tuple[float, ...]


@dataclass(slots=True)
class Traffic:
    """What people asked of the store in the hour, and the lags in seconds of every change at everybody who got it."""

    people: int = 0
    changes: int = 0
    puts: int = 0
    lists: int = 0
    gets: int = 0
    sent: float = 0.0
    received: float = 0.0
    on_screen: list[float] = field(default_factory=list)
    on_desk: list[float] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """All requests."""
        return self.puts + self.lists + self.gets

    def times(self, factor: float) -> Traffic:
        """Return so many times as much of it, with the same lags."""
        return replace(
            self,
            changes=round(self.changes * factor),
            puts=round(self.puts * factor),
            lists=round(self.lists * factor),
            gets=round(self.gets * factor),
            sent=self.sent * factor,
            received=self.received * factor,
        )

    def price(self, prices: Assumptions) -> float:
        """Return the dollars that all of it costs."""
        thousand = self.puts * prices.put_price + self.lists * prices.list_price + self.gets * prices.get_price
        return thousand / 1000 + self.received / 1e9 * prices.traffic_price


class Growth(NamedTuple):
    """What is in the store in the end: objects, bytes, and dollars a month."""

    objects: float
    size: float
    price: float


# ------------------------------------------------------------------ an hour


def simulate_hour(assumed: Assumptions, sizes: ObjectSizes) -> Traffic:
    """Simulate the hour for the people of the sample."""
    chance, traffic = Random(assumed.seed), Traffic()
    while traffic.people < assumed.sample:
        _Desk(assumed, sizes, chance, traffic).simulate()
    return traffic.times(HOUR / assumed.seconds)


class _Desk:
    """One desk in the hour: who reads what when, what is sent, and who sees it."""

    def __init__(self, assumed: Assumptions, sizes: ObjectSizes, chance: Random, traffic: Traffic) -> None:
        size = round(chance.lognormvariate(math.log(assumed.desk_median), assumed.desk_spread))
        self._assumed, self._sizes, self._chance, self._traffic = assumed, sizes, chance, traffic
        self._people = range(min(assumed.desk_most, max(2, size)))
        self._in_hand = assumed.in_hand or max(2, len(self._people) // 2)
        self._on_desk = max(self._in_hand, round(assumed.articles / assumed.people * len(self._people)))
        self._reading: dict[int, list[tuple[float, float, int]]] = {person: list(self._readings()) for person in self._people}

    def simulate(self) -> None:
        """Let the hour pass, and count."""
        segments = sorted(segment for person in self._people for segment in self._segments(person))
        by_article: dict[int, list[Segment]] = defaultdict(list)
        for segment in segments:
            by_article[segment.article].append(segment)
        for person in self._people:
            seen: dict[Segment, float] = {}
            for begin, end, article in self._reading[person]:
                self._look_at_screen(person, begin, end, by_article[article], seen)
            self._look_at_desk(person, segments, by_article, seen)
            self._begin_sessions()
        self._traffic.people += len(self._people)

    def _readings(self) -> Iterator[tuple[float, float, int]]:
        chance, assumed = self._chance, self._assumed
        cycle = (assumed.reading_minutes + assumed.pause_minutes) * 60
        at = -chance.random() * cycle
        weights = [1 / (nth + 1) for nth in range(self._in_hand)]
        while at < assumed.seconds:
            end = at + chance.expovariate(1 / (assumed.reading_minutes * 60))
            article = chance.choices(range(self._in_hand), weights)[0]
            if end > 0:
                yield max(0.0, at), min(assumed.seconds, end), article
            at = end + chance.expovariate(1 / (assumed.pause_minutes * 60))

    def _segments(self, person: int) -> Iterator[Segment]:
        """Yield what a person sends, and count it: all that was saved since the last time, once its time has come."""
        for begin, end, article in self._reading[person]:
            saved: list[float] = []
            at = begin
            while (at := at + self._chance.expovariate(self._assumed.changes / HOUR)) < end:
                is_full = len(saved) * self._sizes.line >= SEGMENT_BYTES
                if saved and (at >= saved[0] + SEND_SECONDS or is_full):
                    yield self._send(person, article, saved)
                    saved = []
                saved.append(at)
            if saved:
                yield self._send(person, article, saved)

    def _send(self, person: int, article: int, saved: Sequence[float]) -> Segment:
        traffic = self._traffic
        traffic.changes += len(saved)
        traffic.puts += 2  # the segment, and what says on the desk that there is one
        traffic.sent += self._sizes.segment(len(saved))
        # A full segment does not wait. The marker is put after the segment, so a desk learns of it a request later.
        is_full = len(saved) * self._sizes.line >= SEGMENT_BYTES
        due = saved[-1] if is_full else saved[0] + SEND_SECONDS
        return Segment(due + self._assumed.latency, person, article, tuple(saved))

    def _look_at_screen(
        self, person: int, begin: float, end: float, segments: Sequence[Segment], seen: dict[Segment, float]
    ) -> None:
        """Look at the article on the screen while it is there, less often while nothing comes."""
        at, quiet, place = begin, 0, bisect_right(segments, begin, key=_time_of)
        while at < end:
            self._look(segments[: bisect_right(segments, at, key=_time_of)])
            new = 0
            while place < len(segments) and segments[place].at <= at:
                segment, place = segments[place], place + 1
                if segment.person != person and segment not in seen:
                    seen[segment] = at
                    new += 1
                    self._get(segment)
                    if segment.at >= begin:
                        arrival = at + self._assumed.latency * (1 + new)
                        self._traffic.on_screen += [arrival - saved for saved in segment.saved]
            quiet = 0 if new else quiet + 1
            at += SCREEN_SECONDS if quiet < QUIET_LOOKS else QUIET_SCREEN_SECONDS

    def _look_at_desk(
        self, person: int, segments: Sequence[Segment], by_article: dict[int, list[Segment]], seen: dict[Segment, float]
    ) -> None:
        """Look at the desk, and then at each article that has changed on it."""
        markers = [segment.at + self._assumed.latency for segment in segments]
        at, last = self._chance.random() * DESK_SECONDS, 0
        while at < self._assumed.seconds:
            now = bisect_right(markers, at)
            self._list(now - bisect_right(markers, at - 15 * 60))
            fresh = [segment for segment in segments[last:now] if segment.person != person]
            arrival = at + self._assumed.latency
            for article in sorted({segment.article for segment in fresh}):
                self._look(by_article[article][: bisect_right(by_article[article], at, key=_time_of)])
                arrival += self._assumed.latency
                for segment in (one for one in fresh if one.article == article):
                    if seen.get(segment, math.inf) > at:
                        arrival += self._assumed.latency
                        self._get(segment)
                        self._traffic.on_desk += [arrival - saved for saved in segment.saved]
                    seen.setdefault(segment, at)
            last = now
            at += DESK_SECONDS

    def _begin_sessions(self) -> None:
        """Count an hour's share of what a device does when a session begins, and once a day, when it looks at every article."""
        share = self._assumed.sessions / WORKING_HOURS
        self._traffic.lists += round(share * math.ceil(2 * self._assumed.people / PAGE))  # whose replica is whose
        if share:
            for _ in range(round(self._on_desk * DAY / WHOLE_SECONDS / WORKING_HOURS)):
                self._list(self._segments_before())

    def _segments_before(self) -> int:
        """Return how many segments an article in hand has already."""
        return round(self._assumed.annotations / self._assumed.articles * self._assumed.lines / self._sizes.lines_in_segment)

    def _look(self, segments: Sequence[Segment]) -> None:
        """Count a look at an article with these segments: one list, or one for each log, whichever costs less."""
        keys, logs = self._segments_before() + len(segments), len({segment.person for segment in segments})
        if keys <= max(SMALL_ARTICLE, KEYS_FOR_LIST * logs):
            self._list(keys)
        else:
            for _ in range(logs + 2):
                self._list(0)

    def _list(self, keys: int) -> None:
        self._traffic.lists += max(1, math.ceil(keys / PAGE))
        self._traffic.received += self._sizes.list_answer + keys * self._sizes.list_entry

    def _get(self, segment: Segment) -> None:
        self._traffic.gets += 1
        self._traffic.received += self._sizes.segment(len(segment.saved))


def _time_of(segment: Segment) -> float:
    return segment.at


# ------------------------------------------------------------------ the store in the end


def grow_store(assumed: Assumptions, sizes: ObjectSizes, lines_in_segment: float, *, is_folded: bool) -> Growth:
    """Return what is in the store once all annotations are made; folded, if an admin has removed what folds cover."""
    lines = assumed.annotations * assumed.lines
    segments = lines / lines_in_segment
    mean = assumed.annotations / assumed.articles
    folds = segments / MAX_SEGMENTS
    others = 5 * assumed.articles + 2 * assumed.people  # text, document, about, placing on a desk, sign of life; members
    text_bytes = assumed.articles * assumed.text_bytes
    if is_folded:
        objects = assumed.articles + others
        size = assumed.articles * sizes.fold(mean) + text_bytes
    else:
        objects = 2 * segments + folds + others
        size = segments * sizes.segment(lines_in_segment) + folds * sizes.fold(mean) + text_bytes
    return Growth(objects, size, size / 1e9 * assumed.storage_price)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of all values is, 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.floor(share * len(ordered)))] if ordered else 0.0
