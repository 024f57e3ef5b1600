"""What is to be changed in the library, as values that can be applied to it again when somebody else wrote in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from reader.library.lines import ANNOTATIONS, TAGS, Lines
from reader.review.changes import Edit
from reader.review.model import Annotation, Bookmark, Tag
from reader.review.records import Record, annotation_to_record, tag_to_record


@dataclass(frozen=True, slots=True)
class Patch:
    """One record before and after. None before: it is made; None after: it is removed."""

    table: str
    id: str
    before: Record | None
    after: Record | None

    def then(self, later: Patch) -> Patch:
        """Return the one patch that does what this and then `later`, on the same record, would do."""
        return Patch(self.table, self.id, self.before, later.after)

    def apply(self, lines: Lines) -> None:
        """Change the record: only what differs between before and after, so that what others wrote in it stays.

        A record that is gone is written again as a whole. One that changed since it was seen is not removed.
        """
        current = lines.get(self.table, self.id)
        if self.after is not None:
            lines.put(self.table, self.id, self.after if current is None else merged(current, self.before or {}, self.after))
        elif current is not None and (self.before is None or current.get("updated") == self.before.get("updated")):
            lines.drop(self.table, self.id)


def merged(current: Record, before: Record, after: Record) -> Record:
    """Return `current` with what changed from `before` to `after`; mappings inside likewise, anything else is one value."""
    result = dict(current)
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if name not in after:
            result.pop(name, None)
        elif name in before and old == new:
            continue
        elif all(isinstance(value, dict) for value in (result.get(name), old, new)):
            result[name] = merged(cast("Record", result[name]), cast("Record", old), cast("Record", new))
        else:
            result[name] = new
    return result


def patch_of(edit: Edit) -> Patch | None:
    """Return the patch of an annotation's or a tag's record, None for a bookmark: that is part of its article's record."""
    item = edit.item
    if isinstance(item, Bookmark):
        return None
    table = ANNOTATIONS if isinstance(item, Annotation) else TAGS
    return Patch(table, item.id, _record(edit.before), _record(edit.after))


def _record(item: Annotation | Tag | Bookmark | None) -> Record | None:
    if isinstance(item, Annotation):
        return annotation_to_record(item)
    return tag_to_record(item) if isinstance(item, Tag) else None
