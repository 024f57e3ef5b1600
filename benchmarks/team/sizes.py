"""How large a team's objects are: measured on a library with one shared article, packed as they are sent."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.texts import article_text
from reader.formats import parse_article
from reader.library import Library
from reader.review.session import ReviewSession
from reader.team.encryption import NullCipher
from reader.team.layout import fold_stem, segment_stem
from reader.team.segments import pack_fold, pack_segment

_ANNOTATIONS: Final = 40
_FEW, _MANY = 1, 20
_TEAM: Final = "0" * 32
_LIST_FRAME: Final = 600
_LIST_ENTRY: Final = (
    "<Contents><Key></Key><LastModified>2026-01-15T10:00:00.000Z</LastModified><ETag>&quot;0123456789abcdef0123456789abcdef&quot;"
    "</ETag><Size>1234</Size><StorageClass>STANDARD</StorageClass></Contents>"
)
"""What S3 answers for a key in a list, without the key."""


class ObjectSizes(NamedTuple):
    """Sizes in bytes: of a line unpacked; of a segment, by a fixed part and one for each line; of a fold; of answers to a list.

    `lines_in_segment` is how many lines a segment holds that somebody sends who changes something every minute.
    """

    line: float
    segment_frame: float
    segment_line: float
    fold_frame: float
    fold_annotation: float
    list_answer: float
    list_entry: float
    lines_in_segment: float = 1.2

    def segment(self, lines: float) -> float:
        """Return the size of a segment of so many lines."""
        return self.segment_frame + self.segment_line * lines

    def fold(self, annotations: float) -> float:
        """Return the size of a fold of an article with so many annotations."""
        return self.fold_frame + self.fold_annotation * annotations


def measure_sizes() -> ObjectSizes:
    """Annotate and share an article, and measure what would be sent."""
    cipher = NullCipher()
    with TemporaryDirectory() as folder, Library.open(Path(folder)) as library:
        article = parse_article(article_text(30_000, markdown=False).encode(), "-")
        session, entry = library.session(article, "Ada Lind")
        session.listen(lambda change: library.save(entry.id, change))
        library.flush(60)
        shared = library.shared_articles.share(entry.id, _TEAM, ["front-page"])
        before = library.shared_articles.fold(entry.id)
        _annotate(session)
        library.flush(60)
        lines = list(library.shared_articles.unsent(entry.id, {}))[-_ANNOTATIONS:]
        after = library.shared_articles.fold(entry.id)
        replica = lines[0].dot.replica.partition("~")[0]
        stem = segment_stem(shared.scope, "ada_lind", replica, 1, 2)
        few, many = (
            sum(len(pack_segment(lines[at : at + count], stem, cipher)) for at in range(0, _ANNOTATIONS, count))
            / (_ANNOTATIONS // count)
            for count in (_FEW, _MANY)
        )
        frame, whole = (len(pack_fold(fold, fold_stem(shared.scope, "ada_lind", 1), cipher)) for fold in (before, after))
    line = (many - few) / (_MANY - _FEW)
    key = f"newsroom/{stem}-0123456789abcdef.jsonl.zst"
    return ObjectSizes(
        line=sum(len(line.encode()) for line in lines) / len(lines),
        segment_frame=few - line,
        segment_line=line,
        fold_frame=frame,
        fold_annotation=(whole - frame) / _ANNOTATIONS,
        list_answer=_LIST_FRAME,
        list_entry=len(_LIST_ENTRY) + len(key),
    )


def _annotate(session: ReviewSession) -> None:
    """Mark claims as people do, some with a note and a tag."""
    text = session.index.article.text
    for number, sentence in enumerate(session.index.article.sentences.all()[:_ANNOTATIONS]):
        note = f"{text[number * 37 : number * 37 + 60]} {number * 7919}" if number % 3 == 0 else ""
        session.add(sentence, tags=("numbers",) if number % 2 else (), note=note)
