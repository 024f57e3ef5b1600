"""Render the rows of the side lists."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from reader.printable import plural, printable_line, terminal_line
from reader.review.pairs import worst_verdict
from reader.review.vocabulary import CLAIM, LATER, WORDS_CHANGED
from reader.tui.panes.card import BYLINE_CELLS, LEAST_TITLE_CELLS, byline, short_title
from reader.tui.panes.notes import has_conflicts
from reader.tui.panes.pair_lines import source_marks_part
from reader.tui.panes.text_changes import CHECK_SIGNS, CHECK_WORDS, LOST_PLACE
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, fold, line, width_of

if TYPE_CHECKING:
    from reader.article.article import Article
    from reader.article.audit.finding import Finding
    from reader.article.model import Reference
    from reader.article.sections import Section
    from reader.review.model import Annotation
    from reader.review.pairs import Status
    from reader.review.scale import Scale
    from reader.review.session import ReviewSession

# ------------------------------------------------------------------ references and claims

REFERENCE_HEIGHT: Final = 4
LONG_REFERENCE_HEIGHT: Final = 5
CLAIM_HEIGHT: Final = 3


def _lead_sign(current: bool, lit: bool) -> Part:
    """Return the bar before an entry, in another colour for one that the sentence rests on."""
    return Part("▌", "yours") if current else Part("▌", "cite") if lit else Part(" ")


def _title_room(reference: Reference, width: int) -> int:
    """Return the cells for the first line of a title, beside bar and label."""
    return width - cell_len(terminal_line(f"[{reference.label}] ")) - 2


def _split_title(reference: Reference, width: int) -> tuple[str, str]:
    """Return what of a title stands beside the label, and what goes on below it.

    Where a long label leaves hardly any room, that is all of it.
    """
    title, room = terminal_line(short_title(reference)), _title_room(reference, width)
    if cell_len(title) > room < LEAST_TITLE_CELLS:
        return "", title
    first = next(fold(title, room, 9), "")
    return first, title[len(first) :].strip()


def reference_height(references: Sequence[Reference], width: int, height: int) -> int:
    """Return the lines of each reference in a list of `height` lines: one more if all have room and one would else be cut."""
    has_room = len(references) * LONG_REFERENCE_HEIGHT <= height
    return LONG_REFERENCE_HEIGHT if has_room and any(_is_long(r, width) for r in references) else REFERENCE_HEIGHT


def _is_long(reference: Reference, width: int) -> bool:
    """Whether two lines have no room for a title with authors and year."""
    _, rest = _split_title(reference, width)
    return bool(rest) and cell_len(rest) + 3 + cell_len(byline(reference)) > width - 7


class ReferenceUse(NamedTuple):
    """How often a reference is cited, how many claims rest on it (None until the review is open), and the verdicts on it.

    `verdicts` holds the symbol, the tone and the number of each verdict; `never` is set if the audit says that the reference is
    never cited; `marks` are those of its source, none until the review is open.
    """

    cited: int
    never: bool = False
    claims: int | None = None
    verdicts: tuple[tuple[str, str, int], ...] = ()
    marks: tuple[str, ...] = ()


def reference_use(reference: str, session: ReviewSession | None, scale: Scale, cited: int, *, never: bool) -> ReferenceUse:
    """Return how the reference with this id is used in an article and in its review."""
    if session is None:
        return ReferenceUse(cited, never)
    tally = session.index.tally
    counts = tally.verdicts_on(reference)
    verdicts = sorted(map(scale.by_id, counts), key=lambda verdict: verdict.key)
    return ReferenceUse(
        cited,
        never,
        tally.claims_on[reference],
        tuple((verdict.symbol, verdict.tone, counts[verdict.id]) for verdict in verdicts),
        session.sources.marks(reference),
    )


@lru_cache(256)
def reference_rows(
    reference: Reference, use: ReferenceUse, width: int, height: int, *, current: bool, lit: bool
) -> tuple[StyledLine, ...]:
    """Return a reference in `height` - 1 lines: label and title; authors and year; its citations, claims, verdicts and source.

    A title that is too long for its line goes on in the second one, before authors and year or, with `LONG_REFERENCE_HEIGHT`,
    above them. `lit` is set if the sentence rests on it. The rows are kept, as a key changes one or two of those in view.
    """
    target = f"reference:{reference.id}"
    label = f"[{clip(reference.label, width - 5)}] "
    role = "text b" if lit or current else "text"
    (title, rest), below = _split_title(reference, width), width - 7
    second = [[Part(byline(reference, below), "secondary", target)]]
    if rest:
        if height == LONG_REFERENCE_HEIGHT:
            second = [[Part(clip(rest, below), role, target)], *second]
        elif reference.year and reference.year in reference.label:
            second = [[Part(clip(rest, below), role, target)]]
        else:
            by = byline(reference, max(BYLINE_CELLS, below - cell_len(rest) - 3))
            rest = clip(rest, below - cell_len(by) - 3)
            second = [[Part(f"{rest}   ", role, target), Part(by, "secondary", target)]]
    lines = (
        line(
            _lead_sign(current, lit),
            Part(label, "cite b" if lit or current else "cite", target),
            Part(title, role, target),
        ),
        *(line("      ", *parts) for parts in second),
    )
    if not use.cited:
        mark = Part("! never cited", "fault", target) if use.never else Part("no marker found", "hint", target)
        return (*lines, (*line("      ", mark), *source_marks_part(use.marks, target, width - 6 - len(mark.text), "   ")))
    parts = [Part("      "), Part(f"cited {use.cited}×", "hint", target)]
    if use.claims is not None:
        parts.append(Part(f"   {plural(use.claims, 'claim') if use.claims else 'no claim'}   ", "hint", target))
    parts.extend(Part(f" {symbol} {count}", tone, target) for symbol, tone, count in use.verdicts)
    room, lead = width - width_of(parts), "" if parts[-1].text.endswith(" ") else "   "
    return (*lines, (*line(*parts), *source_marks_part(use.marks, target, room, lead)))


def source_count_lines(held: int, total: int, fetch_key: str, width: int) -> list[StyledLine]:
    """Return how many references have a source, the key that fetches the others, and a blank line."""
    have = "has" if total == 1 or held <= 1 else "have"
    count = line((f" {held or 'none'}", "text"), (f" of {total:,} {have} a source", "secondary"))
    if held == total:
        return [count, ()]
    target = "action:fetch-sources"
    fetch = line(("   ", "text"), (fetch_key, "yours b", target), (" fetches them", "secondary", target))
    return [(*count, *fetch) if width_of(count) + width_of(fetch) <= width else count, ()]


def filter_lines(count: int, total: int, words: str, filter_key: str, width: int) -> list[StyledLine]:
    """Return how many references pass a filter of the sources, the filter, the key that changes it, and a blank line."""
    head = line((f" {count:,}", "text"), (f" of {total:,} · ", "secondary"), (words, "yours"))
    key = line(("   ", "text"), (filter_key, "yours b", "action:filter"), (" changes it", "secondary", "action:filter"))
    return [(*head, *key) if width_of(head) + width_of(key) <= width else clip_line(head, width), ()]


def quote_of(session: ReviewSession, annotation: Annotation) -> str:
    """Return the words at the place of an annotation, or its original words if it lost its place."""
    place = session.index.place(annotation)
    return annotation.selector.exact if place is None else session.index.article.text[place.start : place.end]


def annotation_sign(session: ReviewSession, annotation: Annotation, scale: Scale) -> tuple[str, str]:
    """Return the sign of an annotation and its role.

    It is the reason to check its place, or a stale verdict; for a claim ◌ if uncited, ○ if open, else its worst verdict.
    """
    check = session.index.placement(annotation).check_reason
    status = session.index.status(annotation) if annotation.kind == CLAIM else None
    return _sign_of(annotation, scale, status, check, is_stale=not check and session.index.is_stale(annotation))


def _sign_of(annotation: Annotation, scale: Scale, status: Status | None, check: str, *, is_stale: bool) -> tuple[str, str]:
    """Return what `annotation_sign` does; `status` is that of a claim, `check` the reason to check the place."""
    if check or is_stale:
        return CHECK_SIGNS[check or WORDS_CHANGED], "fault"
    if annotation.kind == LATER:
        return "◇", "yours"
    if status is None:
        return "·", "off"
    if not status.rests_on:
        return "◌", "open"
    worst = worst_verdict(annotation, scale)
    if status.open_pairs or worst is None:
        return "○", "open"
    return worst.symbol, worst.tone


class ListedAnnotation(NamedTuple):
    """What the list of claims shows of an annotation: its sign and the role of that, its words, and what to say of it.

    `faults` are the reasons to check it, `state` is its kind or how far it is settled.
    """

    id: str
    sign: tuple[str, str]
    quote: str
    faults: tuple[str, ...]
    tags: tuple[str, ...]
    state: str
    has_note: bool
    has_versions: bool


def listed_annotation(session: ReviewSession, annotation: Annotation, scale: Scale) -> ListedAnnotation:
    """Return what the list of claims shows of an annotation."""
    index, state, status = session.index, annotation.kind, None
    placement, is_stale = index.placement(annotation), index.is_stale(annotation)
    if annotation.kind == CLAIM:
        status = index.status(annotation)
        state = f"{status.settled_pairs} of {len(status.rests_on)} settled" if status.rests_on else "rests on nothing"
    check = LOST_PLACE if placement.place is None else CHECK_WORDS.get(placement.check_reason, "")
    stale = "verdict stale" if is_stale else ""
    return ListedAnnotation(
        annotation.id,
        _sign_of(annotation, scale, status, placement.check_reason, is_stale=is_stale),
        quote_of(session, annotation),
        tuple([word for word in (check, stale) if word]),
        annotation.tags,
        state,
        bool(annotation.note),
        has_conflicts(annotation),
    )


@lru_cache(256)
def claim_rows(listed: ListedAnnotation, width: int, *, current: bool, here: bool) -> tuple[StyledLine, ...]:
    """Return an annotation in two lines: sign and quote; state, tags, settled pairs, note. `here` is set under the cursor.

    The rows are kept, as a key changes one or two of those in view, or moves them all.
    """
    target = f"claim:{listed.id}"
    sign, tone = listed.sign
    quote = " ".join(printable_line(listed.quote).split())
    first = line(
        _lead_sign(current, here),
        Part(f"{sign} ", tone, target),
        Part(clip(quote, width - 4), "text b" if here or current else "text", target),
    )
    parts = [Part("   ")]
    parts.extend(Part(f"{word}  ", "fault", target) for word in listed.faults)
    parts.extend(Part(f"#{tag}  ", "tag", target) for tag in listed.tags)
    parts.append(Part(listed.state, "hint", target))
    if listed.has_note:
        parts.append(Part("  note", "secondary", target))
    if listed.has_versions:
        parts.append(Part("  two versions", "open", target))
    return first, line(*parts)


# ------------------------------------------------------------------ contents

SECTION_HEIGHT: Final = 1
_DEEPEST: Final = 5


def section_row(section: Section, index: int, claims: int, width: int, *, current: bool, here: bool) -> StyledLine:
    """Return a heading, indented by its depth, and the number of claims below it. `here` is set for the one with the cursor."""
    target = f"section:{index}"
    indent = "  " * min(section.depth, _DEEPEST)
    count = plural(claims, "claim") if claims else ""
    room = width - 3 - len(indent) - len(count) - 2 * bool(count)
    title = clip(terminal_line(section.title), max(1, room))
    role = "text b" if here or current else "text"
    sign = Part("▌", "yours") if current else Part("▸" if here else " ", "yours")
    gap = " " * max(1, width - 3 - len(indent) - cell_len(title) - len(count))
    return line(
        sign, Part(f" {indent}", role, target), Part(title, role, target), Part(gap, role, target), Part(count, "hint", target)
    )


# ------------------------------------------------------------------ findings

FINDING_HEIGHT: Final = 4
_WHY_LINES: Final = 2


def finding_rows(
    article: Article, finding: Finding, number: int, width: int, dismissed: str | None, *, uncited_claim: bool, current: bool
) -> list[StyledLine]:
    """Return a finding in at most three lines: a title, then two lines of explanation or context.

    `dismissed` is the reason of a dismissed finding, which may be empty, or None. `uncited_claim`: the place of the finding is
    marked as a claim that rests on nothing.
    """
    target = f"finding:{number}"
    sign, tone = ("! ", "fault") if finding.is_fault else ("· ", "hint")
    title, text = _finding_texts(article, finding, uncited_claim=uncited_claim)
    bar = Part("▌", "yours") if current else Part(" ")
    if dismissed is not None:
        title += " · dismissed" + (f": {dismissed}" if dismissed else "")
        first = line(bar, ("✓ ", "good", target), Part(clip(title, width - 4), "secondary", target))
    else:
        first = line(bar, (sign, tone, target), Part(clip(title, width - 4), "text b" if current else "text", target))
    lines = list(fold(printable_line(text), max(1, width - 4), _WHY_LINES))
    rows = [line("   ", Part(words, "secondary", target)) for words in lines]
    return [first, *rows]


def _finding_texts(article: Article, finding: Finding, *, uncited_claim: bool) -> tuple[str, str]:
    """Return the title of a finding and its explanation or context."""
    # Imported here: the first frame shows no findings.
    from reader.article.audit.finding import (
        AMBIGUOUS,
        CITES_NOTHING,
        FINDING_KINDS,
        NEVER_CITED,
        POINTS_NOWHERE,
        WOULD_FIT,
        message_label,
    )

    reference = article.reference_by_id.get(finding.reference)
    place = article.text[finding.where.start : finding.where.end] if finding.where is not None else ""
    title = FINDING_KINDS[finding.kind].title if finding.kind in FINDING_KINDS else finding.kind
    subject = f"{message_label(reference)} {title}" if reference is not None else title
    if finding.kind == WOULD_FIT:
        count = 1 + len(finding.also)
        return f"{subject} {plural(count, 'sentence')}", finding.text
    if finding.kind == NEVER_CITED and reference is not None:
        return subject, short_title(reference)
    if finding.kind == CITES_NOTHING and place:
        return "rests on nothing" if uncited_claim else title, " ".join(place.split())
    if finding.kind == AMBIGUOUS:
        return f"{place} {title}", finding.text
    if finding.kind == POINTS_NOWHERE and finding.where is not None:
        sentence = article.sentences.at(finding.where.start)
        words = article.text[sentence.start : sentence.end] if sentence is not None else ""
        return f"{place} {title}", " ".join(words.split())
    return subject, finding.text
