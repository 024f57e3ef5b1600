"""Exports: the golden files are the contract, byte for byte; and no text from outside becomes structure of a format."""

import csv
import io
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reader.article.audit.audit import audit_findings
from reader.article.ranges import Span
from reader.article.reference_identity import reference_identity
from reader.errors import ReaderError
from reader.exchange import FORMATS, Report, build_report
from reader.exchange.batch import file_stem
from reader.exchange.csv_table import COLUMNS
from reader.exchange.escape import csv_cell, json_text, markdown_address, markdown_line, markdown_lines, markdown_tag
from reader.exchange.plain_text import to_plain_text
from reader.exchange.save import save_export
from reader.exchange.wording import PAIR_FIELDS
from reader.printable import printable, printable_line
from reader.review.index import Editions, ReviewItems
from reader.review.model import Attachment, ClaimLink, Dismissal, Evidence, Judgement, Selector, Source, SourceText
from reader.review.scale import ACADEMIC_SCALE, FIX_WORDING
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS, CLAIM
from tests.hypothesis_profiles import CHARACTERS, examples
from tests.unit.golden_review import AT, NEVER_CITED, OPTIONS, annotation, report, review_everything
from tests.unit.review_strategies import TEXT, annotation_lines, article, review, where

GOLDEN = Path(__file__).parents[1] / "golden"


def export(name: str, report: Report) -> str:
    """Return a report as text in a format."""
    return b"".join(FORMATS[name].write([report], OPTIONS)).decode("utf-8")


def export_members(name: str, report: Report) -> str:
    """Return the members of a report in a format that is an archive: a line with the name of each, and its text."""
    with zipfile.ZipFile(io.BytesIO(b"".join(FORMATS[name].write([report], OPTIONS)))) as archive:
        return "".join(f"===== {member}\n{archive.read(member).decode('utf-8')}\n" for member in archive.namelist())


TEXTS = [row for row in FORMATS.values() if not row.is_binary]
"""The formats of text. Word comments are written into a document: `test_exchange_word.py`."""
ARCHIVES = [row for row in FORMATS.values() if row.media_type == "application/zip"]
WRITTEN = {
    **{f"review{row.suffix}": partial(export, row.name) for row in TEXTS},
    **{f"review{row.suffix}.txt": partial(export_members, row.name) for row in ARCHIVES},
    "plain.txt": to_plain_text,
}

marks = "\\`*_[]{}<>#|~^$&=%!@:/-+.)( \t\n\r\x0b\x85\u2028\u202e\x00\x1b\ufeff\ud800é🚢1aw"
hostile = st.text(st.sampled_from(marks), max_size=30) | st.text(CHARACTERS, max_size=30)
samples = [
    *(
        "# no heading",
        "- no item",
        "12. no item",
        "> no quote",
        "    no code",
        "```",
        "***",
        "---",
        "===",
        "a\n===",
        "+ x",
        ": x",
    ),
    *(
        "| a | b |",
        "<b>x</b>",
        "&amp; &#42;",
        "[x](javascript:alert(1))",
        "![x](y)",
        "[[wiki]]",
        "==mark==",
        "%%comment%%",
        "$x$",
    ),
    *("#tag", "text ^block", "[^1]", "~~x~~", "https://x.example/a_b_c", "www.x.example", "a@x.example", "<https://x.example>"),
    *("[!note]", "- [ ] task", "a\\", "[x]: https://x.example", "a  \nb", "~~~", "1) x", "a\n---"),
]


def tokens(text: str) -> list[str]:
    """Return what a Markdown reader with links, tables and strikethrough makes of a text, one word a token."""
    parsed = MarkdownIt("gfm-like").parse(text)
    return [child.type for token in parsed for child in (token.children or [token])]


def shown(text: str) -> str:
    parsed = MarkdownIt("gfm-like").parse(text)
    return "".join("\n" if c.type == "softbreak" else c.content for token in parsed for c in token.children or [])


@pytest.mark.parametrize("name", WRITTEN)
def test_an_export_is_byte_for_byte_its_golden_file(name: str) -> None:
    assert WRITTEN[name](report()).encode("utf-8") == (GOLDEN / name).read_bytes()


def harmless_line(text: str) -> None:
    line = markdown_line(text)
    assert set(tokens(line)) <= {"paragraph_open", "text", "text_special", "paragraph_close"}
    assert shown(line) == printable_line(" ".join(text.split()))


@given(hostile)
@example("A.ORG, see dogs.It and x-y.co.uk/z, or é.рф")
def test_one_line_of_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    harmless_line(text)


@pytest.mark.parametrize("text", samples)
def test_no_sample_of_markdown_means_anything(text: str) -> None:
    harmless_line(text)
    harmless_line(f"{text}\n{text}")
    assert set(tokens("\n".join(markdown_lines(f"{text}\n{text}")))) <= {
        *("paragraph_open", "text", "text_special", "softbreak", "paragraph_close"),
    }


@given(hostile)
def test_lines_of_markdown_in_a_quote_stay_lines_of_text_in_a_quote(text: str) -> None:
    quoted = "\n".join(f"> {line}".rstrip() for line in markdown_lines(text))
    allowed = {"blockquote_open", "paragraph_open", "text", "text_special", "softbreak", "paragraph_close", "blockquote_close"}
    assert set(tokens(quoted)) <= allowed


def test_only_web_addresses_become_links() -> None:
    assert tokens(markdown_address("https://x.example/a_(b)?c=d&e"))[1] == "link_open"
    for url in ("javascript:alert(1)", "https://x.example/a b", "https://x.example/><script>", "data:text/html,x", "", "//x"):
        assert "link_open" not in tokens(markdown_address(url))


def test_tags_that_obsidian_knows_are_tags_and_others_are_text() -> None:
    assert markdown_tag("health/long-covid") == "#health/long-covid"
    assert markdown_tag("été_2024") == "#été_2024"
    assert [markdown_tag(name) for name in ("c++", "2024", "a b", "[x]")] == ["\\#c++", "\\#2024", "\\#a b", "\\#\\[x\\]"]


@given(hostile)
def test_json_of_a_text_is_one_line_in_any_reader_and_gives_the_text_back(text: str) -> None:
    written = json_text({"a": text})
    assert json.loads(written) == {"a": text}
    assert written.encode("utf-8").decode("utf-8").splitlines() == [written]
    assert "\x1b" not in written
    assert "\u202e" not in written


@given(hostile | st.sampled_from(["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "\r\n=1", "＝1", "\ufeff=1", "\u00a0=1", "\ttab"]))
def test_no_cell_is_a_formula_and_every_cell_comes_back(text: str) -> None:
    cell = csv_cell(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not cell.startswith(("\t", "\r"))
    out = io.StringIO(newline="")
    csv.writer(out).writerow([cell, "end"])
    assert next(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [cell, "end"]
    assert cell.removeprefix("'") == printable(text) or cell == printable(text)


@given(
    st.lists(
        st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 200), st.sampled_from(ANNOTATION_KINDS), hostile), max_size=5
    )
)
def test_every_annotation_stands_in_every_export(said: list[tuple[int, int, str, str]]) -> None:
    session = review()
    for start, length, kind, note in said:
        session.add(Span(start, min(len(TEXT), start + length)), kind, note=note)
    made = build_report(session, AT)
    records = annotation_lines(export("jsonl", made))
    assert [record["id"] for record in records] == [a.id for a in (*session.index.annotations(), *session.index.orphans())]
    assert all(TEXT[r["start"] : r["end"]] == r["quote"] for r in records if r["start"] is not None)
    rows = list(csv.DictReader(io.StringIO(export("csv", made).removeprefix("\ufeff"), newline="")))
    assert list(dict.fromkeys(row["id"] for row in rows)) == [record["id"] for record in records]
    assert len(rows) == sum(max(1, len(record["judgements"])) for record in records)
    note = export("markdown", made)
    assert all(f"\n\n^c{number}\n" in note for number, _ in enumerate(session.index.claims(), 1))


def test_further_rows_of_a_claim_in_csv_repeat_no_long_texts() -> None:
    session = review()
    session.add(Span(0, len(TEXT)), CLAIM, note="long " * 1000)
    rows = list(csv.DictReader(io.StringIO(export("csv", build_report(session, AT)).removeprefix("\ufeff"), newline="")))
    assert len(rows) > 2
    assert rows[0]["note"] == "long " * 1000
    assert {row["note"] for row in rows[1:]} == {"long " * 400 + "…"}
    assert len({row["quote"] for row in rows}) == 1
    assert len({row["reference"] for row in rows}) == len(rows)


@given(hostile.filter(bool))
def test_nothing_that_is_said_of_a_pair_or_a_source_becomes_structure(text: str) -> None:
    """Not the words of a person, nor the ids and titles that another program may have written into the library."""
    read = article(TEXT + NEVER_CITED)
    source = Source("s", texts=(SourceText("0" * 64, title=text, origin=text),), current="0" * 64)
    passage = Evidence("0" * 64, Selector(text, start=1, end=2))
    judgement = Judgement("2", text, (passage,), text, text, text, problems=(text,))
    links = {"1": ClaimLink(True, text, text, text), "3": ClaimLink(False, text, text, text)}
    said = {"decision": text, "fix": text, "note": text, "tags": (text,)}
    claim = annotation(read, 1, "The port office counted", judgements=(judgement,), links=links, **said)
    dismissed = [Dismissal(found.key, text, text, text, text, text) for found in audit_findings(read, year=2026)]
    attached = Attachment(reference_identity(read.references[1]), "s")
    session = ReviewSession(
        read, "the-article", ReviewItems([claim], dismissals=dismissed, attachments=[attached], sources=[source])
    )
    made = build_report(session, AT)
    assert made.dismissed_findings
    note, table, lines, told = (
        written(made) for written in (*(partial(export, name) for name in ("markdown", "csv", "jsonl")), to_plain_text)
    )
    for written in (note, table, lines, told):
        assert not {"\x1b", "\u202e", "\ud800"} & set(written)
    for name in ("web-annotation", "hypothesis", "claimreview"):
        written = export(name, made)
        assert not {"\x00", "\x1b", "\u202e", "\ud800"} & set(written)
        assert isinstance(json.loads(written), dict | list)
    body = note.partition("\n---\n")[2]
    parsed = MarkdownIt("gfm-like").parse(body)
    inline = [child for token in parsed for child in token.children or []]
    assert [t.type for t in parsed].count("heading_open") == 1 + body.count("\n## ")
    assert {token.type for token in (*parsed, *inline)}.isdisjoint({"html_block", "html_inline", "image", "fence", "hr"})
    assert {t.attrs.get("href") for t in inline if t.type == "link_open"} <= {*_addresses(made)}
    rows = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"), newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert annotation_lines(lines)[0]["judgements"][0]["evidence"][0]["title"] == text


def _addresses(made: Report) -> Iterator[str]:
    """Yield where links of the Markdown may lead: to references, claims and what the article's own entries name."""
    for number, listed in enumerate(made.references, 1):
        yield f"#%5Er{number}"
        yield listed.entry.url
    yield from (f"#%5Ec{item.number}" for item in made.items)


def test_the_table_has_a_column_for_every_field_of_a_pair_and_a_cell_for_every_column() -> None:
    rows = list(csv.reader(io.StringIO(export("csv", report()).removeprefix("\ufeff"), newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert {field.name for field in PAIR_FIELDS} <= {*rows[0]}


def test_places_count_sentences_and_paragraphs_of_the_body() -> None:
    session = review()
    session.mark(where(session.index.article, "The port office counted"))
    session.mark(where(session.index.article, "Passengers by month"))
    first, second = build_report(session, AT).items
    assert (first.sentence, first.paragraph) == (3, 1)
    assert (second.sentence, second.paragraph) == (0, 0)


def test_a_review_of_nothing_can_be_exported() -> None:
    empty = build_report(review(article("One line.")), AT)
    assert annotation_lines(export("jsonl", empty)) == []
    assert export("csv", empty).count("\r\n") == 1
    note = export("markdown", empty)
    assert "0 claims, 0 of 1 sentence decided. 1 sentence undecided · 1 finding.\n" in note
    assert "\n\n## To do\n\n- 1 sentence undecided\n- 1 finding\n" in note


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "exports" / "claims.md"
    path.parent.mkdir()
    save_export(path, "one é\n".encode())
    with pytest.raises(ReaderError, match="already exists"):
        save_export(path, b"two")
    assert path.read_bytes() == "one é\n".encode()
    save_export(path, b"two", force=True)
    assert path.read_text() == "two"
    assert list(path.parent.iterdir()) == [path]


def test_of_many_that_write_one_new_file_at_once_one_does(tmp_path: Path) -> None:
    start, done = threading.Barrier(8), list[str]()

    def write(text: str) -> None:
        start.wait()
        try:
            save_export(tmp_path / "claims.md", text.encode() * 10_000)
        except ReaderError:
            return
        done.append(text)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (written,) = done
    assert (tmp_path / "claims.md").read_text() == written * 10_000


def test_links_folders_and_devices_are_not_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target.md", tmp_path / "link.md"
    link.symlink_to(target)
    with pytest.raises(ReaderError, match="already exists"):
        save_export(link, b"x")
    save_export(link, b"x", force=True)
    assert link.is_symlink()
    assert target.read_text() == "x"
    for path in (tmp_path, Path("/dev/null")):
        with pytest.raises(ReaderError, match="is not a regular file"):
            save_export(path, b"x", force=True)
    with pytest.raises(ReaderError, match="Cannot write"):
        save_export(tmp_path / "none" / "x.md", b"x")


def test_what_an_export_that_was_killed_has_left_is_removed_by_the_next_but_no_other_file(tmp_path: Path) -> None:
    left, written = (tmp_path / f".claim-reader-{digit * 16}.new" for digit in "1a")
    others = [tmp_path / name for name in (".claim-reader-0.new", "claim-reader-1111111111111111.new", ".x.new")]
    for path in (left, written, *others):
        path.write_text("half")
        if path != written:
            os.utime(path, (1.6e9, 1.6e9))
    before = {*tmp_path.iterdir()}
    save_export(tmp_path / "claims.md", b"one")
    assert before - {*tmp_path.iterdir()} == {left}


def test_what_the_text_changed_under_is_said_in_every_format() -> None:
    old = article(TEXT, "ferry.txt")
    before = review(old)
    claim = before.add(where(old, "The port office counted 20,500 [2]."))
    before.judge(claim, "2", "supports")
    new = article(TEXT.replace("counted 20,500 [2]", "counted 21,000 [2]"), "ferry.txt")
    session = ReviewSession(
        new, "the-article", ReviewItems(before.index.annotations()), editions=Editions({old.digest: old.text}.get)
    )
    written = {name: exporter(build_report(session, AT)) for name, exporter in WRITTEN.items()}
    (told,) = annotation_lines(written["review.jsonl"])
    assert (told["check"], told["quote_then"]) == ("the words changed", "The port office counted 20,500 [2].")
    assert told["quote"] == "The port office counted 21,000 [2]."
    assert told["judgements"][0]["stale"] == "given on other words"
    (row,) = csv.DictReader(io.StringIO(written["review.csv"].removeprefix("\ufeff")))
    assert (row["check"], row["stale"]) == ("the words changed", "given on other words")
    assert "To check (the words changed). Original wording: “The port office counted 20,500 \\[2\\].”\n" in written["review.md"]
    assert "supports (stale: given on other words)" in written["review.md"]
    assert "1 place to check" in written["review.md"]
    assert "Original wording: The port office counted 20,500 [2]." in written["plain.txt"]
    session.confirm_places(session.index.annotations())
    assert "supports (stale: given on other words)" in WRITTEN["review.md"](build_report(session, AT))
    session.keep_verdict(claim, "2")
    assert "other words" not in "".join(exporter(build_report(session, AT)) for exporter in WRITTEN.values())


def test_of_a_phrase_the_sentence_that_changed_is_exported() -> None:
    old = article("The port of Vik counted 20,500 tickets in May [1].\n", "ferry.txt")
    before = review(old)
    before.add(where(old, "counted 20,500 tickets"))
    new = article("The port of Holm counted 20,500 tickets in May [1].\n", "ferry.txt")
    session = ReviewSession(
        new, "the-article", ReviewItems(before.index.annotations()), editions=Editions({old.digest: old.text}.get)
    )
    written = WRITTEN["review.md"](build_report(session, AT))
    assert (
        "To check (the sentence changed). Original wording: “The port of Vik counted 20,500 tickets in May \\[1\\].”\n"
        in written
    )


def left(session: ReviewSession) -> str:
    """Return the part of the Markdown report that says what was left."""
    note = export("markdown", build_report(session, AT))
    return note.partition("## To do\n\n")[2].partition("\n\n")[0].rstrip()


def test_the_report_says_what_was_left_and_when_nothing_was() -> None:
    read = article("One ferry sails [1].\n\nReferences\n\n[1] Lines, I. (2024). Sailing. https://a.example/b\n")
    session = ReviewSession(read, "the-article")
    assert left(session) == "- 1 sentence undecided"
    claim = session.mark(read.sentences.all()[0])
    assert left(session) == "- 1 open pair"
    claim = session.judge(claim, "1", "unavailable")
    assert left(session) == "- Complete\n- 1 unavailable"
    session.judge(claim, "1", "supports")
    assert left(session) == "- Complete"
    session.set_kind(claim, "later")
    assert left(session) == "- 1 sentence for later"
    session.set_kind(claim, "not-claim")
    assert left(session) == "- Complete"


def test_a_verdict_without_the_evidence_that_the_scale_asks_for_is_open_in_every_format() -> None:
    read = article()
    session = ReviewSession(read, "the-article", scale=ACADEMIC_SCALE)
    claim = session.judge(session.add(where(read, "The port office counted 20,500 [2].")), "2", "overstated")
    written = {name: exporter(build_report(session, AT)) for name, exporter in WRITTEN.items()}
    assert "goes beyond the source (no evidence yet)" in written["review.md"]
    assert "1 claim, 1 of 7 sentences decided. 1 open pair" in written["review.md"]
    assert "goes beyond the source (no evidence yet)" in written["plain.txt"]
    assert annotation_lines(written["review.jsonl"])[0]["judgements"][0]["open"] is True
    assert next(csv.DictReader(io.StringIO(written["review.csv"].removeprefix("\ufeff"))))["open"] == "yes"
    session.keep_evidence(claim, "2", Evidence("0" * 64, Selector("twenty thousand at most", start=5, end=28)))
    again = {name: exporter(build_report(session, AT)) for name, exporter in WRITTEN.items()}
    assert "no evidence yet" not in "".join(again.values())
    assert annotation_lines(again["review.jsonl"])[0]["judgements"][0]["open"] is False


def note_of(session: ReviewSession) -> list[str]:
    """Return the tokens that a Markdown reader makes of the report, without those that only hold words."""
    words = ("text", "text_special", "softbreak")
    return [token for token in tokens(export("markdown", build_report(session, AT))) if token not in words]


@given(hostile, hostile, hostile)
@settings(max_examples=examples(40))
@pytest.mark.slow
def test_no_fix_reason_or_dismissal_becomes_structure(fix: str, reason: str, why: str) -> None:
    session = review_everything()
    plain = note_of(session)
    second = next(a for a in session.index.claims() if a.fix)
    session.decide(second, FIX_WORDING, f"x{fix}")
    session.link(second, "4", f"x{reason}")
    session.unlink(second, "1", f"x{reason}")
    (dismissal,) = session.index.dismissals().values()
    session.dismiss_finding(dismissal.finding, dismissal.kind, dismissal.text, f"x{why}")
    assert note_of(session) == plain


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("CON", "article-con"),
        ("Com¹.", "article-com¹"),
        ("nul.txt", "nul-txt"),
        ("../etc", "etc"),
        ("\U00012000" * 70, "\U00012000" * 45),
    ],
)
def test_a_title_gives_a_name_that_every_system_takes(title: str, stem: str) -> None:
    assert file_stem(title) == stem


if __name__ == "__main__":
    for name, exporter in WRITTEN.items():
        (GOLDEN / name).write_bytes(exporter(report()).encode("utf-8"))
