"""The articles of these tests, made by hand: no change in how files are read can change what the screens are tested on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reader.article.article import Article
from reader.article.model import Block, BlockKind, Citation, Noise, NoiseReason, Reference
from reader.article.ranges import Span

_MARKER = re.compile(r"\[(\d+)\]")


def article(
    blocks: Sequence[tuple[BlockKind, str] | str],
    references: Sequence[tuple[str, ...]] = (),
    *,
    title: str = "",
    noise: Sequence[int] = (),
    source: str = "-",
) -> Article:
    """Return an article of these blocks, parted by blank lines; `[1]` in them is a marker.

    A reference is (authors, year, title) and becomes the entry "[n] …" at the end; `noise` names the blocks set aside.
    """
    body = [block if isinstance(block, tuple) else (BlockKind.PARAGRAPH, block) for block in blocks]
    entries = [f"[{n}] {who}. ({year}). {what}." for n, (who, year, what) in enumerate(references, 1)]
    places: list[Block] = []
    text = ""
    for kind, words in (*body, *((BlockKind.ITEM, entry) for entry in entries)):
        text += "\n\n" if text else ""
        places.append(Block(len(text), len(text) + len(words), kind, 1 if kind is BlockKind.HEADING else 0))
        text += words
    first_entry = places[len(body)].start if entries else len(text)
    known = {str(n) for n in range(1, len(references) + 1)}
    citations: list[Citation] = []
    for marker in _MARKER.finditer(text, 0, first_entry):
        name = marker[1]
        citations.append(
            Citation(*marker.span(), *(((name,), ()) if name in known else ((), (name,)))),
        )
    return Article(
        text=text,
        title=title or body[0][1],
        blocks=tuple(places),
        citations=tuple(citations),
        references=tuple(
            Reference(
                id=str(n + 1),
                label=str(n + 1),
                text=entries[n].partition("] ")[2],
                start=places[len(body) + n].start,
                end=places[len(body) + n].end,
                authors=tuple(who.split(" & ")),
                year=year,
                title=what,
            )
            for n, (who, year, what) in enumerate(references)
        ),
        noise=tuple(Noise(places[n].start, places[n].end, NoiseReason.READ_ALSO) for n in noise),
        source=source,
    )


HEADING = BlockKind.HEADING

REFERENCES = (
    ("Ostrel Transport", "2022", "The first winter of the night buses"),
    ("Brandt & Ito", "2023", "Who drives at night?"),
    ("Town of Ostrel", "2023", "Accounts of the depots"),
    ("Ferrero", "2019", "Taxis after dark"),
)

BUSES = article(
    (
        (HEADING, "Night buses in Ostrel"),
        "Ostrel began to run buses through the night in the spring of 2021. "
        "The first winter brought 412,000 passengers, twice what the council had planned for [1]. "
        "Nobody had counted the dogs.",
        "Three studies agree that the buses replaced taxis rather than trams [1][2][3]. "
        "Most drivers who were asked prefer the night [2].",
        (HEADING, "What it costs"),
        "A night bus costs the town 91 cents a kilometre [3]. "
        "That is less than a street lamp, the mayor likes to say. "
        "The figure leaves out the two depots [9].",
        "Read also: a tapir is born in the zoo.",
        "The sign at the stop reads 夜間バス乗り場 in red. "
        "A driver 👩‍🚒 waved at the cafe\u0301 on the corner [2]. "
        "It closes at four.",
        "In 2024 the council voted to keep the service. It will be looked at again in 2027.",
    ),
    REFERENCES,
    noise=(5,),
)
"""Thirteen sentences and the entries: markers on one and three references, one that points nowhere; [4] is never cited."""

LONG = article(
    [
        (HEADING, "The long count"),
        *(
            f"Paragraph {n} opens with a plain remark. It goes on with a figure of {n * 37} that a source is named for [1]. "
            f"A third sentence closes paragraph {n}."
            for n in range(1, 41)
        ),
    ],
    (("Counter", "2020", "Counting"),),
)
"""Forty paragraphs of three sentences: more than any of the screens holds."""


def place(article: Article, quote: str) -> Span:
    """Return where `quote` stands first."""
    start = article.text.index(quote)
    return Span(start, start + len(quote))
