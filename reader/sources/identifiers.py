"""The identifiers of a work in one spelling each, so that they can be compared: DOI, arXiv, PubMed, PubMed Central, ISBN."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.article.reference_parser import trim_address

_DOI: Final = lazy_pattern(r"10\.\d{4,9}/[^\s\"<>“”]{1,300}")
_DOI_TAILS: Final = ("/full", "/pdf", "/epdf", "/abstract", "/meta", "/html", "/summary", "/fulltext", ".full", ".pdf", "/")
"""What an address adds to the DOI in it."""
_PREPRINT: Final = lazy_pattern(r"10\.(?:1101|64898)/(?:\d{4}\.\d\d\.\d\d\.)?\d{6,8}(?=v\d)")
"""Match the DOI in an address of bioRxiv or medRxiv, where a version follows it."""
_ARXIV: Final = lazy_pattern(
    r"(?i)(?:\barxiv(?:\.org/(?:abs|pdf|html)/|\.|:|\s+preprint\s+arxiv:|,?\s{0,2})\s{0,2})"
    r"(\d{4}\.\d{4,5}|[a-z\-]{2,10}(?:\.[a-z]{2})?/\d{7})(?!\d)"
)
_ARXIV_ALONE: Final = lazy_pattern(r"(?i)(\d{4}\.\d{4,5}|[a-z\-]{2,10}(?:\.[a-z]{2})?/\d{7})(?:v\d+)?$")
_PUBMED: Final = lazy_pattern(r"(?i)(?:\bPMID\s{0,2}[:.]?\s{0,2}|pubmed(?:\.ncbi\.nlm\.nih\.gov|)/)(\d{4,9})(?!\d)")
_PUBMED_CENTRAL: Final = lazy_pattern(r"\b(PMC\d{4,9})(?!\d)")
_ISBN: Final = lazy_pattern(r"(?i)\bISBN(?:-1[03])?[:\s]{0,3}((?:97[89][\s\-–]?)?\d(?:[\s\-–]?\d){8}[\s\-–]?[\dX])(?![\d])")
_ISBN_ALONE: Final = lazy_pattern(r"(?i)(?:97[89][\s\-–]?)?\d(?:[\s\-–]?\d){8}[\s\-–]?[\dX]$")
_ADDRESS: Final = lazy_pattern(r"(?i)https?://(?:www\.)?([^\s<>\"]+)$")
_TRACKING: Final = ("utm_", "fbclid=", "gclid=", "ref_src=")
_ARXIV_DOI: Final = "10.48550/arxiv."


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The identifiers of one work or of one text, in one spelling each.

    `dois` are in lower case and without an address, `arxiv` ids without "arXiv:" and version, `pubmed` ids are digits,
    `pubmed_central` ids begin with "PMC", `isbns` have 13 digits without hyphens, `addresses` are without scheme, "www." and
    what only tracks visitors.
    """

    dois: tuple[str, ...] = ()
    arxiv: tuple[str, ...] = ()
    pubmed: tuple[str, ...] = ()
    pubmed_central: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is any identifier."""
        return any(getattr(self, field.name) for field in fields(self))

    def names(self) -> tuple[str, ...]:
        """Return all identifiers as people read them: "DOI 10.1234/x", "arXiv 2101.00001", "PubMed 123456"."""
        return tuple(f"{_TITLES[field.name]} {value}" for field in fields(self) for value in getattr(self, field.name))


_TITLES: Final = {
    "dois": "DOI",
    "arxiv": "arXiv",
    "pubmed": "PubMed",
    "pubmed_central": "PubMed Central",
    "isbns": "ISBN",
    "addresses": "address",
}
NO_IDENTIFIERS: Final = Identifiers()


def make_identifiers(
    *, doi: str = "", arxiv: str = "", pubmed: str = "", pubmed_central: str = "", isbn: str = "", address: str = ""
) -> Identifiers:
    """Return identifiers from the fields of a record, which may be addresses; a value that is none is left out."""
    arxiv_id = _ARXIV.search(arxiv) or _ARXIV_ALONE.match(arxiv.strip())
    found = (
        find_identifiers(doi),
        Identifiers(arxiv=(arxiv_id[1].casefold(),) if arxiv_id else ()),
        Identifiers(pubmed=(pubmed.strip(),)) if pubmed.strip().isdecimal() else find_identifiers(pubmed),
        find_identifiers(pubmed_central),
        Identifiers(isbns=tuple(filter(None, map(_to_isbn, _split_isbns(isbn))))),
        find_identifiers(address),
        Identifiers(addresses=tuple(filter(None, (clean_address(address),)))),
    )
    return join_identifiers(found)


def find_identifiers(text: str) -> Identifiers:
    """Return all identifiers that stand in a text, in its order. An ISBN counts after its name, with its check digit."""
    cleaned = (clean_doi(match[0]) for match in _DOI.finditer(text)) if "10." in text else ()
    dois = tuple(dict.fromkeys(doi for doi in cleaned if "/" in doi))
    arxiv = (match[1].casefold() for match in _ARXIV.finditer(text))
    isbns = (_to_isbn(match[1]) for match in _ISBN.finditer(text))
    return Identifiers(
        dois,
        tuple(dict.fromkeys((*arxiv, *(doi.removeprefix(_ARXIV_DOI) for doi in dois if doi.startswith(_ARXIV_DOI))))),
        tuple(dict.fromkeys(match[1] for match in _PUBMED.finditer(text))),
        tuple(dict.fromkeys(match[1] for match in _PUBMED_CENTRAL.finditer(text))),
        tuple(dict.fromkeys(isbn for isbn in isbns if isbn)),
    )


def join_identifiers(all_identifiers: Iterable[Identifiers]) -> Identifiers:
    """Return the identifiers of several values, each once."""
    values = list(all_identifiers)
    return Identifiers(*(tuple(dict.fromkeys(v for one in values for v in getattr(one, f.name))) for f in fields(Identifiers)))


def clean_doi(doi: str) -> str:
    """Return a DOI in lower case, without the punctuation of a sentence and what an address adds to it."""
    doi = trim_address(doi.partition("?")[0].partition("#")[0]).casefold()
    while doi.endswith(_DOI_TAILS):
        tail = next(tail for tail in _DOI_TAILS if doi.endswith(tail))
        doi = trim_address(doi.removesuffix(tail))
    preprint = _PREPRINT.match(doi)
    return preprint[0] if preprint else doi


def clean_address(address: str) -> str:
    """Return a web address for comparison, "" if it is none, the home page of a site, or the address of a DOI."""
    match = _ADDRESS.match(address.strip())
    if match is None:
        return ""
    host, _, path = match[1].partition("#")[0].partition("/")
    path, _, query = path.partition("?")
    fields = "&".join(field for field in query.split("&") if field and not field.startswith(_TRACKING))
    path = path.rstrip("/")
    if host.casefold().removeprefix("dx.") == "doi.org" or not (path or fields):
        return ""
    return f"{host.casefold()}/{path}{'?' if fields else ''}{fields}"


def _split_isbns(field: str) -> list[str]:
    """Return the ISBNs in a field of a record, where they stand alone or several, parted by commas, semicolons or blanks."""
    whole = field.strip()
    if _ISBN_ALONE.match(whole):
        return [whole]
    parts = (part.strip(" \t()ISBNisbn:.") for part in whole.replace(";", ",").replace(" ", ",").split(","))
    return [part for part in parts if _ISBN_ALONE.match(part)]


def _to_isbn(text: str) -> str:
    """Return an ISBN with 13 digits, "" if its check digit is wrong."""
    digits = [sign for sign in text.upper() if sign.isdecimal() or sign == "X"]
    if len(digits) == 10:
        values = [10 if digit == "X" else int(digit) for digit in digits]
        if sum(value * weight for value, weight in zip(values, range(10, 0, -1), strict=True)) % 11:
            return ""
        first = f"978{''.join(digits[:9])}"
        return f"{first}{-_weigh(first) % 10}"
    if len(digits) != 13 or "X" in digits:
        return ""
    isbn = "".join(digits)
    return isbn if (_weigh(isbn[:12]) + int(isbn[12])) % 10 == 0 else ""


def _weigh(digits: str) -> int:
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
