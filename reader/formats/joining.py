"""Markers that are links to their entries: those that stand together are one marker, "[2]–[4]" names what is between.

A file writes "[3, 5–7]" as three links with signs between them, or as one with the text "5–7" that leads to the first; in
brackets, bare, or high. Here they become one run with its brackets, or with brackets of its own where it would glue to a word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from reader.article.markers import expanded
from reader.formats.runs import BREAK, Run

_SIGNS: Final = r"[\s,;/&]*(?:[-‐‑–—−]|and|to)?\s*"
_BETWEEN: Final = re.compile(rf"{_SIGNS}|\]{_SIGNS}\[|\){_SIGNS}\(", re.IGNORECASE)
_RANGE: Final = re.compile(r"[\[(\s]*\d{1,4}[\])]?\s*(?:[-‐‑–—−]|to)\s*[\[(]?\d{1,4}[\])\s]*", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"\s*\d{1,4}[a-z]?(?:\s*[-‐‑–—−,;&]\s*\d{1,4}[a-z]?)*\s*")
_SPACES: Final = re.compile(r"\s+")
_BRACKETS: Final = {"[": "]", "(": ")"}
_LONGEST_BETWEEN: Final = 8
_LONGEST_RANGE: Final = 200


class Keys(NamedTuple):
    """The entries there are: the place of each name in the list, the names in order, and the names by their labels."""

    places: Mapping[str, int]
    order: Sequence[str]
    labels: Mapping[str, str]

    @classmethod
    def of(cls, entries: Sequence[tuple[str, str]]) -> Keys:
        """Return the keys of entries, given as names and labels in the order of the list."""
        order = [name for name, _ in entries]
        return cls({name: place for place, name in enumerate(order)}, order, {label: name for name, label in entries if label})


def joined_markers(runs: Sequence[Run], keys: Keys) -> list[Run]:
    """Return the runs with each group of markers, and what stands between and around them, as one run."""
    made: list[Run] = []
    rest = list(reversed(runs))
    while rest:
        run = rest.pop()
        if run.names is None:
            made.append(run)
            continue
        group = [run]
        while taken := _goes_on(rest):
            group += [rest.pop() for _ in range(taken)]
        names = _named(group, keys)
        text = "".join(member.text for member in group)
        text, tail = text.rstrip(), text[len(text.rstrip()) :]
        before, after = (made[-1] if made else Run("")), (rest[-1] if rest else Run(""))
        first, last = before.text[-1:], after.text[:1]
        if first and _BRACKETS.get(first) == last and not tail:
            made[-1] = before._replace(text=before.text[:-1])
            rest[-1] = after._replace(text=after.text[1:])
            text = first + text + last
        elif run.level or (_NUMBERS.fullmatch(text) and first and not first.isspace() and first not in "([/–-"):
            text = f"[{text.strip()}]"
        lead = text[: len(text) - len(text.lstrip())]
        made += [Run(lead)] * bool(lead) + [Run(text.strip(), run.styles, 0, names)] + [Run(tail)] * bool(tail)
    return [run for run in made if run.text]


def _goes_on(rest: Sequence[Run]) -> int:
    """Return how many of the next runs (the last ones of `rest`) belong to the marker: signs, and the marker behind them."""
    between = ""
    for count, run in enumerate(reversed(rest), 1):
        if run.names is not None:
            return count if _BETWEEN.fullmatch(between) else 0
        between = _SPACES.sub(" ", between + run.text)
        if len(between) > _LONGEST_BETWEEN or run.text == BREAK:
            return 0
    return 0


def _named(group: Sequence[Run], keys: Keys) -> tuple[str, ...]:
    """Return the names that a group of markers stands for, with those that a dash between two of them passes over."""
    names: list[str] = []
    between = ""
    last: Run | None = None
    for run in group:
        if run.names is None:
            between += run.text
            continue
        if last is not None and _RANGE.fullmatch(last.text + between + run.text):
            names += _passed_over(names[-1:], run.names[:1], keys)
        names += run.names
        if _NUMBERS.fullmatch(run.text):
            # One element for "5–7": its text says more than its id.
            names += (keys.labels[label] for label in expanded(run.text.strip()) if label in keys.labels)
        last, between = run, ""
    return tuple(dict.fromkeys(names))


def _passed_over(first: Sequence[str], last: Sequence[str], keys: Keys) -> Sequence[str]:
    start = keys.places.get(first[0], -1) if first else -1
    end = keys.places.get(last[0], -1) if last else -1
    return keys.order[start + 1 : end] if 0 <= start < end <= start + _LONGEST_RANGE else ()
