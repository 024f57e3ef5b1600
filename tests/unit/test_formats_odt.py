"""OpenDocument texts: those that LibreOffice and pandoc wrote, and hand-made ones for what is rare or hostile."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from reader.article.article import Article
from reader.article.model import BlockKind, StyleKind
from reader.errors import ReaderError
from reader.formats import parse_article, read_article

DOCUMENTS = Path(__file__).parents[1] / "documents"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing")),
        *(("fo", "xsl-fo-compatible"), ("meta", "meta"), ("svg", "svg-compatible")),
    )
)
STYLES = """
<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="T2" style:family="text" style:parent-style-name="T1"><style:text-properties fo:font-style="italic"
 style:text-position="super 58%"/></style:style>
<style:style style:name="T3" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Preformatted_20_Text"/>
<style:style style:name="P2" style:family="paragraph"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Loop" style:family="paragraph" style:parent-style-name="Loop"/>
<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="A" style:num-suffix=")"
 text:start-value="3"/><text:list-level-style-number text:level="2" style:num-format="i" style:num-prefix="("
 style:num-suffix=")"/></text:list-style>"""


def odt(body: str, *, manifest: str = "", styles: str = STYLES, **members: str) -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMESPACES} '
        f'xmlns:xlink="http://www.w3.org/1999/xlink"><office:automatic-styles>{styles}</office:automatic-styles>'
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        package.writestr("content.xml", content)
        package.writestr("META-INF/manifest.xml", manifest)
        for name, text in members.items():
            package.writestr(name.replace("_", "."), text)
    return file.getvalue()


def read(body: str) -> Article:
    return parse_article(odt(body), "draft.odt")


def texts(article: Article, kind: BlockKind | None = None) -> list[str]:
    blocks = (block for block in article.blocks if kind is None or block.kind is kind)
    return [article.text[block.start : block.end] for block in blocks]


@pytest.mark.parametrize("name", ["lamps.odt", "lamps.fodt", "lamps-pandoc.odt"])
def test_a_document_of_a_real_program_is_read_whole(name: str) -> None:
    article = read_article(str(DOCUMENTS / name))
    assert (article.format, article.title, article.about.byline) == ("odt", "The lamps of the north pier", "Ana Lüders")
    assert texts(article, BlockKind.HEADING)[1:] == ["What was counted", "What it rests on", "References", "Notes"]
    items = ["1. First the north pier was counted,", "2. then the south pier,", "a. from the sea,", "b. from the land,"]
    assert texts(article, BlockKind.ITEM)[:7] == [
        *items,
        "3. then the quay.",
        "• Nobody counted twice.",
        "• Nobody counted by day.",
    ]
    assert texts(article, BlockKind.QUOTE) == ["We counted what burned, and nothing else."]
    assert texts(article, BlockKind.CODE) == ["lamps = north + south\n    print(lamps)"]
    assert "10² candelas, and no H₂O reached" in article.text
    assert "1987    214" in article.text
    assert [(reference.label, reference.url) for reference in article.references] == [
        ("1", "https://a.example/lights"),
        ("2", ""),
        ("1", "https://town.example/budget"),
        ("2", ""),
    ]
    notes, listed = article.references[2:], article.references[:2]
    assert [citation.references for citation in article.citations] == [(entry.id,) for entry in (*notes, *listed)]
    styled = {(style.kind, article.text[style.start : style.end]) for style in article.styles}
    assert {(StyleKind.STRONG, "all night"), (StyleKind.EMPHASIS, "4 %"), (StyleKind.LINK, "survey of the ports")} <= styled


def test_what_the_document_does_not_show_is_left_out() -> None:
    article = read(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Old words.</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p>Seen<text:span text:style-name="T3"> hidden</text:span><office:annotation><text:p>A comment.</text:p>'
        '</office:annotation> words.</text:p><text:p text:style-name="P2">Hidden whole.</text:p>'
        '<text:section text:display="none"><text:p>A hidden section.</text:p></text:section>'
    )
    assert article.text == "Seen words."


def test_lists_count_in_their_own_signs_and_go_on_where_they_say_so() -> None:
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('deep', '')}{item.format('deeper', '')}</text:list>"
    article = read(
        f'<text:list text:style-name="L1">{item.format("one", inner)}{item.format("two", "")}</text:list>'
        "<text:p>Between.</text:p>"
        f'<text:list text:style-name="L1" text:continue-numbering="true">{item.format("three", "")}</text:list>'
        f'<text:list text:style-name="L1">{item.format("again", "")}</text:list>'
        f"<text:list>{item.format('bullet', '')}</text:list>"
    )
    assert texts(article, BlockKind.ITEM) == [
        *("C) one", "(i) deep", "(ii) deeper", "D) two", "E) three", "C) again", "• bullet"),
    ]


def test_what_the_text_links_to_under_references_is_an_entry() -> None:
    entry = '<text:p><text:bookmark-start text:name="ref-{0}"/>{1}<text:bookmark-end text:name="ref-{0}"/></text:p>'
    article = read(
        '<text:h text:outline-level="1">A</text:h><text:p>Lamps burn (<text:a xlink:href="#ref-harm1">Harm in spring</text:a>).'
        '</text:p><text:h text:outline-level="1">References</text:h>'
        + entry.format("harm1", "Harm, A. Lights of the coast. 2001.")
        + entry.format("harm2", "Harm, A. Lights of the bay. 2002.")
    )
    assert [reference.text for reference in article.references] == [
        "Harm, A. Lights of the coast. 2001.",
        "Harm, A. Lights of the bay. 2002.",
    ]
    cited = [(article.text[citation.start : citation.end], citation.references) for citation in article.citations]
    assert cited == [("(Harm in spring)", (article.references[0].id,))]


def test_boxes_pictures_contents_and_spaces() -> None:
    article = read(
        "<text:table-of-content><text:table-of-content-source><text:index-title-template>No</text:index-title-template>"
        "</text:table-of-content-source><text:index-body><text:p>Lamps 3</text:p></text:index-body></text:table-of-content>"
        '<text:p>Before<text:tab/>after<text:line-break/>below<text:s text:c="3"/>far.<draw:frame><draw:image/>'
        "<svg:desc>A lamp</svg:desc></draw:frame></text:p>"
        "<text:p>Box:<draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame></text:p>"
        '<text:p text:style-name="P1">code</text:p><text:p text:style-name="P1"><text:s text:c="2"/>more</text:p>'
        '<text:p>x<text:span text:style-name="T2">2</text:span></text:p>'
    )
    assert texts(article) == [
        *("Lamps 3", "Before after\nbelow far.[image: A lamp]", "Box:", "In the box.", "code\n  more", "x²"),
    ]
    assert [article.text[noise.start : noise.end] for noise in article.noise] == ["Lamps 3"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (odt("<text:p>A</text:p>", manifest="<manifest:encryption-data/>"), "locked with a password"),
        (odt("<text:p> </text:p>"), "without any text"),
        (odt("<text:p>A</text:p>")[:-200], "cannot be unpacked"),
        (odt("").replace(b"mimetype", b"mimetypo"), "OpenDocument"),
        (
            b"<?xml version='1.0'?><office:document office:mimetype='application/vnd.oasis.opendocument.text'/>",
            "cannot be read",
        ),
        (odt("").replace(b"opendocument.text", b"opendocument.form"), "sheet, drawing or presentation"),
    ],
)
def test_a_document_that_cannot_be_read_is_refused_clearly(data: bytes, message: str) -> None:
    with pytest.raises(ReaderError, match=message):
        parse_article(data, "draft.odt")


@pytest.mark.parametrize(
    "body",
    [
        f'<text:p>A<text:s text:c="99999"/>b<text:s text:c="{"9" * 5000}"/>c</text:p>',
        '<table:table><table:table-row><table:table-cell table:number-columns-repeated="16384"/><table:table-cell>'
        '<text:p>A</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16384"><text:p>b</text:p>'
        "</table:table-cell></table:table-row></table:table>",
        '<text:p text:style-name="Loop">A b c</text:p>',
        f"{'<text:section>' * 200}<text:p>A b c</text:p>{'</text:section>' * 200}<text:p>A b c</text:p>",
        f"<text:p>A{'<text:span>' * 200} b c{'</text:span>' * 200}</text:p>",
        f"<text:p>{'<text:note><text:note-body><text:p>A' * 40} b c{'</text:p></text:note-body></text:note>' * 40}</text:p>",
        f'<text:list><text:list-item text:start-value="{"9" * 4000}"><text:p>A</text:p></text:list-item></text:list>',
    ],
)
def test_what_claims_to_be_huge_or_endless_is_read_within_bounds(body: str) -> None:
    assert len(read(body).text) < 5_000


def test_a_note_inside_a_note_and_a_frame_in_one_are_read_once() -> None:
    article = read(
        "<text:p>A<text:note><text:note-body><text:p>b<text:note><text:note-body><text:p>c</text:p></text:note-body></text:note>"
        "<draw:frame><draw:text-box><text:p>d</text:p></draw:text-box></draw:frame></text:p></text:note-body></text:note></text:p>"
    )
    assert [article.text.count(letter) for letter in "Abcd"] == [1, 1, 1, 1]


def test_formulas_are_read_from_the_objects_of_the_package_and_from_the_text() -> None:
    formula = (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>E</mi><mo>=</mo><msup><mi>c</mi><mn>2</mn></msup></mrow>'
        '<annotation encoding="StarMath 5.0">E = c^2</annotation></semantics></math>'
    )
    frame = "<text:p>So <draw:frame><draw:object {}>{}</draw:object><draw:image/></draw:frame> holds.</text:p>"
    data = odt(frame.format('xlink:href="./Object 1"', ""), **{"Object 1/content_xml": formula})
    assert parse_article(data, "a.odt").text == "So E = c² holds."
    assert read(frame.format("", formula)).text == "So E = c² holds."
    assert read(frame.format('xlink:href="./Object 9"', "")).text == "So holds."


@pytest.mark.parametrize("entry", ["", "[Lee01]: Lee, Ann, Tides, 2001", "Lee01: Lee, Ann, Tides, 2001"])
def test_bibliography_marks_cite_the_entries_of_their_index_or_what_they_describe(entry: str) -> None:
    mark = '<text:bibliography-mark text:identifier="Lee01" text:author="Lee, Ann" text:title="Tides" text:year="2001">[Lee01]'
    index = (
        f"<text:bibliography><text:index-body><text:p>Bibliography</text:p><text:p>{entry}</text:p></text:index-body></text:bibliography>"
        if entry
        else ""
    )
    article = read(f"<text:p>It turns {mark}</text:bibliography-mark>.</text:p>{index}")
    assert [(one.id, one.year) for one in article.references] == [("Lee01", "2001")]
    assert [(article.text[c.start : c.end], c.references) for c in article.citations] == [("[Lee01]", ("Lee01",))]


def test_a_package_whose_type_does_not_stand_first_is_known() -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package,
        zipfile.ZipFile(io.BytesIO(odt("<text:p>A.</text:p>"))) as old,
    ):
        for name in reversed(old.namelist()):
            package.writestr(name, old.read(name))
    assert parse_article(packed.getvalue(), "-").format == "odt"
