"""UIMA CAS as JSON and as XMI, which INCEpTION and DKPro read. Offsets are UTF-16 units, as in Java.

Every range has its type and features; a pair is a range too, on its claim, and refers to the claim and to the entry it
rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from reader.exchange.archive import ArchiveWriter
from reader.exchange.coded_text import code_report, name_article, span_id
from reader.exchange.escape import clean_xml, encode_text, json_text, xml_attributes, xml_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.offsets import Utf16Offsets
from reader.exchange.report import Report
from reader.exchange.wording import list_problems

_STRING: Final = "uima.cas.String"
_STRINGS: Final = "uima.cas.StringArray"
_ANNOTATION: Final = "uima.tcas.Annotation"
_DOCUMENT: Final = "uima.tcas.DocumentAnnotation"
_PREFIX: Final = "claimreader"
_ARTICLE: Final = f"{_PREFIX}.Article"
_MARK: Final = f"{_PREFIX}.Mark"
_REFERENCE: Final = f"{_PREFIX}.Reference"
_PAIR: Final = f"{_PREFIX}.Pair"
_TYPES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        _ARTICLE: dict.fromkeys(("title", "source", "edition"), _STRING),
        _MARK: {
            **dict.fromkeys(("identifier", "label"), _STRING),
            "tags": _STRINGS,
            **dict.fromkeys(("note", "decision", "fix"), _STRING),
        },
        _REFERENCE: dict.fromkeys(("identifier", "label", "text"), _STRING),
        _PAIR: {
            "claim": _MARK,
            "reference": _REFERENCE,
            **dict.fromkeys(("label", "verdict", "note"), _STRING),
            **dict.fromkeys(("problems", "evidence"), _STRINGS),
        },
    }
)
"""The types, each an annotation of UIMA, with the ranges of their features."""
_SOFA_ID: Final = 1
_FIRST_ID: Final = 2

_Value = str | int | tuple[str, ...]


class _Structure(NamedTuple):
    """A feature structure of the text: its type, its range in UTF-16 units, and its features.

    A feature whose range is one of `_TYPES` holds the id of another structure, one that is an array a tuple.
    """

    id: int
    type: str
    begin: int
    end: int
    features: Mapping[str, _Value]


def write_uima_json(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the CAS of each report, which has its types with it."""
    for report in reports:
        structures = list(_list_structures(report))
        following = _FIRST_ID + len(structures)
        records: list[dict[str, object]] = []
        for structure in structures:
            record: dict[str, object] = {"%ID": structure.id, "%TYPE": structure.type, "@sofa": _SOFA_ID}
            record |= {"begin": structure.begin, "end": structure.end}
            for name, value in structure.features.items():
                if isinstance(value, tuple):
                    records.append({"%ID": following, "%TYPE": _STRINGS, "%ELEMENTS": list(value)})
                    value, following = following, following + 1
                    record[f"@{name}"] = value
                else:
                    record[name if isinstance(value, str) else f"@{name}"] = value
            records.append(record)
        sofa = {"%ID": _SOFA_ID, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text/plain"}
        view = {"%SOFA": _SOFA_ID, "%MEMBERS": [structure.id for structure in structures]}
        lines = ",\n".join(map(json_text, ({**sofa, "sofaString": report.article.text}, *records)))
        yield encode_text(f'{{"%TYPES": {json_text(_json_types())},\n"%FEATURE_STRUCTURES": [\n{lines}\n],\n')
        yield encode_text(f'"%VIEWS": {json_text({"_InitialView": view})}}}\n')


def write_uima_xmi(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield an archive with an XMI file for each report, and the types of all."""
    with ArchiveWriter() as archive:
        yield archive.add("TypeSystem.xml", map(encode_text, _type_system()))
        for report in reports:
            name = span_id("source", *name_article(report.article).values())
            yield archive.add(f"{name}.xmi", map(encode_text, _xmi_lines(report)))
        yield archive.close()


def _list_structures(report: Report) -> Iterator[_Structure]:
    """Yield the article as a whole, the ranges and the pairs; ids follow from `_FIRST_ID`."""
    article, coded = report.article, code_report(report)
    to_units = Utf16Offsets(article.text).to_units
    entries = {(row.entry.start, row.entry.end): row.entry for row in report.references}
    last = to_units(len(article.text))
    yield _Structure(_FIRST_ID, _DOCUMENT, 0, last, {"language": article.language or "x-unspecified"})
    yield _Structure(_FIRST_ID + 1, _ARTICLE, 0, last, name_article(article))
    before = _FIRST_ID + 1
    for span in coded.spans:
        features: dict[str, _Value] = {"identifier": span.id, "label": span.label}
        if span.item is None:
            entry = entries[span.start, span.end]
            features |= {"label": entry.label, "text": entry.text}
        else:
            annotation = span.item.annotation
            features |= {"tags": annotation.tags, "note": annotation.note}
            features |= {"decision": annotation.decision, "fix": annotation.fix}
        kind = _REFERENCE if span.item is None else _MARK
        yield _Structure(before + span.number, kind, to_units(span.start), to_units(span.end), _without_empty(features))
    references = {(link.claim.number, link.pair.reference): before + link.reference.number for link in coded.links}
    number = before + len(coded.spans)
    for span in coded.annotations:
        for pair in span.item.pairs if span.item else ():
            number += 1
            features = {"claim": before + span.number, "label": pair.label, "verdict": pair.verdict}
            if (span.number, pair.reference) in references:
                features["reference"] = references[span.number, pair.reference]
            features |= {"note": pair.judgement.note if pair.judgement else "", "problems": list_problems(pair)}
            features["evidence"] = tuple(passage.quote for passage in pair.evidence)
            yield _Structure(number, _PAIR, to_units(span.start), to_units(span.end), _without_empty(features))


def _without_empty(features: dict[str, _Value]) -> dict[str, _Value]:
    return {name: value for name, value in features.items() if value not in ("", ())}


def _json_types() -> dict[str, object]:
    return {
        name: {
            "%NAME": name,
            "%SUPER_TYPE": _ANNOTATION,
            **{
                feature: {"%NAME": feature, "%RANGE": f"{_STRING}[]" if kind == _STRINGS else kind}
                for feature, kind in features.items()
            },
        }
        for name, features in _TYPES.items()
    }


def _type_system() -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">\n<types>\n'
    for name, features in _TYPES.items():
        yield f"<typeDescription><name>{name}</name><description/><supertypeName>{_ANNOTATION}</supertypeName><features>\n"
        for feature, kind in features.items():
            array = "<multipleReferencesAllowed>false</multipleReferencesAllowed>" if kind == _STRINGS else ""
            element = f"<elementType>{_STRING}</elementType>" if kind == _STRINGS else ""
            yield f"<featureDescription><name>{feature}</name><description/><rangeTypeName>{kind}</rangeTypeName>"
            yield f"{array}{element}</featureDescription>\n"
        yield "</features></typeDescription>\n"
    yield "</types>\n</typeSystemDescription>\n"


def _xmi_lines(report: Report) -> Iterator[str]:
    names = {
        "xmlns:xmi": "http://www.omg.org/XMI",
        "xmlns:cas": "http:///uima/cas.ecore",
        "xmlns:tcas": "http:///uima/tcas.ecore",
        f"xmlns:{_PREFIX}": f"http:///{_PREFIX}.ecore",
        "xmi:version": "2.0",
    }
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<xmi:XMI{xml_attributes(names)}>\n<cas:NULL xmi:id="0"/>\n'
    members = list[str]()
    for structure in _list_structures(report):
        members.append(str(structure.id))
        package, _, kind = structure.type.rpartition(".")
        element = f"{package.rpartition('.')[2]}:{kind}"
        single = {name: value for name, value in structure.features.items() if not isinstance(value, tuple)}
        values: dict[str, str | int] = {"xmi:id": structure.id, "sofa": _SOFA_ID}
        values |= {"begin": structure.begin, "end": structure.end, **single}
        arrays = "".join(
            f"<{name}>{xml_text(text)}</{name}>"
            for name, value in structure.features.items()
            if isinstance(value, tuple)
            for text in value
        )
        yield f"<{element}{xml_attributes(values)}>{arrays}</{element}>\n"
    sofa: dict[str, str | int] = {"xmi:id": _SOFA_ID, "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text/plain"}
    yield f"<cas:Sofa{xml_attributes({**sofa, 'sofaString': clean_xml(report.article.text)})}/>\n"
    yield f"<cas:View{xml_attributes({'sofa': _SOFA_ID, 'members': ' '.join(members)})}/>\n</xmi:XMI>\n"
