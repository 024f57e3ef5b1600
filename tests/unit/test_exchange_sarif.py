"""SARIF: logs that others read, with places that are those of the file as it is on the disk."""

import codecs
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from reader.article.ranges import Span
from reader.exchange import FORMATS, ExportOptions, Report, build_report
from reader.exchange.check import CheckedArticle, CheckFailure, CheckResult, check_report
from reader.exchange.sarif import write_sarif_log
from reader.formats import parse_article, read_article
from reader.review.index import ReviewItems
from reader.review.model import Dismissal
from reader.review.rules import RULES
from reader.review.session import ReviewSession
from tests.unit.docxs import docx, p
from tests.unit.golden_review import AT, report

GOLDEN = Path(__file__).parents[1] / "golden" / "review.sarif"
SCHEMA = Path(__file__).parents[1] / "schemas" / "sarif-schema-2.1.0.json"
ESSAY = (
    "---\ntitle: Ferries 🚢\n---\n\n# Cafe\u0301 notes\n\nIt carried 41,000 people in May [1]. Nobody 🚢 counted [7] them.\n\n"
    "## References\n\n[1] Island Lines. (2024). Passengers.\n[2] Port Office. (2021). Tickets at the gate.\n"
)


def log_of(*reports: Report, options: ExportOptions | None = None) -> dict[str, Any]:
    """Return the log of some reports."""
    return json.loads(b"".join(FORMATS["sarif"].write(reports, options or ExportOptions())))


def report_on(data: bytes, name: str) -> Report:
    return build_report(ReviewSession(parse_article(data, name), ""), AT)


def assert_sound(log: dict[str, Any]) -> None:
    """Assert what the standard wants of a run and its schema cannot say, and that all ways to name a place agree."""
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert all(isinstance(result["suppressions"], list) for result in run["results"])
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            place = location["physicalLocation"]
            artifact = run["artifacts"][place["artifactLocation"]["index"]]
            assert artifact["location"]["uri"] == place["artifactLocation"]["uri"]
            if region := place.get("region"):
                text = artifact["contents"]["text"]
                starts = [0, *(match.end() for match in re.finditer("\r\n|\r|\n", text))]
                end = region["charOffset"] + region["charLength"]
                assert text[region["charOffset"] : end] == region["snippet"]["text"]
                assert starts[region["startLine"] - 1] + region["startColumn"] - 1 == region["charOffset"]
                assert starts[region["endLine"] - 1] + region["endColumn"] - 1 == end


def test_a_log_is_one_that_the_schema_of_oasis_and_sarif_tools_take(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="needs the extra `validators`")
    pytest.importorskip("sarif", reason="needs the extra `validators`")
    log = json.loads(GOLDEN.read_bytes())
    checked = check_report(report_on(docx(*map(p, ESSAY.splitlines())), "essay.docx"), RULES)
    failed = write_sarif_log([checked, CheckFailure("none.md", "File not found: none.md")], exit_code=lambda: 2)
    validator = jsonschema.Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for made in (log, json.loads(b"".join(failed)), log_of()):
        validator.validate(made)
    from sarif import loader  # pyright: ignore[reportMissingImports]  # of the extra `validators`

    loaded = loader.load_sarif_file(str(GOLDEN))
    assert loaded.get_result_count() == len(log["runs"][0]["results"]) > 4
    codes = {record["Code"] for record in loaded.get_records()}
    assert codes == {result["ruleId"] for result in log["runs"][0]["results"]}
    assert {record["Location"] for record in loaded.get_records()} == {"ferry.txt"}


def test_the_golden_log_is_sound_and_has_findings_pairs_and_a_suppressed_result() -> None:
    log = json.loads(GOLDEN.read_bytes())
    assert_sound(log)
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [*RULES]
    assert {"CR501", "CR308"} <= {result["ruleId"] for result in run["results"]}
    (suppressed,) = [result for result in run["results"] if result["suppressions"]]
    reason = {"kind": "external", "status": "accepted", "justification": "in print, says *Rask*"}
    assert (suppressed["ruleId"], suppressed["suppressions"]) == ("CR308", [reason])
    bare = log_of(report(), options=ExportOptions(without_reasons=True))
    assert "in print" not in json.dumps(bare)
    assert [bool(result["suppressions"]) for result in bare["runs"][0]["results"]].count(True) == 1
    assert b"/home" not in GOLDEN.read_bytes()


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_places_are_those_of_the_file_on_the_disk(mark: bytes, ending: str, tmp_path: Path) -> None:
    path = tmp_path / "my essay.md"
    data = mark + ESSAY.replace("\n", ending).encode()
    path.write_bytes(data)
    log = log_of(build_report(ReviewSession(read_article(str(path)), ""), AT))
    assert_sound(log)
    (run,) = log["runs"]
    (artifact,) = run["artifacts"]
    assert artifact["location"] == {"uri": "my%20essay.md", "uriBaseId": "ARTICLES"}
    assert (artifact["length"], artifact["hashes"]["sha-256"]) == (len(data), hashlib.sha256(data).hexdigest())
    (found,) = [result for result in run["results"] if result["ruleId"] == "CR201"]
    region = found["locations"][0]["physicalLocation"]["region"]
    assert data[region["byteOffset"] :][: region["byteLength"]] == b"[7]"
    written = data.decode("utf-8-sig")
    assert written[region["charOffset"] :][: region["charLength"]] == "[7]"
    line = written.split(ending)[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "[7]"
    assert str(tmp_path) not in json.dumps(log)


def test_a_text_that_was_extracted_is_an_artifact_of_its_own(tmp_path: Path) -> None:
    lines = ["Night ferries", "It carried people [1][7].", "References", "[1] Island Lines. (2024). Ferries."]
    data = docx(*map(p, lines))
    log = log_of(report_on(ESSAY.encode(), "first.md"), report_on(data, str(tmp_path / "essay.docx")))
    assert_sound(log)
    (run,) = log["runs"]
    first, file, text = run["artifacts"]
    assert "parentIndex" not in first
    assert (file["location"]["uri"], file["length"]) == ("essay.docx", len(data))
    assert (text["location"]["uri"], text["parentIndex"]) == ("essay.docx.txt", 1)
    assert "people [1][7]" in text["contents"]["text"]
    assert {r["locations"][0]["physicalLocation"]["artifactLocation"]["index"] for r in run["results"]} == {0, 2}
    assert run["automationDetails"]["id"] == "claims/"


def test_files_of_one_name_stay_apart_and_no_folder_leaves() -> None:
    names = ["/home/ana/a/essay.md", "/home/ana/b/essay.md", "drafts/essay.md", "../essay 2.md", "https://x.example/essay"]
    log = log_of(*(report_on(ESSAY.encode(), name) for name in names))
    locations = [artifact["location"] for artifact in log["runs"][0]["artifacts"]]
    uris = [location["uri"] for location in locations]
    assert len({*uris}) == len(names)
    assert [uris[0], *uris[2:]] == ["essay.md", "drafts/essay.md", "essay%202.md", "https://x.example/essay"]
    assert ["uriBaseId" in location for location in locations] == [True, True, True, True, False]
    assert "home" not in json.dumps(log)
    page = report_on(b"<p>It carried people [1].</p>", "a.html")
    artifacts = log_of(page, report_on(ESSAY.encode(), "a.html.txt"))["runs"][0]["artifacts"]
    assert len({artifact["location"]["uri"] for artifact in artifacts}) == 3


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("https://ana:secret@x.example/a/essay.md?key=1", "essay.md"),
        ("https://ana:secret@x.example", "article"),
        ("file:///home/ana/essay.md", "essay.md"),
        ("C:\\Users\\ana\\essay.md", "essay.md"),
        ("\\\\desk\\ana\\essay.md", "essay.md"),
        ("a b/100%#é?.md", "a%20b/100%25%23%C3%A9%3F.md"),
        ("a:b.md", "a%3Ab.md"),
        ("..", "article"),
        ("https://x.example/é|{a}?q=%20#b", "https://x.example/%C3%A9%7C%7Ba%7D?q=%20#b"),
    ],
)
def test_a_file_has_an_address_that_every_reader_takes_and_that_names_nobody(name: str, uri: str) -> None:
    (invocation,) = json.loads(b"".join(write_sarif_log([CheckFailure(name, "")])))["runs"][0]["invocations"]
    (location,) = invocation["toolExecutionNotifications"][0]["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_words_of_an_article_are_neither_links_nor_placeholders_nor_control_characters() -> None:
    hostile = "See [click](javascript:alert(1)) {0} and \x1b]0;x\x07 of 1987 in May here."
    log = log_of(
        report_on(f"{ESSAY.partition('[1] Island')[0]}{hostile}\n\n[1] Island Lines. (2024). {hostile}\n".encode(), "a.txt")
    )
    assert_sound(log)
    messages = [result["message"] for result in log["runs"][0]["results"]]
    assert any("{0}" in message["text"] for message in messages)
    assert not any("](" in message["text"] or "\x1b" in message["text"] or "arguments" in message for message in messages)


def test_an_article_that_could_not_be_checked_is_a_notification_without_its_folder() -> None:
    checked = check_report(report_on(ESSAY.encode(), "a.md"), RULES)
    log = json.loads(b"".join(write_sarif_log([CheckFailure("/home/ana/b.md", "File not found: /home/ana/b.md"), checked])))
    assert_sound(log)
    (invocation,) = log["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "b.md could not be checked."
    assert "home" not in json.dumps(log)


def test_results_are_in_the_order_of_the_text_and_each_pair_has_a_fingerprint_of_its_own() -> None:
    text = ESSAY.replace("May [1]. Nobody", "May [1][2]. Nobody").replace("[7] them", "[7] them in 1987")
    article = parse_article(text.encode(), "a.md")
    session = ReviewSession(article, "")
    start = article.text.index("It carried")
    session.mark(Span(start, start + len("It carried 41,000 people in May")))
    results = log_of(build_report(session, AT))["runs"][0]["results"]
    pairs = [result["partialFingerprints"]["findingKey/v1"] for result in results if result["ruleId"] == "CR501"]
    assert len({*pairs}) == len(pairs) == 2
    regions = [result["locations"][0]["physicalLocation"].get("region") for result in results]
    starts = [region["charOffset"] if region else len(text) for region in regions]
    assert starts == sorted(starts)
    assert [result["ruleId"] for result in results] != sorted(result["ruleId"] for result in results)


def test_a_result_about_very_much_stays_small_and_the_log_has_the_latest_time() -> None:
    made = report_on(f"# Ferries\n\n{'It carried people. ' * 200}\n".encode(), "a.md")
    wide = CheckResult(RULES["CR201"], Span(0, 3000), "…", "key", also=(Span(2, 5),) * 99)
    checks = (CheckedArticle("a.md", made.article, f"2026-01-{day}T10:00:00.500Z", (wide,)) for day in (15, 17, 16))
    (run,) = json.loads(b"".join(write_sarif_log(checks)))["runs"]
    assert run["invocations"] == [{"executionSuccessful": True, "endTimeUtc": "2026-01-17T10:00:00Z"}]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert (region["charLength"], "snippet" in region) == (3000, False)
    assert len(run["results"][0]["relatedLocations"]) == 50


def test_a_log_without_articles_and_one_without_results_are_sound() -> None:
    for log in (log_of(), log_of(report_on(b"One two.\n", "a.txt"))):
        assert_sound(log)
    assert log_of()["runs"][0]["results"] == []


def test_a_finding_keeps_its_fingerprint_when_the_text_around_it_changes() -> None:
    def prints(text: str) -> set[str]:
        return {
            result["partialFingerprints"]["findingKey/v1"]
            for result in log_of(report_on(text.encode(), "a.md"))["runs"][0]["results"]
            if result["ruleId"] in ("CR101", "CR201")
        }

    assert prints(ESSAY) == prints(ESSAY.replace("# Cafe", "A paragraph before it all.\n\n# Cafe")) != set()


def test_every_dismissed_finding_is_suppressed_and_the_others_are_not() -> None:
    article = parse_article(ESSAY.encode(), "a.md")
    keys = [row.finding.key for row in build_report(ReviewSession(article, ""), AT).findings]
    items = ReviewItems(dismissals=[Dismissal(keys[0], "", "", "", "ana", AT)])
    results = log_of(build_report(ReviewSession(article, "", items), AT))["runs"][0]["results"]
    suppressed = {r["partialFingerprints"]["findingKey/v1"]: r["suppressions"] for r in results if r["suppressions"]}
    assert suppressed == {keys[0]: [{"kind": "external", "status": "accepted"}]}
