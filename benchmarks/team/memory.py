"""How much memory a device takes that follows 20 articles of a team, beside the same library without a team."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.faults.nursery import Nursery, Say
from benchmarks.processes import peak_memory
from benchmarks.texts import article_text
from reader.formats import parse_article
from reader.library import Library
from reader.team.team import Team

ARTICLES: Final = 20
_ANNOTATIONS: Final = 100
_SIZE: Final = 40_000
_STEPS: Final = 20


def measure_memory(folder: Path) -> tuple[float, float]:
    """Return the peak memory in MB of a process with the library open, without a team and in one whose desk it follows."""
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
        return float(do("work", in_team=False)), float(do("work", in_team=True))


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


def work(say: Say, folder: str, keys: Sequence[str], *, in_team: bool) -> None:
    """Open an article and work on it, in the team or without, and say the most memory that was taken, in MB."""
    _take_keys(keys)
    with Library.open(Path(folder) / "second") as library:
        team = Team.of(library) if in_team else None
        entry = library.entry(library.summaries()[0].id)
        session, _ = library.session(parse_article(library.latest_document(entry), "-"), "Ben")
        session.listen(lambda change: library.save(entry.id, change))
        for number in range(_STEPS):
            session.add(session.index.article.sentences.all()[number], note="seen")
            library.flush(60)
            if team is not None:
                team.sync_once()
        if team is not None:
            team.start()
            threading.Event().wait(1)
            team.close()
    say(str(peak_memory(os.getpid())))
