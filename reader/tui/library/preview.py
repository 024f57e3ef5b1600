"""The preview of the article in hand: what it is, its last verdicts, and what is open, in the order in which one would act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final, NamedTuple

from reader.formats.progress import ProgressReport, report_to
from reader.printable import plural
from reader.review.completeness import Completeness
from reader.tui.background import Post, run_in_background
from reader.tui.library.columns import TagPart, short_time
from reader.tui.library.table import ListedArticle
from reader.tui.styled_line import Part, StyledLine, clip, clip_line, line, spread, width_of

if TYPE_CHECKING:
    from reader.library.articles import ArticleSummary
    from reader.library.library import Library
    from reader.settings import Settings

LAST_VERDICTS: Final = 3
NEXT_PAIRS: Final = 2
OPEN_FINDINGS: Final = 3
"""Most verdicts, open pairs and findings in a preview."""
TWO_COLUMNS: Final = 100
"""The columns from which on verdicts and open work stand side by side."""
_INDENT: Final = 5
_SIGN_COLUMN: Final = 3
_VERDICT_CELLS: Final = 19
"""Cells of the words of a verdict and the blank after them."""

# ------------------------------------------------------------------ facts


class LastVerdict(NamedTuple):
    """A verdict as the preview shows it: sign, words and their role, reference, the passage or else the claim, and the time."""

    sign: str
    words: str
    role: str
    label: str
    title: str
    quote: str
    at: str


class NextPair(NamedTuple):
    """An open pair as the preview shows it: the reference's label, the claim's words, and why it is in the queue."""

    label: str
    quote: str
    reason: str


class PreviewFacts(NamedTuple):
    """What a preview tells of a review. `findings` are labels of references, or "", with the fault."""

    references: int
    counts: Completeness
    verdicts: tuple[LastVerdict, ...]
    pairs: tuple[NextPair, ...]
    findings: tuple[tuple[str, str], ...]


def read_facts(library: Library, entry: ArticleSummary, settings: Settings, year: int) -> PreviewFacts:
    """Read the facts for the preview of an article, from the text that the library keeps. Raises ReaderError."""
    from reader.article.audit.finding import CITES_NOTHING, FINDING_KINDS, message_label
    from reader.formats.article_cache import open_document
    from reader.registries.lookup import look_up_health
    from reader.review.completeness import count_review
    from reader.review.queue import QUEUE_REASONS, build_queue
    from reader.review.source_audit.audit import review_findings

    session, _ = library.peek(open_document(library.document(entry), entry.source), settings.scale)
    look_up_health(session, library.folder, settings)
    index = session.index
    by_id = index.article.reference_by_id

    def label_of(reference: str) -> str:
        return message_label(by_id[reference]) if reference in by_id else f"[{reference}]"

    def title_of(reference: str) -> str:
        entry = by_id.get(reference)
        return " ".join((entry.title or entry.text).split()) if entry is not None else ""

    findings = review_findings(index, year)
    dismissals = index.dismissals()
    judged = [(judgement, claim) for claim in index.claims() for judgement in claim.judgements if judgement.verdict]
    judged.sort(key=lambda pair: pair[0].at, reverse=True)
    verdicts: list[LastVerdict] = []
    for judgement, claim in judged[:LAST_VERDICTS]:
        verdict = index.scale.by_id(judgement.verdict)
        quote = judgement.evidence[0].selector.exact if judgement.evidence else claim.selector.exact
        label, title = label_of(judgement.reference), title_of(judgement.reference)
        verdicts.append(
            LastVerdict(verdict.symbol, verdict.label, verdict.tone, label, title, " ".join(quote.split()), judgement.at)
        )
    pairs = tuple(
        NextPair(label_of(pair.reference), " ".join(pair.claim.selector.exact.split()), QUEUE_REASONS[pair.reason])
        for pair in build_queue(index)[:NEXT_PAIRS]
    )
    faults = (f for f in findings if f.is_fault and f.key not in dismissals and f.kind != CITES_NOTHING)
    told = tuple(
        (label_of(f.reference), FINDING_KINDS[f.kind].title if f.kind in FINDING_KINDS else f.kind)
        if f.reference
        else ("", f.text.removesuffix("."))
        for f in faults
    )
    return PreviewFacts(len(index.article.references), count_review(index, findings), tuple(verdicts), pairs, told)


EMPTY_FACTS: Final = PreviewFacts(0, Completeness(), (), (), ())
"""The facts of an article whose text cannot be read."""


class PreviewReader:
    """Reads the facts of one article after the other on threads, the one asked for last; it keeps what was read.

    `take` is called on the thread of the screen when there is something new to show.
    """

    def __init__(self, post: Post, take: Callable[[], None]) -> None:
        self._post = post
        self._take = take
        self._facts: dict[ListedArticle, PreviewFacts] = {}
        self._wanted: ListedArticle | None = None

    def facts(self, article: ListedArticle) -> PreviewFacts | None:
        """Return the facts of an article, None if they are not read."""
        return self._facts.get(article)

    def forget(self) -> None:
        """Forget everything: the library has changed."""
        self._facts.clear()
        self._wanted = None

    def stop(self) -> None:
        """Stop reading."""
        self._wanted = None

    def read(self, article: ListedArticle, open_library: Callable[[], Library], settings: Settings) -> None:
        """Read the facts of an article, in place of any other."""
        if article in self._facts or article is self._wanted:
            return
        self._wanted = article

        def work() -> PreviewFacts:
            with report_to(_ignore_progress, lambda: self._wanted is not article):
                return read_facts(open_library(), article.entry, settings, date.today().year)

        def take(outcome: PreviewFacts | Exception) -> None:
            if self._wanted is article:
                self._wanted = None
                # A text that cannot be read shows nothing more, and is not read again.
                self._facts[article] = EMPTY_FACTS if isinstance(outcome, Exception) else outcome
                self._take()

        run_in_background(self._post, work, take)


def _ignore_progress(report: ProgressReport) -> None:
    pass


# ------------------------------------------------------------------ lines


def article_preview(
    article: ListedArticle, facts: PreviewFacts | None, size: tuple[int, int], tag_part: TagPart, review_key: str, now: datetime
) -> list[StyledLine]:
    """Return the preview in at most `size` cells and lines. `facts` is None until they are read."""
    width, height = size
    lines = [*_title_lines(article, facts, width, tag_part), ()]
    if facts is None or facts is EMPTY_FACTS:
        state = "Its text cannot be read" if article.is_unreadable or facts is EMPTY_FACTS else ""
        return [*lines, line(" " * _INDENT, (state, "fault"))]
    room = height - len(lines)
    if width >= TWO_COLUMNS:
        left_width = width // 2 - 2
        left = _limit_lines(_verdict_lines(facts, left_width, now), room)
        right = _limit_lines(list(_open_lines(facts, width - left_width - 1, review_key)), room)
        lines.extend(_side_by_side(left, right, left_width))
    elif room < 9:
        lines.extend(_short_lines(facts, width, review_key, now))
    else:
        lines.extend([*_verdict_lines(facts, width - 1, now), (), *_open_lines(facts, width, review_key)])
    return [clip_line(parts, width - 1) for parts in lines[:height]]


def _title_lines(article: ListedArticle, facts: PreviewFacts | None, width: int, tag_part: TagPart) -> Iterator[StyledLine]:
    entry = article.entry
    tags: list[Part] = []
    for name in entry.own_tags:
        part = tag_part(name)
        if width_of(tags) + len(part.text) > width // 2:
            tags.append(Part(f"   +{len(entry.own_tags) - len(tags) // 2}", "secondary"))
            break
        tags.extend((Part("   "), part))
    yield spread(line(" " * _INDENT, (entry.shown_title, "b")), line(*tags[1:]), width - 1)
    about = " · ".join(word for word in (entry.byline, entry.site, entry.date) if word)
    original = f"“{entry.title}”" if entry.name else ""
    where = "no file or address" if entry.source == "-" else _short_source(entry.source)
    if entry.fetched:
        where += f" · fetched {entry.fetched[:10]}"
    state = [where, *([plural(facts.references, "reference")] if facts is not None else []), *_states_of(article)]
    left = line(" " * _INDENT, (" · ".join(filter(None, (original, about))), "secondary"))
    right = line((" · ".join(state), "secondary"))
    if about or original:
        yield spread(left, right, width - 1) if width >= TWO_COLUMNS else clip_line((*left, Part(" · "), *right), width - 1)
    else:
        yield clip_line(line(" " * _INDENT, *right), width - 1)


def _states_of(article: ListedArticle) -> Iterator[str]:
    if article.entry.is_archived:
        yield "archived"
    if article.entry.is_removed:
        yield "removed"


def _short_source(source: str) -> str:
    if "://" in source:
        return clip(source, 40)
    home = str(Path.home())
    return PurePath(source).name or source.replace(home, "~", 1)


def _verdict_lines(facts: PreviewFacts, width: int, now: datetime) -> list[StyledLine]:
    if not facts.verdicts:
        return [line(" " * _INDENT, ("No verdicts yet", "secondary"))]
    lines = [line(" " * _INDENT, ("Last verdicts", "secondary")), ()]
    for verdict in facts.verdicts:
        lines.extend(
            (_verdict_line(verdict, width, now), line(" " * _INDENT, (f"“{clip(verdict.quote, width - 8)}”", "quote")), ())
        )
    return lines[:-1]


def _verdict_line(verdict: LastVerdict, width: int, now: datetime) -> StyledLine:
    time = short_time(verdict.at, now)
    room = max(0, width - _VERDICT_CELLS - 9 - len(verdict.label) - len(time))
    left = line(
        " " * _SIGN_COLUMN,
        (f"{verdict.sign} {clip(verdict.words, _VERDICT_CELLS - 1):<{_VERDICT_CELLS}}", verdict.role),
        (verdict.label, "cite"),
        (f" {clip(verdict.title, room)}", "text"),
    )
    return spread(left, line((time, "secondary")), width)


def _open_lines(facts: PreviewFacts, width: int, review_key: str) -> Iterator[StyledLine]:
    """Yield what is open: pairs to judge, claims that rest on nothing, findings, sentences."""
    counts = facts.counts
    if not (counts.open_pairs or counts.uncited or facts.findings or counts.undecided or counts.to_check()):
        yield line(" " * _SIGN_COLUMN, ("✓ ", "good"), ("Nothing is open", "text"))
        return
    yield line(" " * _INDENT, ("Open", "secondary"))
    yield ()
    for words in counts.to_check():
        yield _sign_line("!", "fault", words)
    if counts.open_pairs:
        key = line((review_key, "yours b", "action:library-review"), (" reviews them", "secondary", "action:library-review"))
        yield spread(_sign_line("○", "open", f"{plural(counts.open_pairs, 'pair')} to judge"), key, width - 1)
        for pair in facts.pairs:
            yield line(" " * _INDENT, (pair.label, "cite"), (f" {pair.quote}", "secondary"))
        yield ()
    if counts.uncited:
        rests = f"{plural(counts.uncited, 'claim')} {'rests' if counts.uncited == 1 else 'rest'} on nothing"
        yield _sign_line("◌", "text", rests)
    for label, fault in facts.findings[:OPEN_FINDINGS]:
        yield line(" " * _SIGN_COLUMN, ("! ", "fault"), (f"{label} " if label else "", "cite"), (fault, "text"))
    if len(facts.findings) > OPEN_FINDINGS:
        yield line(" " * _INDENT, (plural(len(facts.findings) - OPEN_FINDINGS, "more finding"), "secondary"))
    if counts.undecided:
        if counts.uncited or facts.findings:
            yield ()
        yield line(" " * _INDENT, (f"{plural(counts.undecided, 'sentence')} not decided yet", "secondary"))


def _short_lines(facts: PreviewFacts, width: int, review_key: str, now: datetime) -> Iterator[StyledLine]:
    """Yield the preview of a narrow window: a line each for the last verdict, the pairs, the findings and the sentences."""
    counts = facts.counts
    for verdict in facts.verdicts[:1]:
        yield _verdict_line(verdict, width - 1, now)
    work = [f"{plural(counts.open_pairs, 'pair')} to judge"] if counts.open_pairs else []
    if counts.uncited:
        work.append(f"{plural(counts.uncited, 'claim')} {'rests' if counts.uncited == 1 else 'rest'} on nothing")
    key = line((review_key, "yours b", "action:library-review"), (" reviews", "secondary", "action:library-review"))
    if work:
        yield spread(_sign_line("○", "open", ", ".join(work)), key if counts.open_pairs else (), width - 1)
    faults = [*((f"{label} " if label else "") + fault for label, fault in facts.findings[:2]), *counts.to_check()]
    if faults:
        yield _sign_line("!", "fault", ", ".join(faults))
    if counts.undecided:
        yield line(" " * _INDENT, (f"{plural(counts.undecided, 'sentence')} not decided yet", "secondary"))
    if counts.is_complete:
        yield _sign_line("✓", "good", "Every sentence is decided and every pair settled")


def _sign_line(sign: str, role: str, words: str) -> StyledLine:
    return line(" " * _SIGN_COLUMN, (f"{sign} ", role), (words, "text"))


def _limit_lines(lines: Sequence[StyledLine], most: int) -> Sequence[StyledLine]:
    """Return at most `most` lines: empty ones go first."""
    kept = list(lines)
    while len(kept) > most and () in kept[2:]:
        del kept[len(kept) - 1 - kept[::-1].index(())]
    return kept[:most]


def _side_by_side(left: Sequence[StyledLine], right: Sequence[StyledLine], left_width: int) -> Iterator[StyledLine]:
    for one, other in zip_longest(left, right, fillvalue=()):
        parts = clip_line(one, left_width)
        yield (*parts, Part(" " * (left_width - width_of(parts))), *other)
