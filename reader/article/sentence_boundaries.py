"""Correct the sentence boundaries that sentencex proposes, by the customs of the language.

A capitalised word that often begins sentences makes a full stop a boundary even after an abbreviation or an initial, as in
"Unsupervised Multilingual Sentence Boundary Detection" (Kiss and Strunk, 2006). English is left to sentencex.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.ranges import Ranges, Span

# ------------------------------------------------------------------ abbreviations of any language

_WORD_START = r"(?:^|[\s(\[“\"])"
_TITLES = (
    "Mr Mrs Ms Mx Dr Drs Prof Profs St Sen Rep Gov Gen Col Lt Capt Sgt Rev Hon Messrs Mme Mlle cf viz approx ca vs resp bzw vgl"
)
_BEFORE_NUMBERS = (
    "fig figs eq eqs ref refs sect sects sec secs ch chs chap tab tabs vol vols no nos nr nrs p pp pt para paras art arts app"
    " fol ver suppl"
)
_ALWAYS_GOES_ON = lazy_pattern(
    rf"{_WORD_START}(?:{_TITLES.replace(' ', '|')}|[Ee]\. ?g|[Ii]\. ?e|z\. ?B|d\. ?h)\. *$",
)
_GOES_ON_TO_A_NUMBER = lazy_pattern(rf"{_WORD_START}(?:{_BEFORE_NUMBERS.replace(' ', '|')})\. *$", re.IGNORECASE)
_LAST_PARTS = frozenset(f"{_TITLES} {_BEFORE_NUMBERS} g e b h".lower().split())
"""The last parts of these abbreviations, in small letters. Few sentences end so, and looking for the patterns takes longer."""
_LAST_PART = lazy_pattern(r"(?:.*[\s(\[“\".])?(.*)\.", re.DOTALL)
_NUMBER = lazy_pattern(r"[(\[]?(?:\d|[IVXLC]+\b|[A-Z]\b(?!['’]))")


def is_abbreviation(before: str, text: str, cut: int) -> bool:
    """Whether `before` ends with an abbreviation, not a sentence, if `text` goes on at `cut`. Few characters before suffice."""
    word = before.rstrip()
    if not (word.endswith(".") and word[-2:-1].isalpha()):
        return False
    last = _LAST_PART.fullmatch(word)
    if last is None or last[1].lower() not in _LAST_PARTS:
        return False
    if _ALWAYS_GOES_ON.search(before):
        return True
    return _GOES_ON_TO_A_NUMBER.search(before) is not None and _NUMBER.match(text, cut) is not None


# ------------------------------------------------------------------ customs of languages


class _Customs(NamedTuple):
    """How sentences begin and end in a language.

    `leads`: abbreviations that stand before a name or number, in lower case unless they have one letter. `lasts`: abbreviations
    that may be the last word, and are if a capital letter follows. `starters`: words that begin sentences rather than names.
    `has_ordinals`: whether a number with a full stop is an ordinal, as in "am 3. März".
    """

    leads: frozenset[str]
    lasts: frozenset[str]
    starters: frozenset[str]
    has_ordinals: bool


class _CustomWords(NamedTuple):
    """What `_Customs` holds, as words in a row: of most languages, no text is ever read."""

    leads: str = ""
    lasts: str = ""
    starters: str = ""
    has_ordinals: bool = False


@lru_cache(4)
def _customs_of(language: str) -> _Customs:
    """Return the customs of a language."""
    leads, lasts, starters, has_ordinals = _CUSTOMS.get(language, _OTHER_CUSTOMS)
    return _Customs(frozenset(leads.split()), frozenset(lasts.split()), frozenset(starters.split()), has_ordinals)


_CUSTOMS: Final[Mapping[str, _CustomWords]] = {
    "de": _CustomWords(
        "Co abb abs art aufl az bd bde bl bzw ca dipl dr ebd ev evtl fa fam fr ggf hg hl hr hrsg inkl ing jg kap lit max mag"
        " min mind nr op pos prof rn rdnr s sog st str tab tel urspr usf vgl vs ziff zit zzgl",
        "",
        "Aber Alle Als Am An Auch Auf Aus Bei Beim Bis Da Dabei Dafür Daher Damit Dann Darum Das Dass Dazu Dem Den Denn"
        " Der Deren Deshalb Die Dies Diese Dieser Dieses Doch Dort Durch Ein Eine Einem Einen Einer Er Erst Es Für Gegen"
        " Hier Ich Ihr Ihre Im In Ist Ja Je Jede Jeder Jetzt Kein Keine Man Mit Nach Nein Nicht Noch Nun Nur Ob Ohne"
        " Schon Sein Seine Seit Sie Sind So Sogar Solche Trotz Um Und Unser Unter Viele Vom Von Vor Warum Was Weil Wenn"
        " Wer Wie Wir Wo Während Zu Zudem Zum Zur Zwar Zwischen Über",
        has_ordinals=True,
    ),
    "fr": _CustomWords(
        "M a al art av bd cf chap coll dr éd env fig hab ibid me mgr mlle mm mme n° p pp prof réf s ss st ste sv t tél v vol",
        "etc",
        "Alors Après Au Aussi Aux Avec Ce Cela Celle Celui Ces Cet Cette Chez Comme Dans Depuis Donc Elle Elles En Enfin"
        " Et Il Ils Je Les Leur Leurs Lors Mais Même Non Nous On Or Oui Où Par Parce Pendant Pour Pourquoi Puis Quand Que"
        " Quelle Qui Sa Sans Selon Ses Si Son Sous Sur Tous Tout Toute Un Une Vous",
    ),
    "es": _CustomWords(
        "EE arq art arts avda cap cf col dir dr dra ed ej excmo fig gral hab ing lic n núm p pág págs pp prof profa sr sra"
        " sres srta sta sto ss tel v vol",
        "etc uu",
        "A Además Ahora Al Algunas Algunos Así Aunque Cada Como Con Cuando De Desde Después Donde Dos Durante El Ella"
        " Ellos En Entonces Entre Era Es Esa Ese Eso Esta Estas Este Esto Estos Fue Ha Hasta Hay La Las Lo Los Luego"
        " Mientras Muchas Muchos Muy No Nos O Otra Otro Para Pero Por Porque Pues Que Qué Se Según Ser Si Sin Sobre Son"
        " Su Sus Sí También Tiene Todo Todos Tras Un Una Y Ya Yo",
    ),
    "it": _CustomWords(
        "all arch art artt avv ca cap cfr cod col dott dottssa dr ed es fasc fig gen geom ing lett mons n on p pag pagg par pp"
        " prof profssa rag rif s sen serg sez sig sigg sigra ss st tab tav tel trad v vol",
        "a.C cit d.C ecc etc",
        "A Al Alla Anche Ancora Che Chi Come Con Così Da Dal Dalla Dopo Dove Due Durante E Era Erano Ha Hanno I Il In"
        " Infatti Inoltre La Le Lei Lo Loro Lui Ma Nei Nel Nella Nelle Non O Oggi Ogni Per Perché Però Poi Prima Quando"
        " Quella Quello Questa Queste Questi Questo Se Secondo Senza Si Solo Sono Su Sul Sulla Tra Tutti Tutto Un Una Uno"
        " È",
    ),
    "pt": _CustomWords(
        "arq art arts av cap cf dr dra ed eng ex exmo fig n nº núm p pág págs pp prof profa sr sra srta sto sta tel v vol S",
        "etc",
        "A Agora Ainda Além Ao Apenas Após Aqui As Até Com Como Contudo Depois Desde Disse Durante E Ela Elas Ele Eles Em"
        " Entre Era Essa Essas Esse Esta Estas Este Estes Eu Foi Foram Há Isso Isto Já Mas Mesmo Muito Na Nas Nesta Neste"
        " No Nos Num Não O Onde Os Ou Outra Outro Para Pela Pelo Por Porque Quando Quanto Que Quem Se Segundo Sem Ser Seu"
        " Sobre Sua São Só Também Tem Todo Todos Tudo Um Uma Você É",
    ),
    "nl": _CustomWords(
        "a afb art bijv blz bv ca cf dhr dr drs ed fig hfdst hr ing ir jhr jl max mevr mej min mr nl nr nrs o p pag prof"
        " resp st tab vgl v vnl vol z zgn",
        "enz etc e.d",
        "Aan Al Alle Als Bij Daar Daarna Dan Dat De Deze Die Dit Door Dus Echter Een Elk Er Eén Haar Het Hier Hij Hoe Hun"
        " Ik In Is Ja Je Maar Men Met Na Naar Nee Niet Nog Nu Om Omdat Onder Onze Ook Op Over Sinds Te Toch Toen Tot"
        " Tussen Uit Veel Volgens Voor Waar Waarom Wanneer Want Wat We Wie Wij Ze Zij Zijn Zo",
    ),
    "pl": _CustomWords(
        "al art b błp bp ds dyr gen godz hab hr im in inż itp kard ks l lek m mar mec m.in mgr min n.p nr np o ob ok ol"
        " os p pkt płk por poz prof prok przew red ref rys s sp św śp str szt tab tj tel tzn tzw ul ur ust v wg woj wyd"
        " zob zm",
        "br itd itp m p.n.e n.e proc r tys zł",
        "A Aby Ale Ani Bez Bo By Był Była Było Były Chociaż Choć Chyba Co Czy Dla Dlaczego Dlatego Do Dopiero Gdy Gdyby"
        " Gdzie I Ich Ile Ja Jak Jakie Jako Jednak Jednocześnie Jego Jej Jest Jeszcze Jeśli Jeżeli Każda Każdy Kiedy Kto"
        " Która Które Który Ma Mimo Może Można My Na Nad Nie Niech Nikt No O Od On Ona Oni Oraz Po Pod Podczas Ponadto"
        " Potem Poza Przed Przez Przy Się Skąd Szczególnie Są Ta Tak Takie Także Tam Te Tego Ten Teraz To Trzeba Tu Tutaj"
        " Ty Tylko W We Według Więc Wszyscy Wszystko Wtedy Z Za Zatem Zdaniem Ze Że Żeby",
        has_ordinals=True,
    ),
    "ru": _CustomWords(
        "акад вып г гл гр доц др им ул илл кв кн кол корп куб л м мин напр наст обл оз п пер пл пос пр просп проф р рис"
        " руб с св см соавт ср ст стр сб т табл тел тт ч чел эл",
        "др д г гг е млн млрд п пр р руб т тыс чел экз",
        "А Без Будет Был Была Были Было В Вам Вас Ведь Весь Во Вот Все Всего Всё Вы Где Главное Да Даже Для До Его Если"
        " Есть Ещё Её За Здесь И Из Или Их К Как Какой Когда Конечно Кроме Кто Лишь Между Мне Многие Может Можно Мы На"
        " Над Наш Не Нет Ни Никто Но Ну О Об Однако Он Она Они Оно От Очень По Под После Потом Потому Поэтому При Про С"
        " Сам Сегодня Сейчас Со Среди Так Такая Также Такие Такой Там Теперь То Тогда Тоже Только Тот Ты У Уже Хотя Чем"
        " Через Что Чтобы Эта Эти Это Этого Этой Этот Я",
    ),
    "uk": _CustomWords(
        "акад бл вид вул гл гол гр див доц заст зв ім кв кн м мал напр обл п пер пл пос просп проф р ред рис с св ст стор табл"
        " тел тов т ч",
        "грн ін коп млн млрд д п р рр т тис",
        "І Із Їх Її А Адже Але Бо Був Була Були Було В Ви Вона Вони Воно Все Всі Він Де Для До З За Зі Й Його Коли Ми"
        " Може Можна На Над Не Ні О Однак Ось От По При Про Під Після Так Таким Також Там Те Тепер Ти То Тоді Тому Тут У"
        " Утім Хоча Хто Це Цей Цього Ця Ці Через Чи Чому Що Щоб Я Як Яка Який Якщо Які",
    ),
    "sv": _CustomWords(
        "ang bl.a bl ca dr d.v.s ex f fig forts fr inkl jfr kap kl kr max min nr obs osv p prof red resp s sid st"
        " t.ex tel tab vol",
        "mfl m.fl m.m osv etc",
        "Alla Att Av De Den Denna Dessa Det Detta Där Därför Då Efter En Enligt Ett Från För Han Hon Hur Här I Idag Ingen"
        " Inte Jag Kan Man Med Men Mot Nu När Och Också Om På Samtidigt Sedan Som Så Till Trots Under Ur Vad Var Varför"
        " Vem Vi Vid Är Även",
    ),
    "da": _CustomWords(
        "adr afd afs bl.a ca cand dr d.v.s ekskl evt f f.eks fig fr frk hr inkl jf jr kap kgl kl kr max mio mia nr p pct prof"
        " red s sml st stk str tab tlf vedr vha",
        "mv m.v m.m osv o.l etc",
        "Af Alle At Da De Den Denne Der Derfor Det Dette Disse Du Efter En Er Et For Fra Han Her Hun Hvad Hvis Hvor"
        " Hvordan Hvorfor I Ifølge Ikke Ingen Ja Jeg Kan Man Mange Med Men Mens Nej Nu Når Og Også Om På Selv Siden Som"
        " Så Til Under Ved Vi Ville",
        has_ordinals=True,
    ),
    "no": _CustomWords(
        "adr avd bl.a ca dr dvs evt ekskl f f.eks fig fr hr inkl jf kap kl kr maks mill mrd nr p pst prof red s sml st str tab"
        " tlf vedr",
        "mv m.m osv o.l etc",
        "Alle At Av Da De Den Denne Der Derfor Det Dette Disse Du En Er Et Etter For Fra Han Her Hun Hva Hvis Hvor"
        " Hvordan Hvorfor I Ifølge Ikke Ingen Ja Jeg Kan Man Mange Med Men Mens Nei Nå Når Og Også Om På Selv Siden Som"
        " Så Til Under Ved Vi Ville",
        has_ordinals=True,
    ),
    "cs": _CustomWords(
        "čl č dr ing kap např obr odst prof resp s sb st str tab tj tzv viz",
        "aj apod atd",
        has_ordinals=True,
    ),
    "fi": _CustomWords(
        "ed esim ks mm n nk nro oy prof s ts vrt",
        "jne ym yms",
        has_ordinals=True,
    ),
    "ro": _CustomWords(
        "alin art cap cca col conf dl dna dr fig gen ing lit nr op pag pct prof sf st str tel vol",
        "d.Hr etc î.Hr s.a ș.a",
        "Acest Aceasta Această Aceste Acum Al Am Apoi Are Asta Astfel Atunci Au Ca Care Ce Cei Cele Cine Cu Cum Când Da Dacă"
        " Dar De Deci Deși Din După E Ea Ei El Ele Era Este Eu Există Fără Iar La Le Lui Mai Ne Nici Nimeni Nu O Pe Pentru Prin"
        " Sau Se Sunt Să Tot Toate Toți Un Una Unde Unii Va Voi Vom În Însă Între Într Și",
    ),
    "bg": _CustomWords(
        "акад бул вж ген гл д доц ж.к изд инж кв кн л м мин напр обл п полк проф р сб св серж см сп ст стр т табл тел ул"
        " фиг чл",
        "в г др лв млн млрд с.г т.н ч",
        "А Ако Аз Без Беше В Все Всеки Всички Във Да Два До Други Едва Един За Затова Защо Защото И Или Има Ние Как Като"
        " Когато Който Колко Към Може На Най Не Него Ни Никой Но Няма От По Под Поради Преди При Само Сега След Според Със Така"
        " Там Те Това Той Този Тя Щом Я",
    ),
    "el": _CustomWords(
        "αρ βλ δηλ εικ εκδ κ κα κεφ κος λ.χ π.χ παρ πρβ σελ τηλ τόμ χλμ",
        "δισ εκ εκατ κ.ά κ.λπ κ.ο.κ κλπ μ.Χ μ.μ π.Χ π.μ",
    ),
    "ar": _CustomWords("أ أ.د تح تر تق د ر.ك رقم ص ط مج"),
    "fa": _CustomWords("تر ج ر.ک ش ص نک"),
    "hu": _CustomWords(
        "dr id kb ld pl prof ún",
        "stb",
        has_ordinals=True,
    ),
    "tr": _CustomWords(
        "bkz dr doç örn prof sn st",
        "vb vd vs",
        has_ordinals=True,
    ),
}
_OTHER_CUSTOMS: Final = _CustomWords()
_ELLIPSIS: Final = lazy_pattern(r"(?:\.\.|…)[\"”’»)\]]*$")
_CLOSED_QUOTE: Final = lazy_pattern(r"[.?!…][”’»\"')]+\s*$")
_LAST_WORD: Final = lazy_pattern(r"[\"“„«(\[]*([^\s\"“„«(\[]*)\.$")
_IN_WORD: Final = lazy_pattern(r"[^\W\d_]\"$")
_ERA_SIGN: Final = r"\d\s?(?:م|هـ?|ش|ق)"
"""Match the sign of an era after a year in Arabic and Persian, as the last word."""
_ERA: Final = lazy_pattern(rf"{_ERA_SIGN}\.$")
_MONTHS: Final = (
    "jan feb mar apr may jun jul aug sep sept oct nov dec jän febr mär mrz mai juni juli okt dez janv févr fév avr juin juil"
    " août déc ene abr ago dic fev set out genn gen febbr mag magg giu lug sett ott mrt maa mei maj led úno bře dub kvě čer čvc"
    " srp zář říj lis pro pros sty lut kwi kwie cze czerw lip sie sierp wrz paź paźdz list gru grud ian iun iul noi"
    " янв фев февр мар апр май июн июл авг сен сент окт ноя нояб дек січ лют бер берез квіт трав черв лип серп вер верес жовт"
    " лист листоп груд яну юни юли сеп септ ное ноем ιαν φεβ μαρ απρ μαΐ ιουν ιουλ αυγ σεπ σεπτ οκτ νοε νοεμ δεκ"
)
_DATE: Final = lazy_pattern(rf"(?<!\d)\d\d?\.? (?:{'|'.join(sorted(_MONTHS.split()))})\.$", re.IGNORECASE)
"""Match the day and the month of a date whose month is cut short, as in "3 sept. 2001", of languages written in letters."""
_YEAR: Final = lazy_pattern(r"\s*\d{4}(?!\d)")
_ELISION: Final = lazy_pattern(r"^[^\W\d_]{1,7}['’](?=[^\W\d_]{2})")
"""Match what French and Italian join to the next word, as in "l'avv. Neri" and "dell'on. Bianchi"."""
_ROMAN: Final = lazy_pattern(r"[IVX]{1,5}")
_PARTS: Final = lazy_pattern(r"[^\W\d_]{1,3}(?:\.[^\W\d_]{1,4})+")
_INITIAL: Final = lazy_pattern(r"(?:^|[.\-–]|[\u3041-\u9fff])[^\W\d_]$")
_NEXT_WORD: Final = lazy_pattern(r"[\s\"“„«»(\[\-–—]*([^\W_]+)(\.?)")
_MAX_LENGTH: Final = 24
"""How many characters before and after a boundary are looked at."""
_MAX_SHORT_WORD: Final = 4
_MIN_LISTED: Final = 2
_MIN_UNLISTED: Final = 3
"""The least length of a last word: shorter ones are initials, and abbreviations of languages that have few in their list."""
_MAX_ORDINAL: Final = 2
_JOINED_SIGNS: Final = frozenset(",;:/%)]")
_LOW_QUOTE: Final = ",,"
"""An opening quotation mark, as it is typed."""
_DASHES: Final = frozenset("-–—")
_ENCLOSED: Final = lazy_pattern(
    r"“[^“”]*”|「[^「」]*」|『[^『』]*』|《[^《》]*》|（[^（）]*）|\([^()]*\)|\[[^\[\]]*\]|«[^«»]*»|„[^„“”]*[“”]|(?<!\w)\"[^\"]*\""
)
"""Match quotations and parentheses."""
_BRACKETS: Final = frozenset("([（")
_WHOLE_QUOTATIONS: Final = frozenset({"ar", "ja", "zh"})
"""The languages in which quotations of any length stay whole in their sentences."""
_MAX_QUOTATION: Final = 80
"""The most characters of a quotation that stays whole in its sentence; longer ones are cut like other text."""
_WIDE_STOPS: Final = frozenset("。！？")
_WIDE: Final = r"[。！？]+[”’」』）】》\"]*\s*"
_WIDE_END: Final = lazy_pattern(_WIDE)
_ENGLISH_END: Final = lazy_pattern(rf"{_WIDE}|(?<=\bMay)\s*\.[)\]”’»\"“']*\s+")
"""Sentencex takes every "May." for the month cut short; but it is a whole word."""
_ENGLISH_SIGNS: Final = ("May", *_WIDE_STOPS)
"""Few texts in English have any of them, and the pattern looks at every letter."""
_STOP: Final = lazy_pattern(rf"{_WIDE}|[.!?…][)\]”’»\"“']*\s+")
_LONG_WORD: Final = lazy_pattern(r"[^\W\d_]{4}$")
_NEXT_LETTER: Final = lazy_pattern(r"(?:[\"“„«(]|,,|``|[–—-]\s)?\s?([^\W\d_])")
_QUOTE_GOES_ON: Final = {
    "ja": lazy_pattern(r"[とはがをにのもや、って]"),
    "zh": lazy_pattern(r"[^，。！？；：“”\s]{0,12}?(?:[说說道问問]|表示|写道|寫道|认为|認為|指出|回答|告[诉訴])"),
}
"""The words after a quotation that belong to its sentence: a particle, a verb of speech."""
_WIDE_QUOTE_END: Final = lazy_pattern(r"[。！？…][”」』\"]+$")


def find_missed_ends(chunk: str, language: str) -> Iterator[int]:
    """Yield ends of sentences that sentencex passes over: before a capital, a number or a starter, and after "。"."""
    if language == "en" and not any(sign in chunk for sign in _ENGLISH_SIGNS):
        return
    stops = _ENGLISH_END if language == "en" else _STOP
    ends = [match for match in stops.finditer(chunk) if match.group()[0] in _WIDE_STOPS or _is_end(chunk, match, language)]
    if ends:
        stays_whole = language in _WHOLE_QUOTATIONS
        enclosures = (match.span() for match in _ENCLOSED.finditer(chunk))
        enclosed = Ranges(
            [Span(a, b) for a, b in enclosures if stays_whole or chunk[a] in _BRACKETS or b - a <= _MAX_QUOTATION]
        )
        yield from (match.end() for match in ends if not enclosed.contains(match.start()))


def _is_end(chunk: str, stop: re.Match[str], language: str) -> bool:
    """Whether a full stop with white space ends a sentence, by the words on both sides."""
    customs, patterns = _customs_of(language), _end_patterns(language)
    if patterns.starter.match(chunk, stop.end()):
        return True
    before = chunk[max(0, stop.start() - _MAX_LENGTH) : stop.start()]
    if chunk[stop.end() : stop.end() + 1].isdigit():
        return customs.has_ordinals and _LONG_WORD.search(before) is not None
    following = _NEXT_LETTER.match(chunk, stop.end())
    return following is not None and not following.group(1).islower() and patterns.last_word.search(before) is not None


class _EndPatterns(NamedTuple):
    """The patterns of the first word after a full stop, and of the last one before it."""

    starter: re.Pattern[str]
    last_word: re.Pattern[str]


@cache
def _end_patterns(language: str) -> _EndPatterns:
    customs = _customs_of(language)
    least = _MIN_LISTED if customs.starters else _MIN_UNLISTED
    lasts = "".join(rf"|\b{re.escape(last)}" for last in sorted(customs.lasts))
    return _EndPatterns(
        re.compile(rf"(?:{'|'.join(customs.starters)})\b(?!\.)" if customs.starters else r"(?!)"),
        re.compile(rf"(?:[^\W\d_]{{{least}}}|\d{{3}}|[^\W\d_]\"[^\W\d_]|\w[)\]”’»\"“']|{_ERA_SIGN}{lasts})$"),
    )


def is_no_boundary(chunk: str, start: int, cut: int, language: str) -> bool:
    """Whether no sentence ends at `cut`, although sentencex proposes it. `start` is the start of the sentence before."""
    before, after = chunk[max(start, cut - _MAX_LENGTH) : cut], chunk[cut : cut + _MAX_LENGTH]
    if is_abbreviation(before, chunk, cut) or (after[0].islower() and _CLOSED_QUOTE.search(before)):
        return True
    if language == "en":
        return False
    end = before.rstrip()
    if after[0] in _JOINED_SIGNS and not after.startswith(_LOW_QUOTE):
        return True
    next_word = _NEXT_WORD.match(after)
    if next_word is not None and next_word.group(1)[0].islower():
        return _goes_on_in_lower_case(end, after)
    if not end.endswith("."):
        pattern = _QUOTE_GOES_ON.get(language)
        return pattern is not None and _WIDE_QUOTE_END.search(end) is not None and pattern.match(after) is not None
    if cut - start < _MAX_LENGTH and chunk[start:cut].strip()[:-1].isdigit():
        return True  # the number of an enumeration
    return _ends_with_abbreviation(end, before != end, after, language)


def _goes_on_in_lower_case(end: str, after: str) -> bool:
    """Whether a sentence goes on in lower case: after an ellipsis, after direct speech, after an abbreviation."""
    if _ELLIPSIS.search(end) or end.endswith(("?", "!")) or (after[0] in _DASHES and not end.endswith(".")):
        return True
    word = _LAST_WORD.search(end)
    return word is not None and (len(word.group(1)) <= _MAX_SHORT_WORD or "." in word.group(1))


def _ends_with_abbreviation(end: str, is_apart: bool, after: str, language: str) -> bool:
    """Whether `end` ends with an abbreviation, an initial or an ordinal. `is_apart`: white space follows it."""
    customs = _customs_of(language)
    match, following = _LAST_WORD.search(end), _NEXT_WORD.match(after)
    word = match.group(1) if match else ""
    if not word or following is None:
        return False
    if not is_apart:
        return _INITIAL.search(word) is not None or not after[0].isupper()
    if following.group(1) in customs.starters and not following.group(2):
        return False
    is_name_next = following.group(1)[0].isupper()
    if _YEAR.match(after) is not None and _DATE.search(end) is not None:
        return True
    last = _ELISION.sub("", word)
    if last in customs.leads:
        return True
    if len(last) > 1 and last.lower() in customs.leads:
        return not (is_name_next and last.isupper())
    if word.isdigit():
        return customs.has_ordinals and len(word) <= _MAX_ORDINAL
    if word in customs.lasts or word.lower() in customs.lasts:
        return not is_name_next
    return _is_initial(word, end, customs)


def _is_initial(word: str, end: str, customs: _Customs) -> bool:
    """Whether `word`, the last of `end`, is an initial, a short abbreviation in parts or a Roman ordinal."""
    if _ERA.search(end) or _IN_WORD.search(end, 0, len(end) - len(word) - 1):
        return False
    if customs.has_ordinals and _ROMAN.fullmatch(word):
        return True
    initial = _INITIAL.search(word)
    return _PARTS.fullmatch(word) is not None or (
        initial is not None and not (initial.group()[0] in _DASHES and initial.group()[-1].islower())
    )
