"""The words of other programs for what a passage is and for verdicts, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.review.scale import UNAVAILABLE
from reader.review.vocabulary import CLAIM, LATER, NOT_CLAIM

_BREAKS = lazy_pattern(r"[\W_]+")

KIND_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("claim", "fact", "factual claim", "assertion", "statement"), CLAIM),
        **dict.fromkeys(("not claim", "no claim", "non claim", "opinion", "not a claim"), NOT_CLAIM),
        **dict.fromkeys(("later", "to do", "todo", "check later"), LATER),
    }
)
"""Kinds of annotations by the words for them, in lower case with blanks."""

VERDICT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("supports", "supported", "support", "confirmed", "entailment"), "supports"),
        **dict.fromkeys(
            ("partly supports", "partially supports", "partly supported", "partially supported"), "partly-supports"
        ),
        **dict.fromkeys(("overstated", "exaggerated", "exaggeration"), "overstated"),
        **dict.fromkeys(("misleading",), "misleading"),
        **dict.fromkeys(("does not support", "not supported", "unsupported", "not confirmed"), "does-not-support"),
        **dict.fromkeys(("contradicts", "contradicted", "contradiction", "refutes", "refuted", "refute"), "contradicts"),
        **dict.fromkeys(("unclear", "not enough info", "not enough information", "nei", "undecided"), "unclear"),
        **dict.fromkeys(("unavailable", "source unavailable", "source missing"), UNAVAILABLE),
    }
)
"""Verdicts by the words for them, in the same form: ids of the scales, or UNAVAILABLE.

Whether a claim is true is not whether its source supports it, so "true", "false" and the like are no verdicts.
"""


def to_kind(word: str) -> str:
    """Return the kind that a word names, "" if it names none."""
    return KIND_WORDS.get(_plain(word), "")


def to_verdict(word: str, verdicts: frozenset[str]) -> str:
    """Return the verdict that a word names, "" if it names none of these: an id of theirs as it is, else by the table."""
    verdict = word if word in verdicts else VERDICT_WORDS.get(_plain(word), "")
    return verdict if verdict in verdicts else ""


@lru_cache(1024)
def _plain(word: str) -> str:
    return _BREAKS.sub(" ", word.casefold()).strip()
