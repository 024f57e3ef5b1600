"""`reader retractions`: take in a list of retracted and corrected works, and say which one there is."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader.cli.context import cli_context, library_option, network_option
from reader.cli.output import json_option, print_json
from reader.cli.progress import show_progress
from reader.errors import ReaderError
from reader.files import expand_path, read_document
from reader.formats import is_address
from reader.printable import plural, printable_line

if TYPE_CHECKING:
    from reader.registries.retractions import ListStatus

_DOWNLOAD_SECONDS = 1800.0


@click.group(
    "retractions", epilog="Example: `reader retractions update retraction_watch.csv`, then `reader source list article.md`."
)
def retractions_command() -> None:
    """Take in a list of retracted and corrected works, so that references to them are flagged, without the network.

    The list is the CSV file of Retraction Watch, which Crossref publishes and renews each working day
    (https://gitlab.com/crossref/retraction-watch-data). It is indexed beside the library. That a work is not in it says only
    that: it is not in the list of that day.
    """


@retractions_command.command("update", epilog="Example: `reader retractions update ~/Downloads/retraction_watch.csv`")
@click.argument("name", metavar="FILE|URL")
@network_option
@library_option
@click.pass_context
def update_retractions_command(context: click.Context, name: str) -> None:
    """Take in a list of retractions, in place of the one before.

    The file needs the columns Title, RetractionDate, RetractionDOI, OriginalPaperDOI, OriginalPaperPubMedID and
    RetractionNature. If it lacks one, nothing is changed.
    """
    from reader.registries.lookup import index_of
    from reader.registries.retractions import update_index

    call = cli_context(context)
    data, date = _fetch(name, private=call.private) if is_address(name) else _read(expand_path(name))
    with call.library() as library, show_progress("Indexing the list"):
        status = update_index(index_of(library.folder), data, name if is_address(name) else Path(name).name, date)
    click.echo("\n".join(_status_lines(status)))


@retractions_command.command("status", epilog="Example: `reader retractions status --json | jq .date`")
@json_option
@library_option
@click.pass_context
def retractions_status_command(context: click.Context, as_json: bool) -> None:
    """Say which list of retractions there is: its file, date and digest, and how many notices it holds."""
    from reader.registries.lookup import index_of
    from reader.registries.retractions import read_status

    status = read_status(index_of(cli_context(context).settings.library))
    if as_json:
        counts = None if status is None else {**status._asdict(), "counts": status.counts._asdict()}
        print_json(counts)
    elif status is None:
        click.echo("There is no list of retractions. `reader retractions update FILE` takes one in.")
    else:
        click.echo("\n".join(_status_lines(status)))


def _status_lines(status: ListStatus) -> list[str]:
    counts = status.counts
    lines = [
        f"{plural(counts.notices, 'notice')} in the list of {status.date}",
        f"from {printable_line(status.name)}",
        f"SHA-256 {status.digest}",
    ]
    if counts.without_work:
        lines.append(
            f"{plural(counts.without_work, 'row')} left out that {'name' if counts.without_work > 1 else 'names'} no work"
        )
    if counts.unreadable_dates:
        lines.append(f"{plural(counts.unreadable_dates, 'date')} kept as written, as no day can be read from them")
    if counts.broken:
        lines.append(f"{plural(counts.broken, 'row')} with broken characters in title or authors")
    if counts.uneven:
        lines.append(f"{plural(counts.uneven, 'row')} with cells missing or too many, beside which others may be lost")
    return lines


def _read(path: Path) -> tuple[bytes, str]:
    """Return the bytes of a file and its date. Raises ReaderError when it cannot be read."""
    try:
        data = read_document(path)
        return data, datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    except (OSError, ValueError, OverflowError) as error:
        raise ReaderError(f"Cannot read {path}: {getattr(error, 'strerror', None) or error}") from error


def _fetch(address: str, *, private: bool) -> tuple[bytes, str]:
    """Return the bytes at an address and their date. Raises ReaderError when they cannot be fetched."""
    from reader.fetching.web import FetchLimits, fetch_page
    from reader.files import max_document_size

    with show_progress(f"Fetching {address}"):
        page = fetch_page(address, FetchLimits(size=max_document_size(), seconds=_DOWNLOAD_SECONDS, private=private))
    try:
        date = parsedate_to_datetime(page.headers.get("last-modified", "")).date().isoformat()
    except (ValueError, TypeError, OverflowError):
        date = page.fetched_at[:10]
    return page.data, date
