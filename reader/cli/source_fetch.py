"""Fetching the sources of an article one after the other, and telling of each what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from reader.cli.watching import watched
from reader.errors import ReaderError
from reader.formats.supplied import supplied
from reader.formats.turns import Turns
from reader.printable import printable_line
from reader.review.unsupplied import Unsupplied, has_text

if TYPE_CHECKING:
    from reader.cli.supplying import Supplies


class Fetching:
    """One run: how many were `fetched`, how many `failed`, whether it was `stopped` before its end."""

    def __init__(self, supplies: Supplies, *, private: bool) -> None:
        self._supplies = supplies
        self._private = private
        self.fetched = 0
        self.failed = 0
        self.stopped = False

    def run(self, wanted: Sequence[Unsupplied]) -> None:
        """Fetch these addresses. Ctrl+C ends it; what came before that is kept."""
        turns = Turns()
        try:
            for number, one in enumerate(wanted, 1):
                # Two addresses may be one source to the library: then the first has served both.
                if not all(has_text(self._supplies.known(), reference) for reference in one.references):
                    turns.wait(one.address)
                    self._fetch(one, f"fetching {number} of {len(wanted)} · {_host(one.address)}")
        except KeyboardInterrupt:
            self.stopped = True

    def _fetch(self, one: Unsupplied, what: str) -> None:
        try:
            with watched(what):
                come = supplied(one.address, private=self._private)
        except ReaderError as error:
            told = self._supplies.fail(one.references, one.address, error)
            self.failed += 1
            click.echo(printable_line(f"{self._supplies.labels(one.references)} not reached: {told}"), err=True)
        else:
            click.echo(self._supplies.attach(one.references, come, done="fetched"))
            self.fetched += 1

    @property
    def said(self) -> str:
        """What a person is told in the end."""
        failed = f", {self.failed} could not be reached" if self.failed else ""
        return f"{'stopped: ' if self.stopped else ''}{self.fetched} fetched{failed}"


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address
