"""The actions of the codebook screen, by their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from reader.tui.codebook.changes import CodebookHost, TagChanges
from reader.tui.codebook.files import CodebookFiles
from reader.tui.question import Question

if TYPE_CHECKING:
    from reader.tui.codebook.tree import TagTree


class CodebookContext(CodebookHost, Protocol):
    """The codebook screen as its commands see it."""

    tags: TagTree
    changes: TagChanges
    files: CodebookFiles

    @property
    def page_size(self) -> int:
        """The number of tags that are in view."""
        ...

    @property
    def key_context(self) -> str:
        """The context that decides which keys act."""
        ...

    def close(self) -> None:
        """Go back to where the codebook was opened."""


def _step(distance: int, context: CodebookContext) -> None:
    if context.changes.wish is not None:
        context.changes.step(distance)
    else:
        context.tags.step(distance)


def _turn_page(direction: int, context: CodebookContext) -> None:
    _step(direction * context.page_size, context)


def _go_to_end(direction: int, context: CodebookContext) -> None:
    _step(direction * len(context.tags.rows), context)


def _show_claims(context: CodebookContext) -> None:
    row = context.tags.current
    if row is None:
        context.say("No tag is listed", "fault")
    else:
        context.services.show_search(f'tag:"{row.tag.name}" ')


def _find(context: CodebookContext) -> None:
    """List only tags that have the words that are typed; Escape lists what was listed before."""
    before = context.tags.words

    def take(text: str) -> None:
        context.show()

    def show(text: str) -> None:
        context.tags.filter_by(text)
        context.changes.aim_at_first()
        context.show()

    hint = "in names, synonyms, definitions"
    context.ask(Question("Find", take, before, hint, on_change=show, on_leave=lambda: show(before)))


def _jump(context: CodebookContext) -> None:
    if not context.services.start_jump():
        context.say("No tag is in view", "fault")


def _go_back(context: CodebookContext) -> None:
    """List all tags again, else go back."""
    if context.tags.words:
        context.tags.filter_by("")
    else:
        context.close()


COMMANDS: Final[Mapping[str, Callable[[CodebookContext], None]]] = {
    "codebook-next": partial(_step, 1),
    "codebook-previous": partial(_step, -1),
    "codebook-page-down": partial(_turn_page, 1),
    "codebook-page-up": partial(_turn_page, -1),
    "codebook-top": partial(_go_to_end, -1),
    "codebook-end": partial(_go_to_end, 1),
    "codebook-claims": _show_claims,
    "codebook-new": lambda context: context.changes.add(),
    "codebook-rename": lambda context: context.changes.rename(),
    "codebook-define": lambda context: context.changes.define(),
    "codebook-synonyms": lambda context: context.changes.set_synonyms(),
    "codebook-sign": lambda context: context.changes.set_sign(),
    "codebook-move": lambda context: context.changes.move(),
    "codebook-merge": lambda context: context.changes.merge(),
    "codebook-delete": lambda context: context.changes.delete(),
    "codebook-find": _find,
    "codebook-jump": _jump,
    "codebook-import": lambda context: context.files.take_over(),
    "codebook-export": lambda context: context.files.export(),
    "codebook-undo": lambda context: context.changes.undo(),
    "codebook-redo": lambda context: context.changes.redo(),
    "codebook-other": lambda context: context.changes.switch_other(),
    "codebook-synonym": lambda context: context.changes.switch_synonym(),
    "codebook-apply": lambda context: context.changes.apply(),
    "codebook-leave": lambda context: context.changes.leave(),
    "codebook-palette": lambda context: context.services.action_command_palette(),
    "codebook-help": lambda context: context.services.show_help(context.key_context),
    "codebook-back": _go_back,
    "codebook-quit": lambda context: context.changes.work.run(lambda: None, lambda _: context.services.leave()),
}
"""What each action does."""
