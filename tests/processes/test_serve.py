"""`reader serve` gives the program to those who have the token, on this machine, and to no page of another site."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.processes.served import served

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends by a signal")
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.URL]:
    folder = tmp_path_factory.mktemp("served")
    with served(folder, "--library", str(folder / "library")) as text:
        yield httpx.URL(text)


@pytest.fixture
def page(address: httpx.URL) -> str:
    """Return the address of the page, without the token."""
    return f"http://127.0.0.1:{address.port}/"


@pytest.fixture
def admitted(address: httpx.URL) -> Iterator[httpx.Client]:
    """Give a client that has opened the address."""
    with httpx.Client() as client:
        assert client.get(address).status_code == 303
        yield client


def test_the_token_of_the_address_becomes_a_cookie_that_scripts_and_other_sites_do_not_get(address: httpx.URL) -> None:
    answer = httpx.get(address)
    cookie = answer.headers["set-cookie"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize("path", ["", "ws", "download/x", "static/js/textual.js", "?token=", "?token=x"])
def test_nobody_gets_anything_without_the_token(page: str, path: str) -> None:
    answer = httpx.get(page + path, headers={"Origin": page.rstrip("/")})
    assert (answer.status_code, answer.text) == (
        403,
        "Open the whole address that `reader serve` printed: it holds the token\n",
    )


def test_a_cookie_that_is_no_text_is_no_token(address: httpx.URL, page: str) -> None:
    cookie = f"claim-reader-{address.port}=".encode() + b"\xff"
    assert httpx.get(page, headers={b"Cookie": cookie}).status_code == 403


def test_the_name_of_another_site_that_leads_here_is_refused(admitted: httpx.Client, page: str) -> None:
    assert admitted.get(page, headers={"Host": "reader.example"}).status_code == 403


@pytest.mark.parametrize(
    "origin", [{}, {"Origin": "https://reader.example"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}]
)
def test_a_page_of_another_site_cannot_type_into_the_program(admitted: httpx.Client, page: str, origin: dict[str, str]) -> None:
    assert admitted.get(f"{page}ws", headers={**UPGRADE, **origin}).status_code == 403


def test_the_page_loads_nothing_from_elsewhere(admitted: httpx.Client, page: str) -> None:
    answer = admitted.get(page)
    policy = answer.headers["content-security-policy"]
    outside = [
        url for url in re.findall(r"(?:https?|wss?)://[^\s\"']+", answer.text + policy) if page.partition("//")[2] not in url
    ]
    assert answer.status_code == 200
    assert policy.startswith("default-src 'none'; ")
    assert outside == []


def test_no_other_machine_reaches_it(address: httpx.URL) -> None:
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.2", address.port or 0)) != 0


def test_a_port_that_is_taken_is_named(address: httpx.URL, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "reader", "serve", "--port", str(address.port)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (1, ""), "no address that another program would get"
    assert result.stderr == (
        f"reader: Another program uses port {address.port}\n"
        f"hint: Choose another one: `reader serve --port {(address.port or 0) + 1}`\n"
    )


@pytest.mark.parametrize(("name", "code"), [("-", 2), ("missing.md", 1)])
def test_an_article_that_cannot_be_served_is_refused_before(tmp_path: Path, name: str, code: int) -> None:
    result = subprocess.run([sys.executable, "-m", "reader", "serve", name], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == code
    assert result.stderr.startswith("reader: ")
