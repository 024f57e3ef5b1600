"""Exports for editors of notes, Markdown and Org: what other programs read of them."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reader.article.model import Reference
from reader.exchange import ExportOptions, filter_report
from tests.unit.golden_review import report
from tests.unit.test_exchange_references import ENTRIES, entry, export, report_on


def test_frontmatter_reads_the_properties_of_a_note() -> None:
    frontmatter = pytest.importorskip("frontmatter", reason="needs the extra `validators`")
    properties = frontmatter.loads(export("markdown", report())).metadata
    assert properties["tags"] == ["numbers", "numbers/passengers"]
    assert (properties["claims"], properties["open"], properties["complete"]) == (5, 1, False)
    assert properties["title"] == report().article.title
    assert properties["created"] == "2026-01-15T10:00:00Z"


@pytest.mark.filterwarnings("ignore")  # obsidiantools warns of its own use of pandas
def test_obsidiantools_reads_tags_and_links_of_a_note(tmp_path: Path) -> None:
    obsidiantools = pytest.importorskip("obsidiantools.api", reason="needs the extra `validators`")
    (tmp_path / "ferry.md").write_text(export("markdown", report()), encoding="utf-8")
    vault = obsidiantools.Vault(tmp_path).connect().gather()
    assert set(vault.get_tags("ferry")) == {"numbers"}  # it drops what is nested
    assert vault.get_md_links("ferry") == ["https://lines.example/passengers_by_month", "https://rask.example/plans"]
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


@pytest.mark.parametrize("name", ["markdown"])
def test_paths_and_accounts_leave_only_on_demand(name: str) -> None:
    assert not {"/home/ana", "draft.txt", "ben"} & set(re.findall(r"/home/ana|draft\.txt|\bben\b", export(name, report())))
    with_paths = export(name, report(), options=ExportOptions(with_paths=True))
    assert {"/home/ana", "draft.txt", "ben"} <= set(re.findall(r"/home/ana|draft\.txt|\bben\b", with_paths))
