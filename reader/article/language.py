"""Recognise the language of a text by its script, its most frequent words and its letters.

The words are compared as they are written, so a few thousand characters suffice and no model has to be loaded. One sentence
may be too short to tell relatives such as Danish and Norwegian apart; three are enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from reader.article.labels import characters_beyond_ascii
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import Block, BlockKind

DEFAULT_LANGUAGE: Final = "en"
LANGUAGE_NAMES: Final[Mapping[str, str]] = {
    "ar": "Arabic",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""The languages that are recognised, by their code in ISO 639-1."""
_SAME_LANGUAGE: Final = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "cmn": "zh", "yue": "zh"}
"""Other codes that are in use for these languages."""
_TAG: Final = lazy_pattern(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

# ------------------------------------------------------------------ what languages are recognised by


class _Traits(NamedTuple):
    """The most frequent words of a language, and letters that few other languages of its script have."""

    words: str
    letters: str = ""


_LATIN: Final[Mapping[str, _Traits]] = {
    "en": _Traits(
        "the of and to in is that for it was on are as with be by this at from have has had not which or an but they"
        " their were been its we can will more when who you he she his her would there what about into than these",
    ),
    "de": _Traits(
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat"
        " dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis"
        " mehr durch man",
        "ß",
    ),
    "fr": _Traits(
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il sont avec on à l d qu s"
        " n c ont aux mais comme ou été cette elle ses leur être aussi était fait ces son sa nous vous",
        "çœèêùûî",
    ),
    "es": _Traits(
        "de la que el en y a los se del las un por con una su para es al lo como más o pero sus le ha me si sin sobre"
        " este ya entre cuando todo esta ser son dos también fue había era muy años hasta desde está porque",
        "ñ¿¡",
    ),
    "it": _Traits(
        "di e il la che in a per un è del non della con una i le si da sono al lo come gli dei più ha anche alla nel"
        " delle ma l d dell all nella ed dal su se questo o essere stato quando hanno cui due dalla degli ai ci",
    ),
    "pt": _Traits(
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou"
        " ser quando muito há nos já está também só pelo pela até isso ela entre era depois sem mesmo aos são",
        "ãõ",
    ),
    "ca": _Traits(
        "de la i el que a en les l d els un per una del amb és al es no més com són ha va dels seu seva aquest aquesta"
        " però també entre o s pel ser pels als han on sobre fins des quan hi ho molt",
    ),
    "nl": _Traits(
        "de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog worden door naar"
        " heeft hij ze wordt tot je werd deze over die hebben ik was zich geen meer kan zo al wel nu haar hun dit na"
        " onder tegen",
    ),
    "sv": _Traits(
        "och i att det som en på är av för med den till inte har de om ett han men var jag sig från vi så kan man när år"
        " säger hon under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra mycket"
        " än här",
        "å",
    ),
    "da": _Traits(
        "og i at det er en til af på for de den der som med ikke har et han om var jeg vi men sig fra så kan man når år"
        " siger hun under også efter eller nu sin hvor ved mod skal skulle ud bliver være havde alle noget meget blev"
        " hvad nogle mellem siden andre vil mig selv end op ind gennem kunne før da blevet hos samt",
        "øæ",
    ),
    "no": _Traits(
        "og i å det er en til av på for at de den som med ikke har et han om var jeg vi men seg fra så kan man når år"
        " sier hun under også etter eller nå sin hvor ved mot skal skulle ut blir være hadde alle noe mye ble hva noen"
        " bare da mellom siden andre vil blitt oss meg slik selv enn opp inn der gjennom kunne før bli",
        "øæ",
    ),
    "fi": _Traits(
        "ja on ei että se oli joka hän mutta ovat myös kun ole olla sen jos tai niin kuin mukaan vain nyt mitä voi sekä"
        " jo vuonna hänen tämä sitä jossa jotka olivat vuoden kanssa eivät tämän siitä vielä ollut enää sitten minä sinä"
        " me te he ne jopa noin koska joita jonka voidaan eli aina hyvin kaikki ennen",
    ),
    "pl": _Traits(
        "w i na z się do nie to że jest o jak za po od a ale przez co dla są tym przy który tak już tylko lub oraz może"
        " jego ze jej czy była było być był które też tego która ich we pod tej także roku bardzo",
        "łżśąęń",
    ),
    "cs": _Traits(
        "a v se na je že o s z do i to ve k za by si jako po ale pro jsem od jsou tak která který ze které byl při už"
        " jeho jen nebo bylo také podle být jsme co až není však před této více byla než mezi",
        "řěůč",
    ),
    "ro": _Traits(
        "de și în a la cu pe nu care o un din că se pentru mai este sa au al fi ce lui sau ca ale prin fost dar după sunt"
        " ei era fie cel cele ar va între acest această",
        "ășțâ",
    ),
    "hu": _Traits(
        "a az és hogy nem is egy ez meg de ha volt már csak van mint még ki el vagy kell azt be lehet ezt sem nagyon mert"
        " minden szerint után között azonban amely két majd pedig lesz volna",
        "őű",
    ),
    "tr": _Traits(
        "ve bir bu da de için ile çok olarak daha o en gibi sonra kadar ne ama olan var ya olduğu değil ki her ise iki"
        " göre mi şey oldu ben ilk yeni şu diye bunu hiç veya arasında tarafından ancak büyük",
        "ğşı",
    ),
    "vi": _Traits(
        "và của các là có được trong cho một không với này người những đã khi từ để trên đến về tại như cũng ra",
        "đươạảấầếềệộ",
    ),
    "id": _Traits(
        "yang dan di dengan untuk dari dalam ini itu pada tidak adalah akan juga oleh ke sebagai dapat tersebut telah",
    ),
}
_CYRILLIC: Final[Mapping[str, _Traits]] = {
    "ru": _Traits(
        "и в не на что с по как это он из к но а все за у от так его же для о бы было был только или еще если во они мы"
        " до её также может при которые со чтобы после когда",
        "ыэё",
    ),
    "uk": _Traits(
        "і в на не що з та до у за як від про це для а був по його але із чи які було й цього який яка все вони ми він"
        " або також може при ще якщо після між їх є",
        "іїєґ",
    ),
    "be": _Traits(
        "і у на што не з да па як гэта ён для за было ад але так быў яго якія або пры",
        "ўіы",
    ),
    "bg": _Traits(
        "на и да за се от в не с са по ще че като е си това към който до а при които му тя ги само или има бе",
        "ъ",
    ),
    "sr": _Traits(
        "и у је да на се за су од са не као што би то али из или који које није био након о",
        "јљњћђџ",
    ),
}
_ARABIC: Final[Mapping[str, _Traits]] = {
    "ar": _Traits(
        "في من على أن إلى التي هذا هذه عن مع ما لا كان قد الذي بعد كما ذلك بين أو هو هي كل لم ثم حيث عام",
        "ةىيكأإ",
    ),
    "fa": _Traits(
        "در از که این را با است به و برای آن یک های می خود تا بر شد هم او بود نیز شده کرد ها ما",
        "پچژگکی",
    ),
    "ur": _Traits(
        "کے میں کی ہے اور سے کا کو نے ہیں یہ اس پر کہ بھی ایک تھا ہو نہیں لیے",
        "ٹڈڑںےہ",
    ),
}


class _Script(NamedTuple):
    """The lower-case letters of a script, as first and last of each range, and its languages, the likeliest first.

    `weight`: how many Latin letters say as much as one of these.
    """

    ranges: Sequence[str]
    weight: int
    languages: Mapping[str, _Traits]


def _one(language: str) -> Mapping[str, _Traits]:
    return {language: _Traits("")}


_KANA: Final = "\u3041\u30ff"
_SCRIPTS: Final = (
    _Script(("az", "\u00df\u024f", "\u1ea0\u1eff"), 1, _LATIN),
    _Script(("\u0400\u04ff",), 1, _CYRILLIC),
    _Script(("\u0620\u064a", "\u0671\u06d3"), 1, _ARABIC),
    _Script((_KANA, "\u3400\u4dbf", "\u4e00\u9fff"), 3, _one("zh")),
    _Script(("\uac00\ud7a3",), 2, _one("ko")),
    _Script(("\u0370\u03ff",), 1, _one("el")),
    _Script(("\u05d0\u05ea",), 1, _one("he")),
    _Script(("\u0e01\u0e4e",), 1, _one("th")),
    _Script(("\u0900\u097f",), 1, _one("hi")),
    _Script(("\u10a0\u10ff",), 1, _one("ka")),
    _Script(("\u0531\u0587",), 1, _one("hy")),
)
_WORD: Final = lazy_pattern(r"[^\W\d_]+")
_NO_LETTERS: Final = bytes(set(range(128)).difference(b"abcdefghijklmnopqrstuvwxyz"))
_MIN_KANA_SHARE: Final = 0.1
"""The least share of kana in Japanese. Chinese texts contain a few in names."""
_MIN_SCORE_SHARE: Final = 0.1
"""The least score of a language, as a share of the words, to be recognised. Lists and tables have few frequent words."""
_MIN_WORDS: Final = 30
_CLEAR_LEAD: Final = 2
"""A language is clear beside the declared one from so many words on, with so many times its score. Fewer words need that lead
beside the likeliest language of their script."""
_NO_LANGUAGES: Final = frozenset({"und", "mul", "zxx", "mis"})
_COMPARED_BLOCKS: Final = 200
_SAMPLED_BLOCKS: Final = 16
_SAMPLED_LENGTH: Final = 250
_PROSE_KINDS: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM})
_ADDRESS: Final = lazy_pattern(r"\S{0,40}://\S*|\bwww\.\S*")

# ------------------------------------------------------------------ recognition


class Recognition(NamedTuple):
    """The likeliest language of a text, or "" if it has no letters.

    `scores`: how many words and letters speak for each language of its script, out of `words`. Both count characters where the
    script alone names the language.
    """

    language: str
    scores: Mapping[str, int]
    words: int


def recognize_language(text: str) -> Recognition:
    """Recognise the language of `text`, in linear time."""
    lowered = text.lower()
    letters = _letter_counts(lowered)
    sizes = [script.weight * sum(_count_letters(letters, edges) for edges in script.ranges) for script in _SCRIPTS]
    if not any(sizes):
        return Recognition("", {}, 0)
    script = _SCRIPTS[sizes.index(max(sizes))]
    if len(script.languages) > 1:
        return _recognize_words(lowered, letters, script.languages)
    (language,) = script.languages
    if language == "zh" and script.weight * _count_letters(letters, _KANA) >= _MIN_KANA_SHARE * max(sizes):
        language = "ja"
    return Recognition(language, {language: len(text)}, len(text))


def _letter_counts(text: str) -> Counter[str]:
    """Count the characters beyond ASCII of a text in lower case, and all letters of ASCII as "a", as none tells a language."""
    letters = Counter(characters_beyond_ascii(text))
    letters["a"] = len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))
    return letters


def _count_letters(letters: Counter[str], edges: str) -> int:
    return sum(count for letter, count in letters.items() if edges[0] <= letter <= edges[1])


def _recognize_words(text: str, letters: Counter[str], languages: Mapping[str, _Traits]) -> Recognition:
    """Count the frequent words and the letters of each language.

    If all have too few, or a few words do not speak clearly against it, the first language is the likeliest.
    """
    words = Counter(_WORD.findall(text))
    scores = {
        language: sum(words[word] for word in words.keys() & _word_set(traits.words))
        + sum(letters[letter] for letter in traits.letters if letter in letters)
        for language, traits in languages.items()
    }
    likeliest = max(scores, key=lambda language: scores[language])
    usual = next(iter(languages))
    least = _CLEAR_LEAD * scores[usual] if words.total() < _MIN_WORDS and likeliest != usual else 0
    is_weak = scores[likeliest] < max(_MIN_SCORE_SHARE * words.total(), least)
    return Recognition(usual if is_weak else likeliest, scores, words.total())


@lru_cache
def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# ------------------------------------------------------------------ the language of a document


def document_language(declared: str, text: str, blocks: Sequence[Block], is_aside: Callable[[int], bool]) -> str:
    """Return the language of a document as a BCP 47 tag: the one it declares, unless its prose is clearly in another.

    Many pages declare the language of the program that made them. Blocks are not read if their start `is_aside`, as in
    references, whose language is often another one. At most 16 blocks are read.
    """
    declared = _clean_tag(declared)
    known = primary_language(declared)
    if declared and known not in LANGUAGE_NAMES:
        return declared
    language, scores, words = recognize_language(_sample(text, blocks, is_aside))
    if not declared:
        return language or DEFAULT_LANGUAGE
    is_clear = words >= _MIN_WORDS and scores[language] >= max(_MIN_SCORE_SHARE * words, _CLEAR_LEAD * scores.get(known, 0))
    return language if is_clear and language != known else declared


def primary_language(tag: str) -> str:
    """Return the language of a BCP 47 tag without its script and region, by the code that is used here: "no" for "nb-NO"."""
    code = tag.partition("-")[0].lower()
    return _SAME_LANGUAGE.get(code, code)


def find_language(name: str) -> str:
    """Return the code of a language by its code, a BCP 47 tag or its English name, in any case; "" if it is not known here."""
    code, folded = primary_language(name.strip()), name.strip().casefold()
    if code in LANGUAGE_NAMES:
        return code
    return next((code for code, title in LANGUAGE_NAMES.items() if title.casefold() == folded), "")


def language_title(tag: str) -> str:
    """Return the English name of the language of a BCP 47 tag, or the tag itself if it has no name here."""
    return LANGUAGE_NAMES.get(primary_language(tag), tag)


def _clean_tag(tag: str) -> str:
    """Return a declared tag, or "" if it is none or names no language."""
    language, hyphen, rest = tag.replace("_", "-").strip().partition("-")
    tag = language.lower() + hyphen + rest
    return tag if _TAG.fullmatch(tag) and language.lower() not in _NO_LANGUAGES else ""


def _sample(text: str, blocks: Sequence[Block], is_aside: Callable[[int], bool]) -> str:
    """Return the beginnings of long blocks of prose from all over a document, else the beginning of its text."""
    step = max(1, len(blocks) // _COMPARED_BLOCKS)
    prose = sorted((block for block in blocks[::step] if block.kind in _PROSE_KINDS), key=_block_length)
    longest = islice((block for block in prose[::-1] if not is_aside(block.start)), _SAMPLED_BLOCKS)
    sample = "\n".join(text[block.start : min(block.end, block.start + _SAMPLED_LENGTH)] for block in sorted(longest))
    sample = sample or text[: _SAMPLED_BLOCKS * _SAMPLED_LENGTH]
    return _ADDRESS.sub(" ", sample) if "://" in sample or "www." in sample else sample


def _block_length(block: Block) -> int:
    return block.end - block.start
