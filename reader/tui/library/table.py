"""The articles of the library as a table: which are listed, in which order, which are marked, and which one is in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.review.codec import as_list
from reader.review.query import (
    AFTER,
    ARTICLE,
    BEFORE,
    ON_DAY,
    PERSON,
    STATE,
    TAG,
    QueryNames,
    QueryTerm,
    moments_of,
    parse_query,
)
from reader.tui.path_completion import is_path_start

if TYPE_CHECKING:
    from reader.library.articles import ArticleSummary
    from reader.review.completeness import Completeness

# ------------------------------------------------------------------ articles


class ListedArticle(NamedTuple):
    """An article with the counts of its review: None while they are not known, or if its text `is_unreadable`.

    `letters` are the words that the filter looks through, without the difference between capital and small letters. `team` says
    of a shared article who works on it now, "" of one that is not shared.
    """

    entry: ArticleSummary
    counts: Completeness | None
    letters: str
    is_unreadable: bool = False
    team: str = ""

    @property
    def id(self) -> str:
        """The id of the article in the library."""
        return self.entry.id

    @property
    def origin(self) -> str:
        """The site of the article, else its author."""
        return self.entry.site or self.entry.byline

    @property
    def used_at(self) -> str:
        """The time, in UTC, at which the article was last opened, or else added."""
        return self.entry.opened or self.entry.added

    @property
    def all_tags(self) -> tuple[str, ...]:
        """The names of the tags of the article, then of the tags that only its claims have."""
        return tuple(dict.fromkeys((*self.entry.own_tags, *self.entry.tags)))


def list_articles(entries: Iterable[ArticleSummary], counts: Mapping[str, Completeness]) -> list[ListedArticle]:
    """Return articles as the table lists them."""
    return [ListedArticle(entry, counts.get(entry.id), _letters_of(entry)) for entry in entries]


def _letters_of(entry: ArticleSummary) -> str:
    words = (entry.name, entry.title, entry.site, entry.byline, entry.source, *entry.own_tags, *entry.tags)
    return "\n".join(words).casefold()


class PendingEdit:
    """An edit of articles that the list shows before the library has it; `edit` returns None for an article that goes."""

    def __init__(self, ids: Iterable[str], edit: Callable[[ArticleSummary], ArticleSummary | None]) -> None:
        self.is_answered = False
        self._ids = frozenset(ids)
        self._edit = edit

    def apply(self, articles: Iterable[ListedArticle]) -> list[ListedArticle]:
        """Return the articles as they are after the edit."""
        edited: list[ListedArticle] = []
        for article in articles:
            entry = self._edit(article.entry) if article.id in self._ids else article.entry
            if entry is article.entry:
                edited.append(article)
            elif entry is not None:
                edited.append(article._replace(entry=entry, letters=_letters_of(entry)))
        return edited


# ------------------------------------------------------------------ order


_LAST: Final = "\U0010ffff"
"""Stands for a missing word: it is sorted behind all others."""
SHARED_WORD: Final = "shared"
"""Stands in the column of the team for an article that is shared and that nobody works on now."""


class Sort(NamedTuple):
    """The column by whose values the articles are sorted, and whether the largest comes first."""

    column: str = "opened"
    is_descending: bool = True


class SortKey(NamedTuple):
    """A column that sorts: its name for people, the value of an article, and whether the largest value comes first at first."""

    title: str
    value: Callable[[ListedArticle], str | float]
    is_descending: bool = False


def _last_use(article: ListedArticle) -> str:
    return article.used_at


def _decided_share(article: ListedArticle) -> float:
    counts = article.counts
    return -1.0 if counts is None else counts.decided_count / max(1, counts.sentences)


def _shown_title(article: ListedArticle) -> str:
    return article.entry.shown_title.casefold()


def _origin_or_last(article: ListedArticle) -> str:
    return article.origin.casefold() or _LAST


def _first_tag_or_last(article: ListedArticle) -> str:
    return (article.all_tags or (_LAST,))[0].casefold()


def _claim_count(article: ListedArticle) -> int:
    return article.counts.claims if article.counts is not None else -1


def _open_count(article: ListedArticle) -> int:
    return article.counts.open_pairs if article.counts is not None else -1


def _finding_count(article: ListedArticle) -> int:
    return article.counts.findings if article.counts is not None else -1


def _team_or_last(article: ListedArticle) -> str:
    """Return who works on an article, those that are only shared after them, and those that are not last."""
    return _LAST + (not article.team) * _LAST if article.team in ("", SHARED_WORD) else article.team.casefold()


SORT_KEYS: Final[dict[str, SortKey]] = {
    "title": SortKey("title", _shown_title),
    "site": SortKey("site or author", _origin_or_last),
    "opened": SortKey("opened", _last_use, is_descending=True),
    "decided": SortKey("decided", _decided_share),
    "claims": SortKey("claims", _claim_count, is_descending=True),
    "open": SortKey("open", _open_count, is_descending=True),
    "audit": SortKey("audit", _finding_count, is_descending=True),
    "tags": SortKey("tags", _first_tag_or_last),
    "team": SortKey("team", _team_or_last),
}
"""The columns by which articles can be sorted, that of the team last: it is there in the library of a team alone."""


def read_sort(value: object) -> Sort | None:
    """Return the order that was kept as a column and whether the largest comes first, None if it cannot be read."""
    match as_list(value):
        case [str(column), bool(is_descending)] if column in SORT_KEYS:
            return Sort(column, is_descending)
        case _:
            return None


# ------------------------------------------------------------------ filter

ArticleTest = Callable[[ListedArticle], bool]

ARCHIVED_STATE: Final = "archived"
REMOVED_STATE: Final = "removed"
_STATE_TESTS: Final[Mapping[str, ArticleTest]] = {
    "open": lambda article: article.counts is not None and article.counts.open_pairs > 0,
    "done": lambda article: article.counts is not None and article.counts.is_complete,
    "new": lambda article: article.counts is not None and not (article.counts.decided_count or article.counts.claims),
    "changed": lambda article: article.counts is not None and bool(article.counts.to_check()),
    SHARED_WORD: lambda article: bool(article.team),
    ARCHIVED_STATE: lambda article: article.entry.is_archived,
    REMOVED_STATE: lambda article: article.entry.is_removed,
}
_NAMES: Final = QueryNames(tuple(_STATE_TESTS), (), {})
_FIELDS: Final = (TAG, STATE, PERSON, ARTICLE, BEFORE, AFTER, ON_DAY)


class ArticleFilter(NamedTuple):
    """A filter of the table. `words` are those that rows may show as hits, casefolded.

    `complaint` says what cannot be read, or not be asked of articles; that part matches everything.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    tests: tuple[ArticleTest, ...] = ()
    states: frozenset[str] = frozenset()
    complaint: str = ""

    @property
    def asked_states(self) -> tuple[str, ...]:
        """Of the states that are listed only where they are asked for, those that are asked for."""
        return tuple(state for state in (ARCHIVED_STATE, REMOVED_STATE) if state in self.states)

    def lists(self, article: ListedArticle) -> bool:
        """Whether an article is listed at all: archived and removed ones are if the filter asks for them."""
        entry = article.entry
        if entry.is_removed:
            return REMOVED_STATE in self.states
        return not entry.is_archived or ARCHIVED_STATE in self.states


def parse_article_filter(text: str) -> ArticleFilter:
    """Parse what a person types into the field of the table. A path or an address is one word."""
    if is_path_start(text.strip()) or "://" in text:
        return ArticleFilter(text, (text.strip().casefold(),))
    query = parse_query(text, _NAMES)
    foreign = next((term for term in query.terms if term.field and term.field not in _FIELDS), None)
    complaint = query.problem.message if query.problem is not None else ""
    if foreign is not None:
        complaint = complaint or f"“{text[foreign.start : foreign.end]}” is for claims, not for articles"
    terms = [term for term in query.terms if term.field in ("", *_FIELDS)]
    words = tuple(term.letters for term in terms if not (term.field or term.is_negated))
    tests = tuple(_term_test(term) for term in terms if term.field or term.is_negated)
    states = frozenset(term.letters for term in terms if term.field == STATE and not term.is_negated)
    return ArticleFilter(text, words, tests, states, complaint)


def _term_test(term: QueryTerm) -> ArticleTest:
    test = _positive_test(term)
    return (lambda article: not test(article)) if term.is_negated else test


def _positive_test(term: QueryTerm) -> ArticleTest:
    letters = term.letters
    match term.field:
        case "tag":
            return lambda a: any(t == letters or t.startswith(letters + "/") for t in map(str.casefold, a.all_tags))
        case "is":
            return _STATE_TESTS[letters]
        case "by":
            return lambda a: letters in a.entry.byline.casefold() or letters in a.entry.site.casefold()
        case "article":
            return lambda a: letters in f"{a.entry.name}\n{a.entry.title}".casefold()
        case "":
            return lambda a: letters in a.letters
        case _:
            first, after = moments_of(term)
            return lambda a: first <= a.used_at and (not after or a.used_at < after)


# ------------------------------------------------------------------ the table


class TableTotals(NamedTuple):
    """The articles that are listed, of all those that are without a filter, the archived ones, and what is in reviews."""

    listed: int
    articles: int
    archived: int
    claims: int
    open_pairs: int


class ArticleTable:
    """The articles, filtered and sorted. `rows` are those that are listed, `marked` the ids of the marked ones.

    `index` is the row in hand, `totals` what is listed.
    """

    def __init__(self) -> None:
        self.sort = Sort()
        self.filter = ArticleFilter()
        self.rows: list[ListedArticle] = []
        self.totals = TableTotals(0, 0, 0, 0, 0)
        self.marked: set[str] = set()
        self.index = 0
        self.has_origins = False
        self.has_team = False
        self._team: Mapping[str, str] = {}
        self._loaded: list[ListedArticle] | None = None
        self._by_use: list[ListedArticle] = []
        self._articles: list[ListedArticle] = []
        self._pending: list[PendingEdit] = []
        self._archived_count = 0
        self._pools: dict[frozenset[str], list[ListedArticle]] = {}

    @property
    def articles(self) -> Sequence[ListedArticle]:
        """All articles, also archived and removed ones, in their order."""
        return self._articles

    @property
    def current(self) -> ListedArticle | None:
        """The article in hand."""
        return self.rows[self.index] if self.index < len(self.rows) else None

    @property
    def chosen(self) -> list[ListedArticle]:
        """The marked articles that are listed, else the one in hand."""
        marked = [article for article in self.rows if article.id in self.marked] if self.marked else []
        return marked or [article for article in (self.current,) if article is not None]

    def load(self, articles: Iterable[ListedArticle], *, is_latest: bool = True) -> None:
        """Take the articles of the library as they are now; the row in hand and the marks stay where they are.

        While the library says the same as before, counts that `count` gave stay too. If the articles are not the latest, they
        were read before an edit that the library has answered since.
        """
        if is_latest:
            self._pending = [edit for edit in self._pending if not edit.is_answered]
        listed = list(articles)
        for edit in self._pending:
            listed = edit.apply(listed)
        if listed != self._loaded:
            self._loaded = listed
            self._take(listed)

    def edit(self, edit: PendingEdit) -> None:
        """Show an edit before the library has it, so that the next key acts on what is to come; nothing is marked any more."""
        self._pending.append(edit)
        self.marked.clear()
        self._loaded = None
        self._take(edit.apply(self._by_use))

    def _take(self, articles: list[ListedArticle]) -> None:
        self._by_use = sorted(self._with_team(articles), key=_last_use, reverse=True)
        self.has_origins = any(article.origin for article in articles)
        self._archived_count = sum([article.entry.is_archived for article in articles])
        if self.marked:
            self.marked &= {article.id for article in articles}
        self._order()

    def count(self, counts: Mapping[str, Completeness | None]) -> None:
        """Take the counts of reviews by article; None for a text that cannot be read."""
        self._by_use = [
            article._replace(counts=counts[article.id], is_unreadable=counts[article.id] is None)
            if article.id in counts
            else article
            for article in self._by_use
        ]
        self._order()

    def share(self, people: Mapping[str, Sequence[str]] | None) -> None:
        """Take who works on each shared article, or None without a team."""
        team = {article: ", ".join(names) or SHARED_WORD for article, names in (people or {}).items()}
        if (people is not None, team) != (self.has_team, self._team):
            self.has_team, self._team = people is not None, team
            self._by_use = self._with_team(self._by_use)
            self._order()

    def _with_team(self, articles: list[ListedArticle]) -> list[ListedArticle]:
        team = self._team
        return [
            article if article.team == (words := team.get(article.id, "")) else article._replace(team=words)
            for article in articles
        ]

    def filter_by(self, text: str) -> None:
        """List only the articles that match a filter; the first of them is in hand."""
        self.filter = parse_article_filter(text)
        self._select()
        self.index = 0

    def sort_by(self, column: str) -> None:
        """Sort by a column; again: turn the order."""
        is_descending = not self.sort.is_descending if column == self.sort.column else SORT_KEYS[column].is_descending
        self.sort = Sort(column, is_descending)
        self._order()

    def mark(self, articles: Iterable[ListedArticle]) -> None:
        """Mark articles; if all of them are marked, unmark them."""
        ids = {article.id for article in articles}
        if ids <= self.marked:
            self.marked -= ids
        else:
            self.marked |= ids

    def go_to(self, article_id: str) -> None:
        """Take an article in hand, if it is listed."""
        self.index = next((n for n, article in enumerate(self.rows) if article.id == article_id), self.index)

    def _order(self) -> None:
        current = self.current
        if self.sort == Sort():
            self._articles = self._by_use
        else:
            self._articles = sorted(self._by_use, key=SORT_KEYS[self.sort.column].value, reverse=self.sort.is_descending)
        self._pools.clear()
        self._select()
        if current is not None:
            self.go_to(current.id)

    def _select(self) -> None:
        rows, words, tests = self._pool(self.filter.states), self.filter.words, self.filter.tests
        for word in words:
            rows = [article for article in rows if word in article.letters]
        if tests:
            rows = [article for article in rows if all(test(article) for test in tests)]
        self.rows = rows
        self.index = max(0, min(self.index, len(rows) - 1))
        counts = [article.counts for article in rows if article.counts is not None]
        pool, archived = len(self._pool(self.filter.states)), self._archived_count
        claims, open_pairs = sum([one.claims for one in counts]), sum([one.open_pairs for one in counts])
        self.totals = TableTotals(len(rows), pool, archived, claims, open_pairs)

    def _pool(self, states: frozenset[str]) -> list[ListedArticle]:
        """Return the articles that a filter with these states can list."""
        if states not in self._pools:
            self._pools[states] = [article for article in self._articles if self.filter.lists(article)]
        return self._pools[states]
