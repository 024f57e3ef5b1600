"""What Tab completes, asked as bash asks: titles with blanks, tags, files, commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reader.cli import run

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="bash is not installed")
ASK = """
eval "$(reader completion bash)"
COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { echo "compopt $2"; }
_reader_completion reader
printf '%s\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(autouse=True)
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("salt", "# Salt on the road"), ("twin", "# Tram: a report"), ("wells", "# Wells")):
        (tmp_path / f"{name}.md").write_text(f"{text}\n\nThe {name} lay in the sun.\n", encoding="utf-8")
        assert run(["add", f"{name}.md"]) == 0
    assert run(["annotate", "salt.md", "--quote", "The salt", "--tag", "harbour"]) == 0


def completions(*words: str) -> list[str]:
    """Return what bash completes the last word to."""
    assert BASH is not None
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [BASH, "-c", ASK, "ask", "reader", *words]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert result.stderr == ""
    return result.stdout.split("\n")[:-1]


def test_a_title_is_completed_so_that_the_shell_takes_it_for_one_word() -> None:
    assert completions("export", "sa") == [r"Salt\ on\ the\ road"]
    assert completions("export", r"Salt\ on") == [r"Salt\ on\ the\ road"]


def test_a_title_that_bash_would_part_is_completed_to_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    (completion,) = completions("history", "Tram")
    capsys.readouterr()
    assert run(["show", completion]) == 0
    assert "Tram: a report" in capsys.readouterr().out


def test_what_is_no_article_is_completed_as_a_file() -> None:
    assert completions("show", "x") == ["compopt default", ""]


def test_tags_are_those_of_the_codebook() -> None:
    assert completions("export", "--tag", "h") == ["harbour"]
    assert completions("annotate", "--tag", "q") == [""]
    assert run(["codebook", "define", r"quays\$(inner)", "Where ships lie."]) == 0
    assert completions("annotate", "--tag", "q") == [r"quays\\\$\(inner\)"], "each sign for itself, also the backslash"


def test_commands_are_completed_and_without_a_library_nothing_fails(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "library.json").write_text("nonsense", encoding="utf-8")
    monkeypatch.setenv("CLAIM_READER_LIBRARY", str(tmp_path / "broken"))
    assert completions("expo") == ["export"]
    assert completions("export", "Salt") == ["compopt default", ""]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_that_they_can_read(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if (program := shutil.which(shell)) is None:
        pytest.skip(f"{shell} is not installed")
    capsys.readouterr()
    assert run(["completion", shell]) == 0
    (tmp_path / "script").write_text(capsys.readouterr().out, encoding="utf-8")
    assert subprocess.run([program, "-n", str(tmp_path / "script")], capture_output=True).returncode == 0
