"""Changes of a review as requests to the store, and what others changed in the store as changes of a review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce

from reader.library.journal import REDO, UNDO, JournalEntry
from reader.library.library_file import ANNOTATIONS, ARTICLES
from reader.library.transaction import Divergence, RecordEdit, Transaction
from reader.library.versions import RIVALS_FIELD, to_plain
from reader.review.cells import Record, from_cells, is_same_value, rebase_cells, to_cells
from reader.review.codec import from_record
from reader.review.model import Annotation, Change, Edit, ReviewItem, Source, Tag
from reader.review.records import TABLES, entries_from_record, item_to_record


def to_transaction(change: Change, article: Record, by: str) -> Transaction:
    """Return a change of an article's review as a request; `article` is the article's record, which holds its entries."""
    wanted = [_to_record_edit(edit, article) for edit in change.edits]
    kind = UNDO if change.undoes else REDO if change.redoes else ""
    return Transaction(tuple(wanted), f"{kind}{change.label}", str(article["id"]), by, change.id, change.undoes, change.redoes)


def _to_record_edit(edit: Edit, article: Record) -> RecordEdit:
    item = edit.item
    if item.STORED_IN in TABLES:
        return RecordEdit(item.STORED_IN, item.key, _to_record_or_none(edit.before), _to_record_or_none(edit.after))
    rest = {field: value for field, value in article.items() if field != RIVALS_FIELD}
    before, after = ({**rest, **_entry_field(item, side)} for side in (edit.before, edit.after))
    return RecordEdit(ARTICLES, str(article["id"]), before, after)


def _to_record_or_none(item: ReviewItem | None) -> Record | None:
    return None if item is None else item_to_record(item)


def _entry_field(item: ReviewItem, side: ReviewItem | None) -> Record:
    """Return the field of an article's record in which an entry stands, with no more in it than one side of a change."""
    return {item.STORED_IN: {}} if side is None else item_to_record(side)


def to_change(line: JournalEntry, article_id: str) -> Change:
    """Return a change in the log as a change of an article's review: what it did to others is left out."""
    differences = (
        Divergence(table, record_id, before and to_plain(before), after and to_plain(after))
        for table, record_id, before, after in line.operations
    )
    edits = to_edits(differences)
    # What was done to a source or a tag alone is of no article, though somebody did it while reading one.
    return Change(line.label.removeprefix(UNDO), tuple(edits.get(article_id, edits.get("", ()))), line.id)


def undone_change(line: JournalEntry, article_id: str) -> Change:
    """Return the change that a change in the log took back."""
    back = to_change(line, article_id)
    return Change(back.label, back.inverse().edits, line.undoes)


def to_edits(differences: Iterable[Divergence]) -> dict[str, list[Edit]]:
    """Return what differs as edits, by the id of the article they are of; codebook and sources are of every article."""
    edits: dict[str, list[Edit]] = {}
    shared: list[Edit] = []
    for difference in differences:
        record = difference.after or difference.before or {}
        if difference.table == ARTICLES:
            edits.setdefault(difference.id, []).extend(_to_entry_edits(difference))
        elif difference.table in TABLES:
            article_edits = edits.setdefault(str(record.get("article")), []) if difference.table == ANNOTATIONS else shared
            article_edits.append(_to_item_edit(difference, TABLES[difference.table]))
    return {article: [*shared, *edits.get(article, ())] for article in (*edits, *([""] if shared else ()))}


def _to_item_edit(difference: Divergence, kind: type[Annotation | Tag | Source]) -> Edit:
    return Edit(*(None if side is None else from_record(kind, side) for side in (difference.before, difference.after)))


def _to_entry_edits(difference: Divergence) -> list[Edit]:
    before, after = (entries_from_record(side or {}) for side in (difference.before, difference.after))
    return [Edit(before.get(n), after.get(n)) for n in dict.fromkeys((*before, *after)) if before.get(n) != after.get(n)]


def find_divergences(
    differences: Sequence[Divergence], requests: Sequence[Transaction], now: Callable[[str, str], Record | None]
) -> list[Divergence]:
    """Return how the records differ from what who made these requests takes them to be; `now` returns one as it is.

    Of an article a request knows only the entry that it sets, or the place: what it leaves as it was is nobody's change.
    """
    wanted = [w for request in requests for w in request.edits]
    expected = {(w.table, w.id): w.after for w in wanted if w.table != ARTICLES}
    own = [Divergence(*key, after, now(*key)) for key, after in expected.items()]
    articles = [w for w in wanted if w.table == ARTICLES]
    others = [
        d._replace(before=reduce(apply_edit, (w for w in articles if w.id == d.id), d.before)) if d.table == ARTICLES else d
        for d in differences
        if (d.table, d.id) not in expected
    ]
    return [d for d in (*others, *own) if not is_same_value(d.before, d.after)]


def apply_edit(current: Record | None, wanted: RecordEdit) -> Record | None:
    """Return what a plain record becomes by a change that is wanted of it; of what others changed too, it counts."""
    if wanted.after is None or current is None:
        return wanted.after
    sides: list[Mapping[str, object]] = [current, wanted.before or {}, wanted.after]
    result = rebase_cells(*map(to_cells, sides))
    ours = {cell: value for cell, value in to_cells(wanted.after).items() if cell in result.clashes}
    return from_cells({**result.cells, **ours})
