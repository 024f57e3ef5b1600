"""REFI-QDA projects (`.qdpx`, project 1.0, https://www.qdasoftware.org), which NVivo, ATLAS.ti, MAXQDA and QualCoder read.

Kinds, verdicts, decisions and tags are codes, annotations are coded selections, a pair is a link from the claim to the entry it
rests on, and what was said of it is a note. The standard does not say what a position counts; these are code points.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, Final

from reader.exchange.archive import ArchiveWriter
from reader.exchange.codebook_file import SHADES, code_guid
from reader.exchange.coded_text import REFERENCE_LABEL, CodedLink, CodedSpan, code_report, span_id
from reader.exchange.escape import clean_xml, encode_text, utc_time, xml_attributes, xml_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import Disclosure, article_iri
from reader.exchange.report import Report
from reader.exchange.wording import describe_judgement, describe_passage, list_remarks
from reader.review.model import Tag, tag_levels
from reader.review.scale import DECISIONS, UNAVAILABLE_STATE
from reader.review.vocabulary import ANNOTATION_KINDS

_NAMESPACE: Final = "urn:QDA-XML:project:1.0"
_IN_MEMORY: Final = 1 << 23
"""Bytes of each part of the project that stay in memory; what is more goes through a temporary file."""
_NAME_LETTERS: Final = 80
_VERDICT: Final = "verdict"
_DECISION: Final = "decision"
_TAG: Final = "tag"
"""The codes that hold those of a kind, and are given to nothing themselves."""

_Path = tuple[str, ...]
"""The names of a code and of those it is nested in, the outermost first."""


def write_refi_qda(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the archive: the text of each article, and at its end the project, which has what all of them need."""
    project = _Project(Disclosure(options))
    with ArchiveWriter() as archive, project.sources, project.notes, project.links:
        for report in reports:
            guid = project.add(report)
            yield archive.add(f"sources/{guid}.txt", [encode_text(clean_xml(report.article.text))])
        yield archive.add("project.qde", project.pieces())
        yield archive.close()


def _part() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)


class _Project:
    """The parts of a project, in the order of the standard: users, codes, sources, notes and links."""

    def __init__(self, disclosure: Disclosure) -> None:
        self._disclosure = disclosure
        self._users: dict[str, str] = {}
        self._codes: dict[_Path, str] = {}
        self._tags: dict[str, Tag] = {}
        self.sources, self.notes, self.links = _part(), _part(), _part()
        for label in (*ANNOTATION_KINDS, REFERENCE_LABEL):
            self._code(label)

    def add(self, report: Report) -> str:
        """Add the source of a report, with its notes and links; return its GUID."""
        self._disclosure.add_report(report)
        self._tags |= {tag.name: tag for tag in report.codebook}
        for verdict in (*report.scale.verdicts, UNAVAILABLE_STATE):
            self._code(_VERDICT, verdict.id)
        for decision in DECISIONS:
            self._code(_DECISION, decision)
        coded = code_report(report)
        guid = span_id("source", article_iri(report.article), report.article.digest)
        names = {"guid": guid, "name": report.article.title, "plainTextPath": f"internal://{guid}.txt"}
        _write(self.sources, f"<TextSource{xml_attributes(names)}>\n")
        _write(self.sources, f"<Description>{xml_text(article_iri(report.article))}</Description>\n")
        for span in coded.spans:
            _write(self.sources, "".join(self._selection(span, report.article.text)))
        _write(self.sources, "</TextSource>\n")
        for link in coded.links:
            _write(self.links, self._link(link))
        return guid

    def pieces(self) -> Iterator[bytes]:
        """Yield the project."""
        head = {"xmlns": _NAMESPACE, "name": "Claim Reader", "origin": "Claim Reader"}
        yield encode_text(f'<?xml version="1.0" encoding="utf-8"?>\n<Project{xml_attributes(head)}>\n')
        if self._users:
            users = ({"guid": guid, "name": name} for name, guid in self._users.items())
            rows = "".join(f"<User{xml_attributes(user)}/>\n" for user in users)
            yield encode_text(f"<Users>\n{rows}</Users>\n")
        yield encode_text("".join(("<CodeBook><Codes>\n", *self._code_lines(), "</Codes></CodeBook>\n")))
        for name, part in (("Sources", self.sources), ("Notes", self.notes), ("Links", self.links)):
            if part.tell():
                yield encode_text(f"<{name}>\n")
                yield from _read(part)
                yield encode_text(f"</{name}>\n")
        yield b"</Project>\n"

    # ------------------------------------------------------------------ codes

    def _code(self, *path: str) -> str:
        """Return the GUID of a code, with those it is nested in."""
        for length in range(1, len(path) + 1):
            above = path[:length]
            if above not in self._codes:
                name = "/".join(above[1:])
                tag = self._tags.get(name, Tag("", name)) if above[0] == _TAG and name else None
                self._codes[above] = code_guid(tag) if tag else span_id("code", *above)
        return self._codes[path]

    def _code_lines(self) -> Iterator[str]:
        """Yield the codes as a tree: the ones of the program first, then the tags by name."""
        nested: dict[_Path, list[_Path]] = {}
        for path in sorted(self._codes):
            nested.setdefault(path[:-1], []).append(path)
        order = [(label,) for label in (*ANNOTATION_KINDS, REFERENCE_LABEL, _VERDICT, _DECISION)]
        rest = [path for path in nested.get((), []) if path not in order]
        stack: list[_Path | str] = [*reversed([path for path in (*order, *rest) if path in self._codes])]
        while stack:
            path = stack.pop()
            if isinstance(path, str):
                yield path
                continue
            is_group = path in ((_VERDICT,), (_DECISION,), (_TAG,))
            tag = self._tags.get("/".join(path[1:])) if path[0] == _TAG else None
            values = {"guid": self._codes[path], "name": path[-1], "isCodable": "false" if is_group else "true"}
            shade = {"color": SHADES[tag.colour]} if tag is not None and tag.colour in SHADES else {}
            yield f"<Code{xml_attributes(values | shade)}>\n"
            if tag is not None and tag.definition:
                yield f"<Description>{xml_text(tag.definition)}</Description>\n"
            stack.append("</Code>\n")
            stack.extend(reversed(nested.get(path, [])))

    # ------------------------------------------------------------------ sources

    def _selection(self, span: CodedSpan, text: str) -> Iterator[str]:
        item = span.item
        quote = " ".join(text[span.start : span.end].split())
        name = xml_text(quote if len(quote) <= _NAME_LETTERS else f"{quote[: _NAME_LETTERS - 1]}…")
        made = self._made(item.annotation.creator, item.annotation.created_at) if item else ""
        place = f'startPosition="{span.start}" endPosition="{span.end}"'
        # GUIDs, numbers and dates need no escaping, and are most of what is written.
        yield f'<PlainTextSelection guid="{span.id}" name="{name}" {place}{made}>\n'
        if item and (remarks := "\n\n".join(list_remarks(item))):
            yield f"<Description>{xml_text(remarks)}</Description>\n"
        yield self._code_span(span, (span.label,), made)
        if item:
            for tag in item.annotation.tags:
                yield self._code_span(span, _tag_path(tag), made)
            if item.annotation.decision:
                yield self._code_span(span, (_DECISION, item.annotation.decision), made)
            for pair in item.pairs:
                if pair.verdict:
                    by, at = (pair.judgement.by, pair.judgement.at) if pair.judgement else ("", "")
                    yield self._code_span(span, (_VERDICT, pair.verdict), self._made(by, at), pair.reference)
        yield "</PlainTextSelection>\n"

    def _code_span(self, span: CodedSpan, path: _Path, made: str, reference: str = "") -> str:
        guid = span_id("coding", span.id, *path, reference)
        return f'<Coding guid="{guid}"{made}><CodeRef targetGUID="{self._code(*path)}"/></Coding>\n'

    def _made(self, person: str, stamp: str) -> str:
        """Return the attributes that say who made something and when, each after a blank."""
        time, name = utc_time(stamp), self._disclosure.name_of(person)
        if name and name not in self._users:
            self._users[name] = span_id("user", name)
        by = f' creatingUser="{self._users[name]}"' if name else ""
        return f'{by} creationDateTime="{time.isoformat(timespec="seconds").replace("+00:00", "Z")}"' if time else by

    # ------------------------------------------------------------------ links and notes

    def _link(self, link: CodedLink) -> str:
        """Return a link, and write the note on it: reason, problems and evidence."""
        pair = link.pair
        lines = [f"{describe_judgement(pair)} [{pair.label}]"]
        lines += [pair.judgement.note] if pair.judgement and pair.judgement.note else []
        for passage in map(self._disclosure.passage_of, pair.evidence):
            origin = describe_passage(passage)
            lines.append(f"“{passage.quote}”" + (f" ({origin})" if origin else ""))
        guid = span_id("pair", link.claim.id, link.reference.id)
        note, label = span_id("note", guid), xml_attributes({"name": f"{link.label} [{pair.label}]"})
        content = xml_text("\n\n".join(lines))
        _write(self.notes, f'<Note guid="{note}"{label}><PlainTextContent>{content}</PlainTextContent></Note>\n')
        name = xml_attributes({"name": link.label, "direction": "OneWay"})
        ends = f'originGUID="{link.claim.id}" targetGUID="{link.reference.id}"'
        return f'<Link guid="{guid}"{name} {ends}><NoteRef targetGUID="{note}"/></Link>\n'


def _tag_path(name: str) -> _Path:
    return (_TAG, *(filter(None, tag_levels(name)) if name.strip("/") else (name,)))


def _read(part: IO[bytes]) -> Iterator[bytes]:
    part.seek(0)
    while piece := part.read(_IN_MEMORY):
        yield piece


def _write(part: IO[bytes], lines: str) -> None:
    part.write(encode_text(lines))
