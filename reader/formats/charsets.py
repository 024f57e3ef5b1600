"""Guess the encoding of a text that is not in Unicode, and doubt a declared one that cannot be right.

chardet compares the bytes with what is frequent in the languages of each encoding. With fewer than five letters beyond ASCII
it has nothing to compare.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from reader.article.language import recognize_language

WESTERN: Final = "cp1252"
_WESTERN_SUBSETS: Final = frozenset({WESTERN, "iso8859-1", "iso8859-15", "ascii"})
_LANGUAGES_LIKE_WESTERN: Final = {
    "cp1250": frozenset({"cs", "hu", "pl", "ro"}),
    "iso8859-2": frozenset({"cs", "hu", "pl", "ro"}),
    "cp1254": frozenset({"tr"}),
    "iso8859-9": frozenset({"tr"}),
}
"""The languages of encodings in which a text has the same words as in the Western one, but for a few letters."""
_ENCODINGS: Final = (
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859-2", "iso8859-5", "iso8859-7"),
    *("iso8859-9", "iso8859-15", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp850", "cp852", "cp866"),
    *("cp932", "euc-jp", "gb18030", "big5hkscs", "cp949"),
)
_WESTERN_SIGNS: Final = frozenset("äöüÄÖÜßàâáãåæçéèêëîïíñóôòõøœùûúÿÀÂÁÅÆÇÉÈÊÍÑÓØÚ“”„‘’‚–—…•€£§©®°«»·¿¡½²³±µ×\xa0\xad")
_SIGN_IN_WORD: Final = re.compile(r"[^\W\d_](?:[“”„‚•€£§©®°«»¿¡½²³±×][^\W\d_]|±)")
_SIGN: Final = re.compile(r"[€£¥¢§©®°±×¬¨¦¤¯¶]")
_MAX_SIGNS: Final = 1
_ASCII_BYTES: Final = bytes(range(128))
_MIN_HIGH_BYTES: Final = 5
_SAMPLE_SIZE: Final = 100_000
_COMPARED_SIZE: Final = 20_000
_WORD: Final = re.compile(r"(?:[^\W\d_]|[“”„‚•€£¥¢§©®°«»¿¡±×¬¨¦¤¯¶])+")
_OTHER_ALPHABET: Final = re.compile(r"[\u0370-\u06ff]")
_MIN_ODD_LENGTH: Final = 4
_MAX_ODD_SHARE: Final = 0.15
_CLEAR_LEAD: Final = 3
"""How many times fewer odd words, or more words of a language, the guessed encoding must show than the declared one."""
_JAPANESE_ESCAPE: Final = re.compile(rb"\x1b\$[@B]")
_MIN_UTF8_SHARE: Final = 0.9
_UTF8_REPLACEMENT: Final = "\ufffd".encode()
_HIGH_BYTE: Final = re.compile(rb"[\x80-\xff]")
_TAG: Final = re.compile(rb"<[^<>]*>")


def seven_bit_encoding(data: bytes) -> str:
    """Return "iso2022_jp" if the data switches to Japanese by its escapes, else ""."""
    if not _JAPANESE_ESCAPE.search(data):
        return ""
    try:
        data.decode("iso2022_jp")
    except UnicodeDecodeError:
        return ""
    return "iso2022_jp"


def guess_encoding(data: bytes) -> str:
    """Return Python's name of the likeliest encoding of data that is not valid UTF-8. A few broken bytes leave it UTF-8."""
    if _is_broken_utf8(data):
        return "utf-8"
    if _is_nearly_ascii(data):
        return WESTERN
    from chardet import detect  # takes 40 ms

    found = detect(
        _sample(data), include_encodings=_ENCODINGS, compat_names=False, no_match_encoding=WESTERN, max_bytes=_SAMPLE_SIZE
    )
    return str(found["encoding"] or WESTERN)


def is_declared_wrongly(data: bytes, encoding: str) -> bool:
    """Whether data beyond ASCII, which a declared legacy encoding can decode, is clearly in another one."""
    if data.isascii():
        return encoding != "iso2022_jp" and bool(seven_bit_encoding(data))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        guess = guess_encoding(data)
    else:
        return True
    if guess == encoding:
        return False
    sample = _sample(data)[:_COMPARED_SIZE]
    declared, guessed = sample.decode(encoding, "replace"), sample.decode(guess, "replace")
    oddness = _odd_share(declared)
    if oddness > _MAX_ODD_SHARE and _odd_share(guessed) < oddness / _CLEAR_LEAD:
        return True
    languages = _LANGUAGES_LIKE_WESTERN.get(guess, ()) if encoding in _WESTERN_SUBSETS else ()
    return _word_score(guessed, languages) > _word_score(declared) * (1 if languages else _CLEAR_LEAD)


def _word_score(text: str, languages: Collection[str] = ()) -> int:
    """Count the words and letters that speak for the language of a text; 0 if any `languages` are given, and it is none."""
    language, scores, _ = recognize_language(text)
    return scores.get(language, 0) if not languages or language in languages else 0


def _odd_share(text: str) -> float:
    """Return the share of words that no language writes, among those with letters beyond ASCII.

    They have two scripts, a capital after a small letter, signs between letters, or only Latin letters beyond ASCII.
    """
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    return sum(map(_is_odd, words)) / max(1, len(words))


def _is_odd(word: str) -> bool:
    ascii_count = len(word.encode("ascii", "ignore"))
    if ascii_count and _OTHER_ALPHABET.search(word):
        return True
    is_latin = max(word) < "\u0250"
    if is_latin and not ascii_count and len(word) >= _MIN_ODD_LENGTH:
        return True
    if _SIGN_IN_WORD.search(word) or len(_SIGN.findall(word)) > _MAX_SIGNS:
        return True
    return not word.isupper() and word[1:] != word[1:].lower()


def _is_broken_utf8(data: bytes) -> bool:
    """Whether nearly all characters beyond ASCII are valid UTF-8, as in a file with a few broken bytes."""
    sample = _first_part(data)
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd") - sample.count(_UTF8_REPLACEMENT)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return broken < (1 - _MIN_UTF8_SHARE) * beyond_ascii


def _is_nearly_ascii(data: bytes) -> bool:
    """Whether there are few bytes beyond ASCII, and these are what Western texts have in their places."""
    high = data.translate(None, _ASCII_BYTES)[:_MIN_HIGH_BYTES]
    if len(high) == _MIN_HIGH_BYTES or not _WESTERN_SIGNS.issuperset(high.decode(WESTERN, "replace")):
        return False
    return not _SIGN_IN_WORD.search(data.decode(WESTERN, "replace"))


def _sample(data: bytes) -> bytes:
    """Return the beginning of the data without tags: chardet believes what they declare."""
    return _TAG.sub(b" ", _first_part(data))


def _first_part(data: bytes) -> bytes:
    """Return a part of the data from shortly before its first byte beyond ASCII."""
    high = _HIGH_BYTE.search(data)
    start = max(0, high.start() - _SAMPLE_SIZE // 2) if high else 0
    return data[start : start + _SAMPLE_SIZE]
