"""The scale of verdicts that the settings ask for, as every command uses it."""

from pathlib import Path

import pytest

from tests.unit.review_strategies import annotation_lines
from tests.unit.test_cli import Call, call, ferry
from tests.unit.test_library import plain

__all__ = ["call", "ferry"]  # fixtures

QUOTE = "The port office counted 20,500"
OWN = """
[[verdicts]]
id = "holds"
rating = 4
label = "stands as it is"
symbol = "+"
colour = "good"

[[verdicts]]
id = "fails"
symbol = "!"
colour = "bad"
evidence = true
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_annotate_takes_the_verdicts_of_the_settings_and_names_them(
    call: Call, ferry: Path, settings: Path, own_library: Path
) -> None:
    settings.write_text(OWN, encoding="utf-8")
    refused = call("annotate", ferry, "--quote", QUOTE, "--verdict", "2=supports")
    assert refused.code == 2
    assert "The verdicts are holds, fails, unavailable" in refused.err
    assert call("annotate", ferry, "--quote", QUOTE, "--verdict", "2=holds").code == 0
    (record,) = plain(own_library, "annotations")
    assert [judgement["verdict"] for judgement in record["judgements"]] == ["holds"]


def test_show_and_export_use_its_labels_and_what_it_asks_for(call: Call, ferry: Path, settings: Path) -> None:
    settings.write_text(OWN, encoding="utf-8")
    assert call("annotate", ferry, "--quote", QUOTE, "--verdict", "2=holds").code == 0
    assert call("annotate", ferry, "--quote", "Its owner pays", "--verdict", "3=fails").code == 0
    shown = call("show", ferry).out
    assert "Rests on [2]: stands as it is" in shown
    assert "Rests on [3]: fails (no evidence yet)" in shown
    assert "2 claims, 2 of 7 sentences decided. 1 open pair" in shown
    records = annotation_lines(call("export", ferry, "--format", "jsonl").out)
    told = ("verdict_label", "verdict_rating", "open")
    assert [tuple(r["judgements"][0][name] for name in told) for r in records] == [
        ("stands as it is", 4, False),
        ("fails", None, True),
    ]


def test_a_verdict_of_another_scale_is_kept_and_told_by_its_id(call: Call, ferry: Path, settings: Path) -> None:
    assert call("annotate", ferry, "--quote", QUOTE, "--verdict", "2=overstated").code == 0
    settings.write_text(OWN, encoding="utf-8")
    assert "Rests on [2]: overstated" in call("show", ferry).out
    settings.write_text('scale = "academic"\n', encoding="utf-8")
    assert "Rests on [2]: goes beyond the source (no evidence yet)" in call("show", ferry).out


def test_a_faulty_scale_ends_every_command_with_file_and_line(call: Call, ferry: Path, settings: Path) -> None:
    settings.write_text(OWN.replace('"!"', '"+"'), encoding="utf-8")
    for arguments in (["show", ferry], ["export", ferry, "--format", "csv"], ["annotate", ferry, "--quote", QUOTE]):
        answer = call(*arguments)
        assert (answer.code, answer.out) == (1, "")
        assert f"{settings}, line 11" in answer.err
