"""Escape text from outside for each format, so that it cannot become structure, markup, a link or a formula."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from reader.printable import printable, printable_line

_INVISIBLE: Final = re.compile("[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_MARKDOWN: Final = re.compile(r"[\\`*_\[\]{}<>#|~^$&=%!@]")
_BARE_HOST: Final = re.compile(
    r"(?<=www)\.|(?<=[^\W_])\."
    r"(?=(?:[a-z]{2}|biz|com|edu|gov|net|org|pro|web|xxx|aero|asia|coop|info|museum|name|shop|рф|xn--[a-z0-9-]+)(?![^\W_]))",
    re.IGNORECASE,
)
"""Match the dot after "www", which GitHub links, and the one before what markdown-it takes for the end of a host."""
_LINE_START: Final = re.compile(r"([ ]*)(?:([-+:])|(\d{1,9})([.)]))?")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # Excel accepts the full-width signs too
_JSON: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_PLAIN_CELL: Final = re.compile(r"[0-9A-Za-z][\x20-\x7e]*")
_PLAIN_TAG: Final = re.compile(r"(?=[\w/-]*[^\W\d])[\w/-]+")
_NOT_IN_IRI: Final = re.compile(r'["{}|^`]')
_NOT_IN_ORG_TAG: Final = re.compile(r"\W")
_ORG_START: Final = re.compile(r"[-+|:#%]|\d+[.)]|[a-zA-Z][.)] |(?:CLOCK|DEADLINE|SCHEDULED|CLOSED|COMMENT|TODO|DONE)\b")
"""Match what Org takes for a list, a table, a keyword or a task (TODO is one of its own words) at the beginning of a line."""
_ORG_EMPHASIS: Final = re.compile(r"(?:^|(?<=[\s\-–—({'\"\u200b]))[*/_=~+]+(?=\S)")
_ORG_SYNTAX: Final = re.compile(
    r"\[(?=\[|fn:|cite|#)|<(?=[\d<%]|[a-zA-Z][\w+-]*:)|\{(?=\{)|@(?=@)|:(?=(?:END|PROPERTIES):)|\b(?:src|call)(?=_)"
    r"|\b(?!(?:https?|doi|urn):)[a-zA-Z][\w+-]{0,30}(?=:\S)|\\(?=[\\(\[a-zA-Z])",
    re.IGNORECASE,
)
"""The beginnings of what Org would take for a link, note, priority, timestamp, target, macro, drawer, formula or code."""
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 forbids, even as references."""
_SAFE_URL: Final = re.compile(r"https?://[^\s<>\\\x00-\x20\x7f-\x9f]+", re.IGNORECASE)


def encode_text(text: str) -> bytes:
    """Return a text in UTF-8, with "?" for lone surrogates."""
    return text.encode("utf-8", "replace")


def json_text(value: object) -> str:
    """Return a value as one line of JSON, with invisible characters and direction overrides escaped.

    The JSON of a text is also a double-quoted scalar in YAML.
    """
    text = _JSON.encode(value)
    return text if text.isprintable() else _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def markdown_line(text: str) -> str:
    """Return a text as one line of Markdown that renders as the text itself, without markup, HTML, links, tags or blocks."""
    return _escape_markdown(printable_line(" ".join(text.split())))


def markdown_lines(text: str) -> list[str]:
    """Return the lines of a text as Markdown that renders as the text itself; no-break spaces keep the indentation."""
    return [_escape_markdown(printable(line).expandtabs(4).rstrip()) for line in text.split("\n")]


def is_plain_tag(name: str) -> bool:
    """Whether Obsidian takes a name as a tag: letters, digits, "_", "-" and "/", and not only digits."""
    return _PLAIN_TAG.fullmatch(name) is not None


def markdown_tag(name: str) -> str:
    """Return a tag for Obsidian, "#name", or plain text if Obsidian does not allow a character of the name in a tag."""
    return f"#{name}" if is_plain_tag(name) else markdown_line(f"#{name}")


def markdown_address(url: str) -> str:
    """Return a web address as a link that shows it, or as text if it is not safe to follow."""
    return f"<{url}>" if is_web_address(url) else markdown_line(url)


def org_words(text: str) -> str:
    """Return a text as words within a line of Org that show the text itself: no markup, link, active timestamp or code to run.

    Zero width spaces, the escape character of the Org manual, break what would be syntax.
    """
    words = _ORG_SYNTAX.sub("\\g<0>\u200b", printable_line(" ".join(text.split())))
    # Org takes it for a space, after which a sign begins emphasis: so each of several signs gets one behind it.
    return _ORG_EMPHASIS.sub(lambda match: "".join(f"{sign}\u200b" for sign in match[0]), words)


def org_line(text: str) -> str:
    """Return a text as a line of Org that shows the text itself; a comma precedes "*" and "#+", as in the blocks of Org."""
    line = " ".join(text.split())
    if line.startswith(("*", "#+", ",*", ",#+")):
        return f",{org_words(line)}"
    return f"\u200b{org_words(line)}" if _ORG_START.match(line) else org_words(line)


def org_lines(text: str) -> list[str]:
    """Return the lines of a text as Org that shows the text itself."""
    return [org_line(line) for line in printable(text).split("\n")]


def org_tag(name: str) -> str:
    """Return a tag as Org allows it: letters, digits and "_"."""
    return _NOT_IN_ORG_TAG.sub("_", name) or "_"


def is_web_address(text: str) -> bool:
    """Whether a text is an address that is safe to follow: http or https, without white space or control characters."""
    return _SAFE_URL.fullmatch(text) is not None


def iri(address: str) -> str:
    """Return a web address as an IRI (RFC 3987), with the characters encoded that web pages use but an IRI must not have."""
    return _NOT_IN_IRI.sub(lambda match: f"%{ord(match[0]):02X}", address)


def utc_time(stamp: str) -> datetime | None:
    """Return a stored time, None if it is not a time in UTC: another program may have written it."""
    try:
        time = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return time if time.utcoffset() == timedelta() else None


def clean_xml(text: str) -> str:
    """Return a text with U+FFFD for each character that XML forbids."""
    return text if text.isascii() and text.isprintable() else _NOT_IN_XML.sub("\ufffd", text)


def xml_text(text: str) -> str:
    """Return a text for the content of an element or an attribute in double quotes."""
    return clean_xml(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def xml_attributes(values: Mapping[str, str | int]) -> str:
    """Return attributes with their names, each after a blank; readers get line ends and tabs in them back as they were."""
    written = (f' {name}="{xml_text(str(value))}"' for name, value in values.items())
    return "".join(written).replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")


def csv_cell(text: str) -> str:
    """Return a text as a CSV cell; an apostrophe keeps spreadsheets from taking it for a formula."""
    if _PLAIN_CELL.fullmatch(text):
        return text
    cell = printable(text)
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def _with_backslash(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _escape_markdown(line: str) -> str:
    start = _LINE_START.match(line)
    indent, bullet, number, dot = start.groups() if start else ("", None, None, None)
    rest = line[start.end() :] if start else line
    head = f"\\{bullet}" if bullet else f"{number}\\{dot}" if number else ""
    words = _MARKDOWN.sub(_with_backslash, rest).replace("://", "\\://")
    if "." in words:  # to look for it apart is quicker than in one pattern with the signs
        words = _BARE_HOST.sub(r"\\.", words)
    return "\u00a0" * len(indent or "") + head + words
