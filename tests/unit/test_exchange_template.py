"""Templates of a person's own: what they see, what they cannot do, and what a mistake in one says."""

import csv
import io
import json
import re
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from reader.errors import ReaderError
from reader.exchange import ExportOptions, template
from reader.exchange.identity import disclose
from reader.exchange.template import list_values, template_format
from reader.exchange.template_worker import fill_template
from tests.unit.golden_review import report
from tests.unit.test_cli import Call, call
from tests.unit.test_cli_export import texts

__all__ = ["call", "texts"]
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "templates.md"


@cache
def values_of_review() -> dict[str, object]:
    """Return what a template sees of the review of the golden files."""
    return list_values(next(iter(disclose([report()], ExportOptions()))))


def fill(text: str, *, escape: bool = False) -> str:
    """Return the review of the golden files in a template; in a process of its own it takes longer."""
    out = io.StringIO()
    assert fill_template({"template": text, "escape": escape, "values": values_of_review()}, out) == ""
    return out.getvalue()


def export(text: str, name: str = "mine.txt.j2") -> str:
    """Return the review of the golden files exported with a template."""
    return b"".join(template_format(name, text.encode("utf-8")).write([report()], ExportOptions())).decode("utf-8")


def refusal(text: str) -> str:
    """Return what a template is refused with."""
    with pytest.raises(ReaderError) as refused:
        export(text)
    return refused.value.what


def test_a_template_sees_claims_with_their_pairs_and_evidence() -> None:
    written = fill(
        "{{ article.title }}: {{ counts.claims }}\n"
        "{% for claim in claims %}\n"
        "{{ claim.number }} {{ claim.quote|line }} {{ claim.tags|join(' ') }}\n"
        "{% for pair in claim.pairs if pair.verdict %}\n"
        "  {{ pair.sign }} {{ pair.verdict_label }} [{{ pair.label }}] {{ pair.evidence|length }}\n"
        "{% endfor %}\n"
        "{% endfor %}\n"
    )
    lines = written.splitlines()
    assert lines[:3] == [
        "The ferry that counts its passengers twice 🚢: 5",
        "1 The island's ferry carried 41,000 people in May, the operator says [1] numbers/passengers c++",
        "  ◐ partly supports [1] 1",
    ]
    assert "  ≠ contradicts [2] 3" in lines
    assert lines[-2:] == ["6 The bridge was | closed. ", "  ↑ overstated [9] 0"]


def test_the_values_are_plain_and_all_of_them_are_in_the_documentation() -> None:
    values = list_values(report())
    assert json.loads(json.dumps(values)) == values

    def names(value: object) -> set[str]:
        if isinstance(value, dict):
            return {*value} | {name for inner in value.values() for name in names(inner)}
        return {name for inner in value for name in names(inner)} if isinstance(value, list) else set()

    assert names(values) - set(re.findall(r"`(\w+)`", DOCUMENTATION.read_text("utf-8"))) == set()


def test_every_example_of_the_documentation_can_be_filled() -> None:
    examples = re.findall(r"```jinja\n(.*?)```", DOCUMENTATION.read_text("utf-8"), re.DOTALL)
    assert len(examples) >= 2
    assert all(fill(example).strip() for example in examples)


def test_people_are_reviewers_and_no_path_leaves() -> None:
    everything = fill("{{ article|tojson }}{{ annotations|tojson }}{{ findings|tojson }}")
    assert "Reviewer 1" in everything
    assert not re.search(r"/home|/texts/|\bana\b|\bben\b", everything)


def test_values_are_escaped_in_html_and_for_csv_and_markdown_by_filters() -> None:
    notes = "{% for one in annotations if one.note %}{{ one.note%s }}\n{% endfor %}"
    page = export(notes.replace("%s", ""), "page.html")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<script>" in fill(notes.replace("%s", ""))
    rows = list(csv.reader(io.StringIO(fill("{% for one in annotations %}{{ one.note|csv }}{% endfor %}"), newline="")))
    assert rows
    assert fill("{{ annotations[1].note|csv }}").startswith("'=SUM")
    assert fill("{{ claims[0].start|csv }},{{ none|csv }},{{ none|line }}{{ 3|org }}") == fill("{{ claims[0].start }},,3")
    marked = MarkdownIt("gfm-like").parse(fill("{{ annotations[-2].note|markdown }}"))
    assert [token.type for token in marked] == ["paragraph_open", "inline", "paragraph_close"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("one\n{% for %}", "2 "),
        ("one\n\n{{ claims[0].verdikt }}", "3 'dict object' has no attribute 'verdikt'"),
        ("{{ nothing }}", "1 'nothing' is undefined"),
        ("\n{{ 1 / 0 }}", "2 division by zero"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "1 access to attribute '__class__'"),
        ("{{ tags.append('x') }}", "1 access to attribute 'append'"),
        ("{% include '/etc/passwd' %}", "1 a template sees no other file, such as /etc/passwd"),
        ("{% include 'template' %}", "1 it goes on within itself without end"),
        ("{{ range(10000000) }}", "1 Range too big"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, what: str) -> None:
    assert fill_template({"template": text, "escape": False, "values": values_of_review()}, io.StringIO()).startswith(what)


@pytest.mark.slow
def test_a_template_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "MOST_SECONDS", 2.0)
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
    assert refusal(endless) == "mine.txt.j2 did not answer within 2 seconds and was ended"


@pytest.mark.slow
def test_a_template_that_writes_or_takes_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "MOST_BYTES", 1_000_000)
    much = "{% for a in range(99999) %}{{ article.text }}{% endfor %}"
    assert refusal(much) == "mine.txt.j2 gave more than 1 MB, which is too much"
    assert refusal("{{ 'a' * 100000000000 }}").startswith("mine.txt.j2, line 1: it needs too much memory")


def test_what_is_no_text_is_no_template() -> None:
    with pytest.raises(ReaderError, match=r"not in UTF-8 \(byte 2\)"):
        template_format("x.j2", b"a\xff")
    with pytest.raises(ReaderError, match="too large"):
        template_format("x.j2", b"a" * 1_000_001)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.html.j2", ".html"), ("a.csv", ".csv"), ("a.jinja", ".txt"), ("a", ".txt"), ("b.tex.jinja2", ".tex")],
)
def test_a_file_made_from_a_template_has_its_ending(name: str, suffix: str) -> None:
    assert template_format(name, b"").suffix == suffix


def test_the_command_fills_a_template(call: Call, texts: tuple[Path, Path], tmp_path: Path) -> None:
    mine = tmp_path / "claims.md.j2"
    mine.write_text("# {{ article.title|markdown }}\n", encoding="utf-8")
    done = call("export", texts[0], "--template", mine)
    assert (done.code, done.out) == (0, "# The bridge that sings\n")
    assert call("export", texts[0], "--template", mine, "--output", mine, "--force").code == 2
    assert call("export", texts[0], "--template", mine, "--format", "csv").code == 2
    mine.write_text("{{ nothing }}", encoding="utf-8")
    assert call("export", *texts, "--template", mine).code == 2, "a file holds one article"
    wrong = call("export", texts[0], "--template", mine, "--output", tmp_path / "none.md")
    assert (wrong.code, (tmp_path / "none.md").exists()) == (1, False)
    assert "claims.md.j2, line 1: 'nothing' is undefined" in wrong.err
