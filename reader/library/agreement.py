"""Compare two readers over the articles of a library."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from reader.errors import ReaderError
from reader.review.disagreements import Comparison, compare_readers, readers_of
from reader.review.model import Edit

if TYPE_CHECKING:
    from reader.library.contents import LibraryContents
    from reader.library.library import DocumentReader, Library
    from reader.review.scale import Scale
    from reader.review.session import ReviewSession


class ArticleComparison(NamedTuple):
    """An article, by its id and title, what two readers said about it, and its review, which nothing saves yet."""

    article: str
    title: str
    comparison: Comparison
    session: ReviewSession


def count_readers(library: Library, articles: Iterable[str] = ()) -> Counter[str]:
    """Count the articles in which each person has given verdicts, of those with these ids or of all; removed ones are left out.

    Raises ReaderError when the library cannot be read.
    """
    counts = Counter[str]()
    for _, _, names in _judged_articles(library, library.contents(), frozenset(articles)):
        counts.update(names)
    return counts


def choose_readers(counts: Counter[str], names: Sequence[str]) -> tuple[str, str]:
    """Return two readers by their names; without names, those who judged in most articles.

    Raises ReaderError when one of them is unknown or named twice, or there are not two.
    """
    chosen, known = list(dict.fromkeys(names)), sorted(counts, key=lambda name: (-counts[name], name))
    listed = ", ".join(f"“{name}”" for name in known)
    unknown = next((name for name in chosen if name not in counts), None)
    if len(chosen) < len([*names]):
        raise ReaderError(f"“{chosen[0]}” is named twice", "Name two different readers")
    if unknown is not None:
        raise ReaderError(f"“{unknown}” has given no verdicts here", f"Verdicts are by {listed}" if known else "")
    two = (*chosen, *(name for name in known if name not in chosen))[:2]
    if len(two) < 2:
        who = f"Only {listed} has given verdicts here" if known else "Nobody has given verdicts under a name here"
        raise ReaderError(who, "`reader merge` brings in the library of another reader; the setting `creator` is your name")
    return two[0], two[1]


def compare_articles(
    library: Library, read: DocumentReader, scale: Scale, readers: tuple[str, str], articles: Iterable[str] = ()
) -> tuple[list[ArticleComparison], list[str]]:
    """Return what two readers said about each article that both judged, of those with these ids or of all.

    With it come the titles of the articles whose text cannot be read any more, which are left out. `read` parses the document
    of an article. Raises ReaderError when the library cannot be read.
    """
    contents, compared, unreadable = library.contents(), list[ArticleComparison](), list[str]()
    for article_id, title, names in _judged_articles(library, contents, frozenset(articles)):
        if {*readers} <= names:
            entry = library.entry(article_id)
            try:
                # The text that they judged, whatever stands in the file by now.
                document = read(library.document(entry), entry.source)
            except ReaderError:
                unreadable.append(title)
                continue
            session, _ = library.peek(document, scale, shows_all=True, article_id=article_id)
            compared.append(ArticleComparison(article_id, title, compare_readers(session.index, *readers), session))
    return compared, unreadable


def carry_over(old: ArticleComparison, new: ArticleComparison) -> ArticleComparison:
    """Return a new comparison of an article with the review of an old one, brought up to date: it can still undo its changes.

    An article whose text changed meanwhile keeps its new review.
    """
    if old.session.index.article.digest != new.session.index.article.digest:
        return new
    before = {one.id: one for one in old.session.index.annotations()}
    after = {one.id: one for one in new.session.index.annotations()}
    sides = ((before.get(key), after.get(key)) for key in {**before, **after})
    old.session.receive(Edit(one, other) for one, other in sides if one != other)
    return new._replace(session=old.session)


def total_comparison(articles: Iterable[ArticleComparison]) -> Comparison:
    """Return the comparisons of several articles as one."""
    comparisons = [article.comparison for article in articles]
    return Comparison(
        tuple(pair for one in comparisons for pair in one.pairs),
        sum(one.only_first for one in comparisons),
        sum(one.only_second for one in comparisons),
        tuple(sentence for one in comparisons for sentence in one.sentences),
    )


def _judged_articles(
    library: Library, contents: LibraryContents, articles: frozenset[str]
) -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield the id and title of each listed article, and the names of those who judged in it."""
    for summary in library.summaries():
        article = contents.article(summary.id) if not articles or summary.id in articles else None
        if article is not None:
            yield summary.id, summary.shown_title, frozenset(readers_of(article.annotations))
