"""Where the keys to a place come from, and that they go nowhere but to the server."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from reader.cli.crash import crash_error
from reader.errors import ReaderError
from reader.team.stores import StoreError, open_store, parse_place
from reader.team.stores.connection import KeyHolder
from reader.team.stores.credentials import StoreKeys, find_s3_keys, forget_in_keyring, save_in_keyring
from reader.team.stores.object_store import BadPlace, NotAllowed, Unreachable
from tests.team.fault_proxy import CannedAnswer, FaultProxy, error_answer, fault_proxy

SECRET = "hidden/secret+key"
FILE_KEYS = "aws_access_key_id = fromfile\naws_secret_access_key = hidden/secret+key\n"


PROPERTIES = (
    "<Last-Modified>Fri, 27 Nov 2026 09:00:00 GMT</Last-Modified><Content-Length>1</Content-Length><Etag>1</Etag>"
    "<Content-Type>text/plain</Content-Type>"
)
HIDING = (
    '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a//b</Key><Size>1</Size>'
    "<LastModified>2026-11-27T09:00:00.000Z</LastModified></Contents>"
    f"<Blobs><Blob><Name>a//b</Name><Properties>{PROPERTIES}</Properties></Blob></Blobs></ListBucketResult>"
).encode()
"""A listing for Azure and Google in one, with an object that the client cannot hold."""


class OpenKeyring(KeyringBackend):
    """A keyring that keeps what it is given."""

    priority = 1  # pyright: ignore[reportAssignmentType]  # the base has a property of classes

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("there is none")


@pytest.fixture
def own_keyring() -> Iterator[OpenKeyring]:
    before = keyring.get_keyring()
    ring = OpenKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


@pytest.fixture
def proxy(s3_address: str) -> Iterator[FaultProxy]:
    with fault_proxy(s3_address) as proxy:
        yield proxy


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Take the keys out of the environment, and return the folder of AWS's files, which is empty."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    return tmp_path


def asked_with(proxy: FaultProxy, place: str = "") -> tuple[str, str]:
    """Return the access key and the token that a server hears from a store of this place."""
    list(open_store(parse_place(place or f"s3://newsroom?endpoint={proxy.address}")).list_after("none"))
    request, _ = proxy.asked[-1]
    access = request.headers["authorization"].partition("Credential=")[2].partition("/")[0]
    return access, request.headers.get("x-amz-security-token", "")


@pytest.mark.slow
def test_the_environment_comes_first(proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "aws-credentials").write_text(f"[default]\n{FILE_KEYS}")
    assert asked_with(proxy) == ("everydaykey", "")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "atoken")
    assert asked_with(proxy) == ("everydaykey", "atoken")


def test_profiles_of_both_files_are_read(proxy: FaultProxy, no_keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (no_keys / "aws-credentials").write_text(f"[default]\n{FILE_KEYS}[work]\n{FILE_KEYS}aws_session_token = filetoken\n")
    (no_keys / "aws-config").write_text(
        "[default]\nregion = eu-1\n[profile other]\naws_access_key_id = fromconfig\naws_secret_access_key = hidden\n"
        f"[profile server]\n{FILE_KEYS}endpoint_url = {proxy.address}\n"
        f"[profile services]\n{FILE_KEYS}services = ours\n[services ours]\ns3 =\n  endpoint_url = {proxy.address}\n"
    )
    assert asked_with(proxy) == ("fromfile", "")
    assert "/eu-1/s3/" in proxy.asked[-1][0].headers["authorization"]
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert asked_with(proxy) == ("fromfile", "filetoken")
    assert asked_with(proxy, f"s3://newsroom?endpoint={proxy.address}&profile=other") == ("fromconfig", "")
    assert asked_with(proxy, "s3://newsroom?profile=server") == ("fromfile", "")
    assert asked_with(proxy, "s3://newsroom?profile=services") == ("fromfile", "")
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.address)
    assert asked_with(proxy, "s3://newsroom") == ("fromfile", "filetoken")


def test_a_program_of_a_profile_gives_keys(proxy: FaultProxy, no_keys: Path) -> None:
    told = {"Version": 1, "AccessKeyId": "fromprogram", "SecretAccessKey": SECRET, "SessionToken": "its-token"}
    (no_keys / "told.json").write_text(json.dumps(told | {"Expiration": "2099-01-01T00:00:00Z"}))
    program = f"{sys.executable} -c 'print(open(\"{no_keys / 'told.json'}\").read())'"
    (no_keys / "aws-config").write_text(f"[default]\ncredential_process = {program}\n")
    assert asked_with(proxy) == ("fromprogram", "its-token")
    (no_keys / "told.json").write_text("no keys today")
    with pytest.raises(Unreachable, match=r"the profile default of ~/\.aws names for its key gave none"):
        asked_with(proxy)


def test_the_keyring_comes_last(proxy: FaultProxy, no_keys: Path, own_keyring: OpenKeyring) -> None:
    place = parse_place(f"s3://newsroom/desk?endpoint={proxy.address}&region=eu-1")
    save_in_keyring(place, {"access_key_id": "fromring", "secret_access_key": SECRET, "colour": "red"})
    assert asked_with(proxy) == ("fromring", "")  # another prefix of the same bucket
    assert "red" not in str(own_keyring.kept)
    (no_keys / "aws-credentials").write_text(f"[default]\n{FILE_KEYS}")
    assert asked_with(proxy) == ("fromfile", "")
    assert forget_in_keyring(place)
    assert not forget_in_keyring(place)


def test_without_a_keyring_a_person_is_told_where_else(no_keys: Path) -> None:
    with pytest.raises(ReaderError, match="keyring of the system takes no key") as caught:
        save_in_keyring(parse_place("s3://newsroom"), {"access_key_id": "a", "secret_access_key": SECRET})
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("", "There is no key for s3://newsroom.*AWS_ACCESS_KEY_ID.*keyring"),
        ("[default]\nsso_session = paper\n", "signs in by a program of AWS.*credential_process"),
        ("[default]\naws_access_key_id = half\n", "There is no key for s3://newsroom"),
        ("no file of AWS", "cannot be read"),
    ],
)
def test_where_there_is_no_key_it_is_said_where_it_may_be(no_keys: Path, config: str, words: str) -> None:
    (no_keys / "aws-config").write_text(config)
    with pytest.raises(StoreError, match=words):
        open_store(parse_place("s3://newsroom"))


def test_files_of_keys_that_never_end_are_not_waited_for(
    no_keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(pipe))
    (no_keys / "aws-config").write_text(f"[default]\n{FILE_KEYS}")
    with pytest.raises(StoreError, match=r"certificates in .* cannot be read: Not a file but a pipe"):
        open_store(parse_place("s3://newsroom"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(pipe))
    with pytest.raises(StoreError, match=r"with keys of AWS cannot be read"):
        open_store(parse_place("s3://newsroom"))


def test_a_profile_that_does_not_exist_is_said(no_keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "wrok")
    with pytest.raises(NotAllowed, match="no profile wrok"):
        open_store(parse_place("s3://newsroom"))


def test_keys_for_a_time_are_looked_for_again_when_they_end(no_keys: Path) -> None:
    place = parse_place("s3://newsroom")
    ended = StoreKeys({"access_key_id": "old", "secret_access_key": SECRET}, "a file", datetime.now(UTC) - timedelta(seconds=1))
    holder = KeyHolder(place, ended)
    assert holder()["access_key_id"] == "old"  # there are no others: the server says what is wrong with them
    (no_keys / "aws-credentials").write_text(f"[default]\n{FILE_KEYS}")
    assert holder()["access_key_id"] == "fromfile"


def test_azure_and_google_are_opened_with_keys_of_the_keyring(own_keyring: OpenKeyring, s3_address: str) -> None:
    with fault_proxy(s3_address) as proxy:
        azure = parse_place(f"az://newsroom?account=paper&endpoint={proxy.address}")
        save_in_keyring(azure, {"account_key": "aGlkZGVuLWtleQ=="})
        google = parse_place(f"gs://newsroom?endpoint={proxy.address}")
        account = {"client_email": "", "private_key": "", "private_key_id": "", "disable_oauth": True}
        save_in_keyring(google, {"service_account_key": json.dumps(account)})
        for place, missing in ((azure, "ContainerNotFound"), (google, "NoSuchBucket")):
            answer = error_answer(404, missing)
            proxy.script = lambda _, answer=answer: answer
            with pytest.raises(BadPlace, match="has no bucket newsroom"):
                list(open_store(place).list_after(""))
            assert proxy.asked[-1][0].method == "GET"
            proxy.script = lambda _: CannedAnswer(200, HIDING)
            with pytest.raises(StoreError, match="has a name that hides the others"):
                list(open_store(place).list_after(""))


def test_the_account_of_azure_is_asked_for() -> None:
    with pytest.raises(BadPlace, match=r"account of az://newsroom is missing.*\?account=NAME"):
        open_store(parse_place("az://newsroom"))


def test_keys_are_in_no_text_that_is_shown_or_kept(proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "hidden-token")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    place = parse_place(f"s3://newsroom/desk?endpoint={proxy.address}")
    keys, store = find_s3_keys(place), open_store(place)
    proxy.script = lambda _: error_answer(403, "SignatureDoesNotMatch", f"<Sent>{SECRET} hidden-token</Sent>")
    with pytest.raises(NotAllowed) as caught:
        store.get("a", 1)
    report = crash_error(caught.value).hint.removeprefix("The details are in ")
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    texts = [repr(keys), str(keys), repr(store), repr(KeyHolder(place, keys)), str(caught.value), str(caught.value.__context__)]
    texts += [*told.format(), Path(report).read_text(encoding="utf-8")]
    assert [text for text in texts if "hidden" in text] == []
