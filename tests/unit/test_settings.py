"""Settings: where they come from, in which order, and how a faulty file is told."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from reader.errors import ReaderError, UsageError
from reader.review.scale import DEFAULT_SCALE, SCALE_PRESETS, Verdict
from reader.settings import Settings, load_settings
from reader.settings.file import read_settings_file, value_error
from reader.settings.schema import SETTINGS


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "settings.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_command_line_goes_before_the_environment_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_library: Path
) -> None:
    path = written(tmp_path, 'library = "~/from-file"\n')
    assert load_settings(path, tmp_path / "named").library == tmp_path / "named"
    assert load_settings(path).library == own_library
    monkeypatch.delenv("CLAIM_READER_LIBRARY")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings(path).library == tmp_path / "from-file"


def test_without_a_file_there_are_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLAIM_READER_LIBRARY", "CLAIM_READER_SETTINGS"):
        monkeypatch.delenv(name)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("LOGNAME", "ana")
    settings = load_settings()
    assert settings == Settings(settings.library, creator="ana")
    assert "claim-reader" in str(settings.library)
    assert tmp_path in settings.library.parents


def test_passages_are_hidden_only_where_that_is_set(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "blind = true\n")).blind is True
    assert load_settings(written(tmp_path, "blind = false\n")).blind is False
    assert load_settings(written(tmp_path, 'theme = "nord"\n')).blind is False


def test_all_that_can_be_set(tmp_path: Path) -> None:
    path = written(tmp_path, 'theme = "nord"\ncreator = "Ana Kovács"\n[keys]\nnote = "n"\n"verdict-1" = ["1", "f9"]\n')
    settings = load_settings(path)
    assert (settings.theme, settings.creator) == ("nord", "Ana Kovács")
    assert dict(settings.keys) == {"note": ("n",), "verdict-1": ("1", "f9")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('theme = "nord"\ncreator = \n', "line 2"),
        ('# mine\n\ncolour = "red"\n', "line 3: There is no setting"),
        ("theme = 4\n", 'line 1: "theme" must be a text'),
        ('theme = "nord"\nblind = "yes"\n', 'line 2: "blind" must be true or false'),
        ("blind = 1\n", 'line 1: "blind" must be true or false'),
        ('theme = "nord"\n\ntheem = "nord"\n', 'line 3: There is no setting "theem"'),
        ('theme = "drakula"\n', 'line 1: "theme" cannot be "drakula"; did you mean "dracula"?'),
        ("\nline_width = 39\n", 'line 2: "line_width" must be a whole number from 40 to 120, not 39'),
        ("line_width = true\n", 'line 1: "line_width" must be a whole number from 40 to 120, not true'),
        ("[keys]\ncolumns = 'x'\n[columns]\nsite = 5\n", 'line 4: "site" cannot be 5'),
        ("[columns]\nclaim = 0\n", 'line 2: There is no column "claim"'),
        ("columns.audit = 4.5\n", 'line 1: "audit" cannot be 4.5'),
        ('[keys]\ntheme = "x"\nblind = 3\n', 'line 3: The keys of "blind"'),
        ('theme = "nord"\nkeys = "x"\n', 'line 2: "keys" must be a table'),
        ("[keys]\nnote = 3\n", 'line 2: The keys of "note"'),
        ('[keys]\nmark = "h"\nnote = ["a", ""]\n', 'line 3: The keys of "note"'),
        (b'theme = "\xff"\n', "Cannot read"),
        ("theme = '\0'\n", "line 1"),
        ("keys = " + "[\n" * 9_000 + "]\n" * 9_000, "too many tables or lists"),
        ("line_width = 0x" + "f" * 4_000, "a whole number of more than 64 bits"),
        ("[[verdicts]]\nkey = [{ a = -9223372036854775809 }]", "a whole number of more than 64 bits"),
        (".".join("a" * 4_000) + " = 1\n", "line 1 has more than 4,096 characters"),
        ("\n" * 70_000, "more than 65,536 bytes"),
    ],
)
def test_a_faulty_file_is_told_with_the_line(tmp_path: Path, text: str | bytes, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ReaderError) as fault:
        load_settings(path)
    assert told in fault.value.what
    assert str(path) in fault.value.what


def test_every_mistake_is_found_with_its_setting_and_the_rest_holds(tmp_path: Path) -> None:
    text = 'theme = 3\ncolours = 1\nmark_goes_on = true\n[keys]\nnote = 1\nmark = "m"\n[columns]\nsite = 999\ntags = 0\n'
    file = read_settings_file(written(tmp_path, text))
    assert [(mistake.line, mistake.setting) for mistake in file.mistakes] == [
        (1, "theme"), (2, "colours"), (5, "keys"), (8, "columns"),
    ]  # fmt: skip
    assert file.vital_mistake is None
    settings = load_settings(file.path, tolerant=True)
    assert (settings.theme, settings.mark_goes_on) == ("dark", True)
    assert (dict(settings.keys), dict(settings.columns)) == ({"mark": ("m",)}, {"tags": 0})
    assert "settings.toml, line 1" in settings.complaint
    assert "3 more" in settings.complaint


@pytest.mark.parametrize(
    "text", ["library = 3\n", 'blind = "yes"\n', 'scale = "x"\n', "[[verdicts]]\nid = 3\n", "creator = 1\n", "="]
)
def test_a_mistake_that_could_cost_notes_or_their_meaning_is_never_tolerated(tmp_path: Path, text: str) -> None:
    with pytest.raises(ReaderError, match=r"line [12]"):
        load_settings(written(tmp_path, text), tolerant=True)


def test_a_mistake_whose_line_is_unknown_names_no_line_and_a_date_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('"\\u0061b" = 1\n', encoding="utf-8")
    assert load_settings(file, tolerant=True).complaint.startswith('settings.toml: There is no setting "ab"')
    file.write_text("theme = 2026-11-27\n", encoding="utf-8")
    assert "not 2026-11-27" in load_settings(file, tolerant=True).complaint


def test_an_unknown_name_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(ReaderError) as fault:
        load_settings(written(tmp_path, 'citation_stile = "x"\n'))
    assert fault.value.hint.startswith('Did you mean "citation_style"?')


def test_a_setting_is_a_field_and_a_row_and_allows_its_default() -> None:
    rows = {setting.name for setting in SETTINGS}
    assert rows - {"verdicts"} == set(Settings._fields) - {"has_chosen_name", "complaint"}
    for setting in SETTINGS:
        if not setting.is_table and not setting.unset:
            assert value_error(setting, setting.default) == ""


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, partial(os.symlink, "/dev/zero")], ids=["pipe", "folder", "device"])
def test_only_a_file_is_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(path := tmp_path / "settings.toml.d")
    with pytest.raises(ReaderError, match="it is not a file"):
        load_settings(path)


@pytest.mark.parametrize(("folder", "what"), [("~nobody-here/x", "no user nobody-here"), ("a\0b", "null character")])
def test_a_folder_that_cannot_be_is_an_error_with_its_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, what: str
) -> None:
    path = written(tmp_path, f"library = {json.dumps(folder)}\n")
    monkeypatch.delenv("CLAIM_READER_LIBRARY")
    with pytest.raises(UsageError, match=f"{what}.*in the setting library"):
        load_settings(path)


def test_a_file_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIM_READER_SETTINGS", str(tmp_path / "none.toml"))
    with pytest.raises(ReaderError, match="missing"):
        load_settings()


def test_a_preset_is_chosen_by_its_name(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "")).scale == DEFAULT_SCALE
    for name, scale in SCALE_PRESETS.items():
        assert load_settings(written(tmp_path, f'scale = "{name}"\n')).scale == scale


OWN = """scale = "newsroom"

[[verdicts]]
id = "right"
label = "holds"
key = 2
symbol = "+"
colour = "good"
evidence = true
rating = 5

[[verdicts]]
id = "not-right"
key = "1"
symbol = "!"
colour = "bad"
weight = 9

[[verdicts]]
id = "which"
symbol = "~"
colour = "unsure"

[keys]
note = "n"
"""


def test_own_verdicts_go_before_a_preset_in_the_order_of_their_keys(tmp_path: Path) -> None:
    settings = load_settings(written(tmp_path, OWN))
    assert settings.scale.verdicts == (
        Verdict("not-right", "not right", "1", "!", "bad", 9),
        Verdict("right", "holds", "2", "+", "good", 0, needs_evidence=True, rating=5),
        Verdict("which", "which", "3", "~", "unsure", 2),
    )
    assert dict(settings.keys) == {"note": ("n",)}


def own(*lines: str) -> str:
    """Return settings of two verdicts, the second one with these lines in place of its own of the same name."""
    second = {"id": 'id = "wrong"', "symbol": 'symbol = "!"', "colour": 'colour = "bad"'}
    second |= {line.partition(" = ")[0]: line for line in lines}
    first = '[[verdicts]]\nid = "right"\nsymbol = "+"\ncolour = "good"'
    return "\n".join((first, "[[verdicts]]", *second.values(), ""))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('theme = ""\nscale = "strict"\n', 'line 2: There is no scale "strict"'),
        ("scale = 3\n", "line 1: There is no scale 3"),
        ("verdicts = []\n", 'line 1: "verdicts" must be tables'),
        ('verdicts = "x"\n', 'line 1: "verdicts" must be tables'),
        ("[verdicts]\nid = 3\n", 'line 1: "verdicts" must be tables'),
        ('[[verdicts]]\nlabel = "x"\n', 'line 1: A verdict needs "id"'),
        (own('id = "right"'), 'line 6: “right” already has the id "right"'),
        (own('id = "unavailable"'), 'line 6: "unavailable" cannot be the id'),
        (own('id = "Not right"'), 'line 6: "Not right" cannot be the id'),
        (own("key = 1"), 'line 9: “right” already has the key "1"'),
        (own("key = 7"), "line 9: The key of a verdict is one of 1 to 6, not 7"),
        (own("key = true"), "line 9: The key of a verdict is one of 1 to 6, not True"),
        (own('symbol = "+"'), 'line 7: “right” already has the symbol "+"'),
        (own('symbol = "∅"'), 'line 7: “source unavailable” already has the symbol "∅"'),
        (own('symbol = "✅"'), "line 7: The symbol of a verdict is one character, one cell wide"),
        (own('symbol = "no"'), "line 7: The symbol of a verdict is one character"),
        (own('symbol = "\\u202e"'), "line 7: The symbol of a verdict is one character"),
        (own('symbol = "\\u0301"'), "line 7: The symbol of a verdict is one character"),
        (own('colour = "red"'), 'line 8: There is no colour "red"'),
        (own("evidence = 1"), 'line 9: "evidence" of a verdict must be true or false'),
        (own("rating = 0"), 'line 9: "rating" of a verdict must be a number from 1 to 5'),
        (own('weight = "heavy"'), 'line 9: "weight" of a verdict must be a number'),
        (own('tone = "bad"'), 'line 9: A verdict has no field "tone"'),
        ("\n".join(own().splitlines()[:4] * 7), "line 25: A scale has at most 6 verdicts"),
        ('verdicts = [{id = "right", symbol = "+", colour = "red"}]\n', 'line 1: There is no colour "red"'),
    ],
)
def test_a_faulty_scale_is_told_with_the_line(tmp_path: Path, text: str, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ReaderError) as fault:
        load_settings(path)
    assert told in fault.value.what
    assert str(path) in fault.value.what
