"""`reader source` as a person or a script calls it: attached, listed, fetched, and taken back."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.pdfs import Sheet, pdf
from tests.unit.review_strategies import TEXT
from tests.unit.test_cli import Call, call, ferry, piped
from tests.unit.test_library import plain
from tests.unit.web_server import Pages, Reply, serve

__all__ = ["call", "ferry"]  # fixtures

LEDGER = "The ledger of Island Lines\n\nIn May 20,500 people went out, and 20,500 came back.\n"
REVISED = "The ledger, revised\n\nIn May 20,400 people went out.\n"
SHORT = "Abstract\n\nWe counted at the gate.\n"
SCAN = pdf(Sheet())


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.txt"
    path.write_text(LEDGER, encoding="utf-8")
    return path


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    monkeypatch.setattr("reader.fetching.turns.REQUEST_PAUSE", 0.0)
    pages = {"/ledger.txt": LEDGER.encode(), "/gate.txt": REVISED.encode(), "/scan.pdf": SCAN, "/silent.txt": None}
    with serve(pages) as running:
        yield running


def linked(path: Path, *addresses: str) -> Path:
    """Write an article whose references name these addresses, "" for none, and return where."""
    sentences = [f"Number {n} says that the ferry was full [{n}]." for n in range(1, len(addresses) + 1)]
    entries = [f"[{n}] Author {n}. (2024). Title {n}. {address}".strip() for n, address in enumerate(addresses, 1)]
    path.write_text("\n\n".join(["Full ferries", *sentences, "References", "\n".join(entries)]) + "\n", encoding="utf-8")
    return path


def listed(call: Call, article: Path) -> list[dict[str, object]]:
    """Return what is listed of each reference."""
    answer = call("source", "list", article, "--json")
    assert (answer.code, answer.err) == (0, "")
    return json.loads(answer.out)


def states(call: Call, article: Path) -> list[object]:
    return [record["state"] for record in listed(call, article)]


def test_help_stands_on_each_with_an_example(call: Call) -> None:
    assert "\n  source " in call("-h").out
    listed = call("source", "--help").out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in listed.splitlines()] == ["add", "check", "describe", "fetch", "list", "remove"]
    for command in ("add", "describe", "fetch", "list", "remove"):
        answer = call("source", command, "--help")
        assert (answer.code, answer.err) == (0, "")
        assert "Example" in answer.out
        assert "--library DIR" in answer.out


# ---------------------------------------------------------------------- add


def test_a_file_is_attached_replaced_and_listed(call: Call, ferry: Path, ledger: Path, own_library: Path) -> None:
    first = call("source", "add", ferry, "1", ledger)
    assert (first.code, first.err) == (0, "")
    assert first.out == f"[1] attached: “The ledger of Island Lines”, 15 words, supplied, from {ledger}\n"
    other = ledger.with_name("revised.txt")
    other.write_text(REVISED, encoding="utf-8")
    second = call("source", "add", ferry, "[1]", other)
    assert second.out == f"[1] replaced: “The ledger, revised”, 9 words, supplied, from {other}\n"
    (record,) = plain(own_library, "sources")
    assert [text["title"] for text in record["texts"]] == ["The ledger of Island Lines", "The ledger, revised"]
    one, two, three = listed(call, ferry)
    assert isinstance(one["text"], dict)
    assert (one["label"], one["state"], one["text"]["from"], one["older"]) == ("1", "supplied", str(other), 1)
    assert (one["title"], one["address"]) == ("Passengers by month", "https://lines.example/passengers_by_month")
    assert (two["state"], two["text"], two["address"]) == ("not supplied", None, "https://doi.org/10.5555/gate.7")
    assert (three["state"], three["address"], three["tried"]) == ("not supplied", None, None)
    table = call("source", "list", ferry).out.splitlines()
    assert table[0].split() == ["reference", "title", "state", "from", "when", "evidence", "note"]
    assert table[1].startswith("[1]")
    assert str(other) in table[1]
    assert "not supplied" in table[2]


def test_a_reference_is_named_by_its_label_or_the_call_says_which_there_are(
    call: Call, ferry: Path, ledger: Path, tmp_path: Path, own_library: Path
) -> None:
    unknown = call("source", "add", ferry, "9", ledger)
    assert (unknown.code, unknown.out) == (2, "")
    assert 'There is no reference "9"' in unknown.err
    assert "The references are 1, 2, 3" in unknown.err
    many = linked(tmp_path / "many.txt", *[""] * 40)
    far = call("source", "add", many, "41", ledger)
    assert "There are 40 references, from 1 to 40" in far.err
    assert "Did you mean" in far.err
    none = tmp_path / "none.txt"
    none.write_text("Nothing\n\nIt rests on nothing.\n", encoding="utf-8")
    assert "The article lists no references" in call("source", "add", none, "1", ledger).err
    assert call("source", "list", none).out == "The article lists no references.\n"
    assert not (own_library / "library.json").exists()


def test_what_comes_through_a_pipe_is_a_source(call: Call, ferry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(monkeypatch, io.BytesIO(LEDGER.encode()))
    said = call("source", "add", ferry, "2", "-")
    assert said.out == "[2] attached: “The ledger of Island Lines”, 15 words, supplied, pasted text\n"
    piped(monkeypatch, io.BytesIO(b""))
    empty = call("source", "add", ferry, "3", "-")
    assert (empty.code, empty.out) == (1, "")
    assert "empty" in empty.err
    both = call("source", "add", "-", "2", "-")
    assert both.code == 2
    assert states(call, ferry) == ["not supplied", "supplied", "not supplied"]


def test_a_scan_has_no_text_and_an_abstract_is_only_that(call: Call, ferry: Path, tmp_path: Path) -> None:
    scan, short = tmp_path / "scan.pdf", tmp_path / "short.txt"
    scan.write_bytes(SCAN)
    short.write_text(SHORT, encoding="utf-8")
    attached = call("source", "add", ferry, "1", scan).out
    assert attached.startswith(f"[1] attached: no text in it, from {scan}; ")
    assert attached.endswith("; then attach it again\n")
    assert "only an abstract" in call("source", "add", ferry, "2", short).out
    assert states(call, ferry) == ["no text in it", "only an abstract", "not supplied"]
    assert "supplied" in call("source", "add", ferry, "3", short, "--whole").out
    assert states(call, ferry)[2] == "supplied"
    put_right = call("source", "add", ferry, "2", "--whole")
    assert (put_right.code, put_right.out.startswith("[2] updated: ")) == (0, True)
    assert call("source", "add", ferry, "3", "--only-abstract").code == 0
    assert states(call, ferry) == ["no text in it", "supplied", "only an abstract"]
    nothing = call("source", "add", ferry, "1", "--whole")
    assert (nothing.code, "contains no text" in nothing.err) == (1, True)


def test_a_text_that_another_article_has_is_offered_and_taken(
    call: Call, ferry: Path, ledger: Path, tmp_path: Path, own_library: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text(TEXT.replace("The ferry that counts", "A ferry which counts"), encoding="utf-8")
    none = call("source", "add", other, "2")
    assert (none.code, none.out) == (1, "")
    assert "No other article has a text of [2]" in none.err
    assert "hint: Name a file" in none.err
    assert not (own_library / "library.json").exists()
    call("source", "add", ferry, "2", ledger)
    offered = listed(call, other)[1]["offered"]
    assert isinstance(offered, dict)
    assert (offered["title"], offered["from"]) == ("The ledger of Island Lines", str(ledger))
    assert "another article has “The ledger of Island Lines”" in call("source", "list", other).out
    taken = call("source", "add", other, "2")
    assert taken.out == (
        f"[2] attached from another article: “The ledger of Island Lines”, 15 words, supplied, from {ledger}\n"
    )
    assert len(plain(own_library, "sources")) == 1
    assert listed(call, other)[1]["offered"] is None
    again = call("source", "add", other, "2")
    assert (again.code, "[2] already has a text" in again.err) == (1, True)


def test_an_address_is_fetched_and_one_that_cannot_be_reached_is_noted(call: Call, ferry: Path, site: Pages) -> None:
    come = call("source", "add", ferry, "1", f"{site.address}/ledger.txt", "--allow-private")
    assert come.out == f"[1] attached: “The ledger of Island Lines”, 15 words, supplied, from {site.address}/ledger.txt\n"
    scan = call("source", "add", ferry, "3", f"{site.address}/scan.pdf", "--allow-private")
    assert scan.out == f"[3] attached: no text in it, from {site.address}/scan.pdf\n"
    missing = call("source", "add", ferry, "2", f"{site.address}/gone.txt", "--allow-private")
    assert (missing.code, missing.out) == (1, "")
    assert "answered 404" in missing.err
    record = listed(call, ferry)[1]
    assert record["state"] == "could not be reached"
    assert isinstance(record["tried"], dict)
    assert record["tried"]["address"] == f"{site.address}/gone.txt"
    assert "answered 404" in record["tried"]["why"]
    assert record["tried"]["at"].endswith("Z")
    assert call("source", "list", ferry).out.splitlines()[2].count("gone.txt") == 1
    assert "answered 404" in call("source", "list", ferry).out.splitlines()[2]
    private = call("source", "add", ferry, "2", f"{site.address}/ledger.txt")
    assert (private.code, "--allow-private" in private.err) == (1, True)
    assert site.asked == ["/ledger.txt", "/scan.pdf", "/gone.txt"]


def test_a_file_that_is_not_there_is_an_error_and_nothing_is_noted(call: Call, ferry: Path, own_library: Path) -> None:
    answer = call("source", "add", ferry, "1", ferry.with_name("gone.txt"))
    assert (answer.code, answer.out) == (1, "")
    assert "File not found" in answer.err
    assert not (own_library / "library.json").exists()


def test_nothing_from_outside_commands_the_terminal(call: Call, ferry: Path, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.txt"
    hostile.write_text("\x1b[2J[red]Title\u202e[/red]\n\nIt says \x07 so.\n", encoding="utf-8")
    said = call("source", "add", ferry, "1", hostile).out + call("source", "list", ferry).out
    assert "[red]Title" in said
    assert not {"\x1b", "\x07", "\u202e"} & set(said)


# ---------------------------------------------------------------------- history


def test_history_and_undo_know_these_changes(call: Call, ferry: Path, ledger: Path) -> None:
    call("source", "add", ferry, "1", ledger)
    call("source", "add", ferry, "1", ferry)
    told = json.loads(call("history", ferry, "--json").out)
    assert [change["what"] for change in told] == ["replace the source of [1]", "attach the source of [1]"]
    assert call("undo", ferry).out.startswith("Undone: replace the source of [1]")
    text = listed(call, ferry)[0]["text"]
    assert isinstance(text, dict)
    assert text["from"] == str(ledger)
    assert call("undo", ferry).code == 0
    assert states(call, ferry)[0] == "not supplied"
    assert call("redo", ferry).code == 0
    assert states(call, ferry)[0] == "supplied"


def test_a_source_is_no_article_of_the_list(call: Call, ferry: Path, ledger: Path) -> None:
    call("source", "add", ferry, "1", ledger)
    assert [record["source"] for record in json.loads(call("list", "--json").out)] == [str(ferry)]


# ---------------------------------------------------------------------- fetch


def test_all_missing_sources_are_fetched_each_address_once(call: Call, tmp_path: Path, site: Pages) -> None:
    there = f"{site.address}/gate.txt"
    gone = f"{site.address}/gone.txt"
    article = linked(tmp_path / "full.txt", f"{site.address}/ledger.txt", there, "", gone, f"{there}#page=2")
    assert call("source", "add", article, "1", tmp_path / "full.txt").code == 0
    answer = call("source", "fetch", article, "--allow-private")
    assert answer.code == 1
    assert answer.out.splitlines() == [
        f"[2][5] fetched: “The ledger, revised”, 9 words, supplied, from {there}",
        "1 source fetched, 1 could not be reached",
    ]
    assert answer.err.startswith(f"[4] not reached: {gone} answered 404")
    assert sorted(site.asked) == ["/gate.txt", "/gone.txt", "/robots.txt"]
    assert states(call, article) == ["supplied", "supplied", "not supplied", "could not be reached", "supplied"]
    again = call("source", "fetch", article, "2", "--allow-private")
    assert (again.code, again.out.startswith("Nothing to fetch: the text is there already")) == (0, True)
    assert sorted(site.asked) == ["/gate.txt", "/gone.txt", "/robots.txt"]


def test_only_those_that_are_named_are_fetched(call: Call, tmp_path: Path, site: Pages, own_library: Path) -> None:
    article = linked(tmp_path / "full.txt", f"{site.address}/ledger.txt", f"{site.address}/gate.txt", "")
    nowhere = call("source", "fetch", article, "3", "--allow-private")
    assert (nowhere.code, "[3] has neither an address nor a DOI" in nowhere.err) == (1, True)
    assert call("source", "fetch", article, "9", "--allow-private").code == 2
    assert (site.asked, (own_library / "library.json").exists()) == ([], False)
    answer = call("source", "fetch", article, "[2]", "--allow-private")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[-1] == "1 source fetched"
    assert states(call, article) == ["not supplied", "supplied", "not supplied"]


def test_what_a_site_does_not_give_comes_from_the_archive_of_the_settings(
    call: Call, tmp_path: Path, site: Pages, own_library: Path
) -> None:
    gone = f"{site.address}/gone.txt"
    site.pages[f"/gate/{gone}"] = Reply(LEDGER.encode(), headers={"Memento-Datetime": "Fri, 01 Mar 2024 10:20:30 GMT"})
    (tmp_path / "settings.toml").write_text(f'archive = "{site.address}/gate/"\n', encoding="utf-8")
    article = linked(tmp_path / "full.txt", gone, f"{site.address}/closed.txt")
    site.pages["/robots.txt"] = b"User-agent: claim-reader\nDisallow: /closed\n"
    answer = call("source", "fetch", article, "--allow-private")
    assert answer.code == 1
    copy = f"archived copy of 2024-03-01 of {gone}, from {site.address}/gate/{gone}"
    assert answer.out.splitlines() == [
        f"[1] fetched: “The ledger of Island Lines”, 15 words, supplied, {copy}",
        "1 source fetched (1 archived copy), 1 forbidden by robots.txt",
    ]
    assert "[2] not reached: The robots.txt of 127.0.0.1 forbids programs" in answer.err
    (text,) = next(record["texts"] for record in plain(own_library, "sources") if record["texts"])
    assert (text["archived"], text["requested"], "landing" in text) == ("2024-03-01T10:20:30Z", gone, False)
    record = listed(call, article)[0]["text"]
    assert isinstance(record, dict)
    assert (record["archived"], record["requested"]) == ("2024-03-01T10:20:30Z", gone)
    assert "archived copy of 2024-03-01" in call("source", "list", article).out


def test_without_an_address_there_is_nothing_to_fetch(call: Call, tmp_path: Path, own_library: Path) -> None:
    answer = call("source", "fetch", linked(tmp_path / "full.txt", "", ""))
    assert (answer.code, answer.err) == (0, "")
    assert "Nothing to fetch" in answer.out
    assert not (own_library / "library.json").exists()


def test_an_address_of_ones_own_network_is_only_fetched_when_allowed(call: Call, tmp_path: Path, site: Pages) -> None:
    article = linked(tmp_path / "full.txt", f"{site.address}/ledger.txt")
    answer = call("source", "fetch", article)
    assert (answer.code, site.asked) == (1, [])
    assert "--allow-private" in answer.err
    assert states(call, article) == ["could not be reached"]
    assert call("--library", tmp_path / "library", "source", "fetch", article, "--allow-private").code == 0
    assert states(call, article) == ["supplied"]


@pytest.mark.slow
def test_it_tells_a_terminal_how_far_it_is_and_stops_at_ctrl_c(call: Call, tmp_path: Path, site: Pages) -> None:
    here = site.address
    elsewhere = here.replace("127.0.0.1", "localhost")  # another host, which hangs beside this one
    article = linked(tmp_path / "full.txt", f"{here}/ledger.txt", f"{elsewhere}/silent.txt")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "reader", "source", "fetch", str(article), "--allow-private"]
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    seen = _more(ours)
    while b"1/2" not in seen:
        seen += _more(ours)
    assert site.waiting.wait(60)
    running.send_signal(signal.SIGINT)
    seen += b"".join(iter(lambda: _more(ours), b""))
    out, _ = running.communicate(timeout=60)
    os.close(ours)
    assert running.returncode == 130
    assert b"Fetching sources" in seen
    assert b"Traceback" not in seen
    assert out.decode().splitlines()[-1] == "Stopped: 1 source fetched"
    assert states(call, article) == ["supplied", "not supplied"]


def _more(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        # Nobody holds its other end any more.
        return b""


# ---------------------------------------------------------------------- what is said of a pair with its source


def test_a_claim_is_annotated_with_evidence_problems_and_a_decision(
    call: Call, ferry: Path, ledger: Path, own_library: Path
) -> None:
    call("source", "add", ferry, "1", ledger)
    said = call(
        *("annotate", ferry, "--quote", "The island's ferry carried 41,000 people in May"),
        *("--verdict", "1=contradicts", "--evidence", "[1]", "20,500  people went out", "--problem", "1=wrong-number"),
        *("--problem", "2=outdated", "--decision", "fix-wording", "--fix", "carried 20,500 people in May"),
    )
    assert (said.code, said.err) == (0, "")
    (record,) = plain(own_library, "annotations")
    assert (record["decision"], record["fix"]) == ("fix-wording", "carried 20,500 people in May")
    pairs = {judgement["reference"]: judgement for judgement in record["judgements"]}
    assert [(pairs[n]["verdict"], pairs[n]["problems"]) for n in "12"] == [
        ("contradicts", ["wrong-number"]),
        ("", ["outdated"]),
    ]
    assert (bool(pairs["1"]["by"]), pairs["2"]["by"]) == (True, "")
    (evidence,) = pairs["1"]["evidence"]
    selector = evidence["selector"]
    assert LEDGER[selector["start"] : selector["end"]] == selector["exact"] == "20,500 people went out"
    assert [entry["evidence"] for entry in listed(call, ferry)] == [1, 0, 0]
    assert "Evidence: “20,500 people went out”" in call("show", ferry).out
    assert call("undo", ferry).code == 0
    assert plain(own_library, "annotations") == []


def test_evidence_stays_under_the_text_it_was_taken_from(call: Call, ferry: Path, ledger: Path, own_library: Path) -> None:
    ledger.write_bytes(b"<!doctype html><title>Gate</title><p>It turned <b>20,500</b> times in May, says the office.</p>")
    call("source", "add", ferry, "2", ledger)
    assert call("annotate", ferry, "--quote", "counted 20,500", "--evidence", "2", "turned 20,500 times").code == 0
    call("source", "add", ferry, "2", ferry)
    (source,), (record,) = plain(own_library, "sources"), plain(own_library, "annotations")
    (evidence,) = record["judgements"][0]["evidence"]
    assert source["texts"][0]["digest"] == evidence["source"] != source["current"]
    assert listed(call, ferry)[1]["evidence"] == 1


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--evidence", "1", "20,501 people went out"], 1, "does not occur in the source of [1]"),
        (["--evidence", "1", "20,500"], 1, "occurs 2 times in the source of [1]"),
        (["--evidence", "2", "20,500"], 1, "[2] has no source"),
        (["--evidence", "9", "20,500"], 2, 'There is no reference "9"'),
        (["--problem", "1=boring"], 2, "The problems are wrong-number, wrong-date"),
        (["--problem", "wrong-number"], 2, "is not REF=ID"),
        (["--decision", "burn"], 2, "'burn' is not one of"),
        (["--fix", "fewer"], 2, "--fix needs --decision"),
        (["--decision", "drop", "--kind", "later"], 2, "Only a claim can be judged"),
    ],
)
def test_what_cannot_be_said_of_a_pair_is_an_error(
    call: Call, ferry: Path, ledger: Path, own_library: Path, options: list[str], code: int, told: str
) -> None:
    call("source", "add", ferry, "1", ledger)
    answer = call("annotate", ferry, "--quote", "Nobody believed it", *options)
    assert (answer.code, answer.out) == (code, "")
    assert told in answer.err
    assert plain(own_library, "annotations") == []


def test_a_scan_gives_no_evidence(call: Call, ferry: Path, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(SCAN)
    call("source", "add", ferry, "1", scan)
    answer = call("annotate", ferry, "--quote", "Nobody believed it", "--evidence", "1", "anything")
    assert (answer.code, "The source of [1] contains no text" in answer.err) == (1, True)


def test_a_text_is_removed_from_its_reference_and_undo_brings_it_back(call: Call, ferry: Path, ledger: Path) -> None:
    assert call("source", "remove", ferry, "1")[::2] == (
        1, "reader: [1] has no source to remove\nhint: `reader source list` shows which references have one\n",
    )  # fmt: skip
    call("source", "add", ferry, "1", ledger)
    assert "“The ledger of Island Lines” removed" in call("source", "remove", ferry, "[1]").out
    assert json.loads(call("source", "list", ferry, "--json").out)[0]["state"] == "not supplied"
    call("undo", ferry)
    assert json.loads(call("source", "list", ferry, "--json").out)[0]["state"] == "supplied"
