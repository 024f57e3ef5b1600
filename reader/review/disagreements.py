"""Compare the verdicts of two readers on the same pairs of claim and reference, before anybody settled them.

A reader's verdict on a pair is kept as a *reading* once it is no longer the pair's judgement. Until then it is that judgement,
or a concurrent one that a merge kept beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.ranges import Span
from reader.review.codec import as_mapping, from_record
from reader.review.conflicts import PAIR_CELLS, combine_judgements, conflicting_judgements
from reader.review.declaration import EMPTY_MAPPING, join_texts
from reader.review.edits import with_judgement
from reader.review.model import Annotation, Edit, Judgement, Settlement, now_after
from reader.review.vocabulary import ANOTHER, BOTH_STAND, CLAIM, DISCUSS, TAKEN

if TYPE_CHECKING:
    from reader.review.index import AnnotationIndex
    from reader.review.scale import Scale

_SHARED_PART: Final = 0.5
"""The part of the shorter of two claims that the other one covers at least, if both are about the same."""
_SETTLEMENT_CELLS: Final = "settlements/"
NOT_MARKED: Final = "not a claim"
"""What a reader chose who marked no claim in a sentence; the other choice is CLAIM."""


class Opinion(NamedTuple):
    """A reader's judgement on a pair, and the claim of the pair."""

    annotation: Annotation
    judgement: Judgement


class SharedPair(NamedTuple):
    """A pair of a claim and the reference with the id `reference` that two readers judged: what the first and the second said.

    Their claims are one annotation, or two that share most of their words.
    """

    reference: str
    first: Opinion
    second: Opinion

    @property
    def is_alike(self) -> bool:
        """Whether both gave the same verdict."""
        return self.first.judgement.verdict == self.second.judgement.verdict

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """The claim of the pair, or the claims if each reader marked one."""
        first, second = self.first.annotation, self.second.annotation
        return (first,) if first.id == second.id else (first, second)

    @property
    def readers(self) -> tuple[str, str]:
        """The names of the two readers."""
        return self.first.judgement.by, self.second.judgement.by

    @property
    def settlement(self) -> Settlement | None:
        """How the difference was settled after both had judged, or None.

        A note or something to discuss settles nothing, and neither do two people who settled it differently at the same time.
        """
        settlement = self.latest_settlement
        if settlement is None or settlement.outcome in ("", DISCUSS):
            return None
        for annotation in self.annotations:
            if len({_what_was_settled(one) for one in settlements_on(annotation, self.reference)}) > 1:
                return None
        return settlement

    @property
    def latest_settlement(self) -> Settlement | None:
        """What was last said about the difference of these two after both had judged, or None."""
        judged = max(self.first.judgement.at, self.second.judgement.at)
        about = (one for one in self.settlements if one.at >= judged and not {*self.readers} - {*(one.readers or self.readers)})
        return max(about, key=lambda one: one.at, default=None)

    @property
    def settlements(self) -> list[Settlement]:
        """All that was said about how the pair is settled, also before a verdict was given anew, and at the same time."""
        return [one for annotation in self.annotations for one in settlements_on(annotation, self.reference)]

    @property
    def note(self) -> str:
        """All notes on the difference."""
        return join_texts([note_on(annotation, self.reference) for annotation in self.annotations])

    def with_claims(self, current: Callable[[Annotation], Annotation]) -> SharedPair:
        """Return the pair with the `current` version of each claim."""
        first, second = (one._replace(annotation=current(one.annotation)) for one in (self.first, self.second))
        return self._replace(first=first, second=second)

    def distance(self, scale: Scale) -> int:
        """Return how far apart the verdicts are on a scale, from 0."""
        first, second = self.first.judgement.verdict, self.second.judgement.verdict
        return abs(scale.by_id(first).weight - scale.by_id(second).weight) + (first != second)


class Comparison(NamedTuple):
    """The work of two readers on one article.

    `pairs` are those that both judged, by place; the numbers are those of the pairs that only one of them judged. `sentences`
    says what each sentence of the text is to them, CLAIM or NOT_MARKED; it is empty if one of them marked none.
    """

    pairs: tuple[SharedPair, ...]
    only_first: int
    only_second: int
    sentences: tuple[tuple[str, str], ...]

    def after_settling(self, index: AnnotationIndex, settled: SharedPair) -> Comparison:
        """Return the comparison after a pair was settled, or that was undone: only claims changed, and no reading."""
        ids = {annotation.id for annotation in settled.annotations}

        def update(pair: SharedPair) -> SharedPair:
            is_other = pair.first.annotation.id not in ids and pair.second.annotation.id not in ids
            return pair if is_other else pair.with_claims(lambda claim: index.get(claim.id) or claim)

        return self._replace(pairs=tuple(map(update, self.pairs)))

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        """The verdicts of the first and the second reader on each pair that both judged."""
        return [(pair.first.judgement.verdict, pair.second.judgement.verdict) for pair in self.pairs]

    @property
    def disagreements(self) -> list[SharedPair]:
        """The pairs on which they differ, settled or not, by place."""
        return [pair for pair in self.pairs if not pair.is_alike]


# ------------------------------------------------------------------ readings


def reading_key(reference: str, reader: str) -> str:
    """Return the key of a reader's reading of the pair with a reference, by its id."""
    return f"{reference}/{reader}"


def settlements_on(annotation: Annotation, reference: str) -> tuple[Settlement, ...]:
    """Return how the differences on a pair were settled: mostly once, but several people may do so at the same time."""
    own = annotation.settlements.get(reference)
    others = annotation.conflicts.get(f"{_SETTLEMENT_CELLS}{reference}", ())
    return (*filter(None, (own,)), *(from_record(Settlement, as_mapping(other)) for other in others))


def note_on(annotation: Annotation, reference: str) -> str:
    """Return all notes on the differences on a pair, each once."""
    return join_texts([one.note for one in settlements_on(annotation, reference)])


def _what_was_settled(settlement: Settlement) -> tuple[str, ...]:
    outcome = settlement.outcome
    return (outcome, settlement.by, settlement.at) if outcome == ANOTHER else (outcome, settlement.reader)


def readings_on(annotation: Annotation, reference: str) -> dict[str, Judgement]:
    """Return the verdicts on a pair by the readers who gave them, each the latest of that reader.

    A verdict that was given to settle a difference is none of them, and neither is one without a name.
    """
    settlements = settlements_on(annotation, reference) if annotation.settlements or annotation.conflicts else ()
    judgement = annotation.judgement_on(reference)
    kept = [reading for reading in annotation.readings.values() if reading.reference == reference]
    given = [*filter(None, (judgement,)), *conflicting_judgements(annotation, reference)]
    given = [one for one in given if not any(_settles(settlement, one) for settlement in settlements)]
    readings: dict[str, Judgement] = {}
    for one in (*kept, *given):
        earlier = readings.get(one.by)
        if one.by and one.verdict and (earlier is None or earlier.at <= one.at):
            readings[one.by] = one
    return readings


def standing_judgements(annotation: Annotation, reference: str) -> tuple[Judgement, ...]:
    """Return the other judgements on a pair that stand beside the shown one, as somebody settled that both do."""
    settlements = settlements_on(annotation, reference) if annotation.settlements else ()
    judgement = annotation.judgement_on(reference)
    if judgement is None or not judgement.verdict or not any(one.outcome == BOTH_STAND for one in settlements):
        return ()
    names = {name for one in settlements if one.outcome == BOTH_STAND for name in one.readers} - {judgement.by}
    readings = readings_on(annotation, reference)
    return tuple(one for name, one in readings.items() if name in names and one.verdict != judgement.verdict)


def _settles(settlement: Settlement, judgement: Judgement) -> bool:
    """Whether a judgement is the one by which a difference was settled."""
    by = {TAKEN: settlement.reader, ANOTHER: settlement.by}.get(settlement.outcome, "")
    return bool(by) and judgement.by == by and judgement.at <= settlement.at


def with_readings(annotation: Annotation, reference: str, readers: Iterable[str]) -> Annotation:
    """Return an annotation that keeps the readings of these readers on a pair, whatever its judgement becomes."""
    readings = readings_on(annotation, reference)
    kept = {reading_key(reference, reader): readings[reader] for reader in readers if reader in readings}
    return replace(annotation, readings={**annotation.readings, **kept}) if kept else annotation


def with_joint_readings(annotations: Sequence[Annotation]) -> list[Annotation]:
    """Return annotations that are going to be one: the first keeps the readings of pairs that several people judged."""
    latest: dict[str, dict[str, Judgement]] = {}
    for annotation in annotations:
        for reference in _references_of(annotation):
            readings = latest.setdefault(reference, {})
            for name, one in readings_on(annotation, reference).items():
                if name not in readings or readings[name].at <= one.at:
                    readings[name] = one
    kept = {
        reading_key(reference, name): one
        for reference, readings in latest.items()
        if len(readings) > 1
        for name, one in readings.items()
    }
    first, *others = annotations
    return [replace(first, readings={**first.readings, **kept} or EMPTY_MAPPING), *others]


def readers_of(annotations: Iterable[Annotation]) -> list[str]:
    """Return the names of those who gave verdicts on claims, who gave most first."""
    counts = Counter[str]()
    for annotation in annotations:
        for reference in _references_of(annotation):
            counts.update(readings_on(annotation, reference).keys())
    return [name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _references_of(annotation: Annotation) -> dict[str, None]:
    judged = (judgement.reference for judgement in annotation.judgements)
    return dict.fromkeys((*judged, *(reading.reference for reading in annotation.readings.values())))


# ------------------------------------------------------------------ settling


def settlement_edits(
    pair: SharedPair, outcome: str, *, reader: str, verdict: str, note: str | None, by: str, edition: str
) -> list[Edit]:
    """Return the edits that settle a pair by an outcome of `review.vocabulary`, or with "" only set a `note` on it.

    TAKEN takes the verdict of `reader`, ANOTHER gives a `verdict` on the text with the digest `edition`; `by` settles it.
    """
    said = (pair.first.judgement, pair.second.judgement)
    at, judgement = now_after(*(one.at for one in (*said, *pair.settlements))), None
    if outcome == TAKEN:
        judgement = next(one for one in said if one.by == reader)
    elif outcome == ANOTHER:
        own = replace(said[0], verdict=verdict, by=by, at=at, edition=edition)
        judgement = combine_judgements(replace(own, identity=""), (said[1],))
    if outcome:
        text = pair.note if note is None else note
        settlement = Settlement(outcome, reader, text, by, at, _settled_readers(pair))
    else:
        earlier = max(pair.settlements, key=lambda one: one.at, default=Settlement(by=by, at=at))
        settlement = replace(earlier, note=note or "")
    return [Edit(before, replace(after, updated_at=at)) for before, after in _settle_pair(pair, settlement, judgement)]


def _settle_pair(pair: SharedPair, settlement: Settlement, judgement: Judgement | None) -> list[tuple[Annotation, Annotation]]:
    """Return the claims of a pair before and after settling it; the readings of all who judged it are kept.

    `judgement` becomes that of the pair; None leaves it as it is.
    """
    reference = pair.reference
    changes: list[tuple[Annotation, Annotation]] = []
    for annotation in pair.annotations:
        after = with_readings(annotation, reference, readings_on(annotation, reference))
        if judgement is not None:
            after = replace(after, judgements=with_judgement(after, judgement))
        cells = {f"{_SETTLEMENT_CELLS}{reference}"}
        if settlement.outcome not in ("", DISCUSS):
            cells.add(f"{PAIR_CELLS}{reference}")
        conflicts = {cell: values for cell, values in after.conflicts.items() if cell not in cells}
        settlements = {**after.settlements, reference: settlement}
        changes.append((annotation, replace(after, settlements=settlements, conflicts=conflicts or EMPTY_MAPPING)))
    return changes


def _settled_readers(pair: SharedPair) -> tuple[str, ...]:
    """Return whose verdicts are settled when this pair is: those of the two, and of those who were settled before."""
    latest = max(pair.settlements, key=lambda one: one.at, default=None)
    if latest is None or latest.outcome in ("", DISCUSS):
        return pair.readers
    readings = {name: one for a in pair.annotations for name, one in readings_on(a, pair.reference).items()}
    earlier = (name for name in latest.readers if name in readings and readings[name].at <= latest.at)
    return tuple(dict.fromkeys((*pair.readers, *earlier)))


# ------------------------------------------------------------------ comparing


def compare_readers(index: AnnotationIndex, first: str, second: str) -> Comparison:
    """Compare what two readers, by their names, said about one article. Claims that lost their place are left out."""
    claims = index.claims()
    numbers = {reference.id: number for number, reference in enumerate(index.article.references)}
    pairs = list[tuple[int, int, int, SharedPair]]()
    only_first = only_second = 0
    for reference, readings in _readings_by_reference(claims).items():
        shared, alone = _match_claims(index, readings, first, second)
        for one, other in shared:
            place = index.place(one)
            start, end = (place.start, place.end) if place is not None else (0, 0)
            pair = SharedPair(reference, Opinion(one, readings[one.id][first]), Opinion(other, readings[other.id][second]))
            pairs.append((start, end, numbers.get(reference, len(numbers)), pair))
        only_first += alone[0]
        only_second += alone[1]
    pairs.sort(key=lambda item: item[:3])
    return Comparison(tuple(pair for *_, pair in pairs), only_first, only_second, _compare_sentences(index, first, second))


_Readings = dict[str, dict[str, Judgement]]
"""The readings of the claims on one reference: by the claim's id and the reader."""


def _readings_by_reference(claims: Sequence[Annotation]) -> dict[str, _Readings]:
    by_reference: dict[str, _Readings] = {}
    for annotation in claims:
        for reference in _references_of(annotation):
            by_reference.setdefault(reference, {})[annotation.id] = readings_on(annotation, reference)
    return by_reference


def _match_claims(
    index: AnnotationIndex, readings: _Readings, first: str, second: str
) -> tuple[list[tuple[Annotation, Annotation]], tuple[int, int]]:
    """Return the claims that both readers judged on one reference, and how many each of them judged alone.

    Both judged the same claim, or claims of which one covers at least half of the other; of several, those that share most.
    """
    claims = [claim for key in readings if (claim := index.get(key)) is not None]
    shared = [(claim, claim) for claim in claims if {first, second} <= readings[claim.id].keys()]
    both = {claim.id for claim, _ in shared}
    lefts = [claim for claim in claims if claim.id not in both and first in readings[claim.id]]
    rights = {claim.id for claim in claims if claim.id not in both and second in readings[claim.id]}
    candidates = list[tuple[float, int, int, Annotation, Annotation]]()
    for number, left in enumerate(lefts):
        place = index.place(left)
        if place is None:
            continue
        for right in index.annotations_on(place):
            other = index.place(right)
            if right.id in rights and other is not None and (part := _shared_part(place, other)) >= _SHARED_PART:
                candidates.append((-part, number, other.start, left, right))
    taken = set[str]()
    for _, _, _, left, right in sorted(candidates, key=lambda item: item[:3]):
        if not taken & {left.id, right.id}:
            taken |= {left.id, right.id}
            shared.append((left, right))
    matched = len(shared) - len(both)
    return shared, (len(lefts) - matched, len(rights) - matched)


def _shared_part(one: Span, other: Span) -> float:
    """Return the part of the shorter range that both share, plus the part of all that they cover, so that equals come first."""
    common = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    if common <= 0 or common / shorter < _SHARED_PART:
        return 0.0
    return common / shorter + common / (max(one.end, other.end) - min(one.start, other.start))


def _compare_sentences(index: AnnotationIndex, first: str, second: str) -> tuple[tuple[str, str], ...]:
    marked: Mapping[str, list[Span]] = {first: [], second: []}
    for claim in index.claims():
        place = index.place(claim)
        readers = {claim.creator, *(name for reference in _references_of(claim) for name in readings_on(claim, reference))}
        for reader in readers & marked.keys():
            if place is not None:
                marked[reader].append(place)
    if not (marked[first] and marked[second]):
        return ()
    sentences = list(index.article.sentences.all())
    one, other = (set(_numbers_of(sentences, marked[reader])) for reader in (first, second))
    return tuple(
        (CLAIM if number in one else NOT_MARKED, CLAIM if number in other else NOT_MARKED) for number in range(len(sentences))
    )


def _numbers_of(sentences: Sequence[Span], places: Sequence[Span]) -> Iterator[int]:
    """Yield the numbers of the sentences that ranges touch; both are sorted by their starts."""
    number = 0
    for place in places:
        while number < len(sentences) and sentences[number].end <= place.start:
            number += 1
        following = number
        while following < len(sentences) and sentences[following].start < place.end:
            yield following
            following += 1
