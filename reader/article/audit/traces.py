"""Find the references that no marker points to, where the markers of their list were recognised.

Markers come in styles that no program knows. So a reference counts as never cited only if the markers of most of its list were
recognised, it names a work, and the text has no trace of it: its number in brackets, its author beside its year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import MARKERS_UNKNOWN, NEVER_CITED, Finding, excerpt, message_label
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference, entry_ranges
from reader.article.names import fold_name, surname
from reader.article.ranges import merge_ranges
from reader.article.reference_lists import is_reference_heading

_MIN_LIST_WITHOUT_MARKERS = 4
"""The fewest references without a marker that are reported as one list instead of one by one, if they are most of it."""
_MIN_SKIPPED_RUN = 3
"""The fewest references in a row that are more likely cited by one unread marker than never."""
_MIN_ORDERED = 5
_MIN_ORDERED_SHARE = 0.9
_MAX_HEADING_WORDS = 3
_MAX_NUMBER_RUN = 100
_MAX_NAME_DISTANCE = 80
"""How many code points before its year the name of an author may begin."""
_EDIT_LINK = lazy_pattern(r"\[\s*edit\s*\]\s*$")
_BRACKETS = lazy_pattern(r"[\[【［]([^\[\]【】［］]{1,80})[\]】］]")
_PARENTHESES = lazy_pattern(r"\(([\d\s,;–-]{1,80})\)")
_RAISED = lazy_pattern(r"(?:[^\W\d_A-Z]{2}[.,;:)\]\"”’]{0,2}|[a-z] (?:\d+\.)?\d+ )(\d{1,3}(?:[,–-]\d{1,3})*)(?![\w%]|[.,]\d)")
_NOTE_MARKER = lazy_pattern(r"[^\W\d_][.,;:)”\"]?(\[[a-z]{1,6} \d{1,2}\])")
_NUMBER_LIST = lazy_pattern(r"(?:^|;)((?:\s*\d{1,3}(?:\s?[–—-]\s?\d{1,3})?\s*(?:[,;]|$|(?=\D)))+)")
"""Match numbers at the beginning of a bracket or of its parts. Those after a word, as in "[5, p. 22]", are no labels."""
_NUMBERS = lazy_pattern(r"(\d{1,3})(?:\s?[–—-]\s?(\d{1,3}))?")
_YEAR = lazy_pattern(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")
_BEGINNING_OF_PART = lazy_pattern(
    r"[\d\W_]*(?!(?:van|von|vom|der|den|de|del|della|di|da|dos|du|la|le|ten|ter|al|el|bin)\b)[a-zß-öø-ÿ]"
)
"""Match the beginning of a line that goes on from another entry: in a list by names, each begins with a capital."""
_WORD = lazy_pattern(r"[^\W\d_]+")


class UncitedReferences(NamedTuple):
    """The references that no marker points to.

    `references` are those that are never cited. `unknown_lists` are the lists whose markers were not recognised, each with the
    number of references without a marker and of all.
    """

    references: tuple[Reference, ...]
    unknown_lists: tuple[tuple[int, int], ...]


def find_uncited_references(article: Article) -> UncitedReferences:
    """Return the references that no marker points to, in the order of the article."""
    lists: defaultdict[str, list[Reference]] = defaultdict(list)
    for reference in article.references:
        lists[_list_style(reference)].append(reference)
    rest: list[Reference] = []
    unknown: list[tuple[int, int]] = []
    for references in lists.values():
        uncited = [reference for reference in references if reference.id not in article.cited_ids]
        is_unknown = len(uncited) == len(references) if len(lists) > 1 else False
        if len(uncited) >= _MIN_LIST_WITHOUT_MARKERS and len(uncited) * 2 > len(references):
            unknown.append((len(uncited), len(references)))
        elif not is_unknown:
            rest += uncited
    if not rest:
        return UncitedReferences((), tuple(unknown))
    traces = _traced_ids(article, rest)
    return UncitedReferences(
        tuple(reference for reference in rest if _is_work(reference) and reference.id not in traces), tuple(unknown)
    )


def uncited_findings(uncited: UncitedReferences) -> Iterator[Finding]:
    """Yield a finding for every reference that is never cited, and one for every list whose markers were not recognised."""
    for count, total in uncited.unknown_lists:
        share = f"all {total}" if count == total else f"{count} of the {total}"
        text = f"No marker was found for {share} references of a list. Its markers may have a style that is not recognised."
        yield Finding(MARKERS_UNKNOWN, None, "", text)
    for reference in uncited.references:
        text = f"{message_label(reference)} is never cited: {excerpt(reference.text)}"
        yield Finding(NEVER_CITED, reference.span, reference.id, text)


def _list_style(reference: Reference) -> str:
    """Return what tells the lists of an article apart: numbers, notes, names. Each has markers of its own."""
    if reference.id.startswith("^") or (len(reference.label) == 1 and reference.label.isalpha()):
        return "notes"
    return "numbers" if reference.label.isdecimal() else "names"


def _is_work(reference: Reference) -> bool:
    """Whether an entry names a work, and is no heading or paragraph that was read as one."""
    has_place = bool(reference.doi or reference.url)
    if _EDIT_LINK.search(reference.text) or is_reference_heading(reference.text):
        return False
    if _list_style(reference) == "names" and _BEGINNING_OF_PART.match(reference.text):
        return False
    if _list_style(reference) == "names":
        return has_place or bool(reference.year and reference.authors)
    is_short = len(reference.text.split()) <= _MAX_HEADING_WORDS and not reference.year
    return has_place or bool(reference.authors) or not is_short


# ------------------------------------------------------------------ Traces of a reference in the text


def _traced_ids(article: Article, references: Sequence[Reference]) -> frozenset[str]:
    """Return the ids of the references that the text seems to cite although no marker was recognised."""
    body = list(_body_parts(article))
    numbers = _traced_numbers(article, body) | _skipped_numbers(article, references) | _noted_numbers(article, body)
    labels = {reference.label for reference in article.references if reference.id in article.cited_ids}
    cited_works = {key for r in article.references if r.id in article.cited_ids for key in _work_keys(r)}
    by_year: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    traced: set[str] = set()
    for reference in references:
        is_number = reference.label.isdecimal()
        is_traced = is_number and (int(reference.label) in numbers or reference.label in labels)
        if is_traced or not cited_works.isdisjoint(_work_keys(reference)):
            traced.add(reference.id)
        elif not is_number and reference.authors and reference.year:
            for name in _marker_names(reference.authors[0]):
                by_year[reference.year[:4]][name].append(reference.id)
    for part in body if by_year else ():
        traced.update(_named_ids(part, by_year))
    return frozenset(traced)


def _body_parts(article: Article) -> Iterator[str]:
    """Yield the text between the entries of the reference lists."""
    start = 0
    for entry in merge_ranges(entry_ranges(article.references)):
        yield article.text[start : entry.start]
        start = entry.end
    yield article.text[start:]


def _traced_numbers(article: Article, body: Iterable[str]) -> frozenset[int]:
    """Return the numbers in brackets, and those that are raised or in parentheses if markers of the article are."""
    kinds = {citation.kind.rstrip("?") for citation in article.citations if citation.references}
    patterns = [_BRACKETS, *([_RAISED] if "superscript" in kinds else []), *([_PARENTHESES] if "parenthesis" in kinds else [])]
    numbers: set[int] = set()
    for part in body:
        for match in (match for pattern in patterns for match in pattern.finditer(part)):
            for first, last in _NUMBERS.findall(" ".join(_NUMBER_LIST.findall(match[1]))):
                end = int(last) if last and int(last) - int(first) <= _MAX_NUMBER_RUN else int(first)
                numbers.update((int(first), *range(int(first), end + 1)))
    return frozenset(numbers)


def _noted_numbers(article: Article, body: Iterable[str]) -> frozenset[int]:
    """Return the last numbers of the list, one for each marker such as "[note 1]": pasted lists end with such notes."""
    count = len({marker for part in body for marker in _NOTE_MARKER.findall(part)})
    numbers = sorted(int(reference.label) for reference in article.references if reference.label.isdecimal())
    return frozenset(numbers[len(numbers) - count :] if count < len(numbers) else ())


def _skipped_numbers(article: Article, references: Iterable[Reference]) -> frozenset[int]:
    """Return the numbers that one unread marker probably cites together: runs in a list that is in the order of citation."""
    skipped: set[int] = set()
    order = [number for number, _ in citation_order(article)]
    numbers = {int(reference.label) for reference in references if reference.label.isdecimal()}
    for before, after in pairwise(order):
        run = range(before + 1, after)
        if len(run) >= _MIN_SKIPPED_RUN and numbers.issuperset(run):
            skipped.update(run)
    return frozenset(skipped)


def citation_order(article: Article) -> tuple[tuple[int, int], ...]:
    """Return the cited numbers with the offsets of their first markers, if the list is in the order of citation."""
    starts: dict[str, int] = {}
    for citation in article.citations:
        for reference_id in citation.references:
            starts.setdefault(reference_id, citation.start)
    numbers = sorted((int(r.label), starts[r.id]) for r in article.references if r.label.isdecimal() and r.id in starts)
    ordered = sum(one[1] <= other[1] for one, other in pairwise(numbers))
    is_ordered = len(numbers) >= _MIN_ORDERED and ordered >= _MIN_ORDERED_SHARE * (len(numbers) - 1)
    return tuple(numbers) if is_ordered else ()


def _marker_names(author: str) -> Iterator[str]:
    """Yield what a marker may call an author: the end of the surname; the first word or the initials of an organisation."""
    words = _WORD.findall(surname(author))
    if words:
        yield fold_name(words[-1])
    if len(words) > 1:
        yield fold_name(words[0])
        yield fold_name("".join(word[0] for word in words if word[0].isupper()))


def _named_ids(part: str, by_year: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[str]:
    """Yield the ids of the references whose first author stands shortly before their year."""
    for match in _YEAR.finditer(part):
        if by_name := by_year.get(match[0]):
            before = fold_name(part[max(0, match.start() - _MAX_NAME_DISTANCE) : match.start()])
            for name in frozenset(_WORD.findall(before)) & by_name.keys():
                yield from by_name[name]


def _work_keys(reference: Reference) -> Iterator[str]:
    """Yield the DOI and the address of a reference in a form to compare: another entry may give the same work."""
    if reference.doi:
        yield reference.doi.casefold()
    if reference.url:
        address = reference.url.partition("://")[2].removeprefix("www.").rstrip("/")
        for host in ("doi.org/", "dx.doi.org/"):
            if address.startswith(host):
                yield address.removeprefix(host).casefold()
        if "/" in address:
            yield address
