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
READING: Final = (TEXT, CARD, LIST)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a person can do.

    `keys` are for the vim hand, `plain` for the other; both always work. `where` names the contexts in which the keys act.
    `short` is the word in the footer, shown in the contexts of `footer`, in the order of the registry; "" keeps it out.
    `shown` is how the footer writes the key when it is not the first one. `palette` tells whether the palette lists it.
    """

    id: str
    title: str
    help: str
    group: str
    keys: tuple[str, ...]
    plain: tuple[str, ...] = ()
    where: tuple[str, ...] = READING
    short: str = ""
    footer: tuple[str, ...] = ()
    shown: str = ""
    palette: bool = True


MOVE, MARK, JUDGE, REFER, FIND, KEEP, SCREEN = "Move", "Mark", "Judge", "References", "Find", "Change and keep", "Screen"

ACTIONS: Final[tuple[Action, ...]] = (
    # Move
    Action("next-sentence", "Next sentence", "Go to the next sentence", MOVE, ("j",), ("down",), (TEXT,)),
    Action("previous-sentence", "Previous sentence", "Go to the sentence before", MOVE, ("k",), ("up",), (TEXT,)),
    Action("next-paragraph", "Next paragraph", "Go to the next paragraph", MOVE, ("}",), ("alt+down", "ctrl+down"), (TEXT,)),
    Action("previous-paragraph", "Previous paragraph", "Go back a paragraph", MOVE, ("{",), ("alt+up", "ctrl+up"), (TEXT,)),
    Action("page-down", "Page down", "Go down a page", MOVE, ("space",), ("pagedown",), (TEXT, LIST)),
    Action("page-up", "Page up", "Go up a page", MOVE, (), ("pageup",), (TEXT, LIST)),
    Action("half-page-down", "Half a page down", "Go down half a page", MOVE, ("ctrl+d",), (), (TEXT,)),
    Action("half-page-up", "Half a page up", "Go up half a page", MOVE, ("ctrl+u",), (), (TEXT,)),
    Action("top", "Top", "Go to the first sentence, or the first entry", MOVE, ("g g",), ("home",), (TEXT, LIST)),
    Action("end", "End", "Go to the last sentence, or the last entry", MOVE, ("G",), ("end",), (TEXT, LIST)),
    Action("next-claim", "Next claim", "Go to the next claim that the filter lets through", MOVE, ("]",), ("f9",)),
    Action("previous-claim", "Previous claim", "Go to the claim before", MOVE, ("[",), ("f8",)),
    Action("set-bookmark", "Set a bookmark", "Name this place with a letter", MOVE, (f"m {LETTER}",), (), (TEXT,)),
    Action("go-bookmark", "Go to a bookmark", "Go to the place with this letter", MOVE, (f"' {LETTER}",), (), (TEXT,)),
    Action("back", "Come back", "Come back from where a jump led", MOVE, ("ctrl+o",), ("backspace",)),
    Action("forward", "Go forward", "Go again where you came back from", MOVE, ("g o",), ("alt+right",)),
    # Mark
    Action(
        "mark", "Mark or unmark", "Mark the sentence, or the selection, as a claim; again: unmark it",
        MARK, ("h",), (), (TEXT, CARD), "mark", (TEXT,),
    ),
    Action("enter", "Mark, or open the card", "Mark an unmarked sentence; on a claim, open its card", MARK, (), ("enter",), (TEXT,)),
    Action(
        "tag", "Tags", "Tag the claim: type ahead, digits pick, / nests", MARK, ("t",), ("f3",), (TEXT, CARD), "tag", (TEXT, CARD),
    ),
    Action("note", "Note", "Write a note on the claim", MARK, ("a",), ("f2",), (TEXT, CARD), "note", (TEXT, CARD)),
    Action("not-claim", "Not a claim", "Looked at, nothing to check here; again: take it back", MARK, ("x",), (), (TEXT, CARD)),
    Action("later", "Later", "Come back to this sentence later; again: take it back", MARK, ("z",), (), (TEXT, CARD)),
    Action("select", "Select", "Select by character, word and sentence", MARK, ("v",), (), (TEXT,)),
    Action(
        "bounds", "Move its bounds", "Move the claim's start or end", MARK, ("b",), (), (TEXT,),
    ),
    Action("split", "Split", "Split the claim at the selection's start, or where its next sentence begins", MARK, ("S",), (), (TEXT, CARD)),
    Action("join", "Join", "Join the claim with the next one, or all that the selection touches", MARK, ("J",), (), (TEXT, CARD)),
    Action("remove", "Remove", "Remove the annotation in hand", MARK, ("d d",), ("delete",)),
    # Judge
    Action(
        "verdict", "Verdict", "Give the pair shown a verdict", JUDGE, ("1", "2", "3", "4", "5", "6"), (), (TEXT, CARD),
        "verdict", (TEXT, CARD), "1–6", False,
    ),
    Action("unavailable", "Source unavailable", "Say that the source of the pair shown cannot be had", JUDGE, ("7",), (), (TEXT, CARD)),
    Action("clear-verdict", "Clear the verdict", "Take the verdict on the pair shown away", JUDGE, ("0",), (), (TEXT, CARD)),
    Action("next-pair", "Next reference of the claim", "Show the claim's next reference", JUDGE, ("c",), (), (TEXT, CARD)),
    Action("previous-pair", "Reference before", "Show the claim's reference before", JUDGE, ("C",), (), (TEXT, CARD)),
    Action("card-next", "Next reference", "Show the claim's next reference", JUDGE, ("j",), ("tab", "down"), (CARD,), palette=False),
    Action(
        "card-previous", "Reference before", "Show the claim's reference before", JUDGE, ("k",), ("shift+tab", "up"), (CARD,),
        palette=False,
    ),
    Action("open-card", "Open the card", "Show all that was said of the claim and all it rests on", JUDGE, ("o",), (), (TEXT, LIST)),
    # References
    Action(
        "peek", "Peek the reference", "Show the reference of the sentence's marker; again: the next one", REFER,
        ("r",), ("f4",), (TEXT, CARD), "reference", (TEXT,),
    ),
    Action("go-definition", "Go to the reference", "Go to the entry in the text that the marker points at", REFER, ("g d",), (), (TEXT, CARD)),
    Action("list-next", "Next entry", "Go to the next entry", REFER, ("j",), ("down",), (LIST,), palette=False),
    Action("list-previous", "Entry before", "Go to the entry before", REFER, ("k",), ("up",), (LIST,), palette=False),
    Action(
        "list-enter", "Go there", "Go where the entry stands: a reference's next citation, a claim, a finding", REFER,
        ("r",), ("enter",), (LIST,), "go there", (LIST,), "Enter", False,
    ),
    Action("audit", "Audit", "Show what does not fit between text and references", REFER, ("A",), ("f6",)),
    Action("show-references", "References", "Show the references", REFER, ("g r",)),
    Action("show-claims", "Claims", "Show the claims", REFER, ("g c",)),
    Action("list-tab", "Next tab", "Show the next tab of the side pane", REFER, ("l",), ("right",), (LIST,), "tab", (LIST,), "←→", False),
    Action("list-tab-back", "Tab before", "Show the tab before", REFER, ("h",), ("left",), (LIST,), palette=False),
    # Find
    Action("search", "Search", "Search the text", FIND, ("/",), ("ctrl+f",), READING, "search", (TEXT,)),
    Action("next-hit", "Next hit", "Go to the next hit, or the next citation of the reference in hand", FIND, ("n",)),
    Action("previous-hit", "Hit before", "Go to the hit before", FIND, ("N",)),
    Action("filter", "Filter the claims", "Show only claims with a tag, status, verdict, reference or word", FIND, ("f",), ("f7",), READING, "filter", (LIST,)),
    # Change and keep
    Action("undo", "Undo", "Take the last change back", KEEP, ("u",), ("ctrl+z",), READING, "undo", (TEXT, CARD)),
    Action("redo", "Redo", "Do again what was taken back", KEEP, ("ctrl+r",), ("ctrl+y",)),
    Action("copy", "Copy", "Send the selection, or the sentence, to the terminal's clipboard", KEEP, ("y",), ("ctrl+c",), (TEXT, SELECT, CARD, LIST)),
    Action("export", "Export", "Write claims and verdicts to a file", KEEP, ("E",), ("ctrl+e",)),
    # Screen
    Action("other-pane", "Other pane", "Go to the side pane, or back to the text", SCREEN, ("tab",), ("shift+tab",), (TEXT, LIST), "pane", (LIST,)),
    Action("noise", "Show what was set aside", "Show or hide page noise", SCREEN, ("g n",)),
    Action("theme", "Change the colours", "Change to the next theme", SCREEN, ("g t",)),
    Action("palette", "All commands", "Find any action by its name", SCREEN, (":",), ("ctrl+p",), (*READING, LIBRARY), "all commands", (TEXT, LIST, CARD), palette=False),
    Action("help", "Help", "Show the keys", SCREEN, ("?",), ("f1",), (*READING, LIBRARY), "help", (TEXT, LIST, CARD)),
    Action("library", "Library", "Leave the article and go to the library", SCREEN, ("g l",)),
    Action("quit", "Quit", "Leave; everything is saved", SCREEN, ("q",), ("ctrl+q",), (*READING, LIBRARY, SELECT, BOUNDS)),
    Action("escape", "One level back", "Leave what is open: selection, search, card, side pane", SCREEN, (), ("escape",), (*READING, SELECT, BOUNDS), "back", (CARD,), "Esc", palette=False),
    # While selecting
    Action("select-left", "Left", "Move the selection's end by a character", MARK, ("h",), ("left", "shift+left"), (SELECT,), palette=False),
    Action("select-right", "Right", "Move the selection's end by a character", MARK, ("l",), ("right", "shift+right"), (SELECT,), "character", (SELECT,), "h l", False),
    Action("select-word", "Next word", "Move to the next word", MARK, ("w",), ("ctrl+right",), (SELECT,), "word", (SELECT,), "w b e", False),
    Action("select-word-back", "Word before", "Move to the word before", MARK, ("b",), ("ctrl+left",), (SELECT,), palette=False),
    Action("select-word-end", "Word's end", "Move to the word's end", MARK, ("e",), (), (SELECT,), palette=False),
    Action("select-start", "Sentence's start", "Move to the sentence's start", MARK, ("0",), ("home",), (SELECT,), palette=False),
    Action("select-end", "Sentence's end", "Move to the sentence's end", MARK, ("$",), ("end",), (SELECT,), "to its end", (SELECT,), palette=False),
    Action("select-down", "Next sentence", "Take the next sentence in", MARK, ("j",), ("down", "shift+down"), (SELECT,), "sentence", (SELECT,), "j k", False),
    Action("select-up", "Sentence before", "Go back a sentence", MARK, ("k",), ("up", "shift+up"), (SELECT,), palette=False),
    Action("select-swap", "Other end", "Move the other end of the selection", MARK, ("o",), ("tab",), (SELECT,), "other end", (SELECT,), palette=False),
    Action("select-mark", "Mark the selection", "Mark the selection as a claim", MARK, ("m",), ("enter",), (SELECT,), "mark it", (SELECT,), "Enter", False),
    Action("select-stop", "Stop selecting", "Leave without marking", MARK, ("v",), (), (SELECT,), palette=False),
    Action("shift-right", "Select to the right", "Select by character from the sentence's start", MARK, (), ("shift+right",), (TEXT,), palette=False),
    Action("shift-left", "Select to the left", "Select by character", MARK, (), ("shift+left",), (TEXT,), palette=False),
    Action("shift-down", "Select this sentence", "Select this sentence, then the next", MARK, (), ("shift+down",), (TEXT,), palette=False),
    Action("shift-up", "Select upwards", "Select this sentence, then the one before", MARK, (), ("shift+up",), (TEXT,), palette=False),
    # While moving a claim's bounds
    Action("bounds-right", "Later", "Move the edge a word to the right", MARK, ("l",), ("right",), (BOUNDS,), "by word", (BOUNDS,), "← →", False),
    Action("bounds-left", "Earlier", "Move the edge a word to the left", MARK, ("h",), ("left",), (BOUNDS,), palette=False),
    Action("bounds-char-right", "One later", "Move the edge a character to the right", MARK, ("L",), ("shift+right",), (BOUNDS,), "by character", (BOUNDS,), "H L", False),
    Action("bounds-char-left", "One earlier", "Move the edge a character to the left", MARK, ("H",), ("shift+left",), (BOUNDS,), palette=False),
    Action("bounds-down", "A sentence later", "Move the edge a sentence on", MARK, ("j",), ("down",), (BOUNDS,), "sentence", (BOUNDS,), "↑ ↓", False),
    Action("bounds-up", "A sentence earlier", "Move the edge a sentence back", MARK, ("k",), ("up",), (BOUNDS,), palette=False),
    Action("bounds-swap", "Other edge", "Move the other edge", MARK, ("o",), ("tab",), (BOUNDS,), "other edge", (BOUNDS,), palette=False),
    Action("bounds-keep", "Keep", "Keep the new bounds", MARK, (), ("enter",), (BOUNDS,), "keep", (BOUNDS,), palette=False),
)  # fmt: skip

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
