"""Split the open sentences of an article among readers, and count what each of them has.

A sentence is open until it is marked, and until the claims in it are judged; one that is marked "later" is open. A split levels
the load: whoever has least is given most, in runs of sentences that follow each other. People keep what they have, so a second
split moves only what nobody has. There is no chance in it: the same review and the same readers give the same split.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.review.assignments import person_key
from reader.review.coverage import UNDECIDED, Coverage
from reader.review.index import AnnotationIndex
from reader.review.model import Annotation
from reader.review.vocabulary import CLAIM, LATER

_WORD: Final = lazy_pattern(r"\w+")


class OpenSentence(NamedTuple):
    """A sentence that is open: its range, its weight (1, or its words) and the keys of the readers who have it."""

    span: Span
    weight: int
    holders: frozenset[str] = frozenset()


class ReaderCoverage(NamedTuple):
    """What one reader has of an article: sentences and their words, those that are open, and assignments that lost their place.

    `reader` is "" for the sentences that nobody has. What several have is open for each of them until they marked it or judged
    there themselves.
    """

    reader: str
    sentences: int = 0
    words: int = 0
    open_sentences: int = 0
    open_words: int = 0
    lost: int = 0


# ------------------------------------------------------------------ what is open


def open_sentences(index: AnnotationIndex, coverage: Coverage, *, by_words: bool = False) -> tuple[OpenSentence, ...]:
    """Return the open sentences of a review, in the order of the text, with who has them."""
    text = index.article.text
    return tuple(
        OpenSentence(span, _words_in(text, span) if by_words else 1, frozenset(map(person_key, index.assigned_to(span))))
        for number, span in enumerate(coverage.sentences)
        if _is_open(index, coverage, number)
    )


def reader_coverage(index: AnnotationIndex, coverage: Coverage) -> tuple[ReaderCoverage, ...]:
    """Return what each reader has, by name, and last what nobody has if there is any."""
    lost = [person_key(item.reader) for item in index.assignments.list_lost()]
    rows = {name: ReaderCoverage(name, lost=lost.count(person_key(name))) for name in index.assignments.readers()}
    for number, span in enumerate(coverage.sentences):
        names = index.assigned_to(span)
        words = _words_in(index.article.text, span)
        is_open = _is_open(index, coverage, number)
        for name in names or ("",):
            is_to_do = is_open if len(names) < 2 else not _is_done_by(index, span, name)
            row = rows.get(name, ReaderCoverage(name))
            rows[name] = row._replace(
                sentences=row.sentences + 1,
                words=row.words + words,
                open_sentences=row.open_sentences + is_to_do,
                open_words=row.open_words + words * is_to_do,
            )
    return tuple(sorted(rows.values(), key=lambda row: (not row.reader, row.reader)))


def _is_open(index: AnnotationIndex, coverage: Coverage, number: int) -> bool:
    state = coverage.state(number)
    if state in (UNDECIDED, LATER):
        return True
    claims = (a for a in index.annotations_on(coverage.sentences[number]) if a.kind == CLAIM)
    return state == CLAIM and any(index.status(claim).open_pairs for claim in claims)


def _is_done_by(index: AnnotationIndex, span: Span, reader: str) -> bool:
    key, here = person_key(reader), index.annotations_on(span)
    return any(person_key(name) == key for annotation in here if annotation.kind != LATER for name in _people(annotation))


def _people(annotation: Annotation) -> Iterator[str]:
    """Yield who made or judged an annotation."""
    yield annotation.creator
    yield from (one.by for one in (*annotation.judgements, *annotation.readings.values()))


def _words_in(text: str, span: Span) -> int:
    return sum(1 for _ in _WORD.finditer(text, span.start, span.end)) or 1


# ------------------------------------------------------------------ the split


def split_work(
    sentences: Sequence[OpenSentence], readers: Sequence[str], *, overlap: int = 1, loads: Mapping[str, int] | None = None
) -> dict[str, tuple[Span, ...]]:
    """Return the sentences that each reader is given, so that every open one has `overlap` readers.

    `loads` is what readers have elsewhere, in the same unit as the weights. The loads are levelled as far as that is possible
    without taking anything from anybody. Raises ReaderError if there are not enough readers.
    """
    names = {person_key(reader): reader.strip() for reader in reversed(readers) if reader.strip()}
    names = {key: names[key] for key in dict.fromkeys(map(person_key, readers)) if key in names}
    if not 1 <= overlap <= len(names):
        raise ReaderError(f"Each sentence is to have {overlap} readers, and there are {len(names)}", "Name more readers")
    here = {person_key(name): load for name, load in (loads or {}).items()}
    for key in names:
        here[key] = here.get(key, 0) + sum(one.weight for one in sentences if key in one.holders)
    missing = [max(0, overlap - len(one.holders)) for one in sentences]
    given: dict[str, list[Span]] = {key: [] for key in names}
    current: list[str] = []
    shares = _Shares(here, tuple(names), sentences, missing)
    for sentence, count in zip(sentences, missing, strict=True):
        chosen = shares.choose(sentence, count, current) if count else []
        current = chosen or current
        for key in chosen:
            given[key].append(sentence.span)
        if count:
            shares.go_on(sentence, count)
    return {names[key]: tuple(spans) for key, spans in given.items() if spans}


class _Shares:
    """What each reader is still to be given of the sentences that follow, by key, in their unit of weight."""

    def __init__(
        self, loads: Mapping[str, int], keys: Sequence[str], sentences: Sequence[OpenSentence], missing: Sequence[int]
    ) -> None:
        self._loads = dict(loads)
        self._rank = {key: rank for rank, key in enumerate(keys)}
        lacking = [(one, count) for one, count in zip(sentences, missing, strict=True) if count]
        self._wanted = sum(one.weight * count for one, count in lacking)
        self._possible = dict.fromkeys(keys, sum(one.weight for one, _ in lacking))
        for one, _ in lacking:
            for key in one.holders & self._possible.keys():
                self._possible[key] -= one.weight
        self._shares = self._level()

    def choose(self, sentence: OpenSentence, count: int, current: Iterable[str]) -> list[str]:
        """Return the readers of a sentence: whoever needs all that follows, whoever reads here already, whoever has least."""
        free = [key for key in self._rank if key not in sentence.holders]
        reading = [key for key in current if key in free and self._has_room(key, sentence)]
        if len(reading) < count or any(self._needs_all(key) for key in free if key not in reading):
            self._shares = self._level()
            reading = [key for key in reading if self._has_room(key, sentence)]
        ranked = sorted(
            free, key=lambda key: (not self._needs_all(key), key not in reading, -self._shares[key], self._rank[key])
        )
        chosen = ranked[:count]
        for key in chosen:
            self._loads[key] += sentence.weight
            self._shares[key] -= sentence.weight
        return chosen

    def go_on(self, sentence: OpenSentence, count: int) -> None:
        """Go to the next sentence."""
        self._wanted -= sentence.weight * count
        for key in self._possible.keys() - sentence.holders:
            self._possible[key] -= sentence.weight

    def _has_room(self, key: str, sentence: OpenSentence) -> bool:
        return 2 * self._shares[key] >= sentence.weight

    def _needs_all(self, key: str) -> bool:
        return 0 < self._possible[key] <= self._shares[key]

    def _level(self) -> dict[str, int]:
        """Return the shares that level the loads: as much as is wanted, to nobody more than is possible."""
        low, high = 0, max(self._loads.values(), default=0) + self._wanted
        while low < high:
            level = (low + high) // 2
            low, high = (level + 1, high) if sum(self._up_to(level).values()) < self._wanted else (low, level)
        shares = self._up_to(low)
        surplus = sum(shares.values()) - self._wanted
        for key in reversed(self._rank):
            if surplus > 0 and shares[key] and self._loads[key] + shares[key] == low:
                shares[key] -= 1
                surplus -= 1
        return shares

    def _up_to(self, level: int) -> dict[str, int]:
        """Return what readers are to be given until each has this load."""
        return {key: min(self._possible[key], max(0, level - self._loads[key])) for key in self._rank}
