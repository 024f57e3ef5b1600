"""Check whether the works that an article cites exist, and whether their records are as the entries say."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from reader.article.names import name_without_initials
from reader.formats.progress import checkpoint
from reader.registries.answers import Answer
from reader.registries.cited_work import CitedWork, fold_title
from reader.registries.client import KeptAnswers, NotAnswered, NotKept, RegistryClient
from reader.registries.registered_work import RegisteredWork, WorkComparison, compare_work, has_title
from reader.registries.services import (
    ARXIV,
    CROSSREF,
    DOI_ORG,
    OPEN_LIBRARY,
    RegistryQuestion,
    ask_arxiv,
    ask_crossref,
    ask_datacite,
    ask_doi_org,
    ask_open_library,
    ask_openalex,
    search_crossref,
    search_open_library,
    search_openalex,
)
from reader.review.health import (
    BY_ARXIV,
    BY_DOI,
    BY_ISBN,
    BY_TITLE,
    DIFFERS,
    MATCHES,
    NO_SUCH_RECORD,
    NOT_ASKED,
    NOT_FOUND,
    RecordCheck,
)

Ask = Callable[[RegistryQuestion], Answer]
"""Returns the answer to a question. Raises NotAnswered."""

_ARXIV_DOI: Final = "10.48550/arxiv."
_LEAST_TITLE_WORDS: Final = 3
"""The words that a title needs to be searched for: shorter ones find anything."""
_LEAST_TITLE_LETTERS: Final = 6
"""The letters of a title in a script without blanks that it needs for the same."""
_MOST_SEARCHED: Final = 300
_MOST_AUTHORS: Final = 10
_MOST_AUTHORS_SEARCHED: Final = 3


def check_records(works: Iterable[CitedWork], client: RegistryClient) -> Iterator[tuple[str, RecordCheck]]:
    """Yield the ids of references with the checks of their records, one after the other.

    What was answered before the run was stopped is kept, so that the next run asks for the rest. Raises Cancelled when stopped.
    """
    for work in works:
        checkpoint()
        yield work.reference.id, RecordChecker(work, client.ask, has_openalex=client.has_openalex).check()


def recall_records(works: Iterable[CitedWork], answers: KeptAnswers) -> dict[str, RecordCheck]:
    """Return the checks of records that rest on kept answers alone, by reference id, without those that were never made."""
    checks: dict[str, RecordCheck] = {}
    for work in works:
        with contextlib.suppress(NotKept):
            checks[work.reference.id] = RecordChecker(work, answers.ask, has_openalex=answers.has_openalex).check()
    return {name: check for name, check in checks.items() if check.outcome != NOT_ASKED}


class RecordChecker:
    """Check one work."""

    def __init__(self, work: CitedWork, ask: Ask, *, has_openalex: bool = False) -> None:
        self._work = work
        self._ask = ask
        self._has_openalex = has_openalex
        self._date = ""

    def check(self) -> RecordCheck:
        """Return the result of asking the right registries: by DOI, arXiv id or ISBN, else by title."""
        identifiers = self._work.identifiers
        paper = next(iter(identifiers.arxiv), "")
        doi = next((doi for doi in identifiers.dois if not doi.startswith(_ARXIV_DOI)), "")
        if doi:
            return self._check_doi(doi)
        if paper:
            return self._check_arxiv(paper)
        if identifiers.isbns:
            return self._check_isbn(identifiers.isbns[0])
        return self._check_title()

    # ------------------------------------------------------------------ by identifier

    def _check_doi(self, doi: str) -> RecordCheck:
        failures: list[NotAnswered] = []
        work = self._first(ask_crossref(doi), failures)
        if work is not None:
            return self._compare(work, CROSSREF, doi, BY_DOI)
        try:
            if not self._answer(ask_doi_org(doi)):  # Crossref knows its own DOIs only, doi.org all
                if self._work.may_be_cut(doi):
                    reason = f"the DOI may be cut off: {DOI_ORG} has no {doi}, but more follows in the entry"
                    return RecordCheck(NOT_ASKED, DOI_ORG, self._date, doi, BY_DOI, reason=reason)
                return self._no_record(DOI_ORG, doi, BY_DOI)
        except NotAnswered as error:
            failures.append(error)
        others = (ask_datacite(doi), ask_openalex(doi)) if self._has_openalex else (ask_datacite(doi),)
        for question in others:
            work = self._first(question, failures)
            if work is not None:
                return self._compare(work, question.registry, doi, BY_DOI)
        if failures:
            return self._not_asked(failures[0], doi, BY_DOI)
        reason = "the DOI exists, but no registry that was asked describes its work"
        return RecordCheck(NOT_ASKED, DOI_ORG, self._date, doi, BY_DOI, address=f"https://doi.org/{doi}", reason=reason)

    def _check_arxiv(self, paper: str) -> RecordCheck:
        failures: list[NotAnswered] = []
        work = self._first(ask_arxiv(paper), failures)
        # arXiv sends empty lists while it is busy, so that it alone is not believed: each paper has a DOI.
        is_known = work is not None or self._first(ask_doi_org(f"{_ARXIV_DOI}{paper}"), failures) is not None
        if not is_known and not failures:
            return self._no_record(ARXIV, paper, BY_ARXIV)
        question = ask_datacite(f"{_ARXIV_DOI}{paper}")
        registry = ARXIV if work is not None else question.registry
        work = work or self._first(question, failures)
        if work is None:
            silent = NotAnswered(ARXIV, f"{ARXIV} sent an empty list, but the DOI of the paper exists")
            return self._not_asked(failures[0] if failures else silent, paper, BY_ARXIV)
        return self._compare(work, registry, paper, BY_ARXIV)

    def _check_isbn(self, isbn: str) -> RecordCheck:
        failures: list[NotAnswered] = []
        work = self._first(ask_open_library(isbn), failures)
        if work is not None:
            return self._compare(work, OPEN_LIBRARY, isbn, BY_ISBN)
        # No registry has all books, so that one without this ISBN says nothing against it.
        check = self._check_title()
        remark = str(failures[0]) if failures else f"{OPEN_LIBRARY} has no book with the ISBN {isbn}, which is no proof"
        if failures and check.outcome == NOT_ASKED:
            return self._not_asked(failures[0], isbn, BY_ISBN)
        return replace(check, remarks=(*check.remarks, remark))

    # ------------------------------------------------------------------ by title

    def _check_title(self) -> RecordCheck:
        reference = self._work.reference
        title = fold_title(reference.title)
        words = [word for word in title.split() if len(word) > 1 and not word.isdecimal()]
        if len(words) < _LEAST_TITLE_WORDS and (title.isascii() or len(title) < _LEAST_TITLE_LETTERS):
            reason = "the entry has no identifier that a registry knows, and no title that can be searched for"
            return RecordCheck(NOT_ASKED, date=date.today().isoformat(), reason=reason)
        failures: list[NotAnswered] = []
        near: list[str] = []
        asked: list[str] = []
        for question in self._searches():
            try:
                works = self._answer(question)
            except NotAnswered as error:
                failures.append(error)
                continue
            asked.append(question.registry)
            for work in works:
                check = self._take_hit(work, question.registry, near)
                if check is not None:
                    return check
        if not asked:
            return self._not_asked(failures[0], "", BY_TITLE)
        remarks = (*dict.fromkeys(near), *(str(failure) for failure in failures))
        return RecordCheck(NOT_FOUND, ", ".join(asked), self._date, found_by=BY_TITLE, remarks=remarks)

    def _searches(self) -> Iterator[RegistryQuestion]:
        reference = self._work.reference
        families = [name_without_initials(author) for author in reference.authors[:_MOST_AUTHORS_SEARCHED]]
        words = " ".join((reference.title, *families, reference.year))[:_MOST_SEARCHED]
        yield search_crossref(words)
        if self._has_openalex:
            yield search_openalex(reference.title[:_MOST_SEARCHED])
        yield search_open_library(reference.title[:_MOST_SEARCHED], families[0] if families else "")

    def _take_hit(self, work: RegisteredWork, registry: str, near: list[str]) -> RecordCheck | None:
        """Return the check for a hit of a search, None for another work; one with the same title is then `near`."""
        if not has_title(self._work, work):
            return None
        comparison = compare_work(self._work, work)
        fields = comparison.fields
        if "authors" in fields:
            by = f" by {'; '.join(work.authors[:_MOST_AUTHORS_SEARCHED])}" if work.authors else ""
            near.append(f"{registry} has a work with this title{by}{f' ({work.year})' if work.year else ''}: {work.address}")
            return None
        if "year" in fields:
            # Another version of the work, perhaps: a search cannot tell which one is cited.
            remark = f"registered with the year {work.year}, perhaps as another version"
            comparison = comparison._replace(differences=(), remarks=(*comparison.remarks, remark))
        return self._result(work, registry, "", BY_TITLE, comparison)

    # ------------------------------------------------------------------ answers and results

    def _answer(self, question: RegistryQuestion) -> tuple[RegisteredWork, ...]:
        """Return the works that answer a question, and note the date of the oldest answer. Raises NotAnswered."""
        answer = self._ask(question)
        self._date = min(self._date or answer.date, answer.date)
        return answer.works

    def _first(self, question: RegistryQuestion, failures: list[NotAnswered]) -> RegisteredWork | None:
        """Return the first work that answers a question, None if there is none; a failure to answer is added."""
        try:
            return next(iter(self._answer(question)), None)
        except NotAnswered as error:
            failures.append(error)
            return None

    def _compare(self, work: RegisteredWork, registry: str, identifier: str, found_by: str) -> RecordCheck:
        """Return how an entry compares with the record of its identifier."""
        comparison = compare_work(self._work, work)
        if work.identifier and work.identifier.casefold() != identifier.casefold():
            if "title" in comparison.fields:
                other = f"{registry} answered about another work, {work.identifier}"
                return RecordCheck(NOT_ASKED, registry, self._date, identifier, found_by, reason=other)
            remark = f"registered as {work.identifier} now"
            comparison = comparison._replace(remarks=(*comparison.remarks, remark))
        return self._result(work, registry, identifier, found_by, comparison)

    def _result(
        self, work: RegisteredWork, registry: str, identifier: str, found_by: str, comparison: WorkComparison
    ) -> RecordCheck:
        return RecordCheck(
            DIFFERS if comparison.differences else MATCHES,
            registry,
            self._date,
            identifier or work.identifier,
            found_by,
            work.title,
            work.authors[:_MOST_AUTHORS] or work.editors[:_MOST_AUTHORS],
            work.year,
            work.address,
            comparison.differences,
            comparison.remarks,
        )

    def _no_record(self, registry: str, identifier: str, found_by: str) -> RecordCheck:
        """Return that the authority has no record, and what a search for the title finds instead."""
        date, remarks = self._date, tuple[str, ...]()
        with contextlib.suppress(NotKept):  # a search that failed says nothing against what the authority said
            found = self._check_title()
            if found.outcome == MATCHES:
                under = f" as {found.identifier}" if found.identifier else ""
                remarks = (f"{found.registry} has a work with this title{under}: {found.address}",)
            elif found.outcome == NOT_FOUND:
                remarks = found.remarks
        return RecordCheck(NO_SUCH_RECORD, registry, date, identifier, found_by, remarks=remarks)

    def _not_asked(self, failure: NotAnswered, identifier: str, found_by: str) -> RecordCheck:
        day = date.today().isoformat()
        return RecordCheck(NOT_ASKED, failure.registry, day, identifier, found_by, reason=str(failure))
