"""The lines of the screen of matches: header, an entry in two rows, and all that is known of the current one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rich.cells import cell_len

from reader.tui.matches.choice import (
    LIKELY_GROUP,
    REFUSED_GROUP,
    SUPPLIED_GROUP,
    SURE_GROUP,
    UNMATCHED_GROUP,
    MatchChoice,
    MatchEntry,
)
from reader.tui.panes.card import byline, short_title
from reader.tui.styled_line import Part, StyledLine, clip, clip_left, clip_line, clip_words, fold, line, meter, spread, width_of

ENTRY_HEIGHT: Final = 3
"""Rows of an entry in the list: what it is, why, and an empty one."""
_GROUP_WORDS: Final = {
    SURE_GROUP: "sure",
    LIKELY_GROUP: "likely",
    SUPPLIED_GROUP: "supplied",
    UNMATCHED_GROUP: "without a match",
    REFUSED_GROUP: "not read",
}
_METER: Final = 24
_LEAST_WANTED: Final = (SUPPLIED_GROUP, UNMATCHED_GROUP, REFUSED_GROUP, LIKELY_GROUP, SURE_GROUP)
"""The counts of the header in the order in which they give way."""
_TITLE_ROOM: Final = 44
"""The cells that the header keeps for the place and for how many files are to be attached."""
_INDENT: Final = "     "


def matches_header(place: str, choice: MatchChoice | None, width: int) -> StyledLine:
    """Return the header: the place, how many files match how well, and how many are to be attached."""
    counts = {group: choice.count(group) for group in _GROUP_WORDS} if choice is not None else {}
    right = _count_parts(counts)
    for group in _LEAST_WANTED:
        if width_of(right) <= width - _TITLE_ROOM:
            break
        counts.pop(group, None)
        right = _count_parts(counts)
    if choice is not None:
        chosen = len(choice.matches)
        right += line((f"{chosen:,} to attach ", "open") if chosen else ("none to attach ", "secondary"))
    lead = " Sources from "
    return spread(line((lead, "b"), (clip_left(place, width - len(lead) - width_of(right) - 3), "b")), right, width)


def _count_parts(counts: Mapping[str, int]) -> StyledLine:
    parts = (
        line((f"{count:,}", "text"), (f" {_GROUP_WORDS[group]}  ", "secondary")) for group, count in counts.items() if count
    )
    return tuple(part for pair in parts for part in pair)


def progress_lines(verb: str, place: str, progress: str, fraction: float, width: int) -> list[StyledLine]:
    """Return what is going on, and how far: `fraction` is from 0, also where it is unknown, to 1."""
    left = " " * 3
    bar = (*meter(fraction, 1, _METER), Part("  ")) if fraction else ()
    return [
        clip_line(line(left, (f"{verb} ", "secondary"), (place, "b"), " …"), width),
        clip_line(line(left, *bar, (progress, "hint")), width),
    ]


def entry_rows(choice: MatchChoice, number: int, width: int, *, current: bool) -> list[StyledLine]:
    """Return an entry in two rows: sign, reference and how sure it is; the file and the reasons."""
    entry = choice.entries[number]
    target = f"match:{number}"
    sign, tone, words = _state(choice, number)
    bar = Part(" ▌" if current else "  ", "yours", target)
    name = line((f"{clip(entry.labels, width // 3)} ", "cite b" if current else "cite", target)) if entry.labels else ()
    state = line((f"   {words} ", tone))
    head = [bar, Part(f"{sign} ", tone, target), *name]
    room = width - width_of(head) - width_of(state)
    title = short_title(entry.reference) if entry.reference is not None else entry.file
    is_off = choice.is_left(number) or entry.match is None
    role = "secondary" if is_off else "text b" if current else "text"
    shown = clip(title, room) if entry.reference is not None else clip_left(title, room)
    first = spread((*head, *line((shown, role, target))), state, width)
    # What speaks against a likely match stands last, and decides.
    reasons = ", ".join(reversed(entry.reasons) if entry.group == LIKELY_GROUP else entry.reasons)
    below = line(Part(" ▌" if current else "  ", "yours", target), _INDENT[2:])
    if entry.reference is None:
        return [first, clip_line((*below, *line((clip_words(reasons, width - 6), "secondary", target))), width)]
    file = clip_left(entry.file, max(12, (width - 6) // 2))
    rest = width - 6 - cell_len(file) - 3
    why = clip_words(reasons, rest) if rest > 0 else ""
    return [first, clip_line((*below, *line((file, "quote", target), (f"   {why}", "secondary", target))), width)]


def _state(choice: MatchChoice, number: int) -> tuple[str, str, str]:
    """Return sign, tone and words for what is to become of an entry."""
    entry = choice.entries[number]
    if choice.is_taken(number):
        return "✓", "good", "sure" if entry.group == SURE_GROUP else "taken"
    if entry.group == REFUSED_GROUP:
        return "!", "fault", "not read"
    if choice.is_left(number):
        return "–", "secondary", "left out"
    if entry.group == SUPPLIED_GROUP:
        return "·", "secondary", "has a source"
    return ("○", "open", "likely") if entry.group == LIKELY_GROUP else ("·", "secondary", "no match")


def match_detail_lines(entry: MatchEntry, width: int, height: int) -> list[StyledLine]:
    """Return what is known of an entry in at most `height` lines: the reference, the file, the reasons, how the text begins."""
    return list(_details(entry, width))[:height]


def _details(entry: MatchEntry, width: int) -> Iterator[StyledLine]:
    room = max(8, width - 4)
    if (reference := entry.reference) is not None:
        labels = clip(entry.labels, room // 2)
        yield line("  ", (f"{labels} ", "cite"), (byline(reference, room - cell_len(labels) - 1), "secondary"))
        yield from _fold_text(short_title(reference), "text", room, 2)
        yield ()
    yield line("  ", (clip_left(entry.file, room), "quote"))
    if entry.title and (reference is None or entry.title.casefold() != reference.title.casefold()):
        yield from _fold_text(entry.title, "text", room, 2)
    if entry.byline:
        yield line("  ", (clip(entry.byline, room), "secondary"))
    for reason in entry.reasons:
        yield from _fold_text(reason, "fault" if entry.group == REFUSED_GROUP else "secondary", room, 2)
    for copy in entry.copies:
        yield line("  ", (clip_left(f"the same file: {copy}", room), "secondary"))
    if entry.words:
        yield ()
        yield from _fold_text(entry.words, "quote", room, 12)


def _fold_text(text: str, role: str, room: int, most: int) -> Iterator[StyledLine]:
    return (line("  ", (piece, role)) for piece in fold(text, room, most))
