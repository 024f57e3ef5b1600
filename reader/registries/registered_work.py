"""A work as a registry has it, and how an entry of a reference list compares with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.names import fold_name, name_spellings, name_without_initials
from reader.registries.cited_work import CitedWork, fold_title
from reader.review.health import FieldDifference

_LEAST_WORDS: Final = 3
"""The words of a title from which on it is recognised anywhere in an entry."""
_MISSING_SHARE: Final = 0.2
"""The greatest share of the words of two titles that only one of them has, if they are spellings of one."""
_LIKE_WORD: Final = 0.85
_LIKE_REST: Final = 0.7
"""The least likeness of two words that are spellings of one, and of two that begin with the same letter."""
_SMALL_WORDS: Final = frozenset(
    {"a", "an", "the", "of", "and", "in", "on", "for", "to", "with", "by", "at", "from", "und", "et"}
)
_ABOUT_WORDS: Final = frozenset(
    {"correction", "corrigendum", "erratum", "addendum", "retraction", "reply", "response", "rejoinder", "comment", "comments"}
    | {"commentary", "review", "discussion", "berichtigung", "rezension", "kommentar", "erwiderung", "rectificatif"}
)
"""Words that make the title of a work that of another one about it."""
_TELLING_WORDS: Final = _ABOUT_WORDS | {"not", "no", "non", "without", "nicht", "kein", "ohne", "pas", "sans", "sin"}
"""Words that no spelling leaves out."""
_NUMBERS: Final = {
    **{"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9"},
    **{"ten": "10", "eleven": "11", "twelve": "12", "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8"},
    **{"ix": "9", "xi": "11", "xii": "12"},
}
_SUBTITLE: Final = lazy_pattern(r":|[.?!]\s|\s[–—-]{1,3}\s")
"""Match what stands between a title and its subtitle."""
_LONGEST_COMPARED: Final = 400
_DIGITS: Final = lazy_pattern(r"\d+")
_OTHER_YEAR: Final = lazy_pattern(r"(?i)\b\d{4}/(\d{4})\b|\b(?:original|originally|first|work) published (?:in )?(\d{4})\b")
"""Match the second year of a work that an entry gives two years, as "1900/1953" or "Original work published 1900"."""
_SCRIPTS: Final = {
    "Cyrillic": lazy_pattern("[\u0400-\u052f]"),
    "Greek": lazy_pattern("[\u0370-\u03ff]"),
    "Arabic": lazy_pattern("[\u0600-\u06ff]"),
    "Hebrew": lazy_pattern("[\u0590-\u05ff]"),
    "an East Asian script": lazy_pattern("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"),
    "Latin": lazy_pattern("[A-Za-z\u00c0-\u024f]"),
}
"""The scripts that are told apart, each by a letter of it."""
_MOST_AUTHORS: Final = 3
_MOST_COMPARED: Final = 50
"""The cited authors who are compared: each is looked for among all registered ones."""
_LEAST_LETTERS: Final = 5
_SAME_NAME: Final = 0.8
"""The letters of a family name, and the least likeness of two, that are transliterations or misspellings of one."""
_LONGEST_SHORT: Final = 8
"""The most letters of an organisation that is named by its initials."""
_MATCHING_SHARE: Final = 0.5
"""The share of the cited authors below which they are others than the registered ones."""


class RegisteredWork(NamedTuple):
    """A work as a registry has it.

    `titles` are its title, then other forms of it: with the subtitle, in the original language. `authors` are as "Lee, Anna" or
    "Anna Lee", `editors` too. `years` are those of its dates, the first the one to show. `identifier` is a DOI, an arXiv id or
    an ISBN, `address` leads to the record.
    """

    titles: tuple[str, ...]
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    identifier: str = ""
    address: str = ""

    @property
    def title(self) -> str:
        """The title to show."""
        return self.titles[0]

    @property
    def year(self) -> str:
        """The year to show, "" if there is none."""
        return self.years[0] if self.years else ""


class WorkComparison(NamedTuple):
    """What differs between an entry and a record, and remarks on what is no difference."""

    differences: tuple[FieldDifference, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that differ."""
        return frozenset(difference.field for difference in self.differences)


def compare_work(cited: CitedWork, registered: RegisteredWork) -> WorkComparison:
    """Compare title, year and authors of an entry with a record. What the entry or the record lacks is not compared."""
    found = [*_compare_title(cited, registered), *_compare_year(cited, registered), *_compare_authors(cited, registered)]
    differences = tuple(one for one in found if isinstance(one, FieldDifference))
    return WorkComparison(differences, tuple(one for one in found if isinstance(one, str)))


# ------------------------------------------------------------------ title


def _compare_title(cited: CitedWork, registered: RegisteredWork) -> Iterator[FieldDifference | str]:
    title = cited.reference.title
    forms = [folded for form in registered.titles if (folded := fold_title(form))]
    if not forms or any(_stands_in_entry(form, cited) for form in forms):
        return
    if not title:
        yield f"no title was recognised in the entry; registered is “{registered.title}”"
        return
    folded = fold_title(title)
    if any(_is_extension(folded, form) or _is_extension(form, folded) for form in forms):
        return
    if _one_word_title(title) in forms or folded in map(_one_word_title, registered.titles):
        return  # "Rivers" and "Rivers: a history"
    scripts = _scripts_of(title), _scripts_of(" ".join(registered.titles))
    if not scripts[0] & scripts[1]:
        yield f"the registered title is in another script: “{registered.title}”"
    elif any(_is_spelling(folded, form) for form in forms):
        yield f"the title is spelled differently there: “{registered.title}”"
    else:
        yield FieldDifference("title", title, registered.title)


def has_title(cited: CitedWork, registered: RegisteredWork) -> bool:
    """Whether a work that was searched for has the title of the entry: the very one, with a subtitle, or spelled otherwise."""
    folded = fold_title(cited.reference.title)
    forms = [form for title in registered.titles if (form := fold_title(title))]
    if folded in forms or any(_is_spelling(folded, form) for form in forms):
        return True
    pairs = ((folded, form) for form in forms if min(folded.count(" "), form.count(" ")) >= _LEAST_WORDS)
    return any(_is_extension(one, other) or _is_extension(other, one) for one, other in pairs)


def _stands_in_entry(form: str, cited: CitedWork) -> bool:
    """Whether the words of a folded title stand in the entry, however its parts were told apart."""
    if form == fold_title(cited.reference.title):
        return True
    if not form.isascii() and " " not in form:  # a script without blanks
        return form in cited.words
    return form.count(" ") + 1 >= _LEAST_WORDS and f" {form} " in cited.words


def _is_extension(longer: str, shorter: str) -> bool:
    """Whether a folded title is another one with a subtitle after it, which does not make it a work about that."""
    if not shorter.count(" ") or not longer.startswith(f"{shorter} "):
        return False
    return longer.removeprefix(f"{shorter} ").partition(" ")[0] not in _ABOUT_WORDS


def _one_word_title(title: str) -> str:
    """Return the single word before the subtitle of a title, folded; "-" if it is more than one."""
    main = fold_title(_SUBTITLE.split(title, maxsplit=1)[0])
    return main if " " not in main else "-"


def _is_spelling(folded: str, form: str) -> bool:
    """Whether two folded titles are spellings of one: nearly the same words, the same numbers, no word for another.

    Words may be missing, as people leave them out; but "rats" is no spelling of "mice", whatever else the titles share.
    """
    words, others = (text[:_LONGEST_COMPARED].split() for text in (folded, form))
    if _numbers_of(words) != _numbers_of(others):
        return False
    missing = 0
    for kind, start, end, other_start, other_end in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        mine, theirs = (
            [word for word in part if word not in _SMALL_WORDS] for part in (words[start:end], others[other_start:other_end])
        )
        if kind == "equal":
            continue
        if mine and theirs and not _are_alike(mine, theirs):
            return False
        if not (mine and theirs):
            if not _TELLING_WORDS.isdisjoint((*mine, *theirs)):
                return False
            missing += len(mine) + len(theirs)
    return missing <= _MISSING_SHARE * sum(word not in _SMALL_WORDS for word in (*words, *others))


def _numbers_of(words: Sequence[str]) -> Sequence[str]:
    """Return the numbers in folded words, in digits: also number words, and Roman numerals of more than one letter."""
    return [number for word in words for number in ([_NUMBERS[word]] if word in _NUMBERS else _DIGITS.findall(word))]


def _are_alike(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether words that stand in place of others may be a spelling of them, as in "colour", "web site" and "β"."""
    one, other = ("".join(map(_spell_out, part)) for part in (words, others))
    likeness = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return likeness >= (_LIKE_REST if one[0] == other[0] else _LIKE_WORD)


def _spell_out(word: str) -> str:
    """Return a word with numbers in digits, and the name of a Greek letter that stands alone."""
    is_greek = len(word) == 1 and "\u0370" <= word <= "\u03ff"
    return unicodedata.name(word, word).rpartition(" ")[2].casefold() if is_greek else _NUMBERS.get(word, word)


def _scripts_of(text: str) -> set[str]:
    return {name for name, letter in _SCRIPTS.items() if letter.search(text)}


# ------------------------------------------------------------------ year


def _compare_year(cited: CitedWork, registered: RegisteredWork) -> Iterator[FieldDifference | str]:
    year = cited.reference.year
    years = [one for one in registered.years if one.isdecimal()]
    if not year.isdecimal() or not years or year in years:
        return
    if not {match[1] or match[2] for match in _OTHER_YEAR.finditer(cited.reference.text)}.isdisjoint(years):
        return
    if any(abs(int(year) - int(one)) == 1 for one in years):
        yield f"the year is {year} here and {registered.year} there, as between online and print"
    else:
        yield FieldDifference("year", year, registered.year)


# ------------------------------------------------------------------ authors


def _compare_authors(cited: CitedWork, registered: RegisteredWork) -> Iterator[FieldDifference | str]:
    people = (*registered.authors, *registered.editors)
    authors = cited.reference.authors[:_MOST_COMPARED]
    if not people or not authors:
        return
    if not _scripts_of(" ".join(authors)) & _scripts_of(" ".join(people)):
        yield f"the registered authors are in another script: {_list_names(registered.authors or people)}"
        return
    registered_names = [_name_words(name) for name in people]
    others = [author for author in authors if not _may_be_any(author, registered_names)]
    others = [
        author for author in others if not any(_is_short_for(author, one) or _is_short_for(one, author) for one in people)
    ]
    similar = {author for author in others if any(_is_similar(author, words) for words in registered_names)}
    if similar:
        yield f"spelled differently among the registered authors: {_list_names(sorted(similar))}"
    missing = [author for author in others if author not in similar]
    is_first_named = _is_named(people[0], cited)
    if not missing:
        return
    if (authors[0] not in missing or is_first_named) and len(missing) <= len(authors) * _MATCHING_SHARE:
        yield f"not among the registered authors: {_list_names(missing)}"
    elif is_first_named and len(authors) == 1:
        return  # the names of the entry were not told apart
    else:
        yield FieldDifference("authors", _list_names(authors), _list_names(registered.authors or people))


def _name_words(name: str) -> frozenset[str]:
    """Return the words of all spellings of a name, without initials."""
    return frozenset(word for spelling in name_spellings(name) for word in _words(spelling) if len(word) > 1)


def _may_be_any(author: str, people: Sequence[frozenset[str]]) -> bool:
    """Whether a cited author may be one of some people: every word of the family name, or the last one, is in both."""
    for spelling in name_spellings(name_without_initials(author)):
        words = [word for word in _words(spelling) if len(word) > 1]
        family = set(words)
        if words and any(family <= one or words[-1] in one or "".join(words) in one for one in people):
            return True
    return False


def _is_short_for(short: str, name: str) -> bool:
    """Whether a name is the initials of another one, as "WHO" is for "World Health Organization"."""
    letters = short.replace(".", "")
    is_short = letters.isupper() and letters.isalpha() and 2 <= len(letters) <= _LONGEST_SHORT
    return is_short and letters == "".join(word[0] for word in name.split() if word[0].isupper())


def _is_similar(author: str, registered: frozenset[str]) -> bool:
    """Whether the family name of a cited author is nearly that of a registered one, as in another transliteration."""
    (*_, family) = ("", *_words(fold_name(name_without_initials(author))))
    return len(family) >= _LEAST_LETTERS and any(
        SequenceMatcher(None, family, word, autojunk=False).ratio() >= _SAME_NAME
        for word in registered
        if abs(len(word) - len(family)) <= 2
    )


def _is_named(person: str, cited: CitedWork) -> bool:
    """Whether the family name of a registered person stands in the entry."""
    family = fold_title(name_without_initials(person) if "," in person else person.rpartition(" ")[2] or person)
    return bool(family) and f" {family} " in cited.words


def _words(folded: str) -> Sequence[str]:
    return fold_name(folded).replace("-", " ").replace(".", " ").replace(",", " ").replace("'", "").split()


def _list_names(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _MOST_AUTHORS} more" if len(listed) > _MOST_AUTHORS else ""
    return f"{'; '.join(listed[:_MOST_AUTHORS])}{more}"
