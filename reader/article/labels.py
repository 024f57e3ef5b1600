"""Parse the label of a reference entry or a list item: "[1]", "1.", "(1)", "1:", "#1", "¹", "†", "^", "-", "[Lee 2001]"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reader.article.lazy_pattern import lazy_pattern

SUPERSCRIPT_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
CIRCLED_NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
NOTE_SIGNS = ("*", "†", "‡", "††", "‡‡")
_MAX_DIGITS = 9
_MIN_COUNTED_DOWN = 3
_DIGITS = "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９"
_PLAIN_DIGITS = str.maketrans(
    {sign: str(value) for digits in (SUPERSCRIPT_DIGITS, *_DIGITS) for value, sign in enumerate(digits)}
    | {sign: str(number) for number, sign in enumerate(CIRCLED_NUMBERS, start=1)}
)
_PLAIN_SIGNS = str.maketrans(
    {sign: str(value) for digits in _DIGITS for value, sign in enumerate(digits)}
    | dict(zip("（）［］〔〕，、،；؛：．／＆～〜\u00a0\u2007\u2009\u202f", "()[][],,,;;:./&--    ", strict=True))
)
_ASCII = bytes(range(128))
_BLOCK = 1 << 16
"""The code points of a text that are encoded at once: the memory that a long text took would stay with the process."""
_FOREIGN_SIGN = lazy_pattern("[٠-٩۰-۹،؛、〔〕〜（），-／０-９：；［］＆～\u00a0\u2007\u2009\u202f]")

_SPACE = r"[ \t\u00a0\u2002-\u200a\u202f\u3000]"
"""Match a space after a label. Programs that lay out a text write spaces there that do not break."""
_BACK_LINK_LETTERS = (
    rf"(?:(?:[a-z]{{1,2}}{_SPACE}+)+(?=[^a-z\s]))?"  # "^ a b c": the letters of Wikipedia's links back to the text
)
_CAPITAL = "[A-ZÀ-ÖØ-ÞА-ЯЁŁŚŠŻŽČĆ]"
_WORD_START = rf"[《「『【“]|(?:{_CAPITAL}\.[ -]?){{0,3}}{_CAPITAL}[^\W\dA-Z_]|https?://"
_PARTICLE = (
    r"(?:van|von|vom|v\.|zu[mr]?|der?|den|del?|della|dell['’]|degli|d[aio]s?|dal|du|l[aeo]s?|ten|ter|te|el|al|bin|ibn|abu|af|av|op"
    r"|['’][st]|ebd|ebenda|ibid|ibidem|vgl|siehe|ders|dies|idem|cf|cfr)(?!\w)|[dlo]['’]"
)
"""Match a word in small letters that begins an entry."""
_CARET = (
    rf"(?:(?P<numbered_caret>\d{{1,3}}|[a-z]{{1,2}})\.{_SPACE}+)?"
    rf"(?P<caret>Jump\sup(?:\sto:|\s\^)|\^(?!\()(?:\sJump\sup\sto:)?){_SPACE}*" + _BACK_LINK_LETTERS
)
_NOTE_ID = (
    r"(?:(?:[\w:.-]{0,20}[:._-])?(?:(?:foot|end|fu(?:ss|ß))?not[ae][ns]?|noot|anm(?:erkung)?|f?tn|fn|edn?|en|refs?|references?"
    r"|cit[ea]?|citation|bib|CR|sources?|quellen?|fuentes?|fontes?|lit(?:eratur[ae]?)?)[:._-]?"
    r"|(?:[A-Za-z]|rf)?[:._-]?)"
)
"""Match the beginning of the id of a note before its number: "fn", "cite_note-", "r", but not "tab" or "step"."""
_TARGET = r"(?:[^()\s]|\([^()\s]{0,200}\)){1,2000}"
"""Match the target of a link in Markdown, which may have parentheses: "wiki/Toll_(fee)"."""
_SIGN_LABEL = lazy_pattern(
    r"\[\^(?P<footnote>[^\]\s]{1,80})\](?::[ \t]*|[ \t]+(?=[^\W\d_a-z]|[\"“„‘«]|https?://))"
    r"|<li\s(?:[^<>]{0,200}\s)?id=[\"']?" + _NOTE_ID + r"(?P<item>\d{1,3})[\"']?(?:\s[^<>]{0,200})?>\s*(?:<p>\s*)?"
    rf"|\*\*(?P<strong>\d{{1,3}})(?:\\?[.)]\*\*|\*\*\\?[.)]){_SPACE}+"
    rf"|[-*+•·]{_SPACE}+(?P<listed>\d{{1,3}})[.)]{_SPACE}+(?=\S)"
    r"|(?:[-*+•:][ \t]+)?(?:\*\*)?\\?[\[［〔【](?P<bracket>\d{1,4})\\?[\]］〕】](?:\*\*)?(?!\((?!(?:19|20)\d\d))[.:：]?\s*"
    r"|(?:[-*+•][ \t]+(?=(?:\*\*)?\[[^\]]{0,30}\d))?(?:\*\*(?=\[[^\]]{0,30}\d\]\*\*))?"
    r"\[(?P<named>(?:nb|note|n|fn|注|註)\.? ?\d{1,3}|(?!x\]|cite[_:])[A-Za-z][\w+:.\-]{0,30})\](?:\*\*)?(?!\()[.:]?\s*"
    r"|\[(?P<authors>[^\W\d_][^\[\]]{1,78}[ ,(](?:1[5-9]|20)\d\d[a-z]?\)?)\](?!\()[.:]?\s+(?=[^\W\d_])"
    r"|"
    + _CARET
    + r"|\[(?:\\?\[)?(?P<linked>\d{1,4})(?:\\?\])?\]\("
    + _TARGET
    + r"\)[ \t]*(?=[^\W\d_]|\[(?:\\?\[)?\d|\\\[[A-Z])"
    r"|(?:[-*+•][ \t]+)?(?:\*\*)?#(?P<hash>\d{1,3})[.:]?(?:\*\*)?[.:]?[ \t]+"
    r"|(?:[-*+•][ \t]+)?(?:\*\*)?(?:Source|Ref(?:erence)?|Citation|Quelle|Fuente|Fonte|Bron|Источник)[.]? ?(?P<word>\d{1,3})"
    r"(?:[.:)](?:\*\*)?|\*\*:?|[ \t]+[-–—])[ \t]+"
    r"|\|[ \t]*(?:\*\*)?\[?(?P<cell>[A-Z]?\d{1,3})\]?(?:\*\*)?\.?[ \t]*\|[ \t]*"
    rf"|[注註](?P<half>\d{{1,4}})[)）]{_SPACE}*(?:(?<=\s)|(?<=）))"
    rf"|[(（][注註]?(?P<parens>\d{{1,3}})[)）]{_SPACE}*(?:(?<=\s)|(?<=）))"
    rf"|(?P<superscript>[{SUPERSCRIPT_DIGITS}]{{1,3}})[ \t]*"
    r"|<sup>\[?(?P<raised>\d{1,3})\]?</sup>[ \t]*"
    rf"|(?P<circled>[{CIRCLED_NUMBERS}])[ \t]*"
    r"|(?P<sign>[†‡]{1,3})[ \t]*(?=\S)"
    rf"|(?P<bullet>[-*+•–·‣◦▪●:]){_SPACE}+"
)
"""Match a label that begins with a sign or a letter. Most articles have labels of one of the two patterns."""
_NUMBER_LABEL = lazy_pattern(
    _CARET + rf"|(?P<dot>\d{{1,4}})(?:\\?[.．]{_SPACE}+"
    rf"|(?<!\d{{4}})(?:[.．、](?={_WORD_START}|{_PARTICLE})|\.?-[ \t]+(?=[^\W\d_a-z])))"
    rf"|(?P<colon>\d{{1,3}})(?::[ \t]+|[ \t]+[-–—][ \t]+)"
    rf"(?=[^\W\d_a-z]|\((?:19|20)\d\d|[\"“„‘«]|\[[^\W\d_]|https?://|{_PARTICLE})"
    rf"|(?P<half>\d{{1,4}})[)）]{_SPACE}*(?:(?<=\s)|(?<=）)|(?={_WORD_START}))"
    rf"|(?P<bare>\d{{1,3}}){_SPACE}+(?=[^\W\d_a-z]|\((?:19|20)\d\d|[\"“„‘«»《「『<]|\[[^\W\d_]"
    rf"|https?://|www\.|doi:|[a-z]{{1,3}}[A-Z]|{_PARTICLE})"
)
"""Match a label that begins with a digit, but not before a letter of a script without spaces."""
_UNSPACED_NUMBER_LABEL = lazy_pattern(r"(?P<dot>\d{1,4})(?<!\d{4})[.．、](?=[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
"""Apart from the others, as the large ranges take a millisecond to compile."""
_EDITION = lazy_pattern(
    r"(?:[a-zß-öø-ÿа-я][^\W\d_]*\.?,? ){0,4}"
    r"(?:(?i:Auflage|Aufl|Halbband|édition|édit|edición|edizione|edição|uitgave|upplaga|wydanie|издание|vydání)(?!\w)"
    r"|Ed[ns]?(?=\.)"
    r"|(?:[Ee]dition|edn?|eds|éd|druk|utg|udg|uppl|wyd|изд|vyd|printing)(?=\.? ?[,;:()\d]|\.?\s*$|\.\s+[^\W\d_a-z])"
    r"|(?:Band|Bd|Ausgabe|Ausg|Jahrgang|Jg|Teilband)(?=\.? ?[;:()\d]|\.?\s*$|\.,?\s))"
)
"""Match the words of an edition or a volume after its number, "2. erweiterte Auflage", "3. ed., Oslo"."""
_MAX_EDITION_LENGTH = 60
_FIRST_UNSPACED = "\u3040"
_MAX_UNSPACED_NUMBER = 5
_SAME_SHAPES = {"linked": "bracket", "raised": "superscript", "strong": "dot", "listed": "dot"}
_FURTHER_LABEL = lazy_pattern(r"\[?\\?\[(\d{1,4})\\?\](?:\]\(" + _TARGET + r"\))?[ \t]*")
_LABEL_STARTS = frozenset("<[［〔【\\(（^|JSRCQFBИ注註#†‡0123456789abcdefghijklmnopqrstuvwxyz-*+•–·‣◦▪●:").union(
    SUPERSCRIPT_DIGITS, CIRCLED_NUMBERS, *_DIGITS
)


class EntryLabel(NamedTuple):
    """A parsed label.

    `shape` is its notation, `name` the text that a marker uses for it (empty for a bullet, a caret, or authors and a year),
    `number` its number or 0, and `end` the offset of the text after it.
    """

    shape: str
    name: str
    number: int
    end: int


def label_at(text: str, start: int, end: int) -> EntryLabel | None:
    """Return the label that begins at `start`, or None. Read no further than `end`."""
    if start >= end or text[start] not in _LABEL_STARTS:
        return None
    match = (_NUMBER_LABEL if text[start].isdecimal() else _SIGN_LABEL).match(text, start, end)
    if match is None and max(text[start : start + _MAX_UNSPACED_NUMBER]) >= _FIRST_UNSPACED:
        match = _UNSPACED_NUMBER_LABEL.match(text, start, end)
    if match is None:
        return None
    shape = match.lastgroup or ""
    if shape == "dot" and _EDITION.match(text, match.end(), min(end, match.end() + _MAX_EDITION_LENGTH)):
        return None
    if shape in _SAME_SHAPES:
        return EntryLabel(_SAME_SHAPES[shape], without_zeros(match[shape]), decimal_number(match[shape]), match.end())
    name = "" if shape in ("bullet", "authors") else without_zeros(plain_digits(match[shape]))
    if shape == "caret":
        name = match["numbered_caret"] or ""
    return EntryLabel(shape, name, decimal_number(name), match.end())


def further_labels(text: str, start: int, end: int) -> tuple[list[str], int]:
    """Return the numbers in brackets that follow the label of an entry, "[1] [4] [9] Tides", and the offset after them.

    Reports that number their citations, not their sources, have such lists.
    """
    names: list[str] = []
    while match := _FURTHER_LABEL.match(text, start, end):
        names.append(match[1])
        start = match.end()
    return names, start


def split_label(label: str) -> list[str]:
    """Return the numbers of a label such as "1, 4, 9", or a list of the label itself, without the signs of quotes."""
    label = label.lstrip("> ")
    names = label.split(", ")
    return names if all(map(str.isdecimal, names)) else [label]


def counts_down(numbers: Sequence[int]) -> bool:
    """Whether numbers count down to 1 one by one, at least from 3."""
    return len(numbers) >= _MIN_COUNTED_DOWN and list(numbers) == [*range(len(numbers), 0, -1)]


def labels_counting_down(labels: Sequence[EntryLabel | None]) -> set[int]:
    """Return the places of the labels that go on a list which counts down to 1, as lists of publications do."""
    places: set[int] = set()
    run: list[tuple[int, EntryLabel]] = []
    for place, label in enumerate(labels):
        if label is None or not label.number:
            continue
        if run and (run[-1][1].shape, run[-1][1].number - 1) != (label.shape, label.number):
            run = []
        run.append((place, label))
        if label.number == 1 and counts_down([number for _, (_, _, number, _) in run]):
            places.update(index for index, _ in run[1:])
    return places


def decimal_number(text: str) -> int:
    """Return the number that a text is in decimal digits, 0 for any other text and for more digits than a number here has."""
    return int(text) if len(text) <= _MAX_DIGITS and text.isdecimal() else 0


def without_zeros(name: str) -> str:
    """Return a label without the zeros before its number, as a marker "[1]" cites the entry "01."."""
    return (name.lstrip("0") or "0") if name.startswith("0") and name.isdecimal() else name


def plain_digits(text: str) -> str:
    """Replace superscript, circled, Arabic-Indic and full-width digits by plain ones: "¹²", "①", "٣", "４"."""
    return text.translate(_PLAIN_DIGITS)


def plain_signs(text: str) -> str:
    """Return a text of the same length with ASCII digits, brackets, signs and spaces for those of others: "（٣、４］"."""
    if text.isascii() or _FOREIGN_SIGN.search(characters_beyond_ascii(text)) is None:
        return text
    return text.translate(_PLAIN_SIGNS)


def single_spaced(text: str) -> str:
    """Return a text in one line, with one space for each run of white space and none at its ends."""
    if text.isprintable() and "  " not in text:  # most texts: a space is the only printable white space
        return text.strip(" ")
    return " ".join(text.split())


def characters_beyond_ascii(text: str, kept: bytes = b"") -> str:
    """Return the characters of a text that are not in ASCII, or are `kept`, in order.

    Most texts have few, and patterns are slow.
    """
    others = _ASCII.translate(None, kept) if kept else _ASCII
    blocks = (text[start : start + _BLOCK].encode("utf-8", "surrogatepass") for start in range(0, len(text), _BLOCK))
    return b"".join([block.translate(None, others) for block in blocks]).decode("utf-8", "surrogatepass")
