"""How well the passages of a source that bear on a claim are found, beside plain BM25; and in what time."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import chain, cycle, islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.evidence_baseline import plain_bm25
from benchmarks.programs import Workshop
from benchmarks.report import Report, cpu_ms, median
from reader.article.passages.ranking import PassageIndex

BENCH: Final = Path(__file__).resolve().parents[2] / "shared" / "bench" / "evidence"
LOST: Final[Mapping[str, tuple[float, float, float]]] = {
    "wice/dev": (14.0, 3.0, 9.0),
    "wice/train": (31.0, 5.0, 20.0),
    "clscisumm/dev": (79.0, 51.5, 65.0),
}
"""By data: how many per cent may be missing at most to a hit@1, a hit@5 and a mean reciprocal rank (MRR) of 100 %.

Those of WiCE's train are single assertions that are only partly supported, those of clscisumm sentences of papers about papers,
which say it in other words: both are harder.
"""
PASSAGES_TIMES: Final = 10.0
"""How many times plain BM25's time passages may take at the median, to be taken in and asked for one claim."""
LONG: Final = 15_000
"""How many passages a long source has: 2 MB, as only those of LINE characters are taken."""
LINE: Final = 60
BUILD_TIMES: Final = 3.0
ASK_TIMES: Final = 0.1
"""How many times plain BM25's time a long source may take, to be taken in and to be asked."""

Ranking = Callable[[Sequence[str], str], list[int]]


class Ranked(NamedTuple):
    """The shares of claims that have a right passage first, among three, among five; and the mean of 1 / rank."""

    first: float
    third: float
    fifth: float
    mrr: float


def ranked(passages: Sequence[str], claim: str) -> list[int]:
    """Return the indices of all passages as the scorer wants them: those with nothing in common last, in their order."""
    close = [found.index for found in PassageIndex(passages).rank(claim, None)]
    return list(dict.fromkeys([*close, *range(len(passages))]))


def run(folder: Workshop, report: Report, quick: bool) -> None:
    """Rank the passages for all claims that are there, measure the time, and print the tables; then those of the details."""
    if not (BENCH / "score_evidence.py").is_file():
        report.console.print("\nevidence: left out, it needs the scorer and the claims in ../shared/bench/evidence")
        return
    report.doing("passages for claims")
    claims = {name: read_claims(name, 8 if quick else 1) for name in LOST}
    report.table(
        "Passages that bear on a claim, found in its source",
        ("claims", "number", "hit@1 %", "budget", "hit@3 %", "hit@5 %", "budget", "MRR %", "budget", "ms", "× plain", "budget"),
        chain.from_iterable(_rows(report, name, found, quick) for name, found in claims.items()),
        "plain: BM25 over words as they are; budget: what may be missing to 100 %; ms: 300 passages and one claim."
        + " A share of few has no budget." * quick,
    )
    report.table(
        "A long source", ("what", "ms", "× plain", "budget"), _long(report, list(chain.from_iterable(claims.values())))
    )
    from benchmarks import evidence_details  # it has its own data, and reads them only now

    evidence_details.run(folder, report, quick)


def read_claims(name: str, every: int = 1) -> list[dict[str, Any]]:
    """Return each so manieth of the claims of one file that have a right passage, as the scorer reads them."""
    lines = (BENCH / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [claim for claim in map(json.loads, lines) if claim["gold_sets"]][::every]


def score(claims: Sequence[Mapping[str, Any]], rank: Ranking) -> Ranked:
    """Rank the passages of all claims and return what the scorer says."""
    if str(BENCH) not in sys.path:
        sys.path.append(str(BENCH))
    rankings = {claim["id"]: rank(claim["passages"], claim["claim"]) for claim in claims}
    said = import_module("score_evidence").score(claims, rankings)
    return Ranked(said["hit@1"], said["hit@3"], said["hit@5"], said["MRR"])


def _time(claims: Sequence[Mapping[str, Any]], ask: Callable[[Sequence[str], str], object]) -> float:
    """Return the milliseconds of 300 passages and one claim, at the median of some claims."""
    return median(
        cpu_ms(lambda claim=claim: ask(claim["passages"], claim["claim"])) * 300 / len(claim["passages"])
        for claim in claims[:100]
    )


def _rows(report: Report, name: str, claims: Sequence[Mapping[str, Any]], quick: bool) -> Iterator[tuple[str, ...]]:
    plain, plain_ms = score(claims, plain_bm25), _time(claims, plain_bm25)
    yield f"{name}, plain", str(len(claims)), *_cells(plain, ("", "", "")), f"{plain_ms:.1f}", "1", ""
    ours, ms = score(claims, ranked), _time(claims, lambda passages, claim: PassageIndex(passages).rank(claim))
    verdicts = [
        report.verdict(100 - 100 * share, None if quick else lost, f"{lost:g}")
        for share, lost in zip((ours.first, ours.fifth, ours.mrr), LOST[name], strict=True)
    ]
    times = ms / plain_ms
    yield name, str(len(claims)), *_cells(ours, verdicts), f"{ms:.1f}", f"{times:.1f}", report.times(times, PASSAGES_TIMES)


def _cells(found: Ranked, verdicts: Sequence[str]) -> Iterator[str]:
    first, fifth, mrr = verdicts
    yield from (f"{100 * found.first:.1f}", first, f"{100 * found.third:.1f}", f"{100 * found.fifth:.1f}", fifth)
    yield from (f"{100 * found.mrr:.1f}", mrr)


def _long(report: Report, claims: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    told = [passage for claim in claims for passage in claim["passages"] if len(passage) >= LINE]
    passages = list(islice(cycle(told), LONG))
    plain = cpu_ms(lambda: plain_bm25(passages, claims[0]["claim"]))
    made: list[PassageIndex] = []
    built = cpu_ms(lambda: made.append(PassageIndex(passages)))
    yield f"{LONG:,} passages taken in", f"{built:.0f}", f"{built / plain:.2f}", report.times(built / plain, BUILD_TIMES)
    asked = median(cpu_ms(lambda claim=claim: made[0].rank(claim["claim"])) for claim in claims[:50])
    what = "asked for the passages closest to a claim (median)"
    yield what, f"{asked:.1f}", f"{asked / plain:.3f}", report.times(asked / plain, ASK_TIMES)
