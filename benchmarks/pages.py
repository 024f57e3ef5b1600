"""A web page of 1 MB: CPU time of reading it, beside lxml parsing it and one walk over its elements, in the same process."""

from __future__ import annotations

import gc
import html
import random
import re
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any, Final

from benchmarks.programs import Workshop
from benchmarks.report import Report, median
from benchmarks.texts import article_text

SIZE: Final = 1_000_000
"""The size of each page in bytes of UTF-8."""
TIMES: Final = 6.0
"""How many times the CPU time of the baseline reading a page may take."""
_TURNS: Final = 9
_MARKER: Final = re.compile(r"\[(\d+(?:, \d+)*)\]")
_ENTRY: Final = re.compile(r"(\d+)\. (.+?) (https://\S+)")
_TITLE: Final = "What the town counted"
_TEXT_SHARE: Final = {"news": 0.03, "encyclopedia": 0.2}
"""By kind of page: how much of its size is text, as on real pages. The rest is markup, and scripts on a news page."""
_ATTRIBUTES: Final = 'data-parsoid=\'{"dsr":[1480,1523,null,null],"stx":"piped","a":{"href":"./Word"},"sa":{"href":"Word"}}\''
"""What the elements of an encyclopedia carry for its editor."""


def run(workshop: Workshop, report: Report, quick: bool) -> None:
    """Read a page of each kind and the baseline in turn, and print the medians."""
    rows: list[tuple[str, ...]] = []
    for kind, make in {"news": news_page, "encyclopedia": encyclopedia_page}.items():
        path = workshop.folder / f"{kind}.html"
        path.write_bytes(data := make(SIZE))
        ours, baseline = list[float](), list[float]()
        for turn in range(3 if quick else _TURNS):
            report.doing(f"{kind} page, turn {turn}")
            baseline.append(_cpu_ms(partial(walk_tree, data)))
            ours.append(_cpu_ms(partial(_read, path)))
        ratio = median(ours[1:]) / median(baseline[1:])
        size = f"{len(data) / 1e6:.2f}"
        rows.append(
            (kind, size, f"{median(baseline[1:]):.0f}", f"{median(ours[1:]):.0f}", f"{ratio:.1f}", report.times(ratio, TIMES))
        )
    head = ("page", "MB", "lxml and a walk, CPU ms", "reader, CPU ms", "× lxml", "budget")
    report.table("A long web page", head, rows, "The first turn, which loads modules and patterns, is left out.")


def walk_tree(data: bytes) -> int:
    """Parse a page with lxml, touch the tag, texts and attributes of each element, and return the length of the text."""
    root: Any = import_module("lxml.html").fromstring(data)
    length = 0
    for element in root.iter():
        if isinstance(element.tag, str):
            length += len(element.text or "") + len(element.tail or "") + len(element.attrib)
    return length


def _read(path: Path) -> object:
    from reader.formats import read_article

    return read_article(str(path))


def _cpu_ms(call: Callable[[], object]) -> float:
    gc.collect()
    begun = process_time()
    call()
    return 1000 * (process_time() - begun)


# ------------------------------------------------------------------ The pages


def news_page(size: int) -> bytes:
    """Return a page of about `size` bytes as newspapers serve them: scripts, menus, an article, cards of others, comments."""
    chance = random.Random(size)
    paragraphs, _ = _text_parts(size * _TEXT_SHARE["news"])
    cut = len(paragraphs) // 2
    article = "".join(_news_paragraph(text, chance) for text in paragraphs[:cut])
    comments = "".join(
        f'<li class="comment depth-{number % 3}" id="comment-{number}"><div class="comment-author vcard">'
        f'<a href="/people/{number}" class="url">Reader {number}</a></div><div class="comment-content"><p>{text}</p></div></li>'
        for number, text in enumerate(map(html.escape, paragraphs[cut:]))
    )
    body = (
        f'<header class="site-header"><nav class="main-menu"><ul>{_menu(150)}</ul></nav></header>'
        f'<main id="content"><article class="post hentry"><h1 class="entry-title">{_TITLE}</h1>'
        f'<div class="entry-content">{article}</div></article><aside class="related-stories">{_cards(120)}</aside>'
        f'<section class="comments-area" id="comments"><ol class="comment-list">{comments}</ol></section></main>'
        f'<footer class="site-footer"><ul>{_menu(60)}</ul></footer>'
    )
    room = max(0, size - len(body.encode()))
    script = "window.settings=window.settings||[];settings.push({place:1,name:'slot'});\n"
    return _page(body, f"<script>{script * (room // len(script))}</script>")


def encyclopedia_page(size: int) -> bytes:
    """Return a page of about `size` bytes that is dense with links, raised markers, tables and a reference list."""
    chance = random.Random(size)
    paragraphs, entries = _text_parts(size * _TEXT_SHARE["encyclopedia"])
    uses: dict[str, int] = {}
    parts: list[str] = []
    for number, paragraph in enumerate(paragraphs):
        text = _MARKER.sub(
            lambda match: _raised_markers(match[1], uses), _with_links(html.escape(paragraph), chance, "/wiki/", _ATTRIBUTES)
        )
        parts.append(f'<p id="mw{number}" {_ATTRIBUTES}>{text}</p>')
        if number % 10 == 9:
            parts.append(f'<h2 id="Section_{number}"><span class="mw-headline">Section {number}</span></h2>{_table(chance)}')
    items = "".join(_list_entry(entry, uses) for entry in entries)
    return _page(
        f'<h1 id="firstHeading">{_TITLE}</h1><div class="mw-parser-output">{"".join(parts)}'
        f'<h2>References</h2><ol class="references">{items}</ol></div>'
    )


def _page(body: str, script: str = "") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{_TITLE}</title>{script}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def _text_parts(size: float) -> tuple[list[str], list[str]]:
    """Return the paragraphs and the entries of an article."""
    text, _, entries = article_text(int(size), markdown=False).partition("\n\nReferences\n\n")
    return [part for part in text.split("\n\n") if "." in part], entries.strip().split("\n")


def _with_links(text: str, chance: random.Random, folder: str, attributes: str = 'class="inline"') -> str:
    """Link some of the words."""
    return " ".join(
        f'<a href="{folder}{number}" title="{word}" {attributes}>{word}</a>'
        if word.isalpha() and chance.random() < 1 / 12
        else word
        for number, word in enumerate(text.split())
    )


def _news_paragraph(text: str, chance: random.Random) -> str:
    words = _with_links(html.escape(_MARKER.sub("", text)), chance, "https://records.example/page/")
    return f'<div class="paragraph-wrap"><p class="story-text">{words}</p></div>\n'


def _raised_markers(numbers: str, uses: dict[str, int]) -> str:
    marks: list[str] = []
    for number in numbers.split(", "):
        uses[number] = uses.get(number, 0) + 1
        marks.append(
            f'<sup class="reference" id="cite_ref-{number}-{uses[number]}" {_ATTRIBUTES}><a href="#cite_note-{number}">'
            f'<span class="cite-bracket">[</span>{number}<span class="cite-bracket">]</span></a></sup>'
        )
    return "".join(marks)


def _list_entry(entry: str, uses: dict[str, int]) -> str:
    match = _ENTRY.match(entry)
    if match is None:
        return ""
    number, words, address = match.groups()
    backs = "".join(f'<a href="#cite_ref-{number}-{use}">{use}</a> ' for use in range(1, uses.get(number, 0) + 1))
    return (
        f'<li id="cite_note-{number}"><span class="mw-cite-backlink">^ {backs}</span><cite {_ATTRIBUTES}>'
        f'{html.escape(words)} <a class="external text" rel="nofollow" href="{address}">{address}</a></cite></li>'
    )


def _table(chance: random.Random) -> str:
    rows = "".join(
        f"<tr><th>Year {year}</th>{''.join(f'<td {_ATTRIBUTES}>{chance.randrange(10_000)}</td>' for _ in range(4))}</tr>"
        for year in range(1990, 1998)
    )
    return f'<table class="wikitable"><caption>Counts</caption><tbody>{rows}</tbody></table>'


def _menu(count: int) -> str:
    return "".join(
        f'<li class="menu-item item-{number}"><a href="/topic/{number}">Topic {number}</a></li>' for number in range(count)
    )


def _cards(count: int) -> str:
    return "".join(_card(number) for number in range(count))


def _card(number: int) -> str:
    return (
        f'<div class="card card--small"><a href="/story/{number}"><img src="/{number}.jpg" alt=""></a>'
        f'<h3 class="card-title"><a href="/story/{number}">Story {number} of the town</a></h3>'
        f'<span class="card-date">{number % 28 + 1} May</span></div>'
    )
