"""Ask whether the text of a scan is to be recognised, and in which language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from reader.article.language import DEFAULT_LANGUAGE, language_title
from reader.errors import ReaderError, ScanError
from reader.tui.background import Post, run_in_background
from reader.tui.dialogs.choice import Choice, ChoiceScreen

if TYPE_CHECKING:
    from reader.tui.services import AppServices

_MOST_LANGUAGES: Final = 9


class ScanQuestion:
    """Asks in which language the text of a scan is to be recognised. What stands against it is told instead of the question."""

    def __init__(self, services: AppServices, post: Post, error: ScanError) -> None:
        """`post` posts to the screen that asks, which applies outcomes; `error` says that the document is a scan."""
        self._services = services
        self._post = post
        self._error = error

    def ask(
        self, recognize: Callable[[str], object], decline: Callable[[], object], refuse: Callable[[Exception], object]
    ) -> None:
        """Ask; call `recognize` with the code of a language, `decline` when the person does not want it.

        `refuse` is called with the reason when it cannot be done.
        """
        from reader.formats.scans.recognition import has_recognition, install_command, recognition_languages

        def take(languages: list[str] | Exception) -> None:
            if isinstance(languages, Exception):
                refuse(languages)
            elif not languages:
                refuse(ReaderError("Tesseract has no language of ours", f"Run {install_command(DEFAULT_LANGUAGE)}"))
            else:
                self._show(languages, recognize, decline)

        if has_recognition():
            run_in_background(self._post, recognition_languages, take)
        else:
            refuse(self._error)

    def _show(self, installed: Sequence[str], recognize: Callable[[str], object], decline: Callable[[], object]) -> None:
        """Show the languages, the likeliest first. Keys that were typed before are not for this question."""
        first = DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in installed else installed[0]
        languages = [first, *(code for code in installed if code != first)][:_MOST_LANGUAGES]
        chosen = [first]

        def take(key: str) -> bool:
            chosen[0] = languages[int(key) - 1]
            return False

        def end(is_agreed: bool | None) -> None:
            if is_agreed:
                recognize(chosen[0])
            else:
                decline()

        choices = [Choice(str(n), language_title(code), code == first) for n, code in enumerate(languages, 1)]
        title = "A scan: recognise its text? Which language is it in?"
        self._services.forget_keys()
        self._services.push_screen(ChoiceScreen(title, lambda: choices, take, verb="recognises it"), end)
