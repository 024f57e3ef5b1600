"""Render the comments that the document has on the current sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from reader.printable import plural, terminal_line
from reader.tui.styled_line import Part, StyledLine, clip_line, fold, line

if TYPE_CHECKING:
    from reader.article.model import Comment, CommentMessage

_LEADS: Final = ("” ", "↳ ")
"""The signs before a comment and before an answer."""
_LEAD_CELLS: Final = 2
_MESSAGE_LINES: Final = 6
_OPEN_LINES: Final = 500
"""The most lines of one message, and of all messages after the first, on the open card."""
_MAX_SIGNS_PER_CELL: Final = 8


def document_comment_lines(comments: Sequence[Comment], label: Callable[[str], str], width: int, most: int) -> list[StyledLine]:
    """Return the comments with their answers in at most `most` lines; where some have no room, the last line counts them.

    `label` returns the key of an action.
    """
    messages = [(comment, number, message) for comment in comments for number, message in enumerate(comment.messages)]
    lines: list[StyledLine] = []
    for place, (comment, number, message) in enumerate(messages):
        rest = len(messages) - place - 1
        room = most - len(lines) - min(rest, 1)
        if room < 1 and rest and lines:
            return [*lines[: most - 1], _more_line(rest + 1, label, width)]
        is_first_resolved = comment.is_resolved and not number
        own = _message_lines(message, number, width, min(_MESSAGE_LINES, max(1, room)), is_resolved=is_first_resolved)
        if most == 1 and rest:
            return [_with_count(own[0], rest, label, width)]
        lines.extend(own)
    return lines


def all_comment_lines(comments: Sequence[Comment], width: int) -> list[StyledLine]:
    """Return the comments with their answers for the open card; a last line names what is too long even for that."""
    messages = [(comment, number, message) for comment in comments for number, message in enumerate(comment.messages)]
    lines: list[StyledLine] = []
    for place, (comment, number, message) in enumerate(messages):
        if len(lines) >= _OPEN_LINES:
            rest = plural(len(messages) - place, "more comment")
            return [*lines, line((f"  … {rest}, which `reader show` prints", "hint"))]
        lines.extend(_message_lines(message, number, width, _OPEN_LINES, is_resolved=comment.is_resolved and not number))
    return lines


def _message_lines(message: CommentMessage, number: int, width: int, most: int, *, is_resolved: bool) -> list[StyledLine]:
    """Return a message in at most `most` lines, its author and date before it."""
    who = " · ".join(filter(None, (message.author or "Somebody", message.date[:10], "resolved" if is_resolved else "")))
    who = terminal_line(f"{who}: ")
    room = max(1, width - _LEAD_CELLS)
    words = message.text[: (most + 1) * room * _MAX_SIGNS_PER_CELL]
    texts = list(fold(who + " ".join(words.split()), room, most))
    lines: list[StyledLine] = []
    for place, text in enumerate(texts):
        lead = Part(" " * _LEAD_CELLS if place else _LEADS[min(number, 1)], "cite")
        head = who.strip() if not place and text.startswith(who.strip()) else ""
        lines.append((lead, *line((head, "secondary"), (text[len(head) :], "text"))))
    return lines


def _more_line(count: int, label: Callable[[str], str], width: int) -> StyledLine:
    words = f"  … {plural(count, 'more comment')}, "
    target = "action:open-card"
    return clip_line(line((words, "hint", target), (label("open-card"), "yours", target), (" opens", "hint", target)), width)


def _with_count(first: StyledLine, rest: int, label: Callable[[str], str], width: int) -> StyledLine:
    """Return a line cut for the number of the comments after it and the key that shows them."""
    target = "action:open-card"
    tail = line((f"  +{rest} ", "hint", target), (label("open-card"), "yours", target))
    return (*clip_line(first, max(1, width - sum(len(part.text) for part in tail))), *tail)
