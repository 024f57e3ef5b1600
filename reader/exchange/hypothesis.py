"""The JSON of Hypothesis, as its client exports and imports it. Offsets are UTF-16 code units, in which browsers count.

A mark is an annotation; its kind and verdicts are tags, and its text holds the note, a line for each pair and the fix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reader.exchange.escape import encode_text, json_text, markdown_lines, utc_time
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import People, article_iri, stable_iri
from reader.exchange.losses import is_judged
from reader.exchange.offsets import Utf16Offsets
from reader.exchange.report import Report, ReportItem
from reader.exchange.wording import list_remarks

_AUTHORITY: Final = "claim-reader.invalid"
"""The host in the names of accounts, which no service can have (RFC 2606): the people of a review have no accounts there."""
_VERSION: Final = "1.0.0"
_GROUP: Final = "__world__"


def write_hypothesis(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield an annotation a line; the date of the export follows the last."""
    people, exported, separator = _Accounts(), "", "\n"
    yield b'{"annotations": ['
    for report in reports:
        people.add_report(report)
        exported = exported or report.at
        for record in _annotations(report, people):
            yield encode_text(separator + json_text(record))
            separator = ",\n"
    rest = {"export_date": exported, "export_userid": _account(1), "client_version": _VERSION}
    yield encode_text("\n], " + json_text(rest).removeprefix("{") + "\n")


class _Accounts(People):
    """The people of an export, as accounts."""

    def __init__(self) -> None:
        """Start without people."""
        super().__init__()
        self._accounts = {"": _account(0)}

    def account_of(self, person: str) -> str:
        """Return the account of a person: it has a number, as not every name can be that of an account."""
        if person not in self._accounts:
            self._accounts[person] = _account(self.names.index(self.name_of(person)) + 1)
        return self._accounts[person]


def _account(number: int) -> str:
    return f"acct:reviewer_{number}@{_AUTHORITY}"


def _annotations(report: Report, people: _Accounts) -> Iterator[dict[str, object]]:
    article = report.article
    address, offsets = article_iri(article), Utf16Offsets(article.text)
    for item in (*report.items, *report.orphans):
        annotation = item.annotation
        account = people.account_of(annotation.creator)
        yield {
            "id": stable_iri("annotation", annotation.id).removeprefix("urn:uuid:"),
            "created": _time(annotation.created_at),
            "updated": _time(annotation.updated_at),
            "user": account,
            "user_info": {"display_name": people.name_of(annotation.creator) or None},
            "uri": address,
            "text": _text(item),
            "tags": _tags(item),
            "group": _GROUP,
            "permissions": {"read": [account], "update": [account], "delete": [account]},
            "target": [{"source": address, "selector": list(_selectors(item, offsets))}],
            "document": {"title": [article.title]},
            "links": {},
            "hidden": False,
            "flagged": False,
        }


def _selectors(item: ReportItem, offsets: Utf16Offsets) -> Iterator[dict[str, object]]:
    selector = item.selector
    if item.has_place:
        start, end = offsets.to_units(selector.start), offsets.to_units(selector.end)
        yield {"type": "TextPositionSelector", "start": start, "end": end}
    yield {"type": "TextQuoteSelector", "exact": selector.exact, "prefix": selector.prefix, "suffix": selector.suffix}


def _tags(item: ReportItem) -> list[str]:
    verdicts = dict.fromkeys(f"verdict:{pair.verdict}" for pair in item.pairs if is_judged(pair))
    return [item.annotation.kind, *item.annotation.tags, *verdicts]


def _text(item: ReportItem) -> str:
    """Return what was said of a mark as Markdown, which renders as the words themselves."""
    return "\n".join(markdown_lines("\n\n".join(list_remarks(item))))


def _time(stamp: str) -> str | None:
    time = utc_time(stamp)
    return time.isoformat(timespec="microseconds") if time else None
