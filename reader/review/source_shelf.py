"""Look up the sources behind the references of an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.article.model import BlockKind
from reader.review.health import HealthBook
from reader.review.model import Attachment, Source, is_readable, source_state
from reader.review.source_marks import source_marks
from reader.review.vocabulary import ABSTRACT, FULL_TEXT

# ------------------------------------------------------------------ extent of a text

_ABSTRACT: Final = lazy_pattern(r"[\s#*_]*(?:abstract|summary|zusammenfassung|résumé|resumen|riassunto)(?![^\W_])")
_BODY: Final = lazy_pattern(
    r"[\s#*_]*(?:\d+\.?\s*)?(?:introduction|background|(?:materials and )?methods?|results?|discussion|conclusions?|einleitung)"
    r"[\s#*_]*$"
)
_MOST_WORDS: Final = 700
"""The number of words above which a page is more than an abstract."""


def detect_extent(article: Article) -> str:
    """Return ABSTRACT for a short text with the heading of an abstract and none of an article's parts, else FULL_TEXT."""
    body = [article.blocks[index] for index in article.sentences.body_blocks]
    if sum(len(article.text[block.start : block.end].split()) for block in body) > _MOST_WORDS:
        return FULL_TEXT
    words = [(block, article.text[block.start : block.end].casefold()) for block in article.blocks]
    headings = [text for block, text in words if block.kind is BlockKind.HEADING or len(text) < 40]
    if any(_BODY.match(text) for text in headings):
        return FULL_TEXT
    return ABSTRACT if any(_ABSTRACT.match(text) for _, text in words) else FULL_TEXT


# ------------------------------------------------------------------ sources by reference


class SourceShelf:
    """The sources of a library, and those attached to the references of one article.

    A reference is found by its identity, which outlives the renumbering of a list. `items` holds the sources and attachments by
    their keys, for the index that changes them. `health` is what others have recorded about the works behind the references.
    """

    def __init__(self, identities: Mapping[str, str], sources: Iterable[Source], attachments: Iterable[Attachment]) -> None:
        """`identities` are those of the article's references by their ids (`reference_identities`)."""
        self.health = HealthBook()
        self._identities = identities
        self._sources = {source.id: source for source in sources}
        self._attachments = {attachment.reference: attachment for attachment in attachments}
        self.items: Mapping[type[Source | Attachment], dict[str, Any]] = {Source: self._sources, Attachment: self._attachments}

    def source(self, reference: str) -> Source | None:
        """Return the source attached to a reference, or None."""
        attachment = self.attachment(reference)
        return self._sources.get(attachment.source) if attachment is not None else None

    def attachment(self, reference: str) -> Attachment | None:
        """Return the attachment of a reference, or None."""
        return self._attachments.get(self._identities.get(reference, ""))

    def state(self, reference: str) -> str:
        """Return the state of a reference's source: NO_SOURCE, FETCH_FAILED, NO_TEXT, ONLY_ABSTRACT, DESCRIBED or SUPPLIED."""
        return source_state(self.source(reference))

    def is_readable(self, reference: str) -> bool:
        """Whether there is a text of a reference's source to read."""
        return is_readable(self.source(reference))

    def marks(self, reference: str) -> tuple[str, ...]:
        """Return the marks of a reference's source (`SOURCE_MARKS`), the gravest first."""
        return source_marks(self.source(reference), self.health.of(reference))

    def reusable_source(self, reference: str) -> Source | None:
        """Return a source with a text that is attached to the same reference elsewhere; None if this reference has a text."""
        own, name = self.source(reference), self._identities.get(reference, "")
        if not name or (own is not None and own.current):
            return None
        candidates = (source for source in self._sources.values() if source.current and name in source.names)
        return max(candidates, key=lambda source: (source.text.at if source.text is not None else "", source.id), default=None)

    def source_with_text(self, digest: str) -> Source | None:
        """Return the source with this text, current or earlier, by its digest, or None."""
        return next((source for source in self._sources.values() if source.text_of(digest) is not None), None)

    def identity(self, reference: str) -> str:
        """Return the identity of a reference, "" if the article does not have it."""
        return self._identities.get(reference, "")

    def source_by_id(self, source_id: str) -> Source | None:
        """Return the source with this id, or None."""
        return self._sources.get(source_id)
