"""The article: an immutable text and the ranges that describe it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from reader.article.model import (
    About,
    Block,
    Citation,
    Comment,
    FileText,
    Noise,
    Omission,
    Reference,
    Style,
    StyleKind,
    markup_ranges,
)
from reader.article.ranges import Span, SpanColumns, merge_ranges

if TYPE_CHECKING:
    from reader.article.sections import Section
    from reader.article.sentences import Sentences


_DIGEST_BLOCK: Final = 1 << 16
"""The code points that are encoded at once: all of them would need as much memory as the text."""


@dataclass(frozen=True)
class Article:
    """A document to read. All tuples of ranges are sorted by start.

    `source` is the path or address it was read from, or "-". `format` names the importer. `language` is a BCP 47 tag; an
    importer gives the one that the document declares, or "". `noise` holds whole blocks; `debris` holds ranges within blocks,
    which are hidden markup too.
    `omissions` are the notices in the text about parts of the document that were not read. `comments` are those of the
    document, which are not in the text. `original` holds the bytes of a document whose text was extracted, and is empty for
    plain text and Markdown. `file` is the text of the file as it is on the disk; it is None if the text was extracted, cut or
    converted.
    """

    text: str
    title: str
    blocks: tuple[Block, ...]
    styles: tuple[Style, ...] = ()
    citations: tuple[Citation, ...] = ()
    references: tuple[Reference, ...] = ()
    noise: tuple[Noise, ...] = ()
    debris: tuple[Noise, ...] = ()
    format: str = "plain"
    source: str = "-"
    language: str = field(default="en")
    about: About = field(default_factory=About)
    omissions: tuple[Omission, ...] = ()
    comments: tuple[Comment, ...] = ()
    original: bytes = field(default=b"", repr=False, compare=False)
    file: FileText | None = field(default=None, repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the text in UTF-8, in hexadecimal. It identifies this edition of the article."""
        from reader.digests import sha256  # not for the first frame

        digest = sha256(size=len(self.text))
        for start in range(0, len(self.text), _DIGEST_BLOCK):
            digest.update(self.text[start : start + _DIGEST_BLOCK].encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    @cached_property
    def cache_name(self) -> str:
        """The name of this article in the cache of parsed articles, which sets it; "" for one that is not to be kept there.

        A changed copy has no name.
        """
        return ""

    @property
    def notices(self) -> tuple[str, ...]:
        """What the text says about parts of the document that were not read, without its brackets."""
        return tuple(self.text[omission.start : omission.end].strip("[]") for omission in self.omissions)

    @cached_property
    def sentences(self) -> Sentences:
        """The sentences of the body, computed block by block on demand."""
        from reader.article.sentences import Sentences

        return Sentences(self)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the article in order."""
        from reader.article.sections import find_sections  # not for the first frame

        return find_sections(self.text, self.blocks, self.styles, self.noise)

    @property
    def aside(self) -> tuple[Noise, ...]:
        """All that is set aside, in order."""
        return tuple(sorted((*self.noise, *self.debris))) if self.debris else self.noise

    def is_noise(self, span: Span) -> bool:
        """Whether a range begins in noise."""
        return any(noise.start <= span.start < noise.end for noise in self.noise)

    def with_noise(self, noise: tuple[Noise, ...]) -> Article:
        """Return a copy with this noise instead. It shares the cached sentences."""
        copy = replace(self, noise=noise, styles=self._styles_of_debris(hidden=True))
        return self._share_sentences(copy, noise_too=False)

    def with_language(self, language: str) -> Article:
        """Return a copy in another language, whose sentences are cut by the customs of that one."""
        if language == self.language:
            return self
        copy = replace(self, language=language)
        vars(copy).update(digest=self.digest)
        return copy

    def with_title(self, title: str) -> Article:
        """Return a copy with another title. It shares the cached sentences."""
        return self if title == self.title else self._share_sentences(replace(self, title=title), noise_too=False)

    def has_same_body(self, other: Article) -> bool:
        """Whether another article of the same text has the same noise and language, and therefore the same sentences."""
        return self.noise == other.noise and self.language == other.language

    def with_noise_included(self) -> Article:
        """Return a copy that has sentences in its noise too and does not hide its debris, for reading while noise is shown."""
        return self._share_sentences(replace(self, styles=self._styles_of_debris(hidden=False)), noise_too=True)

    def _styles_of_debris(self, *, hidden: bool) -> tuple[Style, ...]:
        """Return the styles with the debris hidden or not."""
        if not self.debris:
            return self.styles
        debris = {Style(part.start, part.end, StyleKind.MARKUP) for part in self.debris}
        return tuple(sorted({*self.styles, *debris} if hidden else {*self.styles} - debris, key=attrgetter("start")))

    def _share_sentences(self, copy: Article, *, noise_too: bool) -> Article:
        from reader.article.sentences import Sentences

        vars(copy).update(digest=self.digest, sentences=Sentences(copy, self.sentences, noise_too=noise_too))
        return copy

    @cached_property
    def cited_ids(self) -> frozenset[str]:
        """The ids of the references that any marker points to, or may point to."""
        return frozenset(name for citation in self.citations for name in (*citation.references, *citation.ambiguous))

    @cached_property
    def citation_starts(self) -> list[int]:
        """The starts of the citations, for bisection: they are looked up for every claim and sentence."""
        return [citation.start for citation in self.citations]

    @cached_property
    def citation_ends(self) -> list[int]:
        """The ends of the citations, for bisection."""
        return [citation.end for citation in self.citations]

    @cached_property
    def _comment_reach(self) -> list[int]:
        """The furthest end of the comments up to each of them, for bisection."""
        return list(accumulate((comment.end for comment in self.comments), max))

    def comments_on(self, span: Span) -> tuple[Comment, ...]:
        """Return the comments that overlap a range, in order."""
        if not self.comments:
            return ()
        first = bisect_right(self._comment_reach, span.start)
        last = bisect_left(self.comments, span.end, key=attrgetter("start"))
        return tuple(comment for comment in self.comments[first:last] if comment.end > span.start)

    def comments_at(self, sentence: Span) -> tuple[Comment, ...]:
        """Return the comments to read with a sentence: those on it, and on headings and the like right before it."""
        if not self.comments:
            return ()
        before, after = self.sentences.before(sentence), self.sentences.after(sentence)
        start = min(before.end, sentence.start) if before is not None else 0
        return self.comments_on(Span(start, sentence.end if after is not None else len(self.text)))

    @cached_property
    def markup(self) -> SpanColumns:
        """The ranges of hidden markup, merged and in order."""
        return SpanColumns.of(merge_ranges(markup_ranges(self.styles)))

    @cached_property
    def reference_by_id(self) -> dict[str, Reference]:
        """The references by id."""
        return {reference.id: reference for reference in self.references}

    def label_of(self, reference_id: str) -> str:
        """Return the label of a reference, or its id if the article has no such reference."""
        reference = self.reference_by_id.get(reference_id)
        return reference.label if reference is not None else reference_id
