"""Papers and entries whose pairs are known, among them all that is easily taken for the work and is another one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from tests.unit.papers import BODY, Paper, paper_pdf

_WHAT: Final = (
    *(
        "nets",
        "ledgers",
        "engines",
        "crews",
        "tides",
        "gulls",
        "quays",
        "lamps",
        "sails",
        "charts",
        "cranes",
        "pilots",
        "anchors",
    ),
    *("kelp", "ferries", "locks", "buoys", "winches", "dredgers", "moorings", "salt", "ropes", "wharves", "signals", "herring"),
)
_HOW: Final = (
    *(
        "counting",
        "mending",
        "the cost of",
        "who owns",
        "a history of",
        "measuring",
        "the use of",
        "trust in",
        "errors in",
        "rules for",
    ),
    *("losses of", "the colour of", "prices of", "the decline of", "learning from", "mapping", "the weight of", "a model of"),
)
_WHERE: Final = (
    *("in northern harbours", "on small islands", "along the river", "after the storms", "in two towns", "before the bridge"),
    *("under the new law", "in bad years", "at low water", "among old crews", "in wartime", "during the long winters"),
)
_GIVEN: Final = (
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Edith",
    "Frank",
    "Grete",
    "Hakan",
    "Ines",
    "Jonas",
    "Karin",
    "Lars",
    "Mina",
    "Nils",
)
_FAMILY: Final = (
    *(
        "Lee",
        "Sørensen",
        "Müller",
        "García",
        "Okafor",
        "Nova",
        "Tanaka",
        "Rossi",
        "Dubois",
        "Silva",
        "Petrov",
        "Çelik",
        "Haddad",
    ),
    *("Kowalski", "O'Brien", "van Dijk", "Lindqvist", "Costa", "Nguyen", "Mbeki", "Ferrari", "Holm", "Weiss", "Ito", "Moreau"),
)
_JOURNALS: Final = ("Annals of Harbours", "Review of Coasts", "Journal of Islands", "Boats and People", "Quay Studies")


@dataclass(frozen=True)
class Case:
    """An entry, and a file by its name. `is_pair`: the file is the text of the entry. `kind` says what is hard in it."""

    kind: str
    entry: str
    name: str
    paper: Paper
    is_pair: bool
    notes: str = ""

    @property
    def data(self) -> bytes:
        """The bytes of the file: notes in Markdown if there are any, else the paper as a PDF."""
        return self.notes.encode() if self.notes else paper_pdf(self.paper)


class _MakeCase(Protocol):
    def __call__(self, kind: str, cited: Paper, printed: Paper, *, is_pair: bool, entry: str = "") -> Case: ...


def make_cases(count: int, seed: int = 19) -> list[Case]:
    """Return cases with `count` works of each kind. The same seed makes the same cases."""
    chance = random.Random(seed)
    works = _new_works(chance)
    return [case for number in range(count) for case in _cases_of(number, works, chance)]


def _new_works(chance: random.Random) -> Iterator[Paper]:
    """Yield works, no two with the same title."""
    titles: set[str] = set()
    number = 0
    while True:
        title = f"{chance.choice(_HOW)} {chance.choice(_WHAT)} and {chance.choice(_WHAT)} {chance.choice(_WHERE)}".capitalize()
        if title in titles:
            continue
        titles.add(title)
        number += 1
        people = tuple(f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}" for _ in range(chance.randint(1, 4)))
        year, journal = str(chance.randint(1995, 2023)), chance.choice(_JOURNALS)
        yield Paper(title, tuple(dict.fromkeys(people)), year, journal, doi=f"10.{5000 + number % 7}/work.{number}")


def _entry(paper: Paper, doi: str = "") -> str:
    return f"{paper.entry} https://doi.org/{doi}" if doi else paper.entry


def _cases_of(number: int, works: Iterator[Paper], chance: random.Random) -> Iterator[Case]:
    """Yield one case of each kind. In half of them the entry has a DOI."""

    def case(kind: str, cited: Paper, printed: Paper, *, is_pair: bool, entry: str = "") -> Case:
        doi = cited.doi if chance.random() < 0.5 else ""
        return Case(kind, entry or _entry(cited, doi), f"{kind.replace(' ', '-')}-{number}.pdf", printed, is_pair)

    yield from _true_cases(case, works)
    yield from _other_works(case, works)
    yield from _documents_about(case, works)
    yield from _collections(case, works)
    work = next(works)
    notes = f"# {work.title}\n\n{work.people[0]}, {work.year}, doi:{work.doi}\n\nMine: look up the tables again.\n"
    yield replace(case("notes about the work", work, work, is_pair=False), name=f"notes-{number}.md", notes=notes)


def _number_of(work: Paper) -> int:
    return int(work.doi.rpartition(".")[2])


def _arxiv_id(work: Paper) -> str:
    return f"2101.{_number_of(work):05}"


def _isbn(work: Paper) -> str:
    """Return an ISBN of its own for a work, with its check digit."""
    digits = f"978{_number_of(work):09}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"{digits[:3]}-{digits[3:12]}-{check}"


def _true_cases(case: _MakeCase, works: Iterator[Paper]) -> Iterator[Case]:
    """Yield files that are the text of the entry, each printed in another way."""
    work = next(works)
    yield case("DOI on the page", work, work, is_pair=True)
    work = next(works)
    yield case("DOI in the metadata", work, replace(work, doi="", stated_doi=work.doi), is_pair=True)
    work = next(works)
    yield case("no identifier", work, replace(work, doi=""), is_pair=True)
    work = next(works)
    yield case("cover sheet", work, replace(work, cover=True), is_pair=True)
    work = next(works)
    yield case("title in small print", work, replace(work, plain_title=True), is_pair=True)
    work = next(works)
    yield case("label above the title", work, replace(work, label="Research Article"), is_pair=True)
    work = next(works)
    cited = next(works)
    yield case(
        "cites others on its first page", work, replace(work, opening=f"As told in doi:{cited.doi}. {BODY}"), is_pair=True
    )
    work = replace(next(works), arxiv=_arxiv_id(work), doi="")
    yield case("arXiv", work, work, is_pair=True, entry=f"{work.entry} arXiv:{work.arxiv}")


def _other_works(case: _MakeCase, works: Iterator[Paper]) -> Iterator[Case]:
    """Yield files of other works that look like the one of the entry."""
    work = next(works)
    one_word = replace(work, title=work.title.replace(" and ", " without "), doi=f"{work.doi}9")
    yield case("one word differs", work, one_word, is_pair=False)
    work, other = next(works), next(works)
    yield case("same authors and year", work, replace(other, people=work.people, year=work.year), is_pair=False)
    work = next(works)
    first, second = (replace(work, title=f"{work.title}. Part {part}", doi=f"{work.doi}{part}".lower()) for part in ("I", "II"))
    yield case("other part", first, second, is_pair=False)
    work = next(works)
    second = replace(work, title=f"{work.title}. Part II: The crews", doi="")
    yield case("part with a title of its own", work, second, is_pair=False)
    work = next(works)
    yield case("other edition", work, replace(work, year=str(int(work.year) - 6), doi=""), is_pair=False)
    work = next(works)
    series = replace(work, title=f"{work.title}: report {work.year}")
    yield case(
        "report of another year",
        series,
        replace(series, title=f"{work.title}: report 1994", year="1994", doi=""),
        is_pair=False,
    )
    work = next(works)
    preprint = replace(work, doi="", arxiv=_arxiv_id(work), journal="arXiv preprint")
    yield case("preprint of the published work", work, preprint, is_pair=False)
    work = next(works)
    working = replace(work, doi="", journal="Working Paper 17 of the Board", year=str(int(work.year) - 1))
    yield case("working paper", work, working, is_pair=False)
    work = next(works)
    entry = f"{replace(work, journal='arXiv preprint').entry} arXiv:{_arxiv_id(work)}"
    yield case("published work of the preprint", work, work, is_pair=False, entry=entry)
    work = next(works)
    yield case("slides", work, replace(work, doi="", is_slides=True, opening="What we saw at the quay."), is_pair=False)
    work, other = next(works), next(works)
    yield case("same title by others", work, replace(work, people=other.people, doi=other.doi), is_pair=False)
    work, other = next(works), next(works)
    yield case("cites the work in its list", work, replace(other, doi="", cites=(_entry(work, work.doi),)), is_pair=False)
    work, other = next(works), next(works)
    opening = f"This builds on “{work.title}” ({work.people[0]}, {work.year}), doi:{work.doi}. {BODY}"
    yield case("cites the work on its first page", work, replace(other, opening=opening), is_pair=False)
    work, other = next(works), next(works)
    yield case(
        "cites only the work's DOI there", work, replace(other, doi="", opening=f"See doi:{work.doi}. {BODY}"), is_pair=False
    )


def _documents_about(case: _MakeCase, works: Iterator[Paper]) -> Iterator[Case]:
    """Yield files of documents about the work or beside it."""
    for kind, title, label in (
        ("correction", "Correction to: {}", ""),
        ("erratum under a label", "{}", "Erratum"),
        ("comment", "Comment on “{}”", ""),
        ("reply", "{}: a reply", ""),
        ("review", "Review of {}", "Book review"),
        ("retraction", "Retraction note: {}", ""),
        ("supplement", "Supplementary information for {}", ""),
    ):
        work = next(works)
        opening = f"This concerns {work.people[0]}, {work.title}, {work.year}, https://doi.org/{work.doi}. {BODY}"
        own = "" if kind == "supplement" else f"{work.doi}.c"
        people = next(works).people if kind in ("comment", "review") else work.people
        about = replace(work, title=title.format(work.title), label=label, opening=opening, doi=own, people=people)
        yield case(kind, work, about, is_pair=False)
    work = next(works)
    correction = replace(work, title=f"Correction to: {work.title}", doi=f"{work.doi}.c")
    yield case("entry of a correction, file of the work", correction, work, is_pair=False)


def _collections(case: _MakeCase, works: Iterator[Paper]) -> Iterator[Case]:
    """Yield files that hold many works, or a part of one."""
    inside = [next(works) for _ in range(5)]
    contents = " ".join(f"{one.people[0]}: {one.title}, doi:{one.doi}." for one in inside)
    issue = Paper(
        f"{inside[0].journal}, the whole issue", ("The Editors",), inside[0].year, inside[0].journal, opening=contents
    )
    yield case("issue with a table of contents", inside[0], issue, is_pair=False)
    book = replace(next(works), journal="Quay Press", doi="", isbn=_isbn(next(works)))
    entry = f"{book.entry} ISBN {book.isbn}."
    yield case("book", book, book, is_pair=True, entry=entry)
    chapter = replace(next(works), journal=f"In: {book.title}", doi="", isbn=book.isbn, year=book.year)
    yield case("chapter of the book", book, chapter, is_pair=False, entry=entry)
