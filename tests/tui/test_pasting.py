"""What is pasted into the library, and what its clipboard holds: seen before it is added."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from reader.tui.terminal import PasteParser
from tests.hypothesis_profiles import CHARACTERS
from tests.tui.texts import LONG
from tests.tui.user import NARROW, User, reading

TEXT = (
    "The ferry counts again\r\rIt carried 41,000 people in May [1].\r\rReferences\r\r[1] Harbour Office (2024). Ferry counts.\r"
)
PAGE = (
    '<meta charset="utf-8"><h1>The ferry counts again</h1><p>It carried <a href="https://example.org/may">41,000 people</a>'
    " in May, the harbour office said.</p>"
)


async def begin(user: User) -> None:
    """Wait for the empty library."""
    await user.until(lambda: "no articles yet" in user.header)


async def opened(user: User) -> None:
    """Wait until an article is open for review."""
    await user.until(lambda: user.over == "ReadingScreen" and user.desk.session is not None)


@pytest.mark.parametrize("size", [(60, 18), NARROW])
async def test_a_pasted_text_is_seen_before_it_is_added(own_library: Path, size: tuple[int, int]) -> None:
    async with reading(None, own_library, size) as user:
        await begin(user)
        await user.paste(TEXT)
        await user.until(lambda: "Add this text?" in user.picture)
        assert "plain text · " in user.picture
        assert " characters · 1 reference · English" in user.picture
        assert "It carried 41,000 people in May [1]." in user.picture
        await user.press("j", "escape")
        await user.until(lambda: "Nothing was added" in user.footer)
        assert "no articles yet" in user.header
        await user.paste(TEXT)
        await user.until(lambda: "Add this text?" in user.picture)
        await user.press("enter")
        await opened(user)
        assert "The ferry counts again" in user.header


async def test_enter_that_is_typed_at_once_is_for_the_pasted_text(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("g", "l")
        await user.until(lambda: "1 article" in user.header)
        await user.paste(TEXT, "enter")
        await opened(user)
        assert "The ferry counts again" in user.header


async def test_a_text_pasted_over_an_article_says_where_it_is_of_use(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.paste("hx" * 3_000)
        await user.until(lambda: "A paste of 6,000 characters does nothing here; the library adds pasted texts" in user.footer)
        assert "0 claims" in user.header


async def test_a_dropped_file_is_opened_and_an_address_waits_for_enter(own_library: Path, tmp_path: Path) -> None:
    file = tmp_path / "a ferry.md"
    file.write_text("# The ferry\n\nIt carried 41,000 people in May.\n", encoding="utf-8")
    async with reading(None, own_library) as user:
        await begin(user)
        await user.paste("https://example.org/ferry\n")
        assert user.field.value == "https://example.org/ferry"
        assert user.over == "LibraryScreen"
        await user.press("escape")
        await user.paste(f"'{file}'")
        await opened(user)
        assert "The ferry" in user.header


async def test_a_paste_over_the_list_goes_into_the_field(own_library: Path) -> None:
    async with reading(LONG, own_library) as user:
        await user.press("g", "l")
        await user.until(lambda: "1 article" in user.header)
        await user.press("tab")
        await user.paste("ferry\tboats", "s")
        assert user.field.value == "ferry boatss"
        await user.paste(" \n ")
        assert "The pasted text is empty" in user.footer


async def test_a_hostile_paste_is_shown_as_signs(own_library: Path) -> None:
    async with reading(None, own_library) as user:
        await begin(user)
        await user.paste("Red \x1b[31malert\n\n[/b] [@click=app.quit]x[/] \u202eright\n")
        await user.until(lambda: "Red ␛[31malert" in user.picture)
        await user.press("enter")
        await opened(user)
        assert "\x1b" not in user.picture
        assert "[@click=app.quit]x[/]" in user.picture


async def test_a_paste_that_is_too_large_says_so(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIM_READER_MAX_SIZE", "1")
    async with reading(None, own_library) as user:
        await begin(user)
        await user.paste("A word or two.\n" * 80_000)
        await user.until(lambda: "The pasted text is larger than 1 MB" in user.picture)
        await user.press("enter")
        assert user.over == "LibraryScreen"


@given(st.lists(st.text(st.one_of(st.sampled_from("\x1b[201~hd\r"), CHARACTERS), min_size=1), max_size=4), st.integers(1, 9))
def test_no_character_of_a_paste_is_a_key(texts: list[str], size: int) -> None:
    texts = [text.replace("\x1b[201~", "") for text in texts]
    sent = "".join(f"\x1b[200~{text}\x1b[201~k" for text in texts)
    parser = PasteParser()
    parsed = [event for start in range(0, len(sent), size) for event in parser.feed(sent[start : start + size])]
    pasted = [text.replace("\x1b", "␛").replace("\0", "") for text in texts]
    assert [event.text for event in parsed if isinstance(event, events.Paste) and event.text] == [*filter(None, pasted)]
    assert [event.key for event in parsed if isinstance(event, events.Key)] == ["k"] * len(texts)


def test_of_a_paste_that_is_too_large_no_more_is_kept_than_shows_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIM_READER_MAX_SIZE", "1")
    parser, piece = PasteParser(), "A word or two.\r" * 20_000
    received = ["\x1b[200~a", *[piece] * 40, "\x1b[201~k", "\x1b[200~a\x1b[201~"]
    parsed = [event for data in received for event in parser.feed(data)]
    assert [len(event.text) for event in parsed if isinstance(event, events.Paste)] == [1_000_001, 1]
    assert [event.key for event in parsed if isinstance(event, events.Key)] == ["k"]


def test_a_paste_whose_beginning_came_slowly_is_no_keys_and_leaves_the_next_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    parser = PasteParser()
    clock = iter(range(1_000_000))
    monkeypatch.setattr("textual._parser.get_time", lambda: next(clock))
    parsed = [*parser.feed("\x1b"), *parser.tick(), *parser.feed("[200~dd\x1b[201~k\x1b[200~\x1b[201~\x1b[200~next\x1b[201~")]
    assert [event.text for event in parsed if isinstance(event, events.Paste) and event.text] == ["dd", "next"]
    assert [event.key for event in parsed if isinstance(event, events.Key)] == ["escape", "k"]


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what lets seconds pass for the parser of the terminal."""
    now = [0.0]
    monkeypatch.setattr("reader.tui.terminal.time.monotonic", lambda: now[0])

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


def told(parsed: Iterable[Message]) -> list[str]:
    """Return the texts of pastes and the names of keys, in their order."""
    return [
        event.text if isinstance(event, events.Paste) else event.key
        for event in parsed
        if isinstance(event, (events.Paste, events.Key))
    ]


@pytest.mark.parametrize(("sent", "key"), [("\x11", "ctrl+q"), ("\x1b[113;5u", "ctrl+q"), ("\x1bOP", "f1"), ("d", "d")])
def test_a_paste_whose_end_is_lost_is_over_after_a_while(pause: Callable[[float], None], sent: str, key: str) -> None:
    parser = PasteParser()
    assert told(parser.feed("\x1b[200~dd\x1b[20")) == []
    assert told(parser.tick()) == []
    pause(6)
    assert told(parser.tick()) == ["dd"]
    assert told(parser.tick()) == []
    assert told([*parser.feed(sent), *parser.tick()]) == [], "it may be the first of more"
    pause(0.1)
    assert told(parser.tick()) == [key]
    assert told(parser.feed("kd\x1b[200~\x1b[201~")) == ["k", "d", ""]


def test_the_rest_of_a_paste_that_stood_still_is_no_keys(pause: Callable[[float], None]) -> None:
    parser = PasteParser()
    parts = ["\x1b[200~dd\x1b[2", "01m d", "\x1b[<35;-9;9M\x1b[I", "\x1b[48;24;80;480;800t", "d\x1b[201", "~"]
    parsed: list[Message] = []
    for part in parts:
        parsed += [*parser.feed(part), *parser.tick()]
        pause(6)
        parsed += parser.tick()
    assert told(parsed) == ["dd", "␛[201m d", "d"]
    assert {events.AppFocus, events.Resize} <= set(map(type, parsed))
    assert told(parser.feed("k")) == ["k"]


@pytest.mark.parametrize(("seconds", "times"), [(0.9, 7), (0.02, 300)])
def test_a_mouse_that_is_moved_after_a_paste_whose_end_is_lost_is_no_text(
    pause: Callable[[float], None], seconds: float, times: int
) -> None:
    parser = PasteParser()
    parsed = [*parser.feed("\x1b[200~dd")]
    for _ in range(times):
        pause(seconds)
        parsed += [*parser.feed("\x1b[<35;9;9M\x1b[I"), *parser.tick()]
    assert told(parsed) == ["dd"]
    assert sum(isinstance(event, events.AppFocus) for event in parsed) == times
    assert told(parser.feed("\x1b[<35;9;9Md\x1b[201~k")) == ["␛[<35;9;9Md", "k"]


def test_a_key_after_a_paste_whose_end_is_lost_is_one_while_the_mouse_is_moved(pause: Callable[[float], None]) -> None:
    parser = PasteParser()
    parsed = [*parser.feed("\x1b[200~dd")]
    pause(6)
    for part in ("\x1b[<35;9;9M", "j", "\x1b[<35;9;9M", "\x1b[I", "k"):
        parsed += [*parser.feed(part), *parser.tick()]
        pause(0.02)
    assert told(parsed) == ["dd", "j", "k"]
    assert any(isinstance(event, events.AppFocus) for event in parsed)


def test_what_looks_like_reports_within_a_paste_is_its_text(pause: Callable[[float], None]) -> None:
    parser = PasteParser()
    parsed = [*parser.feed("\x1b[200~dd")]
    for part in ("\x1b[<0;9;9M", "\x1b[I", "d\x1b[201~k"):
        pause(0.9)
        parsed += [*parser.feed(part), *parser.tick()]
    assert told(parsed) == ["dd␛[<0;9;9M␛[Id", "k"]


def test_the_rest_of_a_paste_that_comes_character_by_character_is_no_keys(pause: Callable[[float], None]) -> None:
    parser = PasteParser()
    parsed = [*parser.feed("\x1b[200~dd")]
    for _ in range(2):
        pause(6)
        parsed += parser.tick()
        for character in "\x1b[31m d":
            parsed += [*parser.feed(character), *parser.tick()]
            pause(0.002)
    parsed += parser.feed("\x1b[201~")
    assert told(parsed) == ["dd", "␛[31m d", "␛[31m d"]
    assert told(parser.feed("k")) == ["k"]


def test_a_paste_that_was_read_late_is_one_text(pause: Callable[[float], None]) -> None:
    parser = PasteParser()
    assert told(parser.feed("\x1b[200~dd")) == []
    pause(60)  # the process was stopped
    assert told(parser.feed("dd\x1b[201~k")) == ["dddd", "k"]


# ------------------------------------------------------------------ the clipboard of the system


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of programs that the system has beside its shell, on a desktop of X11."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", os.pathsep.join((str(folder), "/usr/bin", "/bin")))
    for name in ("WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":9")
    return folder


def write_program(folder: Path, name: str, html: bytes = b"", text: bytes = b"", ending: str = "") -> None:
    """Write a program that answers as those of the system do, and fails for a kind that the clipboard does not hold."""
    path = folder / name
    (folder / "html").write_bytes(html)
    (folder / "text").write_bytes(text)
    path.write_text(
        f'#!/bin/sh\n{ending}\ncase "$*" in *text/html*) file=html;; *) file=text;; esac\n'
        f'[ -s "{folder}/$file" ] || {{ echo "Error: target not available" >&2; exit 1; }}\nexec cat "{folder}/$file"\n'
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.mark.parametrize(
    ("name", "html"), [("xclip", PAGE.encode()), ("wl-paste", b"\xff\xfe" + PAGE.encode("utf-16-le")), ("xclip", b"")]
)
async def test_the_clipboard_gives_formatted_text_or_else_the_text(
    own_library: Path, programs: Path, monkeypatch: pytest.MonkeyPatch, name: str, html: bytes
) -> None:
    if name == "wl-paste":
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    write_program(programs, name, html, TEXT.encode())
    async with reading(None, own_library) as user:
        await begin(user)
        await user.press("ctrl+v")
        await user.until(lambda: "Add this text?" in user.picture)
        assert ("web page" if html else "plain text") in user.picture
        await user.press("enter")
        await opened(user)
        assert "The ferry counts again" in user.header
        assert user.screen.article.references


async def test_coloured_code_is_taken_as_its_text(own_library: Path, programs: Path) -> None:
    html = b'<div style="white-space: pre"><div><span style="color: red"># The ferry</span></div><div>It sails.</div></div>'
    write_program(programs, "xclip", html, b"# The ferry\n\nIt **sails** [again](https://example.org/may).\n")
    async with reading(None, own_library) as user:
        await begin(user)
        await user.press("ctrl+v")
        await user.until(lambda: "Markdown" in user.picture)


async def test_an_address_in_the_clipboard_is_fetched_only_after_enter(own_library: Path, programs: Path) -> None:
    write_program(programs, "xclip", text=b"https://127.0.0.1:9/ferry\n")
    async with reading(None, own_library) as user:
        await begin(user)
        await user.press("ctrl+v")
        await user.until(lambda: "The clipboard holds an address" in user.picture)
        await user.press("enter")
        await user.until(lambda: "127.0.0.1" in user.footer and "Opening" not in user.footer)
        assert user.field.value == "https://127.0.0.1:9/ferry"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DISPLAY": "", "SSH_TTY": "/dev/pts/9"}, "The clipboard is on your own computer, out of reach over SSH."),
        ({"DISPLAY": ""}, "There is no clipboard here: no desktop is running."),
        ({"PATH": ""}, "Install xclip, or paste with the keys of your terminal"),
        ({}, "The clipboard is empty, or holds no text."),
    ],
)
async def test_a_clipboard_that_gives_nothing_says_what_to_do(
    own_library: Path, programs: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    write_program(programs, "xclip")
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    async with reading(None, own_library) as user:
        await begin(user)
        await user.press("ctrl+v")
        await user.until(lambda: words in " ".join(user.picture.split()))
        await user.press("escape")
        assert user.over == "LibraryScreen"


async def test_escape_leaves_a_clipboard_that_never_answers(own_library: Path, programs: Path) -> None:
    write_program(programs, "xclip", text=b"late", ending=f'echo $$ > "{programs}/pid"; exec sleep 1000')
    async with reading(None, own_library) as user:
        await begin(user)
        await user.press("ctrl+v")
        await user.until(lambda: "Reading the clipboard …" in user.picture and (programs / "pid").exists())
        await user.until(lambda: (programs / "pid").read_text().strip())
        await user.press("escape")
        await user.until(lambda: "Nothing was added" in user.footer)
        await user.until(lambda: has_ended(int((programs / "pid").read_text())))


def has_ended(process: int) -> bool:
    """Whether there is no process with this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False
