"""W3C Web Annotation (Recommendation of 23 February 2017) as JSON-LD: a collection with one page. Offsets are code points.

Each mark is an annotation, and so is each verdict on a pair: a list of verdicts in one annotation could not tell which of them
belongs to which reference. The kind of a mark is its class, problems of a pair are tags of the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from reader.article.article import Article
from reader.exchange.escape import encode_text, iri, is_web_address, json_text, utc_time
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import People, article_iri, public_origin, reference_iri, stable_iri
from reader.exchange.losses import is_judged
from reader.exchange.report import Report, ReportItem, ReportPair, ReportPassage
from reader.printable import plural
from reader.review.model import Selector
from reader.review.vocabulary import OWN_RECORD

_CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
_GENERATOR: Final = {"type": "Software", "name": "Claim Reader"}

_Node = dict[str, object]


def write_web_annotation(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield a collection with an annotation a line; what counts or names all of them follows the last."""
    people, articles, title, total = People(), list[str](), "", 0
    yield encode_text(f'{{"@context": {json_text(_CONTEXT)}, "type": "AnnotationCollection"')
    for report in reports:
        people.add_report(report)
        articles.append(article_iri(report.article))
        title = report.article.title
        for node in _annotations(report, people):
            before = ',\n"first": {"type": "AnnotationPage", "startIndex": 0, "items": [\n' if not total else ",\n"
            yield encode_text(before + json_text(node))
            total += 1
    if total:
        yield encode_text(f'\n], "id": {json_text(stable_iri("page", *articles))}}}')
    label = f"Review of “{title}”" if len(articles) == 1 else f"Reviews of {plural(len(articles), 'article')}"
    rest = {"id": stable_iri("collection", *articles), "label": label, "total": total}
    yield encode_text(",\n" + json_text(rest).removeprefix("{") + "\n")


def _annotations(report: Report, people: People) -> Iterator[_Node]:
    article = report.article
    source, generated = _source(article_iri(article), article.title), _time("generated", report.at)
    fetched = _time("sourceDate", article.about.fetched)
    state: _Node = {"state": {"type": "TimeState", **fetched}} if fetched else {}
    for item in (*report.items, *report.orphans):
        target = {"type": "SpecificResource", "source": source, **_selectors(item.selector, has_place=item.has_place)}
        target |= state if item.has_place else {}
        common: _Node = {**generated, "generator": _GENERATOR, "target": target}
        yield {**_mark(item, people), **common}
        for pair in item.pairs:
            if is_judged(pair):
                yield {**_assessment(article, item, pair, people), **common}


def _mark(item: ReportItem, people: People) -> _Node:
    annotation = item.annotation
    bodies = [_text(annotation.kind, "classifying")]
    bodies += [_text(annotation.note, "commenting")] if annotation.note else []
    bodies += [_text(tag, "tagging") for tag in annotation.tags]
    bodies += [_text(annotation.fix, "editing")] if annotation.fix else []
    return {
        "id": stable_iri("annotation", annotation.id),
        "type": "Annotation",
        "motivation": ["highlighting", *dict.fromkeys(str(body["purpose"]) for body in bodies)],
        **_time("created", annotation.created_at),
        **_time("modified", annotation.updated_at),
        **_creator(annotation.creator, people),
        "body": bodies,
    }


def _assessment(article: Article, item: ReportItem, pair: ReportPair, people: People) -> _Node:
    bodies: list[_Node] = [_text(pair.verdict, "assessing")]
    by = at = ""
    if judgement := pair.judgement:
        by, at = judgement.by, judgement.at
        bodies += [_text(judgement.note, "commenting")] if judgement.note else []
        bodies += [_text(problem, "tagging") for problem in judgement.problems]
    source = _source(reference_iri(article, pair.reference), pair.entry.text if pair.entry else pair.label)
    passages = [_evidence(passage, source) for passage in pair.evidence]
    # Passages may be of other pages: what the verdict is about is named in any case.
    bodies += passages if any(passage["source"] == source for passage in passages) else [*passages, _link(source)]
    return {
        "id": stable_iri("pair", item.annotation.id, pair.reference),
        "type": "Annotation",
        "motivation": "assessing",
        **_time("created", at),
        **_creator(by, people),
        "body": bodies,
    }


def _evidence(passage: ReportPassage, reference: object) -> _Node:
    """Return a passage of the reference, or of the page that its text was read from, as its offsets count that text."""
    origin = public_origin(passage.origin)
    source = iri(origin) if is_web_address(origin) else reference
    if origin == OWN_RECORD:  # its offsets count what was written down, which is not the work that the reference names
        source = {"id": f"urn:sha256:{passage.source}", "type": "Text", "label": f"{passage.title} ({OWN_RECORD})"}
    selector = Selector(passage.quote, passage.prefix, passage.suffix, passage.start, passage.end)
    return {**_link(source), **_selectors(selector, has_place=passage.end > passage.start)}


def _link(source: object) -> _Node:
    return {"type": "SpecificResource", "purpose": "linking", "source": source}


def _selectors(selector: Selector, *, has_place: bool) -> _Node:
    """Return the quote and the position of a selector: none for an empty quote, none for a lost place."""
    selectors: list[_Node] = []
    if selector.exact:
        quote: _Node = {"type": "TextQuoteSelector", "exact": selector.exact}
        selectors.append(quote | {"prefix": selector.prefix, "suffix": selector.suffix})
    if has_place and selector.start >= 0:
        selectors.append({"type": "TextPositionSelector", "start": selector.start, "end": selector.end})
    return {"selector": selectors} if selectors else {}


def _source(name: str, title: str) -> object:
    """Return a source: its address, or an id with the title that people know it by."""
    return name if is_web_address(name) else {"id": name, "type": "Text", "label": title}


def _text(value: str, purpose: str) -> _Node:
    return {"type": "TextualBody", "value": value, "format": "text/plain", "purpose": purpose}


def _creator(person: str, people: People) -> _Node:
    return {"creator": {"type": "Person", "nickname": people.name_of(person)}} if person else {}


def _time(name: str, stamp: str) -> _Node:
    time = utc_time(stamp)
    return {name: time.isoformat().replace("+00:00", "Z")} if time else {}
