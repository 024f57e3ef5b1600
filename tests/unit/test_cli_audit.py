"""`reader audit`: what it lists, what was dismissed, and how it ends."""

import json
from pathlib import Path

from reader.formats import read_article
from reader.library import Library
from tests.unit.test_cli import Call, call, ferry, process

__all__ = ["call", "ferry"]  # fixtures


def test_audit_ends_with_one_only_when_it_is_strict_and_finds_something(call: Call, tmp_path: Path) -> None:
    clean, faulty = tmp_path / "clean.txt", tmp_path / "faulty.txt"
    text = "The ferry\n\nIt carried 41,000 people in May [1].\n\nReferences\n\n[1] Island Lines. (2024). Passengers.\n"
    clean.write_text(text, encoding="utf-8")
    faulty.write_text(text.replace("May [1]", "May [1][7]"), encoding="utf-8")
    assert call("audit", clean, "--strict") == (0, "No findings.\n", "")
    (found,) = json.loads(call("audit", faulty, "--json").out)
    assert (found["kind"], found["line"], found["start"]) == ("points-nowhere", 3, faulty.read_text().index("[7]"))
    assert (found["reference"], found["also"], len(found["key"])) == (None, [], 12)
    assert "points-nowhere" in call("audit", faulty).out
    faulty.write_text(f"[9] begins. {text}", encoding="utf-8")
    assert [finding["line"] for finding in json.loads(call("audit", faulty, "--json").out)] == [1]
    assert [call("audit", faulty, *options).code for options in ([], ["--strict"], ["--strict", "--json"])] == [0, 1, 1]


PAGE = """<html lang="en"><title>The ferry</title><body><nav><a href="/a">Home</a> <a href="/b">Harbour news</a></nav>
<article><h1>The ferry</h1><p>It carried 41,000 people in May [1], or more [7]. Nobody had counted them before.</p>
<p>Sign up for our newsletter</p><p>The pier is old 🚢, they say.</p>
<h2>References</h2><p>[1] Island Lines. (2024). Passengers.</p>
</article><footer><a href="/c">Imprint</a> <a href="/d">Privacy policy</a></footer></body></html>"""


def test_parse_and_audit_count_in_the_same_text(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "ferry.html"
    path.write_text(PAGE, encoding="utf-8")
    record = json.loads(call("parse", path, "--json").out)
    text, shown = record["text"], record["text"]

    def pieces(name: str) -> list[str]:
        return [text[item["start"] : item["end"]] for item in record[name]]

    assert pieces("sentences")[0] == "It carried 41,000 people in May [1], or more [7]."
    assert pieces("citations") == ["[1]", "[7]"]
    assert pieces("references") == ["[1] Island Lines. (2024). Passengers."]
    for noise in reversed(record["noise"]):
        assert noise["reason"]
        shown = shown[: noise["start"]] + shown[noise["end"] :]
    assert shown == record["shown"]
    assert "Sign up for our newsletter" in text
    assert "Sign up" not in shown
    findings = {text[item["start"] : item["end"]] for item in json.loads(call("audit", path, "--json").out)}
    assert {"[7]", "The pier is old 🚢, they say."} <= findings
    assert process("parse", path, "--text").stdout.decode() == text
    assert call("parse", path, "--text", "--json").code == 2


def test_offsets_of_the_audit_count_what_is_set_aside(call: Call, tmp_path: Path) -> None:
    page = tmp_path / "ferry.md"
    page.write_text(
        "# The ferry\n\nShare on Facebook\n\nIt carried 41,000 people in May [1][7].\n\n## References\n\n"
        "[1] Island Lines. (2024). Passengers of the ferry.\n",
        encoding="utf-8",
    )
    article = read_article(str(page))
    assert [article.text[part.start : part.end] for part in article.noise] == ["Share on Facebook"]
    (found,) = [f for f in json.loads(call("audit", page, "--json").out) if f["kind"] == "points-nowhere"]
    text = json.loads(call("parse", page, "--json").out)["text"]
    assert article.text[found["start"] : found["end"]] == text[found["start"] : found["end"]] == "[7]"


def test_audit_tells_all_the_places_that_a_reference_would_fit(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "piers.txt"
    body = "Night ferries run late [1]. The copper roof leaks.\n\nNobody mended the copper roof.\n\nThe pier is old, they say."
    path.write_text(
        f"Piers\n\n{body}\n\n[1] Ito, K. (2001). Ferries.\n\n[2] Lamb, M. (2002). The copper roof.\n", encoding="utf-8"
    )
    found = json.loads(call("audit", path, "--json").out)
    fit = next(finding for finding in found if finding["kind"] == "fits")
    places = [path.read_text()[place["start"] : place["end"]] for place in (fit, *fit["also"])]
    assert (fit["reference"], places) == ("2", ["The copper roof leaks.", "Nobody mended the copper roof."])
    assert len({finding["key"] for finding in found}) == len(found)
    assert "Candidates for its marker: 2 sentences" in call("audit", path).out


def test_audit_looks_at_the_claims_when_there_are_any(call: Call, ferry: Path) -> None:
    assert "The café next to it opened in spring" in call("audit", ferry).out
    assert call("audit", ferry, "--strict").code == 0  # a sentence may rest on nothing
    call("annotate", ferry, "--quote", "The port office counted 20,500")
    assert call("audit", ferry).out == "No findings.\n"
    call("annotate", ferry, "--quote", "The café next to it", "--occurrence", 1)
    assert [f["kind"] for f in json.loads(call("audit", ferry, "--json").out)] == ["cites-nothing"]


def test_audit_leaves_out_what_was_dismissed_unless_it_is_asked_for(call: Call, ferry: Path, own_library: Path) -> None:
    (key,) = [f["key"] for f in json.loads(call("audit", ferry, "--json").out) if "A sign" in f["text"]]
    assert call("audit", ferry).code == 0
    library = Library.open(own_library)
    session, entry = library.session(read_article(str(ferry)), "ana")
    session.listen(lambda change: library.save(entry.id, change))
    session.dismiss_finding(key, "cites-nothing", "…", "everybody saw it")
    assert library.close()
    assert "1 dismissed: --all lists it." in call("audit", ferry).out
    assert "A sign" not in call("audit", ferry).out
    assert "everybody saw it" in call("audit", ferry, "--all").out
    told = {f["key"]: f["dismissed"] for f in json.loads(call("audit", ferry, "--json").out)}
    assert told[key]["reason"] == "everybody saw it"
    assert [why for k, why in told.items() if k != key] == [None] * (len(told) - 1)
