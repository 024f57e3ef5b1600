"""Check the reference list: uncited, incomplete, contradictory and duplicate entries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from reader.article.article import Article
from reader.article.audit.finding import (
    BROKEN_LINK,
    FUTURE_YEAR,
    HAS_A_DATE,
    LISTED_TWICE,
    MALFORMED_DOI,
    NO_LINK,
    NO_LINK_ANYWHERE,
    SHARED_DOI,
    Finding,
    excerpt,
    message_label,
)
from reader.article.labels import decimal_number
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Reference, Style, StyleKind
from reader.article.names import surname
from reader.article.ranges import within
from reader.article.reference_identity import plain_words
from reader.article.reference_parser import trim_address

# ------------------------------------------------------------------ Duplicates

_NUMBER = lazy_pattern(r"\d+")
_ADDRESS_PREFIX = lazy_pattern(r"(?:https?://)?(?:www\.)?(.*)", re.IGNORECASE)
_IDENTIFIERS = lazy_pattern(r"(?:https?://|www\.|doi:|10\.\d{4,9}/)\S+", re.IGNORECASE)
_MIN_TEXT_SIMILARITY = 0.85
_MIN_TITLE_SHARE = 0.75
_MIN_ENTRY_WORDS = 6
_MIN_TITLE_WORDS = 4
_MAX_COMPARED = 200
"""The most earlier entries to compare an entry with. A key that more entries share proves little."""


class _ComparedEntry(NamedTuple):
    """A reference and the keys for comparing it."""

    reference: Reference
    doi: str
    address: str
    title: str
    words: frozenset[str]
    title_words: frozenset[str]
    numbers: tuple[str, ...]

    @property
    def number_key(self) -> str:
        """The numbers in the entry, which duplicates share, or "" if it has too few words."""
        return " ".join(self.numbers) if len(self.words) >= _MIN_ENTRY_WORDS else ""


def find_duplicates(references: Sequence[Reference]) -> Iterator[Finding]:
    """Yield a finding for every reference that duplicates an earlier one, or has the DOI of another work."""
    entries = [
        _compared_entry(reference) for reference in references if not reference.remark and not reference.id.startswith("^")
    ]
    findings: dict[str, Finding] = {}
    comparisons: tuple[tuple[_Key, _Compare], ...] = (
        (lambda entry: entry.doi, _same_doi),
        (lambda entry: entry.address, _same_address),
        (lambda entry: entry.title, _same_title),
        (lambda entry: entry.number_key, _same_text),
    )
    for key, compare in comparisons:
        for first, second in _candidate_pairs(entries, key):
            name = second.reference.id
            if name not in findings and (finding := compare(first, second)):
                findings[name] = finding
    yield from findings.values()


_Key = Callable[[_ComparedEntry], str]
_Compare = Callable[[_ComparedEntry, _ComparedEntry], Finding | None]


def _candidate_pairs(entries: Sequence[_ComparedEntry], key: _Key) -> Iterator[tuple[_ComparedEntry, _ComparedEntry]]:
    groups: defaultdict[str, list[_ComparedEntry]] = defaultdict(list)
    for entry in entries:
        if name := key(entry):
            group = groups[f"{entry.reference.label.isdecimal()}\n{name}"]
            yield from ((before, entry) for before in group)
            if len(group) < _MAX_COMPARED:
                group.append(entry)


def _compared_entry(reference: Reference) -> _ComparedEntry:
    bare = _IDENTIFIERS.sub(" ", reference.text)
    return _ComparedEntry(
        reference,
        reference.doi,
        _address_key(reference),
        _title_key(reference),
        frozenset(plain_words(bare).split()),
        frozenset(plain_words(_entry_name(reference)).split()),
        tuple(_NUMBER.findall(bare)),
    )


def _address_key(reference: Reference) -> str:
    """Return the address for comparison, or "" for a bare host, which many sources may share."""
    match = _ADDRESS_PREFIX.match(reference.url.strip())
    address = match[1].rstrip("/") if match else ""
    host, slash, path = address.partition("/")
    return f"{host.casefold()}/{path}" if slash and path else ""


def _title_key(reference: Reference) -> str:
    title = plain_words(reference.title)
    if len(title.split()) < _MIN_TITLE_WORDS or not reference.authors or not reference.year:
        return ""
    if title not in plain_words(reference.text):
        return ""  # A short note has its fields copied from its full entry.
    return f"{plain_words(surname(reference.authors[0]))}\n{reference.year}\n{title}"


def _entry_name(reference: Reference) -> str:
    return reference.title or reference.text


def _same_doi(first: _ComparedEntry, second: _ComparedEntry) -> Finding:
    if _has_same_title_words(first, second):
        return _duplicate_finding(first, second, "same DOI")
    one, two = first.reference, second.reference
    shared = f"{message_label(two)} has the same DOI as {message_label(one)}, {one.doi}"
    text = f"{shared}, but another title: {excerpt(_entry_name(two))}"
    return _pair_finding(SHARED_DOI, first, second, text)


def _same_address(first: _ComparedEntry, second: _ComparedEntry) -> Finding | None:
    if _differ(first.doi, second.doi):
        return None
    is_duplicate = _has_same_title_words(first, second) and _same_pages(first, second)
    return _duplicate_finding(first, second, "same address") if is_duplicate else None


def _same_title(first: _ComparedEntry, second: _ComparedEntry) -> Finding | None:
    is_contradicted = _differ(first.doi, second.doi) or _differ(first.address, second.address)
    return (
        None
        if is_contradicted or not _same_pages(first, second)
        else _duplicate_finding(first, second, "same author, year and title")
    )


def _same_text(first: _ComparedEntry, second: _ComparedEntry) -> Finding | None:
    if _differ(first.doi, second.doi) or _differ(first.address, second.address):
        return None
    is_duplicate = (
        _word_overlap(first.words, second.words) >= _MIN_TEXT_SIMILARITY
        and _word_overlap(first.title_words, second.title_words) >= _MIN_TEXT_SIMILARITY
    )
    return _duplicate_finding(first, second, "nearly the same text") if is_duplicate else None


def _has_same_title_words(first: _ComparedEntry, second: _ComparedEntry) -> bool:
    one, two = first.title_words, second.title_words
    return len(one & second.words) >= len(one) * _MIN_TITLE_SHARE or len(two & first.words) >= len(two) * _MIN_TITLE_SHARE


def _same_pages(first: _ComparedEntry, second: _ComparedEntry) -> bool:
    one, two = frozenset(first.numbers), frozenset(second.numbers)
    return one <= two or two <= one


def _differ(one: str, two: str) -> bool:
    return bool(one and two) and one != two


def _word_overlap(one: frozenset[str], two: frozenset[str]) -> float:
    total = len(one | two)
    return len(one & two) / total if total else 1.0


def _duplicate_finding(first: _ComparedEntry, second: _ComparedEntry, why: str) -> Finding:
    return _pair_finding(
        LISTED_TWICE, first, second, f"{message_label(second.reference)} repeats {message_label(first.reference)}: {why}."
    )


def _pair_finding(kind: str, first: _ComparedEntry, second: _ComparedEntry, text: str) -> Finding:
    span = first.reference.span
    return Finding(kind, second.reference.span, second.reference.id, text, also=(span,) if span else ())


# ------------------------------------------------------------------ Single entries

_OTHER_IDENTIFIER = lazy_pattern(
    r"\b(?:arxiv|pmid|pmcid|pmc ?\d|isbn|issn|hdl|handle|urn:|bibcode|oclc|ssrn|jstor|rfc ?\d|cve-\d|ecli|celex|iso[ /]|iec )",
    re.IGNORECASE,
)
_MIN_SHARE_WITH_LINK = 0.8
_MIN_SOURCES = 5

_DOI_MENTION = lazy_pattern(
    r"(?<!\w)doi(?: ?: ?(?:https?://(?:dx\.)?doi\.org/)?|\.org/| (?=10[.\d]))(?:doi: ?)?(?P<doi>[^\s\"<>“”]+)", re.IGNORECASE
)
_DOI = lazy_pattern(r"10\.\d{4,9}(?:\.\d+)*/\S|(?:10/)?[a-z]\w{2,9}$", re.IGNORECASE)  # the second is a short DOI
_DOI_PREFIX = lazy_pattern(r"10\.\d{4,9}(?:\.\d+)*/?$")
_ADDRESS = lazy_pattern(r"(?:(?:https?|ftp):?/{1,3}|www\.)[^\s<>\"“”]*", re.IGNORECASE)
_BROKEN_ADDRESSES = (
    (lazy_pattern(r"(?:https?:?/{0,2}){2}[^/\s]", re.IGNORECASE), "it begins twice"),
    (lazy_pattern(r"(?:https?|ftp)(?::/(?!/)|//)\w", re.IGNORECASE), "“://” is missing or misspelt"),
    (lazy_pattern(r"(?:https?|ftp)://(?:[/.:?#]|$)", re.IGNORECASE), "it has no host name"),
    (lazy_pattern(r"(?:https?|ftp)://[^/?#]*\.\.", re.IGNORECASE), "its host name is not valid"),
)
_UNDATED = lazy_pattern(r"(?<![\w.])(?:n\. ?d\.|no date|undated|o\. ?J\.|s\. ?d\.|s\. ?f\.)(?!\w)")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = rf"(?:{_MONTHS}|jan\.?|feb\.?|mar\.?|apr\.?|jun\.?|jul\.?|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?)"
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? (?P<y1>(?:19|20)\d\d)|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)-[01]\d-[0-3]\d)(?!\d)"
)
_PUBLICATION_DATE = lazy_pattern(
    rf"\b(?:published|posted|issued|released|dated|updated|modified|revised)(?: on|:| online)? (?P<date>{_DATE})", 2
)
_FULL_DATE = lazy_pattern(rf"(?<![\w–-])(?P<date>{_DATE})", re.IGNORECASE)
_VISIT_DATE = lazy_pattern(
    r"\b(?:retrieved|accessed|visited|viewed|archived|abgerufen|zugriff|consulté|consultado|last checked)\b.*", re.IGNORECASE
)
_DAY_IN_ADDRESS = lazy_pattern(
    r"(?<!\d)(?P<y>(?:19[89]|20\d)\d)(?P<sign>[/-])(?:0[1-9]|1[0-2])(?:(?P=sign)(?:0[1-9]|[12]\d|3[01]))?(?=[/._\-?#]|$)"
)
_YEAR_IN_ADDRESS = lazy_pattern(r"/(?P<y>20\d\d)(?=/)")
_FORTHCOMING = lazy_pattern(
    r"\b(?:in press|forthcoming|to appear|in preparation|im druck|im erscheinen|à paraître|en prensa)\b", re.IGNORECASE
)


def check_references(article: Article, year: int) -> Iterator[Finding]:
    """Yield the findings about the reference list, in no particular order. `year` is the current year."""
    yield from find_duplicates(article.references)
    sources = [reference for reference in article.references if not reference.remark]
    yield from _missing_links(article, sources)
    for reference in sources:
        for finding in (_find_malformed_doi(article, reference), _find_broken_link(article, reference)):
            if finding:
                yield finding
        yield from _date_findings(reference, year)


def _missing_links(article: Article, sources: Sequence[Reference]) -> Iterator[Finding]:
    """Yield a finding for each entry without DOI, address or other identifier if most have one, or one finding if none has."""
    links = [style for style in article.styles if style.kind is StyleKind.LINK]
    bare = [reference for reference in sources if " " in reference.text and not _has_link(reference, links)]
    if len(sources) < _MIN_SOURCES or not bare:
        return
    if len(bare) == len(sources):
        yield Finding(NO_LINK_ANYWHERE, None, "", f"None of the {len(sources)} references has a DOI or an address.")
    elif len(sources) - len(bare) >= len(sources) * _MIN_SHARE_WITH_LINK:
        for reference in bare:
            text = f"{message_label(reference)} has neither a DOI nor an address, unlike most others: {excerpt(reference.text)}"
            yield Finding(NO_LINK, reference.span, reference.id, text)


def _has_link(reference: Reference, links: Sequence[Style]) -> bool:
    if reference.doi or reference.url or _OTHER_IDENTIFIER.search(reference.text) or _DOI_MENTION.search(reference.text):
        return True
    span = reference.span
    return span is not None and any(not style.target.startswith("#") for style in within(links, span.start, span.end))


def _find_malformed_doi(article: Article, reference: Reference) -> Finding | None:
    """Return a finding about a malformed DOI. In a PDF, a DOI may break off at the end of a line."""
    for match in _DOI_MENTION.finditer(reference.text):
        doi = trim_address(match["doi"])
        if _DOI.match(doi) or not any(char.isdecimal() for char in doi):
            continue
        breaks_off = _DOI_PREFIX.match(doi)
        if breaks_off and (article.format in ("pdf", "scan") or reference.doi):
            continue
        why = "it breaks off" if breaks_off else "a DOI starts with “10.”, at least four digits and a slash"
        text = f"{message_label(reference)} has a malformed DOI, “{excerpt(doi)}”: {why}."
        return Finding(MALFORMED_DOI, reference.span, reference.id, text)
    return None


def _find_broken_link(article: Article, reference: Reference) -> Finding | None:
    """Return a finding about a malformed address. Nothing is fetched.

    In a PDF, line breaks may have damaged the address, so it is only checked for a repeated beginning.
    """
    checks = _BROKEN_ADDRESSES[:1] if article.format in ("pdf", "scan") else _BROKEN_ADDRESSES
    for match in _ADDRESS.finditer(f"{reference.text} {reference.url}"):
        for pattern, why in checks:
            if pattern.match(match[0]):
                text = f"{message_label(reference)} has a malformed address, “{excerpt(trim_address(match[0]))}”: {why}."
                return Finding(BROKEN_LINK, reference.span, reference.id, text)
    return None


def _date_findings(reference: Reference, year: int) -> Iterator[Finding]:
    if (undated := _UNDATED.search(reference.text)) and (date := _find_date(reference, year)):
        text = f"{message_label(reference)} says “{undated[0]}”, but {date}."
        yield Finding(HAS_A_DATE, reference.span, reference.id, text)
    if decimal_number(reference.year) > year and _is_publication_year(reference):
        text = f"{message_label(reference)} is dated {reference.year}, which is in the future: {excerpt(reference.text)}"
        yield Finding(FUTURE_YEAR, reference.span, reference.id, text)


def _find_date(reference: Reference, year: int) -> str:
    """Describe the date in an entry that is called undated, or return "". Access dates do not count."""
    bare = _VISIT_DATE.sub("", _ADDRESS.sub(" ", reference.text))
    publication = _PUBLICATION_DATE.search(bare)
    full = publication or _FULL_DATE.search(bare)
    if full and (publication or full["date"] not in reference.title) and int(full["y1"] or full["y2"] or full["y3"]) <= year:
        return f"it contains “{full[0]}”"
    if "archive." in reference.url:
        return ""
    day = _DAY_IN_ADDRESS.search(reference.url)
    if day and int(day["y"]) <= year:
        return f"its address contains the date {day[0]}"
    in_path = _YEAR_IN_ADDRESS.search(reference.url)
    if in_path and int(in_path["y"]) <= year and in_path["y"] not in reference.title:
        return f"its address contains the year {in_path['y']}"
    return ""


def _is_publication_year(reference: Reference) -> bool:
    """Whether the year of an entry is its publication year, and the work is not forthcoming."""
    if reference.year in reference.title or _FORTHCOMING.search(reference.text):
        return False
    place = reference.text.find(reference.year)
    return reference.text[place - 1 : place] in ("(", "[") or 0 < place < reference.text.find(reference.title or "\n")
