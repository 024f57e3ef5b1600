"""What is found in the list of references: entries that are never cited, that say too little, that contradict themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reader.article.entries import clipped
from reader.article.finding import (
    BROKEN_LINK,
    FUTURE_YEAR,
    HAS_A_DATE,
    MALFORMED_DOI,
    NEVER_CITED,
    NO_LINK,
    NO_LINKS,
    Finding,
    called,
    excerpt,
)
from reader.article.lazy import lazy
from reader.article.model import Article, Reference, Style, StyleKind
from reader.article.places import within

_IDENTIFIER = lazy(
    r"\b(?:arxiv|pmid|pmcid|pmc ?\d|isbn|issn|hdl|handle|urn:|bibcode|oclc|ssrn|jstor|rfc ?\d|cve-\d|ecli|celex|iso[ /]|iec )",
    re.IGNORECASE,
)
_SHARE_WITH_LINK = 0.8
_FEWEST = 5

_CALLED_DOI = lazy(
    r"(?<!\w)doi(?: ?: ?(?:https?://(?:dx\.)?doi\.org/)?|\.org/| (?=10[.\d]))(?:doi: ?)?(?P<doi>[^\s\"<>“”]+)", re.IGNORECASE
)
_DOI = lazy(r"10\.\d{4,9}(?:\.\d+)*/\S|(?:10/)?[a-z]\w{2,9}$", re.IGNORECASE)  # the second is a short DOI
_DOI_PIECE = lazy(r"10\.\d{4,9}(?:\.\d+)*/?$")
_ADDRESS = lazy(r"(?:(?:https?|ftp):?/{1,3}|www\.)[^\s<>\"“”]*", re.IGNORECASE)
_BROKEN = (
    (lazy(r"(?:https?:?/{0,2}){2}[^/\s]", re.IGNORECASE), "it begins twice"),
    (lazy(r"(?:https?|ftp)(?::/(?!/)|//)\w", re.IGNORECASE), "behind its first letters there must be “://”"),
    (lazy(r"(?:https?|ftp)://(?:[/.:?#]|$)", re.IGNORECASE), "it names no host"),
    (lazy(r"(?:https?|ftp)://[^/?#]*\.\.", re.IGNORECASE), "its host cannot be called so"),
)
_UNDATED = lazy(r"(?<![\w.])(?:n\. ?d\.|no date|undated|o\. ?J\.|s\. ?d\.|s\. ?f\.)(?!\w)")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTH = rf"(?:{_MONTHS}|jan\.?|feb\.?|mar\.?|apr\.?|jun\.?|jul\.?|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?)"
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? (?P<y1>(?:19|20)\d\d)|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?P<y2>(?:19|20)\d\d)"
    r"|(?P<y3>(?:19|20)\d\d)-[01]\d-[0-3]\d)(?!\d)"
)
_SAID_DATE = lazy(
    rf"\b(?:published|posted|issued|released|dated|updated|modified|revised)(?: on|:| online)? (?P<date>{_DATE})", 2
)
_FULL_DATE = lazy(rf"(?<![\w–-])(?P<date>{_DATE})", re.IGNORECASE)
_VISIT = lazy(
    r"\b(?:retrieved|accessed|visited|viewed|archived|abgerufen|zugriff|consulté|consultado|last checked)\b.*", re.IGNORECASE
)
_DAY_IN_ADDRESS = lazy(
    r"(?<!\d)(?P<y>(?:19[89]|20\d)\d)(?P<sign>[/-])(?:0[1-9]|1[0-2])(?:(?P=sign)(?:0[1-9]|[12]\d|3[01]))?(?=[/._\-?#]|$)"
)
_YEAR_IN_ADDRESS = lazy(r"/(?P<y>20\d\d)(?=/)")
_NOT_OUT = lazy(
    r"\b(?:in press|forthcoming|to appear|in preparation|im druck|im erscheinen|à paraître|en prensa)\b", re.IGNORECASE
)


def in_references(article: Article, year: int) -> Iterator[Finding]:
    """Yield what is found in the list, in no particular order; `year` is the present one."""
    from reader.article.audit_doubles import doubles

    yield from _never_cited(article)
    yield from doubles(article.references)
    sources = [reference for reference in article.references if not reference.remark]
    yield from _without_link(article, sources)
    for reference in sources:
        for found in (_malformed_doi(article, reference), _broken_link(article, reference)):
            if found:
                yield found
        yield from _dates(reference, year)


def never_cited(article: Article) -> tuple[Reference, ...]:
    """Return the references that no marker points at."""
    cited = {name for citation in article.citations for name in citation.references}
    return tuple(reference for reference in article.references if reference.id not in cited)


def _never_cited(article: Article) -> Iterator[Finding]:
    for reference in never_cited(article):
        yield Finding(
            NEVER_CITED, reference.span, reference.id, f"{called(reference)} is never cited: {excerpt(reference.text)}"
        )


def _without_link(article: Article, sources: Sequence[Reference]) -> Iterator[Finding]:
    """Yield the entries without DOI, address or another identifier, where most others have one; or that none has."""
    links = [style for style in article.styles if style.kind is StyleKind.LINK]
    bare = [reference for reference in sources if " " in reference.text and not _has_link(reference, links)]
    if len(sources) < _FEWEST or not bare:
        return
    if len(bare) == len(sources):
        yield Finding(NO_LINKS, None, "", f"None of the {len(sources)} references has a DOI or an address.")
    elif len(sources) - len(bare) >= len(sources) * _SHARE_WITH_LINK:
        for reference in bare:
            text = f"{called(reference)} has neither a DOI nor an address, unlike most others: {excerpt(reference.text)}"
            yield Finding(NO_LINK, reference.span, reference.id, text)


def _has_link(reference: Reference, links: Sequence[Style]) -> bool:
    if reference.doi or reference.url or _IDENTIFIER.search(reference.text) or _CALLED_DOI.search(reference.text):
        return True
    span = reference.span
    return span is not None and any(not style.target.startswith("#") for style in within(links, span.start, span.end))


def _malformed_doi(article: Article, reference: Reference) -> Finding | None:
    """Return what is wrong with something that is called a DOI. In a PDF it may break off at the end of a line."""
    for match in _CALLED_DOI.finditer(reference.text):
        said = clipped(match["doi"])
        if _DOI.match(said) or not any(char.isdecimal() for char in said):
            continue
        breaks_off = _DOI_PIECE.match(said)
        if breaks_off and (article.format == "pdf" or reference.doi):
            continue
        why = "it breaks off" if breaks_off else "a DOI begins with “10.”, four digits or more, and a slash"
        text = f"The DOI of {called(reference)} cannot be right: “{excerpt(said)}”; {why}."
        return Finding(MALFORMED_DOI, reference.span, reference.id, text)
    return None


def _broken_link(article: Article, reference: Reference) -> Finding | None:
    """Return what is wrong with an address as it is written; whether anything answers there is not asked.

    What a PDF breaks at the end of a line is not the author's doing: there an address can only begin twice.
    """
    tried = _BROKEN[:1] if article.format == "pdf" else _BROKEN
    for match in _ADDRESS.finditer(f"{reference.text} {reference.url}"):
        for pattern, why in tried:
            if pattern.match(match[0]):
                text = f"The address of {called(reference)} cannot be right: “{excerpt(clipped(match[0]))}”; {why}."
                return Finding(BROKEN_LINK, reference.span, reference.id, text)
    return None


def _dates(reference: Reference, year: int) -> Iterator[Finding]:
    if (undated := _UNDATED.search(reference.text)) and (stands := _date_in(reference, year)):
        text = f"{called(reference)} says “{undated[0]}”, but {stands}."
        yield Finding(HAS_A_DATE, reference.span, reference.id, text)
    if reference.year.isdecimal() and int(reference.year) > year and _is_its_year(reference):
        text = f"{called(reference)} is of {reference.year}, which is still to come: {excerpt(reference.text)}"
        yield Finding(FUTURE_YEAR, reference.span, reference.id, text)


def _date_in(reference: Reference, year: int) -> str:
    """Return where a date stands in an entry, in words, or "". The day when somebody looked at it is not the work's."""
    bare = _VISIT.sub("", _ADDRESS.sub(" ", reference.text))
    said = _SAID_DATE.search(bare)
    full = said or _FULL_DATE.search(bare)
    if full and (said or full["date"] not in reference.title) and int(full["y1"] or full["y2"] or full["y3"]) <= year:
        return f"“{full[0]}” stands in it"
    if "archive." in reference.url:
        return ""
    day = _DAY_IN_ADDRESS.search(reference.url)
    if day and int(day["y"]) <= year:
        return f"its address bears the date {day[0]}"
    in_path = _YEAR_IN_ADDRESS.search(reference.url)
    if in_path and int(in_path["y"]) <= year and in_path["y"] not in reference.title:
        return f"its address bears the year {in_path['y']}"
    return ""


def _is_its_year(reference: Reference) -> bool:
    """Whether the year of an entry stands where only the year of the work does, and the work is not called forthcoming."""
    if reference.year in reference.title or _NOT_OUT.search(reference.text):
        return False
    place = reference.text.find(reference.year)
    return reference.text[place - 1 : place] in ("(", "[") or 0 < place < reference.text.find(reference.title or "\n")
