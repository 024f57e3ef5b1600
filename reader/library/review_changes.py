"""Convert changes of a review to transactions, and changes in the store to edits of a review."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce

from reader.library.divergences import Divergence
from reader.library.history import ChangeHistory
from reader.library.journal import REDO, UNDO, JournalEntry
from reader.library.tables import ANNOTATIONS, ARTICLES
from reader.library.transaction import RecordEdit, Transaction
from reader.library.versions import RIVALS_FIELD, to_plain
from reader.review.cells import Record, from_cells, is_same_value, rebase_cells, to_cells
from reader.review.codec import from_record
from reader.review.model import Annotation, Change, Edit, ReviewItem, Source, Tag
from reader.review.records import TABLES, entries_from_record, item_to_record
from reader.review.undo import UndoStack


def to_transaction(change: Change, article: Record, by: str) -> Transaction:
    """Convert a change of an article's review to a transaction. `article` is the article's record, which holds its entries."""
    edits = tuple(_to_record_edit(edit, article) for edit in change.edits)
    kind = UNDO if change.undoes else REDO if change.redoes else ""
    return Transaction(edits, f"{kind}{change.label}", str(article["id"]), by, change.id, change.undoes, change.redoes)


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
    """Return the field of an article's record that holds an entry, with only one side of its change in it."""
    return {item.STORED_IN: {}} if side is None else item_to_record(side)


def _to_change(entry: JournalEntry, article_id: str) -> Change:
    """Convert a journal entry to a change of an article's review, without its changes to other articles."""
    edits = to_edits(
        Divergence(table, record_id, before and to_plain(before), after and to_plain(after))
        for table, record_id, before, after in entry.operations
    )
    # A change of a source or a tag alone belongs to no article, even if it was made while reading one.
    return Change(entry.label.removeprefix(UNDO), tuple(edits.get(article_id, edits.get("", ()))), entry.id)


def _undone_change(entry: JournalEntry, article_id: str) -> Change:
    """Return the change that a journal entry undid."""
    inverse = _to_change(entry, article_id)
    return Change(inverse.label, inverse.inverse().edits, entry.undoes)


def past_changes(past: ChangeHistory, article_id: str) -> UndoStack:
    """Return the changes of an article in its history, as undo and redo take them."""
    return UndoStack(
        (_to_change(line, article_id) for line in past.undoable), (_undone_change(line, article_id) for line in past.redoable)
    )


def to_edits(divergences: Iterable[Divergence]) -> dict[str, list[Edit]]:
    """Convert divergences to edits by article id. Edits of codebook and sources belong to every article."""
    edits: dict[str, list[Edit]] = {}
    common_edits: list[Edit] = []
    for divergence in divergences:
        record = divergence.after or divergence.before or {}
        if divergence.table == ARTICLES:
            edits.setdefault(divergence.id, []).extend(_to_entry_edits(divergence))
        elif divergence.table in TABLES:
            article_edits = (
                edits.setdefault(str(record.get("article")), []) if divergence.table == ANNOTATIONS else common_edits
            )
            article_edits.append(_to_item_edit(divergence, TABLES[divergence.table]))
    return {article: [*common_edits, *edits.get(article, ())] for article in (*edits, *([""] if common_edits else ()))}


def _to_item_edit(divergence: Divergence, kind: type[Annotation | Tag | Source]) -> Edit:
    return Edit(*(None if side is None else from_record(kind, side) for side in (divergence.before, divergence.after)))


def _to_entry_edits(divergence: Divergence) -> list[Edit]:
    before, after = (entries_from_record(side or {}) for side in (divergence.before, divergence.after))
    return [Edit(before.get(n), after.get(n)) for n in dict.fromkeys((*before, *after)) if before.get(n) != after.get(n)]


def find_divergences(
    divergences: Sequence[Divergence], transactions: Sequence[Transaction], current_record: Callable[[str, str], Record | None]
) -> list[Divergence]:
    """Return the differences between the stored records and the outcome that the author of these transactions expects.

    In an article's record, a transaction sets only an entry or the reading position; fields that it leaves unchanged do not
    count. `current_record` returns a plain record by table and id.
    """
    edits = [edit for transaction in transactions for edit in transaction.edits]
    new_records = {(edit.table, edit.id): edit.after for edit in edits if edit.table != ARTICLES}
    own = [Divergence(*key, after, current_record(*key)) for key, after in new_records.items()]
    articles = [edit for edit in edits if edit.table == ARTICLES]
    others = [
        d._replace(before=reduce(apply_edit, (edit for edit in articles if edit.id == d.id), d.before))
        if d.table == ARTICLES
        else d
        for d in divergences
        if (d.table, d.id) not in new_records
    ]
    return [d for d in (*others, *own) if not is_same_value(d.before, d.after)]


def apply_edit(current: Record | None, edit: RecordEdit) -> Record | None:
    """Apply an edit to a plain record. Where others changed the same cell, the edit wins."""
    if edit.after is None or current is None:
        return edit.after
    sides: list[Mapping[str, object]] = [current, edit.before or {}, edit.after]
    result = rebase_cells(*map(to_cells, sides))
    ours = {cell: value for cell, value in to_cells(edit.after).items() if cell in result.clashes}
    return from_cells({**result.cells, **ours})
