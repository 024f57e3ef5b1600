"""Where a range of an article's text stands in its file, as an editor, a SARIF viewer and a hex editor count."""

import codecs
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.file_places import FilePlaces, FileRegion
from reader.article.model import FileText
from reader.article.ranges import Span
from reader.formats import parse_article, read_article

TEXT = (
    "---\ntitle: Ferries 🚢\n---\n\n# Cafe\u0301s\n\nIt carried 41,000 people in May [1].\n"
    "Nobody 🚢 counted [7] them.\n\n[1] Ames, D. (1999). Ferns.\n"
)
ENCODINGS = [
    (b"", "utf-8"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
]


@pytest.mark.parametrize(("mark", "encoding"), ENCODINGS)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_marker_is_located_in_the_file_as_it_is_on_the_disk(mark: bytes, encoding: str, ending: str, tmp_path: Path) -> None:
    path = tmp_path / "ferries.md"
    data = mark + TEXT.replace("\n", ending).encode(encoding)
    path.write_bytes(data)
    article = read_article(str(path))
    assert article.text == TEXT  # the front matter stays in the text
    assert article.file is not None
    assert article.file.to_bytes() == data
    start = TEXT.index("[7]")
    region = FilePlaces(article.text, article.file).region(Span(start, start + 3))
    lines = re.split("\r\n|\r|\n", data[len(mark) :].decode(encoding))
    assert lines[region.start_line - 1][region.start_column - 1 : region.end_column - 1] == "[7]"
    assert article.file.text[region.offset :][: region.length] == "[7]"
    assert data[region.byte_offset :][: region.byte_length].decode(encoding) == "[7]"


def test_a_byte_order_mark_is_no_column_and_bytes_are_known_only_where_they_are_certain() -> None:
    data = codecs.BOM_UTF8 + b"[7] begins.\n"
    article = parse_article(data, "a.txt")
    assert FilePlaces(article.text, article.file).region(Span(0, 3)) == FileRegion(1, 1, 1, 4, 0, 3, 3, 3)
    legacy = parse_article("Über Fähren und Häfen [7].\n".encode("cp1252"), "a.txt")
    assert legacy.file is not None
    assert (legacy.file.encoding, legacy.file.is_exact) == ("cp1252", False)
    assert FilePlaces(legacy.text, legacy.file).region(Span(22, 25)) == FileRegion(1, 23, 1, 26, 22, 3)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.rst", "Ferries\n=======\n\nIt *carried* people [1]_.\n\n.. [1] Ames.\n"), ("a.html", "<p>It carried people.</p>")],
)
def test_a_text_that_was_extracted_has_places_in_itself_only(name: str, text: str) -> None:
    article = parse_article(text.encode(), name)
    assert article.text != text
    assert article.file is None
    start = article.text.index("people")
    region = FilePlaces(article.text).region(Span(start, start + 6))
    assert article.text.split("\n")[region.start_line - 1][region.start_column - 1 :].startswith("people")
    assert (region.offset, region.byte_offset) == (start, -1)


@given(st.text(st.sampled_from("ab🚢\u0301\r\n\u2028\x0b\x85")), st.data(), st.sampled_from(ENCODINGS))
def test_lines_characters_and_bytes_of_any_range_agree(written: str, data: st.DataObject, encoding: tuple[bytes, str]) -> None:
    mark, codec = encoding
    file = FileText(written, codec, bool(mark))
    text = written.replace("\r\n", "\n").replace("\r", "\n")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    region = FilePlaces(text, file).region(Span(start, end))
    starts = [0, *(match.end() for match in re.finditer("\r\n|\r|\n", written))]
    assert starts[region.start_line - 1] + region.start_column - 1 == region.offset
    assert starts[region.end_line - 1] + region.end_column - 1 == region.offset + region.length
    piece = written[region.offset :][: region.length]
    assert piece.replace("\r\n", "\n").replace("\r", "\n") == text[start:end]
    assert file.to_bytes()[region.byte_offset :][: region.byte_length] == piece.encode(codec)
