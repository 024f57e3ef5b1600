"""Take several files into the library on a thread, one after the other, and say what became of them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.errors import ReaderError
from reader.printable import plural
from reader.tui.background import error_message, post_outcome, start_thread
from reader.tui.library.host import LibraryHost
from reader.tui.library.paths import list_folder

if TYPE_CHECKING:
    from reader.library.library import Library

_MOST_NAMED: Final = 2
"""Files that could not be read whose names the footer has room for."""


class _Tally(NamedTuple):
    """What became of the files so far: how many there are, were added, were left out as no documents; those that failed."""

    total: int
    added: int = 0
    others: int = 0
    failures: tuple[tuple[str, str], ...] = ()

    def summary(self, *, was_stopped: bool) -> tuple[str, str]:
        """Return the tally in words, and their tone."""
        parts = [f"Added {plural(self.added, 'article')}" if self.added else "Nothing was added"]
        if was_stopped:
            parts[0] += f" of {self.total:,}, then stopped"
        if len(self.failures) == 1:
            parts.append(f"{self.failures[0][0]} was left out: {self.failures[0][1]}")
        elif self.failures:
            names = ", ".join(name for name, _ in self.failures[:_MOST_NAMED])
            more = f" and {len(self.failures) - _MOST_NAMED:,} more" if len(self.failures) > _MOST_NAMED else ""
            parts.append(f"{names}{more} could not be read")
        if self.others:
            parts.append(f"{plural(self.others, 'other file')} left out")
        return " · ".join(parts), "bad" if self.failures else "good" if self.added else "fault"


class Intake:
    """Adds files and the documents in folders to the library, without opening them. One batch at a time."""

    def __init__(self, host: LibraryHost) -> None:
        self._host = host
        self._is_running = False
        self._is_stopped = False

    def take(self, paths: Sequence[str]) -> None:
        """Start to add files; of folders, the documents directly in them."""
        if self._is_running:
            self._host.say("Other files are being added", "fault")
            return
        self._is_running, self._is_stopped = True, False
        self._host.say("Adding …", "hint")
        start_thread(lambda: self._run(paths), "adding")

    def stop(self) -> bool:
        """Stop after the file that is being read; return whether files were being added."""
        is_running, self._is_stopped = self._is_running and not self._is_stopped, True
        return is_running

    def _run(self, paths: Sequence[str]) -> None:
        tally = _Tally(0)
        try:
            files, others = _list_files(paths)
            tally = _Tally(len(files), 0, others)
            library = self._host.services.open_library()
            for number, path in enumerate(files, 1):
                if self._is_stopped:
                    break
                self._say_progress(number, len(files), path)
                tally = self._add(library, path, tally)
        except Exception as error:  # unexpected ones too: without an end, no other batch could begin
            message = error_message(error, "The library") if not isinstance(error, OSError) else f"{error.strerror}"
            tally = tally._replace(failures=(*tally.failures, ("The rest", message)))
        post_outcome(self._host.post_message, lambda: self._finish(tally))

    def _add(self, library: Library, path: str, tally: _Tally) -> _Tally:
        from reader.formats import read_bytes
        from reader.formats.article_cache import keep_article, open_document
        from reader.formats.progress import report_to
        from reader.registries.lookup import look_up_health
        from reader.review.completeness import review_counts

        settings = self._host.services.settings
        try:
            with report_to(lambda _: None, lambda: self._is_stopped):
                article = open_document(read_bytes(path), path)
            session, entry = library.session(article, settings.creator, settings.scale)
            look_up_health(session, library.folder, settings)
            library.save_counts(entry.id, review_counts(session.index, date.today().year), settings.scale)
            keep_article(article)  # it is opened next, as a rule
        except ReaderError as error:
            if self._is_stopped:
                return tally
            return tally._replace(failures=(*tally.failures, (PurePath(path).name, str(error))))
        return tally._replace(added=tally.added + 1)

    def _say_progress(self, number: int, total: int, path: str) -> None:
        def say() -> None:
            key = self._host.services.keymap.label("library-clear")
            self._host.say(f"Adding {number:,} of {total:,} · {PurePath(path).name} · {key} stops", "hint")

        post_outcome(self._host.post_message, say)

    def _finish(self, tally: _Tally) -> None:
        was_stopped, self._is_running = self._is_stopped, False
        self._host.say(*tally.summary(was_stopped=was_stopped))
        self._host.load()


def _list_files(paths: Sequence[str]) -> tuple[list[str], int]:
    """Return the files to add, each once, and how many of folders are left out. Raises OSError."""
    files: list[str] = []
    others = 0
    for path in paths:
        if os.path.isdir(path):
            folder = list_folder(path)
            files += folder.paths
            others += folder.others
        else:
            files.append(path)
    return list(dict.fromkeys(files)), others
