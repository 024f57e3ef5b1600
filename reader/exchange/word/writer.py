"""Write a review into a Word document: find the place of each annotation, mark it, and pack the document again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from reader.article.article import Article
from reader.article.ranges import Span
from reader.errors import ReaderError
from reader.exchange.escape import clean_xml
from reader.exchange.export_format import ExportOptions
from reader.exchange.identity import disclose
from reader.exchange.report import Report, ReportItem
from reader.exchange.word.comments import CommentParts
from reader.exchange.word.marks import Marks
from reader.exchange.word.markup import WORD_NAMESPACE, XmlPart, refusal
from reader.exchange.word.origins import Origin, Origins
from reader.exchange.word.threads import Thread, list_threads
from reader.formats import parse_article
from reader.formats.detection import DOCX, detect_container, document_name, reject_binary
from reader.formats.docx import trace_docx
from reader.formats.docx.trace import TracedDocument
from reader.formats.xml import attribute, children, element_name
from reader.printable import plural, printable_line
from reader.review.passage import has_same_words

_DRAFT: Final = "The draft"
_PART_TYPES: Final = "[Content_Types].xml"
_DOCUMENT_TYPE: Final = "wordprocessingml.document.main+xml"
_SAVE_AS: Final = "In Word, choose “Save As” and “Word Document (.docx)”, then give that file as the newer draft (--into)"
_MAX_QUOTE_LENGTH: Final = 60

Finder = Callable[[ReportItem], Span | None]
"""Finds the range of an annotation in the text of a document, None if it has none there."""


def add_comments(report: Report, options: ExportOptions) -> bytes:
    """Return the document of a report, or `options.into`, with its annotations as comments. Raises as `write_word`."""
    data, what = _document(report, options)
    (public,) = disclose([report], options)
    document = trace_docx(data, what)
    _check_writable(document, what)
    part = XmlPart(document.package.read(document.main), what)
    origins, marks = Origins(document, _number_elements(document, part, what)), Marks(part)
    comments = CommentParts(document.package, document.main, what)
    find, lost = _finder(public.article, document.article), list[Thread]()
    places: list[tuple[Origin, Thread, str]] = []
    for thread in list_threads(public):
        span = find(thread.item)
        origin = origins.find(span) if span is not None else None
        if span is None or origin is None:
            lost.append(thread)
            continue
        is_plain = has_same_words(_judged_words(thread), document.article.text[span.start : span.end])
        is_plain = is_plain and not origin.is_wide and not marks.is_in_box(origin.start)
        places.append((origin, thread, "" if is_plain else _quote(thread)))
    count = 0
    for origin, thread, quote in sorted(places, key=lambda place: (place[0].start, place[0].end)):
        for number in comments.add_thread(thread, quote):
            marks.add(origin, number)
            count += 1
    _notify(options, lost, comments.present_count, count)
    if not count:
        return data
    written = document.package.with_members({**comments.changes(), document.main: marks.write_part()})
    if parse_article(written, what).text != document.article.text:
        raise refusal(what, "its text would change", "Please report this")
    return written


def _document(report: Report, options: ExportOptions) -> tuple[bytes, str]:
    """Return the document to write in and its name in messages. Raises ReaderError if it is not a Word document."""
    if options.into:
        if detect_container(options.into) != DOCX:
            reject_binary(options.into, _DRAFT)
            raise ReaderError(
                f"{_DRAFT} is not a Word document (.docx)", "Give the writer's .docx file as the newer draft (--into)"
            )
        return options.into, _DRAFT
    what = document_name(report.article.source)
    if report.article.format != DOCX or not report.article.original:
        raise ReaderError(
            f"{what} is not a Word document (.docx), so there is nothing to put comments in",
            "Give the writer's .docx file as the newer draft (--into), or choose another format, such as html",
        )
    return report.article.original, what


def _check_writable(document: TracedDocument, what: str) -> None:
    """Raise ReaderError for a document in another format than the common .docx, for a signed one, and for too large a one."""
    package = document.package
    if document.article.omissions:
        raise refusal(what, "it is too large to be read as a whole", "Choose another format, such as html")
    if not document.root.tag.startswith(f"{{{WORD_NAMESPACE}}}"):
        raise refusal(what, "it is a Strict Open XML document", _SAVE_AS)
    if any(name.startswith("_xmlsignatures/") for name in package.names):
        raise refusal(what, "it is signed, and a change would break the signature", "Save a copy without the signature in Word")
    types = (
        attribute(entry, "ContentType")
        for entry in children(package.xml(_PART_TYPES), "Override")
        if attribute(entry, "PartName").lstrip("/") == document.main
    )
    kind = next(types, _DOCUMENT_TYPE)
    if not kind.endswith(_DOCUMENT_TYPE):
        reason = "it contains macros" if "macroEnabled" in kind else "it is a template or of another kind"
        raise refusal(what, reason, _SAVE_AS)


def _number_elements(document: TracedDocument, part: XmlPart, what: str) -> list[int]:
    """Return the number of the element of each piece in the part that the document was read from."""
    elements = [element for element in document.root.iter() if element_name(element)]
    if len(elements) > len(part.names) or any(element_name(e) != part.kind(n) for n, e in enumerate(elements)):
        raise refusal(what, "its XML is damaged")
    numbers_by_element = {element: number for number, element in enumerate(elements)}
    numbers = [numbers_by_element[piece.element] for piece in document.pieces]
    for number, piece in zip(numbers, document.pieces, strict=True):
        if part.kind(number) == "t" and part.text(number) != piece.text:
            part.keep_whole(number)
    return numbers


def _finder(judged: Article, document: Article) -> Finder:
    if judged.text == document.text:
        return lambda item: Span(item.selector.start, item.selector.end) if item.has_place else None

    from reader.review.anchoring.resolver import QuoteResolver

    resolver = QuoteResolver(document.text, judged.text)

    def find(item: ReportItem) -> Span | None:
        match = resolver.find(item.selector)
        return match.place if match is not None else None

    return find


def _judged_words(thread: Thread) -> str:
    return thread.item.original_quote or thread.item.selector.exact


def _quote(thread: Thread) -> str:
    words = clean_xml(" ".join(_judged_words(thread).split()))
    return words if len(words) <= _MAX_QUOTE_LENGTH else f"{words[: _MAX_QUOTE_LENGTH - 1].rstrip()}…"


def _notify(options: ExportOptions, lost: list[Thread], present_count: int, count: int) -> None:
    for thread in lost:
        number = thread.item.number
        name = f"claim {number}" if number else thread.item.annotation.kind
        options.notify(f"No place in the document: {name}, “{printable_line(_quote(thread))}”")
    if present_count:
        options.notify(f"{plural(present_count, 'comment')} {'was' if present_count == 1 else 'were'} in the document already")
    if not count and not present_count:
        options.notify("No comment was written: no annotation with a place has a verdict, an advice or a note")
