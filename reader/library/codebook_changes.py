"""Read the codebook of a library with its uses, and change it everywhere: in the tags, on all annotations and articles.

Each change is one transaction, whatever it touches, and can be undone as one step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from operator import itemgetter
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.library.articles import ARTICLE_TAGS
from reader.library.current_records import CurrentRecords
from reader.library.history import CODEBOOK_SCOPE, original_label
from reader.library.library import SAVE_SECONDS, Library
from reader.library.tables import ANNOTATIONS, ARTICLES, TAGS
from reader.library.transaction import RecordEdit, Transaction
from reader.review.cells import Record
from reader.review.codebook import Codebook, CodebookPlan, CodebookRow, TagUses, rename_tags
from reader.review.codec import as_list, as_mapping, from_record
from reader.review.model import Annotation, Tag, TagSet
from reader.review.records import item_to_record
from reader.review.vocabulary import CLAIM

LAST_CLAIMS: Final = 20
"""The most annotations in the details of a tag."""


class TaggedMark(NamedTuple):
    """An annotation that bears a tag: its ids, the title of its article, its quote, and the ids of the verdicts on it."""

    annotation: str
    article: str
    title: str
    quote: str
    verdicts: tuple[str, ...]


class TagDetails(NamedTuple):
    """What the card of a tag shows: its row, its verdicts and its last annotations, the latest first.

    `verdicts` counts the pairs of its annotations by the id of their verdict, `unjudged` the claims without any.
    """

    row: CodebookRow
    verdicts: Mapping[str, int]
    unjudged: int
    last: tuple[TaggedMark, ...]


class CodebookEditor:
    """Changes the codebook of a library in the name of `by`. Changes are queued; undo and redo wait for the disk.

    Reviews that are open in this process get the changes as those of another window: `Library.on_remote_change`.
    """

    def __init__(self, library: Library, by: str = "") -> None:
        self._library = library
        self._by = by

    def codebook(self) -> Codebook:
        """Return the codebook as it is now, with its uses in all articles that were not removed from the list."""
        return self._library.read_records(_read_codebook)

    def details(self, name: str) -> TagDetails | None:
        """Return the details of a tag, None if there is none with this name. Those nested in it do not count."""
        return self._library.read_records(lambda current: _read_details(current, name))

    def apply(self, plan: CodebookPlan) -> str:
        """Carry out a plan on all articles, also archived and removed ones, and return its label, "" if it changes nothing.

        Raises ReaderError if it has a problem, or if one of its tags was changed since it was made.
        """
        if plan.problem:
            raise ReaderError(plan.problem)
        transaction = self._library.change_records(lambda current: _to_transaction(current, plan, self._by))
        self._library.announce(transaction.edits)
        return transaction.label

    def undo(self) -> str:
        """Undo the last change of this kind and return its label, "" without one.

        What was tagged or untagged since stays so. Raises UndoConflict when a tag itself was changed since, and ReaderError.
        """
        self._flush()
        return original_label(self._library.undo(CODEBOOK_SCOPE, self._by))

    def redo(self) -> str:
        """Redo the last undone change and return its label. Raises as `undo`."""
        self._flush()
        return original_label(self._library.redo(CODEBOOK_SCOPE, self._by))

    def _flush(self) -> None:
        if not self._library.flush(SAVE_SECONDS):
            raise ReaderError("Earlier changes are not on the disk yet", "Try again once the footer says that all is saved")


# ------------------------------------------------------------------ reading


def _read_tags(current: CurrentRecords) -> list[Tag]:
    return [from_record(Tag, record) for record in current.table(TAGS).values()]


def _read_codebook(current: CurrentRecords) -> Codebook:
    marks, own, articles = Counter[TagSet](), Counter[TagSet](), Counter[TagSet]()
    for row in current.tag_rows().values():
        if not row.is_removed:
            articles[row.names] += 1
            if row.own_tags:
                own[row.own_tags] += 1
            for names, count in row.tag_sets.items():
                marks[names] += count
    return Codebook(tuple(_read_tags(current)), TagUses(marks, own, articles))


def _read_details(current: CurrentRecords, name: str) -> TagDetails | None:
    row = _read_codebook(current).row(name)
    if row is None:
        return None
    verdicts, unjudged = Counter[str](), 0
    tagged: list[tuple[str, str, Record]] = []
    names = frozenset([name])
    articles = [key for key, row in current.tag_rows().items() if name in row.names and not row.is_removed]
    for record in current.annotations_with(names, articles):
        given = _verdicts_in(record)
        verdicts.update(given)
        unjudged += not given and record.get("kind") == CLAIM
        tagged.append((str(record.get("updated")), str(record["id"]), record))
    last = sorted(tagged, key=itemgetter(0, 1), reverse=True)[:LAST_CLAIMS]
    return TagDetails(row, verdicts, unjudged, tuple(_tagged_mark(record, current) for _, _, record in last))


def _verdicts_in(record: Record) -> tuple[str, ...]:
    verdicts = (as_mapping(judgement).get("verdict") for judgement in as_list(record.get("judgements")))
    return tuple(str(verdict) for verdict in verdicts if verdict)


def _tagged_mark(record: Record, current: CurrentRecords) -> TaggedMark:
    mark = from_record(Annotation, record)
    article = current.get(ARTICLES, mark.article) or {}
    title = str(article.get("name") or article.get("title") or "")
    quote = " ".join(mark.selector.exact.split())
    return TaggedMark(mark.id, mark.article, title, quote, _verdicts_in(record))


# ------------------------------------------------------------------ changing


def _to_transaction(current: CurrentRecords, plan: CodebookPlan, by: str) -> Transaction:
    _check_unchanged({tag.id: tag for tag in _read_tags(current)}, plan)
    edits = [
        RecordEdit(TAGS, edit.item.key, edit.before and item_to_record(edit.before), edit.after and item_to_record(edit.after))
        for edit in plan.edits
    ]
    names = frozenset(plan.renames)
    rows = {key: row for key, row in current.tag_rows().items() if names and not names.isdisjoint(row.names)}
    edits.extend(_rename_on(ANNOTATIONS, record, plan) for record in current.annotations_with(names, rows))
    for article_id, row in rows.items():
        if not names.isdisjoint(row.own_tags) and (article := current.get(ARTICLES, article_id)) is not None:
            edits.append(_rename_on(ARTICLES, article, plan))
    return Transaction(tuple(edit for edit in edits if edit.before != edit.after), plan.label, CODEBOOK_SCOPE, by)


def _rename_on(table: str, record: Record, plan: CodebookPlan) -> RecordEdit:
    names = [str(name) for name in as_list(record.get(ARTICLE_TAGS))]
    renamed = list(rename_tags(names, plan.renames))
    after = record if renamed == names else {**record, ARTICLE_TAGS: renamed}
    if table == ARTICLES and not renamed:
        after = {name: value for name, value in after.items() if name != ARTICLE_TAGS}
    return RecordEdit(table, str(record["id"]), record, after)


def _check_unchanged(tags: Mapping[str, Tag], plan: CodebookPlan) -> None:
    """Check that the tags are still those for which a plan was made. Raises ReaderError."""
    befores = [edit.before for edit in plan.edits if isinstance(edit.before, Tag)]
    changed = next((tag for tag in befores if tags.get(tag.id) != tag), None)
    new = next((tag for tag in tags.values() if tag.name in plan.new_names), None)
    if (tag := changed or new) is not None:
        what = "was changed" if changed is not None else "was made"
        raise ReaderError(f"Not done: #{tag.name} {what} meanwhile", "Look at the codebook and try again")
