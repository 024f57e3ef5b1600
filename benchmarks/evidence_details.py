"""How well numbers, dates and names are told that a claim has and its source lacks, beside a plain rule; and in what time."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import util
from pathlib import Path
from time import process_time
from typing import Any, Final

from benchmarks.programs import Workshop
from benchmarks.report import Report, cpu_ms, median, word_count_ms
from reader.article.ranges import Span
from reader.review.details.finder import NUMBER, Detail, SourceIndex, find_missing_details

BENCH: Final = Path(__file__).resolve().parents[2] / "shared" / "bench" / "evidence"
WRONG: Final = 12.0
"""How many of 100 words that are told may be supported after all."""
SUPPORTED: Final = 12.0
"""How many of 100 claims that are supported may be said to have a detail that their source lacks."""
UNTOLD: Final = 45.0
"""How many of 100 claims that are partly supported may go by without a word."""
CLAIM_TIMES: Final = 200.0
"""How many times as long as counting the words of its source a claim may take at the median, with the source taken in anew."""
LONG: Final = 2_000_000
"""How many characters a long source has."""
FIRST_TIMES: Final = 5.0
NEXT_TIMES: Final = 0.05
"""How many times as long as counting its words a long source may take, for the first claim and at the median for others."""
_LABELS: Final = ("supported", "partially_supported", "not_supported")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Judge all claims that are there, by ours and by the plain rule, and print the tables."""
    if not (BENCH / "score_tokens.py").is_file():
        report.console.print("\ndetails: left out, it needs the scorer and the claims in ../shared/bench/evidence")
        return
    report.doing("details of claims")
    every = 8 if quick else 1
    head = (
        "claims",
        "rule",
        "words right %",
        "budget",
        "supported",
        "budget",
        "partly",
        "budget",
        "not",
        "ms",
        "× words",
        "budget",
    )
    report.table(
        "Claims with a number, a date or a name that their source lacks",
        head,
        (row for split in ("train", "dev") for row in _rows(report, split, every)),
        "words right: of those told, the unsupported ones; supported, partly, not: claims of which something is told, in %."
        " plain: numbers that are not in the source as they are written; × words: of counting the words of the source.",
    )
    report.table("The time for a long source", ("what", "ms", "× words", "budget"), _long(report, quick))


def flags(claim: dict[str, Any], rule: Callable[[str, SourceIndex], Sequence[Detail]]) -> list[bool]:
    """Return which words of a claim are told, in the shape that the scorer reads."""
    return _flags(claim, rule(claim["claim"], SourceIndex("\n".join(claim["passages"]))))


def _flags(claim: dict[str, Any], details: Sequence[Detail]) -> list[bool]:
    flagged: list[bool] = []
    end = 0
    for token in claim["tokens"]:
        start = max(end, claim["claim"].find(token, end))
        end = start + len(token)
        flagged.append(any(detail.span.overlaps(Span(start, end)) for detail in details))
    return flagged


def _plain(claim: str, source: str) -> list[Detail]:
    found = _NUMBER.finditer(claim)
    return [Detail(Span(*match.span()), NUMBER, match[0]) for match in found if match[0] not in source]


def _ours(claim: str, source: str) -> Sequence[Detail]:
    return find_missing_details(claim, SourceIndex(source))


def _rows(report: Report, split: str, every: int) -> Iterator[tuple[str, ...]]:
    words, claims = (_read(name, split)[::every] for name in ("unsupported_tokens/wice", "wice"))
    for name, rule in (("plain", _plain), ("ours", _ours)):
        ours = name == "ours" and every == 1
        told = {claim["id"]: _flags(claim, rule(claim["claim"], "\n".join(claim["passages"]))) for claim in words}
        wrong = 100 - 100 * _scorer().score(words, told)["P"]
        times: list[float] = []
        ratios: list[float] = []
        by_label: dict[str, list[bool]] = {label: [] for label in _LABELS}
        for claim in claims:
            source = "\n".join(claim["passages"])
            start = process_time()
            by_label[claim["label"]].append(bool(rule(claim["claim"], source)))
            times.append(1000 * (process_time() - start))
            ratios.append(times[-1] / word_count_ms(source, 1))
        supported, partly, unsupported = (_share(by_label[label]) for label in _LABELS)
        yield (
            f"{split}, {len(claims)}",
            name,
            f"{100 - wrong:.1f}",
            report.verdict(wrong, WRONG, f"{WRONG:g} wrong") if ours else "",
            _shown(supported),
            report.verdict(supported, SUPPORTED, f"{SUPPORTED:g}") if ours and supported is not None else "",
            _shown(partly),
            report.verdict(100 - partly, UNTOLD, f"{UNTOLD:g} untold") if ours and partly is not None else "",
            _shown(unsupported),
            f"{median(times):.1f}",
            f"{median(ratios):.1f}",
            report.times(median(ratios), CLAIM_TIMES if name == "ours" else None),
        )


def _share(told: Sequence[bool]) -> float | None:
    return 100 * sum(told) / len(told) if told else None


def _shown(share: float | None) -> str:
    return "" if share is None else f"{share:.1f}"


def _long(report: Report, quick: bool) -> Iterator[tuple[str, ...]]:
    text = "\n".join(_passages(_read("wice", "dev")))[:LONG]
    claims = _read("wice", "train")  # of other sources: what is lacking takes longest
    source: list[SourceIndex] = []
    first = cpu_ms(lambda: source.append(SourceIndex(text)) or find_missing_details(claims[0]["claim"], source[0]))
    words = word_count_ms(text)
    what = f"{len(text) // 1000} KB, the first claim"
    yield what, f"{first:.0f}", f"{first / words:.1f}", report.times(first / words, FIRST_TIMES)
    asked = claims[1 : 20 if quick else 200]
    each = median(cpu_ms(lambda claim=claim: find_missing_details(claim["claim"], source[0])) for claim in asked)
    yield "each of the others", f"{each:.1f}", f"{each / words:.4f}", report.times(each / words, NEXT_TIMES)


def _passages(claims: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (passage for claim in claims for passage in claim["passages"])


def _read(name: str, split: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (BENCH / "data" / name / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()]


@lru_cache(1)
def _scorer() -> Any:
    spec = util.spec_from_file_location("score_tokens", BENCH / "score_tokens.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(BENCH / "score_tokens.py")
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
