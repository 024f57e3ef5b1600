"""ClaimReview (schema.org) as JSON-LD: the claims whose pairs all have a verdict, for the web page that shows the review.

A ClaimReview rates whether a claim is true, we judge whether its sources carry it. So the rating says what it is measured by,
and has a number only where the scale gives the verdict one and all sources agree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from reader.article.article import Article
from reader.article.ranges import Span
from reader.errors import ReaderError, UsageError
from reader.exchange.escape import encode_text, iri, is_web_address, json_text, utc_time
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import public_address
from reader.exchange.losses import is_judged
from reader.exchange.report import Report, ReportItem, ReportPair
from reader.printable import plural, printable_line
from reader.review.pairs import claim_text

_WORST: Final = 1
_BEST: Final = 5
_LOCAL_HOST: Final = re.compile(r"(?:.*\.)?(?:localhost|local|localdomain|lan|home|internal|intranet|test|invalid|home\.arpa)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")

_Node = dict[str, object]


def write_claim_review(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield a list with the review of a claim a line, which can stand in a script element as it is.

    A claim that stands in the article twice is reviewed once.

    Raises UsageError if `options.address` is not a public web address, ReaderError if the article is of the same site: a
    ClaimReview is about the claims of others.
    """
    host = _public_host(options.address)
    page, separator = iri(options.address), "[\n"
    for report in reports:
        _refuse_own_site(host, report.article)
        for item, text in _reviewed_claims(report):
            # The text of a script element ends at its first end tag, wherever that stands.
            record = json_text(_review(report, item, text, page, host)).replace("<", r"\u003c")
            yield encode_text(separator + record)
            separator = ",\n"
    yield b"\n]\n" if separator == ",\n" else b"[]\n"


def _reviewed_claims(report: Report) -> Iterator[tuple[ReportItem, str]]:
    """Yield the claims that can be reviewed, with their words: each pair has a verdict that is neither open nor stale."""
    texts = set[str]()
    for item in report.claims:
        is_settled = all(is_judged(pair) and not pair.is_open and not pair.stale_reason for pair in item.pairs)
        if not item.pairs or not is_settled:
            continue
        text = printable_line(claim_text(report.article, Span(item.selector.start, item.selector.end)))
        if text and text.casefold() not in texts:
            texts.add(text.casefold())
            yield item, text


def count_unreviewed_claims(report: Report) -> int:
    """Return the number of claims that cannot be reviewed."""
    claims = sum(bool(item.number) for item in (*report.items, *report.orphans))
    return claims - sum(1 for _ in _reviewed_claims(report))


# ------------------------------------------------------------------ the page and its site


def _public_host(page: str) -> str:
    host = _host_of(page) if is_web_address(page) else ""
    if not _is_public(host) or "@" in page.split("/", 3)[2] or "#" in page:
        what = "ClaimReview needs the public address of the page that shows the review"
        raise UsageError(f"{what}, not {page}" if page else what, "Give it with --url https://…, without a part after #")
    return host


def _host_of(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:  # such as "https://[/"
        return ""


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not _LOCAL_HOST.fullmatch(host)


def _refuse_own_site(host: str, article: Article) -> None:
    own, site = host.removeprefix("www."), _host_of(public_address(article)).removeprefix("www.")
    if site and (own == site or own.endswith(f".{site}") or site.endswith(f".{own}")):
        raise ReaderError(
            f"The article is on the site of the page that shows the review, {site}: ClaimReview is about the claims of others",
            "Give the address of a page on another site with --url, or choose another format",
        )


# ------------------------------------------------------------------ the review of a claim


def _review(report: Report, item: ReportItem, text: str, page: str, host: str) -> _Node:
    article = report.article
    judged = [pair.judgement for pair in item.pairs if pair.judgement]
    dates = [time.date().isoformat() for judgement in judged if (time := utc_time(judgement.at))]
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{page}#c{item.number}",
        "datePublished": max(dates, default=report.at[:10]),
        "inLanguage": article.language,
        "claimReviewed": text,
        "author": {"@type": "Organization", "name": host, "url": f"{urlsplit(page).scheme}://{urlsplit(page).netloc}/"},
        "reviewRating": _rating_record(item),
        "itemReviewed": _claim(article),
    }


def _ground(item: ReportItem) -> str:
    """Return against what a claim was checked; a source that is only described is nothing that anybody can look into."""
    count, described = len(item.pairs), sum(pair.is_only_described for pair in item.pairs)
    sources = "its source" if count == 1 else f"its {plural(count, 'source')}"
    if described == count:
        return f"Judged by {sources}, which {'is' if count == 1 else 'are'} only described"
    return f"Checked against {sources}" + (f", {described} of them only described" if described else "")


def _rating_record(item: ReportItem) -> _Node:
    """Return the verdict in words, with a number if all pairs agree on one that has a number, and the reasons."""
    labels = Counter(pair.verdict_label for pair in item.pairs)
    verdict = ", ".join(label if len(labels) == 1 else f"{count} {label}" for label, count in labels.items())
    rating: _Node = {"@type": "Rating", "alternateName": f"{_ground(item)}: {printable_line(verdict)}"}
    if number := _common_number(item.pairs):
        rating |= {"ratingValue": number, "worstRating": _WORST, "bestRating": _BEST}
    reasons = [pair.judgement.note for pair in item.pairs if pair.judgement and pair.judgement.note]
    return rating | ({"ratingExplanation": "\n\n".join(reasons)} if reasons else {})


def _common_number(pairs: Iterable[ReportPair]) -> int:
    """Return the number of the verdict that all pairs have, 0 if it has none or they disagree."""
    verdicts = {(pair.verdict, pair.rating) for pair in pairs}
    _, number = verdicts.pop()
    return number if not verdicts and _WORST <= number <= _BEST else 0


def _claim(article: Article) -> _Node:
    about, address = article.about, public_address(article)
    date = _DATE.match(about.date)
    return {
        "@type": "Claim",
        **({"author": {"@type": "Organization", "name": about.site}} if about.site else {}),
        **({"datePublished": date[0]} if date else {}),
        **({"appearance": {"@type": "CreativeWork", "url": iri(address)}} if address else {}),
    }
