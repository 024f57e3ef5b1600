"""Articles of a given size: made from word lists by a fixed rule, so that every run and every machine reads the same ones.

They have what makes a text dear to show: headings, paragraphs of uneven length, markers and a reference list, curly quotes,
names in other scripts. They mean nothing, and no sentence was copied from anywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FIRST_WORDS: Final = "This report was put together in one winter"
"""The words with which the first paragraph begins."""

SIZES: Final = {"100 KB": 100_000, "1 MB": 1_000_000, "5 MB": 5_000_000}
"""The sizes that are measured, in bytes of UTF-8."""

_SUBJECTS: Final = (
    "the harbour board", "a survey of tenants", "the second ferry", "every orchard in the valley", "the night service",
    "one of the mills", "the old observatory", "a panel of nurses", "the tram company", "the reservoir above the town",
    "a group of teachers", "the record office",
)  # fmt: skip
_VERBS: Final = (
    "reported", "counted", "lost", "doubled", "repaired", "questioned", "measured", "sold", "described", "left out",
    "moved", "confirmed",
)  # fmt: skip
_OBJECTS: Final = (
    "the number of empty houses", "some forty kilometres of pipe", "its figures for the spring",
    "the cost of a season ticket", "a third of the harvest", "the share of patients who came back",
    "the height of the flood of 1962", "what the mayor had promised", "the temperature of the water",
    "two of the five bridges", "the time between two trains", "the weight of the catch",
)  # fmt: skip
_TAILS: Final = (
    "in the first year", "before the new rules came", "although nobody had asked for it", "with the means of the day",
    "on the eastern bank", "for the third time", "by less than two per cent", "while the school was being rebuilt",
    "as the minutes show", "in all but one district",
)  # fmt: skip
_NAMES: Final = (
    "Okafor", "Lindqvist", "Håkonsen", "Μαρία Παππά", "王小明", "佐藤 花子", "Жукова", "O’Brien", "Nguyễn", "Müller", "d’Arcy",
    "Κώστας Ρήγας",
)  # fmt: skip
_SAID: Final = ("said", "wrote", "argues", "told the council")
_TOPICS: Final = (
    "Water", "Houses", "The ferry", "Schools", "Orchards", "Money", "The night trains", "Bridges", "Markets", "Health",
    "Roads", "Archives",
)  # fmt: skip


def article_text(size: int, markdown: bool) -> str:
    """Return an article of about `size` bytes of UTF-8, as Markdown or as plain text."""
    chance = random.Random(size)
    count = reference_count(size)
    entries = list(_entries(chance, count))
    room = size - sum(len(entry.encode()) + 1 for entry in entries)
    parts = [_heading("What the town counted", 1, markdown), _paragraph(chance, count, markdown, first=True)]
    used = sum(len(part.encode()) + 2 for part in parts)
    number = 0
    while used < room:
        if number % 12 == 11:
            part = _heading(f"{_TOPICS[number // 12 % len(_TOPICS)]}, part {number // 12 + 1}", 2, markdown)
        else:
            part = _paragraph(chance, count, markdown)
        parts.append(part)
        used += len(part.encode()) + 2
        number += 1
    parts.extend((_heading("References", 2, markdown), "\n".join(entries)))
    return "\n\n".join(parts) + "\n"


def reference_count(size: int) -> int:
    """Return how many references an article of `size` bytes has."""
    return min(600, max(10, size // 2500))


def write_article(folder: Path, size: int, markdown: bool) -> Path:
    """Write an article of `size` bytes into a folder, unless it is there, and return its path."""
    path = folder / f"article-{size}.{'md' if markdown else 'txt'}"
    if not path.exists():
        path.write_text(article_text(size, markdown), encoding="utf-8")
    return path


def _heading(title: str, level: int, markdown: bool) -> str:
    return f"{'#' * level} {title}" if markdown else title


def _paragraph(chance: random.Random, references: int, markdown: bool, *, first: bool = False) -> str:
    sentences = [_sentence(chance, references, markdown) for _ in range(chance.randint(2, 7))]
    if first:
        sentences.insert(0, f"{FIRST_WORDS}, and much of it could be checked.")
    return " ".join(sentences)


def _sentence(chance: random.Random, references: int, markdown: bool) -> str:
    subject, verb, what, tail = (chance.choice(words) for words in (_SUBJECTS, _VERBS, _OBJECTS, _TAILS))
    core = f"{subject} {verb} {what} {tail}"
    kind = chance.random()
    if kind < 0.2:
        core = f"“{core[0].upper()}{core[1:]},” {chance.choice(_NAMES)} {chance.choice(_SAID)}"
    elif kind < 0.4:
        core = f"{core}, and {chance.choice(_SUBJECTS)} {chance.choice(_VERBS)} {chance.choice(_OBJECTS)}"
    elif kind < 0.5 and markdown:
        core = f"{subject} *{verb}* **{what}** {tail}"
    marker = _marker(chance, references) if chance.random() < 0.45 else ""
    return f"{core[0].upper()}{core[1:]}{marker}."


def _marker(chance: random.Random, references: int) -> str:
    one, other = chance.randint(1, references), chance.randint(1, references)
    return f" [{one}, {other}]" if chance.random() < 0.15 and one != other else f" [{one}]"


def _entries(chance: random.Random, count: int) -> Iterator[str]:
    for number in range(1, count + 1):
        who, year, what = chance.choice(_NAMES), chance.randint(1961, 2025), chance.choice(_OBJECTS)
        yield f"{number}. {who}, A. ({year}). On {what}, volume {number}. https://doi.org/10.5555/town.{number}"
