"""How well quotes are found again in changed texts, kind by kind, beside the Hypothesis client's rule; and in what time."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from benchmarks.anchoring_baseline import client_rule
from benchmarks.anchoring_cases import BENCH, RIGHT, THERE, Case, cases, overlap
from benchmarks.report import Report, cpu_ms, median, quantile
from reader.article.ranges import Span
from reader.review.anchoring.alignment import align_texts
from reader.review.anchoring.resolver import QuoteResolver, anchor_quote
from reader.review.model import Selector
from reader.review.normalize import normalize
from reader.review.selector import make_selector

WRONG: Final = {"old text": 2.0, "selector": 4.0}
"""By what is known: how many of the cases may not be correct, in per cent."""
FALSE: Final = {"old text": 2.0, "selector": 4.0}
"""By what is known: how many of the passages that are gone may be found all the same, in per cent."""
BELOW: Final = 0.01
"""Which share of a kind may be correct by the client's rule alone, one case in any; the old text is known, as in a review.

Without it, a short word that occurs elsewhere too is left without a place, where the client's rule takes one of them. There the
budget is for all the passages that stayed.
"""
NAMED: Final = {"old text": 18, "selector": 17}
"""By what is known: how many of the cases from bug reports must be right.

One is left without a place in both: two words that occur three times, told apart only by a misspelt word after them.
"""
EDITED: Final = {10_000: (0.95, 0.5), 1_000_000: (0.5, 0.02)}
"""By the length of the text: how many times as long as the client's rule this share of the edited quotes may take at most."""
_CLIENT_QUOTES: Final = 5
"""The edited quotes that the client's rule is asked for: it takes a second for each in a text of 1 MB."""
UNCHANGED: Final = 8.0
"""How often both texts could be split into words while 500 unchanged quotes are found in a shifted text of 5 MB, at most."""
ALIGNED: Final = 1.5
"""How often two texts of 10 KB could be normalized while they are aligned, at most."""
ARTICLE: Final = 15.0
"""How often both texts could be normalized while 500 annotations are placed on a changed article of 100 KB, at most."""
_SENTENCE: Final = re.compile(r"[A-Z][^\n.!?]{60,260}[.!?]")
_STAYED: Final = "all that stayed"

Verdicts = dict[str, list[str]]


def run(folder: Path, report: Report, quick: bool) -> None:
    """Judge all cases that are there, and the named ones, measure the time, and print the tables."""
    if not (BENCH / "data" / "cases.jsonl").is_file():
        report.console.print("\nanchoring: left out, it needs the cases in ../shared/bench/anchoring")
        return
    report.doing("quotes in changed texts")
    kinds: defaultdict[str, Verdicts] = defaultdict(lambda: defaultdict(list))
    for case, by_rule in _judged(8 if quick else 1):
        for rule, verdict in by_rule.items():
            both = "all that gone" if case.place is None else _STAYED
            for kind in (f"{case.set} / {case.kind}", f"all of {case.set}", "all", both):
                kinds[kind][rule].append(verdict)
    rules = ("client's rule", "selector", "old text")
    report.table(
        "Quotes found again in a changed text: correct, in per cent",
        ("kind", "cases", *rules, "budget"),
        (_row(report, kind, verdicts, quick) for kind, verdicts in sorted(kinds.items())),
        "client's rule: what the Hypothesis client would do; selector: without the old text; old text: with it.",
    )
    head = ("known", "correct %", "budget", "false %", "budget", "named", "budget")
    report.table("Of all cases", head, _totals(report, kinds, quick), "A share of fewer cases has no budget." if quick else "")
    report.doing("the time that quotes take")
    report.table("The time to find quotes again", ("what", "ms", "beside", "ms", "ratio", "budget"), _times(report, quick))


def _judged(every: int) -> Iterator[tuple[Case, dict[str, str]]]:
    texts, with_old, alone = ("", ""), QuoteResolver(""), QuoteResolver("")
    for case in cases(every):
        if texts != (case.old, case.new):
            texts, with_old, alone = (case.old, case.new), QuoteResolver(case.new, case.old), QuoteResolver(case.new)
        yield (
            case,
            {
                "client's rule": case.verdict(client_rule(case.new, case.selector)),
                "selector": case.verdict(_place(alone, case.selector)),
                "old text": case.verdict(_place(with_old, case.selector)),
            },
        )


def _place(anchors: QuoteResolver, selector: Selector) -> Span | None:
    found = anchors.find(selector)
    return found.place if found else None


def _share(verdicts: Iterable[str], wanted: str = "correct") -> float:
    counts = Counter(verdicts)
    return 100 * counts[wanted] / max(1, counts.total())


def _row(report: Report, kind: str, verdicts: Verdicts, quick: bool) -> tuple[str, ...]:
    right = {rule: judged.count("correct") for rule, judged in verdicts.items()}
    cases = len(verdicts["selector"])
    ours = min(right["selector"], right["old text"]) if kind == _STAYED else right["old text"]
    has_budget = not quick and (kind == _STAYED or not kind.startswith("all"))
    most = max(1, int(BELOW * cases))
    return (
        kind,
        str(cases),
        *(f"{100 * right[rule] / cases:.1f}" for rule in ("client's rule", "selector", "old text")),
        report.verdict(right["client's rule"] - ours, most if has_budget else None, f"{most} behind"),
    )


def _totals(report: Report, kinds: Mapping[str, Verdicts], quick: bool) -> Iterator[tuple[str, ...]]:
    for known in ("selector", "old text"):
        wrong = 100 - _share(kinds["all"][known])
        false = _share(kinds["all that gone"][known], "false match")
        named = list(_named(known == "old text"))
        for name, right in named:
            if not right:
                report.console.print(f"named case not right, {known}: {name}", style="dim")
        lost = len(named) - NAMED[known]
        yield (
            known,
            f"{100 - wrong:.2f}",
            report.verdict(wrong, None if quick else WRONG[known], f"{WRONG[known]:g} wrong"),
            f"{false:.2f}",
            report.verdict(false, None if quick else FALSE[known], f"{FALSE[known]:g}"),
            f"{sum(right for _, right in named)}/{len(named)}",
            report.verdict(sum(not right for _, right in named), lost, f"{lost} wrong"),
        )


def _named(with_old: bool) -> Iterator[tuple[str, bool]]:
    """Yield the named cases and whether each is right. Those that were made from an old text are told which, if it is known."""
    source = (BENCH / "named.py").read_text(encoding="utf-8").partition("ap=argparse")[0]
    sys.path.insert(0, str(BENCH))
    known: dict[str, Any] = {}
    exec(source.replace("d=dict(exact=q,", "d=dict(old=old,exact=q,"), known)
    for name, new, made, wanted in known["C"]:
        selector = Selector(*(made[field] for field in ("exact", "prefix", "suffix", "start", "end")))
        found = anchor_quote(new, selector, made.get("old") if with_old else None)
        if wanted is None or found is None:
            yield name, found is None and (wanted is None or wanted[0] == "alt")
            continue
        least, right = {"alt": (THERE, wanted[1]), "loose": (RIGHT, wanted[1])}.get(wanted[0], (RIGHT, wanted))
        yield name, overlap(found.place, Span(*right)) >= least


def _times(report: Report, quick: bool) -> Iterator[tuple[str, ...]]:
    sys.path.insert(0, str(BENCH))
    texts, made = import_module("perfdoc"), import_module("perf")
    for size, (share, budget) in EDITED.items():
        if quick and size > 100_000:
            continue
        edited, old, new = _edited(texts.doc, made.cases, size)
        client = median(cpu_ms(lambda selector=one, new=new: client_rule(new, selector)) for one in edited[:_CLIENT_QUOTES])
        for known in (None, old):
            anchors = QuoteResolver(new, known)
            anchors.find(edited[0])
            times = [cpu_ms(lambda selector=selector, anchors=anchors: anchors.find(selector)) for selector in edited]
            time = median(times) if share == 0.5 else quantile(times, share)
            what = f"an edited quote, {size // 1000} KB, {'selector' if known is None else 'old text'}"
            how = "median" if share == 0.5 else f"{100 * share:.0f} of 100"
            yield f"{what} ({how})", *_beside(report, time, "client's rule", client, budget)
    _, old, new = _edited(texts.doc, made.cases, 100_000)
    spans = [Span(*match.span()) for match in _SENTENCE.finditer(old)]
    selectors = [make_selector(old, span) for span in random.Random(5).sample(spans, min(500, len(spans)))]

    def whole_article() -> None:
        anchors = QuoteResolver(new, old)
        for selector in selectors:
            anchors.find(selector)

    time = median(cpu_ms(whole_article) for _ in range(3))
    normalized = median(cpu_ms(lambda: (normalize(old), normalize(new))) for _ in range(5))
    what = f"{len(selectors)} annotations, a changed article of 100 KB"
    yield what, *_beside(report, time, "normalizing both", normalized, ARTICLE)
    yield _alignment_time(report, *_edited(texts.doc, made.cases, 10_000)[1:])
    if not quick:
        yield _unchanged_time(report, texts.doc(5_000_000))


def _beside(report: Report, time: float, baseline: str, baseline_time: float, budget: float) -> tuple[str, ...]:
    ratio = time / baseline_time
    return f"{time:.2f}", baseline, f"{baseline_time:.2f}", f"{ratio:.3f}", report.times(ratio, budget)


def _alignment_time(report: Report, old: str, new: str) -> tuple[str, ...]:
    align_texts(normalize(old), normalize(new))
    baseline = median(cpu_ms(lambda: (normalize(old), normalize(new))) for _ in range(5))
    before, after = normalize(old), normalize(new)
    time = median(cpu_ms(lambda: align_texts(before, after)) for _ in range(5))
    return "aligning 10 KB", *_beside(report, time, "normalizing both", baseline, ALIGNED)


def _unchanged_time(report: Report, old: str) -> tuple[str, ...]:
    new = f"A paragraph was put in before.\n\n{old}"
    spans = [Span(*match.span()) for match in _SENTENCE.finditer(old)]
    selectors = [make_selector(old, span) for span in random.Random(5).sample(spans, 500)]

    def whole_article() -> None:
        anchors = QuoteResolver(new, old)
        for selector in selectors:
            anchors.find(selector)

    baseline = median(cpu_ms(lambda: (old.split(), new.split())) for _ in range(3))
    time = median(cpu_ms(whole_article) for _ in range(3))
    return "500 unchanged quotes, 5 MB", *_beside(report, time, "splitting both into words", baseline, UNCHANGED)


def _edited(doc: Callable[[int], str], made: Callable[..., Any], size: int) -> tuple[list[Selector], str, str]:
    """Return selectors of sentences that were edited, the old text and the new one."""
    old = doc(size)
    by_kind, texts = made(old, size, 30, random.Random(size))
    fields = ("exact", "prefix", "suffix", "start", "end")
    return [Selector(*(case[name] for name in fields)) for _, case, _ in by_kind["fuzzy"]], old, texts["fuzzy"]
