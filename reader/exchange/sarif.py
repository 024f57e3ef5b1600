"""SARIF 2.1.0 (OASIS, with errata 01): what the checks find, for continuous integration and code review.

A run has one artifact for each file. Where the text was extracted from it, a second artifact, its child, holds the text, and
the places are those in this text. Values that apply to a run as a whole follow the artifacts and results, so that articles are
written one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePath, PureWindowsPath
from typing import Final
from urllib.parse import quote

from reader import __version__
from reader.article.article import Article
from reader.article.file_places import FilePlaces
from reader.article.ranges import Span
from reader.exchange.check import CheckedArticle, CheckFailure, CheckResult, check_report
from reader.exchange.escape import encode_text, is_web_address, json_text
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import public_origin, stable_iri
from reader.exchange.report import Report
from reader.printable import printable_line
from reader.review.rules import EXPORT_CODES, RULES, Rule

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE: Final = "ARTICLES"
_FINGERPRINT: Final = "findingKey/v1"
"""The name of the fingerprint. Its version goes up when keys are made in another way."""
_URI_SIGNS: Final = "%:/?#[]@!$&'()*+,;="
"""The signs of a web address that a URI may have as they are (RFC 3986)."""
_MAX_SNIPPET_LENGTH: Final = 2000
_MAX_RELATED_LOCATIONS: Final = 50
_GROUP_TAGS: Final = {
    "0": "recognition",
    "1": "references",
    "2": "citations",
    "3": "references",
    "4": "claims",
    "5": "review",
    "6": "sources",
}
_MEDIA_TYPES: Final = {
    "plain": "text/plain",
    "markdown": "text/markdown",
    "rst": "text/x-rst",
    "wikitext": "text/x-wiki",
    "html": "text/html",
    "mhtml": "multipart/related",
    "mail": "message/rfc822",
    "notebook": "application/x-ipynb+json",
    "jats": "application/jats+xml",
    "epub": "application/epub+zip",
    "pdf": "application/pdf",
    "latex": "application/x-latex",
    "rtf": "application/rtf",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_IANA_NAMES: Final = {
    **{f"utf-{bits}-{order}": f"utf-{bits}{order}" for bits in (16, 32) for order in ("le", "be")},
    **{"iso8859_2": "iso-8859-2", "iso8859_15": "iso-8859-15", "mac_roman": "macintosh", "shift_jis": "shift_jis"},
}
_RULE_INDEX: Final = {code: index for index, code in enumerate(RULES)}


def write_sarif(reports: Iterable[Report], options: ExportOptions) -> Iterator[bytes]:
    """Yield the findings and unsettled pairs of reports as one log, dismissed findings as suppressed results."""
    yield from write_sarif_log((check_report(report, EXPORT_CODES) for report in reports), reasons=not options.without_reasons)


def write_sarif_log(
    checks: Iterable[CheckedArticle | CheckFailure],
    *,
    reasons: bool = True,
    exit_code: Callable[[], int] | None = None,
    folder: PurePath | None = None,
) -> Iterator[bytes]:
    """Yield a log with one run, in which every result has its `suppressions` (3.27.23 wants them on all or none).

    Without `reasons`, it leaves out why findings were dismissed. `exit_code` returns that of the program, once all
    articles are checked. An absolute path in `folder` is named relative to it.
    """
    names = _ArtifactNames(folder)
    results: list[bytes] = []
    notifications: list[object] = []
    uris: list[str] = []
    artifact_count = 0
    at = ""
    yield _head()
    for check in checks:
        location = names.add(check.name)
        if isinstance(check, CheckFailure):
            text = f"{printable_line(location['uri'])} could not be checked."
            place = {"physicalLocation": {"artifactLocation": location}}
            notifications.append({"level": "error", "message": {"text": text}, "locations": [place]})
            continue
        text_location = location if check.article.file else names.add_text(location)
        for artifact in _artifacts(check.article, location, text_location, artifact_count):
            yield encode_text(f"{',' if artifact_count else ''}\n{json_text(artifact)}")
            artifact_count += 1
        uris.append(location["uri"])
        at = max(at, check.at)
        places = _ResultPlaces(check.article, {**text_location, "index": artifact_count - 1})
        results += [encode_text(json_text(_result(check.article, places, result, reasons))) for result in check.results]
    yield b'\n],\n"results": [\n'
    yield b",\n".join(results)
    invocation: dict[str, object] = {
        "executionSuccessful": not notifications,
        **({"endTimeUtc": f"{at[:19]}Z"} if at else {}),
        **({"exitCode": exit_code()} if exit_code else {}),
        **({"toolExecutionNotifications": notifications} if notifications else {}),
    }
    category = f"claims/{uris[0]}/" if len(uris) == 1 else "claims/"
    yield encode_text(f'\n],\n"invocations": [{json_text(invocation)}],\n')
    yield encode_text(f'"automationDetails": {json_text({"id": category})}\n}}]}}\n')


def _head() -> bytes:
    """Return the beginning of a log, up to the artifacts."""
    rules = [_rule(rule) for rule in RULES.values()]
    driver = {"name": "Claim Reader", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "language": "en",
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "defaultEncoding": "utf-8",
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder of the articles that were checked."}}},
    }
    members = ",\n".join(f"{json_text(name)}: {json_text(value)}" for name, value in run.items())
    return encode_text(f'{{"$schema": {json_text(_SCHEMA)}, "version": "2.1.0", "runs": [{{\n{members},\n"artifacts": [')


def _rule(rule: Rule) -> object:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.mend, "markdown": rule.mend},
        "defaultConfiguration": {"level": rule.level},
        "properties": {"tags": [_GROUP_TAGS[rule.code[2]]]},
    }


# ------------------------------------------------------------------ Artifacts


class _ArtifactNames:
    """The locations of the artifacts of a run: relative, different from each other, and without a folder of this machine."""

    def __init__(self, folder: PurePath | None) -> None:
        self._folder = folder
        self._uris: set[str] = set()

    def add(self, name: str) -> dict[str, str]:
        """Return the location of a file with this path or address.

        A path that leads out of the folder counts by its last part, and so does an address with the name of an account.
        """
        if is_web_address(public_origin(name)):
            return {"uri": self._unique(quote(name, safe=_URI_SIGNS, errors="replace"), name)}
        return {"uri": self._unique(quote(_relative_path(name, self._folder)), name), "uriBaseId": _BASE}

    def add_text(self, location: dict[str, str]) -> dict[str, str]:
        """Return the location of a text that was extracted from a file."""
        uri = location["uri"]
        return {"uri": self._unique(f"{uri if 'uriBaseId' in location else 'page'}.txt", uri), "uriBaseId": _BASE}

    def _unique(self, uri: str, name: str) -> str:
        """Return the address, with the digest of the name before its last part if another artifact has it."""
        if uri in self._uris:
            uri = f"{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}/{uri.rpartition('/')[2]}"
        self._uris.add(uri)
        return uri


def _relative_path(name: str, folder: PurePath | None) -> str:
    if name in ("", "-"):
        return "stdin"
    _, is_address, rest = name.partition("://")
    if is_address:
        path = PurePath("/", rest.partition("/")[2].partition("?")[0])
    else:
        # A library that is shared with Windows has paths of Windows.
        windows = PureWindowsPath(name)
        path = windows if windows.is_absolute() else PurePath(name)
        if folder is not None and path.is_relative_to(folder):
            path = path.relative_to(folder)
    is_inside = path.parts and not path.is_absolute() and not path.drive and ".." not in path.parts
    relative = path.as_posix() if is_inside else path.name
    return "article" if relative in ("", "..") else relative.encode("utf-8", "replace").decode("utf-8")


def _artifacts(article: Article, location: dict[str, str], text: dict[str, str], index: int) -> Iterator[dict[str, object]]:
    """Yield the artifact of a file and, if its text was extracted, that of its text. `index` is that of the first."""
    file = article.file
    data = article.original if file is None else file.to_bytes() if file.is_exact else b""
    artifact: dict[str, object] = {"location": location, "roles": ["analysisTarget"]}
    if article.format in _MEDIA_TYPES:
        artifact["mimeType"] = _MEDIA_TYPES[article.format]
    if data:
        artifact |= {"length": len(data), "hashes": {"sha-256": hashlib.sha256(data).hexdigest()}}
    if file is not None:
        yield artifact | {"encoding": _iana_name(file.encoding), "contents": {"text": file.text}}
        return
    yield artifact
    yield {
        "location": text,
        "parentIndex": index,
        "mimeType": "text/plain",
        "encoding": "utf-8",
        "contents": {"text": article.text},
    }


def _iana_name(codec: str) -> str:
    """Return the name under which the IANA registered an encoding of Python: "windows-1252" for "cp1252"."""
    if codec.startswith("cp"):
        return f"{'windows-' if codec.startswith('cp125') else 'ibm'}{codec[2:]}"
    return _IANA_NAMES.get(codec, codec.replace("_", "-"))


# ------------------------------------------------------------------ Results


class _ResultPlaces:
    """The locations of results in the artifact that holds the text of an article."""

    def __init__(self, article: Article, location: dict[str, object]) -> None:
        self._location = location
        self._text = article.text if article.file is None else article.file.text
        self._places = FilePlaces(article.text, article.file)

    def location(self, span: Span | None) -> dict[str, object]:
        """Return the location of a range, that of the whole artifact for None."""
        if span is None:
            return {"physicalLocation": {"artifactLocation": self._location}}
        place = self._places.region(span)
        region: dict[str, object] = {
            "startLine": place.start_line,
            "startColumn": place.start_column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
            "charOffset": place.offset,
            "charLength": place.length,
        }
        if place.byte_offset >= 0:
            region |= {"byteOffset": place.byte_offset, "byteLength": place.byte_length}
        if place.length <= _MAX_SNIPPET_LENGTH:
            region["snippet"] = {"text": self._text[place.offset : place.offset + place.length]}
        return {"physicalLocation": {"artifactLocation": self._location, "region": region}}


def _result(article: Article, places: _ResultPlaces, result: CheckResult, reasons: bool) -> object:
    rule, dismissal = result.rule, result.dismissal
    record: dict[str, object] = {
        "ruleId": rule.code,
        "ruleIndex": _RULE_INDEX[rule.code],
        "kind": "fail",
        "level": rule.level,
        "message": {"text": _message_text(result.message)},
        "locations": [places.location(result.where)],
    }
    if also := result.also[:_MAX_RELATED_LOCATIONS]:
        record["relatedLocations"] = [{"id": number, **places.location(span)} for number, span in enumerate(also, 1)]
    suppression: dict[str, object] = {"kind": "external", "status": "accepted"}
    if dismissal is not None and dismissal.reason and reasons:
        suppression["justification"] = dismissal.reason
    properties: dict[str, object] = {"kind": rule.kind}
    if result.reference:
        properties["reference"] = article.label_of(result.reference)
    if result.claim:
        properties |= {"claim": stable_iri(result.claim), "evidence": list(result.evidence)}
    return record | {
        "partialFingerprints": {_FINGERPRINT: result.key},
        "suppressions": [] if dismissal is None else [suppression],
        "properties": properties,
    }


def _message_text(text: str) -> str:
    """Return a message in which no words of an article are a link of SARIF, `[text](target)` (3.11.6)."""
    return printable_line(text).replace("](", "] (")
