"""The references as a list for a text: plainly, in a citation style, and whatever a style of others contains."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.article.model import Reference
from reader.errors import ReaderError
from reader.exchange import ExportOptions
from tests.unit.golden_review import report
from tests.unit.test_cli import Call, call, ferry
from tests.unit.test_exchange_references import ENTRIES, entry, export, report_on

__all__ = ["call", "ferry"]  # fixtures

STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text" default-locale="en-US">
  <info><title>Short</title><id>https://styles.example/short</id><updated>2026-01-01T00:00:00+00:00</updated></info>
  {}
  <citation><layout><text variable="title"/></layout></citation>
  <bibliography second-field-align="flush">
    <sort><key variable="title"/></sort>
    <layout>
      <text variable="citation-number" prefix="[" suffix="]"/>
      <group delimiter=", ">
        <names variable="author"><name form="short"/></names>
        <text variable="title" font-style="italic"/>
        <date variable="issued"><date-part name="year"/></date>
        {}
      </group>
    </layout>
  </bibliography>
</style>"""
PLAIN = STYLE.format("", "")


def in_style(style: str | bytes, *references: Reference) -> str:
    options = ExportOptions(style=style.encode() if isinstance(style, str) else style)
    return export("bibliography", report_on(*references) if references else report(), options=options)


def doubling(count: int, body: str) -> str:
    """Return a style with macros of which each calls the next one twice."""
    macros = "".join(f'<macro name="m{n}">{body.format(n + 1)}</macro>' for n in range(count))
    return STYLE.format(f'{macros}<macro name="m{count}"><text value="x"/></macro>', '<text macro="m0"/>')


TWICE = '<text macro="m{0}"/><text macro="m{0}"/>'
EITHER = '<choose><if type="book"><text macro="m{0}"/></if><else><text macro="m{0}"/></else></choose>'
UNUSABLE = {
    "plain words": ("no style", "not XML"),
    "nothing but white space": (" ", "not XML"),
    "a web page": ("<html><body/></html>", "not a citation style"),
    "another style's name": (
        '<style xmlns="http://purl.org/net/xbiblio/csl"><info><link rel="independent-parent" href="https://a.example/apa"/></info>'
        "</style>",
        r"does not say how to list references. It refers to another style; use that one: https://a.example/apa",
    ),
    "entities": (f'<!DOCTYPE style [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>{PLAIN.replace("Short", "&b;")}', "document type"),
    "a macro that is missing": (STYLE.format("", '<text macro="m"/>'), "macro m of the citation style is missing"),
    "a macro that calls itself": (
        STYLE.format('<macro name="m"><text macro="m"/></macro>', '<text macro="m"/>'),
        "macro m of the citation style calls itself",
    ),
    "macros that multiply": (doubling(40, TWICE), "takes too long"),
    "choices that multiply": (doubling(40, EITHER), "takes too long"),
    "macros without end": (doubling(2000, '<text macro="m{0}"/>'), "takes too long"),
    "a search expression": (
        STYLE.format("", """<text term="x&quot;] | //*[&quot;"/>"""),
        "quotation mark in a name, in <text>",
    ),
    "a path for a language": (PLAIN.replace("en-US", "../../../x"), "language that is not one"),
    "an element of another standard": (PLAIN.replace("<group", "<b").replace("</group", "</b"), "citeproc-py cannot apply"),
    "a megabyte": (PLAIN + " " * (1 << 20), "more than 1,048,576 bytes"),
}


def test_without_a_style_the_list_is_by_author_title_and_year() -> None:
    made = report_on(
        entry("1", "x", ["Rask, O.", "Port Office"], title="Who pays?", year="2021"),
        entry("2", "Anything, said once. https://x.example/a", url="https://x.example/a"),
        entry("3", "x", ["Åsen, B."], title="Tides", year="2020", doi="10.5555/t", url="https://doi.org/10.5555/t"),
        entry("4", "x", ["Åsen, B."], title="Quays", url="https://x.example/q"),
    )
    assert export("bibliography", made).splitlines() == [
        "Anything, said once. https://x.example/a",
        "Åsen, B. Quays. https://x.example/q",
        "Åsen, B. Tides. 2020. https://doi.org/10.5555/t",
        "Rask, O.; Port Office. Who pays? 2021.",
    ]


@given(st.lists(ENTRIES, max_size=4))
def test_every_work_is_one_line_of_the_plain_list(references: list[Reference]) -> None:
    written = export("bibliography", report_on(*references))
    assert len(written.splitlines()) == written.count("\n") <= len(references)


def test_a_style_formats_the_references_of_the_golden_file() -> None:
    pytest.importorskip("citeproc", reason="needs the extra `citations`")
    assert in_style(PLAIN).splitlines() == [
        "[1] Port Office of Sandvik, Counting at the gate, 2024",
        "[2] Island Lines, Passengers by month, 2024",
        "[3] Rask, Plans of the *pier*, 2031",
        "[4] Rask, Who pays for the pier?",
    ]


@given(st.lists(ENTRIES, max_size=3))
def test_no_entry_breaks_a_style(references: list[Reference]) -> None:
    pytest.importorskip("citeproc", reason="needs the extra `citations`")
    written = in_style(PLAIN, *references, entry("9", "x", title="Last", year="2020"))
    assert len(written.splitlines()) == written.count("\n")
    assert "Last, 2020" in written


@pytest.mark.parametrize(("style", "message"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_style_that_cannot_be_used_is_a_clear_error(style: str, message: str) -> None:
    pytest.importorskip("citeproc", reason="needs the extra `citations`")
    with pytest.raises(ReaderError) as raised:
        in_style(style)
    assert message in str(raised.value)
    assert raised.value.hint


def test_without_citeproc_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "citeproc", None)
    with pytest.raises(ReaderError, match=r"not installed. Install it: pip install 'claim-reader\[citations\]'"):
        in_style(PLAIN)


def test_the_style_comes_from_the_command_line_or_the_settings(call: Call, ferry: Path, tmp_path: Path) -> None:
    pytest.importorskip("citeproc", reason="needs the extra `citations`")
    style, bad = tmp_path / "short.csl", tmp_path / "bad.csl"
    style.write_text(PLAIN, encoding="utf-8")
    bad.write_text("no style", encoding="utf-8")
    output = tmp_path / "list.txt"
    export_list = ("export", ferry, "--format", "bibliography", "--force", "--output", output)
    assert call(*export_list).code == 0
    plain = output.read_text(encoding="utf-8")
    assert call(*export_list, "--style", style).code == 0
    assert plain != (formatted := output.read_text(encoding="utf-8"))
    assert "Island Lines, Passengers by month, 2024" in formatted
    answer = call(*export_list, "--style", bad)
    assert (answer.code, output.read_text(encoding="utf-8")) == (1, formatted)
    assert "The citation style is not XML" in answer.err
    assert "Traceback" not in answer.err
    settings = tmp_path / "settings.toml"
    settings.write_text(f"citation_style = '{style}'\n", encoding="utf-8")
    output.unlink()
    assert call(*export_list).code == 0
    assert output.read_text(encoding="utf-8") == formatted
    settings.write_text(f"citation_style = '{tmp_path / 'none.csl'}'\n", encoding="utf-8")
    missing = call(*export_list)
    assert (missing.code, "none.csl" in missing.err) == (1, True)
