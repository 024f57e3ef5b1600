"""The reference list of the article, the audit of it, and what is on no paragraph: lost annotations, passages set aside."""

from __future__ import annotations

from collections.abc import Iterator

from reader.article.audit.finding import excerpt
from reader.exchange.html.article_text import ArticleText
from reader.exchange.html.claims import item_note
from reader.exchange.html.element import Content, element
from reader.exchange.html.links import Links, day_of, entry_text
from reader.exchange.report import Report, ReportFinding
from reader.exchange.wording import describe_faults, describe_source, describe_use


def reference_list(report: Report) -> Content:
    """Return the references in their order, with how often each is cited and the state of its source."""
    if not report.references:
        return element("p", "The article lists no references.")
    rows = (
        element(
            "li",
            element("b", element("bdi", f"[{row.entry.label}]")),
            *(" ", entry_text(row.entry), " "),
            element("span", f"{describe_use(row)} · source {describe_source(row)}", class_="place"),
            _faults(describe_faults(row.health)),
            id=f"r{number}",
        )
        for number, row in enumerate(report.references, 1)
    )
    return element("ul", rows, class_="refs")


def _faults(text: str) -> Content:
    """Return what others have recorded against a source, nothing for most."""
    sign = element("span", "!", class_="s fault", aria_hidden="true")
    return element("p", sign, " ", element("bdi", text)) if text else ()


def audit_list(report: Report, links: Links, text: ArticleText) -> Iterator[Content]:
    """Yield the findings of the audit, then those that were dismissed, with the reason."""
    if not report.active_findings:
        yield element("p", "No findings.")
    yield from _finding_list(report.active_findings, links, text)
    if report.dismissed_findings:
        yield element("h3", "Dismissed findings")
    yield from _finding_list(report.dismissed_findings, links, text)


def _finding_list(rows: tuple[ReportFinding, ...], links: Links, text: ArticleText) -> Iterator[Content]:
    if rows:
        yield element("ul", (element("li", _finding_parts(row, links, text)) for row in rows), class_="plain")


def _finding_parts(row: ReportFinding, links: Links, text: ArticleText) -> Iterator[Content]:
    finding, dismissal = row.finding, row.dismissal
    tone = "fault" if finding.is_fault and dismissal is None else "none"
    yield [element("span", "!" if tone == "fault" else "·", class_=f"s {tone}", aria_hidden="true"), " "]
    yield element("bdi", finding.text)
    address = links.reference_anchor(finding.reference)
    yield [" ", element("a", "reference", class_="cite", href=address)] if address else ()
    yield text.place_link(finding.where)
    if dismissal is not None:
        who = ", ".join(part for part in (links.name_of(dismissal.by), day_of(dismissal.at)) if part)
        by = f" by {who}" if who else ""
        yield element(
            "p", f"dismissed{by}", element("bdi", f": {dismissal.reason}") if dismissal.reason else (), class_="place"
        )


def lost_annotations(report: Report, links: Links) -> Iterator[Content]:
    """Yield the annotations whose words are no longer in the text, with their verdicts, tags and notes."""
    for item in report.orphans:
        quote = element("p", f"“{item.selector.exact}”", dir="auto")
        notes = element("div", item_note(report, links, item, is_sheet=False), class_="notes")
        yield element("div", quote, notes, class_="row")


def passages_aside(report: Report) -> Content:
    """Return the beginnings of the passages that are no part of the article, with the reasons."""
    rows = (
        element(
            "li",
            element("bdi", excerpt(report.article.text[noise.start : noise.end])),
            *(" ", element("span", f"{noise.reason.value}, {noise.end - noise.start:,} characters", class_="place")),
        )
        for noise in report.article.aside
    )
    return element("ul", rows, class_="plain")
