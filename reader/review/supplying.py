"""Supplying: the texts behind references, attached, replaced and taken away; and findings of the audit that are dismissed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reader.review.changes import Edit
from reader.review.model import NO_RIVALS, Dismissal, new_id, now
from reader.review.owning import Owning
from reader.review.supply import Attachment, Source, SourceText


class Supplying(Owning):
    """A review whose references can be given their sources."""

    def attach_source(self, reference: str, text: SourceText) -> Source:
        """Put a text behind a reference, by its id, and return the source; a text it had before stays under its evidence.

        Raises ValueError when the article has no such reference.
        """
        name = self._name(reference)
        signed = replace(text, by=text.by or self.creator, at=text.at or now())
        known = self.shelf.source(reference)
        old = known or Source(new_id())
        others = tuple(one for one in old.texts if one.digest != signed.digest)
        made = replace(
            old,
            names=tuple(dict.fromkeys((*old.names, name))),
            texts=(*others, signed),
            current=signed.digest,
            tried="",
            trouble="",
            tried_at="",
            rivals=_unsettled(old, f"texts/{signed.digest}", "current", "tried", "trouble", "tried_at"),
        )
        replaces = known is not None and bool(known.current)
        label = f"{'replace' if replaces else 'attach'} the source of [{reference}]"
        # Said anew also of a source that stands there already: so it stays when somebody takes it away who has not seen this.
        self._do(label, (Edit(known, made), Edit(self.shelf.attachment(reference), self._attachment(reference, made))))
        return made

    def share_source(self, reference: str, source: Source) -> None:
        """Put a source that the library holds behind a reference, by its id. Raises ValueError as `attach_source`."""
        known = self.shelf.get(source.id)
        wanted = replace(known or source, names=tuple(dict.fromkeys((*source.names, self._name(reference)))))
        self._supply(reference, known, wanted, f"attach the source of [{reference}]")

    def source_unreached(self, reference: str, address: str, trouble: str) -> Source:
        """Note that the source of a reference could not be reached, when and why. Raises ValueError as `attach_source`."""
        known = self.shelf.source(reference)
        old = known or Source(new_id(), (self._name(reference),))
        made = replace(old, tried=address, trouble=trouble, tried_at=now())
        self._supply(reference, known, made, f"[{reference}] could not be reached")
        return made

    def set_extent(self, source: Source, extent: str) -> None:
        """Say how much of a source its text is (FULL, ABSTRACT, EMPTY of `review.supply`)."""
        known = self.shelf.get(source.id)
        text = known.text if known is not None else None
        if known is None or text is None:
            return
        texts = tuple(replace(one, extent=extent) if one.digest == text.digest else one for one in known.texts)
        self._do(
            f"source: {extent}", (Edit(known, replace(known, texts=texts, rivals=_unsettled(known, f"texts/{text.digest}"))),)
        )

    def detach_source(self, reference: str) -> None:
        """Take the source away from a reference; the source itself, and all evidence taken from it, stays."""
        attachment = self.shelf.attachment(reference)
        if attachment is not None:
            self._do(f"detach the source of [{reference}]", (Edit(attachment, None),))

    def dismiss(self, finding: str, kind: str, text: str, reason: str = "") -> None:
        """Dismiss a finding of the audit, by its key: what it is, what it says, and why it is of no account."""
        made = Dismissal(finding, kind, text, reason, self.creator, now())
        self._do("dismiss a finding", (Edit(self._dismissed.get(finding), made),))

    def bring_back(self, finding: str) -> None:
        """Bring a dismissed finding back, by its key."""
        known = self._dismissed.get(finding)
        if known is not None:
            self._do("bring a finding back", (Edit(known, None),))

    # ------------------------------------------------------------------ inside

    def _name(self, reference: str) -> str:
        name = self.shelf.identity(reference)
        if not name:
            raise ValueError(f"the article has no reference {reference}")
        return name

    def _supply(self, reference: str, known: Source | None, wanted: Source, label: str) -> None:
        before = self.shelf.attachment(reference)
        after = before if before is not None and before.source == wanted.id else self._attachment(reference, wanted)
        self._do(label, (Edit(known, wanted), Edit(before, after)))

    def _attachment(self, reference: str, source: Source) -> Attachment:
        return Attachment(self._name(reference), source.id, self.creator, now())


def _unsettled(known: Source, *settled: str) -> Mapping[str, tuple[object, ...]]:
    """Return what several wrote into a source at once, but for the cells that are settled."""
    left = {cell: values for cell, values in known.rivals.items() if cell not in settled}
    return left or NO_RIVALS
