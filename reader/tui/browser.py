"""The program in a browser (`reader serve`): end it as a terminal does, open links and hand over files there."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual.drivers import web_driver
from textual.drivers.web_driver import WebDriver

from reader.tui.terminal import EndRequested, PasteParser, usable_cells

if TYPE_CHECKING:
    from textual.app import App

RESERVED_KEYS: Final = frozenset({"f1", "f3", "f5", "f6", "f7", "f11", "f12", "ctrl+n", "ctrl+t", "ctrl+w"})
"""Keys that browsers keep for themselves, all or some of them: they close the tab, load the page again, open its tools."""


class BrowserDriver(WebDriver):
    """Textual's driver, which ends the program as a closed terminal does when the tab or the server is closed."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType]  # App[Unknown]
        self._send: Callable[[bytes], object] = self._write
        self._write = self._write_or_end

    def start_application_mode(self) -> None:
        """Start, and end as a terminal would at a signal."""
        super().start_application_mode()
        if sys.platform != "win32":
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._request_end, number)

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Take a message of the server; "quit" means that the tab was closed."""
        if packet_type == "quit":
            self._end_closed()
        elif packet_type == "resize":
            given = {side: payload.get(side) for side in ("width", "height")}
            size = {side: usable_cells(count) if isinstance(count, int) else 1 for side, count in given.items()}
            super().on_meta(packet_type, {**payload, **size})
        else:
            super().on_meta(packet_type, payload)

    def run_input_thread(self) -> None:
        """Read until the server has ended, with no keys in what is pasted."""
        web_driver.XTermParser = PasteParser  # pyright: ignore[reportPrivateImportUsage]  # Textual makes it by this name
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._end_closed()

    def _write_or_end(self, data: bytes) -> None:
        try:
            self._send(data)
        except OSError:
            self._write = _drop
            self._end_closed()

    def _end_closed(self) -> None:
        self._request_end(getattr(signal, "SIGHUP", signal.SIGTERM))

    def _request_end(self, number: int) -> None:
        with suppress(RuntimeError):  # the loop is closed: the program is ending already
            self.send_message(EndRequested(number))  # as keys are sent, so after those that were typed before


def _drop(_: bytes) -> None:
    """Write nothing: nobody reads it."""


def offer_download(app: App[Any], path: Path) -> None:
    """Hand a file, or a folder as a ZIP archive, to the browser that shows the program.

    Raises OSError when it cannot be read.
    """
    if path.is_dir():
        import zipfile

        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
            for file in sorted(path.iterdir()):
                if file.is_file():
                    target.write(file, f"{path.name}{os.sep}{file.name}")
        archive.seek(0)
        app.deliver_binary(archive, save_filename=f"{path.name}.zip")
    else:
        app.deliver_binary(path)
