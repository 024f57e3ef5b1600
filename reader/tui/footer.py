"""What the footer shows in each context: the keys that matter there, in the order in which they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.tui.action import ARRIVING, ATTACH, BOUNDS, CARD, EDITION, LIBRARY, LIST, QUOTE, REVIEW, SELECT, SOURCE, TEXT


@dataclass(frozen=True, slots=True)
class Hint:
    """An action in the footer: the word for it there, and how its key is written where that is not its first one."""

    action: str
    word: str
    key: str = ""


_CHECKING: Final = (Hint("confirm", "its place"), Hint("attach", "move it"))
_ALWAYS: Final = (Hint("palette", "all commands"), Hint("help", "help"))

FOOTER: Final[dict[str, tuple[Hint, ...]]] = {
    TEXT: (
        *_CHECKING,
        Hint("mark", "mark"),
        Hint("not-claim", "not a claim"),
        Hint("later", "later"),
        Hint("tag", "tag"),
        Hint("note", "note"),
        Hint("verdict", "verdict", "1–6"),
        Hint("peek", "reference"),
        Hint("source", "source"),
        Hint("review", "review"),
        Hint("search", "search"),
        Hint("undo", "undo"),
        Hint("problems", "what is wrong"),
        Hint("decide", "for the author"),
        *_ALWAYS,
    ),
    CARD: (
        *_CHECKING,
        Hint("verdict", "verdict", "1–6"),
        Hint("card-next", "next", "Tab"),
        Hint("source", "source"),
        Hint("tag", "tag"),
        Hint("note", "note"),
        Hint("problems", "what is wrong"),
        Hint("decide", "for the author"),
        Hint("undo", "undo"),
        Hint("escape", "back"),
        *_ALWAYS,
    ),
    LIST: (
        Hint("list-enter", "go there", "Enter"),
        Hint("list-tab", "tab", "← →"),
        Hint("dismiss", "dismiss"),
        Hint("filter", "filter"),
        Hint("other-pane", "text"),
        *_ALWAYS,
    ),
    REVIEW: (
        Hint("verdict", "verdict, next", "1–6"),
        Hint("closest-keep", "keep passage"),
        Hint("review-skip", "skip"),
        Hint("review-back", "back"),
        Hint("source", "source"),
        Hint("undo", "undo"),
        Hint("note", "note"),
        Hint("tag", "tag"),
        Hint("review-filter", "filter"),
        Hint("next-unread", "unread"),
        Hint("escape", "text"),
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
    ATTACH: (
        Hint("attach-here", "attach it here"),
        Hint("next-sentence", "sentence", "j k"),
        Hint("select", "select words"),
        Hint("search", "search"),
        Hint("escape", "leave it"),
        *_ALWAYS,
    ),
    LIBRARY: (
        Hint("library-next", "choose", "↑↓"),
        Hint("library-open", "open"),
        Hint("library-help", "help"),
        Hint("library-quit", "quit"),
    ),
    EDITION: (
        Hint("edition-next", "sentence", "j k"),
        Hint("edition-next-change", "next change"),
        Hint("edition-previous-change", "change before"),
        Hint("edition-back", "as it is now", "Esc"),
        Hint("edition-help", "help"),
    ),
    SOURCE: (
        Hint("source-next", "passage", "] ["),
        Hint("source-keep", "keep as evidence"),
        Hint("verdict", "verdict", "1–6"),
        Hint("problems", "what is wrong"),
        Hint("source-drop", "drop evidence"),
        Hint("source-older", "older text"),
        Hint("select", "select words"),
        Hint("search", "search"),
        Hint("undo", "undo"),
        Hint("source-back", "back", "Esc"),
        Hint("help", "help"),
    ),
    QUOTE: (
        Hint("source-quote", "keep as evidence", "Enter"),
        Hint("select-right", "character", "h l"),
        Hint("select-word", "word", "w b e"),
        Hint("select-end", "to its end"),
        Hint("select-down", "sentence", "j k"),
        Hint("select-swap", "other end"),
        Hint("source-unquote", "leave", "Esc"),
    ),
    ARRIVING: (Hint("arriving-stop", "stops and leaves"),),
}
"""What the footer shows in each context, in this order. A key that a person changed is shown as they changed it."""
