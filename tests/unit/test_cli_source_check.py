"""`reader source check` as a person or a script calls it: what is asked, printed and kept, and how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from reader.registries.lookup import answers_path
from tests.unit.registry_server import RegistryServer, Reply, serve_registries
from tests.unit.test_cli import Call, call

__all__ = ["call"]  # a fixture

ENTRIES = (
    "[1] Lee, A. (2020). Gauges on the upper river. Journal of Rivers, 3, 1-9. doi:10.1234/gauge",
    "[2] Doe, J. (2018). Tables of floods in the delta. Journal of Floods, 2, 4-8. doi:10.1234/floods",
    "[3] Ray, K. (2019). Maps of drought. doi:10.1234/drought",
    "[4] Minutes, p. 3.",
)


@pytest.fixture
def registries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistryServer]:
    monkeypatch.setattr("reader.registries.client.pause", lambda _: None)
    with serve_registries() as running:
        running.write_settings(tmp_path / "settings.toml")
        running.crossref("10.1234/gauge", "Gauges on the upper river")
        running.crossref("10.1234/floods", "Tables of floods in the delta", ("Doe, John",), 2011)
        yield running


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "rivers.txt"
    claims = "\n\n".join(f"Sentence {n} says that the river rose [{n}]." for n in range(1, len(ENTRIES) + 1))
    path.write_text(f"Rivers\n\n{claims}\n\nReferences\n\n" + "\n".join(ENTRIES) + "\n", encoding="utf-8")
    return path


def test_each_reference_has_its_result_and_the_exit_code_says_the_worst(
    call: Call, article: Path, registries: RegistryServer
) -> None:
    answer = call("source", "check", article, "--json")
    records = json.loads(answer.out)
    assert [(one["label"], one["outcome"], one["registry"]) for one in records] == [
        ("1", "exists and matches", "Crossref"),
        ("2", "exists, but differs", "Crossref"),
        ("3", "no such record", "doi.org"),
    ]
    assert records[1]["differences"] == [{"field": "year", "cited": "2018", "registered": "2011"}]
    assert answer.code == 1
    assert call("source", "check", article, "1").code == 0
    shown = call("source", "check", article)
    assert "year: “2018” here, “2011” there" in " ".join(shown.out.split())
    assert shown.out.splitlines()[-1] == "3 references: 1 exists and matches; 1 exists, but differs; 1 no such record"


def test_a_second_run_asks_only_for_what_has_no_answer(call: Call, article: Path, registries: RegistryServer) -> None:
    registries.reply("/crossref/works/10.1234/drought", Reply(500, b""))
    registries.reply("/doi/api/handles/10.1234/drought", Reply(502, b""))
    registries.reply("/datacite/dois/10.1234/drought", Reply(429, b"", headers=(("Retry-After", "0"),)))
    answer = call("source", "check", article, "--json")
    assert (answer.code, json.loads(answer.out)[2]["reason"]) == (2, "Crossref answered 500")
    registries.asked.clear()
    registries.replies.pop("/crossref/works/10.1234/drought")
    registries.replies.pop("/doi/api/handles/10.1234/drought")
    assert call("source", "check", article).code == 1
    assert all("drought" in path or "maps" in path.casefold() for path in registries.asked)


def test_audit_and_check_know_the_answers_without_the_network(call: Call, article: Path, registries: RegistryServer) -> None:
    before = call("check", article)
    assert "CR60" not in before.out
    call("source", "check", article)
    asked = list(registries.asked)
    after = call("check", article)
    assert "“2018” here, “2011” there" in after.out
    assert "doi.org has no record of 10.1234/drought" in after.out
    assert registries.asked == asked
    answers_path().write_bytes(b"\1" * 5000)
    assert call("check", article).out == before.out


@pytest.mark.parametrize(
    ("setting", "message"),
    [('crossref_address = "crossref"', "is no address"), ('registry_contact = "Ana"', "is no mail address")],
)
def test_settings_that_cannot_be_used_are_named(call: Call, article: Path, tmp_path: Path, setting: str, message: str) -> None:
    (tmp_path / "settings.toml").write_text(setting, encoding="utf-8")
    answer = call("source", "check", article)
    assert answer.code == 1
    assert f"The setting {setting.split()[0]} is" in answer.err
    assert message in answer.err


def test_a_registry_on_the_own_network_needs_the_person_s_own_word(
    call: Call, article: Path, registries: RegistryServer, tmp_path: Path
) -> None:
    # Only a look-up shows that this is the loopback: such a setting does not say so itself.
    address = registries.address.replace("127.0.0.1", "127.1")
    registries.write_settings(tmp_path / "settings.toml", crossref_address=f"{address}/crossref")
    answer = call("source", "check", article, "1", "--json")
    assert "crossref" not in " ".join(registries.asked)
    assert json.loads(answer.out)[0]["outcome"] == "no such record"
    asked = call("source", "check", article, "2", "--json", "--allow-private")
    assert json.loads(asked.out)[0]["registry"] == "Crossref"
