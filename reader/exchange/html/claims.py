"""What the review says of each claim: the note beside the text, the table of all pairs, and what the author should do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reader.article.ranges import Span
from reader.exchange.escape import is_web_address
from reader.exchange.html.element import Content, element
from reader.exchange.html.links import Links, day_of, outside_link
from reader.exchange.html.marks import show_mark, sign
from reader.exchange.marks import UNCITED, Mark, item_mark, pair_mark
from reader.exchange.report import Report, ReportItem, ReportPair, ReportPassage, UnlinkedReference
from reader.exchange.wording import (
    FIX_NAMES,
    PAIR_FIELDS,
    VERDICT_NOTE,
    decision_label,
    describe_archived_copy,
    describe_judgement,
    describe_link,
)
from reader.printable import plural
from reader.review.pairs import claim_text
from reader.review.vocabulary import CLAIM, OWN_RECORD

_TITLED_FIELDS: Final = tuple(field for field in PAIR_FIELDS if field.title)

# ------------------------------------------------------------------ the note beside the text


def has_note(item: ReportItem) -> bool:
    """Whether there is more to say of an annotation than what its mark in the text shows."""
    return item.annotation.kind == CLAIM or bool(item.annotation.note or item.annotation.tags or item.check_reason)


def item_note(report: Report, links: Links, item: ReportItem, *, is_sheet: bool) -> Content:
    """Return the note on an annotation; with `is_sheet`, the sign in the text opens it on a narrow screen."""
    annotation, mark, anchor = item.annotation, item_mark(report.scale, item), links.anchor_of(item)
    title = f"Claim {item.number}" if item.number else mark.words.capitalize()
    number = str(item.number) if item.number else sign(mark)
    back = element("a", number, href=f"#c{anchor}", aria_label=f"{title}: back to the text")
    close = element(
        "button", "close", class_="key slim close", type="button", popovertarget=f"n{anchor}", popovertargetaction="hide"
    )
    return element(
        "div",
        element("p", back if item.has_place else number, class_="no"),
        element("ul", *_note_rows(report, links, item)),
        _line("say", annotation.note) if annotation.note else (),
        _line("tags", *(element("bdi", f"#{tag} ") for tag in annotation.tags)) if annotation.tags else (),
        _line("do", *_advice(item)) if annotation.decision else (),
        close if is_sheet else (),
        class_=f"note {mark.tone}",
        id=f"n{anchor}",
        popover="" if is_sheet else None,
        role="note",
        aria_label=title,
    )


def _note_rows(report: Report, links: Links, item: ReportItem) -> Iterator[Content]:
    if not item.pairs:
        yield element("li", show_mark(UNCITED) if item.number else element("b", item_mark(report.scale, item).words))
    yield from (element("li", *_pair_parts(report, links, pair)) for pair in item.pairs)
    yield from (element("li", *_unlinked_parts(links, unlinked)) for unlinked in item.unlinked)
    if item.check_reason:
        mark = show_mark(item_mark(report.scale, item), f"to check: {item.check_reason}")
        yield element("li", mark, " Original wording: ", _quote(item.original_quote))


def _pair_parts(report: Report, links: Links, pair: ReportPair) -> Iterator[Content]:
    yield from (links.label(pair), " ", show_mark(pair_mark(report.scale, pair), describe_judgement(pair)))
    yield from (" ", element("bdi", f"({describe_link(pair)})", class_="place")) if pair.link else ()
    for passage in pair.evidence:
        yield from (" ", element("blockquote", element("p", f"“{passage.quote}”", dir="auto")))
        yield from _place_parts(passage)
    for field in _TITLED_FIELDS:
        if text := field.text_of(pair):
            yield _line("say", text if field is VERDICT_NOTE else f"{field.title}: {text}")
    if pair.standing:
        yield _line("say", f"Also stands: {', '.join(pair.standing)}")
    if pair.judgement and (who := _signature(links, pair.judgement.by, pair.judgement.at)):
        yield element("p", element("bdi", who), class_="place")


def _unlinked_parts(links: Links, unlinked: UnlinkedReference) -> Iterator[Content]:
    reason, who = unlinked.link.reason, _signature(links, unlinked.link.by, unlinked.link.at)
    yield from (links.label(unlinked), " unlinked by hand", element("bdi", f": {reason}") if reason else ())
    yield element("p", element("bdi", who), class_="place") if who else ()


def _place_parts(passage: ReportPassage) -> Iterator[Content]:
    """Yield where a passage stands in its source. A source that is a file is known by its title alone."""
    characters = f"characters {passage.start}–{passage.end}" if passage.end else ""
    older = "an older text of the source" if passage.is_older else ""
    record = passage.origin if passage.origin == OWN_RECORD else ""
    places = (passage.title, describe_archived_copy(passage), record, characters, older)
    parts = [element("bdi", words) for words in places if words]
    parts += [outside_link(passage.origin)] if is_web_address(passage.origin) else []
    if parts:
        yield element("p", *_join_with_commas(parts), class_="place")


def _join_with_commas(parts: Iterable[Content]) -> Iterator[Content]:
    for number, part in enumerate(parts):
        yield from (", ", part) if number else (part,)


def _signature(links: Links, by: str, at: str) -> str:
    return ", ".join(part for part in (links.name_of(by), day_of(at)) if part)


def _line(kind: str, *children: Content) -> Content:
    return element("p", *children, class_=kind, dir="auto")


def _quote(text: str) -> Content:
    return element("bdi", f"“{text}”")


def _advice(item: ReportItem) -> Iterator[Content]:
    yield element("b", element("bdi", decision_label(item)))
    yield from (": ", element("bdi", item.annotation.fix)) if item.annotation.fix else ()


# ------------------------------------------------------------------ the table of all pairs


_NONE: Final = element("span", "none", class_="none")


def claims_table(report: Report, links: Links) -> Iterator[Content]:
    """Yield the table of all claims, a row for each reference that one rests on, with the form that filters it by script."""
    claims = [(item, claim_words(report, item)) for item in _all_claims(report)]  # once each: a claim may have a thousand rows
    rows = [(item, words, pair) for item, words in claims for pair in item.pairs or (None,)]
    marks = dict.fromkeys(_row_mark(report, pair) for *_, pair in rows)
    groups = {mark: str(number) for number, mark in enumerate(sorted(marks, key=lambda mark: mark.rank))}
    if not rows:
        yield element("p", "No sentence is marked as a claim.")
        return
    yield element(
        "form",
        element(
            "label",
            "verdict ",
            element(
                "select",
                element("option", "all", value=""),
                (element("option", f"{mark.sign} {mark.words}", value=group) for mark, group in groups.items()),
            ),
        ),
        element("label", "words ", element("input", type="search", size=18)),
        element("output"),
        class_="tools",
        hidden="",
    )
    heads = ("no.", "verdict", "claim", "reference", "evidence")
    yield element(
        "table",
        element("caption", "Every claim with each reference that it rests on", class_="sr"),
        element("thead", element("tr", (element("th", head, scope="col") for head in heads))),
        element("tbody", (_table_row(report, links, *row, groups) for row in rows)),
    )


def claim_words(report: Report, item: ReportItem) -> str:
    """Return the words of an annotation without markers and markup; those that were marked if they have no place now."""
    selector = item.selector
    return claim_text(report.article, Span(selector.start, selector.end)) if item.has_place else selector.exact


def _all_claims(report: Report) -> Iterator[ReportItem]:
    yield from report.claims
    yield from (item for item in report.orphans if item.number)


def count_claims(report: Report) -> int:
    """Return the number of claims, those without a place too."""
    return sum(1 for _ in _all_claims(report))


def _row_mark(report: Report, pair: ReportPair | None) -> Mark:
    return pair_mark(report.scale, pair) if pair else UNCITED


def _table_row(
    report: Report, links: Links, item: ReportItem, words: str, pair: ReportPair | None, groups: dict[Mark, str]
) -> Content:
    mark = _row_mark(report, pair)
    anchor = f"#{'c' if item.has_place else 'n'}{links.anchor_of(item)}"
    number = element("a", str(item.number), href=anchor, aria_label=f"Claim {item.number}")
    evidence = [element("p", _quote(passage.quote)) for passage in pair.evidence] if pair else []
    return element(
        "tr",
        element("th", number, scope="row"),
        element("td", show_mark(mark, describe_judgement(pair) if pair else "")),
        element("td", words, dir="auto"),
        element("td", *(links.label(pair), " ", element("bdi", _short_entry(pair))) if pair else (_NONE,), data_l="reference"),
        element("td", *evidence or (_NONE,), data_l="evidence"),
        data_v=groups[mark],
        data_w=mark.rank,
    )


def _short_entry(pair: ReportPair) -> str:
    return (pair.entry.title or pair.entry.text) if pair.entry else ""


# ------------------------------------------------------------------ for the author


def author_list(report: Report, links: Links) -> Iterator[Content]:
    """Yield what the author should do, the worst claim first: the current wording, what to do and how, and the reasons."""
    fixes = sorted(report.claims_to_fix, key=lambda item: item_mark(report.scale, item).rank)
    if not fixes:
        yield element("p", "Nothing is noted for the author.")
        return
    yield element("p", f"{plural(len(fixes), 'claim')} to mend{', the worst first' if len(fixes) > 1 else ''}.")
    yield element("ol", (_fix(report, links, item) for item in fixes), class_="fixes")


def _fix(report: Report, links: Links, item: ReportItem) -> Content:
    mark = item_mark(report.scale, item)
    reasons = (
        element("p", links.label(pair), " ", show_mark(pair_mark(report.scale, pair), describe_judgement(pair)), _reason(pair))
        for pair in item.pairs
    )
    return element(
        "li",
        element(
            "p", sign(mark), " ", element("b", element("bdi", decision_label(item))), " ", links.claim(item), class_="what"
        ),
        element("p", _quote(claim_words(report, item)), class_="q", dir="auto"),
        reasons if item.pairs else element("p", show_mark(mark)),
        _line("say", item.annotation.note) if item.annotation.note else (),
        _how(item) if item.annotation.fix else (),
        class_=mark.tone,
    )


def _how(item: ReportItem) -> Content:
    name = FIX_NAMES.get(item.annotation.decision, "how")
    return _line("how", element("span", f"{name}: ", class_="place"), element("bdi", item.annotation.fix))


def _reason(pair: ReportPair) -> Content:
    note = VERDICT_NOTE.text_of(pair)
    return element("bdi", f": {note}") if note else ()
