"""Render the search over everything: header, tabs of the kinds, hits in context, and the card of the current hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.article.ranges import Span
from reader.printable import plural, printable_line
from reader.review.query import VERDICT
from reader.review.scale import Scale
from reader.review.vocabulary import CLAIM, LATER, NOT_CLAIM
from reader.search.database import ARTICLE_OWNER
from reader.search.documents import ClaimSummary, PairSummary
from reader.search.plan import EVIDENCE, NOTE, PARAGRAPH, REFERENCE_ENTRY, SOURCE_TEXT, TAG_ENTRY
from reader.search.results import Hit, HitDetail, HitGroup, SearchResults
from reader.search.words import find_words, take_excerpt
from reader.tui.styled_line import Part, StyledLine, clip_line, fold, line, spread

if TYPE_CHECKING:
    from reader.review.query import Query
    from reader.search.words import SearchWord

KIND_TABS: Final[Mapping[str, str]] = {
    "": "All",
    CLAIM: "Claims",
    EVIDENCE: "Evidence",
    NOTE: "Notes",
    PARAGRAPH: "Texts",
    REFERENCE_ENTRY: "References",
    SOURCE_TEXT: "Sources",
    TAG_ENTRY: "Tags",
}
"""The kinds of hits, in the order of their tabs; "" for all."""
_KIND_SIGNS: Final = {
    EVIDENCE: ("“", "quote"),
    NOTE: ("✎", "yours"),
    REFERENCE_ENTRY: ("▹", "cite"),
    SOURCE_TEXT: ("“", "cite"),
    TAG_ENTRY: ("#", "tag"),
}
_STATE_SIGNS: Final = {
    "open": ("○", "open"),
    "judged": ("✓", "good"),
    "uncited": ("◌", "secondary"),
    LATER: ("◇", "yours"),
    NOT_CLAIM: ("·", "secondary"),
}
_KIND_WIDTH: Final = 11
_INDENT: Final = 5
_LINES: Final = 2
_CURRENT_LINES: Final = 4
"""Lines of a hit, and of the current one where there is no card."""
_CUT: Final = "… "
_SHORT_CONTEXT: Final = 400


class SearchView(NamedTuple):
    """What the screen shows: the results, the kind in its tab, the number of the current hit, the hits of opened groups."""

    results: SearchResults
    kind: str
    current: int
    opened: Mapping[int, Sequence[Hit]]
    scale: Scale

    def hits_of(self, group: HitGroup) -> Sequence[Hit]:
        """Return the hits of a group that are shown."""
        return self.opened.get(group.owner.number, group.hits)

    def shown_hits(self) -> list[tuple[HitGroup, Hit]]:
        """Return the hits that are shown, in their order."""
        return [(group, hit) for group in self.results.groups for hit in self.hits_of(group)]


# ------------------------------------------------------------------ header and tabs


def search_header(results: SearchResults | None, progress: str, width: int) -> StyledLine:
    """Return the header: what this is, and how much was found, or how far the index is."""
    right: list[Part] = []
    if progress:
        right.append(Part(f"{progress}  ", "yours"))
    if results is not None and results.query.text.strip() and results.query.problem is None:
        right += line(
            (f"{results.hit_count:,}", "b"), (f" {'hit' if results.hit_count == 1 else 'hits'} in ", "secondary"),
            (f"{results.group_count:,}", "b"), (f" {_owners_word(results)}", "secondary"),
        )  # fmt: skip
        if width >= 100:
            right.append(Part(f"   {results.milliseconds:,.0f} ms", "secondary"))
    return spread(line(" ", ("Search in everything", "b")), (*right, Part(" ")), width)


def _owners_word(results: SearchResults) -> str:
    is_one = results.group_count == 1
    if any(group.owner.kind != ARTICLE_OWNER for group in results.groups):
        return "place" if is_one else "places"
    return "article" if is_one else "articles"


def kind_counts(results: SearchResults) -> list[tuple[str, str, str]]:
    """Return the tabs with their counts, "–" for zero, for `tab_lines`; those of sources and tags only if there are any."""
    total = sum(results.kinds.values())
    counts = {"": total, **{kind: results.kinds.get(kind, 0) for kind in KIND_TABS if kind}}
    shown = (kind for kind in KIND_TABS if counts[kind] or kind not in (SOURCE_TEXT, TAG_ENTRY))
    return [(kind, KIND_TABS[kind], f"{counts[kind]:,}" if counts[kind] else "–") for kind in shown]


def chip_parts(chips: Query, scale: Scale) -> StyledLine:
    """Return the filters that are complete as chips."""
    pieces: list[Part] = []
    for term in chips.terms:
        name = f" {'not ' if term.is_negated else ''}{term.field} "
        verdict = scale.by_id(term.value)
        is_verdict = term.field == VERDICT
        sign, value = (f"{verdict.symbol} ", verdict.label) if is_verdict else ("", term.value)
        pieces += line((name, "chip text"), (sign, f"chip {verdict.tone}"), (f"{value} ", "chip text b"), " ")
    return tuple(pieces)


def problem_lines(query: Query, width: int) -> list[StyledLine]:
    """Return what is wrong with a query, and the query with the piece that cannot be read underlined."""
    problem = query.problem
    if problem is None:
        return []
    before, piece, after = query.text[: problem.start], query.text[problem.start : problem.end], query.text[problem.end :]
    typed = line("     ", (before, "secondary"), (piece, "fault b u"), (after, "secondary"))
    return [(), clip_line(typed, width), (), *(line("     ", (row, "fault")) for row in fold(problem.message, width - 8, 6))]


# ------------------------------------------------------------------ hits


class HitLines(NamedTuple):
    """The lines of the list, which of them belong to the current hit (a half-open range), and the hit on each line, or -1."""

    lines: list[StyledLine]
    current: range
    numbers: list[int]


def hit_lines(view: SearchView, width: int, *, has_card: bool) -> HitLines:
    """Return the hits in context, grouped by article, best first."""
    lines: list[StyledLine] = []
    numbers: list[int] = []
    current = range(0)
    number = 0
    for group in view.results.groups:
        count = line((plural(group.hit_count, "hit"), "secondary"), "  ")
        _add(lines, numbers, [spread(line("     ", (group.title, "b")), count, width), ()], -1)
        hits = view.hits_of(group)
        for hit in hits:
            is_current = number == view.current
            most = _LINES if has_card or not is_current else _CURRENT_LINES
            rows = _hit_rows(hit, view.scale, width, most, is_current=is_current)
            if is_current:
                current = range(len(lines), len(lines) + len(rows))
            _add(lines, numbers, [*rows, ()], number)
            numbers[-1] = -1
            number += 1
        if group.hit_count > len(hits):
            where = "article" if group.owner.kind == ARTICLE_OWNER else "source"
            target = f"more:{group.owner.number}"
            left = line("     ", (f"↓ {group.hit_count - len(hits):,} more in this {where}", "secondary", target))
            right = line(("→", "yours b", target), (" shows them", "secondary", target), "  ")
            _add(lines, numbers, [spread(left, right, width), ()], -1)
    rest = view.results.group_count - len(view.results.groups)
    if rest > 0:
        noun = "place" if rest == 1 else "places"
        _add(
            lines, numbers, [line("     ", (f"↓ {rest:,} more {noun}; another word or a filter leaves fewer", "secondary"))], -1
        )
    return HitLines(lines, current, numbers)


def _add(lines: list[StyledLine], numbers: list[int], new: Sequence[StyledLine], number: int) -> None:
    lines += new
    numbers += [number] * len(new)


def _hit_rows(hit: Hit, scale: Scale, width: int, most: int, *, is_current: bool) -> list[StyledLine]:
    """Return the lines of a hit: its sign, its words, those that were found marked, and its kind at the right."""
    room = max(10, width - _INDENT - _KIND_WIDTH - 3)
    label = line((_kind_word(hit), "secondary"), "  ")
    sign = hit_sign(hit, scale)
    rows = list(marked_lines(hit.excerpt, hit.places, room, most))
    first = spread((_bar(is_current), Part(" "), sign, Part(" "), *(rows[0] if rows else ())), label, width)
    return [first, *((_bar(is_current), Part("   "), *row) for row in rows[1:])]


def _bar(is_current: bool) -> Part:
    return Part(" ▌" if is_current else "  ", "yours")


def _kind_word(hit: Hit) -> str:
    document = hit.document
    if document.kind == CLAIM and document.sign in (NOT_CLAIM, LATER):
        return "not a claim" if document.sign == NOT_CLAIM else LATER
    return document.kind


def hit_sign(hit: Hit, scale: Scale) -> Part:
    """Return the sign of a hit: the worst verdict of a claim or its state, else that of its kind."""
    document = hit.document
    if document.kind != CLAIM:
        sign, role = _KIND_SIGNS.get(document.kind, (" ", "text"))
        return Part(sign, role)
    if document.sign in _STATE_SIGNS:
        return Part(*_STATE_SIGNS[document.sign])
    verdict = scale.by_id(document.sign)
    return Part(verdict.symbol[:1] or "?", verdict.tone)


def marked_lines(text: str, places: Sequence[Span], width: int, most: int, role: str = "text") -> Iterator[StyledLine]:
    """Yield a text folded to `width` cells in at most `most` lines, with places marked as hits; "…" stands where it is cut.

    It is cut at its start only if its first place would not be seen else.
    """
    from reader.tui.layout import wrap

    shown = printable_line(text)
    rows = list(wrap(shown, max(2, width)))
    if places and len(rows) > most and places[0].end > rows[most - 1][1]:
        shown, places = _begin_near(shown, places, width * (most - 1) // 2)
        rows = list(wrap(shown, max(2, width)))
    for number, (start, end) in enumerate(rows[:most]):
        pieces: list[Part] = []
        at = start
        for place in places:
            if place.end <= start or place.start >= end:
                continue
            first, last = max(at, place.start), min(end, place.end)
            pieces += (Part(shown[at:first], role), Part(shown[first:last], "hit b u"))
            at = last
        pieces.append(Part(shown[at:end], role))
        if number == most - 1 and len(rows) > most:
            pieces.append(Part(" …", role))
        yield clip_line(line(*pieces), width)


def _begin_near(text: str, places: Sequence[Span], before: int) -> tuple[str, list[Span]]:
    """Return a text from at most `before` code points before its first place on, after "… ", and where the places are in it."""
    first = places[0].start
    start = max(0, first - before)
    start = text.find(" ", start, first) + 1 or start
    shift = len(_CUT) - start
    return _CUT + text[start:], [Span(place.start + shift, place.end + shift) for place in places]


# ------------------------------------------------------------------ the card


def hit_card_lines(view: SearchView, detail: HitDetail | None, width: int, height: int) -> tuple[list[StyledLine], int]:
    """Return the card of the current hit and what stands below it, and the number of lines that are the card."""
    listing = view.shown_hits()
    if view.current >= len(listing):
        return [], 0
    group, hit = listing[view.current]
    inner = width - 2
    head = spread(
        line(" ", ("This hit", "secondary")), line((f"{view.current + 1:,} of {len(listing):,}", "secondary"), " "), width
    )
    body: list[StyledLine] = [head]
    words = detail.words if detail is not None else ()
    if detail is not None and detail.claim is not None:
        body += _claim_lines(detail, view.scale, inner, words)
    else:
        body.append(
            line(" ", (_kind_word(hit), "yours b"), (f"  [{hit.document.label}]" if hit.document.label else "", "cite"))
        )
        body += [(), *_frame_text(hit.document.text, words, inner, 12)]
    body = [*body[: max(3, height - 8)], ()]
    below: list[StyledLine] = []
    if detail is not None and detail.paragraph is not None and detail.paragraph.text != hit.document.text:
        where = "In the article" if group.owner.kind == ARTICLE_OWNER else "In the source"
        room = height - len(body) - 4
        below = [(), line(("", "text"), (where, "secondary")), line(("─" * width, "hairline")), ()]
        below += _frame_text(
            detail.paragraph.text, words, inner, max(0, room), "secondary", claim=detail.claim.text if detail.claim else ""
        )
    return [*body, *below], len(body)


def _claim_lines(detail: HitDetail, scale: Scale, width: int, words: Sequence[SearchWord]) -> Iterator[StyledLine]:
    """Yield a claim with its pairs, their evidence, and its notes."""
    claim = detail.claim
    if claim is None:
        return
    summary = ClaimSummary.from_json(claim.about)
    judged = sum(pair.is_settled for pair in summary.pairs)
    name = {CLAIM: "claim", NOT_CLAIM: "not a claim"}.get(summary.kind, summary.kind)
    tags = line(*((f"  #{tag}", "tag") for tag in summary.tags))
    right = line((f"{judged} of {len(summary.pairs)} judged" if summary.pairs else "", "secondary"), " ")
    yield spread(line(" ", (name, "yours b"), *tags), right, width + 2)
    yield ()
    yield from _frame_text(claim.text, words, width, 6)
    for pair in summary.pairs:
        yield ()
        yield from _pair_lines(pair, detail, scale, width, words)
    for note in (part for part in detail.parts if part.kind == NOTE and not part.label):
        yield ()
        rows = marked_lines(note.text, find_words(note.text, words), width - 6, 6)
        yield from ((Part(" note  " if not number else "       ", "secondary"), *row) for number, row in enumerate(rows))


def _pair_lines(
    pair: PairSummary, detail: HitDetail, scale: Scale, width: int, words: Sequence[SearchWord]
) -> Iterator[StyledLine]:
    label = f"[{pair.label}] "
    title = marked_lines(pair.title or "(empty entry)", (), max(8, width - len(label)), 2, "b")
    yield from ((Part(" "), Part(label if not number else " " * len(label), "cite"), *row) for number, row in enumerate(title))
    indent = Part(" " * (1 + min(len(label), 8)))
    if pair.verdict:
        verdict = scale.by_id(pair.verdict)
        right = line((pair.at[:10], "secondary"), " ")
        yield spread((indent, *line((f"{verdict.symbol} {verdict.label}", verdict.tone))), right, width + 2)
    else:
        yield (indent, *line(("○ open", "open")))
    for part in (part for part in detail.parts if part.label == pair.label):
        text = f"“{part.text}”" if part.kind == EVIDENCE else f"✎ {part.text}"
        rows = marked_lines(text, find_words(text, words), width - len(indent.text), 4, "quote")
        yield from ((indent, *row) for row in rows)


def _frame_text(
    text: str, words: Sequence[SearchWord], width: int, most: int, role: str = "text", claim: str = ""
) -> Iterator[StyledLine]:
    """Yield a text in the card, from its first words on if it is long; the words of a claim have the tint of a mark."""
    shown, places = take_excerpt(text, words, _SHORT_CONTEXT)
    start = shown.find(claim) if claim else -1
    if start < 0:
        yield from ((Part(" "), *row) for row in marked_lines(shown, places, width, most, role))
        return
    from reader.tui.layout import wrap

    safe = printable_line(shown)
    rows = list(wrap(safe, max(2, width)))
    end = start + len(claim)
    for first, last in rows[:most]:
        cuts = sorted({first, last, *(cut for cut in (start, end) if first < cut < last)})
        pieces = [Part(safe[a:b], "mark text" if start <= a < end else role) for a, b in pairwise(cuts)]
        yield clip_line(line(" ", *pieces), width + 1)


def empty_lines(results: SearchResults | None, remark: str, width: int) -> list[StyledLine]:
    """Return what stands in place of hits: how to search, or that nothing was found."""
    if results is None or not results.query.text.strip():
        examples = (
            ("chloride well", "both words, or words that begin so"),
            ('"deep well"', "these words in a row"),
            ("#water  -draft", "a tag; not a word"),
            ("verdict:overstated  is:open", "a verdict; a state"),
            ("kind:note  by:ada", "what it is; who wrote it"),
            ("[3]  ref:lee", "a reference, by label, author or year"),
            ("article:salt  after:2024-05", "letters of the title; a date"),
        )
        return [(), *(clip_line(line("     ", (f"{what:<30}", "b"), (why, "secondary")), width) for what, why in examples)]
    text = remark or "Nothing found"
    return [(), line("     ", (text, "secondary"))]
