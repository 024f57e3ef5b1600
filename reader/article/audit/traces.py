"""Find the references that no marker points to, where the markers of their list were recognised.

Markers come in styles that no program knows. So a reference counts as never cited only if the markers of most of its list were
recognised, it names a work, and the text has no trace of it: its number in brackets or after "refs.", its author beside its
year, its address, a short note about it, another entry of the same work. A trace proves nothing; it only withholds the finding.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import MARKERS_UNKNOWN, NEVER_CITED, Finding, excerpt, message_label
from reader.article.labels import SUPERSCRIPT_DIGITS, decimal_number, plain_digits
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import spaced_markers
from reader.article.model import COMMENTED, BlockKind, Reference, StyleKind, entry_ranges
from reader.article.names import fold_name, surname
from reader.article.ranges import Ranges, merge_ranges
from reader.article.reference_identity import plain_words

_MIN_LIST_WITHOUT_MARKERS = 4
"""The fewest references without a marker that are reported as one list instead of one by one, if they are most of it."""
_MIN_SKIPPED_RUN = 3
"""The fewest references in a row that are more likely cited by one unread marker than never."""
_MIN_ORDERED = 5
_MIN_ORDERED_SHARE = 0.9
_MAX_HEADING_WORDS = 3
_KINDS_WITHOUT_NUMBERS = frozenset({"author-year", COMMENTED})
_MAX_NUMBER_RUN = 100
_MAX_NAME_DISTANCE = 80
"""How many code points before its year the name of an author may begin."""
_MAX_NAME_DISTANCE_AFTER = 40
"""How many code points after its year the name of an author may end, as in "the 2019 survey by Lee"."""
_MAX_TITLE_START = 80
_MAX_TITLE_NAMES = 3
_MIN_TITLE_NAME_LETTERS = 4
_MIN_TITLE_WORDS = 4
_MIN_BEGINNING_WORDS, _MAX_BEGINNING_WORDS = 4, 8
"""How many first words two entries share at least if one work has both, and how many of them are compared."""
_DATE_ALONE = lazy_pattern(
    r"(?:\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\b|[\d\W_])*",
    re.IGNORECASE,
)
_DASH = "[‐‑–—−-]"
_RANGE = rf"(?:{_DASH}|to|through|thru|bis|hasta|até|à|\.\.\.?|…)"
_NUMBERS = lazy_pattern(rf"(?<![\w.])(\d{{1,4}})(?:\s?{_RANGE}\s?(\d{{1,4}}))?(?![\w%]|\.\d)")
_BRACKETS = lazy_pattern(r"[\[【［]([^\[\]【】［］]{1,80})[\]】］]")
_BRACKET_RANGES = lazy_pattern(rf"\[\s?(\d{{1,3}}\s?\]\s?{_RANGE}\s?\[\s?\d{{1,3}})\s?\]")
_PARENTHESES = lazy_pattern(r"\(([\d\s,;–-]{1,80})\)")
_NUMBER_LIST = rf"\d{{1,3}}(?:(?:\s?(?:[,;&/]|{_DASH})\s?|,?\s(?:and|or|to|through|und|bis|et|y|e|à)\s){{1,2}}\d{{1,3}})*"
_NAMED_NUMBERS = lazy_pattern(
    r"\b(?:refs?|references?|citations?|sources?|(?:foot|end)?notes?|entr(?:y|ies)|quellen?|fußnoten?|réf(?:érence)?s?|referencias?"
    rf"|fuentes?|notas?)\b\.?\s?(?:nos?\.?\s?|numbers?\s)?[\[(#]?({_NUMBER_LIST})",
    re.IGNORECASE,
)
_RAISED_NUMBERS = r"\d{1,3}(?:[,–-]\d{1,3})*"
_RAISED = lazy_pattern(
    r"(?:[^\W\d_A-Z]{2}[.,;:)\]\"”’*_]{0,5}|[a-z] (?:\d+\.)?\d+ )(?<!\b[kcmn]m)(?<!\blog)"
    rf"({_RAISED_NUMBERS})(?![\w%]|[.,]\d)"
)
_MARKED_RAISED = lazy_pattern(rf"[^\W\d_]{{3}}[.,;:)\]\"”’*_]{{0,5}}(?:\^\(?|<sup>\s?\[?)({_RAISED_NUMBERS})")
_SMALL_DIGITS = lazy_pattern(
    rf"[^\W\d_{SUPERSCRIPT_DIGITS}]{{2}}[.,;:)\]\"”’*_]{{0,5}}(?<!\b[kcmn]m)([{SUPERSCRIPT_DIGITS}]+(?:[,˒⁻–-][{SUPERSCRIPT_DIGITS}]+)*)"
)
_KEY = lazy_pattern(r"[\^@]([\w:./+-]*\w)")
_NOTE_MARKER = lazy_pattern(r"[^\W\d_][.,;:)”\"]?(\[[a-z]{1,6} \d{1,2}\])")
_PAGES = lazy_pattern(
    r"(?:\b(?:pp?|pages?|chap(?:ter)?s?|ch|sec(?:tion)?s?|fig(?:ure)?s?|tab(?:le)?s?|eqs?|vols?|nos?|lines?|paras?|art|seiten?|s"
    rf"|cap|col|nb?|mb|fn)\b\.?|(?<!§)§+|:)\s?\d+(?:\s?{_DASH}\s?\d+)?",
    re.IGNORECASE,
)
_SOURCE_COLUMN = lazy_pattern(
    r"\b(?:refs?\.?|references?|sources?|stud(?:y|ies)|citations?|quellen?|fuentes?)\b", re.IGNORECASE
)
_YEAR = lazy_pattern(
    r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|(?<!\w)(?:n\.\s?d\.|undated|no date|in press|forthcoming|s\.\s?[fd]\.|o\.\s?J\.)",
    re.IGNORECASE,
)
_UNDATED = "undated"
_NAMELESS_YEAR = lazy_pattern(
    r"\((?:\s|[,;&]|and\b|et al\b\.?|see\b|also\b|e\.g\.|cf\.){0,8}((?:1[5-9]|20)\d\d)[a-z]?\s?(?:[),;:])", re.IGNORECASE
)
_PEOPLE = lazy_pattern(r"\b(?:(?:and|und|et|y|e) |& )[^\W\d_a-z][\w'’-]+\s?$|\bet al\.?\s?$")
_NAMES_IN_PARENTHESES = lazy_pattern(r"\(([^()]{3,120})\)")
_YEAR_BEFORE = lazy_pattern(r"\d\s?[a-z]?;")
"""Match the end of the citation before: the names of one may be separated by ";" too."""
_PART_END = lazy_pattern(r"[;.,()\n]")
_BEGINNING_OF_PART = lazy_pattern(
    r"[\d\W_]*(?!(?:van|von|vom|der|den|de|del|della|di|da|dos|du|la|le|ten|ter|al|el|bin)\b)[a-zß-öø-ÿ]"
)
"""Match the beginning of a line that goes on from another entry: in a list by names, each begins with a capital."""
_WORD = lazy_pattern(r"[^\W\d_]+")
_ADDRESS = lazy_pattern(r"(?:https?://|www\.|\b10\.\d{4,9}/)[^\s<>\"“”]{3,300}", re.IGNORECASE)


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
    for style, references in lists.items():
        uncited = _uncited_entries(article, style, references)
        is_unknown = len(uncited) == len(references) if len(lists) > 1 else False
        if len(uncited) >= _MIN_LIST_WITHOUT_MARKERS and len(uncited) * 2 > len(references):
            unknown.append((len(uncited), len(references)))
        elif not is_unknown:
            rest += [reference for reference in uncited if _is_work(reference)]
    traces = _traced_ids(article, rest)
    return UncitedReferences(tuple(reference for reference in rest if reference.id not in traces), tuple(unknown))


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
    """Whether an entry names a work, and is no date, label or part of another entry that was read as one."""
    has_place = bool(reference.doi or reference.url)
    if _list_style(reference) == "names":
        is_part = _BEGINNING_OF_PART.match(reference.text) is not None
        return not is_part and (has_place or bool(reference.year and reference.authors))
    is_short = not reference.year and len(_WORD.findall(reference.text)) <= _MAX_HEADING_WORDS
    return has_place or bool(reference.authors) or not (is_short or _DATE_ALONE.fullmatch(reference.text))


def _uncited_entries(article: Article, style: str, references: Sequence[Reference]) -> list[Reference]:
    """Return the entries of a list that neither a marker cites nor another entry: a short note, a second entry of the work."""
    uncited = [reference for reference in references if reference.id not in article.cited_ids]
    cited = [reference for reference in article.references if reference.id in article.cited_ids]
    elsewhere = [reference for reference in cited if _list_style(reference) != style]
    works = {key for reference in cited for key in _work_keys(reference)}
    works.update(beginning for reference in elsewhere for beginning in _beginnings(reference))
    notes = [reference.text for reference in elsewhere]
    named = _named_ids(uncited, notes) if style == "names" else frozenset[str]()
    return [
        reference
        for reference in uncited
        if reference.id not in named and works.isdisjoint((*_work_keys(reference), *list(_beginnings(reference))[-1:]))
    ]


def _work_keys(reference: Reference) -> Iterator[str]:
    """Yield the DOI and the address of a reference in a form to compare: another entry may give the same work."""
    if reference.doi:
        yield reference.doi.casefold()
    if reference.url:
        yield from _address_keys(reference.url)


def _address_keys(address: str) -> Iterator[str]:
    address = address.rpartition("://")[2].removeprefix("www.").rstrip("/.,;:)]}>'")
    for host in ("doi.org/", "dx.doi.org/"):
        if address.startswith(host):
            yield address.removeprefix(host).casefold()
    if "/" in address:
        yield address.casefold() if address.startswith("10.") else address


def _beginnings(reference: Reference) -> Iterator[str]:
    """Yield the first words of an entry, from the fewest that identify a work."""
    words = plain_words(reference.text).split()
    for count in range(_MIN_BEGINNING_WORDS, min(len(words), _MAX_BEGINNING_WORDS) + 1):
        yield " ".join(words[:count])


# ------------------------------------------------------------------ Traces of a reference in the text


def _traced_ids(article: Article, references: Sequence[Reference]) -> frozenset[str]:
    """Return the ids of the references that the text seems to cite although no marker was recognised."""
    if not references:
        return frozenset()
    body = [*_body_parts(article), *(entry.text for entry in article.references if not _is_work(entry))]
    works = frozenset(_linked_works(article, body))
    title = plain_words(article.title)
    is_titled = len(title.split()) >= _MIN_TITLE_WORDS
    traced = {r.id for r in references if not works.isdisjoint(_work_keys(r)) or (is_titled and title in plain_words(r.text))}
    numbered = [reference for reference in references if reference.label.isdecimal()]
    if numbered:
        labels = {reference.label for reference in article.references if reference.id in article.cited_ids}
        numbers = _traced_numbers(article, body) | _skipped_numbers(article, references) | _noted_numbers(article, body)
        traced.update(r.id for r in numbered if decimal_number(r.label) in numbers or r.label in labels)
    named = [reference for reference in references if not reference.label.isdecimal()]
    if named:
        keys = frozenset(_keys_in(body))
        traced.update(r.id for r in named if r.id.removeprefix("^") in keys or r.label in keys)
        years = _nameless_years(article)
        notes = [entry.text for entry in article.references if _list_style(entry) != "names"]
        traced.update(reference.id for reference in named if reference.year[:4] in years)
        traced.update(_named_ids(named, [*body, *notes]))
    return frozenset(traced)


def _body_parts(article: Article) -> Iterator[str]:
    """Yield the text between the entries of the reference lists."""
    start = 0
    for entry in merge_ranges(entry_ranges(article.references)):
        yield article.text[start : entry.start]
        start = entry.end
    yield article.text[start:]


def _linked_works(article: Article, body: Iterable[str]) -> Iterator[str]:
    """Yield the DOIs and addresses that stand in the text, and those that its links lead to."""
    for part in body:
        for match in _ADDRESS.finditer(part):
            yield from _address_keys(match[0])
    entries = Ranges(merge_ranges(entry_ranges(article.references)))
    for style in article.styles:
        if style.kind is StyleKind.LINK and "://" in style.target and not entries.contains(style.start):
            yield from _address_keys(style.target)


# ------------------------------------------------------------------ Numbers


def _traced_numbers(article: Article, body: Sequence[str]) -> frozenset[int]:
    """Return the numbers that may be markers; those in a notation of other things only if the article's markers have it."""
    patterns = (_BRACKETS, _BRACKET_RANGES, _NAMED_NUMBERS, _MARKED_RAISED, _SMALL_DIGITS, *_patterns_in_use(article))
    numbers = {
        number
        for part in body
        for pattern in patterns
        for match in pattern.finditer(part)
        for number in _numbers_in(plain_digits(match[1]))
    }
    if any(c.kind == "superscript" and article.text[c.start - 1 : c.start].isspace() for c in article.citations):
        markers = (marker for part in body for marker in spaced_markers(part) if marker.kind == "superscript")
        numbers.update(decimal_number(name) for marker in markers for name in marker.names)
    for block in article.blocks:
        if block.kind is BlockKind.TABLE and _SOURCE_COLUMN.search(article.text, block.start, block.end):
            numbers.update(_numbers_in(article.text[block.start : block.end]))
    return frozenset(numbers)


def _patterns_in_use(article: Article) -> Iterator[re.Pattern[str]]:
    """Yield the patterns of raised numbers and of numbers in parentheses, if markers of the article are such."""
    text = article.text
    markers = [
        citation for citation in article.citations if citation.references and citation.kind not in _KINDS_WITHOUT_NUMBERS
    ]
    if any(citation.kind.rstrip("?") == "superscript" for citation in markers):
        yield _RAISED
    if any("(" in text[max(0, citation.start - 1) : citation.start + 1] for citation in markers):
        yield _PARENTHESES


def _numbers_in(text: str) -> Iterator[int]:
    """Yield the numbers of a marker, with those between the ends of a range, without pages and the like."""
    for first, last in _NUMBERS.findall(_PAGES.sub(" ", text.replace("]", "").replace("[", ""))):
        end = int(last) if last and int(last) - int(first) <= _MAX_NUMBER_RUN else int(first)
        yield from (int(first), *range(int(first), end + 1))


def _noted_numbers(article: Article, body: Iterable[str]) -> frozenset[int]:
    """Return the last numbers of the list, one for each marker such as "[note 1]": pasted lists end with such notes."""
    count = len({marker for part in body for marker in _NOTE_MARKER.findall(part)})
    numbers = sorted(decimal_number(reference.label) for reference in article.references if reference.label.isdecimal())
    return frozenset(numbers[len(numbers) - count :] if count < len(numbers) else ())


def _skipped_numbers(article: Article, references: Iterable[Reference]) -> frozenset[int]:
    """Return the numbers that one unread marker probably cites together: runs in a list that is in the order of citation."""
    skipped: set[int] = set()
    order = [number for number, _ in citation_order(article)]
    numbers = {decimal_number(reference.label) for reference in references if reference.label.isdecimal()}
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
    cited = [reference for reference in article.references if reference.label.isdecimal() and reference.id in starts]
    numbers = sorted((decimal_number(reference.label), starts[reference.id]) for reference in cited)
    ordered = sum(one[1] <= other[1] for one, other in pairwise(numbers))
    is_ordered = len(numbers) >= _MIN_ORDERED and ordered >= _MIN_ORDERED_SHARE * (len(numbers) - 1)
    return tuple(numbers) if is_ordered else ()


# ------------------------------------------------------------------ Names and keys


def _keys_in(texts: Iterable[str]) -> Iterator[str]:
    """Yield the words in brackets and after "^" and "@", which name footnotes and entries."""
    for text in texts:
        for match in _BRACKETS.finditer(text):
            yield from (part.strip() for part in match[1].replace(";", ",").split(","))
        yield from _KEY.findall(text)


def _marker_names(reference: Reference) -> Iterator[str]:
    """Yield what a marker may call a reference.

    That is the end of the first author's surname, the first word or the initials of an organisation, or the first words of an
    entry without authors.
    """
    if not reference.authors:
        words = [word for word in _WORD.findall(reference.text[:_MAX_TITLE_START]) if len(word) >= _MIN_TITLE_NAME_LETTERS]
        yield from map(fold_name, words[:_MAX_TITLE_NAMES])
        return
    words = _WORD.findall(surname(reference.authors[0]))
    if words:
        yield fold_name(words[-1])
    if len(words) > 1 and words[0][0].isupper():
        yield fold_name(words[0])
        yield fold_name("".join(word[0] for word in words if word[0].isupper()))


def _named_ids(references: Iterable[Reference], texts: Sequence[str]) -> frozenset[str]:
    """Return the ids of the references whose name stands beside one of their years, or in parentheses without a year."""
    by_year: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for reference in references:
        years = {reference.year[:4], *map(_year_key, _YEAR.findall(reference.text))} - {""}
        for name in _marker_names(reference):
            by_name[name].append(reference.id)
            for year in years or {_UNDATED}:
                by_year[year][name].append(reference.id)
    if not by_name:
        return frozenset()
    # Names are collected before ids, as many works may have one name that the text repeats.
    dated = {key for text in texts for key in _names_and_years(text, by_year)}
    undated = {name for text in texts for name in _names_in_parentheses(text, by_name)}
    ids = [*(by_year[year][name] for name, year in dated), *(by_name[name] for name in undated)]
    return frozenset(chain.from_iterable(ids))


def _names_and_years(text: str, by_year: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, str]]:
    for match in _YEAR.finditer(text):
        year = _year_key(match[0])
        if ids_by_name := by_year.get(year):
            before = _YEAR_BEFORE.split(text[max(0, match.start() - _MAX_NAME_DISTANCE) : match.start()])[-1]
            after = _PART_END.split(text[match.end() : match.end() + _MAX_NAME_DISTANCE_AFTER], maxsplit=1)[0]
            names = frozenset(_WORD.findall(fold_name(f"{before} {after}"))) & ids_by_name.keys()
            yield from ((name, year) for name in names)


def _names_in_parentheses(text: str, by_name: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the names of references in parentheses without a year, as in "(Lee, ch. 3)"."""
    for match in _NAMES_IN_PARENTHESES.finditer(text):
        if not _YEAR.search(match[1]):
            yield from frozenset(_WORD.findall(fold_name(match[1]))) & by_name.keys()


def _year_key(year: str) -> str:
    return year if year.isdecimal() else _UNDATED


def _nameless_years(article: Article) -> frozenset[str]:
    """Return the years in parentheses that no citation covers and that no people stand before.

    In "( , 2018)" a converter lost the names; "the ministry (2018)" may call an author by another name.
    """
    ranges = [*entry_ranges(article.references), *(citation.span for citation in article.citations)]
    elsewhere = Ranges(merge_ranges(ranges))
    return frozenset(
        match[1]
        for match in _NAMELESS_YEAR.finditer(article.text)
        if not elsewhere.contains(match.start(1))
        and not _PEOPLE.search(article.text, max(0, match.start() - _MAX_NAME_DISTANCE_AFTER), match.start())
    )
