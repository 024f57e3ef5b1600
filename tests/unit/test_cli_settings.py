"""`reader settings`: what holds and why, whether the file is right, and a person's editor."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.unit.test_cli import Call, call

__all__ = ["call"]

FAULTY = """# mine
theme = "drakula"
[keys]
mark = "t"
foo = "x"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_setting_is_listed_with_its_value_and_where_it_comes_from(call: Call, tmp_path: Path, own_library: Path) -> None:
    write(tmp_path, "# mine\n\ntheme = 'nord'\n[keys]\nnote = ['a', 'f2']\n")
    rows = {line.split()[0]: line for line in call("settings").out.splitlines()[1:]}
    assert "nord" in rows["theme"]
    assert "line 3" in rows["theme"]
    assert 'note "a" "f2"' in rows["keys"]
    assert "CLAIM_READER_LIBRARY" in rows["library"]
    assert "false" in rows["blind"]
    assert rows["line_width"].rstrip().endswith("default")
    data = json.loads(call("settings", "--json").out)
    assert {"name": "theme", "value": "nord", "origin": "line 3"} in data["settings"]
    assert {"name": "library", "value": str(own_library), "origin": "CLAIM_READER_LIBRARY"} in data["settings"]
    assert data["mistakes"] == []


def test_the_path_is_printed_alone(call: Call, tmp_path: Path) -> None:
    assert call("settings", "--path").out == f"{tmp_path / 'settings.toml'}\n"


def test_a_path_is_shown_with_signs_but_handed_on_as_it_is(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a\x1b[1m\a.toml"
    path.touch()
    monkeypatch.setenv("CLAIM_READER_SETTINGS", str(path))
    assert call("settings", "--path").out == f"{path}\n"
    monkeypatch.setenv("VISUAL", f"{sys.executable} -c 0")
    for option in ("--check", "--edit", "--library=x"):
        assert "a␛[1m␇.toml" in call("settings", option).out


@pytest.mark.parametrize("text", ["scale = 2026-11-27\n", "verdicts = [2026-11-27]\n", f"verdicts.a{'.a' * 1_900} = 1\n"])
def test_a_scale_that_is_wrong_is_told_in_json_and_no_value(call: Call, tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    data = json.loads(call("settings", "--json").out)
    assert [mistake["line"] for mistake in data["mistakes"]] == [1]
    assert {setting["origin"] for setting in data["settings"] if setting["name"] in ("scale", "verdicts")} == {"default"}


@pytest.mark.parametrize("command", ["list", "settings"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("keys = " + "[\n" * 9_000 + "]\n" * 9_000, "too many tables or lists"),
        ("theme = '\0'\n", "line 1: The file is not valid TOML"),
        ('library = "a\\u0000b"\n', "The path a␀b contains a null character, in the setting library"),
        ('library = "~nobody-here/x"\n', "There is no user nobody-here, in the setting library"),
        ("", "it is not a file"),
    ],
)
def test_settings_that_cannot_be_used_end_a_command_with_what_is_wrong(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, text: str, told: str
) -> None:
    monkeypatch.delenv("CLAIM_READER_LIBRARY")
    path = write(tmp_path, text)
    if not text:
        path.unlink()
        os.mkfifo(path)
    answer = call(command)
    assert (answer.code in (1, 2), told in answer.err, "Unexpected" in answer.err) == (True, True, False)


def test_an_editor_of_blanks_is_told(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", " ")
    answer = call("settings", "--edit")
    assert (answer.code, "Set VISUAL or EDITOR" in answer.err) == (1, True)


def test_a_check_names_every_mistake_with_its_line_and_what_is_allowed(call: Call, tmp_path: Path) -> None:
    path = write(tmp_path, FAULTY)
    answer = call("settings", "--check")
    assert answer.code == 1
    lines = answer.err.splitlines()
    for number, what in (
        (2, 'did you mean "dracula"?'),
        (4, "“Mark or unmark” (mark) and “Tag” (tag)"),
        (5, "no action is called"),
    ):
        assert any(line.startswith(f"{path}, line {number}: ") and what in line for line in lines)
    assert any("Allowed: one of" in line for line in lines)
    write(tmp_path, "theme = 'nord'\n")
    assert (call("settings", "--check").code, "in order" in call("settings", "--check").out) == (0, True)
    write(tmp_path, "theme =\n")
    assert "line 1: The file is not valid TOML" in call("settings", "--check").err


def test_one_thing_at_a_time(call: Call) -> None:
    assert call("settings", "--path", "--check").code == 2


@pytest.mark.parametrize(("text", "code", "told"), [("theme = 'nord'", 0, "in order"), ("theme = 'x'", 1, "line 1")])
def test_the_editor_of_the_person_gets_the_file_which_is_checked_then(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: int, told: str
) -> None:
    script = tmp_path / "an editor; exit 3"
    script.write_text(f"import sys, pathlib; pathlib.Path(sys.argv[2]).write_text({text!r})")
    monkeypatch.setenv("EDITOR", "nothing")
    monkeypatch.setenv("VISUAL", f"{sys.executable} '{script}' --wait")
    answer = call("settings", "--edit")
    assert (answer.code, told in answer.out + answer.err) == (code, True)


@pytest.mark.parametrize(
    ("editor", "told"), [("no-such-editor", "Cannot run the editor"), ("'", "Cannot understand"), ("false", "code 1")]
)
def test_an_editor_that_does_not_run_is_told(call: Call, monkeypatch: pytest.MonkeyPatch, editor: str, told: str) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    answer = call("settings", "--edit")
    assert (answer.code, told in answer.err) == (1, True)
