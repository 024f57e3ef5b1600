"""Render the card of the current sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from reader.printable import plural, terminal_line
from reader.review.vocabulary import CLAIM, LATER, NOT_CLAIM
from reader.tui.keymap import verdict_keys
from reader.tui.panes.bars import key_line
from reader.tui.panes.notes import note_lines, other_kinds, other_notes
from reader.tui.panes.pair_lines import (
    LINK_SIGN,
    decision_lines,
    decision_part,
    evidence_lines,
    health_lines,
    link_lines,
    link_text,
    remarks_part,
    signed_verdict,
    source_lines,
    unlinked_references,
    verdict_line,
)
from reader.tui.panes.text_changes import StyledWords, change_lines, placement_lines, wording_lines
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, fold, indent, line, spread, width_of

if TYPE_CHECKING:
    from reader.article.model import Reference
    from reader.review.model import Annotation
    from reader.tui.panes.card_view import CardView

# ------------------------------------------------------------------ card of the current sentence

KIND_NAMES = {CLAIM: ("claim", "yours b"), NOT_CLAIM: ("not a claim", "secondary"), LATER: ("later", "yours")}
KIND_KEYS = {CLAIM: "mark", NOT_CLAIM: "not-claim", LATER: "later"}
"""The actions that mark as each kind."""
DECIDE_HINT = "a digit decides"
PAIR_INDENT = 5
BYLINE_CELLS: Final = 14
"""Cells that authors and year keep beside a long title."""
LEAST_TITLE_CELLS: Final = 12
"""Cells that a title needs beside its label; with less it begins below the label."""
"""Cells of indent below a pair's title."""
TITLE_CELLS = 20
"""Cells that a reference's label and title keep beside verdicts and remarks."""
LABEL_CELLS = 10
"""Cells that they keep beside the longest verdict label."""


def short_title(reference: Reference) -> str:
    """Return the title of a reference, else the text of its entry, else its address."""
    return reference.title or reference.text or reference.url or "(empty entry)"


def byline(reference: Reference, width: int = 60) -> str:
    """Return authors and year of a reference in at most `width` cells: "Okafor, Lind · 2025". The year is never cut."""
    if reference.remark:
        return clip("A remark, not a source", width)
    year = reference.year or "n.d."
    names = [author.split(",")[0] for author in reference.authors]
    room = width - cell_len(year) - 3
    for authors in (", ".join(names), f"{names[0]} et al." if len(names) > 1 else ""):
        if authors and cell_len(terminal_line(authors)) <= room:
            return f"{terminal_line(authors)} · {year}"
    return f"{clip(names[0], room)} · {year}" if names else year


def summary_line(view: CardView, width: int, *, advice: bool = False) -> StyledLine:
    """Return kind and tags of the sentence and the number of settled pairs; with `advice` also the decision.

    Tags that do not fit are counted.
    """
    if not view.sentence:
        return clip_line(line(("Nothing to mark in this article", "secondary")), width)
    if not view.is_ready:
        opening = ("Your library could not be opened", "bad") if view.is_unavailable else ("Opening your library …", "hint")
        return clip_line(line(opening), width)
    annotation = view.annotation
    if annotation is None and view.noise_reason:
        back = "action:set-aside"
        hint = line((f"   {view.label('set-aside')}", "yours", back), (" restores it", "hint", back))
        return clip_line((*line((f"Noise: {view.noise_reason}", "secondary")), *hint), width)
    if annotation is None:
        hint = line((f"   {view.label('mark')}", "yours", "action:mark"), (" marks it as a claim", "hint", "action:mark"))
        return clip_line((*line("Not marked yet"), *(hint if view.hints else ())), width)
    name, role = KIND_NAMES.get(annotation.kind, (annotation.kind, "text"))
    tail: list[Part] = []
    if view.check is not None and view.check.reason:
        tail.append(Part(f"   {view.check.reason}", "fault"))
    if view.status is not None and annotation.kind == CLAIM:
        total = len(view.status.rests_on)
        state = f"{view.status.settled_pairs} of {total} settled" if total else "rests on nothing"
        tail.append(Part(f"   {state}", "secondary" if total else "fault"))
    tail.extend(decision_part(view.annotation) if advice else ())
    if view.others:
        tail.append(Part(f"   +{view.others} more here", "hint"))
    lead = (*line((name, role)), *_conflicting_kinds(view, annotation))
    tags = _tag_parts(view.tags, width - width_of(lead) - width_of(tail))
    return clip_line((*lead, *tags, *line(*tail)), width)


def _conflicting_kinds(view: CardView, annotation: Annotation) -> StyledLine:
    """Return the conflicting kinds of an annotation and the keys that choose one."""
    others = other_kinds(annotation)
    names = [KIND_NAMES.get(kind, (kind, ""))[0] for kind in others]
    keys = [view.label(KIND_KEYS[kind]) for kind in (annotation.kind, *others) if kind in KIND_KEYS]
    if not others:
        return ()
    return line((f" · {' · '.join(names)}", "open"), ("  ", "text"), (" or ".join(keys), "yours"), (" decides", "hint"))


def _tag_parts(tags: Sequence[Part], width: int) -> StyledLine:
    """Return tags in at most `width` cells: the last one that fits may be cut, the rest are counted."""
    parts: list[Part] = []
    for number, tag in enumerate(tags):
        rest = len(tags) - number - 1
        more = f" +{rest}" if rest else ""
        room = width - width_of(parts) - 3 - len(more)
        if cell_len(tag.text) > room or (rest and room - cell_len(tag.text) < 12):
            cut = tag._replace(text=clip(tag.text, room), target="action:tag")
            return (*parts, Part("   "), cut, Part(more, "hint")) if room > 3 else (*parts, Part(f" +{rest + 1}", "hint"))
        parts.extend((Part("   "), tag._replace(target="action:tag")))
    return tuple(parts)


def _pair_title(view: CardView, reference_id: str, width: int, most: int = 1) -> list[StyledLine]:
    """Return label and title of a pair in at most `most` lines, a sign before the current pair."""
    reference = view.article.reference_by_id.get(reference_id)
    current = view.annotation is not None and reference_id == view.pair
    target = f"pair:{reference_id}"
    sign = LINK_SIGN if view.pair_of(reference_id).is_linked else ""
    label = Part(f"{sign}[{view.article.label_of(reference_id)}] ", "cite b" if current else "cite", target)
    title = short_title(reference) if reference else "No longer in this article"
    room = width - width_of((label,)) - 1
    first, *rest = [Part(text, "text b" if current else "text", target) for text in fold(title, room, most)] or [Part("")]
    lead = line(Part("▸" if current else " ", "yours"), label)
    return [(*lead, first), *indent([(part,) for part in rest], width_of(lead))]


def pair_line(view: CardView, reference_id: str, width: int) -> StyledLine:
    """Return one pair in one line: label, title, verdict."""
    verdict = _verdict_line(view, reference_id, short=not _fits_beside(view, reference_id, width))
    remarks = remarks_part(view.pair_of(reference_id), width - TITLE_CELLS - width_of(verdict))
    verdict = clip_line((*verdict, *remarks), width - LABEL_CELLS)
    (title,) = _pair_title(view, reference_id, width - width_of(verdict) - 2)
    return spread(title, verdict, width)


def _fits_beside(view: CardView, reference_id: str, width: int) -> bool:
    """Whether all verdicts on a pair fit in its line beside a readable part of the title."""
    return width_of(_verdict_line(view, reference_id)) <= width - TITLE_CELLS


def _verdict_line(view: CardView, reference_id: str, *, short: bool = False) -> StyledLine:
    return verdict_line(view.pair_of(reference_id), short=short) if view.is_claim else ()


def _pair_lines(view: CardView, reference_id: str, width: int, title_lines: int = 3) -> list[StyledLine]:
    """Return one pair: label and title in at most `title_lines` lines, then the verdict; each further verdict takes a line."""
    title, pair = _pair_title(view, reference_id, width, title_lines), view.pair_of(reference_id)
    remarks = remarks_part(pair, width - 3)
    if len(pair.verdicts) < 2:
        verdict = (Part(" " * PAIR_INDENT), *_verdict_line(view, reference_id))
        fits = width_of((*verdict, *remarks)) <= width
        return [*title, (*verdict, *remarks)] if fits else [*title, verdict, (Part(" " * 3), *remarks)]
    hint = DECIDE_HINT if pair.conflicts else "both stand"
    decides = line((f" — {hint}", "hint")) if reference_id == view.pair else ()
    lines = [(Part(" " * PAIR_INDENT), *signed_verdict(pair, judgement)) for judgement in pair.verdicts]
    at = next((n for n, parts in enumerate(lines) if width_of((*parts, *decides)) <= width), 0)
    lines[at] = (*lines[at], *decides)
    return [*title, *lines, *([(Part(" " * 3), *remarks)] if remarks else [])]


def legend_line(view: CardView, width: int) -> StyledLine:
    """Return the keys of the verdicts and their symbols, as many as fit."""
    parts: list[Part] = []
    for key, verdict in verdict_keys(view.scale, view.digits):
        target = f"key:{key}"
        parts.extend((Part(key, "yours", target), Part(f" {verdict.symbol}  ", verdict.tone, target)))
    clear = "action:clear-verdict"
    parts.extend((Part(view.label("clear-verdict"), "yours", clear), Part(" clears", "hint", clear)))
    decides = line((f"   {DECIDE_HINT}", "open")) if view.pair_of(view.pair).conflicts else ()
    return clip_line((*line(*parts), *(decides if width_of((*parts, *decides)) <= width else ())), width)


def card_lines(view: CardView, width: int, height: int, *, drawer: bool = False) -> list[StyledLine]:
    """Return the card in at most `height` lines of `width` cells; in the drawer in all of them, without a heading."""
    lines: list[StyledLine] = [] if drawer else [line(("This sentence", "secondary"))]
    lines.append(summary_line(view, width, advice=drawer))
    tail = [legend_line(view, width)] if view.is_claim and view.rests_on else []
    placement = placement_lines(view, width)
    tail = placement[:1] if placement and drawer else tail
    reserved = len(tail) + bool(view.rests_on)
    lines.extend(change_lines(view.check, width, min(6, height - len(lines) - reserved - (not drawer))))
    lines.extend(() if drawer else placement[: max(0, height - len(lines) - reserved)])
    room = height - len(lines) - len(tail)
    body, note = _body_and_note(view, width, room, drawer)
    if not drawer and (body or note or tail) and room > len(body) + len(note):
        lines.append(())
        room -= 1
    if len(body) + len(note) > room:
        note = note[: max(0, room - min(2, len(body)))]  # the current pair and the count of the others
        fits = max(1, room - len(note))
        if len(body) > fits:
            rest = len(body) - fits + 1
            target = "action:open-card"
            more = line((f"  … {rest} more, ", "hint"), (view.label("open-card"), "yours", target), (" opens", "hint"))
            body = [*_lines_around_pair(body, view, max(1, fits - 1)), more][:fits]
    lines.extend(body)
    if note and not drawer and len(body) + len(note) < room:
        lines.append(())
    lines.extend(note)
    room = height - len(lines) - len(tail)
    lines.extend([()] * (room if drawer else min(room, bool(tail))))
    return [clip_line(parts, width) for parts in (*lines[: max(0, height - len(tail))], *tail)][:height]


def _body_and_note(view: CardView, width: int, room: int, drawer: bool) -> tuple[list[StyledLine], list[StyledLine]]:
    """Return the references of the sentence, each pair in full if there is room, and the note.

    Pairs with several verdicts keep their lines longest.
    """
    note = _advice_and_note(view, width, 1 if drawer else 3, drawer)
    if view.annotation is None or not view.is_claim:
        body = _reference_lines(view, width, drawer, 1 if drawer else 3)
        fits = drawer or len(body) + len(note) < room
        return body if fits else _reference_lines(view, width, drawer), note
    rest = [*_unlinked_line(view), *_problem_lines(view)]
    for title_lines in (3, 2, 1):
        in_full = [_pair_lines(view, reference, width, title_lines) for reference in view.rests_on]
        if len(rest) + sum(map(len, in_full)) + len(note) < room:
            return [*(part for lines in in_full for part in lines), *rest], note
    body = _reference_lines(view, width, drawer)
    if not view.annotation.conflicts:
        return body, note
    brief = _advice_and_note(view, width, 1, drawer)
    pairs = [
        lines if len(lines) > 2 and not _fits_beside(view, reference, width) else [short]
        for reference, short, lines in zip(view.rests_on, body, in_full, strict=False)
    ]
    mixed = [*(part for lines in pairs for part in lines), *rest]
    choices = ((mixed, note), (mixed, brief), (body, note))
    return next((choice for choice in choices if sum(map(len, choice)) <= room), (body, brief))


def _advice_and_note(view: CardView, width: int, most: int, drawer: bool) -> list[StyledLine]:
    """Return the decision and the note in `most` lines, then the comments in as many.

    The drawer shows the decision in its first line instead.
    """
    decision = [] if drawer else decision_lines(view.annotation, width, max(1, most - 1))
    note = note_lines(view.annotation, view.label, width, most)
    return [*decision, *note, *_document_comments(view, width, most)]


def _document_comments(view: CardView, width: int, most: int) -> list[StyledLine]:
    if not view.comments:
        return []
    from reader.tui.panes.comments import document_comment_lines  # few documents have comments

    return document_comment_lines(view.comments, view.label, width, most)


def _all_comments(view: CardView, width: int) -> list[StyledLine]:
    if not view.comments:
        return []
    from reader.tui.panes.comments import all_comment_lines  # few documents have comments

    return all_comment_lines(view.comments, width)


def _lines_around_pair(body: list[StyledLine], view: CardView, fits: int) -> list[StyledLine]:
    """Return as many lines of the body as fit, the current pair among them."""
    current = next((i for i, parts in enumerate(body) if parts and parts[0].text == "▸"), 0)
    first = max(0, min(current, len(body) - fits))
    return body[first : first + fits] if fits > 0 else []


def _reference_lines(view: CardView, width: int, drawer: bool, title_lines: int = 1) -> list[StyledLine]:
    """Return the references that the sentence rests on: one line each, on a sentence that is no claim at most `title_lines`."""
    if view.is_claim:
        lines = [*(pair_line(view, reference, width) for reference in view.rests_on), *_unlinked_line(view)]
    else:
        cited = (_cited_lines(view, reference, width, n, drawer, title_lines) for n, reference in enumerate(view.rests_on))
        lines = [parts for entry in cited for parts in entry]
    lines.extend(_problem_lines(view))
    if not lines and view.sentence and not view.is_claim:
        lines.append(line(("rests on nothing the article cites", "hint")))
    return lines


def _problem_lines(view: CardView) -> list[StyledLine]:
    return [line((problem, "fault")) for problem in view.marker_problems]


def _unlinked_line(view: CardView) -> list[StyledLine]:
    """Return one line with the references that the claim cites but does not rest on, or no line."""
    unlinked = unlinked_references(view.annotation)
    labels = " ".join(f"[{view.article.label_of(reference)}]" for reference in unlinked)
    return [line("  ", (f"{len(unlinked)} unlinked: {labels}", "hint", "action:link"))] if unlinked else []


def _unlinked_lines(view: CardView, width: int) -> list[StyledLine]:
    """Return the lines of the open card about references that the claim cites but does not rest on, with the reasons."""
    lines: list[StyledLine] = []
    for reference in unlinked_references(view.annotation):
        words = link_text(view.annotation.links[reference], view.creator) if view.annotation is not None else ""
        label = f"[{view.article.label_of(reference)}] "
        lines.extend(
            line((label if number == 0 else " " * len(label), "cite"), (text, "secondary"))
            for number, text in enumerate(fold(words, width - len(label), 2))
        )
    return [*lines, ()] if lines else []


def _cited_lines(
    view: CardView, reference_id: str, width: int, number: int, drawer: bool, title_lines: int
) -> list[StyledLine]:
    reference = view.article.reference_by_id.get(reference_id)
    lead = "" if drawer else "rests on  " if number == 0 else " " * 10
    parts = [Part(lead, "secondary"), Part(f"[{view.article.label_of(reference_id)}] ", "cite b", f"reference:{reference_id}")]
    lead = line(*parts)
    if reference is None:
        return [lead]
    target, title = f"reference:{reference_id}", short_title(reference)
    if drawer:
        cited = dict(view.cited).get(reference_id, 0)
        room = width - width_of(lead) - cell_len(terminal_line(title)) - 3
        by = f"{byline(reference)} · cited {cited}×"
        if cell_len(terminal_line(by)) > room:
            by = byline(reference, room) if room >= BYLINE_CELLS else ""
        return [clip_line((*lead, *line(Part(title, "text", target), Part(f"   {by}", "secondary"))), width)]
    size = width_of(lead)
    if width - size < LEAST_TITLE_CELLS:  # the title begins below a label that leaves it hardly any room
        if title_lines == 1:
            return [clip_line((*lead, Part(title, "text", target)), width)]
        below = fold(title, max(1, width - 10), title_lines - 1)
        return [clip_line(lead, width), *((Part(" " * 10), Part(text, "text", target)) for text in below)]
    texts = list(fold(title, max(1, width - size), title_lines)) or [""]
    return [(*(lead if n == 0 else (Part(" " * size),)), Part(text, "text", target)) for n, text in enumerate(texts)]


class OpenCardPage(NamedTuple):
    """A page of the open card, and how many pages there are above and below the one with the current pair."""

    lines: list[StyledLine]
    above: int
    below: int


def open_card_page(view: CardView, quote: str, width: int, height: int, page: int = 0) -> OpenCardPage:
    """Return a page of the whole card: the quote, every pair with its full entry, the note, the scale with its labels.

    Page 0 has the current pair, those above it have negative numbers. A number beyond the last page means the last.
    """
    lines: list[StyledLine] = [line(("This sentence", "secondary")), summary_line(view, width), ()]
    changes = [*change_lines(view.check, width, 12), *placement_lines(view, width)]
    lines.extend(changes or (line((text, "quote")) for text in fold(quote, width, 6)))
    lines.append(())
    at, note = len(lines), note_lines(view.annotation, view.label, width, 12)
    if note and view.annotation is not None and view.annotation.conflicts:
        lines.extend((*note, ()))
        at, note = 0, []
    for reference_id in view.rests_on:
        reference = view.article.reference_by_id.get(reference_id)
        if reference_id == view.pair:
            at = len(lines)
        lines.extend(_pair_lines(view, reference_id, width))
        pair, room = view.pair_of(reference_id), width - PAIR_INDENT
        entry = [line((text, "secondary")) for text in fold(reference.text, room, 4)] if reference is not None else []
        details = [
            *entry,
            *source_lines(pair.source, room),
            *health_lines(pair.health, room),
            *evidence_lines(pair, room, 2),
            *link_lines(pair, room),
        ]
        lines.extend((*indent(details, PAIR_INDENT), ()))
    lines.extend(_unlinked_lines(view, width))
    lines.extend(line((problem, "fault")) for problem in view.marker_problems)
    if not view.rests_on and not view.marker_problems:
        lines.extend((line(("rests on nothing the article cites", "hint")), ()))
    lines.extend((*decision_lines(view.annotation, width, 6), *_all_comments(view, width), *note))
    if view.annotation is not None and not view.annotation.note and not other_notes(view.annotation):
        lines.append(line((view.label("note"), "yours", "action:note"), (" writes a note", "hint")))
    scale = _scale_lines(view, width) if view.annotation is not None and view.rests_on else []
    room = max(1, height - len(scale))
    last = max(0, len(lines) - room)
    home, step = max(0, min(at - room // 2, last)), max(1, room - 2)
    above, below = -(-home // step), -((home - last) // step)
    first = max(0, min(home + page * step, last))
    visible = lines[first : first + room]
    if first < last and room > 1:
        words = f"  … {plural(len(lines) - first - room + 1, 'more line')}, "
        target = "action:card-page-down"
        key = view.label("card-page-down")
        visible[-1] = line((words, "hint", target), (key, "yours", target), (" scrolls", "hint", target))
    visible.extend([()] * (room - len(visible)))
    return OpenCardPage([clip_line(parts, width) for parts in (*visible, *scale)][:height], above, below)


def _scale_lines(view: CardView, width: int) -> list[StyledLine]:
    half = width // 2
    cells = [
        line((key, "yours", f"key:{key}"), (f" {verdict.symbol} {verdict.label}", verdict.tone, f"key:{key}"))
        for key, verdict in verdict_keys(view.scale, view.digits)
    ]
    unavailable = next((word for word in ("∅ source unavailable", "∅ unavailable") if len(word) + 3 <= half), "∅")
    for action, word in (("unavailable", unavailable), ("clear-verdict", "clears")):
        cells.append(line((view.label(action), "yours", f"action:{action}"), (f" {word}", "secondary", f"action:{action}")))
    pairs = zip(cells[::2], [*cells[1::2], ()], strict=False)
    rows = [
        (*clip_line(left, half), Part(" " * max(1, half - width_of(left))), *clip_line(right, width - half))
        for left, right in pairs
    ]
    return [(), *rows]


def peek_lines(reference: Reference, cited: int, width: int, height: int) -> list[StyledLine]:
    """Return a reference in full: label, number of citations, entry, and the DOI or address if the entry lacks it."""
    link = f"doi:{reference.doi}" if reference.doi else reference.url
    link = "" if (reference.doi or reference.url) in reference.text else link
    label = f"[{reference.label}] "
    count = line((f"cited {cited}×", "hint"))
    head = spread(line((label, "cite b"), (byline(reference, width - len(label) - 12), "secondary")), count, width)
    room = max(1, height - 1 - bool(link))
    lines = [head, *(line((text, "text")) for text in fold(reference.text, width, room))]
    if link:
        lines.append(line((link, "cite")))
    return [clip_line(parts, width) for parts in lines[:height]]


# ------------------------------------------------------------------ card of an annotation during attachment

_ATTACH_KEYS: Final = (("attach-here", "attaches it"), ("select", "selects"), ("escape", "cancels"))
_QUOTE: Final = "text b"


def attachment_lines(view: CardView, width: int, height: int, *, drawer: bool = False) -> list[StyledLine]:
    """Return the card in at most `height` lines: kind and tags, the quote in its context, verdicts, note, keys.

    The drawer has all of them.
    """
    annotation = view.annotation
    if annotation is None:
        return [()] * height
    lines: list[StyledLine] = [] if drawer else [line(("To be attached", "secondary"))]
    lines.append(summary_line(view._replace(status=None, others=0), width))
    pairs = [pair_line(view, judgement.reference, width) for judgement in annotation.judgements]
    body = [*pairs, *note_lines(annotation, view.label, width, 1 if drawer else 3)]
    tail = [key_line(view.label, *_ATTACH_KEYS)]
    room = height - len(lines) - len(tail)
    quote = wording_lines("was", _quote_in_context(view), width, max(1, room - min(len(body), room // 2)), _QUOTE)
    lines.extend((*quote, *body[: max(0, room - len(quote))]))
    blank = height - len(lines) - len(tail)
    lines.extend([()] * (blank if drawer else min(blank, 1)))
    return [clip_line(parts, width) for parts in (*lines[: max(0, height - 1)], *tail)][:height]


def _quote_in_context(view: CardView) -> list[StyledWords]:
    if view.annotation is None:
        return []
    selector = view.annotation.selector
    return [(selector.prefix, "hint"), (selector.exact, _QUOTE), (selector.suffix, "hint")]
