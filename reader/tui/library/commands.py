"""The actions of the library screen, by their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from reader.review.model import now
from reader.tui.action import ARTICLE_LIST
from reader.tui.library.article_actions import ArticleActions
from reader.tui.library.host import LibraryHost
from reader.tui.library.opener import ArticleOpener
from reader.tui.library.table import ARCHIVED_STATE, REMOVED_STATE, SORT_KEYS
from reader.tui.path_completion import is_path_start

if TYPE_CHECKING:
    from reader.exchange import Report
    from reader.library.articles import ArticleSummary
    from reader.review.filter import Filter
    from reader.tui.library.team_actions import TeamActions


class LibraryContext(LibraryHost, Protocol):
    """The library screen as its commands see it."""

    actions: ArticleActions
    opener: ArticleOpener
    team: TeamActions


def _step(distance: int, context: LibraryContext) -> None:
    table = context.table
    table.index = max(0, min(len(table.rows) - 1, table.index + distance))


def _turn_page(direction: int, context: LibraryContext) -> None:
    _step(direction * context.list.visible_count, context)


def _go_to_end(is_last: bool, context: LibraryContext) -> None:
    context.table.index = max(0, len(context.table.rows) - 1) if is_last else 0


def _open(context: LibraryContext) -> None:
    if context.key_context == ARTICLE_LIST:
        context.opener.open_current()
    else:
        context.opener.enter()


def _jump(context: LibraryContext) -> None:
    if not context.services.start_jump():
        context.say("Nothing in view can be gone to", "fault")


def _open_for(action: str, context: LibraryContext) -> None:
    """Open the article in hand, and do an action there."""
    if context.table.current is None:
        context.say("No article is listed", "fault")
    context.opener.open_current(action)


def _add(context: LibraryContext) -> None:
    context.focus_list(False)
    context.field.value = ""
    context.say(
        f"Type a path, a folder or an address, or paste a text; {context.key('library-complete')} completes a path", "hint"
    )


def _complete(context: LibraryContext) -> None:
    field = context.field
    if not is_path_start(field.value):
        context.focus_list(True)
        return

    def take_names(names: Sequence[str]) -> None:
        if len(names) != 1:
            context.say("  ".join(names) or "No file begins like this", "hint" if names else "fault")

    field.complete(take_names)


def _sort(context: LibraryContext) -> None:
    from reader.tui.dialogs.choice import Choice, ChoiceScreen

    table = context.table
    columns = tuple(column for column in SORT_KEYS if column != "team" or table.has_team)

    def choices() -> list[Choice]:
        sign = "▾" if table.sort.is_descending else "▴"
        return [
            Choice(str(n), f"{SORT_KEYS[c].title}{f' {sign}' if c == table.sort.column else ''}", c == table.sort.column)
            for n, c in enumerate(columns, 1)
        ]

    def take(key: str) -> bool:
        context.sort_by(columns[int(key) - 1])
        return False

    context.services.push_screen(ChoiceScreen("Sort by; the same column again turns the order", choices, take))


def _mark(context: LibraryContext) -> None:
    if (article := context.table.current) is not None:
        context.table.mark([article])
        _step(1, context)


def _mark_all(context: LibraryContext) -> None:
    context.table.mark(context.table.rows)


def _list_state(state: str, context: LibraryContext) -> None:
    """List the articles with a state; again: all others."""
    query = f"is:{state}"
    context.field.value = "" if context.field.value == query else query


def _export(context: LibraryContext) -> None:
    """Show the export screen for the marked articles, or all that are listed."""
    from reader.exchange.batch import ExportArticle

    table = context.table
    articles = table.chosen if table.marked else table.rows
    if not articles:
        context.say("No article is listed", "fault")
        return
    entries = [article.entry for article in articles]
    rows = [ExportArticle(e.shown_title, e.shown_title, e.id, partial(_load_report, context, e)) for e in entries]
    context.services.show_export(rows, rows[0].title, "library-export", {}, lambda text: context.say(text, "good"))


def _load_report(context: LibraryContext, entry: ArticleSummary, annotation_filter: Filter | None) -> Report:
    """Return the report of an article as its file or the kept copy is now. Raises ReaderError."""
    from reader.exchange import build_report
    from reader.formats.article_cache import open_document
    from reader.registries.lookup import look_up_health

    library, settings = context.services.open_library(), context.services.settings
    session, _ = library.peek(open_document(library.latest_document(entry), entry.source), settings.scale)
    look_up_health(session, library.folder, settings)
    return build_report(session, now(), settings.public_names, annotation_filter)


def _save_elsewhere(context: LibraryContext) -> None:
    if context.has_loaded and not context.error:
        context.services.save_elsewhere()


def _merge_copy(context: LibraryContext) -> None:
    has_copy = context.services.merge_copy()
    context.say(*(("Merging the conflict copy …", "hint") if has_copy else ("There is no conflict copy", "fault")))


def _clear(context: LibraryContext) -> None:
    """Go one level back: stop opening, unmark, leave the list, empty the field, go back to the article."""
    services = context.services
    if context.opener.stop():
        context.say("Not opened", "text")
    elif context.table.marked:
        context.table.marked.clear()
    elif context.key_context == ARTICLE_LIST:
        context.focus_list(False)
    elif context.field.value:
        context.field.value = ""
    elif len(services.screen_stack) > 1:
        services.pop_screen()
    else:
        context.say(f"{context.key('library-quit')} quits", "text")


def _quit(context: LibraryContext) -> None:
    """Leave once all changes that were asked for are made."""
    context.opener.stop()
    context.actions.work.run(lambda: None, lambda _: context.services.leave())


COMMANDS: Final[Mapping[str, Callable[[LibraryContext], None]]] = {
    "library-next": partial(_step, 1),
    "library-previous": partial(_step, -1),
    "library-page-down": partial(_turn_page, 1),
    "library-page-up": partial(_turn_page, -1),
    "library-top": partial(_go_to_end, False),
    "library-end": partial(_go_to_end, True),
    "library-open": _open,
    "library-review": partial(_open_for, "review"),
    "library-import": partial(_open_for, "import"),
    "library-search": lambda context: context.services.show_search(),
    "library-codebook": lambda context: context.services.show_codebook(),
    "library-statistics": lambda context: context.services.show_statistics(),
    "library-disagreements": lambda context: context.services.show_disagreements(),
    "library-team": lambda context: context.services.show_team(),
    "library-share": lambda context: context.team.share([article.id for article in context.table.chosen]),
    "library-assign": lambda context: context.team.assign([article.id for article in context.table.chosen]),
    "library-jump": _jump,
    "library-add": _add,
    "library-paste": lambda context: context.opener.take_clipboard(),
    "library-complete": _complete,
    "library-filter": lambda context: context.focus_list(False),
    "library-sort": _sort,
    "library-mark": _mark,
    "library-mark-all": _mark_all,
    "library-rename": lambda context: context.actions.rename(),
    "library-tag": lambda context: context.actions.tag(),
    "library-archive": lambda context: context.actions.archive(),
    "library-remove": lambda context: context.actions.remove(),
    "library-delete": lambda context: context.actions.delete(),
    "library-archived": partial(_list_state, ARCHIVED_STATE),
    "library-removed": partial(_list_state, REMOVED_STATE),
    "library-check": lambda context: context.actions.check(),
    "library-export": _export,
    "library-settings": lambda context: context.services.show_settings(),
    "library-undo": lambda context: context.actions.undo(),
    "library-redo": lambda context: context.actions.redo(),
    "library-save-as": _save_elsewhere,
    "library-merge-copy": _merge_copy,
    "library-palette": lambda context: context.services.action_command_palette(),
    "library-help": lambda context: context.services.show_help(context.key_context),
    "library-clear": _clear,
    "library-quit": _quit,
}
"""What each action does."""
