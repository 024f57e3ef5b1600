"""Build the references of an article from the entries of its reference lists."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import attrgetter, methodcaller

from reader.article.citation_words import LEADS, SAME_AUTHOR, SAME_WORK, may_begin_with
from reader.article.labels import decimal_number, further_labels, single_spaced
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import flat_markers, spaced_markers
from reader.article.model import Block, Quotes, Reference, Style, StyleKind
from reader.article.ranges import Span, within
from reader.article.reference_lists import ListEntry, ReferenceList, reference_lists
from reader.article.reference_parser import Fields, find_doi, find_url, has_source_details, parse_fields

_SAME_AUTHORS = lazy_pattern(rf"(?:[–—―_]+|-{{2,6}})(?=[\s.,:(])|{SAME_AUTHOR}(?=[\s,:(])", re.IGNORECASE)
_DASHES = tuple("–—―_-")
_SAME_WORK = lazy_pattern(rf"(?:{LEADS}\s?)?{SAME_WORK}(?=[\s.,:;，、،]|$)", re.IGNORECASE)
_NOTE_MARKER = lazy_pattern(r"\[((?:note|nb|fn|n)\.? ?\d{1,3}|[a-z])\]")
_LINK_TARGET = lazy_pattern(r"\]\(<?(https?://[^\s()<>]+(?:\([^\s()]*\)[^\s()<>]*)*)")
_IMAGE = lazy_pattern(r"!\[[^\[\]\n]{0,300}\]\([^()\s]{0,2000}\)")
_MATCH_START = methodcaller("start")
_MAX_TITLE = 300
_MAX_NAMES_SHOWN = 2
_MIN_FLAT_LABELS = 3
_MIN_FLAT_SHARE = 0.8
_BACK_LINK = lazy_pattern(r"\[[↩↑⤴⏎⬆^][\ufe0e\ufe0f]?\]\([^()\s]*\)")
"""Match the link of Markdown from a note back to where it was called, on the page of the article."""
_BACK_SIGNS = " \u21a9\u23ce\ufe0e\ufe0f"
"""The signs at the end of a note that lead back to its marker."""
_BACK_WORDS = f"{_BACK_SIGNS}↑⤴⬆^"
_NO_FIELDS = Fields()


def find_references(
    text: str,
    blocks: Sequence[Block],
    cited_labels: Mapping[str, Sequence[int]],
    hidden: Sequence[Span] = (),
    *,
    footnotes: bool = True,
) -> tuple[Reference, ...]:
    """Return the references of an article in their order in the text.

    `cited_labels` are those of `marker_labels`, `hidden` the sorted ranges of markup to leave out. `footnotes`:
    also read blocks that begin like "[^1]:". Importers that parse footnotes themselves turn this off.
    """
    references: list[Reference] = []
    lists = reference_lists(text, blocks, cited_labels)
    labels = {entry.label.name for reference_list in lists for entry in reference_list.entries if entry.label is not None}
    cited = cited_labels or _flat_labels(text, blocks, lists)
    unlisted_numbers = [decimal_number(label) for label in cited if label.isdecimal() and label not in labels]
    highest = max(unlisted_numbers, default=0)
    notes = _unnumbered_notes(lists, highest)
    for reference_list in lists:
        first = reference_list.entries[0].label
        if first is not None and first.shape == "footnote" and not footnotes:
            continue
        by_place = _is_numbered_by_position(reference_list, len(unlisted_numbers), highest)
        numbers = [str(place) if by_place else "" for place in range(1, len(reference_list.entries) + 1)]
        if reference_list is notes:
            numbers = _note_labels(text, len(numbers))
        previous = _NO_FIELDS
        for number, entry in zip(numbers, reference_list.entries, strict=True):
            span = Span(blocks[entry.block].start, blocks[entry.last_block(text, blocks)].end)
            references.append(_listed_reference(text, span, entry, number, hidden, previous))
            last = references[-1]
            previous = Fields(last.authors, last.year, last.title, last.doi, last.url)
    return with_unique_ids(_with_quote_signs(references, Quotes(blocks)))


def _with_quote_signs(references: Sequence[Reference], quotes: Quotes) -> list[Reference]:
    """Return the references with "> " before the labels of lists in quotes if a list outside of them has one of the labels."""
    if not quotes:
        return list(references)
    depths = [quotes.depth_at(reference.start) for reference in references]
    least_depth: dict[str, int] = {}
    for reference, depth in zip(references, depths, strict=True):
        least_depth[reference.label] = min(depth, least_depth.get(reference.label, depth))
    repeated = {depth for reference, depth in zip(references, depths, strict=True) if depth > least_depth[reference.label]}
    return [
        reference._replace(label="> " * depth + reference.label) if depth in repeated else reference
        for reference, depth in zip(references, depths, strict=True)
    ]


def _flat_labels(text: str, blocks: Sequence[Block], lists: Sequence[ReferenceList]) -> Collection[str]:
    """Return the numbers after words, "cost.12", if they count up to the length of the one list, which has no labels."""
    if len(lists) != 1 or lists[0].entries[0].label is not None or len(lists[0].entries) < _MIN_FLAT_LABELS:
        return ()
    size, start = len(lists[0].entries), blocks[lists[0].entries[0].block].start
    for find in (flat_markers, spaced_markers):
        markers = (marker for marker in find(text[:start]) if find is flat_markers or not marker.kind.endswith("?"))
        names = dict.fromkeys(name for marker in markers for name in marker.names)
        numbers = [number for name in names if 0 < (number := decimal_number(name)) <= size]
        rising = sum(before < after for before, after in pairwise(numbers))
        if len(numbers) >= _MIN_FLAT_SHARE * size and rising >= _MIN_FLAT_SHARE * (len(numbers) - 1):
            return [str(number) for number in numbers]
    return ()


def parse_footnote(text: str, span: Span, content: int, label: str, hidden: Sequence[Span] = ()) -> Reference:
    """Parse a footnote's definition. Its id starts with "^" so that it differs from the reference "[1]"."""
    return _parse_reference(text, span, content, label, hidden, f"^{label}")


def one_line(text: str, start: int, end: int, hidden: Sequence[Span] = ()) -> str:
    """Return `text[start:end]` in one line, single-spaced, without the hidden ranges (sorted)."""
    parts: list[str] = []
    for span in within(hidden, start, end):
        parts.append(text[start : span.start])
        start = max(start, span.end)
    return single_spaced("".join([*parts, text[start:end]]))


def web_links(styles: Iterable[Style]) -> list[Style]:
    """Return the links to the web among some styles, in order."""
    return sorted(style for style in styles if style.kind is StyleKind.LINK and style.target.startswith(("http:", "https:")))


def linked_address(text: str, links: Sequence[Style], entry: Span, title: str) -> str:
    """Return the address that the title of an entry links to, else that of the first of `links` in it, or ""."""
    first, last = (bisect_left(links, offset, key=attrgetter("start")) for offset in entry)
    inside = [link for link in links[first:last] if link.end <= entry.end and not leads_back(text[link.start : link.end])]
    named = (link for link in inside if len(inside) > 1 and _is_title(text[link.start : link.end], title))
    link = next(named, inside[0] if inside else None)
    return link.target if link is not None else ""


def leads_back(words: str) -> bool:
    """Whether the words of a link are a sign that leads from a note back to where it was called."""
    return bool(words) and not words.strip(_BACK_WORDS)


def _is_title(words: str, title: str) -> bool:
    """Whether the words of a link are the title of a work or most of it, not the names of its authors."""
    part, whole = ("".join(filter(str.isalnum, text.casefold())) for text in (words, title))
    return len(part) * 2 > len(whole) > 0 and (part in whole or whole in part)


def with_addresses(text: str, references: Iterable[Reference], styles: Iterable[Style]) -> Iterator[Reference]:
    """Yield the references of a text, those that show no address with the one that their title or their first link leads to."""
    links: list[Style] | None = None
    for reference in references:
        span = reference.span
        if span is not None and not (reference.url or reference.doi):
            links = web_links(styles) if links is None else links
            address = linked_address(text, links, span, reference.title)
            reference = reference._replace(url=address, doi=find_doi(address), remark=False) if address else reference
        yield reference


def with_unique_ids(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Sort the references by position and add "~2", "~3" to repeated ids."""
    counts: dict[str, int] = {}
    by_id: dict[str, Reference] = {}
    for reference in sorted(references, key=lambda r: r.start):
        count = counts.get(reference.id, 0) + 1
        name = reference.id if count == 1 else f"{reference.id}~{count}"
        while name in by_id:  # an id with a suffix may already exist
            count += 1
            name = f"{reference.id}~{count}"
        counts[reference.id] = count
        by_id[name] = reference if name == reference.id else reference._replace(id=name)
    return tuple(by_id.values())


def _is_numbered_by_position(reference_list: ReferenceList, cited_count: int, highest: int) -> bool:
    """Whether entries without labels are cited by number: many of the numbers are cited, and no higher ones.

    `cited_count` is how many numbers without a label are cited, `highest` the highest of them.
    """
    first = reference_list.entries[0].label
    if first is not None and first.shape == "caret":
        return not first.name
    if first is not None and first.name:
        return False
    return cited_count * 3 >= len(reference_list.entries) >= highest


def _unnumbered_notes(lists: Sequence[ReferenceList], highest: int) -> ReferenceList | None:
    """Return the list of notes in a pasted article of Wikipedia, if there is one.

    It is shorter than the `highest` number cited, and another list without labels has that number.
    """
    counts = {
        len(reference_list.entries): reference_list
        for reference_list in reversed(lists)
        if (label := reference_list.entries[0].label) is not None and label.shape == "caret" and not label.name
    }
    fewest = min(counts, default=0)
    return counts[fewest] if fewest < highest <= max(counts, default=0) else None


def _note_labels(text: str, count: int) -> list[str]:
    """Return the labels of `count` notes, such as "a" or "note 1", in the order of their markers, or empty ones."""
    labels = list(dict.fromkeys(match[1] for match in _NOTE_MARKER.finditer(text)))
    return labels if len(labels) == count else [""] * count


def _listed_reference(
    text: str, span: Span, entry: ListEntry, number: str, hidden: Sequence[Span], previous: Fields
) -> Reference:
    """Parse an entry of a list. `previous` are the fields of the entry above it."""
    label = entry.label
    if label is None:
        return _parse_reference(text, span, span.start, number, hidden, previous=previous)
    if label.shape == "footnote":
        return parse_footnote(text, span, label.end, label.name, hidden)
    names, content = further_labels(text, label.end, span.end) if label.shape == "bracket" else ([], label.end)
    name = ", ".join((label.name, *names)) if names else label.name or number
    return _parse_reference(text, span, content, name, hidden, label.name if names else "", previous=previous)


def _parse_reference(
    text: str,
    span: Span,
    content: int,
    label: str,
    hidden: Sequence[Span],
    name: str = "",
    previous: Fields = _NO_FIELDS,
) -> Reference:
    """Parse the reference in `span`, whose text begins at `content`, and name it if it has no label.

    `previous` are the fields of the entry above it. "Ibid." repeats them, and a dash or "idem" the authors.
    """
    line = one_line(text, content, span.end, hidden).rstrip(_BACK_SIGNS)
    if text[span.start] == "|":
        line = line.strip("| ").replace(" | ", ". ")
    raw = _BACK_LINK.sub("", text[content : span.end]) if hidden else line
    may_repeat = bool(previous.authors) and (line.startswith(_DASHES) or may_begin_with(line, "same_author"))
    same_authors = _SAME_AUTHORS.match(line) if may_repeat else None
    if previous != _NO_FIELDS and may_begin_with(line, "leads", "same_work") and _SAME_WORK.match(line):
        fields = previous
    elif same_authors:
        names = "; ".join(previous.authors)
        fields = parse_fields(names + line[same_authors.end() :])._replace(authors=previous.authors)
    else:
        fields = parse_fields(line)
    if hidden:
        fields = fields._replace(doi=fields.doi or find_doi(raw), url=_work_address(raw, fields))
    label = label or reference_name(fields, line)
    has_source = fields.doi or fields.url or fields.year or has_source_details(raw)
    return Reference(name or label, label, line, span.start, span.end, *fields, remark=not has_source)


def _work_address(raw: str, fields: Fields) -> str:
    """Return the address of a work in Markdown: the one of its title, else the first that is not an image's, or ""."""
    if "![" in raw:
        raw = _IMAGE.sub("", raw)
    links = [*_LINK_TARGET.finditer(raw)]
    starts = ((raw.rfind("[", max(0, end - _MAX_TITLE), end) + 1, end) for end in map(_MATCH_START, links))
    words = (raw[start:end] if start else "" for start, end in starts)
    named = (link for link, part in zip(links, words, strict=True) if len(links) > 1 and _is_title(part, fields.title))
    link = next(named, links[0] if links else None)
    if link is not None and (not fields.url or link.start(1) < raw.find(fields.url)):
        return link[1]
    return fields.url or find_url(raw)


def reference_name(fields: Fields, line: str) -> str:
    """Name an entry without a label: "Lee 2020", "Lee & Doe 2020", "Lee et al. 2020", or its first words."""
    from reader.article.names import name_without_initials  # not for the first frame

    names = [name_without_initials(author) for author in fields.authors]
    if not names:
        return " ".join(line.split()[:4]) or "?"
    authors = " & ".join(names) if len(names) <= _MAX_NAMES_SHOWN else f"{names[0]} et al."
    return f"{authors} {fields.year}{year_letter(fields.year, line)}".strip()


def year_letter(year: str, entry: str) -> str:
    """Return the letter after the year of an entry, "a" in "2019a", or ""."""
    match = re.search(rf"\b{year}([a-z])\b", entry) if year else None
    return match[1] if match else ""
