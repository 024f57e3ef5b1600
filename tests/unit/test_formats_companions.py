"""Bibliographies and other files beside a document that would take too much: what is left out is named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.files import read_limited
from reader.formats import parse_article, read_article
from reader.formats.bibtex import parse_entries, read_bibtex
from reader.formats.budget import Budget, Limits
from reader.formats.progress import Cancelled, report_to
from tests.unit.test_formats_hostile import check
from tests.unit.test_formats_limits import MEMORY, check_notices

WORDS = "The ferry to Holm ran twice a day"
ABBREVIATION = f'@string{{a = "{"x" * 20_000}"}}'
TOO_LARGE = "The bibliography was not read to its end, as it is too large."


def page(bibliography: str) -> str:
    return (
        f'<html><body><article><p>{WORDS} <d-cite key="k1"></d-cite>.</p>'
        f'<script type="text/bibtex">{bibliography}</script></article></body></html>'
    )


def write_beside(folder: Path, name: str, bibliography: str) -> Path:
    """Write a document that cites the entry `k1` of a bibliography: beside it, or in the page that it is."""
    text = {
        "a.html": page(bibliography),
        "a.md": f"{WORDS} [@k1].\n",
        "a.tex": rf"\documentclass{{article}}\begin{{document}}{WORDS} \cite{{k1}}.\end{{document}}",
    }[name]
    path = folder / name
    path.write_text(text, encoding="utf-8")
    if name != "a.html":
        path.with_suffix(".bib").write_text(bibliography, encoding="utf-8")
    return path


def read_beside(folder: Path, name: str, bibliography: str, limits: Limits) -> Article:
    """Read such a document."""
    path = write_beside(folder, name, bibliography)
    return parse_article(path.read_bytes(), str(path), limits)


def numbered(count: int) -> str:
    return "".join(f"@book{{k{number}, title = {{Ferry {number}}}}}\n" for number in range(1, count + 1))


# ------------------------------------------------------------------ BibTeX


def test_a_value_is_cut_while_it_is_read() -> None:
    (reference,) = read_bibtex(f"{ABBREVIATION} @book{{k, title = {'{y} # a # ' * 50_000} {{z}}, year = 2001}}")
    assert (reference.title[:2], len(reference.title), reference.year) == ("yx", 20_000, "2001")


@pytest.mark.parametrize("entry", ["@a{b, ", "@a(b, ", "@string{b = c # ", "@a{@a{"])
def test_what_follows_entries_that_never_end_is_not_gone_through_for_each(entry: str) -> None:
    list(parse_entries(entry * 30_000 + "%" * 2_000_000, Budget(Limits(entries=10**9))))


def test_an_entry_that_the_file_ends_in_is_cut() -> None:
    cut = [entry.is_cut for entry in parse_entries("@a(k, t = {b} @a(l) @a{m, t = {b}} @a{n, t = {c")]
    assert cut == [False, False, False, True]


def test_reading_entries_can_be_stopped() -> None:
    for text in ("@a{b, " * 10, "@a{b, c = d # e # f # g}", "@a{b, c = {" + "{" * 20_000):
        steps: list[int] = []

        def is_stopped(steps: list[int] = steps) -> bool:
            steps.append(1)
            return len(steps) > 1

        with report_to(lambda _: None, is_stopped), pytest.raises(Cancelled):
            read_bibtex(text)


@pytest.mark.parametrize("name", ["a.html", "a.md", "a.tex"])
def test_entries_beyond_the_limit_are_named(tmp_path: Path, name: str) -> None:
    whole = read_beside(tmp_path, name, numbered(4), Limits(entries=4))
    assert not whole.omissions
    part = read_beside(tmp_path, name, numbered(4), Limits(entries=2))
    check_notices(part)
    assert part.notices == (TOO_LARGE,)
    assert part.citations[0].references == whole.citations[0].references
    again = parse_article(part.text.encode(), str(tmp_path / "a.md"), Limits(entries=2))
    assert again.text.count(TOO_LARGE) == 1


@pytest.mark.parametrize(
    "entries",
    [
        "@string{a = {ferry}} @book{k1, title = a} @book{k2, title = a} @book{k3, title = a}",
        "@book{k1, title = {F}} @string{a = {1}, b = {2}, c = {3}}",
    ],
)
def test_abbreviations_beyond_the_limit_are_named(entries: str) -> None:
    article = parse_article(page(entries).encode(), "a.html", Limits(abbreviated=12, entries=3))
    assert article.notices == (TOO_LARGE,)
    assert article.references[0].title.casefold().startswith("f")


# ------------------------------------------------------------------ Files


def test_more_bibliographies_than_are_read_are_named(tmp_path: Path) -> None:
    for number in range(1, 23):
        (tmp_path / f"b{number}.bib").write_text(f"@book{{k{number}, title = {{Ferry {number}}}}}", encoding="utf-8")
    names = [f"b{number}.bib" for number in range(1, 23)]
    front = "".join(f"\n  - {name}" for name in names)
    (tmp_path / "a.md").write_text(f"---\nbibliography:{front}\n---\n\n{WORDS} [@k1].\n", encoding="utf-8")
    (tmp_path / "a.tex").write_text(rf"\bibliography{{{','.join(names)}}} {WORDS} \cite{{k1}}.", encoding="utf-8")
    for name in ("a.md", "a.tex"):
        article = read_article(str(tmp_path / name))
        check_notices(article)
        assert article.notices == ("2 more bibliographies of the document were not read.",)


@pytest.mark.parametrize("name", ["a.md", "a.tex"])
def test_a_bibliography_that_is_too_large_is_named(tmp_path: Path, name: str) -> None:
    bibliography = numbered(40)
    article = read_beside(tmp_path, name, bibliography, Limits(companion_size=999))
    assert article.notices == ("The file a.bib was not read, as it has more than 1 KB.",)
    assert not read_beside(tmp_path, name, bibliography, Limits(companion_size=len(bibliography))).notices


def test_a_part_of_a_document_that_is_too_large_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text(rf"{WORDS} \input{{b}}\input{{c}}\input{{b}}.", encoding="utf-8")
    (tmp_path / "b.tex").write_text(WORDS * 50, encoding="utf-8")
    assert parse_article(path.read_bytes(), str(path), Limits(companion_size=999)).notices == (
        "The file c was not read: only .tex files in the folder of the document are.",
        "The file b.tex was not read, as it has more than 1 KB.",
    )


def test_a_file_for_which_nothing_is_left_of_the_limit_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text(rf"{WORDS} \input{{b}}\input{{c}}.", encoding="utf-8")
    for name in "bc":
        (tmp_path / f"{name}.tex").write_text(f"{name * 900} ", encoding="utf-8")
    article = parse_article(path.read_bytes(), str(path), Limits(companion_size=1000))
    assert article.notices == ("The file c.tex was not read, as the limit for files beside the document is used up.",)


def test_the_name_of_a_missing_file_is_shown_as_signs_and_not_at_length() -> None:
    article = parse_article(rf"{WORDS} \input{{b{chr(27)}[2J{chr(0x202E)}{'n' * 200}}}.".encode(), "a.tex")
    (notice,) = article.notices
    assert notice.startswith("The file b␛[2J�nnn")
    assert len(notice) < 140


def test_a_document_that_takes_in_too_many_files_is_read_without_them(tmp_path: Path) -> None:
    path = tmp_path / "a.tex"
    path.write_text("".join(rf"\input{{b{number}}} " for number in range(1002)) + WORDS, encoding="utf-8")
    article = read_article(str(path))
    assert article.text.startswith(WORDS)
    assert article.notices[-1] == "More files that belong to the document were not read, as it is too large."


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [os.mkfifo, endless, Path.mkdir])
def test_what_is_no_file_beside_a_document_is_not_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    for suffix in (".bib", ".bbl"):
        make(tmp_path / f"a{suffix}")
    make(tmp_path / "b.tex")
    (tmp_path / "a.md").write_text(f"{WORDS} [@k1].\n", encoding="utf-8")
    (tmp_path / "a.tex").write_text(rf"{WORDS} \cite{{k1}}\input{{b}}.", encoding="utf-8")
    (tmp_path / "a.html").write_text(page(""), encoding="utf-8")
    for name in ("a.md", "a.tex", "a.html"):
        article = read_article(str(tmp_path / name))
        check(article)
        assert article.text.startswith(WORDS)
    with pytest.raises(OSError, match=r"a\.bib|directory"):
        read_limited(tmp_path / "a.bib", 100)


def test_a_file_is_read_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.bib"
    path.write_bytes(b"12345")
    assert read_limited(path, 5) == b"12345"
    with pytest.raises(OSError, match="too large"):
        read_limited(path, 4)


def test_a_bibliography_command_before_many_blanks_names_no_file() -> None:
    source = rf"\documentclass{{article}}\begin{{document}}{WORDS}.\bibliography{' ' * 200_000}\end{{document}}"
    assert parse_article(source.encode(), "a.tex").text == f"{WORDS}."


# ------------------------------------------------------------------ Memory

SMALL: dict[str, Callable[[], str]] = {
    "a.html": lambda: f"{ABBREVIATION} @book{{k1, title = {'a # ' * 100_000} a}}",
    "a.md": lambda: ABBREVIATION + "".join(f"@book{{k{number}, title = a}}" for number in range(40_000)),
    "a.tex": lambda: f"{ABBREVIATION} @book{{k1, title = {'a # ' * 100_000} a}}",
}


def parse_within(path: Path, memory: int) -> subprocess.CompletedProcess[str]:
    program = (
        f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({memory},) * 2); from reader.cli import main; main()"
    )
    command = [sys.executable, "-c", program, "parse", "--text", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def parse_memory(path: Path) -> int:
    """Return the most bytes that `reader parse` has in memory.

    A small process starts it: for the system, what a process has at most begins with the memory of the one that started it.
    """
    command = [sys.executable, "-c", MEASURE, sys.executable, "-m", "reader", "parse", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) * (1 if sys.platform == "darwin" else 1024)


@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_a_small_bibliography_does_not_become_a_huge_one(tmp_path: Path, name: str) -> None:
    result = parse_within(write_beside(tmp_path, name, SMALL[name]()), MEMORY)
    assert (result.returncode, "memory" in result.stderr) == (0, False)
    assert WORDS in result.stdout


LARGE: dict[str, Callable[[], str]] = {
    "keys": lambda: "".join(f"@a{{k{number},}}" for number in range(1, 1_800_000)),
    "titles": lambda: "".join(f"@a{{k{number}, title={{{number}}}}}" for number in range(1, 800_000)),
    "authors": lambda: "".join(f"@a{{k{number}, author={{{'Ab and ' * 2000}}}}}" for number in range(1, 1_400)),
    "fields": lambda: "@a{k1" + "".join(f",f{number}=1" for number in range(2_000_000)) + "}",
    "definitions": lambda: "@string{k1" + "".join(f",f{number}=1" for number in range(2_000_000)) + "}",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", LARGE)
@pytest.mark.parametrize("name", ["a.html", "a.md", "a.tex"])
def test_a_large_bibliography_stays_below_600_mb(tmp_path: Path, name: str, kind: str) -> None:
    path = write_beside(tmp_path, name, LARGE[kind]()[:20_000_000])
    assert parse_memory(path) < MEMORY
