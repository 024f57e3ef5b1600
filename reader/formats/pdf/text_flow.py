"""Join the lines of a paragraph into a flow of words: hyphenation, broken addresses, superscripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.formats.pdf.lines import PdfLine
from reader.formats.pdf.run_table import PdfRun
from reader.formats.runs import superscript

SCRIPT_SIZE: Final = 0.83
"""The largest size of a superscript or subscript, as a share of the size of its line."""
NOTE_SYMBOLS: Final = frozenset("*∗†‡§¶#")
"""Signs that mark a note even if they are not raised, since most fonts draw them high."""
_SUPERSCRIPT_RISE: Final = 0.12
_SUBSCRIPT_DROP: Final = 0.05
_SCRIPT_GAP: Final = 0.22
_NUMBER_GAP: Final = 0.07
"""The widest gaps without a space beside a raised or lowered run, and between two raised numbers, in font sizes."""
_HYPHENS: Final = ("-", "\u2010")
_HYPHEN_END = lazy_pattern(r"(?<![^\W\d_])([^\W\d_]+)[-\u2010]$")
_FIRST_WORD = lazy_pattern(r"[^\W\d_]+")
_WORDS = lazy_pattern(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_ASCII_WORDS = lazy_pattern(r"[a-z]+(?:-[a-z]+)*")
"""`_WORDS` in small letters of ASCII, which is twice as quick."""
_ADDRESS = lazy_pattern(r"(?:(?:https?|ftp)://|www\.|\b10\.\d{4,9}/)\S*$")
_ADDRESS_REST = lazy_pattern(r"[/?#&=%_~.\-]|[\w.\-]*[/?=&_%]|(?!(?:1[5-9]|20)\d\d\b)\d[\w.\-]*$|[a-z\d]+[.\-][a-z\d]")
_ADDRESS_BREAKS: Final = ("/", "-", "_", "=", "&", "?", "%", "#", "~", ":")
_WIDE_CHARACTER = lazy_pattern(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")
_NUMBERS = lazy_pattern(r"\d+|[–-]")
_MARKER = lazy_pattern(r"(?:\d{1,4}|[*∗†‡§¶#])(?:[,–-] ?(?:\d{1,4}|[*∗†‡§¶#]))*,?$")
_DASHES: Final = ("–", "—", "/")
_STOPS: Final = ".,;:!?)]"


class PdfWord(NamedTuple):
    """A run of a paragraph, which may hold several words, with the gap before it: "" or " ".

    `level` is 1 for a superscript, -1 for a subscript, else 0.
    """

    gap: str
    text: str
    level: int
    run: PdfRun
    line: PdfLine


class Vocabulary:
    """The words of a document, as evidence whether a hyphen at the end of a line belongs to the word."""

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._is_cut = False

    def add(self, lines: Iterable[PdfLine]) -> None:
        """Add the words of the next lines of the document, except the parts of words at a hyphen between them."""
        for line in lines:
            text = line.text.casefold()
            words = (_ASCII_WORDS if text.isascii() else _WORDS).findall(text)
            first, self._is_cut = int(self._is_cut), line.text.endswith(_HYPHENS)
            self._words.update(words[first : len(words) - self._is_cut])

    def has_hyphen(self, before: str, after: str) -> bool:
        """Whether the two parts of a word at a hyphen occur elsewhere with a hyphen or as two words."""
        before, after = before.casefold(), after.casefold()
        if before + after in self._words:
            return False
        return f"{before}-{after}" in self._words or (before in self._words and after in self._words)


def join_lines(lines: Sequence[PdfLine], vocabulary: Vocabulary) -> Iterator[PdfWord]:
    """Yield the words of a paragraph with the gaps between them."""
    pending: list[PdfWord] = []
    for line in lines:
        words = list(space_runs(line.runs, line))
        if pending and words:
            words[0] = _continue_line(pending, words[0], vocabulary)
        yield from pending
        pending = words
    yield from pending


def space_runs(runs: Iterable[PdfRun], line: PdfLine) -> Iterator[PdfWord]:
    """Yield the runs of a line with the gaps between them."""
    last: PdfRun | None = None
    last_level = 0
    small = SCRIPT_SIZE * line.size
    for run in runs:
        level = 0 if run.font.size > small else level_of(run, line)
        is_touching = last is not None and run.left - last.right < _script_gap(last, last_level, run, level) * line.size
        yield PdfWord("" if last is None or run.is_glued or is_touching else " ", run.text, level, run, line)
        last, last_level = run, level


def _script_gap(last: PdfRun, last_level: int, run: PdfRun, level: int) -> float:
    """Return below which gap two runs touch, in font sizes: 0 unless one is raised or lowered. Raised numbers keep a space."""
    if level == last_level > 0 and run.text[0].isdecimal() and last.text[-1].isdecimal():
        return _NUMBER_GAP
    return _SCRIPT_GAP if level or (last_level and run.text[0] in _STOPS) else 0


def link_height(baseline: float, line: PdfLine) -> float:
    """Return the height at which a link covers characters of a line."""
    return baseline - 0.2 * line.size


def to_superscript(text: str, before: str) -> str:
    """Return text as superscript. The numbers of a note marker become superscript digits, whatever their length."""
    if _MARKER.match(text):
        return _NUMBERS.sub(lambda match: superscript(match[0]), text)
    return superscript(text, before)


def level_of(run: PdfRun, line: PdfLine) -> int:
    """Return 1 for a superscript of a line, -1 for a subscript, else 0."""
    if run.font.size > SCRIPT_SIZE * line.size:
        return 0
    if line.baseline - run.baseline > _SUPERSCRIPT_RISE * line.size:
        return 1
    return -1 if run.baseline - line.baseline > _SUBSCRIPT_DROP * line.size else 0


def _continue_line(previous: list[PdfWord], word: PdfWord, vocabulary: Vocabulary) -> PdfWord:
    """Return the first word of a line with its gap to the previous line, whose last word may lose its hyphen."""
    end = previous[-1].text
    for place in range(len(previous) - 1, 0, -1):
        if previous[place].gap or " " in end:
            break
        end = previous[place - 1].text + end
    end = end[end.rfind(" ") + 1 :]
    if _ADDRESS.search(end):
        return word._replace(gap="" if end.endswith(_ADDRESS_BREAKS) or _ADDRESS_REST.match(word.text) else " ")
    hyphenated, first = _HYPHEN_END.search(end), _FIRST_WORD.match(word.text)
    if hyphenated is not None and first is not None:
        if first[0][0].islower() and not vocabulary.has_hyphen(hyphenated[1], first[0]):
            previous[-1] = previous[-1]._replace(text=previous[-1].text[:-1])
        return word._replace(gap="")
    is_cut = len(end) > 1 and (end.endswith(_DASHES) or (end.endswith(_HYPHENS) and word.text[:1].isalnum()))
    is_wide = _WIDE_CHARACTER.match(word.text) is not None and _WIDE_CHARACTER.match(end[-1:]) is not None
    return word._replace(gap="" if is_cut or is_wide else " ")
