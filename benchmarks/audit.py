"""How often the audit is right about real documents, beside plainer ways to decide the same.

Three questions are asked of the documents whose true links are known:

1. A reference is called never cited: does no true marker point to it?
2. A marker is cut out that alone cites its reference: is that reference called never cited, and does "would fit" name the
   sentence that the marker stood in?
3. The number behind "Name et al." is changed to that of another reference: is the conflict reported, and how many conflicts are
   reported before any change?

The last table counts the sentences that cite nothing. "Odd" and "even" are the two halves of the documents, so that a rule that
fits a few of them shows.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from benchmarks.evidence_baseline import plain_bm25
from benchmarks.programs import Workshop
from benchmarks.report import Report
from reader.article.article import Article
from reader.article.audit.audit import Audit
from reader.article.audit.claims import is_assertion, is_uncited
from reader.article.audit.finding import CITES_NOTHING, MARKERS_UNKNOWN, NEVER_CITED, OTHER_NAME, OTHER_YEAR, WOULD_FIT
from reader.article.model import Reference
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.formats import parse_article

BENCH: Final = Path(__file__).resolve().parents[2] / "shared" / "bench" / "references"
YEAR: Final = 2026
TEXT_KINDS: Final = ("text-num", "noisy-text", "text-hard", "text-sup", "text-ay", "wiki-text")
"""The kinds of plain text, in which a marker can be cut out or changed."""
CUTS: Final = 12
SWAPS: Final = 4
"""How many markers of each document are cut out, one at a time, and how many are changed."""
NEVER_CITED_WRONG: Final = 5.0
CUT_MISSED: Final = 3.0
FIRST_WRONG: Final = 40.0
FIRST_MISSED: Final = 84.0
SWAPS_MISSED: Final = 25.0
"""How many per cent may be wrong or missed at most."""
_KEY_LENGTH: Final = 40
_CONTEXT_LENGTH: Final = 40
_NAME_BEFORE: Final = re.compile(r"([A-Z][a-z]+) et al\.?,? ?\[?\(?$")
_NUMBER: Final = re.compile(r"\[?\(?\d{1,3}\)?\]?")

Counts = Counter[str]


class Document:
    """A document of the benchmark, with its true references and markers."""

    def __init__(self, truth_path: Path, half: str) -> None:
        self.truth: dict[str, Any] = json.loads(truth_path.read_text(encoding="utf-8"))
        self.path = BENCH / "corpus" / self.truth["doc"]
        self.kind = truth_path.parent.name
        self.half = half

    @cached_property
    def article(self) -> Article:
        """The document as it is read."""
        return parse_article(self.path.read_bytes(), str(self.path))

    @cached_property
    def source(self) -> str:
        """The text of the file, for the kinds of plain text."""
        with self.path.open(encoding="utf-8", newline="") as file:
            return file.read()

    @property
    def cited(self) -> frozenset[str]:
        """The ids of the true references that a marker points to, in the text or beside it."""
        markers = (*self.truth["citations"], *self.truth.get("aside", ()))
        return frozenset(name for marker in markers for name in (*marker.get("refs", ()), *marker.get("doubt", ())))

    def parse(self, source: str) -> Article:
        """Return the article as it would be read from a changed source."""
        return parse_article(source.encode(), str(self.path))


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Ask the three questions of all documents that are there, and print the tables."""
    if not (BENCH / "score.py").is_file():
        report.console.print("\naudit: left out, it needs the scorer and the documents in ../shared/bench/references")
        return
    report.doing("findings of documents")
    truths = sorted((BENCH / "corpus").glob("*/*.truth.json"))[:: 8 if quick else 1]
    documents = [Document(path, ("odd", "even")[number % 2]) for number, path in enumerate(truths)]
    readable = [document for document in documents if _can_read(document)]
    _report_never_cited(report, readable, quick)
    texts = [document for document in readable if document.kind in TEXT_KINDS and "text" not in document.truth]
    report.doing("markers that are cut out")
    _report_cuts(report, texts, quick)
    _report_swaps(report, texts, quick)
    _report_uncited(report, readable)


def _can_read(document: Document) -> bool:
    try:
        return bool(document.article.text)
    except ReaderError:
        return False


# ------------------------------------------------------------------ Never cited


def _report_never_cited(report: Report, documents: Sequence[Document], quick: bool) -> None:
    by_group: defaultdict[str, Counts] = defaultdict(Counter)
    for document in documents:
        counts = _count_never_cited(document)
        for group in (document.kind, document.half, "all"):
            by_group[group] += counts
    groups = [*sorted(by_group.keys() - {"odd", "even", "all"}), "odd", "even", "all"]
    report.table(
        "References called never cited",
        ("documents", "called", "true", "true %", "budget", "of the uncited %", "plain", "true %", "unread"),
        (_never_cited_row(report, group, by_group[group], quick) for group in groups if by_group[group].total()),
        "of the uncited: of all true ones; plain: each entry without a recognised marker; unread: lists with one finding.",
    )


def _count_never_cited(document: Document) -> Counts:
    """Count the findings and the entries without a marker, those of both that are true, and the truth's uncited entries."""
    article = document.article
    uncited_ids = _true_uncited_ids(document)
    findings = Audit(article, YEAR).article_findings
    called = {finding.reference for finding in findings if finding.kind == NEVER_CITED}
    plain = {reference.id for reference in article.references if reference.id not in article.cited_ids}
    return Counter(
        called=len(called),
        true=len(called & uncited_ids),
        plain=len(plain),
        plain_true=len(plain & uncited_ids),
        uncited=len(uncited_ids),
        unread=sum(finding.kind == MARKERS_UNKNOWN for finding in findings),
    )


def _true_uncited_ids(document: Document) -> frozenset[str]:
    """Return the ids of the article's references that are true ones and that no true marker points to."""
    if str(BENCH) not in sys.path:
        sys.path.append(str(BENCH))
    references = document.article.references
    rows = [{"id": r.id, "label": r.label, "text": r.text, "doi": r.doi, "url": r.url} for r in references]
    true_references, cited = document.truth["references"], document.cited
    _, by_row, again, _ = import_module("score").match_refs(true_references, rows, document.kind)
    pairs: dict[int, int] = {**again, **by_row}
    return frozenset(references[row].id for row, place in pairs.items() if true_references[place]["id"] not in cited)


def _never_cited_row(report: Report, group: str, counts: Counts, quick: bool) -> tuple[str, ...]:
    return (
        group,
        str(counts["called"]),
        str(counts["true"]),
        *_verdict(report, counts, "true", "called", None if quick or group != "all" else NEVER_CITED_WRONG),
        _percent(counts["true"], counts["uncited"]),
        str(counts["plain"]),
        _percent(counts["plain_true"], counts["plain"]),
        str(counts["unread"]),
    )


# ------------------------------------------------------------------ Markers that are cut out


def _report_cuts(report: Report, documents: Sequence[Document], quick: bool) -> None:
    by_group: defaultdict[str, Counts] = defaultdict(Counter)
    for document in documents:
        for counts in _count_cuts(document):
            for group in (document.kind, document.half, "all"):
                by_group[group] += counts
    groups = [*(kind for kind in TEXT_KINDS if kind in by_group), "odd", "even", "all"]
    report.table(
        "Lone markers that were cut out",
        ("documents", "cut", "called never cited", "%", "budget"),
        (_cut_row(report, group, by_group[group], quick) for group in groups),
    )
    report.table(
        "Sentences that a reference would fit",
        ("documents", "asked", "named", "first right %", "budget", "of all %", "budget", "in three %", "plain %"),
        (_fit_row(report, group, by_group[group], quick) for group in groups),
        "asked: the sentence cites nothing else; of all, in three: of those asked; plain: the first sentence of BM25.",
    )


def _count_cuts(document: Document) -> Iterator[Counts]:
    """Cut out markers that alone cite their reference, one at a time, and count what the audit says of each."""
    markers: list[Mapping[str, Any]] = document.truth["citations"]
    uses = Counter(name for marker in markers for name in marker["refs"])
    lone = [m for m in markers if len(m["refs"]) == 1 and uses[m["refs"][0]] == 1 and m.get("zone", "body") == "body"]
    true_references = {reference["id"]: reference for reference in document.truth["references"]}
    for marker in random.Random(1).sample(lone, min(CUTS, len(lone))):
        source, before = _cut_out(document, marker)
        article = document.parse(source)
        reference = _find_reference(article, true_references[marker["refs"][0]])
        place = article.text.find(before)
        if reference is not None and place >= 0:
            yield _count_cut(article, reference, article.sentences.at(max(0, place + len(before) - 2)))


def _cut_out(document: Document, marker: Mapping[str, Any]) -> tuple[str, str]:
    """Return the source without a marker, and what stands before it."""
    source, offset = document.source, document.truth["text_from"][0]
    start, end = offset + marker["start"], offset + marker["end"]
    while start and source[start - 1] in "[(^" and source[end : end + 1] in ("]", ")"):
        start, end = start - 1, end + 1
    if source[start - 1 : start] == " " and source[end : end + 1] in tuple(".,;:)"):
        start -= 1
    return source[:start] + source[end:], source[max(0, start - _CONTEXT_LENGTH) : start]


def _find_reference(article: Article, true_reference: Mapping[str, Any]) -> Reference | None:
    """Return the article's entry that begins as a true one does; of several, as in short notes, the one of the same label."""
    key = _letters(true_reference.get("text", ""))[:_KEY_LENGTH]
    entries = [reference for reference in article.references if key and key in _letters(reference.text)]
    return min(entries, key=lambda entry: entry.label != str(true_reference.get("label")), default=None)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()


def _count_cut(article: Article, reference: Reference, sentence: Span | None) -> Counts:
    findings = [finding for finding in Audit(article, YEAR).findings() if finding.reference == reference.id]
    is_called = any(finding.kind == NEVER_CITED for finding in findings)
    counts = Counter(cut=1, called=int(is_called))
    if not is_called or sentence is None or not (is_uncited(article, sentence) and is_assertion(article, sentence)):
        return counts
    fits = next((finding for finding in findings if finding.kind == WOULD_FIT), None)
    sentences = [s for s in article.sentences.all() if is_uncited(article, s) and is_assertion(article, s)]
    texts = [article.text[slice(*one)] for one in sentences]
    return counts + Counter(
        asked=1,
        named=int(fits is not None),
        first=int(fits is not None and fits.where == sentence),
        three=int(fits is not None and sentence in (fits.where, *fits.also)),
        plain=int(sentences[plain_bm25(texts, reference.title or reference.text)[0]] == sentence),
    )


def _cut_row(report: Report, group: str, counts: Counts, quick: bool) -> tuple[str, ...]:
    share = _verdict(report, counts, "called", "cut", None if quick or group != "all" else CUT_MISSED)
    return group, str(counts["cut"]), str(counts["called"]), *share


def _fit_row(report: Report, group: str, counts: Counts, quick: bool) -> tuple[str, ...]:
    has_budget = group == "all" and not quick
    return (
        group,
        str(counts["asked"]),
        str(counts["named"]),
        *_verdict(report, counts, "first", "named", FIRST_WRONG if has_budget else None),
        *_verdict(report, counts, "first", "asked", FIRST_MISSED if has_budget else None),
        _percent(counts["three"], counts["asked"]),
        _percent(counts["plain"], counts["asked"]),
    )


# ------------------------------------------------------------------ Numbers that are changed


def _report_swaps(report: Report, documents: Sequence[Document], quick: bool) -> None:
    reported = [is_reported for document in documents for is_reported in _reported_swaps(document)]
    false = sum(f.kind in (OTHER_NAME, OTHER_YEAR) for d in documents for f in Audit(d.article, YEAR).article_findings)
    counts = Counter(changed=len(reported), reported=sum(reported))
    report.table(
        "Names beside a number that was changed",
        ("changed", "reported", "reported %", "budget", "reported before"),
        [
            (
                str(len(reported)),
                str(sum(reported)),
                *_verdict(report, counts, "reported", "changed", None if quick else SWAPS_MISSED),
                str(false),
            )
        ],
    )


def _reported_swaps(document: Document) -> Iterator[bool]:
    """Change numbers behind "Name et al.", one at a time, and yield whether each conflict is reported."""
    source, offset, chooser = document.source, document.truth["text_from"][0], random.Random(1)
    swaps = 0
    for marker in document.truth["citations"]:
        start, end = offset + marker["start"], offset + marker["end"]
        name = _NAME_BEFORE.search(source, max(0, start - 30), start)
        if swaps >= SWAPS or len(marker["refs"]) != 1 or not name or not _NUMBER.fullmatch(source[start:end]):
            continue
        labels = [
            r["label"]
            for r in document.truth["references"]
            if r["id"] != marker["refs"][0]
            and r.get("authors")
            and str(r.get("label", "")).isdecimal()
            and name[1].casefold() not in r["text"].casefold()
        ]
        if labels:
            swaps += 1
            label = chooser.choice(labels)
            article = document.parse(source[:start] + re.sub(r"\d+", label, source[start:end]) + source[end:])
            yield any(
                finding.kind in (OTHER_NAME, OTHER_YEAR) and article.reference_by_id[finding.reference].label == label
                for finding in Audit(article, YEAR).article_findings
            )


# ------------------------------------------------------------------ Sentences that cite nothing


def _report_uncited(report: Report, documents: Sequence[Document]) -> None:
    rows = [_count_uncited(document.article) for document in documents]
    report.table(
        "Sentences that cite nothing, without claims",
        ("documents", "most rows", "rows", "assertions that cite nothing", "sentences"),
        [(str(len(rows)), str(max(row[0] for row in rows)), *(f"{sum(row[place] for row in rows):,}" for place in range(3)))],
    )


def _count_uncited(article: Article) -> tuple[int, int, int]:
    """Return the number of findings "cites nothing", of the assertions that cite nothing, and of all sentences."""
    sentences = article.sentences.all()
    rows = sum(finding.kind == CITES_NOTHING for finding in Audit(article, YEAR).findings())
    return rows, sum(is_uncited(article, s) and is_assertion(article, s) for s in sentences), len(sentences)


def _verdict(report: Report, counts: Counts, part: str, whole: str, budget: float | None) -> tuple[str, str]:
    """Return the share of a count, and the cell that says whether few enough are missing to it."""
    share = _percent(counts[part], counts[whole])
    missing = 100 - 100 * counts[part] / max(1, counts[whole])
    return share, report.verdict(missing, budget, f"{budget or 0:g} wrong")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else ""
