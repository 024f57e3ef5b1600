"""What the review came to: the counts in words, the chart, what was not checked, and how it was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from reader.exchange.html.element import Content, element
from reader.exchange.html.links import Links, day_of
from reader.exchange.html.marks import show_mark
from reader.exchange.marks import FOR_LATER, NO_CLAIM, OPEN, TO_CHECK, UNCITED, Mark, count_pairs, sentence_marks
from reader.exchange.report import Report, ReportPair
from reader.exchange.wording import agreement_sentence, review_times
from reader.printable import plural
from reader.review.scale import UNAVAILABLE, UNAVAILABLE_STATE
from reader.review.vocabulary import NO_SOURCE, ONLY_ABSTRACT

_MOST_CELLS: Final = 600
"""The most sentences that the chart shows one by one; of more it shows how many have which mark."""
_LEAST_SHARE: Final = 4
"""The least percentage of a bar on which there is room for a sign."""
_MEANINGS: Final = {
    "supports": "The source says it, in substance and in amount.",
    "partly-supports": "The source says a part of it, or says it of less.",
    "overstated": "The source says it more weakly, or of fewer.",
    "misleading": "What the source says is presented so that readers will misunderstand it.",
    "does-not-support": "The source was read and does not say it.",
    "contradicts": "The source says otherwise.",
    "unclear": "The source can be read either way, or does not settle it.",
}
"""What the verdicts of the built-in scales mean; the labels of a scale of one's own speak for themselves."""


def _placed_pairs(report: Report) -> tuple[ReportPair, ...]:
    """Return the pairs of the claims that have a place, which are those that the counts of a review count."""
    return tuple(pair for claim in report.claims for pair in claim.pairs)


def _has_verdict(pair: ReportPair) -> bool:
    return pair.verdict not in ("", UNAVAILABLE)


# ------------------------------------------------------------------ in short


def short_summary(report: Report) -> Iterator[Content]:
    """Yield the counts in words."""
    counts = report.counts
    decided = (
        f"{counts.decided_count:,} of its {plural(counts.sentences, 'sentence')} {_is_or_are(counts.decided_count)} decided. "
    )
    yield element(
        "p",
        element("b", plural(counts.claims, "claim") if counts.claims else "No claim"),
        f" {_is_or_are(counts.claims or 1)} marked in the article, and {decided}",
        _rests(report),
        class_="lead",
    )
    yield element("p", element("b", "State of the review: "), f"{counts.summary()}.")


def _is_or_are(count: int) -> str:
    return "is" if count == 1 else "are"


def _rests(report: Report) -> Iterator[Content]:
    """Yield what the claims rest on, and how many are supported; nothing without claims."""
    claims, pairs = report.claims, _placed_pairs(report)
    resting = sum(bool(claim.pairs) for claim in claims)
    bare = len(claims) - resting
    if bare:
        yield (
            "The claim rests on nothing. "
            if len(claims) == 1
            else f"{bare:,} of the claims {'rests' if bare == 1 else 'rest'} on nothing. "
        )
    if not resting:
        return
    subject = ("the other" if bare else "the claim") + ("" if resting == 1 else "s")
    states = (
        (sum(map(_has_verdict, pairs)), "with a verdict"),
        (report.counts.unavailable, "whose source is unavailable"),
        (sum(not pair.verdict for pair in pairs), "without a verdict"),
    )
    yield f"What {subject} {'rests' if resting == 1 else 'rest'} on makes "
    yield element("b", plural(len(pairs), "pair"))
    yield f" of a claim and a reference: {', '.join(f'{count:,} {words}' for count, words in states if count)}. "
    held = sum(bool(c.pairs) and all(not p.is_open and _is_good(report, p) for p in c.pairs) for c in claims)
    yield element("b", f"{plural(held, 'claim') if held else 'No claim'} {_is_or_are(held or 1)} supported")
    yield f" by every reference that {'it rests' if held < 2 else 'they rest'} on."


def _is_good(report: Report, pair: ReportPair) -> bool:
    return report.scale.by_id(pair.verdict).tone == "good"


# ------------------------------------------------------------------ the chart


def chart(report: Report) -> Content:
    """Return the chart: the pairs by verdict, the sentences by their worst mark, and what the signs mean."""
    by_verdict = count_pairs(report)
    marks = sentence_marks(report)
    by_mark = Counter(sorted(marks, key=lambda mark: mark.rank))
    signs = dict.fromkeys([*by_verdict, *(mark for mark in by_mark if mark in _CHART_MARKS)])
    paragraphs = len(report.article.sentences.body_blocks)
    legend = (
        element("li", show_mark(mark), " ", element("b", f"{by_verdict[mark] if mark in by_verdict else by_mark[mark]:,}"))
        for mark in signs
    )
    pairs = len(_placed_pairs(report))
    return element(
        "figure",
        element("p", f"{plural(pairs, 'pair')} of a claim and a reference, by verdict", class_="cap") if pairs else (),
        _bar(by_verdict),
        element(
            "p", f"{plural(len(marks), 'sentence')} in {plural(paragraphs, 'paragraph')}, each by its worst mark", class_="cap"
        ),
        _cells(report, marks, by_mark) if len(marks) <= _MOST_CELLS else _bar(by_mark),
        element("ul", legend, class_="legend"),
    )


_CHART_MARKS: Final = (UNCITED, OPEN, TO_CHECK, FOR_LATER, NO_CLAIM)


def _in_words(counts: Counter[Mark]) -> str:
    return ", ".join(f"{count:,} {mark.words}" for mark, count in counts.items()) or "none"


def _bar(counts: Counter[Mark]) -> Content:
    """Return a bar of shares as a picture that any width fits, with the same in words."""
    total, at = sum(counts.values()), 0.0
    parts: list[Content] = []
    for mark, count in counts.items():
        share = 100 * count / total
        parts.append(element("rect", class_=mark.tone, x=f"{at:.2f}%", y=1, width=f"{share:.2f}%", height=30))
        if share >= _LEAST_SHARE:
            parts.append(element("text", mark.sign, class_=mark.tone, x=f"{at + share / 2:.2f}%", y=22, text_anchor="middle"))
        at += share
    return element("svg", parts, role="img", aria_label=_in_words(counts), width="100%", height=32) if parts else ()


def _cells(report: Report, marks: list[Mark], counts: Counter[Mark]) -> Content:
    """Return one cell for each sentence, parted by paragraph, with the counts in words."""
    sentences = report.article.sentences
    paragraphs = [n for n, block in enumerate(sentences.body_blocks) for _ in sentences.in_block(block)]
    groups = groupby(zip(paragraphs, marks, strict=True), key=lambda pair: pair[0])
    return element(
        "div",
        (
            element("span", (element("span", m.sign, class_=m.tone) for _, m in cells), class_="paragraph")
            for _, cells in groups
        ),
        class_="cells",
        role="img",
        aria_label=_in_words(counts),
    )


# ------------------------------------------------------------------ what was not checked


def not_checked(report: Report, links: Links) -> Iterator[Content]:
    """Yield what the verdicts do not cover, each with its count."""
    counts, pairs = report.counts, _placed_pairs(report)
    open_claims = [item for item in report.claims if item.open_pairs]
    bare = sum(_has_verdict(pair) and not pair.evidence for pair in pairs)
    unread = sum(_has_verdict(pair) and pair.source_state == NO_SOURCE for pair in pairs)
    described = sum(_has_verdict(pair) and pair.is_only_described for pair in pairs)
    abstracts = sum(_has_verdict(pair) and pair.source_state == ONLY_ABSTRACT for pair in pairs)
    unused = sum(not row.claim_count for row in report.references)
    rows: list[Content] = []
    if counts.undecided:
        rows.append(f"{plural(counts.undecided, 'sentence')} undecided.")
    if counts.later:
        rows.append(f"{plural(counts.later, 'sentence')} left for later.")
    if open_claims:
        named = [[", " if number else "", links.claim(item)] for number, item in enumerate(open_claims)]
        rows.append([f"{plural(counts.open_pairs, 'open pair')}: ", named, "."])
    if counts.unavailable:
        rows.append(f"{plural(counts.unavailable, 'pair')} whose source is unavailable.")
    if counts.uncited:
        rows.append(
            f"{plural(counts.uncited, 'claim')} that cite{'s' if counts.uncited == 1 else ''} nothing to check against."
        )
    if bare:
        rows.append(f"{plural(bare, 'verdict')} without a passage of the source.")
    if unread:
        rows.append(f"{plural(unread, 'verdict')} on a source that is not kept with the review.")
    if described:
        sources = "a described source" if described == 1 else "described sources"
        rows.append(f"{plural(described, 'verdict')} on {sources}, of which only the reader's own record was at hand.")
    if abstracts:
        rows.append(f"{plural(abstracts, 'verdict')} on a source of which only the abstract was at hand.")
    if unused:
        rows.append(f"{plural(unused, 'reference')} on which no claim rests.")
    if counts.to_check():
        rows.append(f"Changed since then: {' · '.join(counts.to_check())}.")
    if counts.two_verdicts:
        rows.append(f"{plural(counts.two_verdicts, 'pair')} with two verdicts.")
    if report.not_claim_count:
        rows.append(f"{plural(report.not_claim_count, 'passage')} marked as making no claim.")
    if report.article.aside:
        rows.append(
            [element("a", plural(len(report.article.aside), "passage"), href="#aside"), " set aside as no part of the article."]
        )
    rows.append("Whether a source is right; only whether it says what the article says.")
    yield element("ul", (element("li", row) for row in rows), class_="plain")


# ------------------------------------------------------------------ method


def method(report: Report, links: Links) -> Iterator[Content]:
    """Yield how the review was done, with its numbers, and what the verdicts mean."""
    readers = report.readers
    if readers is not None:
        names = (links.name_of(readers.names[0]), links.name_of(readers.names[1]))
        report = replace(report, readers=replace(readers, names=names))
    yield element("p", _method_sentences(report, len(links.people)))
    yield element(
        "p",
        f"The text is the edition whose SHA-256 begins with {report.article.digest[:16]}: "
        f"{len(report.article.text):,} characters, {plural(len(report.references), 'reference')}.",
    )
    yield element(
        "dl",
        (
            element("div", element("dt", show_mark(Mark(v.symbol, v.label, v.tone))), element("dd", _MEANINGS.get(v.id, "")))
            for v in report.scale.verdicts
        ),
        *(
            element("div", element("dt", show_mark(mark)), element("dd", meaning))
            for mark, meaning in (
                (Mark(UNAVAILABLE_STATE.symbol, UNAVAILABLE_STATE.label, UNAVAILABLE_STATE.tone), "A state, not a verdict."),
                (UNCITED, "The claim cites no reference, and nobody linked one."),
                (OPEN, "There is no verdict yet, or the passage that it needs is missing."),
                (TO_CHECK, "The text or its source changed after the decision."),
            )
        ),
    )


def _method_sentences(report: Report, people: int) -> Iterator[Content]:
    """Yield who decided and compared what, with the counts."""
    counts, pairs = report.counts, _placed_pairs(report)
    verdicts = [pair for pair in pairs if _has_verdict(pair)]
    passages = sum(bool(pair.evidence) for pair in verdicts)
    if counts.decided_count:
        who = plural(people, "person", "people") if people else "One person"
        sentences = f"{counts.decided_count:,} of its {plural(counts.sentences, 'sentence')}"
        yield f"{who} read the article and decided whether {sentences} make{'s' if counts.decided_count == 1 else ''} a claim. "
    else:
        yield "Nobody has decided yet which sentences of the article make a claim. "
    yield "Each claim is compared with each reference that it rests on; "
    yield f"such a pair gets one of {len(report.scale.verdicts)} verdicts. "
    if verdicts:
        yield f"{len(verdicts):,} of {plural(len(pairs), 'pair')} {'has' if len(verdicts) == 1 else 'have'} a verdict, "
        yield f"{f'{passages:,}' if passages else 'none'} of them with the passage of the source that decided it. "
    if report.readers is not None:
        yield f"{agreement_sentence(report.readers)} "
    yield "The verdicts are those of people: Claim Reader gives none. "
    yield "The audit compares the text with its reference list and fetches nothing."


def period(report: Report) -> str:
    """Return the days in which the review was made, "" if they are unknown: "22 to 26 November 2026"."""
    days = tuple(map(day_of, review_times(report)))
    if not days:
        return ""
    first, last = days
    return first if first == last else f"{first} to {last}"
