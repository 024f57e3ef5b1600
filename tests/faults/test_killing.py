"""Whoever is killed at any moment: what was acknowledged is there, whole, and the file can be read all the time."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.faults.killing import (
    LIBRARY_WRITER,
    PLAIN_WRITER,
    TABLES_WRITER,
    kill_one_writer,
    kill_several_writers,
)
from benchmarks.faults.nursery import Nursery
from benchmarks.faults.screen import CLOSINGS, End, annotate_and_kill, type_and_end, write_large_library
from benchmarks.texts import write_article
from reader.formats import read_article


@pytest.mark.parametrize(("writer", "rounds"), [(LIBRARY_WRITER, 12), (TABLES_WRITER, 12)])
def test_a_writer_that_is_killed_loses_nothing_it_called_saved(
    nursery: Nursery, place: Path, seed: int, writer: str, rounds: int
) -> None:
    tally = kill_one_writer(nursery, place, rounds, seed, writer)
    assert tally.wrong == []
    assert tally.broken_looks == 0 < tally.looks
    assert tally.acknowledged >= rounds


def test_nor_does_one_that_is_killed_while_journals_are_finished(nursery: Nursery, place: Path, seed: int) -> None:
    tally = kill_one_writer(nursery, place, 7, seed, large=0.4)
    assert tally.wrong == []
    assert tally.broken_looks == 0 < tally.looks
    assert any(place.rglob("history/*.jsonl"))


def test_three_writers_that_are_killed_and_started_again_lose_nothing(nursery: Nursery, place: Path, seed: int) -> None:
    tally = kill_several_writers(nursery, place, 12, seed)
    assert tally.wrong == []
    assert tally.acknowledged >= 15


def test_what_plain_tinydb_does_to_its_file_is_found(nursery: Nursery, place: Path, seed: int) -> None:
    tallies = (kill_one_writer(nursery, place / f"{n}", 6, seed + n, PLAIN_WRITER, large=0.2) for n in range(20))
    assert any(tally.broken_looks or tally.unreadable for tally in tallies)


def test_what_the_screen_called_saved_is_there_when_it_is_killed_while_somebody_types(place: Path, seed: int) -> None:
    place.mkdir()
    article = write_article(place, 40_000, markdown=False)
    for number in range(2):
        assert type_and_end(place / f"{number}", article, seed + number).wrong == ()


@pytest.mark.parametrize("end", CLOSINGS)
def test_a_closed_terminal_or_a_signal_ends_it_soon_with_all_that_it_called_saved(place: Path, seed: int, end: End) -> None:
    place.mkdir()
    article = write_article(place, 40_000, markdown=False)
    assert type_and_end(place / "home", article, seed, end).wrong == ()


@pytest.mark.parametrize("end", ["close", "terminate locked"])
def test_so_does_it_with_a_library_of_fifty_megabytes(place: Path, seed: int, end: End) -> None:
    place.mkdir()
    article = write_article(place, 40_000, markdown=False)
    template = write_large_library(place / "large")
    assert type_and_end(place / "home", article, seed, end, template).wrong == ()


def test_an_annotation_whose_id_was_printed_is_there_when_the_command_is_killed(place: Path, seed: int) -> None:
    place.mkdir()
    path = write_article(place, 3_000, markdown=False)
    article = read_article(str(path))
    sentences = [article.text[span.start : span.end] for span in article.sentences.all()]
    quotes = [sentence for sentence in sentences if sentences.count(sentence) == 1][:4]
    assert annotate_and_kill(place / "library", path, quotes, seed)[1] == []
