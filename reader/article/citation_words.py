"""The words that citations and entries use in each language: "see", "and", "et al.", "p.", "ibid.", "accessed".

The language of a text need not be known: the patterns take the words of all languages at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import NamedTuple

from reader.article.lazy_pattern import lazy_pattern


class CitationWords(NamedTuple):
    """The words of one language, separated by "|" and without a final full stop.

    `leads` introduce a citation, `joins` stand between two authors, `others` for those who are not named, `locators` before a
    place in the work. `same_work` repeats the citation before it, `same_author` its author. `visits` introduce the date on
    which an address was read.
    """

    leads: str
    joins: str
    others: str
    locators: str
    same_work: str = ""
    same_author: str = ""
    visits: str = ""


_BY_LANGUAGE = {
    "en": CitationWords(
        leads="see|see also|cf|e. g|for example",
        joins="and|&",
        others="et al|and others|and colleagues|and coworkers|and co-workers",
        locators="p|pp|page|pages|ch|chap|chaps|chapter|chapters|sec|secs|section|sections|fig|figs|figure|figures|table|tables"
        "|vol|vols|no|nos|art|para|paras|line|lines|at|app|appendix",
        same_work="ibid|ibidem|ib|loc. cit",
        same_author="idem",
        visits="retrieved|accessed|visited|viewed|archived|available at|available from",
    ),
    "de": CitationWords(
        leads="vgl|siehe|siehe auch|vgl. auch|so auch|etwa|z. B|zit. n|zit. nach|dazu",
        joins="und|u",
        others="u. a|und andere|und Mitarbeiter|u. Mitarb|m. w. N",
        locators="S|Seite|Seiten|Bd|Kap|Abb|Tab|Abs|Rn|Rz|Art|Anm|Sp|Bl|Nr|H",
        same_work="ebd|ebda|ebenda|a. a. O",
        same_author="ders|dies|derselbe|dieselbe|dieselben",
        visits="abgerufen|zugriff|letzter zugriff|zuletzt abgerufen|stand",
    ),
    "fr": CitationWords(
        leads="voir|voir aussi|cf. aussi|par exemple|p. ex",
        joins="et",
        others="et coll|et autres|et collaborateurs|et collègues",
        locators="p|pp|chap|tome|t|vol|n°|art|fig|tableau|al|§|note",
        same_work="ibid|ibidem|loc. cit",
        same_author="idem|le même|la même",
        visits="consulté|consultée|consultés|page consultée|disponible sur|disponible à",
    ),
    "es": CitationWords(
        leads="véase|ver|véase también|vid|cfr|por ejemplo|p. ej",
        joins="y|e",
        others="y otros|y otras|y cols|y col|y colaboradores|et alii",
        locators="p|pp|pág|págs|página|páginas|cap|caps|vol|t|tomo|núm|n°|art|arts|fig|tabla|cuadro",
        same_work="ibíd|ibídem|ibid|ibidem|loc. cit",
        same_author="ídem|el mismo|la misma",
        visits="consultado|consultada|recuperado|recuperada|fecha de consulta|acceso|disponible en",
    ),
    "pt": CitationWords(
        leads="ver|veja|confira|vide|por exemplo|apud",
        joins="e",
        others="e outros|e outras|e cols|e col|e colaboradores|e colegas",
        locators="p|pp|pág|págs|página|páginas|cap|v|vol|n|n°|art|fig|tabela|quadro",
        same_work="ibid|ibidem|loc. cit",
        visits="acesso em|acedido em|consultado em|disponível em|acessado em",
    ),
    "it": CitationWords(
        leads="cfr|si veda|vedi|si vedano|ad es|per esempio|cit. in",
        joins="e|ed",
        others="e altri|e altre|e coll|e collaboratori|e colleghi",
        locators="p|pp|pag|pagg|pagina|pagine|cap|capp|vol|t|n|art|artt|fig|figg|tab",
        same_work="ivi|ibid|ibidem|loc. cit",
        visits="consultato|consultata|ultimo accesso|ultima consultazione|disponibile su|visitato",
    ),
    "nl": CitationWords(
        leads="zie|zie ook|vgl|bijv|bv",
        joins="en",
        others="e. a|en anderen|en collega|c. s",  # a name's pattern takes the end of "collega's" for that of a possessive
        locators="p|pp|blz|pag|pagina|hfdst|hoofdstuk|dl|deel|nr|art|afb|fig|tabel",
        same_work="ibid|ibidem|aldaar|t. a. p",
        visits="geraadpleegd|bezocht|opgehaald|opgevraagd|beschikbaar via",
    ),
    "pl": CitationWords(
        leads="zob|zob. też|por|patrz|cyt. za|np",
        joins="i|oraz",
        others="i in|i inni|i wsp|i współpracownicy|i współautorzy",
        locators="s|str|strona|strony|t|tom|rozdz|nr|z|ryc|rys|tab|art|ust",
        same_work="tamże|ibidem|ibid|dz. cyt",
        same_author="tenże|taż|tegoż|tejże|idem|eadem",
        visits="dostęp|data dostępu|dostęp z dnia|pobrano|odczyt",
    ),
    "ru": CitationWords(
        leads="см|см. также|ср|напр|например|цит. по|подробнее см",
        joins="и",
        others="и др|и другие|и соавт|и соавторы|и коллеги|с соавт|с соавторами",
        locators="с|стр|страница|страницы|т|том|ч|гл|глава|п|ст|рис|табл|л|лл|кн|вып|№|прим",
        same_work="там же|там само|ibid",
        same_author="он же|она же|они же|его же|её же",
        visits="дата обращения|дата доступа|дата звернення|режим доступа|просмотрено|проверено",
    ),
    "uk": CitationWords(
        leads="див|див. також|пор|напр|наприклад|цит. за",
        joins="і|й|та",
        others="та ін|та інші|й ін|і ін|та співавт|зі співавт|з колегами",
        locators="с|стор|сторінка|т|розд|розділ|рис|табл|ст|№|прим",
        same_work="там само|там же",
        same_author="він же|вона ж|його ж|її ж",
        visits="дата звернення|дата доступу|режим доступу",
    ),
    "bg": CitationWords(
        leads="вж|вж. също|срв|напр|цит. по",
        joins="и",
        others="и др|и кол|и съавт|и колектив",
        locators="с|стр|страница|т|гл|глава|фиг|табл|№",
        same_work="пак там",
        visits="посетен на|достъпен на|достъпно на|последно посетен",
    ),
    "sv": CitationWords(
        leads="se|se även|jfr|t. ex",
        joins="och",
        others="m. fl|med flera|och medarbetare",
        locators="s|sid|sida|sidan|kap|avsn|fig|tab|bd",
        same_work="ibid|ibidem",
        visits="hämtad|hämtat|läst|besökt|senast besökt|tillgänglig",
    ),
    "da": CitationWords(
        leads="se|se også|jf|jfr|f. eks",
        joins="og",
        others="m. fl|mfl|med flere|og medarbejdere",
        locators="s|side|kap|afsnit|avsnitt|fig|tab|bd|bind",
        same_work="ibid|ibidem|samme sted",
        visits="besøgt|hentet|lest|læst|tilgået|tilgjengelig",
    ),
    "fi": CitationWords(
        leads="ks|ks. myös|vrt|esim",
        joins="ja",
        others="ym|ynnä muut|ja muut|kumpp",
        locators="s|sivu|luku|kuva|taulukko|osa",
        same_work="ibid|sama",
        visits="viitattu|luettu|haettu|saatavissa",
    ),
    "cs": CitationWords(
        leads="viz|viz též|viz také|srov|např|cit. dle",
        joins="a",
        others="a kol|a spol|a další|a spoluautoři",
        locators="s|str|strana|strany|kap|obr|tab|sv|č|roč",
        same_work="tamtéž|tamt|ibid",
        visits="cit. dne|dostupné z|dostupné na|přístup",
    ),
    "hu": CitationWords(
        leads="lásd|ld|vö|pl",
        joins="és",
        others="és mtsai|és munkatársai|és társai|és tsai",
        locators="o|old|oldal|fej|fejezet|ábra|táblázat|köt",
        same_work="ibid|ibidem",
        visits="letöltés|letöltve|elérés|hozzáférés",
    ),
    "ro": CitationWords(
        leads="vezi|vezi și|cf|apud",
        joins="și|şi",
        others="și alții|şi alţii|ș. a|și colab|şi colab|și colaboratorii",
        locators="p|pp|pag|cap|vol|nr|fig|tab|art",
        same_work="ibid|ibidem|op. cit",
        visits="accesat|accesat la|consultat la|disponibil la",
    ),
    "tr": CitationWords(
        leads="bkz|bk|krş|örn|örneğin",
        joins="ve|ile",
        others="vd|v. d|ve diğ|ve diğerleri|ve ark|ve arkadaşları",
        locators="s|ss|sf|sayfa|bölüm|böl|şekil|tablo|cilt|sayı",
        visits="erişim tarihi|erişim|alındığı tarih",
    ),
    "el": CitationWords(
        leads="βλ|πρβλ|π. χ|βλέπε",
        joins="και|κι",
        others="κ. ά|κ. συν|και συν|και άλλοι|και συνεργάτες",
        locators="σ|σσ|σελ|σελίδα|κεφ|τόμ|εικ|πίν|αρ",
        same_work="ό. π|στο ίδιο",
        visits="ανακτήθηκε|πρόσβαση|τελευταία πρόσβαση|διαθέσιμο στο",
    ),
    "he": CitationWords(
        leads="ראו|ראה|ראו גם|השוו",
        joins="ו",
        others="ואחרים|ועמיתיו|ושות'|ואח'",
        locators="עמ'|עמ׳|עמוד|עמודים|פרק|כרך|סעיף",
        same_work="שם",
        visits="אוחזר|נצפה|נדלה",
    ),
    "fa": CitationWords(
        leads="نک|نگاه کنید به|بنگرید به|ر. ک",
        joins="و",
        others="و همکاران|و دیگران",
        locators="ص|صص|صفحه|ج|جلد|فصل|شکل|جدول",
        same_work="همان|همانجا",
        visits="تاریخ دسترسی|بازبینی شده",
    ),
    "ar": CitationWords(
        leads="انظر|ينظر|راجع|قارن|انظر أيضا|انظر أيضًا",
        joins="و",
        others="وآخرون|وآخرين|وآخرو|وزملاؤه|وزملائه|وغيرهم",
        locators="ص|ص ص|صفحة|الصفحة|ج|الجزء|مج|المجلد|ع|العدد|الفصل|شكل|جدول",
        same_work="المرجع نفسه|المرجع السابق|المصدر نفسه|المصدر السابق|نفسه|نفس المرجع",
        visits="تاريخ الاطلاع|تاريخ الوصول|اطلع عليه|تاريخ الزيارة",
    ),
    "zh": CitationWords(
        leads="参见|参看|参阅|详见|见|參見|參看|詳見|見|如|例如",
        joins="和|与|與|及|、",
        others="等人|等",
        locators="第|页|頁|卷|章|节|節|图|圖|表",
        same_work="同上|同前|同上注|同前注|同上书|同上書|同上引",
        visits="访问日期|访问时间|訪問日期|检索日期|引用日期|最后访问",
    ),
    "ja": CitationWords(
        leads="参照|例えば|たとえば|詳しくは",
        joins="と|・",
        others="ほか|他|ら|たち|外",
        locators="第|頁|ページ|巻|章|節|図|表",
        same_work="同上|同書|同論文|前掲|前掲書|前掲論文",
        same_author="同氏",
        visits="閲覧日|最終閲覧|最終アクセス|アクセス日|参照日",
    ),
    "ko": CitationWords(
        leads="참조|참고",
        joins="과|와|·",
        others="외|등",
        locators="쪽|면|페이지|권|장|제",
        same_work="같은 책|같은 글|위의 책|앞의 책",
        visits="접속일|검색일",
    ),
}

_UNSPACED_LANGUAGES = frozenset({"zh", "ja", "ko"})
_UNSPACED_RANGES = "\u3040\u30ff", "\u3400\u9fff", "\uac00\ud7af", "々々"
UNSPACED = "".join(f"{first}-{last}" for first, last in _UNSPACED_RANGES)
"""The letters of Chinese, Japanese and Korean for a character class: words and particles follow without a space."""
_MAX_ABBREVIATION_LENGTH = 2


def _words(field: str, *, spaced: bool) -> list[str]:
    """Return the words of a field in scripts with or without spaces, the longest first: "ibidem" before "ibid"."""
    rows = [row for language, row in _BY_LANGUAGE.items() if (language not in _UNSPACED_LANGUAGES) == spaced]
    return sorted(
        {word for row in rows for word in getattr(row, field).split("|") if word}, key=lambda word: (-len(word), word)
    )


def _alternatives(words: Iterable[str]) -> str:
    """Return the alternatives of a pattern: "u. a" also matches "u.a", and "et al" as it is wrapped over two lines."""
    return "|".join(words).replace(". ", r"\.?\s?").replace(" ", r"\s{1,4}")


def _pattern(field: str, end: str = r"(?![^\W_])\.?") -> str:
    """Return a pattern for a word of a field. `end` must follow a word of a script with spaces."""
    unspaced = _alternatives(_words(field, spaced=False))
    return f"(?:(?:{_alternatives(_words(field, spaced=True))}){end}{'|' * bool(unspaced)}{unspaced})"


LEADS = _pattern("leads")
JOINS = _alternatives(_words("joins", spaced=True))
"""The words between two names in scripts with spaces, as alternatives of a group."""
UNSPACED_JOINS = "".join(_words("joins", spaced=False))
"""The joins of scripts without spaces, for a character class."""
OTHERS = _pattern("others")
UNSPACED_OTHERS = _alternatives(_words("others", spaced=False))
SAME_WORK = _pattern("same_work")
SAME_AUTHOR = _pattern("same_author", r"(?:\.|(?=[,:(]| \())")
"""Words for the author of the citation before. A word such as "dies" needs its full stop, or what follows an author."""
VISITS = (*_words("visits", spaced=True), *_words("visits", spaced=False))
_LOCATORS = _words("locators", spaced=True)
_LONG_LOCATORS = _alternatives(word for word in _LOCATORS if len(word) > _MAX_ABBREVIATION_LENGTH)
_SHORT_LOCATORS = _alternatives(word for word in _LOCATORS if len(word) <= _MAX_ABBREVIATION_LENGTH)
LOCATORS = (
    rf"(?:(?:{_LONG_LOCATORS})(?![^\W_])\.?|(?:{_SHORT_LOCATORS})(?:\.|(?=\s{{0,4}}[\dIVXLC]))"
    f"|{_alternatives(_words('locators', spaced=False))})"
)
"""What precedes a place in a work. An abbreviation needs its full stop or a number, as "s" and "t" are also units."""

# The patterns of words and of letters without spaces take a millisecond each to compile. The tests below are cheap.

_TOKEN = lazy_pattern(r"[^\W_]+")
_COMMON_TOKENS = frozenset({"a", "d", "in", "N", "s"})
_UNSPACED_WORDS_FOR_OTHERS = tuple(_words("others", spaced=False))
_MAX_BEGINNING = 32
_MAX_TEXTS = 16
"""The texts whose result is kept: the names of an entry are asked about for each pattern."""


def is_unspaced(sign: str) -> bool:
    """Whether one sign is a letter of Chinese, Japanese or Korean."""
    return not sign.isascii() and any(first <= sign <= last for first, last in _UNSPACED_RANGES)


def may_begin_with(line: str, *fields: str) -> bool:
    """Whether a single-spaced line may begin with a word of some fields, such as "leads", in any case."""
    beginning = _fold(line[:_MAX_BEGINNING])
    spaced, unspaced = _beginnings(fields)
    if beginning.startswith(unspaced):
        return True
    return beginning.startswith(spaced) and any(
        beginning.startswith(form) and not beginning[len(form) : len(form) + 1].isalnum() for form in spaced
    )


def may_repeat(text: str) -> bool:
    """Whether a text may have a word of `SAME_WORK` or `SAME_AUTHOR`, in any case."""
    text = _fold(text)
    tokens, unspaced = _tokens_of_repeats()
    return not tokens.isdisjoint(_TOKEN.findall(text)) or any(map(text.__contains__, unspaced))


@lru_cache(_MAX_TEXTS)
def may_name_others(text: str) -> bool:
    """Whether a text may have a word for authors who are not named, in the case of `OTHERS`."""
    if not _tokens_of_others().isdisjoint(_TOKEN.findall(text)):
        return True
    return not text.isascii() and any(map(text.__contains__, _UNSPACED_WORDS_FOR_OTHERS))


def first_visit(text: str) -> int:
    """Return where the first word for a visit may be in a text in lower case, or -1."""
    spaced, unspaced = _visits_by_token()
    words = [word for token in _TOKEN.findall(text) for word in spaced.get(token, ())]
    if not text.isascii():
        words += unspaced
    return min([place for word in words if (place := text.find(word)) >= 0], default=-1)


@cache
def _beginnings(fields: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the forms of the words of scripts with spaces, and of those without."""
    spaced = {_fold(form) for field in fields for word in _words(field, spaced=True) for form in _forms(word)}
    return tuple(spaced), tuple(word for field in fields for word in _words(field, spaced=False))


@cache
def _tokens_of_others() -> frozenset[str]:
    return _tokens_of(_words("others", spaced=True))


@cache
def _tokens_of_repeats() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the tokens of the words of scripts with spaces, and the words of those without."""
    fields = "same_work", "same_author"
    spaced, unspaced = ([word for field in fields for word in _words(field, spaced=one)] for one in (True, False))
    return _tokens_of(map(_fold, spaced)), tuple(unspaced)


@cache
def _visits_by_token() -> tuple[Mapping[str, Sequence[str]], Sequence[str]]:
    """Return the words of scripts with spaces by their longest tokens, and the words of those without."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for word in _words("visits", spaced=True):
        groups[max(_TOKEN.findall(word), key=len)].append(word)
    return groups, _words("visits", spaced=False)


def _tokens_of(words: Iterable[str]) -> frozenset[str]:
    """Return a token of each word: the longest, as that is the rarest, or the last of these, as no initial is joined to it."""
    forms = (_TOKEN.findall(form) for word in words for form in _forms(word))
    return frozenset(max((token for token in reversed(form) if token not in _COMMON_TOKENS), key=len) for form in forms)


def _forms(word: str) -> Iterable[str]:
    """Return the forms of a word in a single-spaced text: "u. a", "u.a", "u a", "ua"."""
    first, *others = word.split(". ")
    for gaps in product((". ", ".", " ", ""), repeat=len(others)):
        yield first + "".join(gap + part for gap, part in zip(gaps, others, strict=True))


def _fold(text: str) -> str:
    """Return a text in which letters are equal that are equal for a pattern that ignores case: "İ", "ı" and "i"."""
    return text.replace("İ", "i").replace("ı", "i").casefold()
