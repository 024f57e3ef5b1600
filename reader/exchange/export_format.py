"""What an export format is: the row that describes it, and the choices that some of them offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from reader.exchange.report import Report
from reader.printable import plural


def _ignore(notice: str) -> None:
    """Drop a notice."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The choices for an export. A format reads those that its row names, and ignores the others.

    `with_paths` lets paths of files, names of accounts and mail addresses of people leave, and what other devices wrote.
    `address` is that of the public page that shows the review.
    `style` is the content of the .csl file of a citation style, b"" for none.
    `into` holds the bytes of the writer's newer draft, which gets the comments in place of the document that was judged; b""
    for none. `without_reasons` leaves out why people dismissed findings. `notify` gets a line for the summary about whatever of
    the reports has no place in what is written.
    """

    with_paths: bool = False
    address: str = ""
    style: bytes = field(default=b"", repr=False)
    into: bytes = field(default=b"", repr=False)
    without_reasons: bool = False
    notify: Callable[[str], None] = _ignore


class OptionRow(NamedTuple):
    """Describe a choice for an export: its field in `ExportOptions`, its words on the export screen, its option and help.

    `metavar` stands for its value on the command line; it is "" for a switch. If `is_file`, the value names a file, and the
    field takes its bytes.
    """

    name: str
    title: str
    flag: str
    help: str
    metavar: str = ""
    is_file: bool = False


OPTION_ROWS: Final = (
    OptionRow(
        "with_paths",
        "paths and names of accounts",
        "--with-paths",
        "Let paths of files, names of accounts and mail addresses of people leave.",
    ),
    OptionRow(
        "address", "address of the public page", "--url", "The address of the public page that shows the review.", "ADDRESS"
    ),
    OptionRow(
        "style",
        "citation style",
        "--style",
        "A citation style, as https://www.zotero.org/styles has them.",
        "FILE.csl",
        is_file=True,
    ),
    OptionRow(
        "into",
        "newer draft",
        "--into",
        "The writer's newer draft, which gets the comments. It is not changed.",
        "FILE",
        is_file=True,
    ),
    OptionRow("without_reasons", "no reasons of dismissals", "--no-reasons", "Leave out why people dismissed findings."),
)
"""The choices for people, in the order of the help: the fields of `ExportOptions` but `notify`."""

WriteReports = Callable[[Iterable[Report], ExportOptions], Iterator[bytes]]
"""Write the reports of one or several articles. It asks for a report when the one before is written, to keep only one."""


class Loss(NamedTuple):
    """Describe what a format cannot carry: `text` in the plural, "claims with an open pair", or in words that have none.

    What can be counted has `count_in`, which returns how many of them a report has, and `one`, the singular of `text`.
    """

    text: str
    one: str = ""
    count_in: Callable[[Report], int] | None = None


class ExportFormat(NamedTuple):
    """Describe an export format.

    `name` is what people type, `letter` the key that picks it on the export screen, `suffix` the ending of a file in this
    format. `carries` says what of a review such a file has, `cannot_carry` lists what gets lost: the command `reader export
    --explain` prints both, and after an export a person learns how much was lost. If `is_single`, a file holds one article, and
    `write` takes one report. `options` are the fields of `ExportOptions` that it reads. `remark` is what else a person
    should know before choosing the format.
    """

    name: str
    title: str
    letter: str
    suffix: str
    media_type: str
    write: WriteReports
    cannot_carry: tuple[Loss, ...]
    is_single: bool = False
    options: frozenset[str] = frozenset()
    remark: str = ""
    carries: str = ""

    @property
    def is_binary(self) -> bool:
        """Whether a file in this format is no text, which a terminal could show."""
        return "openxmlformats" in self.media_type or self.media_type == "application/zip"

    def count_losses(self, report: Report) -> Counter[Loss]:
        """Return how many of each thing that it cannot carry a report has; the counters of several reports add up."""
        return Counter({loss: loss.count_in(report) for loss in self.cannot_carry if loss.count_in is not None})


def describe_losses(counts: Mapping[Loss, int]) -> list[str]:
    """Return what an export lost, as many as there are of each: "2 claims with an open pair"."""
    return [plural(count, loss.one, loss.text) for loss, count in counts.items() if count]


def write_each(write: Callable[[Report], Iterator[bytes]]) -> WriteReports:
    """Return a writer that renders each report by itself, without options."""

    def write_reports(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
        for report in reports:
            yield from write(report)

    return write_reports
