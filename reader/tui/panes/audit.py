"""The entries of the audit's list: what does not fit, why, and what a person dismissed."""

from __future__ import annotations

from typing import Final

from reader.article.finding import CITES_NOTHING, FITS, KINDS, NEVER_CITED, POINTS_NOWHERE, Finding, called
from reader.article.model import Article
from reader.printable import printable_line
from reader.tui.panes.card import short_title
from reader.tui.parts import Line, Part, clip, fold, line

FINDING_HEIGHT: Final = 4
_WHY_LINES: Final = 2


def finding_rows(
    article: Article, finding: Finding, number: int, width: int, dismissed: str | None, *, current: bool
) -> list[Line]:
    """Return a finding in three lines: what is wrong, and in two why and where.

    `dismissed` is the reason for which a person dismissed it, which may be empty; None for one that stands.
    """
    target = f"finding:{number}"
    fault = finding.kind != CITES_NOTHING
    sign, tone = ("! ", "fault") if fault else ("· ", "hint")
    what, why = _told(article, finding)
    bar = Part("▌", "yours") if current else Part(" ")
    if dismissed is not None:
        said = f"{what} · dismissed" + (f": {dismissed}" if dismissed else "")
        first = line(bar, ("✓ ", "off", target), Part(clip(said, width - 4), "off", target))
    else:
        first = line(bar, (sign, tone, target), Part(clip(what, width - 4), "text b" if current else "text", target))
    lines = list(fold(printable_line(why), max(1, width - 4), _WHY_LINES))
    rows = [line("   ", Part(text, "off" if dismissed is not None else "secondary", target)) for text in lines]
    return [first, *rows]


def _told(article: Article, finding: Finding) -> tuple[str, str]:
    """Return what is wrong in a few words, and why or where."""
    reference = article.reference_by_id.get(finding.reference)
    place = article.text[finding.where.start : finding.where.end] if finding.where is not None else ""
    title = KINDS[finding.kind].title if finding.kind in KINDS else finding.kind
    what = f"{called(reference)} {title}" if reference is not None else title
    if finding.kind == FITS:
        count = 1 + len(finding.also)
        return f"{what} {count} sentence{'s' * (count > 1)}", finding.text
    if finding.kind == NEVER_CITED and reference is not None:
        return what, short_title(reference)
    if finding.kind == CITES_NOTHING:
        return title, " ".join(place.split())
    if finding.kind == POINTS_NOWHERE and finding.where is not None:
        sentence = article.sentences.at(finding.where.start)
        words = article.text[sentence.start : sentence.end] if sentence is not None else ""
        return f"{place} {title}", " ".join(words.split())
    return what, finding.text
