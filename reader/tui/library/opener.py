"""Open articles from the library screen: those of the library, paths and addresses, pasted texts, the sample."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

from reader.errors import ScanError
from reader.fetching import page_request
from reader.formats import is_address, read_bytes
from reader.formats.article_cache import open_document
from reader.formats.open_request import OpenRequest
from reader.formats.pasted_text import is_pasted_text, pasted_bytes
from reader.tui.background import PROGRESS_INTERVAL, LoadingFinished, LoadingTask, error_message, run_with_patience
from reader.tui.library.host import LibraryHost
from reader.tui.library.intake import Intake
from reader.tui.library.paste import PASTED, Pasted, PasteScreen
from reader.tui.library.paths import NamedPaths, is_dropped, look_up_paths
from reader.tui.library.welcome import read_sample
from reader.tui.path_completion import is_path_start
from reader.tui.styled_line import clip_middle

if TYPE_CHECKING:
    from collections.abc import Callable

    from reader.article.article import Article
    from reader.tui.library.table import ListedArticle

SAVE_SIGN_WIDTH: Final = 13
"""Cells of the state of saving in the footer, with the blanks around it."""


class ArticleOpener:
    """Reads one article at a time on a thread, shows its progress, and then the article, for which typed keys wait."""

    def __init__(self, host: LibraryHost) -> None:
        self._host = host
        self._task: LoadingTask | None = None
        self._action = ""
        self._sought: object | None = None
        """Stands for what is looked for on a disk that stands still; None once it was found or given up."""
        self.intake = Intake(host)

    def prepare(self) -> None:
        """Prepare the timer that shows the progress."""
        self._timer = self._host.set_interval(PROGRESS_INTERVAL, self._say_progress, pause=True)

    # ------------------------------------------------------------------ what to open

    def enter(self) -> None:
        """Open what stands in the field, a path or an address, else the article in hand, or the sample in an empty library."""
        host, text = self._host, self._host.field.value.strip()
        article = next((article for article in host.table.articles if article.entry.source == text), None)
        if article is not None:
            self.open(article)
        elif is_address(text):
            self._start(page_request(text, private=host.services.private))
        elif not text:
            self._enter(text, NamedPaths((), is_folder=False))
        else:
            self._look_up(text, lambda found, is_late: self._enter(text, found))

    def _enter(self, text: str, found: NamedPaths) -> None:
        host, paths = self._host, found.paths
        if host.field.value.strip() != text:
            return
        if len(paths) > 1 or (found.is_folder and (is_path_start(text) or not host.table.rows)):
            host.fill_field("")
            self.intake.take(paths)
        elif (paths and not found.is_folder) or (text and not host.table.rows):
            self._open_file(paths[0] if paths else os.path.expanduser(text))
        elif host.is_empty:
            self._open_sample()
        else:
            self.open_current()

    def _look_up(self, text: str, take: Callable[[NamedPaths, bool], None]) -> None:
        """Let `take` get what a text names, and whether that is late, as its disk stood still.

        It gets nothing late if this screen was left, or another text was looked up or something opened or stopped meanwhile.
        """
        is_late = False
        self._sought = sought = object()

        def take_outcome(outcome: NamedPaths | Exception) -> None:
            if isinstance(outcome, Exception):
                raise outcome
            if self._sought is not sought:
                return
            self._sought = None
            if is_late:
                self._host.say("")
            if self._host.is_current or not is_late:
                take(outcome, is_late)

        is_late = not run_with_patience(self._host.post_message, partial(look_up_paths, text), take_outcome)
        if is_late:
            self._host.say("Looking on the disk …", "hint")

    def open_current(self, action: str = "") -> None:
        """Open the article in hand, and do an action there."""
        if (article := self._host.table.current) is not None:
            self.open(article, action)

    def open(self, article: ListedArticle, action: str = "") -> None:
        """Read an article of the library from its file, else from the kept copy, and do an action on its screen."""
        entry, open_library = article.entry, self._host.services.open_library

        def read() -> Article:
            return open_document(open_library().latest_document(entry), entry.source)

        def recognize(language: str) -> Article:
            from reader.formats.scans.recognition import open_scan

            return open_scan(open_library().latest_document(entry), entry.source, language)

        name = entry.shown_title if entry.source == PASTED else entry.source
        self._start(OpenRequest(name, read, recognize=recognize), action)

    def take_paste(self, text: str) -> bool:
        """Open the file that was dropped, add several, show any other text before it is added; return False for a name.

        A name belongs into the field: a word to filter by, or an address, which is fetched only once Enter says so.
        """
        is_text = is_pasted_text(text)
        if not is_text and (self._host.field.value or not is_dropped(text)):
            return False
        is_taken = True

        def take(found: NamedPaths, is_late: bool) -> None:
            nonlocal is_taken
            is_taken = self._take_named(found) or is_text
            if is_text and not found.paths:
                self._preview("The pasted text", partial(pasted_bytes, text))
            elif is_late and not is_taken:
                self._host.field.insert_text_at_cursor(" ".join(text.split()))

        self._look_up(text, take)
        return is_taken

    def _take_named(self, found: NamedPaths) -> bool:
        """Open one file, or add several; return whether there are any."""
        if len(found.paths) == 1 and not found.is_folder:
            self._open_file(found.paths[0])
        elif found.paths:
            self.intake.take(found.paths)
        return bool(found.paths)

    def take_clipboard(self) -> None:
        """Show what the clipboard of the system holds, with its formatted text, before it is added."""
        from reader.tui.clipboard import read_clipboard

        self._preview("The clipboard", partial(read_clipboard, is_served=self._host.services.is_web))

    def _preview(self, what: str, read: Callable[[], bytes]) -> None:
        self._host.services.push_screen(PasteScreen(what, read), self._take_pasted)

    def _take_pasted(self, pasted: Pasted | None) -> None:
        if pasted is None:
            self._host.say("Nothing was added")
        elif pasted.article is not None:
            self._stop_reading()
            self._host.fill_field("")
            self._host.services.show_article(pasted.article)
        else:
            self._host.fill_field(pasted.name)
            self.enter()

    def _open_file(self, path: str) -> None:
        def recognize(language: str) -> Article:
            from reader.formats.scans.recognition import open_scan

            return open_scan(read_bytes(path), path, language)

        self._start(OpenRequest(path, lambda: open_document(read_bytes(path), path), recognize=recognize))

    def _open_sample(self) -> None:
        services = self._host.services
        read = partial(read_sample, services.open_library, services.settings.creator, services.settings.scale)
        self._start(OpenRequest("the sample", read))

    # ------------------------------------------------------------------ reading

    @property
    def is_opening(self) -> bool:
        """Whether an article is being read."""
        return self._task is not None

    def _start(self, request: OpenRequest, action: str = "") -> None:
        """Start to read an article on a thread, instead of another that is being read."""
        self._stop_reading()
        self._action = action
        self._task = LoadingTask(request, self._host.post_message)
        self._task.start()
        self._timer.resume()
        self._say_progress()

    def stop(self) -> bool:
        """Stop looking, reading and adding; return whether an article was looked for or being read, or files were added."""
        return self._stop_reading() or self.intake.stop()

    def _stop_reading(self) -> bool:
        task, self._task = self._task, None
        sought, self._sought = self._sought, None
        self._timer.pause()
        if task is not None:
            task.stop()
        return task is not None or sought is not None

    def _say_progress(self) -> None:
        if self._task is not None:
            progress, key = self._task.progress, self._host.services.keymap.label("library-clear")
            name = clip_middle(self._task.name, max(8, self._host.services.size.width - len(progress) - len(key) - 36))
            self._host.say(f"Opening {name} · {progress} · {key} stops", "hint")

    def finish(self, event: LoadingFinished) -> None:
        """Show the article that was read, or say why it cannot be."""
        if event.task is not self._task:
            return
        self._stop_reading()
        if event.error is not None:
            self._host.services.forget_keys()
        if isinstance(event.error, ScanError) and event.task.request.recognize is not None:
            from reader.tui.dialogs.scan import ScanQuestion

            request, action = event.task.request, self._action
            ScanQuestion(self._host.services, self._host.post_message, event.error).ask(
                lambda language: self._start(request.with_recognition(language), action),
                lambda: self._host.say("Not opened"),
                lambda error: self._say_failure(error, request.name),
            )
        elif event.error is not None:
            self._say_failure(event.error, event.task.request.name)
        elif event.article is not None:
            self._host.say("")
            self._host.field.value = ""
            self._host.services.show_article(event.article, action=self._action)

    def _say_failure(self, error: Exception, name: str) -> None:
        message = error_message(error, name)
        if isinstance(error, ScanError):
            from reader.formats.scans.recognition import install_command

            message = f"A scan. To read it: {install_command()}"
        self._host.say(clip_middle(message, self._host.services.size.width - SAVE_SIGN_WIDTH), "bad")
