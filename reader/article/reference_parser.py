"""Parse a reference entry: authors, year, title, DOI, address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from reader.article.citation_words import (
    JOINS,
    LEADS,
    OTHERS,
    UNSPACED,
    VISITS,
    first_visit,
    is_unspaced,
    may_begin_with,
    may_name_others,
)
from reader.article.labels import plain_signs
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Style, StyleKind

# ------------------------------------------------------------------ Fields of an entry

CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĘĚĞĢĦĪĮİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽȘȚΑ-ΩА-ЯЁЄІЇЎҐ"
"""The capital letters of Latin, Greek and Cyrillic alphabets, for a character class."""
_SMALL = "a-zß-öø-ÿα-ωа-яёєіїўґ"


class _NamePattern:
    """A pattern with words for authors who are not named. Without these, it compiles in a fraction of the time."""

    def __init__(self, source: str) -> None:
        self._whole = lazy_pattern(source)
        self._plain = lazy_pattern(source.replace(OTHERS, "(?!)"))

    def choose(self, text: str) -> re.Pattern[str]:
        """Return the pattern that finds in a text all that the whole one finds."""
        return self._whole if may_name_others(text) else self._plain


_DOI = lazy_pattern(r"10\.\d{4,9}/[^\s\"<>“”]+")
_ADDRESS = lazy_pattern(r"(?:https?://|ftp://|www\.)[^\s<>\"“”]+", re.IGNORECASE)
_YEAR = r"(?:1[5-9]|20)\d\d"
_PLACED_YEAR = lazy_pattern(rf"[(\[](?:[^()\[\]\d]{{0,20}}\d{{0,2}} ?)?({_YEAR})[a-z]?[¹²³⁴-⁹]?\b[^()\[\]]{{0,24}}[)\]]")
"""Match a year in brackets, with the number of the edition, as German lists raise it: "(2004⁷)"."""
_YEAR_IN_DATE = rf"(?<![\d/-])({_YEAR})-\d\d-\d\d(?!\d)|(?<!\d)\d\d?[./]\d\d?[./]({_YEAR})(?!\d)"
# All begin with a digit: to look for that first makes the search four times as fast.
_ANY_YEAR = lazy_pattern(rf"(?=\d)(?:(?<![\w/:–-])({_YEAR})[a-z]?(?![\w–/-])|{_YEAR_IN_DATE})")
_ANY_YEAR_UNSPACED = lazy_pattern(
    rf"(?=\d)(?:(?<![\d/:–-])(?<![^\W{UNSPACED}])({_YEAR})[a-z]?(?![\d–/-]|[^\W{UNSPACED}])|{_YEAR_IN_DATE})"
)
_YEAR_BEFORE_VOLUME = lazy_pattern(rf"(?=[12])(?<![\w/–-])({_YEAR})[a-z]?(?: [A-Z][a-z]{{2,8}}(?: \d\d?)?)? ?[;:] ?[\dSe]")
_YEAR_BETWEEN_STOPS = lazy_pattern(rf"(?<=[.)\w]),? ({_YEAR})[a-z]?\.(?= [^\W\d_]| [“\"‘'«„])")
# The empty group is the year that such an entry does not have.
_UNDATED = lazy_pattern(r"[(\[]()(?:n\. ?d\.?|no date|undated|o\. ?J\.?|s\. ?d\.?|s\. ?f\.?)[)\]]", re.IGNORECASE)
_VISIT = lazy_pattern(rf"(?:\b(?:last |online )?(?:{'|'.join(VISITS)})(?!\w)).*", re.IGNORECASE)
_QUOTED = lazy_pattern(r"[“\"„«]\s?([^“”\"„«»]{3,300}?)[,.]?\s?[”\"“»]")
_ABBREVIATION = lazy_pattern(
    rf"(?:^|[\s.(])(?:[{CAPITAL}]|[{CAPITAL}]\.-[{CAPITAL}]|Jr|Sr|St|Dr|al|eds?|vol|[Nn]o|Nr|pp?|pág|Bd|S|s|т|с|ред|д-р)$"
)
_LEAD = lazy_pattern(rf"^(?i:{LEADS})(?:(?<=[.{UNSPACED}])|:) ?(?=[^\W\d_{_SMALL}])")
_SENTENCE_END = lazy_pattern(r"[.?!](?=\s|$)")
_CYRILLIC = lazy_pattern("[\u0400-\u052f]")
INITIALS = rf"[{CAPITAL}]\.?(?:(?:(?<=\.) )?[-‐‑]?[{CAPITAL}]\.?){{0,3}}"
"""A pattern for a person's initials: "SG", "S-G", "S.-G.", "S. G."."""
# "IIII" must have one reading, or a list of such names has a power of two.
_VANCOUVER_NAME = rf"(?:[^\W\d_][\w'’′‐‑\-]* ){{1,4}}{INITIALS}(?:(?: (?:II|III)| ?(?:Jr|Sr|2|3|2nd|3rd))\b\.?)?"
_VANCOUVER_SEPARATOR = "(?:, |; ?|,? & )"
_VANCOUVER = _NamePattern(rf"{_VANCOUVER_NAME}(?:{_VANCOUVER_SEPARATOR}{_VANCOUVER_NAME})*(?:,? ?{OTHERS})?\.?$")
_VANCOUVER_SPLIT = lazy_pattern(
    rf",? & |[,;] ?(?:(?:{JOINS}) (?={_VANCOUVER_NAME}))?"
    rf"|(?<=[{CAPITAL}.]) (?:{JOINS}) (?={_VANCOUVER_NAME}(?:[,;]|$| (?:{JOINS}) ))"
)
# The "A" in "Lee, K. A river in winter" is a word of the title, as are other single capitals before a small letter.
_APA_NAME_SOURCE = (
    rf"(?:['’][tsn] )?[^\W\d_][^,;&()/:]{{0,40}}?, ?(?:[{CAPITAL}]\.?[ \-‐‑]?)+(?=[,;&.\s/:]|$)"
    rf"(?!(?<=[.,] [{CAPITAL}]) (?!{OTHERS}|(?:{JOINS}) )[{_SMALL}])\.?"
)
_APA_NAME = _NamePattern(_APA_NAME_SOURCE)
_SEPARATOR_SOURCE = rf"(?!,? ?{OTHERS})(?:,? (?:{JOINS}) |[,;/] ?)"
_NAMES_FIRST = _NamePattern(
    rf"{_APA_NAME_SOURCE}(?:{_SEPARATOR_SOURCE}{_APA_NAME_SOURCE})*(?:,? ?{OTHERS})?(?=[\s.,:(])"
    rf"|{_VANCOUVER_NAME}(?:{_VANCOUVER_SEPARATOR}{_VANCOUVER_NAME})*(?:,? ?{OTHERS})?"
    r"(?:, (?:editors?|eds)|,? \((?:editors?|eds?)\.?\))?(?:(?<=\.)(?=,?\s)|(?=[.:]\s))"
)
_PARTICLES = r"(?:(?:van|von|der|den|de|del|della|di|da|dos|la|le|ten|ter|el|al|bin|af|zu|zur|du|of) )*"
_FAMILY_NAME_SOURCE = rf"{_PARTICLES}(?:[dl]['’]|['’]t )?[^\W\d_{_SMALL}][\w'’\-]+"
_FAMILY_NAME = lazy_pattern(_FAMILY_NAME_SOURCE)
_DIRECT_NAME = lazy_pattern(
    rf"(?:(?:[^\W\d_{_SMALL}]\.[ \-]?)+ ?|(?:[^\W\d_{_SMALL}][\w'’\-]*\.? ){{1,3}}){_FAMILY_NAME_SOURCE}(?:,? (?:Jr|Sr)\.?)?"
)
_INITIALS_FIRST = lazy_pattern(rf"(?:[^\W\d_{_SMALL}]\.[ \-]?)+ ?[^\W\d_]{{2}}")
_COMPANY_FORM = r"(?:Ltd|Inc|GmbH|AG|LLC|LLP|[Pp]lc|Corp)"
_CAPITAL_WORD = rf"(?!{_COMPANY_FORM}\b)(?:[dl]['’])?[{CAPITAL}][{CAPITAL}'’\-]{{1,30}}(?![\w])"
_GIVEN_NAME = (
    rf"(?:[{CAPITAL}][{_SMALL}]{{1,2}}\.|[{CAPITAL}][\w'’\-]{{0,30}}[{_SMALL}])"
    rf"(?: (?:[{CAPITAL}]\.|[{CAPITAL}][\w'’\-]{{0,30}})){{0,2}}"
)
_CAPITAL_NAME = rf"{_CAPITAL_WORD}(?: {_CAPITAL_WORD}){{0,3}},? (?:{_GIVEN_NAME}|\({_GIVEN_NAME}\))"
_NO_PARENTHESES = str.maketrans("", "", "()")
_ONE_CAPITAL_NAME = lazy_pattern(_CAPITAL_NAME)
_CAPITAL_NAMES = _NamePattern(
    rf"(?P<names>{_CAPITAL_NAME}(?:(?:,? (?:{JOINS}) |, ?|; ?){_CAPITAL_NAME}){{0,20}})(?:,? {OTHERS})?"
    rf"(?:,? (?P<year>\(?{_YEAR}[a-z]?\)?)(?=[.,: ])|(?=, (?!{_COMPANY_FORM}\b)[«“\"]?[^\W\d_]|, « ))"
)
"""Match the authors of a French entry, whose family names are in capitals before the given ones: "DUPONT Jean, 2010, Title"."""
_DIRECT_NAME_SEPARATOR = _NamePattern(rf"\s*(?!,? {OTHERS})(?:,? (?:{JOINS}) |[,;] )\s*")
_GIVEN_NAMES = lazy_pattern(rf"[^\W\d_{_SMALL}][\w'’\-]*\.?(?: [^\W\d_{_SMALL}][\w'’\-]*\.?){{0,3}}$")
_NAME_SEPARATOR = _NamePattern(rf"\s*(?!,? {OTHERS})(?:;| / |,? (?:{JOINS}) )\s*")
_TURNED_NAME_SEPARATOR = lazy_pattern(rf"\s*(?:[;/]|,? (?:{JOINS}) |,? و(?=\w))\s*")
_AND = lazy_pattern(rf"^(?:{JOINS}) ")
_LETTER = lazy_pattern(r"[^\W\d_]")
_ET_AL = lazy_pattern(rf",? {OTHERS}\s*$")
_EDITOR_MARK = lazy_pattern(
    r"(?:, (?:editors?|eds)\.?"
    r"|[ ,]*\((?:editors?|[eé]ds?|hrsg|hgg?|dirs?|coords?|orgs?|red|comps?|a cura di|cur|ред|сост)\.?\))[\s.,:]*$",
    re.IGNORECASE,
)
_PAGES_FIRST = lazy_pattern(r"(?:(?:pp?|pages?|seiten?|s|art(?:icle)?|no)\b\.? ?)?[a-z]?\d+ ?(?:[–\-,;:.(]|$)", re.IGNORECASE)
"""Match what follows the year of a volume, as in "Journal 8 (2018), pp. 14–29" and "Journal 8 (2018) 14–29"."""
_EDGE_SIGNS = " \t\n.,:;-–—"
_NAME_EDGE_SIGNS = " \t\n,:;-–—("
_ORGANISATION = lazy_pattern(
    rf"(?:(?:[^\W\d_{_SMALL}][\w'’&\-]*|of|the|for|and|de|la|du|des|der|für|di|del|do|da|van|voor)(?: |$)){{1,7}}$"
)
_SENTENCE_SIGNS = frozenset(".,;:!?'’*_")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_ORGANISATION_WORD = lazy_pattern(r" (?:of|for|on|the|für|des|pour|para) ")
_ONE_NAME = _NamePattern(rf"(?:{_APA_NAME_SOURCE}|{_VANCOUVER_NAME}(?=[,.;:( ]|$))")
_TURNED_NAME = lazy_pattern(
    rf"{_FAMILY_NAME_SOURCE}, [^\W\d_{_SMALL}][\w'’\-]+(?: (?:[^\W\d_{_SMALL}][\w'’\-]*\.?|d[aeo]s?)){{0,3}}"
    rf"(?:[.,:;/]| \(| (?:{JOINS}) )"
)
_ORGANISATION_AND_YEAR = lazy_pattern(rf"[^\W\d_{_SMALL}][^.,:()\d]{{1,60}} \({_YEAR}[a-z]?\)[.,:]? [^\W\d_]")
_ORGANISATION_NOUN = lazy_pattern(
    r"\b(?:organi[sz]a|minist|department|departamento|institut|agenc|agence|council|commission|committee|universit|associa|office|"
    r"bureau|board|authorit|societ|foundation|bank|cent(?:re|er)|bundes|statisti|amt\b|verband|verein|ayuntamiento|conseil|cour\b|"
    r"comune|provinci|regione|gemeente|mairie|ville\b|urz[aą]d|główny|министерств|институт|служб|وزارة|منظمة|هيئة|جامعة)",
    re.IGNORECASE,
)
_PLACE_AND_YEAR = lazy_pattern(rf"[^\W\d_{_SMALL}][\w\-/]+\.? {_YEAR}(?:[.,]|$)")
"""Match the imprint of entries that put a colon after the names, "Oslo 2004"."""
_COMPANY = lazy_pattern(
    r" (?:&|and|und|et) (?:Partners?|Sons?|Co\b|Company|Söhne|Cie|Associates|Brothers|Bros|Fils|Daughters|Friends)\b"
    rf"|[ ,]{_COMPANY_FORM}\.?$"
)
_FIRST_UNSPACED = "々"
_OPENING_SIGNS = tuple('「『《“"')
_CJK_TITLE = lazy_pattern(r"[『《「]|\[[A-Z](?:/[A-Z]{2})?\]")
_WORK_TYPE = lazy_pattern(r"\s?\[[A-Z]{1,2}(?:/[A-Z]{2})?\]$")
"""Match the kind of a work in Chinese lists, "[J]" or "[EB/OL]"."""
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
_MIN_TITLE_LETTERS = 4
_MAX_COLON_HEAD_WORDS = 24
_MIN_PROSE_WORDS = 10
_MIN_CUT_PROSE_WORDS = 14
"""The fewest words of prose with and without a mark at its end."""
_MAX_WORD_LENGTH = 24
_MAX_HEAD_LENGTH = 600
_MAX_VISIT_HEAD = 8
"""The most characters before the word for a visit that belong to it, "online ", and one more."""
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
    plain = plain_signs(entry)
    fields = _parse_plain_fields(plain)
    if plain == entry:
        return fields
    title_start = plain.find(fields.title)
    title = entry[title_start : title_start + len(fields.title)] if title_start >= 0 else fields.title
    return fields._replace(title=title)


def parse_identifiers(entry: str) -> Fields:
    """Return only the DOI and the address of an entry, as `parse_fields` does, for one whose document gives the rest."""
    plain = plain_signs(entry[:_MAX_ENTRY_LENGTH])
    return Fields(doi=find_doi(plain), url=find_url(plain))


def _parse_plain_fields(entry: str) -> Fields:
    doi, url = find_doi(entry), find_url(entry)
    bare = entry
    if url:
        bare = _ADDRESS.sub(" ", bare)
    if doi:
        bare = _DOI.sub(" ", bare)
    bare = " ".join(_strip_visit_date(bare).split())
    if may_begin_with(bare, "leads"):
        bare = _LEAD.sub("", bare, count=1)
    if _begins_unspaced(bare):
        from reader.article.cjk_entries import parse_cjk_entry  # few texts need it

        authors, year, title = parse_cjk_entry(bare)
        return Fields(authors, year, title, doi, url)
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
    place = first_visit(folded)
    if place < 0:
        return entry
    visit = _VISIT.search(entry, max(0, place - _MAX_VISIT_HEAD) if len(folded) == len(entry) else 0)
    return entry[: visit.start()] + entry[visit.end() :] if visit is not None else entry


def find_doi(entry: str) -> str:
    """Return the first DOI in `entry`, in lower case, or ""."""
    match = _DOI.search(entry) if "10." in entry else None
    return trim_address(match[0]).lower() if match else ""


def find_dois(text: str) -> list[str]:
    """Return the DOIs in a text in lower case, each once, in order."""
    matches = _DOI.finditer(text) if "10." in text else ()
    return list(dict.fromkeys(trim_address(match[0]).lower() for match in matches))


def find_url(entry: str) -> str:
    """Return the first web address in `entry`, or "". The name of a site, "www.gazette.example", gives way to a page of it."""
    match = _ADDRESS.search(entry) if "://" in entry or "www." in entry else None
    address = trim_address(match[0]) if match else ""
    if match and address.startswith("www.") and "/" not in address:
        pages = (trim_address(other[0]) for other in _ADDRESS.finditer(entry, match.end()))
        return next((page for page in pages if f"://{address}/" in page), address)
    return address


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
    entry = plain_signs(entry[:_MAX_ENTRY_LENGTH])
    return bool(_any_year(entry).search(entry) or _PLACED_YEAR.search(entry) or find_doi(entry))


def begins_with_author(line: str) -> bool:
    """Whether a line begins with one name as reference lists write it: with initials, or turned round."""
    line = plain_signs(line)
    patterns = (_ONE_NAME.choose(line), _INITIALS_FIRST, _TURNED_NAME, _ORGANISATION_AND_YEAR, _CAPITAL_NAMES.choose(line))
    return any(pattern.match(line) for pattern in patterns) or _begins_with_cjk_authors(line)


def begins_with_authors(entry: str) -> bool:
    """Whether `entry` begins with names as reference lists write them: with initials, turned round, or before a year."""
    entry = plain_signs(entry[:_MAX_ENTRY_LENGTH])
    patterns = (_NAMES_FIRST.choose(entry), _INITIALS_FIRST, _TURNED_NAME, _CAPITAL_NAMES.choose(entry))
    if any(pattern.match(entry) for pattern in patterns) or _begins_with_cjk_authors(entry):
        return True
    year = _PLACED_YEAR.search(entry, 0, _MAX_HEAD_LENGTH)
    if year is None:
        return False
    head = entry[: year.start()].strip(_NAME_EDGE_SIGNS).rstrip(".")
    return bool(_ORGANISATION.match(head) or _split_direct_names(head))


def _begins_unspaced(line: str) -> bool:
    """Whether a line begins with a letter of Chinese, Japanese or Korean, which may be in brackets."""
    return is_unspaced(line[1:2] if line.startswith(_OPENING_SIGNS) else line[:1])


def _begins_with_cjk_authors(line: str) -> bool:
    if not _begins_unspaced(line):
        return False
    from reader.article.cjk_entries import begins_with_cjk_authors  # few texts need it

    return begins_with_cjk_authors(line)


def reads_as_entry(line: str) -> bool:
    """Whether a line can only be an entry: it begins with a name that is turned round or has initials, and has a year.

    Names without spaces also begin sentences, "李娜（2016）认为", so a title must follow them.
    """
    plain = plain_signs(line[:_MAX_ENTRY_LENGTH])
    if _begins_unspaced(plain):
        is_named = _begins_with_cjk_authors(plain) and _CJK_TITLE.search(plain) is not None
    else:
        is_named = any(pattern.match(plain) for pattern in (_ONE_NAME.choose(plain), _INITIALS_FIRST, _TURNED_NAME))
        capitals = _CAPITAL_NAMES.choose(plain).match(plain) if not is_named else None
        is_named = is_named or (capitals is not None and capitals["year"] is not None)
    return is_named and has_work_details(plain)


def reads_as_prose(entry: str) -> bool:
    """Whether a line among entries is a remark or a part of the article: it names no source, or only in passing.

    The years in a sentence follow words, "since 2010"; the years in an entry stand apart.
    """
    entry = plain_signs(entry[:_MAX_ENTRY_LENGTH])
    if _NOTICE.match(entry):
        return True
    if len(entry.split()) < (_MIN_PROSE_WORDS if _PROSE_END.search(entry) else _MIN_CUT_PROSE_WORDS):
        return False
    if find_doi(entry) or find_url(entry) or _QUOTED.match(entry) or begins_with_authors(entry):
        return False
    years = [match.start() for match in _YEAR_IN_TEXT.finditer(entry)]
    return all(_WORD_BEFORE_YEAR.search(entry, max(0, start - _MAX_WORD_LENGTH), start) for start in years)


def _any_year(entry: str) -> re.Pattern[str]:
    """Return the pattern of a year. Letters of Chinese, Japanese and Korean may stand right before and after it."""
    return _ANY_YEAR if entry.isascii() or max(entry) < _FIRST_UNSPACED else _ANY_YEAR_UNSPACED


def _find_year(bare: str, bracketed_year: re.Match[str] | None) -> str:
    if bracketed_year is not None:
        return bracketed_year[1]
    if match := _YEAR_BEFORE_VOLUME.search(bare):
        return match[1]
    years = ["".join(groups) for groups in _any_year(bare).findall(bare)]
    return years[-1] if years else ""


def _find_year_after_names(bare: str) -> re.Match[str] | None:
    """Return the year in "Lee, A. B. 2001. Title" or "Anna Lee and Ben Doe. 2001. Title" if only names precede it."""
    year = _YEAR_BETWEEN_STOPS.search(bare, 0, _MAX_HEAD_LENGTH)
    if year is None:
        return None
    head = _strip_others(bare[: year.start()].strip(_NAME_EDGE_SIGNS))
    name_list = _NAMES_FIRST.choose(head).match(f"{head} ")
    return (
        year
        if (name_list and name_list.end() >= len(head))
        or _VANCOUVER.choose(head).match(head)
        or _split_direct_names(head.rstrip("."))
        or (_ORGANISATION.match(head.rstrip(".")) and _QUOTED.match(bare, year.end() + 1))  # its title follows
        else None
    )


def _split_authors_and_title(bare: str, bracketed_year: re.Match[str] | None) -> tuple[tuple[str, ...], str]:
    """Split at the year in brackets, else at a quoted title, else at what ends the names: a colon, a comma or a full stop."""
    if capital_parts := _split_capital_names(bare):
        return capital_parts
    quoted = _QUOTED.search(bare)
    if (
        bracketed_year is not None
        and bracketed_year.start() <= _MAX_HEAD_LENGTH
        and (quoted is None or bracketed_year.start() < quoted.start())
        and not _is_volume_year(bare, bracketed_year)
    ):
        head = bare[: bracketed_year.start()]
        rest = bare[bracketed_year.end() :]
        is_comma_style = rest.startswith(", ") and not rest.startswith((", in ", ", In "))
        rest = rest.lstrip(_EDGE_SIGNS)
        if (not rest or _PAGES_FIRST.match(rest)) and (parts := _split_head(head.strip(_EDGE_SIGNS), rest)):
            return parts
        quoted_next = _QUOTED.match(rest)
        title = (
            quoted_next[1].strip(_EDGE_SIGNS) if quoted_next else _first_part(rest) if is_comma_style else _first_sentence(rest)
        )
        if head.strip(_EDGE_SIGNS):
            return _split_names(head), title
        return (), quoted[1] if quoted else title
    names = _NAMES_FIRST.choose(bare).match(bare)
    if (
        names is not None
        and names.end() < len(bare)
        and (quoted is None or _has_title_between(bare, names.end(), quoted.start()))
    ):
        rest = bare[names.end() :]
        title = rest.lstrip(_EDGE_SIGNS)
        return _split_names(names[0]), _first_part(title) if rest.startswith(",") else _first_sentence(title)
    if colon_parts := _split_at_colon(bare):
        return colon_parts
    if quoted is not None:
        return _split_names(bare[: quoted.start()]), quoted[1].strip(_EDGE_SIGNS)
    if comma_parts := _split_at_commas(bare):
        return comma_parts
    head = _first_sentence(bare)
    rest = _first_sentence(bare[len(head) :].lstrip(_EDGE_SIGNS))
    if turned := _split_turned_names(head):
        return turned, rest
    if (_INITIALS_FIRST.match(head) or _TURNED_NAME.match(f"{head}.")) and (direct := _split_direct_names(head)):
        return direct, rest
    if rest and _ORGANISATION.match(head) and (len(rest) > len(head) or _ORGANISATION_NOUN.search(head)):
        return _split_names(head), rest
    return (), head.strip("\"'“”„‘’«» ")


def _has_title_between(bare: str, names_end: int, quote_start: int) -> bool:
    """Whether a title stands between the names and a quotation, which then names the journal: "Lee A., Tides, “Sea” 2004"."""
    gap = bare[names_end:quote_start].strip(_EDGE_SIGNS)
    return sum(map(str.isalpha, gap)) >= _MIN_TITLE_LETTERS and not _AND.match(gap) and not _split_direct_names(gap)


def _split_at_colon(bare: str) -> tuple[tuple[str, ...], str] | None:
    """Split "Lee, Ada/Doe, Ben: Tides. Oslo 2004" and "Ada Lee: Tides. Oslo 2004". Words before a colon may also be a title."""
    head, colon, rest = bare[:_MAX_HEAD_LENGTH].partition(": ")
    if not colon or len(head.split()) > _MAX_COLON_HEAD_WORDS or _first_sentence(head) != head.rstrip(_EDGE_SIGNS):
        return None
    is_editor = _EDITOR_MARK.search(head) is not None
    is_organisation = _ORGANISATION_NOUN.search(head) is not None and _ORGANISATION.match(head) is not None
    if not (
        is_editor
        or is_organisation
        or _TURNED_NAME.match(f"{head}:")
        or (_PLACE_AND_YEAR.search(rest) and _split_direct_names(head))
    ):
        return None
    names = _split_names(head)
    return (names, _first_sentence(bare[len(head) + 2 :])) if names else None


def _split_at_commas(bare: str) -> tuple[tuple[str, ...], str] | None:
    """Split "Ada Lee, Tides, Oslo, Fjord, 2004, p. 3", whose only full stops are those of abbreviations."""
    names, _, rest = bare.partition(", ")
    title = _first_part(rest)
    is_name = _DIRECT_NAME.fullmatch(names) or (_ORGANISATION_NOUN.search(names) and _ORGANISATION.match(names))
    if not is_name or not 0 < len(title) < len(rest.rstrip(_EDGE_SIGNS)) or not _any_year(rest).search(rest, len(title)):
        return None
    return ((names,), title) if _first_sentence(names) == names.rstrip(_EDGE_SIGNS) else None


def _first_part(text: str) -> str:
    """Return `text` up to its first comma, or its first sentence if that ends before."""
    return _first_sentence(text).split(", ", 1)[0].rstrip(_EDGE_SIGNS)


def _split_head(head: str, pages: str) -> tuple[tuple[str, ...], str] | None:
    """Split authors and title that both precede the year: "Ada Lee, Tides (Oslo, 1954), 7" or "Sea Board: Tides (1954)"."""
    names, _, title = head.partition(", " if pages else ": ")
    authors = _split_direct_names(names) if pages else (names,) if _ORGANISATION.match(names) else ()
    return (authors, title) if title and authors else None


def _is_volume_year(bare: str, year: re.Match[str]) -> bool:
    """Whether a year in brackets follows authors, title and journal, and only pages follow it."""
    rest = bare[year.end() :].lstrip(_EDGE_SIGNS)
    if rest and not _PAGES_FIRST.match(rest):
        return False
    head = bare[: year.start()]
    if (names := _NAMES_FIRST.choose(head).match(head)) is not None:
        return bool(head[names.end() :].strip(_EDGE_SIGNS))
    return len(_first_sentence(head)) < len(head.rstrip(_EDGE_SIGNS))


def _first_sentence(text: str) -> str:
    """Return `text` up to the first full stop that belongs to no initial or abbreviation, or to " // ", the end of a title."""
    text = text.split(" // ", 1)[0]
    text = text.split(" / ", 1)[0] if _CYRILLIC.match(text) else text
    for match in _SENTENCE_END.finditer(text):
        if match[0] != "." or not _ABBREVIATION.search(text[max(0, match.start() - 6) : match.start()]):
            text = text[: match.end()]
            break
    text = text.rstrip(f"{_EDGE_SIGNS}(")
    return _WORK_TYPE.sub("", text) if text.endswith("]") else text


def _strip_others(names: str) -> str:
    """Cut a list of names before "et al." at its end."""
    return _ET_AL.sub("", names) if may_name_others(names) else names


def _split_names(head: str) -> tuple[str, ...]:
    head = _strip_others(_EDITOR_MARK.sub("", head).strip(_NAME_EDGE_SIGNS))
    if len(head) > _MAX_HEAD_LENGTH or not _LETTER.search(head):
        return ()
    if _VANCOUVER.choose(head).match(head):
        return tuple(name.strip(_EDGE_SIGNS) for name in _VANCOUVER_SPLIT.split(head))
    if _INITIALS_FIRST.match(head) and (direct := _split_direct_names(head.rstrip("."))):
        return direct
    if _APA_NAME.choose(head).match(head):
        return tuple(_AND.sub("", name).strip(_NAME_EDGE_SIGNS) for name in _APA_NAME.choose(head).findall(head))
    if _ORGANISATION_WORD.search(head) or _COMPANY.search(head):
        return (head.strip(_EDGE_SIGNS),)
    if turned := _split_turned_names(head):
        return turned
    if "," in head and (direct := _split_direct_names(head.rstrip("."))):
        return direct
    return tuple(name.strip(_EDGE_SIGNS) for name in _NAME_SEPARATOR.choose(head).split(head) if _LETTER.search(name))


def _split_turned_names(head: str) -> tuple[str, ...]:
    """Split "Silva, João; Souza, Lia" into names; return () if these are not several names that are turned round."""
    names = [name.strip(_EDGE_SIGNS) for name in _TURNED_NAME_SEPARATOR.split(head)]
    are_names = len(names) > 1 and all(name.count(",") <= 1 and _TURNED_NAME.fullmatch(f"{name}.") for name in names)
    return tuple(names) if are_names else ()


def _split_capital_names(bare: str) -> tuple[tuple[str, ...], str] | None:
    """Split "DUPONT Jean et ROCHE (Léa), 2010, Title" and "DUPONT, Jean, Title, Paris, 2010"."""
    match = _CAPITAL_NAMES.choose(bare).match(bare)
    if match is None:
        return None
    rest = bare[match.end() :]
    if not match["year"] and not _any_year(rest).search(rest):
        return None
    title = rest.lstrip(_EDGE_SIGNS)
    quoted = _QUOTED.match(title)
    names = tuple(name[0].translate(_NO_PARENTHESES) for name in _ONE_CAPITAL_NAME.finditer(match["names"]))
    if quoted is not None:
        return names, quoted[1].strip(_EDGE_SIGNS)
    return names, _first_part(title) if rest.startswith(",") else _first_sentence(title)


def _split_direct_names(head: str) -> tuple[str, ...]:
    """Split "A. Lee, Ben C. Doe, and Dan van Es" or "Lee, Anna, and Ben Doe" into names; return () if these are not names."""
    parts = _DIRECT_NAME_SEPARATOR.choose(head).split(head)
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
