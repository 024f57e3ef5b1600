"""The words of a review that are stored: kinds of annotations, signs of tags, states of sources, reasons to check a place."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# ------------------------------------------------------------------ annotations

CLAIM: Final = "claim"
NOT_CLAIM: Final = "not-claim"
LATER: Final = "later"
ANNOTATION_KINDS: Final = (CLAIM, NOT_CLAIM, LATER)

ASIDE_KIND: Final = "aside"
"""The kind of an annotation that sets its range aside."""
BODY_KIND: Final = "body"
"""The kind of an annotation that takes its range back from the noise."""
NOISE_KINDS: Final = frozenset([ASIDE_KIND, BODY_KIND])

SURE_CONFIDENCE: Final = 0.9
"""The confidence below which a person is asked to check a place even if its words are the same."""
WORDS_CHANGED: Final = "the words changed"
SENTENCE_CHANGED: Final = "the sentence changed"
PLACE_UNSURE: Final = "the place is not sure"
"""The reasons to check a place."""

LANGUAGE: Final = "language"
"""The name of the fact that a person corrects when they set the language of an article."""

# ------------------------------------------------------------------ two readers

TAKEN: Final = "taken"
BOTH_STAND: Final = "both"
ANOTHER: Final = "another"
DISCUSS: Final = "discuss"
"""How two verdicts on a pair were settled: one of them was taken, both stand, another one was given, or they are to discuss."""

# ------------------------------------------------------------------ tags

TAG_SYMBOLS: Final = "◆●■▲★♦◉▼"
"""The symbols of new tags, in turn; each is one cell wide."""
TAG_COLOURS: Final = ("violet", "teal", "rose", "lime", "sky")
"""The colours of new tags, in turn; the theme gives their shades."""

# ------------------------------------------------------------------ sources

FULL_TEXT: Final = "full"
ABSTRACT: Final = "abstract"
RECORD: Final = "record"
EMPTY: Final = "empty"
"""How much of a source its text holds: all of it, only an abstract, what a person wrote down of a described source, or nothing,
as for a scan without recognised text."""

NO_SOURCE: Final = "not supplied"
FETCH_FAILED: Final = "could not be reached"
NO_TEXT: Final = "no text in it"
ONLY_ABSTRACT: Final = "only an abstract"
SUPPLIED: Final = "supplied"
DESCRIBED: Final = "described"
"""The states of a reference's source."""
HELD_STATES: Final = (SUPPLIED, ONLY_ABSTRACT, DESCRIBED)
"""The states in which the person has the source: a text to read, or a description of where it is."""

RETRACTED_MARK: Final = "retracted"
MAYBE_RETRACTED_MARK: Final = "maybe-retracted"
CONCERN_MARK: Final = "concern"
CORRECTED_MARK: Final = "corrected"
NO_RECORD_MARK: Final = "no-record"
DIFFERS_MARK: Final = "differs"
MATCHES_MARK: Final = "matches"
MISSING_MARK: Final = "missing"
FAILED_MARK: Final = "failed"
EMPTY_MARK: Final = "empty"
ABSTRACT_MARK: Final = "abstract"
SUPPLIED_MARK: Final = "supplied"
DESCRIBED_MARK: Final = "described"
ARCHIVED_MARK: Final = "archived"

SOURCE_MARKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        RETRACTED_MARK: "retracted",
        MAYBE_RETRACTED_MARK: "a work with this title was retracted",
        CONCERN_MARK: "expression of concern",
        CORRECTED_MARK: "corrected",
        NO_RECORD_MARK: "no such record",
        DIFFERS_MARK: "record differs",
        MATCHES_MARK: "record matches",
        MISSING_MARK: NO_SOURCE,
        FAILED_MARK: FETCH_FAILED,
        EMPTY_MARK: NO_TEXT,
        ABSTRACT_MARK: ONLY_ABSTRACT,
        SUPPLIED_MARK: SUPPLIED,
        DESCRIBED_MARK: DESCRIBED,
        ARCHIVED_MARK: "archived copy",
    }
)
"""What each mark says, by the name that stands after `source:` in a filter; the gravest first."""
FAULT_MARKS: Final = (RETRACTED_MARK, MAYBE_RETRACTED_MARK, CONCERN_MARK, CORRECTED_MARK, NO_RECORD_MARK, DIFFERS_MARK)
"""The marks that say that something may be wrong with the work behind a reference, the gravest first."""

PASTED_TEXT: Final = "pasted text"
"""The origin of a text that came through the clipboard or a pipe."""
OWN_RECORD: Final = "own record"
"""The origin of what a person wrote down of a described source."""
