"""Render a pair of claim and reference: verdict, problems, evidence, source, link; and the decision on its claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.printable import printable_line
from reader.review.scale import LEAVE_AS_IS, Scale, decision_title, problem_title
from reader.review.vocabulary import (
    ABSTRACT_MARK,
    ARCHIVED_MARK,
    CLAIM,
    CONCERN_MARK,
    CORRECTED_MARK,
    DESCRIBED,
    DESCRIBED_MARK,
    DIFFERS_MARK,
    EMPTY_MARK,
    FAILED_MARK,
    FAULT_MARKS,
    FETCH_FAILED,
    MATCHES_MARK,
    MAYBE_RETRACTED_MARK,
    MISSING_MARK,
    NO_RECORD_MARK,
    NO_SOURCE,
    NO_TEXT,
    ONLY_ABSTRACT,
    OWN_RECORD,
    RETRACTED_MARK,
    SUPPLIED,
    SUPPLIED_MARK,
)
from reader.tui.styled_line import Part, StyledLine, fold, line, width_of

if TYPE_CHECKING:
    from reader.review.health import SourceHealth
    from reader.review.model import Annotation, ClaimLink, Evidence, Judgement, Source

EVIDENCE_SIGN: Final = "❝"
"""Sign of a passage that is kept as evidence."""
LINK_SIGN: Final = "+"
"""Sign of a pair that a person linked."""
LEAD_WIDTH: Final = 7
"""Cells of the word at the start of a line about a pair or a claim."""
_STATES: Final[Mapping[str, tuple[str, str, str]]] = {
    SUPPLIED: ("▤", "supplied", "secondary"),
    ONLY_ABSTRACT: ("▤", "abstract", "secondary"),
    NO_TEXT: ("▢", "no text", "fault"),
    DESCRIBED: ("▧", "described", "secondary"),
    FETCH_FAILED: ("!", "not reached", "fault"),
}
"""Sign, word and role of each state of a source. NO_SOURCE has none."""
_MARKS: Final[Mapping[str, tuple[str, str, str]]] = {
    RETRACTED_MARK: ("!", "retracted", "bad"),
    MAYBE_RETRACTED_MARK: ("!", "retracted?", "fault"),
    CONCERN_MARK: ("!", "concern", "fault"),
    CORRECTED_MARK: ("!", "corrected", "fault"),
    NO_RECORD_MARK: ("!", "no record", "fault"),
    DIFFERS_MARK: ("!", "record differs", "fault"),
    MATCHES_MARK: ("✓", "record", "good"),
    MISSING_MARK: ("–", "no source", "hint"),
    FAILED_MARK: _STATES[FETCH_FAILED],
    EMPTY_MARK: _STATES[NO_TEXT],
    ABSTRACT_MARK: _STATES[ONLY_ABSTRACT],
    SUPPLIED_MARK: _STATES[SUPPLIED],
    DESCRIBED_MARK: _STATES[DESCRIBED],
    ARCHIVED_MARK: ("▤", "archived", "secondary"),
}
"""Sign, word and role of each mark of a source."""


class PairView(NamedTuple):
    """Pair as the panes show it. `creator` is the person; `stale` says why the verdict is, if it is.

    `health` is what others have recorded about the work behind the reference, None for nothing; `standing` are the judgements
    of others that stand too, as somebody settled.
    """

    scale: Scale
    judgement: Judgement | None
    conflicts: tuple[Judgement, ...]
    link: ClaimLink | None
    source: Source | None
    creator: str
    stale: str
    health: SourceHealth | None = None
    standing: tuple[Judgement, ...] = ()

    @property
    def verdicts(self) -> tuple[Judgement, ...]:
        """The judgements with a verdict: none, one, or several that were given concurrently or stand beside each other."""
        return (
            (self.judgement, *self.conflicts, *self.standing) if self.judgement is not None and self.judgement.verdict else ()
        )

    @property
    def is_linked(self) -> bool:
        """Whether a person linked the pair, and the text does not cite it."""
        return self.link is not None and self.link.rests


def view_pair(
    claim: Annotation | None,
    reference: str,
    scale: Scale,
    source: Source | None,
    creator: str,
    *,
    stale: str,
    health: SourceHealth | None = None,
) -> PairView:
    """Return the pair of a claim and the reference with this id."""
    if claim is None:
        return PairView(scale, None, (), None, source, creator, stale, health)
    from reader.review.conflicts import conflicting_judgements

    judgement, conflicts = claim.judgement_on(reference), conflicting_judgements(claim, reference)
    standing: tuple[Judgement, ...] = ()
    if claim.settlements:
        from reader.review.disagreements import standing_judgements

        standing = () if conflicts else standing_judgements(claim, reference)
    return PairView(scale, judgement, conflicts, claim.links.get(reference), source, creator, stale, health, standing)


# ------------------------------------------------------------------ line parts


def signed_verdict(pair: PairView, judgement: Judgement) -> StyledLine:
    """Return a verdict and the name of its giver, if another person gave it."""
    verdict = pair.scale.by_id(judgement.verdict)
    by = f" ({judgement.by})" if judgement.by and judgement.by != pair.creator else ""
    return line((f"{verdict.symbol} {verdict.label}", verdict.tone), (by, "secondary"))


def signed_verdicts(pair: PairView) -> StyledLine:
    """Return all verdicts on a pair, each with the name of its giver."""
    return tuple(part for one in pair.verdicts for part in (Part(" · ", "open"), *signed_verdict(pair, one)))[1:]


def stale_part(pair: PairView) -> StyledLine:
    """Return that a verdict was given on another wording or source, nothing for a current one."""
    return line((f"  {pair.stale}", "fault")) if pair.stale else ()


def verdict_line(pair: PairView, *, short: bool = False) -> StyledLine:
    """Return the verdicts on a pair, or that it is open, then its evidence or source, then "stale" if it is.

    `short` reduces several verdicts to their symbols and missing evidence to a sign.
    """
    judgement, verdicts, evidence = pair.judgement, pair.verdicts, evidence_part(pair)
    if not verdicts or judgement is None:
        return (*line(("○ open", "open")), *evidence)
    if len(verdicts) > 1 and short:
        symbols = " ".join(pair.scale.by_id(one.verdict).symbol for one in verdicts)
        return (*line(symbols, (f" {len(verdicts)} verdicts", "open")), *evidence, *stale_part(pair))
    if len(verdicts) > 1:
        return (*signed_verdicts(pair), *evidence, *stale_part(pair))
    verdict = pair.scale.by_id(judgement.verdict)
    is_missing = verdict.needs_evidence and not judgement.evidence
    missing = line(("  ○" if short else "  no evidence yet", "open", "action:source")) if is_missing else ()
    return (*line((f"{verdict.symbol} {verdict.label}", verdict.tone)), *missing, *evidence, *stale_part(pair))


def _problem_titles(pair: PairView) -> list[str]:
    return [problem_title(problem) for problem in pair.judgement.problems] if pair.judgement is not None else []


def remarks_part(pair: PairView, width: int) -> StyledLine:
    """Return what a person set on a pair beside its verdict, in `width` cells: its problems.

    The titles that do not fit are counted; a sign is always there.
    """
    titles = _problem_titles(pair)
    for count in range(len(titles), -1, -1) if titles else ():
        rest = len(titles) - count
        more = (f" +{rest}" if count else f"{rest}") if rest else ""
        parts = line((f"  ! {', '.join(titles[:count])}{more}", "fault", "action:problems"))
        if width_of(parts) <= width:
            return parts
    return line(("  !", "fault", "action:problems")) if titles else ()


def evidence_part(pair: PairView) -> StyledLine:
    """Return the number of passages kept as evidence on a pair, or the state of its source, and its gravest fault."""
    faults = [_MARKS[mark] for mark in _health_marks(pair.health) if mark in FAULT_MARKS]
    fault = line((f"  {faults[0][0]} {faults[0][1]}", faults[0][2], "action:source")) if faults else ()
    return (*_text_part(pair), *fault)


def _health_marks(health: SourceHealth | None) -> tuple[str, ...]:
    """Return the marks that what others have recorded gives a source; nothing for the many about which nothing is known."""
    if health is None:
        return ()
    from reader.review.source_marks import health_marks  # not for the first frame

    return tuple(health_marks(health))


def _text_part(pair: PairView) -> StyledLine:
    evidence = pair.judgement.evidence if pair.judgement is not None else ()
    if evidence:
        own = f" {OWN_RECORD}" if any(_is_own_record(pair, one) for one in evidence) else ""
        return line((f"  {EVIDENCE_SIGN} {len(evidence)}{own}", "yours", "action:source"))
    if pair.source is None or pair.source.state not in _STATES:
        return ()
    sign, word, role = _STATES[pair.source.state]
    text = sign if pair.source.state == SUPPLIED else f"{sign} {word}"
    return line((f"  {text}", role, "action:source"))


def _is_own_record(pair: PairView, evidence: Evidence) -> bool:
    """Whether a passage is of what a person wrote down of a described source."""
    text = pair.source.text_of(evidence.source) if pair.source is not None else None
    return text is not None and text.origin == OWN_RECORD


def source_marks_part(marks: Sequence[str], target: str, width: int, lead: str = "") -> StyledLine:
    """Return `lead` and the marks of a source, each as a sign and a word, as far as they fit in `width` cells.

    A mark that says the same as another is left out; where words do not fit, the signs stand alone.
    """
    shown = [_MARKS[mark] for mark in marks if not _is_implied(mark, marks)]
    for with_words in range(len(shown), -1, -1):
        texts = (f"{sign} {word}" if n < with_words else sign for n, (sign, word, _) in enumerate(shown))
        parts = [
            Part(f"{'  ' if n else lead}{text}", role, target)
            for n, (text, (_, _, role)) in enumerate(zip(texts, shown, strict=True))
        ]
        if width_of(parts) <= width:
            return tuple(parts)
    return ()


def _is_implied(mark: str, marks: Sequence[str]) -> bool:
    """Whether another mark of the same source says this one too."""
    return (mark == MISSING_MARK and FAILED_MARK in marks) or (mark == SUPPLIED_MARK and ARCHIVED_MARK in marks)


def decision_part(claim: Annotation | None) -> StyledLine:
    """Return the title of the decision on a claim, if there is one."""
    if claim is None or not claim.decision:
        return ()
    role = "secondary" if claim.decision == LEAVE_AS_IS else "open"
    return line((f"   → {decision_title(claim.decision)}", role, "action:decide"))


# ------------------------------------------------------------------ whole lines


def led_lines(lead: str, text: str, width: int, most: int, role: str = "text", target: str = "") -> list[StyledLine]:
    """Fold a text into at most `most` lines, the word `lead` before the first."""
    return [
        line((f"{'' if number else lead:{LEAD_WIDTH}}", "secondary"), (words, role, target))
        for number, words in enumerate(fold(text, width - LEAD_WIDTH, most))
    ]


def remark_lines(pair: PairView, width: int) -> list[StyledLine]:
    """Return what a person set on a pair beside its verdict, a line each: its problems."""
    return led_lines("wrong", ", ".join(_problem_titles(pair)), width, 1, "fault", "action:problems")


def evidence_lines(pair: PairView, width: int, most: int) -> list[StyledLine]:
    """Return the passages kept as evidence on a pair, each in at most `most` lines."""
    lines: list[StyledLine] = []
    for evidence in pair.judgement.evidence if pair.judgement is not None else ():
        older = "older text: " if pair.source is not None and evidence.source != pair.source.current else ""
        own = f"{OWN_RECORD}: " if _is_own_record(pair, evidence) else ""
        words = older + own + " ".join(printable_line(evidence.selector.exact).split())
        lines.extend(
            line((f"{EVIDENCE_SIGN} " if number == 0 else "  ", "yours"), (text, "quote"))
            for number, text in enumerate(fold(words, width - 2, most))
        )
    return lines


def source_lines(source: Source | None, width: int) -> list[StyledLine]:
    """Return the state of a source with its origin and date, or with the reason for a failed fetch; nothing without one."""
    if source is None or source.state == NO_SOURCE:
        return []
    sign, _, role = _STATES[source.state]
    if source.text is None:
        state = f"could not be reached on {source.failed_at[:10]}: {source.failure}"
    else:
        state = f"{source.state}, {source.text.route}, {source.text.at[:10]}"
    others = (source.text_of(digest) for digest in source.conflicts.get("current", ()) if isinstance(digest, str))
    also = [
        f"! also attached: “{text.title or text.route}”{f' by {text.by}' if text.by else ''}; attaching one again decides"
        for text in others
        if text is not None and text.digest != source.current
    ]
    return [
        *(line((text, role, "action:source")) for text in fold(f"{sign} {state}", width, 2)),
        *(line((words, "fault", "action:attach-source")) for text in also for words in fold(text, width, 2)),
    ]


def health_lines(health: SourceHealth | None, width: int) -> list[StyledLine]:
    """Return what others have recorded about the work behind a reference: each notice, then its record."""
    if health is None:
        return []
    from reader.review.health import SourceHealth  # as above
    from reader.review.source_audit.records import describe_notice, describe_record

    texts = [
        ("!", describe_notice(notice), "bad" if notice is health.retraction else "fault") for notice in health.notices_in_force
    ]
    if health.record is not None:
        marks = _health_marks(SourceHealth((), health.record))
        sign, _, role = _MARKS[marks[0]] if marks else ("–", "", "hint")
        texts.append((sign, describe_record(health.record), role))
    return [
        line((words, role)) for sign, text, role in texts if text for words in fold(printable_line(f"{sign} {text}"), width, 3)
    ]


def decision_lines(claim: Annotation | None, width: int, most: int) -> list[StyledLine]:
    """Return the decision on a claim and its wording in at most `most` lines."""
    if claim is None or not claim.decision:
        return []
    words = decision_title(claim.decision) + (f": {claim.fix}" if claim.fix else "")
    role = "secondary" if claim.decision == LEAVE_AS_IS else "text"
    return led_lines("author", " ".join(words.split()), width, most, role, "action:decide")


def link_lines(pair: PairView, width: int) -> list[StyledLine]:
    """Return who linked a pair and the reason; nothing for one that the text cites."""
    if pair.link is None or not pair.is_linked:
        return []
    return [line((text, "secondary")) for text in fold(link_text(pair.link, pair.creator), width, 2)]


def link_text(link: ClaimLink, creator: str) -> str:
    """Return "linked" or "unlinked", by whom and the reason."""
    by = "" if not link.by else " by you" if link.by == creator else f" by {link.by}"
    reason = f": {' '.join(link.reason.split())}" if link.reason else ""
    return f"{'linked' if link.rests else 'unlinked'}{by}{reason}"


def unlinked_references(claim: Annotation | None) -> list[str]:
    """Return the ids of the references that a person unlinked from a claim."""
    if claim is None or claim.kind != CLAIM:
        return []
    return [reference for reference, link in claim.links.items() if not link.rests]
