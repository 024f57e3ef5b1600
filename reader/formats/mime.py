"""Import web pages that a browser saved as one file (MHTML), and mails (.eml).

Both are messages of headers and parts (RFC 2045, RFC 2557). The page, or the text of the mail, is read; pictures and attached
files are not.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from email.errors import MessageError
from email.feedparser import BytesFeedParser
from email.header import decode_header, make_header
from email.message import Message
from email.policy import Compat32
from itertools import islice
from typing import Final

from reader.article.article import Article
from reader.errors import NoTextError, ReaderError
from reader.formats.budget import current_budget, fitted_article
from reader.formats.detection import BROKEN_FILE_HINT, decode, decode_declared, document_name, normalize_line_ends
from reader.formats.html.importer import html_article
from reader.formats.plain import plain_article
from reader.formats.progress import checkpoint

_MAX_PARTS: Final = 2000
_MAX_BORDERS: Final = 20_000
_MAX_DEPTH: Final = 20
_PART: Final = re.compile(rb"^content-type[ \t]*:", re.IGNORECASE | re.MULTILINE)
_MULTIPART: Final = re.compile(rb"^content-type[ \t]*:[ \t]*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_LINK: Final = re.compile(rb"<a\s[^<>]{0,500}\bhref\s*=\s*[\"']?https?://", re.IGNORECASE)
_PAGE_TYPES: Final = ("text/html", "application/xhtml+xml")
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_FEED_SIZE: Final = 1 << 16
_MAX_FIELD_LENGTH: Final = 2000
"""The characters of a header that are read: to take its parameters apart, Python may need the square of its length."""


class _Policy(Compat32):
    """What Python does with messages by default, but with headers of limited length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return the name and the value of a header."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_MAX_FIELD_LENGTH]


def message_article(data: bytes, source: str) -> Article:
    """Return the article of a saved page or a mail. Raises ReaderError if it is broken or has no text."""
    what = document_name(source)
    budget = current_budget()
    data = budget.fit_bytes(data, budget.limits.message_size, budget.limits.message_lines)
    has_too_many = _is_found_more_often(_PART, data, _MAX_PARTS) or _is_found_more_often(_MULTIPART, data, _MAX_DEPTH)
    if has_too_many or data.count(b"\n--") > _MAX_BORDERS:
        raise ReaderError(f"{what} has too many parts for a saved page or a mail", BROKEN_FILE_HINT)
    message = _read_message(data.removeprefix(_UTF8_MARK))
    page = _first_part(message, _PAGE_TYPES)
    is_page = bool(_header(message, "Snapshot-Content-Location")) or (page is not None and _address_of(page, message) != "")
    is_mail = bool(_header(message, "From") and _header(message, "Date") and not is_page)
    first = _first_part(message, ("text/plain", *_PAGE_TYPES))
    is_whole = page is first or not is_mail or message.get_content_type() == "multipart/related"
    text = "" if page is not None and is_whole else _whole_text(message)
    if page is not None and (is_whole or _alone_has_links(page, text)):
        article = _page_article(message, page, source)
    elif first is not None:
        article = fitted_article(text, budget, lambda fitted: plain_article(fitted, source))
    else:
        raise NoTextError(f"{what} holds no page and no text", "Save the page as a web page or PDF")
    if not is_mail:
        return replace(article, format="mhtml")
    about = article.about._replace(byline=_header(message, "From"), date=_header(message, "Date"))
    return replace(article, format="mail", title=_header(message, "Subject") or article.title, about=about)


def _read_message(data: bytes) -> Message:
    """Return a message. `message_from_bytes` would copy it three times, and could not be stopped."""
    parser = BytesFeedParser(policy=_Policy())
    for start in range(0, len(data), _FEED_SIZE):
        checkpoint()
        parser.feed(data[start : start + _FEED_SIZE])
    return parser.close()


def _is_found_more_often(pattern: re.Pattern[bytes], data: bytes, count: int) -> bool:
    return next(islice(pattern.finditer(data), count, None), None) is not None


def _alone_has_links(page: Message, text: str) -> bool:
    """Whether a mail's page links to addresses, while its text names none: then the text has lost what it rests on."""
    return "://" not in text and "www." not in text and _LINK.search(_payload(page)) is not None


def _page_article(message: Message, part: Message, source: str) -> Article:
    """Return the article of a page. Its address is where the browser had it from, so that its links lead somewhere."""
    address = _address_of(part, message)
    article = html_article(_page_bytes(part), address or source)
    return replace(article, source=source, about=article.about._replace(address=article.about.address or address))


def _address_of(part: Message, message: Message) -> str:
    """Return the address that a page was saved from, "" if none is given."""
    found = (_header(part, "Content-Location"), _header(message, "Snapshot-Content-Location"))
    return next((address for address in found if address.startswith(("http://", "https://"))), "")


def _page_bytes(part: Message) -> bytes:
    """Return the bytes of a page, in UTF-8 with its mark where the header says how they are encoded."""
    data = _payload(part)
    charset = part.get_content_charset()
    text = decode_declared(data, charset) if charset else None
    return data if text is None else _UTF8_MARK + text.encode("utf-8", "replace")


def _whole_text(message: Message) -> str:
    """Return the text of a mail, which may go on after a picture or an attached file."""
    parts = (part for part in _parts(message) if part.get_content_type() == "text/plain")
    return "\n\n".join(text.strip("\n") for part in parts if (text := _text_of(part)).strip()) + "\n"


def _text_of(part: Message) -> str:
    data = _payload(part)
    charset = part.get_content_charset()
    text = decode_declared(data, charset) if charset else None
    text = current_budget().fit_text(decode(data) if text is None else normalize_line_ends(text))
    if str(part.get_param("format", "")).casefold() != "flowed":
        return text
    return _join_flowed_lines(text, keeps_space=str(part.get_param("delsp", "")).casefold() != "yes")


def _join_flowed_lines(text: str, *, keeps_space: bool) -> str:
    """Return a text in which lines that end in a space go on in the next one (RFC 3676), as long as that is quoted as deep."""
    parts: list[str] = []
    before = None
    for line in text.split("\n"):
        quoted = line[: len(line) - len(line.lstrip(">"))]
        words = line[len(quoted) :].removeprefix(" ")  # a space at the beginning is stuffed, or that after the sign of a quote
        goes_on = before == quoted and words != "-- "
        parts.append(words if goes_on else ("\n" if parts else "") + (f"{quoted} {words}" if quoted else words))
        before = quoted if words.endswith(" ") and words != "-- " else None
        if before is not None and not keeps_space:
            parts[-1] = parts[-1][:-1]
    return "".join(parts)


def _payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _first_part(message: Message, types: tuple[str, ...]) -> Message | None:
    """Return the first part of one of these types that is no attached file and not empty."""
    return next((part for part in _parts(message) if part.get_content_type() in types and _payload(part).strip()), None)


def _parts(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart() and part.get_content_disposition() != "attachment")


def _header(message: Message, name: str) -> str:
    """Return a header as one line, "" without it; what cannot be decoded stays as it is."""
    value = str(message.get(name, ""))
    with contextlib.suppress(MessageError, ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return " ".join(value.split())
