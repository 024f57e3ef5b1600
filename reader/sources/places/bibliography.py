"""Read bibliographies with the files of their entries: BibTeX with `file`, CSL-JSON, and RIS with `L1` to `L4`.

The value of `file` is `description:path:type` in JabRef and Zotero, and paths alone in Better BibTeX; `;` parts several, and a
backslash takes the next sign as it is (https://docs.jabref.org/finding-sorting-and-cleaning-entries/filelinks). CSL-JSON has no
field for files, yet exporters write `file` or `attachment`. RIS is that of Research Information Systems, with the fields that
Zotero, JabRef and Mendeley write.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Final, cast

from reader.errors import ReaderError
from reader.formats import read_bytes
from reader.formats.bibtex import BibtexEntry, parse_entries
from reader.formats.budget import Budget, Limits
from reader.formats.detection import decode_file
from reader.formats.json_items import JsonItems, JsonPlace, JsonStream
from reader.formats.progress import checkpoint
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord
from reader.sources.identifiers import find_identifiers, join_identifiers, make_identifiers
from reader.sources.places.catalogue import find_file, person_name, record_files, year_in

_FILE_FOLDER: Final = re.compile(r"@comment\s*\{\s*jabref-meta:\s*fileDirectory:", re.IGNORECASE)
_FOLDER_NAME: Final = re.compile(r"((?:[^;\\]|\\.){0,1000});")
_RIS_FIELD: Final = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?$")
_LINK: Final = re.compile(r"[^;]+")
_LINE_END: Final = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_PIECE: Final = 1 << 16
_MAX_LENGTH: Final = 20_000
"""The most characters of a line and of a value."""
_MAX_LINES: Final = 20_000
"""The most lines of an entry with a tag that count, and the most without."""
_TYPE: Final = re.compile(r"[A-Za-z]{2,12}(?:/[\w.+-]+)?$")
_WINDOWS_DRIVE: Final = re.compile(r"[A-Za-z]$")
_MAX_ITEM: Final = 1 << 22
"""The most characters of an item of CSL-JSON, which is decoded at once."""
_CSL_FILES: Final = ("file", "files", "attachment", "attachments")
_BEGINNINGS: Final = {
    ".bib": re.compile(r"(?:\s++|%[^\n]*+\n)*+@\w+\s*\{"),
    ".ris": re.compile(r"\s*+TY  - "),
    ".json": re.compile(
        r'\s*+(?:\{\s*"items"\s*:\s*)?\[\s*\{[^{}\[\]]*"(?:issued|DOI|URL|container-title|author|itemType)"\s*:'
    ),
}
_HEAD: Final = 65_536
_MAX_ENTRIES: Final = 500_000
_MAX_FILES: Final = 100_000
"""The most files of a bibliography, with those that are not there."""
_OWN_STORE: Final = "internal-pdf://"


def bibliography_suffix(head: str) -> str:
    """Return the usual ending of a bibliography that begins like this, "" for any other text."""
    return next((suffix for suffix, beginning in _BEGINNINGS.items() if beginning.match(head)), "")


def read_linked_files(path: Path) -> Iterator[SourceFile | FileRefusal]:
    """Yield the files of a bibliography, entry by entry. Raises ReaderError if it is none, or was cut.

    The ending of its name tells the format, else its beginning.
    """
    text = decode_file(read_bytes(str(path))).text
    suffix = path.suffix.lower()
    files = linked_files(text, suffix if suffix in _BEGINNINGS else bibliography_suffix(text[:_HEAD]), path)
    yield from islice(files, _MAX_FILES)
    if next(files, None) is not None:
        yield FileRefusal(path.name, f"Its files after the first {_MAX_FILES:,} were not looked for: export a part of it")


def linked_files(text: str, suffix: str, path: Path) -> Iterator[SourceFile | FileRefusal]:
    """Yield the files of a bibliography with this text and usual ending, as `read_linked_files` does; it lies at `path`."""
    match suffix:
        case ".bib":
            return _bibtex_files(text, path)
        case ".ris":
            return _ris_files(text, path)
        case _:
            return _csl_files(text, path)


# ------------------------------------------------------------------ BibTeX


def _bibtex_files(text: str, path: Path) -> Iterator[SourceFile | FileRefusal]:
    folders, budget = (path.parent, *_declared_folders(text, path.parent)), Budget(Limits(entries=_MAX_ENTRIES))
    is_cut, last = False, ""
    for entry in parse_entries(text, budget):
        is_cut, last = is_cut or entry.is_cut, entry.key
        if value := entry.fields.get("file"):
            yield from record_files(_bibtex_record(entry), entry.key, _find_files(_bibtex_paths(value), folders))
    if is_cut:
        raise ReaderError(f"{path} ends within the entry “{last}”", "Export or download it again")
    for notice in budget.take_notices():
        yield FileRefusal(path.name, notice)


def _declared_folders(text: str, folder: Path) -> Iterator[Path]:
    """Yield the folder of files that JabRef names in a comment."""
    begin = _FILE_FOLDER.search(text)
    name = _FOLDER_NAME.match(text, begin.end()) if begin else None
    if name:
        yield folder / _unescape(name[1])


def _bibtex_record(entry: BibtexEntry) -> WorkRecord:
    reference, plain = entry.to_reference(), entry.plain
    kind, eprint = (plain("archiveprefix") or plain("eprinttype")).lower(), plain("eprint")
    own = make_identifiers(
        doi=reference.doi,
        arxiv=eprint if kind in ("", "arxiv") else "",
        pubmed=plain("pmid") or (eprint if kind == "pubmed" else ""),
        pubmed_central=plain("pmcid"),
        isbn=plain("isbn"),
    )
    identifiers = join_identifiers((own, find_identifiers(reference.url)))
    return WorkRecord(reference.title, reference.authors, reference.year, identifiers, key=entry.key)


def _bibtex_paths(value: str) -> Iterator[str]:
    """Yield the paths in a `file` field."""
    for part in _split_escaped(value, ";"):
        fields = [_unescape(field) for field in _split_escaped(part.strip(), ":")]
        is_path = fields[0].lower() == "file" or (_WINDOWS_DRIVE.match(fields[0]) and fields[1:2] and fields[1][:1] in "\\/")
        if len(fields) > 2 and not is_path:
            fields = fields[1:-1]  # description:path:type
        elif len(fields) == 2 and not is_path and (not fields[0] or _TYPE.match(fields[1])):
            fields = [fields[0] or fields[1]]  # path:type, or :path
        if any(fields):
            yield ":".join(fields)


def _split_escaped(text: str, sign: str) -> list[str]:
    """Split a text at a sign that no backslash stands before; the backslashes stay."""
    parts, start, place = list[str](), 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == sign:
            parts.append(text[start:place])
            start = place + 1
        place += 1
    return [*parts, text[start:]]


def _unescape(text: str) -> str:
    r"""Return a text without the backslash before `\\`, `\:`, `\;` and the signs of TeX; before anything else it stays."""
    return re.sub(r"\\([\\:;_&%#$~{} ])", r"\1", text)


# ------------------------------------------------------------------ CSL-JSON


def _csl_files(text: str, path: Path) -> Iterator[SourceFile | FileRefusal]:
    for item in _csl_items(text, path):
        checkpoint()
        fields = cast("dict[str, object]", item) if isinstance(item, dict) else {}
        if values := [value for name in _CSL_FILES if (value := fields.get(name))]:
            record = _csl_record(fields)
            yield from record_files(
                record, record.key, _find_files(chain.from_iterable(map(_csl_paths, values)), (path.parent,))
            )


def _csl_items(text: str, path: Path) -> Iterator[object]:
    def to_fault(what: str, place: JsonPlace | None = None) -> ReaderError:
        where = f" at character {place.character:,}" if place else ""
        return ReaderError(f"{path} is not CSL-JSON: {what}{where}", "Export it again as CSL-JSON")

    window = JsonStream(_pieces(text), to_fault, least=_MAX_ITEM, most=_MAX_ITEM)
    items = JsonItems(window, ("items",), keeps_fields=False)
    yield from items
    if not items.is_list:
        raise to_fault("it has no list of entries")


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), _PIECE):
        checkpoint()
        yield text[start : start + _PIECE]


def _csl_record(item: Mapping[str, object]) -> WorkRecord:
    def words(*names: str) -> str:
        found = (item.get(name) for name in names)
        return next((" ".join(str(value).split()) for value in found if isinstance(value, (str, int)) and str(value)), "")

    own = make_identifiers(
        doi=words("DOI", "doi"), pubmed=words("PMID"), pubmed_central=words("PMCID"), isbn=words("ISBN", "isbn")
    )
    others = (find_identifiers(words(name)) for name in ("URL", "url", "note", "extra", "number"))
    return WorkRecord(
        words("title"),
        tuple(_csl_people(item.get("author") or item.get("creators") or item.get("editor"))),
        _csl_year(item.get("issued") or item.get("date")),
        join_identifiers((own, *others)),
        key=words("citation-key", "citationKey", "id"),
    )


def _csl_paths(value: object) -> Iterator[str]:
    """Yield the paths in what an exporter wrote of files: one text, or a list of texts and objects with a path."""
    match value:
        case str():
            yield from _bibtex_paths(value) if ";" in value else (value,)
        case list():
            for one in cast("list[object]", value):
                yield from (one,) if isinstance(one, str) else () if isinstance(one, list) else _csl_paths(one)
        case dict():
            known = cast("dict[str, object]", value)
            path = next((known[name] for name in ("localPath", "path", "file") if isinstance(known.get(name), str)), None)
            if isinstance(path, str):
                yield path
        case _:
            pass


def _csl_people(value: object) -> Iterator[str]:
    for person in cast("list[object]", value) if isinstance(value, list) else ():
        if isinstance(person, dict):
            known = {name: part for name, part in cast("dict[str, object]", person).items() if isinstance(part, str)}
            family = " ".join(known[name] for name in ("non-dropping-particle", "family", "lastName") if known.get(name))
            if name := family or known.get("literal") or known.get("name"):
                yield person_name(name, known.get("given") or known.get("firstName") or "")


def _csl_year(value: object) -> str:
    """Return the year of a date: `{"date-parts": [[2020, 3]]}`, or a text in it or in place of it."""
    try:
        return year_in(json.dumps(value)) if value else ""
    except RecursionError:  # it may be nested as deeply as can be decoded
        return ""


# ------------------------------------------------------------------ RIS


def _ris_files(text: str, path: Path) -> Iterator[SourceFile | FileRefusal]:
    budget = Budget()
    for fields in _ris_entries(text, budget):
        values = (value for name in ("L1", "L2", "L4", "UR") for value in fields.get(name, ()))
        links = (link[0].strip() for value in values for link in _LINK.finditer(value))
        # Many programs write a path where others have an address.
        paths = (link for link in links if not _is_address(link))
        yield from record_files(_ris_record(fields), fields.get("ID", [""])[0], _find_files(paths, (path.parent,)))
    for notice in budget.take_notices():
        yield FileRefusal(path.name, notice)


def _ris_entries(text: str, budget: Budget) -> Iterator[Mapping[str, Sequence[str]]]:
    """Yield the values of each entry by their tags. A line without a tag goes on with the value before it."""
    values: list[tuple[str, list[str]]] = []
    untagged = 0

    def fit(value: str) -> str:
        if len(value) > _MAX_LENGTH:
            budget.omit(f"Values of more than {_MAX_LENGTH:,} characters were not read to their end.")
        return value[:_MAX_LENGTH]

    for line in chain(_lines(text), ("ER  -",)):
        line = fit(line)
        match = _RIS_FIELD.match(line)
        if match is not None and match[1] in ("TY", "ER"):
            fields: dict[str, list[str]] = defaultdict(list)
            for tag, lines in values:
                fields[tag].append(fit(" ".join(lines)))
            if fields:
                yield fields
            values, untagged = [], 0
        elif match is not None and len(values) < _MAX_LINES:
            values.append((match[1], [(match[2] or "").strip()]))
        elif match is None and values and untagged < _MAX_LINES:
            untagged += 1
            values[-1][1].append(line.strip())
        elif values:
            budget.omit(f"Entries of more than {_MAX_LINES:,} lines were not read to their end.")


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text that are not blank, without all of them in memory."""
    start = end = 0
    while start < len(text):
        checkpoint()
        end += _PIECE
        ending = _LINE_END.search(text, end, end + _PIECE)
        if ending or end >= len(text):
            end = ending.end() if ending else len(text)
            yield from filter(str.strip, text[start:end].splitlines())
            start = end


def _ris_record(fields: Mapping[str, Sequence[str]]) -> WorkRecord:
    def words(*names: str) -> str:
        return next((value for name in names for value in fields.get(name, ()) if value), "")

    is_pubmed = words("DB").lower() in ("pubmed", "medline")
    own = make_identifiers(doi=words("DO", "DI"), pubmed=words("AN") if is_pubmed else "", isbn=words("SN"))
    texts = (value for name in ("UR", "L1", "L2", "M3", "N1", "AN", "C1", "C2", "C7") for value in fields.get(name, ()))
    people = next((fields[name] for name in ("AU", "A1", "A2", "ED") if fields.get(name)), ())
    return WorkRecord(
        words("TI", "T1", "CT", "BT"),
        tuple(name for name in people if name),
        year_in(words("PY", "Y1", "DA")),
        join_identifiers((own, *map(find_identifiers, texts))),
        key=words("ID"),
    )


# ------------------------------------------------------------------ files


def _find_files(names: Iterable[str], folders: Sequence[Path]) -> Iterator[Path | ReaderError]:
    """Yield the files of paths, and the reasons why others cannot be used. Addresses are passed over."""
    for name in dict.fromkeys(islice(names, _MAX_FILES + 1)):
        checkpoint()
        if name.startswith(_OWN_STORE):
            yield ReaderError(f"{name} is in EndNote's own store", "Name the folder of the PDFs instead")
        elif name and not _is_address(name):
            yield find_file(name, folders)


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://", "doi:", "10."))
