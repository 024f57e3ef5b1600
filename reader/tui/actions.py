"""The registry of actions: keys, footer, palette, help and the key table come from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# ------------------------------------------------------------------ one thing that a person can do, by which keys, and where.

LETTER: Final = "<letter>"

TEXT: Final = "text"
SELECT: Final = "select"
BOUNDS: Final = "bounds"
ATTACH: Final = "attach"
EDITION: Final = "edition"
CARD: Final = "card"
LIST: Final = "list"
REVIEW: Final = "review"
SOURCE: Final = "source"
QUOTE: Final = "quote"
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
    contexts: tuple[str, ...]
    in_palette: bool = True


ActionRow = tuple[str, str, str, str, str]
"""Id, title, help, keys and plain keys; several keys are parted by ", "."""


def action_rows(group: str, where: tuple[str, ...], *rows: ActionRow, palette: bool = True) -> tuple[Action, ...]:
    """Return the actions of rows that share a group, the contexts they act in, and whether the palette lists them."""
    return tuple(
        Action(id, title, help, group, _split_keys(keys), _split_keys(plain), where, palette)
        for id, title, help, keys, plain in rows
    )


def _split_keys(keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys.split(", ") if key)


# ------------------------------------------------------------------ The rows of the registry that act on the reading screen

READING_ACTIONS: Final[tuple[Action, ...]] = (
    *action_rows(
        "Move",
        (TEXT, ATTACH, SOURCE),
        ("next-sentence", "Next sentence", "Go to the next sentence", "j", "down"),
        ("previous-sentence", "Previous sentence", "Go to the sentence before", "k", "up"),
        ("next-paragraph", "Next paragraph", "Go to the next paragraph", "}", "alt+down, ctrl+down"),
        ("previous-paragraph", "Previous paragraph", "Go back a paragraph", "{", "alt+up, ctrl+up"),
        ("half-page-down", "Half a page down", "Go down half a page", "ctrl+d", ""),
        ("half-page-up", "Half a page up", "Go up half a page", "ctrl+u", ""),
    ),
    *action_rows(
        "Move",
        (TEXT,),
        ("set-bookmark", "Set a bookmark", "Name this place with a letter", f"m {LETTER}", ""),
        ("go-bookmark", "Go to a bookmark", "Go to the place with this letter", f"' {LETTER}", ""),
    ),
    *action_rows(
        "Move",
        (TEXT, LIST, ATTACH, SOURCE),
        ("page-down", "Page down", "Go down a page", "space", "pagedown"),
        ("page-up", "Page up", "Go up a page", "", "pageup"),
        ("top", "Top", "Go to the first sentence, or the first entry", "g g", "home"),
        ("end", "End", "Go to the last sentence, or the last entry", "G", "end"),
    ),
    *action_rows(
        "Move",
        READING,
        ("next-claim", "Next claim", "Go to the next claim that the filter lets through", "]", "f9"),
        ("previous-claim", "Previous claim", "Go to the claim before", "[", "f8"),
        ("back", "Back", "Come back from where a jump led", "ctrl+o", "backspace"),
        ("forward", "Forward", "Go again where you came back from", "g o", "alt+right"),
    ),
    *action_rows(
        "Mark",
        (TEXT, CARD),
        ("mark", "Mark or unmark", "Mark the sentence, or the selection, as a claim; again: unmark it", "h", ""),
        ("not-claim", "Not a claim", "Looked at, nothing to check here; again: take it back", "x", ""),
        ("later", "Later", "Come back to this sentence later; again: take it back", "z", ""),
        ("split", "Split", "Split the claim at the selection's start, else where its next sentence begins", "S", ""),
        ("join", "Join", "Join the claim with the next one, or all that the selection touches", "J", ""),
    ),
    *action_rows(
        "Mark",
        (TEXT, CARD, REVIEW),
        ("tag", "Tags", "Tag the claim: type ahead, digits pick, / nests", "t", "f3"),
        ("note", "Note", "Write a note on the claim", "a", "f2"),
    ),
    *action_rows(
        "Mark",
        (TEXT, ATTACH, SOURCE),
        ("select", "Select", "Select by character, word and sentence", "v", ""),
    ),
    *action_rows(
        "Mark",
        (TEXT,),
        ("bounds", "Move its bounds", "Move the claim's start or end", "b", ""),
    ),
    *action_rows(
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
    *action_rows("Mark", READING, ("remove", "Remove", "Remove the annotation in hand", "d d", "delete")),
    *action_rows(
        "Mark",
        (TEXT,),
        ("enter", "Mark, or open the card", "Mark an unmarked sentence; on a claim, open its card", "", "enter"),
        palette=False,
    ),
    *action_rows(
        "Mark",
        (TEXT, ATTACH, SOURCE),
        ("shift-right", "Select to the right", "Select by character from the sentence's start", "", "shift+right"),
        ("shift-left", "Select to the left", "Select by character", "", "shift+left"),
        ("shift-down", "Select this sentence", "Select this sentence, then the next", "", "shift+down"),
        ("shift-up", "Select upwards", "Select this sentence, then the one before", "", "shift+up"),
        palette=False,
    ),
    *action_rows(
        "Judge",
        (TEXT, CARD, REVIEW, SOURCE),
        ("verdict", "Verdict", "Give the pair shown a verdict", "1, 2, 3, 4, 5, 6", ""),
        palette=False,
    ),
    *action_rows(
        "Judge",
        (TEXT, CARD, REVIEW, SOURCE),
        ("unavailable", "Source unavailable", "Say that the source of the pair shown cannot be had", "7", ""),
        ("clear-verdict", "Clear the verdict", "Take the verdict on the pair shown away", "0", ""),
    ),
    *action_rows(
        "Judge",
        (TEXT, CARD),
        ("next-pair", "Next reference of the claim", "Show the claim's next reference", "c", ""),
        ("previous-pair", "Reference before", "Show the claim's reference before", "C", ""),
    ),
    *action_rows(
        "Judge",
        (TEXT, CARD, REVIEW, SOURCE),
        ("problems", "What is wrong", "Say what is wrong with the pair shown, beside its verdict; digits switch", "w", ""),
        ("decide", "For the author", "Say what the author should do: fine, fix the wording, add a source, drop", "i", ""),
    ),
    *action_rows(
        "Judge",
        (TEXT, CARD, REVIEW),
        ("link", "Link", "Link the claim to a reference that it does not cite, with a reason", "+", ""),
        ("unlink", "Unlink", "Say that the claim does not rest on the reference shown, with a reason", "-", ""),
    ),
    *action_rows(
        "Judge",
        (CARD,),
        ("card-next", "Next reference", "Show the claim's next reference", "j", "tab, down"),
        ("card-previous", "Reference before", "Show the claim's reference before", "k", "shift+tab, up"),
        palette=False,
    ),
    *action_rows(
        "Judge",
        READING,
        ("open-card", "Open the card", "Show all that was said of the claim and all it rests on; again: close it", "o", ""),
    ),
    *action_rows(
        "Review",
        (*READING, REVIEW),
        ("review", "Review queue", "Show the open pairs one by one, the worst first; again: go back to the text", "R", "f5"),
        ("next-unread", "Next unread sentence", "Go to the next sentence that nothing was said of", "U", ""),
    ),
    *action_rows(
        "Review",
        (REVIEW,),
        ("review-skip", "Skip the pair", "Put the pair off: it comes again after all others", "n, space", "right"),
        ("review-back", "Pair before", "Show the pair that was shown before", "N", "left"),
        ("closest-next", "Next passage", "Show the next of the closest passages of the source", "]", "f9"),
        ("closest-previous", "Passage before", "Show the passage before", "[", "f8"),
        ("closest-keep", "Keep the passage", "Keep the passage shown as evidence on the pair", "e", ""),
        ("review-filter", "Filter the pairs", "Show only pairs with a reason, reference, tag, status or word", "f", "f7"),
        ("review-down", "Scroll down", "Scroll the text down; the pair stays", "j", "down"),
        ("review-up", "Scroll up", "Scroll the text up; the pair stays", "k", "up"),
        palette=False,
    ),
    *action_rows(
        "Check what changed",
        READING,
        ("to-check", "What to check", "Show only what to look at because the text changed; again: everything", "F", "ctrl+k"),
        ("confirm", "Confirm its place", "Say that the claim stands where it was found in the changed text", "p", ""),
        ("confirm-all", "Confirm all places", "Say that all claims to be checked stand where they were found", "P", ""),
        ("edition", "As you annotated it", "Show the text as it was when you annotated it, what changed marked", "D", ""),
    ),
    *action_rows(
        "Check what changed",
        (*READING, SELECT),
        ("attach", "Attach elsewhere", "Take the claim along, to attach it to another sentence, or the selection", "L", ""),
    ),
    *action_rows(
        "Check what changed",
        (ATTACH,),
        ("attach-here", "Attach it here", "Attach it to the sentence, or the selection", "enter, L", ""),
        palette=False,
    ),
    *action_rows(
        "References",
        (TEXT, CARD),
        ("peek", "Peek the reference", "Show the reference of the sentence's marker; again: the next one", "r", "f4"),
        ("go-definition", "Entry", "Go to the entry in the text that the marker points at", "g d", ""),
    ),
    *action_rows(
        "Sources",
        (*READING, REVIEW),
        ("source", "Source", "Read the text behind the reference of the pair shown; without one, ask for it", "s", ""),
        ("attach-source", "Attach a source", "Attach a file, an address or a pasted text, or replace what is there", "g s", ""),
        ("fetch-sources", "Fetch all sources", "Fetch every source that has an address and no text yet", "g f", ""),
    ),
    *action_rows(
        "References",
        READING,
        ("show-references", "References", "Show the references", "g r", ""),
        ("show-claims", "Claims", "Show the claims", "g c", ""),
        ("audit", "Audit", "Show what does not fit between text and references", "A", "f6"),
        ("show-open", "Everything open", "Show all that is open: pairs, findings, lost places, sentences unread", "O", ""),
    ),
    *action_rows(
        "References",
        (LIST,),
        ("list-next", "Next entry", "Go to the next entry", "j", "down"),
        ("list-previous", "Entry before", "Go to the entry before", "k", "up"),
        ("dismiss", "Dismiss", "Dismiss the finding in hand, with a reason; on a dismissed one: bring it back", "x", ""),
        ("list-enter", "Go there", "Go to the reference's next citation, the claim, the finding", "r", "enter"),
        ("list-tab", "Next tab", "Show the next tab of the side pane", "l", "right"),
        ("list-tab-back", "Tab before", "Show the tab before", "h", "left"),
        palette=False,
    ),
    *action_rows(
        "Find",
        (*READING, ATTACH, SOURCE),
        ("search", "Search", "Search the text", "/", "ctrl+f"),
        ("next-hit", "Next hit", "Go to the next hit, or the next citation of the reference in hand", "n", ""),
        ("previous-hit", "Hit before", "Go to the hit before", "N", ""),
    ),
    *action_rows(
        "Find",
        READING,
        ("filter", "Filter the claims", "Show only claims with a tag, status, verdict, reference or word", "f", "f7"),
    ),
    *action_rows(
        "Change and keep",
        (*READING, REVIEW, SOURCE),
        ("undo", "Undo", "Take the last change back", "u", "ctrl+z"),
        ("redo", "Redo", "Do again what was taken back", "ctrl+r", "ctrl+y"),
    ),
    *action_rows(
        "Change and keep",
        (*READING, REVIEW),
        ("export", "Export", "Write claims and verdicts to a file", "E", "ctrl+e"),
        ("save-as", "Save elsewhere", "Save everything in another folder, and go on with that", "W", "f12"),
        ("merge-copy", "Merge a conflict copy", "Merge the conflict copy that lies beside your library", "M", "ctrl+g"),
    ),
    *action_rows(
        "Change and keep",
        (*READING, SELECT, SOURCE, QUOTE),
        ("copy", "Copy", "Send the selection, or the sentence, to the terminal's clipboard", "y", "ctrl+c"),
    ),
    *action_rows(
        "Screen",
        (TEXT, LIST),
        ("other-pane", "Other pane", "Go to the side pane, or back to the text", "tab", "shift+tab"),
    ),
    *action_rows(
        "Screen",
        (*READING, REVIEW),
        ("noise", "Noise", "Show or hide page noise", "g n", ""),
        ("theme", "Colours", "Change to the next theme", "g t", ""),
        ("library", "Library", "Leave the article and go to the library", "g l", ""),
    ),
    *action_rows(
        "Screen",
        (*READING, REVIEW, ATTACH, SOURCE),
        ("help", "Help", "Show the keys", "?", "f1"),
    ),
    *action_rows(
        "Screen",
        (*READING, REVIEW, ATTACH),
        ("palette", "All commands", "Find any action by its name", ":", "ctrl+p"),
        palette=False,
    ),
    *action_rows(
        "Screen",
        (*READING, REVIEW, SELECT, BOUNDS, ATTACH),
        ("quit", "Quit", "Leave; everything is saved", "q", "ctrl+q"),
    ),
    *action_rows(
        "Screen",
        (*READING, REVIEW, SELECT, BOUNDS, ATTACH),
        ("escape", "One level back", "Leave what is open: selection, peek, card, side pane, queue, search", "", "escape"),
        palette=False,
    ),
    *action_rows(
        "Select",
        (SELECT, QUOTE),
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
        ("select-stop", "Stop selecting", "Leave without marking", "v", ""),
        palette=False,
    ),
    *action_rows(
        "Select",
        (SELECT,),
        ("select-mark", "Mark the selection", "Mark the selection as a claim", "m", "enter"),
        palette=False,
    ),
    *action_rows(
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
)


# ------------------------------------------------------------------ The rows of the registry that act on the other screens

SCREEN_ACTIONS: Final[tuple[Action, ...]] = (
    *action_rows(
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
    *action_rows(
        "Edition",
        (EDITION,),
        ("edition-next", "Next sentence", "Go to the next sentence", "j", "down"),
        ("edition-previous", "Sentence before", "Go to the sentence before", "k", "up"),
        ("edition-page-down", "Page down", "Go down a page", "space", "pagedown"),
        ("edition-page-up", "Page up", "Go up a page", "", "pageup"),
        ("edition-next-change", "Next change", "Go to the next sentence that changed since", "], n", "f9"),
        ("edition-previous-change", "Change before", "Go to the changed sentence before", "[, N", "f8"),
        ("edition-back", "As it is now", "Go back to the text as it is now, on the same sentence", "D, q", "escape"),
        ("edition-help", "Help", "Show the keys", "?", "f1"),
        ("edition-quit", "Quit", "Leave; everything is saved", "", "ctrl+q"),
        palette=False,
    ),
    *action_rows(
        "Source",
        (SOURCE,),
        ("source-next", "Next passage", "Go to the next of the closest passages", "]", "f9"),
        ("source-previous", "Passage before", "Go to the passage before", "[", "f8"),
        ("source-keep", "Keep as evidence", "Keep the selection, or the sentence, as evidence", "e", "enter"),
        ("source-drop", "Drop evidence", "Drop the evidence that the cursor is on", "d d", "delete"),
        ("source-blind", "Blind", "Hide the passages until the pair has a verdict; again: show them", "B", ""),
        ("source-extent", "Only an abstract", "Say that this is only an abstract; again: that it is the whole text", "A", ""),
        ("source-older", "Older text", "Show the older text that evidence was taken from; again: the one of now", "D", ""),
        ("source-back", "Back", "Leave selection or search, else go back to the article", "s, q", "escape"),
        ("source-quit", "Quit", "Leave; everything is saved", "", "ctrl+q"),
        palette=False,
    ),
    *action_rows(
        "Source",
        (QUOTE,),
        ("source-quote", "Keep the words", "Keep the selection as evidence", "m", "enter"),
        ("source-unquote", "Leave them", "Leave the selection", "q", "escape"),
        palette=False,
    ),
    *action_rows(
        "Opening",
        (ARRIVING,),
        ("arriving-stop", "Stop", "Stop opening what the program was started with, and leave", "", "escape, ctrl+c, ctrl+q"),
        palette=False,
    ),
)


# ------------------------------------------------------------------ The one registry of actions. Keys, footer, palette, help

ACTIONS: Final[tuple[Action, ...]] = (*READING_ACTIONS, *SCREEN_ACTIONS)

ACTION_BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}

_KEY_NAMES: Final = {
    "space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "backspace": "Backspace", "delete": "Delete",
    "pagedown": "PgDn", "pageup": "PgUp", "home": "Home", "end": "End", "up": "↑", "down": "↓", "left": "←", "right": "→",
    LETTER: "a–z",
}  # fmt: skip


def key_label(keys: str) -> str:
    """Return keys as people write them: "g g" → "gg", "ctrl+d" → "Ctrl+D", "m <letter>" → "m a–z"."""
    steps = keys.split(" ")
    labels = ["+".join(_KEY_NAMES.get(p, p.capitalize() if len(p) > 1 else p) for p in _key_parts(step)) for step in steps]
    if len(labels) > 1 and all(len(label) == 1 for label in labels):
        return "".join(labels)
    return " ".join(labels)


def _key_parts(step: str) -> list[str]:
    if len(step) == 1:
        return [step]
    *modifiers, last = step.split("+")
    return [*modifiers, last.upper() if modifiers and len(last) == 1 else last]
