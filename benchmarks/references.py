"""How well documents are understood, kind by kind: the scorer and the documents beside the checkout, and the time it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from time import time
from typing import Any, Final

from benchmarks.programs import Workshop
from benchmarks.report import Report, median, word_count_ms
from benchmarks.texts import article_text

ROOT: Final = Path(__file__).resolve().parents[1]
BENCH: Final = ROOT.parent / "shared" / "bench" / "references"
F1: Final = {
    **dict.fromkeys(("text-num", "wiki-html", "html-cite", "jats"), 99.5),
    **dict.fromkeys(("text-ay", "wiki-text", "html-fn", "md-fn", "pandoc-md", "rst", "latexml-html", "epub", "docx"), 98.0),
    **dict.fromkeys(("distill", "text-hard", "news-links"), 95.0),
    **{"pdf": 92.0, "text-sup": 90.0},
}
"""By kind of document: the share of links (a place, the reference it cites) that must be right, in per cent, as F1."""
LOST: Final = 2.0
"""How many of the article's words may be lost, in per cent, in a kind whose links nobody marked."""
TIMES: Final = {"pdf": 6.0, "pdf-real": 6.0, "wiki-html": 4.0}
"""By kind: how many times as long as counting the words of 1 MB a document may take at the median; twice for all others."""


def understand(path: str) -> dict[str, object]:
    """Return what is understood of a document, in the shape that the scorer reads."""
    from reader.cli.parse import article_record
    from reader.formats import read_article

    return article_record(read_article(path))


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Score all documents that are there, in one process, and print the table."""
    if not (BENCH / "score.py").is_file():
        report.console.print("\nreferences: left out, it needs the scorer and the documents in ../shared/bench/references")
        return
    report.doing("documents, with the scorer")
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for score in _scores(quick):
        by_kind.setdefault(score["kind"], []).append(score)
    words = word_count_ms(article_text(1_000_000, markdown=False), clock=time)  # that of the scorer
    report.table(
        "References and citations of real documents",
        ("kind", "docs", "refs %", "links F1 %", "budget", "body %", "noise %", "ms", "× words", "budget", "failed"),
        (_row(report, kind, scored, words) for kind, scored in sorted(by_kind.items())),
        "refs: entries found; body: words of the article kept; noise: lines of the page left; ms: the median document;\n"
        f"× words: how many times as long as the words of 1 MB are counted, {words:.0f} ms.",
    )


def _scores(quick: bool) -> list[dict[str, Any]]:
    """Return what the scorer says of each document."""
    with tempfile.TemporaryDirectory() as folder:
        scores = Path(folder) / "references.json"
        command = [
            sys.executable,
            str(BENCH / "score.py"),
            "--module",
            "benchmarks.references:understand",
            "--json",
            str(scores),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        limit = ["--limit", "4"] if quick else []
        subprocess.run([*command, *limit], cwd=ROOT, env=environment, check=True, capture_output=True)
        return json.loads(scores.read_text(encoding="utf-8"))


def _row(report: Report, kind: str, scored: list[dict[str, Any]], words: float) -> tuple[str, ...]:
    f1 = _f1(_total(scored, "link_tp"), _total(scored, "link_cand"), _total(scored, "link_truth"))
    body = 100 * sum(score["body"] for score in scored) / len(scored)
    entries, links = _total(scored, "ref_truth"), _total(scored, "link_truth")
    noise, most = _total(scored, "noise"), _total(scored, "noise_truth")
    time = 1000 * median(score["time"] for score in scored)
    return (
        kind,
        str(len(scored)),
        f"{100 * _total(scored, 'ref_tp') / entries:.1f}" if entries else "",
        f"{100 * f1:.1f}" if links else "",
        _verdict(report, f1, kind) if links else report.verdict(100 - body, LOST, f"{LOST:g} lost"),
        f"{body:.1f}",
        f"{100 * noise / most:.1f}" if most else "",
        f"{time:.0f}",
        f"{time / words:.2f}",
        report.times(time / words, TIMES.get(kind, 2.0)),
        str(sum(bool(score["error"]) for score in scored)),
    )


def _verdict(report: Report, f1: float, kind: str) -> str:
    wrong = 100 - F1.get(kind, 95.0)
    return report.verdict(100 - 100 * f1, wrong, f"{wrong:g} wrong")


def _total(scored: Iterable[dict[str, Any]], name: str) -> float:
    return sum(score[name] or 0 for score in scored)


def _f1(right: float, given: float, wanted: float) -> float:
    return 2 * right / (given + wanted) if right else 0.0
