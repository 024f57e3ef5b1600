"""Asking registries on the reading screen: what comes of it, how it is stopped, and what it leaves."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from reader.article.audit.finding import RECORD_DIFFERS, RECORD_MISSING
from reader.review.health import DIFFERS, NO_SUCH_RECORD
from tests.tui.user import User, reading
from tests.unit.registry_server import NAMES, RegistryServer, serve_registries
from tests.unit.review_strategies import article

KITES = article(
    """Kites

Kites were red in the spring [1]. Kites were blue in the autumn [2].

References

[1] Orme, K. (2019). Red kites over the bay. https://doi.org/10.5555/red
[2] Dahl, P. (2021). Blue kites over the bay. https://doi.org/10.5555/blue
""",
    "kites.txt",
)


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[RegistryServer]:
    monkeypatch.setattr("reader.registries.client.pause", lambda _: None)
    with serve_registries() as running:
        running.crossref("10.5555/red", "Red kites over the bay", ("Orme, Kit",), 2011)
        yield running


def addresses(registries: RegistryServer) -> dict[str, Any]:
    return {f"{name}_address": f"{registries.address}/{name}" for name in NAMES}


def outcomes(user: User) -> list[str]:
    records = (user.session.health.of(name).record for name in "12")
    return [record.outcome if record is not None else "" for record in records]


async def test_registries_are_asked_only_on_request_and_their_answers_are_there_again(
    own_library: Path, registries: RegistryServer
) -> None:
    async with reading(KITES, own_library, others=addresses(registries)) as user:
        await user.audited()
        assert registries.asked == []
        await user.press("g", "e")
        await user.until(lambda: "2 references checked" in user.picture)
        assert outcomes(user) == [DIFFERS, NO_SUCH_RECORD]
        await user.press("A")
        await user.until(lambda: {f.kind for f in user.desk.findings} >= {RECORD_DIFFERS, RECORD_MISSING})
    asked = list(registries.asked)
    async with reading(KITES, own_library, others=addresses(registries)) as user:
        await user.until(lambda: outcomes(user) == [DIFFERS, NO_SUCH_RECORD])
        assert registries.asked == asked


async def test_escape_stops_asking_and_keeps_what_came(own_library: Path, registries: RegistryServer) -> None:
    arrived, released = Event(), Event()
    answer = registries.answer

    def wait(handler: Any) -> None:
        if "blue" in handler.path:
            arrived.set()
            released.wait(60)
        answer(handler)

    registries.answer = wait
    async with reading(KITES, own_library, others=addresses(registries)) as user:
        await user.press("g", "e")
        await user.until(arrived.is_set)
        await user.press("g", "e")
        assert "Registries are still being asked" in user.picture
        await user.press("escape")
        assert "Stopped: 1 reference checked" in user.picture
        assert outcomes(user) == [DIFFERS, ""]
        released.set()


async def test_an_article_without_references_and_a_wrong_setting_are_told(
    own_library: Path, registries: RegistryServer
) -> None:
    async with reading(article("Kites\n\nThey are red.\n", "kites.txt"), own_library) as user:
        await user.press("g", "e")
        assert "This article lists no references" in user.picture
    async with reading(KITES, own_library, others={**addresses(registries), "crossref_address": "crossref"}) as user:
        await user.press("g", "e")
        assert "crossref_address is “crossref”" in user.picture.replace('"crossref"', "“crossref”")
