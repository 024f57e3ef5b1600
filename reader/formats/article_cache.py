"""Keep parsed articles in the person's cache folder: a document that is opened again need not be parsed again.

An entry is named by the digest of all that its article depends on: the document, its path, the files beside it that it may
name, and the code that would parse it. So an entry is never out of date, and the folder may be removed at any time. `marshal`
reads the content in a tenth of the time of parsing or less. Like Python for its compiled modules, this trusts whoever can write
there; a checksum finds damage by accident.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple, TypeVar

import reader
from reader.article.article import Article
from reader.article.model import (
    About,
    Block,
    BlockKind,
    Citation,
    Comment,
    CommentMessage,
    FileText,
    Noise,
    NoiseReason,
    Reference,
    Style,
    StyleKind,
)
from reader.files import make_folder, replace
from reader.formats import parse_article

_MAX_SIZE: Final = 100_000_000
_MAX_ENTRIES: Final = 500
"""The bytes of all entries, and their number. When there are more, those that were used longest ago are removed."""
_NUMBER_SIZE: Final = 4
"""The bytes of the size of a part, and of its checksum."""
_BLOCK: Final = 1 << 16
"""The code points of a text that are encoded at once."""
_PARSERS: Final = ("article", "formats")
"""The packages of ours that decide what a document becomes, with the modules above them."""
_COMPANION_SUFFIXES: Final = (".bib", ".bibtex", ".tex", ".bbl")

_NO_ENTRY: Final = (OSError, EOFError, ValueError, TypeError, LookupError, MemoryError)
"""The errors for an entry that is missing, damaged, or of another form: a program that was updated while it ran writes such."""

_RowT = TypeVar("_RowT", bound=NamedTuple)
_Columns = Sequence[Sequence[Any]]


def open_document(data: bytes, source: str) -> Article:
    """Return the article of a document, from the cache or parsed as by `parse_article`, which says what it raises."""
    article = load_article(data, source)
    return article if article is not None else parse_document(data, source)


def parse_document(data: bytes, source: str, file: FileText | None = None) -> Article:
    """Parse a document that is not in the cache, as by `parse_article`, so that `keep_article` can put it there."""
    name = _entry_name(_digest_of(data), source)
    article = parse_article(data, source, file=file)
    vars(article).update(cache_name=name)
    return article


def load_article(data: bytes, source: str) -> Article | None:
    """Return the article of a document if it is in the cache. It equals that of `parse_article`."""
    return _load(_digest_of(data), source, data)


def load_text(digest: str, source: str) -> Article | None:
    """Return the article of a file of text with this SHA-256 if it is in the cache, without reading the file."""
    return _load(digest, source, None)


def _load(document: str, source: str, data: bytes | None) -> Article | None:
    name = _entry_name(document, source)
    if not name:
        return None
    path = cache_folder() / name
    try:
        with path.open("rb") as file:
            article = _unpack(_read_part(file).decode("utf-8", "surrogatepass"), _read_values(file), data, source)
        os.utime(path)  # it was used now
    except _NO_ENTRY:
        return None
    return article


def keep_article(article: Article) -> None:
    """Put an article into the cache, with the sentences found so far, if `open_document` parsed it. Failures are ignored.

    An article that is not whole is not kept: what is left out may depend on the limits of that time.
    """
    if not article.cache_name or article.omissions:
        return
    folder = cache_folder()
    path = folder / article.cache_name
    with suppress(OSError):
        make_folder(folder)
        folder.chmod(0o700)
        # Nothing is lost with an entry that a power cut leaves incomplete, so nobody waits for the disk.
        temporary = path.with_suffix(f".{os.getpid()}")
        try:
            with temporary.open("wb") as file:
                _write_part(_encode_blocks(article.text), file)
                for value in _pack(article):
                    _write_part([marshal.dumps(value)], file)
            replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        _make_room(folder)


def clear_cache() -> None:
    """Remove all entries that nothing prevents from being removed."""
    with suppress(OSError):
        for path in cache_folder().iterdir():
            path.unlink(missing_ok=True)


def cache_folder() -> Path:
    """Return the folder of the entries."""
    from platformdirs import user_cache_path

    return user_cache_path("claim-reader", appauthor=False) / "articles"


def recognition_file(document: str) -> Path:
    """Return the file with the text that was recognised in the document with this SHA-256. Nothing removes it by itself."""
    from platformdirs import user_cache_path

    return user_cache_path("claim-reader", appauthor=False) / "recognised" / f"{document}.json"


def _make_room(folder: Path) -> None:
    """Remove the entries that were used longest ago, and temporary files of killed programs like them."""
    entries = sorted(((entry.stat(), entry.path) for entry in os.scandir(folder)), key=lambda pair: -pair[0].st_mtime_ns)
    size = 0
    for number, (status, path) in enumerate(entries):
        size += status.st_size
        if size > _MAX_SIZE or number >= _MAX_ENTRIES:
            os.unlink(path)


def _write_part(blocks: Iterable[bytes], file: BinaryIO) -> None:
    """Write blocks as one part, after its size and its checksum. What needs no memory at once leaves none to the process."""
    begin, size, checksum = file.tell(), 0, 0
    file.write(bytes(2 * _NUMBER_SIZE))
    for block in blocks:
        file.write(block)
        size, checksum = size + len(block), zlib.crc32(block, checksum)
    end = file.tell()
    file.seek(begin)
    file.writelines((_number(size), _number(checksum)))
    file.seek(end)


def _encode_blocks(text: str) -> Iterator[bytes]:
    return (text[at : at + _BLOCK].encode("utf-8", "surrogatepass") for at in range(0, len(text), _BLOCK))


def _number(value: int) -> bytes:
    return value.to_bytes(_NUMBER_SIZE, "big")


def _read_part(file: BinaryIO) -> bytes:
    """Return the next part of a file. Raises EOFError at its end, and where it is damaged."""
    size, checksum = file.read(_NUMBER_SIZE), file.read(_NUMBER_SIZE)
    packed = file.read(int.from_bytes(size, "big"))
    if len(checksum) < _NUMBER_SIZE or (_number(len(packed)), _number(zlib.crc32(packed))) != (size, checksum):
        raise EOFError
    return packed


def _read_values(file: BinaryIO) -> Iterator[Any]:
    """Yield the values after the text. Raises EOFError at the end."""
    while True:
        yield marshal.loads(_read_part(file))


# ------------------------------------------------------------------ the name of an entry


def _digest_of(data: bytes) -> str:
    from reader.digests import sha256  # only a document that is kept has a name

    return sha256(data).hexdigest()


def _entry_name(document: str, source: str) -> str:
    """Return the name of the entry of a document with this digest, "" when nobody can tell what its article depends on."""
    try:
        state = (document, *_state_of_recognition(document), *_state_of_source(source), *_state_of_code())
    except (OSError, ValueError):
        return ""
    return _digest_of(repr(state).encode("utf-8", "surrogatepass"))


def _state_of_recognition(document: str) -> Iterator[object]:
    """Yield the state of the text that was recognised in a document with this digest, nothing if none was."""
    with suppress(OSError):
        status = recognition_file(document).stat()
        yield status.st_size, status.st_mtime_ns


def _state_of_source(source: str) -> Iterator[object]:
    """Yield the path of a document with its folder, and the state of the files there that importers may read with it."""
    if source == "-" or "://" in source:
        yield source
        return
    path = os.path.abspath(source)
    yield path
    folder = os.path.dirname(path)
    if os.path.isdir(folder):
        files = (file for file in os.scandir(folder) if file.name.lower().endswith(_COMPANION_SUFFIXES))
        yield from sorted(map(_state_of_file, files))


@cache
def _state_of_code() -> tuple[object, ...]:
    """Return the state of the code that parses: Python, our modules, and when something was last installed beside them."""
    installed = (os.stat(folder).st_mtime_ns for folder in sys.path if folder.endswith("-packages") and os.path.isdir(folder))
    ours = (file for part in ("", *_PARSERS) for file in _modules_in(os.path.join(*reader.__path__, part), deep=bool(part)))
    return sys.version, sys.byteorder, *installed, *sorted(map(_state_of_file, ours))


def _modules_in(folder: str, *, deep: bool) -> Iterator[os.DirEntry[str]]:
    """Yield the modules in a folder, with those of its subfolders if `deep`."""
    for entry in os.scandir(folder):
        if entry.name.endswith(".py"):
            yield entry
        elif deep and entry.is_dir():
            yield from _modules_in(entry.path, deep=True)


def _state_of_file(file: os.DirEntry[str]) -> tuple[str, int, int]:
    status = file.stat()
    return file.path, status.st_size, status.st_mtime_ns


# ------------------------------------------------------------------ the content of an entry


def _pack(article: Article) -> Iterator[Any]:
    """Yield the values of an article after its text: the columns of each tuple of ranges, and all else."""
    for rows in (article.blocks, article.styles, article.citations, article.references, article.noise, article.debris):
        yield _columns(rows)
    file = article.file
    yield (
        article.title,
        article.format,
        article.language,
        tuple(article.about),
        bool(article.original),
        None if file is None else ("" if file.text == article.text else file.text, file.encoding, file.has_mark),
        article.digest,
        [(*comment[:2], [tuple(message) for message in comment.messages], *comment[3:]) for comment in article.comments],
        # The sentences of an article with debris depend on whether that is shown.
        None if article.debris else article.sentences.to_columns(),
    )


def _columns(rows: Iterable[NamedTuple]) -> _Columns:
    columns = zip(*rows, strict=True)
    return tuple(tuple(map(str, column)) if isinstance(column[0], StrEnum) else column for column in columns)


def _unpack(text: str, values: Iterator[Any], data: bytes | None, source: str) -> Article:
    """Return the article of a text and the values after it. Raises LookupError if it holds the document, and `data` is None."""
    blocks, styles = _rows(Block, next(values), BlockKind), _rows(Style, next(values), StyleKind)
    citations, references = _rows(Citation, next(values)), _rows(Reference, next(values))
    noise, debris = _rows(Noise, next(values), NoiseReason), _rows(Noise, next(values), NoiseReason)
    title, format, language, about, has_original, file, digest, comments, sentences = next(values)
    if has_original and data is None:
        raise LookupError
    article = Article(
        text=text,
        title=title,
        blocks=blocks,
        styles=styles,
        citations=citations,
        references=references,
        noise=noise,
        debris=debris,
        format=format,
        source=source,
        language=language,
        about=About(*about),
        comments=tuple(
            Comment(start, end, tuple(map(CommentMessage._make, messages)), *others)
            for start, end, messages, *others in comments
        ),
        original=data if has_original and data is not None else b"",
        file=None if file is None else FileText(file[0] or text, *file[1:]),
    )
    vars(article).update(digest=digest)
    if sentences is not None:
        article.sentences.add_columns(sentences)
    return article


def _rows(row: type[_RowT], columns: _Columns, kinds: type[StrEnum] | None = None) -> tuple[_RowT, ...]:
    """Return the rows of columns, of which the third is of the enumeration `kinds`."""
    if kinds is not None and columns:
        by_value = {kind.value: kind for kind in kinds}
        columns = (*columns[:2], [by_value[value] for value in columns[2]], *columns[3:])
    return tuple(map(row._make, zip(*columns, strict=True)))
