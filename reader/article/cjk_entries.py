"""Parse entries in Chinese, Japanese and Korean: names have no spaces, and titles have brackets of their own.

The entries are given with plain signs: "(" for "（" and "," for "、".
"""

from __future__ import annotations

from reader.article.citation_words import is_unspaced
from reader.article.lazy_pattern import lazy_pattern

_KATAKANA = "\u30a1-\u30fa\u30fc"
_KEPT_LETTERS = "年・"
_LETTERS = "字ア年"
"""The letters of an outline: "ア" for any katakana and "字" for other letters.

A class of all letters takes a millisecond to compile, and the pattern for names needs several of them.
"""
_NAME = rf"[{_LETTERS}]{{1,31}}(?: [{_LETTERS}]{{1,8}})?"
"""A name, or a part of one between dots: were these letters too, each would double the ways to match the names."""
_YEAR = r"(?:1[5-9]|20)\d\d"
_AUTHORS = lazy_pattern(
    rf"(?P<names>・*{_NAME}(?:(?:\s?・+\s?|・*\s?[,;·&/]\s?・*){_NAME})*・*)\s?(?:\([^\d()]{{1,4}}\)\s?)?"
    rf"(?:[,.:]?\s?\((?P<year>{_YEAR})[a-z]?年?\)[,.:]?\s?|[,.:。]?\s?(?=[「『《“\"])|[.:。]\s?(?=\S)|,\s?(?={_YEAR}[a-z]?[,.:]))"
)
_NAME_BORDER = lazy_pattern(rf"\s?(?:[,;&/]|(?<![{_KATAKANA}])[・·]|[・·](?![{_KATAKANA}]))\s?")
_ROLE = lazy_pattern(r"(?<=..)(?:等人?|ほか|他|외|등|[主总總]?[编編著译譯訳]者?|[编編]著)$")
"""Match "and others", "editor" and the like at the end of a name."""
_QUOTED_TITLE = lazy_pattern(r"[「『《“\"]([^」』》”\"]{1,200})[」』》”\"]")
_PLAIN_TITLE = lazy_pattern(r"[,.:]?\s*(?!\d{4}[,.])((?:[^.,\[:/。]|(?<=\d)\.(?=\d)|[:,](?! )|, (?=[a-z]))+)")
_PUBLISHED = lazy_pattern(rf"(?<!\d)({_YEAR})(?=年(?![代前来來度])|[a-z]?(?:[\s,.;:()。]|$))")


def begins_with_cjk_authors(entry: str) -> bool:
    """Whether an entry begins with names and what may end them: a year, a title in brackets, a full stop."""
    return _AUTHORS.match(_outline(entry)) is not None


def _outline(entry: str) -> str:
    """Return an entry of the same length, in which all letters of these scripts are `_LETTERS`."""
    return entry.translate(_OUTLINES)


class _Outlines(dict[int, str]):
    """The letters of outlines by code point."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if sign not in _KEPT_LETTERS and is_unspaced(sign):
            sign = "ア" if "\u30a1" <= sign <= "\u30fa" or sign == "ー" else "字"
        self[code] = sign
        return sign


_OUTLINES = _Outlines()


def parse_cjk_entry(entry: str) -> tuple[tuple[str, ...], str, str]:
    """Return the authors, the year and the title of an entry; what it lacks is empty."""
    head = _AUTHORS.match(_outline(entry))
    start = head.end() if head else 0
    title = (
        _QUOTED_TITLE.match(entry, start) or (None if head else _QUOTED_TITLE.search(entry)) or _PLAIN_TITLE.match(entry, start)
    )
    year = head["year"] if head else None
    if year is None:
        published = _PUBLISHED.search(entry, title.end() if title else start) or _PUBLISHED.search(entry)
        year = published[1] if published else ""
    authors = tuple(_ROLE.sub("", name) for name in _NAME_BORDER.split(entry[slice(*head.span("names"))])) if head else ()
    return authors, year, title[1].strip() if title else ""
