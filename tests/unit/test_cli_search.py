"""`reader search`: what it prints, what it refuses, and that other commands keep its index true."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.test_cli import Call, call, ferry

__all__ = ["call", "ferry"]  # fixtures


def index_bytes(tmp_path: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (tmp_path / "cache" / "claim-reader" / "search").iterdir())


def test_hits_are_printed_in_context_by_article(call: Call, ferry: Path) -> None:
    call("annotate", ferry, "--quote", "Nobody believed it", "--note", "Who did?", "--tag", "doubt")
    answer = call("search", "believed", "kind:claim")
    assert (answer.code, answer.err) == (0, "")
    heading, hit, _, total = answer.out.splitlines()
    assert "1 hit" in heading
    assert hit.split() == ["claim", "Nobody", "believed", "it"]
    assert total == "1 hit in 1 article or source."
    assert "  note       Who did?" in call("search", "#doubt").out
    assert call("search", "zebra").out == "Nothing found.\n"


def test_json_has_the_place_in_the_text_and_the_id_to_go_on_with(call: Call, ferry: Path) -> None:
    annotation = call("annotate", ferry, "--quote", "Nobody believed it").out.strip()
    record = json.loads(call("search", "--json", "nobody", "kind:claim").out)
    assert (record["hits"], record["groups"], record["kinds"], record["complete"]) == (1, 1, {"claim": 1}, True)
    (group,) = record["results"]
    (hit,) = group["found"]
    assert (group["in"], hit["id"], hit["text"]) == ("article", annotation, "Nobody believed it")
    text = call("parse", ferry, "--text").out
    assert text[hit["start"] : hit["end"]] == "Nobody believed it"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (["colour:red"], "No filter “colour:red”; there are tag:"),
        (["ferry", "is:good"], "hint: ferry is:good\n            ^^^^^^^\n"),
        (["ferry" * 2000, "is:good", "quay" * 2000], "hint: …" + "erry" + "ferry" * 5 + " is:good " + "quay" * 7 + "…"),
        (["ferry" * 2000, "is:good", "quay" * 2000], "…\n       " + " " * 30 + "^" * 7 + "\n"),
        (["ferry" * 2000, "is:" + "good" * 2000], "…\n       " + " " * 30 + "^" * 36 + "\n"),
        ([], "There is nothing to search for"),
        (["--limit", "0", "x"], "'--limit'"),
    ],
)
def test_a_query_that_cannot_be_read_says_what_is_wrong_and_where(call: Call, query: list[str], told: str) -> None:
    answer = call("search", *query)
    assert answer.code == 2
    assert told in answer.err


def test_what_another_command_changes_is_in_the_index_when_it_ends(call: Call, ferry: Path, tmp_path: Path) -> None:
    call("annotate", ferry, "--quote", "Nobody believed it")
    assert not (tmp_path / "cache").exists(), "who never searches needs no index"
    call("search", "ferry")
    call("annotate", ferry, "--quote", "Nobody believed it", "--note", "Quetzalcoatl")
    assert b"quetzalcoatl" in index_bytes(tmp_path).lower()
    call("undo")
    assert b"quetzalcoatl" not in index_bytes(tmp_path).lower()
    call("purge", "--yes")
    assert b"nobody" not in index_bytes(tmp_path).lower()


def test_the_index_can_be_made_anew(call: Call, ferry: Path, tmp_path: Path) -> None:
    call("annotate", ferry, "--quote", "Nobody believed it")
    assert call("search", "--rebuild").out == ""
    assert "1 hit" in call("search", "--rebuild", "nobody kind:claim").out


def test_no_hit_commands_the_terminal(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "hostile.txt"
    path.write_text("A \x1b[31mferry\x1b]0;owned\x07 sank.\n", encoding="utf-8")
    call("annotate", path, "--quote", "sank", "--note", "a \x1b[2J note")
    for query in ("ferry", "note", "\x1b[2J", "colour:\x1b[2J"):
        answer = call("search", query)
        assert "\x1b" not in answer.out + answer.err


def test_another_process_writes_nothing_anew_that_is_the_same(call: Call, ferry: Path, tmp_path: Path) -> None:
    text = "It sank [1].\n\n## References\n\n1. Hartmann, K., Lind, A. (2021). Wells of the ring road.\n"
    ferry.write_text(text, encoding="utf-8")
    call("add", ferry)
    stored: list[list[tuple[int, str]]] = []
    for seed in "12":
        subprocess.run(
            [sys.executable, "-m", "reader", "search", "--rebuild", ""], check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        (index,) = (tmp_path / "cache" / "claim-reader" / "search").glob("*.sqlite")
        with sqlite3.connect(index) as connection:
            stored.append(connection.execute("SELECT id, facets FROM documents ORDER BY id").fetchall())
        connection.close()
    assert stored[0] == stored[1] != []
