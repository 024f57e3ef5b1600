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
from pathlib import Path
from typing import Final, cast

from reader.errors import ReaderError
from reader.formats import read_bytes
from reader.formats.bibtex import BibtexEntry, parse_entries
from reader.formats.detection import decode_file
from reader.formats.progress import checkpoint
from reader.sources.candidate import FileRefusal, SourceFile, WorkRecord
from reader.sources.identifiers import find_identifiers, join_identifiers, make_identifiers
from reader.sources.places.catalogue import find_file, person_name, record_files, year_in

_FILE_FOLDER: Final = re.compile(r"@comment\s*\{\s*jabref-meta:\s*fileDirectory:((?:[^;\\]|\\.){0,1000});", re.IGNORECASE)
_RIS_FIELD: Final = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*))?$")
_TYPE: Final = re.compile(r"[A-Za-z]{2,12}(?:/[\w.+-]+)?$")
_WINDOWS_DRIVE: Final = re.compile(r"[A-Za-z]$")
_CSL_FILES: Final = ("file", "files", "attachment", "attachments")
_BEGINNINGS: Final = {
    ".bib": re.compile(r"(?:\s++|%[^\n]*+\n)*+@\w+\s*\{"),
    ".ris": re.compile(r"\s*+TY  - "),
    ".json": re.compile(
        r'\s*+(?:\{\s*"items"\s*:\s*)?\[\s*\{[^{}\[\]]*"(?:issued|DOI|URL|container-title|author|itemType)"\s*:'
    ),
}
_HEAD: Final = 65_536
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
    match suffix if suffix in _BEGINNINGS else bibliography_suffix(text[:_HEAD]):
        case ".bib":
            entries = parse_entries(text)
            if any(entry.is_cut for entry in entries):
                raise ReaderError(f"{path} ends within the entry “{entries[-1].key}”", "Export or download it again")
            return _bibtex_files(entries, text, path.parent)
        case ".ris":
            return _ris_files(text, path.parent)
        case _:
            return _csl_files(_csl_items(text, path), path.parent)


# ------------------------------------------------------------------ BibTeX


def _bibtex_files(entries: Iterable[BibtexEntry], text: str, folder: Path) -> Iterator[SourceFile | FileRefusal]:
    declared = _FILE_FOLDER.search(text)
    folders = (folder, *((folder / _unescape(declared[1]),) if declared else ()))
    for entry in entries:
        checkpoint()
        paths = _bibtex_paths(entry.fields.get("file", ""))
        yield from record_files(_bibtex_record(entry), entry.key, _find_files(paths, folders))


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


def _csl_items(text: str, path: Path) -> list[object]:
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReaderError(f"{path} is not CSL-JSON: {error}", "Export it again as CSL-JSON") from error
    if isinstance(data, dict):
        data = cast("dict[str, object]", data).get("items")
    if not isinstance(data, list):
        raise ReaderError(f"{path} is not CSL-JSON: it has no list of entries", "Export it again as CSL-JSON")
    return cast("list[object]", data)


def _csl_files(items: Sequence[object], folder: Path) -> Iterator[SourceFile | FileRefusal]:
    for item in items:
        checkpoint()
        if isinstance(item, dict):
            fields = cast("dict[str, object]", item)
            record = _csl_record(fields)
            paths = (path for name in _CSL_FILES for path in _csl_paths(fields.get(name)))
            yield from record_files(record, record.key, _find_files(paths, (folder,)))


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
                yield from (one,) if isinstance(one, str) else _csl_paths(one)
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
    return year_in(json.dumps(value)) if value else ""


# ------------------------------------------------------------------ RIS


def _ris_files(text: str, folder: Path) -> Iterator[SourceFile | FileRefusal]:
    for fields in _ris_entries(text):
        links = [link for name in ("L1", "L2", "L4", "UR") for value in fields.get(name, ()) for link in value.split(";")]
        # Many programs write a path where others have an address.
        paths = (link.strip() for link in links if not _is_address(link.strip()))
        yield from record_files(_ris_record(fields), fields.get("ID", [""])[0], _find_files(paths, (folder,)))


def _ris_entries(text: str) -> Iterator[Mapping[str, Sequence[str]]]:
    """Yield the values of each entry by their tags. A line without a tag goes on with the value before it."""
    values: list[tuple[str, list[str]]] = []
    for line in (*text.splitlines(), "ER  -"):
        checkpoint()
        match = _RIS_FIELD.match(line)
        if match is None:
            if values and line.strip():
                values[-1][1].append(line.strip())
        elif match[1] in ("TY", "ER"):
            fields: dict[str, list[str]] = defaultdict(list)
            for tag, lines in values:
                fields[tag].append(" ".join(lines))
            if fields:
                yield fields
            values = []
        else:
            values.append((match[1], [(match[2] or "").strip()]))


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
    for name in dict.fromkeys(names):
        if name.startswith(_OWN_STORE):
            yield ReaderError(f"{name} is in EndNote's own store", "Name the folder of the PDFs instead")
        elif name and not _is_address(name):
            yield find_file(name, folders)


def _is_address(name: str) -> bool:
    return name.lower().startswith(("http://", "https://", "doi:", "10."))
