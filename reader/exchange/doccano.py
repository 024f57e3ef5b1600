"""The JSON Lines of doccano's projects for ranges and relations: an article a line. Offsets are UTF-16 units.

doccano marks text in a browser, which counts UTF-16 units (doccano#2290). Columns that it does not know become metadata of
the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reader.exchange.coded_text import code_report, name_article
from reader.exchange.escape import encode_text, json_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.offsets import Utf16Offsets
from reader.exchange.report import Report


def write_doccano(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield a line for each article: its text, its annotations and the entries they rest on, and the pairs as relations."""
    for number, report in enumerate(reports, 1):
        article = report.article
        coded, units = code_report(report), Utf16Offsets(article.text)
        entities = [
            {
                "id": span.number,
                "start_offset": units.to_units(span.start),
                "end_offset": units.to_units(span.end),
                "label": span.label,
            }
            for span in coded.spans
        ]
        relations = [
            {"id": link.number, "from_id": link.claim.number, "to_id": link.reference.number, "type": link.label}
            for link in coded.links
        ]
        line = {"id": number, "text": article.text, "entities": entities, "relations": relations}
        yield encode_text(json_text({**line, "meta": {**name_article(article), "offsets": "utf-16"}}) + "\n")
