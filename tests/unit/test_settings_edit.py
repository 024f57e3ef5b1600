"""Setting one value in the file: it reads back, and everything else in the file stays as the person wrote it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import ReaderError
from reader.settings import load_settings, save_setting
from reader.settings.edit import NewValue
from reader.settings.schema import COLUMN_WIDTHS, SETTINGS, Setting
from tests.hypothesis_profiles import CHARACTERS


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", 'theme = "light"\n'),
        ("# mine\ntheme = 'nord'  # for the evening\n", '# mine\ntheme = "light"  # for the evening\n'),
        ('[keys]\ntheme = "g t"\n', 'theme = "light"\n[keys]\ntheme = "g t"\n'),
        ('  [keys]\n  theme = "g t"\n', 'theme = "light"\n  [keys]\n  theme = "g t"\n'),
        ("# About all of it.\n\n[keys]\nnote = 'n'\n", "# About all of it.\ntheme = \"light\"\n\n[keys]\nnote = 'n'\n"),
        ("# About the keys.\n[keys]\nnote = 'n'\n", "theme = \"light\"\n# About the keys.\n[keys]\nnote = 'n'\n"),
        ("blind = true\r\n", 'blind = true\r\ntheme = "light"\r\n'),
        ("blind = true\n\n# Keys.\n[keys]\n", 'blind = true\ntheme = "light"\n\n# Keys.\n[keys]\n'),
        ("blind = true", 'blind = true\ntheme = "light"\n'),
        ('"theme" = "nord"\n', '"theme" = "light"\n'),
        ('theme = """\nnord"""\n', 'theme = "light"\n'),
        ('creator = """\ntheme = 1\n"""\n', 'theme = "light"\ncreator = """\ntheme = 1\n"""\n'),
    ],
)
def test_a_value_is_set_and_the_rest_stays(tmp_path: Path, before: str, after: str) -> None:
    path = written(tmp_path, before)
    assert save_setting("theme", "light", path).values["theme"] == "light"
    assert path.read_bytes().decode() == after
    save_setting("blind", True, path)
    assert (load_settings(path).theme, load_settings(path).blind) == ("light", True)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("blind = true", 'blind = true\n\n[keys]\nmark = ["m", "h"]\n'),
        ("[keys]", '[keys]\nmark = ["m", "h"]\n'),
        ("[keys]\n# mine\n\n# wide\n[columns]\n", '[keys]\nmark = ["m", "h"]\n# mine\n\n# wide\n[columns]\n'),
        ("keys = {note = 'n'}\n", 'keys = {note = \'n\',mark = ["m", "h"]}\n'),
        ("keys.mark = 'n' # mine\n", 'keys.mark = ["m", "h"] # mine\n'),
        ("[keys]\nmark = [\n  'a',\n]\nnote = 'n'\n", '[keys]\nmark = ["m", "h"]\nnote = \'n\'\n'),
    ],
)
def test_a_table_gets_an_entry_and_loses_it_again(tmp_path: Path, before: str, after: str) -> None:
    path = written(tmp_path, before)
    others = {name: value for name, value in tomllib.loads(before).get("keys", {}).items() if name != "mark"}
    save_setting("mark", ("m", "h"), path, table="keys")
    assert path.read_text("utf-8") == after
    save_setting("mark", None, path, table="keys")
    assert tomllib.loads(path.read_text("utf-8")).get("keys", {}) == others


def value_of(setting: Setting) -> st.SearchStrategy[NewValue]:
    """Return a strategy for values that the screen can set, None among them."""
    if setting.kind == "choice":
        return st.sampled_from((None, *setting.choices))
    if setting.kind == "flag":
        return st.sampled_from((None, True, False))
    if setting.kind == "number":
        return st.none() | st.integers(setting.least, setting.most)
    return st.none() | st.text(CHARACTERS, min_size=1, max_size=12)


PLAIN = tuple(setting for setting in SETTINGS if not setting.is_table)
CHANGES = st.sampled_from(PLAIN).flatmap(lambda setting: value_of(setting).map(lambda value: ("", setting.name, value)))
ENTRIES = st.sampled_from(tuple(COLUMN_WIDTHS)).flatmap(
    lambda name: st.sampled_from((None, 0, *COLUMN_WIDTHS[name])).map(lambda width: ("columns", name, width))
) | st.lists(st.text(CHARACTERS, min_size=1, max_size=3), min_size=1, max_size=3).map(lambda keys: ("keys", "note", (*keys,)))
LINES = {
    "theme": "theme = 'nord' # evening",
    "blind": "  blind=true",
    "line_width": "line_width = 1_00",
    "creator": 'creator = """Ana\n# B."""',
}


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return settings in a layout of a person's own."""
    comment = st.sampled_from(("", "\n", "# mine\n", "# Ö\n\n", "   \n#\n"))
    names = draw(st.lists(st.sampled_from(tuple(LINES)), unique=True))
    tables = draw(st.permutations(("[keys]\nmark = ['m', # one\n 'h']\n", "[columns] # wide\ntags = 0\n")))
    rows = [draw(comment) + LINES[name] + "\n" for name in names]
    rows += [draw(comment) + table for table in tables[: draw(st.integers(0, 2))]]
    return "".join(rows) + draw(comment)


@given(files(), st.lists(CHANGES | ENTRIES, min_size=1, max_size=4))
def test_any_value_reads_back_and_no_other_line_changes(
    tmp_path_factory: pytest.TempPathFactory, text: str, changes: list[tuple[str, str, NewValue]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-settings.toml"
    path.write_bytes(text.encode())
    for table, name, value in changes:
        before = path.read_bytes().decode()
        old: dict[str, Any] = tomllib.loads(before)
        save_setting(name, value, path, table=table)
        after = path.read_bytes().decode()
        new: dict[str, Any] = tomllib.loads(after)
        entries = new.get(table, {}) if table else new
        assert entries.get(name) == (list(value) if isinstance(value, tuple) else value)
        assert {key: it for key, it in new.items() if key not in (name, table)} == {
            key: it for key, it in old.items() if key not in (name, table)
        }
        comments = [line for line in before.split("\n") if line.lstrip().startswith("#") and 'B."""' not in line]
        kept = iter(after.split("\n"))
        assert all(comment in kept for comment in comments), "each comment is there, in its order"


@pytest.mark.parametrize("text", ["not toml", "theme = 1\n[keys\n"])
def test_a_file_that_is_not_understood_is_left_alone(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ReaderError, match="not valid TOML"):
        save_setting("theme", "light", path)
    assert path.read_text("utf-8") == text


def test_half_a_character_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('theme = "dark"\n', encoding="utf-8")
    with pytest.raises(ReaderError, match="creator cannot be set"):
        save_setting("creator", "Ana\ud83d", file)
    assert file.read_text(encoding="utf-8") == 'theme = "dark"\n'


def test_a_mistake_elsewhere_in_the_file_stays_where_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, "colour = 1 # which?\nmark_goes_on = 1\n")
    file = save_setting("mark_goes_on", True, path)
    assert path.read_text("utf-8") == "colour = 1 # which?\nmark_goes_on = true\n"
    assert [mistake.setting for mistake in file.mistakes] == ["colour"]


def test_a_file_that_may_not_be_written_stays_and_that_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, 'theme = "nord"\n')
    path.chmod(0o444)
    with pytest.raises(ReaderError, match="read-only"):
        save_setting("theme", "light", path)
    path.chmod(0o600)
    (tmp_path / f".settings.toml.{os.getpid()}").mkdir()
    with pytest.raises(ReaderError, match="Cannot write the settings file"):
        save_setting("theme", "light", path)
    assert load_settings(path).theme == "nord"


FULL = """
import resource, signal, sys
from pathlib import Path
from reader.settings import save_setting

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
save_setting("theme", "light", Path(sys.argv[1]))
"""


def test_on_a_full_disk_nothing_is_lost(tmp_path: Path) -> None:
    path = written(tmp_path, 'theme = "nord"\n')
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=False)
    assert "ReaderError: Cannot write the settings file" in done.stderr
    assert path.read_text("utf-8") == 'theme = "nord"\n'
    assert list(tmp_path.iterdir()) == [path]


def test_a_linked_file_stays_linked_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = written(tmp_path, "")
    target.chmod(0o640)
    (link := tmp_path / "link.toml").symlink_to(target)
    save_setting("theme", "light", link)
    assert link.is_symlink()
    assert (load_settings(target).theme, target.stat().st_mode & 0o777) == ("light", 0o640)


def test_windows_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    writes = [partial(save_setting, name, 12, path, table="columns") for name in ("site", "tags", "meter", "opened")]
    writes.append(partial(save_setting, "theme", "light", path))
    with ThreadPoolExecutor(len(writes)) as threads:
        for write in [threads.submit(write) for write in writes]:
            write.result()
    settings = load_settings(path)
    assert (settings.theme, len(settings.columns)) == ("light", 4)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")
def test_a_lock_that_another_program_keeps_is_said_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    monkeypatch.setattr("reader.settings.edit._LOCK_SECONDS", 0.02)
    path = written(tmp_path, "")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(ReaderError, match="Another program keeps the folder of the settings locked"):
        save_setting("theme", "light", path)
    assert path.read_text("utf-8") == ""
    os.close(descriptor)
    assert save_setting("theme", "light", path).text == 'theme = "light"\n'
