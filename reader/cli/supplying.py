"""Putting texts behind references from the command line, and what a person is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reader.errors import ReaderError
from reader.printable import printable_line
from reader.review.supply import EMPTY, PASTED, SourceText

if TYPE_CHECKING:
    from reader.article.model import Article
    from reader.cli.call import Call
    from reader.formats.supplied import Supplied
    from reader.library import Library
    from reader.review.session import ReviewSession


class Supplies:
    """The sources of one article, whose changes go to the library. `article` is put there with the first of them."""

    def __init__(self, library: Library, article: Article, call: Call) -> None:
        self._library = library
        self._article = article
        self._creator = call.settings.creator
        self._opened: ReviewSession | None = None

    def known(self) -> ReviewSession:
        """Return the review as it is, for reading."""
        return self._opened or self._library.peek(self._article)[0]

    def review(self) -> ReviewSession:
        """Return the review, to change it."""
        if self._opened is None:
            self._opened, entry = self._library.session(self._article, self._creator)
            self._opened.listen(lambda change: self._library.save(entry.id, change))
        return self._opened

    def attach(self, references: Sequence[str], come: Supplied, extent: str = "", done: str = "") -> str:
        """Put what came behind references, and return what a person is told; `extent` as in `SourceText`, "": as it looks."""
        from reader.library.supplying import keep_source

        review, first = self.review(), references[0]
        before = review.shelf.source(first)
        text = keep_source(self._library, come.article, come.data, come.origin)
        if extent and text.extent != EMPTY:
            text = replace(text, extent=extent)
        source = review.attach_source(first, text)
        for other in references[1:]:
            review.share_source(other, source)
        done = done or ("replaced" if before is not None and before.current else "attached")
        return self._said(references, done, text, come.article.text if come.article is not None else "")

    def take(self, reference: str, extent: str) -> str:
        """Put the text behind a reference that another article has of it, or set the extent of its own text.

        Returns what a person is told. Raises ReaderError when there is neither.
        """
        known = self.known().shelf
        offered, own = known.offered(reference), known.source(reference)
        source = offered or own
        text = source.text if source is not None else None
        label = self._label(reference)
        if source is None or text is None:
            raise ReaderError(
                f"no other article has a text of {label}", "name a file or an address, or - for what comes through a pipe"
            )
        if offered is None and not extent:
            raise ReaderError(f"{label} has a text: “{text.title}”", "name a file or an address to put in its place")
        if extent and text.extent == EMPTY:
            raise ReaderError(f"there is no text in what stands behind {label}")
        read = "" if text.extent == EMPTY else self._library.text(text)
        if offered is not None:
            self.review().share_source(reference, source)
        if extent and extent != text.extent:
            self.review().set_extent(source, extent)
        return self._said([reference], "attached, as another article has it" if offered else "set", text, read)

    def remove(self, reference: str) -> str:
        """Take the text away from a reference, and return what a person is told. Raises ReaderError when it has none."""
        source, label = self.known().shelf.source(reference), self._label(reference)
        if source is None:
            raise ReaderError(f"{label} has no text to remove", "`reader source list` shows which have one")
        self.review().detach_source(reference)
        title = f"“{source.text.title}”" if source.text is not None and source.text.title else "its text"
        return printable_line(f"{label}: {title} removed; `reader undo` brings it back")

    def fail(self, references: Sequence[str], address: str, error: ReaderError) -> ReaderError:
        """Note that the source of references could not be reached, and return the error with what else can be done."""
        for reference in references:
            self.review().source_unreached(reference, address, error.what)
        offered = self.known().shelf.offered(references[0])
        if offered is None or offered.text is None:
            return error
        hint = f"another article has “{offered.text.title}”: `reader source add` without a file takes it"
        return ReaderError(error.what, f"{error.hint}; {hint}" if error.hint else hint)

    def labels(self, references: Sequence[str]) -> str:
        """Return what people call references: "[2]", "[2][5]"."""
        return "".join(map(self._label, references))

    def _label(self, reference: str) -> str:
        return f"[{self._article.reference_by_id[reference].label}]"

    def _said(self, references: Sequence[str], done: str, text: SourceText, read: str) -> str:
        words = len(read.split())
        state = self.review().shelf.state(references[0])
        parts = (
            f"“{text.title}”" if text.title else "",
            f"{words:,} word{'' if words == 1 else 's'}" if read else "",
            state,
            text.origin if text.origin == PASTED else f"from {text.origin}",
        )
        return printable_line(f"{self.labels(references)} {done}: {', '.join(part for part in parts if part)}")
