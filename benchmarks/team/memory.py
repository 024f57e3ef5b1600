"""How much memory a device takes that follows 20 articles of a team, beside the same library without a team."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.faults.nursery import Nursery, Say
from benchmarks.terminal import Terminal
from benchmarks.texts import article_text
from reader.formats import parse_article
from reader.library import Library
from reader.team.team import Team

ARTICLES: Final = 20
_ANNOTATIONS: Final = 100
_SIZE: Final = 40_000
_MARK: Final = "h"
"""The key that marks the sentence in hand as a claim."""
_PASSES_SECONDS: Final = 20.0


def measure_memory(folder: Path) -> tuple[float, float]:
    """Return the peak memory in MB of the program with an article open, without a team and in one whose desk it follows."""
    from tests.team.s3_server import KEYS, s3_client, serve_s3  # not in the processes that are measured

    with serve_s3() as address, Nursery(folder / "said") as nursery:
        s3_client(address).create_bucket(Bucket="memory")
        place = f"s3://memory/team?endpoint={address}&region=us-east-1"

        def do(task: str, **more: object) -> str:
            child = nursery.run(f"benchmarks.team.memory:{task}", folder=str(folder), keys=KEYS, **more)
            assert child.lines()[-1] == "end", child.lines()
            return child.lines()[0]

        do("found", place=place)
        do("follow", place=place)
        article = do("choose")
        shutil.copytree(folder / "second", folder / "alone")
        for path in (folder / "alone").glob("team*"):
            path.unlink()
        return _peak_of_program(folder, "alone", article, KEYS), _peak_of_program(folder, "second", article, KEYS)


def _peak_of_program(folder: Path, library: str, article: str, keys: Sequence[str]) -> float:
    """Return the peak memory in MB of the program with an article on the screen, after the first passes of its team."""
    settings = folder / "settings.toml"
    settings.touch()
    env = {"CLAIM_READER_SETTINGS": str(settings), "XDG_CACHE_HOME": str(folder / "cache")}
    env |= {"AWS_ACCESS_KEY_ID": keys[0], "AWS_SECRET_ACCESS_KEY": keys[1]}
    command = [sys.executable, "-m", "reader", "open", article, "--library", str(folder / library)]
    with Terminal(command, env=env) as terminal:
        terminal.quiet(1.0)
        terminal.settle()
        terminal.send(_MARK)
        deadline = time.monotonic() + _PASSES_SECONDS
        while time.monotonic() < deadline:
            terminal.pump(0.2)
        return terminal.peak_memory()


def _take_keys(keys: Sequence[str]) -> None:
    os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"] = keys


def found(say: Say, folder: str, place: str, keys: Sequence[str]) -> None:
    """Make a team with articles that have annotations."""
    _take_keys(keys)
    with Library.open(Path(folder) / "first") as library:
        team = Team.create(library, place, "ada")
        for number in range(ARTICLES):
            text = f"Part {number}.\n\n{article_text(_SIZE, markdown=False)}"
            session, entry = library.session(parse_article(text.encode(), "-"), "Ada")
            session.listen(partial(library.save, entry.id))
            for sentence in session.index.article.sentences.all()[:_ANNOTATIONS]:
                session.add(sentence, note="The office has other numbers for May.")
            library.flush(60)
            team.share(entry.id, ["front-page"])
        team.sync_once()
        team.close()


def follow(say: Say, folder: str, place: str, keys: Sequence[str]) -> None:
    """Join the team, and get its articles."""
    _take_keys(keys)
    with Library.open(Path(folder) / "second") as library:
        team = Team.join(library, place, "ben")
        team.follow("front-page")
        team.sync_once()
        team.close()
        assert len(library.summaries()) == ARTICLES


def choose(say: Say, folder: str, keys: Sequence[str]) -> None:
    """Say which article is opened."""
    with Library.open(Path(folder) / "second") as library:
        say(library.summaries()[0].id)
