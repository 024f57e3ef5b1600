"""`reader agreement`: two libraries merged, and how far their readers agree."""

import json
import re
import shutil
from pathlib import Path

import pytest

from reader.formats import read_article
from reader.library import Library
from tests.unit.review_strategies import where
from tests.unit.test_cli import Call, call

__all__ = ["call"]  # fixtures

SENTENCES = [f"Boat {number} carried {number}0 people in May [1]." for number in range(1, 13)]
TEXT = (
    "The boats\n\n" + " ".join(SENTENCES) + " Nobody counted the dogs.\n\nReferences\n\n[1] Island Lines. (2024). Passengers.\n"
)
VERDICTS = {
    "Mirela": ["supports"] * 6 + ["overstated"] * 4 + ["contradicts"],
    "Jorun": ["supports"] * 7 + ["overstated"] * 2 + ["supports"] * 2 + ["unclear"],
}


@pytest.fixture
def boats(tmp_path: Path) -> Path:
    path = tmp_path / "boats.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def judge(folder: Path, article: Path, reader: str) -> None:
    """Mark each sentence as a reader and judge it, in a library of their own."""
    read = read_article(str(article))
    with Library.open(folder) as library:
        session, entry = library.session(read, reader)
        session.listen(lambda change: library.save(entry.id, change))
        for sentence, verdict in zip(SENTENCES, VERDICTS[reader], strict=False):
            session.judge(session.mark(where(read, sentence)), "1", verdict)


@pytest.fixture
def merged(call: Call, boats: Path, own_library: Path, tmp_path: Path) -> Call:
    judge(own_library, boats, "Mirela")
    judge(tmp_path / "jorun", boats, "Jorun")
    assert call("merge", tmp_path / "jorun").code == 0
    return call


def test_counts_and_coefficients_of_two_merged_libraries(merged: Call) -> None:
    lines = [line.rstrip() for line in merged("agreement").out.splitlines()]
    assert lines[0] == "Jorun and Mirela, 1 article that both judged"
    assert lines[1] == "  8 of 11 pairs alike, 73 %"
    assert [line.split()[:2] for line in lines[2:4]] == [["Cohen's", "kappa"], ["Krippendorff's", "alpha"]]
    assert "  judged by one only, not counted: 1 by Jorun, 0 by Mirela" in lines
    assert "  apart most often: ↑ overstated against ✓ supports, 2 times" in lines
    assert "  0 of 3 differences settled" in lines
    assert ["✓", "supports", "6", "9", "6", "80", "%"] in [line.split() for line in lines]
    assert "Which sentences are claims" in lines
    assert "  12 of 13 sentences alike, 92 %" in lines


def test_json_names_the_readers_in_the_order_asked_for(merged: Call) -> None:
    answer = json.loads(merged("agreement", "Mirela", "Jorun", "--json", "--article", "The boats").out)
    assert answer["readers"] == ["Mirela", "Jorun"]
    verdicts = answer["verdicts"]
    assert (verdicts["units"], verdicts["alike"], verdicts["refusal"]) == (11, 8, None)
    assert verdicts["kappa"]["low"] < verdicts["kappa"]["value"] < verdicts["kappa"]["high"]
    assert {"first": "overstated", "second": "supports", "count": 2} in verdicts["counts"]
    assert answer["judged_by_one"] == {"Mirela": 0, "Jorun": 1}
    assert (answer["claims"]["units"], answer["claims"]["alike"]) == (13, 12)
    assert [(one["title"], one["pairs"], one["alike"]) for one in answer["articles"]] == [("The boats", 11, 8)]


def test_who_cannot_be_compared_is_named(call: Call, boats: Path, own_library: Path) -> None:
    nobody = call("agreement")
    assert (nobody.code, "Nobody has given verdicts under a name" in nobody.err) == (1, True)
    judge(own_library, boats, "Mirela")
    alone = call("agreement")
    assert (alone.code, "Only “Mirela” has given verdicts here" in alone.err) == (1, True)
    unknown = call("agreement", "Mirela", "Jörun")
    assert (unknown.code, "“Jörun” has given no verdicts here" in unknown.err) == (1, True)
    assert call("agreement", "Mirela").code == 2


def test_a_merge_names_the_readers_and_merging_again_brings_nothing(merged: Call, own_library: Path, tmp_path: Path) -> None:
    again = merged("merge", tmp_path / "jorun")
    assert again.out.splitlines() == [
        "Nothing new in jorun",
        "Verdicts are by Jorun and Mirela: `reader agreement` compares them, `ga` in the library settles what they judged "
        "differently",
    ]
    assert merged("merge", own_library).out.startswith("Nothing new in ")
    assert merged("undo").code == 0
    assert merged("agreement").code == 1, "an undone merge leaves one reader"


def test_a_merge_says_when_both_libraries_are_of_one_person(call: Call, boats: Path, own_library: Path, tmp_path: Path) -> None:
    judge(own_library, boats, "Mirela")
    judge(tmp_path / "other", boats, "Mirela")
    assert "All verdicts are by Mirela: there is no second reader to compare with" in call("merge", tmp_path / "other").out


def test_an_article_with_another_text_stays_apart_and_is_named(
    call: Call, boats: Path, own_library: Path, tmp_path: Path
) -> None:
    judge(own_library, boats, "Mirela")
    boats.write_text(TEXT.replace("Nobody counted the dogs.", "Nobody counted the dogs or the cats."), encoding="utf-8")
    judge(tmp_path / "jorun", boats, "Jorun")
    dry = call("merge", tmp_path / "jorun", "--dry-run").out
    assert dry.startswith("Would merge jorun: ")
    assert "“The boats” is in both with different texts: they stay two articles" in dry
    assert len(json.loads(call("list", "--json").out)) == 1, "a dry run changes nothing"
    call("merge", tmp_path / "jorun")
    assert len(json.loads(call("list", "--json").out)) == 2
    assert call("undo").code == 0
    assert len(json.loads(call("list", "--json").out)) == 1


def test_the_report_names_both_readers_and_how_far_they_agree(merged: Call, boats: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert merged("report", boats, "--output", page).code == 0
    words = page.read_text("utf-8")
    assert re.search(r"Reviewer \d and Reviewer \d both judged 11 pairs, 8 of them alike \(Cohen", words)
    assert "0 of 3 differences settled" in words
    assert "Jorun" not in words, "a name that nobody chose does not leave"


def test_two_articles_from_one_file_are_each_compared_on_the_text_that_was_judged(
    call: Call, boats: Path, own_library: Path, tmp_path: Path
) -> None:
    judge(own_library, boats, "Mirela")
    judge(tmp_path / "jorun", boats, "Jorun")
    assert call("merge", tmp_path / "jorun").code == 0
    before = json.loads(call("agreement", "--json").out)
    boats.write_text(TEXT.replace("Boat 1 carried", "Nobody carried"), encoding="utf-8")
    after = json.loads(call("agreement", "--json").out)
    assert after == before, "what stands in the file by now is no matter"
    twice = call("agreement", "Mirela", "Mirela")
    assert (twice.code, "“Mirela” is named twice" in twice.err) == (1, True)


def test_an_article_that_cannot_be_read_any_more_is_named_and_left_out(merged: Call, own_library: Path) -> None:
    shutil.rmtree(own_library / "snapshots")
    answer = merged("agreement", "Mirela", "Jorun")
    assert (answer.code, "“The boats” cannot be read any more and is left out" in answer.err) == (0, True)
    assert "0 articles that both judged" in answer.out
