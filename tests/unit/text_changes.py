"""A short article of our own, and ways in which such a text changes."""

from __future__ import annotations

from hypothesis import strategies as st

SENTENCES = (
    "The harbour of Vessel Bay froze over for the first time in 31 years.",
    "Three tugs broke a channel through the ice before dawn on Tuesday.",
    "Harbour master Ingrid Solheim said that nobody had trained for this.",
    "The pilots' guild asked the county for a second icebreaker.",
    "Diesel was carried to the outer islands by sledge, 400 litres at a time.",
    "A school on Gull Island taught by radio until the ferry came back.",
    "Fish prices doubled within a week, according to the auction house.",
    "Two of the smaller canneries sent their night shift home.",
    "The county answered that its budget was spent on the new bridge.",
    "Meteorologists blame a stalled high over the northern plateau.",
    "Satellite pictures showed the edge of the ice 12 kilometres offshore.",
    "Old logbooks in the town archive describe the winter of 1893 in the same words.",
    "Insurance firms will not pay for cargo that was late because of ice.",
    "By Sunday a warm wind from the south had opened most of the bay.",
)
PARAGRAPHS = tuple(" ".join(SENTENCES[start : start + 3]) for start in range(0, len(SENTENCES), 3))
ARTICLE = "Ice in the bay\n\n" + "\n\n".join(PARAGRAPHS) + "\n"

_FRAGMENTS = (
    *(
        "a ",
        "word",
        " ",
        "Mrs. ",
        ". ",
        "[a b](",
        "https://e.org/a-b/c?d=e",
        ") ",
        "[1]",
        "&amp;",
        "**",
        "\u2014",
        "\n\n",
        "\ufb01",
    ),
    *("e\u0301", "\u4e2d"),
)
fragments = st.lists(st.sampled_from(_FRAGMENTS), max_size=25).map("".join)
"""Texts of what anchoring treats in a way of its own: links, notes, entities, marks, ligatures, accents."""


def without(text: str, part: str) -> str:
    """Return a text without a part of it."""
    assert part in text
    return text.replace(part, "", 1)


def wrapped(text: str, width: int) -> str:
    """Return a text with its paragraphs wrapped hard at a width, words hyphenated where they do not fit."""
    return "\n\n".join(_wrapped(paragraph, width) for paragraph in text.split("\n\n"))


def _wrapped(paragraph: str, width: int) -> str:
    lines = [""]
    for word in paragraph.split():
        line = f"{lines[-1]} {word}".strip()
        if len(line) <= width:
            lines[-1] = line
            continue
        room = width - len(lines[-1]) - 2
        if word.isalpha() and 3 <= room < len(word) - 2:
            lines[-1] = f"{lines[-1]} {word[:room]}-"
            word = word[room:]
        lines.append(word)
    return "\n".join(lines)
