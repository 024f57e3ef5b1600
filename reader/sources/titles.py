"""Compare the title of a reference with what a document shows in large print, in its metadata and on its first pages."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.article.names import strip_accents

_IDEOGRAPHS: Final = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD: Final = lazy_pattern(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+")
"""Match a word. In scripts without spaces each sign counts as one, so that titles can be compared word by word."""
_IDEOGRAPH: Final = lazy_pattern(rf"[{_IDEOGRAPHS}]")
_LIGATURES: Final = lazy_pattern(r"f[fil]+")
"""Match what PDFs lose: a font may not say which letters its ligatures are."""
_ABOUT_BEFORE: Final = lazy_pattern(
    r"(?:(?:publishers?|authors?|editors?|editorial|invited|guest|online|web)?(?:correction|corrig|errat|addend|retract|withdraw"
    r"|expressionofconcern|supplement|supporting|appendix|comment|reply|response|rejoinder|review(?!article|paper)|bookreview|discussionof|lettertotheeditor|preface|summaryof"
    r"|berichtigung|korrektur|rezension|kommentar|erwiderung|anhang|recti|compterendu|correccion|resena|correcao|resenha"
    r"|(?:further|more|notes?|remarks?|thoughts|new)[a-z]{0,12}on)|.*(?:correction|erratum|corrigendum|comments?|commentary|reply|response"
    r"|review|supplement|appendix|introduction|rejoinder)(?:to|on|of|for)(?:the|an?)?$)"
)
"""Match the letters before a title that turn it into that of a document about the work, such as "Comment on"."""
_ABOUT_AFTER: Final = lazy_pattern(
    r"(?:an?|the|authors?)?(?:correction|corrig|errat|addend|retract|withdraw|supplement|supporting|appendix|comment|reply|response"
    r"|rejoinder|(?:book)?review(?!article|paper|of)|discussion|slides|poster|(?:part|teil|partie|parte|volume|vol|band|tome|tomo|paper)"
    r"(?:[ivx]{1,4}(?![a-z])|[ivx]{2,4}|\d|one|two|three|four|five))|[iv]{2,4}(?:[a-z]|$)"
)
"""Match the letters after a title that turn it into that of another work: a reply to it, or another part of it."""
_OTHER_LINE: Final = lazy_pattern(
    r"(?:publishers?|authors?|editorial|editors?)?(?:corrections?|corrigend|errat|addendum|retraction|expressionofconcern|withdrawal)"
    r"(?:um|a|note|notice)?(?:$|(?:to|for|of)(?!the))|correctionsandretractions$"
    r"|(?:supplementa(?:ry|l)|supporting)(?:online)?(?:information|materials?|data|appendix|text|methods|figures|tables|(?:fil)?es?)|(?:online|data|web|electronic)(?:only)?(?:appendix|supplement)|supplementaryonlinecontent"
    r"|(?:s\d{0,2}|si|appendix[a-z]?)(?:appendix|supplementa|supporting)|additional(?:fil)?es?\d"
    r"|(?:book|film)?reviewof|bookreviews?$|peerreview(?:(?:fil)?e|information|reports?|history)|responses?to(?:the)?reviewers"
    r"|reportingsummary|(?:authors?)?(?:reply|response)$"
    r"|commenton|replyto|responseto|berichtigung|korrekturzu|rezension|rectificatif|correccion|compterendu"
)
"""Match the letters of a line at the top of a document about another one, such as an erratum, or of a supplement to it."""
_ENTRY_LEAD: Final = lazy_pattern(
    r"(?:correction|erratum|corrigendum|retraction|comments?|commentary|reply|response|review|supplement|appendix|addendum)"
    r"(?:to|on|of|for)?(?:the|an?)?$"
)
"""Match the letters right before the title of an entry that is to a document about it."""
_OPEN_LEAD: Final = lazy_pattern(r"(?:book|film)?reviewof(?:the)?|commenton|responseto(?!(?:the)?reviewers)|replyto")
"""Match the start of a line that is about a work only if a title follows: it may also name a journal, or begin a title."""
_LABEL: Final = lazy_pattern(
    r"(?:original|research|review|regular|short|brief|full|mini|systematic|open|access|free|invited|special|technical|case|data"
    r"|article|paper|communication|report|note|letter|study|perspective|viewpoint|editorial|essay|originalarbeit"
    r"|originalien|articulo|artigo)+$"
)
"""Match the letters of a label above a title, which says what kind of work it is."""
_SERIES: Final = lazy_pattern(
    r"(?:part|volume|vol|teil|band|partie|parte|tome|tomo|chapter|edition|section|[ivx]+|\d+(?:st|nd|rd|th)?|one|two|three|four|five"
    r"|six|first|second|third|fourth|fifth|new|revised)$"
)
"""Match a word that tells one part, volume or edition of a work from another."""
_NOTE: Final = lazy_pattern(r"(?<=\w)\s{0,3}\[[^\[\]]{0,120}\]\s{0,3}$")
"""Match a note behind a title, such as "[version 2; peer review: approved]"."""
_MIN_LETTERS: Final = 12
_MIN_ENTRY_LETTERS: Final = 24
_MIN_CLOSE_WORDS: Final = 6
_CLOSE_SHARE: Final = 0.85
_LEAD_LENGTH: Final = 24
_TITLE_START: Final = 10
_TOP_LINES: Final = 14
_REFERENCES: Final = lazy_pattern(
    r"(?im)^\W{0,4}(?:\d{1,2}\W{1,3})?(?:references(?: and notes)?|bibliography|works cited|literature cited"
    r"|literatur(?:verzeichnis)?|bibliograf[ií]a|références|referencias|referências|literature)\W{0,3}$"
)
_CONTENTS: Final = lazy_pattern(
    r"(?im)^\W{0,4}(?:table of contents|contents|in this issue|inhalt(?:sverzeichnis)?|sommaire|table des matières|[ií]ndice"
    r"|sum[aá]rio|contenido)\W{0,4}$"
)


class TitleAgreement(IntEnum):
    """How far the title of a reference is that of a document, the best last.

    SHOWN: the words stand somewhere on its first pages. ABOUT: within the title of a document about it. PART: one of the titles
    is a part of the other. CLOSE: nearly the same words. FRAMED: the title, with words beside it. EXACT: the title.
    """

    NONE = 0
    SHOWN = 1
    ABOUT = 2
    PART = 3
    CLOSE = 4
    FRAMED = 5
    EXACT = 6


class EntryTitle(NamedTuple):
    """The title of a reference for comparison: its words, its letters, and those of its whole entry."""

    words: tuple[str, ...]
    letters: str
    entry: str

    @property
    def is_long(self) -> bool:
        """Whether the title is long enough that it stands nowhere by chance."""
        return self.weight >= _MIN_LETTERS and len(self.words) > 1

    @property
    def weight(self) -> int:
        """The number of letters, where an ideograph counts as two: it says as much."""
        return len(self.letters) + len(_IDEOGRAPH.findall(self.letters))


def to_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded: in lower case and without accents."""
    return tuple(_WORD.findall(strip_accents(text).casefold()))


def to_letters(text: str) -> str:
    """Return the letters and digits of a text, folded, without spaces, so that hyphens do not matter; nor do lost ligatures."""
    letters = "".join(to_words(text))
    return _LIGATURES.sub("", letters) if "f" in letters else letters


class ShownTitle(NamedTuple):
    """A title of a document for comparison: its letters and its words."""

    letters: str
    words: tuple[str, ...]


def shown_title(text: str) -> ShownTitle:
    """Return a title of a document for comparison, without a note behind it."""
    text = _NOTE.sub("", text)
    return ShownTitle(to_letters(text), to_words(text))


def entry_title(title: str, entry: str, year: str = "") -> EntryTitle:
    """Return the title of a reference for comparison; `entry` is its whole text, `year` may stand before the title."""
    title = title.removeprefix(year) if year else title
    return EntryTitle(to_words(title), to_letters(title), to_letters(entry))


def compare_titles(title: EntryTitle, shown: ShownTitle) -> TitleAgreement:
    """Compare the title of a reference with a title of a document.

    A document's title that stands elsewhere in the entry counts as PART: the parser may have taken other words for it.
    """
    other = shown.letters
    if not other:
        return TitleAgreement.NONE
    if other == title.letters:
        return TitleAgreement.EXACT
    at = other.find(title.letters) if title.is_long else -1
    if at >= 0:
        before, after = other[:at], other[at + len(title.letters) :]
        if not after and _LABEL.match(before):
            return TitleAgreement.EXACT
        # Words beside the title that the entry has too, such as a subtitle, are no others.
        is_about = bool(before) and before not in title.entry and _ABOUT_BEFORE.match(before) is not None
        is_about = is_about or (bool(after) and after not in title.entry and _ABOUT_AFTER.match(after) is not None)
        return TitleAgreement.ABOUT if is_about else TitleAgreement.FRAMED
    if len(other) >= _MIN_LETTERS and other in (title.letters or title.entry):
        return TitleAgreement.PART
    if len(other) >= _MIN_ENTRY_LETTERS and other in title.entry:
        return TitleAgreement.PART
    return _compare_words(title.words, shown.words)


def find_on_pages(title: EntryTitle, pages: Iterable[str]) -> TitleAgreement:
    """Return SHOWN if a long title stands in the letters of a page, NONE otherwise."""
    shown = title.is_long and any(title.letters in letters for letters in pages)
    return TitleAgreement.SHOWN if shown else TitleAgreement.NONE


def lines_about_another(page: str) -> tuple[str, ...]:
    """Return the letters of the first lines that call a document an erratum, a supplement, a review or a reply."""
    lines = (to_letters(line) for line in page.split("\n", _TOP_LINES)[:_TOP_LINES])
    return tuple(line for line in lines if _OTHER_LINE.match(line))


def is_about(title: EntryTitle, lines: Iterable[str]) -> bool:
    """Whether such lines (`lines_about_another`) say so of a reference: they are no words of its entry, nor name a journal."""
    for line in lines:
        lead = _OPEN_LEAD.match(line)
        is_journal = lead is not None and line != lead[0] and not title.letters.startswith(line[lead.end() :][:_TITLE_START])
        if line not in title.entry and not is_journal:
            return True
    return False


def entry_is_about_another(title: EntryTitle) -> bool:
    """Whether a reference is itself to an erratum, a review, a reply or another part, by the words beside its title."""
    at = title.entry.find(title.letters) if title.letters else -1
    if at < 0:
        return False
    before, after = title.entry[max(0, at - _LEAD_LENGTH) : at], title.entry[at + len(title.letters) :]
    return _ENTRY_LEAD.search(before) is not None or _ABOUT_AFTER.match(after[:_LEAD_LENGTH]) is not None


def has_contents(page: str) -> bool:
    """Whether a page has a table of contents."""
    return _CONTENTS.search(page) is not None


def cut_references(page: str) -> str:
    """Return a page up to the heading of its list of references, whose titles and identifiers are those of other works."""
    heading = _REFERENCES.search(page)
    return page[: heading.start()] if heading is not None else page


def _compare_words(words: tuple[str, ...], others: tuple[str, ...]) -> TitleAgreement:
    """Return CLOSE for titles of nearly the same words that differ in no number and no name of a part."""
    ours, theirs = set(words), set(others)
    shared = len(ours & theirs)
    if min(len(ours), len(theirs)) < _MIN_CLOSE_WORDS or 2 * shared < _CLOSE_SHARE * (len(ours) + len(theirs)):
        return TitleAgreement.NONE
    is_other = any(_SERIES.match(word) or _ABOUT_AFTER.match(word) for word in ours ^ theirs)
    return TitleAgreement.PART if is_other else TitleAgreement.CLOSE
