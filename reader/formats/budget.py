"""Limit what one import may use. All importers share one budget; what exceeds it is left out and named in the text.

The limits keep an import below 600 MB: a sign of markup takes up to 0.4 KB in a tree, a character up to 20 bytes, and a block
0.5 KB. A run that waits for its block takes 0.3 KB, a style 0.2 KB, an entry with its marker 2 KB, a value of JSON or a line of
a message 0.1 KB. They keep a page below 10 seconds: an element of HTML takes up to 40 microseconds.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import replace
from itertools import accumulate, islice, pairwise
from typing import Final, Literal, NamedTuple, TypeVar

from reader.article.article import Article
from reader.article.model import Block, Omission
from reader.formats.detection import cut_bytes
from reader.formats.progress import OutOfTimeError, deadline


class Limits(NamedTuple):
    """The limits of an import. Sizes are bytes; the signs of markup are "<" and "=", for tags and attributes.

    Elements are counted by their start tags. A run of a PDF is a word or a part of one. The cells of a row count once more for
    each line that the row takes in a column of 8 characters, and short rows are as wide as the longest. The lines of tables are
    those that are drawn: one of many columns repeats the first. An answer to a comment counts as a comment. Sources of comments
    are counted without those that the reference list has. Entries are those of bibliographies in BibTeX, and the abbreviations
    that they define; `abbreviated` counts the characters that these abbreviations stand for wherever they are used. Companions
    are files beside the document. Notes are counted with the entries that a document identifies in its text. Runs are those of
    a paragraph, and all that wait for the end of the text, as those of notes do. The values of JSON are strings, and whatever
    begins a list or an object or follows a comma.
    """

    html_size: int = 12_000_000
    html_signs: int = 1_000_000
    html_elements: int = 250_000
    xml_size: int = 40_000_000
    xml_signs: int = 1_800_000
    pdf_runs: int = 1_600_000
    text_size: int = 42_000_000
    message_size: int = 60_000_000
    message_lines: int = 1_000_000
    json_size: int = 32_000_000
    json_values: int = 4_000_000
    lines: int = 600_000
    characters: int = 10_000_000
    blocks: int = 200_000
    styles: int = 600_000
    notes: int = 60_000
    runs: int = 200_000
    cells: int = 400_000
    table_lines: int = 300_000
    comments: int = 5_000
    comment_sources: int = 2_000
    linked_sources: int = 2_000
    entries: int = 50_000
    abbreviated: int = 10_000_000
    companion_size: int = 60_000_000
    seconds: float = 120.0

    def reduce(self) -> Limits:
        """Return an eighth of these limits, with a quarter of the time."""
        sizes = {name: value // _REDUCTION for name, value in self._asdict().items() if name != "seconds"}
        return self._replace(**sizes, seconds=self.seconds / 4)


Resource = Literal[
    "html_size", "html_signs", "html_elements", "xml_size", "xml_signs", "runs", "cells", "table_lines", "comments", "entries",
    "abbreviated", "companion_size",
]  # fmt: skip
"""What the parts of a document share."""

_Comment = TypeVar("_Comment")

_Result = TypeVar("_Result")

_REDUCTION: Final = 8
_LINE_END: Final = re.compile(rb"\n")
_MAX_NOTICE_LENGTH: Final = 500
_MAX_NOTICE_LINES: Final = 10


class Budget:
    """The rest of the limits during an import, and what was left out before there was a text to name it in.

    `omitted_size` counts bytes of the document, `omitted_length` characters of its text; `has_omitted_depth` means elements
    that are nested too deep, `has_omitted_comments` more comments than the limits permit.
    """

    def __init__(self, limits: Limits | None = None, *, is_reduced: bool = False) -> None:
        """Take the limits. They are `is_reduced` if the document takes too long within the whole ones."""
        self.limits = limits or Limits()
        self._is_reduced = is_reduced
        self.omitted_size = 0
        self.omitted_length = 0
        self.has_omitted_depth = False
        self.has_omitted_comments = False
        self._spent: Counter[Resource] = Counter()
        self._notices: dict[str, None] = {}

    def left(self, resource: Resource) -> int:
        """Return how much is left of a resource."""
        return max(0, int(getattr(self.limits, resource)) - self._spent[resource])

    def take(self, resource: Resource, amount: int) -> int:
        """Take as much of `amount` as is left of a resource, and return how much that is."""
        granted = min(amount, self.left(resource))
        self._spent[resource] += granted
        return granted

    def omit(self, notice: str) -> None:
        """Have a notice at the end of the text about something else that was left out, once however often that is said."""
        self._notices[notice] = None

    def fit_comments(self, comments: list[_Comment]) -> list[_Comment]:
        """Return as many comments as the limits permit."""
        granted = self.take("comments", len(comments))
        self.has_omitted_comments = self.has_omitted_comments or granted < len(comments)
        return comments[:granted]

    def fit_bytes(self, data: bytes, size: int, lines: int | None = None) -> bytes:
        """Return at most `size` bytes and `lines` lines of a document. The rest counts as omitted."""
        end = min(size, len(data))
        if lines is not None and data.count(b"\n", 0, end) > lines:
            end = next(islice(_LINE_END.finditer(data), lines, None)).start()
        beginning = data if end == len(data) else cut_bytes(data, end)
        self.omitted_size += len(data) - len(beginning)
        return beginning

    def fit_parts(self, parts: Iterable[str]) -> list[str]:
        """Return as many parts of a text as the limits permit. The rest is not kept, and counts as omitted."""
        kept: list[str] = []
        size = 0
        for part in parts:
            if size > self.limits.characters:
                self.omitted_length += len(part)
            else:
                kept.append(part)
                size += len(part)
        return kept

    def fit_text(self, text: str) -> str:
        """Return as many whole lines of a text as the limits permit. The rest counts as omitted.

        A text that was cut and has its notices now is not cut again.
        """
        end = len(text)
        if end > self.limits.characters + _MAX_NOTICE_LENGTH:
            most = self.limits.characters
            end = text.rfind("\n", most // 2, most) + 1 or most  # a line may be longer than that
        if text.count("\n", 0, end) > self.limits.lines + _MAX_NOTICE_LINES:
            end = next(islice(_line_ends(text), self.limits.lines, None))
        self.omitted_length += len(text) - end
        return text[:end]

    def take_notices(self) -> list[str]:
        """Return a notice for each kind of omission that has none yet, for the end of the text."""
        notices = [
            (self.omitted_size, f"{format_size(self.omitted_size)} of the document were not read, as it is too large."),
            (self.omitted_length, f"{self.omitted_length:,} more characters of the text were not read, as it is too long."),
            (self.has_omitted_depth, "Elements that are nested too deep were not read."),
            (
                self.has_omitted_comments,
                f"Comments after the first {self.limits.comments:,} were not read, as there are too many.",
            ),
        ]
        others, self._notices = self._notices, {}
        self.omitted_size = self.omitted_length = 0
        self.has_omitted_depth = self.has_omitted_comments = False
        current = [*(notice for is_needed, notice in notices if is_needed), *others]
        if current and self._is_reduced:
            self._is_reduced = False
            current.append("All of the document takes too long to read.")
        return current


def fitted_article(text: str, budget: Budget, build: Callable[[str], Article]) -> Article:
    r"""Return the article that `build` makes of a text with `\n` line ends, cut to the budget and with notices at its end."""
    text = budget.fit_text(text)
    notices = [f"[{notice}]" for notice in budget.take_notices()]
    article = build("\n\n".join((text, *notices)))
    if notices:
        # The notices are the end of the text, in reStructuredText too.
        ends = accumulate((-len(notice) - 2 for notice in reversed(notices[1:])), initial=len(article.text))
        omissions = (Omission(end - len(notice), end) for end, notice in zip(ends, reversed(notices), strict=False))
        article = replace(article, omissions=tuple(sorted(omissions)))
    # What is left out of the files beside a text is known only now.
    later = budget.take_notices()
    return with_notice(article, *later) if later else article


def with_notice(article: Article, *notices: str) -> Article:
    """Return an article with notices about what is missing in it as its last paragraphs.

    A text that was kept with the notices does not get them again.
    """
    paragraphs = [f"\n\n[{notice}]" for notice in notices]
    ending, end = "".join(paragraphs), len(article.text.rstrip())
    is_kept = article.text.endswith(ending, 0, end)
    text = article.text if is_kept else f"{article.text}{ending}"
    ends = list(accumulate(map(len, paragraphs), initial=end - len(ending) if is_kept else len(article.text)))
    omissions = [Omission(before + 2, after) for before, after in pairwise(ends)]
    blocks = () if is_kept else tuple(Block(*omission) for omission in omissions)
    return replace(article, text=text, blocks=(*article.blocks, *blocks), omissions=(*article.omissions, *omissions))


def _line_ends(text: str) -> Iterator[int]:
    end = -1
    while (end := text.find("\n", end + 1)) >= 0:
        yield end


def format_size(size: int) -> str:
    """Return a number of bytes as people read it: "1.2 MB", "34 KB"."""
    return f"{size / 1_000_000:,.1f} MB" if size >= 1_000_000 else f"{-(-size // 1000)} KB"


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextlib.contextmanager
def new_budget(limits: Limits | None = None, *, is_reduced: bool = False) -> Generator[Budget]:
    """Give the import in the context a budget."""
    token = _budget.set(budget := Budget(limits, is_reduced=is_reduced))
    try:
        yield budget
    finally:
        _budget.reset(token)


def read_in_time(read: Callable[[Budget], _Result], what: str, limits: Limits | None = None) -> _Result:
    """Return what `read` makes of the document `what` with a budget, or, if that takes too long, of its first part.

    Raises OutOfTimeError if that takes too long too, and what `read` raises.
    """
    limits = limits or Limits()
    with contextlib.suppress(OutOfTimeError):
        return _read_once(read, what, limits, is_reduced=False)
    return _read_once(read, what, limits.reduce(), is_reduced=True)


def _read_once(read: Callable[[Budget], _Result], what: str, limits: Limits, *, is_reduced: bool) -> _Result:
    with new_budget(limits, is_reduced=is_reduced) as budget, deadline(limits.seconds, f"{what} takes too long to read"):
        return read(budget)


def current_budget() -> Budget:
    """Return the budget of the running import, or a new one outside an import."""
    return _budget.get() or Budget()
