"""The registry of actions: keys, footer, palette, help and the key tables come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

# ------------------------------------------------------------------ contexts, and what a row holds

LETTER: Final = "<letter>"
"""Stands for any letter in a key sequence."""

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
ARTICLE_LIST: Final = "articles"
LOADING: Final = "arriving"
EXPORT: Final = "export"
READING: Final = (TEXT, CARD, LIST)
"""The contexts of the reading screen in which no selection, attachment or queue is active."""


class Situation(NamedTuple):
    """The facts that decide which actions the footer offers. Each screen sets those that it knows.

    `verdict_keys` are the keys of the verdicts as people write them.
    """

    verdict_keys: str = ""
    has_annotation: bool = False
    is_claim: bool = False
    reference_count: int = 0
    needs_check: bool = False
    is_stale: bool = False
    has_moved_source: bool = False
    can_undo: bool = False
    has_open_pairs: bool = False
    has_queue_pair: bool = False
    has_readable_source: bool = False
    has_findings: bool = False
    has_passages: bool = False
    has_other_text: bool = False
    is_on_evidence: bool = False
    has_selection: bool = False

    @property
    def has_pair(self) -> bool:
        """Whether there is a claim with a reference, which a verdict can be given on."""
        return self.is_claim and self.reference_count > 0


def always(now: Situation) -> bool:
    """Return True: the action applies in every situation."""
    return True


class Hint(NamedTuple):
    """A word for an action in the footer, and its position there in each context.

    `key` is how the key is written, where that is not the action's first one; `on_claim` is the word while a claim is current.
    """

    word: str
    position: Mapping[str, int]
    key: str = ""
    on_claim: str = ""


class Action(NamedTuple):
    """One thing a person can do.

    `keys` are the vim keys, `plain` the others; both always work in the `contexts`. `in_palette` is False for actions that make
    sense only in the middle of another one. `footer` holds the words for it, of which each context has at most one; the footer
    shows it `when` it applies.
    """

    id: str
    title: str
    help: str
    group: str
    keys: tuple[str, ...]
    plain: tuple[str, ...]
    contexts: tuple[str, ...]
    in_palette: bool = True
    footer: tuple[Hint, ...] = ()
    when: Callable[[Situation], bool] = always


@dataclass(frozen=True, slots=True)
class ActionRow:
    """A row of the registry. Several keys are separated by ", "."""

    id: str
    title: str
    help: str
    keys: str = ""
    plain: str = ""
    footer: tuple[Hint, ...] = ()
    when: Callable[[Situation], bool] = always


def action_rows(group: str, contexts: tuple[str, ...], *rows: ActionRow, in_palette: bool = True) -> tuple[Action, ...]:
    """Return the actions of rows that share a group, their contexts, and whether the palette lists them."""
    return tuple(
        Action(
            row.id, row.title, row.help, group, _split_keys(row.keys), _split_keys(row.plain),
            contexts, in_palette, row.footer, row.when,
        )
        for row in rows
    )  # fmt: skip


def _split_keys(keys: str) -> tuple[str, ...]:
    return tuple(key for key in keys.split(", ") if key)


# ------------------------------------------------------------------ the rows: a table, each row in as few lines as fit

# fmt: off

READING_ACTIONS: Final[tuple[Action, ...]] = (
    *action_rows(
        "Move", (TEXT, ATTACH, SOURCE),
        ActionRow("next-sentence", "Next sentence", "Go to the next sentence", "j", "down",
            footer=(Hint("sentence", {ATTACH: 2}, "j k"),)),
        ActionRow("previous-sentence", "Previous sentence", "Go to the previous sentence", "k", "up"),
        ActionRow("next-paragraph", "Next paragraph", "Go to the next paragraph", "}", "alt+down, ctrl+down"),
        ActionRow("previous-paragraph", "Previous paragraph", "Go to the previous paragraph", "{", "alt+up, ctrl+up"),
        ActionRow("half-page-down", "Half a page down", "Go down half a page", "ctrl+d"),
        ActionRow("half-page-up", "Half a page up", "Go up half a page", "ctrl+u"),
    ),
    *action_rows(
        "Move", (TEXT,),
        ActionRow("set-bookmark", "Set a bookmark", "Bookmark this place with a letter", f"m {LETTER}"),
        ActionRow("go-bookmark", "Go to a bookmark", "Go to the bookmark with this letter", f"' {LETTER}"),
    ),
    *action_rows(
        "Move", (TEXT, LIST, ATTACH, SOURCE),
        ActionRow("page-down", "Page down", "Go down a page", "space", "pagedown"),
        ActionRow("page-up", "Page up", "Go up a page", "", "pageup"),
        ActionRow("top", "Top", "Go to the first sentence or list entry", "g g", "home"),
        ActionRow("end", "End", "Go to the last sentence or list entry", "G", "end"),
    ),
    *action_rows(
        "Move", READING,
        ActionRow("next-claim", "Next claim", "Go to the next claim that passes the filter", "]", "f9"),
        ActionRow("previous-claim", "Previous claim", "Go to the previous claim that passes the filter", "[", "f8"),
        ActionRow("back", "Back", "Go back to where the last jump began", "ctrl+o", "backspace"),
        ActionRow("forward", "Forward", "Go forward again after going back", "g o", "alt+right"),
    ),
    *action_rows(
        "Mark", (TEXT, CARD),
        ActionRow("mark", "Mark or unmark", "Mark the sentence or the selection as a claim; again: unmark it", "h",
            footer=(Hint("mark", {TEXT: 3}, on_claim="unmark"),)),
        ActionRow("not-claim", "Not a claim", "Nothing to check in this sentence; again: unmark it", "x",
            when=lambda now: not now.has_annotation, footer=(Hint("not a claim", {TEXT: 4}),)),
        ActionRow("later", "Later", "Come back to this sentence later; again: unmark it", "z",
            when=lambda now: not now.has_annotation, footer=(Hint("later", {TEXT: 5}),)),
    ),
    *action_rows(
        "Mark", (TEXT, CARD, SELECT),
        ActionRow("split", "Split the claim", "Split the claim where the selection starts, or else at its next sentence", "S"),
        ActionRow("join", "Join claims", "Join the claim with the next one, or everything in the selection", "J"),
    ),
    *action_rows(
        "Mark", (TEXT, CARD, REVIEW),
        ActionRow("tag", "Tag", "Tag the claim: type to find a tag, a digit picks one, / nests", "t", "f3",
            when=lambda now: now.has_annotation, footer=(Hint("tag", {TEXT: 8, CARD: 6, REVIEW: 8}),)),
        ActionRow("note", "Note", "Write a note on the claim", "a", "f2",
            when=lambda now: now.has_annotation, footer=(Hint("note", {TEXT: 9, CARD: 7, REVIEW: 7}),)),
    ),
    *action_rows(
        "Mark", (TEXT, ATTACH, SOURCE),
        ActionRow("select", "Select", "Select by character, word or sentence", "v",
            footer=(Hint("select words", {ATTACH: 3, SOURCE: 7}),)),
    ),
    *action_rows(
        "Mark", (TEXT,),
        ActionRow("bounds", "Move start or end", "Move the start or the end of the claim or the selection", "b"),
    ),
    *action_rows(
        "Mark", (TEXT, SELECT),
        ActionRow("set-aside", "Set aside as noise",
            "Set the paragraph or the selection aside as noise; on noise: restore it", "X",
            footer=(Hint("noise", {SELECT: 6}),)),
    ),
    *action_rows(
        "Mark", READING,
        ActionRow("remove", "Remove", "Remove the current annotation", "d d", "delete"),
    ),
    *action_rows(
        "Mark", (TEXT,),
        ActionRow("enter", "Mark, or open the card", "Mark an unmarked sentence; on a claim, open its card", "", "enter"),
        in_palette=False,
    ),
    *action_rows(
        "Mark", (TEXT, ATTACH, SOURCE),
        ActionRow("shift-right", "Select to the right", "Select by character, from the sentence's start or the selection",
            "", "shift+right", when=lambda now: now.has_selection, footer=(Hint("character", {TEXT: 6}, "Shift+←→"),)),
        ActionRow("shift-left", "Select to the left", "Select by character", "", "shift+left"),
        ActionRow("shift-down", "Select this sentence", "Select this sentence, then the next", "", "shift+down"),
        ActionRow("shift-up", "Select upwards", "Select this sentence, then the previous one", "", "shift+up"),
        in_palette=False,
    ),
    *action_rows(
        "Judge", (TEXT, CARD, REVIEW, SOURCE),
        ActionRow("verdict", "Verdict", "Give a verdict on the current pair", "1, 2, 3, 4, 5, 6",
            when=lambda now: now.has_pair,
            footer=(Hint("verdict", {TEXT: 10, CARD: 3, SOURCE: 3}, "1–6"), Hint("verdict, next", {REVIEW: 1}, "1–6"))),
        in_palette=False,
    ),
    *action_rows(
        "Judge", (TEXT, CARD, REVIEW, SOURCE),
        ActionRow("unavailable", "Source unavailable", "Mark the source of the current pair as unavailable", "7"),
        ActionRow("clear-verdict", "Clear the verdict", "Clear the verdict on the current pair", "0"),
    ),
    *action_rows(
        "Judge", (TEXT, CARD, LIST, REVIEW, SOURCE),
        ActionRow("keep-verdict", "Keep the verdict", "Keep a stale verdict for the new words, as if it was given again", "K",
            when=lambda now: now.is_stale, footer=(Hint("keep verdict", {TEXT: 0, CARD: 0, REVIEW: 0}),)),
    ),
    *action_rows(
        "Judge", (TEXT, CARD),
        ActionRow("next-pair", "Next reference of the claim", "Show the claim's next reference", "c"),
        ActionRow("previous-pair", "Previous reference of the claim", "Show the claim's previous reference", "C"),
    ),
    *action_rows(
        "Judge", (TEXT, CARD, REVIEW, SOURCE),
        ActionRow("problems", "Problems", "Mark the problems of the current pair; digits switch them on and off", "w",
            when=lambda now: now.has_pair, footer=(Hint("problems", {TEXT: 16, CARD: 8, SOURCE: 4}),)),
        ActionRow("decide", "For the author", "Say what the author should do: fine, fix the wording, add a source, drop", "i",
            when=lambda now: now.is_claim, footer=(Hint("for the author", {TEXT: 17, CARD: 9}),)),
    ),
    *action_rows(
        "Judge", (TEXT, CARD, REVIEW),
        ActionRow("link", "Link", "Link the claim to a reference that it does not cite, with a reason", "+"),
        ActionRow("unlink", "Unlink", "Unlink the claim from the current reference, with a reason", "-"),
    ),
    *action_rows(
        "Judge", (CARD,),
        ActionRow("card-next", "Next reference", "Show the claim's next reference", "j", "tab, down",
            when=lambda now: now.reference_count > 1, footer=(Hint("next", {CARD: 4}, "Tab"),)),
        ActionRow("card-previous", "Previous reference", "Show the claim's previous reference", "k", "shift+tab, up"),
        in_palette=False,
    ),
    *action_rows(
        "Judge", READING,
        ActionRow("open-card", "Open the card",
            "Show everything about the claim; again: close it", "o"),
    ),
    *action_rows(
        "Review", (*READING, REVIEW),
        ActionRow("review", "Review queue",
            "Show the open pairs one by one, worst first; again: go back to the text", "R", "f5",
            when=lambda now: now.has_open_pairs, footer=(Hint("review", {TEXT: 13}),)),
        ActionRow("next-undecided", "Next undecided sentence", "Go to the next sentence without an annotation", "U",
            footer=(Hint("undecided", {REVIEW: 10}),)),
    ),
    *action_rows(
        "Review", (REVIEW,),
        ActionRow("review-skip", "Skip the pair", "Put the pair off until all others were shown", "n, space", "right",
            when=lambda now: now.has_queue_pair, footer=(Hint("skip", {REVIEW: 3}),)),
        ActionRow("review-back", "Previous pair", "Show the previous pair", "N", "left",
            footer=(Hint("back", {REVIEW: 4}),)),
        ActionRow("closest-next", "Next passage", "Show the next of the closest passages in the source", "]", "f9"),
        ActionRow("closest-previous", "Previous passage", "Show the previous passage", "[", "f8"),
        ActionRow("closest-keep", "Keep the passage", "Keep the current passage as evidence", "e",
            when=lambda now: now.has_readable_source, footer=(Hint("keep passage", {REVIEW: 2}),)),
        ActionRow("review-filter", "Filter the pairs",
            "Show only pairs with a reason, reference, tag, status or word", "f", "f7",
            footer=(Hint("filter", {REVIEW: 9}),)),
        ActionRow("review-down", "Scroll down", "Scroll the text down and stay on the pair", "j", "down"),
        ActionRow("review-up", "Scroll up", "Scroll the text up and stay on the pair", "k", "up"),
        in_palette=False,
    ),
    *action_rows(
        "Check what changed", READING,
        ActionRow("to-check", "Places to check",
            "Show only what needs checking after the text changed; again: show everything", "F", "ctrl+k"),
        ActionRow("confirm", "Confirm the place", "Confirm the claim's place in the changed text, not its verdicts",
            "p", when=lambda now: now.needs_check, footer=(Hint("confirm place", {TEXT: 1, CARD: 1}),)),
        ActionRow("confirm-all", "Confirm all places",
            "Confirm the places of all claims that need checking, not their verdicts", "P"),
        ActionRow("follow-sources", "Verdicts follow their sources",
            "Move every verdict whose source has another number now to that number", "V",
            when=lambda now: now.has_moved_source, footer=(Hint("move verdicts", {TEXT: -1, CARD: -1}),)),
        ActionRow("edition", "As you annotated it", "Show the text as it was when you annotated it, changes marked", "D"),
    ),
    *action_rows(
        "Check what changed", (*READING, SELECT),
        ActionRow("attach", "Attach elsewhere", "Attach the claim to another sentence or selection", "L",
            when=lambda now: now.needs_check, footer=(Hint("move", {TEXT: 2, CARD: 2}),)),
    ),
    *action_rows(
        "Check what changed", (ATTACH,),
        ActionRow("attach-here", "Attach here", "Attach the claim to this sentence or selection", "enter, L",
            footer=(Hint("attach here", {ATTACH: 1}),)),
        in_palette=False,
    ),
    *action_rows(
        "References", (TEXT, CARD),
        ActionRow("peek", "Peek at the reference", "Show the reference of the marker; again: the next one", "r", "f4",
            when=lambda now: now.reference_count > 0, footer=(Hint("reference", {TEXT: 11}),)),
        ActionRow("go-definition", "Entry", "Go to the entry that the marker points to", "g d"),
    ),
    *action_rows(
        "Sources", (*READING, REVIEW),
        ActionRow("source", "Source", "Read the source of the current pair, or add one", "s",
            when=lambda now: now.has_pair, footer=(Hint("source", {TEXT: 12, CARD: 5, REVIEW: 5}),)),
        ActionRow("attach-source", "Attach a source",
            "Attach a file, an address or pasted text, or replace the source", "g s"),
        ActionRow("fetch-sources", "Fetch all sources", "Fetch every source that has an address but no text yet", "g f"),
    ),
    *action_rows(
        "References", READING,
        ActionRow("show-references", "References", "Show the references", "g r"),
        ActionRow("show-claims", "Claims", "Show the claims", "g c"),
        ActionRow("audit", "Audit", "List what does not fit between text and references", "A", "f6"),
        ActionRow("show-open", "To do", "List everything left to do: pairs, findings, lost places, undecided sentences", "O"),
    ),
    *action_rows(
        "References", (LIST,),
        ActionRow("list-next", "Next entry", "Go to the next entry", "j", "down"),
        ActionRow("list-previous", "Previous entry", "Go to the previous entry", "k", "up"),
        ActionRow("dismiss", "Dismiss", "Dismiss the current finding, with a reason; on a dismissed one: restore it", "x",
            when=lambda now: now.has_findings, footer=(Hint("dismiss", {LIST: 3}),)),
        ActionRow("list-enter", "Go there", "Go to the reference's next citation, the claim or the finding", "r", "enter",
            footer=(Hint("go there", {LIST: 1}, "Enter"),)),
        ActionRow("list-tab", "Next tab", "Show the next tab of the side pane", "l", "right",
            footer=(Hint("tab", {LIST: 2}, "← →"),)),
        ActionRow("list-tab-back", "Previous tab", "Show the previous tab of the side pane", "h", "left"),
        in_palette=False,
    ),
    *action_rows(
        "Find", (*READING, ATTACH, SOURCE),
        ActionRow("search", "Search", "Search the text", "/", "ctrl+f",
            footer=(Hint("search", {TEXT: 14, ATTACH: 4, SOURCE: 8}),)),
        ActionRow("next-hit", "Next hit", "Go to the next hit, or the next citation of the current reference", "n"),
        ActionRow("previous-hit", "Previous hit", "Go to the previous hit", "N"),
    ),
    *action_rows(
        "Find", READING,
        ActionRow("filter", "Filter the claims", "Show only claims with a tag, status, verdict, reference or word", "f", "f7",
            footer=(Hint("filter", {LIST: 4}),)),
    ),
    *action_rows(
        "Change and keep", (*READING, REVIEW, SOURCE),
        ActionRow("undo", "Undo", "Undo the last change", "u", "ctrl+z",
            when=lambda now: now.can_undo, footer=(Hint("undo", {TEXT: 15, CARD: 10, REVIEW: 6, SOURCE: 9}),)),
        ActionRow("redo", "Redo", "Redo the last undone change", "ctrl+r", "ctrl+y"),
    ),
    *action_rows(
        "Change and keep", (*READING, REVIEW),
        ActionRow("export", "Export", "Choose a format, and export claims and verdicts to a file", "E", "ctrl+e"),
        ActionRow("save-as", "Save elsewhere", "Save everything in another folder and use that from now on", "W", "f12"),
        ActionRow("merge-copy", "Merge a conflict copy",
            "Merge the conflict copy beside your library", "M", "ctrl+g"),
    ),
    *action_rows(
        "Change and keep", (*READING, SELECT, SOURCE, QUOTE),
        ActionRow("copy", "Copy", "Copy the selection or the sentence to the terminal's clipboard", "y", "ctrl+c",
            when=lambda now: now.has_selection, footer=(Hint("copy", {TEXT: 7}),)),
    ),
    *action_rows(
        "Screen", (TEXT, LIST),
        ActionRow("other-pane", "Other pane", "Go to the side pane or back to the text", "tab", "shift+tab",
            footer=(Hint("text", {LIST: 5}),)),
    ),
    *action_rows(
        "Screen", (*READING, REVIEW),
        ActionRow("noise", "Noise", "Show or hide page noise", "g n"),
        ActionRow("theme", "Colours", "Switch to the next colours", "g t"),
        ActionRow("library", "Library", "Leave the article and go to the library", "g l"),
    ),
    *action_rows(
        "Screen", (*READING, REVIEW, ATTACH, SOURCE),
        ActionRow("help", "Help", "Show the keys", "?", "f1",
            footer=(Hint("help", {TEXT: 99, CARD: 99, LIST: 99, REVIEW: 99, ATTACH: 99, SOURCE: 99}),)),
    ),
    *action_rows(
        "Screen", (*READING, REVIEW, ATTACH),
        ActionRow("palette", "All commands", "Find any action by its name", ":", "ctrl+p",
            footer=(Hint("all commands", {TEXT: 98, CARD: 98, LIST: 98, REVIEW: 98, ATTACH: 98}),)),
        in_palette=False,
    ),
    *action_rows(
        "Screen", (*READING, REVIEW, SELECT, BOUNDS, ATTACH),
        ActionRow("quit", "Quit", "Quit; everything is saved", "q", "ctrl+q"),
    ),
    *action_rows(
        "Screen", (*READING, REVIEW, SELECT, BOUNDS, ATTACH),
        ActionRow("escape", "One level back",
            "Close what is open: selection, peek, card, side pane, queue, search", "", "escape",
            footer=(Hint("back", {CARD: 11}), Hint("text", {REVIEW: 11}), Hint("cancel", {SELECT: 8}),
                    Hint("cancel", {BOUNDS: 6}), Hint("cancel", {ATTACH: 5}))),
        in_palette=False,
    ),
    *action_rows(
        "Select", (SELECT, QUOTE),
        ActionRow("select-left", "Left", "Move the end of the selection a character to the left", "h", "left, shift+left"),
        ActionRow("select-right", "Right", "Move the end of the selection a character to the right", "l", "right, shift+right",
            footer=(Hint("character", {SELECT: 2, QUOTE: 2}, "h l"),)),
        ActionRow("select-word", "Next word", "Move to the next word", "w", "ctrl+right",
            footer=(Hint("word", {SELECT: 3, QUOTE: 3}, "w b e"),)),
        ActionRow("select-word-back", "Previous word", "Move to the previous word", "b", "ctrl+left"),
        ActionRow("select-word-end", "End of the word", "Move to the end of the word", "e"),
        ActionRow("select-start", "Start of the sentence", "Move to the start of the sentence", "0", "home"),
        ActionRow("select-end", "End of the sentence", "Move to the end of the sentence", "$", "end",
            footer=(Hint("to the end", {SELECT: 4, QUOTE: 4}),)),
        ActionRow("select-down", "Next sentence", "Add the next sentence", "j", "down, shift+down",
            footer=(Hint("sentence", {SELECT: 5, QUOTE: 5}, "j k"),)),
        ActionRow("select-up", "Previous sentence", "Go back a sentence", "k", "up, shift+up"),
        ActionRow("select-swap", "Other end", "Move the other end of the selection", "o", "tab",
            footer=(Hint("other end", {SELECT: 7, QUOTE: 6}),)),
        ActionRow("select-stop", "Stop selecting", "Stop without marking", "v"),
        in_palette=False,
    ),
    *action_rows(
        "Select", (SELECT,),
        ActionRow("select-mark", "Mark the selection", "Mark the selection as a claim", "m", "enter",
            footer=(Hint("mark it", {SELECT: 1}, "Enter"),)),
        in_palette=False,
    ),
    *action_rows(
        "Bounds", (BOUNDS,),
        ActionRow("bounds-right", "A word later", "Move the edge a word to the right", "l", "right",
            footer=(Hint("by word", {BOUNDS: 2}, "← →"),)),
        ActionRow("bounds-left", "A word earlier", "Move the edge a word to the left", "h", "left"),
        ActionRow("bounds-char-right", "A character later", "Move the edge a character to the right", "L", "shift+right",
            footer=(Hint("by character", {BOUNDS: 3}, "H L"),)),
        ActionRow("bounds-char-left", "A character earlier", "Move the edge a character to the left", "H", "shift+left"),
        ActionRow("bounds-down", "A sentence later", "Move the edge a sentence forward", "j", "down",
            footer=(Hint("sentence", {BOUNDS: 4}, "↑ ↓"),)),
        ActionRow("bounds-up", "A sentence earlier", "Move the edge a sentence back", "k", "up"),
        ActionRow("bounds-swap", "Other edge", "Move the other edge", "o", "tab", footer=(Hint("other edge", {BOUNDS: 5}),)),
        ActionRow("bounds-keep", "Keep", "Keep the new bounds", "", "enter", footer=(Hint("keep", {BOUNDS: 1}),)),
        in_palette=False,
    ),
)

SCREEN_ACTIONS: Final[tuple[Action, ...]] = (
    *action_rows(
        "Library", (LIBRARY,),
        ActionRow("library-next", "Next article", "Go to the next article", "", "down",
            footer=(Hint("choose", {LIBRARY: 1}, "↑↓"),)),
        ActionRow("library-previous", "Previous article", "Go to the previous article", "", "up"),
        ActionRow("library-open", "Open", "Open the article, or the typed path or address", "", "enter",
            footer=(Hint("open", {LIBRARY: 2}),)),
        ActionRow("library-complete", "Complete, or letters to the list",
            "Complete the path in the field; without one, give the letters to the list", "", "tab",
            footer=(Hint("list keys", {LIBRARY: 3}),)),
        ActionRow("library-help", "Help", "Show the keys", "", "f1", footer=(Hint("help", {LIBRARY: 5}),)),
        ActionRow("library-clear", "One level back",
            "Stop opening, or empty the field, or go back to the article", "", "escape"),
        ActionRow("library-export", "Export", "Export the listed articles", "", "ctrl+e",
            footer=(Hint("export", {LIBRARY: 4}),)),
        ActionRow("library-save-as", "Save elsewhere", "Save everything in another folder and use that from now on", "", "f12"),
        ActionRow("library-merge-copy", "Merge a conflict copy",
            "Merge the conflict copy beside your library", "", "ctrl+g"),
        ActionRow("library-quit", "Quit", "Leave", "", "ctrl+q", footer=(Hint("quit", {LIBRARY: 6}),)),
        in_palette=False,
    ),
    *action_rows(
        "Library", (ARTICLE_LIST,),
        ActionRow("library-list-next", "Next article", "Go to the next article", "j", "down",
            footer=(Hint("choose", {ARTICLE_LIST: 1}, "j k"),)),
        ActionRow("library-list-previous", "Previous article", "Go to the previous article", "k", "up"),
        ActionRow("library-list-open", "Open", "Open the article", "o", "enter", footer=(Hint("open", {ARTICLE_LIST: 2}),)),
        ActionRow("library-list-clear", "Back to the field", "Give the letters back to the field", "/", "escape, tab",
            footer=(Hint("filter", {ARTICLE_LIST: 3}),)),
        ActionRow("library-list-export", "Export", "Export the listed articles", "E", "ctrl+e",
            footer=(Hint("export", {ARTICLE_LIST: 4}),)),
        ActionRow("library-list-help", "Help", "Show the keys", "?", "f1", footer=(Hint("help", {ARTICLE_LIST: 5}),)),
        ActionRow("library-list-quit", "Quit", "Leave", "q", "ctrl+q", footer=(Hint("quit", {ARTICLE_LIST: 6}),)),
        in_palette=False,
    ),
    *action_rows(
        "Edition", (EDITION,),
        ActionRow("edition-next", "Next sentence", "Go to the next sentence", "j", "down",
            footer=(Hint("sentence", {EDITION: 1}, "j k"),)),
        ActionRow("edition-previous", "Previous sentence", "Go to the previous sentence", "k", "up"),
        ActionRow("edition-page-down", "Page down", "Go down a page", "space", "pagedown"),
        ActionRow("edition-page-up", "Page up", "Go up a page", "", "pageup"),
        ActionRow("edition-next-change", "Next change", "Go to the next changed sentence", "], n", "f9",
            footer=(Hint("change", {EDITION: 2}, "] ["),)),
        ActionRow("edition-previous-change", "Previous change", "Go to the previous changed sentence", "[, N", "f8"),
        ActionRow("edition-other-text", "The other text", "Show the current text, changes marked; again: the old one",
            "o", "tab, shift+tab", footer=(Hint("other text", {EDITION: 4}, "Tab"),)),
        ActionRow("edition-older", "Older edition", "Compare the edition before this one with the current text", "h", "left",
            when=lambda now: now.has_other_text, footer=(Hint("edition", {EDITION: 5}, "← →"),)),
        ActionRow("edition-newer", "Newer edition", "Compare the edition after this one with the current text", "l", "right"),
        ActionRow("edition-back", "Current text", "Go back to the current text, at the same sentence", "D, q", "escape",
            footer=(Hint("back", {EDITION: 6}, "Esc"),)),
        ActionRow("edition-help", "Help", "Show the keys", "?", "f1", footer=(Hint("help", {EDITION: 7}),)),
        ActionRow("edition-quit", "Quit", "Quit; everything is saved", "", "ctrl+q"),
        in_palette=False,
    ),
    *action_rows(
        "Source", (SOURCE,),
        ActionRow("source-next", "Next passage", "Go to the next of the closest passages", "]", "f9",
            when=lambda now: now.has_passages, footer=(Hint("passage", {SOURCE: 1}, "] ["),)),
        ActionRow("source-previous", "Previous passage", "Go to the previous passage", "[", "f8"),
        ActionRow("source-keep", "Keep as evidence", "Keep the selection or the sentence as evidence", "e", "enter",
            when=lambda now: now.is_claim, footer=(Hint("keep as evidence", {SOURCE: 2}),)),
        ActionRow("source-drop", "Remove evidence", "Remove the evidence at the cursor", "d d", "delete",
            when=lambda now: now.is_on_evidence, footer=(Hint("remove evidence", {SOURCE: 5}),)),
        ActionRow("source-blind", "Blind", "Hide the passages until the pair has a verdict; again: show them", "B"),
        ActionRow("source-extent", "Only an abstract",
            "Mark the source as only an abstract; again: as the whole text", "A"),
        ActionRow("source-older", "Older text", "Show the older text that evidence comes from; again: the current one", "D",
            when=lambda now: now.has_other_text, footer=(Hint("older text", {SOURCE: 6}),)),
        ActionRow("source-back", "Back", "Close the selection or the search, or go back to the article", "s, q", "escape",
            footer=(Hint("back", {SOURCE: 10}, "Esc"),)),
        ActionRow("source-quit", "Quit", "Quit; everything is saved", "", "ctrl+q"),
        in_palette=False,
    ),
    *action_rows(
        "Source", (QUOTE,),
        ActionRow("source-quote", "Keep as evidence", "Keep the selection as evidence", "m", "enter",
            footer=(Hint("keep as evidence", {QUOTE: 1}, "Enter"),)),
        ActionRow("source-unquote", "Cancel", "Cancel the selection", "q", "escape",
            footer=(Hint("cancel", {QUOTE: 7}, "Esc"),)),
        in_palette=False,
    ),
    *action_rows(
        "Export", (EXPORT,),
        ActionRow("export-write", "Write", "Write the export; a file that exists is replaced only after a second Enter",
            "", "enter", footer=(Hint("write", {EXPORT: 1}),)),
        ActionRow("export-next", "Next format", "Choose the next format; its letter does it at once", "", "down",
            footer=(Hint("format", {EXPORT: 2}, "a–z"),)),
        ActionRow("export-previous", "Previous format", "Choose the previous format", "", "up"),
        ActionRow("export-path", "Where to", "Type the file, or the folder for several", "/", "f2",
            footer=(Hint("file", {EXPORT: 3}),)),
        ActionRow("export-filter", "Filter", "Export only annotations with a tag, status, verdict, reference, person or word",
            "", "f7", footer=(Hint("filter", {EXPORT: 4}),)),
        ActionRow("export-option", "Option", "Switch the option with this number, or type its value", "1, 2, 3, 4, 5"),
        ActionRow("export-back", "Back", "Stop writing, or go back", "", "escape", footer=(Hint("back", {EXPORT: 5}),)),
        ActionRow("export-help", "Help", "Show the keys", "?", "f1", footer=(Hint("help", {EXPORT: 6}),)),
        ActionRow("export-quit", "Quit", "Quit; everything is saved", "", "ctrl+q"),
        in_palette=False,
    ),
    *action_rows(
        "Opening", (LOADING,),
        ActionRow("arriving-stop", "Stop",
            "Stop opening, and quit", "", "escape, ctrl+c, ctrl+q",
            footer=(Hint("stop and quit", {LOADING: 1}),)),
        in_palette=False,
    ),
)
# fmt: on

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
