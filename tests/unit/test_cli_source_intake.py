"""`reader source add ARTICLE --from PLACE`: what is listed, asked, attached and named, on a terminal and in a pipe."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.papers import paper_pdf
from tests.unit.test_cli import Call, call
from tests.unit.test_cli_sources import listed, states
from tests.unit.test_library import plain
from tests.unit.test_sources_intake import ARTICLE, PAPERS, folder

__all__ = ["call", "folder"]  # fixtures


@pytest.fixture
def boats(tmp_path: Path) -> Path:
    path = tmp_path / "boats.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def test_in_a_pipe_nothing_is_attached_without_yes(call: Call, boats: Path, folder: Path, own_library: Path) -> None:
    (folder / "other.md").write_text("Something else\n\nNobody cites it.\n", encoding="utf-8")
    answer = call("source", "add", boats, "--from", folder)
    assert answer.code == 1
    assert "1.pdf  same DOI 10.1234/quay.1; same title; same first author; 2019" in answer.out
    assert "1 file fits no reference: other.md" in answer.out
    assert answer.out.splitlines()[-1] == "Nothing was attached."
    assert "--yes` attaches the sure ones" in answer.err
    assert not (own_library / "library.json").exists()
    dry = call("source", "add", boats, "--from", folder, "--dry-run")
    assert (dry.code, dry.out) == (0, answer.out)


def test_yes_attaches_the_sure_ones_as_one_change(call: Call, boats: Path, folder: Path, own_library: Path) -> None:
    (folder / "3.pdf").unlink()
    (folder / "3 of another year.pdf").write_bytes(paper_pdf(PAPERS[2]).replace(b"(2012)", b"(2009)").replace(b"2012", b"2009"))
    answer = call("source", "add", boats, "--from", folder, "--yes")
    assert (answer.code, answer.err) == (0, "")
    assert "the year 2012 is not that of the file" in answer.out
    assert answer.out.splitlines()[-1] == "2 sources attached; `reader undo` takes them back"
    assert states(call, boats) == ["supplied", "supplied", "not supplied"]
    assert [record["text"]["from"] for record in plain_records(call, boats)[:2]] == [
        str(folder / "1.pdf"),
        str(folder / "2.pdf"),
    ]
    again = call("source", "add", boats, "--from", folder, "--yes")
    assert (again.code, len(plain(own_library, "sources"))) == (0, 2)
    assert "2 files of references that have a text already: they keep it." in again.out
    assert call("undo", boats).code == 0
    assert states(call, boats) == ["not supplied"] * 3


FULL = """
import resource, signal, sys
from reader.cli import run

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
sys.exit(run(sys.argv[1:]))
"""


@pytest.mark.parametrize("form", ["--yes", "--json"])
@pytest.mark.slow
def test_what_could_not_be_saved_is_not_called_attached(call: Call, boats: Path, folder: Path, form: str) -> None:
    arguments = ["source", "add", str(boats), "--from", str(folder), "--yes", form]
    done = subprocess.run([sys.executable, "-B", "-c", FULL, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "attached" not in done.stdout
    assert "reader: Not saved" in done.stderr
    assert states(call, boats) == ["not supplied"] * 3


def plain_records(call: Call, article: Path) -> list[dict[str, dict[str, str]]]:
    return [record for record in listed(call, article) if record["text"]]  # pyright: ignore[reportReturnType]  # JSON


def test_json_says_it_all(call: Call, boats: Path, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    answer = call("source", "add", boats, "--from", folder, "--json")
    run = json.loads(answer.out)
    assert (answer.code, run["files"], run["stopped"]) == (1, 4, False)
    assert [(one["labels"], one["grade"], one["attached"]) for one in run["matches"]] == [([n], "sure", False) for n in "123"]
    assert [one["file"] for one in run["refused"]] == ["broken.pdf"]
    run = json.loads(call("source", "add", boats, "--from", folder, "--json", "--yes").out)
    assert all(one["attached"] for one in run["matches"])


@pytest.mark.slow
def test_on_a_terminal_one_is_asked_once_about_the_sure_and_each_time_about_the_likely(
    call: Call, boats: Path, folder: Path
) -> None:
    (folder / "3.pdf").write_bytes(paper_pdf(PAPERS[2]).replace(b"2012", b"2009"))
    command = [sys.executable, "-m", "reader", "source", "add", str(boats), "--from", str(folder)]
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "COLUMNS": "100"})
    os.close(theirs)
    os.write(ours, b"y\ny\n")
    seen = b"".join(iter(lambda: _more(ours), b"")).decode()
    os.close(ours)
    assert running.wait(60) == 0
    assert "Attach these 2 files?" in seen
    assert "1 of 1: [3] How the ledgers of the harbour were kept" in seen
    assert "3 sources attached" in seen
    assert states(call, boats) == ["supplied"] * 3
    assert "attach 3 sources" in call("history", boats).out


def _more(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_another_article_shares_its_sources(call: Call, boats: Path, folder: Path, tmp_path: Path, own_library: Path) -> None:
    assert call("source", "add", boats, "--from", folder, "--yes").code == 0
    other = tmp_path / "later.txt"
    other.write_text(ARTICLE.replace("Boats", "Boats, later"), encoding="utf-8")
    answer = call("source", "add", other, "--from", "Boats", "--yes")
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "3 sources attached; `reader undo` takes them back")
    assert states(call, other) == ["supplied"] * 3
    assert len(plain(own_library, "sources")) == 3
    assert call("undo", other).code == 0
    assert (states(call, other), states(call, boats)) == (["not supplied"] * 3, ["supplied"] * 3)
    own = call("source", "add", other, "--from", "Boats, later")
    assert (own.code, "no place of sources for itself" in own.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (("2", "--from", "."), 2, "all references"),
        (("2", "--yes"), 2, "go with --from"),
        ((), 2, "A reference or a place is missing"),
        (("--from", "nowhere"), 1, "neither a folder"),
    ],
)
def test_wrong_usage_is_told(call: Call, boats: Path, arguments: tuple[str, ...], code: int, what: str) -> None:
    answer = call("source", "add", boats, *arguments)
    assert (answer.code, what in answer.err) == (code, True)


# ------------------------------------------------------------------ `reader import` of a bibliography


def bibliography(folder: Path, name: str, count: int = 2) -> Path:
    """Write a bibliography of the first papers beside their files, in the format that its name ends in; return its path."""
    works = [(paper.title, paper.doi, f"{number}.pdf") for number, paper in enumerate(PAPERS[:count], 1)]
    head = "% Encoding: UTF-8\n\n"
    texts = {
        ".bib": head
        + "\n".join(f"@article{{k{n}, title={{{t}}}, doi={{{d}}}, file={{:{p}:PDF}}}}" for n, (t, d, p) in enumerate(works)),
        ".ris": "\n".join(f"TY  - JOUR\nTI  - {t}\nDO  - {d}\nL1  - {p}\nER  - " for t, d, p in works),
        ".json": json.dumps([{"id": d, "type": "article", "title": t, "DOI": d, "file": p} for t, d, p in works]),
    }
    path = folder / name
    path.write_text(texts[path.suffixes[0]], encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["my refs.bib", "refs.ris", "refs.json", "refs.bib.txt"])
def test_an_import_of_a_bibliography_attaches_its_sure_files_once_as_one_step(
    call: Call, boats: Path, folder: Path, name: str, own_library: Path
) -> None:
    path = bibliography(folder, name)
    dry = call("import", path, "--article", boats, "--dry-run")
    assert (dry.code, dry.err, dry.out.splitlines()[-1]) == (0, "", "Nothing was attached.")
    assert "1.pdf  same DOI 10.1234/quay.1; same title" in dry.out
    assert call("list", "--json").out == "[]\n", "a dry run adds no article"
    answer = call("import", path, "--article", boats)
    assert (answer.code, answer.out.splitlines()[-1]) == (0, "2 sources attached; `reader undo` takes them back")
    assert states(call, boats) == ["supplied", "supplied", "not supplied"]
    again = call("import", path, "--article", boats)
    assert (again.code, len(plain(own_library, "sources"))) == (0, 2)
    assert "2 files of references that have a text already: they keep it." in again.out
    assert call("undo", boats).code == 0
    assert states(call, boats) == ["not supplied"] * 3


def test_a_bibliography_that_gives_nothing_says_why(call: Call, boats: Path, folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.bib"
    bare.write_text("@book{gate, title = {Counting at the gate}}\n")
    assert "bare.bib names no file to attach" in call("import", bare, "--article", boats).out
    (folder / "1.pdf").write_bytes((folder / "1.pdf").read_bytes().replace(b"10.1234/quay.1", b"10.1234/quay.9"))
    likely = call("import", bibliography(folder, "one.bib", 1), "--article", boats)
    assert "Likely: confirm each" in likely.out
    assert "at a terminal, asks about each likely one" in likely.err
    unlisted = tmp_path / "unlisted.txt"
    unlisted.write_text("Boats\n\nThey came back.\n")
    answer = call("import", bare, "--article", unlisted)
    assert (answer.code, "The article lists no references" in answer.err) == (1, True)
    assert call("list", "--json").out == "[]\n"
