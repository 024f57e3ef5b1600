"""Find the reference lists of an article: runs of numbered entries, and blocks under a heading such as "References"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from reader.article.labels import EntryLabel, decimal_number, label_at, labels_counting_down, plain_digits, without_zeros
from reader.article.lazy_pattern import lazy_pattern
from reader.article.markers import flat_markers, sign_markers
from reader.article.model import Block, BlockKind, Quotes
from reader.article.phrases import BESIDE_REFERENCES, NOTE_HEADINGS, REFERENCE_HEADINGS
from reader.article.ranges import has_between
from reader.article.reference_parser import (
    begins_with_authors,
    find_doi,
    find_url,
    has_source_details,
    has_work_details,
    reads_as_entry,
    reads_as_prose,
)

_HEADING_EDGE_SIGNS = "#*_>=:.-–—+：．・■●◆◇▼【】［］〔〕《》〈〉 \t\n\u3000"
_NUMBERED_HEADING = lazy_pattern(
    r"(?:\d{1,2}|[ivx]{1,4}|[a-z])(?:\.\d{0,2}\.?|\))?[ \t]+|第?[一二三四五六七八九十]{1,3}[章、．.\s]\s*|\d{1,2}[.．、]"
)
_BILINGUAL_HEADING = lazy_pattern(r"\s*[/|(（]\s*")
_HEADING_PREFIX = lazy_pattern(
    r"(?:appendix|annex|box|panel|supplement|methods|figure|report|answer|section|part|chapter|anhang|abschnitt|teil|kapitel|annexe|partie|anexo|parte|sección|seção|allegato|bijlage"
    r"|załącznik|приложение|раздел|часть)(?:[ \t]+[a-z\d.]{1,4})?(?:\s*[:.–—-]\s*|\s+)"
)
_HEADING_MARKUP = lazy_pattern(r"<[^<>]*>|\s*\{[#.:][^{}\n]*\}\s*$|\[\W{0,3}\]\([^()\s]*\)")
"""Match what a heading of Markdown may have beside its words: tags, its name for links, "{#sources}", "[#](#sources)"."""
_HEADING_COUNT = lazy_pattern(r"\s*[(\[（]\d{1,4}[)\]）]?$")
"""Match how many sources there are, after the heading: "Sources (12)"."""
_HEADING_JOIN = lazy_pattern(r"\s+(?:and|und|et|y|e|en|och|og|ja|i|и|і|та|ve|dan|và|&|\+)\s+|[与與和及、・]|\s*및\s*")
_WORD = lazy_pattern(r"[^\W\d_]+")
_EDIT_LINK = lazy_pattern(r"(?<!\s)\s*\[[^\[\]]{1,30}\]$")
_SPACED_LETTERS = lazy_pattern(r"[^\W\d_](?: {1,4}[^\W\d_]){5,40}")
_LETTER_SPACE = lazy_pattern(r" (?! )")
"""Match headings set in spaced letters, "R E F E R E N C E S", and the spaces in their words."""
_MAX_HEADING_LENGTH = 60
_MAX_MARKED_HEADING_LENGTH = 200
_MAX_FILLER_LENGTH = 140
_MAX_FILLER_AMONG_SOURCES = 400
"""The most code points of a block between two entries, and of one between two that count on and name sources."""
_MAX_TAIL_LENGTH = 300
_ADDRESS = r"<?(?:https?://|www\.|doi:\s?)\S+"
_ENTRY_TAIL = lazy_pattern(
    rf"(?:{_ADDRESS}(?:\s+{_ADDRESS})*(?=\s*$|\s+[(\[]?(?:retrieved|accessed|archived|pmid|pmcid)\b)"
    r"|(?:retrieved|available|accessed|url:|link:)\s\S).*$",
    re.IGNORECASE,
)
_MAX_FILLERS = 5
_MAX_HEADINGS_BETWEEN = 2
_BULLETS = "-*+•"
_NAMELESS_SHAPES = ("bullet", "authors")
"""The labels by which no marker cites an entry."""
_MAX_NUMBER_GAP = 60
_MAX_SUBHEADING_WORDS = 6
_MAX_LINES_AFTER_LIST = 3
_MAX_DOUBTFUL_ENTRIES = 5
_MIN_CERTAIN_ENTRIES = 3
_MIN_CERTAIN_SHARE = 0.7
_CITATION_HEADING = lazy_pattern(r"\W*citation\W*$", re.IGNORECASE)
_SUBHEADING = lazy_pattern(r"[^\W\d_a-z][^\d.,;:!?()]*(?: [A-Z\d])?")
_LONE_NUMBER = lazy_pattern(r"\[?(\d{1,3})[\].)]?[ \t]*(?:\n\s*|$)")
_MAX_NOTE_BLOCKS = 5
"""The most blocks of a note whose number has a line of its own, with that line."""
_MIN_SOURCE_SHARE = 0.5
_MAX_RIVAL_SHARE = 0.3
_MIN_ENTRY_SHARE = 0.8
_RUN_SHAPES = frozenset(
    {
        "lone",
        "bracket",
        "named",
        "dot",
        "half",
        "parens",
        "superscript",
        "circled",
        "caret",
        "bare",
        "colon",
        "hash",
        "word",
        "cell",
        "footnote",
        "item",
        "sign",
    }
)


def is_reference_heading(title: str) -> bool:
    """Whether a heading announces a reference list, with or without markup: "References:", "7. Quellen", "📚 Notes & Links"."""
    if len(title) <= _MAX_MARKED_HEADING_LENGTH and ("<" in title or "{" in title or "(" in title):
        title = _HEADING_MARKUP.sub("", title)
    if len(title) > _MAX_HEADING_LENGTH:
        return False
    words = title.strip(_HEADING_EDGE_SIGNS).casefold()
    if words.endswith("]"):
        words = words[1:-1] if words.startswith("[") else _EDIT_LINK.sub("", words)
    if words[1:2] == " " and _SPACED_LETTERS.fullmatch(words):
        words = " ".join(_LETTER_SPACE.sub("", words).split())
    if words in REFERENCE_HEADINGS:
        return True
    if words.isascii() and _heading_words().isdisjoint(_WORD.findall(words)):  # most headings
        return False
    if words and not words[0].isalnum():  # a picture before the words
        words = words.lstrip("".join(sign for sign in set(words) if not sign.isalnum()))
    for prefix in (_NUMBERED_HEADING, _HEADING_PREFIX):
        match = prefix.match(words)
        is_title = match is not None and match[0].rstrip()[-1].isalnum() and words[match.end() :] in NOTE_HEADINGS
        if match is not None and not is_title:  # as "Chapter 3 notes" may be
            words = words[match.end() :]
    words = _HEADING_COUNT.sub("", words)
    if words in REFERENCE_HEADINGS or all(part.strip(" )）") in REFERENCE_HEADINGS for part in _BILINGUAL_HEADING.split(words)):
        return True
    parts = {part.strip() for part in _HEADING_JOIN.split(words)}
    return len(parts) > 1 and not parts.isdisjoint(REFERENCE_HEADINGS) and parts <= REFERENCE_HEADINGS | BESIDE_REFERENCES


@cache
def _heading_words() -> frozenset[str]:
    """Return the longest word of each reference heading."""
    return frozenset(max(_WORD.findall(heading), key=len) for heading in REFERENCE_HEADINGS)


class ListEntry(NamedTuple):
    """An entry of a reference list: the index of its block, and its label if it has one."""

    block: int
    label: EntryLabel | None

    def last_block(self, text: str, blocks: Sequence[Block]) -> int:
        """Return the index of the entry's last block: its address may be in the next block."""
        own, next_index = blocks[self.block], self.block + 1
        if self.label is not None and self.label.end > own.end:
            return next_index
        if own.kind is BlockKind.ITEM and self.label is not None and self.label.number:
            while next_index < len(blocks) and _is_part(text, own, blocks[next_index]):
                next_index += 1
            if next_index > self.block + 1:
                return next_index - 1
        can_go_on = self.label is not None or not has_source_details(text[own.start : own.end])
        if can_go_on and next_index < len(blocks):
            block = blocks[next_index]
            if block.end - block.start <= _MAX_TAIL_LENGTH and _ENTRY_TAIL.match(text, block.start, block.end):
                return next_index
        return self.block


def _is_part(text: str, entry: Block, block: Block) -> bool:
    """Whether a block is an item without a number within the item of an entry, such as its address."""
    return block.kind is BlockKind.ITEM and block.level > entry.level and text[block.start] in _BULLETS


class ReferenceList(NamedTuple):
    """Consecutive entries. `is_announced`: a heading announces them as references."""

    entries: tuple[ListEntry, ...]
    is_announced: bool


def reference_lists(text: str, blocks: Sequence[Block], cited_labels: Mapping[str, Sequence[int]]) -> list[ReferenceList]:
    """Return the reference lists of an article in order. `cited_labels` are those of `marker_labels`.

    A run of labelled entries is a list if a heading announces it or its labels are cited, or if nearly all of its entries name
    sources. A list without labels must follow such a heading.
    """
    labels = _find_labels(text, blocks)
    headings = [i for i, block in enumerate(blocks) if _is_announcement(text, block)]
    runs = [_with_star(text, blocks, run) for run in _labelled_runs(text, blocks, labels, headings)]
    lone = [blocks[run.entries[0].block].start for run in runs if _label_shape(run) == "lone" and len(run.entries) > 1]
    if lone:  # the markers before them may be digits right after a word
        flat = {name: [marker.start] for marker in flat_markers(text[: lone[-1]]) for name in marker.names}
        cited_labels = {**flat, **cited_labels}
    lists = [run for run in runs if _is_accepted(text, blocks, run, cited_labels)]
    lists = [run for quoted in _by_quote(blocks, lists) for run in _without_rivals(text, blocks, quoted, cited_labels)]
    used_blocks = {entry.block for run in lists for entry in run.entries}
    for heading in headings:
        if heading != headings[-1] and _CITATION_HEADING.match(text, blocks[heading].start, blocks[heading].end):
            continue  # how to cite the article itself, beside its beginning
        entries = _entries_without_labels(text, blocks, labels, heading + 1, used_blocks)
        if entries:
            lists.append(ReferenceList(entries, is_announced=True))
            used_blocks.update(entry.block for entry in entries)
    lists = _without_early_remarks(text, blocks, lists)
    if not lists and (entries := _trailing_entries(text, blocks)):
        lists.append(ReferenceList(entries, is_announced=False))
    return sorted(lists, key=lambda run: run.entries[0].block)


def may_have_entries(text: str, blocks: Sequence[Block]) -> bool:
    """Whether any of the first blocks of a text may be an entry of a list, whatever follows them and is cited there."""
    labels = _find_labels(text, blocks)
    last = text[blocks[-1].start : blocks[-1].end] if blocks else ""  # a list at the end of the text may go back to here
    return (
        any(label is not None and label.shape in _RUN_SHAPES for label in labels)
        or any(_is_announcement(text, block) for block in blocks)
        or reads_as_entry(last)
        or (has_source_details(last) and not reads_as_prose(last))
    )


_ENTRY_KINDS = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE})


def _find_labels(text: str, blocks: Sequence[Block]) -> list[EntryLabel | None]:
    """Return the label of each block. A number that has a line of its own is the label of what follows."""
    labels = [label_at(text, block.start, block.end) if block.kind in _ENTRY_KINDS else None for block in blocks]
    numbers = [_LONE_NUMBER.match(text, block.start, block.end) for block in blocks]
    for index, number in enumerate(numbers):
        if number is None:
            continue
        name, start = without_zeros(plain_digits(number[1])), number.end()
        if start == blocks[index].end:
            follower = blocks[index + 1] if index + 1 < len(blocks) and numbers[index + 1] is None else None
            if follower is None or follower.kind not in _ENTRY_KINDS:
                continue
            start = follower.start
        labels[index] = EntryLabel("lone", name, decimal_number(name), start)
    return labels


def _is_announcement(text: str, block: Block) -> bool:
    most = _MAX_MARKED_HEADING_LENGTH if text[block.start : block.start + 1] in ("<", "#") else _MAX_HEADING_LENGTH
    return block.end - block.start <= most and is_reference_heading(text[block.start : block.end])


def _labelled_runs(
    text: str, blocks: Sequence[Block], labels: Sequence[EntryLabel | None], headings: Sequence[int]
) -> list[ReferenceList]:
    """Group the labelled blocks into runs of one notation with rising numbers and only short blocks between entries."""
    runs: list[list[ListEntry]] = []
    counting_down = labels_counting_down(labels)
    for index, label in enumerate(labels):
        if label is None and runs:
            label = _glued_label(text, blocks[index], runs[-1][-1].label)
        if label is None or label.shape not in _RUN_SHAPES:
            continue
        entry = ListEntry(index, label)
        if runs and _is_within(text, blocks, runs[-1][-1], entry):
            continue
        if runs and _is_continuation(text, blocks, runs[-1][-1], entry, is_downward=index in counting_down):
            runs[-1].append(entry)
        else:
            runs.append([entry])
    heading_set = set(headings)
    lists: list[ReferenceList] = []
    for run in runs:
        is_announced = _is_announced(run[0].block, heading_set) or (bool(lists) and _is_next_part(text, blocks, lists[-1], run))
        lists.append(ReferenceList(tuple(run), is_announced))
    return lists


def _is_within(text: str, blocks: Sequence[Block], outer: ListEntry, entry: ListEntry) -> bool:
    """Whether an entry is in the item of another one that names a source, such as its parts.

    If only the inner one names authors, the outer one is the title of a group, "Reports of 2010".
    """
    around, block = blocks[outer.block], blocks[entry.block]
    if not (around.kind is block.kind is BlockKind.ITEM and block.level > around.level) or not _has_details(
        text, blocks, outer
    ):
        return False
    return _names_authors(text, blocks, outer) or not _names_authors(text, blocks, entry)


def _names_authors(text: str, blocks: Sequence[Block], entry: ListEntry) -> bool:
    block = blocks[entry.block]
    return begins_with_authors(text[entry.label.end if entry.label is not None else block.start : block.end])


def _is_next_part(text: str, blocks: Sequence[Block], last: ReferenceList, run: Sequence[ListEntry]) -> bool:
    """Whether a run of entries goes on a list that a heading announces below another heading, as the notes of a book do.

    Its notation is the same, it begins with the same number, and most of its entries name sources. A list right below the
    heading that announces it has no parts: an appendix follows.
    """
    old, new, end = last.entries[0].label, run[0].label, last.entries[-1].block
    headings = blocks[end + 1 : run[0].block][:_MAX_HEADINGS_BETWEEN]
    before = blocks[last.entries[0].block - 1]
    return (
        last.is_announced
        and old is not None
        and new is not None
        and (old.shape, old.number) == (new.shape, new.number)
        and run[0].block - end - 1 == len(headings) > 0
        and not is_reference_heading(text[before.start : before.end])
        and all(_is_heading_of_part(text, block) for block in headings)
        and sum(has_source_details(text[blocks[entry.block].start : blocks[entry.block].end]) for entry in run) * 2 >= len(run)
    )


def _is_heading_of_part(text: str, block: Block) -> bool:
    """Whether a block may be the title of a chapter above its part of a list, not one as of further reading after the list."""
    title = text[block.start : block.end].strip("# :")
    is_title = block.kind is BlockKind.HEADING or _is_subheading(title)
    return is_title and title.casefold() not in BESIDE_REFERENCES


def _glued_label(text: str, block: Block, last: EntryLabel | None) -> EntryLabel | None:
    """Return the number after that of the last entry if a source begins with it, without a space: "49Lee"."""
    if last is None or last.shape != "bare" or not text[block.start].isdecimal():
        return None
    name, start = str(last.number + 1), block.start
    end = start + len(name)
    is_glued = text.startswith(name, start) and text[end : end + 1].isupper() and has_source_details(text[start : block.end])
    return EntryLabel("bare", name, last.number + 1, end) if is_glued else None


def _is_announced(first: int, headings: Collection[int]) -> bool:
    """Whether one of the two blocks before the first entry announces references."""
    return first - 1 in headings or first - 2 in headings


def _is_continuation(
    text: str, blocks: Sequence[Block], last: ListEntry, entry: ListEntry, *, is_downward: bool = False
) -> bool:
    old, new = last.label, entry.label
    if old is None or new is None or old.shape != new.shape or entry.block - last.block > _MAX_FILLERS:
        return False
    if is_downward and new.number != old.number - 1:
        return False
    if not is_downward and old.number and new.number and not old.number < new.number <= old.number + _MAX_NUMBER_GAP:
        return False
    if old.shape == "lone":
        return new.number == old.number + 1 and entry.block - last.block <= _MAX_NOTE_BLOCKS
    between = blocks[last.block + 1 : entry.block]
    longest = max((block.end - block.start for block in between), default=0)
    if longest > _MAX_FILLER_LENGTH:  # the foot of a page, or an entry whose number is not one
        is_next = longest <= _MAX_FILLER_AMONG_SOURCES and 0 < new.number <= old.number + 2
        if not (is_next and _has_details(text, blocks, last) and _has_details(text, blocks, entry)):
            return False
    return not any(_is_announcement(text, block) for block in between)


def _has_details(text: str, blocks: Sequence[Block], entry: ListEntry) -> bool:
    return has_source_details(text[blocks[entry.block].start : blocks[entry.block].end])


def _is_accepted(text: str, blocks: Sequence[Block], run: ReferenceList, cited_labels: Collection[str]) -> bool:
    names = [entry.label.name for entry in run.entries if entry.label is not None]
    shape = _label_shape(run)
    if shape == "sign":
        return _are_sign_notes(text, blocks, run)
    if shape == "footnote" or (shape == "caret" and (run.is_announced or len(names) > 1)):
        return True
    cited_count = sum(name in cited_labels for name in names)
    entries = [text[blocks[e.block].start : blocks[e.last_block(text, blocks)].end] for e in run.entries]
    sources = sum(map(has_source_details, entries)) / len(entries)
    if shape == "item":
        return cited_count * 2 > len(names)
    if shape == "lone":
        return _are_lone_notes(names, cited_labels) or (run.is_announced and names[:2] == ["1", "2"] and sources >= 0.5)
    if run.is_announced:
        return bool(cited_count) or sources >= 0.3 or len(names) == 1
    if shape in ("bracket", "named"):
        return bool(cited_count) or sources >= 0.5 if len(names) > 1 else bool(cited_count) and sources == 1
    if cited_count * 2 >= len(names) and sources >= 0.5:
        return shape != "bare"
    return len(names) > 3 and sum(map(has_work_details, entries)) >= 0.8 * len(entries)


def _are_lone_notes(names: Sequence[str], cited_labels: Collection[str]) -> bool:
    """Whether numbers on lines of their own, which may be those of pages, count from 1 and are cited, most of them."""
    return len(names) > 1 and names[0] == "1" and sum(name in cited_labels for name in names) * 2 > len(names)


def _with_star(text: str, blocks: Sequence[Block], run: ReferenceList) -> ReferenceList:
    """Return a run of notes after "†" with the note after "*" before it, which looks like an item of a list."""
    first = run.entries[0]
    if first.label is None or first.label.name != "†" or not first.block:
        return run
    block = blocks[first.block - 1]
    label = label_at(text, block.start, block.end)
    if label is None or label.shape != "bullet" or text[block.start] != "*":
        return run
    return run._replace(entries=(ListEntry(first.block - 1, EntryLabel("sign", "*", 0, label.end)), *run.entries))


def _are_sign_notes(text: str, blocks: Sequence[Block], run: ReferenceList) -> bool:
    """Whether the text before has the signs of all entries, and these name sources, unlike the feet of authors."""
    entries = [text[entry.label.end : blocks[entry.block].end] for entry in run.entries if entry.label is not None]
    cited = {name for marker in sign_markers(text[: blocks[run.entries[0].block].start]) for name in marker.names}
    is_cited = all(entry.label is not None and entry.label.name in cited for entry in run.entries)
    return is_cited and all(map(has_source_details, entries)) and any(map(reads_as_entry, entries))


def _by_quote(blocks: Sequence[Block], runs: Sequence[ReferenceList]) -> Iterable[Sequence[ReferenceList]]:
    """Return the runs of the text itself and those of each quote apart: they do not compete for a label."""
    quotes = Quotes(blocks)
    by_quote: defaultdict[int, list[ReferenceList]] = defaultdict(list)
    for run in runs:
        by_quote[quotes.quote_at(blocks[run.entries[0].block].start)].append(run)
    return by_quote.values()


def _without_rivals(
    text: str, blocks: Sequence[Block], runs: Sequence[ReferenceList], cited_labels: Mapping[str, Sequence[int]]
) -> list[ReferenceList]:
    """Drop single entries, and unannounced numbered lists whose labels belong to a better list, but not those of a section."""
    better = [
        run for run in runs if run.is_announced or (_label_shape(run) in ("bracket", "named", "caret") and len(run.entries) > 1)
    ]
    better_starts = {run.entries[0].block for run in better}
    firsts = {label_of.shape for run in better if (label_of := run.entries[0].label) is not None and label_of.number == 1}
    names = {entry.label.name for run in better for entry in run.entries if entry.label is not None}
    accepted: list[ReferenceList] = []
    for run in runs if better else _without_tables(text, blocks, runs):
        label = run.entries[0].label
        is_better = run.entries[0].block in better_starts
        is_first = label is not None and label.number == 1 and label.shape in firsts
        is_of_section = better and not is_better and _is_list_of_section(text, blocks, run, better, cited_labels)
        if is_of_section or (is_first and _is_single_note(text, blocks, run, accepted, cited_labels)):
            accepted.append(run)
            continue
        is_rival = bool(better) and not is_better and (len(run.entries) == 1 or (label is not None and label.name in names))
        if not is_rival:
            accepted.append(run)
    return accepted


def _is_list_of_section(
    text: str, blocks: Sequence[Block], run: ReferenceList, better: Sequence[ReferenceList], cited: Mapping[str, Sequence[int]]
) -> bool:
    """Whether a run of sources under a heading is cited between the list before it and its own heading: "Methods references".

    Without a list before it, the heading must have a word such as "references".
    """
    first = run.entries[0].block
    if len(run.entries) < 2 or not first:
        return False
    heading = blocks[first - 1]
    title = text[heading.start : heading.end]
    words = _WORD.findall(title.casefold()) if len(title) <= _MAX_HEADING_LENGTH else []
    is_titled = not REFERENCE_HEADINGS.isdisjoint(words)
    if not is_titled and not _is_heading_of_part(text, heading):
        return False
    before = bisect_left(better, first, key=lambda other: other.entries[0].block) - 1
    if before < 0 and not is_titled:
        return False
    begin = blocks[better[before].entries[-1].block].end if before >= 0 else 0
    names = [entry.label.name for entry in run.entries if entry.label is not None]
    own = [name for name in names if has_between(cited.get(name, ()), begin, blocks[first].start)]
    if names[0] not in own or len(own) * 2 < len(names):
        return False
    entries = (text[entry.label.end : blocks[entry.block].end] for entry in run.entries if entry.label is not None)
    return sum(map(reads_as_entry, entries)) >= _MIN_ENTRY_SHARE * len(names)


def _is_single_note(
    text: str, blocks: Sequence[Block], run: ReferenceList, before: Sequence[ReferenceList], cited: Mapping[str, Sequence[int]]
) -> bool:
    """Whether a run is one entry after a number in brackets that reads as a source, unlike a paragraph after a marker.

    A title with an address counts if its number is cited since the list before it.
    """
    entry = run.entries[0]
    if len(run.entries) > 1 or entry.label is None or entry.label.shape != "bracket":
        return False
    line = text[entry.label.end : blocks[entry.block].end]
    begin = blocks[before[-1].entries[-1].block].end if before else 0
    is_cited = has_between(cited.get(entry.label.name, ()), begin, blocks[entry.block].start)
    return reads_as_entry(line) or (is_cited and len(line) <= _MAX_TAIL_LENGTH and bool(find_url(line)))


def _without_tables(text: str, blocks: Sequence[Block], runs: Sequence[ReferenceList]) -> list[ReferenceList]:
    """Drop the numbered lists of which few entries name a source if another list has their numbers and its entries do."""
    if len(runs) < 2:
        return list(runs)
    shares = [_source_share(text, blocks, run) for run in runs]
    firsts = {
        run.entries[0].label.number
        for run, share in zip(runs, shares, strict=True)
        if share >= _MIN_SOURCE_SHARE and run.entries[0].label is not None
    }
    return [
        run
        for run, share in zip(runs, shares, strict=True)
        if share > _MAX_RIVAL_SHARE or (label := run.entries[0].label) is None or not label.number or label.number not in firsts
    ]


def _without_early_remarks(text: str, blocks: Sequence[Block], lists: Sequence[ReferenceList]) -> list[ReferenceList]:
    """Drop the lists without labels none of whose entries names a source if a list after it does.

    An article may have a section called "Sources" or "Notes" before its references.
    """
    real = [run.entries[0].block for run in lists if run.is_announced and _source_share(text, blocks, run) >= _MIN_SOURCE_SHARE]
    last = max(real, default=-1)
    return [run for run in lists if run.entries[0].block >= last or _has_labels(run) or _source_share(text, blocks, run) > 0]


def _has_labels(run: ReferenceList) -> bool:
    return _label_shape(run) not in ("", *_NAMELESS_SHAPES)


def _source_share(text: str, blocks: Sequence[Block], run: ReferenceList) -> float:
    """Return the share of entries that have an address or begin with names."""
    starts = (blocks[entry.block].start if entry.label is None else entry.label.end for entry in run.entries)
    entries = [text[start : blocks[entry.block].end] for start, entry in zip(starts, run.entries, strict=True)]
    return sum(bool(find_doi(entry) or find_url(entry)) or begins_with_authors(entry) for entry in entries) / len(entries)


def _label_shape(run: ReferenceList) -> str:
    label = run.entries[0].label
    return label.shape if label is not None else ""


def _entries_without_labels(
    text: str, blocks: Sequence[Block], labels: Sequence[EntryLabel | None], first: int, used_blocks: Collection[int]
) -> tuple[ListEntry, ...]:
    """Return the blocks from `first` on that are entries without labels, up to the last one that names a source.

    Headings and prose between entries are no entries. The list ends with the second block without a source in a row, with a
    heading that no entry with authors follows, and with the quote that its own heading stands in.
    """
    entries: list[ListEntry] = []
    doubtful: list[ListEntry] = []  # blocks without a source since the last entry: they count if the list goes on
    gaps, is_under_heading = 0, False
    for index in range(first, len(blocks)):
        block = blocks[index]
        if block.kind is BlockKind.RULE and not entries:  # the line under the heading
            continue
        if index in used_blocks or block.kind not in _ENTRY_KINDS or _is_announcement(text, block) or gaps > 1:
            break
        if block.quote_depth < blocks[first - 1].quote_depth:
            break
        if entries and index <= entries[-1].last_block(text, blocks):
            continue
        label = labels[index]
        entry = ListEntry(index, label if label is not None and label.shape in _NAMELESS_SHAPES else None)
        line = text[block.start if entry.label is None else entry.label.end : block.end]
        is_prose = reads_as_prose(line)
        if (has_source_details(line) and not is_prose) or entry.last_block(text, blocks) > index:
            if is_under_heading and not begins_with_authors(line):
                break
            entries += [*doubtful, entry]
            gaps, is_under_heading, doubtful = 0, False, []
        elif _is_subheading(line):
            is_under_heading, doubtful = True, []
        elif is_under_heading:
            break
        else:
            gaps += 1
            is_entry = not is_prose and (entries or begins_with_authors(line))
            doubtful = [*doubtful, entry] if is_entry else []
    return tuple(entries)


def _trailing_entries(text: str, blocks: Sequence[Block]) -> tuple[ListEntry, ...]:
    """Return the entries of a list without a heading at the end of an article: nearly all of its last blocks read as entries.

    A few lines may follow the list. Between its entries may be some without a person's name.
    """
    entries: list[ListEntry] = []
    doubtful: list[ListEntry] = []
    certain_count, skipped = 0, 0
    for index in range(len(blocks) - 1, 0, -1):
        block = blocks[index]
        bullet = _bullet_at(text, block)
        start = block.start if bullet is None else bullet.end
        line = text[start : block.end] if block.kind in _ENTRY_KINDS else ""
        if line and reads_as_entry(line):
            entries += [*doubtful, ListEntry(index, bullet)]
            certain_count, doubtful = certain_count + 1, []
        elif not entries and skipped < _MAX_LINES_AFTER_LIST:
            skipped += 1
        elif line and has_source_details(line) and not reads_as_prose(line) and len(doubtful) < _MAX_DOUBTFUL_ENTRIES:
            doubtful.append(ListEntry(index, bullet))
        else:
            break
    is_list = certain_count >= _MIN_CERTAIN_ENTRIES and certain_count >= _MIN_CERTAIN_SHARE * len(entries)
    return tuple(reversed(entries)) if is_list else ()


def _bullet_at(text: str, block: Block) -> EntryLabel | None:
    """Return the bullet that a block begins with, or None."""
    label = label_at(text, block.start, block.end) if block.kind in _ENTRY_KINDS else None
    return label if label is not None and label.shape == "bullet" else None


def _is_subheading(line: str) -> bool:
    """Whether a line in a list looks like a heading: a few words without a number or a mark at the end."""
    words = _EDIT_LINK.sub("", line).rstrip(":")
    return len(words.split()) <= _MAX_SUBHEADING_WORDS and _SUBHEADING.fullmatch(words) is not None
