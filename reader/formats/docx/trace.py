"""Trace the text of a Word document back to the elements that hold it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from xml.etree.ElementTree import Element

    from reader.article.article import Article
    from reader.formats.runs import StyledRun
    from reader.formats.xml import Package


class Piece(NamedTuple):
    """A piece of text as it was read: its text, and the element of the main part that holds it.

    For the text of a note, which is in a part of its own, that is the element that refers to the note.
    """

    element: Element
    text: str
    is_in_note: bool


@dataclass
class Trace:
    """The pieces of a document in reading order."""

    pieces: list[Piece] = field(default_factory=list[Piece])
    _note: Element | None = None

    @contextlib.contextmanager
    def inside(self, reference: Element) -> Generator[None]:
        """Give the pieces in the context the element that refers to their note."""
        self._note = reference
        yield
        self._note = None

    def follow(self, element: Element, runs: Iterable[StyledRun]) -> Iterator[StyledRun]:
        """Yield the runs that were read from an element, with the number of their piece as their origin."""
        for run in runs:
            if run.origins:
                yield run
                continue
            yield run._replace(origins=(str(len(self.pieces)),))
            holder = element if self._note is None else self._note
            self.pieces.append(Piece(holder, run.text, self._note is not None))


class TracedDocument(NamedTuple):
    """A Word document with the origins of its text.

    The styles of kind ORIGIN of the `article` name `pieces` by number. `root` is the root element of the main part, whose name
    in the `package` is `main`.
    """

    article: Article
    pieces: list[Piece]
    root: Element
    package: Package
    main: str
