"""Whole Word packages for the tests of comments: made the same in every run, and what they hold, read without our own code."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple
from xml.etree import ElementTree

from tests.unit.docxs import NAMESPACES, NUMBERING, STYLES, W

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
MAIN_TYPE = f"{_WORD_TYPE}.document.main+xml"
_TAG = f"{{{W}}}"


def word_file(*body: str, main_type: str = MAIN_TYPE, links: dict[str, str] | None = None, **parts: str) -> bytes:
    """Return a package that Word would open. `parts` are further parts of the text by kind, `links` addresses by id."""
    styles = STYLES.replace("<w:style ", '<w:style w:type="paragraph" ')
    texts = {"styles": f"<w:styles {NAMESPACES}>{styles}</w:styles>", **parts}
    texts["numbering"] = f"<w:numbering {NAMESPACES}>{NUMBERING}</w:numbering>"
    types = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{_WORD_TYPE}.{kind}+xml"/>' for kind in texts if kind != "document"
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{kind}.xml"/>' for n, kind in enumerate(texts, 1)
    )
    relations += "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/hyperlink" Target="{address}" TargetMode="External"/>'
        for name, address in (links or {}).items()
    )
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{main_type}"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
        **{f"word/{kind}.xml": text for kind, text in texts.items()},
        "customXml/kept.xml": "<kept/>",
    }
    return packed({name: text.encode() for name, text in members.items()})


def packed(members: dict[str, bytes]) -> bytes:
    """Return members as a package, one after the other packed and stored as they are."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as target:
        for number, (name, data) in enumerate(members.items()):
            info = zipfile.ZipInfo(name, (2026, 1, 15, 10, number % 60, 0))
            info.compress_type = zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED
            target.writestr(info, data)
    return package.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the members of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def changed_members(before: bytes, after: bytes) -> set[str]:
    """Return the members that differ, not only in their bytes but also in how they are packed."""
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        same = {
            name
            for name in set(old.namelist()) & set(new.namelist())
            if _raw_member(before, old.getinfo(name)) == _raw_member(after, new.getinfo(name))
        }
        return {*old.namelist(), *new.namelist()} - same


def _raw_member(data: bytes, info: zipfile.ZipInfo) -> bytes:
    head = data[info.header_offset : info.header_offset + 30]
    length = 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little") + info.compress_size
    return data[info.header_offset : info.header_offset + length]


class Comment(NamedTuple):
    """A comment of a document: its author, date, text, the words between its marks, the text it answers, if it is resolved."""

    author: str
    date: str
    text: str
    words: str
    answers: str
    is_resolved: bool


def comments_in(data: bytes) -> list[Comment]:
    """Return the comments of a document in the order of their part."""
    members = unpacked(data)
    words = _marked_words(ElementTree.fromstring(members["word/document.xml"]))
    threads = ElementTree.fromstring(members["word/commentsExtended.xml"])
    states: dict[str, dict[str, str]] = {}
    for state in threads:
        fields = {_local(name): value for name, value in state.attrib.items()}
        states[fields["paraId"]] = fields
    elements = ElementTree.fromstring(members["word/comments.xml"]).findall(f"{_TAG}comment")
    ids = [_paragraph_id(element) for element in elements]
    texts = ["\n".join(map(_text, element.iter(f"{_TAG}p"))) for element in elements]
    return [
        Comment(
            element.get(f"{_TAG}author", ""),
            element.get(f"{_TAG}date", ""),
            text,
            words[element.get(f"{_TAG}id", "")],
            texts[ids.index(parent)] if (parent := states.get(one, {}).get("paraIdParent", "")) else "",
            states.get(one, {}).get("done") == "1",
        )
        for element, one, text in zip(elements, ids, texts, strict=True)
    ]


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _paragraph_id(comment: Any) -> str:
    last = list(comment.iter(f"{_TAG}p"))[-1]
    return next((value for name, value in last.attrib.items() if _local(name) == "paraId"), "")


def _text(element: Any) -> str:
    return "".join(part.text or "" for part in element.iter(f"{_TAG}t"))


def _marked_words(root: Any) -> dict[str, str]:
    """Return the words between the marks of each comment, and check that marks are in order and in paragraphs only."""
    words, ended = dict[str, list[str]](), dict[str, str]()
    parents = {child: parent for parent in root.iter() for child in parent}
    referred = set[str]()
    for element in root.iter():
        kind, number = _local(str(element.tag)), element.get(f"{_TAG}id", "")
        if kind == "t":
            for pieces in words.values():
                pieces.append(element.text or "")
        elif kind == "commentRangeStart":
            assert number not in words
            assert number not in ended
            words[number] = []
        elif kind == "commentRangeEnd":
            ended[number] = "".join(words.pop(number))
        elif kind == "commentReference":
            assert number in ended
            referred.add(number)
            element = parents[element]
        if kind.startswith("comment"):
            assert _local(str(parents[element].tag)) == "p"
            assert not any(_local(str(one.tag)) == "txbxContent" for one in _containers(element, parents))
    assert not words
    assert referred == set(ended)
    return ended


def _containers(element: Any, parents: dict[Any, Any]) -> Iterator[Any]:
    while element in parents:
        element = parents[element]
        yield element


_MARK = re.compile(
    r"<w:commentRange(?:Start|End)[^>]*/>|<w:r(?: xmlns[^>]*)?><w:commentReference[^>]*/></w:r>|xml:space=.preserve."
)


def without_marks(data: bytes) -> list[tuple[str, ...]]:
    """Return the main part without the marks of comments and with the pieces of split runs and insertions joined."""
    source = _MARK.sub("", unpacked(data)["word/document.xml"].decode())
    steps = list(_steps(ElementTree.fromstring(source), ()))
    return [(*key, "".join(step[-1] for step in group)) for key, group in groupby(steps, key=lambda step: step[:-1])]


def _steps(element: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the text of a part with what contains it, and every other element."""
    kind = _local(str(element.tag))
    looks = "".join(ElementTree.tostring(one, "unicode") for one in element if kind == "r" and _local(one.tag) == "rPr")
    fields = {name: value for name, value in element.attrib.items() if not (kind in ("ins", "moveTo") and _local(name) == "id")}
    path = (*path, f"{kind} {looks} {sorted(fields.items())}")
    if kind not in ("r", "t", "ins", "moveTo", "rPr"):
        yield (*path, "")
    if kind in ("t", "instrText", "delText"):
        yield (*path, element.text or "")
    for child in element:
        if kind != "r" or _local(str(child.tag)) != "rPr":
            yield from _steps(child, path)
