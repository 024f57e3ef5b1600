"""Exports for editors of notes, Markdown and Org: what other programs read of them."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reader.article.model import Reference
from reader.exchange import ExportOptions, build_report, filter_report
from reader.review.scale import FIX_WORDING
from tests.hypothesis_profiles import examples
from tests.unit.golden_review import AT, report, review_everything
from tests.unit.test_exchange_references import ENTRIES, entry, export, report_on

NASTY = st.text(st.sampled_from("*#+:|-[]<>{}@%_=~/,\n 12.)aé\u2028\u202e\x00"), max_size=20) | st.sampled_from(
    [
        *(
            "* heading",
            "** TODO x",
            "#+begin_src sh",
            "#+end_quote",
            ":END:",
            ":PROPERTIES:",
            "x :tag:",
            "# comment",
            "| a | b |",
        ),
        *(
            "- item",
            "1. item",
            "<2026-05-01 Fri>",
            "SCHEDULED: <2026-05-01 Fri>",
            "[[elisp:(ding)][x]]",
            "elisp:(ding)",
            "shell:ls",
        ),
        *(
            "<elisp:x>",
            "{{{macro(x)}}}",
            "@@html:<b>@@",
            "src_sh{ls}",
            "call_x()",
            "%%(ding)",
            "[fn:1] note",
            "<<target>>",
            "==1==",
            "\\(x\\)",
            "\\input{x}",
            ",* x",
            ",#+x",
        ),
    ]
)


def test_frontmatter_reads_the_properties_of_a_note() -> None:
    frontmatter = pytest.importorskip("frontmatter", reason="needs the extra `validators`")
    properties = frontmatter.loads(export("markdown", report())).metadata
    assert properties["tags"] == ["numbers", "numbers/passengers"]
    assert (properties["claims"], properties["open"], properties["complete"]) == (5, 1, False)
    assert properties["title"] == report().article.title
    assert properties["created"] == "2026-01-15T09:01:00Z"


@pytest.mark.filterwarnings("ignore")  # obsidiantools warns of its own use of pandas
def test_obsidiantools_reads_the_tags_of_a_note(tmp_path: Path) -> None:
    obsidiantools = pytest.importorskip("obsidiantools.api", reason="needs the extra `validators`")
    (tmp_path / "ferry.md").write_text(export("markdown", report()), encoding="utf-8")
    vault = obsidiantools.Vault(tmp_path).connect().gather()
    assert set(vault.get_tags("ferry")) == {"numbers"}  # it drops what is nested
    assert vault.get_front_matter("ferry")["tags"] == ["numbers", "numbers/passengers"]


def blocks_and_links(note: str) -> tuple[list[str], set[str]]:
    """Return the block ids of a note, and those that its links lead to."""
    parsed = MarkdownIt("gfm-like").parse(note)
    links = [child.attrs.get("href") for token in parsed for child in token.children or [] if child.type == "link_open"]
    return re.findall(r"(?:^|(?<= ))\^([a-z0-9-]+)$", note, re.MULTILINE), {
        str(link).removeprefix("#%5E") for link in links if str(link).startswith("#")
    }


def test_every_link_within_a_note_leads_to_one_block_and_a_filter_changes_none() -> None:
    blocks, links = blocks_and_links(export("markdown", report()))
    assert blocks == ["c1", "c2", "c3", "c4", "c5", "r1", "r2", "r3", "r4", "c6"]
    assert links <= set(blocks)
    claim = report().claims[4]
    blocks, links = blocks_and_links(export("markdown", filter_report(report(), {claim.annotation.id}, "tag x")))
    assert blocks == ["c5", "r1", "r2", "r3", "r4"]
    assert links <= set(blocks)


@given(st.lists(ENTRIES, max_size=5))
def test_references_have_different_block_ids(references: list[Reference]) -> None:
    named = (
        entry("1", "a"),
        entry("^1", "b"),
        entry("Lee & Doe 2020", "c"),
        entry("Łee — Doe, 2020", "d"),
        entry("Lee & Doe 2020", "e"),
    )
    blocks, _ = blocks_and_links(export("markdown", report_on(*references, *named, keep_ids=True)))
    assert len(blocks) == len(set(blocks)) == len(references) + len(named)


def outline(text: str) -> list[tuple[int, str, tuple[str, ...]]]:
    """Return the nodes that orgparse makes of an outline: level, heading, and the names of the properties."""
    orgparse = pytest.importorskip("orgparse", reason="needs the extra `validators`")
    nodes = orgparse.loads(text)[1:]
    return [(node.level, node.heading, tuple(node.properties)) for node in nodes]


def test_orgparse_reads_the_claims_with_their_tags_and_properties() -> None:
    orgparse = pytest.importorskip("orgparse", reason="needs the extra `validators`")
    nodes = {
        str(node.properties["CUSTOM_ID"]): node
        for node in orgparse.loads(export("org", report()))[1:]
        if "CUSTOM_ID" in node.properties
    }
    assert list(nodes) == ["c1", "c2", "c3", "c4", "c5", "r1", "r2", "r3", "r4", "n1", "n8", "c6"]
    first = nodes["c1"]
    assert first.heading == "◐ Claim 1: partly supports"
    assert first.shallow_tags == {"numbers_passengers", "c__"}
    assert first.properties["TAG_NAMES"] == "numbers/passengers, c++"
    assert first.properties["CREATED"] == "[2026-01-15 Thu 09:01]"
    assert report().claims[0].annotation.selector.exact in first.body
    assert "[[#c2][claim 2]] “Nobody believed it" in export("org", report())
    (pair,) = first.children
    assert (pair.heading, pair.properties["VERDICT"], pair.properties["JUDGED_BY"]) == (
        "◐ partly supports [1]",
        "partly-supports",
        "Reviewer 1",
    )
    assert not any(node.datelist or node.rangelist or node.todo or node.deadline for node in nodes.values())


@given(NASTY, NASTY, NASTY, st.lists(NASTY, max_size=2))
@settings(max_examples=examples(40))
def test_no_text_becomes_structure_of_an_outline(note: str, fix: str, reason: str, tags: list[str]) -> None:
    session = review_everything()
    plain = outline(export("org", build_report(session, AT)))
    claim = next(a for a in session.index.claims() if a.fix)
    claim = session.set_note(claim, f"x{note}\n{note}")
    claim = session.set_tags(claim, ["numbers", *(f"x{tag}" for tag in tags)])
    claim = session.decide(claim, FIX_WORDING, f"x{fix}")
    session.link(claim, "4", f"x{reason}")
    text = export("org", build_report(session, AT))
    assert outline(text) == plain
    assert not re.search(
        r"\[\[(?!#[cr]\d+\](?:\[claim \d+\])?\])"
        r"|<\d{4}|<<|\{\{|@@|\b(?:elisp|shell|file):|(?:^|[\s({\u200b])[*/_=~+]\w|\\[a-z(\[]|\bsrc_|\bcall_|^%%",
        text,
        re.MULTILINE,
    )


@pytest.mark.parametrize("name", ["markdown", "org", "csv", "csl-json", "bibtex", "ris", "bibliography"])
def test_a_later_export_of_the_same_review_is_the_same(name: str) -> None:
    session = review_everything()
    assert export(name, build_report(session, AT)) == export(name, build_report(session, "2026-02-03T11:12:13.000Z"))


def test_a_sentence_as_new_wording_ends_with_one_full_stop() -> None:
    session = review_everything()
    claim = next(a for a in session.index.claims() if a.fix)
    session.decide(claim, FIX_WORDING, "Few believed it.")
    text = export("markdown", build_report(session, AT))
    assert "fix the wording: Few believed it.\n" in text
    assert ".." not in text.replace("\n", "")


@pytest.mark.parametrize("name", ["markdown", "org", "csv"])
def test_paths_and_accounts_leave_on_demand(name: str) -> None:
    with_paths = export(name, report(), options=ExportOptions(with_paths=True))
    assert {"/home/ana", "draft.txt", "ben"} <= set(re.findall(r"/home/ana|draft\.txt|\bben\b", with_paths))
