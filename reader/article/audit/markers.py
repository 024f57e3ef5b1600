"""Check citation markers: markers that point nowhere or fit several references, names and years that contradict the entry.

Only unambiguous patterns are checked: "Smith et al. [4]", "Smith and Lee (2019) [4]", "Lee (2019) [4]", "Lee's 2019 study [4]",
"a 2019 study by Lee [4]". If many of them disagree, the markers were matched with the wrong list, and nothing is reported.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import (
    AMBIGUOUS,
    FUTURE_YEAR,
    OTHER_NAME,
    OTHER_YEAR,
    POINTS_NOWHERE,
    Finding,
    excerpt,
    message_label,
)
from reader.article.citation_words import JOINS, OTHERS
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Citation, Reference
from reader.article.names import fold_name, surname
from reader.article.ranges import Span

_CAPITAL = "A-ZÀ-ÖØ-ÞĀ-ŽΆ-ΫА-ЯЁЂ-ЏҐ"
_SMALL = "a-zß-öø-ÿā-žά-ώа-яёђ-џґ"
_NAME = rf"(?:(?:van|von|der|den|de|del|della|di|da|dos|ten|ter|al|bin) )*[{_CAPITAL}][{_CAPITAL}{_SMALL}'’\-]*[{_SMALL}]"
_YEAR = r"(?:1[89]|20)\d\d"
_WORK = r"(?:study|studies|paper|article|report|review|survey|analysis|book|experiment|trial|essay|thesis)"
_NAME_BEFORE_MARKER = lazy_pattern(
    rf"(?<![\w'’\-])(?:"
    rf"(?P<first>{_NAME})(?:,? (?:{JOINS}) {_NAME})?,? {OTHERS},?(?:['’]s)?(?: ?\(?(?P<year>{_YEAR})[a-z]?\)?)?"
    rf"|(?P<one>{_NAME}) (?:{JOINS}) (?P<other>{_NAME}) ?\((?P<year2>{_YEAR})[a-z]?\)"
    rf"|(?P<alone>{_NAME})(?:['’]s?)? ?\((?P<year1>{_YEAR})[a-z]?\)"
    rf"|(?P<owner>{_NAME})['’]s? (?P<year3>{_YEAR}) {_WORK}"
    rf"|(?P<year4>{_YEAR}) {_WORK} by (?P<by>{_NAME})(?: et al\.?)?"
    rf")[,.]?\s?$"
)
_MARKER_YEAR = lazy_pattern(rf"(?P<names>.+) (?P<year>{_YEAR})[a-z]?$")
_ET_AL = "et al"
_NAME_SEPARATOR = lazy_pattern(rf",? {OTHERS}|,? (?:{JOINS}) |, |/")
_AND_OTHERS = lazy_pattern(rf",? {OTHERS}$")
_NUMBERED_KINDS = frozenset({"bracket", "superscript", "superscript?", "footnote", "parenthesis", "link"})
_MAX_MENTION_LENGTH = 90
_MAX_NAMED_REFERENCES = 3
"""The most references that a finding names one by one."""
_MAX_ENTRY_LENGTH = 3000
_MAX_NAMESAKES = 100
"""The most references by one first author that a marker is compared with."""
_MIN_NAME_SIMILARITY = 0.7
_MAX_NAME_CONFLICTS = 3
_MAX_COUNTED_CONFLICTS = 300
"""The number of conflicting names after which to stop, since searching for a name in a long entry is slow."""


def check_markers(article: Article, year: int) -> Iterator[Finding]:
    """Yield the findings about markers. `year` is the current year."""
    by_author = _group_by_first_author(article.references)
    for citation in article.citations:
        if citation.ambiguous:
            yield _ambiguous_finding(article, citation)
        if citation.missing:
            yield from _missing_findings(article, citation, by_author, year)
    yield from _believable_findings(_compare_mentions(article))


def _ambiguous_finding(article: Article, citation: Citation) -> Finding:
    marker = " ".join(article.text[citation.start : citation.end].split())
    references = [article.reference_by_id[name] for name in citation.ambiguous]
    names = [f"“{excerpt(reference.title or reference.text)}”" for reference in references[:_MAX_NAMED_REFERENCES]]
    more = len(references) - len(names)
    listed = f"{', '.join(names)} and {more} more" if more else " and ".join([", ".join(names[:-1]), names[-1]])
    also = tuple(sorted(reference.span for reference in references if reference.span is not None))
    return Finding(AMBIGUOUS, citation.span, "", f"{marker} fits {len(references)} references: {listed}.", also=also)


def _missing_findings(
    article: Article, citation: Citation, by_author: Mapping[str, Sequence[Reference]], year: int
) -> Iterator[Finding]:
    marker = " ".join(article.text[citation.start : citation.end].split())
    unknown_labels: list[str] = []
    for label in citation.missing:
        match = _MARKER_YEAR.match(label) if citation.kind == "author-year" else None
        if match and int(match["year"]) > year:
            text = f"{marker} gives the year {match['year']}, which is in the future."
            yield Finding(FUTURE_YEAR, citation.span, "", text)
        other = _find_other_year(match["names"], by_author, article.cited_ids) if match else None
        if match and other is not None:
            text = f"{marker} points nowhere: the reference by {match['names']} is from {other.year}, not {match['year']}."
            yield Finding(OTHER_YEAR, citation.span, other.id, text)
        else:
            unknown_labels.append(label)
    if unknown_labels:
        yield Finding(
            POINTS_NOWHERE, citation.span, "", f"{marker} points nowhere: there is no reference {', '.join(unknown_labels)}."
        )


def _group_by_first_author(references: Sequence[Reference]) -> dict[str, list[Reference]]:
    groups: defaultdict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        if reference.authors and reference.year:
            group = groups[fold_name(surname(reference.authors[0]))]
            if len(group) < _MAX_NAMESAKES:
                group.append(reference)
    return groups


def _find_other_year(names: str, by_author: Mapping[str, Sequence[Reference]], cited_ids: frozenset[str]) -> Reference | None:
    """Return the only reference by "Lee & Doe" or "Lee et al.", whatever its year, or None.

    One author may have several works, so a match by a single name counts only if the reference is cited nowhere else.
    """
    first, *others = [part for part in _NAME_SEPARATOR.split(names) if part.strip()] or [""]
    candidates = [
        r for r in by_author.get(fold_name(first), ()) if _has_coauthors(r, others, _AND_OTHERS.search(names) is not None)
    ]
    if len(candidates) != 1:
        return None
    return candidates[0] if others or candidates[0].id not in cited_ids else None


def _has_coauthors(reference: Reference, others: Sequence[str], more: bool) -> bool:
    if others:
        return len(reference.authors) == 1 + len(others) and all(
            fold_name(surname(author)) == fold_name(other) for author, other in zip(reference.authors[1:], others, strict=True)
        )
    return len(reference.authors) > 1 if more else len(reference.authors) == 1


class _Mention(NamedTuple):
    """The names and year that the text gives for the work of a marker.

    `is_certain`: the names can only be authors. `year` may be empty. `span` is the range of the mention.
    """

    names: tuple[str, ...]
    is_certain: bool
    year: str
    span: Span


class _Comparison(NamedTuple):
    """A mention beside a marker, its reference, and the conflict between them if any."""

    mention: _Mention
    reference: Reference
    finding: Finding | None


def _compare_mentions(article: Article) -> Iterator[_Comparison]:
    """Compare each mention of a name with the entry of the marker after it, if that marker has a single reference."""
    authors = {fold_name(surname(author)) for reference in article.references for author in reference.authors}
    end = 0
    for citation in article.citations:
        start, end = max(end, citation.start - _MAX_MENTION_LENGTH), citation.end
        if citation.kind not in _NUMBERED_KINDS or len(citation.references) != 1 or citation.missing:
            continue
        mention = _find_mention(article.text, start, citation.start)
        reference = article.reference_by_id[citation.references[0]]
        if (
            mention is not None
            and reference.authors
            and not reference.remark
            and (mention.is_certain or fold_name(mention.names[0]) in authors)
        ):
            yield _Comparison(mention, reference, _find_conflict(article, mention, reference))


def _find_mention(text: str, start: int, end: int) -> _Mention | None:
    match = _NAME_BEFORE_MARKER.search(text, start, end)
    if match is None or "\n\n" in match[0]:
        return None
    groups = match.groupdict()
    name = groups["first"] or groups["one"] or groups["alone"] or groups["owner"] or groups["by"]
    names = (name, groups["other"]) if groups["other"] else (name,)
    years = (groups[group] for group in ("year", "year1", "year2", "year3", "year4"))
    is_certain = bool(groups["first"]) and _ET_AL in match[0]  # "u. a." and "и др." also follow places
    return _Mention(names, is_certain, next((year for year in years if year), ""), Span(*match.span()))


def _find_conflict(article: Article, mention: _Mention, reference: Reference) -> Finding | None:
    """Return the conflict between a mention and its entry, or None.

    An entry may have names in the wrong order, "Anna L" for "Lee, Anna", so the initial of the first author counts as a match.
    """
    entry = fold_name(f"{reference.text[:_MAX_ENTRY_LENGTH]} {' '.join(reference.authors)} {reference.url}")
    place = " ".join(article.text[mention.span.start : mention.span.end].split())
    is_initial = any(part.rstrip(".") == mention.names[0][0] for part in reference.authors[0].replace(",", " ").split())
    if not is_initial and not any(_is_name_in(name, entry) for name in mention.names):
        by = reference.authors[0] + (" and others" if len(reference.authors) > 1 else "")
        return Finding(
            OTHER_NAME, mention.span, reference.id, f"The text says “{place}”, but {message_label(reference)} is by {by}."
        )
    if mention.year and reference.year and mention.year not in entry and mention.year != reference.year:
        return Finding(
            OTHER_YEAR,
            mention.span,
            reference.id,
            f"The text says “{place}”, but {message_label(reference)} is from {reference.year}.",
        )
    return None


def _is_name_in(name: str, entry: str) -> bool:
    """Whether an entry contains a name, possibly in another spelling."""
    folded = fold_name(name)
    if folded.replace("-", " ") in entry.replace("-", " "):
        return True
    letters = Counter(folded)
    return any(
        # This upper bound of the ratio takes a tenth of its time and excludes most words.
        2 * sum((letters & Counter(word)).values()) >= _MIN_NAME_SIMILARITY * (len(folded) + len(word))
        and SequenceMatcher(None, folded, word).ratio() >= _MIN_NAME_SIMILARITY
        for word in {word.strip(".,;:()&'\"") for word in entry.split()}
        if abs(len(word) - len(folded)) <= len(folded) // 2 + 1
    )


def _believable_findings(comparisons: Iterable[_Comparison]) -> Iterator[Finding]:
    """Yield the findings, unless so many names conflict that the numbers must have been misread."""
    findings: list[Finding] = []
    wrong = count = 0
    for comparison in comparisons:
        count += 1
        if comparison.finding is not None:
            findings.append(comparison.finding)
            wrong += comparison.finding.kind == OTHER_NAME
        if wrong > _MAX_COUNTED_CONFLICTS:
            return
    if wrong < _MAX_NAME_CONFLICTS or wrong * 3 < count:
        yield from findings
