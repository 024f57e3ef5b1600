"""Described sources, an interview or a book on a shelf: written down, quoted, exported, taken back on the command line."""

import io
import json
import shutil
from pathlib import Path

import pytest

from reader.cli import run
from reader.formats import read_article
from reader.library import Library
from reader.library.source_texts import read_record
from reader.review.description import SOURCE_KINDS, SourceDescription, match_kind
from reader.review.vocabulary import DESCRIBED
from tests.unit.test_cli import Call, call, piped
from tests.unit.test_library import LONG, plain

__all__ = ["call"]  # a fixture

MILL = """# The mill at Varno

The paper mill closed in March 2019, its last director says [1]. It made 40 tons a day [2].

## References

[1] Interview with the last director of the mill.
[2] Orel, M. (1954). A town and its paper. Varno.
"""
SAID = "We closed the mill in March 2019. Nobody asked us.\n\nI have kept the keys."
INTERVIEW = ("--kind", "interview", "--who", "Ana Lind", "--when", "3 May 2024", "--kept", "/home/ana/tapes/tape 4.m4a")


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    path = tmp_path / "mill.md"
    path.write_text(MILL, encoding="utf-8")
    return path


def first(call: Call, article: Path) -> dict[str, object]:
    """Return what is listed of the first reference."""
    answer = call("source", "list", article, "--json")
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)[0]


def test_a_source_is_described_bit_by_bit_and_each_step_is_taken_back(call: Call, mill: Path, own_library: Path) -> None:
    answer = call("source", "describe", mill, "1", *INTERVIEW)
    words = "Interview with Ana Lind, 3 May 2024, kept: /home/ana/tapes/tape 4.m4a"
    assert answer.out == f"[1] described: {words}; nothing of what was said is written down\n"
    record = first(call, mill)
    text = record["text"]
    assert isinstance(text, dict)
    assert (record["state"], record["marks"], text["from"], text["format"]) == ("described", ["described"], "own record", "")
    described = {"kind": "interview", "who": "Ana Lind", "when": "3 May 2024", "kept": "/home/ana/tapes/tape 4.m4a"}
    assert text["description"] == {**described, "said": False}
    assert call("source", "describe", mill, "[1]", "--said", SAID).out.endswith("; 15 words of your own record\n")
    answer = call("source", "describe", mill, "1", "--kept", " tape\n 5 ", "--when", "")
    assert answer.out == "[1] described: Interview with Ana Lind, kept: tape 5; 15 words of your own record\n"
    table = call("source", "list", mill).out.splitlines()
    assert "described     Interview with Ana Lind, kept: tape 5" in table[1]
    assert "not supplied" in table[2]
    (source,) = plain(own_library, "sources")
    assert [one["extent"] for one in source["texts"]] == ["record"], "a description without a text is not an earlier text"
    assert "describe the source of [1]" in call("history", mill).out
    assert "describe the source of [1]" in call("undo", mill).out
    text = first(call, mill)["text"]
    assert isinstance(text, dict)
    assert text["description"] == {**described, "said": True}
    call("undo", mill)
    call("undo", mill)
    assert first(call, mill)["state"] == "not supplied"


def test_what_was_said_comes_from_a_pipe_is_found_and_quoted_and_leaves_as_ones_own_record(
    call: Call, mill: Path, own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    piped(monkeypatch, io.BytesIO(SAID.replace("\n", "\r\n").encode()))
    assert call("source", "describe", mill, "1", *INTERVIEW, "--said", "-").code == 0
    library = Library.open(own_library)
    session = library.review(read_article(str(mill)))
    assert read_record(library, session.sources.source("1")) == SAID
    assert library.close(LONG)
    assert "I have kept the keys." in call("search", "kept the keys").out
    quote = "The paper mill closed in March 2019"
    evidence = ("--evidence", "1", "We closed the mill in March 2019.")
    judged = call("annotate", mill, "--quote", quote, "--verdict", "1=supports", *evidence)
    assert (judged.code, judged.err) == (0, "")
    shown = call("show", mill, "--filter", "source:described").out
    assert "own record" in shown
    for form in ("markdown", "html", "csv", "org"):
        out = call("export", mill, "--format", form).out
        assert "own record" in out, form
        assert "/home/ana" not in out, form
        assert "tape 4.m4a" in out, form
    assert "1 verdict on a described source" in call("export", mill, "--format", "html").out
    assert "a verdict on a source that is not kept" not in call("export", mill, "--format", "html").out


def test_the_audit_says_nothing_of_what_a_record_lacks(call: Call, mill: Path, tmp_path: Path) -> None:
    """Who writes down a part of a talk has not said that there was no more."""
    said = MILL.replace("its last director says", "its director “was sorry for the town and its people” then")
    article = tmp_path / "said.md"
    article.write_text(said, encoding="utf-8")
    assert call("source", "describe", article, "1", *INTERVIEW, "--said", SAID).code == 0
    assert "quot" not in call("audit", article).out
    whole = tmp_path / "whole.txt"
    whole.write_text(f"A talk\n\n{SAID}\n", encoding="utf-8")
    assert call("source", "add", article, "1", whole).code == 0
    assert "quot" in call("audit", article).out, "of a whole text it is said"
    assert first(call, article)["older"] == 1


def test_a_verdict_that_rests_on_a_text_is_not_one_on_a_description_that_came_later(
    call: Call, mill: Path, tmp_path: Path
) -> None:
    text = tmp_path / "talk.txt"
    text.write_text(f"A talk\n\n{SAID}\n", encoding="utf-8")
    assert call("source", "add", mill, "1", text).code == 0
    evidence = ("--verdict", "1=supports", "--evidence", "1", "We closed the mill in March 2019.")
    assert call("annotate", mill, "--quote", "The paper mill closed", *evidence).code == 0
    assert call("source", "describe", mill, "1", *INTERVIEW).code == 0
    assert "on a described source" not in call("export", mill, "--format", "html").out
    page = ("--format", "claimreview", "--url", "https://desk.example/mill")
    assert "Checked against its source: supports" in call("export", mill, *page).out


def test_bad_input_is_refused_and_leaves_no_trace(
    call: Call, mill: Path, own_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments, what in (
        (("1",), "A described source needs a kind"),
        (("1", "--kind", "\x1b[31m"), "There is no kind of source"),
        (("1", "--kind", ""), "There is no kind of source"),
        (("1", "--kind", "o", "--who", "x"), "There is no kind of source “o”"),
        (("9", *INTERVIEW), 'There is no reference "9"'),
    ):
        answer = call("source", "describe", mill, *arguments)
        assert (answer.code, answer.out) == (2, ""), arguments
        assert what in answer.err
        assert "\x1b" not in answer.err
    piped(monkeypatch, io.BytesIO(b"\xff\xfe\x00"))
    answer = call("source", "describe", mill, "1", *INTERVIEW, "--said", "-")
    assert (answer.code, "no text in UTF-8" in answer.err) == (2, True)
    quote = ("--quote", "The paper mill closed", "--evidence", "1", "We closed")
    answer = call("source", "describe", "-", "1", *INTERVIEW, "--said", "-")
    assert (answer.code, "cannot be both" in answer.err) == (2, True)
    assert not (own_library / "library.json").exists()
    assert call("source", "describe", mill, "1", *INTERVIEW).code == 0
    answer = call("annotate", mill, *quote)
    assert (answer.code, "Nothing of what was said in the source of [1] is written down" in answer.err) == (1, True)


def test_a_described_source_has_no_extent_to_set(call: Call, mill: Path) -> None:
    assert call("source", "describe", mill, "1", *INTERVIEW, "--said", SAID).code == 0
    answer = call("source", "add", mill, "1", "--whole")
    assert answer.code == 1
    assert "only a document has an extent" in answer.err


def test_what_a_later_version_wrote_of_a_source_stays(call: Call, mill: Path, own_library: Path) -> None:
    assert call("source", "describe", mill, "1", *INTERVIEW).code == 0
    file = own_library / "library.json"
    data = json.loads(file.read_text(encoding="utf-8"))
    (record,) = data["sources"].values()
    record["texts"][0]["described"] |= {"kind": "séance", "medium": "a table"}
    file.write_text(json.dumps(data), encoding="utf-8")
    assert "Séance of Ana Lind" in call("source", "list", mill).out
    assert call("source", "describe", mill, "1", "--kept", "nowhere").code == 0
    (source,) = plain(own_library, "sources")
    expected = {"kind": "séance", "who": "Ana Lind", "when": "3 May 2024", "kept": "nowhere", "medium": "a table"}
    assert source["texts"][0]["described"] == expected


def test_two_who_describe_one_source_at_once_lose_nothing(call: Call, mill: Path, own_library: Path, tmp_path: Path) -> None:
    assert call("add", mill).code == 0
    other = tmp_path / "other device"
    shutil.copytree(own_library, other)
    assert call("source", "describe", mill, "1", "--kind", "call", "--who", "Ben").code == 0
    assert run(["source", "describe", str(mill), "1", *INTERVIEW, "--library", str(other)]) == 0
    library = Library.open(own_library)
    library.merge(other, "ana")
    session = library.review(read_article(str(mill)))
    source = session.sources.source("1")
    assert source is not None
    assert session.sources.state("1") == DESCRIBED
    assert {text.title for text in source.texts} == {"Call with Ben", "Interview with Ana Lind"}
    assert source.conflicts.keys() == {"current"}
    assert library.close(LONG)


def test_each_kind_is_known_by_its_beginning_and_has_a_title() -> None:
    assert [match_kind(kind[:3].upper()) for kind in SOURCE_KINDS] == list(SOURCE_KINDS)
    assert [match_kind(words) for words in ("", "  ", "o", "x")] == [""] * 4
    assert SourceDescription("book", "M. Orel", "1954", "shelf 12").words == "Book by M. Orel, 1954, kept: shelf 12"
    assert SourceDescription("other", "a sign").title == "Source: a sign"
    assert SourceDescription("other").title == "Source"
    assert not SourceDescription()
