"""Read REFI-QDA projects (`.qdpx`, project 1.0, https://www.qdasoftware.org): coded selections of text, notes and links.

The standard does not say what a position counts: the name of a selection, which is its beginning, decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.exchange.coded_text import REFERENCE_LABEL, RESTS_ON_LABEL
from reader.formats.xml import Package, attribute, children, element_name, find_element, stream_elements
from reader.imports.annotation import (
    ImportedAnnotation,
    ImportedDocument,
    LeftOut,
    Selection,
    to_stored_time,
)
from reader.imports.labelled_text import LabelledSpan, SpanRelation, select_ranges
from reader.imports.selection import RepeatedWords
from reader.imports.source import ImportSource
from reader.imports.words import to_kind
from reader.review.scale import DECISIONS

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PROJECT: Final = "project.qde"
_INTERNAL: Final = "internal://"
_FOLDERS: Final = ("sources/", "Sources/", "")
_CUT_HINT: Final = "The file may be cut: export the project again. Nothing was imported"
_NUMBER = lazy_pattern(r"-?\d{1,11}")
_MOST_LEVELS: Final = 100
_ELLIPSIS: Final = "….\u2026 "
_OTHER_SOURCE: Final = LeftOut("source that is no text", "sources that are no text")
_OUTSIDE: Final = LeftOut("source whose text is not in the project", "sources whose texts are not in the project")
_BEYOND: Final = LeftOut("selection that is not within its text", "selections that are not within their texts")
_AREA: Final = LeftOut("area of a page or a picture", "areas of pages or pictures")
_WHOLE: Final = LeftOut("coding of a whole source", "codings of whole sources")
_VERDICT, _DECISION, _TAG = "verdict", "decision", "tag"
"""The codes under which our own export puts verdicts, decisions and tags."""


class _Project(NamedTuple):
    """What sources refer to by GUID: paths of codes, names of people, words of notes; and links by their origins.

    `words` counts what of them is repeated: a small file can refer to one long note thousands of times.
    """

    codes: dict[str, tuple[str, ...]]
    users: dict[str, str]
    notes: dict[str, str]
    relations: dict[str, list[SpanRelation]]
    words: RepeatedWords

    def join_notes(self, names: Iterable[str], text: str = "") -> str:
        """Return a text and the notes with these GUIDs."""
        notes = (self.notes.get(name, "") for name in names)
        return self._join("\n\n", filter(None, (text, *notes)))

    def join_path(self, path: Sequence[str]) -> str:
        """Return the names of a code and of those above it."""
        return self._join("/", path)

    def _join(self, separator: str, texts: Iterable[str]) -> str:
        kept = list[str]()
        for text in texts:
            self.words.add(len(text))
            kept.append(text)
        return separator.join(kept)


def is_like_refi_qda(head: str) -> bool:
    """Whether the names of the parts of an archive are those of a project."""
    return head.startswith("PK\n") and f"\n{_PROJECT}\n" in head


def read_refi_qda(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the texts of a project. Raises ReaderError for a damaged one."""
    with source.open() as file:
        package = Package(file, "the project")
        project = _read_project(package)
        for section, element in _elements(package):
            if section != "Sources":
                continue
            selection.omit(_WHOLE, len(children(element, "Coding")))
            # What is no text itself may have one: the words of a PDF, in which selections are ranges as in any text.
            body = element if element_name(element) == "TextSource" else find_element(element, "Representation")
            text = None if body is None else _read_text(body, package)
            areas = children(element, "PDFSelection", "PictureSelection")
            quoted = [area for area in areas if _words(area, "Representation", "PlainTextContent").strip()]
            selection.omit(_AREA, len(areas) - len(quoted))
            if text is None:
                selection.omit(_OTHER_SOURCE if body is None else _OUTSIDE, not quoted)
            ranges = [_to_range(one, project) for one in children(body, "PlainTextSelection") if text is not None]
            length = len((text or "").encode("utf-16-le", "surrogatepass")) // 2
            spans = [span for span in ranges if 0 <= span.start < length]
            selection.omit(_BEYOND, len(ranges) - len(spans))
            spans += (_to_quote(area, project) for area in quoted)
            if text is not None or spans:
                document = ImportedDocument(attribute(element, "name"), "", text)
                yield from _read_spans(spans, document, project, selection)


def _read_text(element: Element, package: Package) -> str | None:
    """Return the text of a source or note, None if it lies outside the project, or has the form of another program."""
    path, content = attribute(element, "plainTextPath"), find_element(element, "PlainTextContent")
    if not path:
        return None if content is None and attribute(element, "richTextPath") else _words(element, "PlainTextContent")
    # Some programs leave the scheme out, and some the folder.
    name = path.removeprefix(_INTERNAL)
    part = next((part for folder in _FOLDERS if (part := f"{folder}{name}") in package), "")
    if not part:
        return None
    data = package.read(part)
    return ImportSource(data).read_text()


def _words(element: Element, *path: str) -> str:
    """Return the text of the child at the end of a path as it stands in the file, "" if there is none."""
    child = find_element(element, *path)
    return "" if child is None else "".join(child.itertext())


def _elements(package: Package) -> Iterator[tuple[str, Element]]:
    """Yield the elements in the sections of the project, each with the name of its section."""
    return stream_elements(package.blocks(_PROJECT), 2)


def _read_project(package: Package) -> _Project:
    """Read all but the sources, which name what the later sections have."""
    project = _Project({}, {}, {}, {}, RepeatedWords())
    links = list[tuple[SpanRelation, list[str]]]()
    for section, element in _elements(package):
        if section == "Users":
            project.users[attribute(element, "guid")] = attribute(element, "name")
        elif section == "CodeBook":
            project.codes.update(_list_codes(element))
        elif section == "Notes":
            project.notes[attribute(element, "guid")] = (_read_text(element, package) or "").strip()
        elif section == "Links":
            origin, target = attribute(element, "originGUID"), attribute(element, "targetGUID")
            relation = SpanRelation(origin, target, attribute(element, "name") or RESTS_ON_LABEL)
            links.append((relation, _note_names(element)))
    for relation, names in links:
        note = project.join_notes(names)
        project.relations.setdefault(relation.origin, []).append(relation._replace(note=note))
    return project


def _list_codes(codes: Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the GUID of each code with its name and those of the codes it is nested in."""
    stack = [(code, ()) for code in children(codes, "Code")]
    while stack:
        code, above = stack.pop()
        path: tuple[str, ...] = (*above, attribute(code, "name"))
        yield attribute(code, "guid"), path
        if len(path) < _MOST_LEVELS:
            stack += [(child, path) for child in children(code, "Code")]


def _note_names(element: Element) -> list[str]:
    """Return the GUIDs of the notes that an element refers to."""
    return [attribute(note, "targetGUID") for note in children(element, "NoteRef")]


def _read_spans(
    spans: list[LabelledSpan], document: ImportedDocument, project: _Project, selection: Selection
) -> Iterator[ImportedAnnotation]:
    names = dict.fromkeys(span.name for span in spans)
    relations = [relation for name in names for relation in project.relations.get(name, ())]
    said = {(relation.origin, relation.label) for relation in relations}
    spans = [span._replace(labels=tuple(label for label in span.labels if (span.name, label) not in said)) for span in spans]
    yield from select_ranges(selection, document, spans, relations, clips=True)


def _to_range(selection: Element, project: _Project) -> LabelledSpan:
    start, end = (_position(selection, name) for name in ("startPosition", "endPosition"))
    beginning = " ".join(attribute(selection, "name").rstrip(_ELLIPSIS).split())
    return _to_span(selection, project)._replace(start=start, end=end, beginning=beginning)


def _to_quote(area: Element, project: _Project) -> LabelledSpan:
    """Return an area of a page whose words stand in the project."""
    return _to_span(area, project)._replace(quote=_words(area, "Representation", "PlainTextContent").strip())


def _to_span(selection: Element, project: _Project) -> LabelledSpan:
    """Return what a selection says, without its place."""
    labels, tags, decision = list[str](), list[str](), ""
    for coding in children(selection, "Coding"):
        for reference in children(coding, "CodeRef"):
            path = project.codes.get(attribute(reference, "targetGUID"), ())
            first, rest = path[:1], project.join_path(path[1:])
            if first == (_DECISION,) and rest in DECISIONS:
                decision = rest
            elif first == (_TAG,) and rest:
                tags.append(rest)
            elif first == (_VERDICT,) and rest:
                labels.append(rest)
            elif path:
                # Any other code is a subject: one that is called "Support" or "Unclear" is no verdict on a source.
                code = project.join_path(path)
                (labels if to_kind(code) or code.casefold() == REFERENCE_LABEL else tags).append(code)
    description = _words(selection, "Description").strip()
    # Some programs name the person and the time of each coding only.
    coding = find_element(selection, "Coding")
    user = attribute(selection, "creatingUser") or attribute(coding, "creatingUser")
    about = ImportedAnnotation(
        id=attribute(selection, "guid"),
        tags=tuple(tags),
        note=project.join_notes(_note_names(selection), description),
        decision=decision,
        author=project.users.get(user, ""),
        created=to_stored_time(attribute(selection, "creationDateTime") or attribute(coding, "creationDateTime")),
        updated=to_stored_time(attribute(selection, "modifiedDateTime")),
    )
    return LabelledSpan(about.id, -1, -1, tuple(dict.fromkeys(labels)), about=about)


def _position(selection: Element, name: str) -> int:
    value = attribute(selection, name)
    if not _NUMBER.fullmatch(value):
        raise ReaderError(f"the selection {attribute(selection, 'guid')} has no {name}", _CUT_HINT)
    return int(value)
