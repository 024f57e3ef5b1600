"""Read the comments of a Word document with their threads: comments.xml, and Microsoft's extensions to it ([MS-DOCX])."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.model import CommentMessage
from reader.formats.budget import current_budget
from reader.formats.comments import CommentThread
from reader.formats.docx.inline import DocxNotes, LinkTargets, RunReader
from reader.formats.docx.relationships import external_addresses
from reader.formats.runs import plain_text
from reader.formats.xml import attribute, children, outermost_elements

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.etree.ElementTree import Element

    from reader.formats.docx.styles import Styles
    from reader.formats.xml import Package

_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.\d+)?(Z?)")
_DONE: Final = frozenset({"1", "true", "on"})
_MAX_CHAIN_LENGTH: Final = 50


class _Details(NamedTuple):
    """What the parts beside comments.xml say, by the id of a comment's last paragraph.

    `parents` are the ids that it answers, `done` those of resolved threads, `durable_ids` their other ids, `dates` the times
    in UTC by the latter.
    """

    parents: Mapping[str, str]
    done: frozenset[str]
    durable_ids: Mapping[str, str]
    dates: Mapping[str, str]


class _CommentRecord(NamedTuple):
    """A comment as it was read; `paragraph` is the id of its last paragraph."""

    name: str
    paragraph: str
    message: CommentMessage
    is_own: bool


def read_comments(package: Package, parts: Mapping[str, str], styles: Styles) -> list[CommentThread]:
    """Return the comments of a document, answers with what they answer. `parts` are the names of its parts by their kind.

    What this program wrote is left out (`_is_own`); an answer to it is a comment of its own then.
    """
    part = _part_name(parts, "comments")
    root = package.xml(part)
    if root is None:
        return []
    details = _read_details(package, parts)
    links = LinkTargets(external_addresses(package, part))
    reader = RunReader(styles, DocxNotes(None, None, "decimal"), links, {})
    records = [_read_comment(comment, details, reader) for comment in children(root, "comment")]
    # Those of this program do not count, or an export of many would change the text by a notice.
    others = frozenset(current_budget().fit_comments([record for record in records if not record.is_own]))
    records = [record for record in records if record.is_own or record in others]
    threads: dict[str, list[_CommentRecord]] = {}
    for number, record in enumerate(records):
        threads.setdefault(_root_of(record.paragraph, details.parents) or f"comment {number}", []).append(record)
    return [thread for records in threads.values() if (thread := _to_thread(records, details)).messages]


def _to_thread(records: Sequence[_CommentRecord], details: _Details) -> CommentThread:
    """Return the comments of one thread, the one that the others answer in front."""
    ordered = sorted(records, key=lambda record: record.paragraph in details.parents)
    messages = tuple(record.message for record in ordered if record.message.text and not record.is_own)
    return CommentThread(tuple(record.name for record in ordered), messages, ordered[0].paragraph in details.done)


def _root_of(paragraph: str, parents: Mapping[str, str]) -> str:
    """Return the id of the comment that a thread begins with; Word has answers to it only, others also answers to these."""
    for _ in range(_MAX_CHAIN_LENGTH):
        if paragraph not in parents:
            break
        paragraph = parents[paragraph]
    return paragraph


def _read_details(package: Package, parts: Mapping[str, str]) -> _Details:
    def entries(kind: str) -> list[Element]:
        root = package.xml(_part_name(parts, kind))
        return [] if root is None else list(root)

    extended = [(_id(entry, "paraId"), entry) for entry in entries("commentsExtended")]
    return _Details(
        {name: parent for name, entry in extended if (parent := _id(entry, "paraIdParent")) and parent != name},
        frozenset(name for name, entry in extended if attribute(entry, "done").casefold() in _DONE),
        {_id(entry, "paraId"): _id(entry, "durableId") for entry in entries("commentsIds")},
        {_id(entry, "durableId"): attribute(entry, "dateUtc") for entry in entries("commentsExtensible")},
    )


def _part_name(parts: Mapping[str, str], kind: str) -> str:
    return parts.get(kind, f"word/{kind}.xml")


def _id(element: Element, name: str) -> str:
    return attribute(element, name).upper()


def _read_comment(comment: Element, details: _Details, reader: RunReader) -> _CommentRecord:
    paragraphs = list(outermost_elements(comment, "p"))
    lines = list(filter(None, (_read_line(paragraph, reader) for paragraph in paragraphs)))
    paragraph = _id(paragraphs[-1], "paraId") if paragraphs else ""
    date, utc = attribute(comment, "date"), details.dates.get(details.durable_ids.get(paragraph, ""), "")
    author = " ".join(attribute(comment, "author").split())
    message = CommentMessage(author, _utc_time(utc) or _local_time(date), "\n".join(lines))
    return _CommentRecord(attribute(comment, "id"), paragraph, message, _is_own(paragraph, date, details))


def _is_own(paragraph: str, date: str, details: _Details) -> bool:
    """Whether a comment was written by the export of this program, which gives it one id in both parts and its date in UTC.

    Word draws the two ids at random, and writes the local time beside that in UTC.
    """
    durable_id = details.durable_ids.get(paragraph, "")
    return bool(paragraph) and durable_id == paragraph and details.dates.get(durable_id, "") == date


def _read_line(paragraph: Element, reader: RunReader) -> str:
    """Return a paragraph of a comment in one line, with the addresses of its links behind their words."""
    runs = reader.read(paragraph)
    line = plain_text(runs)
    targets = (target for target in dict.fromkeys(reader.link_targets) if not target.lower().startswith("mailto:"))
    return " ".join([line, *(f"({target})" for target in targets if target not in line)]).strip()


def _utc_time(date: str) -> str:
    match = _DATE.match(date)
    return f"{match[1]}Z" if match else ""


def _local_time(date: str) -> str:
    """Return a date of comments.xml, in which Word writes the local time with a "Z"."""
    match = _DATE.match(date)
    return match[1] if match else ""
