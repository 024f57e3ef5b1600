"""The rows of the registry that act on the other screens."""

from __future__ import annotations

from typing import Final

from reader.tui.action import ARRIVING, EDITION, LIBRARY, QUOTE, SOURCE, Action, group

SCREEN_ACTIONS: Final[tuple[Action, ...]] = (
    *group(
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
    *group(
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
    *group(
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
    *group(
        "Source",
        (QUOTE,),
        ("source-quote", "Keep the words", "Keep the selection as evidence", "m", "enter"),
        ("source-unquote", "Leave them", "Leave the selection", "q", "escape"),
        palette=False,
    ),
    *group(
        "Opening",
        (ARRIVING,),
        ("arriving-stop", "Stop", "Stop opening what the program was started with, and leave", "", "escape, ctrl+c, ctrl+q"),
        palette=False,
    ),
)
