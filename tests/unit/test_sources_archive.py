"""A zip file as a place: read without unpacking, and what is no document in it named."""

from __future__ import annotations

import stat
import zipfile
from pathlib import Path

import pytest

from reader.errors import ReaderError
from reader.sources.candidate import FileRefusal, SourceFile
from reader.sources.places import open_place


def archive(path: Path, **contents: bytes) -> Path:
    """Write a zip file; "__" in a name stands for a slash, the last "_" for the dot of the suffix."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in contents.items():
            file.writestr(".".join(name.replace("__", "/").rsplit("_", 1)), data)
    return path


def test_the_documents_of_an_archive_are_read(tmp_path: Path) -> None:
    place = open_place(str(archive(tmp_path / "papers.zip", papers__a_pdf=b"one", b_md=b"two", c_png=b"three")))
    files = [file for file in place.files() if isinstance(file, SourceFile)]
    assert [(file.name, file.origin) for file in files] == [
        ("papers.zip/papers/a.pdf", f"{tmp_path}/papers.zip/papers/a.pdf"),
        ("papers.zip/b.md", f"{tmp_path}/papers.zip/b.md"),
    ]
    assert [place.read(file) for file in files] == [b"one", b"two"]
    place.close()


def test_what_is_no_document_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "bad.zip", good_pdf=b"x", bomb_pdf=b"\0" * 30_000_000)
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("../../etc/evil.pdf", b"x")
        file.writestr("/elsewhere/evil.pdf", b"x")
        link = zipfile.ZipInfo("link.pdf")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, b"/etc/passwd")
        file.writestr("more/inner.zip", b"x")
        locked = zipfile.ZipInfo("large.pdf")
        file.writestr(locked, bytes(range(256)) * 6_000)
    monkeypatch.setenv("CLAIM_READER_MAX_SIZE", "1")
    place = open_place(str(path))
    files = list(place.files())
    refused = {Path(one.name).name: one.reason for one in files if isinstance(one, FileRefusal)}
    assert refused.keys() == {"bomb.pdf", "evil.pdf", "link.pdf", "inner.zip"}
    readable = {Path(one.name).name: one for one in files if isinstance(one, SourceFile)}
    assert place.read(readable["good.pdf"]) == b"x"
    with pytest.raises(ReaderError, match="larger than 1 MB"):
        place.read(readable["large.pdf"])
    place.close()


def test_a_damaged_file_and_a_damaged_archive_are_errors(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", a_pdf=b"something that is compressed " * 50)
    data = bytearray(path.read_bytes())
    data[45:60] = b"\xff" * 15
    path.write_bytes(data)
    place = open_place(str(path))
    (file,) = (one for one in place.files() if isinstance(one, SourceFile))
    with pytest.raises(ReaderError, match="damaged"):
        place.read(file)
    place.close()
    (tmp_path / "b.zip").write_bytes(b"PK\3\4 no more")
    with pytest.raises(ReaderError, match="no zip file"):
        list(open_place(str(tmp_path / "b.zip")).files())
