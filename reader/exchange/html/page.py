"""The page: its head with the security policy, its parts in their order, and the bytes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from re import fullmatch
from typing import NamedTuple

from reader.exchange.escape import encode_text
from reader.exchange.html.article_text import ArticleText
from reader.exchange.html.claims import author_list, claims_table, count_claims
from reader.exchange.html.element import Content, Html, element, render
from reader.exchange.html.links import Links, day_of, outside_link
from reader.exchange.html.references import audit_list, lost_annotations, passages_aside, reference_list
from reader.exchange.html.summary import chart, method, not_checked, period, short_summary
from reader.exchange.identity import public_address
from reader.exchange.report import Report
from reader.exchange.wording import describe_filter
from reader.printable import plural


class _Part(NamedTuple):
    """A part of the page: its anchor, title, content, and for the navigation the number of its entries and a short title."""

    anchor: str
    title: str
    content: Content
    size: int = 0
    short_title: str = ""


def write_html(report: Report) -> Iterator[bytes]:
    """Yield the page in pieces. It needs nothing beside it, asks nothing of the network, and runs no script but its own."""
    yield b"<!DOCTYPE html>\n"
    yield from map(encode_text, render(_document(report)))


def _document(report: Report) -> Content:
    style, script = _package_file("report.css"), _package_file("report.js")
    title = " ".join(report.article.title.split()) or "Untitled article"
    links = Links(report)
    parts = tuple(_parts(report, links))
    return element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            _policy(style, script),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            element("title", f"{title}: what it rests on"),
            element("style", Html(style)),
        ),
        element(
            "body",
            element("a", "To the article", class_="skip", href="#text"),
            _header(report, links, title, parts),
            element("main", map(_section, parts)),
            element("footer", element("p", f"Made with Claim Reader on {day_of(report.at)}. This file sends nothing.")),
            element("script", Html(script)),
        ),
        lang="en",
    )


def _package_file(name: str) -> str:
    return files("reader.exchange.html").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> Content:
    """Return the policy that lets a browser load nothing, and apply and run nothing but this style sheet and this script."""
    style_hash, script_hash = (b64encode(sha256(code.encode()).digest()).decode() for code in (style, script))
    content = (
        f"default-src 'none'; style-src 'sha256-{style_hash}'; script-src 'sha256-{script_hash}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return element("meta", http_equiv="Content-Security-Policy", content=content)


def _header(report: Report, links: Links, title: str, parts: Iterable[_Part]) -> Content:
    about, days, address = report.article.about, period(report.whole), public_address(report.article)
    origin = ", ".join(part for part in (about.byline, about.site, about.date) if part)
    people = " and ".join(links.people) if len(links.people) < 3 else ", ".join(links.people)
    beside = f"Read beside its {plural(len(report.references), 'reference')}" if report.references else "Read"
    read = f"{beside}{f' by {people}' if people else ''}{f', {days}' if days else ''}."
    return element(
        "header",
        element("p", "What it rests on", class_="kind"),
        element("h1", title, dir="auto"),
        element("p", element("bdi", f"{origin}. ") if origin else (), element("bdi", read), class_="by"),
        element("p", outside_link(address), class_="by") if address else (),
        element(
            "nav",
            element(
                "ul",
                (
                    element(
                        "li",
                        element(
                            "a",
                            part.short_title or part.title,
                            [" ", element("span", f"{part.size:,}")] if part.size else (),
                            href=f"#{part.anchor}",
                        ),
                    )
                    for part in parts
                ),
            ),
            aria_label="Parts of this report",
        ),
    )


def _section(part: _Part) -> Content:
    heading = element("h2", part.title, id=f"h-{part.anchor}")
    return element("section", heading, part.content, id=part.anchor, aria_labelledby=f"h-{part.anchor}")


def _parts(report: Report, links: Links) -> Iterator[_Part]:
    whole = report.whole
    text = ArticleText(report, links)
    filtered = element("p", describe_filter(report), class_="lead") if report.filter else ()
    yield _Part("sum", "In short", [filtered, short_summary(whole), chart(whole)])
    yield _Part("text", "The article, with its claims", _article_part(report, text), short_title="Article")
    yield _Part("claims", "Claims and verdicts", claims_table(report, links), count_claims(report), "Claims")
    if report.orphans:
        yield _Part(
            "lost", "Annotations without a place", lost_annotations(report, links), len(report.orphans), "Without a place"
        )
    yield _Part("fix", "For the author", author_list(report, links), len(report.claims_to_fix))
    yield _Part("audit", "Audit of the references", audit_list(report, links, text), len(report.active_findings), "Audit")
    yield _Part("not", "What was not checked", not_checked(whole, links), short_title="Not checked")
    if report.article.aside:
        yield _Part("aside", "Set aside", passages_aside(report), len(report.article.aside))
    yield _Part("how", "Method", method(whole, links))
    yield _Part("refs", "References of the article", reference_list(report), len(report.references), "References")


def _article_part(report: Report, text: ArticleText) -> Content:
    is_tag = fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", report.article.language)
    return [
        element(
            "p", "A sign and a number stand before every claim; the note beside it has the same number.", class_="hint wide"
        ),
        element("p", "A sign and a number stand before every claim; press them for the note.", class_="hint slim"),
        element("div", text.rows(), class_="article", lang=report.article.language if is_tag else None),
    ]
