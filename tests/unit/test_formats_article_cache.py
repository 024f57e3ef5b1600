"""The cache of parsed articles: what comes from it is what parsing yields, and nothing in it is ever out of date."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.cli import run
from reader.formats import parse_article
from reader.formats.article_cache import cache_folder, keep_article, load_article, load_text, open_document
from reader.formats.budget import Limits
from tests.unit.docxs import comment, comment_parts, commented, docx, p, t
from tests.unit.epubs import epub, page
from tests.unit.jats_files import jats

SAMPLES = Path(__file__).parents[2] / "sample_articles"
NOTES = "Lamps were lit at dusk [1]. Łucja counted them.\r\n\r\nReferences\r\n\r\n[1] Novak, P. (2019). Lamps at dusk."
KEYS = "# Lamps\n\nThey were lit at dusk [@novak2019]. Nobody counted them.\n"
BIBLIOGRAPHY = "@book{novak2019, author = {Novak, Petr}, title = {Lamps at dusk}, year = {2019}}"
DOCUMENTS = {
    "trees.txt": (SAMPLES / "urban-trees.txt").read_bytes(),
    "river.md": (SAMPLES / "river-report.md").read_bytes(),
    "lamps.txt": NOTES.encode("cp1250"),
    "marked.txt": b"\xef\xbb\xbf" + NOTES.encode(),
    "chat.md": "# Lamps\n\nThey were lit at dusk. 【4†source】 Nobody counted them.\n\nIt was late.\n".encode(),
    "lamps.rst": b"Lamps\n=====\n\nThey were lit at dusk [1]_. Nobody knows.\n\n.. [1] Novak, P. (2019). Lamps at dusk.\n",
    "lamps.html": b"<!doctype html><html lang=cs><title>Lamps</title><h1>Lamps</h1><p>They were lit. <b>All</b> of them.</p>",
    "lamps.docx": docx(p(t("They were lit at dusk. Nobody counted them."))),
    "comments.docx": docx(
        p("They were ", commented(0, t("lit at dusk.")), " Nobody counted them."),
        **comment_parts(comment(0, "Novak, P. (2019). Lamps at dusk."), comment(1, "Indeed."), answers={1: 0}, done=(0,)),
    ),
    "lamps.epub": epub({"one.xhtml": page("<p>They were lit at dusk. Nobody counted them.</p>")}),
    "lamps.xml": jats("<p>They were lit at dusk. Nobody counted them.</p>"),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a folder with the documents."""
    for name, data in DOCUMENTS.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(name: str, data: bytes | None = None) -> Article:
    """Open a document, go through its sentences, keep it, and return what was parsed."""
    article = open_document(DOCUMENTS[name] if data is None else data, name)
    article.sentences.all()
    keep_article(article)
    return article


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_comes_back_is_what_was_parsed(folder: Path, name: str) -> None:
    assert load_article(DOCUMENTS[name], name) is None
    kept(name)
    parsed, found = parse_article(DOCUMENTS[name], name), load_article(DOCUMENTS[name], name)
    assert found is not None
    for field in fields(Article):
        assert repr(getattr(found, field.name)) == repr(getattr(parsed, field.name)), "values and their types"
    assert found.digest == parsed.digest
    assert found.sentences.all() == parsed.sentences.all()
    assert [*map(found.sentences.in_block, range(len(found.blocks)))] == [
        *map(parsed.sentences.in_block, range(len(parsed.blocks)))
    ]


def test_what_is_opened_again_is_not_parsed_again(folder: Path) -> None:
    kept("river.md")
    program = "import sys; from reader.formats.article_cache import open_document as o; d = open(sys.argv[1], 'rb').read()"
    shown = "a = o(d, sys.argv[1]); a.sentences.all(); print(a.title, *sys.modules)"
    command = [sys.executable, "-c", f"{program}; {shown}", "river.md"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert parse_article(DOCUMENTS["river.md"], "river.md").title.split() == loaded[: loaded.index("sys")]
    assert {"reader.formats.markdown", "reader.article.citations", "reader.formats.detection", "sentencex"}.isdisjoint(loaded)


@pytest.mark.parametrize(("name", "is_found"), [("river.md", True), ("lamps.txt", True), ("lamps.html", False)])
def test_what_was_a_file_of_text_comes_back_without_the_file(folder: Path, name: str, is_found: bool) -> None:
    digest = sha256(DOCUMENTS[name]).hexdigest()
    assert load_text(digest, name) is None
    kept(name)
    assert load_text(digest, name) == (load_article(DOCUMENTS[name], name) if is_found else None)


def _other_text(folder: Path) -> tuple[bytes, str]:
    return DOCUMENTS["river.md"] + b"\nOne more.\n", "river.md"


def _other_name(folder: Path) -> tuple[bytes, str]:
    return DOCUMENTS["river.md"], "river.txt"


def _other_folder(folder: Path) -> tuple[bytes, str]:
    return DOCUMENTS["river.md"], "elsewhere/river.md"


def _pipe(folder: Path) -> tuple[bytes, str]:
    return DOCUMENTS["river.md"], "-"


def _bibliography(folder: Path) -> tuple[bytes, str]:
    (folder / "river.bib").write_text(BIBLIOGRAPHY)
    return DOCUMENTS["river.md"], "river.md"


@pytest.mark.parametrize("change", [_other_text, _other_name, _other_folder, _pipe, _bibliography])
def test_what_an_article_depends_on_has_changed_and_it_is_parsed_anew(
    folder: Path, change: Callable[[Path], tuple[bytes, str]]
) -> None:
    kept("river.md")
    assert load_article(DOCUMENTS["river.md"], str(folder / "river.md")) is not None
    assert load_article(*change(folder)) is None


@pytest.mark.slow
def test_after_an_installation_it_is_parsed_anew(folder: Path) -> None:
    packages = folder / "some-packages"
    packages.mkdir()
    program = "import sys; from reader.formats.article_cache import *; d = open(sys.argv[1], 'rb').read(), sys.argv[1]"
    command = [
        sys.executable,
        "-c",
        f"{program}; print(load_article(*d) is not None); keep_article(open_document(*d))",
        "river.md",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(packages), *sys.path))}

    def is_kept() -> str:
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout.strip()

    assert [is_kept(), is_kept()] == ["False", "True"]
    os.utime(packages, (1, 1))
    assert [is_kept(), is_kept()] == ["False", "True"]


def test_a_bibliography_that_changes_is_read_again(folder: Path) -> None:
    data, path = KEYS.encode(), folder / "keys.bib"
    path.write_text(BIBLIOGRAPHY)
    kept("keys.md", data)
    path.write_text(BIBLIOGRAPHY.replace("2019}}", "2021}}"))
    assert open_document(data, "keys.md").references[0].year == "2021"
    path.unlink()
    assert open_document(data, "keys.md").references[0].year == ""


@pytest.mark.parametrize("name", ["river.md", "lamps.html"])
def test_a_damaged_entry_counts_as_none(folder: Path, name: str) -> None:
    kept(name)
    (path,) = cache_folder().iterdir()
    whole = path.read_bytes()
    for size in (0, 3, 4, 5, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert load_article(DOCUMENTS[name], name) is None
    for at in range(0, len(whole), len(whole) // 50):
        path.write_bytes(bytes([*whole[:at], whole[at] ^ 1, *whole[at + 1 :]]))
        assert load_article(DOCUMENTS[name], name) is None
    kept(name)
    assert load_article(DOCUMENTS[name], name) is not None


def test_an_entry_of_another_form_counts_as_none(folder: Path) -> None:
    kept("river.md")
    (path,) = cache_folder().iterdir()
    whole, ends = path.read_bytes(), [0]
    while ends[-1] < len(whole):
        ends.append(ends[-1] + 8 + int.from_bytes(whole[ends[-1] : ends[-1] + 4], "big"))
    for start, end in pairwise(ends):
        path.write_bytes(whole[:start] + whole[end:])
        assert load_article(DOCUMENTS["river.md"], "river.md") is None


def test_neither_a_changed_article_nor_one_with_parts_left_out_is_kept(folder: Path) -> None:
    opened = open_document(DOCUMENTS["trees.txt"], "trees.txt")
    keep_article(opened.with_language("cs"))
    keep_article(opened.with_noise(()))
    keep_article(replace(opened, title="Another"))
    keep_article(parse_article(DOCUMENTS["trees.txt"], "trees.txt"))
    cut = parse_article(DOCUMENTS["trees.txt"], "trees.txt", Limits(lines=5))
    assert cut.omissions
    vars(cut).update(cache_name=opened.cache_name)
    keep_article(cut)
    assert not cache_folder().exists()


def test_those_used_longest_ago_make_room(folder: Path) -> None:
    kept("trees.txt")
    (first,) = cache_folder().iterdir()
    os.utime(first, (1, 1))
    kept("river.md")
    assert first.exists()
    for number in range(600):
        (cache_folder() / f"{number}").touch()
        os.utime(cache_folder() / f"{number}", (2, 2))
    huge = cache_folder() / "left-by-a-killed-program"
    with huge.open("wb") as file:
        file.truncate(99_999_000)
    assert load_article(DOCUMENTS["trees.txt"], "trees.txt") is not None, "which makes it one of those used last"
    os.utime(huge, (3, 3))
    kept("lamps.html")
    assert first.exists()
    assert not huge.exists()
    assert len([*cache_folder().iterdir()]) < 500


def test_what_was_added_to_the_library_is_there_when_it_is_opened(folder: Path) -> None:
    assert run(["add", "river.md", "lamps.html"]) == 0
    for name in ("river.md", "lamps.html"):
        found = load_article(DOCUMENTS[name], name)
        assert found is not None
        blocks, *_ = found.sentences.to_columns()
        assert {*blocks} == {*found.sentences.body_blocks}, "the sentences of all of them were found"


def test_a_cache_that_cannot_be_written_or_read_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "file"))
    assert kept("river.md").title == open_document(DOCUMENTS["river.md"], "river.md").title
    assert load_article(DOCUMENTS["river.md"], "river.md") is None


def test_only_the_person_can_read_it_and_purge_removes_it(folder: Path) -> None:
    kept("river.md")
    assert cache_folder().stat().st_mode & 0o077 == 0
    assert run(["purge"]) == 0
    assert [*cache_folder().iterdir()]
    assert run(["purge", "--yes"]) == 0
    assert [*cache_folder().iterdir()] == []
