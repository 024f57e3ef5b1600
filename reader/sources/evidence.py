"""What tells that a file is the text of a reference, and what tells against it: identifiers, title, people and year."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import PurePath
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference
from reader.article.names import strip_accents, surname
from reader.sources.candidate import Candidate
from reader.sources.identifiers import Identifiers, find_identifiers, join_identifiers, make_identifiers
from reader.sources.titles import (
    EntryTitle,
    TitleAgreement,
    compare_titles,
    cut_references,
    entry_title,
    find_on_pages,
    has_contents,
    is_about,
    lines_about_another,
    shown_title,
    to_letters,
    to_words,
)

_PEOPLE_LENGTH: Final = 4_000
"""How much of a page may name its authors, in characters."""
_NAME: Final = lazy_pattern(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_YEAR: Final = lazy_pattern(r"(?<!\d)(1[5-9]\d\d|20\d\d)(?!\d)")
_DATE_LINE: Final = lazy_pattern(
    r"(?i)©|copyright|\(c\) ?\d|publi|received|accepted|revised|issued|\bvol\b|volume|journal|proceedings|edition"
    r"|\bdoi\b|\barxiv|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b"
)
_VISIT_LINE: Final = lazy_pattern(
    r"(?i)download|printed (?:on|by)|accessed|last updated|uploaded|this content|terms of use|view(?:ed)? on"
)
_TOP_LINES: Final = 14
_BOTTOM_LINES: Final = 8
_COVER_LENGTH: Final = 1_800
"""The most characters of a cover sheet, behind which the first page of the work comes."""
_MIN_TEXT_LENGTH: Final = 5_000
"""The fewest characters of a text without pages that is surely no note about a work."""
_MIN_PAGE_LETTERS: Final = 800
"""The fewest letters of the fullest of the first pages of a paper, report or book."""
_STAMP: Final = lazy_pattern(
    r"(?i)\barxiv:\s?(\d{4}\.\d{4,5}|[a-z\-]{2,10}(?:\.[a-z]{2})?/\d{7})(?:v\d+)?\s{0,3}\[[\w.\-]{2,20}\]"
)
"""Match the stamp that arXiv sets on the first page of a preprint."""
_PREPRINT: Final = lazy_pattern(
    r"(?i)arxiv|\b(?:bio|med|chem|psy|soc)r?xiv\b|\bssrn\b|preprint|working paper|discussion paper|\bnber\b"
)
_COMPONENT: Final = lazy_pattern(r"\.(?:[gts]\d{3}|00\d|suppl?\d{0,3}|sup-?\d{1,3})$")
"""Match the end of the DOI of a figure, a table, an abstract or a supplement, which follows that of the work."""
_VERSION: Final = lazy_pattern(r"(?:[./]?v|(?<=\d{4})(?<!\.19\d\d)(?<!\.20\d\d)\.)\d{1,2}$")
"""Match the end of the DOI of one of several versions of a work: behind its number, but not that of an article of a year."""
_THESIS: Final = lazy_pattern(
    r"(?i)\b(?:thesis|dissertation)\s+(?:submitted|presented|for the degree|in partial)|partial\s+fulfil"
    r"|\[[^\[\]]{0,60}(?:thesis|dissertation)\b"
    r"|\b(?:doctoral|ph\.? ?d\.?|master['’]?s|bachelor['’]?s|diploma|m\.? ?sc\.?)\s+(?:thesis|dissertation)"
    r"|\bzur erlangung des|\b(?:inaugural-?|doktor)dissertation|\b(?:doktor|master|bachelor|diplom)arbeit\b|\bthèse de doctorat"
    r"|\btes[ie]s? (?:doctoral|de doutorado|de maestría|di dottorato)|\bproefschrift\b|\bdoktorsavhandling"
)
"""Match what title pages of theses say, and entries of them."""
_BOOK_PRICE: Final = lazy_pattern(
    r"\b\d{2,4}\s?(?:pp|pages|p|S|Seiten)\b[^\n]{0,60}(?:[£$€]\s?\d|\d\s?[£$€])|[£$€]\s?\d[\d.,]{0,6}[^\n]{0,40}\bISBN\b"
)
_REVIEWER: Final = lazy_pattern(r"(?im)^\W{0,4}(?:reviewed by|besprochen von|rezensiert von|compte rendu par|reseñado por)\b")
_EDITOR: Final = lazy_pattern(r"(?i)\bedited by\b")
_WEB_SUFFIXES: Final = frozenset((".html", ".htm", ".xhtml"))
_MIN_WEB_LETTERS: Final = 700
"""The fewest letters of a saved page that has more than a teaser."""
_BYLINE: Final = lazy_pattern(r"(?im)^\W{0,4}(?:by|von|par|por|di|door|av)\s+[^\W\d_][^\n]{1,80}$")
_GATE: Final = lazy_pattern(
    r"(?im)\b(?:subscribe|sign in|log in|register)\b[^\n.]{0,40}\b(?:read|continue|access|view)"
    r"|\bto (?:continue|keep) reading\b|\benable (?:javascript|cookies)|\baccess denied\b|^\W{0,4}abstract\b"
)
"""Match what pages say that do not show the whole text."""


@dataclass(frozen=True, slots=True)
class WantedWork:
    """A reference for comparison. `references` are the ids of all entries of this work; label and text of the first."""

    references: tuple[str, ...]
    label: str
    title: EntryTitle
    text: str
    identifiers: Identifiers
    surnames: tuple[str, ...]
    year: str
    is_preprint: bool
    is_thesis: bool


def to_wanted_work(references: tuple[Reference, ...]) -> WantedWork:
    """Return the entries of one work for comparison; the fields of the first count."""
    first = references[0]
    identifiers = [
        found
        for reference in references
        for found in (
            make_identifiers(doi=reference.doi),
            make_identifiers(address=reference.url),
            find_identifiers(reference.text),
        )
    ]
    people = (surname(author) for author in first.authors)
    return WantedWork(
        tuple(reference.id for reference in references),
        first.label,
        entry_title(first.title, first.text, first.year),
        first.text,
        join_identifiers(identifiers),
        tuple(name for name in people if to_letters(name)),
        first.year,
        _PREPRINT.search(first.text) is not None,
        _THESIS.search(first.text) is not None or "[thesis]" in first.text.casefold(),
    )


class ShownWork:
    """What a candidate shows of its work: in its records, its metadata and on its first pages."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        front = candidate.front
        self.records = (*candidate.records, front.record)
        self.pages = tuple(cut_references(page) for page in front.pages)
        self.stated = join_identifiers((front.record.identifiers, self._stamp()))
        """The identifiers that the file states for itself: in its metadata, and by the stamp of arXiv."""
        self.own = join_identifiers((*(record.identifiers for record in candidate.records), self.stated))
        """The identifiers that records and the file state: those of the work itself."""
        self.shown = self._shown_identifiers()
        """The identifiers on the first page, which may be those of other works."""
        titles = (*front.titles, self._metadata_title())
        self.record_titles = tuple(map(shown_title, dict.fromkeys(record.title for record in candidate.records)))
        self.titles = tuple(map(shown_title, dict.fromkeys(titles)))
        """The titles that the file itself shows."""

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The letters of the first pages."""
        return tuple(to_letters(page) for page in self.pages)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the first pages, for an index: with words that a line break divides in one; without pages the name."""
        name = PurePath(self.candidate.file.name).stem if not self.pages else ""
        return to_words("\n".join((name, *(page.replace("-\n", "") for page in self.pages))))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years in the lines of the first page that date a work, sorted; those of all its lines if there are none."""
        page = self.pages[0] if self.pages else ""
        if len(page) < _COVER_LENGTH and len(self.pages) > 1:
            page = f"{page}\n{self.pages[1]}"
        lines = [line for line in page.split("\n") if not _VISIT_LINE.search(line)]
        dated = [*lines[:_TOP_LINES], *lines[-_BOTTOM_LINES:], *(line for line in lines if _DATE_LINE.search(line))]
        years = _YEAR.findall("\n".join(dated)) or _YEAR.findall("\n".join(lines))
        return tuple(sorted({int(year) for year in years}))

    @cached_property
    def _names(self) -> frozenset[str]:
        """The words that may be names: those of the first pages, and of the people in records."""
        pages = (page[:_PEOPLE_LENGTH] for page in self.pages[:2])
        people = (person for record in self.records for person in record.people)
        names = set(_NAME.findall(strip_accents("\n".join((*pages, *people))).casefold()))
        return frozenset(to_letters(part) for name in names for part in {name, *name.split("'")})

    @cached_property
    def is_preprint(self) -> bool:
        """Whether its first page calls it a preprint or a working paper."""
        return any(_PREPRINT.search(page[:_PEOPLE_LENGTH]) for page in self.pages[:1]) or bool(self.own.arxiv)

    @cached_property
    def scantness(self) -> str:
        """Why a file with so little text may not be the work but notes about it, or slides; "" if it has enough, or none.

        A text that the library has as a source already, and a page with its own address, may be short; so may a saved page
        with its author or date that is no page about a paper and shows its whole text.
        """
        if not self.pages or self.candidate.file.source or self.stated.addresses:
            return ""
        if not self.candidate.front.page_count:
            if self._is_web_page and not _GATE.search(self.pages[0]):
                return ""
            return "it is short: perhaps notes about the work" if len("".join(self.pages)) < _MIN_TEXT_LENGTH else ""
        return "its pages have few words: perhaps slides" if max(map(len, self.letters)) < _MIN_PAGE_LETTERS else ""

    @property
    def _is_web_page(self) -> bool:
        """Whether it is a saved page of the web that says by whom or when it was written, and is not about a paper."""
        if (
            PurePath(self.candidate.file.origin).suffix.casefold() not in _WEB_SUFFIXES
            or len(self.letters[0]) < _MIN_WEB_LETTERS
        ):
            return False
        record = self.candidate.front.record
        is_signed = bool(record.people or record.year or _BYLINE.search(self.pages[0][:_PEOPLE_LENGTH]))
        return is_signed and not join_identifiers((self.stated, self.shown))

    @cached_property
    def is_thesis(self) -> bool:
        """Whether its first pages call it a thesis."""
        return any(_THESIS.search(page[:_COVER_LENGTH]) for page in self.pages[:2])

    @cached_property
    def is_book_review(self) -> bool:
        """Whether its first page gives the price of a book, or names who reviewed it."""
        page = self.pages[0][:_PEOPLE_LENGTH] if self.pages else ""
        return bool(_BOOK_PRICE.search(page) or (_REVIEWER.search(page) and not _EDITOR.search(page)))

    def holds_several(self, title: EntryTitle) -> bool:
        """Whether a table of contents stands on its first page and its largest print is not this title."""
        is_first = bool(self.titles) and compare_titles(title, self.titles[0]) >= TitleAgreement.FRAMED
        return not is_first and any(has_contents(page) for page in self.pages[:1])

    def names_person(self, name: str) -> bool:
        """Whether a family name stands among the people of the records or on the first pages."""
        letters = to_letters(name)
        if letters in self._names:
            return True
        # A name of several words, or in a script without spaces, is found in the letters of the page.
        is_telling = " " in name or not letters.isascii()
        return is_telling and any(letters in page[:_PEOPLE_LENGTH] for page in self.letters[:2])

    def is_about_another(self, title: EntryTitle) -> bool:
        """Whether its first page calls it an erratum, a supplement, a review or a reply."""
        return is_about(title, self._lines_about_another)

    @cached_property
    def _lines_about_another(self) -> tuple[str, ...]:
        return tuple(line for page in self.pages[:2] for line in lines_about_another(page))

    def _stamp(self) -> Identifiers:
        stamp = _STAMP.search(self.pages[0]) if self.pages else None
        return Identifiers(arxiv=(stamp[1].casefold(),)) if stamp is not None else Identifiers()

    def _shown_identifiers(self) -> Identifiers:
        """Return the identifiers on the first page, on the next one if a cover precedes it, and the ISBNs of all."""
        first = find_identifiers(self.pages[0]) if self.pages else Identifiers()
        if len(self.pages) > 1 and (not first.dois or len(self.pages[0]) < _COVER_LENGTH):
            first = join_identifiers((first, find_identifiers(self.pages[1])))
        isbns = (Identifiers(isbns=find_identifiers(page).isbns) for page in self.pages)
        dois = tuple(dict.fromkeys(one for doi in first.dois for one in (doi, _COMPONENT.sub("", doi))))
        return join_identifiers((Identifiers(dois, first.arxiv, first.pubmed, first.pubmed_central), *isbns))

    def _metadata_title(self) -> str:
        """Return the title in the metadata if the first pages show it too: programs often fill it in."""
        title = self.candidate.front.record.title
        letters = to_letters(title)
        return title if letters and (not self.pages or any(letters in page for page in self.letters)) else ""


@dataclass(frozen=True, slots=True)
class MatchEvidence:
    """What speaks for and against a file being the text of a reference.

    `own` and `shown` name the identifiers that both have: stated for the work itself, and merely on its first page; `is_only`:
    no other identifier of that kind stands there. `others` names the file's identifiers of the kinds that the reference has, if
    none of these agree. `is_shown`: the file itself shows the title, or has no text to show it in. `is_several`: it has
    a table of contents, and the title is not its own. `is_other_thesis`: only one of file and entry is a thesis, as with
    `is_other_preprint` and `is_published` for preprints. `contradiction` says what the file itself shows against a record
    of its place, `scantness` why it may be notes or slides; both may be "".
    """

    own: tuple[str, ...]
    shown: tuple[str, ...]
    is_only: bool
    others: tuple[str, ...]
    title: TitleAgreement
    is_shown: bool
    has_first_author: bool
    has_people: bool
    is_same_year: bool
    is_other_year: bool
    is_about_another: bool
    is_several: bool
    is_other_thesis: bool
    is_other_preprint: bool
    is_published: bool
    contradiction: str
    scantness: str
    is_by_name: bool = False

    @property
    def identifiers(self) -> tuple[str, ...]:
        """All identifiers that both have."""
        return tuple(dict.fromkeys((*self.own, *self.shown)))


def weigh(work: WantedWork, shown: ShownWork) -> MatchEvidence:
    """Return what speaks for and against a file being the text of a reference."""
    own, on_page, others, is_only = _compare_identifiers(work.identifiers, shown)
    in_file = max((compare_titles(work.title, one) for one in shown.titles), default=TitleAgreement.NONE)
    in_file = max(in_file, find_on_pages(work.title, shown.letters))
    in_record = max((compare_titles(work.title, one) for one in shown.record_titles), default=TitleAgreement.NONE)
    title = in_file if in_file is TitleAgreement.ABOUT else max(in_file, in_record)
    is_by_name = title is TitleAgreement.NONE and not shown.pages and _is_in_name(work, shown.candidate)
    named = [shown.names_person(name) for name in work.surnames] if title or is_by_name or own or on_page else []
    year = int(work.year) if work.year else 0
    recorded = {record.year for record in shown.records if record.year}
    is_same_year = bool(year) and (work.year in recorded if recorded else shown.years[-1:] == (year,))
    is_dated = bool(recorded or shown.years)
    return MatchEvidence(
        own=own,
        shown=on_page,
        is_only=is_only,
        others=others,
        title=TitleAgreement.SHOWN if is_by_name else title,
        is_shown=not shown.pages or in_file is not TitleAgreement.NONE,
        has_first_author=named[:1] == [True],
        has_people=any(named),
        is_same_year=is_same_year,
        is_other_year=bool(year) and is_dated and not is_same_year,
        is_about_another=shown.is_about_another(work.title) or shown.is_book_review,
        is_several=shown.holds_several(work.title),
        is_other_thesis=bool(shown.pages) and shown.is_thesis is not work.is_thesis,
        is_other_preprint=shown.is_preprint and not work.is_preprint,
        is_published=work.is_preprint and not shown.is_preprint and bool(shown.pages),
        contradiction=_contradict(work, shown),
        scantness=shown.scantness,
        is_by_name=is_by_name,
    )


def _compare_identifiers(ours: Identifiers, shown: ShownWork) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], bool]:
    """Return the identifiers that agree, own and shown, the file's others, and whether no other stands beside those shown.

    An identifier that a record or the metadata states counts more than the ones on the page.
    """
    own, on_page, others = list[str](), list[str](), list[str]()
    is_only = True
    for field in fields(Identifiers):
        values = set(getattr(ours, field.name))
        stated, seen = getattr(shown.own, field.name), getattr(shown.shown, field.name)
        agree = [value for value in stated if value in values]
        also = [value for value in seen if value in values]
        if values and (stated or seen) and not agree and (stated or not also):
            others.extend(name_identifiers(field.name, stated or seen))
        own.extend(name_identifiers(field.name, agree))
        on_page.extend(name_identifiers(field.name, also))
        if also:
            is_only = is_only and (
                len({_VERSION.sub("", _COMPONENT.sub("", value)) for value in seen}) == 1 or field.name == "isbns"
            )
    return tuple(own), tuple(on_page), tuple(others), is_only


def _contradict(work: WantedWork, shown: ShownWork) -> str:
    """Return what the file itself shows against the identifiers of the work, "" if one of them stands in it."""
    in_file = join_identifiers((shown.stated, shown.shown))
    if set(in_file.names()) & set(work.identifiers.names()):
        return ""
    if work.identifiers.dois and in_file.dois:
        return f"the file shows the DOI {in_file.dois[0]}"
    return "the file calls itself a preprint" if shown.is_preprint and not work.is_preprint else ""


def name_identifiers(kind: str, values: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return identifiers of one kind, a field of `Identifiers`, as people read them."""
    return Identifiers(**{kind: tuple(values)}).names()


def _is_in_name(work: WantedWork, candidate: Candidate) -> bool:
    """Whether the name of a file without text has the title, which may be cut short."""
    letters = to_letters(PurePath(candidate.file.name).stem)
    at = letters.find(work.title.letters[:20]) if work.title.is_long else -1
    return at >= 0 and (work.title.letters.startswith(letters[at:]) or letters[at:].startswith(work.title.letters))
