"""An article to review, and hypothesis strategies for what is said of it."""

import json
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from reader.article.article import Article
from reader.article.ranges import Span
from reader.formats import parse_article
from reader.review.cells import LATEST_WINS
from reader.review.description import SourceDescription
from reader.review.model import (
    Annotation,
    Assignment,
    Attachment,
    ClaimLink,
    Correction,
    DecidedPlace,
    Dismissal,
    Evidence,
    Judgement,
    Selector,
    Settlement,
    Source,
    SourceText,
    Tag,
)
from reader.review.session import ReviewSession
from reader.review.vocabulary import ANNOTATION_KINDS
from tests.hypothesis_profiles import CHARACTERS

TEXT = """The ferry that counts its passengers twice 🚢

The island's ferry carried 41,000 people in May, the operator says [1]. “Nobody believed it,” says Ana Ko\u0301va\u0301cs, who \
sells the tickets [1][2]. The port office counted 20,500 [2].

A sign on the pier reads [b]NO [/b]<script>alert(1)</script> SWIMMING. The café next to it opened in spring.

The café next to it opened in spring. Its owner pays *no* rent_at_all, and =SUM(A1:A9) is what the invoice says [3].

References

[1] Island Lines. (2024). Passengers by month. https://lines.example/passengers_by_month
[2] Port Office of Sandvik. (2024). Counting at the gate. doi:10.5555/gate.7
[3] Rask, O. (n.d.). Who pays for the pier?
"""


@lru_cache(8)
def article(text: str = TEXT, source: str = "-") -> Article:
    """Return the article of a text. It never changes, so that many tests can have the same one, with its sentences."""
    return parse_article(text.encode("utf-8"), source)


def where(read: Article, quote: str) -> Span:
    """Return the first place of a quote."""
    start = read.text.index(quote)
    return Span(start, start + len(quote))


def shared_files(folder: Path) -> dict[str, bytes]:
    """Return what the library holds for everybody: its file, journals and history."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("personal-"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths if path.suffix in (".json", ".jsonl")}


def review(read: Article | None = None) -> ReviewSession:
    """Return an empty review."""
    return ReviewSession(read or article(), "the-article", creator="ana")


def annotation_lines(exported: str) -> list[dict[str, Any]]:
    """Return the annotations in an export to JSON Lines."""
    lines = (json.loads(line) for line in exported.split("\n")[:-1])
    return [line for line in lines if line["type"] == "annotation"]


texts = st.text(CHARACTERS, max_size=20)
"""Any text, lone surrogates and control characters included."""

PLACE = ("start", "end", "method", "confidence", "by", "at")

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
"""Any JSON value."""


def extras(*known: str) -> st.SearchStrategy[dict[str, object]]:
    """Return fields that a later version may have written."""
    return st.dictionaries(texts.filter(lambda name: name not in known), values, max_size=2)


def selectors() -> st.SearchStrategy[Selector]:
    """Return selectors that point anywhere."""
    offsets = st.integers(0, 10**6)
    return st.builds(Selector, texts, texts, texts, offsets, offsets, extras("exact", "prefix", "suffix", "start", "end"))


def judgements() -> st.SearchStrategy[Judgement]:
    """Return judgements with evidence."""
    evidence = st.builds(Evidence, texts, selectors(), extras("source", "selector"))
    own = {field.name: texts for field in fields(Judgement)}
    evidences, problems = (st.lists(elements, max_size=2).map(tuple) for elements in (evidence, texts))
    return st.builds(Judgement, **own | {"evidence": evidences, "problems": problems, "extra": extras(*own)})


def rivals() -> st.SearchStrategy[dict[str, tuple[object, ...]]]:
    """Return what others wrote at the same time, by cell."""
    return st.dictionaries(
        texts.filter(lambda cell: cell not in LATEST_WINS), st.lists(values, max_size=2).map(tuple), max_size=2
    )


def annotations() -> st.SearchStrategy[Annotation]:
    """Return whole annotations."""
    known = ("id", "article", "edition", "selector", "kind", "tags", "note", "judgements")
    known = (
        *known,
        "created",
        "updated",
        "creator",
        "places",
        "links",
        "readings",
        "settlements",
        "decision",
        "fix",
        "_rivals",
    )
    links = st.builds(ClaimLink, st.booleans(), texts, texts, texts, extras("rests", "reason", "by", "at"))
    several = st.lists(texts, max_size=3).map(tuple)
    settlement_fields = extras("outcome", "reader", "note", "by", "at", "readers")
    settlements = st.builds(Settlement, texts, texts, texts, texts, texts, several, settlement_fields)
    ranges = st.integers(-1, 10**6)
    places = st.builds(DecidedPlace, ranges, ranges, texts, st.floats(0, 1), texts, texts, extras(*PLACE))
    return st.builds(
        Annotation,
        id=st.uuids().map(str),
        article=texts,
        edition=texts,
        selector=selectors(),
        kind=st.sampled_from(ANNOTATION_KINDS) | texts,
        tags=st.lists(texts, max_size=3).map(tuple),
        note=texts,
        judgements=st.lists(judgements(), max_size=2).map(tuple),
        created_at=texts,
        updated_at=texts,
        creator=texts,
        places=st.dictionaries(texts, places, max_size=2),
        links=st.dictionaries(texts, links, max_size=2),
        readings=st.dictionaries(texts, judgements(), max_size=1),
        settlements=st.dictionaries(texts, settlements, max_size=1),
        decision=texts,
        fix=texts,
        conflicts=rivals(),
        extra=extras(*known),
    )


def sources() -> st.SearchStrategy[Source]:
    """Return sources with the texts they had."""
    known = ("digest", "original", "title", "format", "origin", "extent", "at", "by", "requested", "landing", "archived")
    described = st.builds(SourceDescription, texts, texts, texts, texts, extras("kind", "who", "when", "kept"))
    kept = st.builds(SourceText, *(texts for _ in known), described, extras(*known, "described"))
    names = st.lists(texts, max_size=2).map(tuple)
    rest = extras("id", "names", "texts", "current", "tried", "trouble", "tried_at", "_rivals")
    pieces = st.lists(kept, max_size=2).map(tuple)
    return st.builds(Source, texts, names, pieces, texts, texts, texts, texts, rivals(), rest)


def attachments() -> st.SearchStrategy[Attachment]:
    """Return what says which source stands behind which reference."""
    rest = extras("source", "by", "at")
    said = st.tuples(texts, texts, texts, texts, rest, st.lists(st.tuples(texts, texts, texts, rest), max_size=2))
    return said.map(lambda s: Attachment(*s[:5], others=tuple(Attachment(s[0], *other) for other in s[5])))


def corrections() -> st.SearchStrategy[Correction]:
    """Return facts of an article that a person set."""
    rest = extras("value", "by", "at")
    said = st.tuples(texts, texts, texts, texts, rest, st.lists(st.tuples(texts, texts, texts, rest), max_size=2))
    return said.map(lambda s: Correction(*s[:5], others=tuple(Correction(s[0], *other) for other in s[5])))


def assignments() -> st.SearchStrategy[Assignment]:
    """Return what readers were given to check."""
    rest = extras("reader", "edition", "start", "end", "by", "at")
    offsets = st.integers(0, 10**6)
    said = st.tuples(texts, texts, offsets, offsets, texts, texts, rest)
    whole = st.tuples(texts, said, st.lists(said, max_size=2))
    return whole.map(lambda s: Assignment(s[0], *s[1], others=tuple(Assignment(s[0], *other) for other in s[2])))


def dismissals() -> st.SearchStrategy[Dismissal]:
    """Return findings that were dismissed."""
    rest = extras("kind", "text", "reason", "by", "at")
    other = st.tuples(texts, texts, texts, texts, texts, rest)
    said = st.tuples(texts, texts, texts, texts, texts, texts, rest, st.lists(other, max_size=2))
    return said.map(lambda s: Dismissal(*s[:7], others=tuple(Dismissal(s[0], *one) for one in s[7])))


def tags() -> st.SearchStrategy[Tag]:
    """Return tags of a codebook."""
    names = st.lists(texts, max_size=3, unique=True).map(tuple)
    own = ("id", "name", "definition", "colour", "symbol", "digit", "names", "created", "creator", "_rivals")
    return st.builds(Tag, texts, texts, texts, texts, texts, texts, names, texts, texts, extra=extras(*own))
