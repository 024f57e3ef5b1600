"""Import wikitext: write the page that a wiki makes of it, without the wiki around it, and read that like a chapter of a book.

Headings, lists, tables and paragraphs are found line by line, after the links, templates and notes in them were read
(https://www.mediawiki.org/wiki/Help:Formatting, .../Help:Tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

from reader.article.article import Article
from reader.article.lazy_pattern import lazy_pattern
from reader.errors import NoTextError
from reader.formats.detection import document_name
from reader.formats.html.citations import find_notes
from reader.formats.html.converter import convert_tree
from reader.formats.html.page_builder import PageBuilder
from reader.formats.html.tree import html_tree, release_tree
from reader.formats.linked_references import with_linked_references
from reader.formats.plain import file_title
from reader.formats.progress import checkpoint
from reader.formats.wikitext.inline import LIST_MARK, InlineReader, WikiNote, note_id


def wikitext_article(text: str, source: str) -> Article:
    """Return the article of a text in wikitext. Raises ReaderError if nothing of it is shown."""
    if "&lt;ref" in text and "<ref" not in text:  # a copy out of a wiki's export in XML
        text = unescape(text)
    text = _REDIRECT_SIGN.sub("", text, count=1)
    reader = InlineReader()
    body = reader.read(_PARAMETER.sub(_shown_parameter, _MAGIC_WORD.sub("", _without_regions(text.translate(_NO_MARKS)))))
    checkpoint()
    root = html_tree(f"<body>{''.join(_page(body, reader.notes))}</body>".encode("utf-8", "replace"))
    try:
        notes = find_notes(root)
        builder = PageBuilder()
        bold = _FIRST_BOLD.search(text, 0, max(text.find("\n=="), 0) or len(text))
        builder.title = " ".join(bold[1].split()) if bold is not None else file_title(source)
        with builder.as_content():
            convert_tree(root, builder, notes)
        if not builder.size:
            raise NoTextError(f"{document_name(source)} has templates and pictures alone", "Save the page as HTML instead")
        article = builder.article("wikitext", source, from_text=notes.are_remarks)
    finally:
        release_tree(root)
    return article if article.references else with_linked_references(article)


# ------------------------------------------------------------------ Regions without wikitext

_NO_MARKS: Final = dict.fromkeys(range(4))
_REDIRECT_SIGN: Final = lazy_pattern(r"\A\s{0,99}#(?=[^\W\d_]{2,20}\s{0,9}:?\s{0,9}\[\[)")
"""Match the sign of a page that only leads to another one, "#REDIRECT [[Lamp]]", which is no item of a list."""
_FIRST_BOLD: Final = lazy_pattern(r"(?<!')'''(?:'')?([^'\n\[\]{}<>]{2,100})'''")
_MAGIC_WORD: Final = lazy_pattern(
    r"__[A-Z]{3,20}__|<templatestyles\b[^<>]{0,200}>|</?(?:noinclude|onlyinclude|section)\b[^<>]{0,200}>"
)
_PARAMETER: Final = lazy_pattern(r"\{\{\{([^{}|]{0,4000})(\|[^{}]{0,200})?\}\}\}")
_REGION: Final = lazy_pattern(
    r"<!--|<(?P<tag>nowiki|pre|math|chem|syntaxhighlight|source|gallery|timeline|score|imagemap|mapframe|graph|includeonly)"
    r"\b[^<>]{0,300}(?<!/)>",
    re.IGNORECASE,
)
_LITERAL: Final = frozenset({"nowiki", "math", "chem"})
_PREFORMATTED: Final = frozenset({"pre", "syntaxhighlight", "source"})
_MARKUP_SIGNS: Final = {ord(sign): f"&#{ord(sign)};" for sign in "[]{}|'=*#:;<>&_!"}


def _shown_parameter(parameter: re.Match[str]) -> str:
    """Return what a page shows for a parameter that has no value: its default or, without one, its own text."""
    has_default = parameter[2] and "\n" not in parameter[1]  # code of other wikis stands in three braces too
    return parameter[2][1:] if has_default else parameter[0].translate(_MARKUP_SIGNS)


def _shown_region(tag: str, inside: str) -> str:
    if tag == "gallery":
        return "".join(f"\n[[File:{line}]]" for line in inside.splitlines() if "|" in line) + "\n"
    literal = inside.translate(_MARKUP_SIGNS)
    if tag in _PREFORMATTED:
        return f"\n<pre>{literal.replace(chr(10), '&#10;')}</pre>\n"
    return literal if tag in _LITERAL else ""


def _without_regions(text: str) -> str:
    """Return the text without comments and pictures, and with the signs of literal text as entities."""
    parts: list[str] = []
    unclosed: set[str] = set()
    end = 0
    for region in _REGION.finditer(text):
        tag = (region["tag"] or "").casefold()
        closer = f"</{tag}>" if tag else "-->"
        if region.start() < end or closer in unclosed:
            continue
        stop = text.find(closer, region.end())
        if stop < 0:
            unclosed.add(closer)
            continue
        parts += text[end : region.start()], _shown_region(tag, text[region.end() : stop])
        end = stop + len(closer)
    return "".join([*parts, text[end:].replace("<!--", "&lt;!--")])


# ------------------------------------------------------------------ Lines

_HEADING: Final = lazy_pattern(r"(={1,6})(.*[^=])=+")
_LIST: Final = lazy_pattern(r"[*#:;]+")
_INDENTED_TABLE: Final = lazy_pattern(r"\A[ \t:*]+(?=\{\|)")
_LIST_TAGS: Final = {"*": ("ul", "li"), "#": ("ol", "li"), ":": ("dl", "dd"), ";": ("dl", "dt")}
_BLOCK_TAG: Final = lazy_pattern(
    r"\s*</?(?:div|table|thead|tbody|tr|td|th|ul|ol|li|dl|dt|dd|blockquote|center|figure|p|h[1-6]|pre|hr|section)\b",
    re.IGNORECASE,
)
_QUOTES: Final = lazy_pattern(r"'{2,}")
_CELL_ATTRIBUTES: Final = lazy_pattern(r"[^|\[\]<>]{1,300}?\|(?!\|)")
_MAX_LIST_DEPTH: Final = 8
_CHECK_EVERY: Final = 5000


def _page(text: str, notes: Mapping[str, Mapping[str, WikiNote]]) -> Iterator[str]:
    """Yield the HTML of a text whose links, templates and notes are HTML already."""
    listed: set[str] = set()
    paragraph: list[str] = []
    open_list = ""
    open_tables = 0
    for number, line in enumerate(text.split("\n")):
        if number % _CHECK_EVERY == 0:
            checkpoint()
        line = _INDENTED_TABLE.sub("", line) if "{|" in line else line
        stripped = line.strip()
        signs = _LIST.match(line)
        prefix = signs[0][:_MAX_LIST_DEPTH] if signs is not None else ""
        is_table_line = stripped.startswith(("{|", "|}")) or (open_tables > 0 and stripped.startswith(("|", "!")))
        heading = _HEADING.fullmatch(stripped) if stripped.startswith("=") else None
        is_list_mark = stripped.startswith(LIST_MARK)
        is_break = not stripped or bool(prefix) or is_table_line or heading is not None or is_list_mark
        if paragraph and (is_break or _BLOCK_TAG.match(line)):
            yield f"<p>{_with_styles(' '.join(paragraph))}</p>\n"
            paragraph = []
        if open_list and not prefix:
            yield from _change_list(open_list, "")
            open_list = ""
        if is_list_mark:
            group = stripped.split(LIST_MARK)[1]
            if group not in listed:  # a second list would have the same entries again
                listed.add(group)
                yield from _note_list(group, notes.get(group, {}))
        elif heading is not None:
            level = len(heading[1])
            yield f"<h{level}>{_with_styles(heading[2].strip())}</h{level}>\n"
        elif prefix:
            yield from _change_list(open_list, prefix)
            yield _with_styles(line[len(prefix) :].strip())
            open_list = prefix
        elif is_table_line:
            open_tables += stripped.startswith("{|") - (stripped.startswith("|}") and open_tables > 0)
            yield from _table_line(stripped)
        elif stripped.startswith("----"):
            yield "<hr>\n"
            paragraph += filter(None, [stripped.lstrip("-").strip()])
        elif open_tables or _BLOCK_TAG.match(line):
            yield f"{_with_styles(line)}\n"
        elif stripped:
            paragraph.append(stripped)
    if paragraph:
        yield f"<p>{_with_styles(' '.join(paragraph))}</p>\n"
    yield from _change_list(open_list, "")
    for group, own in notes.items():
        if group not in listed:
            yield from _note_list(group, own)


def _note_list(group: str, notes: Mapping[str, WikiNote]) -> Iterator[str]:
    entries = [note for note in notes.values() if note.text]
    if entries:
        yield '<ol class="references">'
        yield from (f'<li id="{note_id(group, n.label)}">{_with_styles(" ".join(n.text.split()))}</li>' for n in entries)
        yield "</ol>\n"


def _change_list(before: str, after: str) -> Iterator[str]:
    """Yield the tags between an item with the signs `before` and one with the signs `after`."""
    same = 0
    while same < min(len(before), len(after)) and _LIST_TAGS[before[same]][0] == _LIST_TAGS[after[same]][0]:
        same += 1
    for sign in reversed(before[same:]):
        yield f"</{_LIST_TAGS[sign][1]}></{_LIST_TAGS[sign][0]}>\n"
    if same and same == len(after):
        yield f"</{_LIST_TAGS[before[same - 1]][1]}>\n<{_LIST_TAGS[after[-1]][1]}>"
    for sign in after[same:]:
        yield f"<{_LIST_TAGS[sign][0]}><{_LIST_TAGS[sign][1]}>"


def _table_line(line: str) -> Iterator[str]:
    """Yield the tags of a line of a table: its beginning, end, caption, a row, or cells."""
    if line.startswith("{|"):
        yield "<table><tr>"
    elif line.startswith("|}"):
        yield f"</table>\n{_with_styles(line[2:].strip())}\n"
    elif line.startswith("|-"):
        yield "</tr><tr>"
    elif line.startswith("|+"):
        yield f"</tr><caption>{_with_styles(_without_attributes(line[2:]))}</caption><tr>"
    else:
        tag = "th" if line[0] == "!" else "td"
        cells = line[1:].replace("!!", "||").split("||") if tag == "th" else line[1:].split("||")
        yield from (f"<{tag}>{_with_styles(_without_attributes(cell))}" for cell in cells)


def _without_attributes(cell: str) -> str:
    attributes = _CELL_ATTRIBUTES.match(cell)
    return cell[attributes.end() :].strip() if attributes is not None else cell.strip()


def _with_styles(line: str) -> str:
    """Return a line with elements in place of the apostrophes of bold and italic words, which end with the line."""
    if "''" not in line:
        return line
    is_open = {"b": False, "i": False}
    parts: list[str] = []
    end = 0
    for quotes in _QUOTES.finditer(line):
        count = len(quotes[0])
        kept = count - 5 if count > 5 else 1 if count == 4 else 0
        names = {2: "i", 3: "b", 5: "bi"}[count - kept]
        parts += line[end : quotes.start()], "'" * kept
        for name in names if not (is_open["b"] and is_open["i"]) else names[::-1]:
            parts.append(f"</{name}>" if is_open[name] else f"<{name}>")
            is_open[name] = not is_open[name]
        end = quotes.end()
    return "".join([*parts, line[end:], *(f"</{name}>" for name in "ib" if is_open[name])])
