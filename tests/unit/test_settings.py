"""Settings: where they come from, in which order, and how a faulty file is told."""

from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.settings import Settings, load_settings


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


def test_all_that_can_be_set(tmp_path: Path) -> None:
    path = written(tmp_path, 'theme = "dusk"\ncreator = "Ana Kovács"\n[keys]\nnote = "n"\n"verdict-1" = ["1", "f9"]\n')
    settings = load_settings(path)
    assert (settings.theme, settings.creator) == ("dusk", "Ana Kovács")
    assert dict(settings.keys) == {"note": ("n",), "verdict-1": ("1", "f9")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('theme = "a"\ncreator = \n', "line 2"),
        ('# mine\n\ncolour = "red"\n', "line 3: no setting is called"),
        ("theme = 4\n", 'line 1: "theme" must be a text'),
        ('theme = "a"\nkeys = "x"\n', 'line 2: "keys" must be a table'),
        ("[keys]\nnote = 3\n", 'line 2: the keys of "note"'),
        ('[keys]\nmark = "h"\nnote = ["a", ""]\n', 'line 3: the keys of "note"'),
        (b'theme = "\xff"\n', "cannot be read"),
    ],
)
def test_a_faulty_file_is_told_with_the_line(tmp_path: Path, text: str | bytes, told: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ReaderError) as fault:
        load_settings(path)
    assert told in fault.value.what
    assert str(path) in fault.value.what


def test_a_file_that_was_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAIM_READER_SETTINGS", str(tmp_path / "none.toml"))
    with pytest.raises(ReaderError, match="missing"):
        load_settings()
