"""What a store makes of a bad network and of every error of a server: no object lost or changed, and clear words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from reader.team.stores import ObjectStore, StoreError, parse_place
from reader.team.stores.bucket import TimeLimits
from reader.team.stores.connection import open_store
from reader.team.stores.object_store import (
    AlreadyThere,
    BadPlace,
    NotAllowed,
    StoreFull,
    TooLarge,
    Unreachable,
)
from tests.team.fault_proxy import CannedAnswer, Fault, FaultProxy, Script, error_answer, fault_proxy, random_faults

NUMBERS = itertools.count()
SOON = TimeLimits(connect=0.5, answer=0.2, transfer=1)


@pytest.fixture
def proxy(s3_address: str) -> Iterator[FaultProxy]:
    """Return a proxy before the server of all tests, through which everything passes until it has a script."""
    with fault_proxy(s3_address) as proxy:
        yield proxy


def open_through(proxy: FaultProxy, limits: TimeLimits | None = None) -> ObjectStore:
    return open_store(parse_place(f"s3://newsroom/faults{next(NUMBERS)}?endpoint={proxy.address}"), limits)


def first(fault: Fault | CannedAnswer, method: str, times: int = 1) -> Script:
    """Return a script with a fault for the first requests of a method."""
    return lambda request: fault if request.method == method and request.time <= times else None


@pytest.mark.parametrize("fault", [Fault.LOSE_REQUEST, Fault.RESET, Fault.BUSY])
def test_one_fault_on_the_way_is_not_noticed(proxy: FaultProxy, fault: Fault) -> None:
    store = open_through(proxy)
    proxy.script = first(fault, "PUT")
    store.put_new("a/b", b"words")
    proxy.script = first(fault, "GET")
    assert store.get("a/b", 10) == b"words"
    assert [entry.key for entry in store.list_after("")] == ["a/b"]
    assert proxy.counts[fault.name] == 3


def test_a_put_whose_answer_was_lost_may_be_put_again(proxy: FaultProxy) -> None:
    store = open_through(proxy)
    proxy.script = first(Fault.LOSE_ANSWER, "PUT")
    with pytest.raises((AlreadyThere, Unreachable)):
        store.put_new("a/b", b"words")
    with pytest.raises(AlreadyThere):
        store.put_new("a/b", b"words")
    assert store.get("a/b", 10) == b"words"


def test_a_body_that_is_cut_is_never_taken_for_the_object(proxy: FaultProxy) -> None:
    store = open_through(proxy)
    data = bytes(range(256)) * 2000
    store.put_new("big", data)
    proxy.script = first(Fault.CUT_ANSWER, "GET")
    assert store.get("big", len(data)) == data
    proxy.script = first(Fault.CUT_ANSWER, "GET", times=1000)
    with pytest.raises(Unreachable):
        store.get("big", len(data))


def test_a_body_that_the_server_hears_half_of_makes_no_object(proxy: FaultProxy) -> None:
    store = open_through(proxy)
    proxy.script = first(Fault.CUT_REQUEST, "PUT", times=1000)
    with pytest.raises(Unreachable):
        store.put_new("a/b", b"words" * 1000)
    proxy.script = lambda _: None
    assert [*store.list_after("")] == []


def test_a_server_that_never_answers_is_given_up(proxy: FaultProxy) -> None:
    store = open_through(proxy, SOON)
    proxy.script = lambda _: Fault.HANG
    verbs: list[Callable[[], object]] = [
        lambda: store.put_new("a", b""),
        lambda: store.get("a", 1),
        lambda: store.list_children(""),
        lambda: store.delete("a"),
    ]
    for verb in verbs:
        with pytest.raises(Unreachable, match="does not answer in time"):
            verb()


@pytest.mark.slow
def test_a_storm_loses_nothing_that_was_acknowledged(proxy: FaultProxy) -> None:
    rates = {Fault.LOSE_ANSWER: 0.1, Fault.CUT_ANSWER: 0.1, Fault.RESET: 0.1, Fault.BUSY: 0.1, Fault.CUT_REQUEST: 0.05}
    store = open_through(proxy, SOON)
    proxy.script = random_faults(21, rates)
    done: dict[str, bytes] = {}
    for number in range(12):
        key, data = f"log/{number:04}", bytes([number]) * 2000
        for _ in range(20):
            try:
                store.put_new(key, data)
            except AlreadyThere:
                break
            except Unreachable:
                continue
            break
        done[key] = data
    proxy.script = lambda _: None
    assert {entry.key: store.get(entry.key, 2000) for entry in store.list_after("")} == done
    assert proxy.counts.total() - proxy.counts[""] > 3


ERRORS: list[tuple[CannedAnswer, type[StoreError], str]] = [
    (error_answer(404, "NoSuchBucket"), BadPlace, "has no bucket newsroom"),
    (
        error_answer(403, "InvalidAccessKeyId", "<AWSAccessKeyId>AKIAHIDDEN</AWSAccessKeyId>"),
        NotAllowed,
        "from the environment",
    ),
    (error_answer(403, "SignatureDoesNotMatch", "<StringToSign>HIDDEN</StringToSign>"), NotAllowed, "its secret part is wrong"),
    (error_answer(403, "AccessDenied"), NotAllowed, "You may not .* in the store newsroom"),
    (error_answer(400, "ExpiredToken"), NotAllowed, "is over"),
    (error_answer(403, "RequestTimeTooSkewed"), Unreachable, "The clock of this computer is wrong"),
    (error_answer(403, "QuotaExceeded"), StoreFull, "is full"),
    (error_answer(507, "XMinioStorageFull"), StoreFull, "is full"),
    (CannedAnswer(507), StoreFull, "is full"),
    (error_answer(503, "SlowDown", headers={"Retry-After": "1"}), Unreachable, "is busy"),
    (error_answer(500, "InternalError"), Unreachable, "has trouble"),
    (error_answer(301, "PermanentRedirect", "<Endpoint>x</Endpoint>"), BadPlace, "in another region"),
    (error_answer(301, "PermanentRedirect", headers={"x-amz-bucket-region": "eu-west-1"}), BadPlace, "region, eu-west-1"),
    (
        error_answer(400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>"),
        BadPlace,
        r"in another region, eu-west-1\..*\?region=",
    ),
    (error_answer(413, "EntityTooLarge"), TooLarge, "takes no object as large"),
    (error_answer(501, "NotImplemented"), BadPlace, "does not do what a team needs"),
    (CannedAnswer(403, b"<html>HIDDEN</html>"), NotAllowed, "You may not"),
]


@pytest.mark.parametrize(("answer", "failure", "words"), ERRORS, ids=lambda value: str(value)[:30])
def test_every_error_of_a_server_is_said_in_clear_words(
    proxy: FaultProxy, answer: CannedAnswer, failure: type[StoreError], words: str
) -> None:
    store = open_through(proxy)
    proxy.script = lambda _: answer
    for verb in (lambda: store.get("a", 1), lambda: list(store.list_after(""))):
        with pytest.raises(failure) as caught:
            verb()
    assert re.search(words, str(caught.value))
    said = f"{caught.value} {caught.value!r} {caught.value.__cause__} {caught.value.__context__}"
    assert "HIDDEN" not in said
    assert "everyday" not in said
    assert "\n" not in str(caught.value)


def test_a_page_of_the_guests_network_is_not_taken_for_the_store(proxy: FaultProxy) -> None:
    store = open_through(proxy)
    proxy.script = lambda _: CannedAnswer(200, b"<html>Sign in to the guests' network</html>", {"Content-Type": "text/html"})
    with pytest.raises(Unreachable):
        store.put_new("a/b", b"words")
    with pytest.raises(Unreachable, match="Something else than"):
        store.get("a/b", 100)
    with pytest.raises(Unreachable):
        store.list_children("")


def sign_certificate(name: str, key: ec.EllipticCurvePrivateKey, by: str, signer: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a certificate of 127.0.0.1, or of those who sign others' if `name` is `by`."""
    subject, issuer = (x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)]) for text in (name, by))
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=name == by, path_length=None), critical=True)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM)


def make_certificates(folder: Path) -> tuple[Path, Path, Path]:
    """Write the certificate of a newsroom, one of a server that it signed, and the server's key; return their paths."""
    signer, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    paths = folder / "newsroom.pem", folder / "server.pem", folder / "key.pem"
    paths[0].write_bytes(sign_certificate("newsroom", signer, "newsroom", signer))
    paths[1].write_bytes(sign_certificate("server", key, "newsroom", signer))
    paths[2].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def test_a_server_must_prove_itself_by_a_certificate_that_is_trusted(
    s3_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom, *server = make_certificates(tmp_path)
    with fault_proxy(s3_address, certificate=(server[0], server[1])) as proxy:
        store = open_through(proxy)
        verbs: list[Callable[[], object]] = [lambda: store.get("a", 1), lambda: store.list_children("")]
        for verb in verbs:
            with pytest.raises(Unreachable, match=r"cannot prove that it is the server it should be\..*AWS_CA_BUNDLE"):
                verb()
        monkeypatch.setenv("AWS_CA_BUNDLE", str(newsroom))
        trusting = open_through(proxy)
        trusting.put_new("a", b"words")
        assert trusting.get("a", 5) == b"words"
        assert trusting.list_children("") == ("a",)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
    with pytest.raises(StoreError, match=r"certificates in .* cannot be read"):
        open_through(proxy)


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [("http://127.0.0.1:9", "does not answer: nothing listens there"), ("http://no-such-host.invalid", "There is no server")],
)
def test_a_server_that_is_not_there_is_said(endpoint: str, words: str) -> None:
    store = open_store(parse_place(f"s3://newsroom?endpoint={endpoint}"))
    verbs: list[Callable[[], object]] = [lambda: store.get("a", 1), lambda: store.list_children("")]
    for verb in verbs:
        with pytest.raises(Unreachable, match=words):
            verb()
