"""The first start: what the program is for, a claim as it shows one, and a sample article that comes with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import reader
from reader.errors import ReaderError
from reader.tui.styled_line import Part, StyledLine, fold, line, spread, width_of

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.library.library import Library
    from reader.review.scale import Scale
    from reader.tui.panes.bars import KeyLabel

# ------------------------------------------------------------------ the sample

SAMPLE_NAME: Final = "harbour-heat-pump"
SAMPLE_COUNTS: Final = "37 sentences, 6 references, sources"
"""What is in the sample."""


def find_samples() -> Path:
    """Return the folder of the sample articles: in an installed package, or beside it in a checkout. Raises ReaderError."""
    package = Path(reader.__file__).parent
    for folder in (package / "sample_articles", package.parent / "sample_articles"):
        if (folder / f"{SAMPLE_NAME}.txt").is_file():
            return folder
    raise ReaderError("The sample articles are not installed", "Type the path of a text of your own")


def read_sample(open_library: Callable[[], Library], creator: str, scale: Scale) -> Article:
    """Put the sample into the library with its sources, and return it. Nothing is written beside its files."""
    from reader.formats import read_article
    from reader.library.source_texts import keep_source

    folder = find_samples()
    article = read_article(str(folder / f"{SAMPLE_NAME}.txt"))
    library = open_library()
    session = library.review(article, creator, scale)
    for path in sorted((folder / "sources" / SAMPLE_NAME).glob("*.txt")):
        reference = path.stem
        if reference in article.reference_by_id and session.sources.source(reference) is None:
            text = keep_source(library, read_article(str(path)), path.read_bytes(), str(path))
            session.attach_source(reference, text)
    return article


# ------------------------------------------------------------------ lines

_WIDTH: Final = 62
_TALL: Final = 30
"""Lines from which on everything fits."""
_PURPOSE: Final = (
    "Read an article beside its own references.",
    "Mark what it asserts, and see what each claim rests on.",
    "Judge every claim against every source it cites.",
    "Hand on what you found. It stays in files of your own.",
)
_PROMISE: Final = "Nothing is sent anywhere. An address is fetched when opened."
_MOST_FOLDS: Final = 4


def welcome_lines(width: int, height: int, label: KeyLabel) -> list[StyledLine]:
    """Return the page of an empty library, centred in `width` cells and `height` lines. Short: the example goes first.

    Narrow: sentences are folded, and what is said of a choice goes where it does not fit beside it.
    """
    size = min(_WIDTH, width - 4)
    is_tall = height >= _TALL
    lines: list[StyledLine] = [line(("    Claim Reader", "b")), ()]
    room = max(8, width - 5)
    lines.extend(line(("    ", "text"), (piece, "quote")) for words in _PURPOSE for piece in fold(words, room, _MOST_FOLDS))
    lines.extend([(), ()] if is_tall else [()])
    if is_tall:
        lines.extend((*_example_lines(size), (), ()))
    choices = (
        (label("library-open"), "open a sample", SAMPLE_COUNTS, "action:library-open"),
        ("type", "a path or an address", "it goes into the field above", ""),
        ("paste", "a whole text", "web pages, Markdown, plain text", ""),
        (label("library-help"), "help", "the keys on one page", "action:library-help"),
    )
    for number, choice in enumerate(choices):
        lines.append(_choice_line(*choice, size, is_first=number == 0))
        if is_tall or height >= 20:
            lines.append(())
    lines.extend([()] if is_tall else [])
    lines.extend(line(("    ", "text"), (piece, "secondary")) for piece in fold(_PROMISE, room, _MOST_FOLDS))
    margin = " " * max(0, (width - size) // 2 - 4)
    above: list[StyledLine] = [()] * max(0, min(3, (height - len(lines)) // 2))
    return [*above, *((Part(margin), *parts) for parts in lines)]


def _choice_line(key: str, word: str, remark: str, target: str, size: int, *, is_first: bool) -> StyledLine:
    bar = Part("  ▌ " if is_first else "    ", "yours", target)
    left = line(bar, (f"{key:<8}", "yours b", target), (word, "text b" if is_first else "text", target))
    right = line((remark, "secondary", target))
    return spread(left, right, size + 4) if width_of(left) + 2 + width_of(right) <= size + 4 else left


def _example_lines(size: int) -> list[StyledLine]:
    """Return a claim as the program shows it: its gutter, its reference, the verdict, what the author should do."""
    text = ("The bridge carries 4,100 cyclists on a working day, twice as", "many as before it was widened ")
    gap = " " * max(1, size - 58)
    return [
        line(("◐ ", "partly"), ("▌ ", "yours"), (text[0], "current-mark text")),
        line("  ", ("▌ ", "yours"), (text[1], "current-mark text"), ("[2]", "current-mark cite b"), (".", "current-mark text")),
        (),
        line(
            "    ",
            (" [2] ", "card cite"),
            ("Counting post 7, yearly table", "card b"),
            (f"   Roads Office · 2025 {gap}", "card secondary"),
        ),
        line(
            "    ",
            ("     ◐ partly supports", "card partly"),
            ("   “4,112 on average”, no count before" + gap[2:], "card quote"),
        ),
        line(
            "    ", ("     for the author", "card secondary"), ("   say since when, or drop “twice”" + gap + "   ", "card text")
        ),
    ]
