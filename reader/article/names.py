"""Names of people: their folded spelling for comparison, their initials, and the family name that a marker uses."""

from __future__ import annotations

import unicodedata

from reader.article.lazy_pattern import lazy_pattern
from reader.article.reference_parser import CAPITAL

_PLAIN_LETTERS = {
    **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "ħ": "h", "ŧ": "t"},
    **{"ŋ": "n", "ə": "e"},
}
PLAIN_LETTERS = {
    **_PLAIN_LETTERS,
    **{letter.upper(): plain.capitalize() for letter, plain in _PLAIN_LETTERS.items() if letter not in "ßı"},
    "ẞ": "SS",
}
"""Letters that Unicode does not decompose, in ASCII."""
_ONE_SIGN = str.maketrans({**PLAIN_LETTERS, **dict.fromkeys("’‘ʼʻ′`", "'"), **dict.fromkeys("‐‑‒–—−", "-")})
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "đ": "dj"})
_NAME_WITH_INITIALS = lazy_pattern(rf"(.+?),? (?:[{CAPITAL}]\.?[ \-‐‑]?){{1,4}}$")
_INITIALS_BEFORE = lazy_pattern(rf"(?:[{CAPITAL}]\.[ \-‐‑–]?)+ ?(?=[^\W\d_]{{2}})")
_INITIALS_WITHIN = lazy_pattern(rf"[^\W\d_a-z][\w'’\-]+ (?:[{CAPITAL}]\.[ \-]?)+ ?(?=[^\W\d_]{{2}})")
_CAPITALS_FIRST = lazy_pattern(rf"((?:[dl]['’])?[{CAPITAL}][{CAPITAL}'’\- ]*[{CAPITAL}]) [{CAPITAL}]\w*[^\W\d_{CAPITAL}]")
_FULL_NAME_WORDS = 2
_PIECE = 1000
"""The most characters that are decomposed at once: Unicode's order of accents takes quadratic time for a long row of them."""
_CASE_ENDINGS = lazy_pattern(
    "(?<=[\u0400-\u052f]{3})(?:[ое]го|[ое]му|[ыи]ми|[ыи]м|[ыи]х|[оеыи]и|ую|юю|ая|яя|ом|ем|а|я|у|ю|е|ы|и|ь|о)$"
    "|(?<=[scz]k)(?:iego|iemu|iej|im|i|a)$"
)
"""Match the ending of a declined family name in Russian and Ukrainian, and of one in "-ski" in Polish, both folded."""
_NAME_ENDINGS = {
    "pl": lazy_pattern("(?<=[a-z]{3})(?:owi|iem|em|ie|a|u|y|i|e|o)$"),
    "cs": lazy_pattern("(?<=[a-z]{3})(?:eho|emu|ovi|em|ou|ym|a|u|y|e|i)$"),
    "fi": lazy_pattern("(?<=[a-z]{3})(?:nen|sen|sta|lla|lle|ssa|en|in|n|i)$"),
    "tr": lazy_pattern("(?<=[a-z]{2})'[a-z]{1,5}$"),
    **dict.fromkeys(("da", "de", "no", "sv"), lazy_pattern("(?<=[a-z]{3})s$")),
}
"""The endings of declined family names by language. In others, "Mora" is not "Mor", and "Smithson" not "Smith"."""


def strip_accents(text: str) -> str:
    """Return a text without accents, with compatible characters and letters such as "ø" in their plain form."""
    if text.isascii():
        return text
    if len(text) > _PIECE:
        return "".join(strip_accents(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE))
    letters = unicodedata.normalize("NFKD", text.translate(_ONE_SIGN))
    return "".join(char for char in letters if not unicodedata.combining(char))


def fold_name(name: str) -> str:
    """Fold a name for comparison: in lower case, single-spaced, and without accents, so that "Sørensen" is "sorensen"."""
    return " ".join(strip_accents(name).casefold().split())


def name_spellings(name: str) -> set[str]:
    """Return the folded spellings of a name: "Müller" is also written "Muller" and "Mueller"."""
    if len(name) > _PIECE:
        return {fold_name(name)}
    return {fold_name(name), fold_name(unicodedata.normalize("NFC", name.casefold()).translate(_TWO_LETTERS))}


def name_stem(name: str, language: str = "") -> str:
    """Return a folded family name without the ending of its grammatical case: "иванов" for "иванову", "muller" for "mullers".

    `language` is that of the text: only in Polish, "nowaka" is "nowak".
    """
    stem = _CASE_ENDINGS.sub("", name)
    endings = _NAME_ENDINGS.get(language)
    return endings.sub("", stem) if endings is not None and stem == name else stem


def surname(author: str) -> str:
    """Return the family name in "Lee, A. B.", "Lee AB", "LEE Anna" or "Anna Lee", or the whole name of an organisation."""
    if capitals := _CAPITALS_FIRST.match(author):
        return capitals[1]
    name = name_without_initials(author)
    words = name.split()
    return words[-1] if name == author and len(words) == _FULL_NAME_WORDS and "," not in author else name


def name_without_initials(author: str) -> str:
    """Return the name without initials or the part after a comma. An organisation's name stays whole."""
    if "," in author:
        return author.split(",", 1)[0].strip()
    initials = _INITIALS_BEFORE.match(author) or _INITIALS_WITHIN.match(author)
    if initials is not None:
        return author[initials.end() :]
    match = _NAME_WITH_INITIALS.match(author)
    return match[1] if match else author
