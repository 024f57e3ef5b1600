"""The one registry of actions: what can be done, by which keys, and where. Keys, footer, palette, help and README come from it.

A key is written as it arrives: a printable character as itself, any other by its name ("ctrl+d", "pagedown"). Keys pressed one
after the other are parted by a blank ("g g"). `LETTER` stands for any letter, which the action is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LETTER: Final = "<letter>"

TEXT: Final = "text"
SELECT: Final = "select"
BOUNDS: Final = "bounds"
CARD: Final = "card"
LIST: Final = "list"
LIBRARY: Final = "library"
ARRIVING: Final = "arriving"
READING: Final = (TEXT, CARD, LIST)
"""The contexts of the reading screen that are not in the middle of something."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `keys` are for the vim hand, `plain` for the other; both always work. `where` names the contexts in which they act.
    `palette` tells whether the palette lists it: not what only makes sense in the middle of something else.
    """

    id: str
    title: str
    help: str
    group: str
    keys: tuple[str, ...]
    plain: tuple[str, ...]
    where: tuple[str, ...]
    palette: bool = True


@dataclass(frozen=True, slots=True)
class Hint:
    """An action in the footer: the word for it there, and how its key is written where that is not its first one."""

    action: str
    word: str
    key: str = ""


Row = tuple[str, str, str, str, str]
"""Id, title, help, keys and plain keys; several keys are parted by ", "."""


def _group(group: str, where: tuple[str, ...], *rows: Row, palette: bool = True) -> tuple[Action, ...]:
    return tuple(
        Action(id, title, help, group, _keys(keys), _keys(plain), where, palette) for id, title, help, keys, plain in rows
    )


def _keys(keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys.split(", ") if key)


ACTIONS: Final[tuple[Action, ...]] = (
    *_group(
        "Move",
        (TEXT,),
        ("next-sentence", "Next sentence", "Go to the next sentence", "j", "down"),
        ("previous-sentence", "Previous sentence", "Go to the sentence before", "k", "up"),
        ("next-paragraph", "Next paragraph", "Go to the next paragraph", "}", "alt+down, ctrl+down"),
        ("previous-paragraph", "Previous paragraph", "Go back a paragraph", "{", "alt+up, ctrl+up"),
        ("half-page-down", "Half a page down", "Go down half a page", "ctrl+d", ""),
        ("half-page-up", "Half a page up", "Go up half a page", "ctrl+u", ""),
        ("set-bookmark", "Set a bookmark", "Name this place with a letter", f"m {LETTER}", ""),
        ("go-bookmark", "Go to a bookmark", "Go to the place with this letter", f"' {LETTER}", ""),
    ),
    *_group(
        "Move",
        (TEXT, LIST),
        ("page-down", "Page down", "Go down a page", "space", "pagedown"),
        ("page-up", "Page up", "Go up a page", "", "pageup"),
        ("top", "Top", "Go to the first sentence, or the first entry", "g g", "home"),
        ("end", "End", "Go to the last sentence, or the last entry", "G", "end"),
    ),
    *_group(
        "Move",
        READING,
        ("next-claim", "Next claim", "Go to the next claim that the filter lets through", "]", "f9"),
        ("previous-claim", "Previous claim", "Go to the claim before", "[", "f8"),
        ("back", "Back", "Come back from where a jump led", "ctrl+o", "backspace"),
        ("forward", "Forward", "Go again where you came back from", "g o", "alt+right"),
    ),
    *_group(
        "Mark",
        (TEXT, CARD),
        ("mark", "Mark or unmark", "Mark the sentence, or the selection, as a claim; again: unmark it", "h", ""),
        ("tag", "Tags", "Tag the claim: type ahead, digits pick, / nests", "t", "f3"),
        ("note", "Note", "Write a note on the claim", "a", "f2"),
        ("not-claim", "Not a claim", "Looked at, nothing to check here; again: take it back", "x", ""),
        ("later", "Later", "Come back to this sentence later; again: take it back", "z", ""),
        ("split", "Split", "Split the claim at the selection's start, else where its next sentence begins", "S", ""),
        ("join", "Join", "Join the claim with the next one, or all that the selection touches", "J", ""),
    ),
    *_group(
        "Mark",
        (TEXT,),
        ("select", "Select", "Select by character, word and sentence", "v", ""),
        ("bounds", "Move its bounds", "Move the claim's start or end", "b", ""),
    ),
    *_group(
        "Mark",
        (TEXT, SELECT),
        (
            "set-aside",
            "Set aside as noise",
            "Set the paragraph, or all the selection touches, aside as noise; on noise: take it back",
            "X",
            "",
        ),
    ),
    *_group("Mark", READING, ("remove", "Remove", "Remove the annotation in hand", "d d", "delete")),
    *_group(
        "Mark",
        (TEXT,),
        ("enter", "Mark, or open the card", "Mark an unmarked sentence; on a claim, open its card", "", "enter"),
        ("shift-right", "Select to the right", "Select by character from the sentence's start", "", "shift+right"),
        ("shift-left", "Select to the left", "Select by character", "", "shift+left"),
        ("shift-down", "Select this sentence", "Select this sentence, then the next", "", "shift+down"),
        ("shift-up", "Select upwards", "Select this sentence, then the one before", "", "shift+up"),
        palette=False,
    ),
    *_group(
        "Judge",
        (TEXT, CARD),
        ("verdict", "Verdict", "Give the pair shown a verdict", "1, 2, 3, 4, 5, 6", ""),
        palette=False,
    ),
    *_group(
        "Judge",
        (TEXT, CARD),
        ("unavailable", "Source unavailable", "Say that the source of the pair shown cannot be had", "7", ""),
        ("clear-verdict", "Clear the verdict", "Take the verdict on the pair shown away", "0", ""),
        ("next-pair", "Next reference of the claim", "Show the claim's next reference", "c", ""),
        ("previous-pair", "Reference before", "Show the claim's reference before", "C", ""),
    ),
    *_group(
        "Judge",
        (CARD,),
        ("card-next", "Next reference", "Show the claim's next reference", "j", "tab, down"),
        ("card-previous", "Reference before", "Show the claim's reference before", "k", "shift+tab, up"),
        palette=False,
    ),
    *_group(
        "Judge",
        READING,
        ("open-card", "Open the card", "Show all that was said of the claim and all it rests on; again: close it", "o", ""),
    ),
    *_group(
        "References",
        (TEXT, CARD),
        ("peek", "Peek the reference", "Show the reference of the sentence's marker; again: the next one", "r", "f4"),
        ("go-definition", "Entry", "Go to the entry in the text that the marker points at", "g d", ""),
    ),
    *_group(
        "References",
        READING,
        ("show-references", "References", "Show the references", "g r", ""),
        ("show-claims", "Claims", "Show the claims", "g c", ""),
        ("audit", "Audit", "Show what does not fit between text and references", "A", "f6"),
    ),
    *_group(
        "References",
        (LIST,),
        ("list-next", "Next entry", "Go to the next entry", "j", "down"),
        ("list-previous", "Entry before", "Go to the entry before", "k", "up"),
        ("list-enter", "Go there", "Go to the reference's next citation, the claim, the finding", "r", "enter"),
        ("list-tab", "Next tab", "Show the next tab of the side pane", "l", "right"),
        ("list-tab-back", "Tab before", "Show the tab before", "h", "left"),
        palette=False,
    ),
    *_group(
        "Find",
        READING,
        ("search", "Search", "Search the text", "/", "ctrl+f"),
        ("next-hit", "Next hit", "Go to the next hit, or the next citation of the reference in hand", "n", ""),
        ("previous-hit", "Hit before", "Go to the hit before", "N", ""),
        ("filter", "Filter the claims", "Show only claims with a tag, status, verdict, reference or word", "f", "f7"),
    ),
    *_group(
        "Change and keep",
        READING,
        ("undo", "Undo", "Take the last change back", "u", "ctrl+z"),
        ("redo", "Redo", "Do again what was taken back", "ctrl+r", "ctrl+y"),
        ("export", "Export", "Write claims and verdicts to a file", "E", "ctrl+e"),
        ("save-as", "Save elsewhere", "Save everything in another folder, and go on with that", "W", "f12"),
        ("merge-copy", "Merge a conflict copy", "Merge the conflict copy that lies beside your library", "M", "ctrl+g"),
    ),
    *_group(
        "Change and keep",
        (*READING, SELECT),
        ("copy", "Copy", "Send the selection, or the sentence, to the terminal's clipboard", "y", "ctrl+c"),
    ),
    *_group(
        "Screen",
        (TEXT, LIST),
        ("other-pane", "Other pane", "Go to the side pane, or back to the text", "tab", "shift+tab"),
    ),
    *_group(
        "Screen",
        READING,
        ("noise", "Noise", "Show or hide page noise", "g n", ""),
        ("theme", "Colours", "Change to the next theme", "g t", ""),
        ("library", "Library", "Leave the article and go to the library", "g l", ""),
        ("help", "Help", "Show the keys", "?", "f1"),
    ),
    *_group(
        "Screen",
        READING,
        ("palette", "All commands", "Find any action by its name", ":", "ctrl+p"),
        palette=False,
    ),
    *_group(
        "Screen",
        (*READING, SELECT, BOUNDS),
        ("quit", "Quit", "Leave; everything is saved", "q", "ctrl+q"),
    ),
    *_group(
        "Screen",
        (*READING, SELECT, BOUNDS),
        ("escape", "One level back", "Leave what is open: selection, peek, card, side pane, search", "", "escape"),
        palette=False,
    ),
    *_group(
        "Select",
        (SELECT,),
        ("select-left", "Left", "Move the selection's end by a character", "h", "left, shift+left"),
        ("select-right", "Right", "Move the selection's end by a character", "l", "right, shift+right"),
        ("select-word", "Next word", "Move to the next word", "w", "ctrl+right"),
        ("select-word-back", "Word before", "Move to the word before", "b", "ctrl+left"),
        ("select-word-end", "Word's end", "Move to the word's end", "e", ""),
        ("select-start", "Sentence's start", "Move to the sentence's start", "0", "home"),
        ("select-end", "Sentence's end", "Move to the sentence's end", "$", "end"),
        ("select-down", "Next sentence", "Take the next sentence in", "j", "down, shift+down"),
        ("select-up", "Sentence before", "Go back a sentence", "k", "up, shift+up"),
        ("select-swap", "Other end", "Move the other end of the selection", "o", "tab"),
        ("select-mark", "Mark the selection", "Mark the selection as a claim", "m", "enter"),
        ("select-stop", "Stop selecting", "Leave without marking", "v", ""),
        palette=False,
    ),
    *_group(
        "Bounds",
        (BOUNDS,),
        ("bounds-right", "Later", "Move the edge a word to the right", "l", "right"),
        ("bounds-left", "Earlier", "Move the edge a word to the left", "h", "left"),
        ("bounds-char-right", "One later", "Move the edge a character to the right", "L", "shift+right"),
        ("bounds-char-left", "One earlier", "Move the edge a character to the left", "H", "shift+left"),
        ("bounds-down", "A sentence later", "Move the edge a sentence on", "j", "down"),
        ("bounds-up", "A sentence earlier", "Move the edge a sentence back", "k", "up"),
        ("bounds-swap", "Other edge", "Move the other edge", "o", "tab"),
        ("bounds-keep", "Keep", "Keep the new bounds", "", "enter"),
        palette=False,
    ),
    *_group(
        "Library",
        (LIBRARY,),
        ("library-next", "Next article", "Go to the next article", "", "down"),
        ("library-previous", "Article before", "Go to the article before", "", "up"),
        ("library-open", "Open", "Open the article, or the path or address that was typed", "", "enter"),
        ("library-help", "Help", "Show the keys", "", "f1"),
        (
            "library-clear",
            "One level back",
            "Stop opening, else empty the field; when it is empty, go back to the article",
            "",
            "escape",
        ),
        ("library-save-as", "Save elsewhere", "Save everything in another folder, and go on with that", "", "f12"),
        ("library-merge-copy", "Merge a conflict copy", "Merge the conflict copy that lies beside your library", "", "ctrl+g"),
        ("library-quit", "Quit", "Leave", "", "ctrl+q"),
        palette=False,
    ),
    *_group(
        "Opening",
        (ARRIVING,),
        ("arriving-stop", "Stop", "Stop opening what the program was started with, and leave", "", "escape, ctrl+c, ctrl+q"),
        palette=False,
    ),
)

_ALWAYS: Final = (Hint("palette", "all commands"), Hint("help", "help"))

FOOTER: Final[dict[str, tuple[Hint, ...]]] = {
    TEXT: (
        Hint("mark", "mark"),
        Hint("not-claim", "not a claim"),
        Hint("later", "later"),
        Hint("tag", "tag"),
        Hint("note", "note"),
        Hint("verdict", "verdict", "1–6"),
        Hint("peek", "reference"),
        Hint("search", "search"),
        Hint("undo", "undo"),
        *_ALWAYS,
    ),
    CARD: (
        Hint("verdict", "verdict", "1–6"),
        Hint("card-next", "next", "Tab"),
        Hint("tag", "tag"),
        Hint("note", "note"),
        Hint("undo", "undo"),
        Hint("escape", "back"),
        *_ALWAYS,
    ),
    LIST: (
        Hint("list-enter", "go there", "Enter"),
        Hint("list-tab", "tab", "← →"),
        Hint("filter", "filter"),
        Hint("other-pane", "text"),
        *_ALWAYS,
    ),
    SELECT: (
        Hint("select-mark", "mark it", "Enter"),
        Hint("select-right", "character", "h l"),
        Hint("select-word", "word", "w b e"),
        Hint("select-end", "to its end"),
        Hint("select-down", "sentence", "j k"),
        Hint("set-aside", "noise"),
        Hint("select-swap", "other end"),
        Hint("escape", "leave"),
    ),
    BOUNDS: (
        Hint("bounds-keep", "keep"),
        Hint("bounds-right", "by word", "← →"),
        Hint("bounds-char-right", "by character", "H L"),
        Hint("bounds-down", "sentence", "↑ ↓"),
        Hint("bounds-swap", "other edge"),
        Hint("escape", "put back"),
    ),
    LIBRARY: (
        Hint("library-next", "choose", "↑↓"),
        Hint("library-open", "open"),
        Hint("library-help", "help"),
        Hint("library-quit", "quit"),
    ),
    ARRIVING: (Hint("arriving-stop", "stops and leaves"),),
}
"""What the footer shows in each context, in this order. A key that a person changed is shown as they changed it."""

BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}

_NAMES: Final = {
    "space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "backspace": "Backspace", "delete": "Delete",
    "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "up": "↑", "down": "↓", "left": "←", "right": "→",
    LETTER: "a–z",
}  # fmt: skip


def key_label(keys: str) -> str:
    """Return keys as people write them: "g g" → "gg", "ctrl+d" → "Ctrl+D", "m <letter>" → "m a–z"."""
    steps = keys.split(" ")
    labels = ["+".join(_NAMES.get(p, p.capitalize() if len(p) > 1 else p) for p in _parts(step)) for step in steps]
    if len(labels) > 1 and all(len(label) == 1 for label in labels):
        return "".join(labels)
    return " ".join(labels)


def _parts(step: str) -> list[str]:
    if len(step) == 1:
        return [step]
    *modifiers, last = step.split("+")
    return [*modifiers, last.upper() if modifiers and len(last) == 1 else last]
