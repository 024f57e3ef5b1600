"""Open a web address in the person's browser: never through a shell, and never in this terminal."""

from __future__ import annotations

import os
import subprocess
import sys

from reader.errors import ReaderError


def open_in_browser(address: str) -> None:
    """Open an http or https address. Raises ReaderError if there is no browser with a window of its own."""
    import webbrowser  # rarely needed

    try:
        is_in_terminal = type(webbrowser.get()) is webbrowser.GenericBrowser and "BROWSER" not in os.environ
    except webbrowser.Error:
        is_in_terminal = True
    if is_in_terminal:
        raise ReaderError("There is no browser with a window here")
    nothing = subprocess.DEVNULL
    try:
        # A process of its own: some browsers write to the terminal, and some are waited for.
        subprocess.Popen(  # no shell, and the address begins with http
            [sys.executable, "-m", "webbrowser", address], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError as error:
        raise ReaderError(f"The browser cannot be started: {error.strerror}") from error
