"""The words by which numbers, dates and names are told, folded: small tables on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reader.review.function_words import FUNCTION_WORDS


def _counted(words: str, first: int = 1, step: int = 1) -> dict[str, float]:
    """Return words in order with the numbers that they stand for; spellings of one number are joined by a slash."""
    numbered = enumerate(words.split())
    return {spelling: float(first + step * n) for n, spellings in numbered for spelling in spellings.split("/")}


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


UNITS: Final = _counted(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen",
    first=0,
)
TENS: Final = _counted("twenty thirty forty/fourty fifty sixty seventy eighty ninety", first=20, step=10)
ORDINALS: Final = _counted(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth"
) | _counted("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth", first=20, step=10)
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
"""What the number before is multiplied by."""
ALIKE: Final[Mapping[str, tuple[float, ...]]] = {
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
"""Words that say a number of a source without being one. A claim's own are not asked for."""
FOREIGN: Final[Mapping[str, float]] = {
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
    for word, number in _counted(words).items()
}
"""The small numbers of other languages, which are written in words there too."""
MONTHS: Final[Mapping[str, float]] = _counted(
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
    for word, number in _counted(words).items()
}
WEEKDAYS: Final[Mapping[str, float]] = _counted(
    "monday/mon tuesday/tue/tues wednesday/wed thursday/thu/thur/thurs friday/fri saturday/sat sunday/sun"
)
DECADES: Final[Mapping[str, float]] = _counted(
    "twenties thirties forties fifties sixties seventies eighties nineties", first=20, step=10
)
HEDGES: Final[Mapping[str, tuple[bool, bool]]] = {
    **dict.fromkeys(("about", "around", "approximately", "roughly", "some", "circa", "ca", "c", "estimated"), (True, True)),
    **dict.fromkeys(("over", "exceeding", "exceeded", "than", "least", "surpassed", "surpassing", "past"), (False, True)),
    **dict.fromkeys(("nearly", "almost", "under", "below", "most", "to", "within"), (True, False)),
}
"""Words before a rounded number, and whether the exact one may be less, and more."""
ENDINGS: Final = _words("s es y ies a al an ans ial ian ians ean eans n i is ia ish ese e ic er ers sm ism") | {""}
"""What may follow the stem that forms of one word share: a plural, a name of the people or the language of a place."""
DATED: Final = _words("in of since until till on by and to from late early mid during through between next last")
"""Words before a month without a day: before anything else it may be a name or a verb."""
LINKS: Final = _words("of the and for in on de du la")
"""Small words inside of names."""
CAPITALISING: Final = "de"
"""The language that writes all nouns like names: there, only abbreviations are known to be names."""
SAME_AS: Final[Mapping[str, frozenset[str]]] = {
    name: _words(names)
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
"""Names of one thing that share no stem, each with all of them; those of two words are written as one."""
COMMON: Final = FUNCTION_WORDS["en"] | _words(
    "according across along always around away back became become began beneath besides best beyond de despite done due"
    " early el else even ever every except far following former formerly including indeed initially inside instead la last late"
    " later le like likewise many meanwhile moreover much near nearly never nevertheless new next none notable notably nothing"
    " now often outside part per perhaps prior rather several soon still subsequently thereafter therefore throughout thus"
    " today together toward towards unlike various via whereas whole yes"
)
"""English words that are no names where a sentence starts with them: those without content, and others that often do."""
TITLES: Final = _words(
    "mr mrs ms miss dr sir dame prof professor president vice prime minister senator governor mayor rev reverend st saint jr sr"
    " director chairman chairwoman ceo secretary"
)
"""What people are called before or behind a name, and others call them without."""
NO_NAMES: Final = frozenset(
    TITLES
    | {*MONTHS, *WEEKDAYS, *UNITS, *TENS, *ORDINALS, *SCALES, *ALIKE, *DECADES}
    | _words("spring summer autumn winter fall season")
)
"""What is written with a capital without being a name."""
