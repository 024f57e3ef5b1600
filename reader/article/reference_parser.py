"""Parse a reference entry: authors, year, title, DOI, address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Style, StyleKind

# ------------------------------------------------------------------ Fields of an entry

_DOI = lazy_pattern(r"10\.\d{4,9}/[^\s\"<>“”]+")
_ADDRESS = lazy_pattern(r"(?:https?://|ftp://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_YEAR = r"(?:1[5-9]|20)\d\d"
_PLACED_YEAR = lazy_pattern(rf"[(\[](?:[^()\[\]\d]{{0,20}}\d{{0,2}} ?)?({_YEAR})[a-z]?\b[^()\[\]]{{0,24}}[)\]]")
_ANY_YEAR = lazy_pattern(
    rf"(?<![\w/:–-])({_YEAR})[a-z]?(?![\w–/-])|(?<![\d/-])({_YEAR})-\d\d-\d\d(?!\d)|(?<!\d)\d\d?[./]\d\d?[./]({_YEAR})(?!\d)"
)
_YEAR_BEFORE_VOLUME = lazy_pattern(rf"(?<![\w/–-])({_YEAR})[a-z]?(?: [A-Z][a-z]{{2,8}}(?: \d\d?)?)? ?[;:] ?[\dSe]")
_YEAR_BETWEEN_STOPS = lazy_pattern(rf"(?<=[.)\w]),? ({_YEAR})[a-z]?\.(?= [^\W\d_]| [“\"‘'«„])")
# The empty group is the year that such an entry does not have.
_UNDATED = lazy_pattern(r"[(\[]()(?:n\. ?d\.?|no date|undated|o\. ?J\.?|s\. ?d\.?|s\. ?f\.?)[)\]]", re.IGNORECASE)
_VISIT_WORDS = (
    *("retrieved", "accessed", "visited", "viewed", "archived", "available at", "available from"),
    *("abgerufen", "zugriff", "consulté", "consultado"),
)
_VISIT = lazy_pattern(rf"\b(?:last |online )?(?:{'|'.join(_VISIT_WORDS)})\b.*", re.IGNORECASE)
_QUOTED = lazy_pattern(r"[“\"„«]\s?([^“”\"„«»]{3,300}?)[,.]?\s?[”\"“»]")
_INITIALS = lazy_pattern(r"(?:^|[\s.])(?:[A-Z]|[A-Z]\.-[A-Z]|Jr|Sr|St|Dr|al|eds?|vol|No)$")
_SENTENCE_END = lazy_pattern(r"[.?!](?=\s|$)")
CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĘĚĞĢĦĪĮİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚ"
"""The capital letters of Latin alphabets, for a character class."""
INITIALS = rf"[{CAPITAL}]\.?(?:(?:(?<=\.) )?[-‐‑]?[{CAPITAL}]\.?){{0,3}}"
"""A pattern for a person's initials: "SG", "S-G", "S.-G.", "S. G."."""
# "IIII" must have one reading, or a list of such names has a power of two.
_VANCOUVER_NAME = rf"(?:[^\W\d_][\w'’′‐‑\-]* ){{1,4}}{INITIALS}(?:(?: (?:II|III)| ?(?:Jr|Sr|2|3|2nd|3rd))\b\.?)?"
_VANCOUVER = lazy_pattern(rf"{_VANCOUVER_NAME}(?:, (?:{_VANCOUVER_NAME}))*(?:,? et al\.?)?\.?$")
# The "A" in "Lee, K. A river in winter" is a word of the title.
_APA_NAME_SOURCE = r"[^\W\d_][^,;&()]{0,40}?, ?(?:[A-Z]\.?[ \-]?)+(?=[,;&.\s]|$)(?!(?<=\. A) [a-z])\.?"
_APA_NAME = lazy_pattern(_APA_NAME_SOURCE)
_NAMES_FIRST = lazy_pattern(
    rf"{_APA_NAME_SOURCE}(?:(?:,? (?:&|and|und|et(?! al)|y) |[,;] ){_APA_NAME_SOURCE})*(?:,? et al\.?)?(?=[\s.])"
    rf"|{_VANCOUVER_NAME}(?:, {_VANCOUVER_NAME})*(?:,? et al\.?)?(?:(?<=\.)(?=\s)|(?=[.:]\s))"
)
_PARTICLES = r"(?:(?:van|von|der|den|de|del|della|di|da|dos|la|le|ten|ter|el|al|bin|af|zu|zur|du|of) )*"
_FAMILY_NAME_SOURCE = rf"{_PARTICLES}[^\W\d_a-z][\w'’\-]+"
_FAMILY_NAME = lazy_pattern(_FAMILY_NAME_SOURCE)
_DIRECT_NAME = lazy_pattern(
    rf"(?:(?:[^\W\d_a-z]\.[ \-]?)+ ?|(?:[^\W\d_a-z][\w'’\-]*\.? ){{1,3}}){_FAMILY_NAME_SOURCE}(?:,? (?:Jr|Sr)\.?)?"
)
_INITIALS_FIRST = lazy_pattern(r"(?:[^\W\d_a-z]\.[ \-]?)+ ?[^\W\d_]{2}")
_DIRECT_NAME_SEPARATOR = lazy_pattern(r"\s*(?:,? (?:&|and|und|et(?! al)|y) |[,;] )\s*")
_GIVEN_NAMES = lazy_pattern(r"[^\W\d_a-z][\w'’\-]*\.?(?: [^\W\d_a-z][\w'’\-]*\.?){0,3}$")
_NAME_SEPARATOR = lazy_pattern(r"\s*(?:;| / |,? & |,? and |,? und |,? et (?!al))\s*")
_AND = lazy_pattern(r"^(?:and|und|et|y|e) ")
_LETTER = lazy_pattern(r"[^\W\d_]")
_ET_AL = lazy_pattern(r",? (?:et al|and others|u\. ?a)\.?\s*$")
_EDITOR_MARK = lazy_pattern(r"[ ,]*\((?:eds?|hrsg|hgg?|dirs?|coords?)\.?\)[\s.,:]*$", re.IGNORECASE)
_PAGES_FIRST = lazy_pattern(r"(?:(?:pp?|pages?|seiten?|s|art(?:icle)?|no)\b\.? ?)?[a-z]?\d+ ?(?:[–\-,;:.(]|$)", re.IGNORECASE)
"""Match what follows the year of a volume, as in "Journal 8 (2018), pp. 14–29" and "Journal 8 (2018) 14–29"."""
_EDGE_SIGNS = " \t\n.,:;-–—"
_NAME_EDGE_SIGNS = " \t\n,:;-–—("
_ORGANISATION = lazy_pattern(r"(?:(?:[^\W\d_a-z][\w'’&\-]*|of|the|for|and|de|la|du|des|der|für)(?: |$)){1,7}$")
_SENTENCE_SIGNS = frozenset(".,;:!?'’*_")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_ORGANISATION_WORD = lazy_pattern(r" (?:of|for|on|the|für|des|pour|para) ")
_ONE_NAME = lazy_pattern(rf"(?:{_APA_NAME_SOURCE}|{_VANCOUVER_NAME}(?=[,.;:( ]|$))")
_TURNED_NAME = lazy_pattern(
    rf"{_FAMILY_NAME_SOURCE}, [^\W\d_a-z][\w'’\-]+(?: [^\W\d_a-z][\w'’\-]*\.?){{0,2}}(?:[.,;]| \(| (?:and|&|und|et|y) )"
)
_NOTICE = lazy_pattern(
    r"(?:©|\(c\) |copyright\b|how to cite\b|cite this\b|(?:received|accepted|submitted|published online)\b[^.]{0,30}\d"
    r"|(?:funding|correspond(?:ing|ence)|author contributions?|competing interests?|conflicts? of interest|publisher['’]s note"
    r"|acknowledge?ments?|open access|data availability|disclaimer|abbreviations)(?: \w+)?[:.–—])",
    re.IGNORECASE,
)
_PROSE_END = lazy_pattern(r"[.!?…。][\"'”’»)\]]*\s*$")
_YEAR_IN_TEXT = lazy_pattern(rf"(?<!\d){_YEAR}(?!\d)")
_WORD_BEFORE_YEAR = lazy_pattern(
    r"(?:(?<!\b\d )(?<!\b\d\d )(?<!\b\d\. )(?<!\b\d\d\. )(?<!\w)(?!de\s)[a-zß-öø-ÿ]\w*"
    r"|\bet al\.,?|^(?:In|Im|By|Since|During|From|Until|Seit|En|Depuis|Desde)|\bJahr(?:en?)?)\s$"
)
_MIN_PROSE_WORDS = 10
_MIN_CUT_PROSE_WORDS = 14
"""The fewest words of prose with and without a mark at its end."""
_MAX_WORD_LENGTH = 24
_MAX_HEAD_LENGTH = 600
_MAX_ENTRY_LENGTH = 3000  # longer text is not a single entry; its beginning is enough


class Fields(NamedTuple):
    """The fields of an entry; missing ones are empty."""

    authors: tuple[str, ...] = ()
    year: str = ""
    title: str = ""
    doi: str = ""
    url: str = ""


def parse_fields(entry: str) -> Fields:
    """Parse an entry: one line without its label."""
    entry = entry[:_MAX_ENTRY_LENGTH]
    doi, url = find_doi(entry), find_url(entry)
    bare = entry
    if url:
        bare = _ADDRESS.sub(" ", bare)
    if doi:
        bare = _DOI.sub(" ", bare)
    bare = " ".join(_strip_visit_date(bare).split())
    bracketed_year = _UNDATED.search(bare) or _PLACED_YEAR.search(bare)
    plain_year = _find_year_after_names(bare)
    if plain_year is not None and (bracketed_year is None or plain_year.start() < bracketed_year.start()):
        bracketed_year = plain_year
    year = _find_year(bare, bracketed_year)
    authors, title = _split_authors_and_title(bare, bracketed_year)
    return Fields(authors, year, title, doi, url)


def _strip_visit_date(entry: str) -> str:
    """Cut an entry before its access date or availability note, which does not date the work."""
    folded = entry.casefold()
    return _VISIT.sub("", entry) if any(word in folded for word in _VISIT_WORDS) else entry


def find_doi(entry: str) -> str:
    """Return the first DOI in `entry`, in lower case, or ""."""
    match = _DOI.search(entry) if "10." in entry else None
    return trim_address(match[0]).lower() if match else ""


def find_url(entry: str) -> str:
    """Return the first web address in `entry`, or ""."""
    match = _ADDRESS.search(entry) if "://" in entry or "www." in entry else None
    return trim_address(match[0]) if match else ""


def trim_address(address: str) -> str:
    """Strip the surrounding sentence's punctuation from an address: final stops and unbalanced brackets."""
    end = len(address)
    surplus: dict[str, int] = {}
    while end:
        last = address[end - 1]
        if last in _CLOSING and last not in surplus:
            surplus[last] = address.count(last) - address.count(_CLOSING[last])
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _SENTENCE_SIGNS:
            break
        end -= 1
    return address[:end]


def has_source_details(entry: str) -> bool:
    """Whether `entry` has a DOI, an address or a year, as entries of sources do and remarks don't."""
    entry = entry[:_MAX_ENTRY_LENGTH]
    return bool(find_url(entry)) or has_work_details(entry)


def has_work_details(entry: str) -> bool:
    """Whether `entry` has a DOI or a year, which mere lists of links don't."""
    entry = entry[:_MAX_ENTRY_LENGTH]
    return bool(_ANY_YEAR.search(entry) or _PLACED_YEAR.search(entry) or find_doi(entry))


def begins_with_author(line: str) -> bool:
    """Whether a line begins with one name as reference lists write it: with initials, or turned round."""
    return any(pattern.match(line) for pattern in (_ONE_NAME, _INITIALS_FIRST, _TURNED_NAME))


def begins_with_authors(entry: str) -> bool:
    """Whether `entry` begins with names as reference lists write them: with initials, turned round, or before a year."""
    if _NAMES_FIRST.match(entry) or _INITIALS_FIRST.match(entry) or _TURNED_NAME.match(entry):
        return True
    year = _PLACED_YEAR.search(entry, 0, _MAX_HEAD_LENGTH)
    if year is None:
        return False
    head = entry[: year.start()].strip(_NAME_EDGE_SIGNS).rstrip(".")
    return bool(_ORGANISATION.match(head) or _split_direct_names(head))


def reads_as_prose(entry: str) -> bool:
    """Whether a line among entries is a remark or a part of the article: it names no source, or only in passing.

    The years in a sentence follow words, "since 2010"; the years in an entry stand apart.
    """
    entry = entry[:_MAX_ENTRY_LENGTH]
    if _NOTICE.match(entry):
        return True
    if len(entry.split()) < (_MIN_PROSE_WORDS if _PROSE_END.search(entry) else _MIN_CUT_PROSE_WORDS):
        return False
    if find_doi(entry) or find_url(entry) or _QUOTED.match(entry) or begins_with_authors(entry):
        return False
    years = [match.start() for match in _YEAR_IN_TEXT.finditer(entry)]
    return all(_WORD_BEFORE_YEAR.search(entry, max(0, start - _MAX_WORD_LENGTH), start) for start in years)


def _find_year(bare: str, bracketed_year: re.Match[str] | None) -> str:
    if bracketed_year is not None:
        return bracketed_year[1]
    if match := _YEAR_BEFORE_VOLUME.search(bare):
        return match[1]
    years = ["".join(groups) for groups in _ANY_YEAR.findall(bare)]
    return years[-1] if years else ""


def _find_year_after_names(bare: str) -> re.Match[str] | None:
    """Return the year in "Lee, A. B. 2001. Title" or "Anna Lee and Ben Doe. 2001. Title" if only names precede it."""
    year = _YEAR_BETWEEN_STOPS.search(bare, 0, _MAX_HEAD_LENGTH)
    if year is None:
        return None
    head = _ET_AL.sub("", bare[: year.start()].strip(_NAME_EDGE_SIGNS))
    name_list = _NAMES_FIRST.match(f"{head} ")
    return (
        year
        if (name_list and name_list.end() >= len(head)) or _VANCOUVER.match(head) or _split_direct_names(head.rstrip("."))
        else None
    )


def _split_authors_and_title(bare: str, bracketed_year: re.Match[str] | None) -> tuple[tuple[str, ...], str]:
    """Split at the year in brackets, else at a quoted title, else at the first full stop that does not belong to an initial."""
    quoted = _QUOTED.search(bare)
    if (
        bracketed_year is not None
        and bracketed_year.start() <= _MAX_HEAD_LENGTH
        and (quoted is None or bracketed_year.start() < quoted.start())
        and not _is_volume_year(bare, bracketed_year)
    ):
        head = bare[: bracketed_year.start()]
        rest = bare[bracketed_year.end() :].lstrip(_EDGE_SIGNS)
        if (not rest or _PAGES_FIRST.match(rest)) and (parts := _split_head(head.strip(_EDGE_SIGNS), rest)):
            return parts
        if head.strip(_EDGE_SIGNS):
            quoted_next = _QUOTED.match(rest)
            return _split_names(head), quoted_next[1] if quoted_next else _first_sentence(rest)
        return (), quoted[1] if quoted else _first_sentence(rest)
    if quoted is not None:
        return _split_names(bare[: quoted.start()]), quoted[1].strip(_EDGE_SIGNS)
    if (name_list := _NAMES_FIRST.match(bare)) and name_list.end() < len(bare):
        return _split_names(name_list[0]), _first_sentence(bare[name_list.end() :].lstrip(_EDGE_SIGNS))
    head = _first_sentence(bare)
    rest = _first_sentence(bare[len(head) :].lstrip(_EDGE_SIGNS))
    if _INITIALS_FIRST.match(head) and (direct := _split_direct_names(head)):
        return direct, rest
    if len(rest) > len(head) and _ORGANISATION.match(head):
        return _split_names(head), rest
    return (), head.strip("\"'“”„‘’«» ")


def _split_head(head: str, pages: str) -> tuple[tuple[str, ...], str] | None:
    """Split authors and title that both precede the year: "Ada Lee, Tides (Oslo, 1954), 7" or "Sea Board: Tides (1954)"."""
    names, _, title = head.partition(", " if pages else ": ")
    authors = _split_direct_names(names) if pages else (names,) if _ORGANISATION.match(names) else ()
    return (authors, title) if title and authors else None


def _is_volume_year(bare: str, year: re.Match[str]) -> bool:
    """Whether a year in brackets follows authors, title and journal, and pages follow it."""
    if not _PAGES_FIRST.match(bare[year.end() :].lstrip(_EDGE_SIGNS)):
        return False
    head = bare[: year.start()]
    if (names := _NAMES_FIRST.match(head)) is not None:
        return bool(head[names.end() :].strip(_EDGE_SIGNS))
    return len(_first_sentence(head)) < len(head.rstrip(_EDGE_SIGNS))


def _first_sentence(text: str) -> str:
    """Return `text` up to the first full stop that belongs to no initial or abbreviation."""
    for match in _SENTENCE_END.finditer(text):
        if match[0] != "." or not _INITIALS.search(text[max(0, match.start() - 6) : match.start()]):
            return text[: match.end()].rstrip(_EDGE_SIGNS)
    return text.rstrip(_EDGE_SIGNS)


def _split_names(head: str) -> tuple[str, ...]:
    head = _ET_AL.sub("", _EDITOR_MARK.sub("", head).strip(_NAME_EDGE_SIGNS))
    if len(head) > _MAX_HEAD_LENGTH or not _LETTER.search(head):
        return ()
    if _VANCOUVER.match(head):
        return tuple(name.strip(_EDGE_SIGNS) for name in head.split(","))
    if _INITIALS_FIRST.match(head) and (direct := _split_direct_names(head.rstrip("."))):
        return direct
    if _APA_NAME.match(head):
        return tuple(_AND.sub("", name).strip(_NAME_EDGE_SIGNS) for name in _APA_NAME.findall(head))
    if _ORGANISATION_WORD.search(head):
        return (head.strip(_EDGE_SIGNS),)
    if "," in head and (direct := _split_direct_names(head.rstrip("."))):
        return direct
    return tuple(name.strip(_EDGE_SIGNS) for name in _NAME_SEPARATOR.split(head) if _LETTER.search(name))


def _split_direct_names(head: str) -> tuple[str, ...]:
    """Split "A. Lee, Ben C. Doe, and Dan van Es" or "Lee, Anna, and Ben Doe" into names; return () if these are not names."""
    parts = _DIRECT_NAME_SEPARATOR.split(head)
    if len(parts) > 1 and _FAMILY_NAME.fullmatch(parts[0]) and _GIVEN_NAMES.match(parts[1]):
        parts[:2] = [f"{parts[0]}, {parts[1]}"]
        return tuple(parts) if all(map(_DIRECT_NAME.fullmatch, parts[1:])) else ()
    return tuple(parts) if all(map(_DIRECT_NAME.fullmatch, parts)) else ()


# ------------------------------------------------------------------ Web addresses in a text

_SCHEME = lazy_pattern(r"(?:https?|ftp)$", re.IGNORECASE)
_WITH_SCHEME = lazy_pattern(r"://[^\s<>\"“”|\\^`{}]+")
_WITHOUT_SCHEME = lazy_pattern(r"www\.[^\s<>\"“”|\\^`{}]+")


def find_urls(text: str) -> Iterator[Style]:
    """Yield a LINK style for every "https://…" and "www.…". They are sorted only within each of the two kinds."""
    if "://" in text:
        for match in _WITH_SCHEME.finditer(text):
            scheme = _SCHEME.search(text, max(0, match.start() - 5), match.start())
            address = trim_address(match[0])
            if scheme and len(address) > 3:
                end = match.start() + len(address)
                yield Style(scheme.start(), end, StyleKind.LINK, text[scheme.start() : end])
    if "www." in text:
        for match in _WITHOUT_SCHEME.finditer(text):
            address = trim_address(match[0])
            before = text[match.start() - 1 : match.start()]
            if "." in address[4:] and before not in tuple("/.@-_") and not before.isalnum():
                yield Style(match.start(), match.start() + len(address), StyleKind.LINK, f"https://{address}")
