"""What is found at the markers: those that point nowhere, and those beside a name or a year that the entry does not have.

Only patterns that can hardly mean anything else are looked at: "Smith et al. [4]", "Smith and Lee (2019) [4]", "Lee (2019)
[4]", "Lee's 2019 study [4]", "a 2019 study by Lee [4]". Where many of them disagree, the numbers were matched with the wrong
list, and nothing is said.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import FUTURE_YEAR, OTHER_NAME, OTHER_YEAR, POINTS_NOWHERE, Finding, kind_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Citation, Reference
from reader.article.ranges import Span
from reader.article.references import surname

_CAPITAL = "A-ZÀ-ÖØ-ÞĀ-Ž"
_NAME = (
    rf"(?:(?:van|von|der|den|de|del|della|di|da|dos|ten|ter|al|bin) )*[{_CAPITAL}][{_CAPITAL}a-zß-öø-ÿā-ž'’\-]*[a-zß-öø-ÿā-ž]"
)
_YEAR = r"(?:1[89]|20)\d\d"
_WORK = r"(?:study|studies|paper|article|report|review|survey|analysis|book|experiment|trial|essay|thesis)"
_BESIDE = lazy_pattern(
    rf"(?<![\w'’\-])(?:"
    rf"(?P<first>{_NAME})(?:,? (?:and|&) {_NAME})?,? et al\b\.?,?(?:['’]s)?(?: ?\(?(?P<year>{_YEAR})[a-z]?\)?)?"
    rf"|(?P<one>{_NAME}) (?:and|&) (?P<other>{_NAME}) ?\((?P<year2>{_YEAR})[a-z]?\)"
    rf"|(?P<alone>{_NAME})(?:['’]s?)? ?\((?P<year1>{_YEAR})[a-z]?\)"
    rf"|(?P<owner>{_NAME})['’]s? (?P<year3>{_YEAR}) {_WORK}"
    rf"|(?P<year4>{_YEAR}) {_WORK} by (?P<by>{_NAME})(?: et al\.?)?"
    rf")[,.]?\s?$"
)
_MARKER_YEAR = lazy_pattern(rf"(?P<names>.+) (?P<year>{_YEAR})[a-z]?$")
_BETWEEN = lazy_pattern(r",? et al\.?|,? (?:and|&|und|et|y) |, |/")
_NUMBERED = frozenset({"bracket", "superscript", "superscript?", "footnote", "parenthesis", "link"})
_WINDOW = 90
_LONGEST_ENTRY = 3000
_ALIKE = 0.7
_TOO_MANY = 3
_HOPELESS = 300
"""How many names that disagree are enough without looking at the rest, as to look for one in a long entry takes its time."""
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "’": "'"})


def check_markers(article: Article, year: int) -> Iterator[Finding]:
    """Yield what does not fit at the markers; `year` is the present one."""
    cited = {name for citation in article.citations for name in citation.references}
    listed = _by_first_author(article.references)
    for citation in article.citations:
        if citation.missing:
            yield from _missing(article, citation, listed, cited, year)
    yield from _believable(_beside(article))


def _missing(
    article: Article, citation: Citation, listed: Mapping[str, Sequence[Reference]], cited: set[str], year: int
) -> Iterator[Finding]:
    """Yield what is to be said of the labels that a marker names and no reference has."""
    marker = " ".join(article.text[citation.start : citation.end].split())
    lacking: list[str] = []
    for label in citation.missing:
        named = _MARKER_YEAR.match(label) if citation.kind == "author-year" else None
        if named and int(named["year"]) > year:
            text = f"{marker} is of {named['year']}, which is still to come."
            yield Finding(FUTURE_YEAR, citation.span, "", text)
        other = _of_another_year(named["names"], listed, cited) if named else None
        if named and other is not None:
            text = f"{marker} points nowhere: the reference by {named['names']} is of {other.year}, not {named['year']}."
            yield Finding(OTHER_YEAR, citation.span, other.id, text)
        else:
            lacking.append(label)
    if lacking:
        yield Finding(
            POINTS_NOWHERE, citation.span, "", f"{marker} points nowhere: there is no reference {', '.join(lacking)}."
        )


def _by_first_author(references: Sequence[Reference]) -> dict[str, list[Reference]]:
    found: defaultdict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        if reference.authors and reference.year:
            found[_folded(surname(reference.authors[0]))].append(reference)
    return found


def _of_another_year(names: str, listed: Mapping[str, Sequence[Reference]], cited: set[str]) -> Reference | None:
    """Return the one reference that "Lee & Doe" or "Lee et al." can mean though its year is another, or None.

    Two names are enough by themselves; one name may have several works, so its reference must not be cited anywhere else.
    """
    first, *others = [part for part in _BETWEEN.split(names) if part.strip()] or [""]
    alike = [r for r in listed.get(_folded(first), ()) if _has_others(r, others, "et al" in names)]
    if len(alike) != 1:
        return None
    return alike[0] if others or alike[0].id not in cited else None


def _has_others(reference: Reference, others: Sequence[str], more: bool) -> bool:
    if others:
        return len(reference.authors) == 1 + len(others) and all(
            _folded(surname(author)) == _folded(other) for author, other in zip(reference.authors[1:], others, strict=True)
        )
    return len(reference.authors) > 1 if more else len(reference.authors) == 1


class _Said(NamedTuple):
    """What the text says of the work behind a marker.

    `sure`: whether the names can only be authors. `year` is "" without one. `span` is the range of all of it.
    """

    names: tuple[str, ...]
    sure: bool
    year: str
    span: Span


class _Compared(NamedTuple):
    """What is said beside a marker, and what was found when it was compared: None where it fits."""

    said: _Said
    reference: Reference
    finding: Finding | None


def _beside(article: Article) -> Iterator[_Compared]:
    """Yield the markers of one reference that stand behind a name, each compared with the entry."""
    authors = {_folded(surname(author)) for reference in article.references for author in reference.authors}
    end = 0
    for citation in article.citations:
        start, end = max(end, citation.start - _WINDOW), citation.end
        if citation.kind not in _NUMBERED or len(citation.references) != 1 or citation.missing:
            continue
        said = _said(article.text, start, citation.start)
        reference = article.reference_by_id[citation.references[0]]
        if said is not None and reference.authors and not reference.remark and (said.sure or _folded(said.names[0]) in authors):
            yield _Compared(said, reference, _compared(article, said, reference))


def _said(text: str, start: int, end: int) -> _Said | None:
    match = _BESIDE.search(text, start, end)
    if match is None or "\n\n" in match[0]:
        return None
    found = match.groupdict()
    name = found["first"] or found["one"] or found["alone"] or found["owner"] or found["by"]
    names = (name, found["other"]) if found["other"] else (name,)
    years = (found[group] for group in ("year", "year1", "year2", "year3", "year4"))
    return _Said(names, bool(found["first"]), next((year for year in years if year), ""), Span(*match.span()))


def _compared(article: Article, said: _Said, reference: Reference) -> Finding | None:
    """Return what does not fit between what is said and the entry, or None.

    Names in an entry may be turned round, "Anna L" for "Lee, Anna", so the initial of a first author is enough for the name.
    """
    entry = _folded(f"{reference.text[:_LONGEST_ENTRY]} {' '.join(reference.authors)} {reference.url}")
    place = " ".join(article.text[said.span.start : said.span.end].split())
    turned = any(part.rstrip(".") == said.names[0][0] for part in reference.authors[0].replace(",", " ").split())
    if not turned and not any(_stands_in(name, entry) for name in said.names):
        by = reference.authors[0] + (" and others" if len(reference.authors) > 1 else "")
        return Finding(
            OTHER_NAME,
            said.span,
            reference.id,
            f"The text says “{place}”, but the entry of {kind_label(reference)} is by {by}.",
        )
    if said.year and reference.year and said.year not in entry and said.year != reference.year:
        return Finding(
            OTHER_YEAR, said.span, reference.id, f"The text says “{place}”, but {kind_label(reference)} is of {reference.year}."
        )
    return None


def _stands_in(name: str, entry: str) -> bool:
    """Whether a name stands in an entry, also in another spelling of it."""
    folded = _folded(name)
    if folded.replace("-", " ") in entry.replace("-", " "):
        return True
    letters = Counter(folded)
    return any(
        # No more letters can agree than both have: this costs a tenth of the ratio, which few words are worth.
        2 * sum((letters & Counter(word)).values()) >= _ALIKE * (len(folded) + len(word))
        and SequenceMatcher(None, folded, word).ratio() >= _ALIKE
        for word in {word.strip(".,;:()&'\"") for word in entry.split()}
        if abs(len(word) - len(folded)) <= len(folded) // 2 + 1
    )


def _believable(compared: Iterable[_Compared]) -> Iterator[Finding]:
    """Yield the findings, unless so many names disagree that it is the numbers that were misread."""
    found: list[Finding] = []
    wrong = count = 0
    for one in compared:
        count += 1
        if one.finding is not None:
            found.append(one.finding)
            wrong += one.finding.kind == OTHER_NAME
        if wrong > _HOPELESS:
            return
    if wrong < _TOO_MANY or wrong * 3 < count:
        yield from found


def _folded(name: str) -> str:
    """Return a name as it is compared: without case and accents."""
    folded = name.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded.translate(_PLAIN))
        folded = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(folded.split())
