"""The reviews of a library in numbers."""

from __future__ import annotations

import json
from datetime import UTC, date
from pathlib import Path

import pytest

from reader.cli import run
from reader.review.completeness import Completeness
from reader.review.model import Annotation, Evidence, Judgement, Selector
from reader.review.scale import DEFAULT_SCALE
from reader.review.statistics import Day, Person, Review, collect_statistics
from reader.tui.panes.statistics import statistics_lines
from reader.tui.styled_line import width_of

PASSAGE = Evidence("d", Selector("so it was"))


def claim(name: str, *judgements: Judgement, by: str = "ana", at: str = "2026-05-04T10:00:00.000Z") -> Annotation:
    return Annotation(name, "a", "first", Selector("x"), judgements=judgements, creator=by, created_at=at)


def verdict(reference: str, name: str, by: str = "ana", at: str = "2026-05-05T10:00:00.000Z", *evidence: Evidence) -> Judgement:
    return Judgement(reference, name, evidence, by=by, at=at)


def test_one_source_under_two_labels_in_two_articles_is_one() -> None:
    one = Review("a", None, (claim("1", verdict("2", "supports")),), {"first": {"2": "salt"}})
    two = Review("b", None, (claim("2", verdict("7", "contradicts"), verdict("3", "supports")),), {"first": {"7": "salt"}})
    first, second = collect_statistics([one, two], UTC).sources
    assert (first.judgements, first.articles, first.article, first.reference) == (2, 2, "a", "2")
    assert first.verdicts == {"supports": 1, "contradicts": 1}
    assert (second.judgements, second.reference) == (1, "3")


def test_days_and_people_are_those_of_each_act() -> None:
    late = claim("1", verdict("1", "supports", by="ben", at="2026-05-04T23:30:00.000Z"), at="2026-05-04T01:00:00.000Z")
    statistics = collect_statistics([Review("a", None, (late, claim("2", at="not a time")), {})], UTC)
    assert statistics.days == (Day(date(2026, 5, 4), 1, 1),)
    assert statistics.people == (Person("ana", 2, 0), Person("ben", 0, 1))


def test_the_last_days_end_today_whatever_a_clock_that_goes_wrong_said() -> None:
    claims = tuple(claim(at, at=f"{at}T10:00:00Z") for at in ("2026-05-01", "2026-05-02", "2026-05-04", "2999-01-01"))
    statistics = collect_statistics([Review("a", None, claims, {})], UTC)
    today = date(2026, 5, 4)
    assert [day.date for day in statistics.last_days(3, today)] == [date(2026, 5, 2), today]


def test_names_of_wide_letters_leave_the_columns_of_the_screen_straight() -> None:
    claims = (claim("1", by="沢田"), claim("2", by="ben"))
    statistics = collect_statistics([Review("a", None, claims, {})], UTC)
    lines = statistics_lines(statistics, (), DEFAULT_SCALE, 80, date(2026, 5, 4))
    assert {width_of(one) for one in lines if "沢田" in str(one) or "ben" in str(one)} == {39}


def test_an_unavailable_source_is_no_verdict_that_could_have_a_passage() -> None:
    marks = claim("1", verdict("1", "supports", "ana", "", PASSAGE), verdict("2", "unavailable", "ana", "", PASSAGE))
    statistics = collect_statistics([Review("a", None, (marks,), {})], UTC)
    assert statistics.verdicts == {"supports": 1, "unavailable": 1}
    assert statistics.with_evidence == 1


def test_an_article_that_cannot_be_read_adds_nothing_to_the_counts() -> None:
    counts = Completeness(sentences=10, undecided=4, claims=3, pairs=5, open_pairs=2)
    statistics = collect_statistics([Review("a", counts, (), {}), Review("b", None, (), {})], UTC)
    assert (statistics.articles, statistics.unread, statistics.counts) == (2, 1, counts)


def test_the_command_shows_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "# Ferry\n\nIt carried 41,000 people [1].\n\n## References\n\n1. Port. (2025). Tides of May.\n"
    (tmp_path / "ferry.md").write_text(text, encoding="utf-8")
    assert run(["stats"]) == 0
    assert capsys.readouterr().out.startswith("0 articles, 0 complete\n")
    assert run(["annotate", "ferry.md", "--quote", "It carried", "--verdict", "1=overstated"]) == 0
    capsys.readouterr()
    assert run(["stats"]) == 0
    out = capsys.readouterr().out
    assert "1 of 1 sentence decided" in out
    assert "↑ overstated  " in out
    assert "1 marked, 1 judged" in out
    assert "Tides of May" in out
    assert run(["stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdicts"] == {"overstated": 1}
