"""Export reviews: one module per format, each a pure function from reports to bytes.

`FORMATS` is the only list of formats: the command line, the export screen, the documentation and the tests read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from reader.exchange.bibliography import write_bibliography
from reader.exchange.bibtex import write_bibtex
from reader.exchange.brat import write_brat
from reader.exchange.claim_review import count_unreviewed_claims, write_claim_review
from reader.exchange.coded_text import count_lost_places, count_notes, count_tags, count_unplaced_pairs
from reader.exchange.conll import count_overlaps, write_conll
from reader.exchange.csl_json import write_csl_json
from reader.exchange.csv_table import write_csv
from reader.exchange.doccano import write_doccano
from reader.exchange.export_format import ExportFormat, ExportOptions, Loss, describe_losses, write_each
from reader.exchange.html import write_html
from reader.exchange.hypothesis import write_hypothesis
from reader.exchange.jsonl import write_jsonl
from reader.exchange.label_studio import write_label_studio
from reader.exchange.losses import (
    count_all_claims,
    count_decisions,
    count_detached_verdicts,
    count_evidence,
    count_findings,
    count_judged_pairs,
    count_links,
    count_no_claims,
    count_standing_verdicts,
    count_unjudged_pairs,
)
from reader.exchange.markdown import write_markdown
from reader.exchange.org import write_org
from reader.exchange.prodigy import write_prodigy
from reader.exchange.readwise import write_readwise
from reader.exchange.refi_qda import write_refi_qda
from reader.exchange.report import Report, build_report, filter_report
from reader.exchange.ris import write_ris
from reader.exchange.sarif import write_sarif
from reader.exchange.uima import write_uima_json, write_uima_xmi
from reader.exchange.web_annotation import write_web_annotation
from reader.exchange.word import write_word
from reader.exchange.word.threads import count_without_comment
from reader.exchange.works import count_sourceless_notes

__all__ = [
    "FORMATS",
    "ExportFormat",
    "ExportOptions",
    "Loss",
    "Report",
    "build_report",
    "describe_losses",
    "filter_report",
    "format_for",
    "list_suffixes",
]


def _count_lost_claims(report: Report) -> int:
    return sum(bool(item.number) for item in report.orphans)


def _count_others(report: Report) -> int:
    return report.annotation_count - count_all_claims(report)


_DETACHED: Final = Loss(
    "verdicts on references that a claim no longer rests on",
    "verdict on a reference that its claim no longer rests on",
    count_detached_verdicts,
)
_PRIVATE: Final = Loss("paths of files and names of accounts, unless asked for")
_REFERENCES_ONLY: Final = (
    Loss("claims", "claim", count_all_claims),
    Loss("verdicts, tags and notes"),
    Loss("notes that name no source", "note that names no source", count_sourceless_notes),
)
"""What the formats for references lose; each adds what becomes of an entry beyond its fields."""
_LOST_PLACE: Final = Loss("annotations without a place", "annotation without a place", count_lost_places)
_UNPLACED: Final = Loss(
    "pairs whose reference is not in the text", "pair whose reference is not in the text", count_unplaced_pairs
)
_TAGS: Final = Loss("tags", "tag", count_tags)
_NOTES: Final = Loss("notes", "note", count_notes)
_EVIDENCE: Final = Loss("passages of sources", "passage of a source", count_evidence)
_LINKS: Final = Loss("decisions what a claim rests on", "decision what a claim rests on", count_links)
_DECISIONS: Final = Loss("decisions what to do about a claim", "decision what to do about a claim", count_decisions)
_CODED: Final = (
    Loss("audit findings", "audit finding", count_findings),
    Loss("references on which no claim rests, and where the others lead"),
    Loss("who judged what, and when"),
    Loss("verdicts of other readers that stand too", "verdict of another reader that stands too", count_standing_verdicts),
    Loss("bookmarks, and passages that a person set aside"),
    Loss("paths of files and names of accounts"),
)
"""What formats of ranges and labels lose beside what their rows say."""

_ROWS: Final = (
    ExportFormat(
        *("markdown", "Markdown", "m", ".md", "text/markdown", write_markdown),
        carries="counts, claims, verdicts, evidence, notes, tags, what the author should do, references and the audit",
        cannot_carry=(
            _DETACHED,
            Loss("passages that are not claims", "passage that is not a claim", count_no_claims),
            Loss("the words around a quote"),
            Loss("places as numbers of characters"),
            Loss("who marked a claim, linked or unlinked a reference, and when"),
            Loss("bookmarks, and passages that a person set aside"),
            _PRIVATE,
        ),
        is_single=True,
        options=frozenset({"with_paths"}),
    ),
    ExportFormat(
        *("html", "HTML report", "h", ".html", "text/html", write_each(write_html)),
        carries="the article with its claims, verdicts and evidence beside them, tables, chart, audit, references and method",
        cannot_carry=(
            _DETACHED,
            Loss("the words around a quote"),
            Loss("places as numbers"),
            Loss("passages set aside beyond their beginning"),
            Loss("paths of files, and names of people that are those of their accounts"),
        ),
        is_single=True,
    ),
    ExportFormat(
        *("jsonl", "JSON Lines", "j", ".jsonl", "application/jsonl", write_jsonl),
        carries="the whole review: article, references, annotations, tags, bookmarks, assignments and findings",
        cannot_carry=(
            Loss("the text of the article and of its sources"),
            Loss("paths, names of accounts, and what other devices wrote at the same time, unless asked for"),
            Loss("fields that a later version of the program wrote"),
            Loss("passages set aside whose place is lost"),
            Loss("the history of changes"),
        ),
        options=frozenset({"with_paths"}),
    ),
    ExportFormat(
        *("csv", "CSV", "c", ".csv", "text/csv", write_csv),
        carries="annotations and pairs with their places, verdicts, evidence, notes and tags, a row for each pair",
        cannot_carry=(
            _DETACHED,
            Loss("references that no claim rests on"),
            Loss("audit findings"),
            Loss("sentences without an annotation"),
            Loss("the words around a quote"),
            Loss("who linked a reference by hand, and when"),
            Loss("bookmarks, and passages that a person set aside"),
            _PRIVATE,
        ),
        options=frozenset({"with_paths"}),
    ),
    ExportFormat(
        *("web-annotation", "W3C Web Annotation", "a", ".jsonld", "application/ld+json", write_web_annotation),
        carries="marks with quote, place, kind, note, tags and fix; verdicts with reason, problems, reference and evidence",
        cannot_carry=(
            _DETACHED,
            Loss("pairs without a verdict", "pair without a verdict", count_unjudged_pairs),
            Loss("decisions what to do about a claim", "decision what to do about a claim", count_decisions),
            Loss("decisions what a claim rests on", "decision what a claim rests on", count_links),
            Loss("audit findings", "audit finding", count_findings),
            Loss("what makes a verdict or a place stale"),
            Loss("references that no verdict is about"),
            Loss("bookmarks, and passages that a person set aside"),
            Loss("paths of files and names of accounts"),
        ),
    ),
    ExportFormat(
        *("hypothesis", "Hypothesis JSON", "p", ".hypothesis.json", "application/json", write_hypothesis),
        carries="marks with quote, place, kind, note and tags, verdicts as tags, what was said of each pair as words",
        cannot_carry=(
            _DETACHED,
            Loss("verdicts, kept as tags and words only", "verdict, kept as a tag and words only", count_judged_pairs),
            Loss("passages of sources", "passage of a source", count_evidence),
            Loss("decisions what a claim rests on", "decision what a claim rests on", count_links),
            Loss("audit findings", "audit finding", count_findings),
            Loss("who judged a pair, and when"),
            Loss("references but by their labels"),
            Loss("bookmarks, and passages that a person set aside"),
            Loss("paths of files and names of accounts"),
        ),
    ),
    ExportFormat(
        *("claimreview", "ClaimReview", "r", ".claimreview.jsonld", "application/ld+json", write_claim_review),
        carries="claims with a settled verdict on each pair: the claim, the verdict in words and as a number, the reason",
        cannot_carry=(
            Loss(
                "claims that are open, stale, uncited, unavailable, without a place or said before",
                "claim that is open, stale, uncited, unavailable, without a place or said before",
                count_unreviewed_claims,
            ),
            Loss("passages of sources", "passage of a source", count_evidence),
            Loss("references, tags, notes and decisions"),
            Loss("names of people: the author is the site of the page"),
        ),
        is_single=True,
        options=frozenset({"address"}),
        remark="Google Search has not shown ClaimReview since June 2025; Fact Check Explorer and the Fact Check Tools API do. "
        "It belongs into the page that --url names, which must show the same verdicts: the HTML report does, and has the "
        "places of the claims that the addresses end with.",
    ),
    ExportFormat(
        *("org", "Org", "o", ".org", "text/org", write_org),
        carries="the same as Markdown, with places, verdicts and times as properties",
        cannot_carry=(
            _DETACHED,
            Loss("passages that are not claims", "passage that is not a claim", count_no_claims),
            Loss("the words around a quote"),
            Loss("places as numbers of characters"),
            Loss("the signs of tags that are not letters, digits or _, except in a property"),
            Loss("bookmarks, and passages that a person set aside"),
            _PRIVATE,
        ),
        is_single=True,
        options=frozenset({"with_paths"}),
    ),
    ExportFormat(
        *("csl-json", "CSL-JSON", "l", ".csl.json", "application/vnd.citationstyles.csl+json", write_csl_json),
        carries="the references: authors, title, year, DOI and address, and each entry as a whole",
        cannot_carry=(*_REFERENCES_ONLY, Loss("what an entry says beyond its fields, except as its whole text in `custom`")),
    ),
    ExportFormat(
        *("bibtex", "BibTeX", "b", ".bib", "application/x-bibtex", write_bibtex),
        carries="the references: authors, title, year, DOI and address, and each entry as a whole",
        cannot_carry=(*_REFERENCES_ONLY, Loss("what an entry says beyond its fields, except as its whole text in `annote`")),
    ),
    ExportFormat(
        *("ris", "RIS", "i", ".ris", "application/x-research-info-systems", write_ris),
        carries="the references: authors, title, year, DOI and address, and each entry as a whole",
        cannot_carry=(*_REFERENCES_ONLY, Loss("what an entry says beyond its fields, except as its whole text in `N1`")),
    ),
    ExportFormat(
        *("bibliography", "Bibliography", "y", ".txt", "text/plain", write_bibliography),
        carries="the references in a citation style, or by author, title and year",
        cannot_carry=(*_REFERENCES_ONLY, Loss("what an entry says beyond authors, title, year, DOI and address")),
        options=frozenset({"style"}),
    ),
    ExportFormat(
        *("docx", "Word comments", "w", ".docx"),
        *("application/vnd.openxmlformats-officedocument.wordprocessingml.document", write_word),
        carries="the writer's own file with verdicts, evidence, what the author should do and notes as comments in threads, "
        "resolved where nothing is left to do",
        cannot_carry=(
            _DETACHED,
            Loss(
                "annotations without verdict, advice and note",
                "annotation without verdict, advice and note",
                count_without_comment,
            ),
            Loss("tags"),
            Loss("references, but by their labels"),
            Loss("audit findings"),
            Loss("passages set aside"),
            Loss("places in notes and text boxes, but as a quote at what refers to them"),
        ),
        is_single=True,
        options=frozenset({"into"}),
        remark="Only for an article that was read from a .docx, or into a newer draft that is one. Neither file is changed.",
    ),
    ExportFormat(
        *("sarif", "SARIF", "f", ".sarif", "application/sarif+json", write_sarif),
        carries="the findings of the audit, the pairs that are open, stale or without a source, and their places in the file",
        cannot_carry=(
            Loss("claims that are settled"),
            Loss("notes, tags, and what the author should do"),
            Loss("annotations that are no claims", "annotation that is no claim", _count_others),
            Loss("claims without a place", "claim without a place", _count_lost_claims),
        ),
        options=frozenset({"without_reasons"}),
    ),
    ExportFormat(
        *("refi-qda", "REFI-QDA project", "q", ".qdpx", "application/zip", write_refi_qda),
        carries="the text, kinds, tags, verdicts and decisions as codes, annotations as coded selections with remarks, who "
        "made them and when, and each pair as a link with a note",
        cannot_carry=(
            _LOST_PLACE,
            Loss(
                "links of pairs whose reference is not in the text",
                "link of a pair whose reference is not in the text",
                count_unplaced_pairs,
            ),
            _DETACHED,
            Loss("passages of sources but as words", "passage of a source, but as words", count_evidence),
            _LINKS,
            *_CODED[:2],
            *_CODED[3:],
        ),
        remark="For NVivo, ATLAS.ti, MAXQDA and QualCoder. Positions are code points; the standard does not say what they "
        "count. `reader codebook export` writes the codebook alone as .qdc.",
    ),
    ExportFormat(
        *("brat", "brat", "t", ".brat.zip", "application/zip", write_brat),
        carries="the text, annotations and references as ranges, decisions as attributes, each pair as a relation that its "
        "verdict names, tags and remarks as notes, and the configuration",
        cannot_carry=(
            _LOST_PLACE,
            Loss(
                "pairs whose reference is not in the text, but for the heaviest verdict of a claim, as an attribute",
                "pair whose reference is not in the text, but for the heaviest verdict of a claim",
                count_unplaced_pairs,
            ),
            _DETACHED,
            _EVIDENCE,
            _LINKS,
            Loss("tags, reasons and problems but as words"),
            *_CODED,
        ),
        remark="Unpack it into the data folder of brat. Offsets are code points.",
    ),
    ExportFormat(
        *("conll", "CoNLL", "n", ".conll", "text/plain", write_conll),
        carries="the words of the text, each with the kind of the annotation it is in (IOB2, four columns as CoNLL 2003)",
        cannot_carry=(
            _LOST_PLACE,
            Loss("annotations within others", "annotation within or across another", count_overlaps),
            Loss("pairs and verdicts", "verdict", count_judged_pairs),
            _TAGS,
            _NOTES,
            _EVIDENCE,
            _DECISIONS,
            Loss("spaces and the ends of lines; an annotation over two sentences is one in each"),
            *_CODED,
        ),
    ),
    ExportFormat(
        *("uima-json", "UIMA CAS, JSON", "u", ".cas.json", "application/json", write_uima_json),
        carries="the text and its types: annotations with tags, notes and decisions, references, and pairs with verdict, "
        "reason, problems and evidence",
        cannot_carry=(_LOST_PLACE, _DETACHED, _LINKS, Loss("where passages of sources are"), *_CODED),
        is_single=True,
        remark="Offsets are UTF-16 units, as in Java; dkpro-cassis makes code points of them.",
    ),
    ExportFormat(
        *("uima-xmi", "UIMA CAS, XMI", "x", ".xmi.zip", "application/zip", write_uima_xmi),
        carries="the same as the JSON, an XMI file for each article with TypeSystem.xml beside them, as INCEpTION has it",
        cannot_carry=(
            _LOST_PLACE,
            _DETACHED,
            _LINKS,
            Loss("where passages of sources are"),
            Loss("control characters, which XML forbids"),
            *_CODED,
        ),
        remark="Offsets are UTF-16 units, as in Java; dkpro-cassis makes code points of them.",
    ),
    ExportFormat(
        *("doccano", "doccano", "d", ".doccano.jsonl", "application/jsonl", write_doccano),
        carries="the text, annotations and references as labelled ranges, and each pair as a relation that its verdict names",
        cannot_carry=(
            _LOST_PLACE,
            _UNPLACED,
            _DETACHED,
            _TAGS,
            _NOTES,
            _EVIDENCE,
            _LINKS,
            _DECISIONS,
            Loss("reasons and problems of verdicts"),
            *_CODED,
        ),
        remark="Import it into a project for sequence labelling with relations that allows overlapping ranges. "
        "Offsets are UTF-16 units, as browsers count.",
    ),
    ExportFormat(
        *("label-studio", "Label Studio", "s", ".labelstudio.json", "application/json", write_label_studio),
        carries="the text, annotations and references as regions, verdicts and decisions as choices, tags and remarks as "
        "text, and each pair as a relation that its verdict names",
        cannot_carry=(
            _LOST_PLACE,
            _UNPLACED,
            _DETACHED,
            _EVIDENCE,
            _LINKS,
            Loss("reasons of verdicts but as words"),
            *_CODED,
        ),
        remark="The documentation has the labelling configuration of the project (research-tools.md). Offsets are code points.",
    ),
    ExportFormat(
        *("prodigy", "Prodigy", "g", ".prodigy.jsonl", "application/jsonl", write_prodigy),
        carries="the text with its tokens, annotations as labelled spans, and in each span its tags, note, verdicts and "
        "evidence",
        cannot_carry=(
            _LOST_PLACE,
            _DETACHED,
            _LINKS,
            Loss("where passages of sources are"),
            *_CODED,
        ),
        remark="An article is one task, for spans.manual, as annotations may overlap. Offsets are code points.",
    ),
    ExportFormat(
        *("readwise", "Readwise CSV", "e", ".readwise.csv", "text/csv", write_readwise),
        carries="the quotes with title, author and address, and tags, notes and verdicts as words of a note",
        cannot_carry=(
            _DETACHED,
            Loss("verdicts, kept as words only", "verdict, kept as words only", count_judged_pairs),
            _EVIDENCE,
            _LINKS,
            Loss("places, but as the order of the quotes"),
            *_CODED,
        ),
    ),
)

FORMATS: Final[Mapping[str, ExportFormat]] = MappingProxyType({row.name: row for row in _ROWS})
"""The export formats by name."""


def format_for(path: Path) -> ExportFormat | None:
    """Return the format that the ending of a file name asks for, None if there is no such format."""
    name = path.name.casefold()
    return max((row for row in _ROWS if name.endswith(row.suffix)), key=lambda row: len(row.suffix), default=None)


def list_suffixes() -> str:
    """Return the endings of all formats as people read them: ".md, .html, .jsonl or .csv"."""
    *others, last = (row.suffix for row in _ROWS)
    return f"{', '.join(others)} or {last}"
