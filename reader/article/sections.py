"""The sections of an article: its headings, and the sentences that they begin with."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from reader.article.model import Block, BlockKind, visible_text
from reader.article.ranges import Ranges, Span, merge_ranges

if TYPE_CHECKING:
    from reader.article.model import Noise, Style
    from reader.article.sentences import Sentences


class Section(NamedTuple):
    """A heading, its words in one line, and its depth below the outermost heading of the article, from 0."""

    heading: Block
    title: str
    depth: int

    @property
    def start(self) -> int:
        """The offset at which the section begins."""
        return self.heading.start


def find_sections(text: str, blocks: Sequence[Block], styles: Sequence[Style], noise: Sequence[Noise]) -> tuple[Section, ...]:
    """Return the sections of an article in order, without headings that are noise or empty."""
    aside = Ranges(merge_ranges(Span(part.start, part.end) for part in noise))
    headings = [block for block in blocks if block.kind is BlockKind.HEADING and not aside.contains(block.start)]
    titles = [" ".join(visible_text(text, styles, block.span).split()) for block in headings]
    top = min((block.level for block, title in zip(headings, titles, strict=True) if title), default=0)
    return tuple(Section(block, title, block.level - top) for block, title in zip(headings, titles, strict=True) if title)


def section_at(sections: Sequence[Section], offset: int) -> int:
    """Return the index of the section that an offset is in, -1 before the first."""
    return bisect_right(sections, offset, key=_start) - 1


def first_sentence(sentences: Sentences, section: Section) -> Span | None:
    """Return the first sentence after the heading of a section, None if no sentence follows."""
    sentence = sentences.at(section.heading.end)
    return sentence if sentence is not None and sentence.start >= section.heading.end else None


def next_section(sections: Sequence[Section], offset: int) -> Section | None:
    """Return the first section whose heading starts at an offset or after it, None if there is none."""
    index = bisect_left(sections, offset, key=_start)
    return sections[index] if index < len(sections) else None


def previous_section(sections: Sequence[Section], sentences: Sentences, offset: int) -> Section | None:
    """Return the last section whose first sentence starts before an offset, None if there is none.

    Of headings that directly follow each other, the first is returned.
    """
    index = section_at(sections, offset)
    while index >= 0 and (sentence := first_sentence(sentences, sections[index])) is not None and sentence.start >= offset:
        index -= 1
    while index > 0 and first_sentence(sentences, sections[index - 1]) == first_sentence(sentences, sections[index]):
        index -= 1
    return sections[index] if index >= 0 else None


def _start(section: Section) -> int:
    return section.start
