"""Commands: undo, copy, export, noise, look, help, palette, library, quit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reader.article.language import language_title
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.printable import plural
from reader.review.manual_noise import blocks_at, is_aside
from reader.review.model import Annotation, Change, ReviewItem, now
from reader.review.selector import exact_range
from reader.review.vocabulary import CLAIM, LANGUAGE, NOISE_KINDS
from reader.settings import save_setting
from reader.settings.schema import SETTING_BY_NAME
from reader.tui.action import QUOTE, SOURCE
from reader.tui.panes.bars import undo_message
from reader.tui.question import Draft, Question
from reader.tui.reading.commands.lists import to_text
from reader.tui.reading.commands.registry import Command, command, text_command
from reader.tui.reading.commands.selection import stop_selection
from reader.tui.reading.commands.sources import show_matches
from reader.tui.reading.queue_flow import leave_review, show_changed_pair
from reader.tui.text_context import clear_hits
from reader.tui.text_screen import LEAST_TEXT
from reader.tui.text_state import CannotAct

if TYPE_CHECKING:
    from reader.imports import ImportFile
    from reader.review.filter import Filter
    from reader.tui.reading.context import ReadingContext
    from reader.tui.text_context import PairContext, TextContext


@text_command("undo")
def undo_change(context: PairContext, key: str) -> None:
    """Undo the last change and go to where it was made."""
    change = context.session.undo()
    if change is None:
        raise CannotAct("Nothing to undo")
    remark = context.go_to_change(change.inverse())
    context.say(f"Undone: {change.label}{remark}")


@text_command("redo")
def redo_change(context: PairContext, key: str) -> None:
    """Redo the last undone change and go to where it was made."""
    change = context.session.redo()
    if change is None:
        raise CannotAct("Nothing to redo")
    remark = context.go_to_change(change)
    context.say(f"Redone: {change.label}{remark}")


def go_to_change(context: ReadingContext, change: Change) -> str:
    """Go to the first place that a change was made at; return what to add to the message if there is none."""
    if show_changed_pair(context, change):
        return ""
    places = [(place, edit) for edit in change.edits if (place := _place_of(context, edit.item)) is not None]
    if not places:
        is_lost = any(edit.annotation is not None for edit in change.edits)
        return " · it lost its place in the text" if is_lost else ""
    place, edit = min(places, key=lambda pair: pair[0].start)
    (_, annotation), here = edit.annotations, context.state.sentence
    if here is None or not here.overlaps(place):
        context.go(place)
    if annotation is not None and annotation.kind not in NOISE_KINDS:
        context.select_annotation(annotation)
    return ""


def _place_of(context: ReadingContext, item: ReviewItem) -> Span | None:
    """Return the place of an annotation, or its place before it was removed; other items have none."""
    if not isinstance(item, Annotation):
        return None
    return context.state.open_session.index.place(item) or exact_range(context.article.text, item.selector)


@text_command("copy")
def copy_text(context: TextContext, key: str) -> None:
    """Send the selection, else the sentence, to the terminal's clipboard."""
    span = context.view.selection or context.state.current_sentence()
    context.services.copy_to_clipboard(context.article.text[span.start : span.end])
    quit_action = "source-quit" if context.key_context in (SOURCE, QUOTE) else "quit"
    context.say("Sent to the terminal's clipboard" + (f" · {context.key(quit_action)} quits" if key == "ctrl+c" else ""))


@command("export")
def export_review(context: ReadingContext, key: str) -> None:
    """Show the export screen for the article."""
    from reader.exchange import Report, build_report
    from reader.exchange.batch import ExportArticle
    from reader.registries.lookup import look_up_health

    article, services = context.article, context.services
    open_session = context.state.open_session
    article_id, title = open_session.article_id, open_session.title
    stem = "article" if article.source == "-" else Path(article.source).stem or "article"

    def load(annotation_filter: Filter | None) -> Report:
        # A session of its own: this runs on a thread, while the one of the screen goes on.
        library = services.open_library()
        session, _ = library.peek(article, services.settings.scale)
        look_up_health(session, library.folder, services.settings)
        return build_report(session, now(), services.settings.public_names, annotation_filter)

    row = ExportArticle(title, title, article_id, load)

    def show_outcome(text: str) -> None:
        context.say(text, "good")
        context.show()

    services.show_export([row], title, f"{stem}-claims", context.state.drafts, show_outcome)


@command("import")
def import_annotations(context: ReadingContext, key: str) -> None:
    """Ask for a file with annotations that were made elsewhere, and show what of it would come in."""
    if not context.state.open_session:
        raise CannotAct("The library is not open yet")

    def submit(text: str) -> str | None:
        if not text.strip():
            return "a file"
        context.close_question()
        _recognize_import(context, text.strip())
        return None

    draft = Draft(context.state.drafts, "import")
    hint = "JSON, CSV, .ann, .lua, a note, .bib, Zotero's folder"
    question = Question("import from", submit, "", hint, on_leave=context.close_question, select_value=True, draft=draft)
    context.ask(question._replace(path=True, verb="reads it", keeps_draft=True))


def _recognize_import(context: ReadingContext, name: str) -> None:
    """Show what comes in of a file: annotations, or the files that a bibliography names. Keys wait until it is known which."""
    from reader.imports import ReferenceListError, open_import_file

    def recognize() -> Callable[[], None]:
        try:
            file = open_import_file(name)
        except ReferenceListError:
            return show_files
        except ReaderError as error:
            return partial(_show_import, context, name, error)
        return partial(_show_import, context, name, file)

    def show_files() -> None:
        if context.sources.is_fetching or not context.article.references:
            busy = f"A source is still being fetched: {context.key('escape')} stops that"
            context.report(busy if context.sources.is_fetching else "This article lists no references", "fault")
            return
        Draft(context.state.drafts, "import").drop()
        show_matches(context, name)

    context.sources.run_first(recognize, lambda show: show())


def _show_import(context: ReadingContext, name: str, file: ImportFile | ReaderError) -> None:
    from reader.imports import read_annotations
    from reader.imports.plan import ImportPlan, plan_import
    from reader.imports.summary import describe_items
    from reader.tui.dialogs.annotation_import import ImportScreen

    services, article = context.services, context.article

    def plan() -> ImportPlan:
        # A session of its own: this runs on a thread, while the one of the screen goes on.
        session, _ = services.open_library().peek(article, services.settings.scale)
        session.creator = context.session.creator
        if isinstance(file, ReaderError):
            raise file
        return plan_import(session, read_annotations(file, session.index.article, session.article_id))

    def take_in(plan: ImportPlan | None) -> None:
        if plan is None:
            return
        Draft(context.state.drafts, "import").drop()
        session = context.session
        new = [item for item in plan.items if session.index.current(item) is None]
        session.add_all(new, f"import {plan.file.name}")
        context.say(undo_message(f"{describe_items(new)} imported from {plan.file.name}", context.key), "good")
        context.show()

    services.push_screen(ImportScreen(Path(name).name, plan), take_in)


@command("save-as")
def save_as(context: ReadingContext, key: str) -> None:
    """Ask for another folder and save everything there."""
    if context.state.open_session:
        context.services.save_elsewhere()


@command("merge-copy")
def merge_copy(context: ReadingContext, key: str) -> None:
    """Merge the conflict copy beside the library, or the first of several."""
    if not (context.state.open_session and context.services.merge_copy()):
        raise CannotAct("There is no conflict copy beside your library")
    context.say("Merging the conflict copy …", "hint")


@command("noise")
def toggle_noise(context: ReadingContext, key: str) -> None:
    """Show or hide the noise."""
    pieces = len(context.article.aside)
    show = not context.view.noise_shown
    if not pieces and show:
        raise CannotAct("Nothing is set aside in this article: {} sets a paragraph aside", "set-aside")
    context.show_noise(show)
    reasons = ", ".join(sorted({n.reason.value for n in context.article.aside}))
    context.say(f"{plural(pieces, 'passage')} set aside ({reasons}): " + ("shown in grey" if show else "hidden again"))


@command("set-aside")
def set_aside(context: ReadingContext, key: str) -> None:
    """Mark the paragraph, or those that the selection touches, as noise; if all of it is noise, take it back."""
    session, selection = context.state.open_session, context.view.selection
    span = selection if selection is not None else context.state.current_sentence()
    aside = not all(is_aside(session.index.article, block) for block in blocks_at(session.index.article, span))
    stop_selection(context, key)
    claims = sum(annotation.kind == CLAIM for annotation in session.index.annotations_on(span)) if aside else 0
    label = session.set_aside(span, aside=aside)
    stays = f" · {plural(claims, 'claim')} on it {'stay' if claims > 1 else 'stays'}" if claims else ""
    context.say(undo_message(f"{label}{stays}", context.key) + (f" · {context.key('noise')} shows it" if aside else ""))


@command("language")
def set_language(context: ReadingContext, key: str) -> None:
    """Ask for the language of the article, and cut its sentences by that."""
    from reader.tui.dialogs.language import LanguageScreen

    session = context.state.open_session
    correction = session.index.correction(LANGUAGE)

    def take_language(answer: str | None) -> None:
        if answer is not None:
            session.set_language(answer)
            title = language_title(session.index.article.language)
            context.say(undo_message(f"Language: {title}{'' if answer else ', as recognised'}", context.key))
        context.show()

    current = correction.value if correction is not None else ""
    context.services.push_screen(LanguageScreen(session.index.recognized_language, current), take_language)


@text_command("settings")
def show_settings(context: PairContext, key: str) -> None:
    """Show the settings."""
    context.save_progress()
    context.services.show_settings()


@command("theme")
def next_theme(context: ReadingContext, key: str) -> None:
    """Change to the next theme, and keep it for the next time."""
    title = context.services.next_look().title
    context.view.repaint_all()
    save_choice(context, "theme", title, f"Colours: {title}")


def save_choice(context: TextContext, name: str, value: str | int, message: str) -> None:
    """Keep a choice in the settings, and say so, or why it is not kept."""
    try:
        save_setting(name, value)
    except ReaderError as error:
        context.say(f"{message}, until you quit: {error.what}", "fault")
    else:
        context.say(message)


WIDTH_STEP = 4
"""Cells by which a key changes a width."""


def _change_lines(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        shown, services = context.view.text_column()[1], context.services
        if by > 0 and shown < services.settings.line_width:
            raise CannotAct("The window has no room for longer lines: {} narrows the side pane", "side-narrower")
        width = _step_width("line_width", shown, by)
        services.settings = services.settings._replace(line_width=width)
        services.fit_widths()
        save_choice(context, "line_width", width, f"Lines of {width} cells")

    return run


def _change_side(by: int) -> Command:
    def run(context: ReadingContext, key: str) -> None:
        services, shown = context.services, context.width - context.view.outer_size.width
        if context.is_narrow:
            raise CannotAct("The window has no room for the side pane beside the text")
        width = _step_width("side_width", shown, by)
        if by > 0 and context.width - width < LEAST_TEXT:
            raise CannotAct("The window has no room for a wider side pane")
        services.settings = services.settings._replace(side_width=width)
        services.fit_widths()
        save_choice(context, "side_width", width, f"Side pane of {width} cells")

    return run


def _step_width(name: str, shown: int, by: int) -> int:
    """Return the next width of a setting; raises CannotAct at the end of what is allowed."""
    setting = SETTING_BY_NAME[name]
    width = max(setting.least, min(setting.most, shown + by))
    if width == shown or (width > shown) != (by > 0):
        bound = f"at most {setting.most}" if by > 0 else f"at least {setting.least}"
        raise CannotAct(f"{setting.title}: {bound} cells")
    return width


command("lines-wider")(_change_lines(WIDTH_STEP))
command("lines-narrower")(_change_lines(-WIDTH_STEP))
command("side-wider")(_change_side(WIDTH_STEP))
command("side-narrower")(_change_side(-WIDTH_STEP))


@text_command("palette")
def open_palette(context: TextContext, key: str) -> None:
    """Open the palette of all actions."""
    context.services.action_command_palette()


@text_command("help")
def show_help(context: TextContext, key: str) -> None:
    """Show the keys."""
    context.services.show_help(context.key_context)


@command("library")
def open_library(context: ReadingContext, key: str) -> None:
    """Go to the library."""
    context.save_progress()
    context.services.show_library()


@text_command("search-everything")
def search_everything(context: PairContext, key: str) -> None:
    """Show the search over everything."""
    context.save_progress()
    context.services.show_search()


@command("disagreements")
def show_disagreements(context: ReadingContext, key: str) -> None:
    """Show what two readers judged differently, that on this article first in hand."""
    context.services.show_disagreements(context.state.open_session.article_id)


@command("codebook")
def show_codebook(context: ReadingContext, key: str) -> None:
    """Show the codebook, with the first tag of the current annotation in hand."""
    annotation = context.state.annotation
    context.services.show_codebook(annotation.tags[0] if annotation is not None and annotation.tags else "")


@text_command("statistics")
def show_statistics(context: PairContext, key: str) -> None:
    """Show the library in numbers, those of this article as they are now."""
    context.save_progress()
    context.services.show_statistics()


@text_command("quit")
def quit_reader(context: PairContext, key: str) -> None:
    """Save and leave."""
    context.save_progress()
    context.services.leave()


@command("escape")
def escape(context: ReadingContext, key: str) -> None:
    """Close one level of what is open."""
    state = context.state
    if context.state.range_selection is not None or context.view.selection is not None:
        stop_selection(context, key)
    elif summary := context.sources.stop():
        context.say(summary)
    elif context.state.active_queue is not None:
        leave_review(context)
    elif state.annotation_to_attach is not None:
        state.set_annotation_to_attach(None)
    elif state.peeked_reference:
        state.peeked_reference = ""
    elif context.has_class("-card"):
        context.remove_class("-card")
    elif context.has_list_focus:
        to_text(context)
    elif state.hits.spans:
        clear_hits(context)
    elif context.services.return_to_hits():
        context.save_progress()
    elif state.filter.text:
        raise CannotAct("The filter stays: {} changes it", "filter")
