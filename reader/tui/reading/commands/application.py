"""Keeping and the screen itself: undo, copy, export; noise, colours, help, palette, library, one level back, quit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.review.manual_noise import NOISE_KINDS, blocks_at, is_aside
from reader.review.model import CLAIM, Annotation, Bookmark, Change, ReviewItem, now
from reader.review.selector import exact_range
from reader.tui.noise import show_noise
from reader.tui.reading.commands.context import Command
from reader.tui.reading.commands.lists import to_text
from reader.tui.reading.commands.selection import stop_selection
from reader.tui.reading.queue import leave_review, show_changed_pair
from reader.tui.text_state import CannotAct, Hits
from reader.tui.widgets.prompt_bar import Question

if TYPE_CHECKING:
    from reader.tui.reading.screen import ReadingScreen


def undo_change(screen: ReadingScreen, key: str) -> None:
    """Take the last change back and go where it was."""
    change = screen.state.open_session.undo()
    if change is None:
        raise CannotAct("nothing to undo")
    lost = _go_to_change(screen, change.inverse())
    screen.say(f"undone: {change.label}{lost}")


def redo_change(screen: ReadingScreen, key: str) -> None:
    """Do again what was taken back, and go where it is."""
    change = screen.state.open_session.redo()
    if change is None:
        raise CannotAct("nothing to redo")
    lost = _go_to_change(screen, change)
    screen.say(f"done again: {change.label}{lost}")


def _go_to_change(screen: ReadingScreen, change: Change) -> str:
    """Go to the first place in the text that a change was made at; return what to say when it has none."""
    if show_changed_pair(screen, change):
        return ""
    placed = [(place, edit) for edit in change.edits if (place := _place_of(screen, edit.item)) is not None]
    if not placed:
        lost = any(isinstance(edit.item, Annotation) for edit in change.edits)
        return " · it lost its place in the text" if lost else ""
    place, edit = min(placed, key=lambda found: found[0].start)
    item, here = edit.item, screen.state.sentence
    if here is None or not here.overlaps(place):
        screen.go(place)
    if isinstance(item, Annotation) and edit.after is not None and item.kind not in NOISE_KINDS:
        screen.select_annotation(item)
    return ""


def _place_of(screen: ReadingScreen, item: ReviewItem) -> Span | None:
    """Return where something stands, or stood that is gone."""
    if isinstance(item, Annotation):
        return screen.state.open_session.index.place(item) or exact_range(screen.article.text, item.selector)
    return Span(item.start, item.start + 1) if isinstance(item, Bookmark) else None


def copy_text(screen: ReadingScreen, key: str) -> None:
    """Send the selection, else the sentence, to the terminal's clipboard."""
    span = screen.view.selection or screen.state.current_sentence()
    screen.services.copy_to_clipboard(screen.article.text[span.start : span.end])
    screen.say("sent to the terminal's clipboard" + (f" · {screen.key('quit')} quits" if key == "ctrl+c" else ""))


def export_review(screen: ReadingScreen, key: str) -> None:
    """Ask for a file and write claims and verdicts to it; the ending chooses the format."""
    from reader.exchange import build_report, format_for, list_suffixes

    session = screen.state.open_session
    source = Path(screen.article.source)
    name = "article" if screen.article.source == "-" else source.stem
    asked: list[str] = []

    def done(text: str) -> str | None:
        from reader.exchange.save import save_export

        path = Path(text.strip()).expanduser()
        chosen = format_for(path)
        if chosen is None:
            return f"the name must end in {list_suffixes()}"
        try:
            save_export(path, chosen.write(build_report(session, now())), force=text in asked)
        except ReaderError as error:
            if path.is_file() and text not in asked:
                asked.append(text)
                return "it is there already: Enter again replaces it"
            return error.what
        screen.say(f"exported to {path}", "good")
        screen.close_question()
        return None

    screen.ask(Question("export to", done, f"{name}-claims.md", list_suffixes(), on_leave=screen.close_question))


def save_as(screen: ReadingScreen, key: str) -> None:
    """Ask for another folder and save everything there."""
    if screen.state.open_session:
        screen.services.save_elsewhere()


def merge_copy(screen: ReadingScreen, key: str) -> None:
    """Merge the conflict copy beside the library, or the first of several."""
    if not (screen.state.open_session and screen.services.merge_copy()):
        raise CannotAct("no conflict copy lies beside your library")
    screen.say("merging the conflict copy …", "hint")


def toggle_noise(screen: ReadingScreen, key: str) -> None:
    """Show or hide what was set aside."""
    pieces = len(screen.article.noise)
    shown = not screen.view.noise_shown
    if not pieces and shown:
        raise CannotAct("nothing is set aside in this article: {} sets a paragraph aside", "set-aside")
    show_noise(screen, shown)
    reasons = ", ".join(sorted({n.reason.value for n in screen.article.noise}))
    count = f"{pieces} passage" + "s" * (pieces != 1)
    screen.say(f"{count} set aside ({reasons}): " + ("shown in grey" if shown else "hidden again"))


def set_aside(screen: ReadingScreen, key: str) -> None:
    """Set the paragraph of the sentence, or all that the selection touches, aside as noise; what is noise is taken back."""
    session, selection = screen.state.open_session, screen.view.selection
    span = selection if selection is not None else screen.state.current_sentence()
    aside = not all(is_aside(session.index.article, block) for block in blocks_at(session.index.article, span))
    stop_selection(screen, key)
    claims = sum(annotation.kind == CLAIM for annotation in session.index.annotations_on(span)) if aside else 0
    done = session.set_aside(span, aside=aside)
    stays = f" · {claims} claim{'s' * (claims > 1)} on it" + (" stay" if claims > 1 else " stays") if claims else ""
    screen.say(f"{done}{stays} · {screen.key('undo')} undoes that" + (f" · {screen.key('noise')} shows it" if aside else ""))


def next_theme(screen: ReadingScreen, key: str) -> None:
    """Change to the next theme."""
    screen.say(f"colours: {screen.services.next_look().title}")
    screen.view.repaint_all()


def open_palette(screen: ReadingScreen, key: str) -> None:
    """Open the palette of all actions."""
    screen.services.action_command_palette()


def help_screen(screen: ReadingScreen, key: str) -> None:
    """Show the keys."""
    screen.services.show_help(screen.context)


def open_library(screen: ReadingScreen, key: str) -> None:
    """Go to the library."""
    screen.link.remember_now()
    screen.services.show_library()


def quit_reader(screen: ReadingScreen, key: str) -> None:
    """Save and leave."""
    screen.link.remember_now()
    screen.services.leave()


def escape(screen: ReadingScreen, key: str) -> None:
    """Leave what is open, one level."""
    desk = screen.state
    if screen.range_selection is not None or screen.view.selection is not None:
        stop_selection(screen, key)
    elif stopped := screen.sources.stop():
        screen.say(stopped)
    elif screen.state.active_queue is not None:
        leave_review(screen)
    elif desk.annotation_to_attach is not None:
        desk.set_annotation_to_attach(None)
    elif desk.peeked_reference:
        desk.peeked_reference = ""
    elif screen.has_class("-card"):
        screen.remove_class("-card")
    elif screen.focused is screen.list:
        to_text(screen)
    elif desk.hits.spans:
        desk.hits = Hits()
        screen.view.show_hits(())
    elif desk.filter.text:
        raise CannotAct("the filter stays: {} changes it", "filter")


COMMANDS: dict[str, Command] = {
    "undo": undo_change,
    "redo": redo_change,
    "copy": copy_text,
    "export": export_review,
    "save-as": save_as,
    "merge-copy": merge_copy,
    "noise": toggle_noise,
    "set-aside": set_aside,
    "theme": next_theme,
    "palette": open_palette,
    "help": help_screen,
    "library": open_library,
    "quit": quit_reader,
    "escape": escape,
}
