"""Make the pictures of the documentation anew, from the program itself: `make pictures`.

The first minute is one SVG file whose frames follow each other by CSS: it moves wherever pictures are shown, without a script.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from textual.app import App

from reader.library import Library
from reader.review.scale import DEFAULT_SCALE
from reader.settings import Settings
from reader.tui.app import ReaderApp
from reader.tui.library.welcome import read_sample
from tests.tui.sources import is_searched
from tests.tui.user import User

FOLDER: Final = Path(__file__).resolve().parent / "pictures"
SIZE: Final = (120, 32)
_FONT: Final = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_NUMBERED: Final = re.compile(r"terminal-\d+")
_VIEW: Final = re.compile(r'viewBox="([^"]+)"')


class Frame(NamedTuple):
    """Keys to press, and the seconds for which one sees what they did."""

    keys: tuple[str, ...]
    seconds: float


FIRST_MINUTE: Final = (
    Frame(("}", "}", "}"), 2.5),
    Frame(("h",), 2.5),
    Frame(("t", *"heat"), 2.0),
    Frame(("enter",), 2.0),
    Frame(("s",), 3.5),
    Frame(("e",), 3.0),
    Frame(("1",), 4.0),
    Frame(("A",), 4.0),
)


_STILL: Final = 6
"""The frame that stands alone, and that those see who want nothing to move."""


async def take_frames(frames: Sequence[Frame], folder: Path) -> list[str]:
    """Return the screen after the keys of each frame as an SVG picture."""
    settings = Settings(library=folder / "library", creator="Ana")
    with Library.open(settings.library) as library:
        article = read_sample(lambda: library, "Ana", DEFAULT_SCALE)
    app = ReaderApp(article, settings.library, settings)
    pictures: list[str] = []
    async with app.run_test(size=SIZE) as pilot:
        user = User(app, pilot)
        await user.until(lambda: user.desk.session is not None and user.desk.sentence_count >= 0)
        for frame in frames:
            await user.press(*frame.keys)
            if frame.keys == ("s",):
                await user.until(lambda: is_searched(user))
            await user.audited()
            await user.saved()
            await user.settle()
            await user.until(lambda: "saving…" not in user.footer)
            pictures.append(picture_of(app, f"{len(pictures)}"))
    app.close_library()
    return pictures


def picture_of(app: App[None], name: str) -> str:
    """Return the screen as an SVG picture that asks for no font from elsewhere, its styles under a name."""
    svg = _FONT.sub("", app.export_screenshot(title="reader", simplify=True))
    return _NUMBERED.sub(f"frame-{name}", svg)


def moving_picture(pictures: Sequence[str], frames: Sequence[Frame]) -> str:
    """Return one SVG picture that shows these after each other, again and again."""
    whole = sum(frame.seconds for frame in frames)
    view = _VIEW.search(pictures[0])
    assert view is not None
    styles: list[str] = []
    begun = 0.0
    for number, frame in enumerate(frames):
        start, end = 100 * begun / whole, 100 * (begun + frame.seconds) / whole
        steps = f"0%{{opacity:{int(number == 0)}}}{start:.2f}%{{opacity:1}}{end:.2f}%{{opacity:0}}100%{{opacity:0}}"
        styles.append(
            f"@keyframes show-{number}{{{steps}}}.show-{number}{{opacity:0;animation:show-{number} {whole}s step-end infinite}}"
        )
        begun += frame.seconds
    styles.append(f"@media (prefers-reduced-motion: reduce){{g{{animation:none!important}}.show-{_STILL}{{opacity:1}}}}")
    groups = [f'<g class="show-{number}">{picture}</g>' for number, picture in enumerate(pictures)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view[1]}"><style>{"".join(styles)}</style>'
    return "\n".join([head, *groups, "</svg>", ""])


def main() -> None:
    """Write the pictures; with --check, only compare them."""
    with tempfile.TemporaryDirectory() as folder:
        taken = asyncio.run(take_frames(FIRST_MINUTE, Path(folder)))
    pictures = {"reading.svg": taken[_STILL] + "\n", "first-minute.svg": moving_picture(taken, FIRST_MINUTE)}
    stale = [name for name, text in pictures.items() if not _is_written(name, text)]
    if "--check" in sys.argv:
        sys.exit(f"{', '.join(stale)} differ from the program; `make pictures` makes them anew" if stale else 0)
    FOLDER.mkdir(exist_ok=True)
    for name in stale:
        (FOLDER / name).write_text(pictures[name], encoding="utf-8")


def _is_written(name: str, text: str) -> bool:
    path = FOLDER / name
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    main()
