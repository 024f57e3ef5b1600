"""Files of annotations and bibliographies: a review with everything in it, in each format that `reader import` takes.

They come into the library that holds the article, which must be in order afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks.fuzz.documents import MARKUP
from benchmarks.fuzz.mutations import Seed, package, seed, unzip
from benchmarks.fuzz.trials import LOSS, Target, run_commands
from reader import cli
from reader.exchange import FORMATS, ExportOptions, build_report
from reader.review.session import ReviewSession
from tests.unit.golden_review import AT, review_everything
from tests.unit.zotero_library import REMARK, ZoteroLibrary

_ARTICLE: Final = "ferry.txt"
_SOURCE: Final = "counting.txt"
"""What the bibliographies name as the file of an entry."""
_JSON: Final = '{ } [ ] , : " \\n \\ud800 null true -1 1e999 99999999999 "start": "end": "text": "id": \n \0 é'
_CSV: Final = '" "" , ; \n \r\n \0 é Highlight, Note, Tags .tag '
_STANDOFF: Final = "T1\t R1\t A1\t #1\t AnnotatorNotes E1\t *\t 0 -1 99999999999 ; \t \n : Arg1:T1 é \0"
_ENTRY: Final = (
    '@article{ } { , = " # \\ file = {counting.txt} doi = {10.5555/gate.7} author = { and \n % é \0 @string{a = @comment'
)
_TAGS: Final = "TY  - JOUR ER  - L1  - counting.txt DO  - 10.5555/gate.7 \n - { } \0 é"
_WORDS: Final = MappingProxyType(
    {
        **dict.fromkeys(("jsonl", "web-annotation", "hypothesis", "doccano", "label-studio", "prodigy"), _JSON),
        "readwise": _CSV,
        "brat": _STANDOFF,
        "refi-qda": f"{MARKUP} <PlainTextSelection startPosition= endPosition= <Coding> <CodeRef <Code> <Note> guid= <Link>",
        "bibtex": _ENTRY,
        "ris": _TAGS,
        "csl-json": f'{_JSON} "file": "DOI": "issued": "date-parts":',
    }
)
"""Words of the syntax of the formats that are exported too."""
_FILE: Final = {"bibtex": "  file = {counting.txt},\n", "ris": "L1  - counting.txt\n", "csl-json": '"file": "counting.txt", '}
"""How a bibliography names a file. Our own names none."""
_IDENTIFIER: Final = re.compile(rb"  doi = |DO  - |\"DOI\": ")
_QUOTE: Final = "The port office counted 20,500"
_LUA: Final = f"""-- we can read Lua syntax here!
return {{ ["annotations"] = {{ [1] = {{ ["text"] = "{_QUOTE}", ["note"] = "all\\nof them?", ["pageno"] = 3,
["datetime"] = "2026-01-15 10:00:00", ["drawer"] = "lighten" }} }}, ["doc_props"] = {{ ["title"] = "The ferry" }} }}
"""
_BOOK: Final = json.dumps(
    {
        "created_on": 1,
        "documents": [
            {"title": "The ferry", "number_of_pages": 3, "entries": [{"text": _QUOTE, "time": 1768471200, "sort": "highlight"}]}
        ],
    }
)
_LINK: Final = "zotero://open-pdf/library/items/FERRY1?page=4&annotation=AB1"
_NOTE: Final = (
    f"# Annotations\n\n[“{_QUOTE}”]({_LINK}) ([Lee, 2024](zotero://select/library/items/LEE24)) *all*?\n\nMy words.\n"
)
_PAGE: Final = (
    f'<!DOCTYPE html><html><body><div class="zotero-notes"><p><span class="highlight"><a href="{_LINK}">“{_QUOTE}”</a></span> '
    "who?</p></div></body></html>"
)
_OTHERS: Final[Mapping[str, Seed]] = {
    "koreader": seed("metadata.epub.lua", _LUA, '{ } [1] = ["text"] " \\ \\n \\999 , nil true -- 1e999 os.exit() \n \0 é'),
    "koreader-json": seed("a.json", _BOOK, f'{_JSON} "entries": "sort": "time":'),
    "zotero-note": seed("note.md", _NOTE, f"“ ” [ ]( ) {_LINK} > - \n \n\n \\ <mark> </mark> \0 é"),
    "zotero-page": seed("note.html", _PAGE, f'{MARKUP} <span class="highlight"> </span> <a href="{_LINK}"> <mark> “ ”'),
}
"""The formats that are not exported."""
_DATABASE: Final = "zotero"
ANNOTATIONS: Final = (*_WORDS, *_OTHERS, _DATABASE)
"""The names of the formats."""


def make_target(name: str, folder: Path) -> Target:
    """Return the file of one of ANNOTATIONS as a target. What lies beside it is written into a new folder."""
    session, bed = review_everything(), folder / f"bed-{name}"
    bed.mkdir()
    (bed / _ARTICLE).write_bytes(session.index.article.text.encode())
    (bed / _SOURCE).write_text(
        "Port Office of Sandvik. (2024). Counting at the gate. doi:10.5555/gate.7\n\n" + "We counted them at the gate.\n" * 99
    )
    return Target(_seed(name, session, folder), _import, bed)


def _seed(name: str, session: ReviewSession, folder: Path) -> Seed:
    if name in _OTHERS:
        return _OTHERS[name]
    if name == _DATABASE:
        return seed("zotero.sqlite", _make_database(folder), f"\0 \xff \x01 {_QUOTE} “ ” <p> </p> é SELECT")
    row = FORMATS[name]
    data = b"".join(row.write([build_report(session, at=AT)], ExportOptions(address="")))
    if name in _FILE:
        data = _IDENTIFIER.sub(_FILE[name].encode() + rb"\g<0>", data)
    file = f"review{row.suffix}"
    return package(file, unzip(data), _WORDS[name]) if row.media_type == "application/zip" else seed(file, data, _WORDS[name])


def _make_database(folder: Path) -> bytes:
    zotero = ZoteroLibrary(folder / "Zotero")
    title = review_everything().index.article.title
    item = zotero.add_item({"title": title, "DOI": "10.5555/ferry"}, [("author", "Ana", "Harm")])
    attachment = zotero.attach(item, "storage:ferry.pdf")
    zotero.annotate(attachment, _QUOTE, "all of them?", page="3", tags=("numbers",))
    zotero.annotate(attachment, "", "a remark", kind=REMARK)
    zotero.note(item, f"<p>“{_QUOTE}”</p><p>who <b>counted</b>?</p>")
    return zotero.database.read_bytes()


def _import(path: Path) -> int:
    """Import a file. The library is in order afterwards, and what came in can be read and undone."""
    code = cli.run(["import", str(path), "--article", _ARTICLE])
    if code == 0 and any(run_commands(f"export {_ARTICLE} --format jsonl", "doctor")):
        return LOSS
    # Of a file that brings nothing in, there is nothing to undo.
    return LOSS if code == 0 and run_commands("undo", "doctor")[-1] else code
