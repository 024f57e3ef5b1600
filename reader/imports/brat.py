"""Read brat's standoff format (https://brat.nlplab.org/standoff.html): `.ann`, with the `.txt` beside it.

Offsets are code points. Text-bound annotations come in with their attributes and notes; a relation to a reference is a verdict
on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from reader.article.lazy_pattern import lazy_pattern
from reader.errors import ReaderError
from reader.formats.progress import checkpoint
from reader.formats.xml import Package
from reader.imports.annotation import ImportedAnnotation, ImportedDocument, LeftOut, OffsetUnit, Selection
from reader.imports.labelled_text import LabelledSpan, SpanRelation, select_ranges
from reader.imports.source import CUT_HINT, ImportSource
from reader.imports.text_input import read_lines

_HEAD = lazy_pattern(r"T\d+\t\S+ \d+ \d+")
_BOUND = lazy_pattern(r"(\S+) (\d{1,12} \d{1,12}(?:;\d{1,12} \d{1,12})*)")
_RELATION = lazy_pattern(r"(\S+) \S+?:(\S+) \S+?:(\S+)")
_TRIGGER = lazy_pattern(r"\S+?:(\S+)")
_TAGS = lazy_pattern(r"(#\S+(?: #\S+)* ?)(?:· |$)")
_WORD_ATTRIBUTES: Final = frozenset(["verdict", "judgement", "kind", "type", "label"])
"""Attributes whose values are words for a kind or a verdict; of others the name is kept too."""
_DECISION: Final = "decision"
_ENDING: Final = ".ann"
_STEP: Final = 256
_LINE_ENDS: Final = 8
"""The code points of white space between two pieces of a range up to which there is no word between them."""
_ATTRIBUTE: Final = LeftOut("attribute of no range", "attributes of no range")
_NOTE: Final = LeftOut("note on no range", "notes on no range")
_GAP: Final = LeftOut("gap within a range, which comes in as a whole", "gaps within ranges, which come in as wholes")
_ARCHIVE: Final = b"PK"
_ALONE: Final = LeftOut("relation, as there is no .txt beside the file", "relations, as there is no .txt beside the file")
_LEFT_OUT: Final = {
    "E": LeftOut("event", "events"),
    "N": LeftOut("normalization", "normalizations"),
    "*": LeftOut("equivalence", "equivalences"),
}


@dataclass(slots=True)
class _Bound:
    """A text-bound annotation with what the other lines say of it."""

    start: int
    end: int
    label: str
    quote: str
    is_whole: bool = True
    labels: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])
    tags: list[str] = field(default_factory=list[str])
    decision: str = ""


@dataclass(slots=True)
class _Standoff:
    """The lines of a file by their kinds. `triggers` has the text-bound annotation that each event is about."""

    bounds: dict[str, _Bound]
    triggers: dict[str, str]
    relations: dict[str, tuple[str, str, str]]
    attributes: list[tuple[str, str, str]]
    notes: list[tuple[str, str]]

    def find(self, name: str) -> _Bound | None:
        """Return the range of this name, or that of an event of this name."""
        return self.bounds.get(self.triggers.get(name, name))


def is_like_brat(head: str) -> bool:
    """Whether a beginning of a file is that of standoff annotations."""
    if head.startswith("PK\n"):
        return any(map(_is_standoff_name, head.splitlines()))
    return any(_HEAD.match(line) for line in head.splitlines()[:20])


def read_brat(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    """Read the annotations of a file, or of an archive of them with their texts, as our own export.

    Raises ReaderError for a line that is no standoff, with its number.
    """
    if source.head(len(_ARCHIVE)) != _ARCHIVE:
        yield from _read_standoff(source, selection)
        return
    with source.open() as file:
        package = Package(file, "the archive")
        for name in filter(_is_standoff_name, package.names):
            text = package.find(f"{name.removesuffix(_ENDING)}.txt")
            yield from _read_standoff(ImportSource(package.read(name), text), selection)


def _is_standoff_name(name: str) -> bool:
    """Whether a part of an archive is standoff, and no file that macOS adds beside each of its own."""
    return name.endswith(_ENDING) and not name.startswith("__MACOSX/")


def _read_standoff(source: ImportSource, selection: Selection) -> Iterator[ImportedAnnotation]:
    standoff = _read_lines(source, selection)
    text = None if source.text is None else ImportSource(source.text).read_text()
    for name, target, value in standoff.attributes:
        if bound := standoff.find(target):
            _add_attribute(bound, name, value)
        else:
            selection.omit(_ATTRIBUTE)
    relation_notes: dict[str, list[str]] = {}
    for target, note in standoff.notes:
        if bound := standoff.find(target):
            _add_note(bound, note)
        elif target in standoff.relations:
            relation_notes.setdefault(target, []).append(note)
        else:
            selection.omit(_NOTE)
    relations = [
        SpanRelation(origin, target, label, "\n\n".join(relation_notes.get(name, ())))
        for name, (label, origin, target) in standoff.relations.items()
    ]
    document = ImportedDocument(text=text)
    if text is None:
        # Without its text, a range has no context, and references have no words.
        selection.omit(_ALONE, len(relations))
        for bound in standoff.bounds.values():
            if bound.label.casefold() != "reference" and (number := selection.number_of(document, bound.quote)) is not None:
                yield _without_text(bound)._replace(document=number)
        return
    spans = [
        LabelledSpan(name, bound.start, bound.end, (bound.label, *bound.labels), bound.quote * bound.is_whole, _about(bound))
        for name, bound in standoff.bounds.items()
    ]
    yield from select_ranges(selection, document, spans, relations, OffsetUnit.CODE_POINTS)


def _read_lines(source: ImportSource, selection: Selection) -> _Standoff:
    standoff, line, number = _Standoff({}, {}, {}, [], []), "", 0
    for number, line in enumerate(read_lines(source), 1):
        if number % _STEP == 0:
            checkpoint()
        line = line.rstrip("\r")
        if not line.strip():
            continue
        name, _, rest = line.partition("\t")
        kind = name[:1]
        if kind == "T":
            standoff.bounds[name] = bound = _read_bound(rest, number)
            selection.omit(_GAP, not bound.is_whole)
        elif kind == "R":
            match = _RELATION.match(rest)
            if match is None:
                raise ReaderError(f"line {number:,} is no relation between two annotations")
            standoff.relations[name] = (match[1], match[2], match[3])
        elif kind in ("A", "M"):
            attribute, _, target = rest.partition(" ")
            target, _, value = target.partition(" ")
            standoff.attributes.append((attribute, target, value))
        elif kind == "#":
            target, _, note = rest.partition("\t")
            standoff.notes.append((target.partition(" ")[2], note))
        elif kind in _LEFT_OUT:
            selection.omit(_LEFT_OUT[kind])
            if match := _TRIGGER.match(rest):
                standoff.triggers[name] = match[1]
        else:
            raise ReaderError(f"line {number:,} is no standoff annotation: it begins with “{line[:12]}”")
    # After the end of a last line there is an empty one.
    last = standoff.bounds.get(line.partition("\t")[0])
    if last is not None and last.is_whole and last.start + len(last.quote) < last.end:
        raise ReaderError(f"it ends within line {number:,}", CUT_HINT)
    return standoff


def _read_bound(rest: str, number: int) -> _Bound:
    head, tab, quote = rest.partition("\t")
    match = _BOUND.fullmatch(head)
    if match is None or not tab:
        raise ReaderError(f"line {number:,} has no type, offsets and text, parted by tabs", CUT_HINT)
    parts = sorted([int(place) for place in part.split()] for part in match[2].split(";"))
    start, end = parts[0][0], max(part[1] for part in parts)
    # The text of pieces that only the ends of lines part has a blank for each of them; with words between, it is shorter.
    is_whole = len(parts) == 1 or end - start <= len(quote) + _LINE_ENDS * (len(parts) - 1)
    return _Bound(start, end, match[1], quote, is_whole)


def _add_attribute(bound: _Bound, name: str, value: str) -> None:
    if name.casefold() == _DECISION:
        bound.decision = value.replace("_", "-")
    elif not value:
        bound.labels.append(name)
    else:
        bound.labels.append(value if name.casefold() in _WORD_ATTRIBUTES else f"{name}/{value}")


def _add_note(bound: _Bound, note: str) -> None:
    """Add a note; the tags at the beginning of one that our own export wrote are tags again."""
    match = _TAGS.match(note)
    if match is not None:
        bound.tags += (word.removeprefix("#") for word in match[1].split())
        note = note[match.end() :]
    if note:
        bound.notes.append(note)


def _about(bound: _Bound) -> ImportedAnnotation:
    return ImportedAnnotation(note="\n\n".join(bound.notes), tags=tuple(bound.tags), decision=bound.decision)


def _without_text(bound: _Bound) -> ImportedAnnotation:
    return _about(bound)._replace(quote=bound.quote, start=bound.start, end=bound.end, labels=(bound.label, *bound.labels))
