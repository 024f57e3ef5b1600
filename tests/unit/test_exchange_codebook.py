"""The codebook as a file: what is written is read back; what a file cannot carry or a foreign one holds too much of is told."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reader.errors import ReaderError
from reader.exchange.codebook_file import CODEBOOK_FORMATS, CSV, QDC, describe_codebook_losses, read_codebook, write_codebook
from reader.printable import printable
from reader.review.codebook import DIGITS, Codebook, TagUses
from reader.review.model import Tag, clean_tag_name
from reader.review.vocabulary import TAG_COLOURS, TAG_SYMBOLS
from tests.unit.review_strategies import CHARACTERS

NAMESPACE = "{urn:QDA-XML:codebook:1.0}"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

texts = st.text(CHARACTERS, max_size=12)
parts = texts.map(lambda text: clean_tag_name(text.replace("/", "-"))).filter(bool)
names = st.lists(parts, min_size=1, max_size=3).map("/".join)


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    """Return codebooks with any printable words, as they are told to a person."""
    tags: list[Tag] = []
    for number, name in enumerate(draw(st.lists(names, max_size=5, unique=True))):
        looks = draw(st.sampled_from(("", *TAG_COLOURS))), draw(st.sampled_from(("", *TAG_SYMBOLS))), DIGITS[number]
        synonyms = tuple(draw(st.lists(parts, max_size=2, unique=True)))
        tags.append(Tag(f"{number}", name, " ".join(printable(draw(texts)).split()), *looks, synonyms))
    return Codebook(tuple(tags))


def without_ids(codebook: Codebook) -> list[Tag]:
    return sorted((Tag("", *(getattr(tag, name) for name in FIELDS)) for tag in codebook.tags), key=lambda tag: tag.name)


FIELDS = ("name", "definition", "colour", "symbol", "digit", "synonyms")


@given(codebooks())
def test_csv_is_read_back_as_it_was_written(codebook: Codebook) -> None:
    data = write_codebook(codebook, CSV)
    file = read_codebook(data, CSV)
    assert sorted(file.tags, key=lambda tag: tag.name) == without_ids(codebook)
    assert file.remarks == ()
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for cell in row), "no cell is a formula"


@given(codebooks())
def test_qdc_keeps_names_definitions_and_colours(codebook: Codebook) -> None:
    file = read_codebook(write_codebook(codebook, QDC), QDC)
    kept = [(tag.name, tag.definition, tag.colour) for tag in sorted(file.tags, key=lambda tag: tag.name)]
    assert kept == [(tag.name, tag.definition, tag.colour) for tag in without_ids(codebook)]


@given(codebooks())
@example(Codebook((Tag("0", "0/0"),)))  # the id of the tag is the name of what it is nested in
def test_qdc_has_the_structure_of_the_standard(codebook: Codebook) -> None:
    root = ElementTree.fromstring(write_codebook(codebook, QDC))
    assert (root.tag, [child.tag for child in root]) == (f"{NAMESPACE}CodeBook", [f"{NAMESPACE}Codes"])
    guids: list[str] = []
    for code in root.iter(f"{NAMESPACE}Code"):
        assert {"guid", "name", "isCodable"} <= code.attrib.keys() <= {"guid", "name", "isCodable", "color"}
        assert GUID.fullmatch(code.attrib["guid"])
        assert code.attrib["isCodable"] in ("true", "false")
        assert re.fullmatch("#[0-9A-F]{6}", code.attrib.get("color", "#000000"))
        order = [child.tag.removeprefix(NAMESPACE) for child in code]
        assert order == sorted(order, key=["Description", "Code"].index)
        assert order.count("Description") < 2
        guids.append(code.attrib["guid"])
    assert len(guids) == len({*guids}) == len(codebook.rows())


def test_a_parent_that_is_no_tag_cannot_be_applied_and_does_not_become_one() -> None:
    tags = (Tag("01a210bc-c95b-7062-9eae-23d7f964e712", "water/wells", "private\nwells"),)
    codebook = Codebook(tags, TagUses({frozenset(["forgotten"]): 1}, {}, {}))
    data = write_codebook(codebook, QDC)
    assert data == write_codebook(codebook, QDC), "the same GUIDs each time"
    root = ElementTree.fromstring(data)
    found = [(code.attrib["name"], code.attrib["isCodable"]) for code in root.iter(f"{NAMESPACE}Code")]
    assert found == [("forgotten", "true"), ("water", "false"), ("wells", "true")]
    assert tags[0].id.encode() in data
    assert [tag.name for tag in read_codebook(data, QDC).tags] == ["forgotten", "water/wells"]


def test_what_a_file_cannot_carry_is_told() -> None:
    codebook = Codebook((Tag("1", "a", symbol="●", digit="3", synonyms=("b", "c")), Tag("2", "d", symbol="■")))
    assert describe_codebook_losses(codebook, QDC) == ("2 symbols", "1 key", "2 other names")
    assert describe_codebook_losses(codebook, CSV) == ()


FOREIGN = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>
 <Code guid="1" name="Trust in numbers" isCodable="true" color="#00f"><Description> One
two </Description><Code guid="2" name="on/off" isCodable="true"/><Code guid="3" name="On/Off" isCodable="true"/>
 <Code guid="4" name="#" isCodable="true"/></Code>
 <Code guid="5" name="Folder" isCodable="false"><Code guid="6" name="leaf" isCodable="true"/></Code>
 <Code guid="7" name="Folder" isCodable="true"/>
</Codes><Sets><Set guid="8" name="x"/></Sets></CodeBook>"""


def test_a_codebook_of_another_program_is_read_with_remarks() -> None:
    file = read_codebook(FOREIGN.encode(), QDC)
    assert [(tag.name, tag.definition, tag.colour) for tag in file.tags] == [
        ("Trust-in-numbers", "One\ntwo", "sky"),
        ("Trust-in-numbers/on-off", "", ""),
        ("Trust-in-numbers/On-Off", "", ""),
        ("Folder/leaf", "", ""),
        ("Folder", "", ""),
    ]
    assert file.remarks == (
        "3 codes renamed, as names here have no blanks, slashes or “#” in front",
        "1 code without a name left out",
        "sets of codes are left out",
    )


HOSTILE = (
    b"",
    b"\x00\xff\xfe",
    b"<CodeBook/>",
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
    b"<html><body>a page</body></html>",
    b"name\x00,definition\n",
    b'"name',
    b"title,text\n1,2\n",
    "näme".encode("latin-1"),
)


@pytest.mark.parametrize("data", HOSTILE)
@pytest.mark.parametrize("kind", CODEBOOK_FORMATS)
def test_what_is_no_codebook_is_refused_with_a_reason(data: bytes, kind: str) -> None:
    with pytest.raises(ReaderError) as refusal:
        read_codebook(data, kind)
    assert refusal.value.hint


def test_entities_from_outside_and_deep_nesting_do_no_harm() -> None:
    outside = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><CodeBook><Codes><Code name="a">'
    file = read_codebook(outside + b"<Description>&f;</Description></Code></Codes></CodeBook>", QDC)
    assert [(tag.name, tag.definition) for tag in file.tags] == [("a", "")]
    deep = b"<CodeBook><Codes>" + b'<Code name="a">' * 5000 + b"</Code>" * 5000 + b"</Codes></CodeBook>"
    assert len(read_codebook(deep, QDC).tags) == 20
    table = read_codebook(b"name,definition\n" + b"a/" * 50_000 + b",x\n" + b"b" * 501 + b",y\nc,z\n", CSV)
    assert [tag.name for tag in table.tags] == ["c"]
    assert len(table.remarks) == 2
    wide = b"<CodeBook><Codes>" + b"".join(b'<Code name="%d"/>' % n for n in range(20_001)) + b"</Codes></CodeBook>"
    with pytest.raises(ReaderError, match="more than 20,000 codes"):
        read_codebook(wide, QDC)


def test_a_file_that_breaks_off_says_so() -> None:
    whole = write_codebook(Codebook((Tag("1", "a"), Tag("2", "b"))), QDC)
    assert read_codebook(whole, QDC).remarks == ()
    cut = read_codebook(whole[: whole.rindex(b"<Code ")], QDC)
    assert [tag.name for tag in cut.tags] == ["a"]
    assert cut.remarks == ("the file breaks off: what follows is missing",)


def test_a_definition_of_several_lines_has_plain_line_ends() -> None:
    file = read_codebook(b'name,definition\r\na,"one\r\ntwo\rthree"\r\n', CSV)
    assert [tag.definition for tag in file.tags] == ["one\ntwo\nthree"]


def test_a_table_from_a_spreadsheet_is_read_whatever_separates_its_cells() -> None:
    table = (
        "Definition;NAME;Synonyms;Owner\n'=a share;numbers/per cent;pct #percent pct;Bo\n;;;\nx;;;\nlater;numbers/per cent;;\n"
    )
    file = read_codebook(table.encode("utf-16"), CSV)
    assert [(tag.name, tag.definition, tag.synonyms) for tag in file.tags] == [("numbers/per-cent", "later", ())]
    assert file.remarks == (
        "column “owner” is not taken over",
        "row 4 has no name and is left out",
        "row 5 stands for #numbers/per-cent instead of the row before it",
    )


def test_an_import_adds_and_updates_but_never_deletes() -> None:
    old = Codebook(
        (
            Tag("1", "water", "old", "violet", "●", digit="3", synonyms=("aqua",)),
            Tag("2", "gone from the file", "kept"),
            Tag("3", "energy", "stays"),
        )
    )
    rows = (
        "name,definition,colour,symbol,key,synonyms",
        "water,new,teal,■,1,h2o energy",
        "energy,,red,,3,",
        "aqua,x",
        "fire,hot,,,1,",
    )
    file = read_codebook("\n".join(rows).encode(), CSV)
    plan = old.update("import book.csv", file.tags, "Ann", has_looks=file.has_looks)
    after = {tag.name: tag for tag in old.after(plan).tags}
    assert after["water"] == Tag("1", "water", "new", "teal", "■", "", ("aqua", "h2o"))
    assert after["gone from the file"] == Tag("2", "gone from the file", "kept")
    assert after["energy"] == Tag("3", "energy", "stays", digit="3")
    assert (after["fire"].definition, after["fire"].digit, after["fire"].creator) == ("hot", "1", "Ann")
    assert plan.effects == (
        "left out: #aqua is another name of #water",
        "left out: “energy” means another tag",
        f"left out of #energy: “red” is no colour: one of {', '.join(TAG_COLOURS)}",
        "#water loses key 1",
    )
    foreign = old.update("import book.qdc", read_codebook(FOREIGN.encode(), QDC).tags, has_looks=False)
    assert {edit.item.key for edit in foreign.edits if edit.before is not None} == set()


@given(codebooks(), codebooks())
def test_an_import_makes_a_sound_codebook_and_a_second_one_changes_nothing(old: Codebook, new: Codebook) -> None:
    plan = old.update("import", new.tags, has_looks=True)
    after = old.after(plan)
    assert {tag.id for tag in old.tags} <= {tag.id for tag in after.tags}
    digits = [tag.digit for tag in after.tags if tag.digit]
    assert len(digits) == len({*digits})
    taken = {tag.name for tag in after.tags} & {tag.name for tag in new.tags}
    definitions = {tag.name: tag.definition for tag in new.tags}
    assert all(tag.definition == definitions[tag.name] for tag in after.tags if definitions.get(tag.name) and tag.name in taken)
    assert after.update("import", [tag for tag in new.tags if tag.name in taken], has_looks=True).edits == ()
