"""Fold words for comparison, and list the words for numbers, dates and names."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.names import PLAIN_LETTERS
from reader.article.passages import stop_words as function_words
from reader.article.passages.stop_words import STOP_WORDS
from reader.article.ranges import Span

# ------------------------------------------------------------------ folding

_WORD: Final = lazy_pattern(r"[^\W_]+")
_SAMPLE_LENGTH: Final = 20_000
"""How many characters of a text are read to find its language."""
_LETTERS: Final[Mapping[str, str]] = {
    **PLAIN_LETTERS,
    **{"½": ".5", "¼": ".25", "¾": ".75", "‘": "'", "’": "'", "ʼ": "'", "ʻ": "'", "′": "'", "`": "'"},
    **dict.fromkeys("‐‑‒–—―−⁃", "-"),
}
"""Letters that Unicode does not decompose (chapter 2.12), and marks that are written in many ways."""


class _Fold(dict[int, str]):
    """Map from code points to their folded forms, each computed when it first occurs."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        folded = _LETTERS.get(letter)
        if folded is None:
            parts = unicodedata.normalize("NFKD", letter)
            if unicodedata.decomposition(letter).startswith("<super>") and parts.isdigit():
                parts = " "
            folded = "".join(
                _LETTERS.get(part, part) for part in parts if unicodedata.category(part) not in _IGNORED_CATEGORIES
            )
        self[code] = folded
        return folded


_IGNORED_CATEGORIES: Final = ("Mn", "Me", "Cf")
"""Categories of characters that are ignored: accents, soft hyphens, zero-width characters."""
_FOLD: Final = _Fold()


class Token(NamedTuple):
    """A word of a folded text: its range, its `surface` form without accents, and its `text` in lower case."""

    span: Span
    surface: str
    text: str


def fold_text(text: str) -> str:
    """Fold a text, without changing case. Superscript digits, which are mostly note numbers, become blanks."""
    return text.translate(_FOLD)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Fold a text, and return for each character of the result, and for its end, the offset in `text` that it comes from."""
    pieces: list[str] = []
    places: list[int] = []
    for offset, letter in enumerate(text):
        piece = _FOLD[ord(letter)]
        pieces.append(piece)
        places.extend([offset] * len(piece))
    return "".join(pieces), [*places, len(text)]


def tokenize(folded: str) -> list[Token]:
    """Return the words of a folded text, which are runs of letters and digits, in order."""
    return [Token(Span(*match.span()), match[0], match[0].casefold()) for match in _WORD.finditer(folded)]


def likely_languages(folded: str, share: float = function_words.MIN_STOP_WORD_SHARE) -> tuple[str, ...]:
    """Return the languages that a folded text may be in, by the words at its beginning; `share` as in `rank_languages`."""
    return function_words.rank_languages(Counter(word.casefold() for word in _WORD.findall(folded[:_SAMPLE_LENGTH])), share)


# ------------------------------------------------------------------ word tables


def _numbered_words(words: str, first: int = 1, step: int = 1) -> dict[str, float]:
    """Map words to numbers in order; spellings of the same number are joined by a slash."""
    numbered = enumerate(words.split())
    return {spelling: float(first + step * n) for n, spellings in numbered for spelling in spellings.split("/")}


def word_set(words: str) -> frozenset[str]:
    """Return words that are divided by blanks as a set."""
    return frozenset(words.split())


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern for one of some words, in groups by their first letters: so it is searched for several times as fast."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=len, reverse=True):
        groups[word[0]].append(word[1:])
    branches = (f"{letter}(?:{'|'.join(endings)})" for letter, endings in groups.items())
    return f"(?:{'|'.join(branches)})"


UNITS: Final = _numbered_words(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen",
    first=0,
)
TENS: Final = _numbered_words("twenty thirty forty/fourty fifty sixty seventy eighty ninety", first=20, step=10)
ORDINALS: Final = _numbered_words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth"
) | _numbered_words("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth", first=20, step=10)
SCALES: Final[Mapping[str, float]] = {
    "hundred": 1e2,
    "dozen": 12.0,
    "dozens": 12.0,
    "hundredth": 1e2,
    **dict.fromkeys(("thousand", "thousandth", "k", "tausend", "mille", "mil", "mila", "duizend"), 1e3),
    **dict.fromkeys(("lakh", "lakhs"), 1e5),
    **dict.fromkeys(("million", "millions", "millionth", "m", "mn", "mln", "mio", "millionen", "millones", "milioni"), 1e6),
    **dict.fromkeys(("miljoen", "milhoes", "milhao", "millon", "milione", "miljoner"), 1e6),
    **dict.fromkeys(("crore", "crores"), 1e7),
    **dict.fromkeys(("billion", "billions", "bn", "b", "milliarde", "milliarden", "mrd", "milliard", "milliards"), 1e9),
    **dict.fromkeys(("miliardi", "miliardo", "miljard", "miljarder"), 1e9),
    **dict.fromkeys(("trillion", "trillions", "tn"), 1e12),
}
"""Factors for the number before the word."""
NUMBER_WORDS: Final[Mapping[str, tuple[float, ...]]] = {
    "half": (50.0, 0.5),
    "quarter": (25.0, 0.25, 4.0),
    "quarters": (75.0, 0.75),
    "thirds": (66.0, 67.0),
    "decade": (10.0,),
    "decades": (10.0, 20.0),
    "century": (100.0,),
    "centuries": (100.0, 200.0),
    "fortnight": (14.0, 2.0),
    "dozen": (12.0,),
    "dozens": (12.0,),
    "hundreds": (100.0,),
    "thousands": (1000.0,),
    "teenager": (13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0),
    **dict.fromkeys(("both", "pair", "pairs", "couple", "twice", "double", "doubled", "twin", "twins", "duo", "dual"), (2.0,)),
    **dict.fromkeys(("triple", "tripled", "thrice", "trio", "trilogy", "triplets", "treble"), (3.0,)),
    **dict.fromkeys(("quadruple", "quartet", "fourfold"), (4.0,)),
    "quintet": (5.0,),
}
"""Words that imply a number. They count in a source; in a claim they are not looked up."""
ORDINAL_WORDS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("debut", "debuted", "inaugural", "initial", "initially", "maiden", "original", "originally"), 1.0),
    **dict.fromkeys(
        ("earliest", "firstly", "opener", "opening", "pilot", "pioneer", "pioneering", "premiere", "premiered"), 1.0
    ),
    **dict.fromkeys(("sophomore", "runner", "runners", "secondly"), 2.0),
}
"""Words that imply a place in a row. They count in a source; in a claim they are not looked up."""
FOREIGN_NUMBERS: Final[Mapping[str, float]] = {
    word: number
    for words in (
        "eins/ein/eine/einen/einem/einer zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
        "un/une deux trois quatre cinq six sept huit neuf dix onze douze",
        "uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce",
        "uno due tre quattro cinque sei sette otto nove dieci undici dodici",
        "um/uma dois/duas tres quatro cinco seis sete oito nove dez onze doze",
        "een twee drie vier vijf zes zeven acht negen tien elf twaalf",
        "en/ett tva/to tre fyra/fire fem sex/seks sju/syv atta/otte nio/ni tio/ti elva/elleve tolv",
    )
    for word, number in _numbered_words(words).items()
}
"""Small numbers in other languages, where they are written in words too."""
MONTHS: Final[Mapping[str, float]] = _numbered_words(
    "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep october/oct november/nov"
    " december/dec"
)
FOREIGN_MONTHS: Final[Mapping[str, float]] = MONTHS | {
    word: number
    for words in (
        "januar/janner februar/feber marz april mai juni juli august september oktober/okt november dezember/dez",
        "janvier/janv fevrier/fevr mars avril mai juin juillet/juil aout septembre octobre novembre decembre",
        "enero/ene febrero marzo abril/abr mayo junio julio agosto/ago septiembre/setiembre octubre noviembre diciembre/dic",
        "gennaio/gen febbraio marzo aprile maggio/mag giugno/giu luglio/lug agosto settembre/set ottobre/ott novembre dicembre",
        "janeiro fevereiro/fev marco abril maio/mai junho julho agosto setembro outubro/out novembro dezembro",
        "januari februari maart/mrt april mei/maj juni juli augustus/augusti september oktober november december",
    )
    for word, number in _numbered_words(words).items()
}
WEEKDAYS: Final[Mapping[str, float]] = _numbered_words(
    "monday/mon tuesday/tue/tues wednesday/wed thursday/thu/thur/thurs friday/fri saturday/sat sunday/sun"
)
DECADES: Final[Mapping[str, float]] = _numbered_words(
    "twenties thirties forties fifties sixties seventies eighties nineties", first=20, step=10
)
QUARTERS: Final[Mapping[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            "first ersten erstes erste premier primer primo primeiro",
            "second zweiten zweites zweite deuxieme segundo secondo",
            "third dritten drittes dritte troisieme tercer terzo terceiro",
            "fourth last vierten viertes vierte quatrieme cuarto quarto",
        ),
        1,
    )
    for word in words.split()
}
"""The words for the place of a quarter in its year."""
CENTURIES: Final = word_set("century centuries jahrhundert jahrhunderts siecle siecles siglo secolo seculo eeuw")
HEDGES: Final[Mapping[str, tuple[bool, bool]]] = {
    **dict.fromkeys(("about", "around", "approximately", "roughly", "some", "circa", "ca", "c", "estimated"), (True, True)),
    **dict.fromkeys(("etwa", "rund", "knapp", "environ", "unos", "unas", "aproximadamente", "cerca", "circa"), (True, True)),
    **dict.fromkeys(("over", "exceeding", "exceeded", "than", "least", "surpassed", "surpassing", "past"), (False, True)),
    **dict.fromkeys(("uber", "mehr", "plus", "mas", "oltre", "mais"), (False, True)),
    **dict.fromkeys(("nearly", "almost", "under", "below", "most", "to", "within"), (True, False)),
}
"""Words before a rounded number, with whether the exact one may be less, and whether it may be more."""
NAME_ENDINGS: Final = word_set("s es y ies a al an ans ial ian ians ean eans n i is ia ish ese e ic er ers sm ism") | {""}
"""Endings after the stem that the forms of a name share: plurals, names of the people or the language of a place."""
MONTH_LEADS: Final = word_set("in of since until till on by and to from late early mid during through between next last")
"""Words that precede a month without a day; after other words, it may be a name or a verb."""
NAME_PARTICLES: Final = word_set("of the and for in on de du la")
"""Small words inside names."""
NOUN_CAPITALIZING: Final = "de"
"""The language that capitalises all nouns: there, only abbreviations are certain to be names."""
SYNONYMS: Final[Mapping[str, frozenset[str]]] = {
    name: word_set(names)
    for names in (
        "us usa unitedstates america american americans",
        "uk unitedkingdom britain british briton britons gb england english",
        "france french",
        "germany german germans",
        "netherlands dutch holland",
        "spain spanish spaniard spaniards",
        "poland polish poles",
        "finland finnish finns finn",
        "sweden swedish swedes swede",
        "denmark danish danes dane",
        "turkey turkish turks turk turkiye",
        "switzerland swiss",
        "greece greek greeks",
        "wales welsh",
        "ireland irish",
        "scotland scottish scots scot",
        "portugal portuguese",
        "norway norwegian norwegians",
        "philippines filipino filipinos philippine",
        "europe european europeans eu",
        "iceland icelandic",
        "ukraine ukrainian ukrainians",
        "belgium belgian belgians",
        "thailand thai thais",
        "kyiv kiev",
        "isil isis daesh",
        "czechia czech",
        "peru peruvian",
        "cyprus cypriot cypriots",
        "york newyork ny nyc",
        "angeles losangeles la",
        "olympics olympic olympiad games",
        "jr junior",
        "sr senior",
        "st saint sankt",
        "tv television",
        "university univ uni college",
        "professor prof",
        "captain capt",
        "mount mt",
        "fort ft",
        "company co corporation corp inc ltd limited",
        "brothers bros",
        "versus vs",
    )
    for name in names.split()
}
"""Names of the same thing without a common stem, by each of these names. Names of two words are written as one."""
COMMON_WORDS: Final = STOP_WORDS["en"] | word_set(
    "according across along always around away back became become began beneath besides best beyond de despite done due"
    " early el else even ever every except far following former formerly including indeed initially inside instead la last late"
    " later le like likewise many meanwhile moreover much near nearly never nevertheless new next none notable notably nothing"
    " now often outside part per perhaps prior rather several soon still subsequently thereafter therefore throughout thus"
    " today together toward towards unlike various via whereas whole yes"
)
"""English words that are not names at the start of a sentence: stop words, and others that often stand there."""
HONORIFICS: Final = word_set(
    "mr mrs ms miss dr sir dame prof professor president vice prime minister senator governor mayor rev reverend st saint jr sr"
    " director chairman chairwoman ceo secretary"
)
"""Titles before or after a name, which one text may use and another leave out."""
NON_NAMES: Final = frozenset(
    HONORIFICS
    | {*MONTHS, *WEEKDAYS, *UNITS, *TENS, *ORDINALS, *SCALES, *NUMBER_WORDS, *DECADES}
    | word_set("spring summer autumn winter fall season")
)
"""Capitalised words that are not names."""
NEGATIONS: Final = word_set(
    "not no never none nobody nothing nowhere neither nor cannot without nicht kein keine keinen keinem keiner keines nie"
    " niemals niemand nichts ohne ne pas jamais aucun aucune sans nunca jamas ningun ninguna sin non mai nessuno nessuna senza"
    " nao nenhum sem niet geen nooit zonder inte ingen aldrig utan ikke aldri uten ei bez"
)
"""Words that negate a sentence, without accents."""
