"""Libraries of thousands of articles and up to a million annotations, written line by line as the program itself writes them.

Only the first and the last article have a text; their annotations have places in it. The articles were read in turn, and one
annotation in ten was made later, so that the records of an article lie in several places of the file.
"""

from __future__ import annotations

import json
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from benchmarks.libraries import spans
from benchmarks.store_libraries import Stock, connect, row
from reader.article.article import Article
from reader.files import make_folder
from reader.formats import read_article
from reader.library.articles import counts_to_record, new_article_record, review_digest, review_state
from reader.library.folder import Folder
from reader.library.library_file import encode_file
from reader.library.record_tables import encode_record
from reader.library.snapshots import Snapshots
from reader.library.tables import ANNOTATIONS, ARTICLES, TAGS
from reader.library.versions import Dot, VersionVector, stamp_record
from reader.review.cells import Record
from reader.review.codec import to_record
from reader.review.completeness import Completeness
from reader.review.index import ReviewItems
from reader.review.scale import DEFAULT_SCALE
from reader.review.session import ReviewSession

_YEAR_2026: Final = 1_767_225_600_000
_LATER: Final = 10
_TAG_NAMES: Final = ("figure", "money/cost", "quote", "to ask")


def write(stock: Stock, seed: str = "0") -> None:
    """Write a stock in both forms, ours and SQLite's.

    Stocks of one size and another `seed`, a digit, have the same articles, and annotations of another device.
    """
    dot = Dot(1, f"b0b0b0b{seed}")
    make_folder(stock.library)
    articles = _article_records(stock)
    stock.ids.write_text(
        json.dumps({stock.first.name: articles[0]["id"], stock.last.name: articles[-1]["id"]}), encoding="ascii"
    )
    records = [read_article(str(stock.first)), read_article(str(stock.last))]
    texts = Snapshots(Folder(stock.library).snapshots)
    for article in records:
        texts.keep(article.digest, article.text.encode())
    templates = [_annotation_records(article, -(-stock.size // stock.articles)) for article in records]
    database = connect(stock.database)
    database.execute("CREATE TABLE annotations (id TEXT PRIMARY KEY, article TEXT, record TEXT)")

    states = Counter[str]()

    def lines() -> Iterator[bytes]:
        for record in _annotations(stock, articles, templates, int(seed)):
            database.execute("INSERT INTO annotations VALUES (?, ?, ?)", row(record))
            states[str(record["article"])] += int(review_digest([record]), 16)
            yield _line(record, dot)

    tables = {
        ANNOTATIONS: lines(),
        ARTICLES: (_line(record, dot) for record in _counted(articles, states)),
        TAGS: (_line({"id": _id(number, number), "name": name}, dot) for number, name in enumerate(_TAG_NAMES)),
    }
    with (stock.library / "library.json").open("wb") as file:
        for part in encode_file(tables, dot.replica, VersionVector({dot.replica: dot.counter})):
            file.write(part)
    database.execute("CREATE INDEX of_article ON annotations (article)")
    database.commit()
    database.close()


def _article_records(stock: Stock) -> list[Record]:
    first, last = read_article(str(stock.first)), read_article(str(stock.last))
    records: list[Record] = []
    for number in range(stock.articles):
        article = last if number == stock.articles - 1 else first
        record = new_article_record(article, article.source, lambda _: False)
        record |= {"id": _id(number, -1 - number), "opened": f"2026-01-{number % 28 + 1:02d}T10:00:00.000Z"}
        if 0 < number < stock.articles - 1:
            digest = f"{number:064x}"
            editions = [{**edition, "digest": digest} for edition in _editions(record)]
            record |= {"title": f"Report {number} of the survey", "digest": digest, "editions": editions}
            record["source"] = f"{article.source}.{number}"
        records.append(record)
    return records


def _editions(record: Record) -> list[Record]:
    editions = record["editions"]
    return [edition for edition in editions if isinstance(edition, dict)] if isinstance(editions, list) else []


def _annotation_records(article: Article, count: int) -> list[Record]:
    session = ReviewSession(article, "", ReviewItems(), creator="benchmark")
    for number, span in enumerate(spans(article, count)):
        session.add(span, tags=_TAG_NAMES[: number % 3], note=f"Asked for the source of number {number}.")
    return [to_record(annotation) for annotation in session.index.annotations()]


def _annotations(stock: Stock, articles: list[Record], templates: list[list[Record]], seed: int) -> Iterator[Record]:
    chance = random.Random(seed)
    orders = [(number, place) for number in range(stock.articles) for place in range(stock.size // stock.articles)]
    later = [order for order in orders if order[1] % _LATER == _LATER - 1]
    chance.shuffle(later)
    usual = (order for order in orders if order[1] % _LATER != _LATER - 1)
    for count, (number, place) in enumerate((*usual, *later)):
        template = templates[number == stock.articles - 1][place]
        yield {**template, "id": _id(count, seed * stock.size + count), "article": articles[number]["id"]}


def _counted(articles: list[Record], states: Mapping[str, int]) -> Iterator[Record]:
    for record in articles:
        state = review_state(record, f"{states[str(record['id'])] % (1 << 96):x}", DEFAULT_SCALE)
        yield {**record, "progress": counts_to_record(Completeness(sentences=200, claims=100), state)}


def _id(moment: int, number: int) -> str:
    """Return the UUID version 7 of a moment, in milliseconds, with a number in the place of its random part."""
    high = (_YEAR_2026 + moment) << 16 | 0x7000
    return str(uuid.UUID(int=high << 64 | 0b10 << 62 | number & ((1 << 62) - 1)))


def _line(record: Record, dot: Dot) -> bytes:
    return encode_record(str(uuid.UUID(str(record["id"])).int), stamp_record(record, dot))
