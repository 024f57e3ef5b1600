"""The files of a library, settings and codebooks: however damaged, a command refuses them or reads what is left.

Of a library, each annotation that stands whole in the damaged file, or in the file beside it, is there after `reader repair`.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks.fuzz.documents import MARKUP
from benchmarks.fuzz.mutations import seed
from benchmarks.fuzz.trials import LOSS, TRIAL, Target, run_commands, use_folder
from benchmarks.libraries import spans
from reader.errors import ReaderError
from reader.formats.article_cache import keep_article, open_document
from reader.library import Library, LibraryDB, library_reader
from tests.unit.review_strategies import TEXT

_ARTICLE: Final = "ferry.txt"
_ANNOTATED: Final = "annotated.txt"
"""The file with the ids of all annotations."""
_NEW: Final = "written-after-the-damage"
_JSON: Final = (
    '{ } [ ] , : " \\n \\ud800 null true -1 1e999 99999999999 {} "annotations": "articles": "meta": "_versions": "seen": "id": '
    '"note": \n },\n \0 é'
)
_LINES: Final = f'{_JSON} "put" "remove" "dot": "context": #'
_BINARY: Final = "\0 \xff \x1f\x8b \x01 \n { } é"
_TOML: Final = (
    '[ ] [[ ]] = " """ \' , { } # \n true 1e999 -1 nan 1979-05-27T07:32:00Z \\u0000 a.b.c [keys] [verdicts] theme = \0 é'
)
_CODES: Final = f'{MARKUP} <Code <Codes> </Codes> guid= name="a/b" <Description> color="#fff" <Sets> isCodable='
_FILES: Final = MappingProxyType(
    {
        "library": ("library/library.json", _JSON),
        "journal": ("library/journal-*.jsonl", _LINES),
        "history": ("library/history/*.jsonl", _LINES),
        "backup": ("library/backups/*.gz", _BINARY),
        "text": ("library/snapshots/*/*", _BINARY),
        "index": ("library/*.index", _LINES),
        "personal": ("library/personal-*.json", _JSON),
        "article-cache": ("cache/claim-reader/articles/*", _BINARY),
        "search-index": ("cache/claim-reader/search/*", _BINARY),
        "settings": ("settings.toml", _TOML),
        "codebook-qdc": ("tags.qdc", _CODES),
        "codebook-csv": ("tags.csv", '"" " , ; \t \n \r\n = name colour key / \0 é'),
    }
)
"""Where each file is, and words of its syntax."""
OWN_FILES: Final = tuple(_FILES)
"""The names of the files."""
_SETTINGS: Final = """# my own
theme = "dark"
line_width = 72
library = "~/notes"
[columns]
site = 12
[keys]
mark = ["h", "ctrl+underscore"]
[[verdicts]]
id = "holds"
label = "holds"
key = "1"
symbol = "✓"
colour = "good"
"""


def make_target(name: str, folder: Path) -> Target:
    """Return one of OWN_FILES as a target, in a library that is in the middle of its life, made where it is tried."""
    bed, place = folder / f"bed-{name}", folder / TRIAL
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    child = os.fork()
    if not child:
        _make_bed(place, is_indexed=name == "index")
    if os.waitpid(child, 0)[1]:
        raise RuntimeError("the library could not be made")
    place.rename(bed)
    pattern, words = _FILES[name]
    path = max(bed.glob(pattern), key=lambda path: path.stat().st_size)
    file = seed(str(path.relative_to(bed)), path.read_bytes(), words)
    return Target(file, _RUNS.get(name) or partial(_use_library, bed, name == "index"), bed)


def _make_bed(bed: Path, *, is_indexed: bool) -> None:
    """Make a library with a backup, a history and a journal that is not in the file yet, and end the process."""
    code = 1
    try:
        for descriptor in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
        use_folder(bed)
        if is_indexed:
            library_reader.MEMORY_BYTES = 0
        (bed / _ARTICLE).write_text(TEXT, encoding="utf-8")
        (bed / "source.txt").write_text("A. Harm. Counting at the gate.\n\nWe counted 20,500 at the gate.\n", encoding="utf-8")
        for number in range(3):
            _annotate(bed, number)
            if not number:
                # In another place the journal is finished, and a new one begun.
                (bed / "library").rename(bed / "elsewhere")
                shutil.copytree(bed / "elsewhere", bed / "library")
                shutil.rmtree(bed / "elsewhere")
                run_commands("codebook define numbers Counts", f"source add {_ARTICLE} 2 source.txt")
        run_commands("search ferry", "codebook export tags.qdc", "codebook export tags.csv")
        (bed / "settings.toml").write_text(_SETTINGS, encoding="utf-8")
        code = 0
    finally:
        os._exit(code)


def _annotate(bed: Path, number: int) -> None:
    """Annotate as a window that is killed the last time."""
    library, article = Library.open(bed / "library"), open_document((bed / _ARTICLE).read_bytes(), str(bed / _ARTICLE))
    keep_article(article)
    session, entry = library.session(article, "ana")
    session.listen(lambda change: library.save(entry.id, change))
    for span in spans(article, 18)[number::3]:
        session.add(span, tags=("numbers", f"time/{number}"), note=f"note {number} on {span.start}")
    session.judge(session.index.annotations()[number], article.references[number].id, "supports")
    (bed / _ANNOTATED).write_text("\n".join(one.id for one in session.index.annotations()), encoding="ascii")
    if not (library.close(60) if number < 2 else library.flush(60)):
        raise RuntimeError("the library could not be saved")


# ------------------------------------------------------------------ Trials


def _use_library(bed: Path, is_indexed: bool, path: Path) -> int:
    """Read a library in which a file is damaged, write into it, repair it, and compare what is there with what stood in it."""
    if is_indexed:
        library_reader.MEMORY_BYTES = 0
    expected = _whole_annotations(bed, path)
    run_commands("doctor", "list", "stats", "codebook", f"export {_ARTICLE} --format jsonl")
    (annotated,) = run_commands(f"annotate {_ARTICLE} --quote SWIMMING --note {_NEW}")
    (repaired,) = run_commands("repair --yes")
    try:
        with LibraryDB(Path("library")) as db:
            annotations = {str(record.get("id")): record.get("note") for record in db.table("annotations")}
    except ReaderError:
        return LOSS if repaired == 0 else 1
    lost = expected - annotations.keys()
    if lost or (annotated == 0 and not any(_NEW in str(note) for note in annotations.values())):
        sys.stderr.write(f"lost: {lost or _NEW}\n")
        return LOSS
    # A text that is damaged stays so, and doctor goes on to say it.
    return LOSS if repaired == 0 and run_commands("doctor")[0] and path.parents[1].name != "snapshots" else 0


def _whole_annotations(bed: Path, path: Path) -> set[str]:
    """Return the ids of the annotations that stand whole in the damaged file; where that is not the main one, also in that."""
    ids = (bed / _ANNOTATED).read_text(encoding="ascii").split()
    main = Path("library/library.json").resolve()
    lines = _lines(bed / path.relative_to(Path.cwd())) & _lines(path) | (_lines(main) if path != main else set())
    return {name for name in ids if any(f'"id":"{name}"'.encode() in line for line in lines)}


def _lines(path: Path) -> set[bytes]:
    return {line.removesuffix(b",") for line in path.read_bytes().split(b"\n")}


def _read_settings(path: Path) -> int:
    """Check settings and use them."""
    (code, *_) = run_commands("settings --check", "settings", "list", f"export {_ARTICLE} --format markdown")
    return code


def _search(path: Path) -> int:
    """Search the library with a damaged cache, which is no reason for a failure."""
    return LOSS if any(run_commands("search ferry", "search note")) else 0


def _import_codebook(path: Path) -> int:
    """Import a codebook; the library is in order afterwards, and the codebook can be written again."""
    (code,) = run_commands(f"codebook import {path.name}")
    if code == 0 and any(run_commands("codebook", "codebook export again.qdc", "codebook export again.csv", "doctor", "undo")):
        return LOSS
    return code


_RUNS: Final[Mapping[str, Callable[[Path], int]]] = {
    "article-cache": _search,
    "search-index": _search,
    "settings": _read_settings,
    "codebook-qdc": _import_codebook,
    "codebook-csv": _import_codebook,
}
"""What is done with the files that are no part of a library."""
