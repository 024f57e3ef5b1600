"""Papers made for the tests and the benchmark of matching: PDFs with title, authors, journal line, identifiers and entries."""

from __future__ import annotations

from dataclasses import dataclass

from tests.unit.pdfs import Sheet, pdf

BODY = (
    "The harbour board asked in each of the years before how many of the boats came back with less than they had hoped for. "
    "What the crews told at the quay was written down by hand, and later copied into tables, so that years can be compared. "
    "The tables show less than the crews told: a bad year for one boat is a good year for the one beside it."
)


@dataclass(frozen=True)
class Paper:
    """A work as it is printed. `doi` and `arxiv` stand on its first page, `stated_doi` only in its metadata.

    `label` stands above the title; `cover` makes a cover sheet of a repository, `is_slides` pages of few words; `cites` are the
    entries of its list of references.
    """

    title: str
    people: tuple[str, ...] = ("Anna Lee", "Ben Doe")
    year: str = "2019"
    journal: str = "Annals of Harbours"
    doi: str = ""
    arxiv: str = ""
    stated_doi: str = ""
    isbn: str = ""
    label: str = ""
    opening: str = BODY
    cites: tuple[str, ...] = ()
    cover: bool = False
    plain_title: bool = False
    pages: int = 2
    is_slides: bool = False

    @property
    def entry(self) -> str:
        """The entry of a list of references for this work, without its identifiers."""
        names = [f"{name.split()[-1]}, {name[0]}." for name in self.people]
        people = f"{', '.join(names[:-1])}, & {names[-1]}" if len(names) > 1 else "".join(names)
        return f"{people} ({self.year}). {self.title}. {self.journal}, 12(3), 45–67."


def paper_pdf(paper: Paper) -> bytes:
    """Return a paper as a PDF."""
    sheets: list[Sheet] = [_cover_sheet(paper)] if paper.cover else []
    sheet = Sheet()
    sheet.put(60, 50, f"{paper.journal} 12 ({paper.year}) 45–67", 8)
    if paper.doi:
        sheet.put(60, 62, f"https://doi.org/{paper.doi}", 8)
    if paper.arxiv:
        sheet.put(60, 74, f"arXiv:{paper.arxiv}v1 [cs.CY] 4 Jan {paper.year}", 8)
    if paper.label:
        sheet.put(60, 96, paper.label, 11)
    y = sheet.paragraph(60, 124, paper.title, size=10 if paper.plain_title else 18)
    y = sheet.paragraph(60, y + 10, ", ".join(paper.people), size=11)
    y = sheet.paragraph(60, y + 20, paper.opening)
    for number in range(0 if paper.is_slides else 3):
        y = sheet.paragraph(60, y + 14, f"{number + 1}. {BODY}")
    sheets.append(sheet)
    for number in range(2, paper.pages + 1):
        sheet = Sheet()
        sheet.put(60, 50, f"{paper.journal} 12 ({paper.year}) 45–67", 8)
        y = 80.0
        if paper.isbn and number == 2:
            sheet.put(60, y, f"ISBN {paper.isbn}", 9)
            sheet.put(60, y + 12, f"© {paper.year} {paper.journal}", 9)
            y += 30
        for _ in range(1 if paper.is_slides else 4):
            y = sheet.paragraph(60, y + 14, BODY)
        sheets.append(sheet)
    if paper.cites:
        y = sheets[-1].paragraph(60, 500, "References", size=12, font="bold")
        for number, entry in enumerate(paper.cites, 1):
            y = sheets[-1].paragraph(60, y + 6, f"[{number}] {entry}", size=9)
    said = {
        "Title": "" if paper.plain_title else paper.title,
        **({"Subject": f"doi:{paper.stated_doi}"} if paper.stated_doi else {}),
    }
    return pdf(*sheets, said=said)


def _cover_sheet(paper: Paper) -> Sheet:
    sheet = Sheet()
    y = sheet.paragraph(60, 90, "Repository of the University of the Islands", size=20)
    y = sheet.paragraph(60, y + 20, f"This is the accepted version of: {paper.people[0]}. {paper.title}. {paper.journal}.")
    if paper.doi:
        y = sheet.paragraph(60, y + 20, f"https://doi.org/{paper.doi}")
    sheet.paragraph(60, y + 20, "Downloaded on 3 March 2023. Please cite the published version.")
    return sheet
