"""Read the clipboard of the system, with its formatted text, through the system's own programs. Only when a person asks."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reader.errors import ReaderError
from reader.files import max_document_size
from reader.formats.pasted_text import clipboard_page
from reader.formats.progress import Cancelled, checkpoint
from reader.programs import find_program, run_program

_SECONDS: Final = 10.0
"""How long a program may take. PowerShell alone takes two seconds to start; an owner that never answers takes for ever."""
_TERMINAL_HINT: Final = "Paste with the keys of your terminal, often Ctrl+Shift+V or Cmd+V"
_FILE_HINT: Final = "for formatted text, save the page and open the file"
_MAC_HTML: Final = re.compile(rb"HTML((?:[0-9A-Fa-f]{2})*)")
"""How AppleScript writes HTML: its bytes in hexadecimal, in angle quotes."""
_POWERSHELL: Final = ("powershell.exe", "-NoProfile", "-NonInteractive", "-Command")
_UTF_8: Final = "[Console]::OutputEncoding=[Text.Encoding]::UTF8; "


class _Tool(NamedTuple):
    """A program that reads a clipboard: its package, "" for a part of the system; its commands for HTML and text."""

    package: str
    html: tuple[str, ...]
    text: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.html[0]


_WAYLAND: Final = _Tool(
    "wl-clipboard", ("wl-paste", "--no-newline", "--type", "text/html"), ("wl-paste", "--no-newline", "--type", "text")
)
_X11: Final = _Tool(
    "xclip",
    ("xclip", "-selection", "clipboard", "-out", "-target", "text/html"),
    ("xclip", "-selection", "clipboard", "-out", "-target", "UTF8_STRING"),
)
_MAC: Final = _Tool("", ("osascript", "-e", "the clipboard as «class HTML»"), ("pbpaste",))
_WINDOWS: Final = _Tool(
    "",
    (*_POWERSHELL, f"{_UTF_8}Get-Clipboard -Format Text -TextFormatType Html -Raw"),
    (*_POWERSHELL, f"{_UTF_8}Get-Clipboard -Format Text -Raw"),
)


def read_clipboard(*, is_served: bool = False) -> bytes:
    """Return what the system's clipboard holds: a page of HTML if it has structure, else the text.

    `is_served`: the screen is in a browser, whose clipboard is not that of this machine. It waits for programs.
    Raises ReaderError, with another way, when the clipboard cannot be reached, is empty, or holds no text.
    """
    tool = _find_tool(is_served=is_served)
    html, complaint = _run(tool, tool.html)
    if tool is _MAC:
        match = _MAC_HTML.search(html)
        html = bytes.fromhex(match[1].decode("ascii")) if match else b""
    page = clipboard_page(html) if html.strip() else b""
    if page:
        return page
    text, complaint = _run(tool, tool.text)
    if text.strip(b" \t\r\n\0"):
        return text
    if "display" in complaint.casefold():
        raise ReaderError(f"{tool.name} cannot reach the clipboard: {complaint}", _TERMINAL_HINT)
    raise ReaderError("The clipboard is empty, or holds no text", "Copy a text and try again")


def _run(tool: _Tool, command: Sequence[str]) -> tuple[bytes, str]:
    """Return what a program read, and its complaint. A program that finds nothing of the kind asked for fails."""
    try:
        code, output, complaint = run_program(
            [find_program(command[0]) or command[0], *command[1:]], seconds=_SECONDS, most=max_document_size(), look=checkpoint
        )
    except Cancelled:
        raise
    except ReaderError as error:
        raise ReaderError(error.what, _TERMINAL_HINT) from error
    return (b"" if code else output), complaint


def _find_tool(*, is_served: bool) -> _Tool:
    """Return the program that reads the clipboard of the person. Raises ReaderError where there is none."""
    if is_served:
        raise ReaderError("In a browser, the clipboard is read only when you paste", f"Paste with Ctrl+V; {_FILE_HINT}")
    is_remote = bool(os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"))
    # A display is where the person sits, also over SSH; without one, the clipboard there is that of another machine.
    tools = [*_tools(is_remote=is_remote)]
    if installed := next((tool for tool in tools if find_program(tool.name)), None):
        return installed
    if tools:
        tool = tools[0]
        hint = f"Install {tool.package}, or paste" if tool.package else "Paste"
        raise ReaderError(f"{tool.name}, which reads the clipboard, is not installed", f"{hint} with the keys of your terminal")
    if is_remote:
        what = "The clipboard is on your own computer, out of reach over SSH"
        raise ReaderError(what, f"{_TERMINAL_HINT}; {_FILE_HINT}")
    raise ReaderError("There is no clipboard here: no desktop is running", _TERMINAL_HINT)


def _tools(*, is_remote: bool) -> Iterator[_Tool]:
    """Yield the programs for the systems that run here, the likeliest first."""
    if sys.platform == "darwin" or sys.platform == "win32":
        if not is_remote:
            yield _MAC if sys.platform == "darwin" else _WINDOWS
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        yield _WAYLAND
    if os.environ.get("DISPLAY"):
        yield _X11
    if os.environ.get("WSL_DISTRO_NAME"):
        yield _WINDOWS
