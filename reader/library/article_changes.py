"""Change the articles of a library themselves: their names and tags, whether they are archived, removed or deleted.

Each change is one transaction, whatever the number of articles, and can be undone. Its label names it for people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.library.articles import ARCHIVED, ARTICLE_TAGS, REMOVED
from reader.library.history import original_label
from reader.library.library import SAVE_SECONDS, Library
from reader.library.tables import ANNOTATIONS, ARTICLES, TAGS
from reader.library.transaction import RecordEdit, Transaction
from reader.printable import plural
from reader.review.cells import Record
from reader.review.codec import as_list, as_mapping
from reader.review.edits import add_tags
from reader.review.model import Tag, clean_tag_name
from reader.review.records import item_to_record
from reader.review.vocabulary import CLAIM

ARTICLE_LIST_SCOPE: Final = "library:articles"
"""The `article` of changes of the list of articles: so they have an undo history of their own."""


class DeletionCounts(NamedTuple):
    """What is deleted with articles: the annotations, those of them that are claims, and the verdicts and notes on them."""

    articles: int
    annotations: int
    claims: int
    verdicts: int
    notes: int

    def summary(self) -> str:
        """Return the counts in words, without those that are zero: "2 articles, 13 claims, 9 verdicts, 1 note"."""
        others = self.annotations - self.claims
        counts = ((self.articles, "article"), (self.claims, "claim"), (others, "other mark"), (self.verdicts, "verdict"))
        return ", ".join(plural(count, noun) for count, noun in (*counts, (self.notes, "note")) if count)


class ArticleEditor:
    """Changes the articles of a library in the name of `by`. Changes are queued; undo and redo wait for the disk.

    Each method returns the label of the change, "" if it changes nothing. Articles that are no longer there are left out.
    """

    def __init__(self, library: Library, by: str = "") -> None:
        self._library = library
        self._by = by

    def rename(self, article_id: str, name: str) -> str:
        """Give an article another title; with "" its own one again."""
        return self._change([article_id], partial(_rename_articles, name=name.strip(), by=self._by))

    def tag(self, ids: Iterable[str], add: Iterable[str] = (), remove: Iterable[str] = ()) -> str:
        """Add tags to articles and remove others. Tags that the codebook lacks are added to it in the same change."""
        add, remove = tuple(add), tuple(remove)
        return self._change(ids, lambda records: _tag_articles(records, self._library.codebook(), add, remove, self._by))

    def archive(self, ids: Iterable[str], *, is_archived: bool = True) -> str:
        """Archive articles, or list them again."""
        return self._change(ids, partial(_archive_articles, is_archived=is_archived, by=self._by))

    def remove(self, ids: Iterable[str], *, is_removed: bool = True) -> str:
        """Remove articles from the list, or bring them back. All their annotations are kept."""
        return self._change(ids, partial(_remove_articles, is_removed=is_removed, by=self._by))

    def count_deletion(self, ids: Sequence[str]) -> DeletionCounts:
        """Count what `delete` would delete."""
        return _count_deletion(len(ids), self._library.annotation_records(ids))

    def delete(self, ids: Sequence[str]) -> str:
        """Delete the records of articles and of their annotations.

        They stay in the history, from which `undo` brings them back, and the texts on the disk, until `reader purge`.
        """
        return self._change(ids, lambda records: _delete_articles(records, self._library.annotation_records(ids), self._by))

    def undo(self) -> str:
        """Undo the last change of this kind. Raises UndoConflict when a part of it was changed since, and ReaderError."""
        self._flush()
        return original_label(self._library.undo(ARTICLE_LIST_SCOPE, self._by))

    def redo(self) -> str:
        """Redo the last undone change. Raises as `undo`."""
        self._flush()
        return original_label(self._library.redo(ARTICLE_LIST_SCOPE, self._by))

    def _change(self, ids: Iterable[str], change: Callable[[Sequence[Record]], Transaction]) -> str:
        return self._library.change_articles(ids, change)

    def _flush(self) -> None:
        if not self._library.flush(SAVE_SECONDS):
            raise ReaderError("Earlier changes are not on the disk yet", "Try again once the footer says that all is saved")


def _rename_articles(records: Sequence[Record], name: str, by: str) -> Transaction:
    label = f"rename {_name_articles(records)} to “{name}”" if name else f"give {_name_articles(records)} its own title"
    return _edit_articles(records, {"name": name}, label, by)


def _tag_articles(
    records: Sequence[Record], codebook: Iterable[Tag], add: Iterable[str], remove: Iterable[str], by: str
) -> Transaction:
    new, old = (_clean_names(names) for names in (add, remove))
    words = " ".join((*(f"#{name}" for name in new), *(f"-#{name}" for name in old)))
    additions = (RecordEdit(TAGS, edit.item.key, None, item_to_record(edit.item)) for edit in add_tags(codebook, new, by))
    edits: list[RecordEdit] = []
    for record in records:
        tags = [str(name) for name in as_list(record.get(ARTICLE_TAGS)) if name not in old]
        tags.extend(name for name in new if name not in tags)
        edits.append(_edit_article(record, {ARTICLE_TAGS: tags}))
    label = f"{'tag' if new else 'untag'} {_name_articles(records)} {words}"
    return Transaction((*additions, *_effective_edits(edits)), label, ARTICLE_LIST_SCOPE, by)


def _clean_names(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in map(clean_tag_name, names) if name))


def _archive_articles(records: Sequence[Record], by: str, *, is_archived: bool = True) -> Transaction:
    label = f"{'archive' if is_archived else 'take out of the archive'} {_name_articles(records)}"
    return _edit_articles(records, {ARCHIVED: is_archived}, label, by)


def _remove_articles(records: Sequence[Record], by: str, *, is_removed: bool = True) -> Transaction:
    label = f"{'remove' if is_removed else 'bring back'} {_name_articles(records)}"
    return _edit_articles(records, {REMOVED: is_removed}, label, by)


def _delete_articles(records: Sequence[Record], annotations: Sequence[Record], by: str) -> Transaction:
    edits = [RecordEdit(ANNOTATIONS, str(record["id"]), record, None) for record in annotations]
    edits.extend(RecordEdit(ARTICLES, str(record["id"]), record, None) for record in records)
    return Transaction(tuple(edits), f"delete {_name_articles(records)}", ARTICLE_LIST_SCOPE, by)


def _count_deletion(articles: int, annotations: Iterable[Record]) -> DeletionCounts:
    total, claims, verdicts, notes = 0, 0, 0, 0
    for record in annotations:
        total += 1
        claims += record.get("kind") == CLAIM
        notes += bool(record.get("note"))
        verdicts += sum(bool(as_mapping(one).get("verdict")) for one in as_list(record.get("judgements")))
    return DeletionCounts(articles, total, claims, verdicts, notes)


def _edit_articles(records: Sequence[Record], fields: Mapping[str, object], label: str, by: str) -> Transaction:
    return Transaction(_effective_edits(_edit_article(record, fields) for record in records), label, ARTICLE_LIST_SCOPE, by)


def _edit_article(record: Record, fields: Mapping[str, object]) -> RecordEdit:
    # A field without a value is left out: a change and its reverse give the same record.
    after = {name: value for name, value in {**record, **fields}.items() if name not in fields or value}
    return RecordEdit(ARTICLES, str(record["id"]), record, after)


def _effective_edits(edits: Iterable[RecordEdit]) -> tuple[RecordEdit, ...]:
    return tuple(edit for edit in edits if edit.before != edit.after)


def _quote(record: Record) -> str:
    return f"“{record.get('name') or record.get('title') or ''}”"


def _name_articles(records: Sequence[Record]) -> str:
    return _quote(records[0]) if len(records) == 1 else plural(len(records), "article")
