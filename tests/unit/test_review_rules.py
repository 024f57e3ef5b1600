"""The table of rules: every code, its examples, and what is made from it."""

import json
import shlex
from pathlib import Path

import pytest

from reader.article.audit.finding import FINDING_KINDS
from reader.cli import run
from reader.review.rules import RESERVED_CODES, RULES, RULES_BY_KIND, Example, Rule
from tests.unit.test_cli import Call, call

__all__ = ["call"]  # a fixture


def codes_in(example: Example, call: Call, folder: Path, settings: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Write an example's article, review it, and return the codes that are found."""
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CLAIM_READER_LIBRARY", str(folder / "library"))
    settings.write_text(f'scale = "{example.scale}"\n' if example.scale else "", encoding="utf-8")
    path = folder / "article.md"
    path.write_text(example.before or example.text, encoding="utf-8")
    for command in example.commands:
        assert run(shlex.split(command)[1:]) == 0, command
    path.write_text(example.text, encoding="utf-8")
    answer = call("check", path.name, "--select", "CR", "--format", "json")
    assert answer.err == ""
    return {result["code"] for result in json.loads(answer.out)["articles"][0]["results"]}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
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
    assert not RULES.keys() & RESERVED_CODES.keys()
    assert not {rule.name for rule in RULES.values()} & {name for name, _ in RESERVED_CODES.values()}
