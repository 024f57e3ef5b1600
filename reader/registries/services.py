"""The registries: what to ask them, and how to read their answers.

Sources: https://api.crossref.org, https://support.datacite.org/docs/api, https://docs.openalex.org,
https://info.arxiv.org/help/api/user-manual.html, https://openlibrary.org/dev/docs/api/books, and the REST API of
https://www.doi.org/the-identifier/resources/factsheets/doi-resolution-documentation. Answers are from outside: a value of a
wrong type counts as missing, an answer without what it must have is none.
"""

from __future__ import annotations

import contextlib
import html
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, NamedTuple, cast
from urllib.parse import quote, urlencode

from reader.article.lazy_pattern import lazy_pattern
from reader.printable import printable_line
from reader.registries.registered_work import RegisteredWork

CROSSREF: Final = "Crossref"
DATACITE: Final = "DataCite"
OPENALEX: Final = "OpenAlex"
ARXIV: Final = "arXiv"
OPEN_LIBRARY: Final = "Open Library"
DOI_ORG: Final = "doi.org"


class Registry(NamedTuple):
    """A registry: its name, the setting with its address, and the seconds between two questions.

    They keep within what it asks for; with a mail address, some permit more.
    """

    name: str
    setting: str
    polite_pause: float
    pause: float


REGISTRIES: Final[Mapping[str, Registry]] = {
    registry.name: registry
    for registry in (
        Registry(CROSSREF, "crossref_address", 0.1, 0.2),
        Registry(DATACITE, "datacite_address", 0.3, 0.6),
        Registry(OPENALEX, "openalex_address", 0.1, 0.1),
        Registry(ARXIV, "arxiv_address", 3.0, 3.0),
        Registry(OPEN_LIBRARY, "open_library_address", 0.4, 1.0),
        Registry(DOI_ORG, "doi_address", 0.2, 0.2),
    )
}
"""The registries by name."""

Works = tuple[RegisteredWork, ...]


class UnreadableAnswer(ValueError):
    """An answer that is not what the registry documents."""


class RegistryQuestion(NamedTuple):
    """A question to a registry: the path after its address, and what reads the answer; no work means that it has none.

    `read` raises UnreadableAnswer. `knows_404` says that the registry documents 404 for a work that it does not have.
    """

    registry: str
    path: str
    read: Callable[[bytes], Works]
    knows_404: bool = False


# ------------------------------------------------------------------ questions


def ask_crossref(doi: str) -> RegistryQuestion:
    """Return the question for a DOI at Crossref."""
    return RegistryQuestion(CROSSREF, f"/works/{quote(doi, safe='')}", _crossref_answer, knows_404=True)


def search_crossref(words: str) -> RegistryQuestion:
    """Return the search for a title, authors and year at Crossref."""
    fields = "DOI,title,subtitle,original-title,author,editor,issued,published-print,published-online"
    query = urlencode({"query.bibliographic": words, "rows": 3, "select": fields})
    return RegistryQuestion(CROSSREF, f"/works?{query}", _crossref_works)


def ask_datacite(doi: str) -> RegistryQuestion:
    """Return the question for a DOI at DataCite."""
    return RegistryQuestion(DATACITE, f"/dois/{quote(doi, safe='')}", _datacite_works, knows_404=True)


def ask_openalex(doi: str) -> RegistryQuestion:
    """Return the question for a DOI at OpenAlex."""
    return RegistryQuestion(OPENALEX, f"/works/doi:{quote(doi, safe='/')}", _openalex_answer, knows_404=True)


def search_openalex(words: str) -> RegistryQuestion:
    """Return the search for a title at OpenAlex."""
    query = urlencode({"search": words, "per-page": 3})
    return RegistryQuestion(OPENALEX, f"/works?{query}", _openalex_works)


def ask_arxiv(paper: str) -> RegistryQuestion:
    """Return the question for an arXiv id, which has no version."""
    subject, slash, number = paper.partition("/")
    # Ids of before 2007 are known without the part of their subject: "math/0309136" for "math.GT/0309136".
    paper = f"{subject.partition('.')[0]}/{number}" if slash else paper
    query = urlencode({"id_list": paper, "max_results": 1})
    return RegistryQuestion(ARXIV, f"/api/query?{query}", partial(_arxiv_works, paper))


def ask_open_library(isbn: str) -> RegistryQuestion:
    """Return the question for an ISBN at Open Library."""
    query = urlencode({"bibkeys": f"ISBN:{isbn}", "jscmd": "data", "format": "json"})
    return RegistryQuestion(OPEN_LIBRARY, f"/api/books?{query}", partial(_open_library_book, isbn))


def search_open_library(title: str, author: str) -> RegistryQuestion:
    """Return the search for a title and an author at Open Library."""
    fields = {"title": title, **({"author": author} if author else {})}
    query = urlencode({**fields, "limit": 3, "fields": "key,title,subtitle,author_name,publish_year,first_publish_year"})
    return RegistryQuestion(OPEN_LIBRARY, f"/search.json?{query}", _open_library_works)


def ask_doi_org(doi: str) -> RegistryQuestion:
    """Return the question whether a DOI exists, whoever registered it."""
    return RegistryQuestion(DOI_ORG, f"/api/handles/{quote(doi, safe='/')}", partial(_known_handle, doi))


# ------------------------------------------------------------------ answers

_TAG: Final = lazy_pattern(r"</?[A-Za-z][^<>]{0,200}>")
_YEAR: Final = lazy_pattern(r"(?<!\d)(?:1[4-9]|20)\d\d(?!\d)")
_VERSION: Final = lazy_pattern(r"v\d{1,4}$")
_LONGEST: Final = 500
_MOST_NAMES: Final = 300
_HANDLE_EXISTS: Final = (1, 200)
_NO_HANDLE: Final = 100
"""The codes of https://www.handle.net/proxy_servlet.html: the handle is there (200: without these values), or it is not."""


def _crossref_answer(data: bytes) -> Works:
    return (_crossref_work(_table(_follow(_read_json(data), ("message",)), needed=True)),)


def _crossref_works(data: bytes) -> Works:
    return _make_works(_follow(_read_json(data), ("message", "items")), _crossref_work)


def _crossref_work(item: Mapping[str, object]) -> RegisteredWork:
    doi = _line(item.get("DOI"))
    title, subtitle = (next(iter(_lines(item.get(name))), "") for name in ("title", "subtitle"))
    dates = (item.get(name) for name in ("issued", "published-print", "published-online", "published"))
    return _make_work(
        titles=(title, f"{title}: {subtitle}" if subtitle else "", *_lines(item.get("original-title"))),
        authors=tuple(map(_crossref_name, _list(item.get("author")))),
        editors=tuple(map(_crossref_name, _list(item.get("editor")))),
        years=tuple(
            _year_of(next(iter(_list(next(iter(_list(_table(date).get("date-parts"))), None))), None)) for date in dates
        ),
        identifier=doi,
        address=_doi_address(doi),
    )


def _crossref_name(value: object) -> str:
    person = _table(value)
    family, given = _line(person.get("family")), _line(person.get("given"))
    return _line(person.get("name")) if not family else f"{family}, {given}" if given else family


def _datacite_works(data: bytes) -> Works:
    attributes = _table(_follow(_read_json(data), ("data", "attributes")))
    doi = _line(attributes.get("doi"))
    titles = [_table(title) for title in _list(attributes.get("titles"))]
    main = [_line(title.get("title")) for title in titles if not title.get("titleType")]
    others = [_line(title.get("title")) for title in titles if title.get("titleType")]
    dates = (_table(date).get("date") for date in _list(attributes.get("dates")) if _table(date).get("dateType") == "Issued")
    work = _make_work(
        titles=(*main, *(f"{main[0]}: {other}" for other in others if main), *others),
        authors=tuple(map(_datacite_name, _list(attributes.get("creators")))),
        years=tuple(map(_year_of, (attributes.get("publicationYear"), *dates))),
        identifier=doi,
        address=_doi_address(doi),
    )
    return (work,)


def _datacite_name(value: object) -> str:
    person = _table(value)
    family, given = _line(person.get("familyName")), _line(person.get("givenName"))
    return f"{family}, {given}" if family and given else family or _line(person.get("name"))


def _openalex_answer(data: bytes) -> Works:
    return (_openalex_work(_table(_read_json(data), needed=True)),)


def _openalex_works(data: bytes) -> Works:
    return _make_works(_follow(_read_json(data), ("results",)), _openalex_work)


def _openalex_work(item: Mapping[str, object]) -> RegisteredWork:
    doi = _line(item.get("doi")).removeprefix("https://doi.org/")
    people = (_table(_table(entry).get("author")).get("display_name") for entry in _list(item.get("authorships")))
    return _make_work(
        titles=(_line(item.get("display_name")) or _line(item.get("title")),),
        authors=tuple(map(_line, people)),
        years=(_year_of(item.get("publication_year")),),
        identifier=doi,
        address=_doi_address(doi) or _line(item.get("id")),
    )


def _arxiv_works(paper: str, data: bytes) -> Works:
    from reader.formats.xml import children, element_name, element_text, read_xml

    feed = read_xml(data)
    if feed is None or element_name(feed) != "feed" or not data.rstrip().endswith(b"</feed>"):
        raise UnreadableAnswer("no whole feed")
    works: list[RegisteredWork] = []
    for entry in children(feed, "entry"):
        _, is_paper, name = element_text(entry, "id").strip().partition("/abs/")
        if not is_paper:
            raise UnreadableAnswer(f"an error: {_clean(element_text(entry, 'summary'))}")
        if _VERSION.sub("", name).casefold() != paper.casefold():
            raise UnreadableAnswer(f"it is about another paper, {_clean(name)}")
        works.append(
            _make_work(
                titles=(_clean(element_text(entry, "title")),),
                authors=tuple(_clean(element_text(author, "name")) for author in children(entry, "author")),
                years=_years_between(element_text(entry, "published"), element_text(entry, "updated")),
                identifier=paper,
                address=f"https://arxiv.org/abs/{paper}",
            )
        )
    if not works and element_text(feed, "totalResults") != "0":
        raise UnreadableAnswer("no entry and no word that there is none")
    return tuple(works[:1])


def _years_between(first: str, last: str) -> tuple[str, ...]:
    """Return the years of the first version of a preprint up to the last one: it may be cited with any of them."""
    start, end = _year_of(first), _year_of(last)
    return tuple(map(str, range(int(start), int(end) + 1))) if start and end and start <= end else (start,)


def _open_library_book(isbn: str, data: bytes) -> Works:
    answer = _table(_read_json(data), needed=True)
    if not answer:
        return ()
    book = _table(answer.get(f"ISBN:{isbn}"), needed=True)
    title, subtitle = _line(book.get("title")), _line(book.get("subtitle"))
    work = _make_work(
        titles=(title, f"{title}: {subtitle}" if subtitle else ""),
        authors=tuple(_line(_table(author).get("name")) for author in _list(book.get("authors"))),
        years=(_year_of(book.get("publish_date")),),
        identifier=isbn,
        address=_line(book.get("url")),
    )
    return (work,)


def _open_library_works(data: bytes) -> Works:
    return _make_works(_follow(_read_json(data), ("docs",)), _open_library_work)


def _open_library_work(item: Mapping[str, object]) -> RegisteredWork:
    title, subtitle = _line(item.get("title")), _line(item.get("subtitle"))
    years = (item.get("first_publish_year"), *_list(item.get("publish_year")))
    return _make_work(
        titles=(title, f"{title}: {subtitle}" if subtitle else ""),
        authors=tuple(map(_line, _list(item.get("author_name")))),
        years=tuple(map(_year_of, years)),
        address=f"https://openlibrary.org{_line(item.get('key'))}",
    )


def _known_handle(doi: str, data: bytes) -> Works:
    """Return a work without anything but its DOI if that exists, nothing if it does not."""
    answer = _table(_read_json(data), needed=True)
    code, handle = answer.get("responseCode"), _line(answer.get("handle"))
    if handle.casefold() != doi.casefold() or code not in (*_HANDLE_EXISTS, _NO_HANDLE):
        raise UnreadableAnswer("no word about the DOI")
    return () if code == _NO_HANDLE else (RegisteredWork((doi,), identifier=doi, address=_doi_address(doi)),)


# ------------------------------------------------------------------ values of an answer


def _read_json(data: bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswer("no JSON") from error


def _follow(value: object, path: tuple[str, ...]) -> object:
    for name in path:
        value = _table(value, needed=True).get(name)
    return value


def _make_works(value: object, make: Callable[[Mapping[str, object]], RegisteredWork]) -> Works:
    """Return the works in a list of records, without those that have no title. Raises UnreadableAnswer for anything else."""
    if not isinstance(value, list):
        raise UnreadableAnswer("no list of records")
    works: list[RegisteredWork] = []
    for item in _list(cast("list[object]", value)):
        with contextlib.suppress(UnreadableAnswer):
            works.append(make(_table(item, needed=True)))
    return tuple(works)


def _table(value: object, *, needed: bool = False) -> Mapping[str, object]:
    if isinstance(value, dict):
        return cast("dict[str, object]", value)
    if needed:
        raise UnreadableAnswer("no record")
    return {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value)[:_MOST_NAMES] if isinstance(value, list) else []


def _lines(value: object) -> list[str]:
    return [line for one in _list(value) if (line := _line(one))]


def _line(value: object) -> str:
    return _clean(value) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """Return a text of a registry as one safe line of limited length: some hold markup and entities."""
    text = html.unescape(_TAG.sub("", text[: 4 * _LONGEST])) if "<" in text or "&" in text else text[: 4 * _LONGEST]
    line = printable_line(" ".join(_TAG.sub("", text).split()))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _year_of(value: object) -> str:
    """Return the year in a number or a text, "" if there is none."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    match = _YEAR.search(text[:100]) if isinstance(text, str) else None
    return match[0] if match else ""


def _doi_address(doi: str) -> str:
    return f"https://doi.org/{doi}" if doi else ""


def _make_work(
    *,
    titles: tuple[str, ...],
    years: tuple[str, ...],
    authors: tuple[str, ...],
    editors: tuple[str, ...] = (),
    identifier: str = "",
    address: str = "",
) -> RegisteredWork:
    """Return a work without empty and repeated values. Raises UnreadableAnswer for one without a title."""
    forms, dates = tuple(dict.fromkeys(filter(None, titles))), tuple(dict.fromkeys(filter(None, years)))
    if not forms:
        raise UnreadableAnswer("a record without a title")
    return RegisteredWork(forms, tuple(filter(None, authors)), tuple(filter(None, editors)), dates, identifier, address)
