"""Files matched to references: wrong matches among the sure ones, those that were found, and the time beside reading the files.

`python -m benchmarks.source_matches FOLDER` measures the matches of a folder of real documents. `entries.tsv` in it has a line
for each entry: the name of its file, empty if it has none, a tab, and the entry.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from benchmarks.programs import Workshop
from benchmarks.report import Report, median
from benchmarks.source_cases import make_cases
from reader.article.article import Article
from reader.formats import parse_article
from reader.library import Library
from reader.sources.candidate import Candidate, SourceFile
from reader.sources.front_cache import FrontCache
from reader.sources.front_matter import read_front_matter
from reader.sources.intake import attach_matches, survey_place
from reader.sources.matches import Grade, Match, match_candidates
from reader.sources.places import open_place
from tests.unit.papers import paper_pdf

WRONG: Final = 0.01
"""The largest share of wrong matches among the sure ones."""
TIMES: Final = 2.0
"""How many times the time of reading the PDFs alone it may take to match them and attach them all."""
MISSED: Final = 0.05
"""The largest share of pairs that are neither sure nor likely."""
_FILES: Final = 300
_PAGES: Final = 8
_ENTRIES: Final = "entries.tsv"


class Pair(NamedTuple):
    """An entry with the name of its file, "" if it has none."""

    entry: str
    file: str


class Tally:
    """The matches of a set, counted by grade and kind, against its pairs. `wrong` are the sure ones that are no pair."""

    def __init__(self, article: Article, pairs: Sequence[Pair], kinds: dict[str, str], matches: Iterable[Match]) -> None:
        """`kinds` holds the kind of each file by its name."""
        files = dict(zip((str(number) for number in range(1, len(pairs) + 1)), (pair.file for pair in pairs), strict=True))
        self.counts: dict[str, Counter[str]] = defaultdict(Counter)
        self.wrong: list[tuple[str, Match]] = []
        found: set[str] = set()
        for match in matches:
            name = match.candidate.file.name
            is_right = any(files.get(article.label_of(reference)) == name for reference in match.references)
            if match.grade is not Grade.NONE:
                self.counts[kinds[name]][f"{match.grade.name.lower()} {'right' if is_right else 'wrong'}"] += 1
            if is_right:
                found.add(name)
            elif match.grade is Grade.SURE:
                self.wrong.append((kinds[name], match))
        for name in {pair.file for pair in pairs if pair.file} - found:
            self.counts[kinds[name]]["missed"] += 1

    def total(self, what: str) -> int:
        """Return how many there are of all kinds: "sure right", "sure wrong", "likely right", "likely wrong", "missed"."""
        return sum(count[what] for count in self.counts.values())


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Measure the matches of papers that are made here, and the time for a folder of them."""
    report.doing("source matches, the pairs")
    cases = make_cases(4 if quick else 12)
    candidates = [_look_into(case.data, case.name) for case in cases]
    pairs = [Pair(case.entry, case.name if case.is_pair else "") for case in cases]
    _show(report, "Papers made for it", pairs, {case.name: case.kind for case in cases}, candidates)
    _time(workshop.folder / "source_matches", report, 60 if quick else _FILES, 3)


def _show(report: Report, title: str, pairs: Sequence[Pair], kinds: dict[str, str], candidates: Sequence[Candidate]) -> None:
    """Match, and print how many matches of each kind are right and wrong."""
    article = _article_of([pair.entry for pair in pairs])
    tally = Tally(article, pairs, kinds, match_candidates(article.references, candidates))
    columns = ("sure right", "sure wrong", "likely right", "likely wrong", "missed")
    rows = [(kind, *(str(tally.counts[kind][column] or "") for column in columns)) for kind in dict.fromkeys(kinds.values())]
    rows.append(("all", *(str(tally.total(column)) for column in columns)))
    sure = tally.total("sure right") + tally.total("sure wrong")
    true = sum(bool(pair.file) for pair in pairs)
    wrong, missed = tally.total("sure wrong") / max(1, sure), tally.total("missed") / max(1, true)
    report.table(f"Sources matched: {title}", ("the file, beside the entry", *columns), rows)
    verdicts = (
        f"wrong among the sure {wrong:.1%} {report.verdict(wrong, WRONG, f'{WRONG:.0%}')}",
        f"missed {missed:.1%} {report.verdict(missed, MISSED, f'{MISSED:.0%}')}",
        f"sure of all pairs {tally.total('sure right') / max(1, true):.0%}",
    )
    report.console.print("; ".join(verdicts))
    for kind, match in tally.wrong[:10]:
        report.console.print(
            f"  {kind}: {match.candidate.file.name} as {match.references}: {'; '.join(match.reasons)}", markup=False
        )


def _article_of(entries: Sequence[str]) -> Article:
    """Return an article with these entries, numbered from 1."""
    listed = "\n\n".join(f"[{number}] {' '.join(entry.split())}" for number, entry in enumerate(entries, 1))
    return parse_article(f"Boats\n\nThey came back [1].\n\nReferences\n\n{listed}\n".encode(), "boats.txt")


def _look_into(data: bytes, name: str) -> Candidate:
    return Candidate(hashlib.sha256(data).hexdigest(), (SourceFile(name, name),), read_front_matter(data, name))


def _time(folder: Path, report: Report, count: int, turns: int) -> None:
    """Print how long a folder of PDFs takes, in times of reading the PDFs alone."""
    papers = folder / "papers"
    papers.mkdir(parents=True)
    cases = [case for case in make_cases(count // 8 + 1) if case.is_pair][:count]
    for case in cases:
        (papers / case.name).write_bytes(paper_pdf(replace(case.paper, pages=_PAGES)))
    article = _article_of([case.entry for case in cases])
    alone, attached, again = list[float](), list[float](), list[float]()
    sure = 0
    for turn in range(turns):
        report.doing(f"source matches, {len(cases)} PDFs, turn {turn + 1}")
        begun = perf_counter()
        for path in sorted(papers.iterdir()):
            parse_article(path.read_bytes(), str(path))
        alone.append(perf_counter() - begun)
        shutil.rmtree(folder / "library", ignore_errors=True)
        cache = FrontCache(folder / f"cache-{turn}" / "front.sqlite")
        with _own_cache(folder / f"cache-{turn}"), Library.open(folder / "library") as library:
            begun = perf_counter()
            review, place = library.review(article), open_place(str(papers))
            matches = match_candidates(article.references, survey_place(place, cache).candidates)
            chosen = [match for match in matches if match.grade is Grade.SURE]
            sure = len(attach_matches(review, library, place, chosen).attached)
            library.flush(60)
            attached.append(perf_counter() - begun)
            begun = perf_counter()
            match_candidates(article.references, survey_place(place, cache).candidates)
            again.append(perf_counter() - begun)
        cache.close()
    ratios = [median(one / base for one, base in zip(times, alone, strict=True)) for times in (attached, again)]
    rows = [
        ("reading the PDFs alone", f"{1000 * median(alone):.0f}", "1", ""),
        (
            f"matching all, attaching the {sure} sure",
            f"{1000 * median(attached):.0f}",
            f"{ratios[0]:.2f}",
            report.times(ratios[0], TIMES),
        ),
        ("matching all a second time", f"{1000 * median(again):.0f}", f"{ratios[1]:.2f}", ""),
    ]
    note = f"PDFs of {_PAGES} pages; each file is looked into once, by digest"
    report.table(f"{len(cases)} PDFs for {len(cases)} references", ("", "ms", "× reading", "budget"), rows, note)


@contextmanager
def _own_cache(folder: Path) -> Generator[None]:
    """Keep what is read in a cache of its own, so that each turn reads all of it."""
    name = "XDG_CACHE_HOME"
    before = os.environ.get(name)
    os.environ[name] = str(folder)
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def main(folder: Path) -> int:
    """Measure the matches of a folder of real documents, and return 1 if a budget was missed."""
    lines = (folder / _ENTRIES).read_text(encoding="utf-8").splitlines()
    pairs = [Pair(entry, file) for file, _, entry in (line.partition("\t") for line in lines) if entry]
    names = sorted({pair.file for pair in pairs} - {""})
    candidates = [_look_into((folder / name).read_bytes(), name) for name in names]
    report = Report()
    _show(report, str(folder), pairs, dict.fromkeys(names, "all files"), candidates)
    report.end()
    return 1 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
