"""Read of a file what is about one article: once if it is clear while it is read which document is the article, else again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from reader.errors import ReaderError
from reader.imports.annotation import ImportedAnnotation, ImportedDocument, ImportedFile, ImportedPart, ImportReader, LeftOut
from reader.imports.matches import DocumentFinder, DocumentRank
from reader.imports.source import ImportSource

MOST_ANNOTATIONS: Final = 200_000
"""The number of annotations above which a file is refused: no article has as many."""
MOST_WORDS: Final = 30_000_000
"""The code points of quotes and notes above which a file is refused: two numbers can name all of a long text as a quote."""
_ENOUGH: Final = 0.5
"""The share of the quotes of a document that stand in the article from which on it is taken for the article."""
_MOST_NAMES: Final = 5


class _SeveralDocuments(Exception):
    """End of a reading: the file has several documents, and the first is not surely the article."""


def select_annotations(read: ImportReader, source: ImportSource, finder: DocumentFinder) -> ImportedFile:
    """Return what a file has about an article. Raises ReaderError if it cannot be read.

    The only document of a file is the article, unless it is one of many. Of several, those are that surely are
    (`DocumentRank`); if there are none, those whose DOI it names and whose quotes do not speak against that; if there are none,
    those with its title; if there are none, those of whose quotes half stand in its text.
    """
    first = _FirstReading(finder)
    try:
        return _collect(read(source, first), first)
    except _SeveralDocuments:
        survey = _Survey(finder)
    file = _collect(read(source, survey), survey)
    if file.documents or not (hashes := survey.choose()):
        return file
    choice = _Choice(finder, hashes)
    return _collect(read(source, choice), choice)


def _collect(items: Iterable[ImportedAnnotation | ImportedPart], selection: _Selection) -> ImportedFile:
    annotations, parts = list[ImportedAnnotation](), list[ImportedPart]()
    words = RepeatedWords()
    for item in items:
        if len(annotations) + len(parts) == MOST_ANNOTATIONS:
            raise ReaderError(f"it holds more than {MOST_ANNOTATIONS:,} annotations of the article", "Divide it")
        if isinstance(item, ImportedAnnotation):
            words.add(len(item.quote) + len(item.note))
            annotations.append(item)
        else:
            parts.append(item)
    return selection.to_file(annotations, parts)


class RepeatedWords:
    """Count the code points that a file repeats as quotes, notes and names."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, count: int) -> None:
        """Count more of them. Raises ReaderError if there are more than a review can hold."""
        self._count += count
        if self._count > MOST_WORDS:
            raise ReaderError(f"the passages and notes in it have more than {MOST_WORDS:,} characters", "Divide it")


class _Selection:
    """What has been seen of a file's documents, which are told apart by their hashes: a file may have many, with long texts."""

    def __init__(self, finder: DocumentFinder) -> None:
        self._finder = finder
        self._last: ImportedDocument | None = None
        self._last_number: int | None = None
        self._numbers: dict[int, int | None] = {}
        self._documents: list[ImportedDocument] = []
        self._names: dict[str, None] = {}
        self._omissions = Counter[LeftOut]()
        self._others = 0

    def number_of(self, document: ImportedDocument, quote: str | None = None) -> int | None:
        if document is not self._last:
            self._last, self._last_number = document, self._find_number(document)
        number = self._last_number
        if number is None and quote is not None:
            self._others += 1
            self._note_quote(document, quote)
        return number

    def omit(self, what: LeftOut, count: int = 1) -> None:
        self._omissions[what] += count

    def _find_number(self, document: ImportedDocument) -> int | None:
        key = hash(document)
        if key not in self._numbers:
            if self._is_article(document):
                self._numbers[key] = len(self._documents)
                self._documents.append(document)
            else:
                self._numbers[key] = None
                if len(self._names) < _MOST_NAMES:
                    self._names[document.title or document.address or document.edition[:12]] = None
        return self._numbers[key]

    def _is_article(self, document: ImportedDocument) -> bool:
        """Whether a document that was not seen before is the article."""
        raise NotImplementedError

    def _note_quote(self, document: ImportedDocument, quote: str) -> None:
        """Take note of an annotation of a document that is not the article."""

    def to_file(self, annotations: list[ImportedAnnotation], parts: list[ImportedPart]) -> ImportedFile:
        has_choice = len(self._numbers) > 1 or any(document.is_one_of_many for document in self._documents)
        reasons = tuple(self._finder.judge(document)[1] for document in self._documents) if has_choice else ()
        return ImportedFile(
            tuple(self._documents),
            tuple(annotations),
            tuple(parts),
            +self._omissions,
            self._others,
            len(self._numbers) - len(self._documents),
            tuple(filter(None, self._names)),
            reasons,
        )


class _FirstReading(_Selection):
    """Take the only document, or those that surely are the article if the first one is."""

    def _is_article(self, document: ImportedDocument) -> bool:
        if not self._documents:
            if document.is_one_of_many and self._finder.rank(document) < DocumentRank.SURE:
                raise _SeveralDocuments
            return True
        if len(self._numbers) == 1 and self._finder.rank(self._documents[0]) < DocumentRank.SURE:
            raise _SeveralDocuments
        return self._finder.rank(document) == DocumentRank.SURE


class _Survey(_Selection):
    """Take the documents that surely are the article, and find out which others may be if there are none."""

    def __init__(self, finder: DocumentFinder) -> None:
        super().__init__(finder)
        self._named, self._alike = set[int](), set[int]()
        self._quotes, self._there = Counter[int](), Counter[int]()

    def _is_article(self, document: ImportedDocument) -> bool:
        rank = self._finder.rank(document)
        if rank in (DocumentRank.NAMED, DocumentRank.ALIKE):
            (self._named if rank == DocumentRank.NAMED else self._alike).add(hash(document))
        return rank == DocumentRank.SURE

    def _note_quote(self, document: ImportedDocument, quote: str) -> None:
        if self._documents or not quote or quote.isspace():
            return
        key = hash(document)
        if not self._alike or key in self._named:
            self._quotes[key] += 1
            if self._finder.has_words(quote):
                self._there[key] += 1

    def choose(self) -> Collection[int]:
        """Return the hashes of the documents that are the article by their DOI, their title, or else by their quotes."""
        named = {key for key in self._named if self._there[key] or not self._quotes[key]}
        by_quotes = {key for key, count in self._there.items() if count >= _ENOUGH * self._quotes[key]}
        return named or self._alike or by_quotes


class _Choice(_Selection):
    """Take the documents with these hashes."""

    def __init__(self, finder: DocumentFinder, hashes: Collection[int]) -> None:
        super().__init__(finder)
        self._hashes = hashes

    def _is_article(self, document: ImportedDocument) -> bool:
        return hash(document) in self._hashes
