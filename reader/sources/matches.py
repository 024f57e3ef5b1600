"""Match files to the references of an article: sure, likely or none, with the reasons in words.

The result does not depend on the order of the files. A file is sure only by an identifier that agrees together with its title,
or by title, first author and year together, and only while nothing speaks against it and no other file and no other reference
fits as well.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from reader.article.model import Reference
from reader.article.reference_identity import reference_identity
from reader.formats.progress import report
from reader.sources.candidate import Candidate
from reader.sources.evidence import MatchEvidence, ShownWork, WantedWork, to_wanted_work, weigh
from reader.sources.titles import TitleAgreement, entry_is_about_another, to_words

_SHINGLE: Final = 3
_MIN_SURE_LETTERS: Final = 16
"""The fewest letters of a title that is sure without an identifier, together with first author and year."""

_MIN_TELLING_LETTERS: Final = 20
"""The fewest letters of a title that is likely without anything else."""
_MOST_RIVALS: Final = 4
_MOST_WORKS: Final = 40
"""The most works whose titles share words with a file that it is compared with, those that share the most."""
_ABOUT_DOUBT: Final = "it seems to be about that work or beside it: an erratum, a supplement, a review or a reply"
_SEVERAL_DOUBT: Final = "it has a table of contents, and may hold several works"
_HIDDEN_DOUBT: Final = "its first pages do not show the title"
_ENTRY_DOUBT: Final = "the entry seems to be about a work with this title"


class Grade(IntEnum):
    """How well a file matches a reference, the best first."""

    SURE = 0
    LIKELY = 1
    NONE = 2


@dataclass(frozen=True, slots=True)
class Match:
    """A file and the work that it was matched to. `references` are the ids of that work's entries, none if it matches none.

    `reasons` say in words why, and what speaks against it.
    """

    references: tuple[str, ...]
    candidate: Candidate
    grade: Grade
    reasons: tuple[str, ...]


def match_candidates(references: Sequence[Reference], candidates: Iterable[Candidate]) -> tuple[Match, ...]:
    """Match files to references, and return the sure matches, the likely ones and the files without one.

    Matches are in the order of the references and of the files' names. A file that is sure is not likely for another reference,
    nor a reference that has a sure file for another file. Reports its progress; raises Cancelled once it is stopped.
    """
    works = _group_works(references)
    index = _WorkIndex(works)
    graded: list[_Graded] = []
    unmatched: dict[str, Match] = {}
    ordered = sorted(candidates, key=lambda one: (one.file.name, one.digest))
    for number, candidate in enumerate(ordered):
        report("matching file", number, len(ordered))
        shown = ShownWork(candidate)
        pairs = [_grade(works[place], shown, place) for place in index.find(shown)]
        fitting = [pair for pair in pairs if pair.match.grade is not Grade.NONE]
        graded.extend(fitting)
        if not fitting:
            unmatched[candidate.digest] = Match((), candidate, Grade.NONE, (_why_none(shown),))
    return _settle(works, graded, unmatched)


@dataclass(frozen=True, slots=True)
class _Graded:
    """A match with the place of its work, and whether an identifier agrees."""

    match: Match
    place: int
    has_identifier: bool
    title: TitleAgreement


class _WorkIndex:
    """The works by what they share with a file: identifiers, the title, or three words in a row of it.

    By three words of the whole entry a work is found only for the titles of a file: its pages share the names of journals.
    """

    def __init__(self, works: Sequence[WantedWork]) -> None:
        self._keys: dict[str, list[int]] = defaultdict(list)
        self._titles: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._entries: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place, work in enumerate(works):
            for key in {*work.identifiers.names(), work.title.letters}:
                self._keys[key].append(place)
            for shingle in {*_shingles(work.title.words)}:
                self._titles[shingle].append(place)
            for shingle in {*_shingles(to_words(work.text))}:
                self._entries[shingle].append(place)
        self._keys.pop("", None)

    def find(self, shown: ShownWork) -> list[int]:
        """Return the places of the works that may be that of a file, sorted."""
        shown_titles = (*shown.titles, *shown.record_titles)
        titles = {shingle for title in shown_titles for shingle in _shingles(title.words)}
        keys = {*shown.own.names(), *shown.shown.names(), *(one.letters for one in shown_titles)}
        shared = Counter[int]()
        for shingle in titles.union(_shingles(shown.words)):
            shared.update(self._titles.get(shingle, ()))
        for shingle in titles:
            shared.update(self._entries.get(shingle, ()))
        most = sorted(shared, key=lambda place: (-shared[place], place))[:_MOST_WORKS]
        return sorted({*most, *(place for key in keys for place in self._keys.get(key, ()))})


def _shingles(words: Sequence[str]) -> Iterable[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(_SHINGLE)), strict=False)


def _group_works(references: Sequence[Reference]) -> list[WantedWork]:
    """Return the works of the references in their order: entries of the same source are one work; remarks are left out."""
    groups: dict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        if not reference.remark:
            groups[reference_identity(reference)].append(reference)
    return [to_wanted_work(tuple(group)) for group in groups.values()]


# ------------------------------------------------------------------ grades


def _grade(work: WantedWork, shown: ShownWork, place: int) -> _Graded:
    evidence = weigh(work, shown)
    if evidence.identifiers:
        grade, doubt = _grade_identified(work, shown, evidence)
    else:
        grade, doubt = _grade_described(work, evidence)
    reasons = (*_reasons_for(work, evidence), doubt) if doubt else _reasons_for(work, evidence)
    match = Match(work.references, shown.candidate, grade, reasons)
    return _Graded(match, place, bool(evidence.identifiers), evidence.title)


def _grade_identified(work: WantedWork, shown: ShownWork, evidence: MatchEvidence) -> tuple[Grade, str]:
    """Grade a file that has an identifier of the work; return what speaks against it, "" if nothing does."""
    title = evidence.title
    has_title = title >= TitleAgreement.CLOSE
    if evidence.others and not evidence.own:
        # The file states another one for itself, so it only names the work.
        doubt = f"its own {evidence.others[0]} is another"
        return (Grade.LIKELY, doubt) if has_title else (Grade.NONE, doubt)
    if evidence.is_about_another or title is TitleAgreement.ABOUT:
        return Grade.LIKELY, _ABOUT_DOUBT
    if entry_is_about_another(work.title):
        return Grade.LIKELY, _ENTRY_DOUBT
    if evidence.contradiction:
        return Grade.LIKELY, evidence.contradiction
    if evidence.scantness and not shown.candidate.front.page_count:
        return Grade.LIKELY, evidence.scantness
    if _is_by_isbn_alone(evidence):
        return (Grade.SURE, "") if title is TitleAgreement.EXACT else (Grade.LIKELY, "the book may hold several works")
    if not shown.pages:
        return (Grade.SURE, "") if has_title else (Grade.LIKELY, "it has no text in which to look for the title")
    if not evidence.own and (doubt := _doubt_shown(work, evidence)):
        return Grade.LIKELY, doubt
    if not evidence.own and not evidence.is_only:
        doubt = "other works are named beside it"
        if title is TitleAgreement.EXACT and (evidence.has_first_author or not work.surnames):
            return Grade.SURE, ""
        return (Grade.LIKELY, doubt) if title else (Grade.NONE, doubt)
    if work.title.letters and not evidence.is_shown:
        return Grade.LIKELY, _HIDDEN_DOUBT
    if has_title or (title is not TitleAgreement.NONE and (evidence.has_people or not work.surnames)):
        return Grade.SURE, ""
    if not work.title.letters and evidence.has_first_author:
        return Grade.SURE, ""
    return Grade.LIKELY, "none of its authors is found" if title else _HIDDEN_DOUBT


def _doubt_shown(work: WantedWork, evidence: MatchEvidence) -> str:
    """Return what speaks against a file that has an identifier of the work only on its first page, "" if nothing does."""
    title = evidence.title
    doubts = (
        (_SEVERAL_DOUBT if evidence.is_several else ""),
        ("its title differs a little" if title is TitleAgreement.CLOSE else ""),
        ("only one of entry and file is a thesis" if evidence.is_other_thesis else ""),
        ("it calls itself a preprint" if evidence.is_other_preprint and evidence.is_other_year else ""),
        ("none of its authors is found" if title < TitleAgreement.EXACT and work.surnames and not evidence.has_people else ""),
    )
    return next(filter(None, doubts), "")


def _grade_described(work: WantedWork, evidence: MatchEvidence) -> tuple[Grade, str]:
    """Grade a file that has no identifier of the work; return what speaks against it, "" if nothing does."""
    title = evidence.title
    if title is TitleAgreement.NONE or (evidence.is_by_name and not work.title.is_long):
        return Grade.NONE, ""
    doubts = [
        (f"its {evidence.others[0]} is another: perhaps another edition or a preprint" if evidence.others else ""),
        (_ABOUT_DOUBT if evidence.is_about_another or title is TitleAgreement.ABOUT else ""),
        (_ENTRY_DOUBT if entry_is_about_another(work.title) else ""),
        ("" if evidence.is_shown else _HIDDEN_DOUBT),
        ("its first author is not found" if work.surnames and not evidence.has_first_author else ""),
        ("the entry names no author" if not work.surnames else ""),
        (f"the year {work.year} is not that of the file" if evidence.is_other_year else ""),
        ("the file has no year" if work.year and not evidence.is_same_year and not evidence.is_other_year else ""),
        ("the entry has no year" if not work.year else ""),
        ("only one of entry and file is a thesis" if evidence.is_other_thesis else ""),
        (_SEVERAL_DOUBT if evidence.is_several else ""),
        ("it calls itself a preprint" if evidence.is_other_preprint else ""),
        ("the entry names a preprint, which the file does not call itself" if evidence.is_published else ""),
        evidence.scantness,
        ("the title is short" if work.title.weight < _MIN_SURE_LETTERS else ""),
    ]
    doubt = next(filter(None, doubts), "")
    if title is TitleAgreement.EXACT and not doubt:
        return Grade.SURE, ""
    if title is TitleAgreement.EXACT:
        fits = evidence.has_people or evidence.is_same_year or work.title.weight >= _MIN_TELLING_LETTERS
    elif title >= TitleAgreement.CLOSE:
        fits = evidence.has_people or evidence.is_same_year
    else:
        fits = evidence.is_by_name or (evidence.has_first_author and not evidence.is_other_year)
    return (Grade.LIKELY, doubt) if fits else (Grade.NONE, "")


def _is_by_isbn_alone(evidence: MatchEvidence) -> bool:
    return all(name.startswith("ISBN") for name in evidence.identifiers)


_TITLE_REASONS: Mapping[TitleAgreement, str] = {
    TitleAgreement.EXACT: "same title",
    TitleAgreement.FRAMED: "same title, with other words beside it",
    TitleAgreement.CLOSE: "nearly the same title",
    TitleAgreement.ABOUT: "the title within another one",
    TitleAgreement.PART: "one title is a part of the other",
    TitleAgreement.SHOWN: "its first pages show the title",
}


def _reasons_for(work: WantedWork, evidence: MatchEvidence) -> tuple[str, ...]:
    """Return what speaks for a match, in words."""
    title = "its name has the title" if evidence.is_by_name else _TITLE_REASONS.get(evidence.title, "")
    people = "same first author" if evidence.has_first_author else "one of the authors" if evidence.has_people else ""
    reasons = (*(f"same {name}" for name in evidence.identifiers), title, people, work.year if evidence.is_same_year else "")
    return tuple(reason for reason in reasons if reason)


def _why_none(shown: ShownWork) -> str:
    if not shown.pages:
        return "it has no text, and neither its name nor a record fits an entry"
    return "no entry has its title or an identifier of it"


# ------------------------------------------------------------------ rivals


def _settle(works: Sequence[WantedWork], graded: Sequence[_Graded], unmatched: dict[str, Match]) -> tuple[Match, ...]:
    """Decide between matches of one file with several works, and of one work with several files; name what was not decided."""
    files, wanted = defaultdict[str, list[_Graded]](list), defaultdict[int, list[_Graded]](list)
    for pair in graded:
        if pair.match.grade is Grade.SURE:
            files[pair.match.candidate.digest].append(pair)
            wanted[pair.place].append(pair)
    sure, likely = list[_Graded](), list[_Graded]()
    for pair in graded:
        if pair.match.grade is not Grade.SURE:
            likely.append(pair)
            continue
        rivals = (*files[pair.match.candidate.digest][:_MOST_RIVALS], *wanted[pair.place][:_MOST_RIVALS])
        doubts = tuple(_name_rival(works, pair, rival) for rival in rivals if rival is not pair)
        if doubts:
            likely.append(replace(pair, match=replace(pair.match, grade=Grade.LIKELY, reasons=(*pair.match.reasons, *doubts))))
        else:
            sure.append(pair)
    sure_files = {pair.match.candidate.digest: pair for pair in sure}
    sure_works = {pair.place: pair for pair in sure}
    open_pairs: list[_Graded] = []
    for pair in _best_of_each(likely):
        digest = pair.match.candidate.digest
        if digest in sure_files:
            continue
        if pair.place in sure_works:
            better = sure_works[pair.place].match.candidate.file.name
            reason = f"[{works[pair.place].label}] has a better file: {better}"
            unmatched.setdefault(digest, Match((), pair.match.candidate, Grade.NONE, (reason,)))
        else:
            open_pairs.append(pair)
    for pair in open_pairs:
        unmatched.pop(pair.match.candidate.digest, None)
    matches = [pair.match for pairs in (sure, open_pairs) for pair in sorted(pairs, key=_order)]
    return (*matches, *sorted(unmatched.values(), key=lambda match: (match.candidate.file.name, match.candidate.digest)))


def _best_of_each(likely: Sequence[_Graded]) -> list[_Graded]:
    """Return the likely matches, of each file only those as strong as its strongest: one with an identifier, else the title."""
    best: dict[str, tuple[bool, TitleAgreement]] = {}
    for pair in likely:
        digest = pair.match.candidate.digest
        best[digest] = max(best.get(digest, (False, TitleAgreement.NONE)), (pair.has_identifier, pair.title))
    return [pair for pair in likely if (pair.has_identifier, pair.title) == best[pair.match.candidate.digest]]


def _name_rival(works: Sequence[WantedWork], pair: _Graded, rival: _Graded) -> str:
    if rival.place != pair.place:
        return f"it fits [{works[rival.place].label}] as well"
    return f"{rival.match.candidate.file.name} fits as well"


def _order(pair: _Graded) -> tuple[int, str, str]:
    return pair.place, pair.match.candidate.file.name, pair.match.candidate.digest
