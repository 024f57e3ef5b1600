"""How a report is put into words, the same in every format that people read."""

from __future__ import annotations

from reader.exchange.report import Item


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 claim", "2 claims"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def standing_of(item: Item) -> str:
    """Return how far an annotation is judged: "open, 1 of 3 judged", "judged, 3 of 3", "uncited"; "" for what is no claim."""
    status = item.status
    if status is None or status.uncited:
        return "" if status is None else status.name
    return f"{status.name}, {status.judged} of {len(status.rests_on)}{' judged' if status.open_pairs else ''}"


def place_of(item: Item) -> str:
    """Return where an annotation stands: sentence and paragraph of the body, and its characters in the article's text."""
    if not item.placed:
        return "its quote no longer stands in the text"
    characters = f"characters {item.selector.start}–{item.selector.end}"
    if not item.paragraph:
        return characters
    sentence = f"sentence {item.sentence}, " if item.sentence else ""
    return f"{sentence}paragraph {item.paragraph}, {characters}"
