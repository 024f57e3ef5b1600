"""A change of the review as a value: what was, what is, and what it is called. Undo and the store both live on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from reader.review.model import Annotation, Bookmark, Dismissal, Tag, new_id
from reader.review.supply import Attachment, Source

Item = Annotation | Tag | Bookmark | Source | Attachment | Dismissal


@dataclass(frozen=True, slots=True)
class Edit:
    """One item before and after. None before: it was made; None after: it was removed. Both sides are of one type."""

    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        """The item on whichever side there is one."""
        item = self.after if self.after is not None else self.before
        if item is None:
            raise ValueError("an edit needs a before or an after")
        return item

    def reversed(self) -> Edit:
        """Return the edit that takes this one back."""
        return Edit(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that belong together, done and undone as one. `label` is what a person calls it: "tag #serbia".

    `undoes` and `redoes` name, by its id, the change that this one takes back or does again; the label is that change's.
    """

    label: str
    edits: tuple[Edit, ...]
    id: str = field(default_factory=new_id, compare=False)
    undoes: str = ""
    redoes: str = ""

    def reversed(self) -> Change:
        """Return the change that takes this one back."""
        return Change(self.label, tuple(edit.reversed() for edit in reversed(self.edits)), undoes=self.id)
