"""The files that people have on their desks, kind by kind: how well they are understood, and what reading them costs.

The documents lie in `tests/documents/desk`, each with the Markdown that pandoc, LibreOffice and BibTeX made it of
(`tests/documents/make.sh`). That source has a sentence on each line, and names what it cites by key, so it is the truth.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from benchmarks.programs import Workshop
from benchmarks.references import ROOT
from benchmarks.report import Report
from reader.article.article import Article
from reader.article.model import BlockKind, Reference, StyleKind
from reader.formats import read_article

DESK: Final = ROOT / "tests" / "documents" / "desk"
KINDS: Final = {
    **{"-pandoc.odt": "ODT of pandoc", ".odt": "ODT of LibreOffice", ".fodt": "FODT of LibreOffice"},
    **{"-pandoc.rtf": "RTF of pandoc", ".rtf": "RTF of LibreOffice", "-pandoc.tex": "LaTeX of pandoc"},
    **{"-list.tex": "LaTeX with .bbl", ".tex": "LaTeX with .bib", ".mhtml": "MHTML", ".eml": "mail", ".ipynb": "notebook"},
}
"""The kinds by how the names of their documents end after the name of the source."""
LEAST: Final = 98.0
"""The share of links, of words kept and of borders of sentences that must be right, in per cent; as F1, where it is one."""
MOST_FOREIGN: Final = 2.0
"""How many of 100 words that are shown may be none of the document's."""
_WORD: Final = re.compile(r"[^\W_]+")
_CITATION: Final = re.compile(r"\s?\[(@[^\]]+)\]|\[([^\]]+)\]\((https?://[^)\s]+)\)")
_MARKUP: Final = re.compile(r"^(?:#+|>|-) |[*^|]")
_ENTRY: Final = re.compile(r"^@\w+\{([^,]+),.*?\btitle = \{(.+?)\}, \w+ = ", re.MULTILINE)
_BEFORE: Final = 4
"""The number of words before a place by which it is known in both texts."""

_Known = TypeVar("_Known")
Link = tuple[tuple[str, ...], str]
"""A place, as the words before it, and the title or the address of what is cited there."""


class Understood(NamedTuple):
    """What a document says: its words in order, its links, the works it cites, and the words at the ends of its sentences.

    `neutral` are the words of its title and of its author, which may be shown or not.
    """

    words: Sequence[str]
    links: Counter[Link]
    works: frozenset[str]
    borders: Counter[tuple[str, ...]]
    neutral: frozenset[str] = frozenset()


class Score(NamedTuple):
    """How much of a document is right: pairs of right and wanted, or of both sums for F1."""

    works: tuple[int, int]
    links: tuple[int, int]
    kept: tuple[int, int]
    foreign: tuple[int, int]
    borders: tuple[int, int]


def run(_: Workshop, report: Report, quick: bool) -> None:
    """Score all documents and print a row for each kind."""
    scores: dict[str, list[Score]] = defaultdict(list)
    for path in sorted(DESK.iterdir()):
        if source := source_of(path):
            scores[KINDS[_ending(path)]].append(score_document(read_article(str(path)), read_truth(source)))
    report.table(
        "Files on desks",
        ("kind", "docs", "refs %", "links F1", "wrong", "kept %", "lost", "foreign %", "", "borders F1", "wrong"),
        ([*_row(report, kind, scores[kind])] for kind in KINDS.values()),
        "refs: cited works found; kept: words of the source; foreign: words shown that are not in it; borders: of sentences.",
    )


def source_of(path: Path) -> Path | None:
    """Return what a document was made of, None for a file that is no document."""
    ending = _ending(path)
    source = path.with_name(f"{path.name.removesuffix(ending)}.md")
    return source if ending and source.is_file() else None


def _ending(path: Path) -> str:
    return next((ending for ending in KINDS if path.name.endswith(ending)), "")


def _row(report: Report, kind: str, scores: Sequence[Score]) -> Iterator[str]:
    yield from (kind, str(len(scores)))
    works, links, kept, foreign, borders = (
        100 * sum(right for right, _ in pairs) / max(1, sum(wanted for _, wanted in pairs))
        for pairs in zip(*scores, strict=True)
    )
    yield f"{works:.1f}"
    for value in (links, kept):
        yield from (f"{value:.1f}", report.verdict(100 - value, 100 - LEAST, f"{100 - LEAST:g}"))
    yield from (f"{foreign:.1f}", report.verdict(foreign, MOST_FOREIGN, f"{MOST_FOREIGN:g}"))
    yield from (f"{borders:.1f}", report.verdict(100 - borders, 100 - LEAST, f"{100 - LEAST:g}"))


def score_document(article: Article, truth: Understood) -> Score:
    """Compare what was read of a document with its truth."""
    found = understand(article, truth.works)
    blocks = SequenceMatcher(None, truth.words, found.words, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    matched = {place for block in blocks for place in range(block.b, block.b + block.size)}
    foreign = sum(place not in matched and word not in truth.neutral for place, word in enumerate(found.words))
    borders = Counter({words: count for words, count in found.borders.items() if not truth.neutral.issuperset(words)})
    return Score(
        (len(found.works & truth.works), len(truth.works)),
        _agreement(found.links, truth.links),
        (same, len(truth.words)),
        (foreign, len(found.words)),
        _agreement(borders, truth.borders),
    )


def _agreement(found: Counter[_Known], wanted: Counter[_Known]) -> tuple[int, int]:
    """Return twice the number of what both have, and the sum of what each has: their quotient is F1."""
    return 2 * (found & wanted).total(), found.total() + wanted.total()


# ------------------------------------------------------------------ The source


def read_truth(path: Path) -> Understood:
    """Read the truth of a document from its source."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    entries = path.with_suffix(".bib")
    titles = dict(_ENTRY.findall(entries.read_text(encoding="utf-8"))) if entries.is_file() else {}
    words: list[str] = []
    links: Counter[Link] = Counter()
    borders: Counter[tuple[str, ...]] = Counter()
    lines = [line for line in body.splitlines() if not line.startswith("|--")]
    for line in lines:
        place = 0
        for match in _CITATION.finditer(line):
            words += _words(_MARKUP.sub("", line[place : match.start()]))
            for key in (match[1] or match[3]).split(";"):
                links[tuple(words[-_BEFORE:]), titles.get(key.strip(" @"), key)] += 1
            words += _words(match[2] or "")
            place = match.end()
        words += _words(_MARKUP.sub("", line[place:]))
        if line and line[0] not in "#|":
            borders[tuple(words[-_BEFORE:])] += 1
    neutral = frozenset(_words(" ".join(re.findall(r"^(?:title|author): (.+)", head, re.MULTILINE))))
    return Understood(words, links, frozenset(work for _, work in links), borders, neutral)


# ------------------------------------------------------------------ What was read


def understand(article: Article, works: Iterable[str]) -> Understood:
    """Return what was read, without markers, lists of references, notes and what is set aside."""
    hidden = [(noise.start, noise.end, None) for noise in article.aside]
    hidden += [(style.start, style.end, None) for style in article.styles if style.kind is StyleKind.MARKUP]
    hidden += [(reference.start, reference.end, None) for reference in article.references if reference.span]
    markers = [(citation.start, citation.end, citation) for citation in article.citations]
    names = {reference.id: _work_of(reference, works) for reference in article.references}
    words: list[str] = []
    ends: list[int] = []
    links: Counter[Link] = Counter()
    place, rest = 0, len(article.text)
    for start, end, citation in (*sorted((*hidden, *markers), key=lambda cut: (cut[0], cut[2] is None)), (rest, rest, None)):
        if end <= place or (start < place and citation is not None):
            continue
        for match in _WORD.finditer(article.text, place, start):
            words.append(unicodedata.normalize("NFKC", match[0]).casefold())
            ends.append(match.end())
        place = end
        if citation is not None:
            links.update((tuple(words[-_BEFORE:]), names[one]) for one in citation.references)
            place = start if citation.kind == "words" else end
    cited = {names[one] for citation in article.citations for one in citation.references}
    borders = Counter(
        tuple(words[max(0, count - _BEFORE) : count])
        for index in article.sentences.body_blocks
        if article.blocks[index].kind is not BlockKind.TABLE
        for sentence in article.sentences.in_block(index)
        if (count := bisect_right(ends, sentence.end))
    )
    return Understood(words, links, frozenset(cited), borders)


def _work_of(reference: Reference, works: Iterable[str]) -> str:
    """Return the work that an entry or note is about, its own text if that is none of them."""
    text = " ".join(_words(reference.text))
    return next((work for work in works if work == reference.url or " ".join(_words(work)) in text), text)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(unicodedata.normalize("NFKC", text))]
