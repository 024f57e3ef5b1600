"""A work as a registry has it, and how an entry of a reference list compares with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.names import fold_name, name_spellings, name_without_initials
from reader.registries.cited_work import CitedWork, fold_title
from reader.review.health import FieldDifference

_LEAST_WORDS: Final = 3
"""The words of a title from which on it is recognised anywhere in an entry."""
_SAME_WORDS: Final = 0.8
_SAME_LETTERS: Final = 0.9
"""The least likeness of two titles, by words and by letters, that are spellings of one."""
_LONGEST_COMPARED: Final = 400
_DIGITS: Final = lazy_pattern(r"\d+")
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
_LEAST_LETTERS: Final = 5
_SAME_NAME: Final = 0.8
"""The letters of a family name, and the least likeness of two, that are transliterations or misspellings of one."""
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
    """Whether a folded title is another one with a subtitle after it."""
    return shorter.count(" ") >= 1 and longer.startswith(f"{shorter} ")


def _is_spelling(folded: str, form: str) -> bool:
    """Whether two folded titles are spellings of one: nearly the same words or letters, and the same numbers."""
    if _DIGITS.findall(folded) != _DIGITS.findall(form):
        return False
    folded, form = folded[:_LONGEST_COMPARED], form[:_LONGEST_COMPARED]
    if SequenceMatcher(None, folded.split(), form.split(), autojunk=False).ratio() >= _SAME_WORDS:
        return True
    return SequenceMatcher(None, folded, form, autojunk=False).ratio() >= _SAME_LETTERS


def _scripts_of(text: str) -> set[str]:
    return {name for name, letter in _SCRIPTS.items() if letter.search(text)}


# ------------------------------------------------------------------ year


def _compare_year(cited: CitedWork, registered: RegisteredWork) -> Iterator[FieldDifference | str]:
    year = cited.reference.year
    years = [one for one in registered.years if one.isdecimal()]
    if not year.isdecimal() or not years or year in years:
        return
    if any(abs(int(year) - int(one)) == 1 for one in years):
        yield f"the year is {year} here and {registered.year} there, as between online and print"
    else:
        yield FieldDifference("year", year, registered.year)


# ------------------------------------------------------------------ authors


def _compare_authors(cited: CitedWork, registered: RegisteredWork) -> Iterator[FieldDifference | str]:
    people = (*registered.authors, *registered.editors)
    authors = cited.reference.authors
    if not people or not authors:
        return
    if not _scripts_of(" ".join(authors)) & _scripts_of(" ".join(people)):
        yield f"the registered authors are in another script: {_list_names(registered.authors or people)}"
        return
    registered_names = [_name_words(name) for name in people]
    others = [author for author in authors if not any(_may_be_same(author, words) for words in registered_names)]
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


def _may_be_same(author: str, registered: frozenset[str]) -> bool:
    """Whether a cited author may be a registered one: every word of the family name, or the last one, is in both."""
    for spelling in name_spellings(name_without_initials(author)):
        words = [word for word in _words(spelling) if len(word) > 1]
        if words and (set(words) <= registered or words[-1] in registered or "".join(words) in registered):
            return True
    return False


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
