"""Render the command palette: the actions by group, those that match what is typed, and what cannot act now."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.tui.action import (
    Action,
    Situation,
    key_label,
)
from reader.tui.panes.help_lines import PLACES, WHERE
from reader.tui.styled_line import Part, StyledLine, clip_line, line, width_of

if TYPE_CHECKING:
    from reader.tui.keymap import KeyMap

USED_LAST: Final = "Used last"
NOT_NOW: Final = "Not now"
MOST_USED: Final = 3
"""Most actions listed as used last."""
TWO_KEY_COLUMNS: Final = 76
"""The cells from which on letters and other keys have a column each."""
_KEY_CELLS: Final = (11, 13)
"""Cells of the letters, and of the other keys."""
_INDENT: Final = 4
_LEAST_NOTE: Final = 8
_MOST_LETTERS: Final = 60
_PART_END: Final = re.compile(r"; |: ")
_WORD: Final = re.compile(r"\w+")


class PaletteEntry(NamedTuple):
    """An action in the palette. `place` says where it acts, if not here; `need` what it needs before it can act here."""

    action: Action
    place: str = ""
    need: str = ""

    @property
    def acts_now(self) -> bool:
        """Whether the action can act now."""
        return not (self.place or self.need)


class TextMatch(NamedTuple):
    """Match of what is typed in a text: its quality, from 1, and the offsets of the matched letters."""

    quality: int
    letters: frozenset[int] = frozenset()


class PaletteRow(NamedTuple):
    """A row of the palette: a heading without an entry, else what is shown of an entry, with the letters that match.

    `note` is shown in grey after `words`; the offsets of `match` count from the start of the words, two blanks between both.
    """

    heading: str = ""
    entry: PaletteEntry | None = None
    words: str = ""
    note: str = ""
    match: TextMatch = TextMatch(0)


# ------------------------------------------------------------------ entries


def palette_entries(keymap: KeyMap, contexts: Collection[str], now: Situation | None) -> tuple[PaletteEntry, ...]:
    """Return all actions for the palette, in the order of the help; `now` is None where no facts decide what can act.

    An action elsewhere is left out if one here does the same under its name.
    """
    listed = [action for action in keymap.actions if action.in_palette]
    here = {action.title for action in listed if set(action.contexts).intersection(contexts)}
    entries: list[PaletteEntry] = []
    elsewhere = set[str]()
    for action in listed:
        if set(action.contexts).intersection(contexts):
            is_blocked = now is not None and bool(action.needs) and not action.when(now)
            entries.append(PaletteEntry(action, need=action.needs if is_blocked else ""))
        elif action.title not in here | elsewhere:
            elsewhere.add(action.title)
            place = action.contexts[0]
            entries.append(PaletteEntry(action, f"{WHERE.get(place, f'in “{PLACES.get(place, place)}”')} only"))
    return tuple(entries)


# ------------------------------------------------------------------ matching


@lru_cache(1024)
def match_text(query: str, text: str) -> TextMatch | None:
    """Return the match of what is typed in a text: 3 for words that begin so, 2 for letters within words, None for none.

    1 is for letters scattered over the beginnings of words: "ref" in "Review what a filter finds".
    """
    query, lowered = query.casefold()[:_MOST_LETTERS], text.casefold()
    words = query.split()
    if len(lowered) != len(text):
        return None
    found = [_find_word(word, lowered) for word in words]
    if all(quality for quality, _ in found):
        return TextMatch(
            min((quality for quality, _ in found), default=3),
            frozenset(at for (_, start), word in zip(found, words, strict=True) for at in range(start, start + len(word))),
        )
    letters = _find_beginnings("".join(words), lowered)
    return TextMatch(1, frozenset(letters)) if letters else None


def _find_word(word: str, text: str) -> tuple[int, int]:
    """Return the quality and the offset of a word in a text, quality 0 if it is not there."""
    start = next((m.start() for m in _WORD.finditer(text) if text.startswith(word, m.start())), -1)
    return (3, start) if start >= 0 else (2, at) if (at := text.find(word)) >= 0 else (0, -1)


def _find_beginnings(letters: str, text: str) -> tuple[int, ...]:
    """Return the offsets of letters that are the beginnings of words, one after the other, () if they are not."""
    reached: dict[int, tuple[int, ...]] = {0: ()}
    for word in _WORD.finditer(text):
        for done, places in sorted(reached.items(), reverse=True):
            size = 0
            while done + size < len(letters) and word.start() + size < word.end():
                if letters[done + size] != text[word.start() + size]:
                    break
                size += 1
                reached.setdefault(done + size, (*places, *range(word.start(), word.start() + size)))
    return reached.get(len(letters), ())


def _match_entry(query: str, entry: PaletteEntry) -> PaletteRow | None:
    """Return the row of an entry that has the keys that are typed, or these letters in its words or its title."""
    action = entry.action
    end = _PART_END.search(action.help)
    words, rest = (action.help[: end.start()], action.help[end.end() :]) if end is not None else (action.help, "")
    note = entry.place or entry.need or rest
    if query in map(key_label, (*action.keys, *action.plain)):
        return PaletteRow("", entry, words, note, TextMatch(4))
    match = match_text(query, f"{words}  {rest}" if entry.acts_now else words)
    if match is not None:
        return PaletteRow("", entry, words, note, match)
    match = match_text(query, action.title)
    if match is None:
        return None
    if not entry.acts_now:
        return PaletteRow("", entry, action.title, note, match)
    start = len(words) + 2
    return PaletteRow("", entry, words, action.title, TextMatch(match.quality, frozenset(at + start for at in match.letters)))


def palette_rows(entries: Sequence[PaletteEntry], query: str, used: Iterable[str]) -> tuple[list[PaletteRow], int, int]:
    """Return the rows for what is typed, the number of the best of them (-1 for none), and how many entries match.

    `used` are the ids of the actions that were used, the last first; those that match come first. What cannot act now comes
    last; while nothing is typed, a line says how much acts elsewhere.
    """
    query = query.strip()
    found = [row for entry in entries if (row := _match_entry(query, entry)) is not None]
    by_id = {row.entry.action.id: row for row in found if row.entry is not None and row.entry.acts_now}
    groups: dict[str, list[PaletteRow]] = {USED_LAST: [by_id[one] for one in used if one in by_id][:MOST_USED]}
    late: list[PaletteRow] = []
    hidden = 0
    for row in found:
        if row.entry is None or row in groups[USED_LAST]:
            continue
        if row.entry.acts_now:
            groups.setdefault(row.entry.action.group, []).append(row)
        elif query or row.entry.need:
            late.append(row)
        else:
            hidden += 1
    rows: list[PaletteRow] = []
    for heading, group in {**groups, NOT_NOW: late}.items():
        if group:
            rows.extend((*([PaletteRow()] if rows else []), PaletteRow(heading), *group))
    if hidden:
        rows.extend((PaletteRow(), PaletteRow(f"{hidden} more act elsewhere: type to find them")))
    quality = [row.match.quality if row.entry is not None and row.entry.acts_now else 0 for row in rows]
    best = quality.index(max(quality)) if any(quality) else next((n for n, row in enumerate(rows) if row.entry), -1)
    return rows, best, len(found)


# ------------------------------------------------------------------ lines


def palette_line(row: PaletteRow, number: int, width: int, *, is_current: bool, is_first: bool) -> StyledLine:
    """Return a row at `width` cells; the first names the columns of keys."""
    has_both = width >= TWO_KEY_COLUMNS
    key_cells = sum(_KEY_CELLS) if has_both else _KEY_CELLS[1]
    if row.entry is None:
        words = line("  ", (row.heading, "secondary"))
        titles = f"{'letters':{_KEY_CELLS[0]}}keys" if has_both else ""
        return _with_keys(words, line((titles, "secondary")) if is_first else (), width - key_cells, width)
    entry, target = row.entry, f"entry:{number}"
    acts = entry.acts_now
    lead = Part(f"{'▌' if is_current else ' '}".ljust(_INDENT), "yours")
    room = width - key_cells - _INDENT - 1
    role, note_role = ("text", "secondary") if acts else ("off", "secondary")
    if is_current:  # on its shade the greys are not legible
        role, note_role = ("text b" if acts else "quote", "quote")
    words = _marked_parts(row.words, 0, row.match, role, target)
    if not acts or row.note == entry.action.title:
        words = clip_line(words, max(_LEAST_NOTE, room - len(row.note) - 2))
    note_room = room - width_of(words) - 2
    if row.note and note_room >= _LEAST_NOTE:
        start = len(row.words) + 2
        note = _marked_parts(row.note, start, row.match, note_role, target)
        words = (*words, Part("  "), *clip_line(note, note_room))
    roles = ("yours b", "yours") if acts else (role, role)
    return _with_keys((lead, *clip_line(words, room)), _key_parts(entry, roles, has_both, target), width - key_cells, width)


def _with_keys(left: StyledLine, keys: StyledLine, at: int, width: int) -> StyledLine:
    return clip_line((*left, Part(" " * (at - width_of(left))), *keys), width)


def _key_parts(entry: PaletteEntry, roles: tuple[str, str], has_both: bool, target: str) -> StyledLine:
    """Return the first key of each hand; in one column the letters, else the other key."""
    letters, others = ([key_label(keys[0])] if keys else [""] for keys in (entry.action.keys, entry.action.plain))
    if not has_both:
        return line((letters[0] or others[0], roles[0 if letters[0] else 1], target))
    return line((letters[0].ljust(_KEY_CELLS[0]), roles[0], target), (others[0], roles[1], target))


def _marked_parts(text: str, start: int, match: TextMatch, role: str, target: str) -> StyledLine:
    """Return a text in parts; the letters that match are bold, amber and underlined."""
    parts: list[Part] = []
    for at, letter in enumerate(text):
        own = "yours b u" if start + at in match.letters else role
        if parts and parts[-1].roles == own:
            parts[-1] = parts[-1]._replace(text=parts[-1].text + letter)
        else:
            parts.append(Part(letter, own, target))
    return tuple(parts)
