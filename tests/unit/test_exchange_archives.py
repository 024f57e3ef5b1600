"""Exports as archives: brat, REFI-QDA and UIMA's XMI, each as its own reader or its specification takes it."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]  # no stubs

from reader.exchange import FORMATS, Report, build_report
from reader.exchange.archive import ArchiveWriter, member_lines
from reader.exchange.coded_text import code_report
from reader.review.index import ReviewItems
from reader.review.model import ClaimLink, Judgement
from reader.review.scale import DEFAULT_SCALE, Scale, Verdict
from reader.review.session import ReviewSession
from reader.review.vocabulary import CLAIM
from tests.hypothesis_profiles import CHARACTERS, examples
from tests.unit.golden_review import AT, OPTIONS, annotation, report
from tests.unit.review_strategies import TEXT, article, review

PROJECT_SCHEMA = Path(__file__).parents[1] / "schemas" / "refi-qda-project.xsd"
QDE = "{urn:QDA-XML:project:1.0}"
ARCHIVES = [row.name for row in FORMATS.values() if row.media_type == "application/zip"]
hostile = st.text(CHARACTERS, min_size=1, max_size=20) | st.sampled_from(
    ["a\tb\nT9\tclaim 0 5\tx", "]]><x>", '"&<', "\x00\x0b\x1b", "\u2028#1\tn", "\ud800", "-DOCSTART- -X- O O", "\u202eabc"]
)


def files_of(name: str, *reports: Report) -> dict[str, str]:
    """Return the members of an archive by name."""
    with zipfile.ZipFile(io.BytesIO(written(name, *reports))) as archive:
        assert archive.testzip() is None
        return {member: archive.read(member).decode("utf-8") for member in archive.namelist()}


def written(name: str, *reports: Report) -> bytes:
    return b"".join(FORMATS[name].write(reports, OPTIONS))


def said_of(text: str) -> Report:
    """Return a review in which a text from outside stands wherever one can."""
    read = article(TEXT)
    judgement = Judgement("2", "contradicts", note=text, by=text, at=text)
    quote = "The port office counted 20,500 [2]."
    claim = annotation(read, 1, quote, judgements=(judgement,), note=text, tags=(text,), decision=text, fix=text)
    lost = replace(claim, kind=CLAIM, creator=text)
    return build_report(ReviewSession(read, "the-article", ReviewItems([lost])), AT)


# ------------------------------------------------------------------ archives


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_second_archive_is_the_same_and_holds_no_path_and_no_account(name: str) -> None:
    data = written(name, report())
    assert data == written(name, report())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for text in files_of(name, report()).values():
        assert not re.search(r"/home|/texts/|\bana\b|\bben\b|ferry\.txt", text)
        assert not {"\x00", "\x1b", "\u202e", "\ud800"} & {*text}


@pytest.mark.parametrize("name", ARCHIVES)
def test_articles_of_one_title_have_files_of_their_own(name: str) -> None:
    twin = build_report(review(article(TEXT.replace("41,000", "42,000"))), AT)
    files, alone = files_of(name, report(), twin), files_of(name, report())
    of_an_article = {"brat": 2, "refi-qda": 1, "uima-xmi": 1}[name]
    assert len(files) == len(alone) + of_an_article


@given(st.lists(st.tuples(st.text("ab/é", min_size=1, max_size=5), st.binary(max_size=50)), max_size=5))
def test_an_archive_comes_in_pieces_and_has_all_members(members: list[tuple[str, bytes]]) -> None:
    writer, named = ArchiveWriter(), dict(members)
    data = b"".join(writer.add(name, [content[:9], content[9:]]) for name, content in named.items()) + writer.close()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == named
    assert [line[2:] for line in member_lines(data) if line.startswith("— ")] == [*named]


# ------------------------------------------------------------------ brat

NAME = r"[A-Za-z0-9_-]+"
RECORD = re.compile(
    rf"T\d+\t{NAME} \d+ \d+(;\d+ \d+)*\t[^\t\n]+|A\d+\t{NAME} T\d+ {NAME}|R\d+\t{NAME} Arg1:T\d+ Arg2:T\d+"
    r"|#\d+\tAnnotatorNotes T\d+\t[^\t\n]+"
)
"""A record of brat's standoff format (https://brat.nlplab.org/standoff.html)."""


def check_brat(files: dict[str, str]) -> list[str]:
    """Check the files of one article against the documentation of brat; return the records."""
    (name,) = (file.removesuffix(".ann") for file in files if file.endswith(".ann"))
    text, records, types = files[f"{name}.txt"], files[f"{name}.ann"].splitlines(), files["annotation.conf"]
    declared = set(re.findall(NAME, types))
    ids = [record.partition("\t")[0] for record in records]
    assert len(ids) == len(set(ids))
    for record in records:
        assert RECORD.fullmatch(record), record
        kind, _, rest = record.partition("\t")
        if kind[0] == "T":
            head, _, words = rest.partition("\t")
            label, _, offsets = head.partition(" ")
            places = [tuple(map(int, piece.split())) for piece in offsets.split(";")]
            assert " ".join(text[start:end] for start, end in places) == words
            assert label in declared
        else:
            assert {*re.findall(r"\bT\d+", rest.partition("\t")[0])} <= {*ids}
            assert set(re.findall(NAME, rest)) & declared or kind[0] == "#"
    return records


def test_brat_reads_ranges_relations_attributes_and_notes() -> None:
    files = files_of("brat", report())
    records = check_brat(files)
    assert [record[0] for record in records].count("T") == len(code_report(report()).spans)
    assert [record.split()[1] for record in records if record[0] == "R"] == [
        *("partly-supports", "contradicts", "rests-on", "unavailable", "supports", "overstated")
    ]
    assert [record for record in records if "\tVerdict " in record] == [], "each verdict is said once"
    assert report().article.text in files.values()


def test_pybrat_reads_ranges_and_relations_where_they_are(tmp_path: Path) -> None:
    parser = pytest.importorskip("pybrat.parser", reason="needs the extra `validators`")
    for name, content in files_of("brat", report()).items():
        (tmp_path / name).write_text(content, encoding="utf-8", newline="")
    (example,) = parser.BratParser().parse(str(tmp_path))
    text, spans = report().article.text, code_report(report()).spans
    assert example.text == text
    read = [(one.type, one.spans[0].start, one.spans[-1].end) for one in example.entities]
    assert sorted(read) == sorted((span.label, span.start, span.end) for span in spans)
    for one in example.entities:
        assert " ".join(text[piece.start : piece.end] for piece in one.spans) == one.mention
    ends = [(relation.type, relation.arg1.type, relation.arg2.mention[:3]) for relation in example.relations]
    verdicts = (
        ("partly-supports", 1),
        ("contradicts", 2),
        ("rests-on", 4),
        ("unavailable", 3),
        ("supports", 1),
        ("overstated", 2),
    )
    assert ends == [(verdict, "claim", f"[{number}]") for verdict, number in verdicts]


def test_a_verdict_on_a_reference_that_is_not_in_the_text_is_an_attribute() -> None:
    read = article(TEXT)
    links = {"8": ClaimLink(True, "", "", AT), "9": ClaimLink(True, "", "", AT)}
    judgements = (Judgement("2", "contradicts"), Judgement("8", "supports"), Judgement("9", "overstated"))
    claim = annotation(read, 1, "The port office counted 20,500 [2].", judgements=judgements, links=links)
    records = check_brat(files_of("brat", build_report(ReviewSession(read, "", ReviewItems([claim])), AT)))
    assert [record for record in records if record[0] in "AR"] == [
        "A1\tVerdict T1 overstated",
        "R1\tcontradicts Arg1:T1 Arg2:T2",
    ]


def test_verdicts_of_a_scale_in_another_script_stay_apart() -> None:
    scale = Scale(
        tuple(Verdict(name, name, str(key), "?", "unsure", 1) for key, name in enumerate(("支持", "反对", "gestützt")))
    )
    read = article(TEXT)
    judgements = (Judgement("1", "支持"), Judgement("2", "反对"))
    claim = annotation(
        read, 1, "The port office counted 20,500 [2].", judgements=judgements, links={"1": ClaimLink(True, "", "", AT)}
    )
    session = ReviewSession(read, "", ReviewItems([claim]), scale=scale)
    records = check_brat(files_of("brat", build_report(session, AT)))
    assert sorted(record.split()[1] for record in records if record[0] == "R") == ["_53cd_5bf9", "_652f_6301"]


def test_a_range_over_lines_is_in_pieces_for_brat() -> None:
    read = article("One line\n\n   \nof two. Then more of the text.\n")
    session = ReviewSession(read, "", ReviewItems([annotation(read, 1, "line\n\n   \nof two.")]))
    records = check_brat(files_of("brat", build_report(session, AT)))
    assert records[0] == "T1\tclaim 4 8;14 21\tline of two."


@given(hostile)
@settings(max_examples=examples(20))
@example("a\tb\nT9\tclaim 0 5\tx")
def test_nothing_that_is_said_becomes_a_record_of_brat(text: str) -> None:
    plain = [record.partition("\t")[0] for record in check_brat(files_of("brat", said_of("x")))]
    assert [record.partition("\t")[0] for record in check_brat(files_of("brat", said_of(text)))] == plain


# ------------------------------------------------------------------ REFI-QDA


def project_of(*reports: Report) -> Element:
    """Return the project of an archive, which is as REFI's schema has it."""
    data = files_of("refi-qda", *reports)["project.qde"].encode("utf-8")
    schema = etree.XMLSchema(etree.parse(PROJECT_SCHEMA))
    schema.assertValid(etree.fromstring(data))
    return fromstring(data)


def test_a_project_has_every_annotation_as_a_coded_selection() -> None:
    made, project = report(), project_of(report())
    text = next(content for name, content in files_of("refi-qda", made).items() if name.endswith(".txt"))
    codes = {code.get("guid"): code.get("name") for code in project.iter(f"{QDE}Code")}
    selections = list(project.iter(f"{QDE}PlainTextSelection"))
    spans = code_report(made).spans
    for selection, span in zip(selections, spans, strict=True):
        start, end = int(selection.get("startPosition", "")), int(selection.get("endPosition", ""))
        assert text[start:end] == made.article.text[span.start : span.end]
        refs = [codes[ref.get("targetGUID")] for ref in selection.iter(f"{QDE}CodeRef")]
        assert refs[0] == span.label
        if span.item is not None:
            assert {pair.verdict for pair in span.item.pairs if pair.verdict} <= {*refs}
    guids = [element.get("guid") for element in project.iter() if element.get("guid")]
    assert len(guids) == len({*guids})
    known = {selection.get("guid") for selection in selections}
    links = list(project.iter(f"{QDE}Link"))
    assert len(links) == 6
    assert all({link.get("originGUID"), link.get("targetGUID")} <= known for link in links)
    notes = {note.get("guid"): note.findtext(f"{QDE}PlainTextContent") for note in project.iter(f"{QDE}Note")}
    on_second = notes[next(iter(links[1])).get("targetGUID")]
    assert on_second is not None
    assert on_second.startswith("contradicts; wrong number, out of context [2]\n\ncounts tickets, *not* heads\n\n“We counted")


def test_the_codes_of_tags_are_those_of_the_codebook() -> None:
    tags = next(code for code in project_of(report()).iter(f"{QDE}Code") if code.get("name") == "tag")
    tree = {child.get("name"): [one.get("name") for one in child.findall(f"{QDE}Code")] for child in tags}
    assert tree == {"c++": [], "numbers": ["passengers"]}


def test_accounts_and_paths_stay_out_of_a_project_unless_they_are_asked_for() -> None:
    made = report()
    (first, *others) = made.items
    made = replace(made, items=(replace(first, annotation=replace(first.annotation, creator="lind@harbour-desk")), *others))
    private = re.compile(r"/home|/texts|harbour-desk|\bana\b")

    def found(*, with_paths: bool) -> list[str]:
        data = b"".join(FORMATS["refi-qda"].write([made], replace(OPTIONS, with_paths=with_paths)))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return [one for file in archive.namelist() for one in private.findall(file + archive.read(file).decode())]

    assert found(with_paths=False) == []
    assert found(with_paths=True) != []


def test_a_project_of_nothing_and_of_several_articles_is_valid() -> None:
    empty = build_report(review(article("One line.")), AT)
    assert project_of().find(f"{QDE}Sources") is None
    assert len(project_of(empty, report()).findall(f"{QDE}Sources/{QDE}TextSource")) == 2


@given(hostile)
@settings(max_examples=examples(20))
def test_nothing_that_is_said_becomes_an_element_of_a_project(text: str) -> None:
    project = project_of(said_of(text))
    assert len(list(project.iter(f"{QDE}PlainTextSelection"))) == 2
    assert len(list(project.iter(f"{QDE}Coding"))) == 5


def test_pyrefiqda_reads_the_project(tmp_path: Path) -> None:
    pyrefiqda = pytest.importorskip("pyrefiqda", reason="needs the extra `validators`")
    file = tmp_path / "review.qdpx"
    file.write_bytes(written("refi-qda", report()))
    project = pyrefiqda.RefiProject.load(str(file), extract_dir=str(tmp_path / "unpacked"))
    assert [code.name for code in project.code_book.codes.code][:4] == ["claim", "not-claim", "later", "reference"]
    assert [link.name for link in project.links.link][:2] == ["partly-supports", "contradicts"]
    (source,) = project.sources.text_source
    unpacked = [file for file in (tmp_path / "unpacked").rglob("*.txt") if file.name in source.plain_text_path]
    text, spans = unpacked[0].read_text("utf-8"), code_report(report()).spans
    places = [(one.start_position, one.end_position) for one in source.plain_text_selection]
    assert sorted(places) == sorted((span.start, span.end) for span in spans)
    assert text == report().article.text


# ------------------------------------------------------------------ UIMA


def check_cas(cas: object) -> None:
    """Check what dkpro-cassis made of the file: it counts code points."""
    made = report()
    select = cas.select  # pyright: ignore[reportAttributeAccessIssue]  # of the extra `validators`
    marks = list(select("claimreader.Mark"))
    assert [(mark.begin, mark.end, mark.label) for mark in marks] == [
        (item.selector.start, item.selector.end, item.annotation.kind) for item in made.items
    ]
    assert [mark.get_covered_text() for mark in marks] == [item.selector.exact for item in made.items]
    assert marks[1].tags.elements == ["numbers/passengers", "c++"]
    pairs = list(select("claimreader.Pair"))
    assert [pair.verdict for pair in pairs] == [
        *("partly-supports", "contradicts", None, "unavailable", "supports", "overstated")
    ]
    assert [pair.claim.label for pair in pairs] == ["claim"] * 6
    assert [pair.reference.label for pair in pairs] == ["1", "2", "4", "3", "1", "2"]
    assert {verdict.id for verdict in DEFAULT_SCALE.verdicts} >= {pair.verdict for pair in pairs} - {None, "unavailable"}


def test_cassis_reads_the_json() -> None:
    cassis = pytest.importorskip("cassis", reason="needs the extra `validators`")
    check_cas(cassis.load_cas_from_json(io.BytesIO(written("uima-json", report()))))


def test_cassis_reads_the_xmi() -> None:
    cassis = pytest.importorskip("cassis", reason="needs the extra `validators`")
    types, text = files_of("uima-xmi", report()).values()
    system = cassis.load_typesystem(io.BytesIO(types.encode("utf-8")))
    check_cas(cassis.load_cas_from_xmi(io.BytesIO(text.encode("utf-8")), typesystem=system))


def test_ranges_of_xmi_are_where_java_counts_them() -> None:
    made = report()
    root = fromstring(files_of("uima-xmi", made).popitem()[1].encode("utf-8"))
    (sofa,) = root.iter("{http:///uima/cas.ecore}Sofa")
    units = sofa.get("sofaString", "").encode("utf-16-le")
    quotes = [
        units[2 * int(mark.get("begin", "")) : 2 * int(mark.get("end", ""))].decode("utf-16-le")
        for mark in root.iter("{http:///claimreader.ecore}Mark")
    ]
    assert quotes == [item.selector.exact for item in made.items]


@given(hostile)
@settings(max_examples=examples(20))
def test_nothing_that_is_said_becomes_an_element_of_xmi(text: str) -> None:
    root = fromstring(files_of("uima-xmi", said_of(text)).popitem()[1].encode("utf-8"))
    assert len(root) == len(fromstring(files_of("uima-xmi", said_of("x")).popitem()[1].encode("utf-8")))
