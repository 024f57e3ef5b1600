"""Render header, tabs, footer and notices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.printable import plural
from reader.tui.action import Action, key_label
from reader.tui.styled_line import Part, StyledLine, clip_line, clip_middle, clip_words, fold, line, meter, spread, width_of

if TYPE_CHECKING:
    from reader.errors import ReaderError
    from reader.review.index import Tally

# ------------------------------------------------------------------ header, tabs and footer

HEADER_METER = 12
NARROW_METER = 8
"""Cells of the header's meter in a wide and in a narrow window."""
TITLE_ROOM = 12
"""Cells that the header keeps for the title before it shortens the words of the counts."""


class ReadingProgress(NamedTuple):
    """Progress of a review. `sentences` is negative until they are counted, `decided` how many of them are decided.

    `place` is where the cursor is in a long text, in per cent of it, -1 where that is not shown.
    """

    decided: int
    sentences: int
    tally: Tally | None
    filtered: str = ""
    place: int = -1


def header_line(title: str, progress: ReadingProgress, width: int, *, is_recognized: bool = False) -> StyledLine:
    """Return the header of the reading screen: title, progress, open pairs, and the place in the text where there is room.

    `is_recognized`: the text was recognised on pictures of pages, which people must know.
    """
    right = _progress_parts(progress, narrow=width < 100)
    if width_of(right) > width - TITLE_ROOM:
        right = _progress_parts(progress, narrow=True)
    left = line(" ", *([("recognised text · ", "fault")] if is_recognized else []), (title, "b"))
    place = line((f"at {progress.place}%  ", "secondary")) if progress.place >= 0 else ()
    if width_of((*left, *place, *right)) + 3 <= width:
        right = [*place, *right]
    return spread(left, (*right, Part(" ")), width)


def _progress_parts(progress: ReadingProgress, *, narrow: bool) -> list[Part]:
    right: list[Part] = []
    if progress.filtered:
        right.append(Part(f"filter {progress.filtered}  ", "tag", "action:filter"))
    if progress.sentences >= 0:
        right.extend(_decided_parts(progress.decided, progress.sentences, narrow=narrow))
    if progress.tally is not None:
        right.append(Part(f"  {plural(progress.tally.claims, 'claim')}", "secondary", "action:show-claims"))
        if progress.tally.open_pairs:
            right.append(Part(f"  {progress.tally.open_pairs} open", "open", "action:show-claims"))
    return right


def _decided_parts(decided: int, sentences: int, *, narrow: bool) -> StyledLine:
    """Return how many sentences are decided, with a meter; a click goes to the next undecided one."""
    of = f"/{sentences:,} " if narrow else f" of {plural(sentences, 'sentence')} decided "
    target = "action:next-undecided"
    filled = meter(decided, sentences, NARROW_METER if narrow else HEADER_METER)
    return (Part(f"{decided:,}", "text", target), Part(of, "secondary", target), *filled)


def tab_lines(current: str, counts: Sequence[tuple[str, str, str]], width: int) -> list[StyledLine]:
    """Return the tabs and the line under them. `counts` holds the id, title and count ("" for none) of each tab."""
    tabs: list[Part] = []
    under: list[Part] = []
    words = sum(len(title) + (len(count) + 1 if count else 0) for _, title, count in counts)
    gap = max(1, min(3, (width - words) // max(1, len(counts))))
    for tab, title, count in counts:
        parts = [Part(title, "text b" if tab == current else "secondary", f"tab:{tab}")]
        if count:
            parts.append(Part(f" {count}", "fault" if tab == "audit" else "hint", f"tab:{tab}"))
        size = width_of(parts)
        under.append(Part("━" * size, "yours") if tab == current else Part("─" * size, "hairline"))
        under.append(Part("─" * gap, "hairline"))
        tabs.extend((*parts, Part(" " * gap)))
    under.append(Part("─" * max(0, width - width_of(under)), "hairline"))
    return [tuple(tabs), tuple(under)]


class SaveStatus(NamedTuple):
    """State of saving: "saved", "saving" or "failed", and the reason for a failure.

    `send_words` says in a team what is left to send, "12 to send", the longest way first; it is empty without one.
    """

    kind: str = "saved"
    why: str = ""
    send_words: tuple[str, ...] = ()


KeyLabel = Callable[[str], str]
"""Function that returns the label of an action's key."""

FIRST_HINTS: Final = 2
"""The hints whose room a message never takes."""
NARROW_FOOTER: Final = 100
"""The columns below which the hints stand closer."""
Hints = tuple[tuple[str, str, str], ...]
"""Hints in the footer: the key's label, the word for the action, the action's id."""


@lru_cache(8)
def footer_lines(
    hints: Hints, status: SaveStatus, width: int, message: str = "", tone: str = "text", *, is_hidden: bool = False
) -> tuple[StyledLine, ...]:
    """Return the footer: the keys, and right of them the state of saving, or a message in its place.

    A message takes the room of the last keys, never that of the first ones; without a message the last two, help and the
    palette, are always shown. One that is too long is folded into lines above, which come first, and so is every message while
    a question hides the footer. A failed save is always shown; a notice above the footer gives its reason. Kept, as most keys
    leave the lines as they are.
    """
    narrow, state = width < NARROW_FOOTER, _save_state_line(status, width)
    if message and not is_hidden:
        right = (*line((message, tone)), *((Part("   "), *state) if status.kind == "failed" else (Part(" "),)))
        room = width - width_of(right) - 2
        if room >= width_of(_hints_line(hints[:FIRST_HINTS], width, narrow=narrow)):
            return (spread(_hints_line(hints, room, narrow=narrow), right, width),)
    above = [line(" ", (piece, tone)) for piece in _fold_middle(message, max(4, width - 2), MESSAGE_LINES) if message]
    return (*above, spread(_hints_line(hints, width - width_of(state) - 2, narrow=narrow, last=2), state, width))


def _hints_line(hints: Hints, room: int, *, narrow: bool, last: int = 0) -> StyledLine:
    """Return as many of the first hints as fit, with so many of the last ones in any case."""
    tail = [part for hint in hints[len(hints) - last :] for part in _footer_hint(hint, narrow)]
    parts: list[Part] = [Part(" ")]
    for hint in hints[: len(hints) - last]:
        hint_parts = _footer_hint(hint, narrow)
        if width_of(parts) + width_of(hint_parts) + width_of(tail) > room:
            break
        parts.extend(hint_parts)
    return (*parts, *tail)


def _footer_hint(hint: tuple[str, str, str], narrow: bool) -> StyledLine:
    key, word, action = hint
    word = "more" if narrow and action.endswith("palette") else word
    return (*hint_line(key, word, action), Part("  " if narrow else "   "))


def hint_line(key: str, word: str, action: str) -> StyledLine:
    """Return a key and the word for its action; a click on either runs the action."""
    target = f"action:{action}"
    return line((key, "yours b", target), (f" {word}", "secondary", target))


def key_line(label: KeyLabel, *actions: tuple[str, str]) -> StyledLine:
    """Return the keys of actions, each with its word. `actions` holds pairs of an action's id and the word for it."""
    hints = (hint_line(label(action), word, action) for action, word in actions)
    return tuple(part for hint in hints for part in (Part("  "), *hint))[1:]


def _save_state_line(status: SaveStatus, width: int) -> StyledLine:
    if status.kind == "failed":
        return line(("not saved ✗ ", "bad b"))
    if status.kind == "saving":
        return line(("saving… ", "hint"))
    if status.send_words:
        return line(("saved", "good"), (f" · {status.send_words[-1 if width < NARROW_FOOTER else 0]} ", "secondary"))
    return line(("saved ✓ ", "good"))


def follow_lines(typed: str, follow: Sequence[tuple[str, Action]], status: SaveStatus, width: int) -> list[StyledLine]:
    """Return the keys that may follow a half-typed sequence with their words, in as few lines as they need.

    The last line is the footer, with the state of saving if there is room.
    """
    rows: list[StyledLine] = [line((f" {key_label(typed)} …", "yours b"))]
    for key, action in follow:
        cell = line("   ", (key_label(key), "yours b"), (f" {action.title.lower()}", "secondary"))
        if width_of((*rows[-1], *cell)) < width:
            rows[-1] += cell
        else:
            rows.append((Part("  "), *cell[1:]))
    right = _save_state_line(status, width)
    return [*rows[:-1], spread(rows[-1], right, width) if width_of((*rows[-1], *right)) + 2 <= width else rows[-1]]


# ------------------------------------------------------------------ words that are the same everywhere


def undo_message(message: str, label: KeyLabel, action: str = "undo") -> str:
    """Return a message about a change with the key that takes the change back."""
    return f"{message} · {label(action)} takes it back"


def panel_keys(keys: Sequence[tuple[str, str]]) -> list[StyledLine]:
    """Return the keys of a panel, each with a verb: "Enter keeps it", "Esc cancels"."""
    return [line((key, "yours b"), (f" {verb}", "secondary")) for key, verb in keys]


def panel_key_lines(keys: Sequence[tuple[str, str]], width: int) -> list[StyledLine]:
    """Return the keys of a panel in as many lines of `width` cells as they need."""
    lines: list[StyledLine] = [()]
    for hint in panel_keys(keys):
        if lines[-1] and width_of(lines[-1]) + 3 + width_of(hint) > width:
            lines.append(())
        lines[-1] = (*lines[-1], Part("   "), *hint) if lines[-1] else hint
    return [clip_line(parts, width) for parts in lines]


def prompt_hint(hint: str, role: str, verb: str, room: int) -> StyledLine:
    """Return a hint and the keys of a question in at most `room` cells and a blank at both ends.

    `verb` says what Enter does. Without room for both the keys are left out, then the hint is cut.
    """
    keys = [part for key in panel_keys((("Enter", verb), ("Esc", "cancels"))) for part in (Part("  "), *key)] if verb else []
    parts = [*line((hint, role)), *keys[0 if hint else 1 :]]
    if width_of(parts) > room:
        parts = line((clip_words(hint, room), role)) if room > 3 else ()
    return (Part(" "), *parts, Part(" ")) if parts else ()


# ------------------------------------------------------------------ notices

NOTICE_LINES: Final = 3
MESSAGE_LINES: Final = 6
"""Most lines of a notice, and of a message that is too long for the footer."""
_SHORTEN_STEP: Final = 8


class Notice(NamedTuple):
    """Problems that a notice reports.

    `trouble` is the error that kept the library from opening; `copies` counts its conflict copies.
    """

    saved: SaveStatus = SaveStatus()
    trouble: ReaderError | None = None
    copies: int = 0


def notice_lines(notice: Notice, width: int, label: KeyLabel, place: str = "") -> list[StyledLine]:
    """Return the most urgent notice in at most `NOTICE_LINES` lines of `width` cells, or no lines if all is well.

    `place` is the prefix of the ids of the actions that solve the problem ("library-" in the library).
    """
    if notice.trouble is not None:
        remedy = line(("  ", "text"), (notice.trouble.hint, "secondary")) if notice.trouble.hint else ()
        return _message_lines(f"Your library could not be opened: {notice.trouble.what}", "bad b", remedy, width)
    if notice.saved.kind == "failed":
        remedy = _remedy_line(f"{place}save-as", "saves everything elsewhere", label)
        return _message_lines(f"Not saved: {notice.saved.why}", "bad b", remedy, width)
    if notice.copies:
        copies = "There is a conflict copy" if notice.copies == 1 else f"There are {notice.copies} conflict copies"
        remedy = _remedy_line(f"{place}merge-copy", "merges it", label)
        return _message_lines(f"{copies} beside your library:", "fault", remedy, width)
    return []


def _remedy_line(action: str, word: str, label: KeyLabel) -> StyledLine:
    return (Part("  "), *hint_line(label(action), word, action))


def _message_lines(text: str, tone: str, remedy: StyledLine, width: int) -> list[StyledLine]:
    """Return a message and its remedy, on the last line of the message if there is room."""
    lines = [line(" ", (piece, tone)) for piece in _fold_middle(text, max(4, width - 2), NOTICE_LINES - bool(remedy))]
    if width_of(lines[-1]) + width_of(remedy) < width:
        lines[-1] += remedy
    else:
        lines.append(line(" ", *remedy[1:]))
    return [clip_line(parts, width) for parts in lines]


def _fold_middle(text: str, width: int, most: int) -> list[str]:
    """Fold a text into at most `most` lines, cutting its middle: an error message ends with its cause."""
    size = width * most
    pieces = list(fold(clip_middle(text, size), width, most + 1))
    while len(pieces) > most and size > _SHORTEN_STEP:
        size -= _SHORTEN_STEP
        pieces = list(fold(clip_middle(text, size), width, most + 1))
    return pieces[:most]
