"""Fetching a page from the command line, with a line on standard error that says how far it is."""

from __future__ import annotations

import sys

import click

from reader.article.model import Article
from reader.formats.web import Limits, read_address

_KB = 1000


def fetched(address: str, *, private: bool) -> Article:
    """Fetch a page and return the article in it; Ctrl+C stops it. Raises ReaderError when it cannot be fetched or read."""
    watched = sys.stderr.isatty()

    def told(come: int, expected: int) -> bool:
        if watched:
            of = f" of {expected // _KB}" if expected else ""
            click.echo(f"\rfetching {come // _KB}{of} KB ", err=True, nl=False)
        return True

    try:
        return read_address(address, Limits(private=private), told)
    finally:
        if watched:
            click.echo("\r\x1b[K", err=True, nl=False)
