"""Write the parts of a Word package that hold comments: their texts, threads, ids, dates in UTC, and people.

The parts are those of ECMA-376 (comments) and of Microsoft's extensions to it ([MS-DOCX]: commentsExtended, commentsIds,
commentsExtensible, people). Parts that a document has already are only appended to.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from reader.exchange.escape import xml_text
from reader.exchange.identity import stable_iri
from reader.exchange.word.markup import WORD_NAMESPACE, XmlPart, refusal
from reader.exchange.word.threads import Message, Thread
from reader.formats.docx.relationships import related_parts, relationships, relationships_name
from reader.formats.docx.styles import typed_text
from reader.formats.xml import Package, attribute, children, find_elements

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_NAMESPACES: Final = {
    "w": WORD_NAMESPACE,
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    "w16cid": "http://schemas.microsoft.com/office/word/2016/wordml/cid",
    "w16cex": "http://schemas.microsoft.com/office/word/2018/wordml/cex",
}
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_QUOTE_START: Final = "About “"
_PART_TYPES: Final = "[Content_Types].xml"
_MAX_PARAGRAPH_ID: Final = 0x7FFFFFFF
_PARAGRAPH_ID: Final = re.compile(rb'paraId="([0-9A-Fa-f]{8})"')
_COMMENT_ID: Final = re.compile("[0-9]{1,9}")
_MARK_ID: Final = re.compile(rb"""<\w+:comment(?:RangeStart|RangeEnd|Reference)\s[^<>]{0,200}?\bid\s*=\s*["']([0-9]+)""")
_IGNORES_W14: Final = re.compile(rb"""\bIgnorable\s*=\s*["'](?:[^"'<>]*\s)?w14[\s"']""")
_FREE_ID: Final = re.compile(r"rId(\d{1,9})")


_Identity = tuple[str, str, tuple[str, ...]]
"""Author, date and paragraphs of a comment: a comment with the same ones is not written again."""


class _Kind(NamedTuple):
    """A kind of part: its name, which is that of its relationship and content type, its root, and the prefixes in it."""

    name: str
    relationship: str
    root: str
    prefixes: tuple[str, ...]


_KINDS: Final = (
    _Kind(
        "comments",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments",
        *("w:comments", ("w", "w14", "mc")),
    ),
    _Kind(
        "commentsExtended",
        "http://schemas.microsoft.com/office/2011/relationships/commentsExtended",
        *("w15:commentsEx", ("w15",)),
    ),
    _Kind(
        "commentsIds",
        "http://schemas.microsoft.com/office/2016/09/relationships/commentsIds",
        *("w16cid:commentsIds", ("w16cid",)),
    ),
    _Kind(
        "commentsExtensible",
        "http://schemas.microsoft.com/office/2018/08/relationships/commentsExtensible",
        *("w16cex:commentsExtensible", ("w16cex",)),
    ),
    _Kind("people", "http://schemas.microsoft.com/office/2011/relationships/people", "w15:people", ("w15",)),
)


class _Entry(NamedTuple):
    """An element to append to a part: its name, its attributes and its content as XML."""

    name: str
    attributes: str
    content: str = ""

    def source(self, binding: str = "") -> str:
        """Return the element. `binding` declares the prefixes that its part does not."""
        end = f">{self.content}</{self.name}>" if self.content else "/>"
        return f"<{self.name}{binding}{self.attributes}{end}"


def _attributes(**values: str) -> str:
    """Return attributes as XML, in the order of their names, which have "_" for ":". Empty ones are left out."""
    return "".join(f' {name.replace("_", ":")}="{xml_text(value)}"' for name, value in values.items() if value)


class CommentParts:
    """The comments of a document: those it has, and those that are added."""

    def __init__(self, package: Package, main: str, what: str) -> None:
        """Read the comments that the document has. `main` is the name of its main part, `what` that of the document."""
        self._package, self._main, self._what = package, main, what
        self._names = dict(related_parts(package, main))
        if any(kind.name in self._names and self._names[kind.name] not in package for kind in _KINDS):
            raise refusal(what, "it lacks a part with comments that it refers to")
        self._entries: dict[str, list[_Entry]] = {kind.name: [] for kind in _KINDS}
        comments = list(self._elements("comments", "comment"))
        ids = [attribute(comment, "id") for comment in comments]
        ids += (match[1].decode() for match in _MARK_ID.finditer(package.read(main)))
        self._next_id = max((int(number) for number in ids if _COMMENT_ID.fullmatch(number)), default=-1) + 1
        self._present: defaultdict[_Identity, list[str]] = defaultdict(list)
        for comment in comments:
            self._present[_identity(comment)].append(_last_paragraph_id(comment))
        self._authors = {attribute(person, "author") for person in self._elements("people", "person")}
        self._used_ids = {
            int(match[1], 16)
            for name in (main, *(self._names[kind.name] for kind in _KINDS if kind.name in self._names))
            for match in _PARAGRAPH_ID.finditer(package.find(name) or b"")
        }
        self.present_count = 0

    def add_thread(self, thread: Thread, quote: str = "") -> Iterator[int]:
        """Add the comments of a thread that the document does not have yet, and yield their ids.

        The first begins with the `quote`, if there is one, as the words that it is about are not those that it surrounds.
        """
        parent = ""
        for number, message in enumerate(thread.messages):
            if present := self._present[message.author, message.date, message.paragraphs]:
                self.present_count += 1
                parent = parent or present.pop(0)
                continue
            if quote and not number:
                message = message._replace(paragraphs=(f"{_QUOTE_START}{quote}”:", *message.paragraphs))
            paragraph_id = self._new_paragraph_id(thread, number)
            yield self._add(message, paragraph_id, parent, thread.is_resolved)
            parent = parent or paragraph_id

    def _add(self, message: Message, paragraph_id: str, parent: str, is_resolved: bool) -> int:
        author, entries = message.author, self._entries
        initials = "".join(word[0] for word in author.split() if word[0].isalnum())[:3].upper()
        comment = _attributes(w_id=str(self._next_id), w_author=author, w_date=message.date, w_initials=initials)
        entries["comments"].append(_Entry("w:comment", comment, _paragraphs(message.paragraphs, paragraph_id)))
        done = "1" if is_resolved else "0"
        thread = _attributes(w15_paraId=paragraph_id, w15_paraIdParent=parent, w15_done=done)
        entries["commentsExtended"].append(_Entry("w15:commentEx", thread))
        ids = _attributes(w16cid_paraId=paragraph_id, w16cid_durableId=paragraph_id)
        entries["commentsIds"].append(_Entry("w16cid:commentId", ids))
        if message.date:
            dates = _attributes(w16cex_durableId=paragraph_id, w16cex_dateUtc=message.date)
            entries["commentsExtensible"].append(_Entry("w16cex:commentExtensible", dates))
        if author not in self._authors:
            self._authors.add(author)
            account = _Entry("w15:presenceInfo", _attributes(w15_providerId="None", w15_userId=author)).source()
            entries["people"].append(_Entry("w15:person", _attributes(w15_author=author), account))
        self._next_id += 1
        return self._next_id - 1

    def _new_paragraph_id(self, thread: Thread, number: int) -> str:
        """Return an id that no paragraph of the document has, the same in every export of the same thread."""
        iri = stable_iri("word comment", thread.item.annotation.id, str(number))
        value = UUID(iri).int % _MAX_PARAGRAPH_ID
        while value in self._used_ids or not value:
            value = (value + 1) % _MAX_PARAGRAPH_ID
        self._used_ids.add(value)
        return f"{value:08X}"

    def _elements(self, kind: str, name: str) -> Iterable[Element]:
        return children(self._package.xml(self._names[kind]), name) if kind in self._names else ()

    # ------------------------------------------------------------------ Parts

    def changes(self) -> dict[str, bytes]:
        """Return the new content of the parts that change or are new, by name."""
        changes: dict[str, bytes] = {}
        new_names: dict[str, _Kind] = {}
        for kind in (kind for kind in _KINDS if self._entries[kind.name]):
            if (name := self._names.get(kind.name)) is not None:
                changes[name] = self._append(name, kind, self._entries[kind.name])
            else:
                name = self._free_name(kind.name)
                changes[name] = _new_part(kind, self._entries[kind.name])
                new_names[name] = kind
        return changes | (self._registrations(new_names) if new_names else {})

    def _append(self, name: str, kind: _Kind, entries: list[_Entry]) -> bytes:
        part = XmlPart(self._package.read(name), self._what)
        unbound = [prefix for prefix in kind.prefixes if not part.binds(prefix, _NAMESPACES[prefix])]
        is_ignored = "w14" not in unbound and _IGNORES_W14.search(part.start_tag(0))
        binding = _bindings(unbound) + (' mc:Ignorable="w14"' if "w14" in kind.prefixes and not is_ignored else "")
        return part.append("".join(entry.source(binding) for entry in entries))

    def _free_name(self, kind: str) -> str:
        folder, number = posixpath.dirname(self._main), 0
        while (name := posixpath.join(folder, f"{kind}{number or ''}.xml")) in self._package:
            number += 1
        return name

    def _registrations(self, new_names: dict[str, _Kind]) -> dict[str, bytes]:
        """Return the lists of the relationships of the main part and of the types of all parts, with the new parts."""
        links, types = relationships_name(self._main), _PART_TYPES
        ids = (_FREE_ID.fullmatch(link.get("Id", "")) for link in relationships(self._package, self._main))
        first = max((int(match[1]) for match in ids if match), default=0) + 1
        relations = [
            _attributes(Id=f"rId{number}", Type=kind.relationship, Target=posixpath.basename(name))
            for number, (name, kind) in enumerate(new_names.items(), first)
        ]
        overrides = [
            _attributes(PartName=f"/{name}", ContentType=_CONTENT_TYPE.format(kind.name)) for name, kind in new_names.items()
        ]
        data = self._package.find(links)
        if data is None:
            data = f'{_DECLARATION}<Relationships xmlns="{_RELATIONSHIPS}"/>'.encode()
        return {
            links: self._append_plain(data, [_Entry("Relationship", attributes) for attributes in relations]),
            types: self._append_plain(self._package.read(types), [_Entry("Override", attributes) for attributes in overrides]),
        }

    def _append_plain(self, data: bytes, entries: list[_Entry]) -> bytes:
        """Return a list of the package with more entries, which have the prefix of its root."""
        part = XmlPart(data, self._what)
        prefix = part.names[0].removesuffix(part.kind(0))
        return part.append("".join(entry._replace(name=f"{prefix}{entry.name}").source() for entry in entries))


def list_comments(document: bytes) -> list[_Identity]:
    """Return author, date and paragraphs of the comments of a document. Raises ReaderError if it cannot be unpacked."""
    package = Package(document, "The document")
    main = next((name for kind, name in related_parts(package, "") if kind == "officeDocument"), "")
    parts = dict(related_parts(package, main))
    root = package.xml(parts["comments"]) if "comments" in parts else None
    return [_identity(comment) for comment in children(root, "comment")]


def _identity(comment: Element) -> _Identity:
    """Return author, date and paragraphs of a comment, without the quote of the words that it is about."""
    texts = tuple(typed_text(paragraph) for paragraph in find_elements(comment, "p"))
    texts = texts[1:] if texts[:1] and texts[0].startswith(_QUOTE_START) else texts
    return attribute(comment, "author"), attribute(comment, "date"), texts


def _last_paragraph_id(comment: Element) -> str:
    paragraphs = list(find_elements(comment, "p"))
    return attribute(paragraphs[-1], "paraId") if paragraphs else ""


def _paragraphs(texts: Sequence[str], last_id: str) -> str:
    """Return paragraphs of a comment as XML. By the id of the last one, the other parts refer to the comment."""
    runs = [f'<w:r><w:t xml:space="preserve">{xml_text(text)}</w:t></w:r>' for text in texts]
    runs[0] = f"<w:r><w:annotationRef/></w:r>{runs[0]}"
    ids = [*([""] * (len(runs) - 1)), _attributes(w14_paraId=last_id)]
    return "".join(f"<w:p{one}>{run}</w:p>" for one, run in zip(ids, runs, strict=True))


def _bindings(prefixes: Iterable[str]) -> str:
    return "".join(f' xmlns:{prefix}="{_NAMESPACES[prefix]}"' for prefix in prefixes)


def _new_part(kind: _Kind, entries: Iterable[_Entry]) -> bytes:
    ignorable = ' mc:Ignorable="w14"' if "w14" in kind.prefixes else ""
    content = "".join(entry.source() for entry in entries)
    return f"{_DECLARATION}<{kind.root}{_bindings(kind.prefixes)}{ignorable}>{content}</{kind.root}>".encode()
