"""How long it takes to index a list of retractions, beside reading it with `csv`, and to look up an article's references."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from typing import Final

from benchmarks.programs import Workshop
from benchmarks.report import Report, cpu_ms, median
from reader.article.model import Reference
from reader.registries.cited_work import CitedWork
from reader.registries.retractions import find_notices, update_index

ROWS: Final = 70_000
REFERENCES: Final = 300
UPDATE_TIMES: Final = 8.0
"""How many times the time of reading the rows with `csv` their index may take."""
LOOKUP_SHARE: Final = 0.1
"""The share of the time of reading the rows with `csv` that the look-up may take."""
_WORDS: Final = (
    *("river", "gauge", "basin", "flood", "winter", "delta", "ledger", "harbour", "levels", "records", "revisited", "survey"),
    *("cells", "protein", "trial", "children", "risk", "model", "analysis", "network", "effects", "response", "markers"),
)
_COLUMNS: Final = (
    *("Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author", "URLS", "ArticleType"),
    *("RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDate", "OriginalPaperDOI"),
    *("OriginalPaperPubMedID", "RetractionNature", "Reason", "Paywalled", "Notes", ""),
)


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Index a list with rows as long as those of the real one, look up references in it, and print the medians."""
    turns = 2 if quick else 5
    rows = ROWS // 10 if quick else ROWS
    folder = workshop.folder / "retractions"
    folder.mkdir(parents=True, exist_ok=True)
    data, path = _make_list(rows), folder / "retractions.sqlite"
    works = list(_make_works(rows))
    reads, updates, lookups = list[float](), list[float](), list[float]()
    for turn in range(turns):
        report.doing(f"retractions, turn {turn}")
        found = list[object]()
        reads.append(cpu_ms(lambda: _count_rows(data)))
        updates.append(cpu_ms(lambda: update_index(path, data, "list.csv", "2026-11-27")))
        lookups.append(cpu_ms(lambda found=found: found.extend(find_notices(path, works)[0])))
        assert _count_rows(data) == rows + 1
        assert len(found) == REFERENCES // 2
    read, update, lookup = median(reads), median(updates), median(lookups)
    table = (
        (f"{rows:,} rows indexed", f"{update:.0f}", *_ratio(report, update / read, UPDATE_TIMES)),
        (f"{REFERENCES} references looked up", f"{lookup:.1f}", *_ratio(report, lookup / read * rows / ROWS, LOOKUP_SHARE)),
    )
    head = ("what", "CPU ms", "× csv", "budget")
    note = f"Reading the {len(data) / 1e6:.0f} MB with csv: {read:.0f} ms. The index: {path.stat().st_size / 1e6:.0f} MB."
    report.table("Retractions", head, table, note)


def _ratio(report: Report, ratio: float, budget: float) -> tuple[str, str]:
    return f"{ratio:.2f}", report.verdict(ratio, budget, f"{budget}×")


def _count_rows(data: bytes) -> int:
    return sum(1 for _ in csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")))


def _make_list(rows: int) -> bytes:
    chance = random.Random(7)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for number in range(rows):
        date = f"{number % 12 + 1}/{number % 28 + 1}/20{number % 20 + 10} 0:00"
        authors = ";".join(f"{chance.choice('ABCDE')} {chance.choice(_WORDS).title()}" for _ in range(5))
        writer.writerow((
            *(str(number), _title(number), "(ENV) Hydrology;(B/T) Data Science;", "Institute of Rivers, Example City; " * 3),
            *("Journal of Examples", "Example Press", "Nowhere;Elsewhere", authors, "", "Research Article;"),
            *(date, f"10.9999/notice.{number}", "0", "3/7/2009 0:00"),
            *(f"10.9999/work.{number}", str(10_000_000 + number), "Retraction"),
            *("+Error in Data;+Concerns about Results;+Investigation by Institution;", "No", "a remark, rather long " * 8, ""),
        ))  # fmt: skip
    return text.getvalue().encode()


def _title(number: int) -> str:
    chance = random.Random(number)
    return f"{' '.join(chance.choices(_WORDS, k=9)).capitalize()} in study {number}"


def _make_works(rows: int) -> Iterator[CitedWork]:
    """Yield works, every other one listed: by DOI, by PubMed id, or by title."""
    for number in range(REFERENCES):
        place = number * (rows // REFERENCES) if number % 2 else rows + number
        entry = (f"doi:10.9999/work.{place}", f"PMID: {10_000_000 + place}", "")[number // 2 % 3]
        yield CitedWork(
            Reference(str(number), str(number), f"Lee, A. (2009). {_title(place)}. {entry}", year="2009", title=_title(place))
        )
