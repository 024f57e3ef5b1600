"""Ranges in the units of every format that has offsets: written where the words are, read back to where they were."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.article.ranges import Span
from reader.imports import ImportSource
from reader.imports.plan import plan_import
from reader.review.edits import trim_span
from reader.review.session import ReviewSession
from tests.hypothesis_profiles import examples
from tests.unit.review_strategies import article
from tests.unit.test_imports import exported, planned, read

UNITS: Final = "utf-16-le"
WORDS: Final = (
    *("ferry", "41,000", "🚢", "👩\u200d👩\u200d👧", "e\u0301te\u0301", "Ko\u0301va\u0301cs", "שלום", "العَرَبِيَّة", "𐐔𐐯𐑅𐐨𐑉𐐯𐐻"),
    *("𝟜𝟙", "भाषा", "🇸🇪", "⛴\ufe0f", "ｆｕｌｌ", "a\u200bb", "\u2067ימין\u2069", "…", "한국어"),
)
"""Words with code points of one and two UTF-16 units, combining marks, joined emoji, and letters from right to left."""
TRICKY: Final = f"{' '.join(WORDS[:9])}\r\n\r\n{' '.join(WORDS[9:])}\r\nferry 🚢 ferry\r\n"


class Piece(NamedTuple):
    """A range as a file has it: what it counts in, and the words that it should hold. `text` is what it counts."""

    text: str
    start: int
    end: int
    words: str = ""
    is_utf16: bool = False

    def held(self) -> str:
        """Return the words at the range."""
        if not self.is_utf16:
            return self.text[self.start : self.end]
        return self.text.encode(UNITS)[2 * self.start : 2 * self.end].decode(UNITS)


def selectors(targets: list[dict[str, Any]], text: str, *, is_utf16: bool) -> Iterator[Piece]:
    for target in targets:
        found = {selector["type"]: selector for selector in target["selector"]}
        place = found["TextPositionSelector"]
        yield Piece(text, place["start"], place["end"], found["TextQuoteSelector"]["exact"], is_utf16)


def members(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.rpartition("/")[2]: archive.read(name).decode() for name in archive.namelist()}


def json_lines(data: bytes, text: str) -> Iterator[Piece]:
    for line in map(json.loads, data.splitlines()):
        if line["type"] == "annotation":
            yield Piece(text, line["start"], line["end"], line["quote"])


def web_annotations(data: bytes, text: str) -> Iterator[Piece]:
    return selectors([item["target"] for item in json.loads(data)["first"]["items"]], text, is_utf16=False)


def hypothesis_file(data: bytes, text: str) -> Iterator[Piece]:
    return selectors([row["target"][0] for row in json.loads(data)["annotations"]], text, is_utf16=True)


def doccano(data: bytes, _: str) -> Iterator[Piece]:
    line = json.loads(data)
    return (Piece(line["text"], one["start_offset"], one["end_offset"], is_utf16=True) for one in line["entities"])


def label_studio(data: bytes, _: str) -> Iterator[Piece]:
    (task,) = json.loads(data)
    for result in task["annotations"][0]["result"]:
        value = result["value"]
        yield Piece(task["data"]["text"], value["start"], value["end"], value["text"])


def prodigy(data: bytes, _: str) -> Iterator[Piece]:
    task = json.loads(data)
    return (Piece(task["text"], span["start"], span["end"]) for span in task["spans"])


def brat(data: bytes, _: str) -> Iterator[Piece]:
    files = members(data)
    (text,) = (content for name, content in files.items() if name.endswith(".txt"))
    (records,) = (content for name, content in files.items() if name.endswith(".ann"))
    for pieces in re.findall(r"^T\d+\t\S+ ([\d ;]+)\t", records, re.MULTILINE):
        places = [int(place) for place in re.split("[ ;]", pieces)]
        yield Piece(text, min(places), max(places))


def refi_qda(data: bytes, _: str) -> Iterator[Piece]:
    files = members(data)
    (text,) = (content for name, content in files.items() if name.endswith(".txt"))
    for element in ElementTree.fromstring(files["project.qde"]).iter():
        if element.tag.endswith("}PlainTextSelection"):
            yield Piece(text, int(element.attrib["startPosition"]), int(element.attrib["endPosition"]))


def uima_json(data: bytes, _: str) -> Iterator[Piece]:
    structures = json.loads(data)["%FEATURE_STRUCTURES"]
    marks = (one for one in structures if one["%TYPE"] == "claimreader.Mark")
    return (Piece(structures[0]["sofaString"], mark["begin"], mark["end"], is_utf16=True) for mark in marks)


def uima_xmi(data: bytes, _: str) -> Iterator[Piece]:
    (content,) = (content for name, content in members(data).items() if name.endswith(".xmi"))
    elements = [*ElementTree.fromstring(content)]
    (text,) = (element.attrib["sofaString"] for element in elements if "sofaString" in element.attrib)
    for element in elements:
        if element.tag.endswith("}Mark"):
            yield Piece(text, int(element.attrib["begin"]), int(element.attrib["end"]), is_utf16=True)


READERS: Final[dict[str, Callable[[bytes, str], Iterator[Piece]]]] = {
    "jsonl": json_lines,
    "web-annotation": web_annotations,
    "hypothesis": hypothesis_file,
    "doccano": doccano,
    "label-studio": label_studio,
    "prodigy": prodigy,
    "brat": brat,
    "refi-qda": refi_qda,
    "uima-json": uima_json,
    "uima-xmi": uima_xmi,
}
ONE_WAY: Final = ("uima-json", "uima-xmi")
"""The formats that are written and not read."""


def marked(text: str, ranges: list[tuple[int, int]]) -> tuple[ReviewSession, list[Span]]:
    """Return a review of a text with claims on ranges of it, each given by two numbers, and where they are, in order."""
    session = ReviewSession(article(text), "own")
    whole, size = session.index.article.text, len(session.index.article.text)
    spans = {trim_span(whole, Span(min(a % size, b % size), max(a % size, b % size) + 1)) for a, b in ranges}
    places = sorted(span for span in spans if span.end > span.start)
    for span in places:
        session.add(span)
    return session, places


def check_format(name: str, text: str, ranges: list[tuple[int, int]]) -> None:
    """Check that each range of a file holds the words of its mark, and comes back to where it was."""
    session, places = marked(text, ranges)
    if not places:
        return
    whole, data = session.index.article.text, exported(session, name)
    pieces = [*READERS[name](data, whole)]
    words = sorted(whole[slice(*place)] for place in places)
    assert sorted(piece.held() for piece in pieces) == words
    assert all(piece.words in ("", piece.held()) for piece in pieces)
    if name in ONE_WAY:
        return
    other = ReviewSession(session.index.article, "elsewhere")
    plan = planned(other, data, name)
    assert not plan.lost
    assert not plan.unsure
    assert sorted((mark.selector.start, mark.selector.end) for mark in plan.annotations) == [*map(tuple, places)]


words = st.sampled_from(WORDS)
separators = st.sampled_from([" ", " ", "\r\n", "\r\n\r\n", "\n\n"])
texts = st.lists(st.tuples(words, separators), min_size=1, max_size=12).map(lambda pairs: "".join(w + s for w, s in pairs))
numbers = st.integers(0, 200)


@pytest.mark.parametrize("name", READERS)
def test_each_format_holds_the_words_of_a_tricky_text(name: str) -> None:
    size = len(TRICKY.replace("\r\n", "\n"))
    check_format(name, TRICKY, [(at, at + length) for at in range(0, size, 7) for length in (0, 3, 20)])


@settings(max_examples=examples(100))
@given(st.sampled_from([*READERS]), texts, st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6))
@example("doccano", "🚢 🚢", [(0, 0), (2, 2)])
def test_every_range_is_written_where_its_words_are_and_comes_back(name: str, text: str, ranges: list[tuple[int, int]]) -> None:
    check_format(name, text, ranges)


def in_units(text: str, place: int, *, utf16: bool) -> int:
    return len(text[:place].encode(UNITS)) // 2 if utf16 else place


@settings(max_examples=examples(60))
@given(st.sampled_from(["doccano", "label-studio", "refi-qda"]), texts, st.booleans(), st.booleans())
def test_files_of_others_come_in_whichever_unit_they_count_and_whatever_ends_their_lines(
    name: str, text: str, utf16: bool, crlf: bool
) -> None:
    """Each word is a range, as it is where people mark: without quotes, the ends of words tell the unit."""
    whole = text if crlf else text.replace("\r\n", "\n")
    places = [match.span() for match in re.finditer(r"\S+", whole)]
    ranges = [(in_units(whole, start, utf16=utf16), in_units(whole, end, utf16=utf16)) for start, end in places]
    session = ReviewSession(article(text), "own")
    if name == "doccano":
        data = json.dumps({"text": whole, "label": [[*one, "Claim"] for one in ranges]}).encode()
    elif name == "label-studio":
        values = [
            {"start": start, "end": end, "text": whole[slice(*place)], "labels": ["Claim"]}
            for (start, end), place in zip(ranges, places, strict=True)
        ]
        results = [{"id": str(n), "type": "labels", "from_name": "label", "value": value} for n, value in enumerate(values)]
        data = json.dumps([{"data": {"text": whole}, "annotations": [{"result": results}]}]).encode()
    else:
        marks = "".join(
            f'<PlainTextSelection guid="{n}" startPosition="{start}" endPosition="{end}"/>'
            for n, (start, end) in enumerate(ranges)
        )
        source = f'<TextSource guid="s" name="x" plainTextPath="internal://s.txt">{marks}</TextSource>'
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("project.qde", f'<Project xmlns="urn:QDA-XML:project:1.0"><Sources>{source}</Sources></Project>')
            archive.writestr("Sources/s.txt", whole.encode())
        data = out.getvalue()
    plan = plan_import(session, read(session, ImportSource(data), name))
    found = sorted(mark.selector.start for mark in plan.annotations)
    assert found == [match.start() for match in re.finditer(r"\S+", session.index.article.text)]
    assert not plan.lost
    assert not plan.unsure
