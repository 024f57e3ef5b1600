"""Registries on the loopback: a server that answers as they document it, or as none should."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from tests.unit.web_server import answer_requests

NAMES = ("crossref", "datacite", "openalex", "arxiv", "open_library", "doi")


class Reply(NamedTuple):
    """An answer: its status, body and headers."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class RegistryServer:
    """Registries by the first part of the path. `replies` are by path without query, the last one stays.

    `asked` are the paths that were asked for, with queries.
    """

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.address = ""

    def settings(self, **others: str) -> str:
        """Return the text of a settings file that names these registries."""
        values = {**{f"{name}_address": f"{self.address}/{name}" for name in NAMES}, **others}
        return "".join(f'{name} = "{value}"\n' for name, value in values.items())

    def write_settings(self, path: Path, **others: str) -> None:
        """Write the settings file."""
        path.write_text(self.settings(**others), encoding="utf-8")

    def reply(self, path: str, *replies: Reply | object) -> None:
        """Give these replies to a path in turn; what is no reply is JSON."""
        self.replies[path] = [one if isinstance(one, Reply) else Reply(200, json.dumps(one).encode()) for one in replies]

    def crossref(
        self, doi: str, title: str, authors: Sequence[str] = ("Lee, Anna",), year: int = 2020, **fields: object
    ) -> None:
        """Let Crossref have a work, with authors as "Family, Given"."""
        self.reply(f"/crossref/works/{doi}", {"status": "ok", "message": crossref_work(doi, title, authors, year, **fields)})

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request; what nobody knows with 404, as each registry does."""
        self.asked.append(unquote(handler.path))
        self.agents.append(handler.headers.get("User-Agent", ""))
        path = unquote(handler.path.partition("?")[0])
        replies = self.replies.get(path)
        reply = (replies.pop(0) if len(replies) > 1 else replies[0]) if replies else _unknown(path)
        handler.send_response(reply.status)
        handler.send_header("Content-Type", reply.kind)
        handler.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(reply.body)


def crossref_work(doi: str, title: str, authors: Sequence[str], year: int, **fields: object) -> dict[str, object]:
    """Return a work as Crossref has it."""
    people = [dict(zip(("family", "given"), name.split(", "), strict=False)) for name in authors]
    issued = {"date-parts": [[year, 3]]}
    return {"DOI": doi, "title": [title], "author": people, "issued": issued, "type": "journal-article", **fields}


def _unknown(path: str) -> Reply:
    """Return what a registry answers about a work that it does not have."""
    registry, _, rest = path[1:].partition("/")
    if registry == "doi":
        handle = rest.removeprefix("api/handles/")
        return Reply(404, json.dumps({"responseCode": 100, "handle": handle}).encode())
    if registry == "arxiv":
        return Reply(200, feed(), "application/atom+xml")
    if registry == "open_library":
        return Reply(200, b'{"docs": []}' if rest == "search.json" else b"{}")
    if rest == "works":
        return Reply(200, b'{"message": {"items": []}, "results": []}')
    return Reply(404, b"Resource not found.", "text/plain")


def feed(*entries: tuple[str, str, str, str]) -> bytes:
    """Return a feed of arXiv with entries: id, title, author, date."""
    items = "".join(
        f"<entry><id>http://arxiv.org/abs/{paper}v1</id><published>{day}T00:00:00Z</published><updated>{day}T00:00:00Z</updated>"
        f"<title>{title}</title><author><name>{author}</name></author></entry>"
        for paper, title, author, day in entries
    )
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
    total = f"<opensearch:totalResults>{len(entries)}</opensearch:totalResults>"
    return f"{head}<title>arXiv Query</title>{total}{items}</feed>".encode()


@contextmanager
def serve_registries() -> Iterator[RegistryServer]:
    """Serve registries for a block."""
    registries = RegistryServer()
    with answer_requests(lambda request: registries.answer(request)) as registries.address:  # a test may replace it later
        yield registries
