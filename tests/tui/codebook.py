"""A library with a codebook, and the way to its screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from reader.library.codebook_changes import CodebookEditor
from reader.tui.codebook.screen import CodebookScreen
from tests.tui.files_kept import keep_files, put_back
from tests.tui.texts import BUSES, LONG
from tests.tui.user import WIDE, User, elsewhere, reading

TREE = ("numbers", "numbers/per-cent", "numbers/percentages", "water")
DEFINITIONS = {"numbers": "the claim stands on a number", "numbers/per-cent": "a share of a hundred"}


def prepare(folder: Path) -> None:
    """Leave four tags in the library: a group of three with three uses, of which one claim bears two, and one without uses."""
    if not put_back("codebook", folder):
        _make(folder)
        keep_files("codebook", folder)


def _make(folder: Path) -> None:
    with elsewhere(LONG, folder):
        pass
    with elsewhere(BUSES, folder, "Ada") as window:
        session = window.session
        first, *others = list(BUSES.sentences.all())[1:4]
        claim = session.set_tags(session.mark(first), ["numbers/per-cent", "numbers/percentages"])
        session.judge(session.index.get(claim.id) or claim, "1", "overstated")
        session.set_tags(session.mark(others[0]), ["numbers/per-cent"])
        session.set_tags(session.mark(others[1]), ["numbers/percentages"])
        window.save()
        editor = CodebookEditor(window.library, "Ada")
        for name in TREE:
            if editor.codebook().tag(name) is None:
                editor.apply(editor.codebook().add(name))
        for name, definition in DEFINITIONS.items():
            editor.apply(editor.codebook().define(name, definition))
        editor.apply(editor.codebook().set_key("numbers/per-cent", "3"))
        window.save()


@asynccontextmanager
async def at_codebook(folder: Path, tag: str = "", *, size: tuple[int, int] = WIDE, theme: str = "") -> AsyncIterator[User]:
    """Open the article on buses in a library with tags, and from there the codebook with a tag in hand."""
    prepare(folder)
    async with reading(BUSES, folder, size, theme=theme) as user:
        await codebook(user, tag)
        yield user


async def counted(user: User) -> CodebookScreen:
    """Wait until the codebook is open and its uses are counted."""
    await user.until(lambda: isinstance(user.app.screen, CodebookScreen) and user.app.screen.is_settled)
    await user.settle()
    screen = user.app.screen
    assert isinstance(screen, CodebookScreen)
    return screen


async def codebook(user: User, tag: str = "") -> CodebookScreen:
    """Open the codebook from the reading screen, and take a tag in hand."""
    await user.press("g", "b")
    screen = await counted(user)
    if tag:
        screen.tags.go_to(tag)
        screen.show()
        await counted(user)
    return screen
