"""Find citation markers by their notation, before they are matched with references."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from reader.article.citation_words import JOINS, LEADS, LOCATORS, OTHERS, SAME_AUTHOR, SAME_WORK, UNSPACED_JOINS, may_repeat
from reader.article.labels import CIRCLED_NUMBERS, SUPERSCRIPT_DIGITS, label_at, plain_digits, plain_signs, without_zeros
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block

_DASH = r"[-‐‑–—−]"
_JOIN = rf"(?:{_DASH}|[,&]|(?:{JOINS})(?![^\W\d_])|[{UNSPACED_JOINS}])"
_NUMBERS = rf"\d{{1,4}}(?:\s{{0,4}}{_JOIN}\s{{0,4}}\d{{1,4}})*"
_LEAD = (
    rf"(?:(?:{LEADS}|[注註]|(?:also|in|and|refs?|reviewed in|sources?|quellen?|fuentes?|font[ei]|cite|citation|web|page)\b\.?)"
    r"[,:]*\s{0,4})*#?"
)
_PAGES = rf"\d+(?:{_DASH}\d+)?\s{{0,4}}(?:页|頁|章|节|節|쪽|ff?\b|\.\s?o(?:ld(?:al)?)?\b)\.?"
_PAGE_NOTE = (
    rf"(?:(?:\s{{0,4}}[,:]\s{{0,4}}|\s{{1,4}})(?:{OTHERS}|{LOCATORS}|§+|ff?\.)[^\[\]();\n]{{0,60}}"
    rf"|\s{{0,4}}[,:]\s{{0,4}}{_PAGES}|\s{{0,4}}:\s{{0,4}}\d+(?:{_DASH}\d+)?)?"
)
_BRACKET = lazy_pattern(r"\[\s{0,4}((?=[^\[\]]{0,60}\d)[^\[\]]{1,300}?)\s{0,4}\\?\]")
_PARENTHESIS = lazy_pattern(r"\(\s{0,4}((?=[^()]{0,60}\d)[^()]{1,300}?)\s{0,4}\)|(?<!\()[注註]\s?(\d{1,3})\)")
_NUMBERS_ONLY = lazy_pattern(rf"[\d\s,;&]+(?:{_DASH}[\d\s,;&]+)*")
_LABELS = lazy_pattern(rf"\s*(?:{_LEAD}({_NUMBERS}))?{_PAGE_NOTE}\s*", re.IGNORECASE)
"""Match what stands between two semicolons: numbers with a page number or without, or the page number alone."""
_PLACE_IN_WORK = lazy_pattern(rf"(?:{LOCATORS}|§+)\s{{0,4}}[\dIVXLC]", re.IGNORECASE)
_WORD_BRACKET = lazy_pattern(r"\[([^\[\]\n]{1,80})\]")
_YEAR = r"(?:1[5-9]|20)\d\d[a-z]?(?!\w)"
_REPEAT = lazy_pattern(
    rf"[(\[](?!\s?\d)\s?(?:{LEADS}\s?)*(?:{SAME_WORK}|{SAME_AUTHOR},?\s(?P<year>{_YEAR}))(?:[\s,:;.][^()\[\]]{{0,60}})?[)\]]",
    re.IGNORECASE,
)
"""Match a repetition in brackets. No word begins with a digit, and most brackets do: they are passed over at once."""
_BRACKETED_WORDS = lazy_pattern(r"[(\[](?!\s?\d)([^()\[\]]{2,200})")
_YEAR_IN_BRACKETS = lazy_pattern(rf"\((?P<year>{_YEAR})[^()\[\]]{{0,60}}\)", re.IGNORECASE)
_SAME_AUTHOR_BEFORE = lazy_pattern(rf"(?<!\w){SAME_AUTHOR}\s$", re.IGNORECASE)
_FOOTNOTE = lazy_pattern(r"\[\^([^\]\s]{1,80})\](?!:)")
_LENTICULAR = lazy_pattern(rf"【(\d{{1,4}}(?:\s?(?:[,;&]|{_DASH})\s?\d{{1,4}})*)(?::\d{{1,4}})?(?:†[^【】\n]{{0,120}})?】")
_RAISED = f"[{SUPERSCRIPT_DIGITS}]+"
_SUPERSCRIPT = lazy_pattern(
    rf"{_RAISED}(?:(?:[,˒⁻–-]|[ \u2009](?={_RAISED}(?!\w))){_RAISED})*(?![{SUPERSCRIPT_DIGITS}]|⁺|⁻(?!{_RAISED})|[+−])"
    r"|\^\((?=\d)(?P<flat>[\d,–-]{1,40})\)"
)
"""Match superscript numbers, also with a space between them, and those that converters write as "^(1,2)".

The charge of an ion, "Mn²⁺", is none.
"""
_PLAIN_SEPARATORS = str.maketrans("⁻˒ \u2009", "-,,,")
_POWER_BASE = lazy_pattern(
    r"\b(?:deg(?:rees?)?|arc(?:sec|min)(?:onds?|utes?)?|sec(?:onds?)?|\w{0,6}met(?:er|re)s?|feet|foot|inch(?:es)?|miles?|yards?"
    r"|acres?|pixels?|microns?|\w{0,4}parsecs?|a?(?:sin|cos|tan|cot|csc)h?|log|exp|det|var)\Z"
)
_POWERS = frozenset("234")
_UNITS = frozenset({"km", "cm", "mm", "nm", "µm", "μm", "dm", "ft", "mi", "yd"})
_SPACES = tuple(" \u00a0\u2009\u202f")
_MAX_BASE_LENGTH = 16
_LENGTH = (
    r"(?:(?:[kcdmnµμ]|(?i:kilo|centi|milli|deci|micro|nano))?m(?:et(?:er|re)[ns]?|ètres?|etr[oi]s?)?|M(?:eter[ns]?|etros?)|in|ft|yd|mi"
    r"|feet|foot|inch(?:es)?|miles?|yards?|[ксмн]?м|(?:кило|санти|милли)?метр\w{0,3}|(?:平方)?(?:公里|千米|厘米|毫米|米))"
)
_POWER_OF_LENGTH = lazy_pattern(
    rf"(?:\d[ \u00a0\u2009\u202f~]?|\d (?:square|sq\.?|cubic) |/ ?|\b(?:per|pro|par|por|na) ){_LENGTH}\Z"
    r"|[=×·] ?[^\W\d_]{1,3}\Z"
)
"""Match a length after a number, "10 m", "per km", and a product, "E = mc": the digits after them are powers."""
_MEASURE = lazy_pattern(
    r"\d[ \u00a0]?(?:lit(?:er|re)s?|[hm]?[lL]|ha|hectares?|acres?|[km]?g|tons?|tonnes?|h|min|k?W|k?V|Hz|°[CF]|%)\Z"
)
_CIRCLED = lazy_pattern(f"[{CIRCLED_NUMBERS}]")
_FLAT_NUMBERS = rf"(\d{{1,3}}(?:(?:,|{_DASH})\d{{1,3}})*)(?=[\s.,;:)—]|$)(?!\.\d)"
_AFTER_STRONG = r"(?<=[^\s\d*]\*\*)"  # the signs of Markdown
_AFTER_QUOTE = r"(?:(?<=[^\W\d_][“»«])|(?<=[.!?…][“»«]))"  # what closes a quote in some languages opens it in others
_AFTER_WORD = rf"(?:(?<=[^\W\dA-Z_]{{3}}| in| by| of| al)|(?<=[)”\"’'\]])|{_AFTER_QUOTE}|{_AFTER_STRONG})"
_AFTER_CLAUSE = (
    rf"(?:(?<=[^\W\dA-Z_])|(?<=[)”\"’'\]?!])|{_AFTER_QUOTE}|(?<=[A-Z]{{2}})|{_AFTER_STRONG}|(?<=[^\s\d*]\*))[.,;:][”\"’')“»]?"
)
_FLAT_NUMBER = lazy_pattern(rf"(?=[\d.,;:])(?:{_AFTER_WORD}|{_AFTER_CLAUSE}){_FLAT_NUMBERS}")
_FLAT_AFTER_CODE = lazy_pattern(rf"(?:(?<=[A-Z]{{3}})|(?<=[A-Z%])[.,][”\"’')]?){_FLAT_NUMBERS}")
_FLAT_AFTER_YEAR = lazy_pattern(
    rf"(?<![\d.,])(?:(?:19|20)\d\d|1[5-8]\d\d[.,;:])\\?[.,;:]?(\d{{1,2}}(?:(?:,|{_DASH})\d{{1,3}})*)(?=[\s.,;:)—]|$)"
)
_FLAT_AFTER_WIDE = lazy_pattern(
    r"(?:(?<=[\u3040-\u30ff\u3400-\u9fff」』）】》”*])(?<![はがをにのとへで为為是到于於第约約共有达達等值数數本章节節图圖表页頁])"
    r"(?=[\d,、， ]+[。！？])|(?<=[가-힣]다)(?=[\d, ]+\.(?:\s|\Z))) ?(\d{1,3}(?:[,、，] ?\d{1,3})*)(?=[。！？.])"
)
"""Match digits before the stop of a Chinese, Japanese or Korean sentence, but not after words such as "is" and "part"."""
_SPACED_NUMBERS = rf"[ \n](\d{{1,3}}(?:(?:, ?| ?{_DASH} ?)\d{{1,3}})*)"
_SPACED_NUMBER = lazy_pattern(
    rf"(?<=[^\W\d_]|[)\]”\"’'.]){_SPACED_NUMBERS}(?=[.,;:)](?!\d)|[ \n](?!\d)[^\W_A-Z]|[ \n]\(|\s*\n\n|\s*$)"
    rf"|(?<=[^\W\d_)\]”’'][.;:?!]){_SPACED_NUMBERS}(?=[ \n][“\"(]?[A-Z])"
)
_ITEM_NUMBER = lazy_pattern(r"\n(\d{1,3})[.)](?:[ \t]|\Z)")
_LAST_WORD = lazy_pattern(r"[\u3040-\u30ff\u3400-\u9fff]{2}\Z|[^\W\d_]+\Z")
_MAX_WORD_LENGTH = 24
_FIRST_NUMBERS = ["1", "2", "3"]
_NUMBERED_THING = lazy_pattern(
    r"(?:\b(?:(?:figs?|figures?|tables?|eqs?|equations?|chapters?|sections?|files?|(?-i:Box|Figura|Tabela|Tabla|Quadro|Tabelle|Abbildung))"
    r"(?:\.? \d{1,3}[a-z]?,? (?:and|to|or))?|"
    r"step|part|pages?|pp?|nos?|vols?|volume|version|type|group|phase|stage|grade|level|day|week|year|month|age|experiment|"
    r"appendi(?:x|ces)|january|february|march|april|may|june|july|august|september|october|november|december|slices|"
    r"lemmas?|theorems?|definition|propositions?|corollar(?:y|ies)|index|(?-i:Case|Aim|n)|of|by|to|than|from|between|only|about|"
    r"least|most|over|under|up|the|a|an|these|those)\.?)$",
    re.IGNORECASE,
)
_NUMBERED_NOUN = lazy_pattern(
    r"\b(?:figs?|figures?|tables?|eqs?|eqns?|equations?|formulas?|lemmas?|theorems?|propositions?|algorithms?|Gleichung|Formel|Tabelle"
    r"|Abbildung|Abb|équation|ecuación|tabla)\.?\s$",
    re.IGNORECASE,
)
"""Match what a number in parentheses belongs to: "equation (2)"."""
_MAX_NOUN_LENGTH = 16
_UNIT_BEFORE = lazy_pattern(r"(?:(?:\d[ \u00a0]?|/)(?:[kcdmnµμ]?m|ft|in|yd|mi)|\blog) ?$")
_SENTENCE_BEFORE = lazy_pattern(r"(?:[^\W\dA-Z_]{3}|[)\]”\"’»*])[.!?][”\"’)»*]{0,3}\Z|[가-힣]다 ?\Z")
_SENTENCE_AFTER = lazy_pattern(r"\.(?=\s|\Z)|[ \t]*(?:\n|\Z)|[ \t]+[“\"«(*_>]*[^\W\d_a-zß-öø-ÿ]")
_MAX_SENTENCE_END = 8
_COUNTED_WORD = lazy_pattern(r"(?<![^\W_])([^\W\d_A-Z]{4,})[”\"»)*]{0,3} (\d{1,3})(?!\w|\.\d)")
_AMOUNT_WORDS = frozenset(
    {"above", "after", "almost", "approximately", "around", "before", "below", "equal", "equals", "exactly", "exceeds", "have"}
    | {
        "include",
        "includes",
        "including",
        "into",
        "item",
        "least",
        "line",
        "nearly",
        "point",
        "rated",
        "reach",
        "reached",
        "reaches",
    }
    | {"roughly", "score", "scored", "scores", "since", "until", "were", "with", "within"}
)
"""The words before a number that is no marker: an amount, or a place in a row."""
_ITEMS = lazy_pattern(rf"(\d{{1,4}})(?:\s{{0,4}}{_DASH}\s{{0,4}}(\d{{1,4}}))?")
_BETWEEN_BRACKETS = lazy_pattern(rf"\s{{0,4}}{_DASH}\s{{0,4}}")
_CODE_BEFORE = lazy_pattern(r"(?:(?<![\w'’])[a-z]|\w*_\w*)$")
_NAME_BEFORE = lazy_pattern(r"(?<![^\W\d_])[^\W\d_]{1,2}$")
_CAPITAL_BEFORE = lazy_pattern(r"(?<![^\W_])[^\W\d_a-zß-öø-ÿ]$")
_YEAR_BEFORE = lazy_pattern(r"(?<![\w.,])(?:1[5-9]|20)\d\d$")
_SHORT_WORD_BEFORE = lazy_pattern(r"(?<![^\W_])[a-zß-öø-ÿ]{2}$")
_ITEM_AFTER = lazy_pattern(r"\s{1,2}[^\W\d_]")
_ITEM_BEFORE = lazy_pattern(rf"[:;,.]\s(?:(?:{JOINS})\s)?$", re.IGNORECASE)
_MAX_ITEM_LENGTH = 400
_MAX_ITEM_LEAD = 12
_MAX_RANGE = 200
_MAX_LABEL_LENGTH = 8
_MAX_ADDRESS_LENGTH = 200
_MAX_AUTHOR_WORD_LENGTH = 24


class Marker(NamedTuple):
    """A citation marker: its range, the labels it names in order, and its notation."""

    start: int
    end: int
    names: tuple[str, ...]
    kind: str


_NOTE_SIGN = lazy_pattern(r"(?<=[\w.,;:!?)\]\"'”’»%])(?:[†‡]{1,3}|\*)(?=[\s.,;:!?)]|$)")


def marker_labels(text: str, blocks: Sequence[Block], markers: Iterable[Marker]) -> Mapping[str, Sequence[int]]:
    """Return the labels in the markers with the starts of these, except markers that begin a block: they may label an entry."""
    starts = [block.start for block in blocks]
    places: defaultdict[str, list[int]] = defaultdict(list)
    for marker in (marker for marker in markers if not marker.kind.endswith("?")):
        place = bisect_right(starts, marker.start) - 1
        label = (
            label_at(text, starts[place], blocks[place].end)
            if place >= 0 and marker.start - starts[place] < _MAX_LABEL_LENGTH
            else None
        )
        if label is None or label.end <= marker.start:
            for name in marker.names:
                places[name].append(marker.start)
    return {name: sorted(starts) for name, starts in places.items()}


def bracket_markers(text: str) -> list[Marker]:
    """Return the bracket markers in order: "[1]", "[1,3–5]", "[see 4, p. 2]", "[cite: 4]", "【4†a】", and "[2]–[7]" as one.

    Brackets after an identifier, such as `a[0]`, are left out; after a short name such as "F" or "to" if few others follow
    without a space.
    """
    text = plain_signs(text)
    if "[" not in text and "【" not in text:
        return []
    matches = [match for match in _BRACKET.finditer(text) if not _is_index(text, match.start())]
    glued = [match.start() for match in matches if _is_glued(text, match.start())]
    indices: set[int] = set()
    if len(glued) * 5 <= len(matches):
        indices = {start for start in glued if _NAME_BEFORE.search(text, max(0, start - 3), start)}
    markers = [
        Marker(*match.span(), names, "bracket")
        for match in matches
        if match.start() not in indices and (names := _marker_names(match[1]))
    ]
    markers = list(_join_ranges(text, markers))
    if "【" in text:
        markers += [Marker(*m.span(), expand_labels(m[1]), "bracket") for m in _LENTICULAR.finditer(text)]
        markers.sort()
    return markers


def footnote_markers(text: str) -> Iterator[Marker]:
    """Yield footnote markers, "[^1]" and "[^note]", without the definitions."""
    if "[^" in text:
        for match in _FOOTNOTE.finditer(text):
            yield Marker(*match.span(), (match[1],), "footnote")


def word_markers(text: str) -> Iterator[Marker]:
    """Yield all brackets, such as "[a]", "[nb 1]", "[Lee20, p. 3; Doe19]", each with its labels.

    The caller keeps those whose labels have a reference.
    """
    for match in _WORD_BRACKET.finditer(text):
        first, *parts = (part.strip() for part in re.split(r"[,;]", match[1]))
        is_place = _PLACE_IN_WORK.match(first) is not None  # then it is a label: "[note 1, note 2]"
        names = (first, *(part for part in parts if is_place or not _PLACE_IN_WORK.match(part)))
        yield Marker(*match.span(), names, "bracket")


def parenthesis_markers(text: str) -> Iterator[Marker]:
    """Yield markers in parentheses: "(1)", "(1, 3–5)", "(see 4)", "（注1）", and "注1）" with only the second one.

    Those that count are left out: "(1) a lamp, and (2) a pier".
    """
    text = plain_signs(text)
    items: list[Marker] = []
    for match in _PARENTHESIS.finditer(text):
        names = _marker_names(match[1] or match[2])
        if not names or _NUMBERED_NOUN.search(text, max(0, match.start() - _MAX_NOUN_LENGTH), match.start()):
            continue
        marker = Marker(*match.span(), names, "parenthesis")
        if not _is_next_item(text, marker, items[-1] if items else None):
            yield from items if len(items) == 1 else ()
            items = []
        if items or (names == ("1",) and _ITEM_AFTER.match(text, marker.end)):
            items.append(marker)
        else:
            yield marker
    yield from items if len(items) == 1 else ()


def _is_next_item(text: str, marker: Marker, item: Marker | None) -> bool:
    """Whether a number in parentheses counts on from an item of an enumeration within a sentence or two."""
    return (
        item is not None
        and marker.start - item.end <= _MAX_ITEM_LENGTH
        and marker.names == (str(int(item.names[0]) + 1),)
        and _ITEM_AFTER.match(text, marker.end) is not None
        and _ITEM_BEFORE.search(text, max(0, marker.start - _MAX_ITEM_LEAD), marker.start) is not None
    )


def repeat_markers(text: str) -> list[Marker]:
    """Return the markers that repeat the one before: "(ibid., p. 4)", and "(ders. 2021)" with the year as its label."""
    markers: list[Marker] = []
    if may_repeat(" ".join(_BRACKETED_WORDS.findall(text))):
        markers += (Marker(*match.span(), _labels_of(match), "repeat") for match in _REPEAT.finditer(text))
    for match in _YEAR_IN_BRACKETS.finditer(text):
        start = match.start()
        if word := _SAME_AUTHOR_BEFORE.search(text, max(0, start - _MAX_AUTHOR_WORD_LENGTH), start):
            markers.append(Marker(word.start(), match.end(), _labels_of(match), "repeat"))
    return sorted(markers)


def _labels_of(repeat: re.Match[str]) -> tuple[str, ...]:
    return (repeat["year"],) if repeat["year"] else ()


def superscript_markers(text: str) -> Iterator[Marker]:
    """Yield superscript digits that are not exponents: "word¹²", "word.¹˒³".

    Digits after a single capital, a unit or a function, as in "type A²⁸", may be exponents; they get the kind "superscript?".
    """
    if "^(" not in text and not any(digit in text for digit in SUPERSCRIPT_DIGITS):
        return
    for match in _SUPERSCRIPT.finditer(text):
        is_certain = _is_note_call(text, match.start())
        if is_certain or _is_possible_note_call(text, *match.span()):
            numbers = match["flat"] or plain_digits(match[0]).translate(_PLAIN_SEPARATORS)
            kind = raised_kind(text, match.start(), numbers) if is_certain else "superscript?"
            if kind:
                yield Marker(*match.span(), expand_labels(numbers), kind)


def raised_kind(text: str, start: int, numbers: str) -> str:
    """Return the kind of a marker of raised numbers at `start`: "superscript", or "" if they are a power, "10 m²".

    If they may be one, "ten meters²", "sin²", or belong to an amount, "5 litres ²", it is "superscript?".
    """
    if numbers not in _POWERS:
        return "superscript"
    end = start - (text[start - 1 : start] in _SPACES if start else 0)
    first = max(0, end - _MAX_BASE_LENGTH)
    if _POWER_OF_LENGTH.search(text, first, end):
        return ""
    is_doubtful = _POWER_BASE.search(text, first, end) or (end < start and _MEASURE.search(text, first, end))
    return "superscript?" if is_doubtful else "superscript"


def circled_markers(text: str) -> Iterator[Marker]:
    """Yield circled numbers, which Chinese texts use for notes: "word①"."""
    return (Marker(*match.span(), (plain_digits(match[0]),), "superscript") for match in _CIRCLED.finditer(text))


def sign_markers(text: str) -> Iterator[Marker]:
    """Yield the signs of notes at the end of a word, "lamps.†", "lamps*". A star counts if no other is in its paragraph."""
    start = 0
    for paragraph in text.split("\n\n"):
        has_one_star = paragraph.find("*") == paragraph.rfind("*")
        for match in _NOTE_SIGN.finditer(paragraph):
            if match[0] != "*" or has_one_star:
                yield Marker(start + match.start(), start + match.end(), (match[0],), "superscript")
        start += len(paragraph) + 2


def flat_markers(text: str) -> Iterator[Marker]:
    """Yield digits right after a word or a year, "word.1,2", "in 20093", "です 4。": superscripts that lost their formatting.

    Digits after capitals, as in "DNA3", may belong to a name; they get the kind "superscript?".
    """
    patterns = (_FLAT_NUMBER, _FLAT_AFTER_YEAR, *((_FLAT_AFTER_WIDE,) if "。" in text or "다" in text else ()))
    certain = {match.span(1) for pattern in patterns for match in pattern.finditer(text)}
    spans = sorted(certain.union(match.span(1) for match in _FLAT_AFTER_CODE.finditer(text)))
    for start, end in spans:
        if not _is_power(text, start) and not _is_in_address(text, start):
            kind = "superscript" if (start, end) in certain else "superscript?"
            yield Marker(start, end, expand_labels(text[start:end]), kind)


def spaced_markers(text: str) -> Iterator[Marker]:
    """Yield digits after a word and a space, "as was shown 1, 2": superscripts that were copied with a space.

    Counts, numbers of figures, "Table 2", "by 3", those of the items of a list, and words that count, "test 1", "test 2" and
    "test 3", are left out. Only digits that end a clause or follow "et al." get the kind "superscript" without a question mark.
    """
    items = _item_starts(text)
    found = (match for match in _SPACED_NUMBER.finditer(text) if match.start() not in items)
    candidates = [match for match in found if not _is_numbered_thing(text, match.start())]
    words = [_LAST_WORD.search(text, max(0, match.start() - _MAX_WORD_LENGTH), match.start()) for match in candidates]
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for match, word in zip(candidates, words, strict=True):
        numbers[word[0].casefold() if word else ""].append(match[1] or match[2])
    for match, word in zip(candidates, words, strict=True):
        if word and numbers[word[0].casefold()][: len(_FIRST_NUMBERS)] == _FIRST_NUMBERS:
            continue
        ends_clause = text[match.end() : match.end() + 1] in tuple(".,;:)") or text.startswith("\n\n", match.end())
        ends_clause = ends_clause or text.endswith(" al.", 0, match.start())
        group = 1 if match[1] else 2
        kind = "superscript" if ends_clause or group == 2 else "superscript?"
        yield Marker(*match.span(group), expand_labels(match[group]), kind)


def _is_numbered_thing(text: str, start: int) -> bool:
    """Whether the digits after a space at `start` are a count, a power, or the number of a figure."""
    return _NUMBERED_THING.search(text, max(0, start - 24), start) is not None or _is_power(text, start)


def _item_starts(text: str) -> set[int]:
    """Return the line breaks before the items of lists, which count on. A wrapped line may begin with a marker and a stop."""
    items = [(match.start(), int(match[1])) for match in _ITEM_NUMBER.finditer(text)]
    return {start for item, after in pairwise(items) if after[1] == item[1] + 1 for start in (item[0], after[0])}


def spaced_marks(text: str) -> Iterator[Marker]:
    """Yield those of the digits after a word and a space that stand before a comma, "for whole towns 3, and".

    Converters of documents leave them beside numbers right after a full stop. A word with different numbers, "layer 1" and
    "layer 2", counts things.
    """
    words: dict[int, str] = {}
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    for match in _COUNTED_WORD.finditer(text):
        words[match.start(2)] = match[1]
        numbers[match[1]].add(match[2])
    for marker in spaced_markers(text):
        word = words.get(marker.start, "")
        if word and word not in _AMOUNT_WORDS and len(numbers[word]) == 1 and text.startswith((",", ";"), marker.end):
            yield marker


def stands_at_sentence_end(text: str, marker: Marker) -> bool:
    """Whether digits stand between two sentences, or before the "。" of one, and so are no part of a name or an amount."""
    return text.startswith(("。", "！", "？"), marker.end) or (
        _SENTENCE_AFTER.match(text, marker.end) is not None
        and _SENTENCE_BEFORE.search(text, max(0, marker.start - _MAX_SENTENCE_END), marker.start) is not None
    )


def _is_index(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] not in " \n.,;:" and _CODE_BEFORE.search(text, max(0, start - 24), start) is not None


def _is_glued(text: str, start: int) -> bool:
    return start > 0 and not text[start - 1].isspace() and text[start - 1] not in "([]"


def _is_power(text: str, start: int) -> bool:
    """Whether the digits at `start` belong to a unit or a logarithm: "12 km2", "log10"."""
    return _UNIT_BEFORE.search(text, max(0, start - 8), start) is not None


def _is_in_address(text: str, start: int) -> bool:
    """Whether the word around an offset is a web address or a DOI."""
    before = text[max(0, start - _MAX_ADDRESS_LENGTH) : start]
    return "/" in before and ("://" in (word := before[len(before.rstrip("\n").rpartition(" ")[0]) :]) or "10." in word)


def _is_note_call(text: str, start: int) -> bool:
    """Whether the superscript digits at `start` follow a word, a year or a full stop. Exponents follow a number or a unit."""
    if _YEAR_BEFORE.search(text, max(0, start - 5), start):
        return True
    start -= text[start - 1 : start] in _SPACES if start > 1 else 0
    before = text[max(0, start - 4) : start]
    word = re.search(r"(?:[’'])?[^\W\d_]+$", before)
    if word:
        return len(word[0]) > 2 or (len(word[0]) == 2 and word[0] not in _UNITS)
    return before[-1:] in tuple(".,;:!?)]”’»“«\"'…%")


def _is_possible_note_call(text: str, start: int, end: int) -> bool:
    """Whether superscript digits follow a single capital, and are not a square or a cube, or are several after a unit."""
    if _CAPITAL_BEFORE.search(text, max(0, start - 2), start):
        return text[start:end] not in ("²", "³")
    return end - start > 1 and _SHORT_WORD_BEFORE.search(text, max(0, start - 3), start) is not None


def _marker_names(words: str) -> tuple[str, ...]:
    """Return the labels between brackets, or () if a part of the words is neither a label nor a page."""
    if _NUMBERS_ONLY.fullmatch(words):
        return expand_labels(words)
    names: list[str] = []
    for part in words.split(";"):
        labels = _LABELS.fullmatch(part)
        if labels is None or not (labels[1] or names):
            return ()
        names += expand_labels(labels[1] or "")
    return tuple(dict.fromkeys(names))


def expand_labels(numbers: str) -> tuple[str, ...]:
    """Expand "1,3–5" to the labels 1, 3, 4, 5."""
    if numbers.isdecimal():
        return (without_zeros(numbers),)
    names: list[str] = []
    for match in _ITEMS.finditer(numbers):
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= last <= first + _MAX_RANGE:
            names += map(str, range(first, last + 1))
        else:
            names += str(first), str(last)
    return tuple(dict.fromkeys(names))


def _join_ranges(text: str, markers: Iterable[Marker]) -> Iterator[Marker]:
    last: Marker | None = None
    for marker in markers:
        if last is None:
            last = marker
            continue
        gap = text[last.end : marker.start] if marker.start - last.end < 6 else ""
        if gap and len(last.names) == len(marker.names) == 1 and _BETWEEN_BRACKETS.fullmatch(gap):
            last = Marker(last.start, marker.end, expand_labels(f"{last.names[0]}-{marker.names[0]}"), "bracket")
        else:
            yield last
            last = marker
    if last is not None:
        yield last
