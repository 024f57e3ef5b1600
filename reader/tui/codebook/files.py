"""Take tags over from a file, after a look at what that changes, and write the codebook to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reader.errors import ReaderError
from reader.files import expand_path, read_document
from reader.printable import plural
from reader.tui.background import ask_disk, error_message
from reader.tui.question import Question

if TYPE_CHECKING:
    from reader.exchange.codebook_file import CodebookFile
    from reader.review.codebook import CodebookPlan
    from reader.tui.codebook.changes import CodebookHost, TagChanges


class CodebookFiles:
    """Files of the codebook. The path that was typed last is offered again."""

    def __init__(self, host: CodebookHost, changes: TagChanges) -> None:
        self._host = host
        self._changes = changes
        self._path = "codebook.csv"
        self._confirmed = ""

    # ------------------------------------------------------------------ out

    def export(self) -> None:
        """Ask for a file, and write the codebook to it; one that exists is replaced after a second Enter."""
        self._confirmed = ""
        self._ask("Export to", self._take_target, "a new file that ends in .csv or .qdc")

    def _take_target(self, text: str) -> str | None:
        codebook = self._host.codebook
        path, kind, complaint = _read_path(text)
        if complaint or codebook is None:
            return complaint or "The codebook is not read yet"
        try:
            exists = ask_disk(path.exists, otherwise=None)
        except (OSError, ValueError):
            return f"{text} is no name for a file"
        if exists is None:
            return "Its disk does not answer: try again, or name another folder"
        if exists and self._confirmed != text:
            self._confirmed = text
            return "This file exists; Enter again replaces it"
        self._path = text

        def write() -> Sequence[str]:
            from reader.exchange.codebook_file import describe_codebook_losses, write_codebook
            from reader.exchange.save import save_export

            save_export(path, write_codebook(codebook, kind), force=exists)
            return describe_codebook_losses(codebook, kind)

        def take(losses: Sequence[str] | Exception) -> None:
            if isinstance(losses, Exception):
                self._host.say(error_message(losses, path.name), "bad")
                return
            lost = f" · left out: {', '.join(losses)}; a .csv has them" if losses else ""
            self._host.say(f"Exported {plural(len(codebook.rows()), 'tag')} to {text}{lost}", "good")

        self._changes.work.run(write, take)
        return None

    # ------------------------------------------------------------------ in

    def take_over(self) -> None:
        """Ask for a file, say what its tags would change, and take them over if that is wanted."""
        self._ask("Import", self._take_source, "a file that ends in .csv or .qdc")

    def _take_source(self, text: str) -> str | None:
        path, kind, complaint = _read_path(text)
        if complaint:
            return complaint
        self._path = text

        def read() -> CodebookFile:
            from reader.exchange.codebook_file import read_codebook

            return read_codebook(_read_bytes(path), kind)

        self._changes.work.run(read, lambda content: self._confirm(content, path.name))
        return None

    def _confirm(self, content: CodebookFile | Exception, name: str) -> None:
        """Ask whether the tags of a file are taken over; say what is added, what is changed and what is left out."""
        from reader.tui.dialogs.choice import ConfirmScreen

        codebook = self._host.codebook
        if isinstance(content, Exception) or codebook is None:
            error = content if isinstance(content, Exception) else ReaderError("The codebook is not read yet")
            self._host.say(error_message(error, name), "bad")
            return
        by = self._host.services.settings.creator
        plan = codebook.update(f"import {name}", content.tags, by, has_looks=content.has_looks)
        remarks = " · ".join((*content.remarks, *plan.effects))
        if not plan.edits:
            self._host.say(f"Nothing new in {name}" + (f" · {remarks}" if remarks else ""))
            return

        def take(answer: str | None) -> None:
            if answer == "import":
                self._changes.make(plan)

        question = f"Import {name}: {_describe(plan)}?"
        self._host.services.push_screen(ConfirmScreen(question, remarks, (("y", "takes them over", "import"),)), take)

    def _ask(self, label: str, take: Callable[[str], str | None], hint: str) -> None:
        self._host.ask(Question(label, take, self._path, hint, path=True))


def _describe(plan: CodebookPlan) -> str:
    """Return what an import does, in words: "3 new tags, 1 changed"."""
    new = sum(edit.before is None for edit in plan.edits)
    changed = sum(edit.before is not None and edit.after is not None for edit in plan.edits)
    words = [plural(new, "new tag")] if new else []
    return ", ".join((*words, *([f"{changed} changed"] if changed else [])))


def _read_path(text: str) -> tuple[Path, str, str]:
    """Return the path that is typed, the format that its ending names, and what is wrong with it, "" if nothing is."""
    kind = Path(text).suffix.lower().removeprefix(".")
    if kind not in ("csv", "qdc"):
        return Path(), "", "The name must end in .csv or .qdc"
    try:
        return expand_path(text.strip()), kind, ""
    except (ReaderError, ValueError) as error:
        return Path(), "", error.what if isinstance(error, ReaderError) else f"{text} is no name for a file"


def _read_bytes(path: Path) -> bytes:
    """Return the bytes of a file. Raises ReaderError."""
    try:
        return read_document(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReaderError(f"{path} cannot be read: {reason}", "Choose another file") from error
