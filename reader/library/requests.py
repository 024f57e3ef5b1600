"""Changes of a review as requests to the store, and what others changed in the store as changes of a review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce

from reader.library.lines import ANNOTATIONS, ARTICLES, TAGS
from reader.library.log import REDO, UNDO, Line
from reader.library.versions import plain_of
from reader.library.wanted import Difference, Request, Wanted
from reader.review.cells import Record, carried, cells_of, record_of, same
from reader.review.changes import Change, Edit, Item
from reader.review.model import Annotation, Bookmark, Tag
from reader.review.records import (
    annotation_from_record,
    annotation_to_record,
    bookmarks_from_record,
    tag_from_record,
    tag_to_record,
)


def request_of(change: Change, article: Record, by: str) -> Request:
    """Return a change of an article's review as a request; `article` is the article's record, which holds the bookmarks."""
    wanted = [_wanted(edit, article) for edit in change.edits]
    kind = UNDO if change.undoes else REDO if change.redoes else ""
    return Request(tuple(wanted), f"{kind}{change.label}", str(article["id"]), by, change.id, change.undoes, change.redoes)


def _wanted(edit: Edit, article: Record) -> Wanted:
    item = edit.item
    if isinstance(item, Annotation):
        return Wanted(ANNOTATIONS, item.id, _record(edit.before), _record(edit.after))
    if isinstance(item, Tag):
        return Wanted(TAGS, item.id, _record(edit.before), _record(edit.after))
    before, after = ({**article, "bookmarks": _marked(side)} for side in (edit.before, edit.after))
    return Wanted(ARTICLES, str(article["id"]), before, after)


def _record(item: Item | None) -> Record | None:
    if isinstance(item, Annotation):
        return annotation_to_record(item)
    return tag_to_record(item) if isinstance(item, Tag) else None


def _marked(item: Item | None) -> dict[str, int]:
    return {item.name: item.start} if isinstance(item, Bookmark) else {}


def change_of(line: Line, article_id: str) -> Change:
    """Return a change in the log as a change of an article's review: what it did to others is left out."""
    differences = (
        Difference(table, record_id, before and plain_of(before), after and plain_of(after))
        for table, record_id, before, after in line.operations
    )
    edits = tuple(edits_of(differences).get(article_id, ()))
    return Change(line.label.removeprefix(UNDO), edits, line.id)


def undone_by(line: Line, article_id: str) -> Change:
    """Return the change that a change in the log took back."""
    back = change_of(line, article_id)
    return Change(back.label, back.reversed().edits, line.undoes)


def edits_of(differences: Iterable[Difference]) -> dict[str, list[Edit]]:
    """Return what differs as edits, by the id of the article they are of; those of the codebook are of every article."""
    edits: dict[str, list[Edit]] = {}
    tags: list[Edit] = []
    for difference in differences:
        record = difference.after or difference.before or {}
        if difference.table == ANNOTATIONS:
            edits.setdefault(str(record.get("article")), []).append(_edit(difference, annotation_from_record))
        elif difference.table == TAGS:
            tags.append(_edit(difference, tag_from_record))
        elif difference.table == ARTICLES:
            edits.setdefault(difference.id, []).extend(_bookmarked(difference))
    return {article: [*tags, *edits.get(article, ())] for article in (*edits, *([""] if tags else ()))}


def _edit(difference: Difference, item: Callable[[Mapping[str, object]], Annotation | Tag]) -> Edit:
    before, after = difference.before, difference.after
    return Edit(None if before is None else item(before), None if after is None else item(after))


def _bookmarked(difference: Difference) -> list[Edit]:
    sides = [(side or {}).get("bookmarks") for side in (difference.before, difference.after)]
    before, after = ({b.name: b for b in bookmarks_from_record(side)} for side in sides)
    return [Edit(before.get(n), after.get(n)) for n in dict.fromkeys((*before, *after)) if before.get(n) != after.get(n)]


def unexpected(
    differences: Sequence[Difference], requests: Sequence[Request], now: Callable[[str, str], Record | None]
) -> list[Difference]:
    """Return how the records differ from what who made these requests takes them to be; `now` returns one as it is.

    Of an article a request knows only the bookmark that it sets, or the place: what it leaves as it was is nobody's change.
    """
    wanted = [w for request in requests for w in request.wanted]
    expected = {(w.table, w.id): w.after for w in wanted if w.table != ARTICLES}
    own = [Difference(*key, after, now(*key)) for key, after in expected.items()]
    articles = [w for w in wanted if w.table == ARTICLES]
    others = [
        d._replace(before=reduce(applied, (w for w in articles if w.id == d.id), d.before)) if d.table == ARTICLES else d
        for d in differences
        if (d.table, d.id) not in expected
    ]
    return [d for d in (*others, *own) if not same(d.before, d.after)]


def applied(current: Record | None, wanted: Wanted) -> Record | None:
    """Return what a plain record becomes by a change that is wanted of it; of what others changed too, it counts."""
    if wanted.after is None or current is None:
        return wanted.after
    sides: list[Mapping[str, object]] = [current, wanted.before or {}, wanted.after]
    result = carried(*map(cells_of, sides))
    ours = {cell: value for cell, value in cells_of(wanted.after).items() if cell in result.clashes}
    return record_of({**result.cells, **ours})
