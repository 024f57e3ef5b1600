"""Comments of Word and OpenDocument files: their places, threads and states, and the sources that they give."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.audit.audit import audit_findings
from reader.article.model import COMMENTED, CommentMessage
from reader.article.ranges import Span
from reader.formats import parse_article, read_article
from reader.review.pairs import claim_references, claim_text
from tests.unit.docxs import comment, comment_parts, commented, docx, edge, note, notes, p, relations, t
from tests.unit.test_cli import Call, call
from tests.unit.test_formats_odt import odt

__all__ = ["call"]  # a fixture

DOCUMENTS = Path(__file__).parents[1] / "documents"


def read(*body: str, **parts: str) -> Article:
    return parse_article(docx(*body, **parts), "draft.docx")


def places(article: Article) -> list[str]:
    return [article.text[one.start : one.end] for one in article.comments]


def said(article: Article) -> list[list[str]]:
    return [[message.text for message in one.messages] for one in article.comments]


def cited(article: Article) -> list[tuple[str, tuple[str, ...]]]:
    """Return the words that comments give sources for, with the texts of these."""
    by_id = article.reference_by_id
    return [
        (article.text[one.start : one.end], tuple(by_id[name].text for name in one.references))
        for one in article.citations
        if one.kind == COMMENTED
    ]


@pytest.mark.parametrize("name", ["comments-pandoc.docx", "comments.docx", "comments.odt"])
def test_comments_of_real_programs_are_at_their_words_and_give_their_sources(name: str) -> None:
    article = read_article(str(DOCUMENTS / name))
    sentence = "Two of nine springs 🏞 ran dry in 2024."
    assert places(article) == [sentence, "kept their flow", "A café in the valley", "9 litres"]
    assert cited(article) == [
        (sentence, ("See the survey, https://springs.example/2024",)),
        ("A café in the valley", ("Berg, I. (2023). Wells of the north. Hill Press.",)),
        ("9 litres", ("From flows-2024.xlsx",)),
    ]
    asked = article.comments[1]
    assert asked.messages == (CommentMessage("Tom Reed", "2026-03-03T10:00:00", "Is this still true?"),)
    assert not asked.is_resolved
    assert not asked.references
    book = article.reference_by_id[article.comments[2].references[0]]
    assert (book.label, book.authors, book.year, book.title) == ("comment 2", ("Berg, I.",), "2023", "Wells of the north")
    assert "flows-2024" not in article.text


def test_a_comment_is_on_its_code_points_across_runs_paragraphs_lists_and_tables() -> None:
    row = f"<w:tr><w:tc>{p('Upper')}</w:tc><w:tc>{p(commented(3, t('12 litres')))}</w:tc></w:tr>"
    article = read(
        p("👩‍👩‍👧 e\u0301 Springs ", commented(0, t("fe\u0301"), t("ll 🏞", "<w:b/>")), " fast."),
        p("Wells ", edge(1, "RangeStart"), "too. It was late."),
        p("Nobody", edge(1, "RangeEnd"), edge(1, "Reference"), " came."),
        edge(2, "RangeStart"),
        p("An item.", number="1"),
        edge(2, "RangeEnd"),
        p(edge(2, "Reference"), "Then."),
        f"<w:tbl><w:tr><w:tc>{p('Spring')}</w:tc><w:tc>{p('Flow')}</w:tc></w:tr>{row}</w:tbl>",
        **comment_parts(*(comment(number, "Hm.") for number in range(4))),
    )
    assert places(article) == ["fe\u0301ll 🏞", "too. It was late.\n\nNobody", "An item.", "12 litres"]


def test_a_comment_without_words_is_on_the_word_at_its_sign() -> None:
    parts = comment_parts(*(comment(number, "Hm.") for number in range(5)))
    article = read(
        p("It fell. Then it ", t("rose."), edge(0, "Reference"), " Who knows?"),
        p(edge(1, "Reference"), t(" Nobody does.")),
        p("Old ", f"<w:del>{edge(2, 'RangeStart')}{edge(2, 'RangeEnd')}</w:del>", edge(2, "Reference"), "text."),
        p("The end"),
        p(edge(3, "Reference")),
        **parts,
    )
    assert places(article) == ["rose.", "Nobody", "Old", "end"]


def test_a_comment_without_an_end_stays_in_its_paragraph() -> None:
    article = read(
        p("It ", edge(0, "RangeStart"), "fell.", edge(0, "Reference")), p("It rose."), **comment_parts(comment(0, "Hm."))
    )
    assert places(article) == ["fell."]


def test_answers_follow_what_they_answer_with_the_state_of_the_thread_and_the_time_in_utc_if_it_is_known() -> None:
    article = read(
        p(
            commented(1, edge(2, "RangeStart"), t("It fell."), edge(2, "RangeEnd"), edge(2, "Reference")),
            " ",
            commented(0, t("So.")),
        ),
        **comment_parts(
            comment(2, "Yes, see", "the log.", author="Tom  Reed", date="2026-03-04T11:00:00Z"),
            comment(1, "Source?", date="2026-03-04T10:00:00Z"),
            comment(0, "Hm.", date="not a date"),
            answers={2: 1},
            done=(1,),
            ids={1: "7B000001"},
            dates={"7B000001": "2026-03-04T09:00:00Z"},
        ),
    )
    thread, other = article.comments
    assert (article.text[thread.start : thread.end], thread.is_resolved, other.is_resolved) == ("It fell.", True, False)
    assert thread.messages == (
        CommentMessage("Ida", "2026-03-04T09:00:00Z", "Source?"),
        CommentMessage("Tom Reed", "2026-03-04T11:00:00", "Yes, see\nthe log."),
    )
    assert other.messages[0].date == ""


def test_threads_that_answer_one_another_end() -> None:
    article = read(
        p(commented(1, t("It fell.")), commented(2, t(" It rose."))),
        **comment_parts(comment(1, "One."), comment(2, "Two."), answers={1: 2, 2: 1}),
    )
    assert sorted(text for texts in said(article) for text in texts) == ["One.", "Two."]


def test_comments_of_this_program_are_left_out_but_not_the_answers_of_others_to_them() -> None:
    article = read(
        p(commented(0, commented(1, t("It fell.")))),
        **comment_parts(
            comment(0, "✗ [1] does not support https://a.example/1"),
            comment(1, "It does: https://b.example/2", author="Tom"),
            answers={1: 0},
            ids={0: "5A000000", 1: "11223344"},
            dates={"5A000000": "2026-03-02T09:15:00Z"},
        ),
    )
    assert said(article) == [["It does: https://b.example/2"]]
    assert [reference.url for reference in article.references] == ["https://b.example/2"]


@pytest.mark.parametrize(
    ("line", "text", "title", "address"),
    [
        ("https://a.example/x?utm_source=y", "https://a.example/x?utm_source=y", "", "https://a.example/x"),
        ("Cf. www.a.example/x.", "Cf. www.a.example/x.", "", "https://www.a.example/x"),
        ("doi:10.1234/ABC.5", "doi:10.1234/ABC.5", "", "10.1234/abc.5"),
        ("notes of the call.docx", "notes of the call.docx", "call.docx", ""),
        (r"C:\Users\Ida\flows.xlsx, sheet 2", "flows.xlsx, sheet 2", "flows.xlsx", ""),
        (r"See C:\Users\Ida Berg\My files\flows 2024.xlsx", "See flows 2024.xlsx", "flows 2024.xlsx", ""),
        ("Is it old? See https://a.example/x.", "Is it old? See https://a.example/x.", "", "https://a.example/x"),
        ("file:///home/ida/Field%20notes.pdf", "Field notes.pdf", "Field notes.pdf", ""),
        (
            "Berg, I. (2023). Wells of the north. Hill Press.",
            "Berg, I. (2023). Wells of the north. Hill Press.",
            "Wells of the north",
            "",
        ),
        ("“Wells of the north”, Hill Press, 2023", "“Wells of the north”, Hill Press, 2023", "Wells of the north", ""),
        ("Hill Council (2024): Yearbook of springs", "Hill Council (2024): Yearbook of springs", "Yearbook of springs", ""),
        ("Source: call with the mayor, 3 May", "call with the mayor, 3 May", "", ""),
        ("Quelle : Jahrbuch 2024", "Jahrbuch 2024", "Jahrbuch 2024", ""),
    ],
)
def test_a_comment_gives_a_source(line: str, text: str, title: str, address: str) -> None:
    article = read(p(commented(0, t("It fell.")), " It rose."), **comment_parts(comment(0, line)))
    (reference,) = article.references
    assert (reference.text, reference.title, reference.doi or reference.url) == (text, title, address)
    assert (reference.label, reference.span) == ("comment 1", None)
    assert claim_references(article, Span(0, 8)) == (reference.id,)
    assert claim_text(article, Span(0, 8)) == "It fell."
    assert not claim_references(article, Span(9, 17))


@pytest.mark.parametrize(
    "line",
    [
        "Is this from 2023?",
        "Source?",
        "Source: ?",
        "Quelle: fehlt",
        "Quelle: bitte ergänzen",
        "Source: ask Anna",
        "Source: see above",
        "Source: to be added",
        "Ref: this is unclear",
        "see my mail of 3 May",
        "Is https://a.example/x the right source?",
        "Have you read https://a.example/x? It says otherwise.",
        "Really (10.1234/abc.5)?!",
        "Where is flows.xlsx?",
        "“large rivers”, you wrote in 2020",
        "Anna, please check this, 2004 seems wrong",
        "“large rivers” is vague",
        "Change “river” to “stream”, as in 2020",
        "The ministry (2020) says otherwise",
        "I would cut this.",
        "e.g. 3.5 or 4.x",
        "See chapter 3. It is from 1999, I think.",
    ],
)
def test_any_other_comment_stays_a_note(line: str) -> None:
    article = read(p(commented(0, t("It fell."))), **comment_parts(comment(0, line)))
    assert said(article) == [[line]]
    assert not article.references
    assert not article.citations


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("10.1234/abc.5; 10.5678/def.6", ["10.1234/abc.5", "10.5678/def.6"]),
        ("https://doi.org/10.1234/abc.5 and 10.5678/def.6", ["https://doi.org/10.1234/abc.5", "10.5678/def.6"]),
        ("Sources: flows.xlsx and the notes.pdf", ["flows.xlsx", "notes.pdf"]),
    ],
)
def test_each_of_the_sources_in_one_line_is_a_reference(line: str, texts: list[str]) -> None:
    article = read(p(commented(0, t("It fell."))), **comment_parts(comment(0, line)))
    assert cited(article) == [("It fell.", tuple(texts))]


def test_a_link_in_a_comment_gives_its_address_but_not_that_of_a_person() -> None:
    words = f'<w:hyperlink r:id="a">{t("the survey")}</w:hyperlink>{t(" by ")}<w:hyperlink r:id="b">{t("@Tom")}</w:hyperlink>'
    parts = comment_parts(comment(0, f"<w:r/>{words}"))
    data = docx(p(commented(0, t("It fell."))), **parts)
    links = relations(a="https://a.example/survey", b="mailto:tom@a.example")
    article = parse_article(with_member(data, "word/_rels/comments.xml.rels", links), "draft.docx")
    assert said(article) == [["the survey by @Tom (https://a.example/survey)"]]
    assert [reference.url for reference in article.references] == ["https://a.example/survey"]


def with_member(data: bytes, name: str, text: str) -> bytes:
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a") as package:
        package.writestr(name, text)
    return packed.getvalue()


def test_a_source_is_one_reference_however_often_comments_and_the_list_give_it() -> None:
    article = read(
        p(commented(0, t("It fell.")), note(1), commented(1, t(" It rose.")), commented(2, t(" It froze.")), t(" Who knows?")),
        footnotes=notes("Log of the weir, https://weir.example/log"),
        **comment_parts(
            comment(0, "https://www.weir.example/log/"), comment(1, "https://b.example/1"), comment(2, "http://b.example/1#top")
        ),
    )
    assert [reference.label for reference in article.references] == ["comment 1", "1"]
    added = article.references[0].id
    by_sentence = [claim_references(article, sentence) for sentence in article.sentences.all()[:4]]
    assert by_sentence == [("1",), (added,), (added,), ()]


@pytest.mark.parametrize(
    ("line", "is_listed"),
    [
        ("Source: Berg 2023", True),
        ("Source: Berg et al. (2023), p. 4", True),
        ("Quelle: Berg 2022", False),
        ("Source: Reed 2021", False),
        ("Source: letter to Berg 2023", False),
    ],
)
def test_a_source_named_by_author_and_year_is_the_only_such_entry_of_the_list(line: str, *, is_listed: bool) -> None:
    article = read(
        p(commented(0, t("It fell."))),
        p("References", style="Overskrift1"),
        p("Berg, I. (2023). Wells of the north. Hill Press."),
        p("Reed, T. (2021). Weirs of the south. Hill Press."),
        p("Reed, U. (2021). Dams of the south. Hill Press."),
        **comment_parts(comment(0, line)),
    )
    (comment_read,) = article.comments
    (cited_id,) = comment_read.references
    assert (article.reference_by_id[cited_id].span is not None) == is_listed


def test_a_source_keeps_its_id_when_comments_are_added_and_removed_around_it() -> None:
    texts = ("https://a.example/1", "https://b.example/2")
    both = read(p(commented(0, t("It fell.")), commented(1, t(" It rose."))), **comment_parts(*map(comment, (0, 1), texts)))
    one = read(p(t("It fell."), commented(1, t(" It rose."))), **comment_parts(comment(1, texts[1])))
    assert both.digest == one.digest
    assert both.references[1].id == one.references[0].id
    assert both.references[0].id != one.references[0].id


def test_each_sentence_under_comments_cites_each_of_their_sources_once() -> None:
    article = read(
        p(
            edge(0, "RangeStart"),
            commented(1, t("It fell")),
            t(" in May."),
            note(1),
            commented(2, commented(3, t(" It rose."))),
            edge(0, "RangeEnd"),
            edge(0, "Reference"),
            t(" So it goes."),
        ),
        footnotes=notes("Log of the weir, 2024."),
        **comment_parts(*(comment(number, f"https://a.example/{number}") for number in range(4))),
    )
    by_id = {reference.id: reference.url or "note" for reference in article.references}
    sentences = [{by_id[name] for name in claim_references(article, one)} for one in article.sentences.all()[:3]]
    outer, inner, second, third = (f"https://a.example/{number}" for number in range(4))
    assert sentences == [{outer, inner, "note"}, {outer, second, third}, set()]
    assert sorted(sum(name in one.references for one in article.citations) for name in by_id if name.startswith("comment")) == [
        1,
        1,
        1,
        2,
    ]
    assert {one.kind for one in audit_findings(article) if one.reference.startswith("comment")} == set()


def test_a_comment_on_an_entry_or_a_heading_gives_the_text_no_source_of_its_own() -> None:
    article = read(
        p(commented(0, t("Springs")), style="Overskrift1"),
        p("It fell [1]. It rose [2]."),
        p("References", style="Overskrift1"),
        p("[1] ", commented(1, t("Berg, I. (2023). Wells of the north. Hill Press."))),
        p("[2] Reed, T. (2022). Weirs of the south. Hill Press."),
        **comment_parts(comment(0, "https://a.example/0"), comment(1, "https://a.example/1")),
    )
    assert [len(one.references) for one in article.comments] == [1, 0]
    assert cited(article) == [("Springs", ("https://a.example/0",))]


def test_annotations_of_open_document_texts_have_ends_answers_and_states() -> None:
    def annotation(words: str, attributes: str = "") -> str:
        return (
            f'<office:annotation {attributes} xmlns:loext="urn:x:loext" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:creator>Ida</dc:creator><dc:date>2026-03-02T09:15:00.5</dc:date><text:p>{words}</text:p></office:annotation>"
        )

    asked = annotation("Source?", 'office:name="a" loext:resolved="true"')
    answer = annotation('<text:a xlink:href="https://a.example/1">Here</text:a>', 'office:name="b" loext:parent-name="a"')
    in_code = annotation("Which?", 'office:name="c"')
    body = (
        f'<text:p>Springs {asked}fell 🏞{answer}<office:annotation-end office:name="a"/> fast.{annotation("Hm.")} Wells too.'
        f'</text:p><text:p text:style-name="P1">level {in_code}= 3<office:annotation-end office:name="c"/>1</text:p>'
    )
    article = parse_article(odt(body), "draft.odt")
    assert article.text == "Springs fell 🏞 fast. Wells too.\n\nlevel = 31"
    assert list(zip(places(article), said(article), [one.is_resolved for one in article.comments], strict=True)) == [
        ("fell 🏞", ["Source?", "Here (https://a.example/1)"], True),
        ("fast.", ["Hm."], False),
        ("= 3", ["Which?"], False),
    ]
    assert article.comments[1].messages[0] == CommentMessage("Ida", "2026-03-02T09:15:00", "Hm.")
    assert cited(article) == [("fell 🏞", ("Here (https://a.example/1)",))]


def test_comments_are_in_the_json_of_parse_and_in_the_lines_of_show(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "goats.docx"
    asked, answer = comment(0, "Who says \x1b[1m?"), comment(1, "I do.", author="Tom")
    parts = comment_parts(asked, answer, comment(2, "https://a.example/1"), answers={1: 0}, done=(0,))
    body = (p(commented(0, t("Goats")), style="Overskrift1"), p("They came. ", commented(2, t("They stayed."))))
    path.write_bytes(docx(*body, **{name: part.replace("\x1b", "&#x9b;") for name, part in parts.items()}))
    thread, source = json.loads(call("parse", path, "--json").out)["comments"]
    assert (thread["start"], thread["end"], thread["resolved"], thread["refs"]) == (0, 5, True, [])
    assert thread["messages"][1] == {"author": "Tom", "date": "2026-03-02T09:15:00", "text": "I do."}
    assert (source["start"], len(source["refs"])) == (18, 1)
    assert "2, 1 of them with a source" in call("parse", path).out
    assert call("add", path).code == 0
    shown = call("show", path).out
    assert "    Comment, resolved, by Ida, 2026-03-02, on “Goats”: Who says " in shown
    assert "    Answer, by Tom, 2026-03-02: I do.\n" in shown
    assert "    Comment, sentence 2, by Ida, 2026-03-02, on “They stayed.”: https://a.example/1\n" in shown
    assert "\x9b" not in shown


PIECES = st.one_of(
    st.sampled_from(["It fell. ", "Wells", " e\u0301🏞", "(", "4", " ", "See [1] there.", "x"]).map(t),
    st.just(t("2", '<w:vertAlign w:val="superscript"/>')),
    st.just(note(1)),
    st.builds(edge, st.integers(0, 3), st.sampled_from(["RangeStart", "RangeEnd", "Reference"])),
)
PARAGRAPHS = st.lists(st.lists(PIECES, max_size=8), min_size=1, max_size=4)


@given(PARAGRAPHS)
def test_comments_change_nothing_of_the_text_wherever_they_begin_and_end(paragraphs: list[list[str]]) -> None:
    paragraphs = [["It is so. "], *paragraphs]
    footnotes = notes("Log of the weir, 2024.")
    parts = comment_parts(*(comment(number, f"https://a.example/{number}") for number in range(4)))
    article = read(*(p(*pieces) for pieces in paragraphs), footnotes=footnotes, **parts)
    bare = read(*(p(*(one for one in pieces if "<w:comment" not in one)) for pieces in paragraphs), footnotes=footnotes)
    assert (article.text, article.blocks, article.styles) == (bare.text, bare.blocks, bare.styles)
    assert article.sentences.all() == bare.sentences.all()
    own = [one for one in article.citations if one.kind != COMMENTED]
    assert [one.span for one in own] == [one.span for one in bare.citations]
    assert all(
        one.references[: len(other.references)] == other.references for one, other in zip(own, bare.citations, strict=True)
    )
    signs = {
        number
        for number in range(4)
        if any(f'commentReference w:id="{number}"' in one for pieces in paragraphs for one in pieces)
    }
    assert len(article.comments) >= len(signs)
    for one in article.comments:
        words = article.text[one.start : one.end]
        assert words
        assert words == words.strip()
        assert one.references or article.text.startswith("[1] Log", one.start - 4)
    ends = [0, *(one.end for one in article.citations)]
    assert all(end <= one.start < one.end for end, one in zip(ends, article.citations, strict=False))
