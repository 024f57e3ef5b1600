"""The documentation says what is so: its commands and options exist, its keys act, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path

import click
import pytest

from reader.cli import run
from reader.cli.group import reader_command
from reader.tui.action import key_label
from reader.tui.keymap import KeyMap

PROJECT = Path(__file__).parents[2]
PAGES = sorted([PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *(PROJECT / "docs").glob("*.md")])
LACKS = ("Missing argument", "no such file", "does not exist", "Name an article", "Name who has rights")
"""How the program answers to a line that is only mentioned, and to one about files that are not here."""
TOURS = ("README.md", "tutorial.md", "reading.md", "sources.md", "reviewing.md", "editions.md", "browser.md", "promises.md")
"""The pages on which a word of one letter in code is a key."""
README_BYTES = 5_000
ARTICLE = """# Tides

Water rose by 4% [1][2][3][4][5].

## References

1. Port. (2025). Tides. https://port.example/t
2. Lee. (2024). Storms.
3. Mills. (2023). Docks.
4. Port. (2022). Walls.
5. Lee. (2021). Winds.
"""
PLACEHOLDER = re.compile(r"[A-Z]{3,}|[|…\[<>]|https?:|\$")
"""What a person fills in, other programs, and addresses that would be fetched."""
CODE = re.compile(r"`([^`\n]+)`|^    (reader .+)$", re.MULTILINE)
KEY = re.compile(r"(?:Ctrl\+|Alt\+|Shift\+)?(?:\S|F\d+|Enter|Esc|Tab|Space|PgUp|PgDn|Home|End)|g\S|dd")
ELSEWHERE = {"Ctrl+T", "Ctrl+W", "Ctrl+N", "F12", "_", "*", "/"}
"""Keys of browsers, and signs that are no keys where they stand."""


def code_of(page: Path) -> list[str]:
    """Return what stands as code on a page: within a line, and the command lines."""
    return [inline or block for inline, block in CODE.findall(page.read_text(encoding="utf-8"))]


@cache
def commands() -> dict[str, click.Command]:
    """Return the commands by their names, those of groups as two words."""
    root = click.Context(reader_command)
    named: dict[str, click.Command] = {}
    for name in reader_command.list_commands(root):
        command = reader_command.get_command(root, name)
        assert command is not None
        named[name] = command
        if isinstance(command, click.Group):
            named |= {f"{name} {child}": part for child, part in command.commands.items()}
    return named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_command_lines_of_a_page_name_commands_and_options_that_exist(page: Path) -> None:
    for code in code_of(page):
        line = re.split(r"\s{3,}| \| ", code)[0]  # without what explains it, and other programs behind it
        words = re.sub(r"'[^']*'|\"[^\"]*\"", "…", line).split()
        if words[0] != "reader" or len(words) < 2 or not words[1].isalpha() or words[1].isupper():
            continue
        command = commands().get(" ".join(words[1:3])) or commands().get(words[1])
        assert command is not None, code
        options = {name for parameter in command.params for name in parameter.opts} | {"--help", "--library"}
        named = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", " ".join(words)))
        assert named <= options, code


def test_the_command_lines_of_the_pages_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those that name no other program, no place to fill in, and no screen. A mention of a command lacks its argument."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDITOR", "true")
    (tmp_path / "article.md").write_text(ARTICLE, encoding="utf-8")
    assert run(["add", "article.md"]) == 0
    lines = {re.split(r"\s{3,}", code)[0] for page in PAGES for code in code_of(page)}
    ran, wrong = 0, list[str]()
    for line in sorted(lines):
        words = shlex.split(line) if line.startswith("reader ") and not PLACEHOLDER.search(line) else []
        if len(words) > 2 and words[1] in commands() and words[1] not in ("open", "serve"):
            code = run(words[1:])
            told = capsys.readouterr().err
            if code not in (0, 1) and not any(words in told for words in LACKS):
                wrong.append(f"{line}: {told}")
            ran += code != 2
    assert wrong == []
    assert ran > 20


@pytest.mark.parametrize("name", TOURS)
def test_the_keys_of_a_page_act_somewhere(name: str) -> None:
    keymap = KeyMap()
    labels = {key_label(keys) for action in keymap.actions for keys in (*action.keys, *action.plain)}
    keys = {code for code in code_of(next(page for page in PAGES if page.name == name)) if KEY.fullmatch(code)}
    assert keys - labels - ELSEWHERE == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_to_files_and_headings(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, heading = target.partition("#")
        file = page if not path else page.parent / path
        assert file.is_file(), target
        if heading:
            titles = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, target


def test_every_page_is_in_the_site() -> None:
    site = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8")
    assert sorted(re.findall(r": (\S+\.md)$", site, re.MULTILINE)) == sorted(
        path.name for path in (PROJECT / "docs").glob("*.md")
    )


def test_the_readme_is_short() -> None:
    assert len((PROJECT / "README.md").read_bytes()) <= README_BYTES
