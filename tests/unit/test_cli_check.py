"""`reader check`: many articles, each by itself; what is listed where, and how it ends."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reader.formats import read_article
from reader.library import Library
from reader.review.rules import RULES
from tests.unit.jats_files import jats
from tests.unit.test_cli import Call, Failing, call, ferry, piped, process

__all__ = ["call", "ferry"]  # fixtures

CLEAN = "The ferry\n\nIt carried 41,000 people in May [1].\n\nReferences\n\n[1] Island Lines. (2024). Passengers.\n"
FAULTY = CLEAN.replace("May [1]", "May [1][7]")
QUOTE = ("--quote", "It carried 41,000 people in May")


def contents(folder: Path) -> dict[Path, bytes]:
    """Return the files of a folder with their content."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def essays(tmp_path: Path) -> tuple[Path, Path]:
    """Write a clean essay and a faulty one."""
    paths = tmp_path / "clean.txt", tmp_path / "faulty.txt"
    for path, text in zip(paths, (CLEAN, FAULTY), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_each_article_is_checked_by_itself_and_the_exit_code_says_how_it_went(
    call: Call, essays: tuple[Path, Path], tmp_path: Path, own_library: Path
) -> None:
    clean, faulty = essays
    found = f"{faulty}:3:36: CR201 [7] points nowhere: there is no reference 7.\n"
    assert call("check", clean) == (0, "No findings in 1 article.\n", "")
    assert call("check", clean, clean, f"{clean.parent}/./{clean.name}").out.endswith("1 article.\n")
    assert call("check", clean, faulty) == (1, f"{found}1 finding in 1 of 2 articles.\n", "")
    (tmp_path / "scan.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    answer = call("check", tmp_path / "none.txt", faulty, tmp_path / "scan.png", tmp_path, clean)
    assert answer.code == 2
    assert answer.out == f"{found}1 finding in 1 of 2 articles. 3 articles could not be checked.\n"
    assert [line.split(": ")[1] for line in answer.err.splitlines()] == [
        *map(str, (tmp_path / "none.txt", tmp_path / "scan.png", tmp_path))
    ]
    assert not own_library.exists()
    assert call("check").code == 2


def test_an_article_that_fails_in_an_unexpected_way_does_not_stop_the_others(
    call: Call, essays: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path))
    piped(monkeypatch, Failing(RuntimeError("the moon fell")))  # pyright: ignore[reportArgumentType]  # a stream that fails is enough
    answer = call("check", "-", essays[1])
    assert (answer.code, answer.out.splitlines()[-1]) == (2, "1 finding in 1 of 1 article. 1 article could not be checked.")
    (written,) = tmp_path.rglob("crash-*.txt")
    assert answer.err.startswith("reader: -: Unexpected error: RuntimeError: the moon fell")
    assert str(written) in answer.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.slow
def test_an_output_that_cannot_be_written_is_no_finding(essays: tuple[Path, Path], own_library: Path) -> None:
    for kind in ("text", "json"):
        with Path("/dev/full").open("wb") as full:
            command = [sys.executable, "-m", "reader", "check", str(essays[0]), "--format", kind]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        assert (done.returncode, done.stderr) == (2, "reader: The output cannot be written: No space left on device\n")


def test_the_output_never_replaces_an_article(call: Call, essays: tuple[Path, Path], tmp_path: Path) -> None:
    clean, faulty = essays
    (tmp_path / "empty.txt").touch()
    call("add", faulty)
    (title,) = (row["title"] for row in json.loads(call("list", "--json").out))
    before = contents(tmp_path)
    for name, output in ((clean, clean), (title, faulty), (tmp_path / "empty.txt", tmp_path / "empty.txt")):
        refused = call("check", name, "--output", output, "--force")
        assert refused.code == 2
        assert "is the file of the article" in refused.err
    assert contents(tmp_path) == before


def test_what_was_not_read_of_an_article_is_said(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "deep.xml"
    words = "<p>It carried 41,000 people in May, the operator says.</p>"
    path.write_bytes(jats(f"{words}{'<sec>' * 300}{words}{'</sec>' * 300}"))
    assert call("check", path).err == f"reader: {path}: Elements that are nested too deep were not read.\n"


def test_codes_are_selected_and_ignored_by_their_beginnings(call: Call, essays: tuple[Path, Path]) -> None:
    clean, faulty = essays
    faulty.write_text(FAULTY.replace("[7].", "[7]. The pier closed in 1987 after a storm."), encoding="utf-8")

    def codes(*options: str) -> list[str]:
        answer = call("check", faulty, "--format", "json", *options)
        assert answer.code == bool(json.loads(answer.out)["articles"][0]["results"])
        return [result["code"] for result in json.loads(answer.out)["articles"][0]["results"]]

    assert codes() == codes("--require", "no-findings") == ["CR201"]  # a sentence may rest on nothing
    assert codes("--select", "cr2,CR4") == ["CR201", "CR401"]
    assert codes("--select", "CR", "--ignore", "CR2", "--ignore", "CR52") == ["CR401"]
    assert codes("--ignore", "CR201") == []
    assert call("check", faulty, "--ignore", "CR").code == 2  # nothing would be checked
    for unknown in ("CR7", "CR1,,CR2", "201"):
        refused = call("check", clean, "--select", unknown)
        assert refused.code == 2
        assert "No code begins with" in refused.err


def test_requirements_look_at_the_review(call: Call, essays: tuple[Path, Path], own_library: Path) -> None:
    clean, _ = essays

    def codes(*options: str) -> list[str]:
        return [line.split()[1] for line in call("check", clean, *options).out.splitlines()[:-1]]

    assert codes("--require", "settled") == ["CR522"]
    assert codes("--require", "complete") == ["CR521"]
    call("annotate", clean, *QUOTE)
    assert codes() == []
    assert codes("--require", "settled") == ["CR501"]
    assert codes("--require", "complete", "--require", "settled") == ["CR501", "CR521"]
    assert "1 open pair" in call("check", clean, "--require", "complete").out
    with Library.open(own_library) as library:
        session = library.review(read_article(str(clean)))
        session.judge(session.index.claims()[0], "1", "contradicts")
    assert call("check", clean, "--require", "settled", "--require", "complete", "--require", "no-findings").code == 0
    assert codes("--select", "CR5") == ["CR512"]
    table = call("list", "--json").out
    title = json.loads(table)[0]["title"]
    assert call("check", title, "--select", "CR5").out.startswith(f"{clean}:3:1: CR512 Claim 1: ")


def test_the_library_is_read_with_what_is_only_in_its_journal_and_never_written(
    call: Call, essays: tuple[Path, Path], own_library: Path
) -> None:
    _, faulty = essays
    library = Library.open(own_library)
    session = library.review(read_article(str(faulty)), "ana")
    (key,) = [row["key"] for row in json.loads(call("check", faulty, "--format", "json").out)["articles"][0]["results"]]
    session.dismiss_finding(key, "points-nowhere", "…", "it is in print")
    assert library.flush(30)
    before = contents(own_library)
    assert call("check", faulty) == (0, "No findings in 1 article. 1 dismissed.\n", "")
    assert call("check", faulty, "--select", "CR", "--format", "sarif").code == 1
    assert contents(own_library) == before
    assert library.close(30)
    (own_library / "library.json").write_text("{damaged", encoding="utf-8")
    shutil.rmtree(own_library / "backups", ignore_errors=True)
    broken = call("check", faulty)
    assert (broken.code, broken.out) == (2, "")


def test_output_goes_whole_into_a_new_file_and_is_the_same_each_time(
    call: Call, essays: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "out.sarif"
    arguments = ("check", "clean.txt", tmp_path / "essays" / "a b.txt", "none.txt", "--format", "sarif", "--output", log)
    (tmp_path / "essays").mkdir()
    shutil.copy("faulty.txt", arguments[2])
    assert call(*arguments).code == 2
    (run,) = json.loads(log.read_bytes())["runs"]
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["clean.txt", "essays/a%20b.txt"]
    assert [result["ruleId"] for result in run["results"]] == ["CR201"]
    assert (run["invocations"][0]["exitCode"], run["invocations"][0]["executionSuccessful"]) == (2, False)
    assert str(tmp_path) not in log.read_text()
    first = log.read_bytes()
    refused = call(*arguments)
    assert (refused.code, log.read_bytes()) == (2, first)
    assert "already exists" in refused.err
    assert call(*arguments, "--force").code == 2
    assert log.read_bytes().partition(b'"endTimeUtc"')[0] == first.partition(b'"endTimeUtc"')[0]
    assert call("check", "faulty.txt", "--output", tmp_path / "list.txt").out == ""
    assert (tmp_path / "list.txt").read_text().startswith("faulty.txt:3:36: CR201 ")
    for wrong in (("--force",), ("--no-reasons",), ("--require", "all"), ("--output", tmp_path)):
        assert call("check", "clean.txt", *wrong).code == 2


def test_json_has_places_and_failures(call: Call, essays: tuple[Path, Path]) -> None:
    clean, faulty = essays
    faulty.write_bytes(b"\xef\xbb\xbf" + FAULTY.replace("\n", "\r\n").encode())
    answer = json.loads(call("check", faulty, "none.txt", clean, "--format", "json").out)
    (found,) = answer["articles"][0]["results"]
    text = read_article(str(faulty)).text
    assert text[found["start"] : found["end"]] == "[7]"
    assert [found[name] for name in ("code", "level", "line", "column", "end_line", "end_column")] == [
        *("CR201", "error", 3, 36, 3, 39)
    ]
    assert answer["articles"][1]["results"] == []
    assert [failure["article"] for failure in answer["failures"]] == ["none.txt"]
    assert answer["exit_code"] == 2


def test_a_pipe_is_checked_and_hostile_names_and_texts_do_not_reach_the_terminal(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, io.BytesIO(FAULTY.encode()))
    assert call("check", "-").out.startswith("-:3:36: CR201 ")
    path = tmp_path / "a\x1b]0;x\nb.txt"
    path.write_text(FAULTY.replace("[7]", "[7\x1b]0;x\x07, 8]").replace("Passengers", "\x9b31m"), encoding="utf-8")
    answer = call("check", path, tmp_path / "\x1bnone", "--select", "CR")
    assert not {"\x1b", "\x9b", "\x07"} & set(answer.out + answer.err)
    assert all(line.startswith(str(tmp_path)) for line in answer.out.splitlines()[:-1])


def test_the_help_the_page_and_the_explanations_list_every_rule(call: Call) -> None:
    page = (Path(__file__).parents[2] / "docs" / "check.md").read_text(encoding="utf-8")
    words = " ".join(call("check", "--help").out.split())
    explained = call("check", "--explain", "CR").out
    for rule in RULES.values():
        assert f"{rule.code} {rule.level} {rule.summary}" in words
        assert f"| [{rule.code}](#{rule.code.lower()}) | {rule.name} | {rule.level} | {rule.summary} |" in page
        assert f"{rule.code} {rule.name} ({rule.level})" in explained
    assert call("check", "--explain", "CR9").code == 2


def test_the_audit_lists_the_same_findings_with_their_codes(call: Call, essays: tuple[Path, Path]) -> None:
    _, faulty = essays
    (audited,) = [row for row in json.loads(call("audit", faulty, "--json").out) if row["kind"] == "points-nowhere"]
    (checked,) = json.loads(call("check", faulty, "--format", "json").out)["articles"][0]["results"]
    assert audited == checked | {"dismissed": None}


def test_a_real_program_ends_with_the_exit_code(essays: tuple[Path, Path], own_library: Path) -> None:
    clean, faulty = essays
    done = process("check", clean, faulty)
    assert (done.returncode, done.stderr) == (1, b"")
