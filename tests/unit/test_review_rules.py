"""The table of rules: every code, its examples, and what is made from it."""

import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from reader.article.audit.finding import FINDING_KINDS
from reader.cli import run
from reader.exchange.check import check_report
from reader.exchange.report import build_report
from reader.formats import parse_article
from reader.review.health import (
    AFTER_ARTICLE,
    BY_TITLE,
    CORRECTION,
    DIFFERS,
    MATCHES,
    NO_SUCH_RECORD,
    RETRACTION,
    FieldDifference,
    RecordCheck,
    RetractionNotice,
    SourceHealth,
)
from reader.review.rules import RULES, RULES_BY_KIND, Example, Rule
from reader.review.session import ReviewSession
from tests.unit.test_cli import Call, call

__all__ = ["call"]  # a fixture


def codes_in(example: Example, call: Call, folder: Path, settings: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Write an example's article, review it, and return the codes that are found."""
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CLAIM_READER_LIBRARY", str(folder / "library"))
    settings.write_text(f'scale = "{example.scale}"\n' if example.scale else "", encoding="utf-8")
    path = folder / "article.md"
    for name, text in example.files:
        (folder / name).write_text(text, encoding="utf-8")
    path.write_text(example.before or example.text, encoding="utf-8")
    for command in example.commands:
        assert run(shlex.split(command)[1:]) == 0, command
    path.write_text(example.text, encoding="utf-8")
    answer = call("check", path.name, "--select", "CR", "--format", "json")
    assert answer.err == ""
    return {result["code"] for result in json.loads(answer.out)["articles"][0]["results"]}


_NOTICE = RetractionNotice(RETRACTION, "2021-03-04", AFTER_ARTICLE, "10.5555/pn.9", reasons=("Data error",))
_RECORD = RecordCheck(MATCHES, "Crossref", "2026-11-27", "10.5555/pn.2")
_OTHER_YEAR = (FieldDifference("year", "2019", "2017"),)
_HEALTH = {
    "CR601": SourceHealth((_NOTICE,)),
    "CR602": SourceHealth((replace(_NOTICE, nature=CORRECTION),)),
    "CR603": SourceHealth((), replace(_RECORD, outcome=NO_SUCH_RECORD)),
    "CR604": SourceHealth((), replace(_RECORD, outcome=DIFFERS, differences=_OTHER_YEAR)),
    "CR605": SourceHealth(),
    "CR610": SourceHealth((replace(_NOTICE, found_by=BY_TITLE),)),
}
"""What is known elsewhere in the failing examples."""


def codes_with(example: Example, health: SourceHealth, failure: str) -> set[str]:
    """Return the codes that are found in an example of which others know this, or whose source could not be fetched."""
    session = ReviewSession(parse_article(example.text.encode(), "article.md"), "")
    session.health.set_notices({"1": health.notices})
    if health.record is not None:
        session.health.set_records({"1": health.record})
    if failure:
        session.record_fetch_failure("1", "https://lines.example/2024", failure)
    return {result.rule.code for result in check_report(build_report(session, "2026-11-27T12:00:00.000Z"), RULES).results}


ELSEWHERE = {code: rule for code, rule in RULES.items() if rule.failing.elsewhere}


@pytest.mark.parametrize("rule", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_others_know_gives_its_code(rule: Rule) -> None:
    failure = "https://lines.example/2024 answered 404 Not Found" if rule.code == "CR605" else ""
    assert rule.code in codes_with(rule.failing, _HEALTH[rule.code], failure)
    assert rule.mended.elsewhere
    assert rule.code not in codes_with(rule.mended, SourceHealth((), _RECORD), "")


HERE = {code: rule for code, rule in RULES.items() if not rule.failing.elsewhere}


@pytest.mark.parametrize("rule", HERE.values(), ids=HERE)
def test_a_failing_example_gives_its_code_and_the_mended_one_does_not(
    rule: Rule, call: Call, tmp_path: Path, own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.toml"
    assert rule.code in codes_in(rule.failing, call, tmp_path / "failing", settings, monkeypatch)
    assert rule.code not in codes_in(rule.mended, call, tmp_path / "mended", settings, monkeypatch)


def test_every_kind_of_finding_has_a_code_and_no_code_or_name_is_given_twice() -> None:
    assert {*FINDING_KINDS} <= RULES_BY_KIND.keys()
    assert len(RULES) == len(RULES_BY_KIND) == len({rule.name for rule in RULES.values()})
    assert [*RULES] == sorted(RULES)
